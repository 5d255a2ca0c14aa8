/* quarry-cells.h: what the cells of Excel's workbooks show
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The same in all its formats: a date is a number whose format is one of dates.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether the number format @id, one of those that need not be written out, shows a date (ECMA-376,
 * part 1, 18.8.30). */
gboolean quarry_cells_is_date_format (guint id);

/* Likewise one that is written out, as "d/m/yyyy". */
gboolean quarry_cells_is_date_code (const char *code);

/* Appends a number as a person would have typed it, or as a date where it is a count of days: from
 * the end of 1899, or,
 * @is_1904, of 1903. Nothing for what is no number, or no day. */
void quarry_cells_append_number (GString *out, double value, gboolean is_date, gboolean is_1904);

/* Appends a text; what would end a cell becomes a blank. */
void quarry_cells_append_text (GString *out, const char *text);

G_END_DECLS
