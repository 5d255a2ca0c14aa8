/* quarry-library-indexes-private.h: what those share that make a library's vectors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/quarry-library-private.h"

G_BEGIN_DECLS

typedef struct
{
  QuarryLibrary *library;
  QuarryIndexes *indexes;
  float *vector;
} QuarryEmbedMissing;

/* A QuarryPassageFunc: gives the passage a vector where the indexes of @user_data, a QuarryEmbedMissing, have none. */
gboolean quarry_library_embed_missing (const QuarryPassageRecord *passage, const char *title, gpointer user_data);

/* Gives those of the @n passages @ids a vector whose tokens are remembered, on several processors; added in this order. Returns the first of the others; -1: none. With the locks held under which vectors are added. */
gint64 quarry_library_embed_remembered (QuarryLibrary *self, QuarryIndexes *indexes, const gint64 *ids, guint n);

/* Gives all passages behind @after that have none, about @n, a vector by their texts, the same way. FALSE where these
 * cannot be read: then those before have theirs. */
gboolean quarry_library_embed_texts (
    QuarryLibrary *self, QuarryIndexes *indexes, QuarryStore *store, gint64 after, guint n, GError **error);

/* As quarry_library_reweigh(), but that the tokens of new passages are still remembered after it. @embed: whether all
 * passages get vectors by the new weights at once. */
gboolean quarry_library_reweigh_words (QuarryLibrary *self, gboolean force, gboolean embed, GError **error);

G_END_DECLS
