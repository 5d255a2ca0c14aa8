/* quarry-background.h: work that steps back behind all else
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  QUARRY_BACKGROUND_LOW,  /* somebody waits for it: it gets a small share beside other work */
  QUARRY_BACKGROUND_AHEAD, /* the same, before others that are low: they wait for it */
  QUARRY_BACKGROUND_IDLE, /* it gets what nobody else wants, of processors and of disks */
} QuarryBackground;

/* From now on the calling thread, and what it starts, runs so. There is no way back: it is for threads
 * that end with their work. */
void quarry_background_enter (QuarryBackground level);

/* Whether power is to be saved: the computer runs on its battery, as UPower says, or a person has chosen so, as
 * power-profiles-daemon says. FALSE where nobody knows. Asks at most every ten seconds, and may wait for some
 * seconds then. Threads: any but the main one. */
gboolean quarry_saves_power (void);

G_END_DECLS
