/* test-passage-maker.c: made-up passages have the statistics that they are fitted to
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/eval/quarry-passage-maker.h"

#include <math.h>
#include <string.h>

#define DIMS 256
#define N 40000

static double
dot (const float *a, const float *b)
{
  double sum = 0;

  for (guint i = 0; i < DIMS; i++)
    sum += (double) a[i] * (double) b[i];
  return sum;
}

static double
mean_length (const float *vectors, guint n, float *mean)
{
  memset (mean, 0, DIMS * sizeof *mean);
  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < DIMS; j++)
      mean[j] += vectors[i * DIMS + j] / (float) n;
  return sqrt (dot (mean, mean));
}

/* (Σ λ)² / Σ λ² of the eigenvalues λ of the covariance matrix, which is how many dimensions the vectors effectively
 * have. The sums are the matrix's trace and the square of its norm, so that the eigenvalues need not be computed. */
static double
participation (const float *vectors, guint step, const float *mean)
{
  g_autofree double *covariance = g_new0 (double, DIMS * DIMS);
  double trace = 0, square = 0;

  for (guint i = 0; i < N; i += step)
    for (guint j = 0; j < DIMS; j++)
      for (guint k = 0; k < DIMS; k++)
        covariance[j * DIMS + k] += (double) (vectors[i * DIMS + j] - mean[j])
                                    * (double) (vectors[i * DIMS + k] - mean[k]);
  for (guint j = 0; j < DIMS * DIMS; j++)
    {
      square += covariance[j] * covariance[j];
      trace += j / DIMS == j % DIMS ? covariance[j] : 0;
    }
  return trace * trace / square;
}

static double
likeness (const float *vectors, guint apart)
{
  double sum = 0;

  for (guint i = 0; i < N - apart; i++)
    sum += dot (vectors + i * DIMS, vectors + (i + apart) * DIMS);
  return sum / (N - apart);
}

static int
compare (const void *a, const void *b)
{
  double left = *(const double *) a, right = *(const double *) b;

  return (left < right) - (left > right);
}

static void
test_statistics (void)
{
  g_autoptr (QuarryPassageMaker) maker = quarry_passage_maker_new (DIMS, N);
  g_autofree float *vectors = g_new (float, N * DIMS);
  g_autofree double *cosines = g_new (double, N);
  float mean[DIMS], query[DIMS];
  double first = 0, tenth = 0, middle = 0;

  for (guint i = 0; i < N; i++)
    {
      quarry_passage_maker_make_passage (maker, i, vectors + i * DIMS);
      g_assert_cmpfloat_with_epsilon (dot (vectors + i * DIMS, vectors + i * DIMS), 1, 1e-5);
    }
  /* Measured on vectors of real paragraphs, the same five numbers are .26, 120, .54, .32 and .07. */
  g_assert_cmpfloat_with_epsilon (mean_length (vectors, N, mean), .26, .02);
  g_assert_cmpfloat_with_epsilon (participation (vectors, 10, mean), 110, 20);
  g_assert_cmpfloat_with_epsilon (likeness (vectors, 1), .55, .04);
  g_assert_cmpfloat_with_epsilon (likeness (vectors, 10), .36, .05);
  g_assert_cmpfloat_with_epsilon (likeness (vectors, 5000), .075, .03);
  for (guint q = 0; q < 50; q++)
    {
      quarry_passage_maker_make_query (maker, q, query);
      g_assert_cmpfloat_with_epsilon (dot (query, query), 1, 1e-5);
      for (guint i = 0; i < N; i++)
        cosines[i] = dot (query, vectors + i * DIMS);
      qsort (cosines, N, sizeof *cosines, compare);
      first += cosines[0] / 50;
      tenth += cosines[9] / 50;
      middle += cosines[N / 2] / 50;
    }
  g_assert_cmpfloat_with_epsilon (first, .56, .04);
  g_assert_cmpfloat_with_epsilon (tenth, .46, .04);
  g_assert_cmpfloat_with_epsilon (middle, .04, .03);
}

/* A section ends with its document: the last passage of a document is as little like the first of the next one as that of
 * the one after. */
static void
test_sections (void)
{
  const guint a_document = 40, n_documents = 600;
  g_autoptr (QuarryPassageMaker) maker = quarry_passage_maker_new (DIMS, N);
  double next = 0, after = 0;

  for (guint i = 1; i < n_documents; i++)
    {
      float last[DIMS], other[DIMS];

      quarry_passage_maker_make_passage (maker, i * a_document - 1, last);
      quarry_passage_maker_make_passage (maker, i * a_document, other);
      next += dot (last, other) / (n_documents - 1);
      quarry_passage_maker_make_passage (maker, (i + 1) * a_document, other);
      after += dot (last, other) / (n_documents - 1);
    }
  g_assert_cmpfloat_with_epsilon (next, after, .03);
}

/* A passage depends on its number alone, whatever was made before it. */
static void
test_order (void)
{
  static const guint dims[] = { 1, 7, 512 };

  for (guint i = 0; i < G_N_ELEMENTS (dims); i++)
    {
      g_autoptr (QuarryPassageMaker) forth = quarry_passage_maker_new (dims[i], 1000);
      g_autoptr (QuarryPassageMaker) back = quarry_passage_maker_new (dims[i], 1000);
      g_autofree float *vectors = g_new (float, 1000 * dims[i]);
      g_autofree float *other = g_new (float, dims[i]);

      for (guint j = 0; j < 1000; j++)
        quarry_passage_maker_make_passage (forth, j, vectors + j * dims[i]);
      for (guint j = 1000; j-- > 0;)
        {
          quarry_passage_maker_make_query (back, j, other);
          quarry_passage_maker_make_passage (back, j, other);
          g_assert_cmpmem (other, dims[i] * sizeof *other, vectors + j * dims[i], dims[i] * sizeof *other);
        }
      g_assert_true (dims[i] == 1
                     || memcmp (vectors, vectors + dims[i], dims[i] * sizeof *vectors) != 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/passage-maker/statistics", test_statistics);
  g_test_add_func ("/passage-maker/sections", test_sections);
  g_test_add_func ("/passage-maker/order", test_order);
  return g_test_run ();
}
