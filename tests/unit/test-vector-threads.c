/* test-vector-threads.c: searches of the vector index beside changes and saves
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "vector-helpers.h"

#include <fcntl.h>
#include <unistd.h>

#define N_STEADY (2 * N_CHANGING)
#define N_CHANGING 3000 /* enough for cells together with the steady ones; those alone are not */

typedef struct
{
  QuarryVectorIndex *index;
  gint stop;
  gint removed; /* slots from N_STEADY up to this one have been removed */
  const float *steady;
} Shared;

/* Every search finds all vectors that nobody removes, whatever other threads do. */
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
        gone = N_STEADY; /* removed vectors are being added again */
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

      /* A vector finds itself first. */
      n = quarry_vector_index_search (shared->index, shared->steady + i * 16, 5, NULL, 0, found);
      g_assert_cmpuint (n, ==, 5);
      g_assert_cmpuint (found[0].slot, ==, i);
    }
  return NULL;
}

static void
spill (Saved *self, QuarryVectorIndex *index)
{
  g_autofree char *path = g_strconcat (self->path, ".spilled", NULL);
  int fd = open (path, O_CREAT | O_EXCL | O_RDWR, 0600);

  g_assert_cmpuint (quarry_vector_index_get_spillable (index), >, 0);
  g_assert_true (quarry_vector_index_spill (index, fd));
  close (fd);
  g_assert_cmpint (unlink (path), ==, 0);
}

static void
test_threads (Saved *self, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  g_autofree float *steady = g_new (float, N_STEADY * 16);
  Shared shared = { .index = quarry_vector_index_new (16), .removed = N_STEADY, .steady = steady };
  GThread *threads[3];
  float vector[16];

  /* Vectors that stay and those that go are interleaved, so that removing some moves others. */
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

  /* The index is opened from its file, so that several searches at the same time are the first to look at, and so to
   * check, its parts. */
  g_assert_true (quarry_vector_index_save (shared.index, self->path, MARK, NULL));
  quarry_vector_index_free (shared.index);
  shared.index = quarry_vector_index_open (self->path, 16, MARK, NULL);
  g_assert_nonnull (shared.index);
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
      if (i % 700 == 699)
        spill (self, shared.index);
    }
  g_assert_false (quarry_vector_index_is_damaged (shared.index));
  g_atomic_int_set (&shared.stop, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  quarry_vector_index_free (shared.index);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/vector/threads", Saved, NULL, saved_set_up, test_threads, saved_tear_down);
  return g_test_run ();
}
