/* quarry-embed-sentences.c: sentences to vectors, for the segmenter and for the passages made of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/library/quarry-library-private.h"

float *
quarry_read_sentences (QuarryEmbedder *embedder,
                       const float *weights,
                       const char *text,
                       const QuarrySpan *sentences,
                       guint n_sentences,
                       GArray *tokens,
                       guint32 *first_tokens)
{
  guint dims = quarry_embedder_get_dims (embedder);
  float *sums = g_new0 (float, MAX (1, (gsize) n_sentences * dims));
  g_autoptr (GArray) own = g_array_new (FALSE, FALSE, sizeof (QuarryToken));

  for (guint i = 0; i < n_sentences; i++)
    {
      g_array_set_size (own, 0);
      quarry_embedder_tokenize (embedder, text + sentences[i].start,
                                sentences[i].end - sentences[i].start, own);
      quarry_embedder_accumulate (embedder, weights, (const QuarryToken *) (gpointer) own->data, own->len,
                                  sums + (gsize) i * dims);
      if (tokens == NULL)
        continue;
      first_tokens[i] = tokens->len;
      for (guint t = 0; t < own->len; t++)
        g_array_append_val (tokens, g_array_index (own, QuarryToken, t).id);
    }
  if (tokens != NULL)
    first_tokens[n_sentences] = tokens->len;

  return sums;
}

float *
quarry_embed_sentences (QuarryEmbedder *embedder,
                        const float *weights,
                        const char *text,
                        const QuarrySpan *sentences,
                        guint n_sentences)
{
  return quarry_read_sentences (embedder, weights, text, sentences, n_sentences, NULL, NULL);
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
