/* test-measures.c: measures against cases worked by hand
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <math.h>

#include "core/eval/quarry-measures.h"

#define assert_near(a, b) g_assert_cmpfloat_with_epsilon (a, b, 1e-9)

static void
test_ranked (void)
{
  /* Four relevant documents with grades 3, 2, 1, 1, one judged not relevant. */
  const int judged[] = { 1, 0, 3, 1, 2 };
  const int gains[] = { 0, 3, 0, 1, 0, 2 };
  const double ideal = 3 + 2 / log2 (3) + 1 / log2 (4) + 1 / log2 (5);
  const double ideal_2 = 3 + 2 / log2 (3);

  assert_near (quarry_measure_ndcg (gains, 6, judged, 5, 10),
               (3 / log2 (3) + 1 / log2 (5) + 2 / log2 (7)) / ideal);
  assert_near (quarry_measure_ndcg (gains, 6, judged, 5, 2), 3 / log2 (3) / ideal_2);
  assert_near (quarry_measure_recall (gains, 6, judged, 5, 100), 3.0 / 4);
  assert_near (quarry_measure_recall (gains, 6, judged, 5, 4), 2.0 / 4);
  assert_near (quarry_measure_reciprocal_rank (gains, 6, 10), 1.0 / 2);
  assert_near (quarry_measure_reciprocal_rank (gains, 6, 1), 0);
  assert_near (quarry_measure_average_precision (gains, 6, judged, 5),
               (1.0 / 2 + 2.0 / 4 + 3.0 / 6) / 4);
}

static void
test_ranked_edges (void)
{
  const int none[] = { 0, 0, -1 };
  const int one[] = { 1 };
  const int negative[] = { -2, 1 };

  /* An empty list, then a query without a relevant document, then one without any judgement. */
  assert_near (quarry_measure_ndcg (NULL, 0, one, 1, 10), 0);
  assert_near (quarry_measure_recall (NULL, 0, one, 1, 100), 0);
  assert_near (quarry_measure_average_precision (NULL, 0, one, 1), 0);
  assert_near (quarry_measure_reciprocal_rank (NULL, 0, 10), 0);
  assert_near (quarry_measure_ndcg (none, 3, none, 3, 10), 0);
  assert_near (quarry_measure_recall (none, 3, none, 3, 100), 0);
  assert_near (quarry_measure_average_precision (none, 3, none, 3), 0);
  assert_near (quarry_measure_ndcg (one, 1, NULL, 0, 10), 0);

  /* A grade below zero is not relevant and costs nothing. */
  assert_near (quarry_measure_ndcg (negative, 2, negative, 2, 10), 1 / log2 (3));
  assert_near (quarry_measure_reciprocal_rank (negative, 2, 10), 1.0 / 2);
  assert_near (quarry_measure_ndcg (one, 1, one, 1, 10), 1);
}

static void
test_subtopics (void)
{
  /* Three subtopics: a, b, c. What the documents of the list hold, in order: nothing, {a}, {a, b}, {a}. */
  const gboolean holds[] = { 0, 0, 0, 1, 0, 0, 1, 1, 0, 1, 0, 0 };
  /* What the judged documents hold: {a}, {a, b}, {c}. The greedy ideal order gains 2 for {a, b}, 1 for {c} and ½ for
   * {a}. */
  const gboolean ideal[] = { 1, 0, 0, 1, 1, 0, 0, 0, 1 };
  const double best = 2 + 1 / log2 (3) + .5 / log2 (4);
  const double gain = 1 / log2 (3) + (.5 + 1) / log2 (4) + .25 / log2 (5);

  assert_near (quarry_measure_subtopic_recall (holds, 4, 3, 3, 10), 2.0 / 3);
  assert_near (quarry_measure_subtopic_recall (holds, 4, 3, 3, 2), 1.0 / 3);
  assert_near (quarry_measure_subtopic_recall (holds, 4, 3, 3, 1), 0);
  assert_near (quarry_measure_subtopic_recall (NULL, 0, 3, 3, 10), 0);
  assert_near (quarry_measure_subtopic_recall (holds, 4, 3, 0, 10), 0);

  assert_near (quarry_measure_alpha_ndcg (holds, 4, ideal, 3, 3, .5, 10), gain / best);
  assert_near (quarry_measure_alpha_ndcg (holds, 4, ideal, 3, 3, .5, 2),
               1 / log2 (3) / (2 + 1 / log2 (3)));
  assert_near (quarry_measure_alpha_ndcg (ideal + 3, 2, ideal, 3, 3, .5, 2), 1);
  assert_near (quarry_measure_alpha_ndcg (NULL, 0, ideal, 3, 3, .5, 10), 0);
  assert_near (quarry_measure_alpha_ndcg (holds, 4, NULL, 0, 3, .5, 10), 0);
  /* With α 0, repeating a subtopic costs nothing. */
  assert_near (quarry_measure_alpha_ndcg (holds, 4, ideal, 3, 3, 0, 2),
               1 / log2 (3) / (2 + 1 / log2 (3)));
}

