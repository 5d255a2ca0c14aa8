/* quarry-cut-document.h: a document, cut into passages and embedded
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What cutting needs of each sentence takes twenty times the memory of its text: a long document is cut
 * stretch by stretch, so that it takes that of a stretch. Stretches end before a heading where they can.
 */
#pragma once

#include "core/embed/quarry-embedder.h"
#include "core/segment/quarry-segmenter.h"

G_BEGIN_DECLS

/* Bytes of text: 150,000 words. Most books are one stretch. */
#define QUARRY_STRETCH_BYTES (1u << 20)

typedef struct
{
  GArray *segments; /* of QuarrySpan: they cover the text without gap or overlap */
  GArray *passages; /* of QuarryPassageSpan */

  /* Where the model breaks words as Quarry does; else NULL. */
  GArray *vectors;     /* of float, passages × dims: unit vectors */
  GArray *tokens;      /* of guint32: the model's */
  GArray *token_spans; /* of QuarrySpan: a passage's in @tokens */
} QuarryCutDocument;

/* @weights: of the model's tokens, or NULL. @granularity: as quarry_segmenter_decode() takes it. @most: bytes of
 * a stretch. Threads: any. */
QuarryCutDocument *quarry_cut_document_new (QuarryEmbedder *embedder,
                                            const float *weights,
                                            QuarryDocument *document,
                                            double granularity,
                                            guint32 most);
/* One stretch alone, as quarry_document_end_stretch() ends it. Spans count from the beginning of the text, segments
 * of passages from the first of the stretch. */
QuarryCutDocument *quarry_cut_document_new_stretch (QuarryEmbedder *embedder,
                                                    const float *weights,
                                                    QuarryDocument *document,
                                                    double granularity,
                                                    QuarrySpan span);
void quarry_cut_document_free (QuarryCutDocument *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryCutDocument, quarry_cut_document_free)

G_END_DECLS
