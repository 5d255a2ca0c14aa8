/* test-confidence.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/rank/quarry-confidence.h"

#include <math.h>

static double
confidence (double cosine, double idf_covered, double words_score)
{
  QuarryConfidenceFeatures features = { cosine, idf_covered, words_score };

  return quarry_confidence (&features, &quarry_confidence_usual_nearness);
}

static void
test_kinds (void)
{
  /* A word that is a subject of the library. */
  g_assert_cmpfloat (confidence (0.64, 1.0, 0.32), >, 0.7);
  /* A question that a passage answers in different words. */
  g_assert_cmpfloat (confidence (0.48, 0.6, 0.24), >, QUARRY_CONFIDENCE_DOUBT);
  /* Words that all occur somewhere, but each in another passage. */
  g_assert_cmpfloat (confidence (0.24, 0.3, 0.12), <, QUARRY_CONFIDENCE_DOUBT);
  /* Words that the library does not contain at all. */
  g_assert_cmpfloat (confidence (0.0, 0.0, 0.0), <, 0.01);
  g_assert_cmpfloat (confidence (0.32, 0.0, 0.1), <, QUARRY_CONFIDENCE_DOUBT);
}

static void
test_monotone (void)
{
  for (double a = 0.0; a < 0.85; a += 0.1)
    {
      g_assert_cmpfloat (confidence (0.1 + 0.7 * (a + 0.1), 0.5, 0.2), >, confidence (0.1 + 0.7 * a, 0.5, 0.2));
      g_assert_cmpfloat (confidence (0.4, a + 0.1, 0.2), >, confidence (0.4, a, 0.2));
      g_assert_cmpfloat (confidence (0.4, 0.4, 0.4 * (a + 0.1)), >, confidence (0.4, 0.4, 0.4 * a));
    }
}

static void
test_range (void)
{
  const double values[] = { -HUGE_VAL, -2.0, 0.0, 0.3, 1.0, 7.0, HUGE_VAL, (double) NAN };
  const guint n = G_N_ELEMENTS (values);

  for (guint i = 0; i < n * n * n; i++)
    {
      double chance = confidence (values[i % n], values[i / n % n], values[i / n / n]);

      g_assert_true (isfinite (chance));
      g_assert_cmpfloat (chance, >=, 0.0);
      g_assert_cmpfloat (chance, <=, 0.9);
    }
}

/* Which cosine counts as near depends on the library. */
static void
test_nearness (void)
{
  const QuarryConfidenceNearness *usual = &quarry_confidence_usual_nearness;
  QuarryConfidenceFeatures features = { 0.5, 0.6, 0.2 };
  QuarryConfidenceNearness nearness;
  double cosines[200];

  quarry_confidence_measure_nearness (NULL, 0, &nearness);
  g_assert_cmpfloat_with_epsilon (nearness.mean, usual->mean, 1e-9);
  g_assert_cmpfloat_with_epsilon (nearness.deviation, usual->deviation, 1e-9);

  for (guint i = 0; i < 200; i++)
    cosines[i] = i % 2 == 0 ? 0.85 : 0.95;
  quarry_confidence_measure_nearness (cosines, 200, &nearness);
  g_assert_cmpfloat_with_epsilon (nearness.mean, 0.9, 0.03);
  g_assert_cmpfloat (nearness.deviation, <, usual->deviation);
  /* With only two samples the mean hardly changes. */
  quarry_confidence_measure_nearness (cosines, 2, &nearness);
  g_assert_cmpfloat (nearness.mean, <, 0.6);

  /* In a library where all passages are near each other, a cosine half way up means far. */
  quarry_confidence_measure_nearness (cosines, 200, &nearness);
  g_assert_cmpfloat (quarry_confidence (&features, &nearness), <, quarry_confidence (&features, usual));

  nearness = (QuarryConfidenceNearness) { 0.5, 0.0 };
  g_assert_true (isfinite (quarry_confidence (&features, &nearness)));
}

