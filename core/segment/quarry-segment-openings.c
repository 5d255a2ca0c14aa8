/* quarry-segment-openings.c: lines that open what follows
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A letter's place and date, an entry of a diary or a change log, the head of a mail that was copied into a text: plain
 * text has no kind of block for such lines. What follows one is seldom about the same as what precedes it, so that a
 * topic would seem to begin after the line, though it begins with it. A date is recognised by its numbers, whatever the
 * language of its month. One such line proves nothing: a text has to have several, with something between them.
 *
 * A title which the file has as any other paragraph, as a mail does or a text typed without styles, is a line between
 * running text.
 */
#include "quarry-config.h"

#include <string.h>

#include "core/segment/quarry-segment-private.h"

/* In units of gain. For comparison: one more segment costs about 2. */
#define GAIN_DATED 2.0f
#define GAIN_TITLE 2.0f

#define LEAST_DATED 3u
/* At most one dated line in so many may stand right after another one: dates one below the other are a list. */
#define LISTED_SHARE 4u
/* From one dated line, or title, to the next there are at least so many sentences on average. */
#define LEAST_BETWEEN 5u

/* Titles are told in a text of paragraphs: at least one gap in so many is within one. */
#define INSIDE_SHARE 4u
#define LEAST_TITLES 3u
/* Of titles, at least so many of four differ: lines that come again are names of speakers, or heads of pages. */
#define DIFFERENT_OF_FOUR 3u

/* A line with more than this is running text. */
#define MAX_BYTES 100u
#define MAX_WORDS 12u
/* "Dear Sir or Madam," and the like. */
#define ADDRESS_WORDS 6u
/* How many words after a date's day its year may stand: "3 de mayo de 1911". */
#define DATE_REACH 4u
/* A field such as "Subject:" or "Date of birth:" has its colon within so many words; so many fields make a head, of a
 * mail for instance. */
#define FIELD_WORDS 3u
#define HEAD_FIELDS 3u

typedef struct
{
  guint year;        /* of its date; 0: it has none */
  guint32 key;       /* a hash of the first word of a field; 0 for other lines */
  guint is_line : 1; /* a block of its own, short and without an end mark */
  guint is_field : 1; /* "Subject: …" */
  guint is_address : 1; /* such as "Dear Sir or Madam,": a few words and a comma */
} Line;

typedef struct
{
  const char *text;
  gsize length;
} Word;

/* strchr() for each byte of a text would take several times as long. */
static gboolean
parts_words (char c)
{
  switch (c)
    {
    case '\0':
    case ' ':
    case '\t':
    case '\n':
    case ',':
    case ';':
    case '(':
    case ')':
    case '[':
    case ']':
      return TRUE;
    default:
      return FALSE;
    }
}

static guint
split (const char *text, gsize length, Word *words)
{
  guint n = 0;

  for (gsize i = 0; i < length;)
    {
      gsize start;

      while (i < length && parts_words (text[i]))
        i++;
      start = i;
      while (i < length && !parts_words (text[i]))
        i++;
      if (i > start && n < MAX_WORDS)
        words[n] = (Word) { text + start, i - start };
      n += i > start;
    }
  return n;
}

/* Takes apart a word that consists of up to three numbers with one kind of sign between them, such as 3.5.1911. Returns
 * how many there are; 0 for any other word. */
static guint
numbers_of (Word word, guint *numbers)
{
  guint n = 0;
  char sign = 0;

  for (gsize i = 0; i < word.length; i++)
    {
      gsize start = i;

      if (n == 3)
        return 0;
      numbers[n] = 0;
      for (; i < word.length && g_ascii_isdigit (word.text[i]) && i < start + 4; i++)
        numbers[n] = numbers[n] * 10 + (guint) (word.text[i] - '0');
      if (i == start)
        return 0;
      n++;
      if (i == word.length)
        break;
      if (strchr ("-./", word.text[i]) == NULL || (sign != 0 && word.text[i] != sign))
        return 0;
      sign = word.text[i];
    }
  return n;
}

static gboolean
is_day (guint number)
{
  return number >= 1 && number <= 31;
}

static gboolean
is_year (guint number)
{
  return number >= 1000 && number < 2100;
}

