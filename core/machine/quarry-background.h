/* quarry-background.h: threads of a low priority, and whether the computer saves power
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  QUARRY_BACKGROUND_LOW,   /* a person waits for the work: it gets a small share beside other programs */
  QUARRY_BACKGROUND_AHEAD, /* the same, but ahead of LOW threads, which wait for what this one does */
  QUARRY_BACKGROUND_IDLE,  /* gets only the processor and disk time that no other program wants */
} QuarryBackground;

/* Gives the calling thread, and threads and processes that it starts, this priority. An unprivileged thread cannot
 * raise it again, so this is for threads that end with their work. Where the kernel refuses, the thread goes on at its
 * usual priority; that is no error. */
void quarry_background_enter (QuarryBackground level);

/* TRUE where the computer runs on its battery (as UPower says) or a person chose to save power (as
 * power-profiles-daemon says); FALSE where neither service runs. Asks them at most every ten seconds, which may block
 * for some seconds. Threads: any but the main one. */
gboolean quarry_saves_power (void);

G_END_DECLS
