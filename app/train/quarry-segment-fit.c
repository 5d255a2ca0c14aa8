/* quarry-segment-fit.c: fits the segmenter's network to documents
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * AdamW (Loshchilov and Hutter 2019) on the cross entropy of the outputs; the windows without a
 * boundary count as much together as the gaps, and teach the layers below what holds a segment
 * together. One thread and one order: the same texts and seed give the same bytes on the same
 * machine.
 */
#include "app/train/quarry-segment-fit.h"

#include <cblas.h>
#include <math.h>
#include <string.h>

#define F QUARRY_SEGMENT_N_FEATURES
#define C QUARRY_SEGMENT_CHANNELS
#define L QUARRY_SEGMENT_LAYERS
#define T QUARRY_SEGMENT_TAPS
#define O QUARRY_SEGMENT_OUTPUTS

/* Gaps of a piece of a document, and pieces of a step. */
#define PIECE 160u
#define PIECES 16u
#define ROWS (PIECE * PIECES)

#define HEAD_WEIGHT 1.0f
/* How much what was taught counts beside what is known. */
#define TAUGHT .7f
#define DECAY .1f
#define WARM_UP 100

/* What is learned: all of the weights but the features' means and scales. */
#define FIRST_LEARNED (offsetof (QuarrySegmentWeights, input) / sizeof (float))
#define N_WEIGHTS (sizeof (QuarrySegmentWeights) / sizeof (float))

typedef struct
{
  const QuarrySegmentText *text;
  guint from;
} Piece;

typedef struct
{
  guint n;                   /* rows in use */
  guint16 at[ROWS];          /* place in its piece */
  guint16 left[ROWS];        /* rows after it in its piece */
  float in[ROWS][F];
  float wanted[ROWS][O];
  float rows[L + 1][ROWS][C];
  float columns[L][ROWS][T * C];
  float out[ROWS][O];
  float row_slope[ROWS][C];
  float sum_slope[ROWS][C];
  float column_slope[ROWS][T * C];
} Batch;

static void
learn_scales (QuarrySegmentWeights *weights, GPtrArray *texts)
{
  g_autofree double *sum = g_new0 (double, F);
  g_autofree double *square = g_new0 (double, F);
  gsize n = 0;

  for (guint t = 0; t < texts->len; t++)
    {
      const QuarrySegmentText *text = g_ptr_array_index (texts, t);

      for (guint i = 1; i < text->n; i += 3, n++)
        for (guint f = 0; f < F; f++)
          {
            double x = (double) text->features[(gsize) i * F + f];

            sum[f] += x;
            square[f] += x * x;
          }
    }
  for (guint f = 0; f < F; f++)
    {
      double mean = sum[f] / n;

      weights->mean[f] = (float) mean;
      weights->scale[f] = (float) (1 / (sqrt (MAX (square[f] / n - mean * mean, 0)) + 1e-3));
    }
}

static void
start_weights (QuarrySegmentWeights *weights, guint seed)
{
  QuarryRandom random = quarry_random (seed);
  float *layers[L + 2] = { (float *) weights->input, NULL };
  gsize sizes[L + 2] = { F * C };
  guint fan[L + 2] = { F };

  for (guint l = 0; l < L; l++)
    {
      layers[l + 1] = (float *) weights->layers[l].weights;
      sizes[l + 1] = T * C * C;
      fan[l + 1] = T * C;
    }
  layers[L + 1] = (float *) weights->output;
  sizes[L + 1] = C * O;
  fan[L + 1] = C;
  memset ((float *) weights + FIRST_LEARNED, 0, (N_WEIGHTS - FIRST_LEARNED) * sizeof (float));
  for (guint l = 0; l < L + 2; l++)
    for (gsize i = 0; i < sizes[l]; i++)
      layers[l][i] = quarry_random_normal (&random) * sqrtf (1.0f / fan[l]);
  weights->output_bias[0] = -2.5f;
}

/* --- A step ---------------------------------------------------------------------------------- */

static void
add_piece (Batch *batch, const QuarrySegmentWeights *weights, Piece piece)
{
  const QuarrySegmentText *text = piece.text;
  guint n = MIN (text->n - piece.from, PIECE);

  for (guint i = 0; i < n; i++)
    {
      guint row = batch->n++, gap = piece.from + i;

      batch->at[row] = i;
      batch->left[row] = n - 1 - i;
      quarry_segment_standardise (weights, text->features + (gsize) gap * F, batch->in[row]);
      batch->wanted[row][0] = text->boundary[gap];
      for (guint h = 0; h < QUARRY_SEGMENT_HEADS; h++)
        {
          guint first = gap - MIN (gap - 1, quarry_segment_head_widths[h] / 2);
          guint last = MIN (gap - quarry_segment_head_widths[h] / 2 + quarry_segment_head_widths[h], text->n);
          float none = 1;

          if (gap < quarry_segment_head_widths[h] / 2)
            last = MIN (quarry_segment_head_widths[h], text->n);
          for (guint g = first; g < last; g++)
            if (text->boundary[g])
              none = 0;
          batch->wanted[row][1 + h] = none;
        }
      for (guint o = 0; text->taught != NULL && o < O; o++)
        batch->wanted[row][o] += TAUGHT * (text->taught[(gsize) gap * O + o] - batch->wanted[row][o]);
    }
}

