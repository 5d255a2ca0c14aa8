/* quarry-words.c: the words of a text, as all parts of Quarry count them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ASCII text, the usual case, is broken and folded eight bytes at a time without ICU. Other text goes
 * the slow way, a character at a time, and runs of scripts that are written without blanks are cut by
 * ICU's dictionaries.
 */
#include "core/document/quarry-words.h"

#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utext.h>
#include <unicode/utf8.h>

/* What each byte folds to: an ASCII letter or digit to its lower case, a separator to 0, a byte that is not ASCII to
 * OTHER. */
#define OTHER 1
#define U1(c) [c] = (c) + 32
#define L1(c) [c] = (c)
static const guchar ascii_fold[256] = {
  L1 ('0'), L1 ('1'), L1 ('2'), L1 ('3'), L1 ('4'), L1 ('5'), L1 ('6'),
  L1 ('7'), L1 ('8'), L1 ('9'), L1 ('a'), L1 ('b'), L1 ('c'), L1 ('d'),
  L1 ('e'), L1 ('f'), L1 ('g'), L1 ('h'), L1 ('i'), L1 ('j'), L1 ('k'),
  L1 ('l'), L1 ('m'), L1 ('n'), L1 ('o'), L1 ('p'), L1 ('q'), L1 ('r'),
  L1 ('s'), L1 ('t'), L1 ('u'), L1 ('v'), L1 ('w'), L1 ('x'), L1 ('y'),
  L1 ('z'), U1 ('A'), U1 ('B'), U1 ('C'), U1 ('D'), U1 ('E'), U1 ('F'),
  U1 ('G'), U1 ('H'), U1 ('I'), U1 ('J'), U1 ('K'), U1 ('L'), U1 ('M'),
  U1 ('N'), U1 ('O'), U1 ('P'), U1 ('Q'), U1 ('R'), U1 ('S'), U1 ('T'),
  U1 ('U'), U1 ('V'), U1 ('W'), U1 ('X'), U1 ('Y'), U1 ('Z'), [0x80 ... 0xff] = OTHER,
};
#undef U1
#undef L1

/* A cache entry: what one character folds to. */
typedef struct
{
  gunichar character;
  guchar length;
  char bytes[11];
} Fold;

#define N_FOLDS 1024u

/* What is too expensive to make for each text; each thread has its own. */
typedef struct
{
  UBreakIterator *breaker; /* made when first needed */
  const UNormalizer2 *nfkd;
  Fold folds[N_FOLDS];
} Tools;

static void
tools_free (gpointer data)
{
  Tools *tools = data;

  g_clear_pointer (&tools->breaker, ubrk_close);
  g_free (tools);
}

static Tools *
get_tools (QuarryWords *self)
{
  static GPrivate private = G_PRIVATE_INIT (tools_free);
  Tools *tools = self->breaker;

  if (tools != NULL)
    return tools;
  tools = g_private_get (&private);
  if (tools == NULL)
    {
      UErrorCode status = U_ZERO_ERROR;

      tools = g_new0 (Tools, 1);
      tools->nfkd = unorm2_getNFKDInstance (&status);
      g_private_set (&private, tools);
    }
  self->breaker = tools;
  return tools;
}

/* Whether @c belongs to a script that is written without blanks. These are ranges of blocks rather than script
 * properties, since the marks and signs that go with the scripts belong to no single one of them. */
static inline gboolean
needs_dictionary (UChar32 c)
{
  if (c < 0x0e00)
    return FALSE;
  return c <= 0x0eff ||                    /* Thai, Lao */
         (c >= 0x1000 && c <= 0x109f) ||   /* Burmese */
         (c >= 0x1780 && c <= 0x17ff) ||   /* Khmer */
         (c >= 0x19e0 && c <= 0x19ff) ||   /* Khmer symbols */
         (c >= 0x2e80 && c <= 0x312f) ||   /* radicals, Kana, Bopomofo */
         (c >= 0x31a0 && c <= 0x4dbf) ||   /* Kana extensions, Han extension A */
         (c >= 0x4e00 && c <= 0x9fff) ||   /* Han */
         (c >= 0xa9e0 && c <= 0xa9ff) ||   /* Burmese extensions */
         (c >= 0xaa60 && c <= 0xaa7f) ||   /* Burmese extensions */
         (c >= 0xf900 && c <= 0xfaff) ||   /* Han compatibility */
         (c >= 0xff66 && c <= 0xff9f) ||   /* half-width Kana */
         (c >= 0x1aff0 && c <= 0x1b16f) || /* Kana supplement */
         (c >= 0x20000 && c <= 0x3ffff);   /* Han extensions */
}

