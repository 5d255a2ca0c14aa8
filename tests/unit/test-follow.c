/* test-follow.c: what changes in the library's folders is followed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/unit/follow-helpers.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/library/import/quarry-import-private.h"
#include "tests/support/temporary-folder.h"

/* --- Files --------------------------------------------------------------------------------------------- */

static void
test_files (Fixture *fixture, gconstpointer data)
{
  g_autofree char *bees = source (fixture, "bees.txt");
  g_autofree char *renamed = source (fixture, "honey.txt");
  g_autofree char *moved = source (fixture, "sub/honey.txt");
  g_autofree char *saved = source (fixture, ".saved");
  gint64 id;

  import (fixture, fixture->sources);
  follow (fixture, SOON);
  wait_for_state (fixture, QUARRY_FOLDER_WATCHED);

  g_free (write_file (fixture->sources, "new.txt", "Orchids grow on branches.", -1));
  wait_for (fixture, "new.txt", TRUE);
  g_free (write_file (fixture->sources, "sub/new.txt", "Tea is brewed from leaves.", -1));
  wait_for (fixture, "sub/new.txt", TRUE);

  id = id_of (fixture, "bees.txt");
  g_free (write_file (fixture->sources, "bees.txt", "Beekeepers open the hive in spring.", -1));
  wait_for (fixture, "bees.txt", TRUE);
  g_assert_cmpint (id_of (fixture, "bees.txt"), !=, id);

  /* Saved as editors do: a new file is renamed over the old one. */
  g_assert_true (g_file_set_contents (saved, "Drones leave the hive in autumn.", -1, NULL));
  g_assert_cmpint (g_rename (saved, bees), ==, 0);
  wait_for (fixture, "bees.txt", TRUE);

  id = id_of (fixture, "bees.txt");
  g_assert_cmpint (g_rename (bees, renamed), ==, 0);
  wait_for (fixture, "honey.txt", TRUE);
  wait_for (fixture, "bees.txt", FALSE);
  g_assert_cmpint (id_of (fixture, "honey.txt"), ==, id);
  g_assert_cmpint (g_rename (renamed, moved), ==, 0);
  wait_for (fixture, "sub/honey.txt", TRUE);
  g_assert_cmpint (id_of (fixture, "sub/honey.txt"), ==, id);
  g_assert_cmpint (g_remove (moved), ==, 0);
  wait_for (fixture, "sub/honey.txt", FALSE);
  assert_sound (fixture);
}

/* Notes whether a folder is walked. */
static void
imports_changed_cb (GListModel *imports, guint position, guint n_removed, guint n_added, gpointer user_data)
{
  gboolean *is_walked = user_data;

  for (guint i = 0; i < n_added; i++)
    {
      g_autoptr (QuarryImport) import = g_list_model_get_item (imports, position + i);

      for (const char *const *path = quarry_import_get_paths (import); *path != NULL; path++)
        *is_walked |= g_file_test (*path, G_FILE_TEST_IS_DIR);
    }
}

/* A file is written by one of its two names; what it holds changes by the other too. The folder is walked only where a
 * third name cannot be found without. */
