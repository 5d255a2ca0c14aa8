/* quarry-shared-runs.h: passages that share runs of words with a text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A passage that quotes another, or is quoted by it, may be about something else and share few of its typical words.
 * A run of words that occurs in few passages identifies it all the same (n-grams as a passage's address: Bevilacqua
 * and others, Autoregressive Search Engines, 2022).
 */
#pragma once

#include <gio/gio.h>

#include "core/lexical/quarry-lexical-index.h"

G_BEGIN_DECLS

/* The passages that share runs of words with @text, except the @n_own in @own, scored by how many these are and how
 * rare. The number of runs looked up is limited, and they are spread over the text, so that this takes a small part
 * of a search. @allowed: bitmap, or NULL for all. (transfer full): of QuarryScored, best first; NULL on error */
GArray *quarry_find_shared_runs (QuarryLexicalIndex *words,
                                 const char *text,
                                 const gint64 *own,
                                 guint n_own,
                                 const guint64 *allowed,
                                 gsize n_allowed_words,
                                 GCancellable *cancellable,
                                 GError **error);

G_END_DECLS
