/* quarry-pieces.h: cuts a word into the tokens of a vocabulary
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * By the algorithms of Unigram and WordPiece models. Private to the room, and also used by the program that makes
 * models.
 */
#pragma once

#include "core/embed/quarry-vocabulary.h"

G_BEGIN_DECLS

/* A token, and the bytes of the word that it stands for. */
typedef struct
{
  guint32 id;
  guint32 start;
  guint32 end;
} QuarryPiece;

/* Appends the cut of @word (UTF-8) with the greatest sum of @scores (by id), found by the Viterbi algorithm in time
 * linear in the length (Kudo 2018, "Subword Regularization"). A character that is no token by itself may be left out at
 * the cost of @unknown_score. Of several best cuts, the one with the longest last token is taken. */
void quarry_pieces_unigram (QuarryVocabulary *vocabulary,
                            const double *scores,
                            double unknown_score,
                            const char *word,
                            gsize length,
                            GArray *pieces);

/* Appends the cut that takes the longest possible token at each position from the left; all tokens but the first have
 * the prefix @continuing. FALSE, and nothing is appended, where no token fits at some position. */
gboolean quarry_pieces_greedy (QuarryVocabulary *vocabulary,
                               const char *continuing,
                               const char *word,
                               gsize length,
                               GArray *pieces);

G_END_DECLS
