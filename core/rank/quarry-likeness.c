/* quarry-likeness.c: computes how alike the candidates of a pool are
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All candidates are like the query, and so like one another. Their differences only become visible if that is removed:
 * the query's own tokens, which the caller leaves out, and the mean of the pool.
 */
#include "core/rank/quarry-diversity.h"
#include "core/machine/quarry-wide.h"
#include "core/rank/quarry-rows-private.h"

#include <math.h>
#include <string.h>

/* A likeness below this is insignificant. */
#define FLOOR 0.05f

/* The mean of a few vectors consists mostly of these vectors themselves. So only a part of it is subtracted, n / (n +
 * CENTRE_SHRINKAGE), and equal vectors stay alike. */
#define CENTRE_SHRINKAGE 2.0f

/* The weights of vectors and of stems. */
#define HALF 0.5f

/* A stem that only one candidate holds makes it like no other, but increases the length of its vector of stems and so
 * reduces all its likenesses. The lower this factor is, the less it does so. */
#define UNSHARED 0.25f

/* If more than one in this many candidates hold a stem, it is added to whole rows rather than to pairs of holders. */
#define COMMON 6

#define LANES 8
/* The length of vectors in integers. In this form, twice as many components fit in a register, and sums are the same on
 * every machine. */
#define ONE 32767.0f
#define COLUMNS 4
/* Such vectors are padded with zeros to a multiple of this many components, which is a cache line. */
#define PADDED 32

typedef float Lanes __attribute__ ((vector_size (LANES * sizeof (float)), aligned (4)));

/* Returns the previous length; 0 where the vector has no direction, in which case it is set to zero. */
static inline float
normalise (float *vector, guint dims)
{
  double parts[LANES] = { 0.0 };
  double norm = 0.0;
  float factor;

  for (guint d = 0; d < dims; d += LANES)
    for (guint lane = 0; lane < LANES; lane++)
      parts[lane] += (double) vector[d + lane] * (double) vector[d + lane];
  for (guint lane = 0; lane < LANES; lane++)
    norm += parts[lane];
  if (!(norm > 1e-24) || !isfinite (norm))
    {
      memset (vector, 0, dims * sizeof (float));
      return 0.0f;
    }
  factor = (float) (1.0 / sqrt (norm));
  for (guint d = 0; d < dims; d++)
    vector[d] *= factor;
  return (float) sqrt (norm);
}

static inline float
sum_of_lanes (const Lanes *lanes)
{
  const float *lane = (const float *) lanes;

  return ((lane[0] + lane[4]) + (lane[1] + lane[5])) + ((lane[2] + lane[6]) + (lane[3] + lane[7]));
}

/* The dot product of two vectors. @dims: a multiple of LANES. */
static inline float
multiply (const float *a, const float *b, guint dims)
{
  Lanes sums = { 0 };

  for (guint d = 0; d < dims; d += LANES)
    sums += *(const Lanes *) (a + d) * *(const Lanes *) (b + d);
  return sum_of_lanes (&sums);
}

/* The dot products of two integer vectors with four others. @dims: a multiple of PADDED. With vectors of length ONE, no
 * sum or partial sum overflows. */
static inline __attribute__ ((always_inline)) void
multiply_codes (const gint16 *a, const gint16 *b, const gint16 *const with[COLUMNS], guint dims, gint32 sums[2][COLUMNS])
{
  const gint16 *with0 = with[0], *with1 = with[1], *with2 = with[2], *with3 = with[3];
  gint32 a0 = 0, a1 = 0, a2 = 0, a3 = 0, b0 = 0, b1 = 0, b2 = 0, b3 = 0;

  /* In this form, compilers use the instruction that multiplies and adds pairs. */
  for (guint d = 0; d < dims; d++)
    {
      a0 += a[d] * with0[d];
      a1 += a[d] * with1[d];
      a2 += a[d] * with2[d];
      a3 += a[d] * with3[d];
      b0 += b[d] * with0[d];
      b1 += b[d] * with1[d];
      b2 += b[d] * with2[d];
      b3 += b[d] * with3[d];
    }
  memcpy (sums[0], (const gint32[COLUMNS]) { a0, a1, a2, a3 }, sizeof sums[0]);
  memcpy (sums[1], (const gint32[COLUMNS]) { b0, b1, b2, b3 }, sizeof sums[1]);
}

