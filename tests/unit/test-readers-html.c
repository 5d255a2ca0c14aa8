/* test-readers-html.c: what is made of markup, whole or broken
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/html/quarry-arena.h"
#include "read-helpers.h"

#include <string.h>

/* Character references, complete and incomplete, in text and in attributes. */
static void
test_references (void)
{
  g_autoptr (QuarryDocument) document = NULL;

  assert_reads ("x.html", "<p>&eacute;&Eacute;&amp;&lt;b&gt; &notit; &notin; &nosuch; &copy &amp;amp; & b &",
                "p \303\251\303\211&<b> \302\254it; \342\210\211 &nosuch; \302\251 &amp; & b &\n");
  assert_reads ("x.html", "<p>&#233;&#xE9;&#XE9 &#8212;&#150;&#x80; &#0; &#xD800; &#99999999999; &#; &#x; &#xg;",
                "p \303\251\303\251\303\251 \342\200\224\342\200\223\342\202\254 \357\277\275 \357\277\275 "
                "\357\277\275 &#; &#x; &#xg;\n");
  /* A name that stands for two characters, and the longest name. */
  assert_reads ("x.html", "<p>&nGt;&CounterClockwiseContourIntegral;", "p \342\211\253\342\203\222\342\210\263\n");
  document = read_string ("x.html", "<meta name=author content='a?b=1&copy=2&amp;c&lt'><title>A &amp; B</title><p>x");
  g_assert_cmpstr (quarry_document_get_metadata (document, "author"), ==, "a?b=1&copy=2&c<");
  g_assert_cmpstr (quarry_document_get_title (document), ==, "A & B");
  g_clear_object (&document);
  document = read_string ("x.html", "<meta property='article:author' content='https://a.org/ada'><p>x");
  g_assert_null (quarry_document_get_metadata (document, "author"));
}

/* XHTML has CDATA sections, and ends any element by "/>". */
static void
test_xhtml (void)
{
#define XHTML "<html xmlns='http://www.w3.org/1999/xhtml'>"
  g_autoptr (QuarryDocument) document = NULL;

  assert_reads ("x.xhtml", "<?xml version='1.0'?><html><head><title/><script src='a'/></head><body><p>seen</p></body></html>",
                "p seen\n");
  assert_reads ("x.html", XHTML "<style/><p>one<nav/>two<select/>three</p><p hidden='hidden'/>four", "p one\np twothree\np four\n");
  assert_reads ("x.html", XHTML "<p>a<![CDATA[<b> & ]]]>c</p>", "p a<b> & ]c\n");
  /* In HTML both are ignored. */
  assert_reads ("x.html", "<p>a<![CDATA[b]]>c<select/>three", "p ac\n");
  assert_reads ("x.html", "<p>a<span style=display:none/>b", "p a\n");
  document = read_string ("x.xhtml", "<html xmlns='x' xml:lang='cy'><p>x");
  g_assert_cmpstr (quarry_document_get_metadata (document, "language"), ==, "cy");
  g_clear_object (&document);
  document = read_string ("x.html", "<html xml:lang='cy' lang='gd'><p>x");
  g_assert_cmpstr (quarry_document_get_metadata (document, "language"), ==, "gd");
}

