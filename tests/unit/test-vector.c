/* test-vector.c: the vector index against a plain reference
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/vector/quarry-vector-codes.h"
#include "core/vector/quarry-vector-index-private.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define MARK "0123456789abcdef"

/* Kernels */

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
  /* All components of one size: the largest sum that unit vectors can have. */
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

  /* Bytes that are no vectors: what they sum up to is nothing, but the same everywhere. */
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

static void
fill (GRand *random, float *vector, guint dims)
{
  double square = 0;

  for (guint i = 0; i < dims; i++)
    {
      vector[i] = g_rand_double (random) + g_rand_double (random) + g_rand_double (random) - 1.5;
      square += (double) vector[i] * (double) vector[i];
    }
  for (guint i = 0; i < dims; i++)
    vector[i] /= (float) sqrt (square);
}

static double
cosine (const float *a, const float *b, guint dims)
{
  double sum = 0;

  for (guint i = 0; i < dims; i++)
    sum += (double) a[i] * (double) b[i];
  return sum;
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
      /* A single dimension has been spread over all. */
      for (guint j = 0; j < rotation.n; j++)
        largest = MAX (largest, fabs ((double) b[j]));
      g_assert_cmpfloat (largest, <, 5 / sqrt (rotation.n));
      g_aligned_free (a);
      g_aligned_free (b);
      quarry_vector_rotation_clear (&rotation);
    }
}

/* Estimates have no bias, and an error of the size that bounds are made of. */
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
  quarry_vector_codes_write_all (&codes, rows, DIMS, ROWS);
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

              /* They differ by what a table's bytes leave out. */
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

/* The index */

/* The plain reference: vectors by slot, NULL where there is none. */
typedef struct
{
  guint dims;
  GPtrArray *vectors;
} Reference;

static void
reference_init (Reference *self, guint dims, guint n_slots)
{
  self->dims = dims;
  self->vectors = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_set_size (self->vectors, n_slots);
}

static void
reference_set (Reference *self, guint slot, const float *vector)
{
  g_free (self->vectors->pdata[slot]);
  self->vectors->pdata[slot]
      = vector == NULL ? NULL : g_memdup2 (vector, self->dims * sizeof *vector);
}

static gboolean
is_allowed (const guint64 *allowed, gsize n_words, guint slot)
{
  return allowed == NULL || (slot / 64 < n_words && (allowed[slot / 64] >> slot % 64 & 1));
}

static guint n_wanted, n_missed_in_all;

/* Checks an answer: the right number, each score right, in order, and how many better ones have
 * been left out. */
static guint
check_found (const Reference *self,
             const float *query,
             guint k,
             const guint64 *allowed,
             gsize n_words,
             const QuarryNeighbour *found,
             guint n_found)
{
  const double slack = 1e-4;
  g_autofree guint8 *is_found = g_new0 (guint8, self->vectors->len);
  guint n_there = 0, n_missed = 0;
  double worst = n_found > 0 ? (double) found[n_found - 1].score : 1;

  for (guint i = 0; i < n_found; i++)
    {
      g_assert_cmpuint (found[i].slot, <, self->vectors->len);
      g_assert_nonnull (self->vectors->pdata[found[i].slot]);
      g_assert_true (is_allowed (allowed, n_words, found[i].slot));
      g_assert_false (is_found[found[i].slot]);
      is_found[found[i].slot] = TRUE;
      g_assert_cmpfloat_with_epsilon (
          (double) found[i].score,
          cosine (query, self->vectors->pdata[found[i].slot], self->dims),
          slack);
      if (i > 0)
        g_assert_true (
            found[i - 1].score > found[i].score
            || (found[i - 1].score == found[i].score && found[i - 1].slot < found[i].slot));
    }
  for (guint i = 0; i < self->vectors->len; i++)
    {
      const float *vector = self->vectors->pdata[i];

      if (vector == NULL || cosine (vector, vector, self->dims) < .5
          || !is_allowed (allowed, n_words, i))
        continue;
      n_there++;
      if (!is_found[i] && cosine (query, vector, self->dims) > worst + slack)
        n_missed++;
    }
  g_assert_cmpuint (n_found, ==, MIN (k, n_there));
  return n_missed;
}

/* Searches both ways. Of an approximate answer's, two in a hundred may be missed. */
static void
check_search (const Reference *self,
              QuarryVectorIndex *index,
              const float *query,
              guint k,
              const guint64 *allowed,
              gsize n_words)
{
  g_autofree QuarryNeighbour *found = g_new (QuarryNeighbour, k + 1);
  guint n;

  found[k].slot = 0xdeadbeef;
  n = quarry_vector_index_search_exact (index, query, k, allowed, n_words, found);
  g_assert_cmphex (found[k].slot, ==, 0xdeadbeef);
  g_assert_cmpuint (check_found (self, query, k, allowed, n_words, found, n), ==, 0);

  n = quarry_vector_index_search (index, query, k, allowed, n_words, found);
  g_assert_cmphex (found[k].slot, ==, 0xdeadbeef);
  n_wanted += n;
  n_missed_in_all += check_found (self, query, k, allowed, n_words, found, n);
}

static void
check_recall (void)
{
  g_test_message ("%u of %u missed", n_missed_in_all, n_wanted);
  g_assert_cmpuint (n_missed_in_all * 50, <=, n_wanted);
  n_wanted = n_missed_in_all = 0;
}

