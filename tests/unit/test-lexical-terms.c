/* test-lexical-terms.c: what texts are found by: runs without blanks, identifiers, languages
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/document/quarry-sentences.h"
#include "core/lexical/quarry-lexical-languages.h"
#include "core/lexical/quarry-lexical-terms.h"
#include "tests/support/temporary-folder.h"
#include "tests/unit/lexical-helpers.h"

#include <glib/gstdio.h>
#include <string.h>

/* Saves the index and opens it again. */
static void
reopen (Fixture *fixture)
{
  char *folder = temporary_folder_new ();
  g_autofree char *file = g_build_filename (folder, "words.index", NULL);
  g_autoptr (GError) error = NULL;

  quarry_lexical_index_save (fixture->index, file, "mark", &error);
  g_assert_no_error (error);
  quarry_lexical_index_unref (fixture->index);
  fixture->index = quarry_lexical_index_open (file, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_remove (file), ==, 0);
  temporary_folder_free_empty (folder);
}

/* --- Runs without blanks --------------------------------------------------------------------- */

static void
test_runs (Fixture *fixture, gconstpointer data)
{
  add (fixture, 1, "東京都の天気は良いです。");
  add (fixture, 2, "京都は日本の都市です。");
  add (fixture, 3, "北京大学生活动中心");
  add (fixture, 4, "大学生的生活");
  add (fixture, 5, "ガラスのコップ、iPhone15発売。");
  add (fixture, 6, "nothing of the kind");

  for (guint round = 0; round < 2; round++)
    {
      /* Passages in which ICU finds the query as a word rank above those in which only the same characters occur. */
      assert_found (fixture, "2 1", .text = "京都");
      assert_found (fixture, "1 5 2", .text = "都の天");
      assert_found (fixture, "3 4", .text = "北京大学生");
      assert_found (fixture, "5", .text = "発売");
      assert_found (fixture, "5", .text = "ラス");
      /* Half-width characters, with the voicing mark as a character of its own. */
      assert_found (fixture, "5", .text = "ｶﾞﾗｽ");
      assert_found (fixture, "", .text = "猫犬");

      /* A phrase matches the characters as they stand in the text, wherever they are segmented. */
      assert_found (fixture, "2 1", .phrases = STRINGS ("京都"));
      assert_found (fixture, "1", .phrases = STRINGS ("都の天気"));
      assert_found (fixture, "4 3", .phrases = STRINGS ("大学生"));
      assert_found (fixture, "", .phrases = STRINGS ("学大"));
      assert_found (fixture, "", .phrases = STRINGS ("北京学生"));
      assert_found (fixture, "5", .phrases = STRINGS ("iPhone15発売"));
      assert_found (fixture, "", .phrases = STRINGS ("iPhone15売"));
      /* Punctuation separates runs as it separates words. In a phrase, what stands on both sides of it counts as
       * adjacent. */
      assert_found (fixture, "5", .phrases = STRINGS ("コップ iPhone15 発"));
      /* A single character, wherever it stands in a run. */
      assert_found (fixture, "1 2", .text = "都");
      assert_found (fixture, "2 1", .phrases = STRINGS ("都"));
      assert_found (fixture, "3", .phrases = STRINGS ("心"));

      assert_found (fixture, "1", .text = "都", .excluded = STRINGS ("日本"));
      assert_found (fixture, "", .text = "東京都", .excluded = STRINGS ("京都"));
      /* The same while the last word is being typed. */
      assert_found (fixture, "3", .text = "活动中", .last_is_prefix = TRUE);
      reopen (fixture);
    }

  /* Pairs of characters are not words, so they are not suggested. */
  {
    g_auto (GStrv) suggestions = quarry_lexical_index_suggest (fixture->index, "京", 10);

    for (guint i = 0; suggestions[i] != NULL; i++)
      g_assert_true (g_str_has_prefix (suggestions[i], "京"));
  }
  quarry_lexical_index_remove (fixture->index, 2, NULL, NULL, "京都は日本の都市です。");
  assert_found (fixture, "1", .text = "京都");
}

#define N_TEXTS 200

/* For random texts, and however the index is spread over segments, a phrase finds exactly the texts that hold it; a
 * search for its characters as words finds at least these. */
