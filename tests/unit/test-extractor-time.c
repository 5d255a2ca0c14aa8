/* test-extractor-time.c: readers that take too long, or would be thought to
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * But for the tests of what the system does, the servers have a clock of their own, which passes only when their reader
 * says so (misbehaving-extract.c): how busy the machine is makes no difference.
 */
#include "quarry-config.h"

#include "extractor-helpers.h"

#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* A new server, which has a clock of its own. (transfer full) */
static QuarryExtractor *
new_with_clock (void)
{
  g_setenv ("QUARRY_TEST_CLOCK", "1", TRUE);
  return quarry_extractor_new (1, 0, 0);
}

/* For extractors with short deadlines: where the machine is busy, any read may come too late. */
static void
assert_reads_again (QuarryExtractor *extractor, const char *name)
{
  g_autoptr (QuarryDocument) document = NULL;

  for (guint i = 0; i < 50 && document == NULL; i++)
    {
      g_autoptr (GError) error = NULL;

      document = read_named (extractor, name, NULL, &error);
      if (document == NULL)
        g_assert_error (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_DEADLINE);
    }
  g_assert_nonnull (document);
  g_assert_cmpstr (quarry_document_get_text (document, NULL), ==, name);
}

static void
test_deadline (void)
{
  g_autoptr (QuarryExtractor) extractor = new_with_clock ();

  assert_fails (extractor, "hang", QUARRY_EXTRACT_ERROR_DEADLINE);
  assert_fails (extractor, "spin", QUARRY_EXTRACT_ERROR_DEADLINE);
  assert_read (extractor, "after the deadline");
}

/* The deadline holds for each document of a file, so reading a file with many of them may take longer than that as a
 * whole. */
static void
test_mailbox (void)
{
  g_autoptr (QuarryExtractor) extractor = new_with_clock ();
  g_autoptr (GError) error = NULL;
  int fd = open_text ("x");
  g_autoptr (QuarryExtraction) extraction = quarry_extractor_open (extractor, fd, "mailbox", NULL, &error);
  QuarryDocument *document;
  const char *place;
  guint n = 0;

  close (fd);
  g_assert_no_error (error);
  while (quarry_extraction_next (extraction, &place, &document, &error))
    {
      g_assert_no_error (error);
      g_clear_object (&document);
      n++;
    }
  g_assert_cmpuint (n, ==, 16);
}

/* But not without end. */
static void
test_endless (void)
{
  g_autoptr (QuarryExtractor) extractor = new_with_clock ();

  assert_fails (extractor, "endless", QUARRY_EXTRACT_ERROR_DEADLINE);
  assert_read (extractor, "after the end");
}

/* If other processes keep the processor, a reader is not taken to be late. Here it gets a seventh of one, or less. The
 * deadline is far longer than it ever has to wait at a time, which the kernel tells of only later. */
static void
test_starved (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 2000, 0);
  cpu_set_t before, one;
  pid_t others[6];

  g_unsetenv ("QUARRY_TEST_CLOCK");
  CPU_ZERO (&one);
  g_assert_cmpint (sched_getaffinity (0, sizeof before, &before), ==, 0);
  for (int i = 0; i < CPU_SETSIZE && CPU_COUNT (&one) == 0; i++)
    if (CPU_ISSET (i, &before))
      CPU_SET (i, &one);
  g_assert_cmpint (sched_setaffinity (0, sizeof one, &one), ==, 0);
  /* So that the server is running. */
  assert_read (extractor, "before");
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      others[i] = fork ();
      g_assert_cmpint (others[i], >=, 0);
      if (others[i] == 0)
        {
          prctl (PR_SET_PDEATHSIG, SIGKILL);
          for (;;)
            ;
        }
    }
  assert_read (extractor, "work-long");
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      kill (others[i], SIGKILL);
      waitpid (others[i], NULL, 0);
    }
  sched_setaffinity (0, sizeof before, &before);
}

