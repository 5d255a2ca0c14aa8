/* quarry-library-search.c: from a query to hits
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The course of a search: query → filter → nearest vectors and best words → fusion → texts of the pool →
 * near-duplicates folded → choice of hits that differ → topics, confidence, reasons. The steps themselves are in the
 * other files of this folder and in core/rank.
 */
#include "quarry-config.h"

#include "core/library/quarry-library-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "core/library/quarry-nearness.h"
#include "core/library/search/quarry-candidates.h"
#include "core/library/search/quarry-hit-private.h"
#include "core/library/search/quarry-joined-words.h"
#include "core/library/search/quarry-library-list.h"
#include "core/library/search/quarry-marks.h"
#include "core/library/search/quarry-other-dates.h"
#include "core/library/search/quarry-parted-words.h"
#include "core/library/search/quarry-pool-data.h"
#include "core/library/search/quarry-query.h"
#include "core/library/search/quarry-search-private.h"
#include "core/machine/quarry-aside.h"
#include "core/rank/quarry-confidence.h"

/* Candidates taken from each index where an unknown number of them will be refused later. */
#define WIDE_POOL 1000

/* The share of a query's content from which on all of it is held, but for rounding. */
#define ALL_HELD .999f

/* However sure a search is of the rest of the query, without its code the answer stays just below doubt. */
#define LACKING .99

typedef struct
{
  const QuarryCandidateSet *set;
  guint *original;
} Folding;

static void
find_originals (gpointer data)
{
  Folding *self = data;

  self->original = quarry_pool_find_originals (self->set, self->set->candidates->len);
}

gboolean
quarry_search_is_varied (const QuarrySearch *search)
{
  return search->options->method != QUARRY_DIVERSITY_NONE && search->options->diversity > 0;
}

/* How many of the first candidates tell how likely an answer is: as many as confidence looks at, or all where a phrase or
 * a filter has left fewer. */
static guint
count_telling (QuarryCandidateSet *set)
{
  guint n_passages = quarry_lexical_index_get_count (set->indexes->words);
  guint n = quarry_confidence_n_best (n_passages), n_holding = quarry_confidence_n_holding (n_passages);

  if (n_holding < n && set->candidates->len > 0
      && quarry_candidate_set_weigh_named (set, &g_array_index (set->candidates, QuarryCandidateText, 0)) >= ALL_HELD)
    n = n_holding;
  return MIN (n, set->candidates->len);
}

/* Works out the features of confidence that are means over the first candidates. @has_code: the first one holds the code
 * that was asked for, so that the others say nothing. */
static void
look_at_best (QuarryCandidateSet *set, gboolean has_code, QuarryConfidenceFeatures *features)
{
  guint n_best = has_code ? 1 : count_telling (set);
  guint n_covering = MIN (n_best, QUARRY_CONFIDENCE_MOST_COVERING);

  for (guint i = 0; i < n_best; i++)
    {
      const QuarryCandidateText *candidate = &g_array_index (set->candidates, QuarryCandidateText, i);

      features->mean_cosine += (double) candidate->similarity / n_best;
      if (i < n_covering)
        features->idf_covered += (double) quarry_candidate_set_weigh_named (set, candidate) / n_covering;
    }
}

/* Whether @text differs from @before only in its last word, which begins at @start, and there by letters added or
 * taken away at its end. */
static gboolean
is_typed_on (const char *before, const char *text, gsize start)
{
  gsize n = strlen (before);

  while (start > 0 && g_ascii_isspace (text[start - 1]))
    start--;
  return n > 0 && n >= start && strncmp (before, text, MIN (n, strlen (text))) == 0;
}

static const char *
get_typed (const QuarrySearch *search)
{
  return search->typed != NULL ? search->typed : search->text;
}

/* Where the last word begins in what was typed: as far from its end as in the text that is ranked by, in which words
 * before it may have been replaced. */
static gsize
find_last_typed (const QuarrySearch *search, const QuarryCandidateSet *set)
{
  gsize length = strlen (get_typed (search));
  gsize behind = strlen (search->text) - g_array_index (set->asked, QuarryWord, set->asked->len - 1).span.start;

  return length - MIN (behind, length);
}

