/* test-readers-mediawiki.c: pages of wikis
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "read-helpers.h"

#include <string.h>

static void
test_markup (void)
{
  assert_reads ("x.wiki",
                "'''Slate''' is a ''rock'', see [[Rock (geology)|rocks]], [[marble]] and [http://a.org the map].\n"
                "It is ''black''.<!-- no -->\n"
                "== Uses ==\n"
                "# roofs\n## old ''roofs''\n# floors\n"
                ": said so\n"
                "=== Tools & more ===\n"
                "<pre>cut [[it]]\n  twice</pre>\n"
                "<nowiki>''two''</nowiki> &amp; three\n"
                "__NOTOC__\n[[Category:Rocks]] [[Category:Stones|S]]\n",
                "p Slate is a rock, see rocks, marble and the map. It is black.\n"
                "h2 Uses\ni1 roofs\ni2 old roofs\ni1 floors\np said so\n"
                "h3 Tools & more\nc cut [[it]]/  twice\np ''two'' & three\n");
}

static void
test_categories (void)
{
  g_autoptr (QuarryDocument) document
      = read_string ("x.mediawiki", "Slate.\n[[Category:Rocks]]\n[[Category:Stones|S]]\n");

  g_assert_cmpstr (quarry_document_get_metadata (document, "keywords"), ==, "Rocks, Stones");
}

static void
test_tables (void)
{
  assert_reads ("x.wiki",
                "{| class=\"wikitable\"\n|+ Stones\n! Stone !! Colour\n|-\n| slate || style=\"color:red\" | black\n"
                "|-\n| [[Marble|marble]]\n| white\n|}\nAfter it.\n",
                "t Stones/Stone|Colour/slate|black/marble|white\np After it.\n");
}

/* A box shows its values, a reference what it names; other templates show nothing that the page itself tells. */
static void
test_templates (void)
{
  assert_reads ("x.wiki",
                "{{Infobox rock\n| name = Slate\n| colour = {{nobr|black}} grey\n| image =\n}}\n"
                "Slate{{cn|date=May}} splits.<ref>{{cite book|title=Stones|year=1901|url=http://x}}</ref> "
                "It is {{lang|de|Schiefer}}.<ref name=a /><ref name=\"b\">See ''there''.</ref>\n"
                "[[File:x.jpg|thumb|200px|A slate roof]]\n",
                "p name: Slate\np colour: grey\np Slate splits. It is Schiefer.\np A slate roof\np Stones, 1901,\n"
                "p See there.\n");
  /* What is within may end where that ends which it is in. */
  assert_reads ("x.wiki",
                "{{Infobox rock\n| name = Slate\n| german = {{lang|de|Schiefer}}}}\n"
                "[[File:x.jpg|thumb|A roof of [[slate]]]]\nIt splits{{cn|{{{when|{{now}}}}}}}.\n",
                "p name: Slate\np german: Schiefer\np A roof of slate\np It splits.\n");
}

static void
test_export (void)
{
  static const char file[]
      = "<mediawiki xmlns=\"http://www.mediawiki.org/xml/export-0.10/\" version=\"0.10\">\n"
        "<siteinfo><sitename>The Stones</sitename></siteinfo>\n"
        "<page><title>Slate</title><ns>0</ns><revision><id>1</id><text>Old.</text></revision>"
        "<revision><id>2</id><text xml:space=\"preserve\">''Black'' stone &amp;amp; more.\n== Uses "
        "==\nRoofs.</text></revision></page>\n"
        "<page><title>Slates</title><redirect/><revision><text>#REDIRECT [[Slate]]</text></revision></page>\n"
        "<page><title>Marble</title><revision><text>White.</text></revision></page>\n</mediawiki>\n";
  g_autoptr (QuarryDocument) document = read_string ("x.xml", file);

  assert_reads ("x.xml", file, "h1 Slate\np Black stone & more.\nh2 Uses\np Roofs.\nh1 Marble\np White.\n");
  g_assert_cmpstr (quarry_document_get_title (document), ==, "The Stones");
}

/* What does not end is text. It takes no time that grows faster than the file. */
static void
test_broken (void)
{
  static const char *const pieces[]
      = { "[[", "{{", "<ref>", "<pre ", "<!--", "{{a|", "[[a|", "{|\n", "{{a|[[", "<ref><pre>", "''", "[http " };

  assert_reads ("x.wiki", "Slate {{a [[b <ref>c\n", "p Slate {{a [[b c\n");
  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      g_autoptr (GString) text = g_string_new ("Slate.\n\n");
      g_autoptr (QuarryDocument) document = NULL;

      while (text->len < 300000)
        g_string_append (text, pieces[i]);
      document = read_string ("x.wiki", text->str);
      g_assert_nonnull (strstr (quarry_document_get_text (document, NULL), "Slate."));
      g_string_append (text, "x}}]]}}]]</ref>-->");
      g_clear_object (&document);
      document = read_string ("x.wiki", text->str);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/readers/mediawiki/markup", test_markup);
  g_test_add_func ("/readers/mediawiki/categories", test_categories);
  g_test_add_func ("/readers/mediawiki/tables", test_tables);
  g_test_add_func ("/readers/mediawiki/templates", test_templates);
  g_test_add_func ("/readers/mediawiki/export", test_export);
  g_test_add_func ("/readers/mediawiki/broken", test_broken);
  return g_test_run ();
}
