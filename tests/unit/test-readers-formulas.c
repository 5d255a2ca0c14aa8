/* test-readers-formulas.c: formulas in office documents, as one would type them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Those of web pages are in test-readers-html.c.
 */
#include "read-helpers.h"
#include "zip-writer.h"

#define T(text) "<m:r><m:t>" text "</m:t></m:r>"
#define N(n) "<m:e>" T ("n") "</m:e><m:e>" T (n) "</m:e>"

/* A sum, brackets of all kinds, a limit; and elements of the same names outside of formulas. */
static void
test_omml (void)
{
  static const char formulas[]
      = "<m:oMath xmlns:m='m'><m:nary><m:naryPr><m:chr m:val='\342\210\221'/></m:naryPr><m:sub>" T ("i=1") "</m:sub><m:sup>" T (
          "n") "</m:sup><m:e>" T ("i") "</m:e></m:nary>" T ("=") "<m:d>" N ("1") "</m:d><m:d><m:dPr><m:begChr m:val='['/><m:endChr "
                                                                          "m:val=''/></m:dPr><m:e>" T (
          "a") "</m:e></m:d><m:nary><m:e>" T ("x") "</m:e></m:nary></m:oMath>";
  g_autofree char *slide = g_strconcat ("<p:sld xmlns:p='p' xmlns:a='a'><p:cSld><p:spTree><p:sp><p:txBody><a:p><a:r><a:t>Let "
                                        "</a:t></a:r>",
                                        formulas,
                                        "<a:r><d><e><a:t>.</a:t></e></d></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld></p:sld>",
                                        NULL);
  g_autoptr (QuarryDocument) document = read_zip (
      "x.pptx",
      zip_write ("[Content_Types].xml",
                 TYPES,
                 "ppt/presentation.xml",
                 "<p:presentation xmlns:p='p' xmlns:r='r'><p:sldIdLst><p:sldId id='1' r:id='a'/></p:sldIdLst></p:presentation>",
                 "ppt/_rels/presentation.xml.rels",
                 "<Relationships><Relationship Id='a' Type='x/slide' Target='slides/1.xml'/></Relationships>",
                 "ppt/slides/1.xml",
                 slide,
                 NULL));
  g_autofree char *shown = show (document);

  g_assert_cmpstr (shown, ==, "p Let \342\210\221_i=1^n i=(n, 1)[a\342\210\253 x.\n");
}

/* Objects that are embedded in an OpenDocument: a formula, something else, and one that is missing. */
static void
test_odf (void)
{
  g_autoptr (QuarryDocument) document = read_zip (
      "x.odt",
      zip_write ("mimetype",
                 "application/vnd.oasis.opendocument.text",
                 "content.xml",
                 "<office:document-content xmlns:office='o' xmlns:text='t' xmlns:draw='d' xmlns:xlink='x' "
                 "xmlns:svg='svg'><office:body><office:text><text:p>Let <draw:frame><draw:object xlink:href='./Object 1'/>"
                 "<svg:desc>formula</svg:desc></draw:frame> be.</text:p><text:p>Here: <draw:frame>"
                 "<draw:object xlink:href='./Object 2'/><svg:desc>A chart</svg:desc></draw:frame><draw:frame>"
                 "<draw:object xlink:href='./Object 3'/></draw:frame></text:p>"
                 "</office:text></office:body></office:document-content>",
                 "Object 1/content.xml",
                 "<?xml version='1.0'?><math xmlns='http://www.w3.org/1998/Math/MathML'><semantics><mrow><mfrac><mi>a</mi>"
                 "<mi>b</mi></mfrac><mo>=</mo><msqrt><mi>c</mi></msqrt></mrow><annotation>a over b</annotation>"
                 "</semantics></math>",
                 "Object 2/content.xml",
                 "<office:document-content xmlns:office='o'/>",
                 NULL));
  g_autofree char *shown = show (document);

  g_assert_cmpstr (shown, ==, "p Let a/b = \342\210\232c be.\np Here:\np A chart\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/readers/formulas/omml", test_omml);
  g_test_add_func ("/readers/formulas/odf", test_odf);
  return g_test_run ();
}
