/* quarry-lexical-reading.c: what a person typed, split into words to look for
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Takes the terms of the text one by one from quarry_lexical_read_terms() and sorts them into the lists of the
 * reading.
 */
#include "core/lexical/quarry-lexical-reading.h"

#include "core/document/quarry-language.h"
#include "core/document/quarry-words.h"
#include "core/lexical/quarry-lexical-private.h"

#include <string.h>

#define MAX_SIGNS 3 /* between two words of a code */
#define MAX_PAIRS 32 /* of characters; as many single ones */
#define MAX_SCANNED 1000

/* A word that a query repeats counts as many times, up to this. */
#define MAX_TIMES 8

static void
word_clear (gpointer data)
{
  QuarryLexicalTextWord *word = data;

  g_free (word->folded);
  g_free (word->written);
  g_free (word->stem);
  g_free (word->parts);
}

void
quarry_lexical_reading_clear (QuarryLexicalReading *self)
{
  g_array_unref (self->words);
  g_hash_table_unref (self->stems);
  g_ptr_array_unref (self->pairs);
  g_ptr_array_unref (self->singles);
  g_ptr_array_unref (self->codes);
  g_ptr_array_unref (self->hyphened);
  g_free (self->prefix);
  g_free (self->prefix_written);
  g_free (self->prefix_parts);
}

static void
add_once (GPtrArray *list, const char *text, gsize length, guint most)
{
  for (guint i = 0; i < list->len; i++)
    if (strncmp (list->pdata[i], text, length) == 0 && ((char *) list->pdata[i])[length] == '\0')
      return;
  if (list->len < most)
    g_ptr_array_add (list, g_strndup (text, length));
}

/* Beginnings of words that are written with a hyphen behind them, or without. */
static const char *const beginnings[] = {
  "anti", "co", "e", "multi", "non", "over", "post", "pre", "re", "self", "semi", "sub", "ultra", "under",
};

/* The fewest letters of what stands behind such a beginning. */
#define SHORTEST_REST 4u

/* The beginning of a word and its rest, with a blank between them, as they are indexed where a hyphen is there: "e mail" for
 * "email". (transfer full): NULL where it has none */
static char *
split_beginning (const char *folded, gsize length)
{
  for (gsize i = 0; i < G_N_ELEMENTS (beginnings); i++)
    {
      gsize n = strlen (beginnings[i]);

      if (length >= n + SHORTEST_REST && memcmp (folded, beginnings[i], n) == 0)
        return g_strdup_printf ("%s %.*s", beginnings[i], (int) (length - n), folded + n);
    }
  return NULL;
}

static void
end_code (QuarryLexicalReading *self)
{
  const char *code = self->text + self->code_start;
  gsize length = self->code_end - self->code_start;

  /* "e.g" and "i.e" are abbreviations, not codes. */
  if (self->is_code && self->n_code_words > 1
      && !(length == 3 && (g_ascii_strncasecmp (code, "e.g", 3) == 0
                           || g_ascii_strncasecmp (code, "i.e", 3) == 0)))
    add_once (self->codes, code, length, QUARRY_LEXICAL_MAX_CODES);
  else if (!self->is_code && self->n_code_words == 2 && memchr (code, '-', length) != NULL)
    add_once (self->hyphened, code, length, QUARRY_LEXICAL_MAX_HYPHENED);
  self->n_code_words = 0;
}

/* Words with a few signs and no blank between them are a code: one identifier, address or file name. This holds only
 * for signs that are rare in prose; hyphens and slashes are common there, and make a code only together with a digit or
 * another such sign. */
static void
read_code (QuarryLexicalReading *self, QuarrySpan span)
{
  const char *signs = self->text + self->code_end;
  gsize n_signs = self->n_code_words > 0 ? span.start - self->code_end : 0;

  if (n_signs == 0 || n_signs > MAX_SIGNS || strspn (signs, "_@.:/\\+#->~") < n_signs)
    end_code (self);
  if (self->n_code_words == 0)
    {
      self->code_start = span.start;
      self->is_code = FALSE;
    }
  else
    self->is_code |= strspn (signs, "-/") < n_signs;
  for (gsize i = span.start; i < span.end; i++)
    self->is_code |= g_ascii_isdigit (self->text[i]);
  self->code_end = span.end;
  self->n_code_words++;
}

