/* test-library-taken-out.c: what a person takes out stays out
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "change-helpers.h"

#include <glib/gstdio.h>
#include <string.h>

#include "zip-writer.h"

#include "core/library/import/quarry-folders.h"

/* A file that was taken out of a folder does not come back when the folder is imported, but does when it is named. */
static void
test_taken_out (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.md", NULL);
  g_autofree char *lava = g_build_filename (fixture->sources, "sub/lava.md", NULL);
  g_autofree char *sub = g_path_get_dirname (lava);
  const char *inner[] = { sub, NULL }, *file[] = { bees, NULL }, *within[] = { lava, NULL };

  write_text (lava, "Volcanoes pour lava over basalt plains.\n");
  import_sources (fixture, library);
  import_paths (library, inner);
  for (guint i = 0; i < 2; i++)
    {
      /* Once the subfolder is a folder of the library itself, once only part of one. */
      g_assert_true (quarry_library_remove (library, sub, NULL, NULL));
      g_assert_cmpuint (import_sources (fixture, library).imported, ==, 0);
      g_assert_cmpint (id_of (library, lava), ==, 0);
      assert_why (library, lava, QUARRY_WHY_EXCLUDED, "you took it out");
      import_paths (library, inner);
      g_assert_cmpint (id_of (library, lava), !=, 0);
    }

  g_assert_true (quarry_library_remove (library, bees, NULL, NULL));
  g_assert_cmpuint (import_sources (fixture, library).imported, ==, 0);
  g_assert_cmpint (id_of (library, bees), ==, 0);
  import_paths (library, file);
  g_assert_cmpuint (import_sources (fixture, library).unchanged, ==, 4);
  g_assert_cmpint (id_of (library, bees), !=, 0);

  /* A single file of a folder that was taken out may be named. */
  g_assert_true (quarry_library_remove (library, sub, NULL, NULL));
  import_paths (library, within);
  import_sources (fixture, library);
  g_assert_cmpint (id_of (library, lava), !=, 0);
  g_assert_true (quarry_library_remove (library, lava, NULL, NULL));

  /* Taking out the folder around it also forgets that it was taken out. */
  g_assert_true (quarry_library_remove (library, fixture->sources, NULL, NULL));
  g_assert_cmpuint (import_sources (fixture, library).imported, ==, 4);
  assert_sound (library);
}

/* The same for documents inside a file. */
static void
test_taken_out_inside (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *mail = g_build_filename (fixture->sources, "mail.eml", NULL);
  g_autofree char *tea = g_strconcat (mail, "/tea.txt", NULL);
  g_autofree char *orchid = g_strconcat (mail, "/orchid.md", NULL);
  const char *inner[] = { tea, NULL }, *file[] = { mail, NULL };
  g_autoptr (QuarryImport) again = NULL;

  write_mail (mail);
  import_sources (fixture, library);
  g_assert_true (quarry_library_remove (library, tea, NULL, NULL));
  write_text (mail, "");
  write_mail (mail);
  import_sources (fixture, library);
  g_assert_cmpint (id_of (library, tea), ==, 0);
  g_assert_cmpint (id_of (library, orchid), !=, 0);
  assert_why (library, tea, QUARRY_WHY_EXCLUDED, "you took it out");
  /* They stay out even if the file itself is named. */
  again = quarry_library_import_again (library, file);
  while (!quarry_import_get_finished (again))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (id_of (library, tea), ==, 0);

  import_paths (library, inner);
  g_assert_cmpint (id_of (library, tea), !=, 0);
  import_sources (fixture, library);
  g_assert_cmpint (id_of (library, tea), !=, 0);
  assert_sound (library);
}

/* A mail is named by its number in the mailbox, which another mail gets when one before it is deleted. What stays out
 * is the mail, not the number. */
