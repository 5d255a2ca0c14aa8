/* test-readers-office.c: documents of word processors, presentations and tables
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "read-helpers.h"
#include "zip-writer.h"

#include "core/extract/office/quarry-package.h"

#include <string.h>

static void
assert_zip_refused (const char *name, GBytes *zip, QuarryExtractError code)
{
  g_autoptr (GBytes) bytes = zip;
  gsize length;
  const void *data = g_bytes_get_data (bytes, &length);

  assert_refused (name, data, length, code);
}

/* ---- Word ---- */

#define WORD                                                                            \
  "<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main' " \
  "xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006' xmlns:wp='wp'><w:body>"
#define WORD_END "</w:body></w:document>"
#define P(properties, runs) "<w:p><w:pPr>" properties "</w:pPr>" runs "</w:p>"
#define R(text) "<w:r><w:t xml:space='preserve'>" text "</w:t></w:r>"

static const char styles[]
    = "<w:styles xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>"
      "<w:style w:styleId='H1'><w:name w:val='heading 1'/></w:style>"
      "<w:style w:styleId='Mine'><w:name w:val='My own'/><w:basedOn w:val='H1'/></w:style>"
      "<w:style w:styleId='Deep'><w:name w:val='Deep'/><w:pPr><w:outlineLvl w:val='2'/></w:pPr>"
      "</w:style>"
      "<w:style w:styleId='T'><w:name w:val='Title'/></w:style>"
      "<w:style w:styleId='C1'><w:name w:val='toc 1'/></w:style>"
      "<w:style w:styleId='Q'><w:name w:val='Quote'/></w:style>"
      "<w:style w:styleId='Code'><w:name w:val='HTML Preformatted'/></w:style>"
      "<w:style w:styleId='Loop'><w:name w:val='x'/><w:basedOn w:val='Loop'/></w:style>"
      "</w:styles>";

static void
assert_docx (const char *body, const char *expected)
{
  g_autofree char *document = g_strconcat (WORD, body, WORD_END, NULL);
  g_autoptr (QuarryDocument) read
      = read_zip ("x.docx",
                  zip_write ("[Content_Types].xml",
                             TYPES,
                             "word/document.xml",
                             document,
                             "word/styles.xml",
                             styles,
                             "word/footnotes.xml",
                             "<w:footnotes xmlns:w='w'><w:footnote w:type='separator' "
                             "w:id='0'><w:p/></w:footnote><w:footnote w:id='2'><w:p>"
                             "<w:r><w:t>The note.</w:t></w:r></w:p></w:footnote>"
                             "</w:footnotes>",
                             "word/comments.xml",
                             "<w:comments xmlns:w='w'><w:comment w:id='2' w:author='Ada'><w:p>"
                             "<w:r><w:t>Is it?</w:t></w:r></w:p></w:comment></w:comments>",
                             NULL));
  g_autofree char *shown = show (read);

  g_assert_cmpstr (shown, ==, expected);
}

static void
test_docx (void)
{
  assert_docx (P ("<w:pStyle w:val='T'/>", R ("Stones")) P ("<w:pStyle w:val='C1'/>", R ("Hard 1"))
                   P ("<w:pStyle w:val='Mine'/>", R ("Ha") R ("rd"))
                       P ("<w:pStyle w:val='Deep'/>", R ("Deeper"))
                           P ("<w:pStyle w:val='Loop'/>",
                              R ("One") "<w:r><w:tab/><w:t>two</w:t><w:br/><w:t>three</w:t></w:r>")
                               P ("<w:pStyle w:val='Q'/>", R ("Quoted.")),
               "h1 Stones\nh1 Hard\nh3 Deeper\np One two three\nq Quoted.\n");
  assert_docx (P ("<w:numPr><w:ilvl w:val='0'/><w:numId w:val='3'/></w:numPr>", R ("one"))
                   P ("<w:numPr><w:ilvl w:val='1'/><w:numId w:val='3'/></w:numPr>", R ("two"))
                       P ("<w:numPr><w:numId w:val='0'/></w:numPr>", R ("none"))
                           P ("<w:pStyle w:val='Code'/>", R ("int x;"))
                               P ("<w:pStyle w:val='Code'/>", R ("  y ();")),
               "i1 one\ni2 two\np none\nc int x;/  y ();\n");
}

#define B(text) "<w:r><w:rPr><w:b/></w:rPr><w:t>" text "</w:t></w:r>"

/* Headings that were made by hand, where there are no others; but no bold sentence, line or cell, and not where most of
 * the text is bold. */
static void
test_docx_bold (void)
{
  g_autoptr (GString) all = g_string_new (NULL);
  g_autoptr (GString) expected = g_string_new (NULL);

  assert_docx (P ("", B ("1. The ") B ("Parties")) P ("", R ("Ada ") B ("and Ben.")) P ("", B ("They agree.")) P ("", B ("----"))
                   P ("", B ("Half") R (" bold")) "<w:tbl><w:tr><w:tc>" P ("", B ("Slate")) "</w:tc><w:tc>" P ("", R ("3")) "</w:tc>"
                                                  "</w:tr></w:tbl>" P ("", "<w:r><w:rPr><w:b w:val='0'/></w:rPr><w:t>Thin</w:t></w:r>"),
               "h2 1. The Parties\np Ada and Ben.\np They agree.\np ----\np Half bold\nt Slate|3\np Thin\n");
  assert_docx (P ("", B ("Parties")) P ("<w:pStyle w:val='Mine'/>", R ("Hard")), "p Parties\nh1 Hard\n");
  for (guint i = 0; i < 8; i++)
    {
      g_string_append (all, P ("", B ("Bold")));
      g_string_append (expected, i < 4 ? "h2 Bold\n" : "p Bold\n");
    }
  assert_docx (all->str, expected->str);
}

