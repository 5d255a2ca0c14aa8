/* test-library-breaks.c: imports that are cut off, and documents that the library does not take
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "break-helpers.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "core/files/quarry-mounts.h"
#include "core/library/quarry-library-write-private.h"

/* The reason why the document failed; NULL if it did not. (transfer full) */
static char *
failure_of (QuarryLibrary *library, const char *path, const char *place)
{
  g_autofree char *whole = *place != '\0' ? g_strconcat (path, "/", place, NULL) : g_strdup (path);
  QuarryStore *connection = quarry_library_borrow (library, NULL);
  g_autoptr (QuarryFailureRecord) failure = quarry_store_find_failure (connection, whole, NULL);

  quarry_library_give_back (library, connection);
  return failure != NULL ? g_steal_pointer (&failure->reason) : NULL;
}

/* When a file is read again, failures inside it are forgotten first. If the import ends before they are met again, the
 * file does not count as read. */
static void
test_begun (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *crate = write_crate (fixture, LAVA, "refuse", ORCHID);
  const char *paths[] = { crate, NULL };
  g_autofree char *reason = NULL;
  g_autofree char *later = NULL;
  QuarryImportItem *begin = quarry_import_item_new (crate);
  gint64 id;

  g_assert_cmpuint (import_paths (library, paths).imported, ==, 1);
  id = id_inside (library, crate, "lava.txt");
  g_assert_cmpint (id, !=, 0);
  reason = failure_of (library, crate, "refuse.txt");
  g_assert_nonnull (reason);

  begin->kind = ITEM_BEGIN;
  write_item (library, begin);
  import_paths (library, paths);
  later = failure_of (library, crate, "refuse.txt");
  g_assert_cmpstr (later, ==, reason);
  g_assert_cmpint (id_inside (library, crate, "lava.txt"), ==, id);
  assert_sound (library);
}

/* If the reader is cut off, documents that did not come may still be in the file. They stay, and the file is read
 * again. */
static void
test_cut_off (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *crate = write_crate (fixture, LAVA, "refuse", ORCHID);
  g_autofree char *refused = g_strconcat (crate, "/refuse.txt", NULL);
  const char *paths[] = { crate, NULL };
  const char *named[] = { refused, NULL };
  g_autofree char *reason = NULL;
  g_autofree char *later = NULL;
  gint64 lava, orchid;

  import_paths (library, paths);
  lava = id_inside (library, crate, "lava.txt");
  orchid = id_inside (library, crate, "orchid.txt");
  g_assert_cmpint (lava, !=, 0);
  g_assert_cmpint (orchid, !=, 0);

  /* The document that failed is tried again, and the reader crashes on it. */
  g_free (write_crate (fixture, LAVA, "crash", ORCHID));
  import_paths (library, named);
  g_assert_cmpint (id_inside (library, crate, "lava.txt"), ==, lava);
  g_assert_cmpint (id_inside (library, crate, "orchid.txt"), ==, orchid);
  reason = failure_of (library, crate, "");
  g_assert_nonnull (reason);
  assert_sound (library);

  /* It can be read now, although the file seems unchanged. */
  g_free (write_crate (fixture, LAVA, TEA, ORCHID));
  import_paths (library, paths);
  g_assert_cmpint (id_inside (library, crate, "lava.txt"), ==, lava);
  g_assert_cmpint (id_inside (library, crate, "tea.txt"), !=, 0);
  g_assert_cmpint (id_inside (library, crate, "orchid.txt"), ==, orchid);
  later = failure_of (library, crate, "");
  g_assert_null (later);
  g_assert_cmpuint (import_paths (library, paths).unchanged, ==, 1);
  assert_sound (library);
}

/* (transfer full) */
static QuarryFailureRecord *
failure_record (QuarryLibrary *library, const char *path)
{
  QuarryStore *connection = quarry_library_borrow (library, NULL);
  QuarryFailureRecord *failure = quarry_store_find_failure (connection, path, NULL);

  quarry_library_give_back (library, connection);
  return failure;
}

