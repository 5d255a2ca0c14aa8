/* test-library-files.c: files of a library: what is inside them, what becomes of them, why they are not found
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "library-helpers.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include "core/library/import/quarry-folders.h"
#include "core/library/import/quarry-import-private.h"
#include "core/library/import/quarry-prepared.h"
#include "core/library/import/quarry-why.h"
#include "core/library/quarry-library-private.h"

/* --- Files inside files ------------------------------------------------------------------------ */

/* Writes a ZIP file of stored members: names and contents by turns, NULL at the end. */
static void
write_zip (const char *path, ...)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GByteArray) directory = g_byte_array_new ();
  const char *name;
  guint16 n = 0;
  va_list arguments;

  va_start (arguments, path);
  while ((name = va_arg (arguments, const char *)) != NULL)
    {
      const char *contents = va_arg (arguments, const char *);
      guint32 length = (guint32) strlen (contents), crc = G_MAXUINT32, at = out->len;
      guint16 name_length = (guint16) strlen (name);
      guint8 header[30] = { 'P', 'K', 3, 4, 10 };
      guint8 entry[46] = { 'P', 'K', 1, 2, 10, 0, 10 };

      for (guint32 i = 0; i < length; i++)
        {
          crc ^= (guint8) contents[i];
          for (guint k = 0; k < 8; k++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
        }
      crc = ~crc;
      memcpy (header + 14, &crc, 4);
      memcpy (header + 18, &length, 4);
      memcpy (header + 22, &length, 4);
      memcpy (header + 26, &name_length, 2);
      memcpy (entry + 16, &crc, 4);
      memcpy (entry + 20, &length, 4);
      memcpy (entry + 24, &length, 4);
      memcpy (entry + 28, &name_length, 2);
      memcpy (entry + 42, &at, 4);
      g_byte_array_append (out, header, sizeof header);
      g_byte_array_append (out, (const guint8 *) name, name_length);
      g_byte_array_append (out, (const guint8 *) contents, length);
      g_byte_array_append (directory, entry, sizeof entry);
      g_byte_array_append (directory, (const guint8 *) name, name_length);
      n++;
    }
  va_end (arguments);
  {
    guint8 end[22] = { 'P', 'K', 5, 6 };
    guint32 at = out->len, length = directory->len;

    memcpy (end + 8, &n, 2);
    memcpy (end + 10, &n, 2);
    memcpy (end + 12, &length, 4);
    memcpy (end + 16, &at, 4);
    g_byte_array_append (out, directory->data, directory->len);
    g_byte_array_append (out, end, sizeof end);
  }
  g_assert_true (g_file_set_contents (path, (const char *) out->data, out->len, NULL));
}

static gint64
id_of (QuarryLibrary *library, const char *path)
{
  QuarryStore *connection = quarry_library_borrow (library, NULL);
  g_autoptr (QuarryDocumentRecord) record
      = quarry_store_find_document (connection, path, NULL);

  quarry_library_give_back (library, connection);
  return record != NULL ? record->id : 0;
}

static void
assert_failure (QuarryLibrary *library, const char *path, gboolean failed)
{
  g_autoptr (GPtrArray) failures = quarry_library_list_failures (library, NULL);
  gboolean found = FALSE;

  for (guint i = 0; i < failures->len; i++)
    found |= strcmp (((QuarryFailureRecord *) failures->pdata[i])->path, path) == 0;
  g_assert_cmpint (found, ==, failed);
}

