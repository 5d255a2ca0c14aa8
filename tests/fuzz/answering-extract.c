/* answering-extract.c: stands in for quarry-extract, and sends what the file that it is given holds
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For fuzz-answers.c, which says what is in a file.
 */
#include "answers.h"

#include "core/extract/process/quarry-extract-protocol.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEAD (1 + sizeof (QuarryExtractReply))

static void
send_with (const void *bytes, gsize length, const int *files, guint n_files)
{
  struct iovec vector = { .iov_base = (void *) bytes, .iov_len = length };
  union
  {
    struct cmsghdr header;
    char space[CMSG_SPACE (2 * sizeof (int))];
  } control = { 0 };
  struct msghdr message = { .msg_iov = &vector, .msg_iovlen = 1 };

  if (n_files > 0)
    {
      message.msg_control = &control;
      message.msg_controllen = CMSG_SPACE (n_files * sizeof (int));
      control.header.cmsg_level = SOL_SOCKET;
      control.header.cmsg_type = SCM_RIGHTS;
      control.header.cmsg_len = CMSG_LEN (n_files * sizeof (int));
      memcpy (CMSG_DATA (&control.header), files, n_files * sizeof (int));
    }
  sendmsg (QUARRY_EXTRACT_FD, &message, MSG_NOSIGNAL);
}

/* Receives a request and its name. FALSE once there are no more. @files: the file, and where the answer is to go. */
static gboolean
receive (QuarryExtractRequest *request, char *name, int *files)
{
  struct iovec vector = { .iov_base = request, .iov_len = sizeof *request };
  union
  {
    struct cmsghdr header;
    char space[CMSG_SPACE (3 * sizeof (int))];
  } control = { 0 };
  struct msghdr message
      = { .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };

  if (recvmsg (QUARRY_EXTRACT_FD, &message, MSG_WAITALL) != (ssize_t) sizeof *request || CMSG_FIRSTHDR (&message) == NULL)
    return FALSE;
  memcpy (files, CMSG_DATA (&control.header), control.header.cmsg_len - CMSG_LEN (0));
  return recv (QUARRY_EXTRACT_FD, name, request->name_length, MSG_WAITALL) == (ssize_t) request->name_length;
}

static void
answer (const guint8 *bytes, gsize length, int spilled)
{
  QuarryExtractReply reply
      = { .magic = QUARRY_EXTRACT_MAGIC, .status = QUARRY_EXTRACT_DOCUMENT, .length = MAX (length, HEAD) - HEAD };
  const QuarryExtractReply working = { .magic = QUARRY_EXTRACT_MAGIC, .status = QUARRY_EXTRACT_WORKING };
  guint8 way = length > 0 ? bytes[0] : 0;
  int memory = memfd_create ("answer", MFD_ALLOW_SEALING);
  int pipes[2] = { -1, -1 };
  int files[2] = { memory, memory };
  guint n_files = 1;
  guint kind = way % ANSWER_WAYS;

  for (gsize i = 0; i < sizeof reply && i + 1 < length; i++)
    ((guint8 *) &reply)[i] ^= bytes[i + 1];
  if (length > HEAD && write (spilled >= 0 ? spilled : memory, bytes + HEAD, length - HEAD) != (ssize_t) (length - HEAD))
    _exit (1);
  if (kind != ANSWER_UNSEALED)
    fcntl (memory, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
  if (kind == ANSWER_PIPE && pipe (pipes) == 0)
    files[0] = pipes[0];
  else if (kind == ANSWER_FOLDER)
    files[0] = open ("/", O_RDONLY);
  else if (kind == ANSWER_TWICE)
    n_files = 2;
  if (kind == ANSWER_NONE || (spilled >= 0 && kind == ANSWER_SEALED))
    n_files = 0;

  if ((way & ANSWER_WORKS) != 0)
    send_with (&working, sizeof working, NULL, 0);
  send_with (&reply, kind == ANSWER_HALF ? sizeof reply / 2 : sizeof reply, files, n_files);
  if (kind == ANSWER_NOISE)
    send_with ("noise", 5, NULL, 0);
  /* More would be waited for. */
  if (kind == ANSWER_HALF || reply.status == QUARRY_EXTRACT_WORKING || (way & ANSWER_LEAVES) != 0)
    _exit (0);
  if (files[0] != memory)
    close (files[0]);
  if (pipes[1] >= 0)
    close (pipes[1]);
  close (memory);
}

int
main (void)
{
  const QuarryExtractHello hello = { QUARRY_EXTRACT_MAGIC, QUARRY_EXTRACT_VERSION };
  QuarryExtractRequest request;
  char name[QUARRY_EXTRACT_MAX_NAME + 1] = { 0 };
  int files[3] = { -1, -1, -1 };

  send_with (&hello, sizeof hello, NULL, 0);
  while (receive (&request, name, files))
    {
      gsize length = g_ascii_strtoull (name, NULL, 10);
      g_autofree guint8 *bytes = g_malloc (length + 1);

      if (pread (files[0], bytes, length, 0) != (ssize_t) length)
        return 1;
      answer (bytes, length, files[1]);
      for (guint i = 0; i < G_N_ELEMENTS (files); i++)
        {
          if (files[i] >= 0)
            close (files[i]);
          files[i] = -1;
        }
      memset (name, 0, sizeof name);
    }
  return 0;
}