struct _QuarryComparison
{
  const QuarryPool *pool;
  guint n;

  /* Vectors: each has been normalised, had the mean subtracted, and been normalised again. */
  guint n_full;         /* how many of them have a direction */
  float *lengths;       /* n: the length after the mean was subtracted; 0 where there is no direction */
  float *along;         /* n: at that stage, the dot product with the mean */
  float mean_square;    /* dot product of the mean with itself */
  float *products;      /* n × n, of which only the upper triangle without the diagonal is valid */

  /* Stems; NULL where there are none. */
  gsize n_stems;
  float *scales; /* n: the factor that normalises the weights of its stems */
  float *shared; /* n × n, likewise: half the dot products of these */
};

/* Copies the vectors of the pool to @vectors (n rows of @stride floats, zero at first) and normalises them. Writes
 * their mean to @mean (stride floats, zero at first), pulled a little towards zero. FALSE where fewer than two have a
 * direction. */
FOR_WIDE_REGISTERS static gboolean
take_vectors (QuarryComparison *self, float *vectors, guint stride, float *mean)
{
  const QuarryPool *pool = self->pool;
  guint n_full = 0;

  for (guint i = 0; i < pool->n; i++)
    {
      float *vector = vectors + (gsize) i * stride;

      memcpy (vector, pool->vectors + (gsize) i * pool->dims, pool->dims * sizeof (float));
      self->lengths[i] = normalise (vector, stride);
      if (!(self->lengths[i] > 0.0f))
        continue;
      n_full++;
      for (guint d = 0; d < stride; d++)
        mean[d] += vector[d];
    }
  self->n_full = n_full;
  for (guint d = 0; n_full >= 2 && d < stride; d++)
    mean[d] /= (float) n_full + CENTRE_SHRINKAGE;
  return n_full >= 2;
}

/* Subtracts the mean from all vectors that have a direction, and normalises them again. */
FOR_WIDE_REGISTERS static void
centre_vectors (QuarryComparison *self, float *vectors, guint stride, const float *mean)
{
  self->mean_square = multiply (mean, mean, stride);
  for (guint i = 0; i < self->pool->n; i++)
    {
      float *vector = vectors + (gsize) i * stride;

      if (!(self->lengths[i] > 0.0f))
        continue;
      for (guint d = 0; d < stride; d++)
        vector[d] -= mean[d];
      self->along[i] = multiply (vector, mean, stride);
      self->lengths[i] = normalise (vector, stride);
    }
}

/* The products of all vectors with one another. @codes: n rows of @stride integers. */
FOR_WIDE_REGISTERS static void
multiply_all (QuarryComparison *self, const gint16 *codes, guint stride)
{
  guint n = self->pool->n;

  /* Two rows and four columns at a time, so that each load serves several products. */
  for (guint i = 0; i < n; i += 2)
    for (guint j = i + 1; j < n; j += COLUMNS)
      {
        const gint16 *columns[COLUMNS];
        gint32 sums[2][COLUMNS];

        for (guint c = 0; c < COLUMNS; c++)
          columns[c] = codes + (gsize) MIN (j + c, n - 1) * stride;
        multiply_codes (codes + (gsize) i * stride, codes + (gsize) MIN (i + 1, n - 1) * stride, columns, stride,
                        sums);
        for (guint r = 0; r < MIN (2, n - i); r++)
          for (guint c = 0; c < MIN (COLUMNS, n - j); c++)
            self->products[(gsize) (i + r) * n + j + c] = (float) sums[r][c] / (ONE * ONE);
      }
}

