/* test-library-names.c: documents found by their names and titles
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/library/quarry-library-write-private.h"
#include "library-helpers.h"

#include <glib/gstdio.h>

#include "core/rank/quarry-confidence.h"

#define TITLED "# Minutes of the meeting\n\nThe budget was agreed.\n\n# Next time\n\nThe roof is to be discussed.\n"

static void
write_source (LibraryFixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->sources, name, NULL);

  g_assert_true (g_file_set_contents (path, TITLED, -1, NULL));
}

/* The number of hits by words alone for a file name that is typed. */
static guint
count_by_words (QuarryLibrary *library, const char *query)
{
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryAnswer) answer = NULL;

  options.mode = QUARRY_SEARCH_LEXICAL;
  options.as_typed = TRUE;
  answer = quarry_library_search (library, query, &options, NULL, &error);
  g_assert_no_error (error);
  return g_list_model_get_n_items (quarry_answer_get_hits (answer));
}

/* A document with a title of its own is found by the name of its file all the same, at its beginning, and that it is
 * there is as good as certain. */
static void
test_titled (LibraryFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *query, *name;
  } cases[] = {
    { "zq17-kelvin_draft.md", "zq17-kelvin_draft.md" },
    { "zq17-kelvin_draft", "zq17-kelvin_draft.md" },
    { "zq17 faraday v1.2", "zq17 faraday v1.2.md" },
  };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  write_source (fixture, "zq17-kelvin_draft.md");
  write_source (fixture, "zq17 faraday v1.2.md");
  import_sources (fixture, library);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (QuarryAnswer) answer = quarry_library_search (library, cases[i].query, NULL, NULL, &error);
      g_autoptr (QuarryHit) hit = NULL;
      g_autofree char *name = NULL;

      g_assert_no_error (error);
      hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
      name = g_path_get_basename (quarry_hit_get_path (hit));
      g_assert_cmpstr (name, ==, cases[i].name);
      g_assert_cmpstr (quarry_hit_get_title (hit), ==, "Minutes of the meeting");
      g_assert_cmpuint (quarry_hit_get_characters (hit).start, ==, 0);
      g_assert_cmpfloat (quarry_answer_get_confidence (answer), ==, QUARRY_CONFIDENCE_SUREST);
    }
  /* Its other passages are no hits for the name. */
  g_assert_cmpuint (count_by_words (library, "zq17-kelvin_draft"), ==, 1);
  assert_sound (library);
}

static gint64
find_passage (QuarryLibrary *library, const char *query)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryAnswer) answer = quarry_library_search (library, query, NULL, NULL, &error);
  g_autoptr (QuarryHit) hit = NULL;

  g_assert_no_error (error);
  hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
  return quarry_hit_get_passage (hit);
}

/* A renamed document is found by its new name alone. Only the passage that the name is found in is indexed anew. */
static void
test_renamed (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *before = g_build_filename (fixture->sources, "zqkelvin.md", NULL);
  g_autofree char *after = g_build_filename (fixture->sources, "wxfaraday.md", NULL);

  gint64 budget, roof;

  write_source (fixture, "zqkelvin.md");
  import_sources (fixture, library);
  g_assert_cmpuint (count_by_words (library, "zqkelvin"), ==, 1);
  budget = find_passage (library, "budget agreed");
  roof = find_passage (library, "roof discussed");
  g_assert_cmpint (g_rename (before, after), ==, 0);
  import_sources (fixture, library);
  g_assert_cmpuint (count_by_words (library, "zqkelvin"), ==, 0);
  g_assert_cmpuint (count_by_words (library, "wxfaraday"), ==, 1);
  g_assert_cmpint (find_passage (library, "budget agreed"), !=, budget);
  g_assert_cmpint (find_passage (library, "roof discussed"), ==, roof);
  assert_sound (library);
}

/* A number alone, as mails in a mailbox have, is no name; neither is a name lost where the words are indexed anew. */
static void
test_indexed_anew (LibraryFixture *fixture, gconstpointer data)
{
  g_autofree char *words = g_build_filename (fixture->folder, "words.index", NULL);

  for (guint round = 0; round < 2; round++)
    {
      g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

      if (round == 0)
        {
          write_source (fixture, "zqkelvin.md");
          write_source (fixture, "0007123.md");
          import_sources (fixture, library);
        }
      g_assert_cmpuint (count_by_words (library, "zqkelvin"), ==, 1);
      g_assert_cmpuint (count_by_words (library, "0007123"), ==, 0);
      assert_sound (library);
      g_clear_object (&library);
      g_remove (words);
    }
}

