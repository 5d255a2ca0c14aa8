/* quarry-cell-format.c: the number formats of Excel's workbooks
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A code has up to three sections for numbers, which are parted by semicolons: for positive ones, negative ones and
 * zero. Fractions, exponents and conditions are left to the general format.
 */
#include "core/extract/office/quarry-cell-format.h"

#include "core/extract/office/quarry-cells.h"

#include <math.h>
#include <string.h>

#define MAX_FORMATS 65536u
#define MAX_SECTIONS 3u
#define MAX_CODE 255u /* bytes; Excel allows no more */
#define MAX_DECIMALS 15u
#define MAX_VALUE 1e15 /* from which on not all digits are known */
#define MAX_TIME 1e6   /* days */

typedef enum
{
  SHOWS_NUMBER,
  SHOWS_GENERAL,
  SHOWS_DATE,
  SHOWS_TIME,
} Shows;

/* A section. Its pattern has a digit's place as '0' or '#', the decimal point as '.', and literal text between them,
 * with a '\' before each byte. */
typedef struct
{
  Shows shows;
  GString *pattern;
  guint n_before, n_after;       /* digits' places before the point, and behind it */
  guint n_zeros, n_zeros_behind; /* how many of these are '0' */
  guint n_thousands;             /* so often the number is divided by 1,000 */
  guint n_hundreds;              /* so often it is multiplied by 100 */
  gboolean is_grouped;
  gboolean is_conditional;          /* holds only for some numbers */
  gboolean has_seconds, is_elapsed; /* of a time */
} Section;

struct _QuarryCellFormat
{
  Section sections[MAX_SECTIONS];
  guint n_sections;
};

struct _QuarryCellFormats
{
  GHashTable *formats; /* id to QuarryCellFormat; NULL stands for the general format */
};

/* ---- Codes ---- */

/* A character that would end the cell becomes a blank. */
static void
add_literal (Section *section, const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    {
      g_string_append_c (section->pattern, '\\');
      g_string_append_c (section->pattern, g_ascii_iscntrl (text[i]) ? ' ' : text[i]);
    }
}

/* Takes what is in brackets: a colour, a condition, a currency's sign, a time that goes on beyond 24 hours. */
static void
take_brackets (Section *section, const char *text, gsize length)
{
  if (length > 0 && *text == '$')
    add_literal (section, text + 1, MIN (length - 1, strcspn (text + 1, "-]")));
  else if (length > 0 && strchr ("<>=", *text) != NULL)
    section->is_conditional = TRUE;
  else if (length > 0 && strspn (text, "hHmMsS") >= length)
    {
      section->shows = SHOWS_TIME;
      section->is_elapsed = TRUE;
      section->has_seconds = section->has_seconds || strchr ("sS", *text) != NULL;
    }
}

static void
take_digit (Section *section, char c, gboolean is_behind)
{
  g_string_append_c (section->pattern, c == '0' ? '0' : '#');
  if (is_behind)
    {
      section->n_after++;
      section->n_zeros_behind += c == '0';
    }
  else
    {
      section->n_before++;
      section->n_zeros += c == '0';
    }
}

/* Takes a letter that has a meaning outside of quotes. */
static void
take_letter (Section *section, const char *p, gboolean *has_month)
{
  char c = g_ascii_tolower (*p);

  if (c == 'y' || c == 'd')
    section->shows = SHOWS_DATE;
  else if (c == 'm')
    *has_month = TRUE;
  else if (c == 'h' || c == 's')
    {
      if (section->shows == SHOWS_NUMBER)
        section->shows = SHOWS_TIME;
      section->has_seconds = section->has_seconds || c == 's';
    }
  else if (c == 'e')
    section->shows = SHOWS_GENERAL;
}

