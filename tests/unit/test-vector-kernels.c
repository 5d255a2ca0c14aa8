/* test-vector-kernels.c: the kernels of the vector index against each other, and what is built on them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/vector/quarry-vector-codes.h"
#include "core/vector/quarry-vector-kernels.h"
#include "vector-helpers.h"

#include <math.h>
#include <string.h>

static gint16 *
new_rows (gsize n)
{
  return g_aligned_alloc0 (n, sizeof (gint16), QUARRY_VECTOR_ALIGNMENT);
}

static void
check_dots (GRand *random, gsize stride, guint n_rows, int kind)
{
  gint16 *query = new_rows (stride);
  gint16 *rows = new_rows (stride * n_rows);
  gint32 *expected = g_new (gint32, n_rows);
  gint32 *dots = g_new (gint32, n_rows + 1);
  guint n_kernels;
  const QuarryVectorKernels *const *kernels = quarry_vector_kernels_list (&n_kernels);
  /* All components are equal, which gives the largest sum of products that unit vectors can have. */
  int even = (int) (QUARRY_VECTOR_ONE / sqrt (stride));

  for (gsize i = 0; i < stride * n_rows; i++)
    rows[i] = kind == 0   ? g_rand_int_range (random, -even, even + 1)
              : kind == 1 ? (i / stride % 2 ? even : -even)
                          : (i % stride == i / stride % stride ? -QUARRY_VECTOR_ONE : 0);
  for (gsize i = 0; i < stride; i++)
    query[i] = kind == 0   ? g_rand_int_range (random, -even, even + 1)
               : kind == 1 ? even
                           : (i == 1 ? QUARRY_VECTOR_ONE : 0);
  for (guint i = 0; i < n_rows; i++)
    {
      gint64 sum = 0;

      for (gsize j = 0; j < stride; j++)
        sum += query[j] * rows[i * stride + j];
      expected[i] = sum;
      g_assert_cmpint (expected[i], ==, sum);
    }
  for (guint i = 0; i < n_kernels; i++)
    {
      dots[n_rows] = 12345;
      kernels[i]->dots (query, rows, stride, n_rows, dots);
      g_assert_cmpmem (dots, n_rows * sizeof *dots, expected, n_rows * sizeof *dots);
      g_assert_cmpint (dots[n_rows], ==, 12345);
    }

  /* Bytes that are not unit vectors overflow. Their sums mean nothing, but are the same with every kernel. */
  for (gsize i = 0; i < stride * n_rows; i++)
    rows[i] = kind == 1 ? G_MININT16 : g_rand_int_range (random, G_MININT16, G_MAXINT16 + 1);
  for (gsize i = 0; i < stride; i++)
    query[i] = kind == 1 ? G_MININT16 : g_rand_int_range (random, G_MININT16, G_MAXINT16 + 1);
  kernels[0]->dots (query, rows, stride, n_rows, expected);
  for (guint i = 1; i < n_kernels; i++)
    {
      kernels[i]->dots (query, rows, stride, n_rows, dots);
      g_assert_cmpmem (dots, n_rows * sizeof *dots, expected, n_rows * sizeof *dots);
    }
  g_aligned_free (query);
  g_aligned_free (rows);
  g_free (expected);
  g_free (dots);
}

/* Many queries together give what each gives alone. */
static void
check_dots_many (GRand *random, gsize stride, guint n_queries, guint n_rows)
{
  gint16 *queries = new_rows (stride * n_queries);
  gint16 *rows = new_rows (stride * n_rows);
  g_autofree gint32 *expected = g_new (gint32, n_queries * n_rows);
  g_autofree gint32 *dots = g_new (gint32, n_queries * n_rows + 1);
  guint n_kernels;
  const QuarryVectorKernels *const *kernels = quarry_vector_kernels_list (&n_kernels);

  for (gsize i = 0; i < stride * n_rows; i++)
    rows[i] = g_rand_int_range (random, G_MININT16, G_MAXINT16 + 1);
  for (gsize i = 0; i < stride * n_queries; i++)
    queries[i] = g_rand_int_range (random, G_MININT16, G_MAXINT16 + 1);
  for (guint i = 0; i < n_queries; i++)
    kernels[0]->dots (queries + i * stride, rows, stride, n_rows, expected + i * n_rows);
  for (guint i = 0; i < n_kernels; i++)
    {
      memset (dots, 0, n_queries * n_rows * sizeof *dots);
      dots[n_queries * n_rows] = 12345;
      kernels[i]->dots_many (queries, n_queries, rows, stride, n_rows, dots);
      g_assert_cmpmem (dots, n_queries * n_rows * sizeof *dots,
                       expected, n_queries * n_rows * sizeof *dots);
      g_assert_cmpint (dots[n_queries * n_rows], ==, 12345);
    }
  g_aligned_free (queries);
  g_aligned_free (rows);
}