static void
test_runs_against_texts (Fixture *fixture, gconstpointer data)
{
  static const char *const letters[] = { "中", "国", "人", "民", "大", "学", "生", "活", "の", "京" };
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  g_auto (GStrv) texts = g_new0 (char *, N_TEXTS + 1);

  for (guint i = 0; i < N_TEXTS; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      guint n = (guint) g_rand_int_range (random, 0, 40);

      for (guint j = 0; j < n; j++)
        g_string_append (text, g_rand_int_range (random, 0, 9) == 0
                                   ? "。"
                                   : letters[g_rand_int_range (random, 0, G_N_ELEMENTS (letters))]);
      texts[i] = g_string_free (g_steal_pointer (&text), FALSE);
      add (fixture, i, texts[i]);
      if (i == N_TEXTS / 2)
        reopen (fixture);
    }

  for (guint round = 0; round < 300; round++)
    {
      g_autoptr (GString) wanted = g_string_new (NULL);
      g_autofree gboolean *holds = g_new0 (gboolean, N_TEXTS);
      g_autoptr (GError) error = NULL;
      g_autoptr (GArray) matches = NULL;
      g_autoptr (GArray) loose = NULL;
      guint n = (guint) g_rand_int_range (random, 1, 5), n_holders = 0, n_found = 0;
      QuarryLexicalQuery query = { NULL };

      for (guint j = 0; j < n; j++)
        g_string_append (wanted, letters[g_rand_int_range (random, 0, G_N_ELEMENTS (letters))]);
      for (guint i = 0; i < N_TEXTS; i++)
        n_holders += holds[i] = strstr (texts[i], wanted->str) != NULL;

      query.phrases = STRINGS (wanted->str);
      matches = quarry_lexical_index_search (fixture->index, &query, N_TEXTS, NULL, 0, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (matches->len, ==, n_holders);
      for (guint i = 0; i < matches->len; i++)
        g_assert_true (holds[g_array_index (matches, QuarryLexicalMatch, i).slot]);

      query = (QuarryLexicalQuery) { .text = wanted->str };
      loose = quarry_lexical_index_search (fixture->index, &query, N_TEXTS, NULL, 0, NULL, &error);
      g_assert_no_error (error);
      for (guint i = 0; i < loose->len; i++)
        n_found += holds[g_array_index (loose, QuarryLexicalMatch, i).slot];
      g_assert_cmpuint (n_found, ==, n_holders);
    }
}

/* --- Identifiers and codes ------------------------------------------------------------------- */

static void
test_parts (Fixture *fixture, gconstpointer data)
{
  add (fixture, 1, "parseHTTPHeader (request)");
  add (fixture, 2, "the utf8 locale");
  add (fixture, 3, "build for x86_64 with sha256sum");
  add (fixture, 4, "mail ann.lee@example.org about report-2024_final.pdf");
  add (fixture, 5, "max_retry_count = 5");
  add (fixture, 6, "err 0x80070005 in 1990s code");
  add (fixture, 7, "UTF-8 is an encoding");
  add (fixture, 8, "Ту154 и größeÄndern");
  add (fixture, 9, "the IDs of PCs");
  add (fixture, 10, "d41d8cd98f00b204e9800998ecf8427e");

  /* Parts of identifiers are found if they have two letters or more. */
  assert_found (fixture, "1", .text = "http");
  assert_found (fixture, "1", .text = "header");
  assert_found (fixture, "1", .text = "parse");
  assert_found (fixture, "2", .text = "utf", .excluded = STRINGS ("encoding"));
  assert_found (fixture, "3", .text = "sha");
  assert_found (fixture, "3", .text = "256");
  assert_found (fixture, "3", .text = "sha256");
  assert_found (fixture, "3", .text = "x86");
  assert_found (fixture, "3", .text = "86");
  assert_found (fixture, "6", .text = "1990");
  assert_found (fixture, "6", .text = "80070005");
  assert_found (fixture, "8", .text = "154");
  assert_found (fixture, "8", .text = "andern");
  assert_found (fixture, "5", .text = "retry");
  assert_found (fixture, "4", .text = "example");
  assert_found (fixture, "4", .text = "2024");
  /* Plurals of acronyms and checksums are not split into parts. */
  assert_found (fixture, "", .text = "ds");
  assert_found (fixture, "10", .text = "D41D8CD98F00B204E9800998ECF8427E");
  assert_found (fixture, "", .text = "204");

  /* Identifiers are found as a whole. */
  assert_found (fixture, "1", .text = "parsehttpheader");
  assert_found (fixture, "3", .text = "x86_64");
  assert_found (fixture, "4", .text = "ann.lee@example.org");
  assert_found (fixture, "4", .text = "report-2024_final.pdf");
  assert_found (fixture, "5", .phrases = STRINGS ("max_retry_count"));
  assert_found (fixture, "6", .text = "0x80070005");

  /* The same code is found whether it is written as one word or as two. */
  assert_found (fixture, "7 2", .text = "utf-8");
  assert_found (fixture, "2 7", .text = "utf8");
  assert_found (fixture, "2 7", .text = "UTF8", .last_is_prefix = TRUE);
}

/* Words that some write with a hyphen and others without find each other, the way they are typed first. */
static void
test_hyphens (Fixture *fixture, gconstpointer data)
{
  add (fixture, 1, "an email to the caretaker");
  add (fixture, 2, "an e-mail to the caretaker");
  add (fixture, 3, "the schools cooperate");
  add (fixture, 4, "the farms co-operate");
  add (fixture, 5, "a motion of no confidence");
  for (guint round = 0; round < 2; round++)
    {
      assert_found (fixture, "2 1", .text = "e-mail");
      assert_found (fixture, "1 2", .text = "email");
      assert_found (fixture, "4 3", .text = "co-operate");
      assert_found (fixture, "3 4", .text = "cooperate");
      assert_found (fixture, "", .text = "emotion", .as_typed = TRUE);
      reopen (fixture);
    }
}

/* Dates are found in every notation, the typed one first. */
static void
test_dates (Fixture *fixture, gconstpointer data)
{
  add (fixture, 1, "on 3 May 2021 the roof");
  add (fixture, 2, "of 2021-05-03 the bill");
  add (fixture, 3, "in may 2021 there were 3 of them and in 2021 there were 3");
  assert_found (fixture, "1 2 3", .text = "3 May 2021");
  assert_found (fixture, "2 1 3", .text = "2021-05-03");
}

/* A passage that holds the code as a whole ranks above one that holds its parts separately, even if more often. */
static void
test_codes_whole (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *query, *whole, *apart;
  } cases[] = {
    { "snake_case", "the name snake_case here", "a case of a snake in a case" },
    { "ann.lee@example.org", "write to ann.lee@example.org today", "lee and ann, example org, ann" },
    { "report-2024_final.pdf", "see report-2024_final.pdf there", "final report pdf 2024, a report" },
    { "1.2.3", "version 1.2.3 is out", "3 2 1 3 2 1 version" },
    { "src/core/main.c", "in src/core/main.c today", "the core of main, src c" },
    { "ISO-9001", "as ISO-9001 says it", "9001 ways of ISO and of ISO" },
    { "std::vector", "a std::vector of them", "a vector, std, a vector" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      add (fixture, 2 * i, cases[i].apart);
      add (fixture, 2 * i + 1, cases[i].whole);
    }
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      QuarryLexicalQuery query = { .text = cases[i].query };
      g_autofree char *found = search_slots (fixture, &query);
      g_autofree char *wanted = g_strdup_printf ("%u %u", 2 * i + 1, 2 * i);

      g_test_message ("%s", cases[i].query);
      if (!g_str_has_prefix (found, wanted))
        g_assert_cmpstr (found, ==, wanted);
    }
}

