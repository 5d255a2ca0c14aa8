/* quarry-token-shares.c: what each token adds to the dot product of a passage with one vector
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/library/search/quarry-token-shares.h"

#define BATCH 64

struct _QuarryTokenShares
{
  QuarryEmbedder *embedder;
  const float *weights;
  const float *vector;
  guint8 *known; /* one bit for each token of the model */
  float *shares;
};

QuarryTokenShares *
quarry_token_shares_new (QuarryEmbedder *embedder, const float *weights, const float *vector)
{
  QuarryTokenShares *self = g_new0 (QuarryTokenShares, 1);
  guint n_tokens = quarry_embedder_get_n_tokens (embedder);

  self->embedder = g_object_ref (embedder);
  self->weights = weights;
  self->vector = vector;
  self->known = g_new0 (guint8, n_tokens / 8 + 1);
  self->shares = g_new (float, MAX (1, n_tokens));

  return self;
}

void
quarry_token_shares_free (QuarryTokenShares *self)
{
  g_object_unref (self->embedder);
  g_free (self->known);
  g_free (self->shares);
  g_free (self);
}

static void
work_out (QuarryTokenShares *self, const guint32 *ids, guint n)
{
  float shares[BATCH];

  quarry_embedder_multiply (self->embedder, self->weights, ids, n, self->vector, shares);
  for (guint i = 0; i < n; i++)
    self->shares[ids[i]] = shares[i];
}

const float *
quarry_token_shares_get (QuarryTokenShares *self, const QuarryToken *tokens, guint n_tokens)
{
  guint32 ids[BATCH];
  guint n = 0;

  for (guint i = 0; i < n_tokens; i++)
    {
      guint32 id = tokens[i].id;
      guint8 bit = (guint8) (1u << (id & 7));

      if ((self->known[id >> 3] & bit) != 0)
        continue;
      self->known[id >> 3] |= bit;
      ids[n++] = id;
      if (n == BATCH)
        {
          work_out (self, ids, n);
          n = 0;
        }
    }
  if (n > 0)
    work_out (self, ids, n);

  return self->shares;
}
