/* quarry-library-embed.c: makes the vectors agree with the database, on several threads
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/library/quarry-library-indexes-private.h"

#include <string.h>

#include "core/library/import/quarry-prepared.h"
#include "core/machine/quarry-bounded-queue.h"

/* The number of passages that a thread embeds before it adds them: from remembered tokens, and from texts. */
#define BATCH 512u
#define TEXTS 64u
/* Only one thread can add vectors at a time, and that is a fifth of the work, so more threads would wait. */
#define MOST_THREADS 4u

/* Moves vectors out of memory from time to time. Called after each one that is added. */
static void
spare_vectors (QuarryLibrary *self, QuarryIndexes *indexes)
{
  if (quarry_vector_index_get_count (indexes->vectors) % 1024 == 0)
    quarry_library_spare_vectors (self, indexes->vectors);
}

gboolean
quarry_library_embed_missing (const QuarryPassageRecord *passage, const char *title, gpointer user_data)
{
  QuarryEmbedMissing *data = user_data;

  if (!quarry_vector_index_has (data->indexes->vectors, (guint32) passage->id))
    {
      quarry_embedder_embed (data->library->embedder, data->indexes->weights, passage->text, -1,
                             data->vector);
      quarry_vector_index_add (data->indexes->vectors, (guint32) passage->id, data->vector);
      spare_vectors (data->library, data->indexes);
    }

  return TRUE;
}

/* Several threads each embed a batch at a time, and add them in a fixed order, so that the same passages always give
 * the same index. */
typedef struct
{
  GMutex lock;
  GCond moved_on;
  guint next; /* the batch that may be added next; under the lock */
} Turns;

static void
turns_init (Turns *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->moved_on);
  self->next = 0;
}

static void
turns_clear (Turns *self)
{
  g_cond_clear (&self->moved_on);
  g_mutex_clear (&self->lock);
}

/* Waits for the turn of this batch, adds it, and passes the turn on to @following. */
static void
add_in_turn (Turns *self,
             guint turn,
             guint following,
             QuarryLibrary *library,
             QuarryIndexes *indexes,
             const guint32 *slots,
             const float *vectors,
             guint n)
{
  guint dims = quarry_embedder_get_dims (library->embedder);

  g_mutex_lock (&self->lock);
  while (self->next < turn)
    g_cond_wait (&self->moved_on, &self->lock);
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < n; i++)
    {
      quarry_vector_index_add (indexes->vectors, slots[i], vectors + (gsize) i * dims);
      spare_vectors (library, indexes);
    }
  g_mutex_lock (&self->lock);
  self->next = following;
  g_cond_broadcast (&self->moved_on);
  g_mutex_unlock (&self->lock);
}

/* --- From remembered tokens -------------------------------------------------------------------- */

typedef struct
{
  QuarryLibrary *library;
  QuarryIndexes *indexes;
  const gint64 *ids;
  guint n;

  Turns turns; /* a batch's turn is the number of passages before it */
  guint n_begun;        /* passages that threads have begun with; this and the next are under the turns' lock */
  gint64 first_missing; /* lowest id whose tokens are not remembered; -1: none */
} Embedding;

/* Embeds those of @n passages whose tokens are remembered, and writes their vectors and slots. Returns their number;
 * *missing gets the first of the others, or -1. */
static guint
embed_batch (const Embedding *self,
             const gint64 *ids,
             guint n,
             GArray *tokens,
             guint32 *slots,
             float *vectors,
             gint64 *missing)
{
  QuarryEmbedder *embedder = self->library->embedder;
  guint dims = quarry_embedder_get_dims (embedder), n_embedded = 0;

  *missing = -1;
  memset (vectors, 0, (gsize) n * dims * sizeof *vectors);
  for (guint i = 0; i < n; i++)
    {
      guint32 slot = (guint32) ids[i];
      float *vector = vectors + (gsize) n_embedded * dims;

      if (!quarry_token_memory_find (self->library->tokens, slot, tokens))
        {
          *missing = *missing < 0 ? ids[i] : *missing;
          continue;
        }
      quarry_embedder_accumulate_ids (embedder, self->indexes->weights,
                                      (const guint32 *) (gpointer) tokens->data, tokens->len, vector);
      quarry_embedder_make_unit (embedder, vector);
      slots[n_embedded++] = slot;
    }
  return n_embedded;
}