/* If the reader is cut off a second time, it would be at each import. So what has come is kept, and the file is read
 * again only if a person asks for it. */
static void
test_cut_off_twice (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *crate = write_crate (fixture, LAVA, "crash", ORCHID);
  g_autofree char *alone = g_build_filename (fixture->sources, "crash.txt", NULL);
  const char *named[] = { crate, NULL };
  g_autoptr (QuarryFailureRecord) once = NULL;
  g_autoptr (QuarryFailureRecord) twice = NULL;
  QuarryImportProgress progress;
  gint64 lava;

  g_assert_true (g_file_set_contents (alone, "Its reader crashes.", -1, NULL));
  progress = import_sources (fixture, library);
  g_assert_cmpuint (progress.imported, ==, N_SUBJECTS + 1);
  g_assert_cmpuint (progress.failed, ==, 1);
  lava = id_inside (library, crate, "lava.txt");
  g_assert_cmpint (lava, !=, 0);
  once = failure_record (library, alone);
  g_assert_cmpint (once->modified_ns, ==, -1);

  /* The file has not changed, but it is still reported as failed. */
  progress = import_sources (fixture, library);
  g_assert_cmpuint (progress.unchanged, ==, N_SUBJECTS);
  g_assert_cmpuint (progress.failed, ==, 2);
  twice = failure_record (library, alone);
  g_assert_cmpint (twice->modified_ns, >=, 0);

  progress = import_sources (fixture, library);
  g_assert_cmpuint (progress.unchanged, ==, N_SUBJECTS + 1);
  g_assert_cmpint (id_inside (library, crate, "lava.txt"), ==, lava);
  g_assert_cmpuint (import_paths (library, named).failed, ==, 1);

  g_free (write_crate (fixture, LAVA, TEA, ORCHID));
  g_assert_cmpuint (import_paths (library, named).imported, ==, 1);
  g_assert_cmpint (id_inside (library, crate, "lava.txt"), ==, lava);
  g_assert_cmpint (id_inside (library, crate, "orchid.txt"), !=, 0);
  g_assert_cmpuint (import_paths (library, named).unchanged, ==, 1);
  assert_sound (library);
}

/* Something in a file that is passed over for safety would be passed over again. So this is no failure, whether the
 * file is new or was only touched. */
static void
test_passed_over (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *crate = write_crate (fixture, LAVA, "enough", ORCHID);
  const char *paths[] = { crate, NULL };
  const struct timespec times[2] = { { 1100000000, 5 }, { 1100000000, 5 } };
  g_autoptr (QuarryFailureRecord) failure = NULL;
  QuarryImportProgress progress;
  gint64 lava;

  g_assert_cmpuint (import_paths (library, paths).imported, ==, 1);
  lava = id_inside (library, crate, "lava.txt");
  g_assert_cmpint (lava, !=, 0);

  g_assert_cmpint (utimensat (AT_FDCWD, crate, times, 0), ==, 0);
  progress = import_paths (library, paths);
  g_assert_cmpuint (progress.failed, ==, 0);
  g_assert_cmpuint (progress.unchanged, ==, 1);
  failure = failure_record (library, crate);
  g_assert_true (failure->skipped);

  /* The file is not unpacked again when it is named either, since it seems unchanged, although something else is in it
   * now. */
  g_free (write_crate (fixture, LAVA, TEA, ORCHID));
  g_assert_cmpint (utimensat (AT_FDCWD, crate, times, 0), ==, 0);
  forget_ctime (library, crate);
  g_assert_cmpuint (import_paths (library, paths).unchanged, ==, 1);
  g_assert_cmpint (id_inside (library, crate, "tea.txt"), ==, 0);
  g_assert_cmpint (id_inside (library, crate, "lava.txt"), ==, lava);
  assert_sound (library);
}

/* Whatever the reader does after it has sent the text, that is stored, with what is missing; the file is read again only
 * when a person asks for it. */
