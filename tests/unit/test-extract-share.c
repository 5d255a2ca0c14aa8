/* test-extract-share.c: how long a reader was kept from its work, as its server sees it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/process/quarry-extract-share.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* The state a second earlier, if the process neither ran nor waited for a processor meanwhile, as far as the kernel
 * reports. */
static QuarryExtractShare
before (const QuarryExtractShare *now)
{
  QuarryExtractShare share = *now;

  share.at -= G_USEC_PER_SEC;
  return share;
}

/* A process that is runnable now may have slept until now. Such guesses are limited, so that it cannot extend its
 * deadline without end. */
static void
test_guesses (void)
{
  QuarryExtractShare now = quarry_extract_share_of (getpid ()), then = before (&now);
  gint64 guesses = 1500;

  if (now.worked_ns == 0)
    {
      g_test_skip ("this kernel does not tell how long a process has worked");
      return;
    }
  g_assert_cmpint (quarry_extract_starved_ms (getpid (), &then, &now, &guesses), ==, 1000);
  g_assert_cmpint (quarry_extract_starved_ms (getpid (), &then, &now, &guesses), ==, 500);
  g_assert_cmpint (quarry_extract_starved_ms (getpid (), &then, &now, &guesses), ==, 0);
  g_assert_cmpint (guesses, ==, 0);

  /* Waiting time that the kernel reports is no guess, and is not limited. */
  now.waited_ns += 700 * 1000000u;
  g_assert_cmpint (quarry_extract_starved_ms (getpid (), &then, &now, &guesses), ==, 700);
  /* So a wait of which the beginning was guessed counts once, and that guess is no longer one. */
  now.waited_ns += 1000 * 1000000u;
  g_assert_cmpint (quarry_extract_starved_ms (getpid (), &then, &now, &guesses), ==, 1000);
  g_assert_cmpint (guesses, ==, 700);
  /* A process that ran all the time was not kept from running. */
  now = then;
  now.at += G_USEC_PER_SEC;
  now.worked_ns += 1000 * 1000000u;
  guesses = 1500;
  g_assert_cmpint (quarry_extract_starved_ms (getpid (), &then, &now, &guesses), ==, 0);
  g_assert_cmpint (guesses, ==, 1500);
}

/* A process that is asleep now is not believed to have been waiting either. */
static void
test_asleep (void)
{
  pid_t pid = fork ();
  QuarryExtractShare now, then;
  gint64 guesses = 1500;

  if (pid == 0)
    for (;;)
      pause ();
  g_assert_cmpint (kill (pid, SIGSTOP), ==, 0);
  g_assert_cmpint (waitpid (pid, NULL, WUNTRACED), ==, pid);
  now = quarry_extract_share_of (pid);
  then = before (&now);
  g_assert_cmpint (quarry_extract_starved_ms (pid, &then, &now, &guesses), ==, 0);
  g_assert_cmpint (guesses, ==, 1500);
  kill (pid, SIGKILL);
  waitpid (pid, NULL, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/extract-share/guesses", test_guesses);
  g_test_add_func ("/extract-share/asleep", test_asleep);
  return g_test_run ();
}
