/* quarry-nearness.c: how near a library's passages typically are to a query
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/library/quarry-nearness.h"

#include <math.h>
#include <string.h>

#include "core/document/quarry-words.h"
#include "core/library/import/quarry-prepared.h"

#define KEY "nearness"

/* The number of samples, a hundred of which would do, and of passages drawn to get them. A sample is FEWEST_WORDS to
 * MOST_WORDS consecutive words of a passage, like a query. */
#define SAMPLES 128
#define MOST_DRAWN (8 * SAMPLES)
#define FEWEST_WORDS 2
#define MOST_WORDS 30
/* room for the nearest passages of a sample */
#define MOST_BEST 5
/* A passage with fewer words is used with a probability proportional to their number, so that the samples represent
 * the library's text rather than its passages: a library is not about titles just because half of its passages are
 * titles. */
#define LONG_WORDS 100
/* The most words that are read of a passage. */
#define MOST_READ 2000

/* It is measured anew when the number of passages has grown or shrunk by this factor. */
#define GROWTH 1.25

/* The mark stored with the result: the vectors that it is for, and the method. (transfer full) */
static char *
get_mark (QuarryLibrary *self, const QuarryIndexes *indexes)
{
  return g_strdup_printf ("of-five:%s:%s", quarry_embedder_get_fingerprint (self->embedder), indexes->epoch);
}

/* Loads the stored result. FALSE where there is none for these vectors, or it is invalid. */
static gboolean
load (QuarryLibrary *self,
      const QuarryIndexes *indexes,
      QuarryStore *store,
      QuarryConfidenceNearness *nearness,
      double *n_passages)
{
  double *const numbers[] = { n_passages, &nearness->mean, &nearness->deviation };
  g_autofree char *text = quarry_store_get_string (store, KEY, NULL);
  g_autofree char *mark = NULL;
  g_auto (GStrv) parts = NULL;

  if (text == NULL)
    return FALSE;
  mark = get_mark (self, indexes);
  parts = g_strsplit (text, " ", G_N_ELEMENTS (numbers) + 2);
  if (g_strv_length (parts) != G_N_ELEMENTS (numbers) + 1 || strcmp (parts[0], mark) != 0)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      char *end;

      *numbers[i] = g_ascii_strtod (parts[i + 1], &end);
      if (end == parts[i + 1] || *end != '\0' || !isfinite (*numbers[i]))
        return FALSE;
    }
  return fabs (nearness->mean) <= 1 && nearness->deviation > 0 && nearness->deviation <= 1;
}

void
quarry_nearness_load (QuarryLibrary *self,
                      const QuarryIndexes *indexes,
                      QuarryStore *store,
                      QuarryConfidenceNearness *nearness)
{
  double n_passages;

  if (!load (self, indexes, store, nearness, &n_passages))
    *nearness = quarry_confidence_usual_nearness;
}

/* Draws consecutive words of @text; their number is uniformly distributed on a logarithmic scale. (0, 0) where the
 * text has too few words or, at random, where it is short: LONG_WORDS. */
static QuarrySpan
draw_words (GRand *rand, const char *text)
{
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (QuarrySpan));
  g_auto (QuarryWords) words = { 0 };
  const char *folded;
  QuarrySpan span;
  gsize length;
  guint n = (guint) exp (g_rand_double_range (rand, log (FEWEST_WORDS), log (MOST_WORDS + 1))), first;

  quarry_words_init (&words, text, -1);
  while (spans->len < MOST_READ && quarry_words_next (&words, &span, &folded, &length))
    g_array_append_val (spans, span);
  if (spans->len < FEWEST_WORDS || spans->len < LONG_WORDS * g_rand_double (rand))
    return (QuarrySpan) { 0, 0 };
  n = MIN (n, spans->len);
  first = (guint) g_rand_int_range (rand, 0, (gint32) (spans->len - n) + 1);

  return (QuarrySpan) { g_array_index (spans, QuarrySpan, first).start,
                        g_array_index (spans, QuarrySpan, first + n - 1).end };
}

