/* test-segment.c: documents cut where their topic changes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <math.h>
#include <string.h>

#include "core/document/quarry-words.h"
#include "core/segment/quarry-segmenter.h"
#include "tests/unit/segment-helpers.h"

static void
test_two_topics (gconstpointer data)
{
  gboolean with_vectors = GPOINTER_TO_INT (data);

  for (guint32 seed = 1; seed <= 10; seed++)
    {
      QuarryDocumentBuilder *builder = quarry_document_builder_new ();
      guint32 state = seed;
      Case self;

      add_paragraph (builder, 0, 6, &state);
      add_paragraph (builder, 0, 6, &state);
      add_paragraph (builder, 1, 6, &state);
      add_paragraph (builder, 1, 6, &state);
      case_init (&self, builder, with_vectors);
      g_assert_cmpuint (self.sentences->len, ==, 24);
      {
        g_autoptr (GArray) segments
            = quarry_segmenter_decode (self.segmenter, QUARRY_GRANULARITY_DEFAULT);
        guint n_gaps, deepest = 0;
        const float *depths = quarry_segmenter_get_depths (self.segmenter, &n_gaps);

        g_assert_cmpuint (segments->len, ==, 2);
        g_assert_true (cuts_before (segments, 12));
        g_assert_cmpfloat (g_array_index (segments, QuarrySegment, 0).cohesion, >, .3);

        g_assert_cmpuint (n_gaps, ==, 23);
        for (guint i = 0; i < n_gaps; i++)
          {
            g_assert_cmpfloat (depths[i], >=, 0);
            if (depths[i] > depths[deepest])
              deepest = i;
          }
        g_assert_cmpuint (deepest, ==, 11);
      }
      assert_nested (&self);
      case_clear (&self);
    }
}

/* Random words of one topic: two halves may differ by chance, but most documents stay whole. */
static void
test_one_topic (void)
{
  guint whole = 0, all = 0;

  for (guint32 seed = 1; seed <= 20; seed++)
    for (guint topic = 0; topic < G_N_ELEMENTS (topics); topic++)
      {
        QuarryDocumentBuilder *builder = quarry_document_builder_new ();
        g_autoptr (GArray) segments = NULL;
        guint32 state = seed;
        Case self;

        add_paragraph (builder, topic, 30, &state);
        case_init (&self, builder, TRUE);
        segments = quarry_segmenter_decode (self.segmenter, QUARRY_GRANULARITY_DEFAULT);
        whole += segments->len == 1;
        all += segments->len;
        case_clear (&self);
      }
  g_assert_cmpuint (whole, >=, 60);
  g_assert_cmpuint (all, <=, 200);
}

/* Five topics in turn: the coarsest cut is one segment, the finest has about two sentences in each, and the number
 * of segments grows with the granularity. */
static void
test_granularity (void)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  guint32 state = 99;
  guint counts[5];
  Case self;

  for (guint i = 0; i < 15; i++)
    add_paragraph (builder, i % 5, 4 + i % 7, &state);
  case_init (&self, builder, TRUE);
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (GArray) segments = quarry_segmenter_decode (self.segmenter, i / 4.0);

      counts[i] = segments->len;
    }
  g_assert_cmpuint (counts[0], ==, 1);
  g_assert_cmpuint (counts[2], ==, 15);
  g_assert_cmpuint (counts[4], ==, (self.sentences->len + 1) / 2);
  for (guint i = 0; i + 1 < 5; i++)
    g_assert_cmpuint (counts[i], <, counts[i + 1]);

  /* Granularities out of range are clamped. */
  {
    g_autoptr (GArray) below = quarry_segmenter_decode (self.segmenter, -3);
    g_autoptr (GArray) above = quarry_segmenter_decode (self.segmenter, 7);
    g_autoptr (GArray) nothing = quarry_segmenter_decode (self.segmenter, (double) NAN);

    g_assert_cmpuint (below->len, ==, counts[0]);
    g_assert_cmpuint (above->len, ==, counts[4]);
    g_assert_cmpuint (nothing->len, ==, counts[2]);
  }
  assert_nested (&self);
  case_clear (&self);
}

