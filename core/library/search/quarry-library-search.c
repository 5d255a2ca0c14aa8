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
#include <math.h>
#include <string.h>

#include "core/library/import/quarry-prepared.h"
#include "core/library/quarry-nearness.h"
#include "core/library/search/quarry-candidates.h"
#include "core/library/search/quarry-hit-private.h"
#include "core/library/search/quarry-library-list.h"
#include "core/library/search/quarry-marks.h"
#include "core/library/search/quarry-pool-data.h"
#include "core/library/search/quarry-query.h"
#include "core/library/search/quarry-search-private.h"
#include "core/machine/quarry-aside.h"
#include "core/rank/quarry-circle.h"
#include "core/rank/quarry-confidence.h"
#include "core/rank/quarry-topics.h"

/* Candidates taken from each index where an unknown number of them will be refused later. */
#define WIDE_POOL 1000

#define MAX_TOPICS 8

/* @rank 0: the candidate is on the map or folded under a hit, but no hit itself. It then gets no explanation, which
 * is the expensive part. */
static QuarryHit *
make_hit (QuarryCandidateSet *set, guint index, guint rank)
{
  const QuarryCandidateText *candidate
      = &g_array_index (set->candidates, QuarryCandidateText, index);
  g_autoptr (QuarryExplanation) explanation = NULL;
  QuarryHit *hit = quarry_hit_new_of (candidate->passage, candidate->document);

  hit->rank = rank;
  hit->is_unlikely = candidate->unlikely;
  hit->similarity = CLAMP (candidate->similarity, -1, 1);
  hit->score = candidate->rank.score;
  hit->context = candidate->context;
  hit->context_score = candidate->context_score;
  hit->raised_by_likeness = candidate->raised_by_likeness;
  hit->dense_rank = candidate->rank.dense_rank;
  hit->lexical_rank = candidate->rank.lexical_rank;
  hit->fused_rank = index + 1;
  if (rank == 0)
    return hit;

  explanation = quarry_candidate_set_explain (set, candidate);
  hit->sentence = explanation->sentence;
  hit->rest = explanation->rest;
  for (guint i = 0; i < explanation->words->len; i++)
    {
      const QuarryWordMatch *word = &g_array_index (explanation->words, QuarryWordMatch, i);

      quarry_hit_add_word (hit, word->span, word->weight, word->kind,
                           g_strndup (set->query + word->query_span.start,
                                      word->query_span.end - word->query_span.start));
    }

  return hit;
}

/* Attaches to @hit, made of the candidate at @index, those of the pool that are its near-duplicates. @original: NULL
 * where none were looked for. */
static void
add_copies (QuarryHit *hit, QuarryCandidateSet *set, guint index, const guint *original, guint n_pool)
{
  for (guint i = index + 1; original != NULL && i < n_pool; i++)
    if (original[i] == index)
      {
        QuarryHit *copy = make_hit (set, i, 0);

        copy->topic = hit->topic;
        g_ptr_array_add (hit->copies, copy);
      }
}

/* The direction of each of the pool on the map. Passages that were on the map before keep their directions. (transfer
 * full) */
static float *
find_angles (QuarryAnswer *before,
             const QuarryCandidateSet *set,
             const QuarryPoolData *data,
             const float *likeness,
             const gint *topic_of,
             guint n_topics)
{
  float *angles = g_new (float, MAX (1, data->pool.n));
  g_autofree float *last = g_new (float, MAX (1, data->pool.n));
  g_autoptr (GHashTable) known = g_hash_table_new (g_int64_hash, g_int64_equal);
  GListModel *candidates = before != NULL ? quarry_answer_get_candidates (before) : NULL;
  guint n_before = candidates != NULL ? g_list_model_get_n_items (candidates) : 0;
  guint n_known = 0;

  for (guint i = 0; i < n_before; i++)
    {
      /* The pointer stays valid: the answer holds a reference. */
      g_autoptr (QuarryHit) hit = g_list_model_get_item (candidates, i);

      g_hash_table_insert (known, &hit->passage, hit);
    }
  for (guint i = 0; i < data->pool.n; i++)
    {
      const QuarryHit *hit = g_hash_table_lookup (
          known,
          &g_array_index (set->candidates, QuarryCandidateText, data->index[i]).passage->id);

      last[i] = hit != NULL ? hit->angle : NAN;
      n_known += hit != NULL;
    }
  quarry_lay_out_circle (data->pool.n, topic_of, n_topics, likeness, n_known > 0 ? last : NULL, angles);

  return angles;
}

