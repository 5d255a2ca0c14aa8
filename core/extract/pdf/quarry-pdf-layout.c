/* quarry-pdf-layout.c: the runs of a page -> lines in reading order
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Runs on one baseline form a band. A horizontal interval that is empty in many consecutive bands is a
 * gutter. If there is running text on both sides of it, it separates two columns, which are read one
 * after the other; each column, and what is above and below, is divided again in the same way.
 * Otherwise the bands are rows of a table, or simple lines, and are read across. (Dividing a page
 * along white space is the XY-cut of Nagy and Seth, 1984; choosing the tallest gutter with text on
 * both sides allows titles and tables to span several columns.)
 */
#include "core/extract/pdf/quarry-pdf.h"

#include <string.h>

#define WIDE_GAP 1.5 /* in multiples of the type size: a gap between cells of a table, or between columns */
#define MAX_DEPTH 6u
#define CANDIDATE_STEP 3.0 /* distance in points of the places where a gutter is looked for */

typedef struct
{
  GPtrArray *runs;    /* const QuarryPdfRun *, from left to right */
  double y0, y1;      /* of its longest run */
  guint n_characters; /* of that run */
} Band;

typedef struct
{
  GStringChunk *texts;
  GArray *lines;
  guint *n_columns;
  guint page;
} Layout;

typedef struct
{
  double x0, x1;
} Gutter;

static gint
compare_centers (gconstpointer a, gconstpointer b)
{
  const QuarryPdfRun *first = *(const QuarryPdfRun *const *) a;
  const QuarryPdfRun *second = *(const QuarryPdfRun *const *) b;
  double difference = first->box.y0 + first->box.y1 - second->box.y0 - second->box.y1;

  if (difference != 0.0)
    return difference < 0.0 ? -1 : 1;
  return first->box.x0 < second->box.x0 ? -1 : first->box.x0 > second->box.x0;
}

static gint
compare_lefts (gconstpointer a, gconstpointer b)
{
  const QuarryPdfRun *first = *(const QuarryPdfRun *const *) a;
  const QuarryPdfRun *second = *(const QuarryPdfRun *const *) b;

  return first->box.x0 < second->box.x0 ? -1 : first->box.x0 > second->box.x0;
}

static void
clear_band (gpointer data)
{
  Band *band = data;

  g_ptr_array_unref (band->runs);
}

/* Whether a run belongs to the line of a band: on its baseline, or raised or lowered as superscripts and subscripts
 * are. */
static gboolean
stands_on (const QuarryPdfRun *run, const Band *band)
{
  double height = MIN (run->box.y1 - run->box.y0, band->y1 - band->y0);
  double overlap = MIN (run->box.y1, band->y1) - MAX (run->box.y0, band->y0);

  return overlap > 0.5 * height;
}

/* Groups runs into bands, top to bottom. (transfer full) */
static GArray *
make_bands (GPtrArray *runs)
{
  GArray *bands = g_array_new (FALSE, FALSE, sizeof (Band));

  g_array_set_clear_func (bands, clear_band);
  g_ptr_array_sort (runs, compare_centers);
  for (guint i = 0; i < runs->len; i++)
    {
      QuarryPdfRun *run = g_ptr_array_index (runs, i);
      Band *last = bands->len > 0 ? &g_array_index (bands, Band, bands->len - 1) : NULL;

      if (last == NULL || !stands_on (run, last))
        {
          Band band = { .runs = g_ptr_array_new () };

          g_array_append_val (bands, band);
          last = &g_array_index (bands, Band, bands->len - 1);
        }
      g_ptr_array_add (last->runs, run);
      /* The longest run determines where the line is. */
      if (run->n_characters > last->n_characters)
        {
          last->n_characters = run->n_characters;
          last->y0 = run->box.y0;
          last->y1 = run->box.y1;
        }
    }
  for (guint i = 0; i < bands->len; i++)
    g_ptr_array_sort (g_array_index (bands, Band, i).runs, compare_lefts);
  return bands;
}

static QuarryPdfBox
bound (const Band *bands, guint n)
{
  QuarryPdfBox box = { 1e9, 1e9, -1e9, -1e9 };

  for (guint i = 0; i < n; i++)
    for (guint k = 0; k < bands[i].runs->len; k++)
      {
        const QuarryPdfRun *run = g_ptr_array_index (bands[i].runs, k);

        box.x0 = MIN (box.x0, run->box.x0);
        box.y0 = MIN (box.y0, run->box.y0);
        box.x1 = MAX (box.x1, run->box.x1);
        box.y1 = MAX (box.y1, run->box.y1);
      }
  return box;
}

