/* test-segment-structure.c: dialogues, logs, letters and numbered clauses
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <string.h>

#include "tests/unit/segment-helpers.h"

#include "core/segment/quarry-segment-private.h"
#include "core/segment/quarry-segmenter.h"

static void
add_block (QuarryDocumentBuilder *builder, GString *block)
{
  quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, block->str, -1);
}

/* Questions and answers of one sentence each, about random topics. */
static void
add_dialogue (QuarryDocumentBuilder *builder, gboolean with_names, guint32 *state)
{
  for (guint i = 0; i < 24; i++)
    {
      g_autoptr (GString) block = g_string_new (with_names ? i % 2 == 0 ? "Anna: " : "Ben: " : NULL);

      append_sentence (block, next_random (state) % N_TOPICS, 8, state);
      if (i % 2 == 0)
        block->str[block->len - 1] = '?';
      add_block (builder, block);
    }
}

static void
test_dialogue (void)
{
  guint parted[2] = { 0 };

  for (guint with_names = 0; with_names < 2; with_names++)
    for (guint32 seed = 1; seed <= 10; seed++)
      {
        QuarryDocumentBuilder *builder = quarry_document_builder_new ();
        g_autoptr (GArray) segments = NULL;
        guint32 state = seed;
        Case self;

        add_dialogue (builder, with_names, &state);
        case_init (&self, builder, TRUE);
        segments = quarry_segmenter_decode (self.segmenter, 1);
        for (guint i = 1; i < self.sentences->len; i += 2)
          parted[with_names] += cuts_before (segments, i);
        assert_nested (&self);
        case_clear (&self);
      }
  /* The finest cut separates answers from their questions, unless speakers are named. */
  g_test_message ("%u, %u", parted[0], parted[1]);
  g_assert_cmpuint (parted[0], >, 15);
  g_assert_cmpuint (parted[1] * 3, <, parted[0]);
}

/* Where people speak of themselves, others who speak are a sign of another topic; elsewhere they are none. */
static void
test_speakers (void)
{
  static const char *const speakers[] = { "Anna", "Ben", "Clara", "David" };
  guint found[2][2] = { { 0 } }; /* personal, others in the second half */

  for (guint personal = 0; personal < 2; personal++)
    for (guint others = 0; others < 2; others++)
      for (guint32 seed = 1; seed <= 10; seed++)
        {
          const guint n = 40;
          QuarryDocumentBuilder *builder = quarry_document_builder_new ();
          g_autoptr (GArray) segments = NULL;
          guint32 state = seed;
          Case self;

          for (guint i = 0; i < n; i++)
            {
              g_autoptr (GString) block = g_string_new (NULL);

              g_string_printf (block, "%s: %s", speakers[next_random (&state) % 2 + (others && i >= n / 2 ? 2 : 0)],
                               personal ? "I know what you and we said, " : "");
              append_sentence (block, next_random (&state) % N_TOPICS, 6, &state);
              add_block (builder, block);
            }
          case_init (&self, builder, FALSE);
          segments = quarry_segmenter_decode (self.segmenter, QUARRY_GRANULARITY_DEFAULT);
          found[personal][others] += cuts_before (segments, n / 2);
          case_clear (&self);
        }
  g_test_message ("%u, %u; %u, %u", found[0][0], found[0][1], found[1][0], found[1][1]);
  g_assert_cmpuint (found[0][1], ==, found[0][0]);
  g_assert_cmpuint (found[1][1], >=, found[1][0] + 5);
}

