/* quarry-topic-names.c: names for groups of candidates
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An n-gram is scored by how much more often the group holds it than the other candidates do (a
 * log odds ratio, times the root of its count so that chance finds count little), by the share of
 * the group that holds it, and by its length; one that titles hold is preferred.
 */
#include "core/rank/quarry-topic-names-private.h"
#include "core/document/quarry-words.h"

#include <math.h>
#include <string.h>

#define MOST_WORDS 4 /* in a name */
#define LEAST_MEMBERS 2
/* Fewer of the group's members than this share do not make a name for it. */
#define LEAST_SHARE 0.3
#define LEAST_SHARE_PLAIN 0.5 /* of a single word without capitals that no title holds */
#define MOST_BYTES 48

/* Words read of each text and its title: what a passage is about, it says soon; a large pool is
 * read less deeply, so that naming costs about the same. */
#define MOST_READ 120
#define LEAST_READ 40
#define READ_IN_ALL 12000

#define LENGTH_BONUS 0.35
#define QUERY_WORD_BONUS 0.15
#define TITLE_BONUS 0.5
#define CAPITAL_BONUS 0.3

typedef enum
{
  WORD_STOP = 1 << 0,
  WORD_QUERY = 1 << 1,  /* stands in the query, or its plural does */
  WORD_NUMBER = 1 << 2, /* digits alone, or a single letter */
  WORD_EMPTY = 1 << 3,  /* a function word of another language, a part of an address */
} WordFlags;

/* A distinct folded word. */
typedef struct
{
  guint32 last_candidate; /* index + 1 */
  guint32 n_candidates;
  WordFlags flags;
} Word;

/* A word where it stands. */
typedef struct
{
  guint32 word;
  QuarrySpan span;
  gboolean goes_on; /* nothing but a blank or hyphen between it and the word before */
  gboolean in_title;
  gboolean is_capital; /* its first letter, or it is a number */
} Place;

/* The words of candidate i are places[starts[i]] to places[starts[i + 1] − 1]. */
typedef struct
{
  GArray *words;  /* of Word */
  GArray *places; /* of Place */
  guint *starts;
} Corpus;

typedef struct
{
  guint64 key;
  guint32 last_candidate; /* index + 1 */
  guint32 last_title;     /* index + 1 */
  guint32 n_candidates;   /* that hold it */
  guint32 n_titles;       /* whose titles do */
  guint32 n_capitals;     /* where it stands with capitals */
  guint32 first_place;    /* where it stands first */
  guint8 n_words;
  guint8 n_query_words;
} NGram;

/* N-grams of one group, or of all candidates, by key: open addressing over an array. */
typedef struct
{
  GArray *ngrams; /* of NGram */
  guint32 *slots; /* index + 1 */
  gsize n_slots;  /* a power of two */
} NGrams;

