/* quarry-topic-names.c: names for groups of candidates
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An n-gram is scored by how much more often the group holds it than the other candidates do (a
 * log odds ratio, times the root of its count so that chance finds count little), by the share of
 * the group that holds it, and by its length; one that titles hold is preferred.
 */
#include "core/rank/quarry-topic-names-private.h"
#include "core/rank/quarry-hash-private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_WORDS 5       /* in a name */
#define MOST_PLAIN_WORDS 3 /* in one without capitals */
#define LEAST_MEMBERS 2
/* What fewer of the group's members hold is a name only where there is none else, ... */
#define LEAST_SHARE 0.3
#define LEAST_SHARE_PLAIN 0.5 /* of a single word without capitals that no title holds */
#define LAST_RESORT 0.01
/* ... and never what still fewer do. */
#define LEAST_SHARE_OF_ALL 0.15
/* A name goes on to the word that follows it in so many of its places, looked for at so many of them. */
#define LEAST_FOLLOWING 0.7
#define MOST_LOOKED_AT 8
#define MOST_BYTES 48
#define MOST_QUERY_WORDS 16

/* Words read of each text and its title: what a passage is about, it says soon; a large pool is
 * read less deeply, so that naming costs about the same. */
#define MOST_READ 100
#define LEAST_READ 30
#define READ_IN_ALL 8000

/* Forms of words are fetched so many words ahead. */
#define AHEAD 8

/* Pairs of words that may be told apart. */
#define N_PAIRS 4096

#define LENGTH_BONUS 0.35
#define QUERY_WORD_BONUS 0.15
#define TITLE_BONUS 0.5
#define CAPITAL_BONUS 0.3

typedef enum
{
  WORD_STOP = 1 << 0,
  WORD_QUERY = 1 << 1,  /* stands in the query, or its plural does */
  WORD_NUMBER = 1 << 2, /* digits alone, or a single letter */
  WORD_EMPTY = 1 << 3,  /* a function word of another language, a part of an address, an adverb */
  WORD_WANTED = 1 << 4, /* in an n-gram of several that may name a group */
  WORD_VAGUE = 1 << 5,  /* names nothing alone */
  WORD_JUDGED = 1 << 6, /* all but WORD_WANTED have been found out: most words need never be looked at */
} WordFlags;

/* A distinct word, by its form. */
typedef struct
{
  const QuarryWordForm *form;
  guint32 number;         /* the form's */
  guint32 last_candidate; /* index + 1 */
  guint32 n_candidates;   /* that hold it */
  guint32 n_members;      /* of the group looked at that do */
  guint32 ngram;          /* index + 1 of the n-gram of it alone, in the group looked at */
  WordFlags flags;
} Word;

/* A word where it stands. */
typedef struct
{
  guint32 word;
  QuarrySpan span;
  guint8 goes_on; /* nothing but a blank or hyphen between it and the word before */
  guint8 in_title;
  guint8 is_capital; /* its first letter, or it is a number */
} Place;

/* Two words that follow each other, or several such pairs that have one hash. */
typedef struct
{
  guint32 last_candidate; /* index + 1 */
  guint32 n_members;      /* no fewer than hold one of them */
} Pair;

/* The words of candidate i are places[starts[i]] to places[starts[i + 1] − 1]; each of them once is
 * held[held_starts[i]] to held[held_starts[i + 1] − 1]. */
typedef struct
{
  Word *words;
  guint n_words;
  guint32 *slots; /* index of a word + 1 by its form's number, open addressing */
  gsize n_slots;  /* a power of two, more than twice the words that may be read */
  const QuarryWord *query_words;
  guint n_query_words;
  Place *places;
  guint *starts;
  guint32 *held;
  guint *held_starts;
  Pair *pairs; /* N_PAIRS, of the group looked at */
} Corpus;

