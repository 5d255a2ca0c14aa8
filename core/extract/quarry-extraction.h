/* quarry-extraction.h: what was found in one file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Most files hold one document: their own. Archives, mails with attachments and mailboxes hold
 * others inside, each with a place in its file. Documents are unpacked one at a time, so that a
 * mailbox of any size takes the memory of its largest mail.
 */
#pragma once

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

typedef struct _QuarryExtraction QuarryExtraction;

/* @bytes: records as quarry-extract-protocol.h has them, by another process, so that nothing in
 * them is believed. @is_mapped: they are pages of a file, which need not stay in memory. @error: (transfer full), or NULL: why reading ended before its time. NULL where
 * the bytes are no records; @error is freed then. */
QuarryExtraction *quarry_extraction_new (GBytes *bytes, gboolean is_mapped, GError *error);
void quarry_extraction_free (QuarryExtraction *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryExtraction, quarry_extraction_free)

/* TRUE where something is inside the file. */
gboolean quarry_extraction_has_inside (QuarryExtraction *self);

/* Bytes of the next record's contents, a document's text and little more; 0 behind the last. */
gsize quarry_extraction_next_length (QuarryExtraction *self);

/* Moves to the next record, the first one at first. FALSE behind the last. *@place: valid until the
 * extraction is freed, UTF-8, relative; "" for the file itself, which comes last and may be told
 * of more than once. Either *@document is set, or @error to say why there is none. */
gboolean quarry_extraction_next (QuarryExtraction *self,
                                 const char **place,
                                 QuarryDocument **document,
                                 GError **error);

/* SHA-256 of the document that was moved to, hex: another one where anything in it is. (transfer
 * full) */
char *quarry_extraction_hash (QuarryExtraction *self);

G_END_DECLS
