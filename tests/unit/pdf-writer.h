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

/* Text at @x from the left and @y from the top, in one of PDF's standard fonts ("Helvetica", "Helvetica-Bold",
 * "Courier"); ASCII without brackets. In the font "Hebrew", the letters from a on stand for the Hebrew ones, drawn
 * from left to right. In "Shifted", a font whose program is in the file, each letter from b on stands for the one
 * before it. In "Numbered", each code is said to be the character of that number. */
void pdf_writer_text (
    PdfWriter *self, const char *font, double size, double x, double y, const char *text);

/* A rectangle, so that a page is not empty. */
void pdf_writer_box (PdfWriter *self);

/* Draws a picture that is grey all over. */
void pdf_writer_picture (PdfWriter *self);

void pdf_writer_set_title (PdfWriter *self, const char *title);

/* Adds an entry to the outline that points to the page begun last. */
void pdf_writer_outline (PdfWriter *self, const char *title);

/* Finishes the file and frees @self. With @encrypted, the file seems to be encrypted with a password that nobody knows.
 * (transfer full) */
GBytes *pdf_writer_end (PdfWriter *self, gboolean encrypted);

G_END_DECLS
