/* quarry-lexical-terms.c: splits a text into the terms that it is found by
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Goes through the words of the text. Depending on a word's characters, it also yields the word's parts, the word with
 * its signs, or, for text without blanks, each pair of adjacent characters.
 */
#include "core/lexical/quarry-lexical-terms.h"

#include "core/document/quarry-words.h"
#include "core/lexical/quarry-lexical-private.h"

#include <string.h>

/* --- Parts of words -------------------------------------------------------------------------- */

/* Anything that has more parts is a key or a checksum, whose parts nobody looks for. */
#define MAX_PARTS 8u
#define MAX_CHARACTERS QUARRY_LEXICAL_MAX_WORD

/* More signs than this are a ruled line or a drawing. */
#define MAX_SIGNS 2u

typedef enum
{
  LOWER, /* and letters without case */
  UPPER,
  DIGIT,
} Class;

static inline Class
class_of (gunichar c, Class before)
{
  if (c < 0x80)
    return g_ascii_isupper ((char) c) ? UPPER : g_ascii_isdigit ((char) c) ? DIGIT : LOWER;
  if (g_unichar_ismark (c))
    return before;
  return g_unichar_isupper (c) ? UPPER : g_unichar_isdigit (c) ? DIGIT : LOWER;
}

/* Whether a part ends before character @i: between letters and digits; between a small letter and a capital; and, in a
 * run of capitals, before the last one if at least two small letters follow it ("HTTP|Header", but not "I|Ds"). */
static gboolean
is_border (const guint8 *classes, guint n, guint i)
{
  if ((classes[i - 1] == DIGIT) != (classes[i] == DIGIT))
    return TRUE;
  if (classes[i] != UPPER)
    return FALSE;
  return classes[i - 1] == LOWER
         || (i + 2 < n && classes[i + 1] == LOWER && classes[i + 2] == LOWER);
}

#define EACH_BYTE G_GUINT64_CONSTANT (0x0101010101010101)

/* Whether all of the eight bytes are small ASCII letters. They are compared without branches, by sums that carry into
 * the highest bit (Warren, Hacker's Delight, 2013). */
static inline gboolean
are_small (guint64 bytes)
{
  guint64 low = bytes & EACH_BYTE * 0x7f;
  guint64 small = (low + EACH_BYTE * (0x80 - 'a')) & ~(low + EACH_BYTE * (0x7f - 'z')) & ~bytes;

  return (small & EACH_BYTE * 0x80) == EACH_BYTE * 0x80;
}

/* Whether a word is nothing but small ASCII letters, perhaps after one capital. */
static inline gboolean
is_plain (const char *word, gsize length)
{
  if (!g_ascii_isalpha (word[0]))
    return FALSE;
  for (word++, length--; length >= 8; word += 8, length -= 8)
    {
      guint64 bytes;

      memcpy (&bytes, word, sizeof bytes);
      if (!are_small (bytes))
        return FALSE;
    }
  if (length >= 4)
    {
      guint32 first, last; /* they overlap */

      memcpy (&first, word, sizeof first);
      memcpy (&last, word + length - sizeof last, sizeof last);
      return are_small (first | (guint64) last << 32);
    }
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_islower (word[i]))
      return FALSE;
  return TRUE;
}

/* Computes where the parts of a word end, in bytes. Returns how many there are; 0 where it has no parts. */
static guint
find_parts (const char *word, gsize length, guint8 ends[MAX_PARTS])
{
  guint8 classes[MAX_CHARACTERS], places[MAX_CHARACTERS];
  Class class = LOWER;
  guint n = 0, n_parts = 0;

  if (length < 3 || length > MAX_CHARACTERS || is_plain (word, length))
    return 0;

  for (gsize i = 0; i < length;)
    {
      gunichar c = g_utf8_get_char_validated (word + i, (gssize) (length - i));

      if (c >= 0x110000)
        return 0;
      places[n] = (guint8) i;
      classes[n++] = class = class_of (c, class);
      i += (gsize) g_unichar_to_utf8 (c, NULL);
    }
  for (guint i = 1; i < n; i++)
    if (is_border (classes, n, i))
      {
        if (n_parts + 1 == MAX_PARTS)
          return 0;
        ends[n_parts++] = places[i];
      }
  if (n_parts > 0)
    ends[n_parts++] = (guint8) length;
  return n_parts;
}

