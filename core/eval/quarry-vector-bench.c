/* quarry-vector-bench.c: how fast and how exact the vector index is on this machine
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A made-up passage is what a real one is to a static model, a sum of its words' rows: half of its
 * 60 words come from one of some thousands of subjects (each a set of 48 words), half from the
 * vocabulary by Zipf's law. A query takes 12 words of one subject and of the vocabulary in the same way.
 */
#include "core/eval/quarry-vector-bench.h"

#include <cblas.h>
#include <math.h>
#include <string.h>

#include "core/embed/quarry-embedder.h"
#include "core/vector/quarry-vector-index.h"

#define N_QUERIES 200
#define DEPTH 10
#define SUBJECT_WORDS 48
#define PASSAGE_WORDS 60
#define QUERY_WORDS 12
#define BATCH 8192 /* passages whose exact cosines are computed at a time */

typedef struct
{
  QuarryEmbedder *embedder;
  guint dims;
  guint n_subjects;
  guint32 *subjects; /* n_subjects × SUBJECT_WORDS token ids */
  guint64 state;
} Maker;

/* xorshift64*: the same passages everywhere. */
static double
next_random (Maker *maker)
{
  maker->state ^= maker->state >> 12;
  maker->state ^= maker->state << 25;
  maker->state ^= maker->state >> 27;

  return (double) ((maker->state * G_GUINT64_CONSTANT (2685821657736338717)) >> 11) / 9007199254740992.0;
}

/* Rows stand in the order of how common their words are: 1/rank is log-uniform in the rank. */
static guint32
zipf_token (Maker *maker)
{
  guint n = quarry_embedder_get_n_tokens (maker->embedder);

  return (guint32) MIN (exp (next_random (maker) * log (n)) - 1, n - 1);
}

static void
make_vector (Maker *maker, guint n_words, float *vector)
{
  const guint32 *subject
      = maker->subjects + (gsize) (next_random (maker) * maker->n_subjects) * SUBJECT_WORDS;
  QuarryToken tokens[PASSAGE_WORDS] = { 0 };
  float norm = 0;

  for (guint i = 0; i < n_words; i++)
    tokens[i].id = i % 2 == 0 ? subject[(guint) (next_random (maker) * SUBJECT_WORDS)] : zipf_token (maker);
  memset (vector, 0, sizeof (float) * maker->dims);
  quarry_embedder_accumulate (maker->embedder, NULL, tokens, n_words, vector);
  for (guint i = 0; i < maker->dims; i++)
    norm += vector[i] * vector[i];
  norm = norm > 0 ? 1 / sqrtf (norm) : 0;
  for (guint i = 0; i < maker->dims; i++)
    vector[i] *= norm;
}

/* The DEPTH nearest of each query by exact cosine, as slots. @best: N_QUERIES × DEPTH. */
static void
find_exact (const float *vectors, guint n, const float *queries, guint dims, guint32 *best)
{
  g_autofree float *products = g_new (float, (gsize) N_QUERIES * BATCH);
  g_autofree float *scores = g_new (float, N_QUERIES * DEPTH);

  for (guint i = 0; i < N_QUERIES * DEPTH; i++)
    scores[i] = -2;
  for (guint first = 0; first < n; first += BATCH)
    {
      guint count = MIN (BATCH, n - first);

      cblas_sgemm (CblasRowMajor, CblasNoTrans, CblasTrans, N_QUERIES, (blasint) count, (blasint) dims, 1,
                   queries, (blasint) dims, vectors + (gsize) first * dims, (blasint) dims, 0, products,
                   BATCH);
      for (guint q = 0; q < N_QUERIES; q++)
        {
          float *list = scores + q * DEPTH;

          for (guint i = 0; i < count; i++)
            {
              float score = products[(gsize) q * BATCH + i];
              guint at = DEPTH - 1;

              if (score <= list[at])
                continue;
              for (; at > 0 && list[at - 1] < score; at--)
                {
                  list[at] = list[at - 1];
                  best[q * DEPTH + at] = best[q * DEPTH + at - 1];
                }
              list[at] = score;
              best[q * DEPTH + at] = first + i;
            }
        }
    }
}

