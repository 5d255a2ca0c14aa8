/* quarry-cell-format.h: the number formats of Excel's workbooks
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A cell holds a number, and its format tells what a person sees of it: "1,234.50 €", "19%", "27:15". The codes of
 * formats are described in ECMA-376, part 1, 18.8.31.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A number format that has been read. */
typedef struct _QuarryCellFormat QuarryCellFormat;

/* The number formats of a workbook, by their numbers; belongs to one thread. */
typedef struct _QuarryCellFormats QuarryCellFormats;

QuarryCellFormats *quarry_cell_formats_new (void);
void quarry_cell_formats_free (QuarryCellFormats *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryCellFormats, quarry_cell_formats_free)

/* Defines the format @id by its code, such as "d/m/yyyy"; the first definition counts. */
void quarry_cell_formats_define (QuarryCellFormats *self, guint id, const char *code);

/* The format @id: a defined one or else, with @has_builtin, one that every workbook has. NULL for the general format,
 * and for what is not known. (transfer none) */
const QuarryCellFormat *quarry_cell_formats_get (QuarryCellFormats *self, guint id, gboolean has_builtin);

/* Whether it shows a day, of which the number counts the days. */
gboolean quarry_cell_format_is_date (const QuarryCellFormat *self);

/* Appends a number as its @format shows it (NULL for the general one). A day is written as in "2024-02-29", whatever
 * the order in the format; it counts from the end of 1899 or, with @is_1904, of 1903. Appends nothing if it is not a
 * finite number, or not a valid date. */
void quarry_cell_format_append (const QuarryCellFormat *format, GString *out, double value, gboolean is_1904);

G_END_DECLS
