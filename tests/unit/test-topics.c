/* test-topics.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/rank/quarry-topics.h"
#include "core/rank/quarry-clusters-private.h"
#include "core/rank/quarry-phrases-private.h"
#include "core/rank/quarry-topic-names-private.h"

#include <math.h>
#include <string.h>

#include "tests/support/read-words.h"

/* Likenesses of groups of the given sizes, interleaved as their numbers say: .6 within, .01
 * between. */
static float *
likeness_of (const guint *group_of, guint n)
{
  float *likeness = g_new (float, MAX (n * n, 1));

  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < n; j++)
      likeness[i * n + j] = i == j ? 1.0f : group_of[i] == group_of[j] ? 0.6f : 0.01f;
  return likeness;
}

static void
test_clusters_worked (void)
{
  /* 0–1 join at .9, 2–3 at .8, both at (.5 + .3 + .1 + .3) / 4 = .3; 4 is alone. */
  /* clang-format off */
  const float likeness[] = {
    1.0f, 0.9f, 0.5f, 0.3f, 0.0f,
    0.9f, 1.0f, 0.1f, 0.3f, 0.0f,
    0.5f, 0.1f, 1.0f, 0.8f, 0.0f,
    0.3f, 0.3f, 0.8f, 1.0f, 0.0f,
    0.0f, 0.0f, 0.0f, 0.0f, 1.0f,
  };
  /* clang-format on */
  guint group_of[5];

  g_assert_cmpuint (quarry_find_clusters (likeness, 5, 0.95, group_of), ==, 5);
  g_assert_cmpuint (quarry_find_clusters (likeness, 5, 0.85, group_of), ==, 4);
  g_assert_cmpuint (group_of[0], ==, group_of[1]);
  g_assert_cmpuint (quarry_find_clusters (likeness, 5, 0.31, group_of), ==, 3);
  g_assert_cmpuint (group_of[2], ==, group_of[3]);
  g_assert_cmpuint (group_of[0], !=, group_of[2]);
  g_assert_cmpuint (quarry_find_clusters (likeness, 5, 0.29, group_of), ==, 2);
  g_assert_cmpuint (group_of[0], ==, 0);
  g_assert_cmpuint (group_of[3], ==, 0);
  g_assert_cmpuint (group_of[4], ==, 1);
  g_assert_cmpuint (quarry_find_clusters (likeness, 5, 0.0, group_of), ==, 1);
  g_assert_cmpuint (quarry_find_clusters (NULL, 0, 0.0, NULL), ==, 0);
  g_assert_cmpuint (quarry_find_clusters (likeness, 1, 0.5, group_of), ==, 1);
}

/* The chains join what the plain way, the most alike of all pairs first, joins. */
static void
test_clusters_plain (void)
{
  const guint n = 30;
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);

  for (guint round = 0; round < 50; round++)
    {
      g_autofree float *likeness = g_new (float, n *n);
      guint found[30];
      guint plain[30];
      double stop = g_rand_double_range (rand, 0.3, 0.7);

      for (guint i = 0; i < n; i++)
        {
          plain[i] = i;
          for (guint j = 0; j <= i; j++)
            likeness[i * n + j] = likeness[j * n + i]
                = i == j ? 1.0f : (float) g_rand_double_range (rand, 0.0, 1.0);
        }
      for (;;)
        {
          double best = -1.0;
          guint a = 0;
          guint b = 0;

          for (guint g = 0; g < n; g++)
            for (guint h = 0; h < g; h++)
              {
                double sum = 0.0;
                guint pairs = 0;

                for (guint i = 0; i < n; i++)
                  for (guint j = 0; j < n; j++)
                    if (plain[i] == g && plain[j] == h)
                      {
                        sum += (double) likeness[i * n + j];
                        pairs++;
                      }
                if (pairs > 0 && sum / pairs > best)
                  {
                    best = sum / pairs;
                    a = g;
                    b = h;
                  }
              }
          if (best < stop)
            break;
          for (guint i = 0; i < n; i++)
            if (plain[i] == a)
              plain[i] = b;
        }

      quarry_find_clusters (likeness, n, stop, found);
      for (guint i = 0; i < n; i++)
        for (guint j = 0; j < n; j++)
          g_assert_cmpint (found[i] == found[j], ==, plain[i] == plain[j]);
    }
}

