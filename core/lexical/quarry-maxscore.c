/* quarry-maxscore.c: the best passages for weighted terms, without looking at all of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/lexical/quarry-maxscore.h"

#include <math.h>
#include <string.h>

/* Rows a window: its sums stay in the first-level cache. */
#define WINDOW 8192u

/* Windows between two questions whether to stop. */
#define PATIENCE 16u

#define END G_GUINT64_CONSTANT (0x100000000)

/* A place in a list. */
typedef struct
{
  const QuarryPostings *postings;
  guint8 share;
  guint64 next; /* row where it stands, or END */
  guint32 block;
  guint at; /* in the block */
  gboolean unpacked;
  QuarryPostingsBlock rows;
} Cursor;

typedef struct
{
  Cursor *cursors;
  guint n_cursors;
  guint32 weight;

  /* Of the window: */
  Cursor **active; /* that stand in it */
  guint n_active;
  guint n_blocks; /* that reach into it */
} Group;

typedef struct
{
  Group *groups;
  guint n_groups;
  guint32 bound; /* most that it can add anywhere */
  guint32 window_bound;
} Term;

/* Rows of the window; one more than there can be is written to. */
typedef struct
{
  guint n;
  guint16 places[WINDOW + 1];
} Places;

typedef struct
{
  Term *terms;
  guint n_terms;
  const QuarryLexicalWeights *weights;
  const QuarryMaxscoreRows *rows;
  QuarryMaxscoreBest *best;
  guint32 floor;     /* scores up to this one change nothing */
  float odds[256];   /* i / (1 - i) of an impact byte's bound i */

  guint64 start; /* the window */
  guint64 end;
  guint32 sums[WINDOW];
  guint32 highest[WINDOW];  /* of one term's groups */
  guint16 quarters[WINDOW]; /* of one group's lists */

  /* Where these are not 0, in no order. */
  Places has_sum;
  Places has_highest;
  Places has_quarters;
  Places candidates;
} Search;

/* --- The best so far ------------------------------------------------------------------------- */

static inline gboolean
is_worse (const QuarryMaxscoreMatch *a, const QuarryMaxscoreMatch *b)
{
  return a->score < b->score || (a->score == b->score && a->slot > b->slot);
}

static void
sift_down (QuarryMaxscoreMatch *heap, guint n, QuarryMaxscoreMatch match)
{
  guint at = 0;

  for (;;)
    {
      guint child = 2 * at + 1;

      if (child >= n)
        break;
      if (child + 1 < n && is_worse (&heap[child + 1], &heap[child]))
        child++;
      if (!is_worse (&heap[child], &match))
        break;
      heap[at] = heap[child];
      at = child;
    }
  heap[at] = match;
}

static void
best_offer (QuarryMaxscoreBest *self, QuarryMaxscoreMatch match)
{
  if (self->n_found < self->k)
    {
      guint at = self->n_found++;

      while (at > 0 && is_worse (&match, &self->found[(at - 1) / 2]))
        {
          self->found[at] = self->found[(at - 1) / 2];
          at = (at - 1) / 2;
        }
      self->found[at] = match;
    }
  else if (is_worse (&self->found[0], &match))
    {
      sift_down (self->found, self->k, match);
    }
}

void
quarry_maxscore_best_init (QuarryMaxscoreBest *self, QuarryMaxscoreMatch *found, guint k)
{
  *self = (QuarryMaxscoreBest) { .found = found, .k = k };
}

void
quarry_maxscore_best_sort (QuarryMaxscoreBest *self)
{
  for (guint n = self->n_found; n > 1; n--)
    {
      QuarryMaxscoreMatch last = self->found[n - 1];

      self->found[n - 1] = self->found[0];
      sift_down (self->found, n - 1, last);
    }
}

/* An equal score wins by a lower slot: where such may come, only lower scores can be left out. */
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

/* --- Cursors --------------------------------------------------------------------------------- */

/* Moves to the last block that starts at or before @target, if that is further on: by leaps that
 * double, then by halves. */
static inline void
cursor_leap (Cursor *self, guint64 target)
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

