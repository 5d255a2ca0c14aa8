/* quarry-line-start.c: what stands at the start of a line: a time, a speaker's name, a clause's number
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A small recursive-descent parser with a cursor: each read_…() tries one form and leaves the cursor
 * where it was if the line does not begin that way.
 */
#include "quarry-config.h"

#include <string.h>

#include "core/document/quarry-line-start.h"

#define MAX_NAME 40u /* bytes */
#define MAX_NAME_WORDS 4u
#define DAY (24 * 60 * 60)

typedef struct
{
  const char *at;
  const char *end;
} Reading;

static gboolean
skip (Reading *reading, char c)
{
  if (reading->at == reading->end || *reading->at != c)
    return FALSE;
  reading->at++;
  return TRUE;
}

static gboolean
skip_blanks (Reading *reading)
{
  const char *start = reading->at;

  while (reading->at < reading->end && (*reading->at == ' ' || *reading->at == '\t'))
    reading->at++;
  return reading->at > start;
}

/* Reads a number of @least to @most digits. */
static gboolean
read_number (Reading *reading, guint least, guint most, guint *number)
{
  const char *start = reading->at;

  *number = 0;
  while (reading->at < reading->end && g_ascii_isdigit (*reading->at) && reading->at < start + most)
    *number = *number * 10 + (guint) (*reading->at++ - '0');
  return reading->at >= start + least && (reading->at == reading->end || !g_ascii_isdigit (*reading->at));
}

/* --- Times ----------------------------------------------------------------------------------- */

static guint
read_month (Reading *reading)
{
  static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";

  if (reading->end - reading->at >= 4 && reading->at[3] == ' ')
    for (guint i = 0; i < 12; i++)
      if (g_ascii_strncasecmp (reading->at, months + 3 * i, 3) == 0)
        {
          reading->at += 3;
          return i + 1;
        }
  return 0;
}

static gint64
day_number (guint year, guint month, guint day)
{
  g_autoptr (GDate) date = NULL;

  if (year < 100)
    year += 2000;
  /* A date in the American order, "3/14/2024". */
  if (month > 12 && day <= 12)
    {
      guint swapped = month;

      month = day;
      day = swapped;
    }
  if (year > 9999 || !g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) year))
    return -1;
  date = g_date_new_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) year);
  return g_date_get_julian (date);
}

/* Reads "2024-03-01", "1.3.2024", "Mar 1" or "1 Mar 2024". Returns the number of the day, −1 if there is none. */
static gint64
read_date (Reading *reading)
{
  Reading start = *reading;
  guint a, b, c, month = read_month (reading);
  char sign;

  if (month > 0)
    {
      /* Log lines such as "Mar 1" name no year; any will do, and a leap year has all days. */
      if (skip_blanks (reading) && read_number (reading, 1, 2, &a))
        return day_number (2000, month, a);
      *reading = start;
      return -1;
    }
  if (!read_number (reading, 1, 4, &a) || reading->at == reading->end)
    goto none;
  sign = *reading->at;
  if (sign == ' ')
    {
      skip_blanks (reading);
      month = read_month (reading);
      if (month > 0 && skip_blanks (reading) && read_number (reading, 4, 4, &c))
        return day_number (c, month, a);
      goto none;
    }
  if (strchr ("-./", sign) == NULL || !skip (reading, sign) || !read_number (reading, 1, 2, &b)
      || !skip (reading, sign) || !read_number (reading, 1, 4, &c))
    goto none;
  return a > 31 ? day_number (a, b, c) : day_number (c, b, a);

none:
  *reading = start;
  return -1;
}

