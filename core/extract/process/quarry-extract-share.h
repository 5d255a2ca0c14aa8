/* quarry-extract-share.h: how much processor time a process has had
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* The times of a process up to a moment; 0 if the kernel does not tell them. */
typedef struct
{
  gint64 at; /* monotonic time in µs */
  guint64 worked_ns, waited_ns;
} QuarryExtractShare;

QuarryExtractShare quarry_extract_share_of (pid_t pid);

/* For how many ms, between @before and @now, other processes had the processors that this one could have used. A wait
 * that has not ended yet is not reported by the kernel. It is estimated as all the time for which the process did not
 * run; but since the process may as well have slept, such estimates are limited to *@guesses (in ms) in all, apart from
 * those that the kernel confirms later. */
gint64 quarry_extract_starved_ms (pid_t pid,
                                  const QuarryExtractShare *before,
                                  const QuarryExtractShare *now,
                                  gint64 *guesses);

G_END_DECLS
