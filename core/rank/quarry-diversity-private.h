/* quarry-diversity-private.h: what the methods of choosing candidates share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The input of a method, and the functions that implement the methods.
 */
#pragma once

#include "core/rank/quarry-diversity.h"

G_BEGIN_DECLS

/* The input of a method. */
typedef struct
{
  guint n;
  const float *relevance; /* n, 0 to 1; 1 throughout where all scores are equal */
  const float *likeness;  /* n × n, as returned by quarry_pool_likeness() */
  double ambiguity;       /* as returned by quarry_pool_ambiguity() */
  const guint32 *documents; /* n numbers of documents, or NULL */
  double repeat;            /* factor for the value of a candidate, applied for each other one of its document that is
                             * chosen, 0 to 1 */
  double evenness;        /* how much a candidate counts as something to be covered: 0: by its relevance, 1: all the
                           * same */
  double trade_off;       /* 1: relevance only, 0: variety only */
} QuarryChoice;

/* What a position of the dial, 0 to 1, means for a query of this ambiguity. The weight of relevance: 1 at 0, and
 * never rising. The evenness, by which candidates count more alike as something to be covered: 0 up to the default
 * position. */
double quarry_find_trade_off (double diversity, double ambiguity);
double quarry_find_evenness (double diversity, double ambiguity);

/* A factor for the value of each candidate, given the chosen ones; n, initially 1. (transfer full) */
double *quarry_choice_new_worth (const QuarryChoice *choice);
/* To be called when @best is chosen: other candidates of its document lose value. */
void quarry_choice_take (const QuarryChoice *choice, guint best, double *worth);

/* Each writes @limit (1 to n) indices of candidates to @chosen. */
void quarry_choose_by_coverage (const QuarryChoice *choice, guint limit, guint *chosen);
void quarry_choose_by_mmr (const QuarryChoice *choice, guint limit, guint *chosen);
void quarry_choose_by_dpp (const QuarryChoice *choice, guint limit, guint *chosen);
void quarry_choose_by_mixture (const QuarryChoice *choice, guint limit, guint *chosen);

G_END_DECLS
