/* quarry-segment-units.c: the words and the vector of each sentence
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <math.h>
#include <string.h>

#include "core/document/quarry-words.h"
#include "core/segment/quarry-segment-private.h"

/* The first letters of a word stand for its stem: good enough to count by, in any language that
 * inflects at the end, and measured within a thousandth or two of a real stemmer. */
#define STEM_CHARACTERS 6

static gsize
stem_length (const char *folded, gsize length)
{
  const char *end = folded;

  for (guint i = 0; i < STEM_CHARACTERS && end < folded + length; i++)
    end = g_utf8_next_char (end);
  return MIN ((gsize) (end - folded), length);
}

static void
count_words (QuarryUnits *self, const char *text, const QuarrySpan *sentences)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GArray) stems = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint i = 0; i < self->n; i++)
    {
      g_auto (QuarryWords) words = { 0 };
      QuarrySpan span;
      const char *folded;
      gsize length;

      self->first_stem[i] = stems->len;
      quarry_words_init (&words, text + sentences[i].start, sentences[i].end - sentences[i].start);
      while (quarry_words_next (&words, &span, &folded, &length))
        {
          char stem[STEM_CHARACTERS * 4 + 1];
          guint32 number;

          self->words[i]++;
          if (length < 2 || quarry_words_is_stop_word (folded, length))
            continue;
          length = MIN (stem_length (folded, length), sizeof stem - 1);
          memcpy (stem, folded, length);
          stem[length] = '\0';

          number = GPOINTER_TO_UINT (g_hash_table_lookup (numbers, stem));
          if (number == 0)
            {
              number = ++self->n_stems;
              g_hash_table_insert (numbers, g_strdup (stem), GUINT_TO_POINTER (number));
            }
          number--;
          g_array_append_val (stems, number);
        }
    }
  self->first_stem[self->n] = stems->len;
  self->stems = (guint32 *) g_array_free (g_steal_pointer (&stems), FALSE);
}

static void
take_vectors (QuarryUnits *self, const float *vectors, guint dims)
{
  guint known = 0;

  self->dims = MIN (dims, QUARRY_SEGMENT_DIMS);
  self->vectors = g_new0 (float, (gsize) self->n * self->dims);

  for (guint i = 0; i < self->n; i++)
    {
      const float *from = vectors + (gsize) i * dims;
      float *to = self->vectors + (gsize) i * self->dims;
      double norm = 0;

      for (guint d = 0; d < self->dims; d++)
        norm += (double) from[d] * (double) from[d];
      if (!(norm > 0) || !isfinite (norm))
        continue;
      known++;
      norm = 1 / sqrt (norm);
      for (guint d = 0; d < self->dims; d++)
        to[d] = (float) ((double) from[d] * norm);
    }

  if (known == 0)
    {
      g_clear_pointer (&self->vectors, g_free);
      self->dims = 0;
    }
}

QuarryUnits *
quarry_units_new (const char *text,
                  const QuarrySpan *sentences,
                  guint n_sentences,
                  const float *vectors,
                  guint dims)
{
  QuarryUnits *self = g_new0 (QuarryUnits, 1);

  self->n = n_sentences;
  self->words = g_new0 (guint32, n_sentences);
  self->first_stem = g_new0 (guint32, n_sentences + 1);
  count_words (self, text, sentences);
  if (vectors != NULL && dims > 0 && n_sentences > 0)
    take_vectors (self, vectors, dims);
  return self;
}

void
quarry_units_free (QuarryUnits *self)
{
  if (self == NULL)
    return;
  g_free (self->vectors);
  g_free (self->words);
  g_free (self->first_stem);
  g_free (self->stems);
  g_free (self);
}
