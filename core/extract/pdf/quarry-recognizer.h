/* quarry-recognizer.h: recognizes the text in pictures
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tesseract does the work, if it is installed: its library is looked for when it is first needed. Only
 * used in the reader process, by one thread.
 */
#pragma once

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

typedef struct _QuarryRecognizer QuarryRecognizer;

/* Loads the library. To be called before the process is sandboxed, since nothing can be loaded after that. FALSE if it
 * is not installed. */
gboolean quarry_recognizer_load (void);

/* If something is missing or damaged, sets QUARRY_EXTRACT_ERROR_PICTURES with a message that says what to install. */
QuarryRecognizer *quarry_recognizer_new (GError **error);
void quarry_recognizer_free (QuarryRecognizer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryRecognizer, quarry_recognizer_free)

typedef struct
{
  char *text;
  int x0, y0, x1, y1; /* pixels, y downwards */
  guint quarter_turns; /* clockwise, from upright to how it stands on the page */
  gboolean begins_paragraph;
} QuarryRecognizedLine;

/* @grey: one byte per pixel, in rows of @stride bytes from the top. @resolution: pixels per inch, 0 if unknown. Returns
 * the lines in reading order, without those that are probably not text; none once the time for the file is up.
 * (transfer full): of QuarryRecognizedLine */
GArray *quarry_recognizer_read_grey (
    QuarryRecognizer *self, const guint8 *grey, int width, int height, int stride, int resolution);

/* Adds the text of an encoded picture (PNG, JPEG, TIFF with any number of pages, …) to @builder. @quarter_turns: how
 * far it has to be turned clockwise to be upright. FALSE with QUARRY_EXTRACT_ERROR_PICTURES or
 * QUARRY_EXTRACT_ERROR_TOO_LARGE if the picture cannot be recognized, with QUARRY_EXTRACT_ERROR_EMPTY if it contains no
 * text. */
gboolean quarry_recognizer_read_picture (QuarryRecognizer *self,
                                         const guint8 *bytes,
                                         gsize length,
                                         int quarter_turns,
                                         QuarryDocumentBuilder *builder,
                                         GError **error);

/* TRUE once the time for the file is up, so that pages may be missing. */
gboolean quarry_recognizer_is_late (const QuarryRecognizer *self);
/* TRUE if text may be missing because of that, or because the recognition of a page was not finished. */
gboolean quarry_recognizer_has_given_up (const QuarryRecognizer *self);

G_END_DECLS
