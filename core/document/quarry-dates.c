/* quarry-dates.c: dates as people write them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A date is a day and a month, with or without a year. The month is a name in one of seven languages; as a number it needs
 * a year beside it, since two numbers may be anything.
 */
#include "core/document/quarry-dates.h"

#include <string.h>

#include "core/document/quarry-words.h"

/* Texts that people type are short. */
#define MOST_WORDS 64u

/* The names of the months, folded. */
#define N_MONTHS 12u

static const struct
{
  const char *code;
  const char *months[N_MONTHS];
} names[] = {
  { "en", { "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
            "november", "december" } },
  { "en", { "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec" } },
  { "de", { "januar", "februar", "marz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november",
            "dezember" } },
  { "fr", { "janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre",
            "decembre" } },
  { "es", { "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
            "noviembre", "diciembre" } },
  { "it", { "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre",
            "novembre", "dicembre" } },
  { "pt", { "janeiro", "fevereiro", "marco", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro",
            "novembro", "dezembro" } },
  { "nl", { "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober",
            "november", "december" } },
};

typedef struct
{
  char *folded;
  QuarrySpan span;
} Word;

typedef struct
{
  const char *text;
  Word words[MOST_WORDS];
  guint n;
} Words;

typedef struct
{
  guint day, month;
  guint year; /* 0: none */
  guint n_words;
} Date;

static void
words_init (Words *self, const char *text, gsize from)
{
  g_auto (QuarryWords) words = { NULL };
  const char *folded;
  QuarrySpan span;
  gsize length;

  self->text = text;
  self->n = 0;
  quarry_words_init (&words, text, -1);
  while (self->n < MOST_WORDS && quarry_words_next (&words, &span, &folded, &length))
    if (span.start >= from)
      self->words[self->n++] = (Word) { g_strndup (folded, length), span };
}

static void
words_clear (Words *self)
{
  for (guint i = 0; i < self->n; i++)
    g_free (self->words[i].folded);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Words, words_clear)

static const char *
get_word (const Words *self, guint i)
{
  return i < self->n ? self->words[i].folded : "";
}

/* Whether nothing but blanks and a sign or two of @signs is between word @i and the next. */
static gboolean
are_joined (const Words *self, guint i, const char *signs)
{
  gsize end, start;

  if (i + 1 >= self->n)
    return FALSE;
  end = self->words[i].span.end;
  start = self->words[i + 1].span.start;
  return start - end <= 2 && strspn (self->text + end, signs) >= start - end;
}

/* A number of @least to @most digits; 0 where @word is none. */
static guint
read_number (const char *word, gsize least, gsize most)
{
  gsize n = strspn (word, "0123456789");

  return word[n] == '\0' && n >= least && n <= most ? (guint) g_ascii_strtoull (word, NULL, 10) : 0;
}

/* A day of a month, as in "3", "03", "3rd"; 0 where @word is none. */
static guint
read_day (const char *word)
{
  static const char *const endings[] = { "", "st", "nd", "rd", "th", "er" };
  gsize n = strspn (word, "0123456789");
  guint day = n > 0 && n <= 2 ? (guint) g_ascii_strtoull (word, NULL, 10) : 0;

  for (gsize i = 0; i < G_N_ELEMENTS (endings) && day <= 31; i++)
    if (strcmp (word + n, endings[i]) == 0)
      return day;
  return 0;
}

static guint
read_year (const char *word)
{
  guint year = read_number (word, 4, 4);

  return year >= 1000 && year < 2200 ? year : 0;
}

/* The number of the month with this name, in English or in any language; 0 where @word is none. */
static guint
read_month (const char *word, gboolean english)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    for (guint m = 0; m < N_MONTHS; m++)
      if ((!english || strcmp (names[i].code, "en") == 0) && strcmp (names[i].months[m], word) == 0)
        return m + 1;
  return strcmp (word, "sept") == 0 ? 9 : 0;
}

static gboolean
is_of (const char *word)
{
  return strcmp (word, "of") == 0 || strcmp (word, "de") == 0;
}

/* Takes a year that may follow the date's words from @first on. */
static void
take_year (const Words *words, guint first, Date *date)
{
  guint next = first + date->n_words;

  if (is_of (get_word (words, next)))
    next++;
  if (!are_joined (words, first + date->n_words - 1, " .,") || (next > first + date->n_words && !are_joined (words, next - 1, " ")))
    return;
  date->year = read_year (get_word (words, next));
  if (date->year > 0)
    date->n_words = next + 1 - first;
}

/* "3 May 2021", "3. Mai", "3 de mayo de 2021" */
static gboolean
read_day_first (const Words *words, guint i, Date *date)
{
  guint at = i + 1;

  date->day = read_day (get_word (words, i));
  if (date->day == 0 || !are_joined (words, i, " ."))
    return FALSE;
  if (is_of (get_word (words, at)) && are_joined (words, at, " "))
    at++;
  date->month = read_month (get_word (words, at), FALSE);
  date->n_words = at + 1 - i;
  take_year (words, i, date);
  return date->month > 0;
}

/* "May 3rd, 2021", which is written in English alone */
static gboolean
read_month_first (const Words *words, guint i, Date *date)
{
  date->month = read_month (get_word (words, i), TRUE);
  date->day = date->month > 0 && are_joined (words, i, " .") ? read_day (get_word (words, i + 1)) : 0;
  date->n_words = 2;
  take_year (words, i, date);
  return date->day > 0;
}

