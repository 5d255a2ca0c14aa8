/* segment-helpers.c: made-up documents to cut
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "tests/unit/segment-helpers.h"

#include "core/document/quarry-sentences.h"
#include "core/document/quarry-words.h"
#include "core/segment/quarry-segmenter.h"

/* The words of each made-up topic, and words that go with any of them. */
const char *const topics[N_TOPICS][10] = {
  { "harbour", "sail", "anchor", "tide", "keel", "rudder", "mast", "deck", "captain", "voyage" },
  { "flour", "oven", "yeast", "dough", "crust", "bake", "knead", "loaf", "butter", "sugar" },
  { "planet", "orbit", "comet", "telescope", "moon", "star", "galaxy", "eclipse", "gravity", "lens" },
  { "piano", "melody", "choir", "violin", "rhythm", "chord", "opera", "tempo", "concert", "flute" },
  { "glacier", "valley", "summit", "ridge", "climber", "rope", "snow", "crevasse", "camp", "peak" },
};
static const char *const endings[] = { "", "s", "ed", "ing", "er", "like" };
static const char *const common[] = { "old", "new", "found", "long", "small", "great", "early", "kept" };

guint32
next_random (guint32 *state)
{
  *state = *state * 1664525u + 1013904223u;
  return *state >> 8;
}

void
append_sentence (GString *text, guint topic, guint n_words, guint32 *state)
{
  for (guint w = 0; w < n_words; w++)
    {
      const char *word = next_random (state) % 4 == 0
                             ? common[next_random (state) % G_N_ELEMENTS (common)]
                             : topics[topic][next_random (state) % 10];
      gsize start;

      if (w > 0)
        g_string_append_c (text, ' ');
      start = text->len;
      g_string_append (text, word);
      g_string_append (text, endings[next_random (state) % G_N_ELEMENTS (endings)]);
      if (w == 0)
        text->str[start] = g_ascii_toupper (*word);
    }
  g_string_append (text, ".");
}

void
add_paragraph (QuarryDocumentBuilder *builder, guint topic, guint n_sentences, guint32 *state)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < n_sentences; i++)
    {
      if (i > 0)
        g_string_append_c (text, ' ');
      append_sentence (text, topic, 8 + next_random (state) % 8, state);
    }
  quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, text->str, -1);
}

/* Adds a word's vector to @vector: its topic's direction, and a component of its own. */
static void
add_word_vector (const char *word, float *vector)
{
  guint32 state = g_str_hash (word);

  for (guint d = 0; d < DIMS; d++)
    vector[d] += .3f * ((float) (next_random (&state) % 2001) / 1000 - 1);
  for (guint t = 0; t < G_N_ELEMENTS (topics); t++)
    for (guint w = 0; w < 10; w++)
      if (g_str_has_prefix (word, topics[t][w]))
        vector[t] += 1;
}

const QuarrySpan *
span (const Case *self, guint i)
{
  return &g_array_index (self->sentences, QuarrySpan, i);
}

QuarrySegmenter *
case_segment (const Case *self, const float *vectors)
{
  g_autoptr (QuarrySentenceWords) words = quarry_sentence_words_of_document (self->document, self->sentences);

  return quarry_segmenter_new (self->document, words, vectors, DIMS);
}

/* Takes over @builder. */
void
case_init (Case *self, QuarryDocumentBuilder *builder, gboolean with_vectors)
{
  const char *text;

  self->document = quarry_document_builder_end (builder);
  self->sentences = quarry_sentences_of_document (self->document);
  self->vectors = g_new0 (float, MAX (self->sentences->len, 1) * DIMS);
  text = quarry_document_get_text (self->document, NULL);
  for (guint i = 0; i < self->sentences->len; i++)
    {
      g_auto (QuarryWords) words = { 0 };
      QuarrySpan word;
      const char *folded;

      quarry_words_init (&words, text + span (self, i)->start, span (self, i)->end - span (self, i)->start);
      while (quarry_words_next (&words, &word, &folded, NULL))
        add_word_vector (folded, self->vectors + (gsize) i * DIMS);
    }
  self->segmenter = case_segment (self, with_vectors ? self->vectors : NULL);
}

