/* test-extractor-misbehaving.c: what becomes of processes that read files and misbehave
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "extractor-helpers.h"

#include "core/extract/quarry-extractor.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MISBEHAVING QUARRY_BUILDDIR "/tests/unit/misbehaving-extract"

static void
use_misbehaving (void)
{
  g_setenv ("QUARRY_EXTRACT", MISBEHAVING, TRUE);
}

static QuarryDocument *
read_named (QuarryExtractor *extractor, const char *name, GCancellable *cancel, GError **error)
{
  int fd = open_text ("x");
  QuarryDocument *document = quarry_extractor_read (extractor, fd, name, cancel, error);

  g_assert_true ((document == NULL) == (error != NULL && *error != NULL));
  close (fd);
  return document;
}

static void
assert_read (QuarryExtractor *extractor, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) document = read_named (extractor, name, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (quarry_document_get_text (document, NULL), ==, name);
}

static void
assert_fails (QuarryExtractor *extractor, const char *name, QuarryExtractError code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) document = read_named (extractor, name, NULL, &error);

  g_assert_error (error, QUARRY_EXTRACT_ERROR, (gint) code);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_cmpuint (strlen (error->message), >, 5);
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

/* A process that @parent has started; 0 if there is none. */
static pid_t
find_child (pid_t parent)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc", 0, NULL);
  const char *entry;

  while ((entry = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc", entry, "stat", NULL);
      g_autofree char *stat = NULL;
      const char *rest;
      int ppid = 0;

      if (g_ascii_isdigit (*entry) && g_file_get_contents (path, &stat, NULL, NULL)
          && (rest = strrchr (stat, ')')) != NULL && sscanf (rest + 1, " %*c %d", &ppid) == 1
          && ppid == parent)
        return (pid_t) atoi (entry);
    }
  return 0;
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

/* Waits until the server of this process has a child, which then has the file. Returns the server. */
static pid_t
wait_for_child (pid_t *child)
{
  pid_t server;

  while ((server = find_child (getpid ())) == 0 || (*child = find_child (server)) == 0)
    g_usleep (1000);
  return server;
}

/* Kills the server process from outside. A new one is started. Its child, which is locked in for good, dies with it. */
static gpointer
kill_server (gpointer data)
{
  pid_t child;
  pid_t server = wait_for_child (&child);

  for (guint i = 0; i < 10000 && !has_line (child, "\nSeccomp:\t2\n"); i++)
    g_usleep (1000);
  g_assert_true (has_line (child, "\nSeccomp:\t2\n"));
  g_assert_true (has_line (child, "\nNoNewPrivs:\t1\n"));
  g_assert_cmpint (kill (server, SIGKILL), ==, 0);
  for (guint i = 0; i < 10000 && !is_dead (child); i++)
    g_usleep (1000);
  g_assert_true (is_dead (child));
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
test_deadline (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 300, 0);

  assert_fails (extractor, "hang", QUARRY_EXTRACT_ERROR_DEADLINE);
  assert_fails (extractor, "spin", QUARRY_EXTRACT_ERROR_DEADLINE);
  assert_reads_again (extractor, "after the deadline");
}

/* The deadline holds for each document of a file, so reading a file with many of them may take longer than that as a
 * whole. */
static void
test_mailbox (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 1500, 0);
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
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 100, 0);

  assert_fails (extractor, "endless", QUARRY_EXTRACT_ERROR_DEADLINE);
  assert_reads_again (extractor, "after the end");
}

/* If other processes keep the processor, a reader is not taken to be late. Here it gets a seventh of one, or less. The
 * deadline is far longer than it ever has to wait at a time, which the kernel tells of only later. */
static void
test_starved (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 2000, 0);
  cpu_set_t before, one;
  pid_t others[6];

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
      g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 1000, 0);

      g_setenv ("QUARRY_TEST_STANDSTILL", who[i], TRUE);
      assert_read (extractor, i == 0 ? "work" : "short");
      g_unsetenv ("QUARRY_TEST_STANDSTILL");
    }
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

