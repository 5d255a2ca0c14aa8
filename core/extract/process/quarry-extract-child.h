/* quarry-extract-child.h: the sandboxed process that reads one file after another
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <sys/types.h>

#include "core/extract/process/quarry-extract-protocol.h"
#include "core/extract/process/quarry-extract-server.h"

G_BEGIN_DECLS

/* The greatest number of files that one child reads. */
#define QUARRY_EXTRACT_MAX_SHARED 256

/* The files of a job: the one to be read, the one to write the result to, and one for the reader's own use; -1 for
 * none. */
#define QUARRY_EXTRACT_N_FILES 3

void quarry_extract_close_files (int *files);
/* recvmsg() with @flags, for up to @length bytes and the descriptors that come with them. @files is set to those, and
 * to -1 for those that did not come. */
ssize_t quarry_extract_receive (int socket, void *bytes, gsize length, int flags, int *files);

/* What the server sends to a child, together with the descriptors. */
typedef struct
{
  gboolean recognize;
  gboolean spills; /* there is a file for the reader's own use */
  QuarryCompany company; /* the company that the child serves; NONE: only this file */
  guint page, width; /* of the page to be drawn; page 0: read the file */
  char name[QUARRY_EXTRACT_MAX_NAME + 1];
} QuarryExtractJob;

gboolean quarry_extract_send_job (int socket, const QuarryExtractJob *job, const int *files);

/* To be called in a process that @parent has just forked. Takes jobs from @socket until the server ends. The exit
 * status, and the byte sent to the server after each job, are QUARRY_EXTRACT_EXIT_*. */
G_NORETURN void quarry_extract_be_child (int socket,
                                         const QuarryExtractRequest *request,
                                         pid_t parent,
                                         const QuarryServeFuncs *funcs);

G_END_DECLS
