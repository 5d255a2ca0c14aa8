/* test-topics.c: candidates grouped into topics
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/rank/quarry-clusters-private.h"

#include <math.h>
#include <string.h>

#include "tests/support/read-words.h"
#include "topic-helpers.h"

static void
test_clusters_worked (void)
{
  /* 0 and 1 are joined at .9, 2 and 3 at .8, and both pairs at (.5 + .3 + .1 + .3) / 4 = .3; 4 stays alone. */
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

/* The nearest-neighbour chains give the same groups as the plain method, which always joins the most similar pair. */
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

/* Shared likeness compares the rows of two candidates, that is which others each is like. Here 0 and 2 have nothing
 * in common except their likeness to 1. */
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
  /* The lengths of the rows, in which the diagonal counts a quarter. */
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

  /* If all are alike, or none are, the threshold "more alike than the mean" must not split or join them. */
  g_assert_cmpuint (quarry_find_groups (of_one, 40, group_of), ==, 1);
  for (guint i = 0; i < 40; i++)
    unlike[i] = i;
  of_none = likeness_of (unlike, 40);
  g_assert_cmpuint (quarry_find_groups (of_none, 40, group_of), ==, 40);
  g_assert_cmpuint (quarry_find_groups (of_one, 1, group_of), ==, 1);
  g_assert_cmpuint (quarry_find_groups (NULL, 0, NULL), ==, 0);
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

static void
test_topics_worked (void)
{
  Fixture fixture;
  g_autoptr (GArray) topics = find_topics (&fixture, "jaguar", 8);
  const gint expected[] = { 0, 1, 0, 2, 1, 0, 2, 1, 2, -1, -1, 0 };

  g_assert_cmpuint (topics->len, ==, 3);
  g_assert_cmpstr (topic_at (topics, 0)->label, ==, "sports car");
  g_assert_cmpuint (topic_at (topics, 0)->count, ==, 4);
  /* Of two topics of equal size, the one with the better best member comes first. */
  g_assert_cmpstr (topic_at (topics, 1)->label, ==, "rain forest");
  g_assert_cmpuint (topic_at (topics, 1)->count, ==, 3);
  g_assert_cmpstr (topic_at (topics, 2)->label, ==, "Atari Jaguar");
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpint (fixture.topic_of[i], ==, expected[i]);
}

/* Compared with many passages that do not contain a word, the passages in its different senses all look alike. They
 * become topics of their own all the same, and come first. */
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

/* Six subjects that are a little alike, as in a library: they form one group, but six main topics. */
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

/* A topic keeps its name while most of its candidates stay, whatever its number is, and loses it when the query
 * contains it. */
static void
test_topics_kept (void)
{
  const char *const before[] = { "Embargo", "Analytic cubism", "Daily life" };
  /* Of the 10 candidates, 4 were in the first topic before, 3 in the second, and 3 are new. */
  const gint before_of[] = { 0, 0, 0, 0, 1, 1, 1, -1, -1, -1 };
  const gint topic_of[] = { 1, 1, 1, 0, 0, 0, 0, 2, 2, 2 };
  /* The fourth has the letters of a name, but not its word. */
  const char *const queries[] = { "oil", "oil", "the oil embargoes", "oil disembargoed", "oil" };
  const char *const labels[] = { "painting", "oil price", "fresco" };
  g_autoptr (GArray) topics = g_array_new (FALSE, TRUE, sizeof (QuarryTopic));
  QuarryTopicText texts[10] = { 0 };

  for (guint i = 0; i < 10; i++)
    texts[i] = (QuarryTopicText){ .text = i < 4 ? "of the Embargo then" : "of Picasso", .title = i < 4 ? NULL : "Analytic cubism" };
  for (guint round = 0; round < 5; round++)
    {
      /* All but one of the candidates no longer contain the name. */
      if (round == 4)
        for (guint i = 0; i < 6; i++)
          texts[i] = (QuarryTopicText){ .text = "of prices" };

      for (guint t = 0; t < 3; t++)
        {
          QuarryTopic topic = { (char *) labels[t], t == 0 ? 4 : 3 };

          topic.label = g_strdup (t == 2 && round == 1 ? "analytic-cubism" : labels[t]);
          g_array_append_val (topics, topic);
        }
      quarry_keep_topic_names (topics, topic_of, texts, 10, before_of, before, 3, queries[round]);
      g_assert_cmpstr (topic_at (topics, 1)->label, ==, round == 2 || round == 4 ? "oil price" : "Embargo");
      /* In round 1 another topic already has this name. */
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

/* The words of the query are not names, nor are their plurals. */
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
  g_test_add_func ("/topics/stable", test_stable);
  g_test_add_func ("/topics/odd", test_odd);
  g_test_add_func ("/topics/thousand", test_thousand);
  return g_test_run ();
}
