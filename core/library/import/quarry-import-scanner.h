/* quarry-import-scanner.h: the files under the paths of an import
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Walks folders in the order of their names. A path that a person names is looked at whatever it is,
 * a link too. Within a folder no link is followed: what it names inside the folder is found there,
 * and what lies outside was not asked for. Nor are other file systems entered; both are told of.
 */
#pragma once

#include <gio/gio.h>
#include <sys/stat.h>

#include "core/files/quarry-ignore.h"

G_BEGIN_DECLS

/* All (transfer none). */
typedef struct
{
  const char *path;        /* absolute, without links but for a link that is passed over itself */
  const struct stat *info; /* NULL where there is a problem */
  const char *problem;     /* why it is not read; NULL for what is to be read; without information too: a
                            * folder begins, or goes on */
  gboolean passed_over;    /* the problem is that a rule says so */
} QuarryScanned;

/* Returning FALSE ends the walk. */
typedef gboolean (*QuarryScanFunc) (const QuarryScanned *found, gpointer user_data);

/* @own: the person's own patterns as of quarry_ignore_new_own(), or NULL. */
void quarry_scan_paths (const char *const *paths,
                        QuarryIgnore *own,
                        GCancellable *cancellable,
                        QuarryScanFunc func,
                        gpointer user_data);

/* Looks at @path, without links, as the walk of the library's folder @root would come to it: not at
 * all where a rule passes it over. That there is nothing at @path is no problem. */
void quarry_scan_below (const char *root,
                        const char *path,
                        QuarryIgnore *own,
                        GCancellable *cancellable,
                        QuarryScanFunc func,
                        gpointer user_data);

/* A sentence that says why a file or folder cannot be read, and what to do. (transfer full) */
char *quarry_path_problem (int error_number);

G_END_DECLS
