/* test-bounded-queue.c: the queue and the gate between the threads of an import
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/machine/quarry-bounded-queue.h"
#include "core/machine/quarry-byte-gate.h"

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  return GPOINTER_TO_INT (a) - GPOINTER_TO_INT (b);
}

/* Another order of the numbers up to 499. */
static int
compare_shuffled (gconstpointer a, gconstpointer b)
{
  return GPOINTER_TO_INT (a) * 211 % 499 - GPOINTER_TO_INT (b) * 211 % 499;
}

static void
nothing (gpointer item)
{
}

static void
test_queue (void)
{
  g_autoptr (QuarryBoundedQueue) sorted = quarry_bounded_queue_new (1000, compare_numbers, nothing);
  g_autoptr (QuarryBoundedQueue) plain = quarry_bounded_queue_new (1000, NULL, nothing);
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  int given[1000];
  int last = 0;

  /* Some items are taken while others are still being added. */
  for (guint i = 0; i < 1000; i++)
    {
      given[i] = g_rand_int_range (random, 1, 500);
      quarry_bounded_queue_push (sorted, GINT_TO_POINTER (given[i]));
      quarry_bounded_queue_push (plain, GINT_TO_POINTER (given[i]));
      if (i == 400)
        for (guint j = 0; j < 200; j++)
          {
            int next = GPOINTER_TO_INT (quarry_bounded_queue_pop (sorted));

            g_assert_cmpint (next, >=, last);
            last = next;
          }
    }
  quarry_bounded_queue_close (sorted, FALSE);
  quarry_bounded_queue_close (plain, FALSE);
  g_assert_false (quarry_bounded_queue_push (plain, GINT_TO_POINTER (1)));
  last = 0;
  for (guint i = 0; i < 800; i++)
    {
      int next = GPOINTER_TO_INT (quarry_bounded_queue_pop (sorted));

      g_assert_cmpint (next, >=, last);
      last = next;
    }
  g_assert_null (quarry_bounded_queue_pop (sorted));
  g_assert_true (quarry_bounded_queue_is_done (sorted));
  for (guint i = 0; i < 1000; i++)
    g_assert_cmpint (GPOINTER_TO_INT (quarry_bounded_queue_pop (plain)), ==, given[i]);
}

/* Takes the first of the numbers that are left in an order, and returns it. @left: 500, how many there are of each */
static int
take_first (guint *left, GCompareFunc compare)
{
  int first = 0;

  for (int i = 1; i < 500; i++)
    if (left[i] > 0 && (first == 0 || compare (GINT_TO_POINTER (i), GINT_TO_POINTER (first)) < 0))
      first = i;
  left[first]--;
  return first;
}

/* As long as the queue may grow, or holds too many items to look through, the order stays. */
static void
test_pop_by (void)
{
  g_autoptr (QuarryBoundedQueue) queue = quarry_bounded_queue_new (1000, compare_numbers, nothing);
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  guint left[500] = { 0 };

  for (guint i = 0; i < 901; i++)
    {
      int number = g_rand_int_range (random, 1, 500);

      left[number]++;
      quarry_bounded_queue_push (queue, GINT_TO_POINTER (number));
    }
  g_assert_cmpint (GPOINTER_TO_INT (quarry_bounded_queue_pop_by (queue, compare_shuffled, 1000)), ==,
                   take_first (left, compare_numbers));
  quarry_bounded_queue_close (queue, FALSE);
  for (guint i = 0; i < 300; i++)
    {
      g_assert_cmpint (GPOINTER_TO_INT (quarry_bounded_queue_pop_by (queue, compare_shuffled, 899)), ==,
                       take_first (left, i == 0 ? compare_numbers : compare_shuffled));
      g_assert_cmpint (GPOINTER_TO_INT (quarry_bounded_queue_pop_by (queue, compare_shuffled, 899)), ==,
                       take_first (left, compare_shuffled));
      g_assert_cmpint (GPOINTER_TO_INT (quarry_bounded_queue_pop (queue)), ==, take_first (left, compare_numbers));
    }
  g_assert_null (quarry_bounded_queue_pop_by (queue, compare_shuffled, 899));
}

static gpointer
push_cb (gpointer data)
{
  QuarryBoundedQueue *queue = data;

  for (int i = 3; i > 0; i--)
    quarry_bounded_queue_push (queue, GINT_TO_POINTER (i));
  quarry_bounded_queue_close (queue, FALSE);
  return NULL;
}

/* While the head start lasts, pop waits and then returns the first of all items that have come. Nothing waits once the
 * queue is full. */
static void
test_head_start (void)
{
  for (guint capacity = 2; capacity <= 100; capacity += 98)
    {
      g_autoptr (QuarryBoundedQueue) queue = quarry_bounded_queue_new (capacity, compare_numbers, nothing);
      g_autoptr (GThread) thread = NULL;

      quarry_bounded_queue_set_head_start (queue, G_TIME_SPAN_HOUR);
      thread = g_thread_new ("push", push_cb, queue);
      g_assert_cmpint (GPOINTER_TO_INT (quarry_bounded_queue_pop (queue)), ==, capacity == 2 ? 2 : 1);
      g_thread_join (g_steal_pointer (&thread));
    }
  {
    g_autoptr (QuarryBoundedQueue) queue = quarry_bounded_queue_new (100, compare_numbers, nothing);

    quarry_bounded_queue_set_head_start (queue, 1000);
    quarry_bounded_queue_push (queue, GINT_TO_POINTER (5));
    g_assert_cmpint (GPOINTER_TO_INT (quarry_bounded_queue_pop (queue)), ==, 5);
  }
}

