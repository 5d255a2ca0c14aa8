/* test-readers-packages.c: workbooks, drawings, charts, printed pages and what Apple's programs write
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "read-helpers.h"
#include "zip-writer.h"

#include <string.h>

/* ---- Excel ---- */

static void
test_xlsx (void)
{
  g_autoptr (QuarryDocument) document = read_zip (
      "x.xlsx",
      zip_write ("[Content_Types].xml",
                 TYPES,
                 "xl/workbook.xml",
                 "<workbook xmlns:r='r'><sheets><sheet name='Prices' sheetId='1' r:id='a'/>"
                 "<sheet name='Numbers' sheetId='2' r:id='b'/></sheets></workbook>",
                 "xl/_rels/workbook.xml.rels",
                 "<Relationships><Relationship Id='a' Type='x/worksheet' Target='s1.xml'/>"
                 "<Relationship Id='b' Type='x/worksheet' Target='s2.xml'/>"
                 "<Relationship Id='c' Type='x/sharedStrings' Target='strings.xml'/>"
                 "<Relationship Id='d' Type='x/styles' Target='styles.xml'/></Relationships>",
                 "xl/strings.xml",
                 "<sst><si><t>Stone</t></si><si><r><t>Sl</t></r><r><t>ate</t></r><rPh><t>no</t>"
                 "</rPh></si></sst>",
                 "xl/styles.xml",
                 "<s><numFmts><numFmt numFmtId='170' formatCode='d. mmm yyyy'/><numFmt "
                 "numFmtId='171' formatCode='[Red]0.0 \"days\"'/></numFmts><cellStyleXfs>"
                 "<xf numFmtId='14'/></cellStyleXfs><cellXfs><xf numFmtId='0'/>"
                 "<xf numFmtId='170'/><xf numFmtId='171'/></cellXfs></s>",
                 "xl/s1.xml",
                 "<worksheet><sheetData><row r='1'><c r='A1' t='s'><v>0</v></c>"
                 "<c r='C1' t='inlineStr'><is><t>Day</t></is></c></row><row><c t='s'><v>1</v></c>"
                 "<c><f>1+1</f><v>0.30000000000000004</v></c><c s='1'><v>45293</v></c>"
                 "<c s='2'><v>3</v></c><c t='s'><v>99</v></c><c t='b'><v>1</v></c></row></sheetData></worksheet>",
                 "xl/s2.xml",
                 "<worksheet><sheetData><row><c><v>12</v></c><c><v>-7.25</v></c><c><v>1.50</v></"
                 "c><c><v>1E3</v></c>"
                 "<c><v>0</v></c><c><v>-0</v></c><c><v>007</v></c><c><v>12345678901.5</v></"
                 "c><c><v>0.00001</v></c>"
                 "<c><v>.5</v></c><c><v>5.</v></c></row></sheetData></worksheet>",
                 NULL));
  g_autofree char *shown = show (document);

  g_assert_cmpstr (shown,
                   ==,
                   "h1 Prices\nt Stone||Day/Slate|0.3|2024-01-02|3.0 days||TRUE\n"
                   "h1 Numbers\nt 12|-7.25|1.5|1000|0|-0|7|12345678901.5|1e-05|0.5|5\n");
}

/* A workbook whose dates count from 1904, as on the Macintosh, and that has a comment. */
static void
test_xlsx_1904 (void)
{
  g_autoptr (QuarryDocument) document = read_zip (
      "x.xlsx",
      zip_write (
          "[Content_Types].xml",
          TYPES,
          "xl/workbook.xml",
          "<workbook xmlns:r='r'><workbookPr date1904='1'/><sheets><sheet name='A' "
          "r:id='a'/></sheets></workbook>",
          "xl/_rels/workbook.xml.rels",
          "<Relationships><Relationship Id='a' Type='x/worksheet' Target='s1.xml'/>"
          "<Relationship Id='d' Type='x/styles' Target='styles.xml'/></Relationships>",
          "xl/styles.xml",
          "<s><cellXfs><xf numFmtId='14'/></cellXfs></s>",
          "xl/s1.xml",
          "<worksheet><sheetData><row><c s='0'><v>43831</v></c></row></sheetData></worksheet>",
          "xl/comments1.xml",
          "<comments><authors><author>Ada</author></authors><commentList><comment "
          "ref='A1'><text><r><t>Is it"
          "</t></r><r><t> so?</t></r></text></comment></commentList></comments>",
          NULL));
  g_autofree char *shown = show (document);

  g_assert_cmpstr (shown, ==, "h1 A\nt 2024-01-02\np Is it so?\n");
}

