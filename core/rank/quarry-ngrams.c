/* quarry-ngrams.c: finds sequences of words that may name a group of candidates
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads the texts of a group's members word by word and extends n-grams while enough members hold all their words and
 * pairs of words; the rest of the rules say which n-grams can be names.
 */
#include "core/rank/quarry-ngrams-private.h"
#include "core/rank/quarry-hash-private.h"
#include "core/rank/quarry-phrases-private.h"

#include <math.h>
#include <string.h>

#define MOST_WORDS 5 /* in a name, at most */
#define LEAST_MEMBERS 2

/* An n-gram must be held by at least this share of the group's members, and by LEAST_MEMBERS. */
#define LEAST_SHARE_OF_ALL 0.15

void
quarry_ngrams_init (QuarryNGrams *self)
{
  self->n_slots = 256;
  self->slots = g_new0 (guint32, self->n_slots);
  self->ngrams = g_array_new (FALSE, FALSE, sizeof (QuarryNGram));
}

void
quarry_ngrams_clear (QuarryNGrams *self)
{
  g_clear_pointer (&self->slots, g_free);
  g_clear_pointer (&self->ngrams, g_array_unref);
}

/* The slot that holds @key, or the free one where it would be put. */
static gsize
find_slot (const QuarryNGrams *self, guint64 key)
{
  gsize at = key & (self->n_slots - 1);

  while (self->slots[at] != 0
         && g_array_index (self->ngrams, QuarryNGram, self->slots[at] - 1).key != key)
    at = (at + 1) & (self->n_slots - 1);
  return at;
}

QuarryNGram *
quarry_ngrams_find (const QuarryNGrams *self, guint64 key)
{
  guint32 number = self->slots[find_slot (self, key)];

  return number != 0 ? &g_array_index (self->ngrams, QuarryNGram, number - 1) : NULL;
}

QuarryNGram *
quarry_ngrams_obtain (QuarryNGrams *self, guint64 key)
{
  gsize at = find_slot (self, key);

  if (self->slots[at] == 0)
    {
      QuarryNGram fresh = { .key = key };

      if (2 * (self->ngrams->len + 1) > self->n_slots)
        {
          g_free (self->slots);
          self->n_slots *= 2;
          self->slots = g_new0 (guint32, self->n_slots);
          for (guint i = 0; i < self->ngrams->len; i++)
            if (g_array_index (self->ngrams, QuarryNGram, i).n_words != 1)
              self->slots[find_slot (self, g_array_index (self->ngrams, QuarryNGram, i).key)]
                  = i + 1;
          at = find_slot (self, key);
        }
      g_array_append_val (self->ngrams, fresh);
      self->slots[at] = self->ngrams->len;
    }
  return &g_array_index (self->ngrams, QuarryNGram, self->slots[at] - 1);
}

/* The n-gram of a single word. The pointer is valid until the next call of this or of quarry_ngrams_obtain(). */
static QuarryNGram *
obtain_unigram (QuarryNGrams *self, QuarryTopicWord *word, guint64 key)
{
  if (word->ngram == 0)
    {
      QuarryNGram fresh = { .key = key };

      g_array_append_val (self->ngrams, fresh);
      word->ngram = self->ngrams->len;
    }
  return &g_array_index (self->ngrams, QuarryNGram, word->ngram - 1);
}

static QuarryTopicPair *
pair_of (const QuarryTopicCorpus *corpus, const QuarryTopicPlace *second)
{
  guint64 hash = quarry_hash_mix ((guint64) second[-1].word << 32 | second->word);

  return corpus->pairs + (hash & (QUARRY_TOPIC_PAIRS - 1));
}

/* A single small letter is left over from an elision, an option, a variable or a list. */
static gboolean
is_small_letter (const QuarryTopicPlace *place, QuarryTopicWordFlags flags)
{
  return (flags & QUARRY_TOPIC_WORD_NUMBER) && !place->is_capital;
}

