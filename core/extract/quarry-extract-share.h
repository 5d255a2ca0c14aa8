/* quarry-extract-share.h: what a process has had of the processors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* What a process has had up to a moment; nought where the kernel does not tell. */
typedef struct
{
  gint64 at; /* monotonic time, us */
  guint64 worked_ns, waited_ns;
} QuarryExtractShare;

QuarryExtractShare quarry_extract_share_of (pid_t pid);

/* How long others had the processors that the process could have used between @before and @now, ms. A wait that goes
 * on is not told yet: that it lasted as long as the process did not work is a guess, which is believed for no more than
 * @guesses (ms) in all, since it may as well have slept until now. */
gint64 quarry_extract_starved_ms (pid_t pid,
                                  const QuarryExtractShare *before,
                                  const QuarryExtractShare *now,
                                  gint64 *guesses);

G_END_DECLS
