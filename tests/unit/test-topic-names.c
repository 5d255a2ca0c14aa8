/* test-topic-names.c: what topics are called
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/rank/quarry-phrases-private.h"
#include "core/rank/quarry-topic-names-private.h"

#include <string.h>

#include "tests/support/read-words.h"
#include "topic-helpers.h"

/* @language: of the texts. */
static void
check_name_in (const char *language,
               const char *const *texts,
               const char *const *titles,
               guint n,
               const char *query,
               const char *name)
{
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  g_autoptr (GArray) query_words = test_read_words (query);
  g_autofree QuarryTopicText *read = NULL;
  g_autofree guint *groups = g_new0 (guint, 2 * n);
  g_autofree float *scores = g_new0 (float, 2 * n);
  g_autofree gint *topic_of = g_new (gint, 2 * n);
  g_autofree const char **all = g_new (const char *, 2 * n);
  g_autofree const char **all_titles = g_new0 (const char *, 2 * n);
  g_autofree float *likeness = NULL;
  g_autoptr (GArray) topics = NULL;
  QuarryPool pool = { .n = 2 * n, .scores = scores };

  /* The group, and as many others that share nothing but common words. */
  for (guint i = 0; i < n; i++)
    {
      all[i] = texts[i];
      all_titles[i] = titles != NULL ? titles[i] : NULL;
      all[n + i] = i % 2 ? "We do it with the same care as the others." : "Please read this first.";
      groups[n + i] = i + 1;
    }
  likeness = likeness_of (groups, 2 * n);
  read = read_texts (all, all_titles, 2 * n, kept);
  for (guint i = 0; i < 2 * n; i++)
    read[i].language = i < n ? language : "en";
  topics = quarry_find_topics (&pool, NULL, likeness, read, TEST_WORDS (query_words), query_words->len, NULL, NULL, 8,
                               topic_of);
  g_test_message ("%s: %s", name, topics->len > 0 ? topic_at (topics, 0)->label : NULL);
  if (name == NULL)
    {
      g_assert_cmpuint (topics->len, ==, 0);
      for (guint i = 0; i < 2 * n; i++)
        g_assert_cmpint (topic_of[i], ==, -1);
      return;
    }
  g_assert_cmpuint (topics->len, ==, 1);
  g_assert_cmpstr (topic_at (topics, 0)->label, ==, name);
}

static void
check_name (const char *const *texts,
            const char *const *titles,
            guint n,
            const char *query,
            const char *name)
{
  check_name_in ("en", texts, titles, n, query, name);
}

