/* quarry-maxscore-private.h: what the files of MaxScore share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The list of the best matches so far, and the cursors by which a search moves through posting lists.
 */
#pragma once

#include "core/lexical/quarry-maxscore.h"

G_BEGIN_DECLS

/* --- The best so far ------------------------------------------------------------------------- */

/* Adds @match if there is room, or if it is better than the worst, which it then replaces. */
void quarry_maxscore_best_offer (QuarryMaxscoreBest *self, QuarryMaxscoreMatch match);

/* --- Cursors --------------------------------------------------------------------------------- */

/* A number greater than all rows. */
#define QUARRY_MAXSCORE_END G_GUINT64_CONSTANT (0x100000000)

/* A position in a posting list. */
typedef struct
{
  const QuarryPostings *postings;
  guint8 share;
  guint16 quarters[QUARRY_LEXICAL_N_CODES]; /* how many quarters each code counts in this list */
  guint64 next; /* the row that it is at, or QUARRY_MAXSCORE_END */
  guint32 block;
  guint at; /* index of the posting in the block, where it is unpacked */
  gboolean unpacked;
  QuarryPostingsBlock rows;
} QuarryMaxscoreCursor;

/* Moves to the first posting whose row is @target or greater. Returns its row, or QUARRY_MAXSCORE_END. */
guint64 quarry_maxscore_cursor_find (QuarryMaxscoreCursor *self, guint64 target);

static inline guint64
quarry_maxscore_cursor_seek (QuarryMaxscoreCursor *self, guint64 target)
{
  if (self->next < target)
    self->next = quarry_maxscore_cursor_find (self, target);
  return self->next;
}

/* Makes sure that the block that the cursor is in is unpacked. FALSE where it is damaged. */
static inline gboolean
quarry_maxscore_cursor_unpack (QuarryMaxscoreCursor *self)
{
  if (!self->unpacked)
    {
      quarry_postings_unpack (self->postings, self->block, &self->rows);
      self->unpacked = TRUE;
    }
  return self->at < self->rows.length;
}

G_END_DECLS
