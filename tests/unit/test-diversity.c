/* test-diversity.c: hits that differ: how they are chosen, by each method and at each setting of the dial
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "pool-helpers.h"

#include <math.h>
#include <string.h>

#include "tests/support/read-words.h"

static const QuarryDiversityMethod methods[] = {
  QUARRY_DIVERSITY_COVERAGE, QUARRY_DIVERSITY_MMR,  QUARRY_DIVERSITY_DPP,
  QUARRY_DIVERSITY_MIXTURE,  QUARRY_DIVERSITY_NONE,
};

/* Checks that all of @chosen are in the pool, and none is chosen twice. */
static void
assert_choice (const guint *chosen, guint n_chosen, guint n)
{
  g_autofree gboolean *seen = g_new0 (gboolean, MAX (n, 1));

  for (guint i = 0; i < n_chosen; i++)
    {
      g_assert_cmpuint (chosen[i], <, n);
      g_assert_false (seen[chosen[i]]);
      seen[chosen[i]] = TRUE;
    }
}

static void
test_names (void)
{
  const char *names[] = { "coverage", "mmr", "dpp", "mixture", "none" };
  QuarryDiversityMethod method;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_assert_true (quarry_diversity_method_from_name (names[i], &method));
      g_assert_cmpstr (quarry_diversity_method_name (method), ==, names[i]);
    }
  g_assert_false (quarry_diversity_method_from_name ("Coverage", &method));
  g_assert_false (quarry_diversity_method_from_name ("", &method));
  g_assert_false (quarry_diversity_method_from_name (NULL, &method));
}

static void
test_dial (void)
{
  Fixture fixture;
  g_autofree float *likeness = NULL;
  guint chosen[40];
  guint again[40];

  fixture_init (&fixture, 40, 8, 4);
  likeness = quarry_pool_likeness (&fixture.pool);
  for (guint m = 0; m < G_N_ELEMENTS (methods); m++)
    {
      const double dials[] = { 0.0, -3.0, (double) NAN };

      for (guint d = 0; d < G_N_ELEMENTS (dials); d++)
        {
          g_assert_cmpuint (
              quarry_diversify (methods[m], &fixture.pool, likeness, dials[d], 10, chosen, NULL),
              ==,
              10);
          for (guint i = 0; i < 10; i++)
            g_assert_cmpuint (chosen[i], ==, i);
        }
      for (double dial = 0.1; dial < 1.2; dial += 0.1)
        {
          guint n = quarry_diversify (methods[m], &fixture.pool, likeness, dial, 40, chosen, NULL);

          g_assert_cmpuint (n, ==, 40);
          assert_choice (chosen, n, 40);
          /* The same pool gives the same list, and a shorter list is a prefix of the longer one. */
          n = quarry_diversify (methods[m], &fixture.pool, likeness, dial, 12, again, NULL);
          g_assert_cmpuint (n, ==, 12);
          g_assert_cmpmem (chosen, 12 * sizeof (guint), again, 12 * sizeof (guint));
        }
    }
  fixture_clear (&fixture);
}

/* At 0 relevance alone counts. At the default, relevance keeps its full weight for an exact query and has none for an
 * ambiguous one. Towards higher values the weight only falls, without jumps. */
