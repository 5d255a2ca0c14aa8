/* quarry-pdf-running.c: headers, footers and page numbers
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What repeats at the same place at the top or bottom of several pages, numbers aside, belongs to the
 * pages and not to the text; so does a line there with the page number. Words that occur nowhere else,
 * such as the sender's in a letterhead, are kept once, beside the text.
 */
#include "core/extract/pdf/quarry-pdf.h"

#include "core/extract/text/quarry-page-number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Headers and footers are within this fraction of the page's height at the top and the bottom. */
#define MARGIN 0.14
/* How many lines are looked at, counted from the edge. */
#define MAX_BANDS 3u
#define MAX_OFFSETS 4096
/* Shorter words, in bytes, are not worth keeping. */
#define MIN_WORD 3u

typedef struct
{
  QuarryPdfPage *page;
  guint run;
  gboolean is_top;
  guint band; /* the line, counted from the edge of the page */
  char *key;
  gboolean is_apart;   /* its distance to the next line is larger than that of two lines of a text */
  gboolean is_set_off; /* so is that of this line, or of one of those behind it that are looked at */
  gboolean is_dropped;
} Candidate;

static void
clear_candidate (gpointer data)
{
  Candidate *candidate = data;

  g_free (candidate->key);
}

/* The text in lower case, with all numbers replaced by the same sign and single blanks, so that repetitions are
 * equal. */
static char *
make_key (const char *text)
{
  g_autofree char *lower = g_utf8_strdown (text, -1);
  GString *out = g_string_new (NULL);

  for (const char *p = lower; *p != '\0'; p++)
    {
      char c = g_ascii_isdigit (*p) ? '#' : *p;

      if (c == '#' && out->len > 0 && out->str[out->len - 1] == '#')
        continue;
      g_string_append_c (out, c);
    }
  return g_string_free (out, FALSE);
}

static gint
compare_from_top (gconstpointer a, gconstpointer b)
{
  const QuarryPdfRun *first = *(const QuarryPdfRun *const *) a;
  const QuarryPdfRun *second = *(const QuarryPdfRun *const *) b;

  return first->box.y0 < second->box.y0 ? -1 : first->box.y0 > second->box.y0;
}

static gint
compare_from_bottom (gconstpointer a, gconstpointer b)
{
  const QuarryPdfRun *first = *(const QuarryPdfRun *const *) a;
  const QuarryPdfRun *second = *(const QuarryPdfRun *const *) b;

  return first->box.y1 > second->box.y1 ? -1 : first->box.y1 < second->box.y1;
}

/* Marks the candidates from @first on, behind the last of which there is a gap. */
static void
set_apart (GArray *candidates, guint first, guint band)
{
  for (guint i = first; i < candidates->len; i++)
    {
      Candidate *candidate = &g_array_index (candidates, Candidate, i);

      candidate->is_set_off = TRUE;
      candidate->is_apart |= candidate->band == band;
    }
}

/* How much further from the edge of the page @next is than @run. */
static double
step_between (const QuarryPdfRun *run, const QuarryPdfRun *next, gboolean is_top)
{
  return is_top ? next->box.y0 - run->box.y0 : run->box.y1 - next->box.y1;
}

static gboolean
is_far (const QuarryPdfRun *run, const QuarryPdfRun *next, gboolean is_top)
{
  return step_between (run, next, is_top) > 1.6 * MAX (run->size, next->size);
}

static void
list_candidates (QuarryPdfPage *page, gboolean is_top, GArray *candidates)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  const QuarryPdfRun *previous = NULL;
  const guint first = candidates->len;
  guint band = 0;

  for (guint i = 0; i < page->runs->len; i++)
    g_ptr_array_add (sorted, &g_array_index (page->runs, QuarryPdfRun, i));
  g_ptr_array_sort (sorted, is_top ? compare_from_top : compare_from_bottom);

  for (guint i = 0; i < sorted->len; i++)
    {
      QuarryPdfRun *run = g_ptr_array_index (sorted, i);
      Candidate candidate = { .page = page, .is_top = is_top };

      if (is_top ? run->box.y1 > MARGIN * page->height
                 : run->box.y0 < (1.0 - MARGIN) * page->height)
        {
          if (previous != NULL && (band == 0 || is_far (previous, run, is_top)))
            set_apart (candidates, first, band);
          break;
        }
      if (previous != NULL)
        {
          if (step_between (previous, run, is_top) > 0.5 * MIN (run->size, previous->size))
            {
              if (is_far (previous, run, is_top))
                set_apart (candidates, first, band);
              if (++band >= MAX_BANDS)
                break;
            }
        }
      previous = run;
      candidate.run = (guint) (run - (QuarryPdfRun *) (void *) page->runs->data);
      candidate.band = band;
      candidate.key = make_key (run->text);
      g_array_append_val (candidates, candidate);
    }
}

