/* quarry-import-inside.c: reads a file of an import that has documents inside, such as an archive or a mailbox
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each document inside becomes an item of its own, between one that begins the file and one that ends it.
 */
#include "quarry-config.h"

#include "core/library/import/quarry-import-read-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "core/library/import/quarry-prepared.h"
#include "core/library/import/quarry-taken-out-private.h"

/* Whether the library's version of a part contains all the text of @document, whose pictures were not read, together
 * with text from pictures. Hashes cannot tell, because they are of the text that was read. */
static gboolean
is_less_than_part (QuarryStore *connection, const QuarryDocumentRecord *known, QuarryDocument *document)
{
  g_autoptr (QuarryDocument) there = NULL;
  const QuarryBlock *blocks;
  const char *title = quarry_document_get_title (document);
  const char *keywords = quarry_document_get_metadata (document, "keywords");
  const char *text, *from, *end;
  gsize length;
  guint n_blocks;

  if (quarry_document_get_metadata (document, "unrecognized") == NULL)
    return FALSE;
  there = quarry_store_load_document (connection, known->id, NULL);
  if (there == NULL || quarry_document_get_metadata (there, "unrecognized") != NULL
      || g_strcmp0 (quarry_document_get_title (there), title) != 0)
    return FALSE;
  from = quarry_document_get_text (there, &length);
  end = from + length;
  text = quarry_document_get_text (document, NULL);
  blocks = quarry_document_get_blocks (document, &n_blocks);
  for (guint i = 0; i < n_blocks; i++)
    {
      g_autofree char *block = g_strndup (text + blocks[i].span.start, blocks[i].span.end - blocks[i].span.start);
      const char *found = memmem (from, (gsize) (end - from), block, strlen (block));

      if (found != NULL)
        from = found + strlen (block);
      /* In a document without text, the title and keywords are stored as its text. */
      else if (g_strcmp0 (block, title) != 0
               && (keywords == NULL || g_strcmp0 (block, keywords) != 0
                   || g_strcmp0 (keywords, quarry_document_get_metadata (there, "keywords")) != 0))
        return FALSE;
    }
  return TRUE;
}

/* Prepares one document of a file with documents inside. Returns the item for the writing thread; NULL where the
 * library already has it. */
static QuarryImportItem *
read_part (QuarryImportPipeline *pipeline,
           QuarryStore *connection,
           const QuarryImportItem *file,
           const char *path,
           QuarryDocument *document,
           const char *hash,
           guint *n_passages)
{
  g_autoptr (QuarryDocumentRecord) known
      = quarry_store_find_document (connection, path, NULL);
  gboolean is_again = quarry_import_is_again (pipeline->import);
  gboolean is_same;
  QuarryImportItem *part;
  guint n_moved = 0;

  /* It goes to the place of an earlier part, from which a mail was deleted. */
  if (known != NULL && quarry_import_is_claimed (pipeline, known))
    g_clear_pointer (&known, quarry_document_record_free);
  is_same = known != NULL && g_strcmp0 (known->content_hash, hash) == 0;

  if ((is_same && !is_again) || (known != NULL && is_less_than_part (connection, known, document)))
    {
      *n_passages += known->n_passages;
      return NULL;
    }
  part = quarry_import_item_new (path);
  part->kind = ITEM_PART;
  part->size = file->size;
  part->modified_ns = file->modified_ns;
  part->changed_ns = file->changed_ns;
  part->known = known != NULL ? known->id : 0;
  part->is_changed = known != NULL && !is_same;
  if (!is_same && quarry_import_find_moved (pipeline, connection, file, path, hash, &part->moved, &n_moved))
    {
      *n_passages += n_moved;
      return part;
    }
  quarry_import_item_prepare (pipeline, part, document, hash,
                              known != NULL ? known->granularity : QUARRY_GRANULARITY_DEFAULT);
  return part;
}

/* Whether the library has a document for a part whose pictures could not be read now; that document stays. */
static gboolean
keep_part (QuarryStore *connection, QuarryImportItem *part, guint *n_passages)
{
  g_autoptr (QuarryDocumentRecord) known = quarry_store_find_document (connection, part->path, NULL);

  if (known == NULL)
    return FALSE;
  *n_passages += known->n_passages;
  quarry_import_item_say_it_stays (part);
  return TRUE;
}

/* Whether the library has a document with this hash at this path. In that case it is an equal one at another path
 * that was removed. */
static gboolean
is_there (QuarryStore *connection, const char *path, const char *hash)
{
  g_autoptr (QuarryDocumentRecord) there = quarry_store_find_document (connection, path, NULL);

  return there != NULL && g_strcmp0 (there->content_hash, hash) == 0;
}

/* The item for a part at @path that could not be read. (transfer full) */
static QuarryImportItem *
refuse_part (QuarryStore *connection, QuarryImportItem *item, const char *path, const GError *error)
{
  QuarryImportItem *part = quarry_import_item_new (path);

  part->kind = ITEM_PART;
  part->size = item->size;
  part->modified_ns = item->modified_ns;
  quarry_import_item_refuse_by_error (part, error);
  if (g_error_matches (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_PICTURES)
      && keep_part (connection, part, &item->n_passages))
    g_hash_table_add (item->kept, g_strdup (part->path));
  return part;
}

