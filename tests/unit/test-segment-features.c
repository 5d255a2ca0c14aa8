/* test-segment-features.c: what the segmenter's network is told about the words around a gap
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <math.h>
#include <string.h>

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

/* What says nothing is left out in the text's own language: here all but six stems. */
static void
test_foreign (void)
{
  static const char *const german[] = {
    "Der Hafen ist im Winter von Eis bedeckt, und die Schiffe bleiben nicht bei ihm.",
    "Das wird auch in diesem Winter so sein, wenn es kalt ist, aber nur für die Schiffe.",
  };
  static const char *const half[] = {
    "Der Hafen ist im Winter von Eis bedeckt, und die Schiffe bleiben nicht bei ihm.",
    "The harbour is not free of ice in the winter, and that is why the ships have to stay.",
  };
  static const char *const russian[] = {
    "Зимой гавань покрыта льдом, и корабли не могут войти в неё.",
    "Это так и в этом году, когда холодно, но только для кораблей.",
  };
  g_auto (Told) told = { 0 };

  tell (&told, german, G_N_ELEMENTS (german));
  g_assert_cmpstr (told.units->foreign, ==, "de");
  g_assert_cmpuint (told.units->first_stem[1], ==, 6); /* Hafen, Winter, Eis, bedeckt, Schiffe, bleiben */
  g_assert_cmpuint (told.units->first_stem[2], ==, 9); /* Winter, kalt, Schiffe */
  told_clear (&told);

  tell (&told, lines, N_LINES);
  g_assert_null (told.units->foreign);
  told_clear (&told);

  tell (&told, half, G_N_ELEMENTS (half));
  g_assert_cmpstr (told.units->foreign, ==, "de");
  told_clear (&told);

  /* Of other scripts, the models that know English say nothing that could hide what the words say. */
  tell (&told, russian, G_N_ELEMENTS (russian));
  g_assert_null (told.units->foreign);
}

/* A sentence without blanks is never cut. Where it has more words than the counts can hold, they stay at their most. */
static void
test_long_sentence (void)
{
  g_auto (Told) told = { 0 };
  g_autoptr (GString) text = g_string_new (NULL);
  const QuarrySurface *surface;

  for (guint i = 0; i < G_MAXUINT16 + 10u; i++)
    g_string_append (text, "was,");
  tell (&told, (const char *const[]){ text->str }, 1);
  surface = told.units->surface;

  g_assert_cmpuint (surface->words, ==, G_MAXUINT16 + 10u);
  g_assert_cmpuint (surface->past, ==, G_MAXUINT16);
  g_assert_cmpuint (surface->stops, ==, G_MAXUINT16);
  g_assert_cmpuint (surface->commas, ==, G_MAXUINT16);
  g_assert_cmpuint (surface->numbers, ==, 0);
}

#define AT(gap, column) ((double) quarry_segment_view_row (&told.view, gap)[QUARRY_FEATURE_##column])

