/* quarry-work-rate.c: estimates how long the rest of an import takes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/library/import/quarry-work-rate.h"

#include <math.h>

/* Opening and storing a file takes about as long as reading this many bytes of text. */
#define WORK_OF_A_FILE 16384u

/* The time constant of the moving average, in seconds: a measurement of that age has the weight 1/e. */
#define MEMORY 12.0

#define MEASURE_US (G_USEC_PER_SEC / 2)

/* The guess for text recognition, in bytes of files a second: a scanned page of 400 kB takes some four seconds. */
#define PICTURES_RATE 100e3

guint64
quarry_work_of_file (gint64 size)
{
  return WORK_OF_A_FILE + (guint64) MAX (size, 0);
}

void
quarry_work_rate_add_done (QuarryWorkRate *self, guint64 work, gint64 now)
{
  double seconds, rate, weight;

  self->done += work;
  if (self->at == 0)
    {
      self->at = now;
      self->done_then = self->done;
      return;
    }
  if (now - self->at < MEASURE_US)
    return;
  seconds = (double) (now - self->at) / G_USEC_PER_SEC;
  rate = (double) (self->done - self->done_then) / seconds;
  weight = self->rate > 0 ? 1 - exp (-seconds / MEMORY) : 1;
  self->rate += weight * (rate - self->rate);
  self->at = now;
  self->done_then = self->done;
}

void
quarry_work_rate_interrupt (QuarryWorkRate *self)
{
  self->at = 0;
}

double
quarry_work_rate_get_left (const QuarryWorkRate *self)
{
  if (self->rate <= 0)
    return -1;

  return self->found > self->done ? (double) (self->found - self->done) / self->rate : 0;
}

double
quarry_work_rate_get_left_of (const QuarryWorkRate *self, const QuarryWorkRate *pictures)
{
  gboolean is_done = self->found <= self->done;
  double left = quarry_work_rate_get_left (self);

  if (pictures->found <= pictures->done || (left < 0 && !is_done))
    return left;
  return MAX (left, 0)
         + (double) (pictures->found - pictures->done) / (pictures->rate > 0 ? pictures->rate : PICTURES_RATE);
}