/* The first posting at or behind @target: its row, or END. */
static guint64
cursor_find (Cursor *self, guint64 target)
{
  const QuarryPostings *postings = self->postings;

  cursor_leap (self, target);
  for (; self->block < postings->n_blocks; self->block++, self->unpacked = FALSE)
    {
      if (!self->unpacked)
        {
          guint64 first = quarry_postings_block_first (postings, self->block);

          /* Not unpacked before it is needed. */
          self->at = 0;
          if (first >= target && first < END)
            return first;
          quarry_postings_unpack (postings, self->block, &self->rows);
          self->unpacked = TRUE;
        }
      while (self->at < self->rows.length && self->rows.rows[self->at] < target)
        self->at++;
      if (self->at < self->rows.length)
        return self->rows.rows[self->at];
    }
  return END;
}

static inline guint64
cursor_seek (Cursor *self, guint64 target)
{
  if (self->next < target)
    self->next = cursor_find (self, target);
  return self->next;
}

/* The block that the cursor stands in, unpacked. FALSE where it is damaged. */
static inline gboolean
cursor_unpack (Cursor *self)
{
  if (!self->unpacked)
    {
      quarry_postings_unpack (self->postings, self->block, &self->rows);
      self->unpacked = TRUE;
    }
  return self->at < self->rows.length;
}

static inline guint
cursor_quarters (const Cursor *self, guint at)
{
  return quarry_lexical_code_quarters[self->rows.codes[at] & 15] * self->share
         / QUARRY_MAXSCORE_WHOLE;
}

/* --- Bounds ---------------------------------------------------------------------------------- */

/* An impact is c / (c + norm) of a count c, so that impacts of counts that add up have odds that do.
 * A bound on the impact of counts that have these odds together. */