char *
quarry_lexical_split_word (const char *word, gsize length)
{
  guint8 ends[MAX_PARTS];
  guint n = find_parts (word, length, ends);
  GString *parts;

  if (n == 0)
    return NULL;
  parts = g_string_new (NULL);
  for (guint i = 0; i < n; i++)
    {
      guint start = i > 0 ? ends[i - 1] : 0;

      if (i > 0)
        g_string_append_c (parts, ' ');
      g_string_append_len (parts, word + start, ends[i] - start);
    }
  return g_string_free (parts, FALSE);
}

/* --- Reading --------------------------------------------------------------------------------- */

/* Most bytes of a character with its combining marks. */
#define MAX_CHARACTER 16u

typedef struct
{
  QuarryLexicalReadFunc func;
  gpointer user_data;
  gboolean goes_on;

  guint32 position; /* of the next term */
  guint64 n_words;

  /* The run of text without blanks that is being read. Its last character is kept, to be paired with the next. */
  guint32 run_end; /* offset in the text */
  char waiting[MAX_CHARACTER];
  gsize n_waiting; /* 0: no run */
} Reading;

static inline void
hand_out (Reading *self,
          QuarryLexicalKind kind,
          const char *text,
          gsize length,
          guint32 position,
          QuarrySpan span)
{
  QuarryLexicalTermRead term = { kind, text, length, quarry_words_hash (text, length), position, span };

  self->goes_on = self->goes_on && self->func (&term, self->user_data);
}

/* A word of the text, whose hash is known. */
typedef struct
{
  const char *folded;
  gsize length;
  guint64 hash;
  QuarrySpan span;
} Word;

/* Yields the word, cut if it is too long. */
static inline void
hand_out_word (Reading *self, QuarryLexicalKind kind, const Word *word)
{
  gsize length = quarry_lexical_word_length (word->folded, word->length);
  QuarryLexicalTermRead term = { kind, word->folded, length, word->hash, self->position, word->span };

  if (length < word->length)
    term.hash = quarry_words_hash (word->folded, length);
  self->goes_on = self->goes_on && self->func (&term, self->user_data);
}

/* Yields the parts of a word, except those of a single letter or digit, which mean nothing. */
static void
read_parts (Reading *self, const char *word, QuarrySpan span)
{
  guint8 ends[MAX_PARTS];
  guint n = find_parts (word, span.end - span.start, ends);
  guint start = 0;

  for (guint i = 0; i < n; start = ends[i++])
    {
      g_auto (QuarryWords) words = { NULL };
      const char *folded;
      gsize length;

      if (ends[i] - start < 2)
        continue;
      quarry_words_init (&words, word + start, ends[i] - start);
      if (quarry_words_next (&words, NULL, &folded, &length)
          && g_utf8_strlen (folded, (gssize) length) > 1)
        hand_out (self, QUARRY_LEXICAL_PART, folded, length, self->position, span);
    }
}

/* Yields words with signs: "C++" (also in "C++17") and "C#", but not "a+b" or "1#2". */
static void
read_signs (Reading *self, const char *text, const char *folded, gsize length, QuarrySpan span)
{
  const char *signs = text + span.end;
  /* Most words are followed by a blank, so this is tested first. */
  gsize n = *signs == '+' || *signs == '#' ? strspn (signs, "+#") : 0;
  char term[1 + QUARRY_LEXICAL_MAX_WORD] = { QUARRY_LEXICAL_PAIR };

  if (n == 0 || n > MAX_SIGNS || 1 + length + n > sizeof term)
    return;
  if (strncmp (signs, "++", 2) != 0 && (g_ascii_isalnum (signs[n]) || (guchar) signs[n] >= 0x80))
    return;
  memcpy (term + 1, folded, length);
  memcpy (term + 1 + length, signs, n);
  hand_out (self, QUARRY_LEXICAL_SIGNED, term, 1 + length + n, self->position, span);
}

static inline gboolean
is_run_character (gunichar c)
{
  return (c >= 0x2e80 && c <= 0x312f)        /* radicals, Kana, Bopomofo */
         || (c >= 0x31a0 && c <= 0x4dbf)     /* Kana extensions, Han extension A */
         || (c >= 0x4e00 && c <= 0x9fff)     /* Han */
         || (c >= 0xf900 && c <= 0xfaff)     /* Han compatibility */
         || (c >= 0x1aff0 && c <= 0x1b16f)   /* Kana supplement */
         || (c >= 0x20000 && c <= 0x3ffff);  /* Han extensions */
}

gboolean
quarry_lexical_is_run (const char *folded, gsize length)
{
  gunichar c;

  if (length < 3 || (guchar) folded[0] < 0xe2)
    return FALSE;
  c = g_utf8_get_char_validated (folded, (gssize) length);
  return c < 0x110000 && is_run_character (c);
}