/* Soft hyphens and joiners may stand within words and are ignored. */
static inline gboolean
is_ignored (UChar32 c)
{
  return c == 0xad || c == 0x200c || c == 0x200d;
}

static inline gboolean
is_word_character (UChar32 c)
{
  if (c < 0x80)
    return c >= 0 && ascii_fold[c] != 0;
  return (U_MASK (u_charType (c)) & (U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK)) != 0;
}

/* Whether @c is dropped in folding: accents above, below and through letters, and the vowel points of Hebrew and
 * Arabic. Marks that are letters in all but name (vowel signs, viramas, voicing and tone marks of Asian scripts) are
 * kept. */
static inline gboolean
is_accent (UChar32 c)
{
  guint8 class;

  if (c < 0x300)
    return FALSE;
  class = u_getCombiningClass (c);
  return class == 1 || (class >= 10 && class <= 36) || class >= 200;
}

/* The plain letters for letters with strokes and for ligatures, which have no decomposition in Unicode. */
static const char *
plain_letters (UChar32 c)
{
  switch (c)
    {
    case 0xe6:
      return "ae";
    case 0xf0:
    case 0x111:
      return "d";
    case 0xf8:
      return "o";
    case 0xfe:
      return "th";
    case 0x127:
      return "h";
    case 0x131:
      return "i";
    case 0x142:
      return "l";
    case 0x153:
      return "oe";
    case 0x167:
      return "t";
    default:
      return NULL;
    }
}

static void
append_utf8 (GString *out, UChar32 c)
{
  const char *letters = plain_letters (c);
  int digit = u_charDigitValue (c);

  if (letters != NULL)
    g_string_append (out, letters);
  else if (digit >= 0)
    g_string_append_c (out, (char) ('0' + digit));
  else
    g_string_append_unichar (out, (gunichar) c);
}

/* Appends what one character folds to: lower case, decomposed, without accents. Characters can be folded one by one,
 * since the marks that normalization would reorder are the ones that are dropped. */
static void
append_folded_slowly (Tools *tools, GString *out, UChar32 c)
{
  UErrorCode status = U_ZERO_ERROR;
  UChar source[2], decomposed[64], cased[128], again[256];
  gint32 n = 0, i = 0;

  /* To its readers a syllable of Hangul is one letter, so it is not decomposed. */
  if ((c >= 0xac00 && c <= 0xd7a3))
    {
      g_string_append_unichar (out, (gunichar) c);
      return;
    }

  U16_APPEND_UNSAFE (source, n, c);
  n = unorm2_normalize (tools->nfkd, source, n, decomposed, G_N_ELEMENTS (decomposed), &status);
  n = u_strFoldCase (cased, G_N_ELEMENTS (cased), decomposed, n, U_FOLD_CASE_DEFAULT, &status);
  n = unorm2_normalize (tools->nfkd, cased, n, again, G_N_ELEMENTS (again), &status);
  if (U_FAILURE (status))
    {
      g_string_append_unichar (out, (gunichar) c);
      return;
    }
  while (i < n)
    {
      UChar32 part;

      U16_NEXT (again, i, n, part);
      /* Some ligatures (such as those of Arabic phrases) decompose into text with blanks and signs. */
      if (is_word_character (part) && !is_accent (part))
        append_utf8 (out, part);
    }
}

static inline void
append_folded (Tools *tools, GString *out, UChar32 c)
{
  Fold *fold;
  gsize before;

  if (c < 0x80)
    {
      g_string_append_c (out, (char) ascii_fold[c]);
      return;
    }
  if (is_ignored (c) || is_accent (c))
    return;

  fold = &tools->folds[(guint32) c % N_FOLDS];
  if (fold->character == (gunichar) c)
    {
      g_string_append_len (out, fold->bytes, fold->length);
      return;
    }

  before = out->len;
  append_folded_slowly (tools, out, c);
  if (out->len - before <= sizeof fold->bytes)
    {
      fold->character = (gunichar) c;
      fold->length = (guchar) (out->len - before);
      memcpy (fold->bytes, out->str + before, fold->length);
    }
}

void
quarry_words_init (QuarryWords *self, const char *text, gssize length)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (text != NULL || length == 0);

  memset (self, 0, sizeof *self);
  quarry_words_turn_to (self, text, length);
}

