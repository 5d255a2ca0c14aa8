/* test-duplicates.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/rank/quarry-diversity.h"

#include <string.h>

#include "tests/support/read-words.h"

static const char passage[]
    = "The tide comes in twice a day along this coast, and with it the boats that wait beyond the "
      "bar for enough water to enter the harbour. Between the tides the mud is left to the birds.";

/* (transfer full): of guint64 */
static GArray *
find_shingles (GArray *words)
{
  GArray *shingles = g_array_new (FALSE, FALSE, sizeof (guint64));

  g_array_set_size (shingles, words->len + 1);
  g_array_set_size (shingles, quarry_find_shingles (TEST_WORDS (words), words->len,
                                                    (guint64 *) (gpointer) shingles->data));
  return shingles;
}

static void
set_shingles (QuarryDuplicateText *text, const GArray *shingles)
{
  text->shingles = (const guint64 *) (gpointer) shingles->data;
  text->n_shingles = shingles->len;
}

/* Finds duplicates among documents whose formats, titles and names are not known to be related. */
static void
find_duplicates (GPtrArray *shingles, guint *original)
{
  g_autofree QuarryDuplicateText *texts = g_new0 (QuarryDuplicateText, shingles->len + 1);

  for (guint i = 0; i < shingles->len; i++)
    set_shingles (&texts[i], shingles->pdata[i]);
  quarry_find_duplicates (texts, shingles->len, original);
}

static void
find_repeats (const char *const *texts, guint n, guint *original)
{
  g_autoptr (GPtrArray) shingles = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GArray) words = test_read_words (texts[i]);

      g_ptr_array_add (shingles, find_shingles (words));
    }
  find_duplicates (shingles, original);
}

static void
test_duplicates (void)
{
  g_autofree char *shouted = g_ascii_strup (passage, -1);
  g_autofree char *near = g_strconcat ("Today the ", passage + 4, NULL);
  g_autofree char *longer
      = g_strconcat (passage, " They feed there until the water is back.", NULL);
  g_autofree char *far_longer = g_strconcat (
      passage,
      " Nobody who has not stood there in winter knows how quickly the channel fills, "
      "nor how the current takes hold of a keel once the sand has let it go; the pilots "
      "learn it as children, from the wall, and never quite believe the printed tables. On the "
      "other shore they have a lighthouse, two beacons and a bell that rings by itself whenever "
      "the swell is high enough, and yet more hulls lie over there than anybody has counted here, or would care to.",
      NULL);
  const char *texts[] = {
    passage,                                           /* 0 */
    "A quite different text about bread and salt.",    /* 1 */
    shouted,                                           /* 2: the same but for case */
    near,                                              /* 3: two words changed */
    "Between the tides the mud is left to the birds.", /* 4: a part of 0 */
    longer,                                            /* 5: 0 and a little more */
    far_longer,                                        /* 6: 0 and much more */
    "The tide comes in.",                              /* 7: too short to count as a repetition of 0 */
    "A quite different text about bread, and salt!",   /* 8: repeats 1 */
    "",
    "",
    "...", /* 9 to 11: no words, so no repetitions */
    "Salt",
    "salt.",                                                        /* 12, 13: a single word */
    "Birds of the tide left the mud in the harbour day and night.", /* 14: the same words in another order */
  };
  const guint expected[] = { 0, 1, 0, 0, 0, 0, 6, 7, 1, 9, 10, 11, 12, 12, 14 };
  guint original[G_N_ELEMENTS (texts)];

  G_STATIC_ASSERT (G_N_ELEMENTS (texts) == G_N_ELEMENTS (expected));
  find_repeats (texts, G_N_ELEMENTS (texts), original);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_cmpuint (original[i], ==, expected[i]);

  quarry_find_duplicates (NULL, 0, NULL);
}

/* A text and a web page made of it. A few marks and links that differ in a long passage are nothing new, but in a short
 * passage they may be all that it says. */
static void
test_duplicates_marks (void)
{
  g_autoptr (GString) plain = g_string_new (NULL);
  g_autoptr (GString) marked = g_string_new (NULL);
  const char *texts[4];
  guint original[4];

  for (guint i = 0; i < 120; i++)
    {
      g_string_append_printf (plain, " word%u", i);
      g_string_append_printf (marked, i % 15 == 7 ? " link:word%u" : " word%u", i);
    }
  texts[0] = plain->str;
  texts[1] = marked->str;
  texts[2] = "see also the page of numbers that is included here: init in the folder of settings";
  texts[3] = "see also the page of numbers that is included here: clone in the folder of settings";
  find_repeats (texts, 4, original);
  g_assert_cmpuint (original[1], ==, 0);
  g_assert_cmpuint (original[3], ==, 3);
}

