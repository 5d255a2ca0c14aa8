/* quarry-maxscore-private.h: what the files of MaxScore share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The list of the best matches so far, the cursors by which a search moves through posting lists, and its terms with
 * the most that they can add.
 */
#pragma once

#include "core/lexical/quarry-lexical-kernels.h"
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

/* --- The terms of a search ------------------------------------------------------------------- */

typedef struct
{
  QuarryMaxscoreCursor *cursors;
  guint n_cursors;
  guint32 weight;

  /* In the current window: */
  QuarryMaxscoreCursor **active; /* the cursors that have a row in it */
  guint n_active;
  guint n_blocks; /* how many blocks of them reach into it */
} QuarryMaxscoreSetGroup;

typedef struct
{
  QuarryMaxscoreSetGroup *groups;
  guint n_groups;
  guint32 bound; /* the most that it can add to any row */
  guint32 window_bound;
} QuarryMaxscoreSetTerm;

/* The groups and cursors of all terms, sorted by the most that they can add, least first. */
typedef struct
{
  QuarryMaxscoreSetTerm *terms;
  guint n_terms;
  /*< private >*/
  QuarryMaxscoreSetGroup *groups;
  QuarryMaxscoreCursor *cursors;
  QuarryMaxscoreCursor **active;
  const guint16 *bounds; /* those of QuarryMaxscoreRows */
  float odds[256];       /* for each impact byte, with i its greatest impact: i / (1 - i) */
} QuarryMaxscoreSetting;

/* @terms and @bounds must stay valid. */
void quarry_maxscore_setting_init (QuarryMaxscoreSetting *self,
                                   const QuarryMaxscoreTerm *terms,
                                   guint n_terms,
                                   const guint16 *bounds);
void quarry_maxscore_setting_clear (QuarryMaxscoreSetting *self);

/* Finds which lists of a group have rows in the window from @start up to but not including @end. Returns the most that
 * the group can add to a row there. */
guint32 quarry_maxscore_setting_enter (const QuarryMaxscoreSetting *self,
                                       QuarryMaxscoreSetGroup *group,
                                       guint64 start,
                                       guint64 end);

G_END_DECLS
