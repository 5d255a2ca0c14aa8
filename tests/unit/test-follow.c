/* test-follow.c: what changes in the library's folders is followed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/files/quarry-folder-watch.h"
#include "core/library/import/quarry-folders.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/files/quarry-mounts.h"
#include "core/files/quarry-open-file.h"
#include "core/library/import/quarry-follow-private.h"
#include "core/library/import/quarry-import-private.h"
#include "core/library/import/quarry-import-walk.h"
#include "core/library/import/quarry-why.h"
#include "core/library/quarry-library-private.h"
#include "tests/support/own-mounts.h"
#include "tests/support/temporary-folder.h"

/* Soon after each change, and not at the lowest priority, so that a busy machine ends the test too. */
#define SOON ((QuarryFollowOptions) { 50, 1, 0, FALSE })

/* A change that is not followed by then is not followed (seconds). */
#define PATIENCE 60

typedef struct
{
  char *top;
  char *folder;  /* the library's */
  char *sources; /* files to import */
  QuarryLibrary *library;
} Fixture;

static void
open_library (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (fixture->library);
  fixture->library = quarry_library_open (fixture->folder, NULL, QUARRY_LIBRARY_WRITE, &error);
  g_assert_no_error (error);
}

static void
close_library (Fixture *fixture)
{
  /* What is still on its way to the main context keeps it. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (fixture->library);
  fixture->library = NULL;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->top = temporary_folder_new ();
  fixture->folder = g_build_filename (fixture->top, "library", NULL);
  fixture->sources = g_build_filename (fixture->top, "sources", NULL);
  g_free (write_file (fixture->sources, "bees.txt", "Honeybees gather nectar and pollen.", -1));
  g_free (write_file (fixture->sources, "ships.txt", "A schooner carries sails on two masts.", -1));
  g_free (write_file (fixture->sources, "sub/bread.txt", "Kneading develops gluten in the dough.", -1));
  g_free (write_file (fixture->sources, "sub/deep/lava.txt", "Volcanoes pour lava over basalt.", -1));
  open_library (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->library != NULL)
    close_library (fixture);
  g_free (fixture->folder);
  g_free (fixture->sources);
  temporary_folder_free (fixture->top);
}

static char *
source (Fixture *fixture, const char *name)
{
  return g_canonicalize_filename (name, fixture->sources);
}

static void
import (Fixture *fixture, const char *path)
{
  const char *paths[] = { path, NULL };
  g_autoptr (QuarryImport) job = quarry_library_import (fixture->library, paths);

  g_assert_false (quarry_import_is_following (job));
  while (!quarry_import_get_finished (job))
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (quarry_import_get_error (job));
}

static gint64
id_of (Fixture *fixture, const char *name)
{
  g_autofree char *path = source (fixture, name);
  QuarryConnection *connection = quarry_library_borrow (fixture->library, NULL);
  g_autoptr (QuarryDocumentRecord) record = quarry_store_find_document (connection->store, path, NULL);

  quarry_library_give_back (fixture->library, connection);
  return record != NULL ? record->id : 0;
}

/* Whether the document is there; @hash_of: as it is now. */
static gboolean
is_there (Fixture *fixture, const char *name)
{
  g_autofree char *path = source (fixture, name);
  QuarryConnection *connection = quarry_library_borrow (fixture->library, NULL);
  struct stat info;
  gint64 size, modified_ns, changed_ns;
  gboolean has_pictures;
  gboolean found = quarry_store_find_file (connection->store, path, &size, &modified_ns, &changed_ns, &has_pictures);

  quarry_library_give_back (fixture->library, connection);
  return found
         && (stat (path, &info) != 0
             || (size == info.st_size
                 && modified_ns == info.st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + info.st_mtim.tv_nsec));
}

static gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Waits until the document is in the library as its file is now, or until it is not in it. */
static void
wait_for (Fixture *fixture, const char *name, gboolean there)
{
  gint64 until = g_get_monotonic_time () + PATIENCE * G_TIME_SPAN_SECOND;
  guint wake = g_timeout_add (20, wake_cb, NULL);

  while ((there ? !is_there (fixture, name) : id_of (fixture, name) != 0) && g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (wake);
  if (there ? !is_there (fixture, name) : id_of (fixture, name) != 0)
    g_error ("%s %s", name, there ? "does not come" : "does not go");
}

static void
wait_for_state (Fixture *fixture, QuarryFolderState state)
{
  gint64 until = g_get_monotonic_time () + PATIENCE * G_TIME_SPAN_SECOND;
  guint wake = g_timeout_add (20, wake_cb, NULL);
  QuarryFolderState now = 99;

  for (;;)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) folders = quarry_library_list_folders (fixture->library, &error);

      g_assert_no_error (error);
      for (guint i = 0; i < folders->len; i++)
        if (strcmp (((QuarryFolder *) folders->pdata[i])->path, fixture->sources) == 0)
          now = ((QuarryFolder *) folders->pdata[i])->state;
      if (now == state || g_get_monotonic_time () > until)
        break;
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (wake);
  g_assert_cmpint (now, ==, state);
}

static void
wait_until_idle (Fixture *fixture)
{
  while (g_list_model_get_n_items (quarry_library_get_imports (fixture->library)) > 0)
    g_main_context_iteration (NULL, TRUE);
}

/* The thread that follows has heard that @path is not to be followed. */
static void
wait_until_forgotten (Fixture *fixture, const char *path)
{
  QuarryFolderState state;

  while (quarry_follow_get_state (fixture->library->follow, path, &state))
    g_main_context_iteration (NULL, FALSE);
  wait_until_idle (fixture);
}

static void
follow (Fixture *fixture, QuarryFollowOptions options)
{
  quarry_library_follow (fixture->library, &options);
}

static void
assert_sound (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) problems = quarry_library_check (fixture->library, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (problems->len, ==, 0);
}

static guint
count (Fixture *fixture)
{
  g_auto (QuarryLibraryStatus) status = { 0 };

  g_assert_true (quarry_library_get_status (fixture->library, &status, NULL));
  return (guint) status.counts.documents;
}

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

  /* As editors save: a new file takes the name of the old. */
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

  /* The folder is watched under its new name, and what is new in it. */
  g_free (write_file (fixture->sources, "renamed/deep/later.txt", "Granite cools slowly.", -1));
  g_free (write_file (fixture->sources, "renamed/a/b/c/deeper.txt", "Marble is hard.", -1));
  wait_for (fixture, "renamed/deep/later.txt", TRUE);
  wait_for (fixture, "renamed/a/b/c/deeper.txt", TRUE);

  /* Out of the library's folder, and back. */
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

  /* The whole folder goes, and comes back. */
  remove_tree (fixture->sources);
  wait_for (fixture, "bees.txt", FALSE);
  wait_for_state (fixture, QUARRY_FOLDER_GONE);
  g_free (write_file (fixture->sources, "bees.txt", "Honeybees gather nectar and pollen.", -1));
  wait_for (fixture, "bees.txt", TRUE);
  wait_for_state (fixture, QUARRY_FOLDER_WATCHED);
}

