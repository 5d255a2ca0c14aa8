/* quarry-library-check.c: verifies a library, and makes its indexes anew
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/library/import/quarry-prepared.h"
#include "core/library/quarry-library-indexes-private.h"
#include "core/library/quarry-library-private.h"
#include "core/library/quarry-nearness.h"

#include <glib/gi18n-lib.h>

gboolean
quarry_library_rebuild (QuarryLibrary *self, GError **error)
{
  if (!quarry_library_reweigh (self, TRUE, error) || !quarry_library_rebuild_indexes (self, error))
    return FALSE;

  quarry_library_measure_nearness (self);
  if (!quarry_library_save_indexes (self, error))
    return FALSE;
  /* Saving has begun to merge the segments of the index of words, which is smaller and faster in one. */
  quarry_library_tidy_words (self);
  return TRUE;
}

/* Checks that the word index is intact and holds exactly the passages of the database. */
static void
check_words (QuarryLexicalIndex *words, GArray *ids, GPtrArray *problems)
{
  g_autoptr (GArray) slots = quarry_lexical_index_list_slots (words);
  g_autoptr (GError) error = NULL;
  gboolean agree = slots->len == ids->len;

  for (guint i = 0; agree && i < ids->len; i++)
    agree = g_array_index (slots, guint32, i) == g_array_index (ids, gint64, i);
  if (!agree)
    g_ptr_array_add (problems, g_strdup (_("The index of words does not hold the passages of the "
                                           "library. Run “quarry-cli rebuild”.")));
  if (!quarry_lexical_index_check (words, &error))
    g_ptr_array_add (problems, g_strdup_printf (_("The index of words is damaged: %s Run "
                                                  "“quarry-cli rebuild”."),
                                                error->message));
}

/* Checks that the weights of words are those that their name is the hash of. */
static gboolean
check_weights (QuarryStore *store, GPtrArray *problems, GError **error)
{
  g_autoptr (GError) found = NULL;
  g_autoptr (GBytes) weights = quarry_store_get_value (store, "weights", &found);
  g_autofree char *epoch = found == NULL ? quarry_store_get_string (store, "weights-epoch", &found) : NULL;
  g_autofree char *name = weights != NULL ? quarry_library_name_weights (weights) : NULL;

  if (found != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&found));
      return FALSE;
    }
  if (g_strcmp0 (name, epoch) != 0)
    g_ptr_array_add (problems, g_strdup (_("The weights of words are damaged. Run “quarry-cli rebuild”.")));
  return TRUE;
}

GPtrArray *
quarry_library_check (QuarryLibrary *self, GError **error)
{
  QuarryStore *reader = quarry_library_borrow (self, error);
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (QuarryIndexes) indexes = NULL;
  g_autoptr (GArray) ids = NULL;
  g_autofree float *vector = g_new (float, quarry_embedder_get_dims (self->embedder));
  guint n_missing = 0;
  gboolean done;

  if (reader == NULL)
    return NULL;

  done = quarry_store_check (reader, problems, error);
  done = done && quarry_store_begin_read (reader, error) && check_weights (reader, problems, error)
         && (indexes = quarry_library_get_indexes (self, reader, error)) != NULL
         && (ids = quarry_store_list_passage_ids (reader, error)) != NULL;
  if (done)
    {
      check_words (indexes->words, ids, problems);
      for (guint i = 0; i < ids->len; i++)
        n_missing += !quarry_vector_index_get (
            indexes->vectors, (guint32) g_array_index (ids, gint64, i), vector);
      /* Passages that are only waiting to be embedded are no fault. */
      if (n_missing > 0 && !g_atomic_int_get (&self->is_behind))
        g_ptr_array_add (problems,
                         g_strdup_printf (_("%u passages have no vector. Run “quarry-cli rebuild”."),
                                          n_missing));
    }
  quarry_library_give_back (self, reader);

  return done ? g_steal_pointer (&problems) : NULL;
}