typedef struct
{
  guint64 key;
  guint32 last_candidate; /* index + 1 */
  guint32 last_title;     /* index + 1 */
  guint32 n_members;      /* that hold it */
  guint32 n_titles;       /* whose titles do */
  guint32 n_capitals;     /* where it stands with capitals */
  guint32 first_place;    /* where it stands first */
  guint8 n_words;
  guint8 n_query_words;
} NGram;

/* N-grams of one group, or of all candidates; those of several words by key: open addressing over an
 * array. */
typedef struct
{
  GArray *ngrams; /* of NGram */
  guint32 *slots; /* index + 1 */
  gsize n_slots;  /* a power of two */
} NGrams;

static gboolean
is_number (const char *folded, gsize length)
{
  if (length == 1 && g_ascii_isalnum (folded[0]))
    return TRUE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isdigit (folded[i]))
      return FALSE;
  return TRUE;
}

/* TRUE where one is the other with an ending: "zebra" and "zebras". */
static gboolean
is_form_of (const char *a, const char *b)
{
  gsize common = 0;

  while (a[common] != '\0' && a[common] == b[common])
    common++;
  return common >= 3 && strlen (a + common) <= 2 && strlen (b + common) <= 2
         && (a[common] == '\0' || b[common] == '\0');
}

static gboolean
stands_in (const char *folded, const QuarryWord *query_words, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      const char *word = query_words[i].form->folded;

      if (strcmp (folded, word) == 0 || is_form_of (folded, word))
        return TRUE;
    }
  return FALSE;
}

static int
compare_strings (const void *a, const void *b)
{
  return strcmp (a, *(const char *const *) b);
}

static gboolean
is_empty (const char *folded, gsize length)
{
  /* In the order of strcmp(). */
  static const char *const empty[] = {
    "al", "almost", "already", "also", "although", "always", "among", "amp", "another", "became",
    "become", "becomes", "com", "commonly", "completely", "currently", "da", "das", "de", "del",
    "della", "den", "der", "des", "di", "die", "dos", "du", "during", "ein", "eine", "el", "en",
    "especially", "et", "eventually", "frequently", "fur", "generally", "gt", "het", "however", "http",
    "https", "il", "include", "included", "includes", "including", "instead", "la", "largely", "las",
    "later", "le", "les", "likely", "los", "lt", "mainly", "mit", "mostly", "nbsp", "nearly", "net",
    "often", "org", "others", "para", "particularly", "perhaps", "por", "pour", "quot", "rather",
    "recently", "several", "simply", "since", "sometimes", "still", "such", "sur", "though", "thus",
    "together", "typically", "un", "una", "und", "une", "usually", "van", "various", "von", "whether",
    "while", "without", "www", "y", "yet", "zu",
  };

  return length <= 12
         && bsearch (folded, empty, G_N_ELEMENTS (empty), sizeof empty[0], compare_strings) != NULL;
}

/* Words that tell something in a phrase ("early music", "first aid") and nothing alone. */
static gboolean
is_vague (const char *folded, gsize length)
{
  /* In the order of strcmp(). */
  static const char *const vague[] = {
    "based", "big", "called", "century", "certain", "common", "different", "early", "end", "example",
    "first", "form", "general", "given", "good", "great", "high", "important", "kind", "known", "large",
    "last", "late", "little", "long", "low", "made", "main", "major", "make", "many", "modern", "name",
    "new", "number", "old", "part", "people", "second", "set", "short", "similar", "single", "small",
    "thing", "things", "time", "times", "type", "use", "used", "uses", "using", "way", "ways", "work",
    "year", "years",
  };

  return length <= 9
         && bsearch (folded, vague, G_N_ELEMENTS (vague), sizeof vague[0], compare_strings) != NULL;
}

static gboolean
is_capital (const char *word)
{
  gunichar first;

  if ((guchar) word[0] < 0x80)
    return g_ascii_isupper (word[0]) || g_ascii_isdigit (word[0]);
  first = g_utf8_get_char (word);
  return g_unichar_isupper (first) || g_unichar_istitle (first) || g_unichar_isdigit (first);
}