/* A part that is there and holds nothing. */
static void
test_docx_empty (void)
{
  g_autoptr (GBytes) zip = zip_write ("[Content_Types].xml", TYPES, "word/document.xml", "", NULL);
  gsize length;
  const void *bytes = g_bytes_get_data (zip, &length);

  assert_refused ("x.docx", bytes, length, QUARRY_EXTRACT_ERROR_DAMAGED);
}

static void
test_docx_changes (void)
{
  assert_docx (
      P ("",
         R ("Kept") "<w:del><w:r><w:delText> gone</w:delText></w:r></w:del>"
                    "<w:ins>" R (
                        " new") "</w:ins>"
                                "<w:moveFrom>" R (
                                    " moved") "</w:moveFrom>"
                                              "<w:r><w:rPr><w:vanish/></w:rPr><w:t> "
                                              "hidden</w:t></w:r>"
                                              "<w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t> "
                                              "shown</w:t></w:r>"
                                              "<w:r><w:instrText>PAGE</w:instrText></w:r>" R (".")),
      "p Kept new shown.\n");
}

static void
test_docx_notes_and_boxes (void)
{
  assert_docx (P ("", R ("Text") "<w:r><w:footnoteReference w:id='2'/></w:r>" R (" goes on."))
                   P ("", R ("Next.")),
               "p Text goes on.\np The note.\np Next.\n");
  assert_docx (
      P ("",
         R ("Around") "<w:r><mc:AlternateContent><mc:Choice><w:txbxContent>" P (
             "", R ("Boxed.")) "</w:txbxContent></mc:Choice><mc:Fallback>"
                               "<w:txbxContent>" P (
                                   "",
                                   R ("Boxed.")) "</w:txbxContent>"
                                                 "</mc:Fallback></mc:AlternateContent></w:r>" R (
                                                     " it.")),
      "p Around it.\np Boxed.\n");
  /* The description of a picture, and a comment. */
  assert_docx (P ("",
                  R ("See") "<w:r><w:drawing><wp:inline><wp:docPr id='1' name='Picture 1' descr='A "
                            "round kiln'/>"
                            "</wp:inline></w:drawing></w:r>" R (
                                " it.") "<w:r><w:commentReference w:id='2'/></w:r>"),
               "p See it.\np A round kiln\np Is it?\n");
}

/* A formula as it would be typed. */
static void
test_docx_formulas (void)
{
  assert_docx (
      P ("",
         R ("So ") "<m:oMath xmlns:m='m'><m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num><m:den><m:r><m:t>c</m:t></m:r>"
                   "</m:den></m:f><m:r><m:t>=</m:t></m:r><m:rad><m:deg/><m:e><m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e>"
                   "<m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:e></m:rad></m:oMath>" R (".")),
      "p So (a+b)/(c)=\342\210\232(x^2).\n");
}

#define TC(text) "<w:tc>" P ("", R (text)) "</w:tc>"

static void
test_docx_tables (void)
{
  assert_docx ("<w:tbl><w:tr>" TC ("Slate") TC ("3") "</w:tr><w:tr><w:tc>" P ("", R ("Mar"))
                   P ("", R ("ble")) "</w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>" P ("", R ("End.")),
               "t Slate|3/Mar ble\np End.\n");
  /* A table of one column is layout, not a table. */
  assert_docx ("<w:tbl><w:tr>" TC ("One.") "</w:tr><w:tr>" TC ("Two.") "</w:tr></w:tbl>",
               "p One.\np Two.\n");
  assert_docx ("<w:tbl><w:tr><w:tc><w:tbl><w:tr>" TC ("a")
                   TC ("b") "</w:tr></w:tbl></w:tc>" TC ("c") "</w:tr></w:tbl>",
               "t a b|c\n");
}

static void
test_docx_metadata (void)
{
  g_autoptr (QuarryDocument) document = read_zip (
      "x.docx",
      zip_write ("[Content_Types].xml",
                 TYPES,
                 "_rels/.rels",
                 "<Relationships><Relationship Id='a' "
                 "Type='http://x/relationships/officeDocument' Target='/word/other.xml'/>"
                 "<Relationship Id='b' Type='http://x/metadata/core-properties' "
                 "Target='docProps/core.xml'/></Relationships>",
                 "word/other.xml",
                 WORD P ("", R ("Text.")) WORD_END,
                 "docProps/core.xml",
                 "<cp:p xmlns:cp='c' xmlns:dc='d' xmlns:t='t'><dc:title>Of Stones</dc:title>"
                 "<dc:creator>Ada</dc:creator><t:created>2024-01-02T03:04:05Z</t:created></cp:p>",
                 NULL));

  g_assert_cmpstr (quarry_document_get_text (document, NULL), ==, "Text.");
  g_assert_cmpstr (quarry_document_get_title (document), ==, "Of Stones");
  g_assert_cmpstr (quarry_document_get_metadata (document, "author"), ==, "Ada");
  g_assert_cmpstr (quarry_document_get_metadata (document, "created"), ==, "2024-01-02T03:04:05Z");
}