static void
add_bytes (GByteArray *out, const void *bytes, gsize length)
{
  g_byte_array_append (out, bytes, (guint) length);
}

/* A record of an XLSB file: the @n_head bytes of @head, and then @text (if not NULL) with its length before it. */
static void
add_record (GByteArray *out, guint kind, const void *head, gsize n_head, const char *text)
{
  glong n = 0;
  g_autofree gunichar2 *wide = text != NULL ? g_utf8_to_utf16 (text, -1, NULL, &n, NULL) : NULL;
  gsize length = n_head + (text != NULL ? 4 + 2 * (gsize) n : 0);
  const guint8 number[]
      = { (guint8) (kind < 128 ? kind : (kind & 127) | 128), (guint8) (kind >> 7) };
  const guint8 size[] = { (guint8) length };
  const guint32 characters = GUINT32_TO_LE ((guint32) n);

  g_assert_cmpuint (length, <, 128);
  add_bytes (out, number, kind < 128 ? 1 : 2);
  add_bytes (out, size, 1);
  add_bytes (out, head, n_head);
  if (text != NULL)
    {
      add_bytes (out, &characters, 4);
      add_bytes (out, wide, 2 * (gsize) n);
    }
}

static GByteArray *
array_of (const char *text)
{
  GByteArray *out = g_byte_array_new ();

  add_bytes (out, text, strlen (text));
  return out;
}

static void
test_xlsb (void)
{
  GByteArray *book = g_byte_array_new (), *strings = g_byte_array_new (),
             *formats = g_byte_array_new (), *sheet = g_byte_array_new (),
             *comments = g_byte_array_new ();
  g_autoptr (GByteArray) relation = g_byte_array_new ();
  g_autoptr (QuarryDocument) document = NULL;
  g_autofree char *shown = NULL;

  /* The record of the sheet: two numbers, the id of its relation, its name. */
  add_record (relation, 0, "\0\0\0\0\1\0\0\0", 8, "a");
  add_record (book, 156, relation->data + 2, relation->len - 2, "Prices");
  add_record (strings, 19, "", 1, "Stone");
  add_record (strings, 19, "", 1, "Größe\n石");
  add_record (formats, 44, "\252\0", 2, "d. mmm yyyy");
  add_record (formats, 47, "\0\0\16\0", 4, NULL);
  add_record (formats, 617, "\3\0\0\0", 4, NULL);
  add_record (formats, 47, "\0\0\0\0", 4, NULL);
  add_record (formats, 47, "\0\0\252\0", 4, NULL);
  add_record (formats, 618, "", 0, NULL);
  add_record (sheet, 0, "\0\0\0\0", 4, NULL);
  add_record (sheet, 7, "\0\0\0\0\0\0\0\0\1\0\0\0", 12, NULL);
  add_record (sheet, 7, "\2\0\0\0\0\0\0\0\0\0\0\0", 12, NULL);
  add_record (sheet, 0, "\1\0\0\0", 4, NULL);
  add_record (sheet, 2, "\0\0\0\0\0\0\0\0\6\0\0\0", 12, NULL);
  add_record (sheet, 5, "\1\0\0\0\1\0\0\0\0\0\0\0\0\103\343\100", 16, NULL);
  add_record (sheet, 8, "\2\0\0\0\0\0\0\0", 8, "made");
  add_record (sheet, 7, "\3\0\0\0\0\0\0\0\143\0\0\0", 12, NULL);
  /* Cells that follow each other are stored without a column. */
  add_record (sheet, 0, "\2\0\0\0", 4, NULL);
  add_record (sheet, 18, "\0\0\0\0\0\0\0\0", 8, NULL);
  add_record (sheet, 12, "\0\0\0\0", 4, NULL);
  add_record (sheet, 17, "\0\0\0\0", 4, "short");
  add_record (sheet, 16, "\1\0\0\0\0\0\0\0\0\103\343\100", 12, NULL);
  add_record (sheet, 5, "\5\0\0\0\0\0\0\0\0\0\0\0\0\0\4\100", 16, NULL);
  add_record (sheet, 13, "\0\0\0\0\6\0\0\0", 8, NULL);
  add_record (sheet, 15, "\0\0\0\0\1", 5, NULL);
  add_record (comments, 637, "", 1, "Is it?");
  document = read_zip (
      "x.xlsb",
      zip_write_arrays (
          "[Content_Types].xml",
          array_of (TYPES),
          "_rels/.rels",
          array_of ("<Relationships><Relationship Id='r' Type='x/officeDocument' "
                    "Target='xl/workbook.bin'/>"
                    "</Relationships>"),
          "xl/_rels/workbook.bin.rels",
          array_of ("<Relationships><Relationship Id='a' Type='x/worksheet' Target='s1.bin'/>"
                    "<Relationship Id='b' Type='x/sharedStrings' Target='strings.bin'/>"
                    "<Relationship Id='c' Type='x/styles' Target='styles.bin'/></Relationships>"),
          "xl/workbook.bin",
          book,
          "xl/strings.bin",
          strings,
          "xl/styles.bin",
          formats,
          "xl/s1.bin",
          sheet,
          "xl/comments1.bin",
          comments,
          NULL));
  shown = show (document);
  g_assert_cmpstr (
      shown, ==, "h1 Prices\nt Größe 石||Stone/1|2008-01-01|made/Stone||short|2008-01-01||2.5|1|TRUE\np Is it?\n");
}