/* Returns the year of a date that has a day, too, and stands at either end of a line; 0 where there is none. */
static guint
find_year (const Word *words, guint n)
{
  guint days[MAX_WORDS] = { 0 }, years[MAX_WORDS] = { 0 };

  for (guint w = 0; w < n; w++)
    {
      guint numbers[3], many = numbers_of (words[w], numbers);
      gboolean at_end = w <= 1 || w + 3 >= n;

      if (many == 3 && at_end && is_year (numbers[0]) && is_day (numbers[1]) && is_day (numbers[2]))
        return numbers[0];
      if (many == 3 && at_end && is_day (numbers[0]) && is_day (numbers[1]) && (is_year (numbers[2]) || numbers[2] < 100))
        return is_year (numbers[2]) ? numbers[2] : 2000 + numbers[2];
      if (many == 1 && is_day (numbers[0]))
        days[w] = numbers[0];
      if (many == 1 && is_year (numbers[0]))
        years[w] = numbers[0];
    }
  /* "3 May 1911", "May 3, 1911". */
  for (guint d = 0; d < n; d++)
    for (guint y = d + 1; days[d] > 0 && y < MIN (d + 1 + DATE_REACH, n); y++)
      if (years[y] > 0 && (d <= 1 || y + 3 >= n)
          && ((y > d + 1 && g_unichar_isalpha (g_utf8_get_char (words[d + 1].text)))
              || (y == d + 1 && d > 0 && g_unichar_isalpha (g_utf8_get_char (words[d - 1].text)))))
        return years[y];
  return 0;
}

static Line
look_at (const char *text, QuarrySpan span)
{
  Line line = { 0 };
  Word words[MAX_WORDS];
  guint n;

  while (span.end > span.start && g_ascii_isspace (text[span.end - 1]))
    span.end--;
  if (span.end == span.start || span.end - span.start > MAX_BYTES || strchr (".!?", text[span.end - 1]) != NULL)
    return line;
  n = split (text + span.start, span.end - span.start, words);
  if (n == 0 || n > MAX_WORDS)
    return line;

  line.is_line = TRUE;
  line.is_address = n <= ADDRESS_WORDS && text[span.end - 1] == ',';
  for (guint w = 0; w < MIN (n, FIELD_WORDS); w++)
    line.is_field |= words[w].text[words[w].length - 1] == ':';
  if (line.is_field)
    {
      g_autofree char *first = g_strndup (words[0].text, words[0].length);

      line.key = MAX (g_str_hash (first), 1);
    }
  line.year = find_year (words, n);
  return line;
}

/* Whether the dated lines are as in letters, diaries and change logs: several, not right after one another, and in
 * order. */
static gboolean
are_openings (const Line *lines, guint n)
{
  guint dated = 0, listed = 0, later = 0, earlier = 0, last = 0, first_at = 0, last_at = 0;

  for (guint i = 0; i < n; i++)
    if (lines[i].year > 0)
      {
        listed += i > 0 && lines[i - 1].year > 0;
        later += dated > 0 && lines[i].year > last;
        earlier += dated > 0 && lines[i].year < last;
        last = lines[i].year;
        first_at = dated == 0 ? i : first_at;
        last_at = i;
        dated++;
      }
  return dated >= LEAST_DATED && listed * LISTED_SHARE <= dated && (later == 0 || earlier == 0)
         && last_at - first_at >= LEAST_BETWEEN * (dated - 1);
}

/* Of fields with a date, only those count that have the name of the first one: a second date in a head, such as
 * "End-Date:", opens nothing. */
static void
choose_fields (Line *lines, guint n)
{
  guint32 key = 0;

  for (guint i = 0; i < n; i++)
    if (lines[i].year > 0 && lines[i].is_field)
      {
        if (key == 0)
          key = lines[i].key;
        if (lines[i].key != key)
          lines[i].year = 0;
      }
}

/* Returns the line with which the head begins that has the dated line @i in it. A head begins with the same field
 * everywhere, whose key the first head puts in *key (0 before). Where that field is not found, @i itself begins. */
static guint
find_head (const Line *lines, guint i, guint32 *key)
{
  guint first = i;

  while (lines[i].is_field && first > 0 && lines[first - 1].is_field && lines[first - 1].year == 0
         && lines[first].key != *key)
    first--;
  if (*key == 0)
    *key = lines[first].key;
  return lines[first].key == *key ? first : i;
}

