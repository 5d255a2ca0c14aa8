/* quarry-embed-sentences.c: sentences to vectors, for the segmenter
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/library/quarry-library-private.h"

float *
quarry_embed_sentences (QuarryEmbedder *embedder,
                        const float *weights,
                        const char *text,
                        const QuarrySpan *sentences,
                        guint n_sentences)
{
  guint dims = quarry_embedder_get_dims (embedder);
  float *sums = g_new0 (float, MAX (1, (gsize) n_sentences * dims));
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (QuarryToken));

  for (guint i = 0; i < n_sentences; i++)
    {
      g_array_set_size (tokens, 0);
      quarry_embedder_tokenize (embedder, text + sentences[i].start,
                                sentences[i].end - sentences[i].start, tokens);
      quarry_embedder_accumulate (embedder, weights, (const QuarryToken *) (gpointer) tokens->data,
                                  tokens->len, sums + (gsize) i * dims);
    }

  return sums;
}
