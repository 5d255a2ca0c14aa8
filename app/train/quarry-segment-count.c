/* quarry-segment-count.c: counts which words begin and end sections
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The count of a word is compared with what would be expected if the boundaries of each document were
 * spread evenly over its sentences. Otherwise a word would be taken for a cue just because it is
 * frequent in documents that are finely divided.
 */
#include "app/train/quarry-segment-count.h"

#include <math.h>
#include <string.h>

#include "core/segment/quarry-segment-features.h"

/* Added to both observed and expected counts, so that a rare word, whose counts prove little, has little effect. */
#define PRIOR 8.0

#define ROWS QUARRY_SEGMENT_CUE_ROWS

typedef struct
{
  double observed[ROWS];
  double expected[ROWS];
} Table;

typedef struct
{
  Table begins;
  Table ends;
  Table first[QUARRY_SEGMENT_CUE_FIRST];
  Table pair;
} Counts;

static void
add (Table *table, guint row, gboolean is_boundary, double rate)
{
  table->observed[row] += is_boundary;
  table->expected[row] += rate;
}

static void
count_text (Counts *counts, const QuarrySegmentText *text)
{
  const QuarrySegmentWording *wording = text->wording;
  double rate = 0;

  for (guint i = 1; i < text->n; i++)
    rate += text->boundary[i];
  rate /= text->n - 1;
  for (guint i = 0; i < text->n; i++)
    {
      const guint16 *rows = wording->rows + wording->first_word[i];
      guint n = wording->first_word[i + 1] - wording->first_word[i];

      for (guint w = 0; w < n; w++)
        {
          if (i > 0)
            add (&counts->begins, rows[w], text->boundary[i], rate);
          if (i + 1 < text->n)
            add (&counts->ends, rows[w], text->boundary[i + 1], rate);
        }
      for (guint w = 0; i > 0 && w < MIN (n, QUARRY_SEGMENT_CUE_FIRST); w++)
        add (&counts->first[w], rows[w], text->boundary[i], rate);
      if (i > 0 && n > 1)
        add (&counts->pair, quarry_segment_cue_pair (rows[0], rows[1]), text->boundary[i], rate);
    }
}

static void
conclude (const Table *table, gint8 *cues)
{
  for (guint row = 0; row < ROWS; row++)
    {
      double told = log ((table->observed[row] + PRIOR) / (table->expected[row] + PRIOR));

      cues[row] = (gint8) CLAMP (rint (told / (double) QUARRY_SEGMENT_CUE_UNIT), -G_MAXINT8, G_MAXINT8);
    }
}

/* Counts in all texts but those of the fold @without. */
static void
count (GPtrArray *texts, guint without, QuarrySegmentCues *cues)
{
  g_autofree Counts *counts = g_new0 (Counts, 1);

  for (guint t = 0; t < texts->len; t++)
    {
      const QuarrySegmentText *text = g_ptr_array_index (texts, t);

      if (text->counts && text->fold != without)
        count_text (counts, text);
    }
  conclude (&counts->begins, cues->begins);
  conclude (&counts->ends, cues->ends);
  for (guint i = 0; i < QUARRY_SEGMENT_CUE_FIRST; i++)
    conclude (&counts->first[i], cues->first[i]);
  conclude (&counts->pair, cues->pair);
}

void
quarry_segment_count_cues (GPtrArray *texts, QuarrySegmentCues *cues)
{
  for (guint fold = 0; fold < QUARRY_SEGMENT_FOLDS; fold++)
    {
      count (texts, fold, cues);
      for (guint t = 0; t < texts->len; t++)
        {
          const QuarrySegmentText *text = g_ptr_array_index (texts, t);

          if (text->fold == fold)
            quarry_segment_tell_cues (cues, text->wording, text->n, text->features + QUARRY_FEATURE_CUES,
                                      QUARRY_SEGMENT_N_FEATURES);
        }
    }
  count (texts, QUARRY_SEGMENT_FOLDS, cues);
}
