/* quarry-path-rows.h: a row with a button for each string of a list
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * There may be thousands of strings, so rows are made for the first of them only, and for more when
 * the person asks.
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

typedef struct _QuarryPathRows QuarryPathRows;

typedef char *(*QuarryPathRowsTitle) (const char *string);
typedef void (*QuarryPathRowsPressed) (const char *string, GtkWidget *row, gpointer user_data);

/* @parent: (transfer none) an AdwPreferencesGroup or an AdwExpanderRow, which gets the rows and must outlive the
 * result. @icon, @label: of the button in each row. @make_title: returns a string as markup (transfer full). @pressed:
 * is called when the button of a row is pressed. */
QuarryPathRows *quarry_path_rows_new (GtkWidget *parent,
                                      const char *icon,
                                      const char *label,
                                      QuarryPathRowsTitle make_title,
                                      QuarryPathRowsPressed pressed,
                                      gpointer user_data);
void quarry_path_rows_free (QuarryPathRows *self);

/* Sets the strings. If they are unchanged, the rows are kept and their buttons can be pressed again. */
void quarry_path_rows_set (QuarryPathRows *self, const char *const *strings);
/* The strings; never NULL. (transfer none) */
const char *const *quarry_path_rows_get (QuarryPathRows *self);

/* Makes a button for a row. (transfer floating) */
GtkWidget *quarry_row_button_new (const char *icon, const char *label);

G_END_DECLS