/* A number that does not occur is not corrected to another number. */
static void
test_numbers (Fixture *fixture, gconstpointer data)
{
  add (fixture, 1, "invoice 20231107");
  add (fixture, 2, "invoice of a printer");

  assert_found (fixture, "", .text = "20231108");
  assert_found (fixture, "2", .text = "prinetr");
}

#define assert_first(fixture, wanted, ...)                     \
  G_STMT_START                                                 \
  {                                                            \
    QuarryLexicalQuery query_ = { __VA_ARGS__ };               \
    g_autofree char *slots_ = search_slots (fixture, &query_); \
    g_auto (GStrv) list_ = g_strsplit (slots_, " ", 2);        \
    g_assert_cmpstr (list_[0], ==, wanted);                    \
  }                                                            \
  G_STMT_END

/* Words with signs, such as "C++", are found as such, however many passages hold the word without signs. */
static void
test_signs (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 40; i++)
    add (fixture, i, "C, c and c: row C, plan C");
  add (fixture, 50, "a long text of many words in which somebody names C++17 a single time, besides much else");
  add (fixture, 51, "another long text of many words in which somebody names C# a single time, besides much else");
  add (fixture, 52, "the sum c+d, a line +++++ and c++++ in a long text of many words that says nothing else at all");
  for (guint round = 0; round < 2; round++)
    {
      g_auto (GStrv) suggested = quarry_lexical_index_suggest (fixture->index, "c", 4);

      assert_first (fixture, "50", .text = "C++");
      assert_first (fixture, "50", .text = "learn c++");
      assert_first (fixture, "51", .text = "c#");
      assert_first (fixture, "51", .text = "c#", .last_is_prefix = TRUE);
      assert_found (fixture, "50", .phrases = STRINGS ("names C++17 a single time"));
      assert_found (fixture, "52", .text = "line", .phrases = STRINGS ("the sum c"));
      /* They are not suggested as completions. */
      for (guint i = 0; suggested[i] != NULL; i++)
        g_assert_cmpint (suggested[i][0], !=, QUARRY_LEXICAL_PAIR);
      assert_sound (fixture);
      reopen (fixture);
    }
}

