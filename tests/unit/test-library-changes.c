/* test-library-changes.c: what becomes of documents when their files or the rules say otherwise
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "change-helpers.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "core/files/quarry-folder-watch.h"
#include "core/library/import/quarry-folders-private.h"
#include "core/library/import/quarry-folders.h"
#include "core/library/import/quarry-import-pipeline-private.h"
#include "core/library/import/quarry-import-private.h"
#include "core/library/import/quarry-stored-list.h"
#include "core/library/import/quarry-why.h"
#include "tests/support/temporary-folder.h"

/* Why the file failed or was passed over; NULL if neither. (transfer full) */
static char *
reason_of (QuarryLibrary *library, const char *path)
{
  QuarryStore *connection = quarry_library_borrow (library, NULL);
  g_autoptr (QuarryFailureRecord) failure = quarry_store_find_failure (connection, path, NULL);

  quarry_library_give_back (library, connection);
  return failure != NULL ? g_strdup (failure->reason) : NULL;
}

static void
assert_reason (QuarryLibrary *library, const char *path, const char *part)
{
  g_autofree char *reason = reason_of (library, path);

  if (part == NULL)
    g_assert_null (reason);
  else
    g_assert_nonnull (strstr (reason, part));
}

/* --- Files ------------------------------------------------------------------------------------- */

/* When a file has no text any more, its document goes; it comes back when the file has text again. */
static void
test_emptied (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const nothing[][2] = { { "", "empty" }, { " \n\n", "no text" } };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.md", NULL);
  QuarryImportProgress progress;

  import_sources (fixture, library);
  for (gsize i = 0; i < G_N_ELEMENTS (nothing); i++)
    {
      write_text (bees, nothing[i][0]);
      progress = import_sources (fixture, library);
      g_assert_cmpuint (progress.skipped, ==, 1);
      g_assert_cmpuint (progress.unchanged, ==, 2);
      g_assert_cmpint (id_of (library, bees), ==, 0);
      assert_reason (library, bees, nothing[i][1]);
      assert_sound (library);

      write_text (bees, subjects[0][1]);
      g_assert_cmpuint (import_sources (fixture, library).imported, ==, 1);
      assert_best (library, "honeybees nectar", "bees");
      assert_reason (library, bees, NULL);
    }
}

/* If a file becomes unreadable, its document stays as it was, and this is reported. */
static void
test_too_large (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.md", NULL);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  gint64 id;

  import_sources (fixture, library);
  id = id_of (library, bees);
  g_assert_cmpint (truncate (bees, (off_t) 600 << 20), ==, 0);
  g_assert_cmpuint (import_sources (fixture, library).skipped, ==, 1);
  g_assert_cmpint (id_of (library, bees), ==, id);
  first = reason_of (library, bees);
  g_assert_nonnull (strstr (first, "too large"));
  g_assert_nonnull (strstr (first, "stays in the library"));
  assert_why (library, bees, QUARRY_WHY_CHANGED, "stays in the library");

  /* It is reported once, however many imports meet it. */
  import_sources (fixture, library);
  second = reason_of (library, bees);
  g_assert_cmpstr (first, ==, second);

  /* It is not reported any more once the file is as it was. */
  write_text (bees, subjects[0][1]);
  g_assert_cmpuint (import_sources (fixture, library).unchanged, ==, 3);
  assert_reason (library, bees, NULL);
  assert_why (library, bees, QUARRY_WHY_READ, "in the library");
}

/* From here on, not even root may read what its owner may not. */
static void
give_up_rights (void)
{
  struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
  struct __user_cap_data_struct rights[2];

  g_assert_cmpint (syscall (SYS_capget, &header, rights), ==, 0);
  rights[0].effective &= ~(1u << CAP_DAC_OVERRIDE | 1u << CAP_DAC_READ_SEARCH);
  rights[0].permitted = rights[0].effective;
  g_assert_cmpint (syscall (SYS_capset, &header, rights), ==, 0);
}

