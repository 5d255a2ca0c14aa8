/* quarry-lexical-weights.c: how much a posting contributes to a passage's score
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The codes for occurrences and lengths, and the tables of impacts that they give for a mean length.
 */
#include "core/lexical/quarry-lexical-weights.h"

#include <math.h>

#define EXACT_LENGTHS 64u
#define STEPS_AN_OCTAVE 16.0

const guint16 quarry_lexical_code_quarters[QUARRY_LEXICAL_N_CODES]
    = { 4, 5, 6, 8, 10, 12, 16, 20, 24, 28, 34, 42, 52, 68, 100, 160 };

guint
quarry_lexical_count_code (guint quarters)
{
  guint code = 0;

  while (code + 1 < QUARRY_LEXICAL_N_CODES
         && 2 * quarters >= (guint) quarry_lexical_code_quarters[code]
                                + quarry_lexical_code_quarters[code + 1])
    code++;
  return code;
}

guint
quarry_lexical_length_code (guint64 n_words)
{
  if (n_words < EXACT_LENGTHS)
    return (guint) n_words;
  return (guint) MIN (
      255.0, EXACT_LENGTHS + round (STEPS_AN_OCTAVE * log2 ((double) n_words / EXACT_LENGTHS)));
}

double
quarry_lexical_code_length (guint code)
{
  if (code < EXACT_LENGTHS)
    return code;
  return EXACT_LENGTHS * exp2 ((code - EXACT_LENGTHS) / STEPS_AN_OCTAVE);
}

guint32
quarry_lexical_code_words (guint code)
{
  return (guint32) lround (quarry_lexical_code_length (code));
}

void
quarry_lexical_weights_init (QuarryLexicalWeights *self, double mean)
{
  self->mean = MAX (1.0, mean);
  for (guint length = 0; length < 256; length++)
    {
      self->norms[length]
          = (float) (QUARRY_LEXICAL_TEXT * QUARRY_LEXICAL_K1
                     * (1.0 - QUARRY_LEXICAL_B
                        + QUARRY_LEXICAL_B * quarry_lexical_code_length (length) / self->mean));
      for (guint code = 0; code < QUARRY_LEXICAL_N_CODES; code++)
        self->impacts[length][code] = (guint16) quarry_lexical_impact (
            quarry_lexical_code_quarters[code], self->norms[length]);
    }
}

#define BYTE_STEP ((QUARRY_LEXICAL_ONE + 255u) / 255u)

guint8
quarry_lexical_bound_byte (guint32 impact)
{
  return (guint8) ((impact + BYTE_STEP - 1) / BYTE_STEP);
}

/* An impact is 1 / (1 + x), where one part of x is constant and the other is proportional to the passage's length
 * divided by the mean. If the mean grows by some factor, x shrinks by at most that factor. */
void
quarry_lexical_bounds (guint16 bounds[256], double then, double now)
{
  double least = MIN (1.0, MAX (1.0, then) / MAX (1.0, now));

  for (guint byte = 0; byte < 256; byte++)
    {
      /* The impact that the byte was made from had been rounded down. */
      double impact = MIN (1.0, byte * BYTE_STEP / (QUARRY_LEXICAL_ONE - 1.0));
      double bound = impact / (impact + (1.0 - impact) * least);

      bounds[byte] = (guint16) MIN (QUARRY_LEXICAL_ONE, ceil (bound * QUARRY_LEXICAL_ONE) + 2.0);
    }
  bounds[0] = 0;
}
