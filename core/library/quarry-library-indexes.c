/* quarry-library-indexes.c: the token weights and both indexes, kept in step with the database
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Vectors are derived data: a passage's vector follows from its text, the model and the token weights. The file of
 * vectors only saves embedding everything again at each start. Token weights are idf^.5 over the library's own
 * passages. They are made anew, and all vectors with them, whenever the library has doubled, so that the total work
 * stays proportional to what was added.
 */
#include "quarry-config.h"

#include "core/library/import/quarry-prepared.h"
#include "core/library/quarry-library-indexes-private.h"
#include "core/library/quarry-token-weights.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Up to this many passages are embedded while a library is being opened. If more have no vectors, a thread embeds
 * them, and until then they are found by their words only. */
#define MOST_AT_ONCE 2000

/* A smaller library says too little about how frequent words are. */
#define MIN_PASSAGES_FOR_WEIGHTS 100

/* Room for the analyses of about 3,000 passages: enough for what a person comes back to by typing and deleting
 * letters. */
#define ANALYSES_BYTES (24 << 20)

QuarryIndexes *
quarry_indexes_ref (QuarryIndexes *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
quarry_indexes_unref (QuarryIndexes *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_clear_pointer (&self->words, quarry_lexical_index_unref);
  if (self->owner == NULL)
    g_clear_pointer (&self->vectors, quarry_vector_index_free);
  g_clear_pointer (&self->owner, quarry_indexes_unref);
  quarry_analysis_cache_free (self->analyses);
  g_free (self->weights);
  g_free (self->epoch);
  g_free (self);
}

/* Makes @indexes the current snapshot. Its files have yet to be written. @indexes: (transfer full) */
static void
put_in_force (QuarryLibrary *self, QuarryIndexes *indexes)
{
  g_mutex_lock (&self->state_lock);
  g_clear_pointer (&self->indexes, quarry_indexes_unref);
  self->indexes = indexes;
  self->indexes_dirty = TRUE;
  g_mutex_unlock (&self->state_lock);
}

static QuarryIndexes *
indexes_new (QuarryLibrary *self, float *weights, const char *epoch)
{
  QuarryIndexes *indexes = g_new0 (QuarryIndexes, 1);

  g_atomic_ref_count_init (&indexes->references);
  indexes->weights = weights;
  indexes->epoch = g_strdup (epoch);
  indexes->unseen_weight = 1;
  indexes->analyses = quarry_analysis_cache_new (self->embedder, ANALYSES_BYTES);
  if (weights != NULL)
    {
      indexes->unseen_weight = 0;
      for (guint i = 0; i < quarry_embedder_get_n_tokens (self->embedder); i++)
        indexes->unseen_weight = MAX (indexes->unseen_weight, weights[i]);
    }

  return indexes;
}

static char *
vectors_path (QuarryLibrary *self)
{
  return g_build_filename (self->folder, "vectors.index", NULL);
}

/* The mark of the vector file: it names the model, the weights and the library that the vectors belong to. NULL on
 * error. */
static char *
vectors_mark (QuarryLibrary *self, QuarryStore *store, QuarryIndexes *indexes, GError **error)
{
  g_autofree char *identity = quarry_library_dup_identity (store, error);

  if (identity == NULL)
    return NULL;
  return g_strdup_printf ("%s:%s%s%s", quarry_embedder_get_fingerprint (self->embedder), indexes->epoch,
                          *identity != '\0' ? ":" : "", identity);
}

/* Sets the recall that the person has chosen, if any. */
static void
promise_recall (QuarryVectorIndex *vectors, QuarryStore *store)
{
  g_autofree char *text = quarry_store_get_string (store, "recall", NULL);
  double recall = text != NULL ? g_ascii_strtod (text, NULL) : 0;

  if (recall >= QUARRY_LEAST_RECALL && recall <= QUARRY_MOST_RECALL)
    quarry_vector_index_set_promised_recall (vectors, (float) recall);
}

static QuarryVectorIndex *
new_vectors (QuarryLibrary *self, QuarryStore *store)
{
  QuarryVectorIndex *vectors = quarry_vector_index_new (quarry_embedder_get_dims (self->embedder));

  promise_recall (vectors, store);
  return vectors;
}

gboolean
quarry_library_set_recall (QuarryLibrary *self, double recall, GError **error)
{
  QuarryConnection *writer;
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  gboolean done;

  g_return_val_if_fail (recall >= QUARRY_LEAST_RECALL && recall <= QUARRY_MOST_RECALL, FALSE);

  writer = quarry_library_begin_write (self, error);
  if (writer == NULL)
    return FALSE;
  done = quarry_store_set_string (writer->store, "recall", g_ascii_dtostr (text, sizeof text, recall), error);
  return quarry_library_end_write (self, done, done ? error : NULL) && done;
}

/* A snapshot, without indexes yet, with the token weights stored in the library; without weights where these were
 * made for another model. */
static QuarryIndexes *
load_weights (QuarryLibrary *self, QuarryStore *store, GError **error)
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
        return indexes_new (self, g_steal_pointer (&weights), epoch);
    }

  return indexes_new (self, NULL, "0");
}

