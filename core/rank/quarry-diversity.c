/* quarry-diversity.c: chooses which candidates to show, so that they differ
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Translates the position of the dial into parameters, depending on how ambiguous the query is, and calls one of the
 * methods.
 */
#include "core/rank/quarry-diversity-private.h"

#include <math.h>

/* The ambiguity of a query is judged by this many of the first candidates. */
#define AMBIGUITY_DEPTH 30
/* The weight that relevance has lost at the end of the dial, for a query that no candidate answers in full. For a fully
 * ambiguous query, which is answered by coverage alone, all of the weight is lost at the default already. For an exact
 * query, nothing is lost up to the default, because it would only exchange neighbours: with a loss of .03 at the
 * default, .996 of the first ten hits stayed, and nDCG@10 over five judged collections was lower by .0008. */
#define TAKEN_AT_END 0.95
/* How much value a passage loses, at the default and at the end of the dial, if another one of its document is
 * shown. */
#define REPEATS_AT_DEFAULT 0.4
#define REPEATS_AT_END 0.8
/* The evenness at the end of the dial, by which candidates count more alike as something to be covered. For an exact
 * query, a few candidates have nearly all the relevance, and covering these would mean keeping the order. For an
 * ambiguous query, relevance has no weight left that could be reduced. */
#define EVEN_AT_END 0.6
#define EVEN_AMBIGUOUS 0.5
/* Up to the default, the dial is curved so that its steps exchange about equally many hits: this part of the loss is
 * quadratic, the rest linear. */
#define BEND 0.7

static const char *const method_names[] = {
  [QUARRY_DIVERSITY_COVERAGE] = "coverage", [QUARRY_DIVERSITY_MMR] = "mmr",
  [QUARRY_DIVERSITY_DPP] = "dpp",           [QUARRY_DIVERSITY_MIXTURE] = "mixture",
  [QUARRY_DIVERSITY_NONE] = "none",
};

gboolean
quarry_diversity_method_from_name (const char *name, QuarryDiversityMethod *method)
{
  for (guint i = 0; i < G_N_ELEMENTS (method_names); i++)
    if (g_strcmp0 (name, method_names[i]) == 0)
      {
        *method = i;
        return TRUE;
      }
  return FALSE;
}

const char *
quarry_diversity_method_name (QuarryDiversityMethod method)
{
  g_return_val_if_fail (method < G_N_ELEMENTS (method_names), NULL);

  return method_names[method];
}

double
quarry_pool_ambiguity (const QuarryPool *pool)
{
  guint depth = MIN (pool->n, AMBIGUITY_DEPTH);
  guint n_holding = 0;

  if (pool->holds_query == NULL || depth == 0)
    return 0.0;

  for (guint i = 0; i < depth; i++)
    n_holding += pool->holds_query[i] ? 1 : 0;
  return (double) n_holding / depth;
}

/* Min–max normalisation over the pool; 1 for all where that is undefined, so that the sum of relevance is never 0. */
static void
find_relevance (const QuarryPool *pool, float *relevance)
{
  double least = HUGE_VAL;
  double greatest = -HUGE_VAL;

  for (guint i = 0; i < pool->n; i++)
    if (isfinite (pool->scores[i]))
      {
        least = MIN (least, (double) pool->scores[i]);
        greatest = MAX (greatest, (double) pool->scores[i]);
      }
  for (guint i = 0; i < pool->n; i++)
    if (!(greatest > least))
      relevance[i] = 1.0f;
    else if (isfinite (pool->scores[i]))
      relevance[i] = (float) (((double) pool->scores[i] - least) / (greatest - least));
    else
      relevance[i] = 0.0f;
}

/* The part of the way from the default to the end of the dial, 0 to 1, also curved for even steps. */
static double
share_past_default (double diversity)
{
  double left = (1.0 - diversity) / (1.0 - QUARRY_DIVERSITY_DEFAULT);

  return left < 1.0 ? 1.0 - left * left : 0.0;
}