void
quarry_words_turn_to (QuarryWords *self, const char *text, gssize length)
{
  self->text = text;
  self->length = length < 0 ? strlen (text) : (gsize) length;
  self->position = 0;
  if (self->pending != NULL)
    g_array_set_size (self->pending, 0);
  self->next_pending = 0;
}

void
quarry_words_clear (QuarryWords *self)
{
  if (self->folded != NULL)
    g_string_free (self->folded, TRUE);
  g_clear_pointer (&self->pending, g_array_unref);
  memset (self, 0, sizeof *self);
}

static inline UChar32
character_at (const char *text, gsize length, gsize position, gsize *next)
{
  UChar32 c;
  gsize i = position;

  U8_NEXT (text, i, length, c);
  *next = i;
  return c;
}

/* The end of an English "'s" that starts at @position, if it ends a word; else @position. */
static gsize
skip_genitive (const char *text, gsize length, gsize position)
{
  gsize end = position, next;

  if (end < length && text[end] == '\'')
    end++;
  else if (length - position > 3 && memcmp (text + position, "\342\200\231", 3) == 0)
    end += 3;
  else
    return position;
  if (end >= length || (text[end] != 's' && text[end] != 'S'))
    return position;
  end++;
  if (end < length && is_word_character (character_at (text, length, end, &next)))
    return position;
  return end;
}

/* Whether no word holds @c or reaches over it, not even as the sign of a genitive. */
static inline gboolean
parts_words (UChar32 c)
{
  return !is_word_character (c) && !is_ignored (c) && c != '\'' && c != 0x2019;
}

/* Whether @place is within a character, or behind a byte that belongs to none. */
static inline gboolean
is_within (const char *text, gsize length, gsize place)
{
  return place < length && ((guchar) text[place] & 0xc0) == 0x80;
}

gboolean
quarry_words_are_parted (const char *text, gsize length, gsize start, gsize end)
{
  gsize before = start, next;

  g_return_val_if_fail (start <= end && end <= length, FALSE);

  if (is_within (text, length, start) || is_within (text, length, end))
    return FALSE;
  if (start == end)
    {
      if (start == 0 || end == length)
        return TRUE;
      do
        before--;
      while (before > 0 && is_within (text, length, before));
      return parts_words (character_at (text, length, before, &next))
             || parts_words (character_at (text, length, end, &next));
    }
  while (start < end && parts_words (character_at (text, end, start, &next)))
    start = next;
  return start == end;
}

/* Cuts text[start, end), a run of a script without blanks, into words, and puts them into self->pending. */
static void
cut_by_dictionary (QuarryWords *self, gsize start, gsize end)
{
  Tools *tools = get_tools (self);
  UErrorCode status = U_ZERO_ERROR;
  UText utext = UTEXT_INITIALIZER;
  gint32 from, to;

  if (self->pending == NULL)
    self->pending = g_array_new (FALSE, FALSE, sizeof (QuarrySpan));
  g_array_set_size (self->pending, 0);
  self->next_pending = 0;

  if (tools->breaker == NULL)
    tools->breaker = ubrk_open (UBRK_WORD, "", NULL, 0, &status);
  utext_openUTF8 (&utext, self->text + start, (gint64) (end - start), &status);
  ubrk_setUText (tools->breaker, &utext, &status);
  if (U_FAILURE (status))
    {
      QuarrySpan whole = { (guint32) start, (guint32) end };

      g_array_append_val (self->pending, whole);
      utext_close (&utext);
      return;
    }

  from = ubrk_first (tools->breaker);
  while ((to = ubrk_next (tools->breaker)) != UBRK_DONE)
    {
      QuarrySpan span = { (guint32) (start + (gsize) from), (guint32) (start + (gsize) to) };

      g_array_append_val (self->pending, span);
      from = to;
    }
  utext_close (&utext);
}

static void
fold_span (QuarryWords *self, QuarrySpan span)
{
  Tools *tools = get_tools (self);
  gsize i = span.start;

  g_string_truncate (self->folded, 0);
  while (i < span.end)
    append_folded (tools, self->folded, character_at (self->text, span.end, i, &i));
}

