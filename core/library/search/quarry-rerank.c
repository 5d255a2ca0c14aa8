/* quarry-rerank.c: candidates ordered by more than the two indexes know
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An index knows a passage as one vector and as words of its own. Here, for the candidates alone,
 * a passage counts by its best few words in a row too, as a long one says much beside the matter,
 * by what stands beside it (quarry-context.h), by its document, as what a query asks for may stand in two neighbouring passages, by words of
 * the query that stand together there as they do here (the dependence of neighbouring terms: Metzler
 * and Croft, "A Markov Random Field Model for Term Dependencies", SIGIR 2005), and by what it has in common with those
 * that come first by all this.
 */
#include "core/library/search/quarry-candidates-private.h"

#include <math.h>

#include "core/library/quarry-library-indexes-private.h"
#include "core/library/search/quarry-context.h"
#include "core/library/search/quarry-token-shares.h"

/* What a passage's best window counts beside the whole, and its document's words beside its own. */
#define WINDOW_WEIGHT .5f
#define DOCUMENT_WORDS_WEIGHT .5f
#define DOCUMENT_VECTOR_WEIGHT .3f

/* What neighbours of the query that are near each other in a passage count beside single words; near
 * is within so many words, in either order. Of a long query the first pairs count. */
#define PAIRS_WEIGHT .15f
#define PAIR_DISTANCE 8
#define MOST_PAIRS 64

/* How many of the first candidates are taken to be right, and what likeness to them counts beside all else. */
#define TRUSTED 3u
#define LIKENESS_WEIGHT .5f

static const QuarryCandidateText *
get_candidate (const QuarryCandidateSet *self, guint i)
{
  return &g_array_index (self->candidates, QuarryCandidateText, i);
}

static float
cosine (const float *sum, const float *unit, guint n)
{
  float norm = sqrtf (quarry_dot (sum, sum, n));

  return norm > 0 ? quarry_dot (sum, unit, n) / norm : 0;
}

/* The highest cosine of a window of the passage with what @shares are of. */
static float
best_window (QuarryTokenShares *shares, const QuarryAnalysis *analysis)
{
  const QuarryToken *tokens = analysis->tokens;
  const float *of = quarry_token_shares_get (shares, tokens, analysis->n_tokens);
  float before = 0, best = -1;
  guint window = 0;

  for (guint i = 0; i < analysis->n_tokens; i += QUARRY_WINDOW_BLOCK)
    {
      guint end = MIN (i + QUARRY_WINDOW_BLOCK, analysis->n_tokens);
      float product = 0;

      for (guint t = i; t < end; t++)
        product += of[tokens[t].id];
      if (i > 0 || end == analysis->n_tokens)
        {
          float norm = analysis->window_norms[window++];

          best = MAX (best, norm > 0 ? (before + product) / norm : 0);
        }
      before = product;
    }

  return best;
}

/* What the candidates of a document say together. */
typedef struct
{
  guint n_words;
  guint *counts; /* of each stem of the query */
  float *sum;    /* of their vectors */
} Together;

static void
together_free (gpointer data)
{
  Together *self = data;

  g_free (self->counts);
  g_free (self->sum);
  g_free (self);
}

/* What a document is called, its file's name where it does not say. */
static void
together_add_title (Together *self,
                    const QuarryCandidateSet *set,
                    const QuarryCandidateDocument *document,
                    const QuarryWordForm *prefix)
{
  g_autoptr (GArray) words = g_array_ref (document->title);

  if (words->len == 0)
    {
      g_autofree char *title = quarry_indexed_title (document->record);

      g_array_unref (words);
      words = g_array_new (FALSE, FALSE, sizeof (QuarryWord));
      quarry_word_forms_read (set->forms, title, -1, QUARRY_MOST_TITLE_WORDS, words, NULL, NULL);
    }
  for (guint i = 0; i < words->len; i++)
    {
      int stem = quarry_candidate_set_match (set, g_array_index (words, QuarryWord, i).form, prefix);

      if (stem >= 0)
        self->counts[stem]++;
    }
}

