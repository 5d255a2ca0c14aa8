/* vector-helpers.c: a vector index, and a plain reference to compare it with
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "vector-helpers.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "tests/support/temporary-folder.h"

void
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

double
cosine (const float *a, const float *b, guint dims)
{
  double sum = 0;

  for (guint i = 0; i < dims; i++)
    sum += (double) a[i] * (double) b[i];
  return sum;
}

void
reference_init (Reference *self, guint dims, guint n_slots)
{
  self->dims = dims;
  self->vectors = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_set_size (self->vectors, n_slots);
}

void
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

void
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

void
check_recall (void)
{
  g_test_message ("%u of %u missed", n_missed_in_all, n_wanted);
  g_assert_cmpuint (n_missed_in_all * 50, <=, n_wanted);
  n_wanted = n_missed_in_all = 0;
}

void
saved_set_up (Saved *self, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (4);
  guint dims = 48;
  float vector[48];

  self->folder = temporary_folder_new ();
  self->path = g_build_filename (self->folder, "vectors", NULL);
  reference_init (&self->reference, dims, N_SAVED);
  self->index = quarry_vector_index_new (dims);
  for (guint i = 0; i < N_SAVED; i += 1 + i % 2)
    {
      fill (random, vector, dims);
      if (i % 1000 == 0)
        memset (vector, 0, sizeof vector);
      self->n_zeros += vector[0] == 0;
      quarry_vector_index_add (self->index, i, vector);
      reference_set (&self->reference, i, vector);
    }
}

void
saved_tear_down (Saved *self, gconstpointer data)
{
  /* Nothing but the index itself has been left behind. */
  g_unlink (self->path);
  temporary_folder_free_empty (self->folder);
  g_free (self->path);
  g_ptr_array_unref (self->reference.vectors);
  quarry_vector_index_free (self->index);
}

void
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