/* Compares all vectors with one another. */
FOR_WIDE_REGISTERS static void
compare_vectors (QuarryComparison *self)
{
  gsize n = self->pool->n;
  guint stride = (self->pool->dims + PADDED - 1) / PADDED * PADDED;
  g_autofree float *vectors = g_new0 (float, n * stride + 1);
  /* Aligned to a cache line, since a load that spans two of them costs twice. */
  g_autofree gint16 *buffer = g_new (gint16, (n + 1) * stride);
  gint16 *codes = buffer + (PADDED - ((gsize) buffer / sizeof *buffer) % PADDED) % PADDED;
  g_autofree float *mean = g_new0 (float, stride);

  if (!take_vectors (self, vectors, stride, mean))
    return;
  centre_vectors (self, vectors, stride, mean);
  for (gsize d = 0; d < n * stride; d++)
    {
      float scaled = ONE * vectors[d];

      codes[d] = (gint16) (gint32) (scaled + (scaled < 0.0f ? -0.5f : 0.5f));
    }
  multiply_all (self, codes, stride);
}

/* An element of the list of a stem: its weight in a passage. */
typedef struct
{
  guint passage;
  float weight;
} Posting;

/* The factor that normalises the weights of the stems of candidate @i. @holders: for each stem, how many hold it. */
static inline float
scale_terms (const QuarryComparison *self, guint i, const guint32 *holders)
{
  static const double counts[] = { (double) (UNSHARED * UNSHARED), 1 }; /* a stem's part in the length: unshared, shared */
  const QuarryTermWeight *terms = self->pool->terms[i];
  double norm = 0.0;

  /* Whether a stem is shared is unpredictable, so this avoids a branch. */
  for (guint t = 0; t < self->pool->n_terms[i]; t++)
    norm += counts[holders[terms[t].term] > 1] * (double) terms[t].weight * (double) terms[t].weight;
  return norm > 0.0 && isfinite (norm) ? (float) (1.0 / sqrt (norm)) : 0.0f;
}

/* Which passages hold which stems. */
typedef struct
{
  gsize n_stems;
  guint32 *holders;  /* for each stem: how many passages hold it */
  gsize *ends;       /* for each stem: the end of its postings, of which it has as many as holders */
  Posting *postings; /* of the stems that several passages hold, by stem, ascending by passage */
} Inversion;

static void
inversion_clear (Inversion *self)
{
  g_free (self->holders);
  g_free (self->ends);
  g_free (self->postings);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Inversion, inversion_clear)

/* Inverts the lists of stems of all candidates. Sets the scales. */
FOR_WIDE_REGISTERS static void
invert (QuarryComparison *self, Inversion *inversion)
{
  const QuarryPool *pool = self->pool;
  guint n = pool->n;
  gsize n_entries = 0, n_postings = 0, n_stems = 0;
  guint32 *holders;
  gsize *places; /* where a stem's next posting goes; past them all if it is not shared */
  Posting *postings;

  for (guint i = 0; i < n; i++)
    for (guint t = 0; t < pool->n_terms[i]; t++)
      n_stems = MAX (n_stems, (gsize) pool->terms[i][t].term + 1);
  holders = g_new0 (guint32, n_stems + 1);
  places = g_new (gsize, n_stems + 1);
  for (guint i = 0; i < n; i++)
    {
      n_entries += pool->n_terms[i];
      for (guint t = 0; t < pool->n_terms[i]; t++)
        holders[pool->terms[i][t].term]++;
    }
  postings = g_new (Posting, n_entries + 1);
  for (gsize s = 0; s < n_stems; s++)
    {
      places[s] = holders[s] > 1 ? n_postings : n_entries;
      n_postings += holders[s] > 1 ? holders[s] : 0;
    }

  for (guint i = 0; i < n; i++)
    {
      const QuarryTermWeight *terms = pool->terms[i];
      guint n_terms = pool->n_terms[i];
      float scale = self->scales[i] = scale_terms (self, i, holders);

      for (guint t = 0; t < n_terms; t++)
        {
          guint32 stem = terms[t].term;

          postings[places[stem]] = (Posting) { i, scale > 0.0f ? scale * terms[t].weight : 0.0f };
          places[stem] += holders[stem] > 1;
        }
    }
  /* By filling the lists, each place has been moved to the end of its list. */
  *inversion = (Inversion) { n_stems, holders, places, postings };
}

/* Compares the stems of all candidates. Only stems that two candidates share contribute, so that it goes through a
 * table of stems instead of all pairs of candidates. */
