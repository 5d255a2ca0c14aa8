/* test-topic-names.c: what topics are called
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/rank/quarry-phrases-private.h"
#include "core/rank/quarry-topic-names-private.h"

#include <string.h>

#include "tests/support/read-words.h"
#include "topic-helpers.h"

#define MAX_TEXTS 5

/* A group of passages, and the name that is expected for it. */
typedef struct
{
  const char *language; /* of the texts; NULL: unknown */
  const char *query;
  const char *name; /* NULL: it is no topic */
  const char *texts[MAX_TEXTS + 1];
  const char *titles[MAX_TEXTS + 1]; /* of their documents; NULL: none */
} NameCase;

static void
check_name (const NameCase *self)
{
  guint n = g_strv_length ((char **) self->texts);
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  g_autoptr (GArray) query_words = test_read_words (self->query);
  g_autofree QuarryTopicText *read = NULL;
  g_autofree float *likeness = NULL;
  g_autoptr (GArray) topics = NULL;
  const char *texts[2 * MAX_TEXTS], *titles[2 * MAX_TEXTS] = { NULL };
  guint groups[2 * MAX_TEXTS] = { 0 };
  float scores[2 * MAX_TEXTS] = { 0 };
  gint topic_of[2 * MAX_TEXTS];
  QuarryPool pool = { .n = 2 * n, .scores = scores };

  /* The pool has the group and as many other passages, which share only common words. */
  for (guint i = 0; i < n; i++)
    {
      texts[i] = self->texts[i];
      titles[i] = self->titles[i];
      texts[n + i] = i % 2 ? "We do it with the same care as the others." : "Please read this first.";
      groups[n + i] = i + 1;
    }
  likeness = likeness_of (groups, 2 * n);
  read = read_texts (texts, titles, 2 * n, kept);
  for (guint i = 0; i < 2 * n; i++)
    read[i].language = i < n ? self->language : "en";
  topics = quarry_find_topics (&pool, NULL, likeness, read, TEST_WORDS (query_words), query_words->len, NULL, NULL, 8,
                               topic_of);
  g_test_message ("%s: %s", self->name, topics->len > 0 ? topic_at (topics, 0)->label : NULL);
  if (self->name == NULL)
    {
      g_assert_cmpuint (topics->len, ==, 0);
      for (guint i = 0; i < 2 * n; i++)
        g_assert_cmpint (topic_of[i], ==, -1);
      return;
    }
  g_assert_cmpuint (topics->len, ==, 1);
  g_assert_cmpstr (topic_at (topics, 0)->label, ==, self->name);
}

static void
check_names (const NameCase *cases, gsize n)
{
  for (gsize i = 0; i < n; i++)
    check_name (&cases[i]);
}

static void
test_names (void)
{
  static const NameCase cases[] = {
    { "en", "sea", "Great Reef",
      { "About the GREAT Reef", "the Great Reef at noon", "A Great Reef tour" } },
    { "en", "war", "Battle of the Somme",
      { "they saw the Battle of the Somme there", "before the Battle of the Somme",
        "since the Battle of the Somme, this" } },
    { "en", "volcano", "Mount St. Helens",
      { "they saw Mount St. Helens there", "before Mount St. Helens was", "since Mount St. Helens, this" } },
    { "en", "street", "Main St",
      { "in Main St. However it was", "by Main St. Then it was", "of Main St. So it is" } },
    { "en", "corn", "harvest",
      { "the harvest of the year", "a harvest of the year, again", "one harvest of the year" } },
    { "en", "time", NULL,
      { "on 12 14 and so", "of 12 14 or so", "at 12 14 too" } },
    { "en", "flax", "looms",
      { "Last updated 2024-05-31, looms", "Last updated 2024-05-31; looms", "Last updated 2024-05-31 on looms" } },
    { "en", "fahrenheit", "Fahrenheit 451",
      { "see Fahrenheit 451, they", "what Fahrenheit 451 was", "in Fahrenheit 451 he" } },
    { "en", "map", NULL,
      { "o de la x", "x de la o", "u de la u" } },
    { "en", "time", NULL,
      { "this is so", "it is so", "was it so" } },
    { "en", "tea", "copper",
      { "the copper. kettle there", "a copper, kettle", "no copper; kettle" } },
    { "en", "time", NULL,
      { "Often there", "it was often so", "which often is", "often not" } },
    /* "Used" and "early" occur in all of them, but are not nouns. */
    { "en", "flax", "looms",
      { "Used as early mats were", "used on early looms", "used for early cloth on looms",
        "early and used on looms" } },
    { "en", "flax", NULL,
      { "First it was", "First we do", "So first it is" } },
    { "en", "flax", "looms",
      { "one for the looms", "at one by looms", "it is one to looms", "of one" } },
    /* Two of three passages are enough for a proper name or a title, but not for a common word. */
    { "en", "flax", NULL,
      { "it began on mats", "began as cloth", "what we do" } },
    { "en", "flax", "Somme",
      { "at Somme it was", "by Somme as such", "what we do" } },
    { "en", "cloth", "Weaving",
      { "so it was done", "as was done before", "was it done" },
      { "Weaving", "On Weaving", "Weaving at home" } },
    /* A capital counts only where it does not begin a sentence or line. */
    { "en", "flax", "looms",
      { "on looms. Behold it", "and looms\nBehold it", "looms! Behold it", "looms as it is: Behold" } },
    { "en", "flax", "Thunderbird",
      { "It was Thunderbird then", "in Thunderbird, it", "Thunderbird", "we are: so" } },
    { "en", "flax", "looms",
      { "it was stored on looms", "stored at looms", "as stored", "stored by looms" } },
    /* Singular and plural count together, so that the beginning of the phrase wins; the phrase is then completed … */
    { "en", "space", "supermassive black hole",
      { "the supermassive black hole was", "of supermassive black holes and", "a supermassive black hole",
        "so supermassive black holes are" } },
    /* … but not by a word that follows it only once. */
    { "en", "coal", "steam engine",
      { "the steam engine ran", "a steam engine stood", "one steam engine, then", "this steam engine is" } },
    /* A bare date is a name only if there is no better one. */
    { "en", "flax", "looms",
      { "04 Mar: looms", "04 Mar; looms", "04 Mar\nlooms" } },
    /* A verb, as there is no better name. */
    { "en", "time", "began",
      { "there it began", "so they began", "to where we began", "as you were" } },
  };

  check_names (cases, G_N_ELEMENTS (cases));
}

