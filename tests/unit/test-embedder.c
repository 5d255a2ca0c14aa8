/* test-embedder.c: models read, text tokenized and embedded, damaged files refused
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/embed/quarry-charsmap.h"
#include "core/embed/quarry-embedder.h"
#include "core/embed/quarry-json-reader.h"
#include "core/embed/quarry-pieces.h"
#include "core/embed/quarry-rows.h"
#include "core/embed/quarry-safetensors.h"
#include "core/embed/quarry-tokenizer.h"
#include "tests/support/temporary-folder.h"

/* A folder for the files of one test. */
typedef struct
{
  char *path;
} Folder;

static void
folder_set_up (Folder *folder, gconstpointer data)
{
  folder->path = temporary_folder_new ();
}

static void
folder_tear_down (Folder *folder, gconstpointer data)
{
  temporary_folder_free (folder->path);
}

static void
put (Folder *folder, const char *name, const void *bytes, gsize length)
{
  g_autofree char *path = g_build_filename (folder->path, name, NULL);
  /* Unlike g_file_set_contents(), which waits for the disk thousands of times over. */
  FILE *file = g_fopen (path, "wb");

  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (bytes, 1, length, file), ==, length);
  fclose (file);
}

static void
put_text (Folder *folder, const char *name, const char *text)
{
  put (folder, name, text, strlen (text));
}

/* A safetensors file: the header, padded with blanks to 8 bytes, and the data. */
static void
put_tensors (Folder *folder, const char *header, const void *data, gsize n_bytes)
{
  g_autoptr (GByteArray) file = g_byte_array_new ();
  gsize padded = (strlen (header) + 7) / 8 * 8;
  guint64 length = GUINT64_TO_LE (padded);

  g_byte_array_append (file, (const guint8 *) &length, sizeof length);
  g_byte_array_append (file, (const guint8 *) header, strlen (header));
  for (gsize i = strlen (header); i < padded; i++)
    g_byte_array_append (file, (const guint8 *) " ", 1);
  g_byte_array_append (file, data, n_bytes);
  put (folder, "model.safetensors", file->data, file->len);
}

/* As the shipped model's: words, and pieces of them. */
#define WORDS_HEAD                                                                               \
  "{\"version\":\"1.0\",\"added_tokens\":[],\"normalizer\":{\"type\":\"Sequence\","              \
  "\"normalizers\":["                                                                            \
  "{\"type\":\"NFKD\"},{\"type\":\"StripAccents\"},{\"type\":\"Lowercase\"}]},"                  \
  "\"pre_tokenizer\":{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"Split\",\"pattern\":" \
  "{\"Regex\":\"[^\\\\p{L}\\\\p{M}\\\\p{N}]+\"},\"behavior\":\"Removed\",\"invert\":false},"     \
  "{\"type\":\"Metaspace\",\"replacement\":\"\\u2581\",\"prepend_scheme\":\"always\",\"split\":" \
  "true}]},"

static const char words_tokenizer[] = WORDS_HEAD
    "\"model\":{\"type\":\"Unigram\",\"unk_id\":0,\"byte_fallback\":false,\"vocab\":["
    "[\"<unk>\",0],[\"▁stone\",-1],[\"▁quarry\",-1],[\"▁st\",-3],[\"one\",-3],[\"mason\",-4],"
    "[\"s\",-5],[\"▁s\",-6],[\"on\",-3.5],[\"e\",-4]]}}";
#define N_WORDS 10

static const char tensors_10_by_2[]
    = "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[10,2],\"data_offsets\":[0,80]}}";

static void
fill (float *rows, guint n)
{
  for (guint i = 0; i < n; i++)
    rows[i] = (float) (i % 7) - 2.5f;
}

static void
put_words_model (Folder *folder)
{
  float rows[N_WORDS * 2];

  fill (rows, G_N_ELEMENTS (rows));
  put_tensors (folder, tensors_10_by_2, rows, sizeof rows);
  put_text (folder, "tokenizer.json", words_tokenizer);
  put_text (
      folder, "config.json", "{\"model_type\":\"model2vec\",\"hidden_dim\":2,\"normalize\":true}");
}

static QuarryEmbedder *
load (Folder *folder)
{
  g_autoptr (GError) error = NULL;
  QuarryEmbedder *embedder = quarry_embedder_load (folder->path, &error);

  g_assert_no_error (error);
  return embedder;
}

/* Fails to load, in the way @code, with a message that names @file. */
static void
assert_refused (Folder *folder, QuarryEmbedError code, const char *file)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryEmbedder) embedder = quarry_embedder_load (folder->path, &error);

  g_assert_null (embedder);
  g_assert_error (error, QUARRY_EMBED_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, file));
}

