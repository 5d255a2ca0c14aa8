/* test-vector-cells.c: a large vector index, put into cells
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/vector/quarry-vector-index-private.h"
#include "vector-helpers.h"

#include <math.h>
#include <string.h>

#define CELL_DIMS 48
#define N_IN_CELLS 40000
#define N_KINDS 300
#define N_ASKED 1024

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
                guint n,
                const guint64 *allowed,
                gsize n_words)
{
  guint n_wanted_here = 0, n_found = 0;

  for (guint q = 0; q < n; q++)
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
  g_autofree float *queries = g_new (float, N_ASKED * CELL_DIMS);
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
  g_assert_true (quarry_vector_index_wants_queries (index, self->path, MARK));
  for (guint i = 0; i < N_ASKED; i++)
    fill_kind (random, kinds, queries + i * CELL_DIMS);
  quarry_vector_index_set_queries (index, queries, N_ASKED);
  g_assert_true (quarry_vector_index_save (index, self->path, MARK, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (check_cells (index), ==, 1);
  g_assert_false (quarry_vector_index_wants_queries (index, self->path, MARK));
  g_assert_cmpuint (quarry_vector_index_get_count (index), ==, N_IN_CELLS);
  share = index->effort.shares[0];
  g_assert_cmpfloat ((double) share, <, .7);
  g_assert_cmpfloat ((double) share, <=, (double) index->effort.shares[1]);
  g_assert_cmpfloat ((double) index->effort.shares[1], <=, (double) index->effort.shares[2]);
  g_assert_cmpfloat (measure_recall (index, random, kinds, 200, NULL, 0), >, .985);

  /* What it is opened as is what it was. */
  quarry_vector_index_free (g_steal_pointer (&index));
  index = quarry_vector_index_open (self->path, CELL_DIMS, MARK, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (check_cells (index), ==, 1);
  g_assert_cmpfloat ((double) index->effort.shares[0], ==, (double) share);
  g_assert_false (quarry_vector_index_wants_queries (index, self->path, MARK));
  g_assert_cmpfloat (measure_recall (index, random, kinds, 200, NULL, 0), >, .985);
  for (guint part = 2; part <= 50; part *= 5)
    {
      memset (allowed, 0, n_words * sizeof *allowed);
      for (guint i = 0; i < N_IN_CELLS; i += 1 + g_rand_int_range (random, 0, 2 * part - 1))
        allowed[i / 64] |= G_GUINT64_CONSTANT (1) << i % 64;
      g_assert_cmpfloat (measure_recall (index, random, kinds, 200, allowed, n_words), >, .985);
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
  g_assert_cmpfloat (measure_recall (index, random, kinds, 200, NULL, 0), >, .985);

  /* So much is new that they are put in order again, now for a smaller promise, which takes less. */
  g_assert_true (quarry_vector_index_wants_queries (index, self->path, MARK));
  quarry_vector_index_set_promised_recall (index, .9f);
  quarry_vector_index_set_queries (index, queries, N_ASKED);
  g_assert_true (quarry_vector_index_save (index, self->path, MARK, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (check_cells (index), ==, 1);
  g_assert_cmpfloat ((double) index->effort.shares[0], <, (double) share * .8);
  g_assert_cmpfloat (measure_recall (index, random, kinds, 200, NULL, 0), >, .87);
  g_assert_cmpfloat (measure_recall (index, random, kinds, 200, NULL, 0), <, .97);
  quarry_vector_index_free (g_steal_pointer (&index));
  index = quarry_vector_index_open (self->path, CELL_DIMS, MARK, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat ((double) quarry_vector_index_get_promised_recall (index), ==, (double) .9f);

  /* Without queries, such are made up as are no easier to answer than real ones. */
  quarry_vector_index_set_promised_recall (index, .995f);
  quarry_vector_index_set_queries (index, NULL, 0);
  /* What is only appended to the file measures nothing. */
  g_assert_false (quarry_vector_index_wants_queries (index, self->path, MARK));
  g_assert_true (quarry_vector_index_wants_queries (index, self->path, "another"));
  for (guint i = 0; i < N_IN_CELLS / 4; i++)
    {
      fill_kind (random, kinds, vector);
      quarry_vector_index_add (index, i, vector);
    }
  g_assert_true (quarry_vector_index_wants_queries (index, self->path, MARK));
  g_assert_true (quarry_vector_index_save (index, self->path, MARK, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (check_cells (index), ==, 1);
  g_assert_cmpfloat ((double) index->effort.shares[0], <, .8);
  g_assert_cmpfloat (measure_recall (index, random, kinds, 200, NULL, 0), >, .985);

  /* All removed, nothing is left. */
  for (guint i = 0; i < N_IN_CELLS + 2000; i++)
    quarry_vector_index_remove (index, i);
  g_assert_cmpuint (index->n_chunks, ==, 0);
  g_assert_cmpfloat (index->n_cell_rows, ==, 0);
}

/* Of the ten nearest, the share that lies in cells that are not visited. */
static double
measure_not_visited (QuarryVectorIndex *index, GRand *random, const float *kinds, guint n)
{
  g_autofree guint32 *numbers = g_new (guint32, index->n_chunks);
  g_autofree gboolean *visited = g_new (gboolean, index->n_chunks);
  gint16 *row = g_aligned_alloc (index->stride, sizeof *row, QUARRY_VECTOR_ALIGNMENT);
  guint n_not_visited = 0;

  for (guint q = 0; q < n; q++)
    {
      float query[CELL_DIMS];
      QuarryNeighbour exact[10];
      guint n_visited;

      fill_kind (random, kinds, query);
      g_assert_cmpuint (quarry_vector_index_search_exact (index, query, 10, NULL, 0, exact), ==, 10);
      g_assert_true (quarry_vector_index_encode (index, query, row));
      n_visited = quarry_vector_index_rank_chunks (index, row, index->effort.shares[0], numbers);
      memset (visited, 0, index->n_chunks * sizeof *visited);
      for (guint i = 0; i < n_visited; i++)
        visited[numbers[i]] = TRUE;
      for (guint i = 0; i < 10; i++)
        n_not_visited += !visited[quarry_vector_slots_get (&index->slots, exact[i].slot)
                                  / QUARRY_VECTOR_CHUNK_ROWS];
    }
  g_aligned_free (row);
  g_test_message ("not visited %g", (double) n_not_visited / (10 * n));
  return (double) n_not_visited / (10 * n);
}

/* Whichever queries it is measured with, there is room to what may be lost; were as much lost as in the
 * measurement, there would not always be. */
static void
test_promise (Saved *self, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (29);
  g_autofree float *kinds = g_new (float, N_KINDS * CELL_DIMS);
  g_autofree float *queries = g_new (float, N_ASKED * CELL_DIMS);
  g_autoptr (QuarryVectorIndex) index = quarry_vector_index_new (CELL_DIMS);
  g_autoptr (GError) error = NULL;
  float vector[CELL_DIMS];

  for (guint i = 0; i < N_KINDS; i++)
    fill (random, kinds + i * CELL_DIMS, CELL_DIMS);
  for (guint i = 0; i < N_IN_CELLS / 2; i++)
    {
      fill_kind (random, kinds, vector);
      quarry_vector_index_add (index, i, vector);
    }
  for (guint round = 0; round < 8; round++)
    {
      /* Another promise and another mark, so that it is written and measured anew. */
      float promised = .98f + (float) round * .0001f;
      g_autofree char *mark = g_strdup_printf ("round %u", round);

      for (guint i = 0; i < N_ASKED; i++)
        fill_kind (random, kinds, queries + i * CELL_DIMS);
      quarry_vector_index_set_promised_recall (index, promised);
      quarry_vector_index_set_queries (index, queries, N_ASKED);
      g_assert_true (quarry_vector_index_save (index, self->path, mark, &error));
      g_assert_no_error (error);
      g_assert_false (quarry_vector_index_wants_queries (index, self->path, mark));
      g_assert_cmpfloat (measure_not_visited (index, random, kinds, 1000), <=, .6 * (1 - (double) promised));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/vector/cells", Saved, NULL, saved_set_up, test_cells, saved_tear_down);
  g_test_add ("/vector/promise", Saved, NULL, saved_set_up, test_promise, saved_tear_down);
  return g_test_run ();
}
