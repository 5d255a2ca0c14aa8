/* test-fusion.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/rank/quarry-fusion.h"

#include <math.h>

#define EPSILON 1e-6f

static const QuarryCandidate *
at (GArray *candidates, guint i)
{
  g_assert_cmpuint (i, <, candidates->len);
  return &g_array_index (candidates, QuarryCandidate, i);
}

static void
test_worked (void)
{
  const QuarryScored dense[] = { { 7, 0.8f }, { 3, 0.6f }, { 9, 0.4f } };
  const QuarryScored lexical[] = { { 3, 12.0f }, { 5, 7.0f }, { 7, 2.0f } };
  g_autoptr (GArray) candidates = quarry_fuse (dense, 3, lexical, 3, 0.4);

  /* 3: .4 × .5 + .6 × 1; 7: .4 × 1 + .6 × 0; 5: .6 × .5; 9: 0. */
  g_assert_cmpuint (candidates->len, ==, 4);
  g_assert_cmpuint (at (candidates, 0)->slot, ==, 3);
  g_assert_cmpfloat_with_epsilon (at (candidates, 0)->score, 0.8f, EPSILON);
  g_assert_cmpuint (at (candidates, 0)->dense_rank, ==, 2);
  g_assert_cmpuint (at (candidates, 0)->lexical_rank, ==, 1);
  g_assert_cmpfloat (at (candidates, 0)->dense, ==, 0.6f);
  g_assert_cmpfloat (at (candidates, 0)->lexical, ==, 12.0f);
  g_assert_cmpuint (at (candidates, 1)->slot, ==, 7);
  g_assert_cmpfloat_with_epsilon (at (candidates, 1)->score, 0.4f, EPSILON);
  g_assert_cmpuint (at (candidates, 2)->slot, ==, 5);
  g_assert_cmpfloat_with_epsilon (at (candidates, 2)->score, 0.3f, EPSILON);
  g_assert_true (isnan (at (candidates, 2)->dense));
  g_assert_cmpuint (at (candidates, 2)->dense_rank, ==, 0);
  g_assert_cmpuint (at (candidates, 3)->slot, ==, 9);
  g_assert_cmpfloat_with_epsilon (at (candidates, 3)->score, 0.0f, EPSILON);
  g_assert_true (isnan (at (candidates, 3)->lexical));
  g_assert_cmpuint (at (candidates, 3)->lexical_rank, ==, 0);
}

static void
test_one_list (void)
{
  const QuarryScored list[] = { { 4, 3.0f }, { 1, 2.0f }, { 2, 1.0f } };
  g_autoptr (GArray) dense = quarry_fuse (list, 3, NULL, 0, 0.4);
  g_autoptr (GArray) lexical = quarry_fuse (NULL, 0, list, 3, 0.4);
  g_autoptr (GArray) none = quarry_fuse (NULL, 0, NULL, 0, 0.4);

  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpuint (dense->len, ==, 3);
  g_assert_cmpuint (lexical->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpuint (at (dense, i)->slot, ==, list[i].slot);
      g_assert_cmpuint (at (lexical, i)->slot, ==, list[i].slot);
      g_assert_cmpfloat_with_epsilon (at (dense, i)->score, 1.0f - 0.5f * i, EPSILON);
      g_assert_cmpfloat_with_epsilon (at (lexical, i)->score, 1.0f - 0.5f * i, EPSILON);
      g_assert_cmpuint (at (dense, i)->dense_rank, ==, i + 1);
      g_assert_cmpuint (at (lexical, i)->lexical_rank, ==, i + 1);
    }
}

static void
test_equal_scores (void)
{
  const QuarryScored dense[] = { { 8, 0.5f }, { 2, 0.5f }, { 5, 0.5f } };
  g_autoptr (GArray) candidates = quarry_fuse (dense, 3, NULL, 0, 0.4);

  /* All have score 1, so they are sorted by slot. */
  g_assert_cmpuint (at (candidates, 0)->slot, ==, 2);
  g_assert_cmpuint (at (candidates, 1)->slot, ==, 5);
  g_assert_cmpuint (at (candidates, 2)->slot, ==, 8);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpfloat (at (candidates, i)->score, ==, 1.0f);
}