/* Reads "12:30", "12:30:01.250" or "9:05 PM". Returns seconds, −1 if there is none. */
static gint64
read_clock (Reading *reading)
{
  Reading start = *reading;
  guint hours, minutes, seconds = 0, fraction;

  if (!read_number (reading, 1, 2, &hours) || !skip (reading, ':') || !read_number (reading, 2, 2, &minutes)
      || hours > 24 || minutes > 59)
    goto none;
  if (skip (reading, ':') && (!read_number (reading, 2, 2, &seconds) || seconds > 60))
    goto none;
  if (reading->end - reading->at >= 2 && (*reading->at == '.' || *reading->at == ',')
      && g_ascii_isdigit (reading->at[1]))
    {
      reading->at++;
      read_number (reading, 1, 9, &fraction);
    }
  if (reading->end - reading->at >= 3 && *reading->at == ' ' && g_ascii_toupper (reading->at[2]) == 'M')
    {
      char half = g_ascii_toupper (reading->at[1]);

      if (half == 'A' || half == 'P')
        {
          hours = hours % 12 + (half == 'P' ? 12 : 0);
          reading->at += 3;
        }
    }
  skip (reading, 'Z');
  /* A time zone, which is skipped. */
  if (reading->end - reading->at >= 5 && strchr ("+-", *reading->at) != NULL && g_ascii_isdigit (reading->at[1])
      && g_ascii_isdigit (reading->at[2]))
    for (reading->at++; reading->at < reading->end && (g_ascii_isdigit (*reading->at) || *reading->at == ':');)
      reading->at++;
  return (hours * 60 + minutes) * 60 + seconds;

none:
  *reading = start;
  return -1;
}

static void
read_time (Reading *reading, QuarryLineStart *found)
{
  Reading start = *reading;
  char closing = skip (reading, '[') ? ']' : skip (reading, '(') ? ')' : 0;
  gint64 day = read_date (reading);
  gint64 seconds;

  if (day >= 0)
    {
      skip (reading, ',');
      if (!skip_blanks (reading))
        skip (reading, 'T');
    }
  seconds = read_clock (reading);
  /* A time must be followed by a blank, the end of the line or one of these signs. */
  if (seconds < 0 || (closing != 0 && !skip (reading, closing))
      || (closing == 0 && reading->at < reading->end && strchr (" \t-:,", *reading->at) == NULL))
    {
      *reading = start;
      return;
    }
  found->dated = day >= 0;
  found->seconds = seconds + MAX (day, 0) * DAY;
  skip (reading, ':');
  skip (reading, ',');
  skip_blanks (reading);
  if (skip (reading, '-'))
    skip_blanks (reading);
}

/* --- Speakers -------------------------------------------------------------------------------- */

static guint32
name_hash (const char *name, gsize length)
{
  g_autofree char *folded = g_utf8_casefold (name, (gssize) length);
  guint32 hash = g_str_hash (folded);

  return hash != 0 ? hash : 1;
}

/* Returns a hash of the speaker's name, and moves on to what is said. */
static guint32
read_speaker (Reading *reading)
{
  const char *name = reading->at, *p = name, *end = reading->end;
  gboolean capitals = TRUE;
  guint n_words = 1, n_letters = 0;

  if (p < end && *p == '<')
    {
      const char *close = memchr (p, '>', MIN ((gsize) (end - p), MAX_NAME));

      if (close == NULL || close == p + 1 || memchr (p, ' ', (gsize) (close - p)) != NULL)
        return 0;
      reading->at = close + 1;
      return name_hash (p + 1, (gsize) (close - p - 1));
    }
  if (p == end || !g_unichar_isupper (g_utf8_get_char (p)))
    return 0;
  for (; p < end && (gsize) (p - name) < MAX_NAME; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      gboolean last = p + 1 >= end || p[1] == ' ' || p[1] == '\t';

      if (c == ':' || (c == '.' && capitals && n_letters > 2))
        {
          if (!last || n_letters == 0)
            return 0;
          reading->at = p + 1;
          return name_hash (name, (gsize) (p - name));
        }
      if (c == ' ')
        {
          if (++n_words > MAX_NAME_WORDS)
            return 0;
        }
      else if (g_unichar_isalnum (c))
        {
          n_letters++;
          capitals = capitals && !g_unichar_islower (c);
        }
      else if (c != '.' && c != '-' && c != '\'' && c != 0x2019 && c != '(' && c != ')')
        return 0;
    }
  return 0;
}

/* --- Clauses --------------------------------------------------------------------------------- */

