/* quarry-taken-out-private.h: what a person has taken out of the library's folders
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/files/quarry-mounts.h"
#include "core/store/quarry-store.h"

G_BEGIN_DECLS

/* @path, a file, a folder or what is inside a file, has been taken out of the library: where it lies in one of its
 * folders still, had documents (@records, of QuarryDocumentRecord), and is not gone for good, it is passed over from now
 * on, until a person names it: a file or folder by its path, what is inside a file by its text, as its place there
 * changes with what else is added or deleted (mails are numbered). What was remembered of paths below a file or folder
 * goes. Inside a transaction, after quarry_library_forget_roots(). */
gboolean quarry_library_remember_taken_out (QuarryStore *store,
                                            const char *path,
                                            const GPtrArray *records,
                                            GError **error);

/* What is passed over for that. (transfer full): of char *. */
GPtrArray *quarry_library_list_taken_out (QuarryStore *store);

/* What of that is inside files, for the functions below. (transfer full): of char *. */
GPtrArray *quarry_library_list_taken_parts (QuarryStore *store);

/* The content hashes of those of @parts that are inside @file; NULL where there are none. (transfer full): char * -> how
 * many of them have it. */
GHashTable *quarry_taken_parts_of (const GPtrArray *parts, const char *file);

/* Whether a part with this hash, met in the file, is one of these: each stands for one of several that are equal. */
gboolean quarry_taken_parts_take (GHashTable *hashes, const char *hash);

/* What of both lies, or lay, at @paths and below and is gone for good. (transfer full): of char *. */
GPtrArray *quarry_library_find_gone_taken_out (QuarryStore *store,
                                               const char *const *paths,
                                               QuarryMounts *mounts,
                                               GCancellable *cancellable);

/* Forgets that of @gone which has not come back. Inside a transaction. */
gboolean quarry_library_forget_taken_out (QuarryStore *store,
                                          const GPtrArray *gone,
                                          QuarryMounts *mounts,
                                          GError **error);

/* Whether one of @parts had the path @path, or one below it, when it was taken out. */
gboolean quarry_taken_parts_has (const GPtrArray *parts, const char *path);

/* What is at @paths, which a person names, comes back; *is_other where that had been taken out. Inside a transaction. */
gboolean quarry_library_take_back (QuarryStore *store, const char *const *paths, gboolean *is_other, GError **error);

G_END_DECLS