/* ---- OpenDocument ---- */

#define ODF                                                                                  \
  "<office:document-content xmlns:office='o' xmlns:text='t' xmlns:table='b' xmlns:draw='d' " \
  "xmlns:style='s' xmlns:presentation='p' xmlns:svg='urn:oasis:names:tc:opendocument:xmlns:" \
  "svg-compatible:1.0' "                                                                     \
  "xmlns:dc='http://purl.org/dc/elements/1.1/'><office:automatic-styles><style:style "       \
  "style:name='P1' "                                                                         \
  "style:parent-style-name='Title'/><style:style style:name='P2' "                           \
  "style:parent-style-name='Preformatted_20_Text'/></office:automatic-styles><office:body>"
#define ODF_END "</office:body></office:document-content>"

static void
assert_odf (const char *name, const char *kind, const char *body, const char *expected)
{
  g_autofree char *type = g_strconcat ("application/vnd.oasis.opendocument.", kind, NULL);
  g_autofree char *content = g_strconcat (ODF, body, ODF_END, NULL);
  g_autoptr (QuarryDocument) document
      = read_zip (name, zip_write ("mimetype", type, "content.xml", content, NULL));
  g_autofree char *shown = show (document);

  g_assert_cmpstr (shown, ==, expected);
}

static void
test_odt (void)
{
  assert_odf ("x.odt",
              "text",
              "<text:tracked-changes><text:deletion><text:p>gone</text:p></text:deletion>"
              "</text:tracked-changes>"
              "<text:p text:style-name='P1'>Stones</text:p>"
              "<text:table-of-content><text:p>Hard 1</text:p></text:table-of-content>"
              "<text:h text:outline-level='2'>Hard</text:h>"
              "<text:p>One<text:s text:c='3'/><text:span>two</text:span><text:tab/>three"
              "<text:note><text:note-citation>1</text:note-citation><text:note-body>"
              "<text:p>The note.</text:p></text:note-body></text:note> four</text:p>"
              "<text:list><text:list-item><text:p>a</text:p><text:list><text:list-item>"
              "<text:p>b</text:p></text:list-item></text:list></text:list-item></text:list>"
              "<text:p text:style-name='P2'>x ();</text:p>"
              "<text:p>Around<draw:frame><draw:text-box><text:p>Boxed.</text:p></draw:text-box>"
              "</draw:frame> it.</text:p>",
              "h1 Stones\nh2 Hard\np One two three four\np The note.\ni1 a\ni2 b\nc x ();\n"
              "p Around it.\np Boxed.\n");
  /* The description of a picture, a table in a text box, and a comment without an author. A date outside comments is
   * text. */
  assert_odf (
      "x.odt",
      "text",
      "<text:p>See<draw:frame><svg:title>A kiln</svg:title><svg:desc>Smoke above a round kiln."
      "</svg:desc></draw:frame> it.</text:p><text:p>On <text:date>May 2</text:date>.</text:p>"
      "<text:p>Around<draw:frame><draw:text-box><table:table><table:table-row><table:table-cell>"
      "<text:p>Slate</text:p></table:table-cell><table:table-cell><text:p>3</text:p>"
      "</table:table-cell></table:table-row></table:table></draw:text-box></draw:frame> "
      "it.</text:p>"
      "<text:p>Good<office:annotation><dc:creator>Ada</dc:creator><dc:date>2024-01-01</dc:date>"
      "<text:p>Is it?</text:p></office:annotation> lime.</text:p>",
      "p See it.\np A kiln\np Smoke above a round kiln.\np On May 2.\np Around it.\nt Slate|3\n"
      "p Good lime.\np Is it?\n");
  assert_odf ("x.odt",
              "text",
              "<table:table><table:table-row><table:table-cell><text:p>Slate</text:p>"
              "</table:table-cell><table:table-cell table:number-columns-repeated='2'/>"
              "<table:table-cell><text:p>3</text:p></table:table-cell></table:table-row>"
              "</table:table>",
              "t Slate|||3\n");
}

static void
test_odp (void)
{
  g_autoptr (QuarryDocument) document = read_zip (
      "x.odp",
      zip_write ("mimetype",
                 "application/vnd.oasis.opendocument.presentation",
                 "content.xml",
                 ODF "<draw:page><draw:frame presentation:class='title'><draw:text-box><text:p>"
                     "Stones</text:p></draw:text-box></draw:frame></draw:page><draw:page>"
                     "<draw:frame><draw:text-box><text:p>Hard.</text:p></draw:text-box>"
                     "</draw:frame></draw:page>" ODF_END,
                 NULL));
  g_autofree char *shown = show (document);
  guint n;
  const QuarryPage *pages = quarry_document_get_pages (document, &n);

  g_assert_cmpstr (shown, ==, "h1 Stones\np Hard.\n");
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpuint (pages[1].number, ==, 2);
}

static void
test_ods (void)
{
  assert_odf ("x.ods",
              "spreadsheet",
              "<table:table table:name='Prices'><table:table-row><table:table-cell><text:p>Slate"
              "</text:p></table:table-cell><table:table-cell><text:p>3</text:p></table:table-cell>"
              "</table:table-row></table:table>",
              "h1 Prices\nt Slate|3\n");
}