static void
test_names (void)
{
  const char *surface[] = { "About the GREAT Reef", "the Great Reef at noon", "A Great Reef tour" };
  const char *bridge[] = { "they saw the Battle of the Somme there",
                           "before the Battle of the Somme",
                           "since the Battle of the Somme, this" };
  const char *sentence[]
      = { "the harvest of the year", "a harvest of the year, again", "one harvest of the year" };
  const char *numbers[] = { "on 12 14 and so", "of 12 14 or so", "at 12 14 too" };
  const char *dates[] = { "Last updated 2024-05-31, looms", "Last updated 2024-05-31; looms", "Last updated 2024-05-31 on looms" };
  const char *film[]
      = { "see Fahrenheit 451, they", "what Fahrenheit 451 was", "in Fahrenheit 451 he" };
  const char *foreign[] = { "o de la x", "x de la o", "u de la u" };
  const char *stops[] = { "this is so", "it is so", "was it so" };
  const char *apart[] = { "the copper. kettle there", "a copper, kettle", "no copper; kettle" };
  const char *plain[] = { "there it began", "so they began", "to where we began", "as you were" };
  const char *adverbs[] = { "Often there", "it was often so", "which often is", "often not" };
  const char *begun[] = { "the supermassive black hole was", "of supermassive black holes and", "a supermassive black hole",
                          "so supermassive black holes are" };
  const char *ended[] = { "the steam engine ran", "a steam engine stood", "one steam engine, then", "this steam engine is" };
  const char *vague[] = { "Used as early mats were", "used on early looms", "used for early cloth on looms", "early and used on looms" };
  const char *numeral[] = { "one for the looms", "at one by looms", "it is one to looms", "of one" };
  const char *vague_alone[] = { "First it was", "First we do", "So first it is" };
  const char *few[] = { "it began on mats", "began as cloth", "what we do" };
  const char *few_name[] = { "at Somme it was", "by Somme as such", "what we do" };
  const char *begins_lines[] = { "on looms. Behold it", "and looms\nBehold it", "looms! Behold it", "looms as it is: Behold" };
  const char *within_lines[] = { "It was Thunderbird then", "in Thunderbird, it", "Thunderbird", "we are: so" };
  const char *participle[] = { "it was stored on looms", "stored at looms", "as stored", "stored by looms" };
  const char *titled[] = { "so it was done", "as was done before", "was it done" };
  const char *titles[] = { "Weaving", "On Weaving", "Weaving at home" };

  check_name (surface, NULL, 3, "sea", "Great Reef");
  check_name (bridge, NULL, 3, "war", "Battle of the Somme");
  check_name (sentence, NULL, 3, "corn", "harvest");
  check_name (numbers, NULL, 3, "time", NULL);
  check_name (dates, NULL, 3, "flax", "looms");
  check_name (film, NULL, 3, "fahrenheit", "Fahrenheit 451");
  check_name (foreign, NULL, 3, "map", NULL);
  check_name (stops, NULL, 3, "time", NULL);
  check_name (apart, NULL, 3, "tea", "copper");
  check_name (adverbs, NULL, 4, "time", NULL);
  /* "Used" and "early" stand in all of them, but name nothing. */
  check_name (vague, NULL, 4, "flax", "looms");
  check_name (vague_alone, NULL, 3, "flax", NULL);
  check_name (numeral, NULL, 4, "flax", "looms");
  /* What two of three hold is a name where it is one. */
  check_name (few, NULL, 3, "flax", NULL);
  check_name (few_name, NULL, 3, "flax", "Somme");
  check_name (titled, titles, 3, "cloth", "Weaving");
  /* A capital tells something where no sentence or line begins with it. */
  check_name (begins_lines, NULL, 4, "flax", "looms");
  check_name (within_lines, NULL, 4, "flax", "Thunderbird");
  check_name (participle, NULL, 4, "flax", "looms");
  /* One thing and several share the votes, so that the phrase's beginning wins; it is completed … */
  check_name (begun, NULL, 4, "space", "supermassive black hole");
  /* … by nothing that follows it once. */
  check_name (ended, NULL, 4, "coal", "steam engine");
  /* There is no better one. */
  check_name (plain, NULL, 4, "time", "began");
}

/* What manuals are full of: commands, options, files, quoted words. A name is never a piece of one. */
static void
test_names_amid_marks (void)
{
  const char *quoted[] = { "on the branch 'master' it", "a branch 'master' is", "of branch 'master' and" };
  const char *command[] = { "the git-fast-export command", "by git-fast-export and", "see git-fast-export for" };
  const char *small[] = { "with git-for-each-ref one", "by git-for-each-ref, too", "see git-for-each-ref there" };
  const char *path[] = { "in /usr/share/menu there", "under /usr/share/menu or", "from /usr/share/menu too" };
  const char *module[] = { "what os.path does", "see os.path there", "by os.path it is" };
  const char *constant[] = { "set GIT_DIR so", "where GIT_DIR was", "for GIT_DIR it is" };
  const char *option[] = { "by push -u it is", "with push -u you", "for push -u to be" };
  const char *address[] = { "at https://lists.debian.org/ there", "see https://lists.debian.org/ for",
                            "on https://lists.debian.org/ it" };
  const char *section[] = { "5.2. Source Package\nIt is", "In 5.2. Source Package of this", "see 5.2. Source Package" };
  const char *chapter[] = { "In Chapter 11 the mail", "Chapter 11: mail and B.3. of", "see Chapter 11, mail" };
  const char *sentence[] = { "set SIP_DOMAIN to your SIP and", "Set SIP_DOMAIN to your SIP", "by SIP_DOMAIN to your SIP" };
  const char *followed[] = { "the copper kettle-works it", "by copper kettle-makers who", "a copper kettle-shop there",
                             "so copper kettle-like it" };
  const char *ended[] = { "it was \u201cthe kettle.\u201d So", "of the kettle:\u201cas", "what a kettle.\u201d" };

  check_name (quoted, NULL, 3, "branch", "master");
  check_name (command, NULL, 3, "history", "git-fast-export");
  check_name (small, NULL, 3, "list", "git-for-each-ref");
  check_name (path, NULL, 3, "entry", NULL);
  check_name (module, NULL, 3, "name", "os.path");
  check_name (constant, NULL, 3, "name", "GIT_DIR");
  check_name (option, NULL, 3, "remote", "push");
  check_name (address, NULL, 3, "mail", NULL);
  /* A word is completed by no piece either. */
  check_name (followed, NULL, 4, "tea", "copper");
  check_name (ended, NULL, 3, "tea", "kettle");
  check_name (section, NULL, 3, "debian", "Source Package");
  check_name (sentence, NULL, 3, "phone", "SIP_DOMAIN");
  check_name (chapter, NULL, 3, "debian", "mail");
}