static void
assert_tokens (QuarryEmbedder *embedder, const char *text, guint n, const QuarryToken *expected)
{
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (QuarryToken));

  quarry_embedder_tokenize (embedder, text, -1, tokens);
  g_assert_cmpuint (tokens->len, ==, n);
  for (guint i = 0; i < n; i++)
    {
      const QuarryToken *token = &g_array_index (tokens, QuarryToken, i);

      g_assert_cmpuint (token->id, ==, expected[i].id);
      g_assert_cmpuint (token->span.start, ==, expected[i].span.start);
      g_assert_cmpuint (token->span.end, ==, expected[i].span.end);
    }
}

/* The tokens and sums of sentences are those of each sentence by itself. */
static void
assert_sentences_agree (QuarryEmbedder *embedder, const char *text)
{
  const QuarrySpan spans[] = { { 0, 6 }, { 6, 6 }, { 6, 19 }, { 19, (guint32) strlen (text) } };
  const guint n = G_N_ELEMENTS (spans);
  g_autoptr (QuarrySentenceWords) words = quarry_sentence_words_new (text, spans, n);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint32 first[G_N_ELEMENTS (spans) + 1];
  guint dims = quarry_embedder_get_dims (embedder);

  quarry_embedder_tokenize_sentences (embedder, words, ids, first);
  g_assert_cmpuint (first[0], ==, 0);
  g_assert_cmpuint (first[n], ==, ids->len);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (QuarryToken));
      g_autofree float *sum = g_new0 (float, dims);
      g_autofree float *expected = g_new0 (float, dims);

      quarry_embedder_tokenize (embedder, text + spans[i].start, spans[i].end - spans[i].start, tokens);
      g_assert_cmpuint (first[i + 1] - first[i], ==, tokens->len);
      for (guint t = 0; t < tokens->len; t++)
        g_assert_cmpuint (g_array_index (ids, guint32, first[i] + t), ==,
                          g_array_index (tokens, QuarryToken, t).id);
      quarry_embedder_accumulate (embedder, NULL, (const QuarryToken *) (gpointer) tokens->data,
                                  tokens->len, expected);
      quarry_embedder_accumulate_ids (embedder, NULL, &g_array_index (ids, guint32, first[i]),
                                      first[i + 1] - first[i], sum);
      g_assert_cmpmem (sum, dims * sizeof *sum, expected, dims * sizeof *expected);
    }
}

static void
test_words (Folder *folder, gconstpointer data)
{
  g_autoptr (QuarryEmbedder) embedder = NULL;
  guint n_words, n_unknown;

  put_words_model (folder);
  embedder = load (folder);
  g_assert_cmpuint (quarry_embedder_get_dims (embedder), ==, 2);
  g_assert_cmpuint (quarry_embedder_get_n_tokens (embedder), ==, N_WORDS);
  g_assert_cmpuint (strlen (quarry_embedder_get_fingerprint (embedder)), ==, 64);

  /* Whole words first; "stonemasons" in its best cut; "uvw" has no piece at all. */
  assert_tokens (
      embedder, "Stóne's quarry.", 2, (QuarryToken[]){ { 1, { 0, 6 } }, { 2, { 9, 15 } } });
  assert_tokens (embedder,
                 "(stonemasons)",
                 3,
                 (QuarryToken[]){ { 1, { 1, 12 } }, { 5, { 1, 12 } }, { 6, { 1, 12 } } });
  assert_tokens (embedder, "", 0, NULL);
  assert_tokens (embedder, " \xff\xfe ", 0, NULL);

  assert_sentences_agree (embedder,
                          "Stone quarry stonemasons. Quarry uvw stone stone! stonemasonstonemasonstonemason"
                          "stonemasonstonemasonstonemasonstonemason a\u00e7b. \xff");

  quarry_embedder_count_unknown (
      embedder, "stone quarry stonemasons uvw", -1, &n_words, &n_unknown);
  g_assert_cmpuint (n_words, ==, 4);
  g_assert_cmpuint (n_unknown, ==, 2);
}

