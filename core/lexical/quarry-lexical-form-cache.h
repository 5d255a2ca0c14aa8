/* quarry-lexical-form-cache.h: what is known of the words that were looked for last
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One search asks for the forms of its words several times, and from one key to the next most words, and the
 * languages that they are of, are the same. What is kept holds for the index as it is: whoever changes that clears it. Threads: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _QuarryLexicalFormCache QuarryLexicalFormCache;

QuarryLexicalFormCache *quarry_lexical_form_cache_new (void);
void quarry_lexical_form_cache_free (QuarryLexicalFormCache *self);
void quarry_lexical_form_cache_clear (QuarryLexicalFormCache *self);

/* The list kept for @key; NULL where there is none. Never changed. (transfer full): of QuarryLexicalWord */
GArray *quarry_lexical_form_cache_get (QuarryLexicalFormCache *self, const char *key);

/* Keeps @list, which nobody changes any more, for @key. */
void quarry_lexical_form_cache_add (QuarryLexicalFormCache *self, const char *key, GArray *list);

/* The languages that @word is of, as bits. FALSE where they are not kept. */
gboolean quarry_lexical_form_cache_get_languages (QuarryLexicalFormCache *self, const char *word, guint32 *languages);
void quarry_lexical_form_cache_add_languages (QuarryLexicalFormCache *self, const char *word, guint32 languages);

G_END_DECLS
