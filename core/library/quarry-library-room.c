/* quarry-library-room.c: whether the library's disk has room for what an import adds
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/library/quarry-library-private.h"

#include <glib/gi18n-lib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

/* What is left free in any case. */
#define LEAST_FREE (G_GUINT64_CONSTANT (1) << 20)

/* Of English articles, the index of words takes five eighths of the database, and vectors of 256 dimensions as much as
 * the database. */
#define WORDS_EIGHTHS 5
#define USUAL_DIMS 256

static guint64
file_bytes (QuarryLibrary *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  struct stat info;

  return stat (path, &info) == 0 ? (guint64) info.st_size : 0;
}

static guint64
bytes_unused (QuarryLibrary *self)
{
  guint64 unused;

  g_rec_mutex_lock (&self->write_lock);
  unused = quarry_store_get_unused (self->writer);
  g_rec_mutex_unlock (&self->write_lock);
  return unused;
}

/* What has still to be written so that all that is stored is in the files where it belongs. The database does not shrink
 * when documents are removed, and what it no longer holds needs no indexes. */
static guint64
bytes_owed (QuarryLibrary *self)
{
  guint64 log = file_bytes (self, "library.db-wal"), unused = bytes_unused (self);
  guint64 taken = file_bytes (self, "library.db") + log, stored = taken > unused ? taken - unused : 0;
  guint64 indexes = stored / 8 * WORDS_EIGHTHS + stored / USUAL_DIMS * quarry_embedder_get_dims (self->embedder);
  guint64 kept = file_bytes (self, "vectors.index") + file_bytes (self, "words.index");

  return log + (indexes > kept ? indexes - kept : 0);
}

gboolean
quarry_library_has_room (QuarryLibrary *self, GError **error)
{
  g_autofree char *shown = NULL;
  struct statvfs disk;

  /* Some file systems do not tell. */
  if (statvfs (self->folder, &disk) != 0 || disk.f_blocks == 0
      || (guint64) disk.f_bavail * disk.f_frsize >= bytes_owed (self) + LEAST_FREE)
    return TRUE;
  shown = g_filename_display_name (self->folder);
  g_set_error (error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_FULL,
               _("The disk of the library “%s” is nearly full, so nothing more is added. Free some space on it and "
                 "try again; what was in the library is still there."),
               shown);
  return FALSE;
}
