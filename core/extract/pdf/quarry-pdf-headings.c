/* quarry-pdf-headings.c: which lines of a PDF are headings
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * If the document has an outline, that names the headings. Other headings are short lines whose type
 * is larger than the text's, or bold with space above. Their levels follow from the outline, else from
 * size and weight, else from their numbers ("2.1" is below "2").
 */
#include "core/extract/pdf/quarry-pdf-headings.h"

#include "core/extract/pdf/quarry-pdf-lines.h"

#include <math.h>
#include <string.h>

#define MAX_LENGTH 160u
#define MAX_LINES 3u
#define MAX_BY_WEIGHT 2u
#define MAX_STYLES 64u

/* Appends letters and digits only, in lower case, so that titles can be compared. */
static void
append_squeezed (GString *out, const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c < 0x80 && g_ascii_isalnum ((char) c))
        g_string_append_c (out, g_ascii_tolower ((char) c));
      else if (c >= 0x80 && g_unichar_isalnum (c))
        g_string_append_unichar (out, g_unichar_tolower (c));
    }
}

static char *
squeeze (const char *text)
{
  GString *out = g_string_new (NULL);

  append_squeezed (out, text);
  return g_string_free (out, FALSE);
}

static const char *
skip_number (const char *squeezed)
{
  while (g_ascii_isdigit (*squeezed))
    squeezed++;
  return squeezed;
}

static gboolean
same_style (const QuarryPdfLine *a, const QuarryPdfLine *b)
{
  return fabs (a->size - b->size) < 0.4 && ((a->flags ^ b->flags) & QUARRY_PDF_BOLD) == 0;
}

static gboolean
follows (const QuarryPdfLine *line, const QuarryPdfLine *next)
{
  double down = next->box.y1 - line->box.y1;

  return line->column == next->column && down > 0.0 && down < 1.9 * line->size;
}

/* Marks the headings that the outline names, on the page that it gives or next to it. */
static void
match_outline (const QuarryPdfLine *lines,
               guint n,
               const GArray *outline,
               QuarryPdfHeading *headings)
{
  g_autoptr (GHashTable) titles = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  gsize longest = 0;

  for (guint i = outline->len; i-- > 0;)
    {
      const QuarryPdfOutlineEntry *entry = &g_array_index (outline, QuarryPdfOutlineEntry, i);
      g_autofree char *squeezed = squeeze (entry->title);
      const char *unnumbered = skip_number (squeezed);

      if (strlen (squeezed) < 3)
        continue;
      longest = MAX (longest, strlen (squeezed));
      if (strlen (unnumbered) >= 3)
        g_hash_table_replace (titles, g_strdup (unnumbered), GUINT_TO_POINTER (i + 1));
      g_hash_table_replace (titles, g_strdup (squeezed), GUINT_TO_POINTER (i + 1));
    }

  for (guint i = 0; i < n; i++)
    {
      g_string_truncate (text, 0);
      if (lines[i].n_characters > MAX_LENGTH || headings[i].kind != QUARRY_PDF_NO_HEADING)
        continue;
      for (guint k = i; k < MIN (n, i + MAX_LINES); k++)
        {
          const QuarryPdfOutlineEntry *entry;
          guint found;

          if (k > i && (!same_style (&lines[i], &lines[k]) || !follows (&lines[k - 1], &lines[k])))
            break;
          append_squeezed (text, lines[k].text);
          if (strlen (skip_number (text->str)) > longest)
            break;
          found = GPOINTER_TO_UINT (g_hash_table_lookup (titles, text->str));
          if (found == 0)
            found = GPOINTER_TO_UINT (g_hash_table_lookup (titles, skip_number (text->str)));
          if (found == 0)
            continue;

          /* If a title occurs several times, take the outline's nearest entry. */
          entry = &g_array_index (outline, QuarryPdfOutlineEntry, found - 1);
          for (guint j = 0; j < outline->len && outline->len < 5000; j++)
            {
              const QuarryPdfOutlineEntry *other
                  = &g_array_index (outline, QuarryPdfOutlineEntry, j);

              if (other->page > 0 && strcmp (other->title, entry->title) == 0
                  && ABS ((gint) other->page - (gint) lines[i].page)
                         < ABS ((gint) entry->page - (gint) lines[i].page))
                entry = other;
            }
          if (entry->page > 0 && ABS ((gint) entry->page - (gint) lines[i].page) > 1)
            continue;
          for (guint j = i; j <= k; j++)
            headings[j] = (QuarryPdfHeading) { QUARRY_PDF_HEADING_BY_OUTLINE,
                                              CLAMP (entry->level, 1, 6),
                                              j > i };
          break;
        }
    }
}