/* Passages of two different formats that have half of their text in common. */
static void
test_duplicates_twins (void)
{
  g_autoptr (GString) first = g_string_new (NULL);
  g_autoptr (GString) second = g_string_new (NULL);
  g_autoptr (GArray) first_words = NULL, second_words = NULL, first_shingles = NULL, second_shingles = NULL;
  QuarryDuplicateText texts[2] = { { .format = 1, .title = 7, .name = 8 }, { .format = 2, .title = 9, .name = 10 } };
  guint original[2];

  for (guint i = 0; i < 100; i++)
    {
      g_string_append_printf (first, " word%u", i);
      g_string_append_printf (second, " word%u", i + 40);
    }
  first_words = test_read_words (first->str);
  second_words = test_read_words (second->str);
  set_shingles (&texts[0], first_shingles = find_shingles (first_words));
  set_shingles (&texts[1], second_shingles = find_shingles (second_words));
  quarry_find_duplicates (texts, 2, original);
  g_assert_cmpuint (original[1], ==, 1);
  texts[1].title = 7;
  quarry_find_duplicates (texts, 2, original);
  g_assert_cmpuint (original[1], ==, 0);
  texts[1].title = texts[0].title = 0;
  quarry_find_duplicates (texts, 2, original);
  g_assert_cmpuint (original[1], ==, 1);
  texts[1].name = 8;
  quarry_find_duplicates (texts, 2, original);
  g_assert_cmpuint (original[1], ==, 0);
  /* Two documents of the same format, such as minutes and reports, do say different things if they differ that much. */
  texts[1].format = 1;
  quarry_find_duplicates (texts, 2, original);
  g_assert_cmpuint (original[1], ==, 1);
}

/* A shingle counts once for a text, however often it occurs there. */
static void
test_duplicates_refrain (void)
{
  g_autoptr (GString) refrain = g_string_new (NULL);
  const char *texts[2]
      = { "Row row row your boat gently down the stream and up the other side of it" };
  guint original[2];

  for (guint i = 0; i < 50; i++)
    g_string_append (refrain, "row ");
  texts[1] = refrain->str;
  find_repeats (texts, 2, original);
  g_assert_cmpuint (original[1], ==, 1);
}

/* Computes what the table and its filter should find, from two sets at a time and without either of them. */
static gboolean
repeats_plainly (GArray *text, GArray *better)
{
  guint n_shared = 0, smaller = MIN (text->len, better->len);

  for (guint s = 0; s < text->len; s++)
    for (guint t = 0; t < better->len; t++)
      n_shared += g_array_index (text, guint64, s) == g_array_index (better, guint64, t);

  return n_shared > 0
         && (n_shared >= (smaller >= 40 ? .6 : .8) * (text->len + better->len - n_shared)
             || (smaller >= 5 && n_shared >= .9 * smaller && better->len >= .3 * text->len));
}

static void
test_duplicates_plainly (void)
{
  const guint n = 60;
  guint n_repeats = 0;

  for (guint round = 0; round < 30; round++)
    {
      g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (GPtrArray) shingles
          = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
      guint original[60];

      /* Some texts are new, of few words or many; the others repeat a part of an earlier one. */
      for (guint i = 0; i < n; i++)
        {
          g_autoptr (GString) text = g_string_new (NULL);
          g_autoptr (GArray) words = NULL;

          if (i > 0 && g_test_rand_bit ())
            {
              const char *earlier = texts->pdata[g_test_rand_int_range (0, (int) i)];
              int length = (int) strlen (earlier);
              int start = g_test_rand_int_range (0, length / 2 + 1);

              g_string_append (text, g_test_rand_bit () ? earlier + start : earlier);
            }
          for (int w = g_test_rand_int_range (0, text->len > 0 ? 30 : 80); w >= 0; w--)
            g_string_append_printf (text, " w%d", g_test_rand_int_range (0, 40));
          words = test_read_words (text->str);
          g_ptr_array_add (shingles, find_shingles (words));
          g_ptr_array_add (texts, g_strdup (text->str));
        }
      find_duplicates (shingles, original);
      for (guint i = 0; i < n; i++)
        {
          guint expected = i;

          for (guint j = 0; j < i && expected == i; j++)
            if (original[j] == j && repeats_plainly (shingles->pdata[i], shingles->pdata[j]))
              expected = j;
          g_assert_cmpuint (original[i], ==, expected);
          n_repeats += expected != i;
        }
    }
  g_assert_cmpuint (n_repeats, >, 100);
}

static void
test_duplicates_throughout (void)
{
  const guint n = 1000;
  g_autofree const char **texts = g_new (const char *, n);
  g_autofree guint *original = g_new (guint, n);

  for (guint i = 0; i < n; i++)
    texts[i] = passage;
  find_repeats (texts, n, original);
  for (guint i = 0; i < n; i++)
    g_assert_cmpuint (original[i], ==, 0);
}

/* Many texts of many words make the table grow. Each odd text repeats the one before it. */
static void
test_duplicates_many (void)
{
  const guint n = 200;
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autofree guint *original = g_new (guint, n);

  for (guint i = 0; i < n; i += 2)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      for (guint w = 0; w < 150; w++)
        g_string_append_printf (text, "w%d ", g_rand_int_range (rand, 0, 500));
      g_ptr_array_add (texts, g_strdup (text->str));
      g_string_append (text, "and so on");
      g_ptr_array_add (texts, g_strdup (text->str));
    }
  find_repeats ((const char *const *) texts->pdata, n, original);
  for (guint i = 0; i < n; i++)
    g_assert_cmpuint (original[i], ==, i / 2 * 2);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/duplicates/worked", test_duplicates);
  g_test_add_func ("/duplicates/marks", test_duplicates_marks);
  g_test_add_func ("/duplicates/twins", test_duplicates_twins);
  g_test_add_func ("/duplicates/refrain", test_duplicates_refrain);
  g_test_add_func ("/duplicates/plainly", test_duplicates_plainly);
  g_test_add_func ("/duplicates/throughout", test_duplicates_throughout);
  g_test_add_func ("/duplicates/many", test_duplicates_many);
  return g_test_run ();
}