/* Alike in whom they are like: worked out, and two that are like nobody else but a third. */
static void
test_shared_likeness (void)
{
  /* clang-format off */
  const float likeness[] = {
    1.0f, 0.6f, 0.0f, 0.0f,
    0.6f, 1.0f, 0.8f, 0.0f,
    0.0f, 0.8f, 1.0f, 0.0f,
    0.0f, 0.0f, 0.0f, 1.0f,
  };
  /* clang-format on */
  g_autofree float *shared = quarry_share_likeness (likeness, 4);
  g_autofree float *none = quarry_share_likeness (NULL, 0);
  /* Rows with a quarter on the diagonal. */
  const double first = sqrt (.0625 + .36), second = sqrt (.36 + .0625 + .64), third = sqrt (.64 + .0625);

  g_assert_nonnull (none);
  for (guint i = 0; i < 4; i++)
    for (guint j = 0; j < 4; j++)
      {
        g_assert_cmpfloat (shared[i * 4 + j], ==, shared[j * 4 + i]);
        g_assert_true (i != j || shared[i * 4 + j] == 1.0f);
      }
  g_assert_cmpfloat_with_epsilon (shared[1], 2 * .25 * .6 / (first * second), 1e-6);
  g_assert_cmpfloat_with_epsilon (shared[2], .6 * .8 / (first * third), 1e-6);
  g_assert_cmpfloat_with_epsilon (shared[4 + 2], 2 * .25 * .8 / (second * third), 1e-6);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpfloat (shared[i * 4 + 3], ==, 0.0f);
}

static void
test_groups (void)
{
  guint sizes[] = { 0, 1, 0, 2, 1, 0, 2, 1, 0, 1 };
  guint alike[40] = { 0 };
  guint unlike[40];
  guint group_of[40];
  g_autofree float *likeness = likeness_of (sizes, 10);
  g_autofree float *of_one = likeness_of (alike, 40);
  g_autofree float *of_none = NULL;

  g_assert_cmpuint (quarry_find_groups (likeness, 10, group_of), ==, 3);
  for (guint i = 0; i < 10; i++)
    for (guint j = 0; j < 10; j++)
      g_assert_cmpint (group_of[i] == group_of[j], ==, sizes[i] == sizes[j]);

  /* Where all are alike, or none are, "more than the mean" must not part, or join, them. */
  g_assert_cmpuint (quarry_find_groups (of_one, 40, group_of), ==, 1);
  for (guint i = 0; i < 40; i++)
    unlike[i] = i;
  of_none = likeness_of (unlike, 40);
  g_assert_cmpuint (quarry_find_groups (of_none, 40, group_of), ==, 40);
  g_assert_cmpuint (quarry_find_groups (of_one, 1, group_of), ==, 1);
  g_assert_cmpuint (quarry_find_groups (NULL, 0, NULL), ==, 0);
}

/* Texts broken into words; @kept keeps these. (transfer full) */
static QuarryTopicText *
read_texts (const char *const *texts, const char *const *titles, guint n, GPtrArray *kept)
{
  QuarryTopicText *read = g_new0 (QuarryTopicText, n + 1);

  for (guint i = 0; i < n; i++)
    {
      GArray *words = test_read_words (texts[i]);
      GArray *title = test_read_words (titles[i] != NULL ? titles[i] : "");

      read[i] = (QuarryTopicText) { texts[i], TEST_WORDS (words), words->len, titles[i],
                                    TEST_WORDS (title), title->len };
      g_ptr_array_add (kept, words);
      g_ptr_array_add (kept, title);
    }
  return read;
}

static GArray *
find_topics_of (const QuarryPool *pool,
                const float *likeness,
                const char *const *texts,
                const char *const *titles,
                const char *query,
                guint max_topics,
                gint *topic_of)
{
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  g_autofree QuarryTopicText *read = read_texts (texts, titles, pool->n, kept);
  g_autoptr (GArray) query_words = test_read_words (query);
  g_autoptr (QuarryComparison) comparison = pool->holds_query != NULL ? quarry_comparison_new (pool) : NULL;

  return quarry_find_topics (pool, comparison, likeness, read, TEST_WORDS (query_words), query_words->len,
                             NULL, NULL, max_topics, topic_of);
}