/* The best are the first of all, in the same order, of equal scores too. */
static void
test_best (void)
{
  for (guint round = 0; round < 50; round++)
    {
      QuarryScored lists[2][30];
      g_autoptr (GArray) all = NULL;

      for (guint l = 0; l < 2; l++)
        for (guint i = 0; i < 30; i++)
          lists[l][i] = (QuarryScored) { (guint32) g_test_rand_int_range (0, 50), 1.0f - 0.1f * (float) (i / 4) };
      all = quarry_fuse (lists[0], 30, lists[1], 30, 0.5);
      for (guint most = 0; most < 60; most += 7)
        {
          g_autoptr (GArray) best = quarry_fuse_best (lists[0], 30, lists[1], 30, 0.5, most);

          g_assert_cmpuint (best->len, ==, MIN (most, all->len));
          for (guint i = 0; i < best->len; i++)
            {
              g_assert_cmpuint (at (best, i)->slot, ==, at (all, i)->slot);
              g_assert_cmpfloat (at (best, i)->score, ==, at (all, i)->score);
            }
        }
    }
}

/* Long lists are in order as well: with scores that all differ, that are near one another, and that are often equal. */
static void
test_order (void)
{
  for (guint round = 0; round < 60; round++)
    {
      QuarryScored lists[2][300];
      g_autoptr (GArray) all = NULL;

      for (guint l = 0; l < 2; l++)
        for (guint i = 0; i < 300; i++)
          lists[l][i] = (QuarryScored) { (guint32) g_test_rand_int_range (0, 500),
                                         round % 3 == 0   ? 1.0f / (float) (i + 1)
                                         : round % 3 == 1 ? (float) exp (-(double) i)
                                                          : 300.0f - (float) (i / 50) };
      all = quarry_fuse (lists[0], 300, lists[1], round % 2 == 0 ? 300 : 0, 0.5);
      g_assert_cmpuint (all->len, >, 100);
      for (guint i = 1; i < all->len; i++)
        g_assert_true (at (all, i - 1)->score > at (all, i)->score
                       || (at (all, i - 1)->score == at (all, i)->score && at (all, i - 1)->slot < at (all, i)->slot));
    }
}

static void
test_hostile (void)
{
  const QuarryScored dense[]
      = { { 1, NAN }, { 2, 0.5f }, { 2, 0.1f }, { 3, INFINITY }, { 4, 0.2f } };
  const QuarryScored lexical[] = { { 1, 3.0f }, { 4, 1.0f } };
  g_autoptr (GArray) candidates = quarry_fuse (dense, 5, lexical, 2, (double) NAN);

  g_assert_cmpuint (candidates->len, ==, 4);
  g_clear_pointer (&candidates, g_array_unref);
  candidates = quarry_fuse (dense, 5, lexical, 2, 7.0);
  g_assert_cmpuint (candidates->len, ==, 4);
  for (guint i = 0; i < candidates->len; i++)
    {
      g_assert_true (isfinite (at (candidates, i)->score));
      g_assert_cmpfloat (at (candidates, i)->score, >=, 0.0f);
      g_assert_cmpfloat (at (candidates, i)->score, <=, 1.0f);
      if (at (candidates, i)->slot == 2)
        g_assert_cmpuint (at (candidates, i)->dense_rank, ==, 2);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fusion/worked", test_worked);
  g_test_add_func ("/fusion/one-list", test_one_list);
  g_test_add_func ("/fusion/equal-scores", test_equal_scores);
  g_test_add_func ("/fusion/best", test_best);
  g_test_add_func ("/fusion/order", test_order);
  g_test_add_func ("/fusion/hostile", test_hostile);
  return g_test_run ();
}
