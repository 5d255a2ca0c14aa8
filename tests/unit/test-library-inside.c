/* test-library-inside.c: files inside files
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

#include "core/library/import/quarry-why.h"

/* Writes a ZIP file of stored members: names and contents by turns, NULL at the end. Each is told of in front of it too,
 * so that what is left can be read if the end of the file is missing. */
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
  write_zip (zip, "lava.txt", "Volcanoes pour lava over basalt plains.", "tea.txt",
             "Tea dries on racks.", NULL);
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
             "<package><manifest>"
             "<item id='a' href='a.xhtml' media-type='application/xhtml+xml'/></manifest>"
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  LIBRARY_TEST ("inside", test_inside);
  LIBRARY_TEST ("inside-again", test_inside_again);
  LIBRARY_TEST ("incomplete", test_incomplete);

  return g_test_run ();
}