static void
test_inside (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *zip = g_build_filename (fixture->sources, "box.zip", NULL);
  g_autofree char *moved_zip = g_build_filename (fixture->sources, "moved.zip", NULL);
  g_autofree char *lava = g_strconcat (zip, "/a/lava.txt", NULL);
  g_autofree char *moved_lava = g_strconcat (moved_zip, "/a/lava.txt", NULL);
  g_autofree char *orchid = g_strconcat (zip, "/orchid.md", NULL);
  g_autofree char *picture = g_strconcat (zip, "/b.png", NULL);
  g_autoptr (GPtrArray) failures = NULL;
  QuarryImportProgress progress;
  gint64 id;

  write_zip (zip, "a/lava.txt", "Volcanoes pour lava over basalt plains.", "orchid.md",
             "# Orchids\n\nOrchids grow on branches.\n", "b.png", "\211PNG", NULL);
  progress = import_sources (fixture, library);
  g_assert_cmpuint (progress.imported, ==, 4);
  g_assert_cmpuint (progress.skipped, ==, 0);
  assert_best (library, "lava basalt", "lava");
  id = id_of (library, lava);
  g_assert_cmpint (id, !=, 0);
  failures = quarry_library_list_failures (library, NULL);
  g_assert_cmpuint (failures->len, ==, 1);
  g_assert_cmpstr (((QuarryFailureRecord *) failures->pdata[0])->path, ==, picture);
  assert_sound (library);

  progress = import_sources (fixture, library);
  g_assert_cmpuint (progress.unchanged, ==, 4);

  /* Members that have not changed stay as they are, and members that are gone go. */
  write_zip (zip, "a/lava.txt", "Volcanoes pour lava over basalt plains.", "tea.txt",
             "Tea is brewed from withered leaves.", NULL);
  progress = import_sources (fixture, library);
  g_assert_cmpuint (progress.imported, ==, 1);
  g_assert_cmpint (id_of (library, lava), ==, id);
  g_assert_cmpint (id_of (library, orchid), ==, 0);
  assert_best (library, "withered leaves", "tea");
  g_clear_pointer (&failures, g_ptr_array_unref);
  failures = quarry_library_list_failures (library, NULL);
  g_assert_cmpuint (failures->len, ==, 0);
  assert_sound (library);

  /* If a file moves, the documents inside it are the same documents as before. */
  g_assert_cmpint (g_rename (zip, moved_zip), ==, 0);
  progress = import_sources (fixture, library);
  g_assert_cmpint (id_of (library, moved_lava), ==, id);
  g_assert_cmpint (id_of (library, lava), ==, 0);
  assert_best (library, "lava basalt", "lava");
  progress = import_sources (fixture, library);
  g_assert_cmpuint (progress.unchanged, ==, 4);
  assert_sound (library);

  /* A document inside a file that is named is read together with its file. */
  {
    const char *paths[] = { moved_lava, NULL };

    progress = import_paths (library, paths);
    g_assert_cmpuint (progress.unchanged, ==, 1);
  }

  g_assert_cmpint (g_remove (moved_zip), ==, 0);
  import_sources (fixture, library);
  g_assert_cmpint (id_of (library, moved_lava), ==, 0);
  assert_sound (library);
}

/* What failed inside a file is tried again where a person asks for it, though the file seems to be as it was. */
static void
test_inside_again (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *zip = g_build_filename (fixture->sources, "box.zip", NULL);
  g_autofree char *lava = g_strconcat (zip, "/lava.txt", NULL);
  g_autofree char *tea = g_strconcat (zip, "/tea.txt", NULL);
  const char *named[2] = { tea, NULL };
  struct stat before;
  struct timespec times[2];
  gint64 id;

  write_zip (zip, "lava.txt", "Volcanoes pour lava over basalt plains.", "tea.txt",
             "\177ELF\001\002\003\004\005\006\016\017\020\021\022\023\024", NULL);
  import_sources (fixture, library);
  assert_failure (library, tea, TRUE);
  id = id_of (library, lava);

  /* As if it had been the reader's fault. */
  g_assert_cmpint (stat (zip, &before), ==, 0);
  times[0] = before.st_atim;
  times[1] = before.st_mtim;
  write_zip (zip, "lava.txt", "Volcanoes pour lava over basalt plains.", "tea.txt", "Tea dries on racks.", NULL);
  g_assert_cmpint (truncate (zip, before.st_size), ==, 0);
  g_assert_cmpint (utimensat (AT_FDCWD, zip, times, 0), ==, 0);
  forget_ctime (library, zip);
  g_assert_cmpuint (import_sources (fixture, library).unchanged, ==, 4);
  assert_failure (library, tea, TRUE);

  g_assert_cmpuint (import_paths (library, named).imported, ==, 1);
  assert_failure (library, tea, FALSE);
  assert_best (library, "tea dries", "tea");
  g_assert_cmpint (id_of (library, lava), ==, id);
  assert_sound (library);

  /* So is what was taken out. */
  g_assert_true (quarry_library_remove (library, tea, NULL, NULL));
  g_assert_cmpuint (import_sources (fixture, library).unchanged, ==, 4);
  g_assert_cmpint (id_of (library, tea), ==, 0);
  g_assert_cmpuint (import_paths (library, named).imported, ==, 1);
  g_assert_cmpint (id_of (library, tea), !=, 0);
  g_assert_cmpint (id_of (library, lava), ==, id);
  assert_sound (library);
}

