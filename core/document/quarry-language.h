/* quarry-language.h: which language a text is in
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A script that only one language uses decides at once. Languages that share a script are told apart
 * by their small words (articles, pronouns, conjunctions), which no text can do without: they are some
 * tenths of the words of any text, and few of them belong to several languages.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The language of @text (valid UTF-8) as a BCP 47 code ("de"). NULL if the text is too short, is in no language
 * (tables, code), mixes several, or is in one that is not known here. Looks at some thousand characters at most,
 * however long the text is. Any thread. */
const char *quarry_language_recognize (const char *text, gsize length);

/* The language other than English that a good part of @text is in, whatever the rest is in; NULL if there is none. Half
 * translated texts are such. Looks at more of the text, since parts stand anywhere. Any thread. */
const char *quarry_language_of_part (const char *text, gsize length);

/* The language of a passage of a document that is in @document (a tag; NULL for none or several). It is another one
 * only if the beginning of the passage is clearly in that. Takes some microseconds. Any thread. */
const char *quarry_language_of_passage (const char *text, gsize length, const char *document);

/* TRUE if quarry_language_recognize() can recognize the language of this BCP 47 tag. */
gboolean quarry_language_is_known (const char *tag);

/* FALSE if the language of the tag @tag is known here, and is written in Latin letters, while most letters at the
 * beginning of @text are of another script. Any thread. */
gboolean quarry_language_may_be (const char *tag, const char *text, gsize length);

/* The name of a language in the language of @locale ("de_AT.UTF-8", as g_get_language_names() returns it); @tag itself
 * if no name is known. Any thread. (transfer full) */
char *quarry_language_dup_name (const char *tag, const char *locale);

/* TRUE if @folded, folded as in quarry-words.h, is one of the small words of the language of this BCP 47 tag; with
 * NULL, of any language but English. Any thread. */
gboolean quarry_language_is_small_word (const char *tag, const char *folded);

/* As above, but includes, for languages where they are known (German, French, Spanish), all other words that carry no
 * meaning of their own: auxiliaries, adverbs, all forms of pronouns. If the language is not known (NULL), such a word
 * may be a content word of another language ("car", "son"), so only the small words count. With "*": whether it is a
 * function word of any language but English. */
gboolean quarry_language_is_function_word (const char *tag, const char *folded);

/* The same for whoever asks about a word often: the languages of which @folded is a function word, and the language of
 * a tag (0: none that is known), each with one bit for each language. Any thread. */
guint64 quarry_language_list_of_function_word (const char *folded);
/* The same for a word whose quarry_words_hash() is known already. */
guint64 quarry_language_list_of_function_word_hashed (guint64 hash, const char *folded);
guint64 quarry_language_get_bit (const char *tag);

/* The languages other than English that what somebody typed may be in, one bit for each: those with the most different
 * function words in it, two at least, and more than English has. 0 where there are none. Any thread. */
guint64 quarry_language_of_query (const char *text);

G_END_DECLS
