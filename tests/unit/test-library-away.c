/* test-library-away.c: what others do while a library is open: with its folder, with files, drives and servers
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "library-helpers.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/files/quarry-folder-watch.h"
#include "core/files/quarry-open-file.h"
#include "core/library/import/quarry-folders.h"
#include "core/library/import/quarry-leaving-private.h"
#include "core/library/import/quarry-prepared.h"
#include "core/library/quarry-library-indexes-private.h"
#include "core/library/quarry-library-private.h"
#include "tests/support/own-mounts.h"
#include "tests/support/temporary-folder.h"

static guint
count (QuarryLibrary *library)
{
  g_auto (QuarryLibraryStatus) status = { 0 };

  g_assert_true (quarry_library_get_status (library, &status, NULL));
  return (guint) status.counts.documents;
}

/* --- The library itself ------------------------------------------------------------------------ */

/* Imports @path, which must fail. Returns the error that stopped the import. (transfer full) */
static GError *
fail_to_import (QuarryLibrary *library, const char *path)
{
  const char *paths[] = { path, NULL };
  g_autoptr (QuarryImport) import = quarry_library_import (library, paths);

  while (!quarry_import_get_finished (import))
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (quarry_import_get_error (import));
  return g_error_copy (quarry_import_get_error (import));
}

/* Documents added to a library whose file was deleted would be lost when the last process closes it. So the import
 * fails and says so. */
static void
test_removed (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) why = NULL;

  add_text (library, "/tea", "Tea is brewed from leaves.");
  remove_tree (fixture->folder);
  g_assert_false (quarry_library_remove (library, "/tea", NULL, &error));
  g_assert_error (error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_OPEN);
  g_assert_nonnull (strstr (error->message, fixture->folder));
  why = fail_to_import (library, fixture->sources);
  g_assert_true (why->domain == QUARRY_STORE_ERROR);
}

/* If another library takes its place, as when a backup is restored, that one gets neither this one's documents nor its
 * indexes. */
