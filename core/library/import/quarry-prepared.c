/* quarry-prepared.c: a document while it is being segmented and stored
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/library/import/quarry-prepared.h"

#include "core/library/quarry-library-private.h"
#include "core/segment/quarry-segmenter.h"

#include <glib/gi18n-lib.h>

/* The number of stretches that may wait to be written. */
#define STRETCHES_WAITING 2

void
quarry_stretch_free (QuarryStretch *self)
{
  quarry_cut_stretch_free (self->cut);
  g_ptr_array_unref (self->passages);
  g_free (self);
}

QuarryPrepared *
quarry_prepared_new (QuarryEmbedder *embedder,
                     QuarryIndexes *indexes,
                     QuarryDocumentRecord *record,
                     QuarryDocument *document)
{
  QuarryPrepared *self = g_new0 (QuarryPrepared, 1);

  g_atomic_ref_count_init (&self->references);
  self->embedder = g_object_ref (embedder);
  self->indexes = quarry_indexes_ref (indexes);
  self->record = record;
  self->document = g_object_ref (document);
  return self;
}

QuarryPrepared *
quarry_prepared_ref (QuarryPrepared *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
quarry_prepared_unref (QuarryPrepared *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_clear_pointer (&self->stretches, quarry_bounded_queue_free);
  quarry_document_record_free (self->record);
  g_free (self->flaw);
  g_object_unref (self->document);
  g_object_unref (self->embedder);
  quarry_indexes_unref (self->indexes);
  g_free (self);
}

static QuarryPassageRecord *
passage_record (QuarryPrepared *self, const QuarryPassageSpan *passage)
{
  QuarryPassageRecord *record = g_new0 (QuarryPassageRecord, 1);
  QuarryDocument *document = self->document;
  const char *text = quarry_document_get_text (document, NULL);
  g_auto (GStrv) heading = quarry_document_heading_path (document, passage->span.start);

  record->ordinal = self->n_passages++;
  record->segment = self->n_segments + passage->segment;
  record->bytes = passage->span;
  record->characters.start = quarry_document_characters_at (document, passage->span.start);
  record->characters.end = quarry_document_characters_at (document, passage->span.end);
  record->page = quarry_document_page_at (document, passage->span.start);
  record->heading = g_strjoinv ("\x1f", heading);
  record->text = g_strndup (text + passage->span.start, passage->span.end - passage->span.start);

  return record;
}

/* The next stretch to cut; FALSE at the end of the text. */
static gboolean
next_span (QuarryPrepared *self, QuarrySpan *span)
{
  gsize length;

  quarry_document_get_text (self->document, &length);
  if (self->has_begun && self->start >= length)
    return FALSE;
  self->has_begun = TRUE;
  span->start = self->start;
  span->end = self->start = quarry_document_end_stretch (self->document, self->start, QUARRY_STRETCH_BYTES);
  return TRUE;
}

static QuarryCutStretch *
cut (QuarryPrepared *self, QuarrySpan span)
{
  return quarry_cut_stretch_new (self->embedder, self->indexes->weights, self->document, self->record->granularity,
                                 span);
}

/* Makes a stretch of @cut (transfer full), which follows the one made last. */
static QuarryStretch *
make_stretch (QuarryPrepared *self, QuarryCutStretch *cut)
{
  QuarryStretch *stretch = g_new0 (QuarryStretch, 1);

  stretch->cut = cut;
  stretch->passages = g_ptr_array_new_with_free_func ((GDestroyNotify) quarry_passage_record_free);
  for (guint i = 0; i < cut->passages->len; i++)
    g_ptr_array_add (stretch->passages,
                     passage_record (self, &g_array_index (cut->passages, QuarryPassageSpan, i)));
  self->n_segments += cut->segments->len;
  return stretch;
}

gboolean
quarry_prepared_begin (QuarryPrepared *self)
{
  QuarrySpan span;
  gsize length;

  self->stretches
      = quarry_bounded_queue_new (STRETCHES_WAITING, NULL, (GDestroyNotify) quarry_stretch_free);
  if (next_span (self, &span))
    quarry_bounded_queue_push (self->stretches, make_stretch (self, cut (self, span)));
  quarry_document_get_text (self->document, &length);
  if (self->start < length)
    return TRUE;
  quarry_bounded_queue_close (self->stretches, FALSE);
  return self->n_passages > 0;
}

/* Several threads each cut a stretch at a time, and pass them on in order. */
typedef struct
{
  QuarryPrepared *prepared;
  GCancellable *cancellable;

  GMutex lock; /* for what follows, and for the beginning of the next stretch */
  GCond moved_on;
  guint n_begun, n_handed_over;
  gboolean is_over;
} Cutting;

static gpointer
cut_thread (gpointer data)
{
  Cutting *self = data;
  QuarryPrepared *prepared = self->prepared;
  QuarrySpan span;

  g_mutex_lock (&self->lock);
  while (!self->is_over && !g_cancellable_is_cancelled (self->cancellable) && next_span (prepared, &span))
    {
      guint turn = self->n_begun++;
      QuarryCutStretch *stretch;
      gboolean is_taken;

      g_mutex_unlock (&self->lock);
      stretch = cut (prepared, span);
      g_mutex_lock (&self->lock);
      while (self->n_handed_over < turn)
        g_cond_wait (&self->moved_on, &self->lock);
      g_mutex_unlock (&self->lock);

      is_taken = quarry_bounded_queue_push (prepared->stretches, make_stretch (prepared, stretch));
      quarry_document_forget (prepared->document, span);
      g_mutex_lock (&self->lock);
      self->is_over |= !is_taken;
      self->n_handed_over++;
      g_cond_broadcast (&self->moved_on);
    }
  g_mutex_unlock (&self->lock);

  return NULL;
}

guint
quarry_prepared_cut_rest (QuarryPrepared *self, guint n_threads, GCancellable *cancellable)
{
  Cutting cutting = { .prepared = self, .cancellable = cancellable };
  g_autoptr (GPtrArray) threads = g_ptr_array_new ();
  gsize length, start = self->start; /* read now: it changes as soon as a thread is running */

  g_mutex_init (&cutting.lock);
  g_cond_init (&cutting.moved_on);
  quarry_document_get_text (self->document, &length);
  for (guint i = 1; i < n_threads && start + (gsize) i * QUARRY_STRETCH_BYTES < length; i++)
    g_ptr_array_add (threads, g_thread_new ("import-cut", cut_thread, &cutting));
  cut_thread (&cutting);
  for (guint i = 0; i < threads->len; i++)
    g_thread_join (threads->pdata[i]);
  g_cond_clear (&cutting.moved_on);
  g_mutex_clear (&cutting.lock);

  if (self->start < length)
    g_atomic_int_set (&self->is_broken_off, TRUE);
  quarry_bounded_queue_close (self->stretches, FALSE);
  return self->n_passages;
}

QuarryStretch *
quarry_prepared_take (QuarryPrepared *self, GError **error)
{
  QuarryStretch *stretch = NULL;
  QuarrySpan span;

  if (self->stretches != NULL)
    stretch = quarry_bounded_queue_pop (self->stretches);
  else if (next_span (self, &span))
    stretch = make_stretch (self, cut (self, span));
  if (stretch == NULL && g_atomic_int_get (&self->is_broken_off))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Cancelled"));
  return stretch;
}

void
quarry_prepared_give_up (QuarryPrepared *self)
{
  if (self->stretches != NULL)
    quarry_bounded_queue_close (self->stretches, TRUE);
}
