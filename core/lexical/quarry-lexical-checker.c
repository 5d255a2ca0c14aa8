/* quarry-lexical-checker.c: what a file holds, compared with its checksums beside the searches
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading all of a large file takes longer than a person should wait for the first search. Nothing in a segment
 * that lies is dangerous, it is only wrong: so a thread reads it while searches begin, and whoever has an answer asks
 * quarry_lexical_index_is_damaged(), which waits for it.
 */
#include "core/lexical/quarry-lexical-private.h"

typedef struct
{
  GPtrArray *segments; /* of QuarryLexicalSegment, in the file */
  gint *damaged;       /* atomic */
} Checking;

static gpointer
check (gpointer data)
{
  Checking *self = data;

  for (guint i = 0; i < self->segments->len; i++)
    {
      const QuarryLexicalSegment *segment = g_ptr_array_index (self->segments, i);

      if (quarry_lexical_segment_sum (segment) != segment->sum)
        g_atomic_int_set (self->damaged, TRUE);
    }
  g_ptr_array_unref (self->segments);
  g_free (self);
  return NULL;
}

void
quarry_lexical_index_begin_check (QuarryLexicalIndex *self)
{
  Checking *checking = g_new (Checking, 1);

  checking->segments = g_ptr_array_new_with_free_func ((GDestroyNotify) quarry_lexical_segment_unref);
  for (guint i = 0; i < self->segments->len; i++)
    g_ptr_array_add (checking->segments, quarry_lexical_segment_ref (g_ptr_array_index (self->segments, i)));
  checking->damaged = &self->damaged;
  self->checker = g_thread_new ("check words", check, checking);
}

void
quarry_lexical_index_end_check (QuarryLexicalIndex *self)
{
  if (g_atomic_pointer_get (&self->checker) == NULL)
    return;
  pthread_mutex_lock (&self->checking);
  if (self->checker != NULL)
    g_thread_join (self->checker);
  g_atomic_pointer_set (&self->checker, NULL);
  pthread_mutex_unlock (&self->checking);
}
