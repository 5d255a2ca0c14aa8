/* quarry-lexical-reading.h: what a person typed, split into words to look for
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Separates the words of a query's text from what is looked up differently: the last word, if it is still being typed;
 * characters of text without blanks (Chinese, Japanese); and codes such as addresses and file names.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define QUARRY_LEXICAL_MAX_CODES 4
#define QUARRY_LEXICAL_MAX_HYPHENED 2

/* A word of the text. */
typedef struct
{
  char *folded;
  char *written; /* as it stands in the text */
  char *stem;
  char *parts; /* its parts ("utf 8", "e mail"), to be found as a phrase, or NULL */
  gboolean is_stop_word;
  guint8 times; /* how often it is in the text */
} QuarryLexicalTextWord;

typedef struct
{
  GArray *words;      /* of QuarryLexicalTextWord: the first word of each stem */
  GPtrArray *pairs;   /* terms for pairs of characters of text without blanks, and for words with signs ("C++"), each
                       * once */
  GPtrArray *singles; /* pieces of text without blanks that are one character long, to be found as phrases */
  gboolean has_runs;
  GPtrArray *codes;   /* words that are joined by signs without blanks: "ann.lee@example.org", "snake_case" */
  GPtrArray *hyphened; /* two words of letters with a hyphen between them: "e-mail" */
  char *prefix;       /* the last word, where it was to be set apart, or NULL */
  char *prefix_written;
  char *prefix_parts; /* or NULL */

  /*< private >*/
  const char *text;
  gsize length;
  gboolean cut_last;
  GHashTable *stems; /* stem -> index into words */
  guint64 spoken; /* quarry_language_of_query() */
  guint n_scanned;
  guint32 last_two; /* position of the last pair of characters, plus 1 */
  gsize code_start; /* where in the text the words begin that are being joined into a code */
  gsize code_end;
  guint n_code_words;
  gboolean is_code;
} QuarryLexicalReading;

/* @cut_last: a last word that reaches to the end of the text becomes prefix and is not among the words. @text must stay
 * valid until the reading is cleared. */
void quarry_lexical_reading_init (QuarryLexicalReading *self, const char *text, gboolean cut_last);
void quarry_lexical_reading_clear (QuarryLexicalReading *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (QuarryLexicalReading, quarry_lexical_reading_clear)

G_END_DECLS