/* Elements that end without an end tag. */
static void
test_implied_ends (void)
{
  assert_reads ("x.html", "<dl><dt>A<dd>B<dt>C<dd>D</dl><ul><li>a<ul><li>b</ul><li>c</ul>", "p A\ni1 B\np C\ni1 D\ni1 a\ni2 b\ni1 c\n");
  assert_reads ("x.html", "<p>one<span hidden>no<p>two", "p one\np two\n");
  assert_reads ("x.html", "<h1>One<h2>Two</h3>three", "h1 One\nh2 Two\np three\n");
  assert_reads ("x.html", "<li>a</p>b</ul>c", "i1 a\ni1 bc\n");
  assert_reads ("x.html", "<ruby>\346\274\242<rt>kan<rt>no<rp>)</ruby> x", "p \346\274\242 x\n");
  assert_reads ("x.html", "<ruby><rb>\346\274\242<rt>kan<rb>\345\255\227<rp>(<rt>ji<rtc>x</ruby> y", "p \346\274\242\345\255\227x y\n");
  assert_reads ("x.html", "<a href=#a>#<a href=b>b</a> <button hidden>no<button>no</button>c", "p b c\n");
  /* End tags while other elements are still open. */
  assert_reads ("x.html", "<b>a<p>b</b>c</p>d", "p a\np bc\np d\n");
  assert_reads ("x.html", "<div>a</span></div>b</div></nosuch>c", "p a\np bc\n");
  assert_reads ("x.html", "<nav><div>no</span></nav>yes", "p yes\n");
  assert_reads ("x.html", "<nav><b>no</nav>yes</b>", "p yes\n");
  /* What asks for consent to cookies, unless it is text about them. */
  assert_reads ("x.html", "<div id=cookie-banner><p>no<div><button>OK</button></div></div><p>yes", "p yes\n");
  assert_reads ("x.html",
                "<div id='Cookie_Notice'>no<a role=button>OK</a></div><div id=onetrust-consent-sdk>no</div>yes",
                "p yes\n");
  assert_reads ("x.html",
                "<div id=cookie-banner><p>What they are</div><h1 id=cookie-consent>Cookies</h1><div "
                "id=cookies><button>no</button>"
                "<p>Bake</div><body id=cookie-consent><p>yes<button>no</button>",
                "p What they are\nh1 Cookies\np Bake\np yes\n");
  assert_reads ("x.html",
                "<main><div><section id=cookie-banner><p>How to make one<button>Copy</button></section></div></main>",
                "p How to make one\n");
  assert_reads ("x.html", "<nav><table><tr><td>no</nav>no</table></nav>yes", "p yes\n");
}

/* Hidden text shows where an element ends. */
static void
test_reach (void)
{
  assert_reads ("x.html", "<b hidden>no<p>no</b></p>yes", "p yes\n");
  assert_reads ("x.html", "<h1 hidden>no<h2>yes</h2>", "h2 yes\n");
  assert_reads ("x.html", "<ul><li hidden>no<li>yes<li hidden><div>no<li>yes</ul>", "i1 yes\ni1 yes\n");
  assert_reads ("x.html", "a<a href=b href=#a>\302\266</a>", "p a\302\266\n");
}

static void
test_tables (void)
{
  /* Rows and cells whose start tags or end tags are left out. */
  assert_reads ("x.html", "<table><td>a<td>b<tr><th>c<th>d<tbody><td>e<td>f</table>x", "t a|b/c|d/e|f\np x\n");
  assert_reads ("x.html", "<table><thead><tr><th>c<th>d<tbody><tr><td>e<td>h</tr><tr><td>f<td>g</table>", "t c|d/e|h/f|g\n");
  /* A table directly inside a table ends the outer one; a table inside a cell does not. */
  assert_reads ("x.html", "<table><tr><td>a<td>b<tbody><table><tr><td>c<td>d</table>", "t a|b\nt c|d\n");
  assert_reads ("x.html", "<table><tr><td>a<table><tr><td>c<td>d</table>e</table>f", "p a\nt c|d\np e\np f\n");
  /* Text between cells is moved in front of the table. */
  assert_reads ("x.html", "<p>x</p><table>one<tr>two<td>a</td><p>three</p><td>b</table>", "p x\np onetwo\np three\nt a|b\n");
  assert_reads ("x.html", "<table><form hidden><tr><td>a<td>b</form></table>c", "p a\np b\np c\n");
  assert_reads ("x.html", "<tr><td>no table</td></tr>", "p no table\n");
}

/* Text that only looks like markup, and elements whose content is not parsed as markup. */
static void
test_raw (void)
{
  assert_reads ("x.html", "<p>a < b <3 c<!-- <p>no --><!-->d<!--->e<!-- a--b --!>f<!no><?no?></ no>g", "p a < b <3 cdefg\n");
  assert_reads ("x.html", "<p>a<script>if (a</b) '</scrip>'</SCRIPT >b<style>c</style><xmp>no<p></xmp>d", "p ab\nc no<p>\np d\n");
  assert_reads ("x.html", "<p>a<script><!-- document.write('<script>x</script>') --></script>b", "p ab\n");
  assert_reads ("x.html", "<p>a<script><!--> <script> </script>b", "p ab\n");
  assert_reads ("x.html", "<p>a<textarea></p>no</textarea>b<iframe><p>no</iframe>c", "p abc\n");
  assert_reads ("x.html", "<p>a<plaintext>b<p></plaintext>", "p a\nc b<p></plaintext>\n");
  assert_reads ("x.html", "<p title='<p>no' class=\"a>b\" id=a/>yes<p", "p yes\n");
  assert_reads ("x.html", "<p>yes<b title='no>no", "p yes\n");
}

