/* test-line-start.c: times, speakers and clauses' numbers at the start of a line
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <string.h>

#include "core/document/quarry-line-start.h"

#define MINUTES 60
#define HOURS (60 * MINUTES)
#define DAYS (24 * HOURS)

static QuarryLineStart
look (const char *line)
{
  return quarry_line_start (line, strlen (line));
}

static void
test_times (void)
{
  static const struct
  {
    const char *line;
    gint64 seconds; /* seconds of the day; -1: there is no time */
    gboolean dated;
  } cases[] = {
    { "12:30 hello", 12 * HOURS + 30 * MINUTES, FALSE },
    { "[9:05:07] hello", 9 * HOURS + 5 * MINUTES + 7, FALSE },
    { "(00:01:02) hello", MINUTES + 2, FALSE },
    { "9:05 PM - hello", 21 * HOURS + 5 * MINUTES, FALSE },
    { "12:10 am hello", 10 * MINUTES, FALSE },
    { "2024-03-01 12:30:01 hello", 12 * HOURS + 30 * MINUTES + 1, TRUE },
    { "2024-03-01T12:30:01.250Z hello", 12 * HOURS + 30 * MINUTES + 1, TRUE },
    { "2024-03-01T12:30:01,250+01:00 hello", 12 * HOURS + 30 * MINUTES + 1, TRUE },
    { "[01.03.24, 12:30:01] Anna: hello", 12 * HOURS + 30 * MINUTES + 1, TRUE },
    { "3/14/2024, 9:05 PM - Anna: hello", 21 * HOURS + 5 * MINUTES, TRUE },
    { "Mar  1 12:30:01 host sshd[12]: hello", 12 * HOURS + 30 * MINUTES + 1, TRUE },
    { "1 Mar 2024 12:30 hello", 12 * HOURS + 30 * MINUTES, TRUE },
    { "12:30", 12 * HOURS + 30 * MINUTES, FALSE },
    { "12:30x hello", -1, FALSE },
    { "25:30 hello", -1, FALSE },
    { "12:61 hello", -1, FALSE },
    { "[12:30 hello", -1, FALSE },
    { "1:2 hello", -1, FALSE },
    { "2024-13-45 12:30 hello", -1, FALSE },
    { "12 apples", -1, FALSE },
    { "May he rest", -1, FALSE },
    { "", -1, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      QuarryLineStart found = look (cases[i].line);

      g_test_message ("%s", cases[i].line);
      g_assert_cmpint (found.seconds < 0 ? -1 : found.seconds % DAYS, ==, cases[i].seconds);
      g_assert_cmpint (found.dated, ==, cases[i].dated);
    }

  /* Across midnight and the end of a month. */
  g_assert_cmpint (look ("2024-03-01 00:10 x").seconds - look ("2024-02-28 23:50 x").seconds, ==,
                   DAYS + 20 * MINUTES);
}

static void
test_speakers (void)
{
  static const char *const anna[] = { "Anna Smith: yes", "ANNA SMITH: yes", "ANNA SMITH. Yes", "[12:30] Anna Smith: yes",
                                      "12:30 Anna Smith:" };
  static const char *const nobody[] = { "He said: yes, and then", "anna smith: yes", "Anna", "Anna http://x",
                                        "I went. Then", "It was Anna, and Ben: yes", ": yes", "<a b> c", "<> c",
                                        "The four of us there went: yes", "" };
  guint32 first = look (anna[0]).speaker;

  g_assert_cmpuint (first, !=, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (anna); i++)
    {
      QuarryLineStart found = look (anna[i]);

      g_assert_cmpuint (found.speaker, ==, first);
      g_assert_cmpuint (found.spoken, ==, (gsize) (strpbrk (anna[i] + 8, ":.") + 1 - anna[i]));
    }
  g_assert_cmpuint (look ("[12:30] <ben> yes").spoken, ==, strlen ("[12:30] <ben>"));
  g_assert_cmpuint (look ("Ben: yes").speaker, !=, first);
  g_assert_cmpuint (look ("[12:30] <ben> yes").speaker, ==, look ("<Ben> yes").speaker);
  g_assert_cmpuint (look ("<ben> yes").speaker, !=, 0);
  g_assert_cmpuint (look ("Élodie: oui").speaker, !=, 0);
  for (gsize i = 1; i < G_N_ELEMENTS (nobody); i++)
    {
      g_test_message ("%s", nobody[i]);
      g_assert_cmpuint (look (nobody[i]).speaker, ==, 0);
      g_assert_cmpuint (look (nobody[i]).spoken, ==, 0);
    }
}

