/* quarry-segment-net.c: the segmenter's networks
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The gaps are computed in stretches, so that memory is bounded, and each stretch one layer after the other. A stretch
 * is extended on either side as far as its outputs depend on what is there, so that the stretches do not change the
 * result.
 */
#include "quarry-config.h"

#include <gio/gio.h>
#include <string.h>

#include "core/segment/quarry-segment-features.h"
#include "core/segment/quarry-segment-net.h"
#include "quarry-segment-resources.h"

#define N_LANES QUARRY_SEGMENT_LANES
#define CHANNELS QUARRY_SEGMENT_CHANNELS
#define BLOCK QUARRY_SEGMENT_BLOCK
#define IN QUARRY_SEGMENT_IN
#define OUT QUARRY_SEGMENT_OUT
#define STRETCH 2048
/* How many gaps an output depends on, on either side: two taps of each layer. */
#define REACH (2 * (1 + 3 + 9 + 27))
/* How far one layer reaches at most: this many rows of zeros are before and after a stretch. */
#define MARGIN (2 * 27)
/* Rows are computed in whole blocks, so that there may be this many more. */
#define MORE (BLOCK - 1)

typedef QuarrySegmentLanes Lanes;
typedef QuarrySegmentBits Bits;
typedef guint16 Halves __attribute__ ((vector_size (32), aligned (4), may_alias));
typedef guint8 Bytes __attribute__ ((vector_size (32), aligned (1), may_alias));

G_STATIC_ASSERT (CHANNELS % (4 * N_LANES) == 0 && OUT % N_LANES == 0 && IN % N_LANES == 0);

/* The memory for a stretch: its rows and MORE. */
typedef struct
{
  guint8 (*in)[IN];
  float (*rows)[CHANNELS];
  guint8 (*bytes[2])[CHANNELS]; /* what a layer takes and what the next one will; MARGIN rows before and after */
} Work;

/* Allocates memory for stretches of up to @n rows, not always for the largest: most texts are short. */
static void
work_init (Work *self, gsize n)
{
  self->in = g_malloc ((n + MORE) * sizeof *self->in);
  self->rows = g_malloc ((n + MORE) * sizeof *self->rows);
  for (guint i = 0; i < G_N_ELEMENTS (self->bytes); i++)
    {
      self->bytes[i] = g_malloc ((MARGIN + n + MORE + MARGIN) * sizeof *self->bytes[i]);
      memset (self->bytes[i], 0, MARGIN * sizeof *self->bytes[i]);
    }
}

static void
work_clear (Work *self)
{
  g_free (self->in);
  g_free (self->rows);
  g_free (self->bytes[0]);
  g_free (self->bytes[1]);
}

/* The file with the networks, decompressed. (transfer full) */
static GBytes *
read_file (void)
{
  g_autoptr (GInputStream) file = g_resource_open_stream (
      quarry_segment_get_resource (), "/org/quarry/Quarry/segment/segmenter.bin.gz", 0, NULL);
  g_autoptr (GZlibDecompressor) gzip = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autoptr (GInputStream) input = g_converter_input_stream_new (file, G_CONVERTER (gzip));
  g_autoptr (GOutputStream) output = g_memory_output_stream_new_resizable ();

  if (g_output_stream_splice (output, input, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, NULL) < 0)
    return g_bytes_new (NULL, 0);
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (output));
}

static QuarrySegmentWeights *
read_networks (guint *n)
{
  g_autoptr (GBytes) bytes = read_file ();
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  const gsize one = sizeof (QuarrySegmentHeader) + sizeof (QuarrySegmentWeights);
  QuarrySegmentWeights *networks;

  *n = (guint) (size / one);
  networks = g_new (QuarrySegmentWeights, MAX (*n, 1));
  /* The file is part of the program: one with another layout is a mistake of the build. */
  if (size == 0 || size % one != 0)
    g_error ("segmenter.bin.gz does not belong to this Quarry: make it with quarry-train segment");
  for (guint i = 0; i < *n; i++, data += one)
    {
      if (memcmp (data, QUARRY_SEGMENT_MAGIC, strlen (QUARRY_SEGMENT_MAGIC)) != 0)
        g_error ("segmenter.bin.gz holds what is no network: make it with quarry-train segment");
      memcpy (networks + i, data + sizeof (QuarrySegmentHeader), sizeof *networks);
    }
  return networks;
}

const QuarrySegmentWeights *
quarry_segment_nets_get (guint *n)
{
  static const QuarrySegmentWeights *networks = NULL;
  static guint n_networks;

  if (g_once_init_enter (&networks))
    g_once_init_leave (&networks, read_networks (&n_networks));
  *n = n_networks;
  return networks;
}

