/* quarry-shared-runs.h: passages that say the same word for word
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What quotes a passage, or is quoted by it, may be about something else and share few of its telling words.
 * A run of words that stands in few passages names it all the same (n-grams as a passage's address:
 * Bevilacqua and others, Autoregressive Search Engines, 2022).
 */
#pragma once

#include <gio/gio.h>

#include "core/lexical/quarry-lexical-index.h"

G_BEGIN_DECLS

/* The passages that share runs of words with @text and are none of the @n_own, by how many and how rare they
 * are. At most so many runs of a long text are looked for, from its beginning to its end, that this takes a
 * small part of a search. @allowed: bitmap, or NULL for all. (transfer full): of QuarryScored, best first;
 * NULL on error. */
GArray *quarry_find_shared_runs (QuarryLexicalIndex *words,
                                 const char *text,
                                 const gint64 *own,
                                 guint n_own,
                                 const guint64 *allowed,
                                 gsize n_allowed_words,
                                 GCancellable *cancellable,
                                 GError **error);

G_END_DECLS
