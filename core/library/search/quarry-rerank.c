/* quarry-rerank.c: candidates reordered by what their texts say
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The indexes know a passage only as one vector and as words of its own. Here the candidates are scored by more: by
 * the best window of a few tokens, since a long passage also says much that is off the subject; by the neighbouring
 * passages (quarry-context.h); by all candidates of the same document together, since what a query asks for may be
 * spread over several passages; by neighbouring words of the query that stand close together in the passage too
 * (sequential dependence: Metzler and Croft, "A Markov Random Field Model for Term Dependencies", SIGIR 2005); and
 * finally by what a candidate has in common with those that all this puts first.
 */
#include "core/library/search/quarry-candidates-private.h"

#include <math.h>

#include "core/library/search/quarry-context.h"
#include "core/library/search/quarry-token-shares.h"

/* Weights of a passage's best window beside the whole passage, and of its document's words and vector beside its
 * own. */
#define WINDOW_WEIGHT .5f
#define DOCUMENT_WORDS_WEIGHT .5f
#define DOCUMENT_VECTOR_WEIGHT .3f

/* The weight of pairs of words beside single words. A pair is two words that follow each other in the query; it
 * counts in a passage where they stand at most PAIR_DISTANCE words apart, in either order. Only the first pairs of a
 * long query count. */
#define PAIRS_WEIGHT .15f
#define PAIR_DISTANCE 8
#define MOST_PAIRS 64

/* The number of first candidates that are taken to be relevant, and the weight of the likeness to them beside all
 * else. */
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

/* The highest cosine of a window of the passage with the vector that @shares belong to. */
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

/* The candidates of one document, taken together. */
typedef struct
{
  guint n_words;
  guint *counts; /* occurrences of each stem of the query */
  float *sum;    /* of the candidates' vectors */
} Together;

static void
together_free (gpointer data)
{
  Together *self = data;

  g_free (self->counts);
  g_free (self->sum);
  g_free (self);
}

/* Counts the query's words in the document's title, or in its file name where it states no title. */
static void
together_add_title (Together *self,
                    const QuarryCandidateSet *set,
                    const QuarryCandidateDocument *document,
                    const QuarryWordForm *prefix)
{
  const char *title = document->record->title;
  const GArray *words = title != NULL && *title != '\0' ? document->title : document->name_words;

  for (guint i = 0; i < words->len; i++)
    {
      int stem = quarry_candidate_set_match (set, g_array_index (words, QuarryWord, i).form, prefix);

      if (stem >= 0)
        self->counts[stem]++;
    }
}

/* A table of document -> Together; *mean_words gets their mean length. (transfer full) */
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

/* The BM25 score of a document's candidates as one text. */
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

/* The idf of a query word. For a word still being typed: the mean idf of what it may become, weighted by
 * probability. */
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

/* Two content words that follow each other in the query, by the indices of their stems. */
typedef struct
{
  guint first, second;
  float rarity; /* that of the less rare word */
  float share;  /* probability that this pair is meant: less than 1 where its second word is still being typed */
} Pair;

/* Returns the number of pairs. */
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

/* The part of the pairs' total weight that is certain to be meant, 0 to 1. */
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
      /* the last occurrence of each, counted from 1; 0: none yet */
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

/* Scales scores linearly to 0 … 1; those that are not finite become 0. Returns the factor. Where all are equal, they
 * become 1, and 0 is returned. */
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

/* The score by meaning: of the passage with its neighbours, of its best window, and of its document. */
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

/* Raises the candidates, sorted by score, that are like the first ones, and sorts them again. The first ones
 * themselves all get the greatest likeness, so that their order stays: that two of them are alike makes neither of
 * them better. @likeness: room for one value per candidate. */
static void
raise_alike (QuarryCandidateSet *self, float *likeness)
{
  static const guint first[TRUSTED] = { 0, 1, 2 };
  guint n = self->candidates->len;
  guint n_first = MIN (n, TRUSTED);

  quarry_candidate_set_compare_with_first (self, first, n_first, likeness);
  scale (likeness, n);
  for (guint i = 0; i < n; i++)
    {
      QuarryCandidateText *candidate = &g_array_index (self->candidates, QuarryCandidateText, i);
      float alike = i < n_first ? 1 : likeness[i];

      candidate->rank.score = (candidate->rank.score + LIKENESS_WEIGHT * alike) / (1 + LIKENESS_WEIGHT);
      candidate->context_score /= 1 + LIKENESS_WEIGHT;
      candidate->raised_by_likeness = (int) i;
    }
  g_array_sort (self->candidates, compare_candidates);
  for (guint i = 0; i < n; i++)
    g_array_index (self->candidates, QuarryCandidateText, i).raised_by_likeness -= (int) i;
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
  self->codes = quarry_candidate_set_weigh_codes (self, rarity);
  n_pairs = find_pairs (self, rarity, pairs);
  documents = put_together (self, &mean_words);
  quarry_find_contexts (self, rarity, contexts);
  for (guint i = 0; i < n; i++)
    {
      const QuarryCandidateText *candidate = get_candidate (self, i);
      const Together *together = g_hash_table_lookup (documents, candidate->document);

      /* Each candidate may be missing from one of the lists: its score there is not finite, and is scaled to the
       * least. */
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
      /* If no passage holds any pair, the pairs get no weight, and single words decide alone. */
      if (near[i] > 0)
        pairs_weight = PAIRS_WEIGHT * pairs_share (pairs, n_pairs);
    }
  weight = !any_dense ? 0 : !any_lexical ? 1 : (float) QUARRY_FUSION_DENSE_WEIGHT * (1 - self->codes);

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
  g_array_sort (self->candidates, compare_candidates);
  /* Where a query may mean several things, the first candidates stand for only one of them, so likeness to them does
   * not count. */
  if (any_lexical && !quarry_candidate_set_is_open (self))
    raise_alike (self, near);
}