/* What is told the networks is what is said, not who says it. */
static void
test_spoken_words (void)
{
  static const char *const blocks[] = { "Anna: Is it late?", "Ben: No.", "Anna: ", "[12:30] Ben: It is early.", "Not very.",
                                        "Anna: Well: good" };
  static const char *const said[] = { "is it late", "no", "", "it is early", "not very", "well good" };
  g_autoptr (GString) text = g_string_new (NULL);
  QuarrySpan sentences[G_N_ELEMENTS (blocks)];
  QuarryGap gaps[G_N_ELEMENTS (blocks)] = { 0 };
  g_autoptr (QuarrySentenceWords) words = NULL;
  QuarrySentenceWords *spoken;

  for (guint i = 0; i < G_N_ELEMENTS (blocks); i++)
    {
      sentences[i].start = (guint32) text->len;
      g_string_append (text, blocks[i]);
      sentences[i].end = (guint32) text->len;
      g_string_append_c (text, '\n');
    }
  words = quarry_sentence_words_new (text->str, sentences, G_N_ELEMENTS (blocks));
  g_assert_null (quarry_segment_spoken_words (words, gaps));
  quarry_segment_weigh_marks (words, text->len, gaps);
  spoken = quarry_segment_spoken_words (words, gaps);
  g_assert_nonnull (spoken);
  for (guint i = 0; i < G_N_ELEMENTS (blocks); i++)
    {
      g_autoptr (GString) found = g_string_new (NULL);

      for (guint32 w = spoken->first_words[i]; w < spoken->first_words[i + 1]; w++)
        g_string_append_printf (found, "%s%s", found->len > 0 ? " " : "", spoken->forms[spoken->words[w].form].folded);
      g_assert_cmpstr (found->str, ==, said[i]);
      g_assert_cmpuint (spoken->sentences[i].end, ==, sentences[i].end);
      g_assert_cmpuint (spoken->sentences[i].start, >=, sentences[i].start);
      g_assert_cmpuint (spoken->sentences[i].start, <=, sentences[i].end);
    }
  quarry_segment_spoken_words_free (spoken);
}

/* A dialogue is cut in the same way, whatever those who speak are called; passages count all words. */
static void
test_names (void)
{
  static const char *const names[2][2] = { { "Anna: ", "Ben: " }, { "The Project Manager: ", "The User Interface: " } };
  float *depths[2] = { NULL };
  guint n_gaps = 0;

  for (guint which = 0; which < 2; which++)
    {
      QuarryDocumentBuilder *builder = quarry_document_builder_new ();
      g_autoptr (GArray) segments = NULL, passages = NULL;
      const float *of_gaps;
      guint32 state = 7;
      Case self;

      for (guint i = 0; i < 80; i++)
        {
          g_autoptr (GString) block = g_string_new (names[which][next_random (&state) % 2]);

          append_sentence (block, i / 40, 6, &state);
          add_block (builder, block);
        }
      case_init (&self, builder, FALSE);
      of_gaps = quarry_segmenter_get_depths (self.segmenter, &n_gaps);
      depths[which] = g_memdup2 (of_gaps, n_gaps * sizeof (float));
      segments = quarry_segmenter_decode (self.segmenter, QUARRY_GRANULARITY_DEFAULT);
      g_assert_cmpuint (segments->len, ==, 2);
      g_assert_true (cuts_before (segments, 40));
      passages = quarry_segmenter_passages (self.segmenter, segments);
      assert_passages (&self, segments, passages);
      case_clear (&self);
    }
  g_assert_cmpmem (depths[0], n_gaps * sizeof (float), depths[1], n_gaps * sizeof (float));
  g_free (depths[0]);
  g_free (depths[1]);
}

/* Forty entries of one topic, with a pause of hours after the twentieth. */
static void
test_pause (void)
{
  for (guint pause = 0; pause < 2; pause++)
    for (guint32 seed = 1; seed <= 5; seed++)
      {
        QuarryDocumentBuilder *builder = quarry_document_builder_new ();
        g_autoptr (GArray) segments = NULL;
        guint32 state = seed;
        guint away = 0;
        Case self;

        for (guint i = 0; i < 40; i++)
          {
            guint minutes = i / 4 + (pause && i >= 20 ? 300 : 0);
            g_autoptr (GString) block = g_string_new (NULL);

            g_string_append_printf (block, "[2024-03-01 %02u:%02u] <anna> ", 8 + minutes / 60, minutes % 60);
            append_sentence (block, 0, 8, &state);
            add_block (builder, block);
          }
        case_init (&self, builder, TRUE);
        segments = quarry_segmenter_decode (self.segmenter, QUARRY_GRANULARITY_DEFAULT);
        if (pause)
          g_assert_true (cuts_before (segments, 20));
        for (guint i = 1; i < 40; i++)
          away += i != 20 && cuts_before (segments, i);
        g_assert_cmpuint (away, <=, 5);
        case_clear (&self);
      }
}