/* What browsers do not show (noscript, select) ends where it ends for a browser, so that it does not hide text after
 * it. */
static void
test_hidden (void)
{
  assert_reads ("x.html", "<head><noscript><noscript><link></noscript></head><body><p>yes", "p yes\n");
  assert_reads ("x.html", "a<noscript><table><tr><td>no</noscript>b", "p ab\n");
  assert_reads ("x.html", "<head><noscript></head><body><p>yes<noscript/>yes", "p yesyes\n");
  assert_reads ("x.html", "a<select><option>no<select>b<select><option>no<input>c<select><textarea>no</textarea>d", "p abcd\n");
}

/* An SVG drawing ends where a paragraph begins. */
/* The description of a picture stands where the picture does, unless it is short, a formula, hidden or in a link. */
static void
test_pictures (void)
{
  assert_reads ("x.html", "<p>Press <img src=r.png alt='the red button'>twice.</p>", "p Press the red button twice.\n");
  assert_reads ("x.html", "<p>a<p><img alt=' A map\nof it '><figure><img alt='Two old boats'><figcaption>Boats</figcaption>",
                "p a\np A map of it\np Two old boats\np Boats\n");
  assert_reads ("x.html", "<table><tr><td>x<td><img alt='an open\tdoor'><tr><td>y<td>z</table>", "t x|an open door/y|z\n");
  assert_reads ("x.html", "<p>a<img alt=''><img><img alt=logo><img alt=' Figure  1 '><img alt='x \\in y'>"
                          "<img alt='it is hidden' aria-hidden=true><a href=/><img alt='to the beginning'></a>b",
                "p ab\n");
  assert_reads ("x.html", "<nav><img alt='it is not read'></nav>a", "p a\n");
}

static void
test_foreign (void)
{
  assert_reads ("x.html", "a<svg><title>no</title><path/><text>no</svg>b", "p ab\n");
  assert_reads ("x.html", "a<svg><g><script/><style/><p>b", "p a\np b\n");
  assert_reads ("x.html", "a<svg><![CDATA[</svg>no]]></svg>b", "p ab\n");
  assert_reads ("x.html", "<p>a<svg><g></p>b", "p a\np b\n");
  assert_reads ("x.html", "<p>a<svg><desc></p>no</desc></svg>b", "p ab\n");
}

/* XML other than HTML: entities that the file defines are replaced by nothing, and text is joined across comments
 * and CDATA sections. */
static void
test_xml (void)
{
  g_autoptr (GString) many = g_string_new ("<!DOCTYPE x [<!ENTITY a '<p>stones</p>'>]><x><p>one ");

  assert_reads ("x.xml", "<!DOCTYPE x [<!ENTITY a 'no'><!ENTITY b SYSTEM 'b'>]><x><p>one &a;two&b; &amp; &#233;</p></x>",
                "p one two & \303\251\n");
  assert_reads ("x.xml", "<x><p>o<!-- no -->ne<![CDATA[ <two>]]><?no?> three</p></x>", "p one <two> three\n");
  assert_reads ("x.opml", "<!DOCTYPE opml [<!ENTITY a 'no'>]><opml><body><outline text='R&amp;D &#38; &lt;b&gt; &#233;&a;&amp;amp;&amp;'/></body></opml>",
                "i1 R&D & <b> \303\251&amp;&\n");
  for (guint i = 0; i < 50000; i++)
    g_string_append (many, "&a;");
  g_string_append (many, "two</p></x>");
  assert_reads ("x.xml", many->str, "p one two\n");
}