/* Makes the vectors agree with the database: removes those of passages that no longer exist and adds those that are
 * missing, unless more than @most are. *n_changed gets their number, also where they were too many to add. */
static gboolean
agree_with_store (QuarryLibrary *self,
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
      guint next = 0;
      guint left = count - n_present;

      *n_changed += left;
      for (guint32 slot = 0; left > 0; slot++)
        {
          while (next < ids->len && g_array_index (ids, gint64, next) < (gint64) slot)
            next++;
          if (next < ids->len && g_array_index (ids, gint64, next) == (gint64) slot)
            continue;
          if (quarry_vector_index_has (indexes->vectors, slot))
            {
              quarry_vector_index_remove (indexes->vectors, slot);
              left--;
            }
          if (slot == G_MAXUINT32)
            break;
        }
    }

  if (missing->len > 0)
    {
      gint64 first;

      *n_changed += missing->len;
      if (missing->len > most)
        return TRUE;
      first = quarry_library_embed_remembered (self, indexes, (const gint64 *) (gpointer) missing->data, missing->len);
      if (first >= 0
          && !quarry_library_embed_texts (self, indexes, store, first - 1, missing->len, error))
        return FALSE;
      return quarry_embedder_check (self->embedder, error);
    }

  return TRUE;
}

/* Saves the word index of a library opened for reading, where the index had to be made from nothing. Whoever writes
 * may not come for a long time, and otherwise each search on the command line would make it again. Not done in
 * another user's folder, because the owner might be unable to read the file. */
static void
keep_new_words (QuarryLibrary *self)
{
  struct stat info;
  QuarryConnection *reader;

  if (stat (self->folder, &info) != 0 || info.st_uid != geteuid ())
    return;
  reader = quarry_library_borrow (self, NULL);
  if (reader == NULL)
    return;
  quarry_library_save_words (self, reader->store, self->indexes);
  quarry_library_give_back (self, reader);
}

