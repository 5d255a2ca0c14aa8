/* test-library-model.c: libraries opened with another model, and vectors that are made anew
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "library-helpers.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "core/library/import/quarry-cut-stretch.h"
#include "core/library/import/quarry-prepared.h"
#include "core/library/quarry-library-indexes-private.h"
#include "core/library/quarry-library-private.h"
#include "core/library/quarry-library-write-private.h"

/* Makes a model of five words in two dimensions. */
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

/* Adds a document of @n passages. */
static void
add_long (QuarryLibrary *library, const char *path, guint n)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n; i++)
    {
      quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, "Part", -1);
      quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, i == 7 ? "A wall of granite." : "A slice of bread.",
                                   -1);
    }
  document = quarry_document_builder_end (builder);
  g_assert_true (quarry_library_add_document (library, path, document, &error));
  g_assert_no_error (error);
}

/* A library that was made with another model can be searched by words at once, and by meaning as its passages are
 * embedded anew. Embedding goes on where it was interrupted. */
static void
test_other_model (LibraryFixture *fixture, gconstpointer data)
{
  const guint n = 2600;
  g_autofree char *model = make_model (fixture->sources);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryHit) hit = NULL;
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;

  add_long (library, "/long", n);
  g_assert_cmpuint (count_vectors (library), ==, n);
  g_clear_object (&library);

  /* Closed at once, however far it got. */
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

  /* All vectors are there, so nothing is left to do. */
  library = quarry_library_open (fixture->folder, model, QUARRY_LIBRARY_WRITE, &error);
  g_assert_no_error (error);
  g_assert_null (library->catching_up);
  g_assert_cmpuint (count_vectors (library), ==, n);
  assert_sound (library);
}

/* If a search finds the vectors damaged, they are made anew from the library's present state, not from the snapshot
 * that this search reads. */
static void
test_mended_late (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *path = g_build_filename (fixture->folder, "vectors.index", NULL);
  g_autofree float *vector = NULL;
  g_autoptr (QuarryIndexes) mended = NULL;
  g_autoptr (GError) error = NULL;
  QuarryStore *reader;

  import_sources (fixture, library);
  g_clear_object (&library);
  library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  reader = quarry_library_borrow (library, NULL);
  g_assert_true (quarry_store_begin_read (reader, NULL));
  add_text (library, "/tea", "Tea is brewed from leaves.");

  g_assert_cmpint (truncate (path, 0), ==, 0);
  vector = g_new (float, quarry_embedder_get_dims (library->embedder));
  quarry_vector_index_get (library->indexes->vectors, 1, vector);
  g_assert_true (quarry_vector_index_is_damaged (library->indexes->vectors));
  mended = quarry_library_mend_vectors (library, &error);
  g_assert_no_error (error);
  quarry_library_give_back (library, reader);
  g_assert_cmpuint (count_vectors (library), ==, N_SUBJECTS + 1);
  assert_sound (library);
}

/* If another program truncates a model's file while it is in use, nothing that was made with it is kept, and an error
 * is reported. */
static void
test_model_cut_short (LibraryFixture *fixture, gconstpointer data)
{
  g_autofree char *model = make_model (fixture->sources);
  g_autofree char *tensors = g_build_filename (model, "model.safetensors", NULL);
  g_autofree char *bytes = NULL;
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryLibrary) library = quarry_library_open (fixture->folder, model, QUARRY_LIBRARY_WRITE, &error);
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryDocument) document = NULL;
  gsize length;

  g_assert_no_error (error);
  quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, "Bread and cake.", -1);
  document = quarry_document_builder_end (builder);
  add_text (library, "/wall", "A wall of granite and basalt.");
  g_assert_true (g_file_get_contents (tensors, &bytes, &length, NULL));
  g_assert_cmpint (truncate (tensors, 0), ==, 0);

  g_assert_false (quarry_library_add_document (library, "/table", document, &error));
  g_assert_error (error, QUARRY_EMBED_ERROR, QUARRY_EMBED_ERROR_DAMAGED);
  g_assert_nonnull (strstr (error->message, "“model”"));
  g_clear_error (&error);
  g_assert_cmpuint (count_vectors (library), ==, 1);
  answer = quarry_library_search (library, "granite", NULL, NULL, &error);
  g_assert_null (answer);
  g_assert_error (error, QUARRY_EMBED_ERROR, QUARRY_EMBED_ERROR_DAMAGED);
  g_clear_error (&error);
  g_clear_object (&library);

  g_assert_true (g_file_set_contents (tensors, bytes, length, NULL));
  library = quarry_library_open (fixture->folder, model, QUARRY_LIBRARY_WRITE, &error);
  g_assert_no_error (error);
  assert_best (library, "granite", "wall");
  assert_sound (library);
}

/* Two programs have a library open with different models. Neither uses the other's word weights, which would make it
 * embed all passages anew at each change. */