/* Fills in @span if a word starts at @start, where not all of it may be ASCII. The position is moved on in any case. */
static gboolean
next_word_slowly (QuarryWords *self, gsize start, QuarrySpan *span)
{
  gsize end = start, next;
  UChar32 c = character_at (self->text, self->length, start, &next);
  gboolean dictionary;

  if (!is_word_character (c))
    {
      self->position = next;
      return FALSE;
    }

  dictionary = needs_dictionary (c);
  end = next;
  while (end < self->length)
    {
      c = character_at (self->text, self->length, end, &next);
      if (!is_word_character (c) && !is_ignored (c))
        break;
      /* Marks and ignored characters belong to the run that they follow. */
      if (needs_dictionary (c) != dictionary && !is_ignored (c)
          && (U_MASK (u_charType (c)) & U_GC_M_MASK) == 0)
        break;
      end = next;
    }

  if (dictionary)
    {
      cut_by_dictionary (self, start, end);
      self->position = end;
      return FALSE;
    }
  self->position = skip_genitive (self->text, self->length, end);
  *span = (QuarrySpan){ (guint32)start, (guint32)end };
  return TRUE;
}

#if G_BYTE_ORDER == G_LITTLE_ENDIAN
#define EACH_BYTE G_GUINT64_CONSTANT (0x0101010101010101)

/* Sets the highest bit of each of the eight bytes that is not an ASCII letter or digit. Bytes below 128 are compared
 * without branches, by sums that carry into that bit (Warren, Hacker's Delight, 2013). */
static inline guint64
find_other_bytes (guint64 bytes)
{
  guint64 low = bytes & EACH_BYTE * 0x7f, letters = low | EACH_BYTE * 0x20;
  guint64 is_letter = (letters + EACH_BYTE * (0x80 - 'a')) & ~(letters + EACH_BYTE * (0x7f - 'z'));
  guint64 is_digit = (low + EACH_BYTE * (0x80 - '0')) & ~(low + EACH_BYTE * (0x7f - '9'));

  return ~((is_letter | is_digit) & ~bytes) & EACH_BYTE * 0x80;
}
#endif

/* Folds ASCII letters and digits from @start on and returns where they end. Bytes behind that end may have been written
 * to self->folded too; the caller cuts them off. */
static inline gsize
fold_ascii (QuarryWords *self, gsize start)
{
  const guchar *text = (const guchar *) self->text;
  GString *folded = self->folded;
  gsize end = start;

#if G_BYTE_ORDER == G_LITTLE_ENDIAN
  while (end + sizeof (guint64) <= self->length)
    {
      guint64 bytes, others;

      if (end - start + sizeof bytes >= folded->allocated_len)
        g_string_set_size (folded, 2 * folded->allocated_len);
      memcpy (&bytes, text + end, sizeof bytes);
      others = find_other_bytes (bytes);
      /* Sets the bit that makes letters lower case; digits have it already. */
      bytes |= EACH_BYTE * 0x20;
      memcpy (folded->str + (end - start), &bytes, sizeof bytes);
      if (others != 0)
        return end + (gsize) __builtin_ctzll (others) / 8;
      end += sizeof bytes;
    }
#endif
  for (; end < self->length && ascii_fold[text[end]] > OTHER; end++)
    {
      if (end - start + 1 >= folded->allocated_len)
        g_string_set_size (folded, 2 * folded->allocated_len);
      folded->str[end - start] = (char) ascii_fold[text[end]];
    }
  return end;
}

static gboolean
next_word (QuarryWords *self, QuarrySpan *span)
{
  const guchar *text = (const guchar *) self->text;
  gsize length = self->length;

  for (;;)
    {
      gsize start, end;

      if (self->pending != NULL && self->next_pending < self->pending->len)
        {
          *span = g_array_index (self->pending, QuarrySpan, self->next_pending++);
          fold_span (self, *span);
          if (self->folded->len == 0)
            continue;
          return TRUE;
        }

      start = self->position;
      while (start < length && ascii_fold[text[start]] == 0)
        start++;
      if (start >= length)
        {
          self->position = length;
          return FALSE;
        }
      if (self->folded == NULL)
        self->folded = g_string_sized_new (64);

      end = fold_ascii (self, start);

      if (end < length && ascii_fold[text[end]] == OTHER
          && (end == start || text[end] != 0xe2 || end + 1 >= length || text[end + 1] != 0x80))
        {
          if (!next_word_slowly (self, start, span))
            continue;
          fold_span (self, *span);
          /* A word of nothing but marks that folding drops is no word. */
          if (self->folded->len == 0)
            continue;
          return TRUE;
        }

      /* General punctuation, U+2000 to U+203F, ends a word as ASCII punctuation does, but the joiners do not. */
      if (end < length && text[end] == 0xe2 && end + 2 < length
          && (text[end + 2] == 0x8c || text[end + 2] == 0x8d))
        {
          if (!next_word_slowly (self, start, span))
            continue;
          fold_span (self, *span);
          return TRUE;
        }

      *span = (QuarrySpan){ (guint32)start, (guint32)end };
      self->folded->len = end - start;
      self->folded->str[end - start] = '\0';
      if (end < length && (text[end] == '\'' || text[end] == 0xe2))
        end = skip_genitive (self->text, length, end);
      self->position = end;
      return TRUE;
    }
}

