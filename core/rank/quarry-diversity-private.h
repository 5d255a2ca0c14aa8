/* quarry-diversity-private.h: what the methods of choice share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/rank/quarry-diversity.h"

G_BEGIN_DECLS

/* What a method chooses from. */
typedef struct
{
  guint n;
  const float *relevance; /* n, 0 to 1; 1 throughout where all scores are equal */
  const float *likeness;  /* n × n */
  double ambiguity;       /* of the query */
  const guint32 *documents; /* n, or NULL */
  double repeat;            /* what a candidate is worth after each of its own document's, 0 to 1 */
  double evenness;        /* 0: each counts by its relevance as what is to be covered, 1: all alike */
  double trade_off;       /* 1: relevance alone, 0: variety alone */
} QuarryChoice;

/* What the dial, 0 to 1, means for a query that is so ambiguous: the weight of relevance, 1 at 0 and never
 * rising, and by how much candidates come to count alike as what is to be covered, 0 up to the default. */
double quarry_find_trade_off (double diversity, double ambiguity);
double quarry_find_evenness (double diversity, double ambiguity);

/* What each candidate is worth beside the chosen ones, n: 1 to begin with. (transfer full) */
double *quarry_choice_new_worth (const QuarryChoice *choice);
/* Once @best is chosen: others of its document are worth less. */
void quarry_choice_take (const QuarryChoice *choice, guint best, double *worth);

/* Each writes @limit (1 to n) indices to @chosen. */
void quarry_choose_by_coverage (const QuarryChoice *choice, guint limit, guint *chosen);
void quarry_choose_by_mmr (const QuarryChoice *choice, guint limit, guint *chosen);
void quarry_choose_by_dpp (const QuarryChoice *choice, guint limit, guint *chosen);
void quarry_choose_by_mixture (const QuarryChoice *choice, guint limit, guint *chosen);

G_END_DECLS
