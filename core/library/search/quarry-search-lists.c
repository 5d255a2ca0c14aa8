/* quarry-search-lists.c: the lists of the word index and the vector index, fused
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Asks both indexes for their best passages, in parallel where possible, and fuses the two lists. Where the
 * candidates are reranked, the list of the nearest is made once more with a query vector that was moved towards the
 * first candidates.
 */
#include "quarry-config.h"

#include "core/library/import/quarry-prepared.h"
#include "core/library/quarry-library-indexes-private.h"
#include "core/library/search/quarry-search-private.h"
#include "core/library/search/quarry-shared-runs.h"
#include "core/machine/quarry-aside.h"
#include "core/rank/quarry-feedback.h"
#include "core/rank/quarry-fusion.h"

/* Weights of the words of marked passages, relative to the query's. */
#define MORE_WORDS 0.5
#define LESS_WORDS 0.5

/* Weight of a passage's score by the parts of a rare compound, beside that by the query's own words. */
#define PARTS_WEIGHT 0.3

/* Weight of the dense list for "see also": a whole passage expresses its meaning better than a short query does. */
#define SEE_ALSO_DENSE_WEIGHT 0.6

GArray *
quarry_search_filter_words (QuarrySearch *search, GError **error)
{
  const QuarryQuery *query = search->query;
  QuarryLexicalQuery words = {
    .text = query->text,
    .required = query->required,
    .phrases = (const char *const *) query->phrases,
    .excluded = (const char *const *) query->excluded,
    .last_is_prefix = search->typing,
    .as_typed = search->options->as_typed,
  };
  g_autoptr (GArray) found = NULL;
  g_autoptr (QuarryIndexes) mended = NULL;

  if (query->required->len == 0 && query->phrases[0] == NULL && query->excluded[0] == NULL)
    return NULL;
  found = quarry_lexical_index_filter (search->indexes->words, &words, search->allowed, search->n_allowed_words);
  if (quarry_lexical_index_is_damaged (search->indexes->words))
    {
      mended = quarry_library_mend_words (search->library, error);
      if (mended == NULL)
        return NULL;
      g_array_unref (found);
      found = quarry_lexical_index_filter (mended->words, &words, search->allowed, search->n_allowed_words);
    }
  /* An absent bitmap would mean that all passages are allowed. */
  if (found->len == 0)
    g_array_set_size (found, 1);
  return g_steal_pointer (&found);
}

/* The best passages for @text in the word index, among those allowed (which already meet what the query requires).
 * @set: tells the languages of the text and what its last word may become; NULL where @text is not the query. If the
 * index turns out to be damaged (its file may have been truncated meanwhile), it is rebuilt and asked again.
 * (transfer full): of QuarryScored */
static GArray *
search_words (QuarrySearch *search,
              const char *text,
              gboolean last_is_prefix,
              const QuarryCandidateSet *set,
              guint k,
              GError **error)
{
  /* The last word stays last, as it may be unfinished. */
  g_autofree char *with_compounds = set != NULL ? g_strconcat (set->compounds->str, text, NULL) : NULL;
  QuarryLexicalQuery words = {
    .text = with_compounds != NULL ? with_compounds : text,
    .phrases = search->query != NULL ? (const char *const *) search->query->phrases : NULL,
    .last_is_prefix = last_is_prefix,
    .as_typed = search->options->as_typed,
    .foresight = set != NULL ? set->foresight : NULL,
    .languages = set != NULL ? set->languages : 0,
  };
  g_autoptr (GArray) matches
      = quarry_lexical_index_search (search->indexes->words, &words, k, search->allowed,
                                     search->n_allowed_words, search->cancellable, error);
  g_autoptr (QuarryIndexes) mended = NULL;
  GArray *scored;

  if (matches != NULL && quarry_lexical_index_is_damaged (search->indexes->words))
    {
      mended = quarry_library_mend_words (search->library, error);
      g_array_unref (matches);
      matches = mended == NULL
                    ? NULL
                    : quarry_lexical_index_search (mended->words, &words, k, search->allowed,
                                                   search->n_allowed_words, search->cancellable, error);
    }
  if (matches == NULL)
    return NULL;
  scored = g_array_sized_new (FALSE, FALSE, sizeof (QuarryScored), matches->len);
  for (guint i = 0; i < matches->len; i++)
    {
      const QuarryLexicalMatch *match = &g_array_index (matches, QuarryLexicalMatch, i);

      g_array_append_val (scored, ((QuarryScored) { match->slot, match->score }));
    }
  return scored;
}

