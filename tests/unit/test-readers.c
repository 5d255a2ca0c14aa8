/* test-readers.c: what the readers of all formats make of files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/pdf/quarry-hyphens.h"
#include "core/extract/quarry-reader.h"
#include "byte-writer.h"
#include "read-helpers.h"

#include <string.h>

static void
test_text (void)
{
  assert_reads ("x.txt", "One line.", "p One line.\n");
  assert_reads ("x",
                "  First paragraph\n  goes on.\n\n\n  Second.\n",
                "p First paragraph goes on.\np Second.\n");
  assert_reads ("x.txt",
                "A paragraph whose lines were wrapped by an editor at seventy\r\n"
                "columns or so, as people did in mails and as they do in plain\r\n"
                "text to this day.\r\n",
                "p A paragraph whose lines were wrapped by an editor at seventy columns or so, as "
                "people did in mails and as they do in plain text to this day.\n");
  /* Each line is a paragraph, as word processors save text. */
  assert_reads ("x.txt",
                "This is one paragraph that is not wrapped and ends where its sentence ends.\n"
                "Another one.\n"
                "And this is a third one, which is again rather longer than the one before it.\n"
                "A fourth paragraph that is neither long nor short, just somewhere between.\n",
                "p This is one paragraph that is not wrapped and ends where its sentence ends.\n"
                "p Another one.\n"
                "p And this is a third one, which is again rather longer than the one before it.\n"
                "p A fourth paragraph that is neither long nor short, just somewhere between.\n");
}

static void
test_text_structure (void)
{
  assert_reads ("x.txt",
                "The Quarry\n==========\n\nText.\n\nStones\n------\nMore text.\n\n-----\n\n"
                "Rest.\n",
                "h1 The Quarry\np Text.\nh2 Stones\np More text.\np Rest.\n");
  assert_reads ("x.rst", "=====\nTitle\n=====\n\nText.\n", "h1 Title\np Text.\n");
  assert_reads ("x.txt",
                "INTRODUCTION\n\nText.\n\n2.1 Marble and Slate\n\nMore.\n\nTHE END.\n",
                "h2 INTRODUCTION\np Text.\nh2 2.1 Marble and Slate\np More.\np THE END.\n");
  assert_reads ("x.txt",
                "1. Buy stone.\n\n2. Cut it\n\n3. Sell it\n",
                "i1 Buy stone.\ni1 Cut it\ni1 Sell it\n");
  /* A row of a table is not a heading, even alone on a line; a title may be at some distance from its number. */
  assert_reads ("x.txt",
                "2.    Fields\n\nThe first is:\n\n  1     CARD8     depth\n\nNothing follows.\n",
                "h1 2. Fields\np The first is:\np 1 CARD8 depth\np Nothing follows.\n");
  assert_reads ("x.txt",
                "Take:\n- a hammer\n- a chisel that is\n  long\n  - or short\n- gloves\n",
                "p Take:\ni1 a hammer\ni1 a chisel that is long\ni2 or short\ni1 gloves\n");
  assert_reads ("x.txt",
                "Run this:\n\n    for (i = 0; i < n; i++)\n      cut (i);\n\nDone.\n",
                "p Run this:\nc for (i = 0; i < n; i++)/  cut (i);\np Done.\n");
  assert_reads ("x.txt",
                "name      price     weight\nslate     3         10\nmarble    9         12\n",
                "c name      price     weight/slate     3         10/marble    9         12\n");
  assert_reads ("x.org",
                "#+TITLE: x\n* Stones\nText here.\n** Slate\nMore.\n",
                "h1 x\nh1 Stones\np Text here.\nh2 Slate\np More.\n");
  assert_reads (
      "x.adoc", "= Stones\n\nText here.\n\n== Slate\n", "h1 Stones\np Text here.\nh2 Slate\n");
}

static void
test_text_pages (void)
{
  g_autoptr (QuarryDocument) document = read_string ("x.txt", "One.\n\fTwo.\n\n\f\nThree.\n");
  guint n;
  const QuarryPage *pages = quarry_document_get_pages (document, &n);

  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpuint (pages[2].number, ==, 3);
  g_assert_cmpstr (quarry_document_get_text (document, NULL) + pages[2].start, ==, "Three.");
}

/* A sentence that is incomplete at the end of a page continues on the next one, which then begins within the
 * sentence; nothing else continues. */
