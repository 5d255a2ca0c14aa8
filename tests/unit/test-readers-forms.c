/* test-readers-forms.c: forms in PDF files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "read-helpers.h"

#define FIELD(number, rest) \
#number " 0 obj<</Type/Annot/Subtype/Widget/F 4/Rect[100 100 300 120]/P 3 0 R/T(f" #number ")" rest ">>endobj\n"

/* Without a table of the objects' places, which poppler then makes itself. */
static const char form[]
    = "%PDF-1.6\n"
      "1 0 obj<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R 5 0 R 6 0 R 7 0 R 8 0 R]>>>>endobj\n"
      "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
      "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Annots[4 0 R 5 0 R 6 0 R 7 0 R 8 0 R]>>endobj\n" FIELD (
          4, "/FT/Tx/V(Ada Stone)") FIELD (5, "/FT/Ch/Ff 131072/Opt[(Slate)(Marble)]/V(Marble)")
          FIELD (6, "/FT/Ch/Opt[(one)(two)(three)]/Ff 2097152/V[(one)(three)]") FIELD (7, "/FT/Tx/Ff 8192/V(secret)")
              FIELD (8, "/FT/Tx/V(Last)") "trailer<</Root 1 0 R/Size 9>>\n%%EOF\n";

/* What is filled in is read, in the order of the fields, but no password. */
static void
test_fields (void)
{
  assert_reads ("x.pdf", form, "q Ada Stone\nq Marble\nq one, three\nq Last\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/readers/forms/fields", test_fields);
  return g_test_run ();
}
