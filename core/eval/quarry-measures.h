/* quarry-measures.h: quality of ranked lists and of segmentations
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Measures of one query's ranked list, as trec_eval defines them. @gains: the judged grade of each
 * of the @n ranked documents (0: not relevant or not judged), best first. @judged: grades of all
 * judged documents of the query. */
double quarry_measure_ndcg (const int *gains, guint n, const int *judged, guint n_judged, guint depth);
double quarry_measure_recall (const int *gains, guint n, const int *judged, guint n_judged, guint depth);
double quarry_measure_reciprocal_rank (const int *gains, guint n, guint depth);
double quarry_measure_average_precision (const int *gains, guint n, const int *judged, guint n_judged);

/* Subtopics: @holds is n × n_subtopics, row-major: TRUE where the ranked document treats the
 * subtopic; @ideal is the same for all judged documents (n_judged × n_subtopics). */
double quarry_measure_subtopic_recall (const gboolean *holds, guint n, guint n_subtopics,
                                       guint n_judged_subtopics, guint depth);
/* Clarke et al., SIGIR 2008; the ideal list is the greedy one. */
double quarry_measure_alpha_ndcg (const gboolean *holds, guint n, const gboolean *ideal,
                                  guint n_judged, guint n_subtopics, double alpha, guint depth);

/* Adjusted Rand index of two groupings of @n things (Hubert and Arabie, 1985): 1 where they are the same,
 * about 0 where they have no more in common than by chance. */
double quarry_measure_adjusted_rand (const guint *a, const guint *b, guint n);

/* Paired randomisation test (Smucker, Allan, Carterette, CIKM 2007): the two-sided p of the mean
 * difference of @a and @b, by @rounds random sign changes from a fixed seed. */
double quarry_randomisation_test (const double *a, const double *b, guint n, guint rounds);

/* Area under the ROC curve: the chance that one of the positive has a higher score than one of the
 * others, ties counting half. NAN where one side is empty. */
double quarry_measure_auroc (const double *scores, const gboolean *positive, guint n);

/* Chances from low to high said, and how many of those came true. */
typedef struct
{
  double weight; /* of all in the bin; the others are means by weight, 0 where it is empty */
  double said;
  double came_true;
} QuarryReliability;

/* Sorts chances (0 to 1) into @n_bins bins of equal width. Returns the expected calibration error: the
 * mean distance of what was said from what came true, by weight. */
double quarry_measure_calibration (const double *chances,
                                   const gboolean *truth,
                                   const double *weights,
                                   guint n,
                                   QuarryReliability *bins,
                                   guint n_bins);

/* Segmentations of @n_sentences sentences: boundary[i] is TRUE where a segment ends after sentence
 * i (the last sentence's is not looked at). @k 0: half the mean reference segment length, rounded,
 * at least 2, at most n_sentences − 1. */
double quarry_measure_pk (const gboolean *reference, const gboolean *found, guint n_sentences, guint k);
double quarry_measure_windowdiff (const gboolean *reference, const gboolean *found, guint n_sentences, guint k);
/* 1 where neither has a boundary. @tolerance in sentences. */
double quarry_measure_boundary_f1 (const gboolean *reference, const gboolean *found, guint n_sentences, guint tolerance);

G_END_DECLS