typedef struct
{
  QuarryVectorIndex *index;
  const float *queries;
  const guint32 *truth;
  guint dims;
  double *times; /* ms */
  gint next;     /* atomic */
  gint n_found;  /* atomic */
} Run;

static gpointer
search_thread (gpointer data)
{
  Run *run = data;
  gint q;

  while ((q = g_atomic_int_add (&run->next, 1)) < N_QUERIES)
    {
      QuarryNeighbour found[DEPTH];
      gint64 began = g_get_monotonic_time ();
      guint n = quarry_vector_index_search (run->index, run->queries + (gsize) q * run->dims, DEPTH, NULL, 0,
                                            found);

      run->times[q] = (double) (g_get_monotonic_time () - began) / 1000;
      for (guint i = 0; i < n; i++)
        for (guint j = 0; j < DEPTH; j++)
          if (found[i].slot == run->truth[q * DEPTH + j])
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

/* One passage more, and gone again, many times; the last ones go for good. */
static void
measure_changes (QuarryVectorIndex *index, const float *vectors, guint n, guint dims, QuarryVectorBench *result)
{
  guint count = MIN (2000, n);
  gint64 began = g_get_monotonic_time ();

  for (guint i = 0; i < count; i++)
    quarry_vector_index_add (index, n + i, vectors + (gsize) i * dims);
  result->add_us = (double) (g_get_monotonic_time () - began) / count;
  began = g_get_monotonic_time ();
  for (guint i = 0; i < count; i++)
    quarry_vector_index_remove (index, n + i);
  result->remove_us = (double) (g_get_monotonic_time () - began) / count;
}

gboolean
quarry_vector_bench (const char *model,
                     guint n_passages,
                     guint n_threads,
                     QuarryVectorBench *result,
                     GError **error)
{
  g_autoptr (QuarryEmbedder) embedder = quarry_embedder_load (model, error);
  g_autoptr (QuarryVectorIndex) index = NULL;
  g_autofree float *vectors = NULL;
  g_autofree float *queries = NULL;
  g_autofree guint32 *truth = g_new0 (guint32, N_QUERIES * DEPTH);
  g_autofree double *times = g_new0 (double, N_QUERIES);
  g_autofree guint32 *subjects = NULL;
  Maker maker = { .state = G_GUINT64_CONSTANT (0x9e3779b97f4a7c15) };
  Run run;
  gint64 began;

  if (embedder == NULL)
    return FALSE;

  maker.embedder = embedder;
  maker.dims = quarry_embedder_get_dims (embedder);
  maker.n_subjects = MAX (16, n_passages / 100);
  maker.subjects = subjects = g_new (guint32, (gsize) maker.n_subjects * SUBJECT_WORDS);
  for (gsize i = 0; i < (gsize) maker.n_subjects * SUBJECT_WORDS; i++)
    subjects[i] = (guint32) (next_random (&maker) * quarry_embedder_get_n_tokens (embedder));

  vectors = g_new (float, (gsize) n_passages * maker.dims);
  queries = g_new (float, (gsize) N_QUERIES * maker.dims);
  for (guint i = 0; i < n_passages; i++)
    make_vector (&maker, PASSAGE_WORDS, vectors + (gsize) i * maker.dims);
  for (guint i = 0; i < N_QUERIES; i++)
    make_vector (&maker, QUERY_WORDS, queries + (gsize) i * maker.dims);

  *result = (QuarryVectorBench) { .n_passages = n_passages, .dims = maker.dims };
  index = quarry_vector_index_new (maker.dims);
  began = g_get_monotonic_time ();
  for (guint i = 0; i < n_passages; i++)
    quarry_vector_index_add (index, i, vectors + (gsize) i * maker.dims);
  result->build_seconds = (double) (g_get_monotonic_time () - began) / G_USEC_PER_SEC;
  result->bytes_per_passage = (double) quarry_vector_index_get_bytes (index) / n_passages;

  find_exact (vectors, n_passages, queries, maker.dims, truth);
  run = (Run) { index, queries, truth, maker.dims, times, 0, 0 };
  measure_searches (&run, n_threads, result);
  measure_changes (index, vectors, n_passages, maker.dims, result);

  return TRUE;
}
