/* test-store-rights.c: libraries that may not be written, and full disks
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/unit/store-helpers.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- Rights ---------------------------------------------------------------------------------- */

/* File permissions do not apply to root, so that a test that runs as root goes on as "nobody". */
static void
drop_rights (void)
{
  if (geteuid () == 0)
    {
      g_assert_cmpint (setgid (65534), ==, 0);
      g_assert_cmpint (setuid (65534), ==, 0);
    }
}

static void
read_without_rights (StoreFixture *fixture)
{
  g_autoptr (QuarryStore) store = NULL;

  drop_rights ();
  store = open_store (fixture, QUARRY_STORE_READ_ONLY);
  assert_counts (store, 1, 2);
  assert_sound (store);
  assert_does_not_open (fixture, QUARRY_STORE_WRITE, QUARRY_STORE_ERROR_READ_ONLY);
}

static void
fail_to_read_dirty_log (StoreFixture *fixture)
{
  drop_rights ();
  assert_does_not_open (fixture, QUARRY_STORE_READ_ONLY, QUARRY_STORE_ERROR_READ_ONLY);
}

static void
fail_to_make (StoreFixture *fixture)
{
  g_autofree char *below = g_build_filename (fixture->folder, "below", NULL);
  g_autoptr (GError) error = NULL;

  drop_rights ();
  g_assert_null (quarry_store_open (below, QUARRY_STORE_WRITE, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_READ_ONLY, below);
}

static void
fail_to_read (StoreFixture *fixture)
{
  drop_rights ();
  assert_does_not_open (fixture, QUARRY_STORE_READ_ONLY, QUARRY_STORE_ERROR_OPEN);
}

static void
die_with_a_log (StoreFixture *fixture)
{
  QuarryStore *store = open_store (fixture, QUARRY_STORE_WRITE);

  add_document (store, "/b", NULL, two_paragraphs);
  _exit (0);
}

static void
test_read_only_folder (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *shared_memory = g_strconcat (fixture->file, "-shm", NULL);
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);

  add_document (store, "/a", NULL, two_paragraphs);
  g_clear_object (&store);
  g_assert_cmpint (g_chmod (fixture->parent, 0755), ==, 0);
  g_assert_cmpint (g_chmod (fixture->folder, 0555), ==, 0);
  g_assert_cmpint (g_chmod (fixture->file, 0444), ==, 0);
  run_in_child (read_without_rights, fixture);
  run_in_child (fail_to_make, fixture);

  g_assert_cmpint (g_chmod (fixture->file, 0000), ==, 0);
  run_in_child (fail_to_read, fixture);

  /* A log that has changes in it must not be ignored. */
  g_assert_cmpint (g_chmod (fixture->file, 0644), ==, 0);
  g_assert_cmpint (g_chmod (fixture->folder, 0755), ==, 0);
  run_in_child (die_with_a_log, fixture);
  g_unlink (shared_memory);
  g_assert_cmpint (g_chmod (fixture->folder, 0555), ==, 0);
  run_in_child (fail_to_read_dirty_log, fixture);
  g_assert_cmpint (g_chmod (fixture->folder, 0755), ==, 0);
}

