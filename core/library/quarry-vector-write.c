/* quarry-vector-write.c: the vectors that a write transaction adds and removes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/library/import/quarry-prepared.h"
#include "core/library/quarry-library-indexes-private.h"
#include "core/library/quarry-vector-write-private.h"

#include <string.h>

static void
forget_vectors (QuarryIndexes *indexes, GArray *ids)
{
  for (guint i = 0; i < ids->len; i++)
    quarry_vector_index_remove (indexes->vectors, (guint32) g_array_index (ids, gint64, i));
}

/* Finds the vector of a new passage: that of a removed passage with the same text, else that computed when it was
 * cut, else it is embedded. */
static void
find_vector (QuarryLibrary *self,
             QuarryIndexes *indexes,
             const QuarryPrepared *prepared,
             const QuarryStretch *stretch,
             guint i,
             GHashTable *texts,
             float *vector)
{
  const QuarryPassageRecord *passage = stretch->passages->pdata[i];
  guint dims = quarry_embedder_get_dims (self->embedder);
  /* Mostly nothing is removed; then there is no need to hash the text. */
  gsize old = g_hash_table_size (texts) > 0 ? GPOINTER_TO_SIZE (g_hash_table_lookup (texts, passage->text)) : 0;

  if (old != 0 && quarry_vector_index_get (indexes->vectors, (guint32) old, vector))
    return;
  if (stretch->cut->vectors != NULL && prepared->indexes == indexes)
    memcpy (vector, &g_array_index (stretch->cut->vectors, float, (gsize) i * dims), dims * sizeof *vector);
  else
    quarry_embedder_embed (self->embedder, indexes->weights, passage->text, -1, vector);
}

static void
remember_tokens (QuarryLibrary *self, const QuarryPrepared *prepared, const QuarryStretch *stretch)
{
  const QuarryCutStretch *cut = stretch->cut;

  for (guint i = 0; cut->tokens != NULL && !prepared->is_alone && i < stretch->passages->len; i++)
    {
      const QuarryPassageRecord *passage = stretch->passages->pdata[i];
      QuarrySpan span = g_array_index (cut->token_spans, QuarrySpan, i);

      quarry_token_memory_add (self->tokens, (guint32) passage->id,
                               &g_array_index (cut->tokens, guint32, span.start), span.end - span.start);
    }
}

void
quarry_vector_write_begin (QuarryLibrary *self, QuarryVectorWrite *write)
{
  g_rec_mutex_lock (&self->write_lock);
  g_mutex_lock (&self->sync_lock);
  write->indexes = quarry_library_current_indexes (self);
  write->added = g_array_new (FALSE, FALSE, sizeof (guint32));
}

void
quarry_vector_write_add (QuarryLibrary *self,
                         QuarryVectorWrite *write,
                         const QuarryPrepared *prepared,
                         const QuarryStretch *stretch,
                         GHashTable *texts)
{
  g_autofree float *vector = g_new (float, quarry_embedder_get_dims (self->embedder));

  for (guint i = 0; i < stretch->passages->len; i++)
    {
      guint32 slot = (guint32) ((const QuarryPassageRecord *) stretch->passages->pdata[i])->id;

      find_vector (self, write->indexes, prepared, stretch, i, texts, vector);
      quarry_vector_index_add (write->indexes->vectors, slot, vector);
      g_array_append_val (write->added, slot);
    }
  remember_tokens (self, prepared, stretch);
}

gboolean
quarry_vector_write_end (QuarryLibrary *self, QuarryVectorWrite *write, gboolean done, GArray *gone, GError **error)
{
  done = quarry_library_end_write (self, done, error) && done;
  if (done)
    forget_vectors (write->indexes, gone);
  else
    {
      for (guint i = 0; i < write->added->len; i++)
        quarry_vector_index_remove (write->indexes->vectors, g_array_index (write->added, guint32, i));
      if (write->added->len > 0)
        quarry_token_memory_clear (self->tokens);
      quarry_library_restore_words (self);
    }

  g_mutex_lock (&self->state_lock);
  self->indexes_dirty = TRUE;
  g_mutex_unlock (&self->state_lock);
  g_array_unref (write->added);
  quarry_indexes_unref (write->indexes);
  g_mutex_unlock (&self->sync_lock);
  g_rec_mutex_unlock (&self->write_lock);

  return done;
}
