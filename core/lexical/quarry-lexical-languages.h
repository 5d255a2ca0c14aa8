/* quarry-lexical-languages.h: stems of words of many languages
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A word of a passage is known by its stem in the passage's language (Snowball's stemmers). They read
 * the word as it is written, since folding takes away what endings are told by ("новый", "préférée"); what
 * they leave is folded. A query's language is nobody's guess: its words are stemmed in all languages
 * whose passages hold them (in all that the index holds, where no passage does), and find the words
 * that have that stem in that language.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Number 0 is English, and stands in for all languages that have no stemmer. */
#define QUARRY_LEXICAL_MAX_LANGUAGES 32u

/* Those that there are. */
#define QUARRY_LEXICAL_N_LANGUAGES 30u

/* The number of a BCP 47 tag ("de", "pt-BR"), which may be NULL. */
guint quarry_lexical_find_language (const char *tag);

/* A stem in a language as a number: equal for equal stems, and else as good as never. */
guint64 quarry_lexical_stem_key (guint language, const char *stem, gsize length);

/* The key of a word as it is written, in a language other than English. Thread safe. */
guint64 quarry_lexical_stem_written (guint language, const char *word, gsize length);

G_END_DECLS
