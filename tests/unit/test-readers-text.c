/* test-readers-text.c: plain text, its structure, and what it is guessed to be
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "read-helpers.h"

#include <string.h>

/* Titles with more room above than below, where a text has several; not what closes a letter. */
static void
test_set_apart (void)
{
  assert_reads ("a.txt",
                "Pea soup\n\nSoak the peas.\n\nBoil them.\n\n\n"
                "Apple crumble\n\nPeel the apples.\n\n\n"
                "A line that ends a sentence.\n\nMore.\n\n\n"
                "Bread\n\nKnead it.\n\n\nThe cook\n",
                "h2 Pea soup\np Soak the peas.\np Boil them.\n"
                "h2 Apple crumble\np Peel the apples.\n"
                "p A line that ends a sentence.\np More.\n"
                "h2 Bread\np Knead it.\np The cook\n");
  assert_reads ("a.txt",
                "Dear Anna\n\nAll is well.\n\n\nYours\n\nBen\n\nP. S. More later.\n",
                "p Dear Anna\np All is well.\np Yours\np Ben\np P. S. More later.\n");
  assert_reads ("a.txt",
                "One\n\n\nTwo words.\n\n\nThree\n\n\nFour words.\n\n\nFive\n\n\nSix words.\n",
                "p One\np Two words.\np Three\np Four words.\np Five\np Six words.\n");
  /* Some programs for chats begin lines with a mark of the direction. */
  assert_reads ("a.txt",
                "[12.03.23, 21:14:40] Anna: Slate?\nOr marble?\n\342\200\216[12.03.23, 21:16:22] Ben: Marble.\n"
                "\342\200\216[12.03.23, 21:16:23] Anna: Ah.\n",
                "p [12.03.23, 21:14:40] Anna: Slate? Or marble?\np [12.03.23, 21:16:22] Ben: Marble.\n"
                "p [12.03.23, 21:16:23] Anna: Ah.\n");
  assert_reads ("a.txt",
                "10:00:01 Begun\n\nA.\n\n\n10:00:02 Done\n\nB.\n\n\n10:00:03 Gone\n\nC.\n",
                "p 10:00:01 Begun\np A.\np 10:00:02 Done\np B.\np 10:00:03 Gone\np C.\n");
}

/* A numbered line is the title only if it begins the text, is not the first of its sections, and consists of words. */
static void
test_title (void)
{
  static const struct
  {
    const char *file;
    const char *title;
  } cases[] = {
    { "404 BC\n\nA year of marble.\n", "404 BC" },
    { "Chapter 11, Title 11, United States Code\n\nOf the broken.\n", "Chapter 11, Title 11, United States Code" },
    { "The Quarry\n==========\n\nOf stone.\n", "The Quarry" },
    { "Of stone.\n\nThe Quarry\n==========\n\nMarble.\n", "The Quarry" },
    { "Of poverty.\n\n1. OCHA (Office for the Coordination of Humanitarian Affairs)\n\nMore.\n", NULL },
    { "The capital is on the coast.\n\nPart of the Empire\n\nIt was joined.\n", NULL },
    { "1. Introduction\n\nStone is hard.\n", NULL },
    { "IV. The Fourth Voyage\n\nWe sailed.\n", NULL },
    { "1 PB = = =\n\nThat is much.\n", NULL },
    { "Stone is hard.\n", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (QuarryDocument) document = read_string ("a.txt", cases[i].file);

      g_assert_cmpstr (quarry_document_get_title (document), ==, cases[i].title);
    }
}

/* Pages of a printed text, with what runs along their tops and bottoms: of three nothing can be told. Words stay where
 * they come first. So do chapters that begin on pages of their own, and lines whose numbers are none of pages. */
static void
test_running_titles (void)
{
  for (guint n_pages = 3; n_pages <= 4; n_pages++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GString) expected = g_string_new (NULL);

      for (guint page = 1; page <= n_pages; page++)
        {
          g_string_append_printf (text, "%sTHE VOYAGE\n\n%u\n\nWords of page %u.\nChapter %u\n\n- %u -\n", page > 1 ? "\f" : "",
                                  page, page, page, page);
          if (n_pages == 3 || page == 1)
            g_string_append (expected, "h2 THE VOYAGE\n");
          if (n_pages == 3)
            g_string_append_printf (expected, "p %u\n", page);
          g_string_append_printf (expected, "p Words of page %u. Chapter %u\n", page, page);
          if (n_pages == 3)
            g_string_append_printf (expected, "i1 %u -\n", page);
        }
      assert_reads ("a.txt", text->str, expected->str);
    }
  assert_reads ("a.txt",
                "Chapter 1\n\nOne.\n\fChapter 2\n\nTwo.\n\fChapter 3\n\nThree.\n\fChapter 4\n\nFour.\n",
                "h1 Chapter 1\np One.\nh1 Chapter 2\np Two.\nh1 Chapter 3\np Three.\nh1 Chapter 4\np Four.\n");
}

