/* quarry-lexical-checker.c: compares the content of a file with its checksums while searches already run
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading all of a large file takes longer than a person should have to wait for the first search. A damaged segment
 * cannot make a search access memory that it should not; it can only make the results wrong. So a thread verifies the
 * checksums while searches start, and whoever has a result asks quarry_lexical_index_is_damaged(), which waits for the
 * thread.
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
