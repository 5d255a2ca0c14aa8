/* test-language.c: which language a text is in, and which of its words say little
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/document/quarry-document.h"
#include "core/document/quarry-language.h"

#include <string.h>

/* Texts that occur in none of the word lists by which languages are recognized. */
static void
test_language (void)
{
  static const struct
  {
    const char *language, *text;
  } cases[] = {
    { "en", "The stone was taken from a hill that lies behind the village, and it has been used for the church." },
    { "de", "Der Stein wurde aus einem Hügel gebrochen, der hinter dem Dorf liegt, und ist für die Kirche verwendet worden." },
    { "fr", "La pierre a été extraite d'une colline qui se trouve derrière le village, et elle a servi pour les murs de l'église." },
    { "es", "La piedra se extrajo de una colina que está detrás del pueblo, y con ella se hizo también la iglesia." },
    { "it", "La pietra è stata estratta da una collina che si trova dietro il villaggio, e con essa fu fatta anche la chiesa." },
    { "pt", "A pedra foi tirada de uma colina que fica atrás da aldeia, e com ela também foi feita a igreja, não há muito." },
    { "nl", "De steen werd uit een heuvel gehaald die achter het dorp ligt, en hij is ook voor de kerk gebruikt." },
    { "sv", "Stenen togs från en kulle som ligger bakom byn, och den har också använts för att bygga kyrkan och inte mycket annat." },
    { "pl", "Kamień wydobyto ze wzgórza, które leży za wsią, i jest on także w murach kościoła, który nie był tak stary." },
    { "ru", "Камень был взят с холма, который находится за деревней, и его также использовали для церкви, но это было давно." },
    { "uk", "Камінь був узятий з пагорба, який лежить за селом, і його також використали для церкви, але це було давно." },
    { "el", "Η πέτρα βγήκε από ένα λόφο πίσω από το χωριό." },
    { "ja", "石は村の後ろにある丘から切り出され、教会にも使われました。とても固い石です。" },
    { "zh", "石头是从村子后面的山上开采的，也用于建造教堂。石头非常坚硬，颜色是白的。" },
    { "ko", "돌은 마을 뒤에 있는 언덕에서 캐냈고 교회를 짓는 데에도 쓰였다." },
    { NULL, "marble 12 slate 14 granite 7 limestone 3 basalt 2 onyx 9 tuff 5 chalk 4 quartz 1 flint 2 opal 3 jade 8" },
    { NULL, "The stone." },
    { NULL, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpstr (quarry_language_recognize (cases[i].text, strlen (cases[i].text)), ==, cases[i].language);
}

/* Of a text that is half translated, the language that is not English, wherever its paragraphs stand. */
static void
test_part (void)
{
  static const char english[] = "The stone was taken from a hill that lies behind the village, and it has been used for the church. ";
  static const char french[]
      = "La pierre a été extraite d'une colline qui se trouve derrière le village, et elle a servi pour l'église. ";
  static const char quoted[] = "They say “la pierre est de la colline” and that it was not to be read by those of the village, who "
                               "had seen it on the wall and did not know what it was for, as it was said to them. ";

  for (guint n = 1; n <= 256; n *= 16)
    {
      g_autoptr (GString) half = g_string_new (NULL);
      g_autoptr (GString) whole = g_string_new (NULL);
      g_autoptr (GString) quotes = g_string_new (NULL);

      for (guint i = 0; i < n; i++)
        {
          g_string_append (half, english);
          g_string_append (half, french);
          g_string_append (whole, english);
          g_string_append (quotes, quoted);
        }
      g_assert_cmpstr (quarry_language_of_part (half->str, half->len), ==, "fr");
      g_assert_null (quarry_language_of_part (whole->str, whole->len));
      g_assert_null (quarry_language_of_part (quotes->str, quotes->len));
    }
}

/* A passage has the language of its document unless it is clearly in another one. */
static void
test_passage_language (void)
{
  static const char german[]
      = "Der Stein wurde aus einem Hügel gebrochen, der hinter dem Dorf liegt, und ist für die Kirche verwendet "
        "worden, die nach dem Krieg nicht mehr stand.";
  static const char quoted[] = "They said that “Der Stein ist aus dem Hügel und für die Kirche” was carved on it, and that "
                               "it was not to be read by those who came from the village.";
  static const char table[] = "marble 12 slate 14 der 7 limestone 3 die 2 onyx 9 tuff 5 chalk 4 und 1 flint 2 opal 3 jade";

  g_assert_cmpstr (quarry_language_of_passage (german, strlen (german), "en"), ==, "de");
  g_assert_cmpstr (quarry_language_of_passage (german, strlen (german), NULL), ==, "de");
  g_assert_cmpstr (quarry_language_of_passage (german, strlen (german), "de-AT"), ==, "de-AT");
  g_assert_cmpstr (quarry_language_of_passage (german, 40, "en"), ==, "en");
  g_assert_cmpstr (quarry_language_of_passage (quoted, strlen (quoted), "en"), ==, "en");
  g_assert_cmpstr (quarry_language_of_passage (table, strlen (table), "en"), ==, "en");
  g_assert_null (quarry_language_of_passage (table, strlen (table), NULL));
  g_assert_null (quarry_language_of_passage ("", 0, NULL));
}

static void
test_small_words (void)
{
  g_assert_true (quarry_language_is_small_word ("de", "und"));
  g_assert_true (quarry_language_is_small_word ("de-AT", "uber"));
  g_assert_true (quarry_language_is_small_word ("DE", "den"));
  g_assert_true (quarry_language_is_small_word ("fr", "meme"));
  g_assert_true (quarry_language_is_small_word ("ru", "\320\270"));
  g_assert_false (quarry_language_is_small_word ("de", "motor"));
  g_assert_true (quarry_language_is_small_word (NULL, "und"));
  g_assert_false (quarry_language_is_small_word (NULL, "the"));
  g_assert_false (quarry_language_is_small_word ("de", "et"));
  g_assert_false (quarry_language_is_small_word ("en", "und"));
  g_assert_false (quarry_language_is_small_word ("d", "und"));
  g_assert_false (quarry_language_is_small_word ("de", "wahrend"));
  g_assert_true (quarry_language_is_function_word ("de", "wahrend"));
  g_assert_true (quarry_language_is_function_word ("de", "und"));
  g_assert_true (quarry_language_is_function_word ("fr", "depuis"));
  g_assert_true (quarry_language_is_function_word ("es", "segun"));
  g_assert_true (quarry_language_is_function_word ("*", "depuis"));
  g_assert_false (quarry_language_is_function_word ("*", "the"));
  g_assert_false (quarry_language_is_function_word (NULL, "depuis"));
  g_assert_true (quarry_language_is_function_word (NULL, "und"));
  g_assert_false (quarry_language_is_function_word ("es", "depuis"));
  g_assert_cmpuint (quarry_language_list_of_function_word ("depuis"), ==, quarry_language_get_bit ("fr"));
  g_assert_cmpuint (quarry_language_list_of_function_word ("library"), ==, 0);
  g_assert_cmpuint (quarry_language_get_bit ("FR-ca"), ==, quarry_language_get_bit ("fr"));
  g_assert_cmpuint (quarry_language_get_bit ("xx"), ==, 0);
  g_assert_false (quarry_language_is_small_word ("", "und"));
  g_assert_false (quarry_language_is_small_word ("zh", "und"));
  g_assert_false (quarry_language_is_small_word ("de", ""));
}

static const char *
language_of (const char *stated, const char *text, QuarryDocument **document)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();

  g_clear_object (document);
  quarry_document_builder_set_metadata (builder, "language", stated);
  quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, text, -1);
  *document = quarry_document_builder_end (builder);
  return quarry_document_get_metadata (*document, "language");
}