static void
test_hard_links (Fixture *fixture, gconstpointer data)
{
  g_autofree char *bread = source (fixture, "sub/bread.txt");
  g_autofree char *other = source (fixture, "loaf.txt");
  g_autofree char *outside = g_build_filename (fixture->top, "outside.txt", NULL);
  gboolean is_walked = FALSE;

  import (fixture, fixture->sources);
  follow (fixture, SOON);
  wait_for_state (fixture, QUARRY_FOLDER_WATCHED);
  g_assert_cmpint (link (bread, other), ==, 0);
  wait_for (fixture, "loaf.txt", TRUE);
  wait_until_idle (fixture);
  g_signal_connect (quarry_library_get_imports (fixture->library), "items-changed", G_CALLBACK (imports_changed_cb),
                    &is_walked);
  for (guint i = 0; i < 2; i++)
    {
      int fd = g_open (other, O_WRONLY | O_APPEND | O_CLOEXEC, 0);

      g_assert_cmpint (write (fd, " Rye is baked for an hour.", 26), ==, 26);
      g_assert_cmpint (close (fd), ==, 0);
      wait_for (fixture, "loaf.txt", TRUE);
      wait_for (fixture, "sub/bread.txt", TRUE);
      wait_until_idle (fixture);
      g_assert_true (is_walked == (i == 1));
      if (i == 0)
        g_assert_cmpint (link (bread, outside), ==, 0);
    }
  g_signal_handlers_disconnect_by_data (quarry_library_get_imports (fixture->library), &is_walked);
  assert_sound (fixture);
}

/* A log that its writer keeps open is read from time to time. Its first line comes with the new file; the second when the
 * time is up that began then; only the third shows that there is a time after that, too. */
static void
test_open_log (Fixture *fixture, gconstpointer data)
{
  g_autofree char *log = source (fixture, "sub/tides.log");
  int fd;

  import (fixture, fixture->sources);
  follow (fixture, SOON);
  wait_for_state (fixture, QUARRY_FOLDER_WATCHED);
  fd = g_open (log, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpint (write (fd, "High water at noon.\n", 20), ==, 20);
      wait_for (fixture, "sub/tides.log", TRUE);
    }
  g_assert_cmpint (close (fd), ==, 0);
  assert_sound (fixture);
}

static void
test_folders (Fixture *fixture, gconstpointer data)
{
  g_autofree char *sub = source (fixture, "sub");
  g_autofree char *renamed = source (fixture, "renamed");
  g_autofree char *elsewhere = g_build_filename (fixture->top, "elsewhere", NULL);
  gint64 bread, lava;

  import (fixture, fixture->sources);
  bread = id_of (fixture, "sub/bread.txt");
  lava = id_of (fixture, "sub/deep/lava.txt");
  follow (fixture, SOON);
  wait_for_state (fixture, QUARRY_FOLDER_WATCHED);
  wait_until_idle (fixture);

  g_assert_cmpint (g_rename (sub, renamed), ==, 0);
  wait_for (fixture, "renamed/deep/lava.txt", TRUE);
  wait_for (fixture, "renamed/bread.txt", TRUE);
  wait_for (fixture, "sub/deep/lava.txt", FALSE);
  g_assert_cmpint (id_of (fixture, "renamed/bread.txt"), ==, bread);
  g_assert_cmpint (id_of (fixture, "renamed/deep/lava.txt"), ==, lava);

  /* The folder is watched under its new name, and so are folders that are new in it. */
  g_free (write_file (fixture->sources, "renamed/deep/later.txt", "Granite cools slowly.", -1));
  g_free (write_file (fixture->sources, "renamed/a/b/c/deeper.txt", "Marble is hard.", -1));
  wait_for (fixture, "renamed/deep/later.txt", TRUE);
  wait_for (fixture, "renamed/a/b/c/deeper.txt", TRUE);

  /* The folder is moved out of the library's folder, and back. */
  g_assert_cmpint (g_rename (renamed, elsewhere), ==, 0);
  wait_for (fixture, "renamed/bread.txt", FALSE);
  g_assert_cmpuint (count (fixture), ==, 2);
  g_assert_cmpint (g_rename (elsewhere, renamed), ==, 0);
  wait_for (fixture, "renamed/a/b/c/deeper.txt", TRUE);
  wait_for (fixture, "renamed/bread.txt", TRUE);

  remove_tree (renamed);
  wait_for (fixture, "renamed/a/b/c/deeper.txt", FALSE);
  wait_for (fixture, "renamed/deep/lava.txt", FALSE);
  g_assert_cmpuint (count (fixture), ==, 2);
  assert_sound (fixture);

  /* The whole folder is deleted, and comes back. */
  remove_tree (fixture->sources);
  wait_for (fixture, "bees.txt", FALSE);
  wait_for_state (fixture, QUARRY_FOLDER_GONE);
  g_free (write_file (fixture->sources, "bees.txt", "Honeybees gather nectar and pollen.", -1));
  wait_for (fixture, "bees.txt", TRUE);
  wait_for_state (fixture, QUARRY_FOLDER_WATCHED);
}

