/* quarry-cut-document.h: a document cut into passages and embedded
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For each sentence, segmentation needs twenty times the memory of its text. A long document is therefore cut stretch
 * by stretch, so that only the memory for one stretch is needed. Stretches end before a heading where possible.
 */
#pragma once

#include "core/embed/quarry-embedder.h"
#include "core/segment/quarry-segmenter.h"

G_BEGIN_DECLS

/* In bytes of text, about 150,000 words. Most books are a single stretch. */
#define QUARRY_STRETCH_BYTES (1u << 20)

typedef struct
{
  GArray *segments; /* of QuarrySpan: together they cover the text without gap or overlap */
  GArray *passages; /* of QuarryPassageSpan */

  /* The next three are NULL where the model does not split text word by word. */
  GArray *vectors;     /* of float, passages × dims: unit vectors */
  GArray *tokens;      /* of guint32: the model's token ids */
  GArray *token_spans; /* of QuarrySpan: the range of each passage in @tokens */
} QuarryCutDocument;

/* @weights: of the model's tokens, or NULL. @granularity: see quarry_segmenter_decode(). @most: the greatest length
 * of a stretch in bytes. Threads: any. */
QuarryCutDocument *quarry_cut_document_new (QuarryEmbedder *embedder,
                                            const float *weights,
                                            QuarryDocument *document,
                                            double granularity,
                                            guint32 most);
/* Cuts one stretch, whose end quarry_document_end_stretch() gave. Spans are relative to the beginning of the text,
 * segment numbers of passages to the first segment of the stretch. */
QuarryCutDocument *quarry_cut_document_new_stretch (QuarryEmbedder *embedder,
                                                    const float *weights,
                                                    QuarryDocument *document,
                                                    double granularity,
                                                    QuarrySpan span);
void quarry_cut_document_free (QuarryCutDocument *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryCutDocument, quarry_cut_document_free)

G_END_DECLS