static void
test_text_over_pages (void)
{
  g_autoptr (QuarryDocument) document = read_string ("x.txt", "The stone was\n\fnever found.\n");
  guint n;
  const QuarryPage *pages = quarry_document_get_pages (document, &n);

  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpstr (quarry_document_get_text (document, NULL), ==, "The stone was never found.");
  g_assert_cmpstr (quarry_document_get_text (document, NULL) + pages[1].start, ==, "never found.");
  assert_reads ("x.txt", "The stone was\n\nnever found.\n", "p The stone was\np never found.\n");
  assert_reads ("x.txt", "The stone was\n\fNever found.\n", "p The stone was\np Never found.\n");
  assert_reads ("x.txt", "The stone was lost.\n\fnever found.\n", "p The stone was lost.\np never found.\n");
  assert_reads ("x.txt", "The stone\n\nSTONES\n\fnever found.\n", "p The stone\nh2 STONES\np never found.\n");
  assert_reads ("x.txt", "- The stone\n- was\n\fnever found.\n", "i1 The stone\ni1 was\np never found.\n");
}

static void
assert_text_of (const char *name, const void *bytes, gsize length, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) document = read_bytes (name, bytes, length, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (quarry_document_get_text (document, NULL), ==, expected);
}

static void
assert_bytes_read (const char *name, const char *bytes, const char *expected)
{
  assert_text_of (name, bytes, strlen (bytes), expected);
}

static void
test_encodings (void)
{
  static const char *const encodings[] = { "UTF-8",  "UTF-16",   "UTF-16LE", "UTF-16BE",
                                           "UTF-32", "UTF-32LE", "UTF-32BE", "WINDOWS-1252" };
  static const char german[]
      = "Der gr\303\266\303\237te Steinbruch \303\266ffnet fr\303\274h; \303\204rger gibt es "
        "sp\303\244ter. Die "
        "M\303\244nner h\303\266ren schon das Ger\303\244usch der gro\303\237en S\303\244gen.";
  static const char russian[] = "\320\232\320\260\320\274\320\265\320\275\321\214 "
                                "\320\273\320\265\320\266\320\270\321\202 \320\275\320\260 "
                                "\320\264\320\276\321\200\320\276\320\263\320\265, "
                                "\320\270 \320\275\320\270\320\272\321\202\320\276 "
                                "\320\265\320\263\320\276 \320\275\320\265 "
                                "\320\262\320\270\320\264\320\270\321\202.";

  for (guint i = 0; i < G_N_ELEMENTS (encodings); i++)
    {
      gsize n;
      g_autofree char *bytes = g_convert (german, -1, encodings[i], "UTF-8", NULL, &n, NULL);

      g_assert_nonnull (bytes);
      assert_text_of ("x.txt", bytes, n, german);
    }
  for (guint i = 0; i < 3; i++)
    {
      static const char *const cyrillic[] = { "KOI8-R", "WINDOWS-1251", "UTF-16LE" };
      gsize n;
      g_autofree char *bytes = g_convert (russian, -1, cyrillic[i], "UTF-8", NULL, &n, NULL);

      assert_text_of ("x.txt", bytes, n, russian);
    }
  assert_bytes_read ("x.txt", "\357\273\277text", "text");
  /* UTF-8 with one invalid byte is not taken for another encoding. */
  assert_bytes_read ("x.txt",
                     "Gr\303\266\303\237e und Gr\303\266\303\237e und Gr\303\266\303\237e "
                     "und Gr\303\266\303\237e und Gr\303\266\303\237e und Gr\303\266\303\237e "
                     "und Gr\303\266\303\237e und Gr\303\266\303\237e und Gr\303\266\303\237e "
                     "und Gr\303\266\303\237e und Gr\303\266\303\237e\377",
                     "Gr\303\266\303\237e und Gr\303\266\303\237e und Gr\303\266\303\237e "
                     "und Gr\303\266\303\237e und Gr\303\266\303\237e und Gr\303\266\303\237e "
                     "und Gr\303\266\303\237e und Gr\303\266\303\237e und Gr\303\266\303\237e "
                     "und Gr\303\266\303\237e und Gr\303\266\303\237e\357\277\275");
}