/* The process id of the child that read it. (transfer full) */
static char *
find_reader (QuarryExtractor *extractor, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) document = read_named (extractor, name, NULL, &error);

  g_assert_no_error (error);
  return g_strdup (quarry_document_get_text (document, NULL));
}

/* Files of one company share a process, which reads no other files; their contents decide this, not their names. */
static void
test_shared (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);
  g_autofree char *first = find_reader (extractor, "who");
  g_autofree char *alone = find_reader (extractor, "who-alone");
  g_autofree char *alone_too = find_reader (extractor, "who-alone");
  g_autofree char *by_name = find_reader (extractor, "who.pdf");
  g_autofree char *page = find_reader (extractor, "who.html");
  g_autofree char *second = find_reader (extractor, "who.txt");
  g_autofree char *page_too = find_reader (extractor, "who-too.html");
  g_autofree char *page_alone = find_reader (extractor, "who.html-alone");
  g_autofree char *third = NULL;

  g_assert_cmpstr (first, ==, second);
  g_assert_cmpstr (alone, !=, first);
  g_assert_cmpstr (alone_too, !=, first);
  g_assert_cmpstr (alone, !=, alone_too);
  g_assert_cmpstr (by_name, !=, first);
  g_assert_cmpstr (page, !=, first);
  g_assert_cmpstr (page, ==, page_too);
  g_assert_cmpstr (page, !=, page_alone);
  assert_fails (extractor, "crash", QUARRY_EXTRACT_ERROR_CRASHED);
  third = find_reader (extractor, "who");
  g_assert_cmpstr (third, !=, first);
}

/* If a file leaves a shared process in a bad state, the file that is read next is not harmed. */
static void
test_innocent (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);

  assert_read (extractor, "poison");
  assert_read (extractor, "victim");
  assert_read (extractor, "poison");
  assert_fails (extractor, "crash", QUARRY_EXTRACT_ERROR_CRASHED);
  assert_read (extractor, "victim");
}

/* A file whose name says nothing is assigned to a company by its contents. If a file inside it is not of that company,
 * the whole file is read in a process of its own. */
static void
test_company (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);
  g_autofree char *text = find_reader (extractor, "who");
  g_autofree char *mail = find_reader (extractor, "who-mail");
  g_autofree char *mail_too = find_reader (extractor, "who-too-mail");
  g_autofree char *text_too = find_reader (extractor, "who-too");
  g_autofree char *later = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) found = g_string_new (NULL);
  g_autoptr (QuarryExtraction) extraction = NULL;
  QuarryDocument *document;
  const char *place;
  int fd;

  g_assert_cmpstr (mail, !=, text);
  g_assert_cmpstr (mail, ==, mail_too);
  g_assert_cmpstr (text, ==, text_too);

  fd = open_text ("A parcel.");
  extraction = quarry_extractor_open (extractor, fd, "parcel-mail", NULL, &error);
  close (fd);
  g_assert_no_error (error);
  while (quarry_extraction_next (extraction, &place, &document, &error))
    {
      g_string_append_printf (found, "%s%s ", place, error != NULL ? "!" : "");
      if (*place == '\0')
        g_assert_cmpstr (quarry_document_get_text (document, NULL), !=, mail);
      g_clear_object (&document);
      g_clear_error (&error);
    }
  g_assert_cmpstr (found->str, ==, "a.txt b.pdf!  ");
  later = find_reader (extractor, "who-mail");
  g_assert_cmpstr (later, ==, mail);
}

/* What a reader leaves for later comes after the document, so that its death there costs no text; that it needs a rare
 * encoding costs nothing at all. */
