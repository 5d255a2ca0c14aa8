/* quarry-segment-private.h: the stages of segmentation
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * document → units (a sentence's words and vector) and gaps (what the structure says between two
 * sentences) → gains of segments → the default cut → the rank of every gap in the lattice of cuts.
 */
#pragma once

#include "core/segment/quarry-segmenter.h"

G_BEGIN_DECLS

/* Vectors are looked at as far as this: the first dimensions of a model carry the most. */
#define QUARRY_SEGMENT_DIMS 128

/* The longest segment that the default cut considers, in sentences. */
#define QUARRY_SEGMENT_MAX_SENTENCES 200

/* Sentences of a neighbourhood: a longer document is scored as if it had this length everywhere,
 * so that a chapter is cut alike alone and in its book. */
#define QUARRY_SEGMENT_NEIGHBOURHOOD 500

/* Gaps are numbered by the sentence after them: gap i, 1 to n − 1, stands between i − 1 and i. */
typedef struct
{
  float cost;   /* what a boundary here costs because of the structure, in units of gain */
  float sure;   /* the granularity from which the structure makes it a boundary; > 1: never */
  guint rank;   /* place in the lattice, 0 strongest; QUARRY_GAP_UNRANKED */
  guint forbidden : 1;
  guint in_default : 1; /* a boundary of the default cut */
} QuarryGap;

#define QUARRY_GAP_UNRANKED G_MAXUINT
#define QUARRY_GAP_NOT_SURE 2.0f

typedef struct
{
  guint n;
  guint dims;          /* 0 where there are no vectors */
  float *vectors;      /* n × dims: unit vectors (zero where nothing is known) */
  guint32 *words;      /* all words of each sentence */
  guint32 *first_stem; /* n + 1: where each sentence's stems begin */
  guint32 *stems;      /* content words' stems, numbered within the document */
  guint n_stems;       /* different ones */
} QuarryUnits;

QuarryUnits *quarry_units_new (const char *text,
                               const QuarrySpan *sentences,
                               guint n_sentences,
                               const float *vectors,
                               guint dims);
void quarry_units_free (QuarryUnits *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryUnits, quarry_units_free)

/* What the document's blocks say about each gap. (transfer full): n_sentences entries (0 unused). */
QuarryGap *quarry_segment_gaps (QuarryDocument *document,
                                const QuarrySpan *sentences,
                                guint n_sentences);

/* How well a run of sentences holds together, from two models of text: the sum of its centred
 * unit sentence vectors, |Σ v|² / length (1 for a sentence alone), and the likelihood of its words
 * under a Dirichlet compound multinomial (Eisenstein and Barzilay, EMNLP 2008). */
typedef struct _QuarryGains QuarryGains;

QuarryGains *quarry_gains_new (const QuarryUnits *units);
void quarry_gains_free (QuarryGains *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryGains, quarry_gains_free)

/* What one more segment has to gain to be worth it. */
double quarry_gains_get_penalty (const QuarryGains *self);

/* The gains of the runs of 1, 2 … @n sentences that begin at @from and go forward, or end before
 * @from and go backward: out[l − 1] is that of length l. */
void quarry_gains_forward (QuarryGains *self, guint from, guint n, double *out);
void quarry_gains_backward (QuarryGains *self, guint from, guint n, double *out);

/* Finds the default cut, which maximises gain less penalties and costs over all cuts. */
void quarry_segment_cut (QuarryGains *gains, QuarryGap *gaps, guint n);

/* Ranks the gaps once the default cut is known: its boundaries by how much they matter, then those
 * of finer cuts. Gaps that the structure makes boundaries have no rank. Returns the number of
 * ranked gaps; *n_default gets how many of them the default cut has. */
guint quarry_segment_rank_gaps (QuarryGains *gains, QuarryGap *gaps, guint n, guint *n_default);

/* The depth of the similarity at each of the n − 1 gaps. */
float *quarry_segment_depths (const QuarryUnits *units);

/* Passages; see quarry_segmenter_passages(). @is_heading: one a sentence. */
GArray *quarry_segment_pack_passages (const char *text,
                                      gsize length,
                                      const QuarrySpan *sentences,
                                      const guint32 *words,
                                      const gboolean *is_heading,
                                      GArray *segments);

G_END_DECLS
