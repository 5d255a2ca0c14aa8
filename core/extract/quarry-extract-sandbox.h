/* quarry-extract-sandbox.h: lowers the rights of the process that reads foreign bytes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How a reader's process ends. */
enum
{
  QUARRY_EXTRACT_EXIT_DOCUMENT = 0,
  QUARRY_EXTRACT_EXIT_MEMORY = 4,
  QUARRY_EXTRACT_EXIT_SANDBOX = 5, /* the rights could not be lowered */
  QUARRY_EXTRACT_EXIT_AGAIN = 6,   /* a library is wanted that has to be loaded first */
  QUARRY_EXTRACT_EXIT_OTHER = 16,  /* and more: the file is for a child of the company with that number */
};

/* Makes the filter once, for all children of a server. FALSE where the system has none. */
gboolean quarry_extract_sandbox_prepare (void);

/* For good, in a child: memory beyond what is mapped already, processor time, size of what it
 * writes, no core dump; no sockets, no programs, no processes, nothing opened for writing, nothing
 * made executable. */
gboolean quarry_extract_sandbox_enter (guint64 memory_limit, guint cpu_seconds);

G_END_DECLS