gboolean
quarry_library_load_indexes (QuarryLibrary *self, GError **error)
{
  QuarryConnection *reader = quarry_library_borrow (self, error);
  g_autoptr (QuarryIndexes) indexes = NULL;
  g_autofree char *path = vectors_path (self);
  g_autofree char *mark = NULL;
  g_autofree char *generation = NULL;
  g_autoptr (GError) local = NULL;
  guint n_changed = 0, n_words = 0;
  gboolean done = FALSE, tidies = FALSE, is_new = FALSE;

  if (reader == NULL)
    return FALSE;

  if (quarry_store_begin_read (reader->store, error)
      && (indexes = load_weights (self, reader->store, error)) != NULL
      && (mark = vectors_mark (self, reader->store, indexes, error)) != NULL)
    {
      indexes->vectors = quarry_vector_index_open (path, quarry_embedder_get_dims (self->embedder),
                                                   mark, &local);
      if (indexes->vectors == NULL)
        {
          if (g_error_matches (local, QUARRY_VECTOR_ERROR, QUARRY_VECTOR_ERROR_DAMAGED))
            g_message (_("%s It is made anew."), local->message);
          else
            g_debug ("vectors are made anew: %s", local->message);
          indexes->vectors = quarry_vector_index_new (quarry_embedder_get_dims (self->embedder));
        }
      quarry_library_note_number (self, quarry_vector_index_get_last_slot (indexes->vectors));
      promise_recall (indexes->vectors, reader->store);
      generation = quarry_store_get_string (reader->store, "generation", NULL);
      done = agree_with_store (self, indexes, reader->store,
                               self->mode == QUARRY_LIBRARY_WRITE ? MOST_AT_ONCE : G_MAXUINT,
                               &n_changed, error)
             && (indexes->words = quarry_library_open_words (self, reader->store, &n_words, &is_new, error)) != NULL;
    }
  quarry_library_give_back (self, reader);
  if (!done)
    return FALSE;

  /* An index made anew, or left by a process that was killed, is in many segments, and the next change, which would
   * merge them, may be far off. */
  if (self->mode == QUARRY_LIBRARY_WRITE)
    tidies = quarry_lexical_index_tidy (indexes->words);

  g_mutex_lock (&self->state_lock);
  g_clear_pointer (&self->indexes, quarry_indexes_unref);
  self->indexes = g_steal_pointer (&indexes);
  self->generation = generation != NULL ? g_ascii_strtoll (generation, NULL, 10) : 0;
  self->indexes_dirty = n_changed > 0 || n_words > 0 || tidies;
  g_mutex_unlock (&self->state_lock);
  if (self->mode == QUARRY_LIBRARY_WRITE && n_changed > MOST_AT_ONCE)
    quarry_library_catch_up (self);
  if (self->mode == QUARRY_LIBRARY_READ && is_new && n_words > 0)
    keep_new_words (self);

  return TRUE;
}

/* The epoch of the weights stored in the library; NULL where there are none, or where another program has the library
 * open with another model and stored weights for that: this process cannot use them. (transfer full) */
static char *
kept_epoch (QuarryLibrary *self, QuarryStore *store)
{
  g_autofree char *model = quarry_store_get_string (store, "weights-model", NULL);

  return g_strcmp0 (model, quarry_embedder_get_fingerprint (self->embedder)) == 0
             ? quarry_store_get_string (store, "weights-epoch", NULL)
             : NULL;
}

gboolean
quarry_library_sync_indexes (QuarryLibrary *self,
                             QuarryConnection *connection,
                             gint64 generation,
                             GError **error)
{
  g_autofree char *epoch = NULL;
  g_autoptr (QuarryIndexes) indexes = NULL;
  guint n_changed = 0, n_words = 0, most = G_MAXUINT;
  gboolean done = TRUE;

  g_mutex_lock (&self->sync_lock);
  if (generation > self->generation)
    {
      epoch = kept_epoch (self, connection->store);
      if (epoch == NULL || strcmp (epoch, self->indexes->epoch) == 0)
        {
          indexes = quarry_indexes_ref (self->indexes);
          /* The thread that catches up will embed the rest. */
          most = g_atomic_int_get (&self->is_behind) ? MOST_AT_ONCE : G_MAXUINT;
        }
      else
        {
          indexes = load_weights (self, connection->store, error);
          if (indexes != NULL)
            {
              indexes->words = quarry_lexical_index_ref (self->indexes->words);
              indexes->vectors = new_vectors (self, connection->store);
            }
        }

      done = indexes != NULL
             && agree_with_store (self, indexes, connection->store, most, &n_changed, error)
             && quarry_library_complete_words (indexes->words, connection->store, &n_words, error);
      if (done)
        {
          g_mutex_lock (&self->state_lock);
          if (indexes != self->indexes)
            {
              g_clear_pointer (&self->indexes, quarry_indexes_unref);
              self->indexes = g_steal_pointer (&indexes);
            }
          self->generation = generation;
          self->indexes_dirty = TRUE;
          g_mutex_unlock (&self->state_lock);
        }
    }
  g_mutex_unlock (&self->sync_lock);

  return done;
}