/* Reads the section that begins at @p. Returns its end: a semicolon, or the end of the code. */
static const char *
take_section (Section *section, const char *p)
{
  gboolean has_month = FALSE, has_point = FALSE;

  section->pattern = g_string_new (NULL);
  for (; *p != '\0' && *p != ';'; p++)
    {
      const char *stop;

      if (*p == '"' || *p == '[')
        {
          stop = strchr (p + 1, *p == '"' ? '"' : ']');
          if (stop == NULL)
            stop = p + strlen (p);
          if (*p == '"')
            add_literal (section, p + 1, (gsize) (stop - p - 1));
          else
            take_brackets (section, p + 1, (gsize) (stop - p - 1));
          if (*stop == '\0')
            return stop;
          p = stop;
        }
      /* The next character is literal (\), gives a width (_), or fills the cell (*). */
      else if (strchr ("\\_*", *p) != NULL && p[1] != '\0')
        {
          stop = g_utf8_next_char (p + 1);
          if (*p == '\\')
            add_literal (section, p + 1, (gsize) (stop - p - 1));
          p = stop - 1;
        }
      else if (g_ascii_strncasecmp (p, "General", 7) == 0 || *p == '@'
               || (*p == '/' && section->shows == SHOWS_NUMBER && section->n_before > 0))
        section->shows = SHOWS_GENERAL;
      else if (strchr ("0#?", *p) != NULL)
        take_digit (section, *p, has_point);
      else if (*p == '.' && !has_point)
        {
          has_point = TRUE;
          g_string_append_c (section->pattern, '.');
        }
      else if (*p == ',' && section->n_before > 0)
        {
          if (p[1] != '\0' && strchr ("0#?", p[1]) != NULL)
            section->is_grouped = TRUE;
          else
            section->n_thousands++;
        }
      else if (*p == '%')
        {
          section->n_hundreds++;
          add_literal (section, p, 1);
        }
      else if (g_ascii_isalpha (*p))
        take_letter (section, p, &has_month);
      else
        add_literal (section, p, 1);
    }
  if (has_month && section->shows == SHOWS_NUMBER)
    section->shows = SHOWS_DATE;
  if (section->n_after > MAX_DECIMALS || (section->n_after > 0 && section->n_before == 0))
    section->shows = SHOWS_GENERAL;
  return p;
}

static QuarryCellFormat *
format_new (const char *code)
{
  QuarryCellFormat *self = g_new0 (QuarryCellFormat, 1);
  g_autofree char *shown = g_strndup (code, MAX_CODE);
  g_autofree char *valid = g_utf8_make_valid (shown, -1);
  const char *p = valid;
  gboolean is_conditional = FALSE, goes_on;

  do
    {
      p = take_section (&self->sections[self->n_sections++], p);
      is_conditional = is_conditional || self->sections[self->n_sections - 1].is_conditional;
      goes_on = *p == ';';
      p += goes_on;
    }
  while (goes_on && self->n_sections < MAX_SECTIONS);
  if (is_conditional)
    for (guint i = 0; i < MAX_SECTIONS; i++)
      self->sections[i].shows = SHOWS_GENERAL;
  return self;
}

static void
format_free (gpointer data)
{
  QuarryCellFormat *self = data;

  for (guint i = 0; self != NULL && i < self->n_sections; i++)
    g_string_free (self->sections[i].pattern, TRUE);
  g_free (self);
}

/* The code of a format that every workbook has (ECMA-376, part 1, 18.8.30); NULL for the general one. Where the sign of
 * a currency depends on the country, it has none. */
static const char *
builtin_code (guint id)
{
  static const char *const codes[] = {
    [1] = "0",        [2] = "0.00",      [3] = "#,##0",     [4] = "#,##0.00",  [5] = "#,##0",      [6] = "#,##0",
    [7] = "#,##0.00", [8] = "#,##0.00",  [9] = "0%",        [10] = "0.00%",    [14] = "m/d/y",     [15] = "d-m-y",
    [16] = "d-m",     [17] = "m-y",      [18] = "h:mm",     [19] = "h:mm:ss",  [20] = "h:mm",      [21] = "h:mm:ss",
    [22] = "m/d/y",   [37] = "#,##0",    [38] = "#,##0",    [39] = "#,##0.00", [40] = "#,##0.00",  [41] = "#,##0",
    [42] = "#,##0",   [43] = "#,##0.00", [44] = "#,##0.00", [45] = "mm:ss",    [46] = "[h]:mm:ss", [47] = "mm:ss"
  };

  return id < G_N_ELEMENTS (codes) ? codes[id] : NULL;
}

QuarryCellFormats *
quarry_cell_formats_new (void)
{
  QuarryCellFormats *self = g_new0 (QuarryCellFormats, 1);

  self->formats = g_hash_table_new_full (NULL, NULL, NULL, format_free);
  return self;
}

void
quarry_cell_formats_free (QuarryCellFormats *self)
{
  g_hash_table_unref (self->formats);
  g_free (self);
}

void
quarry_cell_formats_define (QuarryCellFormats *self, guint id, const char *code)
{
  if (g_hash_table_size (self->formats) < MAX_FORMATS && !g_hash_table_contains (self->formats, GUINT_TO_POINTER (id)))
    g_hash_table_insert (self->formats, GUINT_TO_POINTER (id), *code != '\0' ? format_new (code) : NULL);
}

const QuarryCellFormat *
quarry_cell_formats_get (QuarryCellFormats *self, guint id, gboolean has_builtin)
{
  const QuarryCellFormat *format = g_hash_table_lookup (self->formats, GUINT_TO_POINTER (id));
  const char *code = has_builtin && format == NULL ? builtin_code (id) : NULL;

  if (code == NULL)
    return format;
  quarry_cell_formats_define (self, id, code);
  return g_hash_table_lookup (self->formats, GUINT_TO_POINTER (id));
}

