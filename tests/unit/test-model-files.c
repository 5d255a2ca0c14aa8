/* test-model-files.c: the files of models: every type of number read, what is damaged or hostile refused
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "core/embed/quarry-tokenizer.h"
#include "core/mapping/quarry-mapping.h"
#include "model-helpers.h"

/* A model quantised as Model2Vec does it: rows of int8, a weight for each token, and tokens that share a row. */
static void
test_mapping (FolderFixture *model, gconstpointer data)
{
  g_autoptr (QuarryEmbedder) embedder = NULL;
  struct
  {
    gint64 mapping[N_WORDS];
    float weights[N_WORDS];
    gint8 rows[3 * 2];
    gint8 padding[2];
  } file = { { 0, 1, 2, 1, 1, 1, 1, 1, 1, 1 },
             { 1, .25f, 2, 1, 1, 1, 1, 1, 1, 1 },
             { 1, 2, 4, -8, 127, -128 } };
  float row[2];

  put_words_model (model);
  put_tensors (model,
               "{\"embeddings\":{\"dtype\":\"I8\",\"shape\":[3,2],\"data_offsets\":[120,126]},"
               "\"mapping\":{\"dtype\":\"I64\",\"shape\":[10],\"data_offsets\":[0,80]},"
               "\"__metadata__\":{\"a\":\"b\"},"
               "\"weights\":{\"dtype\":\"F32\",\"shape\":[10],\"data_offsets\":[80,120]}}",
               &file,
               sizeof file);
  embedder = load (model);
  quarry_embedder_get_row (embedder, 1, row);
  g_assert_cmpfloat (row[0], ==, 1);
  g_assert_cmpfloat (row[1], ==, -2);
  quarry_embedder_get_row (embedder, 2, row);
  g_assert_cmpfloat (row[0], ==, 254);
  g_assert_cmpfloat (row[1], ==, -256);

  file.mapping[9] = 3;
  put_tensors (model,
               "{\"embeddings\":{\"dtype\":\"I8\",\"shape\":[3,2],\"data_offsets\":[120,126]},"
               "\"mapping\":{\"dtype\":\"I64\",\"shape\":[10],\"data_offsets\":[0,80]}}",
               &file,
               sizeof file);
  assert_refused (model, QUARRY_EMBED_ERROR_DAMAGED, "model.safetensors");
}

/* The same numbers in every float type give the same rows. */
static void
test_dtypes (FolderFixture *model, gconstpointer data)
{
  const float values[] = { 0, 1, -2, .5f, 1.5f, -0x1p-14f, 0x1p-24f, 65504, -.25f, 3 };
  const guint16 halves[] = { 0, 0x3c00, 0xc000, 0x3800, 0x3e00, 0x8400, 1, 0x7bff, 0xb400, 0x4200 };
  guint16 rows[N_WORDS * 2];
  float row[2];

  put_words_model (model);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    rows[i] = halves[i / 2];
  put_tensors (model,
               "{\"embeddings\":{\"dtype\":\"F16\",\"shape\":[10,2],\"data_offsets\":[0,40]}}",
               rows,
               sizeof rows);
  {
    g_autoptr (QuarryEmbedder) embedder = load (model);

    for (guint i = 0; i < N_WORDS; i++)
      {
        quarry_embedder_get_row (embedder, i, row);
        g_assert_cmpfloat (row[1], ==, values[i]);
      }
  }
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint32 bits;

      memcpy (&bits, &values[i / 2], sizeof bits);
      rows[i] = bits >> 16;
    }
  put_tensors (model,
               "{\"embeddings\":{\"dtype\":\"BF16\",\"shape\":[10,2],\"data_offsets\":[0,40]}}",
               rows,
               sizeof rows);
  {
    g_autoptr (QuarryEmbedder) embedder = load (model);

    quarry_embedder_get_row (embedder, 4, row);
    g_assert_cmpfloat (row[0], ==, 1.5f);
  }
  rows[3] = 0x7f80;
  put_tensors (model,
               "{\"embeddings\":{\"dtype\":\"BF16\",\"shape\":[10,2],\"data_offsets\":[0,40]}}",
               rows,
               sizeof rows);
  assert_refused (model, QUARRY_EMBED_ERROR_DAMAGED, "model.safetensors");
}