/* A book whose end is missing is stored, and reported as cut off until the whole book is there. */
static void
test_incomplete (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *book = g_build_filename (fixture->sources, "book.epub", NULL);
  const char *paths[] = { book, NULL };
  g_autoptr (QuarryWhy) why = NULL;
  g_autofree char *whole = NULL;
  g_auto (QuarryLibraryStatus) status = { 0 };
  const char *list;
  gsize length;

  write_zip (book, "mimetype", "application/epub+zip", "META-INF/container.xml",
             "<container><rootfiles><rootfile full-path='b.opf'/></rootfiles></container>", "b.opf",
             "<package><manifest><item id='a' href='a.xhtml' media-type='application/xhtml+xml'/></manifest>"
             "<spine><itemref idref='a'/></spine></package>",
             "a.xhtml", "<body><p>Volcanoes pour lava over basalt.</p></body>", NULL);
  g_assert_true (g_file_get_contents (book, &whole, &length, NULL));
  list = memmem (whole, length, "PK\1\2", 4);
  g_assert_nonnull (list);
  g_assert_true (g_file_set_contents (book, whole, list - whole, NULL));
  g_assert_cmpuint (import_paths (library, paths).imported, ==, 1);
  assert_best (library, "lava basalt", "book");
  why = quarry_library_why (library, book, NULL, NULL, NULL);
  g_assert_cmpint (why->state, ==, QUARRY_WHY_READ);
  g_assert_nonnull (strstr (why->reason, "cut off"));
  g_assert_true (quarry_library_get_status (library, &status, NULL));
  g_assert_cmpuint (status.counts.skipped, ==, 1);

  /* The same if the file is touched again and again without being changed. */
  for (guint i = 1; i < 3; i++)
    {
      g_clear_pointer (&why, quarry_why_free);
      g_assert_cmpint (utime (book, &(struct utimbuf){ 1000 * i, 1000 * i }), ==, 0);
      g_assert_cmpuint (import_paths (library, paths).unchanged, ==, 1);
      why = quarry_library_why (library, book, NULL, NULL, NULL);
      g_assert_nonnull (strstr (why->reason, "cut off"));
    }
  g_clear_pointer (&why, quarry_why_free);

  g_assert_true (g_file_set_contents (book, whole, (gssize) length, NULL));
  g_assert_cmpuint (import_paths (library, paths).imported, ==, 1);
  why = quarry_library_why (library, book, NULL, NULL, NULL);
  g_assert_null (strstr (why->reason, "cut off"));
}

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

/* --- Files that move and go -------------------------------------------------------------------- */

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

/* --- Why a file is not found -------------------------------------------------------------------- */

static void
assert_why (QuarryLibrary *library, const char *path, QuarryWhyState state)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryWhy) why = quarry_library_why (library, path, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (quarry_why_state_name (why->state), ==, quarry_why_state_name (state));
  g_assert_true (g_str_has_suffix (why->reason, "."));
}

static char *
write_source (LibraryFixture *fixture, const char *name, const char *contents)
{
  char *path = g_build_filename (fixture->sources, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, contents, -1, NULL));

  return path;
}

