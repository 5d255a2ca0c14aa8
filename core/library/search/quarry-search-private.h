/* quarry-search-private.h: the state of one search, and how its candidates are found
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/quarry-library-private.h"
#include "core/library/search/quarry-candidates.h"
#include "core/library/search/quarry-marks.h"
#include "core/library/search/quarry-query.h"
#include "core/rank/quarry-confidence.h"

G_BEGIN_DECLS

/* The most candidates that hits are chosen from. It has to be well above the number of hits, so that there is
 * something to vary. */
#define QUARRY_SEARCH_POOL 100u

/* Candidates taken of each list. It is larger than the pool so that a candidate high in one list is found in the
 * other too: with a third as many, nDCG@10 is .004 lower on five judged collections. */
#define QUARRY_SEARCH_DEPTH 300u

/* Everything that one search works with. */
typedef struct
{
  QuarryLibrary *library;
  QuarryStore *connection;
  QuarryIndexes *indexes;
  const QuarrySearchOptions *options;
  GCancellable *cancellable;

  const char *text;      /* the text that is embedded and ranked by */
  const char *typed;     /* what the person typed for it; NULL: the same */
  const QuarryQuery *query; /* NULL for "see also" */
  gboolean typing;       /* its last word may be unfinished */
  gint64 other_than;     /* a document to leave out; 0: none */
  const gint64 *similar_to; /* "see also": the passages asked about; NULL: none */
  guint n_similar_to;

  const guint64 *allowed;
  gsize n_allowed_words;
} QuarrySearch;

/* Whether the candidates are reranked by their texts (quarry-rerank.c). They are not for "see also", for marked
 * passages, or where only words are searched. */
gboolean quarry_search_is_reranked (const QuarrySearch *search, const QuarryMarks *marks);

/* The bitmap of the allowed passages that meet what the query demands of words (required words, phrases, exclusions).
 * It is made once and used for both lists. (transfer full): a bitmap like @allowed; NULL where the query demands
 * nothing, and on error. */
GArray *quarry_search_filter_words (QuarrySearch *search, GError **error);

/* Both lists, fused. Where candidates are reranked, the query's vector is then moved towards the first of them, and
 * the list of the nearest is made again. *features gets those features of confidence that are known here. NULL on
 * error. */
GArray *quarry_search_find_candidates (QuarrySearch *search,
                                       QuarryCandidateSet *set,
                                       const QuarryMarks *marks,
                                       guint k,
                                       QuarryConfidenceFeatures *features,
                                       GError **error);

/* Whether a passage may be a hit. A QuarryKeepFunc; @user_data: the search. */
gboolean quarry_search_keep_passage (const QuarryPassageRecord *passage, gpointer user_data);

/* Loads the pool of a search that is reranked: as many of @ranked (of QuarryCandidate) as the query leaves a choice
 * among. Reorders @ranked so that exact matches are in it. The pool does not depend on how many hits are wanted. */
gboolean quarry_search_load_pool (QuarrySearch *search, QuarryCandidateSet *set, GArray *ranked, GError **error);

/* Hits looked for beyond those wanted, because some are dropped for repeating the sentence of another. */
#define QUARRY_SEARCH_SAYING_THE_SAME 4u

/* Once the pool has been compared, loads as many candidates behind it as are needed for @limit hits, although some of
 * them repeat others (unless hundreds do). *original: quarry_pool_find_originals() of the pool, which is replaced
 * where more candidates are loaded; NULL where repetitions are not folded. */
gboolean quarry_search_load_rest (QuarrySearch *search,
                                  QuarryCandidateSet *set,
                                  GArray *ranked,
                                  guint limit,
                                  guint **original,
                                  GError **error);

/* Whether hits are to differ from each other. If not, the order is by relevance alone, and even repetitions are
 * shown. */
gboolean quarry_search_is_varied (const QuarrySearch *search);

/* Chooses the hits among the candidates, once these have been compared, explains them, and finds their topics.
 * @original: the candidate that each repeats; NULL where repetitions are not folded. Appends to @hits (of QuarryHit),
 * @topics (of QuarryTopicItem) and, where a map is wanted, @candidates (of QuarryHit). (transfer full): the table for
 * quarry_answer_take_topic_of() */
GHashTable *quarry_search_choose_hits (const QuarrySearch *search,
                                       QuarryCandidateSet *set,
                                       const guint *original,
                                       GPtrArray *hits,
                                       GPtrArray *topics,
                                       GPtrArray *candidates);

/* Runs the search. (transfer full): the answer, with hits, topics, candidates and the confidence that a hit answers
 * the query; NULL on error. */
QuarryAnswer *quarry_search_run (QuarrySearch *search, GError **error);

/* Searches as if some documents were not there. They are ignored where the query has filters. */
QuarryAnswer *quarry_library_search_without (QuarryLibrary *self,
                                             const char *query,
                                             const QuarrySearchOptions *options,
                                             const gint64 *documents,
                                             guint n_documents,
                                             GCancellable *cancellable,
                                             GError **error);

G_END_DECLS