/* Of a file that is named, the beginning comes first, although another passage holds more of the name. */
static void
test_beginning (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *path = g_build_filename (fixture->sources, "kiln-tiles.md", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (QuarryHit) hit = NULL;

  g_assert_true (g_file_set_contents (path,
                                      "# Pottery\n\nWhat the village makes of clay is sold at the market.\n\n"
                                      "# Kiln tiles\n\nKiln tiles are fired in the kiln. The kiln fires tiles for roofs.\n",
                                      -1, NULL));
  import_sources (fixture, library);
  answer = quarry_library_search (library, "kiln-tiles.md", NULL, NULL, &error);
  g_assert_no_error (error);
  hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
  g_assert_cmpuint (quarry_hit_get_characters (hit).start, ==, 0);
}

#define PAGE(title, body) "<html><head><title>" title "</title></head><body><p>" body "</p></body></html>"

/* A document is first where the query is its title, the heading that it begins with, or its file name, however short,
 * although another document is more about it; but not where the name is that of two documents that are no copies, or half
 * typed. So it is where a question asks for it. */
static void
test_short (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const sources[][2] = {
    { "first.md", "# Kiln\n\nWhat the village makes of clay is sold at the market by the river.\n" },
    { "second.html", PAGE ("Glazes", "The recipes of the potter are kept in a drawer under the old table.") },
    { "seventh.md", "## Anvil\n\nThe smith has sold all his tools, and in his workshop bread is baked today.\n" },
    { "ladder", "It leans at the wall of the barn, behind the apple trees, all the winter." },
    { "third.md", "# Pottery\n\nThe kiln: a kiln fires tiles, and what a kiln fires needs glazes. Glazes melt in "
                  "the kiln; glazes are glass. A ladder, the long ladder, leads to the kiln. Ladder and kiln.\n" },
    { "copies/seventh.md", "## Anvil\n\nThe smith has sold all his tools, and in his workshop bread is baked today.\n" },
    { "eighth.md", "# Heavy things\n\nAn anvil is heavy, and so is a second anvil: one anvil is enough for a barn.\n" },
    { "fourth.md", "# Wheel\n\nIt was bought from a neighbour who had no use for it any more.\n" },
    { "fifth.md", "# Wheel\n\nNobody knows who has left it in the yard behind the stable.\n" },
    { "sixth.md", "# Turning\n\nThe wheel turns: each wheel is turned by foot, and a wheel at rest is no wheel.\n" },
  };
  static const struct
  {
    const char *query;
    gboolean typing;
    const char *first;
    gboolean named;
  } cases[] = {
    { "kiln", FALSE, "first.md", TRUE },   { "Glazes", FALSE, "second.html", TRUE },
    { "anvil", FALSE, "seventh.md", TRUE },
    { "ladder", FALSE, "ladder", TRUE },   { "kiln", TRUE, "first.md", TRUE },
    { "kil", TRUE, "third.md", FALSE },    { "the kiln", FALSE, "third.md", FALSE },
    { "wheel", FALSE, "fifth.md", FALSE },
    /* It may be asked for in a person's own language, and as more than one. */
    { "what is a kiln", FALSE, "first.md", FALSE },
    { "What are kilns?", FALSE, "first.md", FALSE },
    { "who made the glazes", FALSE, "third.md", FALSE },
    { "was ist ein Kiln", FALSE, "first.md", FALSE },
    { "qu’est-ce que le kiln", FALSE, "first.md", FALSE },
    { "¿qué es un kiln?", FALSE, "first.md", FALSE },
    { "how does a kiln work", FALSE, "first.md", FALSE },
    { "what does kiln mean?", FALSE, "first.md", FALSE },
    { "Wie funktioniert ein Kiln?", FALSE, "first.md", FALSE },
    { "que signifie le kiln", FALSE, "first.md", FALSE },
    { "¿cómo funciona un kiln?", FALSE, "first.md", FALSE },
    { "how does a kiln melt", FALSE, "third.md", FALSE },
    { "what is a kil", TRUE, "third.md", FALSE },
    { "what is a wheel", FALSE, "fifth.md", FALSE },
    { "what a kiln fires", FALSE, "third.md", FALSE },
    { "what’s kiln", FALSE, "first.md", FALSE },
    { "what's kiln", FALSE, "first.md", FALSE },
    /* What may be a question word may be a noun in another language, or a name. */
    { "comment kiln", FALSE, "third.md", FALSE },
    { "WHO glazes", FALSE, "third.md", FALSE },
  };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    {
      g_autofree char *path = g_build_filename (fixture->sources, sources[i][0], NULL);
      g_autofree char *folder = g_path_get_dirname (path);

      g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
      g_assert_true (g_file_set_contents (path, sources[i][1], -1, NULL));
    }
  import_sources (fixture, library);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
      g_autoptr (GError) error = NULL;
      g_autoptr (QuarryAnswer) answer = NULL;
      g_autoptr (QuarryHit) hit = NULL;
      g_autofree char *name = NULL;

      options.typing = cases[i].typing;
      answer = quarry_library_search (library, cases[i].query, &options, NULL, &error);
      g_assert_no_error (error);
      hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
      g_assert_nonnull (hit);
      name = g_path_get_basename (quarry_hit_get_path (hit));
      g_assert_cmpstr (name, ==, cases[i].first);
      if (!cases[i].typing)
        g_assert_cmpint (quarry_answer_get_confidence (answer) >= QUARRY_CONFIDENCE_SUREST, ==, cases[i].named);
    }
}