static void
test_dial_rises (void)
{
  for (double ambiguity = 0; ambiguity <= 1; ambiguity += 0.125)
    {
      double before = 1, even_before = 0;

      g_assert_cmpfloat (quarry_find_trade_off (0, ambiguity), ==, 1);
      g_assert_cmpfloat_with_epsilon (
          quarry_find_trade_off (QUARRY_DIVERSITY_DEFAULT, ambiguity), 1 - ambiguity, 1e-12);
      g_assert_cmpfloat_with_epsilon (quarry_find_trade_off (1, ambiguity), .05 * (1 - ambiguity), 1e-12);
      for (guint step = 1; step <= 1000; step++)
        {
          double dial = step / 1000.0;
          double trade_off = quarry_find_trade_off (dial, ambiguity);
          double evenness = quarry_find_evenness (dial, ambiguity);

          g_assert_cmpfloat (trade_off, >=, 0);
          g_assert_cmpfloat (before - trade_off, <, .008);
          if (ambiguity == 1 && dial > QUARRY_DIVERSITY_DEFAULT)
            g_assert_cmpfloat (trade_off, ==, 0);
          else if (ambiguity == 0 && dial <= QUARRY_DIVERSITY_DEFAULT)
            g_assert_cmpfloat (trade_off, ==, 1);
          else
            g_assert_cmpfloat (trade_off, <, before);
          if (dial > QUARRY_DIVERSITY_DEFAULT)
            g_assert_cmpfloat (evenness, >, even_before);
          else
            g_assert_cmpfloat (evenness, ==, 0);
          g_assert_cmpfloat (evenness - even_before, <, .006);
          before = trade_off;
          even_before = evenness;
        }
    }
}

/* A dial beyond its maximum acts as the maximum, and every further step keeps at most as many hits of the plain
 * list. */
static void
test_dial_ends (void)
{
  Fixture fixture;
  g_autofree float *likeness = NULL;
  guint kept_before = 10;
  guint chosen[10], widest[10];

  fixture_init (&fixture, 40, 8, 4);
  for (guint i = 0; i < 40; i++)
    {
      memset (fixture.vectors + i * 8, 0, 8 * sizeof (float));
      fixture.vectors[i * 8 + i / 10] = 1.0f;
      fixture.vectors[i * 8 + 4 + i % 4] = 0.1f;
      fixture.term_weights[2 * i].term = i / 10;
    }
  likeness = quarry_pool_likeness (&fixture.pool);
  for (guint step = 0; step <= 20; step++)
    {
      guint kept = 0;

      quarry_diversify (QUARRY_DIVERSITY_COVERAGE, &fixture.pool, likeness, step / 20.0, 10, chosen, NULL);
      for (guint i = 0; i < 10; i++)
        kept += chosen[i] < 10;
      g_assert_cmpuint (kept, <=, kept_before);
      kept_before = kept;
    }
  g_assert_cmpuint (kept_before, <, 5);

  for (guint m = 0; m < G_N_ELEMENTS (methods); m++)
    {
      const double beyond[] = { 1.0 + 1e-9, 7.0, 1e300, HUGE_VAL };
      const double below[] = { -1e-9, -7.0, -HUGE_VAL, (double) NAN };

      quarry_diversify (methods[m], &fixture.pool, likeness, 1.0, 10, widest, NULL);
      for (guint d = 0; d < G_N_ELEMENTS (beyond); d++)
        {
          quarry_diversify (methods[m], &fixture.pool, likeness, beyond[d], 10, chosen, NULL);
          g_assert_cmpmem (chosen, sizeof chosen, widest, sizeof widest);
          quarry_diversify (methods[m], &fixture.pool, likeness, below[d], 10, chosen, NULL);
          for (guint i = 0; i < 10; i++)
            g_assert_cmpuint (chosen[i], ==, i);
        }
    }
  fixture_clear (&fixture);
}

/* Beyond its default the dial still changes the choice: at first nine candidates of high relevance are covered, at the
 * end thirty-one of low relevance, represented by one that is relevant enough to be chosen. If no candidate answers the
 * query in full, the best one stays first. */
