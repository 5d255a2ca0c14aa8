/* quarry-segment-baselines.h: simple methods of segmenting, to compare the segmenter with
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From no boundaries at all to two classic methods and the segmenter without its network.
 */
#pragma once

#include "core/document/quarry-sentence-words.h"

G_BEGIN_DECLS

typedef enum
{
  QUARRY_BASELINE_NONE,       /* no boundary */
  QUARRY_BASELINE_EVEN,       /* as many as the reference has, evenly spaced */
  QUARRY_BASELINE_RANDOM,     /* as many as the reference has, at random places */
  QUARRY_BASELINE_TEXTTILING, /* Hearst, Computational Linguistics 23(1), 1997, over sentences */
  QUARRY_BASELINE_C99,        /* Choi, NAACL 2000; see quarry-c99.h */
  QUARRY_BASELINE_UNTRAINED,  /* the segmenter without its network */
  QUARRY_N_BASELINES,
} QuarryBaseline;

/* The name in tables and JSON. */
const char *quarry_baseline_name (QuarryBaseline baseline);

/* Segments @document by @baseline. @words: the words of its sentences. @vectors: of the sentences (words->n × @dims, as
 * for quarry_segmenter_new(); may be NULL). @n_boundaries: how many the reference has, for baselines that are told
 * this; less than words->n. @seed: for the random one. (transfer full): one for each sentence, TRUE after the last of a
 * segment, but never after the last of the document */
gboolean *quarry_baseline_cut (QuarryBaseline baseline,
                               QuarryDocument *document,
                               const QuarrySentenceWords *words,
                               const float *vectors,
                               guint dims,
                               guint n_boundaries,
                               guint32 seed);

G_END_DECLS
