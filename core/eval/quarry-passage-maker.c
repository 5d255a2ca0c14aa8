/* quarry-passage-maker.c: makes vectors with the statistics of real passages
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each part of a vector is generated from the level and number of the group that it belongs to; the parts of the last
 * groups are kept.
 */
#include "core/eval/quarry-passage-maker.h"

#include <math.h>

#define PASSAGES_A_DOCUMENT 40
#define PASSAGES_A_SECTION 6 /* the last one of a document has fewer */
#define SECTIONS_A_DOCUMENT ((PASSAGES_A_DOCUMENT + PASSAGES_A_SECTION - 1) / PASSAGES_A_SECTION)
#define N_TOPICS 500
#define N_FIELDS 30

/* The shares of these parts in a passage's variance; the rest is the passage's own part. */
#define FIELD_SHARE .12
#define TOPIC_SHARE .2
#define DOCUMENT_SHARE .13
#define SECTION_SHARE .12

/* The length of the common mean in passages and in queries. */
#define PASSAGE_MEAN .25
#define QUERY_MEAN .165

/* The size of a passage's own part varies, as passages are longer or shorter. That of a query is larger by a factor, as
 * queries are short. */
#define OWN_SPREAD .4
#define QUERY_OWN 2

/* The levels at which passages have a part in common. */
typedef enum
{
  MEAN,
  FIELD,
  TOPIC,
  DOCUMENT,
  SECTION,
  N_LEVELS,
  PASSAGE = N_LEVELS,
  QUERY,
} Level;

struct _QuarryPassageMaker
{
  guint dims;
  guint n_passages;
  float *deviations; /* standard deviation of each dimension; the sum of their squares is 1 */
  float *parts[N_LEVELS];
  guint groups[N_LEVELS];
};

/* SplitMix64, by Vigna. */
static guint64
mix (guint64 x)
{
  x = (x ^ x >> 30) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  x = (x ^ x >> 27) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return x ^ x >> 31;
}

static guint64
next_random (guint64 *state)
{
  return mix (*state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));
}

static guint64
state_of (Level level, guint number)
{
  return mix ((level + 1) * G_GUINT64_CONSTANT (0xd1b54a32d192ed03) + mix (number + 1));
}

static double
uniform (guint64 *state)
{
  return (double) (next_random (state) >> 11) / 9007199254740992.0;
}

/* The sum of four uniform numbers, scaled to mean 0 and standard deviation 1, is close enough to a normal
 * distribution. */
static float
normal (guint64 *state)
{
  guint64 x = next_random (state);
  gint sum = (gint) (x & 0xffff) + (gint) (x >> 16 & 0xffff) + (gint) (x >> 32 & 0xffff)
             + (gint) (x >> 48);

  return (float) (sum - 2 * 65535) / 37837.f;
}

/* The variance of direction @i of @dims, the greatest first, except for a constant factor: interpolated between
 * measured values, linearly on a logarithmic scale. */
static double
variance (guint i, guint dims)
{
  static const double places[] = { 0, 4, 16, 64, 128, 192, 240, 256 };
  static const double values[] = { 8, 4.7, 2.55, 1.14, .64, .42, .275, .16 };
  double place = i * 256.0 / dims;
  guint k = 0;

  while (place >= places[k + 1])
    k++;
  return values[k]
         * pow (values[k + 1] / values[k], (place - places[k]) / (places[k + 1] - places[k]));
}

QuarryPassageMaker *
quarry_passage_maker_new (guint dims, guint n_passages)
{
  QuarryPassageMaker *self = g_new0 (QuarryPassageMaker, 1);
  guint64 state = state_of (MEAN, 0);
  double sum = 0, square = 0;

  g_assert (dims >= 1 && dims <= 4096);
  self->dims = dims;
  self->n_passages = n_passages;
  self->deviations = g_new (float, dims);
  for (guint i = 0; i < dims; i++)
    sum += variance (i, dims);
  for (guint i = 0; i < dims; i++)
    self->deviations[i] = (float) sqrt (variance (i, dims) / sum);
  for (guint i = 0; i < N_LEVELS; i++)
    {
      self->parts[i] = g_new (float, dims);
      self->groups[i] = G_MAXUINT;
    }
  /* The mean is not subject to the spectrum, and has length 1. */
  for (guint i = 0; i < dims; i++)
    {
      self->parts[MEAN][i] = normal (&state);
      square += (double) self->parts[MEAN][i] * (double) self->parts[MEAN][i];
    }
  for (guint i = 0; i < dims; i++)
    self->parts[MEAN][i] /= (float) sqrt (square);
  return self;
}