static void
test_refusals (void)
{
  guint8 noise[4096];
  g_autoptr (GRand) random = g_rand_new_with_seed (3);

  for (guint i = 0; i < sizeof noise; i++)
    noise[i] = (guint8) g_rand_int (random);
  assert_refused ("x.txt", noise, sizeof noise, QUARRY_EXTRACT_ERROR_UNSUPPORTED);
  assert_refused ("x.md", noise, sizeof noise, QUARRY_EXTRACT_ERROR_UNSUPPORTED);
  assert_refused ("x", noise, sizeof noise, QUARRY_EXTRACT_ERROR_UNSUPPORTED);
  assert_refused ("x.dat", noise, sizeof noise, QUARRY_EXTRACT_ERROR_UNSUPPORTED);
  assert_refused ("x.txt", "\211PNG\r\n\032\n\0\0", 10, QUARRY_EXTRACT_ERROR_PICTURES);
  assert_refused ("x.html", "<html><script>x</script>", 24, QUARRY_EXTRACT_ERROR_EMPTY);
  /* Text that happens to start with the magic bytes of a format is still text. */
  assert_reads ("x.txt", "BMX is a sport.", "p BMX is a sport.\n");
}

/* A TIFF file of black and white points that has a small picture of itself, whose four strips are said to be longer than
 * the file. */
static void
test_picture_outside (void)
{
  static const guint tags[][4]
      = { { 256, 4, 1, 4000 }, { 257, 4, 1, 400 }, { 258, 3, 1, 1 },   { 259, 3, 1, 1 },  { 262, 3, 1, 0 },
          { 273, 4, 4, 300 },  { 277, 3, 1, 1 },   { 278, 4, 1, 100 }, { 279, 4, 4, 320 } };
  static const guint directories[] = { 8, 140 };
  g_autoptr (GByteArray) file = g_byte_array_new ();

  put (file, 0, 0x2a4949, 4);
  put (file, 4, directories[0], 4);
  for (guint d = 0; d < 2; d++)
    {
      put (file, directories[d], G_N_ELEMENTS (tags), 2);
      for (guint i = 0; i < G_N_ELEMENTS (tags); i++)
        {
          gsize at = directories[d] + 2 + 12 * i;

          put (file, at, tags[i][0], 2);
          put (file, at + 2, tags[i][1], 2);
          put (file, at + 4, tags[i][2], 4);
          put (file, at + 8, tags[i][3], 4);
        }
      put (file, directories[d] + 2 + 12 * G_N_ELEMENTS (tags), d == 0 ? directories[1] : 0, 4);
    }
  for (guint i = 0; i < 4; i++)
    {
      put (file, 300 + 4 * i, 340, 4);
      put (file, 320 + 4 * i, 50000, 4);
    }
  put (file, 999, 0, 1);
  for (guint i = 0; i < 64; i++)
    assert_refused ("scan.tif", file->data, file->len, QUARRY_EXTRACT_ERROR_PICTURES);
}

/* A JPEG file without picture data, which nobody reads for the caption. */
static GByteArray *
make_jpeg (const char *xmp)
{
  static const char namespace[] = "http://ns.adobe.com/xap/1.0/";
  GByteArray *out = g_byte_array_new ();
  gsize n = 2 + sizeof namespace + strlen (xmp);
  const guint8 start[] = { 0xff, 0xd8, 0xff, 0xe1, (guint8) (n >> 8), (guint8) n };
  const guint8 end[] = { 0xff, 0xd9 };

  g_byte_array_append (out, start, sizeof start);
  g_byte_array_append (out, (const guint8 *) namespace, sizeof namespace);
  g_byte_array_append (out, (const guint8 *) xmp, (guint) strlen (xmp));
  g_byte_array_append (out, end, sizeof end);
  return out;
}

static void
test_captions (void)
{
  g_autoptr (GByteArray) described = make_jpeg (
      "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF "
      "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' "
      "xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:photoshop='http://ns.adobe.com/photoshop/1.0/' "
      "photoshop:City='Carrara' photoshop:DateCreated='2019-07-03T10:20:30'>"
      "<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>The old quarry</rdf:li></rdf:Alt></dc:title>"
      "<dc:description><rdf:Alt><rdf:li xml:lang='x-default'>Blocks of marble, wet with "
      "rain</rdf:li></rdf:Alt></dc:description>"
      "<dc:subject><rdf:Bag><rdf:li>marble</rdf:li><rdf:li>rain</rdf:li></rdf:Bag></dc:subject>"
      "</rdf:Description></rdf:RDF></x:xmpmeta>");
  g_autoptr (GByteArray) bare = make_jpeg ("");
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) document = read_bytes ("x.jpg", described->data, described->len, &error);
  g_autofree char *shown = NULL;

  g_assert_no_error (error);
  shown = show (document);
  g_assert_cmpstr (shown, ==, "h1 The old quarry\np Blocks of marble, wet with rain\np marble, rain\np Carrara\n");
  g_assert_cmpstr (quarry_document_get_title (document), ==, "The old quarry");
  g_assert_cmpstr (quarry_document_get_metadata (document, "keywords"), ==, "marble, rain");
  g_assert_cmpstr (quarry_document_get_metadata (document, "mime-type"), ==, "image/jpeg");
  g_assert_true (g_str_has_prefix (quarry_document_get_metadata (document, "created"), "2019-07-03"));
  assert_refused ("x.jpg", bare->data, bare->len, QUARRY_EXTRACT_ERROR_PICTURES);
  for (guint cut = 1; cut < described->len; cut += 7)
    {
      g_autoptr (GError) reason = NULL;
      g_autoptr (QuarryDocument) part = read_bytes ("x.jpg", described->data, cut, &reason);

      g_assert_true (part != NULL || reason->domain == QUARRY_EXTRACT_ERROR);
    }
}