/* Commands, options, file names and quoted words, of which manuals are full. A name is never a part of one of them. */
static void
test_names_amid_marks (void)
{
  static const NameCase cases[] = {
    { "en", "branch", "master",
      { "on the branch 'master' it", "a branch 'master' is", "of branch 'master' and" } },
    { "en", "history", "git-fast-export",
      { "the git-fast-export command", "by git-fast-export and", "see git-fast-export for" } },
    { "en", "list", "git-for-each-ref",
      { "with git-for-each-ref one", "by git-for-each-ref, too", "see git-for-each-ref there" } },
    { "en", "entry", NULL,
      { "in /usr/share/menu there", "under /usr/share/menu or", "from /usr/share/menu too" } },
    { "en", "name", "os.path",
      { "what os.path does", "see os.path there", "by os.path it is" } },
    { "en", "name", "GIT_DIR",
      { "set GIT_DIR so", "where GIT_DIR was", "for GIT_DIR it is" } },
    { "en", "remote", "push",
      { "by push -u it is", "with push -u you", "for push -u to be" } },
    { "en", "mail", NULL,
      { "at https://lists.debian.org/ there", "see https://lists.debian.org/ for",
        "on https://lists.debian.org/ it" } },
    /* Nor is a word completed with such a part. */
    { "en", "tea", "copper",
      { "the copper kettle-works it", "by copper kettle-makers who", "a copper kettle-shop there",
        "so copper kettle-like it" } },
    { "en", "tea", "kettle",
      { "it was \u201cthe kettle.\u201d So", "of the kettle:\u201cas", "what a kettle.\u201d" } },
    { "en", "debian", "Source Package",
      { "5.2. Source Package\nIt is", "In 5.2. Source Package of this", "see 5.2. Source Package" } },
    { "en", "phone", "SIP_DOMAIN",
      { "set SIP_DOMAIN to your SIP and", "Set SIP_DOMAIN to your SIP", "by SIP_DOMAIN to your SIP" } },
    { "en", "debian", "mail",
      { "In Chapter 11 the mail", "Chapter 11: mail and B.3. of", "see Chapter 11, mail" } },
  };

  check_names (cases, G_N_ELEMENTS (cases));
}

