/* test-readers-text.c: readers of formats that are text and more
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "read-helpers.h"

#include <string.h>

static void
test_rst (void)
{
  assert_reads ("a.rst",
                "=====\n"
                "Title\n"
                "=====\n"
                "\n"
                ":Author: Ada\n"
                "\n"
                ".. note:: Take care of ``things`` and :ref:`that place <x>`.\n"
                "\n"
                "Section one\n"
                "-----------\n"
                "\n"
                "A paragraph with **bold** and `a link <http://x.org>`_ and foo_bar kept. Code::\n"
                "\n"
                "    x = 1;\n"
                "    y = 2;\n"
                "\n"
                ".. image:: a.png\n"
                "   :alt: no\n"
                "\n"
                ".. code-block:: python\n"
                "\n"
                "   def f(): pass\n"
                "\n"
                ".. a comment\n"
                "   dropped\n"
                "\n"
                ".. [1] A footnote\n"
                "   on two lines.\n"
                "\n"
                "* item one\n"
                "* item *two*\n",
                "h1 Title\n"
                "p Take care of things and that place.\n"
                "h2 Section one\n"
                "p A paragraph with bold and a link and foo_bar kept. Code:\n"
                "c x = 1;/y = 2;\n"
                "p def f(): pass\n"
                "p A footnote on two lines.\n"
                "i1 item one\n"
                "i1 item two\n");
}

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
  assert_reads ("a.txt",
                "10:00:01 Begun\n\nA.\n\n\n10:00:02 Done\n\nB.\n\n\n10:00:03 Gone\n\nC.\n",
                "p 10:00:01 Begun\np A.\np 10:00:02 Done\np B.\np 10:00:03 Gone\np C.\n");
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

static void
test_org (void)
{
  assert_reads ("a.org",
                "#+TITLE: My Org\n"
                "#+AUTHOR: Bob\n"
                "* TODO [#A] First heading :work:\n"
                ":PROPERTIES:\n"
                ":ID: 12\n"
                ":END:\n"
                "Text with [[http://x][a link]] and *bold* and /it/ words.\n"
                "- one\n"
                "- two\n"
                "** Second\n"
                "#+BEGIN_SRC c\n"
                "int main(void) { return 0; }\n"
                "#+END_SRC\n",
                "h1 My Org\n"
                "h1 First heading\n"
                "p Text with a link and bold and it words.\n"
                "i1 one\n"
                "i1 two\n"
                "h2 Second\n"
                "p int main(void) { return 0; }\n");
}

static void
test_asciidoc (void)
{
  assert_reads ("a.adoc",
                "= Doc Title\n"
                "Author Name <a@x>\n"
                ":lang: en\n"
                "\n"
                "Intro with *bold* and link:http://x.org[the link] and <<ref,see there>>.\n"
                "\n"
                "== Section\n"
                "\n"
                "* one\n"
                "** two\n"
                "\n"
                "----\n"
                "code here;\n"
                "----\n"
                "\n"
                "[NOTE]\n"
                "====\n"
                "A note.\n"
                "====\n"
                "\n"
                "----\n"
                "int x;\n"
                "----\n",
                "h1 Doc Title\n"
                "p Author Name <a@x>\n"
                "p Intro with bold and the link and see there.\n"
                "h2 Section\n"
                "i1 one\n"
                "i2 two\n"
                "c code here;\n"
                "p A note.\n"
                "c int x;\n");
}

/* A term and what it means, a manual's page, code as it stands. */
static void
test_asciidoc_manual (void)
{
  assert_reads ("a.adoc",
                "frob(1)\n"
                "=======\n"
                "\n"
                "[[how-to]]\n"
                "How do I call `frob`?::\n"
                "\tBy its name; see linkgit:grob[7], or with\n"
                "\t`--all` by a:b[2 or more].\n"
                "\n"
                "Say `frob\n"
                "all` and see <<how-to,how to\n"
                "call `it`>>, or `so.\n"
                "\n"
                "----\n"
                "int *x = y[*z];\n"
                "  two(*x);\n"
                "----\n",
                "h1 frob(1)\n"
                "p How do I call frob?\n"
                "p By its name; see grob(7), or with --all by 2 or more.\n"
                "p Say frob all and see how to call it, or `so.\n"
                "c int *x = y[*z];/  two(*x);\n");
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
                "p # Frob\np [Here](https://x.org)\np ## `There`\n");
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

