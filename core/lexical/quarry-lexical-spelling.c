/* quarry-lexical-spelling.c: finds words that are spelt similarly
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every term has a signature of its letters (quarry_lexical_letters()). Comparing signatures and lengths, many at a
 * time, rules out nearly all terms; the edit distance is computed only for the rest.
 */
#include "core/lexical/quarry-lexical-private.h"
#include "core/machine/quarry-wide.h"

#include <string.h>

#define MAX_LETTERS 48u

/* The edit distance of two words where it is at most @most, else something greater. An edit inserts, deletes or
 * replaces a letter, or swaps two neighbouring letters once ("optimal string alignment"). */
static guint
edit_distance (const gunichar *a, guint n, const gunichar *b, guint m, guint most)
{
  guint8 rows[3][MAX_LETTERS + 1];
  guint8 *before = rows[0], *above = rows[1], *row = rows[2];

  if (n > m + most || m > n + most)
    return most + 1;
  for (guint j = 0; j <= m; j++)
    above[j] = (guint8) j;
  for (guint i = 1; i <= n; i++)
    {
      guint8 *spare = before;
      guint least = row[0] = (guint8) i;

      for (guint j = 1; j <= m; j++)
        {
          guint best = MIN (above[j], row[j - 1]) + 1u;

          best = MIN (best, above[j - 1] + (a[i - 1] != b[j - 1]));
          if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
            best = MIN (best, before[j - 2] + 1u);
          row[j] = (guint8) best;
          least = MIN (least, best);
        }
      if (least > most)
        return most + 1;
      before = above;
      above = row;
      row = spare;
    }
  return above[m];
}

/* For each character of ASCII, a bitmap of its positions in a word. */
typedef struct
{
  guint64 places[128];
  guint n;
} Pattern;

/* The same distance, for ASCII words. Each column of the table of distances is held in the bits of two machine words
 * (Hyyrö, "A bit-vector algorithm for computing Levenshtein and Damerau edit distances", 2003). */
static guint
pattern_distance (const Pattern *pattern, const char *text, gsize length, guint most)
{
  guint64 last = G_GUINT64_CONSTANT (1) << (pattern->n - 1);
  guint64 up = ~G_GUINT64_CONSTANT (0), down = 0; /* bit i: the distance in row i is one more (up), one less (down) than
                                                   * in the row above */
  guint64 zero = 0, before = 0; /* for the letter before: where no edit was needed (zero), and its places */
  guint distance = pattern->n;

  for (gsize i = 0; i < length; i++)
    {
      guint64 places = pattern->places[(guchar) text[i] & 127];
      guint64 swapped = (((~zero) & places) << 1) & before;
      guint64 right, left;

      zero = (((places & up) + up) ^ up) | places | down | swapped;
      right = down | ~(zero | up);
      left = zero & up;
      distance += (right & last) != 0;
      distance -= (left & last) != 0;
      /* Each remaining letter reduces the distance by one at most. */
      if (distance > most + (length - 1 - i))
        return most + 1;
      right = right << 1 | 1;
      left <<= 1;
      up = left | ~(zero | right);
      down = zero & right;
      before = places;
    }
  return distance;
}

static gboolean
is_ascii (const char *text, gsize length)
{
  guint8 bits = 0;

  for (gsize i = 0; i < length; i++)
    bits |= (guint8) text[i];
  return bits < 128;
}

/* Decodes the letters of a word. Returns how many; 0 where there are too many or the text is not valid UTF-8. */
static guint
read_letters (const char *text, gsize length, gunichar letters[MAX_LETTERS])
{
  guint n = 0;

  for (const char *p = text; p < text + length; p = g_utf8_next_char (p))
    {
      gunichar c = (guchar) *p < 0x80
                       ? (guchar) *p
                       : g_utf8_get_char_validated (p, (gssize) (text + length - p));

      if (n == MAX_LETTERS || c >= 0x110000)
        return 0;
      letters[n++] = c;
    }
  return n;
}