/* --- Languages ------------------------------------------------------------------------------- */

static void
add_in (Fixture *fixture, const char *language, guint32 slot, const char *text)
{
  quarry_lexical_index_add (fixture->index, slot, NULL, NULL, text, language);
}

/* Forms of one word. Searching for any of them finds the passages with the others. */
static const struct
{
  const char *language;
  const char *forms[5];
} word_forms[] = {
  { "de", { "Häuser", "Haus", "Hauses", "Häusern" } },
  { "de", { "Wanderung", "Wanderungen" } },
  { "de-AT", { "freundlich", "freundliche", "freundlichen", "freundliches" } },
  { "fr", { "préférée", "préféré", "préférées", "préférer" } },
  { "fr", { "national", "nationaux", "nationale", "nationales" } },
  { "es", { "organización", "organizaciones" } },
  { "es", { "trabajar", "trabajando", "trabajaron", "trabajó" } },
  { "pt", { "trabalhar", "trabalhando", "trabalharam" } },
  { "ru", { "новый", "новая", "нового", "новые", "новыми" } },
  { "ru", { "библиотека", "библиотеки", "библиотекой" } },
  { "it", { "partecipare", "partecipando", "partecipato" } },
  { "sv", { "flickorna", "flickor", "flickornas" } },
  { "nl", { "boeken", "boek" } },
};

static void
test_languages (Fixture *fixture, gconstpointer data)
{
  for (guint round = 0; round < 2; round++)
    {
      for (guint i = 0; i < G_N_ELEMENTS (word_forms) && round == 0; i++)
        for (guint j = 0; j < 5 && word_forms[i].forms[j] != NULL; j++)
          add_in (fixture, word_forms[i].language, 10 * i + j, word_forms[i].forms[j]);

      for (guint i = 0; i < G_N_ELEMENTS (word_forms); i++)
        for (guint j = 0; j < 5 && word_forms[i].forms[j] != NULL; j++)
          {
            QuarryLexicalQuery query = { .text = word_forms[i].forms[j] };
            g_autofree char *found = search_slots (fixture, &query);
            g_auto (GStrv) slots = g_strsplit (found, " ", -1);
            guint n = 0;

            while (n < 5 && word_forms[i].forms[n] != NULL)
              n++;
            g_test_message ("%s: %s", word_forms[i].forms[j], found);
            g_assert_cmpuint (g_strv_length (slots), ==, n);
            /* The passage with the form that was searched for ranks above those with other forms. */
            g_assert_cmpuint (g_ascii_strtoull (slots[0], NULL, 10), ==, 10 * i + j);
            for (guint k = 0; k < n; k++)
              g_assert_cmpuint (g_ascii_strtoull (slots[k], NULL, 10) / 10, ==, i);
          }
      reopen (fixture);
    }
}

/* A word is stemmed by the rules of the languages in whose passages it occurs, and no others. */
static void
test_language_of_passage (Fixture *fixture, gconstpointer data)
{
  add_in (fixture, "en", 1, "new houses");
  add_in (fixture, NULL, 2, "alte häuser");
  add_in (fixture, "xx", 4, "granites");
  add_in (fixture, "ja", 5, "granite");
  assert_found (fixture, "", .text = "alter", .as_typed = TRUE);
  add_in (fixture, "de", 3, "alte Gärten");
  assert_found (fixture, "2 3", .text = "alter", .as_typed = TRUE);
  assert_found (fixture, "3", .text = "Garten", .as_typed = TRUE);

  assert_found (fixture, "1", .text = "house");
  assert_found (fixture, "5 4", .text = "granite", .excluded = STRINGS ("house"));
  assert_found (fixture, "", .text = "granite", .excluded = STRINGS ("granites"));
  /* Words typed without accents find words with accents. */
  assert_found (fixture, "2", .text = "hauser");
}