static void
test_latex (void)
{
  assert_reads ("a.tex",
                "\\documentclass{article}\n"
                "\\usepackage{x}\n"
                "\\title{The \\emph{Big} Thing}\n"
                "\\author{G\\\"odel}\n"
                "\\begin{document}\n"
                "\\maketitle\n"
                "\\begin{abstract}\n"
                "We show it.\\footnote{Not really.}\n"
                "\\end{abstract}\n"
                "\\section{Intro}\\label{sec:i}\n"
                "As in \\cite{foo}, we \\textbf{prove} that $a^2+b^2$ holds --- always. % comment\n"
                "\\begin{itemize}\n"
                "\\item First\n"
                "\\item Second one\n"
                "\\end{itemize}\n"
                "\\subsection*{Sub}\n"
                "\\begin{verbatim}\n"
                "x := 1\n"
                "\\end{verbatim}\n"
                "The end.\n"
                "\\end{document}\n",
                "h1 The Big Thing\n"
                "p We show it. (Not really.)\n"
                "h1 Intro\n"
                "p As in , we prove that a^2+b^2 holds \342\200\224 always.\n"
                "i1 First\n"
                "i1 Second one\n"
                "h2 Sub\n"
                "c x := 1\n"
                "p The end.\n");
}

static void
test_subtitles (void)
{
  assert_reads ("a.srt",
                "1\n"
                "00:00:01,000 --> 00:00:02,000\n"
                "<i>Hello there,</i>\n"
                "\n"
                "2\n"
                "00:00:02,500 --> 00:00:04,000\n"
                "my old friend.\n"
                "\n"
                "3\n"
                "00:06:00,000 --> 00:06:01,000\n"
                "Later.\n",
                "h1 0:00:00\n"
                "p Hello there, my old friend.\n"
                "h1 0:05:00\n"
                "p Later.\n");
}

static void
test_cards (void)
{
  assert_reads ("a.ics",
                "BEGIN:VCALENDAR\r\nPRODID:-//x//y\r\n"
                "BEGIN:VEVENT\r\n"
                "UID:1234\r\n"
                "DTSTART;TZID=Europe/Berlin:20261130T100000\r\n"
                "SUMMARY:The quarry\\, lea\r\n se\r\n"
                "LOCATION:Harbour office\r\n"
                "DESCRIPTION;LANGUAGE=\"a:b;c\":Bring the survey.\\nWe decide.\r\n"
                "ATTENDEE;CN=\"Stone, Anna\":mailto:anna@example.org\r\n"
                "BEGIN:VALARM\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\n"
                "END:VEVENT\r\n"
                "BEGIN:VTODO\r\nSUMMARY:Pay\r\nDUE;VALUE=DATE:20270101\r\nEND:VTODO\r\n"
                "END:VCALENDAR\r\n",
                "h1 The quarry, lease\n"
                "p 2026-11-30 10:00, Harbour office, Stone, Anna anna@example.org\n"
                "p Bring the survey. We decide.\n"
                "h1 Pay\n"
                "p 2027-01-01\n");
  assert_reads ("a.vcf",
                "BEGIN:VCARD\nVERSION:2.1\n"
                "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=\n=C3=BCrgen\n"
                "item1.TEL;HOME:+49 30 1234\n"
                "ADR;WORK:;;Main Street 1;Berlin;;10115;Germany\n"
                "PHOTO;ENCODING=BASE64;JPEG:\n /9j/4AAQSkZJRgABAQEAYABgAAD\n\n"
                "NOTE:Knows the pit.\n"
                "END:VCARD\n"
                "BEGIN:VCARD\nVERSION:4.0\nFN:Ada Stone\nN:Stone;Ada;;;\nEMAIL:ada@example.org\nEND:VCARD\n",
                "h1 M\303\274ller;J\303\274rgen\n"
                "p +49 30 1234, Main Street 1;Berlin;10115;Germany\n"
                "p Knows the pit.\n"
                "h1 Ada Stone\n"
                "p ada@example.org\n");
}

static void
test_json (void)
{
  assert_reads ("a.json",
                "{\"name\": \"Quarry\", \"tags\": [\"a\",\"b\"], \"nested\": {\"x\": 1, \"text\": \"long caf\\u00e9\"}, \"n\":[1,2,3]}\n",
                "p name: Quarry\n"
                "p tags: a; b\n"
                "p nested: x: 1; text: long caf\303\251\n"
                "p n: 1; 2; 3\n");
}