static void
test_unreadable (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = NULL;
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.md", NULL);
  g_autofree char *lava = g_build_filename (fixture->sources, "sub/lava.md", NULL);
  g_autofree char *sub = g_path_get_dirname (lava);
  g_autofree char *orchids = g_build_filename (fixture->sources, "orchids.md", NULL);
  gint64 id;

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return;
    }
  give_up_rights ();
  write_text (lava, "Volcanoes pour lava over basalt plains.\n");
  write_text (orchids, "Orchids grow on branches.\n");
  g_assert_cmpint (g_chmod (orchids, 0), ==, 0);
  library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_assert_cmpuint (import_sources (fixture, library).failed, ==, 1);
  assert_reason (library, orchids, "permission");
  id = id_of (library, bees);

  g_assert_cmpint (g_chmod (bees, 0), ==, 0);
  g_assert_cmpuint (import_sources (fixture, library).failed, ==, 2);
  assert_reason (library, bees, "stays in the library");
  assert_best (library, "honeybees nectar", "bees");
  assert_why (library, bees, QUARRY_WHY_FAILED, "stays in the library");
  g_assert_cmpuint (import_sources (fixture, library).failed, ==, 2);

  /* Becoming readable again leaves no trace in the file's data. */
  g_assert_cmpint (g_chmod (bees, 0600), ==, 0);
  g_assert_cmpint (g_chmod (orchids, 0600), ==, 0);
  g_assert_cmpuint (import_sources (fixture, library).imported, ==, 1);
  assert_reason (library, bees, NULL);
  assert_reason (library, orchids, NULL);
  assert_best (library, "orchids branches", "orchids");
  g_assert_cmpint (id_of (library, bees), ==, id);
  assert_why (library, bees, QUARRY_WHY_READ, "in the library");

  g_assert_cmpint (g_chmod (sub, 0), ==, 0);
  import_sources (fixture, library);
  assert_reason (library, sub, "permission");
  assert_best (library, "lava basalt", "lava");
  assert_why (library, lava, QUARRY_WHY_FAILED, "permission");
  g_assert_cmpint (g_chmod (sub, 0700), ==, 0);
  import_sources (fixture, library);
  assert_why (library, lava, QUARRY_WHY_READ, "in the library");
  assert_reason (library, sub, NULL);
  assert_sound (library);
}

static void
nothing_cb (const char *root, const char *path, gpointer user_data)
{
}

/* A folder that becomes readable later is watched from then on. One that was named is looked at until then. */
static void
test_unreadable_watched (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryFolderWatch) watch = NULL;
  g_autofree char *sub = g_build_filename (fixture->sources, "sub", NULL);
  g_autofree char *deep = g_build_filename (sub, "deep", NULL);

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return;
    }
  give_up_rights ();
  watch = quarry_folder_watch_new (NULL, 0, nothing_cb, NULL);
  g_assert_cmpint (g_mkdir_with_parents (deep, 0700), ==, 0);
  g_assert_cmpint (g_chmod (sub, 0), ==, 0);
  g_assert_true (quarry_folder_watch_add (watch, fixture->sources, NULL));
  g_assert_cmpuint (quarry_folder_watch_count (watch), ==, 1);
  g_assert_false (quarry_folder_watch_add (watch, sub, NULL));
  quarry_folder_watch_remove (watch, sub);

  g_assert_cmpint (g_chmod (sub, 0700), ==, 0);
  while (quarry_folder_watch_count (watch) < 3)
    g_main_context_iteration (NULL, TRUE);
}

/* Below a folder that may not be entered no rules are applied, because those that are in it cannot be read. */
static void
test_unreadable_rules (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const patterns[] = { "*.txt", NULL };
  g_autoptr (QuarryLibrary) library = NULL;
  g_autofree char *sub = g_build_filename (fixture->sources, "sub", NULL);
  g_autofree char *mail = g_build_filename (sub, "mail.eml", NULL);
  g_autofree char *tea = g_strconcat (mail, "/tea.txt", NULL);
  g_autofree char *lava = g_build_filename (sub, "deep/lava.md", NULL);
  g_autofree char *inner = g_build_filename (sub, "deep/.gitignore", NULL);
  g_autofree char *outer = g_build_filename (sub, ".gitignore", NULL);
  gint64 tea_id, lava_id;

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return;
    }
  give_up_rights ();
  write_mail (mail);
  write_text (lava, "Volcanoes pour lava over basalt plains.\n");
  write_text (inner, "!lava.md\n");
  write_text (outer, "*.md\n");
  library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_assert_true (quarry_library_set_own_rules (library, patterns, NULL));
  import_sources (fixture, library);
  tea_id = id_of (library, tea);
  lava_id = id_of (library, lava);
  g_assert_cmpint (tea_id, !=, 0);
  g_assert_cmpint (lava_id, !=, 0);

  g_assert_cmpint (g_chmod (sub, 0), ==, 0);
  import_sources (fixture, library);
  g_assert_cmpint (g_chmod (sub, 0700), ==, 0);
  import_sources (fixture, library);
  g_assert_cmpint (id_of (library, tea), ==, tea_id);
  g_assert_cmpint (id_of (library, lava), ==, lava_id);
  assert_sound (library);
}

/* A file that was given its old size and time again is noticed as changed. One of which only other metadata changed is
 * looked into once, and is unchanged. */
