/* quarry-extract-client.c: one quarry-extract server, as the extractor sees it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The server watches over the deadline. This side waits a little longer, and then kills the server.
 * All that comes from the server is checked to the last byte, since a hostile file may have taken over
 * one of its children; if it is not valid, the server is killed too.
 */
#include "quarry-config.h"

#include "core/extract/process/quarry-extract-client.h"

#include "core/extract/process/quarry-extract-protocol.h"
#include "core/mapping/quarry-mapping.h"
#include "core/place/quarry-place.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <glib/gi18n-lib.h>

/* How long the start of the program may take on a busy machine, and its answer after a deadline or after a
 * cancellation. */
#define START_MS 20000
#define GRACE_MS 5000
#define CANCEL_MS 1000

struct _QuarryExtractClient
{
  GPid pid; /* 0 if no server is running */
  int socket;
};

QuarryExtractClient *
quarry_extract_client_new (void)
{
  QuarryExtractClient *self = g_new0 (QuarryExtractClient, 1);

  self->socket = -1;
  return self;
}

void
quarry_extract_client_stop (QuarryExtractClient *self)
{
  if (self->socket >= 0)
    close (self->socket);
  self->socket = -1;
  if (self->pid > 0)
    {
      kill (self->pid, SIGKILL);
      while (waitpid (self->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    }
  self->pid = 0;
}

void
quarry_extract_client_free (QuarryExtractClient *self)
{
  if (self == NULL)
    return;
  quarry_extract_client_stop (self);
  g_free (self);
}

/* The path of the program: in the build folder if this program runs from there, else where it is installed. (transfer
 * full) */
static char *
find_program (void)
{
  const char *named = g_getenv ("QUARRY_EXTRACT");

  if (named != NULL && *named != '\0')
    return g_strdup (named);
  return g_strdup (quarry_place_choose (QUARRY_BUILDDIR "/app/quarry-extract", QUARRY_LIBEXECDIR "/quarry-extract"));
}

/* Waits until there is something to read. */
static gboolean
wait_readable (int fd, gint64 until, GCancellable *cancellable)
{
  GPollFD cancel = { .fd = -1 };
  gboolean has_cancel = cancellable != NULL && g_cancellable_make_pollfd (cancellable, &cancel);
  gboolean readable = FALSE;

  for (;;)
    {
      struct pollfd polled[]
          = { { .fd = fd, .events = POLLIN }, { .fd = cancel.fd, .events = POLLIN } };
      gint64 left = until - g_get_monotonic_time ();
      int n;

      if (left <= 0)
        break;
      n = poll (polled, has_cancel ? 2 : 1, (int) MIN (left / 1000 + 1, 3600000));
      if (n < 0 && errno != EINTR)
        break;
      if (n <= 0)
        continue;
      readable = polled[0].revents != 0;
      break;
    }
  if (has_cancel)
    g_cancellable_release_fd (cancellable);
  return readable;
}

typedef enum
{
  RECEIVED,
  RECEIVED_NOTHING, /* not in time, or not before being cancelled */
  RECEIVED_NONSENSE,
} Received;

/* Receives exactly @length bytes, and the descriptor that comes with them (*@fd is -1 if there is none). */
static Received
receive (int socket, void *buffer, gsize length, int *fd, gint64 until, GCancellable *cancellable)
{
  guint8 *p = buffer;

  *fd = -1;
  while (length > 0)
    {
      struct iovec vector = { .iov_base = p, .iov_len = length };
      union
      {
        struct cmsghdr header;
        char space[CMSG_SPACE (sizeof (int))];
      } control;
      struct msghdr message = { .msg_iov = &vector,
                                .msg_iovlen = 1,
                                .msg_control = &control,
                                .msg_controllen = sizeof control };
      struct cmsghdr *header;
      ssize_t n;

      if (!wait_readable (socket, until, cancellable))
        return RECEIVED_NOTHING;
      n = recvmsg (socket, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
      if (n < 0 && (errno == EINTR || errno == EAGAIN))
        continue;
      if (n <= 0)
        return RECEIVED_NONSENSE;
      header = CMSG_FIRSTHDR (&message);
      /* Even where more came than was asked for, none stays open. */
      if (header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
        for (gsize i = 0; CMSG_LEN ((i + 1) * sizeof (int)) <= header->cmsg_len; i++)
          {
            if (*fd >= 0)
              close (*fd);
            memcpy (fd, CMSG_DATA (header) + i * sizeof (int), sizeof (int));
          }
      p += n;
      length -= (gsize) n;
    }
  return RECEIVED;
}

/* Starts @program as a server, and connects to it. */
static gboolean
spawn (QuarryExtractClient *self, const char *program, GError **error)
{
  g_auto (GStrv) environment = NULL;
  const char *argv[] = { program, "--serve", NULL };
  int sockets[2];
  int target = QUARRY_EXTRACT_FD;
  g_autoptr (GError) reason = NULL;

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0)
    {
      g_set_error (error,
                   QUARRY_EXTRACT_ERROR,
                   QUARRY_EXTRACT_ERROR_PROCESS,
                   _ ("The program that reads files cannot be started: %s."),
                   g_strerror (errno));
      return FALSE;
    }
  /* Bind all functions at the start, once in the server, instead of in each child that it forks. */
  environment = g_environ_setenv (g_get_environ (), "LD_BIND_NOW", "1", TRUE);
  /* Without TZ, the C library would stat() this file for the time of each entry of an archive. */
  environment = g_environ_setenv (g_steal_pointer (&environment), "TZ", ":/etc/localtime", FALSE);
  if (!g_spawn_async_with_pipes_and_fds (NULL,
                                         argv,
                                         (const char *const *) environment,
                                         G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL
                                             | G_SPAWN_STDERR_TO_DEV_NULL,
                                         NULL,
                                         NULL,
                                         -1,
                                         -1,
                                         -1,
                                         &sockets[1],
                                         &target,
                                         1,
                                         &self->pid,
                                         NULL,
                                         NULL,
                                         NULL,
                                         &reason))
    {
      close (sockets[0]);
      close (sockets[1]);
      self->pid = 0;
      g_set_error (error,
                   QUARRY_EXTRACT_ERROR,
                   QUARRY_EXTRACT_ERROR_PROCESS,
                   _ ("The program that reads files cannot be started: %s. Install Quarry again."),
                   reason->message);
      return FALSE;
    }
  close (sockets[1]);
  self->socket = sockets[0];
  return TRUE;
}

static gboolean
start (QuarryExtractClient *self, GError **error)
{
  g_autofree char *program = NULL;
  QuarryExtractHello hello;
  int unexpected;

  if (self->pid > 0)
    return TRUE;
  program = find_program ();
  if (!spawn (self, program, error))
    return FALSE;

  if (receive (self->socket,
               &hello,
               sizeof hello,
               &unexpected,
               g_get_monotonic_time () + START_MS * G_GINT64_CONSTANT (1000),
               NULL)
          == RECEIVED
      && unexpected < 0 && hello.magic == QUARRY_EXTRACT_MAGIC
      && hello.version == QUARRY_EXTRACT_VERSION)
    return TRUE;

  if (unexpected >= 0)
    close (unexpected);
  quarry_extract_client_stop (self);
  g_set_error (error,
               QUARRY_EXTRACT_ERROR,
               QUARRY_EXTRACT_ERROR_PROCESS,
               _ ("The program that reads files, %s, does not answer as it should. Install Quarry "
                  "again."),
               program);
  return FALSE;
}

static gboolean
send_request (int socket, const QuarryExtractRequest *request, const char *name, const int *files)
{
  gsize length = (request->spills ? 3 : 1) * sizeof (int);
  struct iovec vectors[] = {
    { .iov_base = (void *) request, .iov_len = sizeof *request },
    { .iov_base = (void *) name, .iov_len = request->name_length },
  };
  union
  {
    struct cmsghdr header;
    char space[CMSG_SPACE (3 * sizeof (int))];
  } control = { 0 };
  struct msghdr message = { .msg_iov = vectors, .msg_iovlen = files != NULL ? 2 : 1 };
  ssize_t n;

  if (files != NULL)
    {
      message.msg_control = &control;
      message.msg_controllen = CMSG_SPACE (length);
      control.header.cmsg_level = SOL_SOCKET;
      control.header.cmsg_type = SCM_RIGHTS;
      control.header.cmsg_len = CMSG_LEN (length);
      memcpy (CMSG_DATA (&control.header), files, length);
    }
  do
    n = sendmsg (socket, &message, MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);
  return n == (ssize_t) (sizeof *request + request->name_length);
}

static void
set_failed (GError **error, const QuarryExtractReply *reply, gboolean draws)
{
  switch ((QuarryExtractError) reply->code)
    {
    case QUARRY_EXTRACT_ERROR_DEADLINE:
      g_set_error_literal (error,
                           QUARRY_EXTRACT_ERROR,
                           QUARRY_EXTRACT_ERROR_DEADLINE,
                           draws ? _ ("Drawing the page took too long and was given up.")
                                 : _ ("Reading it took too long and was given up."));
      break;
    case QUARRY_EXTRACT_ERROR_MEMORY:
      g_set_error_literal (error,
                           QUARRY_EXTRACT_ERROR,
                           QUARRY_EXTRACT_ERROR_MEMORY,
                           draws ? _ ("Drawing the page took too much memory and was given up.")
                                 : _ ("Reading it took too much memory and was given up."));
      break;
    case QUARRY_EXTRACT_ERROR_TOO_LARGE:
      g_set_error_literal (error,
                           QUARRY_EXTRACT_ERROR,
                           QUARRY_EXTRACT_ERROR_TOO_LARGE,
                           _ ("It holds more text than one document may have: divide it."));
      break;
    case QUARRY_EXTRACT_ERROR_CRASHED:
      if (reply->signal == SIGBUS)
        g_set_error_literal (error,
                             QUARRY_EXTRACT_ERROR,
                             QUARRY_EXTRACT_ERROR_CRASHED,
                             _ ("It changed while it was being read: import it again."));
      else if (reply->signal != 0)
        g_set_error (error,
                     QUARRY_EXTRACT_ERROR,
                     QUARRY_EXTRACT_ERROR_CRASHED,
                     _ ("The reader crashed on it (%s): the file may be damaged."),
                     g_strsignal ((int) reply->signal));
      else
        g_set_error_literal (error,
                             QUARRY_EXTRACT_ERROR,
                             QUARRY_EXTRACT_ERROR_CRASHED,
                             _ ("The reader gave up on it: the file may be damaged."));
      break;
    case QUARRY_EXTRACT_ERROR_UNSUPPORTED:
    case QUARRY_EXTRACT_ERROR_EMPTY:
    case QUARRY_EXTRACT_ERROR_PICTURES:
    case QUARRY_EXTRACT_ERROR_ENCRYPTED:
    case QUARRY_EXTRACT_ERROR_DAMAGED:
    case QUARRY_EXTRACT_ERROR_PROCESS:
    default:
      g_set_error_literal (error,
                           QUARRY_EXTRACT_ERROR,
                           QUARRY_EXTRACT_ERROR_PROCESS,
                           _ ("The process that reads files could not do its work: is the system "
                              "short of memory, processes or room on the disk?"));
      break;
    }
}

/* Documents up to this size are copied from their memory file; longer ones are mapped. */
#define MOST_COPIED (1u << 20)

/* Maps a file of the extractor's own that was written by a reader. Reading it may fail later, if its disk does. */
static GBytes *
take_spilled (int fd, guint64 length)
{
  struct stat st;

  return fstat (fd, &st) == 0 && length > 0 && length <= QUARRY_EXTRACT_MAX_DOCUMENT && (guint64) st.st_size == length
             ? quarry_mapping_bytes_new (fd, length)
             : NULL;
}

/* The contents of a memory file, which is sealed so that nobody can change it any more. NULL if it is not as it should
 * be. */
static GBytes *
take_sealed (int fd, guint64 length)
{
  const int seals = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW;
  struct stat st;

  if ((fcntl (fd, F_GET_SEALS) & seals) != seals || fcntl (fd, F_GET_SEALS) < 0
      || fstat (fd, &st) != 0 || length == 0 || length > QUARRY_EXTRACT_MAX_DOCUMENT
      || (guint64) st.st_size != length)
    return NULL;
  /* Copy small ones: unmapping is costly, since it interrupts all threads of the process to flush their page tables. */
  if (length <= MOST_COPIED)
    {
      g_autofree guint8 *copy = g_malloc (length);

      return pread (fd, copy, length, 0) == (gssize) length
                 ? g_bytes_new_take (g_steal_pointer (&copy), length)
                 : NULL;
    }
  return quarry_mapping_bytes_new (fd, length);
}

/* What came with a reply. (transfer full), or NULL. */
typedef struct
{
  GBytes *bytes;
  GError *reason; /* why there is nothing, or not all */
} Answer;

/* Takes a reply apart. @spilled: the file that the answer was to be written to, -1 for none. FALSE if the reply is
 * invalid. */
static gboolean
take_reply (const QuarryExtractReply *reply, int fd, int spilled, gboolean draws, Answer *answer)
{
  if (reply->magic != QUARRY_EXTRACT_MAGIC)
    return FALSE;
  if (reply->status == QUARRY_EXTRACT_CANCELLED && fd < 0)
    {
      g_set_error_literal (&answer->reason, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("Cancelled"));
      return TRUE;
    }
  if (fd >= 0 && (spilled >= 0 || (answer->bytes = take_sealed (fd, reply->length)) == NULL))
    return FALSE;
  if (spilled >= 0 && reply->length > 0 && (answer->bytes = take_spilled (spilled, reply->length)) == NULL)
    return FALSE;
  if (reply->status == QUARRY_EXTRACT_FAILED)
    {
      set_failed (&answer->reason, reply, draws);
      return TRUE;
    }
  return reply->status == QUARRY_EXTRACT_DOCUMENT && answer->bytes != NULL;
}

/* Kills a server that sent something invalid, and sets the error for that. */
static void
end_liar (QuarryExtractClient *self, GError **error)
{
  quarry_extract_client_stop (self);
  g_set_error_literal (error,
                       QUARRY_EXTRACT_ERROR,
                       QUARRY_EXTRACT_ERROR_CRASHED,
                       _ ("The program that reads files ended while it read this: the file "
                          "may be damaged."));
}

/* Receives the reply. Each time that the server says that it takes longer, the deadline starts anew. */
static Received
receive_reply (QuarryExtractClient *self,
               QuarryExtractReply *reply,
               int *memory,
               guint patience_ms,
               GCancellable *cancellable)
{
  for (guint i = 0; i <= QUARRY_EXTRACT_MAX_EXTENSIONS; i++)
    {
      gint64 until = g_get_monotonic_time () + (gint64) patience_ms * 1000;
      Received received = receive (self->socket, reply, sizeof *reply, memory, until, cancellable);

      if (received != RECEIVED || reply->magic != QUARRY_EXTRACT_MAGIC
          || reply->status != QUARRY_EXTRACT_WORKING || *memory >= 0)
        return received;
    }
  return RECEIVED_NONSENSE;
}

/* Sends a request and waits for the answer. */
static Answer
ask (QuarryExtractClient *self,
     QuarryExtractRequest request,
     int fd,
     const int *spills,
     const char *name,
     GCancellable *cancellable)
{
  const int files[3] = { fd, spills != NULL ? spills[0] : -1, spills != NULL ? spills[1] : -1 };
  QuarryExtractReply reply;
  Answer answer = { 0 };
  gboolean draws = request.kind == QUARRY_EXTRACT_DRAW;
  gboolean is_new = self->pid == 0;
  Received received;
  int memory;

  request.magic = QUARRY_EXTRACT_MAGIC;
  request.spills = spills != NULL;
  request.name_length = (guint32) MIN (strlen (name), QUARRY_EXTRACT_MAX_NAME);
  /* Of a name that is too long keep the end, which has the extension. */
  name += strlen (name) - request.name_length;
  if (!start (self, &answer.reason))
    return answer;
  /* If the server was killed while it was idle, start it again once. */
  if (!send_request (self->socket, &request, name, files))
    {
      quarry_extract_client_stop (self);
      if (is_new || !start (self, &answer.reason) || !send_request (self->socket, &request, name, files))
        {
          quarry_extract_client_stop (self);
          if (answer.reason == NULL)
            g_set_error_literal (&answer.reason,
                                 QUARRY_EXTRACT_ERROR,
                                 QUARRY_EXTRACT_ERROR_PROCESS,
                                 _ ("The program that reads files ended before it read this."));
          return answer;
        }
    }

  received = receive_reply (self, &reply, &memory, request.deadline_ms + GRACE_MS, cancellable);
  if (received == RECEIVED_NOTHING && g_cancellable_is_cancelled (cancellable))
    {
      QuarryExtractRequest cancel
          = { .magic = QUARRY_EXTRACT_MAGIC, .kind = QUARRY_EXTRACT_CANCEL };

      if (memory < 0 && send_request (self->socket, &cancel, NULL, NULL))
        received = receive_reply (self, &reply, &memory, CANCEL_MS, NULL);
      if (received != RECEIVED)
        quarry_extract_client_stop (self);
      if (memory >= 0)
        close (memory);
      g_set_error_literal (&answer.reason, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("Cancelled"));
      return answer;
    }

  if (received == RECEIVED_NOTHING)
    {
      quarry_extract_client_stop (self);
      reply = (QuarryExtractReply) { .code = QUARRY_EXTRACT_ERROR_DEADLINE };
      set_failed (&answer.reason, &reply, draws);
    }
  else if (received == RECEIVED_NONSENSE || !take_reply (&reply, memory, files[1], draws, &answer))
    {
      g_clear_pointer (&answer.bytes, g_bytes_unref);
      end_liar (self, &answer.reason);
    }
  if (memory >= 0)
    close (memory);
  return answer;
}

QuarryExtraction *
quarry_extract_client_read (QuarryExtractClient *self,
                            int fd,
                            const int *spills,
                            const char *name,
                            gboolean recognize,
                            guint deadline_ms,
                            guint64 memory_limit,
                            GCancellable *cancellable,
                            GError **error)
{
  const QuarryExtractRequest request = { .kind = QUARRY_EXTRACT_READ,
                                         .deadline_ms = deadline_ms,
                                         .recognize = recognize,
                                         .memory_limit = memory_limit };
  Answer answer = ask (self, request, fd, spills, name, cancellable);
  g_autoptr (GBytes) bytes = answer.bytes;
  g_autoptr (GError) reason = answer.reason;
  QuarryExtraction *extraction = NULL;

  /* Return what was found before the reader failed. */
  if (bytes != NULL)
    extraction = quarry_extraction_new (bytes, spills != NULL, reason != NULL ? g_error_copy (reason) : NULL);
  if (extraction == NULL && reason == NULL)
    end_liar (self, &reason);
  if (extraction == NULL)
    g_propagate_error (error, g_steal_pointer (&reason));
  return extraction;
}

/* The page in a record, or NULL with the reason why there is none; NULL without an error if the record is invalid. */
static QuarryPageImage *
take_page (GBytes *bytes, guint number, GError **error)
{
  QuarryExtractRecord record;
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  g_autoptr (GBytes) contents = NULL;
  g_autoptr (QuarryPageImage) image = NULL;

  if (length < sizeof record + 1)
    return NULL;
  memcpy (&record, data, sizeof record);
  if (record.magic != QUARRY_EXTRACT_MAGIC || record.place_length != 0
      || record.code > QUARRY_EXTRACT_ERROR_PROCESS + 1 || record.length != length - sizeof record - 1)
    return NULL;
  if (record.code > 0)
    {
      g_autofree char *sentence
          = g_utf8_make_valid (data + sizeof record, (gssize) MIN (record.length, QUARRY_EXTRACT_MAX_MESSAGE));

      g_set_error_literal (error, QUARRY_EXTRACT_ERROR, (gint) record.code - 1, sentence);
      return NULL;
    }
  contents = g_bytes_new_from_bytes (bytes, sizeof record, (gsize) record.length);
  image = quarry_page_image_new (contents);
  if (image == NULL || quarry_page_image_get_number (image) != number)
    return NULL;
  return g_steal_pointer (&image);
}

QuarryPageImage *
quarry_extract_client_draw (QuarryExtractClient *self,
                            int fd,
                            const char *name,
                            guint page,
                            guint width,
                            gboolean recognize,
                            guint deadline_ms,
                            guint64 memory_limit,
                            GCancellable *cancellable,
                            GError **error)
{
  const QuarryExtractRequest request = { .kind = QUARRY_EXTRACT_DRAW,
                                         .deadline_ms = deadline_ms,
                                         .recognize = recognize,
                                         .page = page,
                                         .width = width,
                                         .memory_limit = memory_limit };
  Answer answer = ask (self, request, fd, NULL, name, cancellable);
  g_autoptr (GBytes) bytes = answer.bytes;
  g_autoptr (GError) reason = answer.reason;
  QuarryPageImage *image = bytes != NULL && reason == NULL ? take_page (bytes, page, &reason) : NULL;

  if (image == NULL && reason == NULL)
    end_liar (self, &reason);
  if (image == NULL)
    g_propagate_error (error, g_steal_pointer (&reason));
  return image;
}
