/* quarry-failure-row.h: a row of the failures window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "ui/documents/quarry-failure-item.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_FAILURE_ROW (quarry_failure_row_get_type ())

/* Signals "retry" and "reveal" (no arguments): what is wanted for the row's item. */
G_DECLARE_FINAL_TYPE (QuarryFailureRow, quarry_failure_row, QUARRY, FAILURE_ROW, GtkWidget)

GtkWidget *quarry_failure_row_new (void);

/* @item may be NULL: none. @is_folded: its reason stands in a heading above. */
void quarry_failure_row_set_item (QuarryFailureRow *self, QuarryFailureItem *item, gboolean is_folded);
QuarryFailureItem *quarry_failure_row_get_item (QuarryFailureRow *self);

G_END_DECLS
