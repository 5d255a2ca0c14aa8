/* quarry-folders-private.h: which folders are the library's, as it is kept in its database
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/files/quarry-ignore.h"
#include "core/files/quarry-mounts.h"
#include "core/library/quarry-library.h"
#include "core/store/quarry-store.h"

G_BEGIN_DECLS

/* The folders that were imported by their names. (transfer full): of char *. */
GPtrArray *quarry_library_list_roots (QuarryStore *store);

gboolean quarry_library_set_roots (QuarryStore *store, GPtrArray *roots, GError **error);

/* Of these, those of which it is known what a person named in them: their rules decide on all else that is in the
 * library. Before files that were named before their folder were remembered, no rule took anything out. (transfer full):
 * of char *. */
GPtrArray *quarry_library_list_ruled (QuarryStore *store);

/* Makes @folders such, once the files @named, which their rules pass over, are remembered. Inside a transaction. */
gboolean quarry_library_keep_named (QuarryStore *store, GPtrArray *folders, GPtrArray *named, GError **error);

/* Those at @path and below it are the library's no more. */
gboolean quarry_library_forget_roots (QuarryStore *store, const char *path, GError **error);

/* The innermost of @roots that holds @path; NULL for none. (transfer none) */
const char *quarry_roots_find (GPtrArray *roots, const char *path);

/* Adds to what is remembered what a person names now, and where it is mounted. */
gboolean quarry_library_remember_roots (QuarryLibrary *self, const char *const *paths, GError **error);

/* Those whose changes are followed. (transfer full): of char *. */
GPtrArray *quarry_library_list_watched (QuarryStore *store);

/* (transfer full) */
QuarryIgnore *quarry_library_own_rules (QuarryStore *store);

QuarryMounts *quarry_library_mounts (QuarryStore *store);

G_END_DECLS
