/* quarry-explain.h: why a passage matched
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * With a static model the cosine of query and passage is a sum over pairs of tokens,
 *   cos = Σ_a Σ_b w_a w_b (v_a · v_b) / (‖q‖ ‖P‖),
 * so that each word's share of it is exact and the shares sum to it.
 */
#pragma once

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

/* A token with its weighted row. */
typedef struct
{
  guint32 id;
  QuarrySpan span;  /* bytes of its text */
  const float *row; /* dims floats: w(t) × row(t) */
} QuarryWeightedToken;

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
  float similarity;    /* the cosine: the sum of all shares; 0 without vectors */
  float rest;          /* what is not in words: similarity − Σ weight */
  GArray *words;       /* of QuarryWordMatch: one an occurrence, those of one word together in the
                          order of the text, words by their whole share, strongest first. Literal
                          ones, and at most five words by meaning that are worth showing */
  QuarrySpan sentence; /* the best sentence, bytes of the passage's text */
} QuarryExplanation;

void quarry_explanation_free (QuarryExplanation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryExplanation, quarry_explanation_free)

/* Writes the stem of a folded word (as quarry_lexical_stem()). */
typedef void (*QuarryStemFunc) (const char *folded, gsize length, char *stem, gsize size);

/* Explains @text (a passage) by @query. Words are those of quarry_words_next(); the tokens of a
 * word are those whose span lies in it. A stop word is shown only where the query has no other
 * words. By meaning are worth showing, of words that have another stem than all of the query's,
 * those with at least a tenth of the strongest word's share. @sentences: spans of @text,
 * n_sentences; the best is the one whose words hold the largest share, literal matches counting
 * in any case; the whole text without. @last_is_prefix: the query's last word is still typed, and
 * words that it begins match literally. Both arrays of tokens ascend by span; either may be empty.
 * (transfer full) */
QuarryExplanation *quarry_explain (const char *query,
                                   const QuarryWeightedToken *query_tokens,
                                   guint n_query_tokens,
                                   const char *text,
                                   const QuarryWeightedToken *tokens,
                                   guint n_tokens,
                                   guint dims,
                                   const QuarrySpan *sentences,
                                   guint n_sentences,
                                   QuarryStemFunc stem,
                                   gboolean last_is_prefix);

G_END_DECLS
