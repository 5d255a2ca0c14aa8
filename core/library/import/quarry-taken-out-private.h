/* quarry-taken-out-private.h: what a person has removed from the library's folders
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/files/quarry-mounts.h"
#include "core/store/quarry-store.h"

G_BEGIN_DECLS

/* Records that @path (a file, a folder, or something inside a file) was removed from the library. If it still lies in
 * one of the library's folders, had documents (@records, of QuarryDocumentRecord), and is not gone for good, it is
 * skipped from now on, until a person names it. A file or folder is recognized by its path. Something inside a file
 * is recognized by its text, because its path changes when other things are added or deleted (mails are numbered).
 * Records of paths below a removed file or folder are dropped. Call within a transaction, after
 * quarry_library_forget_roots(). */
gboolean quarry_library_remember_taken_out (QuarryStore *store,
                                            const char *path,
                                            const GPtrArray *records,
                                            GError **error);

/* The paths that are skipped for that reason. (transfer full): of char * */
GPtrArray *quarry_library_list_taken_out (QuarryStore *store);

/* Those of them that are inside files, as entries for the functions below. (transfer full): of char * */
GPtrArray *quarry_library_list_taken_parts (QuarryStore *store);

/* The content hashes of those of @parts that are inside @file; NULL where there are none. (transfer full): char * ->
 * number of parts with that hash */
GHashTable *quarry_taken_parts_of (const GPtrArray *parts, const char *file);

/* Whether a part with this hash, found in the file, was removed. Each entry counts for one of several equal parts,
 * and is used up by this call. */
gboolean quarry_taken_parts_take (GHashTable *hashes, const char *hash);

/* The entries of both lists whose paths lie at @paths or below and are gone for good. (transfer full): of char * */
GPtrArray *quarry_library_find_gone_taken_out (QuarryStore *store,
                                               const char *const *paths,
                                               QuarryMounts *mounts,
                                               GCancellable *cancellable);

/* Drops those of @gone that have not come back. Call within a transaction. */
gboolean quarry_library_forget_taken_out (QuarryStore *store,
                                          const GPtrArray *gone,
                                          QuarryMounts *mounts,
                                          GError **error);

/* Whether one of @parts had the path @path, or one below it, when it was removed. */
gboolean quarry_taken_parts_has (const GPtrArray *parts, const char *path);

/* Stops skipping what is at @paths, which a person names; *is_other is set where something was skipped. Call within a
 * transaction. */
gboolean quarry_library_take_back (QuarryStore *store, const char *const *paths, gboolean *is_other, GError **error);

G_END_DECLS
