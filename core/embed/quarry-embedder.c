/* quarry-embedder.c: converts texts to unit vectors by a static model
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Loads and checks the files of a model, then adds up the rows of tokens.
 */
#include "core/embed/quarry-embedder.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "core/embed/quarry-json-reader.h"
#include "core/embed/quarry-model-map.h"
#include "core/embed/quarry-rows.h"
#include "core/embed/quarry-safetensors.h"
#include "core/embed/quarry-tokenizer.h"
#include "core/mapping/quarry-mapping.h"

#define MAX_DIMS 8192
#define MAX_CONFIG (1 << 20)
/* The rows of this many tokens are prefetched and then added up together. */
#define BATCH 32

struct _QuarryEmbedder
{
  GObject parent_instance;

  char *name;
  char *fingerprint;
  QuarrySafetensors *tensors;
  QuarryTokenizer *tokenizer;
  QuarryRows rows;
  QuarryRowsKernel kernel;
  guint32 *mapping; /* row of each token; NULL where row and token numbers are the same */
  float *weights;   /* weight of each token; NULL where all are 1 */
};

G_DEFINE_QUARK (quarry-embed-error-quark, quarry_embed_error)
G_DEFINE_FINAL_TYPE (QuarryEmbedder, quarry_embedder, G_TYPE_OBJECT)

static void
quarry_embedder_finalize (GObject *object)
{
  QuarryEmbedder *self = QUARRY_EMBEDDER (object);

  g_free (self->name);
  g_free (self->fingerprint);
  g_clear_pointer (&self->tensors, quarry_safetensors_free);
  g_clear_pointer (&self->tokenizer, quarry_tokenizer_free);
  g_free (self->mapping);
  g_free (self->weights);
  G_OBJECT_CLASS (quarry_embedder_parent_class)->finalize (object);
}

static void
quarry_embedder_class_init (QuarryEmbedderClass *class)
{
  G_OBJECT_CLASS (class)->finalize = quarry_embedder_finalize;
}

static void
quarry_embedder_init (QuarryEmbedder *self)
{
  self->kernel = quarry_rows_best_kernel ();
}

static gboolean
set_damaged (GError **error, const char *path, const char *what)
{
  g_set_error (error,
               QUARRY_EMBED_ERROR,
               QUARRY_EMBED_ERROR_DAMAGED,
               _ ("The model file “%s” is damaged: %s"),
               path,
               what);
  return FALSE;
}

/* config.json says little that is not known from the tensors, but what it says must agree with them. */
static gboolean
check_config (QuarryEmbedder *self, const char *path, GError **error)
{
  g_auto (QuarryJsonReader) reader = { 0 };
  g_autoptr (GBytes) file = quarry_model_map (path, NULL);
  const char *name, *fault;
  guint64 dims = 0;
  gsize length;

  /* A folder without this file is complete as well. */
  if (file == NULL)
    return TRUE;
  if (g_bytes_get_size (file) > MAX_CONFIG)
    return set_damaged (error, path, _ ("it is too large"));
  quarry_json_reader_init (&reader, g_bytes_get_data (file, NULL), g_bytes_get_size (file));
  quarry_json_reader_enter_object (&reader);
  while (quarry_json_reader_next_member (&reader, &name, &length))
    if (quarry_json_equal (name, length, "hidden_dim")
        && quarry_json_reader_peek (&reader) == QUARRY_JSON_NUMBER)
      quarry_json_reader_integer (&reader, G_MAXUINT32, &dims);
    else
      quarry_json_reader_skip (&reader);
  quarry_json_reader_end (&reader);
  fault = quarry_json_reader_get_fault (&reader, NULL);
  if (fault != NULL)
    return set_damaged (error, path, fault);
  if (dims != 0 && dims != self->rows.dims)
    return set_damaged (error, path, _ ("its hidden_dim is not the width of the model's rows"));
  return TRUE;
}

