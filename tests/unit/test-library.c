/* test-library.c: the rooms joined: documents in, hits out
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/library/quarry-library.h"

#include <glib/gstdio.h>
#include <math.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/library/quarry-library-private.h"
#include "core/library/quarry-nearness.h"
#include "core/library/quarry-see-also.h"
#include "core/library/quarry-why.h"
#include "tests/support/temporary-folder.h"

/* Three subjects, a document each; none shares a content word with another. */
static const char *const subjects[][2] = {
  { "bees",
    "# Keeping bees\n\nA colony of honeybees lives in a hive. The queen lays eggs in wax cells. Workers gather "
    "nectar and pollen from flowers, and make honey that feeds the colony through winter. Beekeepers open the "
    "hive in spring, look for the queen, and give the bees more frames when they need room.\n" },
  { "ships",
    "# Sailing ships\n\nA schooner carries fore and aft sails on two masts. The captain reads the wind and "
    "the tide, and the crew hauls on ropes to trim the canvas. In a storm the vessel heaves to and rides out "
    "the waves until the harbour is safe to enter again.\n" },
  { "bread",
    "# Baking bread\n\nFlour, water, salt and yeast make a dough. Kneading develops gluten, and the loaf rises "
    "in a warm kitchen for two hours. Bake it in a hot oven until the crust is brown and the bottom sounds "
    "hollow when tapped with a finger.\n" },
};

typedef struct
{
  char *folder;  /* the library's */
  char *sources; /* files to import */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *made = temporary_folder_new ();

  fixture->folder = g_build_filename (made, "library", NULL);
  fixture->sources = g_build_filename (made, "sources", NULL);
  g_assert_cmpint (g_mkdir (fixture->sources, 0700), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (subjects); i++)
    {
      g_autofree char *name = g_strconcat (subjects[i][0], ".md", NULL);
      g_autofree char *path = g_build_filename (fixture->sources, name, NULL);

      g_assert_true (g_file_set_contents (path, subjects[i][1], -1, NULL));
    }
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  temporary_folder_free (g_path_get_dirname (fixture->folder));
  g_free (fixture->folder);
  g_free (fixture->sources);
}

static QuarryLibrary *
open_library (Fixture *fixture, QuarryLibraryMode mode)
{
  g_autoptr (GError) error = NULL;
  QuarryLibrary *library = quarry_library_open (fixture->folder, NULL, mode, &error);

  g_assert_no_error (error);
  g_assert_nonnull (library);

  return library;
}

static QuarryImportProgress
import_paths (QuarryLibrary *library, const char *const *paths)
{
  g_autoptr (QuarryImport) import = quarry_library_import (library, paths);
  QuarryImportProgress progress;

  while (!quarry_import_get_finished (import))
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (quarry_import_get_error (import));
  quarry_import_get_progress (import, &progress);

  return progress;
}

static QuarryImportProgress
import_sources (Fixture *fixture, QuarryLibrary *library)
{
  const char *paths[] = { fixture->sources, NULL };

  return import_paths (library, paths);
}

/* The best hit's file name without its ending; "" without hits. */
static char *
best (QuarryLibrary *library, const char *query)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryAnswer) answer = quarry_library_search (library, query, NULL, NULL, &error);
  g_autoptr (QuarryHit) hit = NULL;
  char *name;

  g_assert_no_error (error);
  hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
  if (hit == NULL)
    return g_strdup ("");
  name = g_path_get_basename (quarry_hit_get_path (hit));
  *strchrnul (name, '.') = '\0';

  return name;
}

static void
assert_best (QuarryLibrary *library, const char *query, const char *expected)
{
  g_autofree char *found = best (library, query);

  g_assert_cmpstr (found, ==, expected);
}

static void
assert_sound (QuarryLibrary *library)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) problems = quarry_library_check (library, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < problems->len; i++)
    g_test_message ("%s", (const char *) problems->pdata[i]);
  g_assert_cmpuint (problems->len, ==, 0);
}

static void
test_import_and_search (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (QuarryHit) hit = NULL;
  QuarryImportProgress progress = import_sources (fixture, library);
  const QuarryHitWord *words;
  guint n_words;
  gboolean literal = FALSE;

  g_assert_cmpuint (progress.imported, ==, 3);
  g_assert_cmpuint (progress.failed + progress.skipped, ==, 0);
  assert_best (library, "queen of the hive", "bees");
  assert_best (library, "how is a loaf baked", "bread");
  assert_best (library, "wind and masts", "ships");
  assert_best (library, "type:md kneading", "bread");
  assert_best (library, "type:pdf kneading", "");
  assert_best (library, "\"honeybees lives\"", "bees");
  assert_best (library, "\"lives honeybees\"", "");
  assert_best (library, "colony wind -queen", "ships");
  assert_sound (library);

  answer = quarry_library_search (library, "who makes honey from flowers", NULL, NULL, NULL);
  hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
  g_assert_cmpstr (quarry_hit_get_title (hit), ==, "Keeping bees");
  g_assert_cmpuint (quarry_hit_get_rank (hit), ==, 1);
  g_assert_cmpfloat (quarry_hit_get_similarity (hit), >, 0.f);
  g_assert_cmpfloat (quarry_hit_get_similarity (hit), <=, 1.f);
  g_assert_nonnull (strstr (quarry_hit_get_text (hit), "honey"));
  words = quarry_hit_get_words (hit, &n_words);
  for (guint i = 0; i < n_words; i++)
    {
      g_autofree char *word = g_strndup (quarry_hit_get_text (hit) + words[i].span.start,
                                         words[i].span.end - words[i].span.start);

      literal = literal
                || (words[i].kind == QUARRY_MATCH_LITERAL && strcmp (word, "honey") == 0
                    && strcmp (words[i].query_word, "honey") == 0);
    }
  g_assert_true (literal);
}

static void
test_unchanged_and_changed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.md", NULL);
  QuarryImportProgress progress;
  g_autoptr (GFile) file = g_file_new_for_path (bees);
  guint n_removed;

  import_sources (fixture, library);
  progress = import_sources (fixture, library);
  g_assert_cmpuint (progress.unchanged, ==, 3);
  g_assert_cmpuint (progress.imported, ==, 0);

  /* Touched, but the same. */
  g_assert_true (g_file_set_attribute_uint64 (file, "time::modified", 1000000000, 0, NULL, NULL));
  progress = import_sources (fixture, library);
  g_assert_cmpuint (progress.unchanged, ==, 3);

  g_assert_true (g_file_set_contents (bees, "Glaciers carve valleys out of granite mountains.\n", -1, NULL));
  progress = import_sources (fixture, library);
  g_assert_cmpuint (progress.imported, ==, 1);
  assert_best (library, "glaciers", "bees");
  assert_best (library, "\"queen lays eggs\"", "");
  assert_sound (library);

  g_assert_true (quarry_library_remove (library, bees, &n_removed, NULL));
  g_assert_cmpuint (n_removed, ==, 1);
  assert_best (library, "\"Glaciers carve\"", "");
  g_assert_true (quarry_library_remove (library, fixture->sources, &n_removed, NULL));
  g_assert_cmpuint (n_removed, ==, 2);
  assert_best (library, "wind", "");
  assert_sound (library);
}

static void
test_failures (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *pdf = g_build_filename (fixture->sources, "broken.pdf", NULL);
  g_autofree char *binary = g_build_filename (fixture->sources, "binary.txt", NULL);
  g_autofree char *empty = g_build_filename (fixture->sources, "empty.txt", NULL);
  g_autofree char *odd_name = g_build_filename (fixture->sources, "caf\xe9.txt", NULL);
  g_autofree char *huge = g_build_filename (fixture->sources, "huge.txt", NULL);
  g_autoptr (GPtrArray) failures = NULL;
  QuarryImportProgress progress;
  char bytes[4096];

  for (gsize i = 0; i < sizeof bytes; i++)
    bytes[i] = (char) (i * 7 % 256);
  g_assert_true (g_file_set_contents (pdf, "%PDF-1.4\nnothing of a PDF follows", -1, NULL));
  g_assert_true (g_file_set_contents (binary, bytes, sizeof bytes, NULL));
  g_assert_true (g_file_set_contents (empty, "", 0, NULL));
  g_assert_true (g_file_set_contents (odd_name, "Volcanoes pour lava over basalt plains.\n", -1, NULL));
  g_assert_true (g_file_set_contents (huge, "x", 1, NULL));
  g_assert_cmpint (truncate (huge, G_GINT64_CONSTANT (2) << 30), ==, 0);

  progress = import_sources (fixture, library);
  g_assert_cmpuint (progress.imported, ==, 4);
  g_assert_cmpuint (progress.failed, ==, 1);
  g_assert_cmpuint (progress.skipped, ==, 3);
  assert_best (library, "lava", "caf\xe9");

  failures = quarry_library_list_failures (library, NULL);
  g_assert_cmpuint (failures->len, ==, 4);
  for (guint i = 0; i < failures->len; i++)
    {
      const QuarryFailureRecord *failure = failures->pdata[i];

      g_assert_nonnull (failure->reason);
      g_assert_cmpuint (strlen (failure->reason), >, 5);
      g_assert_true (g_str_has_suffix (failure->path, ".pdf") != failure->skipped);
    }
  assert_sound (library);

  /* Mended, it is no failure any more. */
  g_assert_true (g_file_set_contents (binary, "Orchids grow on branches of trees.\n", -1, NULL));
  import_sources (fixture, library);
  g_clear_pointer (&failures, g_ptr_array_unref);
  failures = quarry_library_list_failures (library, NULL);
  g_assert_cmpuint (failures->len, ==, 3);
}

static void
add_text (QuarryLibrary *library, const char *path, const char *text)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GError) error = NULL;

  quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, text, -1);
  document = quarry_document_builder_end (builder);
  quarry_library_add_document (library, path, document, &error);
  g_assert_no_error (error);
}