static void
multiply (CBLAS_TRANSPOSE ta, CBLAS_TRANSPOSE tb, guint m, guint n, guint k, const float *a,
          guint lda, const float *b, guint ldb, float beta, float *c, guint ldc)
{
  cblas_sgemm (CblasRowMajor, ta, tb, m, n, k, 1, a, lda, b, ldb, beta, c, ldc);
}

static void
add_bias (float *rows, const float *bias, guint n, guint width)
{
  for (guint r = 0; r < n; r++)
    for (guint c = 0; c < width; c++)
      rows[(gsize) r * width + c] += bias[c];
}

/* Whether the row that tap @tap looks at from row @row is in its piece. */
static gboolean
reaches (const Batch *batch, guint row, guint layer, guint tap, gint *offset)
{
  *offset = ((gint) tap - T / 2) * quarry_segment_dilations[layer];
  return *offset < 0 ? batch->at[row] >= -*offset : batch->left[row] >= *offset;
}

static void
forward (Batch *batch, const QuarrySegmentWeights *weights)
{
  guint n = batch->n;
  gint offset;

  multiply (CblasNoTrans, CblasNoTrans, n, C, F, batch->in[0], F, weights->input[0], C, 0, batch->rows[0][0], C);
  add_bias (batch->rows[0][0], weights->input_bias, n, C);
  for (guint r = 0; r < n; r++)
    for (guint c = 0; c < C; c++)
      batch->rows[0][r][c] = MAX (batch->rows[0][r][c], 0.0f);
  for (guint l = 0; l < L; l++)
    {
      float (*next)[C] = batch->rows[l + 1];

      for (guint r = 0; r < n; r++)
        for (guint t = 0; t < T; t++)
          if (reaches (batch, r, l, t, &offset))
            memcpy (&batch->columns[l][r][t * C], batch->rows[l][r + offset], C * sizeof (float));
          else
            memset (&batch->columns[l][r][t * C], 0, C * sizeof (float));
      multiply (CblasNoTrans, CblasNoTrans, n, C, T * C, batch->columns[l][0], T * C,
                weights->layers[l].weights[0][0], C, 0, next[0], C);
      add_bias (next[0], weights->layers[l].bias, n, C);
      for (guint r = 0; r < n; r++)
        for (guint c = 0; c < C; c++)
          next[r][c] = batch->rows[l][r][c] + MAX (next[r][c], 0.0f);
    }
  multiply (CblasNoTrans, CblasNoTrans, n, O, C, batch->rows[L][0], C, weights->output[0], O, 0, batch->out[0], O);
  add_bias (batch->out[0], weights->output_bias, n, O);
}

/* Turns the outputs into their slopes; returns the mean loss of a gap. */
static double
judge (Batch *batch)
{
  double loss = 0;

  for (guint r = 0; r < batch->n; r++)
    for (guint o = 0; o < O; o++)
      {
        float x = batch->out[r][o], y = batch->wanted[r][o];
        float weight = o == 0 ? 1 : HEAD_WEIGHT / QUARRY_SEGMENT_HEADS;

        loss += (double) (weight * (MAX (x, 0.0f) - x * y + log1pf (expf (-fabsf (x)))));
        batch->out[r][o] = weight * (1 / (1 + expf (-x)) - y) / batch->n;
      }
  return loss / batch->n;
}

static void
sum_rows (const float *rows, guint n, guint width, float *sum)
{
  memset (sum, 0, width * sizeof (float));
  for (guint r = 0; r < n; r++)
    for (guint c = 0; c < width; c++)
      sum[c] += rows[(gsize) r * width + c];
}

static void
backward (Batch *batch, const QuarrySegmentWeights *weights, QuarrySegmentWeights *slope)
{
  guint n = batch->n;
  gint offset;

  multiply (CblasTrans, CblasNoTrans, C, O, n, batch->rows[L][0], C, batch->out[0], O, 0, slope->output[0], O);
  sum_rows (batch->out[0], n, O, slope->output_bias);
  multiply (CblasNoTrans, CblasTrans, n, C, O, batch->out[0], O, weights->output[0], O, 0, batch->row_slope[0], C);
  for (guint l = L; l-- > 0;)
    {
      /* What the convolution added is zero where its sum was not positive. */
      for (guint r = 0; r < n; r++)
        for (guint c = 0; c < C; c++)
          batch->sum_slope[r][c] = batch->rows[l + 1][r][c] > batch->rows[l][r][c] ? batch->row_slope[r][c] : 0;
      multiply (CblasTrans, CblasNoTrans, T * C, C, n, batch->columns[l][0], T * C, batch->sum_slope[0], C, 0,
                slope->layers[l].weights[0][0], C);
      sum_rows (batch->sum_slope[0], n, C, slope->layers[l].bias);
      multiply (CblasNoTrans, CblasTrans, n, T * C, C, batch->sum_slope[0], C, weights->layers[l].weights[0][0], C, 0,
                batch->column_slope[0], T * C);
      for (guint r = 0; r < n; r++)
        for (guint t = 0; t < T; t++)
          if (reaches (batch, r, l, t, &offset))
            for (guint c = 0; c < C; c++)
              batch->row_slope[r + offset][c] += batch->column_slope[r][t * C + c];
    }
  for (guint r = 0; r < n; r++)
    for (guint c = 0; c < C; c++)
      if (!(batch->rows[0][r][c] > 0))
        batch->row_slope[r][c] = 0;
  multiply (CblasTrans, CblasNoTrans, F, C, n, batch->in[0], F, batch->row_slope[0], C, 0, slope->input[0], C);
  sum_rows (batch->row_slope[0], n, C, slope->input_bias);
}

