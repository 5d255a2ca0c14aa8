/* quarry-prepared.c: a document on its way into the library
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/library/quarry-prepared.h"

#include "core/library/quarry-library-private.h"

#include <glib/gi18n-lib.h>

/* Between who cuts and who writes. */
#define STRETCHES_WAITING 2

void
quarry_stretch_free (QuarryStretch *self)
{
  quarry_cut_document_free (self->cut);
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

/* The next stretch; NULL behind the last one. */
static QuarryStretch *
cut_stretch (QuarryPrepared *self)
{
  QuarryStretch *stretch;
  gsize length;

  quarry_document_get_text (self->document, &length);
  if (self->has_begun && self->start >= length)
    return NULL;
  self->has_begun = TRUE;
  stretch = g_new0 (QuarryStretch, 1);
  stretch->cut = quarry_cut_document_new_stretch (self->embedder, self->indexes->weights, self->document,
                                                  self->record->granularity, QUARRY_STRETCH_BYTES,
                                                  &self->start);
  stretch->passages = g_ptr_array_new_with_free_func ((GDestroyNotify) quarry_passage_record_free);
  for (guint i = 0; i < stretch->cut->passages->len; i++)
    g_ptr_array_add (stretch->passages,
                     passage_record (self, &g_array_index (stretch->cut->passages, QuarryPassageSpan, i)));
  self->n_segments += stretch->cut->segments->len;
  return stretch;
}

gboolean
quarry_prepared_begin (QuarryPrepared *self)
{
  gsize length;

  self->stretches
      = quarry_bounded_queue_new (STRETCHES_WAITING, NULL, (GDestroyNotify) quarry_stretch_free);
  quarry_bounded_queue_push (self->stretches, cut_stretch (self));
  quarry_document_get_text (self->document, &length);
  if (self->start < length)
    return TRUE;
  quarry_bounded_queue_close (self->stretches, FALSE);
  return self->n_passages > 0;
}

guint
quarry_prepared_cut_rest (QuarryPrepared *self, GCancellable *cancellable)
{
  QuarryStretch *stretch;
  gsize length;

  quarry_document_get_text (self->document, &length);
  while (!g_cancellable_is_cancelled (cancellable) && (stretch = cut_stretch (self)) != NULL)
    if (!quarry_bounded_queue_push (self->stretches, stretch))
      break;
  if (self->start < length)
    g_atomic_int_set (&self->is_broken_off, TRUE);
  quarry_bounded_queue_close (self->stretches, FALSE);
  return self->n_passages;
}

QuarryStretch *
quarry_prepared_take (QuarryPrepared *self, GError **error)
{
  QuarryStretch *stretch
      = self->stretches != NULL ? quarry_bounded_queue_pop (self->stretches) : cut_stretch (self);

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