static gpointer
embed_thread (gpointer data)
{
  Embedding *self = data;
  guint dims = quarry_embedder_get_dims (self->library->embedder);
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autofree float *vectors = g_new (float, (gsize) BATCH * dims);
  guint32 slots[BATCH];

  g_mutex_lock (&self->turns.lock);
  while (self->n_begun < self->n)
    {
      guint start = self->n_begun, n = MIN (BATCH, self->n - start), n_embedded;
      gint64 missing;

      self->n_begun += n;
      g_mutex_unlock (&self->turns.lock);
      n_embedded = embed_batch (self, self->ids + start, n, tokens, slots, vectors, &missing);
      add_in_turn (&self->turns, start, start + n, self->library, self->indexes, slots, vectors, n_embedded);
      g_mutex_lock (&self->turns.lock);
      if (missing >= 0 && (self->first_missing < 0 || missing < self->first_missing))
        self->first_missing = missing;
    }
  g_mutex_unlock (&self->turns.lock);

  return NULL;
}

gint64
quarry_library_embed_remembered (QuarryLibrary *self, QuarryIndexes *indexes, const gint64 *ids, guint n)
{
  Embedding embedding = { .library = self, .indexes = indexes, .ids = ids, .n = n, .first_missing = -1 };
  guint n_threads = MIN (MIN (g_get_num_processors (), MOST_THREADS), n / BATCH + 1);
  g_autoptr (GPtrArray) threads = g_ptr_array_new ();

  turns_init (&embedding.turns);
  for (guint i = 1; i < n_threads; i++)
    g_ptr_array_add (threads, g_thread_new ("embed", embed_thread, &embedding));
  embed_thread (&embedding);
  for (guint i = 0; i < threads->len; i++)
    g_thread_join (threads->pdata[i]);
  turns_clear (&embedding.turns);

  return embedding.first_missing;
}

/* --- From texts ---------------------------------------------------------------------------------- */

typedef struct
{
  guint number;
  guint n;
  guint32 slots[TEXTS];
  char *texts[TEXTS];
} Texts;

static void
texts_free (gpointer data)
{
  Texts *self = data;

  for (guint i = 0; i < self->n; i++)
    g_free (self->texts[i]);
  g_free (self);
}

/* One thread reads texts; the others embed them, and add the vectors in the order in which they were read. */
typedef struct
{
  QuarryLibrary *library;
  QuarryIndexes *indexes;
  QuarryBoundedQueue *waiting; /* of Texts: read, but not embedded yet */
  Texts *next;                 /* the batch being filled */
  Turns turns;                 /* a batch's turn is its number */
} TextEmbedding;

/* @number: of the batch, counted from 0. */
static void
begin_texts (TextEmbedding *self, guint number)
{
  self->next = g_new0 (Texts, 1);
  self->next->number = number;
}

static gboolean
read_text_cb (const QuarryPassageRecord *passage, const char *title, gpointer user_data)
{
  TextEmbedding *self = user_data;
  Texts *texts = self->next;

  if (quarry_vector_index_has (self->indexes->vectors, (guint32) passage->id))
    return TRUE;
  texts->slots[texts->n] = (guint32) passage->id;
  texts->texts[texts->n++] = g_strdup (passage->text);
  if (texts->n < TEXTS)
    return TRUE;
  begin_texts (self, texts->number + 1);
  return quarry_bounded_queue_push (self->waiting, texts);
}

