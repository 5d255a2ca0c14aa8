/* quarry-lexical-form-cache.h: a cache of what was found out about the words of recent searches
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One search asks for the forms of its words several times, and from one keystroke to the next most words, and the
 * languages that they belong to, stay the same. The entries are valid for the index as it is: whoever changes the index
 * clears the cache. Any number of threads may use it.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _QuarryLexicalFormCache QuarryLexicalFormCache;

QuarryLexicalFormCache *quarry_lexical_form_cache_new (void);
void quarry_lexical_form_cache_free (QuarryLexicalFormCache *self);
void quarry_lexical_form_cache_clear (QuarryLexicalFormCache *self);

/* The list kept for @key, which nobody changes any more; NULL where there is none. (transfer full): of
 * QuarryLexicalWord */
GArray *quarry_lexical_form_cache_get (QuarryLexicalFormCache *self, const char *key);

/* Keeps @list for @key. Nobody may change @list from now on. */
void quarry_lexical_form_cache_add (QuarryLexicalFormCache *self, const char *key, GArray *list);

/* The languages that @word belongs to, as bits. FALSE where they are not in the cache. */
gboolean quarry_lexical_form_cache_get_languages (QuarryLexicalFormCache *self, const char *word, guint32 *languages);
void quarry_lexical_form_cache_add_languages (QuarryLexicalFormCache *self, const char *word, guint32 languages);

G_END_DECLS
