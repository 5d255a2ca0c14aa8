/* pdf-helpers.h: what the tests of PDF files share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/document/quarry-document.h"
#include "pdf-writer.h"

G_BEGIN_DECLS

/* Finishes the file, frees @writer and reads the file, which must be readable. (transfer full) */
QuarryDocument *end_and_read (PdfWriter *writer);

/* Does the same, and checks that show() shows the document as @expected. */
void assert_shows (PdfWriter *writer, const char *expected);

/* Adds lines of text, 14 points apart. Returns where the next one would stand. */
double add_lines (PdfWriter *writer, double x, double y, const char *lines);

G_END_DECLS
