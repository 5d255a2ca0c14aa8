/* quarry-eval-retrieval.c: measures search on judged collections
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Asks all queries of all systems, averages the scores over queries and then over collections, and tests differences
 * for significance.
 */
#include "quarry-config.h"

#include <glib/gi18n-lib.h>

#include "core/eval/quarry-collection.h"
#include "core/eval/quarry-eval-library.h"
#include "core/eval/quarry-eval-retrieval.h"
#include "core/eval/quarry-measures.h"
#include "core/library/quarry-library-private.h"

#define TEST_ROUNDS 10000

static const char *const system_names[] = { "lexical", "dense", "hybrid", "diverse" };

const char *
quarry_eval_system_name (QuarryEvalSystem system)
{
  g_return_val_if_fail (system < QUARRY_EVAL_N_SYSTEMS, NULL);

  return system_names[system];
}

static QuarrySearchOptions
system_options (QuarryEvalSystem system)
{
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;

  if (system == QUARRY_EVAL_LEXICAL)
    options.mode = QUARRY_SEARCH_LEXICAL;
  else if (system == QUARRY_EVAL_DENSE)
    options.mode = QUARRY_SEARCH_DENSE;
  if (system != QUARRY_EVAL_DIVERSE)
    {
      options.method = QUARRY_DIVERSITY_NONE;
      options.diversity = 0;
    }
  return options;
}

static void
part_clear (gpointer data)
{
  QuarryEvalPart *part = data;

  g_free (part->name);
}

static void
query_clear (gpointer data)
{
  QuarryEvalQuery *query = data;

  g_free (query->id);
}

void
quarry_eval_retrieval_free (QuarryEvalRetrieval *self)
{
  if (self == NULL)
    return;
  g_free (self->collection);
  g_array_unref (self->tests);
  g_array_unref (self->parts);
  g_array_unref (self->per_query);
  g_free (self);
}

/* --- One query ------------------------------------------------------------------------------ */

static gboolean
run_query (QuarryLibrary *library,
           const QuarryCollectionQuery *query,
           GHashTable *places,
           QuarryEvalQuery *result,
           GError **error)
{
  g_autofree char *text = quarry_eval_plain_query (query->text);

  result->id = g_strdup (query->id);
  result->collection = query->collection;
  result->has_subtopics = query->n_subtopics > 0;
  for (guint system = 0; system < QUARRY_EVAL_N_SYSTEMS; system++)
    {
      QuarrySearchOptions options = system_options (system);
      g_autoptr (QuarryAnswer) answer = NULL;
      g_autoptr (GArray) ranked = quarry_eval_rank_documents (library, text, &options, places, error);
      gint64 started;

      if (ranked == NULL)
        return FALSE;
      quarry_eval_score (query, ranked, &result->scores[system]);

      /* The time that a person waits: for as many hits as the window asks for. */
      started = g_get_monotonic_time ();
      answer = quarry_library_search (library, text, &options, NULL, error);
      if (answer == NULL)
        return FALSE;
      result->ms[system] = (g_get_monotonic_time () - started) / 1000.0;
    }
  return TRUE;
}

/* --- All queries ---------------------------------------------------------------------------- */

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

/* Adds @scores times @weight; those of subtopics times @subtopic_weight. */
static void
add_scores (QuarryEvalScores *mean,
            const QuarryEvalScores *scores,
            double weight,
            double subtopic_weight)
{
  mean->ndcg_10 += weight * scores->ndcg_10;
  mean->recall_100 += weight * scores->recall_100;
  mean->mrr_10 += weight * scores->mrr_10;
  mean->map += weight * scores->map;
  mean->s_recall_10 += subtopic_weight * scores->s_recall_10;
  mean->alpha_ndcg_10 += subtopic_weight * scores->alpha_ndcg_10;
}

/* Averages over the queries of each part, then over the parts. */
static void
average_parts (QuarryEvalRetrieval *self)
{
  g_autofree guint *n_subtopics = g_new0 (guint, self->parts->len);
  guint n_with_subtopics = 0;

  for (guint i = 0; i < self->per_query->len; i++)
    {
      const QuarryEvalQuery *query = &g_array_index (self->per_query, QuarryEvalQuery, i);

      g_array_index (self->parts, QuarryEvalPart, query->collection).queries++;
      n_subtopics[query->collection] += query->has_subtopics;
    }
  for (guint i = 0; i < self->per_query->len; i++)
    {
      const QuarryEvalQuery *query = &g_array_index (self->per_query, QuarryEvalQuery, i);
      QuarryEvalPart *part = &g_array_index (self->parts, QuarryEvalPart, query->collection);

      for (guint system = 0; system < QUARRY_EVAL_N_SYSTEMS; system++)
        add_scores (&part->scores[system], &query->scores[system], 1.0 / part->queries,
                    query->has_subtopics ? 1.0 / n_subtopics[query->collection] : 0);
    }

  for (guint p = 0; p < self->parts->len; p++)
    n_with_subtopics += n_subtopics[p] > 0;
  for (guint p = 0; p < self->parts->len; p++)
    for (guint system = 0; system < QUARRY_EVAL_N_SYSTEMS; system++)
      add_scores (&self->scores[system],
                  &g_array_index (self->parts, QuarryEvalPart, p).scores[system],
                  1.0 / self->parts->len, n_subtopics[p] > 0 ? 1.0 / n_with_subtopics : 0);
}