/* ---- Drawings and printed pages ---- */

static void
test_vsdx (void)
{
  g_autoptr (QuarryDocument) document = read_zip (
      "x.vsdx",
      zip_write ("[Content_Types].xml",
                 TYPES,
                 "_rels/.rels",
                 "<Relationships><Relationship Id='d' Type='x/document' "
                 "Target='visio/document.xml'/></Relationships>",
                 "visio/document.xml",
                 "<VisioDocument><Row><Cell V='9'>9</Cell></Row></VisioDocument>",
                 "visio/_rels/document.xml.rels",
                 "<Relationships><Relationship Id='p' Type='x/pages' "
                 "Target='pages/pages.xml'/></Relationships>",
                 "visio/pages/_rels/pages.xml.rels",
                 "<Relationships><Relationship Id='a' Type='x/page' Target='page2.xml'/>"
                 "<Relationship Id='b' Type='x/page' Target='page1.xml'/></Relationships>",
                 "visio/pages/pages.xml",
                 "<Pages xmlns:r='r'><Page ID='0' Name='Kiln'><Rel r:id='a'/></Page><Page ID='1' "
                 "Name='Yard'><Rel r:id='b'/>"
                 "</Page></Pages>",
                 "visio/pages/page1.xml",
                 "<PageContents><Shapes><Shape><Text>Stack</Text></Shape></Shapes></PageContents>",
                 "visio/pages/page2.xml",
                 "<PageContents><Shapes><Shape><Cell N='X' V='1'/><Data>17</Data><Text><cp "
                 "IX='0'/>Burn <fld IX='0'>lime</fld>"
                 "\n</Text><Shapes><Shape><Text>Cool</Text></Shape></Shapes></Shape></Shapes></"
                 "PageContents>",
                 NULL));
  g_autofree char *shown = show (document);
  guint n;

  quarry_document_get_pages (document, &n);
  g_assert_cmpstr (shown, ==, "h1 Kiln\np Burn lime\np Cool\nh1 Yard\np Stack\n");
  g_assert_cmpuint (n, ==, 2);
}

#define GLYPHS(x, y, indices, text)                                                    \
  "<Glyphs FontRenderingEmSize='10' OriginX='" x "' OriginY='" y "' Indices='" indices \
  "' UnicodeString='" text "'/>"

static void
test_xps (void)
{
  g_autoptr (QuarryDocument) document = read_zip (
      "x.xps",
      zip_write (
          "[Content_Types].xml",
          TYPES,
          "_rels/.rels",
          "<Relationships><Relationship Id='d' Type='x/fixedrepresentation' "
          "Target='/all.fdseq'/></Relationships>",
          "all.fdseq",
          "<FixedDocumentSequence><DocumentReference "
          "Source='Documents/1/one.fdoc'/></FixedDocumentSequence>",
          "Documents/1/one.fdoc",
          "<FixedDocument><PageContent Source='Pages/2.fpage'/><PageContent "
          "Source='/Documents/1/Pages/1.fpage'/>"
          "</FixedDocument>",
          "Documents/1/Pages/1.fpage",
          "<FixedPage>" GLYPHS ("10", "20", "", "The end.") "</FixedPage>",
          "Documents/1/Pages/2.fpage",
          /* A word in two parts, a wide gap that is no blank, lines, a paragraph, an escaped brace, a column beside. */
          "<FixedPage><Canvas>" GLYPHS ("10", "20", "", "Sla") GLYPHS ("25", "20", "7,60;,50", "te")
              GLYPHS ("41", "20.5", "", "is") GLYPHS ("10", "32", "", "black.")
                  GLYPHS ("10", "60", "", "{}{Lime}")
                      GLYPHS ("200", "20", "", "Beside") "</Canvas></FixedPage>",
          NULL));
  g_autofree char *shown = show (document);
  guint n;

  quarry_document_get_pages (document, &n);
  g_assert_cmpstr (shown, ==, "p Slate is black.\np {Lime}\np Beside\np The end.\n");
  g_assert_cmpuint (n, ==, 2);
}