static void
test_missing (FolderFixture *model, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *tensors = g_build_filename (model->folder, "model.safetensors", NULL);
  g_autofree char *tokenizer = g_build_filename (model->folder, "tokenizer.json", NULL);

  g_assert_null (quarry_embedder_load ("/nowhere/at/all", &error));
  g_assert_error (error, QUARRY_EMBED_ERROR, QUARRY_EMBED_ERROR_MISSING);
  put_words_model (model);
  g_remove (tokenizer);
  assert_refused (model, QUARRY_EMBED_ERROR_MISSING, "tokenizer.json");
  g_remove (tensors);
  assert_refused (model, QUARRY_EMBED_ERROR_MISSING, "model.safetensors");
}

/* Headers with a wrong claim each are refused. */
static void
test_hostile_tensors (FolderFixture *model, gconstpointer data)
{
  static const char *headers[] = {
    "",
    "[]",
    "{}x",
    "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[10,2],\"data_offsets\":[0,84]}}",
    "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[10,2],\"data_offsets\":[8,88]}}",
    "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[10,2],\"data_offsets\":[80,0]}}",
    "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[10,2],\"data_offsets\":[-1,79]}}",
    "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[10,3],\"data_offsets\":[0,80]}}",
    "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[10,1,1,1,2],\"data_offsets\":[0,80]}}",
    "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[20],\"data_offsets\":[0,80]}}",
    "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[0,2],\"data_offsets\":[0,0]}}",
    "{\"embeddings\":{\"dtype\":\"I32\",\"shape\":[10,2],\"data_offsets\":[0,80]}}",
    "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[2305843009213693952,8],\"data_offsets\":[0,0]}}",
    "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,2],\"data_offsets\":[0,80]}"
    "}",
    "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[1e1,2],\"data_offsets\":[0,80]}}",
    "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[10,2],\"data_offsets\":[0,40,80]}}",
    "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[10,2]}}",
    "{\"embeddings\":{\"shape\":[10,2],\"data_offsets\":[0,80]}}",
    "{\"embeddings\":{\"dtype\":\"F16\",\"shape\":[10,2],\"data_offsets\":[1,41]}}",
    "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[10,2],\"data_offsets\":[0,80]},"
    "\"other\":{\"dtype\":\"I8\",\"shape\":[1],\"data_offsets\":[79,80]}}",
    "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[10,2],\"data_offsets\":[0,80]},"
    "\"weights\":{\"dtype\":\"F32\",\"shape\":[9],\"data_offsets\":[0,0]}}",
    "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[10,2],\"data_offsets\":[0,80]}",
    "{\"embed\\uD800dings\":1}",
    "{\"embed\xff\":1}",
    "{\"embeddings\":null}",
  };
  float rows[N_WORDS * 2];
  g_autofree char *deep = g_strnfill (100000, '[');
  guint64 huge = GUINT64_TO_LE (G_MAXUINT64);

  put_words_model (model);
  fill (rows, G_N_ELEMENTS (rows));
  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_autofree char *printable = g_strescape (headers[i], NULL);

      g_test_message ("%s", printable);
      put_tensors (model, headers[i], rows, sizeof rows);
      assert_refused (model, QUARRY_EMBED_ERROR_DAMAGED, "model.safetensors");
    }
  put_tensors (model, deep, rows, sizeof rows);
  assert_refused (model, QUARRY_EMBED_ERROR_DAMAGED, "model.safetensors");
  put (model, "model.safetensors", &huge, sizeof huge);
  assert_refused (model, QUARRY_EMBED_ERROR_DAMAGED, "model.safetensors");
  put (model, "model.safetensors", "", 0);
  assert_refused (model, QUARRY_EMBED_ERROR_DAMAGED, "model.safetensors");
  put_tensors (model,
               "{\"other\":{\"dtype\":\"F32\",\"shape\":[10,2],\"data_offsets\":[0,80]}}",
               rows,
               sizeof rows);
  assert_refused (model, QUARRY_EMBED_ERROR_UNSUPPORTED, "model.safetensors");
  rows[7] = NAN;
  put_tensors (model, tensors_10_by_2, rows, sizeof rows);
  assert_refused (model, QUARRY_EMBED_ERROR_DAMAGED, "model.safetensors");
}