FOR_WIDE_REGISTERS static void
compare_terms (QuarryComparison *self)
{
  float *likeness = self->shared;
  guint n = self->pool->n;
  g_autofree float *weights = g_new0 (float, n + 1); /* n: of a common stem; 0 where it is not held */
  g_auto (Inversion) inversion = { 0 };

  invert (self, &inversion);
  self->n_stems = inversion.n_stems;
  for (gsize s = 0; s < inversion.n_stems; s++)
    {
      guint32 n_holders = inversion.holders[s];
      const Posting *end = inversion.postings + inversion.ends[s];
      const Posting *posting = end - n_holders;

      if (n_holders < 2)
        continue;
      if ((gsize) n_holders * COMMON > n)
        {
          for (const Posting *p = posting; p < end; p++)
            weights[p->passage] = HALF * p->weight;
          for (const Posting *p = posting; p < end; p++)
            {
              gsize first = p->passage + 1;

              quarry_add_scaled (likeness + p->passage * (gsize) n + first, weights + first, p->weight, n - (guint) first);
            }
          for (; posting < end; posting++)
            weights[posting->passage] = 0.0f;
          continue;
        }
      for (; posting < end; posting++)
        {
          float *row = likeness + (gsize) posting->passage * n;
          float weight = HALF * posting->weight;

          for (const Posting *other = posting + 1; other < end; other++)
            row[other->passage] += weight * other->weight;
        }
    }
}

/* Computes likeness from the products of vectors (times @factor; negative ones count as 0) and the shared stems (or
 * NULL), and cuts off small values; n × n. Only the upper triangles of both inputs are read. */
FOR_WIDE_REGISTERS static void
finish (const float *products, float factor, const float *shared, float *likeness, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      float *row = likeness + (gsize) i * n;
      const float *product = products + (gsize) i * n;
      const float *half = shared != NULL ? shared + (gsize) i * n : NULL;

      guint at = i + 1;

      row[i] = 1.0f;
      for (; at + QUARRY_WIDE_LANES <= n; at += QUARRY_WIDE_LANES)
        {
          const QuarryWide ones = { 1, 1, 1, 1, 1, 1, 1, 1 };
          QuarryWide vectors = *(const QuarryWide *) (product + at);
          QuarryWide value = factor * (QuarryWide) ((QuarryWideMask) vectors & (vectors > 0.0f));
          QuarryWideMask above, within;

          if (half != NULL)
            value += *(const QuarryWide *) (half + at);
          value = (value - FLOOR) / (1.0f - FLOOR);
          above = value > 1.0f;
          within = value > 0.0f;
          *(QuarryWide *) (row + at) = (QuarryWide) (((QuarryWideMask) value & within & ~above)
                                                     | ((QuarryWideMask) ones & above));
        }
      for (; at < n; at++)
        {
          float value = factor * MAX (0.0f, product[at]) + (half != NULL ? half[at] : 0.0f);

          value = (value - FLOOR) / (1.0f - FLOOR);
          row[at] = CLAMP (value, 0.0f, 1.0f);
        }
      for (guint j = 0; j < i; j++)
        row[j] = likeness[(gsize) j * n + i];
    }
}

QuarryComparison *
quarry_comparison_new (const QuarryPool *pool)
{
  QuarryComparison *self = g_new0 (QuarryComparison, 1);
  gsize n = pool->n;

  self->pool = pool;
  self->n = pool->n;
  self->lengths = g_new0 (float, n + 1);
  self->along = g_new0 (float, n + 1);
  self->products = g_new0 (float, n * n + 1);
  compare_vectors (self);
  if (pool->terms != NULL && pool->n_terms != NULL)
    {
      self->scales = g_new (float, n + 1);
      self->shared = g_new0 (float, n * n + 1);
      compare_terms (self);
    }
  return self;
}

void
quarry_comparison_free (QuarryComparison *self)
{
  g_free (self->lengths);
  g_free (self->along);
  g_free (self->products);
  g_free (self->scales);
  g_free (self->shared);
  g_free (self);
}

float *
quarry_comparison_get_likeness (const QuarryComparison *self)
{
  float *likeness = g_new (float, MAX ((gsize) self->n * self->n, 1));

  finish (self->products, self->shared != NULL ? HALF : 1.0f, self->shared, likeness, self->n);
  return likeness;
}

