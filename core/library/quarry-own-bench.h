/* quarry-own-bench.h: how well search works on the library's own documents
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Passages are drawn from the library, queries made from each, and the passage looked for: by words
 * alone, by meaning alone, and by both. Nobody judges anything: what a query is made from is what it
 * shall find (known-item search; Azzopardi, de Rijke and Balog, "Building Simulated Queries for
 * Known-Item Topics", SIGIR 2007). It says how the three compare on these documents, not how good
 * the answers to a person's own questions are. The same library gives the same queries.
 */
#pragma once

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

typedef enum
{
  QUARRY_OWN_WORDS,      /* four rare words that stand close to each other in the passage */
  QUARRY_OWN_MISSPELT,   /* the same, two letters of the longest changed about */
  QUARRY_OWN_PARAPHRASE, /* the same, two replaced by their nearest neighbours in meaning; by the
                          * model's own judgement, which flatters search by meaning */
  QUARRY_OWN_HEADING,    /* the passage's own heading; any passage under it will do */
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

/* A query whose passage one way finds and another does not. */
typedef struct
{
  QuarryOwnKind kind;
  QuarryOwnWay found_by; /* BY_WORDS: not by meaning; BY_MEANING: not by words */
  char *query;
  char *title;           /* of the document */
  gint64 passage;
} QuarryOwnExample;

typedef struct
{
  guint passages; /* drawn */
  QuarryOwnScores all;
  QuarryOwnScores kinds[QUARRY_OWN_N_KINDS];
  GPtrArray *examples; /* of QuarryOwnExample, a few */
} QuarryOwnBench;

void quarry_own_bench_free (QuarryOwnBench *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryOwnBench, quarry_own_bench_free)

/* "words", "misspelt", …; "words", "meaning", "hybrid": not translated. */
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
