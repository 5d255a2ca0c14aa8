/* test-ignore.c: what an import passes over, and what a walk finds
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/files/quarry-ignore.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "core/library/import/quarry-import-scanner.h"
#include "tests/support/temporary-folder.h"

static void
test_rules (FolderFixture *fixture, gconstpointer data)
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
  g_assert_true (quarry_ignore_matches (top, "site-packages", TRUE));
  g_assert_false (quarry_ignore_matches (top, "notes.md", FALSE));
}

/* Rules of a foreign folder that would take for ever end before the first of them is come to; a person's own count. */
static void
test_many_rules (FolderFixture *fixture, gconstpointer data)
{
  static const char *const patterns[] = { "*.md", NULL };
  g_autoptr (QuarryIgnore) own = quarry_ignore_new_own (patterns);
  g_autoptr (QuarryIgnore) rules = NULL;
  g_autoptr (GString) text = g_string_new ("*.txt\n");
  g_autofree char *name = g_strnfill (200, 'a');
  g_autofree char *note = g_strconcat (name, ".txt", NULL);
  g_autofree char *other = g_strconcat (name, ".md", NULL);

  for (guint i = 0; i < 3000; i++)
    g_string_append (text, "*a*a*a*a*a*a*a*b\n");
  g_free (write_file (fixture->folder, ".gitignore", text->str, -1));
  rules = quarry_ignore_new (own, fixture->folder);
  g_assert_true (quarry_ignore_matches (rules, "a.txt", FALSE));
  g_assert_false (quarry_ignore_matches (rules, note, FALSE));
  g_assert_true (quarry_ignore_matches (rules, other, FALSE));
}

/* Temporary and other leftover files beside documents are passed over. */
static void
test_left_over (FolderFixture *fixture, gconstpointer data)
{
  static const char *const left[]
      = { "~$report.docx", "notes.txt~", "#notes.txt#", "~WRL0001.tmp", "PPT12.TMP", "film.pdf.crdownload",
          "film.pdf.opdownload", "film.pdf.part", "book.epub.!qB", "book.epub.aria2", "Thumbs.db", "desktop.ini",
          "INBOX.msf" };
  static const char *const documents[] = { "report~1.docx", "~notes.txt", "#1 hit.txt", "part", "my desktop.ini.txt", "#", "tmp", "tmp.md" };
  g_autoptr (QuarryIgnore) ignore = quarry_ignore_new (NULL, fixture->folder);

  for (guint i = 0; i < G_N_ELEMENTS (left); i++)
    {
      g_autofree char *rule = quarry_ignore_explain (ignore, left[i], FALSE);

      g_assert_true (quarry_ignore_matches (ignore, left[i], FALSE));
      g_assert_nonnull (rule);
      g_assert_false (quarry_ignore_matches (ignore, left[i], TRUE));
    }
  for (guint i = 0; i < G_N_ELEMENTS (documents); i++)
    g_assert_false (quarry_ignore_matches (ignore, documents[i], FALSE));
}

/* A pattern that is made to match slowly is given up. */
static void
test_hostile_pattern (FolderFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryIgnore) ignore = NULL;

  g_free (write_file (fixture->folder, ".gitignore", "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b\n[\n\\\n[a-\n", -1));
  ignore = quarry_ignore_new (NULL, fixture->folder);
  g_assert_false (quarry_ignore_matches (ignore, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                                         FALSE));
}

/* Rules are not read from a huge file at all, and of a huge tag file only the start is read. */
static void
test_huge (FolderFixture *fixture, gconstpointer data)
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
collect_cb (const QuarryScanned *scanned, gpointer user_data)
{
  GString *found = user_data;
  g_autofree char *name = g_path_get_basename (scanned->path);

  if (scanned->info == NULL && scanned->problem == NULL)
    return TRUE;
  g_assert_true ((scanned->info == NULL) == (scanned->problem != NULL));
  g_string_append_printf (found, "%s%s ",
                          scanned->problem == NULL ? "" : scanned->passed_over ? "-" : "!", name);
  return TRUE;
}

static void
test_walk (FolderFixture *fixture, gconstpointer data)
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

  quarry_scan_paths (paths, NULL, NULL, collect_cb, found);
  g_assert_cmpstr (found->str, ==, "one.txt b.txt ");

  /* A path that is named is looked at, whatever the rules say. */
  g_string_truncate (found, 0);
  paths[0] = missing;
  quarry_scan_paths (paths, NULL, NULL, collect_cb, found);
  paths[0] = itself;
  quarry_scan_paths (paths, NULL, NULL, collect_cb, found);
  paths[0] = hidden;
  quarry_scan_paths (paths, NULL, NULL, collect_cb, found);
  g_assert_cmpstr (found->str, ==, "!missing.txt !itself .hidden.txt ");
}

