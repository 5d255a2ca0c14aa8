/* quarry-extract-server.c: the process that reads files for an extractor
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The child writes what it found to a memory file that the server made, and that is sealed once
 * the child is gone: the extractor can map it without fear that it changes.
 */
#include "core/extract/quarry-extract-server.h"

#include "core/extract/quarry-extract-protocol.h"
#include "core/extract/quarry-extract-sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <glib/gi18n-lib.h>

static gboolean
receive_all (int fd, void *buffer, gsize length)
{
  guint8 *p = buffer;

  while (length > 0)
    {
      ssize_t n = recv (fd, p, length, 0);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      p += n;
      length -= (gsize) n;
    }
  return TRUE;
}

/* A request with the descriptor that comes with it, -1 for none. */
static gboolean
receive_request (int fd, QuarryExtractRequest *request, int *file)
{
  struct iovec vector = { .iov_base = request, .iov_len = sizeof *request };
  union
  {
    struct cmsghdr header;
    char space[CMSG_SPACE (sizeof (int))];
  } control;
  struct msghdr message = {
    .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control
  };
  struct cmsghdr *header;
  ssize_t n;

  *file = -1;
  do
    n = recvmsg (fd, &message, MSG_CMSG_CLOEXEC);
  while (n < 0 && errno == EINTR);
  if (n <= 0)
    return FALSE;
  header = CMSG_FIRSTHDR (&message);
  if (header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS
      && header->cmsg_len == CMSG_LEN (sizeof (int)))
    memcpy (file, CMSG_DATA (header), sizeof (int));

  return receive_all (fd, (guint8 *) request + n, sizeof *request - (gsize) n)
         && request->magic == QUARRY_EXTRACT_MAGIC;
}

static gboolean
send_reply (int fd, const QuarryExtractReply *reply, int memory)
{
  struct iovec vector = { .iov_base = (void *) reply, .iov_len = sizeof *reply };
  union
  {
    struct cmsghdr header;
    char space[CMSG_SPACE (sizeof (int))];
  } control = { 0 };
  struct msghdr message = { .msg_iov = &vector, .msg_iovlen = 1 };
  ssize_t n;

  if (memory >= 0)
    {
      message.msg_control = &control;
      message.msg_controllen = sizeof control;
      control.header.cmsg_level = SOL_SOCKET;
      control.header.cmsg_type = SCM_RIGHTS;
      control.header.cmsg_len = CMSG_LEN (sizeof (int));
      memcpy (CMSG_DATA (&control.header), &memory, sizeof (int));
    }
  do
    n = sendmsg (fd, &message, MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);
  return n == (ssize_t) sizeof *reply;
}