/* Four pages with a line above their text and one below, in which # is the page's number: @expected is shown. */
static void
assert_pages (const char *above, const char *below, const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint page = 1; page <= 4; page++)
    {
      const char number[] = { (char) ('0' + page), '\0' };
      g_autoptr (GString) one = g_string_new (NULL);

      g_string_printf (one, "%s\n\nSand %c.\n\n%s\n", above, 'a' + page, below);
      g_string_replace (one, "#", number, 0);
      g_string_append_printf (text, "%s%s", page > 1 ? "\f" : "", one->str);
    }
  assert_reads ("a.txt", text->str, expected);
}

/* Numbers of bills, dates and sums stand nowhere else, also where they are in a row. */
static void
test_running_numbers (void)
{
  assert_pages ("Bill No. 470#",
                "2,00#",
                "p Bill No. 4701\np Sand b.\np 2,001\np Bill No. 4702\np Sand c.\np 2,002\n"
                "p Bill No. 4703\np Sand d.\np 2,003\np Bill No. 4704\np Sand e.\np 2,004\n");
  assert_pages ("2024-01-0#",
                "Question #",
                "p 2024-01-01\np Sand b.\np Question 1\np 2024-01-02\np Sand c.\np Question 2\n"
                "p 2024-01-03\np Sand d.\np Question 3\np 2024-01-04\np Sand e.\np Question 4\n");
  assert_pages ("- # -", "On Stone | page #", "p Sand b.\np On Stone | page 1\np Sand c.\np Sand d.\np Sand e.\n");
  assert_pages ("Page #", "[#]", "p Page 1\np Sand b.\np Sand c.\np Sand d.\np Sand e.\n");
  assert_pages ("Stones # of 4", "#", "p Stones 1 of 4\np Sand b.\np Sand c.\np Sand d.\np Sand e.\n");
}

/* What runs along one chapter's pages; where it stands first it may be the chapter's title. */
static void
test_running_chapters (void)
{
  assert_reads ("a.txt",
                "Chapter 1. Stones 1\n\nA.\n\f2 | Chapter 1. Stones\n\nB.\n\fChapter 1. Stones 3\n\nC.\n"
                "\fChapter 2. Sand\n\nD.\n\fE.\n\fChapter 2. Sand\n\nF.\n\fG.\n\fChapter 2. Sand\n\nH.\n"
                "\fExercises\n\nI.\n\fExercises\n\nJ.\n\fK.\n\fL.\n\fExercises\n\nM.\n",
                "h1 Chapter 1. Stones 1\np A.\np B.\np C.\n"
                "h1 Chapter 2. Sand\np D.\np E.\np F.\np G.\np H.\n"
                "p Exercises\np I.\np Exercises\np J.\np K.\np L.\np Exercises\np M.\n");
}

