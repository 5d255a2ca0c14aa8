/* quarry-segment-fit.c: fits the segmenter's network to documents
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * AdamW (Loshchilov and Hutter 2019) on the cross entropy of the outputs. Beside the boundaries, the
 * network predicts for windows of several widths whether they contain no boundary. Together these
 * outputs weigh as much as the boundary itself, and teach the lower layers what holds a segment
 * together.
 *
 * The pieces of a step are always divided alike, and their gradients are summed in a fixed order,
 * however many threads there are: the same texts and seed give the same bytes on the same machine.
 */
#include "app/train/quarry-segment-fit.h"

#include <cblas.h>
#include <math.h>
#include <string.h>

#include "app/train/quarry-threads.h"

#define F QUARRY_SEGMENT_N_FEATURES
#define T QUARRY_SEGMENT_TAPS
#define O QUARRY_SEGMENT_OUTPUTS

/* Gaps in a piece of a document, pieces in a part, and parts in a step. */
#define PIECE 160u
#define PIECES 4u
#define PARTS 4u
#define ROWS (PIECE * PIECES)

#define HEAD_WEIGHT 1.0f
/* The weight of the teachers' outputs, compared with the true boundaries. */
#define TAUGHT .7f
#define DECAY .1f
#define WARM_UP 100

/* When a text that is longer than a batch is shown to the teachers in stretches, each stretch is extended by so many
 * gaps of context on both sides. */
#define AROUND 40u

/* The ranges of the inputs are measured on every 20th piece. A range is at most this many times the root mean square of
 * the input; larger values are rare enough to be clipped. */
#define RANGE_EVERY 20u
#define RANGE_TIMES 8.0

typedef struct
{
  const QuarrySegmentText *text;
  guint from;
} Piece;

typedef struct
{
  guint n;                   /* rows in use */
  guint16 at[ROWS];          /* index of the row in its piece */
  guint16 left[ROWS];        /* number of rows after it in its piece */
  float in[ROWS][F];
  float wanted[ROWS][O];
  float out[ROWS][O];
  /* ROWS × channels, or ROWS × T × channels, of the network that the batch is for */
  float *rows[QUARRY_SEGMENT_LAYERS + 1];
  float *columns[QUARRY_SEGMENT_LAYERS];
  float *row_slope;
  float *sum_slope;
  float *column_slope;
} Batch;

static Batch *
batch_new (const QuarrySegmentFitted *net)
{
  Batch *self = g_new0 (Batch, 1);
  gsize size = (gsize) ROWS * net->channels;

  for (guint l = 0; l <= net->layers; l++)
    self->rows[l] = g_new (float, size);
  for (guint l = 0; l < net->layers; l++)
    self->columns[l] = g_new (float, T * size);
  self->row_slope = g_new (float, size);
  self->sum_slope = g_new (float, size);
  self->column_slope = g_new (float, T * size);
  return self;
}

static void
batch_free (Batch *self)
{
  for (guint l = 0; l <= QUARRY_SEGMENT_LAYERS; l++)
    g_free (self->rows[l]);
  for (guint l = 0; l < QUARRY_SEGMENT_LAYERS; l++)
    g_free (self->columns[l]);
  g_free (self->row_slope);
  g_free (self->sum_slope);
  g_free (self->column_slope);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Batch, batch_free)

void
quarry_segment_learn_scales (QuarrySegmentScales *scales, GPtrArray *texts)
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

      scales->mean[f] = (float) mean;
      scales->steps[f] = (float) ((double) QUARRY_SEGMENT_STEPS / (sqrt (MAX (square[f] / n - mean * mean, 0)) + 1e-3));
    }
}

static void
start_matrix (float *weights, guint fan, guint width, QuarryRandom *random)
{
  for (gsize i = 0; i < (gsize) fan * width; i++)
    weights[i] = quarry_random_normal (random) * sqrtf (1.0f / fan);
}

void
quarry_segment_start (QuarrySegmentFitted *net, guint seed)
{
  QuarryRandom random = quarry_random (seed);

  memset (net->values, 0, net->n * sizeof *net->values);
  start_matrix (net->input, F, net->channels, &random);
  for (guint l = 0; l < net->layers; l++)
    start_matrix (net->weights[l], T * net->channels, net->channels, &random);
  start_matrix (net->output, net->channels, O, &random);
  net->output_bias[0] = -2.5f;
}

