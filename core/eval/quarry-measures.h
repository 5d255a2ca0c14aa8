/* quarry-measures.h: measures of ranked lists and of segmentations
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pure functions over arrays, each defined as in the publication or program that is named with it.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Measures of the ranked list for one query, as defined by trec_eval. @gains: the judged grade of each of the @n ranked
 * documents (0: not relevant or not judged), best first. @judged: the grades of all judged documents of the query. */
double quarry_measure_ndcg (const int *gains, guint n, const int *judged, guint n_judged, guint depth);
double quarry_measure_recall (const int *gains, guint n, const int *judged, guint n_judged, guint depth);
double quarry_measure_reciprocal_rank (const int *gains, guint n, guint depth);
double quarry_measure_average_precision (const int *gains, guint n, const int *judged, guint n_judged);

/* Measures of subtopics. @holds: n × n_subtopics, row-major: TRUE where the ranked document is about the subtopic.
 * @ideal: the same for all judged documents (n_judged × n_subtopics). */
double quarry_measure_subtopic_recall (const gboolean *holds, guint n, guint n_subtopics,
                                       guint n_judged_subtopics, guint depth);
/* Clarke et al., SIGIR 2008; the ideal list is approximated greedily. */
double quarry_measure_alpha_ndcg (const gboolean *holds, guint n, const gboolean *ideal,
                                  guint n_judged, guint n_subtopics, double alpha, guint depth);

/* The adjusted Rand index of two groupings of @n things (Hubert and Arabie, 1985): 1 if they are the same, about 0 if
 * they agree no more than by chance. */
double quarry_measure_adjusted_rand (const guint *a, const guint *b, guint n);

/* A paired randomisation test (Smucker, Allan, Carterette, CIKM 2007): the two-sided p-value of the mean difference
 * between @a and @b, from @rounds random changes of sign with a fixed seed. */
double quarry_randomisation_test (const double *a, const double *b, guint n, guint rounds);

/* The area under the ROC curve: the probability that a random positive item has a higher score than a random other one,
 * where ties count half. NAN where one of the two kinds is missing. */
double quarry_measure_auroc (const double *scores, const gboolean *positive, guint n);

/* A bin of forecasts: the probabilities that were forecast, and how often they came true. */
typedef struct
{
  double weight; /* total weight in the bin; the others are weighted means, 0 where it is empty */
  double said;
  double came_true;
} QuarryReliability;

/* Sorts forecast probabilities (0 to 1) into @n_bins bins of equal width. Returns the expected calibration error: the
 * weighted mean difference, over bins, between what was forecast and what came true. */
double quarry_measure_calibration (const double *chances,
                                   const gboolean *truth,
                                   const double *weights,
                                   guint n,
                                   QuarryReliability *bins,
                                   guint n_bins);

/* Measures of segmentations of @n_sentences sentences. boundary[i] is TRUE where a segment ends after sentence i; that
 * of the last sentence is ignored. @k: the size of the window; 0: half the mean length of reference segments, rounded,
 * but at least 2 and at most n_sentences − 1. */
double quarry_measure_pk (const gboolean *reference, const gboolean *found, guint n_sentences, guint k);
double quarry_measure_windowdiff (const gboolean *reference, const gboolean *found, guint n_sentences, guint k);
/* The F1 score of boundaries; 1 where neither has any. @tolerance: in sentences. */
double quarry_measure_boundary_f1 (const gboolean *reference, const gboolean *found, guint n_sentences, guint tolerance);

G_END_DECLS
