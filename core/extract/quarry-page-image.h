/* quarry-page-image.h: a page as it was drawn, and the words on it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Made by quarry_extractor_draw(). Immutable; threads: any.
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* A place on a page, in parts of its width and height: 0 to 1, from the left and from the top. */
typedef struct
{
  float x0, y0, x1, y1;
} QuarryPageBox;

#define QUARRY_TYPE_PAGE_IMAGE (quarry_page_image_get_type ())
G_DECLARE_FINAL_TYPE (QuarryPageImage, quarry_page_image, QUARRY, PAGE_IMAGE, GObject)

/* @bytes: a QuarryExtractPage with what follows it, by another process, so that nothing in it is believed.
 * NULL where it is none. (transfer full) */
QuarryPageImage *quarry_page_image_new (GBytes *bytes);

guint quarry_page_image_get_number (QuarryPageImage *self); /* counted from 1 */
guint quarry_page_image_get_n_pages (QuarryPageImage *self);

/* What the document calls the page, as "iv"; NULL where that is its number. */
const char *quarry_page_image_get_label (QuarryPageImage *self);

/* Pixels of 32 bits, ARGB with the alpha multiplied in, in the machine's order; a row has 4 × width bytes. (transfer none) */
GBytes *quarry_page_image_get_pixels (QuarryPageImage *self, guint *width, guint *height);

/* Words with their places, mostly in the order in which they are read; a whole line may be one. */
guint quarry_page_image_get_n_words (QuarryPageImage *self);
const char *quarry_page_image_get_word (QuarryPageImage *self, guint word, QuarryPageBox *box);

/* Bytes of memory. */
gsize quarry_page_image_get_size (QuarryPageImage *self);

G_END_DECLS
