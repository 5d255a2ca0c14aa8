/* quarry-extract-child.c: the sandboxed process that reads one file after another
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The server forks it. Before it reads the first byte of a file, it gives up its rights for good. Then
 * it receives jobs with their open files over a socket, and writes what it finds to a memory file (or
 * to a file of the extractor's).
 */
#include "core/extract/process/quarry-extract-child.h"

#include "core/extract/office/quarry-revenge.h"
#include "core/extract/pdf/quarry-ghostscript.h"
#include "core/extract/process/quarry-extract-sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* How many bytes of a text in a mapped file are written before their pages are given back. */
#define WINDOW (4u << 20)

/* --- Jobs -------------------------------------------------------------------------------------- */

void
quarry_extract_close_files (int *files)
{
  for (guint i = 0; i < QUARRY_EXTRACT_N_FILES; i++)
    {
      if (files[i] >= 0)
        close (files[i]);
      files[i] = -1;
    }
}

ssize_t
quarry_extract_receive (int socket, void *bytes, gsize length, int flags, int *files)
{
  struct iovec vector = { .iov_base = bytes, .iov_len = length };
  union
  {
    struct cmsghdr header;
    char space[CMSG_SPACE (QUARRY_EXTRACT_N_FILES * sizeof (int))];
  } control;
  struct msghdr message = {
    .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control
  };
  const struct cmsghdr *header;
  ssize_t n;

  for (guint i = 0; i < QUARRY_EXTRACT_N_FILES; i++)
    files[i] = -1;
  do
    n = recvmsg (socket, &message, flags);
  while (n < 0 && errno == EINTR);
  header = n > 0 ? CMSG_FIRSTHDR (&message) : NULL;
  if (header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
    memcpy (files, CMSG_DATA (header), MIN (header->cmsg_len - CMSG_LEN (0), QUARRY_EXTRACT_N_FILES * sizeof (int)));
  return n;
}

/* Receives a job with its files. FALSE once the server has closed the socket. */
static gboolean
receive_job (int socket, QuarryExtractJob *job, int *files)
{
  if (quarry_extract_receive (socket, job, sizeof *job, 0, files) != (ssize_t) sizeof *job)
    return FALSE;
  return files[0] >= 0 && files[1] >= 0 && (files[2] >= 0) == job->spills;
}

gboolean
quarry_extract_send_job (int socket, const QuarryExtractJob *job, const int *files)
{
  struct iovec vector = { .iov_base = (void *) job, .iov_len = sizeof *job };
  union
  {
    struct cmsghdr header;
    char space[CMSG_SPACE (QUARRY_EXTRACT_N_FILES * sizeof (int))];
  } control = { 0 };
  gsize length = (job->spills ? QUARRY_EXTRACT_N_FILES : QUARRY_EXTRACT_N_FILES - 1) * sizeof (int);
  struct msghdr message = {
    .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = CMSG_SPACE (length)
  };
  ssize_t n;

  control.header.cmsg_level = SOL_SOCKET;
  control.header.cmsg_type = SCM_RIGHTS;
  control.header.cmsg_len = CMSG_LEN (length);
  memcpy (CMSG_DATA (&control.header), files, length);
  do
    n = sendmsg (socket, &message, MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);
  return n == (ssize_t) sizeof *job;
}

/* --- Answers ----------------------------------------------------------------------------------- */

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

/* The file to which the child writes what it finds. */
typedef struct
{
  int memory;
  gboolean failed; /* writing has failed */
  gboolean is_full; /* … for want of room */
} Answer;

/* Writes all parts, in as few system calls as possible. */
static gboolean
write_parts (int fd, struct iovec *parts, int n)
{
  while (n > 0)
    {
      ssize_t written = writev (fd, parts, n);

      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        return FALSE;
      for (; n > 0 && (gsize) written >= parts->iov_len; parts++, n--)
        written -= (ssize_t) parts->iov_len;
      if (n > 0)
        {
          parts->iov_base = (guint8 *) parts->iov_base + written;
          parts->iov_len -= (gsize) written;
        }
    }
  return TRUE;
}

/* Writes the text of a document. If this is pages of a mapped file, only one window of it is in memory at a time. */
static gboolean
write_text (int fd, QuarryDocument *document)
{
  gsize length;
  const char *text = quarry_document_get_text (document, &length);

  for (gsize i = 0; i < length; i += WINDOW)
    {
      QuarrySpan window = { (guint32) i, (guint32) MIN (length, i + WINDOW) };

      if (!write_all (fd, text + i, window.end - window.start))
        return FALSE;
      quarry_document_forget (document, window);
    }
  return TRUE;
}

static gboolean
write_record (const char *place, QuarryDocument *document, const GError *error, gpointer data)
{
  Answer *answer = data;
  QuarryExtractRecord record
      = { .magic = QUARRY_EXTRACT_MAGIC, .place_length = (guint32) strlen (place) };
  g_autoptr (GBytes) head = NULL;
  gconstpointer start = NULL;
  const char *contents;
  gsize n_start = 0, length;
  gboolean is_long;
  struct iovec parts[5];

  if (document != NULL)
    {
      head = quarry_document_serialize_head (document);
      start = g_bytes_get_data (head, &n_start);
      contents = quarry_document_get_text (document, &length);
    }
  else
    {
      contents = error->message;
      length = MIN (strlen (contents), QUARRY_EXTRACT_MAX_MESSAGE);
      record.code = (guint32) error->code + 1;
    }
  is_long = length > WINDOW;
  record.length = n_start + length;
  parts[0] = (struct iovec) { &record, sizeof record };
  parts[1] = (struct iovec) { (gpointer) place, record.place_length };
  parts[2] = (struct iovec) { (gpointer) start, n_start };
  parts[3] = (struct iovec) { (gpointer) contents, length };
  parts[4] = (struct iovec) { (gpointer) "", 1 };
  errno = 0;
  if (answer->failed || record.place_length > QUARRY_EXTRACT_MAX_NAME
      || (document == NULL && error->domain != QUARRY_EXTRACT_ERROR)
      || !write_parts (answer->memory, parts, is_long ? 3 : G_N_ELEMENTS (parts))
      || (is_long && !(write_text (answer->memory, document) && write_all (answer->memory, "", 1))))
    {
      answer->is_full |= errno == ENOSPC || errno == EDQUOT || errno == EIO;
      answer->failed = TRUE;
    }
  return !answer->failed;
}

/* Writes the drawn page, or the reason why there is none. */
static void
write_page (const QuarryExtractJob *job, const QuarryInput *input, const QuarryServeFuncs *funcs, Answer *answer)
{
  const QuarryDrawing drawing = { job->page, job->width, job->recognize };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) page = funcs->draw (input, &drawing, &error);
  QuarryExtractRecord record = { .magic = QUARRY_EXTRACT_MAGIC };

  if (page == NULL)
    {
      write_record ("", NULL, error, answer);
      return;
    }
  record.length = g_bytes_get_size (page);
  answer->failed = !write_all (answer->memory, &record, sizeof record)
                   || !write_all (answer->memory, g_bytes_get_data (page, NULL), record.length)
                   || !write_all (answer->memory, "", 1);
}

