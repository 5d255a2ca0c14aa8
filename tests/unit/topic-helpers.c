/* topic-helpers.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "topic-helpers.h"

#include "tests/support/read-words.h"

float *
likeness_of (const guint *group_of, guint n)
{
  float *likeness = g_new (float, MAX (n * n, 1));

  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < n; j++)
      likeness[i * n + j] = i == j ? 1.0f : group_of[i] == group_of[j] ? 0.6f : 0.01f;
  return likeness;
}

QuarryTopicText *
read_texts (const char *const *texts, const char *const *titles, guint n, GPtrArray *kept)
{
  QuarryTopicText *read = g_new0 (QuarryTopicText, n + 1);

  for (guint i = 0; i < n; i++)
    {
      GArray *words = test_read_words (texts[i]);
      GArray *title = test_read_words (titles[i] != NULL ? titles[i] : "");

      read[i] = (QuarryTopicText) { texts[i], TEST_WORDS (words), words->len, titles[i],
                                    TEST_WORDS (title), title->len };
      g_ptr_array_add (kept, words);
      g_ptr_array_add (kept, title);
    }
  return read;
}

GArray *
find_topics_of (const QuarryPool *pool,
                const float *likeness,
                const char *const *texts,
                const char *const *titles,
                const char *query,
                guint max_topics,
                gint *topic_of)
{
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  g_autofree QuarryTopicText *read = read_texts (texts, titles, pool->n, kept);
  g_autoptr (GArray) query_words = test_read_words (query);
  g_autoptr (QuarryComparison) comparison = pool->holds_query != NULL ? quarry_comparison_new (pool) : NULL;

  return quarry_find_topics (pool, comparison, likeness, read, TEST_WORDS (query_words), query_words->len,
                             NULL, NULL, max_topics, topic_of);
}

const QuarryTopic *
topic_at (GArray *topics, guint i)
{
  g_assert_cmpuint (i, <, topics->len);
  return &g_array_index (topics, QuarryTopic, i);
}
