/* quarry-maxscore.c: finds the passages with the highest scores without scoring all of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rows are searched in windows. In each window, the terms that cannot reach the result even together are set aside; the
 * lists of the others are added up row by row; and only rows that can still reach the result get the scores of the
 * terms that were set aside.
 */
#include "core/lexical/quarry-maxscore-private.h"

#include <string.h>

#define WINDOW QUARRY_MAXSCORE_WINDOW

/* How many windows are searched between two calls of the stop function. */
#define PATIENCE 16u

/* Between two windows all sums and all of highest are 0. */
struct _QuarryMaxscoreRoom
{
  QuarryMaxscoreSum sums[WINDOW];
  guint32 highest[WINDOW]; /* of the groups of one term */
  guint16 group;           /* the number of the group that is being added */

  /* The places where sum and highest are not 0, in no particular order. */
  QuarryMaxscorePlaces has_sum;
  QuarryMaxscorePlaces has_highest;
  QuarryMaxscorePlaces candidates;
};

typedef struct
{
  QuarryMaxscoreSetting setting;
  const QuarryLexicalKernels *kernels;
  const QuarryLexicalWeights *weights;
  const QuarryMaxscoreRows *rows;
  QuarryMaxscoreBest *best;
  QuarryMaxscoreRoom *room;
  guint32 floor; /* scores up to this one cannot change the result */

  guint64 start; /* the window */
  guint64 end;
} Search;

QuarryMaxscoreRoom *
quarry_maxscore_room_new (void)
{
  return g_new0 (QuarryMaxscoreRoom, 1);
}

void
quarry_maxscore_room_free (QuarryMaxscoreRoom *self)
{
  g_free (self);
}

/* Of two equal scores, the one with the lower slot wins. A row that is yet to come may have a lower slot, so only
 * scores below the worst of the result can be ignored. */
static void
set_floor (Search *self)
{
  guint32 worst = self->best->n_found == self->best->k ? self->best->found[0].score : 0;

  self->floor = worst > 0 ? worst - 1 : 0;
}

static inline guint32
get_slot (const QuarryMaxscoreRows *rows, guint64 row)
{
  return rows->slots != NULL ? rows->slots[row] : rows->first_slot + (guint32) row;
}

/* --- Windows --------------------------------------------------------------------------------- */

/* How the postings of a list are counted. */
typedef enum
{
  ALONE,    /* no other list of its term has rows in the window */
  TOGETHER, /* its group has other lists: their occurrences are added up before saturation */
  BEST_OF,  /* its term has other groups: the best of them counts */
} Counting;

static inline __attribute__ ((always_inline)) void
add_posting (QuarryMaxscoreRoom *room, const QuarryMaxscoreAdding *adding, guint32 row, guint8 code, Counting counting)
{
  guint place = row - adding->start;
  guint32 before, score = quarry_maxscore_count (adding, place, code, counting != ALONE, &before);

  if (counting == BEST_OF)
    {
      before = room->highest[place];
      quarry_maxscore_note (&room->has_highest, place, before == 0);
      room->highest[place] = score = MAX (score, before);
    }
  quarry_maxscore_note (&room->has_sum, place, room->sums[place].sum == 0);
  room->sums[place].sum += score - before;
}

/* Adds postings of an unpacked block to the sums: those from @at up to but not including @end, and if @only, of
 * these the ones in rows that have a sum already. */
static inline __attribute__ ((always_inline)) void
add_postings (Search *self,
              const QuarryMaxscoreAdding *adding,
              const QuarryMaxscoreCursor *cursor,
              guint at,
              guint end,
              Counting counting,
              gboolean only)
{
  const guint32 *rows = cursor->rows.rows + at;
  const guint8 *codes = cursor->rows.codes + at;
  guint8 picked[QUARRY_POSTINGS_BLOCK + QUARRY_LEXICAL_SPARE];
  guint n = end - at;

  if (n == 0)
    return;
  if (only)
    {
      n = self->kernels->pick (adding->sums, adding->start, rows, n, picked);
      for (guint i = 0; i < n; i++)
        add_posting (self->room, adding, rows[picked[i]], codes[picked[i]], counting);
    }
  else if (counting != BEST_OF && (guint64) rows[n - 1] + 4 <= self->rows->n_rows)
    {
      self->kernels->add (adding, rows, codes, n);
    }
  else
    {
      for (guint i = 0; i < n; i++)
        add_posting (self->room, adding, rows[i], codes[i], counting);
    }
}

