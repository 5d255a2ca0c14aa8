/* quarry-extraction.h: what was found in one file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Most files contain one document: their own. Archives, mails with attachments and mailboxes contain
 * others, each with a place in the file. Documents are deserialized one at a time, so a mailbox of any
 * size needs no more memory than its largest mail.
 */
#pragma once

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

typedef struct _QuarryExtraction QuarryExtraction;

/* @bytes: records as described in quarry-extract-protocol.h. They come from another process, so nothing in them is
 * trusted. @is_mapped: they are pages of a file, which need not stay in memory. @error: (transfer full), or NULL: why
 * reading ended early. NULL if the bytes are not records; @error is freed then. */
QuarryExtraction *quarry_extraction_new (GBytes *bytes, gboolean is_mapped, GError *error);
void quarry_extraction_free (QuarryExtraction *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryExtraction, quarry_extraction_free)

/* TRUE if there are documents inside the file. */
gboolean quarry_extraction_has_inside (QuarryExtraction *self);

/* The size in bytes of the next record's contents, that is, of a document's text and little more; 0 after the last
 * record. */
gsize quarry_extraction_next_length (QuarryExtraction *self);

/* Moves on to the next record, initially to the first. FALSE after the last one. *@place is set to the document's
 * place, a relative path in UTF-8 that is valid until the extraction is freed. It is "" for the file itself, which may
 * have several records; only what its reader left for later comes after them. Sets either *@document, or *@error, which
 * says why there is none. */
gboolean quarry_extraction_next (QuarryExtraction *self,
                                 const char **place,
                                 QuarryDocument **document,
                                 GError **error);

/* The SHA-256 of the current document in hexadecimal, which differs if anything in the document does. (transfer
 * full) */
char *quarry_extraction_hash (QuarryExtraction *self);

G_END_DECLS