/* Whether there is running text on that side of a line: more than a line, from or to sentence @i. */
static gboolean
is_text (const Line *lines, const QuarrySpan *sentences, guint n, const QuarryGap *gaps, guint i)
{
  return !lines[i].is_line
         && (sentences[i].end - sentences[i].start > MAX_BYTES || gaps[i].inside || (i + 1 < n && gaps[i + 1].inside));
}

/* A line between running text that does not go on from it: a title which the file has as any other paragraph. */
static gboolean
is_title (const char *text, const Line *lines, const QuarrySpan *sentences, guint n, const QuarryGap *gaps, guint i)
{
  guint32 end = sentences[i].end;

  while (end > sentences[i].start && g_ascii_isspace (text[end - 1]))
    end--;
  return lines[i].is_line && !lines[i].is_field && lines[i].year == 0 && strchr (",;:", text[end - 1]) == NULL
         && !g_unichar_islower (g_utf8_get_char (text + sentences[i].start))
         && (i == 0 || (!gaps[i].forbidden && is_text (lines, sentences, n, gaps, i - 1)))
         && i + 1 < n && gaps[i + 1].sure > 1 && is_text (lines, sentences, n, gaps, i + 1);
}

/* A title is not parted from what follows. Where there are several, most of which differ, a part begins with each. */
static void
weigh_titles (const char *text, const Line *lines, const QuarrySpan *sentences, guint n, QuarryGap *gaps)
{
  g_autoptr (GArray) titles = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GHashTable) different = g_hash_table_new (NULL, NULL);
  guint inside = 0;

  /* Where each sentence is a paragraph, a line of its own tells nothing. */
  for (guint i = 1; i < n; i++)
    inside += gaps[i].inside;
  if (inside * INSIDE_SHARE < n)
    return;
  for (guint i = 0; i < n; i++)
    if (is_title (text, lines, sentences, n, gaps, i))
      {
        g_autofree char *title = g_strndup (text + sentences[i].start, sentences[i].end - sentences[i].start);

        g_hash_table_add (different, GUINT_TO_POINTER (g_str_hash (title)));
        g_array_append_val (titles, i);
      }
  for (guint t = 0; t < titles->len; t++)
    gaps[g_array_index (titles, guint, t) + 1].forbidden = TRUE;
  if (titles->len < LEAST_TITLES || g_hash_table_size (different) * 4 < titles->len * DIFFERENT_OF_FOUR
      || g_array_index (titles, guint, titles->len - 1) - g_array_index (titles, guint, 0)
             < LEAST_BETWEEN * (titles->len - 1))
    return;
  for (guint t = 0; t < titles->len; t++)
    gaps[g_array_index (titles, guint, t)].cost = -GAIN_TITLE;
}

void
quarry_segment_weigh_openings (const char *text, const QuarrySpan *sentences, guint n, QuarryGap *gaps)
{
  g_autofree Line *lines = g_new0 (Line, MAX (n, 1));
  guint32 key = 0;

  for (guint i = 0; i < n; i++)
    if ((i == 0 || (!gaps[i].inside && gaps[i].sure > 1)) && (i + 1 == n || !gaps[i + 1].inside))
      lines[i] = look_at (text, sentences[i]);
  for (guint i = 0; i + 1 < n; i++)
    if (lines[i].is_address && gaps[i + 1].sure > 1)
      gaps[i + 1].forbidden = TRUE;
  weigh_titles (text, lines, sentences, n, gaps);
  choose_fields (lines, n);
  if (!are_openings (lines, n))
    return;
  for (guint i = 0; i < n; i++)
    if (lines[i].year > 0)
      {
        guint first = find_head (lines, i, &key), end = i + 1;

        /* The other fields of a head. */
        while (end < n && lines[end].is_field && lines[end].year == 0)
          end++;
        /* Before only a field or two there may be a title, with which the part begins instead. */
        if (first > 0 && !gaps[first].forbidden && gaps[first].sure > 1
            && !(lines[first].is_field && end - first < HEAD_FIELDS && lines[first - 1].is_line
                 && !lines[first - 1].is_field))
          gaps[first].cost = -GAIN_DATED;
        for (guint gap = first + 1; gap <= end && gap < n; gap++)
          if (gaps[gap].sure > 1)
            gaps[gap].forbidden = TRUE;
      }
}
