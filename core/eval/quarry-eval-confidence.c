/* quarry-eval-confidence.c: measures how far the confidence of search results can be trusted
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Makes a library of each collection and asks all queries in it, then fits weights and computes the figures.
 */
#include "quarry-config.h"

#include "core/eval/quarry-eval-confidence.h"

#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "core/eval/quarry-collection.h"
#include "core/eval/quarry-eval-library.h"
#include "core/library/quarry-library-private.h"
#include "core/library/search/quarry-hit-private.h"
#include "core/library/search/quarry-search-private.h"

/* The number of random draws for the error by chance. */
#define DRAWS 200

static const double weight_of_kind[] = { 0.5, 0.25, 0.25 };

static void
free_scores (QuarryEvalConfidenceScores *scores, guint n)
{
  for (guint i = 0; scores != NULL && i < n; i++)
    g_free (scores[i].name);
  g_free (scores);
}

void
quarry_eval_confidence_free (QuarryEvalConfidence *self)
{
  if (self == NULL)
    return;
  free_scores (self->shipped, self->n_collections + 1);
  free_scores (self->left_out, self->n_collections + 1);
  g_array_unref (self->asked);
  g_free (self);
}

/* --- Asking ---------------------------------------------------------------------------------- */

static gboolean
ask (QuarryEvalConfidence *self,
     QuarryLibrary *library,
     const char *query,
     const gint64 *without,
     guint n_without,
     guint collection,
     QuarryConfidenceCase kind,
     GError **error)
{
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  QuarryEvalAsked asked = { .collection = collection, .kind = kind, .left_out = (double) NAN };
  g_autofree char *text = quarry_eval_plain_query (query);
  g_autoptr (QuarryAnswer) answer = quarry_library_search_without (library, text, &options, without,
                                                                   n_without, NULL, error);

  if (answer == NULL)
    return FALSE;
  memcpy (asked.features, quarry_answer_get_features (answer), sizeof asked.features);
  asked.chance = quarry_answer_get_confidence (answer);
  g_array_append_val (self->asked, asked);
  return TRUE;
}

/* The library's ids of the documents that are relevant to the query. (transfer full): of gint64 */
static GArray *
list_relevant (const QuarryCollectionQuery *query, GHashTable *documents)
{
  GArray *relevant = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < query->judgements->len; i++)
    {
      const QuarryJudgement *judgement = &g_array_index (query->judgements, QuarryJudgement, i);
      const gint64 *id = g_hash_table_lookup (documents, GUINT_TO_POINTER (judgement->document + 1));

      if (judgement->grade > 0 && id != NULL)
        g_array_append_val (relevant, *id);
    }
  return relevant;
}

/* The library's id of each document of the collection: number + 1 -> gint64 *. */
static GHashTable *
number_documents (const QuarryEvalLibrary *eval, GError **error)
{
  g_autoptr (GHashTable) documents = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  g_autoptr (GPtrArray) records = NULL;
  QuarryStore *connection = quarry_library_borrow (eval->library, error);

  if (connection == NULL)
    return NULL;
  records = quarry_store_list_documents (connection, NULL, FALSE, 0, error);
  quarry_library_give_back (eval->library, connection);
  if (records == NULL)
    return NULL;
  for (guint i = 0; i < records->len; i++)
    {
      const QuarryDocumentRecord *record = records->pdata[i];

      g_hash_table_insert (documents, g_hash_table_lookup (eval->places, record->path),
                           g_memdup2 (&record->id, sizeof record->id));
    }
  return g_steal_pointer (&documents);
}

static gboolean
ask_collection (QuarryEvalConfidence *self,
                GPtrArray *collections,
                guint which,
                const char *model,
                QuarryEvalSteps *steps,
                GError **error)
{
  g_autoptr (QuarryEvalLibrary) eval
      = quarry_eval_library_new (collections->pdata[which], model, steps, error);
  g_autoptr (GHashTable) documents = eval != NULL ? number_documents (eval, error) : NULL;

  if (documents == NULL)
    return FALSE;
  for (guint c = 0; c < collections->len; c++)
    {
      const QuarryCollection *collection = collections->pdata[c];

      for (guint q = 0; q < collection->queries->len; q++)
        {
          const QuarryCollectionQuery *query = collection->queries->pdata[q];
          g_autoptr (GArray) relevant = NULL;

          if (!query->has_relevant)
            continue;
          if (c != which)
            {
              if (!ask (self, eval->library, query->text, NULL, 0, which, QUARRY_CONFIDENCE_NOTHING, error))
                return FALSE;
            }
          else
            {
              relevant = list_relevant (query, documents);
              if (!ask (self, eval->library, query->text, NULL, 0, which, QUARRY_CONFIDENCE_ANSWER, error)
                  || !ask (self, eval->library, query->text, (const gint64 *) (gpointer) relevant->data,
                           relevant->len, which, QUARRY_CONFIDENCE_SUBJECT, error))
                return FALSE;
            }
          quarry_eval_step (steps);
        }
    }
  return TRUE;
}

