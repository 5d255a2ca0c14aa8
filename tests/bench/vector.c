/* vector.c: how fast and how exact the vector index is, compared with others and with the machine's limits
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *   vector [--passages N] [--twice] [--made-up] [--alone]
 *
 * Embeds N paragraphs of the corpus in ../shared/data (halves of them if there are too few) and searches for the ten
 * nearest to each of 500 queries of twelve words. With the corpus, made-up passages (core/eval/quarry-passage-maker.h)
 * are measured as well, for comparison; without it, or with --made-up, only these. --twice doubles the model's
 * dimensions.
 *
 * Everything runs in one thread. Other libraries, where their programs were built, get as much effort as they need to
 * find as much as Quarry does; --alone leaves them out. Each query is asked three times, of which the shortest counts.
 * Times are processor times unless something else is said. The output are rows for README.md.
 */
#include "quarry-config.h"

#include <cblas.h>
#include <math.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "core/eval/quarry-passage-maker.h"
#include "core/eval/quarry-vector-bench.h"
#include "core/vector/quarry-vector-index.h"
#include "core/vector/quarry-vector-kernels.h"
#include "tests/bench/times.h"
#include "passage-vectors.h"
#include "tests/support/temporary-folder.h"
#ifdef HAVE_OTHERS
#include "vector-others.h"
#endif

#define N_QUERIES 500
#define N_PREPARED 1024
#define N_ROUNDS 3
#define K QUARRY_VECTOR_BENCH_DEPTH

typedef struct
{
  guint dims;
  guint n;
  float *vectors;
  float *queries; /* N_QUERIES to ask, then N_PREPARED for the index to measure its effort with */
  guint32 *truth; /* N_QUERIES × K */
} Data;

typedef struct
{
  double p50;
  double p99;
  double recall;
} Figures;

/* Writes the K nearest vectors of @query to @found, and -1 where there are fewer. */
typedef void (*SearchFunc) (gpointer index, const float *query, gint64 *found);

/* Processor time of this thread, so that other programs matter little; or the clock's, where waiting counts. */
static clockid_t clock_of = CLOCK_THREAD_CPUTIME_ID;