static void
test_same_size_and_time (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.md", NULL);
  g_autofree char *text = g_strdup (subjects[0][1]);
  g_autoptr (QuarryDocumentRecord) before = NULL;
  g_autoptr (QuarryDocumentRecord) after = NULL;
  struct timespec times[2];
  struct stat info;

  import_sources (fixture, library);
  g_assert_cmpint (stat (bees, &info), ==, 0);
  times[0] = info.st_atim;
  times[1] = info.st_mtim;
  memcpy (strstr (text, "honeybees"), "humblebee", 9);
  write_text (bees, text);
  g_assert_cmpint (utimensat (AT_FDCWD, bees, times, 0), ==, 0);
  assert_why (library, bees, QUARRY_WHY_CHANGED, "has changed");
  g_assert_cmpuint (import_sources (fixture, library).imported, ==, 1);
  assert_best (library, "humblebee", "bees");

  before = record_of (library, bees);
  g_assert_cmpint (g_chmod (bees, 0640), ==, 0);
  g_assert_cmpint (stat (bees, &info), ==, 0);
  g_assert_cmpuint (import_sources (fixture, library).unchanged, ==, 3);
  after = record_of (library, bees);
  g_assert_cmpint (after->id, ==, before->id);
  g_assert_cmpint (after->changed_ns, >, before->changed_ns);
  /* One less where it was read within a tick of its change. */
  g_assert_cmpint (after->changed_ns + 1, >=,
                   info.st_ctim.tv_sec * G_GINT64_CONSTANT (1000000000) + info.st_ctim.tv_nsec);
}

/* A file that takes the place of a folder leaves nothing of that, even if it cannot be read. What was read of an archive
 * stays when that can no longer be read. */
static void
test_file_for_folder (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *folder = g_build_filename (fixture->sources, "notes.pdf", NULL);
  g_autofree char *lava = g_build_filename (folder, "lava.txt", NULL);
  g_autofree char *tea = g_build_filename (folder, "sub", "tea.txt", NULL);
  g_autofree char *mail = g_build_filename (fixture->sources, "mail.eml", NULL);
  g_autofree char *inner = g_strconcat (mail, "/tea.txt", NULL);
  g_autofree char *second = g_strconcat (mail, "/orchid.md", NULL);

  write_text (lava, "Volcanoes pour lava over basalt.");
  write_text (tea, "Leaves wither on racks.");
  write_mail (mail);
  import_sources (fixture, library);
  g_assert_true (has_document (library, lava) && has_document (library, tea));
  g_assert_true (has_document (library, inner) && has_document (library, second));

  remove_tree (folder);
  write_text (folder, "%PDF-1.4\nnothing");
  g_assert_true (g_file_set_contents (mail, "%PDF-1.4\nnothing", -1, NULL));
  import_sources (fixture, library);
  assert_reason (library, folder, "");
  g_assert_false (has_document (library, lava) || has_document (library, tea));
  g_assert_true (has_document (library, inner) && has_document (library, second));
  assert_sound (library);
}

/* --- Rules ------------------------------------------------------------------------------------- */

/* Rules that changed while no program was running apply at the next look. */
static void
test_rules_between (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const patterns[] = { "ships.*", NULL }, *const none[] = { NULL };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *rules = g_build_filename (fixture->sources, ".gitignore", NULL);
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.md", NULL);
  g_autofree char *ships = g_build_filename (fixture->sources, "ships.md", NULL);
  g_autofree char *bread = g_build_filename (fixture->sources, "bread.md", NULL);
  const char *folder[] = { fixture->sources, NULL };
  g_autoptr (QuarryImport) look = NULL;

  import_sources (fixture, library);
  write_text (rules, "bees.md\n");
  import_sources (fixture, library);
  g_assert_cmpint (id_of (library, bees), ==, 0);
  g_assert_cmpint (id_of (library, ships), !=, 0);
  g_assert_cmpint (g_remove (rules), ==, 0);
  g_assert_cmpuint (import_sources (fixture, library).imported, ==, 1);

  g_assert_true (quarry_library_set_own_rules (library, patterns, NULL));
  look = quarry_library_look_again (library, folder, folder, FALSE);
  while (!quarry_import_get_finished (look))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (id_of (library, ships), ==, 0);
  g_assert_cmpint (id_of (library, bread), !=, 0);
  g_assert_true (quarry_library_set_own_rules (library, none, NULL));
  import_sources (fixture, library);
  g_assert_cmpint (id_of (library, ships), !=, 0);
  assert_sound (library);
}