/* --- A step ---------------------------------------------------------------------------------- */

/* Adds a row for the gap @gap, which is the row number @at of the @n rows in its piece. */
static guint
add_row (Batch *batch, const QuarrySegmentScales *scales, const QuarrySegmentText *text, guint gap, guint at, guint n)
{
  guint row = batch->n++;
  guint8 in[QUARRY_SEGMENT_IN];

  batch->at[row] = (guint16) at;
  batch->left[row] = (guint16) (n - 1 - at);
  quarry_segment_standardise (scales, text->features + (gsize) gap * F, in);
  for (guint f = 0; f < F; f++)
    batch->in[row][f] = ((gint) in[f] - QUARRY_SEGMENT_MIDDLE) / QUARRY_SEGMENT_STEPS;
  return row;
}

static guint
rows_of (Piece piece)
{
  return MIN (piece.text->n - piece.from, PIECE);
}

static void
add_piece (Batch *batch, const QuarrySegmentScales *scales, Piece piece)
{
  const QuarrySegmentText *text = piece.text;
  guint n = rows_of (piece);

  for (guint i = 0; i < n; i++)
    {
      guint gap = piece.from + i, row = add_row (batch, scales, text, gap, i, n);

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

/* Whether the row that the tap @tap of a convolution reads, seen from @row, is in the same piece. */
static gboolean
reaches (const Batch *batch, guint row, guint layer, guint tap, gint *offset)
{
  *offset = ((gint) tap - T / 2) * quarry_segment_dilations[layer];
  return *offset < 0 ? batch->at[row] >= -*offset : batch->left[row] >= *offset;
}

static void
forward (Batch *batch, const QuarrySegmentFitted *net)
{
  guint n = batch->n, C = net->channels;
  gint offset;

  multiply (CblasNoTrans, CblasNoTrans, n, C, F, batch->in[0], F, net->input, C, 0, batch->rows[0], C);
  add_bias (batch->rows[0], net->input_bias, n, C);
  for (gsize i = 0; i < (gsize) n * C; i++)
    batch->rows[0][i] = MAX (batch->rows[0][i], 0.0f);
  for (guint l = 0; l < net->layers; l++)
    {
      const float *rows = batch->rows[l];
      float *next = batch->rows[l + 1];

      for (guint r = 0; r < n; r++)
        for (guint t = 0; t < T; t++)
          {
            float *column = batch->columns[l] + ((gsize) r * T + t) * C;

            if (reaches (batch, r, l, t, &offset))
              memcpy (column, rows + ((gint) r + offset) * (gint) C, C * sizeof (float));
            else
              memset (column, 0, C * sizeof (float));
          }
      multiply (CblasNoTrans, CblasNoTrans, n, C, T * C, batch->columns[l], T * C, net->weights[l], C, 0, next, C);
      add_bias (next, net->biases[l], n, C);
      for (gsize i = 0; i < (gsize) n * C; i++)
        next[i] = rows[i] + MAX (next[i], 0.0f);
    }
  multiply (CblasNoTrans, CblasNoTrans, n, O, C, batch->rows[net->layers], C, net->output, O, 0, batch->out[0], O);
  add_bias (batch->out[0], net->output_bias, n, O);
}

/* Replaces the outputs by the gradients of the loss with respect to them. @n: the number of rows in the whole step.
 * Returns the sum of the losses. */
static double
judge (Batch *batch, guint n)
{
  double loss = 0;

  for (guint r = 0; r < batch->n; r++)
    for (guint o = 0; o < O; o++)
      {
        float x = batch->out[r][o], y = batch->wanted[r][o];
        float weight = o == 0 ? 1 : HEAD_WEIGHT / QUARRY_SEGMENT_HEADS;

        loss += (double) (weight * (MAX (x, 0.0f) - x * y + log1pf (expf (-fabsf (x)))));
        batch->out[r][o] = weight * (1 / (1 + expf (-x)) - y) / n;
      }
  return loss;
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
backward (Batch *batch, const QuarrySegmentFitted *net, QuarrySegmentFitted *slope)
{
  guint n = batch->n, C = net->channels, L = net->layers;
  gint offset;

  multiply (CblasTrans, CblasNoTrans, C, O, n, batch->rows[L], C, batch->out[0], O, 0, slope->output, O);
  sum_rows (batch->out[0], n, O, slope->output_bias);
  multiply (CblasNoTrans, CblasTrans, n, C, O, batch->out[0], O, net->output, O, 0, batch->row_slope, C);
  for (guint l = L; l-- > 0;)
    {
      /* The convolution's contribution to the next layer is zero, and so is its gradient, where the ReLU was not
       * active. */
      for (gsize i = 0; i < (gsize) n * C; i++)
        batch->sum_slope[i] = batch->rows[l + 1][i] > batch->rows[l][i] ? batch->row_slope[i] : 0;
      multiply (CblasTrans, CblasNoTrans, T * C, C, n, batch->columns[l], T * C, batch->sum_slope, C, 0,
                slope->weights[l], C);
      sum_rows (batch->sum_slope, n, C, slope->biases[l]);
      multiply (CblasNoTrans, CblasTrans, n, T * C, C, batch->sum_slope, C, net->weights[l], C, 0, batch->column_slope,
                T * C);
      for (guint r = 0; r < n; r++)
        for (guint t = 0; t < T; t++)
          if (reaches (batch, r, l, t, &offset))
            {
              float *to = batch->row_slope + ((gint) r + offset) * (gint) C;
              const float *from = batch->column_slope + ((gsize) r * T + t) * C;

              for (guint c = 0; c < C; c++)
                to[c] += from[c];
            }
    }
  for (gsize i = 0; i < (gsize) n * C; i++)
    if (!(batch->rows[0][i] > 0))
      batch->row_slope[i] = 0;
  multiply (CblasTrans, CblasNoTrans, F, C, n, batch->in[0], F, batch->row_slope, C, 0, slope->input, C);
  sum_rows (batch->row_slope, n, C, slope->input_bias);
}

static void
adjust (float *weights, const float *slope, float *mean, float *square, gsize n, guint step, float rate)
{
  float correct_mean = 1 - powf (.9f, step), correct_square = 1 - powf (.999f, step);

  for (gsize i = 0; i < n; i++)
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

/* The state of a step, whose parts may run in parallel. */
typedef struct
{
  const QuarrySegmentFitted *net;
  const QuarrySegmentScales *scales;
  Piece pieces[PARTS * PIECES];
  guint rows;
  Batch *batches[PARTS];
  QuarrySegmentFitted *slopes[PARTS];
  double losses[PARTS];
} Step;

static void
fit_part (guint part, gpointer data)
{
  Step *step = data;
  Batch *batch = step->batches[part];

  batch->n = 0;
  for (guint p = 0; p < PIECES; p++)
    add_piece (batch, step->scales, step->pieces[part * PIECES + p]);
  forward (batch, step->net);
  step->losses[part] = judge (batch, step->rows);
  backward (batch, step->net, step->slopes[part]);
}

/* Returns the mean loss per gap. Afterwards the slopes of the first part hold the sum over all parts. */
static double
run_step (Step *step)
{
  double loss = 0;

  step->rows = 0;
  for (guint p = 0; p < PARTS * PIECES; p++)
    step->rows += rows_of (step->pieces[p]);
  quarry_run_parts (PARTS, fit_part, step);
  for (guint part = 0; part < PARTS; part++)
    {
      loss += step->losses[part];
      for (gsize i = 0; part > 0 && i < step->net->n; i++)
        step->slopes[0]->values[i] += step->slopes[part]->values[i];
    }
  return loss / step->rows;
}

void
quarry_segment_fit (QuarrySegmentFitted *net,
                    const QuarrySegmentScales *scales,
                    GPtrArray *texts,
                    double epochs,
                    double learning_rate,
                    guint seed,
                    void (*say) (const char *what))
{
  g_autofree Step *parts = g_new0 (Step, 1);
  g_autofree float *mean = g_new0 (float, net->n);
  g_autofree float *square = g_new0 (float, net->n);
  g_autoptr (GArray) pieces = cut_pieces (texts);
  QuarryRandom random = quarry_random (seed + 1);
  guint n_steps = MAX (1, (guint) (epochs * pieces->len / (PARTS * PIECES))), next = pieces->len;
  double loss = 0;

  openblas_set_num_threads (1);
  parts->net = net;
  parts->scales = scales;
  for (guint part = 0; part < PARTS; part++)
    {
      parts->batches[part] = batch_new (net);
      parts->slopes[part] = quarry_segment_fitted_new (net->channels, net->layers);
    }
  for (guint step = 1; step <= n_steps; step++)
    {
      double rate = learning_rate * MIN (1.0, (double) step / WARM_UP) * .5 * (1 + cos (G_PI * step / n_steps));

      for (guint p = 0; p < PARTS * PIECES; p++)
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
          parts->pieces[p] = g_array_index (pieces, Piece, next++);
        }
      loss += run_step (parts);
      adjust (net->values, parts->slopes[0]->values, mean, square, net->n, step, (float) rate);
      if (step % 500 == 0 || step == n_steps)
        {
          guint n = step % 500 == 0 ? 500 : step % 500;
          g_autofree char *message = g_strdup_printf ("step %u of %u, loss %.4f", step, n_steps, loss / n);

          say (message);
          loss = 0;
        }
    }
  for (guint part = 0; part < PARTS; part++)
    {
      batch_free (parts->batches[part]);
      quarry_segment_fitted_free (parts->slopes[part]);
    }
}

/* Adds @share times the probability that @net gives to each output of @text. */
static void
teach (QuarrySegmentText *text, Batch *batch, const QuarrySegmentFitted *net, const QuarrySegmentScales *scales,
       float share)
{
  for (guint first = 1; first < text->n; first += ROWS - 2 * AROUND)
    {
      guint last = MIN (text->n - first, ROWS - 2 * AROUND) + first;
      guint from = first - MIN (first - 1, AROUND), to = MIN (text->n - last, AROUND) + last;

      batch->n = 0;
      for (guint gap = from; gap < to; gap++)
        add_row (batch, scales, text, gap, gap - from, to - from);
      forward (batch, net);
      for (guint gap = first; gap < last; gap++)
        for (guint o = 0; o < O; o++)
          text->taught[(gsize) gap * O + o] += share / (1 + expf (-batch->out[gap - from][o]));
    }
}

void
quarry_segment_teach (GPtrArray *texts,
                      const QuarrySegmentScales *scales,
                      const QuarrySegmentFitted *teacher,
                      float share)
{
  g_autoptr (Batch) batch = batch_new (teacher);

  openblas_set_num_threads (1);
  for (guint t = 0; t < texts->len; t++)
    {
      QuarrySegmentText *text = g_ptr_array_index (texts, t);

      if (text->taught == NULL)
        text->taught = g_new0 (float, (gsize) text->n * O);
      teach (text, batch, teacher, scales, share);
    }
}

void
quarry_segment_find_ranges (QuarrySegmentRanges ranges,
                            const QuarrySegmentFitted *net,
                            const QuarrySegmentScales *scales,
                            GPtrArray *texts)
{
  g_autoptr (GArray) pieces = cut_pieces (texts);
  g_autoptr (Batch) batch = batch_new (net);
  g_autofree double *square = g_new0 (double, net->layers * net->channels);
  gsize n = 0;

  memset (ranges, 0, sizeof (QuarrySegmentRanges));
  for (guint p = 0; p < pieces->len; p += RANGE_EVERY)
    {
      batch->n = 0;
      add_piece (batch, scales, g_array_index (pieces, Piece, p));
      forward (batch, net);
      for (guint l = 0; l < net->layers; l++)
        for (guint r = 0; r < batch->n; r++)
          for (guint c = 0; c < net->channels; c++)
            {
              float x = batch->rows[l][(gsize) r * net->channels + c];

              square[l * net->channels + c] += (double) x * (double) x;
              ranges[l][c] = MAX (ranges[l][c], x);
            }
      n += batch->n;
    }
  for (guint l = 0; l < net->layers; l++)
    for (guint c = 0; c < net->channels; c++)
      ranges[l][c] = MIN (ranges[l][c], (float) (RANGE_TIMES * sqrt (square[l * net->channels + c] / n)));
}