/* What another process commits is seen by the next search; what it removes is gone. */
static void
test_two_processes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) one = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryLibrary) two = NULL;

  add_text (one, "/bees", subjects[0][1]);
  two = open_library (fixture, QUARRY_LIBRARY_READ);
  assert_best (two, "queen of the hive", "bees");

  add_text (one, "/ships", subjects[1][1]);
  assert_best (two, "schooner", "ships");
  g_assert_true (quarry_library_remove (one, "/bees", NULL, NULL));
  assert_best (two, "\"queen lays eggs\"", "");

  /* Two that write: each takes over what the other did before it adds to it. */
  {
    g_autoptr (QuarryLibrary) three = open_library (fixture, QUARRY_LIBRARY_WRITE);

    add_text (three, "/bread", subjects[2][1]);
    add_text (one, "/bees", subjects[0][1]);
    assert_best (one, "kneading", "bread");
    assert_best (three, "queen of the hive", "bees");
    assert_best (two, "queen of the hive", "bees");
    assert_sound (three);
  }
  assert_sound (one);
}

/* The file of vectors is derived: whatever happens to it, search finds what it found. */
static void
test_vectors_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "vectors.index", NULL);
  g_autofree char *sound = NULL;
  gsize length;

  {
    g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

    import_sources (fixture, library);
  }
  g_assert_true (g_file_get_contents (path, &sound, &length, NULL));

  for (guint i = 0; i < 5; i++)
    {
      if (i == 0)
        g_remove (path);
      else if (i == 1)
        g_assert_true (g_file_set_contents (path, sound, (gssize) length / 2, NULL));
      else if (i == 2)
        g_assert_true (g_file_set_contents (path, "nothing of an index", -1, NULL));
      else
        {
          /* In what is checked at once, and in the first vector, which only searches look at: the
           * file ends with a page of a few rows of 256 numbers of 16 bits. */
          gsize at = i == 3 ? 4100 : length - 4096 + 100;

          sound[at] ^= 0x40;
          g_assert_true (g_file_set_contents (path, sound, (gssize) length, NULL));
          sound[at] ^= 0x40;
        }
      {
        g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_READ);
        QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
        g_autoptr (QuarryAnswer) answer = NULL;

        options.mode = QUARRY_SEARCH_DENSE;
        answer = quarry_library_search (library, "queen of the hive", &options, NULL, NULL);
        g_assert_cmpuint (g_list_model_get_n_items (quarry_answer_get_hits (answer)), ==, 3);
        assert_best (library, "queen of the hive", "bees");
        assert_sound (library);
      }
    }
}

/* Files cut short while they are in use: the next search notices, and finds what it found. */
static void
test_files_cut (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "words.index", "vectors.index" };
  g_autoptr (QuarryLibrary) again = NULL;

  {
    g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

    import_sources (fixture, library);
  }
  for (guint round = 0; round < 2; round++)
    {
      g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

      for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        {
          g_autofree char *path = g_build_filename (fixture->folder, names[i], NULL);
          QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
          g_autoptr (QuarryAnswer) answer = NULL;

          g_assert_cmpint (truncate (path, 0), ==, 0);
          options.mode = i == 0 ? QUARRY_SEARCH_LEXICAL : QUARRY_SEARCH_DENSE;
          answer = quarry_library_search (library, "queen of the hive", &options, NULL, NULL);
          g_assert_cmpuint (g_list_model_get_n_items (quarry_answer_get_hits (answer)), >, 0);
          assert_best (library, "queen of the hive", "bees");
          assert_sound (library);
        }
      add_text (library, "/bread", subjects[2][1]);
      assert_best (library, "kneading", "bread");
    }
  again = open_library (fixture, QUARRY_LIBRARY_READ);
  assert_best (again, "kneading", "bread");
  assert_sound (again);
}

/* Past a hundred passages the library weighs words by how common they are in it. */
static void
test_weights (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryLibrary) other = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 120; i++)
    {
      g_autofree char *path = g_strdup_printf ("/filler-%u", i);
      g_autofree char *text
          = g_strdup_printf ("The committee met and approved item %u of the yearly budget report.", i);

      add_text (library, path, text);
    }
  add_text (library, "/bees", subjects[0][1]);
  other = open_library (fixture, QUARRY_LIBRARY_READ);
  g_assert_null (library->indexes->weights);

  quarry_library_finish_adding (library, &error);
  g_assert_no_error (error);
  g_assert_nonnull (library->indexes->weights);
  assert_best (library, "committee of the hive", "bees");
  assert_best (other, "committee of the hive", "bees");
  g_assert_nonnull (other->indexes->weights);
  assert_sound (library);
  assert_sound (other);

  g_assert_true (quarry_library_rebuild (library, &error));
  g_assert_no_error (error);
  assert_best (library, "committee of the hive", "bees");
  assert_best (other, "committee of the hive", "bees");
  assert_sound (other);
}

/* What searches are to find is kept with the library, and outlives the files that are made from it. */
static void
test_recall (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *file = NULL;

  for (guint round = 0; round < 3; round++)
    {
      g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

      file = file != NULL ? file : g_build_filename (library->folder, "vectors.index", NULL);
      if (round == 0)
        {
          add_text (library, "/bees", subjects[0][1]);
          g_assert_true (quarry_library_set_recall (library, .75, &error));
          g_assert_no_error (error);
          g_assert_true (quarry_library_rebuild (library, &error));
          g_assert_no_error (error);
        }
      g_assert_cmpfloat ((double) quarry_vector_index_get_promised_recall (library->indexes->vectors), ==, .75);
      assert_sound (library);
      g_clear_object (&library);
      if (round == 1)
        g_assert_cmpint (g_unlink (file), ==, 0);
    }
}

static char *
read_nearness (QuarryLibrary *library)
{
  QuarryConnection *connection = quarry_library_borrow (library, NULL);
  g_autoptr (GBytes) value = quarry_store_get_value (connection->store, "nearness", NULL);

  quarry_library_give_back (library, connection);
  return value != NULL ? g_strndup (g_bytes_get_data (value, NULL), g_bytes_get_size (value)) : NULL;
}

static void
load_nearness (QuarryLibrary *library, QuarryConfidenceNearness *nearness)
{
  QuarryConnection *connection = quarry_library_borrow (library, NULL);

  quarry_nearness_load (library, library->indexes, connection->store, nearness);
  quarry_library_give_back (library, connection);
}

static void
add_reports (QuarryLibrary *library, guint from, guint to)
{
  for (guint i = from; i < to; i++)
    {
      g_autofree char *path = g_strdup_printf ("/report-%u", i);
      g_autofree char *text
          = g_strdup_printf ("The committee met and approved item %u of the yearly budget report.", i);

      add_text (library, path, text);
    }
}

/* What a cosine is worth here is measured when the library has grown, and only then; what does not
 * make sense is passed over. */
static void
test_nearness (Fixture *fixture, gconstpointer data)
{
  const char *const bad[] = { "", "nonsense", "x 1 2 3", NULL };
  QuarryConfidenceNearness nearness;
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;

  quarry_library_measure_nearness (library);
  g_assert_null (read_nearness (library));
  load_nearness (library, &nearness);
  g_assert_cmpfloat_with_epsilon (nearness.mean, quarry_confidence_usual_nearness.mean, 1e-9);

  add_reports (library, 0, 60);
  quarry_library_measure_nearness (library);
  first = read_nearness (library);
  g_assert_nonnull (first);
  load_nearness (library, &nearness);
  /* All say the same. */
  g_assert_cmpfloat (nearness.mean, >, quarry_confidence_usual_nearness.mean + .1);

  add_reports (library, 60, 70);
  quarry_library_measure_nearness (library);
  second = read_nearness (library);
  g_assert_cmpstr (second, ==, first);
  add_reports (library, 70, 80);
  quarry_library_measure_nearness (library);
  third = read_nearness (library);
  g_assert_cmpstr (third, !=, first);

  for (guint i = 0; i <= G_N_ELEMENTS (bad); i++)
    {
      QuarryConnection *writer = quarry_library_begin_write (library, NULL);
      g_autofree char *text = i < G_N_ELEMENTS (bad) && bad[i] != NULL
                                  ? g_strdup (bad[i])
                                  : g_strdup_printf ("%.*s 80 nan -1",
                                                     (int) (strchr (first, ' ') - first), first);
      g_autoptr (GBytes) value = g_bytes_new (text, strlen (text));

      g_assert_true (quarry_store_set_value (writer->store, "nearness", value, NULL));
      g_assert_true (quarry_library_end_write (library, TRUE, NULL));
      load_nearness (library, &nearness);
      g_assert_cmpfloat_with_epsilon (nearness.mean, quarry_confidence_usual_nearness.mean, 1e-9);
    }
}

/* A passage typed in full comes first, whatever else speaks of its words more. */
static void
test_word_for_word (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  add_text (library, "/made/up/common.txt",
                "Harbours, harbours in winter, a winter harbour: the harbour of every winter.");
  add_text (library, "/made/up/exact.txt",
                "Nobody had thought of it before, and so it was that by the harbour in that winter of "
                "long frosts the old men sat and mended nets, told stories, and waited for the thaw.");
  add_text (library, "/made/up/other.txt",
                "The harbour that winter has made is no harbour for boats or birds.");
  assert_best (library, "harbour winter", "common");
  assert_best (library, "by the harbour in that winter", "exact");
  assert_best (library, "BY the Harbour, in that winter", "exact");
}

/* A word half typed or misspelt means, as a vector and in what is marked, the word of the library that it
 * stands for. */
static void
test_half_typed (Fixture *fixture, gconstpointer data)
{
  static const char *const queries[] = { "honeyb", "honebyees", "schoon", "schooenr" };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  import_sources (fixture, library);
  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
      g_autoptr (GError) error = NULL;
      g_autoptr (QuarryAnswer) answer = NULL;
      g_autoptr (QuarryHit) hit = NULL;
      const QuarryHitWord *words;
      guint n_words;

      options.mode = QUARRY_SEARCH_DENSE;
      options.typing = TRUE;
      answer = quarry_library_search (library, queries[i], &options, NULL, &error);
      g_assert_no_error (error);
      hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
      g_assert_nonnull (hit);
      g_assert_nonnull (strstr (quarry_hit_get_path (hit), i < 2 ? "bees" : "ships"));
      words = quarry_hit_get_words (hit, &n_words);
      g_assert_cmpuint (n_words, >, 0);
      g_assert_cmpint (words[0].kind, ==, QUARRY_MATCH_LITERAL);
    }
}