/* Without dates, a time that is earlier than the one before is on the next day. An entry some hours after the last
 * one of the evening before begins something new; one some minutes after midnight does not. */
static void
test_midnight (void)
{
  static const char *const times[] = { "23:40", "23:52", "23:57", "00:03", "00:08", "23:50", "23:55", "04:50" };
  g_autoptr (GString) text = g_string_new (NULL);
  QuarrySpan sentences[G_N_ELEMENTS (times)];
  QuarryGap gaps[G_N_ELEMENTS (times)] = { 0 };
  g_autoptr (QuarrySentenceWords) words = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      sentences[i].start = (guint32) text->len;
      g_string_append_printf (text, "[%s] the kettle boils again", times[i]);
      sentences[i].end = (guint32) text->len;
      g_string_append (text, "\n\n");
    }
  words = quarry_sentence_words_new (text->str, sentences, G_N_ELEMENTS (times));
  quarry_segment_weigh_marks (words, text->len, gaps);
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    if (i == 5 || i == 7)
      g_assert_cmpfloat (gaps[i].cost, <, 0);
    else
      g_assert_cmpfloat (gaps[i].cost, ==, 0);
}

/* The block right below a heading is looked at, too: who speaks first there, and where an article's heading ends. */
static void
test_below_headings (void)
{
  static const char *const blocks[] = { "Article 1", "(a) The first says this and not much else.",
                                        "(b) The second says that.", "Article 2",
                                        "(a) The first says something else.", "(b) The second does so, too.",
                                        "Article 3", "Anna: The kettle boils again.", "Ben: It does.",
                                        "Anna: It sings as well as it can.", "Article 4", "Ben: I hear it from here.",
                                        "Anna: One hears it far away.", "Ben: And still it does not end." };
  g_autoptr (GString) text = g_string_new (NULL);
  QuarrySpan sentences[G_N_ELEMENTS (blocks)];
  QuarryGap gaps[G_N_ELEMENTS (blocks)] = { 0 };
  g_autoptr (QuarrySentenceWords) words = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (blocks); i++)
    {
      sentences[i].start = (guint32) text->len;
      g_string_append (text, blocks[i]);
      sentences[i].end = (guint32) text->len;
      g_string_append (text, "\n\n");
      gaps[i].sure = g_str_has_prefix (blocks[i], "Article") ? 0 : QUARRY_GAP_NOT_SURE;
      gaps[i].forbidden = i > 0 && g_str_has_prefix (blocks[i - 1], "Article");
    }
  words = quarry_sentence_words_new (text->str, sentences, G_N_ELEMENTS (blocks));
  quarry_segment_weigh_marks (words, text->len, gaps);

  /* No block but the first below the heading is tied to it. */
  for (guint i = 1; i < G_N_ELEMENTS (blocks); i++)
    g_assert_cmpint (gaps[i].forbidden, ==, g_str_has_prefix (blocks[i - 1], "Article"));
  /* Ben spoke before Anna, not she herself above the heading. */
  g_assert_cmpfloat (gaps[12].cost, <=, 0);
}

/* Articles with points, all of one topic: the words do not change, so that only the numbers can tell. */
static void
add_law (QuarryDocumentBuilder *builder, gboolean numbered, guint32 *state)
{
  for (guint article = 1; article <= 6; article++)
    {
      g_autoptr (GString) block = g_string_new (NULL);

      if (numbered)
        g_string_printf (block, "Article %u. ", article);
      for (guint i = 0; i < 4; i++)
        {
          append_sentence (block, 3, 10, state);
          g_string_append_c (block, ' ');
        }
      add_block (builder, block);
      for (guint point = 0; point < 4; point++)
        {
          g_string_truncate (block, 0);
          if (numbered)
            g_string_printf (block, "(%c) ", 'a' + point);
          append_sentence (block, 3, 10, state);
          add_block (builder, block);
        }
    }
}