static void
test_part_read (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const cases[][2] = { { "later-crash.txt", "cut off" }, { "later-bomb.txt", "unpacked safely" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
      g_autofree char *path = g_build_filename (fixture->sources, cases[i][0], NULL);
      const char *named[] = { path, NULL };
      g_autofree char *reason = NULL;

      g_assert_true (g_file_set_contents (path, LAVA, -1, NULL));
      g_assert_cmpuint (import_paths (library, named).imported, ==, 1);
      g_assert_cmpint (id_inside (library, path, ""), !=, 0);
      reason = failure_of (library, path, "");
      g_assert_nonnull (reason);
      g_assert_nonnull (strstr (reason, cases[i][1]));
      g_assert_cmpuint (import_paths (library, named).unchanged, ==, 1);
      assert_sound (library);
    }
}

/* If reading fails for a file that could be read before, its old document stays, and it is not tried again until a
 * person asks for it. */
static void
test_failed_later (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *path = g_build_filename (fixture->sources, "later.txt", NULL);
  const char *named[] = { path, NULL };
  g_autoptr (QuarryFailureRecord) failure = NULL;
  QuarryImportItem *failed;
  struct stat info;
  gint64 id;

  g_assert_true (g_file_set_contents (path, LAVA, -1, NULL));
  import_sources (fixture, library);
  id = id_inside (library, path, "");
  g_assert_cmpint (id, !=, 0);

  g_assert_true (g_file_set_contents (path, "Nobody gets to read this.", -1, NULL));
  g_assert_cmpint (stat (path, &info), ==, 0);
  failed = quarry_import_item_new (path);
  quarry_import_item_set_file (failed, &info);
  quarry_import_item_refuse (failed, QUARRY_IMPORT_FAILED, g_strdup ("Its reader crashes."));
  write_item (library, failed);
  g_assert_cmpuint (import_sources (fixture, library).failed, ==, 1);
  g_assert_cmpint (id_inside (library, path, ""), ==, id);

  g_assert_cmpuint (import_paths (library, named).imported, ==, 1);
  failure = failure_record (library, path);
  g_assert_null (failure);
  g_assert_cmpuint (import_sources (fixture, library).unchanged, ==, N_SUBJECTS + 1);
  assert_sound (library);
}

static void
take_reason_cb (QuarryImport *import, QuarryImportResult *result, char **reason)
{
  if (quarry_import_result_get_status (result) == QUARRY_IMPORT_FAILED)
    {
      g_free (*reason);
      *reason = g_strdup (quarry_import_result_get_reason (result));
    }
}

/* Each import reports once that the old document of such a file was kept. */
static void
test_fails_again (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *before = g_build_filename (fixture->sources, "lava.txt", NULL);
  g_autofree char *path = g_build_filename (fixture->sources, "crash.txt", NULL);
  const char *folder[] = { fixture->sources, NULL };
  g_autofree char *reason = NULL;
  gint64 id;

  g_assert_true (g_file_set_contents (before, LAVA, -1, NULL));
  import_sources (fixture, library);
  g_assert_cmpint (g_rename (before, path), ==, 0);
  import_sources (fixture, library);
  id = id_inside (library, path, "");
  g_assert_cmpint (id, !=, 0);
  g_assert_true (g_file_set_contents (path, "Its reader crashes.", -1, NULL));
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (QuarryImport) import = quarry_library_import (library, folder);
      const char *told;

      g_clear_pointer (&reason, g_free);
      g_signal_connect (import, "result", G_CALLBACK (take_reason_cb), &reason);
      while (!quarry_import_get_finished (import))
        g_main_context_iteration (NULL, TRUE);
      told = strstr (reason, "stays in the library");
      g_assert_nonnull (told);
      g_assert_null (strstr (told + 1, "stays in the library"));
      g_assert_cmpint (id_inside (library, path, ""), ==, id);
    }
  assert_sound (library);
}

/* Of documents that are stored together, only the one that the library refuses is reported as failed; the others are
 * stored. */