/* What changed while no program was running is noticed at the next start. */
static void
test_second_look (Fixture *fixture, gconstpointer data)
{
  g_autofree char *ships = source (fixture, "ships.txt");
  g_autofree char *bees = source (fixture, "bees.txt");
  g_autofree char *moved = source (fixture, "sub/moved.txt");
  g_autofree char *alone = write_file (fixture->top, "alone.txt", "Alone, the lighthouse shines.", -1);
  gint64 id;

  import (fixture, fixture->sources);
  import (fixture, alone);
  id = id_of (fixture, "bees.txt");
  close_library (fixture);

  g_free (write_file (fixture->sources, "new.txt", "Orchids grow on branches.", -1));
  g_free (write_file (fixture->sources, "sub/bread.txt", "Sourdough ferments for two days.", -1));
  g_free (write_file (fixture->top, "alone.txt", "Nobody comes to the lighthouse any more.", -1));
  g_assert_cmpint (g_remove (ships), ==, 0);
  g_assert_cmpint (g_rename (bees, moved), ==, 0);
  open_library (fixture);
  follow (fixture, SOON);
  wait_for (fixture, "new.txt", TRUE);
  wait_for (fixture, "sub/bread.txt", TRUE);
  wait_for (fixture, "sub/moved.txt", TRUE);
  wait_for (fixture, "../alone.txt", TRUE);
  wait_for (fixture, "ships.txt", FALSE);
  g_assert_cmpint (id_of (fixture, "sub/moved.txt"), ==, id);
  assert_sound (fixture);
}

/* --- What is not followed -------------------------------------------------------------------------------- */

static void
test_rules (Fixture *fixture, gconstpointer data)
{
  static const char *const patterns[] = { "ships*", NULL };
  static const char *const none[] = { NULL };
  g_autofree char *named = write_file (fixture->sources, "sub/.named.txt", "Named by a person.", -1);
  g_autofree char *rules = NULL;

  import (fixture, fixture->sources);
  import (fixture, named);
  follow (fixture, SOON);
  wait_for_state (fixture, QUARRY_FOLDER_WATCHED);

  g_free (write_file (fixture->sources, ".hidden.txt", "Hidden.", -1));
  g_free (write_file (fixture->sources, "node_modules/x.txt", "Made again.", -1));
  g_free (write_file (fixture->sources, "seen.txt", "Seen by everybody.", -1));
  wait_for (fixture, "seen.txt", TRUE);
  g_assert_cmpint (id_of (fixture, ".hidden.txt"), ==, 0);
  g_assert_cmpint (id_of (fixture, "node_modules/x.txt"), ==, 0);

  /* A file that a rule now excludes leaves the library; one that a person named stays, and is followed. */
  rules = write_file (fixture->sources, "sub/.gitignore", "deep/\n", -1);
  wait_for (fixture, "sub/deep/lava.txt", FALSE);
  g_free (write_file (fixture->sources, "sub/deep/more.txt", "More lava.", -1));
  g_free (write_file (fixture->sources, "sub/.named.txt", "Changed by a person.", -1));
  wait_for (fixture, "sub/.named.txt", TRUE);
  g_assert_cmpint (id_of (fixture, "sub/bread.txt"), !=, 0);
  g_assert_cmpint (id_of (fixture, "sub/deep/more.txt"), ==, 0);
  g_assert_cmpint (g_remove (rules), ==, 0);
  wait_for (fixture, "sub/deep/more.txt", TRUE);
  g_free (write_file (fixture->sources, "sub/deep/last.txt", "The last of the lava.", -1));
  wait_for (fixture, "sub/deep/last.txt", TRUE);

  g_assert_true (quarry_library_set_own_rules (fixture->library, patterns, NULL));
  wait_for (fixture, "ships.txt", FALSE);
  g_assert_true (quarry_library_set_own_rules (fixture->library, none, NULL));
  wait_for (fixture, "ships.txt", TRUE);
  assert_sound (fixture);
}

