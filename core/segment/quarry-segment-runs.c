/* quarry-segment-runs.c: what holds runs of sentences together, for all that end at one place
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * When a sentence is added, it is added to all runs that end before it at once. What it adds to each run's |Σ v|² are
 * its products with the sentences before it, summed up backwards. What its words add to a run's likelihood changes only
 * where the run begins at a sentence that has one of those words; all other starts cost one addition. All numbers are
 * whole, so that the sums are the same in whatever order a machine makes them.
 */
#include "quarry-config.h"

#include <math.h>
#include <string.h>

#include "core/segment/quarry-segment-private.h"

#define WIDTH QUARRY_SEGMENT_DIMS

/* A vector's numbers are in units of 1/2¹⁴. A product of two vectors then has units of 1/2²⁸, and is shifted back. */
#define VECTOR_ONE (1 << 14)
#define PRODUCT_SHIFT 14

/* A stem in a sentence: how often the sentence has it. @end: the number of the sentence after. */
typedef struct
{
  guint32 end;
  guint32 count;
} Mention;

struct _QuarryRuns
{
  const QuarryUnits *units;
  gint16 *vectors;        /* n × WIDTH; NULL without vectors */
  Mention *mentions;      /* of each stem, in the order of the sentences, after one that ends at 0 */
  guint32 *of_sentences;  /* the numbers of each sentence's mentions */
  guint32 *first_mention; /* n + 1: where each sentence's begin in @of_sentences */
  gint64 *log_factorials; /* ln c! */
  guint low, end;         /* the sums are of the runs that begin at low … end − 1 and end before @end */
  gint32 *squares;        /* n: one a start */
  gint64 *likelihoods;    /* n */
  gint64 *changes;        /* n: how the sum changes at each start; all zero between calls */
  gint32 *products;       /* QUARRY_SEGMENT_MAX_SENTENCES */
};

FOR_WIDE_REGISTERS static void
round_vector (const float *from, guint dims, gint16 *to)
{
  for (guint d = 0; d < dims; d++)
    to[d] = (gint16) rintf (from[d] * VECTOR_ONE);
}

static void
take_vectors (QuarryRuns *self, const float *centred)
{
  guint n = self->units->n, dims = self->units->dims;

  self->vectors = g_new (gint16, (gsize) n * WIDTH);
  for (guint i = 0; i < n; i++)
    {
      gint16 *to = self->vectors + (gsize) i * WIDTH;

      round_vector (centred + (gsize) i * dims, dims, to);
      memset (to + dims, 0, (WIDTH - dims) * sizeof *to);
    }
}

/* Fills @mentions, and returns how often the most frequent stem occurs in all. Those of a stem are next to each other,
 * so that going back from one to those before it is quick. */
static guint
find_mentions (QuarryRuns *self)
{
  const QuarryUnits *units = self->units;
  g_autofree guint32 *last = g_new0 (guint32, MAX (units->n_stems, 1)); /* the number of each stem's last mention */
  guint32 at = 0, n_all = units->first_stem[units->n], n_mentions = 0;
  guint most = 0;

  for (guint32 s = 0; s < n_all; s++)
    most = MAX (most, ++last[units->stems[s]]);
  for (guint stem = 0; stem < units->n_stems; stem++)
    {
      guint32 room = last[stem] + 1;

      last[stem] = at;
      at += room;
    }
  self->mentions = g_new0 (Mention, MAX (at, 1));
  self->of_sentences = g_new (guint32, MAX (n_all, 1));
  self->first_mention = g_new (guint32, (gsize) units->n + 1);
  for (guint i = 0; i < units->n; i++)
    {
      self->first_mention[i] = n_mentions;
      for (guint32 s = units->first_stem[i]; s < units->first_stem[i + 1]; s++)
        {
          guint32 *mention = &last[units->stems[s]];

          if (self->mentions[*mention].end != i + 1)
            {
              self->mentions[++*mention].end = i + 1;
              self->of_sentences[n_mentions++] = *mention;
            }
          self->mentions[*mention].count++;
        }
    }
  self->first_mention[units->n] = n_mentions;
  return most;
}

