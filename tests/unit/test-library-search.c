/* test-library-search.c: what a search finds in a library, and what it says of it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "library-helpers.h"

#include <string.h>

#include "core/library/quarry-library-private.h"
#include "core/library/quarry-library-write-private.h"

/* A passage whose text is typed in full comes first, even if others hold its words more often. */
static void
test_word_for_word (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  add_text (library, "/made/up/common.txt",
                "Harbours, harbours in winter, a winter harbour: the harbour of every winter.");
  add_text (library, "/made/up/exact.txt",
                "Nobody had thought of it before, and so it was that by the harbour in that winter of "
                "long frosts the old men sat and mended nets, told stories, and waited for the thaw.");
  add_text (library, "/made/up/other.txt",
                "The harbour that winter has made is no harbour for boats or birds.");
  assert_best (library, "harbour winter", "common");
  assert_best (library, "by the harbour in that winter", "exact");
  assert_best (library, "BY the Harbour, in that winter", "exact");
}

/* The best hit. @typing: the query's last word is still being typed. (transfer full) */
static QuarryHit *
find_best (QuarryLibrary *library, const char *query, gboolean typing)
{
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryAnswer) answer = NULL;

  options.typing = typing;
  answer = quarry_library_search (library, query, &options, NULL, &error);
  g_assert_no_error (error);

  return g_list_model_get_item (quarry_answer_get_hits (answer), 0);
}

/* A few words in a row are a quotation only where few texts hold them so, where they do not just name a subject, and
 * where they are more than the beginning of something. */
static void
test_usual_expression (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const more[] = { "The roof was mended in June.", "Nobody paid for the new bell.",
                                      "Two carts stood before the door.", "The well had frozen at night." };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryHit) typed = NULL;
  g_autoptr (QuarryHit) usual = NULL;

  add_text (library, "/much.txt", "Honey, heather honey: jars of honey. In winter the heather rests, and winter honey "
                                  "is what jars hold. Heather, jars, honey.");
  add_text (library, "/one.txt", "Long ago somebody asked the neighbour for honey from heather and for the use of a rope, "
                                 "a lamp, two boots, a saw and some nails, and went home by the lake without them.");
  assert_best (library, "honey from heather", "much");
  assert_best (library, "honey from heather and for the use", "one");
  assert_best (library, "heather and for the", "one");
  typed = find_best (library, "heather and for the", TRUE);
  g_assert_cmpstr (quarry_hit_get_path (typed), ==, "/much.txt");

  for (guint i = 0; i < G_N_ELEMENTS (more); i++)
    {
      g_autofree char *path = g_strdup_printf ("/little/%c.txt", 'a' + i);
      g_autofree char *text = g_strdup_printf ("%s We had eggs, fish, salt, candles, string, winter honey in jars and "
                                               "other such things, which were all dear.", more[i]);

      add_text (library, path, text);
      if (i == 0)
        {
          g_autoptr (QuarryHit) quoted = find_best (library, "winter honey in jars", FALSE);

          g_assert_cmpstr (quarry_hit_get_path (quoted), ==, "/little/a.txt");
          g_assert_cmpfloat (quarry_hit_get_score (quoted), >, 1.3);
        }
    }
  /* So many hold the words apart that they are no name. */
  for (guint i = 0; i < 6; i++)
    {
      g_autofree char *path = g_strdup_printf ("/apart/%u.txt", i);
      g_autofree char *text = g_strdup_printf ("In winter %u jars were sold before anybody had asked what the honey "
                                               "had cost the year before.", i + 3);

      add_text (library, path, text);
    }
  usual = find_best (library, "winter honey in jars", FALSE);
  g_assert_cmpfloat (quarry_hit_get_score (usual), <, 1.3);
}

