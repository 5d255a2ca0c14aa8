/* quarry-reading.c: a document opened for reading
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Scoring the gaps between a long document's sentences takes a moment that nobody should have to wait for. It happens
 * on a thread of its own, which may outlive the reading until it has finished the stretch that it is working on.
 */
#include "quarry-config.h"

#include "core/library/quarry-reading-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "core/document/quarry-sentences.h"
#include "core/library/import/quarry-embed-sentences.h"
#include "core/library/import/quarry-prepared.h"
#include "core/library/quarry-segment-labels.h"
#include "core/machine/quarry-background.h"
#include "core/segment/quarry-segmenter.h"

/* The fewest chapters to divide a document into where headings do not. */
#define LEAST_CHAPTERS 3

/* The most text for which the scores are kept while a document is open: some 5,000 pages. A longer document has no
 * previews. */
#define MOST_PREVIEWED (16u << 20)

/* The thread's result, on its way to the main context. */
typedef struct
{
  GWeakRef reading;
  GArray *chapters; /* of Chapter */
} Found;

static void
found_free (Found *found)
{
  g_weak_ref_clear (&found->reading);
  g_clear_pointer (&found->chapters, g_array_unref);
  g_free (found);
}

/* The scores of a document's gaps. A thread computes them, and shares this with the reading. */
typedef struct
{
  QuarryDocument *document;
  GArray *segments; /* of QuarrySpan: as stored */
  double granularity; /* of the stored segments */
  char *language;
  QuarryEmbedder *embedder;
  QuarryIndexes *indexes;
  Found *found; /* used by the thread; NULL once it was sent to the main context */
  int is_left;           /* atomic: the reading is gone */
  int is_done;           /* atomic: while FALSE, the two below belong to the thread; then they do not change any more */
  GPtrArray *segmenters; /* of QuarrySegmenter, one for each of the stretches */
  GArray *stretches;     /* of QuarrySpan; empty where the document is too long for previews */
} Scoring;

struct _QuarryReading
{
  GObject parent_instance;

  QuarryDocument *document;
  QuarryDocumentRecord *record;
  GArray *segments; /* of QuarrySpan */
  GPtrArray *labels;
  GArray *chapters; /* of Chapter */
  Scoring *scoring;

  GMutex lock; /* for the members below */
  float *segment_vectors; /* segments × dims, unit vectors; made when first needed */
  char *vectors_epoch;
};

typedef struct
{
  guint32 start;
  char *title;
} Chapter;

static void
chapter_clear (gpointer data)
{
  g_free (((Chapter *) data)->title);
}

static GArray *
new_chapters (void)
{
  GArray *chapters = g_array_new (FALSE, FALSE, sizeof (Chapter));

  g_array_set_clear_func (chapters, chapter_clear);
  return chapters;
}

G_DEFINE_FINAL_TYPE (QuarryReading, quarry_reading, G_TYPE_OBJECT)