static void
test_read_only_handle (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (QuarryStore) reader = NULL;
  g_autoptr (GError) error = NULL;
  QuarryFailureRecord failure = { (char *) "/b", FALSE, (char *) "No.", 0, 0 };

  add_document (store, "/a", NULL, two_paragraphs);
  reader = open_store (fixture, QUARRY_STORE_READ_ONLY);
  g_assert_false (quarry_store_begin (reader, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_READ_ONLY, fixture->file);
  g_clear_error (&error);
  g_assert_false (quarry_store_record_failure (reader, &failure, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_READ_ONLY, fixture->file);
  g_clear_error (&error);
  g_assert_false (quarry_store_set_value (reader, "a", NULL, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_READ_ONLY, fixture->file);
}

/* --- No space -------------------------------------------------------------------------------- */

static void
test_full (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GError) error = NULL;
  g_autofree char *large = g_malloc0 (300001);
  const char *paragraphs[] = { large, NULL };

  /* Random text, which cannot be compressed well. */
  for (guint i = 0; i < 300000; i++)
    large[i] = (char) g_test_rand_int_range (' ', 0x7f);
  add_document (store, "/a", NULL, two_paragraphs);
  execute_sql (store, "PRAGMA max_page_count = 40");
  quarry_store_begin (store, &error);
  g_assert_no_error (error);
  g_assert_null (try_add_document (store, "/b", NULL, paragraphs, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_FULL, fixture->file);
  g_clear_error (&error);
  quarry_store_rollback (store);
  assert_counts (store, 1, 2);
  assert_sound (store);

  execute_sql (store, "PRAGMA max_page_count = 100000");
  add_document (store, "/b", NULL, paragraphs);
  assert_counts (store, 2, 3);
}

/* A file system that is really full, where the machine lets a test mount one. */
static void
fill_small_disk (StoreFixture *fixture)
{
  g_autoptr (QuarryStore) store = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *large = g_strnfill (300000, 'x');
  const char *paragraphs[] = { large, NULL };
  guint n_documents = 0;
  guint n_passages;

  if (unshare (CLONE_NEWNS) != 0 || mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0
      || mount ("none", fixture->folder, "tmpfs", 0, "size=3m,mode=700") != 0)
    _exit (77);

  store = open_store (fixture, QUARRY_STORE_WRITE);
  add_document (store, "/first", NULL, two_paragraphs);
  for (;;)
    {
      g_autofree char *path = g_strdup_printf ("/%u", n_documents);
      g_autoptr (QuarryDocumentRecord) record = NULL;

      if (!quarry_store_begin (store, &error))
        break;
      record = try_add_document (store, path, NULL, paragraphs, &error);
      if (record == NULL)
        {
          quarry_store_rollback (store);
          break;
        }
      if (!quarry_store_commit (store, &error))
        break;
      g_assert_cmpuint (++n_documents, <, 100);
    }
  assert_store_error (error, QUARRY_STORE_ERROR_FULL, fixture->file);
  g_assert_cmpuint (n_documents, >, 0);
  n_passages = n_documents + 2;
  assert_counts (store, n_documents + 1, n_passages);
  assert_sound (store);
  g_clear_object (&store);

  /* After opening it again, the library has what it had before. */
  store = open_store (fixture, QUARRY_STORE_WRITE);
  assert_counts (store, n_documents + 1, n_passages);
  assert_sound (store);
}

static void
make_on_full_disk (StoreFixture *fixture)
{
  g_autofree char *filler = g_build_filename (fixture->folder, "filler", NULL);
  g_autofree char *zeros = g_malloc0 (1 << 20);
  int fd;

  if (unshare (CLONE_NEWNS) != 0 || mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0
      || mount ("none", fixture->folder, "tmpfs", 0, "size=1m,mode=700") != 0)
    _exit (77);

  fd = g_open (filler, O_WRONLY | O_CREAT, 0600);
  while (write (fd, zeros, 1 << 20) > 0)
    ;
  close (fd);
  assert_does_not_open (fixture, QUARRY_STORE_WRITE, QUARRY_STORE_ERROR_FULL);
}

/* Nobody can change permissions there. */
static void
make_on_read_only_disk (StoreFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  if (unshare (CLONE_NEWNS) != 0 || mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0
      || mount ("none", fixture->folder, "tmpfs", MS_RDONLY, "size=1m,mode=700") != 0)
    _exit (77);
  g_assert_null (quarry_store_open (fixture->folder, QUARRY_STORE_WRITE, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_READ_ONLY, fixture->file);
  g_assert_nonnull (strstr (error->message, "can only be read"));
}

static void
test_full_disk (StoreFixture *fixture, gconstpointer data)
{
  ChildFunc func = (ChildFunc) data;
  pid_t pid;
  int status;

  g_assert_cmpint (g_mkdir (fixture->folder, 0700), ==, 0);
  pid = fork ();
  if (pid == 0)
    {
      func (fixture);
      _exit (0);
    }
  waitpid (pid, &status, 0);
  if (WIFEXITED (status) && WEXITSTATUS (status) == 77)
    g_test_skip ("a file system of our own cannot be mounted here");
  else
    g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  STORE_TEST ("read-only-folder", test_read_only_folder);
  STORE_TEST ("read-only-handle", test_read_only_handle);
  STORE_TEST ("full", test_full);
  g_test_add ("/store/full-disk",
              StoreFixture,
              (gconstpointer) fill_small_disk,
              store_set_up,
              test_full_disk,
              store_tear_down);
  g_test_add ("/store/read-only-disk",
              StoreFixture,
              (gconstpointer) make_on_read_only_disk,
              store_set_up,
              test_full_disk,
              store_tear_down);
  g_test_add ("/store/full-disk-at-birth",
              StoreFixture,
              (gconstpointer) make_on_full_disk,
              store_set_up,
              test_full_disk,
              store_tear_down);

  return g_test_run ();
}