static void
test_markdown (void)
{
  g_autoptr (QuarryDocument) document = NULL;

  assert_reads ("x.md",
                "# Stones *and* `slate`\n\nA paragraph\nof [two](http://x.y) lines.\n\n"
                "- one\n- two\n  - inner\n\n    more\n\n> quoted\n\n```c\nint x;\n\ny ();\n```\n\n"
                "Setext\n------\n\n1. first\n",
                "h1 Stones and slate\np A paragraph of two lines.\ni1 one\ni1 two\ni2 inner\n"
                "i2 more\nq quoted\nc int x;//y ();\nh2 Setext\ni1 first\n");
  assert_reads ("x.md",
                "| a | b |\n|---|:-:|\n| c d | e |\n\nNot | a table.\n",
                "t a|b/c d|e\np Not | a table.\n");
  assert_reads ("x.md",
                "See [[Other Note]] and [[Page|shown]] ![alt](x.png).\n",
                "p See Other Note and shown alt.\n");
  assert_reads ("x.md",
                "<div>\n<p>In <b>HTML</b></p>\n<script>no</script>\n</div>\n\na<br>b\n",
                "p In HTML\np a b\n");
  assert_reads ("x.md", "<!-- note to self -->\n\nText.\n", "p Text.\n");

  document = read_string ("x.md",
                          "---\ntitle: \"The Quarry\"\nauthor: Ada\ntags: [a, b]\n---\n"
                          "Text.\n");
  g_assert_cmpstr (quarry_document_get_title (document), ==, "The Quarry");
  g_assert_cmpstr (quarry_document_get_metadata (document, "author"), ==, "Ada");
  g_assert_cmpstr (quarry_document_get_metadata (document, "keywords"), ==, "a, b");
  g_assert_cmpstr (quarry_document_get_text (document, NULL), ==, "Text.");
  g_clear_object (&document);
  /* Lists and texts of several lines. What is said of the text is found with it. */
  document = read_string ("x.md",
                          "---\ntags:\n  - \"slate/roof\"\n- 'b'\n- \"c\"\ndescription: >-\n  Of roofs\n  and walls.\n"
                          "date: 2024-01-02\nother:\n  title: no\n---\nText.\n");
  g_assert_cmpstr (quarry_document_get_metadata (document, "keywords"), ==, "slate/roof, b, c");
  g_assert_cmpstr (quarry_document_get_metadata (document, "created"), ==, "2024-01-02");
  g_assert_null (quarry_document_get_title (document));
  g_assert_cmpstr (quarry_document_get_text (document, NULL), ==, "Text.\n\nOf roofs and walls.");
  g_clear_object (&document);
  /* Below Joplin's notes stands what the program notes of them. */
  document = read_string ("x.md",
                          "Slate\n\n- a\n\nid: 0a1b2c3d4e5f60718293a4b5c6d7e8f9\nparent_id: \nlatitude: 0.0\n"
                          "user_created_time: 2023-03-12T21:14:05.000Z\ntype_: 1");
  g_assert_cmpstr (quarry_document_get_title (document), ==, "Slate");
  g_assert_cmpstr (quarry_document_get_metadata (document, "created"), ==, "2023-03-12T21:14:05.000Z");
  g_assert_cmpstr (quarry_document_get_text (document, NULL), ==, "Slate\n\na");
  assert_reads ("x.md", "Slate\n\nid: 7\ntype_: 1", "p Slate\np id: 7 type_: 1\n");
  /* A horizontal rule at the top does not begin front matter. */
  assert_reads ("x.md", "---\n\nText: more.\n", "p Text: more.\n");
}