/* Fitting recovers the weights from which the outcomes were generated. */
static void
test_fit (void)
{
  enum { ROWS = 8000, N = QUARRY_CONFIDENCE_N_FEATURES };
  const QuarryConfidenceModel wanted = { { { -1.0, -2.0, 0.5, 1.0 }, { -4.0, 1.0, -2.0, 1.5 } } };
  QuarryConfidenceModel found;
  g_autofree double *rows = g_new (double, ROWS * N);
  g_autofree QuarryConfidenceCase *cases = g_new (QuarryConfidenceCase, ROWS);
  g_autofree double *weights = g_new (double, ROWS);
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);

  for (guint i = 0; i < ROWS; i++)
    {
      double odds[] = { 1, 0, 0 }, sum = 1, draw;

      for (guint f = 0; f < N; f++)
        rows[i * N + f] = g_rand_double (rand);
      for (guint c = 0; c < 2; c++)
        {
          double logit = wanted.weights[c][N];

          for (guint f = 0; f < N; f++)
            logit += wanted.weights[c][f] * rows[i * N + f];
          odds[c + 1] = exp (logit);
          sum += odds[c + 1];
        }
      draw = g_rand_double (rand) * sum;
      cases[i] = draw < odds[0] ? QUARRY_CONFIDENCE_ANSWER
                 : draw < odds[0] + odds[1] ? QUARRY_CONFIDENCE_SUBJECT : QUARRY_CONFIDENCE_NOTHING;
      weights[i] = 1;
    }
  quarry_confidence_fit (rows, cases, weights, ROWS, &found);
  for (guint c = 0; c < 2; c++)
    for (guint f = 0; f <= N; f++)
      g_assert_cmpfloat_with_epsilon (found.weights[c][f], wanted.weights[c][f], 0.4);

  /* Fitting gives a result even without rows, and with rows that are all the same. */
  quarry_confidence_fit (rows, cases, weights, 0, &found);
  g_assert_cmpfloat_with_epsilon (found.weights[0][N], 0, 1e-9);
  for (guint i = 0; i < ROWS; i++)
    cases[i] = QUARRY_CONFIDENCE_ANSWER;
  quarry_confidence_fit (rows, cases, weights, ROWS, &found);
  g_assert_true (isfinite (found.weights[0][N]) && isfinite (found.weights[1][N]));
}

/* Few rows that are perfectly separable: a full step of Newton's method would diverge here. */
static void
test_fit_far (void)
{
  enum { ROWS = 10, N = QUARRY_CONFIDENCE_N_FEATURES };
  static const double rows[ROWS * N] = { 1, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 0, 1, 1, 1, 0, 1, 0, 0, 1, 0, 0 };
  static const QuarryConfidenceCase cases[ROWS]
      = { QUARRY_CONFIDENCE_NOTHING, QUARRY_CONFIDENCE_SUBJECT, QUARRY_CONFIDENCE_ANSWER, QUARRY_CONFIDENCE_ANSWER,
          QUARRY_CONFIDENCE_SUBJECT, QUARRY_CONFIDENCE_NOTHING, QUARRY_CONFIDENCE_SUBJECT, QUARRY_CONFIDENCE_NOTHING,
          QUARRY_CONFIDENCE_ANSWER, QUARRY_CONFIDENCE_ANSWER };
  static const double weights[ROWS] = { 100, 100, 1, 1, .001, 1000, .001, 1, 100, 1000 };
  QuarryConfidenceModel found;

  quarry_confidence_fit (rows, cases, weights, ROWS, &found);
  for (guint c = 0; c < 2; c++)
    for (guint f = 0; f <= N; f++)
      g_assert_cmpfloat (fabs (found.weights[c][f]), <, 100);
  g_assert_cmpfloat (quarry_confidence_by (&found, rows + 9 * N), >, .89);
  g_assert_cmpfloat (quarry_confidence_by (&found, rows), <, .05);
}

/* While a word is being typed, the chance follows what is certain about the word, but never jumps at once. */
static void
test_while_typed (void)
{
  const double beyond[] = { 1.5, HUGE_VAL }, below[] = { -1.0, (double) NAN };
  double chance = 0.9;

  for (double certainty = 0.1; certainty <= 1.0; certainty += 0.1)
    {
      double more = quarry_confidence_while_typed (0.2, 0.8, certainty);

      g_assert_cmpfloat (more, >, quarry_confidence_while_typed (0.2, 0.8, certainty - 0.1));
      g_assert_cmpfloat (more, <, 0.8);
      g_assert_cmpfloat_with_epsilon (quarry_confidence_while_typed (0.8, 0.2, certainty), 1.0 - more, 1e-12);
    }
  for (guint i = 0; i < G_N_ELEMENTS (beyond); i++)
    {
      g_assert_cmpfloat (quarry_confidence_while_typed (0.2, 0.8, beyond[i]), ==,
                         quarry_confidence_while_typed (0.2, 0.8, 1));
      g_assert_cmpfloat (quarry_confidence_while_typed (0.2, 0.8, below[i]), ==, 0.2);
    }
  for (guint key = 0; key < 2; key++)
    chance = quarry_confidence_while_typed (chance, 0.1, 1);
  g_assert_cmpfloat (chance, <, 0.1 + 0.1 * 0.8);
  g_assert_cmpfloat (chance, >, 0.1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/confidence/kinds", test_kinds);
  g_test_add_func ("/confidence/monotone", test_monotone);
  g_test_add_func ("/confidence/range", test_range);
  g_test_add_func ("/confidence/nearness", test_nearness);
  g_test_add_func ("/confidence/fit", test_fit);
  g_test_add_func ("/confidence/fit-far", test_fit_far);
  g_test_add_func ("/confidence/while-typed", test_while_typed);
  return g_test_run ();
}
