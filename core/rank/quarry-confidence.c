/* quarry-confidence.c: how likely the library holds an answer at all
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/rank/quarry-confidence.h"

#include <math.h>

double
quarry_confidence (const QuarryConfidenceFeatures *features)
{
  /* Logistic regression over judged queries with their answers there, taken out, and foreign. */
  double logit = -3.26 + 4.78 * features->top_cosine + 0.68 * features->idf_covered
                 + 1.55 * features->overlap - 2.99 * features->unknown_share;

  return 1 / (1 + exp (-logit));
}
