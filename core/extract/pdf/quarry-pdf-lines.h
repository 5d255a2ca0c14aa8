/* quarry-pdf-lines.h: what a printed line looks like, and how lines are set
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/extract/pdf/quarry-pdf.h"

G_BEGIN_DECLS

gboolean quarry_pdf_line_starts_lower (const char *text);

/* Whether a text ends as a sentence, or a line before something else, does. */
gboolean quarry_pdf_line_is_closed (const char *text);

gboolean quarry_pdf_line_has_letters (const char *text);

/* The length of the bullet, or the number of an item, that a line starts with; 0 for none.
 * @is_number: whether it is a number, which stays in the text. */
gsize quarry_pdf_line_get_bullet (const char *text, gboolean *is_number);

/* The number of such an item; 0 for none. */
guint quarry_pdf_line_get_number (const char *text);

/* (transfer full) "Contents . . . . . . 12": a row of a table of contents. NULL for other lines. */
char *quarry_pdf_line_undo_leaders (const char *text);

/* Whether two sizes of type, in points, are meant to be the same. */
gboolean quarry_pdf_same_size (double a, double b);

/* (transfer full) How far lines of the same kind reach near each of @n lines: the paragraph's own right edge, not that
 * of a figure beside it. */
double *quarry_pdf_lines_find_rights (const QuarryPdfLine *lines, guint n);

/* The size in which most is set. */
double quarry_pdf_lines_find_body_size (const QuarryPdfLine *lines, guint n);

/* The usual distance between two lines of text of the size @body: the median. */
double quarry_pdf_lines_find_step (const QuarryPdfLine *lines, guint n, double body);

G_END_DECLS