void
quarry_import_begin_inside (QuarryImportPipeline *pipeline, QuarryImportItem *item)
{
  QuarryImportItem *begin = quarry_import_item_new (item->path);

  begin->kind = ITEM_BEGIN;
  begin->known = item->known;
  quarry_bounded_queue_push (pipeline->items, begin);
  item->kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (pipeline->taken_parts_then != NULL)
    item->taken_out = quarry_taken_parts_of (pipeline->taken_parts_then, item->path);
  item->status = QUARRY_IMPORT_UNCHANGED;
}

/* The place of a mail in a mailbox, or of something inside it, if @n mails come before those that were read. (transfer
 * full) */
static char *
place_behind (const char *place, guint n)
{
  char *rest;
  guint64 number = g_ascii_strtoull (place, &rest, 10);

  return n == 0 || *place == '\0' ? g_strdup (place) : g_strdup_printf ("%05" G_GUINT64_FORMAT "%s", number + n, rest);
}

void
quarry_import_item_note_failure (QuarryImportItem *item, const GError *error)
{
  QuarryImportStatus status = item->status;
  gboolean is_passing = item->is_passing, is_cut_off = item->is_cut_off;

  quarry_import_item_refuse_by_error (item, error);
  item->has_failed |= item->status == QUARRY_IMPORT_FAILED;
  item->status = status;
  item->is_passing |= is_passing;
  item->is_cut_off |= is_cut_off;
}

void
quarry_import_read_parts (QuarryImportPipeline *pipeline,
                          QuarryStore *connection,
                          QuarryImportItem *item,
                          QuarryExtraction *extraction,
                          const char *hash,
                          guint n_before)
{
  GCancellable *cancellable = quarry_import_get_cancellable (pipeline->import);
  const char *place_read;

  while (!g_cancellable_is_cancelled (cancellable))
    {
      g_autoptr (QuarryDocument) document = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *place = NULL;
      g_autofree char *path = NULL;
      g_autofree char *part_hash = NULL;
      QuarryImportItem *part = NULL;
      gsize bytes = quarry_extraction_next_length (extraction);

      quarry_byte_gate_enter (pipeline->gate, bytes);
      if (!quarry_extraction_next (extraction, &place_read, &document, &error))
        {
          quarry_byte_gate_leave (pipeline->gate, bytes);
          break;
        }
      place = place_behind (place_read, n_before);
      path = *place != '\0' ? g_strconcat (item->path, "/", place, NULL) : g_strdup (item->path);
      if (document != NULL && *place != '\0')
        part_hash = quarry_extraction_hash (extraction);
      if (part_hash != NULL && item->taken_out != NULL && !is_there (connection, path, part_hash)
          && quarry_taken_parts_take (item->taken_out, part_hash))
        {
          item->is_chosen = TRUE;
          quarry_byte_gate_leave (pipeline->gate, bytes);
          continue;
        }
      item->has_pictures
          |= document != NULL
                 ? quarry_document_get_metadata (document, "unrecognized") != NULL
                 : g_error_matches (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_PICTURES);
      if (document != NULL)
        {
          part = read_part (pipeline, connection, item, path, document, part_hash != NULL ? part_hash : hash,
                            &item->n_passages);
          g_hash_table_add (item->kept, g_steal_pointer (&path));
          if (part != NULL)
            item->status = QUARRY_IMPORT_IMPORTED;
        }
      else if (*place == '\0')
        quarry_import_item_note_failure (item, error);
      else
        part = refuse_part (connection, item, path, error);
      if (part != NULL)
        {
          part->gate = pipeline->gate;
          part->bytes = bytes;
          item->n_passages += quarry_import_hand_over (pipeline, part);
        }
      else
        quarry_byte_gate_leave (pipeline->gate, bytes);
    }
}

void
quarry_import_end_inside (QuarryImportItem *item)
{
  item->kind = ITEM_END;
  if (item->has_failed && item->status == QUARRY_IMPORT_UNCHANGED)
    item->status = QUARRY_IMPORT_FAILED;
  if (g_hash_table_size (item->kept) == 0)
    quarry_import_item_refuse (item, QUARRY_IMPORT_SKIPPED,
                               item->reason != NULL ? g_steal_pointer (&item->reason)
                               : item->is_chosen ? g_strdup (_("All that can be read of it you took out of the library."))
                                           : g_strdup (_("Nothing in it can be read.")));
}

void
quarry_import_read_inside (QuarryImportPipeline *pipeline,
                           QuarryStore *connection,
                           QuarryImportItem *item,
                           QuarryExtraction *extraction,
                           const char *hash)
{
  quarry_import_begin_inside (pipeline, item);
  quarry_import_read_parts (pipeline, connection, item, extraction, hash, 0);
  quarry_import_end_inside (item);
}