static void
test_stated_language (void)
{
  static const char german[]
      = "Der Stein wurde aus einem Hügel gebrochen, der hinter dem Dorf liegt, und ist für die Kirche verwendet worden.";
  g_autoptr (QuarryDocument) document = NULL;

  g_assert_cmpstr (language_of (NULL, german, &document), ==, "de");
  g_assert_cmpstr (language_of ("en-US", german, &document), ==, "de");
  g_assert_cmpstr (language_of ("de-AT", german, &document), ==, "de-AT");
  /* Text alone cannot show that this is wrong. */
  g_assert_cmpstr (language_of ("lb", german, &document), ==, "lb");
  g_assert_cmpstr (language_of ("en", "Stein.", &document), ==, "en");
  /* Its letters show that this is. */
  g_assert_null (language_of ("en-US", "\u041a\u0430\u043c\u0435\u043d\u044c.", &document));
  g_assert_cmpstr (language_of ("ru", "\u041a\u0430\u043c\u0435\u043d\u044c.", &document), ==, "ru");
  g_assert_cmpstr (language_of ("en-US", "12.", &document), ==, "en-US");
}

/* A query has few words; two small ones tell its language unless English has as many. */
static void
test_query (void)
{
  guint64 german = quarry_language_get_bit ("de"), french = quarry_language_get_bit ("fr");

  g_assert_true ((quarry_language_of_query ("wie lange dauert die Kündigungsfrist") & german) != 0);
  g_assert_true ((quarry_language_of_query ("comment résilier mon contrat avec le fournisseur") & french) != 0);
  g_assert_true (quarry_language_of_query ("how to die in the sea") == 0);
  g_assert_true (quarry_language_of_query ("die hard") == 0);
  g_assert_true (quarry_language_of_query ("la la land") == 0);
  g_assert_true (quarry_language_of_query ("") == 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/language/language", test_language);
  g_test_add_func ("/language/part", test_part);
  g_test_add_func ("/language/passage-language", test_passage_language);
  g_test_add_func ("/language/query", test_query);
  g_test_add_func ("/language/small-words", test_small_words);
  g_test_add_func ("/language/stated-language", test_stated_language);

  return g_test_run ();
}