enum
{
  CHAPTERS_FOUND,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
scoring_clear (gpointer data)
{
  Scoring *self = data;

  g_object_unref (self->document);
  g_array_unref (self->segments);
  g_free (self->language);
  g_object_unref (self->embedder);
  quarry_indexes_unref (self->indexes);
  g_clear_pointer (&self->found, found_free);
  g_ptr_array_unref (self->segmenters);
  g_array_unref (self->stretches);
}

static void
scoring_release (Scoring *self)
{
  g_atomic_rc_box_release_full (self, scoring_clear);
}

/* Does not wait for the thread: it ends after the stretch that it is working on. */
static void
scoring_leave (Scoring *self)
{
  g_atomic_int_set (&self->is_left, TRUE);
  scoring_release (self);
}

static void
quarry_reading_finalize (GObject *object)
{
  QuarryReading *self = QUARRY_READING (object);

  g_clear_pointer (&self->scoring, scoring_leave);
  g_clear_object (&self->document);
  g_clear_pointer (&self->record, quarry_document_record_free);
  g_clear_pointer (&self->segments, g_array_unref);
  g_clear_pointer (&self->labels, g_ptr_array_unref);
  g_array_unref (self->chapters);
  g_free (self->segment_vectors);
  g_free (self->vectors_epoch);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (quarry_reading_parent_class)->finalize (object);
}

static void
quarry_reading_class_init (QuarryReadingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = quarry_reading_finalize;

  /* Emitted in the main context when chapters have been found by segmentation. */
  signals[CHAPTERS_FOUND] = g_signal_new ("chapters-found", QUARRY_TYPE_READING, G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
quarry_reading_init (QuarryReading *self)
{
  g_mutex_init (&self->lock);
  self->chapters = new_chapters ();
}

/* --- Chapters ---------------------------------------------------------------------------------- */

static gboolean
has_headings (QuarryDocument *document)
{
  guint n_blocks, n = 0;
  const QuarryBlock *blocks = quarry_document_get_blocks (document, &n_blocks);

  /* A single heading is only a title. */
  for (guint i = 0; i < n_blocks; i++)
    n += blocks[i].kind == QUARRY_BLOCK_HEADING;
  return n > 1;
}

static void
find_chapters (QuarryReading *self)
{
  const QuarryBlock *blocks;
  const char *text = quarry_document_get_text (self->document, NULL);
  guint n_blocks, n_of_level[G_MAXUINT8 + 1] = { 0 }, level = 0;
  guint32 start = 0;
  gboolean after_heading = FALSE;

  blocks = quarry_document_get_blocks (self->document, &n_blocks);
  for (guint i = 0; i < n_blocks; i++)
    if (blocks[i].kind == QUARRY_BLOCK_HEADING)
      n_of_level[MIN (blocks[i].level, G_MAXUINT8)]++;
  while (level < G_MAXUINT8 && n_of_level[level] < 2)
    level++;
  /* If the document has only one level of headings, chapters would only repeat the names of the segments. */
  if (n_of_level[level] < 2 || self->segments->len <= n_of_level[level])
    return;

  for (guint i = 0; i < n_blocks; i++)
    {
      /* A title directly before the first chapter's heading belongs to that chapter. */
      if (!after_heading)
        start = blocks[i].span.start;
      after_heading = blocks[i].kind == QUARRY_BLOCK_HEADING;
      if (after_heading && blocks[i].level == level)
        {
          Chapter chapter = { start, g_strndup (text + blocks[i].span.start,
                                                blocks[i].span.end - blocks[i].span.start) };

          g_array_append_val (self->chapters, chapter);
        }
    }
}

static gboolean
found_cb (gpointer data)
{
  Found *found = data;
  g_autoptr (QuarryReading) reading = g_weak_ref_get (&found->reading);

  if (reading != NULL)
    {
      g_array_unref (reading->chapters);
      reading->chapters = g_steal_pointer (&found->chapters);
      g_signal_emit (reading, signals[CHAPTERS_FOUND], 0);
    }
  return G_SOURCE_REMOVE;
}

static guint32
nearest_segment_start (GArray *segments, guint32 offset)
{
  guint32 nearest = 0;

  for (guint i = 0; i < segments->len; i++)
    {
      guint32 start = g_array_index (segments, QuarrySpan, i).start;

      if (MAX (start, offset) - MIN (start, offset) < MAX (nearest, offset) - MIN (nearest, offset))
        nearest = start;
    }
  return nearest;
}

/* The segments at @granularity, once all stretches are scored; as stored where there are no scores. (transfer full) */
static GArray *
cut_at (const Scoring *self, double granularity)
{
  GArray *spans = g_array_new (FALSE, FALSE, sizeof (QuarrySpan));

  for (guint s = 0; s < self->segmenters->len; s++)
    {
      g_autoptr (GArray) segments = quarry_segmenter_decode (self->segmenters->pdata[s], granularity);
      guint32 start = g_array_index (self->stretches, QuarrySpan, s).start;

      for (guint i = 0; i < segments->len; i++)
        {
          QuarrySpan span = g_array_index (segments, QuarrySegment, i).span;

          span.start += start;
          span.end += start;
          g_array_append_val (spans, span);
        }
    }
  if (self->segmenters->len == 0)
    g_array_append_vals (spans, self->segments->data, self->segments->len);
  return spans;
}

/* Finds the chapters of a document that headings do not divide: its segments at half its granularity, which gives
 * about the square root of their number. NULL where there would be too few. (transfer full): of Chapter */
static GArray *
cut_chapters (const Scoring *self)
{
  g_autoptr (GArray) cut = NULL;
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (QuarrySpan));
  g_autoptr (GPtrArray) titles = NULL;
  GArray *chapters;
  gsize length;

  if (self->segments->len < LEAST_CHAPTERS * LEAST_CHAPTERS || has_headings (self->document))
    return NULL;
  cut = cut_at (self, self->granularity / 2);
  for (guint i = 0; i < cut->len; i++)
    {
      /* When it was imported, the token weights may have been slightly different, so that the stored segments begin
       * elsewhere. */
      QuarrySpan span = { nearest_segment_start (self->segments, g_array_index (cut, QuarrySpan, i).start), 0 };

      if (spans->len == 0 || g_array_index (spans, QuarrySpan, spans->len - 1).start < span.start)
        g_array_append_val (spans, span);
    }
  if (spans->len < LEAST_CHAPTERS || spans->len >= self->segments->len)
    return NULL;

  quarry_document_get_text (self->document, &length);
  for (guint i = 0; i < spans->len; i++)
    g_array_index (spans, QuarrySpan, i).end
        = i + 1 < spans->len ? g_array_index (spans, QuarrySpan, i + 1).start : (guint32) length;
  titles = quarry_segment_labels (self->document, spans, self->language, self->indexes->words);
  chapters = new_chapters ();
  for (guint i = 0; i < spans->len; i++)
    {
      Chapter chapter = { g_array_index (spans, QuarrySpan, i).start, g_strdup (titles->pdata[i]) };

      g_array_append_val (chapters, chapter);
    }
  return chapters;
}

const char *
quarry_reading_get_chapter (QuarryReading *self, guint32 offset)
{
  guint low = 0, high = self->chapters->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->chapters, Chapter, middle).start <= offset)
        low = middle + 1;
      else
        high = middle;
    }
  return low > 0 ? g_array_index (self->chapters, Chapter, low - 1).title : NULL;
}