static gboolean
take_rows (QuarryEmbedder *self, const char *path, GError **error)
{
  const QuarryTensor *tensor = quarry_safetensors_find (self->tensors, "embeddings");

  if (tensor == NULL)
    tensor = quarry_safetensors_find (self->tensors, "embedding.weight");
  if (tensor == NULL)
    {
      g_set_error (error,
                   QUARRY_EMBED_ERROR,
                   QUARRY_EMBED_ERROR_UNSUPPORTED,
                   _ ("The model file “%s” has no tensor “embeddings” of a known type: it is no "
                      "static model"),
                   path);
      return FALSE;
    }
  if (tensor->n_axes != 2 || tensor->shape[0] == 0 || tensor->shape[1] == 0
      || tensor->shape[0] > QUARRY_VOCABULARY_MAX_TOKENS || tensor->shape[1] > MAX_DIMS)
    return set_damaged (error, path, _ ("its tensor “embeddings” is no table of rows"));
  if (tensor->dtype == QUARRY_DTYPE_I32 || tensor->dtype == QUARRY_DTYPE_I64)
    return set_damaged (error, path, _ ("its tensor “embeddings” has a wrong type"));
  if (!quarry_tensor_is_finite (tensor))
    return set_damaged (error, path, _ ("its rows hold what is not a number"));
  self->rows = (QuarryRows) { tensor->data, tensor->dtype, tensor->shape[0], tensor->shape[1] };
  return TRUE;
}

static gboolean
take_mapping (QuarryEmbedder *self, const char *path, GError **error)
{
  const QuarryTensor *tensor = quarry_safetensors_find (self->tensors, "mapping");
  guint n_tokens = quarry_tokenizer_get_n_tokens (self->tokenizer);

  if (tensor == NULL)
    {
      if (n_tokens == self->rows.n_rows)
        return TRUE;
      return set_damaged (error, path, _ ("it has not as many rows as its tokenizer has tokens"));
    }
  if (tensor->n_axes != 1 || tensor->n_items != n_tokens
      || (tensor->dtype != QUARRY_DTYPE_I32 && tensor->dtype != QUARRY_DTYPE_I64))
    return set_damaged (error, path, _ ("its tensor “mapping” does not fit its tokenizer"));
  self->mapping = g_new (guint32, n_tokens);
  for (guint i = 0; i < n_tokens; i++)
    {
      double row = quarry_tensor_get (tensor, i);

      if (row < 0 || row >= self->rows.n_rows)
        return set_damaged (error, path, _ ("its tensor “mapping” names rows that are not there"));
      self->mapping[i] = row;
    }
  return TRUE;
}

static gboolean
take_weights (QuarryEmbedder *self, const char *path, GError **error)
{
  const QuarryTensor *tensor = quarry_safetensors_find (self->tensors, "weights");
  guint n_tokens = quarry_tokenizer_get_n_tokens (self->tokenizer);

  if (tensor == NULL)
    return TRUE;
  if (tensor->n_axes != 1 || tensor->n_items != n_tokens)
    return set_damaged (error, path, _ ("its tensor “weights” does not fit its tokenizer"));
  self->weights = g_new (float, n_tokens);
  for (guint i = 0; i < n_tokens; i++)
    {
      self->weights[i] = quarry_tensor_get (tensor, i);
      if (!isfinite (self->weights[i]))
        return set_damaged (error, path, _ ("its weights hold what is not a number"));
    }
  return TRUE;
}

/* A hash in four lanes of multiplication and rotation. It is no protection against forgery, but fast enough to read the
 * whole model at every start. */
#define MIX_LANES 4

static inline guint64
mix_lane (guint64 state, guint64 word)
{
  state = (state ^ GUINT64_FROM_LE (word)) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  return state << 29 | state >> 35;
}

static inline void
mix_block (guint64 lanes[MIX_LANES], const guint8 *bytes)
{
  for (guint i = 0; i < MIX_LANES; i++)
    {
      guint64 word;

      memcpy (&word, bytes + i * sizeof word, sizeof word);
      lanes[i] = mix_lane (lanes[i], word);
    }
}