static void
adjust (float *weights, const float *slope, float *mean, float *square, guint step, float rate)
{
  float correct_mean = 1 - powf (.9f, step), correct_square = 1 - powf (.999f, step);

  for (gsize i = FIRST_LEARNED; i < N_WEIGHTS; i++)
    {
      mean[i] = .9f * mean[i] + .1f * slope[i];
      square[i] = .999f * square[i] + .001f * slope[i] * slope[i];
      weights[i] -= rate * (mean[i] / correct_mean / (sqrtf (square[i] / correct_square) + 1e-8f) + DECAY * weights[i]);
    }
}

/* --- All of them ----------------------------------------------------------------------------- */

static GArray *
cut_pieces (GPtrArray *texts)
{
  GArray *pieces = g_array_new (FALSE, FALSE, sizeof (Piece));

  for (guint t = 0; t < texts->len; t++)
    {
      const QuarrySegmentText *text = g_ptr_array_index (texts, t);

      for (guint from = 1; from + 2 < text->n; from += PIECE)
        {
          Piece piece = { text, from };

          g_array_append_val (pieces, piece);
        }
    }
  return pieces;
}

void
quarry_segment_fit (QuarrySegmentWeights *weights,
                    GPtrArray *texts,
                    double epochs,
                    double learning_rate,
                    guint seed,
                    void (*say) (const char *what))
{
  g_autofree Batch *batch = g_new0 (Batch, 1);
  g_autofree QuarrySegmentWeights *slope = g_new0 (QuarrySegmentWeights, 1);
  g_autofree float *mean = g_new0 (float, N_WEIGHTS);
  g_autofree float *square = g_new0 (float, N_WEIGHTS);
  g_autoptr (GArray) pieces = cut_pieces (texts);
  QuarryRandom random = quarry_random (seed + 1);
  guint n_steps = MAX (1, (guint) (epochs * pieces->len / PIECES)), next = pieces->len;
  double loss = 0;

  openblas_set_num_threads (1);
  learn_scales (weights, texts);
  start_weights (weights, seed);
  for (guint step = 1; step <= n_steps; step++)
    {
      double rate = learning_rate * MIN (1.0, (double) step / WARM_UP) * .5 * (1 + cos (G_PI * step / n_steps));

      batch->n = 0;
      for (guint p = 0; p < PIECES; p++)
        {
          if (next == pieces->len)
            {
              for (guint i = pieces->len; i > 1; i--)
                {
                  guint other = quarry_random_below (&random, i);
                  Piece piece = g_array_index (pieces, Piece, i - 1);

                  g_array_index (pieces, Piece, i - 1) = g_array_index (pieces, Piece, other);
                  g_array_index (pieces, Piece, other) = piece;
                }
              next = 0;
            }
          add_piece (batch, weights, g_array_index (pieces, Piece, next++));
        }
      forward (batch, weights);
      loss += judge (batch);
      backward (batch, weights, slope);
      adjust ((float *) weights, (float *) slope, mean, square, step, (float) rate);
      if (step % 500 == 0 || step == n_steps)
        {
          guint n = step % 500 == 0 ? 500 : step % 500;
          g_autofree char *message = g_strdup_printf ("step %u of %u, loss %.4f", step, n_steps, loss / n);

          say (message);
          loss = 0;
        }
    }
}

void
quarry_segment_teach (GPtrArray *texts, const QuarrySegmentWeights *teachers, guint n)
{
  for (guint t = 0; t < texts->len; t++)
    {
      QuarrySegmentText *text = g_ptr_array_index (texts, t);
      gsize size = (gsize) text->n * O;
      g_autofree float *odds = g_new (float, size);

      g_free (text->taught);
      text->taught = g_new0 (float, size);
      for (guint i = 0; i < n; i++)
        {
          quarry_segment_net_run (&teachers[i], text->features, text->n, odds);
          for (gsize o = O; o < size; o++)
            text->taught[o] += 1 / (1 + expf (-odds[o])) / n;
        }
    }
}
