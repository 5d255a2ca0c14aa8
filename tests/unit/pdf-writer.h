/* pdf-writer.h: writes small PDF files for tests
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _PdfWriter PdfWriter;

PdfWriter *pdf_writer_new (void);

/* Pages are 600 × 800 points. */
void pdf_writer_begin_page (PdfWriter *self);

/* Text at @x from the left and @y from the top, in one of PDF's own fonts ("Helvetica",
 * "Helvetica-Bold", "Courier"); ASCII without brackets. In "Hebrew" the letters from a on stand for the Hebrew
 * ones, drawn from left to right; in "Shifted", a font whose program is in the file, those from b on for the letter before. */
void pdf_writer_text (
    PdfWriter *self, const char *font, double size, double x, double y, const char *text);

/* A rectangle, so that a page is not empty. */
void pdf_writer_box (PdfWriter *self);

/* A picture, grey all over. */
void pdf_writer_picture (PdfWriter *self);

void pdf_writer_set_title (PdfWriter *self, const char *title);

/* An entry of the outline, pointing to the page begun last. */
void pdf_writer_outline (PdfWriter *self, const char *title);

/* Ends it; frees @self. (transfer full) @encrypted: as if by a password that nobody knows. */
GBytes *pdf_writer_end (PdfWriter *self, gboolean encrypted);

G_END_DECLS