static void
test_clauses (void)
{
  guint articles = 0, points = 0, bare = 0;

  for (guint32 seed = 1; seed <= 10; seed++)
    for (guint numbered = 0; numbered < 2; numbered++)
      {
        QuarryDocumentBuilder *builder = quarry_document_builder_new ();
        g_autoptr (GArray) segments = NULL;
        guint32 state = seed;
        guint in_all;
        Case self;

        add_law (builder, numbered, &state);
        case_init (&self, builder, TRUE);
        /* The sentence breaker takes the article's number for a sentence of its own. */
        in_all = numbered ? 9 : 8;
        g_assert_cmpuint (self.sentences->len, ==, 6 * in_all);
        segments = quarry_segmenter_decode (self.segmenter, QUARRY_GRANULARITY_DEFAULT);
        for (guint i = 1; i < segments->len; i++)
          {
            guint in_article = g_array_index (segments, QuarrySegment, i).sentence % in_all;

            bare += !numbered && in_article == 0;
            articles += numbered && in_article == 0;
            points += numbered && in_article > 4;
            g_assert_true (!numbered || in_article != 1);
          }
        assert_nested (&self);
        case_clear (&self);
      }
  /* The articles have fifty starts within the documents. */
  g_assert_cmpuint (articles, >=, 20);
  g_assert_cmpuint (bare * 2, <, articles);
  g_assert_cmpuint (points, <=, 2);
}

/* The costs of the gaps before @n lines, each of which begins with a number of these. */
static void
weigh_numbers (const char *format, const guint *numbers, guint n, QuarryGap *gaps)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree QuarrySpan *sentences = g_new (QuarrySpan, n);
  g_autoptr (QuarrySentenceWords) words = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *number = g_strdup_printf ("%u", numbers[i]);
      g_auto (GStrv) parts = g_strsplit (format, "#", 2);

      gaps[i] = (QuarryGap) { .sure = QUARRY_GAP_NOT_SURE };
      sentences[i].start = (guint32) text->len;
      g_string_append_printf (text, "%s%s%s The owner keeps the register up to date.", parts[0], number, parts[1]);
      sentences[i].end = (guint32) text->len;
      g_string_append (text, "\n\n");
    }
  words = quarry_sentence_words_new (text->str, sentences, n);
  quarry_segment_weigh_marks (words, text->len, gaps);
}

/* Where the outermost numbers begin anew again and again, a section whose title is not known begins with each 1, and the
 * others number its parts. */
static void
test_begins_anew (void)
{
  static const guint sections[] = { 1, 2, 3, 1, 2, 1, 2, 3, 4, 1, 2, 3 }, one[] = { 1, 2, 3, 4, 5, 6 };
  QuarryGap gaps[G_N_ELEMENTS (sections)];

  weigh_numbers ("(#)", sections, G_N_ELEMENTS (sections), gaps);
  for (guint i = 1; i < G_N_ELEMENTS (sections); i++)
    g_assert_cmpfloat (gaps[i].cost, ==, sections[i] == 1 ? -2.5f : 0);
  weigh_numbers ("#.", sections, G_N_ELEMENTS (sections), gaps);
  for (guint i = 1; i < G_N_ELEMENTS (sections); i++)
    g_assert_cmpfloat (gaps[i].cost, ==, sections[i] == 1 ? -1.5f : 0);
  /* But an article, or a section, has a number of its own, in whichever chapter or law it is. */
  weigh_numbers ("Section #", sections, G_N_ELEMENTS (sections), gaps);
  for (guint i = 1; i < G_N_ELEMENTS (sections); i++)
    g_assert_cmpfloat (gaps[i].cost, ==, -1.5f);
  weigh_numbers ("(#)", one, G_N_ELEMENTS (one), gaps);
  for (guint i = 1; i < G_N_ELEMENTS (one); i++)
    g_assert_cmpfloat (gaps[i].cost, ==, -1.5f);
}

/* The entries of a table of contents are numbered like clauses, but stay together. */
static void
test_contents (void)
{
  guint inside = 0;

  for (guint32 seed = 1; seed <= 10; seed++)
    {
      QuarryDocumentBuilder *builder = quarry_document_builder_new ();
      g_autoptr (GArray) segments = NULL;
      guint32 state = seed;
      Case self;

      for (guint i = 0; i < 5; i++)
        add_paragraph (builder, i, 8, &state);
      for (guint i = 1; i <= 12; i++)
        {
          g_autoptr (GString) block = g_string_new (NULL);

          g_string_printf (block, "%u. ", i);
          append_sentence (block, i % N_TOPICS, 5, &state);
          g_string_truncate (block, block->len - 1);
          add_block (builder, block);
        }
      case_init (&self, builder, TRUE);
      g_assert_cmpuint (self.sentences->len, ==, 52);
      segments = quarry_segmenter_decode (self.segmenter, QUARRY_GRANULARITY_DEFAULT);
      for (guint i = 41; i < 52; i++)
        inside += cuts_before (segments, i);
      case_clear (&self);
    }
  g_assert_cmpuint (inside, <=, 5);
}

