/* quarry-stems.h: numbers for stems
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A search stems the words of a hundred passages; most were stemmed by the search before. A table
 * of folded words spares that. Thread safe.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _QuarryStems QuarryStems;

QuarryStems *quarry_stems_new (void);
void quarry_stems_free (QuarryStems *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryStems, quarry_stems_free)

/* The number of the stem of each of @n folded words, written to @ids: equal numbers, equal stems,
 * as long as the generation that it returns is the same. */
guint quarry_stems_number (QuarryStems *self, const char *const *folded, guint n, guint32 *ids);

G_END_DECLS
