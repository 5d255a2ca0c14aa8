/* quarry-bpe.h: cuts a piece of text into tokens by merging
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Byte pair encoding (Sennrich, Haddow and Birch, "Neural Machine Translation of Rare Words with Subword Units", ACL
 * 2016): neighbouring characters are merged in the order in which the makers of the model found their pairs to be most
 * frequent. Private to the room.
 *
 * Threads: immutable once all merges have been added.
 */
#pragma once

#include "core/embed/quarry-pieces.h"

G_BEGIN_DECLS

typedef struct _QuarryBpe QuarryBpe;

/* @vocabulary must have been sealed, and must outlive the QuarryBpe. */
QuarryBpe *quarry_bpe_new (QuarryVocabulary *vocabulary);
void quarry_bpe_free (QuarryBpe *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryBpe, quarry_bpe_free)

/* Adds the merge with the next rank. FALSE where @left, @right or their concatenation is not a token. */
gboolean quarry_bpe_add_merge (QuarryBpe *self, const char *left, gsize left_length,
                               const char *right, gsize right_length);

/* Appends the tokens of @word (UTF-8), in time n log n. Characters that are not tokens are left out, and nothing is
 * merged across them. */
void quarry_bpe_run (const QuarryBpe *self, const char *word, gsize length, GArray *pieces);

G_END_DECLS