/* Formulas (MathML) are written in one line. */
static void
test_mathml (void)
{
  g_autoptr (GString) deep = g_string_new ("<p>a <math>");
  g_autoptr (QuarryDocument) document = NULL;

  assert_reads ("x.html",
                "<p>Call <math><mtable><mtr><mtd/><mtd><mi>m</mi> <mo>=</mo> <mi>m</mi><mi>a</mi><mi>t</mi>"
                "<mo>(</mo><mrow><mn>2</mn><mo>,</mo><mn>3</mn></mrow><mo>)</mo></mtd></mtr></mtable></math>.",
                "p Call m = mat(2, 3).\n");
  assert_reads ("x.html",
                "<p><math><msup><mi>x</mi><mn>2</mn></msup><mo>+</mo><mn>2</mn><mi>a</mi><mi>b</mi>"
                "<mo>\xe2\x89\xa4</mo><mo>-</mo><mfrac><mrow><mi>a</mi><mo>+</mo><mn>1</mn></mrow><mn>2</mn></mfrac>"
                "<mi>sin</mi><mo>&#x2061;</mo><mi>x</mi></math>",
                "p x^2 + 2ab \xe2\x89\xa4 -(a + 1)/2 sin x\n");
  assert_reads ("x.html",
                "<p><math><munderover><mo>\xe2\x88\x91</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi>"
                "</munderover><msub><mover><mi>y</mi><mo>\xc2\xaf</mo></mover><mrow><mi>i</mi><mo>+</mo><mn>1</mn>"
                "</mrow></msub><mo>=</mo><msqrt><mi>k</mi></msqrt><msup><mi>f</mi><mo>\xe2\x80\xb2</mo></msup>"
                "<mfenced><mi>t</mi></mfenced></math>",
                "p \xe2\x88\x91_(i = 1)^n y_(i + 1) = \xe2\x88\x9a""k f\xe2\x80\xb2(t)\n");
  assert_reads ("x.html",
                "<p><math><mo>[</mo><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr><mtr><mtd>"
                "<mn>3</mn></mtd><mtd><mn>4</mn></mtd></mtr></mtable><mo>]</mo></math>",
                "p [1 2; 3 4]\n");
  /* With a namespace prefix. The TeX source beside the formula is left out, and a formula hidden beside its picture
   * is read once. */
  assert_reads ("x.html",
                "<p>so <span style='display: none'><m:math><m:semantics><m:mrow><m:mi>E</m:mi><m:mo>=</m:mo>"
                "<m:mi>m</m:mi></m:mrow><m:annotation encoding='application/x-tex'>E=m</m:annotation></m:semantics>"
                "</m:math></span><img alt='E=m'> it is",
                "p so E = m it is\n");
  for (guint i = 0; i < 20000; i++)
    g_string_append (deep, "<mrow>");
  g_string_append (deep, "<mi>x</mi></math> b");
  assert_reads ("x.html", deep->str, "p a b\n");
  /* The time must not double with each level of nesting. */
  g_string_assign (deep, "<p>a <math>");
  for (guint i = 0; i < 60; i++)
    g_string_append (deep, "<mover><mi>x</mi>");
  document = read_string ("x.html", deep->str);
  g_assert_true (g_str_has_prefix (quarry_document_get_text (document, NULL), "a x^(x^(x^("));
}

static void
test_html_depth (void)
{
  g_autoptr (GString) string = g_string_new ("<p>");
  g_autoptr (QuarryDocument) document = NULL;

  for (guint i = 0; i < 20000; i++)
    g_string_append (string, "<div>");
  g_string_append (string, "deep");
  document = read_string ("x.html", string->str);
  g_assert_cmpstr (quarry_document_get_text (document, NULL), ==, "deep");
}

/* Where elements are nested more deeply than is recorded, end tags still match the right elements. */
static void
test_html_balance (void)
{
  g_autoptr (GString) string = g_string_new ("<body>one<div hidden>");

  for (guint i = 0; i < 2000; i++)
    g_string_append (string, "<div><script>no</script>");
  for (guint i = 0; i < 1999; i++)
    g_string_append (string, "</div>");
  g_string_append (string, "no</div></div><ul><li>two</ul><p>three");
  assert_reads ("x.html", string->str, "p one\ni1 two\np three\n");

  /* An element that ended together with its parent does not wait for an end tag of its own. */
  g_string_assign (string, "");
  for (guint i = 0; i < 600; i++)
    g_string_append (string, "<section>");
  g_string_append (string, "<nav>one");
  for (guint i = 0; i < 600; i++)
    g_string_append (string, "</section>");
  g_string_append (string, "<nav>no</nav>two");
  assert_reads ("x.html", string->str, "p one\np two\n");
}

