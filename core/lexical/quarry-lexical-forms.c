/* quarry-lexical-forms.c: finds the forms of a word in the languages of the passages
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The forms of a word are the words that have the same stem in a language that the word belongs to. Which languages a
 * query belongs to is estimated from how often the passages of each language hold its words.
 */
#include "core/lexical/quarry-lexical-private.h"

#include "core/document/quarry-words.h"
#include "core/lexical/quarry-lexical-languages.h"

#include <math.h>
#include <string.h>

/* A query's language is estimated from at most this many of its words. */
#define MAX_TELLING 32

/* For a frequent word, about this many blocks of its postings at most are read to estimate which languages it belongs
 * to. */
#define MAX_TELLING_BLOCKS 64u

/* A word belongs to a language if the share of that language's passages that hold it is at least this fraction of the
 * highest such share among all languages. */
#define LEAST_RATE .25

static gboolean
is_stem (const char *word)
{
  char own[QUARRY_LEXICAL_MAX_WORD + 1];

  quarry_lexical_stem (word, strlen (word), own, sizeof own);
  return strcmp (own, word) == 0;
}

typedef void (*StemmedFunc) (gpointer user_data, const char *text, gsize length, guint32 term);

/* Calls @func for every word that has a stem with this key, with its term number in the first segment, or NONE for
 * words from elsewhere. */
static void
foreach_stemmed (const QuarryLexicalIndex *self, guint64 key, StemmedFunc func, gpointer user_data)
{
  const char *text;
  gsize length;

  for (guint i = 0; i < self->segments->len; i++)
    {
      const QuarryLexicalSegment *segment = g_ptr_array_index (self->segments, i);

      for (guint32 at = quarry_lexical_segment_find_stem (segment, key);
           at < segment->n_stems && quarry_lexical_stem_get_key (&segment->stems[at]) == key; at++)
        {
          guint32 term = quarry_lexical_take_number (&segment->stems[at].term);

          text = quarry_lexical_segment_get_term (segment, term, &length);
          func (user_data, text, length, i == 0 ? term : QUARRY_LEXICAL_NONE);
        }
    }
  for (guint32 at = quarry_lexical_buffer_find_stem (self->buffer, key); at != QUARRY_LEXICAL_NONE;
       at = g_array_index (self->buffer->stems, QuarryLexicalBufferStem, at).next)
    {
      text = quarry_lexical_buffer_get_term (
          self->buffer, g_array_index (self->buffer->stems, QuarryLexicalBufferStem, at).term, &length);
      func (user_data, text, length, QUARRY_LEXICAL_NONE);
    }
}

/* Collects the forms of a word. */
typedef struct
{
  const QuarryLexicalIndex *index;
  GArray *list;
  GHashTable *seen;
} Forms;

static void
add_stemmed_cb (gpointer user_data, const char *text, gsize length, guint32 term)
{
  Forms *forms = user_data;

  quarry_lexical_word_list_add (forms->index, forms->list, forms->seen, text, length, term, 1);
}

/* Searches the words of a stem for one word. */
typedef struct
{
  const char *folded;
  gboolean is_met;
} Meeting;

static void
meet_cb (gpointer user_data, const char *text, gsize length, guint32 term)
{
  Meeting *meeting = user_data;

  meeting->is_met = meeting->is_met
                    || (strlen (meeting->folded) == length && memcmp (meeting->folded, text, length) == 0);
}

/* Computes the keys of a word's stem in a language: from the word as it is folded, and as it is written (or NULL).
 * Returns how many there are. */
static guint
find_keys (guint language, const char *folded, const char *written, guint64 keys[2])
{
  char stem[QUARRY_LEXICAL_MAX_WORD + 1];

  if (language == 0)
    {
      quarry_lexical_stem (folded, strlen (folded), stem, sizeof stem);
      keys[0] = quarry_lexical_stem_key (0, stem, strlen (stem));
      return 1;
    }
  keys[0] = quarry_lexical_stem_written (language, folded, strlen (folded));
  if (written == NULL || strcmp (written, folded) == 0)
    return 1;
  keys[1] = quarry_lexical_stem_written (language, written, strlen (written));
  return 2;
}

