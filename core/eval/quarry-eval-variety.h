/* quarry-eval-variety.h: variety and topics measured on a judged collection
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/eval/quarry-eval-progress.h"
#include "core/eval/quarry-eval-query.h"

G_BEGIN_DECLS

#define QUARRY_EVAL_N_METHODS (QUARRY_DIVERSITY_NONE + 1)
#define QUARRY_EVAL_DIAL_STEPS 10

/* The default method with the dial at one place. */
typedef struct
{
  double diversity;
  double kept; /* the share of the plain ranking's first ten that are among the first ten */
  QuarryEvalScores scores;
} QuarryEvalDial;

/* The candidates' topics; means over queries, of candidates that have a place of their own. */
typedef struct
{
  double n;        /* topics */
  double in_topic; /* the share of the candidates that are in one */
  /* Beside the judged subtopics, over the candidates that treat one: adjusted Rand index, one that is in
   * no topic being alone. Of queries with two such candidates or more. 0 where subtopics are not judged. */
  double rand;
} QuarryEvalTopics;

typedef struct
{
  char *collection;
  guint queries; /* with a relevant document: the figures are means over these */
  guint documents;
  guint64 passages;
  gboolean has_subtopics;
  /* By QuarryDiversityMethod, each with the dial at its default. */
  QuarryEvalScores methods[QUARRY_EVAL_N_METHODS];
  QuarryEvalDial dial[QUARRY_EVAL_DIAL_STEPS + 1]; /* 0, .1 … 1 */
  double candidates; /* subtopic recall of those that hits are chosen from, 40 or 100 */
  QuarryEvalTopics topics;
} QuarryEvalVariety;

/* The collection in @folder goes into a library in a temporary folder, as documents that a person imports
 * do; its queries are asked by every method and at every step of the dial. @model: NULL for the default.
 * Errors: as of quarry_eval_retrieval(). */
QuarryEvalVariety *quarry_eval_variety (const char *folder,
                                        const char *model,
                                        QuarryEvalProgress progress,
                                        gpointer user_data,
                                        GError **error);
void quarry_eval_variety_free (QuarryEvalVariety *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryEvalVariety, quarry_eval_variety_free)

G_END_DECLS