static void
test_two_models (LibraryFixture *fixture, gconstpointer data)
{
  g_autofree char *model = make_model (fixture->sources);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryLibrary) first = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryLibrary) second = NULL;
  QuarryVectorIndex *vectors;
  g_autofree char *epoch = NULL;

  add_long (first, "/long", 200);
  g_assert_true (quarry_library_finish_adding (first, &error));
  g_assert_nonnull (first->indexes->weights);
  second = quarry_library_open (fixture->folder, model, QUARRY_LIBRARY_WRITE, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (second->indexes->epoch, ==, "0");

  vectors = second->indexes->vectors;
  add_text (first, "/cake", "A cake of basalt.");
  assert_best (second, "basalt", "cake");
  g_assert_true (second->indexes->vectors == vectors);
  g_assert_cmpuint (count_vectors (second), ==, 201);

  epoch = g_strdup (first->indexes->epoch);
  vectors = first->indexes->vectors;
  g_assert_true (quarry_library_finish_adding (second, &error));
  g_assert_nonnull (second->indexes->weights);
  add_text (second, "/pie", "A pie of flint.");
  assert_best (first, "flint", "pie");
  g_assert_true (first->indexes->vectors == vectors);
  g_assert_cmpstr (first->indexes->epoch, ==, epoch);
  assert_sound (first);
  assert_sound (second);
}

/* While passages are being embedded in the background, a search does not wait for those that another program has
 * added. */
static void
test_behind (LibraryFixture *fixture, gconstpointer data)
{
  const guint n = 2600;
  g_autoptr (QuarryLibrary) first = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryLibrary) second = NULL;

  add_text (first, "/cake", "A cake of basalt.");
  second = open_library (fixture, QUARRY_LIBRARY_READ);
  g_atomic_int_set (&second->is_behind, 1);
  add_long (first, "/long", n);
  assert_best (second, "granite", "long");
  g_assert_cmpuint (count_vectors (second), ==, 1);
  g_atomic_int_set (&second->is_behind, 0);
  add_text (first, "/pie", "A pie of flint.");
  assert_best (second, "flint", "pie");
  g_assert_cmpuint (count_vectors (second), ==, n + 2);
}

/* The weights of words are named by their hash, by which a changed bit is noticed. */
static void
test_weights_damaged (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  const float weights[2][2] = { { 1, 2 }, { 1, 4 } };
  g_autoptr (GBytes) right = g_bytes_new_static (weights[0], sizeof weights[0]);
  g_autofree char *name = quarry_library_name_weights (right);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 2; i++)
    {
      QuarryStore *writer = quarry_library_begin_write (library, &error);
      g_autoptr (GBytes) bytes = g_bytes_new_static (weights[i], sizeof weights[i]);
      g_autoptr (GPtrArray) problems = NULL;

      g_assert_true (quarry_store_set_value (writer, "weights", bytes, &error));
      g_assert_true (quarry_store_set_string (writer, "weights-epoch", name, &error));
      g_assert_true (quarry_library_end_write (library, TRUE, &error));
      problems = quarry_library_check (library, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (problems->len, ==, i);
      g_assert_true (i == 0 || strstr (problems->pdata[0], "weights of words") != NULL);
    }
}

/* Where a text is cut does not depend on the library's weights, which change as it grows; its vectors do. */
static void
test_same_cuts (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const sentences[]
      = { "Honeybees gather nectar in the meadows. ", "A schooner carries sails on two masts. ",
          "The loaf rises in a warm kitchen. ", "Lava cools slowly below the ground. ", "Tea is brewed from leaves. " };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  QuarryEmbedder *embedder = library->embedder;
  guint n_tokens = quarry_embedder_get_n_tokens (embedder);
  g_autofree float *weights = g_new (float, n_tokens);
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (QuarryCutStretch) plain = NULL;
  g_autoptr (QuarryCutStretch) weighted = NULL;
  gsize length;

  for (guint i = 0; i < n_tokens; i++)
    weights[i] = i % 3 == 0 ? 3 : .1f;
  for (guint i = 0; i < 120; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      for (guint j = 0; j < 4; j++)
        g_string_append (text, sentences[(i / 7 + i * j * j % 3) % G_N_ELEMENTS (sentences)]);
      quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, text->str, -1);
    }
  document = quarry_document_builder_end (builder);
  quarry_document_get_text (document, &length);
  plain = quarry_cut_stretch_new (embedder, NULL, document, .5, (QuarrySpan) { 0, (guint32) length });
  weighted = quarry_cut_stretch_new (embedder, weights, document, .5, (QuarrySpan) { 0, (guint32) length });
  g_assert_cmpuint (plain->passages->len, >, 10);
  g_assert_cmpmem (plain->passages->data, plain->passages->len * sizeof (QuarryPassageSpan), weighted->passages->data,
                   weighted->passages->len * sizeof (QuarryPassageSpan));
  g_assert_cmpint (memcmp (plain->vectors->data, weighted->vectors->data, plain->vectors->len * sizeof (float)), !=, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  LIBRARY_TEST ("other-model", test_other_model);
  LIBRARY_TEST ("two-models", test_two_models);
  LIBRARY_TEST ("behind", test_behind);
  LIBRARY_TEST ("mended-late", test_mended_late);
  LIBRARY_TEST ("model-cut-short", test_model_cut_short);
  LIBRARY_TEST ("weights-damaged", test_weights_damaged);
  LIBRARY_TEST ("same-cuts", test_same_cuts);

  return g_test_run ();
}