#define LARGER QUARRY_SEGMENT_LARGER

/* The nearest whole numbers within 0 to 127. */
#define ROUND(x)                                                                            \
  ({                                                                                        \
    const Lanes half_ = (Lanes){ 0 } + 0.5f;                                                \
    Lanes from_half_ = LARGER ((x) + half_, half_);                                         \
    Lanes nearest_ = -LARGER (-from_half_, -(half_ + QUARRY_SEGMENT_MOST_INPUT));           \
    (Halves) __builtin_convertvector (nearest_, Bits);                                      \
  })

/* Two vectors of numbers that fit into half as many bits, as one. */
#define HALVE_32(a, b) \
  ((Bytes) __builtin_shufflevector (a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30))
#define HALVE_16(a, b)                                                                                     \
  __builtin_shufflevector (a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36,    \
                           38, 40, 42, 44, 46, 48, 50, 52, 54, 56, 58, 60, 62)

/* Rounds AT_ONCE numbers, of which number_at (i) is lanes from the ith on, and writes them as bytes. So many at once,
 * because processors halve two vectors together, while the compiler would take a single one apart. */
#define AT_ONCE (4 * N_LANES)
#define PUT_BYTES(number_at, out)                                                           \
  G_STMT_START                                                                              \
  {                                                                                         \
    Halves first_ = ROUND (number_at (0)), second_ = ROUND (number_at (N_LANES));           \
    Halves third_ = ROUND (number_at (2 * N_LANES)), last_ = ROUND (number_at (3 * N_LANES)); \
    *(Bytes *) (out) = HALVE_16 (HALVE_32 (first_, second_), HALVE_32 (third_, last_));     \
  }                                                                                         \
  G_STMT_END

FOR_WIDE_REGISTERS void
quarry_segment_standardise (const QuarrySegmentScales *scales, const float *features, guint8 *out)
{
  enum { WHOLE = QUARRY_SEGMENT_N_FEATURES / AT_ONCE * AT_ONCE, REST = QUARRY_SEGMENT_N_FEATURES - WHOLE };
  const Lanes middle = (Lanes){ 0 } + QUARRY_SEGMENT_MIDDLE;
  float rest[AT_ONCE] = { 0 }, mean[AT_ONCE] = { 0 }, steps[AT_ONCE] = { 0 };
  guint8 bytes[AT_ONCE];

#define SCALED(x, mean, steps) ((*(const Lanes *) (x) - *(const Lanes *) (mean)) * *(const Lanes *) (steps) + middle)
#define FEATURE(i) SCALED (&features[f + (i)], &scales->mean[f + (i)], &scales->steps[f + (i)])
#define LAST(i) SCALED (&rest[i], &mean[i], &steps[i])
  for (guint f = 0; f < WHOLE; f += AT_ONCE)
    PUT_BYTES (FEATURE, out + f);
  memcpy (rest, features + WHOLE, REST * sizeof *rest);
  memcpy (mean, scales->mean + WHOLE, REST * sizeof *mean);
  memcpy (steps, scales->steps + WHOLE, REST * sizeof *steps);
  PUT_BYTES (LAST, bytes);
  memcpy (out + WHOLE, bytes, IN - WHOLE);
#undef LAST
#undef FEATURE
#undef SCALED
}

/* Turns the sums of a block of rows into a layer's output and adds its positive part (ReLU) to the rows, which are the
 * layer's input: the connection is residual. Those of the first layer, which has other input, begin with its output. */
FOR_WIDE_REGISTERS static void
add_positive (gint32 (*sums)[CHANNELS], const float *unit, const float *bias, gboolean is_first, float (*rows)[CHANNELS])
{
  const Lanes zero = { 0 };

  for (guint r = 0; r < BLOCK; r++)
    for (guint c = 0; c < CHANNELS; c += N_LANES)
      {
        Lanes x = __builtin_convertvector (*(const Bits *) &sums[r][c], Lanes);

        x = LARGER (x * *(const Lanes *) &unit[c] + *(const Lanes *) &bias[c], zero);
        if (!is_first)
          x += *(const Lanes *) &rows[r][c];
        *(Lanes *) &rows[r][c] = x;
      }
}

/* Rounds a block of rows to the whole numbers that the next layer takes. */
FOR_WIDE_REGISTERS static void
take_in (float (*rows)[CHANNELS], const float *steps, guint8 (*bytes)[CHANNELS])
{
#define STEPS(i) (*(const Lanes *) &rows[r][c + (i)] * *(const Lanes *) &steps[c + (i)])
  for (guint r = 0; r < BLOCK; r++)
    for (guint c = 0; c < CHANNELS; c += AT_ONCE)
      PUT_BYTES (STEPS, &bytes[r][c]);
#undef STEPS
}

