/* quarry-cells.h: what the cells of Excel's workbooks show
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * This is the same for all of Excel's formats. A date is stored as a number, and is recognized by its
 * number format.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether @id, one of the built-in number formats, shows a date (ECMA-376, part 1, 18.8.30). */
gboolean quarry_cells_is_date_format (guint id);

/* The same for a number format given by its code, such as "d/m/yyyy". */
gboolean quarry_cells_is_date_code (const char *code);

/* Appends a number as a person would have typed it; with @is_date as a date, of which the number is the count of
 * days since the end of 1899 or, with @is_1904, of 1903. Appends nothing if it is not a finite number, or not a
 * valid date. */
void quarry_cells_append_number (GString *out, double value, gboolean is_date, gboolean is_1904);

/* Appends a text; characters that would end the cell become blanks. */
void quarry_cells_append_text (GString *out, const char *text);

G_END_DECLS
