/* quarry-mounts.h: which file systems are mounted, and which were
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A missing file is gone only if the file system that it was on is mounted. What lay on a drive that is unplugged, or
 * on a server that is out of reach, is still a document of the library.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Threads: any, once it is made. */
typedef struct _QuarryMounts QuarryMounts;

/* The present mounts. @remembered: of char *: mount points that documents have come from, and the names of drives that
 * were mounted there (quarry_mounts_name_drive()); a reference is kept. (transfer full) */
QuarryMounts *quarry_mounts_new (GPtrArray *remembered);
void quarry_mounts_free (QuarryMounts *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryMounts, quarry_mounts_free)

/* In all that follows, @path is absolute and without links. */

/* The mount point that @path is under now. (transfer none) */
const char *quarry_mounts_find (QuarryMounts *self, const char *path);

/* A name for the drive at a mount point: the id of its file system and the mount point. NULL where there is none, or its id is not known. (transfer full) */
char *quarry_mounts_name_drive (QuarryMounts *self, const char *point);

/* Whether @name is that of a drive at this mount point. */
gboolean quarry_mounts_is_drive_at (const char *name, const char *point);

/* FALSE where @path was on a file system that is not mounted now, or where another drive or something strange is
 * instead: nothing can be said of what is there. Another drive is recognized below /media and /run/media, where desktops
 * mount what is plugged in; elsewhere it is doubtful. */
gboolean quarry_mounts_has (QuarryMounts *self, const char *path);

/* Mount points at which nothing that is remembered was mounted before, although documents came from there: a file system
 * that has been mounted over their folder, or another drive. It may be the one that a person has moved all files to; only
 * the documents can tell. (transfer container): of char *, which are @self's */
GPtrArray *quarry_mounts_list_doubtful (QuarryMounts *self);

/* Notes that at @path and below it is not what documents came from. Before other threads use @self. */
void quarry_mounts_set_strange (QuarryMounts *self, const char *path);
gboolean quarry_mounts_is_strange (QuarryMounts *self, const char *path);

/* TRUE where @path is on a network file system, or on one in user space (FUSE) that is on no disk: any access to these
 * may block forever, and inotify(7) does not report what other computers change there. */
gboolean quarry_mounts_is_remote (QuarryMounts *self, const char *path);

/* Notes that the file system of @path does not answer, so that whoever asks @self first does not wait for it again. */
void quarry_mounts_set_silent (QuarryMounts *self, const char *path);
gboolean quarry_mounts_is_silent (QuarryMounts *self, const char *path);

/* What is seen at a path. */
typedef enum
{
  QUARRY_SIGHT_NONE,   /* nothing can be said: its file system is not mounted or does not answer, or a folder on the
                          way may not be entered */
  QUARRY_SIGHT_GONE,   /* there is nothing */
  QUARRY_SIGHT_FOLDER,
  QUARRY_SIGHT_FILE,
  QUARRY_SIGHT_INSIDE, /* the path leads into a file, such as an archive */
} QuarrySight;

/* Looks at @path once. Waits for a remote file system for at most ten seconds, and then marks it as silent. */
QuarrySight quarry_mounts_see (QuarryMounts *self, const char *path);

/* TRUE where it is certain that there is no file. */
static inline gboolean
quarry_sight_lacks_file (QuarrySight self)
{
  return self == QUARRY_SIGHT_GONE || self == QUARRY_SIGHT_FOLDER;
}

/* TRUE where it is certain that nothing is at @path any more, and that there is no file that it could be inside of. */
gboolean quarry_mounts_is_gone (QuarryMounts *self, const char *path);

/* Like quarry_mounts_is_gone(), but also TRUE where a folder has taken the file's place. */
gboolean quarry_mounts_lacks_file (QuarryMounts *self, const char *path);

/* TRUE where the folder's file system answers within @seconds, whatever the answer is. A separate thread asks; if no
 * answer comes, it is left behind, blocked. */
gboolean quarry_folder_answers (const char *path, guint seconds);

/* TRUE where there is a folder with nothing in it, not even anything hidden; asked as quarry_folder_answers() does. */
gboolean quarry_folder_is_empty (const char *path, guint seconds);

G_END_DECLS