static void
test_together (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  QuarryImportItem *items[] = { item_of (library, "/lava.txt", "Volcanoes pour lava over basalt plains."),
                                item_of (library, "/bad.txt", "Glaciers carve valleys out of granite."),
                                item_of (library, "/tea.txt", "Tea is brewed from withered leaves.") };
  g_autofree char *reason = NULL;
  g_autofree char *none = NULL;
  g_autofree char *name = NULL;
  QuarryImportProgress progress;

  /* Documents inside files are stored together with others too. */
  items[2]->kind = ITEM_PART;
  g_assert_true (quarry_import_item_is_small (items[0]) && quarry_import_item_is_small (items[2]));
  refuse_documents (library, "bad");
  write_items (library, items, G_N_ELEMENTS (items), TRUE);
  assert_best (library, "lava basalt", "lava");
  assert_best (library, "withered leaves", "tea");
  assert_best (library, "\"glaciers\"", "");
  reason = failure_of (library, "/bad.txt", "");
  g_assert_nonnull (reason);
  none = failure_of (library, "/tea.txt", "");
  g_assert_null (none);
  assert_sound (library);

  /* The same for files. */
  name = g_build_filename (fixture->sources, "bad.txt", NULL);
  g_assert_true (g_file_set_contents (name, "Glaciers carve valleys out of granite.", -1, NULL));
  progress = import_sources (fixture, library);
  g_assert_cmpuint (progress.imported, ==, N_SUBJECTS);
  g_assert_cmpuint (progress.failed, ==, 1);
  assert_sound (library);
}

/* A document inside a file that could not be stored is looked for again, with its file, even though the file is
 * unchanged. */
static void
test_part_refused (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *crate = write_crate (fixture, LAVA, TEA, ORCHID);
  const char *paths[] = { crate, NULL };
  g_autofree char *reason = NULL;
  g_autofree char *none = NULL;
  gint64 lava;

  refuse_documents (library, "tea");
  import_paths (library, paths);
  lava = id_inside (library, crate, "lava.txt");
  g_assert_cmpint (lava, !=, 0);
  g_assert_cmpint (id_inside (library, crate, "orchid.txt"), !=, 0);
  g_assert_cmpint (id_inside (library, crate, "tea.txt"), ==, 0);
  reason = failure_of (library, crate, "tea.txt");
  g_assert_nonnull (reason);
  assert_sound (library);

  execute (library, "DROP TRIGGER refused");
  import_paths (library, paths);
  g_assert_cmpint (id_inside (library, crate, "tea.txt"), !=, 0);
  g_assert_cmpint (id_inside (library, crate, "lava.txt"), ==, lava);
  none = failure_of (library, crate, "tea.txt");
  g_assert_null (none);
  g_assert_cmpuint (import_paths (library, paths).unchanged, ==, 1);
  assert_sound (library);
}

/* A document inside a file has moved, but its old one was taken out of the library before the new place is stored. */
static void
test_moved_away (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  QuarryImportItem *items[] = { item_of (library, "/box.zip/lava.txt", "Volcanoes pour lava."),
                                quarry_import_item_new ("/box.zip/tea.txt"), end_of ("/box.zip", "/box.zip/lava.txt") };
  gint64 size, modified_ns, changed_ns;
  gboolean waits;
  QuarryStore *connection;

  items[0]->kind = items[1]->kind = ITEM_PART;
  items[0]->prepared->record->size = -1;
  items[1]->moved = 1234;
  g_hash_table_add (items[2]->kept, g_strdup ("/box.zip/tea.txt"));
  write_items (library, items, G_N_ELEMENTS (items), FALSE);

  connection = quarry_library_borrow (library, NULL);
  g_assert_true (quarry_store_find_file (connection, "/box.zip/lava.txt", &size, &modified_ns, &changed_ns, &waits));
  quarry_library_give_back (library, connection);
  g_assert_cmpint (size, ==, -1);
}

