/* quarry-pdf-line-numbers.c: numbers of lines, in the left margin
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pleadings, bills and manuscripts have a number beside each line, or beside every fifth. They are recognized by what
 * no list or table has at once: they are counted without a gap, at even distances, over most pages, there is nothing
 * left of them, and beside them are lines of text rather than cells. They often stand a little above or
 * below their lines, so that they would be taken for text between these.
 */
#include "core/extract/pdf/quarry-pdf.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How far the ends of numbers of one margin may be apart, in points. */
#define SAME_EDGE 2.0
/* On a page; of numbers beside every fifth or tenth line, half of that is enough. */
#define MIN_NUMBERS 8u
/* On the only page of a document. */
#define MIN_ALONE 20u
#define MAX_NUMBERS 200u
#define MAX_EDGES 16u

typedef struct
{
  double end, y;
  guint value;
  guint run;
} Number;

/* The numbers of a page whose ends are in line, from top to bottom. */
typedef struct
{
  GArray *numbers; /* Number */
  double edge;     /* where they end */
  guint step;      /* from one number to the next; 0 if they are not counted */
} Margin;

static gboolean
is_number (const char *text)
{
  gsize n = strspn (text, "0123456789");

  return n > 0 && n <= 4 && text[n] == '\0';
}

static gint
compare_rows (gconstpointer a, gconstpointer b)
{
  const Number *first = a, *second = b;

  return first->y < second->y ? -1 : first->y > second->y;
}

/* Sets @margin's numbers to those that most numbers of the page are in line with. */
static void
find_margin (const QuarryPdfPage *page, Margin *margin)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (Number));
  guint best = 0;

  margin->numbers = g_array_new (FALSE, FALSE, sizeof (Number));
  for (guint i = 0; i < page->runs->len && all->len < MAX_NUMBERS; i++)
    {
      const QuarryPdfRun *run = &g_array_index (page->runs, QuarryPdfRun, i);
      Number number
          = { run->number_end, run->box.y1, (guint) strtoul (run->text, NULL, 10), i };

      if (is_number (run->text))
        number.end = run->box.x1;
      if (number.end > 0.0)
        g_array_append_val (all, number);
    }
  for (guint i = 0; i < all->len; i++)
    {
      double edge = g_array_index (all, Number, i).end;
      guint n = 0;

      for (guint k = 0; k < all->len; k++)
        n += fabs (g_array_index (all, Number, k).end - edge) < SAME_EDGE;
      if (n > best)
        {
          best = n;
          margin->edge = edge;
        }
    }
  for (guint i = 0; i < all->len; i++)
    if (fabs (g_array_index (all, Number, i).end - margin->edge) < SAME_EDGE)
      g_array_append_val (margin->numbers, g_array_index (all, Number, i));
  g_array_sort (margin->numbers, compare_rows);
}

static gint
compare_doubles (gconstpointer a, gconstpointer b)
{
  double first = *(const double *) a, second = *(const double *) b;

  return first < second ? -1 : first > second;
}

/* Finds out by how much the numbers are counted up, and whether they are at even distances. */
static void
count_up (Margin *margin)
{
  const Number *numbers = (const Number *) (void *) margin->numbers->data;
  guint n = margin->numbers->len, n_steps = 0, n_even = 0;
  g_autofree double *down = g_new (double, MAX (n, 1));
  guint step;

  margin->step = 0;
  if (n < 2)
    return;
  step = numbers[n / 2].value - numbers[n / 2 - 1].value;
  for (guint i = 1; i < n; i++)
    {
      n_steps += numbers[i].value - numbers[i - 1].value == step;
      down[i - 1] = numbers[i].y - numbers[i - 1].y;
    }
  qsort (down, n - 1, sizeof *down, compare_doubles);
  for (guint i = 1; i < n; i++)
    n_even += fabs (numbers[i].y - numbers[i - 1].y - down[(n - 1) / 2]) < 0.25 * down[(n - 1) / 2];
  if ((step == 1 || step == 2 || step == 5 || step == 10) && n_steps * 10 >= (n - 1) * 9 && n_even * 5 >= (n - 1) * 3)
    margin->step = step;
}