/* Words that many texts hold in a row, and few apart, are a name: what has the name comes before what has its words. */
static void
test_name (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const before[] = { "The roof was mended in June.", "Nobody paid for the new bell.",
                                        "Two carts stood before the door.", "The well had frozen at night." };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryHit) named = NULL;

  add_text (library, "/much.txt", "A point is seen, and a view has its point: of one view, a point; of two points, a view. "
                                  "Points, views, a point, a view.");
  for (guint i = 0; i < G_N_ELEMENTS (before); i++)
    {
      g_autofree char *path = g_strdup_printf ("/named/%c.txt", 'a' + i);
      g_autofree char *text = g_strdup_printf ("%s We had eggs, fish, salt, candles, from the point of view of a cook, and "
                                               "other such things, which were all dear.", before[i]);

      add_text (library, path, text);
    }
  named = find_best (library, "point of view", FALSE);
  g_assert_true (g_str_has_prefix (quarry_hit_get_path (named), "/named/"));
}

/* A word that is half typed or misspelt is replaced by the library's word that it stands for, both in the query's
 * vector and in what is marked. */
static void
test_half_typed (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const queries[] = { "honeyb", "honebyees", "schoon", "schooenr" };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  import_sources (fixture, library);
  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
      g_autoptr (GError) error = NULL;
      g_autoptr (QuarryAnswer) answer = NULL;
      g_autoptr (QuarryHit) hit = NULL;
      const QuarryHitWord *words;
      guint n_words;

      options.mode = QUARRY_SEARCH_DENSE;
      options.typing = TRUE;
      answer = quarry_library_search (library, queries[i], &options, NULL, &error);
      g_assert_no_error (error);
      hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
      g_assert_nonnull (hit);
      g_assert_nonnull (strstr (quarry_hit_get_path (hit), i < 2 ? "bees" : "ships"));
      words = quarry_hit_get_words (hit, &n_words);
      g_assert_cmpuint (n_words, >, 0);
      g_assert_cmpint (words[0].kind, ==, QUARRY_MATCH_LITERAL);
    }
}

/* A word followed by a blank, or anything else, is taken as it stands. */
static void
test_ended (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const queries[] = { "schoon", "schoon ", "schoon type:text", "\"schoon\"" };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  import_sources (fixture, library);
  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
      g_autoptr (GError) error = NULL;
      g_autoptr (QuarryAnswer) answer = NULL;

      options.mode = QUARRY_SEARCH_LEXICAL;
      options.typing = TRUE;
      options.as_typed = TRUE;
      answer = quarry_library_search (library, queries[i], &options, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpint (g_list_model_get_n_items (quarry_answer_get_hits (answer)) > 0, ==, i == 0);
      g_assert_cmpstr (quarry_answer_get_completion (answer), ==, i == 0 ? "schooner" : NULL);
    }
}

/* Other forms of a word are found in a document of several languages, even if the word is not in its main language. */
static void
test_mixed_languages (LibraryFixture *fixture, gconstpointer data)
{
  static const char text[]
      = "# Harbour\n\n"
        "The harbour was built by the people of the town when there was no other place for their boats, and it has "
        "been used by all of those who came from the islands since then. There are two piers, of which the older one "
        "is of stone, and the other of wood that was brought from the north.\n\n"
        "It is not known who drew the first plans, but they were found in the church, and what is left of them can be "
        "seen in the hall that stands beside the market. The ships that came with salt would wait here for the tide, "
        "and those with timber had their own quay, which was taken down in the last century.\n\n"
        "# Hafen\n\n"
        "Die alten H\303\244user am Hafen sind in den letzten Jahren aufwendig erneuert worden, und viele Menschen wohnen "
        "wieder gern in ihnen, weil der Garten von den Kindern der Schule gepflegt wird. Auch das Amt ist dort, und wer "
        "nach dem Weg fragt, der wird von einem der Fischer gef\303\274hrt, die vor ihren T\303\274ren sitzen.\n";
  g_autofree char *path = g_build_filename (fixture->sources, "harbour.md", NULL);
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (QuarryHit) hit = NULL;
  const QuarryHitWord *words;
  gboolean is_met = FALSE;
  guint n;

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  import_sources (fixture, library);
  answer = quarry_library_search (library, "Haus", NULL, NULL, &error);
  g_assert_no_error (error);
  hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
  g_assert_nonnull (hit);
  words = quarry_hit_get_words (hit, &n);
  for (guint i = 0; i < n; i++)
    is_met |= g_str_has_prefix (quarry_hit_get_text (hit) + words[i].span.start, "H\303\244user")
              && words[i].kind == QUARRY_MATCH_LITERAL;
  g_assert_true (is_met);
}