typedef struct
{
  guint n_bands;     /* bands with text on this side */
  guint n_alone;     /* bands with text on this side only */
  guint n_filled;    /* bands whose text fills most of the side's width */
  guint n_numbers;   /* bands with digits only */
  double characters; /* mean number of characters */
} Side;

static gboolean
is_number (const char *text)
{
  return *text != '\0' && strspn (text, "0123456789.,%-+() $€£") == strlen (text);
}

static void
look_at_side (const Band *bands, guint from, guint to, double x0, double x1, Side *side)
{
  double left = 1e9, right = -1e9;
  guint total = 0;

  memset (side, 0, sizeof *side);
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = from; i < to; i++)
      {
        double width = 0.0;
        guint characters = 0, others = 0;
        gboolean numbers = TRUE;

        for (guint k = 0; k < bands[i].runs->len; k++)
          {
            const QuarryPdfRun *run = g_ptr_array_index (bands[i].runs, k);
            double center = (run->box.x0 + run->box.x1) / 2.0;

            if (center < x0 || center > x1)
              {
                others++;
                continue;
              }
            left = MIN (left, run->box.x0);
            right = MAX (right, run->box.x1);
            width += run->box.x1 - run->box.x0;
            characters += run->n_characters;
            numbers = numbers && is_number (run->text);
          }
        if (pass == 0 || characters == 0)
          continue;
        side->n_bands++;
        side->n_alone += others == 0;
        side->n_filled += width > 0.6 * (right - left) && characters >= 10;
        side->n_numbers += numbers;
        total += characters;
      }
  side->characters = side->n_bands > 0 ? total / (double) side->n_bands : 0.0;
}

/* Whether the gutter separates columns of text, rather than cells of a table. */
static gboolean
parts_columns (const Band *bands, guint from, guint to, const Gutter *gutter)
{
  Side left, right;
  guint n = to - from;

  look_at_side (bands, from, to, -1e9, gutter->x0, &left);
  look_at_side (bands, from, to, gutter->x1, 1e9, &right);
  if (left.n_bands < 3 || right.n_bands < 3)
    return FALSE;
  /* Columns of numbers are read along their rows. */
  if (left.n_numbers * 2 > left.n_bands || right.n_numbers * 2 > right.n_bands)
    return FALSE;
  if (left.characters >= 18.0 && right.characters >= 18.0 && left.n_filled * 2 >= left.n_bands
      && right.n_filled * 2 >= right.n_bands)
    return TRUE;
  /* Short entries that are not aligned with each other, as in an index. */
  return n >= 16 && left.n_alone + right.n_alone >= n / 3 && left.characters >= 8.0
         && right.characters >= 8.0 && left.n_bands * 3 >= n && right.n_bands * 3 >= n
         && left.n_numbers * 4 < left.n_bands && right.n_numbers * 4 < right.n_bands;
}

static gboolean
is_right_to_left (const Band *band)
{
  guint rtl = 0, ltr = 0;

  for (guint k = 0; k < band->runs->len; k++)
    {
      const QuarryPdfRun *run = g_ptr_array_index (band->runs, k);

      for (const char *p = run->text; *p != '\0'; p = g_utf8_next_char (p))
        {
          gunichar c = g_utf8_get_char (p);

          rtl += (c >= 0x590 && c <= 0x8ff) || (c >= 0xfb1d && c <= 0xfefc);
          ltr += g_unichar_isalpha (c) && c < 0x590;
        }
    }
  return rtl > ltr;
}

/* Whether a small raised number or sign refers to a footnote, or begins one. */
static gboolean
is_note_mark (const QuarryPdfRun *run, const QuarryPdfRun *beside)
{
  return run->n_characters <= 3 && run->size < 0.85 * beside->size
         && run->box.y1 < beside->box.y1 - 0.15 * beside->size
         && (strspn (run->text, "0123456789*") == strlen (run->text)
             || g_utf8_get_char (run->text) == 0x2020 || g_utf8_get_char (run->text) == 0x2217);
}