static void
test_dial_past_default (void)
{
  const guint n = 40;
  Fixture fixture;
  g_autofree float *likeness = NULL;
  guint chosen[10];

  fixture_init (&fixture, n, 8, 2);
  for (guint i = 0; i < n; i++)
    {
      guint group = i < 10 && i != 4 ? 0 : 1;

      memset (fixture.vectors + i * 8, 0, 8 * sizeof (float));
      fixture.vectors[i * 8 + group] = 1.0f;
      fixture.term_weights[2 * i].term = group;
      fixture.scores[i] = group == 0 ? 1.0f : i < n - 1 ? 0.2f : 0.0f;
    }
  fixture.scores[4] = 0.95f;
  /* It would cover the most candidates, but is not among the most relevant. */
  fixture.vectors[12 * 8] = 0.3f;
  fixture.vectors[12 * 8 + 1] = 0.954f;
  likeness = quarry_pool_likeness (&fixture.pool);
  quarry_diversify (QUARRY_DIVERSITY_COVERAGE, &fixture.pool, likeness, QUARRY_DIVERSITY_DEFAULT, 1, chosen,
                    NULL);
  g_assert_cmpuint (chosen[0], <, 4);
  quarry_diversify (QUARRY_DIVERSITY_COVERAGE, &fixture.pool, likeness, 1.0, 1, chosen, NULL);
  g_assert_cmpuint (chosen[0], ==, 4);

  fixture.pool.holds_query = NULL;
  quarry_diversify (QUARRY_DIVERSITY_COVERAGE, &fixture.pool, likeness, QUARRY_DIVERSITY_DEFAULT, 10, chosen,
                    NULL);
  for (guint i = 0; i < 10; i++)
    g_assert_cmpuint (chosen[i], <, 10);
  quarry_diversify (QUARRY_DIVERSITY_COVERAGE, &fixture.pool, likeness, 1.0, 10, chosen, NULL);
  g_assert_cmpuint (chosen[0], ==, 0);
  g_assert_true (chosen[1] == 4 || chosen[1] >= 10);
  fixture_clear (&fixture);
}

/* The most relevant hits are all of one group; diversification brings in the others. */
static void
test_groups_are_covered (void)
{
  const guint n = 40;
  Fixture fixture;
  g_autofree float *likeness = NULL;

  fixture_init (&fixture, n, 8, 4);
  /* Candidates 0 to 9 are of group 0, 10 to 19 of group 1, and so on. */
  for (guint i = 0; i < n; i++)
    {
      guint group = i / 10;

      memset (fixture.vectors + i * 8, 0, 8 * sizeof (float));
      fixture.vectors[i * 8 + group] = 1.0f;
      fixture.vectors[i * 8 + 4 + i % 4] = 0.1f;
      fixture.term_weights[2 * i].term = group;
    }
  likeness = quarry_pool_likeness (&fixture.pool);
  for (guint m = 0; methods[m] != QUARRY_DIVERSITY_NONE; m++)
    {
      guint chosen[4];
      guint groups = 0;

      quarry_diversify (methods[m], &fixture.pool, likeness, 0.7, 4, chosen, NULL);
      for (guint i = 0; i < 4; i++)
        groups |= 1u << chosen[i] / 10;
      g_assert_cmpuint (groups, ==, 0xf);
    }
  fixture_clear (&fixture);
}

/* Coverage chooses the centres of large groups, not candidates that are merely unlike all others. */
static void
test_coverage_passes_over_junk (void)
{
  Fixture fixture;
  g_autofree float *likeness = NULL;
  guint chosen[3];

  fixture_init (&fixture, 23, 32, 2);
  for (guint i = 20; i < 23; i++)
    {
      memset (fixture.vectors + i * 32, 0, 32 * sizeof (float));
      fixture.vectors[i * 32 + i] = 1.0f;
      fixture.term_weights[2 * i].term = 100 + i;
      fixture.scores[i] = fixture.scores[2];
    }
  likeness = quarry_pool_likeness (&fixture.pool);
  quarry_diversify (QUARRY_DIVERSITY_COVERAGE, &fixture.pool, likeness, QUARRY_DIVERSITY_DEFAULT, 2, chosen, NULL);
  g_assert_cmpuint (chosen[0], <, 20);
  g_assert_cmpuint (chosen[1], <, 20);
  g_assert_cmpuint (chosen[0] % 2, !=, chosen[1] % 2);
  fixture_clear (&fixture);
}

