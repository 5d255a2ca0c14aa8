/* quarry-segment-pack.c: quantizes the segmenter's network, as Quarry runs it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A QuarrySegmentFitted is the network in floating point, while it is fitted. When it is packed, the
 * weights of each output channel are scaled so that the largest is 127. Before that, the range of each
 * input channel is multiplied into its weights, so that no channel is quantized more coarsely because
 * another one has larger values.
 */
#include "app/train/quarry-segment-pack.h"

#include <math.h>
#include <string.h>

#define F QUARRY_SEGMENT_N_FEATURES
#define C QUARRY_SEGMENT_CHANNELS
#define T QUARRY_SEGMENT_TAPS
#define O QUARRY_SEGMENT_OUTPUTS
#define GROUP QUARRY_SEGMENT_GROUP
#define MOST_WEIGHT 127.0f

static float *
take (float **at, gsize n)
{
  float *taken = *at;

  *at += n;
  return taken;
}

QuarrySegmentFitted *
quarry_segment_fitted_new (guint channels, guint layers)
{
  QuarrySegmentFitted *self = g_new0 (QuarrySegmentFitted, 1);
  float *at;

  g_assert (layers <= QUARRY_SEGMENT_LAYERS);

  self->channels = channels;
  self->layers = layers;
  self->n = (F + 1) * channels + layers * (T * channels + 1) * channels + (channels + 1) * O;
  self->values = at = g_new0 (float, self->n);
  self->input = take (&at, F * channels);
  self->input_bias = take (&at, channels);
  for (guint l = 0; l < layers; l++)
    {
      self->weights[l] = take (&at, T * channels * channels);
      self->biases[l] = take (&at, channels);
    }
  self->output = take (&at, channels * O);
  self->output_bias = take (&at, O);
  return self;
}

void
quarry_segment_fitted_free (QuarrySegmentFitted *self)
{
  if (self == NULL)
    return;
  g_free (self->values);
  g_free (self);
}

/* Quantizes @weights, n × C, of integer inputs. They are written to @packed ([n / GROUP][C][GROUP]); @unit is set to
 * what 1 in each sum stands for. */
static void
pack (const float *weights, guint n, gint8 *packed, float *unit)
{
  for (guint c = 0; c < C; c++)
    {
      float most = 1e-20f;

      for (guint i = 0; i < n; i++)
        most = MAX (most, fabsf (weights[i * C + c]));
      unit[c] = most / MOST_WEIGHT;
      for (guint i = 0; i < n; i++)
        packed[((gsize) i / GROUP * C + c) * GROUP + i % GROUP] = (gint8) rintf (weights[i * C + c] / unit[c]);
    }
}

static void
pack_input (const QuarrySegmentFitted *fitted, QuarrySegmentInput *input)
{
  g_autofree float *weights = g_new0 (float, QUARRY_SEGMENT_IN * C);

  for (guint i = 0; i < F * C; i++)
    weights[i] = fitted->input[i] / QUARRY_SEGMENT_STEPS;
  pack (weights, QUARRY_SEGMENT_IN, input->weights[0][0], input->unit);
  for (guint c = 0; c < C; c++)
    {
      gint sum = 0;

      for (guint i = 0; i < QUARRY_SEGMENT_IN; i++)
        sum += input->weights[i / GROUP][c][i % GROUP];
      input->bias[c] = fitted->input_bias[c] - QUARRY_SEGMENT_MIDDLE * (float) sum * input->unit[c];
    }
}

void
quarry_segment_pack (const QuarrySegmentFitted *fitted, const QuarrySegmentRanges ranges, QuarrySegmentWeights *weights)
{
  g_autofree float *scaled = g_new (float, T * C * C);

  g_assert (fitted->channels == C && fitted->layers == QUARRY_SEGMENT_LAYERS);

  pack_input (fitted, &weights->input);
  for (guint l = 0; l < QUARRY_SEGMENT_LAYERS; l++)
    {
      QuarrySegmentLayer *layer = &weights->layers[l];

      for (guint c = 0; c < C; c++)
        layer->steps[c] = QUARRY_SEGMENT_MOST_INPUT / MAX (ranges[l][c], 1e-6f);
      for (guint i = 0; i < T * C; i++)
        for (guint c = 0; c < C; c++)
          scaled[i * C + c] = fitted->weights[l][i * C + c] / layer->steps[i % C];
      pack (scaled, T * C, layer->weights[0][0][0], layer->unit);
      memcpy (layer->bias, fitted->biases[l], sizeof layer->bias);
    }
  memset (weights->output, 0, sizeof weights->output);
  for (guint c = 0; c < C; c++)
    memcpy (weights->output[c], fitted->output + c * O, O * sizeof (float));
  memset (weights->output_bias, 0, sizeof weights->output_bias);
  memcpy (weights->output_bias, fitted->output_bias, O * sizeof (float));
}

/* The reverse. @weights: n × C. An input of 1 is @steps integers, or QUARRY_SEGMENT_STEPS if @steps is NULL. */
static void
unpack (const gint8 *packed, const float *unit, const float *steps, guint n, float *weights)
{
  for (guint i = 0; i < n; i++)
    for (guint c = 0; c < C; c++)
      weights[i * C + c] = packed[((gsize) i / GROUP * C + c) * GROUP + i % GROUP] * unit[c]
                           * (steps != NULL ? steps[i % C] : QUARRY_SEGMENT_STEPS);
}

void
quarry_segment_unpack (const QuarrySegmentWeights *weights, QuarrySegmentFitted *fitted)
{
  const QuarrySegmentInput *input = &weights->input;

  g_assert (fitted->channels == C && fitted->layers == QUARRY_SEGMENT_LAYERS);

  unpack (input->weights[0][0], input->unit, NULL, F, fitted->input);
  for (guint c = 0; c < C; c++)
    {
      gint sum = 0;

      for (guint i = 0; i < QUARRY_SEGMENT_IN; i++)
        sum += input->weights[i / GROUP][c][i % GROUP];
      fitted->input_bias[c] = input->bias[c] + QUARRY_SEGMENT_MIDDLE * (float) sum * input->unit[c];
    }
  for (guint l = 0; l < QUARRY_SEGMENT_LAYERS; l++)
    {
      const QuarrySegmentLayer *layer = &weights->layers[l];

      unpack (layer->weights[0][0][0], layer->unit, layer->steps, T * C, fitted->weights[l]);
      memcpy (fitted->biases[l], layer->bias, sizeof layer->bias);
    }
  for (guint c = 0; c < C; c++)
    memcpy (fitted->output + c * O, weights->output[c], O * sizeof (float));
  memcpy (fitted->output_bias, weights->output_bias, O * sizeof (float));
}
