/* quarry-contrast.c: contrastive training: moves rows so that queries find their passages
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A step draws a batch, sums the rows of each text, computes the loss of all pairs of a query and a
 * passage, and passes its gradient back through normalization and sum to the rows. The work is divided
 * into a fixed number of parts, so that the result does not depend on the number of threads.
 */
#include "app/train/quarry-contrast.h"

#include <cblas.h>
#include <string.h>

#include "app/train/quarry-threads.h"

#define TEMPERATURE .05f
#define FIRST_SIZE 64
#define WARM_UP 50
#define DECAY_POWER .7
#define BETA1 .9f
#define BETA2 .99f
#define EPSILON 1e-8f
#define REPORT_EVERY 100
#define N_PARTS 8
#define HELD_PER_SOURCE 120

/* The working memory of a step. The texts are numbered: 0 … batch − 1 are the queries, the passages follow. */
typedef struct
{
  float *rows, *first, *second; /* the model and Adam's moments: each n × dims */
  guint n, dims, batch;
  QuarryExample *examples;
  guint64 *keys;    /* 3 × batch: articles, queries and passages of the examples */
  float *sums;      /* 2 batch × dims: the sum of each text's rows */
  float *gradients; /* likewise: gradients of the sums */
  float *units;     /* 2 batch × size: the first dimensions of the sums, as unit vectors */
  float *pull;      /* likewise: gradients of the units */
  float *norms;     /* 2 batch: the norms of the sums */
  float *cells;     /* batch × batch: similarities, then their gradients */
  float *row_sums, *column_sums;
  guint size;
  double loss;

  guint32 *heads; /* n + 1: where the occurrences of each token start */
  guint32 *occurrences;
  GArray *touched; /* guint32: the tokens of this batch */
  float rate, correction1, correction2;
} Step;

static inline const guint32 *
tokens_of (const Step *step, guint text, guint *n)
{
  const QuarryExample *example = &step->examples[text % step->batch];

  *n = text < step->batch ? example->n_query : example->n_passage;
  return text < step->batch ? example->query : example->passage;
}

/* The half-open range of @n things that belongs to part @part. */
static inline void
get_range (guint part, guint n, guint *start, guint *end)
{
  *start = (guint64)n * part / N_PARTS;
  *end = (guint64)n * (part + 1) / N_PARTS;
}

static void
sum_part (guint part, gpointer data)
{
  Step *step = data;
  guint start, end, n, dims = step->dims;

  get_range (part, 2 * step->batch, &start, &end);
  for (guint text = start; text < end; text++)
    {
      float *restrict sum = step->sums + (gsize) text * dims;
      const guint32 *tokens = tokens_of (step, text, &n);

      memset (sum, 0, dims * sizeof *sum);
      for (guint i = 0; i < n; i++)
        {
          const float *row = step->rows + (gsize) tokens[i] * dims;

          for (guint d = 0; d < dims; d++)
            sum[d] += row[d];
        }
    }
}

static void
unit_part (guint part, gpointer data)
{
  Step *step = data;
  guint start, end, size = step->size;

  get_range (part, 2 * step->batch, &start, &end);
  for (guint text = start; text < end; text++)
    {
      const float *sum = step->sums + (gsize) text * step->dims;
      float *unit = step->units + (gsize) text * size;
      float norm = MAX (cblas_snrm2 (size, sum, 1), 1e-12f);

      step->norms[text] = norm;
      for (guint d = 0; d < size; d++)
        unit[d] = sum[d] / norm;
    }
}

/* eˣ for x from −87 to slightly above 0, to seven digits: 2ⁱ by setting the exponent's bits, the rest by a polynomial.
 * It uses simple operations only, so that the compiler can vectorize the loop around it. */
static inline float
fast_exp (float x)
{
  float y = x * 1.44269504f, whole = __builtin_floorf (y), f = (y - whole) * .69314718f, power;
  gint32 bits = ((gint32) whole + 127) << 23;

  memcpy (&power, &bits, sizeof power);
  return power
         * (1
            + f
                  * (1
                     + f
                           * (.5f
                              + f
                                    * (.16666667f
                                       + f
                                             * (.041666667f
                                                + f * (.0083333333f + f * .0013888889f))))));
}

/* Replaces similarities by their exponentials. Two examples that share article, query or passage are not negatives for
 * each other, so their cell becomes 0. */
