/* quarry-eval-segmentation.c: the segmenter measured against reference segmentations
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <glib/gi18n-lib.h>

#include "core/eval/quarry-eval-segmentation.h"
#include "core/eval/quarry-measures.h"
#include "core/eval/quarry-ref.h"
#include "core/library/quarry-library-private.h"

/* Of two sentences nothing can be said. */
#define LEAST_SENTENCES 3

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

/* Where the segmenter cuts: one a sentence, TRUE after a segment's last. */
static gboolean *
segment_document (QuarryDocument *document,
                  QuarryEmbedder *embedder,
                  double granularity,
                  guint n,
                  gint64 *microseconds)
{
  const char *text = quarry_document_get_text (document, NULL);
  const QuarryBlock *blocks = quarry_document_get_blocks (document, NULL);
  g_autofree QuarrySpan *sentences = g_new (QuarrySpan, n);
  g_autofree float *vectors = NULL;
  g_autoptr (QuarrySegmenter) segmenter = NULL;
  g_autoptr (GArray) segments = NULL;
  gboolean *found = g_new0 (gboolean, n);
  gint64 started;

  for (guint i = 0; i < n; i++)
    sentences[i] = blocks[i].span;
  if (embedder != NULL)
    vectors = quarry_embed_sentences (embedder, NULL, text, sentences, n);

  started = g_get_monotonic_time ();
  segmenter = quarry_segmenter_new (document, sentences, n, vectors,
                                    embedder != NULL ? quarry_embedder_get_dims (embedder) : 0);
  segments = quarry_segmenter_decode (segmenter, granularity);
  *microseconds += g_get_monotonic_time () - started;

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

static void
average (QuarryEvalSegmentation *self, gint64 microseconds)
{
  guint64 reference = 0, found = 0;

  self->documents = self->files->len;
  for (guint i = 0; i < self->files->len; i++)
    {
      const QuarryEvalSegmentationFile *file
          = &g_array_index (self->files, QuarryEvalSegmentationFile, i);

      self->sentences += file->sentences;
      self->pk += file->pk / self->documents;
      self->windowdiff += file->windowdiff / self->documents;
      self->boundary_f1 += file->boundary_f1 / self->documents;
      self->boundary_f1_near += file->boundary_f1_near / self->documents;
      reference += file->reference_boundaries;
      found += file->found_boundaries;
    }
  self->boundary_ratio = reference > 0 ? (double) found / reference : 0;
  self->sentences_per_second = self->sentences / (MAX (microseconds, 1) / 1e6);
}

QuarryEvalSegmentation *
quarry_eval_segmentation (const char *folder,
                          const char *model,
                          double granularity,
                          QuarryEvalProgress progress,
                          gpointer user_data,
                          GError **error)
{
  g_autoptr (QuarryEvalSegmentation) self = NULL;
  g_autoptr (QuarryEmbedder) embedder = NULL;
  g_autoptr (GPtrArray) paths = NULL;
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
  for (guint i = 0; i < paths->len; i++)
    {
      const char *path = g_ptr_array_index (paths, i);
      g_autoptr (QuarryRef) ref = quarry_ref_load (path, error);
      g_autoptr (QuarryDocument) document = NULL;
      g_autofree gboolean *found = NULL;
      QuarryEvalSegmentationFile file = { 0 };

      if (ref == NULL)
        return NULL;
      if (ref->sentences->len < LEAST_SENTENCES)
        self->passed_over++;
      else
        {
          document = quarry_ref_to_document (ref, error);
          if (document == NULL)
            return NULL;
          file.path = g_strdup (path);
          file.sentences = ref->sentences->len;
          found = segment_document (document, embedder, granularity, file.sentences, &microseconds);
          measure (&file, ref->boundary, found);
          g_array_append_val (self->files, file);
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
  average (self, microseconds);
  return g_steal_pointer (&self);
}
