/* quarry-import-pictures.c: files that are read again, for the text in their pictures
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Text recognition takes seconds for each page. It therefore begins when an import has read everything else, at the
 * lowest priority. Another import that is started meanwhile goes first, and continues with the rest at its own end:
 * the queue of waiting files belongs to the library.
 */
#include "quarry-config.h"

#include "core/files/quarry-path.h"
#include "core/library/import/quarry-import-pipeline-private.h"

#include <glib/gi18n-lib.h>
#include <malloc.h>
#include <string.h>

void
quarry_import_begin_turn (QuarryLibrary *self)
{
  g_autoptr (GCancellable) recognition = NULL;

  g_mutex_lock (&self->state_lock);
  self->imports_waiting++;
  recognition = g_object_ref (self->recognition);
  g_mutex_unlock (&self->state_lock);
  g_cancellable_cancel (recognition);

  g_mutex_lock (&self->import_turn);
  g_mutex_lock (&self->state_lock);
  if (--self->imports_waiting == 0)
    {
      g_clear_object (&self->recognition);
      self->recognition = g_cancellable_new ();
    }
  g_mutex_unlock (&self->state_lock);
}

static QuarryImportItem *
item_again (const QuarryImportItem *item)
{
  QuarryImportItem *again = quarry_import_item_new (item->path);

  again->recognize = TRUE;
  again->is_told = item->is_told;
  again->owed_by = item->owed_by;
  again->has_document = item->has_document;
  again->size = item->size;
  again->modified_ns = item->modified_ns;
  again->work = item->work;
  return again;
}

/* Frees an item that will not be read, and takes it off its import's count of files found, unless it has already been
 * reported. With state_lock held. */
static void
forgo (QuarryLibrary *self, QuarryImportItem *item)
{
  if (!item->is_told && g_ptr_array_find (self->imports_alive, item->owed_by, NULL))
    quarry_import_forgo_pictures (item->owed_by, item->work);
  quarry_import_item_free (item);
}

/* Takes an item out of the queue. With state_lock held. */
static QuarryImportItem *
take_waiting (QuarryLibrary *self, GList *link)
{
  QuarryImportItem *item = link->data;

  g_hash_table_remove (self->waiting_pictures, item->path);
  g_queue_delete_link (&self->pictures, link);
  return item;
}

static void
wait_for_turn (QuarryImportPipeline *pipeline, QuarryImportItem *item)
{
  QuarryLibrary *self = pipeline->library;
  GList *before;

  g_mutex_lock (&self->state_lock);
  /* The file may be in the queue already, from an import that was put off. */
  before = g_hash_table_lookup (self->waiting_pictures, item->path);
  if (before != NULL)
    forgo (self, take_waiting (self, before));
  if (quarry_import_is_taken_out (pipeline->import, item->path, NULL))
    forgo (self, item);
  else
    {
      g_queue_push_tail (&self->pictures, item);
      g_hash_table_insert (self->waiting_pictures, item->path, self->pictures.tail);
    }
  g_mutex_unlock (&self->state_lock);
}

/* Reports that reading the file's pictures is left to the next import, unless the file was already reported. */
static void
tell_later (QuarryImportPipeline *pipeline, QuarryImportItem *item)
{
  if (item->is_told)
    return;
  quarry_import_item_refuse (item, QUARRY_IMPORT_SKIPPED,
                             g_strdup (_("The text in its pictures is read later: other files wait.")));
  quarry_import_report_item (pipeline, item, 0);
  item->is_told = TRUE;
}

void
quarry_import_give_back_pictures (QuarryImportPipeline *pipeline, const QuarryImportItem *item)
{
  g_autoptr (QuarryImportItem) left = NULL;

  if (!item->recognize || !quarry_import_was_put_off (pipeline->import))
    return;
  left = item_again (item);
  tell_later (pipeline, left);
  wait_for_turn (pipeline, item_again (left));
}

void
quarry_imports_take_out (QuarryLibrary *self, const char *path, const GPtrArray *records)
{
  g_autofree char *outer = quarry_path_outer (path);
  /* Mails are numbered: another text may now have a part's path, so hashes are compared. */
  g_autoptr (GHashTable) hashes
      = strcmp (outer, path) != 0 ? g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) : NULL;

  for (guint i = 0; hashes != NULL && i < records->len; i++)
    {
      const QuarryDocumentRecord *record = records->pdata[i];

      if (record->content_hash != NULL)
        g_hash_table_add (hashes, g_strdup (record->content_hash));
    }
  g_mutex_lock (&self->state_lock);
  for (guint i = 0; i < self->imports_alive->len; i++)
    quarry_import_take_out (self->imports_alive->pdata[i], outer, hashes);
  for (GList *link = self->pictures.head, *next; link != NULL; link = next)
    {
      next = link->next;
      if (quarry_path_is_below (((const QuarryImportItem *) link->data)->path, path))
        forgo (self, take_waiting (self, link));
    }
  g_mutex_unlock (&self->state_lock);
}