/* Function words and single letters are not names, in any language. */
static void
test_names_small_words (void)
{
  static const NameCase cases[] = {
    { "en", "number", NULL,
      { "where n is even", "n is odd", "of n things" } },
    { "de", "paket", "Debian",
      { "Danach wird w\u00e4hrenddessen seit Debian sofort", "Debian wird danach, seit Debian",
        "Wer seit Debian danach fragt" } },
    { "de", "flachs", "Webstuhl",
      { "der Webstuhl hat eine Zeile", "ein Webstuhl und die Zeile", "so ist die Zeile und der Webstuhl",
        "das ist die Zeile, und so" } },
    { "en", "food", "Vitamin C",
      { "take Vitamin C, then", "of Vitamin C there", "some Vitamin C is" } },
  };
  /* These hold even where the language of the texts is unknown. */
  static const NameCase whichever[] = {
    { "es", "debian", "paquete",
      { "Lo que es el paquete, dicen", "Y que es lo del paquete", "Aunque, es el paquete que" } },
    { "fr", "debian", "paquet",
      { "Dans le paquet il y a", "Mais dans un paquet", "C'est dans le paquet" } },
    { "ru", "number", NULL,
      { "\u0438 \u0432 \u043a", "\u0432 \u0438", "\u0438, \u0432" } },
  };

  check_names (cases, G_N_ELEMENTS (cases));
  check_names (whichever, G_N_ELEMENTS (whichever));
  for (guint i = 0; i < G_N_ELEMENTS (whichever); i++)
    {
      NameCase unknown = whichever[i];

      unknown.language = NULL;
      check_names (&unknown, 1);
    }
}

/* Headings in capitals occur in all manuals and are no names. A word in capitals within a sentence is a name, and so
 * is any word where the whole text is in capitals. */
static void
test_names_in_capitals (void)
{
  static const NameCase cases[] = {
    { "en", "flax", "looms",
      { "SEE ALSO\n\nthe looms it was", "SEE ALSO\n\nit is at looms, as you see also", "SEE ALSO\n\nof looms" } },
    { "de", "flachs", "Webstuhl",
      { "\u00dcBERSICHT\n\nder Webstuhl ist es", "\u00dcBERSICHT\n\nes ist der Webstuhl",
        "\u00dcBERSICHT\n\nein Webstuhl ist" } },
    { "en", "treaty", "NATO",
      { "it is by NATO there", "NATO it was", "of NATO, it" } },
    { "en", "flax", "LOOMS",
      { "THE LOOMS WERE IT", "OF LOOMS IT WAS", "SO LOOMS IT IS" } },
    { "en", "flax", "options",
      { "OPTIONS\n\nOf many options it is", "OPTIONS\n\nthe options it was", "OPTIONS\n\nall options of it" } },
  };

  check_names (cases, G_N_ELEMENTS (cases));
}

/* A function word of one language can be a name in another. */
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

/* Two groups from one book get different names, from their contents: no name is a part of the other's. */
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
    guint thing, nouns_first; /* what a word between the two is, in English and in Spanish */
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

/* A name is a noun or a whole name: not an adjective, a verb or half of a longer name, although more passages of the
 * group contain these. */
static void
test_names_things (void)
{
  static const NameCase cases[] = {
    { "en", "blood", "antigen",
      { "an immune response to antigen", "of immune cells", "the antigen and immune systems",
        "immune tissue by antigen" } },
    { "en", "flax", "looms",
      { "we must spin so", "to spin at looms", "they spin by looms", "you spin on looms" } },
    { "en", "flax", "looms",
      { "as mills improve the looms", "so mills improve the looms", "where mills improve a few looms",
        "if people improve this" } },
    { "en", "oil", "Middle East",
      { "in the Middle East", "of the Middle East it", "to the Middle East" } },
    /* Singular and plural count together. */
    { "en", "water", "canal arches",
      { "the canal arches it was", "of canals arches", "by canal arches", "the canals arches" } },
    { "de", "schiff", "Kanal",
      { "am Kanal gebaut", "dort gebaut", "gebaut im Kanal", "als gebaut am Kanal" } },
    { "de", "schiff", "Kanal",
      { "Falls im Kanal, ist es", "Falls am Kanal", "Falls im Kanal", "Falls es ist" } },
    { "es", "historia", "guerra",
      { "de la guerra larga con registro civil", "una guerra corta, el código civil",
        "la guerra nueva y la gente civil", "otra guerra vieja, derecho civil", "la fuerza civil" } },
    /* Where the function words of a language are unknown, a word's neighbours tell nothing about it. */
    { "el", "water", "\u03b1\u03c4\u03bc\u03cc\u03c2",
      { "\u03b1\u03c4\u03bc\u03cc\u03c2 \u03b1\u03c1\u03b3\u03cc\u03c2 \u03c0\u03b1\u03bb\u03b9\u03cc\u03c2",
        "\u03b1\u03c4\u03bc\u03cc\u03c2 \u03bc\u03b5\u03b3\u03ac\u03bb\u03bf\u03c2 \u03c0\u03b1\u03bb\u03b9\u03cc\u03c2",
        "\u03b1\u03c4\u03bc\u03cc\u03c2 \u03bb\u03b5\u03c5\u03ba\u03cc\u03c2 \u03c0\u03b1\u03bb\u03b9\u03cc\u03c2",
        "\u03b1\u03c4\u03bc\u03cc\u03c2 \u03bd\u03ad\u03bf\u03c2" } },
    { "en", "road", "mills",
      { "at 35 miles of mills", "some 3 miles by mills", "12 miles", "over 7 miles, mills" } },
    { "en", "loom", "Release Notes",
      { "so the notes are as it was", "by the notes it was", "with the notes as it was" },
      { "Loom 2.1 Release Notes", "Loom 2.2 Release Notes", "Loom 3.0 Release Notes" } },
    { "en", "help", "Manual",
      { "in mills. Shows the Manual now", "of mills. Shows the Manual", "at mills. Shows the Manual" } },
  };

  check_names (cases, G_N_ELEMENTS (cases));
}