/* An exact query, all of whose words only a few candidates hold, keeps its best hit in first place. */
static void
test_exact_query_keeps_first (void)
{
  Fixture fixture;
  g_autofree float *likeness = NULL;
  guint chosen[5];

  fixture_init (&fixture, 40, 8, 4);
  memset (fixture.vectors, 0, 8 * sizeof (float));
  fixture.vectors[7] = 1.0f;
  fixture.term_weights[0].term = 77;
  fixture.scores[0] = 9.0f;
  for (guint i = 1; i < 40; i++)
    fixture.holds_query[i] = FALSE;
  likeness = quarry_pool_likeness (&fixture.pool);
  for (guint m = 0; m < G_N_ELEMENTS (methods); m++)
    {
      quarry_diversify (methods[m], &fixture.pool, likeness, 1.0, 5, chosen, NULL);
      g_assert_cmpuint (chosen[0], ==, 0);
    }
  fixture_clear (&fixture);
}

/* Of an ambiguous query, coverage prefers the centre of the largest group for the first place to a better candidate that
 * stands alone, but only where it is nearly as good. */
static void
test_ambiguous_query_keeps_best_by_far (void)
{
  Fixture fixture;
  g_autofree float *likeness = NULL;
  guint chosen[2];

  fixture_init (&fixture, 40, 8, 1);
  memset (fixture.vectors, 0, 8 * sizeof (float));
  fixture.vectors[7] = 1.0f;
  fixture.term_weights[0].term = 77;
  likeness = quarry_pool_likeness (&fixture.pool);
  quarry_diversify (QUARRY_DIVERSITY_COVERAGE, &fixture.pool, likeness, QUARRY_DIVERSITY_DEFAULT, 2, chosen, NULL);
  g_assert_cmpuint (chosen[0], !=, 0);
  g_assert_cmpuint (chosen[0], <=, 4);
  fixture.scores[0] += 1.0f;
  quarry_diversify (QUARRY_DIVERSITY_COVERAGE, &fixture.pool, likeness, QUARRY_DIVERSITY_DEFAULT, 2, chosen, NULL);
  g_assert_cmpuint (chosen[0], ==, 0);
  fixture_clear (&fixture);
}

/* No candidates are alike; relevance is 1, .9, .8, .6, .5, 0, and the dial is at its default. After 0 is chosen, 1 and
 * 2 of the same document are worth .54 and .48. After 3, candidate 1 comes before 4 of another document, and then 2 is
 * worth .29. */
static void
test_document_share (void)
{
  const float scores[] = { 1.0f, 0.9f, 0.8f, 0.6f, 0.5f, 0.0f };
  const float vectors[6] = { 0 };
  const guint32 documents[] = { 7, 7, 7, 8, 9, 10 };
  const guint expected[] = { 0, 3, 1, 4, 2, 5 };
  float likeness[36] = { 0 };
  QuarryPool pool = { 6, 1, scores, vectors, NULL, NULL, NULL, documents };
  guint chosen[6];

  for (guint m = 0; m < G_N_ELEMENTS (methods); m++)
    {
      quarry_diversify (methods[m], &pool, likeness, QUARRY_DIVERSITY_DEFAULT, 6, chosen, NULL);
      if (methods[m] != QUARRY_DIVERSITY_NONE)
        g_assert_cmpmem (chosen, sizeof chosen, expected, sizeof expected);
      quarry_diversify (methods[m], &pool, likeness, 0.0, 6, chosen, NULL);
      for (guint i = 0; i < 6; i++)
        g_assert_cmpuint (chosen[i], ==, i);
    }
}

/* At equal relevance the determinant decides. Once 0 is chosen, what remains of the others is 1 − ((1 + .8) / 2)², 1 −
 * .75² and 1 − .5². Candidate 3 is last: it is less like 0 than 1 is, but it is the twin of 2. */
