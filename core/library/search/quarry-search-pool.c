/* quarry-search-pool.c: the pool that hits are chosen from, and what is loaded behind it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading the candidates' texts takes half of a search, so only as many are read as are needed. Where a query leaves
 * a choice (a short one, of which many passages hold every word), a hundred are read, so that the hits can vary. For
 * other queries the first few dozen are as good: over 466 queries of five judged collections, 40 candidates give on
 * average as many relevant passages among the first ten as 100 do.
 */
#include "quarry-config.h"

#include "core/library/search/quarry-pool-data.h"
#include "core/library/search/quarry-search-private.h"

#include <math.h>

/* Candidates that are read first. Where they leave no choice, no more are read. */
#define FIRST_POOL 40u

/* Below this certainty of the last word, still being typed, no further candidates are read: what the word becomes
 * decides which ones they would be. (Measured on 34 queries of three judged collections, typed letter by letter:
 * nDCG@10 is the same at every keystroke. Of the ten hits, .69 stay from one keystroke to the next at the first
 * letter of a word, .71 with a hundred candidates; at all other letters there is no difference.) */
#define LEAST_CERTAIN .5f

/* Up to this many passages that hold the query word for word are put into the first pool, wherever the lists rank
 * them. They are to come first (quarry_candidate_set_raise_exact()), but where the words are frequent, many passages
 * hold them more often and rank higher. */
#define MOST_EXACT 10u

/* Where each of the words stands in more passages than this, finding those that hold them in a row takes tens of
 * milliseconds, and is left out. */
#define MOST_HOLDING 4000u

/* The most further candidates that are read where those already read repeat each other. */
#define MOST_REPEATING 300u

/* Fewer words may stand beside each other by chance. */
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
  return quarry_candidate_set_load (set, search->connection, ranked, next, limit, quarry_search_keep_passage,
                                    search, search->cancellable, error);
}

/* Whether one of the first @n words is rare enough that all passages with it can be searched for the phrase at every
 * keystroke. */
static gboolean
is_soon_found (const QuarrySearch *search, const QuarryCandidateSet *set, guint n)
{
  guint n_passages = quarry_lexical_index_get_count (search->indexes->words);
  double least; /* the BM25 idf of a word that MOST_HOLDING passages hold */

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

/* Makes those of @exact (of QuarryLexicalMatch, fewer than FIRST_POOL) that stand in @ranked, which is longer than the
 * first pool, the last ones in that pool, best first, unless they stand before its last places already. */
static void
bring_forward (GArray *ranked, const GArray *exact)
{
  guint first = FIRST_POOL - exact->len; /* of the places that exact matches may take */
  guint n_others_before;
  g_autoptr (GArray) matches = g_array_new (FALSE, FALSE, sizeof (QuarryCandidate));
  g_autoptr (GArray) others = g_array_new (FALSE, FALSE, sizeof (QuarryCandidate));
  g_autoptr (GHashTable) slots = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < exact->len; i++)
    {
      guint32 slot = g_array_index (exact, QuarryLexicalMatch, i).slot;

      for (guint at = first; at < ranked->len; at++)
        if (g_array_index (ranked, QuarryCandidate, at).slot == slot)
          {
            g_array_append_val (matches, g_array_index (ranked, QuarryCandidate, at));
            g_hash_table_add (slots, GUINT_TO_POINTER (slot));
            break;
          }
    }
  for (guint at = first; at < ranked->len; at++)
    if (!g_hash_table_contains (slots, GUINT_TO_POINTER (g_array_index (ranked, QuarryCandidate, at).slot)))
      g_array_append_val (others, g_array_index (ranked, QuarryCandidate, at));

  n_others_before = exact->len - matches->len;
  g_array_set_size (ranked, first);
  g_array_append_vals (ranked, others->data, n_others_before);
  g_array_append_vals (ranked, matches->data, matches->len);
  g_array_append_vals (ranked, &g_array_index (others, QuarryCandidate, n_others_before),
                       others->len - n_others_before);
}

/* Puts exact matches into the first pool. A last word that is still being typed may become any word, so only the
 * words before it are looked for. FALSE: an error. */
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
  /* Whoever asks for more variety than the default gets the full choice in any case. */
  if (search->options->diversity <= QUARRY_DIVERSITY_DEFAULT
      && (set->certainty < LEAST_CERTAIN || !quarry_candidate_set_leaves_choice (set)))
    return TRUE;
  return load (search, set, ranked, &next, QUARRY_SEARCH_POOL, error);
}

/* Renumbers the ranks at offset @rank in @longer so that they continue those in @ranked: candidates without a rank in
 * @ranked get, in their order, the ranks behind its last. (A longer list of the nearest is not simply a continuation
 * of the shorter one: its query vector was moved towards what was found first, which may differ.) */
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

/* Appends to @others those of @ranked whose slots are not in @known, and adds them there. */
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

/* Puts the candidates found by a word of the query before the others. Returns their number. */
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

/* The candidates behind the pool: first those in @ranked that were not loaded, then, where @n is more than the lists'
 * depth, those that longer lists find in addition. (transfer full) */
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

/* Counts the candidates that are shown as hits of their own, not folded under another, with or without those that are
 * unlikely. */
static guint
count_shown (const QuarryCandidateSet *set, const guint *original, gboolean with_unlikely)
{
  guint n = 0;

  for (guint i = 0; i < set->candidates->len; i++)
    n += (with_unlikely || !g_array_index (set->candidates, QuarryCandidateText, i).unlikely)
         && (original == NULL || original[i] == i);
  return n;
}

/* Loads candidates of @rest until the set holds @wanted, and then more while fewer than @limit are shown as hits of
 * their own. The first @n_holding of @rest hold a word of the query and come before what is unlikely, so until these
 * are all loaded, unlikely candidates do not count as shown. Replaces *original unless it is NULL. */
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
  guint n = limit + limit / 2; /* half as many again, as some are copies of others and so no hits */
  guint wanted = n, n_holding = 0;

  if (set->n_pool - set->n_unlikely >= n
      && count_shown (set, *original, FALSE) >= limit + QUARRY_SEARCH_SAYING_THE_SAME)
    return TRUE;
  rest = find_rest (search, set, ranked, n, error);
  if (rest == NULL)
    return FALSE;
  /* Candidates that hold a word come before the unlikely ones of the pool. All of them are therefore loaded, so that
   * a longer list of hits begins with the shorter one. */
  if (set->n_unlikely > 0)
    {
      n_holding = bring_holding_forward (rest);
      wanted = MAX (n, MIN (n + set->n_unlikely, set->n_pool + n_holding));
    }
  if (!load_shown (search, set, rest, n_holding, wanted, limit + QUARRY_SEARCH_SAYING_THE_SAME, original, error))
    return FALSE;
  quarry_candidate_set_compare_rest (set);

  /* Candidates behind the pool were not reranked, so none of them may score above the pool. */
  for (guint i = 0; i < set->n_pool; i++)
    least = MIN (least, g_array_index (set->candidates, QuarryCandidateText, i).rank.score);
  for (guint i = set->n_pool; i < set->candidates->len; i++)
    {
      QuarryCandidate *rank = &g_array_index (set->candidates, QuarryCandidateText, i).rank;

      rank->score = MIN (rank->score, least);
    }

  return TRUE;
}