static void
test_reference (void)
{
  static const guint sizes[] = { 1, 2, 31, 32, 33, 100, 256, 300, 1024 };
  g_autoptr (GRand) random = g_rand_new_with_seed (2);

  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++)
    {
      guint dims = sizes[s];
      g_autoptr (QuarryVectorIndex) index = quarry_vector_index_new (dims);
      g_autofree float *vector = g_new (float, dims);
      Reference reference;
      guint n_slots = dims < 100 ? 9000 : 5000;

      g_assert_cmpuint (quarry_vector_index_get_dims (index), ==, dims);
      reference_init (&reference, dims, n_slots);
      for (guint i = 0; i < 2 * n_slots; i++)
        {
          guint slot = g_rand_int_range (random, 0, n_slots);

          if (g_rand_int_range (random, 0, 4) == 0)
            {
              quarry_vector_index_remove (index, slot);
              reference_set (&reference, slot, NULL);
            }
          else
            {
              fill (random, vector, dims);
              quarry_vector_index_add (index, slot, vector);
              reference_set (&reference, slot, vector);
            }
          if (i % 1000 == 0)
            {
              fill (random, vector, dims);
              check_search (&reference, index, vector, 10, NULL, 0);
            }
        }

      guint n = 0;
      for (guint i = 0; i < n_slots; i++)
        {
          gboolean there = reference.vectors->pdata[i] != NULL;

          g_assert_cmpint (quarry_vector_index_get (index, i, vector), ==, there);
          if (there)
            g_assert_cmpfloat (cosine (vector, reference.vectors->pdata[i], dims), >, .9999);
          n += there;
        }
      g_assert_cmpuint (quarry_vector_index_get_count (index), ==, n);
      g_assert_false (quarry_vector_index_get (index, n_slots, vector));
      g_assert_false (quarry_vector_index_get (index, G_MAXUINT32, vector));

      fill (random, vector, dims);
      check_search (&reference, index, vector, 0, NULL, 0);
      check_search (&reference, index, vector, 1, NULL, 0);
      check_search (&reference, index, vector, 100, NULL, 0);
      check_search (&reference, index, vector, n + 10, NULL, 0);

      /* Emptied, it is as good as new, and smaller. */
      gsize bytes = quarry_vector_index_get_bytes (index);
      for (guint i = 0; i < n_slots; i++)
        {
          quarry_vector_index_remove (index, i);
          reference_set (&reference, i, NULL);
        }
      g_assert_cmpuint (quarry_vector_index_get_count (index), ==, 0);
      g_assert_cmpuint (quarry_vector_index_get_bytes (index), <, bytes / 10);
      check_search (&reference, index, vector, 10, NULL, 0);
      quarry_vector_index_add (index, 7, vector);
      reference_set (&reference, 7, vector);
      check_search (&reference, index, vector, 10, NULL, 0);
      g_ptr_array_unref (reference.vectors);
      check_recall ();
    }
}

static void
test_filters (void)
{
  static const guint parts[] = { 1, 2, 10, 100, 1000 };
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  guint dims = 40;
  guint n_slots = 12000;
  gsize n_words = n_slots / 64 + 1;
  g_autoptr (QuarryVectorIndex) index = quarry_vector_index_new (dims);
  g_autofree guint64 *allowed = g_new0 (guint64, n_words);
  float vector[40];
  Reference reference;

  reference_init (&reference, dims, n_slots);
  for (guint i = 0; i < n_slots; i += 1 + i % 2)
    {
      fill (random, vector, dims);
      quarry_vector_index_add (index, i, vector);
      reference_set (&reference, i, vector);
    }
  for (guint p = 0; p < G_N_ELEMENTS (parts); p++)
    {
      memset (allowed, 0, n_words * sizeof *allowed);
      for (guint i = 0; i < n_words * 64; i++)
        if (g_rand_int_range (random, 0, parts[p]) == 0)
          allowed[i / 64] |= G_GUINT64_CONSTANT (1) << i % 64;
      for (guint i = 0; i < 20; i++)
        {
          fill (random, vector, dims);
          check_search (&reference, index, vector, 12, allowed, n_words);
          check_search (&reference, index, vector, 12, allowed, i * 9);
        }
    }
  memset (allowed, 0, n_words * sizeof *allowed);
  check_search (&reference, index, vector, 12, allowed, n_words);
  check_search (&reference, index, vector, 12, allowed, 0);
  g_ptr_array_unref (reference.vectors);
  check_recall ();
}

static void
test_ties (void)
{
  g_autoptr (QuarryVectorIndex) index = quarry_vector_index_new (3);
  static const float x[] = { 1, 0, 0 };
  static const float y[] = { 0, 1, 0 };
  QuarryNeighbour found[8];

  for (guint i = 0; i < 3000; i++)
    quarry_vector_index_add (index, 5000 - i, i == 1500 ? y : x);
  g_assert_cmpuint (quarry_vector_index_search_exact (index, x, 5, NULL, 0, found), ==, 5);
  for (guint i = 0; i < 5; i++)
    {
      g_assert_cmpuint (found[i].slot, ==, 2001 + i);
      g_assert_cmpfloat ((double) found[i].score, ==, 1);
    }
  g_assert_cmpuint (quarry_vector_index_search_exact (index, y, 3, NULL, 0, found), ==, 3);
  g_assert_cmpuint (found[0].slot, ==, 3500);
  g_assert_cmpuint (found[1].slot, ==, 2001);
  g_assert_cmpuint (found[2].slot, ==, 2002);
}

