/* quarry-eval-segmentation.h: the segmenter measured against reference segmentations
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
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
  double boundary_f1_near; /* a boundary one sentence off counts as found */
} QuarryEvalSegmentationFile;

/* Means over documents. */
typedef struct
{
  double pk;
  double pk_low; /* 95 % bootstrap interval over documents (percentiles) */
  double pk_high;
  double windowdiff;
  double boundary_f1;
  double boundary_f1_near;
  double boundary_ratio; /* boundaries found for each true one, over the whole set */
  double delta;          /* of a baseline: its Pk less the segmenter's, document by document */
  double delta_low;      /* 95 % bootstrap interval: the same documents drawn for both */
  double delta_high;
} QuarryEvalSegmentationScores;

/* Files of fewer than 3 sentences cannot be measured and are passed over. */
typedef struct
{
  guint documents;
  guint passed_over;
  guint64 sentences;
  QuarryEvalSegmentationScores scores;
  double sentences_per_second; /* of processor time: scoring and decoding, without the embedding */
  GArray *files;               /* of QuarryEvalSegmentationFile, by path */
  gboolean has_baselines;
  QuarryEvalSegmentationScores baselines[QUARRY_N_BASELINES];
} QuarryEvalSegmentation;

/* @folder: of .ref files, also in folders below it; their lines are the sentences.
 * @model: an embedder's folder, or NULL to cut by words alone. @granularity: 0 to 1.
 * @baselines: measure these as well. @progress counts documents; may be NULL. Errors: of G_IO_ERROR, naming the file, and QUARRY_EMBED_ERROR. */
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
