/* quarry-explain.h: why a passage matched
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * With a static model the cosine of query and passage is a sum over pairs of tokens,
 *   cos = Σ_a Σ_b w_a w_b (v_a · v_b) / (‖q‖ ‖P‖),
 * so that each word's share of it is exact and the shares sum to it.
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
  QuarrySpan span;       /* the word in the passage's text, bytes */
  float weight;          /* its share of the cosine */
  QuarrySpan query_span; /* the query word it answers to, bytes of the query */
  QuarryMatchKind kind;
} QuarryWordMatch;

typedef struct
{
  float similarity;    /* the cosine, as it was given */
  float rest;          /* the shares of all that is not in words: rest + Σ weight is the cosine, to 1e-5 */
  GArray *words;       /* of QuarryWordMatch: one an occurrence, those of one word together in the
                          order of the text, words by their whole share, strongest first. Literal
                          ones, and at most five words by meaning that are worth showing */
  QuarrySpan sentence; /* the best sentence, bytes of the passage's text */
} QuarryExplanation;

void quarry_explanation_free (QuarryExplanation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryExplanation, quarry_explanation_free)

/* How much the query's word @query_word and the passage's @word, by their indices, have in common:
 * Σ_a Σ_b w_a w_b (v_a · v_b) over their tokens. */
typedef float (*QuarryAffinityFunc) (guint query_word, guint word, gpointer user_data);

/* What is to be explained: a passage by a query. */
typedef struct
{
  const QuarryWord *query_words;
  guint n_query_words;

  const QuarryWord *words; /* of the passage */
  guint n_words;
  const guint *answers;    /* n_words: index of the query's word that each is literally, in whatever
                              form; G_MAXUINT: none. Equal words answer to the same one */
  const float *shares;     /* n_words: of the cosine */
  float between;           /* the share of what stands between the words */
  float similarity;        /* the cosine */
  const QuarrySpan *sentences; /* of the passage's text */
  guint n_sentences;
  guint32 text_length; /* bytes of it */
  const char *language; /* of the passage, a BCP 47 tag; NULL: not known */

  QuarryAffinityFunc affinity;
  gpointer user_data;
} QuarryExplained;

/* Explains. A function word, of English or of the passage's language, is shown only where the query has no other words. By meaning are worth
 * showing, of words that are none of the query's, those with at least a tenth of the
 * strongest word's share. Of the query's words, where it is a whole passage, the twelve with the largest. The best sentence is the one whose words hold the largest share, literal
 * matches counting in any case; the whole text where there are no sentences. (transfer full) */
QuarryExplanation *quarry_explain (const QuarryExplained *explained);

G_END_DECLS
