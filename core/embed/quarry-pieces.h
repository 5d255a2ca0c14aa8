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

/* Tokens of this many bytes and of more are taken together in QuarryGreatestScores. */
#define QUARRY_PIECES_LONG 16

/* The greatest score of the tokens of each length in bytes; −infinity where there are none. */
typedef struct
{
  double by_length[QUARRY_PIECES_LONG + 1];
} QuarryGreatestScores;

/* @n: the number of @scores. */
void quarry_pieces_find_greatest (QuarryVocabulary *vocabulary,
                                  const double *scores,
                                  guint n,
                                  QuarryGreatestScores *greatest);

/* Appends the cut of @word (UTF-8) with the greatest sum of @scores (by id), found by the Viterbi algorithm in time
 * linear in the length (Kudo 2018, "Subword Regularization"). A character that is no token by itself may be left out at
 * the cost of @unknown_score. Of several best cuts, the one with the longest last token is taken.
 * @greatest: of these scores, or larger: what even they would not improve is not looked up. NULL: not known. */
void quarry_pieces_unigram (QuarryVocabulary *vocabulary,
                            const double *scores,
                            const QuarryGreatestScores *greatest,
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
