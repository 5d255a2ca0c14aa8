/* model-helpers.c: the files of a small model, made by the test, and what becomes of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "model-helpers.h"

#include <glib/gstdio.h>
#include <string.h>

void
put (FolderFixture *model, const char *name, const void *bytes, gsize length)
{
  g_autofree char *path = g_build_filename (model->folder, name, NULL);

  replace_file (path, bytes, length);
}

void
put_text (FolderFixture *model, const char *name, const char *text)
{
  put (model, name, text, strlen (text));
}

void
put_tensors (FolderFixture *model, const char *header, const void *data, gsize n_bytes)
{
  g_autoptr (GByteArray) file = g_byte_array_new ();
  gsize padded = (strlen (header) + 7) / 8 * 8;
  guint64 length = GUINT64_TO_LE (padded);

  g_byte_array_append (file, (const guint8 *) &length, sizeof length);
  g_byte_array_append (file, (const guint8 *) header, strlen (header));
  for (gsize i = strlen (header); i < padded; i++)
    g_byte_array_append (file, (const guint8 *) " ", 1);
  g_byte_array_append (file, data, n_bytes);
  put (model, "model.safetensors", file->data, file->len);
}

#define WORDS_HEAD                                                                               \
  "{\"version\":\"1.0\",\"added_tokens\":[],\"normalizer\":{\"type\":\"Sequence\","              \
  "\"normalizers\":["                                                                            \
  "{\"type\":\"NFKD\"},{\"type\":\"StripAccents\"},{\"type\":\"Lowercase\"}]},"                  \
  "\"pre_tokenizer\":{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"Split\",\"pattern\":" \
  "{\"Regex\":\"[^\\\\p{L}\\\\p{M}\\\\p{N}]+\"},\"behavior\":\"Removed\",\"invert\":false},"     \
  "{\"type\":\"Metaspace\",\"replacement\":\"\\u2581\",\"prepend_scheme\":\"always\",\"split\":" \
  "true}]},"

const char words_tokenizer[] = WORDS_HEAD
    "\"model\":{\"type\":\"Unigram\",\"unk_id\":0,\"byte_fallback\":false,\"vocab\":["
    "[\"<unk>\",0],[\"▁stone\",-1],[\"▁quarry\",-1],[\"▁st\",-3],[\"one\",-3],[\"mason\",-4],"
    "[\"s\",-5],[\"▁s\",-6],[\"on\",-3.5],[\"e\",-4]]}}";
const char bert_tokenizer[]
    = "{\"model\":{\"vocab\":{\"[UNK]\":1,\"[PAD]\":0,\"stone\":2,\"##s\":3,\"cafe\":4,\",\":5,"
      "\"日\":6,"
      "\"sto\":7},\"unk_token\":\"[UNK]\",\"type\":\"WordPiece\",\"continuing_subword_prefix\":\"##"
      "\","
      "\"max_input_chars_per_word\":8},\"normalizer\":{\"type\":\"BertNormalizer\",\"clean_text\":"
      "true,"
      "\"handle_chinese_chars\":true,\"strip_accents\":null,\"lowercase\":true},\"pre_tokenizer\":"
      "{\"type\":\"BertPreTokenizer\"},\"added_tokens\":[{\"id\":8,\"content\":\"[NEW]\"}]}";

const char metaspace_tokenizer[]
    = "{\"normalizer\":{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"NFKC\"},{\"type\":"
      "\"Replace\","
      "\"pattern\":{\"Regex\":\" {2,}\"},\"content\":\" "
      "\"}]},\"pre_tokenizer\":{\"type\":\"Sequence\","
      "\"pretokenizers\":[{\"type\":\"WhitespaceSplit\"},{\"type\":\"Metaspace\",\"replacement\":"
      "\"▁\","
      "\"add_prefix_space\":true}]},\"model\":{\"type\":\"Unigram\",\"unk_id\":0,\"vocab\":[[\"<"
      "unk>\",0],"
      "[\"▁Stone\",-2],[\"s\",-3],[\"▁\",-4],[\"fi\",-4],[\"▁a\",-1e1]]}}";

const char tensors_10_by_2[]
    = "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[10,2],\"data_offsets\":[0,80]}}";

void
fill (float *rows, guint n)
{
  for (guint i = 0; i < n; i++)
    rows[i] = (float) (i % 7) - 2.5f;
}

void
put_words_model (FolderFixture *model)
{
  float rows[N_WORDS * 2];

  fill (rows, G_N_ELEMENTS (rows));
  put_tensors (model, tensors_10_by_2, rows, sizeof rows);
  put_text (model, "tokenizer.json", words_tokenizer);
  put_text (
      model, "config.json", "{\"model_type\":\"model2vec\",\"hidden_dim\":2,\"normalize\":true}");
}

QuarryEmbedder *
load (FolderFixture *model)
{
  g_autoptr (GError) error = NULL;
  QuarryEmbedder *embedder = quarry_embedder_load (model->folder, &error);

  g_assert_no_error (error);
  return embedder;
}

void
assert_refused (FolderFixture *model, QuarryEmbedError code, const char *file)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryEmbedder) embedder = quarry_embedder_load (model->folder, &error);

  g_assert_null (embedder);
  g_assert_error (error, QUARRY_EMBED_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, file));
}