static void
exponential_part (guint part, gpointer data)
{
  Step *step = data;
  guint start, end, batch = step->batch;

  get_range (part, batch, &start, &end);
  for (guint i = start; i < end; i++)
    {
      float *cells = step->cells + (gsize) i * batch;
      const guint64 *articles = step->keys, *queries = articles + batch,
                    *passages = queries + batch;
      float own = cells[i], sum = 0;

      for (guint j = 0; j < batch; j++)
        cells[j] = fast_exp ((cells[j] - 1) / TEMPERATURE);
      for (guint j = 0; j < batch; j++)
        cells[j] = ((articles[i] == articles[j]) | (queries[i] == queries[j]) | (passages[i] == passages[j]))
                       ? 0
                       : cells[j];
      cells[i] = fast_exp ((own - 1) / TEMPERATURE);
      for (guint j = 0; j < batch; j++)
        sum += cells[j];
      step->row_sums[i] = sum;
    }
}

/* Replaces the exponentials by the gradient of the loss with respect to each similarity. */
static void
gradient_part (guint part, gpointer data)
{
  Step *step = data;
  guint start, end, batch = step->batch;
  float scale = 1 / (TEMPERATURE * batch);

  get_range (part, batch, &start, &end);
  for (guint i = start; i < end; i++)
    {
      float *cells = step->cells + (gsize) i * batch;
      float row = .5f / step->row_sums[i];

      for (guint j = 0; j < batch; j++)
        cells[j] *= scale * (row + .5f / step->column_sums[j]);
      cells[i] -= scale;
    }
}

/* The gradient through normalization: its component along the unit vector has no effect and is removed. */
static void
project_part (guint part, gpointer data)
{
  Step *step = data;
  guint start, end, size = step->size;

  get_range (part, 2 * step->batch, &start, &end);
  for (guint text = start; text < end; text++)
    {
      const float *unit = step->units + (gsize) text * size;
      const float *pull = step->pull + (gsize) text * size;
      float *gradient = step->gradients + (gsize) text * step->dims;
      float along = cblas_sdot (size, unit, 1, pull, 1);

      for (guint d = 0; d < size; d++)
        gradient[d] += (pull[d] - along * unit[d]) / step->norms[text];
    }
}

static void
learn_size (Step *step, guint size)
{
  guint batch = step->batch;
  const float *passages;

  step->size = size;
  quarry_run_parts (N_PARTS, unit_part, step);
  passages = step->units + (gsize) batch * size;
  cblas_sgemm (CblasRowMajor,
               CblasNoTrans,
               CblasTrans,
               batch,
               batch,
               size,
               1,
               step->units,
               size,
               passages,
               size,
               0,
               step->cells,
               batch);
  for (guint i = 0; i < batch; i++)
    step->loss -= (double) ((step->cells[(gsize) i * batch + i] - 1) / TEMPERATURE);
  quarry_run_parts (N_PARTS, exponential_part, step);
  memset (step->column_sums, 0, batch * sizeof *step->column_sums);
  for (guint i = 0; i < batch; i++)
    for (guint j = 0; j < batch; j++)
      step->column_sums[j] += step->cells[(gsize) i * batch + j];
  for (guint i = 0; i < batch; i++)
    step->loss += .5 * (log ((double) step->row_sums[i]) + log ((double) step->column_sums[i]));
  quarry_run_parts (N_PARTS, gradient_part, step);
  cblas_sgemm (CblasRowMajor,
               CblasNoTrans,
               CblasNoTrans,
               batch,
               size,
               batch,
               1,
               step->cells,
               batch,
               passages,
               size,
               0,
               step->pull,
               size);
  cblas_sgemm (CblasRowMajor,
               CblasTrans,
               CblasNoTrans,
               batch,
               size,
               batch,
               1,
               step->cells,
               batch,
               step->units,
               size,
               0,
               step->pull + (gsize) batch * size,
               size);
  quarry_run_parts (N_PARTS, project_part, step);
}

/* Sorts all occurrences by token, so that each row is updated once. */
static void
sort_occurrences (Step *step)
{
  guint32 total = 0;
  guint n;

  g_array_set_size (step->touched, 0);
  memset (step->heads, 0, (step->n + 1) * sizeof *step->heads);
  for (guint text = 0; text < 2 * step->batch; text++)
    {
      const guint32 *tokens = tokens_of (step, text, &n);

      for (guint i = 0; i < n; i++)
        step->heads[tokens[i]]++;
    }
  for (guint32 token = 0; token <= step->n; token++)
    {
      guint32 count = step->heads[token];

      if (count > 0)
        g_array_append_val (step->touched, token);
      step->heads[token] = total;
      total += count;
    }
  for (guint text = 0; text < 2 * step->batch; text++)
    {
      const guint32 *tokens = tokens_of (step, text, &n);

      for (guint i = 0; i < n; i++)
        step->occurrences[step->heads[tokens[i]]++] = text;
    }
  /* Each head has advanced to where the next one starts, so shift them back. */
  memmove (step->heads + 1, step->heads, step->n * sizeof *step->heads);
  step->heads[0] = 0;
}