static inline __attribute__ ((always_inline)) void
add_list (Search *self, guint32 weight, QuarryMaxscoreCursor *cursor, Counting counting, gboolean only)
{
  const QuarryMaxscoreAdding adding = {
    .sums = self->room->sums,
    .has_sum = &self->room->has_sum,
    .lengths = self->rows->lengths + self->start,
    .norms = self->weights->norms,
    .start = (guint32) self->start,
    .weight = weight,
    .quarters = cursor->quarters,
    .group = counting == ALONE ? 0 : self->room->group,
  };
  guint64 least = self->start; /* first row that has not been counted yet */

  while (cursor->next < self->end)
    {
      if (quarry_maxscore_cursor_unpack (cursor))
        {
          const guint32 *rows = cursor->rows.rows;
          guint at = cursor->at, end = cursor->rows.length;

          /* Add the rest of the block, as far as it is in the window. In a file that another program writes to, the
           * block may no longer begin with the row that was read before, and a damaged list may have a row twice. */
          if (rows[end - 1] >= self->end)
            end = quarry_postings_find_row (rows, at, end, self->end);
          if (at < end && rows[at] < least)
            at = quarry_postings_find_row (rows, at, end, least);
          if (at < end)
            least = (guint64) rows[end - 1] + 1;
          add_postings (self, &adding, cursor, at, end, counting, only);
          cursor->at = end;
        }
      cursor->next = quarry_maxscore_cursor_find (cursor, self->start);
    }
}

/* Gives the next group its number. When the numbers are used up, they start again at 1. */
static void
next_number (QuarryMaxscoreRoom *room)
{
  if (++room->group != 0)
    return;
  for (guint i = 0; i < WINDOW; i++)
    room->sums[i].group = 0;
  room->group = 1;
}

/* Adds to the sums what a term contributes in the window. */
static inline __attribute__ ((always_inline)) void
add_groups (Search *self, QuarryMaxscoreSetTerm *term, gboolean only)
{
  QuarryMaxscoreRoom *room = self->room;

  for (guint g = 0; g < term->n_groups; g++)
    {
      QuarryMaxscoreSetGroup *group = &term->groups[g];

      next_number (room);
      for (guint c = 0; c < group->n_active; c++)
        if (term->n_groups > 1)
          add_list (self, group->weight, group->active[c], BEST_OF, only);
        else if (group->n_active > 1)
          add_list (self, group->weight, group->active[c], TOGETHER, only);
        else
          add_list (self, group->weight, group->active[c], ALONE, only);
    }
  for (guint i = 0; i < room->has_highest.n; i++)
    room->highest[room->has_highest.places[i]] = 0;
  room->has_highest.n = 0;
}

/* These two are not inlined, so that their loops have all registers to themselves. */
static __attribute__ ((noinline)) void
add_term (Search *self, QuarryMaxscoreSetTerm *term)
{
  add_groups (self, term, FALSE);
}

static __attribute__ ((noinline)) void
add_term_to (Search *self, QuarryMaxscoreSetTerm *term)
{
  add_groups (self, term, TRUE);
}

/* What a term contributes to one row. Must be called with ascending rows. */
static guint32
find_score (Search *self, QuarryMaxscoreSetTerm *term, guint32 row)
{
  guint32 score = 0;

  for (guint g = 0; g < term->n_groups; g++)
    {
      QuarryMaxscoreSetGroup *group = &term->groups[g];
      guint quarters = 0;

      for (guint c = 0; c < group->n_active; c++)
        {
          QuarryMaxscoreCursor *cursor = group->active[c];

          if (quarry_maxscore_cursor_seek (cursor, row) == row && quarry_maxscore_cursor_unpack (cursor))
            quarters += cursor->quarters[cursor->rows.codes[cursor->at] & 15];
        }
      if (quarters > 0)
        score = MAX (score,
                     group->weight
                         * quarry_lexical_impact (MIN (quarters, G_MAXUINT16),
                                                  self->weights->norms[self->rows->lengths[row]]));
    }
  return score;
}