/* A word that is found by a part of it is a literal match, whatever the model makes of the whole word. */
static void
test_parts (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const queries[] = { "annotation", "annotat" };
  g_autofree char *path = g_build_filename (fixture->sources, "code.md", NULL);
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  g_assert_true (g_file_set_contents (path, "A LineAnnotation with an empty rectangle is drawn.\n", -1, NULL));
  import_sources (fixture, library);
  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
      g_autoptr (GError) error = NULL;
      g_autoptr (QuarryAnswer) answer = NULL;
      g_autoptr (QuarryHit) hit = NULL;
      const QuarryHitWord *words;
      guint n, n_met = 0;

      options.typing = i > 0;
      answer = quarry_library_search (library, queries[i], &options, NULL, &error);
      g_assert_no_error (error);
      hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
      g_assert_nonnull (hit);
      words = quarry_hit_get_words (hit, &n);
      for (guint w = 0; w < n; w++)
        if (words[w].kind == QUARRY_MATCH_LITERAL)
          {
            g_assert_true (g_str_has_prefix (quarry_hit_get_text (hit) + words[w].span.start, "LineAnnotation"));
            g_assert_cmpstr (words[w].query_word, ==, queries[i]);
            n_met++;
          }
      g_assert_cmpuint (n_met, ==, 1);
    }
}

/* Another form of a word is a literal match by the rules of its document's language, even if English rules differ. */
static void
test_forms (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const texts[][2] = {
    { "haus.txt",
      "Die alten H\303\244user am Hafen sind in den letzten Jahren aufwendig erneuert "
      "worden, und viele Menschen wohnen wieder gern in ihnen, weil der Garten von den "
      "Kindern der Schule gepflegt wird." },
    { "cheval.txt",
      "Les chevaux couraient dans les prairies pr\303\251f\303\251r\303\251es du vieux "
      "paysan, loin des grandes villes et de leurs bruits, et personne ne savait "
      "o\303\271 ils allaient." },
    { "dom.txt",
      "\320\222 \321\201\321\202\320\260\321\200\320\276\320\274 "
      "\320\264\320\276\320\274\320\265 \320\266\320\270\320\262\321\203\321\202 "
      "\320\275\320\276\320\262\321\213\320\265 \320\273\321\216\320\264\320\270, "
      "\320\272\320\276\321\202\320\276\321\200\321\213\320\265 "
      "\320\272\320\260\320\266\320\264\321\213\320\271 "
      "\320\262\320\265\321\207\320\265\321\200 "
      "\320\263\321\203\320\273\321\217\321\216\321\202 \320\277\320\276 "
      "\320\261\320\265\321\200\320\265\320\263\321\203 "
      "\321\200\320\265\320\272\320\270 \320\270 \320\277\320\276\321\216\321\202 "
      "\320\277\320\265\321\201\320\275\320\270." },
  };
  static const struct
  {
    const char *query, *path, *form;
  } cases[] = {
    { "Haus", "haus", "H\303\244user" },
    { "Kinder", "haus", "Kindern" },
    { "pr\303\251f\303\251r\303\251e", "cheval", "pr\303\251f\303\251r\303\251es" },
    { "\320\275\320\276\320\262\321\213\320\271", "dom",
      "\320\275\320\276\320\262\321\213\320\265" },
  };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *path = g_build_filename (fixture->sources, texts[i][0], NULL);

      g_assert_true (g_file_set_contents (path, texts[i][1], -1, NULL));
    }
  import_sources (fixture, library);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (QuarryAnswer) answer
          = quarry_library_search (library, cases[i].query, NULL, NULL, &error);
      g_autoptr (QuarryHit) hit = NULL;
      const QuarryHitWord *words;
      gboolean met = FALSE;
      guint n_words;

      g_assert_no_error (error);
      hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
      g_assert_nonnull (hit);
      g_assert_nonnull (strstr (quarry_hit_get_path (hit), cases[i].path));
      words = quarry_hit_get_words (hit, &n_words);
      for (guint w = 0; w < n_words; w++)
        if (strncmp (quarry_hit_get_text (hit) + words[w].span.start, cases[i].form,
                     words[w].span.end - words[w].span.start)
            == 0)
          {
            g_assert_cmpint (words[w].kind, ==, QUARRY_MATCH_LITERAL);
            g_assert_cmpstr (words[w].query_word, ==, cases[i].query);
            met = TRUE;
          }
      g_assert_true (met);
    }
}