/* A long text is read in slices: no line is lost or parted where they meet, and pages are counted on. */
static void
test_long_text (void)
{
  g_autoptr (GString) text = g_string_new ("The first page has no mark.\n\n");
  g_autoptr (QuarryDocument) document = NULL;
  const QuarryBlock *blocks;
  const char *read;
  guint n_blocks, n_pages, n = 0;

  while (text->len < 9 << 20)
    {
      g_string_append_printf (text, "%sParagraph %u begins on this line, which somebody broke here, and it\n"
                                    "goes on until the number %u, ü and all, stands on its second one.\n\n",
                              n == 60000 ? "\f" : "", n, n);
      n++;
    }
  document = read_string ("long.txt", text->str);
  read = quarry_document_get_text (document, NULL);
  blocks = quarry_document_get_blocks (document, &n_blocks);
  g_assert_cmpuint (n_blocks, ==, n + 1);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *block = g_strndup (read + blocks[i + 1].span.start,
                                          blocks[i + 1].span.end - blocks[i + 1].span.start);
      g_autofree char *expected = g_strdup_printf (
          "Paragraph %u begins on this line, which somebody broke here, and it goes on until the number %u, "
          "ü and all, stands on its second one.", i, i);

      g_assert_cmpstr (block, ==, expected);
    }
  quarry_document_get_pages (document, &n_pages);
  g_assert_cmpuint (n_pages, ==, 2);
  g_assert_cmpuint (quarry_document_page_at (document, blocks[60000].span.start), ==, 1);
  g_assert_cmpuint (quarry_document_page_at (document, blocks[60001].span.start), ==, 2);
}

/* A text is read as the markup that it is written in, whatever its name says of that. */
static void
test_markup_by_signs (void)
{
  static const char rst[] = "Take ``care`` of them.\n\n.. note:: Of :ref:`this <x>`.\n\n.. _there:\n\n";

  assert_reads ("gitfaq.txt",
                "[[first]]\n== First things\n\nSee link:there.html[what stands there].\n\n"
                "[[second]]\n== Second things\n\n*Bold* words.\n",
                "h2 First things\np See what stands there.\nh2 Second things\np Bold words.\n");
  assert_reads ("usage.txt", rst, "p Take care of them.\np Of this.\n");
  assert_reads ("README",
                "# Frob\n\n```\nmake frob\n```\n\n## Where\n\n[Here](https://x.org/here) and `there`.\n",
                "h1 Frob\nc make frob\nh2 Where\np Here and there.\n");
  assert_reads ("notes.text",
                "#+TITLE: Notes\n#+AUTHOR: Ada\n* First\nSee [[http://x][that]].\n* Second\nMore words.\n",
                "h1 Notes\nh1 First\np See that.\nh1 Second\np More words.\n");
  /* By the name before the last. */
  assert_reads ("a.md.txt", "# Only\n\nOne *sign*.\n", "h1 Only\np One sign.\n");
}

/* A single kind of sign may be a comment, or the subject of the text; signs of two kinds of markup decide for neither;
 * and a settings file is not markup. */
static void
test_markup_in_doubt (void)
{
  assert_reads ("a.txt", "# a comment\n\n# another\n\nx = 1\n", "p # a comment\np # another\np x = 1\n");
  assert_reads ("b.txt",
                "Write .. note:: there.\n\nOr ``so``, and\n\n.. note:: here.\n",
                "p Write .. note:: there.\np Or ``so``, and\np .. note:: here.\n");
  assert_reads ("c.conf",
                "# Frob\n\n```\n\n[Here](https://x.org)\n\n## `There`\n",
                "p Frob\nc ```//[Here](https://x.org)\np `There`\n");
  assert_reads ("d.txt",
                "```\n\n[Here](https://x.org)\n\n# One\n\n.. note:: it\n\n.. _a: b\n",
                "p [Here](https://x.org)\np # One\np .. note:: it\np .. _a: b\n");
}

