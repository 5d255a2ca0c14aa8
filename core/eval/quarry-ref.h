/* quarry-ref.h: reference segmentations
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A .ref file (Choi, NAACL 2000) holds one sentence a line; a line of ten or more "=" stands
 * between segments, and often at the start and the end too. Blank lines and empty segments do not
 * count. Bytes that are no UTF-8 are replaced; a byte of zero means that the file is no text.
 */
#pragma once

#include <gio/gio.h>

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

typedef struct
{
  char *path;
  GPtrArray *sentences; /* of char *: trimmed, valid UTF-8 */
  gboolean *boundary;   /* one a sentence: TRUE where a segment ends after it */
  guint n_segments;
} QuarryRef;

/* A file without a sentence gives a reference without sentences. Errors: of G_IO_ERROR. */
QuarryRef *quarry_ref_load (const char *path, GError **error);
void quarry_ref_free (QuarryRef *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryRef, quarry_ref_free)

/* The .ref files of @folder and the folders in it, sorted by path. (transfer full): of char *.
 * G_IO_ERROR_NOT_FOUND where there is none. */
GPtrArray *quarry_ref_list (const char *folder, GError **error);

/* The text as a document, a paragraph a sentence: the document's blocks are the sentences.
 * (transfer full) */
QuarryDocument *quarry_ref_to_document (const QuarryRef *self, GError **error);

G_END_DECLS
