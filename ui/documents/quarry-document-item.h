/* quarry-document-item.h: a document of the library, as a list shows it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_DOCUMENT_ITEM (quarry_document_item_get_type ())

/* Signal "changed" (no arguments): it says something else than before. */
G_DECLARE_FINAL_TYPE (QuarryDocumentItem, quarry_document_item, QUARRY, DOCUMENT_ITEM, GObject)

/* By how much there is to do about it, the least first: so lists are sorted. */
typedef enum
{
  QUARRY_DOCUMENT_ADDED,
  QUARRY_DOCUMENT_PASSED_OVER,
  QUARRY_DOCUMENT_FAILED,
} QuarryDocumentState;

/* Both may be called from any thread. */
QuarryDocumentItem *quarry_document_item_new (const QuarryDocumentRecord *record);
/* A file that did not become a document. */
QuarryDocumentItem *quarry_document_item_new_of_failure (const QuarryFailureRecord *record);

QuarryDocumentState quarry_document_item_get_state (QuarryDocumentItem *self);
const char *quarry_document_item_get_state_name (QuarryDocumentItem *self);
const char *quarry_document_item_get_reason (QuarryDocumentItem *self); /* why it was not added; NULL: it was */

const char *quarry_document_item_get_path (QuarryDocumentItem *self);      /* bytes of the file system */
const char *quarry_document_item_get_name (QuarryDocumentItem *self);      /* its title, else its file's name */
const char *quarry_document_item_get_mime_type (QuarryDocumentItem *self); /* may be NULL */
const char *quarry_document_item_get_type_name (QuarryDocumentItem *self); /* "PDF"; may be empty */
gint64 quarry_document_item_get_size (QuarryDocumentItem *self);           /* bytes; negative: not known */
gint64 quarry_document_item_get_modified (QuarryDocumentItem *self);       /* nanoseconds since 1970 */
guint quarry_document_item_get_n_passages (QuarryDocumentItem *self);

/* By name, numbers in it by their value; as strcmp(). */
int quarry_document_item_compare_names (QuarryDocumentItem *self, QuarryDocumentItem *other);

/* Whether its name, or its file's, contains @folded, which quarry_document_item_fold() made. */
gboolean quarry_document_item_matches (QuarryDocumentItem *self, const char *folded);

/* Upper and lower case alike, and composed letters and their parts. (transfer full) */
char *quarry_document_item_fold (const char *text);

/* Takes over what @other, of the same path, says; FALSE where that is the same. */
gboolean quarry_document_item_update (QuarryDocumentItem *self, QuarryDocumentItem *other);

G_END_DECLS