/* What is a comment in one place is text in another; a comment that does not end is text. */
static void
test_markup_keeps_text (void)
{
  assert_reads ("a.adoc",
                "= Fences\n\n----\n// in code\nx;\n//////////\ny;\n----\n\nMore.\n// a comment\n\n////\nhidden\n////\n\n"
                "Seen.\n\n////\nNever ends.\n",
                "h1 Fences\nc // in code/x;////////////y;\np More.\np Seen.\np Never ends.\n");
  assert_reads ("a.org",
                "* One :\n:PROPERTIES:\n:ID: 1\nText.\n* Two  :a:\n  :LOGBOOK:\n  gone\n  :END:\nStays.\n\n:PROPERTIES:\n\nLast.\n",
                "h1 One :\np :PROPERTIES: :ID: 1 Text.\nh1 Two\np Stays.\np :PROPERTIES:\np Last.\n");
  assert_reads ("a.md",
                "Call frob <name> --at=<host-name> with <b>care</b>, </name> too.<!-- no -->\n",
                "p Call frob <name> --at=<host-name> with care, </name> too.\n");
  /* On lines of their own, too, beside what is HTML and what is a component. */
  assert_reads ("a.md",
                "Call:\n\n<file>\n\n  <your name> \nand <b>so</b>\n<x> on\n\n</file>\n\n<div>\nin <it>\n</div>\n\n"
                "<Tab label=\"x\">\nshown\n</Tab>\n\n<Rule/>\n\nEnd.\n",
                "p Call:\np <file>\np <your name> and so <x> on\np </file>\np in\np shown\np End.\n");
}

/* A guess that costs much of the text was wrong. */
static void
test_markup_guessed_wrong (void)
{
  static const char markdown[] = "# Frob\n\n```\nmake frob\n```\n\n## Where\n\n[Here](https://x.org/here).\n\n"
                                 "<!-- what opens here\n\nis never closed, so that all of this, the greater part, is lost.\n";

  assert_reads ("README", markdown,
                "p # Frob\np make frob\np ## Where\np [Here](https://x.org/here).\np <!-- what opens here\n"
                "p is never closed, so that all of this, the greater part, is lost.\n");
  assert_reads ("a.md", markdown, "h1 Frob\nc make frob\nh2 Where\np Here.\n");
}

/* A long text is parsed in stretches, which begin with headings. With lines of code that look like headings, it is what
 * it would be in one. */
static void
test_markdown_stretches (void)
{
  static const char part[] = "# Part\n\nSee [this][].\n\n"
                             "````sh\n\n# no heading\n```\n\n# nor this\n\n````\n\n"
                             "~~~\n\n# in code\n\n~~~~\n\n"
                             "- item\n\n  in it\n\n"
                             "[this]: https://c.org\n\n";
  static const char wanted[] = "h1 Part\np See this.\nc # no heading/```//# nor this\n"
                               "c # in code\ni1 item\ni1 in it\n";
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *first = NULL;
  g_autoptr (QuarryDocument) document = NULL;
  const QuarryBlock *blocks;
  guint n_blocks, n;

  document = read_string ("x.md", part);
  first = show (document);
  g_assert_cmpstr (first, ==, wanted);
  quarry_document_get_blocks (document, &n);
  g_clear_object (&document);

  while (text->len < 10 << 20)
    g_string_append (text, part);
  document = read_string ("x.md", text->str);
  blocks = quarry_document_get_blocks (document, &n_blocks);
  g_assert_cmpuint (n_blocks, ==, n * (text->len / strlen (part)));
  for (guint i = n; i < n_blocks; i++)
    {
      g_assert_cmpuint (blocks[i].kind, ==, blocks[i - n].kind);
      g_assert_cmpuint (blocks[i].span.end - blocks[i].span.start, ==, blocks[i - n].span.end - blocks[i - n].span.start);
    }
}

/* A log's entries, what is said, and lines that are no sentences stand by themselves; a clause keeps
 * its number. */
