/* quarry-token-weights.c: the weight of each token, by how rare it is in the library
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/library/quarry-token-weights.h"

#include <math.h>

/* The passages that contain a token. */
typedef struct
{
  guint32 n;
  guint32 last; /* the number of the last passage counted, from 1 */
} Holders;

typedef struct
{
  QuarryEmbedder *embedder;
  QuarryTokenMemory *memory;
  GArray *tokens;
  GArray *remembered; /* of guint32: the remembered tokens of a passage */
  Holders *holders; /* one for each token */
  guint32 n_passages;
} CountData;

static void
count_token (CountData *self, guint32 id)
{
  Holders *holders = &self->holders[id];

  holders->n += holders->last != self->n_passages;
  holders->last = self->n_passages;
}

/* Counts the tokens of a passage; FALSE where they are not remembered. */
static gboolean
count_remembered (CountData *self, guint32 slot)
{
  if (!quarry_token_memory_find (self->memory, slot, self->remembered))
    return FALSE;
  self->n_passages++;
  for (guint i = 0; i < self->remembered->len; i++)
    count_token (self, g_array_index (self->remembered, guint32, i));
  return TRUE;
}

static gboolean
count_tokens_cb (const QuarryPassageRecord *passage, const char *title, gpointer user_data)
{
  CountData *data = user_data;

  if (count_remembered (data, (guint32) passage->id))
    return TRUE;
  data->n_passages++;
  g_array_set_size (data->tokens, 0);
  quarry_embedder_tokenize (data->embedder, passage->text, -1, data->tokens);
  for (guint i = 0; i < data->tokens->len; i++)
    count_token (data, g_array_index (data->tokens, QuarryToken, i).id);

  return TRUE;
}

/* Counts the tokens of all passages. In a new library all of them are remembered, and then no text is read. */
static gboolean
count_all (CountData *self, QuarryStore *store, GError **error)
{
  g_autoptr (GArray) ids = quarry_store_list_passage_ids (store, error);

  if (ids == NULL)
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    {
      gint64 id = g_array_index (ids, gint64, i);

      if (!count_remembered (self, (guint32) id))
        return quarry_store_foreach_passage (store, id - 1, count_tokens_cb, self, error);
    }
  return TRUE;
}

float *
quarry_token_weights_new (QuarryEmbedder *embedder, QuarryStore *store, QuarryTokenMemory *memory, GError **error)
{
  guint n_tokens = quarry_embedder_get_n_tokens (embedder);
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (QuarryToken));
  g_autoptr (GArray) remembered = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autofree Holders *holders = g_new0 (Holders, n_tokens);
  CountData data = { embedder, memory, tokens, remembered, holders, 0 };
  float *weights;
  double most;

  if (!count_all (&data, store, error))
    return NULL;

  weights = g_new (float, n_tokens);
  most = log (1 + (data.n_passages + .5) / .5);
  for (guint i = 0; i < n_tokens; i++)
    weights[i] = (float) sqrt (log (1 + (data.n_passages - holders[i].n + .5) / (holders[i].n + .5)) / most);

  return weights;
}