/* Whether something in the file needs what is not loaded. The server then loads it. */
static gboolean
has_missed_library (void)
{
  return quarry_ghostscript_was_missed () || quarry_revenge_was_missed () || quarry_extract_missed_encoding ();
}

/* Does a job inside the sandbox. Returns an exit status that says what is in the memory file. */
static guint8
do_job (const QuarryExtractJob *job, const int *files, const QuarryServeFuncs *funcs)
{
  QuarryFormat format = QUARRY_FORMAT_NONE;
  QuarryInput input = { .name = job->name, .recognize = job->recognize, .is_mapped = TRUE, .format = &format };
  int file = files[0], memory = files[1];
  Answer answer = { .memory = memory };
  g_autoptr (QuarryInside) inside = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) document = NULL;
  QuarryCompany company;
  struct stat st;
  void *mapped;

  if (fstat (file, &st) != 0 || !S_ISREG (st.st_mode) || st.st_size <= 0
      || (guint64) st.st_size > QUARRY_EXTRACT_MAX_FILE)
    return QUARRY_EXTRACT_EXIT_SANDBOX;
  input.length = (gsize) st.st_size;
  mapped = mmap (NULL, input.length, PROT_READ, MAP_PRIVATE, file, 0);
  if (mapped == MAP_FAILED)
    return QUARRY_EXTRACT_EXIT_MEMORY;
  input.bytes = mapped;
  input.scratch = job->spills ? files[2] : 0;
  if (job->company != QUARRY_COMPANY_NONE && (company = funcs->get_company (&input, job->company)) != job->company)
    {
      munmap (mapped, input.length);
      return (guint8) (QUARRY_EXTRACT_EXIT_OTHER + company);
    }
  if (job->page > 0)
    {
      write_page (job, &input, funcs, &answer);
      return answer.failed ? QUARRY_EXTRACT_EXIT_MEMORY : QUARRY_EXTRACT_EXIT_DOCUMENT;
    }
  input.inside = inside = quarry_inside_new (input.length, write_record, &answer);

  if (job->recognize)
    quarry_inside_recognize (inside);
  if (job->company != QUARRY_COMPANY_NONE)
    quarry_inside_keep_company (inside, job->company);
  document = funcs->read (&input, &error);
  if (document == NULL)
    quarry_inside_do_deferred (inside);
  if (has_missed_library ())
    return QUARRY_EXTRACT_EXIT_AGAIN;
  if (quarry_inside_has_left_company (inside))
    {
      munmap (mapped, input.length);
      return QUARRY_EXTRACT_EXIT_OTHER + QUARRY_COMPANY_NONE;
    }
  /* If all text is in files inside this one, it needs no record of its own: that it is empty would be no news. */
  if (document != NULL || quarry_inside_count (inside) == 0
      || !g_error_matches (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_EMPTY))
    write_record ("", document, error, &answer);
  if (document != NULL && !answer.failed)
    {
      g_clear_object (&document);
      quarry_inside_do_deferred (inside);
      if (has_missed_library ())
        return QUARRY_EXTRACT_EXIT_AGAIN;
    }
  munmap (mapped, input.length);
  if (answer.failed)
    return answer.is_full && job->spills ? QUARRY_EXTRACT_EXIT_SANDBOX : QUARRY_EXTRACT_EXIT_MEMORY;
  return QUARRY_EXTRACT_EXIT_DOCUMENT;
}

