/* quarry-search-pool.c: the candidates that hits are chosen from, and what stands behind them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Half of a search is the reading of its candidates. Variety needs a hundred of them where a query leaves a choice:
 * short ones, of which many passages hold all. Of others, the first few dozen are as good (of 466 queries of five
 * judged collections, 40 candidates find in the mean as much among the first ten as 100 do).
 */
#include "quarry-config.h"

#include "core/library/search/quarry-pool-data.h"
#include "core/library/search/quarry-search-private.h"

#include <math.h>
#include <string.h>

/* Candidates that are looked at first; there are no more where they leave no choice. */
#define FIRST_POOL 40u

/* A last word that is still typed and becomes its likeliest completion no likelier than this leaves nothing to choose
 * yet: what it becomes decides. (Of 34 queries of three judged collections, typed letter by letter, nDCG@10 is the same
 * at every kind of key; of the ten hits .69 stay at a word's first letter, .71 with a hundred candidates, and as many at
 * all other letters.) */
#define LEAST_CERTAIN .5f

/* So many that hold the query word for word are among these, wherever the lists have put them: they come before all
 * others, and of frequent words many passages hold more. */
#define MOST_EXACT 10u

/* Of words that more passages hold it takes tens of milliseconds to find what holds them in a row. */
#define MOST_HOLDING 4000u

/* So many more are read at the most where what is read repeats the same. */
#define MOST_REPEATING 300u

/* Fewer words stand beside each other by chance. */
#define LEAST_EXACT_WORDS 3u

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

/* Whether few enough passages hold one of the first @n words to look through them at every key. */
static gboolean
is_soon_found (const QuarrySearch *search, const QuarryCandidateSet *set, guint n)
{
  guint n_passages = quarry_lexical_index_get_count (search->indexes->words);
  double least; /* BM25's idf of a word that so many hold */

  if (n_passages <= MOST_HOLDING)
    return TRUE;
  least = log (1 + (n_passages - MOST_HOLDING + .5) / (MOST_HOLDING + .5));
  for (guint i = 0; i < n; i++)
    if (quarry_lexical_index_get_rarity (search->indexes->words,
                                         g_array_index (set->asked, QuarryWord, i).form->folded, set->languages)
        >= least)
      return TRUE;
  return FALSE;
}

/* Puts those of @ranked that are among @exact (of QuarryLexicalMatch) and behind the first pool at its end. */
static void
bring_forward (GArray *ranked, const GArray *exact)
{
  QuarryCandidate *candidates = (QuarryCandidate *) (gpointer) ranked->data;

  for (guint i = 0, place = FIRST_POOL; i < exact->len && ranked->len > FIRST_POOL; i++)
    {
      guint32 slot = g_array_index (exact, QuarryLexicalMatch, i).slot;

      for (guint at = FIRST_POOL; at < ranked->len; at++)
        if (candidates[at].slot == slot)
          {
            QuarryCandidate candidate = candidates[at];

            place--;
            memmove (candidates + place + 1, candidates + place, (at - place) * sizeof *candidates);
            candidates[place] = candidate;
            break;
          }
    }
}

/* What is still typed may become any word: what stands before it is looked for. FALSE: an error. */
static gboolean
bring_exact_forward (QuarrySearch *search, const QuarryCandidateSet *set, GArray *ranked, GError **error)
{
  guint n_words = set->asked->len - (search->typing ? 1 : 0);
  g_autofree char *text = NULL;
  const char *phrases[] = { NULL, NULL };
  QuarryLexicalQuery query
      = { .text = search->text, .phrases = phrases, .last_is_prefix = search->typing, .as_typed = TRUE,
          .languages = set->languages };
  g_autoptr (GArray) exact = NULL;

  if (ranked->len <= FIRST_POOL || n_words < LEAST_EXACT_WORDS || search->options->mode == QUARRY_SEARCH_DENSE
      || !is_soon_found (search, set, n_words))
    return TRUE;
  text = g_strndup (search->text, g_array_index (set->asked, QuarryWord, n_words - 1).span.end);
  phrases[0] = text;
  exact = quarry_lexical_index_search (search->indexes->words, &query, MOST_EXACT, search->allowed,
                                       search->n_allowed_words, search->cancellable, error);
  if (exact == NULL)
    return FALSE;
  bring_forward (ranked, exact);
  return TRUE;
}