typedef struct
{
  QuarryByteGate *gate;
  guint64 bytes;
  gint *in_hand, *most; /* atomic */
} Passing;

static gpointer
pass_thread (gpointer data)
{
  const Passing *passing = data;

  for (guint i = 0; i < 200; i++)
    {
      gint now;

      quarry_byte_gate_enter (passing->gate, passing->bytes);
      now = g_atomic_int_add (passing->in_hand, (gint) passing->bytes) + (gint) passing->bytes;
      if (now > g_atomic_int_get (passing->most))
        g_atomic_int_set (passing->most, now);
      g_thread_yield ();
      g_atomic_int_add (passing->in_hand, -(gint) passing->bytes);
      quarry_byte_gate_leave (passing->gate, passing->bytes);
    }
  return NULL;
}

/* No more bytes than allowed are in hand at a time, except for a single file that is larger than that. */
static void
test_byte_gate (void)
{
  g_autoptr (QuarryByteGate) gate = quarry_byte_gate_new (10);
  const guint64 bytes[] = { 3, 4, 6, 10, 0 };
  gint in_hand = 0, most = 0;
  Passing passing[G_N_ELEMENTS (bytes) + 1];
  GThread *threads[G_N_ELEMENTS (passing)];

  for (guint with_large = 0; with_large < 2; with_large++)
    {
      guint n = G_N_ELEMENTS (bytes) + with_large;

      most = 0;
      for (guint i = 0; i < n; i++)
        {
          passing[i] = (Passing) { gate, i < G_N_ELEMENTS (bytes) ? bytes[i] : 1000, &in_hand, &most };
          threads[i] = g_thread_new ("pass", pass_thread, &passing[i]);
        }
      for (guint i = 0; i < n; i++)
        g_thread_join (threads[i]);
      g_assert_cmpint (in_hand, ==, 0);
      g_assert_cmpint (most, ==, with_large ? 1000 : 10);
    }
}

static gboolean
is_even (gconstpointer item)
{
  return GPOINTER_TO_INT (item) % 2 == 0;
}

#define N_PUSHED 1000

static gpointer
push_thread (gpointer queue)
{
  for (gint i = 1; i <= N_PUSHED; i++)
    quarry_bounded_queue_push (queue, GINT_TO_POINTER (2 * i));
  return NULL;
}

/* A thread that waits to push is woken when there is room again. */
static void
test_pop_if_waking (void)
{
  g_autoptr (QuarryBoundedQueue) queue = quarry_bounded_queue_new (1, NULL, nothing);
  GThread *thread = g_thread_new ("push", push_thread, queue);

  for (gint i = 1; i <= N_PUSHED; i++)
    {
      gint64 until = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

      g_assert_cmpint (GPOINTER_TO_INT (quarry_bounded_queue_pop_if (queue, is_even, until)), ==, 2 * i);
    }
  g_thread_join (thread);
}

/* Items that are not wanted stay where they are. */
static void
test_pop_if (void)
{
  g_autoptr (QuarryBoundedQueue) sorted = quarry_bounded_queue_new (10, compare_numbers, nothing);
  g_autoptr (QuarryBoundedQueue) plain = quarry_bounded_queue_new (10, NULL, nothing);

  g_assert_null (quarry_bounded_queue_pop_if (plain, is_even, 0));
  for (gint i = 4; i > 0; i--)
    {
      quarry_bounded_queue_push (sorted, GINT_TO_POINTER (i));
      quarry_bounded_queue_push (plain, GINT_TO_POINTER (i));
    }
  g_assert_null (quarry_bounded_queue_pop_if (sorted, is_even, 0));
  g_assert_cmpint (GPOINTER_TO_INT (quarry_bounded_queue_pop (sorted)), ==, 1);
  g_assert_cmpint (GPOINTER_TO_INT (quarry_bounded_queue_pop_if (sorted, is_even, 0)), ==, 2);
  g_assert_cmpint (GPOINTER_TO_INT (quarry_bounded_queue_pop_if (plain, is_even, G_MAXINT64)), ==, 4);
  g_assert_null (quarry_bounded_queue_pop_if (plain, is_even, G_MAXINT64));
  g_assert_cmpint (GPOINTER_TO_INT (quarry_bounded_queue_pop (plain)), ==, 3);
  quarry_bounded_queue_close (plain, TRUE);
  g_assert_null (quarry_bounded_queue_pop_if (plain, is_even, G_MAXINT64));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bounded-queue/queue", test_queue);
  g_test_add_func ("/bounded-queue/pop-by", test_pop_by);
  g_test_add_func ("/bounded-queue/pop-if", test_pop_if);
  g_test_add_func ("/bounded-queue/pop-if-waking", test_pop_if_waking);
  g_test_add_func ("/bounded-queue/byte-gate", test_byte_gate);
  g_test_add_func ("/bounded-queue/head-start", test_head_start);

  return g_test_run ();
}
