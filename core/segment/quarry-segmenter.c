/* quarry-segmenter.c: a document cut where its topic changes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Joins the stages of quarry-segment-private.h. The default cut is found when a segmenter is made; the ranks that
 * coarser and finer cuts need are made when one of those is first asked for.
 */
#include "quarry-config.h"

#include <math.h>
#include <string.h>

#include "core/segment/quarry-segment-private.h"
#include "core/segment/quarry-segmenter.h"

struct _QuarrySegmenter
{
  GObject parent_instance;

  QuarryDocument *document;
  QuarrySpan *sentences;
  guint32 *words; /* how many each sentence has */
  guint n;
  QuarryUnits *units;
  QuarryUnits *heard; /* the units with the names of those who speak, where these count; or NULL */
  QuarryGains *gains;
  QuarryGap *gaps;
  float *depths;
  gboolean ranked; /* the gaps have their ranks, which only cuts other than the default need */
  guint n_ranked;
  guint n_default;
};

G_DEFINE_FINAL_TYPE (QuarrySegmenter, quarry_segmenter, G_TYPE_OBJECT)

static void
quarry_segmenter_finalize (GObject *object)
{
  QuarrySegmenter *self = QUARRY_SEGMENTER (object);

  g_clear_object (&self->document);
  g_free (self->sentences);
  g_free (self->words);
  quarry_gains_free (self->gains);
  quarry_units_free (self->units);
  quarry_units_free (self->heard);
  g_free (self->gaps);
  g_free (self->depths);

  G_OBJECT_CLASS (quarry_segmenter_parent_class)->finalize (object);
}

static void
quarry_segmenter_class_init (QuarrySegmenterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = quarry_segmenter_finalize;
}

static void
quarry_segmenter_init (QuarrySegmenter *self)
{
}

QuarrySegmenter *
quarry_segmenter_new (QuarryDocument *document,
                      const QuarrySentenceWords *words,
                      const float *vectors,
                      guint dims)
{
  QuarrySegmenter *self;
  QuarrySentenceWords *spoken;
  const QuarrySpan *sentences;
  gsize length;

  g_return_val_if_fail (QUARRY_IS_DOCUMENT (document), NULL);
  g_return_val_if_fail (words != NULL, NULL);
  g_return_val_if_fail (words->text == quarry_document_get_text (document, &length), NULL);

  sentences = words->sentences;
  for (guint i = 0; i < words->n; i++)
    {
      g_return_val_if_fail (sentences[i].start <= sentences[i].end, NULL);
      g_return_val_if_fail (sentences[i].end <= length, NULL);
      g_return_val_if_fail (i == 0 || sentences[i - 1].end <= sentences[i].start, NULL);
    }

  self = g_object_new (QUARRY_TYPE_SEGMENTER, NULL);
  self->document = g_object_ref (document);
  self->n = words->n;
  self->sentences = g_memdup2 (sentences, self->n * sizeof *sentences);
  self->words = g_new (guint32, MAX (self->n, 1));
  for (guint i = 0; i < self->n; i++)
    self->words[i] = words->first_words[i + 1] - words->first_words[i];
  self->gaps = quarry_segment_gaps (document, words);
  spoken = quarry_segment_spoken_words (words, self->gaps);
  self->units = quarry_units_new (spoken != NULL ? spoken : words, vectors, dims);
  /* Where people speak, a new topic often has other speakers. The untrained models know them by their names, and the
   * networks by what these say of each gap; as words of their own, names would tell the networks nothing. */
  if (spoken != NULL && self->units->is_personal)
    self->heard = quarry_units_new (words, vectors, dims);
  quarry_segment_spoken_words_free (spoken);
  self->gains = quarry_gains_new (self->heard != NULL ? self->heard : self->units);
  if (!quarry_segment_judge (self->units, self->gains, self->gaps))
    quarry_segment_cut (self->gains, self->gaps, self->n);
  quarry_gains_forget (self->gains);
  return self;
}

/* --- Decoding ------------------------------------------------------------------------------- */

/* Returns how many of the ranked gaps are boundaries. The number of segments grows by the same factor with every step
 * of granularity: from 1 to that of the default cut, and from there to that of the finest. */
static guint
boundaries_at (const QuarrySegmenter *self, double granularity)
{
  double coarsest = 1, usual = self->n_default + 1.0, finest = self->n_ranked + 1.0;
  double segments;

  if (granularity <= QUARRY_GRANULARITY_DEFAULT)
    segments = coarsest * pow (usual / coarsest, granularity / QUARRY_GRANULARITY_DEFAULT);
  else
    segments = usual * pow (finest / usual, (granularity - QUARRY_GRANULARITY_DEFAULT)
                                            / (1 - QUARRY_GRANULARITY_DEFAULT));
  return (guint) floor (segments + 0.5) - 1;
}

FOR_WIDE_REGISTERS static void
add_up (double *sum, const float *vector, guint dims)
{
  for (guint d = 0; d < dims; d++)
    sum[d] += (double) vector[d];
}

