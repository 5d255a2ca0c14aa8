/* test-session.c: a library that is opened, and why it cannot be
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/mount.h>
#include <unistd.h>

#include "core/store/quarry-store.h"
#include "tests/support/own-mounts.h"
#include "tests/support/temporary-folder.h"
#include "ui/quarry-session.h"

#define ROOM (1 << 20)

/* Makes a library as an older Quarry left it: SQLite keeps the version (user_version) at offset 60 of the file. */
static void
make_older (const char *folder)
{
  static const char older[] = { 0, 0, 0, 4 };
  g_autofree char *database = g_build_filename (folder, "library.db", NULL);
  g_autoptr (GError) error = NULL;
  QuarryLibrary *library = quarry_library_open (folder, NULL, QUARRY_LIBRARY_WRITE, &error);
  int fd;

  g_assert_no_error (error);
  g_assert_finalize_object (library);
  fd = open (database, O_WRONLY | O_CLOEXEC);
  g_assert_cmpint (pwrite (fd, older, sizeof older, 60), ==, sizeof older);
  close (fd);
}

/* Writes to the file @path until the disk is full. */
static void
fill (const char *path, const char *zeros)
{
  int fd = g_open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  g_assert_cmpint (fd, >=, 0);
  for (gsize n = ROOM; n > 0;)
    if (write (fd, zeros, n) <= 0)
      n /= 2;
  close (fd);
}

/* A library of an older version has to be migrated, but cannot be written. The message says that it cannot, because
 * that is what the person can mend. */
static void
test_older_unwritable (void)
{
  g_autofree char *top = NULL;
  g_autofree char *folder = NULL;
  g_autoptr (QuarrySession) session = NULL;

  if (!own_mounts_in_own_process ())
    return;
  top = temporary_folder_new ();
  folder = g_build_filename (top, "library", NULL);
  g_assert_true (own_mounts_begin ());
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_cmpint (mount ("none", folder, "tmpfs", 0, "size=16m,mode=700"), ==, 0);
  make_older (folder);
  g_assert_cmpint (mount ("none", folder, "tmpfs", MS_REMOUNT | MS_RDONLY, NULL), ==, 0);

  session = quarry_session_new (folder, NULL);
  while (quarry_session_get_state (session) == QUARRY_SESSION_OPENING)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (quarry_session_get_state (session), ==, QUARRY_SESSION_FAILED);
  g_assert_true (g_error_matches (quarry_session_get_error (session), QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_READ_ONLY));
  g_assert_cmpint (umount2 (folder, MNT_DETACH), ==, 0);
  temporary_folder_free (g_steal_pointer (&top));
}

static void
count_cb (QuarrySession *session, guint *n)
{
  ++*n;
}

/* Files that are named for import into a read-only library are refused with a message, also if it only turns out later
 * that it is read-only. */
static void
test_refused (void)
{
  g_autofree char *top = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *note = NULL;
  g_autoptr (QuarrySession) session = NULL;
  QuarryLibrary *library;
  guint n_refused = 0;

  if (!own_mounts_in_own_process ())
    return;
  top = temporary_folder_new ();
  folder = g_build_filename (top, "library", NULL);
  note = write_file (top, "note.txt", "Honeybees gather nectar.", -1);
  g_assert_true (own_mounts_begin ());
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_cmpint (mount ("none", folder, "tmpfs", 0, "size=16m,mode=700"), ==, 0);
  library = quarry_library_open (folder, NULL, QUARRY_LIBRARY_WRITE, NULL);
  g_assert_finalize_object (library);
  g_assert_cmpint (mount ("none", folder, "tmpfs", MS_REMOUNT | MS_RDONLY, NULL), ==, 0);

  session = quarry_session_new (folder, NULL);
  g_signal_connect (session, "refused", G_CALLBACK (count_cb), &n_refused);
  quarry_session_import (session, (const char *const[]){ note, NULL });
  g_assert_cmpuint (n_refused, ==, 0);
  while (quarry_session_get_state (session) == QUARRY_SESSION_OPENING)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (quarry_session_get_state (session), ==, QUARRY_SESSION_READY);
  g_assert_cmpuint (n_refused, ==, 1);
  quarry_session_import (session, (const char *const[]){ note, NULL });
  g_assert_cmpuint (n_refused, ==, 2);
  g_clear_object (&session);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpint (umount2 (folder, MNT_DETACH), ==, 0);
  temporary_folder_free (g_steal_pointer (&top));
}

/* A library on a full disk is opened for reading, and for writing once there is room again. Files that were to be
 * imported meanwhile are imported then. */
static void
test_room_again (void)
{
  g_autofree char *top = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *filler = NULL;
  g_autofree char *note = NULL;
  g_autofree char *zeros = NULL;
  g_autoptr (QuarrySession) session = NULL;
  QuarryLibrary *library;
  guint64 n_documents = 0;

  if (!own_mounts_in_own_process ())
    return;
  top = temporary_folder_new ();
  folder = g_build_filename (top, "library", NULL);
  filler = g_build_filename (folder, "filler", NULL);
  note = write_file (top, "note.txt", "Honeybees gather nectar.", -1);
  zeros = g_malloc0 (ROOM);
  g_assert_true (own_mounts_begin ());
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_cmpint (mount ("none", folder, "tmpfs", 0, "size=16m,mode=700"), ==, 0);
  library = quarry_library_open (folder, NULL, QUARRY_LIBRARY_WRITE, NULL);
  g_assert_finalize_object (library);
  fill (filler, zeros);

  session = quarry_session_new (folder, NULL);
  while (quarry_session_get_state (session) == QUARRY_SESSION_OPENING)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (quarry_session_get_state (session), ==, QUARRY_SESSION_READY);
  g_assert_false (quarry_session_get_writable (session));

  g_assert_cmpint (g_remove (filler), ==, 0);
  quarry_session_import (session, (const char *const[]){ note, NULL });
  while (!quarry_session_get_writable (session))
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (quarry_session_get_error (session));
  while (n_documents == 0)
    {
      g_auto (QuarryLibraryStatus) status = { 0 };

      g_main_context_iteration (NULL, TRUE);
      g_assert_true (quarry_library_get_status (quarry_session_get_library (session), &status, NULL));
      n_documents = status.counts.documents;
    }
  g_clear_object (&session);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpint (umount2 (folder, MNT_DETACH), ==, 0);
  temporary_folder_free (g_steal_pointer (&top));
}

/* Imports that are requested while the library is being opened wait for it. */
static void
test_import (void)
{
  char *top = temporary_folder_new ();
  g_autofree char *folder = g_build_filename (top, "library", NULL);
  g_autofree char *note = write_file (top, "note.txt", "Honeybees gather nectar.", -1);
  QuarrySession *session = quarry_session_new (folder, NULL);
  guint64 n_documents = 0;

  quarry_session_import (session, (const char *const[]){ note, NULL });
  g_assert_null (quarry_session_get_library (session));
  while (n_documents == 0)
    {
      g_auto (QuarryLibraryStatus) status = { 0 };

      g_main_context_iteration (NULL, TRUE);
      if (!quarry_session_get_library (session))
        continue;
      g_assert_true (quarry_library_get_status (quarry_session_get_library (session), &status, NULL));
      n_documents = status.counts.documents;
    }
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (session);
  temporary_folder_free (top);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/older-unwritable", test_older_unwritable);
  g_test_add_func ("/session/refused", test_refused);
  g_test_add_func ("/session/room-again", test_room_again);
  g_test_add_func ("/session/import", test_import);
  return g_test_run ();
}