/* --- Measuring ------------------------------------------------------------------------------- */

static QuarryEvalAsked *
get_asked (QuarryEvalConfidence *self, guint i)
{
  return &g_array_index (self->asked, QuarryEvalAsked, i);
}

/* Gives each kind its share of the weight of its collection, which is 1 in total. */
static void
weigh (QuarryEvalConfidence *self)
{
  g_autofree guint *counts = g_new0 (guint, (gsize) self->n_collections * 3);

  for (guint i = 0; i < self->asked->len; i++)
    counts[get_asked (self, i)->collection * 3 + get_asked (self, i)->kind]++;
  for (guint i = 0; i < self->asked->len; i++)
    {
      QuarryEvalAsked *asked = get_asked (self, i);

      asked->weight = weight_of_kind[asked->kind] / counts[asked->collection * 3 + asked->kind];
    }
}

/* Fits weights to all collections except @left_out (a number that no collection has: to all). */
static void
fit (QuarryEvalConfidence *self, guint left_out, QuarryConfidenceModel *model)
{
  g_autofree double *rows = g_new (double, (gsize) self->asked->len * QUARRY_CONFIDENCE_N_FEATURES + 1);
  g_autofree QuarryConfidenceCase *cases = g_new (QuarryConfidenceCase, self->asked->len + 1);
  g_autofree double *weights = g_new (double, self->asked->len + 1);
  guint n = 0;

  for (guint i = 0; i < self->asked->len; i++)
    {
      const QuarryEvalAsked *asked = get_asked (self, i);

      if (asked->collection == left_out)
        continue;
      memcpy (rows + (gsize) n * QUARRY_CONFIDENCE_N_FEATURES, asked->features, sizeof asked->features);
      cases[n] = asked->kind;
      weights[n++] = asked->weight;
    }
  quarry_confidence_fit (rows, cases, weights, n, model);
}

/* The calibration error of @n forecasts that are exactly right. It is due to their limited number alone. */
static double
measure_chance (const double *chances, const double *weights, guint n)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (n);
  g_autofree gboolean *drawn = g_new (gboolean, n + 1);
  QuarryReliability bins[QUARRY_EVAL_CONFIDENCE_BINS];
  double sum = 0;

  for (guint draw = 0; draw < DRAWS; draw++)
    {
      for (guint i = 0; i < n; i++)
        drawn[i] = g_rand_double (rand) < chances[i];
      sum += quarry_measure_calibration (chances, drawn, weights, n, bins, QUARRY_EVAL_CONFIDENCE_BINS);
    }
  return sum / DRAWS;
}

