/* quarry-phrases-private.h: whether a word is a thing, by what stands beside it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Names are made of nouns, and no list of words tells nouns from verbs and adjectives. Where a word is written, its
 * neighbours do: before another word it is an adjective or the beginning of a longer name, behind "to" or before "the" a
 * verb. One place may mislead; the share of a word's places in which it is a thing by itself hardly does.
 *
 * Threads: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What stands beside a word (or beside a run of words). */
typedef enum
{
  QUARRY_BESIDE_NOTHING, /* the end of a phrase: all but a single blank or what joins words */
  QUARRY_BESIDE_SMALL,   /* a function word that is none of the next two */
  QUARRY_BESIDE_ARTICLE, /* opens a noun phrase */
  QUARRY_BESIDE_OF_VERB, /* an English auxiliary or subject, or "to": what follows is a verb, or said of something */
  QUARRY_BESIDE_NUMBER,
  QUARRY_BESIDE_WORD,    /* any other */
  QUARRY_BESIDE_NAME,    /* the same with a capital */
} QuarryBeside;

/* What a function word, given folded as in quarry-words.h, is to what stands beside it. */
QuarryBeside quarry_phrase_judge_small (const char *folded);

/* How far a word, or a run of words, is a thing by itself between @before and @next: 0, 1 or 2. @is_name: it begins with
 * a capital, and not because a sentence does. @nouns_first: quarry_phrase_has_nouns_first(). */
guint quarry_phrase_judge (QuarryBeside before, QuarryBeside next, gboolean is_name, gboolean nouns_first);

/* Whether most adjectives stand behind their nouns in the language of this BCP 47 tag; NULL: not known, FALSE. */
gboolean quarry_phrase_has_nouns_first (const char *tag);

/* Whether all its nouns have capitals: what has none there is no thing. */
gboolean quarry_phrase_has_capital_nouns (const char *tag);

G_END_DECLS
