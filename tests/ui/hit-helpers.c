/* hit-helpers.c: hits and answers that are made by the test, without a library
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/ui/hit-helpers.h"

#include <string.h>

QuarryHit *
new_hit (gint64 passage, const char *text)
{
  QuarryHit *hit = quarry_hit_new ();

  hit->passage = passage;
  hit->document = 1;
  hit->rank = hit->fused_rank = 1;
  hit->path = g_strdup ("/papers/oil.pdf");
  hit->title = g_strdup ("The Oil Crisis");
  hit->mime_type = g_strdup ("application/pdf");
  hit->heading = g_new0 (char *, 1);
  hit->text = g_strdup (text);
  hit->sentence.end = strlen (text);
  hit->similarity = 0.71f;
  return hit;
}

void
add_word (QuarryHit *hit, const char *word, float weight, QuarryMatchKind kind, const char *query)
{
  const char *found = strstr (hit->text, word);
  guint32 start;

  g_assert_nonnull (found);
  start = found - hit->text;
  quarry_hit_add_word (hit, (QuarrySpan) { start, start + strlen (word) }, weight, kind,
                       query, -1);
}

void
add_copy (QuarryHit *hit, QuarryHit *copy)
{
  g_ptr_array_add (hit->copies, copy);
}

GPtrArray *
new_hits (int first, int last)
{
  GPtrArray *hits = g_ptr_array_new_with_free_func (g_object_unref);

  for (int passage = first; first <= last ? passage <= last : passage >= last;
       passage += first <= last ? 1 : -1)
    {
      g_autofree char *text = g_strdup_printf ("Passage %d of the embargo.", passage);
      QuarryHit *hit = new_hit (passage, text);

      hit->rank = hits->len + 1;
      hit->topic = passage % 3;
      g_ptr_array_add (hits, hit);
    }
  return hits;
}

GPtrArray *
new_topics (const char *const *labels)
{
  GPtrArray *topics = g_ptr_array_new_with_free_func (g_object_unref);

  for (int i = 0; labels[i]; i++)
    g_ptr_array_add (topics, quarry_topic_item_new (i, labels[i], 3 + i));
  return topics;
}

QuarryAnswer *
new_answer (GPtrArray *hits)
{
  static const char *const labels[] = { "Embargo", "Prices", "Daily life", NULL };
  g_autoptr (GPtrArray) taken = hits;
  g_autoptr (GPtrArray) topics = new_topics (labels);

  return quarry_answer_new ("embargo", 1, 0.9, taken, topics, NULL);
}