/* "Article 5" alone in a line is the heading of what follows. */
static void
test_lone_number (void)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  guint32 state = 3;
  Case self;

  for (guint article = 1; article <= 6; article++)
    {
      g_autofree char *number = g_strdup_printf ("Article %u", article);

      quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, number, -1);
      add_paragraph (builder, article % N_TOPICS, 3, &state);
    }
  case_init (&self, builder, TRUE);
  g_assert_cmpuint (self.sentences->len, ==, 6 * 4);
  {
    g_autoptr (GArray) finest = quarry_segmenter_decode (self.segmenter, 1);

    for (guint article = 0; article < 6; article++)
      g_assert_false (cuts_before (finest, article * 4 + 1));
  }
  case_clear (&self);
}

static void
add_line (QuarryDocumentBuilder *builder, const char *line)
{
  quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, line, -1);
}

/* Letters of one topic, each of which begins with one of @lines (and a salutation if @salute). Returns how many are
 * cut off from the letter before, and sets *@behind to the number of cuts elsewhere. */
static guint
count_openings (const char *const *lines, guint n, gboolean salute, guint *behind)
{
  guint before = 0;

  for (guint32 seed = 1; seed <= 5; seed++)
    {
      QuarryDocumentBuilder *builder = quarry_document_builder_new ();
      g_autoptr (GArray) segments = NULL;
      guint32 state = seed;
      guint opening = salute ? 2 : 1, each = opening + 6;
      Case self;

      for (guint i = 0; i < n; i++)
        {
          add_line (builder, lines[i]);
          if (salute)
            add_line (builder, "Dear Father,");
          for (guint k = 0; k < 6; k++)
            add_paragraph (builder, 1, 1, &state);
        }
      case_init (&self, builder, TRUE);
      g_assert_cmpuint (self.sentences->len, ==, n * each);
      segments = quarry_segmenter_decode (self.segmenter, QUARRY_GRANULARITY_DEFAULT);
      for (guint i = 1; i < n; i++)
        {
          before += cuts_before (segments, i * each);
          for (guint k = 1; k <= opening; k++)
            *behind += cuts_before (segments, i * each + k);
        }
      assert_nested (&self);
      case_clear (&self);
    }
  return before;
}

static void
test_openings (void)
{
  static const char *const letters[] = { "Hamburg, 3 May 1911", "Hamburg, 20 June 1911", "Santos, 14 January 1912" };
  static const char *const others[] = { "Hamburg, May", "Hamburg, June", "Santos, January" };
  static const char *const entries[] = { "2024-03-01 Anna", "28.2.2024 Ben", "den 1. Februar 2024", "January 5, 2024" };
  static const char *const disorder[] = { "2024-03-01", "2022-03-01", "2023-03-01", "2021-03-01" };
  guint behind = 0, away = 0;

  g_assert_cmpuint (count_openings (letters, 3, TRUE, &behind), ==, 10);
  g_assert_cmpuint (count_openings (entries, 4, FALSE, &behind), ==, 15);
  g_assert_cmpuint (behind, ==, 0);
  g_assert_cmpuint (count_openings (others, 3, TRUE, &away), <, 5);
  g_assert_cmpuint (count_openings (disorder, 4, FALSE, &away), <, 8);
}

/* How often, of 10 texts of one topic with these titles in them, a segment begins with a title, all in all. Each title
 * stays with what follows. @between: the paragraphs, of @sentences, after a title. */
