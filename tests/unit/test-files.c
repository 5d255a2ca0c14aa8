/* test-files.c: paths, files that are hashed and opened, and folders that are watched
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "core/files/quarry-folder-watch.h"
#include "core/files/quarry-open-file.h"
#include "core/files/quarry-path.h"
#include "tests/support/temporary-folder.h"

/* --- Paths --------------------------------------------------------------------------------------- */

static void
test_below (void)
{
  g_assert_true (quarry_path_is_below ("/a/b", "/a/b"));
  g_assert_true (quarry_path_is_below ("/a/b/c", "/a/b"));
  g_assert_true (quarry_path_is_below ("/a/b/c", "/a/b/"));
  g_assert_true (quarry_path_is_below ("/a", "/"));
  g_assert_true (quarry_path_is_below ("/", "/"));
  g_assert_false (quarry_path_is_below ("/a/bc", "/a/b"));
  g_assert_false (quarry_path_is_below ("/a", "/a/b"));
  g_assert_false (quarry_path_is_below ("/b/a", "/a"));
}

static void
test_outer (FolderFixture *fixture, gconstpointer data)
{
  g_autofree char *archive = write_file (fixture->folder, "a.zip", "", 0);
  g_autofree char *inside = g_strconcat (archive, "/folder/b.txt", NULL);
  g_autofree char *missing = g_build_filename (fixture->folder, "none", "b.txt", NULL);
  g_autofree char *of_archive = quarry_path_outer (archive);
  g_autofree char *of_inside = quarry_path_outer (inside);
  g_autofree char *of_missing = quarry_path_outer (missing);

  g_assert_cmpstr (of_archive, ==, archive);
  g_assert_cmpstr (of_inside, ==, archive);
  g_assert_cmpstr (of_missing, ==, missing);
}

static void
test_resolve (FolderFixture *fixture, gconstpointer data)
{
  g_autofree char *real = write_file (fixture->folder, "real/a.txt", "tea", -1);
  g_autofree char *link = g_build_filename (fixture->folder, "link", NULL);
  g_autofree char *through = g_build_filename (link, ".", "..", "link", "a.txt", NULL);
  g_autofree char *gone = g_build_filename (link, "gone", "b.txt", NULL);
  g_autofree char *gone_really = g_build_filename (fixture->folder, "real", "gone", "b.txt", NULL);
  g_autofree char *resolved = NULL;
  g_autofree char *resolved_gone = NULL;

  g_assert_cmpint (symlink ("real", link), ==, 0);
  resolved = quarry_path_resolve (through);
  g_assert_cmpstr (resolved, ==, real);
  /* For a path that does not exist any more, the part of it that does exist is resolved. */
  resolved_gone = quarry_path_resolve (gone);
  g_assert_cmpstr (resolved_gone, ==, gone_really);
}

static void
test_display_name (void)
{
  g_autofree char *plain = quarry_path_display_name ("/a/r\u00e9sum\u00e9.txt");
  g_autofree char *bytes = quarry_path_display_name ("/a/\xff.txt");
  /* An exe that would read as a picture, a second line that would pass for another row; but Hebrew as it is. */
  g_autofree char *turned = quarry_path_display_name ("/a/\u202egpj.exe");
  g_autofree char *isolated = quarry_path_display ("/a\u2067b\u2069/c");
  g_autofree char *line = quarry_path_display_name ("/a/one\ntwo\x1b[2J.txt");
  g_autofree char *hebrew = quarry_path_display ("/a/\u200f\u05d0\u05d1.txt");

  g_assert_cmpstr (turned, ==, "\ufffdgpj.exe");
  g_assert_cmpstr (isolated, ==, "/a\ufffdb\ufffd/c");
  g_assert_cmpstr (line, ==, "one\ufffdtwo\ufffd[2J.txt");
  g_assert_cmpstr (hebrew, ==, "/a/\u200f\u05d0\u05d1.txt");
  g_assert_cmpstr (plain, ==, "r\u00e9sum\u00e9.txt");
  g_assert_true (g_utf8_validate (bytes, -1, NULL));
  g_assert_true (g_str_has_suffix (bytes, ".txt"));
}

/* --- Files --------------------------------------------------------------------------------------- */

typedef struct
{
  const char *path; /* NULL: nothing is appended */
  guint calls, most;
} GoOn;

/* Appends to the file at each call. Returns FALSE after @most calls. */
static gboolean
go_on (gpointer user_data)
{
  GoOn *self = user_data;

  if (self->path != NULL)
    {
      FILE *file = g_fopen (self->path, "a");

      fputs ("more", file);
      fclose (file);
    }
  return ++self->calls < self->most;
}

