/* quarry-search-private.h: one search, and the candidates that both indexes have for it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/quarry-candidates.h"
#include "core/library/quarry-library-private.h"
#include "core/library/quarry-marks.h"
#include "core/library/quarry-query.h"
#include "core/rank/quarry-confidence.h"

G_BEGIN_DECLS

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

G_END_DECLS
