/* quarry-vector-bench.c: measures how fast and how exact the vector index is on this machine
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * While the index is being filled, the exact neighbours of all queries are found by plain products of floats. After
 * reopening the index, searches and changes are timed.
 */
#include "core/eval/quarry-vector-bench.h"

#include <glib/gstdio.h>
#include <string.h>

#include "core/eval/quarry-passage-maker.h"
#include "core/machine/quarry-wide.h"
#include "core/vector/quarry-vector-index.h"

#define DEPTH QUARRY_VECTOR_BENCH_DEPTH
#define N_QUERIES 500
#define N_PREPARED 1024
#define N_ROUNDS 3
#define N_CHANGES 2000
#define BATCH 4096 /* this many passages are compared exactly at a time */
#define TILE 64    /* and this many of them are multiplied together */
#define MARK "bench"

typedef struct
{
  QuarryPassageMaker *maker;
  guint dims, n_passages;
  QuarryVectorIndex *index;
  float *queries; /* N_QUERIES × dims */
  float *scores;  /* N_QUERIES × DEPTH: the best so far, by exact cosine */
  guint32 *best;  /* their slots */
  double *times;  /* ms */
  gint next;      /* atomic */
  gint n_found;   /* atomic */
} Run;

static double
ms_since (gint64 began)
{
  return (double) (g_get_monotonic_time () - began) / 1000;
}

typedef float Lanes __attribute__ ((vector_size (32), aligned (4), may_alias));
#define N_LANES (sizeof (Lanes) / sizeof (float))

/* @products: N_QUERIES × BATCH, of each query with each of the @n passages. @tile: room for dims × TILE floats. */
FOR_WIDE_REGISTERS static void
multiply (guint dims,
          const float *queries,
          const float *passages,
          guint n,
          float *tile,
          float *products)
{
  for (guint first = 0; first < n; first += TILE)
    {
      guint count = MIN (TILE, n - first);

      for (guint d = 0; d < dims; d++)
        for (guint i = 0; i < TILE; i++)
          tile[d * TILE + i] = i < count ? passages[(gsize) (first + i) * dims + d] : 0;
      for (guint q = 0; q < N_QUERIES; q++)
        {
          const float *query = queries + (gsize) q * dims;
          Lanes sums[TILE / N_LANES] = { 0 };

          for (guint d = 0; d < dims; d++)
#pragma GCC unroll 8
            for (guint i = 0; i < TILE / N_LANES; i++)
              sums[i] += query[d] * *(const Lanes *) (tile + d * TILE + i * N_LANES);
          memcpy (products + (gsize) q * BATCH + first, sums, count * sizeof (float));
        }
    }
}

static void
keep_best (Run *run, const float *products, guint first, guint count)
{
  for (guint q = 0; q < N_QUERIES; q++)
    {
      float *list = run->scores + q * DEPTH;
      guint32 *best = run->best + q * DEPTH;

      for (guint i = 0; i < count; i++)
        {
          float score = products[(gsize) q * BATCH + i];
          guint at = DEPTH - 1;

          if (score <= list[at])
            continue;
          for (; at > 0 && list[at - 1] < score; at--)
            {
              list[at] = list[at - 1];
              best[at] = best[at - 1];
            }
          list[at] = score;
          best[at] = first + i;
        }
    }
}

/* Fills the index, and finds the true nearest neighbours at the same time. */
static void
build (Run *run, QuarryVectorBench *result)
{
  g_autofree float *batch = g_new (float, (gsize) BATCH * run->dims);
  g_autofree float *tile = g_new (float, (gsize) TILE * run->dims);
  g_autofree float *products = g_new (float, (gsize) N_QUERIES * BATCH);

  for (guint i = 0; i < N_QUERIES; i++)
    quarry_passage_maker_make_query (run->maker, i, run->queries + (gsize) i * run->dims);
  for (guint i = 0; i < N_QUERIES * DEPTH; i++)
    run->scores[i] = -2;
  for (guint first = 0; first < run->n_passages; first += BATCH)
    {
      guint count = MIN (BATCH, run->n_passages - first);
      gint64 began;

      for (guint i = 0; i < count; i++)
        quarry_passage_maker_make_passage (run->maker, first + i, batch + (gsize) i * run->dims);
      began = g_get_monotonic_time ();
      for (guint i = 0; i < count; i++)
        quarry_vector_index_add (run->index, first + i, batch + (gsize) i * run->dims);
      result->build_seconds += ms_since (began) / 1000;

      multiply (run->dims, run->queries, batch, count, tile, products);
      keep_best (run, products, first, count);
    }
}

/* Gives the index queries to measure its effort with, other than those that the benchmark uses. */
static void
prepare (Run *run)
{
  g_autofree float *queries = g_new (float, (gsize) N_PREPARED * run->dims);

  for (guint i = 0; i < N_PREPARED; i++)
    quarry_passage_maker_make_query (run->maker, N_QUERIES + i, queries + (gsize) i * run->dims);
  quarry_vector_index_set_queries (run->index, queries, N_PREPARED);
}