/* A document is stored together with the notes about it, even if the import is killed. */
static void
test_notes (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  QuarryImportItem *item = item_of (library, "/scan.pdf", "Volcanoes pour lava.");
  g_autofree char *reason = NULL;
  g_autofree char *later = NULL;
  gint64 id;

  execute (library, "CREATE TEMP TRIGGER refused BEFORE UPDATE OF pictures ON documents"
                    " BEGIN SELECT RAISE (ABORT, 'refused'); END");
  item->has_pictures = item->prepared->has_pictures = TRUE;
  write_item (library, item);
  assert_best (library, "lava", "");
  execute (library, "DROP TRIGGER refused");

  execute (library, "CREATE TEMP TRIGGER refused BEFORE INSERT ON failures"
                    " BEGIN SELECT RAISE (ABORT, 'refused'); END");
  item = item_of (library, "/half.pdf", "Volcanoes pour lava.");
  item->prepared->flaw = g_strdup ("The other half is missing.");
  write_item (library, item);
  assert_best (library, "lava", "");
  execute (library, "DROP TRIGGER refused");

  item = item_of (library, "/half.pdf", "Volcanoes pour lava.");
  item->has_pictures = item->prepared->has_pictures = TRUE;
  item->prepared->flaw = g_strdup ("The other half is missing.");
  write_item (library, item);
  assert_best (library, "lava", "half");
  g_assert_true (has_pictures (library, "/half.pdf"));
  reason = failure_of (library, "/half.pdf", "");
  g_assert_cmpstr (reason, ==, "The other half is missing.");
  assert_sound (library);

  /* Cut at another granularity, it is the same document and keeps its notes. */
  g_assert_true (quarry_library_set_granularity (library, id_inside (library, "/half.pdf", ""), 1, &id, NULL, NULL));
  g_assert_true (has_pictures (library, "/half.pdf"));
  later = failure_of (library, "/half.pdf", "");
  g_assert_cmpstr (later, ==, reason);
}

/* The same for a file with others inside: it does not count as read to its end without the notes. */
static void
test_notes_at_end (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  QuarryImportItem *item = item_of (library, "/box.zip/scan.pdf", "Volcanoes pour lava.");
  gint64 size, modified_ns, changed_ns;
  gboolean waits;

  item->kind = ITEM_PART;
  item->prepared->record->size = -1;
  write_item (library, item);
  execute (library, "CREATE TEMP TRIGGER refused BEFORE UPDATE OF pictures ON documents"
                    " BEGIN SELECT RAISE (ABORT, 'refused'); END");
  for (guint i = 0; i < 2; i++)
    {
      QuarryStore *connection;

      item = end_of ("/box.zip", "/box.zip/scan.pdf");
      item->has_pictures = TRUE;
      write_item (library, item);
      connection = quarry_library_borrow (library, NULL);
      g_assert_true (quarry_store_find_file (connection, "/box.zip/scan.pdf", &size, &modified_ns, &changed_ns,
                                             &waits));
      quarry_library_give_back (library, connection);
      g_assert_cmpint (size, ==, i == 0 ? -1 : 7);
      g_assert_true (waits == (i == 1));
      if (i == 0)
        execute (library, "DROP TRIGGER refused");
    }
}

int
main (int argc, char **argv)
{
  gboolean is_set = g_setenv ("QUARRY_EXTRACT", QUARRY_BUILDDIR "/tests/unit/misbehaving-extract", TRUE);

  g_assert_true (is_set);
  g_test_init (&argc, &argv, NULL);

  LIBRARY_TEST ("begun", test_begun);
  LIBRARY_TEST ("cut-off", test_cut_off);
  LIBRARY_TEST ("cut-off/twice", test_cut_off_twice);
  LIBRARY_TEST ("passed-over", test_passed_over);
  LIBRARY_TEST ("part-read", test_part_read);
  LIBRARY_TEST ("failed-later", test_failed_later);
  LIBRARY_TEST ("fails-again", test_fails_again);
  LIBRARY_TEST ("together", test_together);
  LIBRARY_TEST ("part-refused", test_part_refused);
  LIBRARY_TEST ("moved-away", test_moved_away);
  LIBRARY_TEST ("notes", test_notes);
  LIBRARY_TEST ("notes/end", test_notes_at_end);

  return g_test_run ();
}