/* Computes the figures for collection @which, or for all (@which is the number of collections). */
static void
measure (QuarryEvalConfidence *self, guint which, gboolean left_out, QuarryEvalConfidenceScores *scores)
{
  g_autofree double *chances = g_new (double, self->asked->len + 1);
  g_autofree gboolean *truth = g_new (gboolean, self->asked->len + 1);
  g_autofree double *weights = g_new (double, self->asked->len + 1);
  guint n = 0;

  for (guint kind = QUARRY_CONFIDENCE_SUBJECT; kind <= QUARRY_CONFIDENCE_NOTHING; kind++)
    {
      double auroc;

      n = 0;
      for (guint i = 0; i < self->asked->len; i++)
        {
          const QuarryEvalAsked *asked = get_asked (self, i);

          if (asked->collection != which
              || (asked->kind != QUARRY_CONFIDENCE_ANSWER && asked->kind != kind))
            continue;
          chances[n] = left_out ? asked->left_out : asked->chance;
          truth[n++] = asked->kind == QUARRY_CONFIDENCE_ANSWER;
        }
      auroc = quarry_measure_auroc (chances, truth, n);
      if (kind == QUARRY_CONFIDENCE_SUBJECT)
        scores->auroc_removed = auroc;
      else
        scores->auroc_foreign = auroc;
    }
  n = 0;
  for (guint i = 0; i < self->asked->len; i++)
    {
      const QuarryEvalAsked *asked = get_asked (self, i);

      if (which < self->n_collections && asked->collection != which)
        continue;
      scores->n_queries += asked->kind == QUARRY_CONFIDENCE_ANSWER;
      chances[n] = left_out ? asked->left_out : asked->chance;
      truth[n] = asked->kind == QUARRY_CONFIDENCE_ANSWER;
      weights[n++] = asked->weight;
    }
  scores->calibration_error = quarry_measure_calibration (chances, truth, weights, n, scores->bins,
                                                          QUARRY_EVAL_CONFIDENCE_BINS);
  scores->error_by_chance = measure_chance (chances, weights, n);
}

static QuarryEvalConfidenceScores *
measure_all (QuarryEvalConfidence *self, GPtrArray *collections, gboolean left_out)
{
  QuarryEvalConfidenceScores *scores = g_new0 (QuarryEvalConfidenceScores, self->n_collections + 1);
  QuarryEvalConfidenceScores *all = &scores[self->n_collections];

  measure (self, self->n_collections, left_out, all);
  all->auroc_foreign = all->auroc_removed = all->calibration_error = all->error_by_chance = 0;
  for (guint c = 0; c < self->n_collections; c++)
    {
      measure (self, c, left_out, &scores[c]);
      scores[c].name = g_strdup (((QuarryCollection *) collections->pdata[c])->name);
      all->auroc_foreign += scores[c].auroc_foreign / self->n_collections;
      all->auroc_removed += scores[c].auroc_removed / self->n_collections;
      all->calibration_error += scores[c].calibration_error / self->n_collections;
      all->error_by_chance += scores[c].error_by_chance / self->n_collections;
    }
  return scores;
}

QuarryEvalConfidence *
quarry_eval_confidence (const char *const *folders,
                        const char *model,
                        QuarryEvalProgress progress,
                        gpointer user_data,
                        GError **error)
{
  g_autoptr (QuarryEvalConfidence) self = NULL;
  g_autoptr (GPtrArray) collections
      = g_ptr_array_new_with_free_func ((GDestroyNotify) quarry_collection_free);
  QuarryEvalSteps steps = { progress, user_data, 0, 0 };
  guint n_queries = 0;

  g_return_val_if_fail (folders != NULL && folders[0] != NULL, NULL);

  for (guint i = 0; folders[i] != NULL; i++)
    {
      QuarryCollection *collection = quarry_collection_load (folders[i], error);
      guint n_answered = 0;

      if (collection == NULL)
        return NULL;
      g_ptr_array_add (collections, collection);
      for (guint q = 0; q < collection->queries->len; q++)
        n_answered += ((QuarryCollectionQuery *) collection->queries->pdata[q])->has_relevant;
      if (n_answered == 0)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                       _("No query of “%s” has a relevant document"), collection->name);
          return NULL;
        }
      n_queries += n_answered;
      steps.total += collection->documents->len;
    }
  steps.total += n_queries * collections->len;

  self = g_new0 (QuarryEvalConfidence, 1);
  self->n_collections = collections->len;
  self->asked = g_array_new (FALSE, FALSE, sizeof (QuarryEvalAsked));
  for (guint c = 0; c < collections->len; c++)
    if (!ask_collection (self, collections, c, model, &steps, error))
      return NULL;

  weigh (self);
  fit (self, self->n_collections, &self->fitted);
  for (guint c = 0; c < self->n_collections && self->n_collections > 1; c++)
    {
      QuarryConfidenceModel others;

      fit (self, c, &others);
      for (guint i = 0; i < self->asked->len; i++)
        if (get_asked (self, i)->collection == c)
          get_asked (self, i)->left_out = quarry_confidence_by (&others, get_asked (self, i)->features);
    }
  self->shipped = measure_all (self, collections, FALSE);
  if (self->n_collections > 1)
    self->left_out = measure_all (self, collections, TRUE);
  return g_steal_pointer (&self);
}