static void
add_line (Layout *layout, const Band *band, guint column, const QuarryPdfBox *region)
{
  g_autoptr (GString) text = g_string_new (NULL);
  QuarryPdfLine line = { .page = layout->page,
                         .column = column,
                         .left = region->x0,
                         .right = region->x1,
                         .box = { 1e9, 1e9, -1e9, -1e9 },
                         .flags = QUARRY_PDF_BOLD | QUARRY_PDF_MONO,
                         .n_cells = 1 };
  gboolean reversed = is_right_to_left (band);
  const QuarryPdfRun *longest = NULL;
  const QuarryPdfRun *previous = NULL;

  for (guint k = 0; k < band->runs->len; k++)
    {
      const QuarryPdfRun *run
          = g_ptr_array_index (band->runs, reversed ? band->runs->len - 1 - k : k);
      const QuarryPdfRun *next
          = k + 1 < band->runs->len && !reversed ? g_ptr_array_index (band->runs, k + 1) : NULL;

      if ((previous != NULL && previous->n_characters > 3 && is_note_mark (run, previous))
          || (previous == NULL && next != NULL && is_note_mark (run, next)))
        continue;
      if (previous != NULL)
        {
          double gap = MAX (run->box.x0 - previous->box.x1, previous->box.x0 - run->box.x1);
          gboolean wide = gap > WIDE_GAP * MAX (run->size, previous->size);
          /* A number before a heading, or a bullet before a list item. */
          gboolean is_label = k == 1 && previous->n_characters <= 6
                              && gap < 4.0 * MAX (run->size, previous->size);

          if (gap > 0.15 * run->size)
            g_string_append_c (text, wide && !is_label ? '\t' : ' ');
          line.n_cells += wide && !is_label;
        }
      g_string_append (text, run->text);
      line.box.x0 = MIN (line.box.x0, run->box.x0);
      line.box.x1 = MAX (line.box.x1, run->box.x1);
      line.n_characters += run->n_characters;
      line.flags &= run->flags;
      if (longest == NULL || run->n_characters > longest->n_characters)
        longest = run;
      previous = run;
    }
  line.box.y0 = longest->box.y0;
  line.box.y1 = longest->box.y1;
  line.size = longest->size;
  line.text = g_string_chunk_insert (layout->texts, text->str);
  g_array_append_val (layout->lines, line);
}

/* FALSE if a run of the band covers @x; otherwise narrows the gutter to the interval around @x that is free in this
 * band. */
static gboolean
leaves_free (const Band *band, double x, Gutter *gutter)
{
  for (guint k = 0; k < band->runs->len; k++)
    {
      const QuarryPdfRun *run = g_ptr_array_index (band->runs, k);

      if (run->box.x0 <= x && run->box.x1 >= x)
        return FALSE;
      if (run->box.x1 < x)
        gutter->x0 = MAX (gutter->x0, run->box.x1);
      else
        gutter->x1 = MIN (gutter->x1, run->box.x0);
    }
  return TRUE;
}

typedef struct
{
  guint from, to; /* bands */
  Gutter gutter;
} Cut;

/* Finds the tallest gutter in the bands [from, to) that separates columns. */
static gboolean
find_cut (const Band *bands, guint from, guint to, const QuarryPdfBox *region, Cut *best)
{
  gboolean found = FALSE;

  best->from = best->to = 0;
  for (double x = region->x0 + CANDIDATE_STEP; x < region->x1; x += CANDIDATE_STEP)
    for (guint i = from, j; i < to; i = j + 1)
      {
        Gutter gutter = { region->x0, region->x1 };
        Gutter narrowed = gutter;
        double height = 14.0;

        for (j = i; j < to && leaves_free (&bands[j], x, &narrowed); j++)
          {
            /* A gutter that becomes too narrow ends here, as does one that is crossed. */
            height = MIN (height, bands[j].y1 - bands[j].y0);
            if (narrowed.x1 - narrowed.x0 < MAX (6.0, 0.8 * height))
              break;
            gutter = narrowed;
          }
        if (j - i >= 3 && j - i > best->to - best->from && gutter.x0 > region->x0
            && gutter.x1 < region->x1 && parts_columns (bands, i, j, &gutter))
          {
            *best = (Cut){ i, j, gutter };
            found = TRUE;
          }
      }
  return found;
}

static void lay_out (Layout *layout, GPtrArray *runs, guint depth);

