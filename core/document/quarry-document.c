/* quarry-document.c: the text of one document, with its structure
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Holds the text with its blocks and pages, which never change, and answers what stands where: pages,
 * paths of headings, and offsets in characters, for which the characters before every 1024th byte are
 * counted in advance.
 */
#include "core/document/quarry-document.h"

#include "core/document/quarry-document-private.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* When the document is made, the characters before every STRIDE-th byte are counted, so that offsets can be converted
 * by looking at no more than STRIDE bytes. */
#define STRIDE 1024u

typedef struct
{
  guint32 start;
  guint32 block;
  gint32 parent; /* index of the heading that this one stands under; -1 for none */
} Heading;

struct _QuarryDocument
{
  GObject parent_instance;

  QuarryDocumentParts parts;
  const char *text; /* points into @parts */
  gsize length;
  guint32 *characters; /* number of characters before byte i * STRIDE; NULL if all text is ASCII */
  GArray *headings; /* Heading */
};

G_DEFINE_FINAL_TYPE (QuarryDocument, quarry_document, G_TYPE_OBJECT)
G_DEFINE_QUARK (quarry-document-error-quark, quarry_document_error)

void
quarry_document_parts_init (QuarryDocumentParts *parts)
{
  parts->text = g_string_new (NULL);
  parts->bytes = NULL;
  parts->lent = NULL;
  parts->n_lent = 0;
  parts->is_mapped = FALSE;
  parts->title = NULL;
  parts->metadata = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  parts->blocks = g_array_new (FALSE, FALSE, sizeof (QuarryBlock));
  parts->pages = g_array_new (FALSE, FALSE, sizeof (QuarryPage));
}

void
quarry_document_parts_clear (QuarryDocumentParts *parts)
{
  if (parts->text != NULL)
    g_string_free (g_steal_pointer (&parts->text), TRUE);
  g_clear_pointer (&parts->bytes, g_bytes_unref);
  g_clear_pointer (&parts->title, g_free);
  g_clear_pointer (&parts->metadata, g_hash_table_unref);
  g_clear_pointer (&parts->blocks, g_array_unref);
  g_clear_pointer (&parts->pages, g_array_unref);
}

static void
quarry_document_finalize (GObject *object)
{
  QuarryDocument *self = QUARRY_DOCUMENT (object);

  quarry_document_parts_clear (&self->parts);
  g_clear_pointer (&self->characters, g_free);
  g_clear_pointer (&self->headings, g_array_unref);

  G_OBJECT_CLASS (quarry_document_parent_class)->finalize (object);
}

static void
quarry_document_class_init (QuarryDocumentClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = quarry_document_finalize;
}

static void
quarry_document_init (QuarryDocument *self)
{
  self->headings = g_array_new (FALSE, FALSE, sizeof (Heading));
}

void
quarry_document_forget_pages (gconstpointer start, gsize length)
{
  gsize page = (gsize) sysconf (_SC_PAGESIZE);
  gsize first = (gsize) start & ~(page - 1);

  madvise ((gpointer) first, (gsize) start + length - first, MADV_DONTNEED);
}

gboolean
quarry_document_is_mapped (QuarryDocument *self)
{
  return self->parts.is_mapped;
}

void
quarry_document_forget (QuarryDocument *self, QuarrySpan span)
{
  g_return_if_fail (QUARRY_IS_DOCUMENT (self));
  g_return_if_fail (span.start <= span.end && span.end <= self->length);

  if (self->parts.is_mapped && span.end > span.start)
    quarry_document_forget_pages (self->text + span.start, span.end - span.start);
}

static guint32
count_characters (const char *text, gsize length)
{
  guint32 count = 0;

  for (gsize i = 0; i < length; i++)
    count += ((guchar) text[i] & 0xc0) != 0x80;
  return count;
}

static void
index_characters (QuarryDocument *self)
{
  const char *text = self->text;
  gsize length = self->length;
  gsize n = length / STRIDE + 1;
  guint32 n_characters = 0;

  self->characters = g_new (guint32, n);
  for (gsize i = 0; i < n; i++)
    {
      self->characters[i] = n_characters;
      n_characters += count_characters (text + i * STRIDE, MIN (STRIDE, length - i * STRIDE));
      if (self->parts.is_mapped && (i + 1) % (QUARRY_DOCUMENT_WINDOW / STRIDE) == 0)
        quarry_document_forget_pages (text + i * STRIDE + STRIDE - QUARRY_DOCUMENT_WINDOW, QUARRY_DOCUMENT_WINDOW);
    }
  if (n_characters == length)
    g_clear_pointer (&self->characters, g_free);
}

static void
index_headings (QuarryDocument *self)
{
  const QuarryBlock *blocks = (const QuarryBlock *) (void *)self->parts.blocks->data;
  gint32 last[QUARRY_DOCUMENT_MAX_LEVEL + 1];

  for (guint i = 0; i < G_N_ELEMENTS (last); i++)
    last[i] = -1;

  for (guint i = 0; i < self->parts.blocks->len; i++)
    {
      Heading heading = { .start = blocks[i].span.start, .block = i, .parent = -1 };

      if (blocks[i].kind != QUARRY_BLOCK_HEADING)
        continue;
      for (int level = blocks[i].level - 1; level > 0 && heading.parent < 0; level--)
        heading.parent = last[level];
      last[blocks[i].level] = (gint32) self->headings->len;
      for (guint level = blocks[i].level + 1u; level < G_N_ELEMENTS (last); level++)
        last[level] = -1;
      g_array_append_val (self->headings, heading);
    }
}