/* The first @n bytes (1 to 8) as a number: the same as memcpy() into a zeroed one, but without a call. */
static inline guint64
read_chunk (const char *bytes, gsize n)
{
  guint64 chunk = 0;

#if G_BYTE_ORDER == G_LITTLE_ENDIAN
  if (n == 8)
    memcpy (&chunk, bytes, 8);
  else if (n >= 4)
    {
      guint32 low, high; /* with fewer than eight bytes these overlap */

      memcpy (&low, bytes, 4);
      memcpy (&high, bytes + n - 4, 4);
      chunk = low | (guint64) high << 8 * (n - 4);
    }
  else
    chunk = (guchar) bytes[0] | (guint64) (guchar) bytes[n / 2] << 8 * (n / 2)
            | (guint64) (guchar) bytes[n - 1] << 8 * (n - 1);
#else
  memcpy (&chunk, bytes, n);
#endif
  return chunk;
}

/* A short word, which most are: fewer than eight ASCII letters and digits, and behind them the text's end or an ASCII
 * separator that cannot begin a genitive. It is found, folded into self->few and, as it fits in a register, put into
 * *chunk (as read_chunk() does) in one go. FALSE where what comes next may be something else. */
static inline gboolean
next_short_word (QuarryWords *self, QuarrySpan *span, guint64 *chunk)
{
#if G_BYTE_ORDER == G_LITTLE_ENDIAN
  const guchar *text = (const guchar *) self->text;
  gsize start = self->position, left, n;
  guint64 bytes, others;

  if (self->pending != NULL && self->next_pending < self->pending->len)
    return FALSE;
  while (start < self->length && ascii_fold[text[start]] == 0)
    start++;
  self->position = start;
  left = self->length - start;
  if (left == 0)
    return FALSE;
  bytes = read_chunk (self->text + start, MIN (left, sizeof bytes));
  others = find_other_bytes (bytes);
  if (others == 0)
    return FALSE;
  n = (gsize) __builtin_ctzll (others) / 8;
  if (n == 0 || (n < left && (text[start + n] >= 0x80 || text[start + n] == '\'')))
    return FALSE;
  *chunk = (bytes | EACH_BYTE * 0x20) & ~(G_MAXUINT64 << 8 * n);
  memcpy (self->few, chunk, sizeof *chunk);
  *span = (QuarrySpan) { (guint32) start, (guint32) (start + n) };
  self->position = start + n;
  return TRUE;
#else
  return FALSE;
#endif
}

gboolean
quarry_words_next (QuarryWords *self, QuarrySpan *span, const char **folded, gsize *folded_length)
{
  QuarrySpan unused;
  gboolean is_short;
  guint64 chunk;

  g_return_val_if_fail (self != NULL, FALSE);

  if (span == NULL)
    span = &unused;
  is_short = next_short_word (self, span, &chunk);
  if (!is_short && !next_word (self, span))
    return FALSE;
  if (folded != NULL)
    *folded = is_short ? self->few : self->folded->str;
  if (folded_length != NULL)
    *folded_length = is_short ? span->end - span->start : self->folded->len;
  return TRUE;
}

guint
quarry_words_count (const char *text, gssize length)
{
  g_auto (QuarryWords) words = { 0 };
  guint n = 0;

  quarry_words_init (&words, text, length);
  while (quarry_words_next (&words, NULL, NULL, NULL))
    n++;
  return n;
}

static inline guint64
begin_hash (gsize length)
{
  return length + G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
}

static inline guint64
hash_chunk (guint64 hash, guint64 chunk)
{
  hash = (hash ^ chunk) * G_GUINT64_CONSTANT (0xd6e8feb86659fd93);
  return hash ^ hash >> 32;
}

guint64
quarry_words_hash (const char *folded, gsize length)
{
  guint64 hash = begin_hash (length);

  while (length > 0)
    {
      gsize n = MIN (length, 8);

      hash = hash_chunk (hash, read_chunk (folded, n));
      folded += n;
      length -= n;
    }

  return hash;
}