/* The confidence to show while the last word is still being typed; @confidence where it is finished. */
static double
find_typed_confidence (const QuarrySearch *search, const QuarryCandidateSet *set, double confidence)
{
  QuarryAnswer *before = search->options->before;
  double until_now = QUARRY_CONFIDENCE_UNASKED;

  if (quarry_candidate_set_get_prefix (set) == NULL || (search->options->paused && set->foresight == NULL))
    return confidence;
  if (before != NULL && is_typed_on (quarry_answer_get_query (before), get_typed (search), find_last_typed (search, set)))
    until_now = quarry_answer_get_confidence (before);
  return quarry_confidence_while_typed (
      until_now, confidence,
      set->foresight != NULL ? (double) set->certainty : QUARRY_CONFIDENCE_UNFORESEEN);
}

/* Whether an unknown number of candidates will be refused once they are read, so that many have to be taken at once. */
static gboolean
is_picky (const QuarrySearch *search)
{
  return search->other_than != 0 || search->options->n_less > 0
         || (search->query != NULL
             && (search->query->phrases[0] != NULL
                 || g_strv_length (search->query->excluded) > QUARRY_LEXICAL_MAX_EXCLUDED));
}

/* Raises the candidates that hold the query word for word, that share a run of words with the passages asked about, or
 * that this person has opened before. */
static gboolean
raise_some (QuarrySearch *search, QuarryCandidateSet *set, GError **error)
{
  QuarryStore *store = search->connection;

  if (search->similar_to != NULL
      && !quarry_raise_sharers (set, store, search->similar_to, search->n_similar_to, error))
    return FALSE;
  if (search->options->personal && !quarry_raise_opened (set, store, error))
    return FALSE;
  if (search->similar_to == NULL)
    quarry_candidate_set_raise_exact (set);
  return TRUE;
}

/* Fills @set with the candidates, in the order of their relevance, and compares those of the pool. *original gets the
 * candidate that each repeats; NULL where repetitions are not folded. */
static gboolean
find_ranked (QuarrySearch *search,
             QuarryCandidateSet *set,
             QuarryConfidenceFeatures *features,
             guint **original,
             GError **error)
{
  guint limit = CLAMP (search->options->limit, 1, 1000);
  guint wanted = MAX (QUARRY_SEARCH_POOL, limit);
  guint depth = is_picky (search) ? MAX (WIDE_POOL, limit) : wanted;
  gboolean is_reranked, grows;
  g_autoptr (GError) local = NULL;
  g_autoptr (QuarryMarks) marks = quarry_marks_new (set, search->connection, search->options, &local);
  g_autoptr (GArray) ranked = NULL;
  Folding folding = { set, NULL };
  QuarryAside *aside;
  guint next = 0;

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  is_reranked = quarry_search_is_reranked (search, marks);
  grows = is_reranked && !is_picky (search);
  ranked = quarry_search_find_candidates (search, set, marks, grows ? QUARRY_SEARCH_DEPTH : depth, features, error);
  if (ranked == NULL)
    return FALSE;
  if (!(grows ? quarry_search_load_pool (search, set, ranked, error)
              : quarry_candidate_set_load (set, search->connection, ranked, &next, wanted,
                                           quarry_search_keep_passage, search, search->cancellable, error)))
    return FALSE;
  if (is_reranked)
    quarry_candidate_set_rerank (set);
  if (!raise_some (search, set, error))
    return FALSE;

  aside = quarry_search_is_varied (search) ? quarry_aside_begin (find_originals, &folding) : NULL;
  quarry_candidate_set_compare (set);
  if (is_reranked)
    quarry_candidate_set_find_unlikely (set);
  else if (search->similar_to != NULL && marks == NULL)
    quarry_candidate_set_find_unlike (set);
  if (aside != NULL)
    quarry_aside_end (aside);
  *original = folding.original;
  return !grows || quarry_search_load_rest (search, set, ranked, limit, original, error);
}

/* How likely it is that the library holds an answer. @features: those known from the lists; gets the others. */
static double
find_confidence (const QuarrySearch *search,
                 QuarryCandidateSet *set,
                 QuarryConfidenceFeatures *features,
                 QuarryConfidenceNearness *nearness)
{
  double confidence;
  gboolean has_code = quarry_candidate_set_holds_code (set);

  look_at_best (set, has_code, features);
  if (set->none_like)
    return 0;
  if (set->any_named)
    return find_typed_confidence (search, set, QUARRY_CONFIDENCE_SUREST);
  quarry_nearness_load (search->library, search->indexes, search->connection, nearness);
  /* How near anything is to words that the model does not know (of another script, or numbers) cannot be told, so it
   * counts neither for an answer nor against it. */
  if (!set->query_known)
    features->mean_cosine = nearness->mean;
  else if (has_code)
    features->mean_cosine += (double) set->codes * MAX (0, nearness->mean - features->mean_cosine);
  confidence = CLAMP (quarry_confidence (features, nearness), 0, 1);
  if (quarry_candidate_set_lacks_code (set))
    confidence *= LACKING * QUARRY_CONFIDENCE_DOUBT / QUARRY_CONFIDENCE_SUREST;
  /* A passage asked about has many words, of which one that is like it needs only a few. */
  if (search->similar_to != NULL)
    return MAX (confidence, QUARRY_CONFIDENCE_DOUBT);
  return find_typed_confidence (search, set, confidence);
}