gboolean
quarry_search_load_pool (QuarrySearch *search,
                         QuarryCandidateSet *set,
                         GArray *ranked,
                         GError **error)
{
  guint next = 0;

  if (!bring_exact_forward (search, set, ranked, error) || !load (search, set, ranked, &next, FIRST_POOL, error))
    return FALSE;
  /* Who asks for more variety than is usual is not spared a choice. */
  if (search->options->diversity <= QUARRY_DIVERSITY_DEFAULT
      && (set->certainty < LEAST_CERTAIN || !quarry_candidate_set_leaves_choice (set)))
    return TRUE;
  return load (search, set, ranked, &next, QUARRY_SEARCH_POOL, error);
}

/* Makes ranks of @longer (at @rank in each) those of one list with @ranked's: behind the last that has one there come, in
 * their order, those that have none. (A longer list of the nearest is no mere continuation: its query is widened by
 * what was found first, and that may differ.) */
static void
go_on_ranking (GArray *longer, const GArray *ranked, glong rank)
{
  g_autoptr (GHashTable) listed = g_hash_table_new (NULL, NULL);
  g_autoptr (GPtrArray) by_rank = g_ptr_array_new ();
  guint last = 0;

  for (guint i = 0; i < ranked->len; i++)
    {
      QuarryCandidate *candidate = &g_array_index (ranked, QuarryCandidate, i);
      guint here = G_STRUCT_MEMBER (guint, candidate, rank);

      if (here > 0)
        g_hash_table_add (listed, GUINT_TO_POINTER (candidate->slot));
      last = MAX (last, here);
    }
  for (guint i = 0; i < longer->len; i++)
    {
      QuarryCandidate *candidate = &g_array_index (longer, QuarryCandidate, i);
      guint here = G_STRUCT_MEMBER (guint, candidate, rank);

      if (here > by_rank->len)
        g_ptr_array_set_size (by_rank, (int) here);
      if (here > 0)
        by_rank->pdata[here - 1] = candidate;
    }
  for (guint i = 0; i < by_rank->len; i++)
    {
      QuarryCandidate *candidate = by_rank->pdata[i];

      if (candidate != NULL && !g_hash_table_contains (listed, GUINT_TO_POINTER (candidate->slot)))
        G_STRUCT_MEMBER (guint, candidate, rank) = ++last;
    }
}

/* Adds to @others those of @ranked that are not among @known, which gets them. */
static void
add_unknown (GArray *others, GHashTable *known, const GArray *ranked)
{
  for (guint i = 0; i < ranked->len; i++)
    {
      const QuarryCandidate *candidate = &g_array_index (ranked, QuarryCandidate, i);

      if (g_hash_table_add (known, GUINT_TO_POINTER (candidate->slot)))
        g_array_append_val (others, *candidate);
    }
}

/* Puts those that hold a word of the query before the others. Returns how many they are. */
static guint
bring_holding_forward (GArray *candidates)
{
  g_autoptr (GArray) others = g_array_new (FALSE, FALSE, sizeof (QuarryCandidate));
  guint n = 0;

  for (guint i = 0; i < candidates->len; i++)
    {
      QuarryCandidate candidate = g_array_index (candidates, QuarryCandidate, i);

      if (candidate.lexical_rank > 0)
        g_array_index (candidates, QuarryCandidate, n++) = candidate;
      else
        g_array_append_val (others, candidate);
    }
  g_array_set_size (candidates, n);
  g_array_append_vals (candidates, others->data, others->len);
  return n;
}

/* What comes behind the pool: what both lists had beside it and, where more is wanted, what longer ones have beside
 * these. (transfer full) */