static void
test_notebook (void)
{
  assert_reads ("a.ipynb",
                "{\"cells\":[{\"cell_type\":\"markdown\",\"metadata\":{},\"source\":[\"# Title\\n\",\"text here\"]},{\"cell_type\":\"code\",\"outputs\":[{\"output_type\":\"stream\",\"text\":[\"out 1\\n\"]},{\"data\":{\"text/plain\":\"42\",\"image/png\":\"AAAA\"}}],\"source\":\"print(1)\\n\"}],\"metadata\":{\"a\":{\"b\":1}},\"nbformat\":4}\n",
                "h1 Title\n"
                "p text here\n"
                "c print(1)\n"
                "c out 1/42\n");
}

static void
test_code_python (void)
{
  assert_reads ("a.py",
                "#!/usr/bin/python\n"
                "\"\"\"Module doc.\n"
                "More.\"\"\"\n"
                "import os\n"
                "\n"
                "# What it does.\n"
                "def compute(x, y):\n"
                "    \"\"\"Adds.\"\"\"\n"
                "    return x + y  # sum\n"
                "\n"
                "class Foo:\n"
                "    def bar(self):\n"
                "        pass\n",
                "p Module doc. More.\n"
                "c import os\n"
                "h1 def compute(x, y)\n"
                "p What it does.\n"
                "p Adds.\n"
                "c     return x + y\n"
                "p sum\n"
                "h1 class Foo\n"
                "h2 def bar(self)\n"
                "c         pass\n");
}

static void
test_code_c (void)
{
  assert_reads ("a.c",
                "/* a.c: something\n"
                " *\n"
                " * More words.\n"
                " */\n"
                "#include <stdio.h>\n"
                "\n"
                "/* Adds two numbers. */\n"
                "static int\n"
                "add (int a, int b)\n"
                "{\n"
                "  return a + b; // the sum\n"
                "}\n"
                "\n"
                "int main(int argc, char **argv) {\n"
                "  printf(\"/* no comment */ http://x.org\\n\");\n"
                "}\n",
                "p a.c: something\n"
                "p More words.\n"
                "c #include <stdio.h>\n"
                "h1 add (int a, int b)\n"
                "p Adds two numbers.\n"
                "c static int/{/  return a + b;\n"
                "p the sum\n"
                "c }\n"
                "h1 int main(int argc, char **argv)\n"
                "c   printf(\"/* no comment */ http://x.org\\n\");/}\n");
}

/* A comment above a definition belongs to it, with all its paragraphs and the type. What a blank line separates from
 * it, and a lone word that opens no definition, do not. */
static void
test_code_above (void)
{
  assert_reads ("A.java",
                "int x;\n"
                "/**\n"
                " * Adds two numbers.\n"
                " *\n"
                " * @param a one\n"
                " */\n"
                "public int add(int a) {\n"
                "}\n"
                "/* Alone. */\n"
                "\n"
                "public void sub(int a) {\n"
                "// Within.\n"
                "begin\n"
                "x = 1;\n"
                "end\n",
                "c int x;\n"
                "h1 public int add(int a)\n"
                "p Adds two numbers.\n"
                "p @param a one\n"
                "c }\n"
                "p Alone.\n"
                "h1 public void sub(int a)\n"
                "p Within.\n"
                "c begin/x = 1;/end\n");
}

/* Text that is a page of the web, or an attribute. */
static void
test_xml_pages (void)
{
  assert_reads ("notes.enex",
                "<?xml version='1.0'?><en-export><note><title>Marble</title><content><![CDATA[<?xml version='1.0'?>"
                "<en-note><div>Cut in <b>winter</b>.</div><div>Or spring.</div></en-note>]]></content></note></en-export>",
                "h1 Marble\np Cut in winter.\np Or spring.\n");
  assert_reads ("news.rss",
                "<rss><channel><item><description>Stones &lt;br&gt; and &lt;b&gt;slate&lt;/b&gt;</description></item>"
                "<item><description>1 &lt; 2</description></item></channel></rss>",
                "p Stones and slate\np 1 < 2\n");
  assert_reads ("plan.drawio",
                "<mxfile><diagram><root><mxCell value='Marble&lt;br&gt;quarry'/><mxCell value='Slate'/></root></diagram></mxfile>",
                "p Marble quarry\np Slate\n");
  assert_reads ("mind.mm",
                "<map version='1.0'><node TEXT='Stones'><node TEXT='Marble'/></node><node TEXT='Tools'/></map>",
                "i1 Stones\ni2 Marble\ni1 Tools\n");
  assert_reads ("code.mm", "// Marble is cut.\nint a;", "p Marble is cut.\nc int a;\n");
  assert_reads ("plan.svg",
                "<svg xmlns='http://www.w3.org/2000/svg'><style>a{}</style><text><tspan x='1'>Marble</tspan>"
                "<tspan x='1' dy='9'>qua</tspan><tspan>rry</tspan></text></svg>",
                "p Marble quarry\n");
}

