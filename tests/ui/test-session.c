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

/* A library as an older Quarry left it: a database says its version at its 60th byte. */
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

/* What has to be brought up to date and cannot be written: that it cannot is what a person may mend. */
static void
test_older_unwritable (void)
{
  g_autofree char *top = NULL;
  g_autofree char *folder = NULL;
  g_autoptr (QuarrySession) session = NULL;

  if (!g_test_subprocess ())
    {
      if (!own_mounts_may_begin ())
        {
          g_test_skip ("a file system of our own cannot be mounted here");
          return;
        }
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return;
    }
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/older-unwritable", test_older_unwritable);
  return g_test_run ();
}