typedef struct
{
  gunichar letters[MAX_LETTERS];
  guint n;
  guint32 signature;
  guint most;        /* edits that are allowed */
  guint most_bytes;  /* that a word within this distance can have */
  Pattern *pattern;  /* NULL where the word is not ASCII */
} Misspelling;

/* An edit inserts a letter, deletes one, or does both, so that up to two bits of the letters' signature change. For
 * each letter that a word of @n_letters has more or fewer, one edit changes only one bit. */
static gboolean
is_near (const Misspelling *word, guint32 signature, gsize n_letters)
{
  guint difference = (guint) (n_letters > word->n ? n_letters - word->n : word->n - n_letters);

  return (guint) __builtin_popcount (signature ^ word->signature) + difference <= 2 * word->most;
}

/* This many terms are filtered together. */
#define TOGETHER 512u

/* Several terms are compared in one vector operation. GCC does not vectorise this by itself at -O2. */
#define LANES 8
#define GROUPS 4
#define STRIDE (GROUPS * LANES)
typedef guint32 Lanes __attribute__ ((vector_size (LANES * sizeof (guint32)), aligned (4)));

/* Sets the bytes in @near of those terms that may be near enough, judging by signature and length in bytes (a term has
 * at least as many bytes as letters). The bytes are in another order than the terms: see place_of(). */
FOR_WIDE_REGISTERS static void
find_near (const guint32 *signatures,
           const guint32 *offsets,
           guint n,
           guint32 n_letters,
           guint32 signature,
           guint32 most,
           guint32 most_bytes,
           guint8 *near)
{
  guint i = 0;

  for (; i + STRIDE <= n; i += STRIDE)
    {
      Lanes found = { 0 };

#pragma GCC unroll 4
      for (guint g = 0; g < GROUPS; g++)
        {
          guint at = i + g * LANES;
          Lanes lengths = *(const Lanes *) (offsets + at + 1) - *(const Lanes *) (offsets + at);
          Lanes bits = *(const Lanes *) (signatures + at) ^ signature;

          bits -= bits >> 1 & 0x55555555u;
          bits = (bits & 0x33333333u) + (bits >> 2 & 0x33333333u);
          bits = (bits + (bits >> 4)) & 0x0f0f0f0fu;
          bits += bits >> 8;
          bits = (bits + (bits >> 16)) & 0x3f;
          bits += (n_letters - lengths) & (Lanes) (lengths < n_letters);
          /* In each lane, one byte for each group. */
          found |= (Lanes) ((bits <= 2 * most) & (lengths <= most_bytes)) & GUINT32_TO_LE (1u << 8 * g);
        }
      *(Lanes *) (gpointer) (near + i) = found;
    }
  for (; i < n; i++)
    {
      guint32 length = offsets[i + 1] - offsets[i];
      guint32 bits = (guint32) __builtin_popcount (signatures[i] ^ signature) + MAX (n_letters, length) - length;

      near[i] = (bits <= 2 * most) & (length <= most_bytes);
    }
}

/* The index of the term, among @n, that the byte at @at stands for. */
static inline guint
place_of (guint at, guint n)
{
  if (at >= n / STRIDE * STRIDE)
    return at;
  return at / STRIDE * STRIDE + at % GROUPS * LANES + at % STRIDE / GROUPS;
}

/* Adds a word to @list if it is near enough. @term: its number in the first segment, or NONE. */
static void
try_word (const QuarryLexicalIndex *self,
          const Misspelling *word,
          guint32 signature,
          const char *text,
          gsize length,
          guint32 term,
          GArray *list,
          GHashTable *seen)
{
  gunichar letters[MAX_LETTERS];
  guint distance, n;

  if (length == 0 || text[0] == QUARRY_LEXICAL_PAIR)
    return;
  if (word->pattern != NULL && is_ascii (text, length))
    {
      if (length > word->n + word->most || !is_near (word, signature, length))
        return;
      distance = pattern_distance (word->pattern, text, length, word->most);
    }
  else
    {
      n = read_letters (text, length, letters);
      if (n == 0)
        return;
      distance = edit_distance (word->letters, word->n, letters, n, word->most);
    }
  if (distance > 0 && distance <= word->most)
    quarry_lexical_word_list_add (self, list, seen, text, length, term, distance);
}

