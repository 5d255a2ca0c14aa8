/* quarry-topic-words-private.h: the words of candidates, prepared for making names
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The texts and titles of the candidates as sequences of words. Each distinct word is judged once: whether it may be
 * part of a name, and of what kind it is.
 */
#pragma once

#include "core/rank/quarry-topics.h"

G_BEGIN_DECLS

/* Size of the hash table that counts pairs of words. Small, as it is cleared for each group; a few hundred pairs are put
 * into it, and where two share an entry only time is lost. */
#define QUARRY_TOPIC_PAIRS 1024

typedef enum
{
  QUARRY_TOPIC_WORD_STOP = 1 << 0,
  QUARRY_TOPIC_WORD_QUERY = 1 << 1,  /* it is in the query, perhaps in another form */
  QUARRY_TOPIC_WORD_NUMBER = 1 << 2, /* digits alone, or a single letter */
  QUARRY_TOPIC_WORD_EMPTY
  = 1 << 3, /* a function word of another language, a part of an address, or an adverb */
  QUARRY_TOPIC_WORD_WANTED = 1 << 4,  /* it is in an n-gram of several words that may name a group */
  QUARRY_TOPIC_WORD_VAGUE = 1 << 5,   /* it names nothing by itself */
  QUARRY_TOPIC_WORD_JOINING = 1 << 6, /* a function word that may be inside a name */
  /* All flags but WANTED have been determined. It is done on demand, since most words are never looked at. */
  QUARRY_TOPIC_WORD_JUDGED = 1 << 7,
} QuarryTopicWordFlags;

/* A distinct word form. */
typedef struct
{
  const QuarryWordForm *form;
  guint32 number;         /* number of the form */
  guint32 last_candidate; /* index + 1 of the candidate that was counted last */
  guint32 n_candidates;   /* number of candidates that hold it */
  guint32 n_members;      /* number of members of the current group that hold it */
  guint32 n_small;        /* how many of those candidates are in a language, other than English, in which it is a
                           * function word */
  float rarity;           /* in the library; -1: not determined yet */
  guint32 ngram;          /* index + 1, in the n-grams of the current group, of the one that consists of this word */
  QuarryTopicWordFlags flags;
  guint8 beside; /* a QuarryBeside: what kind of neighbour it is; valid once it is judged */
} QuarryTopicWord;

/* An occurrence of a word. */
typedef struct
{
  guint32 word;
  QuarrySpan span;
  guint8 goes_on;     /* between it and the word before, there is only what may be inside a name */
  guint8 is_glued;    /* what is between is a sign without a blank: as for "fast" in "git-fast-export" */
  guint8 begins_amid; /* it is inside a compound that began before it: as "export" there */
  guint8 ends_amid;   /* the compound continues after it: as for "git" there */
  guint8 opens;       /* it begins a text, a line or a sentence */
  guint8 in_title;
  guint8 is_shouted;  /* it is in a line that is all in capitals, like the headings of man pages, while most other lines
                       * are not */
  guint8 is_capital; /* it begins with a capital or a digit */
  guint8 is_shared;  /* enough members of the current group hold the word */
} QuarryTopicPlace;

/* An entry of the hash table of pairs: two words that follow each other, or several such pairs with the same hash. */
typedef struct
{
  guint32 last_candidate; /* index + 1 of the candidate that was counted last */
  guint32 n_members;      /* members that hold one of these pairs, so at least as many as hold any single one */
} QuarryTopicPair;

/* The words of candidate i are places[starts[i]] to places[starts[i + 1] − 1]. Its distinct words are
 * held[held_starts[i]] to held[held_starts[i + 1] − 1]. */
typedef struct
{
  QuarryTopicWord *words;
  guint n_words;
  guint32 *slots; /* hash table by the number of the form: index of the word + 1 */
  gsize n_slots;  /* a power of two, at least twice the number of words that may be read */
  const QuarryWord *query_words;
  guint n_query_words;
  QuarryTopicPlace *places;
  guint n_places;
  guint *starts;
  guint32 *held;
  guint *held_starts;
  QuarryTopicPair *pairs; /* QUARRY_TOPIC_PAIRS entries, for the current group */
  QuarryRarityFunc rarity; /* NULL: not known */
  gpointer rarity_data;
  guint8 *is_prose;       /* for each candidate: it has enough function words to judge words by their neighbours */
  guint8 *nouns_first;    /* for each candidate: in its language, adjectives follow their nouns */
  guint8 *capital_nouns;  /* for each candidate: in its language, nouns are written with capitals */
} QuarryTopicCorpus;

/* Reads the beginnings of @n @texts. @query_words: must stay valid as long as @self. */
void quarry_topic_corpus_init (QuarryTopicCorpus *self,
                               const QuarryTopicText *texts,
                               guint n,
                               const QuarryWord *query_words,
                               guint n_query_words);
void quarry_topic_corpus_clear (QuarryTopicCorpus *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (QuarryTopicCorpus, quarry_topic_corpus_clear)

/* Determines the flags of a word that is not QUARRY_TOPIC_WORD_JUDGED yet. */
void quarry_topic_corpus_judge (const QuarryTopicCorpus *self, QuarryTopicWord *word);

/* TRUE where one folded word is the other one with an ending: "zebra" and "zebras". */
gboolean quarry_topic_is_form_of (const char *a, const char *b);

G_END_DECLS
