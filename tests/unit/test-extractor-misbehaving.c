/* test-extractor-misbehaving.c: what becomes of processes that read files and misbehave
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "extractor-helpers.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void
test_crashes (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);

  assert_fails (extractor, "crash", QUARRY_EXTRACT_ERROR_CRASHED);
  assert_read (extractor, "after a crash");
  assert_fails (extractor, "abort", QUARRY_EXTRACT_ERROR_CRASHED);
  assert_fails (extractor, "recurse", QUARRY_EXTRACT_ERROR_CRASHED);
  assert_read (extractor, "after an overflow");
  /* A reader that exits with success but sent no document is treated as crashed. */
  assert_fails (extractor, "exit", QUARRY_EXTRACT_ERROR_CRASHED);
  assert_fails (extractor, "refuse", QUARRY_EXTRACT_ERROR_ENCRYPTED);
  assert_read (extractor, "after all that");
}

/* Whether /proc says this of the process. */
static gboolean
has_line (pid_t pid, const char *line)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/status", (int) pid);
  g_autofree char *status = NULL;

  return g_file_get_contents (path, &status, NULL, NULL) && strstr (status, line) != NULL;
}

static gboolean
is_dead (pid_t pid)
{
  return !has_line (pid, "\n") || has_line (pid, "\nState:\tZ");
}

/* Kills the server process from outside. A new one is started. Its child, which is locked in for good, dies with it. */
static gpointer
kill_server (gpointer data)
{
  pid_t child;
  pid_t server = wait_for_child (&child);

  while (!has_line (child, "\nSeccomp:\t2\n"))
    g_usleep (1000);
  g_assert_true (has_line (child, "\nNoNewPrivs:\t1\n"));
  g_assert_cmpint (kill (server, SIGKILL), ==, 0);
  while (!is_dead (child))
    g_usleep (1000);
  return NULL;
}

static void
test_killed (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);
  GThread *killer = g_thread_new ("kill", kill_server, NULL);

  assert_fails (extractor, "hang", QUARRY_EXTRACT_ERROR_CRASHED);
  g_thread_join (killer);
  assert_read (extractor, "after being killed");
}

static void
test_memory (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 64 << 20);

  assert_fails (extractor, "eat", QUARRY_EXTRACT_ERROR_MEMORY);
  assert_fails (extractor, "gorge", QUARRY_EXTRACT_ERROR_MEMORY);
  assert_read (extractor, "after a meal");
}

static void
assert_rights (QuarryExtractor *extractor, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) document = read_named (extractor, name, NULL, &error);
  g_autofree char *expected = NULL;
  /* A kernel without Landlock lets the child read whatever the person may read. */
  gboolean has_landlock
      = syscall (SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) > 0;

  g_assert_no_error (error);
  expected = g_strdup_printf ("read:yes own:%s write:no append:no create:no socket:no local:no fork:no thread:yes "
                              "exec:no code:no turn:no kill:no signal:no limit:no files:no remove:no descriptors:no",
                              has_landlock ? "no" : "yes");
  g_assert_cmpstr (quarry_document_get_text (document, NULL), ==, expected);
}

static void
test_rights (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);

  assert_rights (extractor, "rights");
  /* The same while there is another child. */
  assert_rights (extractor, "rights-alone");
}

static void
test_limits (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) document = read_named (extractor, "limits", NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (quarry_document_get_text (document, NULL), ==, "cpu:bounded core:none threads:bounded");
  assert_fails (extractor, "overflow", QUARRY_EXTRACT_ERROR_TOO_LARGE);
  assert_read (extractor, "after too much");
}

static void
test_large_answer (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) document = read_named (extractor, "big", NULL, &error);
  gsize length;

  g_assert_no_error (error);
  quarry_document_get_text (document, &length);
  g_assert_cmpuint (length, ==, 20 << 20);
}

typedef struct
{
  QuarryExtractor *extractor;
  gint next;
} Many;

static gpointer
read_many (gpointer data)
{
  Many *many = data;
  gint i;

  while ((i = g_atomic_int_add (&many->next, 1)) < 200)
    {
      g_autofree char *name = g_strdup_printf ("file %d", i);

      if (i % 20 == 7)
        assert_fails (many->extractor, "crash", QUARRY_EXTRACT_ERROR_CRASHED);
      else
        assert_read (many->extractor, name);
    }
  return NULL;
}

static void
test_many (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (2, 0, 0);
  Many many = { .extractor = extractor };
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("many", read_many, &many);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

/* Counts the open descriptors, to see that none is leaked, whatever happened. */
static guint
count_descriptors (void)
{
  guint n = 0;

  for (int fd = 0; fd < 1024; fd++)
    n += fcntl (fd, F_GETFD) >= 0;
  return n;
}

static void
test_descriptors (void)
{
  guint before = count_descriptors ();
  QuarryExtractor *extractor = quarry_extractor_new (2, 0, 64 << 20);

  for (guint i = 0; i < 5; i++)
    {
      assert_read (extractor, "x");
      assert_fails (extractor, "crash", QUARRY_EXTRACT_ERROR_CRASHED);
      assert_fails (extractor, "exit", QUARRY_EXTRACT_ERROR_CRASHED);
    }
  g_assert_finalize_object (extractor);
  g_assert_cmpuint (count_descriptors (), ==, before);
}

static void
test_nonsense (void)
{
  static const struct
  {
    const char *kind;
    QuarryExtractError code;
  } cases[] = {
    { "hello", QUARRY_EXTRACT_ERROR_PROCESS },  { "noise", QUARRY_EXTRACT_ERROR_CRASHED },
    { "length", QUARRY_EXTRACT_ERROR_CRASHED }, { "unsealed", QUARRY_EXTRACT_ERROR_CRASHED },
    { "leave", QUARRY_EXTRACT_ERROR_CRASHED },
  };
  guint before = count_descriptors ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);

      g_setenv ("QUARRY_TEST_NONSENSE", cases[i].kind, TRUE);
      assert_fails (extractor, "x", cases[i].code);
      /* The next server behaves well. */
      g_unsetenv ("QUARRY_TEST_NONSENSE");
      assert_read (extractor, "after nonsense");
    }
  g_assert_cmpuint (count_descriptors (), ==, before);
}

static void
test_missing_program (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);

  g_setenv ("QUARRY_EXTRACT", "/nonexistent/quarry-extract", TRUE);
  assert_fails (extractor, "x", QUARRY_EXTRACT_ERROR_PROCESS);
  g_setenv ("QUARRY_EXTRACT", "/bin/true", TRUE);
  assert_fails (extractor, "x", QUARRY_EXTRACT_ERROR_PROCESS);
  extractor_misbehave ();
  assert_read (extractor, "found at last");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  extractor_misbehave ();

  g_test_add_func ("/extractor-misbehaving/crashes", test_crashes);
  g_test_add_func ("/extractor-misbehaving/killed", test_killed);
  g_test_add_func ("/extractor-misbehaving/memory", test_memory);
  g_test_add_func ("/extractor-misbehaving/rights", test_rights);
  g_test_add_func ("/extractor-misbehaving/limits", test_limits);
  g_test_add_func ("/extractor-misbehaving/large-answer", test_large_answer);
  g_test_add_func ("/extractor-misbehaving/many", test_many);
  g_test_add_func ("/extractor-misbehaving/descriptors", test_descriptors);
  g_test_add_func ("/extractor-misbehaving/nonsense", test_nonsense);
  g_test_add_func ("/extractor-misbehaving/missing-program", test_missing_program);

  return g_test_run ();
}