static void
mix (guint64 state[MIX_LANES], const guint8 *bytes, gsize length)
{
  /* A local copy, so that it is kept in registers. */
  guint64 lanes[MIX_LANES];
  guint8 last[MIX_LANES * sizeof (guint64)] = { 0 };
  gsize whole = length - length % sizeof last;

  memcpy (lanes, state, sizeof lanes);
  for (gsize at = 0; at < whole; at += sizeof last)
    mix_block (lanes, bytes + at);
  if (whole < length)
    {
      memcpy (last, bytes + whole, length - whole);
      mix_block (lanes, last);
    }
  memcpy (state, lanes, sizeof lanes);
}

/* To be raised where the same files make other vectors than before. */
#define VECTORS_VERSION "2"

static char *
make_fingerprint (QuarryEmbedder *self)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  g_checksum_update (checksum, (const guchar *) VECTORS_VERSION, -1);
  for (guint file = 0; file < 2; file++)
    {
      guint64 state[5] = { 1, 2, 3, 4 };
      GBytes *content
          = file == 0 ? quarry_safetensors_get_file (self->tensors) : quarry_tokenizer_get_file (self->tokenizer);
      gsize length;
      const guint8 *bytes = g_bytes_get_data (content, &length);

      mix (state, bytes, length);
      state[4] = length;
      for (guint i = 0; i < 5; i++)
        state[i] = GUINT64_TO_LE (state[i]);
      g_checksum_update (checksum, (const guchar *) state, sizeof state);
    }
  return g_strdup (g_checksum_get_string (checksum));
}

static gboolean
load_files (QuarryEmbedder *self, const char *path, GError **error)
{
  g_autofree char *model = g_build_filename (path, "model.safetensors", NULL);
  g_autofree char *tokenizer = g_build_filename (path, "tokenizer.json", NULL);
  g_autofree char *config = g_build_filename (path, "config.json", NULL);

  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error,
                   QUARRY_EMBED_ERROR,
                   QUARRY_EMBED_ERROR_MISSING,
                   _ ("There is no model folder “%s”"),
                   path);
      return FALSE;
    }
  self->tensors = quarry_safetensors_open (model, error);
  if (self->tensors == NULL || !take_rows (self, model, error))
    return FALSE;
  self->tokenizer = quarry_tokenizer_load (tokenizer, error);
  return self->tokenizer != NULL && take_mapping (self, model, error)
         && take_weights (self, model, error) && check_config (self, config, error);
}

QuarryEmbedder *
quarry_embedder_load (const char *path, GError **error)
{
  g_autoptr (QuarryEmbedder) self = g_object_new (QUARRY_TYPE_EMBEDDER, NULL);
  g_autofree char *canonical = g_canonicalize_filename (path, NULL);
  g_autoptr (GError) local = NULL;

  if (!load_files (self, path, &local))
    {
      /* The path may contain any bytes, but messages must be valid UTF-8. */
      g_autofree char *message = g_utf8_make_valid (local->message, -1);

      g_set_error (error,
                   local->domain,
                   local->code,
                   _ ("%s. Get the model again, or choose another."),
                   message);
      return NULL;
    }
  self->name = g_path_get_basename (canonical);
  self->fingerprint = make_fingerprint (self);
  return quarry_embedder_check (self, error) ? g_steal_pointer (&self) : NULL;
}

static gboolean
is_damaged (GBytes *file)
{
  return quarry_mapping_is_damaged (g_bytes_get_data (file, NULL));
}