gboolean
quarry_words_next_hashed (QuarryWords *self, QuarrySpan *span, const char **folded, gsize *length, guint64 *hash)
{
  guint64 chunk;

  if (next_short_word (self, span, &chunk))
    {
      *folded = self->few;
      *length = span->end - span->start;
      *hash = hash_chunk (begin_hash (*length), chunk);
      return TRUE;
    }
  if (!next_word (self, span))
    return FALSE;
  *hash = quarry_words_hash (self->folded->str, self->folded->len);
  *folded = self->folded->str;
  *length = self->folded->len;
  return TRUE;
}

/* The fragments that "don't" and the like are broken into are included. */
#define LONGEST_STOP_WORD 10
static const char *const stop_words[] = {
  "a",        "about",      "above",   "after",   "again",   "against",   "all",        "also",
  "although", "am",         "among",   "an",      "and",     "any",       "are",        "aren",
  "as",       "at",         "be",      "because", "been",    "before",    "being",      "below",
  "between",  "both",       "but",     "by",      "can",     "cannot",    "could",      "couldn",
  "did",      "didn",       "do",      "does",    "doesn",   "doing",     "don",        "down",
  "during",   "each",       "either",  "else",    "ever",    "every",     "few",        "for",
  "from",     "further",    "had",     "hadn",    "has",     "hasn",      "have",       "haven",
  "having",   "he",         "her",     "here",    "hers",    "herself",   "him",        "himself",
  "his",      "how",        "however", "i",       "if",      "in",        "into",       "is",
  "isn",      "it",         "its",     "itself",  "just",    "ll",        "may",        "me",
  "might",    "more",       "most",    "must",    "mustn",   "my",        "myself",     "neither",
  "no",       "nor",        "not",     "of",      "off",     "on",        "once",       "only",
  "onto",     "or",         "other",   "our",     "ours",    "ourselves", "out",        "over",
  "own",      "per",        "same",    "shall",   "she",     "should",    "shouldn",    "since",
  "so",       "some",       "such",    "than",    "that",    "the",       "their",      "theirs",
  "them",     "themselves", "then",    "there",   "these",   "they",      "this",       "those",
  "though",   "through",    "thus",    "to",      "too",     "under",     "until",      "up",
  "upon",     "us",         "ve",      "very",    "was",     "wasn",      "we",         "were",
  "weren",    "what",       "when",    "where",   "whether", "which",     "while",      "who",
  "whom",     "whose",      "why",     "will",    "with",    "within",    "without",    "would",
  "wouldn",   "yet",        "you",     "your",    "yours",   "yourself",  "yourselves",
};

/* Hash table of the stop words. */
#define N_STOP_SLOTS 1024u

typedef struct
{
  guint64 hash;
  const char *word; /* NULL: free */
  gsize length;
} StopSlot;

static StopSlot *
find_stop_slot (StopSlot *slots, guint64 hash, const char *word, gsize length)
{
  guint at = hash % N_STOP_SLOTS;

  for (; slots[at].word != NULL; at = (at + 1) % N_STOP_SLOTS)
    if (slots[at].hash == hash && slots[at].length == length && memcmp (slots[at].word, word, length) == 0)
      break;
  return &slots[at];
}

static StopSlot *
stop_slots (void)
{
  static gsize made = 0;
  static StopSlot slots[N_STOP_SLOTS];

  G_STATIC_ASSERT (2 * G_N_ELEMENTS (stop_words) <= N_STOP_SLOTS);
  if (g_once_init_enter (&made))
    {
      for (gsize i = 0; i < G_N_ELEMENTS (stop_words); i++)
        {
          gsize length = strlen (stop_words[i]);
          guint64 hash = quarry_words_hash (stop_words[i], length);

          *find_stop_slot (slots, hash, stop_words[i], length) = (StopSlot) { hash, stop_words[i], length };
        }
      g_once_init_leave (&made, 1);
    }
  return slots;
}

gboolean
quarry_words_is_stop_word_hashed (guint64 hash, const char *folded, gsize length)
{
  return length > 0 && length <= LONGEST_STOP_WORD
         && find_stop_slot (stop_slots (), hash, folded, length)->word != NULL;
}

gboolean
quarry_words_is_stop_word (const char *folded, gsize length)
{
  return length > 0 && length <= LONGEST_STOP_WORD
         && quarry_words_is_stop_word_hashed (quarry_words_hash (folded, length), folded, length);
}
