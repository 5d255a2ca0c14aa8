/* quarry-topic-words-private.h: the words of candidates, as names are made of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The texts and titles of the candidates as runs of words, each word judged once: what may name a
 * group, and what may not.
 */
#pragma once

#include "core/rank/quarry-topics.h"

G_BEGIN_DECLS

/* Pairs of words that may be told apart. */
#define QUARRY_TOPIC_PAIRS 4096

typedef enum
{
  QUARRY_TOPIC_WORD_STOP = 1 << 0,
  QUARRY_TOPIC_WORD_QUERY = 1 << 1,  /* stands in the query, or its plural does */
  QUARRY_TOPIC_WORD_NUMBER = 1 << 2, /* digits alone, or a single letter */
  QUARRY_TOPIC_WORD_EMPTY
  = 1 << 3, /* a function word of another language, part of an address, an adverb */
  QUARRY_TOPIC_WORD_WANTED = 1 << 4,  /* in an n-gram of several that may name a group */
  QUARRY_TOPIC_WORD_VAGUE = 1 << 5,   /* names nothing alone */
  QUARRY_TOPIC_WORD_JOINING = 1 << 6, /* a small word that a name may reach over */
  /* All but that it is wanted has been found out: most words need never be looked at. */
  QUARRY_TOPIC_WORD_JUDGED = 1 << 7,
} QuarryTopicWordFlags;

/* A distinct word, by its form. */
typedef struct
{
  const QuarryWordForm *form;
  guint32 number;         /* the form's */
  guint32 last_candidate; /* index + 1 */
  guint32 n_candidates;   /* that hold it */
  guint32 n_members;      /* of the group looked at that do */
  guint32 n_small;        /* in whose language it is a function word, other than English */
  float rarity;           /* in the library; -1: not asked for */
  guint32 ngram;          /* index + 1 of the n-gram of it alone, in the group looked at */
  QuarryTopicWordFlags flags;
  guint8 beside; /* what it is to its neighbours, a QuarryBeside: once it is judged */
} QuarryTopicWord;

/* A word where it stands. */
typedef struct
{
  guint32 word;
  QuarrySpan span;
  guint8 goes_on;     /* only what a name may reach over is between it and the word before */
  guint8 is_glued;    /* that is a mark without a blank: "fast" of "git-fast-export" */
  guint8 begins_amid; /* a compound has begun before it: "export" there */
  guint8 ends_amid;   /* the compound goes on behind it: "git" there */
  guint8 opens;       /* a text, a line or a sentence */
  guint8 in_title;
  guint8 is_shouted;  /* in a line that is all capitals, as headings of man pages are, among others that are not */
  guint8 is_capital; /* its first letter, or it is a number */
  guint8 is_shared;  /* enough members of the group looked at hold the word */
} QuarryTopicPlace;

/* Two words that follow each other, or several such pairs that have one hash. */
typedef struct
{
  guint32 last_candidate; /* index + 1 */
  guint32 n_members;      /* no fewer than hold one of them */
} QuarryTopicPair;

/* The words of candidate i are places[starts[i]] to places[starts[i + 1] − 1]; each of them once is
 * held[held_starts[i]] to held[held_starts[i + 1] − 1]. */
typedef struct
{
  QuarryTopicWord *words;
  guint n_words;
  guint32 *slots; /* index of a word + 1 by its form's number, open addressing */
  gsize n_slots;  /* a power of two, more than twice the words that may be read */
  const QuarryWord *query_words;
  guint n_query_words;
  QuarryTopicPlace *places;
  guint n_places;
  guint *starts;
  guint32 *held;
  guint *held_starts;
  QuarryTopicPair *pairs; /* QUARRY_TOPIC_PAIRS, of the group looked at */
  guint8 *is_prose;       /* by candidate: function words tell what stands beside them */
  guint8 *nouns_first;    /* by candidate: its language has adjectives behind their nouns */
  guint8 *capital_nouns;  /* by candidate: its language writes nouns with capitals */
} QuarryTopicCorpus;

/* Reads the beginnings of @texts (n). @query_words: must live as long. */
void quarry_topic_corpus_init (QuarryTopicCorpus *self,
                               const QuarryTopicText *texts,
                               guint n,
                               const QuarryWord *query_words,
                               guint n_query_words);
void quarry_topic_corpus_clear (QuarryTopicCorpus *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (QuarryTopicCorpus, quarry_topic_corpus_clear)

/* Finds out the flags of a word that is not QUARRY_TOPIC_WORD_JUDGED. */
void quarry_topic_corpus_judge (const QuarryTopicCorpus *self, QuarryTopicWord *word);

/* TRUE where one folded word is the other with an ending: "zebra" and "zebras". */
gboolean quarry_topic_is_form_of (const char *a, const char *b);

G_END_DECLS