static void
test_html (void)
{
  g_autoptr (QuarryDocument) document = NULL;

  assert_reads ("x.html",
                "<!DOCTYPE html><html><head><title>T</title><style>p{}</style></head><body>"
                "<nav>Home</nav><h1>Big\n stone</h1><p>One <b>bo</b>ld&nbsp;word.<p>Two<br>lines."
                "<ul><li>a<li>b<ol><li>c</ol></ul><blockquote>Q</blockquote>"
                "<pre>x\n  y</pre><script>no()</script><template>no</template>"
                "<div>div<span>span</span></div>tail<p hidden>no</body></html>",
                "h1 Big stone\np One bold word.\np Two lines.\ni1 a\ni1 b\ni2 c\nq Q\n"
                "c x/  y\np divspan\np tail\n");
  assert_reads ("x.html",
                "<table><caption>Prices</caption><tr><th>Stone<th>Price<tr><td>Slate\n"
                "<td>3<tr><td><td>4</table>after",
                "t Prices/Stone|Price/Slate|3/|4\np after\n");
  /* A table that is used for layout. */
  assert_reads ("x.html", "<table><tr><td><h2>Left</h2><td><p>Right</table>", "h2 Left\np Right\n");
  assert_reads ("x.html", "a<br><br>b<hr>c<dl><dt>T<dd>D</dl>", "p a\np b\np c\np T\ni1 D\n");
  assert_reads ("page", "<!doctype html><p>x", "p x\n");
  /* The text that browsers show instead of an object. */
  assert_reads ("x.html", "<p>See <object data=plan.svg><param name=a value=b>a plan of the quarry</object>.",
                "p See a plan of the quarry.\n");
  /* Links with mere marks as their text, such as those that lead to a heading itself, are left out. */
  assert_reads ("x.html",
                "<h2>Files<a class=headerlink href=#files>\302\266</a></h2><p>See<a href=#a> </a><a href=#b>b</a>, <a href=/x>#</a>."
                "<a href=#r1>\342\206\251\357\270\216</a>",
                "h2 Files\np See b, #.\n");

  document = read_string ("x.html",
                          "<html lang=de><meta name=author content=Ada><title> The\n Q "
                          "</title><p>x");
  g_assert_cmpstr (quarry_document_get_title (document), ==, "The Q");
  g_assert_cmpstr (quarry_document_get_metadata (document, "author"), ==, "Ada");
  g_assert_cmpstr (quarry_document_get_metadata (document, "language"), ==, "de");

  assert_bytes_read ("x.html", "<meta charset=\"iso-8859-1\"><p>\344rgerlich", "\303\244rgerlich");
  assert_bytes_read ("x.html",
                     "<meta charset=\"windows-1251\"><p>\312\340\354\345\355\374",
                     "\320\232\320\260\320\274\320\265\320\275\321\214");
  /* The page declares one encoding and is written in another. */
  assert_bytes_read ("x.html", "<meta charset=\"iso-8859-1\"><p>\303\244rger", "\303\244rger");
}

static void
test_csv (void)
{
  assert_reads ("x.csv",
                "Stone,Price\r\n\"Slate, black\",3\r\n\"say \"\"x\"\"\nnow\",\n,4\n",
                "t Stone|Price/Slate, black|3/say \"x\" now/|4\n");
  assert_reads ("x.csv", "a;b,c;d\ne;f;g", "t a|b,c|d/e|f|g\n");
  assert_reads ("x.tsv", "a\tb\n", "t a|b\n");
}

