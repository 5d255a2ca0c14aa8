/* quarry-segment-cues.h: what words have told of where topics change
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Of each word it has been counted, in documents with headings, how much more often than their sentences do on average
 * one with it begins a section, or ends one; and the same of the first three words, one by one, and of the first two
 * together. Cue words as in Beeferman, Berger and Lafferty, Statistical Models for Text Segmentation, Machine Learning 34, 1999;
 * here they are no verdict but features, which the network weighs with the others.
 *
 * Words are told apart by a hash of their folded form, so that no list of words is needed and the language model does
 * not matter. English has been counted; where no word is known, all features are what they are for words that tell
 * nothing.
 */
#pragma once

#include "core/document/quarry-sentence-words.h"

G_BEGIN_DECLS

/* Words whose hashes are equal share a row. */
#define QUARRY_SEGMENT_CUE_ROWS 32768u

/* Logarithms of observed to expected numbers, in 1/32, within ±127. */
#define QUARRY_SEGMENT_CUE_UNIT (1.0f / 32)
#define QUARRY_SEGMENT_CUE_FIRST 3u

typedef struct
{
  gint8 begins[QUARRY_SEGMENT_CUE_ROWS];
  gint8 ends[QUARRY_SEGMENT_CUE_ROWS];
  gint8 first[QUARRY_SEGMENT_CUE_FIRST][QUARRY_SEGMENT_CUE_ROWS];
  gint8 pair[QUARRY_SEGMENT_CUE_ROWS];
} QuarrySegmentCues;

/* The rows of the words of a document's sentences. */
typedef struct
{
  guint n;             /* sentences */
  guint32 *first_word; /* n + 1 */
  guint16 *rows;       /* of each word */
} QuarrySegmentWording;

QuarrySegmentWording *quarry_segment_wording_new (const QuarrySentenceWords *words);
void quarry_segment_wording_free (QuarrySegmentWording *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarrySegmentWording, quarry_segment_wording_free)

/* The row of two words, one after the other. */
guint quarry_segment_cue_pair (guint row, guint next);

/* Sum and largest of what the words of the sentence after a gap tell of a beginning, and of the one before it of an end;
 * and the first words. */
#define QUARRY_SEGMENT_N_CUE_FEATURES (4 + QUARRY_SEGMENT_CUE_FIRST + 1)

/* Writes the features of the gaps before the sentences @from + 1 … @from + @n − 1; of the one before sentence @from + i
 * to out[i * @stride]. */
void quarry_segment_tell_cues (const QuarrySegmentCues *self,
                               const QuarrySegmentWording *wording,
                               guint from,
                               guint n,
                               float *out,
                               gsize stride);

G_END_DECLS