static gboolean
reopen (Run *run, QuarryVectorBench *result, GError **error)
{
  g_autofree char *folder = g_dir_make_tmp ("quarry-bench-XXXXXX", error);
  g_autofree char *path = folder != NULL ? g_build_filename (folder, "vectors.index", NULL) : NULL;
  gboolean saved;
  gint64 began;

  if (folder == NULL)
    return FALSE;
  prepare (run);
  began = g_get_monotonic_time ();
  saved = quarry_vector_index_save (run->index, path, MARK, error);
  result->build_seconds += ms_since (began) / 1000;
  g_clear_pointer (&run->index, quarry_vector_index_free);
  if (saved)
    {
      QuarryNeighbour found[DEPTH];

      began = g_get_monotonic_time ();
      run->index = quarry_vector_index_open (path, run->dims, MARK, error);
      result->open_ms = ms_since (began);
      if (run->index != NULL)
        {
          began = g_get_monotonic_time ();
          quarry_vector_index_search (run->index, run->queries, DEPTH, NULL, 0, found);
          result->first_search_ms = ms_since (began);
        }
    }
  g_unlink (path);
  g_rmdir (folder);
  return run->index != NULL;
}

static gpointer
search_thread (gpointer data)
{
  Run *run = data;
  guint dims = run->dims;
  gint q;

  while ((q = g_atomic_int_add (&run->next, 1)) < N_QUERIES)
    {
      QuarryNeighbour found[DEPTH];
      guint n = 0;

      run->times[q] = G_MAXDOUBLE;
      for (guint round = 0; round < N_ROUNDS; round++)
        {
          gint64 began = g_get_monotonic_time ();

          n = quarry_vector_index_search (run->index, run->queries + (gsize) q * dims, DEPTH, NULL,
                                          0, found);
          run->times[q] = MIN (run->times[q], ms_since (began));
        }
      for (guint i = 0; i < n; i++)
        for (guint j = 0; j < DEPTH; j++)
          if (found[i].slot == run->best[q * DEPTH + j])
            g_atomic_int_inc (&run->n_found);
    }

  return NULL;
}

static int
compare_times (const void *a, const void *b)
{
  double left = *(const double *) a, right = *(const double *) b;

  return (left > right) - (left < right);
}

static void
measure_searches (Run *run, guint n_threads, QuarryVectorBench *result)
{
  g_autoptr (GPtrArray) threads = g_ptr_array_new ();
  for (guint i = 0; i < n_threads; i++)
    g_ptr_array_add (threads, g_thread_new ("bench", search_thread, run));
  for (guint i = 0; i < n_threads; i++)
    g_thread_join (threads->pdata[i]);

  qsort (run->times, N_QUERIES, sizeof (double), compare_times);
  result->search_p50_ms = run->times[N_QUERIES / 2];
  result->search_p99_ms = run->times[N_QUERIES * 99 / 100];
  result->recall = (double) run->n_found / (N_QUERIES * DEPTH);
}

/* Adds some more passages and removes them again; the fastest of three times counts. */
static void
measure_changes (Run *run, QuarryVectorBench *result)
{
  guint n = run->n_passages, count = MIN (N_CHANGES, n);
  g_autofree float *vectors = g_new (float, (gsize) count * run->dims);

  result->add_us = result->remove_us = G_MAXDOUBLE;
  for (guint i = 0; i < count; i++)
    quarry_passage_maker_make_passage (run->maker, i, vectors + (gsize) i * run->dims);
  for (guint round = 0; round < N_ROUNDS; round++)
    {
      gint64 began = g_get_monotonic_time ();

      for (guint i = 0; i < count; i++)
        quarry_vector_index_add (run->index, n + i, vectors + (gsize) i * run->dims);
      result->add_us = MIN (result->add_us, ms_since (began) * 1000 / count);
      began = g_get_monotonic_time ();
      for (guint i = 0; i < count; i++)
        quarry_vector_index_remove (run->index, n + i);
      result->remove_us = MIN (result->remove_us, ms_since (began) * 1000 / count);
    }
}

gboolean
quarry_vector_bench_made_up (
    guint dims, guint n_passages, guint n_threads, QuarryVectorBench *result, GError **error)
{
  g_autoptr (QuarryPassageMaker) maker = quarry_passage_maker_new (dims, n_passages);
  g_autofree float *queries = g_new (float, (gsize) N_QUERIES * dims);
  g_autofree float *scores = g_new (float, N_QUERIES * DEPTH);
  g_autofree guint32 *best = g_new0 (guint32, N_QUERIES * DEPTH);
  g_autofree double *times = g_new0 (double, N_QUERIES);
  Run run = { .maker = maker,
              .dims = dims,
              .n_passages = n_passages,
              .index = quarry_vector_index_new (dims),
              .queries = queries,
              .scores = scores,
              .best = best,
              .times = times };

  *result = (QuarryVectorBench) { .n_passages = n_passages, .dims = dims };
  build (&run, result);
  if (!reopen (&run, result, error))
    return FALSE;
  result->bytes_per_passage = (double) quarry_vector_index_get_bytes (run.index) / n_passages;
  measure_searches (&run, n_threads, result);
  measure_changes (&run, result);
  quarry_vector_index_free (run.index);

  return TRUE;
}
