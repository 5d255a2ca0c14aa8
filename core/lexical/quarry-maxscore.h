/* quarry-maxscore.h: finds the passages with the highest scores without scoring all of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * MaxScore (Turtle and Flood 1995) with block maxima, one window of rows at a time. As soon as the k-th best score so
 * far is greater than some terms can contribute together, passages that hold only those terms cannot enter the result.
 * The lists of those terms are then no longer searched for new passages; they only add to the scores of passages that
 * other terms find. Scores are integers, so that the order of addition does not matter, and the result is always the
 * same as if all postings had been added up.
 */
#pragma once

#include "core/lexical/quarry-lexical-weights.h"
#include "core/lexical/quarry-postings.h"

G_BEGIN_DECLS

/* Limits by which no sum overflows: terms times weight times impact stays below 2^32. */
#define QUARRY_MAXSCORE_MAX_TERMS 64u
#define QUARRY_MAXSCORE_MAX_WEIGHT 0x3fffu

/* With this share, in sixteenths, an occurrence counts in full. */
#define QUARRY_MAXSCORE_WHOLE 16u

/* A posting list, and how many sixteenths an occurrence in it counts: 4 to WHOLE. */
typedef struct
{
  QuarryPostings postings;
  guint8 share;
} QuarryMaxscoreList;

/* Words that count as the same word: their occurrences add up before saturation is applied. */
typedef struct
{
  const QuarryMaxscoreList *lists;
  guint n_lists;
  guint32 weight; /* 1 to MAX_WEIGHT */
} QuarryMaxscoreGroup;

/* A term of the query: alternative groups. A passage gets the score of the best of them. */
typedef struct
{
  const QuarryMaxscoreGroup *groups;
  guint n_groups;
} QuarryMaxscoreTerm;

/* The passages that are searched together. In bitmaps, row r is bit (r & 63) of word (r >> 6). */
typedef struct
{
  guint32 n_rows;
  const guint32 *slots; /* NULL: the slots have no gaps and begin with first_slot */
  guint32 first_slot;
  const guint8 *lengths; /* length codes */
  const guint16 *bounds; /* the greatest possible impact for each impact byte */
  const guint64 *dead;    /* bitmap of rows that are left out, or NULL */
  const guint64 *allowed; /* bitmap of the only rows that may be found, or NULL for all */
} QuarryMaxscoreRows;

typedef struct
{
  guint32 slot;
  guint32 score;
} QuarryMaxscoreMatch;

/* The best matches so far, over any number of searches. */
typedef struct
{
  QuarryMaxscoreMatch *found; /* a heap with the worst match on top */
  guint n_found;
  guint k;
} QuarryMaxscoreBest;

/* The working memory of a search, about as large as a window of passages. Callers that search often keep one, and use
 * it for one search at a time. */
typedef struct _QuarryMaxscoreRoom QuarryMaxscoreRoom;

QuarryMaxscoreRoom *quarry_maxscore_room_new (void);
void quarry_maxscore_room_free (QuarryMaxscoreRoom *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryMaxscoreRoom, quarry_maxscore_room_free)

/* Called now and then. When it returns TRUE, the search ends with what it has found so far. */
typedef gboolean (*QuarryMaxscoreStopFunc) (gpointer user_data);

/* @found: an array with room for @k matches. */
void quarry_maxscore_best_init (QuarryMaxscoreBest *self, QuarryMaxscoreMatch *found, guint k);

/* Sorts the matches, best first, ties by lower slot. */
void quarry_maxscore_best_sort (QuarryMaxscoreBest *self);

/* Offers the passages with the highest sums over @terms (at most MAX_TERMS) to @best. Passages that hold no term are
 * not found. @stop may be NULL. FALSE where it ended the search. */
gboolean quarry_maxscore_search (const QuarryMaxscoreTerm *terms,
                                 guint n_terms,
                                 const QuarryLexicalWeights *weights,
                                 const QuarryMaxscoreRows *rows,
                                 QuarryMaxscoreRoom *room,
                                 QuarryMaxscoreBest *best,
                                 QuarryMaxscoreStopFunc stop,
                                 gpointer user_data);

G_END_DECLS
