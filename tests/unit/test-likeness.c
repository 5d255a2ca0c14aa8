/* test-likeness.c: how alike the candidates of a query are, the words of the query aside
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "pool-helpers.h"

#include <math.h>

static void
test_likeness_worked (void)
{
  /* All vectors are zero, so only the terms count: the first two candidates share stem 4. No other candidate has stem
   * 1, which therefore counts for a quarter. The cosines are .5 · (1·2)/(√(1 + ¼²)·2) and 0, less the floor. */
  const float vectors[3 * 2] = { 0 };
  const float scores[3] = { 3, 2, 1 };
  const QuarryTermWeight first[] = { { 1, 1.0f }, { 4, 1.0f } };
  const QuarryTermWeight second[] = { { 4, 2.0f } };
  const QuarryTermWeight third[] = { { 2, 5.0f } };
  const QuarryTermWeight *const terms[] = { first, second, third };
  const guint n_terms[] = { 2, 1, 1 };
  QuarryPool pool = { 3, 2, scores, vectors, terms, n_terms, NULL, NULL };
  g_autofree float *likeness = quarry_pool_likeness (&pool);
  g_autofree float *by_vectors = NULL;
  /* Two opposite pairs around the origin, so that their mean is zero. */
  const float pairs[4 * 2] = { 2, 0, 1, 0, -1, 0, -3, 0 };
  const float four[4] = { 4, 3, 2, 1 };
  QuarryPool vector_pool = { 4, 2, four, pairs, NULL, NULL, NULL, NULL };

  assert_likeness (likeness, 3);
  g_assert_cmpfloat_with_epsilon (likeness[1], (0.5f / sqrtf (1.0625f) - 0.05f) / 0.95f, 1e-6f);
  g_assert_cmpfloat (likeness[2], ==, 0.0f);
  g_assert_cmpfloat (likeness[5], ==, 0.0f);

  by_vectors = quarry_pool_likeness (&vector_pool);
  assert_likeness (by_vectors, 4);
  g_assert_cmpfloat_with_epsilon (by_vectors[1], 1.0f, 1e-6f);
  g_assert_cmpfloat (by_vectors[2], ==, 0.0f);
  g_assert_cmpfloat_with_epsilon (by_vectors[2 * 4 + 3], 1.0f, 1e-6f);
}

/* A part of the pool is compared as if it were the whole pool: centred on its own mean, with the stems that its members
 * share. */
static void
test_likeness_of_part (void)
{
  const guint n = 60, dims = 20;
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  g_autofree guint *part = g_new (guint, n);

  for (guint with_terms = 0; with_terms < 2; with_terms++)
    {
      Fixture fixture;
      g_autoptr (QuarryComparison) comparison = NULL;
      g_autofree float *likeness = NULL;
      g_autofree float *all = NULL;

      fixture_init (&fixture, n, dims, 6);
      for (guint i = 0; i < n; i++)
        {
          /* The part lies to one side of the pool, and shares stems that no other candidates have. */
          for (guint d = 0; d < dims; d++)
            fixture.vectors[i * dims + d] += (float) g_rand_double_range (rand, -1, 1) + (i % 3 == 0 ? 2.0f : 0.0f);
          fixture.term_weights[2 * i + 1].term = 1000 + i % 20;
        }
      memset (fixture.vectors + 9 * dims, 0, dims * sizeof (float));
      fixture.n_terms[12] = 0;
      if (!with_terms)
        fixture.pool.terms = NULL;
      comparison = quarry_comparison_new (&fixture.pool);
      likeness = quarry_comparison_get_likeness (comparison);
      all = quarry_pool_likeness (&fixture.pool);
      g_assert_cmpmem (likeness, n * n * sizeof (float), all, n * n * sizeof (float));

      for (guint every = 1; every <= n; every += every < 4 ? 1 : 18)
        {
          Fixture alone;
          g_autofree float *of_part = NULL;
          g_autofree float *expected = NULL;
          double moved = 0;
          guint n_part = 0;

          fixture_init (&alone, n, dims, 6);
          for (guint i = 0; i < n; i += every)
            {
              memcpy (alone.vectors + n_part * dims, fixture.vectors + i * dims, dims * sizeof (float));
              alone.terms[n_part] = fixture.terms[i];
              alone.n_terms[n_part] = fixture.n_terms[i];
              part[n_part++] = i;
            }
          alone.pool.n = n_part;
          if (!with_terms)
            alone.pool.terms = NULL;
          of_part = quarry_comparison_get_likeness_of (comparison, part, n_part);
          expected = quarry_pool_likeness (&alone.pool);
          assert_likeness (of_part, n_part);
          for (guint i = 0; i < n_part; i++)
            for (guint j = 0; j < n_part; j++)
              {
                g_assert_cmpfloat_with_epsilon (of_part[i * n_part + j], expected[i * n_part + j], 2e-4f);
                moved += fabs ((double) (of_part[i * n_part + j] - all[part[i] * n + part[j]]));
              }
          /* That differs from the likeness of the same candidates within the whole pool. */
          if (every == 3)
            g_assert_cmpfloat (moved, >, 0.05 * n_part * n_part);
          fixture_clear (&alone);
        }
      fixture_clear (&fixture);
    }
}