/* No rule excludes a file that was named, whether it was named before its folder or after it. */
static void
test_named_before_folder (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *rules = g_build_filename (fixture->sources, ".gitignore", NULL);
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.md", NULL);
  g_autofree char *ships = g_build_filename (fixture->sources, "ships.md", NULL);
  g_autofree char *bread = g_build_filename (fixture->sources, "bread.md", NULL);
  const char *first[] = { bees, NULL }, *later[] = { ships, NULL };

  write_text (rules, "*.md\n!bread.md\n");
  import_paths (library, first);
  import_sources (fixture, library);
  import_paths (library, later);
  import_sources (fixture, library);
  g_assert_cmpint (id_of (library, bees), !=, 0);
  g_assert_cmpint (id_of (library, ships), !=, 0);
  g_assert_cmpint (id_of (library, bread), !=, 0);
}

/* Older libraries did not record which files were named before their folder. These files stay as well, but a rule that
 * excludes them later removes them. */
static void
test_named_long_ago (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *rules = g_build_filename (fixture->sources, ".gitignore", NULL);
  g_autofree char *hidden = g_build_filename (fixture->sources, ".lava.md", NULL);
  g_autofree char *mail = g_build_filename (fixture->sources, ".mail.eml", NULL);
  g_autofree char *tea = g_strconcat (mail, "/tea.txt", NULL);
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.md", NULL);
  const char *files[] = { hidden, mail, NULL };
  g_autoptr (GPtrArray) roots = g_ptr_array_new ();
  g_autoptr (GBytes) nothing = g_bytes_new ("", 0);
  QuarryStore *writer;

  write_text (hidden, "Volcanoes pour lava over basalt plains.\n");
  write_mail (mail);
  import_paths (library, files);
  import_sources (fixture, library);
  writer = quarry_library_begin_write (library, NULL);
  g_ptr_array_add (roots, fixture->sources);
  g_assert_true (quarry_stored_list_write (writer, "roots", roots, NULL));
  g_assert_true (quarry_store_set_value (writer, "ruled roots", nothing, NULL));
  g_assert_true (quarry_library_end_write (library, TRUE, NULL));

  for (guint i = 0; i < 2; i++)
    {
      import_sources (fixture, library);
      g_assert_cmpint (id_of (library, hidden), !=, 0);
      g_assert_cmpint (id_of (library, tea), !=, 0);
    }
  write_text (rules, "bees.md\n");
  import_sources (fixture, library);
  g_assert_cmpint (id_of (library, hidden), !=, 0);
  g_assert_cmpint (id_of (library, bees), ==, 0);
  assert_sound (library);
}

/* How far the clock is behind, in microseconds. */
static gint64 behind;

/* Overrides GLib's function. */
gint64
g_get_real_time (void)
{
  struct timespec now;

  clock_gettime (CLOCK_REALTIME, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000 - behind;
}

/* A file that is read so soon after a change that another could leave the same ctime is compared at the next look. */
static void
test_recent (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.md", NULL);
  struct stat info;
  gint64 id = 0;

  write_text (bees, "Honeybees gather nectar.");
  g_assert_cmpint (stat (bees, &info), ==, 0);
  for (guint i = 0; i < 2; i++)
    {
      QuarryStore *connection;
      g_autoptr (QuarryDocumentRecord) record = NULL;
      QuarryImportItem item = { .path = bees };

      behind = (i == 0 ? 3600 : -3600) * G_TIME_SPAN_SECOND;
      import_sources (fixture, library);
      connection = quarry_library_borrow (library, NULL);
      record = quarry_store_find_document (connection, bees, NULL);
      quarry_library_give_back (library, connection);
      quarry_import_item_set_file (&item, &info);
      g_assert_cmpint (record->modified_ns, ==, item.modified_ns);
      g_assert_cmpint (record->changed_ns, ==, item.changed_ns - (i == 0));
      /* It was compared, and not read again. */
      g_assert_true (i == 0 || record->id == id);
      id = record->id;
    }
  behind = 0;
  assert_sound (library);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  LIBRARY_TEST ("emptied", test_emptied);
  LIBRARY_TEST ("too-large", test_too_large);
  LIBRARY_TEST ("unreadable", test_unreadable);
  LIBRARY_TEST ("unreadable/watched", test_unreadable_watched);
  LIBRARY_TEST ("unreadable/rules", test_unreadable_rules);
  LIBRARY_TEST ("same-size-and-time", test_same_size_and_time);
  LIBRARY_TEST ("recent", test_recent);
  LIBRARY_TEST ("file-for-folder", test_file_for_folder);
  LIBRARY_TEST ("rules-between", test_rules_between);
  LIBRARY_TEST ("named-before-folder", test_named_before_folder);
  LIBRARY_TEST ("named-long-ago", test_named_long_ago);

  return g_test_run ();
}