/* Adds the passages of the pool to @candidates, for the map: the hits themselves, and new objects for the others. */
static void
draw_map (const QuarrySearch *search,
          QuarryCandidateSet *set,
          const QuarryPoolData *data,
          const float *likeness,
          const gint *topic_of,
          guint n_topics,
          GPtrArray *hits,
          const guint *original,
          guint n_pool,
          GPtrArray *candidates)
{
  g_autofree float *angles
      = find_angles (search->options->before, set, data, likeness, topic_of, n_topics);
  g_autofree QuarryHit **hit_of = g_new0 (QuarryHit *, MAX (1, set->candidates->len));

  for (guint i = 0; i < hits->len; i++)
    hit_of[((QuarryHit *) hits->pdata[i])->fused_rank - 1] = hits->pdata[i];
  for (guint i = 0; i < data->pool.n; i++)
    {
      QuarryHit *hit = hit_of[data->index[i]];

      if (hit != NULL)
        g_object_ref (hit);
      else
        {
          hit = make_hit (set, data->index[i], 0);
          hit->topic = topic_of[i];
          add_copies (hit, set, data->index[i], original, n_pool);
        }
      hit->angle = angles[i];
      g_ptr_array_add (candidates, hit);
    }
}

static gint64
passage_of (const QuarryCandidateSet *set, const QuarryPoolData *data, guint i)
{
  return g_array_index (set->candidates, QuarryCandidateText, data->index[i]).passage->id;
}

/* Lets topics keep the names that they had in the answer before, so that they do not change while a query is typed. */
static void
keep_names (QuarryAnswer *before,
            const QuarryCandidateSet *set,
            const QuarryPoolData *data,
            GArray *found,
            const gint *topic_of)
{
  GListModel *topics = quarry_answer_get_topics (before);
  guint n_topics = g_list_model_get_n_items (topics);
  g_autofree const char **labels = g_new0 (const char *, n_topics + 1);
  g_autofree gint *before_of = g_new (gint, MAX (1, data->pool.n));

  for (guint i = 0; i < n_topics; i++)
    {
      /* The label stays valid: the answer holds a reference. */
      g_autoptr (QuarryTopicItem) topic = g_list_model_get_item (topics, i);

      labels[quarry_topic_item_get_id (topic)] = quarry_topic_item_get_label (topic);
    }
  for (guint i = 0; i < data->pool.n; i++)
    before_of[i] = quarry_answer_get_topic_of (before, passage_of (set, data, i));
  quarry_keep_topic_names (found, topic_of, data->texts, data->pool.n, before_of, labels, n_topics, set->query);
}

/* A table of passage -> topic + 1, for quarry_answer_take_topic_of(). (transfer full) */
static GHashTable *
remember_topics (const QuarryCandidateSet *set, const QuarryPoolData *data, const gint *topic_of)
{
  GHashTable *remembered = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  for (guint i = 0; i < data->pool.n; i++)
    if (topic_of[i] >= 0)
      {
        gint64 passage = passage_of (set, data, i);

        g_hash_table_insert (remembered, g_memdup2 (&passage, sizeof passage),
                             GINT_TO_POINTER (topic_of[i] + 1));
      }
  return remembered;
}

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

typedef struct
{
  const QuarryPoolData *data;
  const QuarryCandidateSet *set;
  const QuarryComparison *comparison;
  const float *likeness;
  gint *topic_of;
  GArray *found; /* of QuarryTopic */
} TopicFinding;

static void
find_topics (gpointer data)
{
  TopicFinding *self = data;

  self->found = quarry_find_topics (&self->data->pool, self->comparison, self->likeness, self->data->texts,
                                    (const QuarryWord *) (gpointer) self->set->understood->data,
                                    self->set->understood->len, quarry_candidate_set_get_rarity,
                                    (gpointer) self->set, MAX_TOPICS, self->topic_of);
}

/* Whether the best sentence of @hit is that of an earlier hit. The windows of a long segment overlap: where the best
 * sentence lies in two of them, the second hit would say nothing new. */
static gboolean
says_the_same (const GPtrArray *hits, const QuarryHit *hit)
{
  for (guint i = 0; i < hits->len; i++)
    {
      const QuarryHit *other = hits->pdata[i];

      if (other->document == hit->document && hit->sentence.end > hit->sentence.start
          && other->bytes.start + other->sentence.start == hit->bytes.start + hit->sentence.start
          && other->bytes.start + other->sentence.end == hit->bytes.start + hit->sentence.end)
        return TRUE;
    }
  return FALSE;
}

