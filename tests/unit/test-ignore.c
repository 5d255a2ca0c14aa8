/* test-ignore.c: what an import passes over, and what a walk finds
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/library/quarry-ignore.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "core/library/quarry-import-scanner.h"

typedef struct
{
  char *folder;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *made = g_dir_make_tmp ("quarry-ignore-XXXXXX", NULL);
  char *real = realpath (made, NULL);

  fixture->folder = g_strdup (real);
  free (real);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  remove_tree (fixture->folder);
  g_free (fixture->folder);
}

static void
write_file (Fixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
test_rules (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryIgnore) top = NULL;
  g_autoptr (QuarryIgnore) below = NULL;
  g_autofree char *sub = g_build_filename (fixture->folder, "sub", NULL);

  write_file (fixture, ".gitignore",
              "# a comment\n*.log\n!keep.log\nout/\n/top.txt\nsub/deep.txt\n**/x/*.md\n[ab]?.c\nname\\!.txt\n");
  write_file (fixture, "sub/.gitignore", "!special.log\n");
  top = quarry_ignore_new (NULL, fixture->folder);
  below = quarry_ignore_new (top, sub);

  g_assert_true (quarry_ignore_matches (top, "a.log", FALSE));
  g_assert_false (quarry_ignore_matches (top, "keep.log", FALSE));
  g_assert_true (quarry_ignore_matches (top, "out", TRUE));
  g_assert_false (quarry_ignore_matches (top, "out", FALSE));
  g_assert_true (quarry_ignore_matches (top, "top.txt", FALSE));
  g_assert_false (quarry_ignore_matches (below, "top.txt", FALSE));
  g_assert_true (quarry_ignore_matches (below, "deep.txt", FALSE));
  g_assert_false (quarry_ignore_matches (top, "deep.txt", FALSE));
  g_assert_true (quarry_ignore_matches (below, "b.log", FALSE));
  g_assert_false (quarry_ignore_matches (below, "special.log", FALSE));
  g_assert_true (quarry_ignore_matches (top, "a1.c", FALSE));
  g_assert_false (quarry_ignore_matches (top, "c1.c", FALSE));
  g_assert_true (quarry_ignore_matches (top, "name!.txt", FALSE));
  g_assert_true (quarry_ignore_matches (top, ".hidden", FALSE));
  g_assert_true (quarry_ignore_matches (top, "node_modules", TRUE));
  g_assert_false (quarry_ignore_matches (top, "notes.md", FALSE));
}

/* A pattern made to be slow is given up, not waited for. */
static void
test_hostile_pattern (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryIgnore) ignore = NULL;

  write_file (fixture, ".gitignore", "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b\n[\n\\\n[a-\n");
  ignore = quarry_ignore_new (NULL, fixture->folder);
  g_assert_false (quarry_ignore_matches (ignore, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                                         FALSE));
}

static gboolean
collect_cb (const char *path, const char *problem, gpointer user_data)
{
  GString *found = user_data;
  g_autofree char *name = g_path_get_basename (path);

  g_string_append_printf (found, "%s%s ", problem != NULL ? "!" : "", name);
  return TRUE;
}

static void
test_walk (Fixture *fixture, gconstpointer data)
{
  const char *paths[] = { fixture->folder, NULL, NULL };
  g_autofree char *loop = g_build_filename (fixture->folder, "loop", NULL);
  g_autofree char *itself = g_build_filename (fixture->folder, "itself", NULL);
  g_autofree char *again = g_build_filename (fixture->folder, "again.txt", NULL);
  g_autofree char *missing = g_build_filename (fixture->folder, "missing.txt", NULL);
  g_autofree char *hidden = g_build_filename (fixture->folder, ".hidden.txt", NULL);
  g_autoptr (GString) found = g_string_new (NULL);

  write_file (fixture, "b.txt", "b");
  write_file (fixture, "a/one.txt", "1");
  write_file (fixture, "a/.git/config", "x");
  write_file (fixture, ".hidden.txt", "h");
  write_file (fixture, "cache/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n");
  write_file (fixture, "cache/c.txt", "c");
  write_file (fixture, "node_modules/m.txt", "m");
  g_assert_cmpint (symlink (fixture->folder, loop), ==, 0);
  g_assert_cmpint (symlink (itself, itself), ==, 0);
  g_assert_cmpint (symlink ("b.txt", again), ==, 0);

  quarry_scan_paths (paths, NULL, collect_cb, found);
  g_assert_cmpstr (found->str, ==, "one.txt b.txt ");

  /* What is named is looked at, whatever it is. */
  g_string_truncate (found, 0);
  paths[0] = missing;
  quarry_scan_paths (paths, NULL, collect_cb, found);
  paths[0] = itself;
  quarry_scan_paths (paths, NULL, collect_cb, found);
  paths[0] = hidden;
  quarry_scan_paths (paths, NULL, collect_cb, found);
  g_assert_cmpstr (found->str, ==, "!missing.txt !itself .hidden.txt ");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/ignore/rules", Fixture, NULL, set_up, test_rules, tear_down);
  g_test_add ("/ignore/hostile-pattern", Fixture, NULL, set_up, test_hostile_pattern, tear_down);
  g_test_add ("/ignore/walk", Fixture, NULL, set_up, test_walk, tear_down);

  return g_test_run ();
}