static guint64
mix (guint64 hash)
{
  hash ^= hash >> 32;
  hash *= G_GUINT64_CONSTANT (0xd6e8feb86659fd93);
  hash ^= hash >> 32;
  return hash;
}

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
stands_in (const char *folded, GPtrArray *query_words)
{
  for (guint i = 0; i < query_words->len; i++)
    {
      const char *word = g_ptr_array_index (query_words, i);

      if (strcmp (folded, word) == 0 || is_form_of (folded, word))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_empty (const char *folded)
{
  static const char *const empty[] = {
    "al",  "amp", "com", "da",   "das",   "de",  "del",  "della", "den",  "der",
    "des", "di",  "die", "dos",  "du",    "ein", "eine", "el",    "en",   "et",
    "fur", "gt",  "het", "http", "https", "il",  "la",   "las",   "le",   "les",
    "los", "lt",  "mit", "nbsp", "net",   "org", "para", "por",   "pour", "quot",
    "sur", "un",  "una", "und",  "une",   "van", "von",  "www",   "y",    "zu",
  };

  for (guint i = 0; i < G_N_ELEMENTS (empty); i++)
    if (strcmp (folded, empty[i]) == 0)
      return TRUE;
  return FALSE;
}

static GPtrArray *
find_query_words (const char *query)
{
  GPtrArray *query_words = g_ptr_array_new_with_free_func (g_free);
  g_auto (QuarryWords) words = { 0 };
  QuarrySpan span;
  const char *folded;
  gsize length;

  quarry_words_init (&words, query, -1);
  while (quarry_words_next (&words, &span, &folded, &length))
    g_ptr_array_add (query_words, g_strndup (folded, length));
  return query_words;
}

static gboolean
is_capital (const char *word)
{
  gunichar first = g_utf8_get_char (word);

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

static void
read_text (Corpus *corpus,
           GHashTable *numbers,
           GStringChunk *strings,
           GPtrArray *query_words,
           const char *text,
           guint candidate,
           gboolean is_title,
           guint most)
{
  g_auto (QuarryWords) words = { 0 };
  QuarrySpan span;
  const char *folded;
  gsize length;
  guint32 end = 0;
  guint32 previous_length = 0;
  gboolean is_first = TRUE;

  quarry_words_init (&words, text, -1);
  for (guint n = 0; n < most && quarry_words_next (&words, &span, &folded, &length); n++)
    {
      Place place = { .span = span, .in_title = is_title };
      gpointer number;
      Word *word;

      if (!g_hash_table_lookup_extended (numbers, folded, NULL, &number))
        {
          Word fresh = { 0 };

          if (quarry_words_is_stop_word (folded, length))
            fresh.flags |= WORD_STOP;
          if (is_number (folded, length))
            fresh.flags |= WORD_NUMBER;
          if (is_empty (folded))
            fresh.flags |= WORD_EMPTY;
          if (stands_in (folded, query_words))
            fresh.flags |= WORD_QUERY;
          number = GUINT_TO_POINTER (corpus->words->len);
          g_hash_table_insert (
              numbers, g_string_chunk_insert_len (strings, folded, (gssize)length), number);
          g_array_append_val (corpus->words, fresh);
        }
      place.word = GPOINTER_TO_UINT (number);
      word = &g_array_index (corpus->words, Word, place.word);
      if (word->last_candidate != candidate + 1)
        {
          word->last_candidate = candidate + 1;
          word->n_candidates++;
        }
      place.is_capital = is_capital (text + span.start);
      place.goes_on = !is_first && joins (text, end, span.start, previous_length);
      g_array_append_val (corpus->places, place);
      is_first = FALSE;
      end = span.end;
      previous_length = span.end - span.start;
    }
}

static void
ngrams_init (NGrams *self, gsize n_expected)
{
  self->n_slots = 256;
  while (self->n_slots < 2 * n_expected)
    self->n_slots *= 2;
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

/* The pointer is good until the next call. */
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
            self->slots[find_slot (self, g_array_index (self->ngrams, NGram, i).key)] = i + 1;
          at = find_slot (self, key);
        }
      g_array_append_val (self->ngrams, fresh);
      self->slots[at] = self->ngrams->len;
    }
  return &g_array_index (self->ngrams, NGram, self->slots[at] - 1);
}

static gboolean
may_begin (const Corpus *corpus, guint at, guint i)
{
  const Place *place = &g_array_index (corpus->places, Place, at);
  WordFlags flags = g_array_index (corpus->words, Word, place->word).flags;

  if (flags & (WORD_STOP | WORD_EMPTY))
    return FALSE;
  /* A single letter or number that goes on from another word is half of something. */
  return !(flags & WORD_NUMBER) || !place->goes_on || at == corpus->starts[i];
}

/* Counts the n-grams of candidate @i that could be names. */
static void
count_ngrams (const Corpus *corpus, NGrams *ngrams, guint i)
{
  const Word *words = (const Word *)(gconstpointer)corpus->words->data;
  const Place *places = (const Place *)(gconstpointer)corpus->places->data;

  for (guint at = corpus->starts[i]; at < corpus->starts[i + 1]; at++)
    {
      guint most = MIN (MOST_WORDS, corpus->starts[i + 1] - at);
      guint64 key = 0;
      guint n_query_words = 0;
      guint n_telling = 0;
      gboolean has_inner = FALSE;
      gboolean in_capitals = TRUE;

      if (!may_begin (corpus, at, i))
        continue;
      for (guint length = 1; length <= most; length++)
        {
          const Place *place = places + at + length - 1;
          WordFlags flags = words[place->word].flags;
          NGram *ngram;

          /* What only one candidate says names no group. */
          if ((length > 1 && !place->goes_on) || words[place->word].n_candidates < LEAST_MEMBERS)
            break;
          key = mix (key * 31 + place->word + 1);
          if (flags & (WORD_STOP | WORD_EMPTY))
            {
              has_inner = TRUE;
              continue;
            }
          in_capitals = in_capitals && place->is_capital;
          if (flags & WORD_QUERY)
            n_query_words++;
          else if (!(flags & WORD_NUMBER))
            n_telling++;
          /* No query words alone, and no numbers but with a query word: "Fahrenheit 451". What
           * reaches over a small word, or is long, or begins with a number, is part of a sentence
           * unless it is a name. */
          if ((n_telling == 0 && (length == n_query_words || n_query_words == 0))
              || ((has_inner || length > 3 || (words[places[at].word].flags & WORD_NUMBER))
                  && !in_capitals))
            continue;

          ngram = obtain_ngram (ngrams, key);
          if (ngram->n_candidates == 0)
            {
              ngram->first_place = at;
              ngram->n_words = (guint8)length;
              ngram->n_query_words = (guint8)n_query_words;
            }
          if (ngram->last_candidate != i + 1)
            {
              ngram->last_candidate = i + 1;
              ngram->n_candidates++;
              ngram->n_capitals += in_capitals ? 1 : 0;
            }
          if (place->in_title && ngram->last_title != i + 1)
            {
              ngram->last_title = i + 1;
              ngram->n_titles++;
            }
        }
    }
}

static double
score_of (const NGram *ngram, guint n_members, guint n_everywhere, guint n)
{
  double x = ngram->n_candidates;
  double y = n_everywhere - x;
  double odds
      = log ((x + 0.1) / (n_members - x + 0.6)) - log ((y + 0.1) / (n - n_members - y + 0.6));
  double length = 1.0 + LENGTH_BONUS * (ngram->n_words - ngram->n_query_words - 1.0)
                  + QUERY_WORD_BONUS * ngram->n_query_words;
  gboolean is_plain = ngram->n_words == 1 && ngram->n_titles == 0 && ngram->n_capitals == 0;

  if (ngram->n_candidates < LEAST_MEMBERS
      || x < (is_plain ? LEAST_SHARE_PLAIN : LEAST_SHARE) * n_members)
    return 0.0;
  return sqrt (x) * odds * sqrt (x / n_members) * length
         * (1.0 + TITLE_BONUS * ngram->n_titles / x + CAPITAL_BONUS * ngram->n_capitals / x);
}

static const char *
text_of (const Place *place, guint i, const char *const *texts, const char *const *titles)
{
  return place->in_title ? titles[i] : texts[i];
}

/* How the group's members write the n-gram most often; the one met first of equals. */
static char *
find_surface (const Corpus *corpus,
              const NGram *ngram,
              const char *const *texts,
              const char *const *titles,
              guint n,
              const gint *group_of,
              gint group)
{
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const Place *places = (const Place *)(gconstpointer)corpus->places->data;
  const Place *pattern = places + ngram->first_place;
  g_autofree char *best = NULL;
  guint most = 0;

  for (guint i = 0; i < n; i++)
    for (guint at = corpus->starts[i];
         group_of[i] == group && at + ngram->n_words <= corpus->starts[i + 1];
         at++)
      {
        g_autofree char *surface = NULL;
        const char *text;
        guint w = 0;
        guint count;

        while (w < ngram->n_words && places[at + w].word == pattern[w].word
               && (w == 0 || places[at + w].goes_on))
          w++;
        if (w < ngram->n_words)
          continue;
        text = text_of (places + at, i, texts, titles);
        surface = g_strndup (text + places[at].span.start,
                             places[at + w - 1].span.end - places[at].span.start);
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

static gboolean
is_taken (const char *name, char **names, guint n_names)
{
  g_autofree char *folded = g_utf8_casefold (name, -1);

  for (guint i = 0; i < n_names; i++)
    if (names[i] != NULL)
      {
        g_autofree char *other = g_utf8_casefold (names[i], -1);

        if (strcmp (folded, other) == 0)
          return TRUE;
      }
  return FALSE;
}

void
quarry_name_groups (const char *const *texts,
                    const char *const *titles,
                    guint n,
                    const char *query,
                    const gint *group_of,
                    guint n_groups,
                    char **names)
{
  g_autoptr (GPtrArray) query_words = find_query_words (query);
  g_autoptr (GHashTable) numbers = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GStringChunk) strings = g_string_chunk_new (4096);
  g_autofree guint *starts = g_new0 (guint, n + 1);
  g_autofree double *scores = NULL;
  g_auto (NGrams) everywhere = { 0 };
  guint most = CLAMP (READ_IN_ALL / MAX (n, 1), LEAST_READ, MOST_READ);
  Corpus corpus = { .starts = starts };

  corpus.words = g_array_new (FALSE, FALSE, sizeof (Word));
  corpus.places = g_array_new (FALSE, FALSE, sizeof (Place));
  for (guint i = 0; i < n; i++)
    {
      guint n_title;

      starts[i] = corpus.places->len;
      if (titles[i] != NULL)
        read_text (&corpus, numbers, strings, query_words, titles[i], i, TRUE, most);
      n_title = corpus.places->len - starts[i];
      read_text (&corpus, numbers, strings, query_words, texts[i], i, FALSE, most - n_title);
    }
  starts[n] = corpus.places->len;

  ngrams_init (&everywhere, corpus.places->len);
  for (guint i = 0; i < n; i++)
    count_ngrams (&corpus, &everywhere, i);

  for (guint group = 0; group < n_groups; group++)
    {
      g_auto (NGrams) ngrams = { 0 };
      guint n_members = 0;

      names[group] = NULL;
      ngrams_init (&ngrams, 256);
      for (guint i = 0; i < n; i++)
        if (group_of[i] == (gint)group)
          {
            count_ngrams (&corpus, &ngrams, i);
            n_members++;
          }

      scores = g_renew (double, scores, MAX (ngrams.ngrams->len, 1));
      for (guint g = 0; g < ngrams.ngrams->len; g++)
        {
          const NGram *ngram = &g_array_index (ngrams.ngrams, NGram, g);

          scores[g] = score_of (
              ngram, n_members, obtain_ngram (&everywhere, ngram->key)->n_candidates, n);
        }
      while (names[group] == NULL)
        {
          g_autofree char *name = NULL;
          guint best = 0;

          for (guint g = 1; g < ngrams.ngrams->len; g++)
            if (scores[g] > scores[best])
              best = g;
          if (ngrams.ngrams->len == 0 || !(scores[best] > 0.0))
            break;
          scores[best] = 0.0;
          name = find_surface (&corpus,
                               &g_array_index (ngrams.ngrams, NGram, best),
                               texts,
                               titles,
                               n,
                               group_of,
                               (gint)group);
          if (strlen (name) <= MOST_BYTES && !is_taken (name, names, group))
            names[group] = g_steal_pointer (&name);
        }
    }

  g_array_unref (corpus.words);
  g_array_unref (corpus.places);
}
