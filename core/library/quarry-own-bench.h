/* quarry-own-bench.h: measures search on the library's own documents
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Draws passages from the library, makes queries from each, and searches for the passage: by words alone, by meaning
 * alone, and by both. No relevance judgements are needed, since a query is to find the passage that it was made from
 * (known-item search; Azzopardi, de Rijke and Balog, "Building Simulated Queries for Known-Item Topics", SIGIR 2007).
 * The result says how the three ways compare on these documents, not how well a person's own questions are answered.
 * The same library gives the same queries.
 */
#pragma once

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

typedef enum
{
  QUARRY_OWN_WORDS,      /* four rare words that stand close together in the passage */
  QUARRY_OWN_MISSPELT,   /* the same, with two letters of the longest word swapped */
  QUARRY_OWN_PARAPHRASE, /* the same, with two words replaced by their nearest neighbours in meaning. The model
                            itself judges what is near, which favours search by meaning */
  QUARRY_OWN_HEADING,    /* the passage's heading; any passage under it counts as found */
  QUARRY_OWN_N_KINDS
} QuarryOwnKind;

typedef enum
{
  QUARRY_OWN_BY_WORDS,
  QUARRY_OWN_BY_MEANING,
  QUARRY_OWN_BY_BOTH,
  QUARRY_OWN_N_WAYS
} QuarryOwnWay;

typedef struct
{
  guint queries;
  double recall_10[QUARRY_OWN_N_WAYS]; /* share of queries whose passage is among the first ten */
  double mrr_10[QUARRY_OWN_N_WAYS];    /* mean of 1 / its rank, 0 beyond ten */
} QuarryOwnScores;

/* A query for which search by words finds the passage and search by meaning does not, or the reverse. */
typedef struct
{
  QuarryOwnKind kind;
  QuarryOwnWay found_by; /* BY_WORDS: and not by meaning; BY_MEANING: and not by words */
  char *query;
  char *title;           /* of the document */
  gint64 passage;
} QuarryOwnExample;

typedef struct
{
  guint passages; /* the number drawn */
  QuarryOwnScores all;
  QuarryOwnScores kinds[QUARRY_OWN_N_KINDS];
  GPtrArray *examples; /* of QuarryOwnExample: a few for each way */
} QuarryOwnBench;

void quarry_own_bench_free (QuarryOwnBench *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryOwnBench, quarry_own_bench_free)

/* Names for output, not translated: "words", "misspelt", "paraphrase", "heading"; "words", "meaning", "hybrid". */
const char *quarry_own_kind_name (QuarryOwnKind kind);
const char *quarry_own_way_name (QuarryOwnWay way);

typedef void (*QuarryOwnProgress) (guint done, guint total, gpointer user_data);

/* Draws at most @n_passages. Fails with G_IO_ERROR_NOT_FOUND where the library holds no passage that
 * a query can be made from. @progress may be NULL. (transfer full) */
QuarryOwnBench *quarry_own_bench (QuarryLibrary *library,
                                  guint n_passages,
                                  QuarryOwnProgress progress,
                                  gpointer user_data,
                                  GCancellable *cancellable,
                                  GError **error);
void quarry_own_bench_async (QuarryLibrary *library,
                             guint n_passages,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
QuarryOwnBench *quarry_own_bench_finish (QuarryLibrary *library, GAsyncResult *result, GError **error);

G_END_DECLS
