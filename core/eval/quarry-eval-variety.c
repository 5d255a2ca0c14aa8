/* quarry-eval-variety.c: measures variety and topics on a judged collection
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Asks each query many times with different options and sums up the figures, then divides by the number of queries.
 */
#include "quarry-config.h"

#include "core/eval/quarry-eval-variety.h"

#include <glib/gi18n-lib.h>

#include "core/eval/quarry-eval-library.h"
#include "core/eval/quarry-measures.h"
#include "core/library/quarry-library-private.h"

/* The greatest number of candidates that hits are chosen from. */
#define CANDIDATES 100

#define KEPT_DEPTH 10

/* A query, and the library in which it is asked. */
typedef struct
{
  QuarryEvalVariety *result;
  const QuarryCollectionQuery *query;
  QuarryLibrary *library;
  GHashTable *places;
  const char *text;
} Asked;

void
quarry_eval_variety_free (QuarryEvalVariety *self)
{
  if (self == NULL)
    return;
  g_free (self->collection);
  g_free (self);
}

static void
add_scores (QuarryEvalScores *sum, const QuarryEvalScores *scores)
{
  sum->ndcg_10 += scores->ndcg_10;
  sum->recall_100 += scores->recall_100;
  sum->mrr_10 += scores->mrr_10;
  sum->map += scores->map;
  sum->s_recall_10 += scores->s_recall_10;
  sum->alpha_ndcg_10 += scores->alpha_ndcg_10;
}

/* Divides the sums for @n queries, of which @n_subtopics have judged subtopics (1 where none has). */
static void
divide_scores (QuarryEvalScores *sum, guint n, guint n_subtopics)
{
  sum->ndcg_10 /= n;
  sum->recall_100 /= n;
  sum->mrr_10 /= n;
  sum->map /= n;
  sum->s_recall_10 /= n_subtopics;
  sum->alpha_ndcg_10 /= n_subtopics;
}

/* Asks the query and adds the scores to @sum. (transfer full): as returned by quarry_eval_rank_documents() */
static GArray *
ask (Asked *self, QuarryDiversityMethod method, double diversity, QuarryEvalScores *sum, GError **error)
{
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  QuarryEvalScores scores = { 0 };
  GArray *ranked;

  options.method = method;
  options.diversity = diversity;
  ranked = quarry_eval_rank_documents (self->library, self->text, &options, self->places, error);
  if (ranked == NULL)
    return NULL;
  quarry_eval_score (self->query, ranked, &scores);
  add_scores (sum, &scores);
  return ranked;
}

static double
share_kept (GArray *plain, GArray *ranked)
{
  guint n = MIN (plain->len, KEPT_DEPTH), n_kept = 0;

  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < MIN (ranked->len, KEPT_DEPTH); j++)
      n_kept += g_array_index (plain, guint, i) == g_array_index (ranked, guint, j);
  return n > 0 ? (double) n_kept / n : 1;
}

/* document -> a subtopic that it is about + 1 */
static GHashTable *
find_subtopics (const QuarryCollectionQuery *query)
{
  GHashTable *subtopics = g_hash_table_new (NULL, NULL);

  for (guint i = query->subtopics->len; i-- > 0;)
    {
      const QuarrySubtopicJudgement *judgement
          = &g_array_index (query->subtopics, QuarrySubtopicJudgement, i);

      g_hash_table_insert (subtopics, GUINT_TO_POINTER (judgement->document),
                           GUINT_TO_POINTER (judgement->subtopic + 1));
    }
  return subtopics;
}

/* Adds the figures of topics for one query. FALSE with @error set. *judged: whether the topics could be compared with
 * subtopics. */
static gboolean
measure_topics (Asked *self, QuarryEvalTopics *topics, gboolean *judged, GError **error)
{
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (GHashTable) subtopics = find_subtopics (self->query);
  guint found[CANDIDATES], right[CANDIDATES];
  GListModel *candidates;
  guint n, n_in_topic = 0, n_judged = 0;

  options.map = TRUE;
  answer = quarry_library_search (self->library, self->text, &options, NULL, error);
  if (answer == NULL)
    return FALSE;
  candidates = quarry_answer_get_candidates (answer);
  n = g_list_model_get_n_items (candidates);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (candidates, i);
      gpointer place = g_hash_table_lookup (self->places, quarry_hit_get_path (hit));
      gpointer subtopic = g_hash_table_lookup (subtopics, GUINT_TO_POINTER (GPOINTER_TO_UINT (place) - 1));
      int topic = quarry_hit_get_topic (hit);

      n_in_topic += topic >= 0;
      if (place == NULL || subtopic == NULL || n_judged == CANDIDATES)
        continue;
      found[n_judged] = topic >= 0 ? (guint) topic : G_MAXUINT - i;
      right[n_judged++] = GPOINTER_TO_UINT (subtopic);
    }

  topics->n += g_list_model_get_n_items (quarry_answer_get_topics (answer));
  topics->in_topic += n > 0 ? (double) n_in_topic / n : 0;
  *judged = n_judged > 1;
  if (*judged)
    topics->rand += quarry_measure_adjusted_rand (found, right, n_judged);
  return TRUE;
}

