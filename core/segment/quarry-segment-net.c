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
/* How far one layer sees at most: so many rows of zeros stand on either side of a stretch. */
#define MARGIN (2 * 9)
/* Rows that are summed up together, so that a weight is read once for all of them: of two lanes each, which is
 * what there are registers for. */
#define BLOCK 4

typedef QuarrySegmentLanes Lanes;
typedef Lanes Row[CHANNELS / N_LANES];
G_STATIC_ASSERT (CHANNELS % (2 * N_LANES) == 0);

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

/* sums += in × weights, for n inputs of each of BLOCK rows, which are @stride floats apart. */
static inline void
accumulate (Row *sums, const float *in, gsize stride, guint n, const float (*weights)[CHANNELS])
{
  for (guint c = 0; c < CHANNELS / N_LANES; c += 2)
    {
      Lanes a = sums[0][c], a1 = sums[0][c + 1];
      Lanes b = sums[1][c], b1 = sums[1][c + 1];
      Lanes d = sums[2][c], d1 = sums[2][c + 1];
      Lanes e = sums[3][c], e1 = sums[3][c + 1];

      for (guint i = 0; i < n; i++)
        {
          Lanes w = *(const Lanes *) &weights[i][c * N_LANES];
          Lanes w1 = *(const Lanes *) &weights[i][(c + 1) * N_LANES];

          a += in[i] * w;
          a1 += in[i] * w1;
          b += in[stride + i] * w;
          b1 += in[stride + i] * w1;
          d += in[2 * stride + i] * w;
          d1 += in[2 * stride + i] * w1;
          e += in[3 * stride + i] * w;
          e1 += in[3 * stride + i] * w1;
        }
      sums[0][c] = a, sums[0][c + 1] = a1;
      sums[1][c] = b, sums[1][c + 1] = b1;
      sums[2][c] = d, sums[2][c + 1] = d1;
      sums[3][c] = e, sums[3][c + 1] = e1;
    }
}

static inline void
make_positive (Lanes *x)
{
  typedef gint32 Bits __attribute__ ((vector_size (4 * N_LANES), may_alias));
  const Lanes zero = { 0 };

  *x = (Lanes) ((Bits) *x & (Bits) (*x > zero));
}

static void
fill_sums (Row *sums, const float *bias)
{
  for (guint r = 0; r < BLOCK; r++)
    memcpy (sums[r], bias, sizeof sums[r]);
}

/* Gaps @from to @to, of which those from @first to @last are wanted. @rows and @next have room for BLOCK − 1
 * rows more, and MARGIN rows of zeros before them; what stands after them is made zero here. */
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
  guint n = to - from;

  for (guint t = 0; t < n; t += BLOCK)
    {
      float in[BLOCK][QUARRY_SEGMENT_N_FEATURES] = { 0 };

      for (guint r = 0; r < MIN (BLOCK, n - t); r++)
        quarry_segment_standardise (weights, features + ((gsize) from + t + r) * QUARRY_SEGMENT_N_FEATURES, in[r]);
      fill_sums (rows + t, weights->input_bias);
      accumulate (rows + t, in[0], QUARRY_SEGMENT_N_FEATURES, QUARRY_SEGMENT_N_FEATURES, weights->input);
      for (guint r = 0; r < BLOCK; r++)
        for (guint c = 0; c < CHANNELS / N_LANES; c++)
          make_positive (&rows[t + r][c]);
    }
  memset (rows + n, 0, (BLOCK - 1 + MARGIN) * sizeof (Row));
  memset (next + n, 0, (BLOCK - 1 + MARGIN) * sizeof (Row));
  for (guint layer = 0; layer < QUARRY_SEGMENT_LAYERS; layer++)
    {
      Row *swapped = rows;

      for (guint t = 0; t < n; t += BLOCK)
        {
          Row sums[BLOCK];

          fill_sums (sums, weights->layers[layer].bias);
          for (gint tap = 0; tap < QUARRY_SEGMENT_TAPS; tap++)
            {
              const Row *at = rows + (gint) t + (tap - QUARRY_SEGMENT_TAPS / 2) * quarry_segment_dilations[layer];

              accumulate (sums, (const float *) at, CHANNELS, CHANNELS, weights->layers[layer].weights[tap]);
            }
          for (guint r = 0; r < MIN (BLOCK, n - t); r++)
            for (guint c = 0; c < CHANNELS / N_LANES; c++)
              {
                make_positive (&sums[r][c]);
                next[t + r][c] = rows[t + r][c] + sums[r][c];
              }
        }
      rows = next;
      next = swapped;
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
  const gsize n_rows = MARGIN + STRETCH + 2 * REACH + BLOCK - 1 + MARGIN;
  g_autofree Row *rows = g_new0 (Row, n_rows);
  g_autofree Row *next = g_new0 (Row, n_rows);

  for (guint first = 1; first < n; first += STRETCH)
    {
      guint last = MIN (n - first, STRETCH) + first;
      guint from = first - MIN (first - 1, REACH);
      guint to = MIN (n - last, REACH) + last;

      run_stretch (weights, features, from, to, first, last, rows + MARGIN, next + MARGIN, odds);
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