QuarryIndexes *
quarry_library_mend_vectors (QuarryLibrary *self, GError **error)
{
  QuarryConnection *reader = quarry_library_borrow (self, error);
  g_autoptr (QuarryIndexes) indexes = NULL;
  g_autofree char *path = vectors_path (self);
  g_autofree char *shown = g_filename_display_name (path);
  guint n_changed;
  gboolean done = reader != NULL;

  if (!done)
    return NULL;

  /* A search's view of the database may be older than the current state, and passages missing from it would never be
   * added. So the vectors are made from the newest state. */
  g_mutex_lock (&self->sync_lock);
  if (quarry_vector_index_is_damaged (self->indexes->vectors))
    {
      g_message (_("The vector index “%s” is damaged: a vector does not match its checksum. It is made anew."),
                 shown);
      if (quarry_store_begin_read (reader->store, error))
        indexes = load_weights (self, reader->store, error);
      if (indexes != NULL)
        {
          indexes->words = quarry_lexical_index_ref (self->indexes->words);
          indexes->vectors = new_vectors (self, reader->store);
        }
      done = indexes != NULL
             && agree_with_store (self, indexes, reader->store, G_MAXUINT, &n_changed, error);
      if (done)
        put_in_force (self, g_steal_pointer (&indexes));
    }
  g_mutex_unlock (&self->sync_lock);
  quarry_library_give_back (self, reader);

  return done ? quarry_library_current_indexes (self) : NULL;
}

/* A new snapshot with other words and the same vectors, which the old one continues to own. */
static QuarryIndexes *
indexes_with_words (QuarryLibrary *self, QuarryIndexes *indexes, QuarryLexicalIndex *words)
{
  gsize n_bytes = quarry_embedder_get_n_tokens (self->embedder) * sizeof (float);
  QuarryIndexes *changed = indexes_new (
      self, indexes->weights != NULL ? g_memdup2 (indexes->weights, n_bytes) : NULL, indexes->epoch);

  changed->words = words;
  changed->vectors = indexes->vectors;
  changed->owner = quarry_indexes_ref (indexes->owner != NULL ? indexes->owner : indexes);

  return changed;
}

QuarryIndexes *
quarry_library_mend_words (QuarryLibrary *self, GError **error)
{
  QuarryConnection *reader = quarry_library_borrow (self, error);
  g_autofree char *path = quarry_library_words_path (self);
  g_autofree char *shown = g_filename_display_name (path);
  g_autoptr (QuarryLexicalIndex) words = NULL;
  guint n_changed;
  gboolean done = reader != NULL;

  if (!done)
    return NULL;

  /* With write_lock held nobody changes the words, so that what is in the database now is all that must be in them. */
  g_rec_mutex_lock (&self->write_lock);
  g_mutex_lock (&self->sync_lock);
  if (quarry_lexical_index_is_damaged (self->indexes->words))
    {
      g_message (_("The index of words “%s” has been cut short or written over. It is made anew."), shown);
      words = quarry_lexical_index_new ();
      done = quarry_store_begin_read (reader->store, error)
             && quarry_library_complete_words (words, reader->store, &n_changed, error);
      if (done)
        put_in_force (self, indexes_with_words (self, self->indexes, g_steal_pointer (&words)));
    }
  g_mutex_unlock (&self->sync_lock);
  g_rec_mutex_unlock (&self->write_lock);
  quarry_library_give_back (self, reader);

  return done ? quarry_library_current_indexes (self) : NULL;
}

typedef struct
{
  QuarryLibrary *library;
  QuarryIndexes *indexes;
  const char *path, *mark;
} SavingVectors;

static gpointer
save_vectors_thread (gpointer data)
{
  SavingVectors *self = data;
  g_autoptr (GError) error = NULL;

  if (!quarry_embedder_check (self->library->embedder, &error)
      || !quarry_vector_index_save (self->indexes->vectors, self->path, self->mark, &error))
    g_debug ("vectors are not kept: %s", error->message);
  return NULL;
}

