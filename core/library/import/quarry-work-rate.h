/* quarry-work-rate.h: estimates how long the rest of an import takes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Small files are read first, so the number of files left says little about the time left. Work is therefore counted
 * in bytes, with a fixed amount added for each file, and the rate is that of about the last quarter of a minute.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  guint64 found; /* bytes */
  guint64 done;
  double rate;   /* bytes a second; 0: unknown yet */
  gint64 at;     /* monotonic time of the last measurement, in us; 0: none since the beginning or an interruption */
  guint64 done_then;
} QuarryWorkRate;

/* The work that a file of @size bytes takes. */
guint64 quarry_work_of_file (gint64 size);

/* @now: monotonic time, us. */
void quarry_work_rate_add_done (QuarryWorkRate *self, guint64 work, gint64 now);

/* Nothing will be done for a while; that time must not be counted. */
void quarry_work_rate_interrupt (QuarryWorkRate *self);

/* Seconds; -1 while unknown. */
double quarry_work_rate_get_left (const QuarryWorkRate *self);

/* The same for two kinds of work done one after the other. The second is text recognition in pictures; until its rate
 * has been measured, it is guessed. */
double quarry_work_rate_get_left_of (const QuarryWorkRate *self, const QuarryWorkRate *pictures);

G_END_DECLS