/* A list as one to be added up with its weight: in the units of its own scores. */
static QuarryWeightedList
weigh_list (const GArray *list, double weight)
{
  const QuarryScored *scored = (const QuarryScored *) (gpointer) list->data;

  return (QuarryWeightedList) { scored, list->len, list->len > 0 ? weight * (double) scored[0].score : 0 };
}

/* @list with the best passages for the parts of the query's rare compounds added. (transfer full) */
static GArray *
add_parts (QuarrySearch *search, const QuarryCandidateSet *set, const GArray *list, guint k, GError **error)
{
  g_autoptr (GArray) by_parts = search_words (search, set->parts->str, FALSE, NULL, k, error);
  GArray *sums;

  if (by_parts == NULL)
    return NULL;
  sums = quarry_feedback_add_up (
      (QuarryWeightedList[]){ weigh_list (list, 1), weigh_list (by_parts, PARTS_WEIGHT) }, 2);
  if (sums->len > k)
    g_array_set_size (sums, k);
  return sums;
}

/* The weighted sum of the lists for the query's words and for those of the marked passages. (transfer full): of
 * QuarryScored */
static GArray *
search_marked_words (QuarrySearch *search,
                     const QuarryMarks *marks,
                     const QuarryCandidateSet *set,
                     guint k,
                     GError **error)
{
  const char *texts[] = { search->text, marks->more_words, marks->less_words };
  const double weights[] = { 1, MORE_WORDS, -LESS_WORDS };
  g_autoptr (GPtrArray) lists = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  QuarryWeightedList weighted[G_N_ELEMENTS (texts)];
  GArray *sums;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      GArray *list = search_words (search, texts[i], i == 0 && search->typing, i == 0 ? set : NULL, k, error);

      if (list == NULL)
        return NULL;
      g_ptr_array_add (lists, list);
      weighted[i] = (QuarryWeightedList) { (const QuarryScored *) (gpointer) list->data, list->len,
                                           weights[i] };
    }
  sums = quarry_feedback_add_up (weighted, G_N_ELEMENTS (texts));
  if (sums->len > k)
    g_array_set_size (sums, k);
  return sums;
}

/* The passages that a vector search computed distances to on its way to the nearest. */
typedef struct
{
  guint32 *slots;
  guint n;
} Met;

/* Room for this many times the number asked for. A search for 100 among 250,000 passages meets about 240. */
#define MOST_MET 10

static void
met_clear (Met *self)
{
  g_free (self->slots);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Met, met_clear)

/* (transfer full) */
static QuarryScored *
as_scored (const QuarryNeighbour *near, guint n)
{
  QuarryScored *scored = g_new (QuarryScored, MAX (1, n));

  for (guint i = 0; i < n; i++)
    scored[i] = (QuarryScored) { near[i].slot, near[i].score };
  return scored;
}

/* The nearest to @query. If the vector file turns out to be damaged, it is rebuilt and asked again. @met gets the
 * passages that the search met on its way. (transfer full) */
static QuarryScored *
find_near (QuarrySearch *search, const float *query, guint k, guint *n_found, Met *met, GError **error)
{
  g_autofree QuarryNeighbour *near = g_new (QuarryNeighbour, k);
  g_autoptr (QuarryIndexes) mended = NULL;

  met->n = MOST_MET * k;
  met->slots = g_renew (guint32, met->slots, MAX (1, met->n));
  *n_found = quarry_vector_index_search_met (search->indexes->vectors, query, k, search->allowed,
                                             search->n_allowed_words, near, met->slots, &met->n);
  if (quarry_vector_index_is_damaged (search->indexes->vectors))
    {
      mended = quarry_library_mend_vectors (search->library, error);
      if (mended == NULL)
        return NULL;
      met->n = MOST_MET * k;
      *n_found = quarry_vector_index_search_met (mended->vectors, query, k, search->allowed, search->n_allowed_words,
                                                 near, met->slots, &met->n);
    }

  return as_scored (near, *n_found);
}

/* The nearest to @query among the passages in @met. They were met by a search for a vector that differs only a little
 * from this one. (transfer full) */