static void
test_why (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.md", NULL);
  g_autofree char *ships = g_build_filename (fixture->sources, "ships.md", NULL);
  g_autofree char *broken = write_source (fixture, "broken.pdf", "%PDF-1.4\nnothing of a PDF follows");
  g_autofree char *empty = write_source (fixture, "empty.txt", "");
  g_autofree char *hidden = write_source (fixture, ".hidden/x.txt", "Hidden.");
  g_autofree char *rules = write_source (fixture, ".gitignore", "drafts/\n");
  g_autofree char *draft = write_source (fixture, "drafts/a/x.txt", "A draft.");
  g_autofree char *film = write_source (fixture, "film.mkv", "film");
  g_autofree char *missing = g_build_filename (fixture->sources, "missing.txt", NULL);
  g_autofree char *fresh = NULL;
  g_autofree char *top = g_path_get_dirname (fixture->sources);
  g_autofree char *outside = g_build_filename (top, "outside.txt", NULL);
  g_autoptr (QuarryWhy) why = NULL;

  assert_why (library, bees, QUARRY_WHY_OUTSIDE);
  import_sources (fixture, library);
  fresh = write_source (fixture, "fresh.txt", "Fresh.");
  g_assert_true (g_file_set_contents (outside, "Outside.", -1, NULL));

  assert_why (library, bees, QUARRY_WHY_READ);
  assert_why (library, fixture->sources, QUARRY_WHY_READ);
  assert_why (library, broken, QUARRY_WHY_FAILED);
  assert_why (library, empty, QUARRY_WHY_SKIPPED);
  assert_why (library, film, QUARRY_WHY_SKIPPED);
  assert_why (library, hidden, QUARRY_WHY_EXCLUDED);
  assert_why (library, draft, QUARRY_WHY_EXCLUDED);
  assert_why (library, fresh, QUARRY_WHY_UNREAD);
  assert_why (library, outside, QUARRY_WHY_OUTSIDE);
  assert_why (library, missing, QUARRY_WHY_MISSING);

  why = quarry_library_why (library, bees, "queen lays eggs", NULL, NULL);
  g_assert_cmpuint (why->rank, ==, 1);
  g_assert_cmpint (why->passage, >, 0);
  g_clear_pointer (&why, quarry_why_free);

  g_assert_true (g_file_set_contents (bees, "Changed.", -1, NULL));
  assert_why (library, bees, QUARRY_WHY_CHANGED);
  g_assert_cmpint (g_remove (ships), ==, 0);
  assert_why (library, ships, QUARRY_WHY_GONE);

  g_assert_true (quarry_library_remove (library, fixture->sources, NULL, NULL));
  assert_why (library, bees, QUARRY_WHY_OUTSIDE);
}

static void
assert_place (QuarryLibrary *library, const char *path, const char *query, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryWhy) why = quarry_library_why (library, path, query, NULL, &error);
  g_autofree char *place = NULL;

  g_assert_no_error (error);
  place = quarry_why_explain_place (why);
  g_test_message ("%s: %s", query, place);
  g_assert_nonnull (strstr (place, expected));
  g_assert_cmpint (why->rank > 0, ==, why->passage > 0);
}

/* Reports the rank of a file in a search; if it has none, what excludes it. */
static void
test_why_place (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *tide = write_source (fixture, "tide.md", "The tide turns twice a day.");
  g_autofree char *tea = write_source (fixture, "tea.txt", "Tea leaves wither on racks.");

  import_sources (fixture, library);
  assert_place (library, tide, "the tide turns", "number 1 of all");
  assert_place (library, tide, "type:md the tide turns", "number 1 of all");
  assert_place (library, tide, "type:pdf the tide turns", "filters");
  assert_place (library, tide, "type:pdf", "filters");
  assert_place (library, fixture->sources, "type:pdf tide", "filters");
  /* For a folder, one document that passes the filters is enough. */
  assert_place (library, fixture->sources, "type:txt \"wax cells\"", "lacks");
  assert_place (library, tea, "type:txt \"wax cells\"", "lacks");
  assert_place (library, tide, "type:txt \"wax cells\"", "filters");
  assert_place (library, tide, "\"wax cells\" tide", "leaves it out");
  assert_place (library, tide, "tide -turns", "leaves it out");
  assert_place (library, tide, "tide +wax", "leaves it out");

  {
    g_autoptr (QuarryWhy) why = quarry_library_why (library, tide, NULL, NULL, NULL);

    g_assert_null (quarry_why_explain_place (why));
  }
}

