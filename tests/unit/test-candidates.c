/* test-candidates.c: what is compared of the passages that a search chooses from
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "library-helpers.h"

#include <math.h>

#include "core/library/quarry-library-write-private.h"
#include "core/library/search/quarry-candidates.h"

static gboolean
keep_all (const QuarryPassageRecord *passage, gpointer user_data)
{
  return TRUE;
}

static float
length_of (const float *vector, guint dims)
{
  return sqrtf (quarry_dot (vector, vector, dims));
}

/* Passages are compared with each other by what they say beside the query's words, since most of them hold those. */
static void
test_compared (LibraryFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *path, *text;
    guint n_terms; /* content words that the query does not have */
    gboolean is_free; /* whether there are any */
  } cases[] = {
    { "/candidates/0.txt", "The lantern hung over a harbour at the wedding of oxen.", 2, TRUE },
    { "/candidates/1.txt", "Lanterns, oxen: harbours!", 0, FALSE },
    { "/candidates/2.txt", "Needles and violins.", 2, TRUE },
    { "/candidates/3.txt", "A harbour of butter, butter, butter.", 1, TRUE },
  };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryIndexes) indexes = NULL;
  g_autoptr (QuarryCandidateSet) set = NULL;
  g_autoptr (GArray) ranked = g_array_new (FALSE, TRUE, sizeof (QuarryCandidate));
  g_autoptr (GError) error = NULL;
  QuarryStore *reader;
  guint next = 0;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      QuarryCandidate candidate = { .slot = i + 1, .score = 1 - (float) i / 10 };

      add_text (library, cases[i].path, cases[i].text);
      g_array_append_val (ranked, candidate);
    }
  indexes = quarry_library_current_indexes (library);
  reader = quarry_library_borrow (library, NULL);
  set = quarry_candidate_set_new (library, indexes, "lantern harbour oxen", FALSE, FALSE);
  g_assert_true (quarry_candidate_set_load (set, reader, ranked, &next, 10, keep_all, NULL, NULL, &error));
  g_assert_no_error (error);
  quarry_candidate_set_compare (set);
  g_assert_cmpuint (set->n_pool, ==, G_N_ELEMENTS (cases));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const QuarryCandidateText *candidate = &g_array_index (set->candidates, QuarryCandidateText, i);
      float free = length_of (set->free_vectors + (gsize) i * set->dims, set->dims);

      g_assert_cmpstr (candidate->document->path, ==, cases[i].path);
      g_assert_cmpuint (candidate->n_terms, ==, cases[i].n_terms);
      for (guint t = 0; t < candidate->n_terms; t++)
        g_assert_cmpfloat (candidate->terms[t].weight, >, 0);
      if (!cases[i].is_free)
        g_assert_cmpfloat_with_epsilon (free, 0, 1e-4f);
      else
        g_assert_cmpfloat (free, >, .1f);
      g_assert_cmpfloat (candidate->similarity, >=, -1);
    }
  quarry_library_give_back (library, reader);
}

/* The other forms of a query's word are told by how it is written: folded, "préférée" does not look like one of
 * "préférer" any more. */
static void
test_forms (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const texts[] = {
    "Ma couleur préférée est le bleu, et celle de ma soeur est le rouge.",
    "Son livre préféré est un roman que les enfants de la ville ne lisent pas.",
  };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryIndexes) indexes = NULL;
  g_autoptr (QuarryCandidateSet) set = NULL;
  g_autoptr (GArray) ranked = g_array_new (FALSE, TRUE, sizeof (QuarryCandidate));
  g_autoptr (GError) error = NULL;
  QuarryStore *reader;
  guint next = 0;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      QuarryCandidate candidate = { .slot = i + 1, .score = 1 };
      g_autofree char *path = g_strdup_printf ("/candidates/%u.txt", i);
      QuarryDocumentBuilder *builder = quarry_document_builder_new ();
      g_autoptr (QuarryDocument) document = NULL;

      quarry_document_builder_set_metadata (builder, "language", "fr");
      quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, texts[i], -1);
      document = quarry_document_builder_end (builder);
      quarry_library_add_document (library, path, document, &error);
      g_assert_no_error (error);
      g_array_append_val (ranked, candidate);
    }
  indexes = quarry_library_current_indexes (library);
  reader = quarry_library_borrow (library, NULL);
  set = quarry_candidate_set_new (library, indexes, "préférée", FALSE, FALSE);
  g_assert_true (quarry_candidate_set_load (set, reader, ranked, &next, 10, keep_all, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (quarry_candidate_set_find_stem (set, quarry_stem_number ("preferee", 8)), ==, 0);
  g_assert_cmpint (quarry_candidate_set_find_stem (set, quarry_stem_number ("prefere", 7)), ==, 0);
  g_assert_cmpint (quarry_candidate_set_find_stem (set, quarry_stem_number ("couleur", 7)), ==, -1);
  quarry_library_give_back (library, reader);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/candidates/compared", LibraryFixture, NULL, library_set_up, test_compared, library_tear_down);
  g_test_add ("/candidates/forms", LibraryFixture, NULL, library_set_up, test_forms, library_tear_down);
  return g_test_run ();
}
