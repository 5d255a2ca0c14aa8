/* quarry-lexical-form-cache.h: a cache of what was found out about the words and phrases of recent searches
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One search asks for the forms of its words and for its phrases several times, and from one keystroke to the next most
 * words, the languages that they belong to, and quoted phrases stay the same. The entries are valid for the index as it
 * is: whoever changes the index clears the cache. Any number of threads may use it.
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

/* Where a phrase occurs, in each segment and in the buffer. Reference counted; it never changes. */
typedef struct
{
  gint references; /* atomic */
  guint n_places;
  guint64 count; /* living passages that hold it */
  GArray **rows; /* of guint32 */
  GByteArray **codes;
} QuarryLexicalPhrase;

/* With empty lists, for the caller to fill. (transfer full) */
QuarryLexicalPhrase *quarry_lexical_phrase_new (guint n_places);
void quarry_lexical_phrase_unref (QuarryLexicalPhrase *self);

/* The phrase kept for @key; NULL where there is none. (transfer full) */
QuarryLexicalPhrase *quarry_lexical_form_cache_get_phrase (QuarryLexicalFormCache *self, GBytes *key);
/* Takes ownership of @key, so that it is freed by nobody but the cache. */
void quarry_lexical_form_cache_add_phrase (QuarryLexicalFormCache *self, GBytes *key, QuarryLexicalPhrase *phrase);

G_END_DECLS
