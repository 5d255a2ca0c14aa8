/* quarry-document-item.h: a document of the library, as a list shows it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_DOCUMENT_ITEM (quarry_document_item_get_type ())

/* Signal "changed" (no arguments): what the item says has changed. */
G_DECLARE_FINAL_TYPE (QuarryDocumentItem, quarry_document_item, QUARRY, DOCUMENT_ITEM, GObject)

/* In the order in which lists sort them: by how much there is to do about it, least first. */
typedef enum
{
  QUARRY_DOCUMENT_ADDED,
  QUARRY_DOCUMENT_PASSED_OVER,
  QUARRY_DOCUMENT_FAILED,
} QuarryDocumentState;

/* Both functions may be called from any thread. */
QuarryDocumentItem *quarry_document_item_new (const QuarryDocumentRecord *record);
/* A file that did not become a document. */
QuarryDocumentItem *quarry_document_item_new_of_failure (const QuarryFailureRecord *record);

QuarryDocumentState quarry_document_item_get_state (QuarryDocumentItem *self);
const char *quarry_document_item_get_state_name (QuarryDocumentItem *self);
const char *quarry_document_item_get_reason (QuarryDocumentItem *self); /* why the file was not added; NULL if it was */

const char *quarry_document_item_get_path (QuarryDocumentItem *self);      /* in the file system's bytes */
const char *quarry_document_item_get_name (QuarryDocumentItem *self);      /* the title, else the file's name */
const char *quarry_document_item_get_mime_type (QuarryDocumentItem *self); /* may be NULL */
const char *quarry_document_item_get_type_name (QuarryDocumentItem *self); /* "PDF"; may be empty */
gint64 quarry_document_item_get_size (QuarryDocumentItem *self);           /* bytes; negative: unknown */
gint64 quarry_document_item_get_modified (QuarryDocumentItem *self);       /* nanoseconds since 1970 */
guint quarry_document_item_get_n_passages (QuarryDocumentItem *self);

/* Compares the names, taking numbers in them by value. Returns the same as strcmp(). */
int quarry_document_item_compare_names (QuarryDocumentItem *self, QuarryDocumentItem *other);

/* Whether the name of the document, or of its file, contains @folded, which was made by quarry_document_item_fold(). */
gboolean quarry_document_item_matches (QuarryDocumentItem *self, const char *folded);

/* Folds case, and composes characters in one way, for quarry_document_item_matches(). (transfer full) */
char *quarry_document_item_fold (const char *text);

/* Takes over the contents of @other, which has the same path. FALSE if these are the same already. */
gboolean quarry_document_item_update (QuarryDocumentItem *self, QuarryDocumentItem *other);

G_END_DECLS