/* An object of an iWork archive, with its header before it. */
static void
add_object (GByteArray *out, guint type, const char *contents, gsize length)
{
  const guint8 head[] = {
    9, 8, 1, 18, 5, 8, (guint8) ((type & 127) | 128), (guint8) (type >> 7), 24, (guint8) length
  };

  add_bytes (out, head, sizeof head);
  add_bytes (out, contents, length);
}

/* Compresses @objects as two Snappy blocks. The second has a copy that overlaps what it writes. (transfer full) */
static GByteArray *
pack (GByteArray *objects)
{
  GByteArray *out = g_byte_array_new ();
  const guint8 first[] = { 0,       (guint8) (objects->len + 3), 0, 0, (guint8) objects->len,
                           60 << 2, (guint8) (objects->len - 1) };
  static const char second[] = "\0\23\0\0\24\70\11\10\1\22\5\10\321\17\30\12\32\10hi\n\5\3";

  g_assert_cmpuint (objects->len, <, 128);
  add_bytes (out, first, sizeof first);
  add_bytes (out, objects->data, objects->len);
  add_bytes (out, second, sizeof second - 1);
  g_byte_array_unref (objects);
  return out;
}

static void
test_iwork (void)
{
  GByteArray *document = g_byte_array_new (), *cells = g_byte_array_new (),
             *pattern = g_byte_array_new ();
  g_autoptr (QuarryDocument) read = NULL;
  g_autofree char *shown = NULL;

  add_object (document, 2001, "\10\1\32\6header", 10);
  add_object (document, 1, "\32\4none", 6);
  add_object (document, 2001, "\10\0\32\13Stones\nHard", 15);
  add_object (cells, 6005, "\10\1\32\7\10\2\32\3two\32\7\10\1\32\3one", 20);
  add_object (cells, 6005, "\10\2\32\7\10\2\32\3bad", 11);
  add_object (pattern, 2001, "\10\0\32\7pattern", 11);
  read = read_zip ("x.pages",
                   zip_write_arrays ("Index/Tables/DataList.iwa",
                                     pack (cells),
                                     "Index/MasterSlide-1.iwa",
                                     pack (pattern),
                                     "Index/Document.iwa",
                                     pack (document),
                                     NULL));
  shown = show (read);
  g_assert_cmpstr (
      shown, ==, "p Stones\np Hard\np hi\np hi\np hi\np one\np two\np hi\np hi\np hi\n");
}

/* ---- Pages, Keynote and Numbers of before 2013 ---- */

#define SF_NAMES " xmlns:sf='sf' xmlns:sfa='sfa' xmlns:key='key' xmlns:ls='ls'"
#define SF_P(text) "<sf:text-body><sf:p>" text "</sf:p></sf:text-body>"
#define SF_T(attributes, text) "<sf:t " attributes "><sf:ct sfa:s='" text "'/></sf:t>"