static void
test_mail (void)
{
  g_autoptr (QuarryDocument) document = read_string (
      "x.eml",
      "From: =?utf-8?Q?Ad=C3=A4?= <ada@x.org>\r\nTo: bob@x.org\r\n"
      "Subject: =?ISO-8859-1?B?R3L832U=?=\r\n =?us-ascii?q?_to_you?=\r\n"
      /* These two are in UTF-8, whatever they say. */
      "Cc: =?iso-8859-1?Q?M=C3=BCller?= =?us-ascii?Q?_Gr\303\274n?=\r\n"
      "Date: Tue, 2 Jan 2024 03:04:05 +0000\r\nMIME-Version: 1.0\r\n"
      "Content-Type: multipart/mixed; boundary=\"out\"\r\n\r\nno\r\n--out\r\n"
      "Content-Type: multipart/alternative;\r\n boundary=in\r\n\r\n--in\r\n"
      "Content-Type: text/plain; charset=iso-8859-1\r\n"
      "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
      "Sch=F6n=\r\ner Stein.\r\n\r\n> Quoted\r\n> before.\r\n--in\r\n"
      "Content-Type: text/html\r\n\r\n<p>no</p>\r\n--in--\r\n--out\r\n"
      "Content-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\nno\r\n--out--\r\n");
  g_autofree char *shown = show (document);

  g_assert_cmpstr (shown,
                   ==,
                   "h1 Gr\303\274\303\237e to you\n"
                   "p From: Ad\303\244 <ada@x.org>. To: bob@x.org. Cc: M\303\274ller Gr\303\274n. Date: Tue, 2 Jan 2024 03:04:05 "
                   "+0000\np Sch\303\266ner Stein.\nq Quoted before.\n");
  g_assert_cmpstr (quarry_document_get_title (document), ==, "Gr\303\274\303\237e to you");
  g_assert_cmpstr (quarry_document_get_metadata (document, "created"), ==, "2024-01-02");

  g_clear_object (&document);
  document = read_string ("x.eml", "From: a@x.org\nDate: Tue, 2 Jan 3609 03:04:05 +0000\nSubject: x\n\nStone.\n");
  g_assert_null (quarry_document_get_metadata (document, "created"));

  /* A character may be parted between two words, but not between words of two encodings; an unknown one stays. */
  assert_reads ("x.eml",
                "From: a@x.org\nSubject: =?utf-8?Q?Gr=C3?=\n =?UTF-8?B?vG4=?= =?iso-8859-1?q?_=E4?= =?x-none?q?=E4?= =?utf-8?q?=C3=A4?= =?no\n\n"
                "Stone.\n",
                "h1 Gr\303\274n \303\244=?x-none?q?=E4?=\303\244 =?no\np From: a@x.org\np Stone.\n");
  assert_reads ("x.eml",
                "Subject: x\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n"
                "\nPGI+Ym9sZDwvYj4=\n",
                "h1 x\np bold\n");
  /* The plain text is empty, so that the HTML is read. */
  assert_reads ("x.eml",
                "Subject: x\nCc: c@x.org\nContent-Type: multipart/alternative; boundary=b\n\n"
                "--b\nContent-Type: text/plain\n\n \n--b\nContent-Type: text/html\n\n<p>bold</p>\n"
                "--b\nContent-Type: text/html\n\n<p>again</p>\n--b--\n",
                "h1 x\np Cc: c@x.org\np bold\n");
  /* Without a boundary, or where it does not occur, the parts cannot be told apart. */
  assert_reads ("x.eml",
                "Subject: x\nFrom: a\nContent-Type: multipart/mixed\n\nStill here.\n",
                "h1 x\np From: a\np Still here.\n");
  assert_reads ("x.eml",
                "Subject: x\nFrom: a\nContent-Type: multipart/mixed; boundary=b\n\nStill here.\n",
                "h1 x\np From: a\np Still here.\n");
  /* Apple Mail's files have the length of the mail before it and a property list after it. */
  assert_reads ("1.emlx",
                "30        \nSubject: x\nFrom: a\n\nThe text.\n<?xml version=\"1.0\"?><plist/>\n",
                "h1 x\np From: a\np The text.\n");
  /* Not a mail at all. */
  assert_reads ("x.eml", "Just a text.", "p Just a text.\n");
}

#define SLATE "Slate splits into thin plates, and has covered roofs for as long as there have been quarries."

