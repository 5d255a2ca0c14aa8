/* quarry-mounts.h: which file systems are there, and which were
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A file that is missing is gone only where the file system is mounted that it was on. What lay on a
 * drive that is unplugged, or on a server that is out of reach, is still a document of the library.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Threads: any, once it is made. */
typedef struct _QuarryMounts QuarryMounts;

/* The mounts of this moment. @remembered: mount points that documents have come from, of char *; a reference is kept.
 * (transfer full) */
QuarryMounts *quarry_mounts_new (GPtrArray *remembered);
void quarry_mounts_free (QuarryMounts *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryMounts, quarry_mounts_free)

/* In all that follows, @path is absolute and without links. */

/* The mount point that @path is under now. (transfer none) */
const char *quarry_mounts_find (QuarryMounts *self, const char *path);

/* FALSE where @path was on a file system that is not mounted now: nothing can be said of what is there. */
gboolean quarry_mounts_has (QuarryMounts *self, const char *path);

/* TRUE where @path is on a network file system or one in user space (FUSE): any look at such a one may block for ever. */
gboolean quarry_mounts_is_remote (QuarryMounts *self, const char *path);

/* Notes that the file system of @path does not answer. From then on nobody who asks @self first waits for it again. */
void quarry_mounts_set_silent (QuarryMounts *self, const char *path);
gboolean quarry_mounts_is_silent (QuarryMounts *self, const char *path);

/* What is seen at a path. */
typedef enum
{
  QUARRY_SIGHT_NONE,   /* nothing can be said: its file system is not mounted or does not answer, or permission to enter a
                          folder on the way is missing */
  QUARRY_SIGHT_GONE,   /* there is nothing */
  QUARRY_SIGHT_FOLDER,
  QUARRY_SIGHT_FILE,
  QUARRY_SIGHT_INSIDE, /* the path leads into a file, such as an archive */
} QuarrySight;

/* Looks once. Waits for a remote file system for ten seconds at most, and marks it silent then. */
QuarrySight quarry_mounts_see (QuarryMounts *self, const char *path);

/* TRUE where there is certainly no file. */
static inline gboolean
quarry_sight_lacks_file (QuarrySight self)
{
  return self == QUARRY_SIGHT_GONE || self == QUARRY_SIGHT_FOLDER;
}

/* TRUE where there is certainly nothing at @path any more, and no file that it could be inside of. */
gboolean quarry_mounts_is_gone (QuarryMounts *self, const char *path);

/* As quarry_mounts_is_gone(); TRUE also where a folder has taken the file's place. */
gboolean quarry_mounts_lacks_file (QuarryMounts *self, const char *path);

/* TRUE where the folder's file system answers within @seconds, whatever it says. It is asked on a thread of its own,
 * which is left behind, blocked, where no answer comes. */
gboolean quarry_folder_answers (const char *path, guint seconds);

/* TRUE where @path is on a network file system or FUSE, where inotify(7) does not tell of changes that other computers
 * make. May block as any look there. */
gboolean quarry_folder_is_remote (const char *path);

G_END_DECLS
