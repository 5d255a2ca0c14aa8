/* quarry-maxscore-cursor.c: how a search moves through a posting list
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Blocks are skipped by their first rows and unpacked only when a row inside them is needed.
 */
#include "core/lexical/quarry-maxscore-private.h"

/* Moves to the last block that starts at or before @target, if that is further on: by exponential search, then by
 * binary search. */
static inline void
cursor_leap (QuarryMaxscoreCursor *self, guint64 target)
{
  const QuarryPostings *postings = self->postings;
  guint32 low, high;
  guint32 step = 1;

  if (self->block + 1 >= postings->n_blocks
      || quarry_postings_block_first (postings, self->block + 1) > target)
    return;

  low = self->block + 1;
  while (low + step < postings->n_blocks
         && quarry_postings_block_first (postings, low + step) <= target)
    {
      low += step;
      step *= 2;
    }
  high = (guint32) MIN ((guint64) low + step, postings->n_blocks);
  while (high - low > 1)
    {
      guint32 middle = low + (high - low) / 2;

      if (quarry_postings_block_first (postings, middle) <= target)
        low = middle;
      else
        high = middle;
    }
  self->block = low;
  self->unpacked = FALSE;
}

guint64
quarry_maxscore_cursor_find (QuarryMaxscoreCursor *self, guint64 target)
{
  const QuarryPostings *postings = self->postings;

  cursor_leap (self, target);
  for (; self->block < postings->n_blocks; self->block++, self->unpacked = FALSE)
    {
      if (!self->unpacked)
        {
          guint64 first = quarry_postings_block_first (postings, self->block);

          /* A block is not unpacked while its first row is enough. */
          self->at = 0;
          if (first >= target && first < QUARRY_MAXSCORE_END)
            return first;
          quarry_postings_unpack (postings, self->block, &self->rows);
          self->unpacked = TRUE;
        }
      if (self->at < self->rows.length && self->rows.rows[self->at] < target)
        self->at = quarry_maxscore_find_row (self->rows.rows, self->at + 1, self->rows.length, target);
      if (self->at < self->rows.length)
        return self->rows.rows[self->at];
    }
  return QUARRY_MAXSCORE_END;
}