static void
test_clauses (void)
{
  static const struct
  {
    const char *line;
    QuarryNumbering numbering;
    guint number;
  } cases[] = {
    { "§ 5 Scope", QUARRY_NUMBERING_ARTICLE, 5 },
    { "Article 12", QUARRY_NUMBERING_ARTICLE, 12 },
    { "ARTICLE 12. Scope", QUARRY_NUMBERING_ARTICLE, 12 },
    { "Section 3-101. Scope", QUARRY_NUMBERING_ARTICLE, 101 },
    { "5. Scope", QUARRY_NUMBERING_ONE, 5 },
    { "5.1 Scope", QUARRY_NUMBERING_TWO, 1 },
    { "5.1. Scope", QUARRY_NUMBERING_TWO, 1 },
    { "5.1.7 Scope", QUARRY_NUMBERING_THREE, 7 },
    { "(4) The", QUARRY_NUMBERING_BRACKET, 4 },
    { "4) The", QUARRY_NUMBERING_BRACKET, 4 },
    { "(b) the", QUARRY_NUMBERING_LETTER, 2 },
    { "c) the", QUARRY_NUMBERING_LETTER, 3 },
    { "(ix) the", QUARRY_NUMBERING_ROMAN, 9 },
    { "(xiv) the", QUARRY_NUMBERING_ROMAN, 14 },
    { "5 apples", QUARRY_NUMBERING_NONE, 0 },
    { "1984 was", QUARRY_NUMBERING_NONE, 0 },
    { "5.", QUARRY_NUMBERING_NONE, 0 },
    { "(see above)", QUARRY_NUMBERING_NONE, 0 },
    { "Articles 5", QUARRY_NUMBERING_NONE, 0 },
    { "Section five", QUARRY_NUMBERING_NONE, 0 },
    { "", QUARRY_NUMBERING_NONE, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      QuarryLineStart found = look (cases[i].line);

      g_test_message ("%s", cases[i].line);
      g_assert_cmpuint (found.numbering, ==, cases[i].numbering);
      g_assert_cmpuint (found.number, ==, cases[i].number);
    }
}

/* Tries every prefix of every case, and random changes to it: nothing is read past the end. */
static void
test_cut_short (void)
{
  static const char *const lines[] = { "[2024-03-01T12:30:01.250+01:00] <anna> hello", "3/14/2024, 9:05 PM - Anna Smith: x",
                                       "Article 5-101 (xiv) the", "Mar  1 12:30:01 host", "(xxxviii) Élodie:" };
  guint32 state = 1;

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    for (gsize length = 0; length <= strlen (lines[i]); length++)
      {
        g_autofree char *start = g_malloc (MAX (length, 1));

        if (!g_utf8_validate_len (lines[i], length, NULL))
          continue;
        memcpy (start, lines[i], length);
        quarry_line_start (start, length);
        for (gsize at = 0; at < length; at++)
          {
            char before = start[at];

            state = state * 1664525u + 1013904223u;
            start[at] = " .:/-()[]0159xivAZ"[(state >> 8) % 18];
            if (g_utf8_validate_len (start, length, NULL))
              quarry_line_start (start, length);
            start[at] = before;
          }
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/line-start/times", test_times);
  g_test_add_func ("/line-start/speakers", test_speakers);
  g_test_add_func ("/line-start/clauses", test_clauses);
  g_test_add_func ("/line-start/cut-short", test_cut_short);

  return g_test_run ();
}