/* A required word has its forms in all languages, whatever the language of the rest of the query is. */
static void
test_required_forms (Fixture *fixture, gconstpointer data)
{
  static const char typed[] = "Häuser and what they cost";
  g_autoptr (GArray) required = g_array_new (FALSE, FALSE, sizeof (QuarrySpan));

  g_array_append_val (required, ((QuarrySpan){ 0, strlen ("Häuser") }));
  for (guint i = 1; i < 9; i++)
    add_in (fixture, "en", i, "and what they cost us");
  add_in (fixture, "de", 9, "ein Haus am Meer");
  assert_found (fixture, "9", .text = typed, .required = required);
}

/* Stems of different languages never get the same key, whichever letters they differ in. */
static void
test_stem_keys (void)
{
  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  for (guint language = 0; language < QUARRY_LEXICAL_MAX_LANGUAGES; language++)
    for (char first = 'a'; first <= 'z'; first++)
      for (char second = 'a'; second <= 'z'; second++)
        {
          char stem[] = { first, 'i', second, '\0' };
          guint64 key = quarry_lexical_stem_key (language, stem, strlen (stem));

          g_assert_true (g_hash_table_add (keys, g_memdup2 (&key, sizeof key)));
        }
}

/* A word that occurs in passages of one language only has no forms in another. */
static void
test_own_language (Fixture *fixture, gconstpointer data)
{
  for (guint round = 0; round < 2; round++)
    {
      for (guint i = 0; i < 4 && round == 0; i++)
        add_in (fixture, "en", i, "the latest oil price");
      if (round == 0)
        {
          add_in (fixture, "de", 10, "später heißt bei ihnen later");
          add_in (fixture, "da", 11, "en fil ad gangen");
          add_in (fixture, "de", 12, "die Wanderungen");
        }
      assert_found (fixture, "0 1 2 3", .text = "latest");
      assert_found (fixture, "0 1 2 3", .text = "oil");
      assert_found (fixture, "10", .text = "later");
      assert_found (fixture, "11", .text = "fil");
      /* A word that no passage holds may be of any language. */
      assert_found (fixture, "12", .text = "Wanderung", .as_typed = TRUE);
      reopen (fixture);
    }
}

/* The function words of the language that a query is in do not count. */
static void
test_function_words (Fixture *fixture, gconstpointer data)
{
  add_in (fixture, "de", 1, "die Frist ist drei Monate");
  add_in (fixture, "de", 2, "wie die alten Leute sagen");
  add_in (fixture, "en", 3, "where soldiers die");
  assert_found (fixture, "1", .text = "wie ist die Frist");
  assert_found (fixture, "3", .text = "soldiers die", .excluded = STRINGS ("frist", "wie"));
  assert_found (fixture, "2 1", .text = "wie die", .excluded = STRINGS ("soldiers"));
}

/* A word that occurs in several languages is taken to be in the one to which most words of the query belong. */
static void
test_language_of_query (Fixture *fixture, gconstpointer data)
{
  guint german = 1u << quarry_lexical_find_language ("de");
  guint french = 1u << quarry_lexical_find_language ("fr");

  add_in (fixture, "en", 1, "undo the last commit");
  add_in (fixture, "fr", 2, "le commit dans la branche");
  add_in (fixture, "fr", 3, "une comme et les autres");
  add_in (fixture, "de", 4, "die Last der Wanderungen");
  for (guint round = 0; round < 2; round++)
    {
      /* French stems "commit" and "comme" alike. */
      assert_found (fixture, "1 2 3", .text = "commit");
      assert_found (fixture, "1 2", .text = "the last commit", .excluded = STRINGS ("wanderungen"));
      assert_found (fixture, "2 1 3", .text = "le commit dans la branche");
      assert_found (fixture, "4", .text = "der Wanderung");
      /* The languages are not guessed if the caller gives them. */
      assert_found (fixture, "4", .text = "Wanderung", .as_typed = TRUE);
      assert_found (fixture, "", .text = "Wanderung", .as_typed = TRUE, .languages = 1);

      g_assert_cmpuint (quarry_lexical_index_guess_languages (fixture->index, "undo the commit"), ==, 1);
      g_assert_cmpuint (quarry_lexical_index_guess_languages (fixture->index, "commit"), ==, 1 | french);
      g_assert_cmpuint (quarry_lexical_index_guess_languages (fixture->index, "Last"), ==, 1 | german);
      g_assert_cmpuint (quarry_lexical_index_guess_languages (fixture->index, "der commit die"), ==, 1 | german);
      /* Nothing is known of these, so all languages are possible. */
      g_assert_cmpuint (quarry_lexical_index_guess_languages (fixture->index, "zzz"), ==, 1 | german | french);
      g_assert_cmpuint (quarry_lexical_index_guess_languages (fixture->index, ""), ==, 1 | german | french);
      reopen (fixture);
    }
}

