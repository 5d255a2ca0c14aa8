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
  GtkWidget *bar;
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

  GListStore *items;   /* of QuarryDocumentItem, unsorted */
  GHashTable *by_path; /* path -> item; both owned by the item in @items */
  GtkFilter *filter;
  char *folded; /* what names have to contain, folded */
  GtkSingleSelection *selection;
  guint sorted_by; /* the column that was last chosen by key or menu */
  gboolean descending;
  guint last; /* position at which the selected row was last seen */
  char *removed; /* path of the document that was removed last */
  char *wanted; /* path of the item to be selected once it is listed */

  QuarryLibrary *library;
  gulong changed_handler;
  gboolean writable;
  guint load_source;
  guint columns_source;
  guint menu_source;
  gboolean loading;
  gboolean stale;       /* to be loaded when the view is next shown, or when the load that runs has ended */
  gboolean wants_focus; /* to be focused as soon as it has a row */
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
