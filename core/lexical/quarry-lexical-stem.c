/* quarry-lexical-stem.c: stems of English words
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Snowball's English stemmer (Porter 2), with a small cache of recent words in each thread.
 */
#include "core/lexical/quarry-lexical-private.h"

#include <libstemmer.h>
#include <string.h>

#define N_REMEMBERED 1024u
#define MAX_REMEMBERED 24

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

/* A stemmer may be used by one thread only. With it are the stems of recent words. */
typedef struct
{
  struct sb_stemmer *stemmer;
  struct
  {
    guint8 word_length; /* 0: empty */
    guint8 stem_length;
    char word[MAX_REMEMBERED];
    char stem[MAX_REMEMBERED];
  } remembered[N_REMEMBERED];
} Stemmer;

static void
stemmer_free (gpointer data)
{
  Stemmer *self = data;

  sb_stemmer_delete (self->stemmer);
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

static guint
hash (const char *word, gsize length)
{
  guint32 h = 2166136261u;

  for (gsize i = 0; i < length; i++)
    h = (h ^ (guchar) word[i]) * 16777619u;
  return (h ^ (h >> 16)) % N_REMEMBERED;
}

void
quarry_lexical_stem (const char *folded, gsize length, char *stem, gsize size)
{
  Stemmer *self;
  const sb_symbol *found;
  gsize found_length;
  guint slot;

  g_return_if_fail (size > 0);

  /* Anything longer is not an English word. */
  if (length > QUARRY_LEXICAL_MAX_WORD)
    {
      copy (stem, size, folded, quarry_lexical_word_length (folded, length));
      return;
    }

  /* The stemmer drops an apostrophe from the beginning of a word. */
  if (!may_have_ending (folded, length) && (length == 0 || folded[0] != '\''))
    {
      copy (stem, size, folded, length);
      return;
    }

  self = get_stemmer ();
  slot = hash (folded, length);
  if (length > 0 && self->remembered[slot].word_length == length
      && memcmp (self->remembered[slot].word, folded, length) == 0)
    {
      copy (stem, size, self->remembered[slot].stem, self->remembered[slot].stem_length);
      return;
    }

  found = sb_stemmer_stem (self->stemmer, (const sb_symbol *) folded, (int) length);
  if (found == NULL)
    {
      copy (stem, size, folded, length);
      return;
    }
  found_length = (gsize) sb_stemmer_length (self->stemmer);
  /* Where the stemmer leaves nothing, the word is its own stem. */
  if (found_length == 0)
    {
      copy (stem, size, folded, length);
      return;
    }

  copy (stem, size, (const char *) found, found_length);
  if (length > 0 && length <= MAX_REMEMBERED && found_length <= MAX_REMEMBERED)
    {
      self->remembered[slot].word_length = (guint8) length;
      self->remembered[slot].stem_length = (guint8) found_length;
      memcpy (self->remembered[slot].word, folded, length);
      memcpy (self->remembered[slot].stem, found, found_length);
    }
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