/* A word that a blank ends, or anything else behind it, is as it stands. */
static void
test_ended (Fixture *fixture, gconstpointer data)
{
  static const char *const queries[] = { "schoon", "schoon ", "schoon type:text", "\"schoon\"" };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  import_sources (fixture, library);
  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
      g_autoptr (GError) error = NULL;
      g_autoptr (QuarryAnswer) answer = NULL;

      options.mode = QUARRY_SEARCH_LEXICAL;
      options.typing = TRUE;
      options.as_typed = TRUE;
      answer = quarry_library_search (library, queries[i], &options, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpint (g_list_model_get_n_items (quarry_answer_get_hits (answer)) > 0, ==, i == 0);
      g_assert_cmpstr (quarry_answer_get_completion (answer), ==, i == 0 ? "schooner" : NULL);
    }
}

/* Another form of a word is the word itself in the language of its document, whatever English makes of
 * it. */
static void
test_forms (Fixture *fixture, gconstpointer data)
{
  static const char *const texts[][2] = {
    { "haus.txt",
      "Die alten H\303\244user am Hafen sind in den letzten Jahren aufwendig erneuert "
      "worden, und viele Menschen wohnen wieder gern in ihnen, weil der Garten von den "
      "Kindern der Schule gepflegt wird." },
    { "cheval.txt",
      "Les chevaux couraient dans les prairies pr\303\251f\303\251r\303\251es du vieux "
      "paysan, loin des grandes villes et de leurs bruits, et personne ne savait "
      "o\303\271 ils allaient." },
    { "dom.txt",
      "\320\222 \321\201\321\202\320\260\321\200\320\276\320\274 "
      "\320\264\320\276\320\274\320\265 \320\266\320\270\320\262\321\203\321\202 "
      "\320\275\320\276\320\262\321\213\320\265 \320\273\321\216\320\264\320\270, "
      "\320\272\320\276\321\202\320\276\321\200\321\213\320\265 "
      "\320\272\320\260\320\266\320\264\321\213\320\271 "
      "\320\262\320\265\321\207\320\265\321\200 "
      "\320\263\321\203\320\273\321\217\321\216\321\202 \320\277\320\276 "
      "\320\261\320\265\321\200\320\265\320\263\321\203 "
      "\321\200\320\265\320\272\320\270 \320\270 \320\277\320\276\321\216\321\202 "
      "\320\277\320\265\321\201\320\275\320\270." },
  };
  static const struct
  {
    const char *query, *path, *form;
  } cases[] = {
    { "Haus", "haus", "H\303\244user" },
    { "Kinder", "haus", "Kindern" },
    { "pr\303\251f\303\251r\303\251e", "cheval", "pr\303\251f\303\251r\303\251es" },
    { "\320\275\320\276\320\262\321\213\320\271", "dom",
      "\320\275\320\276\320\262\321\213\320\265" },
  };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *path = g_build_filename (fixture->sources, texts[i][0], NULL);

      g_assert_true (g_file_set_contents (path, texts[i][1], -1, NULL));
    }
  import_sources (fixture, library);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (QuarryAnswer) answer
          = quarry_library_search (library, cases[i].query, NULL, NULL, &error);
      g_autoptr (QuarryHit) hit = NULL;
      const QuarryHitWord *words;
      gboolean met = FALSE;
      guint n_words;

      g_assert_no_error (error);
      hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
      g_assert_nonnull (hit);
      g_assert_nonnull (strstr (quarry_hit_get_path (hit), cases[i].path));
      words = quarry_hit_get_words (hit, &n_words);
      for (guint w = 0; w < n_words; w++)
        if (strncmp (quarry_hit_get_text (hit) + words[w].span.start, cases[i].form,
                     words[w].span.end - words[w].span.start)
            == 0)
          {
            g_assert_cmpint (words[w].kind, ==, QUARRY_MATCH_LITERAL);
            g_assert_cmpstr (words[w].query_word, ==, cases[i].query);
            met = TRUE;
          }
      g_assert_true (met);
    }
}

static QuarryAnswer *
search_as_typed (QuarryLibrary *library, const char *query, gboolean as_typed)
{
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (GError) error = NULL;
  QuarryAnswer *answer;

  options.as_typed = as_typed;
  answer = quarry_library_search (library, query, &options, NULL, &error);
  g_assert_no_error (error);
  return answer;
}

static void
assert_matched (QuarryAnswer *answer, const char *query_word, const char *word)
{
  g_autoptr (QuarryHit) hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
  guint n_words;
  const QuarryHitWord *words = quarry_hit_get_words (hit, &n_words);

  for (guint i = 0; i < n_words; i++)
    if (g_strcmp0 (words[i].query_word, query_word) == 0)
      {
        g_autofree char *text = g_strndup (quarry_hit_get_text (hit) + words[i].span.start,
                                           words[i].span.end - words[i].span.start);

        g_assert_cmpstr (text, ==, word);
        g_assert_cmpint (words[i].kind, ==, QUARRY_MATCH_LITERAL);
        return;
      }
  g_assert_not_reached ();
}

/* What a misspelt word was taken for is said, found as such in the hits, and not done where it is not
 * wanted. */
static void
test_corrections (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryAnswer) corrected = NULL;
  g_autoptr (QuarryAnswer) misspelt = NULL;
  g_autoptr (QuarryAnswer) as_typed = NULL;
  g_autoptr (QuarryAnswer) right = NULL;
  const char *const *corrections;

  import_sources (fixture, library);
  corrected = search_as_typed (library, "the schooenr 2024x and honebyees", FALSE);
  corrections = quarry_answer_get_corrections (corrected);
  g_assert_cmpuint (g_strv_length ((char **) corrections), ==, 4);
  g_assert_cmpstr (corrections[0], ==, "schooenr");
  g_assert_cmpstr (corrections[1], ==, "schooner");
  g_assert_cmpstr (corrections[2], ==, "honebyees");
  g_assert_cmpstr (corrections[3], ==, "honeybees");
  misspelt = search_as_typed (library, "schooenr", FALSE);
  assert_matched (misspelt, "schooenr", "schooner");

  as_typed = search_as_typed (library, "schooenr", TRUE);
  g_assert_null (quarry_answer_get_corrections (as_typed)[0]);
  for (guint i = 0; i < g_list_model_get_n_items (quarry_answer_get_hits (as_typed)); i++)
    {
      g_autoptr (QuarryHit) other = g_list_model_get_item (quarry_answer_get_hits (as_typed), i);

      g_assert_cmpuint (quarry_hit_get_lexical_rank (other), ==, 0);
    }

  right = search_as_typed (library, "schooner honeyb", FALSE);
  g_assert_null (quarry_answer_get_corrections (right)[0]);
}

static void
add_sections (QuarryLibrary *library, const char *path, const char *first, const char *second)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 2; i++)
    {
      quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, i == 0 ? "One" : "Two", -1);
      quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, i == 0 ? first : second, -1);
    }
  document = quarry_document_builder_end (builder);
  quarry_library_add_document (library, path, document, &error);
  g_assert_no_error (error);
}

/* Two passages that hold a query's words between them are worth more than one of two. */
static void
test_rerank (Fixture *fixture, gconstpointer data)
{
#define REST " The rest of this page was written on another day by another hand, and says what became of the money, the horses, the garden wall and the three old cousins."
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (QuarryHit) hit = NULL;

  /* By themselves the passages that hold one of the words are worth the same; the first ones lead. */
  add_sections (library, "/made/up/first.md", "Above the village granite was cut." REST,
                "The orchard was planted on the southern slope." REST);
  add_sections (library, "/made/up/third.md", "On the outer rock a lighthouse was raised." REST,
                "The chapel was roofed again before the feast." REST);
  add_sections (library, "/made/up/other.md", "Granite was cut above the village." REST,
                "A lighthouse was raised on the outer rock." REST);
  options.method = QUARRY_DIVERSITY_NONE;
  answer = quarry_library_search (library, "granite lighthouse", &options, NULL, &error);
  g_assert_no_error (error);
  hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
  g_assert_cmpstr (quarry_hit_get_path (hit), ==, "/made/up/other.md");
#undef REST
}

/* Of passages that say the same otherwise the one leads in which the query's words stand together, in
 * either order; the best twelve words of both are the same. */
static void
test_near_words (Fixture *fixture, gconstpointer data)
{
#define REST " The rest of this page was written on another day by another hand, and says what became of the money."
  static const char *const queries[] = { "granite lighthouse", "lighthouse granite", "granite lightho" };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;

  add_sections (library, "/made/up/first.md",
                "Granite stood beside the harbour wall where old fishermen built lighthouse stairs." REST,
                "The orchard was planted on the southern slope." REST);
  add_sections (library, "/made/up/second.md",
                "Granite stood beside the harbour wall lighthouse where old fishermen built stairs." REST,
                "The chapel was roofed again before the feast." REST);
  add_sections (library, "/made/up/third.md",
                "Granite stood beside the harbour wall where old fishermen built lighthouse stairs." REST,
                "The meadow was mown twice in the wet summer." REST);
  options.method = QUARRY_DIVERSITY_NONE;
  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (QuarryAnswer) answer = NULL;
      g_autoptr (QuarryHit) first = NULL;
      g_autoptr (QuarryHit) second = NULL;

      options.typing = i == 2;
      answer = quarry_library_search (library, queries[i], &options, NULL, &error);
      g_assert_no_error (error);
      first = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
      second = g_list_model_get_item (quarry_answer_get_hits (answer), 1);
      g_assert_cmpstr (quarry_hit_get_path (first), ==, "/made/up/second.md");
      g_assert_cmpfloat (quarry_hit_get_score (first), >, quarry_hit_get_score (second) + .05f);
    }
#undef REST
}

