/* quarry-factor.c: factorizes the counts, which gives the start of a model
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/train/quarry-factor.h"

#include <cblas.h>
#include <math.h>
#include <string.h>

#include "app/train/quarry-random.h"

#define OVERSAMPLE 16
#define POWER_ITERATIONS 2
#define MAX_SWEEPS 30
#define SIF_A 1e-4

/* gram (k × k) = matrixᵀ × matrix, where @matrix is n × k. */
static void
make_gram (const float *matrix, guint n, guint k, double *gram)
{
  g_autofree float *product = g_new (float, (gsize) k *k);

  cblas_sgemm (
      CblasRowMajor, CblasTrans, CblasNoTrans, k, k, n, 1, matrix, k, matrix, k, 0, product, k);
  for (guint i = 0; i < k; i++)
    for (guint j = 0; j < k; j++)
      gram[(gsize) i * k + j]
          = ((double) product[(gsize) i * k + j] + (double) product[(gsize) j * k + i]) / 2;
}

/* Makes the columns of @matrix orthonormal: matrix × R⁻¹, where RᵀR is its Gram matrix. This is done twice, since the
 * second pass corrects what single precision lost in the first. */
static void
orthonormalise (float *matrix, guint n, guint k)
{
  g_autofree double *r = g_new (double, (gsize) k *k);
  g_autofree float *single = g_new (float, (gsize) k *k);

  for (guint pass = 0; pass < 2; pass++)
    {
      double largest = 0;

      make_gram (matrix, n, k, r);
      for (guint i = 0; i < k; i++)
        largest = MAX (largest, r[(gsize) i * k + i]);
      /* Cholesky decomposition: the upper triangle of r becomes R. */
      for (guint i = 0; i < k; i++)
        for (guint j = i; j < k; j++)
          {
            double sum = r[(gsize) i * k + j];

            for (guint l = 0; l < i; l++)
              sum -= r[(gsize) l * k + i] * r[(gsize) l * k + j];
            if (i == j)
              r[(gsize) i * k + i] = sqrt (MAX (sum, 1e-12 * largest));
            else
              r[(gsize) i * k + j] = sum / r[(gsize) i * k + i];
          }
      for (gsize i = 0; i < (gsize) k * k; i++)
        single[i] = r[i];
      cblas_strsm (CblasRowMajor,
                   CblasRight,
                   CblasUpper,
                   CblasNoTrans,
                   CblasNonUnit,
                   n,
                   k,
                   1,
                   single,
                   k,
                   matrix,
                   k);
    }
}

/* Computes eigenvalues and eigenvectors (as columns) of a symmetric matrix by the cyclic Jacobi method. @matrix is
 * destroyed. */
static void
find_eigen (double *matrix, guint k, double *values, double *vectors)
{
  memset (vectors, 0, (gsize) k * k * sizeof *vectors);
  for (guint i = 0; i < k; i++)
    vectors[(gsize) i * k + i] = 1;
  for (guint sweep = 0; sweep < MAX_SWEEPS; sweep++)
    {
      double off = 0, on = 0;

      for (guint i = 0; i < k; i++)
        for (guint j = 0; j < k; j++)
          *(i == j ? &on : &off) += matrix[(gsize)i * k + j] * matrix[(gsize)i * k + j];
      if (off <= 1e-20 * on)
        break;
      for (guint p = 0; p + 1 < k; p++)
        for (guint q = p + 1; q < k; q++)
          {
            double *rp = matrix + (gsize) p * k, *rq = matrix + (gsize) q * k;
            double theta, t, c, s;

            if (fabs (rp[q]) < 1e-300)
              continue;
            theta = (rq[q] - rp[p]) / (2 * rp[q]);
            t = (theta >= 0 ? 1 : -1) / (fabs (theta) + sqrt (theta * theta + 1));
            c = 1 / sqrt (t * t + 1);
            s = t * c;
            for (guint i = 0; i < k; i++)
              {
                double *row = matrix + (gsize) i * k, a = row[p], b = row[q];

                row[p] = c * a - s * b;
                row[q] = s * a + c * b;
              }
            for (guint i = 0; i < k; i++)
              {
                double a = rp[i], b = rq[i];

                rp[i] = c * a - s * b;
                rq[i] = s * a + c * b;
              }
            for (guint i = 0; i < k; i++)
              {
                double *row = vectors + (gsize) i * k, a = row[p], b = row[q];

                row[p] = c * a - s * b;
                row[q] = s * a + c * b;
              }
          }
    }
  for (guint i = 0; i < k; i++)
    values[i] = matrix[(gsize) i * k + i];
}