/* Every truncated file is refused, and nothing is read beyond its end. */
static void
test_truncated (FolderFixture *model, gconstpointer data)
{
  g_autofree char *tensors = g_build_filename (model->folder, "model.safetensors", NULL);
  g_autofree char *tokenizer = g_build_filename (model->folder, "tokenizer.json", NULL);
  g_autofree char *bytes = NULL;
  g_autofree char *text = NULL;
  gsize length;

  put_words_model (model);
  g_assert_true (g_file_get_contents (tensors, &bytes, &length, NULL));
  for (gsize n = 0; n < length; n++)
    {
      put (model, "model.safetensors", bytes, n);
      assert_refused (model, QUARRY_EMBED_ERROR_DAMAGED, "model.safetensors");
    }
  put (model, "model.safetensors", bytes, length);
  g_assert_true (g_file_get_contents (tokenizer, &text, &length, NULL));
  for (gsize n = 0; n < length; n++)
    {
      put (model, "tokenizer.json", text, n);
      assert_refused (model, QUARRY_EMBED_ERROR_DAMAGED, "tokenizer.json");
    }
}

/* Another program cuts the tokenizer's file short, which is read when the model is loaded. */
static void
test_tokenizer_cut_short (FolderFixture *model, gconstpointer data)
{
  g_autofree char *path = g_build_filename (model->folder, "tokenizer.json", NULL);
  g_autoptr (QuarryTokenizer) tokenizer = NULL;
  g_autoptr (GError) error = NULL;
  const char *bytes;

  put_words_model (model);
  tokenizer = quarry_tokenizer_load (path, &error);
  g_assert_no_error (error);
  bytes = g_bytes_get_data (quarry_tokenizer_get_file (tokenizer), NULL);
  g_assert_cmpint (bytes[0], ==, '{');
  g_assert_cmpint (truncate (path, 0), ==, 0);
  g_assert_cmpint (bytes[0], ==, 0);
  g_assert_true (quarry_mapping_is_damaged (bytes));
}

/* Another program truncates the file of a model that is in use. */
static void
test_cut_short (FolderFixture *model, gconstpointer data)
{
  g_autofree char *tensors = g_build_filename (model->folder, "model.safetensors", NULL);
  g_autofree char *name = g_path_get_basename (model->folder);
  g_autoptr (QuarryEmbedder) embedder = NULL;
  g_autoptr (GError) error = NULL;
  float row[2];

  put_words_model (model);
  embedder = load (model);
  g_assert_true (quarry_embedder_check (embedder, &error));
  g_assert_no_error (error);
  g_assert_cmpint (truncate (tensors, 0), ==, 0);
  quarry_embedder_get_row (embedder, 1, row);
  g_assert_cmpfloat (row[0], ==, 0);
  g_assert_cmpfloat (row[1], ==, 0);
  g_assert_false (quarry_embedder_check (embedder, &error));
  g_assert_error (error, QUARRY_EMBED_ERROR, QUARRY_EMBED_ERROR_DAMAGED);
  g_assert_nonnull (strstr (error->message, name));
}

