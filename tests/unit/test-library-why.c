/* test-library-why.c: why a file is not found
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "library-helpers.h"
#include "zip-writer.h"

#include <glib/gstdio.h>
#include <string.h>

#include "core/library/import/quarry-folders.h"
#include "core/library/import/quarry-why.h"

static void
assert_why (QuarryLibrary *library, const char *path, QuarryWhyState state)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryWhy) why = quarry_library_why (library, path, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (quarry_why_state_name (why->state), ==, quarry_why_state_name (state));
  g_assert_true (g_str_has_suffix (why->reason, "."));
}

static char *
write_source (LibraryFixture *fixture, const char *name, const char *contents)
{
  char *path = g_build_filename (fixture->sources, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, contents, -1, NULL));

  return path;
}

static void
test_why (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.md", NULL);
  g_autofree char *ships = g_build_filename (fixture->sources, "ships.md", NULL);
  g_autofree char *broken = write_source (fixture, "broken.pdf", "%PDF-1.4\nnothing of a PDF follows");
  g_autofree char *empty = write_source (fixture, "empty.txt", "");
  g_autofree char *hidden = write_source (fixture, ".hidden/x.txt", "Hidden.");
  G_GNUC_UNUSED g_autofree char *rules = write_source (fixture, ".gitignore", "drafts/\n");
  g_autofree char *draft = write_source (fixture, "drafts/a/x.txt", "A draft.");
  g_autofree char *film = write_source (fixture, "film.mkv", "film");
  g_autofree char *missing = g_build_filename (fixture->sources, "missing.txt", NULL);
  g_autofree char *fresh = NULL;
  g_autofree char *top = g_path_get_dirname (fixture->sources);
  g_autofree char *outside = g_build_filename (top, "outside.txt", NULL);
  g_autoptr (QuarryWhy) why = NULL;

  assert_why (library, bees, QUARRY_WHY_OUTSIDE);
  import_sources (fixture, library);
  fresh = write_source (fixture, "fresh.txt", "Fresh.");
  g_assert_true (g_file_set_contents (outside, "Outside.", -1, NULL));

  assert_why (library, bees, QUARRY_WHY_READ);
  assert_why (library, fixture->sources, QUARRY_WHY_READ);
  assert_why (library, broken, QUARRY_WHY_FAILED);
  assert_why (library, empty, QUARRY_WHY_SKIPPED);
  assert_why (library, film, QUARRY_WHY_SKIPPED);
  assert_why (library, hidden, QUARRY_WHY_EXCLUDED);
  assert_why (library, draft, QUARRY_WHY_EXCLUDED);
  assert_why (library, fresh, QUARRY_WHY_UNREAD);
  assert_why (library, outside, QUARRY_WHY_OUTSIDE);
  assert_why (library, missing, QUARRY_WHY_MISSING);

  why = quarry_library_why (library, bees, "queen lays eggs", NULL, NULL);
  g_assert_cmpuint (why->rank, ==, 1);
  g_assert_cmpint (why->passage, >, 0);
  g_clear_pointer (&why, quarry_why_free);

  g_assert_true (g_file_set_contents (bees, "Changed.", -1, NULL));
  assert_why (library, bees, QUARRY_WHY_CHANGED);
  g_assert_cmpint (g_remove (ships), ==, 0);
  assert_why (library, ships, QUARRY_WHY_GONE);

  g_assert_true (quarry_library_remove (library, fixture->sources, NULL, NULL));
  assert_why (library, bees, QUARRY_WHY_OUTSIDE);
}

static void
assert_place (QuarryLibrary *library, const char *path, const char *query, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryWhy) why = quarry_library_why (library, path, query, NULL, &error);
  g_autofree char *place = NULL;

  g_assert_no_error (error);
  place = quarry_why_explain_place (why);
  g_test_message ("%s: %s", query, place);
  g_assert_nonnull (strstr (place, expected));
  g_assert_cmpint (why->rank > 0, ==, why->passage > 0);
}

/* Reports the rank of a file in a search; if it has none, what excludes it. */
static void
test_why_place (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *tide = write_source (fixture, "tide.md", "The tide turns twice a day.");
  g_autofree char *tea = write_source (fixture, "tea.txt", "Tea leaves wither on racks.");

  import_sources (fixture, library);
  assert_place (library, tide, "the tide turns", "number 1 of all");
  assert_place (library, tide, "type:md the tide turns", "number 1 of all");
  assert_place (library, tide, "type:pdf the tide turns", "filters");
  assert_place (library, tide, "type:pdf", "filters");
  assert_place (library, fixture->sources, "type:pdf tide", "filters");
  /* For a folder, one document that passes the filters is enough. */
  assert_place (library, fixture->sources, "type:txt \"wax cells\"", "lacks");
  assert_place (library, tea, "type:txt \"wax cells\"", "lacks");
  assert_place (library, tide, "type:txt \"wax cells\"", "filters");
  assert_place (library, tide, "\"wax cells\" tide", "leaves it out");
  assert_place (library, tide, "tide -turns", "leaves it out");
  assert_place (library, tide, "tide +wax", "leaves it out");

  {
    g_autoptr (QuarryWhy) why = quarry_library_why (library, tide, NULL, NULL, NULL);

    g_assert_null (quarry_why_explain_place (why));
  }
}

