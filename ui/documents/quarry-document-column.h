/* quarry-document-column.h: what a column of the list of documents shows, and how it sorts
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum
{
  QUARRY_DOCUMENT_COLUMN_NAME,
  QUARRY_DOCUMENT_COLUMN_TYPE,
  QUARRY_DOCUMENT_COLUMN_SIZE,
  QUARRY_DOCUMENT_COLUMN_DATE,
  QUARRY_DOCUMENT_COLUMN_PASSAGES,
  QUARRY_DOCUMENT_COLUMN_STATE,
} QuarryDocumentColumn;

#define QUARRY_N_DOCUMENT_COLUMNS (QUARRY_DOCUMENT_COLUMN_STATE + 1)

/* Gives the column its cells, over a model of QuarryDocumentItem, and its sorter. */
void quarry_document_column_set_up (GtkColumnViewColumn *self, QuarryDocumentColumn column);

/* The row that @widget belongs to: @widget is the row itself, a cell, or inside a cell. NULL: none. (transfer none) */
GtkListItem *quarry_document_column_row_of (GtkWidget *widget);

G_END_DECLS