gboolean
quarry_embedder_check (QuarryEmbedder *self, GError **error)
{
  g_return_val_if_fail (QUARRY_IS_EMBEDDER (self), FALSE);

  if (!is_damaged (quarry_safetensors_get_file (self->tensors))
      && !is_damaged (quarry_tokenizer_get_file (self->tokenizer)))
    return TRUE;
  g_set_error (error,
               QUARRY_EMBED_ERROR,
               QUARRY_EMBED_ERROR_DAMAGED,
               _ ("The file of the model “%s” was cut short while Quarry used it. Get the model again, then "
                  "start Quarry again."),
               self->name);
  return FALSE;
}

const char *
quarry_embedder_get_name (QuarryEmbedder *self)
{
  g_return_val_if_fail (QUARRY_IS_EMBEDDER (self), NULL);

  return self->name;
}

const char *
quarry_embedder_get_fingerprint (QuarryEmbedder *self)
{
  g_return_val_if_fail (QUARRY_IS_EMBEDDER (self), NULL);

  return self->fingerprint;
}

guint
quarry_embedder_get_dims (QuarryEmbedder *self)
{
  g_return_val_if_fail (QUARRY_IS_EMBEDDER (self), 0);

  return self->rows.dims;
}

guint
quarry_embedder_get_n_tokens (QuarryEmbedder *self)
{
  g_return_val_if_fail (QUARRY_IS_EMBEDDER (self), 0);

  return quarry_tokenizer_get_n_tokens (self->tokenizer);
}

void
quarry_embedder_tokenize (QuarryEmbedder *self, const char *text, gssize length, GArray *tokens)
{
  g_return_if_fail (QUARRY_IS_EMBEDDER (self));

  quarry_tokenizer_run (self->tokenizer, text, length < 0 ? strlen (text) : (gsize) length, tokens);
}

void
quarry_embedder_tokenize_word (QuarryEmbedder *self, const char *folded, gsize length, GArray *tokens)
{
  g_return_if_fail (QUARRY_IS_EMBEDDER (self));

  quarry_tokenizer_run_word (self->tokenizer, folded, length, tokens);
}

void
quarry_embedder_tokenize_sentences (QuarryEmbedder *self,
                                    const QuarrySentenceWords *words,
                                    GArray *tokens,
                                    guint32 *first_tokens)
{
  g_return_if_fail (QUARRY_IS_EMBEDDER (self));

  quarry_tokenizer_run_sentences (self->tokenizer, words, tokens, first_tokens);
}

gboolean
quarry_embedder_breaks_words (QuarryEmbedder *self)
{
  g_return_val_if_fail (QUARRY_IS_EMBEDDER (self), FALSE);

  return quarry_tokenizer_breaks_words (self->tokenizer);
}

void
quarry_embedder_get_row (QuarryEmbedder *self, guint32 id, float *row)
{
  float weight = 1;

  g_return_if_fail (QUARRY_IS_EMBEDDER (self));
  g_return_if_fail (id < quarry_embedder_get_n_tokens (self));

  /* The weights in the file belong to its rows: they restore the scale of quantised rows. */
  if (self->weights != NULL)
    weight = self->weights[id];
  if (self->mapping != NULL)
    id = self->mapping[id];
  memset (row, 0, self->rows.dims * sizeof *row);
  quarry_rows_add (self->kernel, &self->rows, &id, &weight, 1, row);
}

/* The row of token @id, and its weight. */
static inline guint32
find_row (const QuarryEmbedder *self, const float *weights, guint32 id, float *weight)
{
  *weight = self->weights != NULL ? self->weights[id] : 1;
  if (weights != NULL)
    *weight *= weights[id];
  return self->mapping != NULL ? self->mapping[id] : id;
}

void
quarry_embedder_accumulate (QuarryEmbedder *self,
                            const float *weights,
                            const QuarryToken *tokens,
                            guint n_tokens,
                            float *sum)
{
  quarry_embedder_accumulate_blocks (self, weights, tokens, n_tokens, MAX (1, n_tokens), sum);
}