/* Tells in @answer how the query was understood. */
static void
tell_of_query (const QuarrySearch *search, QuarryCandidateSet *set, gboolean has_hits, QuarryAnswer *answer)
{
  const QuarryQuery *query = search->query;

  quarry_answer_take_corrections (answer, quarry_candidate_set_list_corrections (set));
  quarry_answer_set_completion (answer, set->completion);
  if (!search->options->typing || !query->hint_at_end)
    quarry_answer_set_hint (answer, query->hint);
  if (!has_hits && query->required->len > 0 && query->hint == NULL)
    quarry_answer_set_hint (answer, _("No passage has all of the words that have to be there."));
}

QuarryAnswer *
quarry_search_run (QuarrySearch *search, GError **error)
{
  gint64 began = g_get_monotonic_time ();
  g_autoptr (QuarryCandidateSet) set = NULL;
  g_autoptr (GPtrArray) hits = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) topics = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) candidates = g_ptr_array_new_with_free_func (g_object_unref);
  QuarryConfidenceFeatures features = { 0 };
  QuarryConfidenceNearness nearness = quarry_confidence_usual_nearness;
  GHashTable *topic_of = NULL;
  QuarryAnswer *answer;
  double confidence = 0;

  set = quarry_candidate_set_new (search->library, search->indexes, search->text, search->typing,
                                  search->options->as_typed);
  if (set->query_words->len > 0)
    {
      g_autofree guint *original = NULL;

      if (!find_ranked (search, set, &features, &original, error)
          || g_cancellable_set_error_if_cancelled (search->cancellable, error))
        return NULL;
      if (set->candidates->len > 0)
        confidence = find_confidence (search, set, &features, &nearness);
      topic_of = quarry_search_choose_hits (search, set, original, hits, topics, candidates);
    }

  answer = quarry_answer_new (get_typed (search), (double) (g_get_monotonic_time () - began) / 1000.0, confidence, hits,
                              topics, candidates);
  if (search->query != NULL)
    tell_of_query (search, set, hits->len > 0, answer);
  quarry_answer_set_features (answer, &features, &nearness);
  quarry_answer_take_topic_of (answer, topic_of);
  return answer;
}

/* Lists the documents that meet the query's filters. All of them are what was asked for, so the confidence is 1; 0 where
 * there are none. */
static QuarryAnswer *
run_listing (QuarrySearch *search, const QuarryStoreFilter *filter, GError **error)
{
  gint64 began = g_get_monotonic_time ();
  guint limit = CLAMP (search->options->limit, 1, 1000);
  g_autoptr (GPtrArray) hits = quarry_list_documents (search->connection, filter, limit,
                                                      quarry_search_keep_passage, search, search->cancellable, error);
  QuarryAnswer *answer;

  if (hits == NULL)
    return NULL;
  answer = quarry_answer_new (get_typed (search), (double) (g_get_monotonic_time () - began) / 1000.0, hits->len > 0, hits,
                              NULL, NULL);
  if (!search->options->typing || !search->query->hint_at_end)
    quarry_answer_set_hint (answer, search->query->hint);
  return answer;
}

/* A bitmap of all passages but those of @documents. (transfer full): of guint64 */
static GArray *
allow_all_but (QuarryStore *store, const gint64 *documents, guint n, GError **error)
{
  g_autoptr (GArray) ids = quarry_store_list_passage_ids (store, error);
  g_autoptr (GArray) allowed = g_array_new (FALSE, TRUE, sizeof (guint64));
  gint64 last;

  if (ids == NULL)
    return NULL;
  last = ids->len > 0 ? g_array_index (ids, gint64, ids->len - 1) : 0;
  g_array_set_size (allowed, (guint) (last >> 6) + 1);
  for (guint i = 0; i < ids->len; i++)
    {
      gint64 id = g_array_index (ids, gint64, i);

      g_array_index (allowed, guint64, id >> 6) |= G_GUINT64_CONSTANT (1) << (id & 63);
    }
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GPtrArray) passages = quarry_store_list_passages (store, documents[i], error);

      if (passages == NULL)
        return NULL;
      for (guint j = 0; j < passages->len; j++)
        {
          gint64 id = ((QuarryPassageRecord *) passages->pdata[j])->id;

          g_array_index (allowed, guint64, id >> 6) &= ~(G_GUINT64_CONSTANT (1) << (id & 63));
        }
    }
  return g_steal_pointer (&allowed);
}

