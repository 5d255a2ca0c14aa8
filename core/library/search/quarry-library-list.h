/* quarry-library-list.h: lists the documents that meet a query's filters
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/search/quarry-candidates.h"
#include "core/library/search/quarry-hit.h"
#include "core/store/quarry-store.h"

G_BEGIN_DECLS

/* For each document that meets @filter, a hit with its first passage that @keep accepts, documents with the newest
 * files first; at most @limit. (transfer full): of QuarryHit; NULL on error */
GPtrArray *quarry_list_documents (QuarryStore *store,
                                  const QuarryStoreFilter *filter,
                                  guint limit,
                                  QuarryKeepFunc keep,
                                  gpointer user_data,
                                  GCancellable *cancellable,
                                  GError **error);

G_END_DECLS
