/* quarry-eval-segmentation.c: measures the segmenter against reference segmentations
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Measures each document by itself, then averages, with bootstrap intervals over documents.
 */
#include "quarry-config.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <time.h>

#include "core/eval/quarry-eval-segmentation.h"
#include "core/eval/quarry-measures.h"
#include "core/eval/quarry-ref.h"
#include "core/library/import/quarry-embed-sentences.h"
#include "core/library/quarry-library-private.h"
#include "core/segment/quarry-segmenter.h"

/* With two sentences, the measures mean nothing. */
#define LEAST_SENTENCES 3

#define BOOTSTRAP_DRAWS 2000

static void
file_clear (gpointer data)
{
  QuarryEvalSegmentationFile *file = data;

  g_free (file->path);
}

void
quarry_eval_segmentation_free (QuarryEvalSegmentation *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->files);
  g_free (self);
}

/* The processor time of this thread, which does not include what else the machine does. */
static gint64
processor_time (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* The boundaries that the segmenter finds: one for each sentence, TRUE after the last of a segment. */
static gboolean *
segment_document (QuarryDocument *document,
                  const QuarrySentenceWords *words,
                  const float *vectors,
                  guint dims,
                  double granularity,
                  gint64 *microseconds)
{
  g_autoptr (QuarrySegmenter) segmenter = NULL;
  g_autoptr (GArray) segments = NULL;
  gboolean *found = g_new0 (gboolean, words->n);
  gint64 started = processor_time ();

  segmenter = quarry_segmenter_new (document, words, vectors, dims);
  segments = quarry_segmenter_decode (segmenter, granularity);
  *microseconds += processor_time () - started;

  for (guint i = 1; i < segments->len; i++)
    found[g_array_index (segments, QuarrySegment, i).sentence - 1] = TRUE;
  return found;
}

static void
measure (QuarryEvalSegmentationFile *file, const gboolean *reference, const gboolean *found)
{
  guint n = file->sentences;

  for (guint i = 0; i + 1 < n; i++)
    {
      file->reference_boundaries += reference[i];
      file->found_boundaries += found[i];
    }
  file->pk = quarry_measure_pk (reference, found, n, 0);
  file->windowdiff = quarry_measure_windowdiff (reference, found, n, 0);
  file->boundary_f1 = quarry_measure_boundary_f1 (reference, found, n, 0);
  file->boundary_f1_near = quarry_measure_boundary_f1 (reference, found, n, 1);
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  const double *x = a, *y = b;

  return (*x > *y) - (*x < *y);
}

static double
pk_of (GArray *files, guint at)
{
  return g_array_index (files, QuarryEvalSegmentationFile, at).pk;
}

/* The bootstrap interval of the mean Pk, or, unless @others is NULL, of its difference to theirs for the same
 * documents. Documents are drawn with replacement; the draws are the same for all methods. */
static void
bootstrap_pk (GArray *files, GArray *others, double *low, double *high)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  double means[BOOTSTRAP_DRAWS];

  for (guint draw = 0; draw < BOOTSTRAP_DRAWS; draw++)
    {
      means[draw] = 0;
      for (guint i = 0; i < files->len; i++)
        {
          guint at = MIN ((guint) (g_rand_double (random) * files->len), files->len - 1);

          means[draw] += (pk_of (files, at) - (others != NULL ? pk_of (others, at) : 0)) / files->len;
        }
    }
  qsort (means, BOOTSTRAP_DRAWS, sizeof *means, compare_doubles);
  *low = means[BOOTSTRAP_DRAWS / 40];
  *high = means[BOOTSTRAP_DRAWS - 1 - BOOTSTRAP_DRAWS / 40];
}

static void
average (QuarryEvalSegmentationScores *scores, GArray *files)
{
  guint64 reference = 0, found = 0;

  for (guint i = 0; i < files->len; i++)
    {
      const QuarryEvalSegmentationFile *file = &g_array_index (files, QuarryEvalSegmentationFile, i);

      scores->pk += file->pk / files->len;
      scores->windowdiff += file->windowdiff / files->len;
      scores->boundary_f1 += file->boundary_f1 / files->len;
      scores->boundary_f1_near += file->boundary_f1_near / files->len;
      reference += file->reference_boundaries;
      found += file->found_boundaries;
    }
  scores->boundary_ratio = reference > 0 ? (double) found / reference : 0;
  bootstrap_pk (files, NULL, &scores->pk_low, &scores->pk_high);
}

