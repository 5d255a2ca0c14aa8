/* quarry-folder-mounts.c: whether the library's folders still are what its documents came from
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A file that is missing was deleted only if its file system is there. Where the same mount point is mounted as before,
 * it is. Where another one is - a file system that was mounted over the folder, another drive at the same place, the
 * disk that a person has moved everything to - the documents tell: if half of them are there, it is theirs from now on.
 * Devices' numbers would tell less: those of btrfs, tmpfs and servers change with every start.
 *
 * Of a server only what it shows is known. One that shows an empty folder may have lost its own disk, so that is never
 * taken for deleting all files at once; on a disk of this computer it is.
 */
#include "quarry-config.h"

#include <string.h>

#include "core/files/quarry-mounts.h"
#include "core/library/import/quarry-folders-private.h"
#include "core/library/import/quarry-stored-list.h"
#include "core/library/quarry-library-private.h"

#define MOUNTS "mounts" /* key of the store: mount points that documents came from, and the drives there */

#define MAX_MOUNTS 1000u
/* So many documents of a mount point are looked at. */
#define MAX_LOOKS 1000u
#define ANSWER_SECONDS 2

typedef struct
{
  QuarryMounts *mounts;
  const char *point;
  guint n_documents;
  guint n_there;
} Census;

static gboolean
count_cb (const QuarryFileRecord *file, gpointer user_data)
{
  Census *census = user_data;
  QuarrySight sight;

  /* Others are on file systems that are mounted within this one. */
  if (strcmp (quarry_mounts_find (census->mounts, file->path), census->point) != 0)
    return TRUE;
  sight = quarry_mounts_see (census->mounts, file->path);
  census->n_documents++;
  census->n_there += sight == QUARRY_SIGHT_FILE || sight == QUARRY_SIGHT_INSIDE;
  return census->n_documents < MAX_LOOKS;
}

static gboolean
is_strange (QuarryStore *store, QuarryMounts *mounts, const char *point)
{
  Census census = { mounts, point, 0, 0 };

  return quarry_store_foreach_file (store, point, count_cb, &census, NULL)
         && census.n_there * 2 < census.n_documents;
}

/* Whether a server shows nothing where documents were in the folder @root, or nothing at all. */
static gboolean
is_bare (QuarryStore *store, QuarryMounts *mounts, const char *root)
{
  const char *point = quarry_mounts_find (mounts, root);
  guint n = 0;

  return quarry_mounts_is_remote (mounts, root) && quarry_store_count_files (store, root, &n, NULL) && n > 0
         && (quarry_folder_is_empty (root, ANSWER_SECONDS)
             || (strcmp (point, root) != 0 && quarry_folder_is_empty (point, ANSWER_SECONDS)));
}

QuarryMounts *
quarry_library_mounts (QuarryStore *store)
{
  g_autoptr (GPtrArray) remembered = quarry_stored_list_read (store, MOUNTS);
  g_autoptr (GPtrArray) roots = quarry_library_list_roots (store);
  QuarryMounts *mounts = quarry_mounts_new (remembered);
  g_autoptr (GPtrArray) doubtful = quarry_mounts_list_doubtful (mounts);

  for (guint i = 0; i < doubtful->len; i++)
    if (is_strange (store, mounts, doubtful->pdata[i]))
      quarry_mounts_set_strange (mounts, doubtful->pdata[i]);
  for (guint i = 0; i < roots->len; i++)
    if (is_bare (store, mounts, roots->pdata[i]))
      quarry_mounts_set_strange (mounts, roots->pdata[i]);
  return mounts;
}

/* Adds the mount point that @path is on, and which drive is there now. TRUE where this is news. */
static gboolean
add_mount (GPtrArray *mounts, QuarryMounts *now, const char *path)
{
  const char *point = quarry_mounts_find (now, path);
  g_autofree char *drive = quarry_mounts_name_drive (now, point);
  gboolean is_new;

  if (quarry_mounts_is_strange (now, path))
    return FALSE;
  is_new = mounts->len < MAX_MOUNTS && quarry_stored_list_add (mounts, point);
  if (drive == NULL || !quarry_stored_list_has (mounts, point) || quarry_stored_list_has (mounts, drive))
    return is_new;
  for (guint i = mounts->len; i-- > 0;)
    if (quarry_mounts_is_drive_at (mounts->pdata[i], point))
      g_ptr_array_remove_index (mounts, i);
  return quarry_stored_list_add (mounts, drive);
}

/* What is recorded, with what is new for @paths; NULL: nothing is. */
static GPtrArray *
list_new_mounts (QuarryStore *store, GPtrArray *paths)
{
  g_autoptr (GPtrArray) mounts = quarry_stored_list_read (store, MOUNTS);
  g_autoptr (QuarryMounts) now = quarry_library_mounts (store);
  gboolean is_new = FALSE;

  for (guint i = 0; i < paths->len; i++)
    is_new |= add_mount (mounts, now, paths->pdata[i]);
  return is_new ? g_steal_pointer (&mounts) : NULL;
}

gboolean
quarry_library_add_mounts (QuarryStore *store, GPtrArray *paths, gboolean *added, GError **error)
{
  g_autoptr (GPtrArray) mounts = list_new_mounts (store, paths);

  *added = mounts != NULL;
  return mounts == NULL || quarry_stored_list_write (store, MOUNTS, mounts, error);
}

gboolean
quarry_library_remember_mounts (QuarryLibrary *self, GPtrArray *paths, GError **error)
{
  QuarryStore *reader = quarry_library_borrow (self, error);
  g_autoptr (GPtrArray) mounts = reader != NULL ? list_new_mounts (reader, paths) : NULL;
  QuarryStore *writer;
  gboolean added = FALSE;
  gboolean done;

  if (reader == NULL)
    return FALSE;
  quarry_library_give_back (self, reader);
  if (mounts == NULL)
    return TRUE;
  writer = quarry_library_begin_write (self, error);
  if (writer == NULL)
    return FALSE;
  done = quarry_library_add_mounts (writer, paths, &added, error);
  return quarry_library_end_write (self, done && added, error) && done;
}
