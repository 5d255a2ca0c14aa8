/* quarry-pdf-page.c: a page's characters -> runs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Poppler gives the text of a page with a box for each character, in an order of its own. Characters
 * that follow one another on a baseline become a run; what poppler does with right-to-left text,
 * blanks and ligatures is undone here.
 */
#include "core/extract/pdf/quarry-pdf.h"

#include <math.h>
#include <string.h>

/* A gap at least this wide, in multiples of the type size, is not a gap between words: it ends the run. */
#define GAP 1.5
/* From a gap of this width on, in the same unit, poppler inserts a blank between words (but not between cells of a
 * table). */
#define BLANK 0.15
/* Behind the number of a line, the gap is wider than between words. */
#define LEAST_NUMBER_GAP 0.4
/* In points; a coordinate outside of every page. */
#define FAR 1e5

typedef struct
{
  double size;
  guint flags;
} Font;

static guint
flags_of_font (const char *name)
{
  static const char *const bold[]
      = { "bold", "black", "heavy", "demi", "medi", "cmbx", "sfbx", "cmssbx", "-bd" };
  static const char *const mono[]
      = { "mono",   "courier",    "consol",     "cmtt",         "sftt",
          "txtt",   "cmsltt",     "typewriter", "nimbusmon",    "menlo",
          "monaco", "sourcecode", "firacode",   "lettergothic", "fixed" };
  g_autofree char *lower = NULL;
  guint flags = 0;

  if (name == NULL)
    return 0;
  lower = g_ascii_strdown (name, -1);
  for (guint i = 0; i < G_N_ELEMENTS (bold); i++)
    if (strstr (lower, bold[i]) != NULL)
      flags |= QUARRY_PDF_BOLD;
  for (guint i = 0; i < G_N_ELEMENTS (mono); i++)
    if (strstr (lower, mono[i]) != NULL)
      flags |= QUARRY_PDF_MONO;
  /* Names of the bold faces of Linux Libertine. */
  if (g_str_has_suffix (name, "TB") || g_str_has_suffix (name, "TZ"))
    flags |= QUARRY_PDF_BOLD;
  return flags;
}

/* The font of each character. (transfer full) */
static Font *
list_fonts (PopplerPage *page, PopplerRectangle *area, guint n)
{
  Font *fonts = g_new0 (Font, MAX (n, 1));
  GList *attributes = poppler_page_get_text_attributes_for_area (page, area);

  for (GList *l = attributes; l != NULL; l = l->next)
    {
      const PopplerTextAttributes *attribute = l->data;
      guint flags = flags_of_font (attribute->font_name);

      for (int i = MAX (attribute->start_index, 0); i <= attribute->end_index && i < (int) n; i++)
        fonts[i] = (Font){ attribute->font_size, flags };
    }
  poppler_page_free_text_attributes (attributes);
  return fonts;
}

/* The letters that a ligature stands for; NULL for other characters. */
static const char *
letters_of_ligature (gunichar c)
{
  static const char *const letters[] = { "ff", "fi", "fl", "ffi", "ffl", "st", "st" };

  return c >= 0xfb00 && c <= 0xfb06 ? letters[c - 0xfb00] : NULL;
}

static double
clean (double value)
{
  return isfinite (value) ? CLAMP (value, -1e6, 1e6) : 0.0;
}

typedef struct
{
  QuarryPdfPage *page;
  GString *text;
  QuarryPdfRun run;
  QuarryPdfBox last; /* the box of its last visible character */
  double sizes[2];   /* the run's first type size and another one, with the number of characters of each */
  guint counts[2];
  QuarryPdfBox rows[2]; /* likewise, the vertical extents of its characters */
  guint row_counts[2];
  guint n_bold, n_mono;
} RunMaker;

static void
end_run (RunMaker *self)
{
  QuarryPdfRun *run = &self->run;

  g_strchomp (self->text->str);
  if (run->n_characters > 0)
    {
      if (run->n_characters > 3 && run->box.y1 - run->box.y0 > 2.0 * (run->box.x1 - run->box.x0))
        run->flags |= QUARRY_PDF_VERTICAL;
      run->size = self->counts[1] > self->counts[0] ? self->sizes[1] : self->sizes[0];
      /* Use the extents of most characters, so that subscripts and lowered letters (as in "TeX") do not move the
       * line. */
      run->box.y0 = self->rows[self->row_counts[1] > self->row_counts[0]].y0;
      run->box.y1 = self->rows[self->row_counts[1] > self->row_counts[0]].y1;
      if (run->size <= 0.0)
        run->size = MAX (run->box.y1 - run->box.y0, 1.0);
      if (self->n_bold * 10 > run->n_characters * 9)
        run->flags |= QUARRY_PDF_BOLD;
      if (self->n_mono * 10 > run->n_characters * 9)
        run->flags |= QUARRY_PDF_MONO;
      run->text = g_string_chunk_insert (self->page->texts, self->text->str);
      g_array_append_val (self->page->runs, *run);
    }
  g_string_truncate (self->text, 0);
  memset (run, 0, sizeof *run);
  memset (self->counts, 0, sizeof self->counts);
  memset (self->row_counts, 0, sizeof self->row_counts);
  self->n_bold = self->n_mono = 0;
}

