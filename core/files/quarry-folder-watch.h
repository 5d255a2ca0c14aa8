/* quarry-folder-watch.h: tells of changes in trees of folders
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Uses inotify(7) itself: GFileMonitor says neither when the system's limit on watches is reached nor
 * when changes came faster than they could be told, and both have to be answered by looking again. One
 * watch a folder; folders that rules pass over are not watched, links and other file systems not
 * entered.
 *
 * Threads: all on the one of its main context.
 */
#pragma once

#include <gio/gio.h>

#include "core/files/quarry-ignore.h"

G_BEGIN_DECLS

typedef struct _QuarryFolderWatch QuarryFolderWatch;

/* Something is new, changed or gone at @path, which is @root or lies below it, or rules for it have changed. */
typedef void (*QuarryFolderWatchFunc) (const char *root, const char *path, gpointer user_data);

/* @context: calls come on it. @max_watches: 0 for half of what the system allows a person, so that other
 * programs have theirs. */
QuarryFolderWatch *quarry_folder_watch_new (GMainContext *context,
                                            guint max_watches,
                                            QuarryFolderWatchFunc func,
                                            gpointer user_data);
/* Once @cancellable is cancelled, which any thread may do, no more folders are watched: those of a slow disk may take
 * minutes. */
void quarry_folder_watch_set_cancellable (QuarryFolderWatch *self, GCancellable *cancellable);
void quarry_folder_watch_free (QuarryFolderWatch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryFolderWatch, quarry_folder_watch_free)

/* Watches @root, an absolute path without links. @own as of quarry_ignore_new_own(), or NULL. FALSE where
 * some of it is not watched, now or from some later change on: see quarry_folder_watch_is_whole(). */
gboolean quarry_folder_watch_add (QuarryFolderWatch *self, const char *root, QuarryIgnore *own);

/* Those that @root is in, or that are in it, are watched without it, and told of as a whole: meanwhile nobody saw them. */
void quarry_folder_watch_remove (QuarryFolderWatch *self, const char *root);

/* Whether changes everywhere below @root are told of. */
gboolean quarry_folder_watch_is_whole (QuarryFolderWatch *self, const char *root);

/* Whether what is at @root now is what is watched there: it may be another folder, under the name of one that was renamed or
 * deleted. */
gboolean quarry_folder_watch_has (QuarryFolderWatch *self, const char *root);

guint quarry_folder_watch_count (QuarryFolderWatch *self);

G_END_DECLS