static void
test_later (void)
{
  static const char *const cases[][2] = { { "later", ":later a.txt:A letter. " },
                                          { "later-crash", ":later-crash a.txt:A letter. :! " },
                                          { "later-encoding", ":later-encoding a.txt:A letter. " } };
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GString) found = g_string_new (NULL);
      int fd = open_text ("A parcel.");
      g_autoptr (QuarryExtraction) extraction = quarry_extractor_open (extractor, fd, cases[i][0], NULL, &error);
      QuarryDocument *document;
      const char *place;

      close (fd);
      g_assert_no_error (error);
      while (quarry_extraction_next (extraction, &place, &document, &error))
        {
          g_string_append_printf (found, "%s:%s ", place,
                                  document != NULL ? quarry_document_get_text (document, NULL) : "!");
          g_assert_true (document != NULL || g_error_matches (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_CRASHED));
          g_clear_object (&document);
          g_clear_error (&error);
        }
      g_assert_cmpstr (found->str, ==, cases[i][1]);
    }
}

/* A rare encoding is loaded when the first file asks for it. */
static void
test_rare_encoding (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);

  for (guint i = 0; i < 2; i++)
    {
      assert_read (extractor, "encoding");
      assert_read (extractor, "encoding-alone");
    }
  /* There is no encoding of that name, so the process is not started again in vain. */
  assert_read (extractor, "no-encoding");
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

static gpointer
cancel_soon (gpointer cancellable)
{
  g_usleep (100000);
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

/* A server that never answers is given up a while after the deadline. */
static void
test_mute (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 100, 0);

  g_setenv ("QUARRY_TEST_NONSENSE", "mute", TRUE);
  assert_fails (extractor, "x", QUARRY_EXTRACT_ERROR_DEADLINE);
  g_unsetenv ("QUARRY_TEST_NONSENSE");
  assert_reads_again (extractor, "after silence");
}

static void
test_missing_program (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);

  g_setenv ("QUARRY_EXTRACT", "/nonexistent/quarry-extract", TRUE);
  assert_fails (extractor, "x", QUARRY_EXTRACT_ERROR_PROCESS);
  g_setenv ("QUARRY_EXTRACT", "/bin/true", TRUE);
  assert_fails (extractor, "x", QUARRY_EXTRACT_ERROR_PROCESS);
  use_misbehaving ();
  assert_read (extractor, "found at last");
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
  use_misbehaving ();

  g_test_add_func ("/extractor-misbehaving/crashes", test_crashes);
  g_test_add_func ("/extractor-misbehaving/killed", test_killed);
  g_test_add_func ("/extractor-misbehaving/deadline", test_deadline);
  g_test_add_func ("/extractor-misbehaving/mailbox", test_mailbox);
  g_test_add_func ("/extractor-misbehaving/endless", test_endless);
  g_test_add_func ("/extractor-misbehaving/starved", test_starved);
  g_test_add_func ("/extractor-misbehaving/standstill", test_standstill);
  g_test_add_func ("/extractor-misbehaving/memory", test_memory);
  g_test_add_func ("/extractor-misbehaving/rights", test_rights);
  g_test_add_func ("/extractor-misbehaving/limits", test_limits);
  g_test_add_func ("/extractor-misbehaving/shared", test_shared);
  g_test_add_func ("/extractor-misbehaving/company", test_company);
  g_test_add_func ("/extractor-misbehaving/innocent", test_innocent);
  g_test_add_func ("/extractor-misbehaving/later", test_later);
  g_test_add_func ("/extractor-misbehaving/rare-encoding", test_rare_encoding);
  g_test_add_func ("/extractor-misbehaving/large-answer", test_large_answer);
  g_test_add_func ("/extractor-misbehaving/large", test_large);
  g_test_add_func ("/extractor-misbehaving/cancel", test_cancel);
  g_test_add_func ("/extractor-misbehaving/many", test_many);
  g_test_add_func ("/extractor-misbehaving/descriptors", test_descriptors);
  g_test_add_func ("/extractor-misbehaving/nonsense", test_nonsense);
  g_test_add_func ("/extractor-misbehaving/mute", test_mute);
  g_test_add_func ("/extractor-misbehaving/missing-program", test_missing_program);

  return g_test_run ();
}