/* Whether a character continues the run: it is on the same baseline and close to its end. */
static gboolean
continues (const RunMaker *self, const QuarryPdfBox *box, double size)
{
  const QuarryPdfBox *last = &self->last;
  double height = MIN (box->y1 - box->y0, last->y1 - last->y0);
  double overlap = MIN (box->y1, last->y1) - MAX (box->y0, last->y0);
  double gap = MAX (box->x0 - last->x1, last->x0 - box->x1);
  double reach = GAP * MAX (size, self->sizes[0]);

  if (self->run.n_characters == 0)
    return TRUE;
  if (overlap < 0.3 * height)
    {
      /* The characters are below one another, as in text written vertically. */
      double down = MAX (box->y0 - last->y1, last->y0 - box->y1);
      double beside = MIN (box->x1, last->x1) - MAX (box->x0, last->x0);

      return down < 0.5 * size && beside > 0.5 * MIN (box->x1 - box->x0, last->x1 - last->x0);
    }
  return gap < reach;
}

static gboolean
ends_in_letter (const RunMaker *self)
{
  return self->run.n_characters > 0 && self->text->str[self->text->len - 1] != ' ';
}

/* Notes the gap behind a number at the beginning of a run, of which only digits have been read so far. */
static void
note_number (RunMaker *self, const QuarryPdfBox *box, double size)
{
  gsize digits = strspn (self->text->str, "0123456789");

  if (digits != self->run.n_characters || digits + 1 != self->text->len || box->x0 - self->last.x1 < LEAST_NUMBER_GAP * size)
    return;
  self->run.number_end = self->last.x1;
  self->run.rest_start = box->x0;
}

static void
add_character (RunMaker *self, gunichar c, const QuarryPdfBox *box, const Font *font)
{
  QuarryPdfRun *run = &self->run;
  const char *letters = letters_of_ligature (c);
  double size = font->size > 0.0 ? font->size : box->y1 - box->y0;

  if (!continues (self, box, size))
    end_run (self);
  if (run->n_characters > 0 && run->n_characters <= 4)
    note_number (self, box, size);

  if (run->n_characters == 0)
    {
      run->box = *box;
      self->sizes[0] = size;
      self->sizes[1] = 0.0;
    }
  else
    {
      run->box.x0 = MIN (run->box.x0, box->x0);
      run->box.x1 = MAX (run->box.x1, box->x1);
      run->box.y0 = MIN (run->box.y0, box->y0);
      run->box.y1 = MAX (run->box.y1, box->y1);
    }
  if (fabs (size - self->sizes[0]) < 0.3)
    self->counts[0]++;
  else if (self->counts[1] == 0 || fabs (size - self->sizes[1]) < 0.3)
    {
      self->sizes[1] = size;
      self->counts[1]++;
    }
  if (self->row_counts[0] == 0 || fabs (box->y1 - self->rows[0].y1) < 0.3)
    {
      self->rows[0] = *box;
      self->row_counts[0]++;
    }
  else if (self->row_counts[1] == 0 || fabs (box->y1 - self->rows[1].y1) < 0.3)
    {
      self->rows[1] = *box;
      self->row_counts[1]++;
    }
  run->n_characters++;
  self->n_bold += (font->flags & QUARRY_PDF_BOLD) != 0;
  self->n_mono += (font->flags & QUARRY_PDF_MONO) != 0;
  self->last = *box;
  if (letters != NULL)
    g_string_append (self->text, letters);
  else
    g_string_append_unichar (self->text, c);
}

/* Whether a small raised digit or sign behind a word refers to a footnote; it would spoil the word, so it is left out.
 * "m²" and "10⁵" do not count as words. */