static GArray *
find_main_topics_of (const QuarryPool *pool,
                     const float *likeness,
                     const char *const *texts,
                     const char *const *titles,
                     guint max_topics,
                     gint *topic_of)
{
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  g_autofree QuarryTopicText *read = read_texts (texts, titles, pool->n, kept);

  return quarry_find_main_topics (pool, likeness, read, NULL, NULL, max_topics, topic_of);
}

typedef struct
{
  guint group;
  const char *title;
  const char *text;
} Passage;

static const Passage passages[] = {
  { 0,
    "Jaguar XK",
    "The Jaguar XK is a sports car, built in Coventry; the sports car had six cylinders." },
  { 1, NULL, "In the rain forest the jaguar hunts alone, mostly at night." },
  { 0, "Buying an old car", "Every Jaguar sports car rusts; look at the sills before you buy." },
  { 2, "Notes", "An Atari Jaguar game console came with one game and no sound." },
  { 1, "Big cats", "The jaguar of the rain forest swims well and eats fish." },
  { 0, NULL, "A sports car for less than its tyres: the jaguar from the barn." },
  { 2, "Consoles", "The Atari Jaguar was the last game console of its maker." },
  { 1, NULL, "Where the rain forest is cut the jaguar goes, too." },
  { 2, NULL, "Who still writes games for the Atari Jaguar? A console is never quite dead." },
  { 3, "Jaguar (band)", "Jaguar were a heavy metal band from Bristol." },
  { 4, NULL, "Of the word jaguar: it comes from Tupi." },
  { 0, "Jaguar XJ", "A saloon rather than a sports car." },
};

typedef struct
{
  guint n;
  guint groups[G_N_ELEMENTS (passages)];
  const char *texts[G_N_ELEMENTS (passages)];
  const char *titles[G_N_ELEMENTS (passages)];
  float scores[G_N_ELEMENTS (passages)];
  gint topic_of[G_N_ELEMENTS (passages)];
} Fixture;

static GArray *
find_topics (Fixture *fixture, const char *query, guint max_topics)
{
  QuarryPool pool = { .n = G_N_ELEMENTS (passages), .scores = fixture->scores };
  g_autofree float *likeness = NULL;

  for (guint i = 0; i < pool.n; i++)
    {
      fixture->groups[i] = passages[i].group;
      fixture->texts[i] = passages[i].text;
      fixture->titles[i] = passages[i].title;
      fixture->scores[i] = -(float) i;
    }
  likeness = likeness_of (fixture->groups, pool.n);
  return find_topics_of (
      &pool, likeness, fixture->texts, fixture->titles, query, max_topics, fixture->topic_of);
}

static const QuarryTopic *
topic_at (GArray *topics, guint i)
{
  g_assert_cmpuint (i, <, topics->len);
  return &g_array_index (topics, QuarryTopic, i);
}

static void
test_topics_worked (void)
{
  Fixture fixture;
  g_autoptr (GArray) topics = find_topics (&fixture, "jaguar", 8);
  const gint expected[] = { 0, 1, 0, 2, 1, 0, 2, 1, 2, -1, -1, 0 };

  g_assert_cmpuint (topics->len, ==, 3);
  g_assert_cmpstr (topic_at (topics, 0)->label, ==, "sports car");
  g_assert_cmpuint (topic_at (topics, 0)->count, ==, 4);
  /* Of equal size: the one with the better best member first. */
  g_assert_cmpstr (topic_at (topics, 1)->label, ==, "rain forest");
  g_assert_cmpuint (topic_at (topics, 1)->count, ==, 3);
  g_assert_cmpstr (topic_at (topics, 2)->label, ==, "Atari Jaguar");
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpint (fixture.topic_of[i], ==, expected[i]);
}

/* Beside many passages that do not hold it, the senses of a word are all alike; they are topics all the
 * same, and come first. */