static void
test_vectors (Folder *folder, gconstpointer data)
{
  g_autoptr (QuarryEmbedder) embedder = NULL;
  float weights[N_WORDS] = { 0, 2, .5f, 1, 1, 1, 1, 1, 1, 1 };
  float vector[2], stone[2], quarry[2], expected[2], norm;

  put_words_model (folder);
  embedder = load (folder);
  quarry_embedder_get_row (embedder, 1, stone);
  quarry_embedder_get_row (embedder, 2, quarry);
  g_assert_cmpfloat (stone[0], ==, -.5f);
  g_assert_cmpfloat (stone[1], ==, .5f);

  g_assert_true (quarry_embedder_embed (embedder, weights, "stone stone quarry", -1, vector));
  for (guint d = 0; d < 2; d++)
    expected[d] = 2 * 2 * stone[d] + .5f * quarry[d];
  norm = hypotf (expected[0], expected[1]);
  for (guint d = 0; d < 2; d++)
    g_assert_cmpfloat_with_epsilon (vector[d], expected[d] / norm, 1e-6f);

  vector[0] = vector[1] = 7;
  g_assert_false (quarry_embedder_embed (embedder, NULL, "日本", -1, vector));
  g_assert_cmpfloat (vector[0], ==, 0);
  g_assert_cmpfloat (vector[1], ==, 0);
}

/* Quantised as Model2Vec does it: int8 rows, a weight a token, tokens that share a row. */
static void
test_mapping (Folder *folder, gconstpointer data)
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

  put_words_model (folder);
  put_tensors (folder,
               "{\"embeddings\":{\"dtype\":\"I8\",\"shape\":[3,2],\"data_offsets\":[120,126]},"
               "\"mapping\":{\"dtype\":\"I64\",\"shape\":[10],\"data_offsets\":[0,80]},"
               "\"__metadata__\":{\"a\":\"b\"},"
               "\"weights\":{\"dtype\":\"F32\",\"shape\":[10],\"data_offsets\":[80,120]}}",
               &file,
               sizeof file);
  embedder = load (folder);
  quarry_embedder_get_row (embedder, 1, row);
  g_assert_cmpfloat (row[0], ==, 1);
  g_assert_cmpfloat (row[1], ==, -2);
  quarry_embedder_get_row (embedder, 2, row);
  g_assert_cmpfloat (row[0], ==, 254);
  g_assert_cmpfloat (row[1], ==, -256);

  file.mapping[9] = 3;
  put_tensors (folder,
               "{\"embeddings\":{\"dtype\":\"I8\",\"shape\":[3,2],\"data_offsets\":[120,126]},"
               "\"mapping\":{\"dtype\":\"I64\",\"shape\":[10],\"data_offsets\":[0,80]}}",
               &file,
               sizeof file);
  assert_refused (folder, QUARRY_EMBED_ERROR_DAMAGED, "model.safetensors");
}