static guint32
impact_of_odds (float odds)
{
  float impact = 1.0f - 1.0f / (1.0f + odds);

  /* Numbers were rounded. */
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
share_odds (const Search *self, const Cursor *cursor, guint8 highest)
{
  return self->odds[highest] * cursor->share / QUARRY_MAXSCORE_WHOLE;
}

/* Finds which lists stand in the window; the most that the group can add there. */
static guint32
group_enter (Search *self, Group *group)
{
  float odds = 0.0f;
  guint8 highest = 0;

  group->n_active = 0;
  group->n_blocks = 0;
  for (guint c = 0; c < group->n_cursors; c++)
    {
      Cursor *cursor = &group->cursors[c];
      const QuarryPostings *postings = cursor->postings;
      guint32 block;

      if (cursor_seek (cursor, self->start) >= self->end)
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

/* Remembers a place whose number was 0. Without a branch: nobody could predict it. */
static inline void
note (Places *self, guint place, gboolean is_new)
{
  self->places[self->n] = (guint16) place;
  self->n += is_new;
}

static inline void
add_score (Search *self, guint place, guint32 score)
{
  note (&self->has_sum, place, self->sums[place] == 0);
  self->sums[place] += score;
}

/* Counts the postings of a list in the window, of which @only (a bitmap; NULL: all) matter: as scores
 * where it stands for its term alone, else as quarters. */
static inline __attribute__ ((always_inline)) void
add_list (Search *self, guint32 weight, Cursor *cursor, gboolean scores, const guint64 *only)
{
  const guint8 *lengths = self->rows->lengths + self->start;
  guint64 least = self->start; /* row that has not been counted yet */

  while (cursor->next < self->end)
    {
      if (cursor_unpack (cursor))
        {
          const guint32 *rows = cursor->rows.rows;
          const guint8 *codes = cursor->rows.codes;
          guint length = cursor->rows.length;

          guint at = cursor->at;

          /* The rest of the block, as far as it lies in the window. What the block says of its first row
           * may have changed since it was asked, and lists that lie may have a row twice. */
          while (length > at && rows[length - 1] >= self->end)
            length--;
          while (at < length && rows[at] < least)
            at++;
          if (at < length)
            least = (guint64) rows[length - 1] + 1;
          for (guint i = at; i < length; i++)
            {
              guint place = (guint) (rows[i] - self->start);

              if (only != NULL && ((only[place >> 6] >> (place & 63)) & 1) == 0)
                continue;
              if (scores)
                {
                  add_score (self, place, weight * self->weights->impacts[lengths[place]][codes[i] & 15]);
                  continue;
                }
              note (&self->has_quarters, place, self->quarters[place] == 0);
              self->quarters[place]
                  = (guint16) MIN (self->quarters[place] + cursor_quarters (cursor, i), G_MAXUINT16);
            }
          cursor->at = length;
        }
      cursor->next = cursor_find (cursor, self->start);
    }
}

/* Scores a group's postings in the window: adds them to sums or, where its term has other groups, keeps
 * the highest. */
static inline __attribute__ ((always_inline)) void
add_group (Search *self, Group *group, gboolean alone, const guint64 *only)
{
  const guint8 *lengths = self->rows->lengths + self->start;
  const float *norms = self->weights->norms;

  if (alone && group->n_active == 1 && group->active[0]->share == QUARRY_MAXSCORE_WHOLE)
    {
      add_list (self, group->weight, group->active[0], TRUE, only);
      return;
    }

  for (guint c = 0; c < group->n_active; c++)
    add_list (self, group->weight, group->active[c], FALSE, only);
  for (guint i = 0; i < self->has_quarters.n; i++)
    {
      guint place = self->has_quarters.places[i];
      guint32 score
          = group->weight * quarry_lexical_impact (self->quarters[place], norms[lengths[place]]);

      self->quarters[place] = 0;
      if (alone)
        {
          add_score (self, place, score);
          continue;
        }
      note (&self->has_highest, place, self->highest[place] == 0);
      self->highest[place] = MAX (self->highest[place], score);
    }
  self->has_quarters.n = 0;
}

static inline __attribute__ ((always_inline)) void
add_groups (Search *self, Term *term, const guint64 *only)
{
  if (term->n_groups == 1)
    {
      add_group (self, term->groups, TRUE, only);
      return;
    }
  for (guint g = 0; g < term->n_groups; g++)
    add_group (self, &term->groups[g], FALSE, only);
  for (guint i = 0; i < self->has_highest.n; i++)
    {
      guint place = self->has_highest.places[i];

      add_score (self, place, self->highest[place]);
      self->highest[place] = 0;
    }
  self->has_highest.n = 0;
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

/* What a term counts in one row. Rows ascend. */
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
          Cursor *cursor = group->active[c];

          if (cursor_seek (cursor, row) == row && cursor_unpack (cursor))
            quarters += cursor_quarters (cursor, cursor->at);
        }
      if (quarters > 0)
        score = MAX (score,
                     group->weight
                         * quarry_lexical_impact (MIN (quarters, G_MAXUINT16),
                                                  self->weights->norms[self->rows->lengths[row]]));
    }
  return score;
}

/* What a row costs that is looked for in a list, in postings that are read with their block. */
#define COST_FOUND 8u

/* Adds what a term counts in the candidates, by reading all of its lists in the window or by looking for
 * each candidate, whichever is less work. */
static void
score_candidates (Search *self, Term *term)
{
  guint64 bitmap[WINDOW / 64] = { 0 };
  guint n_blocks = 0, n_active = 0;

  for (guint i = 0; i < self->candidates.n; i++)
    bitmap[self->candidates.places[i] >> 6] |= G_GUINT64_CONSTANT (1) << (self->candidates.places[i] & 63);
  for (guint g = 0; g < term->n_groups; g++)
    {
      n_blocks += term->groups[g].n_blocks;
      n_active += term->groups[g].n_active;
    }
  if ((guint64) n_blocks * QUARRY_POSTINGS_BLOCK
      <= (guint64) self->candidates.n * n_active * COST_FOUND)
    {
      add_term_to (self, term, bitmap);
      return;
    }
  for (guint w = 0; w < WINDOW / 64; w++)
    for (guint64 bits = bitmap[w]; bits != 0; bits &= bits - 1)
      {
        guint place = w * 64 + (guint) __builtin_ctzll (bits);

        self->sums[place] += find_score (self, term, (guint32) (self->start + place));
      }
}

/* Leaves the candidates that can come above the floor with @rest more. */
static void
keep_hopeful (Search *self, guint32 rest)
{
  guint n = 0;

  for (guint i = 0; i < self->candidates.n; i++)
    {
      guint16 place = self->candidates.places[i];

      self->candidates.places[n] = place;
      n += self->sums[place] + rest > self->floor;
    }
  self->candidates.n = n;
}

static inline gboolean
has_bit (const guint64 *bitmap, guint64 row)
{
  return ((bitmap[row >> 6] >> (row & 63)) & 1) != 0;
}

/* Leaves those that count. */
static void
keep_counting (Search *self)
{
  const QuarryMaxscoreRows *rows = self->rows;
  guint n = 0;

  if (rows->allowed == NULL && rows->dead == NULL)
    return;
  for (guint i = 0; i < self->candidates.n; i++)
    {
      guint64 row = self->start + self->candidates.places[i];

      self->candidates.places[n] = self->candidates.places[i];
      n += (rows->allowed == NULL || has_bit (rows->allowed, row))
           && (rows->dead == NULL || !has_bit (rows->dead, row));
    }
  self->candidates.n = n;
}

/* @order: terms by what they can add in the window, least first; those before @first_essential
 * only score. */
static void
collect (Search *self, Term **order, guint first_essential)
{
  guint32 rest = 0;

  for (guint t = 0; t < first_essential; t++)
    rest += order[t]->window_bound;
  self->candidates.n = self->has_sum.n;
  memcpy (self->candidates.places, self->has_sum.places, self->has_sum.n * sizeof (guint16));
  keep_hopeful (self, rest);
  keep_counting (self);
  for (guint t = first_essential; t > 0 && self->candidates.n > 0; t--)
    {
      score_candidates (self, order[t - 1]);
      rest -= order[t - 1]->window_bound;
      keep_hopeful (self, rest);
    }
  for (guint i = 0; i < self->candidates.n; i++)
    {
      guint place = self->candidates.places[i];

      if (self->sums[place] <= self->floor)
        continue;
      best_offer (self->best, (QuarryMaxscoreMatch) { get_slot (self->rows, self->start + place),
                                                      self->sums[place] });
      set_floor (self);
    }
  for (guint i = 0; i < self->has_sum.n; i++)
    self->sums[self->has_sum.places[i]] = 0;
  self->has_sum.n = 0;
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

  for (guint t = first_essential; t < self->n_terms; t++)
    add_term (self, order[t]);
  collect (self, order, first_essential);
}

/* The first row from @start on that one of the terms holds which can lift a passage above the
 * floor. @self->terms: by what they can add at all, least first. */
static guint64
next_start (Search *self, guint64 start)
{
  guint64 next = END;
  guint32 sum = 0;
  guint t = 0;

  while (t < self->n_terms && sum + self->terms[t].bound <= self->floor)
    sum += self->terms[t++].bound;
  for (; t < self->n_terms; t++)
    for (guint g = 0; g < self->terms[t].n_groups; g++)
      for (guint c = 0; c < self->terms[t].groups[g].n_cursors; c++)
        next = MIN (next, cursor_seek (&self->terms[t].groups[g].cursors[c], start));
  /* Whole words of the bitmaps. */
  return next & ~G_GUINT64_CONSTANT (63);
}

static int
compare_terms (gconstpointer a, gconstpointer b, gpointer user_data)
{
  guint32 x = ((const Term *) a)->bound;
  guint32 y = ((const Term *) b)->bound;

  return (x > y) - (x < y);
}

/* Cursors and groups of the terms, in memory that is freed with @self. */
typedef struct
{
  Term *terms;
  Group *groups;
  Cursor *cursors;
  Cursor **active;
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
  self->cursors = g_new (Cursor, n_cursors + 1);
  self->active = g_new (Cursor *, n_cursors + 1);

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
              Cursor *cursor = &self->cursors[n_cursors++];

              cursor->postings = &from->lists[l].postings;
              cursor->share = from->lists[l].share;
              cursor->block = 0;
              cursor->at = 0;
              cursor->unpacked = FALSE;
              cursor->next = cursor_find (cursor, 0);
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
                        QuarryMaxscoreBest *best,
                        QuarryMaxscoreStopFunc stop,
                        gpointer user_data)
{
  g_autofree Search *self = NULL;
  g_auto (Setting) setting = { NULL };
  guint n_windows = 0;

  g_return_val_if_fail (n_terms <= QUARRY_MAXSCORE_MAX_TERMS, FALSE);

  if (n_terms == 0 || best->k == 0 || rows->n_rows == 0)
    return TRUE;

  self = g_new0 (Search, 1);
  self->rows = rows;
  set_odds (self, rows->bounds);
  setting_init (&setting, self, terms, n_terms);
  self->terms = setting.terms;
  self->n_terms = n_terms;
  self->weights = weights;
  self->best = best;
  set_floor (self);

  for (guint64 start = next_start (self, 0); start < END; start = next_start (self, start + WINDOW))
    {
      if (stop != NULL && n_windows++ % PATIENCE == 0 && stop (user_data))
        return FALSE;
      search_window (self, start, MIN (start + WINDOW, rows->n_rows));
    }
  return TRUE;
}
