/* quarry-extract-sandbox.h: drops the rights of the process that reads foreign bytes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Exit statuses of a reader process. */
enum
{
  QUARRY_EXTRACT_EXIT_DOCUMENT = 0,
  QUARRY_EXTRACT_EXIT_MEMORY = 4,
  QUARRY_EXTRACT_EXIT_SANDBOX = 5, /* the rights could not be dropped */
  QUARRY_EXTRACT_EXIT_AGAIN = 6,   /* a library is needed that has to be loaded before */
  QUARRY_EXTRACT_EXIT_OTHER = 16,  /* and above: the file is for the child of the company with that number */
};

/* Prepares the filter, once for all children of a server. FALSE if the system does not support it. */
gboolean quarry_extract_sandbox_prepare (void);

/* Drops rights for good, in a child. Limits memory (beyond what is mapped already), processor time and the size of
 * files written; allows no core dump, no sockets, no programs, no processes, opens nothing for writing, and makes no
 * memory executable. */
gboolean quarry_extract_sandbox_enter (guint64 memory_limit, guint cpu_seconds);

G_END_DECLS