QuarryRuns *
quarry_runs_new (const QuarryUnits *units, const float *centred)
{
  QuarryRuns *self = g_new0 (QuarryRuns, 1);
  double sum = 0;
  guint most;

  self->units = units;
  if (units->dims > 0)
    take_vectors (self, centred);
  most = find_mentions (self);
  self->log_factorials = g_new0 (gint64, (gsize) most + 1);
  for (guint c = 1; c <= most; c++)
    {
      sum += log (c);
      self->log_factorials[c] = (gint64) (sum / QUARRY_RUNS_LIKELIHOOD_UNIT);
    }
  self->squares = g_new0 (gint32, MAX (units->n, 1));
  self->likelihoods = g_new0 (gint64, MAX (units->n, 1));
  self->changes = g_new0 (gint64, MAX (units->n, 1));
  self->products = g_new (gint32, QUARRY_SEGMENT_MAX_SENTENCES + 1);
  return self;
}

void
quarry_runs_free (QuarryRuns *self)
{
  if (self == NULL)
    return;
  g_free (self->vectors);
  g_free (self->mentions);
  g_free (self->of_sentences);
  g_free (self->first_mention);
  g_free (self->log_factorials);
  g_free (self->squares);
  g_free (self->likelihoods);
  g_free (self->changes);
  g_free (self->products);
  g_free (self);
}

/* The products of each of @n rows with @row. */
FOR_WIDE_REGISTERS static void
multiply (const gint16 *rows, guint n, const gint16 *row, gint32 *products)
{
  for (guint i = 0; i < n; i++, rows += WIDTH)
    {
      gint32 sum = 0;

      for (guint d = 0; d < WIDTH; d++)
        sum += rows[d] * row[d];
      products[i] = (sum + (1 << (PRODUCT_SHIFT - 1))) >> PRODUCT_SHIFT;
    }
}

static void
add_vector (QuarryRuns *self, guint at)
{
  const gint16 *row = self->vectors + (gsize) at * WIDTH;
  guint low = self->low;
  gint32 own, sum = 0;

  multiply (self->vectors + (gsize) low * WIDTH, at + 1 - low, row, self->products);
  own = self->squares[at] = self->products[at - low];
  for (guint start = at; start-- > low;)
    {
      sum += self->products[start - low];
      self->squares[start] += 2 * sum + own;
    }
}

static void
add_words (QuarryRuns *self, guint at)
{
  const gint64 *logs = self->log_factorials;
  guint low = self->low;
  gint64 sum = 0;

  for (guint32 m = self->first_mention[at]; m < self->first_mention[at + 1]; m++)
    {
      const Mention *mention = &self->mentions[self->of_sentences[m]];
      guint32 own = mention->count, has = 0;
      gint64 adds = logs[own];

      self->changes[at] += adds;
      for (mention--; mention->end > low; mention--)
        {
          gint64 added = adds;

          has += mention->count;
          adds = logs[has + own] - logs[has];
          self->changes[mention->end - 1] += adds - added;
        }
    }
  self->likelihoods[at] = 0;
  for (guint start = at + 1; start-- > low;)
    {
      sum += self->changes[start];
      self->changes[start] = 0;
      self->likelihoods[start] += sum;
    }
}

void
quarry_runs_end (QuarryRuns *self, guint end, guint n, const gint32 **squares, const gint64 **likelihoods)
{
  guint low = end - n;

  g_return_if_fail (n <= MIN (end, QUARRY_SEGMENT_MAX_SENTENCES) && end <= self->units->n);

  /* The sums that are there can be continued where they begin early enough and do not go beyond @end already. */
  if (self->low > low || self->end < low || self->end > end)
    self->end = low;
  self->low = low;
  for (; self->end < end; self->end++)
    {
      if (self->vectors != NULL)
        add_vector (self, self->end);
      add_words (self, self->end);
    }
  *squares = self->squares + low;
  *likelihoods = self->likelihoods + low;
}