static void
test_kernels (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  guint n_kernels;
  const QuarryVectorKernels *const *kernels = quarry_vector_kernels_list (&n_kernels);

  g_assert_cmpstr (kernels[0]->name, ==, "portable");
  for (gsize stride = 32; stride <= 4096; stride += stride < 512 ? 32 : 512)
    for (int kind = 0; kind < 3; kind++)
      check_dots (random, stride, 1 + g_rand_int_range (random, 0, 40), kind);
  for (guint n_queries = 1; n_queries <= 10; n_queries++)
    for (guint n_rows = 1; n_rows <= 10; n_rows++)
      check_dots_many (random, 32 * (1 + n_rows % 3), n_queries, n_rows);
}

static void
check_scan (GRand *random, gsize n_bytes, guint n_rows, int kind)
{
  guint n_room = (n_rows + 63) / 64 * 64;
  guint8 *bits = g_aligned_alloc (n_room, n_bytes, QUARRY_VECTOR_ALIGNMENT);
  guint8 *table = g_aligned_alloc (n_bytes, 32, QUARRY_VECTOR_ALIGNMENT);
  g_autofree float *factors = g_new (float, n_room);
  g_autofree float *terms = g_new (float, n_room);
  g_autofree guint16 *rows = g_new (guint16, n_rows + 1);
  g_autofree gint32 *sums = g_new (gint32, n_rows + 1);
  guint n_kernels;
  const QuarryVectorKernels *const *kernels = quarry_vector_kernels_list (&n_kernels);
  guint largest = MIN (127, 65535 / (2 * n_bytes));
  QuarryVectorScan scan = { .n_bytes = n_bytes,
                            .table = table,
                            .factors = factors,
                            .terms = terms,
                            .offset = n_bytes * largest,
                            .limit = .01f,
                            .inverse_step = 100 };

  for (gsize i = 0; i < n_room * n_bytes; i++)
    bits[i] = g_rand_int_range (random, 0, 256);
  for (gsize i = 0; i < n_bytes * 32; i++)
    table[i] = kind == 0   ? g_rand_int_range (random, 0, largest + 1)
               : kind == 1 ? largest
                           : (i % 3 ? 0 : largest);
  for (guint i = 0; i < n_room; i++)
    {
      factors[i] = g_rand_double_range (random, 0, .1);
      terms[i] = g_rand_double_range (random, -.1, .1);
    }
  if (kind == 2)
    scan.limit = -G_MAXFLOAT;
  for (guint k = 0; k < n_kernels; k++)
    {
      rows[n_rows] = 12345;

      guint n = kernels[k]->scan (&scan, bits, n_rows, rows, sums);
      guint next = 0;

      g_assert_cmpuint (n, <=, n_rows);
      g_assert_cmpuint (rows[n_rows], ==, n == n_rows ? rows[n_rows] : 12345);
      for (guint row = 0; row < n_rows; row++)
        {
          gint32 sum = 0;

          for (gsize i = 0; i < n_bytes; i++)
            {
              guint8 byte
                  = bits[(row / 64 * n_bytes + i) * 64 + quarry_vector_place_in_group (row % 64)];

              sum += table[i * 32 + byte % 16] + table[i * 32 + 16 + byte / 16];
            }
          if (factors[row] * (float) (sum - scan.offset)
              > (scan.limit - terms[row]) * scan.inverse_step)
            {
              g_assert_cmpuint (next, <, n);
              g_assert_cmpuint (rows[next], ==, row);
              g_assert_cmpint (sums[next], ==, sum);
              next++;
            }
        }
      g_assert_cmpuint (next, ==, n);
    }
  g_aligned_free (bits);
  g_aligned_free (table);
}

static void
test_scan (void)
{
  static const gsize sizes[] = { 8, 16, 24, 32, 64, 128, 256, 512 };
  g_autoptr (GRand) random = g_rand_new_with_seed (8);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (int kind = 0; kind < 3; kind++)
      {
        check_scan (random, sizes[i], g_rand_int_range (random, 1, 200), kind);
        check_scan (random, sizes[i], 128, kind);
      }
}