static int
compare_values (gconstpointer a, gconstpointer b, gpointer data)
{
  const double *values = data;
  double x = values[*(const guint *) a], y = values[*(const guint *) b];

  return (x < y) - (x > y);
}

float *
quarry_factorise (const QuarryPpmi *ppmi, guint dims, guint seed)
{
  guint n = ppmi->n, k = MIN (dims + OVERSAMPLE, n);
  g_autofree float *one = g_new (float, (gsize) n *k);
  g_autofree float *other = g_new (float, (gsize) n *k);
  g_autofree double *gram = g_new (double, (gsize) k *k);
  g_autofree double *vectors = g_new (double, (gsize) k *k);
  g_autofree double *values = g_new (double, k);
  g_autofree guint *order = g_new (guint, k);
  g_autofree float *scaled = g_new0 (float, (gsize) k *dims);
  float *rows = g_new (float, (gsize) n *dims);
  QuarryRandom random = quarry_random (seed);

  g_assert (dims <= k);
  for (gsize i = 0; i < (gsize) n * k; i++)
    other[i] = quarry_random_normal (&random);
  quarry_ppmi_multiply (ppmi, FALSE, other, k, one);
  orthonormalise (one, n, k);
  for (guint i = 0; i < POWER_ITERATIONS; i++)
    {
      quarry_ppmi_multiply (ppmi, TRUE, one, k, other);
      orthonormalise (other, n, k);
      quarry_ppmi_multiply (ppmi, FALSE, other, k, one);
      orthonormalise (one, n, k);
    }
  /* B = QᵀA. Its left singular vectors V and singular values S come from BBᵀ = V S² Vᵀ; then U = QV. */
  quarry_ppmi_multiply (ppmi, TRUE, one, k, other);
  make_gram (other, n, k, gram);
  find_eigen (gram, k, values, vectors);
  for (guint i = 0; i < k; i++)
    order[i] = i;
  g_qsort_with_data (order, k, sizeof *order, compare_values, values);
  for (guint d = 0; d < dims; d++)
    {
      double root = sqrt (sqrt (MAX (values[order[d]], 0)));

      for (guint i = 0; i < k; i++)
        scaled[(gsize) i * dims + d] = vectors[(gsize) i * k + order[d]] * root;
    }
  cblas_sgemm (CblasRowMajor,
               CblasNoTrans,
               CblasNoTrans,
               n,
               dims,
               k,
               1,
               one,
               k,
               scaled,
               dims,
               0,
               rows,
               dims);
  return rows;
}

void
quarry_weigh_rows (float *rows, const double *counts, guint n, guint dims, guint seed)
{
  QuarryRandom random = quarry_random (seed);
  double total = 0;

  for (guint i = 0; i < n; i++)
    total += counts[i];
  for (guint i = 0; i < n; i++)
    {
      float *row = rows + (gsize) i * dims;
      double square = 0, scale;

      for (guint d = 0; d < dims; d++)
        square += (double) row[d] * (double) row[d];
      if (!(square > 1e-12))
        {
          for (guint d = 0; d < dims; d++)
            row[d] = quarry_random_normal (&random) * .01f / sqrtf (dims);
          continue;
        }
      scale = SIF_A / (SIF_A + counts[i] / total) / sqrt (square);
      for (guint d = 0; d < dims; d++)
        row[d] *= (float) scale;
    }
}
