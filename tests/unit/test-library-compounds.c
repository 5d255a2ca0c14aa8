/* test-library-compounds.c: words that other languages write as one
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "library-helpers.h"

#include <string.h>

#include "core/library/search/quarry-hit-private.h"

static void
write_text (LibraryFixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (fixture->sources, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* The passage that holds two words of the query as one, perhaps with a letter between them, is found by them, and the
 * whole compound is marked as what the first word met. */
static void
test_apart (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const cases[][3] = {
    { "Drucker einrichten", "drucker", "Druckereinrichtung" },
    { "Gesellschaft Vertrag", "vertrag", "Gesellschaftsvertrag" },
  };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  write_text (fixture, "drucker.txt",
              "Die Druckereinrichtung wird in diesem Kapitel so beschrieben, wie sie von den meisten Leuten an einem "
              "Nachmittag gemacht werden kann, ohne dass man dazu jemanden fragen muss.");
  write_text (fixture, "vertrag.txt",
              "Der Gesellschaftsvertrag liegt bei dem Notar der Stadt und ist seit dem Winter nicht mehr geändert "
              "worden, weil sich die Leute darüber nicht einig werden konnten.");
  write_text (fixture, "garten.txt",
              "Der Garten hinter dem Haus ist von einer Mauer umgeben, und in ihm wachsen Rosen, die jedes Jahr im "
              "Herbst von den Kindern der Nachbarn geschnitten werden.");
  import_sources (fixture, library);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
      g_autoptr (GError) error = NULL;
      g_autoptr (QuarryAnswer) answer = NULL;
      g_autoptr (QuarryHit) hit = NULL;
      const QuarryHitWord *words;
      g_autofree char *marked = NULL;
      guint n_words;

      options.mode = QUARRY_SEARCH_LEXICAL;
      options.as_typed = TRUE;
      answer = quarry_library_search (library, cases[i][0], &options, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (g_list_model_get_n_items (quarry_answer_get_hits (answer)), ==, 1);
      hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
      g_assert_nonnull (strstr (quarry_hit_get_path (hit), cases[i][1]));
      words = quarry_hit_get_words (hit, &n_words);
      for (guint w = 0; w < n_words; w++)
        if (words[w].kind == QUARRY_MATCH_LITERAL)
          {
            QuarrySpan span = words[w].span;

            g_assert_null (marked);
            marked = g_strndup (quarry_hit_get_text (hit) + span.start, span.end - span.start);
          }
      g_assert_cmpstr (marked, ==, cases[i][2]);
    }
}

/* A compound holds both words of the query that it is made of. */
static void
test_holds_both (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryAnswer) answer = NULL;

  write_text (fixture, "notar.txt", "Der Gesellschaftsvertrag liegt bei dem Notar der Stadt und ist nicht geändert worden.");
  import_sources (fixture, library);
  answer = quarry_library_search (library, "Gesellschaft Vertrag", NULL, NULL, &error);
  g_assert_no_error (error);
  /* the share of the query that is held: quarry_confidence_get_array() */
  g_assert_cmpfloat (quarry_answer_get_features (answer)[1], >, .99);
}

/* Words that no passage joins find nothing. */
static void
test_not_joined (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryAnswer) answer = NULL;

  write_text (fixture, "garten.txt",
              "Der Garten hinter dem Haus ist von einer Mauer umgeben, und in ihm wachsen Rosen, die jedes Jahr im "
              "Herbst von den Kindern der Nachbarn geschnitten werden.");
  import_sources (fixture, library);
  options.mode = QUARRY_SEARCH_LEXICAL;
  options.as_typed = TRUE;
  answer = quarry_library_search (library, "Drucker einrichten", &options, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (quarry_answer_get_hits (answer)), ==, 0);
}

/* The name of the file of hit @i. (transfer full) */
static char *
dup_name (QuarryAnswer *answer, guint i)
{
  g_autoptr (QuarryHit) hit = g_list_model_get_item (quarry_answer_get_hits (answer), i);

  return hit != NULL ? g_path_get_basename (quarry_hit_get_path (hit)) : g_strdup ("none");
}