/* The format of OpenOffice.org 1 has other element names. The oldest files have no "mimetype" member, so that they
 * are recognised by the list of members. */
static void
test_sxw (void)
{
  g_autoptr (QuarryDocument) text = read_zip (
      "x.sxw",
      zip_write (
          "content.xml",
          "<!DOCTYPE office:document-content PUBLIC '-//OpenOffice.org//DTD OfficeDocument "
          "1.0//EN' 'office.dtd'>" ODF
          "<text:h text:level='2'>Hard</text:h><text:p>One<text:footnote><text:footnote-citation>1"
          "</text:footnote-citation><text:footnote-body><text:p>Note.</text:p></text:footnote-body>"
          "</text:footnote><text:tab-stop/>"
          "two</text:p><text:ordered-list><text:list-item><text:p>a</text:p></text:list-item>"
          "</text:ordered-list>" ODF_END,
          "META-INF/manifest.xml",
          "<m:manifest xmlns:m='m'><m:file-entry m:media-type='application/vnd.sun.xml.writer' "
          "m:full-path='/'/></m:manifest>",
          NULL));
  g_autoptr (QuarryDocument) slides = read_zip (
      "x.sxi",
      zip_write (
          "mimetype",
          "application/vnd.sun.xml.impress",
          "content.xml",
          ODF
          "<draw:page><draw:text-box "
          "presentation:class='title'><text:p>Stones</text:p></draw:text-box>"
          "<draw:text-box "
          "presentation:class='outline'><text:unordered-list><text:list-item><text:p>Hard"
          "</text:p></text:list-item></text:unordered-list></draw:text-box></draw:page>" ODF_END,
          NULL));
  g_autofree char *shown = show (text);
  g_autofree char *shown_slides = show (slides);

  g_assert_cmpstr (shown, ==, "h2 Hard\np One two\np Note.\ni1 a\n");
  g_assert_cmpstr (shown_slides, ==, "h1 Stones\ni1 Hard\n");
}

static void
test_flat (void)
{
  assert_reads ("x.fodt",
                "<?xml version='1.0'?><office:document xmlns:office='o' xmlns:text='t' "
                "office:mimetype=\"application/vnd.oasis.opendocument.text\"><office:body>"
                "<text:p>Flat.</text:p></office:body></office:document>",
                "p Flat.\n");
}

/* ---- PowerPoint ---- */

#define SHAPE(placeholder, text)                                                               \
  "<p:sp><p:nvSpPr><p:nvPr>" placeholder "</p:nvPr></p:nvSpPr><p:txBody>" text "</p:txBody></" \
  "p:sp>"
#define AP(properties, text) "<a:p><a:pPr " properties "/><a:r><a:t>" text "</a:t></a:r></a:p>"
#define SLIDE(shapes) "<p:sld xmlns:p='p' xmlns:a='a'>" shapes "</p:sld>"

static void
test_pptx (void)
{
  g_autoptr (QuarryDocument) document = read_zip (
      "x.pptx",
      zip_write ("[Content_Types].xml",
                 TYPES,
                 "ppt/presentation.xml",
                 "<p:presentation xmlns:p='p' xmlns:r='r'><p:sldIdLst><p:sldId id='256' r:id='b'/>"
                 "<p:sldId id='257' r:id='a'/></p:sldIdLst></p:presentation>",
                 "ppt/_rels/presentation.xml.rels",
                 "<Relationships><Relationship Id='a' Type='x/slide' Target='slides/1.xml'/>"
                 "<Relationship Id='b' Type='x/slide' Target='slides/2.xml'/></Relationships>",
                 "ppt/slides/1.xml",
                 SLIDE (SHAPE ("", AP ("", "Last."))),
                 "ppt/slides/2.xml",
                 SLIDE (SHAPE ("<p:ph type='title'/>", AP ("", "Stones"))
                            SHAPE ("<p:ph idx='1'/>", AP ("", "hard") AP ("lvl='1'", "marble"))
                                SHAPE ("<p:ph type='sldNum'/>", AP ("", "1"))),
                 "ppt/slides/_rels/2.xml.rels",
                 "<Relationships><Relationship Id='a' Type='x/notesSlide' "
                 "Target='../notes/n.xml'/></Relationships>",
                 "ppt/notes/n.xml",
                 SLIDE (SHAPE ("<p:ph type='sldImg'/>", AP ("", "no"))
                            SHAPE ("<p:ph type='body'/>", AP ("", "Say this."))),
                 NULL));
  g_autofree char *shown = show (document);
  guint n;
  const QuarryPage *pages = quarry_document_get_pages (document, &n);

  g_assert_cmpstr (shown, ==, "h1 Stones\ni1 hard\ni2 marble\np Say this.\np Last.\n");
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpuint (pages[1].number, ==, 2);
}

/* ---- Books ---- */

#define CONTAINER \
  "<container><rootfiles><rootfile full-path='OPS/book.opf'/></rootfiles></container>"

