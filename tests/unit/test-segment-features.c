/* test-segment-features.c: what the segmenter's network is told about the words around a gap
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <math.h>

#include "core/document/quarry-sentences.h"
#include "core/segment/quarry-segment-features.h"

static const char *const lines[] = {
  "In 1987 Anna Smith (born Jones) was elected, and moved to Berlin.",
  "She is said to have left by 1975.",
  "Meanwhile, Smith would rest.",
  "Meanwhile in Berlin, trains stood still.",
};
#define N_LINES G_N_ELEMENTS (lines)

typedef struct
{
  QuarryUnits *units;
  QuarrySegmentView view;
} Told;

static void
told_clear (Told *self)
{
  quarry_units_free (self->units);
  g_free (self->view.out);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Told, told_clear)

static void
tell (Told *self, const char *const *texts, guint n)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GArray) sentences = NULL;
  g_autoptr (QuarrySentenceWords) words = NULL;

  for (guint i = 0; i < n; i++)
    quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, texts[i], -1);
  document = quarry_document_builder_end (builder);
  sentences = quarry_sentences_of_document (document);
  g_assert_cmpuint (sentences->len, ==, n);
  words = quarry_sentence_words_of_document (document, sentences);
  self->units = quarry_units_new (words, NULL, 0);
  self->view.units = self->units;
  self->view.n = n;
  self->view.out = g_new0 (float, n * QUARRY_SEGMENT_N_FEATURES);
  quarry_segment_view_words (&self->view);
}

static void
test_surface (void)
{
  g_auto (Told) told = { 0 };
  const QuarrySurface *surface;

  tell (&told, lines, N_LINES);
  surface = told.units->surface;

  g_assert_cmpint (surface[0].first, ==, QUARRY_CUE_IN);
  g_assert_cmpint (surface[0].second, ==, QUARRY_CUE_NONE);
  g_assert_true (surface[0].starts & QUARRY_STARTS_SECOND_NUMBER);
  g_assert_false (surface[0].starts & QUARRY_STARTS_SECOND_CAPITAL);
  g_assert_cmpint (surface[0].year, ==, 1987);
  g_assert_cmpint (surface[0].past, ==, 1);
  g_assert_cmpint (surface[0].present, ==, 0);
  g_assert_cmpint (surface[0].ending_ed, ==, 2);
  g_assert_cmpint (surface[0].commas, ==, 1);
  g_assert_cmpint (surface[0].brackets, ==, 1);

  g_assert_cmpint (surface[1].first, ==, QUARRY_CUE_HE);
  g_assert_cmpint (surface[1].second, ==, QUARRY_CUE_IS);
  g_assert_cmpint (surface[1].present, ==, 2);
  g_assert_cmpint (surface[1].pronouns, ==, 1);
  g_assert_cmpint (surface[1].year, ==, 1975);

  g_assert_true (surface[2].starts & QUARRY_STARTS_SECOND_CAPITAL);
  g_assert_cmpint (surface[2].modal, ==, 1);
  g_assert_cmpint (surface[2].year, ==, 0);
  g_assert_cmpint (surface[3].opener, ==, surface[2].opener);
  g_assert_cmpint (surface[3].opener, !=, surface[1].opener);
}

#define AT(gap, column) ((double) quarry_segment_view_row (&told.view, gap)[QUARRY_FEATURE_##column])

static void
test_words (void)
{
  g_auto (Told) told = { 0 };

  tell (&told, lines, N_LINES);

  /* Names: how many, in the sentence before, in the last five, never before. */
  g_assert_cmpfloat (AT (1, NAMES), ==, 0);
  g_assert_cmpfloat_with_epsilon (AT (2, NAMES), log (2), 1e-6);
  g_assert_cmpfloat (AT (2, NAMES + 1), ==, 0);
  g_assert_cmpfloat (AT (2, NAMES + 2), ==, 1);
  g_assert_cmpfloat (AT (2, NAMES + 3), ==, 0);

  /* Years run back by twelve; no year, nothing. */
  g_assert_cmpfloat (AT (1, YEARS), ==, 1);
  g_assert_cmpfloat_with_epsilon (AT (1, YEARS + 1), log (13), 1e-6);
  g_assert_cmpfloat (AT (1, YEARS + 2), ==, 1);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpfloat (AT (2, YEARS + i), ==, 0);

  g_assert_cmpfloat_with_epsilon (AT (3, OPENER), sqrt (2 / 4.0), 1e-6);
  g_assert_cmpfloat (AT (3, OPENER + 1), ==, 1);
  g_assert_cmpfloat (AT (3, OPENER + 2), ==, 0);
  g_assert_cmpfloat_with_epsilon (AT (1, OPENER), sqrt (1 / 4.0), 1e-6);

  /* "Smith" is in two of four sentences and of the opening; "trains" and "stood" are not. */
  g_assert_cmpfloat (AT (2, MAIN), ==, 1);
  g_assert_cmpfloat_with_epsilon (AT (2, MAIN + 1), sqrt (2 / 4.0), 1e-6);
  g_assert_cmpfloat (AT (3, MAIN), >, 0);
  g_assert_cmpfloat (AT (3, MAIN), <, 1);
}