/* The cost of looking up one row in a list, compared with reading one posting as part of its block. Both sets of kernels
 * are fastest with about this number. */
#define COST_FOUND 24u

/* Adds what a term contributes to the candidates, either by reading all of its lists in the window or by looking up
 * each candidate, whichever is cheaper. */
static void
score_candidates (Search *self, QuarryMaxscoreSetTerm *term)
{
  const QuarryMaxscorePlaces *candidates = &self->room->candidates;
  guint64 bitmap[WINDOW / 64];
  guint n_blocks = 0, n_active = 0;

  for (guint g = 0; g < term->n_groups; g++)
    {
      n_blocks += term->groups[g].n_blocks;
      n_active += term->groups[g].n_active;
    }
  if ((guint64) n_blocks * QUARRY_POSTINGS_BLOCK <= (guint64) candidates->n * n_active * COST_FOUND)
    {
      add_term_to (self, term);
      return;
    }
  /* They have to be looked up in the order of rows. */
  memset (bitmap, 0, sizeof bitmap);
  for (guint i = 0; i < candidates->n; i++)
    bitmap[candidates->places[i] >> 6] |= G_GUINT64_CONSTANT (1) << (candidates->places[i] & 63);
  for (guint w = 0; w < WINDOW / 64; w++)
    for (guint64 bits = bitmap[w]; bits != 0; bits &= bits - 1)
      {
        guint place = w * 64 + (guint) __builtin_ctzll (bits);

        self->room->sums[place].sum += find_score (self, term, (guint32) (self->start + place));
      }
}

/* Keeps those of @places as candidates that can exceed the floor if @rest is added, and sets the sums of the others to
 * 0. */
static void
keep_hopeful (Search *self, const QuarryMaxscorePlaces *places, guint32 rest)
{
  QuarryMaxscoreRoom *room = self->room;

  room->candidates.n
      = self->kernels->keep (room->sums, places->places, places->n, rest, self->floor, room->candidates.places);
}

static inline gboolean
has_bit (const guint64 *bitmap, guint64 row)
{
  return ((bitmap[row >> 6] >> (row & 63)) & 1) != 0;
}

/* Drops candidates that are dead or not allowed. */
static void
keep_counting (Search *self)
{
  const QuarryMaxscoreRows *rows = self->rows;
  QuarryMaxscoreRoom *room = self->room;
  guint n = 0;

  if (rows->allowed == NULL && rows->dead == NULL)
    return;
  for (guint i = 0; i < room->candidates.n; i++)
    {
      guint16 place = room->candidates.places[i];
      guint64 row = self->start + place;
      gboolean counts = (rows->allowed == NULL || has_bit (rows->allowed, row))
                        && (rows->dead == NULL || !has_bit (rows->dead, row));

      room->candidates.places[n] = place;
      room->sums[place].sum &= -(guint32) counts;
      n += counts;
    }
  room->candidates.n = n;
}

/* Completes the scores of the window and offers them to the result. @order: the terms by the most that they can add in
 * the window, least first. Those before @first_essential have not been added yet. */
static void
collect (Search *self, QuarryMaxscoreSetTerm **order, guint first_essential)
{
  QuarryMaxscoreRoom *room = self->room;
  QuarryMaxscorePlaces *candidates = &room->candidates;
  guint32 rest = 0;

  for (guint t = 0; t < first_essential; t++)
    rest += order[t]->window_bound;
  keep_hopeful (self, &room->has_sum, rest);
  room->has_sum.n = 0;
  keep_counting (self);
  for (guint t = first_essential; t > 0 && candidates->n > 0; t--)
    {
      score_candidates (self, order[t - 1]);
      rest -= order[t - 1]->window_bound;
      keep_hopeful (self, candidates, rest);
    }
  for (guint i = 0; i < candidates->n; i++)
    {
      guint place = candidates->places[i];
      guint32 sum = room->sums[place].sum;

      room->sums[place].sum = 0;
      if (sum <= self->floor)
        continue;
      quarry_maxscore_best_offer (self->best, (QuarryMaxscoreMatch) { get_slot (self->rows, self->start + place), sum });
      set_floor (self);
    }
}

