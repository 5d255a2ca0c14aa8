/* quarry-cells.h: what the cells of Excel's workbooks show
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Appends a number as a person would have typed it; nothing if it is not finite. */
void quarry_cells_append_number (GString *out, double value);

/* Appends a date, given by the count of days since the end of 1899 or, with @is_1904, of 1903, as in "2024-02-29
 * 12:00". Appends nothing if it is no valid date. */
void quarry_cells_append_date (GString *out, double days, gboolean is_1904);

/* What a cell shows for a truth value. */
const char *quarry_cells_name_truth (gboolean is_true);

/* Appends a text; characters that would end the cell become blanks. */
void quarry_cells_append_text (GString *out, const char *text);

G_END_DECLS