static gboolean
write_all (int fd, const void *bytes, gsize length)
{
  const guint8 *p = bytes;

  while (length > 0)
    {
      ssize_t n = write (fd, p, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      p += n;
      length -= (gsize) n;
    }
  return TRUE;
}

/* The code of an error and its sentence. */
static G_NORETURN void
exit_with_error (int memory, const GError *error)
{
  guint32 code = (guint32) error->code;
  gsize length = MIN (strlen (error->message), QUARRY_EXTRACT_MAX_MESSAGE);

  if (error->domain != QUARRY_EXTRACT_ERROR || !write_all (memory, &code, sizeof code)
      || !write_all (memory, error->message, length))
    _exit (QUARRY_EXTRACT_EXIT_MEMORY);
  _exit (QUARRY_EXTRACT_EXIT_SENTENCE);
}

static G_NORETURN void
be_child (const QuarryExtractRequest *request,
          const char *name,
          int file,
          int memory,
          pid_t parent,
          QuarryServeFunc read_file)
{
  QuarryInput input = { .name = name };
  struct stat st;
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gconstpointer data;
  gsize length;
  int null;

  /* Gone with the server, however that ends. */
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (getppid () != parent)
    _exit (QUARRY_EXTRACT_EXIT_SANDBOX);

  /* Nothing is left open but the file, the memory file and the pipe that shows that this process
   * lives; what libraries have to say, nobody reads. */
  null = open ("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0 || dup2 (null, 0) < 0 || dup2 (null, 1) < 0 || dup2 (null, 2) < 0)
    _exit (QUARRY_EXTRACT_EXIT_SANDBOX);
  close (null);

  if (fstat (file, &st) != 0 || !S_ISREG (st.st_mode) || st.st_size <= 0
      || (guint64) st.st_size > QUARRY_EXTRACT_MAX_FILE)
    _exit (QUARRY_EXTRACT_EXIT_SANDBOX);
  input.length = (gsize) st.st_size;
  input.bytes = mmap (NULL, input.length, PROT_READ, MAP_PRIVATE, file, 0);
  close (file);
  if (input.bytes == MAP_FAILED
      || !quarry_extract_sandbox_enter (request->memory_limit, request->deadline_ms / 1000 + 1))
    _exit (QUARRY_EXTRACT_EXIT_SANDBOX);

  document = read_file (&input, &error);
  if (document == NULL)
    exit_with_error (memory, error);
  bytes = quarry_document_serialize (document);
  data = g_bytes_get_data (bytes, &length);
  _exit (write_all (memory, data, length) ? QUARRY_EXTRACT_EXIT_DOCUMENT
                                          : QUARRY_EXTRACT_EXIT_MEMORY);
}

typedef enum
{
  END_BY_ITSELF,
  END_BY_DEADLINE,
  END_BY_CANCEL,
  END_BY_HANG_UP, /* the extractor is gone, or talks nonsense */
} End;

/* Waits until the child, which holds the other end of the pipe @alive, is gone. */
static End
wait_for_child (int fd, int alive, gint64 deadline)
{
  for (;;)
    {
      struct pollfd polled[]
          = { { .fd = alive, .events = POLLIN }, { .fd = fd, .events = POLLIN } };
      gint64 left = deadline - g_get_monotonic_time ();
      int n;

      if (left <= 0)
        return END_BY_DEADLINE;
      n = poll (polled, G_N_ELEMENTS (polled), (int) MIN (left / 1000 + 1, 3600000));
      if (n < 0 && errno != EINTR)
        return END_BY_HANG_UP;
      if (n <= 0)
        continue;
      if (polled[0].revents != 0)
        return END_BY_ITSELF;
      if (polled[1].revents != 0)
        {
          QuarryExtractRequest request;
          int file;
          gboolean ok = receive_request (fd, &request, &file);

          if (file >= 0)
            close (file);
          return ok && request.kind == QUARRY_EXTRACT_CANCEL ? END_BY_CANCEL : END_BY_HANG_UP;
        }
    }
}

static void
fail (QuarryExtractReply *reply, QuarryExtractError code, int number)
{
  reply->status = QUARRY_EXTRACT_FAILED;
  reply->code = (guint32) code;
  reply->signal = (guint32) number;
}

/* What the way in which a child ended says about its file. */
static void
judge (QuarryExtractReply *reply, End end, int status)
{
  if (end == END_BY_CANCEL)
    reply->status = QUARRY_EXTRACT_CANCELLED;
  else if (end == END_BY_DEADLINE)
    fail (reply, QUARRY_EXTRACT_ERROR_DEADLINE, 0);
  else if (WIFSIGNALED (status))
    {
      int number = WTERMSIG (status);

      if (number == SIGXCPU)
        fail (reply, QUARRY_EXTRACT_ERROR_DEADLINE, number);
      else if (number == SIGKILL)
        /* Not by us: the system took the memory back. */
        fail (reply, QUARRY_EXTRACT_ERROR_MEMORY, number);
      else if (number == SIGXFSZ)
        fail (reply, QUARRY_EXTRACT_ERROR_TOO_LARGE, number);
      else
        fail (reply, QUARRY_EXTRACT_ERROR_CRASHED, number);
    }
  else
    switch (WEXITSTATUS (status))
      {
      case QUARRY_EXTRACT_EXIT_DOCUMENT:
        reply->status = QUARRY_EXTRACT_DOCUMENT;
        break;
      case QUARRY_EXTRACT_EXIT_SENTENCE:
        reply->status = QUARRY_EXTRACT_ERROR_SENTENCE;
        break;
      case QUARRY_EXTRACT_EXIT_MEMORY:
        fail (reply, QUARRY_EXTRACT_ERROR_MEMORY, 0);
        break;
      case QUARRY_EXTRACT_EXIT_SANDBOX:
        fail (reply, QUARRY_EXTRACT_ERROR_PROCESS, 0);
        break;
      default:
        fail (reply,
              QUARRY_EXTRACT_ERROR_CRASHED,
              WEXITSTATUS (status) > 128 ? WEXITSTATUS (status) - 128 : 0);
        break;
      }
}

/* FALSE where the server has to end. */
static gboolean
serve_one (int fd,
           const QuarryExtractRequest *request,
           const char *name,
           int file,
           QuarryServeFunc read_file)
{
  QuarryExtractReply reply = { .magic = QUARRY_EXTRACT_MAGIC };
  gint64 deadline = g_get_monotonic_time () + (gint64) request->deadline_ms * 1000;
  int memory = memfd_create ("document", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  int alive[2] = { -1, -1 };
  pid_t parent = getpid ();
  pid_t child = -1;
  gboolean ok;
  End end;
  int status = 0;
  struct stat st;

  if (memory >= 0 && pipe2 (alive, O_CLOEXEC) == 0)
    child = fork ();
  if (child == 0)
    {
      close (fd);
      close (alive[0]);
      be_child (request, name, file, memory, parent, read_file);
    }
  if (alive[1] >= 0)
    close (alive[1]);

  if (child < 0)
    {
      end = END_BY_ITSELF;
      fail (&reply, QUARRY_EXTRACT_ERROR_PROCESS, 0);
    }
  else
    {
      end = wait_for_child (fd, alive[0], deadline);
      if (end != END_BY_ITSELF)
        kill (child, SIGKILL);
      while (waitpid (child, &status, 0) < 0 && errno == EINTR)
        continue;
      judge (&reply, end, status);
    }

  if (reply.status == QUARRY_EXTRACT_DOCUMENT || reply.status == QUARRY_EXTRACT_ERROR_SENTENCE)
    {
      if (fstat (memory, &st) != 0
          || fcntl (memory, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)
                 != 0)
        fail (&reply, QUARRY_EXTRACT_ERROR_PROCESS, 0);
      else if (st.st_size == 0)
        /* A library called exit(). */
        fail (&reply, QUARRY_EXTRACT_ERROR_CRASHED, 0);
      else
        reply.length = (guint64) st.st_size;
    }
  ok = end != END_BY_HANG_UP && send_reply (fd, &reply, reply.length > 0 ? memory : -1);

  if (memory >= 0)
    close (memory);
  if (alive[0] >= 0)
    close (alive[0]);
  return ok;
}

int
quarry_extract_serve (int fd, QuarryServeFunc read_file)
{
  QuarryExtractHello hello = { QUARRY_EXTRACT_MAGIC, QUARRY_EXTRACT_VERSION };

  /* The parent's closed socket is noticed where it is read. */
  signal (SIGPIPE, SIG_IGN);
  if (!quarry_extract_sandbox_prepare ())
    {
      g_printerr ("quarry-extract: %s\n",
                  _ ("This system has no seccomp filters, without which no file is read."));
      return 1;
    }
  if (send (fd, &hello, sizeof hello, MSG_NOSIGNAL) != (ssize_t) sizeof hello)
    return 1;

  for (;;)
    {
      QuarryExtractRequest request;
      char name[QUARRY_EXTRACT_MAX_NAME + 1];
      int file;
      gboolean ok;

      if (!receive_request (fd, &request, &file))
        return 0;
      /* A cancellation that crossed with the reply it was to prevent. */
      if (request.kind == QUARRY_EXTRACT_CANCEL && file < 0)
        continue;
      ok = request.kind == QUARRY_EXTRACT_READ && file >= 0
           && request.name_length <= QUARRY_EXTRACT_MAX_NAME
           && receive_all (fd, name, request.name_length);
      if (ok)
        {
          name[request.name_length] = '\0';
          ok = serve_one (fd, &request, name, file, read_file);
        }
      if (file >= 0)
        close (file);
      if (!ok)
        return 1;
    }
}