static void
test_headings (void)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  guint32 state = 3;
  Case self;

  /* The sentences are 0: title, 1: part, 2: section, 3–5, 6: section, 7–9, 10: part, 11–13. All of one topic. */
  quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, "Of ships", -1);
  quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 2, "The voyage", -1);
  quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 3, "Out", -1);
  add_paragraph (builder, 0, 3, &state);
  quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 3, "Home", -1);
  add_paragraph (builder, 0, 3, &state);
  quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 2, "The crew", -1);
  add_paragraph (builder, 0, 3, &state);
  case_init (&self, builder, TRUE);
  g_assert_cmpuint (self.sentences->len, ==, 14);

  {
    g_autoptr (GArray) coarsest = quarry_segmenter_decode (self.segmenter, 0);
    g_autoptr (GArray) usual = quarry_segmenter_decode (self.segmenter, QUARRY_GRANULARITY_DEFAULT);
    g_autoptr (GArray) finest = quarry_segmenter_decode (self.segmenter, 1);
    g_autoptr (GArray) passages = quarry_segmenter_passages (self.segmenter, usual);
    const char *text = quarry_document_get_text (self.document, NULL);

    /* The highest level of headings that divides the text always does. */
    g_assert_cmpuint (coarsest->len, ==, 2);
    g_assert_true (cuts_before (coarsest, 10));
    g_assert_true (cuts_before (usual, 6));
    g_assert_true (cuts_before (usual, 10));
    /* There is never a cut between a heading and what follows it. */
    g_assert_false (cuts_before (finest, 1));
    g_assert_false (cuts_before (finest, 2));
    g_assert_false (cuts_before (finest, 3));
    g_assert_false (cuts_before (finest, 7));
    g_assert_false (cuts_before (finest, 11));

    /* A section is not joined with the one before for being small, which would take its heading away from the
     * passage's start. */
    assert_passages (&self, usual, passages);
    g_assert_cmpuint (passages->len, ==, 3);
    g_assert_true (g_str_has_prefix (text + g_array_index (passages, QuarryPassageSpan, 1).span.start,
                                     "Home"));
  }
  assert_nested (&self);
  case_clear (&self);
}

/* Of sections without text nobody can read anything: their headings are found with what follows, but not on another
 * page, as titles of slides. */
static void
test_empty_sections (void)
{
  for (guint pages = 0; pages < 2; pages++)
    {
      QuarryDocumentBuilder *builder = quarry_document_builder_new ();
      guint32 state = 5;
      Case self;

      if (pages)
        quarry_document_builder_begin_page (builder, 1);
      quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, "Part One", -1);
      quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, "Chapter 1", -1);
      add_paragraph (builder, 0, 3, &state);
      quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, "Chapter 2", -1);
      if (pages)
        quarry_document_builder_begin_page (builder, 2);
      quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, "Chapter 3", -1);
      add_paragraph (builder, 1, 3, &state);
      quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, "Chapter 4", -1);
      case_init (&self, builder, TRUE);
      {
        g_autoptr (GArray) segments = quarry_segmenter_decode (self.segmenter, QUARRY_GRANULARITY_DEFAULT);
        g_autoptr (GArray) passages = quarry_segmenter_passages (self.segmenter, segments);
        const char *text = quarry_document_get_text (self.document, NULL);
        const char *const starts[2][5] = { { "Part One", "Chapter 2", "Chapter 4" },
                                           { "Part One", "Chapter 2", "Chapter 3", "Chapter 4" } };

        assert_passages (&self, segments, passages);
        g_assert_cmpuint (segments->len, ==, 5);
        g_assert_cmpuint (passages->len, ==, 3 + pages);
        for (guint i = 0; i < passages->len; i++)
          g_assert_true (g_str_has_prefix (text + g_array_index (passages, QuarryPassageSpan, i).span.start,
                                           starts[pages][i]));
      }
      case_clear (&self);
    }
}

static void
test_headings_alone (void)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  Case self;

  for (guint i = 0; i < 300; i++)
    quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1 + i % 3, "Chapter", -1);
  case_init (&self, builder, FALSE);
  {
    g_autoptr (GArray) segments
        = quarry_segmenter_decode (self.segmenter, QUARRY_GRANULARITY_DEFAULT);
    g_autoptr (GArray) passages = quarry_segmenter_passages (self.segmenter, segments);

    g_assert_cmpuint (segments->len, ==, 100);
    assert_passages (&self, segments, passages);
  }
  assert_nested (&self);
  case_clear (&self);
}

