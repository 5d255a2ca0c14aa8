/* test-library-files.c: files of a library: what becomes of them when they are edited, move or go
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "library-helpers.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/library/import/quarry-folders.h"
#include "core/library/import/quarry-import-private.h"
#include "core/library/quarry-library-private.h"

/* When a document has been edited, passages with the same text as before keep their vectors. */
static void
test_edited (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *path = g_build_filename (fixture->sources, "two.md", NULL);
  g_autofree char *before = g_strconcat (subjects[0][1], "\n", subjects[1][1], NULL);
  g_autofree char *after = g_strconcat (subjects[2][1], "\n", subjects[0][1], NULL);
  g_autoptr (GPtrArray) passages = NULL;
  g_autoptr (QuarryIndexes) indexes = NULL;
  g_autofree float *made_up = NULL;
  g_autofree float *vector = NULL;
  const char *paths[] = { path, NULL };
  QuarryStore *connection;
  guint dims, n_kept = 0, n_made = 0;

  g_assert_true (g_file_set_contents (path, before, -1, NULL));
  import_paths (library, paths);
  indexes = quarry_library_current_indexes (library);
  dims = quarry_vector_index_get_dims (indexes->vectors);
  made_up = g_new0 (float, dims);
  made_up[7] = 1;
  vector = g_new (float, dims);
  connection = quarry_library_borrow (library, NULL);
  passages = quarry_store_list_passages (connection, id_of (library, path), NULL);
  g_assert_cmpuint (passages->len, >=, 2);
  for (guint i = 0; i < passages->len; i++)
    quarry_vector_index_add (indexes->vectors, (guint32) ((QuarryPassageRecord *) passages->pdata[i])->id, made_up);
  g_clear_pointer (&passages, g_ptr_array_unref);
  quarry_library_give_back (library, connection);

  g_assert_true (g_file_set_contents (path, after, -1, NULL));
  import_paths (library, paths);
  connection = quarry_library_borrow (library, NULL);
  passages = quarry_store_list_passages (connection, id_of (library, path), NULL);
  for (guint i = 0; i < passages->len; i++)
    {
      const QuarryPassageRecord *passage = passages->pdata[i];
      gboolean is_old = strstr (subjects[0][1], passage->text) != NULL
                        || strstr (passage->text, "honeybees") != NULL;

      g_assert_true (quarry_vector_index_get (indexes->vectors, (guint32) passage->id, vector));
      g_assert_true ((vector[7] > .99f) == is_old);
      n_kept += is_old;
      n_made += !is_old;
    }
  quarry_library_give_back (library, connection);
  g_assert_cmpuint (n_kept, >, 0);
  g_assert_cmpuint (n_made, >, 0);
  assert_sound (library);
}

/* A file whose time is earlier than before, because the clock went back or it came from a backup, still counts as
 * changed. */
static void
test_clock (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *path = g_build_filename (fixture->sources, "bees.md", NULL);
  const gint64 times[] = { 2000000000, 1000000000, 0, -1000, 4000000000 };
  const char *paths[] = { path, NULL };

  import_sources (fixture, library);
  for (gsize i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autofree char *text = g_strdup_printf ("Word%d of the clock.", (int) i);
      g_autofree char *word = g_strdup_printf ("word%d", (int) i);
      struct timespec both[2] = { { times[i], 5 }, { times[i], 5 } };
      struct stat info;

      g_assert_true (g_file_set_contents (path, text, -1, NULL));
      g_assert_cmpint (utimensat (AT_FDCWD, path, both, 0), ==, 0);
      g_assert_cmpint (stat (path, &info), ==, 0);
      if (info.st_mtim.tv_sec != times[i])
        continue; /* the file system cannot store this time */
      g_assert_cmpuint (import_paths (library, paths).imported, ==, 1);
      g_assert_cmpuint (import_paths (library, paths).unchanged, ==, 1);
      assert_best (library, word, "bees");
    }
  assert_sound (library);
}