static void
test_hostile_tokenizers (FolderFixture *model, gconstpointer data)
{
  static const struct
  {
    QuarryEmbedError code;
    const char *text;
  } files[] = {
    { QUARRY_EMBED_ERROR_DAMAGED, "{}" },
    { QUARRY_EMBED_ERROR_DAMAGED, "null" },
    { QUARRY_EMBED_ERROR_DAMAGED, "{\"model\":{\"type\":\"Unigram\",\"vocab\":[]}}" },
    { QUARRY_EMBED_ERROR_DAMAGED, "{\"model\":{\"type\":\"Unigram\",\"vocab\":[[\"a\"]]}}" },
    { QUARRY_EMBED_ERROR_DAMAGED, "{\"model\":{\"type\":\"Unigram\",\"vocab\":[[\"a\",1,2]]}}" },
    { QUARRY_EMBED_ERROR_DAMAGED,
      "{\"model\":{\"type\":\"Unigram\",\"vocab\":[[\"a\",1],[\"a\",2]]}}" },
    { QUARRY_EMBED_ERROR_DAMAGED, "{\"model\":{\"type\":\"Unigram\",\"vocab\":[[\"a\",1e999]]}}" },
    { QUARRY_EMBED_ERROR_DAMAGED,
      "{\"model\":{\"type\":\"Unigram\",\"unk_id\":1,\"vocab\":[[\"a\",1]]}}" },
    { QUARRY_EMBED_ERROR_DAMAGED, "{\"model\":{\"type\":\"WordPiece\",\"vocab\":[[\"a\",1]]}}" },
    { QUARRY_EMBED_ERROR_DAMAGED,
      "{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"a\":0,\"b\":0}}}" },
    { QUARRY_EMBED_ERROR_DAMAGED,
      "{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"a\":4294967295}}}" },
    { QUARRY_EMBED_ERROR_DAMAGED, "{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"a\":-1}}}" },
    { QUARRY_EMBED_ERROR_DAMAGED, "{\"model\":{\"vocab\":{\"a\":0},\"vocab\":{\"a\":0}}}" },
    { QUARRY_EMBED_ERROR_DAMAGED,
      "{\"normalizer\":{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"////\"},"
      "\"model\":{\"type\":\"WordLevel\",\"vocab\":{\"a\":0}}}" },
    { QUARRY_EMBED_ERROR_DAMAGED, "{\"normalizer\":{\"type\":7},\"model\":{}}" },
    { QUARRY_EMBED_ERROR_DAMAGED,
      "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[\"aa\"]}}" },
    { QUARRY_EMBED_ERROR_DAMAGED,
      "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[\"a b\"]}}" },
    { QUARRY_EMBED_ERROR_DAMAGED,
      "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[[\"a\",\"a\",\"a\"]]}}" },
    { QUARRY_EMBED_ERROR_UNSUPPORTED,
      "{\"model\":{\"type\":\"BPE\",\"end_of_word_suffix\":\"</w>\",\"vocab\":{\"a\":0},\"merges\":[]}}" },
    { QUARRY_EMBED_ERROR_UNSUPPORTED,
      "{\"normalizer\":{\"type\":\"Nmtt\"},\"model\":{\"type\":\"WordLevel\",\"vocab\":{\"a\":0}}"
      "}" },
    { QUARRY_EMBED_ERROR_UNSUPPORTED,
      "{\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"Regex\":\"(a*\"},\"behavior\":"
      "\"Removed\"},"
      "\"model\":{\"type\":\"WordLevel\",\"vocab\":{\"a\":0}}}" },
  };
  g_autoptr (GString) deep = g_string_new ("{\"normalizer\":");

  put_words_model (model);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_test_message ("%s", files[i].text);
      put_text (model, "tokenizer.json", files[i].text);
      assert_refused (model, files[i].code, "tokenizer.json");
    }
  for (guint i = 0; i < 100000; i++)
    g_string_append (deep, "{\"type\":\"Sequence\",\"normalizers\":[");
  put_text (model, "tokenizer.json", deep->str);
  assert_refused (model, QUARRY_EMBED_ERROR_DAMAGED, "tokenizer.json");

  /* A vocabulary with more or with fewer tokens than the matrix has rows. */
  put_text (model,
            "tokenizer.json",
            "{\"model\":{\"type\":\"WordLevel\",\"vocab\":{\"a\":0,\"b\":10}}}");
  assert_refused (model, QUARRY_EMBED_ERROR_DAMAGED, "model.safetensors");
  put_text (
      model, "tokenizer.json", "{\"model\":{\"type\":\"WordLevel\",\"vocab\":{\"a\":0,\"b\":8}}}");
  assert_refused (model, QUARRY_EMBED_ERROR_DAMAGED, "model.safetensors");

  put_words_model (model);
  put_text (model, "config.json", "{\"hidden_dim\":3}");
  assert_refused (model, QUARRY_EMBED_ERROR_DAMAGED, "config.json");
  put_text (model, "config.json", "{\"hidden_dim\":");
  assert_refused (model, QUARRY_EMBED_ERROR_DAMAGED, "config.json");
}

