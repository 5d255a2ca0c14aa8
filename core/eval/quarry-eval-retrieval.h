/* quarry-eval-retrieval.h: measures search on judged collections
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The documents of one collection, or of several together, are added to a library in a temporary folder as if somebody
 * had imported them. Each query that has a relevant document is asked of four systems. The score of a document is that
 * of its best passage.
 */
#pragma once

#include <gio/gio.h>

#include "core/eval/quarry-eval-progress.h"
#include "core/eval/quarry-eval-query.h"

G_BEGIN_DECLS

typedef enum
{
  QUARRY_EVAL_LEXICAL,
  QUARRY_EVAL_DENSE,
  QUARRY_EVAL_HYBRID,
  QUARRY_EVAL_DIVERSE, /* hybrid, with variety at its default */
  QUARRY_EVAL_N_SYSTEMS,
} QuarryEvalSystem;

/* "lexical", "dense", "hybrid", "diverse". */
const char *quarry_eval_system_name (QuarryEvalSystem system);

typedef struct
{
  char *id;
  guint collection; /* its index in QuarryEvalRetrieval.parts */
  gboolean has_subtopics;
  QuarryEvalScores scores[QUARRY_EVAL_N_SYSTEMS];
  double ms[QUARRY_EVAL_N_SYSTEMS];
} QuarryEvalQuery;

/* A paired randomisation test of two systems on nDCG@10. @delta: the mean for @a minus that for @b. */
typedef struct
{
  QuarryEvalSystem a;
  QuarryEvalSystem b;
  double delta;
  double p;
} QuarryEvalTest;

/* One of the collections that were joined. */
typedef struct
{
  char *name;
  guint queries;
  QuarryEvalScores scores[QUARRY_EVAL_N_SYSTEMS];
} QuarryEvalPart;

typedef struct
{
  char *collection;
  guint queries;
  guint documents;
  guint64 passages;
  gboolean has_subtopics;
  QuarryEvalScores scores[QUARRY_EVAL_N_SYSTEMS];
  double p50_ms[QUARRY_EVAL_N_SYSTEMS];
  double p99_ms[QUARRY_EVAL_N_SYSTEMS];
  GArray *tests;     /* of QuarryEvalTest */
  GArray *parts;     /* of QuarryEvalPart; each has the same weight in all means */
  GArray *per_query; /* of QuarryEvalQuery */
} QuarryEvalRetrieval;

/* @folders: @n_folders (at least 1) collections in the layout of BEIR, which are all added to the same library. @model:
 * the folder of an embedder, or NULL for the shipped one. @progress counts documents, then queries; may be NULL.
 * (transfer full). Errors: from G_IO_ERROR (naming file and line), QUARRY_STORE_ERROR, QUARRY_EMBED_ERROR. */
QuarryEvalRetrieval *quarry_eval_retrieval (const char *const *folders,
                                            guint n_folders,
                                            const char *model,
                                            QuarryEvalProgress progress,
                                            gpointer user_data,
                                            GError **error);
void quarry_eval_retrieval_free (QuarryEvalRetrieval *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryEvalRetrieval, quarry_eval_retrieval_free)

G_END_DECLS
