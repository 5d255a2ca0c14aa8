/* quarry-page-image.c: a drawn page and the words on it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/quarry-page-image.h"

#include "core/extract/process/quarry-extract-protocol.h"

#include <string.h>

struct _QuarryPageImage
{
  GObject parent_instance;

  QuarryExtractPage page;
  GBytes *bytes;
  GBytes *pixels; /* a part of @bytes */
  QuarryPageBox *boxes;
  const char **words; /* they point into @bytes */
  char *label;
};

G_DEFINE_FINAL_TYPE (QuarryPageImage, quarry_page_image, G_TYPE_OBJECT)

static void
quarry_page_image_finalize (GObject *object)
{
  QuarryPageImage *self = QUARRY_PAGE_IMAGE (object);

  g_clear_pointer (&self->pixels, g_bytes_unref);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->boxes);
  g_free (self->words);
  g_free (self->label);
  G_OBJECT_CLASS (quarry_page_image_parent_class)->finalize (object);
}

static void
quarry_page_image_class_init (QuarryPageImageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = quarry_page_image_finalize;
}

static void
quarry_page_image_init (QuarryPageImage *self)
{
}

static gboolean
is_head (const QuarryExtractPage *page)
{
  return page->number >= 1 && page->number <= page->n_pages && page->n_pages <= G_MAXINT
         && page->width >= 1 && page->width <= QUARRY_EXTRACT_MAX_SIDE && page->height >= 1
         && page->height <= QUARRY_EXTRACT_MAX_SIDE
         && (guint64) page->width * page->height <= QUARRY_EXTRACT_MAX_PIXELS
         && page->n_words <= QUARRY_EXTRACT_MAX_WORDS
         && page->text_length <= QUARRY_EXTRACT_MAX_WORDS_TEXT
         && page->label_length <= QUARRY_EXTRACT_MAX_LABEL;
}

static gboolean
is_box (const QuarryPageBox *box)
{
  return box->x0 >= 0 && box->y0 >= 0 && box->x1 >= box->x0 && box->y1 >= box->y0 && box->x1 <= 1
         && box->y1 <= 1; /* the comparisons also fail for NAN */
}

/* FALSE if the number of words in UTF-8 is not that of the boxes. */
static gboolean
take_words (QuarryPageImage *self, const char *text)
{
  const char *end = text + self->page.text_length;

  self->words = g_new0 (const char *, self->page.n_words + 1);
  for (guint i = 0; i < self->page.n_words; i++)
    {
      gsize length = strnlen (text, (gsize) (end - text));

      if (text + length == end || !is_box (&self->boxes[i])
          || !g_utf8_validate_len (text, length, NULL))
        return FALSE;
      self->words[i] = text;
      text += length + 1;
    }
  return text == end;
}

QuarryPageImage *
quarry_page_image_new (GBytes *bytes)
{
  g_autoptr (QuarryPageImage) self = g_object_new (QUARRY_TYPE_PAGE_IMAGE, NULL);
  gsize length, n_pixels, n_boxes;
  const char *data = g_bytes_get_data (bytes, &length);

  if (length < sizeof self->page)
    return NULL;
  memcpy (&self->page, data, sizeof self->page);
  if (!is_head (&self->page))
    return NULL;
  n_pixels = 4 * (gsize) self->page.width * self->page.height;
  n_boxes = self->page.n_words * sizeof (QuarryPageBox);
  if (length != sizeof self->page + n_pixels + n_boxes + self->page.text_length + self->page.label_length)
    return NULL;

  data += sizeof self->page;
  self->bytes = g_bytes_ref (bytes);
  self->pixels = g_bytes_new_from_bytes (bytes, sizeof self->page, n_pixels);
  data += n_pixels;
  self->boxes = g_memdup2 (data, n_boxes);
  data += n_boxes;
  if (!take_words (self, data))
    return NULL;
  data += self->page.text_length;
  if (self->page.label_length > 0)
    self->label = g_utf8_make_valid (data, self->page.label_length);
  return g_steal_pointer (&self);
}

guint
quarry_page_image_get_number (QuarryPageImage *self)
{
  return self->page.number;
}

guint
quarry_page_image_get_n_pages (QuarryPageImage *self)
{
  return self->page.n_pages;
}

const char *
quarry_page_image_get_label (QuarryPageImage *self)
{
  return self->label;
}

GBytes *
quarry_page_image_get_pixels (QuarryPageImage *self, guint *width, guint *height)
{
  *width = self->page.width;
  *height = self->page.height;
  return self->pixels;
}

guint
quarry_page_image_get_n_words (QuarryPageImage *self)
{
  return self->page.n_words;
}

const char *
quarry_page_image_get_word (QuarryPageImage *self, guint word, QuarryPageBox *box)
{
  g_return_val_if_fail (word < self->page.n_words, NULL);

  *box = self->boxes[word];
  return self->words[word];
}

gsize
quarry_page_image_get_size (QuarryPageImage *self)
{
  return g_bytes_get_size (self->bytes)
         + self->page.n_words * (sizeof (QuarryPageBox) + sizeof (char *));
}
