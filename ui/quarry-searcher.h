/* quarry-searcher.h: keeps one search running, the newest
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A change of the query starts a search at once and cancels the one before. When something else
 * changes (variety, limit, the library), the running search may end first, so that answers keep coming
 * while a slider is moved. The answer to a query is never followed by an answer to an older one.
 */
#pragma once

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

/* What has changed since the previous answer. */
typedef enum
{
  QUARRY_SEARCH_CHANGED_QUERY = 1 << 0, /* or the passage that hits are to be like */
  QUARRY_SEARCH_CHANGED_VARIETY = 1 << 1,
  QUARRY_SEARCH_CHANGED_LIMIT = 1 << 2,
  QUARRY_SEARCH_CHANGED_LIBRARY = 1 << 3,
  QUARRY_SEARCH_CHANGED_MARKS = 1 << 4, /* or what is known of the person's interests */
} QuarrySearchChange;

#define QUARRY_TYPE_SEARCHER (quarry_searcher_get_type ())

/* Properties: "slow" (gboolean): a person has awaited an answer for more than 200 ms.
 *  Signals: "answered" (QuarryAnswer *answer, guint QuarrySearchChange),
 *           "failed" (const GError *error). */
G_DECLARE_FINAL_TYPE (QuarrySearcher, quarry_searcher, QUARRY, SEARCHER, GObject)

QuarrySearcher *quarry_searcher_new (void);

/* @library may be NULL. Whenever it emits "changed", the query is asked again. */
void quarry_searcher_set_library (QuarrySearcher *self, QuarryLibrary *library);

/* White space around @query is ignored. An empty query is answered at once, with a NULL answer. */
void quarry_searcher_set_query (QuarrySearcher *self, const char *query);
const char *quarry_searcher_get_query (QuarrySearcher *self);

void quarry_searcher_set_variety (QuarrySearcher *self, double variety);
/* Takes words as they are typed, not for other words with a similar spelling, until the query changes. */
void quarry_searcher_set_as_typed (QuarrySearcher *self, gboolean as_typed);

void quarry_searcher_set_limit (QuarrySearcher *self, guint limit);
guint quarry_searcher_get_limit (QuarrySearcher *self);

/* Whether answers include the map of the candidates. */
void quarry_searcher_set_map (QuarrySearcher *self, gboolean map);

/* Asks for passages like @passage instead of the query; 0 returns to the query, and so does a new query. */
void quarry_searcher_set_similar_to (QuarrySearcher *self, gint64 passage);
/* Asks for passages like the whole document that @passage is from. */
void quarry_searcher_set_similar_to_document (QuarrySearcher *self, gint64 passage);
gboolean quarry_searcher_is_document_asked (QuarrySearcher *self);
gint64 quarry_searcher_get_similar_to (QuarrySearcher *self);

/* Wants hits that are more (or less) like @passage, until another query is asked or the mark is taken back. @passage 0
 * takes back all marks. */
void quarry_searcher_mark (QuarrySearcher *self, gint64 passage, gboolean more);
void quarry_searcher_unmark (QuarrySearcher *self, gint64 passage);

/* Whether documents that were opened before influence the order of the hits. */
void quarry_searcher_set_personal (QuarrySearcher *self, gboolean personal);

/* Whether anything is asked for: a query, or passages like another. */
gboolean quarry_searcher_is_asking (QuarrySearcher *self);

gboolean quarry_searcher_get_slow (QuarrySearcher *self);

G_END_DECLS
