/* misbehaving-extract.c: a server whose reader does what a file's name asks for
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For tests alone; it stands in for quarry-extract.
 */
#include "quarry-config.h"

#include "core/extract/process/quarry-extract-protocol.h"
#include "core/extract/process/quarry-extract-server.h"
#include "core/extract/quarry-inside.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <glib.h>

/* --- Time ---------------------------------------------------------------------------------- */

/* Where QUARRY_TEST_CLOCK is set, the server has a clock that passes only when its child says so. They share this. */
typedef struct
{
  gint passed; /* ms since the server began */
  gint seen;   /* the same, when the server last waited */
  gint goes_on; /* the server waits again after its standstill */
} Clock;

static Clock *test_clock; /* NULL: the usual one */

static void
make_clock (void)
{
  if (g_getenv ("QUARRY_TEST_CLOCK") == NULL)
    return;
  test_clock = mmap (NULL, sizeof *test_clock, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  g_assert_true (test_clock != MAP_FAILED);
}

/* Overrides GLib's function. */
gint64
g_get_monotonic_time (void)
{
  struct timespec now;

  if (test_clock != NULL)
    return (gint64) g_atomic_int_get (&test_clock->passed) * 1000;
  clock_gettime (CLOCK_MONOTONIC, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* For the child: lets @ms pass, and waits until the server has seen it. */
static void
let_pass (gint ms)
{
  gint until = g_atomic_int_add (&test_clock->passed, ms) + ms;

  while (g_atomic_int_get (&test_clock->seen) < until)
    g_usleep (500);
}

static void
work (gboolean long_too)
{
  if (test_clock != NULL)
    while (!g_atomic_int_get (&test_clock->goes_on))
      ;
  else
    while (clock () < (long_too ? CLOCKS_PER_SEC / 2 : CLOCKS_PER_SEC / 7))
      ;
}

/* It sleeps, or keeps a processor busy, without end. */
static void
hang (gboolean sleeps)
{
  for (;;)
    if (test_clock != NULL && sleeps)
      let_pass (1000);
    else if (test_clock != NULL && g_atomic_int_get (&test_clock->passed) < G_MAXINT / 2)
      g_atomic_int_inc (&test_clock->passed);
    else if (sleeps)
      pause (), usleep (1000);
}

/* --- What the walls keep out --------------------------------------------------------------- */

static void
add_attempt (GString *out, const char *what, gboolean succeeded)
{
  g_string_append_printf (out, "%s:%s ", what, succeeded ? "yes" : "no");
}

static gboolean
can_open (const char *path, int flags)
{
  int fd = open (path, flags, 0600);

  if (fd >= 0)
    close (fd);
  return fd >= 0;
}

/* Whether the filter of system calls lets it through. It says EPERM; Landlock, which is behind it, says EACCES. */
static gboolean
may_try_to_open (const char *path, int flags)
{
  return can_open (path, flags) || errno != EPERM;
}

/* The child itself has only the socket to its server; a second one would be the extractor's, which it must not have. Of
 * the file that it reads it has one descriptor. */
static gboolean
has_descriptors (void)
{
  struct stat infos[64];
  guint n_sockets = 0, n_same = 0;

  for (int fd = 0; fd < 64; fd++)
    if (fstat (fd, &infos[fd]) != 0)
      infos[fd] = (struct stat) { 0 };
    else
      {
        n_sockets += S_ISSOCK (infos[fd].st_mode);
        for (int i = 0; i < fd; i++)
          n_same += S_ISREG (infos[fd].st_mode) && infos[i].st_ino == infos[fd].st_ino && infos[i].st_dev == infos[fd].st_dev;
      }
  return n_sockets > 1 || n_same > 0;
}

/* Whether this process can have @n more open files. */
static gboolean
can_have_files (guint n)
{
  g_autofree int *files = g_new (int, n);
  guint had = 0;

  while (had < n && (files[had] = dup (0)) >= 0)
    had++;
  for (guint i = 0; i < had; i++)
    close (files[i]);
  return had == n;
}

/* Writes a byte behind the last that an answer may have. */
static void
write_too_much (void)
{
  struct stat info;

  for (int fd = 3; fd < 64; fd++)
    if (fstat (fd, &info) == 0 && S_ISREG (info.st_mode) && (fcntl (fd, F_GETFL) & O_ACCMODE) == O_RDWR
        && info.st_size == 0 && lseek (fd, QUARRY_EXTRACT_MAX_DOCUMENT, SEEK_SET) > 0
        && write (fd, "", 1) == 1)
      lseek (fd, 0, SEEK_SET);
}

/* The limits that would take too long to run into. (transfer full) */
static char *
list_limits (void)
{
  struct rlimit cpu, core, threads;

  getrlimit (RLIMIT_CPU, &cpu);
  getrlimit (RLIMIT_CORE, &core);
  getrlimit (RLIMIT_NPROC, &threads);
  return g_strdup_printf ("cpu:%s core:%s threads:%s",
                          cpu.rlim_max < 100000 ? "bounded" : "free",
                          core.rlim_max == 0 ? "none" : "free",
                          threads.rlim_max <= 16384 ? "bounded" : "free");
}

/* Tries what this process is allowed to do. */
static void *
do_nothing (void *data)
{
  return data;
}

static pid_t server;

static char *
try_everything (void)
{
  GString *out = g_string_new (NULL);
  struct rlimit lower = { 32, 32 };
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "quarry-must-not-exist", NULL);
  void *code;
  pid_t pid;
  pthread_t thread;

  add_attempt (out, "read", can_open ("/usr", O_RDONLY));
  add_attempt (out, "own", can_open (QUARRY_BUILDDIR "/quarry-config.h", O_RDONLY));
  add_attempt (out, "write", may_try_to_open ("/dev/null", O_WRONLY));
  add_attempt (out, "append", may_try_to_open ("/dev/null", O_WRONLY | O_APPEND));
  add_attempt (out, "create", may_try_to_open (path, O_RDONLY | O_CREAT));
  add_attempt (out, "socket", socket (AF_INET, SOCK_STREAM, 0) >= 0);
  add_attempt (out, "local", socket (AF_UNIX, SOCK_STREAM, 0) >= 0);
  pid = fork ();
  if (pid == 0)
    _exit (0);
  add_attempt (out, "fork", pid > 0);
  add_attempt (out, "thread", pthread_create (&thread, NULL, do_nothing, NULL) == 0);
  add_attempt (out, "exec", execl ("/bin/true", "true", NULL) == 0 || errno != EPERM);
  code = mmap (NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  add_attempt (out, "code", code != MAP_FAILED);
  code = mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  add_attempt (out, "turn", mprotect (code, 4096, PROT_READ | PROT_EXEC) == 0);
  add_attempt (out, "kill", kill (server, 0) == 0);
  add_attempt (out, "signal", syscall (SYS_tgkill, server, server, 0) == 0);
  add_attempt (out, "limit", setrlimit (RLIMIT_NOFILE, &lower) == 0);
  add_attempt (out, "files", can_have_files (64));
  add_attempt (out, "remove", unlink (path) == 0 || errno != EPERM);
  add_attempt (out, "descriptors", has_descriptors ());
  return g_string_free (out, FALSE);
}

static QuarryDocument *
build (const char *text)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();

  quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, text, -1);
  return quarry_document_builder_end (builder);
}

/* Eats half a gibibyte. With @heed, as GLib allocates, which ends the process in words; else until there is none left and
 * that is not noticed. */
static void
eat_memory (gboolean heed)
{
  for (guint i = 0; i < 512; i++)
    {
      char *piece = heed ? g_malloc (1 << 20) : malloc (1 << 20);

      memset (piece, 1, 1 << 20);
    }
}

static int G_GNUC_NO_INLINE
recurse (volatile int *depth)
{
  volatile int next = *depth + 1;

  return next == 0 ? 0 : recurse (&next) + next;
}

/* Reads a file with others inside: each line is one of them, and its first word is the name. A file "refuse" cannot be
 * read, at "crash" the process dies, and at "enough" the rest is left unread, for which TRUE is returned. */
static gboolean
unpack_crate (const QuarryInput *input)
{
  g_autofree char *text = g_strndup ((const char *) input->bytes, input->length);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *name = g_strdup_printf ("%.*s.txt", (int) strcspn (lines[i], " "), lines[i]);
      g_autoptr (GError) error = NULL;

      if (strcmp (lines[i], "crash") == 0)
        abort ();
      if (strcmp (lines[i], "enough") == 0)
        return TRUE;
      if (strcmp (lines[i], "refuse") == 0)
        {
          g_set_error_literal (&error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_DAMAGED, "It is in pieces.");
          quarry_inside_refuse (input->inside, name, error);
        }
      else if (*lines[i] != '\0' && *lines[i] != ' ')
        quarry_inside_read (input->inside, name, (const guint8 *) lines[i], strlen (lines[i]));
    }
  return FALSE;
}