/* Reads a roman numeral up to 39 ("iv" gives 4); 0 if there is none. */
static guint
read_roman (Reading *reading)
{
  static const char *const ones[] = { "ix", "viii", "vii", "vi", "v", "iv", "iii", "ii", "i" };
  Reading start = *reading;
  guint tens = 0, number;

  while (tens < 3 && skip (reading, 'x'))
    tens++;
  number = tens * 10;
  for (guint i = 0; i < G_N_ELEMENTS (ones); i++)
    {
      gsize length = strlen (ones[i]);

      if ((gsize) (reading->end - reading->at) >= length && memcmp (reading->at, ones[i], length) == 0)
        {
          reading->at += length;
          number += 9 - i;
          break;
        }
    }
  if (number == 0)
    *reading = start;
  return number;
}

/* Reads "§ 5" or "Article 5". */
static gboolean
read_article (Reading *reading, QuarryLineStart *found)
{
  static const char *const words[] = { "\302\247", "article", "art.", "artikel", "art\303\255culo", "section",
                                       "sec.", "clause", "rule", "regulation" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      gsize length = strlen (words[i]);
      Reading rest = { reading->at + length, reading->end };
      guint number;

      if ((gsize) (reading->end - reading->at) <= length
          || g_ascii_strncasecmp (reading->at, words[i], length) != 0)
        continue;
      skip_blanks (&rest);
      if (!read_number (&rest, 1, 4, &number))
        continue;
      /* In "Section 5-101" the last number is the one that counts up. */
      while (rest.end - rest.at >= 2 && (*rest.at == '-' || *rest.at == '.') && g_ascii_isdigit (rest.at[1]))
        {
          rest.at++;
          if (!read_number (&rest, 1, 4, &number))
            return FALSE;
        }
      found->numbering = QUARRY_NUMBERING_ARTICLE;
      found->number = number;
      return TRUE;
    }
  return FALSE;
}

static void
read_clause (const Reading *start, QuarryLineStart *found)
{
  Reading rest = *start, *reading = &rest;
  gboolean opened;
  guint number, depth = 0;

  if (reading->at == reading->end || read_article (reading, found))
    return;
  opened = skip (reading, '(');
  if (read_number (reading, 1, 3, &number))
    {
      if (skip (reading, ')'))
        {
          found->numbering = QUARRY_NUMBERING_BRACKET;
          found->number = number;
          return;
        }
      if (opened)
        return;
      for (depth = 1; skip (reading, '.') && reading->at < reading->end && g_ascii_isdigit (*reading->at); depth++)
        if (!read_number (reading, 1, 3, &number))
          return;
      /* "5 apples" is not numbering; "5." and "5.1" are. */
      if ((depth == 1 && reading->at[-1] != '.') || reading->at == reading->end || !skip_blanks (reading))
        return;
      found->numbering = QUARRY_NUMBERING_ONE + MIN (depth, 3) - 1;
      found->number = number;
    }
  else if (reading->at < reading->end)
    {
      Reading letter = *reading;

      /* "(i)" is taken for the number one; it is rarely the letter that follows "(h)". */
      number = read_roman (reading);
      if (number > 0 && opened && skip (reading, ')'))
        {
          found->numbering = QUARRY_NUMBERING_ROMAN;
          found->number = number;
          return;
        }
      if (g_ascii_islower (*letter.at))
        {
          number = (guint) (*letter.at++ - 'a') + 1;
          if (skip (&letter, ')'))
            {
              found->numbering = QUARRY_NUMBERING_LETTER;
              found->number = number;
            }
        }
    }
}

QuarryLineStart
quarry_line_start (const char *text, gsize length)
{
  QuarryLineStart found = { .seconds = -1 };
  Reading reading = { text, text + length };

  skip_blanks (&reading);
  read_time (&reading, &found);
  if (found.seconds < 0)
    read_clause (&reading, &found);
  if (found.numbering == QUARRY_NUMBERING_NONE)
    found.speaker = read_speaker (&reading);
  if (found.speaker != 0)
    found.spoken = (gsize) (reading.at - text);
  return found;
}