static void
test_epub (void)
{
  g_autoptr (QuarryDocument) document = read_zip (
      "x.epub",
      zip_write ("mimetype",
                 "application/epub+zip",
                 "META-INF/container.xml",
                 CONTAINER,
                 "OPS/book.opf",
                 "<package xmlns:dc='d'><metadata><dc:title>Of Stones</dc:title>"
                 "<dc:language>en</dc:language></metadata><manifest>"
                 "<item id='n' href='nav.xhtml' media-type='application/xhtml+xml' "
                 "properties='nav'/><item id='a' href='a%20b.xhtml' "
                 "media-type='application/xhtml+xml'/><item id='z' href='../z.xhtml' "
                 "media-type='application/xhtml+xml'/></manifest><spine><itemref idref='n'/>"
                 "<itemref idref='z'/><itemref idref='a'/></spine></package>",
                 "OPS/nav.xhtml",
                 "<p>Contents</p>",
                 "OPS/a b.xhtml",
                 "<html><head><title>no</title></head><body><h1>Two</h1><p>Last.</p></body></html>",
                 "z.xhtml",
                 "<html><body><h1>One</h1><p>First.</p></body></html>",
                 NULL));
  g_autofree char *shown = show (document);

  g_assert_cmpstr (shown, ==, "h1 One\np First.\nh1 Two\np Last.\n");
  g_assert_cmpstr (quarry_document_get_title (document), ==, "Of Stones");
  g_assert_cmpstr (quarry_document_get_metadata (document, "language"), ==, "en");
  assert_zip_refused ("x.epub",
                      zip_write ("mimetype",
                                 "application/epub+zip",
                                 "META-INF/container.xml",
                                 CONTAINER,
                                 "META-INF/encryption.xml",
                                 "<encryption/>",
                                 "OPS/book.opf",
                                 "<package/>",
                                 NULL),
                      QUARRY_EXTRACT_ERROR_ENCRYPTED);
}

/* ---- Rich Text ---- */

static void
test_rtf (void)
{
  g_autoptr (GString) deep = g_string_new ("{\\rtf1 ");

  assert_reads ("x.rtf",
                "{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 Arial;}{\\f1\\fcharset204 Arial;}}"
                "{\\stylesheet{\\s1 heading 1;}{\\s2 Normal;}{\\*\\cs3 heading 1 Char;}}{\\*\\generator x;}"
                "\\pard\\s1 Stones\\par\\pard\\s2 One\\tab two\\line three "
                "\\'e4\\u8364?\\emdash{\\v hidden}\\~x{\\footnote The note.}\\par"
                "{\\f1 \\'ca\\'e0}\\par\\pard\\ls1\\ilvl1{\\listtext 1.}item\\par"
                "\\pard\\s0 op\\-tional \\{braces\\}\\par}\001 behind",
                "h1 Stones\np One two three \303\244\342\202\254\342\200\224 x\np The note.\n"
                "p \320\232\320\260\ni2 item\np optional {braces}\n");
  assert_reads ("x.rtf",
                "{\\rtf1\\trowd\\pard\\intbl Slate\\cell 3\\cell\\row\\trowd\\pard\\intbl Marble"
                "\\cell 9\\cell\\row\\pard After.\\par}",
                "t Slate|3/Marble|9\np After.\n");
  assert_reads ("x.rtf", "{\\rtf1 \\u-10179?\\u-8704? pair", "p \360\237\230\200 pair\n");
  /* Surrogates in the wrong order and numbers out of range are dropped. */
  assert_reads ("x.rtf", "{\\rtf1 a\\u56320?b\\bin99999999999 c", "p ab\n");

  /* StarOffice writes the mark of optional groups in front of the name of a style. */
  assert_reads ("x.rtf", "{\\rtf1 {\\b0\\*\\cs7 One}{ \\*\\cs7 optional}{\n\\*\\cs7 optional} two", "p One two\n");

  for (guint i = 0; i < 100000; i++)
    g_string_append (deep, "{\\b ");
  g_string_append (deep, "deep");
  assert_reads ("x.rtf", deep->str, "p deep\n");
}

/* ---- Embedded documents, and text in drawings ---- */

static void
test_embedded (void)
{
  g_autoptr (GBytes) file = zip_write ("[Content_Types].xml",
                                       TYPES,
                                       "word/document.xml",
                                       WORD P ("", R ("Outer.")) WORD_END,
                                       "word/embeddings/notes.md",
                                       "# Inner\n",
                                       NULL);
  g_autofree char *shown
      = show_inside ("x.docx", g_bytes_get_data (file, NULL), g_bytes_get_size (file));

  g_assert_cmpstr (shown, ==, "= notes.md\nh1 Inner\n= \np Outer.\n");
}

/* ---- Bad files ---- */