/* The output layer. In a sum over the channels each addition waits for the one before, so the rows of a block take
 * turns. */
FOR_WIDE_REGISTERS static void
put_out (const QuarrySegmentWeights *weights, float (*rows)[CHANNELS], guint n, float *odds)
{
  for (guint t = 0; t < n; t += BLOCK, rows += BLOCK)
    {
      float out[BLOCK][OUT];

      for (guint o = 0; o < OUT; o += N_LANES)
        {
          Lanes sums[BLOCK];

          for (guint r = 0; r < BLOCK; r++)
            sums[r] = *(const Lanes *) &weights->output_bias[o];
          for (guint c = 0; c < CHANNELS; c++)
            for (guint r = 0; r < BLOCK; r++)
              sums[r] += rows[r][c] * *(const Lanes *) &weights->output[c][o];
          for (guint r = 0; r < BLOCK; r++)
            *(Lanes *) &out[r][o] = sums[r];
        }
      for (guint r = 0; r < BLOCK && t + r < n; r++, odds += QUARRY_SEGMENT_OUTPUTS)
        memcpy (odds, out[r], QUARRY_SEGMENT_OUTPUTS * sizeof *odds);
    }
}

/* Which taps of a block of rows from @t on reach into the @n rows at all. The others meet only zeros, and in a short text
 * these are most. Returns how many there are; *first gets the first of them. */
static guint
find_taps (guint t, guint n, guint step, guint *first)
{
  const guint side = QUARRY_SEGMENT_TAPS / 2;
  guint before = MIN (side, (t + BLOCK - 1) / step), behind = MIN (side, (n - 1 - t) / step);

  *first = side - before;
  return before + 1 + behind;
}

/* Runs all layers but the last on the @n rows whose features are in work->in; the result is in work->rows. Only the rows
 * from @first to before @last are wanted of it, so that each layer leaves out those that no later one looks at. */
static void
run_stretch (const QuarrySegmentWeights *weights,
             const QuarrySegmentKernel *kernel,
             Work *work,
             guint n,
             guint first,
             guint last)
{
  gint32 sums[BLOCK][CHANNELS];
  guint reach = REACH;

  memset (work->in + n, 0, MORE * sizeof *work->in);
  for (guint t = 0; t < n; t += BLOCK)
    {
      kernel->multiply (work->in[t], IN, 1, 0, weights->input.weights[0][0], sums);
      add_positive (sums, weights->input.unit, weights->input.bias, TRUE, work->rows + t);
      take_in (work->rows + t, weights->layers[0].steps, work->bytes[0] + MARGIN + t);
    }
  for (guint l = 0; l < QUARRY_SEGMENT_LAYERS; l++)
    {
      const QuarrySegmentLayer *layer = &weights->layers[l];
      guint step = (guint) quarry_segment_dilations[l], end;
      guint8 (*in)[CHANNELS] = work->bytes[l % 2] + MARGIN, (*out)[CHANNELS] = work->bytes[(l + 1) % 2] + MARGIN;

      memset (in + n, 0, (MORE + MARGIN) * sizeof *in);
      reach -= QUARRY_SEGMENT_TAPS / 2 * step;
      end = MIN (n - last, reach) + last;
      for (guint t = first - MIN (first, reach); t < end; t += BLOCK)
        {
          guint tap, n_taps = find_taps (t, n, step, &tap);

          kernel->multiply (*(in + t + tap * step - QUARRY_SEGMENT_TAPS / 2 * step), CHANNELS, n_taps, step,
                            layer->weights[tap][0][0], sums);
          add_positive (sums, layer->unit, layer->bias, FALSE, work->rows + t);
          if (l + 1 < QUARRY_SEGMENT_LAYERS)
            take_in (work->rows + t, layer[1].steps, out + t);
        }
    }
}

void
quarry_segment_net_run (const QuarrySegmentWeights *weights,
                        const QuarrySegmentKernel *kernel,
                        const float *features,
                        guint n,
                        float *odds)
{
  Work work;

  if (kernel == NULL)
    kernel = quarry_segment_kernel_get ();
  work_init (&work, MIN (n, STRETCH + 2 * REACH));
  for (guint first = 1; first < n; first += STRETCH)
    {
      guint last = MIN (n - first, STRETCH) + first;
      guint from = first - MIN (first - 1, REACH);
      guint to = MIN (n - last, REACH) + last;

      for (guint t = from; t < to; t++)
        quarry_segment_standardise (&weights->scales, features + (gsize) t * QUARRY_SEGMENT_N_FEATURES,
                                    work.in[t - from]);
      run_stretch (weights, kernel, &work, to - from, first - from, last - from);
      put_out (weights, work.rows + (first - from), last - first, odds + (gsize) first * QUARRY_SEGMENT_OUTPUTS);
    }
  work_clear (&work);
}

