/* test-segment-input.c: texts that nobody thought of when cutting was invented
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <string.h>

#include "core/document/quarry-words.h"
#include "core/segment/quarry-segmenter.h"
#include "tests/unit/segment-helpers.h"

/* Whatever the text is, segments cover it at every granularity, passages are within their bounds, and the same text
 * is cut the same way again. Returns the number of passages. */
static guint
check (QuarryDocumentBuilder *builder, gboolean with_vectors, guint *n_sentences)
{
  g_autoptr (GArray) segments = NULL;
  g_autoptr (GArray) again = NULL;
  g_autoptr (GArray) passages = NULL;
  g_autoptr (QuarrySegmenter) second = NULL;
  Case self;
  guint n;

  case_init (&self, builder, with_vectors);
  segments = quarry_segmenter_decode (self.segmenter, QUARRY_GRANULARITY_DEFAULT);
  passages = quarry_segmenter_passages (self.segmenter, segments);
  assert_covers (&self, segments);
  assert_passages (&self, segments, passages);
  for (guint step = 0; step <= 4; step++)
    {
      g_autoptr (GArray) cut = quarry_segmenter_decode (self.segmenter, step / 4.0);

      assert_covers (&self, cut);
    }
  second = case_segment (&self, with_vectors ? self.vectors : NULL);
  again = quarry_segmenter_decode (second, QUARRY_GRANULARITY_DEFAULT);
  g_assert_cmpmem (again->data, again->len * sizeof (QuarrySegment), segments->data,
                   segments->len * sizeof (QuarrySegment));
  n = passages->len;
  if (n_sentences != NULL)
    *n_sentences = self.sentences->len;
  g_clear_object (&second);
  case_clear (&self);
  return n;
}

static QuarryDocumentBuilder *
one_paragraph (const char *text, gssize length)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();

  quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, text, length);
  return builder;
}

static void
test_megabyte_without_stop (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint32 state = 5;

  while (text->len < 1 << 20)
    {
      g_string_append (text, topics[next_random (&state) % N_TOPICS][next_random (&state) % 10]);
      g_string_append_c (text, ' ');
    }
  for (guint with_vectors = 0; with_vectors < 2; with_vectors++)
    {
      guint n = check (one_paragraph (text->str, (gssize) text->len), with_vectors, NULL);

      g_assert_cmpuint (n, >, quarry_words_count (text->str, -1) / QUARRY_PASSAGE_MAX_WORDS);
      g_assert_cmpuint (n, <, quarry_words_count (text->str, -1) / QUARRY_PASSAGE_MIN_WORDS);
    }
}

/* Once as a document with a paragraph for each line, and then as one block. */
static void
test_one_word_lines (void)
{
  const guint n = 100000;
  g_autoptr (GString) text = g_string_new (NULL);
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  guint32 state = 6;
  guint n_sentences;

  for (guint i = 0; i < n; i++)
    {
      const char *word = topics[next_random (&state) % N_TOPICS][next_random (&state) % 10];

      g_string_append_printf (text, "%s\n", word);
      quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, word, -1);
    }
  g_assert_cmpuint (check (builder, TRUE, &n_sentences), >=, n / QUARRY_PASSAGE_MAX_WORDS);
  g_assert_cmpuint (n_sentences, ==, n);

  for (guint kind = QUARRY_BLOCK_TABLE; kind <= QUARRY_BLOCK_CODE; kind++)
    {
      builder = quarry_document_builder_new ();
      quarry_document_builder_add (builder, kind, 0, text->str, (gssize) text->len);
      g_assert_cmpuint (check (builder, FALSE, NULL), >=, n / QUARRY_PASSAGE_MAX_WORDS);
    }
}