/* One word (@user_data) is everywhere in the library. */
static double
find_rarity (const QuarryWordForm *form, gpointer user_data)
{
  return strcmp (form->folded, user_data) == 0 ? 1.9 : 6.0;
}

/* Of two words that equally many passages contain, the rarer one in the library names the topic. */
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

/* A word that is everywhere, in the library and in the candidates outside the group, is no name, nor does it make one
 * longer. One that only the group holds is, since a library may be small. */
static void
test_names_ubiquitous (void)
{
  static const struct
  {
    const char *texts[9]; /* the group of five, then the others */
    const char *name;
  } cases[] = {
    { { "the cotton and a linen", "a linen on cotton", "some cotton, by linen", "this cotton was", "my cotton is",
        "the cotton was by linen", "we do it so", "please read this", "it had rained then" }, "linen" },
    { { "the cotton and a linen", "a linen on cotton", "some cotton, by linen", "this cotton was", "my cotton is",
        "the wool was by silk", "we do it so", "please read this", "it had rained then" }, "cotton" },
    { { "cotton looms (1)", "cotton looms {", "cotton looms;", "cotton looms", "cotton looms,",
        "the cotton was", "we do it so", "please read this", "it had rained then" }, "looms" },
    { { "x Cotton Looms (1)", "x Cotton Looms {", "x Cotton Looms;", "x Cotton Looms", "x Cotton Looms,",
        "the cotton was", "we do it so", "please read this", "it had rained then" }, "Cotton Looms" },
    { { "x cotton.looms; Linen", "x cotton.looms (1)", "x cotton.looms; Linen", "x cotton.looms, Linen",
        "x cotton.looms, Linen", "the cotton was", "we do it so", "please read this", "it had rained then" }, "cotton.looms" },
    { { "x looms.cotton; Linen", "x looms.cotton (1)", "x looms.cotton; Linen", "x looms.cotton, Linen",
        "x looms.cotton, Linen", "the cotton was", "we do it so", "please read this", "it had rained then" }, "looms.cotton" },
    /* What every program says does not name one. */
    { { "the self and a linen", "a linen on self", "some self, by linen", "this self was", "my self is",
        "the wool was by silk", "we do it so", "please read this", "it had rained then" }, "linen" },
    { { "SPDX-Identifier: a linen", "SPDX-Identifier: linen", "SPDX-Identifier: some linen",
        "SPDX-Identifier: this linen", "SPDX-Identifier: my linen", "the wool was by silk", "we do it so",
        "please read this", "it had rained then" }, "linen" },
  };
  guint groups[] = { 0, 0, 0, 0, 0, 1, 2, 3, 4 };
  float scores[G_N_ELEMENTS (groups)] = { 0 };
  QuarryPool pool = { .n = G_N_ELEMENTS (groups), .scores = scores };
  g_autofree float *likeness = likeness_of (groups, pool.n);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *titles[G_N_ELEMENTS (groups)] = { NULL };
      const char *texts[G_N_ELEMENTS (groups)];
      g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
      g_autofree QuarryTopicText *read = NULL;
      g_autoptr (GArray) topics = NULL;
      gint topic_of[G_N_ELEMENTS (groups)];

      memcpy (texts, cases[i].texts, sizeof texts);
      read = read_texts (texts, titles, pool.n, kept);
      for (guint k = 0; k < pool.n; k++)
        read[k].language = "en";
      topics = quarry_find_topics (&pool, NULL, likeness, read, NULL, 0, find_rarity, (char *) "cotton", 8, topic_of);
      g_test_message ("%u: %s", i, topic_at (topics, 0)->label);
      g_assert_cmpuint (topics->len, ==, 1);
      g_assert_cmpstr (topic_at (topics, 0)->label, ==, cases[i].name);
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
  g_test_add_func ("/topic-names/ubiquitous", test_names_ubiquitous);
  g_test_add_func ("/topic-names/overlap", test_names_overlap);
  return g_test_run ();
}
