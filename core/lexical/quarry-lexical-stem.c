/* quarry-lexical-stem.c: stems of English words
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Snowball's English stemmer (Porter 2), with a small cache of recent words in each thread.
 */
#include "core/document/quarry-words.h"
#include "core/lexical/quarry-lexical-private.h"

#include <libstemmer.h>
#include <string.h>

/* A thread first remembers few stems, and four times as many each time that so many had to be found: one that adds a
 * whole library meets the same words again and again, and a stem that is remembered takes a tenth of the time. */
#define FIRST_REMEMBERED 1024u
#define MOST_REMEMBERED 65536u
#define MAX_REMEMBERED 26u
#define MAX_CHANGED 3u

/* Whether one of the endings that the stemmer looks for may end the word. Two letters tell for half of all words, names and
 * numbers among them, that none does, so that the word is its own stem. */
static gboolean
may_have_ending (const char *word, gsize length)
{
  char before;

  if (length <= 2)
    return FALSE;
  before = word[length - 2];
  switch (word[length - 1])
    {
    case 'e':
    case 's':
    case 'y':
    case '\'':
      return TRUE;
    case 'c':
      return before == 'i';
    case 'd':
      return before == 'e';
    case 'g':
    case 't':
      return before == 'n';
    case 'i':
      return before == 'c' || before == 'g' || before == 'l' || before == 't';
    case 'l':
      return before == 'a' || before == 'l' || before == 'u';
    case 'm':
      return before == 's';
    case 'n':
      return before == 'o';
    case 'r':
      return before == 'e' || before == 'o';
    default:
      return FALSE;
    }
}

/* A word and its stem, which has all but the last letters in common with it. Half a cache line. */
typedef struct
{
  guint8 word_length; /* 0: empty */
  guint8 n_kept;      /* letters of the word that are the stem's too */
  guint8 n_changed;   /* letters of the stem behind these */
  char changed[MAX_CHANGED];
  char word[MAX_REMEMBERED];
} Remembered;

G_STATIC_ASSERT (sizeof (Remembered) == 32);

/* A stemmer may be used by one thread only. With it are the stems of recent words. */
typedef struct
{
  struct sb_stemmer *stemmer;
  Remembered *remembered; /* by the word's hash */
  guint n_remembered;     /* a power of two */
  guint n_found;          /* since there are so many */
} Stemmer;

static void
stemmer_free (gpointer data)
{
  Stemmer *self = data;

  sb_stemmer_delete (self->stemmer);
  g_free (self->remembered);
  g_free (self);
}

static GPrivate stemmer_private = G_PRIVATE_INIT (stemmer_free);

static Stemmer *
get_stemmer (void)
{
  Stemmer *self = g_private_get (&stemmer_private);

  if (self == NULL)
    {
      self = g_new0 (Stemmer, 1);
      self->stemmer = sb_stemmer_new ("english", "UTF_8");
      self->n_remembered = FIRST_REMEMBERED;
      self->remembered = g_new0 (Remembered, self->n_remembered);
      g_assert (self->stemmer != NULL);
      g_private_set (&stemmer_private, self);
    }
  return self;
}

static void
copy (char *stem, gsize size, const char *bytes, gsize length)
{
  length = MIN (length, size - 1);
  memcpy (stem, bytes, length);
  stem[length] = '\0';
}

static inline Remembered *
find_remembered (Stemmer *self, const char *word, gsize length)
{
  return &self->remembered[quarry_words_hash (word, length) & (self->n_remembered - 1)];
}

static void
remember (Stemmer *self, const char *word, gsize length, const char *stem, gsize stem_length)
{
  gsize n_kept = 0;
  Remembered *entry;

  if (++self->n_found > self->n_remembered && self->n_remembered < MOST_REMEMBERED)
    {
      self->n_remembered *= 4;
      self->n_found = 0;
      g_free (self->remembered);
      self->remembered = g_new0 (Remembered, self->n_remembered);
    }
  while (n_kept < MIN (length, stem_length) && word[n_kept] == stem[n_kept])
    n_kept++;
  if (length > MAX_REMEMBERED || stem_length - n_kept > MAX_CHANGED)
    return;
  entry = find_remembered (self, word, length);
  entry->word_length = (guint8) length;
  entry->n_kept = (guint8) n_kept;
  entry->n_changed = (guint8) (stem_length - n_kept);
  memcpy (entry->changed, stem + n_kept, stem_length - n_kept);
  memcpy (entry->word, word, length);
}

/* FALSE where the word's stem is not remembered. */
static inline gboolean
recall (Stemmer *self, const char *word, gsize length, char *stem, gsize size)
{
  const Remembered *entry = find_remembered (self, word, length);
  char whole[MAX_REMEMBERED + MAX_CHANGED];

  if (entry->word_length != length || memcmp (entry->word, word, length) != 0)
    return FALSE;
  memcpy (whole, word, entry->n_kept);
  memcpy (whole + entry->n_kept, entry->changed, entry->n_changed);
  copy (stem, size, whole, (gsize) entry->n_kept + entry->n_changed);
  return TRUE;
}

void
quarry_lexical_stem (const char *folded, gsize length, char *stem, gsize size)
{
  Stemmer *self;
  const sb_symbol *found;
  gsize found_length = 0;

  g_return_if_fail (size > 0);

  /* Anything longer is not an English word. */
  if (length > QUARRY_LEXICAL_MAX_WORD)
    {
      copy (stem, size, folded, quarry_lexical_word_length (folded, length));
      return;
    }

  /* The stemmer drops an apostrophe from the beginning of a word. */
  if (length == 0 || (!may_have_ending (folded, length) && folded[0] != '\''))
    {
      copy (stem, size, folded, length);
      return;
    }

  self = get_stemmer ();
  if (recall (self, folded, length, stem, size))
    return;
  found = sb_stemmer_stem (self->stemmer, (const sb_symbol *) folded, (int) length);
  if (found != NULL)
    found_length = (gsize) sb_stemmer_length (self->stemmer);
  /* Where the stemmer leaves nothing, the word is its own stem. */
  if (found_length == 0)
    {
      copy (stem, size, folded, length);
      return;
    }

  copy (stem, size, (const char *) found, found_length);
  remember (self, folded, length, (const char *) found, found_length);
}

gsize
quarry_lexical_word_length (const char *word, gsize length)
{
  if (length <= QUARRY_LEXICAL_MAX_WORD)
    return length;

  length = QUARRY_LEXICAL_MAX_WORD;
  while (length > 0 && ((guchar) word[length] & 0xc0) == 0x80)
    length--;
  return length;
}
