/* quarry-eval-variety.h: measures variety and topics on a judged collection
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Asks each judged query by every method of variety and at several positions of the dial, and compares the topics found
 * with the judged subtopics.
 */
#pragma once

#include "core/eval/quarry-eval-progress.h"
#include "core/eval/quarry-eval-query.h"

G_BEGIN_DECLS

#define QUARRY_EVAL_N_METHODS (QUARRY_DIVERSITY_NONE + 1)
#define QUARRY_EVAL_DIAL_STEPS 10

/* The default method with the dial at one position. */
typedef struct
{
  double diversity;
  double kept; /* which share of the first ten hits without variety is among the first ten */
  QuarryEvalScores scores;
} QuarryEvalDial;

/* The topics of the candidates: means over queries, for candidates that are on the map. */
typedef struct
{
  double n;        /* number of topics */
  double in_topic; /* share of the candidates that are in a topic */
  /* Agreement with the judged subtopics, over candidates that are about one: the adjusted Rand index, where a candidate
   * in no topic is a group of its own. The mean over queries with at least two such candidates; 0 where subtopics are
   * not judged. */
  double rand;
} QuarryEvalTopics;

typedef struct
{
  char *collection;
  guint queries; /* that have a relevant document; figures are means over these, those of subtopics over the ones that
                  * have some */
  guint documents;
  guint64 passages;
  gboolean has_subtopics;
  /* By QuarryDiversityMethod, each with the dial at its default. */
  QuarryEvalScores methods[QUARRY_EVAL_N_METHODS];
  QuarryEvalDial dial[QUARRY_EVAL_DIAL_STEPS + 1]; /* at 0, .1 … 1 */
  double candidates; /* subtopic recall of the first 100 documents without variety; hits are chosen from about as
                      * many */
  QuarryEvalTopics topics;
} QuarryEvalVariety;

/* The documents of the collection in @folder are added to a library in a temporary folder as if somebody had imported
 * them; its queries are asked by every method and at every step of the dial. @model: NULL for the default. Errors: as
 * for quarry_eval_retrieval(). */
QuarryEvalVariety *quarry_eval_variety (const char *folder,
                                        const char *model,
                                        QuarryEvalProgress progress,
                                        gpointer user_data,
                                        GError **error);
void quarry_eval_variety_free (QuarryEvalVariety *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryEvalVariety, quarry_eval_variety_free)

G_END_DECLS