/* Whether passages in the language of @keys hold the word itself. */
static gboolean
is_held_in (const QuarryLexicalIndex *self, const char *folded, const guint64 *keys, guint n_keys)
{
  Meeting meeting = { folded, FALSE };

  for (guint i = 0; i < n_keys && !meeting.is_met; i++)
    foreach_stemmed (self, keys[i], meet_cb, &meeting);
  return meeting.is_met;
}

static guint32
get_languages (const QuarryLexicalIndex *self)
{
  guint32 languages = self->buffer->languages;

  for (guint i = 0; i < self->segments->len; i++)
    languages |= ((const QuarryLexicalSegment *) g_ptr_array_index (self->segments, i))->languages;
  return languages;
}

static int
compare_counts (gconstpointer a, gconstpointer b)
{
  const QuarryLexicalWord *x = a;
  const QuarryLexicalWord *y = b;

  if (x->count != y->count)
    return x->count < y->count ? 1 : -1;
  return strcmp (x->text, y->text);
}

/* Implements quarry_lexical_index_list_forms(). @languages: those of them that passages are in. (transfer full) */
static GArray *
find_forms (const QuarryLexicalIndex *self, const char *folded, const char *written, guint32 languages)
{
  GArray *list = quarry_lexical_word_list_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Forms forms = { self, list, seen };
  char stem[QUARRY_LEXICAL_MAX_WORD + 1];
  gboolean is_known;

  quarry_lexical_word_list_add (self, list, seen, folded, strlen (folded), QUARRY_LEXICAL_NONE, 0);
  is_known = list->len > 0;
  quarry_lexical_stem (folded, strlen (folded), stem, sizeof stem);
  if (is_stem (stem))
    quarry_lexical_word_list_add (self, list, seen, stem, strlen (stem), QUARRY_LEXICAL_NONE, 1);

  for (guint i = 0; i < QUARRY_LEXICAL_MAX_LANGUAGES; i++)
    {
      guint64 keys[2];
      guint n_keys;

      if ((languages & (1u << i)) == 0)
        continue;
      n_keys = find_keys (i, folded, written, keys);
      /* If passages hold the word, but none in this language, it does not belong to the language. Otherwise the German
       * stemmer would make "latest" a form of "later". */
      if (i > 0 && is_known && !is_held_in (self, folded, keys, n_keys))
        continue;
      for (guint j = 0; j < n_keys; j++)
        foreach_stemmed (self, keys[j], add_stemmed_cb, &forms);
    }

  g_array_sort (list, compare_counts);
  if (list->len > QUARRY_LEXICAL_MOST_FORMS)
    g_array_set_size (list, QUARRY_LEXICAL_MOST_FORMS);
  return list;
}

/* Words of this many bytes or more are not cached. */
#define MAX_KEPT 128u

/* Writes the key under which the forms are cached. FALSE where the words are too long. */
static gboolean
make_key (char key[8 + 2 * MAX_KEPT], const char *folded, const char *written, guint32 languages)
{
  gsize length = strlen (folded), written_length = 0;

  /* English stems only depend on the folded word. */
  if (written != NULL && languages != 1u && strcmp (written, folded) != 0)
    written_length = strlen (written);
  if (length >= MAX_KEPT || written_length >= MAX_KEPT)
    return FALSE;
  for (guint i = 0; i < 6; i++)
    key[i] = (char) ('@' + (languages >> (6 * i) & 63));
  memcpy (key + 6, folded, length);
  key[6 + length] = written_length > 0 ? ' ' : '\0';
  if (written_length > 0)
    memcpy (key + 7 + length, written, written_length);
  key[7 + length + written_length] = '\0';
  return TRUE;
}

GArray *
quarry_lexical_index_list_forms (const QuarryLexicalIndex *self,
                                 const char *folded,
                                 const char *written,
                                 guint32 languages)
{
  guint32 own = (languages & get_languages (self)) | 1u;
  char key[8 + 2 * MAX_KEPT];
  GArray *list;

  if (!make_key (key, folded, written, own))
    return find_forms (self, folded, written, own);
  list = quarry_lexical_form_cache_get (self->forms, key);
  if (list == NULL)
    {
      list = find_forms (self, folded, written, own);
      quarry_lexical_form_cache_add (self->forms, key, list);
    }
  return list;
}