/* Function words and lone letters are no names, in whichever language. */
static void
test_names_small_words (void)
{
  const char *spanish[] = { "Lo que es el paquete, dicen", "Y que es lo del paquete", "Aunque, es el paquete que" };
  const char *french[] = { "Dans le paquet il y a", "Mais dans un paquet", "C'est dans le paquet" };
  const char *letters[] = { "where n is even", "n is odd", "of n things" };
  const char *cyrillic[] = { "\u0438 \u0432 \u043a", "\u0432 \u0438", "\u0438, \u0432" };
  const char *capital[] = { "take Vitamin C, then", "of Vitamin C there", "some Vitamin C is" };
  const char *german[] = { "Danach wird w\u00e4hrenddessen seit Debian sofort", "Debian wird danach, seit Debian",
                           "Wer seit Debian danach fragt" };
  const char *vague[] = { "der Webstuhl hat eine Zeile", "ein Webstuhl und die Zeile", "so ist die Zeile und der Webstuhl",
                          "das ist die Zeile, und so" };

  for (guint i = 0; i < 2; i++)
    {
      check_name_in (i ? "es" : NULL, spanish, NULL, 3, "debian", "paquete");
      check_name_in (i ? "fr" : NULL, french, NULL, 3, "debian", "paquet");
      check_name_in (i ? "ru" : NULL, cyrillic, NULL, 3, "number", NULL);
    }
  check_name (letters, NULL, 3, "number", NULL);
  check_name_in ("de", german, NULL, 3, "paket", "Debian");
  check_name_in ("de", vague, NULL, 4, "flachs", "Webstuhl");
  check_name (capital, NULL, 3, "food", "Vitamin C");
}

/* Headings in capitals stand in all manuals; what is written so elsewhere is a name, and so is all where nothing else is
 * written. */
static void
test_names_in_capitals (void)
{
  const char *headings[] = { "SEE ALSO\n\nthe looms it was", "SEE ALSO\n\nit is at looms, as you see also", "SEE ALSO\n\nof looms" };
  const char *german[] = { "\u00dcBERSICHT\n\nder Webstuhl ist es", "\u00dcBERSICHT\n\nes ist der Webstuhl", "\u00dcBERSICHT\n\nein Webstuhl ist" };
  const char *within[] = { "it is by NATO there", "NATO it was", "of NATO, it" };
  const char *telegrams[] = { "THE LOOMS WERE IT", "OF LOOMS IT WAS", "SO LOOMS IT IS" };
  const char *both[] = { "OPTIONS\n\nOf many options it is", "OPTIONS\n\nthe options it was", "OPTIONS\n\nall options of it" };

  check_name (headings, NULL, 3, "flax", "looms");
  check_name_in ("de", german, NULL, 3, "flachs", "Webstuhl");
  check_name (within, NULL, 3, "treaty", "NATO");
  check_name (telegrams, NULL, 3, "flax", "LOOMS");
  check_name (both, NULL, 3, "flax", "options");
}