static void
test_lines (void)
{
  g_autoptr (GString) words = g_string_new (NULL);
  g_autoptr (GString) each = g_string_new (NULL);

  assert_reads ("a.log",
                "2024-03-01 12:00:01 The first entry, of a length that lines in a log may have\n"
                "2024-03-01 12:00:02 The second one, as long, so that it seems to be wrapped at\n"
                "  what goes on is indented as often seen\n"
                "2024-03-01 12:00:03 The third of them, with a length much like that of others\n",
                "p 2024-03-01 12:00:01 The first entry, of a length that lines in a log may have\n"
                "p 2024-03-01 12:00:02 The second one, as long, so that it seems to be wrapped at "
                "what goes on is indented as often seen\n"
                "p 2024-03-01 12:00:03 The third of them, with a length much like that of others\n");
  assert_reads ("talk.txt",
                "Anna: How far is the wall of the harbour, and when will the stones for it\n"
                "arrive?\n"
                "Ben: In May.\n"
                "Anna: Good.\n",
                "p Anna: How far is the wall of the harbour, and when will the stones for it arrive?\n"
                "p Ben: In May.\n"
                "p Anna: Good.\n");
  assert_reads ("law.txt",
                "4. Termination.\n\nThe licence ends with the year.\n\n"
                "5. Scope. This applies to all who keep bees in the town or near it, and\n"
                "to those who sell their honey, wherever they may live, as long as they\n"
                "do so for money.\n\n"
                "Things to take along:\n\n1. bread\n2. honey\n",
                "p 4. Termination.\n"
                "p The licence ends with the year.\n"
                "p 5. Scope. This applies to all who keep bees in the town or near it, and "
                "to those who sell their honey, wherever they may live, as long as they "
                "do so for money.\n"
                "p Things to take along:\n"
                "i1 bread\ni1 honey\n");
  for (guint i = 0; i < 40; i++)
    {
      g_string_append_printf (words, "word%u of a list\n", i);
      g_string_append_printf (each, "p word%u of a list\n", i);
    }
  assert_reads ("words.txt", words->str, each->str);
}

/* The time is told every five minutes, but if possible not within what is being said: at the first pause after a
 * sentence, or at a long one, or half a minute late at the end of a sentence, and at last anywhere. */