/* The transform matches its definition, and all kernels give the same bits. */
static void
test_transform (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (17);
  guint n_kernels;
  const QuarryVectorKernels *const *kernels = quarry_vector_kernels_list (&n_kernels);

  for (guint n = 64; n <= 4096; n *= 2)
    {
      float *vector = g_aligned_alloc (n, sizeof *vector, 64);
      float *signs = g_aligned_alloc (n, sizeof *signs, 64);
      float *expected = g_aligned_alloc (n, sizeof *expected, 64);
      float *found = g_aligned_alloc (n, sizeof *found, 64);

      fill (random, vector, n);
      for (guint i = 0; i < n; i++)
        signs[i] = g_rand_boolean (random) ? .3f : -.3f;
      for (guint k = 0; k < n_kernels; k++)
        {
          memcpy (found, vector, n * sizeof *found);
          kernels[k]->transform (found, signs, n);
          if (k == 0)
            memcpy (expected, found, n * sizeof *found);
          g_assert_cmpmem (found, n * sizeof *found, expected, n * sizeof *expected);
        }
      for (guint i = 0; i < n; i += 13)
        {
          double sum = 0;

          for (guint j = 0; j < n; j++)
            sum += (double) (vector[j] * signs[j]) * (__builtin_popcount (i & j) % 2 ? -1 : 1);
          g_assert_cmpfloat_with_epsilon ((double) expected[i], sum, 1e-5);
        }
      g_aligned_free (vector);
      g_aligned_free (signs);
      g_aligned_free (expected);
      g_aligned_free (found);
    }
}

/* Codes in files were made with this rotation: where it changes, QUARRY_VECTOR_FILE_VERSION has to be raised. The bits
 * are the same on every machine. */
static void
test_rotation_stays (void)
{
  static const struct
  {
    guint dims;
    guint64 hash;
  } known[] = {
    { 64, G_GUINT64_CONSTANT (0xb13147811246a825) },
    { 256, G_GUINT64_CONSTANT (0x46522ba196390725) },
    { 300, G_GUINT64_CONSTANT (0x3c0755b4d1786e25) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      QuarryVectorRotation rotation;
      guint64 hash = G_GUINT64_CONSTANT (0xcbf29ce484222325); /* FNV-1a */
      float *vector;

      quarry_vector_rotation_init (&rotation, known[i].dims);
      vector = g_aligned_alloc0 (rotation.n, sizeof (float), 64);
      for (guint d = 0; d < known[i].dims; d++)
        vector[d] = (float) (d * d % 17) - 8;
      quarry_vector_rotation_apply (&rotation, vector);
      for (guint d = 0; d < rotation.n; d++)
        {
          guint32 bits;

          memcpy (&bits, vector + d, sizeof bits);
          hash = (hash ^ bits) * G_GUINT64_CONSTANT (0x100000001b3);
        }
      g_assert_cmphex (hash, ==, known[i].hash);
      g_aligned_free (vector);
      quarry_vector_rotation_clear (&rotation);
    }
}

static void
test_rotation (void)
{
  static const guint sizes[] = { 1, 64, 65, 192, 256, 300, 1000, 4096 };
  g_autoptr (GRand) random = g_rand_new_with_seed (9);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      QuarryVectorRotation rotation;
      float *a, *b;
      double before, largest = 0;

      quarry_vector_rotation_init (&rotation, sizes[i]);
      g_assert_cmpuint (rotation.n, >=, sizes[i]);
      a = g_aligned_alloc0 (rotation.n, sizeof (float), 64);
      b = g_aligned_alloc0 (rotation.n, sizeof (float), 64);
      fill (random, a, sizes[i]);
      b[sizes[i] - 1] = 1;
      before = cosine (a, b, rotation.n);
      quarry_vector_rotation_apply (&rotation, a);
      quarry_vector_rotation_apply (&rotation, b);
      g_assert_cmpfloat_with_epsilon (cosine (a, b, rotation.n), before, 1e-4);
      g_assert_cmpfloat_with_epsilon (cosine (a, a, rotation.n), 1, 1e-4);
      g_assert_cmpfloat_with_epsilon (cosine (b, b, rotation.n), 1, 1e-4);
      /* A single component has been spread over all dimensions. */
      for (guint j = 0; j < rotation.n; j++)
        largest = MAX (largest, fabs ((double) b[j]));
      g_assert_cmpfloat (largest, <, 5 / sqrt (rotation.n));
      g_aligned_free (a);
      g_aligned_free (b);
      quarry_vector_rotation_clear (&rotation);
    }
}

