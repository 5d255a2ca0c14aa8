/* quarry-ngrams-private.h: runs of words that may name a group of candidates
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/rank/quarry-topic-words-private.h"

G_BEGIN_DECLS

/* Words in a run without capitals, at most. */
#define QUARRY_NGRAM_MOST_PLAIN 3

typedef struct
{
  guint64 key;
  guint32 last_candidate; /* index + 1 */
  guint32 last_title;     /* index + 1 */
  guint32 last_capital;   /* index + 1 */
  guint32 n_members;      /* that hold it */
  guint32 n_titles;       /* whose titles do */
  guint32 n_capitals;     /* that hold it with capitals, a single word within a sentence */
  guint32 first_place;    /* where it stands first */
  guint32 n_places;       /* where it stands, among the group's members */
  guint32 n_halves;       /* how far it is a thing by itself there: halves, 0 to 2 a place */
  guint8 n_words;
  guint8 n_query_words;
  guint8 n_vague; /* without a capital, of several */
} QuarryNGram;

/* N-grams of one group, or of all candidates; those of several words by key: open addressing over
 * an array. */
typedef struct
{
  GArray *ngrams; /* of QuarryNGram */
  guint32 *slots; /* index + 1 */
  gsize n_slots;  /* a power of two */
} QuarryNGrams;

void quarry_ngrams_init (QuarryNGrams *self);
void quarry_ngrams_clear (QuarryNGrams *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (QuarryNGrams, quarry_ngrams_clear)

/* Of several words; NULL where it is missing. */
QuarryNGram *quarry_ngrams_find (const QuarryNGrams *self, guint64 key);

/* Made where it is missing. The pointer is good until the next call. */
QuarryNGram *quarry_ngrams_obtain (QuarryNGrams *self, guint64 key);

/* Finds what may name @group: n-grams that enough of its members hold, no longer to be found by
 * their keys. @ngrams: not initialized. Returns the number of members. */
guint quarry_ngrams_gather (
    QuarryTopicCorpus *corpus, QuarryNGrams *ngrams, const gint *group_of, guint n, gint group);

/* Counts in how many candidates each n-gram of @wanted stands, @wanted being all groups' of several
 * words. */
void
quarry_ngrams_count_everywhere (const QuarryTopicCorpus *corpus, QuarryNGrams *wanted, guint n);

/* Whether the rest of its words follow where its first one stands: quarry_ngram_stands_at(). */
gboolean quarry_ngram_goes_on_at (const QuarryTopicCorpus *corpus, const QuarryNGram *ngram, guint at, guint i);

/* Whether the n-gram's words stand at place @at, which is one of candidate @i, and not amid a
 * compound or in a line of capitals. */
static inline gboolean
quarry_ngram_stands_at (const QuarryTopicCorpus *corpus, const QuarryNGram *ngram, guint at, guint i)
{
  return corpus->places[at].word == corpus->places[ngram->first_place].word
         && quarry_ngram_goes_on_at (corpus, ngram, at, i);
}

G_END_DECLS