static void
test_odd_vectors (void)
{
  g_autoptr (QuarryVectorIndex) index = quarry_vector_index_new (3);
  static const float good[] = { 3, 4, 0 };
  static const float zero[] = { 0, 0, 0 };
  static const float nan[] = { NAN, 1, 0 };
  static const float infinite[] = { 0, -INFINITY, 0 };
  static const float tiny[] = { 3e-44f, 4e-44f, 0 };
  static const float huge[] = { 3e37f, 4e37f, 0 };
  float vector[3];
  QuarryNeighbour found[8];

  g_assert_cmpuint (quarry_vector_index_search (index, good, 8, NULL, 0, found), ==, 0);
  quarry_vector_index_add (index, 1, good);
  quarry_vector_index_add (index, 2, zero);
  quarry_vector_index_add (index, 3, nan);
  quarry_vector_index_add (index, 4, infinite);
  quarry_vector_index_add (index, 5, tiny);
  quarry_vector_index_add (index, G_MAXUINT32, huge);
  g_assert_cmpuint (quarry_vector_index_get_count (index), ==, 6);
  for (guint i = 2; i <= 4; i++)
    {
      vector[0] = 5;
      g_assert_true (quarry_vector_index_get (index, i, vector));
      g_assert_cmpmem (vector, sizeof vector, zero, sizeof zero);
    }
  g_assert_cmpuint (quarry_vector_index_search (index, good, 8, NULL, 0, found), ==, 3);
  g_assert_cmpuint (found[0].slot + found[1].slot + found[2].slot, ==, 5);
  g_assert_cmpfloat ((double) found[2].score, >, .99);
  g_assert_cmpuint (quarry_vector_index_search (index, zero, 8, NULL, 0, found), ==, 0);
  g_assert_cmpuint (quarry_vector_index_search (index, nan, 8, NULL, 0, found), ==, 0);
  g_assert_cmpuint (quarry_vector_index_search (index, huge, 8, NULL, 0, found), ==, 3);

  /* From a direction to none and back, and away. */
  quarry_vector_index_add (index, 1, zero);
  g_assert_cmpuint (quarry_vector_index_search (index, good, 8, NULL, 0, found), ==, 2);
  quarry_vector_index_add (index, 2, good);
  quarry_vector_index_add (index, 2, zero);
  quarry_vector_index_add (index, 2, zero);
  quarry_vector_index_add (index, 2, good);
  g_assert_cmpuint (quarry_vector_index_search (index, good, 8, NULL, 0, found), ==, 3);
  g_assert_cmpuint (quarry_vector_index_get_count (index), ==, 6);
  quarry_vector_index_remove (index, 3);
  quarry_vector_index_remove (index, 3);
  g_assert_false (quarry_vector_index_get (index, 3, vector));
  g_assert_cmpuint (quarry_vector_index_get_count (index), ==, 5);
}

/* The file */

#define N_SAVED 9000

typedef struct
{
  char *folder;
  char *path;
  Reference reference;
  QuarryVectorIndex *index;
} Saved;

static guint n_zeros; /* vectors without a direction among them */

static void
saved_set_up (Saved *self, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (4);
  guint dims = 48;
  float vector[48];

  self->folder = g_dir_make_tmp ("quarry-vector-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "vectors", NULL);
  reference_init (&self->reference, dims, N_SAVED);
  self->index = quarry_vector_index_new (dims);
  n_zeros = 0;
  for (guint i = 0; i < N_SAVED; i += 1 + i % 2)
    {
      fill (random, vector, dims);
      if (i % 1000 == 0)
        memset (vector, 0, sizeof vector);
      n_zeros += vector[0] == 0;
      quarry_vector_index_add (self->index, i, vector);
      reference_set (&self->reference, i, vector);
    }
}

static void
saved_tear_down (Saved *self, gconstpointer data)
{
  /* Nothing but the index itself has been left behind. */
  g_unlink (self->path);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->folder);
  g_free (self->path);
  g_ptr_array_unref (self->reference.vectors);
  quarry_vector_index_free (self->index);
}

static void
check_all (Saved *self, QuarryVectorIndex *index)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (5);
  float vector[48];

  for (guint i = 0; i < 10; i++)
    {
      fill (random, vector, 48);
      check_search (&self->reference, index, vector, 10, NULL, 0);
      check_search (&self->reference, index, vector, N_SAVED, NULL, 0);
    }
  for (guint i = 0; i < self->reference.vectors->len; i++)
    g_assert_cmpint (
        quarry_vector_index_get (index, i, vector), ==, self->reference.vectors->pdata[i] != NULL);
}

static void
change (Saved *self, QuarryVectorIndex *index, guint32 seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  float vector[48];

  for (guint i = 0; i < 3000; i++)
    {
      guint slot = g_rand_int_range (random, 0, N_SAVED);

      fill (random, vector, 48);
      if (i % 3 == 0)
        quarry_vector_index_remove (index, slot);
      else
        quarry_vector_index_add (index, slot, vector);
      reference_set (&self->reference, slot, i % 3 == 0 ? NULL : vector);
    }
}