/* After random changes of bytes, a model either loads and runs or is refused. */
static void
test_mutated (FolderFixture *model, gconstpointer data)
{
  static const char *names[] = { "model.safetensors", "tokenizer.json", "config.json" };
  static const char *tokenizers[] = { words_tokenizer, bert_tokenizer, metaspace_tokenizer };
  guint n_loaded = 0;

  for (guint round = 0; round < 3000; round++)
    {
      const char *name = names[g_test_rand_int_range (0, 3)];
      g_autofree char *path = g_build_filename (model->folder, name, NULL);
      g_autofree char *bytes = NULL;
      g_autoptr (QuarryEmbedder) embedder = NULL;
      g_autoptr (GError) error = NULL;
      gsize length;
      float vector[64];

      put_words_model (model);
      if (round % 2 == 0)
        {
          /* A matrix with as many rows as this tokenizer has tokens. */
          float rows[N_WORDS * 2] = { 0 };
          guint kind = round / 2 % 3, n = kind == 0 ? 10 : kind == 1 ? 9 : 6;
          g_autofree char *header
              = g_strdup_printf ("{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[%u,2],"
                                 "\"data_offsets\":[0,%u]}}",
                                 n,
                                 8 * n);

          put_text (model, "tokenizer.json", tokenizers[kind]);
          put_tensors (model, header, rows, 8 * n);
        }
      g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
      for (int i = g_test_rand_int_range (1, 4); i > 0; i--)
        {
          gsize at = g_test_rand_int_range (0, length);

          /* Half of the time another byte of the same file, as it is more likely to keep the syntax intact. */
          bytes[at] = g_test_rand_bit () ? bytes[g_test_rand_int_range (0, length)]
                                         : (char) g_test_rand_int_range (0, 256);
        }
      put (model, name, bytes, length);
      embedder = quarry_embedder_load (model->folder, &error);
      g_assert_true ((embedder != NULL) == (error == NULL));
      if (embedder == NULL || quarry_embedder_get_dims (embedder) > G_N_ELEMENTS (vector))
        continue;
      quarry_embedder_embed (
          embedder, NULL, "Stones, a stone\xcc\x81 \xff 日本 quarry", -1, vector);
      n_loaded++;
    }
  g_assert_cmpuint (n_loaded, >, 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/embedder/mapping", FolderFixture, NULL, folder_fixture_set_up, test_mapping, folder_fixture_tear_down);
  g_test_add ("/embedder/dtypes", FolderFixture, NULL, folder_fixture_set_up, test_dtypes, folder_fixture_tear_down);
  g_test_add ("/embedder/missing", FolderFixture, NULL, folder_fixture_set_up, test_missing, folder_fixture_tear_down);
  g_test_add ("/embedder/hostile-tensors", FolderFixture, NULL, folder_fixture_set_up, test_hostile_tensors,
              folder_fixture_tear_down);
  g_test_add ("/embedder/truncated", FolderFixture, NULL, folder_fixture_set_up, test_truncated, folder_fixture_tear_down);
  g_test_add ("/embedder/cut-short", FolderFixture, NULL, folder_fixture_set_up, test_cut_short, folder_fixture_tear_down);
  g_test_add ("/embedder/tokenizer-cut-short", FolderFixture, NULL, folder_fixture_set_up, test_tokenizer_cut_short,
              folder_fixture_tear_down);
  g_test_add ("/embedder/hostile-tokenizers", FolderFixture, NULL, folder_fixture_set_up, test_hostile_tokenizers,
              folder_fixture_tear_down);
  g_test_add ("/embedder/mutated", FolderFixture, NULL, folder_fixture_set_up, test_mutated, folder_fixture_tear_down);
  return g_test_run ();
}