static guint
count_hits (QuarryLibrary *library, const char *query, const QuarrySearchOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryAnswer) answer = quarry_library_search (library, query, options, NULL, &error);

  g_assert_no_error (error);
  return g_list_model_get_n_items (quarry_answer_get_hits (answer));
}

/* A compound that is typed as one word also finds the passage that has its parts, behind the one that has the compound
 * itself and before those that have one of the parts. */
static void
test_parts (LibraryFixture *fixture, gconstpointer data)
{
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryAnswer) answer = NULL, by_words = NULL;
  g_autofree char *first = NULL, *second = NULL, *first_by_words = NULL;

  write_text (fixture, "ganz.txt",
              "Mit der Paketverwaltung werden Programme eingerichtet, und zwar so, dass alle anderen Programme weiter "
              "laufen, ohne dass man darüber nachdenken muss.");
  write_text (fixture, "teile.txt",
              "Die Verwaltung von Paketen ist die Aufgabe von zwei Programmen. Sie laden herunter, was gebraucht wird, "
              "und achten dabei darauf, was wovon abhängt.");
  write_text (fixture, "stadt.txt",
              "Die Verwaltung der Stadt ist am Montag geschlossen. Wer einen Ausweis braucht, kommt am Dienstag wieder "
              "und bringt ein Bild von sich mit.");
  write_text (fixture, "post.txt",
              "Das Paket lag vor der Tür des Nachbarn, weil niemand zu Hause war, als der Bote mit dem Wagen kam.");
  write_text (fixture, "garten.txt",
              "Der Garten hinter dem Haus ist von einer Mauer umgeben, und in ihm wachsen Rosen, die jedes Jahr im "
              "Herbst von den Kindern der Nachbarn geschnitten werden.");
  import_sources (fixture, library);
  answer = quarry_library_search (library, "Paketverwaltung", &options, NULL, &error);
  g_assert_no_error (error);
  first = dup_name (answer, 0);
  second = dup_name (answer, 1);
  g_assert_cmpstr (first, ==, "ganz.txt");
  g_assert_cmpstr (second, ==, "teile.txt");

  options.mode = QUARRY_SEARCH_LEXICAL;
  options.as_typed = TRUE;
  by_words = quarry_library_search (library, "Paketverwaltung", &options, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (quarry_answer_get_hits (by_words)), ==, 4);
  first_by_words = dup_name (by_words, 0);
  g_assert_cmpstr (first_by_words, ==, "ganz.txt");

  /* Of this word, no passage holds the second part. */
  g_assert_cmpuint (count_hits (library, "Paketannahmen", &options), ==, 0);

  /* A word that is still being typed may become another one. */
  options.typing = TRUE;
  g_assert_cmpuint (count_hits (library, "Paketverwaltung", &options), ==, 1);
  options.typing = FALSE;

  /* A compound that many passages hold is enough, however many hold its parts. */
  for (guint i = 0; i < 30; i++)
    {
      g_autofree char *name = g_strdup_printf ("viele%u.txt", i);
      g_autofree char *text
          = g_strdup_printf (i < 12 ? "Zur Paketverwaltung gehört auch die Nummer %u, die im Jahr %u von den Leuten der "
                                      "Stadt für das Haus an der Mauer geschrieben wurde und nicht mehr geändert wird."
                                    : "Mit der Verwaltung von Paket %u war man im Jahr %u noch nicht zufrieden, weil es für "
                                      "den Boten zu schwer war und von dem Wagen auf die Straße der Stadt fiel.",
                             i, 1900 + 7 * i);

      write_text (fixture, name, text);
    }
  import_sources (fixture, library);
  options.limit = 40;
  g_assert_cmpuint (count_hits (library, "Paketverwaltung", &options), ==, 13);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  LIBRARY_TEST ("compounds/apart", test_apart);
  LIBRARY_TEST ("compounds/holds-both", test_holds_both);
  LIBRARY_TEST ("compounds/parts", test_parts);
  LIBRARY_TEST ("compounds/not-joined", test_not_joined);

  return g_test_run ();
}