static void
test_moved_and_gone (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.md", NULL);
  g_autofree char *folder = g_build_filename (fixture->sources, "new", NULL);
  g_autofree char *moved = g_build_filename (folder, "honey.md", NULL);
  g_autofree char *plain = g_build_filename (fixture->sources, "plain.txt", NULL);
  g_autofree char *renamed = g_build_filename (fixture->sources, "zeppelin.txt", NULL);
  QuarryImportProgress progress;
  gint64 id, plain_id;

  g_assert_true (g_file_set_contents (plain, "Orchids grow on branches of trees.\n", -1, NULL));
  import_sources (fixture, library);
  id = id_of (library, bees);
  plain_id = id_of (library, plain);

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_cmpint (g_rename (bees, moved), ==, 0);
  g_assert_cmpint (g_rename (plain, renamed), ==, 0);
  progress = import_sources (fixture, library);
  g_assert_cmpuint (progress.unchanged, ==, 4);
  g_assert_cmpint (id_of (library, moved), ==, id);
  g_assert_cmpint (id_of (library, bees), ==, 0);
  /* A document without a title is found by its file name, here by the new one. */
  g_assert_cmpint (id_of (library, renamed), ==, plain_id);
  assert_best (library, "zeppelin", "zeppelin");
  assert_best (library, "honeybees", "honey");
  assert_sound (library);

  /* A copy is a document of its own. */
  g_assert_true (g_file_set_contents (bees, subjects[0][1], -1, NULL));
  progress = import_sources (fixture, library);
  g_assert_cmpuint (progress.imported, ==, 1);
  g_assert_cmpint (id_of (library, moved), ==, id);

  g_assert_cmpint (g_remove (moved), ==, 0);
  g_assert_cmpint (g_remove (renamed), ==, 0);
  import_sources (fixture, library);
  g_assert_cmpint (id_of (library, moved), ==, 0);
  g_assert_cmpint (id_of (library, renamed), ==, 0);
  g_assert_cmpint (id_of (library, bees), !=, 0);
  assert_sound (library);
}

/* A file that was renamed is also found by its new name in other processes, and after the process that renamed it was
 * killed before it wrote the index of words. */
static void
test_renamed_beside (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryLibrary) other = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *plain = g_build_filename (fixture->sources, "plain.txt", NULL);
  g_autofree char *renamed = g_build_filename (fixture->sources, "zeppelin.txt", NULL);
  g_autofree char *words = g_build_filename (fixture->folder, "words.index", NULL);
  g_autofree char *before = NULL;
  g_autoptr (GPtrArray) opened = NULL;
  g_autoptr (QuarryPassageRecord) passage = NULL;
  QuarryStore *connection;
  gsize length;
  gint64 id;

  g_assert_true (g_file_set_contents (plain, "Orchids grow on branches of trees.\n", -1, NULL));
  import_sources (fixture, library);
  assert_best (other, "plain", "plain");
  id = id_of (library, plain);
  connection = quarry_library_borrow (library, NULL);
  passage = quarry_store_get_first_passage (connection, id, NULL);
  quarry_library_give_back (library, connection);
  g_assert_true (quarry_library_note_opened (library, passage->id, NULL));
  g_assert_true (g_file_get_contents (words, &before, &length, NULL));

  g_assert_cmpint (g_rename (plain, renamed), ==, 0);
  g_assert_cmpuint (import_sources (fixture, library).unchanged, ==, 4);
  g_assert_cmpint (id_of (library, renamed), ==, id);
  assert_best (library, "zeppelin", "zeppelin");
  assert_best (other, "zeppelin", "zeppelin");
  assert_sound (other);
  opened = quarry_library_list_opened (library, 5, NULL);
  g_assert_cmpuint (opened->len, ==, 1);

  g_clear_object (&other);
  g_clear_object (&library);
  g_assert_true (g_file_set_contents (words, before, (gssize) length, NULL));
  library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  assert_best (library, "zeppelin", "zeppelin");
  assert_best (library, "orchids", "zeppelin");
  assert_sound (library);
}

/* With another extension, another reader reads the file. */
static void
test_other_ending (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *plain = g_build_filename (fixture->sources, "lava.txt", NULL);
  g_autofree char *shouting = g_build_filename (fixture->sources, "lava.TXT", NULL);
  g_autofree char *page = g_build_filename (fixture->sources, "lava.md", NULL);
  g_autoptr (QuarryDocumentRecord) record = NULL;
  QuarryStore *connection;
  gint64 id;

  g_assert_true (g_file_set_contents (plain, "# Basalt\n\nVolcanoes pour lava over plains.\n", -1, NULL));
  import_sources (fixture, library);
  id = id_of (library, plain);
  g_assert_cmpint (g_rename (plain, shouting), ==, 0);
  import_sources (fixture, library);
  g_assert_cmpint (id_of (library, shouting), ==, id);

  g_assert_cmpint (g_rename (shouting, page), ==, 0);
  g_assert_cmpuint (import_sources (fixture, library).imported, ==, 1);
  g_assert_cmpint (id_of (library, shouting), ==, 0);
  connection = quarry_library_borrow (library, NULL);
  record = quarry_store_find_document (connection, page, NULL);
  quarry_library_give_back (library, connection);
  g_assert_cmpstr (record->title, ==, "Basalt");
  assert_sound (library);
}