static void
sum_up_times (QuarryEvalRetrieval *self)
{
  guint n = self->per_query->len;
  g_autofree double *ms = g_new (double, MAX (n, 1));

  for (guint system = 0; system < QUARRY_EVAL_N_SYSTEMS; system++)
    {
      for (guint i = 0; i < n; i++)
        ms[i] = g_array_index (self->per_query, QuarryEvalQuery, i).ms[system];
      qsort (ms, n, sizeof *ms, compare_doubles);
      self->p50_ms[system] = ms[n / 2];
      self->p99_ms[system] = ms[MIN (n - 1, (guint) (0.99 * n))];
    }
}

static void
test_systems (QuarryEvalRetrieval *self)
{
  static const QuarryEvalSystem pairs[][2] = {
    { QUARRY_EVAL_HYBRID, QUARRY_EVAL_LEXICAL },
    { QUARRY_EVAL_HYBRID, QUARRY_EVAL_DENSE },
    { QUARRY_EVAL_DENSE, QUARRY_EVAL_LEXICAL },
    { QUARRY_EVAL_DIVERSE, QUARRY_EVAL_HYBRID },
  };
  guint n = self->per_query->len;
  g_autofree double *a = g_new (double, MAX (n, 1));
  g_autofree double *b = g_new (double, MAX (n, 1));

  for (guint t = 0; t < G_N_ELEMENTS (pairs); t++)
    {
      QuarryEvalTest test = { pairs[t][0], pairs[t][1], 0, 1 };

      for (guint i = 0; i < n; i++)
        {
          const QuarryEvalQuery *query = &g_array_index (self->per_query, QuarryEvalQuery, i);
          const QuarryEvalPart *part = &g_array_index (self->parts, QuarryEvalPart, query->collection);
          /* Weighted so that the mean over queries is the mean over collections. */
          double weight = (double) n / self->parts->len / part->queries;

          a[i] = weight * query->scores[test.a].ndcg_10;
          b[i] = weight * query->scores[test.b].ndcg_10;
          test.delta += (a[i] - b[i]) / n;
        }
      test.p = quarry_randomisation_test (a, b, n, TEST_ROUNDS);
      g_array_append_val (self->tests, test);
    }
}

static gboolean
evaluate (QuarryEvalRetrieval *self,
          QuarryEvalLibrary *eval,
          const QuarryCollection *collection,
          QuarryEvalSteps *steps,
          GError **error)
{
  g_auto (QuarryLibraryStatus) status = { 0 };

  if (!quarry_library_get_status (eval->library, &status, error))
    return FALSE;
  self->documents = collection->documents->len;
  self->passages = status.counts.passages;

  for (guint i = 0; i < collection->queries->len; i++)
    {
      const QuarryCollectionQuery *query = g_ptr_array_index (collection->queries, i);
      QuarryEvalQuery result = { 0 };

      if (!query->has_relevant)
        continue;
      if (!run_query (eval->library, query, eval->places, &result, error))
        {
          query_clear (&result);
          return FALSE;
        }
      g_array_append_val (self->per_query, result);
      quarry_eval_step (steps);
    }

  self->queries = self->per_query->len;
  average_parts (self);
  sum_up_times (self);
  test_systems (self);
  return TRUE;
}

static guint
count_judged (const QuarryCollection *collection)
{
  guint n = 0;

  for (guint i = 0; i < collection->queries->len; i++)
    n += ((QuarryCollectionQuery *) collection->queries->pdata[i])->has_relevant;
  return n;
}

QuarryEvalRetrieval *
quarry_eval_retrieval (const char *const *folders,
                       guint n_folders,
                       const char *model,
                       QuarryEvalProgress progress,
                       gpointer user_data,
                       GError **error)
{
  g_autoptr (QuarryEvalRetrieval) self = NULL;
  g_autoptr (GPtrArray) collections
      = g_ptr_array_new_with_free_func ((GDestroyNotify) quarry_collection_free);
  g_autoptr (QuarryCollection) collection = NULL;
  g_autoptr (QuarryEvalLibrary) eval = NULL;
  QuarryEvalSteps steps = { progress, user_data, 0, 0 };

  g_return_val_if_fail (n_folders > 0, NULL);

  self = g_new0 (QuarryEvalRetrieval, 1);
  self->tests = g_array_new (FALSE, FALSE, sizeof (QuarryEvalTest));
  self->parts = g_array_new (FALSE, TRUE, sizeof (QuarryEvalPart));
  g_array_set_clear_func (self->parts, part_clear);
  self->per_query = g_array_new (FALSE, TRUE, sizeof (QuarryEvalQuery));
  g_array_set_clear_func (self->per_query, query_clear);

  for (guint i = 0; i < n_folders; i++)
    {
      QuarryCollection *one = quarry_collection_load (folders[i], error);
      QuarryEvalPart part = { 0 };
      guint n_judged;

      if (one == NULL)
        return NULL;
      g_ptr_array_add (collections, one);
      n_judged = count_judged (one);
      if (n_judged == 0)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                       _("No query of “%s” has a relevant document"), one->name);
          return NULL;
        }
      steps.total += one->documents->len + n_judged;
      part.name = g_strdup (one->name);
      g_array_append_val (self->parts, part);
    }
  collection = quarry_collection_join (collections);
  eval = quarry_eval_library_new (collection, model, &steps, error);
  if (eval == NULL)
    return NULL;

  self->collection = g_strdup (collection->name);
  self->has_subtopics = collection->has_subtopics;
  if (!evaluate (self, eval, collection, &steps, error))
    return NULL;
  return g_steal_pointer (&self);
}