/* What changed while nothing ran. */
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

  /* What a rule passes over now leaves; what a person named stays, and is followed. */
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

  /* Taken out, it is no folder of the library any more. */
  g_assert_true (quarry_library_remove (fixture->library, other, NULL, NULL));
  wait_until_forgotten (fixture, other);
  g_free (write_file (other, "c.txt", "Too late.", -1));
  g_free (write_file (fixture->sources, "in-time.txt", "In time.", -1));
  wait_for (fixture, "in-time.txt", TRUE);
  wait_until_idle (fixture);
  g_assert_cmpint (id_of (fixture, "../other/c.txt"), ==, 0);

  /* Nor does it come back with a folder around it, which is looked at as a whole then; but when it is named. */
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

/* A library within a folder of its own: that it changes is no change to follow. */
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

/* The limit on watches: what is not watched is looked at every now and then, and that is said. */
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

/* In a user namespace of its own, whose limits are nobody else's. */
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

/* The system's own limits on watches, and on those who watch. */
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

/* What a person asks for comes first; what was put off for it is done afterwards. */
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

/* --- Out of reach ------------------------------------------------------------------------------------------ */

static void
remember_mount (Fixture *fixture, const char *path)
{
  QuarryConnection *writer = quarry_library_begin_write (fixture->library, NULL);
  g_autoptr (GBytes) value = g_bytes_new (path, strlen (path) + 1);

  g_assert_true (quarry_store_set_value (writer->store, "mounts", value, NULL));
  g_assert_true (quarry_library_end_write (fixture->library, TRUE, NULL));
}