static void
test_topics_senses (void)
{
  enum { SENSES = 3, EACH = 3, OTHERS = 30, N = SENSES * EACH + OTHERS, DIMS = 6 };
  static const char *const phrases[SENSES] = { "sports car", "rain forest", "game console" };
  float vectors[N * DIMS] = { 0 };
  float scores[N];
  gboolean holds[N];
  const char *texts[N], *titles[N];
  gint topic_of[N];
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func (g_free);
  g_autofree float *likeness = NULL;
  g_autoptr (GArray) topics = NULL, together = NULL;
  QuarryPool pool = { .n = N, .dims = DIMS, .scores = scores, .vectors = vectors };

  for (guint i = 0; i < N; i++)
    {
      gboolean sense = i < SENSES * EACH;

      scores[i] = -(float) i;
      holds[i] = sense;
      titles[i] = "Note";
      vectors[i * DIMS] = sense ? 3 : 0;
      vectors[i * DIMS + (sense ? 1 + i % SENSES : 4 + i % 2)] = 1;
      g_ptr_array_add (kept, g_strdup_printf ("The jaguar %u of the %s is here.", i,
                                              sense ? phrases[i % SENSES] : "annual report"));
      texts[i] = kept->pdata[i];
    }
  likeness = quarry_pool_likeness (&pool);
  together = find_topics_of (&pool, likeness, texts, titles, "jaguar", 8, topic_of);
  for (guint i = 1; i < SENSES * EACH; i++)
    g_assert_cmpint (topic_of[i], ==, topic_of[0]);

  pool.holds_query = holds;
  topics = find_topics_of (&pool, likeness, texts, titles, "jaguar", 8, topic_of);
  g_assert_cmpuint (topics->len, >=, SENSES);
  for (guint i = 0; i < SENSES; i++)
    {
      g_assert_cmpuint (topic_at (topics, i)->count, ==, EACH);
      g_assert_cmpstr (topic_at (topics, i)->label, ==, phrases[i]);
    }
  for (guint i = 0; i < N; i++)
    if (holds[i])
      g_assert_cmpint (topic_of[i], ==, (gint) (i % SENSES));
    else
      g_assert_true (topic_of[i] < 0 || topic_of[i] >= SENSES);
}

/* Six subjects that are a little alike, as a library's are: together they are one group, and six main
 * topics. */
static void
test_topics_main (void)
{
  enum { SUBJECTS = 6, EACH = 10, N = SUBJECTS * EACH };
  static const char *const phrases[SUBJECTS] = { "steam engine", "rain forest", "stock exchange",
                                                 "string quartet", "tax return", "oil painting" };
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func (g_free);
  g_autofree float *likeness = g_new (float, N * N);
  const char *texts[N], *titles[N] = { NULL };
  float scores[N] = { 0 };
  gint topic_of[N];
  QuarryPool pool = { .n = N, .scores = scores };
  g_autoptr (GArray) one = NULL, main_topics = NULL, none = NULL;

  for (guint i = 0; i < N; i++)
    {
      for (guint j = 0; j < N; j++)
        likeness[i * N + j] = i == j ? 1 : i % SUBJECTS == j % SUBJECTS ? .3f : .1f;
      g_ptr_array_add (kept, g_strdup_printf ("This one %u is of the %s and that.", i, phrases[i % SUBJECTS]));
      texts[i] = kept->pdata[i];
    }
  one = find_topics_of (&pool, likeness, texts, titles, "", 12, topic_of);
  g_assert_cmpuint (one->len, <=, 1);
  main_topics = find_main_topics_of (&pool, likeness, texts, titles, 12, topic_of);
  g_assert_cmpuint (main_topics->len, ==, SUBJECTS);
  for (guint i = 0; i < N; i++)
    g_assert_cmpstr (topic_at (main_topics, topic_of[i])->label, ==, phrases[i % SUBJECTS]);
  pool.n = 0;
  none = find_main_topics_of (&pool, likeness, texts, titles, 12, topic_of);
  g_assert_cmpuint (none->len, ==, 0);
}

