/* reading.c: how much of an answer a person reads in the first hits
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/bench/reading.h"

#include "core/document/quarry-words.h"

GArray *
reading_words (QuarryDocument *document)
{
  GArray *words = g_array_new (FALSE, FALSE, sizeof (QuarrySpan));
  g_auto (QuarryWords) reader = { 0 };
  QuarrySpan word;
  const char *folded;
  gsize length;
  const char *text = quarry_document_get_text (document, &length);

  quarry_words_init (&reader, text, (gssize) length);
  while (quarry_words_next (&reader, &word, &folded, NULL))
    g_array_append_val (words, word);
  return words;
}

GPtrArray *
reading_words_of_all (GPtrArray *articles)
{
  GPtrArray *words = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);

  for (guint i = 0; i < articles->len; i++)
    g_ptr_array_add (words, reading_words (((Article *) articles->pdata[i])->document));
  return words;
}

guint32
reading_overlap (QuarrySpan a, QuarrySpan b)
{
  guint32 start = MAX (a.start, b.start), end = MIN (a.end, b.end);

  return end > start ? end - start : 0;
}

/* The first word that begins at or after @start. */
static guint
find_word (const GArray *words, guint32 start)
{
  guint low = 0, high = words->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (g_array_index (words, QuarrySpan, middle).start < start)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

double
reading_share (GPtrArray *words, const Place *hits, guint n, Place answer)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_autoptr (GArray) keys = g_array_sized_new (FALSE, FALSE, sizeof (gint64), READING_WORDS);
  GArray *own_words = words->pdata[answer.article];
  guint to_read = READING_WORDS, answer_words = 0, read = 0;

  for (guint w = 0; w < own_words->len; w++)
    answer_words += reading_overlap (g_array_index (own_words, QuarrySpan, w), answer.span) > 0;
  for (guint i = 0; i < n && to_read > 0; i++)
    {
      GArray *hit_words = words->pdata[hits[i].article];

      for (guint w = find_word (hit_words, hits[i].span.start);
           to_read > 0 && w < hit_words->len && g_array_index (hit_words, QuarrySpan, w).end <= hits[i].span.end; w++)
        {
          gint64 key = ((gint64) hits[i].article << 32) + w;

          if (g_hash_table_contains (seen, &key))
            continue;
          g_array_append_val (keys, key);
          g_hash_table_add (seen, &g_array_index (keys, gint64, keys->len - 1));
          to_read--;
          read += hits[i].article == answer.article
                  && reading_overlap (g_array_index (hit_words, QuarrySpan, w), answer.span) > 0;
        }
    }
  return (double) read / MIN (MAX (answer_words, 1), READING_WORDS);
}
