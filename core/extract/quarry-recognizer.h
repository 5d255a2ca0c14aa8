/* quarry-recognizer.h: the text of pictures
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tesseract does the work, where it is installed: its library is looked for when somebody first
 * asks. Used in the reader process alone, by one thread.
 */
#pragma once

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

typedef struct _QuarryRecognizer QuarryRecognizer;

/* Loads the library. Has to come before the walls of the sandbox, behind which nothing can be
 * loaded. FALSE where it is not installed. */
gboolean quarry_recognizer_load (void);

/* Sets QUARRY_EXTRACT_ERROR_PICTURES, which says what to install, where something is missing or damaged. */
QuarryRecognizer *quarry_recognizer_new (GError **error);
void quarry_recognizer_free (QuarryRecognizer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryRecognizer, quarry_recognizer_free)

typedef struct
{
  char *text;
  int x0, y0, x1, y1; /* pixels, y downwards */
  gboolean begins_paragraph;
} QuarryRecognizedLine;

/* @grey: one byte a pixel, rows of @stride bytes from the top. @resolution: pixels an inch, 0 where
 * nobody knows. (transfer full): of QuarryRecognizedLine in reading order, without what is hardly
 * text; empty once the time for one file is up. */
GArray *quarry_recognizer_read_grey (
    QuarryRecognizer *self, const guint8 *grey, int width, int height, int stride, int resolution);

/* Adds the text of a coded picture (PNG, JPEG, TIFF with any number of pages, …) to @builder.
 * @quarter_turns: clockwise, to bring it upright. FALSE with QUARRY_EXTRACT_ERROR_PICTURES or
 * QUARRY_EXTRACT_ERROR_TOO_LARGE where it cannot be looked at, with QUARRY_EXTRACT_ERROR_EMPTY where there is no text. */
gboolean quarry_recognizer_read_picture (QuarryRecognizer *self,
                                         const guint8 *bytes,
                                         gsize length,
                                         int quarter_turns,
                                         QuarryDocumentBuilder *builder,
                                         GError **error);

/* TRUE once no time is left, so that pages may be missing. */
gboolean quarry_recognizer_is_late (const QuarryRecognizer *self);
/* TRUE where that, or a page that could not be looked at to its end, is why text may be missing. */
gboolean quarry_recognizer_has_given_up (const QuarryRecognizer *self);

G_END_DECLS
