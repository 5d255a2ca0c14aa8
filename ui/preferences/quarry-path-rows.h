/* quarry-path-rows.h: a row for each of some strings, with a button
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * There may be thousands: rows are made for the first of them, and for more when a person asks.
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

typedef struct _QuarryPathRows QuarryPathRows;

typedef char *(*QuarryPathRowsTitle) (const char *string);
typedef void (*QuarryPathRowsPressed) (const char *string, GtkWidget *row, gpointer user_data);

/* @parent: (transfer none) an AdwPreferencesGroup or an AdwExpanderRow, which gets the rows and outlives them.
 * @icon, @label: of the button of a row. @make_title: a string as markup, (transfer full). @pressed: the button of
 * a row was. */
QuarryPathRows *quarry_path_rows_new (GtkWidget *parent,
                                      const char *icon,
                                      const char *label,
                                      QuarryPathRowsTitle make_title,
                                      QuarryPathRowsPressed pressed,
                                      gpointer user_data);
void quarry_path_rows_free (QuarryPathRows *self);

/* Where these are the strings already, the rows stay, and may all be pressed again. */
void quarry_path_rows_set (QuarryPathRows *self, const char *const *strings);
/* Never NULL. (transfer none) */
const char *const *quarry_path_rows_get (QuarryPathRows *self);

/* A button of a row. (transfer floating) */
GtkWidget *quarry_row_button_new (const char *icon, const char *label);

G_END_DECLS
