/* quarry-search-private.h: one search, and the candidates that both indexes have for it
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

/* Candidates of which hits are chosen, at the most: variety needs something to choose from. */
#define QUARRY_SEARCH_POOL 100u

/* Taken of each list, so that what is far up in one has its place in the other: a third as many find .004 of nDCG@10
 * less in five judged collections. */
#define QUARRY_SEARCH_DEPTH 300u

/* Everything that one search works with. */
typedef struct
{
  QuarryLibrary *library;
  QuarryConnection *connection;
  QuarryIndexes *indexes;
  const QuarrySearchOptions *options;
  GCancellable *cancellable;

  const char *text;      /* what is embedded and ranked by */
  const QuarryQuery *query; /* NULL for "see also" */
  gboolean typing;       /* its last word is not finished */
  gint64 other_than;     /* a document that is left out; 0: none */
  const gint64 *similar_to; /* "see also": the passages; NULL: none */
  guint n_similar_to;

  const guint64 *allowed;
  gsize n_allowed_words;
} QuarrySearch;

/* Whether candidates are put in order by what they say, and not by what a person has marked or by
 * words alone. */
gboolean quarry_search_is_reranked (const QuarrySearch *search, const QuarryMarks *marks);

/* Where the query lets only some passages through by their words: those of the allowed that it lets through, made once
 * for both lists. (transfer full): a bitmap as @allowed; NULL where it lets all through, and on error. */
GArray *quarry_search_filter_words (QuarrySearch *search, GError **error);

/* Both lists, fused; in hybrid search the nearest are looked for once more with what the first ones
 * say. *features gets what confidence can be told from here. NULL on error. */
GArray *quarry_search_find_candidates (QuarrySearch *search,
                                       QuarryCandidateSet *set,
                                       const QuarryMarks *marks,
                                       guint k,
                                       QuarryConfidenceFeatures *features,
                                       GError **error);

/* Whether a passage may be a hit; @user_data: the search. A QuarryKeepFunc. */
gboolean quarry_search_keep_passage (const QuarryPassageRecord *passage, gpointer user_data);

/* Loads the candidates of a search that is put in order by what they say: as many of @ranked (of QuarryCandidate) as
 * its query leaves a choice among. Puts some of @ranked forward. How many hits are wanted changes nothing. */
gboolean quarry_search_load_pool (QuarrySearch *search, QuarryCandidateSet *set, GArray *ranked, GError **error);

/* Hits so many more than are wanted are looked for, as some say what another one says. */
#define QUARRY_SEARCH_SAYING_THE_SAME 4u

/* Once the pool has been compared, loads behind it what is wanted beside: enough for @limit hits although some of it
 * repeats what others say, unless hundreds do. *original: quarry_pool_find_originals() of the pool, made anew where more
 * is loaded; NULL where nothing is folded. */
gboolean quarry_search_load_rest (QuarrySearch *search,
                                  QuarryCandidateSet *set,
                                  GArray *ranked,
                                  guint limit,
                                  guint **original,
                                  GError **error);

/* The hits, topics and candidates, and how likely one of them answers. (transfer full): NULL on error. */
QuarryAnswer *quarry_search_run (QuarrySearch *search, GError **error);

/* A search as if some documents were not there; for queries without filters. */
QuarryAnswer *quarry_library_search_without (QuarryLibrary *self,
                                             const char *query,
                                             const QuarrySearchOptions *options,
                                             const gint64 *documents,
                                             guint n_documents,
                                             GCancellable *cancellable,
                                             GError **error);

G_END_DECLS
