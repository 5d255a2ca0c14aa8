/* quarry-segment-gains.c: how well a run of sentences holds together
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The gains of runs that grow from one sentence are computed directly; those of all runs that end at one place come
 * from quarry-segment-runs.c and are kept. Everything is computed in one fixed order, so that the same text is cut in
 * the same way on every machine.
 */
#include "quarry-config.h"

#include <math.h>
#include <string.h>

#include "core/segment/quarry-segment-private.h"

/* What one nat of the words' log likelihood counts in units of the vectors' gain. In measurements, any value from .05
 * to .1 gave the same P_k within .005. */
#define WORD_WEIGHT (1 / 15.0)

/* What one more segment costs: this much in units of the vectors' gain, and this many nats times the logarithm of the
 * text's length in stems. */
#define VECTOR_PENALTY 1.5
#define WORD_PENALTY 0.6

/* The penalties were chosen on sentences of about this many content words. The vector of a longer unit, such as a
 * paragraph, is less noisy, so that the vectors' penalty is lower there. */
#define USUAL_STEMS 12.0

/* The gains of the runs that end before one sentence, for @n starts in their order. */
typedef struct
{
  float *values; /* QUARRY_N_GAIN_PARTS × n, in one of the blocks */
  guint n;
} Ending;

/* How many floats are in a block, which holds the gains of several ends: allocating memory for each end took longer
 * than computing its gains. Blocks are no larger, because larger ones, once freed, leave so much at the end of the heap
 * that malloc() returns it to the system and has to ask for it again. */
#define BLOCK (4 * QUARRY_N_GAIN_PARTS * QUARRY_SEGMENT_MAX_SENTENCES)

struct _QuarryGains
{
  const QuarryUnits *units;
  float *centred;      /* n × dims, less the neighbourhood's mean, of unit length or zero */
  float *sum;          /* dims */
  guint32 *count;      /* n_stems, all zero between calls */
  float *log_count;    /* ln (c + 1) */
  double *normaliser;  /* ln Γ(W) − ln Γ(W + N) for N stems in a run */
  gsize n_normaliser;
  double vocabulary;   /* W: different stems in a neighbourhood */
  double vector_penalty; /* 0 without vectors */
  double word_penalty;
  QuarryRuns *runs;
  Ending *endings;       /* n + 1 */
  guint first_kept, n_kept; /* the first end that is kept, and the one after the last */
  GPtrArray *blocks;     /* of BLOCK floats each */
  guint n_used;          /* floats used of the last block */
};

/* Adding up a vector's numbers in their order, each addition has to wait for the one before. So this many vectors take
 * turns, and the processor works on all of them at the same time. */
#define TURNS 4

/* Vectors less their mean, and their squared lengths. */
typedef struct
{
  double rest[TURNS][QUARRY_SEGMENT_DIMS];
  double squares[TURNS];
} Turns;

FOR_WIDE_REGISTERS static void
add_up (double *restrict sum, const float *restrict vector, guint dims)
{
  for (guint d = 0; d < dims; d++)
    sum[d] += (double) vector[d];
}

FOR_WIDE_REGISTERS static void
move_sum (double *restrict sum, const float *restrict entering, const float *restrict leaving, guint dims)
{
  for (guint d = 0; d < dims; d++)
    sum[d] += (double) entering[d] - (double) leaving[d];
}

FOR_WIDE_REGISTERS static void
divide (const double *restrict sum, guint dims, guint n, double *restrict mean)
{
  for (guint d = 0; d < dims; d++)
    mean[d] = sum[d] / n;
}

FOR_WIDE_REGISTERS static void
take_mean_off (const float *vector, const double *mean, guint dims, double *rest, float *centred)
{
  for (guint d = 0; d < dims; d++)
    {
      rest[d] = (double) vector[d] - mean[d];
      centred[d] = (float) rest[d];
    }
}

static void
square_lengths (Turns *turns, guint dims)
{
  memset (turns->squares, 0, sizeof turns->squares);
  for (guint d = 0; d < dims; d++)
    for (guint v = 0; v < TURNS; v++)
      turns->squares[v] += turns->rest[v][d] * turns->rest[v][d];
}