static void
test_subtitles (void)
{
  static const struct
  {
    const char *cues;
    const char *expected;
  } cases[] = {
    { "00:00:07,000 --> 00:00:09,000\nIt begins.\n\n00:04:58,000 --> 00:05:00,000\nThe arrows point\n\n"
      "00:05:01,000 --> 00:05:03,000\ncounterclockwise.\n\n00:05:04,000 --> 00:05:06,000\n“All of them.”\n\n"
      "00:05:09,000 --> 00:05:11,000\nNow the second.\n",
      "h1 0:00:00\np It begins. The arrows point counterclockwise. “All of them.”\nh1 0:05:09\np Now the second.\n" },
    { "00:00:01,000 --> 00:05:00,000\nno marks\n\n00:05:02,000 --> 00:05:04,000\nbut a pause\n\n"
      "00:05:09,000 --> 00:05:11,000\nof five seconds\n",
      "h1 0:00:00\np no marks but a pause\nh1 0:05:09\np of five seconds\n" },
    { "00:00:01,000 --> 00:05:20,000\nOne.\n\n00:05:21,000 --> 00:05:30,000\nTwo.\n\n"
      "00:05:31,000 --> 00:05:33,000\nThree.\n",
      "h1 0:00:00\np One. Two.\nh1 0:05:31\np Three.\n" },
    { "00:00:01,000 --> 00:06:20,000\nno marks\n\n00:06:21,000 --> 00:06:30,000\nand\n\n"
      "00:06:31,000 --> 00:06:33,000\nno pause\n",
      "h1 0:00:00\np no marks and\nh1 0:06:31\np no pause\n" },
    { "00:10:01,000 --> 00:10:20,000\nA part.\n", "h1 0:10:01\np A part.\n" },
    /* Two files in one, whose times begin anew. */
    { "00:00:01,000 --> 00:00:03,000\nOne.\n\n00:07:01,000 --> 00:07:03,000\nTwo.\n\n"
      "00:00:01,000 --> 00:00:03,000\nThree.\n",
      "h1 0:00:00\np One.\nh1 0:07:01\np Two. Three.\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_reads ("film.srt", cases[i].cues, cases[i].expected);
  assert_reads ("film.ass",
                "[Events]\nDialogue: 0,0:00:01.00,0:00:04.00,Default,,0,0,0,,One, with commas.\n"
                "Dialogue: 0,0:05:01.00,0:05:04.00,Default,,0,0,0,,Two.\n",
                "h1 0:00:00\np One, with commas.\nh1 0:05:01\np Two.\n");
}

/* Broken or cut off, each says what is left of it, or why there is nothing. */
static void
test_broken (void)
{
  static const struct
  {
    const char *name;
    const char *file;
    const char *expected;
  } cases[] = {
    { "x.json", "{\"a\": \"b\", \"c\": [1, {\"d\": \"cut o", "p a: b\np c: 1\n" },
    { "x.jsonl", "{\"a\": \"b\"}\n{\"a\": \"c\"}\n", "p a: b\np a: c\n" },
    { "x.json", "\"\\ud83d\\ude00 \\ud83d \\u0000 \\n\"", "p \360\237\230\200\n" },
    { "x.json", "no JSON at all", "p no JSON at all\n" },
    { "x.xml", "<a><b>One</b><c>Two", "p OneTwo\n" },
    { "x.tex", "\\section{Cut \\emph{off", "h1 Cut off\n" },
    { "x.tex", "\\begin{verbatim}x", "c x\n" },
    { "x.tex", "a\\", "p a\n" },
    { "x.rst", ".. note::", "" },
    { "x.c", "/* open", "p open\n" },
    { "x.py", "\"\"\"open\nmore", "p open more\n" },
    { "x.srt", "1\n00:00:01,000 -->", "h1 0:00:00\n" },
  };
  g_autoptr (GString) deep = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    if (*cases[i].expected != '\0')
      assert_reads (cases[i].name, cases[i].file, cases[i].expected);
    else
      assert_refused (cases[i].name, cases[i].file, strlen (cases[i].file), QUARRY_EXTRACT_ERROR_EMPTY);
  assert_refused ("x.ipynb", "{\"cells\": [", 11, QUARRY_EXTRACT_ERROR_DAMAGED);

  /* No depth ends the stack. */
  for (guint i = 0; i < 100000; i++)
    g_string_append (deep, "[\"a\",");
  g_object_unref (read_string ("x.json", deep->str));
  g_string_truncate (deep, 0);
  for (guint i = 0; i < 100000; i++)
    g_string_append (deep, "\\emph{a");
  g_object_unref (read_string ("x.tex", deep->str));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/readers/text/long", test_long_text);
  g_test_add_func ("/readers/text/markup-keeps-text", test_markup_keeps_text);
  g_test_add_func ("/readers/text/markup-guessed-wrong", test_markup_guessed_wrong);
  g_test_add_func ("/readers/text/markup-by-signs", test_markup_by_signs);
  g_test_add_func ("/readers/text/markup-in-doubt", test_markup_in_doubt);
  g_test_add_func ("/readers/text/set-apart", test_set_apart);
  g_test_add_func ("/readers/text/title", test_title);
  g_test_add_func ("/readers/text/running-titles", test_running_titles);
  g_test_add_func ("/readers/text/running-numbers", test_running_numbers);
  g_test_add_func ("/readers/text/running-chapters", test_running_chapters);
  g_test_add_func ("/readers/text/markdown-stretches", test_markdown_stretches);
  g_test_add_func ("/readers/text/lines", test_lines);
  g_test_add_func ("/readers/text/subtitles", test_subtitles);
  g_test_add_func ("/readers/text/broken", test_broken);
  return g_test_run ();
}