static const QuarryPdfRun *
run_of (const Candidate *candidate)
{
  return &g_array_index (candidate->page->runs, QuarryPdfRun, candidate->run);
}

/* The number at the start (or, with @last, the end) of a text; 0 if there is none. */
static guint
number_at (const char *text, gboolean last)
{
  const char *p = text;
  gsize n = strlen (text);

  if (last)
    {
      gsize i = n;

      while (i > 0 && !g_ascii_isdigit (text[i - 1]) && n - i < 3 && text[i - 1] != ' ')
        i--;
      while (i > 0 && strchr (" -)]|", text[i - 1]) != NULL)
        i--;
      n = i;
      while (i > 0 && g_ascii_isdigit (text[i - 1]))
        i--;
      p = text + i;
    }
  else
    while (*p != '\0' && strchr (" -([|", *p) != NULL)
      p++;
  if (!g_ascii_isdigit (*p) || strspn (p, "0123456789") > 5)
    return 0;
  /* "1.2 Title" and "3rd" do not begin with a page number. */
  if (!last && strchr (" -)]|\t", p[strspn (p, "0123456789")]) == NULL)
    return 0;
  return (guint) strtoul (p, NULL, 10);
}

static gboolean
is_roman (const char *text)
{
  gsize n = strlen (text);

  return n > 0 && n <= 7 && strspn (text, "ivxlc") == n;
}

/* The difference between printed and counted page numbers, by majority vote; G_MININT if the pages have no printed
 * numbers. */
static gint
find_offset (const GArray *candidates, guint n_pages)
{
  g_autofree guint *votes = g_new0 (guint, 2 * MAX_OFFSETS + 1);
  guint best = 0;

  for (guint i = 0; i < candidates->len; i++)
    {
      const Candidate *candidate = &g_array_index (candidates, Candidate, i);
      const char *text = run_of (candidate)->text;
      guint numbers[] = { number_at (text, FALSE), number_at (text, TRUE) };

      for (guint k = 0; k < 2; k++)
        {
          gint offset = (gint) numbers[k] - (gint) candidate->page->number;

          if (numbers[k] > 0 && ABS (offset) < MAX_OFFSETS && (k == 0 || numbers[1] != numbers[0]))
            votes[offset + MAX_OFFSETS]++;
        }
    }
  for (guint i = 1; i <= 2 * MAX_OFFSETS; i++)
    if (votes[i] > votes[best])
      best = i;
  /* A document of one page may have the number of that page, if the line contains nothing else. */
  if (votes[best] >= MAX (2u, n_pages * 3 / 10))
    return (gint) best - MAX_OFFSETS;
  return n_pages == 1 ? 0 : G_MININT;
}

static gint
row_of (const Candidate *candidate)
{
  const QuarryPdfRun *run = run_of (candidate);

  return (gint) floor ((candidate->is_top ? run->box.y0 : run->box.y1) / 4.0);
}

static gboolean
has_number (const Candidate *candidate, gint offset)
{
  const char *text = run_of (candidate)->text;
  gint number = (gint) candidate->page->number + offset;

  return offset != G_MININT && number > 0
         && (number_at (text, FALSE) == (guint) number || number_at (text, TRUE) == (guint) number);
}

/* How often something was counted at about the same place on other pages. */
static guint
count_near (GHashTable *places, const Candidate *candidate, const char *key)
{
  guint count = 0;

  for (gint shift = -1; shift <= 1; shift++)
    {
      g_autofree char *place
          = g_strdup_printf ("%d %d %s", candidate->is_top, row_of (candidate) + shift, key);

      count += GPOINTER_TO_UINT (g_hash_table_lookup (places, place));
    }
  return count;
}

static void
count_place (GHashTable *places, const Candidate *candidate, const char *key)
{
  char *place = g_strdup_printf ("%d %d %s", candidate->is_top, row_of (candidate), key);
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (places, place));

  g_hash_table_replace (places, place, GUINT_TO_POINTER (count + 1));
}

/* Whether this is the page number, or a line with it: at a place where other pages have theirs. So the number of a
 * section is not taken for it. */
static gboolean
shows_number (const Candidate *candidate, gint offset, guint n_pages, GHashTable *numbers)
{
  const char *text = run_of (candidate)->text;

  if (n_pages == 1)
    return candidate->band == 0 && strchr (text, '.') == NULL && quarry_is_page_number (text, G_MAXUINT)
           && has_number (candidate, offset);
  if (has_number (candidate, offset) && count_near (numbers, candidate, "") >= 2)
    return TRUE;
  return n_pages > 2 && candidate->band == 0 && is_roman (text);
}

static gint
compare_descending (gconstpointer a, gconstpointer b)
{
  guint first = *(const guint *) a, second = *(const guint *) b;

  return first > second ? -1 : first < second;
}