void
quarry_passage_maker_free (QuarryPassageMaker *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < N_LEVELS; i++)
    g_free (self->parts[i]);
  g_free (self->deviations);
  g_free (self);
}

/* Makes the current part of @level that of @group. */
static void
take_group (QuarryPassageMaker *self, Level level, guint group)
{
  guint64 state = state_of (level, group);

  if (self->groups[level] == group)
    return;
  self->groups[level] = group;
  for (guint i = 0; i < self->dims; i++)
    self->parts[level][i] = self->deviations[i] * normal (&state);
}

/* Takes what passage number @number has in common with others. Some topics, and some fields, have many more documents
 * than others. */
static void
take_groups (QuarryPassageMaker *self, guint number)
{
  guint document = number / PASSAGES_A_DOCUMENT;
  guint section = number % PASSAGES_A_DOCUMENT / PASSAGES_A_SECTION;
  guint64 state = state_of (DOCUMENT, document);
  guint topic = (guint) (pow (uniform (&state), 1.5) * N_TOPICS);
  guint field;

  state = state_of (TOPIC, topic);
  field = (guint) (pow (uniform (&state), 1.5) * N_FIELDS);
  take_group (self, SECTION, document * SECTIONS_A_DOCUMENT + section);
  take_group (self, DOCUMENT, document);
  take_group (self, TOPIC, topic);
  take_group (self, FIELD, field);
}

/* Adds up all parts. @mean: the length of the common mean. @own: the variance of the vector's own part. */
static void
sum_up (QuarryPassageMaker *self, double mean, double own, guint64 *state, float *vector)
{
  double whole = FIELD_SHARE + TOPIC_SHARE + DOCUMENT_SHARE + SECTION_SHARE + own;
  double scale = sqrt ((1 - mean * mean) / whole);
  const float factors[] = { (float) mean,
                            (float) (scale * sqrt (FIELD_SHARE)),
                            (float) (scale * sqrt (TOPIC_SHARE)),
                            (float) (scale * sqrt (DOCUMENT_SHARE)),
                            (float) (scale * sqrt (SECTION_SHARE)) };
  float own_factor = (float) (scale * sqrt (own)), square = 0;

  for (guint i = 0; i < self->dims; i++)
    {
      float x = own_factor * self->deviations[i] * normal (state);

      for (guint j = 0; j < N_LEVELS; j++)
        x += factors[j] * self->parts[j][i];
      vector[i] = x;
      square += x * x;
    }
  square = 1 / sqrtf (square);
  for (guint i = 0; i < self->dims; i++)
    vector[i] *= square;
}

static double
own_share (guint64 *state)
{
  return (1 - FIELD_SHARE - TOPIC_SHARE - DOCUMENT_SHARE - SECTION_SHARE)
         * exp (OWN_SPREAD * (double) normal (state));
}

void
quarry_passage_maker_make_passage (QuarryPassageMaker *self, guint number, float *vector)
{
  guint64 state = state_of (PASSAGE, number);

  take_groups (self, number);
  sum_up (self, PASSAGE_MEAN, own_share (&state), &state, vector);
}

void
quarry_passage_maker_make_query (QuarryPassageMaker *self, guint number, float *vector)
{
  guint64 state = state_of (QUERY, number);
  guint place = (guint) (uniform (&state) * self->n_passages);

  take_groups (self, place);
  sum_up (self, QUERY_MEAN, QUERY_OWN * own_share (&state), &state, vector);
}