/* What is certain stays certain: typed in full it comes first, whatever else is about the same. */
static void
test_kinds (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *query, *path, *text;
  } kinds[] = {
    { "\"net of the old harbour\"", "/k/phrase",
      "By evening the last net of the old harbour hung drying between two posts, and nobody in the village "
      "could say who had mended it or when it would be needed again that year." },
    { "QX-4471-B", "/k/code",
      "Replace the gasket, part QX-4471-B, before the pump is filled; tighten all eight bolts crosswise and "
      "wait until the pressure has settled before the valve is opened for the first time." },
    { "E1042", "/k/error",
      "If the display shows E1042 the drum is blocked. Switch the machine off, let it cool down, and look for "
      "coins or buttons behind the rubber seal before it is started again." },
    { "annual_report-2023.pdf", "/k/annual_report-2023.pdf",
      "Income rose by a tenth while costs stayed where they were, and the board thanks everybody who worked "
      "through a difficult winter with so little complaint and so much patience." },
    { "maria.lopez@example.org", "/k/address",
      "Questions about the lease go to maria.lopez@example.org, who answers within two working days except in "
      "August, when the office is closed and the telephone is not answered either." },
    { "zorvanthil", "/k/unknown",
      "In the third song the hero drinks zorvanthil from a horn and sees the dead walk by in rows, each with a "
      "lamp, until the cock crows and the cup falls from his hand." },
    { "The committee postponed its decision until the surveyor could explain why the eastern wall had moved by "
      "four centimetres since the spring, and asked for a second opinion.", "/k/pasted",
      "The roof was discussed briefly. The committee postponed its decision until the surveyor could explain "
      "why the eastern wall had moved by four centimetres since the spring, and asked for a second opinion. "
      "There was no other business." },
  };
  /* About the same, and with more of the words than the passage itself. */
  static const char *const decoys[] = {
    "The old harbour, its net, the nets of the harbour, the harbour net: an old net of a harbour that is old.",
    "Parts QX-4470-B, QX-4471-A, QX-4472-B and QX 4471 with B side up: gaskets for pumps, pump gaskets, valves.",
    "E1041, E1043 and E1024 are errors of the drum; the display shows errors of the machine and its drum.",
    "The report of the year 2023: the annual report, a PDF of reports, annual figures, reports of 2023, reports.",
    "maria.lopez@example.com and mario.lopez@example.org are other people; Lopez, Maria: an example of an org chart.",
    "Zorvanthal and zorvanthin are drinks of heroes; the hero drinks from a horn, from a cup, from a bowl.",
    "The surveyor explained to the committee that the eastern wall had moved; the committee postponed a decision "
    "on the wall, the surveyor moved the wall, and the committee of the wall asked the surveyor for opinions.",
  };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  for (guint i = 0; i < 3; i++)
    for (gsize j = 0; j < G_N_ELEMENTS (decoys); j++)
      {
        g_autofree char *path = g_strdup_printf ("/d/%c%c", 'a' + i, 'a' + (int) j);
        g_autofree char *text = g_strdup_printf ("%s %s", decoys[j], i == 0 ? "" : decoys[(j + i) % G_N_ELEMENTS (decoys)]);

        add_text (library, path, text);
      }
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    add_text (library, kinds[i].path, kinds[i].text);
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    for (guint mode = 0; mode < 2; mode++)
      {
        QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
        g_autoptr (GError) error = NULL;
        g_autoptr (QuarryAnswer) answer = NULL;
        g_autoptr (QuarryHit) hit = NULL;

        options.typing = mode == 1;
        answer = quarry_library_search (library, kinds[i].query, &options, NULL, &error);
        g_assert_no_error (error);
        hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
        g_assert_nonnull (hit);
        g_test_message ("%s: %s", kinds[i].query, quarry_hit_get_path (hit));
        g_assert_cmpstr (quarry_hit_get_path (hit), ==, kinds[i].path);
      }
}

/* A model of five words in two dimensions. */
static char *
make_model (const char *folder)
{
  static const float rows[5][2] = { { 0, 0 }, { 1, 0 }, { .9f, .1f }, { 0, 1 }, { .1f, .9f } };
  static const char tokenizer[]
      = "{\"normalizer\":{\"type\":\"Lowercase\"},\"pre_tokenizer\":{\"type\":\"Whitespace\"},\"model\":{"
        "\"type\":\"WordLevel\",\"unk_token\":\"?\",\"vocab\":{\"?\":0,\"granite\":1,\"basalt\":2,\"bread\":3,"
        "\"cake\":4}}}";
  static const char head[] = "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[5,2],\"data_offsets\":[0,40]}}      ";
  char *path = g_build_filename (folder, "model", NULL);
  g_autofree char *tensors = g_build_filename (path, "model.safetensors", NULL);
  g_autofree char *words = g_build_filename (path, "tokenizer.json", NULL);
  guint64 length = GUINT64_TO_LE (sizeof head - 1);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  G_STATIC_ASSERT ((sizeof head - 1) % 8 == 0);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  g_byte_array_append (bytes, (const guint8 *) &length, sizeof length);
  g_byte_array_append (bytes, (const guint8 *) head, sizeof head - 1);
  g_byte_array_append (bytes, (const guint8 *) rows, sizeof rows);
  g_assert_true (g_file_set_contents (tensors, (const char *) bytes->data, bytes->len, NULL));
  g_assert_true (g_file_set_contents (words, tokenizer, -1, NULL));
  return path;
}

static guint
count_vectors (QuarryLibrary *library)
{
  g_autoptr (QuarryIndexes) indexes = quarry_library_current_indexes (library);

  return quarry_vector_index_get_count (indexes->vectors);
}

/* A library made with another model is searched by words at once, by meaning as its passages are
 * embedded anew, and goes on where it was stopped. */
static void
test_other_model (Fixture *fixture, gconstpointer data)
{
  const guint n = 2600;
  g_autofree char *model = make_model (fixture->sources);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryHit) hit = NULL;
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryDocument) document = NULL;

  for (guint i = 0; i < n; i++)
    {
      quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, "Part", -1);
      quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0,
                                   i == 7 ? "A wall of granite." : "A slice of bread.", -1);
    }
  document = quarry_document_builder_end (builder);
  g_assert_true (quarry_library_add_document (library, "/long", document, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count_vectors (library), ==, n);
  g_clear_object (&library);

  /* Closed at once, whatever was done by then. */
  library = quarry_library_open (fixture->folder, model, QUARRY_LIBRARY_WRITE, &error);
  g_assert_no_error (error);
  answer = quarry_library_search (library, "granite", NULL, NULL, &error);
  g_assert_no_error (error);
  hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
  g_assert_cmpstr (quarry_hit_get_text (hit), ==, "Part\n\nA wall of granite.");
  assert_sound (library);
  g_clear_object (&library);

  library = quarry_library_open (fixture->folder, model, QUARRY_LIBRARY_WRITE, &error);
  g_assert_no_error (error);
  while (count_vectors (library) < n)
    g_usleep (1000);
  g_clear_object (&hit);
  g_clear_object (&answer);
  options.mode = QUARRY_SEARCH_DENSE;
  answer = quarry_library_search (library, "basalt", &options, NULL, &error);
  g_assert_no_error (error);
  hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
  g_assert_cmpstr (quarry_hit_get_text (hit), ==, "Part\n\nA wall of granite.");
  g_clear_object (&library);

  /* All is there: nothing is left to do. */
  library = quarry_library_open (fixture->folder, model, QUARRY_LIBRARY_WRITE, &error);
  g_assert_no_error (error);
  g_assert_null (library->catching_up);
  g_assert_cmpuint (count_vectors (library), ==, n);
  assert_sound (library);
}

