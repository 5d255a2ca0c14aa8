/* quarry-maxscore.c: the best passages for weighted terms, without looking at all of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/lexical/quarry-maxscore.h"

#include <string.h>

/* Slots a window: its sums stay in the first-level cache. */
#define WINDOW 4096u

/* Windows between two questions whether to stop. */
#define PATIENCE 64u

#define END G_GUINT64_CONSTANT (0x100000000)

/* A place in a list. */
typedef struct
{
  const QuarryPostings *postings;
  guint32 weight;
  guint32 block;
  guint at;     /* in the block */
  guint length; /* of the block; 0: not unpacked yet */
  const guint8 *weights;
  guint32 slots[QUARRY_POSTINGS_BLOCK];
} Cursor;

typedef struct
{
  Cursor *cursors;
  guint n_cursors;
  guint32 bound; /* most that it can add anywhere */
  guint32 window_bound;
} Term;

typedef struct
{
  Term *terms;
  guint n_terms;
  guint k;
  const guint64 *allowed;
  gsize n_words;

  QuarryMaxscoreMatch *heap; /* the worst on top */
  guint n_found;
  guint32 threshold; /* a score must be above it */

  guint32 sums[WINDOW];
  guint32 best[WINDOW]; /* of one term's lists */
  guint64 touched[WINDOW / 64];
} Search;

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
  self->length = 0;
}

/* Moves to the first posting at or behind @target: its slot, or END. */
static guint64
cursor_seek (Cursor *self, guint64 target)
{
  const QuarryPostings *postings = self->postings;

  cursor_leap (self, target);
  for (; self->block < postings->n_blocks; self->block++, self->length = 0)
    {
      if (self->length == 0)
        {
          self->length
              = quarry_postings_unpack (postings, self->block, self->slots, &self->weights);
          self->at = 0;
        }
      while (self->at < self->length && self->slots[self->at] < target)
        self->at++;
      if (self->at < self->length)
        return self->slots[self->at];
    }
  return END;
}

/* The most that a posting from @start to before @end can count. */
static guint32
cursor_bound (Cursor *self, guint64 start, guint64 end)
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
  return self->weight * max;
}

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

/* Slots come ascending, so that an equal score never displaces an earlier one. */
static void
offer (Search *self, guint32 slot, guint32 score)
{
  QuarryMaxscoreMatch match = { slot, score };

  if (self->n_found < self->k)
    {
      guint at = self->n_found++;

      while (at > 0 && is_worse (&match, &self->heap[(at - 1) / 2]))
        {
          self->heap[at] = self->heap[(at - 1) / 2];
          at = (at - 1) / 2;
        }
      self->heap[at] = match;
    }
  else
    {
      sift_down (self->heap, self->k, match);
    }
  if (self->n_found == self->k)
    self->threshold = self->heap[0].score;
}

static void
sort_found (Search *self)
{
  for (guint n = self->n_found; n > 1; n--)
    {
      QuarryMaxscoreMatch last = self->heap[n - 1];

      self->heap[n - 1] = self->heap[0];
      sift_down (self->heap, n - 1, last);
    }
}

/* --- Windows --------------------------------------------------------------------------------- */

/* Adds a term's postings in the window to the sums. */
static void
add_term (Search *self, Term *term, guint64 start, guint64 end)
{
  gboolean alone = term->n_cursors == 1;
  guint32 *to = alone ? self->sums : self->best;
  guint64 touched[WINDOW / 64] = { 0 };

  for (guint c = 0; c < term->n_cursors; c++)
    {
      Cursor *cursor = &term->cursors[c];

      for (guint64 slot = cursor_seek (cursor, start); slot < end;
           slot = cursor_seek (cursor, start))
        {
          /* The rest of the block, as far as it lies in the window. */
          for (; cursor->at < cursor->length; cursor->at++)
            {
              guint64 place = cursor->slots[cursor->at] - start;
              guint32 score;

              if (cursor->slots[cursor->at] >= end || cursor->slots[cursor->at] < start)
                break;
              score = cursor->weight * cursor->weights[cursor->at];
              touched[place >> 6] |= G_GUINT64_CONSTANT (1) << (place & 63);
              if (alone)
                to[place] += score;
              else
                to[place] = MAX (to[place], score);
            }
          if (cursor->at < cursor->length)
            break;
        }
    }

  for (guint w = 0; w < WINDOW / 64; w++)
    {
      self->touched[w] |= touched[w];
      if (alone)
        continue;
      for (guint64 bits = touched[w]; bits != 0; bits &= bits - 1)
        {
          guint place = w * 64 + (guint) __builtin_ctzll (bits);

          self->sums[place] += self->best[place];
          self->best[place] = 0;
        }
    }
}

