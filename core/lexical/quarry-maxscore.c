/* quarry-maxscore.c: finds the passages with the highest scores without scoring all of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rows are searched in windows. In each window, the terms that cannot reach the result even together are set aside; the
 * lists of the others are added up row by row; and only rows that can still reach the result get the scores of the
 * terms that were set aside.
 */
#include "core/lexical/quarry-maxscore-private.h"

#include <math.h>
#include <string.h>

/* Rows in a window. Its sums fit in the second-level cache, and most lists have a few dozen postings in it. The order
 * of passages matters little: with 500,000 paragraphs in the order of their texts, in an order found by recursive graph
 * bisection (Dhulipala and others 2016), and in random order, searches for four to twelve words took the same time to
 * within 8 %. */
#define WINDOW 16384u

/* If the lists have at least this many blocks in a window, the lengths of all its rows are prefetched. */
#define DENSE 4u

/* How many windows are searched between two calls of the stop function. */
#define PATIENCE 16u

typedef struct
{
  QuarryMaxscoreCursor *cursors;
  guint n_cursors;
  guint32 weight;

  /* In the current window: */
  QuarryMaxscoreCursor **active; /* the cursors that have a row in it */
  guint n_active;
  guint n_blocks; /* how many blocks of them reach into it */
} Group;

typedef struct
{
  Group *groups;
  guint n_groups;
  guint32 bound; /* the most that it can add to any row */
  guint32 window_bound;
} Term;

/* Places of rows in the window. There is room for one more than there can be, since note() may write it. */
typedef struct
{
  guint n;
  guint16 places[WINDOW + 1];
} Places;

/* The score of a row so far. */
typedef struct
{
  guint32 sum;
  guint16 quarters; /* of the group with this number */
  guint16 group;
} Sum;

/* Between two windows all sums and all of highest are 0. */
struct _QuarryMaxscoreRoom
{
  Sum sums[WINDOW];
  guint32 highest[WINDOW]; /* of the groups of one term */
  guint16 group;           /* the number of the group that is being added */

  /* The places where sum and highest are not 0, in no particular order. */
  Places has_sum;
  Places has_highest;
  Places candidates;
};