static void
read_word (QuarryLexicalReading *self, const QuarryLexicalTermRead *term)
{
  char stem[QUARRY_LEXICAL_MAX_WORD + 1];
  gpointer place;
  QuarryLexicalTextWord word = { NULL };

  quarry_lexical_stem (term->text, term->length, stem, sizeof stem);
  if (g_hash_table_lookup_extended (self->stems, stem, NULL, &place))
    {
      QuarryLexicalTextWord *known = &g_array_index (self->words, QuarryLexicalTextWord, GPOINTER_TO_UINT (place));

      known->times = MIN (known->times + 1, MAX_TIMES);
      return;
    }
  word.folded = g_strndup (term->text, term->length);
  word.written = g_strndup (self->text + term->span.start, term->span.end - term->span.start);
  word.stem = g_strdup (stem);
  word.parts = quarry_lexical_split_word (self->text + term->span.start,
                                          term->span.end - term->span.start);
  if (word.parts == NULL)
    word.parts = split_beginning (word.folded, term->length);
  word.is_stop_word = quarry_words_is_stop_word (term->text, term->length)
                      || (self->spoken != 0
                          && (quarry_language_list_of_function_word (word.folded) & self->spoken) != 0);
  word.times = 1;
  g_hash_table_insert (self->stems, word.stem, GUINT_TO_POINTER (self->words->len));
  g_array_append_val (self->words, word);
}

static gboolean
read_term (const QuarryLexicalTermRead *term, gpointer user_data)
{
  QuarryLexicalReading *self = user_data;

  switch (term->kind)
    {
    case QUARRY_LEXICAL_PART:
      break;

    case QUARRY_LEXICAL_TWO:
      self->has_runs = TRUE;
      add_once (self->pairs, term->text, term->length, MAX_PAIRS);
      self->last_two = term->position + 1;
      break;

    case QUARRY_LEXICAL_SIGNED:
      add_once (self->pairs, term->text, term->length, MAX_PAIRS);
      break;

    case QUARRY_LEXICAL_LAST:
      self->has_runs = TRUE;
      if (self->last_two != term->position)
        add_once (self->singles, term->text + 1, term->length - 1, MAX_PAIRS);
      break;

    case QUARRY_LEXICAL_WORD:
    case QUARRY_LEXICAL_RUN_WORD:
    default:
      read_code (self, term->span);
      if (self->cut_last && term->span.end == self->length)
        {
          self->prefix = g_strndup (term->text, term->length);
          self->prefix_written = g_strndup (self->text + term->span.start,
                                            term->span.end - term->span.start);
          self->prefix_parts = quarry_lexical_split_word (self->text + term->span.start,
                                                          term->span.end - term->span.start);
        }
      else
        read_word (self, term);
      return ++self->n_scanned < MAX_SCANNED;
    }
  return TRUE;
}

void
quarry_lexical_reading_init (QuarryLexicalReading *self, const char *text, gboolean cut_last)
{
  *self = (QuarryLexicalReading) {
    .text = text, .length = strlen (text), .cut_last = cut_last, .last_two = G_MAXUINT32,
    .spoken = quarry_language_of_query (text),
  };
  self->words = g_array_new (FALSE, FALSE, sizeof (QuarryLexicalTextWord));
  g_array_set_clear_func (self->words, word_clear);
  self->stems = g_hash_table_new (g_str_hash, g_str_equal);
  self->pairs = g_ptr_array_new_with_free_func (g_free);
  self->singles = g_ptr_array_new_with_free_func (g_free);
  self->codes = g_ptr_array_new_with_free_func (g_free);
  self->hyphened = g_ptr_array_new_with_free_func (g_free);
  quarry_lexical_read_terms (text, 0, NULL, read_term, self);
  end_code (self);
}
