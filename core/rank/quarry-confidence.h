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

/* The chance that an answer is in the library, 0 to 1 (never above .8: whether a library on the
 * right topic holds the answer can hardly be known).
 *
 * A logistic regression with the shipped model's vectors, fitted on Cranfield, CISI, CACM, LISA and
 * TIME: each query in its own collection (half of the weight), there with its relevant documents
 * removed (a quarter), and in the four other collections (a quarter). Each collection left out of
 * the fit in turn: area under the ROC curve .92 against queries of other collections (pooled .95)
 * and .61 against removed answers; expected calibration error .04. Below QUARRY_CONFIDENCE_DOUBT
 * lie 79 % of the foreign queries and 3 % of the answered ones. Another model wants other
 * weights. */
double quarry_confidence (const QuarryConfidenceFeatures *features);

G_END_DECLS