static GArray *
find_rest (QuarrySearch *search, QuarryCandidateSet *set, GArray *ranked, guint n, GError **error)
{
  QuarryConfidenceFeatures unused = { 0 };
  g_autoptr (GHashTable) known = g_hash_table_new (NULL, NULL);
  g_autoptr (GArray) others = g_array_new (FALSE, FALSE, sizeof (QuarryCandidate));
  g_autoptr (GArray) longer = NULL;

  for (guint i = 0; i < set->candidates->len; i++)
    g_hash_table_add (known, GUINT_TO_POINTER (g_array_index (set->candidates, QuarryCandidateText, i).rank.slot));
  add_unknown (others, known, ranked);
  if (n > QUARRY_SEARCH_DEPTH)
    {
      longer = quarry_search_find_candidates (search, set, NULL, n, &unused, error);
      if (longer == NULL)
        return NULL;
      go_on_ranking (longer, ranked, G_STRUCT_OFFSET (QuarryCandidate, dense_rank));
      go_on_ranking (longer, ranked, G_STRUCT_OFFSET (QuarryCandidate, lexical_rank));
      add_unknown (others, known, longer);
    }
  return g_steal_pointer (&others);
}

/* How many of the candidates are shown for themselves, as what repeats another is not; with those that are hardly about
 * the query, or without. */
static guint
count_shown (const QuarryCandidateSet *set, const guint *original, gboolean with_unlikely)
{
  guint n = 0;

  for (guint i = 0; i < set->candidates->len; i++)
    n += (with_unlikely || !g_array_index (set->candidates, QuarryCandidateText, i).unlikely)
         && (original == NULL || original[i] == i);
  return n;
}

/* Loads as many of @rest as are wanted, and behind these more while fewer of all than @limit are shown for themselves:
 * first the @n_holding that hold a word of the query, as these come before what is unlikely. Replaces *original where
 * it is there. */
static gboolean
load_shown (QuarrySearch *search,
            QuarryCandidateSet *set,
            GArray *rest,
            guint n_holding,
            guint wanted,
            guint limit,
            guint **original,
            GError **error)
{
  guint most = wanted + MOST_REPEATING;
  guint next = 0;

  for (;;)
    {
      guint n_before = set->candidates->len, n_shown;

      if (!load (search, set, rest, &next, wanted, error))
        return FALSE;
      quarry_candidate_set_find_unlikely_rest (set);
      if (*original != NULL && set->candidates->len > n_before)
        {
          g_free (*original);
          *original = quarry_pool_find_originals (set, set->candidates->len);
        }
      n_shown = count_shown (set, *original, next >= n_holding);
      if (*original == NULL || n_shown >= limit || next >= rest->len || wanted >= most)
        return TRUE;
      wanted = MIN (most, set->candidates->len + 2 * (limit - n_shown));
    }
}

gboolean
quarry_search_load_rest (QuarrySearch *search,
                         QuarryCandidateSet *set,
                         GArray *ranked,
                         guint limit,
                         guint **original,
                         GError **error)
{
  g_autoptr (GArray) rest = NULL;
  float least = 1;
  guint n = limit + limit / 2; /* some are copies of others, and no hits */
  guint wanted = n, n_holding = 0;

  if (set->n_pool - set->n_unlikely >= n
      && count_shown (set, *original, FALSE) >= limit + QUARRY_SEARCH_SAYING_THE_SAME)
    return TRUE;
  rest = find_rest (search, set, ranked, n, error);
  if (rest == NULL)
    return FALSE;
  /* What holds a word comes before the pool's unlikely ones: all of it, so that a longer list begins with the shorter
   * one. */
  if (set->n_unlikely > 0)
    {
      n_holding = bring_holding_forward (rest);
      wanted = MAX (n, MIN (n + set->n_unlikely, set->n_pool + n_holding));
    }
  if (!load_shown (search, set, rest, n_holding, wanted, limit + QUARRY_SEARCH_SAYING_THE_SAME, original, error))
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
