/* quarry-folders-private.h: the library's folders, as stored in its database
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/files/quarry-ignore.h"
#include "core/files/quarry-mounts.h"
#include "core/library/quarry-library.h"
#include "core/store/quarry-store.h"

G_BEGIN_DECLS

/* The library's folders, called roots: those that a person imported. (transfer full): of char * */
GPtrArray *quarry_library_list_roots (QuarryStore *store);

/* Those roots for which every file that a person named in them is recorded, so that documents excluded by rules can
 * be removed safely. Older versions did not record files named before their folder; roots of that time are added here
 * by quarry_library_keep_named(). (transfer full): of char * */
GPtrArray *quarry_library_list_ruled (QuarryStore *store);

/* Adds @folders to these, after recording the files @named, which their rules exclude. Call within a transaction. */
gboolean quarry_library_keep_named (QuarryStore *store, GPtrArray *folders, GPtrArray *named, GError **error);

/* Removes the roots at @path and below it. */
gboolean quarry_library_forget_roots (QuarryStore *store, const char *path, GError **error);

/* The innermost of @roots that contains @path; NULL: none. (transfer none) */
const char *quarry_roots_find (GPtrArray *roots, const char *path);

/* Records the paths that a person names as roots where they have to be, and the mount points that they are on. */
gboolean quarry_library_remember_roots (QuarryLibrary *self, const char *const *paths, GError **error);

/* The roots whose changes are followed. (transfer full): of char * */
GPtrArray *quarry_library_list_watched (QuarryStore *store);

/* The person's own patterns, together with the paths that were removed. (transfer full) */
QuarryIgnore *quarry_library_own_rules (QuarryStore *store);

/* The present mounts, as far as documents came from them. What documents came from is not there any more where another
 * file system is mounted and has less than half of them, or where a server shows nothing at all. (transfer full) */
QuarryMounts *quarry_library_mounts (QuarryStore *store);

/* Records the mount points that @paths (of char *, without links) are on, and which drives are there, except where
 * something strange is. *@added: TRUE where that was news. Call within a transaction. */
gboolean quarry_library_add_mounts (QuarryStore *store, GPtrArray *paths, gboolean *added, GError **error);

/* Does so in a transaction of its own, if there is anything new. */
gboolean quarry_library_remember_mounts (QuarryLibrary *self, GPtrArray *paths, GError **error);

G_END_DECLS