static void
test_nuls (void)
{
  static const char text[] = "The ship\0left the harbour.\0 Bees make honey.\0\0\0 Snow fell.";
  g_autofree char *nothing = g_malloc0 (1 << 20);
  guint n_sentences;

  g_assert_cmpuint (check (one_paragraph (text, sizeof text - 1), TRUE, &n_sentences), ==, 1);
  g_assert_cmpuint (n_sentences, >=, 2);
  g_assert_cmpuint (check (one_paragraph (nothing, 1 << 20), TRUE, &n_sentences), ==, 0);
  g_assert_cmpuint (n_sentences, ==, 0);
}

/* Text without a word in it. */
static void
test_no_words (void)
{
  static const char *const texts[] = { "", "   \t\n ", "…", "—— ·· *** ——", "\xe2\x80\x8b\xe2\x80\x8b", "?! ?! ?!" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    for (guint with_vectors = 0; with_vectors < 2; with_vectors++)
      g_assert_cmpuint (check (one_paragraph (texts[i], -1), with_vectors, NULL), <=, 1);
}

static void
test_headings_alone (void)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  guint n_sentences;

  for (guint i = 0; i < 100000; i++)
    {
      g_autofree char *heading = g_strdup_printf ("Chapter %u", i);

      quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1 + i % 6, heading, -1);
    }
  check (builder, FALSE, &n_sentences);
  g_assert_cmpuint (n_sentences, ==, 100000);
}

/* Text that is read from right to left, text without blanks between words, and several scripts in one line. */
static void
test_scripts (void)
{
  static const char *const sentences[][3] = {
    { "غادرت السفينة الميناء عند الفجر.", "صنع النحل العسل في الخلية.", "سقط الثلج على الجبل؟" },
    { "הספינה עזבה את הנמל.", "הדבורים מכינות דבש.", "שלג ירד על ההר." },
    { "船は夜明けに港を出た。", "蜂は蜜を作る。", "雪が山に降った。" },
    { "เรือออกจากท่าตอนเช้า ", "ผึ้งทำน้ำผึ้ง ", "หิมะตกบนภูเขา " },
    { "The word שלום means ســلام or 平和 in Latin: pax!", "Ωκεανός، море и 海。", "🚢🐝 ❄️ are signs." },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (sentences); i++)
    for (guint with_vectors = 0; with_vectors < 2; with_vectors++)
      {
        QuarryDocumentBuilder *builder = quarry_document_builder_new ();
        guint n_sentences;

        for (guint part = 0; part < 3; part++)
          for (guint k = 0; k < 4; k++)
            {
              g_autoptr (GString) paragraph = g_string_new (NULL);

              for (guint s = 0; s < 5; s++)
                g_string_append_printf (paragraph, "%s ", sentences[i][part]);
              quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, paragraph->str, -1);
            }
        g_assert_cmpuint (check (builder, with_vectors, &n_sentences), >=, 1);
        g_assert_cmpuint (n_sentences, >=, 12);
      }
}

/* Random bytes, in documents of 1 to 59 blocks, around the widths of the features' windows. */
static void
test_noise (void)
{
  guint32 state = 12;

  for (guint n = 1; n < 60; n++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      QuarryDocumentBuilder *builder = quarry_document_builder_new ();

      for (guint block = 0; block < n; block++)
        {
          g_byte_array_set_size (bytes, 1 + next_random (&state) % 80);
          for (guint i = 0; i < bytes->len; i++)
            bytes->data[i] = (guint8) next_random (&state);
          quarry_document_builder_add (builder, next_random (&state) % 6, 1 + next_random (&state) % 6,
                                       (const char *) bytes->data, bytes->len);
        }
      check (builder, n % 2, NULL);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/segment-input/megabyte-without-stop", test_megabyte_without_stop);
  g_test_add_func ("/segment-input/one-word-lines", test_one_word_lines);
  g_test_add_func ("/segment-input/nuls", test_nuls);
  g_test_add_func ("/segment-input/no-words", test_no_words);
  g_test_add_func ("/segment-input/headings-alone", test_headings_alone);
  g_test_add_func ("/segment-input/scripts", test_scripts);
  g_test_add_func ("/segment-input/noise", test_noise);

  return g_test_run ();
}
