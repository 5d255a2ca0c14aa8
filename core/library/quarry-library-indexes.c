/* quarry-library-indexes.c: both indexes, kept in step with the database
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Vectors are derived data: a passage's vector follows from its text, the model and the token weights. The file of
 * vectors only saves embedding everything again at each start.
 */
#include "quarry-config.h"

#include "core/library/quarry-library-indexes-private.h"
#include "core/library/quarry-token-weights.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Up to this many passages are embedded while a library is being opened. If more have no vectors, a thread embeds
 * them, and until then they are found by their words only. */
#define MOST_AT_ONCE 2000

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

void
quarry_library_put_in_force (QuarryLibrary *self, QuarryIndexes *indexes)
{
  g_mutex_lock (&self->state_lock);
  g_clear_pointer (&self->indexes, quarry_indexes_unref);
  self->indexes = indexes;
  self->indexes_dirty = TRUE;
  g_mutex_unlock (&self->state_lock);
}

QuarryIndexes *
quarry_indexes_new (QuarryLibrary *self, float *weights, const char *epoch)
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

/* Saves the word index of a library opened for reading, where the index had to be made from nothing. Whoever writes
 * may not come for a long time, and otherwise each search on the command line would make it again. Not done in
 * another user's folder, because the owner might be unable to read the file. */
static void
keep_new_words (QuarryLibrary *self)
{
  struct stat info;
  QuarryStore *reader;

  if (stat (self->folder, &info) != 0 || info.st_uid != geteuid ())
    return;
  reader = quarry_library_borrow (self, NULL);
  if (reader == NULL)
    return;
  quarry_library_save_words (self, reader, self->indexes, NULL);
  quarry_library_give_back (self, reader);
}

gboolean
quarry_library_load_indexes (QuarryLibrary *self, GError **error)
{
  QuarryStore *reader = quarry_library_borrow (self, error);
  g_autoptr (QuarryIndexes) indexes = NULL;
  g_autofree char *path = vectors_path (self);
  g_autofree char *mark = NULL;
  g_autofree char *generation = NULL;
  g_autoptr (GError) local = NULL;
  guint n_changed = 0, n_words = 0;
  gboolean done = FALSE, tidies = FALSE, is_new = FALSE;

  if (reader == NULL)
    return FALSE;

  if (quarry_store_begin_read (reader, error)
      && (indexes = quarry_library_load_weights (self, reader, error)) != NULL
      && (mark = vectors_mark (self, reader, indexes, error)) != NULL)
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
      quarry_library_promise_recall (indexes->vectors, reader);
      generation = quarry_store_get_string (reader, "generation", NULL);
      done = quarry_library_complete_vectors (self, indexes, reader,
                               self->mode == QUARRY_LIBRARY_WRITE ? MOST_AT_ONCE : G_MAXUINT,
                               &n_changed, error)
             && (indexes->words = quarry_library_open_words (self, reader, &n_words, &is_new, error)) != NULL;
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

gboolean
quarry_library_sync_indexes (QuarryLibrary *self,
                             QuarryStore *connection,
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
      epoch = quarry_library_dup_weights_epoch (self, connection);
      if (epoch == NULL || strcmp (epoch, self->indexes->epoch) == 0)
        {
          indexes = quarry_indexes_ref (self->indexes);
          /* The thread that catches up will embed the rest. */
          most = g_atomic_int_get (&self->is_behind) ? MOST_AT_ONCE : G_MAXUINT;
        }
      else
        {
          indexes = quarry_library_load_weights (self, connection, error);
          if (indexes != NULL)
            {
              indexes->words = quarry_lexical_index_ref (self->indexes->words);
              indexes->vectors = quarry_library_new_vectors (self, connection);
            }
        }

      done = indexes != NULL
             && quarry_library_complete_vectors (self, indexes, connection, most, &n_changed, error)
             && quarry_library_complete_words (indexes->words, connection, &n_words, error);
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
  QuarryStore *reader = quarry_library_borrow (self, error);
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
      if (quarry_store_begin_read (reader, error))
        indexes = quarry_library_load_weights (self, reader, error);
      if (indexes != NULL)
        {
          indexes->words = quarry_lexical_index_ref (self->indexes->words);
          indexes->vectors = quarry_library_new_vectors (self, reader);
        }
      done = indexes != NULL
             && quarry_library_complete_vectors (self, indexes, reader, G_MAXUINT, &n_changed, error);
      if (done)
        quarry_library_put_in_force (self, g_steal_pointer (&indexes));
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
  QuarryIndexes *changed = quarry_indexes_new (
      self, indexes->weights != NULL ? g_memdup2 (indexes->weights, n_bytes) : NULL, indexes->epoch);

  changed->words = words;
  changed->vectors = indexes->vectors;
  changed->owner = quarry_indexes_ref (indexes->owner != NULL ? indexes->owner : indexes);

  return changed;
}

QuarryIndexes *
quarry_library_mend_words (QuarryLibrary *self, GError **error)
{
  QuarryStore *reader = quarry_library_borrow (self, error);
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
      done = quarry_store_begin_read (reader, error)
             && quarry_library_complete_words (words, reader, &n_changed, error);
      if (done)
        quarry_library_put_in_force (self, indexes_with_words (self, self->indexes, g_steal_pointer (&words)));
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
  GError *error; /* why they are not kept */
} SavingVectors;

static gpointer
save_vectors_thread (gpointer data)
{
  SavingVectors *self = data;

  quarry_library_prepare_vectors (self->library, self->indexes, self->path, self->mark);
  if (!quarry_embedder_check (self->library->embedder, &self->error)
      || !quarry_vector_index_save (self->indexes->vectors, self->path, self->mark, &self->error))
    g_debug ("vectors are not kept: %s", self->error->message);
  return NULL;
}

/* Says that a file cannot be written; what else keeps the indexes from being saved will be mended. */
static gboolean
say_not_kept (QuarryLibrary *self, const GError *of_vectors, const GError *of_words, GError **error)
{
  const GError *why = g_error_matches (of_vectors, QUARRY_VECTOR_ERROR, QUARRY_VECTOR_ERROR_FILE) ? of_vectors : of_words;

  if (!g_error_matches (why, QUARRY_VECTOR_ERROR, QUARRY_VECTOR_ERROR_FILE)
      && !g_error_matches (why, QUARRY_LEXICAL_ERROR, QUARRY_LEXICAL_ERROR_FILE))
    return TRUE;
  g_mutex_lock (&self->state_lock);
  self->indexes_dirty = TRUE;
  g_mutex_unlock (&self->state_lock);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
               _("%s. The documents are stored, but each start takes longer until this file can be written. Check the "
                 "disk of the library and the space left on it."),
               why->message);
  return FALSE;
}

