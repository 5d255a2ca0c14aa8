/* test-readers-markup.c: readers of documents that are written as marked-up text
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
  /* As rst2man writes it. */
  assert_reads ("x.1",
                ".de1 INDENT\n. RS \\\\$1\n..\n.TH X 1\n.SH OPTIONS\n.INDENT 0.0\n.TP\n.B \\-a\nshow all\n.UNINDENT\n",
                "h1 OPTIONS\ni1 -a: show all\n");
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
  /* Text in a file of that name, and of others. */
  assert_reads ("stone.info", "Slate is for roofs.\n", "p Slate is for roofs.\n");
  assert_reads ("stone.pot", "Slate is for roofs.\n", "p Slate is for roofs.\n");
  assert_reads ("stone.prc", "Slate is for roofs.\n", "p Slate is for roofs.\n");
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
  /* Elements that stand within text, of whatever vocabulary; but not in what only stands near text. */
  assert_reads ("a.xml",
                "<log><ship>Ada</ship>\n<entry>We saw <bird>terns</bird>, <bird>gulls</bird> and <bird>auks</bird>.</entry>"
                "<entry><wind>North</wind> <sea>calm</sea></entry><entry>A <note><p>short one</p></note> day</entry></log>",
                "p Ada\np We saw terns, gulls and auks.\np North\np calm\np A\np short one\np day\n");
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
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/readers/markup/man", test_man);
  g_test_add_func ("/readers/markup/info", test_info);
  g_test_add_func ("/readers/markup/mobi", test_mobi);
  g_test_add_func ("/readers/markup/rst", test_rst);
  g_test_add_func ("/readers/markup/org", test_org);
  g_test_add_func ("/readers/markup/asciidoc", test_asciidoc);
  g_test_add_func ("/readers/markup/asciidoc-manual", test_asciidoc_manual);
  g_test_add_func ("/readers/markup/latex", test_latex);
  g_test_add_func ("/readers/markup/xml", test_xml);
  g_test_add_func ("/readers/markup/xml-pages", test_xml_pages);
  g_test_add_func ("/readers/markup/fb2", test_fb2);
  g_test_add_func ("/readers/markup/attributes", test_attributes);
  g_test_add_func ("/readers/markup/mhtml", test_mhtml);
  return g_test_run ();
}