/* Removes the dropped runs from their page. */
static void
remove_runs (const GArray *candidates, guint from, guint to)
{
  QuarryPdfPage *page = g_array_index (candidates, Candidate, from).page;
  g_autoptr (GArray) runs = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = from; i < to; i++)
    if (g_array_index (candidates, Candidate, i).is_dropped)
      g_array_append_val (runs, g_array_index (candidates, Candidate, i).run);
  g_array_sort (runs, compare_descending);
  for (guint k = 0; k < runs->len; k++)
    {
      guint run = g_array_index (runs, guint, k);

      if (k == 0 || run != g_array_index (runs, guint, k - 1))
        g_array_remove_index (page->runs, run);
    }
}

static gboolean
has_letter (const char *key)
{
  for (const char *p = key; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_isalpha (g_utf8_get_char (p)))
      return TRUE;
  return FALSE;
}

/* Keeps a row of a table, whose cells are often those of a row on another page: it is a header only if all of them are,
 * and then stays where it stands first. @rows: the headers so far. */
static void
keep_row (Candidate *row, guint n, GHashTable *rows)
{
  gboolean is_header = TRUE, is_first;

  for (guint i = 0; i < n; i++)
    is_header = is_header && row[i].is_dropped && has_letter (row[i].key);
  is_first = is_header && count_near (rows, &row[0], row[0].key) == 0;
  if (is_first)
    count_place (rows, &row[0], row[0].key);
  for (guint i = 0; i < n && (!is_header || is_first); i++)
    row[i].is_dropped = FALSE;
}

/* Drops whole lines: what is beside a page number, such as the chapter's title, is dropped with it. */
static void
drop_repeated (
    Candidate *all, guint n, guint n_pages, gint offset, GHashTable *places, GHashTable *numbers)
{
  const guint least = n_pages <= 2 ? 2 : 3;
  g_autoptr (GHashTable) rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0, j; i < n; i = j)
    {
      gboolean numbered = FALSE;

      for (j = i; j < n && all[j].page == all[i].page && all[j].is_top == all[i].is_top
                  && all[j].band == all[i].band;
           j++)
        {
          numbered = numbered || shows_number (&all[j], offset, n_pages, numbers);
          all[j].is_dropped = n_pages > 1 && strcmp (all[j].key, "#") != 0
                              && count_near (places, &all[j], all[j].key) >= least;
        }
      if (j > i + 1 && !all[i].is_set_off && !numbered)
        keep_row (all + i, j - i, rows);
      /* If there is only one page, a line with more than the number is kept: it may be the first row of a table. */
      for (guint k = i; k < j && numbered && (n_pages > 1 || j == i + 1); k++)
        all[k].is_dropped = TRUE;
    }
}

/* If many pages have a header at a place, any line there that is set apart is taken for one too: the title of a short
 * chapter is only repeated on one or two pages. */
static void
drop_rows (Candidate *all, guint n, guint n_pages)
{
  g_autoptr (GHashTable) rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (n_pages < 3)
    return;
  for (guint i = 0; i < n; i++)
    if (all[i].is_dropped && all[i].band == 0
        && (i == 0 || all[i - 1].page != all[i].page || all[i - 1].band != 0
            || all[i - 1].is_top != all[i].is_top || !all[i - 1].is_dropped))
      count_place (rows, &all[i], "");
  for (guint i = 0; i < n; i++)
    if (!all[i].is_dropped && all[i].band == 0 && all[i].is_apart
        && count_near (rows, &all[i], "") * 10 >= n_pages * 4
        && count_near (rows, &all[i], "") >= 2)
      all[i].is_dropped = TRUE;
}

typedef gboolean (*WordFunc) (const char *word, GHashTable *words);

/* Calls @each for each word of a text, in lower case. TRUE if any of the calls returned TRUE. */
static gboolean
any_word (const char *text, WordFunc each, GHashTable *words)
{
  g_autoptr (GString) word = g_string_sized_new (64);
  gboolean any = FALSE, has_letter = FALSE;

  for (const char *p = text;; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      gboolean is_letter = c < 0x80 ? g_ascii_isalpha ((char) c) : g_unichar_isalpha (c);

      if (c < 0x80 && (is_letter || g_ascii_isdigit ((char) c)))
        g_string_append_c (word, g_ascii_tolower ((char) c));
      else if (is_letter || (c >= 0x80 && g_unichar_isalnum (c)))
        g_string_append_unichar (word, g_unichar_tolower (c));
      else
        {
          if (has_letter && word->len >= MIN_WORD)
            any |= each (word->str, words);
          if (c == '\0')
            return any;
          g_string_truncate (word, 0);
          has_letter = FALSE;
        }
      has_letter = has_letter || is_letter;
    }
}

