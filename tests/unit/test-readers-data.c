/* test-readers-data.c: readers of data and source code
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "read-helpers.h"

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
                "h1 0:06:00\n"
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

/* A terminal's commands for colours do not become part of words, in whatever text they are. */
static void
test_terminal_colours (void)
{
  assert_reads ("a.ipynb",
                "{\"cells\":[{\"cell_type\":\"code\",\"outputs\":[{\"output_type\":\"stream\",\"text\":"
                "[\"\\u001b[1;31mslate\\u001b[0m roof\\n\"]}],\"source\":\"x\"}],\"nbformat\":4}\n",
                "c x\nc slate roof\n");
  assert_reads ("a.log", "\033[32mmarble\033[0m is \033[Khard\033[38;5;9m [1m] \033(B\033[é\n", "p marble is hard [1m] (B[é\n");
}

static void
test_code_python (void)
{
  g_autoptr (GString) wide = g_string_new (NULL);
  g_autoptr (QuarryDocument) read = NULL;
  g_autofree char *shown = NULL;

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

  /* A line is read only so far, here to within the quotes. */
  g_string_append_printf (wide, "%*s\"\"\"abc\nx = 1\n", 3998, "");
  read = read_string ("a.py", wide->str);
  shown = show (read);
  g_assert_true (g_str_has_suffix (shown, " \"\"/x = 1\n"));
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

/* Settings keep their lines; their comments are text, and their sections have headings. */
static void
test_settings (void)
{
  assert_reads (
      "x.yaml",
      "# Where the hives\n# stand\nhives:\n  - name: North (big)\n    queen: 2022 # marked\n\n  # Old\n  - name: "
      "Lake\n",
      "p Where the hives stand\nc hives:/  - name: North (big)/    queen: 2022 # marked\np Old\nc   - name: Lake\n");
  assert_reads ("x.ini",
                "; Of the server\n[network]\nhost = a.example\n[[net.b]]\nport = 8080\n[]\n",
                "h1 network\np Of the server\nc host = a.example\nh1 net.b\nc port = 8080/[]\n");
  /* In programs brackets mean something else. */
  assert_reads ("x.js", "[a]\nf (1);\n", "c [a]/f (1);\n");
}

/* Of maps and tracks, names are read, but not each point. */
static void
test_maps (void)
{
  assert_reads (
      "x.kml",
      "<kml xmlns='http://www.opengis.net/kml/2.2'><Document><name>Holiday</name><Style><color>ff00</color></Style>"
      "<Placemark><name>Lighthouse</name><description><![CDATA[<p>Closed on <b>Mondays</b></p>]]></description>"
      "<Point><coordinates>8.2,47.1,0</coordinates></Point></Placemark></Document></kml>",
      "h1 Holiday\nh2 Lighthouse\np Closed on Mondays\n");
  assert_reads (
      "x.gpx",
      "<gpx xmlns='http://www.topografix.com/GPX/1/1'><metadata><name>Sunday</name><author><name>Ben</name></author>"
      "<time>2023-03-12T09:00:00Z</time></metadata><wpt lat='4'><ele>4</ele><name>Ferry</name><cmt>coffee</cmt></wpt>"
      "<trk><name>Morning</name><trkseg><trkpt lat='47'><ele>420</ele></trkpt></trkseg></trk></gpx>",
      "h1 Sunday\np Ben\nh1 Ferry\np coffee\nh1 Morning\n");
  /* In other files the same names mean other things. */
  assert_reads ("x.xml", "<a><name>Ferry</name><time>Noon</time></a>", "p Ferry\np Noon\n");
}

/* Cells by row and column, numbers as their formats show them; a formula is kept without its value. */
static void
test_gnumeric (void)
{
#define CELL(row, column, type, text) \
  "<gnm:Cell Row=\"" row "\" Col=\"" column "\" ValueType=\"" type "\">" text "</gnm:Cell>"
  g_autoptr (QuarryDocument) document = read_string (
      "x.gnumeric",
      "<?xml version=\"1.0\"?><gnm:Workbook xmlns:gnm=\"http://www.gnumeric.org/v10.dtd\"><gnm:Attributes><gnm:type>4"
      "</gnm:type></gnm:Attributes><office:document-meta xmlns:office=\"o\" xmlns:dc=\"dc\"><office:meta><dc:title>Loans"
      "</dc:title></office:meta></office:document-meta><gnm:SheetNameIndex><gnm:SheetName>Data</gnm:SheetName>"
      "</gnm:SheetNameIndex><gnm:Sheets><gnm:Sheet><gnm:Name>Data</gnm:Name><gnm:Styles><gnm:Font>Sans</gnm:Font>"
      "</gnm:Styles><gnm:Cells>" CELL ("0", "0", "60", "Bank") CELL ("0", "2", "40", "2.5") CELL ("2", "1", "20", "TRUE")
          "<gnm:Cell Row=\"2\" Col=\"2\" ValueType=\"30\" ValueFormat=\"yyyy/mm/d\">38596</gnm:Cell>"
          "<gnm:Cell Row=\"3\" Col=\"0\">=A1+1</gnm:Cell></gnm:Cells></gnm:Sheet>"
          "<gnm:Sheet><gnm:Name>More</gnm:Name><gnm:Cells>" CELL ("0", "0", "60", "End") "</gnm:Cells></gnm:Sheet>"
      "</gnm:Sheets></gnm:Workbook>");
  g_autofree char *shown = show (document);

  g_assert_cmpstr (shown, ==, "h1 Data\nt Bank||2.5/|TRUE|2005-09-01\nh1 More\nt End\n");
  g_assert_cmpstr (quarry_document_get_title (document), ==, "Loans");
  assert_refused ("x.gnumeric", "<gnm:Workbook xmlns:gnm=\"http://www.gnumeric.org/v10.dtd\"><gnm:Sh", 66,
                  QUARRY_EXTRACT_ERROR_DAMAGED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/readers/data/subtitles", test_subtitles);
  g_test_add_func ("/readers/data/cards", test_cards);
  g_test_add_func ("/readers/data/json", test_json);
  g_test_add_func ("/readers/data/notebook", test_notebook);
  g_test_add_func ("/readers/data/terminal-colours", test_terminal_colours);
  g_test_add_func ("/readers/data/code-python", test_code_python);
  g_test_add_func ("/readers/data/code-c", test_code_c);
  g_test_add_func ("/readers/data/code-above", test_code_above);
  g_test_add_func ("/readers/data/maps", test_maps);
  g_test_add_func ("/readers/data/settings", test_settings);
  g_test_add_func ("/readers/data/gnumeric", test_gnumeric);

  return g_test_run ();
}
