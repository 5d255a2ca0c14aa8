/* passage-vectors.c: vectors of real passages and queries to measure with
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "passage-vectors.h"

#include "corpus.h"

#include <math.h>
#include <string.h>

#define QUERY_WORDS 12

typedef struct
{
  QuarryEmbedder *embedder;
  GArray *tokens;
  float *weights;
  guint dims;
  gboolean twice;
} Maker;

/* Computes the weights of tokens as core/library does. */
static void
weigh (Maker *maker, GPtrArray *passages)
{
  guint n_tokens = quarry_embedder_get_n_tokens (maker->embedder);
  g_autofree guint32 *frequency = g_new0 (guint32, n_tokens);
  g_autofree guint32 *last_seen = g_new0 (guint32, n_tokens);
  double most = log (1 + (passages->len + .5) / .5);

  for (guint i = 0; i < passages->len; i++)
    {
      g_array_set_size (maker->tokens, 0);
      quarry_embedder_tokenize (maker->embedder, passages->pdata[i], -1, maker->tokens);
      for (guint j = 0; j < maker->tokens->len; j++)
        {
          guint32 id = g_array_index (maker->tokens, QuarryToken, j).id;

          frequency[id] += last_seen[id] != i + 1;
          last_seen[id] = i + 1;
        }
    }
  maker->weights = g_new (float, n_tokens);
  for (guint i = 0; i < n_tokens; i++)
    maker->weights[i]
        = (float) sqrt (log (1 + (passages->len - frequency[i] + .5) / (frequency[i] + .5)) / most);
}

static void
embed (Maker *maker, const char *text, gsize length, float *vector)
{
  gsize middle = length / 2;

  if (!maker->twice)
    {
      quarry_embedder_embed (maker->embedder, maker->weights, text, (gssize) length, vector);
      return;
    }
  while (middle > 0 && text[middle] != ' ')
    middle--;
  quarry_embedder_embed (maker->embedder, maker->weights, text, (gssize) middle, vector);
  quarry_embedder_embed (maker->embedder, maker->weights, text + middle, (gssize) (length - middle),
                         vector + maker->dims);
  for (guint i = 0; i < 2 * maker->dims; i++)
    vector[i] *= (float) G_SQRT2 / 2;
}

/* Finds words in the middle of a paragraph; sets *@end to their end. */
static const char *
find_query (const char *text, const char **end)
{
  const char *start = strchr (text + strlen (text) / 3, ' ');

  *end = start;
  for (guint i = 0; i < QUERY_WORDS && *end != NULL; i++)
    *end = strchr (*end + 1, ' ');
  return *end != NULL ? start : NULL;
}

float *
passage_vectors_make (QuarryEmbedder *embedder,
                      gboolean twice,
                      guint *n_vectors,
                      guint n_queries,
                      float **queries)
{
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (QuarryToken));
  Maker maker = { .embedder = embedder,
                  .tokens = tokens,
                  .dims = quarry_embedder_get_dims (embedder),
                  .twice = twice };
  gsize dims = maker.dims * (twice ? 2 : 1);
  /* Every hundredth paragraph is reserved for queries. */
  g_autoptr (GPtrArray) passages = corpus_read (*n_vectors + *n_vectors / 99 + 1);
  float *vectors;
  guint n = 0, n_asked = 0;

  if (passages->len < 1000)
    return NULL;
  weigh (&maker, passages);
  vectors = g_new (float, passages->len * dims);
  *queries = g_new0 (float, n_queries * dims);
  for (guint i = 0; i < passages->len; i++)
    if (i % 100 != 50)
      embed (&maker, passages->pdata[i], strlen (passages->pdata[i]), vectors + n++ * dims);
  for (guint64 i = 0; i < 100 * (guint64) n_queries && n_asked < n_queries; i++)
    {
      const char *end;
      const char *text
          = passages->pdata[i * G_GUINT64_CONSTANT (2654435761) % (passages->len / 100) * 100 + 50];
      const char *start = find_query (text, &end);
      float *query = *queries + n_asked * dims;

      if (start != NULL
          && quarry_embedder_embed (embedder, maker.weights, start, end - start, query))
        {
          for (guint j = 0; twice && j < maker.dims; j++)
            query[maker.dims + j] = query[j] *= (float) G_SQRT2 / 2;
          n_asked++;
        }
    }
  g_free (maker.weights);
  *n_vectors = MIN (n, *n_vectors);
  return vectors;
}
