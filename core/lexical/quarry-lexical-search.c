/* quarry-lexical-search.c: the best passages for a query
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/lexical/quarry-lexical-private.h"

/* Instructions of SQLite's machine between two looks at the cancellable: well under a
 * millisecond. */
#define PATIENCE 500

static int
is_cancelled (gpointer cancellable)
{
  return g_cancellable_is_cancelled (cancellable);
}

static inline gboolean
is_worse (const QuarryLexicalMatch *a, const QuarryLexicalMatch *b)
{
  return a->score < b->score || (a->score == b->score && a->slot > b->slot);
}

static int
compare_matches (gconstpointer a, gconstpointer b)
{
  return is_worse (a, b) ? 1 : -1;
}

/* @heap: the @k best so far, the worst of them on top. */
static void
offer (GArray *heap, guint k, QuarryLexicalMatch match)
{
  QuarryLexicalMatch *matches;
  guint at;

  if (heap->len < k)
    {
      g_array_append_val (heap, match);
      matches = (QuarryLexicalMatch *)heap->data;
      at = heap->len - 1;
      while (at > 0 && is_worse (&match, &matches[(at - 1) / 2]))
        {
          matches[at] = matches[(at - 1) / 2];
          at = (at - 1) / 2;
        }
      matches[at] = match;
      return;
    }

  matches = (QuarryLexicalMatch *)heap->data;
  if (!is_worse (&matches[0], &match))
    return;
  at = 0;
  for (;;)
    {
      guint child = 2 * at + 1;

      if (child >= k)
        break;
      if (child + 1 < k && is_worse (&matches[child + 1], &matches[child]))
        child++;
      if (!is_worse (&matches[child], &match))
        break;
      matches[at] = matches[child];
      at = child;
    }
  matches[at] = match;
}

static GArray *
run (QuarryLexicalIndex *self,
     const char *expression,
     QuarryLexicalScorer *scorer,
     guint k,
     GError **error)
{
  g_autoptr (GArray) heap = g_array_new (FALSE, FALSE, sizeof (QuarryLexicalMatch));
  int rc;

  sqlite3_bind_text (self->search, 1, expression, -1, SQLITE_STATIC);
  sqlite3_bind_pointer (self->search, 2, scorer, QUARRY_LEXICAL_SCORER, NULL);
  while ((rc = sqlite3_step (self->search)) == SQLITE_ROW)
    {
      gint64 slot = sqlite3_column_int64 (self->search, 0);
      QuarryLexicalMatch match;

      if (sqlite3_column_type (self->search, 1) == SQLITE_NULL || slot < 0 || slot > G_MAXUINT32)
        continue;
      match.slot = (guint32)slot;
      match.score = (float)sqlite3_column_double (self->search, 1);
      if (match.score > 0.0f)
        offer (heap, k, match);
    }
  sqlite3_reset (self->search);
  sqlite3_clear_bindings (self->search);
  if (rc != SQLITE_DONE)
    {
      quarry_lexical_set_error (self->db, rc, error);
      return NULL;
    }

  g_array_sort (heap, compare_matches);
  return g_steal_pointer (&heap);
}

static GArray *
search (QuarryLexicalIndex *self,
        const QuarryLexicalQuery *query,
        guint k,
        const guint64 *allowed,
        gsize n_words,
        GError **error)
{
  g_auto (QuarryLexicalPlan) plan = { NULL };
  QuarryLexicalScorer scorer = { 0 };
  g_autoptr (GArray) matches = NULL;

  if (!quarry_lexical_plan_init (&plan, self, query, error))
    return NULL;
  if (plan.expression == NULL)
    return g_array_new (FALSE, FALSE, sizeof (QuarryLexicalMatch));

  scorer.n_phrases = plan.groups->len;
  scorer.groups = (const gint16 *)plan.groups->data;
  scorer.n_groups = plan.frequencies->len;
  scorer.frequencies = (const guint *)plan.frequencies->data;
  scorer.rivals = (const gint16 *)plan.rivals->data;
  scorer.times = (const guint8 *)plan.times->data;
  scorer.allowed = allowed;
  scorer.n_words = n_words;
  matches = run (self, plan.expression, &scorer, k, error);

  /* The rare words have not found enough: those with frequent words alone come in, too. */
  if (matches != NULL && matches->len < k && plan.wide != NULL)
    {
      g_array_unref (matches);
      scorer.n_phrases = plan.wide_groups->len;
      scorer.groups = (const gint16 *)plan.wide_groups->data;
      matches = run (self, plan.wide, &scorer, k, error);
    }
  return g_steal_pointer (&matches);
}

GArray *
quarry_lexical_index_search (QuarryLexicalIndex *self,
                             const QuarryLexicalQuery *query,
                             guint k,
                             const guint64 *allowed,
                             gsize n_words,
                             GCancellable *cancellable,
                             GError **error)
{
  GArray *matches;

  g_return_val_if_fail (self != NULL && query != NULL, NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (k == 0)
    return g_array_new (FALSE, FALSE, sizeof (QuarryLexicalMatch));

  if (cancellable != NULL)
    sqlite3_progress_handler (self->db, PATIENCE, is_cancelled, cancellable);
  matches = search (self, query, k, allowed, n_words, error);
  if (cancellable != NULL)
    sqlite3_progress_handler (self->db, 0, NULL, NULL);
  return matches;
}