/* --- Making one -------------------------------------------------------------------------------- */

static void
score_stretch (Scoring *self, QuarrySpan span)
{
  g_autoptr (QuarryDocument) stretch = quarry_document_copy_stretch (self->document, span);
  g_autoptr (GArray) sentences = quarry_sentences_of_document (stretch);
  g_autoptr (QuarrySentenceWords) words = quarry_sentence_words_of_document (stretch, sentences);
  g_autofree float *sums = quarry_embed_sentences (self->embedder, words);

  g_array_append_val (self->stretches, span);
  g_ptr_array_add (self->segmenters,
                   quarry_segmenter_new (stretch, words, sums, quarry_embedder_get_dims (self->embedder)));
}

static void
score (Scoring *self)
{
  QuarrySpan span = { 0 };
  gsize length;

  quarry_document_get_text (self->document, &length);
  if (length > MOST_PREVIEWED)
    return;
  /* The same stretches as at import. */
  for (; span.end < length; span.start = span.end)
    {
      if (g_atomic_int_get (&self->is_left))
        return;
      span.end = quarry_document_end_stretch (self->document, span.start, QUARRY_STRETCH_BYTES);
      score_stretch (self, span);
    }
  self->found->chapters = cut_chapters (self);
  if (self->found->chapters != NULL)
    g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, found_cb, g_steal_pointer (&self->found), (GDestroyNotify) found_free);
}

static gpointer
score_thread (gpointer data)
{
  Scoring *self = data;

  /* Searches take precedence. */
  quarry_background_enter (QUARRY_BACKGROUND_LOW);
  score (self);
  g_atomic_int_set (&self->is_done, TRUE);
  scoring_release (self);
  return NULL;
}

static Scoring *
begin_scoring (QuarryReading *reading, QuarryLibrary *library, QuarryIndexes *indexes)
{
  Scoring *self = g_atomic_rc_box_new0 (Scoring);

  self->document = g_object_ref (reading->document);
  self->segments = g_array_ref (reading->segments);
  self->granularity = reading->record->granularity;
  self->language = g_strdup (reading->record->language);
  self->embedder = g_object_ref (library->embedder);
  self->indexes = quarry_indexes_ref (indexes);
  self->found = g_new0 (Found, 1);
  g_weak_ref_init (&self->found->reading, reading);
  self->segmenters = g_ptr_array_new_with_free_func (g_object_unref);
  self->stretches = g_array_new (FALSE, FALSE, sizeof (QuarrySpan));
  g_thread_unref (g_thread_new ("reading", score_thread, g_atomic_rc_box_acquire (self)));
  return self;
}

