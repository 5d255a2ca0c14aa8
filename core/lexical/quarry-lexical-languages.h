/* quarry-lexical-languages.h: stems of words in many languages
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each word of a passage is indexed under its stem in the passage's language (Snowball's stemmers). The stemmers get
 * the word as it is written, since folding removes what some endings are recognised by ("новый", "préférée"); the stem
 * that they return is folded afterwards. The language of a query is not assumed: each of its words is stemmed in every
 * language whose passages hold it (in every language of the index, where no passage holds it), and finds the words that
 * have the same stem in that language.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Number 0 is English, which is also used for all languages that have no stemmer. */
#define QUARRY_LEXICAL_MAX_LANGUAGES 32u

/* How many languages there are. */
#define QUARRY_LEXICAL_N_LANGUAGES 30u

/* The number of the language of a BCP 47 tag ("de", "pt-BR"), which may be NULL. */
guint quarry_lexical_find_language (const char *tag);

/* A 64-bit hash of a stem in a language. Equal stems have equal keys; different ones almost certainly do not. */
guint64 quarry_lexical_stem_key (guint language, const char *stem, gsize length);

/* The key of the stem of a word as it is written, in a language other than English. Thread safe. */
guint64 quarry_lexical_stem_written (guint language, const char *word, gsize length);

G_END_DECLS