static void
test_words (void)
{
  g_auto (Told) told = { 0 };

  tell (&told, lines, N_LINES);

  /* Of the names in the sentence: how many there are, and the shares that the sentence before has, that the last
   * five have, and that are new. */
  g_assert_cmpfloat (AT (1, NAMES), ==, 0);
  g_assert_cmpfloat_with_epsilon (AT (2, NAMES), log (2), 1e-6);
  g_assert_cmpfloat (AT (2, NAMES + 1), ==, 0);
  g_assert_cmpfloat (AT (2, NAMES + 2), ==, 1);
  g_assert_cmpfloat (AT (2, NAMES + 3), ==, 0);

  /* Years: the sentence goes back by twelve years. Where there is no year, the features are 0. */
  g_assert_cmpfloat (AT (1, YEARS), ==, 1);
  g_assert_cmpfloat_with_epsilon (AT (1, YEARS + 1), log (13), 1e-6);
  g_assert_cmpfloat (AT (1, YEARS + 2), ==, 1);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpfloat (AT (2, YEARS + i), ==, 0);

  g_assert_cmpfloat_with_epsilon (AT (3, OPENER), sqrt (2 / 4.0), 1e-6);
  g_assert_cmpfloat (AT (3, OPENER + 1), ==, 1);
  g_assert_cmpfloat (AT (3, OPENER + 2), ==, 0);
  g_assert_cmpfloat_with_epsilon (AT (1, OPENER), sqrt (1 / 4.0), 1e-6);

  /* "Smith" is in the opening and in two of the four sentences; "trains" and "stood" are not in the opening. */
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

/* Features computed with sliding windows equal those computed for each gap by itself. */
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

/* Text in capitals has the same features as in small letters. */
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

static float
cue (gint8 told)
{
  return (float) told / 32;
}

/* What words tell about the beginnings and ends of segments is summed over the sentences on either side of a gap,
 * with the same result wherever a stretch of the document starts. The first three words of a sentence also have a
 * weight each by their position. */
static void
test_cues (void)
{
  static const char *const texts[] = { "See also the index", "In this chapter", "THIS", "– – –", "see Also" };
  enum { N = G_N_ELEMENTS (texts), F = QUARRY_SEGMENT_N_CUE_FEATURES };
  static QuarrySegmentCues cues;
  const float root = sqrtf (4);
  g_auto (Told) told = { 0 };
  const QuarrySegmentWording *wording;
  float out[N][F];
  guint rows[4][4];

  tell (&told, texts, N);
  wording = told.units->wording;
  g_assert_cmpuint (wording->n, ==, N);
  for (guint i = 0; i < N; i++)
    for (guint w = 0; wording->first_word[i] + w < wording->first_word[i + 1]; w++)
      if (i < 4)
        rows[i][w] = wording->rows[wording->first_word[i] + w];
  /* A word has the same row in either case, and another word has another row. */
  g_assert_cmpuint (rows[2][0], ==, rows[1][1]);
  g_assert_cmpuint (rows[0][0], ==, wording->rows[wording->first_word[4]]);
  g_assert_cmpuint (rows[0][0], !=, rows[0][1]);
  g_assert_cmpuint (wording->first_word[3], ==, wording->first_word[4]);
  g_assert_cmpuint (quarry_segment_cue_pair (rows[0][0], rows[0][1]), !=,
                    quarry_segment_cue_pair (rows[0][1], rows[0][0]));

  memset (&cues, 0, sizeof cues);
  memset (out, 1, sizeof out);
  quarry_segment_tell_cues (&cues, wording, N, out[0], F);
  for (guint i = 1; i < N; i++)
    for (guint f = 0; f < F; f++)
      g_assert_cmpfloat (out[i][f], ==, 0);

  cues.begins[rows[1][0]] = 50;
  cues.begins[rows[1][1]] = -10;
  cues.begins[rows[1][2]] = -100;
  cues.ends[rows[0][1]] = 7;
  cues.ends[rows[0][3]] = -127;
  for (guint i = 0; i < 3; i++)
    cues.first[i][rows[1][i]] = (gint8) (i + 1);
  cues.pair[quarry_segment_cue_pair (rows[1][0], rows[1][1])] = 9;
  quarry_segment_tell_cues (&cues, wording, N, out[0], F);
  g_assert_cmpfloat (out[1][0], ==, cue (-60) / root);
  g_assert_cmpfloat (out[1][1], ==, cue (50));
  g_assert_cmpfloat (out[1][2], ==, cue (-120) / sqrtf (5));
  g_assert_cmpfloat (out[1][3], ==, cue (7));
  for (guint i = 0; i < 3; i++)
    g_assert_cmpfloat (out[1][4 + i], ==, cue ((gint8) (i + 1)));
  g_assert_cmpfloat (out[1][7], ==, cue (9));
  /* "THIS" is the whole sentence, so there is no second word and no first pair. */
  g_assert_cmpfloat (out[2][0], ==, cue (-10) / sqrtf (2));
  g_assert_cmpfloat (out[2][1], ==, cue (-10));
  for (guint f = 4; f < F; f++)
    g_assert_cmpfloat (out[2][f], ==, 0);
  /* A line of marks has no word that could tell anything. */
  for (guint f = 0; f < F; f++)
    g_assert_cmpfloat (out[3][f], ==, 0);
}

/* Features relative to the document: over all of its gaps, their mean is zero. */
static void
test_standardised (void)
{
  static const char *const talk[] = {
    "The harvest of wheat was poor.", "Wheat grew on poor ground.",    "The ground was dry that harvest.",
    "Ships left the harbour at dawn.", "The harbour was full of ships.", "Dawn found the ships at sea.",
  };
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GArray) sentences = NULL;
  g_autoptr (QuarrySentenceWords) words = NULL;
  g_autofree float *features = NULL;
  const guint n = G_N_ELEMENTS (talk);

  for (guint i = 0; i < n; i++)
    quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, talk[i], -1);
  document = quarry_document_builder_end (builder);
  sentences = quarry_sentences_of_document (document);
  words = quarry_sentence_words_of_document (document, sentences);
  features = quarry_segment_features_of_document (document, words, NULL, 0);
  for (guint column = QUARRY_FEATURE_WORD_Z; column < QUARRY_FEATURE_WORD_Z + 2; column++)
    {
      double sum = 0, most = 0;

      for (guint gap = 1; gap < n; gap++)
        {
          double z = (double) features[gap * QUARRY_SEGMENT_N_FEATURES + column];

          sum += z;
          most = MAX (most, fabs (z));
        }
      g_assert_cmpfloat (most, >, .5);
      g_assert_cmpfloat_with_epsilon (sum, 0, 1e-4);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/segment/features/surface", test_surface);
  g_test_add_func ("/segment/features/foreign", test_foreign);
  g_test_add_func ("/segment/features/long-sentence", test_long_sentence);
  g_test_add_func ("/segment/features/words", test_words);
  g_test_add_func ("/segment/features/splits", test_splits);
  g_test_add_func ("/segment/features/capitals", test_capitals);
  g_test_add_func ("/segment/features/cues", test_cues);
  g_test_add_func ("/segment/features/standardised", test_standardised);
  return g_test_run ();
}