/* The same numbers in every float type give the same rows. */
static void
test_dtypes (Folder *folder, gconstpointer data)
{
  const float values[] = { 0, 1, -2, .5f, 1.5f, -0x1p-14f, 0x1p-24f, 65504, -.25f, 3 };
  const guint16 halves[] = { 0, 0x3c00, 0xc000, 0x3800, 0x3e00, 0x8400, 1, 0x7bff, 0xb400, 0x4200 };
  guint16 rows[N_WORDS * 2];
  float row[2];

  put_words_model (folder);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    rows[i] = halves[i / 2];
  put_tensors (folder,
               "{\"embeddings\":{\"dtype\":\"F16\",\"shape\":[10,2],\"data_offsets\":[0,40]}}",
               rows,
               sizeof rows);
  {
    g_autoptr (QuarryEmbedder) embedder = load (folder);

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
  put_tensors (folder,
               "{\"embeddings\":{\"dtype\":\"BF16\",\"shape\":[10,2],\"data_offsets\":[0,40]}}",
               rows,
               sizeof rows);
  {
    g_autoptr (QuarryEmbedder) embedder = load (folder);

    quarry_embedder_get_row (embedder, 4, row);
    g_assert_cmpfloat (row[0], ==, 1.5f);
  }
  rows[3] = 0x7f80;
  put_tensors (folder,
               "{\"embeddings\":{\"dtype\":\"BF16\",\"shape\":[10,2],\"data_offsets\":[0,40]}}",
               rows,
               sizeof rows);
  assert_refused (folder, QUARRY_EMBED_ERROR_DAMAGED, "model.safetensors");
}

static const char bert_tokenizer[]
    = "{\"model\":{\"vocab\":{\"[UNK]\":1,\"[PAD]\":0,\"stone\":2,\"##s\":3,\"cafe\":4,\",\":5,"
      "\"日\":6,"
      "\"sto\":7},\"unk_token\":\"[UNK]\",\"type\":\"WordPiece\",\"continuing_subword_prefix\":\"##"
      "\","
      "\"max_input_chars_per_word\":8},\"normalizer\":{\"type\":\"BertNormalizer\",\"clean_text\":"
      "true,"
      "\"handle_chinese_chars\":true,\"strip_accents\":null,\"lowercase\":true},\"pre_tokenizer\":"
      "{\"type\":\"BertPreTokenizer\"},\"added_tokens\":[{\"id\":8,\"content\":\"[NEW]\"}]}";

static void
test_wordpiece (Folder *folder, gconstpointer data)
{
  g_autoptr (QuarryEmbedder) embedder = NULL;
  float rows[9 * 2];

  fill (rows, G_N_ELEMENTS (rows));
  put_tensors (folder,
               "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[9,2],\"data_offsets\":[0,72]}}",
               rows,
               sizeof rows);
  put_text (folder, "tokenizer.json", bert_tokenizer);
  embedder = load (folder);
  assert_tokens (
      embedder,
      "Stones,CAFÉ",
      4,
      (QuarryToken[]){ { 2, { 0, 5 } }, { 3, { 5, 6 } }, { 5, { 6, 7 } }, { 4, { 7, 12 } } });
  /* An ideograph stands for itself; "stonex" cannot be pieced; "stonessss" is too long. */
  assert_tokens (embedder,
                 "stone日日 stonex\tstonessss",
                 3,
                 (QuarryToken[]){ { 2, { 0, 5 } }, { 6, { 5, 8 } }, { 6, { 8, 11 } } });
}

static const char metaspace_tokenizer[]
    = "{\"normalizer\":{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"NFKC\"},{\"type\":"
      "\"Replace\","
      "\"pattern\":{\"Regex\":\" {2,}\"},\"content\":\" "
      "\"}]},\"pre_tokenizer\":{\"type\":\"Sequence\","
      "\"pretokenizers\":[{\"type\":\"WhitespaceSplit\"},{\"type\":\"Metaspace\",\"replacement\":"
      "\"▁\","
      "\"add_prefix_space\":true}]},\"model\":{\"type\":\"Unigram\",\"unk_id\":0,\"vocab\":[[\"<"
      "unk>\",0],"
      "[\"▁Stone\",-2],[\"s\",-3],[\"▁\",-4],[\"fi\",-4],[\"▁a\",-1e1]]}}";

static void
test_unigram (Folder *folder, gconstpointer data)
{
  g_autoptr (QuarryEmbedder) embedder = NULL;
  float rows[6 * 2];

  fill (rows, G_N_ELEMENTS (rows));
  put_tensors (folder,
               "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[6,2],\"data_offsets\":[0,48]}}",
               rows,
               sizeof rows);
  put_text (folder, "tokenizer.json", metaspace_tokenizer);
  embedder = load (folder);
  assert_tokens (embedder, "Stones", 2, (QuarryToken[]){ { 1, { 0, 5 } }, { 2, { 5, 6 } } });
  /* The ligature becomes two letters; "Q" is unknown and left out. */
  assert_tokens (
      embedder,
      "Qs  \xef\xac\x81",
      4,
      (QuarryToken[]){ { 3, { 0, 0 } }, { 2, { 1, 2 } }, { 3, { 4, 4 } }, { 4, { 4, 7 } } });
  g_assert_false (quarry_embedder_breaks_words (embedder));
  assert_sentences_agree (embedder, "Stone Stones  s a. fis, Stone\xff Stones Q.");
}

/* Viterbi against all cuts of random words over a random vocabulary. */
static double
best_cut (QuarryVocabulary *vocabulary, const double *scores, const char *word, gsize length)
{
  double best = -INFINITY;

  if (length == 0)
    return 0;
  for (gsize n = 1; n <= length; n++)
    {
      guint32 id = quarry_vocabulary_find (vocabulary, word, n);
      double rest = best_cut (vocabulary, scores, word + n, length - n);

      if (id != QUARRY_NO_TOKEN)
        best = MAX (best, scores[id] + rest);
      else if (n == 1)
        best = MAX (best, rest - 20);
    }
  return best;
}

static void
test_viterbi (void)
{
  for (guint round = 0; round < 50; round++)
    {
      g_autoptr (QuarryVocabulary) vocabulary = quarry_vocabulary_new (0);
      g_autoptr (GArray) pieces = g_array_new (FALSE, FALSE, sizeof (QuarryPiece));
      double scores[30], sum = 0;
      char word[11] = { 0 };
      guint n = 0, covered = 0;

      for (guint i = 0; i < 30; i++)
        {
          char token[4] = { 0 };
          gsize length = g_test_rand_int_range (1, 4);
          gboolean taken = FALSE;

          for (gsize j = 0; j < length; j++)
            token[j] = "abc"[g_test_rand_int_range (0, 3)];
          for (guint k = 0; k < n && !taken; k++)
            {
              gsize other;
              const char *bytes = quarry_vocabulary_get (vocabulary, k, &other);

              taken = other == length && memcmp (bytes, token, length) == 0;
            }
          if (taken)
            continue;
          scores[n] = -g_test_rand_double_range (1, 9);
          g_assert_true (quarry_vocabulary_add (vocabulary, n++, token, length));
        }
      g_assert_true (quarry_vocabulary_seal (vocabulary));
      for (guint i = 0; i < 10; i++)
        word[i] = "abcd"[g_test_rand_int_range (0, 4)];

      quarry_pieces_unigram (vocabulary, scores, -20, word, 10, pieces);
      for (guint i = 0; i < pieces->len; i++)
        {
          const QuarryPiece *piece = &g_array_index (pieces, QuarryPiece, i);
          gsize length;
          const char *bytes = quarry_vocabulary_get (vocabulary, piece->id, &length);

          g_assert_cmpuint (piece->end - piece->start, ==, length);
          g_assert_cmpmem (bytes, length, word + piece->start, length);
          g_assert_cmpuint (piece->start, >=, i > 0 ? piece[-1].end : 0);
          sum += scores[piece->id];
          covered += length;
        }
      sum -= 20 * (10 - covered);
      g_assert_cmpfloat_with_epsilon (sum, best_cut (vocabulary, scores, word, 10), 1e-9);
    }
}

/* A word of a megabyte takes linear time and memory, and comes out whole. */
static void
test_long_word (Folder *folder, gconstpointer data)
{
  g_autoptr (QuarryEmbedder) embedder = NULL;
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (QuarryToken));
  g_autofree char *text = g_strnfill (1 << 20, 's');

  put_words_model (folder);
  embedder = load (folder);
  quarry_embedder_tokenize (embedder, text, -1, tokens);
  g_assert_cmpuint (tokens->len, ==, 1 << 20);
}