static void
test_taken_out_mail (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *mailbox = g_build_filename (fixture->sources, "box.mbox", NULL);
  g_autofree char *second = g_strconcat (mailbox, "/00002.eml", NULL);
  const char *inner[] = { second, NULL };

  write_mailbox (mailbox, "1234");
  import_sources (fixture, library);
  assert_best (library, "\"lava over basalt\"", "00002");
  g_assert_true (quarry_library_remove (library, second, NULL, NULL));
  write_mailbox (mailbox, "234");
  import_sources (fixture, library);
  assert_best (library, "\"lava over basalt\"", "");
  assert_best (library, "\"grow on branches\"", "00002");
  assert_best (library, "\"molten sand\"", "00003");

  /* The mail that now has the number can be taken out too. */
  g_assert_true (quarry_library_remove (library, second, NULL, NULL));
  write_mailbox (mailbox, "1234");
  import_sources (fixture, library);
  assert_best (library, "\"lava over basalt\"", "");
  assert_best (library, "\"grow on branches\"", "");
  assert_best (library, "\"misty hills\"", "00001");
  assert_best (library, "\"molten sand\"", "00004");

  import_paths (library, inner);
  assert_best (library, "\"lava over basalt\"", "00002");
  assert_best (library, "\"grow on branches\"", "00003");
  assert_sound (library);
}

/* Of two mails with the same text, the one that was not taken out stays. */
static void
test_taken_out_twin (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *mailbox = g_build_filename (fixture->sources, "box.mbox", NULL);
  g_autofree char *first = g_strconcat (mailbox, "/00001.eml", NULL);
  g_autofree char *second = g_strconcat (mailbox, "/00002.eml", NULL);

  write_mailbox (mailbox, "221");
  import_sources (fixture, library);
  g_assert_true (quarry_library_remove (library, second, NULL, NULL));
  write_mailbox (mailbox, "2213");
  import_sources (fixture, library);
  g_assert_cmpint (id_of (library, first), !=, 0);
  g_assert_cmpint (id_of (library, second), ==, 0);
  assert_best (library, "\"grow on branches\"", "00004");

  /* It stays until it is taken out as well. */
  g_assert_true (quarry_library_remove (library, first, NULL, NULL));
  write_mailbox (mailbox, "22134");
  import_sources (fixture, library);
  assert_best (library, "\"lava over basalt\"", "");
  assert_best (library, "\"molten sand\"", "00005");
  assert_sound (library);
}

/* One file of a folder in an archive may be named; the others come back when the folder is named. */
static void
test_taken_out_archive (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *archive = g_build_filename (fixture->sources, "a.zip", NULL);
  g_autofree char *docs = g_strconcat (archive, "/docs", NULL);
  g_autofree char *lava = g_strconcat (docs, "/lava.txt", NULL);
  g_autofree char *tea = g_strconcat (docs, "/tea.txt", NULL);
  g_autoptr (GBytes) bytes = zip_write ("docs/lava.txt", "Volcanoes pour lava over basalt.\n", "docs/tea.txt",
                                        "Tea grows on misty hills.\n", "glass.txt", "Glass is blown.\n", NULL);
  const char *file[] = { lava, NULL }, *folder[] = { docs, NULL };
  g_auto (GStrv) some = NULL;
  g_auto (GStrv) none = NULL;

  g_assert_true (g_file_set_contents (archive, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), NULL));
  import_sources (fixture, library);
  g_assert_true (quarry_library_remove (library, docs, NULL, NULL));
  assert_why (library, lava, QUARRY_WHY_EXCLUDED, "Import it by its own name");
  import_paths (library, file);
  g_assert_cmpint (id_of (library, lava), !=, 0);
  g_assert_cmpint (id_of (library, tea), ==, 0);
  assert_why (library, tea, QUARRY_WHY_EXCLUDED, "Import it by its own name");
  some = quarry_library_get_taken_out (library);
  g_assert_cmpstr (some[0], ==, docs);

  import_paths (library, folder);
  g_assert_cmpint (id_of (library, lava), !=, 0);
  g_assert_cmpint (id_of (library, tea), !=, 0);
  none = quarry_library_get_taken_out (library);
  g_assert_null (none[0]);
  assert_sound (library);
}

