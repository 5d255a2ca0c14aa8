/* quarry-opened-private.h: the passages that were opened last
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/store/quarry-store.h"

G_BEGIN_DECLS

/* The passages that were opened last, the last first, at most 20; those that are gone may be among
 * them. (transfer full): of gint64, also with an error. */
GArray *quarry_opened_list (QuarryStore *store, GError **error);

/* @passages had the ids @old; inside a transaction. */
gboolean quarry_opened_renumber (QuarryStore *store, const gint64 *old, GPtrArray *passages, GError **error);

G_END_DECLS