/* A name may reach over a blank, a hyphen, an apostrophe, an ampersand, and the point or slash
 * after an initial. */
static gboolean
joins (const char *text, guint32 from, guint32 to, guint32 previous_length)
{
  if (to - from > 2 || to == from)
    return to == from;
  for (guint32 i = from; i < to; i++)
    if (text[i] != ' ' && text[i] != '-' && text[i] != '\'' && text[i] != '&'
        && !((text[i] == '.' || text[i] == '/') && previous_length == 1))
      return FALSE;
  return TRUE;
}

static guint32
find_word (Corpus *self, const QuarryWordForm *form)
{
  gsize at = form->number & (self->n_slots - 1);

  for (; self->slots[at] != 0; at = (at + 1) & (self->n_slots - 1))
    if (self->words[self->slots[at] - 1].number == form->number)
      return self->slots[at] - 1;

  self->words[self->n_words] = (Word) { .form = form, .number = form->number };
  self->slots[at] = ++self->n_words;
  return self->n_words - 1;
}

static void
judge_word (const Corpus *self, Word *word)
{
  const QuarryWordForm *form = word->form;

  word->flags |= WORD_JUDGED;
  if (form->stop)
    word->flags |= WORD_STOP;
  if (is_number (form->folded, form->length))
    word->flags |= WORD_NUMBER;
  if (is_empty (form->folded, form->length))
    word->flags |= WORD_EMPTY;
  if (is_vague (form->folded, form->length))
    word->flags |= WORD_VAGUE;
  if (stands_in (form->folded, self->query_words, self->n_query_words))
    word->flags |= WORD_QUERY;
}

/* Reads @n words of candidate @i. */
static void
read_text (Corpus *self, guint i, const char *text, const QuarryWord *words, guint n, gboolean is_title)
{
  Place *place = self->places + self->starts[i + 1];
  guint32 previous_start = 0, previous_end = 0;

  for (guint w = 0; w < n; w++, place++)
    {
      QuarrySpan span = words[w].span;
      Word *word;

      /* They lie all over. */
      if (w + AHEAD < n)
        __builtin_prefetch (words[w + AHEAD].form);
      place->word = find_word (self, words[w].form);
      place->span = span;
      place->in_title = is_title ? 1 : 0;
      place->is_capital = is_capital (text + span.start) ? 1 : 0;
      place->goes_on = w > 0 && joins (text, previous_end, span.start, previous_end - previous_start) ? 1 : 0;
      previous_start = span.start;
      previous_end = span.end;
      word = self->words + place->word;
      if (word->last_candidate != i + 1)
        {
          word->last_candidate = i + 1;
          word->n_candidates++;
          self->held[self->held_starts[i + 1]++] = place->word;
        }
    }
  self->starts[i + 1] += n;
}

static void
corpus_init (Corpus *self,
             const QuarryTopicText *texts,
             guint n,
             const QuarryWord *query_words,
             guint n_query_words)
{
  guint most = CLAMP (READ_IN_ALL / MAX (n, 1), LEAST_READ, MOST_READ);
  gsize n_places = 0;

  for (guint i = 0; i < n; i++)
    n_places += MIN ((gsize) texts[i].n_title_words + texts[i].n_words, most);
  self->words = g_new (Word, n_places + 1);
  self->n_slots = 64;
  while (self->n_slots < 2 * (n_places + 1))
    self->n_slots *= 2;
  self->slots = g_new0 (guint32, self->n_slots);
  /* A query that is a passage itself ("see also") holds words that name its topics. */
  self->query_words = query_words;
  self->n_query_words = n_query_words <= MOST_QUERY_WORDS ? n_query_words : 0;
  self->places = g_new (Place, n_places + 1);
  self->starts = g_new0 (guint, n + 1);
  self->held = g_new (guint32, n_places + 1);
  self->held_starts = g_new0 (guint, n + 1);
  self->pairs = g_new (Pair, N_PAIRS);
  for (guint i = 0; i < n; i++)
    {
      guint n_title = MIN (texts[i].n_title_words, most);

      self->starts[i + 1] = self->starts[i];
      self->held_starts[i + 1] = self->held_starts[i];
      read_text (self, i, texts[i].title, texts[i].title_words, n_title, TRUE);
      read_text (self, i, texts[i].text, texts[i].words, MIN (texts[i].n_words, most - n_title), FALSE);
    }
}