static double
likelihood (const QuarryUnits *units, guint from, guint to)
{
  double sum = 0;

  for (guint stem = 0; stem < units->n_stems; stem++)
    {
      guint count = 0;

      for (guint32 s = units->first_stem[from]; s < units->first_stem[to]; s++)
        if (units->stems[s] == stem)
          sum += log (++count);
    }
  return sum;
}

/* The windows slide: the same as each by itself. */
static void
test_splits (void)
{
  static const guint widths[QUARRY_FEATURE_N_SPLITS] = { 5, 15 };
  const guint n = 40;
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_auto (Told) told = { 0 };

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (texts, g_strdup_printf ("Word%c word%c word%c other%c.", 'a' + i / 10, 'a' + i % 3,
                                             'a' + i / 10, 'a' + i % 7));
  tell (&told, (const char *const *) texts->pdata, n);
  for (guint w = 0; w < G_N_ELEMENTS (widths); w++)
    for (guint gap = 1; gap < n; gap++)
      {
        guint from = gap - MIN (gap, widths[w]), to = MIN (gap + widths[w], n);
        double apart = likelihood (told.units, from, gap) + likelihood (told.units, gap, to);
        double words = told.units->first_stem[to] - told.units->first_stem[from] + 1;

        g_assert_cmpfloat_with_epsilon (AT (gap, SPLIT + w),
                                        (apart - likelihood (told.units, from, to)) / words, 1e-5);
      }
}

/* Text in capitals is told of as if it were in small letters. */
static void
test_capitals (void)
{
  const guint n = N_LINES;
  g_auto (GStrv) upper = g_new0 (char *, n + 1);
  g_auto (GStrv) lower = g_new0 (char *, n + 1);
  g_auto (Told) above = { 0 };
  g_auto (Told) told = { 0 };

  for (guint i = 0; i < n; i++)
    {
      upper[i] = g_ascii_strup (lines[i], -1);
      lower[i] = g_ascii_strdown (lines[i], -1);
    }
  tell (&above, (const char *const *) upper, n);
  tell (&told, (const char *const *) lower, n);
  g_assert_cmpmem (above.view.out, n * QUARRY_SEGMENT_N_FEATURES * sizeof (float),
                   told.view.out, n * QUARRY_SEGMENT_N_FEATURES * sizeof (float));
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpint (above.units->surface[i].capitals, ==, 0);
      g_assert_cmpint (above.units->surface[i].starts, ==, told.units->surface[i].starts);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/segment/features/surface", test_surface);
  g_test_add_func ("/segment/features/words", test_words);
  g_test_add_func ("/segment/features/splits", test_splits);
  g_test_add_func ("/segment/features/capitals", test_capitals);
  return g_test_run ();
}
