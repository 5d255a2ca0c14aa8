/* quarry-library-topics.c: the topics of a whole library
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Passages from all over the library are treated like the candidates of a query without words; their topics are those
 * of the library. A fixed number of passages is enough to find the large topics, whatever the library's size.
 */
#include "core/library/quarry-library-private.h"

#include "core/library/import/quarry-prepared.h"
#include "core/library/search/quarry-candidates.h"
#include "core/library/search/quarry-hit-private.h"
#include "core/library/search/quarry-pool-data.h"
#include "core/rank/quarry-topics.h"

#define MOST_PASSAGES 400

/* The most passages of one document, so that a long one does not dominate. */
#define MOST_OF_A_DOCUMENT 8

/* Removes candidates so that only the first few of each document remain. */
static void
keep_few_of_each (GArray *candidates)
{
  g_autoptr (GHashTable) counts = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < candidates->len;)
    {
      gpointer key = GUINT_TO_POINTER ((guint) g_array_index (candidates, QuarryCandidateText, i).passage->document);
      guint count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, key));

      g_hash_table_insert (counts, key, GUINT_TO_POINTER (count + 1));
      if (count < MOST_OF_A_DOCUMENT && i < MOST_PASSAGES)
        i++;
      else
        g_array_remove_index (candidates, i);
    }
}

/* Passages at even distances, or all of them where there are few. (transfer full): of QuarryCandidate */
static GArray *
spread (GArray *ids)
{
  GArray *ranked = g_array_new (FALSE, TRUE, sizeof (QuarryCandidate));
  guint n = MIN (ids->len, 2 * MOST_PASSAGES);

  for (guint i = 0; i < n; i++)
    {
      gint64 id = g_array_index (ids, gint64, (guint) ((guint64) i * ids->len / n));

      g_array_append_val (ranked, ((QuarryCandidate) { .slot = (guint32) id, .score = 1 }));
    }
  return ranked;
}

static GPtrArray *
find_topics (QuarryLibrary *self,
             QuarryStore *connection,
             guint limit,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (QuarryIndexes) indexes = quarry_library_get_indexes (self, connection, error);
  g_autoptr (GPtrArray) topics = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GArray) ids = NULL;
  g_autoptr (GArray) ranked = NULL;
  g_autoptr (GArray) found = NULL;
  g_autoptr (QuarryCandidateSet) set = NULL;
  g_autofree float *likeness = NULL;
  g_autofree gint *topic_of = NULL;
  g_autofree guint *original = NULL;
  QuarryPoolData data;
  guint next = 0;

  if (indexes == NULL)
    return NULL;
  ids = quarry_store_list_passage_ids (connection, error);
  if (ids == NULL)
    return NULL;
  ranked = spread (ids);
  set = quarry_candidate_set_new (self, indexes, "", FALSE, FALSE);
  if (!quarry_candidate_set_load (set, connection, ranked, &next, ranked->len, NULL, NULL, cancellable, error))
    return NULL;
  keep_few_of_each (set->candidates);
  quarry_candidate_set_compare (set);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  /* Duplicates are left out: what stands at the foot of every page is not a topic. */
  original = quarry_pool_find_originals (set, set->candidates->len);
  quarry_pool_data_init (&data, set, original, set->candidates->len);
  likeness = quarry_pool_likeness (&data.pool);
  topic_of = g_new (gint, MAX (1, data.pool.n));
  found = quarry_find_main_topics (&data.pool, likeness, data.texts, quarry_candidate_set_get_rarity, set, limit, topic_of);
  quarry_pool_data_clear (&data);
  for (guint i = 0; i < found->len; i++)
    {
      const QuarryTopic *topic = &g_array_index (found, QuarryTopic, i);

      g_ptr_array_add (topics, quarry_topic_item_new ((int) i, topic->label, topic->count));
    }
  return g_steal_pointer (&topics);
}

GPtrArray *
quarry_library_list_topics (QuarryLibrary *self,
                            guint limit,
                            GCancellable *cancellable,
                            GError **error)
{
  QuarryStore *connection = quarry_library_borrow (self, error);
  GPtrArray *topics = NULL;

  if (connection == NULL)
    return NULL;
  if (quarry_store_begin_read (connection, error))
    topics = find_topics (self, connection, limit, cancellable, error);
  quarry_library_give_back (self, connection);
  return topics;
}
