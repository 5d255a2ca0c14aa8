/* quarry-folder-watch.h: watches trees of folders for changes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Uses inotify(7) directly: GFileMonitor reports neither that the system's limit on watches is reached nor that its
 * queue overflowed, and both mean that the tree has to be looked through again. Each folder takes one watch. Folders
 * that rules pass over are not watched; links and other file systems are not entered.
 *
 * Threads: all functions on the thread of its main context, but for the cancellable.
 */
#pragma once

#include <gio/gio.h>

#include "core/files/quarry-ignore.h"

G_BEGIN_DECLS

typedef struct _QuarryFolderWatch QuarryFolderWatch;

/* Called when something at @path is new, changed or gone, or when the exclusion rules for it have changed. @path is
 * @root or lies below it. */
typedef void (*QuarryFolderWatchFunc) (const char *root, const char *path, gpointer user_data);

/* How often files of up to 16 MiB are reported that are written and stay open, as logs do; without it, every 120
 * seconds. Once so much was written at a time that the system lost events, they are reported only when closed. */
void quarry_folder_watch_set_open_seconds (QuarryFolderWatch *self, guint seconds);

/* @context: the main context in which @func is called. @max_watches: 0 for half of what the system allows each user,
 * so that other programs can have some too. (transfer full) */
QuarryFolderWatch *quarry_folder_watch_new (GMainContext *context,
                                            guint max_watches,
                                            QuarryFolderWatchFunc func,
                                            gpointer user_data);
/* Adding a large tree on a slow disk may take minutes. Once @cancellable is cancelled, by any thread, no more folders
 * are added, and what quarry_folder_watch_is_whole() says means nothing. A reference is kept. */
void quarry_folder_watch_set_cancellable (QuarryFolderWatch *self, GCancellable *cancellable);
void quarry_folder_watch_free (QuarryFolderWatch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryFolderWatch, quarry_folder_watch_free)

/* Watches @root, an absolute path without links. @own: made by quarry_ignore_new_own(), or NULL. Returns
 * quarry_folder_watch_is_whole(), which may become FALSE later. */
gboolean quarry_folder_watch_add (QuarryFolderWatch *self, const char *root, QuarryIgnore *own);

/* Stops watching @root. If it lies within another root, or files in it are roots of their own, these stay watched;
 * @func is called for each of them, because a change made while their watches were replaced would have been missed. */
void quarry_folder_watch_remove (QuarryFolderWatch *self, const char *root);

/* TRUE where every folder below @root that may be read is watched, as deep as imports go (128 folders); FALSE where
 * @root is not watched or may not be read, or where the limit on watches left some out. */
gboolean quarry_folder_watch_is_whole (QuarryFolderWatch *self, const char *root);

/* TRUE where the folder at @root is still the one being watched; FALSE where that was renamed or deleted and another
 * has taken its name. */
gboolean quarry_folder_watch_has (QuarryFolderWatch *self, const char *root);

/* The number of folders that are watched, in all roots together. */
guint quarry_folder_watch_count (QuarryFolderWatch *self);

G_END_DECLS