static void
test_iwork09 (void)
{
  g_autoptr (QuarryDocument) slides = read_zip (
      "x.key",
      zip_write ("buildVersionHistory.plist",
                 "<plist/>",
                 "index.apxl",
                 "<key:presentation" SF_NAMES "><key:theme-list>" SF_P ("no") "</key:theme-list><sf:metadata><sf:authors>"
                 "<sf:string sfa:string='Ada'/></sf:authors><sf:title><sf:string sfa:string='All stones'/></sf:title>"
                 "</sf:metadata><key:slide><key:title-placeholder>" SF_P ("Sto<sf:span>nes</sf:span>")
                 "</key:title-placeholder><key:body-placeholder><sf:p>hard<sf:br/>ones</sf:p>"
                 "<sf:p sf:list-level='2'>marble</sf:p></key:body-placeholder><sf:ghost-text>" SF_P ("no")
                 "</sf:ghost-text><key:notes>" SF_P ("Say this.") "</key:notes></key:slide>"
                 "<key:slide>" SF_P ("Last.") "</key:slide></key:presentation>",
                 NULL));
  g_autoptr (QuarryDocument) book = read_zip (
      "x.numbers",
      zip_write ("buildVersionHistory.plist",
                 "<plist/>",
                 "index.xml",
                 "<ls:document" SF_NAMES "><ls:workspace ls:workspace-name='Prices'><sf:grid><sf:datasource>"
                 SF_T ("sf:ct='1'", "Price") SF_T ("", "Day") SF_T ("sf:ct='254'", "Slate")
                 "<sf:f><sf:fo sf:fs='=A1'/><sf:r><sf:rn sf:v='4.5000000000000001'/></sf:r></sf:f>"
                 "<sf:d sf:cell-date='276091200'/><sf:pm sf:ct='254'><sf:menu-choices>" SF_T ("sfa:ID='a'", "no")
                 SF_T ("sfa:ID='b'", "Marble") "</sf:menu-choices><sf:proxied-cell-ref sfa:IDREF='b'/></sf:pm>"
                 "<sf:n sf:ct='2' sf:v='7'/></sf:datasource></sf:grid></ls:workspace></ls:document>",
                 NULL));
  g_autoptr (GBytes) locked
      = zip_write ("buildVersionHistory.plist", "<plist/>", "index.xml", "<ls:document/>", NULL);
  g_autofree char *slides_shown = show (slides);
  g_autofree char *book_shown = show (book);
  g_autofree guint8 *bytes = g_memdup2 (g_bytes_get_data (locked, NULL), g_bytes_get_size (locked));
  guint n;

  g_assert_cmpstr (slides_shown, ==, "h1 Stones\ni1 hard ones\ni2 marble\np Say this.\np Last.\n");
  g_assert_cmpstr (quarry_document_get_title (slides), ==, "All stones");
  g_assert_cmpstr (quarry_document_get_metadata (slides, "author"), ==, "Ada");
  quarry_document_get_pages (slides, &n);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpstr (book_shown, ==, "h1 Prices\nt |Price|Day/Slate|4.5|2009-10-01/Marble||7\n");

  /* Apple's mark of an encrypted member, in its header and in the list at the end. */
  for (gsize i = 0; i + 12 < g_bytes_get_size (locked); i++)
    if (memcmp (bytes + i, "PK\3\4", 4) == 0)
      memcpy (bytes + i + 8, "\x6c\x63", 2);
    else if (memcmp (bytes + i, "PK\1\2", 4) == 0)
      memcpy (bytes + i + 10, "\x6c\x63", 2);
  assert_refused ("x.pages", bytes, g_bytes_get_size (locked), QUARRY_EXTRACT_ERROR_ENCRYPTED);
}

/* ---- Hangul ---- */

#define HWPX_P(style, inner) "<hp:p styleIDRef='" style "'>" inner "</hp:p>"
#define HWPX_T(text) "<hp:run><hp:t>" text "</hp:t></hp:run>"

static GBytes *
make_hwpx (const char *manifest)
{
  return zip_write (
      "mimetype",
      "application/hwp+zip",
      "META-INF/container.xml",
      "<container/>",
      "META-INF/manifest.xml",
      manifest,
      "Contents/content.hpf",
      "<opf:package xmlns:opf='o'><opf:metadata><opf:title>돌</opf:title><opf:meta name='creator'>Ada</opf:meta>"
      "<opf:meta name='lastsaveby'>Bob</opf:meta><opf:meta name='CreatedDate'>2025-04-22T11:28:59Z</opf:meta>"
      "</opf:metadata></opf:package>",
      "Contents/header.xml",
      "<hh:head xmlns:hh='h'><hh:style id='0' engName='Normal'/><hh:style id='2' engName='Outline 2'/></hh:head>",
      "Contents/section0.xml",
      "<hs:sec xmlns:hs='s' xmlns:hp='p'>" HWPX_P ("2", HWPX_T ("종류"))
          HWPX_P ("0",
                  "<hp:run><hp:ctrl><hp:header><hp:subList>" HWPX_P ("0", HWPX_T ("no"))
                  "</hp:subList></hp:header></hp:ctrl><hp:t>돌은 단단<hp:deleteBegin/>no<hp:deleteEnd/>하다.<hp:lineBreak/>"
                  "끝</hp:t></hp:run><hp:run><hp:ctrl><hp:footNote><hp:subList>" HWPX_P ("0", HWPX_T ("각주"))
                  "</hp:subList></hp:footNote></hp:ctrl></hp:run>" HWPX_T (" 마침"))
              HWPX_P ("0",
                      "<hp:run><hp:tbl><hp:tr><hp:tc><hp:subList>" HWPX_P ("0", HWPX_T ("점판암"))
                      "</hp:subList></hp:tc><hp:tc><hp:subList>" HWPX_P ("0", HWPX_T ("4"))
                      "</hp:subList></hp:tc></hp:tr></hp:tbl></hp:run>")
      "</hs:sec>",
      "Contents/section1.xml",
      "<hs:sec xmlns:hs='s' xmlns:hp='p'>" HWPX_P ("0", HWPX_T ("둘째")) "</hs:sec>",
      NULL);
}