static void
read_later (QuarryInside *inside, gpointer data)
{
  const char *name = data;

  if (g_str_has_suffix (name, "bomb.txt"))
    {
      quarry_inside_account (inside, G_MAXINT64);
      return;
    }
  if (g_str_has_suffix (name, "crash.txt"))
    abort ();
  if (g_str_has_suffix (name, "encoding") && iconv_open ("UTF-8", "KOI8-R") == (iconv_t) -1)
    return;
  quarry_inside_read (inside, "a.txt", (const guint8 *) "A letter.", 9);
  if (g_str_has_suffix (name, "crash"))
    abort ();
}

static QuarryDocument *
misbehave (const QuarryInput *input, GError **error)
{
  const char *name = input->name;
  volatile char *volatile nowhere = NULL;
  static gboolean is_poisoned;
  int depth = 1;

  if (g_str_has_prefix (name, "crash"))
    *nowhere = 1;
  else if (g_str_has_prefix (name, "abort") || (g_str_has_prefix (name, "victim") && is_poisoned))
    abort ();
  else if (g_str_has_prefix (name, "poison"))
    is_poisoned = TRUE;
  else if (g_str_has_prefix (name, "recurse"))
    recurse (&depth);
  else if (g_str_has_prefix (name, "exit"))
    exit (0);
  else if (g_str_has_prefix (name, "hang") || g_str_has_prefix (name, "spin"))
    hang (*name == 'h');
  else if (g_str_has_prefix (name, "eat"))
    eat_memory (TRUE);
  else if (g_str_has_prefix (name, "gorge"))
    eat_memory (FALSE);
  else if (g_str_has_prefix (name, "work"))
    work (g_str_has_suffix (name, "-long"));
  else if (g_str_has_prefix (name, "mailbox") || g_str_has_prefix (name, "endless"))
    for (guint i = 0; *name == 'e' || i < 15; i++)
      {
        let_pass (40000);
        quarry_inside_read (input->inside, "mail.txt", (const guint8 *) "A mail.", 7);
      }
  else if (g_str_has_prefix (name, "crate"))
    {
      if (unpack_crate (input))
        g_set_error_literal (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_TOO_LARGE, "There is more in it.");
      else
        g_set_error_literal (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_EMPTY, "All is inside.");
      return NULL;
    }
  else if (g_str_has_prefix (name, "rights"))
    {
      g_autofree char *found = try_everything ();

      return build (found);
    }
  else if (g_str_has_prefix (name, "limits"))
    {
      g_autofree char *limits = list_limits ();

      return build (limits);
    }
  else if (g_str_has_prefix (name, "overflow"))
    write_too_much ();
  else if (g_str_has_prefix (name, "encoding"))
    return build (iconv_open ("UTF-8", "KOI8-R") != (iconv_t) -1 ? name : "not loaded");
  else if (g_str_has_prefix (name, "no-encoding"))
    return build (iconv_open ("UTF-8", "X-NONE") == (iconv_t) -1 ? name : "loaded");
  else if (g_str_has_prefix (name, "who") || g_str_has_prefix (name, "parcel"))
    {
      g_autofree char *pid = g_strdup_printf ("%d", (int) getpid ());

      if (g_str_has_prefix (name, "parcel"))
        {
          quarry_inside_read (input->inside, "a.txt", (const guint8 *) "A letter.", 9);
          quarry_inside_read (input->inside, "b.pdf", (const guint8 *) "%PDF-1.4", 8);
        }
      return build (pid);
    }
  else if (g_str_has_prefix (name, "later"))
    quarry_inside_defer (input->inside, read_later, g_strdup (name), g_free);
  else if (g_str_has_prefix (name, "refuse"))
    {
      g_set_error_literal (
          error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_ENCRYPTED, "It is locked.");
      return NULL;
    }
  else if (g_str_has_prefix (name, "big"))
    {
      g_autofree char *big = g_strnfill (20 << 20, 'x');

      return build (big);
    }
  return build (name);
}

