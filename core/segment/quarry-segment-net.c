/* quarry-segment-net.c: the segmenter's network
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Computed in stretches; each channel's sum is made in one fixed order whatever the machine has, so
 * that the result is the same everywhere.
 */
#include "quarry-config.h"

#include <math.h>
#include <string.h>

#include "core/segment/quarry-segment-net.h"
#include "quarry-segment-resources.h"

#define N_LANES QUARRY_SEGMENT_LANES
#define CHANNELS QUARRY_SEGMENT_CHANNELS
#define STRETCH 1024
/* How far an output sees on either side: two taps of each layer. */
#define REACH (2 * (1 + 3 + 9))

typedef QuarrySegmentLanes Lanes;
typedef Lanes Row[CHANNELS / N_LANES];

const QuarrySegmentWeights *
quarry_segment_net_get (void)
{
  static const QuarrySegmentWeights *weights = NULL;

  if (g_once_init_enter (&weights))
    {
      g_autoptr (GBytes) bytes = g_resource_lookup_data (
          quarry_segment_get_resource (), "/org/quarry/Quarry/segment/segmenter.bin", 0, NULL);
      gsize size = 0;
      const guint8 *data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;
      QuarrySegmentHeader header = { 0 };

      if (size >= sizeof header)
        memcpy (&header, data, sizeof header);
      /* Another layout is a mistake of the build. */
      if (size != sizeof header + sizeof *weights
          || memcmp (header.magic, QUARRY_SEGMENT_MAGIC, sizeof header.magic) != 0)
        g_error ("segmenter.bin does not belong to this Quarry: make it with quarry-train segment");
      g_once_init_leave (&weights, g_memdup2 (data + sizeof header, sizeof *weights));
    }
  return weights;
}

void
quarry_segment_standardise (const QuarrySegmentWeights *weights, const float *features, float *out)
{
  for (guint f = 0; f < QUARRY_SEGMENT_N_FEATURES; f++)
    {
      float x = (features[f] - weights->mean[f]) * weights->scale[f];

      out[f] = rintf (CLAMP (x, -QUARRY_SEGMENT_CLIP, QUARRY_SEGMENT_CLIP) * 64) / 64;
    }
}

/* sum += in × weights, for n inputs. */
static inline void
accumulate (Row sum, const float *in, guint n, const float (*weights)[CHANNELS])
{
  Row local;

  memcpy (local, sum, sizeof local);
  for (guint i = 0; i < n; i++)
    for (guint c = 0; c < CHANNELS / N_LANES; c++)
      {
        Lanes w;

        memcpy (&w, &weights[i][c * N_LANES], sizeof w);
        local[c] += in[i] * w;
      }
  memcpy (sum, local, sizeof local);
}

static inline void
make_positive (Lanes *x)
{
  typedef gint32 Bits __attribute__ ((vector_size (4 * N_LANES), may_alias));
  const Lanes zero = { 0 };

  *x = (Lanes) ((Bits) *x & (Bits) (*x > zero));
}

/* Gaps @from to @to, of which those from @first to @last are wanted. */
QUARRY_SEGMENT_WIDE static void
run_stretch (const QuarrySegmentWeights *weights,
             const float *features,
             guint from,
             guint to,
             guint first,
             guint last,
             Row *rows,
             Row *next,
             float *odds)
{
  gint n = to - from;

  for (gint t = 0; t < n; t++)
    {
      float in[QUARRY_SEGMENT_N_FEATURES];

      quarry_segment_standardise (
          weights, features + ((gsize) from + t) * QUARRY_SEGMENT_N_FEATURES, in);
      memcpy (rows[t], weights->input_bias, sizeof (Row));
      accumulate (rows[t], in, QUARRY_SEGMENT_N_FEATURES, weights->input);
      for (guint c = 0; c < CHANNELS / N_LANES; c++)
        make_positive (&rows[t][c]);
    }
  for (guint layer = 0; layer < QUARRY_SEGMENT_LAYERS; layer++)
    {
      for (gint t = 0; t < n; t++)
        {
          Row sum;

          memcpy (sum, weights->layers[layer].bias, sizeof sum);
          for (gint tap = 0; tap < QUARRY_SEGMENT_TAPS; tap++)
            {
              gint at = t + (tap - QUARRY_SEGMENT_TAPS / 2) * quarry_segment_dilations[layer];

              if (at >= 0 && at < n)
                accumulate (sum, (const float *) rows[at], CHANNELS, weights->layers[layer].weights[tap]);
            }
          for (guint c = 0; c < CHANNELS / N_LANES; c++)
            {
              make_positive (&sum[c]);
              next[t][c] = rows[t][c] + sum[c];
            }
        }
      memcpy (rows, next, n * sizeof (Row));
    }
  for (guint gap = first; gap < last; gap++)
    {
      const float *in = (const float *) rows[gap - from];
      float *out = odds + (gsize) gap * QUARRY_SEGMENT_OUTPUTS;

      memcpy (out, weights->output_bias, sizeof weights->output_bias);
      for (guint c = 0; c < CHANNELS; c++)
        for (guint o = 0; o < QUARRY_SEGMENT_OUTPUTS; o++)
          out[o] += in[c] * weights->output[c][o];
    }
}

void
quarry_segment_net_run (const QuarrySegmentWeights *weights,
                        const float *features,
                        guint n,
                        float *odds)
{
  g_autofree Row *rows = g_new (Row, STRETCH + 2 * REACH);
  g_autofree Row *next = g_new (Row, STRETCH + 2 * REACH);

  for (guint first = 1; first < n; first += STRETCH)
    {
      guint last = MIN (n - first, STRETCH) + first;
      guint from = first - MIN (first - 1, REACH);
      guint to = MIN (n - last, REACH) + last;

      run_stretch (weights, features, from, to, first, last, rows, next, odds);
    }
}

/* What the network's log odds weigh against the gains of the segments in cuts that are coarser or
 * finer than the default, and what odds are worth nothing either way. */
#define NET_WEIGHT 1.5f
#define NET_EVEN -0.5f

gboolean
quarry_segment_judge (const QuarryUnits *units, QuarryGains *gains, QuarryGap *gaps)
{
  g_autofree float *features = NULL;
  g_autofree float *odds = NULL;
  guint n = units->n;

  /* It has learned from vectors: without them it is out of its depth. */
  if (n < 2 || units->dims == 0)
    return FALSE;

  features = quarry_segment_features (units, gains, gaps);
  odds = g_new (float, (gsize) n * QUARRY_SEGMENT_OUTPUTS);
  quarry_segment_net_run (quarry_segment_net_get (), features, n, odds);
  quarry_segment_cut_by_odds (odds, gaps, n);
  for (guint gap = 1; gap < n; gap++)
    gaps[gap].cost -= NET_WEIGHT * (odds[(gsize) gap * QUARRY_SEGMENT_OUTPUTS] - NET_EVEN);
  return TRUE;
}