static inline guint64
counting_rows (const QuarryMaxscoreRows *rows, guint64 word)
{
  guint64 bits = rows->allowed != NULL ? rows->allowed[word] : ~G_GUINT64_CONSTANT (0);

  return rows->dead != NULL ? bits & ~rows->dead[word] : bits;
}

static gboolean
any_counts (const QuarryMaxscoreRows *rows, guint64 start, guint64 end)
{
  if (rows->allowed == NULL)
    return TRUE;
  for (guint64 word = start >> 6; word < (end + 63) >> 6; word++)
    if (counting_rows (rows, word) != 0)
      return TRUE;
  return FALSE;
}

static void
search_window (Search *self, guint64 start, guint64 end)
{
  QuarryMaxscoreSetTerm *order[QUARRY_MAXSCORE_MAX_TERMS];
  guint first_essential = 0;
  guint32 sum = 0;

  if (!any_counts (self->rows, start, end))
    return;

  self->start = start;
  self->end = end;
  for (guint t = 0; t < self->setting.n_terms; t++)
    {
      QuarryMaxscoreSetTerm *term = &self->setting.terms[t];
      guint at = t;

      term->window_bound = 0;
      for (guint g = 0; g < term->n_groups; g++)
        term->window_bound = MAX (term->window_bound, quarry_maxscore_setting_enter (&self->setting, &term->groups[g], start, end));
      while (at > 0 && order[at - 1]->window_bound > term->window_bound)
        {
          order[at] = order[at - 1];
          at--;
        }
      order[at] = term;
    }
  while (first_essential < self->setting.n_terms
         && sum + order[first_essential]->window_bound <= self->floor)
    sum += order[first_essential++]->window_bound;
  if (first_essential == self->setting.n_terms)
    return;

  /* The rows of the strongest terms are noted first. As they are the first to be collected too, the floor rises sooner. */
  for (guint t = self->setting.n_terms; t > first_essential; t--)
    add_term (self, order[t - 1]);
  collect (self, order, first_essential);
}

/* The first row, from @start on, that holds a term which can lift a passage above the floor, rounded down.
 * The terms are sorted by the most that they can add at all, least first. */
static guint64
next_start (Search *self, guint64 start)
{
  guint64 next = QUARRY_MAXSCORE_END;
  guint32 sum = 0;
  guint t = 0;

  while (t < self->setting.n_terms && sum + self->setting.terms[t].bound <= self->floor)
    sum += self->setting.terms[t++].bound;
  for (; t < self->setting.n_terms; t++)
    for (guint g = 0; g < self->setting.terms[t].n_groups; g++)
      for (guint c = 0; c < self->setting.terms[t].groups[g].n_cursors; c++)
        next = MIN (next, quarry_maxscore_cursor_seek (&self->setting.terms[t].groups[g].cursors[c], start));
  /* Windows begin at a whole word of the bitmaps. */
  return next & ~G_GUINT64_CONSTANT (63);
}

gboolean
quarry_maxscore_search (const QuarryMaxscoreTerm *terms,
                        guint n_terms,
                        const QuarryLexicalWeights *weights,
                        const QuarryMaxscoreRows *rows,
                        QuarryMaxscoreRoom *room,
                        QuarryMaxscoreBest *best,
                        QuarryMaxscoreStopFunc stop,
                        gpointer user_data)
{
  Search search = {
    .kernels = quarry_lexical_kernels (), .weights = weights, .rows = rows, .best = best, .room = room
  };
  Search *self = &search;
  guint n_windows = 0;
  gboolean stopped = FALSE;

  g_return_val_if_fail (n_terms <= QUARRY_MAXSCORE_MAX_TERMS, FALSE);

  if (n_terms == 0 || best->k == 0 || rows->n_rows == 0)
    return TRUE;

  quarry_maxscore_setting_init (&self->setting, terms, n_terms, rows->bounds);
  set_floor (self);

  for (guint64 start = next_start (self, 0); start < QUARRY_MAXSCORE_END && !stopped;
       start = next_start (self, start + WINDOW))
    {
      stopped = stop != NULL && n_windows++ % PATIENCE == 0 && stop (user_data);
      if (!stopped)
        search_window (self, start, MIN (start + WINDOW, rows->n_rows));
    }
  quarry_maxscore_setting_clear (&self->setting);
  return !stopped;
}