/* The dot products of the vectors of @part after subtracting the mean of these alone. Let x be the vectors without the
 * mean m of all, and d = m − the mean of the part: then each vector without the mean of the part is x + d, where d = 2
 * c m − c Σ x with c = 1 / (number + 2). */
static void
compare_part_vectors (const QuarryComparison *self, const guint *part, guint n, float *products)
{
  g_autofree float *moved = g_new0 (float, n + 1); /* x · d */
  g_autofree float *inverse = g_new0 (float, n + 1);
  double sum = 0.0, along = 0.0;
  float c, square;
  guint n_full = 0;

  for (guint i = 0; i < n; i++)
    {
      const float *row = self->products + (gsize) part[i] * self->n;
      float length = self->lengths[part[i]];

      n_full += length > 0.0f;
      along += (double) self->along[part[i]];
      moved[i] += length * length;
      products[(gsize) i * n + i] = length * length;
      for (guint j = i + 1; j < n; j++)
        {
          float product = length * self->lengths[part[j]] * row[part[j]];

          products[(gsize) i * n + j] = product;
          moved[i] += product;
          moved[j] += product;
        }
    }
  if (n_full < 2)
    {
      memset (products, 0, (gsize) n * n * sizeof *products);
      return;
    }
  c = 1.0f / ((float) n_full + CENTRE_SHRINKAGE);
  for (guint i = 0; i < n; i++)
    {
      sum += (double) moved[i];
      moved[i] = CENTRE_SHRINKAGE * c * self->along[part[i]] - c * moved[i];
    }
  square = CENTRE_SHRINKAGE * c * CENTRE_SHRINKAGE * c * self->mean_square
           - 2 * CENTRE_SHRINKAGE * c * c * (float) along + c * c * (float) sum;
  for (guint i = 0; i < n; i++)
    {
      float length = products[(gsize) i * n + i] + 2 * moved[i] + square;

      inverse[i] = self->lengths[part[i]] > 0.0f && length > 1e-12f ? 1 / sqrtf (length) : 0;
    }
  for (guint i = 0; i < n; i++)
    for (guint j = i + 1; j < n; j++)
      {
        float *product = &products[(gsize) i * n + j];

        *product = (*product + moved[i] + moved[j] + square) * inverse[i] * inverse[j];
      }
}

/* Stems that no other candidate of the part holds count less, which changes the factors; the sums of products stay the
 * same. */
static void
compare_part_terms (const QuarryComparison *self, const guint *part, guint n, float *shared)
{
  g_autofree guint32 *holders = g_new0 (guint32, self->n_stems + 1);
  g_autofree float *more = g_new (float, n + 1);

  for (guint i = 0; i < n; i++)
    for (guint t = 0; t < self->pool->n_terms[part[i]]; t++)
      holders[self->pool->terms[part[i]][t].term]++;
  for (guint i = 0; i < n; i++)
    more[i] = self->scales[part[i]] > 0.0f ? scale_terms (self, part[i], holders) / self->scales[part[i]] : 0.0f;
  for (guint i = 0; i < n; i++)
    for (guint j = i + 1; j < n; j++)
      shared[(gsize) i * n + j]
          = self->shared[(gsize) part[i] * self->n + part[j]] * more[i] * more[j];
}

float *
quarry_comparison_get_likeness_of (const QuarryComparison *self, const guint *part, guint n_part)
{
  gsize n = n_part;
  float *likeness = g_new (float, MAX (n * n, 1));
  g_autofree float *products = g_new (float, n * n + 1);
  g_autofree float *shared = self->shared != NULL ? g_new (float, n * n + 1) : NULL;

  compare_part_vectors (self, part, n_part, products);
  if (shared != NULL)
    compare_part_terms (self, part, n_part, shared);
  finish (products, shared != NULL ? HALF : 1.0f, shared, likeness, n_part);
  return likeness;
}

float *
quarry_pool_likeness (const QuarryPool *pool)
{
  g_autoptr (QuarryComparison) comparison = quarry_comparison_new (pool);

  return quarry_comparison_get_likeness (comparison);
}