/* What a mail has in several forms. */
static void
test_alternatives (void)
{
  static const char *const beginning
      = "Subject: x\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\n"
        "See the page.\n--b\nContent-Type: multipart/related; boundary=c\n\n--c\nContent-Type: text/html\n\n";
  g_autofree char *longer = g_strconcat (beginning, "<p>", SLATE, "</p>\n--c--\n--b--\n", NULL);
  g_autofree char *same = g_strconcat (beginning, "<p><b>See</b> the page.</p>\n--c--\n--b--\n", NULL);
  static const char invitation[]
      = "Subject: x\nContent-Type: multipart/mixed; boundary=a\n\n--a\n"
        "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nCome.\n--b\n"
        "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Slate\n"
        "LOCATION:Yard 7\nEND:VEVENT\nEND:VCALENDAR\n--b--\n--a\nContent-Type: application/ics; name=again.ics\n"
        "Content-Disposition: attachment\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Slate\n"
        "LOCATION:Yard 7\nEND:VEVENT\nEND:VCALENDAR\n--a--\n";
  g_autofree char *shown = show_inside ("x.eml", invitation, sizeof invitation - 1);
  static const char attached[]
      = "Subject: x\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nCome.\n--b\n"
        "Content-Type: multipart/mixed; boundary=c\n\n--c\nContent-Type: text/html\n\n<b>Come.</b>\n--c\n"
        "Content-Type: text/plain; name=a.txt\nContent-Disposition: attachment; filename=a.txt\n\nMarble\n--c\n"
        "Content-Type: message/rfc822\n\nSubject: y\n\nGranite\n--c--\n--b--\n";
  g_autofree char *shown_attached = show_inside ("x.eml", attached, sizeof attached - 1);

  /* A plain text that only says that there is more elsewhere. */
  assert_reads ("x.eml", longer, "h1 x\np " SLATE "\n");
  assert_reads ("x.eml", same, "h1 x\np See the page.\n");
  /* An invitation is read beside the text, once. */
  /* So is what is attached to another form of the text. */
  g_assert_cmpstr (shown_attached, ==, "= a.txt\np Marble\n= \nh1 x\np Come.\nh4 y\np Granite\n");
  g_assert_cmpstr (shown, ==, "= invite.ics\nh1 Slate\np Yard 7\n= \nh1 x\np Come.\n");
}

/* A mail that was saved as text is one. A letter, notes or settings that begin likewise are not, since a mail's reader
 * would not show all of their fields. */
static void
test_mail_as_text (void)
{
  assert_reads ("x.txt",
                "Received: from a by b;\r\n Tue, 2 Jan 2024 03:04:05 +0000\r\nFrom: =?utf-8?Q?Ad=C3=A4?= <ada@x.org>\r\n"
                "Subject: Marble\r\nX-Weight: 1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nSch=C3=B6n=\r\ner Stein.\r\n",
                "h1 Marble\np From: Ad\303\244 <ada@x.org>\np Sch\303\266ner Stein.\n");
  assert_reads ("x.txt", "From: Ada\nTo: Bob\nSubject: Marble\n\nIt is here.\n",
                "h1 Marble\np From: Ada. To: Bob\np It is here.\n");
  assert_reads ("x.txt", "From: Ada\nTo: Bob\nSubject: Marble\nPhone: 4711\n\nIt is here.\n",
                "p From: Ada\np To: Bob\np Subject: Marble\np Phone: 4711\np It is here.\n");
  assert_reads ("x.txt", "From: Ada\nTo: Bob\nSubject: Marble\nIt is here.\n",
                "p From: Ada\np To: Bob\np Subject: Marble It is here.\n");
  assert_reads ("x.txt", "From: Ada\nTo: Bob\n\nIt is here.\n", "p From: Ada\np To: Bob\np It is here.\n");
  assert_reads ("x.txt", "From: Ada\nTo: Bob\nSubject: Marble", "p From: Ada\np To: Bob\np Subject: Marble\n");
  assert_reads ("x.log", "From: Ada\nTo: Bob\nSubject: Marble\n\nIt is here.\n",
                "p From: Ada\np To: Bob\np Subject: Marble\np It is here.\n");
}

/* Made with djvused: a page without its picture, with a text layer of two paragraphs. */
static void
test_djvu (void)
{
  static const char page[]
      =
        "\101\124\046\124\106\117\122\115\000\000\000\212\104\112\126\125\111\116\106\117"
        "\000\000\000\012\003\073\004\221\030\000\054\001\026\001\124\130\124\172\000\000"
        "\000\153\377\377\056\210\077\005\161\355\066\120\235\010\251\175\253\250\064\377"
        "\375\123\101\274\064\355\120\226\054\100\153\260\205\334\174\002\123\305\145\256"
        "\065\245\112\067\057\050\035\373\356\116\247\037\101\105\301\175\032\371\326\025"
        "\171\343\162\100\013\377\375\043\264\227\274\001\040\146\261\373\317\171\100\134"
        "\040\105\013\154\366\231\073\211\060\377\176\272\054\311\306\230\006\002\073\367"
        "\102\370\366\075\075\073\120\107\177\000";
  const gsize length = sizeof page - 1;
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) document = read_bytes ("a.djvu", page, length, &error);
  g_autofree char *shown = NULL;
  guint n_pages;

  g_assert_no_error (error);
  shown = show (document);
  g_assert_cmpstr (shown, ==, "p Djvu pageword1 second-\np lin\303\251\n");
  quarry_document_get_pages (document, &n_pages);
  g_assert_cmpuint (n_pages, ==, 1);
  /* Truncated anywhere, reading ends. */
  for (gsize i = 1; i < length; i += 7)
    {
      g_autoptr (QuarryDocument) cut = read_bytes ("a.djvu", page, i, NULL);

      (void) cut;
    }
  assert_refused ("a.djvu", page, 34, QUARRY_EXTRACT_ERROR_DAMAGED);
}