static gboolean
add_word (const char *word, GHashTable *words)
{
  return g_hash_table_add (words, g_strdup (word));
}

static gboolean
remove_word (const char *word, GHashTable *words)
{
  return g_hash_table_remove (words, word);
}

/* The same for the words of a dropped line that is not a page number. */
static gboolean
any_dropped_word (const Candidate *candidate, WordFunc each, GHashTable *words)
{
  const char *text = run_of (candidate)->text;

  return candidate->is_dropped && !quarry_is_page_number (text, G_MAXUINT) && any_word (text, each, words);
}

/* Removes those words from @words that also occur in the remaining text or in a note. */
static void
remove_kept (
    const Candidate *all, guint n, GPtrArray *pages, const GArray *notes, GHashTable *words)
{
  g_autoptr (GHashTable) dropped = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < notes->len; i++)
    any_word (g_array_index (notes, QuarryPdfNote, i).text, remove_word, words);

  for (guint i = 0; i < n; i++)
    if (all[i].is_dropped)
      g_hash_table_add (dropped, (gpointer) run_of (&all[i]));
  for (guint i = 0; i < pages->len && g_hash_table_size (words) > 0; i++)
    {
      const QuarryPdfPage *page = g_ptr_array_index (pages, i);

      for (guint k = 0; k < page->runs->len; k++)
        {
          const QuarryPdfRun *run = &g_array_index (page->runs, QuarryPdfRun, k);

          if (!g_hash_table_contains (dropped, run))
            any_word (run->text, remove_word, words);
        }
    }
}

/* Adds notes for dropped lines with words that do not occur anywhere else, using the first line for each of these
 * words. */
static void
keep_words (const Candidate *all, guint n, GPtrArray *pages, GArray *notes)
{
  g_autoptr (GHashTable) words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < n; i++)
    any_dropped_word (&all[i], add_word, words);
  remove_kept (all, n, pages, notes, words);
  for (guint i = 0, j; i < n && g_hash_table_size (words) > 0; i = j)
    {
      g_autoptr (GString) line = g_string_new (NULL);
      gboolean is_new = FALSE;

      for (j = i; j < n && all[j].page == all[i].page && all[j].is_top == all[i].is_top
                  && all[j].band == all[i].band;
           j++)
        {
          is_new |= any_dropped_word (&all[j], remove_word, words);
          if (all[j].is_dropped)
            g_string_append_printf (line, "%s%s", line->len > 0 ? " " : "", run_of (&all[j])->text);
        }
      if (is_new)
        {
          QuarryPdfNote note
              = { .page = all[i].page->number, .is_running = TRUE, .text = g_strdup (line->str) };

          g_array_append_val (notes, note);
        }
    }
}

static gint
compare_notes (gconstpointer a, gconstpointer b)
{
  const QuarryPdfNote *first = a, *second = b;

  return first->page < second->page ? -1 : first->page > second->page;
}

void
quarry_pdf_drop_running (GPtrArray *pages, GArray *notes)
{
  g_autoptr (GArray) candidates = g_array_new (FALSE, FALSE, sizeof (Candidate));
  g_autoptr (GHashTable) places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gsize n_characters = 0, n_dropped = 0;
  Candidate *all;
  gint offset;

  g_array_set_clear_func (candidates, clear_candidate);
  for (guint i = 0; i < pages->len; i++)
    {
      list_candidates (g_ptr_array_index (pages, i), TRUE, candidates);
      list_candidates (g_ptr_array_index (pages, i), FALSE, candidates);
    }
  all = (Candidate *) (void *) candidates->data;
  offset = find_offset (candidates, pages->len);
  for (guint i = 0; i < candidates->len; i++)
    {
      count_place (places, &all[i], all[i].key);
      if (has_number (&all[i], offset))
        count_place (numbers, &all[i], "");
    }

  drop_repeated (all, candidates->len, pages->len, offset, places, numbers);
  drop_rows (all, candidates->len, pages->len);

  for (guint i = 0; i < candidates->len; i++)
    n_dropped += all[i].is_dropped ? run_of (&all[i])->n_characters : 0;
  for (guint i = 0; i < pages->len; i++)
    {
      const QuarryPdfPage *page = g_ptr_array_index (pages, i);

      for (guint k = 0; k < page->runs->len; k++)
        n_characters += g_array_index (page->runs, QuarryPdfRun, k).n_characters;
    }
  /* If most of the text would be dropped, as on forms and slides, keep everything. */
  if (n_dropped * 2 > n_characters)
    return;

  keep_words (all, candidates->len, pages, notes);
  g_array_sort (notes, compare_notes);
  for (guint i = 0, j; i < candidates->len; i = j)
    {
      for (j = i; j < candidates->len && all[j].page == all[i].page; j++)
        continue;
      remove_runs (candidates, i, j);
    }
}
