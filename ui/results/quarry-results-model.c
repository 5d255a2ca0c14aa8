/* quarry-results-model.c: the list of results, changed in place from answer to answer
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/results/quarry-results-model.h"

struct _QuarryResultsModel
{
  GObject parent_instance;

  GPtrArray *results;     /* of QuarryResult */
  GHashTable *by_passage; /* gint64 * inside the hit -> QuarryResult, not owned */
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (QuarryResultsModel,
                               quarry_results_model,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GType
get_item_type (GListModel *model)
{
  return QUARRY_TYPE_RESULT;
}

static guint
get_n_items (GListModel *model)
{
  return QUARRY_RESULTS_MODEL (model)->results->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  QuarryResult *result = quarry_results_model_get (QUARRY_RESULTS_MODEL (model), position);

  return result ? g_object_ref (result) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
quarry_results_model_finalize (GObject *object)
{
  QuarryResultsModel *self = QUARRY_RESULTS_MODEL (object);

  g_hash_table_unref (self->by_passage);
  g_ptr_array_unref (self->results);
  G_OBJECT_CLASS (quarry_results_model_parent_class)->finalize (object);
}

static void
quarry_results_model_class_init (QuarryResultsModelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = quarry_results_model_finalize;
}

static void
quarry_results_model_init (QuarryResultsModel *self)
{
  self->results = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_passage = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

QuarryResultsModel *
quarry_results_model_new (void)
{
  return g_object_new (QUARRY_TYPE_RESULTS_MODEL, NULL);
}

static GPtrArray *
take_hits (GListModel *hits, int only_topic)
{
  GPtrArray *taken = g_ptr_array_new_with_free_func (g_object_unref);
  guint n = hits ? g_list_model_get_n_items (hits) : 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (hits, i);

      if (only_topic < 0 || quarry_hit_get_topic (hit) == only_topic)
        g_ptr_array_add (taken, g_steal_pointer (&hit));
    }
  return taken;
}

/* Finds a result for each hit: the one that shows its passage; else one whose passage is gone, preferably the one at
 * the same position; else a new one. */
static GPtrArray *
assign_results (QuarryResultsModel *self, GPtrArray *hits)
{
  GPtrArray *assigned = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree gboolean *kept = g_new0 (gboolean, self->results->len + 1);
  guint spare = 0;

  g_ptr_array_set_size (assigned, hits->len);
  for (guint i = 0; i < hits->len; i++)
    {
      QuarryResult *result
          = quarry_results_model_find (self, quarry_hit_get_passage (hits->pdata[i]));

      if (!result || kept[quarry_result_get_position (result)])
        continue;
      kept[quarry_result_get_position (result)] = TRUE;
      assigned->pdata[i] = g_object_ref (result);
    }
  for (guint i = 0; i < hits->len && i < self->results->len; i++)
    if (!assigned->pdata[i] && !kept[i])
      {
        kept[i] = TRUE;
        assigned->pdata[i] = g_object_ref (self->results->pdata[i]);
      }
  for (guint i = 0; i < hits->len; i++)
    {
      if (assigned->pdata[i])
        continue;
      while (spare < self->results->len && kept[spare])
        spare++;
      if (spare < self->results->len)
        {
          kept[spare] = TRUE;
          assigned->pdata[i] = g_object_ref (self->results->pdata[spare]);
        }
      else
        assigned->pdata[i] = quarry_result_new ();
    }
  return assigned;
}

void
quarry_results_model_update (QuarryResultsModel *self,
                             GListModel *hits,
                             int only_topic,
                             gboolean mark_moves,
                             QuarryTopicColors *colors)
{
  g_autoptr (GPtrArray) taken = NULL;
  GPtrArray *assigned;
  g_autoptr (GPtrArray) before = NULL;
  guint first = 0, old_end, new_end;

  g_return_if_fail (QUARRY_IS_RESULTS_MODEL (self));
  g_return_if_fail (hits == NULL || G_IS_LIST_MODEL (hits));

  taken = take_hits (hits, only_topic);
  assigned = assign_results (self, taken);

  for (guint i = 0; i < taken->len; i++)
    {
      QuarryHit *hit = taken->pdata[i];
      QuarryResult *result = assigned->pdata[i];
      int topic = quarry_hit_get_topic (hit);
      int moved = 0;

      if (mark_moves && quarry_result_get_passage (result) == quarry_hit_get_passage (hit))
        moved = (int) quarry_result_get_position (result) - (int) i;
      quarry_result_set (result, hit, i, quarry_topic_colors_get_label (colors, topic),
                         quarry_topic_colors_get_color (colors, topic), moved);
    }

  before = self->results;
  self->results = assigned;
  g_hash_table_remove_all (self->by_passage);
  for (guint i = 0; i < assigned->len; i++)
    g_hash_table_insert (self->by_passage,
                         g_memdup2 (&(gint64) { quarry_result_get_passage (assigned->pdata[i]) },
                                    sizeof (gint64)),
                         assigned->pdata[i]);

  /* Only report the range that has changed. */
  old_end = before->len;
  new_end = assigned->len;
  while (first < old_end && first < new_end && before->pdata[first] == assigned->pdata[first])
    first++;
  while (old_end > first && new_end > first
         && before->pdata[old_end - 1] == assigned->pdata[new_end - 1])
    {
      old_end--;
      new_end--;
    }
  if (old_end > first || new_end > first)
    g_list_model_items_changed (G_LIST_MODEL (self), first, old_end - first, new_end - first);
}

QuarryResult *
quarry_results_model_find (QuarryResultsModel *self, gint64 passage)
{
  g_return_val_if_fail (QUARRY_IS_RESULTS_MODEL (self), NULL);
  return g_hash_table_lookup (self->by_passage, &passage);
}

QuarryResult *
quarry_results_model_get (QuarryResultsModel *self, guint position)
{
  g_return_val_if_fail (QUARRY_IS_RESULTS_MODEL (self), NULL);
  return position < self->results->len ? self->results->pdata[position] : NULL;
}