static QuarryCompany
get_company (const QuarryInput *input, QuarryCompany own)
{
  if (g_str_has_suffix (input->name, "-alone"))
    return QUARRY_COMPANY_NONE;
  if (g_str_has_suffix (input->name, "-mail"))
    return QUARRY_COMPANY_MAIL;
  return g_str_has_suffix (input->name, ".html") ? QUARRY_COMPANY_MARKUP : QUARRY_COMPANY_TEXT;
}

/* Draws a page of two white pixels, or an answer that is not a valid page. */
static GBytes *
misdraw (const QuarryInput *input, const QuarryDrawing *drawing, GError **error)
{
  QuarryExtractPage head = { .number = drawing->page, .n_pages = 9, .width = 2, .height = 1 };
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (QuarryDocument) document = NULL;

  if (g_str_has_prefix (input->name, "another"))
    head.number = 9;
  if (g_str_has_prefix (input->name, "long"))
    head.height = 2;
  g_byte_array_append (out, (const guint8 *) &head, sizeof head);
  g_byte_array_append (out, (const guint8 *) "\377\377\377\377\377\377\377\377", 8);
  document = misbehave (input, error);
  if (document == NULL)
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

static pid_t child;

/* Overrides the C library's function, to learn the process ids of server and child, which the child may not ask for. */
pid_t
fork (void)
{
  pid_t (*next) (void) = (pid_t (*) (void)) dlsym (RTLD_NEXT, "fork");
  pid_t pid;

  if (server == 0)
    server = getpid ();
  pid = next ();

  if (pid > 0)
    child = pid;
  return pid;
}

static guint64
worked_ms (void)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/schedstat", (int) child);
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? g_ascii_strtoull (text, NULL, 10) / 1000000 : G_MAXUINT64;
}

