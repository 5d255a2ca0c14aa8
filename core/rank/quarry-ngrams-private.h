/* quarry-ngrams-private.h: finds sequences of words that may name a group of candidates
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Gathers the n-grams that enough members of a group hold, with how often and how they occur, and counts their
 * occurrences in all other candidates.
 */
#pragma once

#include "core/rank/quarry-topic-words-private.h"

G_BEGIN_DECLS

/* The greatest number of words in an n-gram without capitals. */
#define QUARRY_NGRAM_MOST_PLAIN 3

typedef struct
{
  guint64 key;
  guint32 last_candidate; /* index + 1 of the candidate that was counted last, so that each is counted once; likewise
                           * the next two */
  guint32 last_title;     /* index + 1 */
  guint32 last_capital;   /* index + 1 */
  guint32 n_members;      /* members of the group that hold it */
  guint32 n_titles;       /* members whose titles hold it */
  guint32 n_capitals;     /* members that hold it with capitals (if it is a single word: other than at the beginning of
                           * a sentence) */
  guint32 first_place;    /* index of its first occurrence in places */
  guint32 n_places;       /* number of its occurrences among the group's members */
  guint32 n_halves;       /* sum of how far each of these is a thing by itself, in halves, 0 to 2 */
  guint8 n_words;
  guint8 n_query_words;
  guint8 n_vague; /* vague words in it, where it has several words and no capitals */
} QuarryNGram;

/* The n-grams of one group, or of all candidates. Those of several words are found by key in a hash table with open
 * addressing. */
typedef struct
{
  GArray *ngrams; /* of QuarryNGram */
  guint32 *slots; /* index + 1 */
  gsize n_slots;  /* a power of two */
} QuarryNGrams;

void quarry_ngrams_init (QuarryNGrams *self);
void quarry_ngrams_clear (QuarryNGrams *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (QuarryNGrams, quarry_ngrams_clear)

/* An n-gram of several words; NULL where it is not there. */
QuarryNGram *quarry_ngrams_find (const QuarryNGrams *self, guint64 key);

/* The same, but adds it where it is not there. The pointer is valid until the next call. */
QuarryNGram *quarry_ngrams_obtain (QuarryNGrams *self, guint64 key);

/* Finds n-grams that may name @group: those that enough of its members hold. They can no longer be found by their keys.
 * @ngrams: not initialized. Returns the number of members. */
guint quarry_ngrams_gather (
    QuarryTopicCorpus *corpus, QuarryNGrams *ngrams, const gint *group_of, guint n, gint group);

/* Counts, for each n-gram in @wanted, how many candidates hold it. @wanted: the n-grams of several words of all
 * groups. */
void
quarry_ngrams_count_everywhere (const QuarryTopicCorpus *corpus, QuarryNGrams *wanted, guint n);

/* Whether the other words of the n-gram follow at a place where its first word is; see quarry_ngram_stands_at(). */
gboolean quarry_ngram_goes_on_at (const QuarryTopicCorpus *corpus, const QuarryNGram *ngram, guint at, guint i);

/* Whether the n-gram's words are at place @at of candidate @i, and neither inside a longer compound nor in a line of
 * capitals. */
static inline gboolean
quarry_ngram_stands_at (const QuarryTopicCorpus *corpus, const QuarryNGram *ngram, guint at, guint i)
{
  return corpus->places[at].word == corpus->places[ngram->first_place].word
         && quarry_ngram_goes_on_at (corpus, ngram, at, i);
}

G_END_DECLS