/* Of a vector that equals the mean only rounding errors are left, which have no direction: it becomes zero. */
FOR_WIDE_REGISTERS static void
make_unit (float *centred, guint dims, double square)
{
  double length = sqrt (square);

  for (guint d = 0; d < dims; d++)
    centred[d] = square > 1e-9 ? (float) ((double) centred[d] / length) : 0;
}

/* Subtracts from each vector the mean of its neighbourhood (the whole document where it is not long) and scales it to
 * unit length, so that no odd sentence makes a segment by itself. */
static void
centre (QuarryGains *self)
{
  const QuarryUnits *units = self->units;
  guint n = units->n, dims = units->dims;
  guint size = MIN (n, QUARRY_SEGMENT_NEIGHBOURHOOD);
  g_autofree double *sum = g_new0 (double, dims);
  g_autofree double *mean = g_new (double, dims);
  g_autofree gboolean *known = g_new0 (gboolean, n);
  g_autofree Turns *turns = g_new0 (Turns, 1);
  guint first = 0, n_known = 0;
  gboolean is_moved = TRUE;

  for (guint i = 0; i < n; i++)
    for (guint d = 0; d < dims && !known[i]; d++)
      known[i] = units->vectors[(gsize) i * dims + d] != 0;

  for (guint i = 0; i < size; i++)
    {
      add_up (sum, units->vectors + (gsize) i * dims, dims);
      n_known += known[i];
    }
  for (guint i = 0; i < n; i++)
    {
      /* The sentence is in the middle of the window, except near the ends of the document. */
      guint wanted = i > size / 2 ? MIN (i - size / 2, n - size) : 0;

      for (; first < wanted; first++)
        {
          const float *leaving = units->vectors + (gsize) first * dims;
          const float *entering = units->vectors + (gsize) (first + size) * dims;

          move_sum (sum, entering, leaving, dims);
          n_known += known[first + size] - known[first];
          is_moved = TRUE;
        }
      if (is_moved && n_known > 0)
        {
          divide (sum, dims, n_known, mean);
          is_moved = FALSE;
        }
      if (known[i])
        take_mean_off (units->vectors + (gsize) i * dims, mean, dims, turns->rest[i % TURNS],
                       self->centred + (gsize) i * dims);
      else
        memset (self->centred + (gsize) i * dims, 0, dims * sizeof *self->centred);
      if (i % TURNS < TURNS - 1 && i + 1 < n)
        continue;
      square_lengths (turns, dims);
      for (guint j = i - i % TURNS; j <= i; j++)
        if (known[j])
          make_unit (self->centred + (gsize) j * dims, dims, turns->squares[j % TURNS]);
    }
}

/* How many different stems a neighbourhood has, on average over the document. */
static double
neighbourhood_vocabulary (QuarryGains *self)
{
  const QuarryUnits *units = self->units;
  guint n = units->n;
  gsize different = 0;
  guint chunks = (n + QUARRY_SEGMENT_NEIGHBOURHOOD - 1) / QUARRY_SEGMENT_NEIGHBOURHOOD;

  for (guint chunk = 0; chunk < chunks; chunk++)
    {
      gsize from = units->first_stem[(guint) ((guint64) n * chunk / chunks)];
      gsize to = units->first_stem[(guint) ((guint64) n * (chunk + 1) / chunks)];

      for (gsize s = from; s < to; s++)
        different += self->count[units->stems[s]]++ == 0;
      for (gsize s = from; s < to; s++)
        self->count[units->stems[s]] = 0;
    }
  return MAX (1.0, (double) different / MAX (chunks, 1));
}

/* Extends the table of normalisers to runs of @n stems. */
static void
extend_normaliser (QuarryGains *self, gsize n)
{
  gsize had = self->n_normaliser;

  if (n < had)
    return;
  self->n_normaliser = MAX (n + 1, had * 2);
  self->normaliser = g_renew (double, self->normaliser, self->n_normaliser);
  if (had == 0)
    self->normaliser[had++] = 0;
  for (gsize i = had; i < self->n_normaliser; i++)
    self->normaliser[i] = self->normaliser[i - 1] - log (self->vocabulary + (double) (i - 1));
}

