/* quarry-cut-stretch.c: a stretch of a document, cut into passages and embedded
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/library/import/quarry-cut-stretch.h"

#include "core/document/quarry-sentences.h"
#include "core/library/import/quarry-embed-sentences.h"
#include "core/library/quarry-library-private.h"
#include "core/segment/quarry-segmenter.h"

/* Tokenizes a passage that begins or ends within a sentence, from its own text. */
static QuarrySpan
read_part (QuarryCutStretch *self,
           QuarryEmbedder *embedder,
           const float *weights,
           const char *text,
           gsize length,
           float *sum)
{
  g_autoptr (GArray) read = g_array_new (FALSE, FALSE, sizeof (QuarryToken));
  QuarrySpan tokens = { .start = self->tokens->len };

  quarry_embedder_tokenize (embedder, text, (gssize) length, read);
  for (guint i = 0; i < read->len; i++)
    g_array_append_val (self->tokens, g_array_index (read, QuarryToken, i).id);
  tokens.end = self->tokens->len;
  quarry_embedder_accumulate (embedder, weights, (const QuarryToken *) (gpointer) read->data, read->len, sum);
  return tokens;
}

/* Makes the passages' vectors. Passages consist of whole sentences, except for parts of overlong ones, so a vector is
 * mostly the sum of its sentences' vectors. @sums, @first_tokens: of the sentences, whose tokens are in self->tokens. */
static void
add_vectors (QuarryCutStretch *self,
             QuarryEmbedder *embedder,
             const float *weights,
             const QuarrySentenceWords *words,
             const GArray *passages,
             const float *sums,
             const guint32 *first_tokens)
{
  guint dims = quarry_embedder_get_dims (embedder);

  for (guint i = 0; i < passages->len; i++)
    {
      QuarrySpan passage = g_array_index (passages, QuarryPassageSpan, i).span;
      QuarrySpan tokens;
      guint first, end;
      float *vector;

      g_array_set_size (self->vectors, self->vectors->len + dims);
      vector = &g_array_index (self->vectors, float, self->vectors->len - dims);
      if (quarry_find_sentences (words->text, words->sentences, words->n, passage, &first, &end))
        {
          tokens = (QuarrySpan) { first_tokens[first], first_tokens[end] };
          for (guint s = first; s < end; s++)
            for (guint d = 0; d < dims; d++)
              vector[d] += sums[(gsize) s * dims + d];
        }
      else
        tokens = read_part (self, embedder, weights, words->text + passage.start, passage.end - passage.start, vector);
      quarry_embedder_make_unit (embedder, vector);
      g_array_append_val (self->token_spans, tokens);
    }
}

/* Notes each passage's words, and keeps them without the text, which may be freed before they are used. */
static void
keep_words (QuarryCutStretch *self, QuarrySentenceWords *words, const GArray *passages)
{
  self->words = g_array_sized_new (FALSE, FALSE, sizeof (QuarryPartWords), passages->len);
  for (guint i = 0; i < passages->len; i++)
    {
      QuarryPartWords of_passage = { NULL };

      quarry_sentence_words_of_part (words, g_array_index (passages, QuarryPassageSpan, i).span, &of_passage);
      g_array_append_val (self->words, of_passage);
    }
  self->all_words = words;
  self->all_words->text = NULL;
  self->all_words->sentences = NULL;
}

QuarryCutStretch *
quarry_cut_stretch_new (QuarryEmbedder *embedder,
                        const float *weights,
                        QuarryDocument *document,
                        double granularity,
                        QuarrySpan span)
{
  g_autoptr (QuarryDocument) stretch = quarry_document_copy_stretch (document, span);
  g_autoptr (GArray) sentences = quarry_sentences_of_document (stretch);
  g_autoptr (QuarrySentenceWords) words = quarry_sentence_words_of_document (stretch, sentences);
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autofree guint32 *first_tokens = g_new (guint32, (gsize) sentences->len + 1);
  /* Without the library's weights, which change as it grows: the same text is always cut in the same way. */
  g_autofree float *sums = quarry_read_sentences (embedder, words, tokens, first_tokens);
  g_autoptr (QuarrySegmenter) segmenter
      = quarry_segmenter_new (stretch, words, sums, quarry_embedder_get_dims (embedder));
  g_autoptr (GArray) segments = quarry_segmenter_decode (segmenter, granularity);
  g_autoptr (GArray) passages = quarry_segmenter_passages (segmenter, segments);
  QuarryCutStretch *self = g_new0 (QuarryCutStretch, 1);

  /* Other models may form tokens that extend over the end of a sentence. */
  if (quarry_embedder_breaks_words (embedder))
    {
      if (weights != NULL)
        quarry_sum_sentences (embedder, weights, tokens, first_tokens, words->n, sums);
      self->vectors = g_array_new (FALSE, TRUE, sizeof (float));
      self->tokens = g_steal_pointer (&tokens);
      self->token_spans = g_array_new (FALSE, FALSE, sizeof (QuarrySpan));
      add_vectors (self, embedder, weights, words, passages, sums, first_tokens);
    }

  keep_words (self, g_steal_pointer (&words), passages);

  /* The copy's text begins at @span. */
  self->segments = g_array_new (FALSE, FALSE, sizeof (QuarrySpan));
  for (guint i = 0; i < segments->len; i++)
    {
      QuarrySpan segment = g_array_index (segments, QuarrySegment, i).span;

      segment.start += span.start;
      segment.end += span.start;
      g_array_append_val (self->segments, segment);
    }
  self->passages = g_steal_pointer (&passages);
  for (guint i = 0; i < self->passages->len; i++)
    {
      QuarryPassageSpan *passage = &g_array_index (self->passages, QuarryPassageSpan, i);

      passage->span.start += span.start;
      passage->span.end += span.start;
    }
  return self;
}

void
quarry_cut_stretch_free (QuarryCutStretch *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->segments);
  g_array_unref (self->passages);
  g_array_unref (self->words);
  quarry_sentence_words_free (self->all_words);
  g_clear_pointer (&self->vectors, g_array_unref);
  g_clear_pointer (&self->tokens, g_array_unref);
  g_clear_pointer (&self->token_spans, g_array_unref);
  g_free (self);
}