static void
lay_out_bands (Layout *layout,
               const Band *bands,
               guint from,
               guint to,
               guint column,
               const QuarryPdfBox *region,
               guint depth)
{
  Cut cut;

  if (depth >= MAX_DEPTH || !find_cut (bands, from, to, region, &cut))
    {
      for (guint i = from; i < to; i++)
        add_line (layout, &bands[i], column, region);
      return;
    }

  if (cut.from > from)
    lay_out_bands (layout, bands, from, cut.from, column, region, depth + 1);
  for (guint side = 0; side < 2; side++)
    {
      g_autoptr (GPtrArray) part = g_ptr_array_new ();

      for (guint i = cut.from; i < cut.to; i++)
        for (guint k = 0; k < bands[i].runs->len; k++)
          {
            QuarryPdfRun *run = g_ptr_array_index (bands[i].runs, k);

            if ((run->box.x0 >= cut.gutter.x1) == (side == 1))
              g_ptr_array_add (part, run);
          }
      if (part->len > 0)
        lay_out (layout, part, depth + 1);
    }
  if (cut.to < to)
    lay_out_bands (layout, bands, cut.to, to, column, region, depth + 1);
}

static void
lay_out (Layout *layout, GPtrArray *runs, guint depth)
{
  g_autoptr (GArray) bands = make_bands (runs);
  QuarryPdfBox region = bound ((const Band *) (void *) bands->data, bands->len);

  lay_out_bands (layout,
                 (const Band *) (void *) bands->data,
                 0,
                 bands->len,
                 (*layout->n_columns)++,
                 &region,
                 depth);
}

/* The type size of most of the page's text. */
static double
common_size (const QuarryPdfPage *page)
{
  guint counts[256] = { 0 };
  guint best = 0;

  for (guint i = 0; i < page->runs->len; i++)
    {
      const QuarryPdfRun *run = &g_array_index (page->runs, QuarryPdfRun, i);

      counts[(guint) CLAMP (run->size * 2.0, 0.0, 255.0)] += run->n_characters;
    }
  for (guint i = 1; i < G_N_ELEMENTS (counts); i++)
    if (counts[i] > counts[best])
      best = i;
  return best / 2.0;
}

/* Joins a drop cap, the large letter at the start of a chapter, with the line beside it. */
static void
join_initials (const QuarryPdfPage *page, GStringChunk *texts, GPtrArray *runs)
{
  double size = common_size (page);

  for (guint i = 0; i < runs->len; i++)
    {
      QuarryPdfRun *initial = g_ptr_array_index (runs, i);

      if (initial->n_characters != 1 || initial->size < 1.8 * size
          || !g_unichar_isupper (g_utf8_get_char (initial->text)))
        continue;
      for (guint k = 0; k < runs->len; k++)
        {
          QuarryPdfRun *run = g_ptr_array_index (runs, k);
          double gap = run->box.x0 - initial->box.x1;

          if (run != initial && run->size < 1.3 * size && gap > -size && gap < 2.0 * size
              && run->box.y0 > initial->box.y0 - size && run->box.y0 < initial->box.y0 + size)
            {
              g_autofree char *joined = g_strconcat (initial->text, run->text, NULL);

              run->text = g_string_chunk_insert (texts, joined);
              run->box.x0 = initial->box.x0;
              g_ptr_array_remove_index (runs, i--);
              break;
            }
        }
    }
}

void
quarry_pdf_layout_page (const QuarryPdfPage *page,
                        GStringChunk *texts,
                        GArray *lines,
                        guint *n_columns)
{
  Layout layout = { texts, lines, n_columns, page->number };
  g_autoptr (GPtrArray) runs = g_ptr_array_new ();
  g_autoptr (GPtrArray) vertical = g_ptr_array_new ();

  for (guint i = 0; i < page->runs->len; i++)
    {
      QuarryPdfRun *run = &g_array_index (page->runs, QuarryPdfRun, i);

      g_ptr_array_add ((run->flags & QUARRY_PDF_VERTICAL) != 0 ? vertical : runs, run);
    }
  if (runs->len > 0)
    {
      join_initials (page, texts, runs);
      lay_out (&layout, runs, 0);
    }
  /* Text written along an edge of the page comes last, each run as a line. */
  for (guint i = 0; i < vertical->len; i++)
    {
      QuarryPdfRun *run = g_ptr_array_index (vertical, i);
      g_autoptr (GPtrArray) one = g_ptr_array_new ();

      g_ptr_array_add (one, run);
      lay_out (&layout, one, 0);
    }
}