/* Documents of a drive that is not there stay, whatever its mount point looks like. */
static void
test_away (Fixture *fixture, gconstpointer data)
{
  g_autofree char *bees = source (fixture, "bees.txt");
  g_autofree char *copy = g_build_filename (fixture->top, "copy.txt", NULL);
  g_autofree char *text = NULL;
  gint64 id;

  import (fixture, fixture->sources);
  remember_mount (fixture, fixture->sources);
  g_assert_true (g_file_get_contents (bees, &text, NULL, NULL));
  remove_tree (fixture->sources);
  g_assert_cmpint (g_mkdir (fixture->sources, 0700), ==, 0);
  follow (fixture, SOON);
  wait_for_state (fixture, QUARRY_FOLDER_AWAY);
  import (fixture, fixture->sources);
  g_assert_cmpuint (count (fixture), ==, 4);

  /* A copy of what is out of reach is no move. */
  id = id_of (fixture, "bees.txt");
  g_assert_true (g_file_set_contents (copy, text, -1, NULL));
  import (fixture, copy);
  g_assert_cmpint (id_of (fixture, "bees.txt"), ==, id);
  g_assert_cmpint (id_of (fixture, "../copy.txt"), !=, 0);
  g_assert_cmpint (g_rmdir (fixture->sources), ==, 0);
  import (fixture, fixture->top);
  g_assert_cmpuint (count (fixture), ==, 5);
  {
    g_autoptr (QuarryWhy) why = quarry_library_why (fixture->library, bees, NULL, NULL, NULL);

    g_assert_cmpstr (quarry_why_state_name (why->state), ==, "away");
  }

  /* It was deleted while it was mounted, after all. */
  remember_mount (fixture, "/");
  import (fixture, fixture->top);
  g_assert_cmpuint (count (fixture), ==, 1);
}

static void
mount_and_unmount (void)
{
  Fixture fixture = { 0 };
  g_autofree char *mounted = NULL;
  g_autofree char *away = NULL;

  set_up (&fixture, NULL);
  mounted = source (&fixture, "drive");
  g_assert_cmpint (g_mkdir (mounted, 0700), ==, 0);
  g_assert_true (own_mounts_begin ());
  g_assert_cmpint (mount ("none", mounted, "tmpfs", 0, "size=1m,mode=700"), ==, 0);
  away = write_file (mounted, "far/away.txt", "On another drive.", -1);

  /* Another file system is not entered, and that is said; by its own name it is read. */
  import (&fixture, fixture.sources);
  g_assert_cmpuint (count (&fixture), ==, 4);
  {
    g_autoptr (QuarryWhy) why = quarry_library_why (fixture.library, mounted, NULL, NULL, NULL);

    g_autoptr (QuarryWhy) below = quarry_library_why (fixture.library, away, NULL, NULL, NULL);

    g_assert_cmpstr (quarry_why_state_name (why->state), ==, "skipped");
    /* It is never read, however often its folder is. */
    g_assert_cmpstr (quarry_why_state_name (below->state), ==, "skipped");
    g_assert_cmpstr (below->reason, ==, why->reason);
  }
  import (&fixture, mounted);
  g_assert_cmpuint (count (&fixture), ==, 5);

  g_assert_cmpint (umount (mounted), ==, 0);
  import (&fixture, fixture.sources);
  import (&fixture, mounted);
  g_assert_cmpuint (count (&fixture), ==, 5);

  g_assert_cmpint (mount ("none", mounted, "tmpfs", 0, "size=1m,mode=700"), ==, 0);
  import (&fixture, mounted);
  g_assert_cmpuint (count (&fixture), ==, 4);
  g_assert_cmpint (umount (mounted), ==, 0);
  tear_down (&fixture, NULL);
}

static void
test_mount (void)
{
  if (own_mounts_in_own_process ())
    mount_and_unmount ();
}

static gboolean
nothing_cb (const QuarryScanned *found, gpointer user_data)
{
  return TRUE;
}

static void
import_beside_silence (void)
{
  Fixture fixture = { 0 };
  g_autofree char *mounted = NULL;
  g_autofree char *inside = NULL;
  g_autofree char *where = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  QuarryOpened opened = { .fd = -1 };
  int fd;

  set_up (&fixture, NULL);
  mounted = source (&fixture, "server");
  inside = g_build_filename (mounted, "a.txt", NULL);
  g_assert_cmpint (g_mkdir (mounted, 0700), ==, 0);
  g_assert_true (own_mounts_begin ());
  fd = own_mounts_mount_silent (mounted);
  g_assert_cmpint (fd, >=, 0);

  /* In the middle of a folder it is not even looked at. */
  import (&fixture, fixture.sources);
  g_assert_cmpuint (count (&fixture), >, 0);
  {
    QuarryConnection *reader = quarry_library_borrow (fixture.library, NULL);
    g_autoptr (QuarryFailureRecord) said = quarry_store_find_failure (reader->store, mounted, NULL);

    quarry_library_give_back (fixture.library, reader);
    g_assert_nonnull (said);
    g_assert_true (said->skipped);
  }
  /* Whoever walks there, or opens a file, is left behind. */
  g_assert_false (quarry_walk (NULL, (const char *[]){ mounted, NULL }, NULL, NULL, 1, nothing_cb, NULL, &where));
  g_assert_cmpstr (where, ==, mounted);
  g_assert_false (quarry_open_patiently (inside, TRUE, NULL, 1, &opened));
  /* And one who does not want to know any more does not wait. */
  g_cancellable_cancel (cancellable);
  g_assert_true (quarry_walk (NULL, (const char *[]){ mounted, NULL }, NULL, cancellable, G_MAXINT, nothing_cb, NULL,
                              &where));
  {
    g_autoptr (GPtrArray) none = g_ptr_array_new ();
    g_autoptr (QuarryMounts) mounts = quarry_mounts_new (none);

    g_assert_true (quarry_mounts_is_remote (mounts, inside));
    g_assert_false (quarry_mounts_is_remote (mounts, fixture.sources));
    g_assert_false (quarry_mounts_is_silent (mounts, inside));
    quarry_mounts_set_silent (mounts, mounted);
    g_assert_true (quarry_mounts_is_silent (mounts, inside));
    g_assert_false (quarry_mounts_is_silent (mounts, fixture.sources));
    g_assert_false (quarry_mounts_is_gone (mounts, inside));
  }

  /* Those who wait there are let go. */
  close (fd);
  g_assert_cmpint (umount2 (mounted, MNT_DETACH), ==, 0);
  tear_down (&fixture, NULL);
}

