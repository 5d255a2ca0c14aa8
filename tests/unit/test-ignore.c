/* test-ignore.c: what an import passes over, and what a walk finds
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/library/quarry-ignore.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "core/library/quarry-import-scanner.h"
#include "tests/support/temporary-folder.h"

typedef struct
{
  char *folder;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = temporary_folder_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  temporary_folder_free (fixture->folder);
}

static void
test_rules (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryIgnore) top = NULL;
  g_autoptr (QuarryIgnore) below = NULL;
  g_autofree char *sub = g_build_filename (fixture->folder, "sub", NULL);

  g_free (write_file (fixture->folder, ".gitignore",
              "# a comment\n*.log\n!keep.log\nout/\n/top.txt\nsub/deep.txt\n**/x/*.md\n[ab]?.c\nname\\!.txt\n", -1));
  g_free (write_file (fixture->folder, "sub/.gitignore", "!special.log\n", -1));
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

  g_free (write_file (fixture->folder, ".gitignore", "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b\n[\n\\\n[a-\n", -1));
  ignore = quarry_ignore_new (NULL, fixture->folder);
  g_assert_false (quarry_ignore_matches (ignore, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                                         FALSE));
}

/* Files that say they are huge are not read whole: of rules none are taken, of a tag its start. */
static void
test_huge (Fixture *fixture, gconstpointer data)
{
  g_autofree char *rules = write_file (fixture->folder, ".gitignore", "*.log\n", -1);
  g_autofree char *tag
      = write_file (fixture->folder, "CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55", -1);
  g_autoptr (QuarryIgnore) small = quarry_ignore_new (NULL, fixture->folder);
  g_autoptr (QuarryIgnore) huge = NULL;

  g_assert_true (quarry_ignore_matches (small, "a.log", FALSE));
  g_assert_cmpint (truncate (rules, G_GINT64_CONSTANT (1) << 40), ==, 0);
  g_assert_cmpint (truncate (tag, G_GINT64_CONSTANT (1) << 40), ==, 0);
  huge = quarry_ignore_new (NULL, fixture->folder);
  g_assert_false (quarry_ignore_matches (huge, "a.log", FALSE));
  g_assert_true (quarry_ignore_is_cache (fixture->folder));
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

  g_free (write_file (fixture->folder, "b.txt", "b", -1));
  g_free (write_file (fixture->folder, "a/one.txt", "1", -1));
  g_free (write_file (fixture->folder, "a/.git/config", "x", -1));
  g_free (write_file (fixture->folder, ".hidden.txt", "h", -1));
  g_free (write_file (fixture->folder, "cache/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n", -1));
  g_free (write_file (fixture->folder, "cache/c.txt", "c", -1));
  g_free (write_file (fixture->folder, "node_modules/m.txt", "m", -1));
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
  g_test_add ("/ignore/huge", Fixture, NULL, set_up, test_huge, tear_down);
  g_test_add ("/ignore/walk", Fixture, NULL, set_up, test_walk, tear_down);

  return g_test_run ();
}