/* (transfer full): document -> Together; *mean_words gets their mean length. */
static GHashTable *
put_together (const QuarryCandidateSet *self, float *mean_words)
{
  GHashTable *documents
      = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, together_free);
  const QuarryWordForm *prefix = quarry_candidate_set_get_prefix (self);
  double n_words = 0;

  for (guint i = 0; i < self->candidates->len; i++)
    {
      const QuarryCandidateText *candidate = get_candidate (self, i);
      Together *together = g_hash_table_lookup (documents, candidate->document);

      if (together == NULL)
        {
          together = g_new0 (Together, 1);
          together->counts = g_new0 (guint, MAX (1, self->query_stems->len));
          together->sum = g_new0 (float, self->dims);
          together_add_title (together, self, candidate->of, prefix);
          g_hash_table_insert (documents, (gpointer) candidate->document, together);
        }
      for (guint m = 0; m < candidate->n_matches; m++)
        together->counts[candidate->matches[m].stem]++;
      together->n_words += candidate->analysis->n_words;
      quarry_add (together->sum, candidate->analysis->sum, self->dims);
      n_words += candidate->analysis->n_words;
    }
  *mean_words = (float) MAX (1, n_words / MAX (1, g_hash_table_size (documents)));

  return documents;
}

/* BM25 of a document's candidates as one text. */
static float
score_words (const QuarryCandidateSet *self,
             const double *rarity,
             const Together *together,
             float mean_words)
{
  float norm = quarry_bm25_norm ((float) together->n_words, mean_words);
  float score = 0;

  for (guint j = 0; j < self->query_words->len; j++)
    {
      const QuarryQueryWord *asked = &g_array_index (self->query_words, QuarryQueryWord, j);
      float count = (float) together->counts[asked->stem];

      if (asked->content)
        score += (float) rarity[j] * count / (count + norm);
    }

  return score;
}

/* How rare a word of the query is; of one still typed, how rare what it may become is, as far as that is
 * likely. */
static double
find_rarity (const QuarryCandidateSet *self, guint word)
{
  QuarryLexicalIndex *index = self->indexes->words;
  double rarity = 0;

  if (self->foresight == NULL || !g_array_index (self->query_words, QuarryQueryWord, word).prefix)
    return quarry_lexical_index_get_rarity (
        index, g_array_index (self->understood, QuarryWord, word).form->folded, self->languages);
  for (guint i = 0; i < self->foresight->guesses->len; i++)
    {
      const QuarryLexicalGuess *guess = &g_array_index (self->foresight->guesses, QuarryLexicalGuess, i);

      rarity += guess->share * quarry_lexical_index_get_rarity (index, guess->word, self->languages);
    }

  return rarity;
}

/* Two content words that follow each other in the query, by their stems. */
typedef struct
{
  guint first, second;
  float rarity; /* of the less rare */
  float share;  /* how likely it is what is meant */
} Pair;

/* Returns how many. */
static guint
find_pairs (const QuarryCandidateSet *self, const double *rarity, Pair pairs[MOST_PAIRS])
{
  const QuarryQueryWord *words = (const QuarryQueryWord *) (gpointer) self->query_words->data;
  guint n = 0, before = G_MAXUINT;

  for (guint j = 0; j < self->query_words->len && n < MOST_PAIRS; j++)
    {
      if (!words[j].content)
        continue;
      if (before != G_MAXUINT && words[before].stem != words[j].stem)
        pairs[n++] = (Pair) { words[before].stem, words[j].stem, (float) MIN (rarity[before], rarity[j]),
                              words[j].prefix ? self->certainty : 1 };
      before = j;
    }

  return n;
}