static void
test_unwatched (Fixture *fixture, gconstpointer data)
{
  g_autofree char *other = g_build_filename (fixture->top, "other", NULL);
  g_autofree char *sub = source (fixture, "sub");
  g_autoptr (GError) error = NULL;

  g_free (write_file (other, "a.txt", "Another folder.", -1));
  import (fixture, fixture->sources);
  import (fixture, other);
  follow (fixture, SOON);
  wait_for_state (fixture, QUARRY_FOLDER_WATCHED);
  g_assert_false (quarry_library_set_folder_watched (fixture->library, fixture->top, FALSE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_true (quarry_library_set_folder_watched (fixture->library, fixture->sources, FALSE, NULL));
  wait_for_state (fixture, QUARRY_FOLDER_UNWATCHED);
  wait_until_forgotten (fixture, fixture->sources);

  g_free (write_file (fixture->sources, "unseen.txt", "Seen by nobody.", -1));
  g_free (write_file (other, "b.txt", "The other folder is watched.", -1));
  wait_for (fixture, "../other/b.txt", TRUE);
  wait_until_idle (fixture);
  g_assert_cmpint (id_of (fixture, "unseen.txt"), ==, 0);

  g_assert_true (quarry_library_set_folder_watched (fixture->library, fixture->sources, TRUE, NULL));
  wait_for (fixture, "unseen.txt", TRUE);

  /* A folder that was taken out is not a folder of the library any more. */
  g_assert_true (quarry_library_remove (fixture->library, other, NULL, NULL));
  wait_until_forgotten (fixture, other);
  g_free (write_file (other, "c.txt", "Too late.", -1));
  g_free (write_file (fixture->sources, "in-time.txt", "In time.", -1));
  wait_for (fixture, "in-time.txt", TRUE);
  wait_until_idle (fixture);
  g_assert_cmpint (id_of (fixture, "../other/c.txt"), ==, 0);

  /* Importing the folder around it, which then is looked at as a whole, does not bring it back; naming it does. */
  import (fixture, sub);
  g_assert_true (quarry_library_remove (fixture->library, sub, NULL, NULL));
  wait_until_forgotten (fixture, sub);
  g_free (write_file (sub, "d.txt", "Taken out with its folder.", -1));
  g_free (write_file (fixture->sources, "later.txt", "Still in time.", -1));
  wait_for (fixture, "later.txt", TRUE);
  wait_until_idle (fixture);
  g_assert_cmpint (id_of (fixture, "sub/d.txt"), ==, 0);
  g_assert_cmpint (id_of (fixture, "sub/bread.txt"), ==, 0);
  import (fixture, sub);
  g_free (write_file (sub, "e.txt", "Followed once more.", -1));
  wait_for (fixture, "sub/e.txt", TRUE);
  g_assert_cmpint (id_of (fixture, "sub/bread.txt"), !=, 0);
}

/* The library's own folder lies inside a folder that it follows: changes to the library's files are not followed. */
static void
test_library_within (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) failures = NULL;

  import (fixture, fixture->top);
  follow (fixture, SOON);
  g_free (write_file (fixture->sources, "new.txt", "Orchids grow on branches.", -1));
  wait_for (fixture, "new.txt", TRUE);
  wait_until_idle (fixture);
  failures = quarry_library_list_failures (fixture->library, NULL);
  g_assert_cmpuint (failures->len, ==, 0);
  g_assert_cmpuint (count (fixture), ==, 5);
}

/* Beyond the limit on watches, folders are looked at from time to time instead, and their state says so. */
static void
test_limit (Fixture *fixture, gconstpointer data)
{
  QuarryFollowOptions options = SOON;

  options.max_watches = 2;
  import (fixture, fixture->sources);
  follow (fixture, options);
  wait_for_state (fixture, QUARRY_FOLDER_POLLED);
  wait_until_idle (fixture);
  g_free (write_file (fixture->sources, "sub/deep/new.txt", "Found by looking.", -1));
  wait_for (fixture, "sub/deep/new.txt", TRUE);
}

static gboolean
set_own_limit (const char *name, const char *value)
{
  g_autofree char *path = g_strconcat ("/proc/sys/user/", name, NULL);
  int fd = open (path, O_WRONLY | O_CLOEXEC);
  gboolean is_set = fd >= 0 && write (fd, value, strlen (value)) > 0;

  if (fd >= 0)
    close (fd);
  return is_set;
}

/* Runs in a user namespace of its own, so that its limits affect nobody else. */
static void
follow_within (const char *limit, const char *value)
{
  Fixture fixture = { 0 };

  set_up (&fixture, NULL);
  g_assert_true (set_own_limit (limit, value));
  import (&fixture, fixture.sources);
  follow (&fixture, SOON);
  wait_for_state (&fixture, QUARRY_FOLDER_POLLED);
  wait_until_idle (&fixture);
  g_free (write_file (fixture.sources, "sub/deep/new.txt", "Found by looking.", -1));
  wait_for (&fixture, "sub/deep/new.txt", TRUE);
  tear_down (&fixture, NULL);
}

static gboolean
may_limit (void)
{
  int status = 1;
  pid_t child = fork ();

  if (child == 0)
    _exit (unshare (CLONE_NEWUSER) == 0 && set_own_limit ("max_inotify_watches", "1") ? 0 : 1);
  return child > 0 && waitpid (child, &status, 0) == child && status == 0;
}

/* The system's limits on watches and on inotify instances. */
static void
test_system_limit (gconstpointer data)
{
  if (g_test_subprocess ())
    {
      const char *const *limit = data;

      g_assert_cmpint (unshare (CLONE_NEWUSER), ==, 0);
      follow_within (limit[0], limit[1]);
      return;
    }
  if (!may_limit ())
    {
      g_test_skip ("limits of our own cannot be set here");
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

/* Imports that a person asks for come first; a follow-up that was put off for them is done afterwards. */
static void
test_put_off (Fixture *fixture, gconstpointer data)
{
  GListModel *imports = quarry_library_get_imports (fixture->library);
  g_autofree char *other = g_build_filename (fixture->top, "other", NULL);
  g_autoptr (QuarryImport) following = NULL;
  guint wake = g_timeout_add (20, wake_cb, NULL);

  import (fixture, fixture->sources);
  follow (fixture, SOON);
  wait_for_state (fixture, QUARRY_FOLDER_WATCHED);
  wait_until_idle (fixture);
  for (guint i = 0; i < 300; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.txt", i);

      g_free (write_file (fixture->sources, name, name, -1));
    }
  g_free (write_file (other, "a.txt", "Somebody waits for this.", -1));
  while (following == NULL)
    {
      following = g_list_model_get_item (imports, 0);
      g_main_context_iteration (NULL, FALSE);
    }
  g_assert_true (quarry_import_is_following (following));
  import (fixture, other);
  g_assert_true (quarry_import_was_put_off (following));
  g_assert_cmpint (id_of (fixture, "../other/a.txt"), !=, 0);
  wait_for (fixture, "0.txt", TRUE);
  wait_for (fixture, "299.txt", TRUE);
  wait_until_idle (fixture);
  g_assert_cmpuint (count (fixture), ==, 305);
  g_source_remove (wake);
}

/* Many changes at once, as when another version is checked out. One of them changes the rules. */
static void
test_many (Fixture *fixture, gconstpointer data)
{
  QuarryFolderState state;

  import (fixture, fixture->sources);
  follow (fixture, (QuarryFollowOptions) { 1000, 1, 0, FALSE });
  /* The changes begin only after this, since rules that change earlier are another case. */
  while (!quarry_follow_get_state (fixture->library->follow, fixture->sources, &state))
    g_main_context_iteration (NULL, FALSE);
  g_free (write_file (fixture->sources, ".gitignore", "deep", -1));
  for (guint i = 0; i < 2100; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.txt", i);
      g_autofree char *path = write_file (fixture->sources, name, "Soon gone.", -1);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
  wait_for (fixture, "sub/deep/lava.txt", FALSE);
  assert_sound (fixture);
}

/* One folder lies in another, both are named, and one of them is no longer followed. The other still is. */
static void
test_nested (Fixture *fixture, gconstpointer outer_first)
{
  gboolean stays_inner = outer_first != NULL;
  g_autofree char *sub = source (fixture, "sub");
  const char *outer = fixture->sources, *gone = stays_inner ? outer : sub;
  g_autoptr (GError) error = NULL;

  /* The outer folder's rules do not apply to the inner one. */
  g_free (write_file (outer, ".gitignore", "deep", -1));
  import (fixture, stays_inner ? outer : sub);
  import (fixture, stays_inner ? sub : outer);
  follow (fixture, SOON);
  wait_for_state (fixture, QUARRY_FOLDER_WATCHED);
  wait_until_idle (fixture);
  g_free (write_file (outer, "sub/deep/first.txt", "Granite cools slowly.", -1));
  wait_for (fixture, "sub/deep/first.txt", TRUE);

  quarry_library_set_folder_watched (fixture->library, gone, FALSE, &error);
  g_assert_no_error (error);
  wait_until_forgotten (fixture, gone);
  g_free (write_file (outer, stays_inner ? "sub/deep/new.txt" : "sub/new.txt", "Orchids grow on branches.", -1));
  wait_for (fixture, stays_inner ? "sub/deep/new.txt" : "sub/new.txt", TRUE);
  g_free (write_file (outer, "sub/made/new.txt", "Tea is brewed from leaves.", -1));
  wait_for (fixture, "sub/made/new.txt", TRUE);
  assert_sound (fixture);
}

int
main (int argc, char **argv)
{
  static const char *const watches[] = { "max_inotify_watches", "2" };
  static const char *const watchers[] = { "max_inotify_instances", "0" };

  g_test_init (&argc, &argv, NULL);

#define FOLLOW_TEST(name, func) g_test_add ("/follow/" name, Fixture, NULL, set_up, func, tear_down)
  FOLLOW_TEST ("files", test_files);
  FOLLOW_TEST ("hard-links", test_hard_links);
  FOLLOW_TEST ("open-log", test_open_log);
  FOLLOW_TEST ("folders", test_folders);
  FOLLOW_TEST ("second-look", test_second_look);
  FOLLOW_TEST ("rules", test_rules);
  FOLLOW_TEST ("unwatched", test_unwatched);
  FOLLOW_TEST ("library-within", test_library_within);
  FOLLOW_TEST ("many", test_many);
  FOLLOW_TEST ("nested-inner", test_nested);
  g_test_add ("/follow/nested-outer", Fixture, "", set_up, test_nested, tear_down);
  FOLLOW_TEST ("limit", test_limit);
  FOLLOW_TEST ("put-off", test_put_off);
  g_test_add_data_func ("/follow/limit-of-watches", watches, test_system_limit);
  g_test_add_data_func ("/follow/limit-of-watchers", watchers, test_system_limit);

  return g_test_run ();
}