void
case_clear (Case *self)
{
  g_assert_finalize_object (self->segmenter);
  g_assert_finalize_object (self->document);
  g_array_unref (self->sentences);
  g_free (self->vectors);
}

/* Checks that segments cover text and sentences in order, without gap or overlap. */
void
assert_covers (const Case *self, GArray *segments)
{
  gsize length;
  guint32 at = 0, sentence = 0;

  quarry_document_get_text (self->document, &length);
  for (guint i = 0; i < segments->len; i++)
    {
      const QuarrySegment *segment = &g_array_index (segments, QuarrySegment, i);

      g_assert_cmpuint (segment->span.start, ==, at);
      g_assert_cmpuint (segment->span.end, >, segment->span.start);
      g_assert_cmpuint (segment->sentence, ==, sentence);
      g_assert_cmpuint (segment->n_sentences, >, 0);
      g_assert_cmpuint (segment->span.start, <=, span (self, sentence)->start);
      g_assert_cmpfloat (segment->cohesion, >=, 0);
      g_assert_cmpfloat (segment->cohesion, <=, 1);
      at = segment->span.end;
      sentence += segment->n_sentences;
      g_assert_cmpuint (segment->span.end, >=, span (self, sentence - 1)->end);
    }
  g_assert_cmpuint (at, ==, length);
  g_assert_cmpuint (sentence, ==, self->sentences->len);
}

gboolean
cuts_before (GArray *segments, guint sentence)
{
  for (guint i = 0; i < segments->len; i++)
    if (g_array_index (segments, QuarrySegment, i).sentence == sentence)
      return TRUE;
  return FALSE;
}

/* Checks assert_covers() at every granularity, and that a finer cut has every boundary of a coarser one. */
void
assert_nested (const Case *self)
{
  g_autoptr (GArray) coarser = NULL;

  for (int step = 0; step <= 40; step++)
    {
      g_autoptr (GArray) finer = quarry_segmenter_decode (self->segmenter, step / 40.0);

      assert_covers (self, finer);
      for (guint i = 0; coarser != NULL && i < coarser->len; i++)
        g_assert_true (cuts_before (finer, g_array_index (coarser, QuarrySegment, i).sentence));
      g_clear_pointer (&coarser, g_array_unref);
      coarser = g_steal_pointer (&finer);
    }
}

/* Checks that the passages hold every sentence, in order, and are within the allowed sizes. */
void
assert_passages (const Case *self, GArray *segments, GArray *passages)
{
  const char *text = quarry_document_get_text (self->document, NULL);
  guint32 covered = 0;

  for (guint i = 0; i < passages->len; i++)
    {
      const QuarryPassageSpan *passage = &g_array_index (passages, QuarryPassageSpan, i);
      const QuarrySegment *segment;

      g_assert_cmpuint (passage->segment, <, segments->len);
      segment = &g_array_index (segments, QuarrySegment, passage->segment);
      g_assert_cmpuint (passage->span.start, <, passage->span.end);
      g_assert_cmpuint (passage->span.start, >=, segment->span.start);
      g_assert_cmpuint (passage->span.start, <, segment->span.end);
      g_assert_false (g_ascii_isspace (text[passage->span.start]));
      g_assert_false (g_ascii_isspace (text[passage->span.end - 1]));
      g_assert_true (g_utf8_validate (text + passage->span.start,
                                      passage->span.end - passage->span.start, NULL));
      g_assert_cmpuint (quarry_words_count (text + passage->span.start,
                                            passage->span.end - passage->span.start),
                        <=, QUARRY_PASSAGE_MAX_WORDS);
      for (guint32 at = covered; at < passage->span.start; at++)
        g_assert_true (g_ascii_isspace (text[at]));
      g_assert_cmpuint (passage->span.end, >, covered);
      covered = passage->span.end;
    }
  if (self->sentences->len > 0)
    g_assert_cmpuint (covered, >=, span (self, self->sentences->len - 1)->end);
}