static void
test_adjusted_rand (void)
{
  /* Of the 15 pairs of six things, each grouping puts 4 together, and both put the same 2 together (0–1 and 3–4). */
  const guint a[] = { 7, 7, 7, 2, 2, 5 };
  const guint b[] = { 0, 0, 1, 1, 1, 3 };
  const guint other_names[] = { 0, 0, 0, 9, 9, 1 };
  const guint alone[] = { 0, 1, 2, 3, 4, 5 };
  const guint together[] = { 4, 4, 4, 4, 4, 4 };

  assert_near (quarry_measure_adjusted_rand (a, b, 6), (2 - 16.0 / 15) / (4 - 16.0 / 15));
  assert_near (quarry_measure_adjusted_rand (b, a, 6), (2 - 16.0 / 15) / (4 - 16.0 / 15));
  assert_near (quarry_measure_adjusted_rand (a, other_names, 6), 1);
  assert_near (quarry_measure_adjusted_rand (a, alone, 6), 0);
  assert_near (quarry_measure_adjusted_rand (a, together, 6), 0);
  assert_near (quarry_measure_adjusted_rand (alone, alone, 6), 1);
  assert_near (quarry_measure_adjusted_rand (together, together, 6), 1);
  assert_near (quarry_measure_adjusted_rand (a, b, 1), 1);
  assert_near (quarry_measure_adjusted_rand (NULL, NULL, 0), 1);
}

static void
test_randomisation (void)
{
  double a[40], b[40];

  for (guint i = 0; i < 40; i++)
    {
      a[i] = .5 + .01 * (i % 7);
      b[i] = a[i] - (i % 4 == 0 ? .02 : .1);
    }
  /* A is better on every query: of the 2^40 ways to draw signs, only the 2 with all signs alike differ as much as
   * observed. */
  g_assert_cmpfloat (quarry_randomisation_test (a, b, 40, 10000), <, .001);
  g_assert_cmpfloat (quarry_randomisation_test (b, a, 40, 10000), <, .001);
  g_assert_cmpfloat (quarry_randomisation_test (a, b, 40, 10000), >, 0);
  assert_near (quarry_randomisation_test (a, b, 40, 1000),
               quarry_randomisation_test (a, b, 40, 1000));

  /* Without any difference, every draw differs as much as observed. */
  assert_near (quarry_randomisation_test (a, a, 40, 1000), 1);
  assert_near (quarry_randomisation_test (NULL, NULL, 0, 1000), 1);

  /* With three equal differences, 2 of the 8 ways to draw signs differ as much as observed. */
  a[0] = a[1] = a[2] = 1;
  b[0] = b[1] = b[2] = 0;
  g_assert_cmpfloat_with_epsilon (quarry_randomisation_test (a, b, 3, 100000), .25, .01);
}

static void
test_windows (void)
{
  /* Ten sentences. The reference has segments of 4, 3 and 3 sentences, the segmentation to measure has 5 and 5. */
  const gboolean reference[10] = { 0, 0, 0, 1, 0, 0, 1, 0, 0, 0 };
  const gboolean found[10] = { 0, 0, 0, 0, 1, 0, 0, 0, 0, 0 };
  const gboolean none[10] = { 0 };
  const gboolean all[10] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 };

  /* k is half the mean length, 10 / 3 / 2, rounded to 2. Window i, one of eight, is from sentence i to i + 2 and
   * contains gaps i and i + 1. Windows with a boundary: 0 0 1 1 0 1 1 0 in the reference, 0 0 0 1 1 0 0 0 in what
   * was found. */
  assert_near (quarry_measure_pk (reference, found, 10, 0), 4.0 / 8);
  assert_near (quarry_measure_windowdiff (reference, found, 10, 0), 4.0 / 8);
  assert_near (quarry_measure_pk (reference, reference, 10, 0), 0);
  assert_near (quarry_measure_windowdiff (reference, reference, 10, 0), 0);
  assert_near (quarry_measure_pk (reference, none, 10, 0), 4.0 / 8);

  /* With a boundary in every gap, Pk only sees that each window has some; WindowDiff sees too many in every window. */
  assert_near (quarry_measure_pk (reference, all, 10, 0), 4.0 / 8);
  assert_near (quarry_measure_windowdiff (reference, all, 10, 0), 1);

  /* With k 4 given there are six windows. They contain 1 1 1 2 1 1 boundaries in the reference, 0 1 1 1 1 0 in what
   * was found. */
  assert_near (quarry_measure_pk (reference, found, 10, 4), 2.0 / 6);
  assert_near (quarry_measure_windowdiff (reference, found, 10, 4), 3.0 / 6);

  /* For a reference of one segment, k is half the document: with 10 sentences it is 5. The windows start at
   * sentences 0 … 4, and all of them contain gap 4, where the only boundary is. */
  assert_near (quarry_measure_pk (none, found, 10, 0), 1);
  assert_near (quarry_measure_pk (none, none, 10, 0), 0);
}

