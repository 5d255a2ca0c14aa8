/* quarry-phrases-private.h: judges by its neighbours whether a word names a thing
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Names are made of nouns, but without a dictionary, nouns cannot be told from verbs and adjectives. The neighbours of
 * a word give a hint: before another word it is an adjective or the beginning of a longer name, and after "to" or
 * before "the" it is a verb. A single occurrence may mislead, but the share of a word's occurrences that look like a
 * thing by itself is reliable.
 *
 * Threads: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is next to a word, or to a sequence of words. */
typedef enum
{
  QUARRY_BESIDE_NOTHING, /* the end of a phrase, marked by anything but a single blank or a sign that joins words */
  QUARRY_BESIDE_SMALL,   /* a function word other than those of the next two kinds */
  QUARRY_BESIDE_ARTICLE, /* a word that begins a noun phrase, such as an article */
  QUARRY_BESIDE_OF_VERB, /* an English auxiliary verb or pronoun, or "to", which is followed by a verb or a
                          * complement */
  QUARRY_BESIDE_NUMBER,
  QUARRY_BESIDE_WORD,    /* any other word, without a capital */
  QUARRY_BESIDE_NAME,    /* any other word, with a capital */
} QuarryBeside;

/* What kind of neighbour a function word is, given folded as in quarry-words.h. */
QuarryBeside quarry_phrase_judge_small (const char *folded);

/* How far a word, or a sequence of words, is a thing by itself between @before and @next: 0, 1 or 2. @is_name: it
 * begins with a capital, and not because it begins a sentence. @nouns_first: from quarry_phrase_has_nouns_first(). */
guint quarry_phrase_judge (QuarryBeside before, QuarryBeside next, gboolean is_name, gboolean nouns_first);

/* Whether most adjectives follow their nouns in the language with this BCP 47 tag; FALSE for NULL, where it is not
 * known. */
gboolean quarry_phrase_has_nouns_first (const char *tag);

/* Whether all nouns are written with capitals in this language, so that a word without one is not a thing. */
gboolean quarry_phrase_has_capital_nouns (const char *tag);

G_END_DECLS