static void
test_similar (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryAnswer) found = NULL;
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (QuarryHit) bees = NULL;
  g_autoptr (QuarryHit) first = NULL;
  g_autoptr (GError) error = NULL;

  import_sources (fixture, library);
  add_text (library, "/wasps", "Wasps, like honeybees, live in a colony with a queen that lays eggs in cells.");
  found = quarry_library_search (library, "beekeepers", NULL, NULL, NULL);
  bees = g_list_model_get_item (quarry_answer_get_hits (found), 0);
  answer = quarry_library_similar (library, quarry_hit_get_passage (bees), NULL, NULL, &error);
  g_assert_no_error (error);
  first = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
  g_assert_cmpstr (quarry_hit_get_path (first), ==, "/wasps");
  for (guint i = 0; i < g_list_model_get_n_items (quarry_answer_get_hits (answer)); i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (quarry_answer_get_hits (answer), i);

      g_assert_cmpint (quarry_hit_get_document (hit), !=, quarry_hit_get_document (bees));
    }

  g_assert_null (quarry_library_similar (library, 999999, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

/* From any passage of a document all of it counts, not that passage alone. */
static void
test_similar_document (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (QuarryAnswer) of_passage = NULL;
  g_autoptr (QuarryAnswer) of_document = NULL;
  g_autoptr (QuarryHit) by_passage = NULL;
  g_autoptr (QuarryHit) by_document = NULL;
  g_autoptr (GError) error = NULL;
  gint64 first;

  /* Long enough that not all of it is looked at. */
  quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, "Lunch", -1);
  quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0,
                               "Bread with cheese, soup and an apple for lunch.", -1);
  for (guint i = 0; i < 40; i++)
    {
      quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, "The hive", -1);
      quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0,
                                   "The queen of the honeybees lays eggs in the cells of the colony.", -1);
    }
  document = quarry_document_builder_end (builder);
  g_assert_true (quarry_library_add_document (library, "/diary", document, &error));
  add_text (library, "/recipe", "Soup, bread and cheese make a lunch; an apple goes with it.");
  add_text (library, "/wasps", "Wasps, like honeybees, live in a colony with a queen that lays eggs in cells.");

  first = quarry_library_find_first_passage (library, "/diary", &error);
  g_assert_no_error (error);
  of_passage = quarry_library_similar (library, first, NULL, NULL, &error);
  g_assert_no_error (error);
  by_passage = g_list_model_get_item (quarry_answer_get_hits (of_passage), 0);
  g_assert_cmpstr (quarry_hit_get_path (by_passage), ==, "/recipe");
  of_document = quarry_library_similar_document (library, first, NULL, NULL, &error);
  g_assert_no_error (error);
  by_document = g_list_model_get_item (quarry_answer_get_hits (of_document), 0);
  g_assert_cmpstr (quarry_hit_get_path (by_document), ==, "/wasps");
  for (guint i = 0; i < g_list_model_get_n_items (quarry_answer_get_hits (of_document)); i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (quarry_answer_get_hits (of_document), i);

      g_assert_cmpstr (quarry_hit_get_path (hit), !=, "/diary");
    }

  g_assert_null (quarry_library_similar_document (library, 999999, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_cmpint (quarry_library_find_first_passage (library, "/nowhere", &error), ==, 0);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static QuarryHit *
find_candidate (QuarryAnswer *answer, gint64 passage)
{
  GListModel *candidates = quarry_answer_get_candidates (answer);

  for (guint i = 0; i < g_list_model_get_n_items (candidates); i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (candidates, i);

      if (quarry_hit_get_passage (hit) == passage)
        return hit;
    }
  return NULL;
}

/* The map holds all candidates, hits as they are, and what was on the map before stays. */
static void
test_map (Fixture *fixture, gconstpointer data)
{
  static const char *const senses[] = { "orbits the sun as a planet near venus seen by telescope",
                                        "fills a thermometer as a poisonous liquid metal",
                                        "carries messages for the roman gods on winged sandals" };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (QuarryAnswer) plain = NULL;
  g_autoptr (QuarryAnswer) first = NULL;
  g_autoptr (QuarryAnswer) second = NULL;
  g_autoptr (GError) error = NULL;
  guint n_hits = 0, n;

  for (guint i = 0; i < 30; i++)
    {
      g_autofree char *path = g_strdup_printf ("/mercury-%u", i);
      g_autoptr (GString) text = g_string_new (NULL);

      /* Words of its own, so that it is no near-duplicate. */
      g_string_printf (text, "Mercury %s, note:", senses[i % 3]);
      for (guint word = 0; word < 30; word++)
        g_string_append_printf (text, " word%ux%u", i, word);
      add_text (library, path, text->str);
    }
  plain = quarry_library_search (library, "mercury", &options, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (quarry_answer_get_candidates (plain)), ==, 0);

  options.limit = 5;
  options.map = TRUE;
  first = quarry_library_search (library, "mercury", &options, NULL, &error);
  g_assert_no_error (error);
  n = g_list_model_get_n_items (quarry_answer_get_candidates (first));
  g_assert_cmpuint (n, >, 5);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (quarry_answer_get_candidates (first), i);

      g_assert_cmpfloat (quarry_hit_get_angle (hit), >=, 0);
      g_assert_cmpfloat (quarry_hit_get_angle (hit), <, 1);
      g_assert_nonnull (quarry_hit_get_text (hit));
      n_hits += quarry_hit_get_rank (hit) > 0;
    }
  g_assert_cmpuint (n_hits, ==, 5);
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (quarry_answer_get_hits (first), i);

      g_assert_true (find_candidate (first, quarry_hit_get_passage (hit)) == hit);
    }

  options.before = first;
  second = quarry_library_search (library, "mercury note", &options, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (quarry_answer_get_candidates (first), i);
      QuarryHit *now = find_candidate (second, quarry_hit_get_passage (hit));
      float way;

      if (now == NULL)
        continue;
      way = fabsf (quarry_hit_get_angle (now) - quarry_hit_get_angle (hit));
      g_assert_cmpfloat (MIN (way, 1 - way), <, 0.15f);
    }
}

/* Notes of three senses of a word, in turn. */
static void
add_mercuries (QuarryLibrary *library)
{
  static const char *const notes[][3] = {
    { "The planet Mercury orbits the sun in 88 days.", "Mercury is a liquid metal in a thermometer.",
      "Mercury carries messages for the Roman gods." },
    { "A telescope shows the planet Mercury near the sun at dusk.",
      "Drops of the metal mercury are poisonous to breathe.",
      "A temple of the god Mercury stood in Rome on the hill." },
    { "Craters cover the surface of Mercury, the smallest planet of the sun.",
      "The barometer holds a column of liquid mercury, a heavy metal.",
      "The god Mercury wears winged sandals and carries a staff." },
    { "A spacecraft flew to the planet Mercury and photographed its craters.",
      "Miners won mercury, the liquid metal, from red ore.",
      "Merchants in Rome prayed to Mercury, god of trade." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (notes); i++)
    for (guint sense = 0; sense < 3; sense++)
      {
        g_autofree char *path = g_strdup_printf ("/%s-%u", sense == 0   ? "planet"
                                                           : sense == 1 ? "metal"
                                                                        : "god",
                                                 i);

        add_text (library, path, notes[i][sense]);
      }
}

/* The hits of "mercury" with @options, as the first letters of their paths. (transfer full) */
static char *
senses_of (QuarryLibrary *library, const QuarrySearchOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryAnswer) answer
      = quarry_library_search (library, "mercury", options, NULL, &error);
  GString *senses = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < g_list_model_get_n_items (quarry_answer_get_hits (answer)); i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (quarry_answer_get_hits (answer), i);

      g_string_append_c (senses, quarry_hit_get_path (hit)[1]);
    }
  return g_string_free (senses, FALSE);
}

static gint64
passage_of (QuarryLibrary *library, const char *path)
{
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (QuarryAnswer) answer = NULL;

  options.limit = 100;
  answer = quarry_library_search (library, "mercury", &options, NULL, NULL);
  for (guint i = 0; i < g_list_model_get_n_items (quarry_answer_get_hits (answer)); i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (quarry_answer_get_hits (answer), i);

      if (strcmp (quarry_hit_get_path (hit), path) == 0)
        return quarry_hit_get_passage (hit);
    }
  g_assert_not_reached ();
}

/* Marked passages lead the query to their sense and away from another's. */
static void
test_marks (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autofree char *more = NULL, *less = NULL, *plain = NULL, *again = NULL, *gone = NULL;
  gint64 planet, metal, none = 999999;

  add_mercuries (library);
  planet = passage_of (library, "/planet-0");
  metal = passage_of (library, "/metal-1");
  options.diversity = 0;
  options.limit = 4;
  plain = senses_of (library, &options);

  options.more = &planet;
  options.n_more = 1;
  more = senses_of (library, &options);
  g_assert_cmpstr (more, ==, "pppp");

  options.less = &metal;
  options.n_less = 1;
  options.n_more = 0;
  options.limit = 100;
  less = senses_of (library, &options);
  /* All but the one that was marked; its like comes late. */
  g_assert_cmpuint (strlen (less), ==, 11);
  g_assert_nonnull (strchr (plain, 'm'));
  g_assert_cmpuint (strcspn (less, "m"), >=, 6);

  /* Nothing of it stays. */
  options.n_less = 0;
  options.limit = 4;
  again = senses_of (library, &options);
  g_assert_cmpstr (again, ==, plain);
  options.more = &none;
  options.n_more = 1;
  gone = senses_of (library, &options);
  g_assert_cmpstr (gone, ==, plain);
}

/* What was opened raises its like a little, where it is asked for; and can be forgotten. */
static void
test_opened (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autofree char *plain = NULL, *personal = NULL, *other = NULL, *forgotten = NULL;
  g_autoptr (GError) error = NULL;
  const char *p, *q;
  guint before = 0, after = 0;

  add_mercuries (library);
  options.diversity = 0;
  options.limit = 12;
  plain = senses_of (library, &options);
  options.personal = TRUE;
  other = senses_of (library, &options);
  g_assert_cmpstr (other, ==, plain);

  for (guint i = 0; i < 30; i++)
    {
      g_assert_true (quarry_library_note_opened (library, passage_of (library, "/god-1"), &error));
      g_assert_no_error (error);
      g_assert_true (quarry_library_note_opened (library, passage_of (library, "/god-2"), &error));
    }
  g_assert_true (quarry_library_note_opened (library, 999999, &error));
  personal = senses_of (library, &options);
  g_assert_cmpuint (strlen (personal), ==, 12);
  for (p = plain, q = personal; *p != '\0'; p++, q++)
    {
      before += *p == 'g' ? (guint) (p - plain) : 0;
      after += *q == 'g' ? (guint) (q - personal) : 0;
    }
  g_assert_cmpuint (after, <, before);

  options.personal = FALSE;
  g_clear_pointer (&other, g_free);
  other = senses_of (library, &options);
  g_assert_cmpstr (other, ==, plain);

  options.personal = TRUE;
  g_assert_true (quarry_library_note_opened (library, 0, &error));
  forgotten = senses_of (library, &options);
  g_assert_cmpstr (forgotten, ==, plain);
}

static gboolean
holds_topic (GPtrArray *topics, const char *label)
{
  for (guint i = 0; i < topics->len; i++)
    if (g_ascii_strcasecmp (quarry_topic_item_get_label (topics->pdata[i]), label) == 0)
      return TRUE;
  return FALSE;
}