static void
test_hash (FolderFixture *fixture, gconstpointer data)
{
  g_autofree char *text = g_strnfill (200000, 'a');
  g_autofree char *path = write_file (fixture->folder, "a.txt", text, -1);
  g_autofree char *expected = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  GoOn all = { path, 0, 100 }, some = { NULL, 0, 2 };
  g_autofree char *hash = NULL;
  int fd = open (path, O_RDONLY | O_CLOEXEC);

  /* What is appended while the file is being read does not count, so a file that grows as fast as it is read comes to
   * an end. */
  hash = quarry_hash_file (fd, go_on, &all);
  g_assert_cmpstr (hash, ==, expected);
  g_assert_cmpuint (all.calls, ==, 4);
  g_assert_cmpint (lseek (fd, 0, SEEK_CUR), ==, 0);

  g_assert_null (quarry_hash_file (fd, go_on, &some));
  g_assert_cmpuint (some.calls, ==, 2);
  close (fd);
}

static void
test_open (FolderFixture *fixture, gconstpointer data)
{
  g_autofree char *path = write_file (fixture->folder, "a.txt", "abc", -1);
  g_autofree char *missing = g_build_filename (fixture->folder, "none.txt", NULL);
  g_autofree char *pipe = g_build_filename (fixture->folder, "pipe", NULL);
  QuarryOpened opened;

  g_assert_true (quarry_open_patiently (path, TRUE, NULL, 60, &opened));
  g_assert_cmpint (opened.fd, >=, 0);
  g_assert_cmpint (opened.info.st_size, ==, 3);
  g_assert_cmpstr (opened.hash, ==, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  g_free (opened.hash);
  close (opened.fd);

  g_assert_true (quarry_open_patiently (path, FALSE, NULL, 60, &opened));
  g_assert_null (opened.hash);
  close (opened.fd);

  g_assert_true (quarry_open_patiently (missing, TRUE, NULL, 60, &opened));
  g_assert_cmpint (opened.fd, ==, -1);
  g_assert_cmpint (opened.error_number, ==, ENOENT);

  /* Opening a FIFO to which nobody writes does not block. */
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  g_assert_true (quarry_open_patiently (pipe, TRUE, NULL, 60, &opened));
  g_assert_true (S_ISFIFO (opened.info.st_mode));
  g_assert_null (opened.hash);
  close (opened.fd);
}

/* --- Watches ------------------------------------------------------------------------------------- */

typedef struct
{
  FolderFixture folder;
  QuarryFolderWatch *watch;
  GPtrArray *told; /* what the watch reported: "root: path", both relative to the fixture's folder */
} WatchFixture;

static const char *
shorten (const WatchFixture *fixture, const char *path)
{
  g_assert_true (quarry_path_is_below (path, fixture->folder.folder));
  path += strlen (fixture->folder.folder);
  return *path == '/' ? path + 1 : ".";
}

static void
told_cb (const char *root, const char *path, gpointer user_data)
{
  WatchFixture *fixture = user_data;

  g_ptr_array_add (fixture->told, g_strdup_printf ("%s: %s", shorten (fixture, root), shorten (fixture, path)));
}

static void
watch_set_up (WatchFixture *fixture, gconstpointer data)
{
  folder_fixture_set_up (&fixture->folder, NULL);
  fixture->watch = quarry_folder_watch_new (NULL, 0, told_cb, fixture);
  fixture->told = g_ptr_array_new_with_free_func (g_free);
}

static void
watch_tear_down (WatchFixture *fixture, gconstpointer data)
{
  quarry_folder_watch_free (fixture->watch);
  g_ptr_array_unref (fixture->told);
  folder_fixture_tear_down (&fixture->folder, NULL);
}

static gboolean
is_told (const WatchFixture *fixture, const char *what)
{
  return g_ptr_array_find_with_equal_func (fixture->told, what, g_str_equal, NULL);
}

/* Seconds. What has not been reported by then never will be. */
#define PATIENCE 60

static gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static void
wait_for (WatchFixture *fixture, const char *what)
{
  gint64 until = g_get_monotonic_time () + PATIENCE * G_TIME_SPAN_SECOND;
  guint wake = g_timeout_add_seconds (1, wake_cb, NULL);

  while (!is_told (fixture, what) && g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (wake);
  if (!is_told (fixture, what))
    g_error ("“%s” is not told", what);
}

static char *
place (const WatchFixture *fixture, const char *name)
{
  return g_build_filename (fixture->folder.folder, name, NULL);
}

static void
put (const WatchFixture *fixture, const char *name)
{
  g_free (write_file (fixture->folder.folder, name, "tea", -1));
}

/* Changes are reported in order, so a change that is missing when a later one arrives is never reported. */
static void
test_watch_changes (WatchFixture *fixture, gconstpointer data)
{
  g_autofree char *sub = place (fixture, "sub");
  g_autofree char *moved = place (fixture, "moved");
  g_autofree char *one = place (fixture, "moved/one.txt");

  put (fixture, "sub/one.txt");
  g_assert_true (quarry_folder_watch_add (fixture->watch, fixture->folder.folder, NULL));
  g_assert_cmpuint (quarry_folder_watch_count (fixture->watch), ==, 2);

  put (fixture, ".hidden");
  put (fixture, "sub/two.txt");
  wait_for (fixture, ".: sub/two.txt");
  g_assert_false (is_told (fixture, ".: .hidden"));

  /* A folder that is created later is watched with everything in it. */
  put (fixture, "new/deep/three.txt");
  wait_for (fixture, ".: new");
  g_assert_cmpuint (quarry_folder_watch_count (fixture->watch), ==, 4);
  g_ptr_array_set_size (fixture->told, 0);
  put (fixture, "new/deep/three.txt");
  wait_for (fixture, ".: new/deep/three.txt");

  /* A folder that is renamed is watched under its new name. */
  g_assert_cmpint (g_rename (sub, moved), ==, 0);
  wait_for (fixture, ".: sub");
  wait_for (fixture, ".: moved");
  g_assert_cmpint (g_unlink (one), ==, 0);
  wait_for (fixture, ".: moved/one.txt");
  g_assert_cmpuint (quarry_folder_watch_count (fixture->watch), ==, 4);

  /* New rules apply from then on. */
  g_free (write_file (fixture->folder.folder, ".gitignore", "*.log\n/new\n", -1));
  wait_for (fixture, ".: .");
  g_assert_cmpuint (quarry_folder_watch_count (fixture->watch), ==, 2);
  put (fixture, "a.log");
  put (fixture, "a.txt");
  wait_for (fixture, ".: a.txt");
  g_assert_false (is_told (fixture, ".: a.log"));
}

/* For a file that is named, its folder is watched, but nothing else in that folder is reported. */
static void
test_watch_file (WatchFixture *fixture, gconstpointer data)
{
  g_autofree char *named = place (fixture, ".named.txt");

  put (fixture, ".named.txt");
  g_assert_true (quarry_folder_watch_add (fixture->watch, named, NULL));
  put (fixture, "other.txt");
  put (fixture, ".named.txt");
  wait_for (fixture, ".named.txt: .named.txt");
  g_assert_false (is_told (fixture, ".named.txt: other.txt"));
}

/* A root inside another root. */
static void
test_watch_inner (WatchFixture *fixture, gconstpointer data)
{
  g_autofree char *inner = place (fixture, "inner");

  put (fixture, "inner/one.txt");
  g_assert_true (quarry_folder_watch_add (fixture->watch, fixture->folder.folder, NULL));
  g_assert_true (quarry_folder_watch_add (fixture->watch, inner, NULL));
  g_assert_cmpuint (quarry_folder_watch_count (fixture->watch), ==, 2);
  put (fixture, "inner/one.txt");
  wait_for (fixture, "inner: inner/one.txt");
  g_assert_false (is_told (fixture, ".: inner/one.txt"));

  /* The outer root takes over the inner one, and reports that it has to be looked at again. */
  quarry_folder_watch_remove (fixture->watch, inner);
  g_assert_true (is_told (fixture, ".: ."));
  g_assert_false (quarry_folder_watch_is_whole (fixture->watch, inner));
  put (fixture, "inner/one.txt");
  wait_for (fixture, ".: inner/one.txt");
}

/* Changes that happen just before an inner root is removed are reported all the same. */
static void
test_watch_removed (WatchFixture *fixture, gconstpointer data)
{
  g_autofree char *sub = place (fixture, "sub");
  g_autofree char *file = place (fixture, "sub/bread.txt");

  put (fixture, "sub/bread.txt");
  g_assert_true (quarry_folder_watch_add (fixture->watch, fixture->folder.folder, NULL));
  g_assert_true (quarry_folder_watch_add (fixture->watch, sub, NULL));
  g_assert_true (quarry_folder_watch_add (fixture->watch, file, NULL));
  put (fixture, "new.txt");
  put (fixture, "sub/bread.txt");
  quarry_folder_watch_remove (fixture->watch, sub);
  wait_for (fixture, ".: .");
  wait_for (fixture, "sub/bread.txt: sub/bread.txt");
}

/* The same if the inner root is added before its folder exists. */
static void
test_watch_inner_first (WatchFixture *fixture, gconstpointer data)
{
  g_autofree char *inner = place (fixture, "inner");

  quarry_folder_watch_add (fixture->watch, inner, NULL);
  g_assert_cmpuint (quarry_folder_watch_count (fixture->watch), ==, 0);
  put (fixture, "inner/one.txt");
  g_assert_true (quarry_folder_watch_add (fixture->watch, fixture->folder.folder, NULL));
  g_assert_cmpuint (quarry_folder_watch_count (fixture->watch), ==, 2);
  put (fixture, "inner/one.txt");
  wait_for (fixture, "inner: inner/one.txt");
  g_assert_false (is_told (fixture, ".: inner/one.txt"));
}

/* Another folder takes the place of the one that is watched. */
static void
test_watch_replaced (WatchFixture *fixture, gconstpointer data)
{
  g_autofree char *root = place (fixture, "root");
  g_autofree char *away = place (fixture, "away");

  put (fixture, "root/one.txt");
  g_assert_false (quarry_folder_watch_has (fixture->watch, root));
  g_assert_true (quarry_folder_watch_add (fixture->watch, root, NULL));
  g_assert_true (quarry_folder_watch_has (fixture->watch, root));
  g_assert_cmpint (g_rename (root, away), ==, 0);
  g_assert_false (quarry_folder_watch_has (fixture->watch, root));
  put (fixture, "root/one.txt");
  g_assert_false (quarry_folder_watch_has (fixture->watch, root));
  wait_for (fixture, "root: root");
  g_assert_true (quarry_folder_watch_add (fixture->watch, root, NULL));
  g_assert_true (quarry_folder_watch_has (fixture->watch, root));
}

/* There are more folders than may be watched. */
static void
test_watch_limit (WatchFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryFolderWatch) few = quarry_folder_watch_new (NULL, 2, told_cb, fixture);

  put (fixture, "one/a.txt");
  g_assert_true (quarry_folder_watch_add (few, fixture->folder.folder, NULL));
  put (fixture, "two/a.txt");
  g_assert_false (quarry_folder_watch_add (few, fixture->folder.folder, NULL));
  g_assert_false (quarry_folder_watch_is_whole (few, fixture->folder.folder));
  g_assert_cmpuint (quarry_folder_watch_count (few), ==, 2);
}

/* Two programs that write without end: more events than the system keeps. */
static void
flood (const int *fds)
{
  g_autofree char *limit = NULL;

  g_assert_true (g_file_get_contents ("/proc/sys/fs/inotify/max_queued_events", &limit, NULL, NULL));
  for (guint64 i = 0; i <= g_ascii_strtoull (limit, NULL, 10); i++)
    g_assert_cmpint (write (fds[i % 2], "x", 1), ==, 1);
}

/* If events were lost, the folder is to be walked; not again and again where files are written without end. */
static void
test_watch_flood (WatchFixture *fixture, gconstpointer data)
{
  g_autofree char *first = place (fixture, "first.log");
  g_autofree char *second = place (fixture, "second.log");
  int fds[2];

  g_assert_true (quarry_folder_watch_add (fixture->watch, fixture->folder.folder, NULL));
  fds[0] = g_open (first, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  fds[1] = g_open (second, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  flood (fds);
  wait_for (fixture, ".: .");
  g_ptr_array_set_size (fixture->told, 0);
  flood (fds);
  put (fixture, "new.txt");
  wait_for (fixture, ".: new.txt");
  g_assert_false (is_told (fixture, ".: ."));
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    close (fds[i]);
}

#define FOLDER_TEST(name, func) \
  g_test_add ("/files/" name, FolderFixture, NULL, folder_fixture_set_up, func, folder_fixture_tear_down)
#define WATCH_TEST(name, func) \
  g_test_add ("/files/watch/" name, WatchFixture, NULL, watch_set_up, func, watch_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/files/path/below", test_below);
  g_test_add_func ("/files/path/display-name", test_display_name);
  FOLDER_TEST ("path/outer", test_outer);
  FOLDER_TEST ("path/resolve", test_resolve);
  FOLDER_TEST ("hash", test_hash);
  FOLDER_TEST ("open", test_open);
  WATCH_TEST ("changes", test_watch_changes);
  WATCH_TEST ("file", test_watch_file);
  WATCH_TEST ("inner", test_watch_inner);
  WATCH_TEST ("inner-first", test_watch_inner_first);
  WATCH_TEST ("removed", test_watch_removed);
  WATCH_TEST ("replaced", test_watch_replaced);
  WATCH_TEST ("limit", test_watch_limit);
  WATCH_TEST ("flood", test_watch_flood);

  return g_test_run ();
}