static guint
most_frequent (QuarryGains *self)
{
  const QuarryUnits *units = self->units;
  guint most = 0;

  for (gsize s = 0; s < units->first_stem[units->n]; s++)
    most = MAX (most, ++self->count[units->stems[s]]);
  memset (self->count, 0, units->n_stems * sizeof *self->count);
  return most;
}

QuarryGains *
quarry_gains_new (const QuarryUnits *units)
{
  QuarryGains *self = g_new0 (QuarryGains, 1);
  double tokens = units->first_stem[units->n];
  double usual;
  guint most;

  self->units = units;
  self->sum = g_new (float, MAX (units->dims, 1));
  self->count = g_new0 (guint32, MAX (units->n_stems, 1));
  self->endings = g_new0 (Ending, (gsize) units->n + 1);
  self->first_kept = units->n + 1;
  self->blocks = g_ptr_array_new_with_free_func (g_free);
  self->centred = g_new (float, MAX ((gsize) units->n * units->dims, 1));
  if (units->dims > 0)
    centre (self);

  self->runs = quarry_runs_new (units, self->centred);
  most = most_frequent (self);
  self->log_count = g_new (float, most + 1);
  for (guint c = 0; c <= most; c++)
    self->log_count[c] = (float) log (c + 1.0);
  self->vocabulary = neighbourhood_vocabulary (self);

  usual = MAX (tokens / MAX (units->n, 1), 1);
  if (units->n > QUARRY_SEGMENT_NEIGHBOURHOOD)
    tokens *= (double) QUARRY_SEGMENT_NEIGHBOURHOOD / units->n;
  self->word_penalty = WORD_WEIGHT * WORD_PENALTY * log (tokens + 1);
  if (units->dims > 0)
    self->vector_penalty = VECTOR_PENALTY * pow (USUAL_STEMS / usual, 0.25);
  return self;
}

void
quarry_gains_free (QuarryGains *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->blocks);
  quarry_runs_free (self->runs);
  g_free (self->endings);
  g_free (self->centred);
  g_free (self->sum);
  g_free (self->count);
  g_free (self->log_count);
  g_free (self->normaliser);
  g_free (self);
}

const float *
quarry_gains_get_centred (const QuarryGains *self)
{
  return self->centred;
}

double
quarry_gains_get_penalty (const QuarryGains *self, QuarryGainPart part)
{
  switch (part)
    {
    case QUARRY_GAIN_VECTORS:
      return self->vector_penalty;
    case QUARRY_GAIN_WORDS:
      return self->word_penalty;
    case QUARRY_GAIN_BOTH:
    default:
      return self->vector_penalty + self->word_penalty;
    }
}

/* Adds @vector to @sum and returns the squared length of the sum. It is made of four sums that do not wait for each
 * other. */
static inline double
add_and_square (float *sum, const float *vector, guint dims)
{
  QuarrySegmentLanes squares[4] = { { 0 } }, a;
  float rest = 0;
  guint d = 0;

  for (; d + 4 * QUARRY_SEGMENT_LANES <= dims; d += 4 * QUARRY_SEGMENT_LANES)
    for (guint i = 0; i < 4; i++)
      {
        guint at = d + i * QUARRY_SEGMENT_LANES;
        QuarrySegmentLanes x = *(const QuarrySegmentLanes *) (sum + at) + *(const QuarrySegmentLanes *) (vector + at);

        *(QuarrySegmentLanes *) (sum + at) = x;
        squares[i] += x * x;
      }
  for (; d < dims; d++)
    {
      sum[d] += vector[d];
      rest += sum[d] * sum[d];
    }
  a = (squares[0] + squares[1]) + (squares[2] + squares[3]);
  return (double) (((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7])) + rest);
}

/* Computes the gains of the runs of 1 … @n sentences that begin with sentence @from and grow by one sentence at a time,
 * forward (@step 1) or backward (−1). */