static void
test_hwpx (void)
{
  g_autoptr (QuarryDocument) document = read_zip ("x.hwpx", make_hwpx ("<manifest/>"));
  g_autofree char *shown = show (document);
  g_autoptr (GBytes) locked = make_hwpx ("<manifest><encryption-data/></manifest>");

  g_assert_cmpstr (shown, ==, "h2 종류\np 돌은 단단하다. 끝 마침\np 각주\nt 점판암|4\np 둘째\n");
  g_assert_cmpstr (quarry_document_get_title (document), ==, "돌");
  g_assert_cmpstr (quarry_document_get_metadata (document, "author"), ==, "Ada");
  g_assert_cmpstr (quarry_document_get_metadata (document, "created"), ==, "2025-04-22T11:28:59Z");
  assert_refused (
      "x.hwpx", g_bytes_get_data (locked, NULL), g_bytes_get_size (locked), QUARRY_EXTRACT_ERROR_ENCRYPTED);
}

/* ---- What slides and documents show beside their text ---- */

#define LABELS(element, labels) "<c:" element "><c:strRef><c:f>A1:B1</c:f><c:strCache>" labels "</c:strCache></c:strRef></c:" element ">"
#define LABEL(text) "<c:pt><c:v>" text "</c:v></c:pt>"
#define SERIES(name) \
  "<c:ser>" LABELS ("tx", LABEL (name)) LABELS ("cat", LABEL ("Slate") LABEL ("Marble")) \
  "<c:val><c:numRef><c:numCache>" LABEL ("4.5") "</c:numCache></c:numRef></c:val></c:ser>"
#define CHART \
  "<c:chartSpace xmlns:c='c' xmlns:a='a'><c:title><c:tx><c:rich><a:p><a:r><a:t>Stones </a:t></a:r><a:r><a:t>sold</a:t>" \
  "</a:r></a:p></c:rich></c:tx></c:title>" SERIES ("North") SERIES ("South") \
  "<c:ser><c:tx><c:v>East</c:v></c:tx><c:cat><c:strLit>" LABEL ("Chalk") LABEL ("Clay") "</c:strLit></c:cat>" \
  "<c:val><c:numLit>" LABEL ("3") "</c:numLit></c:val></c:ser></c:chartSpace>"
#define DIAGRAM \
  "<dgm:dataModel xmlns:dgm='dgm' xmlns:a='a'><dgm:ptLst><dgm:pt><dgm:t><a:p><a:r><a:t>Cut</a:t></a:r></a:p></dgm:t>" \
  "</dgm:pt><dgm:pt type='pres'/><dgm:pt><dgm:t><a:p><a:r><a:t>Polish</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:ptLst>" \
  "</dgm:dataModel>"
#define GRAPHICS \
  "<c:chart xmlns:c='c' xmlns:r='r' r:id='c'/><dgm:relIds xmlns:dgm='dgm' xmlns:r='r' r:dm='d' r:lo='l'/>" \
  "<c:chart xmlns:c='c' xmlns:r='r' r:id='missing'/>"
#define GRAPHICS_SHOWN "p Stones sold\np North; Slate, Marble; South; East; Chalk, Clay\np Cut\np Polish\n"