/* The depth of the number that a heading begins with; 0 if it has none. */
static guint
depth_of_number (const char *text)
{
  const char *p = text;
  guint depth = 0;

  /* In an appendix: "A.1". */
  if (g_ascii_isupper (*p) && p[1] == '.' && g_ascii_isdigit (p[2]))
    p += 2, depth++;
  while (g_ascii_isdigit (*p))
    {
      if (strspn (p, "0123456789") > 3)
        return 0;
      depth++;
      p += strspn (p, "0123456789");
      if (*p == '.')
        p++;
    }
  return depth > 0 && (*p == ' ' || *p == '\t') ? depth : 0;
}

/* Whether the text consists mostly of letters. */
static gboolean
is_worded (const char *text)
{
  guint letters = 0, others = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isalpha (c))
        letters++;
      else if (c != ' ')
        others++;
    }
  return letters >= 3 && letters > others;
}

static gboolean
starts_lower (const char *text)
{
  while (*text != '\0' && !g_unichar_isalpha (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  return g_unichar_islower (g_utf8_get_char (text));
}

/* Whether the text is a row of a table of contents, or of another table. */
static gboolean
ends_in_number_cell (const char *text)
{
  const char *cell = strrchr (text, '\t');

  return cell != NULL && strspn (cell + 1, "0123456789ivxlc.") == strlen (cell + 1);
}

/* Under the name of an author. */
static gboolean
is_address (const char *text)
{
  return strchr (text, '@') != NULL && strchr (text, ' ') == NULL;
}

static gboolean
may_be_heading (const QuarryPdfLine *line)
{
  return !is_address (line->text) && line->n_characters <= MAX_LENGTH && strlen (line->text) >= 3 && is_worded (line->text)
         && (line->n_cells == 1 || (line->n_cells == 2 && depth_of_number (line->text) > 0))
         && !ends_in_number_cell (line->text)
         && strstr (line->text, "....") == NULL && strstr (line->text, ". . .") == NULL;
}

static gboolean
is_large (const QuarryPdfLine *line, double body)
{
  return line->size >= 1.12 * body && line->size >= body + 0.8;
}

/* A heading may go on behind a comma, but does not end in one. */
static gboolean
ends_open (const QuarryPdfLine *line)
{
  return strchr (",;", line->text[strlen (line->text) - 1]) != NULL;
}

/* Up to a few lines of larger type are one heading; more of them are text. Returns the index of the line behind. */
static guint
judge_by_size (
    const QuarryPdfLine *lines, guint n, guint i, double body, QuarryPdfHeading *headings)
{
  guint characters = lines[i].n_characters;
  guint j = i + 1, behind;

  if (!is_large (&lines[i], body) || !may_be_heading (&lines[i]) || starts_lower (lines[i].text))
    return i + 1;
  while (j < n && headings[j].kind == QUARRY_PDF_NO_HEADING && may_be_heading (&lines[j])
         && same_style (&lines[i], &lines[j]) && follows (&lines[j - 1], &lines[j])
         && depth_of_number (lines[j].text) == 0)
    characters += lines[j++].n_characters;
  behind = j;
  while (j > i && ends_open (&lines[j - 1]))
    characters -= lines[--j].n_characters;
  /* None of the lines can end a heading, so that none need be judged again as the first of one. */
  if (j == i)
    return behind;
  if (j - i <= MAX_LINES + 1 && characters <= 2 * MAX_LENGTH)
    for (guint k = i; k < j; k++)
      headings[k] = (QuarryPdfHeading) { QUARRY_PDF_HEADING_BY_SIZE, 0, k > i };
  return j;
}

/* "IV. Title", "B. Title", "2.1 Title". */
static gboolean
is_numbered (const char *text)
{
  gsize n = strspn (text, "IVXLC");

  return depth_of_number (text) > 0 || (n > 0 && text[n] == '.' && text[n + 1] == ' ')
         || (g_ascii_isupper (*text) && text[1] == '.' && text[2] == ' ');
}

static gboolean
is_all_capitals (const char *text)
{
  guint upper = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      if (g_unichar_islower (g_utf8_get_char (p)))
        return FALSE;
      upper += g_unichar_isupper (g_utf8_get_char (p)) != 0;
    }
  return upper >= 4;
}

/* Whether a line stands in the middle of its column, with much room on both sides. */
static gboolean
is_centered (const QuarryPdfLine *line)
{
  double before = line->box.x0 - line->left, behind = line->right - line->box.x1;

  return before > 0.15 * (line->right - line->left) && fabs (before - behind) < line->size;
}

/* Marks headings of the text's own size: bold, or set apart and numbered or in capitals, with up to two lines. Returns
 * the index of the line behind. */
static guint
judge_by_weight (const QuarryPdfLine *lines,
                 guint n,
                 guint i,
                 double body,
                 double step,
                 QuarryPdfHeading *headings)
{
  const QuarryPdfLine *first = &lines[i], *last;
  const QuarryPdfLine *before = i > 0 && first[-1].column == first->column ? first - 1 : NULL;
  const QuarryPdfLine *after;
  gboolean bold = (first->flags & QUARRY_PDF_BOLD) != 0;
  gboolean centered;
  guint characters = first->n_characters;
  double above, below;
  char end;
  guint j = i + 1;

  if ((first->flags & QUARRY_PDF_MONO) != 0 || !may_be_heading (first)
      || starts_lower (first->text))
    return j;
  while (j < n && headings[j].kind == QUARRY_PDF_NO_HEADING && same_style (first, &lines[j])
         && follows (&lines[j - 1], &lines[j])
         && lines[j].box.y1 - lines[j - 1].box.y1 < 1.3 * step
         && (bold || j - i <= MAX_BY_WEIGHT))
    characters += lines[j++].n_characters;
  last = &lines[j - 1];
  after = j < n && lines[j].column == first->column ? &lines[j] : NULL;
  end = last->text[strlen (last->text) - 1];
  if (j - i > MAX_BY_WEIGHT || characters > 110 || after == NULL || first->size < 0.85 * body
      || strchr (":,;", end) != NULL || (end == '.' && !is_numbered (first->text)))
    return bold ? j : i + 1;

  above = before != NULL && first->box.y1 > before->box.y1 ? first->box.y1 - before->box.y1
                                                           : 10.0 * step;
  below = after->box.y1 - last->box.y1;
  /* Between lines with double space, a heading has no more space above than they have. */
  centered = bold && is_centered (first) && is_centered (last) && after->n_cells == 1 && !is_centered (after)
             && (before == NULL || quarry_pdf_line_is_closed (before->text));
  if (bold ? (!centered && above < (first->size >= 0.93 * body ? 1.25 : 1.6) * step) || same_style (after, last)
           : above < 1.5 * step || below < 1.35 * step || j - i > 1
                 || !(is_numbered (first->text) || is_all_capitals (first->text))
                 || first->box.x1 - first->box.x0 > 0.8 * (first->right - first->left))
    return bold ? j : i + 1;
  for (guint k = i; k < j; k++)
    headings[k] = (QuarryPdfHeading) { QUARRY_PDF_HEADING_BY_WEIGHT, 0, k > i };
  return j;
}

/* A style of headings. All headings of a style have the same level. */
typedef struct
{
  double size;
  gboolean bold;
  guint level;
} Style;

static gint
compare_styles (gconstpointer a, gconstpointer b)
{
  const Style *first = a, *second = b;

  if (fabs (first->size - second->size) > 0.01)
    return first->size > second->size ? -1 : 1;
  return second->bold - first->bold;
}

static Style *
find_style (GArray *styles, const QuarryPdfLine *line)
{
  double size = floor (line->size * 2.0 + 0.5) / 2.0;
  gboolean bold = (line->flags & QUARRY_PDF_BOLD) != 0;

  for (guint i = 0; i < styles->len; i++)
    {
      Style *style = &g_array_index (styles, Style, i);

      if (fabs (style->size - size) < 0.01 && style->bold == bold)
        return style;
    }
  if (styles->len < MAX_STYLES)
    {
      Style style = { size, bold, 0 };

      g_array_append_val (styles, style);
    }
  return &g_array_index (styles, Style, styles->len - 1);
}

static void
set_levels (const QuarryPdfLine *lines, guint n, QuarryPdfHeading *headings)
{
  g_autoptr (GArray) styles = g_array_new (FALSE, FALSE, sizeof (Style));
  guint level = 0, numbered = 0;
  gboolean has_outline = FALSE;

  for (guint i = 0; i < n; i++)
    if (headings[i].kind != QUARRY_PDF_NO_HEADING)
      {
        Style *style = find_style (styles, &lines[i]);

        /* The level that the outline gives to one heading holds for all of the same style. */
        if (headings[i].kind == QUARRY_PDF_HEADING_BY_OUTLINE && style->level == 0)
          style->level = headings[i].level;
      }
  g_array_sort (styles, compare_styles);
  for (guint i = 0; i < styles->len; i++)
    has_outline = has_outline || g_array_index (styles, Style, i).level > 0;
  for (guint i = 0; i < styles->len; i++)
    {
      Style *style = &g_array_index (styles, Style, i);

      if (style->level > 0)
        level = style->level;
      else if (!has_outline)
        style->level = level = MIN (level + 1, 6);
      else
        /* A style larger than all that the outline names is on the first level, any other one below the last style
         * before it. */
        style->level = MIN (level + 1, 6);
    }

  /* Headings with "1.1" are one level below those with "1". */
  for (guint i = 0; i < n && numbered == 0; i++)
    if (headings[i].kind > QUARRY_PDF_HEADING_BY_OUTLINE && depth_of_number (lines[i].text) == 1)
      numbered = find_style (styles, &lines[i])->level;
  for (guint i = 0; i < n; i++)
    {
      guint depth;

      if (headings[i].kind <= QUARRY_PDF_HEADING_BY_OUTLINE)
        continue;
      depth = headings[i].is_continued ? 0 : depth_of_number (lines[i].text);
      headings[i].level = find_style (styles, &lines[i])->level;
      if (depth > 0 && numbered > 0)
        headings[i].level = MIN (numbered + depth - 1, 6);
      else if (headings[i].is_continued)
        headings[i].level = headings[i - 1].level;
    }
}

QuarryPdfHeading *
quarry_pdf_find_headings (
    const QuarryPdfLine *lines, guint n_lines, double body, double step, const GArray *outline)
{
  QuarryPdfHeading *headings = g_new0 (QuarryPdfHeading, MAX (n_lines, 1));

  if (outline->len > 0)
    match_outline (lines, n_lines, outline, headings);
  for (guint i = 0; i < n_lines;)
    i = headings[i].kind == QUARRY_PDF_NO_HEADING
            ? judge_by_size (lines, n_lines, i, body, headings)
            : i + 1;
  for (guint i = 0; i < n_lines;)
    i = headings[i].kind == QUARRY_PDF_NO_HEADING
            ? judge_by_weight (lines, n_lines, i, body, step, headings)
            : i + 1;
  set_levels (lines, n_lines, headings);
  return headings;
}