static void
test_dpp_worked (void)
{
  const float scores[] = { 1, 1, 1, 1 };
  const float vectors[4] = { 0 };
  /* clang-format off */
  const float likeness[] = {
    1.0f, 0.8f, 0.0f, 0.1f,
    0.8f, 1.0f, 0.0f, 0.0f,
    0.0f, 0.0f, 1.0f, 0.9f,
    0.1f, 0.0f, 0.9f, 1.0f,
  };
  /* clang-format on */
  QuarryPool pool = { 4, 1, scores, vectors, NULL, NULL, NULL, NULL };
  const guint expected[] = { 0, 2, 1, 3 };
  guint chosen[4];

  quarry_diversify (QUARRY_DIVERSITY_DPP, &pool, likeness, 1.0, 4, chosen, NULL);
  g_assert_cmpmem (chosen, sizeof chosen, expected, sizeof expected);
}

/* Cells of 27, 12 and 3 candidates get places in proportion to the square roots of their sizes, by odd divisors: 5.2,
 * 3.5, 1.73 (both 5.2 / 3 and the third cell's), 1.15 (3.5 / 3), 1.04. */
static void
test_mixture_shares (void)
{
  const guint n = 42;
  g_autofree float *scores = g_new (float, n);
  g_autofree float *likeness = g_new (float, n *n);
  g_autofree gboolean *holds_query = g_new (gboolean, n);
  QuarryPool pool = { .n = n, .scores = scores, .holds_query = holds_query };
  guint chosen[6];
  guint shares[3] = { 0 };

  for (guint i = 0; i < n; i++)
    {
      scores[i] = 1.0f;
      holds_query[i] = TRUE;
      for (guint j = 0; j < n; j++)
        likeness[i * n + j] = i == j                                         ? 1.0f
                              : (i < 27) == (j < 27) && (i < 39) == (j < 39) ? 0.5f
                                                                             : 0.0f;
    }
  quarry_diversify (QUARRY_DIVERSITY_MIXTURE, &pool, likeness, 1.0, 6, chosen, NULL);
  for (guint i = 0; i < 6; i++)
    shares[chosen[i] < 27 ? 0 : chosen[i] < 39 ? 1 : 2]++;
  g_assert_cmpuint (shares[0], ==, 3);
  g_assert_cmpuint (shares[1], ==, 2);
  g_assert_cmpuint (shares[2], ==, 1);
}

static void
test_avoided (void)
{
  const float scores[] = { 4, 3, 2, 1 };
  const float vectors[4] = { 0 };
  /* clang-format off */
  const float likeness[] = {
    1.0f, 0.0f, 0.7f, 0.2f,
    0.0f, 1.0f, 0.3f, 0.4f,
    0.7f, 0.3f, 1.0f, 0.1f,
    0.2f, 0.4f, 0.1f, 1.0f,
  };
  /* clang-format on */
  QuarryPool pool = { 4, 1, scores, vectors, NULL, NULL, NULL, NULL };
  guint chosen[4];
  guint avoided[4];

  quarry_diversify (QUARRY_DIVERSITY_NONE, &pool, likeness, QUARRY_DIVERSITY_DEFAULT, 4, chosen, avoided);
  g_assert_cmpuint (avoided[0], ==, G_MAXUINT);
  g_assert_cmpuint (avoided[1], ==, G_MAXUINT);
  g_assert_cmpuint (avoided[2], ==, 0);
  g_assert_cmpuint (avoided[3], ==, 1);
}