/* Links that lead out of the folder are reported, not followed. Links within it lead to files that are found anyway. */
static void
test_links (FolderFixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (fixture->folder, "folder", NULL);
  g_autofree char *secret = write_file (fixture->folder, "private/secret.txt", "s", -1);
  g_autofree char *private = g_path_get_dirname (secret);
  g_autofree char *to_folder = g_build_filename (folder, "to-folder", NULL);
  g_autofree char *to_file = g_build_filename (folder, "to-file.txt", NULL);
  g_autofree char *within = g_build_filename (folder, "within", NULL);
  g_autofree char *hidden = g_build_filename (folder, ".hidden", NULL);
  const char *paths[] = { folder, NULL };
  const char *named[] = { to_folder, to_file, NULL };
  g_autoptr (GString) found = g_string_new (NULL);

  g_free (write_file (folder, "sub/a.txt", "a", -1));
  g_assert_cmpint (symlink (private, to_folder), ==, 0);
  g_assert_cmpint (symlink (private, hidden), ==, 0);
  g_assert_cmpint (symlink (secret, to_file), ==, 0);
  g_assert_cmpint (symlink ("sub", within), ==, 0);
  quarry_scan_paths (paths, NULL, NULL, collect_cb, found);
  g_assert_cmpstr (found->str, ==, "a.txt -to-file.txt -to-folder ");

  /* A link that is named itself is followed. A file to which two names lead is found once. */
  g_string_truncate (found, 0);
  quarry_scan_paths (named, NULL, NULL, collect_cb, found);
  g_assert_cmpstr (found->str, ==, "secret.txt ");
}

/* A .gitignore cannot include again what the person's own rules exclude, nor the other way round. */
static void
test_own_rules (FolderFixture *fixture, gconstpointer data)
{
  static const char *const patterns[] = { "*.log", "/sub/old", "!kept.bak", "# nothing", "", NULL };
  g_autoptr (QuarryIgnore) own = quarry_ignore_new_own (patterns);
  const char *paths[] = { fixture->folder, NULL };
  g_autoptr (GString) found = g_string_new (NULL);
  g_autoptr (QuarryIgnore) rules = NULL;
  g_autoptr (QuarryIgnore) none = NULL;
  g_autoptr (QuarryNames) names = quarry_names_new ();
  g_autofree char *old = write_file (fixture->folder, "sub/old/o.txt", "o", -1);
  g_autofree char *fresh = write_file (fixture->folder, "sub/new.txt", "n", -1);
  g_autofree char *rule = NULL;

  g_free (write_file (fixture->folder, ".gitignore", "!*.log\n*.bak\n", -1));
  g_free (write_file (fixture->folder, "a.log", "a", -1));
  g_free (write_file (fixture->folder, "b.bak", "b", -1));
  g_free (write_file (fixture->folder, "kept.bak", "k", -1));
  quarry_scan_paths (paths, own, NULL, collect_cb, found);
  g_assert_cmpstr (found->str, ==, "kept.bak new.txt ");

  none = quarry_ignore_below (own, fixture->folder, old, &rule);
  g_assert_null (none);
  g_assert_nonnull (strstr (rule, "your own rule “sub/old” excludes it"));
  rules = quarry_ignore_below (own, fixture->folder, fresh, NULL);
  g_assert_nonnull (rules);

  /* Looking at one path applies the rules of the folders above it. */
  g_string_truncate (found, 0);
  quarry_scan_below (fixture->folder, old, own, names, NULL, collect_cb, found);
  quarry_scan_below (fixture->folder, fresh, own, names, NULL, collect_cb, found);
  quarry_scan_below (fixture->folder, "/not/there", own, names, NULL, collect_cb, found);
  g_assert_cmpstr (found->str, ==, "new.txt ");
}

static gboolean
count_cb (const QuarryScanned *scanned, gpointer user_data)
{
  g_assert_null (scanned->info);
  g_assert_null (scanned->problem);
  ++*(guint *) user_data;
  return TRUE;
}

/* Even in a folder whose files are all passed over, the walk reports progress, so often that a slow disk is not taken
 * to hang. */
static void
test_steps (FolderFixture *fixture, gconstpointer data)
{
  const char *paths[] = { fixture->folder, NULL };
  guint n_steps = 0;

  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *name = g_strdup_printf (".%u.txt", i);

      g_free (write_file (fixture->folder, name, "Hidden.", -1));
    }
  quarry_scan_paths (paths, NULL, NULL, count_cb, &n_steps);
  g_assert_cmpuint (n_steps, >, 10);
  g_assert_cmpuint (n_steps, <, 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/ignore/rules", FolderFixture, NULL, folder_fixture_set_up, test_rules, folder_fixture_tear_down);
  g_test_add ("/ignore/many-rules", FolderFixture, NULL, folder_fixture_set_up, test_many_rules, folder_fixture_tear_down);
  g_test_add ("/ignore/left-over", FolderFixture, NULL, folder_fixture_set_up, test_left_over, folder_fixture_tear_down);
  g_test_add ("/ignore/hostile-pattern", FolderFixture, NULL, folder_fixture_set_up, test_hostile_pattern, folder_fixture_tear_down);
  g_test_add ("/ignore/huge", FolderFixture, NULL, folder_fixture_set_up, test_huge, folder_fixture_tear_down);
  g_test_add ("/ignore/walk", FolderFixture, NULL, folder_fixture_set_up, test_walk, folder_fixture_tear_down);

  g_test_add ("/ignore/steps", FolderFixture, NULL, folder_fixture_set_up, test_steps, folder_fixture_tear_down);
  g_test_add ("/ignore/links", FolderFixture, NULL, folder_fixture_set_up, test_links, folder_fixture_tear_down);
  g_test_add ("/ignore/own-rules", FolderFixture, NULL, folder_fixture_set_up, test_own_rules, folder_fixture_tear_down);

  return g_test_run ();
}
