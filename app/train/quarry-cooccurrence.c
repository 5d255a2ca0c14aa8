/* quarry-cooccurrence.c: counts which tokens occur near which
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/train/quarry-cooccurrence.h"

#include <math.h>
#include <string.h>
#include <sys/mman.h>

#include "app/train/quarry-threads.h"

#define WINDOW 10
#define MIN_COUNT .3f
#define CONTEXT_POWER .75
#define N_PARTS 4
#define MULTIPLY_ROWS 256

/* The index of cell (i, j), j ≤ i, of the lower triangle. */
static inline gsize
cell (gsize i, gsize j)
{
  return i >= j ? i * (i + 1) / 2 + j : j * (j + 1) / 2 + i;
}

static inline gboolean
is_held (const QuarryTokenRecord *record)
{
  return record->kind == QUARRY_RECORD_HELD_QUERY || record->kind == QUARRY_RECORD_HELD_ANSWER;
}

typedef struct
{
  const QuarryTokenFile *files;
  guint n_files;
  float *triangle;
} Counting;

/* Every part reads all the text, but only counts pairs whose lesser token belongs to it. So no two parts write the same
 * cell, and each cell is summed in a fixed order. */
static void
count_part (guint part, gpointer data)
{
  const Counting *counting = data;

  for (guint f = 0; f < counting->n_files; f++)
    {
      QuarryTokenRecord record;
      gsize position = 0;

      while (quarry_token_file_next (&counting->files[f], &position, &record))
        for (guint i = 1; i < record.n_tokens && !is_held (&record); i++)
          for (guint d = 1; d <= MIN (i, WINDOW); d++)
            {
              guint32 a = record.tokens[i], b = record.tokens[i - d];

              if (MIN (a, b) % N_PARTS == part)
                counting->triangle[cell (a, b)] += 1.0f / d;
            }
    }
}

/* Converts the triangle to sparse rows, without cells that are too small. */
static void
gather (QuarryPpmi *self, const float *triangle)
{
  gsize total = 0;

  self->starts = g_new0 (gsize, self->n + 1);
  for (gsize i = 0; i < self->n; i++)
    for (gsize j = 0; j <= i; j++)
      if (triangle[cell (i, j)] >= MIN_COUNT)
        {
          self->starts[i + 1]++;
          self->starts[j + 1] += i != j;
        }
  for (gsize i = 0; i < self->n; i++)
    self->starts[i + 1] += self->starts[i];
  total = self->starts[self->n];
  self->columns = g_new (guint32, total);
  self->logs = g_new (float, total);
  {
    g_autofree gsize *next = g_memdup2 (self->starts, self->n * sizeof *next);

    for (gsize i = 0; i < self->n; i++)
      for (gsize j = 0; j <= i; j++)
        {
          float count = triangle[cell (i, j)];

          if (count < MIN_COUNT)
            continue;
          self->columns[next[i]] = j;
          self->logs[next[i]++] = logf (count);
          if (i == j)
            continue;
          self->columns[next[j]] = i;
          self->logs[next[j]++] = logf (count);
        }
  }
}

QuarryPpmi *
quarry_ppmi_new (const QuarryTokenFile *files, guint n_files, guint n)
{
  QuarryPpmi *self = g_new0 (QuarryPpmi, 1);
  gsize n_bytes = cell (n, 0) * sizeof (float);
  float *triangle = mmap (
      NULL, n_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  Counting counting = { files, n_files, triangle };
  g_autofree double *sums = g_new0 (double, n);
  double contexts = 0;

  if (triangle == MAP_FAILED)
    g_error ("No memory for counts of %u tokens", n);
  madvise (triangle, n_bytes, MADV_HUGEPAGE);
  self->n = n;
  quarry_run_parts (N_PARTS, count_part, &counting);

  for (gsize i = 0; i < n; i++)
    for (gsize j = 0; j <= i; j++)
      {
        float count = triangle[cell (i, j)];

        sums[i] += (double) count;
        if (i != j)
          sums[j] += (double) count;
      }
  for (guint i = 0; i < n; i++)
    contexts += pow (sums[i], CONTEXT_POWER);
  gather (self, triangle);
  munmap (triangle, n_bytes);

  /* log (p(i, j) / (p(i) × p'(j))) = log c(i, j) − log c(i) − log (c(j)^.75 / Σ c^.75) */
  self->row = g_new0 (float, n);
  self->column = g_new0 (float, n);
  for (guint i = 0; i < n; i++)
    if (sums[i] > 0)
      {
        self->row[i] = -log (sums[i]);
        self->column[i] = log (contexts) - CONTEXT_POWER * log (sums[i]);
      }
  return self;
}

void
quarry_ppmi_free (QuarryPpmi *self)
{
  g_free (self->starts);
  g_free (self->columns);
  g_free (self->logs);
  g_free (self->row);
  g_free (self->column);
  g_free (self);
}

typedef struct
{
  const QuarryPpmi *ppmi;
  gboolean transposed;
  const float *factor;
  guint k;
  float *product;
} Product;

static void
multiply_part (guint part, gpointer data)
{
  const Product *product = data;
  const QuarryPpmi *ppmi = product->ppmi;
  const float *own = product->transposed ? ppmi->column : ppmi->row;
  const float *other = product->transposed ? ppmi->row : ppmi->column;
  gsize k = product->k;

  for (gsize i = (gsize) part * MULTIPLY_ROWS; i < MIN (ppmi->n, (part + 1) * MULTIPLY_ROWS); i++)
    {
      float *restrict sum = product->product + i * k;

      memset (sum, 0, k * sizeof *sum);
      for (gsize c = ppmi->starts[i]; c < ppmi->starts[i + 1]; c++)
        {
          guint32 j = ppmi->columns[c];
          float value = ppmi->logs[c] + own[i] + other[j];
          const float *row = product->factor + j * k;

          if (value <= 0)
            continue;
          for (gsize d = 0; d < k; d++)
            sum[d] += value * row[d];
        }
    }
}

void
quarry_ppmi_multiply (
    const QuarryPpmi *self, gboolean transposed, const float *factor, guint k, float *product)
{
  Product work = { self, transposed, factor, k, product };

  quarry_run_parts ((self->n + MULTIPLY_ROWS - 1) / MULTIPLY_ROWS, multiply_part, &work);
}

double *
quarry_count_tokens (const QuarryTokenFile *files, guint n_files, guint n)
{
  double *counts = g_new0 (double, n);

  for (guint f = 0; f < n_files; f++)
    {
      QuarryTokenRecord record;
      gsize position = 0;

      while (quarry_token_file_next (&files[f], &position, &record))
        for (guint i = 0; i < record.n_tokens && !is_held (&record); i++)
          counts[record.tokens[i]]++;
    }
  return counts;
}