typedef int (*Poll) (struct pollfd *polled, nfds_t n, int timeout);

/* The server stands still for longer than the deadline, together with the child, or alone until the child is done: as if
 * its terminal had stopped it. */
static void
stand_still (gboolean with_child, Poll next, struct pollfd *polled, nfds_t n)
{
  if (with_child)
    {
      while (worked_ms () < 20)
        g_usleep (1000);
      kill (child, SIGSTOP);
    }
  else
    next (polled, n, -1);
  g_atomic_int_add (&test_clock->passed, 90000);
  if (with_child)
    kill (child, SIGCONT);
}

/* Overrides the C library's function. On the test's clock, its timeout is over when that has passed. It is over by the
 * time that the server goes on after a standstill, which is when it first waits. */
int
poll (struct pollfd *polled, nfds_t n, int timeout)
{
  Poll next = (Poll) dlsym (RTLD_NEXT, "poll");
  const char *who = g_getenv ("QUARRY_TEST_STANDSTILL");
  static gboolean has_stood;
  gint until, now;
  int n_ready;

  if (test_clock == NULL || child == 0)
    return next (polled, n, timeout);
  if (who != NULL && !has_stood)
    {
      has_stood = TRUE;
      stand_still (strcmp (who, "both") == 0, next, polled, n);
      return 0;
    }
  g_atomic_int_set (&test_clock->goes_on, timeout > 0);
  until = g_atomic_int_get (&test_clock->passed) + timeout;
  do
    {
      n_ready = next (polled, n, timeout > 0);
      now = g_atomic_int_get (&test_clock->passed);
      g_atomic_int_set (&test_clock->seen, now);
    }
  while (n_ready == 0 && now < until);
  return n_ready;
}

/* Behaves like a server that breaks the protocol. */
static int
talk_nonsense (const char *kind)
{
  QuarryExtractHello hello = { QUARRY_EXTRACT_MAGIC, QUARRY_EXTRACT_VERSION };
  char buffer[4096];
  QuarryExtractReply reply = { .magic = QUARRY_EXTRACT_MAGIC, .status = QUARRY_EXTRACT_DOCUMENT };

  if (strcmp (kind, "hello") == 0)
    hello.version = 77;
  send (QUARRY_EXTRACT_FD, &hello, sizeof hello, 0);
  while (recv (QUARRY_EXTRACT_FD, buffer, sizeof buffer, 0) > 0)
    {
      if (strcmp (kind, "noise") == 0)
        memset (&reply, 0x5a, sizeof reply);
      else if (strcmp (kind, "length") == 0)
        reply.length = G_MAXUINT64;
      else if (strcmp (kind, "unsealed") == 0)
        {
          int fd = memfd_create ("x", MFD_ALLOW_SEALING);
          struct iovec vector = { .iov_base = &reply, .iov_len = sizeof reply };
          union
          {
            struct cmsghdr header;
            char space[CMSG_SPACE (sizeof (int))];
          } control = { 0 };
          struct msghdr message = { .msg_iov = &vector,
                                    .msg_iovlen = 1,
                                    .msg_control = &control,
                                    .msg_controllen = sizeof control };

          g_assert_true (ftruncate (fd, 100) == 0);
          reply.length = 100;
          control.header.cmsg_level = SOL_SOCKET;
          control.header.cmsg_type = SCM_RIGHTS;
          control.header.cmsg_len = CMSG_LEN (sizeof (int));
          memcpy (CMSG_DATA (&control.header), &fd, sizeof (int));
          sendmsg (QUARRY_EXTRACT_FD, &message, 0);
          close (fd);
          continue;
        }
      else if (strcmp (kind, "leave") == 0)
        return 0;
      else if (strcmp (kind, "mute") == 0)
        continue;
      send (QUARRY_EXTRACT_FD, &reply, sizeof reply, 0);
    }
  return 0;
}

int
main (int argc, char **argv)
{
  const char *nonsense = g_getenv ("QUARRY_TEST_NONSENSE");

  if (argc != 2 || strcmp (argv[1], "--serve") != 0)
    return 2;
  if (nonsense != NULL)
    return talk_nonsense (nonsense);
  make_clock ();
  return quarry_extract_serve (QUARRY_EXTRACT_FD, &(QuarryServeFuncs) { misbehave, get_company, misdraw });
}