/* In µs. */
static gint64
now (void)
{
  struct timespec time;

  clock_gettime (clock_of, &time);
  return (gint64) time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

static double
ms_since (gint64 began)
{
  return (double) (now () - began) / 1000;
}

static Figures
measure (const Data *data, SearchFunc search, gpointer index, guint n_rounds, const guint32 *truth)
{
  double times[N_QUERIES];
  guint n_found = 0;

  for (guint q = 0; q < N_QUERIES; q++)
    {
      gint64 found[K];

      times[q] = G_MAXDOUBLE;
      for (guint round = 0; round < n_rounds; round++)
        {
          gint64 began = now ();

          search (index, data->queries + (gsize) q * data->dims, found);
          times[q] = MIN (times[q], ms_since (began));
        }
      for (guint i = 0; i < K; i++)
        for (guint j = 0; j < K; j++)
          n_found += found[i] == (gint64) truth[q * K + j];
    }
  qsort (times, N_QUERIES, sizeof *times, compare_doubles);
  return (Figures) { times[N_QUERIES / 2], times[N_QUERIES * 99 / 100],
                     (double) n_found / (N_QUERIES * K) };
}

static void
print_row (const char *name, const char *effort, const Figures *figures, double build)
{
  g_autofree char *took = build > 0 ? g_strdup_printf ("%.2f", build) : g_strdup ("");

  g_print ("| %s%s | %.2f | %.2f | %.4f | %s |\n", name, effort, figures->p50, figures->p99,
           figures->recall, took);
}

/* --- Passages -------------------------------------------------------------------------------- */

static void
make_up (Data *data)
{
  g_autoptr (QuarryPassageMaker) maker = quarry_passage_maker_new (data->dims, data->n);

  data->vectors = g_new (float, (gsize) data->n * data->dims);
  data->queries = g_new (float, (N_QUERIES + N_PREPARED) * data->dims);
  for (guint i = 0; i < data->n; i++)
    quarry_passage_maker_make_passage (maker, i, data->vectors + (gsize) i * data->dims);
  for (guint i = 0; i < N_QUERIES + N_PREPARED; i++)
    quarry_passage_maker_make_query (maker, i, data->queries + (gsize) i * data->dims);
}

/* --- Exactly, by OpenBLAS ---------------------------------------------------------------------- */

typedef struct
{
  const Data *data;
  float *scores;
} BruteForce;

static void
search_brute_force (gpointer index, const float *query, gint64 *found)
{
  BruteForce *self = index;
  const Data *data = self->data;
  float best[K];

  for (guint i = 0; i < K; i++)
    {
      best[i] = -2;
      found[i] = -1;
    }
  cblas_sgemv (CblasRowMajor, CblasNoTrans, (blasint) data->n, (blasint) data->dims, 1, data->vectors,
               (blasint) data->dims, query, 1, 0, self->scores, 1);
  for (guint i = 0; i < data->n; i++)
    {
      guint at = K - 1;

      if (self->scores[i] <= best[at])
        continue;
      for (; at > 0 && best[at - 1] < self->scores[i]; at--)
        {
          best[at] = best[at - 1];
          found[at] = found[at - 1];
        }
      best[at] = self->scores[i];
      found[at] = i;
    }
}

static void
measure_brute_force (Data *data)
{
  g_autofree float *scores = g_new (float, data->n);
  BruteForce self = { data, scores };
  Figures figures;

  data->truth = g_new (guint32, N_QUERIES * K);
  for (guint q = 0; q < N_QUERIES; q++)
    {
      gint64 found[K];

      search_brute_force (&self, data->queries + (gsize) q * data->dims, found);
      for (guint i = 0; i < K; i++)
        data->truth[q * K + i] = (guint32) found[i];
    }
  figures = measure (data, search_brute_force, &self, 1, data->truth);
  print_row ("OpenBLAS, brute force", "", &figures, 0);
}

/* --- Quarry -------------------------------------------------------------------------------------- */

typedef struct
{
  QuarryVectorIndex *index;
  const guint64 *allowed;
  gsize n_words;
} Quarry;

static void
search_quarry (gpointer index, const float *query, gint64 *found)
{
  Quarry *self = index;
  QuarryNeighbour near[K];
  guint n = quarry_vector_index_search (self->index, query, K, self->allowed, self->n_words, near);

  for (guint i = 0; i < K; i++)
    found[i] = i < n ? (gint64) near[i].slot : -1;
}

static void
search_quarry_exactly (gpointer index, const float *query, gint64 *found)
{
  Quarry *self = index;
  QuarryNeighbour near[K];
  guint n = quarry_vector_index_search_exact (self->index, query, K, self->allowed, self->n_words, near);

  for (guint i = 0; i < K; i++)
    found[i] = i < n ? (gint64) near[i].slot : -1;
}

static void
measure_filters (const Data *data, Quarry *quarry)
{
  static const guint parts[] = { 2, 10, 100, 1000 };
  g_autoptr (GRand) random = g_rand_new_with_seed (14);
  g_autofree guint32 *truth = g_new (guint32, N_QUERIES * K);

  quarry->n_words = data->n / 64 + 1;
  for (guint p = 0; p < G_N_ELEMENTS (parts); p++)
    {
      g_autofree guint64 *allowed = g_new0 (guint64, quarry->n_words);
      g_autofree char *effort = g_strdup_printf (", %g %% allowed", 100.0 / parts[p]);
      Figures figures;

      for (guint i = 0; i < data->n; i++)
        if (g_rand_int_range (random, 0, (gint) parts[p]) == 0)
          allowed[i / 64] |= G_GUINT64_CONSTANT (1) << i % 64;
      quarry->allowed = allowed;
      for (guint q = 0; q < N_QUERIES; q++)
        {
          gint64 found[K];

          search_quarry_exactly (quarry, data->queries + (gsize) q * data->dims, found);
          for (guint i = 0; i < K; i++)
            truth[q * K + i] = (guint32) found[i];
        }
      figures = measure (data, search_quarry, quarry, N_ROUNDS, truth);
      print_row ("Quarry", effort, &figures, 0);
    }
  quarry->allowed = NULL;
  quarry->n_words = 0;
}

typedef struct
{
  const Data *data;
  QuarryVectorIndex *index;
  gint stop;
  guint n_added;
} Import;

/* Adds a few thousand passages a second, fifty at a time, which is more than an import does, and removes some. The
 * new vectors are the opposites of those that are there, so that they are not near any query. */
static gpointer
import_beside (gpointer user_data)
{
  Import *self = user_data;
  g_autofree float *opposite = g_new (float, self->data->dims);

  while (!g_atomic_int_get (&self->stop))
    {
      for (guint i = 0; i < 50; i++, self->n_added++)
        {
          const float *vector
              = self->data->vectors + (gsize) (self->n_added % self->data->n) * self->data->dims;

          for (guint j = 0; j < self->data->dims; j++)
            opposite[j] = -vector[j];
          quarry_vector_index_add (self->index, self->data->n + self->n_added, opposite);
        }
      for (guint i = 0; i < 10; i++)
        quarry_vector_index_remove (self->index, self->data->n + self->n_added - 1 - i);
      g_usleep (20000);
    }
  return NULL;
}

/* Measures the medians of the times, in ms, to open the index and to answer the first query after that. */
static void
measure_opening (const Data *data, const char *path, double *opening, double *first)
{
  enum
  {
    N = 5
  };
  double openings[N], firsts[N];

  for (guint i = 0; i < N; i++)
    {
      QuarryNeighbour near[K];
      g_autoptr (GError) error = NULL;
      gint64 began = now ();
      QuarryVectorIndex *index = quarry_vector_index_open (path, data->dims, "bench", &error);

      openings[i] = ms_since (began);
      if (index == NULL)
        g_error ("%s", error->message);
      began = now ();
      quarry_vector_index_search (index, data->queries, K, NULL, 0, near);
      firsts[i] = ms_since (began);
      quarry_vector_index_free (index);
    }
  qsort (openings, N, sizeof *openings, compare_doubles);
  qsort (firsts, N, sizeof *firsts, compare_doubles);
  *opening = openings[N / 2];
  *first = firsts[N / 2];
}

/* Puts the vectors into cells, as a library does, and removes the file again. Returns the seconds that it took. */
static double
save (const Data *data, QuarryVectorIndex *index, double *opening, double *first)
{
  char *folder = temporary_folder_new ();
  g_autofree char *path = g_build_filename (folder, "vectors.index", NULL);
  g_autoptr (GError) error = NULL;
  gint64 began = now ();

  quarry_vector_index_set_queries (index, data->queries + (gsize) N_QUERIES * data->dims, N_PREPARED);
  if (!quarry_vector_index_save (index, path, "bench", &error))
    g_error ("%s", error->message);
  began = now () - began;
  measure_opening (data, path, opening, first);
  temporary_folder_free (folder);
  return (double) began / 1e6;
}

/* Measures 64 queries, in ms per query: exact ones, one by one and all together. */
static void
measure_many (const Data *data, QuarryVectorIndex *index)
{
  enum
  {
    N = 64
  };
  QuarryNeighbour found[N * K];
  guint n_found[N];
  gint64 began = now ();
  double alone;

  for (guint i = 0; i < N; i++)
    quarry_vector_index_search_exact (index, data->queries + (gsize) i * data->dims, K, NULL, 0,
                                      found);
  alone = ms_since (began) / N;
  began = now ();
  quarry_vector_index_search_exact_many (index, data->queries, N, K, found, n_found);
  g_print ("| Quarry, exactly: one by one / %u together | %.2f / %.2f | | 1.0000 | |\n", N, alone,
           ms_since (began) / N);
}

static Figures
measure_quarry (const Data *data)
{
  Quarry quarry = { .index = quarry_vector_index_new (data->dims) };
  Import import = { .data = data, .index = quarry.index };
  gint64 began = now ();
  GThread *thread;
  Figures figures, beside;
  double build, opening, first;

  for (guint i = 0; i < data->n; i++)
    quarry_vector_index_add (quarry.index, i, data->vectors + (gsize) i * data->dims);
  build = ms_since (began) / 1000;
  figures = measure (data, search_quarry, &quarry, N_ROUNDS, data->truth);
  print_row ("Quarry", ", not saved yet", &figures, build);
  build += save (data, quarry.index, &opening, &first);
  figures = measure (data, search_quarry, &quarry, N_ROUNDS, data->truth);
  print_row ("**Quarry**", "", &figures, build);
  g_print ("| Quarry, opened / the first query then | %.1f / %.1f | | | |\n", opening, first);
  measure_filters (data, &quarry);
  measure_many (data, quarry.index);

  clock_of = CLOCK_MONOTONIC;
  beside = measure (data, search_quarry, &quarry, N_ROUNDS, data->truth);
  print_row ("Quarry", ", by the clock", &beside, 0);
  thread = g_thread_new ("import", import_beside, &import);
  beside = measure (data, search_quarry, &quarry, N_ROUNDS, data->truth);
  g_atomic_int_set (&import.stop, TRUE);
  g_thread_join (thread);
  print_row ("Quarry", ", by the clock, an import beside it", &beside, 0);
  clock_of = CLOCK_THREAD_CPUTIME_ID;
  quarry_vector_index_free (quarry.index);
  return figures;
}

/* --- Others -------------------------------------------------------------------------------------- */

#ifdef HAVE_OTHERS
static void
search_other (gpointer index, const float *query, gint64 *found)
{
  other_index_search (index, query, K, found);
}

static void
measure_others (const Data *data, double recall)
{
  static const guint efforts[]
      = { 16, 32, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048 };

  for (guint kind = 0; other_index_get_name (kind) != NULL; kind++)
    {
      gint64 began = now ();
      OtherIndex *index = other_index_new (kind, data->dims, data->n, data->vectors);
      double build = ms_since (began) / 1000;
      Figures figures = { 0 };
      guint i = 0;

      do
        {
          other_index_set_effort (index, efforts[i]);
          figures = measure (data, search_other, index, 1, data->truth);
        }
      while (figures.recall < recall && ++i < G_N_ELEMENTS (efforts));
      i = MIN (i, G_N_ELEMENTS (efforts) - 1);
      figures = measure (data, search_other, index, N_ROUNDS, data->truth);

      g_autofree char *effort = g_strdup_printf (", effort %u", efforts[i]);
      print_row (other_index_get_name (kind), effort, &figures, build);
      other_index_free (index);
    }
}
#endif

/* --- The machine --------------------------------------------------------------------------------- */

/* Measures reading a large block of memory, in GB/s: the best of five times. */
static double
measure_bandwidth (void)
{
  const gsize size = (gsize) 256 << 20;
  guint64 *memory = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  double best = 0;
  G_GNUC_UNUSED volatile guint64 kept = 0;

  if (memory == MAP_FAILED)
    return 0;
  madvise (memory, size, MADV_HUGEPAGE);
  memset (memory, 1, size);
  for (guint round = 0; round < 5; round++)
    {
      gint64 began = now ();
      guint64 sums[8] = { 0 };

      for (gsize i = 0; i < size / 8; i += 8)
        for (guint j = 0; j < 8; j++)
          sums[j] += memory[i + j];
      for (guint j = 0; j < 8; j++)
        kept += sums[j];
      best = MAX (best, (double) size / 1e6 / ms_since (began));
    }
  munmap (memory, size);
  return best;
}

/* Measures scanning codes of @dims dimensions, many more than fit into caches, in GB/s: the best of five times. */
static double
measure_scan (guint dims)
{
  const QuarryVectorKernels *kernels = quarry_vector_kernels ();
  const guint n_rows = 512;
  gsize n_bytes = (dims + 63) / 64 * 8, size = n_rows * n_bytes, n = ((gsize) 256 << 20) / size;
  guint8 *bits = mmap (NULL, n * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  g_autofree float *zeros = g_new0 (float, n_rows);
  guint8 *table = g_aligned_alloc0 (n_bytes, 32, QUARRY_VECTOR_ALIGNMENT);
  QuarryVectorScan scan
      = { .n_bytes = n_bytes, .table = table, .factors = zeros, .terms = zeros, .limit = 1 };
  guint16 rows[512];
  gint32 sums[512];
  double best = 0;

  if (bits == MAP_FAILED)
    return 0;
  madvise (bits, n * size, MADV_HUGEPAGE);
  memset (bits, 1, n * size);
  for (guint round = 0; round < 5; round++)
    {
      gint64 began = now ();

      for (gsize i = 0; i < n; i++)
        kernels->scan (&scan, bits + i * size, n_rows, rows, sums);
      best = MAX (best, (double) (n * size) / 1e6 / ms_since (began));
    }
  munmap (bits, n * size);
  g_aligned_free (table);
  return best;
}

/* A virtual machine gets memory from its host when it first touches it, which takes longer than everything that an
 * index does with that memory. All of it is touched here, so that the index that is measured first does not pay for
 * the others. */
static void
touch_memory (const Data *data)
{
  gsize size = (gsize) data->n * (data->dims * sizeof (float) + 512);
  char *memory = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  if (memory == MAP_FAILED)
    return;
  madvise (memory, size, MADV_HUGEPAGE);
  for (gsize i = 0; i < size; i += 4096)
    memory[i] = 1;
  munmap (memory, size);
}

int
main (int argc, char **argv)
{
  int n = 200000;
  gboolean twice = FALSE, made_up = FALSE, alone = FALSE;
  const GOptionEntry entries[]
      = { { "passages", 0, 0, G_OPTION_ARG_INT, &n, NULL, NULL },
          { "twice", 0, 0, G_OPTION_ARG_NONE, &twice, NULL, NULL },
          { "made-up", 0, 0, G_OPTION_ARG_NONE, &made_up, NULL, NULL },
          { "alone", 0, 0, G_OPTION_ARG_NONE, &alone, NULL, NULL },
          G_OPTION_ENTRY_NULL };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryEmbedder) embedder = NULL;
  QuarryVectorBench bench;
  Data data = { 0 };
  Figures figures;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || n < 1000)
    g_error ("%s", error != NULL ? error->message : "at least 1000 passages");
  openblas_set_num_threads (1);
  embedder = quarry_embedder_load (QUARRY_SOURCEDIR "/data/model", &error);
  if (embedder == NULL)
    g_error ("%s", error->message);

  data.n = (guint) n;
  data.dims = quarry_embedder_get_dims (embedder) * (twice ? 2 : 1);
  if (!made_up)
    data.vectors = passage_vectors_make (embedder, twice, &data.n, N_QUERIES + N_PREPARED, &data.queries);
  made_up = data.vectors == NULL;
  if (made_up)
    make_up (&data);

  g_print ("%u %s, %u dimensions, one thread; memory is read at %.1f GB/s, codes are scanned at %.1f\n\n",
           data.n, made_up ? "made-up passages" : "real paragraphs", data.dims, measure_bandwidth (),
           measure_scan (data.dims));
  g_print ("| index | median ms | 99th percentile | recall@10 | build s |\n"
           "| --- | --- | --- | --- | --- |\n");
  measure_brute_force (&data);
  touch_memory (&data);
  figures = measure_quarry (&data);
#ifdef HAVE_OTHERS
  if (!alone)
    measure_others (&data, MIN (figures.recall, .995));
#endif
  if (!made_up)
    {
      if (!quarry_vector_bench_made_up (data.dims, data.n, 1, &bench, &error))
        g_error ("%s", error->message);
      figures = (Figures) { bench.search_p50_ms, bench.search_p99_ms, bench.recall };
      print_row ("Quarry", ", as many made-up passages", &figures, bench.build_seconds);
    }
  g_free (data.vectors);
  g_free (data.queries);
  g_free (data.truth);
  return 0;
}