gboolean
quarry_cell_format_is_date (const QuarryCellFormat *self)
{
  return self->sections[0].shows == SHOWS_DATE;
}

/* ---- Numbers ---- */

/* Appends a number in the places of the pattern. @before, @behind: its digits before and behind the point. */
static void
fill_pattern (const Section *section, GString *out, const GString *before, const char *behind)
{
  /* Digits without a place, which the first place takes as well; or places without a digit, which are the first ones.
   */
  gsize extra = before->len > section->n_before ? before->len - section->n_before : 0;
  gsize missing = section->n_before > before->len ? section->n_before - before->len : 0;
  gsize place = 0;
  gboolean is_behind = FALSE;

  for (const char *p = section->pattern->str; *p != '\0'; p++)
    if (*p == '\\')
      g_string_append_c (out, *++p);
    else if (*p == '.')
      {
        is_behind = TRUE;
        if (*behind != '\0')
          g_string_append_c (out, '.');
      }
    else if (is_behind)
      {
        if (*behind != '\0')
          g_string_append_c (out, *behind++);
      }
    else if (place++ >= missing)
      {
        gsize at = place == 1 ? 0 : extra + place - 1 - missing;

        for (; at < extra + place - missing; at++)
          {
            g_string_append_c (out, before->str[at]);
            if (section->is_grouped && (before->len - at) % 3 == 1 && at + 1 < before->len)
              g_string_append_c (out, ',');
          }
      }
}

static void
append_in_pattern (const Section *section, GString *out, double value, gboolean is_negative)
{
  char form[16], text[64];
  g_autoptr (GString) before = NULL;
  const double whole = is_negative ? -value : value;
  char *behind;

  for (guint i = 0; i < MIN (section->n_hundreds, 2); i++)
    value *= 100.0;
  for (guint i = 0; i < MIN (section->n_thousands, 4); i++)
    value /= 1000.0;
  if (value >= MAX_VALUE)
    {
      quarry_cells_append_number (out, whole);
      return;
    }
  g_snprintf (form, sizeof form, "%%.%uf", section->n_after);
  /* Rounds halves up, also one such as 2.675, which has no exact number; but invents no digits. */
  if (value * pow (10.0, section->n_after) < MAX_VALUE / 10.0)
    value *= 1.0 + 1e-15;
  g_ascii_formatd (text, sizeof text, form, value);
  if (is_negative && strpbrk (text, "123456789") != NULL)
    g_string_append_c (out, '-');
  behind = strchr (text, '.');
  if (behind != NULL)
    {
      *behind++ = '\0';
      for (gsize n = strlen (behind); n > section->n_zeros_behind && behind[n - 1] == '0'; n--)
        behind[n - 1] = '\0';
    }
  /* Only a place that must not be empty shows a zero. */
  before = g_string_new (strcmp (text, "0") == 0 ? "" : text);
  while (before->len < section->n_zeros)
    g_string_prepend_c (before, '0');
  fill_pattern (section, out, before, behind != NULL ? behind : "");
}

static void
append_time (const Section *section, GString *out, double days)
{
  gint64 seconds = (gint64) round (fabs (days) * 86400.0);

  if (!section->is_elapsed)
    seconds %= 86400;
  else if (days < 0.0 && seconds > 0)
    g_string_append_c (out, '-');
  g_string_append_printf (out, "%02" G_GINT64_FORMAT ":%02d", seconds / 3600, (int) (seconds / 60 % 60));
  if (section->has_seconds)
    g_string_append_printf (out, ":%02d", (int) (seconds % 60));
}

void
quarry_cell_format_append (const QuarryCellFormat *format, GString *out, double value, gboolean is_1904)
{
  const Section *section = format != NULL ? &format->sections[0] : NULL;
  gboolean is_negative = value < 0.0;

  if (!isfinite (value))
    return;
  if (section != NULL && is_negative && format->n_sections > 1)
    {
      section = &format->sections[1];
      is_negative = FALSE; /* the section itself says how this is shown */
    }
  else if (section != NULL && value == 0.0 && format->n_sections > 2)
    section = &format->sections[2];

  if (section == NULL || section->shows == SHOWS_GENERAL || (section->shows == SHOWS_TIME && fabs (value) >= MAX_TIME))
    quarry_cells_append_number (out, value); /* with its sign */
  else if (section->shows == SHOWS_DATE)
    quarry_cells_append_date (out, value, is_1904);
  else if (section->shows == SHOWS_TIME)
    append_time (section, out, value);
  else if (section->shows == SHOWS_NUMBER)
    append_in_pattern (section, out, fabs (value), is_negative);
}
