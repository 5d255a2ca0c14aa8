/* quarry-maxscore.h: the best passages for weighted terms, without looking at all of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * MaxScore (Turtle and Flood 1995) with block maxima, a window of rows at a time. While the
 * k-th best score is above what some terms can add up to, these only score what the others find.
 * Scores are whole numbers, so that the order of adding does not matter: the answer is that of
 * adding up all postings, always.
 */
#pragma once

#include "core/lexical/quarry-lexical-weights.h"
#include "core/lexical/quarry-postings.h"

G_BEGIN_DECLS

/* So that no sum overflows: terms times weight times impact stays below 2^32. */
#define QUARRY_MAXSCORE_MAX_TERMS 64u
#define QUARRY_MAXSCORE_MAX_WEIGHT 0x3fffu

/* Occurrences count whole at this share. */
#define QUARRY_MAXSCORE_WHOLE 16u

/* A list, and how many sixteenths an occurrence in it counts: 4 to WHOLE. */
typedef struct
{
  QuarryPostings postings;
  guint8 share;
} QuarryMaxscoreList;

/* Words that are one: their occurrences add up before they saturate. */
typedef struct
{
  const QuarryMaxscoreList *lists;
  guint n_lists;
  guint32 weight; /* 1 to MAX_WEIGHT */
} QuarryMaxscoreGroup;

/* A term of the query: groups that stand for one another. A passage gets the best of them. */
typedef struct
{
  const QuarryMaxscoreGroup *groups;
  guint n_groups;
} QuarryMaxscoreTerm;

/* The passages that are searched together. Bitmaps: bit (row & 63) of word (row >> 6). */
typedef struct
{
  guint32 n_rows;
  const guint32 *slots; /* NULL: without gaps from first_slot on */
  guint32 first_slot;
  const guint8 *lengths; /* length codes */
  const guint16 *bounds; /* of an impact byte */
  const guint64 *dead;    /* that do not count, or NULL */
  const guint64 *allowed; /* that alone count, or NULL for all */
} QuarryMaxscoreRows;

typedef struct
{
  guint32 slot;
  guint32 score;
} QuarryMaxscoreMatch;

/* The best so far, over any number of searches. */
typedef struct
{
  QuarryMaxscoreMatch *found; /* the worst of them on top */
  guint n_found;
  guint k;
} QuarryMaxscoreBest;

/* What a search writes to while it runs. It is as large as a window of passages: whoever searches often
 * keeps one. One search at a time. */
typedef struct _QuarryMaxscoreRoom QuarryMaxscoreRoom;

QuarryMaxscoreRoom *quarry_maxscore_room_new (void);
void quarry_maxscore_room_free (QuarryMaxscoreRoom *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryMaxscoreRoom, quarry_maxscore_room_free)

/* Called now and then; the search ends with what it has found when it returns TRUE. */
typedef gboolean (*QuarryMaxscoreStopFunc) (gpointer user_data);

/* @found: room for @k. */
void quarry_maxscore_best_init (QuarryMaxscoreBest *self, QuarryMaxscoreMatch *found, guint k);

/* Best first, ties by lower slot. */
void quarry_maxscore_best_sort (QuarryMaxscoreBest *self);

/* Offers the passages with the highest sums over @terms (at most MAX_TERMS) to @best. Passages that
 * hold no term are not found. @stop may be NULL. FALSE where it has ended the search. */
gboolean quarry_maxscore_search (const QuarryMaxscoreTerm *terms,
                                 guint n_terms,
                                 const QuarryLexicalWeights *weights,
                                 const QuarryMaxscoreRows *rows,
                                 QuarryMaxscoreRoom *room,
                                 QuarryMaxscoreBest *best,
                                 QuarryMaxscoreStopFunc stop,
                                 gpointer user_data);

G_END_DECLS