static QuarryAnswer *
search_as_typed (QuarryLibrary *library, const char *query, gboolean as_typed)
{
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (GError) error = NULL;
  QuarryAnswer *answer;

  options.as_typed = as_typed;
  answer = quarry_library_search (library, query, &options, NULL, &error);
  g_assert_no_error (error);
  return answer;
}

static void
assert_matched (QuarryAnswer *answer, const char *query_word, const char *word)
{
  g_autoptr (QuarryHit) hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
  guint n_words;
  const QuarryHitWord *words = quarry_hit_get_words (hit, &n_words);

  for (guint i = 0; i < n_words; i++)
    if (g_strcmp0 (words[i].query_word, query_word) == 0)
      {
        g_autofree char *text = g_strndup (quarry_hit_get_text (hit) + words[i].span.start,
                                           words[i].span.end - words[i].span.start);

        g_assert_cmpstr (text, ==, word);
        g_assert_cmpint (words[i].kind, ==, QUARRY_MATCH_LITERAL);
        return;
      }
  g_assert_not_reached ();
}

/* The correction of a misspelt word is reported and marked in the hits, and it can be switched off. */
static void
test_corrections (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryAnswer) corrected = NULL;
  g_autoptr (QuarryAnswer) misspelt = NULL;
  g_autoptr (QuarryAnswer) as_typed = NULL;
  g_autoptr (QuarryAnswer) right = NULL;
  const char *const *corrections;

  import_sources (fixture, library);
  corrected = search_as_typed (library, "the schooenr 2024x and honebyees", FALSE);
  corrections = quarry_answer_get_corrections (corrected);
  g_assert_cmpuint (g_strv_length ((char **) corrections), ==, 4);
  g_assert_cmpstr (corrections[0], ==, "schooenr");
  g_assert_cmpstr (corrections[1], ==, "schooner");
  g_assert_cmpstr (corrections[2], ==, "honebyees");
  g_assert_cmpstr (corrections[3], ==, "honeybees");
  misspelt = search_as_typed (library, "schooenr", FALSE);
  assert_matched (misspelt, "schooenr", "schooner");

  as_typed = search_as_typed (library, "schooenr", TRUE);
  g_assert_null (quarry_answer_get_corrections (as_typed)[0]);
  for (guint i = 0; i < g_list_model_get_n_items (quarry_answer_get_hits (as_typed)); i++)
    {
      g_autoptr (QuarryHit) other = g_list_model_get_item (quarry_answer_get_hits (as_typed), i);

      g_assert_cmpuint (quarry_hit_get_lexical_rank (other), ==, 0);
    }

  right = search_as_typed (library, "schooner honeyb", FALSE);
  g_assert_null (quarry_answer_get_corrections (right)[0]);
}

static void
add_sections (QuarryLibrary *library, const char *path, const char *first, const char *second)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 2; i++)
    {
      quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, i == 0 ? "One" : "Two", -1);
      quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, i == 0 ? first : second, -1);
    }
  document = quarry_document_builder_end (builder);
  quarry_library_add_document (library, path, document, &error);
  g_assert_no_error (error);
}