static void
corpus_clear (Corpus *self)
{
  g_clear_pointer (&self->words, g_free);
  g_clear_pointer (&self->slots, g_free);
  g_clear_pointer (&self->places, g_free);
  g_clear_pointer (&self->starts, g_free);
  g_clear_pointer (&self->held, g_free);
  g_clear_pointer (&self->held_starts, g_free);
  g_clear_pointer (&self->pairs, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Corpus, corpus_clear)

static void
ngrams_init (NGrams *self)
{
  self->n_slots = 256;
  self->slots = g_new0 (guint32, self->n_slots);
  self->ngrams = g_array_new (FALSE, FALSE, sizeof (NGram));
}

static void
ngrams_clear (NGrams *self)
{
  g_clear_pointer (&self->slots, g_free);
  g_clear_pointer (&self->ngrams, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (NGrams, ngrams_clear)

/* The slot that holds @key, or the free one where it would be. */
static gsize
find_slot (const NGrams *self, guint64 key)
{
  gsize at = key & (self->n_slots - 1);

  while (self->slots[at] != 0
         && g_array_index (self->ngrams, NGram, self->slots[at] - 1).key != key)
    at = (at + 1) & (self->n_slots - 1);
  return at;
}

static NGram *
find_ngram (const NGrams *self, guint64 key)
{
  guint32 number = self->slots[find_slot (self, key)];

  return number != 0 ? &g_array_index (self->ngrams, NGram, number - 1) : NULL;
}

/* Made where it is missing. The pointer is good until the next call. */
static NGram *
obtain_ngram (NGrams *self, guint64 key)
{
  gsize at = find_slot (self, key);

  if (self->slots[at] == 0)
    {
      NGram fresh = { .key = key };

      if (2 * (self->ngrams->len + 1) > self->n_slots)
        {
          g_free (self->slots);
          self->n_slots *= 2;
          self->slots = g_new0 (guint32, self->n_slots);
          for (guint i = 0; i < self->ngrams->len; i++)
            if (g_array_index (self->ngrams, NGram, i).n_words != 1)
              self->slots[find_slot (self, g_array_index (self->ngrams, NGram, i).key)] = i + 1;
          at = find_slot (self, key);
        }
      g_array_append_val (self->ngrams, fresh);
      self->slots[at] = self->ngrams->len;
    }
  return &g_array_index (self->ngrams, NGram, self->slots[at] - 1);
}

/* The n-gram of one word. The pointer is good until the next call of either. */
static NGram *
obtain_unigram (NGrams *self, Word *word, guint64 key)
{
  if (word->ngram == 0)
    {
      NGram fresh = { .key = key };

      g_array_append_val (self->ngrams, fresh);
      word->ngram = self->ngrams->len;
    }
  return &g_array_index (self->ngrams, NGram, word->ngram - 1);
}

static Pair *
pair_of (const Corpus *corpus, const Place *second)
{
  guint64 hash = quarry_hash_mix ((guint64) second[-1].word << 32 | second->word);

  return corpus->pairs + (hash & (N_PAIRS - 1));
}

static gboolean
may_begin (const Corpus *corpus, guint at, guint i)
{
  const Place *place = corpus->places + at;
  WordFlags flags = corpus->words[place->word].flags;

  if (flags & (WORD_STOP | WORD_EMPTY))
    return FALSE;
  /* A single letter or number that goes on from another word is half of something. */
  return !(flags & WORD_NUMBER) || !place->goes_on || at == corpus->starts[i];
}

/* An n-gram that is being read. */
typedef struct
{
  guint64 key;
  guint length;
  guint n_query_words;
  guint n_telling;
  gboolean has_inner; /* a small word that it reaches over */
  gboolean in_capitals;
  gboolean begins_with_number;
} Reading;

/* Adds the next word. TRUE where what has been read may be a name: no stop word at an end, no
 * query words alone, and no numbers but with a query word ("Fahrenheit 451"). What reaches over a
 * small word, or is long, or begins with a number, is part of a sentence unless in capitals. */
static gboolean
read_on (Reading *reading, const Place *place, WordFlags flags)
{
  reading->key = quarry_hash_append (reading->key, place->word + 1);
  reading->length++;
  if (flags & (WORD_STOP | WORD_EMPTY))
    {
      reading->has_inner = TRUE;
      return FALSE;
    }
  reading->in_capitals = (reading->length == 1 || reading->in_capitals) && place->is_capital;
  if (reading->length == 1)
    reading->begins_with_number = (flags & WORD_NUMBER) != 0;
  if (flags & WORD_QUERY)
    reading->n_query_words++;
  else if (!(flags & WORD_NUMBER))
    reading->n_telling++;

  if (reading->n_telling == 0
      && (reading->length == reading->n_query_words || reading->n_query_words == 0))
    return FALSE;
  return reading->in_capitals
         || !(reading->has_inner || reading->length > MOST_PLAIN_WORDS
              || reading->begins_with_number);
}

/* Counts the pairs of words of a group's member @i that @least members hold each: where fewer hold a
 * pair, no more hold what is longer, and most need not be told apart. */
static void
count_pairs (const Corpus *corpus, guint i, guint least)
{
  const Place *places = corpus->places;

  for (guint at = corpus->starts[i] + 1; at < corpus->starts[i + 1]; at++)
    if (places[at].goes_on && corpus->words[places[at].word].n_members >= least
        && corpus->words[places[at - 1].word].n_members >= least)
      {
        Pair *pair = pair_of (corpus, places + at);

        if (pair->last_candidate != i + 1)
          {
            pair->last_candidate = i + 1;
            pair->n_members++;
          }
      }
}

/* Counts the n-grams of a group's member @i that @least members may hold. */
static void
count_ngrams (const Corpus *corpus, NGrams *ngrams, guint i, guint least)
{
  for (guint at = corpus->starts[i]; at < corpus->starts[i + 1]; at++)
    {
      guint most = MIN (MOST_WORDS, corpus->starts[i + 1] - at);
      Reading reading = { 0 };

      for (guint w = 0; w < most; w++)
        {
          const Place *place = corpus->places + at + w;
          Word *word = corpus->words + place->word;
          NGram *ngram;

          if (word->n_members < least
              || (w > 0 && (!place->goes_on || pair_of (corpus, place)->n_members < least)))
            break;
          if (!(word->flags & WORD_JUDGED))
            judge_word (corpus, word);
          if (w == 0 && !may_begin (corpus, at, i))
            break;
          if (!read_on (&reading, place, word->flags))
            continue;

          ngram = w > 0 ? obtain_ngram (ngrams, reading.key) : obtain_unigram (ngrams, word, reading.key);
          if (ngram->n_members == 0)
            {
              ngram->first_place = at;
              ngram->n_words = (guint8) reading.length;
              ngram->n_query_words = (guint8) reading.n_query_words;
            }
          if (ngram->last_candidate != i + 1)
            {
              ngram->last_candidate = i + 1;
              ngram->n_members++;
              ngram->n_capitals += reading.in_capitals ? 1 : 0;
            }
          if (place->in_title && ngram->last_title != i + 1)
            {
              ngram->last_title = i + 1;
              ngram->n_titles++;
            }
        }
    }
}

/* Finds what may name @group: n-grams that enough of its members hold, no longer to be found by
 * their keys. Returns the number of members. */
static guint
gather_ngrams (Corpus *corpus, NGrams *ngrams, const gint *group_of, guint n, gint group)
{
  Word *words = corpus->words;
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
  ngrams_init (ngrams);
  memset (corpus->pairs, 0, N_PAIRS * sizeof (Pair));
  for (guint i = 0; i < n; i++)
    if (group_of[i] == group)
      count_pairs (corpus, i, least);
  for (guint i = 0; i < n; i++)
    if (group_of[i] == group)
      count_ngrams (corpus, ngrams, i, least);

  for (guint g = 0; g < ngrams->ngrams->len; g++)
    {
      const NGram *ngram = &g_array_index (ngrams->ngrams, NGram, g);

      if (ngram->n_members < least)
        continue;
      for (guint w = 0; w < ngram->n_words && ngram->n_words > 1; w++)
        words[corpus->places[ngram->first_place + w].word].flags |= WORD_WANTED;
      g_array_index (ngrams->ngrams, NGram, n_kept++) = *ngram;
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

/* Counts in how many candidates each n-gram of @wanted stands, @wanted being all groups' of several
 * words. */
static void
count_everywhere (const Corpus *corpus, NGrams *wanted, guint n)
{
  const Word *words = corpus->words;
  const Place *places = corpus->places;

  if (wanted->ngrams->len == 0)
    return;
  for (guint i = 0; i < n; i++)
    for (guint at = corpus->starts[i]; at < corpus->starts[i + 1]; at++)
      {
        guint most = MIN (MOST_WORDS, corpus->starts[i + 1] - at);
        guint64 key = 0;

        for (guint w = 0; w < most; w++)
          {
            const Place *place = places + at + w;
            NGram *ngram;

            if ((w > 0 && !place->goes_on) || !(words[place->word].flags & WORD_WANTED))
              break;
            key = quarry_hash_append (key, place->word + 1);
            ngram = w > 0 ? find_ngram (wanted, key) : NULL;
            if (ngram != NULL && ngram->last_candidate != i + 1)
              {
                ngram->last_candidate = i + 1;
                ngram->n_members++;
              }
          }
      }
}

static double
score_of (const NGram *ngram, gboolean is_vague, guint n_members, guint n_everywhere, guint n)
{
  double x = ngram->n_members;
  double y = n_everywhere - x;
  double odds
      = log ((x + 0.1) / (n_members - x + 0.6)) - log ((y + 0.1) / (n - n_members - y + 0.6));
  double length = 1.0 + LENGTH_BONUS * (ngram->n_words - ngram->n_query_words - 1.0)
                  + QUERY_WORD_BONUS * ngram->n_query_words;

  gboolean is_plain = ngram->n_words == 1 && ngram->n_titles == 0 && ngram->n_capitals == 0;
  double least = (is_plain ? LEAST_SHARE_PLAIN : LEAST_SHARE) * n_members;
  double trust = x < least || (is_vague && ngram->n_titles == 0) ? LAST_RESORT : 1.0;

  return trust * sqrt (x) * odds * sqrt (x / n_members) * length
         * (1.0 + TITLE_BONUS * ngram->n_titles / x + CAPITAL_BONUS * ngram->n_capitals / x);
}

/* Whether the n-gram's words stand at place @at, which is one of candidate @i. */
static gboolean
stands_at (const Corpus *corpus, const NGram *ngram, guint at, guint i)
{
  const Place *places = corpus->places;
  const Place *pattern = places + ngram->first_place;
  guint w = 0;

  if (at + ngram->n_words > corpus->starts[i + 1])
    return FALSE;
  while (w < ngram->n_words && places[at + w].word == pattern[w].word && (w == 0 || places[at + w].goes_on))
    w++;
  return w == ngram->n_words;
}

/* The n-gram, or where the same word in whichever form nearly always follows it among the group's
 * members, that with the word: singular and plural share the votes, so that a phrase's beginning
 * may have won ("supermassive black"). */
static NGram
complete_phrase (const Corpus *corpus, const NGram *ngram, guint n, const gint *group_of, gint group)
{
  g_autoptr (GArray) following = g_array_new (FALSE, FALSE, sizeof (guint32)); /* places */
  NGram completed = *ngram;
  guint n_found = 0, most = 0;

  if (ngram->n_words >= MOST_PLAIN_WORDS)
    return completed;
  for (guint i = 0; i < n; i++)
    for (guint at = corpus->starts[i]; group_of[i] == group && at < corpus->starts[i + 1]; at++)
      {
        guint32 next = at + ngram->n_words;

        if (!stands_at (corpus, ngram, at, i))
          continue;
        n_found++;
        if (next < corpus->starts[i + 1] && corpus->places[next].goes_on)
          g_array_append_val (following, next);
      }

  if (following->len < LEAST_MEMBERS || following->len < LEAST_FOLLOWING * n_found)
    return completed;
  for (guint f = 0; f < MIN (following->len, MOST_LOOKED_AT); f++)
    {
      guint32 place = g_array_index (following, guint32, f);
      Word *word = corpus->words + corpus->places[place].word;
      guint count = 0;

      if (!(word->flags & WORD_JUDGED))
        judge_word (corpus, word);
      for (guint g = 0; g < following->len && !(word->flags & (WORD_STOP | WORD_EMPTY | WORD_NUMBER)); g++)
        {
          const Word *other = corpus->words + corpus->places[g_array_index (following, guint32, g)].word;

          count += other == word || is_form_of (other->form->folded, word->form->folded) ? 1 : 0;
        }
      if (count >= LEAST_MEMBERS && count >= LEAST_FOLLOWING * n_found && count > most)
        {
          most = count;
          completed.first_place = place - ngram->n_words;
          completed.n_words = ngram->n_words + 1;
        }
    }
  return completed;
}

static const char *
text_of (const Place *place, guint i, const QuarryTopicText *texts)
{
  return place->in_title ? texts[i].title : texts[i].text;
}

/* How the group's members write the n-gram most often; the one met first of equals. */
static char *
find_surface (const Corpus *corpus,
              const NGram *ngram,
              const QuarryTopicText *texts,
              guint n,
              const gint *group_of,
              gint group)
{
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const Place *places = corpus->places;
  g_autofree char *best = NULL;
  guint most = 0;

  for (guint i = 0; i < n; i++)
    for (guint at = corpus->starts[i]; group_of[i] == group && at < corpus->starts[i + 1]; at++)
      {
        g_autofree char *surface = NULL;
        const char *text;
        guint count;

        if (!stands_at (corpus, ngram, at, i))
          continue;
        text = text_of (places + at, i, texts);
        surface = g_strndup (text + places[at].span.start,
                             places[at + ngram->n_words - 1].span.end - places[at].span.start);
        count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, surface)) + 1;
        g_hash_table_replace (counts, g_strdup (surface), GUINT_TO_POINTER (count));
        if (count > most)
          {
            most = count;
            g_free (best);
            best = g_steal_pointer (&surface);
          }
      }
  return g_steal_pointer (&best);
}

/* Whether the words of @part stand one after the other in @whole. Both folded. */
static gboolean
holds_words (const char *whole, const char *part)
{
  gsize length = strlen (part);

  for (const char *at = strstr (whole, part); at != NULL; at = strstr (at + 1, part))
    {
      gunichar before = at > whole ? g_utf8_get_char (g_utf8_prev_char (at)) : ' ';
      gunichar behind = g_utf8_get_char (at + length);

      if (!g_unichar_isalnum (before) && !g_unichar_isalnum (behind))
        return TRUE;
    }
  return FALSE;
}

/* A part of another group's name, or more of it, does not tell the two apart. */
static gboolean
is_taken (const char *name, char **names, guint n_names)
{
  g_autofree char *folded = g_utf8_casefold (name, -1);

  for (guint i = 0; i < n_names; i++)
    if (names[i] != NULL)
      {
        g_autofree char *other = g_utf8_casefold (names[i], -1);

        if (holds_words (other, folded) || holds_words (folded, other))
          return TRUE;
      }
  return FALSE;
}

/* The best of @ngrams whose name is not taken, NULL where there is none. */
static char *
choose_name (const Corpus *corpus,
             const NGrams *ngrams,
             double *scores,
             const QuarryTopicText *texts,
             guint n,
             const gint *group_of,
             gint group,
             char **names)
{
  for (;;)
    {
      g_autofree char *name = NULL;
      NGram phrase;
      guint best = 0;

      for (guint g = 1; g < ngrams->ngrams->len; g++)
        if (scores[g] > scores[best])
          best = g;
      if (ngrams->ngrams->len == 0 || !(scores[best] > 0.0))
        return NULL;
      scores[best] = 0.0;
      phrase = complete_phrase (corpus, &g_array_index (ngrams->ngrams, NGram, best), n, group_of, group);
      name = find_surface (corpus, &phrase, texts, n, group_of, group);
      if (strlen (name) <= MOST_BYTES && !is_taken (name, names, (guint) group))
        return g_steal_pointer (&name);
    }
}

void
quarry_name_groups (const QuarryTopicText *texts,
                    guint n,
                    const QuarryWord *query_words,
                    guint n_query_words,
                    const gint *group_of,
                    guint n_groups,
                    char **names)
{
  g_auto (Corpus) corpus = { 0 };
  g_auto (NGrams) wanted = { 0 };
  g_autofree NGrams *ngrams = g_new0 (NGrams, MAX (n_groups, 1));
  g_autofree guint *n_members = g_new0 (guint, MAX (n_groups, 1));
  g_autofree double *scores = NULL;

  if (n_groups == 0)
    return;

  corpus_init (&corpus, texts, n, query_words, n_query_words);
  ngrams_init (&wanted);
  for (guint group = 0; group < n_groups; group++)
    {
      n_members[group] = gather_ngrams (&corpus, &ngrams[group], group_of, n, (gint) group);
      for (guint g = 0; g < ngrams[group].ngrams->len; g++)
        if (g_array_index (ngrams[group].ngrams, NGram, g).n_words > 1)
          obtain_ngram (&wanted, g_array_index (ngrams[group].ngrams, NGram, g).key);
    }
  count_everywhere (&corpus, &wanted, n);

  for (guint group = 0; group < n_groups; group++)
    {
      scores = g_renew (double, scores, MAX (ngrams[group].ngrams->len, 1));
      for (guint g = 0; g < ngrams[group].ngrams->len; g++)
        {
          const NGram *ngram = &g_array_index (ngrams[group].ngrams, NGram, g);

          guint n_everywhere = ngram->n_words > 1
                                   ? find_ngram (&wanted, ngram->key)->n_members
                                   : corpus.words[corpus.places[ngram->first_place].word].n_candidates;
          const Word *first = corpus.words + corpus.places[ngram->first_place].word;
          gboolean is_vague = ngram->n_words == 1 && (first->flags & WORD_VAGUE);

          scores[g] = score_of (ngram, is_vague, n_members[group], n_everywhere, n);
        }
      names[group] = choose_name (
          &corpus, &ngrams[group], scores, texts, n, group_of, (gint) group, names);
    }

  for (guint group = 0; group < n_groups; group++)
    ngrams_clear (&ngrams[group]);
}