/* Appends the figures for one document to @files, and those of each baseline to its array. */
static void
measure_document (const QuarryRef *ref,
                  QuarryDocument *document,
                  const char *path,
                  QuarryEmbedder *embedder,
                  double granularity,
                  GArray *files,
                  GArray **baselines,
                  gint64 *microseconds)
{
  guint n = ref->sentences->len, dims = embedder != NULL ? quarry_embedder_get_dims (embedder) : 0;
  const QuarryBlock *blocks = quarry_document_get_blocks (document, NULL);
  g_autofree QuarrySpan *sentences = g_new (QuarrySpan, n);
  g_autoptr (QuarrySentenceWords) words = NULL;
  g_autofree float *vectors = NULL;
  g_autofree gboolean *found = NULL;
  QuarryEvalSegmentationFile file = { .path = g_strdup (path), .sentences = n };

  for (guint i = 0; i < n; i++)
    sentences[i] = blocks[i].span;
  words = quarry_sentence_words_new (quarry_document_get_text (document, NULL), sentences, n);
  if (embedder != NULL)
    vectors = quarry_embed_sentences (embedder, words);
  found = segment_document (document, words, vectors, dims, granularity, microseconds);
  measure (&file, ref->boundary, found);
  g_array_append_val (files, file);

  for (guint b = 0; baselines != NULL && b < QUARRY_N_BASELINES; b++)
    {
      QuarryEvalSegmentationFile other = { .sentences = n };
      g_autofree gboolean *cuts = quarry_baseline_cut (b, document, words, vectors, dims,
                                                       file.reference_boundaries, files->len);

      measure (&other, ref->boundary, cuts);
      g_array_append_val (baselines[b], other);
    }
}

QuarryEvalSegmentation *
quarry_eval_segmentation (const char *folder,
                          const char *model,
                          double granularity,
                          gboolean baselines,
                          QuarryEvalProgress progress,
                          gpointer user_data,
                          GError **error)
{
  g_autoptr (QuarryEvalSegmentation) self = NULL;
  g_autoptr (QuarryEmbedder) embedder = NULL;
  g_autoptr (GPtrArray) paths = NULL;
  g_autoptr (GPtrArray) others = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  gint64 microseconds = 0;

  g_return_val_if_fail (folder != NULL, NULL);

  paths = quarry_ref_list (folder, error);
  if (paths == NULL)
    return NULL;
  if (model != NULL)
    {
      embedder = quarry_embedder_load (model, error);
      if (embedder == NULL)
        return NULL;
    }

  self = g_new0 (QuarryEvalSegmentation, 1);
  self->files = g_array_new (FALSE, TRUE, sizeof (QuarryEvalSegmentationFile));
  g_array_set_clear_func (self->files, file_clear);
  self->has_baselines = baselines;
  for (guint b = 0; baselines && b < QUARRY_N_BASELINES; b++)
    g_ptr_array_add (others, g_array_new (FALSE, TRUE, sizeof (QuarryEvalSegmentationFile)));
  for (guint i = 0; i < paths->len; i++)
    {
      const char *path = g_ptr_array_index (paths, i);
      g_autoptr (QuarryRef) ref = quarry_ref_load (path, error);
      g_autoptr (QuarryDocument) document = NULL;

      if (ref == NULL)
        return NULL;
      if (ref->sentences->len < LEAST_SENTENCES)
        self->passed_over++;
      else
        {
          document = quarry_ref_to_document (ref, error);
          if (document == NULL)
            return NULL;
          measure_document (ref, document, path, embedder, granularity, self->files,
                            baselines ? (GArray **) others->pdata : NULL, &microseconds);
          self->sentences += ref->sentences->len;
        }
      if (progress != NULL)
        progress (i + 1, paths->len, user_data);
    }

  if (self->files->len == 0)
    {
      g_autofree char *name = g_filename_display_name (folder);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _("No .ref file in “%s” has %d sentences or more"), name, LEAST_SENTENCES);
      return NULL;
    }
  self->documents = self->files->len;
  self->sentences_per_second = self->sentences / (MAX (microseconds, 1) / 1e6);
  average (&self->scores, self->files);
  for (guint b = 0; b < others->len; b++)
    {
      QuarryEvalSegmentationScores *scores = &self->baselines[b];
      GArray *files = g_ptr_array_index (others, b);

      average (scores, files);
      scores->delta = scores->pk - self->scores.pk;
      bootstrap_pk (files, self->files, &scores->delta_low, &scores->delta_high);
    }
  return g_steal_pointer (&self);
}