/* Two passages that together hold the query's words are worth more than one of them. */
static void
test_rerank (LibraryFixture *fixture, gconstpointer data)
{
#define REST " The rest of this page was written on another day by another hand, and says what became of the money, the horses, the garden wall and the three old cousins."
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (QuarryHit) hit = NULL;

  /* By themselves the passages that hold one word are worth the same, and the first ones lead. */
  add_sections (library, "/made/up/first.md", "Above the village granite was cut." REST,
                "The orchard was planted on the southern slope." REST);
  add_sections (library, "/made/up/third.md", "On the outer rock a lighthouse was raised." REST,
                "The chapel was roofed again before the feast." REST);
  add_sections (library, "/made/up/other.md", "Granite was cut above the village." REST,
                "A lighthouse was raised on the outer rock." REST);
  options.method = QUARRY_DIVERSITY_NONE;
  answer = quarry_library_search (library, "granite lighthouse", &options, NULL, &error);
  g_assert_no_error (error);
  hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
  g_assert_cmpstr (quarry_hit_get_path (hit), ==, "/made/up/other.md");
#undef REST
}

/* Of passages that otherwise say the same and have the same neighbours, the one in which the query's words stand
 * together ranks higher, in either order of the words. */
static void
test_near_words (LibraryFixture *fixture, gconstpointer data)
{
#define REST " The rest of this page was written on another day by another hand, and says what became of the money."
  static const char *const queries[] = { "granite lighthouse", "lighthouse granite", "granite lightho" };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;

  add_sections (library, "/made/up/first.md",
                "Granite stood beside the harbour wall where old fishermen built lighthouse stairs." REST,
                "The chapel was roofed again before the feast." REST);
  add_sections (library, "/made/up/second.md",
                "Granite stood beside the harbour wall lighthouse where old fishermen built stairs." REST,
                "The chapel was roofed again before the feast." REST);
  add_sections (library, "/made/up/third.md",
                "Granite stood beside the harbour wall where old fishermen built lighthouse stairs." REST,
                "The chapel was roofed again before the feast." REST);
  options.method = QUARRY_DIVERSITY_NONE;
  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (QuarryAnswer) answer = NULL;
      g_autoptr (QuarryHit) first = NULL;
      g_autoptr (QuarryHit) second = NULL;

      options.typing = i == 2;
      answer = quarry_library_search (library, queries[i], &options, NULL, &error);
      g_assert_no_error (error);
      first = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
      second = g_list_model_get_item (quarry_answer_get_hits (answer), 1);
      g_assert_cmpstr (quarry_hit_get_path (first), ==, "/made/up/second.md");
      g_assert_cmpfloat (quarry_hit_get_score (first), >, quarry_hit_get_score (second) + .05f);
    }
#undef REST
}