QuarryReading *
quarry_reading_new (QuarryLibrary *library,
                    gint64 document,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (QuarryReading) self = g_object_new (QUARRY_TYPE_READING, NULL);
  g_autoptr (QuarryIndexes) indexes = quarry_library_current_indexes (library);
  g_autoptr (GError) local = NULL;
  QuarryStore *connection = quarry_library_borrow (library, error);
  const char *text;
  gsize length;

  if (connection == NULL)
    return NULL;

  if (quarry_store_begin_read (connection, &local))
    self->record = quarry_store_get_document (connection, document, &local);
  if (self->record != NULL)
    self->document = quarry_store_load_document (connection, document, &local);
  if (self->document != NULL)
    self->segments = quarry_store_load_segments (connection, document, &local);
  quarry_library_give_back (library, connection);

  if (self->segments == NULL)
    {
      if (local == NULL)
        g_set_error_literal (&local, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                             _("The document is no longer in the library."));
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  text = quarry_document_get_text (self->document, &length);
  if (!quarry_store_segments_fit (self->segments, text, length))
    {
      g_autofree char *name = g_filename_display_name (self->record->path);

      g_set_error (error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_DAMAGED,
                   _("The segments of “%s” do not fit its text; import it again."), name);
      return NULL;
    }
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  self->labels = quarry_segment_labels (self->document, self->segments, self->record->language, indexes->words);
  find_chapters (self);

  self->scoring = begin_scoring (self, library, indexes);

  return g_steal_pointer (&self);
}

QuarryDocument *
quarry_reading_get_document (QuarryReading *self)
{
  return self->document;
}

const QuarryDocumentRecord *
quarry_reading_get_record (QuarryReading *self)
{
  return self->record;
}

const QuarrySpan *
quarry_reading_get_segments (QuarryReading *self, guint *n_segments)
{
  *n_segments = self->segments->len;
  return (const QuarrySpan *) (gpointer) self->segments->data;
}

const char *
quarry_reading_get_label (QuarryReading *self, guint segment)
{
  g_return_val_if_fail (segment < self->labels->len, NULL);

  return self->labels->pdata[segment];
}

gboolean
quarry_reading_can_preview (QuarryReading *self)
{
  return g_atomic_int_get (&self->scoring->is_done);
}

GArray *
quarry_reading_preview (QuarryReading *self, double granularity)
{
  return quarry_reading_can_preview (self) ? cut_at (self->scoring, granularity) : NULL;
}

GArray *
quarry_reading_similarities (QuarryReading *self, QuarryLibrary *library, const char *query)
{
  g_autoptr (QuarryIndexes) indexes = quarry_library_current_indexes (library);
  guint dims = quarry_embedder_get_dims (library->embedder);
  const char *text = quarry_document_get_text (self->document, NULL);
  GArray *similarities = g_array_sized_new (FALSE, TRUE, sizeof (float), self->segments->len);
  g_autofree float *vector = g_new (float, dims);

  g_array_set_size (similarities, self->segments->len);
  if (!quarry_embedder_embed (library->embedder, indexes->weights, query, -1, vector))
    return similarities;

  g_mutex_lock (&self->lock);
  if (g_strcmp0 (self->vectors_epoch, indexes->epoch) != 0)
    {
      g_free (self->segment_vectors);
      g_free (self->vectors_epoch);
      self->vectors_epoch = g_strdup (indexes->epoch);
      self->segment_vectors = g_new (float, MAX (1, (gsize) self->segments->len * dims));
      for (guint i = 0; i < self->segments->len; i++)
        {
          QuarrySpan span = g_array_index (self->segments, QuarrySpan, i);

          quarry_embedder_embed (library->embedder, indexes->weights, text + span.start,
                                 span.end - span.start, self->segment_vectors + (gsize) i * dims);
        }
    }
  for (guint i = 0; i < self->segments->len; i++)
    {
      float cosine = 0;

      for (guint j = 0; j < dims; j++)
        cosine += vector[j] * self->segment_vectors[(gsize) i * dims + j];
      g_array_index (similarities, float, i) = cosine;
    }
  g_mutex_unlock (&self->lock);

  return similarities;
}
