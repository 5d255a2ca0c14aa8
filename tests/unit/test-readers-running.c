/* test-readers-running.c: headers and footers of documents
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Those of Word's documents of before 2007 are in test-readers-ole.c.
 */
#include "read-helpers.h"
#include "zip-writer.h"

#define WORD(root, text) "<w:" root " xmlns:w='w' xmlns:r='r' xmlns:mc='mc'>" text "</w:" root ">"
#define P(runs) "<w:p>" runs "</w:p>"
#define R(text) "<w:r><w:t>" text "</w:t></w:r>"

static void
test_docx (void)
{
  g_autoptr (QuarryDocument) document = read_zip (
      "x.docx",
      zip_write (
          "[Content_Types].xml",
          TYPES,
          "word/document.xml",
          WORD ("document",
                "<w:body>" P ("<w:pPr><w:sectPr><w:headerReference r:id='a'/></w:sectPr></w:pPr>" R ("Dear Sir"))
                    P (R ("Yours")) "<w:sectPr><w:headerReference r:id='a'/><w:headerReference r:id='b'/>"
                                    "<w:footerReference r:id='c'/><w:footerReference r:id='none'/>"
                                    "</w:sectPr></w:body>"),
          "word/_rels/document.xml.rels",
          "<Relationships><Relationship Id='a' Type='x/header' Target='header1.xml'/>"
          "<Relationship Id='b' Type='x/header' Target='header2.xml'/>"
          "<Relationship Id='c' Type='x/footer' Target='footer1.xml'/>"
          "<Relationship Id='d' Type='x/footer' Target='unused.xml'/></Relationships>",
          "word/header1.xml",
          WORD ("hdr", P (R ("Stone ") "<w:del>" R ("no") "</w:del>" R ("Works") "<w:r><w:tab/></w:r>" R ("Carrara"))),
          "word/header2.xml",
          WORD ("hdr",
                "<mc:Choice>" P (R ("In a box")) "</mc:Choice><mc:Fallback>" P (
                    R ("In a box, again")) "</mc:Fallback>" P (R ("Stone Works") "<w:r><w:br/></w:r>" R ("Carrara"))),
          "word/footer1.xml",
          WORD ("ftr", P ("<w:r><w:instrText>PAGE</w:instrText></w:r>" R ("12 / 345")) P (R ("2 | Page")) P (R ("Seite ii von 9")) P (R ("Page title")) P (R ("+49 555 1212"))),
          "word/unused.xml",
          WORD ("ftr", P (R ("Of a template"))),
          NULL));
  g_autofree char *shown = show (document);

  g_assert_cmpstr (shown, ==, "p Dear Sir\np Yours\np Stone Works Carrara\np In a box\np Page title\np +49 555 1212\n");
}

static void
test_odt (void)
{
  static const char pages[]
      = "<office:master-styles><style:master-page><style:header><text:p>Stone<text:tab/>Works</text:p>"
        "</style:header><style:header-left><text:p>Stone<text:s/>Works</text:p></style:header-left>"
        "<style:footer><text:p>- <text:page-number>1</text:page-number> -</text:p>"
        "<table:table><table:table-row><table:table-cell><text:p>IBAN</text:p></table:table-cell>"
        "<table:table-cell><text:p>DE89</text:p></table:table-cell></table:table-row></table:table>"
        "</style:footer></style:master-page></office:master-styles>";
  g_autofree char *styles
      = g_strconcat ("<office:document-styles xmlns:office='o' xmlns:style='s' xmlns:text='t' xmlns:table='b'>"
                     "<office:styles><style:header-style>no</style:header-style></office:styles>",
                     pages,
                     "</office:document-styles>",
                     NULL);
  g_autofree char *flat = g_strconcat (
      "<office:document office:mimetype='application/vnd.oasis.opendocument.text' "
      "xmlns:office='o' xmlns:style='s' xmlns:text='t' xmlns:table='b'>",
      pages,
      "<office:body><office:text><text:p>Dear Sir</text:p></office:text></office:body></office:document>",
      NULL);
  g_autoptr (QuarryDocument) document
      = read_zip ("x.odt",
                  zip_write ("mimetype",
                             "application/vnd.oasis.opendocument.text",
                             "content.xml",
                             "<office:document-content xmlns:office='o' xmlns:text='t'><office:body>"
                             "<office:text><text:p>Dear Sir</text:p></office:text></office:body>"
                             "</office:document-content>",
                             "styles.xml",
                             styles,
                             NULL));
  g_autofree char *shown = show (document);

  g_assert_cmpstr (shown, ==, "p Dear Sir\np Stone Works\np IBAN\np DE89\n");
  assert_reads ("x.fodt", flat, "p Dear Sir\np Stone Works\np IBAN\np DE89\n");
}

static void
test_rtf (void)
{
  g_autoptr (QuarryDocument) document = NULL;

  /* A table in a header is no table of the text. */
  assert_reads ("x.rtf",
                "{\\rtf1\\headery720{\\header\\pard\\intbl Stone & {\\v no}Sons\\cell Yard 7\\cell\\row}"
                "{\\footerf 12\\par Stone & Sons\\par Yard 7\\par Stone & Sons\\par}Dear Sir\\par Yours\\par}",
                "p Dear Sir\np Yours\np Stone & Sons\np Yard 7\n");
  /* In letterheads and labels, nothing else may have text. */
  assert_reads ("x.rtf", "{\\rtf1{\\headerl Stone & Sons\\par Carrara}\\par}", "p Stone & Sons\np Carrara\n");

  /* Each stands once, even after others that are as long. */
  assert_reads ("x.rtf",
                "{\\rtf1{\\header Page A\\par Page A\\par Page B\\par Page C\\par Page A\\par Page B\\par}Dear Sir\\par}",
                "p Dear Sir\np Page A\np Page B\np Page C\n");

  document = read_string ("x.rtf",
                          "{\\rtf1{\\info{\\creatim\\yr2013\\mo2\\dy3\\hr23\\min15}{\\revtim\\yr2014\\mo12\\dy3}"
                          "{\\printim\\yr0}}Dear Sir}");
  g_assert_cmpstr (quarry_document_get_metadata (document, "created"), ==, "2013-02-03T23:15");
  g_assert_cmpstr (quarry_document_get_metadata (document, "modified"), ==, "2014-12-03");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/readers/running/docx", test_docx);
  g_test_add_func ("/readers/running/odt", test_odt);
  g_test_add_func ("/readers/running/rtf", test_rtf);
  return g_test_run ();
}