/* Changes of topic inside a list, a table or code are no reason to cut it; the same changes between paragraphs are. */
static void
test_tight (void)
{
  const QuarryBlockKind kinds[] = { QUARRY_BLOCK_PARAGRAPH, QUARRY_BLOCK_LIST_ITEM,
                                    QUARRY_BLOCK_TABLE };
  guint cuts[G_N_ELEMENTS (kinds)] = { 0 };

  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    for (guint32 seed = 1; seed <= 8; seed++)
      {
        QuarryDocumentBuilder *builder = quarry_document_builder_new ();
        guint32 state = seed;
        Case self;

        add_paragraph (builder, 0, 3, &state);
        for (guint i = 0; i < 12; i++)
          {
            g_autoptr (GString) item = g_string_new (NULL);

            append_sentence (item, 1 + i / 3, 9, &state);
            quarry_document_builder_add (builder, kinds[k], 1, item->str, -1);
          }
        case_init (&self, builder, TRUE);
        {
          g_autoptr (GArray) segments
              = quarry_segmenter_decode (self.segmenter, QUARRY_GRANULARITY_DEFAULT);

          for (guint i = 0; i < segments->len; i++)
            cuts[k] += g_array_index (segments, QuarrySegment, i).sentence > 3;
        }
        assert_nested (&self);
        case_clear (&self);
      }
  g_assert_cmpuint (cuts[0], >=, 16);
  g_assert_cmpuint (cuts[1], <, cuts[0] / 2);
  g_assert_cmpuint (cuts[2], <=, cuts[1]);
}

static void
test_windows (void)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  guint32 state = 11;
  Case self;

  quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, "Stars", -1);
  add_paragraph (builder, 2, 80, &state);
  case_init (&self, builder, TRUE);
  {
    g_autoptr (GArray) segments = quarry_segmenter_decode (self.segmenter, 0);
    g_autoptr (GArray) passages = quarry_segmenter_passages (self.segmenter, segments);
    const char *text = quarry_document_get_text (self.document, NULL);

    g_assert_cmpuint (segments->len, ==, 1);
    assert_passages (&self, segments, passages);
    g_assert_cmpuint (passages->len, >, 3);
    for (guint i = 0; i < passages->len; i++)
      {
        const QuarryPassageSpan *passage = &g_array_index (passages, QuarryPassageSpan, i);
        gboolean starts = FALSE, ends = FALSE;

        g_assert_cmpuint (quarry_words_count (text + passage->span.start,
                                              passage->span.end - passage->span.start),
                          >=, QUARRY_PASSAGE_MIN_WORDS);
        /* Windows consist of whole sentences, and each overlaps with the one before. */
        for (guint s = 0; s < self.sentences->len; s++)
          {
            starts |= span (&self, s)->start == passage->span.start;
            ends |= span (&self, s)->end == passage->span.end;
          }
        g_assert_true (starts && ends);
        if (i > 0)
          {
            const QuarryPassageSpan *before = passage - 1;
            double shared, whole;

            g_assert_cmpuint (before->span.end, >, passage->span.start);
            shared = quarry_words_count (text + passage->span.start,
                                         before->span.end - passage->span.start);
            whole = quarry_words_count (text + before->span.start,
                                        before->span.end - before->span.start);
            g_assert_cmpfloat (shared / whole, >, .1);
            g_assert_cmpfloat (shared / whole, <, .35);
          }
      }
  }
  case_clear (&self);
}

/* Paragraphs so long that two do not fit into one window: each window still ends with a paragraph. */
static void
test_whole_paragraphs (void)
{
  for (guint32 seed = 1; seed <= 5; seed++)
    {
      QuarryDocumentBuilder *builder = quarry_document_builder_new ();
      g_autoptr (GArray) segments = NULL;
      g_autoptr (GArray) passages = NULL;
      const QuarryBlock *blocks;
      guint32 state = seed;
      guint n_blocks, block = 0;
      Case self;

      for (guint i = 0; i < 12; i++)
        add_paragraph (builder, seed % N_TOPICS, 12, &state);
      case_init (&self, builder, TRUE);
      segments = quarry_segmenter_decode (self.segmenter, 0);
      g_assert_cmpuint (segments->len, ==, 1);
      passages = quarry_segmenter_passages (self.segmenter, segments);
      assert_passages (&self, segments, passages);
      g_assert_cmpuint (passages->len, >, 6);
      blocks = quarry_document_get_blocks (self.document, &n_blocks);
      for (guint i = 0; i < passages->len; i++)
        {
          QuarrySpan passage = g_array_index (passages, QuarryPassageSpan, i).span;

          while (block < n_blocks && blocks[block].span.end < passage.end)
            block++;
          g_assert_cmpuint (block, <, n_blocks);
          g_assert_cmpuint (blocks[block].span.end, ==, passage.end);
        }
      case_clear (&self);
    }
}