static gboolean
is_note_mark (const RunMaker *self, gunichar c, const QuarryPdfBox *box, double size)
{
  const char *text = self->text->str;
  gsize n = self->text->len;
  guint letters = 0;

  if (self->run.n_characters < 4
      || !(g_unichar_isdigit (c) || c == '*' || c == 0x2217 || c == 0x2020 || c == 0x2021))
    return FALSE;
  if (size > 0.8 * self->sizes[0]
      || box->y1 > self->run.box.y1 - 0.15 * (self->run.box.y1 - self->run.box.y0))
    return FALSE;
  while (n > 0 && text[n - 1] == ' ')
    n--;
  if (n > 0 && strchr (".,;:!?)\"", text[n - 1]) != NULL)
    n--;
  if (n > 0 && strchr (".,;:!?)\"", text[n]) != NULL && text[n] != '\0')
    return !g_ascii_isdigit (text[n - 1]);
  while (n > 0 && (g_ascii_isalpha (text[n - 1]) || (guchar) text[n - 1] >= 0x80))
    n--, letters++;
  return letters >= 4;
}

#define TO_RIGHT QUARRY_PDF_TO_RIGHT
#define TO_LEFT QUARRY_PDF_TO_LEFT
#define END QUARRY_PDF_END

/* The page's text, selected as if by dragging the mouse across @area, which is returned as well. The drag begins far
 * outside, since at a corner of the page the selection would begin with the text nearest to it. Text written from right
 * to left is only selected completely when dragging from the right corner. (transfer full) */
static char *
select_raw_text (PopplerPage *page, PopplerRectangle *area)
{
  static const PopplerRectangle all = { -FAR, -FAR, FAR, FAR }, from_right = { FAR, -FAR, -FAR, FAR };
  g_autofree char *mark = g_ucs4_to_utf8 ((gunichar[]) { TO_LEFT }, 1, NULL, NULL, NULL);
  g_autofree char *text = NULL;
  g_autofree char *turned = NULL;

  *area = all;
  text = poppler_page_get_text_for_area (page, area);
  if (text == NULL || strstr (text, mark) == NULL)
    return g_steal_pointer (&text);
  *area = from_right;
  turned = poppler_page_get_text_for_area (page, area);
  if (turned != NULL && strlen (turned) > strlen (text))
    return g_steal_pointer (&turned);
  *area = all;
  return g_steal_pointer (&text);
}

static char *
select_text (PopplerPage *page, PopplerRectangle *area)
{
  char *text = select_raw_text (page, area);

  return text != NULL ? quarry_pdf_mend_characters (page, area, text) : NULL;
}

/* Within words written from right to left, poppler gives the boxes from left to right; reverse them. */
static void
turn_boxes (const char *text, PopplerRectangle *boxes, guint n)
{
  guint i = 0, start = 0;
  gboolean turns = FALSE;

  for (const char *p = text; *p != '\0' && i < n; p = g_utf8_next_char (p))
    switch (g_utf8_get_char (p))
      {
      case TO_LEFT:
        start = i;
        turns = TRUE;
        break;
      case TO_RIGHT: /* digits inside such a word */
        turns = FALSE;
        break;
      case END:
        for (guint a = start, b = i; turns && a + 1 < b; a++)
          {
            PopplerRectangle box = boxes[a];

            boxes[a] = boxes[--b];
            boxes[b] = box;
          }
        turns = FALSE;
        break;
      default:
        i++;
      }
}

/* Poppler leaves out the blanks between words written from right to left; insert them. */
static void
part_words (RunMaker *self, const QuarryPdfBox *box, double size)
{
  double gap = MAX (box->x0 - self->last.x1, self->last.x0 - box->x1);

  if (ends_in_letter (self) && gap > BLANK * size)
    g_string_append_c (self->text, ' ');
}

/* Poppler also leaves out the blank between what it takes for cells of a table, such as a number and its heading. (The
 * boxes of letter-spaced text have no gaps, so this does not break words.) */
static void
part_cells (RunMaker *self, const QuarryPdfBox *box, double size)
{
  if (ends_in_letter (self) && box->x0 - self->last.x1 > BLANK * size)
    g_string_append_c (self->text, ' ');
}

