/* quarry-extract-child.h: the process in which one file after another is read, walled in
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <sys/types.h>

#include "core/extract/quarry-extract-protocol.h"
#include "core/extract/quarry-extract-server.h"

G_BEGIN_DECLS

/* Files that one may serve in its life. */
#define QUARRY_EXTRACT_MAX_SHARED 256

/* The file, where its reader is to write, and what it may use meanwhile: -1 where there is none. */
#define QUARRY_EXTRACT_N_FILES 3

void quarry_extract_close_files (int *files);
/* recvmsg() with @flags, of up to @length bytes and the descriptors that come with them: -1 for those that did not. */
ssize_t quarry_extract_receive (int socket, void *bytes, gsize length, int flags, int *files);

/* What the server hands a child with the descriptors. */
typedef struct
{
  gboolean recognize;
  gboolean spills; /* there is a third file */
  QuarryCompany company; /* that the child serves; NONE: this file alone */
  guint page, width; /* to be drawn; 0: the file is to be read */
  char name[QUARRY_EXTRACT_MAX_NAME + 1];
} QuarryExtractJob;

gboolean quarry_extract_send_job (int socket, const QuarryExtractJob *job, const int *files);

/* In a process that @parent has just begun: takes jobs from @socket, and ends with the server. Its exit status, and what it
 * says of a job when that is done, is one of QUARRY_EXTRACT_EXIT_*. */
G_NORETURN void quarry_extract_be_child (int socket,
                                         const QuarryExtractRequest *request,
                                         pid_t parent,
                                         const QuarryServeFuncs *funcs);

G_END_DECLS