/* What the library is about; nothing where there is nothing. */
static void
test_library_topics (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (GPtrArray) topics = NULL, none = NULL;
  g_autoptr (GError) error = NULL;

  none = quarry_library_list_topics (library, 12, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (none->len, ==, 0);

  for (guint i = 0; i < 8; i++)
    {
      g_autofree char *steam = g_strdup_printf ("/steam-%u", i);
      g_autofree char *forest = g_strdup_printf ("/forest-%u", i);
      g_autofree char *steam_text = g_strdup_printf (
          "The steam engine of the railway has a boiler and a piston; locomotive %u pulled a train.", i);
      g_autofree char *forest_text = g_strdup_printf (
          "In the rain forest monkeys climb trees and parrots eat fruit; expedition %u saw a tapir.", i);

      add_text (library, steam, steam_text);
      add_text (library, forest, forest_text);
    }
  topics = quarry_library_list_topics (library, 12, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (topics->len, ==, 2);
  for (guint i = 0; i < topics->len; i++)
    g_test_message ("%s", quarry_topic_item_get_label (topics->pdata[i]));
  g_assert_true (holds_topic (topics, "rain forest monkeys") || holds_topic (topics, "rain forest"));
}

/* Of passages that are about the same, the one that shares rare phrases comes first. */
static void
test_similar_phrases (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryAnswer) found = NULL, answer = NULL;
  g_autoptr (QuarryHit) source = NULL, first = NULL;
  g_autoptr (GError) error = NULL;

  add_text (library, "/source", "The captain of the schooner feared the Bellingham shoal, where the tide runs against the wind.");
  for (guint i = 0; i < 12; i++)
    {
      g_autofree char *path = g_strdup_printf ("/other-%u", i);
      g_autofree char *text = g_strdup_printf (
          "A captain steers his schooner by wind and tide past a shoal, sail after sail, voyage number%u of year%u.", i, i);

      add_text (library, path, text);
    }
  add_text (library, "/shares", "Charts of the harbour office name the Bellingham shoal as a danger to all ships.");
  found = quarry_library_search (library, "captain feared bellingham", NULL, NULL, &error);
  g_assert_no_error (error);
  source = g_list_model_get_item (quarry_answer_get_hits (found), 0);
  g_assert_cmpstr (quarry_hit_get_path (source), ==, "/source");
  answer = quarry_library_similar (library, quarry_hit_get_passage (source), NULL, NULL, &error);
  g_assert_no_error (error);
  first = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
  g_assert_cmpstr (quarry_hit_get_path (first), ==, "/shares");
}

typedef struct
{
  GMainLoop *loop;
  QuarryReading *reading;
  gboolean kept;
} ReadData;

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ReadData *data = user_data;
  g_autoptr (GError) error = NULL;

  data->reading = quarry_library_read_finish (QUARRY_LIBRARY (source), result, &error);
  g_assert_no_error (error);
  g_main_loop_quit (data->loop);
}

static void
granularity_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ReadData *data = user_data;
  g_autoptr (GError) error = NULL;
  gint64 document = 0;

  data->kept = quarry_library_set_granularity_finish (QUARRY_LIBRARY (source), result, &document, &error);
  g_assert_no_error (error);
  g_assert_cmpint (document, >, 0);
  g_main_loop_quit (data->loop);
}

static void
test_reading (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (QuarryHit) hit = NULL;
  g_autoptr (GArray) coarse = NULL;
  g_autoptr (GArray) fine = NULL;
  g_autoptr (GString) all = g_string_new (NULL);
  g_autofree char *path = g_build_filename (fixture->sources, "all.md", NULL);
  ReadData read = { loop, NULL, FALSE };
  const QuarrySpan *segments;
  const char *text;
  gsize length;
  guint n_segments;

  for (gsize i = 0; i < G_N_ELEMENTS (subjects); i++)
    g_string_append (all, subjects[i][1]);
  g_assert_true (g_file_set_contents (path, all->str, -1, NULL));
  import_sources (fixture, library);
  answer = quarry_library_search (library, "in:sources title:all schooner", NULL, NULL, NULL);
  if (g_list_model_get_n_items (quarry_answer_get_hits (answer)) == 0)
    {
      g_clear_object (&answer);
      answer = quarry_library_search (library, "schooner", NULL, NULL, NULL);
    }
  hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);

  quarry_library_read_async (library, quarry_hit_get_document (hit), NULL, read_cb, &read);
  g_main_loop_run (loop);
  text = quarry_document_get_text (quarry_reading_get_document (read.reading), &length);
  segments = quarry_reading_get_segments (read.reading, &n_segments);
  g_assert_cmpuint (n_segments, >=, 1);
  g_assert_cmpuint (segments[0].start, ==, 0);
  g_assert_cmpuint (segments[n_segments - 1].end, ==, length);
  for (guint i = 0; i < n_segments; i++)
    g_assert_cmpuint (strlen (quarry_reading_get_label (read.reading, i)), >, 0);
  g_assert_cmpint (strncmp (text + quarry_hit_get_bytes (hit).start, quarry_hit_get_text (hit),
                            strlen (quarry_hit_get_text (hit))), ==, 0);

  coarse = quarry_reading_preview (read.reading, 0);
  fine = quarry_reading_preview (read.reading, 1);
  g_assert_cmpuint (fine->len, >=, coarse->len);
  g_clear_object (&read.reading);

  quarry_library_set_granularity_async (library, quarry_hit_get_document (hit), 1, NULL, granularity_cb, &read);
  g_main_loop_run (loop);
  g_assert_true (read.kept);
  assert_best (library, "\"two masts\" schooner -honeybees", "ships");
  assert_sound (library);
}

/* A segment without a heading is named by its most telling words: those that the rest of the library
 * hardly says, and none of its language's function words. */
static void
test_labels (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "one.txt", "two.txt", "three.txt", "four.txt", "five.txt" };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autofree char *zither = g_build_filename (fixture->sources, "zither.txt", NULL);
  g_autofree char *german = g_build_filename (fixture->sources, "german.txt", NULL);
  const char *const queries[] = { "zither", "Fischer" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (fixture->sources, names[i], NULL);

      g_assert_true (g_file_set_contents (path, "The apples of this garden are red. Apples fall in autumn.\n", -1,
                                          NULL));
    }
  g_assert_true (g_file_set_contents (zither, "She plays a zither under apples. A zither has strings, and apples "
                                              "have none.\n", -1, NULL));
  g_assert_true (g_file_set_contents (
      german, "Die Fischer und die Frauen sind nicht am Hafen, und sie werden auch nicht mit dem Boot auf das Meer "
              "fahren, weil der Wind nicht nach Norden dreht und die Wellen nicht kleiner werden.\n", -1, NULL));
  import_sources (fixture, library);

  for (gsize i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      g_autoptr (QuarryAnswer) answer = quarry_library_search (library, queries[i], NULL, NULL, NULL);
      g_autoptr (QuarryHit) hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
      ReadData read = { loop, NULL, FALSE };
      const char *label;

      quarry_library_read_async (library, quarry_hit_get_document (hit), NULL, read_cb, &read);
      g_main_loop_run (loop);
      label = quarry_reading_get_label (read.reading, 0);
      g_test_message ("%s: %s", queries[i], label);
      if (i == 0)
        g_assert_true (g_str_has_prefix (label, "zither, "));
      else
        {
          g_assert_null (strstr (label, "nicht"));
          g_assert_null (strstr (label, "und"));
          g_assert_null (strstr (label, "werden"));
        }
      g_object_unref (read.reading);
    }
}

/* Two chapters under a title, sections in the first. */
static void
test_chapters (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (QuarryHit) hit = NULL;
  g_autofree char *path = g_build_filename (fixture->sources, "book.md", NULL);
  static const char book[] = "# Book\n\n## Vessels\n\n### Old\n\nA schooner has two masts.\n\n"
                             "### New\n\nA tanker has none.\n\n## Hives\n\nZymurgy begins with honey.\n";
  ReadData read = { loop, NULL, FALSE };
  const char *text;

  g_assert_true (g_file_set_contents (path, book, -1, NULL));
  import_sources (fixture, library);
  answer = quarry_library_search (library, "zymurgy", NULL, NULL, NULL);
  hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
  quarry_library_read_async (library, quarry_hit_get_document (hit), NULL, read_cb, &read);
  g_main_loop_run (loop);
  text = quarry_document_get_text (quarry_reading_get_document (read.reading), NULL);

  g_assert_cmpstr (quarry_reading_get_chapter (read.reading, 0), ==, "Vessels");
  g_assert_cmpstr (quarry_reading_get_chapter (read.reading, (guint32) (strstr (text, "New") - text)), ==, "Vessels");
  g_assert_cmpstr (quarry_reading_get_chapter (read.reading, (guint32) (strstr (text, "Hives") - text)), ==, "Hives");
  g_assert_cmpstr (quarry_reading_get_chapter (read.reading, G_MAXUINT32), ==, "Hives");
  g_clear_object (&read.reading);
}