FOR_WIDE_REGISTERS static void
grow (QuarryGains *self, guint from, int step, guint n, double *out)
{
  const guint dims = self->units->dims;
  const guint32 *first_stem = self->units->first_stem, *stems = self->units->stems;
  guint32 *count = self->count;
  guint32 first, last;
  double likelihood = 0;
  gsize n_stems = 0;
  gint64 at = from;

  if (n == 0)
    return;
  first = first_stem[step > 0 ? from : from + 1 - n];
  last = first_stem[step > 0 ? from + n : from + 1];
  extend_normaliser (self, last - first);
  memset (self->sum, 0, dims * sizeof *self->sum);
  for (guint length = 1; length <= n; length++, at += step)
    {
      const guint32 end = first_stem[at + 1];
      double gain = 0;

      if (dims > 0)
        gain = add_and_square (self->sum, self->centred + (gsize) at * dims, dims) / length;
      for (guint32 s = first_stem[at]; s < end; s++)
        likelihood += (double) self->log_count[count[stems[s]]++];
      n_stems += end - first_stem[at];
      out[length - 1] = gain + WORD_WEIGHT * (likelihood + self->normaliser[n_stems]);
    }
  for (guint32 s = first; s < last; s++)
    count[stems[s]] = 0;
}

void
quarry_gains_forward (QuarryGains *self, guint from, guint n, double *out)
{
  g_return_if_fail ((guint64) from + n <= self->units->n);

  grow (self, from, 1, n, out);
}

void
quarry_gains_backward (QuarryGains *self, guint from, guint n, double *out)
{
  g_return_if_fail (from <= self->units->n && n <= from);

  if (n > 0)
    grow (self, from - 1, -1, n, out);
}

/* Takes room for the gains of @n starts from the last block, or from a new one. */
static float *
take_room (QuarryGains *self, guint n)
{
  float *room;

  if (self->blocks->len == 0 || self->n_used + QUARRY_N_GAIN_PARTS * n > BLOCK)
    {
      g_ptr_array_add (self->blocks, g_new (float, BLOCK));
      self->n_used = 0;
    }
  room = (float *) self->blocks->pdata[self->blocks->len - 1] + self->n_used;
  self->n_used += QUARRY_N_GAIN_PARTS * n;
  return room;
}

static void
weigh_runs (QuarryGains *self, guint end, guint n)
{
  const guint32 *first_stem = self->units->first_stem;
  Ending *ending = &self->endings[end];
  float *by_both, *by_vectors, *by_words;
  const gint32 *squares;
  const gint64 *likelihoods;

  quarry_runs_end (self->runs, end, n, &squares, &likelihoods);
  extend_normaliser (self, first_stem[end] - first_stem[end - n]);
  ending->values = take_room (self, n);
  ending->n = n;
  self->first_kept = MIN (self->first_kept, end);
  self->n_kept = MAX (self->n_kept, end + 1);
  by_both = ending->values + QUARRY_GAIN_BOTH * n;
  by_vectors = ending->values + QUARRY_GAIN_VECTORS * n;
  by_words = ending->values + QUARRY_GAIN_WORDS * n;
  for (guint i = 0; i < n; i++)
    {
      guint32 n_stems = first_stem[end] - first_stem[end - n + i];
      double likelihood = (double) likelihoods[i] * QUARRY_RUNS_LIKELIHOOD_UNIT + self->normaliser[n_stems];

      by_vectors[i] = (float) squares[i] * QUARRY_RUNS_SQUARE_UNIT / (float) (n - i);
      by_words[i] = (float) (WORD_WEIGHT * likelihood);
      by_both[i] = by_vectors[i] + by_words[i];
    }
}

const float *
quarry_gains_ending (QuarryGains *self, guint end, guint n, QuarryGainPart part)
{
  Ending *ending = &self->endings[end];

  g_return_val_if_fail (end <= self->units->n && n <= MIN (end, QUARRY_SEGMENT_MAX_SENTENCES), NULL);

  if (ending->n < n)
    weigh_runs (self, end, n);
  return ending->values + (part + 1) * ending->n - n;
}

void
quarry_gains_forget (QuarryGains *self)
{
  for (guint end = self->first_kept; end < self->n_kept; end++)
    self->endings[end] = (Ending){ NULL, 0 };
  self->first_kept = self->units->n + 1;
  self->n_kept = 0;
  g_ptr_array_set_size (self->blocks, 0);
}
