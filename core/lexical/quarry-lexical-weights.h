/* quarry-lexical-weights.h: what a posting counts
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * BM25 over three fields (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and
 * Beyond", 2009): occurrences are weighted by field before they saturate. A posting keeps four bits
 * for its occurrences and a passage one byte for its length; the mean length comes in with the
 * search, so that adding passages makes no posting wrong. Impacts are whole numbers: sums of them
 * do not depend on the order of adding.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Occurrences are counted in quarters: one in a text is four. */
#define QUARRY_LEXICAL_TITLE 6u
#define QUARRY_LEXICAL_HEADING 5u
#define QUARRY_LEXICAL_TEXT 4u

#define QUARRY_LEXICAL_N_CODES 16u
#define QUARRY_LEXICAL_K1 1.5
#define QUARRY_LEXICAL_B 0.6

/* An impact of 1, which occurrences without end would have. */
#define QUARRY_LEXICAL_ONE 4095u

/* Quarters that a code stands for. */
extern const guint16 quarry_lexical_code_quarters[QUARRY_LEXICAL_N_CODES];

guint quarry_lexical_count_code (guint quarters);

/* Lengths up to 63 words are kept as they are, longer ones to within 2.3 %. */
guint quarry_lexical_length_code (guint64 n_words);
double quarry_lexical_code_length (guint code);

/* The same in whole words, of which sums are exact. */
guint32 quarry_lexical_code_words (guint code);

typedef struct
{
  double mean;                                     /* words a passage */
  float norms[256];                                /* of a length code, in quarters */
  guint16 impacts[256][QUARRY_LEXICAL_N_CODES];    /* by length code and count code */
} QuarryLexicalWeights;

void quarry_lexical_weights_init (QuarryLexicalWeights *self, double mean);

/* 1 to ONE: what is there counts something. */
static inline guint32
quarry_lexical_impact (guint quarters, float norm)
{
  float count = (float) quarters;

  return (guint32) (1.0f + (float) (QUARRY_LEXICAL_ONE - 1) * (count / (count + norm)));
}

/* An impact in a byte, rounded up, and the most that a posting can count whose impact was that much
 * when passages had @then words and have @now words in the mean. */
guint8 quarry_lexical_bound_byte (guint32 impact);
void quarry_lexical_bounds (guint16 bounds[256], double then, double now);

G_END_DECLS
