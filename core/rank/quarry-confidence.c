/* quarry-confidence.c: how likely the library holds an answer at all
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/rank/quarry-confidence.h"

#include <math.h>
#include <string.h>

#define N QUARRY_CONFIDENCE_N_FEATURES

/* In the features' order. */
static const QuarryConfidenceModel shipped = { -3.83, { 5.19, 0.10, -1.68, 1.46, 3.91 } };

const QuarryConfidenceNearness quarry_confidence_usual_nearness = { 0.45, 0.13 };

/* So many samples the usual nearness counts as. */
#define PRIOR 8
#define LEAST_DEVIATION 0.01

/* Of queries that the logistic calls surer than this, no more are answered than of those it calls
 * just as sure: what lies above is pressed together. */
#define SURE 0.7
#define SURE_ROOM 0.1

/* Brings the words' score to about 0 to 1. */
#define WORDS_SCALE 3.0

/* So much of a chance is believed at once while a word is typed. */
#define BELIEVED 0.7

#define FIT_STEPS 50
#define FIT_PULL 1e-3

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
  /* 0 at four deviations below the mean, 1 at as many above. */
  array[0] = clamp (0.5
                    + (features->mean_cosine - nearness->mean)
                          / (8 * MAX (nearness->deviation, LEAST_DEVIATION)));
  array[1] = clamp (features->overlap);
  array[2] = clamp (features->unknown_share);
  array[3] = clamp (features->idf_covered);
  array[4] = clamp (features->words_score);
}

double
quarry_confidence_words_score (double mean, guint n_words, guint n_passages)
{
  /* Scores grow with the words, many of which the best passages lack, and with the largest idf. */
  return mean / (WORDS_SCALE * sqrt (MAX (1, n_words)) * log1p (MAX (1, n_passages)));
}

static double
logistic (const QuarryConfidenceModel *model, const double *array)
{
  double logit = model->bias;

  for (guint f = 0; f < N; f++)
    logit += model->weights[f] * array[f];
  return 1.0 / (1.0 + exp (-logit));
}

double
quarry_confidence_by (const QuarryConfidenceModel *model, const double *array)
{
  double chance = logistic (model, array);

  if (chance > SURE)
    chance = SURE + SURE_ROOM * (1.0 - exp (-(chance - SURE) / SURE_ROOM));
  return chance;
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

/* Solves the symmetric positive system by elimination; @right becomes the solution. */
static void
solve (double matrix[N + 1][N + 1], double right[N + 1])
{
  for (guint i = 0; i <= N; i++)
    for (guint row = i + 1; row <= N; row++)
      {
        double factor = matrix[row][i] / matrix[i][i];

        for (guint column = i; column <= N; column++)
          matrix[row][column] -= factor * matrix[i][column];
        right[row] -= factor * right[i];
      }
  for (guint i = N + 1; i-- > 0;)
    {
      for (guint column = i + 1; column <= N; column++)
        right[i] -= matrix[i][column] * right[column];
      right[i] /= matrix[i][i];
    }
}

void
quarry_confidence_fit (const double *rows,
                       const gboolean *truth,
                       const double *weights,
                       guint n,
                       QuarryConfidenceModel *model)
{
  *model = (QuarryConfidenceModel) { 0 };
  for (guint step = 0; step < FIT_STEPS; step++)
    {
      double curvature[N + 1][N + 1] = { 0 };
      double slope[N + 1];

      for (guint f = 0; f <= N; f++)
        {
          slope[f] = -FIT_PULL * (f < N ? model->weights[f] : model->bias);
          curvature[f][f] = FIT_PULL;
        }
      for (guint i = 0; i < n; i++)
        {
          double row[N + 1];
          double chance = logistic (model, rows + (gsize) i * N);

          memcpy (row, rows + (gsize) i * N, N * sizeof (double));
          row[N] = 1.0;
          for (guint f = 0; f <= N; f++)
            {
              slope[f] += weights[i] * ((truth[i] ? 1.0 : 0.0) - chance) * row[f];
              for (guint g = 0; g <= N; g++)
                curvature[f][g] += weights[i] * chance * (1.0 - chance) * row[f] * row[g];
            }
        }
      solve (curvature, slope);
      for (guint f = 0; f < N; f++)
        model->weights[f] += slope[f];
      model->bias += slope[N];
    }
}