static gpointer
embed_texts_thread (gpointer data)
{
  TextEmbedding *self = data;
  QuarryEmbedder *embedder = self->library->embedder;
  guint dims = quarry_embedder_get_dims (embedder);
  g_autofree float *vectors = g_new (float, (gsize) TEXTS * dims);
  Texts *texts;

  while ((texts = quarry_bounded_queue_pop (self->waiting)) != NULL)
    {
      for (guint i = 0; i < texts->n; i++)
        quarry_embedder_embed (embedder, self->indexes->weights, texts->texts[i], -1, vectors + (gsize) i * dims);
      add_in_turn (&self->turns, texts->number, texts->number + 1, self->library, self->indexes, texts->slots, vectors,
                   texts->n);
      texts_free (texts);
    }
  return NULL;
}

gboolean
quarry_library_embed_texts (
    QuarryLibrary *self, QuarryIndexes *indexes, QuarryStore *store, gint64 after, guint n, GError **error)
{
  guint n_threads = MIN (MIN (g_get_num_processors (), MOST_THREADS), n / TEXTS + 1);
  g_autoptr (QuarryBoundedQueue) waiting = quarry_bounded_queue_new (2 * n_threads, NULL, texts_free);
  TextEmbedding embedding = { .library = self, .indexes = indexes, .waiting = waiting };
  g_autoptr (GPtrArray) threads = g_ptr_array_new ();
  gboolean done;

  turns_init (&embedding.turns);
  begin_texts (&embedding, 0);
  for (guint i = 0; i < n_threads; i++)
    g_ptr_array_add (threads, g_thread_new ("embed-texts", embed_texts_thread, &embedding));
  done = quarry_store_foreach_passage (store, after, read_text_cb, &embedding, error);
  quarry_bounded_queue_push (waiting, embedding.next);
  quarry_bounded_queue_close (waiting, FALSE);
  for (guint i = 0; i < threads->len; i++)
    g_thread_join (threads->pdata[i]);
  turns_clear (&embedding.turns);

  return done;
}

/* Removes the @n vectors whose slots are not among @ids (of gint64, ascending). */
static void
remove_gone (QuarryVectorIndex *vectors, const GArray *ids, guint n)
{
  guint next = 0;

  for (guint32 slot = 0; n > 0; slot++)
    {
      while (next < ids->len && g_array_index (ids, gint64, next) < (gint64) slot)
        next++;
      if ((next == ids->len || g_array_index (ids, gint64, next) != (gint64) slot)
          && quarry_vector_index_has (vectors, slot))
        {
          quarry_vector_index_remove (vectors, slot);
          n--;
        }
      if (slot == G_MAXUINT32)
        break;
    }
}

gboolean
quarry_library_complete_vectors (QuarryLibrary *self,
                                 QuarryIndexes *indexes,
                                 QuarryStore *store,
                                 guint most,
                                 guint *n_changed,
                                 GError **error)
{
  g_autoptr (GArray) ids = quarry_store_list_passage_ids (store, error);
  g_autoptr (GArray) missing = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint count = quarry_vector_index_get_count (indexes->vectors);
  guint n_present = 0;
  gint64 first;

  *n_changed = 0;
  if (ids == NULL)
    return FALSE;

  for (guint i = 0; i < ids->len; i++)
    {
      gint64 id = g_array_index (ids, gint64, i);

      if (quarry_vector_index_has (indexes->vectors, (guint32) id))
        n_present++;
      else
        g_array_append_val (missing, id);
    }

  /* Slots are never reused, so more vectors than passages here means that passages were removed. */
  if (count > n_present)
    {
      *n_changed += count - n_present;
      remove_gone (indexes->vectors, ids, count - n_present);
    }
  *n_changed += missing->len;
  if (missing->len == 0 || missing->len > most)
    return TRUE;
  first = quarry_library_embed_remembered (self, indexes, (const gint64 *) (gpointer) missing->data, missing->len);
  if (first >= 0 && !quarry_library_embed_texts (self, indexes, store, first - 1, missing->len, error))
    return FALSE;
  return quarry_embedder_check (self->embedder, error);
}
