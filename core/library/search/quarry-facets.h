/* quarry-facets.h: the filters that a library offers, each with how much it lets through
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/quarry-library.h"
#include "core/library/search/quarry-query.h"

G_BEGIN_DECLS

typedef struct
{
  QuarryQueryFilterKind kind; /* FOLDER, TYPE, LANGUAGE or AFTER */
  char *filter;               /* as it is typed, as in "type:pdf" */
  char *value;                /* of the filter: a path, the end of files' names, a language's code, a date */
  char *mime_type;            /* of TYPE: that of one of the documents; else NULL */
  guint n_documents;
} QuarryFacet;

void quarry_facet_free (QuarryFacet *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryFacet, quarry_facet_free)

/* Kind by kind: the library's folders by path; types and languages, the most frequent ones first; the last
 * week, month and year. What lets all documents through or none is left out, but folders. Blocks; any
 * thread. (transfer full): of QuarryFacet */
GPtrArray *quarry_library_list_facets (QuarryLibrary *self, GError **error);

G_END_DECLS