static void
test_kernels (void)
{
  enum
  {
    DIMS = 128,
    N_ROWS = 40,
    N = 70
  };
  g_autofree float *floats = g_new (float, N_ROWS *DIMS);
  g_autofree gint8 *bytes = g_new (gint8, N_ROWS * DIMS);
  guint32 which[N];
  float weights[N];

  for (guint i = 0; i < N_ROWS * DIMS; i++)
    {
      floats[i] = g_test_rand_double_range (-1, 1);
      bytes[i] = g_test_rand_int_range (-128, 128);
    }
  for (guint i = 0; i < N; i++)
    {
      which[i] = g_test_rand_int_range (0, N_ROWS);
      weights[i] = g_test_rand_double_range (0, 2);
    }
  for (guint type = 0; type < 2; type++)
    {
      QuarryRows rows = { type == 0 ? (void *) floats : bytes,
                          type == 0 ? QUARRY_DTYPE_F32 : QUARRY_DTYPE_I8,
                          N_ROWS,
                          DIMS };
      float one[DIMS] = { 0 };
      float products[N];

      quarry_rows_add (QUARRY_ROWS_PORTABLE, &rows, which, weights, N, one);
      g_assert_cmpfloat (fabsf (one[5]), >, 0);
      quarry_rows_multiply (QUARRY_ROWS_PORTABLE, &rows, which, N, floats, products);
      for (guint i = 0; i < N; i++)
        {
          float row[DIMS] = { 0 };
          const float weight = 1;
          double product = 0;

          quarry_rows_add (QUARRY_ROWS_PORTABLE, &rows, which + i, &weight, 1, row);
          for (guint d = 0; d < DIMS; d++)
            product += (double) row[d] * (double) floats[d];
          g_assert_cmpfloat_with_epsilon (products[i], product, 1e-3);
        }
      for (QuarryRowsKernel kernel = QUARRY_ROWS_AVX2; kernel <= quarry_rows_best_kernel ();
           kernel++)
        {
          float other[DIMS] = { 0 };
          float other_products[N];

          quarry_rows_add (kernel, &rows, which, weights, N, other);
          g_assert_cmpmem (one, sizeof one, other, sizeof other);
          quarry_rows_multiply (kernel, &rows, which, N, floats, other_products);
          g_assert_cmpmem (products, sizeof products, other_products, sizeof other_products);
        }
    }
}

static void
test_missing (Folder *folder, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *model = g_build_filename (folder->path, "model.safetensors", NULL);
  g_autofree char *tokenizer = g_build_filename (folder->path, "tokenizer.json", NULL);

  g_assert_null (quarry_embedder_load ("/nowhere/at/all", &error));
  g_assert_error (error, QUARRY_EMBED_ERROR, QUARRY_EMBED_ERROR_MISSING);
  put_words_model (folder);
  g_remove (tokenizer);
  assert_refused (folder, QUARRY_EMBED_ERROR_MISSING, "tokenizer.json");
  g_remove (model);
  assert_refused (folder, QUARRY_EMBED_ERROR_MISSING, "model.safetensors");
}