static guint
count_titles (const char *const *titles, guint n, guint between, guint sentences)
{
  guint before = 0;

  for (guint32 seed = 1; seed <= 10; seed++)
    {
      QuarryDocumentBuilder *builder = quarry_document_builder_new ();
      g_autoptr (GArray) segments = NULL;
      g_autoptr (GArray) finest = NULL;
      guint32 state = seed;
      Case self;

      for (guint i = 0; i < n; i++)
        {
          add_line (builder, titles[i]);
          for (guint k = 0; k < between; k++)
            {
              g_autoptr (GString) block = g_string_new (NULL);

              for (guint j = 0; j < sentences; j++)
                {
                  append_sentence (block, 0, 20, &state);
                  g_string_append_c (block, ' ');
                }
              add_block (builder, block);
            }
        }
      case_init (&self, builder, TRUE);
      segments = quarry_segmenter_decode (self.segmenter, QUARRY_GRANULARITY_DEFAULT);
      finest = quarry_segmenter_decode (self.segmenter, 1);
      for (guint i = 0; i < n; i++)
        {
          guint at = i * (1 + between * sentences);

          before += i > 0 && cuts_before (segments, at);
          if (sentences > 1)
            g_assert_false (cuts_before (finest, at + 1));
        }
      assert_nested (&self);
      case_clear (&self);
    }
  return before;
}

/* A short paragraph between longer ones is a title, though the file does not say so; but not where there are many of
 * the same words, as the names of speakers, nor where they follow each other closely. */
static void
test_titles (void)
{
  static const char *const titles[] = { "How it began", "The years at sea", "A house by the lake", "What is left" };
  static const char *const names[] = { "Anna", "Ben", "Anna", "Ben" };

  g_assert_cmpuint (count_titles (titles, 4, 4, 3), >=, 28);
  g_assert_cmpuint (count_titles (names, 4, 4, 3), <, 10);
  g_assert_cmpuint (count_titles (titles, 4, 1, 2), <, 10);
  g_assert_cmpuint (count_titles (titles, 4, 12, 1), <, 10);
}

/* The header of a mail stays together with its text. */
static void
test_heads (void)
{
  static const char *const dates[] = { "Tue, 5 Mar 2024 10:12:00 +0100", "Tue, 5 Mar 2024 17:40:00 +0100",
                                       "Wed, 6 Mar 2024 08:03:00 +0100" };
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  guint32 state = 1;
  Case self;

  for (guint i = 0; i < G_N_ELEMENTS (dates); i++)
    {
      g_autofree char *date = g_strconcat ("Date: ", dates[i], NULL);

      add_line (builder, "From: Anna Weber <anna@example.org>");
      add_line (builder, date);
      add_line (builder, "Subject: Roof repair");
      for (guint k = 0; k < 7; k++)
        add_paragraph (builder, i, 1, &state);
    }
  case_init (&self, builder, TRUE);
  g_assert_cmpuint (self.sentences->len, ==, 30);
  {
    g_autoptr (GArray) segments = quarry_segmenter_decode (self.segmenter, QUARRY_GRANULARITY_DEFAULT);
    g_autoptr (GArray) finest = quarry_segmenter_decode (self.segmenter, 1);

    for (guint i = 0; i < 30; i += 10)
      {
        g_assert_true (i == 0 || cuts_before (segments, i));
        for (guint k = 1; k <= 3; k++)
          g_assert_false (cuts_before (finest, i + k));
      }
  }
  case_clear (&self);
}

/* A record begins with its first field, although the record before ends with a field and a date too. */
static void
test_records (void)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  guint32 state = 1;
  Case self;

  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *start = g_strdup_printf ("Start-Date: 2025-06-2%u 14:36:25", i);
      g_autofree char *end = g_strdup_printf ("End-Date: 2025-06-2%u 14:37:04", i);

      add_line (builder, start);
      add_line (builder, "Commandline: upgrade");
      for (guint k = 0; k < 5; k++)
        add_paragraph (builder, i, 1, &state);
      add_line (builder, end);
    }
  case_init (&self, builder, TRUE);
  g_assert_cmpuint (self.sentences->len, ==, 32);
  {
    g_autoptr (GArray) segments = quarry_segmenter_decode (self.segmenter, QUARRY_GRANULARITY_DEFAULT);
    g_autoptr (GArray) finest = quarry_segmenter_decode (self.segmenter, 1);

    for (guint i = 0; i < 32; i += 8)
      {
        g_assert_false (cuts_before (finest, i + 1));
        g_assert_false (cuts_before (finest, i + 2));
        g_assert_true (i == 0 || cuts_before (finest, i));
        g_assert_false (cuts_before (segments, i + 7) && !cuts_before (segments, i + 8));
      }
  }
  case_clear (&self);
}