/* The length of the mean of the sentences' unit vectors, which is 1 where all point the same way. Without vectors, the
 * same of the sentences' word counts. */
static float
cohesion_of (const QuarrySegmenter *self, guint start, guint end, double *sum)
{
  const QuarryUnits *units = self->units;
  guint known = 0;
  double square = 0;

  if (units->dims > 0)
    {
      memset (sum, 0, units->dims * sizeof *sum);
      for (guint i = start; i < end; i++)
        {
          const float *vector = units->vectors + (gsize) i * units->dims;
          guint first = 0;

          while (first < units->dims && vector[first] == 0)
            first++;
          known += first < units->dims;
          add_up (sum, vector, units->dims);
        }
      for (guint d = 0; d < units->dims; d++)
        square += sum[d] * sum[d];
    }
  else
    {
      /* Each of a sentence's words counts 1 / √words, so that the length of its vector is about 1. */
      for (guint i = start; i < end; i++)
        {
          guint32 first = units->first_stem[i], last = units->first_stem[i + 1];

          known += last > first;
          for (guint32 s = first; s < last; s++)
            sum[units->stems[s]] += 1 / sqrt (last - first);
        }
      for (guint32 s = units->first_stem[start]; s < units->first_stem[end]; s++)
        {
          square += sum[units->stems[s]] * sum[units->stems[s]];
          sum[units->stems[s]] = 0;
        }
    }
  return known > 0 ? (float) CLAMP (sqrt (square) / known, 0, 1) : 0;
}

GArray *
quarry_segmenter_decode (QuarrySegmenter *self, double granularity)
{
  g_autoptr (GArray) segments = NULL;
  g_autofree double *sum = NULL;
  guint boundaries = 0, start = 0;
  gsize length;

  g_return_val_if_fail (QUARRY_IS_SEGMENTER (self), NULL);

  granularity = isnan (granularity) ? QUARRY_GRANULARITY_DEFAULT : CLAMP (granularity, 0, 1);
  segments = g_array_new (FALSE, TRUE, sizeof (QuarrySegment));
  quarry_document_get_text (self->document, &length);
  if (length == 0)
    return g_steal_pointer (&segments);
  if (self->n == 0)
    {
      QuarrySegment all = { { 0, (guint32) length }, 0, 0, 0 };

      g_array_append_val (segments, all);
      return g_steal_pointer (&segments);
    }

  if (granularity != QUARRY_GRANULARITY_DEFAULT)
    {
      if (!self->ranked)
        self->n_ranked
            = quarry_segment_rank_gaps (self->gains, self->gaps, self->n, &self->n_default);
      self->ranked = TRUE;
      boundaries = boundaries_at (self, granularity);
    }

  sum = g_new0 (double, MAX (1, self->units->dims > 0 ? self->units->dims : self->units->n_stems));
  for (guint i = 1; i <= self->n; i++)
    {
      const QuarryGap *gap = i < self->n ? &self->gaps[i] : NULL;
      gboolean cuts = gap == NULL || (double) gap->sure <= granularity;

      if (!cuts && granularity == QUARRY_GRANULARITY_DEFAULT)
        cuts = gap->in_default;
      else if (!cuts)
        cuts = gap->rank < boundaries;
      if (cuts)
        {
          QuarrySegment segment = {
            .span = { start > 0 ? self->sentences[start].start : 0,
                      gap != NULL ? self->sentences[i].start : (guint32) length },
            .sentence = start,
            .n_sentences = i - start,
            .cohesion = cohesion_of (self, start, i, sum),
          };

          g_array_append_val (segments, segment);
          start = i;
        }
    }
  return g_steal_pointer (&segments);
}

const float *
quarry_segmenter_get_depths (QuarrySegmenter *self, guint *n_gaps)
{
  g_return_val_if_fail (QUARRY_IS_SEGMENTER (self), NULL);

  if (self->depths == NULL)
    self->depths = quarry_segment_depths (self->units);
  if (n_gaps != NULL)
    *n_gaps = self->n > 0 ? self->n - 1 : 0;
  return self->depths;
}

/* --- Passages ------------------------------------------------------------------------------- */

GArray *
quarry_segmenter_passages (QuarrySegmenter *self, GArray *segments)
{
  g_autofree gboolean *is_heading = NULL;
  const QuarryBlock *blocks;
  guint n_blocks, block = 0;

  g_return_val_if_fail (QUARRY_IS_SEGMENTER (self), NULL);
  g_return_val_if_fail (segments != NULL, NULL);

  blocks = quarry_document_get_blocks (self->document, &n_blocks);
  is_heading = g_new0 (gboolean, MAX (self->n, 1));
  for (guint i = 0; i < self->n; i++)
    {
      while (block < n_blocks && blocks[block].span.end <= self->sentences[i].start)
        block++;
      is_heading[i] = block < n_blocks && blocks[block].span.start <= self->sentences[i].start
                      && blocks[block].kind == QUARRY_BLOCK_HEADING;
    }
  return quarry_segment_pack_passages (self->document, self->sentences, self->words,
                                       is_heading, self->gaps, segments);
}