static void
end_run (Reading *self)
{
  char term[1 + MAX_CHARACTER] = { QUARRY_LEXICAL_PAIR };
  QuarrySpan none = { 0, 0 };

  if (self->n_waiting == 0)
    return;
  memcpy (term + 1, self->waiting, self->n_waiting);
  hand_out (self, QUARRY_LEXICAL_LAST, term, 1 + self->n_waiting, self->position - 1, none);
  self->n_waiting = 0;
}

/* The length of a character with its combining marks. Folding splits off the voicing marks of Kana, which belong to the
 * letter before them. */
static gsize
character_length (const char *text, gsize length)
{
  gsize n = MIN (length, (gsize) g_utf8_skip[(guchar) text[0]]);

  while (n + 3 <= MIN (length, MAX_CHARACTER) && g_unichar_ismark (g_utf8_get_char (text + n)))
    n += (gsize) g_utf8_skip[(guchar) text[n]];
  return MIN (n, MIN (length, MAX_CHARACTER));
}

static void
read_run_word (Reading *self, const Word *word)
{
  QuarrySpan none = { 0, 0 };
  const char *folded = word->folded;
  gsize n;

  if (word->span.start != self->run_end)
    end_run (self);
  self->run_end = word->span.end;
  hand_out_word (self, QUARRY_LEXICAL_RUN_WORD, word);
  for (gsize at = 0; at < word->length; at += n)
    {
      char term[1 + 2 * MAX_CHARACTER] = { QUARRY_LEXICAL_PAIR };

      n = character_length (folded + at, word->length - at);
      memcpy (term + 1, self->waiting, self->n_waiting);
      memcpy (term + 1 + self->n_waiting, folded + at, n);
      if (self->n_waiting > 0)
        hand_out (self, QUARRY_LEXICAL_TWO, term, 1 + self->n_waiting + n, self->position - 1, none);
      memcpy (self->waiting, folded + at, n);
      self->n_waiting = n;
      self->position++;
    }
}

/* The words of a text, one after another: those that are known, or else those that it is broken into. */
typedef struct
{
  const QuarryPartWords *known; /* NULL: none are */
  guint32 next;
  QuarryWords breaker;
} Source;

static inline gboolean
take_word (Source *self, Word *word)
{
  const QuarrySentenceWord *known;
  const QuarrySentenceForm *form;

  if (self->known == NULL)
    return quarry_words_next_hashed (&self->breaker, &word->span, &word->folded, &word->length, &word->hash);
  if (self->next == self->known->n)
    return FALSE;
  known = &self->known->words[self->next++];
  form = &self->known->forms[known->form];
  *word = (Word) { form->folded, form->length, form->hash,
                   { known->span.start - self->known->start, known->span.end - self->known->start } };
  return TRUE;
}

guint32
quarry_lexical_read_broken_terms (const char *text,
                                  const QuarryPartWords *words,
                                  guint32 position,
                                  guint64 *n_words,
                                  QuarryLexicalReadFunc func,
                                  gpointer user_data)
{
  Reading self = { .func = func, .user_data = user_data, .goes_on = TRUE, .position = position };
  Source source = { .known = words };
  gboolean plain;
  Word word;

  if (text == NULL)
    return position;
  if (words == NULL)
    quarry_words_init (&source.breaker, text, -1);
  while (self.goes_on && take_word (&source, &word))
    {
      self.n_words++;
      /* Most words need no closer look. */
      plain = is_plain (text + word.span.start, word.span.end - word.span.start);
      if (!plain && quarry_lexical_is_run (word.folded, word.length))
        {
          read_run_word (&self, &word);
          continue;
        }
      if (self.n_waiting > 0)
        end_run (&self);
      hand_out_word (&self, QUARRY_LEXICAL_WORD, &word);
      if (!plain)
        read_parts (&self, text + word.span.start, word.span);
      read_signs (&self, text, word.folded, word.length, word.span);
      self.position++;
    }
  end_run (&self);
  if (n_words != NULL)
    *n_words += self.n_words;
  quarry_words_clear (&source.breaker);
  return self.position;
}

guint32
quarry_lexical_read_terms (const char *text,
                           guint32 position,
                           guint64 *n_words,
                           QuarryLexicalReadFunc func,
                           gpointer user_data)
{
  return quarry_lexical_read_broken_terms (text, NULL, position, n_words, func, user_data);
}