/* Headers that lie, each in its own way. */
static void
test_hostile_tensors (Folder *folder, gconstpointer data)
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

  put_words_model (folder);
  fill (rows, G_N_ELEMENTS (rows));
  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_test_message ("%s", headers[i]);
      put_tensors (folder, headers[i], rows, sizeof rows);
      assert_refused (folder, QUARRY_EMBED_ERROR_DAMAGED, "model.safetensors");
    }
  put_tensors (folder, deep, rows, sizeof rows);
  assert_refused (folder, QUARRY_EMBED_ERROR_DAMAGED, "model.safetensors");
  put (folder, "model.safetensors", &huge, sizeof huge);
  assert_refused (folder, QUARRY_EMBED_ERROR_DAMAGED, "model.safetensors");
  put (folder, "model.safetensors", "", 0);
  assert_refused (folder, QUARRY_EMBED_ERROR_DAMAGED, "model.safetensors");
  put_tensors (folder,
               "{\"other\":{\"dtype\":\"F32\",\"shape\":[10,2],\"data_offsets\":[0,80]}}",
               rows,
               sizeof rows);
  assert_refused (folder, QUARRY_EMBED_ERROR_UNSUPPORTED, "model.safetensors");
  rows[7] = NAN;
  put_tensors (folder, tensors_10_by_2, rows, sizeof rows);
  assert_refused (folder, QUARRY_EMBED_ERROR_DAMAGED, "model.safetensors");
}

/* Every shorter file is refused: nothing is read beyond the end. */
static void
test_truncated (Folder *folder, gconstpointer data)
{
  g_autofree char *tensors = g_build_filename (folder->path, "model.safetensors", NULL);
  g_autofree char *tokenizer = g_build_filename (folder->path, "tokenizer.json", NULL);
  g_autofree char *bytes = NULL;
  g_autofree char *text = NULL;
  gsize length;

  put_words_model (folder);
  g_assert_true (g_file_get_contents (tensors, &bytes, &length, NULL));
  for (gsize n = 0; n < length; n++)
    {
      put (folder, "model.safetensors", bytes, n);
      assert_refused (folder, QUARRY_EMBED_ERROR_DAMAGED, "model.safetensors");
    }
  put (folder, "model.safetensors", bytes, length);
  g_assert_true (g_file_get_contents (tokenizer, &text, &length, NULL));
  for (gsize n = 0; n < length; n++)
    {
      put (folder, "tokenizer.json", text, n);
      assert_refused (folder, QUARRY_EMBED_ERROR_DAMAGED, "tokenizer.json");
    }
}

/* A map of the units and of texts, which may hold NUL. */
static QuarryCharsmap *
make_charsmap (guint32 trie_length, const guint32 units[3], const char *texts, gsize texts_length)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  trie_length = GUINT32_TO_LE (trie_length);
  g_byte_array_append (bytes, (const guint8 *) &trie_length, 4);
  for (guint i = 0; i < 3; i++)
    g_byte_array_append (bytes, (const guint8 *) &(guint32) { GUINT32_TO_LE (units[i]) }, 4);
  g_byte_array_append (bytes, (const guint8 *) texts, (guint) texts_length);
  return quarry_charsmap_new (bytes->data, bytes->len);
}

