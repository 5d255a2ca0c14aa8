/* quarry-lexicon.h: the tokens of a model to be: words, and pieces for all other words
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "app/train/quarry-counter.h"

G_BEGIN_DECLS

typedef struct
{
  guint n_words;
  guint n_pieces;
} QuarryLexiconSettings;

/* Chooses tokens from the counts of folded words, and writes them as @path, a tokenizer.json.
 *
 * Words are the most frequent ones. Pieces come from a unigram model, by hard EM over the rarer
 * words: from many substrings down to the ones that earn their place (after Kudo 2018, "Subword
 * Regularization"). Both live in one vocabulary: a word's score is that of its best cut into
 * pieces and a little more, so that it is always taken whole, and taken as the beginning of a
 * longer word only where the pieces would be cut there as well. */
gboolean quarry_lexicon_write (QuarryCounter *words,
                               const QuarryLexiconSettings *settings,
                               const char *path,
                               GError **error);

G_END_DECLS