static void
test_hyphens (void)
{
  static const struct
  {
    const char *learned;
    const char *first;
    const char *second;
    gboolean undo;
    const char *expected;
  } cases[] = {
    { "", "a stone", "wall", TRUE, "a stone wall" },
    { "", "a quar-", "ry here", TRUE, "a quarry here" },
    { "", "a quar-", "ry here", FALSE, "a quar-ry here" },
    { "the quarry", "a quar-", "ry here", FALSE, "a quarry here" },
    { "a well-known x", "a well-", "known fact", TRUE, "a well-known fact" },
    { "", "Anglo-", "Saxon", TRUE, "Anglo-Saxon" },
    { "", "pages 10-", "20", TRUE, "pages 10-20" },
    { "", "one -", "two", TRUE, "one - two" },
    { "", "two-", "and threefold", TRUE, "two- and threefold" },
    { "", "soft\302\255", "ware", FALSE, "software" },
    { "", "\346\235\261", "\344\272\254", FALSE, "\346\235\261\344\272\254" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (QuarryHyphens) hyphens = quarry_hyphens_new (cases[i].undo);
      g_autoptr (GString) paragraph = g_string_new (NULL);

      quarry_hyphens_learn (hyphens, cases[i].learned, strlen (cases[i].learned));
      quarry_hyphens_append (hyphens, paragraph, cases[i].first, strlen (cases[i].first));
      quarry_hyphens_append (hyphens, paragraph, cases[i].second, strlen (cases[i].second));
      g_assert_cmpstr (paragraph->str, ==, cases[i].expected);
    }
}

static void
test_formats (void)
{
  const QuarryInput database
      = { .bytes = (const guint8 *) "\0\1\0\0Standard Jet DB\0\1\0\0", .length = 23, .name = "a.mdb" };

  for (guint i = 1; i < QUARRY_N_FORMATS; i++)
    {
      g_assert_nonnull (quarry_format_get_noun ((QuarryFormat) i));
      g_assert_nonnull (quarry_format_get_mime_type ((QuarryFormat) i));
    }
  g_assert_cmpint (quarry_format_of_name ("a.TXT"), ==, QUARRY_FORMAT_TEXT);
  g_assert_cmpint (quarry_format_of_name ("a.b/c"), ==, QUARRY_FORMAT_NONE);
  g_assert_cmpint (quarry_format_of_name (".md"), ==, QUARRY_FORMAT_NONE);
  g_assert_cmpint (quarry_format_of_name ("a."), ==, QUARRY_FORMAT_NONE);
  /* A format that is not read is named in the error, and a font is not mistaken for one. */
  g_assert_cmpstr (quarry_readers_name_foreign (&database), ==, "Access databases");
  assert_refused (
      "a.mdb", database.bytes, database.length, QUARRY_EXTRACT_ERROR_UNSUPPORTED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/readers/captions", test_captions);
  g_test_add_func ("/readers/picture-outside", test_picture_outside);
  g_test_add_func ("/readers/formats", test_formats);
  g_test_add_func ("/readers/hyphens", test_hyphens);
  g_test_add_func ("/readers/text", test_text);
  g_test_add_func ("/readers/text-structure", test_text_structure);
  g_test_add_func ("/readers/text-pages", test_text_pages);
  g_test_add_func ("/readers/text-over-pages", test_text_over_pages);
  g_test_add_func ("/readers/encodings", test_encodings);
  g_test_add_func ("/readers/refusals", test_refusals);
  g_test_add_func ("/readers/markdown", test_markdown);
  g_test_add_func ("/readers/html", test_html);
  g_test_add_func ("/readers/csv", test_csv);
  g_test_add_func ("/readers/mail", test_mail);
  g_test_add_func ("/readers/alternatives", test_alternatives);
  g_test_add_func ("/readers/mail-as-text", test_mail_as_text);
  g_test_add_func ("/readers/djvu", test_djvu);

  return g_test_run ();
}