static void
test_charsmap (void)
{
  /* From the first unit "A" leads to the second, whose value is the third. */
#define FIRST (0x40u << 10)
#define SECOND (3u << 10 | 1u << 8 | 'A')
#define VALUE(v) (1u << 31 | (v))
  static const struct
  {
    guint32 units[3];
    const char *with; /* in place of "A"; NULL: stays */
  } maps[] = {
    { { FIRST, SECOND, VALUE (0) }, "bc" },
    { { FIRST, SECOND, VALUE (3) }, "é" },
    { { FIRST, SECOND, VALUE (5) }, "" },
    { { FIRST, SECOND, VALUE (6) }, "" },
    /* Within a character, past the texts, past the units (by both strides), by another byte, by none. */
    { { FIRST, SECOND, VALUE (4) }, NULL },
    { { FIRST, SECOND, VALUE (7) }, NULL },
    { { FIRST, SECOND, VALUE (0x7fffffff) }, NULL },
    { { FIRST, SECOND | 0x1ffffcu << 10, VALUE (0) }, NULL },
    { { FIRST, SECOND | 1u << 9, VALUE (0) }, NULL },
    { { 0x1fffffu << 10, SECOND, VALUE (0) }, NULL },
    { { 0x1fffffu << 10 | 1u << 9, SECOND, VALUE (0) }, NULL },
    { { FIRST, SECOND + 1, VALUE (0) }, NULL },
    { { FIRST, SECOND | 1u << 31, VALUE (0) }, NULL },
    { { FIRST, SECOND & ~(1u << 8), VALUE (0) }, NULL },
  };
  g_autofree char *many = g_strnfill (1025, 'a');

  for (guint i = 0; i < G_N_ELEMENTS (maps); i++)
    {
      g_autoptr (QuarryCharsmap) map = make_charsmap (12, maps[i].units, "bc\0é\0", 6);

      g_assert_nonnull (map);
      g_assert_cmpstr (quarry_charsmap_find (map, "Ab", 2), ==, maps[i].with);
      g_assert_null (quarry_charsmap_find (map, "b", 1));
      g_assert_null (quarry_charsmap_find (map, "", 0));
    }

  for (guint i = 0; i < 2; i++)
    {
      /* The last text needs no end of its own; one that is too long is refused. */
      g_autoptr (QuarryCharsmap) map = make_charsmap (12, maps[0].units, many, 1024 + i);

      if (i == 0)
        g_assert_cmpuint (strlen (quarry_charsmap_find (map, "A", 1)), ==, 1024);
      else
        g_assert_null (map);
    }
  g_assert_null (make_charsmap (12, maps[0].units, "a\0\xc3", 3));
  g_assert_null (make_charsmap (0, maps[0].units, "a", 1));
  g_assert_null (make_charsmap (11, maps[0].units, "a", 1));
  g_assert_null (make_charsmap (16, maps[0].units, "a", 1));
  g_assert_null (make_charsmap (0xfffffffc, maps[0].units, "a", 1));
  g_assert_null (quarry_charsmap_new ((const guint8 *) "\4\0\0", 3));
}

static void
test_hostile_tokenizers (Folder *folder, gconstpointer data)
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

  put_words_model (folder);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_test_message ("%s", files[i].text);
      put_text (folder, "tokenizer.json", files[i].text);
      assert_refused (folder, files[i].code, "tokenizer.json");
    }
  for (guint i = 0; i < 100000; i++)
    g_string_append (deep, "{\"type\":\"Sequence\",\"normalizers\":[");
  put_text (folder, "tokenizer.json", deep->str);
  assert_refused (folder, QUARRY_EMBED_ERROR_DAMAGED, "tokenizer.json");

  /* A vocabulary with more or fewer tokens than there are rows. */
  put_text (folder,
            "tokenizer.json",
            "{\"model\":{\"type\":\"WordLevel\",\"vocab\":{\"a\":0,\"b\":10}}}");
  assert_refused (folder, QUARRY_EMBED_ERROR_DAMAGED, "model.safetensors");
  put_text (
      folder, "tokenizer.json", "{\"model\":{\"type\":\"WordLevel\",\"vocab\":{\"a\":0,\"b\":8}}}");
  assert_refused (folder, QUARRY_EMBED_ERROR_DAMAGED, "model.safetensors");

  put_words_model (folder);
  put_text (folder, "config.json", "{\"hidden_dim\":3}");
  assert_refused (folder, QUARRY_EMBED_ERROR_DAMAGED, "config.json");
  put_text (folder, "config.json", "{\"hidden_dim\":");
  assert_refused (folder, QUARRY_EMBED_ERROR_DAMAGED, "config.json");
}

/* Bytes changed at random: a model loads and runs, or is refused. */
static void
test_mutated (Folder *folder, gconstpointer data)
{
  static const char *names[] = { "model.safetensors", "tokenizer.json", "config.json" };
  static const char *tokenizers[] = { words_tokenizer, bert_tokenizer, metaspace_tokenizer };
  guint n_loaded = 0;

  for (guint round = 0; round < 3000; round++)
    {
      const char *name = names[g_test_rand_int_range (0, 3)];
      g_autofree char *path = g_build_filename (folder->path, name, NULL);
      g_autofree char *bytes = NULL;
      g_autoptr (QuarryEmbedder) embedder = NULL;
      g_autoptr (GError) error = NULL;
      gsize length;
      float vector[64];

      put_words_model (folder);
      if (round % 2 == 0)
        {
          /* Of as many rows as any of the three has tokens. */
          float rows[N_WORDS * 2] = { 0 };
          guint kind = round / 2 % 3, n = kind == 0 ? 10 : kind == 1 ? 9 : 6;
          g_autofree char *header
              = g_strdup_printf ("{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[%u,2],"
                                 "\"data_offsets\":[0,%u]}}",
                                 n,
                                 8 * n);

          put_text (folder, "tokenizer.json", tokenizers[kind]);
          put_tensors (folder, header, rows, 8 * n);
        }
      g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
      for (int i = g_test_rand_int_range (1, 4); i > 0; i--)
        {
          gsize at = g_test_rand_int_range (0, length);

          /* A sign of the same file, or any byte. */
          bytes[at] = g_test_rand_bit () ? bytes[g_test_rand_int_range (0, length)]
                                         : (char) g_test_rand_int_range (0, 256);
        }
      put (folder, name, bytes, length);
      embedder = quarry_embedder_load (folder->path, &error);
      g_assert_true ((embedder != NULL) == (error == NULL));
      if (embedder == NULL || quarry_embedder_get_dims (embedder) > G_N_ELEMENTS (vector))
        continue;
      quarry_embedder_embed (
          embedder, NULL, "Stones, a stone\xcc\x81 \xff 日本 quarry", -1, vector);
      n_loaded++;
    }
  g_assert_cmpuint (n_loaded, >, 100);
}

