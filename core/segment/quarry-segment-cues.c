/* quarry-segment-cues.c: how often words have stood where topics change
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The tables hold whole numbers and are added up as such, so that the sums are the same on every machine.
 */
#include "quarry-config.h"

#include <math.h>
#include <string.h>

#include "core/document/quarry-words.h"
#include "core/segment/quarry-segment-cues.h"

#define ROW_BITS 15
G_STATIC_ASSERT (QUARRY_SEGMENT_CUE_ROWS == 1u << ROW_BITS);

static guint16
row_of (const QuarrySentenceForm *form)
{
  return (guint16) ((quarry_words_hash (form->folded, form->length) * 0x9e3779b97f4a7c15u) >> (64 - ROW_BITS));
}

QuarrySegmentWording *
quarry_segment_wording_new (const QuarrySentenceWords *words)
{
  QuarrySegmentWording *self = g_new0 (QuarrySegmentWording, 1);
  g_autofree guint16 *of_forms = g_new (guint16, MAX (words->n_forms, 1));
  guint32 n_words = words->first_words[words->n];

  for (guint32 form = 0; form < words->n_forms; form++)
    of_forms[form] = row_of (&words->forms[form]);
  self->n = words->n;
  self->first_word = g_memdup2 (words->first_words, ((gsize) self->n + 1) * sizeof *self->first_word);
  self->rows = g_new (guint16, MAX (n_words, 1));
  for (guint32 w = 0; w < n_words; w++)
    self->rows[w] = of_forms[words->words[w].form];
  return self;
}

void
quarry_segment_wording_free (QuarrySegmentWording *self)
{
  if (self == NULL)
    return;
  g_free (self->first_word);
  g_free (self->rows);
  g_free (self);
}

guint
quarry_segment_cue_pair (guint row, guint next)
{
  guint32 both = (guint32) row << ROW_BITS | (guint32) next;

  return (both * 0x9e3779b1u) >> (32 - ROW_BITS);
}

/* Sums up what the words of a sentence say of a beginning and of an end, and finds the largest values: told[0] and [1],
 * told[2] and [3]. The sums are divided by the root of the number of words, so that long sentences do not stand out by
 * their length. */
static void
sum_words (const QuarrySegmentCues *self, const QuarrySegmentWording *wording, guint sentence, float *told)
{
  guint32 from = wording->first_word[sentence], to = wording->first_word[sentence + 1];
  gint begins = 0, ends = 0, most_begins = from < to ? G_MININT8 : 0, most_ends = most_begins;
  float root = sqrtf ((float) (to - from) + 1);

  for (guint32 w = from; w < to; w++)
    {
      guint row = wording->rows[w];
      gint begin = self->begins[row], end = self->ends[row];

      begins += begin;
      most_begins = MAX (most_begins, begin);
      ends += end;
      most_ends = MAX (most_ends, end);
    }
  told[0] = (float) begins * QUARRY_SEGMENT_CUE_UNIT / root;
  told[1] = (float) most_begins * QUARRY_SEGMENT_CUE_UNIT;
  told[2] = (float) ends * QUARRY_SEGMENT_CUE_UNIT / root;
  told[3] = (float) most_ends * QUARRY_SEGMENT_CUE_UNIT;
}

static void
tell_first (const QuarrySegmentCues *self, const QuarrySegmentWording *wording, guint sentence, float *out)
{
  guint32 from = wording->first_word[sentence], n = wording->first_word[sentence + 1] - from;
  guint rows[QUARRY_SEGMENT_CUE_FIRST];

  memset (out, 0, (QUARRY_SEGMENT_CUE_FIRST + 1) * sizeof *out);
  for (guint i = 0; i < MIN (n, QUARRY_SEGMENT_CUE_FIRST); i++)
    {
      rows[i] = wording->rows[from + i];
      out[i] = self->first[i][rows[i]] * QUARRY_SEGMENT_CUE_UNIT;
    }
  if (n > 1)
    out[QUARRY_SEGMENT_CUE_FIRST] = self->pair[quarry_segment_cue_pair (rows[0], rows[1])] * QUARRY_SEGMENT_CUE_UNIT;
}

void
quarry_segment_tell_cues (const QuarrySegmentCues *self,
                          const QuarrySegmentWording *wording,
                          guint n,
                          float *out,
                          gsize stride)
{
  float before[4], after[4];

  if (n > 1)
    sum_words (self, wording, 0, before);
  for (guint gap = 1; gap < n; gap++)
    {
      float *f = out + gap * stride;

      sum_words (self, wording, gap, after);
      memcpy (f, after, 2 * sizeof *f);
      memcpy (f + 2, before + 2, 2 * sizeof *f);
      tell_first (self, wording, gap, f + 4);
      memcpy (before, after, sizeof before);
    }
}
