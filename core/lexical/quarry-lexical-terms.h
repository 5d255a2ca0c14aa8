/* quarry-lexical-terms.h: what a text is found by
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every word, folded. Beside it the parts of words like parseHTTPHeader and sha256sum, at the place of
 * the word. Chinese and Japanese, written without blanks, are cut into words by ICU's dictionaries,
 * which cut the same letters differently in different sentences: there every two neighbouring
 * characters are a term, too, so that whatever stands in the text is found (on words and bigrams
 * together: Nie, Gao, Zhang and Zhou, "On the use of words and n-grams for Chinese information
 * retrieval", 2000). "C++" and "C#" are found as what they are, beside the C in them. Places are numbered by words, and by characters in such runs.
 *
 * Texts and queries are read by the same function.
 */
#pragma once

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

/* Longer words are cut, in texts and queries alike. */
#define QUARRY_LEXICAL_MAX_WORD 96

/* Pairs of characters, and words with signs, begin with this byte, which no word begins with. */
#define QUARRY_LEXICAL_PAIR '\x01'

typedef enum
{
  QUARRY_LEXICAL_WORD,
  QUARRY_LEXICAL_PART,     /* of a word, at the word's place */
  QUARRY_LEXICAL_RUN_WORD, /* of a run without blanks, at the place of its first character */
  QUARRY_LEXICAL_TWO,      /* characters of a run */
  QUARRY_LEXICAL_LAST,     /* character of a run, alone */
  QUARRY_LEXICAL_SIGNED,   /* a word with the signs that belong to it, at the word's place */
} QuarryLexicalKind;

typedef struct
{
  QuarryLexicalKind kind;
  const char *text; /* not NUL-terminated */
  gsize length;     /* bytes, at most MAX_WORD */
  guint32 position;
  QuarrySpan span; /* of a word, in bytes of the text */
} QuarryLexicalTermRead;

/* FALSE ends the reading. */
typedef gboolean (*QuarryLexicalReadFunc) (const QuarryLexicalTermRead *term, gpointer user_data);

/* Reads @text (NULL: nothing) with places from @position on. Returns the place behind it, and adds its
 * words to @n_words, which may be NULL. */
guint32 quarry_lexical_read_terms (const char *text,
                                   guint32 position,
                                   guint64 *n_words,
                                   QuarryLexicalReadFunc func,
                                   gpointer user_data);

/* The parts of one word as it stands in a text, with blanks between; NULL where it has none.
 * (transfer full) */
char *quarry_lexical_split_word (const char *word, gsize length);

/* TRUE where a folded word is one of a run without blanks. */
gboolean quarry_lexical_is_run (const char *folded, gsize length);

G_END_DECLS
