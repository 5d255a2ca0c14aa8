/* quarry-eval-segmentation.h: measures the segmenter against reference segmentations
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Segments each reference text, and compares the boundaries by several measures; optionally does the same with simple
 * baselines.
 */
#pragma once

#include <gio/gio.h>

#include "core/eval/quarry-eval-progress.h"
#include "core/eval/quarry-segment-baselines.h"

G_BEGIN_DECLS

typedef struct
{
  char *path;
  guint sentences;
  guint reference_boundaries;
  guint found_boundaries;
  double pk;
  double windowdiff;
  double boundary_f1;
  double boundary_f1_near; /* a boundary that is one sentence off counts as found */
} QuarryEvalSegmentationFile;

/* Means over documents. */
typedef struct
{
  double pk;
  double pk_low; /* 95 % bootstrap interval over documents (percentiles), with pk_high */
  double pk_high;
  double windowdiff;
  double boundary_f1;
  double boundary_f1_near;
  double boundary_ratio; /* boundaries found divided by true ones, over all documents */
  double delta;          /* for a baseline: its Pk minus the segmenter's, mean over documents */
  double delta_low;      /* 95 % bootstrap interval, with the same draws of documents for both */
  double delta_high;
} QuarryEvalSegmentationScores;

/* Files of fewer than 3 sentences cannot be measured and are skipped; passed_over is their number. */
typedef struct
{
  guint documents;
  guint passed_over;
  guint64 sentences;
  QuarryEvalSegmentationScores scores;
  double sentences_per_second; /* per second of processor time: scoring and decoding, without embedding */
  GArray *files;               /* of QuarryEvalSegmentationFile, sorted by path */
  gboolean has_baselines;
  QuarryEvalSegmentationScores baselines[QUARRY_N_BASELINES];
} QuarryEvalSegmentation;

/* @folder: a folder of .ref files, which may be in subfolders; their lines are the sentences. @model: the folder of an
 * embedder, or NULL to segment by words alone. @granularity: 0 to 1. @baselines: whether to measure these as well.
 * @progress counts documents; may be NULL. Errors: from G_IO_ERROR, naming the file, and QUARRY_EMBED_ERROR. */
QuarryEvalSegmentation *quarry_eval_segmentation (const char *folder,
                                                  const char *model,
                                                  double granularity,
                                                  gboolean baselines,
                                                  QuarryEvalProgress progress,
                                                  gpointer user_data,
                                                  GError **error);
void quarry_eval_segmentation_free (QuarryEvalSegmentation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryEvalSegmentation, quarry_eval_segmentation_free)

G_END_DECLS
