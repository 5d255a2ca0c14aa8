/* quarry-ref.h: reads reference segmentations
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A .ref file (Choi, NAACL 2000) has one sentence on each line. A line of at least ten "=" separates segments; there is
 * often one at the beginning and at the end as well. Blank lines and empty segments are ignored. Bytes that are not
 * valid UTF-8 are replaced; a byte of zero means that the file is not text.
 */
#pragma once

#include <gio/gio.h>

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

typedef struct
{
  char *path;
  GPtrArray *sentences; /* of char *: trimmed, valid UTF-8 */
  gboolean *boundary;   /* one for each sentence: TRUE where a segment ends after it */
  guint n_segments;
} QuarryRef;

/* A file without any sentence gives a reference without sentences. Errors: from G_IO_ERROR. */
QuarryRef *quarry_ref_load (const char *path, GError **error);
void quarry_ref_free (QuarryRef *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryRef, quarry_ref_free)

/* The .ref files in @folder and its subfolders, sorted by path. (transfer full): of char *. G_IO_ERROR_NOT_FOUND where
 * there are none. */
GPtrArray *quarry_ref_list (const char *folder, GError **error);

/* The text as a document in which each sentence is a paragraph, so that the blocks of the document are the sentences.
 * (transfer full) */
QuarryDocument *quarry_ref_to_document (const QuarryRef *self, GError **error);

G_END_DECLS
