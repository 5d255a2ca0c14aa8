/* quarry-pieces.h: a word cut into the tokens of a vocabulary
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to the room, and used by the program that makes models.
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

/* Appends to @pieces the cut of @word (UTF-8) with the largest sum of @scores (by id), by Viterbi
 * in time linear in the length (Kudo 2018, "Subword Regularization"). A character that no token
 * covers is left out at the cost of @unknown_score. Among equals the one with the longest last
 * token wins. */
void quarry_pieces_unigram (QuarryVocabulary *vocabulary,
                            const double *scores,
                            double unknown_score,
                            const char *word,
                            gsize length,
                            GArray *pieces);

/* Appends the greedy cut from the left into the longest tokens; all but the first carry
 * @continuing before them. FALSE, and nothing appended, where it gets stuck. */
gboolean quarry_pieces_greedy (QuarryVocabulary *vocabulary,
                               const char *continuing,
                               const char *word,
                               gsize length,
                               GArray *pieces);

G_END_DECLS
