/* quarry-library-catch-up.c: a thread that embeds passages without vectors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Many passages have no vectors where the library was made with another model. The thread embeds them in small
 * batches, between which others can write, and saves its work from time to time.
 */
#include "quarry-config.h"

#include "core/library/import/quarry-prepared.h"
#include "core/library/quarry-library-indexes-private.h"
#include "core/library/quarry-nearness.h"

#include <glib/gi18n-lib.h>

/* BATCH passages are embedded while the locks are held. After SAVED_BATCHES batches the vectors are saved, so that if
 * the thread is stopped, it continues from there the next time. */
#define BATCH 256
#define SAVED_BATCHES 100

typedef struct
{
  QuarryEmbedMissing embed;
  gint64 last;
  guint n;
} Batch;

static gboolean
embed_batch_cb (const QuarryPassageRecord *passage, const char *title, gpointer user_data)
{
  Batch *batch = user_data;

  batch->last = passage->id;
  batch->n++;
  return quarry_library_embed_missing (passage, title, &batch->embed) && batch->n < BATCH;
}

/* Embeds the next passages behind *after, and moves that on. FALSE where there are none left, or where the vectors
 * have been replaced by a new set, which is complete. */
static gboolean
embed_batch (QuarryLibrary *self, const QuarryIndexes *indexes, gint64 *after, float *vector)
{
  g_autoptr (GError) error = NULL;
  QuarryStore *reader = quarry_library_borrow (self, &error);
  Batch batch = { { self, NULL, vector }, *after, 0 };

  if (reader != NULL)
    {
      /* With both locks held, nobody else changes the vectors and no passage is removed. */
      g_rec_mutex_lock (&self->write_lock);
      g_mutex_lock (&self->sync_lock);
      batch.embed.indexes = self->indexes;
      if (self->indexes->vectors == indexes->vectors && quarry_store_begin_read (reader, &error))
        quarry_store_foreach_passage (reader, *after, embed_batch_cb, &batch, &error);
      g_mutex_lock (&self->state_lock);
      self->indexes_dirty = self->indexes_dirty || batch.n > 0;
      g_mutex_unlock (&self->state_lock);
      g_mutex_unlock (&self->sync_lock);
      g_rec_mutex_unlock (&self->write_lock);
      quarry_library_give_back (self, reader);
    }
  if (error != NULL)
    g_message (_("Not all passages could be embedded: %s"), error->message);
  *after = batch.last;

  return error == NULL && batch.n > 0;
}

static gpointer
catch_up_thread (gpointer data)
{
  QuarryLibrary *self = data;
  g_autofree float *vector = g_new (float, quarry_embedder_get_dims (self->embedder));
  g_autoptr (QuarryIndexes) indexes = NULL;
  g_autoptr (GError) error = NULL;
  gint64 after = 0;

  /* Another model also needs other token weights. They are made first, so that each passage is embedded only once. */
  if (!quarry_library_reweigh_words (self, FALSE, FALSE, &error))
    g_message (_("The words could not be weighed anew: %s"), error->message);
  indexes = quarry_library_current_indexes (self);
  for (guint n = 1; !g_atomic_int_get (&self->stop_catching_up); n++)
    {
      if (!embed_batch (self, indexes, &after, vector))
        break;
      if (n % SAVED_BATCHES == 0)
        quarry_library_save_indexes (self, NULL);
      /* Lets whoever waits to write go first. */
      g_usleep (1000);
    }
  g_atomic_int_set (&self->is_behind, 0);
  /* Passages that others added just before, and left to this thread. */
  while (!g_atomic_int_get (&self->stop_catching_up) && embed_batch (self, indexes, &after, vector))
    continue;
  if (!g_atomic_int_get (&self->stop_catching_up))
    {
      quarry_library_measure_nearness (self);
      quarry_library_save_indexes (self, NULL);
      quarry_library_emit_changed (self);
    }

  return NULL;
}

void
quarry_library_catch_up (QuarryLibrary *self)
{
  g_atomic_int_set (&self->is_behind, 1);
  self->catching_up = g_thread_new ("embedding", catch_up_thread, self);
}

void
quarry_library_stop_catching_up (QuarryLibrary *self)
{
  g_atomic_int_set (&self->stop_catching_up, 1);
  g_clear_pointer (&self->catching_up, g_thread_join);
}