static guint32
term_score (Term *term, guint32 slot)
{
  guint32 best = 0;

  for (guint c = 0; c < term->n_cursors; c++)
    {
      Cursor *cursor = &term->cursors[c];

      if (cursor_seek (cursor, slot) == slot)
        best = MAX (best, cursor->weight * cursor->weights[cursor->at]);
    }
  return best;
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
      for (guint64 bits = self->touched[w]; bits != 0; bits &= bits - 1)
        {
          guint place = w * 64 + (guint) __builtin_ctzll (bits);
          guint32 slot = (guint32) (start + place);
          guint32 score = self->sums[place];
          guint32 left = rest;

          self->sums[place] = 0;
          if (score + left <= self->threshold)
            continue;
          if (self->allowed != NULL
              && ((slot >> 6) >= self->n_words
                  || ((self->allowed[slot >> 6] >> (slot & 63)) & 1) == 0))
            continue;
          for (guint t = first_essential; t > 0 && score + left > self->threshold; t--)
            {
              left -= order[t - 1]->window_bound;
              score += term_score (order[t - 1], slot);
            }
          if (score > self->threshold)
            offer (self, slot, score);
        }
      self->touched[w] = 0;
    }
}

static void
search_window (Search *self, guint64 start, guint64 end)
{
  Term *order[QUARRY_MAXSCORE_MAX_TERMS];
  guint first_essential = 0;
  guint32 sum = 0;

  for (guint t = 0; t < self->n_terms; t++)
    {
      Term *term = &self->terms[t];
      guint at = t;

      term->window_bound = 0;
      for (guint c = 0; c < term->n_cursors; c++)
        term->window_bound = MAX (term->window_bound, cursor_bound (&term->cursors[c], start, end));
      while (at > 0 && order[at - 1]->window_bound > term->window_bound)
        {
          order[at] = order[at - 1];
          at--;
        }
      order[at] = term;
    }

  while (first_essential < self->n_terms
         && sum + order[first_essential]->window_bound <= self->threshold)
    sum += order[first_essential++]->window_bound;
  if (first_essential == self->n_terms)
    return;

  for (guint t = first_essential; t < self->n_terms; t++)
    add_term (self, order[t], start, end);
  collect (self, order, first_essential, start);
}

/* The first slot from @start on that one of the terms holds which can lift a passage above the
 * threshold. @self->terms: by what they can add at all, least first. */
static guint64
next_start (Search *self, guint64 start)
{
  guint64 next = END;
  guint32 sum = 0;
  guint t = 0;

  while (t < self->n_terms && sum + self->terms[t].bound <= self->threshold)
    sum += self->terms[t++].bound;
  for (; t < self->n_terms; t++)
    for (guint c = 0; c < self->terms[t].n_cursors; c++)
      next = MIN (next, cursor_seek (&self->terms[t].cursors[c], start));
  return next;
}

static int
compare_terms (gconstpointer a, gconstpointer b, gpointer user_data)
{
  guint32 x = ((const Term *) a)->bound;
  guint32 y = ((const Term *) b)->bound;

  return (x > y) - (x < y);
}

guint
quarry_maxscore_search (const QuarryMaxscoreTerm *terms,
                        guint n_terms,
                        guint k,
                        const guint64 *allowed,
                        gsize n_words,
                        QuarryMaxscoreStopFunc stop,
                        gpointer user_data,
                        QuarryMaxscoreMatch *found)
{
  g_autofree Search *self = NULL;
  g_autofree Term *own_terms = NULL;
  g_autofree Cursor *cursors = NULL;
  guint n_cursors = 0;
  guint n_windows = 0;

  g_return_val_if_fail (n_terms <= QUARRY_MAXSCORE_MAX_TERMS, 0);

  if (n_terms == 0 || k == 0)
    return 0;

  for (guint t = 0; t < n_terms; t++)
    n_cursors += terms[t].n_lists;
  cursors = g_new (Cursor, n_cursors + 1);
  own_terms = g_new0 (Term, n_terms);
  n_cursors = 0;
  for (guint t = 0; t < n_terms; t++)
    {
      own_terms[t].cursors = cursors + n_cursors;
      own_terms[t].n_cursors = terms[t].n_lists;
      for (guint l = 0; l < terms[t].n_lists; l++)
        {
          Cursor *cursor = &cursors[n_cursors++];

          cursor->postings = &terms[t].lists[l].postings;
          cursor->weight = MIN (terms[t].lists[l].weight, QUARRY_MAXSCORE_MAX_WEIGHT);
          cursor->block = 0;
          cursor->at = 0;
          cursor->length = 0;
          own_terms[t].bound
              = MAX (own_terms[t].bound, cursor->weight * cursor->postings->max_weight);
        }
    }
  g_qsort_with_data (own_terms, (int) n_terms, sizeof *own_terms, compare_terms, NULL);

  self = g_new0 (Search, 1);
  self->terms = own_terms;
  self->n_terms = n_terms;
  self->k = k;
  self->allowed = allowed;
  self->n_words = n_words;
  self->heap = found;

  for (guint64 start = next_start (self, 0); start < END; start = next_start (self, start + WINDOW))
    {
      if (stop != NULL && n_windows++ % PATIENCE == 0 && stop (user_data))
        break;
      search_window (self, start, MIN (start + WINDOW, END));
    }
  sort_found (self);
  return self->n_found;
}