/* Takes the next item out of the queue; NULL: the queue is empty. *others_wait: another import waits. */
static QuarryImportItem *
take_picture (QuarryLibrary *self, gboolean *others_wait)
{
  QuarryImportItem *item;

  g_mutex_lock (&self->state_lock);
  *others_wait = self->imports_waiting > 0;
  item = self->pictures.head != NULL ? take_waiting (self, self->pictures.head) : NULL;
  g_mutex_unlock (&self->state_lock);
  return item;
}

void
quarry_import_put_off_pictures (QuarryImportPipeline *pipeline, const QuarryImportItem *item)
{
  QuarryImportItem *again = item_again (item);

  again->is_told = again->has_document
      = item->prepared != NULL || item->kind == ITEM_END || item->status == QUARRY_IMPORT_UNCHANGED;
  again->owed_by = pipeline->import;
  quarry_import_add_pictures (pipeline->import, again->work, !again->is_told);
  wait_for_turn (pipeline, again);
}

void
quarry_import_count_pictures (QuarryLibrary *self, QuarryImport *import)
{
  g_mutex_lock (&self->state_lock);
  for (GList *link = self->pictures.head; link != NULL; link = link->next)
    quarry_import_add_pictures (import, ((const QuarryImportItem *) link->data)->work, FALSE);
  g_mutex_unlock (&self->state_lock);
}

/* Leaves the queue to the next import, and reports that for each file. */
static void
leave_pictures (QuarryImportPipeline *pipeline, QuarryImportItem *first)
{
  g_autoptr (GPtrArray) left = g_ptr_array_new ();
  gboolean others_wait;

  for (QuarryImportItem *item = first; item != NULL;
       item = take_picture (pipeline->library, &others_wait))
    {
      tell_later (pipeline, item);
      g_ptr_array_add (left, item_again (item));
      quarry_import_item_free (item);
    }
  for (guint i = 0; i < left->len; i++)
    wait_for_turn (pipeline, left->pdata[i]);
}

void
quarry_import_read_pictures (QuarryImportPipeline *pipeline, QuarryStore *connection)
{
  GCancellable *cancellable = quarry_import_get_cancellable (pipeline->import);
  gboolean is_first = TRUE, others_wait = FALSE;
  QuarryImportItem *item;

  if (pipeline->recognizer == NULL || connection == NULL)
    return;
  while ((item = take_picture (pipeline->library, &others_wait)) != NULL)
    {
      gboolean goes_on = quarry_import_wait_while_paused (pipeline->import);

      if (!goes_on && !quarry_import_was_put_off (pipeline->import))
        {
          quarry_import_item_free (item);
          continue;
        }
      if (!goes_on || others_wait)
        {
          leave_pictures (pipeline, item);
          return;
        }
      if (is_first)
        {
          /* What reading and cutting have left, here and in the processes that read, is not needed for this. */
          malloc_trim (0);
          if (pipeline->extractor != pipeline->recognizer)
            quarry_extractor_rest (pipeline->extractor);
          quarry_background_enter (QUARRY_BACKGROUND_IDLE);
          quarry_import_end_pictures (pipeline->import, 0);
        }
      is_first = FALSE;
      quarry_import_begin_reading (pipeline->import, item->path);
      quarry_import_read_item (pipeline, connection, item);
      quarry_import_end_reading (pipeline->import, item->path);
      if (!item->is_interrupted)
        quarry_import_end_pictures (pipeline->import, item->work);
      if (g_cancellable_is_cancelled (cancellable))
        {
          quarry_import_give_back_pictures (pipeline, item);
          quarry_import_item_free (item);
        }
      else if (item->is_interrupted)
        {
          wait_for_turn (pipeline, item_again (item));
          quarry_import_item_free (item);
        }
      else if (item->has_document && item->prepared == NULL && item->kind == ITEM_FILE)
        {
          /* No more was found than is known, or it could not be read. */
          quarry_import_mark_pictures (pipeline->library, item->path, quarry_import_item_pictures_wait (item), NULL);
          quarry_import_item_free (item);
        }
      else
        quarry_import_hand_over (pipeline, item);
    }
}

void
quarry_import_drop_pictures (QuarryLibrary *self)
{
  g_mutex_lock (&self->state_lock);
  g_hash_table_remove_all (self->waiting_pictures);
  g_queue_clear_full (&self->pictures, (GDestroyNotify) quarry_import_item_free);
  g_mutex_unlock (&self->state_lock);
}
