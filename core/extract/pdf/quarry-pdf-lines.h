/* quarry-pdf-lines.h: recognizes kinds of lines by their text, and measures how lines are set
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/extract/pdf/quarry-pdf.h"

G_BEGIN_DECLS

gboolean quarry_pdf_line_starts_lower (const char *text);

/* Whether the text ends as a sentence does, or as a line that introduces something else. */
gboolean quarry_pdf_line_is_closed (const char *text);

gboolean quarry_pdf_line_has_letters (const char *text);

/* The length in bytes of the bullet or list number that a line begins with; 0 for none. @is_number is set to whether it
 * is a number, which stays in the text. */
gsize quarry_pdf_line_get_bullet (const char *text, gboolean *is_number);

/* The number of such a list item; 0 for none. */
guint quarry_pdf_line_get_number (const char *text);

/* The text of a row of a table of contents, "Contents . . . . . . 12", without the dots; NULL for other lines.
 * (transfer full) */
char *quarry_pdf_line_undo_leaders (const char *text);

/* Whether two type sizes, in points, are probably meant to be the same. */
gboolean quarry_pdf_same_size (double a, double b);

/* For each of @n lines, the right edge of similar lines nearby. This is the edge of the line's own paragraph, even if
 * there is a figure beside it. (transfer full) */
double *quarry_pdf_lines_find_rights (const QuarryPdfLine *lines, guint n);

/* The type size of most of the text. */
double quarry_pdf_lines_find_body_size (const QuarryPdfLine *lines, guint n);

/* The median distance of two lines of text of the size @body. */
double quarry_pdf_lines_find_step (const QuarryPdfLine *lines, guint n, double body);

G_END_DECLS
