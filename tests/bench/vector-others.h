/* vector-others.h: other libraries' indexes, measured beside Quarry's
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _OtherIndex OtherIndex;

/* The name of index number @kind, with its parameters; NULL after the last. */
const char *other_index_get_name (guint kind);

/* Builds an index of @n unit vectors for inner products, on one thread. */
OtherIndex *other_index_new (guint kind, guint dims, guint n, const float *vectors);
void other_index_free (OtherIndex *self);

/* How many candidates a search of a graph keeps, or how many cells it visits. */
void other_index_set_effort (OtherIndex *self, guint effort);
void other_index_search (OtherIndex *self, const float *query, guint k, gint64 *found);

G_END_DECLS