static void
test_graphics (void)
{
  g_autoptr (QuarryDocument) slides = read_zip (
      "x.pptx",
      zip_write ("[Content_Types].xml",
                 TYPES,
                 "ppt/presentation.xml",
                 "<p:presentation xmlns:p='p' xmlns:r='r'><p:sldId r:id='a'/></p:presentation>",
                 "ppt/_rels/presentation.xml.rels",
                 "<Relationships><Relationship Id='a' Type='x/slide' Target='slides/1.xml'/></Relationships>",
                 "ppt/slides/1.xml",
                 "<p:sld xmlns:p='p' xmlns:a='a'><p:sp><a:p><a:t>First.</a:t></a:p></p:sp><p:graphicFrame>" GRAPHICS
                 "</p:graphicFrame><p:sp><a:p><a:t>Last.</a:t></a:p></p:sp></p:sld>",
                 "ppt/slides/_rels/1.xml.rels",
                 "<Relationships><Relationship Id='c' Type='x/chart' Target='../charts/chart1.xml'/>"
                 "<Relationship Id='d' Type='x/diagramData' Target='../diagrams/data1.xml'/>"
                 "<Relationship Id='e' Type='x/comments' Target='../comments/c.xml'/></Relationships>",
                 "ppt/charts/chart1.xml",
                 CHART,
                 "ppt/diagrams/data1.xml",
                 DIAGRAM,
                 "ppt/comments/c.xml",
                 "<p:cmLst xmlns:p='p'><p:cm><p:text>Is it so?</p:text></p:cm></p:cmLst>",
                 NULL));
  g_autoptr (QuarryDocument) document = read_zip (
      "x.docx",
      zip_write ("[Content_Types].xml",
                 TYPES,
                 "word/document.xml",
                 "<w:document xmlns:w='w'><w:p><w:r><w:t>First</w:t></w:r><w:r>" GRAPHICS
                 "</w:r><w:r><w:t> of all.</w:t></w:r></w:p></w:document>",
                 "word/_rels/document.xml.rels",
                 "<Relationships><Relationship Id='c' Type='x/chart' Target='charts/chart1.xml'/>"
                 "<Relationship Id='d' Type='x/diagramData' Target='diagrams/data1.xml'/></Relationships>",
                 "word/charts/chart1.xml",
                 CHART,
                 "word/diagrams/data1.xml",
                 DIAGRAM,
                 NULL));
  /* The labels of a workbook's chart are in its cells. */
  g_autoptr (QuarryDocument) book = read_zip (
      "x.xlsx",
      zip_write ("[Content_Types].xml",
                 TYPES,
                 "xl/workbook.xml",
                 "<workbook xmlns:r='r'><sheets><sheet name='A' r:id='a'/></sheets></workbook>",
                 "xl/_rels/workbook.xml.rels",
                 "<Relationships><Relationship Id='a' Type='x/worksheet' Target='s1.xml'/></Relationships>",
                 "xl/s1.xml",
                 "<worksheet><sheetData><row><c><v>12</v></c></row></sheetData></worksheet>",
                 "xl/charts/chart1.xml",
                 CHART,
                 NULL));
  g_autofree char *slides_shown = show (slides);
  g_autofree char *document_shown = show (document);
  g_autofree char *book_shown = show (book);

  g_assert_cmpstr (slides_shown, ==, "p First.\n" GRAPHICS_SHOWN "p Last.\np Is it so?\n");
  g_assert_cmpstr (document_shown, ==, "p First of all.\n" GRAPHICS_SHOWN);
  g_assert_cmpstr (book_shown, ==, "h1 A\nt 12\np Stones sold\n");
}

/* Many cells that name one long choice do not make a small file a huge document. */
static void
test_repeated_choice (void)
{
  g_autofree char *words = g_strnfill (1 << 20, 'a');
  g_autoptr (GString) xml = g_string_new (
      "<d" SF_NAMES "><sf:datasource><sf:pm><sf:menu-choices><sf:t sfa:ID='a'><sf:ct sfa:s='");
  g_autoptr (QuarryDocument) document = NULL;
  gsize length;

  g_string_append (xml, words);
  g_string_append (xml, "'/></sf:t></sf:menu-choices></sf:pm>");
  for (guint i = 0; i < 40; i++)
    g_string_append (xml, "<sf:pm><sf:proxied-cell-ref sfa:IDREF='a'/></sf:pm>");
  g_string_append (xml, "</sf:datasource></d>");
  document = read_zip ("x.numbers", zip_write ("buildVersionHistory.plist", "<plist/>", "index.xml", xml->str, NULL));
  quarry_document_get_text (document, &length);
  g_assert_cmpuint (length, >=, 15u << 20);
  g_assert_cmpuint (length, <=, 17u << 20);
}

