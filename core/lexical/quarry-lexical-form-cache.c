/* quarry-lexical-form-cache.c: a cache of what was found out about the words of recent searches
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two hash tables behind one lock. When one is full it is emptied, which is cheap and simple.
 */
#include "core/lexical/quarry-lexical-form-cache.h"

#include <pthread.h>

/* Enough for the words of several queries. At this size a table is emptied; it is small so that this takes no
 * noticeable time. */
#define MOST 128

struct _QuarryLexicalFormCache
{
  pthread_mutex_t lock;
  GHashTable *lists;     /* key -> GArray */
  GHashTable *languages; /* word -> bits */
};

QuarryLexicalFormCache *
quarry_lexical_form_cache_new (void)
{
  QuarryLexicalFormCache *self = g_new0 (QuarryLexicalFormCache, 1);

  pthread_mutex_init (&self->lock, NULL);
  self->lists = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref);
  self->languages = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
quarry_lexical_form_cache_free (QuarryLexicalFormCache *self)
{
  g_hash_table_unref (self->lists);
  g_hash_table_unref (self->languages);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

void
quarry_lexical_form_cache_clear (QuarryLexicalFormCache *self)
{
  pthread_mutex_lock (&self->lock);
  g_hash_table_remove_all (self->lists);
  g_hash_table_remove_all (self->languages);
  pthread_mutex_unlock (&self->lock);
}

GArray *
quarry_lexical_form_cache_get (QuarryLexicalFormCache *self, const char *key)
{
  GArray *list;

  pthread_mutex_lock (&self->lock);
  list = g_hash_table_lookup (self->lists, key);
  if (list != NULL)
    g_array_ref (list);
  pthread_mutex_unlock (&self->lock);
  return list;
}

void
quarry_lexical_form_cache_add (QuarryLexicalFormCache *self, const char *key, GArray *list)
{
  pthread_mutex_lock (&self->lock);
  if (g_hash_table_size (self->lists) >= MOST)
    g_hash_table_remove_all (self->lists);
  g_hash_table_replace (self->lists, g_strdup (key), g_array_ref (list));
  pthread_mutex_unlock (&self->lock);
}

gboolean
quarry_lexical_form_cache_get_languages (QuarryLexicalFormCache *self, const char *word, guint32 *languages)
{
  gpointer found;
  gboolean is_known;

  pthread_mutex_lock (&self->lock);
  is_known = g_hash_table_lookup_extended (self->languages, word, NULL, &found);
  pthread_mutex_unlock (&self->lock);
  if (is_known)
    *languages = GPOINTER_TO_UINT (found);
  return is_known;
}

void
quarry_lexical_form_cache_add_languages (QuarryLexicalFormCache *self, const char *word, guint32 languages)
{
  pthread_mutex_lock (&self->lock);
  if (g_hash_table_size (self->languages) >= MOST)
    g_hash_table_remove_all (self->languages);
  g_hash_table_replace (self->languages, g_strdup (word), GUINT_TO_POINTER (languages));
  pthread_mutex_unlock (&self->lock);
}
