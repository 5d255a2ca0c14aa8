/* quarry-library-list.c: lists the documents that meet a query's filters
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For queries without a word to search for. Each document is represented by a passage of it.
 */
#include "quarry-config.h"

#include "core/library/search/quarry-library-list.h"

#include "core/library/quarry-library-private.h"
#include "core/library/search/quarry-hit-private.h"

/* The first passage of a document that @keep accepts. NULL without an error where there is none. (transfer full) */
static QuarryPassageRecord *
find_kept (QuarryStore *store, gint64 document, QuarryKeepFunc keep, gpointer user_data, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (QuarryPassageRecord) first = quarry_store_get_first_passage (store, document, &local);
  g_autoptr (GPtrArray) all = NULL;

  if (first != NULL && !keep (first, user_data))
    {
      g_clear_pointer (&first, quarry_passage_record_free);
      all = quarry_store_list_passages (store, document, &local);
      for (guint i = 0; all != NULL && i < all->len && first == NULL; i++)
        if (keep (all->pdata[i], user_data))
          first = g_steal_pointer (&all->pdata[i]);
    }
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return g_steal_pointer (&first);
}

GPtrArray *
quarry_list_documents (QuarryStore *store,
                       const QuarryStoreFilter *filter,
                       guint limit,
                       QuarryKeepFunc keep,
                       gpointer user_data,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autoptr (GArray) documents = quarry_store_filter_documents (store, filter, error);
  g_autoptr (GPtrArray) hits = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; documents != NULL && i < documents->len && hits->len < limit; i++)
    {
      gint64 id = g_array_index (documents, gint64, i);
      g_autoptr (GError) local = NULL;
      g_autoptr (QuarryPassageRecord) passage = NULL;
      g_autoptr (QuarryDocumentRecord) document = NULL;
      QuarryHit *hit;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      passage = find_kept (store, id, keep, user_data, &local);
      if (passage != NULL)
        document = quarry_store_get_document (store, id, &local);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      if (document == NULL)
        continue;
      hit = quarry_hit_new_of (passage, document);
      hit->rank = hit->fused_rank = hits->len + 1;
      hit->is_listed = TRUE;
      g_ptr_array_add (hits, hit);
    }

  return documents != NULL ? g_steal_pointer (&hits) : NULL;
}
