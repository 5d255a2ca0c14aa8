/* quarry-segment-baselines.h: simple ways to cut, to measure the segmenter against
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/document/quarry-sentence-words.h"

G_BEGIN_DECLS

typedef enum
{
  QUARRY_BASELINE_NONE,       /* no boundary */
  QUARRY_BASELINE_EVEN,       /* as many as there are, evenly */
  QUARRY_BASELINE_RANDOM,     /* as many as there are, anywhere */
  QUARRY_BASELINE_TEXTTILING, /* Hearst, Computational Linguistics 23(1), 1997, over sentences */
  QUARRY_BASELINE_C99,        /* Choi, NAACL 2000; see quarry-c99.h */
  QUARRY_BASELINE_UNTRAINED,  /* the segmenter without its network */
  QUARRY_N_BASELINES,
} QuarryBaseline;

/* The name in tables and JSON. */
const char *quarry_baseline_name (QuarryBaseline baseline);

/* Where @baseline cuts @document, the words of whose sentences are @words, with their @vectors
 * (words->n × @dims, as quarry_segmenter_new() takes them; may be NULL). @n_boundaries: how many the
 * reference has, for those that are told; below words->n. @seed: for the random one.
 * (transfer full): one a sentence, TRUE after a segment's last, never after the document's. */
gboolean *quarry_baseline_cut (QuarryBaseline baseline,
                               QuarryDocument *document,
                               const QuarrySentenceWords *words,
                               const float *vectors,
                               guint dims,
                               guint n_boundaries,
                               guint32 seed);

G_END_DECLS
