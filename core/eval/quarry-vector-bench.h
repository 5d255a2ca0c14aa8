/* quarry-vector-bench.h: measures how fast and how exact the vector index is on this machine
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Builds an index, saves and reopens it, and compares its searches with exact ones.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many neighbours a search is for. */
#define QUARRY_VECTOR_BENCH_DEPTH 10

/* The index is measured as a library uses it: after it has been saved and opened again. */
typedef struct
{
  guint n_passages;
  guint dims;
  double build_seconds;     /* adding all passages one by one, and saving */
  double bytes_per_passage; /* of memory used; full vectors stay in the file */
  double open_ms;
  double first_search_ms;
  double search_p50_ms; /* for one search for 10 neighbours; the fastest of three for each query */
  double search_p99_ms;
  double recall; /* share of the true 10 nearest neighbours that such a search finds */
  double add_us; /* for one passage, into the complete index; the fastest of three times */
  double remove_us;
} QuarryVectorBench;

/* Builds an index of artificial passages (quarry-passage-maker.h), with its file in a temporary folder, and compares it
 * with the exact results in floating point. @n_threads: how many searches run at a time. Takes about 2.2 × dims bytes
 * of memory per passage, and as much on disk. FALSE where the file cannot be written or read. */
gboolean quarry_vector_bench_made_up (
    guint dims, guint n_passages, guint n_threads, QuarryVectorBench *result, GError **error);

G_END_DECLS
