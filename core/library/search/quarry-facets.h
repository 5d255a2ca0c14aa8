/* quarry-facets.h: the filters that a library offers, with the number of documents of each
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/import/quarry-folders.h"
#include "core/library/quarry-library.h"
#include "core/library/search/quarry-query.h"

G_BEGIN_DECLS

typedef struct
{
  QuarryQueryFilterKind kind; /* FOLDER, TYPE, LANGUAGE or AFTER */
  char *filter;               /* as it would be typed: "type:pdf" */
  char *value;                /* the filter's value: a path, a file name extension, a language code or a date */
  char *mime_type;            /* for TYPE, that of one of the documents; else NULL */
  QuarryFolderState state;    /* for FOLDER */
  guint n_documents;
} QuarryFacet;

void quarry_facet_free (QuarryFacet *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryFacet, quarry_facet_free)

/* Ordered by kind: the library's folders by path; types, then languages, the most frequent first; the last week,
 * month and year. Filters that all documents meet, or none, are left out, except folders. Blocks; any thread.
 * (transfer full): of QuarryFacet */
GPtrArray *quarry_library_list_facets (QuarryLibrary *self, GError **error);

G_END_DECLS