/* 0 to 1: of all that the pairs count, what is meant. */
static float
pairs_share (const Pair *pairs, guint n)
{
  float meant = 0, all = 0;

  for (guint p = 0; p < n; p++)
    {
      meant += pairs[p].share * pairs[p].rarity;
      all += pairs[p].rarity;
    }

  return all > 0 ? meant / all : 0;
}

static float
score_pairs (const QuarryCandidateText *candidate, const Pair *pairs, guint n_pairs)
{
  const QuarryWordAnswer *matches = candidate->matches;
  float score = 0;

  for (guint p = 0; p < n_pairs; p++)
    {
      /* Where each stood last, from 1 on. */
      guint32 first = 0, second = 0, count = 0;

      for (guint m = 0; m < candidate->n_matches; m++)
        if (matches[m].stem == pairs[p].first)
          {
            first = matches[m].word + 1;
            count += second > 0 && first - second <= PAIR_DISTANCE;
          }
        else if (matches[m].stem == pairs[p].second)
          {
            second = matches[m].word + 1;
            count += first > 0 && second - first <= PAIR_DISTANCE;
          }
      score += pairs[p].rarity * pairs[p].share * (float) count / (float) (count + 1);
    }

  return score;
}

/* To 0 at the least, 1 at the greatest; what is not finite becomes the least. Returns what a difference of 1 has
 * become. */
static float
scale (float *scores, guint n)
{
  float least = INFINITY, greatest = -INFINITY;

  for (guint i = 0; i < n; i++)
    if (isfinite (scores[i]))
      {
        least = MIN (least, scores[i]);
        greatest = MAX (greatest, scores[i]);
      }
  for (guint i = 0; i < n; i++)
    scores[i] = !isfinite (scores[i])   ? 0
                : greatest > least ? (scores[i] - least) / (greatest - least)
                                   : 1;
  return greatest > least ? 1 / (greatest - least) : 0;
}

static int
compare_candidates (gconstpointer a, gconstpointer b)
{
  const QuarryCandidateText *left = a;
  const QuarryCandidateText *right = b;

  if (left->rank.score != right->rank.score)
    return left->rank.score > right->rank.score ? -1 : 1;
  return left->rank.slot < right->rank.slot ? -1 : left->rank.slot > right->rank.slot;
}

/* By meaning: the passage with what stands beside it, its best window, and its document. */
static float
score_vectors (const QuarryCandidateSet *self,
               const QuarryCandidateText *candidate,
               const QuarryContext *context,
               const Together *together,
               QuarryTokenShares *shares)
{
  float score = context->together;

  score += WINDOW_WEIGHT * (best_window (shares, candidate->analysis) - score);
  return score + DOCUMENT_VECTOR_WEIGHT * (cosine (together->sum, self->widened_vector, self->dims) - score);
}

/* The indices of the TRUSTED highest scores, or of all. Returns how many. */
static guint
find_first (const QuarryCandidateSet *self, guint first[TRUSTED])
{
  guint n = 0;

  for (guint i = 0; i < self->candidates->len; i++)
    {
      guint at = n;

      while (at > 0 && compare_candidates (get_candidate (self, i), get_candidate (self, first[at - 1])) < 0)
        at--;
      if (at == TRUSTED)
        continue;
      n = MIN (n + 1, TRUSTED);
      for (guint j = n - 1; j > at; j--)
        first[j] = first[j - 1];
      first[at] = i;
    }

  return n;
}

/* Raises what is like the first candidates, which stay in their order: of two that are alike neither is the better for
 * it. @likeness: to work with, one for each. */
static void
raise_alike (QuarryCandidateSet *self, float *likeness)
{
  guint n = self->candidates->len;
  guint first[TRUSTED];
  guint n_first = find_first (self, first);

  quarry_candidate_set_compare_with_first (self, first, n_first, likeness);
  scale (likeness, n);
  for (guint i = 0; i < n_first; i++)
    likeness[first[i]] = 1;
  for (guint i = 0; i < n; i++)
    {
      QuarryCandidateText *candidate = &g_array_index (self->candidates, QuarryCandidateText, i);

      candidate->rank.score = (candidate->rank.score + LIKENESS_WEIGHT * likeness[i]) / (1 + LIKENESS_WEIGHT);
      candidate->context_score /= 1 + LIKENESS_WEIGHT;
    }
}