static gboolean
may_begin (const QuarryTopicCorpus *corpus, guint at, guint i)
{
  const QuarryTopicPlace *place = corpus->places + at;
  QuarryTopicWordFlags flags = corpus->words[place->word].flags;

  if (place->begins_amid || place->is_shouted || (flags & (QUARRY_TOPIC_WORD_STOP | QUARRY_TOPIC_WORD_EMPTY)))
    return FALSE;
  if (is_small_letter (place, flags))
    return FALSE;
  /* A single letter or number that continues from another word is only a part of something. */
  return !(flags & QUARRY_TOPIC_WORD_NUMBER) || !place->goes_on || at == corpus->starts[i];
}

/* The state of reading an n-gram. */
typedef struct
{
  guint64 key;
  guint length;
  guint n_parts; /* words, where a compound counts as one */
  guint n_query_words;
  guint n_telling;
  guint n_vague; /* how many of those are vague */
  guint n_numbers;
  guint n_inner;        /* function words inside it */
  gboolean is_sentence; /* it contains a word that no name has inside */
  gboolean in_capitals;
  gboolean begins_with_number;
} Reading;

/* Adds the next word. TRUE where the words read so far may be a name. A name must not end with a stop word, and must
 * not consist only of query words, or only of numbers; a number with a query word may be a name ("Fahrenheit 451"). If
 * it has a function word inside, is long, or begins with a number, it is considered a part of a sentence unless all its
 * words have capitals. */
static gboolean
read_on (Reading *reading, const QuarryTopicPlace *place, QuarryTopicWordFlags flags, gboolean has_capital_nouns)
{
  reading->key = quarry_hash_append (reading->key, place->word + 1);
  reading->length++;
  reading->n_parts += place->is_glued && reading->length > 1 ? 0 : 1;
  if (flags & (QUARRY_TOPIC_WORD_STOP | QUARRY_TOPIC_WORD_EMPTY))
    {
      /* Inside a compound, such a word belongs to it: "git-for-each-ref". */
      reading->n_inner += place->is_glued ? 0 : 1;
      reading->is_sentence
          = reading->is_sentence || (!place->is_glued && !(flags & QUARRY_TOPIC_WORD_JOINING));
      return FALSE;
    }
  reading->in_capitals = (reading->length == 1 || reading->in_capitals) && place->is_capital;
  reading->n_numbers += flags & QUARRY_TOPIC_WORD_NUMBER ? 1 : 0;
  if (reading->length == 1)
    reading->begins_with_number = (flags & QUARRY_TOPIC_WORD_NUMBER) != 0;
  if (flags & QUARRY_TOPIC_WORD_QUERY)
    reading->n_query_words++;
  else if (!(flags & QUARRY_TOPIC_WORD_NUMBER))
    {
      reading->n_telling++;
      reading->n_vague += flags & QUARRY_TOPIC_WORD_VAGUE ? 1 : 0;
    }

  if (reading->n_telling == 0
      && (reading->length == reading->n_query_words || reading->n_query_words == 0))
    return FALSE;
  /* "Table of Contents", "Step 11"; "Last updated 2024-05-31" */
  if (reading->is_sentence || reading->n_numbers > reading->n_telling + reading->n_query_words
      || (reading->length > 1 && reading->n_vague > 0 && reading->n_vague == reading->n_telling
          && reading->n_query_words == 0))
    return FALSE;
  /* In a language where all nouns have capitals, these do not make a name of a part of a sentence. */
  return (reading->in_capitals && (!has_capital_nouns || reading->n_inner <= 1))
         || !(reading->n_inner > 0 || reading->n_parts > QUARRY_NGRAM_MOST_PLAIN
              || reading->begins_with_number);
}

/* Marks the words of member @i of a group that at least @least members hold, and counts pairs of such words. If fewer
 * members hold a pair, no longer n-gram with it has more, so that most n-grams need not be counted. */
static void
count_pairs (QuarryTopicCorpus *corpus, guint i, guint least)
{
  QuarryTopicPlace *places = corpus->places;

  for (guint at = corpus->starts[i]; at < corpus->starts[i + 1]; at++)
    places[at].is_shared = corpus->words[places[at].word].n_members >= least;
  for (guint at = corpus->starts[i] + 1; at < corpus->starts[i + 1]; at++)
    if (places[at].goes_on & places[at].is_shared & places[at - 1].is_shared)
      {
        QuarryTopicPair *pair = pair_of (corpus, places + at);

        if (pair->last_candidate != i + 1)
          {
            pair->last_candidate = i + 1;
            pair->n_members++;
          }
      }
}