void
quarry_embedder_accumulate_blocks (QuarryEmbedder *self,
                                   const float *weights,
                                   const QuarryToken *tokens,
                                   guint n_tokens,
                                   guint block,
                                   float *sums)
{
  guint32 which[BATCH];
  float own[BATCH];

  g_return_if_fail (QUARRY_IS_EMBEDDER (self));
  g_return_if_fail (block > 0);

  for (guint start = 0; start < n_tokens; start += BATCH)
    {
      guint n = MIN (BATCH, n_tokens - start);

      for (guint i = 0; i < n; i++)
        {
          which[i] = find_row (self, weights, tokens[start + i].id, &own[i]);
          quarry_rows_prefetch (&self->rows, which[i]);
        }
      for (guint i = 0, n_here; i < n; i += n_here)
        {
          n_here = MIN (n - i, block - (start + i) % block);
          quarry_rows_add (self->kernel, &self->rows, which + i, own + i, n_here,
                           sums + (gsize) ((start + i) / block) * self->rows.dims);
        }
    }
}

/* The same for several tokens, whose rows are also prefetched. */
static void
find_rows (const QuarryEmbedder *self,
           const float *weights,
           const guint32 *ids,
           guint n,
           guint32 *which,
           float *own)
{
  for (guint i = 0; i < n; i++)
    {
      which[i] = find_row (self, weights, ids[i], &own[i]);
      quarry_rows_prefetch (&self->rows, which[i]);
    }
}

void
quarry_embedder_accumulate_ids (QuarryEmbedder *self,
                                const float *weights,
                                const guint32 *ids,
                                guint n_ids,
                                float *sum)
{
  guint32 which[BATCH];
  float own[BATCH];

  g_return_if_fail (QUARRY_IS_EMBEDDER (self));

  for (guint start = 0; start < n_ids; start += BATCH)
    {
      guint n = MIN (BATCH, n_ids - start);

      find_rows (self, weights, ids + start, n, which, own);
      quarry_rows_add (self->kernel, &self->rows, which, own, n, sum);
    }
}

void
quarry_embedder_multiply (QuarryEmbedder *self,
                          const float *weights,
                          const guint32 *ids,
                          guint n_ids,
                          const float *vector,
                          float *products)
{
  guint32 which[BATCH];
  float own[BATCH];

  g_return_if_fail (QUARRY_IS_EMBEDDER (self));

  for (guint start = 0; start < n_ids; start += BATCH)
    {
      guint n = MIN (BATCH, n_ids - start);

      find_rows (self, weights, ids + start, n, which, own);
      quarry_rows_multiply (self->kernel, &self->rows, which, n, vector, products + start);
      for (guint i = 0; i < n; i++)
        products[start + i] *= own[i];
    }
}

gboolean
quarry_embedder_make_unit (QuarryEmbedder *self, float *vector)
{
  guint dims;
  double square = 0;

  g_return_val_if_fail (QUARRY_IS_EMBEDDER (self), FALSE);

  dims = self->rows.dims;
  for (guint d = 0; d < dims; d++)
    square += (double) vector[d] * (double) vector[d];
  if (!(square > 0) || !isfinite (square))
    {
      memset (vector, 0, dims * sizeof *vector);
      return FALSE;
    }
  for (guint d = 0; d < dims; d++)
    vector[d] = (float) ((double) vector[d] / sqrt (square));
  return TRUE;
}

gboolean
quarry_embedder_embed (
    QuarryEmbedder *self, const float *weights, const char *text, gssize length, float *vector)
{
  g_autoptr (GArray) tokens = g_array_sized_new (FALSE, FALSE, sizeof (QuarryToken), 256);

  g_return_val_if_fail (QUARRY_IS_EMBEDDER (self), FALSE);

  memset (vector, 0, self->rows.dims * sizeof *vector);
  quarry_embedder_tokenize (self, text, length, tokens);
  quarry_embedder_accumulate (self, weights, (QuarryToken *) (gpointer) tokens->data, tokens->len, vector);
  return quarry_embedder_make_unit (self, vector);
}
