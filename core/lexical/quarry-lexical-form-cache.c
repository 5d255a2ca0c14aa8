/* quarry-lexical-form-cache.c: a cache of what was found out about the words and phrases of recent searches
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Three hash tables behind one lock. When one is full it is emptied, which is cheap and simple.
 */
#include "core/lexical/quarry-lexical-form-cache.h"

#include <pthread.h>

/* Enough for the words of several queries. At this size a table is emptied; it is small so that this takes no
 * noticeable time. */
#define MOST 128

/* Phrases are kept until they have more rows than this, of five bytes each. A phrase of function words is found in a
 * third of all passages. */
#define MOST_ROWS (G_GUINT64_CONSTANT (1) << 20)

struct _QuarryLexicalFormCache
{
  pthread_mutex_t lock;
  GHashTable *lists;     /* key -> GArray */
  GHashTable *languages; /* word -> bits */
  GHashTable *phrases;   /* GBytes -> QuarryLexicalPhrase */
  guint64 n_rows;        /* of all phrases */
};

QuarryLexicalFormCache *
quarry_lexical_form_cache_new (void)
{
  QuarryLexicalFormCache *self = g_new0 (QuarryLexicalFormCache, 1);

  pthread_mutex_init (&self->lock, NULL);
  self->lists = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref);
  self->languages = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->phrases = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref,
                                         (GDestroyNotify) quarry_lexical_phrase_unref);
  return self;
}

void
quarry_lexical_form_cache_free (QuarryLexicalFormCache *self)
{
  g_hash_table_unref (self->lists);
  g_hash_table_unref (self->languages);
  g_hash_table_unref (self->phrases);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

void
quarry_lexical_form_cache_clear (QuarryLexicalFormCache *self)
{
  pthread_mutex_lock (&self->lock);
  g_hash_table_remove_all (self->lists);
  g_hash_table_remove_all (self->languages);
  g_hash_table_remove_all (self->phrases);
  self->n_rows = 0;
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

/* --- Phrases --------------------------------------------------------------------------------- */

QuarryLexicalPhrase *
quarry_lexical_phrase_new (guint n_places)
{
  QuarryLexicalPhrase *self = g_new0 (QuarryLexicalPhrase, 1);

  self->references = 1;
  self->n_places = n_places;
  self->rows = g_new (GArray *, n_places);
  self->codes = g_new (GByteArray *, n_places);
  for (guint i = 0; i < n_places; i++)
    {
      self->rows[i] = g_array_new (FALSE, FALSE, sizeof (guint32));
      self->codes[i] = g_byte_array_new ();
    }
  return self;
}

void
quarry_lexical_phrase_unref (QuarryLexicalPhrase *self)
{
  if (!g_atomic_int_dec_and_test (&self->references))
    return;
  for (guint i = 0; i < self->n_places; i++)
    {
      g_array_unref (self->rows[i]);
      g_byte_array_unref (self->codes[i]);
    }
  g_free (self->rows);
  g_free (self->codes);
  g_free (self);
}

QuarryLexicalPhrase *
quarry_lexical_form_cache_get_phrase (QuarryLexicalFormCache *self, GBytes *key)
{
  QuarryLexicalPhrase *phrase;

  pthread_mutex_lock (&self->lock);
  phrase = g_hash_table_lookup (self->phrases, key);
  if (phrase != NULL)
    g_atomic_int_inc (&phrase->references);
  pthread_mutex_unlock (&self->lock);
  return phrase;
}

void
quarry_lexical_form_cache_add_phrase (QuarryLexicalFormCache *self, GBytes *key, QuarryLexicalPhrase *phrase)
{
  guint64 n_rows = 0;

  for (guint i = 0; i < phrase->n_places; i++)
    n_rows += phrase->rows[i]->len;
  pthread_mutex_lock (&self->lock);
  if (g_hash_table_size (self->phrases) >= MOST || self->n_rows + n_rows > MOST_ROWS)
    {
      g_hash_table_remove_all (self->phrases);
      self->n_rows = 0;
    }
  g_atomic_int_inc (&phrase->references);
  g_hash_table_replace (self->phrases, key, phrase);
  self->n_rows += n_rows;
  pthread_mutex_unlock (&self->lock);
}
