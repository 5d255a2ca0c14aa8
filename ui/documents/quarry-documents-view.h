/* quarry-documents-view.h: all documents of the library, in columns
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_DOCUMENTS_VIEW (quarry_documents_view_get_type ())

/* A list that is sorted by its headers and filtered by its entry. It follows the library while it is shown,
 * and takes documents out of it and reads them again.
 * Signals: "read" (char *path, char *mime_type): a document was activated, to be read here;
 *          "opened" (char *path, char *mime_type): it is to be opened in its own application;
 *          "told" (char *text, char *removed): a sentence for whoever looks; @removed, which may be NULL, is
 *          the path that quarry_documents_view_import_again() brings back. */
G_DECLARE_FINAL_TYPE (QuarryDocumentsView, quarry_documents_view, QUARRY, DOCUMENTS_VIEW, GtkWidget)

GtkWidget *quarry_documents_view_new (void);

/* @library may be NULL. */
void quarry_documents_view_set_library (QuarryDocumentsView *self, QuarryLibrary *library);

/* FALSE: nothing can be removed or read again. */
void quarry_documents_view_set_writable (QuarryDocumentsView *self, gboolean writable);

/* Empties the entry; FALSE where it was empty. */
gboolean quarry_documents_view_clear_filter (QuarryDocumentsView *self);

/* Reads the file at @path, or that @path is inside of, whether it has changed or not. */
void quarry_documents_view_import_again (QuarryDocumentsView *self, const char *path);

G_END_DECLS
