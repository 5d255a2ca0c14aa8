/* quarry-library-list.h: documents that meet filters, where nothing is searched for
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/search/quarry-candidates.h"
#include "core/library/search/quarry-hit.h"
#include "core/store/quarry-store.h"

G_BEGIN_DECLS

/* Of each document that meets @filter the first passage that @keep does not refuse, those whose files are newest
 * first; at most @limit. NULL on error. (transfer full): of QuarryHit */
GPtrArray *quarry_list_documents (QuarryStore *store,
                                  const QuarryStoreFilter *filter,
                                  guint limit,
                                  QuarryKeepFunc keep,
                                  gpointer user_data,
                                  GCancellable *cancellable,
                                  GError **error);

G_END_DECLS
