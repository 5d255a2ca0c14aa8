/* quarry-library-weights.c: the library's token weights, and when they are made anew
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Token weights are idf^.5 over the library's own passages (quarry-token-weights.h). They are made anew, and all
 * vectors with them, whenever the library has doubled, so that the total work stays proportional to what was added.
 */
#include "quarry-config.h"

#include "core/library/quarry-library-indexes-private.h"

#include <math.h>

#include "core/library/quarry-token-weights.h"

/* A smaller library says too little about how frequent words are. */
#define MIN_PASSAGES_FOR_WEIGHTS 100

QuarryIndexes *
quarry_library_load_weights (QuarryLibrary *self, QuarryStore *store, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *fingerprint = NULL;
  g_autofree char *epoch = NULL;
  g_autoptr (GBytes) blob = NULL;
  guint n_tokens = quarry_embedder_get_n_tokens (self->embedder);

  fingerprint = quarry_store_get_string (store, "weights-model", &local);
  if (local == NULL)
    epoch = quarry_store_get_string (store, "weights-epoch", &local);
  if (local == NULL)
    blob = quarry_store_get_value (store, "weights", &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }

  if (blob != NULL && epoch != NULL
      && g_strcmp0 (fingerprint, quarry_embedder_get_fingerprint (self->embedder)) == 0
      && g_bytes_get_size (blob) == n_tokens * sizeof (float))
    {
      g_autofree float *weights = g_memdup2 (g_bytes_get_data (blob, NULL), g_bytes_get_size (blob));
      gboolean sound = TRUE;

      for (guint i = 0; i < n_tokens; i++)
        sound = sound && isfinite (weights[i]) && weights[i] >= 0 && weights[i] < 1000;
      if (sound)
        return quarry_indexes_new (self, g_steal_pointer (&weights), epoch);
    }

  return quarry_indexes_new (self, NULL, "0");
}

char *
quarry_library_name_weights (GBytes *weights)
{
  char *name = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, weights);

  name[16] = '\0';
  return name;
}

char *
quarry_library_dup_weights_epoch (QuarryLibrary *self, QuarryStore *store)
{
  g_autofree char *model = quarry_store_get_string (store, "weights-model", NULL);

  return g_strcmp0 (model, quarry_embedder_get_fingerprint (self->embedder)) == 0
             ? quarry_store_get_string (store, "weights-epoch", NULL)
             : NULL;
}

/* Whether the library has doubled since its weights were made, or they belong to another model. */
static gboolean
weights_are_due (QuarryLibrary *self, QuarryStore *store, guint64 n_passages)
{
  g_autofree char *made_with = quarry_store_get_string (store, "weights-passages", NULL);
  g_autofree char *model = quarry_store_get_string (store, "weights-model", NULL);

  if (n_passages < MIN_PASSAGES_FOR_WEIGHTS)
    return FALSE;
  return made_with == NULL || n_passages >= 2 * g_ascii_strtoull (made_with, NULL, 10)
         || g_strcmp0 (model, quarry_embedder_get_fingerprint (self->embedder)) != 0;
}

gboolean
quarry_library_reweigh_words (QuarryLibrary *self, gboolean force, gboolean embed, GError **error)
{
  QuarryStore *writer;
  QuarryStoreCounts counts;
  g_autoptr (QuarryIndexes) indexes = NULL;
  g_autofree float *weights = NULL;
  g_autoptr (GBytes) blob = NULL;
  g_autofree char *epoch = NULL;
  g_autofree char *made_with = NULL;
  guint n_changed;
  gboolean done = FALSE;

  writer = quarry_library_begin_write (self, error);
  if (writer == NULL)
    return FALSE;
  if (!quarry_store_count (writer, &counts, error))
    {
      quarry_library_end_write (self, FALSE, NULL);
      return FALSE;
    }
  if (!weights_are_due (self, writer, counts.passages)
      && !(force && counts.passages >= MIN_PASSAGES_FOR_WEIGHTS))
    return quarry_library_end_write (self, FALSE, NULL);

  weights = quarry_token_weights_new (self->embedder, writer, self->tokens, error);
  if (weights != NULL)
    {
      blob = g_bytes_new (weights, quarry_embedder_get_n_tokens (self->embedder) * sizeof (float));
      epoch = quarry_library_name_weights (blob);
      made_with = g_strdup_printf ("%" G_GUINT64_FORMAT, counts.passages);
      indexes = quarry_indexes_new (self, g_steal_pointer (&weights), epoch);
      indexes->words = quarry_lexical_index_ref (self->indexes->words);
      indexes->vectors = quarry_library_new_vectors (self, writer);

      done = (!embed
              || quarry_library_complete_vectors (self, indexes, writer, G_MAXUINT, &n_changed, error))
             && quarry_store_set_value (writer, "weights", blob, error)
             && quarry_store_set_string (writer, "weights-epoch", epoch, error)
             && quarry_store_set_string (writer, "weights-passages", made_with, error)
             && quarry_store_set_string (writer, "weights-model",
                                        quarry_embedder_get_fingerprint (self->embedder), error);
    }

  if (!done)
    {
      quarry_library_end_write (self, FALSE, NULL);
      return FALSE;
    }

  g_mutex_lock (&self->sync_lock);
  done = quarry_library_end_write (self, TRUE, error);
  if (done)
    quarry_library_put_in_force (self, g_steal_pointer (&indexes));
  g_mutex_unlock (&self->sync_lock);

  return done;
}

gboolean
quarry_library_reweigh (QuarryLibrary *self, gboolean force, GError **error)
{
  gboolean done = quarry_library_reweigh_words (self, force, TRUE, error);

  /* The remembered tokens are needed only for this. */
  g_rec_mutex_lock (&self->write_lock);
  g_mutex_lock (&self->sync_lock);
  quarry_token_memory_clear (self->tokens);
  g_mutex_unlock (&self->sync_lock);
  g_rec_mutex_unlock (&self->write_lock);
  return done;
}
