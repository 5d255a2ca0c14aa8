/* quarry-confidence.c: how likely the library holds an answer at all
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/rank/quarry-confidence.h"

#include <math.h>

#define BIAS -3.45
#define TOP_COSINE_WEIGHT 6.04
#define OVERLAP_WEIGHT 0.92
#define UNKNOWN_SHARE_WEIGHT -1.87
#define IDF_COVERED_WEIGHT 0.52

/* Of queries that the logistic calls surer than this, no more are answered than of those it calls
 * just as sure: what lies above is pressed together. */
#define SURE 0.7
#define SURE_ROOM 0.1

static double
clamp (double value, double least, double most)
{
  return value >= least ? MIN (value, most) : least;
}

double
quarry_confidence (const QuarryConfidenceFeatures *features)
{
  double logit = BIAS + TOP_COSINE_WEIGHT * clamp (features->top_cosine, 0.0, 1.0)
                 + OVERLAP_WEIGHT * clamp (features->overlap, 0.0, 1.0)
                 + UNKNOWN_SHARE_WEIGHT * clamp (features->unknown_share, 0.0, 1.0)
                 + IDF_COVERED_WEIGHT * clamp (features->idf_covered, 0.0, 1.0);
  double chance = 1.0 / (1.0 + exp (-logit));

  if (chance > SURE)
    chance = SURE + SURE_ROOM * (1.0 - exp (-(chance - SURE) / SURE_ROOM));
  return chance;
}