/* Whatever all candidates have in common does not make them alike. */
static void
test_likeness_centred (void)
{
  const guint n = 30;
  g_autofree float *vectors = g_new0 (float, n * 4);
  g_autofree float *scores = g_new0 (float, n);
  QuarryPool pool = { n, 4, scores, vectors, NULL, NULL, NULL, NULL };
  g_autofree float *likeness = NULL;

  for (guint i = 0; i < n; i++)
    {
      vectors[i * 4] = 10.0f;
      vectors[i * 4 + 1 + i % 3] = 1.0f;
    }
  likeness = quarry_pool_likeness (&pool);
  assert_likeness (likeness, n);
  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < n; j++)
      if (i % 3 == j % 3)
        g_assert_cmpfloat (likeness[i * n + j], >, 0.9f);
      else
        g_assert_cmpfloat (likeness[i * n + j], <, 0.5f);
}

static void
test_likeness_dims (void)
{
  /* Any number of dimensions and candidates works, whether or not they fill the kernel's blocks. */
  for (guint n = 1; n < 12; n++)
    for (guint dims = 1; dims < 20; dims++)
      {
        Fixture fixture;
        g_autofree float *likeness = NULL;

        fixture_init (&fixture, n, dims, 3);
        fixture.pool.terms = NULL;
        likeness = quarry_pool_likeness (&fixture.pool);
        assert_likeness (likeness, n);
        for (guint i = 0; i + 3 < n && dims > 3; i++)
          {
            g_assert_cmpfloat (likeness[i * n + i + 3], >, 0.8f);
            g_assert_cmpfloat (likeness[i * n + i + 1], <, 0.2f);
          }
        fixture_clear (&fixture);
      }
}

static void
test_ambiguity (void)
{
  Fixture fixture;

  fixture_init (&fixture, 60, 4, 3);
  g_assert_cmpfloat (quarry_pool_ambiguity (&fixture.pool), ==, 1.0);
  for (guint i = 0; i < 24; i++)
    fixture.holds_query[i] = FALSE;
  g_assert_cmpfloat_with_epsilon (quarry_pool_ambiguity (&fixture.pool), 0.2, 1e-9);
  fixture.pool.holds_query = NULL;
  g_assert_cmpfloat (quarry_pool_ambiguity (&fixture.pool), ==, 0.0);
  fixture.pool.n = 0;
  g_assert_cmpfloat (quarry_pool_ambiguity (&fixture.pool), ==, 0.0);
  fixture_clear (&fixture);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/likeness/worked", test_likeness_worked);
  g_test_add_func ("/likeness/part", test_likeness_of_part);
  g_test_add_func ("/likeness/centred", test_likeness_centred);
  g_test_add_func ("/likeness/dims", test_likeness_dims);
  g_test_add_func ("/likeness/ambiguity", test_ambiguity);
  return g_test_run ();
}