/* It is not late either if everything stands still for longer than the deadline, or if only the server does and then
 * finds the child done. */
static void
test_standstill (void)
{
  static const char *const who[] = { "both", "server" };

  for (guint i = 0; i < G_N_ELEMENTS (who); i++)
    {
      g_autoptr (QuarryExtractor) extractor = new_with_clock ();

      g_setenv ("QUARRY_TEST_STANDSTILL", who[i], TRUE);
      assert_read (extractor, i == 0 ? "work" : "short");
      g_unsetenv ("QUARRY_TEST_STANDSTILL");
    }
}

/* A server that never answers is given up a while after the deadline. */
static void
test_mute (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 100, 0);

  g_unsetenv ("QUARRY_TEST_CLOCK");
  g_setenv ("QUARRY_TEST_NONSENSE", "mute", TRUE);
  assert_fails (extractor, "x", QUARRY_EXTRACT_ERROR_DEADLINE);
  g_unsetenv ("QUARRY_TEST_NONSENSE");
  assert_reads_again (extractor, "after silence");
}

static gpointer
cancel_soon (gpointer cancellable)
{
  pid_t child;

  wait_for_child (&child);
  g_cancellable_cancel (cancellable);
  return NULL;
}

static gpointer
read_hanging (gpointer data)
{
  gpointer *both = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) document = read_named (both[0], "hang", both[1], &error);

  g_assert_null (document);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  return NULL;
}

static void
test_cancel (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  gpointer both[] = { extractor, cancellable };
  GThread *canceller = g_thread_new ("cancel", cancel_soon, cancellable);
  /* One of the two requests is being read and the other waits for a server; both are cancelled. */
  GThread *first = g_thread_new ("first", read_hanging, both);
  GThread *second = g_thread_new ("second", read_hanging, both);

  g_thread_join (first);
  g_thread_join (second);
  g_thread_join (canceller);
  /* A request that was cancelled before it began is not begun. */
  read_hanging (both);
  assert_read (extractor, "after being cancelled");
}

typedef struct
{
  QuarryExtractor *extractor;
  const char *name;
  GCancellable *cancel;
  gint is_done; /* atomic */
} LargeRead;

static gpointer
read_large (gpointer data)
{
  LargeRead *read = data;
  int fd = open_text ("x");
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) document = NULL;

  g_assert_cmpint (ftruncate (fd, 9 << 20), ==, 0);
  document = quarry_extractor_read (read->extractor, fd, read->name, read->cancel, &error);
  close (fd);
  g_atomic_int_set (&read->is_done, TRUE);
  return NULL;
}

/* While a large file is read, another waits, and small ones do not. */
static void
test_large (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (2, 0, 0);
  g_autoptr (GCancellable) cancel = g_cancellable_new ();
  LargeRead first = { .extractor = extractor, .name = "hang", .cancel = cancel };
  LargeRead second = { .extractor = extractor, .name = "after it" };
  GThread *one = g_thread_new ("first", read_large, &first), *other;
  pid_t child;

  wait_for_child (&child);
  other = g_thread_new ("second", read_large, &second);
  for (guint i = 0; i < 20; i++)
    assert_read (extractor, "a small one");
  g_assert_false (g_atomic_int_get (&second.is_done));
  g_cancellable_cancel (cancel);
  g_thread_join (one);
  g_thread_join (other);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  extractor_misbehave ();

  g_test_add_func ("/extractor-time/deadline", test_deadline);
  g_test_add_func ("/extractor-time/mailbox", test_mailbox);
  g_test_add_func ("/extractor-time/endless", test_endless);
  g_test_add_func ("/extractor-time/starved", test_starved);
  g_test_add_func ("/extractor-time/standstill", test_standstill);
  g_test_add_func ("/extractor-time/mute", test_mute);
  g_test_add_func ("/extractor-time/cancel", test_cancel);
  g_test_add_func ("/extractor-time/large", test_large);

  return g_test_run ();
}
