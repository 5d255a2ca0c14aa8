/* quarry-segment-cues.h: how often words have stood where topics change
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For each word it has been counted, in documents with headings, how much more often a sentence with it begins or ends
 * a section than sentences do on average; and the same for the first three words of a sentence, one by one, and for its
 * first two together. Such cue words are those of Beeferman, Berger and Lafferty, Statistical Models for Text
 * Segmentation, Machine Learning 34, 1999; here they do not decide anything but are features, which the network weighs
 * with the others.
 *
 * Words are told apart by a hash of their folded form, so no list of words is needed, and the language model does not
 * matter. The words of English text have been counted. A row that no counted word is in has the value 0, like a word
 * that says nothing about topics.
 */
#pragma once

#include "core/document/quarry-sentence-words.h"

G_BEGIN_DECLS

/* Words whose hashes are equal share a row. */
#define QUARRY_SEGMENT_CUE_ROWS 32768u

/* The tables hold the natural logarithm of the observed over the expected number in units of 1/32: −127 to 127. */
#define QUARRY_SEGMENT_CUE_UNIT (1.0f / 32)
#define QUARRY_SEGMENT_CUE_FIRST 3u

typedef struct
{
  gint8 begins[QUARRY_SEGMENT_CUE_ROWS];
  gint8 ends[QUARRY_SEGMENT_CUE_ROWS];
  gint8 first[QUARRY_SEGMENT_CUE_FIRST][QUARRY_SEGMENT_CUE_ROWS];
  gint8 pair[QUARRY_SEGMENT_CUE_ROWS];
} QuarrySegmentCues;

/* The rows, in those tables, of all words of a document's sentences. */
typedef struct
{
  guint n;             /* sentences */
  guint32 *first_word; /* n + 1: where each sentence's words begin */
  guint16 *rows;       /* one a word */
} QuarrySegmentWording;

QuarrySegmentWording *quarry_segment_wording_new (const QuarrySentenceWords *words);
void quarry_segment_wording_free (QuarrySegmentWording *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarrySegmentWording, quarry_segment_wording_free)

/* The row of two words of which one follows the other. */
guint quarry_segment_cue_pair (guint row, guint next);

/* The features of a gap: of what the words of the sentence after it say of a beginning, the sum (divided by the root of
 * the number of words and one) and the largest; the same of what the words of the sentence before it say of an end; and
 * what the first words after it say, one by one, and the first two together. */
#define QUARRY_SEGMENT_N_CUE_FEATURES (4 + QUARRY_SEGMENT_CUE_FIRST + 1)

/* Writes the features of the gaps before the sentences 1 … @n − 1; those of the gap before sentence i go to
 * out[i * @stride]. */
void quarry_segment_tell_cues (const QuarrySegmentCues *self,
                               const QuarrySegmentWording *wording,
                               guint n,
                               float *out,
                               gsize stride);

G_END_DECLS