static void
update_part (guint part, gpointer data)
{
  Step *step = data;
  guint start, end, dims = step->dims;
  g_autofree float *gradient = g_new (float, dims);

  get_range (part, step->touched->len, &start, &end);
  for (guint t = start; t < end; t++)
    {
      guint32 token = g_array_index (step->touched, guint32, t);
      float *restrict row = step->rows + (gsize) token * dims;
      float *restrict first = step->first + (gsize) token * dims;
      float *restrict second = step->second + (gsize) token * dims;

      memset (gradient, 0, dims * sizeof *gradient);
      for (guint32 o = step->heads[token]; o < step->heads[token + 1]; o++)
        {
          const float *from = step->gradients + (gsize) step->occurrences[o] * dims;

          for (guint d = 0; d < dims; d++)
            gradient[d] += from[d];
        }
      for (guint d = 0; d < dims; d++)
        {
          first[d] = BETA1 * first[d] + (1 - BETA1) * gradient[d];
          second[d] = BETA2 * second[d] + (1 - BETA2) * gradient[d] * gradient[d];
          row[d] -= step->rate * (first[d] * step->correction1)
                    / (__builtin_sqrtf (second[d] * step->correction2) + EPSILON);
        }
    }
}

static void
run_step (Step *step)
{
  guint dims = step->dims;

  step->loss = 0;
  for (guint i = 0; i < step->batch; i++)
    {
      step->keys[i] = step->examples[i].article;
      step->keys[step->batch + i] = step->examples[i].query_key;
      step->keys[2 * step->batch + i] = step->examples[i].passage_key;
    }
  memset (step->gradients, 0, 2 * (gsize) step->batch * dims * sizeof (float));
  quarry_run_parts (N_PARTS, sum_part, step);
  for (guint size = MIN (FIRST_SIZE, dims); size < dims; size *= 2)
    learn_size (step, size);
  learn_size (step, dims);
  sort_occurrences (step);
  quarry_run_parts (N_PARTS, update_part, step);
}

void
quarry_contrast (float *rows,
                 guint n,
                 guint dims,
                 QuarryMixture *mixture,
                 const QuarryContrastSettings *settings,
                 void (*say) (const char *what))
{
  gsize batch = settings->batch;
  g_autofree QuarryExample *examples = g_new (QuarryExample, batch);
  g_autofree guint64 *keys = g_new (guint64, 3 * batch);
  g_autofree float *first = g_new0 (float, (gsize) n *dims);
  g_autofree float *second = g_new0 (float, (gsize) n *dims);
  g_autofree float *sums = g_new (float, 2 * batch * dims);
  g_autofree float *gradients = g_new (float, 2 * batch * dims);
  g_autofree float *units = g_new (float, 2 * batch * dims);
  g_autofree float *pull = g_new (float, 2 * batch * dims);
  g_autofree float *norms = g_new (float, 2 * batch);
  g_autofree float *cells = g_new (float, batch *batch);
  g_autofree float *row_sums = g_new (float, batch);
  g_autofree float *column_sums = g_new (float, batch);
  g_autofree guint32 *heads = g_new (guint32, n + 1);
  g_autofree guint32 *occurrences
      = g_new (guint32, batch * (QUARRY_EXAMPLE_MAX_QUERY + QUARRY_EXAMPLE_MAX_PASSAGE));
  g_autoptr (GArray) touched = g_array_new (FALSE, FALSE, sizeof (guint32));
  QuarryRandom random = quarry_random (settings->seed);
  Step step = { .rows = rows,
                .first = first,
                .second = second,
                .n = n,
                .dims = dims,
                .examples = examples,
                .keys = keys,
                .sums = sums,
                .gradients = gradients,
                .units = units,
                .pull = pull,
                .norms = norms,
                .cells = cells,
                .row_sums = row_sums,
                .column_sums = column_sums,
                .heads = heads,
                .occurrences = occurrences,
                .touched = touched };
  double loss = 0;
  guint n_examples = 0;

  for (guint s = 0; s < settings->n_steps; s++)
    {
      double warm = MIN (1, (s + 1.0) / WARM_UP);

      step.batch = quarry_mixture_draw (mixture, &random, s % 2 == 1, examples, batch);
      if (step.batch < 2)
        continue;
      step.rate
          = settings->learning_rate * warm * pow (1 - (double) s / settings->n_steps, DECAY_POWER);
      step.correction1 = 1 / (1 - pow ((double) BETA1, s + 1));
      step.correction2 = 1 / (1 - pow ((double) BETA2, s + 1));
      run_step (&step);
      loss += step.loss;
      n_examples += step.batch;
      if (say != NULL && (s + 1) % REPORT_EVERY == 0)
        {
          g_autofree char *message
              = g_strdup_printf ("step %u, loss %.3f", s + 1, loss / n_examples);

          say (message);
          loss = n_examples = 0;
        }
    }
}