/* Estimates have no bias, and their error has the size that the bounds assume. */
static void
test_codes (void)
{
  enum
  {
    DIMS = 192,
    ROWS = 256
  };
  g_autoptr (GRand) random = g_rand_new_with_seed (10);
  QuarryVectorRotation rotation;
  QuarryVectorCodes codes;
  QuarryVectorCode code;
  float *rows = g_aligned_alloc (ROWS * DIMS, sizeof (float), 64);
  float *kept = g_aligned_alloc (ROWS * DIMS, sizeof (float), 64);
  float *query = g_aligned_alloc (DIMS, sizeof (float), 64);
  gpointer memory = g_aligned_alloc (quarry_vector_codes_get_size (DIMS, ROWS), 1, 64);
  QuarryVectorProbe probe = { .table = g_aligned_alloc (DIMS * 4, 1, 64) };
  double error = 0, n_exceeding = 0;
  guint n = 0;

  quarry_vector_rotation_init (&rotation, DIMS);
  g_assert_cmpuint (rotation.n, ==, DIMS);
  for (guint i = 0; i < ROWS; i++)
    {
      fill (random, rows + i * DIMS, DIMS);
      rows[i * DIMS] += .3f; /* something in common */
      quarry_vector_rotation_apply (&rotation, rows + i * DIMS);
    }
  memcpy (kept, rows, ROWS * DIMS * sizeof *rows);
  quarry_vector_codes_place (&codes, memory, DIMS, ROWS);
  memset (codes.mean, 0, DIMS * sizeof *codes.mean);
  for (guint i = 0; i < ROWS * DIMS; i++)
    codes.mean[i % DIMS] += rows[i] / ROWS;
  for (guint i = 0; i < ROWS; i++)
    {
      quarry_vector_codes_make (&codes, rows + i * DIMS, DIMS, &code);
      quarry_vector_codes_write (&codes, i, DIMS, &code);
    }
  for (guint q = 0; q < 50; q++)
    {
      fill (random, query, DIMS);
      quarry_vector_rotation_apply (&rotation, query);
      quarry_vector_probe_set (&probe, query, DIMS);
      for (int deviations = 0; deviations <= 2; deviations += 2)
        {
          double base = cosine (query, codes.mean, DIMS);
          double distance = sqrt (1 - 2 * base + cosine (codes.mean, codes.mean, DIMS));
          gint32 sums[ROWS];
          guint16 found[ROWS];
          QuarryVectorScan scan = { .n_bytes = DIMS / 8,
                                    .table = probe.table,
                                    .factors = codes.factors,
                                    .terms = codes.terms,
                                    .limit = -G_MAXFLOAT,
                                    .inverse_step = 1 };

          quarry_vector_probe_aim (&probe, (float) base, (float) distance, deviations);
          g_assert_cmpuint (
              quarry_vector_kernels ()->scan (&scan, codes.bits, ROWS, found, sums), ==, ROWS);
          for (guint i = 0; i < ROWS; i++)
            {
              double is = cosine (query, kept + i * DIMS, DIMS);
              double bound = (double) quarry_vector_probe_bound (&probe, &codes, i, sums[i]);

              double estimate
                  = (double) quarry_vector_codes_estimate (&codes, i, query, DIMS) + base;

              /* The two differ only by the rounding of the table's bytes. */
              if (deviations == 0)
                {
                  error += bound - is;
                  g_assert_cmpfloat_with_epsilon (bound, estimate, .02);
                }
              else
                n_exceeding += bound < is;
              n += deviations == 0;
            }
        }
    }
  g_assert_cmpfloat (fabs (error / n), <, .005);
  /* A normal distribution has 2.3 % above two standard deviations. */
  g_assert_cmpfloat (n_exceeding / n, <, .03);
  g_assert_cmpfloat (n_exceeding / n, >, .016);
  g_aligned_free (rows);
  g_aligned_free (kept);
  g_aligned_free (query);
  g_aligned_free (memory);
  g_aligned_free (probe.table);
  quarry_vector_rotation_clear (&rotation);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vector/kernels", test_kernels);
  g_test_add_func ("/vector/scan", test_scan);
  g_test_add_func ("/vector/transform", test_transform);
  g_test_add_func ("/vector/rotation", test_rotation);
  g_test_add_func ("/vector/rotation-stays", test_rotation_stays);
  g_test_add_func ("/vector/codes", test_codes);
  return g_test_run ();
}