/* Pieces keep their contents, whatever is allocated after them. */
static void
test_arena (void)
{
  QuarryArena *arena = quarry_arena_new ();
  guint8 *pieces[2000];
  gsize sizes[2000];

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      sizes[i] = (gsize) g_test_rand_int_range (0, g_test_rand_int_range (0, 20) == 0 ? 200000 : 1100);
      pieces[i] = quarry_arena_take (arena, sizes[i]);
      g_assert_cmpuint ((gsize) pieces[i] % 16, ==, 0);
      memset (pieces[i], (int) (i % 256), sizes[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    for (gsize k = 0; k < sizes[i]; k++)
      g_assert_cmpuint (pieces[i][k], ==, i % 256);
  quarry_arena_free (arena);
}

static void
append_often (GString *page, const char *text, gsize bytes)
{
  for (gsize n = 0; n < bytes; n += strlen (text))
    g_string_append (page, text);
}

/* A long page is parsed in pieces. Wherever these end, what is hidden stays hidden, and tables stay tables. */
static void
test_long_page (void)
{
  const gsize piece = 9 << 20;
  g_autoptr (GString) page = g_string_new ("<html lang=cy><title>Tides</title><p>before<script>");
  g_autoptr (QuarryDocument) document = NULL;
  const QuarryBlock *blocks;
  const char *text;
  gsize length;
  guint n, n_rows = 0;

  append_often (page, "x += '<p>wrong<div>';\n", piece);
  g_string_append (page, "</script><!--");
  append_often (page, "<p>wrong\n", piece);
  g_string_append (page, "--><img src='data:");
  append_often (page, "wrong", piece);
  g_string_append (page, "'><nav>");
  append_often (page, "<p>wrong<b>wrong</b>\n", piece);
  g_string_append (page, "</nav><table>");
  append_often (page, "<tr><td>ebb</td><td>flow</td></tr>\n", piece);
  g_string_append (page, "</table><p>after");
  document = read_string ("x.html", page->str);
  g_assert_cmpstr (quarry_document_get_title (document), ==, "Tides");
  g_assert_cmpstr (quarry_document_get_metadata (document, "language"), ==, "cy");
  text = quarry_document_get_text (document, &length);
  blocks = quarry_document_get_blocks (document, &n);
  g_assert_null (strstr (text, "wrong"));
  for (guint i = 0; i < n; i++)
    g_assert_cmpint (blocks[i].kind, ==, i == 0 || i == n - 1 ? QUARRY_BLOCK_PARAGRAPH : QUARRY_BLOCK_TABLE);
  for (const char *row = text; (row = strstr (row, "ebb\tflow")) != NULL; row++)
    n_rows++;
  g_assert_cmpuint (n_rows, ==, (piece + 34) / 35);

  /* XML that is damaged is read in the same way. */
  g_string_assign (page, "<?xml version='1.0'?><a><p>");
  append_often (page, "<![CDATA[<x>]]>\n", piece);
  append_often (page, "<p/><b><![CDATA[<x>]]></b>\n", piece);
  g_clear_object (&document);
  document = read_string ("x.xml", page->str);
  text = quarry_document_get_text (document, &length);
  g_assert_null (strstr (text, "]]>"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/readers/html/references", test_references);
  g_test_add_func ("/readers/html/xhtml", test_xhtml);
  g_test_add_func ("/readers/html/implied-ends", test_implied_ends);
  g_test_add_func ("/readers/html/reach", test_reach);
  g_test_add_func ("/readers/html/tables", test_tables);
  g_test_add_func ("/readers/html/raw", test_raw);
  g_test_add_func ("/readers/html/hidden", test_hidden);
  g_test_add_func ("/readers/html/pictures", test_pictures);
  g_test_add_func ("/readers/html/foreign", test_foreign);
  g_test_add_func ("/readers/html/formulas", test_mathml);
  g_test_add_func ("/readers/html/xml", test_xml);
  g_test_add_func ("/readers/html/depth", test_html_depth);
  g_test_add_func ("/readers/html/balance", test_html_balance);
  g_test_add_func ("/readers/html/arena", test_arena);
  g_test_add_func ("/readers/html/long-page", test_long_page);

  return g_test_run ();
}
