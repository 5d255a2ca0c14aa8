/* quarry-search-hits.c: the hits among the candidates, their topics, and the map
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/library/search/quarry-search-private.h"

#include <math.h>

#include "core/library/search/quarry-hit-private.h"
#include "core/library/search/quarry-pool-data.h"
#include "core/machine/quarry-aside.h"
#include "core/rank/quarry-circle.h"
#include "core/rank/quarry-topics.h"

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
                           set->query + word->query_span.start, word->query_span.end - word->query_span.start);
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

GHashTable *
quarry_search_choose_hits (const QuarrySearch *search,
                           QuarryCandidateSet *set,
                           const guint *original,
                           GPtrArray *hits,
                           GPtrArray *topics,
                           GPtrArray *candidates)
{
  guint n = set->candidates->len;
  guint n_pool = MIN (set->n_pool, QUARRY_SEARCH_POOL);
  gboolean varied = quarry_search_is_varied (search);
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