static void
test_xml (void)
{
  assert_reads ("a.xml",
                "<?xml version=\"1.0\"?><article><title>Art</title><section><title>Sec</title><para>Some <emphasis>words</emphasis> here.</para><itemizedlist><listitem><para>It</para></listitem></itemizedlist></section></article>\n",
                "h1 Art\n"
                "h2 Sec\n"
                "p Some words here.\n"
                "i1 It\n");
  assert_reads ("a.docbook",
                "<article><info><author><personname><firstname>Ada</firstname>\n"
                "<surname>Hill</surname></personname></author></info><informaltable><tbody>"
                "<row>\n<entry>Stone</entry>\n <entry><para>Price</para></entry></row>\n"
                "<row><entry>Slate</entry><entry>3</entry></row></tbody></informaltable></article>",
                "p Ada Hill\nt Stone|Price/Slate|3\n");
  /* An outline: its text stands in attributes. */
  assert_reads ("a.opml",
                "<opml><head><title>Plans</title></head><body><outline text='Garden'>"
                "<outline text='Dig' _note='in October'/></outline><outline text='Rest'/></body></opml>",
                "h1 Plans\ni1 Garden\ni2 Dig\np in October\ni1 Rest\n");
  /* XML by another's name, as Excel and Word once wrote it. */
  assert_reads ("a.xls",
                "<?xml version=\"1.0\"?><Workbook><Worksheet><Table><Row><Cell><Data>Slate</Data></Cell>"
                "<Cell><Data>3</Data></Cell></Row></Table></Worksheet></Workbook>",
                "t Slate|3\n");
  assert_reads ("a.doc",
                "<?xml version=\"1.0\"?><w:wordDocument xmlns:w='x'><w:p><w:r><w:t>One</w:t></w:r>"
                "<w:r><w:t xml:space='preserve'> two</w:t></w:r></w:p></w:wordDocument>",
                "p One two\n");
}

/* libxml2 compares each attribute with all before it: it gets no element that has tens of thousands of them. */
static void
test_attributes (void)
{
  g_autoptr (GString) few = g_string_new ("<FictionBook><body><section><p>one</p><p"), many = g_string_new (few->str);

  for (guint i = 0; i < 12000; i++)
    g_string_append_printf (i < 9000 ? few : many, " a%u='>%u'", i, i);
  for (guint i = 0; i < 9000; i++)
    g_string_append_printf (many, " a%u=\"'\"", i);
  g_string_append (few, ">two</p></section></body></FictionBook>");
  g_string_append (many, ">two</p></section></body></FictionBook>");
  assert_reads ("a.fb2", few->str, "p one\np two\n");
  assert_reads ("a.fb2", many->str, "p one\n");

  /* Signs that are no attributes. */
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *rule = g_strnfill (50000, '=');
      g_autofree char *file = g_strconcat ("<article><title>Stone</title>", i == 0 ? "<!-- " : "<p><![CDATA[", rule,
                                           i == 0 ? " -->" : "]]></p>", "<section><title>Moss</title></section></article>",
                                           NULL);
      g_autoptr (QuarryDocument) ruled = read_string ("x.xml", file);
      g_autofree char *all = show (ruled);

      g_assert_nonnull (strstr (all, "h1 Stone\n"));
      g_assert_nonnull (strstr (all, "h2 Moss\n"));
    }
}

static void
test_fb2 (void)
{
  assert_reads ("a.fb2",
                "<?xml version=\"1.0\" encoding=\"utf-8\"?><FictionBook xmlns=\"x\"><description><title-info><author><first-name>Leo</first-name><last-name>T</last-name></author><book-title>War</book-title><lang>ru</lang></title-info></description><body><title><p>War</p></title><section><title><p>One</p></title><p>It was <emphasis>late</emphasis>.</p></section></body><binary>AAAA</binary></FictionBook>\n",
                "h1 War\n"
                "h2 One\n"
                "p It was late.\n");
  assert_reads ("book.xml",
                "\357\273\277\n<!-- one -->\n<FictionBook><body><p>It was early.</p></body></FictionBook>\n",
                "p It was early.\n");
  assert_reads ("notes.txt", "Such a file begins with <FictionBook> and ends with its like.\n",
                "p Such a file begins with <FictionBook> and ends with its like.\n");
}