/* A passage that is typed in full comes first, even if others are about the same. */
static void
test_kinds (LibraryFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *query, *path, *text;
  } kinds[] = {
    { "\"net of the old harbour\"", "/k/phrase",
      "By evening the last net of the old harbour hung drying between two posts, and nobody in the village "
      "could say who had mended it or when it would be needed again that year." },
    { "QX-4471-B", "/k/code",
      "Replace the gasket, part QX-4471-B, before the pump is filled; tighten all eight bolts crosswise and "
      "wait until the pressure has settled before the valve is opened for the first time." },
    { "E1042", "/k/error",
      "If the display shows E1042 the drum is blocked. Switch the machine off, let it cool down, and look for "
      "coins or buttons behind the rubber seal before it is started again." },
    { "annual_report-2023.pdf", "/k/annual_report-2023.pdf",
      "Income rose by a tenth while costs stayed where they were, and the board thanks everybody who worked "
      "through a difficult winter with so little complaint and so much patience." },
    { "maria.lopez@example.org", "/k/address",
      "Questions about the lease go to maria.lopez@example.org, who answers within two working days except in "
      "August, when the office is closed and the telephone is not answered either." },
    { "zorvanthil", "/k/unknown",
      "In the third song the hero drinks zorvanthil from a horn and sees the dead walk by in rows, each with a "
      "lamp, until the cock crows and the cup falls from his hand." },
    { "The committee postponed its decision until the surveyor could explain why the eastern wall had moved by "
      "four centimetres since the spring, and asked for a second opinion.", "/k/pasted",
      "The roof was discussed briefly. The committee postponed its decision until the surveyor could explain "
      "why the eastern wall had moved by four centimetres since the spring, and asked for a second opinion. "
      "There was no other business." },
    { "C++", "/k/signs-behind",
      "He writes the large programs in C++ on Mondays, with two colleagues who would rather do something else "
      "and say so at lunch, and has never regretted it." },
    { ".NET", "/k/signs-before",
      "The accounts are kept by a program for .NET that nobody has the source of any more, which is why the old "
      "computer behind the door must not be switched off." },
  };
  /* About the same subject, with more of the words than the passage itself. */
  static const char *const decoys[] = {
    "The old harbour, its net, the nets of the harbour, the harbour net: an old net of a harbour that is old.",
    "Parts QX-4470-B, QX-4471-A, QX-4472-B and QX 4471 with B side up: gaskets for pumps, pump gaskets, valves.",
    "E1041, E1043 and E1024 are errors of the drum; the display shows errors of the machine and its drum.",
    "The report of the year 2023: the annual report, a PDF of reports, annual figures, reports of 2023, reports.",
    "maria.lopez@example.com and mario.lopez@example.org are other people; Lopez, Maria: an example of an org chart.",
    "Zorvanthal and zorvanthin are drinks of heroes; the hero drinks from a horn, from a cup, from a bowl.",
    ("The surveyor explained to the committee that the eastern wall had moved; the committee postponed a decision "
     "on the wall, the surveyor moved the wall, and the committee of the wall asked the surveyor for opinions."),
    "Plan C, room C, row C: C is the third letter; C++++ is a joke, C is a language, C and C and C.",
    "The net is a net; net income, net weight, the net of nets: a net net.",
  };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  for (guint i = 0; i < 3; i++)
    for (gsize j = 0; j < G_N_ELEMENTS (decoys); j++)
      {
        g_autofree char *path = g_strdup_printf ("/d/%c%c", 'a' + i, 'a' + (int) j);
        g_autofree char *text = g_strdup_printf ("%s %s", decoys[j], i == 0 ? "" : decoys[(j + i) % G_N_ELEMENTS (decoys)]);

        add_text (library, path, text);
      }
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    add_text (library, kinds[i].path, kinds[i].text);
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    for (guint mode = 0; mode < 2; mode++)
      {
        QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
        g_autoptr (GError) error = NULL;
        g_autoptr (QuarryAnswer) answer = NULL;
        g_autoptr (QuarryHit) hit = NULL;

        options.typing = mode == 1;
        answer = quarry_library_search (library, kinds[i].query, &options, NULL, &error);
        g_assert_no_error (error);
        hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
        g_assert_nonnull (hit);
        g_test_message ("%s: %s", kinds[i].query, quarry_hit_get_path (hit));
        g_assert_cmpstr (quarry_hit_get_path (hit), ==, kinds[i].path);
      }
}

/* What a model knows of numbers is that they look alike: what it finds near one of them is hardly a hit. */
static void
test_numbers (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (GError) error = NULL;
  GListModel *hits;

  add_text (library, "/n/row", "The numbers of the houses: 48, 50, 47, 90, 88, 87, 4710, 4712, 4713, 89.");
  add_text (library, "/n/letter", "Whoever finds the dog of the baker may keep the blanket, but is asked to call 4711 "
                                  "after six, where somebody will come and fetch it with a cart and a sausage.");
  add_text (library, "/n/other", "The mill had many sacks that year, and nobody counted them before the rain came.");
  answer = quarry_library_search (library, "4711", &options, NULL, &error);
  g_assert_no_error (error);
  hits = quarry_answer_get_hits (answer);
  for (guint i = 0; i < g_list_model_get_n_items (hits); i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (hits, i);

      g_assert_cmpstr (i == 0 ? quarry_hit_get_path (hit) : "/n/letter", ==, "/n/letter");
      g_assert_true (i == 0 || quarry_hit_get_score (hit) < .1f);
    }
  g_assert_cmpuint (g_list_model_get_n_items (hits), >, 1);
}

/* A query whose words all candidates hold looks ambiguous, but it is not if one of them holds the words as they were
 * typed. */