static void
test_window_edges (void)
{
  const gboolean one[3] = { 1, 0, 0 };
  const gboolean none[3] = { 0, 0, 0 };
  const gboolean last[3] = { 0, 0, 1 };
  const gboolean five[5] = { 0, 0, 1, 0, 0 };

  /* Fewer than three sentences count as segmented correctly, whatever was found. */
  assert_near (quarry_measure_pk (none, one, 0, 0), 0);
  assert_near (quarry_measure_pk (none, one, 1, 0), 0);
  assert_near (quarry_measure_windowdiff (none, one, 2, 0), 0);

  /* Three sentences: k is 2, and there is one window. */
  assert_near (quarry_measure_pk (none, one, 3, 0), 1);
  assert_near (quarry_measure_windowdiff (one, one, 3, 0), 0);

  /* After the last sentence there is no boundary to find. */
  assert_near (quarry_measure_pk (none, last, 3, 0), 0);
  assert_near (quarry_measure_boundary_f1 (none, last, 3, 0), 1);

  /* k is at least 2, also where half the mean length is less (here 1.25), and at most n − 1. */
  assert_near (quarry_measure_pk (five, five, 5, 0), 0);
  assert_near (quarry_measure_pk (none, one, 3, 100), 1);
}

static void
test_boundary_f1 (void)
{
  const gboolean reference[10] = { 0, 0, 0, 1, 0, 0, 1, 0, 0, 0 };
  const gboolean near[10] = { 0, 0, 1, 0, 1, 0, 1, 0, 0, 0 };
  const gboolean crowd[10] = { 0, 0, 0, 0, 0, 1, 0, 0, 0, 0 };
  const gboolean none[10] = { 0 };

  assert_near (quarry_measure_boundary_f1 (reference, reference, 10, 0), 1);
  assert_near (quarry_measure_boundary_f1 (reference, near, 10, 0), 2.0 / 5);
  /* Only one of the two boundaries that were found beside the first true one may match it. */
  assert_near (quarry_measure_boundary_f1 (reference, near, 10, 1), 4.0 / 5);
  /* One boundary that was found does not match both true ones. */
  assert_near (quarry_measure_boundary_f1 (reference, crowd, 10, 2), 2.0 / 3);
  assert_near (quarry_measure_boundary_f1 (none, none, 10, 0), 1);
  assert_near (quarry_measure_boundary_f1 (reference, none, 10, 0), 0);
  assert_near (quarry_measure_boundary_f1 (none, reference, 10, 0), 0);
  assert_near (quarry_measure_boundary_f1 (none, none, 0, 0), 1);
}

static void
test_chances (void)
{
  const double scores[] = { .9, .8, .8, .3, .1 };
  const gboolean positive[] = { TRUE, FALSE, TRUE, FALSE, TRUE };
  const gboolean all[] = { TRUE, TRUE, TRUE, TRUE, TRUE };
  const double chances[] = { .05, .15, .15, .95, 1 };
  const gboolean truth[] = { FALSE, TRUE, FALSE, TRUE, TRUE };
  const double weights[] = { 1, 2, 2, 1, 2 };
  QuarryReliability bins[10];

  /* Each of the three positive scores is compared with each of the two others: .9 wins twice, .8 ties once and wins
   * once, .1 loses twice. */
  assert_near (quarry_measure_auroc (scores, positive, 5), 3.5 / 6);
  g_assert_true (isnan (quarry_measure_auroc (scores, all, 5)));
  g_assert_true (isnan (quarry_measure_auroc (scores, all, 0)));

  /* By bin, the difference between what was said and what came true, times the weight: .05 × 1, (.5 − .15) × 4, and
   * (1 − 2.95 / 3) × 3. */
  assert_near (quarry_measure_calibration (chances, truth, weights, 5, bins, 10),
               (.05 + 1.4 + .05) / 8);
  assert_near (bins[1].weight, 4);
  assert_near (bins[1].said, .15);
  assert_near (bins[1].came_true, .5);
  assert_near (bins[9].weight, 3);
  assert_near (bins[9].said, 2.95 / 3);
  assert_near (bins[5].weight, 0);
  assert_near (quarry_measure_calibration (chances, truth, weights, 0, bins, 10), 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/measures/ranked", test_ranked);
  g_test_add_func ("/measures/ranked-edges", test_ranked_edges);
  g_test_add_func ("/measures/subtopics", test_subtopics);
  g_test_add_func ("/measures/adjusted-rand", test_adjusted_rand);
  g_test_add_func ("/measures/randomisation", test_randomisation);
  g_test_add_func ("/measures/windows", test_windows);
  g_test_add_func ("/measures/window-edges", test_window_edges);
  g_test_add_func ("/measures/boundary-f1", test_boundary_f1);

  g_test_add_func ("/measures/chances", test_chances);

  return g_test_run ();
}