/* Where the library is empty, gives that as the hint. */
static void
tell_of_no_documents (QuarryLibrary *self, const QuarryQuery *query, QuarryAnswer *answer)
{
  g_autoptr (QuarryIndexes) indexes = quarry_library_current_indexes (self);

  if (query->hint == NULL && g_list_model_get_n_items (quarry_answer_get_hits (answer)) == 0
      && quarry_lexical_index_get_count (indexes->words) == 0)
    quarry_answer_set_hint (answer, _("The library holds no documents yet: add some first."));
}

/* The text of a query with its dates, numbers and codes as the passages write them. (transfer full): NULL where they do so
 * already */
static char *
reword (QuarryLexicalIndex *index, const char *text, gboolean typing)
{
  static char *(*const steps[]) (QuarryLexicalIndex *index, const char *text, gboolean typing)
      = { quarry_rewrite_dates, quarry_join_words, quarry_part_words };
  char *reworded = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      char *next = steps[i] (index, reworded != NULL ? reworded : text, typing);

      if (next == NULL)
        continue;
      g_free (reworded);
      reworded = next;
    }
  return reworded;
}

QuarryAnswer *
quarry_library_search (QuarryLibrary *self,
                       const char *typed,
                       const QuarrySearchOptions *options,
                       GCancellable *cancellable,
                       GError **error)
{
  return quarry_library_search_without (self, typed, options, NULL, 0, cancellable, error);
}

QuarryAnswer *
quarry_library_search_without (QuarryLibrary *self,
                               const char *typed,
                               const QuarrySearchOptions *options,
                               const gint64 *documents,
                               guint n_documents,
                               GCancellable *cancellable,
                               GError **error)
{
  static const QuarrySearchOptions defaults = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (QuarryQuery) query = quarry_query_parse (typed);
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (QuarryIndexes) indexes = NULL;
  g_autoptr (GArray) allowed = NULL;
  g_autoptr (GArray) held = NULL;
  g_autoptr (GError) local = NULL;
  g_autofree char *reworded = NULL;
  QuarryStoreFilter filter;
  QuarryStore *connection = quarry_library_borrow (self, error);
  gboolean ready;

  if (connection == NULL)
    return NULL;

  ready = quarry_store_begin_read (connection, error)
          && (query->lists || (indexes = quarry_library_get_indexes (self, connection, error)) != NULL);
  if (ready && quarry_query_get_filter (query, &filter) && !query->lists)
    {
      allowed = quarry_store_filter_passages (connection, &filter, NULL, error);
      ready = allowed != NULL;
      /* An absent bitmap would mean that all passages are allowed, so an empty one must be there. */
      if (ready && allowed->len == 0)
        g_array_set_size (allowed, 1);
    }
  else if (ready && n_documents > 0 && !query->lists)
    {
      allowed = allow_all_but (connection, documents, n_documents, error);
      ready = allowed != NULL;
    }
  if (ready)
    {
      gboolean typing = options != NULL && options->typing && !query->ended;
      QuarrySearch search;

      if (!query->lists)
        reworded = reword (indexes->words, query->text, typing);
      search = (QuarrySearch) {
        .library = self,
        .connection = connection,
        .indexes = indexes,
        .options = options != NULL ? options : &defaults,
        .cancellable = cancellable,
        .text = reworded != NULL ? reworded : query->text,
        .typed = query->text,
        .query = query,
        .typing = typing,
        .allowed = allowed != NULL ? (const guint64 *) (gpointer) allowed->data : NULL,
        .n_allowed_words = allowed != NULL ? allowed->len : 0,
      };

      if (!query->lists && (held = quarry_search_filter_words (&search, &local)) != NULL)
        {
          search.allowed = (const guint64 *) (gpointer) held->data;
          search.n_allowed_words = held->len;
        }
      if (local != NULL)
        g_propagate_error (error, g_steal_pointer (&local));
      else
        answer = query->lists ? run_listing (&search, &filter, error) : quarry_search_run (&search, error);
      if (answer != NULL)
        tell_of_no_documents (self, query, answer);
    }
  quarry_library_give_back (self, connection);

  return g_steal_pointer (&answer);
}
