/* quarry-opened-private.h: the passages that were opened last
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/store/quarry-store.h"

G_BEGIN_DECLS

/* The passages opened last, the latest first, at most 20. Some of them may no longer exist. (transfer full): of
 * gint64; never NULL, also when there is an error */
GArray *quarry_opened_list (QuarryStore *store, GError **error);

/* Replaces the ids @old by those of @passages, which correspond one to one. Call within a transaction. */
gboolean quarry_opened_renumber (QuarryStore *store, const gint64 *old, GPtrArray *passages, GError **error);

G_END_DECLS