/* Where the passages of a word are in one language for a long stretch, they are counted without being looked at. */
static void
test_languages_in_stretches (Fixture *fixture, gconstpointer data)
{
  guint german = 1u << quarry_lexical_find_language ("de");
  guint32 slot = 0;

  for (guint i = 0; i < 600; i++)
    add_in (fixture, "en", slot++, i % 2 == 0 ? "a warm hand" : "a gift");
  for (guint i = 0; i < 70; i++)
    add_in (fixture, "de", slot++, i % 2 == 0 ? "die Hand" : "das Gift");
  for (guint i = 0; i < 600; i++)
    add_in (fixture, "en", slot++, i % 2 == 0 ? "cold" : "hand and foot");
  for (guint round = 0; round < 2; round++)
    {
      g_assert_cmpuint (quarry_lexical_index_guess_languages (fixture->index, "Hand"), ==, 1 | german);
      g_assert_cmpuint (quarry_lexical_index_guess_languages (fixture->index, "Gift"), ==, 1 | german);
      g_assert_cmpuint (quarry_lexical_index_guess_languages (fixture->index, "foot"), ==, 1);
      g_assert_cmpuint (quarry_lexical_index_guess_languages (fixture->index, "das"), ==, german | 1);
      reopen (fixture);
    }
}

/* A word that occurs only now and then in passages of another language does not get that language's forms. */
static void
test_borrowed_word (Fixture *fixture, gconstpointer data)
{
  guint german = 1u << quarry_lexical_find_language ("de");
  guint dutch = 1u << quarry_lexical_find_language ("nl");

  for (guint i = 0; i < 8; i++)
    add_in (fixture, "en", i, i < 4 ? "the latest hand" : "a hand of cards");
  for (guint i = 10; i < 18; i++)
    add_in (fixture, "de", i,
            i < 13   ? "später heißt bei ihnen later"
            : i < 17 ? "die Hand und die Hände"
                     : "das heißt the latest");
  for (guint i = 20; i < 24; i++)
    add_in (fixture, "nl", i, "de hand van Jan");

  for (guint round = 0; round < 3; round++)
    {
      /* The word is in one of eight German passages, but in half of the English ones. */
      g_assert_cmpuint (quarry_lexical_index_guess_languages (fixture->index, "latest"), ==, 1);
      assert_found (fixture, "0 1 2 3 17", .text = "latest");
      /* The word belongs to all three languages, so none of them is left out. */
      g_assert_cmpuint (quarry_lexical_index_guess_languages (fixture->index, "Hand"), ==, 1 | german | dutch);
      if (round == 0)
        reopen (fixture);
      else
        for (guint i = 0; i < 2000; i++)
          add_in (fixture, "en", 100 + i, "nothing of it");
    }
}

/* When segments are merged, so are their stems of different languages. */
static void
test_languages_merge (Fixture *fixture, gconstpointer data)
{
  char *folder = temporary_folder_new ();
  g_autofree char *file = g_build_filename (folder, "words.index", NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 24; i++)
    {
      add_in (fixture, i % 3 == 0 ? "de" : i % 3 == 1 ? "ru" : "en", i,
              i == 0       ? "Wanderungen im Gebirge mit einer Ziege"
              : i % 3 == 0 ? "Wanderungen im Gebirge"
              : i % 3 == 1 ? "новый дом"
                           : "a granite wall");
      quarry_lexical_index_save (fixture->index, file, "mark", &error);
      g_assert_no_error (error);
    }
  quarry_lexical_index_settle (fixture->index);

  /* The same if only one of the segments has the word. */
  assert_found (fixture, "0", .text = "Ziegen", .as_typed = TRUE);
  assert_found (fixture, "3 6 9 12 15 18 21 0", .text = "Wanderung");
  assert_found (fixture, "1 4 7 10 13 16 19 22", .text = "новые");
  assert_found (fixture, "2 5 8 11 14 17 20 23", .text = "granites");
  g_assert_cmpfloat (quarry_lexical_index_get_rarity (fixture->index, "wanderung", QUARRY_LEXICAL_ALL_LANGUAGES), ==,
                     quarry_lexical_index_get_rarity (fixture->index, "granites", QUARRY_LEXICAL_ALL_LANGUAGES));
  g_assert_cmpint (g_remove (file), ==, 0);
  temporary_folder_free_empty (folder);
}

