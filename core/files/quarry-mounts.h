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

typedef struct _QuarryMounts QuarryMounts;

/* The mounts of this moment. @remembered: mount points that documents have come from. */
QuarryMounts *quarry_mounts_new (GPtrArray *remembered);
void quarry_mounts_free (QuarryMounts *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryMounts, quarry_mounts_free)

/* The mount point that @path, absolute and without links, is under now; (transfer none). */
const char *quarry_mounts_find (QuarryMounts *self, const char *path);

/* FALSE where @path was under a mount point that is none now. */
gboolean quarry_mounts_has (QuarryMounts *self, const char *path);

/* Whether @path is on a server, or in a file system that a program makes up: such may keep whoever asks
 * waiting for good. */
gboolean quarry_mounts_is_remote (QuarryMounts *self, const char *path);

/* The file system that @path is on has been asked in vain: it is not to be asked again. */
void quarry_mounts_set_silent (QuarryMounts *self, const char *path);
gboolean quarry_mounts_is_silent (QuarryMounts *self, const char *path);

/* What is seen at a path. */
typedef enum
{
  QUARRY_SIGHT_NONE, /* its file system is not there or does not answer, or a folder on the way may not be entered */
  QUARRY_SIGHT_GONE,
  QUARRY_SIGHT_FOLDER,
  QUARRY_SIGHT_FILE,
  QUARRY_SIGHT_INSIDE /* the path leads into a file */
} QuarrySight;

/* One look, for which a server may have to be asked. */
QuarrySight quarry_mounts_see (QuarryMounts *self, const char *path);

static inline gboolean
quarry_sight_lacks_file (QuarrySight self)
{
  return self == QUARRY_SIGHT_GONE || self == QUARRY_SIGHT_FOLDER;
}

/* TRUE where there is certainly no file at @path any more, nor one that it could be inside of; FALSE where its file
 * system does not answer. */
gboolean quarry_mounts_is_gone (QuarryMounts *self, const char *path);

/* As quarry_mounts_is_gone(), and where there is a folder instead of the file. */
gboolean quarry_mounts_lacks_file (QuarryMounts *self, const char *path);

/* Whether the folder @path answers within @seconds: a server that is out of reach may keep whoever
 * asks waiting for good. What was asked waits on its own then. */
gboolean quarry_folder_answers (const char *path, guint seconds);

/* TRUE where other computers may change what is at @path without a word to this one. */
gboolean quarry_folder_is_remote (const char *path);

G_END_DECLS