static void
test_odd_pools (void)
{
  guint chosen[64];
  guint avoided[64];

  for (guint m = 0; m < G_N_ELEMENTS (methods); m++)
    for (guint n = 0; n <= 64; n = n < 3 ? n + 1 : n * 4)
      for (guint kind = 0; kind < 7; kind++)
        {
          Fixture fixture;
          g_autofree float *likeness = NULL;
          guint n_chosen;

          fixture_init (&fixture, n, 8, 3);
          for (guint i = 0; i < n; i++)
            switch (kind)
              {
              case 0: /* zero vectors, no terms */
                memset (fixture.vectors + i * 8, 0, 8 * sizeof (float));
                fixture.n_terms[i] = 0;
                break;
              case 1: /* equal scores */
                fixture.scores[i] = 2.5f;
                break;
              case 2: /* the same text throughout */
                memcpy (fixture.vectors + i * 8, fixture.vectors, 8 * sizeof (float));
                fixture.terms[i] = fixture.terms[0];
                fixture.documents[i] = 0;
                break;
              case 3: /* not finite */
                fixture.vectors[i * 8 + i % 8] = i % 2 ? NAN : INFINITY;
                fixture.scores[i] = i % 3 ? NAN : -INFINITY;
                fixture.term_weights[2 * i].weight = NAN;
                break;
              case 4: /* vectors alone */
                fixture.pool.terms = NULL;
                fixture.pool.n_terms = NULL;
                fixture.pool.holds_query = NULL;
                fixture.pool.documents = NULL;
                break;
              case 5: /* all from one document */
                fixture.documents[i] = 3;
                break;
              default: /* no score above 0 */
                fixture.scores[i] = -fixture.scores[n - 1 - i];
                break;
              }
          likeness = quarry_pool_likeness (&fixture.pool);
          assert_likeness (likeness, n);
          if (kind == 2 || (kind == 0 && n == 1))
            for (guint i = 0; i < n * n; i++)
              g_assert_cmpfloat (likeness[i], >, 0.7f);
          for (double dial = 0.0; dial <= 1.0; dial += 0.25)
            {
              n_chosen = quarry_diversify (
                  methods[m], &fixture.pool, likeness, dial, 64, chosen, avoided);
              g_assert_cmpuint (n_chosen, ==, n);
              assert_choice (chosen, n_chosen, n);
              g_assert_cmpuint (
                  quarry_diversify (methods[m], &fixture.pool, likeness, dial, 0, chosen, avoided),
                  ==,
                  0);
            }
          fixture_clear (&fixture);
        }
}

static void
test_thousand (void)
{
  Fixture fixture;
  g_autofree float *likeness = NULL;
  g_autofree guint *chosen = g_new (guint, 1000);

  fixture_init (&fixture, 1000, 64, 40);
  likeness = quarry_pool_likeness (&fixture.pool);
  for (guint m = 0; m < G_N_ELEMENTS (methods); m++)
    {
      g_assert_cmpuint (
          quarry_diversify (methods[m], &fixture.pool, likeness, QUARRY_DIVERSITY_DEFAULT, 1000, chosen, NULL),
          ==,
          1000);
      assert_choice (chosen, 1000, 1000);
    }
  fixture_clear (&fixture);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/diversity/names", test_names);
  g_test_add_func ("/diversity/dial", test_dial);
  g_test_add_func ("/diversity/dial-rises", test_dial_rises);
  g_test_add_func ("/diversity/dial-ends", test_dial_ends);
  g_test_add_func ("/diversity/dial-past-default", test_dial_past_default);
  g_test_add_func ("/diversity/groups-are-covered", test_groups_are_covered);
  g_test_add_func ("/diversity/document-share", test_document_share);
  g_test_add_func ("/diversity/coverage-passes-over-junk", test_coverage_passes_over_junk);
  g_test_add_func ("/diversity/exact-query-keeps-first", test_exact_query_keeps_first);
  g_test_add_func ("/diversity/ambiguous-query-keeps-best-by-far", test_ambiguous_query_keeps_best_by_far);
  g_test_add_func ("/diversity/dpp-worked", test_dpp_worked);
  g_test_add_func ("/diversity/mixture-shares", test_mixture_shares);
  g_test_add_func ("/diversity/avoided", test_avoided);
  g_test_add_func ("/diversity/odd-pools", test_odd_pools);
  g_test_add_func ("/diversity/thousand", test_thousand);
  return g_test_run ();
}
