/* quarry-language.h: which language a text is in
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Scripts that one language has tell at once. Among languages that share a script the small words
 * decide that no text can do without: articles, pronouns, conjunctions. They are some tenths of any
 * text, and few of them belong to several languages.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @text in valid UTF-8. A BCP 47 code ("de"); NULL where the text is too short, in no language (tables,
 * code), in several, or in none of those that are known here. Looks at some thousand characters,
 * however long the text is. Any thread. */
const char *quarry_language_recognize (const char *text, gsize length);

/* The language of a passage in a document that is in @document (a tag, or NULL for none or several): another one only
 * where the passage's beginning is clearly in that. Takes some microseconds. Any thread. */
const char *quarry_language_of_passage (const char *text, gsize length, const char *document);

/* TRUE where texts in the language of this BCP 47 tag are recognized. */
gboolean quarry_language_is_known (const char *tag);

/* The language's name as people call it whose messages are in the locale @locale ("de_AT.UTF-8", as
 * g_get_language_names() says it); the tag where there is none. Any thread. (transfer full) */
char *quarry_language_dup_name (const char *tag, const char *locale);

/* TRUE for the small words of the language of this BCP 47 tag, given folded as in quarry-words.h; NULL: of
 * any language but English. Any thread. */
gboolean quarry_language_is_small_word (const char *tag, const char *folded);

/* The same of these and, where they are known (German, French, Spanish), of all others that say nothing by themselves:
 * auxiliaries, adverbs, all forms of pronouns. Of a text in no known language (NULL) they may be anything ("car", "son"), and
 * only the small words count; "*": what is one in any language but English. */
gboolean quarry_language_is_function_word (const char *tag, const char *folded);

G_END_DECLS