static void
embed (const float *rows, guint dims, const guint32 *tokens, guint n, float *vector)
{
  float norm;

  memset (vector, 0, dims * sizeof *vector);
  for (guint i = 0; i < n; i++)
    for (guint d = 0; d < dims; d++)
      vector[d] += rows[(gsize) tokens[i] * dims + d];
  norm = MAX (cblas_snrm2 (dims, vector, 1), 1e-12f);
  for (guint d = 0; d < dims; d++)
    vector[d] /= norm;
}

typedef struct
{
  double sum;
  guint n;
} Mean;

/* 1 / rank of passage @own among all @n for its query, 0 below the tenth; ties count half. @cells: room for @n floats. */
static double
find_reciprocal_rank (const float *query, const float *passages, guint n, guint dims, guint own, float *cells)
{
  double rank = 1;

  cblas_sgemv (CblasRowMajor, CblasNoTrans, n, dims, 1, passages, dims, query, 1, 0, cells, 1);
  for (guint j = 0; j < n; j++)
    if (j != own)
      rank += cells[j] > cells[own] ? 1 : cells[j] == cells[own] ? .5 : 0;
  return rank <= 10 ? 1 / rank : 0;
}

static void
add_to_subject (GHashTable *subjects, const char *subject, double value)
{
  Mean *mean = g_hash_table_lookup (subjects, subject);

  if (mean == NULL)
    {
      mean = g_new0 (Mean, 1);
      g_hash_table_insert (subjects, (gpointer) subject, mean);
    }
  mean->sum += value;
  mean->n++;
}

static void
report_subjects (GHashTable *subjects, GString *text)
{
  g_autoptr (GList) names = g_list_sort (g_hash_table_get_keys (subjects), (GCompareFunc) g_strcmp0);

  for (GList *l = names; l != NULL; l = l->next)
    {
      const Mean *mean = g_hash_table_lookup (subjects, l->data);

      g_string_append_printf (text, "%-34s %.3f\n", (char *) l->data, mean->sum / mean->n);
    }
}

double
quarry_contrast_measure (const float *rows, guint dims, QuarryMixture *mixture, char **report)
{
  guint n_sources = quarry_mixture_get_n_sources (mixture), n = 0, n_counted = 0;
  gsize most = (gsize) n_sources * HELD_PER_SOURCE;
  g_autofree QuarryExample *examples = g_new (QuarryExample, MAX (most, 1));
  g_autofree guint *starts = g_new (guint, n_sources + 1);
  g_autofree float *queries = g_new (float, most *dims + 1);
  g_autofree float *passages = g_new (float, most *dims + 1);
  g_autofree float *cells = NULL;
  g_autoptr (GHashTable) subjects = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  g_autoptr (GString) text = g_string_new (NULL);
  double total = 0;

  for (guint s = 0; s < n_sources; s++)
    {
      starts[s] = n;
      n += quarry_mixture_get_held (mixture, s, examples + n, HELD_PER_SOURCE);
    }
  starts[n_sources] = n;
  for (guint i = 0; i < n; i++)
    {
      embed (rows, dims, examples[i].query, examples[i].n_query, queries + (gsize) i * dims);
      embed (rows, dims, examples[i].passage, examples[i].n_passage, passages + (gsize) i * dims);
    }
  cells = g_new (float, MAX (n, 1));
  for (guint s = 0; s < n_sources; s++)
    {
      const char *subject, *name = quarry_mixture_get_source (mixture, s, &subject);
      guint n_held = starts[s + 1] - starts[s];
      double mean = 0;

      if (n_held == 0)
        continue;
      for (guint i = starts[s]; i < starts[s + 1]; i++)
        mean += find_reciprocal_rank (queries + (gsize) i * dims, passages, n, dims, i, cells);
      mean /= n_held;
      total += mean;
      n_counted++;
      g_string_append_printf (text, "  %-32s %.3f (%u)\n", name, mean, n_held);
      add_to_subject (subjects, subject, mean);
    }
  report_subjects (subjects, text);
  *report = g_string_free (g_steal_pointer (&text), FALSE);
  return n_counted > 0 ? total / n_counted : 0;
}
