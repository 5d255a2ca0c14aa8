/* quarry-extract-server.c: the process that reads files for an extractor
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * It handles one request at a time and never touches a file's bytes itself: it forks a child, hands it
 * the file, and waits for it until the deadline. It judges from the way in which the child ended what
 * was wrong with the file.
 *
 * The child writes what it finds to a memory file that the server made. This is sealed when the child
 * is done, so that the extractor can map it without it being changed.
 */
#include "core/extract/process/quarry-extract-server.h"

#include "core/extract/office/quarry-revenge.h"
#include "core/extract/pdf/quarry-ghostscript.h"
#include "core/extract/pdf/quarry-recognizer.h"
#include "core/extract/process/quarry-extract-child.h"
#include "core/extract/process/quarry-extract-sandbox.h"
#include "core/extract/process/quarry-extract-share.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include <glib/gi18n-lib.h>

/* How often a file may get a new deadline because more documents have been found in it. */
#define MAX_RENEWALS 20u

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

/* Receives a request with its descriptors. */
static gboolean
receive_request (int fd, QuarryExtractRequest *request, int *files)
{
  ssize_t n = quarry_extract_receive (fd, request, sizeof *request, MSG_CMSG_CLOEXEC, files);

  if (n <= 0)
    return FALSE;
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

/* A child, which may read several files one after the other. */
typedef struct
{
  pid_t pid; /* 0: none */
  int socket;
  guint served;
  guint32 deadline_ms;
  guint64 memory_limit;
} Child;

typedef struct
{
  int fd; /* the socket to the extractor */
  const QuarryServeFuncs *funcs;
  Child shared[QUARRY_N_COMPANIES];
} Server;

typedef enum
{
  END_BY_ITSELF,
  END_BY_DEADLINE,
  END_BY_CANCEL,
  END_BY_HANG_UP, /* the extractor is gone, or sent something invalid */
} End;

/* The deadline of a job, which can be extended. */
typedef struct
{
  int fd; /* the extractor's socket, through which it is told of an extension */
  guint deadline_ms;
  gint64 until;
  guint extensions;
} Deadline;

static gboolean
extend (Deadline *self, gint64 ms)
{
  const QuarryExtractReply reply = { .magic = QUARRY_EXTRACT_MAGIC, .status = QUARRY_EXTRACT_WORKING };

  if (++self->extensions > QUARRY_EXTRACT_MAX_EXTENSIONS || !send_reply (self->fd, &reply, -1))
    return FALSE;
  self->until = g_get_monotonic_time () + ms * 1000;
  return TRUE;
}

/* If the child has been kept waiting for less than this, it is late by its own fault. */
#define STARVED_MS 20
/* Most jobs are done within this time. Only after that is the child's processor time read for the first time. */
#define SOON_MS 20

/* Waits until the child has an answer or is gone; in both cases its socket becomes readable. The deadline is meant for
 * one document, so a file with many gets a new one as long as more are found. The time for which other processes had
 * the processors does not count. */
static End
wait_for_child (Deadline *deadline, const Child *child, int memory)
{
  QuarryExtractShare share = { 0 };
  goffset found = 0;
  guint renewals = 0;
  gint64 guesses = 2 * (gint64) deadline->deadline_ms;
  gint64 began = g_get_monotonic_time ();

  deadline->until = began + (gint64) deadline->deadline_ms * 1000;
  for (;;)
    {
      struct pollfd polled[]
          = { { .fd = child->socket, .events = POLLIN }, { .fd = deadline->fd, .events = POLLIN } };
      gint64 left = MAX (deadline->until - g_get_monotonic_time (), 0);
      /* Poll once even after the deadline: this process may have been stopped, and the child may be done. */
      int ms = left > 0 ? (int) MIN (left / 1000 + 1, share.at == 0 ? SOON_MS : 3600000) : 0;
      int n = poll (polled, G_N_ELEMENTS (polled), ms);

      if (n < 0 && errno != EINTR)
        return END_BY_HANG_UP;
      if (n <= 0 && share.at == 0)
        {
          share = quarry_extract_share_of (child->pid);
          share.at = began;
        }
      if (n == 0 && left == 0)
        {
          QuarryExtractShare now = quarry_extract_share_of (child->pid);
          gint64 more = quarry_extract_starved_ms (child->pid, &share, &now, &guesses);
          struct stat st = { 0 };

          if (fstat (memory, &st) == 0 && st.st_size > found && renewals++ < MAX_RENEWALS)
            more = deadline->deadline_ms;
          if (more < STARVED_MS || !extend (deadline, MIN (more, (gint64) deadline->deadline_ms)))
            return END_BY_DEADLINE;
          share = now;
          found = st.st_size;
        }
      if (n <= 0)
        continue;
      if (polled[0].revents != 0)
        return END_BY_ITSELF;
      if (polled[1].revents != 0)
        {
          QuarryExtractRequest request;
          int files[QUARRY_EXTRACT_N_FILES];
          gboolean ok = receive_request (deadline->fd, &request, files);

          quarry_extract_close_files (files);
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

/* Concludes from the way in which a child ended what was wrong with its file. */
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
        /* Not killed by the server, so by the system, for want of memory. */
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

/* Ends the child and returns how it ended, as waitpid() does. */
static int
end_child (Child *child, gboolean kill_it)
{
  int status = 0;

  if (child->pid <= 0)
    return 0;
  if (kill_it)
    kill (child->pid, SIGKILL);
  close (child->socket);
  while (waitpid (child->pid, &status, 0) < 0 && errno == EINTR)
    continue;
  child->pid = 0;
  return status;
}

/* Forks a child, unless @child can be used once more. @files: those of the job, which are open in the server now. */
static gboolean
begin_child (Child *child, const QuarryExtractRequest *request, const Server *server, const int *files)
{
  pid_t parent = getpid ();
  int sockets[2];

  if (child->pid > 0 && child->served < QUARRY_EXTRACT_MAX_SHARED && child->deadline_ms == request->deadline_ms
      && child->memory_limit == request->memory_limit)
    return TRUE;

  end_child (child, TRUE);
  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0)
    return FALSE;
  child->pid = fork ();
  if (child->pid == 0)
    {
      close (server->fd);
      for (guint i = 0; i < QUARRY_N_COMPANIES; i++)
        if (server->shared[i].pid > 0)
          close (server->shared[i].socket);
      close (sockets[0]);
      /* The child gets the files of each job over its socket. If it also kept these, a drive could not be unmounted as
       * long as the child lives. */
      for (guint i = 0; i < QUARRY_EXTRACT_N_FILES; i++)
        if (files[i] >= 0)
          close (files[i]);
      quarry_extract_be_child (sockets[1], request, parent, server->funcs);
    }
  close (sockets[1]);
  if (child->pid < 0)
    {
      close (sockets[0]);
      child->pid = 0;
      return FALSE;
    }
  child->socket = sockets[0];
  child->served = 0;
  child->deadline_ms = request->deadline_ms;
  child->memory_limit = request->memory_limit;
  return TRUE;
}

/* Has the child do the job, and finds out how that ended. */
static End
work (const Server *server,
      Child *child,
      const QuarryExtractRequest *request,
      const QuarryExtractJob *job,
      const int *files,
      Deadline *deadline,
      int *status)
{
  guint8 result;
  End end = END_BY_ITSELF;

  *status = W_EXITCODE (QUARRY_EXTRACT_EXIT_SANDBOX, 0);
  if (!begin_child (child, request, server, files) || !quarry_extract_send_job (child->socket, job, files))
    {
      end_child (child, TRUE);
      return end;
    }
  end = wait_for_child (deadline, child, files[1]);
  child->served++;
  if (end == END_BY_ITSELF && recv (child->socket, &result, 1, MSG_DONTWAIT) == 1)
    *status = W_EXITCODE (result, 0);
  else
    *status = end_child (child, end != END_BY_ITSELF);
  return end;
}

/* The same with a child of its own, which ends afterwards. */
static End
work_alone (const Server *server,
            const QuarryExtractRequest *request,
            QuarryExtractJob *job,
            const int *files,
            Deadline *deadline,
            int *status)
{
  Child child = { 0 };
  End end;

  job->company = QUARRY_COMPANY_NONE;
  /* Another child has tried this job before, so start a new deadline. */
  if (deadline->until > 0 && !extend (deadline, deadline->deadline_ms))
    return END_BY_DEADLINE;
  end = work (server, &child, request, job, files, deadline, status);
  end_child (&child, TRUE);
  return end;
}

static gboolean
make_empty (int fd)
{
  return ftruncate (fd, 0) == 0 && lseek (fd, 0, SEEK_SET) == 0;
}

/* Whether the child said that the file belongs to another company. @company is set to that. */
static gboolean
is_for_other (End end, int status, QuarryCompany *company)
{
  int other = WIFEXITED (status) ? WEXITSTATUS (status) - QUARRY_EXTRACT_EXIT_OTHER : -1;

  if (end != END_BY_ITSELF || other < 0 || other >= QUARRY_N_COMPANIES || other == (int) *company)
    return FALSE;
  *company = (QuarryCompany) other;
  return TRUE;
}

static gboolean
ended_with (End end, int status, int code)
{
  return end == END_BY_ITSELF && WIFEXITED (status) && WEXITSTATUS (status) == code;
}

/* Whether the child is gone, or was killed, without an answer about the file. */
static gboolean
is_lost (End end, int status)
{
  int code = WIFEXITED (status) ? WEXITSTATUS (status) : -1;
  gboolean is_answer = code == QUARRY_EXTRACT_EXIT_DOCUMENT || code == QUARRY_EXTRACT_EXIT_AGAIN
                       || (code >= QUARRY_EXTRACT_EXIT_OTHER && code < QUARRY_EXTRACT_EXIT_OTHER + QUARRY_N_COMPANIES);

  return end == END_BY_DEADLINE || (end == END_BY_ITSELF && !is_answer);
}

/* Has the job done by the shared child of its company. If this says that the file belongs to another company, that
 * one's child gets it. If there is none, or that child says the same, the job gets a child of its own. So it does if a
 * shared child dies that has read other files before, since one of those may be to blame. */
static End
work_in_company (
    Server *server, const QuarryExtractRequest *request, QuarryExtractJob *job, const int *files, Deadline *deadline, int *status)
{
  for (guint i = 0; i < 2 && job->company != QUARRY_COMPANY_NONE; i++)
    {
      Child *child = &server->shared[job->company];
      gboolean has_served = child->pid > 0 && child->served > 0;
      End end = work (server, child, request, job, files, deadline, status);

      if (has_served && is_lost (end, *status))
        {
          if (!make_empty (files[1]))
            return end;
          break;
        }
      if (!is_for_other (end, *status, &job->company))
        return end;
      if (!make_empty (files[1]))
        break;
    }
  return work_alone (server, request, job, files, deadline, status);
}

/* Handles a request. FALSE if the server has to end. */
static gboolean
serve_one (Server *server, const QuarryExtractRequest *request, QuarryExtractJob *job, const int *given)
{
  QuarryExtractReply reply = { .magic = QUARRY_EXTRACT_MAGIC };
  Deadline deadline = { .fd = server->fd, .deadline_ms = request->deadline_ms };
  int memory = job->spills ? given[1] : memfd_create ("document", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  const int files[QUARRY_EXTRACT_N_FILES] = { given[0], memory, given[2] };
  int status = W_EXITCODE (QUARRY_EXTRACT_EXIT_SANDBOX, 0);
  gboolean ok;
  End end = END_BY_ITSELF;
  struct stat st;

  /* Probably: the child itself looks at the bytes, and may say otherwise. */
  job->company
      = !job->spills && !job->recognize && job->page == 0 ? quarry_company_of_name (job->name) : QUARRY_COMPANY_NONE;
  if (memory >= 0)
    end = work_in_company (server, request, job, files, &deadline, &status);
  /* Few people have PostScript, WordPerfect or mails in old encodings: what reads these is loaded when the first such file
   * turns up, be it inside another. What had been found before that is found again. */
  if (ended_with (end, status, QUARRY_EXTRACT_EXIT_AGAIN))
    {
      quarry_ghostscript_load ();
      quarry_revenge_load ();
      quarry_extract_preload (TRUE);
      if (make_empty (memory) && (!job->spills || make_empty (files[2])))
        end = work_alone (server, request, job, files, &deadline, &status);
    }
  judge (&reply, end, status);

  if (reply.status == QUARRY_EXTRACT_DOCUMENT || reply.status == QUARRY_EXTRACT_FAILED)
    {
      /* It has to be sealed, since a shared child may still have it open. */
      if (memory < 0 || fstat (memory, &st) != 0
          || (!job->spills
              && fcntl (memory, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)
                     != 0))
        fail (&reply, QUARRY_EXTRACT_ERROR_PROCESS, 0);
      else if (st.st_size > 0)
        reply.length = (guint64) st.st_size;
      else if (reply.status == QUARRY_EXTRACT_DOCUMENT)
        /* A library has called exit(). */
        fail (&reply, QUARRY_EXTRACT_ERROR_CRASHED, 0);
    }
  ok = end != END_BY_HANG_UP
       && send_reply (server->fd, &reply, reply.length > 0 && !job->spills ? memory : -1);

  if (memory >= 0 && !job->spills)
    close (memory);
  return ok;
}

static void
end_shared (Server *server)
{
  for (guint i = 0; i < QUARRY_N_COMPANIES; i++)
    end_child (&server->shared[i], TRUE);
}

int
quarry_extract_serve (int fd, const QuarryServeFuncs *funcs)
{
  Server server = { .fd = fd, .funcs = funcs };
  QuarryExtractHello hello = { QUARRY_EXTRACT_MAGIC, QUARRY_EXTRACT_VERSION };

  /* That the other side has closed its socket is noticed when reading. */
  signal (SIGPIPE, SIG_IGN);
  if (!quarry_extract_sandbox_prepare ())
    {
      g_printerr ("quarry-extract: %s\n",
                  _ ("This system has no seccomp filters, without which no file is read."));
      return 1;
    }
  quarry_extract_preload (FALSE);
  if (send (fd, &hello, sizeof hello, MSG_NOSIGNAL) != (ssize_t) sizeof hello)
    return 1;

  for (;;)
    {
      QuarryExtractRequest request;
      QuarryExtractJob job = { 0 };
      int files[QUARRY_EXTRACT_N_FILES];
      gboolean ok;

      if (!receive_request (fd, &request, files))
        {
          end_shared (&server);
          return 0;
        }
      /* This cancellation crossed with the reply to the request that it was meant for. */
      if (request.kind == QUARRY_EXTRACT_CANCEL && files[0] < 0)
        continue;
      ok = (request.kind == QUARRY_EXTRACT_READ || request.kind == QUARRY_EXTRACT_DRAW) && files[0] >= 0
           && (request.spills == 1) == (files[2] >= 0) && (request.spills == 1) == (files[1] >= 0)
           && (request.kind == QUARRY_EXTRACT_DRAW) == (request.page > 0)
           && request.name_length <= QUARRY_EXTRACT_MAX_NAME
           && receive_all (fd, job.name, request.name_length);
      if (ok)
        {
          job.recognize = request.recognize == 1;
          job.spills = request.spills == 1;
          job.page = request.page;
          job.width = request.width;
          /* Loaded in the server, so that the children have it when they are forked. */
          if (job.recognize)
            quarry_recognizer_load ();
          ok = serve_one (&server, &request, &job, files);
        }
      quarry_extract_close_files (files);
      if (!ok)
        {
          end_shared (&server);
          return 1;
        }
    }
}
