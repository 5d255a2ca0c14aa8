/* quarry-confidence.c: estimates how likely the library has an answer at all
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Scales the features, applies the logistic regression with the shipped weights, and fits weights by Newton's
 * method.
 */
#include "core/rank/quarry-confidence.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define N QUARRY_CONFIDENCE_N_FEATURES
#define OTHERS (QUARRY_CONFIDENCE_N_CASES - 1)
#define UNKNOWNS (OTHERS * (N + 1))

static const QuarryConfidenceModel shipped = { { { -1.61, -1.29, -4.50, 1.63 }, { -14.97, -6.76, -1.59, 8.31 } } };

const QuarryConfidenceNearness quarry_confidence_usual_nearness = { 0.45, 0.13 };

/* The usual nearness counts as much as this many samples. */
#define PRIOR 8
#define LEAST_DEVIATION 0.01

/* Limits logits so that exp() does not overflow. */
#define MOST_LOGIT 500.0

/* Scales the score of the words to about 0 to 1. */
#define WORDS_SCALE 3.0

/* The part of a new confidence that is used at once while a word is being typed. */
#define BELIEVED 0.7

#define FIT_STEPS 50
#define FIT_PULL 1e-3
/* The number of times that a step which leads too far is halved. */
#define FIT_HALVINGS 40

static double
clamp (double value)
{
  return value >= 0.0 ? MIN (value, 1.0) : 0.0;
}

guint
quarry_confidence_n_best (guint n_passages)
{
  return CLAMP (n_passages / 20, 1, 5);
}

guint
quarry_confidence_n_holding (guint n_passages)
{
  return CLAMP (n_passages / 200, 1, 5);
}

void
quarry_confidence_measure_nearness (const double *cosines, guint n, QuarryConfidenceNearness *nearness)
{
  const QuarryConfidenceNearness *usual = &quarry_confidence_usual_nearness;
  double mean = usual->mean * PRIOR, square = usual->deviation * usual->deviation * PRIOR;

  for (guint i = 0; i < n; i++)
    mean += cosines[i];
  mean /= n + PRIOR;
  for (guint i = 0; i < n; i++)
    square += (cosines[i] - mean) * (cosines[i] - mean);
  nearness->mean = mean;
  nearness->deviation = sqrt (square / (n + PRIOR));
}

void
quarry_confidence_get_array (const QuarryConfidenceFeatures *features,
                             const QuarryConfidenceNearness *nearness,
                             double *array)
{
  /* 0 at four deviations below the mean, 1 at four above. */
  array[0] = clamp (0.5
                    + (features->mean_cosine - nearness->mean)
                          / (8 * MAX (nearness->deviation, LEAST_DEVIATION)));
  array[1] = clamp (features->idf_covered);
  array[2] = clamp (features->words_score);
}

double
quarry_confidence_words_score (double mean, guint n_words, guint n_passages)
{
  /* Scores grow with the number of words, though the best passages lack many of them, and with the greatest idf. */
  return mean / (WORDS_SCALE * sqrt (MAX (1, n_words)) * log1p (MAX (1, n_passages)));
}

/* Computes the probabilities of the cases; that of an answer comes first. */
static void
find_chances (const QuarryConfidenceModel *model, const double *array, double *chances)
{
  double sum = 1.0;

  chances[QUARRY_CONFIDENCE_ANSWER] = 1.0;
  for (guint c = 0; c < OTHERS; c++)
    {
      double logit = model->weights[c][N];

      for (guint f = 0; f < N; f++)
        logit += model->weights[c][f] * array[f];
      chances[c + 1] = exp (MIN (logit, MOST_LOGIT));
      sum += chances[c + 1];
    }
  for (guint c = 0; c < QUARRY_CONFIDENCE_N_CASES; c++)
    chances[c] /= sum;
}

double
quarry_confidence_by (const QuarryConfidenceModel *model, const double *array)
{
  double chances[QUARRY_CONFIDENCE_N_CASES];

  find_chances (model, array, chances);
  return MIN (chances[QUARRY_CONFIDENCE_ANSWER], QUARRY_CONFIDENCE_SUREST);
}

double
quarry_confidence (const QuarryConfidenceFeatures *features, const QuarryConfidenceNearness *nearness)
{
  double array[N];

  quarry_confidence_get_array (features, nearness, array);
  return quarry_confidence_by (&shipped, array);
}

double
quarry_confidence_while_typed (double before, double now, double certainty)
{
  return before + BELIEVED * clamp (certainty) * (now - before);
}

