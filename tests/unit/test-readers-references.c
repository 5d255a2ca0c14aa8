/* test-readers-references.c: lists of references
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "read-helpers.h"

static void
test_bibtex (void)
{
  assert_reads ("x.bib",
                "Exported.\n@string{cj = {The Computer Journal}}\n@comment{jabref-meta: @article{no,}}\n"
                "@article{knuth84,\n  author = {Knuth, Donald E. and M{\\\"u}ller, Anna},\n"
                "  title = {Literate {P}rogramming --- 50% of \\LaTeX},\n  journal = cj,\n  year = 1984,\n"
                "  file = {:home/a.pdf:PDF},\n  bdsk-url-1 = {x},\n  url = {http://x.org/a%20b},\n"
                "  abstract = {Programs that\n    are read.},\n}\n"
                "@book(b2, title = \"Of \" # \"{Sto\"}nes\", pages = {1--2})\n",
                "h1 Literate Programming \342\200\224 50% of LaTeX\n"
                "p Knuth, Donald E.; M\303\274ller, Anna. cj, 1984, http://x.org/a%20b, knuth84\n"
                "p Programs that are read.\nh1 Of Sto\"nes\np 1\342\200\2232, b2\n");
  /* An entry that does not end leaves the next one whole; the last value goes to the end. */
  assert_reads ("x.bib",
                "@misc{a, title={One}\n\n@misc{b, title={Two}, author={Ada}}\n@misc{c, title={Three",
                "h1 One\np a\nh1 Two\np Ada. b\nh1 Three\np c\n");
  /* Nor does one with a brace too few, or with something that is no field. */
  assert_reads ("x.bib",
                "@misc{a, title={One {x}, year = 1\n}\n@misc{b, % old\n note, x\"({ title={Two}, author=\"Ada {\n"
                "@misc{c, title={Three}}\n",
                "h1 One x, year = 1\np a\nh1 Two\np Ada. b\nh1 Three\np c\n");
  /* No entries at all. */
  assert_reads ("x.bib", "Mail ada@x.org about it.\n", "p Mail ada@x.org about it.\n");
}

/* In time that grows with their number: the file has to be read before the test is stopped. */
static void
test_many_parts (void)
{
  g_autoptr (GString) file = g_string_new ("@misc{a, x = ");
  g_autoptr (GString) expected = g_string_new ("h1 Of Stones\np ");

  for (guint i = 0; i < 1000000; i++)
    {
      g_string_append (file, "9 # ");
      g_string_append_c (expected, '9');
    }
  g_string_append (file, "9, title = {Of Stones}}");
  g_string_append (expected, "9, a\n");
  assert_reads ("x.bib", file->str, expected->str);
}

static void
test_tags (void)
{
  assert_reads ("x.ris",
                "TY  - JOUR\r\nAU  - Shannon, C.\r\nAU  - Weaver, W.\r\nPY  - 1948\r\nTI  - A Theory\r\n"
                "AB  - The recent\r\ndevelopment.\r\nER  - \r\n\r\nTY  - BOOK\r\nT1  - Of Stones\r\nER  - \r\n",
                "h1 A Theory\np Shannon, C.; Weaver, W. 1948\np The recent development.\nh1 Of Stones\n");
  assert_reads (
      "x.nbib",
      "PMID- 123\nTI  - Bees and\n      pesticides.\nFAU - Smith, Jane\nAU  - Smith J\n\nPMID- 124\nTI  - Hives.\n",
      "h1 Bees and pesticides.\np Smith J. 123\nh1 Hives.\np 124\n");
  assert_reads ("x.enw", "%0 Book\n%A Shannon, C.\n%T A Theory\n%D 1948\n", "h1 A Theory\np Shannon, C. 1948\n");
  assert_reads ("x.ris", "Not a list - of anything.\n", "p Not a list - of anything.\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/readers/references/bibtex", test_bibtex);
  g_test_add_func ("/readers/references/many-parts", test_many_parts);
  g_test_add_func ("/readers/references/tags", test_tags);
  return g_test_run ();
}