/* What kind of neighbour the word at a place is. */
static QuarryBeside
judge_beside (const QuarryTopicCorpus *corpus, const QuarryTopicPlace *place)
{
  QuarryTopicWord *word = corpus->words + place->word;

  if (!(word->flags & QUARRY_TOPIC_WORD_JUDGED))
    quarry_topic_corpus_judge (corpus, word);
  if (word->flags & QUARRY_TOPIC_WORD_NUMBER && g_ascii_isdigit (word->form->folded[0]))
    return QUARRY_BESIDE_NUMBER;
  return word->beside == QUARRY_BESIDE_WORD && place->is_capital ? QUARRY_BESIDE_NAME : word->beside;
}

/* How far the words from @at up to but not including @end, of candidate @i, are a thing by themselves there, in halves,
 * 0 to 2; 1 where it cannot be judged. */
static guint
judge_thing (const QuarryTopicCorpus *corpus, guint at, guint end, guint i)
{
  const QuarryTopicPlace *places = corpus->places;
  QuarryBeside before = QUARRY_BESIDE_NOTHING, next = QUARRY_BESIDE_NOTHING;

  if (!corpus->is_prose[i])
    return 1;
  /* A capital at the beginning of a sentence does not mean a noun: the German "Falls" (if). */
  if (corpus->capital_nouns[i] && end == at + 1 && !places[at].in_title
      && (!places[at].is_capital || places[at].opens))
    return 0;
  if (end < corpus->starts[i + 1] && places[end].goes_on)
    next = judge_beside (corpus, places + end);
  if (at > corpus->starts[i] && places[at].goes_on)
    before = judge_beside (corpus, places + at - 1);
  /* In a title, all words may have capitals, and numbers precede the actual name. */
  if (before >= QUARRY_BESIDE_NUMBER && places[at].in_title)
    before = QUARRY_BESIDE_WORD;
  return quarry_phrase_judge (before, next, places[at].is_capital && !places[at].opens, corpus->nouns_first[i]);
}

/* Counts the n-grams of member @i of a group that at least @least members may hold. */
static void
count_ngrams (const QuarryTopicCorpus *corpus, QuarryNGrams *ngrams, guint i, guint least)
{
  for (guint at = corpus->starts[i]; at < corpus->starts[i + 1]; at++)
    {
      guint most = MIN (MOST_WORDS, corpus->starts[i + 1] - at);
      Reading reading = { 0 };

      for (guint w = 0; w < most; w++)
        {
          const QuarryTopicPlace *place = corpus->places + at + w;
          QuarryTopicWord *word;
          QuarryNGram *ngram;

          if (!place->is_shared
              || (w > 0 && (!place->goes_on || pair_of (corpus, place)->n_members < least)))
            break;
          word = corpus->words + place->word;
          if (!(word->flags & QUARRY_TOPIC_WORD_JUDGED))
            quarry_topic_corpus_judge (corpus, word);
          if (w == 0 && !may_begin (corpus, at, i))
            break;
          if (!read_on (&reading, place, word->flags, corpus->capital_nouns[i]) || place->ends_amid
              || is_small_letter (place, word->flags))
            continue;
          /* The first word of a sentence always has a capital: "Shows the Manual". */
          if (reading.n_inner > 0 && corpus->places[at].opens && !place->in_title)
            continue;

          ngram = w > 0 ? quarry_ngrams_obtain (ngrams, reading.key)
                        : obtain_unigram (ngrams, word, reading.key);
          if (ngram->n_members == 0)
            {
              ngram->first_place = at;
              ngram->n_words = (guint8) reading.length;
              ngram->n_query_words = (guint8) reading.n_query_words;
              ngram->n_vague = reading.length > 1 && !reading.in_capitals ? (guint8) reading.n_vague : 0;
            }
          ngram->n_places++;
          ngram->n_halves += judge_thing (corpus, at, at + reading.length, i);
          if (ngram->last_candidate != i + 1)
            {
              ngram->last_candidate = i + 1;
              ngram->n_members++;
            }
          /* At the beginning of a sentence or line, every word has a capital. */
          if (reading.in_capitals && (reading.length > 1 || !place->opens) && ngram->last_capital != i + 1)
            {
              ngram->last_capital = i + 1;
              ngram->n_capitals++;
            }
          if (place->in_title && ngram->last_title != i + 1)
            {
              ngram->last_title = i + 1;
              ngram->n_titles++;
            }
        }
    }
}

