/* quarry-maxscore-cursor.c: how a search moves through a posting list
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Blocks are skipped by their first rows and unpacked only when a row inside them is needed.
 */
#include "core/lexical/quarry-maxscore-private.h"

guint64
quarry_maxscore_cursor_find (QuarryMaxscoreCursor *self, guint64 target)
{
  const QuarryPostings *postings = self->postings;
  guint32 block = quarry_postings_find_block (postings, self->block, target);

  if (block != self->block)
    {
      self->block = block;
      self->unpacked = FALSE;
    }
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
        self->at = quarry_postings_find_row (self->rows.rows, self->at + 1, self->rows.length, target);
      if (self->at < self->rows.length)
        return self->rows.rows[self->at];
    }
  return QUARRY_MAXSCORE_END;
}