/* List items as long as paragraphs are cut as paragraphs are. */
static void
test_long_items (void)
{
  static const QuarryBlockKind kinds[] = { QUARRY_BLOCK_PARAGRAPH, QUARRY_BLOCK_LIST_ITEM };

  for (guint32 seed = 1; seed <= 5; seed++)
    for (guint n_sentences = 1; n_sentences <= 4; n_sentences += 3)
      {
        guint found[2];

        for (guint k = 0; k < 2; k++)
          {
            QuarryDocumentBuilder *builder = quarry_document_builder_new ();
            g_autoptr (GArray) segments = NULL;
            guint32 state = seed;
            Case self;

            for (guint i = 0; i < 12; i++)
              {
                g_autoptr (GString) item = g_string_new (NULL);

                for (guint j = 0; j < n_sentences; j++)
                  {
                    append_sentence (item, i / 2 % N_TOPICS, 9, &state);
                    g_string_append_c (item, ' ');
                  }
                quarry_document_builder_add (builder, kinds[k], 1, item->str, -1);
              }
            case_init (&self, builder, TRUE);
            segments = quarry_segmenter_decode (self.segmenter, QUARRY_GRANULARITY_DEFAULT);
            found[k] = segments->len;
            case_clear (&self);
          }
        if (n_sentences > 1)
          g_assert_cmpuint (found[1], ==, found[0]);
        else
          g_assert_cmpuint (found[1], <, found[0]);
      }
}

/* A text without punctuation still has units to cut. */
static void
test_without_marks (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  guint32 state = 9;
  gsize second;
  Case self;

  for (guint topic = 0; topic < 2; topic++)
    {
      if (topic == 1)
        second = text->len;
      for (guint i = 0; i < 400; i++)
        g_string_append_printf (text, "%s ", topics[topic][next_random (&state) % 10]);
    }
  quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, text->str, -1);
  case_init (&self, builder, TRUE);
  g_assert_cmpuint (self.sentences->len, >, 20);
  {
    double granularity = QUARRY_GRANULARITY_DEFAULT;
    g_autoptr (GArray) segments = quarry_segmenter_decode (self.segmenter, granularity);

    /* Such words in such an order are no text, so that the default cut may leave them in one; but the first place where
     * they are cut is where the topic changes. */
    while (segments->len < 2 && granularity < 1)
      {
        granularity += 0.02;
        g_array_unref (segments);
        segments = quarry_segmenter_decode (self.segmenter, granularity);
      }
    g_assert_cmpuint (segments->len, ==, 2);
    g_assert_cmpint (ABS ((gint64) g_array_index (segments, QuarrySegment, 1).span.start - (gint64) second), <, 200);
  }
  case_clear (&self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/segment-structure/dialogue", test_dialogue);
  g_test_add_func ("/segment-structure/speakers", test_speakers);
  g_test_add_func ("/segment-structure/spoken-words", test_spoken_words);
  g_test_add_func ("/segment-structure/names", test_names);
  g_test_add_func ("/segment-structure/pause", test_pause);
  g_test_add_func ("/segment-structure/midnight", test_midnight);
  g_test_add_func ("/segment-structure/below-headings", test_below_headings);
  g_test_add_func ("/segment-structure/clauses", test_clauses);
  g_test_add_func ("/segment-structure/begins-anew", test_begins_anew);
  g_test_add_func ("/segment-structure/contents", test_contents);
  g_test_add_func ("/segment-structure/lone-number", test_lone_number);
  g_test_add_func ("/segment-structure/openings", test_openings);
  g_test_add_func ("/segment-structure/titles", test_titles);
  g_test_add_func ("/segment-structure/heads", test_heads);
  g_test_add_func ("/segment-structure/records", test_records);
  g_test_add_func ("/segment-structure/long-items", test_long_items);
  g_test_add_func ("/segment-structure/without-marks", test_without_marks);

  return g_test_run ();
}
