/* quarry-explain.h: explains why a passage matched
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * With a static model, the cosine of query and passage is a sum over pairs of tokens,
 *   cos = Σ_a Σ_b w_a w_b (v_a · v_b) / (‖q‖ ‖P‖),
 * so that each word's share of it is exact, and the shares add up to the cosine.
 */
#pragma once

#include "core/document/quarry-words.h"

G_BEGIN_DECLS

typedef enum
{
  QUARRY_MATCH_LITERAL, /* the same stem */
  QUARRY_MATCH_MEANING,
} QuarryMatchKind;

typedef struct
{
  QuarrySpan span;       /* the word in the text of the passage, in bytes */
  float weight;          /* its share of the cosine */
  QuarrySpan query_span; /* the word of the query that it corresponds to, in bytes of the query */
  QuarryMatchKind kind;
} QuarryWordMatch;

typedef struct
{
  float similarity;    /* the cosine, as passed in */
  float rest;          /* the share of everything that is not in words: rest + Σ weight is the cosine, to within 1e-5 */
  GArray *words;       /* of QuarryWordMatch, one for each occurrence. Occurrences of the same word are together, in the
                        * order of the text; words are in descending order of their total share. Literal matches, and at
                        * most five words that match by meaning */
  QuarrySpan sentence; /* the best sentence, in bytes of the text of the passage */
} QuarryExplanation;

void quarry_explanation_free (QuarryExplanation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryExplanation, quarry_explanation_free)

/* How much word @query_word of the query and word @word of the passage (by index) have in common: Σ_a Σ_b w_a w_b (v_a
 * · v_b) over their tokens. */
typedef float (*QuarryAffinityFunc) (guint query_word, guint word, gpointer user_data);

/* The passage to be explained, and the query. */
typedef struct
{
  const QuarryWord *query_words;
  guint n_query_words;

  const QuarryWord *words; /* of the passage */
  guint n_words;
  const guint *answers;    /* n_words: index of the query's word that each word is a form of; G_MAXUINT: none. Equal
                            * words must have the same value */
  const float *shares;     /* n_words: share of the cosine */
  float between;           /* share of what is between the words */
  float similarity;        /* the cosine */
  const QuarrySpan *sentences; /* of the passage's text */
  guint n_sentences;
  guint32 text_length; /* length of that text in bytes */
  const char *language; /* of the passage, a BCP 47 tag; NULL where it is not known */

  QuarryAffinityFunc affinity;
  gpointer user_data;
} QuarryExplained;

/* Explains a match. Function words, of English or of the language of the passage, are only shown where the query has
 * no other words. A word that is not in the query is shown, as a match by meaning, if its share is at least a tenth
 * of the strongest word's share, and then the five strongest. Of words that are in the query, the twelve with the
 * largest shares are shown, since the query may be a whole passage. The best sentence is the one whose words have
 * the largest total share, with an extra share for each word of the query that it holds; the whole text where there are
 * no sentences.
 * (transfer full) */
QuarryExplanation *quarry_explain (const QuarryExplained *explained);

G_END_DECLS
