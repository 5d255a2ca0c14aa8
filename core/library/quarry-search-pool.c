/* quarry-search-pool.c: the candidates that hits are chosen from, and what stands behind them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Half of a search is the reading of its candidates. Variety needs a hundred of them where a query leaves a choice:
 * short ones, of which many passages hold all. Of others, the first few dozen are as good (of 466 queries of five
 * judged collections, 40 candidates find in the mean as much among the first ten as 100 do).
 */
#include "quarry-config.h"

#include "core/library/quarry-search-private.h"

/* Candidates that are looked at first; there are no more where they leave no choice. */
#define FIRST_POOL 40u

gboolean
quarry_search_keep_passage (const QuarryPassageRecord *passage, gpointer user_data)
{
  const QuarrySearch *search = user_data;

  if (search->other_than != 0 && passage->document == search->other_than)
    return FALSE;
  for (guint i = 0; i < search->options->n_less; i++)
    if (search->options->less[i] == passage->id)
      return FALSE;
  if (search->query == NULL)
    return TRUE;
  for (guint i = 0; search->query->phrases[i] != NULL; i++)
    if (!quarry_text_holds_phrase (passage->text, search->query->phrases[i]))
      return FALSE;
  for (guint i = 0; search->query->excluded[i] != NULL; i++)
    if (quarry_text_holds_phrase (passage->text, search->query->excluded[i]))
      return FALSE;

  return TRUE;
}

static gboolean
load (QuarrySearch *search, QuarryCandidateSet *set, GArray *ranked, guint *next, guint limit, GError **error)
{
  return quarry_candidate_set_load (set, search->connection->store, ranked, next, limit, quarry_search_keep_passage,
                                    search, search->cancellable, error);
}

gboolean
quarry_search_load_pool (QuarrySearch *search,
                         QuarryCandidateSet *set,
                         GArray *ranked,
                         GError **error)
{
  guint next = 0;

  if (!load (search, set, ranked, &next, FIRST_POOL, error))
    return FALSE;
  /* Who asks for more variety than is usual is not spared a choice. */
  if (search->options->diversity <= QUARRY_DIVERSITY_DEFAULT && !quarry_candidate_set_leaves_choice (set))
    return TRUE;
  return load (search, set, ranked, &next, QUARRY_SEARCH_POOL, error);
}

/* Those of @ranked that are not in the set yet. (transfer full) */
static GArray *
leave_out_loaded (const QuarryCandidateSet *set, const GArray *ranked)
{
  g_autoptr (GHashTable) loaded = g_hash_table_new (NULL, NULL);
  GArray *others = g_array_new (FALSE, FALSE, sizeof (QuarryCandidate));

  for (guint i = 0; i < set->candidates->len; i++)
    g_hash_table_add (loaded, GUINT_TO_POINTER (g_array_index (set->candidates, QuarryCandidateText, i).rank.slot));
  for (guint i = 0; i < ranked->len; i++)
    {
      const QuarryCandidate *candidate = &g_array_index (ranked, QuarryCandidate, i);

      if (!g_hash_table_contains (loaded, GUINT_TO_POINTER (candidate->slot)))
        g_array_append_val (others, *candidate);
    }
  return others;
}

/* What comes behind the pool: what both lists had beside it or, where more is wanted, longer ones. (transfer full) */
static GArray *
find_rest (QuarrySearch *search, QuarryCandidateSet *set, GArray *ranked, guint limit, GError **error)
{
  QuarryConfidenceFeatures unused = { 0 };
  g_autoptr (GArray) longer = NULL;

  if (limit <= QUARRY_SEARCH_DEPTH)
    return leave_out_loaded (set, ranked);
  longer = quarry_search_find_candidates (search, set, NULL, limit, &unused, error);
  return longer != NULL ? leave_out_loaded (set, longer) : NULL;
}

gboolean
quarry_search_load_rest (QuarrySearch *search, QuarryCandidateSet *set, GArray *ranked, guint limit, GError **error)
{
  g_autoptr (GArray) rest = NULL;
  float least = 1;
  guint next = 0;

  if (set->n_pool >= limit)
    return TRUE;
  rest = find_rest (search, set, ranked, limit, error);
  if (rest == NULL || !load (search, set, rest, &next, limit, error))
    return FALSE;
  quarry_candidate_set_compare_rest (set);

  /* What was not looked at more closely is behind what was. */
  for (guint i = 0; i < set->n_pool; i++)
    least = MIN (least, g_array_index (set->candidates, QuarryCandidateText, i).rank.score);
  for (guint i = set->n_pool; i < set->candidates->len; i++)
    {
      QuarryCandidate *rank = &g_array_index (set->candidates, QuarryCandidateText, i).rank;

      rank->score = MIN (rank->score, least);
    }

  return TRUE;
}