/* A year of two digits is one of the hundred that end in 2069. */
static guint
read_last_year (const char *word)
{
  guint year = read_number (word, 2, 2);

  if (strlen (word) != 2)
    return read_year (word);
  return strspn (word, "0123456789") < 2 ? 0 : year < 70 ? 2000 + year : 1900 + year;
}

/* "2021-05-03", "03.05.2021", "3/5/21" ("3.5.21" is rather a version). *other gets the date that it may be as well, where its day may be its month. */
static gboolean
read_numbers (const Words *words, guint i, Date *date, Date *other)
{
  char sign[2] = { 0 };
  guint first = read_number (get_word (words, i), 1, 2), second = read_number (get_word (words, i + 1), 1, 2);

  if (i + 2 >= words->n)
    return FALSE;
  sign[0] = words->text[words->words[i].span.end];
  if (strchr ("-./", sign[0]) == NULL || !are_joined (words, i, sign) || !are_joined (words, i + 1, sign)
      || words->words[i + 1].span.start - words->words[i].span.end != 1
      || words->words[i + 2].span.start - words->words[i + 1].span.end != 1)
    return FALSE;
  date->n_words = 3;
  date->year = read_year (get_word (words, i));
  if (date->year > 0)
    {
      date->month = second;
      date->day = read_number (get_word (words, i + 2), 1, 2);
    }
  else
    {
      date->year = sign[0] == '/' ? read_last_year (get_word (words, i + 2)) : read_year (get_word (words, i + 2));
      date->day = sign[0] == '/' && first <= 12 ? second : first;
      date->month = sign[0] == '/' && first <= 12 ? first : second;
      if (sign[0] == '/' && first <= 12 && second <= 12 && first != second)
        *other = (Date) { first, second, date->year, 3 };
    }
  return date->year > 0 && date->month >= 1 && date->month <= 12 && date->day >= 1 && date->day <= 31;
}

static void
add (GPtrArray *list, char *notation)
{
  for (guint i = 0; i < list->len; i++)
    if (strcmp (list->pdata[i], notation) == 0)
      {
        g_free (notation);
        return;
      }
  g_ptr_array_add (list, notation);
}

/* Adds "3 may", "may 3", "3 de mayo"; with the year behind it where there is one. */
static void
add_named (GPtrArray *list, const Date *date)
{
  g_autofree char *year = date->year > 0 ? g_strdup_printf (" %u", date->year) : g_strdup ("");
  const char *ending = date->day / 10 == 1   ? "th"
                       : date->day % 10 == 1 ? "st"
                       : date->day % 10 == 2 ? "nd"
                       : date->day % 10 == 3 ? "rd"
                                             : "th";

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *month = names[i].months[date->month - 1];

      add (list, g_strdup_printf ("%u %s%s", date->day, month, year));
      if (strcmp (names[i].code, "en") == 0)
        {
          add (list, g_strdup_printf ("%s %u%s", month, date->day, year));
          add (list, g_strdup_printf ("%u%s %s%s", date->day, ending, month, year));
          add (list, g_strdup_printf ("%s %u%s%s", month, date->day, ending, year));
          add (list, g_strdup_printf ("%u%s of %s%s", date->day, ending, month, year));
        }
      if (date->year > 0 && (strcmp (names[i].code, "es") == 0 || strcmp (names[i].code, "pt") == 0))
        add (list, g_strdup_printf ("%u de %s de%s", date->day, month, year));
      else if (strcmp (names[i].code, "es") == 0 || strcmp (names[i].code, "pt") == 0)
        add (list, g_strdup_printf ("%u de %s", date->day, month));
    }
}

/* Adds "2021 05 03", "03 05 2021", "3 5 21" and, where the day can be no month, "05 23 2021". */
static void
add_numbers (GPtrArray *list, const Date *date)
{
  guint d = date->day, m = date->month, y = date->year;

  add (list, g_strdup_printf ("%u %02u %02u", y, m, d));
  add (list, g_strdup_printf ("%02u %02u %u", d, m, y));
  add (list, g_strdup_printf ("%u %u %u", d, m, y));
  add (list, g_strdup_printf ("%02u %02u %u", m, d, y));
  add (list, g_strdup_printf ("%u %u %u", m, d, y));
  add (list, g_strdup_printf ("%02u %02u %02u", d, m, y % 100));
  add (list, g_strdup_printf ("%u %u %02u", d, m, y % 100));
  add (list, g_strdup_printf ("%u %u %02u", m, d, y % 100));
}

static void
add_notations (GPtrArray *list, const Date *date)
{
  add_named (list, date);
  if (date->year > 0)
    add_numbers (list, date);
}

char **
quarry_dates_find (const char *text, gsize from, QuarrySpan *span)
{
  g_auto (Words) words = { NULL };

  g_return_val_if_fail (text != NULL && span != NULL, NULL);

  words_init (&words, text, from);
  for (guint i = 0; i < words.n; i++)
    {
      Date date = { 0 }, other = { 0 };
      GPtrArray *list;

      if (!read_day_first (&words, i, &date) && !(date = (Date) { 0 }, read_month_first (&words, i, &date))
          && !(date = (Date) { 0 }, read_numbers (&words, i, &date, &other)))
        continue;
      list = g_ptr_array_new ();
      add_notations (list, &date);
      if (other.day > 0)
        add_notations (list, &other);
      g_ptr_array_add (list, NULL);
      *span = (QuarrySpan) { words.words[i].span.start, words.words[i + date.n_words - 1].span.end };
      return (char **) g_ptr_array_free (list, FALSE);
    }
  return NULL;
}