/* What is a function word in one language is a name in another. */
static void
test_names_by_language (void)
{
  const char *texts[] = { "The war of the roses", "After the war it was", "A war to end",
                          "We do it with the same care.", "Please read this first.", "It had rained for some days." };
  const char *titles[G_N_ELEMENTS (texts)] = { NULL };
  guint groups[] = { 0, 0, 0, 1, 2, 3 };
  float scores[G_N_ELEMENTS (texts)] = { 0 };
  QuarryPool pool = { .n = G_N_ELEMENTS (texts), .scores = scores };
  g_autofree float *likeness = likeness_of (groups, pool.n);
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  g_autofree QuarryTopicText *read = read_texts (texts, titles, pool.n, kept);
  const char *const languages[] = { "en", "de", NULL };

  for (guint l = 0; l < G_N_ELEMENTS (languages); l++)
    {
      gint topic_of[G_N_ELEMENTS (texts)];
      g_autoptr (GArray) topics = NULL;

      for (guint i = 0; i < pool.n; i++)
        read[i].language = languages[l];
      topics = quarry_find_topics (&pool, NULL, likeness, read, NULL, 0, NULL, NULL, 8, topic_of);
      g_assert_cmpuint (topics->len, ==, l == 0 ? 1 : 0);
      if (l == 0)
        g_assert_cmpstr (topic_at (topics, 0)->label, ==, "war");
    }
}

/* Two groups of one book are told apart by what is in them: a part of the other's name does not. */
static void
test_names_apart (void)
{
  const char *texts[] = {
    "The determinant of a matrix",  "Each determinant is a number",    "A determinant that is zero",
    "One determinant and its sign", "polynomials form a vector space", "spaces of polynomials",
    "of polynomials and roots",     "Please read this first.",         "We do it with the same care.",
    "The rest of us went home.",    "It had rained for some days.",
  };
  const char *titles[G_N_ELEMENTS (texts)] = { NULL };
  guint groups[G_N_ELEMENTS (texts)] = { 0, 0, 0, 0, 1, 1, 1, 2, 3, 4, 5 };
  gint topic_of[G_N_ELEMENTS (texts)];
  float scores[G_N_ELEMENTS (texts)] = { 0 };
  QuarryPool pool = { .n = G_N_ELEMENTS (texts), .scores = scores };
  g_autofree float *likeness = likeness_of (groups, G_N_ELEMENTS (texts));
  g_autoptr (GArray) topics = NULL;

  for (guint i = 0; i < 7; i++)
    titles[i] = "First Course in Linear Algebra";
  topics = find_topics_of (&pool, likeness, texts, titles, "proof", 8, topic_of);
  g_assert_cmpuint (topics->len, ==, 2);
  g_test_message ("%s, %s", topic_at (topics, 0)->label, topic_at (topics, 1)->label);
  g_assert_null (strstr (topic_at (topics, 0)->label, topic_at (topics, 1)->label));
  g_assert_cmpstr (topic_at (topics, 1)->label, ==, "polynomials");
}