/* Counts the passages in each language, dead ones too. */
static void
count_passages (const QuarryLexicalIndex *self, double *all)
{
  for (guint s = 0; s < self->segments->len; s++)
    {
      const QuarryLexicalSegment *segment = g_ptr_array_index (self->segments, s);

      for (guint i = 0; i < QUARRY_LEXICAL_MAX_LANGUAGES; i++)
        all[i] += segment->n_in[i];
    }
  for (guint i = 0; i < self->buffer->row_languages->len; i++)
    all[self->buffer->row_languages->data[i]]++;
}

/* Whether the rows from @first up to but not including @end are in the usual language for certain. */
static gboolean
are_usual (const QuarryLexicalSegment *segment, guint64 first, guint64 end)
{
  guint64 at = first >> 6, last = MIN (end, segment->n_rows) - 1;
  guint64 unusual = 0;

  if (first >= end || first >= segment->n_rows)
    return FALSE;
  for (last >>= 6; at <= last && unusual == 0; at = (at | 63) + 1)
    {
      guint64 bits = segment->unusual[at >> 6] >> (at & 63);

      unusual = at >> 6 == last >> 6 && last - at < 63 ? bits & ((G_GUINT64_CONSTANT (2) << (last - at)) - 1) : bits;
    }
  return unusual == 0;
}

/* Adds to @holding how many passages of each language hold a word. For a frequent word, this is estimated from blocks
 * at regular intervals. */
static void
count_in_segment (const QuarryLexicalSegment *segment, const char *word, double *holding)
{
  guint32 term = quarry_lexical_segment_find_term (segment, word, strlen (word));
  QuarryPostings postings;
  guint32 step;
  guint usual = segment->usual_language;

  if (term == QUARRY_LEXICAL_NONE || !quarry_lexical_segment_get_postings (segment, term, &postings))
    return;
  step = 1 + postings.n_blocks / MAX_TELLING_BLOCKS;
  for (guint32 b = 0; b < postings.n_blocks; b += step)
    {
      guint64 end = b + 1 < postings.n_blocks ? quarry_postings_block_first (&postings, b + 1) : segment->n_rows;
      QuarryPostingsBlock block;
      guint n_unusual = 0;

      /* Passages of the same language stand together, so that most blocks need not be unpacked. */
      if (are_usual (segment, quarry_postings_block_first (&postings, b), end))
        {
          holding[usual] += (double) step * quarry_postings_block_length (&postings, b);
          continue;
        }
      if (!quarry_postings_unpack (&postings, b, &block))
        return;
      /* Most passages are in one language. It is counted by subtraction, since incrementing one counter again and again
       * would wait each time for the increment before. */
      for (guint i = 0; i < block.length; i++)
        {
          guint language;

          if (quarry_lexical_segment_is_usual (segment, block.rows[i]))
            continue;
          language = quarry_lexical_segment_get_language (segment, block.rows[i]);
          if (language != usual)
            {
              holding[language] += step;
              n_unusual++;
            }
        }
      holding[usual] += (double) step * (block.length - n_unusual);
    }
}

static void
count_in_buffer (const QuarryLexicalBuffer *buffer, const char *word, double *holding)
{
  guint32 term = quarry_lexical_buffer_find (buffer, word, strlen (word));
  g_autoptr (GArray) rows = NULL;
  g_autoptr (GByteArray) codes = NULL;

  if (term == QUARRY_LEXICAL_NONE)
    return;
  rows = g_array_new (FALSE, FALSE, sizeof (guint32));
  codes = g_byte_array_new ();
  quarry_lexical_buffer_list (buffer, term, rows, codes, NULL, NULL);
  for (guint i = 0; i < rows->len; i++)
    holding[buffer->row_languages->data[g_array_index (rows, guint32, i)]]++;
}

/* The languages that a word mainly belongs to, as bits. A language whose passages hold it much more rarely than those
 * of another language has borrowed or quoted it. A single passage may hold anything, so rates are conservative
 * estimates: the count minus its standard deviation, which is the square root of the count. @all: from
 * count_passages(). */