/* A number before the name of a file, as a person puts there for the order, is no part of the name, but one behind it is. */
static void
test_numbered (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const cases[][2] = {
    { "sickle", "/notes/2019-05 07 sickle.txt" },
    { "what are sickles", "/notes/2019-05 07 sickle.txt" },
    { "scythe", "/notes/harvest.txt" },
  };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (GError) error = NULL;

  add_text (library, "/notes/2019-05 07 sickle.txt", "Straw is bound in sheaves and stands in the field until it is dry.");
  add_text (library, "/notes/scythe 2.txt", "It hangs in the barn, behind the ladder, all the winter.");
  add_text (library, "/notes/harvest.txt", "A sickle and a scythe are sharpened: the sickle cuts rye, the scythe cuts hay. "
                                           "Whoever has a sickle reaps, whoever has a scythe mows.");
  g_assert_true (quarry_library_finish_adding (library, &error));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (QuarryAnswer) answer = quarry_library_search (library, cases[i][0], NULL, NULL, &error);
      g_autoptr (QuarryHit) hit = NULL;

      g_assert_no_error (error);
      hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
      g_assert_nonnull (hit);
      g_assert_cmpstr (quarry_hit_get_path (hit), ==, cases[i][1]);
    }
}

/* Texts that were in no file are not copies of each other. */
static void
test_short_without_files (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (QuarryHit) hit = NULL;

  add_text (library, "/one/lathe", "It stands in the cellar, under a cloth, since the carpenter has left.");
  add_text (library, "/two/lathe", "Nobody has asked for it in spring, although the price was low.");
  add_text (library, "/three/turning", "On a lathe a bowl is turned; the lathe turns the wood, and a lathe needs a sharp tool.");
  g_assert_true (quarry_library_finish_adding (library, &error));
  answer = quarry_library_search (library, "lathe", NULL, NULL, &error);
  g_assert_no_error (error);
  hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
  g_assert_cmpstr (quarry_hit_get_path (hit), ==, "/three/turning");
}

/* A title is that of all passages of a document: it begins with one of them, and is still one document. */
static void
test_short_of_many (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *titled = g_build_filename (fixture->sources, "titled.html", NULL);
  g_autofree char *about = g_build_filename (fixture->sources, "about.md", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (QuarryHit) hit = NULL;

  g_assert_true (g_file_set_contents (
      titled,
      PAGE ("Glazes", "<h1>Drawer</h1><p>The recipes of the potter are kept in a drawer under the old table.</p>"
                      "<h1>Salt</h1><p>It is thrown into the fire when all of it is white.</p>"
                      "<h1>Ash</h1><p>That of beeches is washed, dried and sieved in spring."),
      -1, NULL));
  g_assert_true (g_file_set_contents (
      about, "# Pottery\n\nGlazes melt in the kiln; glazes are glass, and glass glazes. All glazes need a fire.\n", -1, NULL));
  import_sources (fixture, library);
  answer = quarry_library_search (library, "glazes", NULL, NULL, &error);
  g_assert_no_error (error);
  hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
  g_assert_nonnull (hit);
  g_assert_cmpstr (quarry_hit_get_path (hit), ==, titled);
  g_assert_cmpuint (quarry_hit_get_characters (hit).start, ==, 0);
}

/* The words of a file's name count among those of its document, so that "harbour" is about lanterns at a harbour. */
static void
test_counted (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  add_text (library, "/made/up/harbour.txt",
            "The lanterns were lit by two men who had been told to wait until the last boat was home, and then to go.");
  add_text (library, "/made/up/notes.txt",
            "At the harbour the lanterns were lit. In the evening the boats came back and the men sat on the wall, talked "
            "of the weather and mended what was torn. In the evening the boats came back and the men");
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *path = g_strdup_printf ("/made/up/o%u.txt", i);
      g_autofree char *text = g_strdup_printf ("Nobody counted the sheep %u that year, and the shepherd had gone.", i);

      add_text (library, path, text);
    }
  assert_best (library, "harbour lanterns", "harbour");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  LIBRARY_TEST ("names/titled", test_titled);
  LIBRARY_TEST ("names/beginning", test_beginning);
  LIBRARY_TEST ("names/counted", test_counted);
  LIBRARY_TEST ("names/short", test_short);
  LIBRARY_TEST ("names/numbered", test_numbered);
  LIBRARY_TEST ("names/short-of-many", test_short_of_many);
  LIBRARY_TEST ("names/short-without-files", test_short_without_files);
  LIBRARY_TEST ("names/renamed", test_renamed);
  LIBRARY_TEST ("names/indexed-anew", test_indexed_anew);

  return g_test_run ();
}