/* A near-duplicate stands for the same text: if it is likely, so is its original. */
static void
raise_originals (QuarryCandidateSet *set, const guint *original)
{
  for (guint i = 0; original != NULL && i < set->candidates->len; i++)
    if (!g_array_index (set->candidates, QuarryCandidateText, i).unlikely)
      g_array_index (set->candidates, QuarryCandidateText, original[i]).unlikely = FALSE;
}

/* Appends, in their plain order, the candidates from @first on whose @unlikely is as given. These hits get no topic:
 * topics are grouped, named and counted within the pool, and assigning a passage to the topic with the nearest mean
 * is too often wrong. (Measured on AMBIENT: behind a pool of 50, the nearest topic was of the passage's own sense for
 * 66 % of 386 passages, and for 73 % of the 228 that were as near to it as half of its own passages. When the pool is
 * 100 instead, 86 % of the passages from the fiftieth on are grouped with others of their sense.) */
static void
go_on (const QuarrySearch *search,
       QuarryCandidateSet *set,
       guint first,
       gboolean unlikely,
       gboolean varied,
       const guint *original,
       GPtrArray *hits)
{
  for (guint i = first; i < set->candidates->len && hits->len < search->options->limit; i++)
    {
      g_autoptr (QuarryHit) hit = NULL;

      if (g_array_index (set->candidates, QuarryCandidateText, i).unlikely != unlikely
          || (original != NULL && original[i] != i))
        continue;
      hit = make_hit (set, i, hits->len + 1);
      if (varied && says_the_same (hits, hit))
        continue;
      add_copies (hit, set, i, original, set->candidates->len);
      g_ptr_array_add (hits, g_steal_pointer (&hit));
    }
}

/* Without diversity the order is by relevance alone, and even repetitions are shown. */
static gboolean
is_varied (const QuarrySearch *search)
{
  return search->options->method != QUARRY_DIVERSITY_NONE && search->options->diversity > 0;
}

/* Chooses the hits among the candidates, explains them, and finds their topics. @original: the candidate that each
 * repeats; NULL where repetitions are not folded. Returns the table for quarry_answer_take_topic_of(). */
static GHashTable *
choose_hits (const QuarrySearch *search,
             QuarryCandidateSet *set,
             const guint *original,
             GPtrArray *hits,
             GPtrArray *topics,
             GPtrArray *candidates)
{
  guint n = set->candidates->len;
  guint n_pool = MIN (set->n_pool, QUARRY_SEARCH_POOL);
  gboolean varied = is_varied (search);
  g_autofree guint *chosen = g_new (guint, MAX (1, n));
  g_autofree guint *avoided = g_new (guint, MAX (1, n));
  g_autofree guint *shown = g_new (guint, MAX (1, n)); /* indices, in the pool, of the chosen that became hits */
  g_autofree gint *topic_of = g_new (gint, MAX (1, n));
  g_autoptr (QuarryComparison) comparison = NULL;
  g_autofree float *likeness = NULL;
  g_autoptr (GArray) found = NULL;
  QuarryPoolData data;
  TopicFinding finding = { .data = &data, .set = set, .topic_of = topic_of };
  QuarryAside *aside;
  GHashTable *remembered;
  guint n_chosen;

  raise_originals (set, original);

  quarry_pool_data_init (&data, set, original, n_pool);
  finding.comparison = comparison = quarry_comparison_new (&data.pool);
  finding.likeness = likeness = quarry_comparison_get_likeness (comparison);
  n_chosen = quarry_diversify (search->options->method, &data.pool, likeness,
                               search->options->diversity, MIN (search->options->limit, n_pool) + QUARRY_SEARCH_SAYING_THE_SAME, chosen,
                               avoided);
  aside = quarry_aside_begin (find_topics, &finding);
  for (guint i = 0; i < n_chosen && hits->len < search->options->limit; i++)
    {
      g_autoptr (QuarryHit) hit = make_hit (set, data.index[chosen[i]], hits->len + 1);

      if (varied && says_the_same (hits, hit))
        continue;
      if (varied && avoided[i] != G_MAXUINT)
        {
          hit->avoided = passage_of (set, &data, avoided[i]);
          for (guint j = 0; j < hits->len; j++)
            if (shown[j] == avoided[i])
              hit->avoided_rank = j + 1;
        }
      shown[hits->len] = chosen[i];
      g_ptr_array_add (hits, g_steal_pointer (&hit));
    }
  quarry_aside_end (aside);
  found = finding.found;

  for (guint i = 0; i < hits->len; i++)
    {
      QuarryHit *hit = hits->pdata[i];

      hit->topic = topic_of[shown[i]];
      add_copies (hit, set, data.index[shown[i]], original, n_pool);
    }
  if (search->options->before != NULL)
    keep_names (search->options->before, set, &data, found, topic_of);
  remembered = remember_topics (set, &data, topic_of);
  for (guint i = 0; i < found->len; i++)
    {
      const QuarryTopic *topic = &g_array_index (found, QuarryTopic, i);

      g_ptr_array_add (topics, quarry_topic_item_new ((int) i, topic->label, topic->count));
    }
  if (search->options->map)
    draw_map (search, set, &data, likeness, topic_of, found->len, hits, original, n_pool, candidates);
  quarry_pool_data_clear (&data);

  /* Then what lies behind the pool, and last what is hardly about the query. */
  go_on (search, set, n_pool, FALSE, varied, original, hits);
  go_on (search, set, 0, TRUE, varied, original, hits);
  return remembered;
}