static void
test_mhtml (void)
{
  assert_reads ("a.mht",
                "From: x\r\n"
                "Subject: Page\r\n"
                "MIME-Version: 1.0\r\n"
                "Content-Type: multipart/related; boundary=b\r\n"
                "\r\n"
                "--b\r\n"
                "Content-Type: text/html\r\n"
                "Content-Transfer-Encoding: quoted-printable\r\n"
                "\r\n"
                "<h1>Hi</h1><p>caf=C3=A9</p>\r\n"
                "--b--\r\n",
                "h1 Hi\n"
                "p caf\303\251\n");
}

/* Broken or cut off, each says what is left of it, or why there is nothing. */
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

static void
test_man (void)
{
  /* Of any name. */
  assert_reads ("ls.1",
                ".\\\" A comment\n.TH LS 1 2024-05-01 \"Tools\"\n.SH NAME\nls \\- list what is there\n"
                ".SH \"HOW TO\"\nIt sorts\n.B all\nof them,\n.BR as ( sort )\ndoes\\&.\n.PP\nNext \\fBbold\\fR one\\(em"
                "here.\n.TP\n.B \\-a\nshow all\n.TP\n\\fB\\-l\\fP\nmore\n.nf\nls -l\n  ls\n.fi\n.de XX\nhidden\n..\n"
                ".SS Bugs\nFran\\[,c]ois found \\[u2264] one.\n",
                "h1 NAME\np ls - list what is there\nh1 HOW TO\np It sorts all of them, as(sort) does.\n"
                "p Next bold one\342\200\224here.\ni1 -a: show all\ni1 -l: more\nc ls -l/  ls\nh2 Bugs\n"
                "p Fran\303\247ois found \342\211\244 one.\n");
  /* As pod2man writes it. */
  assert_reads ("x.3",
                ".de Vb\n.ft CW\n..\n.IX Title \"X 3\"\n.TH X 3\n.SH \"USE\"\n.IX Header \"USE\"\nIt cuts:\n.Sp\n"
                ".Vb 2\n\\&  my $x;\n\\&  cut ($x);\n.Ve\n.PP\nDone.\n",
                "h1 USE\np It cuts:\nc   my $x;/  cut ($x);\np Done.\n");
  assert_reads ("x.8",
                ".Dd May 1, 2024\n.Dt CUT 8\n.Os\n.Sh NAME\n.Nm cut\n.Nd cuts stone\n.Sh SYNOPSIS\n.Nm\n.Op Fl v\n"
                ".Op Fl o Ar file\n.Sh DESCRIPTION\nSee\n.Xr saw 1 ,\nand\n.Pa /etc/cut .\n.Bl -tag\n.It Fl v\nSays more.\n"
                ".El\nAll.\n",
                "h1 NAME\np cut \342\200\224 cuts stone\nh1 SYNOPSIS\np cut [-v] [-o file]\nh1 DESCRIPTION\n"
                "p See saw(1), and /etc/cut.\ni1 -v: Says more.\np All.\n");
  /* Requests without a name. */
  assert_reads ("x.1", ".TH X 1\n.SH NAME\n.\n.\"\"\n.\"\" x\n. \n'\nx - y\n", "h1 NAME\np x - y\n");
  /* Not whatever begins with a full stop. */
  assert_reads ("x.txt", ".TH is a macro of troff.\n", "p .TH is a macro of troff.\n");
}

static void
test_info (void)
{
  assert_reads ("stone.info",
                "This is stone.info, made by hand.\n\n\037\nFile: stone.info,  Node: Top,  Next: Marble,  Up: (dir)\n\n"
                "All About Stone\n===============\n\nA manual; see *note Marble::.\n\n* Menu:\n\n* Marble::  which is "
                "hard\n\n\037\nFile: stone.info,  Node: Marble,  Prev: Top,  Up: Top\n\nMarble\n------\n\nIt is hard.\n\n"
                "\037\nTag Table:\nNode: Top\177100\n\037\nEnd Tag Table\n",
                "h1 All About Stone\np A manual; see Marble.\nh2 Marble\np It is hard.\n");
}

static void
append_number (GString *out, guint bytes, guint value)
{
  for (guint i = bytes; i-- > 0;)
    g_string_append_c (out, (char) (value >> (8 * i)));
}