/* Normalizers that double the text sixty times over are cut off. */
static void
test_growth (Folder *folder, gconstpointer data)
{
  g_autoptr (GString) text
      = g_string_new ("{\"normalizer\":{\"type\":\"Sequence\",\"normalizers\":[");
  g_autoptr (QuarryEmbedder) embedder = NULL;
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (QuarryToken));
  float rows[2] = { 1, 2 };

  for (guint i = 0; i < 60; i++)
    g_string_append_printf (
        text,
        "%s{\"type\":\"Replace\",\"pattern\":{\"String\":\"a\"},\"content\":\"aa\"}",
        i > 0 ? "," : "");
  g_string_append (text, "]},\"model\":{\"type\":\"Unigram\",\"vocab\":[[\"a\",-1]]}}");
  put_text (folder, "tokenizer.json", text->str);
  put_tensors (folder,
               "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}}",
               rows,
               sizeof rows);
  embedder = load (folder);
  quarry_embedder_tokenize (embedder, "a", -1, tokens);
  g_assert_cmpuint (tokens->len, <, 10000);
}

static void
test_fingerprint (Folder *folder, gconstpointer data)
{
  g_autofree char *first = NULL;
  float rows[N_WORDS * 2];

  put_words_model (folder);
  {
    g_autoptr (QuarryEmbedder) embedder = load (folder);
    g_autoptr (QuarryEmbedder) again = load (folder);

    first = g_strdup (quarry_embedder_get_fingerprint (embedder));
    g_assert_cmpstr (quarry_embedder_get_fingerprint (again), ==, first);
  }
  fill (rows, G_N_ELEMENTS (rows));
  rows[19] += 1;
  put_tensors (folder, tensors_10_by_2, rows, sizeof rows);
  {
    g_autoptr (QuarryEmbedder) embedder = load (folder);

    g_assert_cmpstr (quarry_embedder_get_fingerprint (embedder), !=, first);
  }
  rows[19] -= 1;
  put_tensors (folder, tensors_10_by_2, rows, sizeof rows);
  {
    g_autoptr (GString) text = g_string_new (words_tokenizer);
    g_autoptr (QuarryEmbedder) embedder = NULL;

    g_string_replace (text, "mason", "nosam", 1);
    put_text (folder, "tokenizer.json", text->str);
    embedder = load (folder);
    g_assert_cmpstr (quarry_embedder_get_fingerprint (embedder), !=, first);
  }
}

#define ADD(path, test) g_test_add (path, Folder, NULL, folder_set_up, test, folder_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/embedder/words", test_words);
  ADD ("/embedder/vectors", test_vectors);
  ADD ("/embedder/mapping", test_mapping);
  ADD ("/embedder/dtypes", test_dtypes);
  ADD ("/embedder/wordpiece", test_wordpiece);
  ADD ("/embedder/unigram", test_unigram);
  g_test_add_func ("/embedder/viterbi", test_viterbi);
  ADD ("/embedder/long-word", test_long_word);
  g_test_add_func ("/embedder/kernels", test_kernels);
  ADD ("/embedder/missing", test_missing);
  ADD ("/embedder/hostile-tensors", test_hostile_tensors);
  ADD ("/embedder/truncated", test_truncated);
  ADD ("/embedder/hostile-tokenizers", test_hostile_tokenizers);
  g_test_add_func ("/embedder/charsmap", test_charsmap);
  ADD ("/embedder/mutated", test_mutated);
  ADD ("/embedder/growth", test_growth);
  ADD ("/embedder/fingerprint", test_fingerprint);
  return g_test_run ();
}