/* Names stay while most of a topic does, whatever its number, and go when the query takes them over. */
static void
test_topics_kept (void)
{
  const char *const before[] = { "Embargo", "Analytic cubism", "Daily life" };
  /* Of 10 candidates: 4 of the first before, 3 of the second, 3 new. */
  const gint before_of[] = { 0, 0, 0, 0, 1, 1, 1, -1, -1, -1 };
  const gint topic_of[] = { 1, 1, 1, 0, 0, 0, 0, 2, 2, 2 };
  const char *const labels[] = { "painting", "oil price", "fresco" };
  g_autoptr (GArray) topics = g_array_new (FALSE, TRUE, sizeof (QuarryTopic));
  QuarryTopicText texts[10] = { 0 };

  for (guint i = 0; i < 10; i++)
    texts[i] = (QuarryTopicText){ .text = i < 4 ? "of the Embargo then" : "of Picasso", .title = i < 4 ? NULL : "Analytic cubism" };
  for (guint round = 0; round < 4; round++)
    {
      /* It is no longer about that, but for one of them. */
      if (round == 3)
        for (guint i = 0; i < 6; i++)
          texts[i] = (QuarryTopicText){ .text = "of prices" };

      for (guint t = 0; t < 3; t++)
        {
          QuarryTopic topic = { (char *) labels[t], t == 0 ? 4 : 3 };

          topic.label = g_strdup (t == 2 && round == 1 ? "analytic-cubism" : labels[t]);
          g_array_append_val (topics, topic);
        }
      quarry_keep_topic_names (topics, topic_of, texts, 10, before_of, before, 3,
                               round == 2 ? "the oil embargo" : "oil");
      g_assert_cmpstr (topic_at (topics, 1)->label, ==, round >= 2 ? "oil price" : "Embargo");
      /* Another has it already, or more of it. */
      g_assert_cmpstr (topic_at (topics, 0)->label, ==, round == 1 ? "painting" : "Analytic cubism");
      g_assert_cmpstr (topic_at (topics, 2)->label, ==, round == 1 ? "analytic-cubism" : "fresco");
      for (guint t = 0; t < 3; t++)
        g_free (topic_at (topics, t)->label);
      g_array_set_size (topics, 0);
    }
  quarry_keep_topic_names (topics, NULL, NULL, 0, NULL, NULL, 0, "");
}

static void
test_topics_at_most (void)
{
  Fixture fixture;
  g_autoptr (GArray) none = find_topics (&fixture, "jaguar", 0);
  g_autoptr (GArray) topics = find_topics (&fixture, "jaguar", 2);

  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpuint (topics->len, ==, 2);
  g_assert_cmpint (fixture.topic_of[3], ==, -1);
  g_assert_cmpint (fixture.topic_of[0], ==, 0);
}

/* The words of the query are no names, in the plural neither. */
static void
test_topics_query (void)
{
  Fixture fixture;
  g_autoptr (GArray) topics = find_topics (&fixture, "sports cars jaguar", 8);

  for (guint i = 0; i < topics->len; i++)
    {
      g_assert_cmpstr (topic_at (topics, i)->label, !=, "sports car");
      g_assert_cmpstr (topic_at (topics, i)->label, !=, "car");
      g_assert_cmpstr (topic_at (topics, i)->label, !=, "Jaguar");
    }
}

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

  for (guint i = 0; i < 2; i++)
    {
      check_name_in (i ? "es" : NULL, spanish, NULL, 3, "debian", "paquete");
      check_name_in (i ? "fr" : NULL, french, NULL, 3, "debian", "paquet");
      check_name_in (i ? "ru" : NULL, cyrillic, NULL, 3, "number", NULL);
    }
  check_name (letters, NULL, 3, "number", NULL);
  check_name (capital, NULL, 3, "food", "Vitamin C");
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

/* The same topics, whatever order equal candidates come in. */
static void
test_stable (void)
{
  Fixture fixture;
  g_autoptr (GArray) topics = find_topics (&fixture, "jaguar", 8);
  const guint n = G_N_ELEMENTS (passages);
  QuarryPool pool = { .n = n, .scores = fixture.scores };
  g_autofree float *likeness = NULL;
  g_autoptr (GArray) turned = NULL;

  for (guint i = 0; i < n; i++)
    {
      fixture.groups[i] = passages[n - 1 - i].group;
      fixture.texts[i] = passages[n - 1 - i].text;
      fixture.titles[i] = passages[n - 1 - i].title;
    }
  likeness = likeness_of (fixture.groups, n);
  turned = find_topics_of (
      &pool, likeness, fixture.texts, fixture.titles, "jaguar", 8, fixture.topic_of);
  g_assert_cmpuint (turned->len, ==, topics->len);
  for (guint i = 0; i < topics->len; i++)
    {
      gboolean found = FALSE;

      for (guint j = 0; j < turned->len; j++)
        found = found || strcmp (topic_at (topics, i)->label, topic_at (turned, j)->label) == 0;
      g_assert_true (found);
    }
}

