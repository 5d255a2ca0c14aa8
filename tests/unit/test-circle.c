/* test-circle.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/rank/quarry-circle.h"

#include <math.h>
#include <string.h>

#define N_TOPICS 5u

static float
way_between (float a, float b)
{
  float way = fabsf (a - b);

  return MIN (way, 1 - way);
}

/* The likeness of passages: .5 within a subject, .2 between neighbouring subjects, else .02, plus noise. The noise of a
 * pair depends on the two passages alone, not on their positions in the pool. */
static float *
likeness_of (const guint *passages, const guint *subject_of, guint n)
{
  float *likeness = g_new (float, (gsize) n * n);

  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < n; j++)
      {
        guint a = subject_of[passages[i]], b = subject_of[passages[j]];
        guint apart = (a + N_TOPICS - b) % N_TOPICS;
        float noise = .1f * (float) ((passages[i] * 31 + passages[j] * 31) % 17) / 17;

        likeness[i * n + j] = i == j   ? 1
                              : a == b ? .5f + noise
                              : apart == 1 || apart == N_TOPICS - 1 ? .2f + noise / 2 : .02f;
      }
  return likeness;
}

static void
assert_in_range (const float *angles, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpfloat (angles[i], >=, 0);
      g_assert_cmpfloat (angles[i], <, 1);
    }
}

static void
fill (guint *passages, guint *subject_of, gint *topic_of, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      passages[i] = i;
      subject_of[i] = (i * 7) % N_TOPICS;
      topic_of[i] = (gint) subject_of[i];
    }
}

/* Each topic has a sector of the circle in which no other topic has a member, and similar topics are next to each
 * other. */
static void
test_sectors (void)
{
  enum { N = 100 };
  guint passages[N], subject_of[N];
  gint topic_of[N];
  float angles[N];
  gint round_of[N_TOPICS], n_changes = 0;
  g_autofree float *likeness = NULL;
  guint order[N];

  fill (passages, subject_of, topic_of, N);
  likeness = likeness_of (passages, subject_of, N);
  quarry_lay_out_circle (N, topic_of, N_TOPICS, likeness, NULL, angles);
  assert_in_range (angles, N);
  for (guint i = 0; i < N; i++)
    {
      guint at = i;

      for (; at > 0 && angles[order[at - 1]] > angles[i]; at--)
        order[at] = order[at - 1];
      order[at] = i;
    }
  for (guint i = 0; i < N; i++)
    if (topic_of[order[i]] != topic_of[order[(i + 1) % N]])
      {
        g_assert_cmpint (n_changes, <, N_TOPICS);
        round_of[n_changes++] = topic_of[order[i]];
      }
  g_assert_cmpint (n_changes, ==, N_TOPICS);
  for (guint i = 0; i < N_TOPICS; i++)
    {
      guint apart = (guint) (round_of[i] - round_of[(i + 1) % N_TOPICS] + (gint) N_TOPICS) % N_TOPICS;

      g_assert_true (apart == 1 || apart == N_TOPICS - 1);
    }
}

static void
test_again (void)
{
  enum { N = 60 };
  guint passages[N], subject_of[N];
  gint topic_of[N];
  float first[N], angles[N];
  g_autofree float *likeness = NULL;

  fill (passages, subject_of, topic_of, N);
  for (guint i = 0; i < N; i += 9)
    topic_of[i] = -1;
  likeness = likeness_of (passages, subject_of, N);
  quarry_lay_out_circle (N, topic_of, N_TOPICS, likeness, NULL, first);
  for (guint round = 0; round < 5; round++)
    {
      quarry_lay_out_circle (N, topic_of, N_TOPICS, likeness, first, angles);
      for (guint i = 0; i < N; i++)
        g_assert_cmpfloat_with_epsilon (angles[i], first[i], 1e-6);
    }
}

/* With each key typed, a third of the passages are replaced, topics come in another order, one is split and one is
 * gone. The passages that stay keep roughly their places. */
