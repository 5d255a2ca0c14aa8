/* quarry-lexical-terms.h: splits a text into the terms that it is found by
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every word, folded, is a term. So are the parts of words like parseHTTPHeader and sha256sum, at the position of the
 * whole word. Chinese and Japanese are written without blanks; ICU's dictionaries split them into words, but split the
 * same characters differently in different sentences. There every two adjacent characters are a term as well, so that
 * any string of characters in the text can be found (on combining words and bigrams: Nie, Gao, Zhang and Zhou, "On the
 * use of words and n-grams for Chinese information retrieval", 2000). "C++" and "C#" are terms of their own, besides
 * the "C" in them. Positions are counted in words, and in characters where text is written without blanks; such a
 * stretch of text is called a run.
 *
 * Texts and queries are split by the same function.
 */
#pragma once

#include "core/document/quarry-sentence-words.h"

G_BEGIN_DECLS

/* Longer words are cut to this many bytes, in texts and queries alike. */
#define QUARRY_LEXICAL_MAX_WORD 96

/* Terms for pairs of characters and for words with signs begin with this byte, which no word begins with. */
#define QUARRY_LEXICAL_PAIR '\x01'

typedef enum
{
  QUARRY_LEXICAL_WORD,
  QUARRY_LEXICAL_PART,     /* a part of a word, at the word's position */
  QUARRY_LEXICAL_RUN_WORD, /* a word of a run, at the position of its first character */
  QUARRY_LEXICAL_TWO,      /* two adjacent characters of a run */
  QUARRY_LEXICAL_LAST,     /* the last character of a run, alone */
  QUARRY_LEXICAL_SIGNED,   /* a word with the signs that belong to it ("C++"), at the word's position */
} QuarryLexicalKind;

typedef struct
{
  QuarryLexicalKind kind;
  const char *text; /* not NUL-terminated */
  gsize length;     /* bytes, at most MAX_WORD */
  guint64 hash;     /* quarry_words_hash() */
  guint32 position;
  QuarrySpan span; /* of a word: where it is in the text, in bytes */
} QuarryLexicalTermRead;

/* Returning FALSE ends the reading. */
typedef gboolean (*QuarryLexicalReadFunc) (const QuarryLexicalTermRead *term, gpointer user_data);

/* Splits @text (NULL: nothing) and calls @func for each term, counting positions from @position on. Returns the
 * position after the text, and adds its number of words to @n_words, which may be NULL. */
guint32 quarry_lexical_read_terms (const char *text,
                                   guint32 position,
                                   guint64 *n_words,
                                   QuarryLexicalReadFunc func,
                                   gpointer user_data);

/* The same of a text whose words are known: @words must be those of @text. NULL: it is broken into words here. */
guint32 quarry_lexical_read_broken_terms (const char *text,
                                          const QuarryPartWords *words,
                                          guint32 position,
                                          guint64 *n_words,
                                          QuarryLexicalReadFunc func,
                                          gpointer user_data);

/* The parts of one word as it is written in a text, separated by blanks; NULL where it has no parts. (transfer full) */
char *quarry_lexical_split_word (const char *word, gsize length);

/* TRUE where a folded word is part of a run, that is, written without blanks. */
gboolean quarry_lexical_is_run (const char *folded, gsize length);

G_END_DECLS