void
quarry_library_save_indexes (QuarryLibrary *self)
{
  g_autoptr (QuarryIndexes) indexes = NULL;
  g_autofree char *path = vectors_path (self);
  g_autofree char *mark = NULL;

  if (self->mode != QUARRY_LIBRARY_WRITE)
    return;

  g_rec_mutex_lock (&self->write_lock);
  g_mutex_lock (&self->state_lock);
  /* If the folder now holds another library, its files must not be overwritten: passages have the same numbers
   * there. */
  if (self->indexes_dirty && !quarry_store_has_moved (self->writer->store))
    indexes = quarry_indexes_ref (self->indexes);
  self->indexes_dirty = FALSE;
  g_mutex_unlock (&self->state_lock);

  /* Damage is otherwise noticed by searches, and there may have been none since the library was opened. */
  if (indexes != NULL && quarry_lexical_index_is_damaged (indexes->words))
    {
      g_autoptr (QuarryIndexes) mended = quarry_library_mend_words (self, NULL);

      if (mended != NULL)
        {
          quarry_indexes_unref (indexes);
          indexes = g_steal_pointer (&mended);
        }
    }
  if (indexes != NULL && (mark = vectors_mark (self, self->writer->store, indexes, NULL)) != NULL)
    {
      SavingVectors vectors = { self, indexes, path, mark };
      GThread *thread;

      quarry_library_prepare_vectors (self, indexes, path, mark);
      thread = g_thread_new ("save-vectors", save_vectors_thread, &vectors);
      quarry_lexical_index_tidy (indexes->words);
      quarry_library_save_words (self, self->writer->store, indexes);
      g_thread_join (thread);
    }
  g_rec_mutex_unlock (&self->write_lock);
}

gboolean
quarry_library_rebuild_indexes (QuarryLibrary *self, GError **error)
{
  QuarryConnection *writer = quarry_library_begin_write (self, error);
  g_autoptr (QuarryIndexes) indexes = NULL;
  guint n_changed;
  gboolean done;

  if (writer == NULL)
    return FALSE;

  indexes = load_weights (self, writer->store, error);
  done = indexes != NULL;
  if (done)
    {
      indexes->words = quarry_lexical_index_new ();
      indexes->vectors = new_vectors (self, writer->store);
      done = agree_with_store (self, indexes, writer->store, G_MAXUINT, &n_changed, error)
             && quarry_library_complete_words (indexes->words, writer->store, &n_changed, error);
    }
  if (done)
    put_in_force (self, g_steal_pointer (&indexes));

  return quarry_library_end_write (self, FALSE, NULL) && done;
}

/* --- Weights ----------------------------------------------------------------------------------- */

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
  QuarryConnection *writer;
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
  if (!quarry_store_count (writer->store, &counts, error))
    {
      quarry_library_end_write (self, FALSE, NULL);
      return FALSE;
    }
  if (!weights_are_due (self, writer->store, counts.passages)
      && !(force && counts.passages >= MIN_PASSAGES_FOR_WEIGHTS))
    return quarry_library_end_write (self, FALSE, NULL);

  weights = quarry_token_weights_new (self->embedder, writer->store, self->tokens, error);
  if (weights != NULL)
    {
      /* The weights are named by their hash, so that the same library always gets the same name. */
      blob = g_bytes_new (weights, quarry_embedder_get_n_tokens (self->embedder) * sizeof (float));
      epoch = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, blob);
      epoch[16] = '\0';
      made_with = g_strdup_printf ("%" G_GUINT64_FORMAT, counts.passages);
      indexes = indexes_new (self, g_steal_pointer (&weights), epoch);
      indexes->words = quarry_lexical_index_ref (self->indexes->words);
      indexes->vectors = new_vectors (self, writer->store);

      done = (!embed
              || agree_with_store (self, indexes, writer->store, G_MAXUINT, &n_changed, error))
             && quarry_store_set_value (writer->store, "weights", blob, error)
             && quarry_store_set_string (writer->store, "weights-epoch", epoch, error)
             && quarry_store_set_string (writer->store, "weights-passages", made_with, error)
             && quarry_store_set_string (writer->store, "weights-model",
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
    put_in_force (self, g_steal_pointer (&indexes));
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
