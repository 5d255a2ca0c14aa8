/* quarry-failure-folds.c: folds files that have the same reason under a heading
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/documents/quarry-failure-folds.h"

/* So many files with the same reason are folded. */
#define FOLD_FROM 4u

typedef struct
{
  guint n_files;
  QuarryFailureItem *heading; /* NULL: it was never needed */
  gboolean is_shown;
} Fold;

struct _QuarryFailureFolds
{
  GHashTable *folds; /* of Fold, by key_of() */
};

static void
fold_free (Fold *fold)
{
  g_clear_object (&fold->heading);
  g_free (fold);
}

QuarryFailureFolds *
quarry_failure_folds_new (void)
{
  QuarryFailureFolds *self = g_new0 (QuarryFailureFolds, 1);

  self->folds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) fold_free);
  return self;
}

void
quarry_failure_folds_free (QuarryFailureFolds *self)
{
  g_hash_table_unref (self->folds);
  g_free (self);
}

void
quarry_failure_folds_clear (QuarryFailureFolds *self)
{
  g_hash_table_remove_all (self->folds);
}

static char *
key_of (QuarryFailureItem *item)
{
  const char *reason = quarry_failure_item_get_reason (item);

  return g_strconcat (quarry_failure_item_get_skipped (item) ? "-" : "!", reason, NULL);
}

static Fold *
find_fold (QuarryFailureFolds *self, QuarryFailureItem *item)
{
  g_autofree char *key = key_of (item);

  return g_hash_table_lookup (self->folds, key);
}

void
quarry_failure_folds_count (QuarryFailureFolds *self, QuarryFailureItem *item, int by)
{
  Fold *fold = find_fold (self, item);

  if (fold == NULL)
    {
      fold = g_new0 (Fold, 1);
      g_hash_table_insert (self->folds, key_of (item), fold);
    }
  fold->n_files = (guint) ((int) fold->n_files + by);
  if (fold->n_files >= FOLD_FROM && fold->heading == NULL)
    fold->heading = quarry_failure_item_new_heading (quarry_failure_item_get_reason (item),
                                                     quarry_failure_item_get_skipped (item));
  if (fold->heading != NULL)
    quarry_failure_item_set_n_files (fold->heading, fold->n_files);
}

gboolean
quarry_failure_folds_settle (QuarryFailureFolds *self, GListStore *items)
{
  GHashTableIter iter;
  gpointer value;
  gboolean has_changed = FALSE;

  g_hash_table_iter_init (&iter, self->folds);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Fold *fold = value;
      gboolean is_needed = fold->n_files >= FOLD_FROM;
      guint position;

      if (is_needed == fold->is_shown)
        continue;
      fold->is_shown = is_needed;
      has_changed = TRUE;
      if (is_needed)
        g_list_store_insert (items, 0, fold->heading);
      else if (g_list_store_find (items, fold->heading, &position))
        g_list_store_remove (items, position);
    }
  return has_changed;
}

gboolean
quarry_failure_folds_has_heading (QuarryFailureFolds *self, QuarryFailureItem *item)
{
  Fold *fold = find_fold (self, item);

  return fold != NULL && fold->n_files >= FOLD_FROM;
}

gboolean
quarry_failure_folds_hides (QuarryFailureFolds *self, QuarryFailureItem *item)
{
  return quarry_failure_folds_has_heading (self, item)
         && !quarry_failure_item_get_opened (find_fold (self, item)->heading);
}