/* Adds the figures for one query to the sums. */
static gboolean
run_query (Asked *self, gboolean *topics_judged, GError **error)
{
  QuarryEvalVariety *result = self->result;
  g_autoptr (GArray) plain = NULL;

  plain = ask (self, QUARRY_DIVERSITY_NONE, 0, &result->methods[QUARRY_DIVERSITY_NONE], error);
  if (plain == NULL)
    return FALSE;
  result->candidates += quarry_eval_subtopic_recall (self->query, plain, CANDIDATES);
  for (guint method = 0; method < QUARRY_DIVERSITY_NONE; method++)
    {
      g_autoptr (GArray) ranked
          = ask (self, method, QUARRY_DIVERSITY_DEFAULT, &result->methods[method], error);

      if (ranked == NULL)
        return FALSE;
    }
  for (guint step = 0; step <= QUARRY_EVAL_DIAL_STEPS; step++)
    {
      QuarryEvalDial *dial = &result->dial[step];
      g_autoptr (GArray) ranked
          = ask (self, QUARRY_DIVERSITY_COVERAGE, dial->diversity, &dial->scores, error);

      if (ranked == NULL)
        return FALSE;
      dial->kept += share_kept (plain, ranked);
    }
  return measure_topics (self, &result->topics, topics_judged, error);
}

static gboolean
evaluate (QuarryEvalVariety *self,
          QuarryEvalLibrary *eval,
          const QuarryCollection *collection,
          QuarryEvalSteps *steps,
          GError **error)
{
  guint n_topics_judged = 0, n_subtopics = 0;

  for (guint i = 0; i < collection->queries->len; i++)
    {
      const QuarryCollectionQuery *query = g_ptr_array_index (collection->queries, i);
      g_autofree char *text = quarry_eval_plain_query (query->text);
      Asked asked = { self, query, eval->library, eval->places, text };
      gboolean topics_judged;

      if (!query->has_relevant)
        continue;
      if (!run_query (&asked, &topics_judged, error))
        return FALSE;
      self->queries++;
      n_subtopics += query->n_subtopics > 0;
      n_topics_judged += topics_judged;
      quarry_eval_step (steps);
    }

  n_subtopics = MAX (1, n_subtopics);
  for (guint method = 0; method < QUARRY_EVAL_N_METHODS; method++)
    divide_scores (&self->methods[method], self->queries, n_subtopics);
  for (guint step = 0; step <= QUARRY_EVAL_DIAL_STEPS; step++)
    {
      divide_scores (&self->dial[step].scores, self->queries, n_subtopics);
      self->dial[step].kept /= self->queries;
    }
  self->candidates /= n_subtopics;
  self->topics.n /= self->queries;
  self->topics.in_topic /= self->queries;
  self->topics.rand /= MAX (1, n_topics_judged);
  return TRUE;
}

QuarryEvalVariety *
quarry_eval_variety (const char *folder,
                     const char *model,
                     QuarryEvalProgress progress,
                     gpointer user_data,
                     GError **error)
{
  g_autoptr (QuarryCollection) collection = quarry_collection_load (folder, error);
  g_autoptr (QuarryEvalVariety) self = NULL;
  g_autoptr (QuarryEvalLibrary) eval = NULL;
  QuarryEvalSteps steps = { progress, user_data, 0, 0 };
  QuarryLibraryStatus status = { 0 };
  guint n_judged = 0;

  if (collection == NULL)
    return NULL;
  for (guint i = 0; i < collection->queries->len; i++)
    n_judged += ((QuarryCollectionQuery *) collection->queries->pdata[i])->has_relevant;
  if (n_judged == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("No query of “%s” has a relevant document"),
                   collection->name);
      return NULL;
    }
  steps.total = collection->documents->len + n_judged;
  eval = quarry_eval_library_new (collection, model, &steps, error);
  if (eval == NULL || !quarry_library_get_status (eval->library, &status, error))
    return NULL;

  self = g_new0 (QuarryEvalVariety, 1);
  self->collection = g_strdup (collection->name);
  self->documents = collection->documents->len;
  self->passages = status.counts.passages;
  self->has_subtopics = collection->has_subtopics;
  quarry_library_status_clear (&status);
  for (guint step = 0; step <= QUARRY_EVAL_DIAL_STEPS; step++)
    self->dial[step].diversity = (double) step / QUARRY_EVAL_DIAL_STEPS;
  if (!evaluate (self, eval, collection, &steps, error))
    return NULL;
  return g_steal_pointer (&self);
}