static void
test_bad_files (void)
{
  static const char entities[]
      = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>"
        "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY f SYSTEM 'file:///etc/passwd'>]>";
  g_autoptr (GString) deep = g_string_new (WORD);
  g_autoptr (GBytes) whole = NULL;
  g_autofree char *evil = NULL;
  g_autoptr (QuarryDocument) document = NULL;
  gsize length;
  const char *bytes;

  assert_zip_refused ("x.docx",
                      zip_write ("[Content_Types].xml", TYPES, "word/x", "", NULL),
                      QUARRY_EXTRACT_ERROR_DAMAGED);
  assert_zip_refused (
      "x.docx",
      zip_write ("[Content_Types].xml", TYPES, "word/document.xml", WORD P ("", R ("x")), NULL),
      QUARRY_EXTRACT_ERROR_DAMAGED);
  assert_zip_refused ("x.docx", zip_write ("nothing", "here", NULL), QUARRY_EXTRACT_ERROR_DAMAGED);
  assert_zip_refused ("x.odt",
                      zip_write ("mimetype",
                                 "application/vnd.oasis.opendocument.text",
                                 "META-INF/manifest.xml",
                                 "<m:encryption-data/>",
                                 "content.xml",
                                 "\001\002",
                                 NULL),
                      QUARRY_EXTRACT_ERROR_ENCRYPTED);
  assert_zip_refused (
      "x.docx",
      zip_write ("[Content_Types].xml", TYPES, "word/document.xml", WORD P ("", "") WORD_END, NULL),
      QUARRY_EXTRACT_ERROR_EMPTY);
  /* A zip bomb: a few hundred kilobytes that unpack to more than any document may have. */
  assert_zip_refused (
      "x.docx",
      zip_write_zeros ("word/document.xml", (gsize) 200 << 20, "[Content_Types].xml", TYPES),
      QUARRY_EXTRACT_ERROR_TOO_LARGE);

  /* Entities are not expanded again and again, and do not load other files. */
  evil = g_strconcat (entities, WORD, P ("", R ("a&c;b")), WORD_END, NULL);
  document = read_zip ("x.docx",
                       zip_write ("[Content_Types].xml", TYPES, "word/document.xml", evil, NULL));
  g_assert_cmpstr (quarry_document_get_text (document, NULL), ==, "ab");
  g_clear_object (&document);
  g_free (evil);
  evil = g_strconcat (entities, WORD, P ("", R ("a&f;b")), WORD_END, NULL);
  document = read_zip ("x.docx",
                       zip_write ("[Content_Types].xml", TYPES, "word/document.xml", evil, NULL));
  g_assert_cmpstr (quarry_document_get_text (document, NULL), ==, "ab");

  for (guint i = 0; i < 100000; i++)
    g_string_append (deep, "<w:tbl><w:tr><w:tc>");
  assert_zip_refused (
      "x.docx",
      zip_write ("[Content_Types].xml", TYPES, "word/document.xml", deep->str, NULL),
      QUARRY_EXTRACT_ERROR_DAMAGED);

  /* Truncated anywhere, the file is refused. */
  whole = zip_write ("[Content_Types].xml",
                     TYPES,
                     "word/document.xml",
                     WORD P ("", R ("Some text.")) WORD_END,
                     "word/styles.xml",
                     styles,
                     NULL);
  bytes = g_bytes_get_data (whole, &length);
  for (gsize cut = 1; cut < length; cut += 7)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (QuarryDocument) read = read_bytes ("x.docx", bytes, cut, &error);

      g_assert_true (read != NULL || error->domain == QUARRY_EXTRACT_ERROR);
    }
}

static void
test_locked (void)
{
  static const char locked[] = "\320\317\021\340\241\261\032\341........"
                               "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0";
  static const char old[] = "\320\317\021\340\241\261\032\341\0\0\0\0\0\0W\0o\0r\0d\0";

  assert_refused ("x.docx", locked, sizeof locked, QUARRY_EXTRACT_ERROR_ENCRYPTED);
  assert_refused ("x.doc", old, sizeof old, QUARRY_EXTRACT_ERROR_DAMAGED);
}

/* Packages that look like another format (InDesign's like a book), and one with nothing in it. */
static void
test_packages (void)
{
  g_autoptr (GBytes) layout = zip_write ("mimetype",
                                         "application/vnd.adobe.indesign-idml-package",
                                         "META-INF/container.xml",
                                         "<container/>",
                                         "Stories/Story_u1.xml",
                                         "<Story><Content>Slate is black.</Content></Story>",
                                         NULL);
  g_autoptr (GBytes) template = zip_write (
      "[Content_Types].xml", TYPES, "ppt/presentation.xml", "<p:presentation xmlns:p='p'/>", NULL);
  g_autoptr (GError) error = NULL;

  assert_refused ("x.pptx",
                  g_bytes_get_data (template, NULL),
                  g_bytes_get_size (template),
                  QUARRY_EXTRACT_ERROR_EMPTY);
  /* Read as an archive, the file itself has no text; the files in it would be documents of their own. */
  g_assert_null (
      read_bytes ("x.idml", g_bytes_get_data (layout, NULL), g_bytes_get_size (layout), &error));
  g_assert_error (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_EMPTY);
}

/* Programs write HTML and other text under the names of office files, and people call their texts as they like. What
 * stands for a file that is yet to be got is not its text, nor is a piece of one. */