QuarryPdfPage *
quarry_pdf_page_new (PopplerPage *page, guint number)
{
  QuarryPdfPage *self = g_new0 (QuarryPdfPage, 1);
  g_autofree char *text = NULL;
  g_autofree PopplerRectangle *boxes = NULL;
  g_autofree Font *fonts = NULL;
  RunMaker maker = { .page = self };
  guint n_boxes = 0, i = 0;
  gboolean begins_word = FALSE, is_turned = FALSE;
  PopplerRectangle area;

  self->number = number;
  poppler_page_get_size (page, &self->width, &self->height);
  self->runs = g_array_new (FALSE, FALSE, sizeof (QuarryPdfRun));
  self->texts = g_string_chunk_new (4096);
  text = select_text (page, &area);
  if (text == NULL || *text == '\0' || !poppler_page_get_text_layout_for_area (page, &area, &boxes, &n_boxes))
    return self;

  fonts = list_fonts (page, &area, n_boxes);
  turn_boxes (text, boxes, n_boxes);
  maker.text = g_string_new (NULL);
  for (const char *p = text; *p != '\0' && i < n_boxes; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      QuarryPdfBox box
          = { clean (boxes[i].x1), clean (boxes[i].y1), clean (boxes[i].x2), clean (boxes[i].y2) };

      if (c == TO_RIGHT || c == TO_LEFT || c == END)
        {
          begins_word = begins_word || c == TO_LEFT;
          is_turned = c == TO_LEFT;
          continue;
        }
      if (begins_word && !g_unichar_isspace (c))
        {
          part_words (&maker, &box, fonts[i].size);
          begins_word = FALSE;
        }

      if (c == '\n')
        end_run (&maker);
      else if (g_unichar_isspace (c))
        {
          if (maker.run.n_characters > 0 && maker.text->str[maker.text->len - 1] != ' ')
            g_string_append_c (maker.text, ' ');
        }
      else if (is_note_mark (&maker, c, &box, fonts[i].size))
        maker.last.x1 = box.x1;
      else
        {
          if (!is_turned)
            part_cells (&maker, &box, fonts[i].size > 0.0 ? fonts[i].size : box.y1 - box.y0);
          add_character (&maker, c, &box, &fonts[i]);
        }
      i++;
    }
  end_run (&maker);
  g_string_free (maker.text, TRUE);
  return self;
}

/* --- Words ----------------------------------------------------------------------------------- */

/* Whether the character belongs to a script that is written without blanks. */
static gboolean
stands_alone (gunichar c)
{
  switch (g_unichar_get_script (c))
    {
    case G_UNICODE_SCRIPT_HAN:
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
    case G_UNICODE_SCRIPT_THAI:
    case G_UNICODE_SCRIPT_LAO:
    case G_UNICODE_SCRIPT_KHMER:
    case G_UNICODE_SCRIPT_MYANMAR:
      return TRUE;
    default:
      return FALSE;
    }
}

static void
end_word (GArray *words, QuarryPdfWord *word, GString *text, GStringChunk *texts)
{
  if (text->len > 0)
    {
      word->text = g_string_chunk_insert (texts, text->str);
      g_array_append_val (words, *word);
    }
  g_string_truncate (text, 0);
}

GArray *
quarry_pdf_page_list_words (PopplerPage *page, GStringChunk *texts)
{
  GArray *words = g_array_new (FALSE, FALSE, sizeof (QuarryPdfWord));
  g_autofree char *text = NULL;
  g_autofree PopplerRectangle *boxes = NULL;
  g_autoptr (GString) letters = g_string_new (NULL);
  QuarryPdfWord word = { 0 };
  guint n_boxes = 0, i = 0;
  PopplerRectangle area;

  text = select_text (page, &area);
  if (text == NULL || !poppler_page_get_text_layout_for_area (page, &area, &boxes, &n_boxes))
    return words;
  turn_boxes (text, boxes, n_boxes);
  for (const char *p = text; *p != '\0' && i < n_boxes; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      gboolean is_mark = c == TO_RIGHT || c == TO_LEFT || c == END;
      QuarryPdfBox box
          = { clean (boxes[i].x1), clean (boxes[i].y1), clean (boxes[i].x2), clean (boxes[i].y2) };

      if (is_mark || g_unichar_isspace (c) || stands_alone (c))
        end_word (words, &word, letters, texts);
      i += !is_mark;
      if (is_mark || g_unichar_isspace (c))
        continue;
      if (letters->len == 0)
        word.box = box;
      word.box = (QuarryPdfBox) { MIN (word.box.x0, box.x0), MIN (word.box.y0, box.y0),
                                  MAX (word.box.x1, box.x1), MAX (word.box.y1, box.y1) };
      g_string_append_unichar (letters, c);
    }
  end_word (words, &word, letters, texts);
  return words;
}

void
quarry_pdf_page_free (QuarryPdfPage *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->runs);
  g_string_chunk_free (self->texts);
  g_free (self);
}
