/* quarry-vector-bench.h: how fast and how exact the vector index is on this machine
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define QUARRY_VECTOR_BENCH_DEPTH 10

/* Where vectors come from: each writes vector number @number (dims floats). Passages are made in order;
 * queries past n_queries, too, which serve to measure with. */
typedef struct
{
  guint dims;
  guint n_passages;
  guint n_queries;
  void (*make_passage) (gpointer data, guint number, float *vector);
  void (*make_query) (gpointer data, guint number, float *vector);
  gpointer data;
} QuarryVectorSource;

/* The index is measured as a library uses it: saved, and opened again. */
typedef struct
{
  guint n_passages;
  guint dims;
  double build_seconds;     /* adding all passages, one after the other, and saving them */
  double bytes_per_passage; /* of memory held; full vectors stay in the file */
  double open_ms;
  double first_search_ms;
  double search_p50_ms; /* of one search for 10; of each query's three, the fastest */
  double search_p99_ms;
  double recall; /* share of the true 10 nearest that a search for 10 finds */
  double add_us; /* one passage, into the whole index; the fastest of three times */
  double remove_us;
} QuarryVectorBench;

/* Builds an index of what @source makes, in a temporary folder for its file, and measures it
 * against the exact answer in floats. @n_threads: searches at a time. Takes about 2.2 × dims bytes
 * a passage of memory, and as much on disk. */
gboolean quarry_vector_bench (const QuarryVectorSource *source,
                              guint n_threads,
                              QuarryVectorBench *result,
                              GError **error);

/* The same with made-up passages (quarry-passage-maker.h). */
gboolean quarry_vector_bench_made_up (guint dims,
                                      guint n_passages,
                                      guint n_threads,
                                      QuarryVectorBench *result,
                                      GError **error);

G_END_DECLS
