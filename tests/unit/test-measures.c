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

  /* A list that found nothing, a query without a relevant document, without a judgement. */
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
  /* Three subtopics: a, b, c. The list: nothing, {a}, {a, b}, {a}. */
  const gboolean holds[] = { 0, 0, 0, 1, 0, 0, 1, 1, 0, 1, 0, 0 };
  /* Judged: {a}, {a, b}, {c}. Greedily: {a, b} 2, {c} 1, {a} ½. */
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
  /* α 0: repeating a subtopic costs nothing. */
  assert_near (quarry_measure_alpha_ndcg (holds, 4, ideal, 3, 3, 0, 2),
               1 / log2 (3) / (2 + 1 / log2 (3)));
}

static void
test_adjusted_rand (void)
{
  /* Six things: pairs together 4 and 4, in both 2 (0–1 and 3–4), of 15. */
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
  /* Better on every query: only all signs alike are as far, 2 of 2^40 draws. */
  g_assert_cmpfloat (quarry_randomisation_test (a, b, 40, 10000), <, .001);
  g_assert_cmpfloat (quarry_randomisation_test (b, a, 40, 10000), <, .001);
  g_assert_cmpfloat (quarry_randomisation_test (a, b, 40, 10000), >, 0);
  assert_near (quarry_randomisation_test (a, b, 40, 1000),
               quarry_randomisation_test (a, b, 40, 1000));

  /* No difference: every draw is as far. */
  assert_near (quarry_randomisation_test (a, a, 40, 1000), 1);
  assert_near (quarry_randomisation_test (NULL, NULL, 0, 1000), 1);

  /* Three differences alike: 2 of 8 sign patterns are as far as the observed one. */
  a[0] = a[1] = a[2] = 1;
  b[0] = b[1] = b[2] = 0;
  g_assert_cmpfloat_with_epsilon (quarry_randomisation_test (a, b, 3, 100000), .25, .01);
}

static void
test_windows (void)
{
  /* Ten sentences, segments of 4, 3, 3 in the reference; of 5, 5 in what was found. */
  const gboolean reference[10] = { 0, 0, 0, 1, 0, 0, 1, 0, 0, 0 };
  const gboolean found[10] = { 0, 0, 0, 0, 1, 0, 0, 0, 0, 0 };
  const gboolean none[10] = { 0 };
  const gboolean all[10] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 };

  /* k = 10 / 3 / 2 rounded = 2; the eight windows (i, i + 2) hold gaps i and i + 1.
   * Reference: 0 0 1 1 0 1 1 0 boundaries; found: 0 0 0 1 1 0 0 0. */
  assert_near (quarry_measure_pk (reference, found, 10, 0), 4.0 / 8);
  assert_near (quarry_measure_windowdiff (reference, found, 10, 0), 4.0 / 8);
  assert_near (quarry_measure_pk (reference, reference, 10, 0), 0);
  assert_near (quarry_measure_windowdiff (reference, reference, 10, 0), 0);
  assert_near (quarry_measure_pk (reference, none, 10, 0), 4.0 / 8);

  /* Everywhere a boundary: Pk sees only "some"; WindowDiff sees too many in every window. */
  assert_near (quarry_measure_pk (reference, all, 10, 0), 4.0 / 8);
  assert_near (quarry_measure_windowdiff (reference, all, 10, 0), 1);

  /* k given: 4, six windows. Reference counts 1 1 1 2 1 1, found 0 1 1 1 1 0. */
  assert_near (quarry_measure_pk (reference, found, 10, 4), 2.0 / 6);
  assert_near (quarry_measure_windowdiff (reference, found, 10, 4), 3.0 / 6);

  /* One segment: k is half the document, and one boundary in the middle is in every window but
   * none at the ends. n 10: k 5, windows start at 0 … 4, all hold gap 4. */
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

  /* Fewer than three sentences: right, whatever was found. */
  assert_near (quarry_measure_pk (none, one, 0, 0), 0);
  assert_near (quarry_measure_pk (none, one, 1, 0), 0);
  assert_near (quarry_measure_windowdiff (none, one, 2, 0), 0);

  /* Three: k 2, one window. */
  assert_near (quarry_measure_pk (none, one, 3, 0), 1);
  assert_near (quarry_measure_windowdiff (one, one, 3, 0), 0);

  /* After the last sentence there is no boundary to find. */
  assert_near (quarry_measure_pk (none, last, 3, 0), 0);
  assert_near (quarry_measure_boundary_f1 (none, last, 3, 0), 1);

  /* Half of a mean length of 2.5 is 1.25: raised to 2. A k over n − 1 is brought down. */
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
  /* Only one of the two beside the first boundary may answer to it. */
  assert_near (quarry_measure_boundary_f1 (reference, near, 10, 1), 4.0 / 5);
  /* One found boundary does not answer to both true ones. */
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

  /* Of the six pairs .9 wins two, .8 ties one and wins one, .1 loses both. */
  assert_near (quarry_measure_auroc (scores, positive, 5), 3.5 / 6);
  g_assert_true (isnan (quarry_measure_auroc (scores, all, 5)));
  g_assert_true (isnan (quarry_measure_auroc (scores, all, 0)));

  /* .05 of 1, (.5 − .15) of 4, and 1 − 2.95 / 3 of 3. */
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