double
quarry_find_trade_off (double diversity, double ambiguity)
{
  double at_default = ambiguity;
  double at_end = TAKEN_AT_END + ambiguity * (1.0 - TAKEN_AT_END);
  double share;

  if (diversity <= QUARRY_DIVERSITY_DEFAULT)
    {
      double left = 1.0 - diversity / QUARRY_DIVERSITY_DEFAULT;

      share = 1.0 - left * (1.0 - BEND + BEND * left);
      return 1.0 - share * at_default;
    }
  return MAX (0.0, 1.0 - at_default - share_past_default (diversity) * (at_end - at_default));
}

double
quarry_find_evenness (double diversity, double ambiguity)
{
  return share_past_default (diversity) * (EVEN_AT_END + ambiguity * (EVEN_AMBIGUOUS - EVEN_AT_END));
}

/* What a passage is worth after another one of its document. */
static double
find_repeat (double diversity)
{
  if (diversity <= QUARRY_DIVERSITY_DEFAULT)
    return 1.0 - REPEATS_AT_DEFAULT * diversity / QUARRY_DIVERSITY_DEFAULT;
  return 1.0 - REPEATS_AT_DEFAULT
         - (REPEATS_AT_END - REPEATS_AT_DEFAULT) * (diversity - QUARRY_DIVERSITY_DEFAULT)
               / (1.0 - QUARRY_DIVERSITY_DEFAULT);
}

double *
quarry_choice_new_worth (const QuarryChoice *choice)
{
  double *worth = g_new (double, MAX (1, choice->n));

  for (guint i = 0; i < choice->n; i++)
    worth[i] = 1.0;
  return worth;
}

void
quarry_choice_take (const QuarryChoice *choice, guint best, double *worth)
{
  for (guint i = 0; i < choice->n && choice->documents != NULL; i++)
    if (choice->documents[i] == choice->documents[best])
      worth[i] *= choice->repeat;
}

static void
find_avoided (const float *likeness, guint n, const guint *chosen, guint n_chosen, guint *avoided)
{
  for (guint i = 0; i < n_chosen; i++)
    {
      const float *row = likeness + (gsize) chosen[i] * n;
      float most = 0.0f;

      avoided[i] = G_MAXUINT;
      for (guint j = 0; j < i; j++)
        if (row[chosen[j]] > most)
          {
            most = row[chosen[j]];
            avoided[i] = chosen[j];
          }
    }
}

guint
quarry_diversify (QuarryDiversityMethod method,
                  const QuarryPool *pool,
                  const float *likeness,
                  double diversity,
                  guint limit,
                  guint *chosen,
                  guint *avoided)
{
  g_autofree float *relevance = NULL;
  QuarryChoice choice;
  guint n_chosen = MIN (limit, pool->n);

  if (n_chosen == 0)
    return 0;

  /* If the position of the dial is not a number, the order is left unchanged. */
  diversity = diversity > 0.0 ? MIN (diversity, 1.0) : 0.0;
  if (method == QUARRY_DIVERSITY_NONE || diversity == 0.0)
    {
      for (guint i = 0; i < n_chosen; i++)
        chosen[i] = i;
    }
  else
    {
      relevance = g_new (float, pool->n);
      find_relevance (pool, relevance);
      choice.n = pool->n;
      choice.relevance = relevance;
      choice.likeness = likeness;
      choice.ambiguity = quarry_pool_ambiguity (pool);
      choice.documents = pool->documents;
      choice.repeat = find_repeat (diversity);
      choice.evenness = quarry_find_evenness (diversity, choice.ambiguity);
      choice.trade_off = quarry_find_trade_off (diversity, choice.ambiguity);
      switch (method)
        {
        case QUARRY_DIVERSITY_MMR:
          quarry_choose_by_mmr (&choice, n_chosen, chosen);
          break;
        case QUARRY_DIVERSITY_DPP:
          quarry_choose_by_dpp (&choice, n_chosen, chosen);
          break;
        case QUARRY_DIVERSITY_MIXTURE:
          quarry_choose_by_mixture (&choice, n_chosen, chosen);
          break;
        default:
          quarry_choose_by_coverage (&choice, n_chosen, chosen);
          break;
        }
    }

  if (avoided != NULL)
    find_avoided (likeness, pool->n, chosen, n_chosen, avoided);
  return n_chosen;
}