static void
test_replaced (LibraryFixture *fixture, gconstpointer data)
{
  QuarryLibrary *library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *before = g_strconcat (fixture->folder, "-before", NULL);
  g_autofree char *words = g_build_filename (fixture->folder, "words.index", NULL);
  g_autofree char *vectors = g_build_filename (fixture->folder, "vectors.index", NULL);
  QuarryLibrary *copy;
  QuarryIndexes *indexes;
  g_autoptr (QuarryLibrary) later = NULL;
  g_autoptr (GError) error = NULL;

  add_text (library, "/tea", "Tea is brewed from leaves.");
  g_assert_cmpint (g_rename (fixture->folder, before), ==, 0);
  copy = open_library (fixture, QUARRY_LIBRARY_WRITE);
  add_text (copy, "/orchids", "Orchids grow on the branches of old trees.");
  g_assert_finalize_object (copy);
  /* If the other library's indexes are missing they are made anew, which must not hide the change. */
  g_assert_cmpint (g_unlink (words), ==, 0);
  g_assert_cmpint (g_unlink (vectors), ==, 0);

  error = fail_to_import (library, fixture->sources);
  g_assert_error (error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_OPEN);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  indexes = quarry_library_current_indexes (library);
  quarry_library_save_words (library, library->writer, indexes, NULL);
  g_clear_pointer (&indexes, quarry_indexes_unref);
  g_assert_finalize_object (library);
  g_assert_false (g_file_test (words, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (vectors, G_FILE_TEST_EXISTS));

  later = open_library (fixture, QUARRY_LIBRARY_READ);
  g_assert_cmpuint (count (later), ==, 1);
  assert_best (later, "+orchids", "orchids");
  assert_best (later, "+brewed", "");
  remove_tree (before);
}

/* --- Files ------------------------------------------------------------------------------------- */

/* After a file has been read, no process keeps it open: otherwise its drive could not be unmounted while Quarry
 * runs. */
static void
test_let_go (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.md", NULL);
  gint64 until = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;
  const char *paths[] = { bees, NULL };
  int fd = open (bees, O_RDWR | O_CLOEXEC);
  gboolean is_ours = FALSE;

  g_assert_cmpint (fd, >=, 0);
  /* A lease is only granted if nobody else has the file open. */
  if (fcntl (fd, F_SETLEASE, F_WRLCK) != 0 || fcntl (fd, F_SETLEASE, F_UNLCK) != 0)
    g_test_skip ("files of the temporary folder are not lent");
  else
    {
      import_paths (library, paths);
      while (!(is_ours = fcntl (fd, F_SETLEASE, F_WRLCK) == 0) && g_get_monotonic_time () < until)
        g_usleep (10000);
      g_assert_true (is_ours);
    }
  close (fd);
}

typedef struct
{
  int fd;
  guint n;
} Growth;

static gboolean
grow (gpointer user_data)
{
  Growth *growth = user_data;
  char bytes[1 << 16] = { 0 };

  g_assert_cmpint (write (growth->fd, bytes, sizeof bytes), ==, sizeof bytes);
  return ++growth->n < 100;
}

/* A file that grows as fast as it is read does not keep the import from ending. */
static void
test_growing (LibraryFixture *fixture, gconstpointer data)
{
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.md", NULL);
  g_autofree char *expected = g_compute_checksum_for_string (G_CHECKSUM_SHA256, subjects[0][1], -1);
  g_autofree char *hash = NULL;
  Growth growth = { open (bees, O_WRONLY | O_APPEND | O_CLOEXEC), 0 };
  int fd = open (bees, O_RDONLY | O_CLOEXEC);

  hash = quarry_hash_file (fd, grow, &growth);
  g_assert_cmpstr (hash, ==, expected);
  g_assert_cmpuint (growth.n, ==, 1);
  close (growth.fd);
  close (fd);
}

typedef struct
{
  const char *path;
  int is_let_in; /* atomic */
} Writer;

static gpointer
write_thread (gpointer data)
{
  Writer *writer = data;
  int fd = open (writer->path, O_WRONLY | O_CLOEXEC);

  g_atomic_int_set (&writer->is_let_in, TRUE);
  close (fd);
  return NULL;
}

/* A program waits for a reader to open a FIFO. To open it and close it again would end that program. */
static void
test_pipe (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *pipe = g_build_filename (fixture->sources, "pipe.txt", NULL);
  Writer writer = { pipe, FALSE };
  QuarryImportProgress progress;
  GThread *thread;
  int fd;

  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  thread = g_thread_new ("writer", write_thread, &writer);
  g_usleep (100000);
  progress = import_sources (fixture, library);
  g_assert_cmpuint (progress.imported, ==, N_SUBJECTS);
  g_assert_cmpuint (progress.skipped, ==, 1);
  g_assert_false (g_atomic_int_get (&writer.is_let_in));
  fd = open (pipe, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  g_thread_join (thread);
  close (fd);
}

static void
nothing_cb (const char *root, const char *path, gpointer user_data)
{
}

/* Closing the library does not wait until all folders of a slow disk are watched. */
static void
test_watch_ended (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryFolderWatch) watch = quarry_folder_watch_new (NULL, 0, nothing_cb, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u/a.txt", i);

      g_free (write_file (fixture->sources, name, "Tea.", -1));
    }
  quarry_folder_watch_set_cancellable (watch, cancellable);
  quarry_folder_watch_add (watch, fixture->sources, NULL);
  g_assert_cmpuint (quarry_folder_watch_count (watch), ==, 21);
  g_cancellable_cancel (cancellable);
  quarry_folder_watch_add (watch, fixture->sources, NULL);
  g_assert_cmpuint (quarry_folder_watch_count (watch), <, 3);
}

/* --- Drives and servers ------------------------------------------------------------------------ */

/* Runs a test in a process of its own that may mount file systems. */
static void
run_with_mounts (void (*func) (LibraryFixture *fixture))
{
  LibraryFixture fixture = { 0 };

  if (!own_mounts_in_own_process ())
    return;
  library_set_up (&fixture, NULL);
  g_assert_true (own_mounts_begin ());
  func (&fixture);
  library_tear_down (&fixture, NULL);
}

/* A drive is unplugged while its folder is being looked at. Files that are missing then stay in the library, since they
 * are on the drive. */
static void
unplug (LibraryFixture *fixture)
{
  g_autofree char *drive = g_build_filename (fixture->sources, "drive", NULL);
  g_autofree char *tea = NULL;
  const char *paths[] = { drive, NULL };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryLeaving) leaving = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir (drive, 0700), ==, 0);
  g_assert_cmpint (mount ("none", drive, "tmpfs", 0, "size=1m,mode=700"), ==, 0);
  tea = write_file (drive, "tea.txt", "Tea is brewed from leaves.", -1);
  import_path (library, drive);
  g_assert_cmpuint (count (library), ==, 1);

  g_assert_cmpint (g_unlink (tea), ==, 0);
  leaving = quarry_library_find_leaving (library, paths, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (umount2 (drive, MNT_DETACH), ==, 0);
  g_assert_true (quarry_library_take_out_leaving (library, leaving, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count (library), ==, 1);

  /* A file that a person takes out meanwhile does not come back with the drive. */
  g_assert_true (quarry_library_remove (library, tea, NULL, &error));
  g_assert_cmpint (mount ("none", drive, "tmpfs", 0, "size=1m,mode=700"), ==, 0);
  g_free (write_file (drive, "tea.txt", "Tea is brewed from leaves.", -1));
  import_path (library, drive);
  g_assert_cmpuint (count (library), ==, 0);
  g_assert_cmpint (umount2 (drive, MNT_DETACH), ==, 0);
}

/* Gives drives ids, as udev does: /dev/stick-a and /dev/stick-b. What a reader needs of /dev stays. */
static void
give_ids (LibraryFixture *fixture)
{
  static const char *const kept[] = { "null", "urandom" };
  static const char *const names[] = { "stick-a", "stick-b" };
  g_autofree char *devices = g_build_filename (fixture->sources, "dev", NULL);
  g_autofree char *ids = g_build_filename (devices, "disk/by-uuid", NULL);

  g_assert_cmpint (g_mkdir (devices, 0700), ==, 0);
  g_assert_cmpint (mount ("none", devices, "tmpfs", 0, "size=1m"), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (ids, 0700), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    {
      g_autofree char *device = g_build_filename ("/dev", kept[i], NULL);
      g_autofree char *place = write_file (devices, kept[i], "", 0);

      g_assert_cmpint (mount (device, place, NULL, MS_BIND, NULL), ==, 0);
    }
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *target = g_strconcat ("../../", names[i], NULL);
      g_autofree char *link = g_strconcat (ids, "/0000-", names[i], NULL);

      g_assert_cmpint (symlink (target, link), ==, 0);
    }
  g_assert_cmpint (mount (devices, "/dev", NULL, MS_MOVE, NULL), ==, 0);
}

static void
plug_in (const char *device, const char *drive, const char *name, const char *text)
{
  g_assert_cmpint (mount (device, drive, "tmpfs", 0, "size=1m,mode=700"), ==, 0);
  g_free (write_file (drive, name, text, -1));
}

static QuarryFolderState
state_of_only (QuarryLibrary *library)
{
  g_autoptr (GPtrArray) folders = quarry_library_list_folders (library, NULL);

  g_assert_cmpuint (folders->len, ==, 1);
  return ((QuarryFolder *) folders->pdata[0])->state;
}

/* Removes what a look at the folder finds to be gone, as when it is followed. */
static void
look_at (QuarryLibrary *library, const char *folder)
{
  const char *paths[] = { folder, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryLeaving) leaving = quarry_library_find_leaving (library, paths, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (quarry_library_take_out_leaving (library, leaving, &error));
  g_assert_no_error (error);
}

/* Another drive of the same name is mounted in the place of the first: the documents of that one stay, as if nothing
 * were there, until a person imports the other. */
static void
plug_in_another (LibraryFixture *fixture)
{
  static const char drive[] = "/media/stick";
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  if (mount ("none", "/media", "tmpfs", 0, "size=1m") != 0)
    return;
  g_assert_cmpint (g_mkdir (drive, 0700), ==, 0);
  give_ids (fixture);
  plug_in ("/dev/stick-a", drive, "tea.txt", "Tea is brewed from leaves.");
  import_path (library, drive);
  g_assert_cmpint (state_of_only (library), ==, QUARRY_FOLDER_WATCHED);
  g_assert_cmpint (umount2 (drive, MNT_DETACH), ==, 0);

  plug_in ("/dev/stick-b", drive, "orchid.txt", "Orchids grow on trees.");
  g_assert_cmpint (state_of_only (library), ==, QUARRY_FOLDER_AWAY);
  look_at (library, drive);
  assert_best (library, "+brewed", "tea");
  import_path (library, drive);
  g_assert_cmpint (state_of_only (library), ==, QUARRY_FOLDER_WATCHED);
  g_assert_cmpuint (count (library), ==, 1);
  assert_best (library, "+orchids", "orchid");
  g_assert_cmpint (umount2 (drive, MNT_DETACH), ==, 0);

  /* Nor does the first take the place of the other. */
  plug_in ("/dev/stick-a", drive, "tea.txt", "Tea is brewed from leaves.");
  look_at (library, drive);
  g_assert_cmpuint (count (library), ==, 1);
  g_assert_cmpint (umount2 (drive, MNT_DETACH), ==, 0);

  /* One whose id is not known is taken for that which was there. */
  plug_in ("/dev/stick-c", drive, "moss.txt", "Moss grows on stone.");
  look_at (library, drive);
  g_assert_cmpuint (count (library), ==, 0);
  g_assert_cmpint (umount2 (drive, MNT_DETACH), ==, 0);
}

static void
test_another (void)
{
  run_with_mounts (plug_in_another);
}

static void
test_unplugged (void)
{
  run_with_mounts (unplug);
}

#define MAIL \
  "\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n" \
  "--x\nContent-Type: text/plain\nContent-Disposition: attachment; filename=tea.txt\n\nTea is brewed from leaves.\n" \
  "--x\nContent-Type: text/plain\nContent-Disposition: attachment; filename=lava.txt\n\n" \
  "Volcanoes pour lava over basalt plains.\n--x--\n"

static void
plug_in_mail (const char *drive, const char *subject)
{
  g_autofree char *mail = g_strconcat ("From: a@b.c\nSubject: ", subject, MAIL, NULL);

  g_assert_cmpint (mount ("none", drive, "tmpfs", 0, "size=1m,mode=700"), ==, 0);
  g_free (write_file (drive, "mail.eml", mail, -1));
}

/* Something that is taken out of a file on a drive that is away does not come back with the drive either, even if the
 * file changes. */
static void
take_out_of_file (LibraryFixture *fixture)
{
  g_autofree char *drive = g_build_filename (fixture->sources, "drive", NULL);
  g_autofree char *tea = g_build_filename (drive, "mail.eml", "tea.txt", NULL);
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (GError) error = NULL;
  guint n, n_removed;

  g_assert_cmpint (g_mkdir (drive, 0700), ==, 0);
  plug_in_mail (drive, "Two");
  import_path (library, drive);
  n = count (library);
  g_assert_cmpint (umount2 (drive, MNT_DETACH), ==, 0);
  g_assert_true (quarry_library_remove (library, tea, &n_removed, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n_removed, ==, 1);

  plug_in_mail (drive, "Both, read anew");
  import_path (library, drive);
  g_assert_cmpuint (count (library), ==, n - 1);
  assert_best (library, "+lava", "lava");
  assert_best (library, "+brewed", "");
  /* It does come back when it is named. */
  import_path (library, tea);
  g_assert_cmpuint (count (library), ==, n);
  g_assert_cmpint (umount2 (drive, MNT_DETACH), ==, 0);
}

static void
test_taken_out_of_file (void)
{
  run_with_mounts (take_out_of_file);
}

/* If the file or folder itself was taken out, it comes back with everything in it once it is named. */
static void
take_back_with_parts (LibraryFixture *fixture)
{
  g_autofree char *drive = g_build_filename (fixture->sources, "drive", NULL);
  g_autofree char *mail = g_build_filename (drive, "mail.eml", NULL);
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (GError) error = NULL;
  guint n, n_removed;

  g_assert_cmpint (g_mkdir (drive, 0700), ==, 0);
  plug_in_mail (drive, "Two");
  import_path (library, drive);
  n = count (library);
  g_assert_cmpint (umount2 (drive, MNT_DETACH), ==, 0);
  g_assert_true (quarry_library_remove (library, mail, &n_removed, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n_removed, ==, n);

  plug_in_mail (drive, "Two");
  import_path (library, mail);
  g_assert_cmpuint (count (library), ==, n);
  assert_best (library, "+brewed", "tea");
  g_assert_cmpint (umount2 (drive, MNT_DETACH), ==, 0);
}

static void
test_taken_back_with_parts (void)
{
  run_with_mounts (take_back_with_parts);
}

/* A folder that is named and lies inside another one stays a folder of the library while its drive is away. */
static void
unplug_named (LibraryFixture *fixture)
{
  g_autofree char *drive = g_build_filename (fixture->sources, "drive", NULL);
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (GPtrArray) folders = NULL;
  const QuarryFolder *folder;

  g_assert_cmpint (g_mkdir (drive, 0700), ==, 0);
  plug_in_mail (drive, "Two");
  g_free (write_file (drive, "glass.txt", "Glass is blown from molten sand.", -1));
  import_path (library, fixture->sources);
  import_path (library, drive);
  g_assert_cmpint (umount2 (drive, MNT_DETACH), ==, 0);
  folders = quarry_library_list_folders (library, NULL);
  g_assert_cmpuint (folders->len, ==, 2);
  folder = folders->pdata[1];
  g_assert_cmpstr (folder->path, ==, drive);
  g_assert_cmpint (folder->state, ==, QUARRY_FOLDER_AWAY);
  g_assert_false (folder->is_exception);
}

static void
test_unplugged_named (void)
{
  run_with_mounts (unplug_named);
}

static QuarryFolderState
state_of (QuarryLibrary *library, const char *path)
{
  g_autoptr (GPtrArray) folders = quarry_library_list_folders (library, NULL);

  for (guint i = 0; i < folders->len; i++)
    if (strcmp (((QuarryFolder *) folders->pdata[i])->path, path) == 0)
      return ((QuarryFolder *) folders->pdata[i])->state;
  g_assert_not_reached ();
}

/* Leaves only @mount remembered, as it was before network servers counted as mount points. */
static void
remember_alone (QuarryLibrary *library, const char *mount)
{
  QuarryStore *writer = quarry_library_begin_write (library, NULL);
  g_autoptr (GBytes) value = g_bytes_new (mount, strlen (mount) + 1);

  g_assert_true (quarry_store_set_value (writer, "mounts", value, NULL));
  g_assert_true (quarry_library_end_write (library, TRUE, NULL));
}

/* A server that was connected in the file manager is a folder of GVfs' file system. While it is not connected, as after
 * each start of the computer, the folder is missing. */
static void
disconnect (LibraryFixture *fixture)
{
  g_autofree char *desk = g_build_filename (fixture->sources, "gvfs", NULL);
  g_autofree char *server = g_build_filename (desk, "smb-share:server=attic,share=papers", NULL);
  g_autofree char *folder = g_build_filename (server, "notes", NULL);
  g_autofree char *tea = NULL;
  QuarryLibrary *library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  g_assert_cmpint (g_mkdir (desk, 0700), ==, 0);
  g_assert_cmpint (mount ("gvfsd-fuse", desk, "tmpfs", 0, "size=1m,mode=700"), ==, 0);
  g_free (write_file (folder, "orchids.txt", "Orchids grow on the branches of old trees.", -1));
  tea = write_file (folder, "tea.txt", "Tea is brewed from leaves.", -1);
  import_path (library, folder);
  g_assert_cmpuint (count (library), ==, 2);

  /* A file that is deleted while the server is connected is gone. */
  g_assert_cmpint (g_unlink (tea), ==, 0);
  import_path (library, folder);
  g_assert_cmpuint (count (library), ==, 1);

  remove_tree (server);
  g_assert_cmpint (state_of (library, folder), ==, QUARRY_FOLDER_AWAY);
  quarry_library_follow (library, &(QuarryFollowOptions) { 50, 1, 0, FALSE });
  while (state_of (library, folder) != QUARRY_FOLDER_AWAY)
    g_main_context_iteration (NULL, FALSE);
  import_path (library, desk);
  g_assert_cmpuint (count (library), ==, 1);
  remember_alone (library, desk);
  import_path (library, desk);
  g_assert_cmpuint (count (library), ==, 1);
  g_assert_cmpint (state_of (library, folder), ==, QUARRY_FOLDER_AWAY);

  /* The same if GVfs' file system itself is not mounted. */
  g_assert_cmpint (umount2 (desk, MNT_DETACH), ==, 0);
  import_path (library, fixture->sources);
  g_assert_cmpuint (count (library), ==, 1 + N_SUBJECTS);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_object_unref (library);
}

static void
test_disconnected (void)
{
  run_with_mounts (disconnect);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  LIBRARY_TEST ("removed", test_removed);
  LIBRARY_TEST ("replaced", test_replaced);
  LIBRARY_TEST ("let-go", test_let_go);
  LIBRARY_TEST ("growing", test_growing);
  LIBRARY_TEST ("pipe", test_pipe);
  LIBRARY_TEST ("watch-ended", test_watch_ended);
  g_test_add_func ("/library/unplugged", test_unplugged);
  g_test_add_func ("/library/unplugged/another", test_another);
  g_test_add_func ("/library/unplugged/part", test_taken_out_of_file);
  g_test_add_func ("/library/unplugged/back", test_taken_back_with_parts);
  g_test_add_func ("/library/unplugged/named", test_unplugged_named);
  g_test_add_func ("/library/disconnected", test_disconnected);

  return g_test_run ();
}