/* Works out the features of confidence that come from the first candidates: means of as many as confidence looks at,
 * or of all where a phrase or a filter has left fewer. */
static void
look_at_best (QuarryCandidateSet *set, QuarryConfidenceFeatures *features)
{
  guint n_best = MIN (quarry_confidence_n_best (quarry_lexical_index_get_count (set->indexes->words)),
                      set->candidates->len);
  guint n_covering = MIN (n_best, QUARRY_CONFIDENCE_MOST_COVERING);

  for (guint i = 0; i < n_best; i++)
    {
      const QuarryCandidateText *candidate = &g_array_index (set->candidates, QuarryCandidateText, i);

      features->mean_cosine += (double) candidate->similarity / n_best;
      features->idf_covered += i < n_covering ? (double) candidate->held_mass / n_covering : 0;
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

/* The confidence to show while the last word is still being typed; @confidence where it is finished. */
static double
find_typed_confidence (const QuarrySearch *search, const QuarryCandidateSet *set, double confidence)
{
  const QuarryWord *last = &g_array_index (set->asked, QuarryWord, set->asked->len - 1);
  QuarryAnswer *before = search->options->before;
  double until_now = QUARRY_CONFIDENCE_UNASKED;

  if (quarry_candidate_set_get_prefix (set) == NULL)
    return confidence;
  if (before != NULL && is_typed_on (quarry_answer_get_query (before), search->text, last->span.start))
    until_now = quarry_answer_get_confidence (before);
  return quarry_confidence_while_typed (
      until_now, confidence,
      set->foresight != NULL ? (double) set->certainty : QUARRY_CONFIDENCE_UNFORESEEN);
}

QuarryAnswer *
quarry_search_run (QuarrySearch *search, GError **error)
{
  gint64 began = g_get_monotonic_time ();
  QuarryLibrary *self = search->library;
  guint limit = CLAMP (search->options->limit, 1, 1000);
  gboolean picky = search->other_than != 0 || search->options->n_less > 0
                   || (search->query != NULL
                       && (search->query->phrases[0] != NULL
                           || g_strv_length (search->query->excluded) > QUARRY_LEXICAL_MAX_EXCLUDED));
  guint wanted = MAX (QUARRY_SEARCH_POOL, limit);
  gboolean grows;
  g_autoptr (QuarryCandidateSet) set = NULL;
  QuarryAnswer *answer;
  g_autoptr (QuarryMarks) marks = NULL;
  g_autoptr (GError) local = NULL;
  g_autoptr (GArray) ranked = NULL;
  g_autoptr (GPtrArray) hits = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) topics = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) candidates = g_ptr_array_new_with_free_func (g_object_unref);
  QuarryConfidenceFeatures features = { 0 };
  QuarryConfidenceNearness nearness = quarry_confidence_usual_nearness;
  GHashTable *topic_of = NULL;
  double confidence = 0;
  g_autofree guint *original = NULL;
  Folding folding = { NULL, NULL };
  QuarryAside *aside;
  guint next = 0;

  set = quarry_candidate_set_new (self, search->indexes, search->text, search->typing,
                                  search->options->as_typed);
  if (set->query_words->len > 0)
    {
      marks = quarry_marks_new (set, search->connection->store, search->options, &local);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      /* Where an unknown number of candidates will be refused, the pool cannot grow step by step: many are taken at
       * once. */
      grows = quarry_search_is_reranked (search, marks) && !picky;
      ranked = quarry_search_find_candidates (search, set, marks,
                                              grows ? QUARRY_SEARCH_DEPTH : picky ? MAX (WIDE_POOL, limit) : wanted,
                                              &features, error);
      if (ranked == NULL
          || !(grows ? quarry_search_load_pool (search, set, ranked, error)
                     : quarry_candidate_set_load (set, search->connection->store, ranked, &next, wanted,
                                                  quarry_search_keep_passage, search, search->cancellable, error)))
        return NULL;
      if (quarry_search_is_reranked (search, marks))
        quarry_candidate_set_rerank (set);
      if ((search->similar_to != NULL
           && !quarry_raise_sharers (set, search->connection->store, search->similar_to,
                                     search->n_similar_to, error))
          || (search->options->personal
              && !quarry_raise_opened (set, search->connection->store, error)))
        return NULL;
      if (search->similar_to == NULL)
        quarry_candidate_set_raise_exact (set);
      folding.set = set;
      aside = is_varied (search) ? quarry_aside_begin (find_originals, &folding) : NULL;
      quarry_candidate_set_compare (set);
      if (quarry_search_is_reranked (search, marks))
        quarry_candidate_set_find_unlikely (set);
      else if (search->similar_to != NULL && marks == NULL)
        quarry_candidate_set_find_unlike (set);
      if (aside != NULL)
        quarry_aside_end (aside);
      original = folding.original;
      if (grows && !quarry_search_load_rest (search, set, ranked, limit, &original, error))
        return NULL;
      if (g_cancellable_set_error_if_cancelled (search->cancellable, error))
        return NULL;

      if (set->candidates->len > 0)
        {
          look_at_best (set, &features);
          quarry_nearness_load (self, search->indexes, search->connection->store, &nearness);
          confidence = CLAMP (quarry_confidence (&features, &nearness), 0, 1);
          confidence = find_typed_confidence (search, set, confidence);
        }
      topic_of = choose_hits (search, set, original, hits, topics, candidates);
    }

  answer = quarry_answer_new (search->text, (double) (g_get_monotonic_time () - began) / 1000.0,
                              confidence, hits, topics, candidates);
  if (search->query != NULL)
    {
      quarry_answer_take_corrections (answer, quarry_candidate_set_list_corrections (set));
      quarry_answer_set_completion (answer, set->completion);
      if (!search->options->typing || !search->query->hint_at_end)
        quarry_answer_set_hint (answer, search->query->hint);
      if (hits->len == 0 && search->query->required->len > 0 && search->query->hint == NULL)
        quarry_answer_set_hint (answer, _("No passage has all of the words that have to be there."));
    }
  quarry_answer_set_features (answer, &features, &nearness);
  quarry_answer_take_topic_of (answer, topic_of);
  return answer;
}

