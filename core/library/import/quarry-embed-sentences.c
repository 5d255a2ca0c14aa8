/* quarry-embed-sentences.c: embeds sentences, for the segmenter and for passages
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/library/import/quarry-embed-sentences.h"
#include "core/library/quarry-library-private.h"
#include "core/machine/quarry-memory.h"

#include <string.h>

void
quarry_sum_sentences (QuarryEmbedder *embedder,
                      const float *weights,
                      const GArray *tokens,
                      const guint32 *first_tokens,
                      guint n,
                      float *sums)
{
  guint dims = quarry_embedder_get_dims (embedder);

  /* Those of a long text are a large part of the memory that it takes. */
  quarry_fault_in (sums, (gsize) n * dims * sizeof *sums);
  for (guint i = 0; i < n; i++)
    {
      float *sum = sums + (gsize) i * dims;

      /* Each just before it is used, while it is in the processor's cache. */
      memset (sum, 0, dims * sizeof *sum);
      quarry_embedder_accumulate_ids (embedder, weights, &g_array_index (tokens, guint32, first_tokens[i]),
                                      first_tokens[i + 1] - first_tokens[i], sum);
    }
}

float *
quarry_read_sentences (QuarryEmbedder *embedder,
                       const QuarrySentenceWords *words,
                       GArray *tokens,
                       guint32 *first_tokens)
{
  float *sums = g_new (float, MAX (1, (gsize) words->n * quarry_embedder_get_dims (embedder)));

  quarry_embedder_tokenize_sentences (embedder, words, tokens, first_tokens);
  quarry_sum_sentences (embedder, NULL, tokens, first_tokens, words->n, sums);
  return sums;
}

float *
quarry_embed_sentences (QuarryEmbedder *embedder, const QuarrySentenceWords *words)
{
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autofree guint32 *first_tokens = g_new (guint32, (gsize) words->n + 1);

  return quarry_read_sentences (embedder, words, tokens, first_tokens);
}

static gboolean
is_blank (const char *text, guint32 start, guint32 end)
{
  for (guint32 i = start; i < end; i++)
    if (!g_ascii_isspace (text[i]))
      return FALSE;
  return TRUE;
}

gboolean
quarry_find_sentences (const char *text,
                       const QuarrySpan *sentences,
                       guint n_sentences,
                       QuarrySpan passage,
                       guint *first,
                       guint *end)
{
  guint low = 0, high = n_sentences;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (sentences[middle].end <= passage.start)
        low = middle + 1;
      else
        high = middle;
    }
  *first = *end = low;
  while (*end < n_sentences && sentences[*end].start < passage.end)
    ++*end;
  if (*first == *end)
    return FALSE;

  return (sentences[*first].start >= passage.start
          || is_blank (text, sentences[*first].start, passage.start))
         && (sentences[*end - 1].end <= passage.end || is_blank (text, passage.end, sentences[*end - 1].end));
}
