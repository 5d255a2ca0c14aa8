/* quarry-page-image.h: a drawn page and the words on it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Made by quarry_extractor_draw(). Immutable; any thread.
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* A rectangle on a page, as fractions of the page's width and height, from its left and top edge. */
typedef struct
{
  float x0, y0, x1, y1;
} QuarryPageBox;

#define QUARRY_TYPE_PAGE_IMAGE (quarry_page_image_get_type ())
G_DECLARE_FINAL_TYPE (QuarryPageImage, quarry_page_image, QUARRY, PAGE_IMAGE, GObject)

/* @bytes: a QuarryExtractPage with what follows it. It comes from another process, so nothing in it is trusted. NULL if
 * it is not valid. (transfer full) */
QuarryPageImage *quarry_page_image_new (GBytes *bytes);

guint quarry_page_image_get_number (QuarryPageImage *self); /* counted from 1 */
guint quarry_page_image_get_n_pages (QuarryPageImage *self);

/* The label that the document gives the page, such as "iv"; NULL if that is just its number. */
const char *quarry_page_image_get_label (QuarryPageImage *self);

/* Pixels of 32 bits, premultiplied ARGB in the machine's byte order; a row has 4 × width bytes. (transfer none) */
GBytes *quarry_page_image_get_pixels (QuarryPageImage *self, guint *width, guint *height);

/* The words with their places, mostly in reading order. A word may be a whole line. */
guint quarry_page_image_get_n_words (QuarryPageImage *self);
const char *quarry_page_image_get_word (QuarryPageImage *self, guint word, QuarryPageBox *box);

/* The size in memory, in bytes. */
gsize quarry_page_image_get_size (QuarryPageImage *self);

G_END_DECLS