/* Reports each passage of a file, and its rank. */
static void
test_why_passages (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (QuarryWhy) why = NULL;
  g_autoptr (QuarryWhy) searched = NULL;
  g_autoptr (QuarryWhy) folder = NULL;
  g_autofree char *opening = NULL;
  g_autofree char *place = NULL;
  g_autofree char *best = NULL;
  g_autofree char *inside = NULL;
  g_autofree char *from_top = NULL;
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.md", NULL);
  g_autofree char *rest = NULL;
  g_autofree char *path = NULL;

  for (guint i = 0; i < QUARRY_WHY_PASSAGES + 10; i++)
    g_string_append_printf (text, "# Chapter %u\n\nThe tide %s\nturns in harbour number%u.\n\n", i,
                            i == 7 ? "never" : "always", i);
  path = write_source (fixture, "tide.md", text->str);
  import_sources (fixture, library);

  why = quarry_library_why (library, path, NULL, NULL, NULL);
  g_assert_cmpuint (why->n_passages, >, QUARRY_WHY_PASSAGES);
  g_assert_cmpuint (why->passages->len, ==, QUARRY_WHY_PASSAGES);
  opening = quarry_why_passage_opening (why->passages->pdata[0]);
  g_assert_cmpstr (opening, ==, "Chapter 0 The tide always turns in harbour number0.");
  place = quarry_why_passage_place (why->passages->pdata[0], why);
  g_assert_cmpstr (place, ==, "Chapter 0");
  rest = quarry_why_explain_rest (why);
  g_assert_nonnull (strstr (rest, "more passages"));

  /* Passages that are found come first, and only once. */
  searched = quarry_library_why (library, path, "number33 never", NULL, NULL);
  g_assert_cmpuint (searched->rank, ==, 1);
  g_assert_cmpint (((QuarryWhyPassage *) searched->passages->pdata[0])->record->id, ==, searched->passage);
  best = quarry_why_passage_place (searched->passages->pdata[0], searched);
  g_assert_true (g_str_has_prefix (best, "Number 1 for this search · Chapter "));
  for (guint i = 0; i < searched->passages->len; i++)
    for (guint j = 0; j < i; j++)
      g_assert_cmpint (((QuarryWhyPassage *) searched->passages->pdata[i])->record->id, !=,
                       ((QuarryWhyPassage *) searched->passages->pdata[j])->record->id);

  /* For a folder only passages that are found are listed, each with its file. */
  folder = quarry_library_why (library, fixture->sources, "queen lays eggs", NULL, NULL);
  g_assert_cmpuint (folder->rank, ==, 1);
  inside = quarry_why_passage_place (folder->passages->pdata[0], folder);
  g_assert_true (g_str_has_suffix (inside, "· bees.md"));
  g_free (folder->path);
  folder->path = g_strdup ("/");
  from_top = quarry_why_passage_place (folder->passages->pdata[0], folder);
  g_assert_nonnull (strstr (from_top, bees + 1));
  g_assert_null (quarry_why_explain_rest (folder));
}

/* For a path inside a file, reports the state of that file if that explains it, or that there is no such document. */
static void
test_why_inside (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *zip = g_build_filename (fixture->sources, "a.zip", NULL);
  g_autofree char *broken = write_source (fixture, "broken.zip", "PK\003\004 and nothing more");
  g_autofree char *there = g_build_filename (zip, "tea.txt", NULL);
  g_autofree char *unread = g_build_filename (zip, "film.mkv", NULL);
  g_autofree char *not_there = g_build_filename (zip, "none.txt", NULL);
  g_autofree char *in_broken = g_build_filename (broken, "x.txt", NULL);
  g_autofree char *late = g_build_filename (fixture->sources, "late.zip", NULL);
  g_autofree char *in_late = g_build_filename (late, "tea.txt", NULL);

  write_zip (zip, "tea.txt", "Tea leaves wither on racks.", "film.mkv", "film", NULL);
  import_sources (fixture, library);
  write_zip (late, "tea.txt", "Tea leaves wither on racks.", NULL);

  assert_why (library, there, QUARRY_WHY_READ);
  assert_why (library, unread, QUARRY_WHY_SKIPPED);
  assert_why (library, not_there, QUARRY_WHY_MISSING);
  assert_why (library, in_broken, QUARRY_WHY_FAILED);
  assert_why (library, in_late, QUARRY_WHY_UNREAD);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  LIBRARY_TEST ("inside", test_inside);
  LIBRARY_TEST ("inside-again", test_inside_again);
  LIBRARY_TEST ("incomplete", test_incomplete);
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
  LIBRARY_TEST ("why", test_why);
  LIBRARY_TEST ("why-place", test_why_place);
  LIBRARY_TEST ("why-passages", test_why_passages);
  LIBRARY_TEST ("why-inside", test_why_inside);

  return g_test_run ();
}