/* A folder gets the name of a file, and that file may have moved into it. */
static void
test_folder_instead (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.md", NULL);
  g_autofree char *ships = g_build_filename (fixture->sources, "ships.md", NULL);
  g_autofree char *aside = g_build_filename (fixture->sources, "aside", NULL);
  g_autofree char *inside = g_build_filename (bees, "honey.md", NULL);
  gint64 id;

  import_sources (fixture, library);
  id = id_of (library, bees);
  g_assert_cmpint (g_rename (bees, aside), ==, 0);
  g_assert_cmpint (g_mkdir (bees, 0700), ==, 0);
  g_assert_cmpint (g_rename (aside, inside), ==, 0);
  g_assert_cmpint (g_remove (ships), ==, 0);
  g_assert_cmpint (g_mkdir (ships, 0700), ==, 0);
  import_sources (fixture, library);
  g_assert_cmpint (id_of (library, bees), ==, 0);
  g_assert_cmpint (id_of (library, inside), ==, id);
  g_assert_cmpint (id_of (library, ships), ==, 0);
  assert_sound (library);
}

/* If a file takes the place of a folder, the documents of that folder go, even if the file cannot be read. */
static void
test_file_instead (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *box = g_build_filename (fixture->sources, "box", NULL);
  g_autofree char *tea = g_build_filename (box, "tea.md", NULL);
  g_autofree char *film = g_build_filename (fixture->sources, "film.mkv", NULL);
  g_autofree char *lava = g_build_filename (film, "lava.md", NULL);

  g_assert_cmpint (g_mkdir (box, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (film, 0700), ==, 0);
  g_assert_true (g_file_set_contents (tea, "Tea dries on racks.", -1, NULL));
  g_assert_true (g_file_set_contents (lava, "Volcanoes pour lava.", -1, NULL));
  import_sources (fixture, library);
  g_assert_cmpint (id_of (library, tea), !=, 0);
  g_assert_cmpint (id_of (library, lava), !=, 0);

  g_assert_cmpint (g_remove (tea), ==, 0);
  g_assert_cmpint (g_remove (lava), ==, 0);
  g_assert_cmpint (g_rmdir (box), ==, 0);
  g_assert_cmpint (g_rmdir (film), ==, 0);
  g_assert_true (g_file_set_contents (box, "\177ELF\001\002\003\004\005\006\016\017", -1, NULL));
  g_assert_true (g_file_set_contents (film, "film", -1, NULL));
  /* The first of these imports records how the files are now. */
  import_sources (fixture, library);
  import_sources (fixture, library);
  g_assert_cmpint (id_of (library, tea), ==, 0);
  g_assert_cmpint (id_of (library, lava), ==, 0);
  assert_sound (library);
}

/* If a file or folder has moved and left a link in its old place, it is found only at its new one. */
static void
test_link_instead (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *top = g_path_get_dirname (fixture->sources);
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.md", NULL);
  g_autofree char *deep = g_build_filename (fixture->sources, "a", "b", NULL);
  g_autofree char *above = g_path_get_dirname (deep);
  g_autofree char *moved = g_build_filename (deep, "bees.md", NULL);
  g_autofree char *outside = g_build_filename (top, "outside", NULL);
  const char *sources[] = { fixture->sources, NULL };

  import_sources (fixture, library);
  g_assert_cmpint (g_mkdir_with_parents (deep, 0700), ==, 0);
  g_assert_cmpint (g_rename (bees, moved), ==, 0);
  g_assert_cmpint (symlink ("a/b/bees.md", bees), ==, 0);
  import_paths (library, sources);
  g_assert_cmpint (id_of (library, bees), ==, 0);
  g_assert_cmpint (id_of (library, moved), !=, 0);

  g_assert_cmpint (g_rename (above, outside), ==, 0);
  g_assert_cmpint (symlink (outside, above), ==, 0);
  import_paths (library, sources);
  g_assert_cmpint (id_of (library, moved), ==, 0);
  assert_sound (library);
}

/* The same for one that was named itself and lies in another named folder, in whichever order they are imported. */
static void
test_link_instead_of_root (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *top = g_path_get_dirname (fixture->sources);
  g_autofree char *inner = g_build_filename (fixture->sources, "inner", NULL);
  g_autofree char *there = g_build_filename (inner, "tea.md", NULL);
  g_autofree char *outside = g_build_filename (top, "outside", NULL);
  g_autofree char *moved = g_build_filename (outside, "tea.md", NULL);
  const char *sources[] = { fixture->sources, NULL };
  const char *inners[] = { inner, NULL };

  g_assert_cmpint (g_mkdir (inner, 0700), ==, 0);
  g_assert_true (g_file_set_contents (there, "Tea dries on racks.", -1, NULL));
  import_paths (library, sources);
  import_paths (library, inners);
  g_assert_cmpint (id_of (library, there), !=, 0);

  g_assert_cmpint (g_rename (inner, outside), ==, 0);
  g_assert_cmpint (symlink (outside, inner), ==, 0);
  for (guint i = 0; i < 4; i++)
    {
      const char *const *paths = i % 2 == 0 ? sources : inners;
      g_autoptr (QuarryImport) job = quarry_library_look_again (library, paths, paths, FALSE);

      while (!quarry_import_get_finished (job))
        g_main_context_iteration (NULL, TRUE);
      g_assert_cmpint (id_of (library, there), ==, 0);
    }

  /* If the link itself is named, what it leads to is imported. */
  import_paths (library, inners);
  import_paths (library, sources);
  g_assert_cmpint (id_of (library, there), ==, 0);
  g_assert_cmpint (id_of (library, moved), !=, 0);
  assert_sound (library);
}

static void
finish (QuarryImport *job)
{
  while (!quarry_import_get_finished (job))
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (quarry_import_get_error (job));
}

/* A file that is taken out while it is being imported stays out. */
static void
test_taken_out_meanwhile (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *top = g_path_get_dirname (fixture->sources);
  g_autofree char *orchid = g_build_filename (top, "orchid.md", NULL);
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.md", NULL);
  const char *both[] = { fixture->sources, orchid, NULL }, *folder[] = { fixture->sources, NULL };
  g_autoptr (QuarryImport) job = NULL;
  g_autoptr (GPtrArray) folders = NULL;
  QuarryImportProgress progress;
  guint n_removed;

  g_assert_true (g_file_set_contents (orchid, "Orchids grow on branches.\n", -1, NULL));
  job = quarry_library_import (library, both);
  quarry_import_set_paused (job, TRUE);
  g_assert_true (quarry_library_remove (library, fixture->sources, &n_removed, NULL));
  g_assert_cmpuint (n_removed, ==, 0);
  quarry_import_set_paused (job, FALSE);
  finish (job);
  g_assert_cmpint (id_of (library, bees), ==, 0);
  g_assert_cmpint (id_of (library, orchid), !=, 0);
  folders = quarry_library_list_folders (library, NULL);
  g_assert_cmpuint (folders->len, ==, 0);

  /* A person who asks for it again gets it. */
  progress = import_sources (fixture, library);
  g_assert_cmpuint (progress.imported, ==, 3);
  g_assert_cmpint (id_of (library, bees), !=, 0);

  /* A look that was pending for the folder looks at nothing once the folder was taken out. */
  g_assert_true (quarry_library_remove (library, fixture->sources, NULL, NULL));
  g_clear_object (&job);
  job = quarry_library_look_again (library, folder, folder, FALSE);
  finish (job);
  g_assert_cmpint (id_of (library, bees), ==, 0);
  assert_sound (library);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  LIBRARY_TEST ("edited", test_edited);
  LIBRARY_TEST ("clock", test_clock);
  LIBRARY_TEST ("moved-and-gone", test_moved_and_gone);
  LIBRARY_TEST ("renamed-beside", test_renamed_beside);
  LIBRARY_TEST ("other-ending", test_other_ending);
  LIBRARY_TEST ("folder-instead", test_folder_instead);
  LIBRARY_TEST ("file-instead", test_file_instead);
  LIBRARY_TEST ("link-instead", test_link_instead);
  LIBRARY_TEST ("link-instead/root", test_link_instead_of_root);
  LIBRARY_TEST ("taken-out-meanwhile", test_taken_out_meanwhile);

  return g_test_run ();
}
