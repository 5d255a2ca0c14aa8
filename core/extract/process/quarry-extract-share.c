/* quarry-extract-share.c: how much processor time a process has had
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/process/quarry-extract-share.h"

#include <stdio.h>
#include <string.h>

QuarryExtractShare
quarry_extract_share_of (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/schedstat", (int) pid);
  g_autofree char *text = NULL;
  QuarryExtractShare share = { .at = g_get_monotonic_time () };

  if (!g_file_get_contents (path, &text, NULL, NULL)
      || sscanf (text, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, &share.worked_ns, &share.waited_ns) != 2)
    share.worked_ns = share.waited_ns = 0;
  return share;
}

/* Whether the process is running, or would run if a processor were free. */
static gboolean
is_runnable (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", (int) pid);
  g_autofree char *text = NULL;
  const char *rest;

  return g_file_get_contents (path, &text, NULL, NULL) && (rest = strrchr (text, ')')) != NULL
         && g_str_has_prefix (rest, ") R");
}

gint64
quarry_extract_starved_ms (pid_t pid,
                           const QuarryExtractShare *before,
                           const QuarryExtractShare *now,
                           gint64 *guesses)
{
  gint64 waited = (gint64) (now->waited_ns - before->waited_ns) / 1000000;
  gint64 worked = (gint64) (now->worked_ns - before->worked_ns) / 1000000;
  gint64 rest = (now->at - before->at) / 1000 - worked - waited;
  gint64 guessed = 0;

  /* If a wait has ended that began before @before, what was guessed of it was right. */
  if (rest < 0)
    guessed = -MIN (-rest, waited);
  else if (now->worked_ns > 0 && is_runnable (pid))
    guessed = MIN (rest, *guesses);
  *guesses -= guessed;
  return waited + guessed;
}