static void
test_note_in_note (void)
{
  g_autoptr (QuarryDocument) document = read_zip (
      "x.docx",
      zip_write ("[Content_Types].xml",
                 TYPES,
                 "word/document.xml",
                 "<w:document xmlns:w='w'><w:p><w:r><w:t>First</w:t><w:footnoteReference w:id='3'/></w:r></w:p></w:document>",
                 "word/footnotes.xml",
                 "<w:footnotes xmlns:w='w'><w:footnote w:id='2'><w:t>One,</w:t><w:footnote w:id='3'><w:p><w:t>two.</w:t></w:p>"
                 "</w:footnote></w:footnote></w:footnotes>",
                 NULL));
  g_autofree char *shown = show (document);

  g_assert_cmpstr (shown, ==, "p First\np One, two.\n");
}

/* A sheet may have tens of thousands of comments. */
static void
test_many_comments (void)
{
  g_autoptr (GString) comments = g_string_new ("<comments>");
  g_autoptr (QuarryDocument) document = NULL;
  g_autofree char *shown = NULL;

  for (guint i = 0; i <= 20000; i++)
    g_string_append_printf (comments, "<comment><text><r><t>Note %u.</t></r></text></comment>", i);
  g_string_append (comments, "</comments>");
  document = read_zip ("x.xlsx",
                       zip_write ("[Content_Types].xml",
                                  TYPES,
                                  "xl/workbook.xml",
                                  "<workbook xmlns:r='r'><sheets><sheet name='A' r:id='a'/></sheets></workbook>",
                                  "xl/_rels/workbook.xml.rels",
                                  "<Relationships><Relationship Id='a' Type='x/worksheet' Target='s1.xml'/></Relationships>",
                                  "xl/s1.xml",
                                  "<worksheet><sheetData><row><c><v>12</v></c></row></sheetData></worksheet>",
                                  "xl/comments1.xml",
                                  comments->str,
                                  NULL));
  shown = show (document);
  g_assert_true (g_str_has_suffix (shown, "p Note 20000.\n"));
}

/* A chart that is shown again and again, through relations each of its own, is read once; unpacking it each time would
 * leave nothing to unpack for the next. */
static void
test_repeated_graphics (void)
{
  g_autoptr (GString) relations = g_string_new ("<Relationships>");
  g_autoptr (GString) body = g_string_new ("<w:document xmlns:w='w' xmlns:c='c' xmlns:r='r'><w:p><w:r><w:t>First</w:t>");
  g_autofree char *blanks = g_strnfill (1 << 20, ' ');
  g_autoptr (GString) chart = g_string_new (CHART);
  g_autoptr (QuarryDocument) document = NULL;
  g_autofree char *shown = NULL;

  g_string_append (chart, blanks);
  for (guint i = 0; i < 400; i++)
    {
      g_string_append_printf (relations, "<Relationship Id='c%u' Type='x/chart' Target='chart1.xml'/>", i);
      g_string_append_printf (body, "<c:chart r:id='c%u'/>", i);
    }
  g_string_append (relations, "<Relationship Id='d' Type='x/diagramData' Target='data1.xml'/></Relationships>");
  g_string_append (body, "<dgm:relIds xmlns:dgm='dgm' r:dm='d'/></w:r></w:p></w:document>");
  document = read_zip ("x.docx",
                       zip_write ("[Content_Types].xml",
                                  TYPES,
                                  "word/document.xml",
                                  body->str,
                                  "word/_rels/document.xml.rels",
                                  relations->str,
                                  "word/chart1.xml",
                                  chart->str,
                                  "word/data1.xml",
                                  DIAGRAM,
                                  NULL));
  shown = show (document);
  g_assert_cmpstr (shown, ==, "p First\n" GRAPHICS_SHOWN);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/readers/packages/xlsx", test_xlsx);
  g_test_add_func ("/readers/packages/xlsx-1904", test_xlsx_1904);
  g_test_add_func ("/readers/packages/xlsb", test_xlsb);
  g_test_add_func ("/readers/packages/vsdx", test_vsdx);
  g_test_add_func ("/readers/packages/xps", test_xps);
  g_test_add_func ("/readers/packages/iwork", test_iwork);
  g_test_add_func ("/readers/packages/iwork09", test_iwork09);
  g_test_add_func ("/readers/packages/iwork09-repeated-choice", test_repeated_choice);
  g_test_add_func ("/readers/packages/hwpx", test_hwpx);
  g_test_add_func ("/readers/packages/graphics", test_graphics);
  g_test_add_func ("/readers/packages/note-in-note", test_note_in_note);
  g_test_add_func ("/readers/packages/many-comments", test_many_comments);
  g_test_add_func ("/readers/packages/repeated-graphics", test_repeated_graphics);
  return g_test_run ();
}
