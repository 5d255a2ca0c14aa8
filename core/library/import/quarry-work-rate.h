/* quarry-work-rate.h: how long the rest of a work takes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files are done small ones first, so that their number says little about the time that is left. Work is
 * counted in bytes, with some for each file, and goes by the rate of the last quarter of a minute or so.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  guint64 found; /* bytes */
  guint64 done;
  double rate;   /* bytes a second; 0 while unknown */
  gint64 at;     /* monotonic time of the last measurement (us); 0: none yet, or interrupted */
  guint64 done_then;
} QuarryWorkRate;

/* What a file of @size bytes takes. */
guint64 quarry_work_of_file (gint64 size);

/* @now: monotonic time, us. */
void quarry_work_rate_add_done (QuarryWorkRate *self, guint64 work, gint64 now);

/* Nothing is done for a while: that is no measure. */
void quarry_work_rate_interrupt (QuarryWorkRate *self);

/* Seconds; -1 while unknown. */
double quarry_work_rate_get_left (const QuarryWorkRate *self);

/* The same of two works, of which the second is looking into pictures and comes last: as long as it has not been
 * measured, a guess. */
double quarry_work_rate_get_left_of (const QuarryWorkRate *self, const QuarryWorkRate *pictures);

G_END_DECLS
