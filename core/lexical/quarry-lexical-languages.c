/* quarry-lexical-languages.c: stems of words in many languages
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Wraps Snowball's stemmers. A stem is represented by a hash of its language and its folded letters.
 */
#include "core/lexical/quarry-lexical-languages.h"

#include "core/document/quarry-words.h"
#include "core/lexical/quarry-lexical-terms.h"

#include <libstemmer.h>
#include <string.h>

/* Indexes into this table are stored in files, so new entries may only be added at the end. */
static const struct
{
  const char *tag;
  const char *stemmer;
} languages[] = {
  { "en", "english" },    { "de", "german" },     { "fr", "french" },     { "es", "spanish" },
  { "it", "italian" },    { "pt", "portuguese" }, { "nl", "dutch" },      { "sv", "swedish" },
  { "da", "danish" },     { "nb", "norwegian" },  { "no", "norwegian" },  { "nn", "norwegian" },
  { "fi", "finnish" },    { "hu", "hungarian" },  { "ro", "romanian" },   { "tr", "turkish" },
  { "id", "indonesian" }, { "ca", "catalan" },    { "eu", "basque" },     { "lt", "lithuanian" },
  { "ru", "russian" },    { "sr", "serbian" },    { "el", "greek" },      { "ar", "arabic" },
  { "hi", "hindi" },      { "ne", "nepali" },     { "ta", "tamil" },      { "hy", "armenian" },
  { "ga", "irish" },      { "yi", "yiddish" },
};

G_STATIC_ASSERT (G_N_ELEMENTS (languages) == QUARRY_LEXICAL_N_LANGUAGES);
G_STATIC_ASSERT (QUARRY_LEXICAL_N_LANGUAGES < QUARRY_LEXICAL_MAX_LANGUAGES);

guint
quarry_lexical_find_language (const char *tag)
{
  gsize length = tag != NULL ? strcspn (tag, "-_") : 0;

  for (guint i = 1; i < G_N_ELEMENTS (languages); i++)
    if (strlen (languages[i].tag) == length
        && g_ascii_strncasecmp (languages[i].tag, tag, length) == 0)
      return i;
  return 0;
}

guint64
quarry_lexical_stem_key (guint language, const char *stem, gsize length)
{
  guint64 key = G_GUINT64_CONSTANT (0xcbf29ce484222325);

  /* FNV-1a (Fowler, Noll, Vo), with the final step of MurmurHash3 (Appleby). The language is hashed like a letter. If
   * it were merely added, it could cancel out against the last bits of the first letter, and "oil" in one language
   * would have the key of "fil" in another. */
  key = (key ^ language) * G_GUINT64_CONSTANT (0x100000001b3);
  for (gsize i = 0; i < length; i++)
    key = (key ^ (guchar) stem[i]) * G_GUINT64_CONSTANT (0x100000001b3);
  key = (key ^ key >> 33) * G_GUINT64_CONSTANT (0xff51afd7ed558ccd);
  return key ^ key >> 33;
}

/* --- Stemmers, one set for each thread --------------------------------------------------------- */

typedef struct
{
  struct sb_stemmer *stemmers[G_N_ELEMENTS (languages)]; /* made when first needed */
} Stemmers;

static void
stemmers_free (gpointer data)
{
  Stemmers *self = data;

  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    sb_stemmer_delete (self->stemmers[i]);
  g_free (self);
}

static GPrivate stemmers_private = G_PRIVATE_INIT (stemmers_free);

static struct sb_stemmer *
get_stemmer (guint language)
{
  Stemmers *self = g_private_get (&stemmers_private);

  if (self == NULL)
    {
      self = g_new0 (Stemmers, 1);
      g_private_set (&stemmers_private, self);
    }
  if (self->stemmers[language] == NULL)
    self->stemmers[language] = sb_stemmer_new (languages[language].stemmer, "UTF_8");
  return self->stemmers[language];
}

/* Converts to lower case, composes accents with their letters, and drops invisible characters. */
static char *
tidy_word (const char *word, gsize length)
{
  g_autoptr (GString) small = g_string_sized_new (length + 1);

  for (const char *p = word; p < word + length;)
    {
      gunichar c = g_utf8_get_char_validated (p, (gssize) (word + length - p));

      if (c >= 0x110000)
        {
          p++;
          continue;
        }
      p = g_utf8_next_char (p);
      if (c != 0xad && c != 0x200c && c != 0x200d)
        g_string_append_unichar (small, g_unichar_tolower (c));
    }
  return g_utf8_normalize (small->str, (gssize) small->len, G_NORMALIZE_NFC);
}

guint64
quarry_lexical_stem_written (guint language, const char *word, gsize length)
{
  g_autofree char *tidy = NULL;
  g_auto (QuarryWords) words = { NULL };
  struct sb_stemmer *stemmer;
  const sb_symbol *stem = NULL;
  const char *folded;
  gsize n_tidy, n_stem = 0, n_folded;

  g_return_val_if_fail (language > 0 && language < G_N_ELEMENTS (languages), 0);

  tidy = tidy_word (word, MIN (length, 4 * QUARRY_LEXICAL_MAX_WORD));
  n_tidy = tidy != NULL ? strlen (tidy) : 0;
  stemmer = get_stemmer (language);
  /* Anything longer is not a word. */
  if (stemmer != NULL && n_tidy > 0 && n_tidy <= QUARRY_LEXICAL_MAX_WORD)
    {
      stem = sb_stemmer_stem (stemmer, (const sb_symbol *) tidy, (int) n_tidy);
      n_stem = stem != NULL ? (gsize) sb_stemmer_length (stemmer) : 0;
    }
  /* Where the stemmer leaves nothing, the word is its own stem. */
  if (n_stem == 0)
    {
      stem = (const sb_symbol *) (tidy != NULL ? tidy : "");
      n_stem = n_tidy;
    }

  quarry_words_init (&words, (const char *) stem, (gssize) n_stem);
  if (!quarry_words_next (&words, NULL, &folded, &n_folded))
    return quarry_lexical_stem_key (language, (const char *) stem, n_stem);
  return quarry_lexical_stem_key (language, folded, n_folded);
}