static void
test_text_in_disguise (void)
{
  static const guint8 noise[] = { 1, 2, 3, 0, 255, 254, 1, 2, 3, 7, 7, 0, 0, 1 };
  static const char *const names[] = { "x.pdf", "x.docx", "x.xlsx", "x.pptx", "x.odt", "x.epub", "x.djvu" };
  static const char piece[] = "4 0 obj\n<< /Length 3 >>\nstream\nBT\nendstream\nendobj\n";
  static const char pointer[] = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      assert_reads (names[i], "Slate is black.\n", "p Slate is black.\n");
      assert_reads (names[i], "<!DOCTYPE html><p>Not found.</p>", "p Not found.\n");
      assert_refused (names[i], pointer, sizeof pointer - 1, QUARRY_EXTRACT_ERROR_DAMAGED);
      assert_refused (names[i], noise, sizeof noise, QUARRY_EXTRACT_ERROR_DAMAGED);
    }
  assert_refused ("x.pdf", piece, sizeof piece - 1, QUARRY_EXTRACT_ERROR_DAMAGED);
  assert_reads ("x.xls",
                "<html><body><table><tr><td>slate</td><td>3</td></tr></table></body></html>",
                "t slate|3\n");
  assert_reads (
      "x.doc", "Just a text, by an old program.\n", "p Just a text, by an old program.\n");
  assert_reads ("x.msg",
                "Content-Type: text/plain\nFrom: Ada <ada@example.org>\nSubject: Slate\nDate: Mon, "
                "5 Feb 2024 10:00:00 +0000\n\nIt is black.\n",
                "h1 Slate\np From: Ada <ada@example.org>. Date: Mon, 5 Feb 2024 10:00:00 +0000\np "
                "It is black.\n");
  assert_refused ("x.doc", noise, sizeof noise, QUARRY_EXTRACT_ERROR_DAMAGED);
}

static void
assert_company (const char *name, const char *text, QuarryCompany expected)
{
  const QuarryInput input
      = { .name = name, .bytes = (const guint8 *) text, .length = strlen (text) };

  for (QuarryCompany own = QUARRY_COMPANY_TEXT; own < QUARRY_N_COMPANIES; own++)
    g_assert_cmpint (quarry_readers_get_company (&input, own), ==, expected);
}

/* Which process reads a file depends on its contents, whatever its name is. A zip archive or a tag is looked into
 * for that only in a process of the company that its name promises. */
static void
test_company (void)
{
  static const char tag[64] = "ID3\3\0\0\0\0\0\40TIT2\0\0\0\7\0\0\0Stones";
  g_autoptr (GBytes) docx
      = zip_write ("[Content_Types].xml", TYPES, "word/document.xml", WORD WORD_END, NULL);
  QuarryInput input = { .name = "x.docx" };

  input.bytes = g_bytes_get_data (docx, &input.length);
  g_assert_cmpint (
      quarry_readers_get_company (&input, QUARRY_COMPANY_OFFICE), ==, QUARRY_COMPANY_OFFICE);
  g_assert_cmpint (
      quarry_readers_get_company (&input, QUARRY_COMPANY_MAIL), ==, QUARRY_COMPANY_NONE);
  input.name = "x";
  g_assert_cmpint (
      quarry_readers_get_company (&input, QUARRY_COMPANY_OFFICE), ==, QUARRY_COMPANY_NONE);

  input = (QuarryInput) { .name = "x", .bytes = (const guint8 *) tag, .length = sizeof tag };
  g_assert_cmpint (
      quarry_readers_get_company (&input, QUARRY_COMPANY_RECORDINGS), ==, QUARRY_COMPANY_RECORDINGS);
  g_assert_cmpint (quarry_readers_get_company (&input, QUARRY_COMPANY_TEXT), ==, QUARRY_COMPANY_NONE);

  input = (QuarryInput) { .name = "x.gz", .bytes = (const guint8 *) "\037\213\b", .length = 3 };
  g_assert_cmpint (quarry_readers_get_company (&input, QUARRY_COMPANY_GZIPPED), ==, QUARRY_COMPANY_GZIPPED);
  g_assert_cmpint (quarry_readers_get_company (&input, QUARRY_COMPANY_TEXT), ==, QUARRY_COMPANY_NONE);
  input.wrappings = 1;
  g_assert_cmpint (quarry_readers_get_company (&input, QUARRY_COMPANY_GZIPPED), ==, QUARRY_COMPANY_NONE);

  assert_company ("x.txt", "Stones.", QUARRY_COMPANY_TEXT);
  assert_company ("x", "<html><p>Stones.", QUARRY_COMPANY_MARKUP);
  assert_company (
      "x", "From: Ada\nDate: Mon, 1 Jan 2024 10:00:00 +0100\n\nStones.", QUARRY_COMPANY_MAIL);
  assert_company ("x.rtf", "{\\rtf1 Stones.}", QUARRY_COMPANY_OFFICE);
  assert_company ("x.docx", "%PDF-1.4\n%%EOF", QUARRY_COMPANY_NONE);
}

static void
assert_member (QuarryPackage *package, const char *name, const char *contents)
{
  g_autoptr (GBytes) bytes = quarry_package_get (package, name);

  g_assert_nonnull (bytes);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), contents, strlen (contents));
}

/* Members are found in any order, and each without what comes before it where the file ends with a list of them. */
static void
test_order (void)
{
  g_autoptr (GBytes) zip = zip_write ("a", "first", "b", "second", "c", "third", NULL);
  gsize length;
  const guint8 *bytes = g_bytes_get_data (zip, &length), *end = memmem (bytes, length, "PK\5\6", 4);

  g_assert_nonnull (end);
  for (guint with_list = 0; with_list < 2; with_list++)
    {
      g_autofree guint8 *copy = g_memdup2 (bytes, length);
      QuarryInput input = { .bytes = copy, .length = length, .name = "x.zip" };
      g_autoptr (QuarryPackage) package = NULL;

      if (with_list)
        input.length = (gsize) (end - bytes) + 22;
      package = quarry_package_open (&input);
      g_assert_nonnull (package);
      assert_member (package, "c", "third");
      assert_member (package, "a", "first");
      assert_member (package, "c", "third");
      if (with_list)
        memset (copy, 0, 4);
      assert_member (package, "b", "second");
      g_assert_null (quarry_package_get (package, "d"));
    }
}

