/* quarry-lexical-reading.h: what a person typed, as words to look for
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define QUARRY_LEXICAL_MAX_CODES 4

/* A word of the text. */
typedef struct
{
  char *folded;
  char *written; /* as it stands in the text */
  char *stem;
  char *parts; /* as a phrase, or NULL */
  gboolean is_stop_word;
  guint8 times; /* it stands in the text */
} QuarryLexicalTextWord;

typedef struct
{
  GArray *words;      /* of QuarryLexicalTextWord: the different ones */
  GPtrArray *pairs;   /* terms of characters of runs without blanks and of words with signs, once each */
  GPtrArray *singles; /* such runs of one character, as phrases */
  gboolean has_runs;
  GPtrArray *codes;   /* words without blanks between: "ann.lee@example.org", "snake_case" */
  char *prefix;       /* the last word, where it was to be cut, or NULL */
  char *prefix_written;
  char *prefix_parts; /* or NULL */

  /*< private >*/
  const char *text;
  gsize length;
  gboolean cut_last;
  GHashTable *stems; /* stem -> place */
  guint n_scanned;
  guint32 last_two; /* place of the last pair, plus 1 */
  gsize code_start; /* where the words hang together that were read last */
  gsize code_end;
  guint n_code_words;
  gboolean is_code;
} QuarryLexicalReading;

/* @cut_last: the last word goes to prefix where it reaches to the end, and is not among the words. @text has to
 * stay until the reading is cleared. */
void quarry_lexical_reading_init (QuarryLexicalReading *self, const char *text, gboolean cut_last);
void quarry_lexical_reading_clear (QuarryLexicalReading *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (QuarryLexicalReading, quarry_lexical_reading_clear)

G_END_DECLS