gboolean
quarry_library_save_indexes (QuarryLibrary *self, GError **error)
{
  g_autoptr (QuarryIndexes) indexes = NULL;
  g_autofree char *path = vectors_path (self);
  g_autofree char *mark = NULL;
  g_autoptr (GError) of_words = NULL;
  g_autoptr (GError) of_vectors = NULL;

  if (self->mode != QUARRY_LIBRARY_WRITE)
    return TRUE;

  g_rec_mutex_lock (&self->write_lock);
  g_mutex_lock (&self->state_lock);
  /* If the folder now holds another library, its files must not be overwritten: passages have the same numbers
   * there. */
  if (self->indexes_dirty && !quarry_store_has_moved (self->writer))
    indexes = quarry_indexes_ref (self->indexes);
  self->indexes_dirty = FALSE;
  g_mutex_unlock (&self->state_lock);

  /* Damage is otherwise mended by searches, and there may have been none since a change or a merge came upon it. */
  if (indexes != NULL && quarry_lexical_index_is_damaged (indexes->words))
    {
      g_autoptr (QuarryIndexes) mended = quarry_library_mend_words (self, NULL);

      if (mended != NULL)
        {
          quarry_indexes_unref (indexes);
          indexes = g_steal_pointer (&mended);
        }
    }
  if (indexes != NULL && (mark = vectors_mark (self, self->writer, indexes, NULL)) != NULL)
    {
      SavingVectors vectors = { self, indexes, path, mark, NULL };
      GThread *thread;

      thread = g_thread_new ("save-vectors", save_vectors_thread, &vectors);
      quarry_lexical_index_tidy (indexes->words);
      quarry_library_save_words (self, self->writer, indexes, &of_words);
      /* Whoever closes the database would do it, and wait for the disk, when nothing else is left to do. */
      quarry_store_checkpoint (self->writer);
      g_thread_join (thread);
      of_vectors = vectors.error;
    }
  g_rec_mutex_unlock (&self->write_lock);

  return say_not_kept (self, of_vectors, of_words, error);
}

gboolean
quarry_library_rebuild_indexes (QuarryLibrary *self, GError **error)
{
  QuarryStore *writer = quarry_library_begin_write (self, error);
  g_autoptr (QuarryIndexes) indexes = NULL;
  guint n_changed;
  gboolean done;

  if (writer == NULL)
    return FALSE;

  indexes = quarry_library_load_weights (self, writer, error);
  done = indexes != NULL;
  if (done)
    {
      indexes->words = quarry_lexical_index_new ();
      indexes->vectors = quarry_library_new_vectors (self, writer);
      done = quarry_library_complete_vectors (self, indexes, writer, G_MAXUINT, &n_changed, error)
             && quarry_library_complete_words (indexes->words, writer, &n_changed, error);
    }
  if (done)
    quarry_library_put_in_force (self, g_steal_pointer (&indexes));

  return quarry_library_end_write (self, FALSE, NULL) && done;
}
