/* temporary-folder.c: folders that tests make, fill and remove
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/support/temporary-folder.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_FOLDERS 64

/* The folders that are there still, and the process that removes them: a child made by fork() must not. */
static char *folders[MOST_FOLDERS];
static pid_t owner;

/* Removes the folders when a test fails, which ends the program. Only functions that a signal handler may call are
 * called, so that another program does the work. */
static void
fail_cb (int signal_number)
{
  signal (signal_number, SIG_DFL);
  for (guint i = 0; getpid () == owner && i < MOST_FOLDERS; i++)
    if (folders[i] != NULL && _Fork () == 0)
      {
        execl ("/bin/rm", "rm", "-rf", "--", folders[i], NULL);
        _exit (1);
      }
  raise (signal_number);
}

/* Removes the folders of tests that were left without tearing them down. */
static void
exit_cb (void)
{
  for (guint i = 0; getpid () == owner && i < MOST_FOLDERS; i++)
    if (folders[i] != NULL)
      remove_tree (folders[i]);
}

static void
keep_in_mind (char *folder)
{
  static const int fatal[] = { SIGABRT, SIGTRAP, SIGSEGV, SIGTERM, SIGINT };
  guint n = 0;

  if (owner != getpid ())
    {
      if (owner == 0)
        atexit (exit_cb);
      owner = getpid ();
      memset (folders, 0, sizeof folders);
      for (guint i = 0; i < G_N_ELEMENTS (fatal); i++)
        {
          struct sigaction before;

          /* Sanitizers have handlers of their own, whose reports are worth more. */
          if (sigaction (fatal[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL)
            signal (fatal[i], fail_cb);
        }
    }
  while (n < MOST_FOLDERS && folders[n] != NULL)
    n++;
  g_assert_cmpuint (n, <, MOST_FOLDERS);
  folders[n] = g_strdup (folder);
}

static void
forget (const char *folder)
{
  for (guint i = 0; i < MOST_FOLDERS; i++)
    if (g_strcmp0 (folders[i], folder) == 0)
      g_clear_pointer (&folders[i], g_free);
}

char *
temporary_folder_new (void)
{
  const char *place = g_getenv ("TMPDIR");
  g_autofree char *made = g_build_filename (place != NULL ? place : "/tmp", "quarry-test-XXXXXX", NULL);
  char *resolved, *folder;

  g_assert_nonnull (g_mkdtemp (made));
  resolved = realpath (made, NULL);
  g_assert_nonnull (resolved);
  folder = g_strdup (resolved);
  free (resolved);
  keep_in_mind (folder);

  return folder;
}

void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    dir = g_dir_open (path, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

void
temporary_folder_free (char *folder)
{
  if (folder != NULL)
    {
      remove_tree (folder);
      forget (folder);
    }
  g_free (folder);
}

void
temporary_folder_free_empty (char *folder)
{
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  temporary_folder_free (folder);
}

void
folder_fixture_set_up (FolderFixture *fixture, gconstpointer data)
{
  fixture->folder = temporary_folder_new ();
}

void
folder_fixture_tear_down (FolderFixture *fixture, gconstpointer data)
{
  temporary_folder_free (fixture->folder);
}

char *
write_file (const char *folder, const char *name, const void *text, gssize length)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *above = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (above, 0700), ==, 0);
  g_file_set_contents (path, text, length, &error);
  g_assert_no_error (error);

  return g_steal_pointer (&path);
}

void
replace_file (const char *path, const void *bytes, gsize length)
{
  int fd;

  g_unlink (path);
  fd = g_open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  g_assert_cmpint (fd, >=, 0);
  for (gsize at = 0; at < length;)
    {
      gssize n = write (fd, (const char *) bytes + at, length - at);

      g_assert_cmpint (n, >, 0);
      at += (gsize) n;
    }
  g_assert_cmpint (close (fd), ==, 0);
}