QuarryDocument *
quarry_document_new_from_parts (QuarryDocumentParts *parts)
{
  QuarryDocument *self = g_object_new (QUARRY_TYPE_DOCUMENT, NULL);

  self->parts = *parts;
  memset (parts, 0, sizeof *parts);
  self->text = self->parts.bytes != NULL ? self->parts.lent : self->parts.text->str;
  self->length = self->parts.bytes != NULL ? self->parts.n_lent : self->parts.text->len;
  index_characters (self);
  index_headings (self);
  return self;
}

const char *
quarry_document_get_text (QuarryDocument *self, gsize *length)
{
  g_return_val_if_fail (QUARRY_IS_DOCUMENT (self), NULL);

  if (length != NULL)
    *length = self->length;
  return self->text;
}

const char *
quarry_document_get_title (QuarryDocument *self)
{
  g_return_val_if_fail (QUARRY_IS_DOCUMENT (self), NULL);

  return self->parts.title;
}

const char *
quarry_document_get_metadata (QuarryDocument *self, const char *key)
{
  g_return_val_if_fail (QUARRY_IS_DOCUMENT (self), NULL);
  g_return_val_if_fail (key != NULL, NULL);

  return g_hash_table_lookup (self->parts.metadata, key);
}

GHashTable *
quarry_document_get_metadata_table (QuarryDocument *self)
{
  return self->parts.metadata;
}

const QuarryBlock *
quarry_document_get_blocks (QuarryDocument *self, guint *n_blocks)
{
  g_return_val_if_fail (QUARRY_IS_DOCUMENT (self), NULL);

  if (n_blocks != NULL)
    *n_blocks = self->parts.blocks->len;
  return (const QuarryBlock *) (void *)self->parts.blocks->data;
}

const QuarryPage *
quarry_document_get_pages (QuarryDocument *self, guint *n_pages)
{
  g_return_val_if_fail (QUARRY_IS_DOCUMENT (self), NULL);

  if (n_pages != NULL)
    *n_pages = self->parts.pages->len;
  return (const QuarryPage *) (void *)self->parts.pages->data;
}

guint
quarry_document_page_at (QuarryDocument *self, guint32 offset)
{
  const QuarryPage *pages;
  guint low = 0, high;

  g_return_val_if_fail (QUARRY_IS_DOCUMENT (self), 0);

  pages = (const QuarryPage *) (void *)self->parts.pages->data;
  high = self->parts.pages->len;
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (pages[middle].start <= offset)
        low = middle + 1;
      else
        high = middle;
    }
  return low > 0 ? pages[low - 1].number : 0;
}

QuarrySpan
quarry_document_span_of_page (QuarryDocument *self, guint number)
{
  const QuarryPage *pages;
  guint n_pages = 0;
  gsize length = 0;

  g_return_val_if_fail (QUARRY_IS_DOCUMENT (self), ((QuarrySpan) { 0, 0 }));

  pages = quarry_document_get_pages (self, &n_pages);
  quarry_document_get_text (self, &length);
  for (guint i = 0; i < n_pages; i++)
    if (pages[i].number == number)
      return (QuarrySpan) { pages[i].start, i + 1 < n_pages ? pages[i + 1].start : (guint32) length };
  return (QuarrySpan) { 0, 0 };
}

char **
quarry_document_heading_path (QuarryDocument *self, guint32 offset)
{
  const Heading *headings;
  const QuarryBlock *blocks;
  guint low = 0, high;
  guint depth = 0;
  char **path;

  g_return_val_if_fail (QUARRY_IS_DOCUMENT (self), NULL);

  headings = (const Heading *)(void *)self->headings->data;
  blocks = (const QuarryBlock *) (void *)self->parts.blocks->data;
  high = self->headings->len;
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (headings[middle].start <= offset)
        low = middle + 1;
      else
        high = middle;
    }

  for (gint32 i = (gint32) low - 1; i >= 0; i = headings[i].parent)
    depth++;
  path = g_new0 (char *, depth + 1);
  for (gint32 i = (gint32) low - 1; i >= 0; i = headings[i].parent)
    {
      QuarrySpan span = blocks[headings[i].block].span;
      gsize n = span.end - span.start;

      /* Each passage stores its heading path. If a whole text is marked as a heading, it would otherwise be stored once
       * for each of its passages. */
      if (n > QUARRY_DOCUMENT_MAX_TITLE)
        {
          n = QUARRY_DOCUMENT_MAX_TITLE;
          while (((guchar) self->text[span.start + n] & 0xc0) == 0x80)
            n--;
        }
      path[--depth] = g_strndup (self->text + span.start, n);
    }
  return path;
}

guint32
quarry_document_characters_at (QuarryDocument *self, guint32 byte_offset)
{
  gsize offset, stride;

  g_return_val_if_fail (QUARRY_IS_DOCUMENT (self), 0);

  offset = MIN (byte_offset, self->length);
  if (self->characters == NULL)
    return (guint32) offset;
  stride = offset / STRIDE;
  return self->characters[stride]
         + count_characters (self->text + stride * STRIDE, offset - stride * STRIDE);
}