static void
test_odd (void)
{
  const char *texts[] = { "", "   ", "...", "\xff\xfe broken", "one two three four five" };
  const char *titles[] = { NULL, "", "?", NULL, "one" };

  for (guint n = 0; n <= 5; n++)
    for (guint kind = 0; kind < 3; kind++)
      {
        guint groups[5] = { 0 };
        float scores[5] = { 0 };
        gint topic_of[5];
        const char *same[5];
        QuarryPool pool = { .n = n, .scores = scores };
        g_autofree float *likeness = NULL;
        g_autoptr (GArray) topics = NULL;

        for (guint i = 0; i < 5; i++)
          {
            same[i] = kind == 1 ? "The same Green Parrot in every text" : texts[i];
            groups[i] = kind == 2 ? i : 0;
          }
        likeness = likeness_of (groups, n);
        topics = find_topics_of (&pool, likeness, same, titles, "", 8, topic_of);
        if (kind == 1 && n >= 3)
          {
            g_assert_cmpuint (topics->len, ==, 1);
            g_assert_cmpstr (topic_at (topics, 0)->label, ==, "Green Parrot");
            g_assert_cmpuint (topic_at (topics, 0)->count, ==, n);
          }
        else
          g_assert_cmpuint (topics->len, ==, 0);
        for (guint i = 0; i < n; i++)
          g_assert_cmpint (topic_of[i], ==, topics->len > 0 ? 0 : -1);
      }
}

static void
test_thousand (void)
{
  const guint n = 1000;
  g_autofree guint *groups = g_new (guint, n);
  g_autofree float *scores = g_new0 (float, n);
  g_autofree gint *topic_of = g_new (gint, n);
  g_autofree float *likeness = NULL;
  g_autofree const char **titles = g_new0 (const char *, n);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) topics = NULL;
  QuarryPool pool = { .n = n, .scores = scores };

  for (guint i = 0; i < n; i++)
    {
      groups[i] = i % 7;
      g_ptr_array_add (texts,
                       g_strdup_printf ("passage %u speaks of Topic Number%c at length",
                                        i,
                                        'A' + (int) groups[i]));
    }
  likeness = likeness_of (groups, n);
  topics = find_topics_of (
      &pool, likeness, (const char *const *)texts->pdata, titles, "length", 5, topic_of);
  g_assert_cmpuint (topics->len, ==, 5);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *label = g_strdup_printf ("Topic Number%c", 'A' + (int) i);

      g_assert_cmpstr (topic_at (topics, i)->label, ==, label);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/topics/clusters/worked", test_clusters_worked);
  g_test_add_func ("/topics/clusters/plain", test_clusters_plain);
  g_test_add_func ("/topics/clusters/shared", test_shared_likeness);
  g_test_add_func ("/topics/clusters/groups", test_groups);
  g_test_add_func ("/topics/worked", test_topics_worked);
  g_test_add_func ("/topics/senses", test_topics_senses);
  g_test_add_func ("/topics/main", test_topics_main);
  g_test_add_func ("/topics/kept", test_topics_kept);
  g_test_add_func ("/topics/at-most", test_topics_at_most);
  g_test_add_func ("/topics/query", test_topics_query);
  g_test_add_func ("/topics/names", test_names);
  g_test_add_func ("/topics/names-amid-marks", test_names_amid_marks);
  g_test_add_func ("/topics/names-small-words", test_names_small_words);
  g_test_add_func ("/topics/names-by-language", test_names_by_language);
  g_test_add_func ("/topics/names-apart", test_names_apart);
  g_test_add_func ("/topics/phrases", test_phrases);
  g_test_add_func ("/topics/names-things", test_names_things);
  g_test_add_func ("/topics/names-rare", test_names_rare);
  g_test_add_func ("/topics/names-overlap", test_names_overlap);
  g_test_add_func ("/topics/stable", test_stable);
  g_test_add_func ("/topics/odd", test_odd);
  g_test_add_func ("/topics/thousand", test_thousand);
  return g_test_run ();
}