/* Reports each passage of a file, and its rank. */
static void
test_why_passages (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (QuarryWhy) why = NULL;
  g_autoptr (QuarryWhy) searched = NULL;
  g_autoptr (QuarryWhy) folder = NULL;
  g_autofree char *opening = NULL;
  g_autofree char *place = NULL;
  g_autofree char *best = NULL;
  g_autofree char *inside = NULL;
  g_autofree char *from_top = NULL;
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.md", NULL);
  g_autofree char *rest = NULL;
  g_autofree char *path = NULL;

  for (guint i = 0; i < QUARRY_WHY_PASSAGES + 10; i++)
    g_string_append_printf (text, "# Chapter %u\n\nThe tide %s\nturns in harbour number%u.\n\n", i,
                            i == 7 ? "never" : "always", i);
  path = write_source (fixture, "tide.md", text->str);
  import_sources (fixture, library);

  why = quarry_library_why (library, path, NULL, NULL, NULL);
  g_assert_cmpuint (why->n_passages, >, QUARRY_WHY_PASSAGES);
  g_assert_cmpuint (why->passages->len, ==, QUARRY_WHY_PASSAGES);
  opening = quarry_why_passage_opening (why->passages->pdata[0]);
  g_assert_cmpstr (opening, ==, "Chapter 0 The tide always turns in harbour number0.");
  place = quarry_why_passage_place (why->passages->pdata[0], why);
  g_assert_cmpstr (place, ==, "Chapter 0");
  rest = quarry_why_explain_rest (why);
  g_assert_nonnull (strstr (rest, "more passages"));

  /* Passages that are found come first, and only once. */
  searched = quarry_library_why (library, path, "number33 never", NULL, NULL);
  g_assert_cmpuint (searched->rank, ==, 1);
  g_assert_cmpint (((QuarryWhyPassage *) searched->passages->pdata[0])->record->id, ==, searched->passage);
  best = quarry_why_passage_place (searched->passages->pdata[0], searched);
  g_assert_true (g_str_has_prefix (best, "Number 1 for this search · Chapter "));
  for (guint i = 0; i < searched->passages->len; i++)
    for (guint j = 0; j < i; j++)
      g_assert_cmpint (((QuarryWhyPassage *) searched->passages->pdata[i])->record->id, !=,
                       ((QuarryWhyPassage *) searched->passages->pdata[j])->record->id);

  /* For a folder only passages that are found are listed, each with its file. */
  folder = quarry_library_why (library, fixture->sources, "queen lays eggs", NULL, NULL);
  g_assert_cmpuint (folder->rank, ==, 1);
  inside = quarry_why_passage_place (folder->passages->pdata[0], folder);
  g_assert_true (g_str_has_suffix (inside, "· bees.md"));
  g_free (folder->path);
  folder->path = g_strdup ("/");
  from_top = quarry_why_passage_place (folder->passages->pdata[0], folder);
  g_assert_nonnull (strstr (from_top, bees + 1));
  g_assert_null (quarry_why_explain_rest (folder));
}

/* For a path inside a file, reports the state of that file if that explains it, or that there is no such document. */
static void
test_why_inside (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *zip = g_build_filename (fixture->sources, "a.zip", NULL);
  g_autofree char *broken = write_source (fixture, "broken.zip", "PK\003\004 and nothing more");
  g_autofree char *there = g_build_filename (zip, "tea.txt", NULL);
  g_autofree char *unread = g_build_filename (zip, "film.mkv", NULL);
  g_autofree char *not_there = g_build_filename (zip, "none.txt", NULL);
  g_autofree char *in_broken = g_build_filename (broken, "x.txt", NULL);
  g_autofree char *late = g_build_filename (fixture->sources, "late.zip", NULL);
  g_autofree char *in_late = g_build_filename (late, "tea.txt", NULL);

  zip_save (zip, zip_write ("tea.txt", "Tea leaves wither on racks.", "film.mkv", "film", NULL));
  import_sources (fixture, library);
  zip_save (late, zip_write ("tea.txt", "Tea leaves wither on racks.", NULL));

  assert_why (library, there, QUARRY_WHY_READ);
  assert_why (library, unread, QUARRY_WHY_SKIPPED);
  assert_why (library, not_there, QUARRY_WHY_MISSING);
  assert_why (library, in_broken, QUARRY_WHY_FAILED);
  assert_why (library, in_late, QUARRY_WHY_UNREAD);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  LIBRARY_TEST ("why", test_why);
  LIBRARY_TEST ("why-place", test_why_place);
  LIBRARY_TEST ("why-passages", test_why_passages);
  LIBRARY_TEST ("why-inside", test_why_inside);

  return g_test_run ();
}