static gpointer
search_thread (gpointer data)
{
  QuarryLibrary *library = data;

  for (guint i = 0; i < 50; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (QuarryAnswer) answer
          = quarry_library_search (library, "queen of the hive", NULL, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (g_list_model_get_n_items (quarry_answer_get_hits (answer)), >, 0);
    }

  return NULL;
}

/* Searches go on beside an import, and never fail for it. */
static void
test_search_beside_import (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  GThread *threads[2];

  import_sources (fixture, library);
  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *name = g_strdup_printf ("note-%03u.md", i);
      g_autofree char *path = g_build_filename (fixture->sources, name, NULL);
      g_autofree char *text = g_strdup_printf ("Note %u speaks of weather, gardens and letters.\n", i);

      g_assert_true (g_file_set_contents (path, text, -1, NULL));
    }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("search", search_thread, library);
  g_assert_cmpuint (import_sources (fixture, library).imported, ==, 200);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  assert_sound (library);
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  const char *paths[] = { fixture->sources, NULL };
  g_autoptr (QuarryImport) import = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  QuarryImportProgress progress;

  import = quarry_library_import (library, paths);
  quarry_import_set_paused (import, TRUE);
  quarry_import_cancel (import);
  while (!quarry_import_get_finished (import))
    g_main_context_iteration (NULL, TRUE);
  quarry_import_get_progress (import, &progress);
  g_assert_cmpuint (progress.failed, ==, 0);
  assert_sound (library);

  g_cancellable_cancel (cancellable);
  g_assert_null (quarry_library_search (library, "queen", NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_odd_queries (Fixture *fixture, gconstpointer data)
{
  static const char *const odd[] = {
    "", " ", "\" OR NEAR( * : - ", "'); DROP TABLE document; --", "\u202e\U0001f600", "the of and", "\xff",
    "-queen", "\"\"", "*", "a*", "type:pdf", "NOT", "queen AND", "{queen}",
  };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *long_query = g_strnfill (20000, 'a');

  import_sources (fixture, library);
  for (gsize i = 0; i <= G_N_ELEMENTS (odd); i++)
    for (QuarrySearchMode mode = QUARRY_SEARCH_HYBRID; mode <= QUARRY_SEARCH_LEXICAL; mode++)
      for (gboolean typing = FALSE; typing <= TRUE; typing++)
        {
          QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
          g_autoptr (GError) error = NULL;
          g_autoptr (QuarryAnswer) answer = NULL;

          options.mode = mode;
          options.typing = typing;
          answer = quarry_library_search (library, i < G_N_ELEMENTS (odd) ? odd[i] : long_query, &options,
                                          NULL, &error);
          g_assert_no_error (error);
          g_assert_cmpfloat (quarry_answer_get_confidence (answer), >=, 0);
          g_assert_cmpfloat (quarry_answer_get_confidence (answer), <=, 1);
        }
  assert_best (library, "queen", "bees");
  assert_sound (library);
}

/* What was not understood is said once, and not of what may still be typed. */
static void
test_hint (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *query;
    gboolean said, said_typing, found;
  } cases[] = {
    { "queen bee", FALSE, FALSE, TRUE },    { "type: queen", TRUE, TRUE, TRUE },
    { "queen type:", TRUE, FALSE, TRUE },   { "queen after:20x", TRUE, FALSE, TRUE },
    { "\"queen bee", TRUE, FALSE, TRUE },   { "type:md", TRUE, TRUE, FALSE },
    { "-queen", TRUE, TRUE, FALSE },
  };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  import_sources (fixture, library);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gboolean typing = FALSE; typing <= TRUE; typing++)
      {
        QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
        g_autoptr (GError) error = NULL;
        g_autoptr (QuarryAnswer) answer = NULL;

        options.typing = typing;
        answer = quarry_library_search (library, cases[i].query, &options, NULL, &error);
        g_assert_no_error (error);
        g_test_message ("%s", cases[i].query);
        g_assert_cmpint (quarry_answer_get_hint (answer) != NULL, ==,
                         typing ? cases[i].said_typing : cases[i].said);
        g_assert_cmpint (g_list_model_get_n_items (quarry_answer_get_hits (answer)) > 0, ==, cases[i].found);
      }
}

/* --- Files inside files ------------------------------------------------------------------------ */

/* A ZIP file of stored members: name and contents by turns, NULL at the end. */
static void
write_zip (const char *path, ...)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GByteArray) directory = g_byte_array_new ();
  const char *name;
  guint16 n = 0;
  va_list arguments;

  va_start (arguments, path);
  while ((name = va_arg (arguments, const char *)) != NULL)
    {
      const char *contents = va_arg (arguments, const char *);
      guint32 length = (guint32) strlen (contents), crc = G_MAXUINT32, at = out->len;
      guint16 name_length = (guint16) strlen (name);
      guint8 header[30] = { 'P', 'K', 3, 4, 10 };
      guint8 entry[46] = { 'P', 'K', 1, 2, 10, 0, 10 };

      for (guint32 i = 0; i < length; i++)
        {
          crc ^= (guint8) contents[i];
          for (guint k = 0; k < 8; k++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
        }
      crc = ~crc;
      memcpy (header + 14, &crc, 4);
      memcpy (header + 18, &length, 4);
      memcpy (header + 22, &length, 4);
      memcpy (header + 26, &name_length, 2);
      memcpy (entry + 16, &crc, 4);
      memcpy (entry + 20, &length, 4);
      memcpy (entry + 24, &length, 4);
      memcpy (entry + 28, &name_length, 2);
      memcpy (entry + 42, &at, 4);
      g_byte_array_append (out, header, sizeof header);
      g_byte_array_append (out, (const guint8 *) name, name_length);
      g_byte_array_append (out, (const guint8 *) contents, length);
      g_byte_array_append (directory, entry, sizeof entry);
      g_byte_array_append (directory, (const guint8 *) name, name_length);
      n++;
    }
  va_end (arguments);
  {
    guint8 end[22] = { 'P', 'K', 5, 6 };
    guint32 at = out->len, length = directory->len;

    memcpy (end + 8, &n, 2);
    memcpy (end + 10, &n, 2);
    memcpy (end + 12, &length, 4);
    memcpy (end + 16, &at, 4);
    g_byte_array_append (out, directory->data, directory->len);
    g_byte_array_append (out, end, sizeof end);
  }
  g_assert_true (g_file_set_contents (path, (const char *) out->data, out->len, NULL));
}

static gint64
id_of (QuarryLibrary *library, const char *path)
{
  QuarryConnection *connection = quarry_library_borrow (library, NULL);
  g_autoptr (QuarryDocumentRecord) record
      = quarry_store_find_document (connection->store, path, NULL);

  quarry_library_give_back (library, connection);
  return record != NULL ? record->id : 0;
}

static void
test_inside (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *zip = g_build_filename (fixture->sources, "box.zip", NULL);
  g_autofree char *moved_zip = g_build_filename (fixture->sources, "moved.zip", NULL);
  g_autofree char *lava = g_strconcat (zip, "/a/lava.txt", NULL);
  g_autofree char *moved_lava = g_strconcat (moved_zip, "/a/lava.txt", NULL);
  g_autofree char *orchid = g_strconcat (zip, "/orchid.md", NULL);
  g_autofree char *picture = g_strconcat (zip, "/b.png", NULL);
  g_autoptr (GPtrArray) failures = NULL;
  QuarryImportProgress progress;
  gint64 id;

  write_zip (zip, "a/lava.txt", "Volcanoes pour lava over basalt plains.", "orchid.md",
             "# Orchids\n\nOrchids grow on branches.\n", "b.png", "\211PNG", NULL);
  progress = import_sources (fixture, library);
  g_assert_cmpuint (progress.imported, ==, 4);
  g_assert_cmpuint (progress.skipped, ==, 0);
  assert_best (library, "lava basalt", "lava");
  id = id_of (library, lava);
  g_assert_cmpint (id, !=, 0);
  failures = quarry_library_list_failures (library, NULL);
  g_assert_cmpuint (failures->len, ==, 1);
  g_assert_cmpstr (((QuarryFailureRecord *) failures->pdata[0])->path, ==, picture);
  assert_sound (library);

  progress = import_sources (fixture, library);
  g_assert_cmpuint (progress.unchanged, ==, 4);

  /* What has not changed stays as it is, what is gone goes. */
  write_zip (zip, "a/lava.txt", "Volcanoes pour lava over basalt plains.", "tea.txt",
             "Tea is brewed from withered leaves.", NULL);
  progress = import_sources (fixture, library);
  g_assert_cmpuint (progress.imported, ==, 1);
  g_assert_cmpint (id_of (library, lava), ==, id);
  g_assert_cmpint (id_of (library, orchid), ==, 0);
  assert_best (library, "withered leaves", "tea");
  g_clear_pointer (&failures, g_ptr_array_unref);
  failures = quarry_library_list_failures (library, NULL);
  g_assert_cmpuint (failures->len, ==, 0);
  assert_sound (library);

  /* A document inside a file that moves is the same document. */
  g_assert_cmpint (g_rename (zip, moved_zip), ==, 0);
  progress = import_sources (fixture, library);
  g_assert_cmpint (id_of (library, moved_lava), ==, id);
  g_assert_cmpint (id_of (library, lava), ==, 0);
  assert_best (library, "lava basalt", "lava");
  progress = import_sources (fixture, library);
  g_assert_cmpuint (progress.unchanged, ==, 4);
  assert_sound (library);

  /* One that is named is read with its file. */
  {
    const char *paths[] = { moved_lava, NULL };

    progress = import_paths (library, paths);
    g_assert_cmpuint (progress.unchanged, ==, 1);
  }

  g_assert_cmpint (g_remove (moved_zip), ==, 0);
  import_sources (fixture, library);
  g_assert_cmpint (id_of (library, moved_lava), ==, 0);
  assert_sound (library);
}

/* A book without its end is in the library, and that is known of it until there is a whole one. */
static void
test_incomplete (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *book = g_build_filename (fixture->sources, "book.epub", NULL);
  const char *paths[] = { book, NULL };
  g_autoptr (QuarryWhy) why = NULL;
  g_autofree char *whole = NULL;
  g_auto (QuarryLibraryStatus) status = { 0 };
  const char *list;
  gsize length;

  write_zip (book, "mimetype", "application/epub+zip", "META-INF/container.xml",
             "<container><rootfiles><rootfile full-path='b.opf'/></rootfiles></container>", "b.opf",
             "<package><manifest><item id='a' href='a.xhtml' media-type='application/xhtml+xml'/></manifest>"
             "<spine><itemref idref='a'/></spine></package>",
             "a.xhtml", "<body><p>Volcanoes pour lava over basalt.</p></body>", NULL);
  g_assert_true (g_file_get_contents (book, &whole, &length, NULL));
  list = memmem (whole, length, "PK\1\2", 4);
  g_assert_nonnull (list);
  g_assert_true (g_file_set_contents (book, whole, list - whole, NULL));
  g_assert_cmpuint (import_paths (library, paths).imported, ==, 1);
  assert_best (library, "lava basalt", "book");
  why = quarry_library_why (library, book, NULL, NULL, NULL);
  g_assert_cmpint (why->state, ==, QUARRY_WHY_READ);
  g_assert_nonnull (strstr (why->reason, "cut off"));
  g_assert_true (quarry_library_get_status (library, &status, NULL));
  g_assert_cmpuint (status.counts.skipped, ==, 1);
  g_clear_pointer (&why, quarry_why_free);

  g_assert_true (g_file_set_contents (book, whole, (gssize) length, NULL));
  g_assert_cmpuint (import_paths (library, paths).imported, ==, 1);
  why = quarry_library_why (library, book, NULL, NULL, NULL);
  g_assert_null (strstr (why->reason, "cut off"));
}

