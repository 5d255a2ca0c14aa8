/* quarry-import-scanner.h: finds the files under the paths of an import
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Walks folders in the order of their names. A path that a person names is taken whatever it is, including a link.
 * Within a folder links are not followed: what such a link leads to is either found in the folder anyway, or lies
 * outside and was not asked for. Other file systems are not entered either. Both are reported.
 */
#pragma once

#include <gio/gio.h>
#include <sys/stat.h>

#include "core/files/quarry-ignore.h"
#include "core/files/quarry-names.h"

G_BEGIN_DECLS

/* Something that the walk found. All (transfer none). */
typedef struct
{
  const char *path;        /* absolute, without links, unless it is itself a link that is skipped */
  const struct stat *info; /* NULL where there is a problem */
  const char *problem;     /* why it is not read; NULL: it is to be read. If @info is NULL as well, this only says
                              that the walk has reached, or is still in, the folder @path */
  gboolean passed_over;    /* the problem is that a rule excludes it */
} QuarryScanned;

/* Called for each find. Returning FALSE ends the walk. */
typedef gboolean (*QuarryScanFunc) (const QuarryScanned *found, gpointer user_data);

/* @own: the person's own patterns, made by quarry_ignore_new_own(); or NULL. */
void quarry_scan_paths (const char *const *paths,
                        QuarryIgnore *own,
                        GCancellable *cancellable,
                        QuarryScanFunc func,
                        gpointer user_data);

/* Reports @path, which has no links in it, as a walk of the library's folder @root would: nothing is reported where a
 * rule excludes it. It is no problem if nothing exists at @path. @names: the same for all paths that are reported
 * together, so that a folder of theirs is listed once. */
void quarry_scan_below (const char *root,
                        const char *path,
                        QuarryIgnore *own,
                        QuarryNames *names,
                        GCancellable *cancellable,
                        QuarryScanFunc func,
                        gpointer user_data);

/* A sentence that says why a file or folder cannot be read, and what to do about it. (transfer full) */
char *quarry_path_problem (int error_number);

G_END_DECLS