/* Whether the numbers stand beside lines of text, with nothing left of them. */
static gboolean
is_beside_text (const QuarryPdfPage *page, const Margin *margin)
{
  const Number *numbers = (const Number *) (void *) margin->numbers->data;
  guint n = margin->numbers->len, n_outside = 0, n_wide = 0;

  for (guint i = 0; i < page->runs->len; i++)
    {
      const QuarryPdfRun *run = &g_array_index (page->runs, QuarryPdfRun, i);

      if (run->box.y1 < numbers[0].y - run->size || run->box.y1 > numbers[n - 1].y + run->size)
        continue;
      n_outside += !is_number (run->text) && run->box.x0 < margin->edge - SAME_EDGE
                   && fabs (run->number_end - margin->edge) >= SAME_EDGE;
      n_wide += run->box.x1 - run->box.x0 > 0.35 * page->width;
    }
  return n_outside * 10 <= n && n_wide * 3 >= n / (margin->step == 1 ? 1 : 4);
}

static void
drop_numbers (QuarryPdfPage *page, const Margin *margin)
{
  g_autoptr (GArray) rest = g_array_sized_new (FALSE, FALSE, sizeof (QuarryPdfRun), page->runs->len);
  g_autofree gboolean *is_dropped = g_new0 (gboolean, page->runs->len);

  for (guint i = 0; i < margin->numbers->len; i++)
    is_dropped[g_array_index (margin->numbers, Number, i).run] = TRUE;
  for (guint i = 0; i < page->runs->len; i++)
    {
      QuarryPdfRun run = g_array_index (page->runs, QuarryPdfRun, i);

      if (is_dropped[i] && is_number (run.text))
        continue;
      if (is_dropped[i])
        {
          gsize digits = strspn (run.text, "0123456789");

          run.text += digits + strspn (run.text + digits, " ");
          run.n_characters -= (guint) digits;
          run.box.x0 = run.rest_start;
        }
      g_array_append_val (rest, run);
    }
  g_array_set_size (page->runs, 0);
  g_array_append_vals (page->runs, rest->data, rest->len);
}

void
quarry_pdf_drop_line_numbers (GPtrArray *pages)
{
  g_autofree Margin *margins = g_new0 (Margin, MAX (pages->len, 1));
  double edges[MAX_EDGES];
  guint n_edges = 0, n_sure = 0, n_told = 0, expected = 0;

  for (guint i = 0; i < pages->len; i++)
    {
      const QuarryPdfPage *page = g_ptr_array_index (pages, i);
      Margin *margin = &margins[i];
      const Number *first;

      find_margin (page, margin);
      count_up (margin);
      n_told += page->runs->len > 0;
      if (margin->step == 0)
        continue;
      first = &g_array_index (margin->numbers, Number, 0);
      if (margin->numbers->len >= (pages->len == 1 ? MIN_ALONE : MIN_NUMBERS) / (margin->step < 5 ? 1 : 2)
          && (first->value <= margin->step || first->value == expected) && is_beside_text (page, margin))
        {
          n_sure++;
          if (n_edges < MAX_EDGES)
            edges[n_edges++] = margin->edge;
        }
      expected = g_array_index (margin->numbers, Number, margin->numbers->len - 1).value + margin->step;
    }
  if (n_sure >= MIN (2, pages->len) && n_sure * 3 >= n_told)
    for (guint i = 0; i < pages->len; i++)
      for (guint k = 0; k < n_edges; k++)
        if (fabs (margins[i].edge - edges[k]) < SAME_EDGE && (margins[i].step > 0 || margins[i].numbers->len == 1))
          {
            drop_numbers (g_ptr_array_index (pages, i), &margins[i]);
            break;
          }
  for (guint i = 0; i < pages->len; i++)
    g_array_unref (margins[i].numbers);
}