/* Solves the system, which is symmetric and positive definite, by elimination. @right becomes the solution. */
static void
solve (double matrix[UNKNOWNS][UNKNOWNS], double right[UNKNOWNS])
{
  for (guint i = 0; i < UNKNOWNS; i++)
    for (guint row = i + 1; row < UNKNOWNS; row++)
      {
        double factor = matrix[row][i] / matrix[i][i];

        for (guint column = i; column < UNKNOWNS; column++)
          matrix[row][column] -= factor * matrix[i][column];
        right[row] -= factor * right[i];
      }
  for (guint i = UNKNOWNS; i-- > 0;)
    {
      for (guint column = i + 1; column < UNKNOWNS; column++)
        right[i] -= matrix[i][column] * right[column];
      right[i] /= matrix[i][i];
    }
}

/* Adds the contribution of one row to the gradient and the Hessian of the likelihood. */
static void
add_row (const QuarryConfidenceModel *model,
         const double *array,
         QuarryConfidenceCase truth,
         double weight,
         double curvature[UNKNOWNS][UNKNOWNS],
         double slope[UNKNOWNS])
{
  double chances[QUARRY_CONFIDENCE_N_CASES];
  double row[N + 1];

  find_chances (model, array, chances);
  memcpy (row, array, N * sizeof (double));
  row[N] = 1.0;
  for (guint c = 0; c < OTHERS; c++)
    for (guint f = 0; f <= N; f++)
      {
        slope[c * (N + 1) + f] += weight * ((truth == c + 1 ? 1.0 : 0.0) - chances[c + 1]) * row[f];
        for (guint d = 0; d < OTHERS; d++)
          for (guint g = 0; g <= N; g++)
            curvature[c * (N + 1) + f][d * (N + 1) + g]
                += weight * chances[c + 1] * ((c == d ? 1.0 : 0.0) - chances[d + 1]) * row[f] * row[g];
      }
}

/* The logarithm of the likelihood, less the penalty on large weights. */
static double
find_likelihood (const QuarryConfidenceModel *model,
                 const double *rows,
                 const QuarryConfidenceCase *cases,
                 const double *weights,
                 guint n)
{
  const double *fitted = model->weights[0];
  double likelihood = 0;

  for (guint u = 0; u < UNKNOWNS; u++)
    likelihood -= FIT_PULL / 2 * fitted[u] * fitted[u];
  for (guint i = 0; i < n; i++)
    {
      double chances[QUARRY_CONFIDENCE_N_CASES];

      find_chances (model, rows + (gsize) i * N, chances);
      likelihood += weights[i] * log (MAX (chances[cases[i]], DBL_MIN));
    }
  return likelihood;
}

/* Newton's method. Far from the optimum, the curvature may differ from that near it, so that a full step may lead away
 * from it: it is then halved until it leads upwards (Boyd and Vandenberghe, Convex Optimization, 9.5). */
void
quarry_confidence_fit (const double *rows,
                       const QuarryConfidenceCase *cases,
                       const double *weights,
                       guint n,
                       QuarryConfidenceModel *model)
{
  double *fitted = model->weights[0];
  double reached;
  gboolean goes_up = TRUE;

  *model = (QuarryConfidenceModel) { 0 };
  reached = find_likelihood (model, rows, cases, weights, n);
  for (guint step = 0; step < FIT_STEPS && goes_up; step++)
    {
      const QuarryConfidenceModel before = *model;
      const double *from = before.weights[0];
      double length = 1;
      double curvature[UNKNOWNS][UNKNOWNS] = { 0 };
      double slope[UNKNOWNS];

      for (guint u = 0; u < UNKNOWNS; u++)
        {
          slope[u] = -FIT_PULL * fitted[u];
          curvature[u][u] = FIT_PULL;
        }
      for (guint i = 0; i < n; i++)
        add_row (model, rows + (gsize) i * N, cases[i], weights[i], curvature, slope);
      solve (curvature, slope);
      goes_up = FALSE;
      for (guint halving = 0; halving < FIT_HALVINGS && !goes_up; halving++, length /= 2)
        {
          double likelihood;

          for (guint u = 0; u < UNKNOWNS; u++)
            fitted[u] = from[u] + length * slope[u];
          likelihood = find_likelihood (model, rows, cases, weights, n);
          goes_up = likelihood > reached;
          if (goes_up)
            reached = likelihood;
        }
      if (!goes_up)
        *model = before;
    }
}