static void
test_phrases (void)
{
  const struct
  {
    QuarryBeside before, next;
    gboolean is_name;
    guint thing, nouns_first; /* what it is in English, in Spanish */
  } cases[] = {
    { QUARRY_BESIDE_ARTICLE, QUARRY_BESIDE_NOTHING, FALSE, 2, 2 }, /* the opera */
    { QUARRY_BESIDE_NOTHING, QUARRY_BESIDE_ARTICLE, FALSE, 0, 0 }, /* improve the */
    { QUARRY_BESIDE_OF_VERB, QUARRY_BESIDE_NOTHING, FALSE, 0, 0 }, /* to improve */
    { QUARRY_BESIDE_OF_VERB, QUARRY_BESIDE_NOTHING, TRUE, 2, 2 },  /* to Italy */
    { QUARRY_BESIDE_SMALL, QUARRY_BESIDE_WORD, FALSE, 0, 2 },      /* of comic opera */
    { QUARRY_BESIDE_WORD, QUARRY_BESIDE_SMALL, FALSE, 2, 0 },      /* comic opera of */
    { QUARRY_BESIDE_SMALL, QUARRY_BESIDE_WORD, TRUE, 1, 2 },       /* of Italian opera */
    { QUARRY_BESIDE_SMALL, QUARRY_BESIDE_NAME, TRUE, 0, 0 },       /* of Middle East */
    { QUARRY_BESIDE_NAME, QUARRY_BESIDE_NOTHING, TRUE, 0, 0 },     /* Middle East */
    { QUARRY_BESIDE_NAME, QUARRY_BESIDE_NOTHING, FALSE, 2, 0 },    /* Italian opera */
    { QUARRY_BESIDE_NUMBER, QUARRY_BESIDE_NOTHING, FALSE, 0, 0 },  /* 35 miles */
    { QUARRY_BESIDE_NUMBER, QUARRY_BESIDE_NOTHING, TRUE, 0, 0 },   /* 24 August */
    { QUARRY_BESIDE_SMALL, QUARRY_BESIDE_NUMBER, TRUE, 1, 1 },     /* of Apollo 11 */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_cmpuint (quarry_phrase_judge (cases[i].before, cases[i].next, cases[i].is_name, FALSE), ==, cases[i].thing);
      g_assert_cmpuint (quarry_phrase_judge (cases[i].before, cases[i].next, cases[i].is_name, TRUE), ==,
                        cases[i].nouns_first);
    }
  g_assert_cmpint (quarry_phrase_judge_small ("a"), ==, QUARRY_BESIDE_ARTICLE);
  g_assert_cmpint (quarry_phrase_judge_small ("your"), ==, QUARRY_BESIDE_ARTICLE);
  g_assert_cmpint (quarry_phrase_judge_small ("also"), ==, QUARRY_BESIDE_OF_VERB);
  g_assert_cmpint (quarry_phrase_judge_small ("you"), ==, QUARRY_BESIDE_OF_VERB);
  g_assert_cmpint (quarry_phrase_judge_small ("of"), ==, QUARRY_BESIDE_SMALL);
  g_assert_true (quarry_phrase_has_nouns_first ("pt-BR"));
  g_assert_true (quarry_phrase_has_nouns_first ("ES"));
  g_assert_false (quarry_phrase_has_nouns_first ("est"));
  g_assert_false (quarry_phrase_has_nouns_first ("e"));
  g_assert_false (quarry_phrase_has_nouns_first (NULL));
  g_assert_true (quarry_phrase_has_capital_nouns ("de"));
  g_assert_false (quarry_phrase_has_capital_nouns ("da"));
}

/* A name is a thing: no adjective, no verb, and no half of a longer name, although more of the group hold these. */
static void
test_names_things (void)
{
  const char *adjective[] = { "an immune response to antigen", "of immune cells", "the antigen and immune systems",
                              "immune tissue by antigen" };
  const char *verb[] = { "we must spin so", "to spin at looms", "they spin by looms", "you spin on looms" };
  const char *before_article[] = { "as mills improve the looms", "so mills improve the looms", "where mills improve a few looms",
                                   "if people improve this" };
  const char *half[] = { "in the Middle East", "of the Middle East it", "to the Middle East" };
  const char *whole[] = { "the canal arches it was", "of canals arches", "by canal arches", "the canals arches" };
  const char *german[] = { "am Kanal gebaut", "dort gebaut", "gebaut im Kanal", "als gebaut am Kanal" };
  const char *german_opening[] = { "Falls im Kanal, ist es", "Falls am Kanal", "Falls im Kanal", "Falls es ist" };
  const char *spanish[] = { "de la guerra larga con registro civil", "una guerra corta, el código civil",
                            "la guerra nueva y la gente civil", "otra guerra vieja, derecho civil", "la fuerza civil" };
  /* Without function words, neighbours tell nothing. */
  const char *unknown[] = { "\u03b1\u03c4\u03bc\u03cc\u03c2 \u03b1\u03c1\u03b3\u03cc\u03c2 \u03c0\u03b1\u03bb\u03b9\u03cc\u03c2",
                            "\u03b1\u03c4\u03bc\u03cc\u03c2 \u03bc\u03b5\u03b3\u03ac\u03bb\u03bf\u03c2 \u03c0\u03b1\u03bb\u03b9\u03cc\u03c2",
                            "\u03b1\u03c4\u03bc\u03cc\u03c2 \u03bb\u03b5\u03c5\u03ba\u03cc\u03c2 \u03c0\u03b1\u03bb\u03b9\u03cc\u03c2", "\u03b1\u03c4\u03bc\u03cc\u03c2 \u03bd\u03ad\u03bf\u03c2" };
  const char *numbered[] = { "Loom 2.1 Release Notes", "Loom 2.2 Release Notes", "Loom 3.0 Release Notes" };
  const char *below[] = { "so the notes are as it was", "by the notes it was", "with the notes as it was" };
  const char *unit[] = { "at 35 miles of mills", "some 3 miles by mills", "12 miles", "over 7 miles, mills" };
  const char *sentence[] = { "in mills. Shows the Manual now", "of mills. Shows the Manual", "at mills. Shows the Manual" };

  check_name (adjective, NULL, 4, "blood", "antigen");
  check_name (verb, NULL, 4, "flax", "looms");
  check_name (before_article, NULL, 4, "flax", "looms");
  check_name (half, NULL, 3, "oil", "Middle East");
  /* Singular and plural share the votes. */
  check_name (whole, NULL, 4, "water", "canal arches");
  check_name_in ("de", german, NULL, 4, "schiff", "Kanal");
  check_name_in ("de", german_opening, NULL, 4, "schiff", "Kanal");
  check_name_in ("es", spanish, NULL, 5, "historia", "guerra");
  check_name_in ("el", unknown, NULL, 4, "water", "\u03b1\u03c4\u03bc\u03cc\u03c2");
  check_name (unit, NULL, 4, "road", "mills");
  check_name (below, numbered, 3, "loom", "Release Notes");
  check_name (sentence, NULL, 3, "help", "Manual");
}