static void
test_exact_is_not_ambiguous (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const senses[] = {
    "Vitamin C is in lemons and cabbage.", "C is where a child begins to play the piano.",
    "The seats of row C are the dearest.", "At 40 degrees C the wax is soft.",
    "Section C of the contract is about the roof.",
  };
  static const char *const more[] = {
    "Sailors went without and fell ill on long voyages.", "The black keys are learnt in the second year.",
    "Nobody had paid, and the lamps stayed dark.", "It runs from the mould when the door is open.",
    "Two lawyers came by train and left by boat.", "The cook wrote down what she had used.",
    "A cold wind came over the hill at noon.", "His brother sold bicycles in the old town.",
  };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (QuarryHit) hit = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *path = g_strdup_printf ("/c/%c%c", 'a' + i / 8, 'a' + i % 8);
      g_autofree char *text = g_strdup_printf ("%s %s", senses[i % G_N_ELEMENTS (senses)],
                                               more[i % G_N_ELEMENTS (more)]);

      add_text (library, path, text);
    }
  add_text (library, "/c/exact", "A long letter of somebody who once learnt C++, moved to the coast, sold the boat and "
                                 "keeps bees, of which there is more to tell than of anything else.");

  answer = quarry_library_search (library, "C++", NULL, NULL, &error);
  g_assert_no_error (error);
  hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
  g_assert_cmpstr (quarry_hit_get_path (hit), ==, "/c/exact");
}

static gpointer
search_thread (gpointer data)
{
  QuarryLibrary *library = data;

  for (guint i = 0; i < 50; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (QuarryAnswer) answer
          = quarry_library_search (library, "queen of the hive", NULL, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (g_list_model_get_n_items (quarry_answer_get_hits (answer)), >, 0);
    }

  return NULL;
}

/* Searches run beside an import and never fail because of it. */
static void
test_search_beside_import (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  GThread *threads[2];

  import_sources (fixture, library);
  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *name = g_strdup_printf ("note-%03u.md", i);
      g_autofree char *path = g_build_filename (fixture->sources, name, NULL);
      g_autofree char *text = g_strdup_printf ("Note %u speaks of weather, gardens and letters.\n", i);

      g_assert_true (g_file_set_contents (path, text, -1, NULL));
    }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("search", search_thread, library);
  g_assert_cmpuint (import_sources (fixture, library).imported, ==, 200);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  assert_sound (library);
}

static void
test_cancel (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  const char *paths[] = { fixture->sources, NULL };
  g_autoptr (QuarryImport) import = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  QuarryImportProgress progress;

  import = quarry_library_import (library, paths);
  quarry_import_set_paused (import, TRUE);
  quarry_import_cancel (import);
  while (!quarry_import_get_finished (import))
    g_main_context_iteration (NULL, TRUE);
  quarry_import_get_progress (import, &progress);
  g_assert_cmpuint (progress.failed, ==, 0);
  assert_sound (library);

  g_cancellable_cancel (cancellable);
  g_assert_null (quarry_library_search (library, "queen", NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  LIBRARY_TEST ("word-for-word", test_word_for_word);
  LIBRARY_TEST ("word-for-word/usual", test_usual_expression);
  LIBRARY_TEST ("word-for-word/name", test_name);
  LIBRARY_TEST ("half-typed", test_half_typed);
  LIBRARY_TEST ("ended", test_ended);
  LIBRARY_TEST ("forms", test_forms);
  LIBRARY_TEST ("mixed-languages", test_mixed_languages);
  LIBRARY_TEST ("parts", test_parts);
  LIBRARY_TEST ("corrections", test_corrections);
  LIBRARY_TEST ("rerank", test_rerank);
  LIBRARY_TEST ("near-words", test_near_words);
  LIBRARY_TEST ("kinds", test_kinds);
  LIBRARY_TEST ("numbers", test_numbers);
  LIBRARY_TEST ("exact-is-not-ambiguous", test_exact_is_not_ambiguous);
  LIBRARY_TEST ("search-beside-import", test_search_beside_import);
  LIBRARY_TEST ("cancel", test_cancel);

  return g_test_run ();
}