static void
test_stable (void)
{
  enum { N = 100, ALL = 400, KEYS = 8 };
  guint subject_of[ALL];
  guint passages[N], before_passages[N];
  float angles[N], before_angles[N], alone[N];
  double moved = 0, moved_alone = 0;
  guint n_moved = 0;
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);

  for (guint i = 0; i < ALL; i++)
    subject_of[i] = (i * 7) % N_TOPICS;
  for (guint key = 0; key < KEYS; key++)
    {
      g_autofree float *likeness = NULL;
      gint topic_of[N];
      float last[N];
      guint n_topics = N_TOPICS;

      for (guint i = 0; i < N; i++)
        {
          last[i] = NAN;
          passages[i] = key == 0 || g_rand_int_range (rand, 0, 3) == 0
                            ? i * 4 + (guint) g_rand_int_range (rand, 0, 4)
                            : before_passages[i];
          for (guint j = 0; key > 0 && j < N; j++)
            if (before_passages[j] == passages[i])
              last[i] = before_angles[j];
        }
      for (guint i = 0; i < N; i++)
        {
          /* The numbers of topics are not stable between answers. */
          topic_of[i] = (gint) ((subject_of[passages[i]] + key * 2) % N_TOPICS);
          if (key % 3 == 1 && topic_of[i] == 0)
            topic_of[i] = -1;
          if (key % 3 == 2 && topic_of[i] == 1 && passages[i] % 2)
            topic_of[i] = (gint) N_TOPICS;
        }
      if (key % 3 == 2)
        n_topics++;
      likeness = likeness_of (passages, subject_of, N);
      quarry_lay_out_circle (N, topic_of, n_topics, likeness, key > 0 ? last : NULL, angles);
      quarry_lay_out_circle (N, topic_of, n_topics, likeness, NULL, alone);
      assert_in_range (angles, N);
      for (guint i = 0; i < N; i++)
        if (isfinite (last[i]))
          {
            moved += (double) way_between (angles[i], last[i]);
            moved_alone += (double) way_between (alone[i], last[i]);
            n_moved++;
          }
      memcpy (before_passages, passages, sizeof passages);
      memcpy (before_angles, angles, sizeof angles);
    }
  moved /= n_moved;
  moved_alone /= n_moved;
  g_test_message ("%u points moved by %.4f turns, by %.4f without the last map", n_moved, moved,
                  moved_alone);
  g_assert_cmpfloat (moved, <, 0.03);
  g_assert_cmpfloat (moved_alone, >, 0.1);
}

/* Two topics become one: the smaller of them moves to the larger one. */
static void
test_joined (void)
{
  enum { N = 12 };
  gint topic_of[N] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1 };
  float last[N], angles[N];
  g_autofree float *likeness = g_new0 (float, N * N);

  for (guint i = 0; i < N; i++)
    last[i] = i < 6 ? .2f + .01f * (float) i : i < 9 ? .6f : .8f;
  quarry_lay_out_circle (N, topic_of, 2, likeness, last, angles);
  for (guint i = 0; i < 6; i++)
    g_assert_cmpfloat (way_between (angles[i], last[i]), <, .05f);
  for (guint i = 6; i < 9; i++)
    g_assert_cmpfloat (way_between (angles[i], .225f), <, .33f);
}

static void
test_odd_input (void)
{
  enum { N = 1000 };
  g_autofree gint *topic_of = g_new (gint, N);
  g_autofree float *likeness = g_new0 (float, (gsize) N * N);
  g_autofree float *last = g_new (float, N);
  g_autofree float *angles = g_new (float, N);

  quarry_lay_out_circle (0, NULL, 0, NULL, NULL, NULL);
  for (guint i = 0; i < N; i++)
    {
      topic_of[i] = -1;
      last[i] = i % 3 == 0 ? INFINITY : i % 3 == 1 ? -17.25f : NAN;
    }
  likeness[0] = 1;
  quarry_lay_out_circle (1, topic_of, 0, likeness, NULL, angles);
  assert_in_range (angles, 1);
  quarry_lay_out_circle (N, topic_of, 0, likeness, NULL, angles);
  assert_in_range (angles, N);
  quarry_lay_out_circle (N, topic_of, 3, likeness, last, angles); /* topics without members */
  assert_in_range (angles, N);
  for (guint i = 0; i < N; i++)
    topic_of[i] = 0;
  quarry_lay_out_circle (N, topic_of, 1, likeness, last, angles);
  assert_in_range (angles, N);
  for (gsize i = 0; i < (gsize) N * N; i++)
    likeness[i] = 1;
  for (guint i = 0; i < N; i++)
    topic_of[i] = (gint) (i % 8);
  quarry_lay_out_circle (N, topic_of, 8, likeness, NULL, angles);
  assert_in_range (angles, N);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/circle/sectors", test_sectors);
  g_test_add_func ("/circle/again", test_again);
  g_test_add_func ("/circle/stable", test_stable);
  g_test_add_func ("/circle/joined", test_joined);
  g_test_add_func ("/circle/odd-input", test_odd_input);
  return g_test_run ();
}