/* Of members that share a name the first is read, in whatever order the file's list has them. A list that claims to be
 * longer than the file is none. */
static void
test_lying_list (void)
{
  enum { SIZE = 12, START = 16 };
  g_autoptr (GBytes) zip = zip_write ("b", "x", "a", "first", "a", "second", NULL);
  gsize length;
  const guint8 *bytes = g_bytes_get_data (zip, &length);
  g_autofree guint8 *copy = g_memdup2 (bytes, length);
  guint8 *end = memmem (copy, length, "PK\5\6", 4), *list = memmem (copy, length, "PK\1\2", 4);
  QuarryInput input = { .bytes = copy, .name = "x.zip" };

  g_assert_nonnull (end);
  g_assert_cmpuint ((gsize) (end - list) % 3, ==, 0);
  length = (gsize) (end - list) / 3;
  input.length = (gsize) (end - copy) + 22;
  {
    g_autofree guint8 *second = g_memdup2 (list + length, length);

    memcpy (list + length, list + 2 * length, length);
    memcpy (list + 2 * length, second, length);
  }
  for (guint lie = 0; lie < 2; lie++)
    {
      g_autoptr (QuarryPackage) package = quarry_package_open (&input);

      g_assert_nonnull (package);
      assert_member (package, "a", "first");
      if (lie == 1)
        {
          memset (end + SIZE, 0xff, 4);
          memset (end + START, 0xff, 4);
        }
      assert_member (package, "b", "x");
      assert_member (package, "a", "first");
      assert_member (package, "a", "first");
    }
}

/* Which folders a ZIP file has is told by its end, where that can be told. */
static void
test_folders (void)
{
  g_autoptr (GBytes) zip = zip_write ("xl/workbook.xml", "x", "old\\word\\a.xml", "x", "ppt.txt", "ppt/", NULL);
  g_autoptr (GByteArray) longer = g_byte_array_new ();
  QuarryInput input = { .name = "x.zip" };
  const guint8 *end;

  /* What writes it fills up its last block. */
  input.bytes = g_bytes_get_data (zip, &input.length);
  end = memmem (input.bytes, input.length, "PK\5\6", 4);
  g_assert_nonnull (end);
  input.length = (gsize) (end - input.bytes) + 22;
  g_assert_true (quarry_package_may_have_folder (&input, "xl"));
  g_assert_true (quarry_package_may_have_folder (&input, "word"));
  g_assert_false (quarry_package_may_have_folder (&input, "ppt"));
  g_assert_false (quarry_package_may_have_folder (&input, "workbook"));
  /* It has lost its end, or something follows. */
  input.length -= 3;
  g_assert_true (quarry_package_may_have_folder (&input, "ppt"));
  g_byte_array_append (longer, input.bytes, (guint) input.length + 3);
  g_byte_array_append (longer, (const guint8 *) "more", 4);
  input.bytes = longer->data;
  input.length = longer->len;
  g_assert_true (quarry_package_may_have_folder (&input, "ppt"));
  /* This is no ZIP file at all. */
  input.bytes++;
  input.length--;
  g_assert_false (quarry_package_may_have_folder (&input, "xl"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/readers/office/folders", test_folders);
  g_test_add_func ("/readers/office/order", test_order);
  g_test_add_func ("/readers/office/lying-list", test_lying_list);
  g_test_add_func ("/readers/office/docx", test_docx);
  g_test_add_func ("/readers/office/company", test_company);
  g_test_add_func ("/readers/office/docx-changes", test_docx_changes);
  g_test_add_func ("/readers/office/docx-bold", test_docx_bold);
  g_test_add_func ("/readers/office/docx-empty", test_docx_empty);
  g_test_add_func ("/readers/office/docx-notes-and-boxes", test_docx_notes_and_boxes);
  g_test_add_func ("/readers/office/docx-tables", test_docx_tables);
  g_test_add_func ("/readers/office/docx-metadata", test_docx_metadata);
  g_test_add_func ("/readers/office/docx-formulas", test_docx_formulas);
  g_test_add_func ("/readers/office/odt", test_odt);
  g_test_add_func ("/readers/office/sxw", test_sxw);
  g_test_add_func ("/readers/office/odp", test_odp);
  g_test_add_func ("/readers/office/ods", test_ods);
  g_test_add_func ("/readers/office/flat", test_flat);
  g_test_add_func ("/readers/office/pptx", test_pptx);
  g_test_add_func ("/readers/office/epub", test_epub);
  g_test_add_func ("/readers/office/rtf", test_rtf);
  g_test_add_func ("/readers/office/embedded", test_embedded);
  g_test_add_func ("/readers/office/bad-files", test_bad_files);
  g_test_add_func ("/readers/office/locked", test_locked);
  g_test_add_func ("/readers/office/packages", test_packages);
  g_test_add_func ("/readers/office/text-in-disguise", test_text_in_disguise);

  return g_test_run ();
}