/* FALSE for numbers and codes, where each similar one means something else, and for words of text without blanks. */
static gboolean
is_spelt (const char *text)
{
  return strpbrk (text, "0123456789") == NULL && !quarry_lexical_is_run (text, strlen (text));
}

static void
try_segment (const QuarryLexicalIndex *self,
             const Misspelling *word,
             const QuarryLexicalSegment *segment,
             gboolean is_first,
             GArray *list,
             GHashTable *seen)
{
  guint8 near[TOGETHER] __attribute__ ((aligned (8)));

  for (guint32 first = 0; first < segment->n_terms; first += TOGETHER)
    {
      guint n = MIN (segment->n_terms - first, TOGETHER);

      guint32 terms[TOGETHER];
      guint n_terms = 0;

      memset (near, 0, sizeof near);
      find_near (segment->letters + first, segment->term_offsets + first, n, word->n,
                 word->signature, word->most, word->most_bytes, near);
      for (guint at = 0; at < n; at += 8)
        {
          guint64 eight;

          memcpy (&eight, near + at, sizeof eight);
          for (eight = GUINT64_FROM_LE (eight); eight != 0; eight &= eight - 1)
            terms[n_terms++] = first + place_of (at + (guint) __builtin_ctzll (eight) / 8, n);
        }
      /* The texts of these terms are scattered in memory. */
      for (guint i = 0; i < n_terms; i++)
        __builtin_prefetch (segment->terms + segment->term_offsets[terms[i]]);
      for (guint i = 0; i < n_terms; i++)
        {
          gsize length;
          const char *text = quarry_lexical_segment_get_term (segment, terms[i], &length);

          try_word (self, word, quarry_lexical_take_number (&segment->letters[terms[i]]), text, length,
                    is_first ? terms[i] : QUARRY_LEXICAL_NONE, list, seen);
        }
    }
}

GArray *
quarry_lexical_index_correct (const QuarryLexicalIndex *self, const char *text, guint most)
{
  GArray *list = quarry_lexical_word_list_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Misspelling word = { .signature = quarry_lexical_letters (text, strlen (text)) };
  g_autofree Pattern *pattern = NULL;
  gsize length = strlen (text);

  word.n = read_letters (text, length, word.letters);
  word.most = word.n < 4 || !is_spelt (text) ? 0 : word.n < 8 ? 1 : 2;
  if (word.most == 0)
    return list;
  word.most_bytes = 4 * (word.n + word.most);
  if (is_ascii (text, length))
    {
      word.pattern = pattern = g_new0 (Pattern, 1);
      pattern->n = word.n;
      /* Its own letters have one byte each; those that edits insert, up to four. */
      word.most_bytes = word.n + 4 * word.most;
      for (guint i = 0; i < word.n; i++)
        pattern->places[(guchar) text[i]] |= G_GUINT64_CONSTANT (1) << i;
    }

  for (guint i = 0; i < self->segments->len; i++)
    try_segment (self, &word, g_ptr_array_index (self->segments, i), i == 0, list, seen);
  for (guint32 i = 0; i < self->buffer->terms->len; i++)
    {
      const char *candidate = quarry_lexical_buffer_get_term (self->buffer, i, &length);

      if (length <= word.most_bytes)
        try_word (self, &word, quarry_lexical_letters (candidate, length), candidate, length,
                  QUARRY_LEXICAL_NONE, list, seen);
    }
  quarry_lexical_word_list_keep_best (list, most);
  return list;
}