void
quarry_candidate_set_rerank (QuarryCandidateSet *self)
{
  guint n = self->candidates->len;
  g_autofree float *dense = g_new (float, MAX (1, n));
  g_autofree float *lexical = g_new (float, MAX (1, n));
  g_autofree float *words = g_new (float, MAX (1, n));
  g_autofree float *near = g_new (float, MAX (1, n));
  g_autofree double *rarity = g_new (double, MAX (1, self->query_words->len));
  g_autofree QuarryContext *contexts = g_new (QuarryContext, MAX (1, n));
  g_autoptr (QuarryTokenShares) shares
      = quarry_token_shares_new (self->embedder, self->indexes->weights, self->widened_vector);
  gboolean any_dense = FALSE, any_lexical = FALSE;
  g_autoptr (GHashTable) documents = NULL;
  float mean_words, weight, pairs_weight = 0, by_vectors, by_words;
  Pair pairs[MOST_PAIRS];
  guint n_pairs;

  for (guint j = 0; j < self->query_words->len; j++)
    rarity[j] = find_rarity (self, j);
  n_pairs = find_pairs (self, rarity, pairs);
  documents = put_together (self, &mean_words);
  quarry_find_contexts (self, rarity, contexts);
  for (guint i = 0; i < n; i++)
    {
      const QuarryCandidateText *candidate = get_candidate (self, i);
      const Together *together = g_hash_table_lookup (documents, candidate->document);

      /* Neither list holds all candidates; those that it lacks stay the least of it. */
      dense[i] = candidate->rank.dense;
      lexical[i] = candidate->rank.lexical + contexts[i].words;
      if (isfinite (dense[i]))
        {
          any_dense = TRUE;
          dense[i] = score_vectors (self, candidate, &contexts[i], together, shares);
        }
      any_lexical = any_lexical || isfinite (lexical[i]);
      words[i] = score_words (self, rarity, together, mean_words);
      near[i] = score_pairs (candidate, pairs, n_pairs);
      /* Where no passage has any, single words are all there is to go by. */
      if (near[i] > 0)
        pairs_weight = PAIRS_WEIGHT * pairs_share (pairs, n_pairs);
    }
  weight = !any_dense ? 0 : !any_lexical ? 1 : (float) QUARRY_FUSION_DENSE_WEIGHT;

  by_vectors = weight * scale (dense, n) * (1 - WINDOW_WEIGHT) * (1 - DOCUMENT_VECTOR_WEIGHT);
  by_words = (1 - weight) * scale (lexical, n) * (1 - DOCUMENT_WORDS_WEIGHT) * (1 - pairs_weight);
  scale (words, n);
  scale (near, n);
  for (guint i = 0; i < n; i++)
    {
      QuarryCandidateText *candidate = &g_array_index (self->candidates, QuarryCandidateText, i);

      lexical[i] += DOCUMENT_WORDS_WEIGHT * (words[i] - lexical[i]);
      lexical[i] += pairs_weight * (near[i] - lexical[i]);
      candidate->context = any_dense ? contexts[i].similarity : NAN;
      candidate->context_score
          = (isfinite (candidate->rank.dense) ? by_vectors * (contexts[i].together - contexts[i].own) : 0)
            + (isfinite (candidate->rank.lexical) ? by_words * contexts[i].words : 0);
      candidate->rank.score = weight * dense[i] + (1 - weight) * lexical[i];
    }
  /* Of a query that may mean several things, the first candidates say one of them. */
  if (any_lexical && !quarry_candidate_set_is_open (self))
    raise_alike (self, near);
  g_array_sort (self->candidates, compare_candidates);
}
