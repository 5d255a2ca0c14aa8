/* test-passage-vectors.c: vectors of passages from what is known of their sentences
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <string.h>

#include "core/library/quarry-library-private.h"
#include "tests/support/temporary-folder.h"

static void
test_find_sentences (void)
{
  static const char text[] = "One here.  Two there. \n Three.";
  static const QuarrySpan sentences[] = { { 0, 11 }, { 11, 24 }, { 24, 30 } };
  static const struct
  {
    QuarrySpan passage;
    gboolean whole;
    guint first, end;
  } cases[] = {
    { { 0, 9 }, TRUE, 0, 1 },   { { 0, 21 }, TRUE, 0, 2 },   { { 11, 30 }, TRUE, 1, 3 },
    { { 24, 30 }, TRUE, 2, 3 }, { { 4, 21 }, FALSE, 0, 0 },  { { 0, 8 }, FALSE, 0, 0 },
    { { 0, 17 }, FALSE, 0, 0 }, { { 30, 30 }, FALSE, 0, 0 },
  };
  guint first, end;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gboolean whole = quarry_find_sentences (text, sentences, G_N_ELEMENTS (sentences),
                                              cases[i].passage, &first, &end);

      g_assert_cmpint (whole, ==, cases[i].whole);
      if (!whole)
        continue;
      g_assert_cmpuint (first, ==, cases[i].first);
      g_assert_cmpuint (end, ==, cases[i].end);
    }
  g_assert_false (quarry_find_sentences (text, sentences, 0, (QuarrySpan){ 0, 9 }, &first, &end));
}

static void
test_memory (void)
{
  g_autoptr (QuarryTokenMemory) memory = quarry_token_memory_new (3 << 20);
  g_autofree guint32 *many = g_new0 (guint32, 700000);
  const guint32 few[] = { 7, 8, 7 };
  guint n = 99;

  g_assert_null (quarry_token_memory_find (memory, 5, &n));
  quarry_token_memory_add (memory, 5, few, G_N_ELEMENTS (few));
  quarry_token_memory_add (memory, 6, NULL, 0);
  /* One a block, as far as there is room. */
  for (guint32 i = 0; i < 10; i++)
    {
      many[699999] = i;
      quarry_token_memory_add (memory, 10 + i, many, 700000);
    }
  g_assert_cmpmem (quarry_token_memory_find (memory, 5, &n), sizeof few, few, sizeof few);
  g_assert_cmpuint (n, ==, 3);
  g_assert_nonnull (quarry_token_memory_find (memory, 6, &n));
  g_assert_cmpuint (n, ==, 0);
  g_assert_cmpuint (quarry_token_memory_find (memory, 12, &n)[699999], ==, 2);
  g_assert_cmpuint (n, ==, 700000);
  g_assert_null (quarry_token_memory_find (memory, 13, &n));

  quarry_token_memory_clear (memory);
  g_assert_null (quarry_token_memory_find (memory, 5, &n));
  quarry_token_memory_add (memory, 13, many, 700000);
  g_assert_nonnull (quarry_token_memory_find (memory, 13, &n));
}

static const char *const words[] = { "harbour", "winter", "bees",  "honey",   "committee", "budget", "frost",
                                     "letters", "engine", "piano", "mountain", "archive",   "river",  "Élan’s" };

static void
add_sentence (GString *text, GRand *random, guint n_words)
{
  /* Rare words too. */
  g_string_append_printf (text, "Year %d was", g_rand_int_range (random, 1000, 9999));
  for (guint w = 0; w < n_words; w++)
    {
      const char *word = words[(guint) g_rand_int_range (random, 0, G_N_ELEMENTS (words))];

      g_string_append_printf (text, " %s", word);
    }
  g_string_append (text, ". ");
}

/* Some of its sentences are longer than a passage may be. */
static void
add_document (QuarryLibrary *library, const char *path, guint32 seed)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 60; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      if (i % 10 == 0)
        quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, words[i / 10], -1);
      for (guint s = 0; s < 5; s++)
        add_sentence (text, random, i % 20 == 5 && s == 2 ? 700 : 18);
      quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, text->str, -1);
    }
  document = quarry_document_builder_end (builder);
  quarry_library_add_document (library, path, document, &error);
  g_assert_no_error (error);
}

/* Every vector is that of its passage's text under the weights in force. */
static void
assert_vectors (QuarryLibrary *library)
{
  g_autoptr (QuarryIndexes) indexes = quarry_library_current_indexes (library);
  guint dims = quarry_embedder_get_dims (library->embedder);
  g_autofree float *kept = g_new (float, dims);
  g_autofree float *made = g_new (float, dims);
  QuarryConnection *connection = quarry_library_borrow (library, NULL);
  g_autoptr (GArray) ids = quarry_store_list_passage_ids (connection->store, NULL);

  g_assert_cmpuint (ids->len, >, 100);
  for (guint i = 0; i < ids->len; i++)
    {
      gint64 id = g_array_index (ids, gint64, i);
      g_autoptr (QuarryPassageRecord) passage = quarry_store_get_passage (connection->store, id, NULL);
      double product = 0;

      g_assert_true (quarry_embedder_embed (library->embedder, indexes->weights, passage->text, -1, made));
      g_assert_true (quarry_vector_index_get (indexes->vectors, (guint32) id, kept));
      for (guint d = 0; d < dims; d++)
        product += (double) kept[d] * (double) made[d];
      g_assert_cmpfloat (product, >, .9999);
    }
  quarry_library_give_back (library, connection);
}

/* Weights are the same whether the tokens that they count were remembered or read again. */
static void
test_library (void)
{
  g_autofree char *folder = temporary_folder_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryLibrary) library = quarry_library_open (folder, NULL, QUARRY_LIBRARY_WRITE, &error);
  g_autofree char *epoch = NULL;

  g_assert_no_error (error);
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *path = g_strdup_printf ("/first-%u", i);

      add_document (library, path, i);
    }
  assert_vectors (library);
  quarry_library_finish_adding (library, &error);
  g_assert_no_error (error);
  g_assert_nonnull (library->indexes->weights);
  assert_vectors (library);

  /* Now some are remembered and some are not. */
  for (guint i = 0; i < 6; i++)
    {
      g_autofree char *path = g_strdup_printf ("/second-%u", i);

      add_document (library, path, 100 + i);
    }
  assert_vectors (library);
  quarry_library_finish_adding (library, &error);
  g_assert_no_error (error);
  assert_vectors (library);
  epoch = g_strdup (library->indexes->epoch);

  quarry_library_rebuild (library, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (library->indexes->epoch, ==, epoch);
  assert_vectors (library);

  g_clear_object (&library);
  temporary_folder_free (g_steal_pointer (&folder));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/passage-vectors/find-sentences", test_find_sentences);
  g_test_add_func ("/passage-vectors/memory", test_memory);
  g_test_add_func ("/passage-vectors/library", test_library);

  return g_test_run ();
}