/* "Cotton" is everywhere in the library. */
static double
find_rarity (const QuarryWordForm *form, gpointer user_data)
{
  return strcmp (form->folded, user_data) == 0 ? 0.5 : 6.0;
}

/* Of two words that as many hold, the one that is rarer in the library. */
static void
test_names_rare (void)
{
  const char *texts[] = { "cotton, linen", "linen, cotton", "cotton, linen",
                          "Please read this first.", "We do it with the same care.", "It had rained for some days." };
  const char *titles[G_N_ELEMENTS (texts)] = { NULL };
  guint groups[] = { 0, 0, 0, 1, 2, 3 };
  float scores[G_N_ELEMENTS (texts)] = { 0 };
  QuarryPool pool = { .n = G_N_ELEMENTS (texts), .scores = scores };
  g_autofree float *likeness = likeness_of (groups, pool.n);
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  g_autofree QuarryTopicText *read = read_texts (texts, titles, pool.n, kept);
  char *const common[] = { (char *) "cotton", (char *) "linen" };

  for (guint i = 0; i < 2; i++)
    {
      gint topic_of[G_N_ELEMENTS (texts)];
      g_autoptr (GArray) topics
          = quarry_find_topics (&pool, NULL, likeness, read, NULL, 0, find_rarity, common[i], 8, topic_of);

      g_assert_cmpuint (topics->len, ==, 1);
      g_assert_cmpstr (topic_at (topics, 0)->label, ==, common[1 - i]);
    }
}

static void
test_names_overlap (void)
{
  g_assert_true (quarry_topic_names_overlap ("vaccine", "Many vaccines"));
  g_assert_true (quarry_topic_names_overlap ("Linear Algebra", "First Course in linear algebra"));
  g_assert_true (quarry_topic_names_overlap ("git-reset", "git reset"));
  g_assert_true (quarry_topic_names_overlap ("\u00c9lan", "elan"));
  g_assert_false (quarry_topic_names_overlap ("art", "party"));
  g_assert_false (quarry_topic_names_overlap ("World War II", "World War I in the West"));
  g_assert_false (quarry_topic_names_overlap ("algebra course", "First Course in Linear Algebra"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/topic-names/worked", test_names);
  g_test_add_func ("/topic-names/amid-marks", test_names_amid_marks);
  g_test_add_func ("/topic-names/small-words", test_names_small_words);
  g_test_add_func ("/topic-names/by-language", test_names_by_language);
  g_test_add_func ("/topic-names/in-capitals", test_names_in_capitals);
  g_test_add_func ("/topic-names/apart", test_names_apart);
  g_test_add_func ("/topic-names/phrases", test_phrases);
  g_test_add_func ("/topic-names/things", test_names_things);
  g_test_add_func ("/topic-names/rare", test_names_rare);
  g_test_add_func ("/topic-names/overlap", test_names_overlap);
  return g_test_run ();
}
