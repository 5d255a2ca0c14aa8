/* test-confidence.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/rank/quarry-confidence.h"

#include <math.h>

static double
confidence (double top_cosine, double overlap, double unknown_share, double idf_covered)
{
  QuarryConfidenceFeatures features = { top_cosine, overlap, unknown_share, idf_covered };

  return quarry_confidence (&features);
}

static void
test_kinds (void)
{
  /* A word that the library speaks of. */
  g_assert_cmpfloat (confidence (0.8, 0.5, 0.0, 1.0), >, 0.7);
  /* A question that a passage answers in other words. */
  g_assert_cmpfloat (confidence (0.6, 0.4, 0.0, 0.6), >, QUARRY_CONFIDENCE_DOUBT);
  /* Words that stand somewhere, each in another place. */
  g_assert_cmpfloat (confidence (0.3, 0.1, 0.2, 0.3), <, QUARRY_CONFIDENCE_DOUBT);
  /* Nothing there knows the words. */
  g_assert_cmpfloat (confidence (0.0, 0.0, 1.0, 0.0), <, 0.01);
  g_assert_cmpfloat (confidence (0.4, 0.0, 1.0, 0.0), <, QUARRY_CONFIDENCE_DOUBT);
}

static void
test_monotone (void)
{
  for (double a = 0.0; a < 0.95; a += 0.1)
    {
      g_assert_cmpfloat (confidence (a + 0.1, 0.3, 0.2, 0.5), >, confidence (a, 0.3, 0.2, 0.5));
      g_assert_cmpfloat (confidence (0.5, a + 0.1, 0.2, 0.5), >, confidence (0.5, a, 0.2, 0.5));
      g_assert_cmpfloat (confidence (0.5, 0.3, a + 0.1, 0.5), <, confidence (0.5, 0.3, a, 0.5));
      g_assert_cmpfloat (confidence (0.5, 0.3, 0.2, a + 0.1), >, confidence (0.5, 0.3, 0.2, a));
    }
}

static void
test_range (void)
{
  const double values[] = { -INFINITY, -2.0, 0.0, 0.3, 1.0, 7.0, INFINITY, NAN };
  const guint n = G_N_ELEMENTS (values);

  for (guint i = 0; i < n * n * n * n; i++)
    {
      double chance = confidence (
          values[i % n], values[i / n % n], values[i / n / n % n], values[i / n / n / n]);

      g_assert_true (isfinite (chance));
      g_assert_cmpfloat (chance, >=, 0.0);
      g_assert_cmpfloat (chance, <=, 0.8);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/confidence/kinds", test_kinds);
  g_test_add_func ("/confidence/monotone", test_monotone);
  g_test_add_func ("/confidence/range", test_range);
  return g_test_run ();
}
