/* quarry-lexical-weights.h: how much a posting contributes to a passage's score
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * BM25 over three fields (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009): the
 * occurrences of a term are weighted by field and added up before saturation is applied. A posting stores four bits for
 * its occurrences, and a passage one byte for its length. The mean length is supplied by each search, so that adding
 * passages invalidates no posting. Impacts are integers, so that their sums do not depend on the order of addition.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Occurrences are counted in quarters; an occurrence in the text is four. */
#define QUARRY_LEXICAL_TITLE 6u
#define QUARRY_LEXICAL_HEADING 5u
#define QUARRY_LEXICAL_TEXT 4u

#define QUARRY_LEXICAL_N_CODES 16u
#define QUARRY_LEXICAL_K1 1.5
#define QUARRY_LEXICAL_B 0.6

/* The integer that stands for an impact of 1, the limit for infinitely many occurrences. */
#define QUARRY_LEXICAL_ONE 4095u

/* The number of quarters that each code stands for. */
extern const guint16 quarry_lexical_code_quarters[QUARRY_LEXICAL_N_CODES];

guint quarry_lexical_count_code (guint quarters);

/* Lengths up to 63 words are kept exactly, longer ones to within 2.3 %. */
guint quarry_lexical_length_code (guint64 n_words);
double quarry_lexical_code_length (guint code);

/* The same, rounded to whole words, so that sums are exact. */
guint32 quarry_lexical_code_words (guint code);

typedef struct
{
  double mean;                                     /* words per passage */
  float norms[256];                                /* for each length code, in quarters: the norm in impact = count /
                                                    * (count + norm) */
  guint16 impacts[256][QUARRY_LEXICAL_N_CODES];    /* by length code and count code */
} QuarryLexicalWeights;

void quarry_lexical_weights_init (QuarryLexicalWeights *self, double mean);

/* 1 to ONE; never 0, since every occurrence counts something. */
static inline guint32
quarry_lexical_impact (guint quarters, float norm)
{
  float count = (float) quarters;

  return (guint32) (1.0f + (float) (QUARRY_LEXICAL_ONE - 1) * (count / (count + norm)));
}

/* bound_byte() gives an impact as a byte, rounded up. bounds() gives for each such byte the greatest impact that a
 * posting can have when the mean length is @now words, if it was computed when the mean was @then words. */
guint8 quarry_lexical_bound_byte (guint32 impact);
void quarry_lexical_bounds (guint16 bounds[256], double then, double now);

G_END_DECLS
