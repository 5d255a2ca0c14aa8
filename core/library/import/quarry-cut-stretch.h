/* quarry-cut-stretch.h: a stretch of a document, cut into passages and embedded
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For each sentence, segmentation needs twenty times the memory of its text. A long document is therefore cut stretch
 * by stretch, so that only the memory for one stretch is needed. Stretches end before a heading where possible.
 */
#pragma once

#include "core/document/quarry-sentence-words.h"
#include "core/embed/quarry-embedder.h"
#include "core/segment/quarry-segmenter.h"

G_BEGIN_DECLS

/* In bytes of text, about 150,000 words. Most books are a single stretch. */
#define QUARRY_STRETCH_BYTES (1u << 20)

typedef struct
{
  /* Spans are bytes of the document's text. */
  GArray *segments; /* of QuarrySpan: together they cover the stretch without gap or overlap */
  GArray *passages; /* of QuarryPassageSpan; their segments are numbered within the stretch */

  /* Each passage's words, for the index of words: QuarryPartWords. Where they are not those of its sentences, their
   * member words is NULL. */
  GArray *words;

  /* The next three are NULL where the model does not split text word by word. */
  GArray *vectors;     /* of float, passages × dims: unit vectors */
  GArray *tokens;      /* of guint32: the model's token ids */
  GArray *token_spans; /* of QuarrySpan: the range of each passage in @tokens */

  /*< private >*/
  QuarrySentenceWords *all_words; /* what @words points into */
} QuarryCutStretch;

/* Cuts the stretch @span of @document, whose end quarry_document_end_stretch() gave. @weights: of the model's tokens, or
 * NULL. @granularity: see quarry_segmenter_decode(). Threads: any. */
QuarryCutStretch *quarry_cut_stretch_new (QuarryEmbedder *embedder,
                                          const float *weights,
                                          QuarryDocument *document,
                                          double granularity,
                                          QuarrySpan span);
void quarry_cut_stretch_free (QuarryCutStretch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryCutStretch, quarry_cut_stretch_free)

G_END_DECLS
