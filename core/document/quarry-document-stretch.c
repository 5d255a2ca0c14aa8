/* quarry-document-stretch.c: a long document in pieces that fit into memory
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/document/quarry-document.h"

#include "core/document/quarry-document-private.h"

/* The number of blocks in a stretch is limited to what its bytes would make if each block had this length. Each block
 * is a sentence of its own and may become a passage, whose vector takes far more memory than such a short text. */
#define LEAST_BLOCK_BYTES 32u
#define LEAST_BLOCKS 64u

/* The first block that begins at @offset or after it. */
static guint
find_block (const QuarryBlock *blocks, guint n_blocks, guint32 offset)
{
  guint low = 0, high = n_blocks;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (blocks[middle].span.start < offset)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* Where to cut between @start and @end: after the last white space of the second half, or, if it has none, at the last
 * character boundary. */
static guint32
cut_within (const char *text, guint32 start, guint32 end)
{
  for (guint32 at = end; at > start + (end - start) / 2; at--)
    if (g_ascii_isspace (text[at - 1]))
      return at;
  while (end > start + 1 && ((guchar) text[end] & 0xc0) == 0x80)
    end--;
  return end;
}

guint32
quarry_document_end_stretch (QuarryDocument *self, guint32 start, guint32 most)
{
  const QuarryBlock *blocks;
  const char *text;
  gsize length;
  guint n_blocks, most_blocks, first, end;

  g_return_val_if_fail (QUARRY_IS_DOCUMENT (self), start);
  g_return_val_if_fail (most >= 8, start);

  text = quarry_document_get_text (self, &length);
  blocks = quarry_document_get_blocks (self, &n_blocks);
  most_blocks = MAX (most / LEAST_BLOCK_BYTES, LEAST_BLOCKS);
  first = find_block (blocks, n_blocks, start);
  if (n_blocks - first > most_blocks)
    most = MIN (most, blocks[first + most_blocks].span.start - start);
  if (start >= length || length - start <= most)
    return (guint32) length;

  first = find_block (blocks, n_blocks, start + most / 2);
  end = find_block (blocks, n_blocks, start + most + 1);
  for (guint i = end; i > first; i--)
    if (blocks[i - 1].kind == QUARRY_BLOCK_HEADING)
      return blocks[i - 1].span.start;
  if (end > first)
    return blocks[end - 1].span.start;
  return cut_within (text, start, start + most);
}

QuarryDocument *
quarry_document_copy_stretch (QuarryDocument *self, QuarrySpan span)
{
  g_auto (QuarryDocumentParts) parts = { 0 };
  const QuarryBlock *blocks;
  const QuarryPage *pages;
  const char *text;
  gsize length;
  guint n_blocks, n_pages, block;

  g_return_val_if_fail (QUARRY_IS_DOCUMENT (self), NULL);

  text = quarry_document_get_text (self, &length);
  g_return_val_if_fail (span.start <= span.end && span.end <= length, NULL);
  if (span.start == 0 && span.end == length)
    return g_object_ref (self);

  quarry_document_parts_init (&parts);
  g_string_append_len (parts.text, text + span.start, span.end - span.start);

  blocks = quarry_document_get_blocks (self, &n_blocks);
  block = find_block (blocks, n_blocks, span.start);
  if (block > 0 && blocks[block - 1].span.end > span.start)
    block--;
  for (; block < n_blocks && blocks[block].span.start < span.end; block++)
    {
      QuarryBlock part = blocks[block];

      part.span.start = MAX (part.span.start, span.start) - span.start;
      part.span.end = MIN (part.span.end, span.end) - span.start;
      g_array_append_val (parts.blocks, part);
    }

  pages = quarry_document_get_pages (self, &n_pages);
  for (guint i = 0; i < n_pages && pages[i].start < span.end; i++)
    {
      QuarryPage page = { MAX (pages[i].start, span.start) - span.start, pages[i].number };

      if (i + 1 == n_pages || pages[i + 1].start > span.start)
        g_array_append_val (parts.pages, page);
    }

  return quarry_document_new_from_parts (&parts);
}
