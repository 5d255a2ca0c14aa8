/* quarry-lexicon.h: chooses the tokens of a new model: words, and pieces for all other words
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

/* Chooses tokens from the counts of folded words, and writes them to @path, a tokenizer.json.
 *
 * Words are simply the most frequent ones. Pieces come from a unigram model by hard EM over the rarer words, which
 * starts with many substrings and keeps those that are worth it (after Kudo 2018, "Subword Regularization"). Both
 * are in one vocabulary. The score of a word is that of its best cut into pieces and a little more. So a word is
 * always taken as a whole, and is taken as the beginning of a longer word only if the pieces would be cut there as
 * well. */
gboolean quarry_lexicon_write (QuarryCounter *words,
                               const QuarryLexiconSettings *settings,
                               const char *path,
                               GError **error);

G_END_DECLS