/* It is forgotten when the folder around it is taken out, even if that held nothing else, but not by taking it out
 * twice. */
static void
test_taken_out_forgotten (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *lava = g_build_filename (fixture->sources, "sub/lava.md", NULL);
  g_autofree char *orchids = g_build_filename (fixture->sources, "sub/orchids.md", NULL);
  g_autofree char *sub = g_path_get_dirname (lava);
  const char *folder[] = { sub, NULL };

  write_text (lava, "Volcanoes pour lava over basalt plains.\n");
  import_paths (library, folder);
  for (guint i = 0; i < 2; i++)
    g_assert_true (quarry_library_remove (library, lava, NULL, NULL));
  import_paths (library, folder);
  g_assert_cmpint (id_of (library, lava), ==, 0);
  g_assert_true (quarry_library_remove (library, sub, NULL, NULL));
  import_paths (library, folder);
  g_assert_cmpint (id_of (library, lava), !=, 0);

  /* Taking out something that is not in the library yet records nothing. */
  write_text (orchids, "Orchids grow on branches.\n");
  g_assert_true (quarry_library_remove (library, orchids, NULL, NULL));
  import_paths (library, folder);
  g_assert_cmpint (id_of (library, orchids), !=, 0);

  /* A file that no longer exists need not be remembered. */
  g_assert_cmpint (g_remove (lava), ==, 0);
  g_assert_true (quarry_library_remove (library, lava, NULL, NULL));
  write_text (lava, "Volcanoes pour lava over basalt plains.\n");
  import_paths (library, folder);
  g_assert_cmpint (id_of (library, lava), !=, 0);
}

/* The same if the file is deleted afterwards. */
static void
test_taken_out_gone (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.md", NULL);
  g_autofree char *ships = g_build_filename (fixture->sources, "ships.md", NULL);
  g_autofree char *mail = g_build_filename (fixture->sources, "mail.eml", NULL);
  g_autofree char *tea = g_strconcat (mail, "/tea.txt", NULL);
  g_autofree char *orchid = g_strconcat (mail, "/orchid.md", NULL);
  g_auto (GStrv) taken_out = NULL;

  write_mail (mail);
  import_sources (fixture, library);
  g_assert_true (quarry_library_remove (library, bees, NULL, NULL));
  g_assert_true (quarry_library_remove (library, ships, NULL, NULL));
  g_assert_true (quarry_library_remove (library, tea, NULL, NULL));
  g_assert_cmpint (g_remove (bees), ==, 0);
  g_assert_cmpint (g_remove (mail), ==, 0);
  import_sources (fixture, library);
  taken_out = quarry_library_get_taken_out (library);
  g_assert_cmpuint (g_strv_length (taken_out), ==, 1);
  g_assert_cmpstr (taken_out[0], ==, ships);

  write_text (bees, "Beekeepers open the hive in spring.\n");
  write_mail (mail);
  import_sources (fixture, library);
  g_assert_cmpint (id_of (library, bees), !=, 0);
  g_assert_cmpint (id_of (library, ships), ==, 0);
  g_assert_cmpint (id_of (library, tea), !=, 0);
  g_assert_cmpint (id_of (library, orchid), !=, 0);
  assert_sound (library);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  LIBRARY_TEST ("taken-out", test_taken_out);
  LIBRARY_TEST ("taken-out/inside", test_taken_out_inside);
  LIBRARY_TEST ("taken-out/mail", test_taken_out_mail);
  LIBRARY_TEST ("taken-out/twin", test_taken_out_twin);
  LIBRARY_TEST ("taken-out/archive", test_taken_out_archive);
  LIBRARY_TEST ("taken-out/forgotten", test_taken_out_forgotten);
  LIBRARY_TEST ("taken-out/gone", test_taken_out_gone);

  return g_test_run ();
}
