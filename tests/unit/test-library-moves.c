/* test-library-moves.c: documents that get another path, and failures that cannot be noted
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "change-helpers.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <stdio.h>

#include "core/library/import/quarry-import-pipeline-private.h"
#include "core/library/import/quarry-import-private.h"
#include "core/store/quarry-store-private.h"

static void
execute (QuarryLibrary *library, const char *sql)
{
  g_assert_cmpint (sqlite3_exec (quarry_store_get_handle (library->writer), sql, NULL, NULL, NULL), ==,
                   SQLITE_OK);
}

/* Checks which mail each number of the mailbox has. */
static void
assert_mails (QuarryLibrary *library, const char *mailbox, const char *which)
{
  static const char *const titles[] = { "Tea", "Lava", "Orchids", "Glass" };
  g_autofree char *behind = NULL;
  guint number = 1;

  for (; *which != '\0'; which++, number++)
    {
      g_autofree char *path = g_strdup_printf ("%s/%05u.eml", mailbox, number);
      g_autoptr (QuarryDocumentRecord) record = record_of (library, path);

      g_assert_nonnull (record);
      g_assert_cmpstr (record->title, ==, titles[*which - '1']);
    }
  behind = g_strdup_printf ("%s/%05u.eml", mailbox, number);
  g_assert_cmpint (id_of (library, behind), ==, 0);
}

static gint64
last_passage (QuarryLibrary *library)
{
  QuarryStore *connection = quarry_library_borrow (library, NULL);
  gint64 last;

  g_assert_true (quarry_store_read_number (connection, "SELECT max(id) FROM passages", &last, NULL));
  quarry_library_give_back (library, connection);
  return last;
}

/* If mails are deleted from a mailbox, those behind them get other numbers, and no mail is cut and embedded again. */
static void
test_mailbox (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const states[][2] = { { "1234", "134" },    { "1234", "4" },   { "112233", "233" },
                                           { "2222", "222" },    { "1223", "223" }, { "1122334", "1234" },
                                           { "12341", "2341" } };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *mailbox = g_build_filename (fixture->sources, "box.mbox", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      gint64 before;

      write_mailbox (mailbox, states[i][0]);
      import_sources (fixture, library);
      assert_mails (library, mailbox, states[i][0]);
      before = last_passage (library);
      write_mailbox (mailbox, states[i][1]);
      import_sources (fixture, library);
      assert_mails (library, mailbox, states[i][1]);
      g_assert_cmpint (last_passage (library), <=, before);
      g_assert_cmpuint (import_sources (fixture, library).unchanged, ==, N_SUBJECTS + 1);
      assert_sound (library);
    }
}

/* The same where others have come, in front and behind. */
static void
test_mailbox_grown (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const states[] = { "123", "4123", "234", "12344", "44", "1324", "4231", "2341123" };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *mailbox = g_build_filename (fixture->sources, "box.mbox", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      write_mailbox (mailbox, states[i]);
      import_sources (fixture, library);
      assert_mails (library, mailbox, states[i]);
      g_assert_cmpuint (import_sources (fixture, library).unchanged, ==, N_SUBJECTS + 1);
      assert_sound (library);
    }
}

/* Writes a mail of 30 MiB whose attachment takes up no room on the disk. @text: added to what it says. */
static void
write_long_mail (FILE *file, guint number, const char *text)
{
  fprintf (file, "From a@b.c Sun Nov  1 10:00:00 2026\nFrom: a@b.c\nSubject: Number %u\nMIME-Version: 1.0\n"
                 "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\n"
                 "What is written in number %u.\n%s--x\nContent-Type: application/octet-stream; name=a.bin\n"
                 "Content-Transfer-Encoding: base64\n\n", number, number, text);
  g_assert_cmpint (fseek (file, 30 << 20, SEEK_CUR), ==, 0);
  fprintf (file, "\n--x--\n\n");
}

/* Writes a mailbox of the mails from @first to @last. */
static void
write_long_mailbox (const char *path, guint first, guint last)
{
  FILE *file = fopen (path, "w");

  g_assert_nonnull (file);
  for (guint i = first; i <= last; i++)
    write_long_mail (file, i, "\nFrom here on it is no other mail.\n");
  g_assert_cmpint (fclose (file), ==, 0);
}

/* A mailbox that is longer than any other file may be is read all the same, and its mails are numbered through; those
 * that stay keep their documents. */
