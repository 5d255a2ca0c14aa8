/* test-store-processes.c: several threads and processes at one library, and processes that die
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/unit/store-helpers.h"

#include <sys/wait.h>
#include <unistd.h>

static void
die_in_transaction (StoreFixture *fixture)
{
  QuarryStore *store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autofree char *large = g_strnfill (3000000, 'x');
  const char *paragraphs[] = { large, NULL };
  g_autoptr (GError) error = NULL;

  add_document (store, "/whole", NULL, two_paragraphs);
  /* The transaction is larger than the cache, so that pages have been written to the file. */
  execute_sql (store, "PRAGMA cache_size = 10");
  quarry_store_begin (store, &error);
  g_assert_nonnull (try_add_document (store, "/half", NULL, paragraphs, &error));
  g_assert_no_error (error);
  _exit (0);
}

static void
test_crash (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = NULL;
  g_autoptr (QuarryDocumentRecord) record = NULL;
  g_autoptr (GError) error = NULL;

  run_in_child (die_in_transaction, fixture);

  /* A reader may be the first to open the library after the crash. */
  store = open_store (fixture, QUARRY_STORE_READ_ONLY);
  assert_counts (store, 1, 2);
  g_clear_object (&store);

  store = open_store (fixture, QUARRY_STORE_WRITE);
  record = quarry_store_find_document (store, "/whole", &error);
  g_assert_nonnull (record);
  assert_counts (store, 1, 2);
  assert_sound (store);
  add_document (store, "/half", NULL, one_paragraph);
}

static void
test_snapshot (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (QuarryStore) reader = open_store (fixture, QUARRY_STORE_READ_ONLY);
  g_autoptr (GError) error = NULL;
  gint64 version = quarry_store_get_data_version (reader);
  gint64 own_version = quarry_store_get_data_version (store);

  g_assert_true (quarry_store_begin_read (reader, &error));
  add_document (store, "/a", NULL, one_paragraph);
  assert_counts (reader, 0, 0);
  quarry_store_rollback (reader);
  assert_counts (reader, 1, 1);
  g_assert_cmpint (quarry_store_get_data_version (reader), !=, version);
  g_assert_cmpint (quarry_store_get_data_version (store), ==, own_version);
}

static void
write_beside (StoreFixture *fixture)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GError) error = NULL;

  sqlite3_busy_timeout (quarry_store_get_handle (store), 50);
  g_assert_false (quarry_store_begin (store, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_BUSY, fixture->file);
  assert_counts (store, 1, 1);
}

static void
test_two_writers (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GError) error = NULL;

  add_document (store, "/a", NULL, one_paragraph);
  g_clear_object (&store);

  /* The other process is a program started anew, since a connection must not be carried over a fork. */
  store = open_store (fixture, QUARRY_STORE_WRITE);
  quarry_store_begin (store, &error);
  g_assert_no_error (error);
  {
    g_autoptr (GSubprocess) child = NULL;

    child = g_subprocess_new (
        G_SUBPROCESS_FLAGS_NONE, &error, g_get_prgname (), "--write-beside", fixture->folder, NULL);
    g_assert_no_error (error);
    g_assert_true (g_subprocess_wait_check (child, NULL, &error));
    g_assert_no_error (error);
  }
  quarry_store_rollback (store);
}

static void
write_many (StoreFixture *fixture)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *path = g_strdup_printf ("/%d/%u", (int) getpid (), i);

      add_document (store, path, NULL, one_paragraph);
    }
}

/* Several processes make the library at the same time, and all write to it. */
static void
test_many_processes (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = NULL;
  pid_t pids[6];

  for (guint i = 0; i < G_N_ELEMENTS (pids); i++)
    {
      pids[i] = fork ();
      if (pids[i] == 0)
        {
          write_many (fixture);
          _exit (0);
        }
    }
  for (guint i = 0; i < G_N_ELEMENTS (pids); i++)
    {
      int status;

      waitpid (pids[i], &status, 0);
      g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
    }
  store = open_store (fixture, QUARRY_STORE_READ_ONLY);
  assert_counts (store, 120, 120);
  assert_sound (store);
}

int
main (int argc, char **argv)
{
  if (argc == 3 && strcmp (argv[1], "--write-beside") == 0)
    {
      StoreFixture fixture = { NULL, argv[2], g_build_filename (argv[2], "library.db", NULL) };

      write_beside (&fixture);
      g_free (fixture.file);
      return 0;
    }

  g_set_prgname (argv[0]);
  g_test_init (&argc, &argv, NULL);
  g_set_prgname (argv[0]);

  STORE_TEST ("crash", test_crash);
  STORE_TEST ("snapshot", test_snapshot);
  STORE_TEST ("two-writers", test_two_writers);
  STORE_TEST ("many-processes", test_many_processes);

  return g_test_run ();
}