/* Segments too small for a passage of their own are joined, but not across a heading. */
static void
test_small_together (void)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  guint32 state = 21;
  Case self;

  for (guint i = 0; i < 12; i++)
    {
      if (i == 6)
        quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 2, "Second half", -1);
      add_paragraph (builder, i % 5, 2, &state);
    }
  case_init (&self, builder, TRUE);
  {
    g_autoptr (GArray) segments = quarry_segmenter_decode (self.segmenter, 1);
    g_autoptr (GArray) passages = quarry_segmenter_passages (self.segmenter, segments);
    const char *text = quarry_document_get_text (self.document, NULL);
    gboolean at_heading = FALSE;

    assert_passages (&self, segments, passages);
    g_assert_cmpuint (passages->len, <, segments->len);
    for (guint i = 0; i < passages->len; i++)
      at_heading |= g_str_has_prefix (
          text + g_array_index (passages, QuarryPassageSpan, i).span.start, "Second half");
    g_assert_true (at_heading);
  }
  case_clear (&self);
}

/* Texts without full stops, and without blanks. */
static void
test_endless_sentence (void)
{
  for (guint k = 0; k < 3; k++)
    {
      QuarryDocumentBuilder *builder = quarry_document_builder_new ();
      g_autoptr (GString) text = g_string_new ("Begin ");
      guint32 state = 8;
      Case self;

      while (text->len < 200000)
        switch (k)
          {
          case 0:
            g_string_append (text, topics[next_random (&state) % 5][next_random (&state) % 10]);
            g_string_append_c (text, ' ');
            break;
          case 1:
            g_string_append (text, "éx");
            break;
          default:
            g_string_append (text, "…");
            break;
          }
      quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, text->str, -1);
      case_init (&self, builder, TRUE);
      {
        g_autoptr (GArray) segments
            = quarry_segmenter_decode (self.segmenter, QUARRY_GRANULARITY_DEFAULT);
        g_autoptr (GArray) passages = quarry_segmenter_passages (self.segmenter, segments);

        assert_covers (&self, segments);
        assert_passages (&self, segments, passages);
        g_assert_cmpuint (passages->len, >, 40);
      }
      case_clear (&self);
    }
}

static void
test_nothing (void)
{
  Case self;

  /* No text. */
  case_init (&self, quarry_document_builder_new (), TRUE);
  {
    g_autoptr (GArray) segments = quarry_segmenter_decode (self.segmenter, .5);
    g_autoptr (GArray) passages = quarry_segmenter_passages (self.segmenter, segments);
    guint n_gaps = 7;

    g_assert_cmpuint (segments->len, ==, 0);
    g_assert_cmpuint (passages->len, ==, 0);
    quarry_segmenter_get_depths (self.segmenter, &n_gaps);
    g_assert_cmpuint (n_gaps, ==, 0);
  }
  case_clear (&self);

  /* One sentence. */
  for (guint with_vectors = 0; with_vectors < 2; with_vectors++)
    {
      QuarryDocumentBuilder *builder = quarry_document_builder_new ();

      quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, "One sentence alone.", -1);
      case_init (&self, builder, with_vectors);
      {
        g_autoptr (GArray) passages = NULL;

        for (guint step = 0; step <= 4; step++)
          {
            g_autoptr (GArray) segments = quarry_segmenter_decode (self.segmenter, step / 4.0);

            g_assert_cmpuint (segments->len, ==, 1);
            assert_covers (&self, segments);
            g_clear_pointer (&passages, g_array_unref);
            passages = quarry_segmenter_passages (self.segmenter, segments);
            g_assert_cmpuint (passages->len, ==, 1);
          }
      }
      case_clear (&self);
    }

  /* There is text, but the list of sentences is empty. */
  {
    QuarryDocumentBuilder *builder = quarry_document_builder_new ();
    g_autoptr (QuarryDocument) document = NULL;
    g_autoptr (QuarrySentenceWords) words = NULL;
    g_autoptr (QuarrySegmenter) segmenter = NULL;
    g_autoptr (GArray) segments = NULL;
    g_autoptr (GArray) passages = NULL;
    gsize length;

    quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, "Words", -1);
    document = quarry_document_builder_end (builder);
    quarry_document_get_text (document, &length);
    words = quarry_sentence_words_new (quarry_document_get_text (document, NULL), NULL, 0);
    segmenter = quarry_segmenter_new (document, words, NULL, 0);
    segments = quarry_segmenter_decode (segmenter, .2);
    passages = quarry_segmenter_passages (segmenter, segments);
    g_assert_cmpuint (segments->len, ==, 1);
    g_assert_cmpuint (g_array_index (segments, QuarrySegment, 0).span.end, ==, length);
  }
}