static void
test_mailbox_long (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *mailbox = g_build_filename (fixture->sources, "Archive", NULL);
  gint64 ids[19];

  for (guint first = 1; first <= 2; first++)
    {
      guint last = first == 1 ? 18 : 4; /* Even the latter are read in stretches. */

      write_long_mailbox (mailbox, first, last);
      g_assert_cmpuint (import_path (library, mailbox).imported, ==, 1);
      for (guint i = first; i <= last; i++)
        {
          g_autofree char *path = g_strdup_printf ("%s/%05u.eml", mailbox, i - first + 1);
          g_autofree char *title = g_strdup_printf ("Number %u", i);
          g_autoptr (QuarryDocumentRecord) record = record_of (library, path);

          g_assert_nonnull (record);
          g_assert_cmpstr (record->title, ==, title);
          if (first == 1)
            ids[i] = record->id;
          g_assert_cmpint (record->id, ==, ids[i]);
        }
      g_assert_cmpuint (import_path (library, mailbox).unchanged, ==, 1);
      assert_sound (library);
    }
}

/* Of two equal mails one was taken out. The other stays when both get other numbers, although each is in another stretch
 * of the mailbox. */
static void
test_mailbox_taken_out (LibraryFixture *fixture, gconstpointer data)
{
  static const guint numbers[] = { 1, 2, 3, 2 };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *mailbox = g_build_filename (fixture->sources, "Archive", NULL);
  g_autofree char *taken_out = g_build_filename (mailbox, "00004.eml", NULL);
  g_autofree char *first_place = g_build_filename (mailbox, "00001.eml", NULL);
  g_autofree char *moved = g_build_filename (mailbox, "00003.eml", NULL);
  g_autoptr (QuarryDocumentRecord) record = NULL;

  for (guint first = 0; first < 2; first++)
    {
      FILE *file = fopen (mailbox, "w");

      g_assert_nonnull (file);
      for (guint i = first; i < G_N_ELEMENTS (numbers); i++)
        write_long_mail (file, numbers[i], "");
      g_assert_cmpint (fclose (file), ==, 0);
      import_sources (fixture, library);
      if (first == 0)
        g_assert_true (quarry_library_remove (library, taken_out, NULL, NULL));
    }
  g_assert_cmpint (id_of (library, first_place), ==, 0);
  record = record_of (library, moved);
  g_assert_nonnull (record);
  g_assert_cmpstr (record->title, ==, "Number 2");
  assert_sound (library);
}

/* Of files that were renamed at the same time, only the one that the library refuses is not found by its new name; the
 * next import reads it anew. */
static void
test_together (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "bees", "ships", "bread" };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *folder = g_build_filename (fixture->sources, "new", NULL);
  g_autofree char *refused = g_build_filename (folder, "ships.md", NULL);
  gint64 ids[3];
  QuarryImportProgress progress;

  import_sources (fixture, library);
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *name = g_strconcat (names[i], ".md", NULL);
      g_autofree char *old = g_build_filename (fixture->sources, name, NULL);
      g_autofree char *new = g_build_filename (folder, name, NULL);

      ids[i] = id_of (library, old);
      g_assert_cmpint (g_rename (old, new), ==, 0);
    }
  execute (library, "CREATE TEMP TRIGGER refused BEFORE UPDATE OF path ON documents WHEN instr (CAST (new.path AS TEXT), 'ships') > 0"
                    " BEGIN SELECT RAISE (ABORT, 'refused'); END");
  progress = import_sources (fixture, library);
  g_assert_cmpuint (progress.unchanged, ==, 2);
  g_assert_cmpuint (progress.failed, ==, 1);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *name = g_strconcat (names[i], ".md", NULL);
      g_autofree char *new = g_build_filename (folder, name, NULL);

      g_assert_cmpint (id_of (library, new), ==, i == 1 ? 0 : ids[i]);
    }
  assert_why (library, refused, QUARRY_WHY_FAILED, "refused");
  assert_sound (library);

  execute (library, "DROP TRIGGER refused");
  import_sources (fixture, library);
  g_assert_cmpint (id_of (library, refused), !=, 0);
  assert_sound (library);
}

/* If it cannot be noted why a file failed, the import says so. */
static void
test_not_noted (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *broken = g_build_filename (fixture->sources, "broken.pdf", NULL);
  const char *paths[] = { fixture->sources, NULL };
  g_autoptr (QuarryImport) import = NULL;

  write_text (broken, "%PDF-1.4\nnothing\n");
  execute (library, "CREATE TEMP TRIGGER refused BEFORE INSERT ON failures"
                    " BEGIN SELECT RAISE (ABORT, 'refused'); END");
  import = quarry_library_import (library, paths);
  while (!quarry_import_get_finished (import))
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (quarry_import_get_error (import));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  LIBRARY_TEST ("moves/mailbox", test_mailbox);
  LIBRARY_TEST ("moves/mailbox/grown", test_mailbox_grown);
  LIBRARY_TEST ("moves/mailbox/long", test_mailbox_long);
  LIBRARY_TEST ("moves/mailbox/taken-out", test_mailbox_taken_out);
  LIBRARY_TEST ("moves/together", test_together);
  LIBRARY_TEST ("moves/not-noted", test_not_noted);

  return g_test_run ();
}
