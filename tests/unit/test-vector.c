/* test-vector.c: the vector index against a plain reference
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "vector-helpers.h"

#include <math.h>
#include <string.h>

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

      /* An emptied index works like a new one, and takes less memory than before. */
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

/* The rows that a search reports to have met include all that it found, and a search among them is exact. */
static void
test_met (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (5);
  g_autoptr (QuarryVectorIndex) index = quarry_vector_index_new (40);
  guint n_slots = 9000;
  float vector[40], other[40];

  for (guint i = 0; i < n_slots; i++)
    {
      fill (random, vector, 40);
      quarry_vector_index_add (index, i, vector);
    }
  for (guint round = 0; round < 20; round++)
    {
      QuarryNeighbour found[20], plain[20], among[20], exact[20];
      g_autofree guint64 *bitmap = g_new0 (guint64, n_slots / 64 + 1);
      guint32 met[4096];
      guint n_met = G_N_ELEMENTS (met), n;

      fill (random, vector, 40);
      fill (random, other, 40);
      g_assert_cmpuint (quarry_vector_index_search_met (index, vector, 20, NULL, 0, found, met, &n_met), ==, 20);
      g_assert_cmpuint (quarry_vector_index_search (index, vector, 20, NULL, 0, plain), ==, 20);
      g_assert_cmpuint (n_met, >, 20);
      g_assert_cmpuint (n_met, <, G_N_ELEMENTS (met));
      for (guint i = 0; i < n_met; i++)
        {
          guint64 bit = G_GUINT64_CONSTANT (1) << (met[i] & 63);

          g_assert_cmpuint (bitmap[met[i] >> 6] & bit, ==, 0);
          bitmap[met[i] >> 6] |= bit;
        }
      for (guint i = 0; i < 20; i++)
        {
          g_assert_cmpuint (found[i].slot, ==, plain[i].slot);
          g_assert_cmpuint (bitmap[found[i].slot >> 6] >> (found[i].slot & 63) & 1, ==, 1);
        }

      n = quarry_vector_index_search_among (index, other, 20, met, n_met, among);
      g_assert_cmpuint (n, ==, 20);
      g_assert_cmpuint (quarry_vector_index_search_exact (index, other, 20, bitmap, n_slots / 64 + 1, exact), ==, 20);
      for (guint i = 0; i < 20; i++)
        {
          g_assert_cmpuint (among[i].slot, ==, exact[i].slot);
          g_assert_cmpfloat (among[i].score, ==, exact[i].score);
        }

      /* What has been removed meanwhile is not found. */
      quarry_vector_index_remove (index, among[0].slot);
      g_assert_cmpuint (quarry_vector_index_search_among (index, other, 1, met, n_met, exact), ==, 1);
      g_assert_cmpuint (exact[0].slot, ==, among[1].slot);
      g_assert_cmpuint (quarry_vector_index_search_among (index, other, 20, met, 5, exact), <=, 5);
      g_assert_cmpuint (quarry_vector_index_search_among (index, other, 20, NULL, 0, exact), ==, 0);

      /* Without room for all that it met, it reports what it found. */
      n_met = 25;
      n = quarry_vector_index_search_met (index, vector, 20, NULL, 0, found, met, &n_met);
      g_assert_cmpuint (n_met, ==, n);
      for (guint i = 0; i < n; i++)
        g_assert_cmpuint (met[i], ==, found[i].slot);
    }
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

  /* Vectors become zero, are replaced again, and are removed. */
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

/* Many queries together get the answers that each gets alone. */
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

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vector/reference", test_reference);
  g_test_add_func ("/vector/filters", test_filters);
  g_test_add_func ("/vector/ties", test_ties);
  g_test_add_func ("/vector/met", test_met);
  g_test_add_func ("/vector/odd-vectors", test_odd_vectors);
  g_test_add ("/vector/many", Saved, NULL, saved_set_up, test_many, saved_tear_down);
  return g_test_run ();
}