static void
test_silence (void)
{
  if (own_mounts_in_own_process_silent ())
    import_beside_silence ();
}

/* Many changes at once, as when a version is checked out, among them one of the rules. */
static void
test_many (Fixture *fixture, gconstpointer data)
{
  QuarryFolderState state;

  import (fixture, fixture->sources);
  follow (fixture, (QuarryFollowOptions) { 1000, 1, 0, FALSE });
  /* Not before: what has become of the rules until then is another matter. */
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

/* One folder in another, both named, and one of them no longer followed: the other is. */
static void
test_nested (Fixture *fixture, gconstpointer outer_first)
{
  gboolean stays_inner = outer_first != NULL;
  g_autofree char *sub = source (fixture, "sub");
  const char *outer = fixture->sources, *gone = stays_inner ? outer : sub;
  g_autoptr (GError) error = NULL;

  /* Rules of the outer one are none of the inner. */
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

static void
tell_cb (const char *root, const char *path, gpointer user_data)
{
  g_string_append_printf (user_data, "%s %s\n", root, path);
}

/* What happens just before a folder within is watched no more, that is told of none the less. */
static void
test_unwatched_between (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) told = g_string_new (NULL);
  g_autoptr (QuarryFolderWatch) watch = quarry_folder_watch_new (NULL, 0, tell_cb, told);
  g_autofree char *sub = source (fixture, "sub");
  g_autofree char *bread = source (fixture, "sub/bread.txt");
  g_autofree char *outer = g_strdup_printf ("%s %s\n", fixture->sources, fixture->sources);
  g_autofree char *file = g_strdup_printf ("%s %s\n", bread, bread);

  g_assert_true (quarry_folder_watch_add (watch, fixture->sources, NULL));
  g_assert_true (quarry_folder_watch_add (watch, sub, NULL));
  g_assert_true (quarry_folder_watch_add (watch, bread, NULL));
  g_free (write_file (fixture->sources, "new.txt", "Orchids grow on branches.", -1));
  g_free (write_file (sub, "bread.txt", "Rye bread is sour.", -1));
  quarry_folder_watch_remove (watch, sub);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_nonnull (strstr (told->str, outer));
  g_assert_nonnull (strstr (told->str, file));
}

int
main (int argc, char **argv)
{
  static const char *const watches[] = { "max_inotify_watches", "2" };
  static const char *const watchers[] = { "max_inotify_instances", "0" };

  g_test_init (&argc, &argv, NULL);

#define FOLLOW_TEST(name, func) g_test_add ("/follow/" name, Fixture, NULL, set_up, func, tear_down)
  FOLLOW_TEST ("files", test_files);
  FOLLOW_TEST ("folders", test_folders);
  FOLLOW_TEST ("second-look", test_second_look);
  FOLLOW_TEST ("rules", test_rules);
  FOLLOW_TEST ("unwatched", test_unwatched);
  FOLLOW_TEST ("unwatched-between", test_unwatched_between);
  FOLLOW_TEST ("library-within", test_library_within);
  FOLLOW_TEST ("many", test_many);
  FOLLOW_TEST ("nested-inner", test_nested);
  g_test_add ("/follow/nested-outer", Fixture, "", set_up, test_nested, tear_down);
  FOLLOW_TEST ("limit", test_limit);
  FOLLOW_TEST ("put-off", test_put_off);
  FOLLOW_TEST ("away", test_away);
  g_test_add_data_func ("/follow/limit-of-watches", watches, test_system_limit);
  g_test_add_data_func ("/follow/limit-of-watchers", watchers, test_system_limit);
  g_test_add_func ("/follow/mount", test_mount);
  g_test_add_func ("/follow/silence", test_silence);

  return g_test_run ();
}