/* --- Looking words up ------------------------------------------------------------------------- */

#define ALIKE 1000

/* Words that differ only after a long common prefix, between words that do not. */
static void
test_looked_up (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < ALIKE; i++)
    {
      g_autofree char *text = g_strdup_printf ("internat%03u %03uinternat x%03u", i, i, i);

      add (fixture, i, text);
    }
  for (guint round = 0; round < 2; round++)
    {
      for (guint i = 0; i < ALIKE; i += 7)
        {
          g_autofree char *alike = g_strdup_printf ("internat%03u", i);
          g_autofree char *before = g_strdup_printf ("%03uinternat", i);
          g_autofree char *behind = g_strdup_printf ("x%03u", i);
          g_autofree char *slot = g_strdup_printf ("%u", i);
          g_auto (GStrv) words = quarry_lexical_index_suggest (fixture->index, "internat", ALIKE);

          assert_found (fixture, slot, .text = alike, .as_typed = TRUE);
          assert_found (fixture, slot, .text = before, .as_typed = TRUE);
          assert_found (fixture, slot, .text = behind, .as_typed = TRUE);
          g_assert_cmpuint (g_strv_length (words), ==, ALIKE);
        }
      assert_found (fixture, "", .text = "internau", .as_typed = TRUE);
      assert_found (fixture, "", .text = "internas9999", .as_typed = TRUE);
      assert_found (fixture, "", .text = "0", .as_typed = TRUE);
      assert_found (fixture, "", .text = "zzz", .as_typed = TRUE);
      reopen (fixture);
    }
}

static char *
list_forms (Fixture *fixture, const char *word)
{
  g_auto (GStrv) forms
      = quarry_lexical_index_dup_forms (fixture->index, word, NULL, QUARRY_LEXICAL_ALL_LANGUAGES);

  return g_strjoinv (" ", forms);
}

#define assert_forms(fixture, word, wanted)                  \
  G_STMT_START                                               \
  {                                                          \
    g_autofree char *forms_ = list_forms (fixture, word);    \
    g_assert_cmpstr (forms_, ==, wanted);                    \
  }                                                          \
  G_STMT_END

/* The cached forms of a word are dropped when passages are added or removed. */
static void
test_forms_change (Fixture *fixture, gconstpointer data)
{
  double rarity;

  add (fixture, 1, "granite walls");
  assert_forms (fixture, "wall", "walls");
  rarity = quarry_lexical_index_get_rarity (fixture->index, "wall", 1);
  add (fixture, 2, "a granite wall");
  add (fixture, 3, "the wall");
  assert_forms (fixture, "wall", "wall walls");
  g_assert_cmpfloat (quarry_lexical_index_get_rarity (fixture->index, "wall", 1), !=, rarity);
  reopen (fixture);
  assert_forms (fixture, "wall", "wall walls");
  add (fixture, 4, "walled in");
  assert_forms (fixture, "wall", "wall walled walls");
  assert_found (fixture, "3 2 1 4", .text = "wall");
  quarry_lexical_index_remove (fixture->index, 4, NULL, NULL, "walled in");
  assert_forms (fixture, "wall", "wall walls");
  quarry_lexical_index_remove (fixture->index, 2, NULL, NULL, "a granite wall");
  quarry_lexical_index_remove (fixture->index, 3, NULL, NULL, "the wall");
  assert_forms (fixture, "wall", "walls");
  assert_found (fixture, "1", .text = "wall");

  add_in (fixture, "de", 5, "ein Haus");
  g_assert_cmpuint (quarry_lexical_index_guess_languages (fixture->index, "gift"), !=, 1);
  for (guint i = 6; i < 20; i++)
    add_in (fixture, "en", i, "a gift");
  g_assert_cmpuint (quarry_lexical_index_guess_languages (fixture->index, "gift"), ==, 1);
}

/* --- Words that are known --------------------------------------------------------------------- */

static gboolean
note_term (const QuarryLexicalTermRead *term, gpointer user_data)
{
  GString *notes = user_data;

  g_string_append_printf (notes, "%d %u %u-%u %" G_GUINT64_FORMAT " ", term->kind, term->position, term->span.start,
                          term->span.end, term->hash);
  g_string_append_len (notes, term->text, (gssize) term->length);
  g_string_append_c (notes, '\n');
  return TRUE;
}