static QuarryScored *
find_near_again (QuarrySearch *search, const float *query, guint k, Met *met, guint *n_found, GError **error)
{
  g_autofree QuarryNeighbour *near = g_new (QuarryNeighbour, k);

  *n_found = quarry_vector_index_search_among (search->indexes->vectors, query, k, met->slots, met->n, near);
  return quarry_vector_index_is_damaged (search->indexes->vectors) ? find_near (search, query, k, n_found, met, error)
                                                                    : as_scored (near, *n_found);
}

/* For "see also": @lexical with the passages that share runs of words with the one asked about added, at equal
 * weight. (transfer full) */
static GArray *
add_sharers (QuarrySearch *search, GArray *lexical, guint k, GError **error)
{
  g_autoptr (GArray) sharers
      = quarry_find_shared_runs (search->indexes->words, search->text, search->similar_to, search->n_similar_to,
                                 search->allowed, search->n_allowed_words, search->cancellable, error);
  GArray *sums;

  if (sharers == NULL)
    return NULL;
  if (sharers->len == 0)
    return g_array_ref (lexical);
  sums = quarry_feedback_add_up (
      (QuarryWeightedList[]){
          { (const QuarryScored *) (gpointer) lexical->data, lexical->len, 1 },
          { (const QuarryScored *) (gpointer) sharers->data, sharers->len, 1 },
      },
      2);
  if (sums->len > k)
    g_array_set_size (sums, k);
  return sums;
}

gboolean
quarry_search_is_reranked (const QuarrySearch *search, const QuarryMarks *marks)
{
  return marks == NULL && search->query != NULL && search->options->mode != QUARRY_SEARCH_LEXICAL;
}

/* The word list, which may be made by another thread while this one looks for the nearest. */
typedef struct
{
  QuarrySearch *search;
  const QuarryCandidateSet *set;
  guint k;
  gint is_needed; /* atomic: the nearest are found */
  GArray *found; /* of QuarryScored; NULL on error */
  GError *error;
} WordsAside;

/* A word list is mostly made before the nearest are found. Until then, its first passages are analysed, up to this many:
 * of the first ten, .94 became candidates, of the first twenty .83, of the first forty .60 (360 queries of six kinds, a
 * million passages). */
#define MOST_AHEAD 20u

static void
load_ahead (WordsAside *self)
{
  gint64 passages[MOST_AHEAD];
  guint n = MIN (self->found->len, MOST_AHEAD);

  for (guint i = 0; i < n; i++)
    passages[i] = g_array_index (self->found, QuarryScored, i).slot;
  quarry_candidate_set_load_ahead (self->set, self->search->connection, passages, n, &self->is_needed);
}

static void
search_words_aside (gpointer data)
{
  WordsAside *self = data;
  g_autoptr (GArray) found = search_words (self->search, self->search->text, self->search->typing, self->set, self->k,
                                           &self->error);

  if (found != NULL)
    self->found = self->set->parts->len > 0 ? add_parts (self->search, self->set, found, self->k, &self->error)
                                            : g_steal_pointer (&found);
  if (self->found != NULL)
    load_ahead (self);
}

/* The word list for marked passages or for "see also". (transfer full): of QuarryScored */
static GArray *
search_other_words (QuarrySearch *search, QuarryCandidateSet *set, const QuarryMarks *marks, guint k, GError **error)
{
  g_autofree char *telling = NULL;
  g_autoptr (GArray) by_telling = NULL;

  if (search->similar_to == NULL)
    return search_marked_words (search, marks, set, k, error);
  telling = quarry_telling_words (set, search->connection, search->similar_to, search->n_similar_to, error);
  if (telling == NULL)
    return NULL;
  by_telling = marks != NULL ? search_marked_words (search, marks, set, k, error)
                             : search_words (search, telling, search->typing, NULL, k, error);
  return by_telling != NULL ? add_sharers (search, by_telling, k, error) : NULL;
}

/* Only where there are more than this many times k passages is it enough to search for the nearest k / 2 and take the
 * others from what that search met; with fewer, it would meet less than k. (If N passages come in random order, k / 2
 * × (1 + ln (2 N / k)) of them are among the nearest k / 2 for some time; that reaches k at N = 1.4 k.) */
#define FEW 2u

