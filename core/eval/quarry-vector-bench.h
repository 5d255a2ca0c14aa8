/* quarry-vector-bench.h: how fast and how exact the vector index is on this machine
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  guint n_passages;
  guint dims;
  double build_seconds;     /* adding all passages */
  double bytes_per_passage; /* of memory held, once the index is saved */
  double search_p50_ms;     /* of one search for 10 */
  double search_p99_ms;
  double recall; /* share of the true 10 nearest that a search for 10 finds */
  double add_us; /* one passage, into the whole index */
  double remove_us;
} QuarryVectorBench;

/* Builds an index of @n_passages vectors with the statistics of real passages and measures it.
 * @model: the folder of an embedder, whose rows the vectors are made of. @n_threads: searches at a
 * time. The vectors are always the same; the times are this machine's. Takes some seconds and
 * about 8 × dims bytes a passage. */
gboolean quarry_vector_bench (const char *model,
                              guint n_passages,
                              guint n_threads,
                              QuarryVectorBench *result,
                              GError **error);

G_END_DECLS
