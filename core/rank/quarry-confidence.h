/* quarry-confidence.h: how likely the library holds an answer at all
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Below this, say that nothing is clearly about the query. */
#define QUARRY_CONFIDENCE_DOUBT 0.3

typedef struct
{
  double top_cosine;    /* of the best dense candidate; 0 without */
  double overlap;       /* share of the first 10 dense that are among the first 10 lexical */
  double unknown_share; /* share of the query's idf mass in words that the library lacks */
  double idf_covered;   /* share of the query's idf mass that the best passage holds */
} QuarryConfidenceFeatures;

/* Logistic, 0 to 1. */
double quarry_confidence (const QuarryConfidenceFeatures *features);

G_END_DECLS
