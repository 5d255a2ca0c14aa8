/* test-feedback.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/rank/quarry-feedback.h"

#include <math.h>

static void
test_move (void)
{
  float query[] = { 1, 0, 0 };
  float nothing[] = { 0, 0, 0 };
  const float up[] = { 0, 5, 0 };
  const float aside[] = { 0, 0, .01f };
  const float zero[] = { 0, 0, 0 };
  const float broken[] = { NAN, 1, INFINITY };
  const float *more[] = { up, zero, broken };
  const float *less[] = { aside };
  const float *opposite[] = { query };
  /* (1, .75, −.5), scaled to length 1 */
  double length = sqrt (1 + .75 * .75 + .5 * .5);

  g_assert_true (quarry_feedback_move (query, 3, more, 3, less, 1));
  g_assert_cmpfloat_with_epsilon (query[0], (float) (1 / length), 1e-6f);
  g_assert_cmpfloat_with_epsilon (query[1], (float) (.75 / length), 1e-6f);
  g_assert_cmpfloat_with_epsilon (query[2], (float) (-.5 / length), 1e-6f);

  /* If no word of the query is known, it is moved by the marked passages alone. */
  g_assert_true (quarry_feedback_move (nothing, 3, more, 1, NULL, 0));
  g_assert_cmpfloat_with_epsilon (nothing[1], 1, 1e-6f);

  nothing[1] = 0;
  g_assert_false (quarry_feedback_move (nothing, 3, NULL, 0, NULL, 0));
  g_assert_false (quarry_feedback_move (nothing, 3, &more[1], 2, NULL, 0));
  g_assert_cmpfloat (nothing[1], ==, 0);
  /* Moved away from a vector, a query equal to it keeps its direction. */
  g_assert_true (quarry_feedback_move (query, 3, NULL, 0, opposite, 1));
  g_assert_cmpfloat_with_epsilon (query[0], (float) (1 / length), 1e-6f);
}

static void
test_terms (void)
{
  const QuarryTermWeight a[] = { { 1, .2f }, { 2, .9f }, { 5, .5f } };
  const QuarryTermWeight b[] = { { 2, .7f }, { 3, .6f } };
  const QuarryTermWeight other[] = { { 3, .9f }, { 5, .1f }, { 9, .9f } };
  const QuarryTermWeight *terms[] = { a, b };
  const QuarryTermWeight *others[] = { other };
  const guint n_terms[] = { 3, 2 };
  const guint n_other[] = { 3 };
  g_autoptr (GArray) found = quarry_feedback_terms (terms, n_terms, 2, others, n_other, 1, 10);
  g_autoptr (GArray) one = quarry_feedback_terms (terms, n_terms, 2, NULL, NULL, 0, 1);
  g_autoptr (GArray) none = quarry_feedback_terms (NULL, NULL, 0, others, n_other, 1, 10);

  /* 2: .8, 5: .25 − .1, 1: .1. Term 3 has more weight in the unwanted passage, and 9 occurs only there. */
  g_assert_cmpuint (found->len, ==, 3);
  g_assert_cmpuint (g_array_index (found, QuarryTermWeight, 0).term, ==, 2);
  g_assert_cmpfloat_with_epsilon (g_array_index (found, QuarryTermWeight, 0).weight, .8f, 1e-6f);
  g_assert_cmpuint (g_array_index (found, QuarryTermWeight, 1).term, ==, 5);
  g_assert_cmpuint (g_array_index (found, QuarryTermWeight, 2).term, ==, 1);
  g_assert_cmpuint (one->len, ==, 1);
  g_assert_cmpuint (none->len, ==, 0);
}

static void
test_add_up (void)
{
  const QuarryScored words[] = { { 7, 20 }, { 3, 10 }, { 4, 10 } };
  const QuarryScored more[] = { { 4, 2 }, { 9, 1 } };
  const QuarryScored less[] = { { 3, 8 }, { 11, 4 } };
  const QuarryWeightedList lists[] = { { words, 3, 1 }, { more, 2, .5 }, { less, 2, -.25 }, { NULL, 0, 1 } };
  const guint32 expected[] = { 4, 7, 3, 9 };
  /* 4: .5 + .5; 7: 1 and a higher slot; 3: .5 − .25; 9: .25 and a higher slot; 11 is negative */
  g_autoptr (GArray) sums = quarry_feedback_add_up (lists, G_N_ELEMENTS (lists));
  g_autoptr (GArray) none = quarry_feedback_add_up (NULL, 0);

  g_assert_cmpuint (sums->len, ==, 4);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpuint (g_array_index (sums, QuarryScored, i).slot, ==, expected[i]);
  g_assert_cmpfloat_with_epsilon (g_array_index (sums, QuarryScored, 2).score, .25f, 1e-6f);
  g_assert_cmpuint (none->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/feedback/move", test_move);
  g_test_add_func ("/feedback/terms", test_terms);
  g_test_add_func ("/feedback/add-up", test_add_up);
  return g_test_run ();
}