static guint32
find_languages_of (const QuarryLexicalIndex *self, const char *word, const double *all)
{
  double holding[QUARRY_LEXICAL_MAX_LANGUAGES] = { 0 };
  double rates[QUARRY_LEXICAL_MAX_LANGUAGES] = { 0 };
  double highest = 0;
  guint32 languages = 0;

  if (quarry_lexical_form_cache_get_languages (self->forms, word, &languages))
    return languages;
  for (guint i = 0; i < self->segments->len; i++)
    count_in_segment (g_ptr_array_index (self->segments, i), word, holding);
  count_in_buffer (self->buffer, word, holding);
  for (guint i = 0; i < QUARRY_LEXICAL_MAX_LANGUAGES; i++)
    if (holding[i] > 0)
      {
        rates[i] = (holding[i] - sqrt (holding[i])) / MAX (all[i], 1);
        highest = MAX (highest, rates[i]);
      }
  for (guint i = 0; i < QUARRY_LEXICAL_MAX_LANGUAGES; i++)
    if (holding[i] > 0 && rates[i] >= LEAST_RATE * highest)
      languages |= 1u << i;
  quarry_lexical_form_cache_add_languages (self->forms, word, languages);

  return languages;
}

guint32
quarry_lexical_index_tell_languages (const QuarryLexicalIndex *self, const char *text)
{
  g_auto (QuarryWords) words = { NULL };
  guint32 languages = get_languages (self) | 1u;
  guint n_held[QUARRY_LEXICAL_MAX_LANGUAGES] = { 0 };
  double all[QUARRY_LEXICAL_MAX_LANGUAGES] = { 0 };
  guint most = 0, n_words = 0;
  const char *folded;
  gsize length;
  QuarrySpan span;

  if (languages == 1u)
    return languages;

  count_passages (self, all);
  quarry_words_init (&words, text, -1);
  while (n_words < MAX_TELLING && quarry_words_next (&words, &span, &folded, &length))
    {
      g_autofree char *word = g_strndup (folded, quarry_lexical_word_length (folded, length));
      guint32 of = find_languages_of (self, word, all);

      n_words++;
      for (guint i = 0; i < QUARRY_LEXICAL_MAX_LANGUAGES; i++)
        {
          n_held[i] += of >> i & 1u;
          most = MAX (most, n_held[i]);
        }
    }
  for (guint i = 1; i < QUARRY_LEXICAL_MAX_LANGUAGES; i++)
    if (n_held[i] < most)
      languages &= ~(1u << i);
  return languages;
}

guint32
quarry_lexical_index_guess_languages (QuarryLexicalIndex *self, const char *text)
{
  guint32 languages;

  g_return_val_if_fail (self != NULL && text != NULL, QUARRY_LEXICAL_ALL_LANGUAGES);

  pthread_rwlock_rdlock (&self->lock);
  languages = quarry_lexical_index_tell_languages (self, text);
  pthread_rwlock_unlock (&self->lock);

  return languages;
}

char **
quarry_lexical_index_dup_forms (QuarryLexicalIndex *self,
                                const char *folded,
                                const char *written,
                                guint32 languages)
{
  g_autoptr (GArray) forms = NULL;
  g_autofree char *word = NULL;
  char **list;

  g_return_val_if_fail (self != NULL && folded != NULL, NULL);

  word = g_strndup (folded, quarry_lexical_word_length (folded, strlen (folded)));
  pthread_rwlock_rdlock (&self->lock);
  forms = quarry_lexical_index_list_forms (self, word, written, languages);
  list = g_new0 (char *, forms->len + 1);
  for (guint i = 0; i < forms->len; i++)
    list[i] = g_strdup (g_array_index (forms, QuarryLexicalWord, i).text);
  pthread_rwlock_unlock (&self->lock);

  return list;
}

double
quarry_lexical_index_get_rarity (QuarryLexicalIndex *self, const char *folded, guint32 languages)
{
  g_autoptr (GArray) forms = NULL;
  g_autofree char *word = NULL;
  double n_passages, n = 0;

  g_return_val_if_fail (self != NULL && folded != NULL, 0);

  word = g_strndup (folded, quarry_lexical_word_length (folded, strlen (folded)));
  pthread_rwlock_rdlock (&self->lock);
  forms = quarry_lexical_index_list_forms (self, word, NULL, languages);
  n_passages = (double) self->n_passages;
  pthread_rwlock_unlock (&self->lock);
  for (guint i = 0; i < forms->len; i++)
    n += g_array_index (forms, QuarryLexicalWord, i).count;
  n = MIN (n, n_passages);

  return log (1 + (n_passages - n + .5) / (n + .5));
}