typedef struct
{
  Term *terms;
  guint n_terms;
  const QuarryLexicalWeights *weights;
  const QuarryMaxscoreRows *rows;
  QuarryMaxscoreBest *best;
  QuarryMaxscoreRoom *room;
  guint32 floor;   /* scores up to this one cannot change the result */
  float odds[256]; /* for each impact byte, with i its greatest impact: i / (1 - i) */

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

/* --- Bounds ---------------------------------------------------------------------------------- */

/* An impact is c / (c + norm) for a count c, so that its odds, i / (1 - i), are c / norm. If counts are added, their
 * odds add up. This returns an upper bound of the impact that has these odds. */
static guint32
impact_of_odds (float odds)
{
  float impact = 1.0f - 1.0f / (1.0f + odds);

  /* Allow for rounding. */
  return MIN (QUARRY_LEXICAL_ONE, (guint32) (impact * QUARRY_LEXICAL_ONE) + 4);
}

static void
set_odds (Search *self, const guint16 *bounds)
{
  for (guint byte = 0; byte < 256; byte++)
    {
      float impact = MIN (1.0f, (float) bounds[byte] / (QUARRY_LEXICAL_ONE - 1));

      self->odds[byte] = impact < 1.0f ? impact / (1.0f - impact) : INFINITY;
    }
}

static inline float
share_odds (const Search *self, const QuarryMaxscoreCursor *cursor, guint8 highest)
{
  return self->odds[highest] * cursor->share / QUARRY_MAXSCORE_WHOLE;
}

/* Finds which lists have rows in the window. Returns the most that the group can add to a row there. */
static guint32
group_enter (Search *self, Group *group)
{
  float odds = 0.0f;
  guint8 highest = 0;

  group->n_active = 0;
  group->n_blocks = 0;
  for (guint c = 0; c < group->n_cursors; c++)
    {
      QuarryMaxscoreCursor *cursor = &group->cursors[c];
      const QuarryPostings *postings = cursor->postings;
      guint32 block;

      if (quarry_maxscore_cursor_seek (cursor, self->start) >= self->end)
        continue;
      highest = 0;
      for (block = cursor->block; block < postings->n_blocks; block++)
        {
          if (block > cursor->block && quarry_postings_block_first (postings, block) >= self->end)
            break;
          highest = MAX (highest, quarry_postings_block_max (postings, block));
        }
      group->n_blocks += block - cursor->block;
      group->active[group->n_active++] = cursor;
      odds += share_odds (self, cursor, highest);
    }
  if (group->n_active == 0)
    return 0;
  if (group->n_active == 1 && group->active[0]->share == QUARRY_MAXSCORE_WHOLE)
    return group->weight * self->rows->bounds[highest];
  return group->weight * impact_of_odds (odds);
}

/* --- Windows --------------------------------------------------------------------------------- */

/* Records a place whose number was 0 until now. Written without a branch, which would be unpredictable. */
static inline void
note (Places *self, guint place, gboolean is_new)
{
  self->places[self->n] = (guint16) place;
  self->n += is_new;
}

/* How the postings of a list are counted. */
typedef enum
{
  ALONE,    /* no other list of its term has rows in the window */
  TOGETHER, /* its group has other lists: their occurrences are added up before saturation */
  BEST_OF,  /* its term has other groups: the best of them counts */
} Counting;

/* Adds postings of an unpacked block to the sums: those from @at up to but not including @end, and of these only the
 * ones in @only (a bitmap of places; NULL: all). */
static inline __attribute__ ((always_inline)) void
add_postings (Search *self,
              guint32 weight,
              const QuarryMaxscoreCursor *cursor,
              guint at,
              guint end,
              Counting counting,
              const guint64 *only)
{
  QuarryMaxscoreRoom *room = self->room;
  const guint8 *lengths = self->rows->lengths + self->start;
  const float *norms = self->weights->norms;
  const guint32 *rows = cursor->rows.rows;
  const guint8 *codes = cursor->rows.codes;
  guint32 start = (guint32) self->start;
  guint16 number = room->group;

  for (guint i = at; i < end; i++)
    {
      guint place = rows[i] - start;
      guint quarters = cursor->quarters[codes[i] & 15];
      float norm = norms[lengths[place]];
      Sum *sum = &room->sums[place];
      guint32 score, before = 0;

      if (only != NULL && ((only[place >> 6] >> (place & 63)) & 1) == 0)
        continue;
      if (counting != ALONE && sum->group == number)
        {
          before = weight * quarry_lexical_impact (sum->quarters, norm);
          quarters = MIN (quarters + sum->quarters, G_MAXUINT16);
        }
      score = weight * quarry_lexical_impact (quarters, norm);
      if (counting != ALONE)
        {
          sum->quarters = (guint16) quarters;
          sum->group = number;
        }
      if (counting == BEST_OF)
        {
          before = room->highest[place];
          note (&room->has_highest, place, before == 0);
          room->highest[place] = score = MAX (score, before);
        }
      note (&room->has_sum, place, sum->sum == 0);
      sum->sum += score - before;
    }
}

static inline __attribute__ ((always_inline)) void
add_list (Search *self, guint32 weight, QuarryMaxscoreCursor *cursor, Counting counting, const guint64 *only)
{
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
          add_postings (self, weight, cursor, at, end, counting, only);
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
add_groups (Search *self, Term *term, const guint64 *only)
{
  QuarryMaxscoreRoom *room = self->room;

  for (guint g = 0; g < term->n_groups; g++)
    {
      Group *group = &term->groups[g];

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

static void
add_term (Search *self, Term *term)
{
  add_groups (self, term, NULL);
}

static void
add_term_to (Search *self, Term *term, const guint64 *only)
{
  add_groups (self, term, only);
}

/* What a term contributes to one row. Must be called with ascending rows. */
static guint32
find_score (Search *self, Term *term, guint32 row)
{
  guint32 score = 0;

  for (guint g = 0; g < term->n_groups; g++)
    {
      Group *group = &term->groups[g];
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

/* The cost of looking up one row in a list, compared with reading one posting as part of its block. */
#define COST_FOUND 8u

/* Adds what a term contributes to the candidates, either by reading all of its lists in the window or by looking up
 * each candidate, whichever is cheaper. */
static void
score_candidates (Search *self, Term *term)
{
  const Places *candidates = &self->room->candidates;
  guint64 bitmap[WINDOW / 64] = { 0 };
  guint n_blocks = 0, n_active = 0;

  for (guint i = 0; i < candidates->n; i++)
    bitmap[candidates->places[i] >> 6] |= G_GUINT64_CONSTANT (1) << (candidates->places[i] & 63);
  for (guint g = 0; g < term->n_groups; g++)
    {
      n_blocks += term->groups[g].n_blocks;
      n_active += term->groups[g].n_active;
    }
  if ((guint64) n_blocks * QUARRY_POSTINGS_BLOCK <= (guint64) candidates->n * n_active * COST_FOUND)
    {
      add_term_to (self, term, bitmap);
      return;
    }
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
keep_hopeful (Search *self, const Places *places, guint32 rest)
{
  QuarryMaxscoreRoom *room = self->room;
  guint n = 0;

  for (guint i = 0; i < places->n; i++)
    {
      guint16 place = places->places[i];
      guint32 sum = room->sums[place].sum;
      gboolean hopeful = sum + rest > self->floor;

      room->candidates.places[n] = place;
      room->sums[place].sum = sum & -(guint32) hopeful; /* without a branch, as in note() */
      n += hopeful;
    }
  room->candidates.n = n;
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
collect (Search *self, Term **order, guint first_essential)
{
  QuarryMaxscoreRoom *room = self->room;
  Places *candidates = &room->candidates;
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

/* Prefetches the lengths of the window's rows, if most of that memory is going to be read. */
static inline __attribute__ ((always_inline)) void
prefetch_lengths (const Search *self)
{
  const guint8 *lengths = self->rows->lengths;
  guint n_blocks = 0;

  for (guint t = 0; t < self->n_terms; t++)
    for (guint g = 0; g < self->terms[t].n_groups; g++)
      n_blocks += self->terms[t].groups[g].n_blocks;
  for (guint64 row = self->start; n_blocks >= DENSE && row < self->end; row += 64)
    __builtin_prefetch (lengths + row);
}

static void
search_window (Search *self, guint64 start, guint64 end)
{
  Term *order[QUARRY_MAXSCORE_MAX_TERMS];
  guint first_essential = 0;
  guint32 sum = 0;

  if (!any_counts (self->rows, start, end))
    return;

  self->start = start;
  self->end = end;
  for (guint t = 0; t < self->n_terms; t++)
    {
      Term *term = &self->terms[t];
      guint at = t;

      term->window_bound = 0;
      for (guint g = 0; g < term->n_groups; g++)
        term->window_bound = MAX (term->window_bound, group_enter (self, &term->groups[g]));
      while (at > 0 && order[at - 1]->window_bound > term->window_bound)
        {
          order[at] = order[at - 1];
          at--;
        }
      order[at] = term;
    }
  while (first_essential < self->n_terms
         && sum + order[first_essential]->window_bound <= self->floor)
    sum += order[first_essential++]->window_bound;
  if (first_essential == self->n_terms)
    return;

  prefetch_lengths (self);
  for (guint t = first_essential; t < self->n_terms; t++)
    add_term (self, order[t]);
  collect (self, order, first_essential);
}

/* The first row, from @start on, that holds a term which can lift a passage above the floor, rounded down.
 * @self->terms: sorted by the most that they can add at all, least first. */
static guint64
next_start (Search *self, guint64 start)
{
  guint64 next = QUARRY_MAXSCORE_END;
  guint32 sum = 0;
  guint t = 0;

  while (t < self->n_terms && sum + self->terms[t].bound <= self->floor)
    sum += self->terms[t++].bound;
  for (; t < self->n_terms; t++)
    for (guint g = 0; g < self->terms[t].n_groups; g++)
      for (guint c = 0; c < self->terms[t].groups[g].n_cursors; c++)
        next = MIN (next, quarry_maxscore_cursor_seek (&self->terms[t].groups[g].cursors[c], start));
  /* Windows begin at a whole word of the bitmaps. */
  return next & ~G_GUINT64_CONSTANT (63);
}

static int
compare_terms (gconstpointer a, gconstpointer b, gpointer user_data)
{
  guint32 x = ((const Term *) a)->bound;
  guint32 y = ((const Term *) b)->bound;

  return (x > y) - (x < y);
}

/* The groups and cursors of the terms. */
typedef struct
{
  Term *terms;
  Group *groups;
  QuarryMaxscoreCursor *cursors;
  QuarryMaxscoreCursor **active;
} Setting;

static void
setting_clear (Setting *self)
{
  g_free (self->terms);
  g_free (self->groups);
  g_free (self->cursors);
  g_free (self->active);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Setting, setting_clear)

static void
setting_init (Setting *self, Search *search, const QuarryMaxscoreTerm *terms, guint n_terms)
{
  const guint16 *bounds = search->rows->bounds;
  guint n_groups = 0, n_cursors = 0;

  for (guint t = 0; t < n_terms; t++)
    for (guint g = 0; g < terms[t].n_groups; g++, n_groups++)
      n_cursors += terms[t].groups[g].n_lists;
  self->terms = g_new0 (Term, n_terms);
  self->groups = g_new (Group, n_groups + 1);
  self->cursors = g_new (QuarryMaxscoreCursor, n_cursors + 1);
  self->active = g_new (QuarryMaxscoreCursor *, n_cursors + 1);

  n_groups = n_cursors = 0;
  for (guint t = 0; t < n_terms; t++)
    {
      self->terms[t].groups = self->groups + n_groups;
      self->terms[t].n_groups = terms[t].n_groups;
      for (guint g = 0; g < terms[t].n_groups; g++)
        {
          const QuarryMaxscoreGroup *from = &terms[t].groups[g];
          Group *group = &self->groups[n_groups++];
          float odds = 0.0f;
          guint32 impact;

          group->cursors = self->cursors + n_cursors;
          group->active = self->active + n_cursors;
          group->n_cursors = from->n_lists;
          group->weight = MIN (from->weight, QUARRY_MAXSCORE_MAX_WEIGHT);
          for (guint l = 0; l < from->n_lists; l++)
            {
              QuarryMaxscoreCursor *cursor = &self->cursors[n_cursors++];

              cursor->postings = &from->lists[l].postings;
              cursor->share = from->lists[l].share;
              for (guint i = 0; i < QUARRY_LEXICAL_N_CODES; i++)
                cursor->quarters[i] = quarry_lexical_code_quarters[i] * cursor->share / QUARRY_MAXSCORE_WHOLE;
              cursor->block = 0;
              cursor->at = 0;
              cursor->unpacked = FALSE;
              cursor->next = quarry_maxscore_cursor_find (cursor, 0);
              odds += share_odds (search, cursor, cursor->postings->highest);
            }
          impact = group->n_cursors == 1 && group->cursors->share == QUARRY_MAXSCORE_WHOLE
                       ? bounds[group->cursors->postings->highest]
                       : impact_of_odds (odds);
          self->terms[t].bound = MAX (self->terms[t].bound, group->weight * impact);
        }
    }
  g_qsort_with_data (self->terms, (int) n_terms, sizeof (Term), compare_terms, NULL);
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
  Search search = { .n_terms = n_terms, .weights = weights, .rows = rows, .best = best, .room = room };
  Search *self = &search;
  g_auto (Setting) setting = { NULL };
  guint n_windows = 0;

  g_return_val_if_fail (n_terms <= QUARRY_MAXSCORE_MAX_TERMS, FALSE);

  if (n_terms == 0 || best->k == 0 || rows->n_rows == 0)
    return TRUE;

  set_odds (self, rows->bounds);
  setting_init (&setting, self, terms, n_terms);
  self->terms = setting.terms;
  set_floor (self);

  for (guint64 start = next_start (self, 0); start < QUARRY_MAXSCORE_END; start = next_start (self, start + WINDOW))
    {
      if (stop != NULL && n_windows++ % PATIENCE == 0 && stop (user_data))
        return FALSE;
      search_window (self, start, MIN (start + WINDOW, rows->n_rows));
    }
  return TRUE;
}
