/* quarry-document-stretch.c: a long document in pieces that fit into memory
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/document/quarry-document.h"

#include "core/document/quarry-document-private.h"
#include "core/document/quarry-sentence-break.h"

/* The numbers of blocks and of sentences in a stretch are limited to what its bytes would make if each had this length.
 * A sentence's vectors take kilobytes, however short it is, and a row of a table is a sentence. */
#define LEAST_BYTES 32u
#define LEAST_NUMBER 64u

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

/* As much of @length as has no more than @most places where a sentence may end; each has two bytes at least. */
static guint32
keep_sentences (const char *text, guint32 length, guint most)
{
  gsize end = 0;

  if (length / 2 <= most)
    return length;
  for (guint n = 0; n < most && end < length; n++)
    end = quarry_sentence_break_next (text, length, end);
  return (guint32) end;
}

guint32
quarry_document_end_stretch (QuarryDocument *self, guint32 start, guint32 most)
{
  const QuarryBlock *blocks;
  const char *text;
  gsize length;
  guint n_blocks, most_of_each, first, end;

  g_return_val_if_fail (QUARRY_IS_DOCUMENT (self), start);
  g_return_val_if_fail (most >= 8, start);

  text = quarry_document_get_text (self, &length);
  blocks = quarry_document_get_blocks (self, &n_blocks);
  most_of_each = MAX (most / LEAST_BYTES, LEAST_NUMBER);
  first = find_block (blocks, n_blocks, start);
  if (n_blocks - first > most_of_each)
    most = MIN (most, blocks[first + most_of_each].span.start - start);
  if (start >= length)
    return (guint32) length;
  most = keep_sentences (text + start, MIN (most, (guint32) length - start), most_of_each);
  if (length - start <= most)
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
