/* quarry-searcher.h: keeps one search running, the newest
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Starts a search at once when the query changes, cancelling the one before; when something else
 * changes (variety, limit, the library), the search that runs may end first, so that a moving
 * slider shows answers on its way. An answer never comes after one to a newer query.
 */
#pragma once

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

/* What has changed since the answer before. */
typedef enum
{
  QUARRY_SEARCH_CHANGED_QUERY = 1 << 0, /* or the passage that others shall be like */
  QUARRY_SEARCH_CHANGED_VARIETY = 1 << 1,
  QUARRY_SEARCH_CHANGED_LIMIT = 1 << 2,
  QUARRY_SEARCH_CHANGED_LIBRARY = 1 << 3,
  QUARRY_SEARCH_CHANGED_MARKS = 1 << 4, /* or what is known of the person */
} QuarrySearchChange;

#define QUARRY_TYPE_SEARCHER (quarry_searcher_get_type ())

/* Properties: "slow" (gboolean): an answer is awaited for more than 200 ms.
 * Signals: "answered" (QuarryAnswer *answer, guint QuarrySearchChange),
 *          "failed" (const GError *error). */
G_DECLARE_FINAL_TYPE (QuarrySearcher, quarry_searcher, QUARRY, SEARCHER, GObject)

QuarrySearcher *quarry_searcher_new (void);

/* @library may be NULL. Its signal "changed" asks again. */
void quarry_searcher_set_library (QuarrySearcher *self, QuarryLibrary *library);

/* White space around @query counts for nothing. An empty one answers at once, with nothing. */
void quarry_searcher_set_query (QuarrySearcher *self, const char *query);
const char *quarry_searcher_get_query (QuarrySearcher *self);

void quarry_searcher_set_variety (QuarrySearcher *self, double variety);
/* Words are not taken for others that are spelt nearly so, until the query changes. */
void quarry_searcher_set_as_typed (QuarrySearcher *self, gboolean as_typed);

void quarry_searcher_set_limit (QuarrySearcher *self, guint limit);
guint quarry_searcher_get_limit (QuarrySearcher *self);

/* Whether answers hold the map of the candidates too. */
void quarry_searcher_set_map (QuarrySearcher *self, gboolean map);

/* Passages like this one instead of the query's; 0: the query's again. A new query ends it. */
void quarry_searcher_set_similar_to (QuarrySearcher *self, gint64 passage);
/* Passages like the document that @passage is of. */
void quarry_searcher_set_similar_to_document (QuarrySearcher *self, gint64 passage);
gboolean quarry_searcher_is_document_asked (QuarrySearcher *self);
gint64 quarry_searcher_get_similar_to (QuarrySearcher *self);

/* Hits shall be more, or less, like @passage, until another query is asked or the mark is taken back.
 * 0 takes all back. */
void quarry_searcher_mark (QuarrySearcher *self, gint64 passage, gboolean more);
void quarry_searcher_unmark (QuarrySearcher *self, gint64 passage);

/* Whether what was opened before counts. */
void quarry_searcher_set_personal (QuarrySearcher *self, gboolean personal);

/* Whether there is something to ask: a query, or a passage. */
gboolean quarry_searcher_is_asking (QuarrySearcher *self);

gboolean quarry_searcher_get_slow (QuarrySearcher *self);

G_END_DECLS