/* A book of the oldest kind: records of text behind a table of where they are. */
static GString *
make_book (const char *text, gboolean is_locked)
{
  GString *out = g_string_new (NULL);
  guint n = (guint) strlen (text);

  g_string_append_len (out, "stones\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 32);
  append_number (out, 4, 0); /* attributes, version */
  for (guint i = 0; i < 6; i++)
    append_number (out, 4, 0); /* dates, places */
  g_string_append (out, "TEXtREAd");
  append_number (out, 4, 0);
  append_number (out, 4, 0);
  append_number (out, 2, 2); /* records */
  append_number (out, 4, 96);
  append_number (out, 4, 0);
  append_number (out, 4, 112);
  append_number (out, 4, 1);
  append_number (out, 2, 0);
  append_number (out, 2, 1); /* not compressed */
  append_number (out, 2, 0);
  append_number (out, 4, n);
  append_number (out, 2, 1);
  append_number (out, 2, 4096);
  append_number (out, 2, is_locked ? 2 : 0);
  append_number (out, 2, 0);
  g_string_append (out, text);
  return out;
}

static void
test_mobi (void)
{
  g_autoptr (GString) book = make_book ("<html><body><h2>Stones</h2><p>Marble is hard.</p></body></html>", FALSE);
  g_autoptr (GString) plain = make_book ("Slate is cut into thin plates.", FALSE);
  g_autoptr (GString) locked = make_book ("xxxxxxxxxxxxxxxx", TRUE);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) document = read_bytes ("x.prc", book->str, book->len, &error);
  g_autoptr (QuarryDocument) palm = NULL;
  g_autofree char *shown = NULL;

  g_assert_no_error (error);
  shown = show (document);
  g_assert_cmpstr (shown, ==, "h2 Stones\np Marble is hard.\n");
  palm = read_bytes ("x", plain->str, plain->len, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (quarry_document_get_text (palm, NULL), ==, "Slate is cut into thin plates.");
  assert_refused ("x.mobi", locked->str, locked->len, QUARRY_EXTRACT_ERROR_ENCRYPTED);
  for (gsize cut = 80; cut < book->len; cut++)
    {
      g_autoptr (GError) reason = NULL;
      g_autoptr (QuarryDocument) part = read_bytes ("x.prc", book->str, cut, &reason);

      g_assert_true (part != NULL || reason->domain == QUARRY_EXTRACT_ERROR);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/readers/text/man", test_man);
  g_test_add_func ("/readers/text/info", test_info);
  g_test_add_func ("/readers/text/mobi", test_mobi);
  g_test_add_func ("/readers/text/long", test_long_text);
  g_test_add_func ("/readers/text/rst", test_rst);
  g_test_add_func ("/readers/text/org", test_org);
  g_test_add_func ("/readers/text/asciidoc", test_asciidoc);
  g_test_add_func ("/readers/text/asciidoc-manual", test_asciidoc_manual);
  g_test_add_func ("/readers/text/markup-keeps-text", test_markup_keeps_text);
  g_test_add_func ("/readers/text/markup-guessed-wrong", test_markup_guessed_wrong);
  g_test_add_func ("/readers/text/markup-by-signs", test_markup_by_signs);
  g_test_add_func ("/readers/text/markup-in-doubt", test_markup_in_doubt);
  g_test_add_func ("/readers/text/latex", test_latex);
  g_test_add_func ("/readers/text/subtitles", test_subtitles);
  g_test_add_func ("/readers/text/cards", test_cards);
  g_test_add_func ("/readers/text/json", test_json);
  g_test_add_func ("/readers/text/notebook", test_notebook);
  g_test_add_func ("/readers/text/code-python", test_code_python);
  g_test_add_func ("/readers/text/set-apart", test_set_apart);
  g_test_add_func ("/readers/text/running-titles", test_running_titles);
  g_test_add_func ("/readers/text/running-numbers", test_running_numbers);
  g_test_add_func ("/readers/text/running-chapters", test_running_chapters);
  g_test_add_func ("/readers/text/code-c", test_code_c);
  g_test_add_func ("/readers/text/code-above", test_code_above);
  g_test_add_func ("/readers/text/xml", test_xml);
  g_test_add_func ("/readers/text/xml-pages", test_xml_pages);
  g_test_add_func ("/readers/text/fb2", test_fb2);
  g_test_add_func ("/readers/text/attributes", test_attributes);
  g_test_add_func ("/readers/text/mhtml", test_mhtml);
  g_test_add_func ("/readers/text/lines", test_lines);
  g_test_add_func ("/readers/text/broken", test_broken);

  return g_test_run ();
}