/* Lists the documents that meet the query's filters. All of them are what was asked for, so the confidence is 1. */
static QuarryAnswer *
run_listing (QuarrySearch *search, const QuarryStoreFilter *filter, GError **error)
{
  gint64 began = g_get_monotonic_time ();
  guint limit = CLAMP (search->options->limit, 1, 1000);
  g_autoptr (GPtrArray) hits = quarry_list_documents (search->connection->store, filter, limit,
                                                      quarry_search_keep_passage, search, search->cancellable, error);
  QuarryAnswer *answer;

  if (hits == NULL)
    return NULL;
  answer = quarry_answer_new (search->text, (double) (g_get_monotonic_time () - began) / 1000.0, 1, hits, NULL, NULL);
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
  QuarryStoreFilter filter;
  QuarryConnection *connection = quarry_library_borrow (self, error);
  gboolean ready;

  if (connection == NULL)
    return NULL;

  ready = quarry_store_begin_read (connection->store, error)
          && (query->lists || (indexes = quarry_library_get_indexes (self, connection, error)) != NULL);
  if (ready && quarry_query_get_filter (query, &filter) && !query->lists)
    {
      allowed = quarry_store_filter_passages (connection->store, &filter, NULL, error);
      ready = allowed != NULL;
      /* An absent bitmap would mean that all passages are allowed, so an empty one must be there. */
      if (ready && allowed->len == 0)
        g_array_set_size (allowed, 1);
    }
  else if (ready && n_documents > 0 && !query->lists)
    {
      allowed = allow_all_but (connection->store, documents, n_documents, error);
      ready = allowed != NULL;
    }
  if (ready)
    {
      QuarrySearch search = {
        .library = self,
        .connection = connection,
        .indexes = indexes,
        .options = options != NULL ? options : &defaults,
        .cancellable = cancellable,
        .text = query->text,
        .query = query,
        .typing = options != NULL && options->typing && !query->ended,
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