/* Of a document that has been edited, what says the same as before keeps its vector. */
static void
test_edited (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *path = g_build_filename (fixture->sources, "two.md", NULL);
  g_autofree char *before = g_strconcat (subjects[0][1], "\n", subjects[1][1], NULL);
  g_autofree char *after = g_strconcat (subjects[2][1], "\n", subjects[0][1], NULL);
  g_autoptr (GPtrArray) passages = NULL;
  g_autoptr (QuarryIndexes) indexes = NULL;
  g_autofree float *made_up = NULL;
  g_autofree float *vector = NULL;
  const char *paths[] = { path, NULL };
  QuarryConnection *connection;
  guint dims, n_kept = 0, n_made = 0;

  g_assert_true (g_file_set_contents (path, before, -1, NULL));
  import_paths (library, paths);
  indexes = quarry_library_current_indexes (library);
  dims = quarry_vector_index_get_dims (indexes->vectors);
  made_up = g_new0 (float, dims);
  made_up[7] = 1;
  vector = g_new (float, dims);
  connection = quarry_library_borrow (library, NULL);
  passages = quarry_store_list_passages (connection->store, id_of (library, path), NULL);
  g_assert_cmpuint (passages->len, >=, 2);
  for (guint i = 0; i < passages->len; i++)
    quarry_vector_index_add (indexes->vectors, (guint32) ((QuarryPassageRecord *) passages->pdata[i])->id, made_up);
  g_clear_pointer (&passages, g_ptr_array_unref);
  quarry_library_give_back (library, connection);

  g_assert_true (g_file_set_contents (path, after, -1, NULL));
  import_paths (library, paths);
  connection = quarry_library_borrow (library, NULL);
  passages = quarry_store_list_passages (connection->store, id_of (library, path), NULL);
  for (guint i = 0; i < passages->len; i++)
    {
      const QuarryPassageRecord *passage = passages->pdata[i];
      gboolean is_old = strstr (subjects[0][1], passage->text) != NULL
                        || strstr (passage->text, "honeybees") != NULL;

      g_assert_true (quarry_vector_index_get (indexes->vectors, (guint32) passage->id, vector));
      g_assert_true ((vector[7] > .99f) == is_old);
      n_kept += is_old;
      n_made += !is_old;
    }
  quarry_library_give_back (library, connection);
  g_assert_cmpuint (n_kept, >, 0);
  g_assert_cmpuint (n_made, >, 0);
  assert_sound (library);
}

/* The clock goes back, or an older file comes from a backup: it is another all the same. */
static void
test_clock (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *path = g_build_filename (fixture->sources, "bees.md", NULL);
  const gint64 times[] = { 2000000000, 1000000000, 0, -1000, 4000000000 };
  const char *paths[] = { path, NULL };

  import_sources (fixture, library);
  for (gsize i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autofree char *text = g_strdup_printf ("Word%d of the clock.", (int) i);
      g_autofree char *word = g_strdup_printf ("word%d", (int) i);
      struct timespec both[2] = { { times[i], 5 }, { times[i], 5 } };
      struct stat info;

      g_assert_true (g_file_set_contents (path, text, -1, NULL));
      g_assert_cmpint (utimensat (AT_FDCWD, path, both, 0), ==, 0);
      g_assert_cmpint (stat (path, &info), ==, 0);
      if (info.st_mtim.tv_sec != times[i])
        continue; /* the file system knows no such time */
      g_assert_cmpuint (import_paths (library, paths).imported, ==, 1);
      g_assert_cmpuint (import_paths (library, paths).unchanged, ==, 1);
      assert_best (library, word, "bees");
    }
  assert_sound (library);
}

/* --- Files that move and go -------------------------------------------------------------------- */

static void
test_moved_and_gone (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.md", NULL);
  g_autofree char *folder = g_build_filename (fixture->sources, "new", NULL);
  g_autofree char *moved = g_build_filename (folder, "honey.md", NULL);
  g_autofree char *plain = g_build_filename (fixture->sources, "plain.txt", NULL);
  g_autofree char *renamed = g_build_filename (fixture->sources, "zeppelin.txt", NULL);
  QuarryImportProgress progress;
  gint64 id, plain_id;

  g_assert_true (g_file_set_contents (plain, "Orchids grow on branches of trees.\n", -1, NULL));
  import_sources (fixture, library);
  id = id_of (library, bees);
  plain_id = id_of (library, plain);

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_cmpint (g_rename (bees, moved), ==, 0);
  g_assert_cmpint (g_rename (plain, renamed), ==, 0);
  progress = import_sources (fixture, library);
  g_assert_cmpuint (progress.unchanged, ==, 4);
  g_assert_cmpint (id_of (library, moved), ==, id);
  g_assert_cmpint (id_of (library, bees), ==, 0);
  /* The name of a file without a title is found, the new one. */
  g_assert_cmpint (id_of (library, renamed), ==, plain_id);
  assert_best (library, "zeppelin", "zeppelin");
  assert_best (library, "honeybees", "honey");
  assert_sound (library);

  /* A copy is another document. */
  g_assert_true (g_file_set_contents (bees, subjects[0][1], -1, NULL));
  progress = import_sources (fixture, library);
  g_assert_cmpuint (progress.imported, ==, 1);
  g_assert_cmpint (id_of (library, moved), ==, id);

  g_assert_cmpint (g_remove (moved), ==, 0);
  g_assert_cmpint (g_remove (renamed), ==, 0);
  import_sources (fixture, library);
  g_assert_cmpint (id_of (library, moved), ==, 0);
  g_assert_cmpint (id_of (library, renamed), ==, 0);
  g_assert_cmpint (id_of (library, bees), !=, 0);
  assert_sound (library);
}

/* --- Why a file is not found -------------------------------------------------------------------- */

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
write_source (Fixture *fixture, const char *name, const char *contents)
{
  char *path = g_build_filename (fixture->sources, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, contents, -1, NULL));

  return path;
}

static void
test_why (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.md", NULL);
  g_autofree char *ships = g_build_filename (fixture->sources, "ships.md", NULL);
  g_autofree char *broken = write_source (fixture, "broken.pdf", "%PDF-1.4\nnothing of a PDF follows");
  g_autofree char *empty = write_source (fixture, "empty.txt", "");
  g_autofree char *hidden = write_source (fixture, ".hidden/x.txt", "Hidden.");
  g_autofree char *rules = write_source (fixture, ".gitignore", "drafts/\n");
  g_autofree char *draft = write_source (fixture, "drafts/a/x.txt", "A draft.");
  g_autofree char *film = write_source (fixture, "film.mp4", "film");
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/library/import-and-search", Fixture, NULL, set_up, test_import_and_search, tear_down);
  g_test_add ("/library/unchanged-and-changed", Fixture, NULL, set_up, test_unchanged_and_changed, tear_down);
  g_test_add ("/library/failures", Fixture, NULL, set_up, test_failures, tear_down);
  g_test_add ("/library/two-processes", Fixture, NULL, set_up, test_two_processes, tear_down);
  g_test_add ("/library/vectors-file", Fixture, NULL, set_up, test_vectors_file, tear_down);
  g_test_add ("/library/files-cut", Fixture, NULL, set_up, test_files_cut, tear_down);
  g_test_add ("/library/weights", Fixture, NULL, set_up, test_weights, tear_down);
  g_test_add ("/library/recall", Fixture, NULL, set_up, test_recall, tear_down);
  g_test_add ("/library/nearness", Fixture, NULL, set_up, test_nearness, tear_down);
  g_test_add ("/library/word-for-word", Fixture, NULL, set_up, test_word_for_word, tear_down);
  g_test_add ("/library/half-typed", Fixture, NULL, set_up, test_half_typed, tear_down);
  g_test_add ("/library/ended", Fixture, NULL, set_up, test_ended, tear_down);
  g_test_add ("/library/forms", Fixture, NULL, set_up, test_forms, tear_down);
  g_test_add ("/library/corrections", Fixture, NULL, set_up, test_corrections, tear_down);
  g_test_add ("/library/rerank", Fixture, NULL, set_up, test_rerank, tear_down);
  g_test_add ("/library/near-words", Fixture, NULL, set_up, test_near_words, tear_down);
  g_test_add ("/library/kinds", Fixture, NULL, set_up, test_kinds, tear_down);
  g_test_add ("/library/other-model", Fixture, NULL, set_up, test_other_model, tear_down);
  g_test_add ("/library/similar", Fixture, NULL, set_up, test_similar, tear_down);
  g_test_add ("/library/similar-document", Fixture, NULL, set_up, test_similar_document, tear_down);
  g_test_add ("/library/map", Fixture, NULL, set_up, test_map, tear_down);
  g_test_add ("/library/topics", Fixture, NULL, set_up, test_library_topics, tear_down);
  g_test_add ("/library/similar-phrases", Fixture, NULL, set_up, test_similar_phrases, tear_down);
  g_test_add ("/library/opened", Fixture, NULL, set_up, test_opened, tear_down);
  g_test_add ("/library/marks", Fixture, NULL, set_up, test_marks, tear_down);
  g_test_add ("/library/reading", Fixture, NULL, set_up, test_reading, tear_down);
  g_test_add ("/library/labels", Fixture, NULL, set_up, test_labels, tear_down);
  g_test_add ("/library/chapters", Fixture, NULL, set_up, test_chapters, tear_down);
  g_test_add ("/library/search-beside-import", Fixture, NULL, set_up, test_search_beside_import, tear_down);
  g_test_add ("/library/cancel", Fixture, NULL, set_up, test_cancel, tear_down);
  g_test_add ("/library/odd-queries", Fixture, NULL, set_up, test_odd_queries, tear_down);
  g_test_add ("/library/hint", Fixture, NULL, set_up, test_hint, tear_down);
  g_test_add ("/library/inside", Fixture, NULL, set_up, test_inside, tear_down);
  g_test_add ("/library/incomplete", Fixture, NULL, set_up, test_incomplete, tear_down);
  g_test_add ("/library/edited", Fixture, NULL, set_up, test_edited, tear_down);
  g_test_add ("/library/clock", Fixture, NULL, set_up, test_clock, tear_down);
  g_test_add ("/library/moved-and-gone", Fixture, NULL, set_up, test_moved_and_gone, tear_down);
  g_test_add ("/library/why", Fixture, NULL, set_up, test_why, tear_down);

  return g_test_run ();
}
