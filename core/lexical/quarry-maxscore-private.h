/* quarry-maxscore-private.h: what the files of MaxScore share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/lexical/quarry-maxscore.h"

G_BEGIN_DECLS

/* --- The best so far ------------------------------------------------------------------------- */

/* Takes @match in where it is better than the worst, or there is room. */
void quarry_maxscore_best_offer (QuarryMaxscoreBest *self, QuarryMaxscoreMatch match);

/* --- Cursors --------------------------------------------------------------------------------- */

/* Behind all rows. */
#define QUARRY_MAXSCORE_END G_GUINT64_CONSTANT (0x100000000)

/* A place in a list. */
typedef struct
{
  const QuarryPostings *postings;
  guint8 share;
  guint16 quarters[QUARRY_LEXICAL_N_CODES]; /* that a code counts here */
  guint64 next; /* row where it stands, or QUARRY_MAXSCORE_END */
  guint32 block;
  guint at; /* in the block */
  gboolean unpacked;
  QuarryPostingsBlock rows;
} QuarryMaxscoreCursor;

/* The first of the rows from @at to before @end that is not below @row; @end where there is none. */
static inline guint
quarry_maxscore_find_row (const guint32 *rows, guint at, guint end, guint64 row)
{
  guint n = end - at;

  for (; n > 1; n -= n / 2)
    at += (rows[at + n / 2 - 1] < row) * (n / 2);
  return at + (n > 0 && rows[at] < row);
}

/* The first posting at or behind @target: its row, or QUARRY_MAXSCORE_END. */
guint64 quarry_maxscore_cursor_find (QuarryMaxscoreCursor *self, guint64 target);

static inline guint64
quarry_maxscore_cursor_seek (QuarryMaxscoreCursor *self, guint64 target)
{
  if (self->next < target)
    self->next = quarry_maxscore_cursor_find (self, target);
  return self->next;
}

/* The block that the cursor stands in, unpacked. FALSE where it is damaged. */
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
