/* test-segment-slides.c: pages that are slides
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "tests/unit/segment-helpers.h"

#define N_PAGES 8
#define POINTS 5

typedef enum
{
  PLAIN,
  TITLES,  /* every other page holds nothing but a title */
  AGAIN,   /* every other page begins as the one before it did */
  OVER,    /* two of three pages begin within a sentence */
  FULL,    /* pages of more words than a slide has */
} Pages;

/* Pages of one topic, each of a few lines or of many. Adds the sentence that each page begins with to @first. */
static void
add_pages (QuarryDocumentBuilder *builder, Pages kind, guint *first)
{
  guint32 state = 7;
  guint n = 0;

  for (guint page = 0; page < N_PAGES; page++)
    {
      guint lines = kind == TITLES && page % 2 == 0 ? 1 : kind == FULL ? 4 * POINTS : POINTS;

      quarry_document_builder_begin_page (builder, page + 1);
      first[page] = n;
      for (guint line = 0; line < lines; line++, n++)
        {
          g_autoptr (GString) text = g_string_new (NULL);

          if (lines == 1)
            g_string_append_printf (text, "Part %u", page + 1);
          else if (kind == AGAIN && line == 0)
            g_string_append_printf (text, "What we have seen, part %u", page / 2);
          else
            append_sentence (text, 0, 9, &state);
          if (kind == OVER)
            {
              text->str[0] = g_ascii_tolower (text->str[0]);
              if (line + 1 == lines && page % 3 < 2)
                g_string_truncate (text, text->len - 1);
            }
          quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, text->str, -1);
        }
    }
}

static guint
count_cuts (Pages kind, double granularity, gboolean *cut)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (GArray) segments = NULL;
  guint first[N_PAGES], n = 0;
  Case self;

  add_pages (builder, kind, first);
  case_init (&self, builder, TRUE);
  segments = quarry_segmenter_decode (self.segmenter, granularity);
  for (guint page = 1; page < N_PAGES; page++)
    {
      cut[page] = cuts_before (segments, first[page]);
      n += cut[page];
    }
  assert_nested (&self);
  case_clear (&self);
  return n;
}

/* Each slide is a segment, also where all are of one topic; coarser cuts put them together. */
static void
test_slides (void)
{
  gboolean cut[N_PAGES];

  g_assert_cmpuint (count_cuts (PLAIN, QUARRY_GRANULARITY_DEFAULT, cut), ==, N_PAGES - 1);
  g_assert_cmpuint (count_cuts (PLAIN, 0, cut), <, N_PAGES - 1);
}

/* A title stays with what follows, and a slide with itself, when it is shown again. */
static void
test_together (void)
{
  gboolean cut[N_PAGES];

  for (Pages kind = TITLES; kind <= AGAIN; kind++)
    {
      count_cuts (kind, QUARRY_GRANULARITY_DEFAULT, cut);
      for (guint page = 1; page < N_PAGES; page++)
        if (page % 2 == 0)
          g_assert_true (cut[page]);
        else
          g_assert_false (cut[page]);
    }
}

static void
test_other_pages (void)
{
  gboolean cut[N_PAGES];

  g_assert_cmpuint (count_cuts (OVER, QUARRY_GRANULARITY_DEFAULT, cut), <=, 1);
  g_assert_cmpuint (count_cuts (FULL, QUARRY_GRANULARITY_DEFAULT, cut), <=, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/segment-slides/slides", test_slides);
  g_test_add_func ("/segment-slides/together", test_together);
  g_test_add_func ("/segment-slides/other-pages", test_other_pages);
  return g_test_run ();
}
