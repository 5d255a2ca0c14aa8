/* test-segment-gains.c: how well runs of sentences hold together
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <math.h>
#include <string.h>

#include "core/segment/quarry-segment-private.h"
#include "tests/unit/segment-helpers.h"

#define N_PARAGRAPHS 60

/* Sentences of a few topics, whose words are repeated, also within a sentence, and one sentence without words. */
static void
make_case (Case *self)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  guint32 state = 5;

  for (guint i = 0; i < N_PARAGRAPHS; i++)
    if (i == 7)
      quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, "…!", -1);
    else if (i % 9 == 4)
      quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, "Harbour harbour harbour, and harbour anchor anchor.", -1);
    else
      add_paragraph (builder, i / 12 % N_TOPICS, 3 + i % 4, &state);
  case_init (self, builder, TRUE);
}

/* Computes from their definitions the gains of the sentences @from to @to by vectors and by words, without the
 * normaliser and the weight of the multinomial. */
static void
weigh_plainly (const QuarryUnits *units, const float *centred, guint from, guint to, double *vectors, double *words)
{
  g_autofree guint *count = g_new0 (guint, units->n_stems);

  *vectors = *words = 0;
  for (guint d = 0; d < units->dims; d++)
    {
      double sum = 0;

      for (guint i = from; i < to; i++)
        sum += (double) centred[(gsize) i * units->dims + d];
      *vectors += sum * sum / (to - from);
    }
  for (guint32 s = units->first_stem[from]; s < units->first_stem[to]; s++)
    *words += log (++count[units->stems[s]]);
}

static void
assert_runs (QuarryRuns *runs, const QuarryUnits *units, const float *centred, guint end, guint n)
{
  const gint32 *squares;
  const gint64 *likelihoods;

  quarry_runs_end (runs, end, n, &squares, &likelihoods);
  for (guint i = 0; i < n; i++)
    {
      double vectors, words;

      weigh_plainly (units, centred, end - n + i, end, &vectors, &words);
      g_assert_cmpfloat_with_epsilon ((double) ((float) squares[i] * QUARRY_RUNS_SQUARE_UNIT / (float) (n - i)), vectors, 5e-3);
      g_assert_cmpfloat_with_epsilon ((double) likelihoods[i] * QUARRY_RUNS_LIKELIHOOD_UNIT, words, 1e-4);
    }
}

/* Ends in order, with runs that start later and later; then an end that was passed already, one far ahead, and a run
 * that starts before those that are known. */
static void
test_runs (void)
{
  Case self;

  make_case (&self);
  {
    g_autoptr (QuarrySentenceWords) words = quarry_sentence_words_of_document (self.document, self.sentences);
    g_autoptr (QuarryUnits) units = quarry_units_new (words, self.vectors, DIMS);
    g_autoptr (QuarryGains) gains = quarry_gains_new (units);
    const float *centred = quarry_gains_get_centred (gains);
    QuarryRuns *runs = quarry_runs_new (units, centred);
    guint n = units->n, low = 0;

    g_assert_cmpuint (n, >, 220);
    for (guint end = 1; end <= n; end++)
      {
        low = MAX (low, end - MIN (end, 40 + end % 30));
        assert_runs (runs, units, centred, end, end - low);
      }
    assert_runs (runs, units, centred, 30, 30);
    assert_runs (runs, units, centred, 31, 1);
    assert_runs (runs, units, centred, n, QUARRY_SEGMENT_MAX_SENTENCES);
    assert_runs (runs, units, centred, n - 1, 10);
    assert_runs (runs, units, centred, n - 1, 20);
    assert_runs (runs, units, centred, n, 5);
    quarry_runs_free (runs);
  }
  case_clear (&self);
}

/* A run's gain is the same whether it is computed from its start, from its end, or together with all that end there. */
static void
test_ways (void)
{
  Case self;

  make_case (&self);
  {
    g_autoptr (QuarrySentenceWords) words = quarry_sentence_words_of_document (self.document, self.sentences);
    g_autoptr (QuarryUnits) units = quarry_units_new (words, self.vectors, DIMS);
    g_autoptr (QuarryGains) gains = quarry_gains_new (units);

    for (guint end = 1; end <= units->n; end += 7)
      {
        guint n = MIN (end, QUARRY_SEGMENT_MAX_SENTENCES);
        const float *both = quarry_gains_ending (gains, end, n, QUARRY_GAIN_BOTH);
        const float *by_vectors = quarry_gains_ending (gains, end, n, QUARRY_GAIN_VECTORS);
        const float *by_words = quarry_gains_ending (gains, end, n, QUARRY_GAIN_WORDS);
        g_autofree double *backward = g_new (double, n);

        quarry_gains_backward (gains, end, n, backward);
        for (guint length = 1; length <= n; length++)
          {
            g_autofree double *forward = g_new (double, length);

            quarry_gains_forward (gains, end - length, length, forward);
            g_assert_cmpfloat_with_epsilon ((double) both[n - length], backward[length - 1], 1e-2);
            g_assert_cmpfloat_with_epsilon (forward[length - 1], backward[length - 1], 1e-3);
            g_assert_cmpfloat_with_epsilon ((double) both[n - length],
                                            (double) by_vectors[n - length] + (double) by_words[n - length], 1e-4);
          }
      }
  }
  case_clear (&self);
}

/* Gains of many ends are kept until they are forgotten. Then they are computed anew, with the same result in any
 * order. */
static void
test_forgotten (void)
{
  Case self;

  make_case (&self);
  {
    g_autoptr (QuarrySentenceWords) words = quarry_sentence_words_of_document (self.document, self.sentences);
    g_autoptr (QuarryUnits) units = quarry_units_new (words, self.vectors, DIMS);
    g_autoptr (QuarryGains) gains = quarry_gains_new (units);
    g_autofree float *before = g_new0 (float, (gsize) (units->n + 1) * QUARRY_SEGMENT_MAX_SENTENCES);

    for (guint time = 0; time < 3; time++)
      {
        for (guint i = 1; i <= units->n; i++)
          {
            guint end = time < 2 ? i : units->n + 1 - i, n = MIN (end, QUARRY_SEGMENT_MAX_SENTENCES);
            const float *both = quarry_gains_ending (gains, end, n, QUARRY_GAIN_BOTH);

            if (time == 0)
              memcpy (before + (gsize) end * QUARRY_SEGMENT_MAX_SENTENCES, both, n * sizeof *both);
            else
              g_assert_cmpmem (both, n * sizeof *both, before + (gsize) end * QUARRY_SEGMENT_MAX_SENTENCES,
                               n * sizeof *both);
          }
        if (time > 0)
          quarry_gains_forget (gains);
      }
  }
  case_clear (&self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/segment-gains/runs", test_runs);
  g_test_add_func ("/segment-gains/ways", test_ways);
  g_test_add_func ("/segment-gains/forgotten", test_forgotten);

  return g_test_run ();
}
