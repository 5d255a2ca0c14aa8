/* quarry-maxscore.c: the best passages for weighted terms, without looking at all of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/lexical/quarry-maxscore.h"

#include <string.h>

/* Rows a window: its sums stay in the first-level cache. */
#define WINDOW 4096u

/* Windows between two questions whether to stop. */
#define PATIENCE 16u

#define END G_GUINT64_CONSTANT (0x100000000)

/* A place in a list. */
typedef struct
{
  const QuarryPostings *postings;
  guint8 share;
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
} Group;

typedef struct
{
  Group *groups;
  guint n_groups;
  guint32 bound; /* most that it can add anywhere */
  guint32 window_bound;
} Term;

typedef struct
{
  Term *terms;
  guint n_terms;
  const QuarryLexicalWeights *weights;
  const QuarryMaxscoreRows *rows;
  QuarryMaxscoreBest *best;
  gboolean in_order; /* no row found has a higher slot than one to come */
  guint32 floor;     /* scores up to this one change nothing */

  guint32 sums[WINDOW];
  guint32 highest[WINDOW];  /* of one term's groups */
  guint16 quarters[WINDOW]; /* of one group's lists */
  guint64 touched[WINDOW / 64];
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
  self->highest_slot = MAX (self->highest_slot, match.slot);
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

  self->floor = self->in_order || worst == 0 ? worst : worst - 1;
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

/* Moves to the first posting at or behind @target: its row, or END. */
static guint64
cursor_seek (Cursor *self, guint64 target)
{
  const QuarryPostings *postings = self->postings;

  cursor_leap (self, target);
  for (; self->block < postings->n_blocks; self->block++, self->unpacked = FALSE)
    {
      if (!self->unpacked)
        {
          guint64 first = quarry_postings_block_first (postings, self->block);

          /* Not unpacked before it is needed. */
          if (first >= target && first < END)
            {
              self->at = 0;
              return first;
            }
          quarry_postings_unpack (postings, self->block, &self->rows);
          self->unpacked = TRUE;
          self->at = 0;
        }
      while (self->at < self->rows.length && self->rows.rows[self->at] < target)
        self->at++;
      if (self->at < self->rows.length)
        return self->rows.rows[self->at];
    }
  return END;
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

/* The most that a posting from @start to before @end can count: an impact. */
static guint32
cursor_bound (Cursor *self, const guint16 *bounds, guint64 start, guint64 end)
{
  const QuarryPostings *postings = self->postings;
  guint8 max = 0;

  cursor_leap (self, start);
  for (guint32 b = self->block; b < postings->n_blocks; b++)
    {
      if (quarry_postings_block_first (postings, b) >= end)
        break;
      max = MAX (max, quarry_postings_block_max (postings, b));
    }
  return bounds[max];
}

static guint32
group_bound (Group *self, const guint16 *bounds, guint64 start, guint64 end)
{
  guint32 sum = 0;

  /* The impact of a sum is at most the sum of the impacts. */
  for (guint c = 0; c < self->n_cursors && sum < QUARRY_LEXICAL_ONE; c++)
    sum += cursor_bound (&self->cursors[c], bounds, start, end);
  return self->weight * MIN (sum, QUARRY_LEXICAL_ONE);
}

static inline guint
cursor_quarters (const Cursor *self)
{
  return quarry_lexical_code_quarters[self->rows.codes[self->at] & 15] * self->share
         / QUARRY_MAXSCORE_WHOLE;
}

/* --- Windows --------------------------------------------------------------------------------- */

/* Scores a group's postings in the window and hands each to @self's sums or, where its term has
 * other groups, to the highest. */
static void
add_group (Search *self, Group *group, gboolean alone, guint64 start, guint64 end)
{
  const guint8 *lengths = self->rows->lengths + start;
  gboolean whole = group->n_cursors == 1 && group->cursors[0].share == QUARRY_MAXSCORE_WHOLE;
  guint64 touched[WINDOW / 64] = { 0 };

  for (guint c = 0; c < group->n_cursors; c++)
    {
      Cursor *cursor = &group->cursors[c];

      while (cursor_seek (cursor, start) < end && cursor_unpack (cursor))
        {
          const guint32 *rows = cursor->rows.rows;
          const guint8 *codes = cursor->rows.codes;
          guint at = cursor->at;
          guint length = cursor->rows.length;

          /* The rest of the block, as far as it lies in the window. */
          while (length > at && rows[length - 1] >= end)
            length--;
          if (whole && alone)
            for (; at < length; at++)
              {
                guint place = (guint) (rows[at] - start);

                touched[place >> 6] |= G_GUINT64_CONSTANT (1) << (place & 63);
                self->sums[place] += group->weight * self->weights->impacts[lengths[place]][codes[at] & 15];
              }
          else
            for (; at < length; at++)
              {
                guint place = (guint) (rows[at] - start);

                cursor->at = at;
                touched[place >> 6] |= G_GUINT64_CONSTANT (1) << (place & 63);
                self->quarters[place]
                    = (guint16) MIN (self->quarters[place] + cursor_quarters (cursor), G_MAXUINT16);
              }
          cursor->at = at;
          if (at < cursor->rows.length)
            break;
        }
    }

  for (guint w = 0; w < WINDOW / 64; w++)
    {
      self->touched[w] |= touched[w];
      if (whole && alone)
        continue;
      for (guint64 bits = touched[w]; bits != 0; bits &= bits - 1)
        {
          guint place = w * 64 + (guint) __builtin_ctzll (bits);
          guint32 score
              = group->weight
                * quarry_lexical_impact (self->quarters[place], self->weights->norms[lengths[place]]);

          self->quarters[place] = 0;
          if (alone)
            self->sums[place] += score;
          else
            self->highest[place] = MAX (self->highest[place], score);
        }
    }
}

static void
add_term (Search *self, Term *term, guint64 start, guint64 end)
{
  for (guint g = 0; g < term->n_groups; g++)
    add_group (self, &term->groups[g], term->n_groups == 1, start, end);

  if (term->n_groups == 1)
    return;
  for (guint w = 0; w < WINDOW / 64; w++)
    for (guint64 bits = self->touched[w]; bits != 0; bits &= bits - 1)
      {
        guint place = w * 64 + (guint) __builtin_ctzll (bits);

        self->sums[place] += self->highest[place];
        self->highest[place] = 0;
      }
}

static guint32
group_score (Search *self, Group *group, guint32 row)
{
  guint quarters = 0;

  for (guint c = 0; c < group->n_cursors; c++)
    {
      Cursor *cursor = &group->cursors[c];

      if (cursor_seek (cursor, row) == row && cursor_unpack (cursor))
        quarters += cursor_quarters (cursor);
    }
  if (quarters == 0)
    return 0;
  return group->weight
         * quarry_lexical_impact (MIN (quarters, G_MAXUINT16),
                                  self->weights->norms[self->rows->lengths[row]]);
}

static guint32
term_score (Search *self, Term *term, guint32 row)
{
  guint32 score = 0;

  for (guint g = 0; g < term->n_groups; g++)
    score = MAX (score, group_score (self, &term->groups[g], row));
  return score;
}

static inline guint64
counting_rows (const QuarryMaxscoreRows *rows, guint64 word)
{
  guint64 bits = rows->allowed != NULL ? rows->allowed[word] : ~G_GUINT64_CONSTANT (0);

  return rows->dead != NULL ? bits & ~rows->dead[word] : bits;
}

/* @order: terms by what they can add in the window, least first; those before @first_essential
 * only score. */
static void
collect (Search *self, Term **order, guint first_essential, guint64 start)
{
  guint32 rest = 0;

  for (guint t = 0; t < first_essential; t++)
    rest += order[t]->window_bound;

  for (guint w = 0; w < WINDOW / 64; w++)
    {
      guint64 touched = self->touched[w];
      guint64 counting;

      if (touched == 0)
        continue;
      self->touched[w] = 0;
      counting = counting_rows (self->rows, (start >> 6) + w);
      for (guint64 bits = touched; bits != 0; bits &= bits - 1)
        {
          guint bit = (guint) __builtin_ctzll (bits);
          guint place = w * 64 + bit;
          guint32 row = (guint32) (start + place);
          guint32 score = self->sums[place];
          guint32 left = rest;

          self->sums[place] = 0;
          if (score + left <= self->floor || ((counting >> bit) & 1) == 0)
            continue;
          for (guint t = first_essential; t > 0 && score + left > self->floor; t--)
            {
              left -= order[t - 1]->window_bound;
              score += term_score (self, order[t - 1], row);
            }
          if (score > self->floor)
            {
              best_offer (self->best, (QuarryMaxscoreMatch) { self->rows->slots[row], score });
              set_floor (self);
            }
        }
    }
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

  for (guint t = 0; t < self->n_terms; t++)
    {
      Term *term = &self->terms[t];
      guint at = t;

      term->window_bound = 0;
      for (guint g = 0; g < term->n_groups; g++)
        term->window_bound
            = MAX (term->window_bound,
                   group_bound (&term->groups[g], self->rows->bounds, start, end));
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
    add_term (self, order[t], start, end);
  collect (self, order, first_essential, start);
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
} Places;

static void
places_clear (Places *self)
{
  g_free (self->terms);
  g_free (self->groups);
  g_free (self->cursors);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Places, places_clear)

static void
places_init (Places *self,
             const QuarryMaxscoreTerm *terms,
             guint n_terms,
             const guint16 *bounds)
{
  guint n_groups = 0, n_cursors = 0;

  for (guint t = 0; t < n_terms; t++)
    for (guint g = 0; g < terms[t].n_groups; g++, n_groups++)
      n_cursors += terms[t].groups[g].n_lists;
  self->terms = g_new0 (Term, n_terms);
  self->groups = g_new (Group, n_groups + 1);
  self->cursors = g_new (Cursor, n_cursors + 1);

  n_groups = n_cursors = 0;
  for (guint t = 0; t < n_terms; t++)
    {
      self->terms[t].groups = self->groups + n_groups;
      self->terms[t].n_groups = terms[t].n_groups;
      for (guint g = 0; g < terms[t].n_groups; g++)
        {
          const QuarryMaxscoreGroup *from = &terms[t].groups[g];
          Group *group = &self->groups[n_groups++];
          guint32 sum = 0;

          group->cursors = self->cursors + n_cursors;
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
              sum = MIN (sum + bounds[cursor->postings->highest], QUARRY_LEXICAL_ONE);
            }
          self->terms[t].bound = MAX (self->terms[t].bound, group->weight * sum);
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
  g_auto (Places) places = { NULL };
  guint n_windows = 0;

  g_return_val_if_fail (n_terms <= QUARRY_MAXSCORE_MAX_TERMS, FALSE);

  if (n_terms == 0 || best->k == 0 || rows->n_rows == 0)
    return TRUE;

  places_init (&places, terms, n_terms, rows->bounds);
  self = g_new0 (Search, 1);
  self->terms = places.terms;
  self->n_terms = n_terms;
  self->weights = weights;
  self->rows = rows;
  self->best = best;
  self->in_order
      = rows->ascending && (best->n_found == 0 || rows->slots[0] > best->highest_slot);
  set_floor (self);

  for (guint64 start = next_start (self, 0); start < END; start = next_start (self, start + WINDOW))
    {
      if (stop != NULL && n_windows++ % PATIENCE == 0 && stop (user_data))
        return FALSE;
      search_window (self, start, MIN (start + WINDOW, rows->n_rows));
    }
  return TRUE;
}
