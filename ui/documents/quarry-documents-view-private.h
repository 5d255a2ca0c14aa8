/* quarry-documents-view-private.h: what the list of documents and its actions share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "ui/documents/quarry-document-column.h"
#include "ui/documents/quarry-document-item.h"
#include "ui/documents/quarry-documents-view.h"

G_BEGIN_DECLS

struct _QuarryDocumentsView
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkEditable *entry;
  GtkLabel *count;
  GtkStack *stack;
  GtkColumnView *list;
  GtkColumnViewColumn *name_column;
  GtkColumnViewColumn *type_column;
  GtkColumnViewColumn *size_column;
  GtkColumnViewColumn *date_column;
  GtkColumnViewColumn *passages_column;
  GtkColumnViewColumn *state_column;
  GtkPopover *menu;

  GListStore *items;   /* of QuarryDocumentItem, in no order */
  GHashTable *by_path; /* its path to the item; both owned by the item that @items holds */
  GtkFilter *filter;
  char *folded; /* what names are to contain */
  GtkSingleSelection *selection;
  guint sorted_by; /* the column that the menu chose last */
  gboolean descending;
  guint last; /* where the selected one was seen last */
  char *wanted; /* the path that is to be selected once it is there */

  QuarryLibrary *library;
  gulong changed_handler;
  gboolean writable;
  guint load_source;
  guint columns_source;
  guint menu_source;
  gboolean loading;
  gboolean stale;       /* to be loaded when it is shown, or once loading is done */
  gboolean wants_focus; /* once there is a row for it */
};

typedef enum
{
  QUARRY_DOCUMENTS_READ,
  QUARRY_DOCUMENTS_OPENED,
  QUARRY_DOCUMENTS_TOLD,
} QuarryDocumentsSignal;

#define QUARRY_DOCUMENTS_N_SIGNALS (QUARRY_DOCUMENTS_TOLD + 1)

/* quarry-documents-view.c */
GtkColumnViewColumn *quarry_documents_view_column (QuarryDocumentsView *self, guint i);
QuarryDocumentItem *quarry_documents_view_selected (QuarryDocumentsView *self); /* may be NULL */
void quarry_documents_view_load (QuarryDocumentsView *self);
void quarry_documents_view_emit (QuarryDocumentsView *self,
                                 QuarryDocumentsSignal which,
                                 const char *first,
                                 const char *second);

/* quarry-documents-view-actions.c */
void quarry_documents_view_install_actions (GtkWidgetClass *widget_class);

G_END_DECLS