void
quarry_extract_be_child (int socket, const QuarryExtractRequest *request, pid_t parent, const QuarryServeFuncs *funcs)
{
  QuarryExtractJob job;
  int files[QUARRY_EXTRACT_N_FILES];
  int null;

  /* Kill this process when the server dies, in whatever way. */
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (getppid () != parent)
    _exit (QUARRY_EXTRACT_EXIT_SANDBOX);

  /* Only the socket to the server stays open. The messages that libraries print are read by nobody. */
  null = open ("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0 || dup2 (null, 0) < 0 || dup2 (null, 1) < 0 || dup2 (null, 2) < 0)
    _exit (QUARRY_EXTRACT_EXIT_SANDBOX);
  close (null);
  if (!quarry_ghostscript_make_scratch ()
      || !quarry_extract_sandbox_enter (request->memory_limit,
                                        (request->deadline_ms / 1000 + 1) * QUARRY_EXTRACT_MAX_SHARED))
    _exit (QUARRY_EXTRACT_EXIT_SANDBOX);

  while (receive_job (socket, &job, files))
    {
      guint8 result;

      /* handle_crash() takes ENOMEM for a sign that this file's reader has run out of memory: it must not be left from
       * the file before, or from the server. */
      errno = 0;
      result = do_job (&job, files, funcs);
      quarry_extract_close_files (files);
      /* A child that failed by its own fault must not get another file, so end it. One that only left the file to
       * another child goes on. */
      if (result != QUARRY_EXTRACT_EXIT_DOCUMENT && result < QUARRY_EXTRACT_EXIT_OTHER)
        _exit (result);
      if (!write_all (socket, &result, 1))
        break;
    }
  _exit (QUARRY_EXTRACT_EXIT_DOCUMENT);
}
