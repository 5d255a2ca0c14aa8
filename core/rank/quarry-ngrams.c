/* quarry-ngrams.c: runs of words that may name a group of candidates
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/rank/quarry-ngrams-private.h"
#include "core/rank/quarry-hash-private.h"
#include "core/rank/quarry-phrases-private.h"

#include <math.h>
#include <string.h>

#define MOST_WORDS 5 /* in a name */
#define LEAST_MEMBERS 2

/* What fewer of the group's members hold is no name. */
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

/* The slot that holds @key, or the free one where it would be. */
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

/* The n-gram of one word. The pointer is good until the next call of either. */
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

/* A lone letter without a capital is what an elision, an option, a variable or a list leaves
 * behind. */
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
  /* A single letter or number that goes on from another word is half of something. */
  return !(flags & QUARRY_TOPIC_WORD_NUMBER) || !place->goes_on || at == corpus->starts[i];
}

/* An n-gram that is being read. */
typedef struct
{
  guint64 key;
  guint length;
  guint n_parts; /* compounds being one */
  guint n_query_words;
  guint n_telling;
  guint n_vague; /* of these */
  guint n_numbers;
  guint n_inner;        /* small words that it reaches over */
  gboolean is_sentence; /* one that no name reaches over */
  gboolean in_capitals;
  gboolean begins_with_number;
} Reading;

/* Adds the next word. TRUE where what has been read may be a name: no stop word at an end, no
 * query words alone, and no numbers but with a query word ("Fahrenheit 451"). What reaches over a
 * small word, or is long, or begins with a number, is part of a sentence unless in capitals. */
static gboolean
read_on (Reading *reading, const QuarryTopicPlace *place, QuarryTopicWordFlags flags, gboolean has_capital_nouns)
{
  reading->key = quarry_hash_append (reading->key, place->word + 1);
  reading->length++;
  reading->n_parts += place->is_glued && reading->length > 1 ? 0 : 1;
  if (flags & (QUARRY_TOPIC_WORD_STOP | QUARRY_TOPIC_WORD_EMPTY))
    {
      /* In a compound it belongs to that: "git-for-each-ref". */
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
  /* Where all nouns have capitals, these make no name of half a sentence. */
  return (reading->in_capitals && (!has_capital_nouns || reading->n_inner <= 1))
         || !(reading->n_inner > 0 || reading->n_parts > QUARRY_NGRAM_MOST_PLAIN
              || reading->begins_with_number);
}

/* Finds the words of a group's member @i that @least members hold, and counts pairs of these: where fewer hold
 * a pair, no more hold what is longer, and most need not be told apart. */
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

/* What the word at a place is to its neighbours. */
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

/* How far the words from @at to before @end, of candidate @i, are a thing by themselves there: halves, 0 to 2; one where
 * nothing tells. */
static guint
judge_thing (const QuarryTopicCorpus *corpus, guint at, guint end, guint i)
{
  const QuarryTopicPlace *places = corpus->places;
  QuarryBeside before = QUARRY_BESIDE_NOTHING, next = QUARRY_BESIDE_NOTHING;

  if (!corpus->is_prose[i])
    return 1;
  /* A capital that opens a sentence is no noun's: "Falls". */
  if (corpus->capital_nouns[i] && end == at + 1 && !places[at].in_title
      && (!places[at].is_capital || places[at].opens))
    return 0;
  if (end < corpus->starts[i + 1] && places[end].goes_on)
    next = judge_beside (corpus, places + end);
  if (at > corpus->starts[i] && places[at].goes_on)
    before = judge_beside (corpus, places + at - 1);
  /* In a title, all words may have capitals; and numbers stand before its name. */
  if (before >= QUARRY_BESIDE_NUMBER && places[at].in_title)
    before = QUARRY_BESIDE_WORD;
  return quarry_phrase_judge (before, next, places[at].is_capital && !places[at].opens, corpus->nouns_first[i]);
}

/* Counts the n-grams of a group's member @i that @least members may hold. */
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
          /* A sentence's first word has a capital, whatever it is: "Shows the Manual". */
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
          /* Every word has a capital where a sentence or a line begins with it. */
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