/* A text whose words are known has the terms that it has when it is broken into words. */
static void
test_known_words (Fixture *fixture, gconstpointer data)
{
  g_autofree char *overlong = g_strnfill (3 * QUARRY_LEXICAL_MAX_WORD, 'x');
  g_autofree char *text = g_strdup_printf (
      "Before it. Élan’s parseHTTPHeader of sha256sum in C++ and C#! 東京都の天気。iPhone15 %sé.", overlong);
  g_autoptr (GArray) sentences = quarry_sentences_of_text (text, -1);
  g_autoptr (QuarrySentenceWords) words
      = quarry_sentence_words_new (text, (const QuarrySpan *) (gpointer) sentences->data, sentences->len);
  QuarrySpan part = { g_array_index (sentences, QuarrySpan, 1).start, (guint32) strlen (text) };
  g_autoptr (GString) broken = g_string_new (NULL);
  g_autoptr (GString) known = g_string_new (NULL);
  QuarryPartWords of_part;
  guint64 n_broken = 0, n_known = 0;

  g_assert_true (quarry_sentence_words_of_part (words, part, &of_part));
  g_assert_cmpuint (quarry_lexical_read_terms (text + part.start, 7, &n_broken, note_term, broken), ==,
                    quarry_lexical_read_broken_terms (text + part.start, &of_part, 7, &n_known, note_term, known));
  g_assert_cmpstr (known->str, ==, broken->str);
  g_assert_cmpuint (n_known, ==, n_broken);
  g_assert_cmpuint (n_known, >, 12);

  quarry_lexical_index_add_broken (fixture->index, 3, "Title", NULL, text + part.start, &of_part, "en");
  assert_found (fixture, "3", .phrases = STRINGS ("sha256sum in C++"));
  assert_found (fixture, "3", .text = "\303\251lan");
  assert_found (fixture, "3", .text = "titles");
  assert_found (fixture, "", .text = "before");
  quarry_lexical_index_remove (fixture->index, 3, "Title", NULL, text + part.start);
  assert_found (fixture, "", .text = "title");
  assert_sound (fixture);
}

/* Eight letters are looked at together, so a border may be anywhere among them. */
static void
test_border_anywhere (void)
{
  for (guint length = 3; length <= 24; length++)
    for (guint at = 0; at < length; at++)
      {
        static const char *const others[] = { "B", "7" };

        for (guint i = 0; i < G_N_ELEMENTS (others); i++)
          {
            g_autofree char *before = g_strnfill (at, 'a');
            g_autofree char *behind = g_strnfill (length - at - 1, 'z');
            g_autofree char *word = g_strconcat (before, others[i], behind, NULL);
            g_autofree char *parts = quarry_lexical_split_word (word, strlen (word));
            g_autofree char *wanted
                = g_strconcat (before, at > 0 ? " " : "", others[i], i == 1 && at > 0 && at + 1 < length ? " " : "",
                               i == 1 && at == 0 ? " " : "", behind, NULL);

            /* A capital alone at the beginning is no part. */
            g_assert_cmpstr (parts, ==, i == 0 && at == 0 ? NULL : wanted);
          }
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/lexical-terms/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("hyphens", test_hyphens);
  ADD ("dates", test_dates);
  ADD ("function-words", test_function_words);
  ADD ("runs", test_runs);
  ADD ("runs-against-texts", test_runs_against_texts);
  ADD ("parts", test_parts);
  ADD ("codes-whole", test_codes_whole);
  ADD ("numbers", test_numbers);
  ADD ("signs", test_signs);
  ADD ("languages", test_languages);
  ADD ("language-of-passage", test_language_of_passage);
  ADD ("required-forms", test_required_forms);
  ADD ("languages-merge", test_languages_merge);
  ADD ("own-language", test_own_language);
  ADD ("language-of-query", test_language_of_query);
  ADD ("languages-in-stretches", test_languages_in_stretches);
  ADD ("borrowed-word", test_borrowed_word);
  ADD ("looked-up", test_looked_up);
  ADD ("forms-change", test_forms_change);
  ADD ("known-words", test_known_words);
#undef ADD
  g_test_add_func ("/lexical-terms/stem-keys", test_stem_keys);
  g_test_add_func ("/lexical-terms/border-anywhere", test_border_anywhere);

  return g_test_run ();
}