/* Writes the mean of the networks' log odds to @odds. @features: of the document of @units; the columns of the cues are
 * filled for each network with what it has counted. */
static void
run_all (const QuarryUnits *units, float *features, float *odds)
{
  gsize size = (gsize) units->n * QUARRY_SEGMENT_OUTPUTS;
  g_autofree float *said = g_new (float, size);
  guint n_networks;
  const QuarrySegmentWeights *networks = quarry_segment_nets_get (&n_networks);

  memset (odds, 0, size * sizeof *odds);
  for (guint i = 0; i < n_networks; i++)
    {
      quarry_segment_tell_cues (&networks[i].cues, units->wording, units->n, features + QUARRY_FEATURE_CUES,
                                QUARRY_SEGMENT_N_FEATURES);
      quarry_segment_net_run (&networks[i], NULL, features, units->n, said);
      for (gsize o = QUARRY_SEGMENT_OUTPUTS; o < size; o++)
        odds[o] += said[o] / (float) n_networks;
    }
}

/* For cuts that are coarser or finer than the default, and for all cuts of a personal text: what the networks' log odds
 * count in units of gain, and the log odds that count for nothing. Of what people say the networks have learned little,
 * and the untrained models, with the odds beside them, cut it better than either does alone. */
#define NET_WEIGHT 1.5f
#define NET_EVEN -0.5f

/* The same in a foreign text, for all cuts. The networks have learned from English. Of other languages they know where
 * in the neighbourhood a boundary stands, but not how many there are: so the untrained models cut, and the odds count
 * less. A larger weight finds too few boundaries in laws; a smaller one too many where parts of several follow each
 * other. */
#define FOREIGN_WEIGHT 0.25f
#define FOREIGN_EVEN -1.0f

/* Of a personal text's boundaries beside the sure ones, the cut by the untrained models must have this share of what the
 * networks find. With fewer, they are blind to its topics, as in the minutes of some committees. */
#define PERSONAL_LEAST 0.4

/* Cuts a personal text whose gaps have the cut by the odds, and their costs the odds. */
static void
cut_personal (QuarryGains *gains, QuarryGap *gaps, guint n)
{
  g_autofree gboolean *by_odds = g_new (gboolean, n);
  guint found_by_odds = 0, found = 0;

  for (guint gap = 1; gap < n; gap++)
    {
      by_odds[gap] = gaps[gap].in_default;
      found_by_odds += by_odds[gap] && gaps[gap].sure > 1;
    }
  quarry_segment_cut (gains, gaps, n);
  for (guint gap = 1; gap < n; gap++)
    found += gaps[gap].in_default && gaps[gap].sure > 1;
  if (found >= PERSONAL_LEAST * found_by_odds)
    return;
  for (guint gap = 1; gap < n; gap++)
    gaps[gap].in_default = by_odds[gap];
}

gboolean
quarry_segment_judge (const QuarryUnits *units, QuarryGains *gains, QuarryGap *gaps)
{
  g_autofree float *features = NULL;
  g_autofree float *odds = NULL;
  gboolean is_foreign = units->foreign != NULL;
  float weight = is_foreign ? FOREIGN_WEIGHT : NET_WEIGHT, even = is_foreign ? FOREIGN_EVEN : NET_EVEN;
  guint n = units->n;

  /* The networks have learned from documents with vectors, and cannot be trusted without them where there might be
   * some. */
  if (n < 2 || (units->dims == 0 && !is_foreign))
    return FALSE;

  features = quarry_segment_features (units, gains, gaps);
  odds = g_new (float, (gsize) n * QUARRY_SEGMENT_OUTPUTS);
  run_all (units, features, odds);
  if (!is_foreign)
    quarry_segment_cut_by_odds (odds, gaps, n);
  for (guint gap = 1; gap < n; gap++)
    gaps[gap].cost -= weight * (odds[(gsize) gap * QUARRY_SEGMENT_OUTPUTS] - even);
  if (is_foreign)
    quarry_segment_cut (gains, gaps, n);
  else if (units->is_personal)
    cut_personal (gains, gaps, n);
  return TRUE;
}