guint
quarry_ngrams_gather (
    QuarryTopicCorpus *corpus, QuarryNGrams *ngrams, const gint *group_of, guint n, gint group)
{
  QuarryTopicWord *words = corpus->words;
  guint n_members = 0;
  guint least;
  guint n_kept = 0;

  for (guint i = 0; i < n; i++)
    if (group_of[i] == group)
      {
        n_members++;
        for (guint h = corpus->held_starts[i]; h < corpus->held_starts[i + 1]; h++)
          words[corpus->held[h]].n_members++;
      }

  least = MAX (LEAST_MEMBERS, (guint) ceil (LEAST_SHARE_OF_ALL * n_members));
  quarry_ngrams_init (ngrams);
  memset (corpus->pairs, 0, QUARRY_TOPIC_PAIRS * sizeof (QuarryTopicPair));
  for (guint i = 0; i < n; i++)
    if (group_of[i] == group)
      count_pairs (corpus, i, least);
  for (guint i = 0; i < n; i++)
    if (group_of[i] == group)
      count_ngrams (corpus, ngrams, i, least);

  for (guint g = 0; g < ngrams->ngrams->len; g++)
    {
      const QuarryNGram *ngram = &g_array_index (ngrams->ngrams, QuarryNGram, g);

      if (ngram->n_members < least)
        continue;
      for (guint w = 0; w < ngram->n_words && ngram->n_words > 1; w++)
        words[corpus->places[ngram->first_place + w].word].flags |= QUARRY_TOPIC_WORD_WANTED;
      g_array_index (ngrams->ngrams, QuarryNGram, n_kept++) = *ngram;
    }
  g_array_set_size (ngrams->ngrams, n_kept);

  for (guint i = 0; i < n; i++)
    if (group_of[i] == group)
      for (guint h = corpus->held_starts[i]; h < corpus->held_starts[i + 1]; h++)
        {
          words[corpus->held[h]].n_members = 0;
          words[corpus->held[h]].ngram = 0;
        }
  return n_members;
}

void
quarry_ngrams_count_everywhere (const QuarryTopicCorpus *corpus, QuarryNGrams *wanted, guint n)
{
  const QuarryTopicWord *words = corpus->words;
  const QuarryTopicPlace *places = corpus->places;

  if (wanted->ngrams->len == 0)
    return;
  for (guint i = 0; i < n; i++)
    for (guint at = corpus->starts[i]; at < corpus->starts[i + 1]; at++)
      {
        guint most = MIN (MOST_WORDS, corpus->starts[i + 1] - at);
        guint64 key = 0;

        for (guint w = 0; w < most; w++)
          {
            const QuarryTopicPlace *place = places + at + w;
            QuarryNGram *ngram;

            if ((w > 0 && !place->goes_on)
                || !(words[place->word].flags & QUARRY_TOPIC_WORD_WANTED))
              break;
            key = quarry_hash_append (key, place->word + 1);
            ngram = w > 0 ? quarry_ngrams_find (wanted, key) : NULL;
            if (ngram != NULL && ngram->last_candidate != i + 1)
              {
                ngram->last_candidate = i + 1;
                ngram->n_members++;
              }
          }
      }
}

gboolean
quarry_ngram_goes_on_at (const QuarryTopicCorpus *corpus, const QuarryNGram *ngram, guint at, guint i)
{
  const QuarryTopicPlace *places = corpus->places;
  const QuarryTopicPlace *pattern = places + ngram->first_place;
  guint w = 1;

  if (at + ngram->n_words > corpus->starts[i + 1])
    return FALSE;
  while (w < ngram->n_words && places[at + w].word == pattern[w].word && places[at + w].goes_on)
    w++;
  return w == ngram->n_words && !places[at].begins_amid && !places[at].is_shouted && !places[at + w - 1].ends_amid;
}