/* Measures the nearness with samples from @passages. FALSE where no sample could be drawn. */
static gboolean
measure (QuarryLibrary *self,
         QuarryIndexes *indexes,
         QuarryStore *store,
         GArray *passages,
         QuarryConfidenceNearness *nearness)
{
  g_autofree float *vector = g_new (float, quarry_embedder_get_dims (self->embedder));
  g_autofree double *cosines = g_new (double, SAMPLES);
  /* seeded so that the same library always gives the same result */
  g_autoptr (GRand) rand = g_rand_new_with_seed (passages->len);
  guint n_best = quarry_confidence_n_best (passages->len);
  guint n = 0;

  for (guint i = 0; i < MOST_DRAWN && n < SAMPLES && passages->len > 0; i++)
    {
      gint64 id = g_array_index (passages, gint64, g_rand_int_range (rand, 0, (gint32) passages->len));
      g_autoptr (QuarryPassageRecord) passage = quarry_store_get_passage (store, id, NULL);
      QuarryNeighbour near[MOST_BEST];
      QuarrySpan span;
      guint n_near;
      double sum = 0;

      if (passage == NULL)
        continue;
      span = draw_words (rand, passage->text);
      if (span.end == 0)
        continue;
      if (!quarry_embedder_embed (self->embedder, indexes->weights, passage->text + span.start,
                                  (gssize) (span.end - span.start), vector))
        continue;
      n_near = quarry_vector_index_search (indexes->vectors, vector, n_best, NULL, 0, near);
      for (guint j = 0; j < n_near; j++)
        sum += (double) near[j].score;
      if (n_near == 0)
        continue;
      cosines[n++] = sum / n_best;
    }
  quarry_confidence_measure_nearness (cosines, n, nearness);

  return n > 0;
}

static gboolean
write_down (QuarryLibrary *self,
            const QuarryIndexes *indexes,
            guint n_passages,
            const QuarryConfidenceNearness *nearness,
            GError **error)
{
  const double numbers[] = { n_passages, nearness->mean, nearness->deviation };
  QuarryStore *writer = quarry_library_begin_write (self, error);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *mark = NULL;
  gboolean done;

  if (writer == NULL)
    return FALSE;
  mark = get_mark (self, indexes);
  g_string_append (text, mark);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      char number[G_ASCII_DTOSTR_BUF_SIZE];

      g_string_append_printf (text, " %s", g_ascii_formatd (number, sizeof number, "%.6g", numbers[i]));
    }
  /* No document was added or removed, so nobody has to be notified. */
  done = quarry_store_set_string (writer, KEY, text->str, error)
         && quarry_store_commit (writer, error);
  if (!done)
    quarry_store_rollback (writer);
  g_rec_mutex_unlock (&self->write_lock);

  return done;
}

void
quarry_library_measure_nearness (QuarryLibrary *self)
{
  g_autoptr (GError) error = NULL;
  QuarryStore *reader = quarry_library_borrow (self, &error);
  g_autoptr (QuarryIndexes) indexes = NULL;
  g_autoptr (GArray) passages = NULL;
  QuarryConfidenceNearness nearness;
  gboolean is_due = FALSE;
  double n_before;

  if (reader != NULL)
    {
      if (quarry_store_begin_read (reader, &error)
          && (indexes = quarry_library_get_indexes (self, reader, &error)) != NULL
          && (passages = quarry_store_list_passage_ids (reader, &error)) != NULL)
        is_due = (!load (self, indexes, reader, &nearness, &n_before)
                  || passages->len > n_before * GROWTH || passages->len * GROWTH < n_before)
                 && measure (self, indexes, reader, passages, &nearness);
      quarry_library_give_back (self, reader);
    }
  if (is_due)
    write_down (self, indexes, passages->len, &nearness, &error);
  if (error != NULL)
    g_debug ("nearness stays as it is: %s", error->message);
}