/* Whether more than @n passages are allowed. */
static gboolean
are_many (const QuarrySearch *search, gsize n)
{
  gsize n_allowed = 0;

  if (search->allowed == NULL)
    return quarry_vector_index_get_count (search->indexes->vectors) > n;
  for (gsize i = 0; i < search->n_allowed_words && n_allowed <= n; i++)
    n_allowed += (gsize) __builtin_popcountll (search->allowed[i]);
  return n_allowed > n;
}

/* Makes both lists. *dense and *lexical stay NULL where the search mode leaves them out. FALSE: an error. */
static gboolean
find_lists (QuarrySearch *search,
            QuarryCandidateSet *set,
            const QuarryMarks *marks,
            const float *vector,
            guint k,
            QuarryScored **dense,
            guint *n_dense,
            Met *met,
            GArray **lexical,
            GError **error)
{
  WordsAside words = { .search = search, .set = set, .k = k };
  gboolean by_words = search->options->mode != QUARRY_SEARCH_DENSE;
  gboolean by_meaning = search->options->mode != QUARRY_SEARCH_LEXICAL;
  gboolean plain = marks == NULL && search->similar_to == NULL;
  /* The second half is met on the way to the first, unless there are few passages. */
  guint n_near = quarry_search_is_reranked (search, marks) && are_many (search, FEW * (gsize) k) ? (k + 1) / 2 : k;
  QuarryAside *aside = NULL;
  gboolean done = TRUE;

  if (by_meaning && !quarry_embedder_check (search->library->embedder, error))
    return FALSE;
  by_meaning = by_meaning && vector != NULL;
  if (by_words && plain && by_meaning)
    aside = quarry_aside_begin (search_words_aside, &words);
  if (by_meaning)
    done = (*dense = find_near (search, vector, n_near, n_dense, met, error)) != NULL;
  if (by_words && plain)
    {
      g_atomic_int_set (&words.is_needed, TRUE);
      if (aside != NULL)
        quarry_aside_end (aside);
      else
        search_words_aside (&words);
      *lexical = words.found;
      if (words.error != NULL && done)
        g_propagate_error (error, g_steal_pointer (&words.error));
      g_clear_error (&words.error);
    }
  else if (by_words && done && !g_cancellable_set_error_if_cancelled (search->cancellable, error))
    *lexical = search_other_words (search, set, marks, k, error);

  return done && (!by_words || *lexical != NULL);
}

GArray *
quarry_search_find_candidates (QuarrySearch *search,
                               QuarryCandidateSet *set,
                               const QuarryMarks *marks,
                               guint k,
                               QuarryConfidenceFeatures *features,
                               GError **error)
{
  g_autofree QuarryScored *dense = NULL;
  g_autoptr (GArray) lexical = NULL;
  const float *vector = marks != NULL ? marks->vector : set->query_known ? set->query_vector : NULL;
  guint n_dense = 0, n_lexical = 0;
  double weight = search->similar_to != NULL ? SEE_ALSO_DENSE_WEIGHT : QUARRY_FUSION_DENSE_WEIGHT;
  const QuarryScored *by_words;
  g_auto (Met) met = { NULL, 0 };
  guint n_passages;
  double words_mean = 0;

  if (!find_lists (search, set, marks, vector, k, &dense, &n_dense, &met, &lexical, error))
    return NULL;
  n_lexical = lexical != NULL ? lexical->len : 0;

  n_passages = quarry_lexical_index_get_count (search->indexes->words);
  for (guint i = 0; i < MIN (5, n_lexical); i++)
    words_mean += (double) g_array_index (lexical, QuarryScored, i).score / MIN (5, n_lexical);
  features->words_score
      = quarry_confidence_words_score (words_mean, set->query_words->len, n_passages);

  by_words = lexical != NULL ? (const QuarryScored *) (gpointer) lexical->data : NULL;
  if (quarry_search_is_reranked (search, marks) && n_dense > 0)
    {
      g_autoptr (GArray) best
          = quarry_fuse_best (dense, n_dense, by_words, n_lexical, weight, QUARRY_MOST_TRUSTED);

      if (n_lexical > 0 && quarry_candidate_set_widen (set, best))
        vector = set->widened_vector;
      g_free (dense);
      dense = find_near_again (search, vector, k, &met, &n_dense, error);
      if (dense == NULL)
        return NULL;
    }

  return quarry_fuse (dense, n_dense, by_words, n_lexical, weight);
}
