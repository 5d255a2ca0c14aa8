/* quarry-documents-view.h: all documents of the library, in columns
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_DOCUMENTS_VIEW (quarry_documents_view_get_type ())

/* A list that is sorted by its headers and filtered by its entry. It follows the library while it is shown, and can
 * remove documents from the library or read them again.
 *  Signals: "read" (char *path, char *mime_type): a document was activated, to be read in Quarry;
 *           "opened" (char *path, char *mime_type): it is to be opened in its own application;
 *           "told" (char *text, char *removed): a message for the person; if @removed is not NULL, it is the
 *           path of a removed document, for quarry_documents_view_import_again() to undo that. */
G_DECLARE_FINAL_TYPE (QuarryDocumentsView, quarry_documents_view, QUARRY, DOCUMENTS_VIEW, GtkWidget)

GtkWidget *quarry_documents_view_new (void);

/* @library may be NULL. */
void quarry_documents_view_set_library (QuarryDocumentsView *self, QuarryLibrary *library);
QuarryLibrary *quarry_documents_view_get_library (QuarryDocumentsView *self); /* (transfer none) */

/* FALSE: documents can neither be removed nor read again. */
void quarry_documents_view_set_writable (QuarryDocumentsView *self, gboolean writable);

/* Empties the filter's entry; FALSE if it was empty. */
gboolean quarry_documents_view_clear_filter (QuarryDocumentsView *self);

/* Imports the file at @path (or the archive or mail that @path is inside of) again, even if it is unchanged. */
void quarry_documents_view_import_again (QuarryDocumentsView *self, const char *path);

/* Imports the document again that was removed last. FALSE: none was, or it has been put back. For a key: the button that
 * offers the same goes away after some seconds. */
gboolean quarry_documents_view_put_back (QuarryDocumentsView *self);

G_END_DECLS
