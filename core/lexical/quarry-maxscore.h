/* quarry-maxscore.h: the best passages for weighted terms, without looking at all of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * MaxScore (Turtle and Flood 1995) with block maxima, a window of slots at a time. While the
 * k-th best score is above what some terms can add up to, these only score what the others find.
 * Scores are whole numbers, so that the order of adding does not matter: the answer is that of
 * adding up all postings, always.
 */
#pragma once

#include "core/lexical/quarry-postings.h"

G_BEGIN_DECLS

/* So that no sum overflows: terms times weight times 255 stays below 2^32. */
#define QUARRY_MAXSCORE_MAX_TERMS 128u
#define QUARRY_MAXSCORE_MAX_WEIGHT 0x1ffffu

/* A list that a term reads, and what one unit of its postings' weights counts: 1 to MAX_WEIGHT. */
typedef struct
{
  QuarryPostings postings;
  guint32 weight;
} QuarryMaxscoreList;

/* A term of the query: words that stand for one another. A passage gets the best of them. */
typedef struct
{
  const QuarryMaxscoreList *lists;
  guint n_lists;
} QuarryMaxscoreTerm;

typedef struct
{
  guint32 slot;
  guint32 score;
} QuarryMaxscoreMatch;

/* Called now and then; the search ends with what it has found when it returns TRUE. */
typedef gboolean (*QuarryMaxscoreStopFunc) (gpointer user_data);

/* The @k passages with the highest sums over @terms (at most MAX_TERMS), best first, ties by lower
 * slot, written to @found (room for @k). Returns how many: passages that hold no term are not
 * found. @allowed: bit (slot & 63) of word (slot >> 6), @n_words words, or NULL for all. @stop may
 * be NULL. */
guint quarry_maxscore_search (const QuarryMaxscoreTerm *terms,
                              guint n_terms,
                              guint k,
                              const guint64 *allowed,
                              gsize n_words,
                              QuarryMaxscoreStopFunc stop,
                              gpointer user_data,
                              QuarryMaxscoreMatch *found);

G_END_DECLS