static void
test_save (Saved *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gsize bytes = quarry_vector_index_get_bytes (self->index);
  static const float other[48] = { 1 };

  g_assert_true (quarry_vector_index_save (self->index, self->path, MARK, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (quarry_vector_index_get_bytes (self->index), <, bytes / 2);
  check_all (self, self->index);

  /* What is changed after opening and after saving stays out of the file until it is saved. */
  for (guint round = 0; round < 3; round++)
    {
      g_autoptr (QuarryVectorIndex) index = quarry_vector_index_open (self->path, 48, MARK, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (
          quarry_vector_index_get_count (index), ==, quarry_vector_index_get_count (self->index));
      check_all (self, index);
      quarry_vector_index_add (index, 1, other);

      change (self, self->index, round);
      check_all (self, self->index);
      g_assert_true (quarry_vector_index_save (self->index, self->path, MARK, &error));
      g_assert_no_error (error);
      check_all (self, self->index);
    }

  /* An index without vectors is an index too. */
  g_autoptr (QuarryVectorIndex) empty = quarry_vector_index_new (5);
  g_assert_true (quarry_vector_index_save (empty, self->path, "", &error));
  g_autoptr (QuarryVectorIndex) opened = quarry_vector_index_open (self->path, 5, "", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (quarry_vector_index_get_count (opened), ==, 0);
}

static void
assert_refused (const char *path, guint dims, const char *mark, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (quarry_vector_index_open (path, dims, mark, &error));
  g_assert_error (error, QUARRY_VECTOR_ERROR, code);
  g_assert_nonnull (strstr (error->message, path));
}

/* 48 dimensions, padded to 64, of 16 bits. */
#define ROW_SIZE 128
/* Searches of an index of which row @row is damaged find that out when they look at it; what they
 * find is right all the same but for that row. */
static void
check_damaged (Saved *self, QuarryVectorIndex *index, gsize row)
{
  g_autofree QuarryNeighbour *found = g_new (QuarryNeighbour, N_SAVED);
  g_autofree char *copy = g_strconcat (self->path, ".copy", NULL);
  g_autoptr (GError) error = NULL;
  static const float query[48] = { 1 };
  gboolean is_there = row < quarry_vector_index_get_count (self->index) - n_zeros;
  float vector[48];
  guint n;

  g_assert_false (quarry_vector_index_is_damaged (index));
  n = quarry_vector_index_search (index, query, 5, NULL, 0, found);
  g_assert_cmpuint (n, ==, 5);
  for (guint i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon (
        (double) found[i].score,
        cosine (query, self->reference.vectors->pdata[found[i].slot], 48), 1e-4);
  n = quarry_vector_index_search_exact (index, query, N_SAVED, NULL, 0, found);
  g_assert_cmpint (quarry_vector_index_is_damaged (index), ==, is_there);
  g_assert_cmpuint (n, ==, quarry_vector_index_get_count (self->index) - n_zeros - is_there);
  n = 0;
  for (guint i = 0; i < N_SAVED; i++)
    n += quarry_vector_index_has (index, i) && !quarry_vector_index_get (index, i, vector);
  g_assert_cmpuint (n, ==, is_there);
  g_assert_cmpint (quarry_vector_index_save (index, copy, MARK, &error), ==, !is_there);
  if (is_there)
    {
      g_assert_error (error, QUARRY_VECTOR_ERROR, QUARRY_VECTOR_ERROR_DAMAGED);
      g_assert_false (g_file_test (copy, G_FILE_TEST_EXISTS));
    }
  g_unlink (copy);
}

static void
test_refused (Saved *self, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (6);
  g_autofree char *content = NULL;
  g_autofree char *copy = NULL;
  gsize length, rows;
  guint n_opened = 0;

  assert_refused (self->path, 48, MARK, QUARRY_VECTOR_ERROR_FILE);
  assert_refused (self->folder, 48, MARK, QUARRY_VECTOR_ERROR_DAMAGED);
  g_assert_true (quarry_vector_index_save (self->index, self->path, MARK, NULL));
  assert_refused (self->path, 49, MARK, QUARRY_VECTOR_ERROR_STALE);
  assert_refused (self->path, 48, "another", QUARRY_VECTOR_ERROR_STALE);
  assert_refused (self->path, 48, "", QUARRY_VECTOR_ERROR_STALE);

  g_assert_true (g_file_get_contents (self->path, &content, &length, NULL));
  copy = g_memdup2 (content, length);
  rows = length
         - ((quarry_vector_index_get_count (self->index) - n_zeros) * ROW_SIZE + 4095) / 4096 * 4096;

  /* Cut short or too long. */
  static const gsize cuts[] = { 0, 1, 100, 4095, 4096, 4097, 8192, 50000 };
  for (guint i = 0; i < G_N_ELEMENTS (cuts); i++)
    {
      g_assert_true (g_file_set_contents (self->path, content, cuts[i], NULL));
      assert_refused (self->path, 48, MARK, QUARRY_VECTOR_ERROR_DAMAGED);
    }
  g_assert_true (g_file_set_contents (self->path, content, length - 1, NULL));
  assert_refused (self->path, 48, MARK, QUARRY_VECTOR_ERROR_DAMAGED);

  /* A single bit changed anywhere but in the padding of the header: refused, or found by the first
   * search that looks at what it is in, and by saving. */
  for (guint i = 0; i < 600; i++)
    {
      gsize at = i < 300 ? i : 4096 + g_rand_double (random) * (length - 4096);
      int bit = 1 << g_rand_int_range (random, 0, 8);
      g_autoptr (GError) error = NULL;
      int fd = g_open (self->path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

      copy[at] ^= bit;
      g_assert_cmpint (write (fd, copy, length), ==, length);
      close (fd);
      copy[at] ^= bit;

      g_autoptr (QuarryVectorIndex) index = quarry_vector_index_open (self->path, 48, MARK, &error);

      if (at < rows)
        g_assert_null (index);
      if (index == NULL)
        {
          g_assert_nonnull (error);
          continue;
        }
      n_opened++;
      check_damaged (self, index, (at - rows) / ROW_SIZE);
    }
  g_assert_cmpuint (n_opened, >, 100);

  /* Another machine's, another version's. */
  static const gsize strangers[] = { 8, 12 };
  for (guint i = 0; i < G_N_ELEMENTS (strangers); i++)
    {
      g_autofree char *other = g_memdup2 (content, length);

      for (guint j = 0; j < 2; j++)
        {
          char byte = other[strangers[i] + j];

          other[strangers[i] + j] = other[strangers[i] + 3 - j];
          other[strangers[i] + 3 - j] = byte;
        }
      g_assert_true (g_file_set_contents (self->path, other, length, NULL));
      assert_refused (self->path, 48, MARK, QUARRY_VECTOR_ERROR_STALE);
    }

  /* Other files. */
  g_autofree char *zeros = g_malloc0 (100000);
  g_assert_true (g_file_set_contents (self->path, zeros, 100000, NULL));
  assert_refused (self->path, 48, MARK, QUARRY_VECTOR_ERROR_DAMAGED);
  g_assert_true (g_file_set_contents (self->path, "SQLite format 3", -1, NULL));
  assert_refused (self->path, 48, MARK, QUARRY_VECTOR_ERROR_DAMAGED);

  /* Where it cannot be written, that is said and nothing is left behind. */
  g_autofree char *nowhere = g_build_filename (self->folder, "none", "vectors", NULL);
  g_autoptr (GError) error = NULL;
  g_assert_false (quarry_vector_index_save (self->index, nowhere, MARK, &error));
  g_assert_error (error, QUARRY_VECTOR_ERROR, QUARRY_VECTOR_ERROR_FILE);
  check_all (self, self->index);
}

/* The log */

static guint64
file_of (const char *path, goffset *size)
{
  GStatBuf status;

  g_assert_cmpint (g_stat (path, &status), ==, 0);
  *size = status.st_size;
  return status.st_ino;
}

static void
save (Saved *self)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (quarry_vector_index_save (self->index, self->path, MARK, &error));
  g_assert_no_error (error);
}

static void
check_opened (Saved *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryVectorIndex) index = quarry_vector_index_open (self->path, 48, MARK, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (
      quarry_vector_index_get_count (index), ==, quarry_vector_index_get_count (self->index));
  check_all (self, index);
  g_assert_false (quarry_vector_index_is_damaged (index));
}

/* A few changes are appended; many have the file written anew. Whoever opened the file last goes on
 * with its log. */
static void
test_log (Saved *self, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (11);
  guint n_appended = 0, n_anew = 0;
  goffset first_size, size, last_size;
  guint64 file;

  save (self);
  file = file_of (self->path, &first_size);
  save (self);
  g_assert_cmpuint (file_of (self->path, &size), ==, file);
  g_assert_cmpint (size, ==, first_size);

  for (guint round = 0; round < 60; round++)
    {
      guint n = g_rand_int_range (random, 1, 400);

      for (guint i = 0; i < n; i++)
        {
          guint slot = g_rand_int_range (random, 0, N_SAVED);
          float vector[48] = { 0 };
          int kind = g_rand_int_range (random, 0, 5);

          if (kind > 0)
            fill (random, vector, 48);
          if (kind == 1)
            quarry_vector_index_remove (self->index, slot);
          else
            quarry_vector_index_add (self->index, slot, vector);
          reference_set (&self->reference, slot, kind == 1 ? NULL : vector);
        }
      last_size = size;
      save (self);
      if (file_of (self->path, &size) == file)
        {
          g_assert_cmpint (size, >, last_size);
          g_assert_cmpint (size, <, last_size + 64 * 1024);
          n_appended++;
        }
      else
        {
          file = file_of (self->path, &size);
          n_anew++;
        }
      if (round % 8 == 0)
        check_opened (self);
      if (round % 16 == 5)
        {
          quarry_vector_index_free (self->index);
          self->index = quarry_vector_index_open (self->path, 48, MARK, NULL);
          g_assert_nonnull (self->index);
        }
    }
  g_assert_cmpuint (n_appended, >, 50);
  g_assert_cmpuint (n_anew, >, 0);
  check_opened (self);

  /* Another mark, another place, somebody else's file: written anew. */
  static const float vector[48] = { 1 };
  quarry_vector_index_add (self->index, 2, vector);
  reference_set (&self->reference, 2, vector);
  g_assert_true (quarry_vector_index_save (self->index, self->path, "other", NULL));
  assert_refused (self->path, 48, MARK, QUARRY_VECTOR_ERROR_STALE);
  save (self);
  check_opened (self);
  g_unlink (self->path);
  save (self);
  check_opened (self);
  g_assert_true (g_file_set_contents (self->path, "another", -1, NULL));
  save (self);
  check_opened (self);
}

/* A block that is not whole is none, nor is one with a wrong bit; what came before it counts, and
 * saving goes on behind that. */
static void
test_torn_log (Saved *self, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (12);
  g_autofree char *content = NULL;
  goffset before, after;
  gsize length;
  guint count = quarry_vector_index_get_count (self->index);
  float vector[48];

  save (self);
  file_of (self->path, &before);
  fill (random, vector, 48);
  for (guint i = 0; i < 20; i++)
    quarry_vector_index_add (self->index, N_SAVED + i, vector);
  save (self);
  file_of (self->path, &after);
  g_assert_true (g_file_get_contents (self->path, &content, &length, NULL));
  for (guint i = 0; i < 300; i++)
    {
      gsize at = before + g_rand_int_range (random, 0, after - before);
      gsize cut = i % 2 == 0 ? at : length;
      int fd = g_open (self->path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
      g_autoptr (QuarryVectorIndex) index = NULL;
      g_autoptr (QuarryVectorIndex) again = NULL;

      content[at] ^= 1 << i % 8;
      g_assert_cmpint (write (fd, content, cut), ==, cut);
      content[at] ^= 1 << i % 8;
      close (fd);
      index = quarry_vector_index_open (self->path, 48, MARK, NULL);
      g_assert_cmpuint (quarry_vector_index_get_count (index), ==, count);
      quarry_vector_index_add (index, N_SAVED + 1, vector);
      g_assert_true (quarry_vector_index_save (index, self->path, MARK, NULL));
      again = quarry_vector_index_open (self->path, 48, MARK, NULL);
      g_assert_cmpuint (quarry_vector_index_get_count (again), ==, count + 1);
      g_assert_true (quarry_vector_index_has (again, N_SAVED + 1));
      g_assert_false (quarry_vector_index_is_damaged (again));
    }
}

/* Cells */

#define CELL_DIMS 48
#define N_IN_CELLS 40000
#define N_KINDS 300

/* One of a kind: near the kind's own direction, which is the same for the same @kinds. */
static void
fill_kind (GRand *random, const float *kinds, float *vector)
{
  const float *kind = kinds + (gsize) g_rand_int_range (random, 0, N_KINDS) * CELL_DIMS;
  double square = 0;

  fill (random, vector, CELL_DIMS);
  for (guint i = 0; i < CELL_DIMS; i++)
    {
      vector[i] += 1.2f * kind[i];
      square += (double) vector[i] * (double) vector[i];
    }
  for (guint i = 0; i < CELL_DIMS; i++)
    vector[i] /= (float) sqrt (square);
}

/* Of the ten nearest, how many a search finds, as a share. */
static double
measure_recall (QuarryVectorIndex *index,
                GRand *random,
                const float *kinds,
                const guint64 *allowed,
                gsize n_words)
{
  guint n_wanted_here = 0, n_found = 0;

  for (guint q = 0; q < 200; q++)
    {
      float query[CELL_DIMS];
      QuarryNeighbour exact[10], near[10];
      guint n_exact, n_near;

      fill_kind (random, kinds, query);
      n_exact = quarry_vector_index_search_exact (index, query, 10, allowed, n_words, exact);
      n_near = quarry_vector_index_search (index, query, 10, allowed, n_words, near);
      g_assert_cmpuint (n_near, ==, n_exact);
      n_wanted_here += n_exact;
      for (guint i = 0; i < n_exact; i++)
        for (guint j = 0; j < n_near; j++)
          n_found += near[j].slot == exact[i].slot;
    }
  g_test_message ("recall %g", (double) n_found / n_wanted_here);
  return (double) n_found / n_wanted_here;
}

/* Checks what must hold of cells; returns the share of rows that lie in them. */
static double
check_cells (QuarryVectorIndex *index)
{
  guint n_rows = 0, n_in_cells = 0;

  for (guint i = 0; i < index->n_chunks; i++)
    {
      const QuarryVectorChunk *chunk = index->chunks[i];

      g_assert_cmpuint (chunk->n_rows, <=, QUARRY_VECTOR_CHUNK_ROWS);
      n_rows += chunk->n_rows;
      if (chunk->cell)
        {
          g_assert_true (chunk->sealed);
          n_in_cells += chunk->n_rows;
        }
      for (guint j = 0; j < chunk->n_rows; j++)
        g_assert_cmpuint (quarry_vector_slots_get (&index->slots, chunk->slots[j]), ==,
                          i * QUARRY_VECTOR_CHUNK_ROWS + j);
    }
  g_assert_cmpuint (n_rows, ==, index->n_rows);
  g_assert_cmpuint (n_in_cells, ==, index->n_cell_rows);
  return (double) n_in_cells / n_rows;
}

/* A large index is put into cells when it is saved; searches then look at a part of it and find what is
 * promised all the same, whatever has been changed since, with filters too. */
static void
test_cells (Saved *self, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (15);
  g_autofree float *kinds = g_new (float, N_KINDS * CELL_DIMS);
  g_autofree float *queries = g_new (float, 512 * CELL_DIMS);
  gsize n_words = N_IN_CELLS / 64 + 1;
  g_autofree guint64 *allowed = g_new0 (guint64, n_words);
  g_autoptr (QuarryVectorIndex) index = quarry_vector_index_new (CELL_DIMS);
  g_autoptr (GError) error = NULL;
  float vector[CELL_DIMS], kept[CELL_DIMS], share;

  for (guint i = 0; i < N_KINDS; i++)
    fill (random, kinds + i * CELL_DIMS, CELL_DIMS);
  for (guint i = 0; i < N_IN_CELLS; i++)
    {
      fill_kind (random, kinds, vector);
      quarry_vector_index_add (index, i, vector);
    }
  g_assert_cmpfloat (check_cells (index), ==, 0);
  g_assert_true (quarry_vector_index_wants_queries (index));
  for (guint i = 0; i < 512; i++)
    fill_kind (random, kinds, queries + i * CELL_DIMS);
  quarry_vector_index_set_queries (index, queries, 512);
  g_assert_true (quarry_vector_index_save (index, self->path, MARK, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (check_cells (index), ==, 1);
  g_assert_false (quarry_vector_index_wants_queries (index));
  g_assert_cmpuint (quarry_vector_index_get_count (index), ==, N_IN_CELLS);
  share = index->effort.shares[0];
  g_assert_cmpfloat ((double) share, <, .5);
  g_assert_cmpfloat ((double) share, <=, (double) index->effort.shares[1]);
  g_assert_cmpfloat ((double) index->effort.shares[1], <=, (double) index->effort.shares[2]);
  g_assert_cmpfloat (measure_recall (index, random, kinds, NULL, 0), >, .985);

  /* What it is opened as is what it was. */
  quarry_vector_index_free (g_steal_pointer (&index));
  index = quarry_vector_index_open (self->path, CELL_DIMS, MARK, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (check_cells (index), ==, 1);
  g_assert_cmpfloat ((double) index->effort.shares[0], ==, (double) share);
  g_assert_false (quarry_vector_index_wants_queries (index));
  g_assert_cmpfloat (measure_recall (index, random, kinds, NULL, 0), >, .985);
  for (guint part = 2; part <= 50; part *= 5)
    {
      memset (allowed, 0, n_words * sizeof *allowed);
      for (guint i = 0; i < N_IN_CELLS; i += 1 + g_rand_int_range (random, 0, 2 * part - 1))
        allowed[i / 64] |= G_GUINT64_CONSTANT (1) << i % 64;
      g_assert_cmpfloat (measure_recall (index, random, kinds, allowed, n_words), >, .985);
    }

  /* Removed, added, and put in another's place: what is new lies outside the cells and is found. */
  for (guint i = 0; i < 9000; i++)
    {
      guint slot = g_rand_int_range (random, 0, N_IN_CELLS + 2000);

      fill_kind (random, kinds, vector);
      if (i % 3 == 0)
        {
          quarry_vector_index_remove (index, slot);
          g_assert_false (quarry_vector_index_has (index, slot));
          continue;
        }
      quarry_vector_index_add (index, slot, vector);
      if (i % 100 == 1)
        {
          QuarryNeighbour found;

          g_assert_cmpuint (quarry_vector_index_search (index, vector, 1, NULL, 0, &found), ==, 1);
          g_assert_cmpuint (found.slot, ==, slot);
          g_assert_true (quarry_vector_index_get (index, slot, kept));
          g_assert_cmpfloat (cosine (vector, kept, CELL_DIMS), >, .9999);
        }
    }
  g_assert_cmpfloat (check_cells (index), <, .88);
  g_assert_cmpfloat (measure_recall (index, random, kinds, NULL, 0), >, .985);

  /* So much is new that they are put in order again, now for a smaller promise, which takes less. */
  g_assert_true (quarry_vector_index_wants_queries (index));
  quarry_vector_index_set_promised_recall (index, .9f);
  quarry_vector_index_set_queries (index, queries, 512);
  g_assert_true (quarry_vector_index_save (index, self->path, MARK, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (check_cells (index), ==, 1);
  g_assert_cmpfloat ((double) index->effort.shares[0], <, (double) share * .8);
  g_assert_cmpfloat (measure_recall (index, random, kinds, NULL, 0), >, .87);
  g_assert_cmpfloat (measure_recall (index, random, kinds, NULL, 0), <, .97);
  quarry_vector_index_free (g_steal_pointer (&index));
  index = quarry_vector_index_open (self->path, CELL_DIMS, MARK, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat ((double) quarry_vector_index_get_promised_recall (index), ==, (double) .9f);

  /* All removed, nothing is left. */
  for (guint i = 0; i < N_IN_CELLS + 2000; i++)
    quarry_vector_index_remove (index, i);
  g_assert_cmpuint (index->n_chunks, ==, 0);
  g_assert_cmpfloat (index->n_cell_rows, ==, 0);
}

/* The same answers as one by one. */
static void
test_many (Saved *self, gconstpointer data)
{
  enum
  {
    N = 70,
    DEPTH = 12
  };
  g_autoptr (GRand) random = g_rand_new_with_seed (16);
  float queries[N * 48];
  QuarryNeighbour all[N * DEPTH], one[DEPTH];
  guint n_found[N];

  for (guint i = 0; i < N; i++)
    if (i == 3)
      memset (queries + i * 48, 0, 48 * sizeof (float));
    else
      fill (random, queries + i * 48, 48);
  quarry_vector_index_search_exact_many (self->index, queries, N, DEPTH, all, n_found);
  for (guint i = 0; i < N; i++)
    {
      guint n = quarry_vector_index_search_exact (self->index, queries + i * 48, DEPTH, NULL, 0, one);

      g_assert_cmpuint (n, ==, i == 3 ? 0 : DEPTH);
      g_assert_cmpuint (n_found[i], ==, n);
      for (guint j = 0; j < n; j++)
        {
          g_assert_cmpuint (all[i * DEPTH + j].slot, ==, one[j].slot);
          g_assert_cmpfloat ((double) all[i * DEPTH + j].score, ==, (double) one[j].score);
        }
    }
}

/* Crashes */

/* Saves in a child process that the system kills as soon as it writes past @limit bytes. FALSE where
 * it got through. */
static gboolean
save_and_die (Saved *self, guint64 limit)
{
  int status;
  pid_t child = fork ();

  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      struct rlimit room = { limit, limit };
      struct rlimit no_core = { 0, 0 };

      signal (SIGXFSZ, SIG_DFL);
      setrlimit (RLIMIT_CORE, &no_core);
      setrlimit (RLIMIT_FSIZE, &room);
      _exit (quarry_vector_index_save (self->index, self->path, MARK, NULL) ? 0 : 1);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status) ? WTERMSIG (status) == SIGXFSZ : WEXITSTATUS (status) == 0);
  return WIFSIGNALED (status);
}

/* Killed at any write, a save leaves what was there before, or all of what is new. */
static void
test_crashes (Saved *self, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (13);
  g_autofree char *beside = g_strconcat (self->path, ".new", NULL);
  guint count = quarry_vector_index_get_count (self->index), n_killed = 0;
  goffset size, larger;
  float vector[48];

  save (self);
  file_of (self->path, &size);
  /* With another mark, so that the child writes the file anew. */
  fill (random, vector, 48);
  quarry_vector_index_add (self->index, N_SAVED + 1, vector);
  g_assert_true (quarry_vector_index_save (self->index, self->path, "other", NULL));
  file_of (self->path, &size);
  for (guint i = 0; i <= 100; i++)
    {
      /* At the ends of pages and near them. */
      guint64 limit = size * i / 100 / 4096 * 4096 + (i % 3 == 1 ? 1 : 0);
      gboolean killed = save_and_die (self, limit);
      g_autoptr (QuarryVectorIndex) index
          = quarry_vector_index_open (self->path, 48, killed ? "other" : MARK, NULL);

      g_assert_nonnull (index);
      g_assert_cmpuint (quarry_vector_index_get_count (index), ==, count + 1);
      n_killed += killed;
      if (!killed)
        g_assert_true (quarry_vector_index_save (self->index, self->path, "other", NULL));
    }
  g_assert_cmpuint (n_killed, >, 90);

  /* What is left beside it does not stay. */
  g_assert_true (save_and_die (self, size / 2));
  g_assert_true (g_file_test (beside, G_FILE_TEST_EXISTS));

  /* A block of the log. */
  save (self);
  g_assert_false (g_file_test (beside, G_FILE_TEST_EXISTS));
  file_of (self->path, &size);
  for (guint i = 0; i < 50; i++)
    quarry_vector_index_add (self->index, N_SAVED + 2 + i, vector);
  n_killed = 0;
  larger = size + 64 + (51 * 8 + 63) / 64 * 64 + 50 * ROW_SIZE;
  for (goffset limit = size; limit < larger; limit += 61)
    {
      gboolean killed = save_and_die (self, limit);
      g_autoptr (QuarryVectorIndex) index = quarry_vector_index_open (self->path, 48, MARK, NULL);

      g_assert_cmpuint (quarry_vector_index_get_count (index), ==, killed ? count + 1 : count + 51);
      n_killed += killed;
      g_assert_cmpint (truncate (self->path, size), ==, 0);
    }
  g_assert_cmpuint (n_killed, >, 90);
}

/* Threads */

#define N_STEADY (2 * N_CHANGING)
#define N_CHANGING 2000

typedef struct
{
  QuarryVectorIndex *index;
  gint stop;
  gint removed; /* slots from N_STEADY up to here are gone for good */
  const float *steady;
} Shared;

/* Vectors that nobody removes are found by every search, whatever goes on beside it. */
static gpointer
read_beside (gpointer data)
{
  Shared *shared = data;
  g_autofree QuarryNeighbour *found = g_new (QuarryNeighbour, N_STEADY + N_CHANGING);
  guint n_searches = 0;

  for (guint i = 0; !g_atomic_int_get (&shared->stop) || n_searches < 20; i = (i + 1) % N_STEADY)
    {
      guint gone = g_atomic_int_get (&shared->removed);
      g_autofree guint8 *seen = g_new0 (guint8, N_STEADY + N_CHANGING);
      guint n = quarry_vector_index_search_exact (
          shared->index, shared->steady + i * 16, N_STEADY + N_CHANGING, NULL, 0, found);

      if (g_atomic_int_get (&shared->removed) < gone)
        gone = N_STEADY; /* they are coming back */
      n_searches++;
      for (guint j = 0; j < n; j++)
        {
          g_assert_false (seen[found[j].slot]);
          g_assert_true (found[j].slot < N_STEADY || found[j].slot >= gone);
          seen[found[j].slot] = TRUE;
        }
      for (guint j = 0; j < N_STEADY; j++)
        g_assert_true (seen[j]);
      g_assert_cmpfloat ((double) found[0].score, >, .999);

      /* A vector's own estimate is exact. */
      n = quarry_vector_index_search (shared->index, shared->steady + i * 16, 5, NULL, 0, found);
      g_assert_cmpuint (n, ==, 5);
      g_assert_cmpuint (found[0].slot, ==, i);
    }
  return NULL;
}

static void
test_threads (Saved *self, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  g_autofree float *steady = g_new (float, N_STEADY * 16);
  Shared shared = { .index = quarry_vector_index_new (16), .removed = N_STEADY, .steady = steady };
  GThread *threads[3];
  float vector[16];

  /* Mixed, so that removing moves vectors that stay. */
  for (guint i = 0; i < N_CHANGING; i++)
    {
      fill (random, vector, 16);
      quarry_vector_index_add (shared.index, N_STEADY + i, vector);
      for (guint j = 2 * i; j < 2 * i + 2; j++)
        {
          fill (random, steady + j * 16, 16);
          quarry_vector_index_add (shared.index, j, steady + j * 16);
        }
    }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("reader", read_beside, &shared);
  for (guint i = 0; i < N_CHANGING; i++)
    {
      quarry_vector_index_remove (shared.index, N_STEADY + i);
      g_atomic_int_inc (&shared.removed);
      if (i % 500 == 250)
        g_assert_true (quarry_vector_index_save (shared.index, self->path, MARK, NULL));
    }
  g_atomic_int_set (&shared.removed, N_STEADY);
  for (guint i = 0; i < N_CHANGING; i++)
    {
      fill (random, vector, 16);
      quarry_vector_index_add (shared.index, N_STEADY + i, vector);
      quarry_vector_index_add (shared.index, N_STEADY + i / 2, vector);
    }
  g_atomic_int_set (&shared.stop, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  quarry_vector_index_free (shared.index);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vector/kernels", test_kernels);
  g_test_add_func ("/vector/scan", test_scan);
  g_test_add_func ("/vector/rotation", test_rotation);
  g_test_add_func ("/vector/codes", test_codes);
  g_test_add_func ("/vector/reference", test_reference);
  g_test_add_func ("/vector/filters", test_filters);
  g_test_add_func ("/vector/ties", test_ties);
  g_test_add_func ("/vector/odd-vectors", test_odd_vectors);
#define ADD(name, function) g_test_add (name, Saved, NULL, saved_set_up, function, saved_tear_down)
  ADD ("/vector/save", test_save);
  ADD ("/vector/refused", test_refused);
  ADD ("/vector/log", test_log);
  ADD ("/vector/torn-log", test_torn_log);
  ADD ("/vector/cells", test_cells);
  ADD ("/vector/many", test_many);
  ADD ("/vector/crashes", test_crashes);
  ADD ("/vector/threads", test_threads);
  return g_test_run ();
}