/* Vectors of zeros and vectors that are not finite are as good as none. */
static void
test_odd_vectors (void)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autofree float *zero = NULL;
  g_autofree float *wild = NULL;
  guint32 state = 4;
  Case self;

  for (guint i = 0; i < 6; i++)
    add_paragraph (builder, i % 5, 6, &state);
  case_init (&self, builder, FALSE);
  zero = g_new0 (float, self.sentences->len * DIMS);
  wild = g_new0 (float, self.sentences->len * DIMS);
  for (guint i = 0; i < self.sentences->len * DIMS; i++)
    wild[i] = i % 3 == 0 ? (float) NAN : i % 3 == 1 ? (float) INFINITY : -1;
  {
    const float *const vectors[] = { zero, wild };
    g_autoptr (GArray) without = quarry_segmenter_decode (self.segmenter, .5);

    for (guint k = 0; k < G_N_ELEMENTS (vectors); k++)
      {
        g_autoptr (QuarrySegmenter) segmenter
            = case_segment (&self, vectors[k]);
        g_autoptr (GArray) segments = quarry_segmenter_decode (segmenter, .5);

        g_assert_cmpmem (segments->data, segments->len * sizeof (QuarrySegment),
                         without->data, without->len * sizeof (QuarrySegment));
      }
    g_assert_cmpuint (without->len, ==, 6);
  }
  case_clear (&self);
}

static void
test_long (void)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  guint32 state = 77;
  Case self;

  for (guint i = 0; i < 5000; i++)
    add_paragraph (builder, next_random (&state) % 5, 20, &state);
  case_init (&self, builder, TRUE);
  g_assert_cmpuint (self.sentences->len, ==, 100000);
  {
    g_autoptr (GArray) usual = quarry_segmenter_decode (self.segmenter, .5);
    g_autoptr (GArray) coarse = quarry_segmenter_decode (self.segmenter, .4);
    g_autoptr (GArray) fine = quarry_segmenter_decode (self.segmenter, .6);
    g_autoptr (GArray) passages = quarry_segmenter_passages (self.segmenter, usual);

    assert_covers (&self, usual);
    assert_covers (&self, coarse);
    assert_covers (&self, fine);
    assert_passages (&self, usual, passages);
    /* A fifth of the paragraphs continue the topic of the one before. In a stretch of thousands of sentences,
     * repetition of the same words throughout makes boundaries harder to see. */
    g_assert_cmpuint (usual->len, >, 2600);
    g_assert_cmpuint (usual->len, <, 4400);
    g_assert_cmpuint (coarse->len, <, usual->len);
    g_assert_cmpuint (fine->len, >, usual->len);
  }
  case_clear (&self);
}

/* All sentences are alike. There is nothing to tell apart, but every kind of cut must still work. */
static void
test_alike (void)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  Case self;

  for (guint i = 0; i < 450; i++)
    quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, "Harbour and tide.", -1);
  case_init (&self, builder, TRUE);
  {
    guint n_gaps;
    const float *depths = quarry_segmenter_get_depths (self.segmenter, &n_gaps);
    g_autoptr (GArray) segments = quarry_segmenter_decode (self.segmenter, .5);
    g_autoptr (GArray) passages = quarry_segmenter_passages (self.segmenter, segments);

    for (guint i = 0; i < n_gaps; i++)
      g_assert_cmpfloat (depths[i], <, 1e-5f);
    g_assert_cmpuint (segments->len, <=, 4);
    assert_passages (&self, segments, passages);
  }
  assert_nested (&self);
  case_clear (&self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/segment/two-topics/vectors", GINT_TO_POINTER (TRUE), test_two_topics);
  g_test_add_data_func ("/segment/two-topics/words", GINT_TO_POINTER (FALSE), test_two_topics);
  g_test_add_func ("/segment/one-topic", test_one_topic);
  g_test_add_func ("/segment/granularity", test_granularity);
  g_test_add_func ("/segment/headings", test_headings);
  g_test_add_func ("/segment/empty-sections", test_empty_sections);
  g_test_add_func ("/segment/headings-alone", test_headings_alone);
  g_test_add_func ("/segment/tight", test_tight);
  g_test_add_func ("/segment/windows", test_windows);
  g_test_add_func ("/segment/whole-paragraphs", test_whole_paragraphs);
  g_test_add_func ("/segment/small-together", test_small_together);
  g_test_add_func ("/segment/endless-sentence", test_endless_sentence);
  g_test_add_func ("/segment/nothing", test_nothing);
  g_test_add_func ("/segment/odd-vectors", test_odd_vectors);
  g_test_add_func ("/segment/long", test_long);
  g_test_add_func ("/segment/alike", test_alike);

  return g_test_run ();
}
