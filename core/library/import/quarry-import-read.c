/* quarry-import-read.c: a file of an import -> documents, cut and embedded
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/library/import/quarry-import-pipeline-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "core/files/quarry-mounts.h"
#include "core/files/quarry-open-file.h"
#include "core/files/quarry-path.h"
#include "core/library/import/quarry-folders.h"
#include "core/library/import/quarry-import-scanner.h"
#include "core/library/import/quarry-prepared.h"
#include "core/library/import/quarry-taken-out-private.h"
#include "core/library/quarry-library-write-private.h"

#define MAX_FILE_BYTES (G_GINT64_CONSTANT (512) << 20)

static gboolean
is_wanted (gpointer user_data)
{
  return !g_cancellable_is_cancelled (user_data);
}

/* There is nothing in it that could be in the library. */
static void
refuse_empty (QuarryImportItem *item, const char *reason)
{
  quarry_import_item_refuse (item, QUARRY_IMPORT_SKIPPED, g_strdup (reason));
  item->is_empty = TRUE;
}

static char *
find_hash (QuarryImportPipeline *pipeline, const QuarryOpened *opened)
{
  return opened->hash != NULL ? g_strdup (opened->hash)
                              : quarry_hash_file (opened->fd, is_wanted,
                                                  quarry_import_get_cancellable (pipeline->import));
}

/* Rights change, and disks are mended, without a sign of it in the file. */
static void
refuse_by_errno (QuarryImportItem *item, int error_number)
{
  quarry_import_item_refuse (item, QUARRY_IMPORT_FAILED, quarry_path_problem (error_number));
  item->is_passing = TRUE;
}

/* Whether the names end alike, so that the same reader takes both files. */
static gboolean
end_alike (const char *first, const char *second)
{
  g_autofree char *first_name = g_path_get_basename (first);
  g_autofree char *second_name = g_path_get_basename (second);
  const char *first_dot = strrchr (first_name, '.'), *second_dot = strrchr (second_name, '.');

  return g_ascii_strcasecmp (first_dot != NULL ? first_dot : "", second_dot != NULL ? second_dot : "") == 0;
}

/* Whether a document with this hash has lost its file: then its file is the one just found, at @path. */
static gboolean
find_moved (QuarryImportPipeline *pipeline,
            QuarryConnection *connection,
            const char *path,
            const char *hash,
            gint64 *document,
            guint *n_passages)
{
  gint64 after = 0;

  /* Some texts are in a folder a thousand times: a few of them are enough to look at. */
  for (guint i = 0; i < 16; i++)
    {
      g_autoptr (QuarryDocumentRecord) record
          = quarry_store_find_content (connection->store, hash, after, NULL);
      gboolean is_free = FALSE;

      if (record == NULL)
        return FALSE;
      if (record->size >= 0 && end_alike (record->path, path) && quarry_mounts_lacks_file (pipeline->mounts, record->path))
        {
          g_mutex_lock (&pipeline->lock);
          is_free = g_hash_table_add (pipeline->claimed, g_memdup2 (&record->id, sizeof (gint64)));
          g_mutex_unlock (&pipeline->lock);
        }
      if (is_free)
        {
          *document = record->id;
          if (n_passages != NULL)
            *n_passages = record->n_passages;
          return TRUE;
        }
      after = record->id;
    }
  return FALSE;
}

/* A server may keep whoever asks it waiting for good. @opened: what is opened there. */
static gboolean
open_file (QuarryImportPipeline *pipeline, QuarryImportItem *item, QuarryOpened *opened)
{
  gboolean answers = !quarry_mounts_is_silent (pipeline->mounts, item->path);

  if (!quarry_mounts_is_remote (pipeline->mounts, item->path))
    {
      opened->fd = open (item->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
      opened->error_number = errno;
    }
  else
    {
      GCancellable *cancellable = quarry_import_get_cancellable (pipeline->import);

      answers = answers
                && quarry_open_patiently (item->path, item->size <= MAX_FILE_BYTES, cancellable,
                                          QUARRY_IMPORT_PATIENCE_SECONDS, opened);
      if (!answers && !g_cancellable_is_cancelled (cancellable))
        quarry_mounts_set_silent (pipeline->mounts, item->path);
    }
  if (!answers)
    {
      quarry_import_item_refuse (item, QUARRY_IMPORT_FAILED,
                                 g_strdup (_("The server or drive that it is on does not answer. Import it again "
                                             "when it does.")));
      item->is_passing = TRUE;
    }
  else if (opened->fd < 0)
    refuse_by_errno (item, opened->error_number);
  return opened->fd >= 0;
}

/* Fills in what the file is; FALSE where there is nothing left to do with it. @failure: what is written down of it, or
 * NULL. */
static gboolean
look_at_file (QuarryImportPipeline *pipeline,
              QuarryConnection *connection,
              QuarryImportItem *item,
              const QuarryOpened *opened,
              QuarryDocumentRecord *known,
              const QuarryFailureRecord *failure,
              char **hash)
{
  int fd = opened->fd;
  struct stat info = opened->info;
  gboolean is_again = g_hash_table_contains (pipeline->again, item->path);

  if (opened->hash == NULL && fstat (fd, &info) != 0)
    {
      refuse_by_errno (item, errno);
      return FALSE;
    }
  quarry_import_item_set_file (item, &info);
  if (!item->is_regular)
    {
      quarry_import_item_refuse (item, QUARRY_IMPORT_SKIPPED, g_strdup (_("It is not a regular file.")));
      return FALSE;
    }
  if (info.st_size == 0)
    {
      refuse_empty (item, _("It is empty."));
      return FALSE;
    }
  if (info.st_size > MAX_FILE_BYTES)
    {
      g_autofree char *size = g_format_size ((guint64) info.st_size);

      quarry_import_item_refuse (item, QUARRY_IMPORT_SKIPPED,
                   g_strdup_printf (_("It is too large (%s). Quarry reads files of up to 512 MiB: divide it."), size));
      return FALSE;
    }
  if (item->recognize)
    {
      *hash = find_hash (pipeline, opened);
      return *hash != NULL;
    }
  if (known != NULL && !is_again
      && quarry_import_item_is_same (item, pipeline->mounts, known->size, known->modified_ns, known->changed_ns))
    {
      item->status = QUARRY_IMPORT_UNCHANGED;
      return FALSE;
    }
  /* What is in the library may be what the file was before. */
  if (!is_again && failure != NULL && failure->size == item->size && failure->modified_ns == item->modified_ns
      && !g_hash_table_contains (pipeline->named, item->path))
    {
      quarry_import_item_refuse (item, failure->skipped ? QUARRY_IMPORT_SKIPPED : QUARRY_IMPORT_FAILED,
                                 g_strdup (failure->reason));
      item->is_known = TRUE;
      return FALSE;
    }

  *hash = find_hash (pipeline, opened);
  if (*hash == NULL)
    {
      refuse_by_errno (item, errno != 0 ? errno : EIO);
      return FALSE;
    }
  if (known != NULL && !is_again && known->size >= 0 && g_strcmp0 (known->content_hash, *hash) == 0)
    {
      item->kind = ITEM_END;
      item->status = QUARRY_IMPORT_UNCHANGED;
      return FALSE;
    }
  if (known == NULL && find_moved (pipeline, connection, item->path, *hash, &item->moved, NULL))
    {
      item->status = QUARRY_IMPORT_UNCHANGED;
      return FALSE;
    }

  return TRUE;
}

static void
say_it_stays (QuarryImportItem *item)
{
  g_autofree char *reason = g_steal_pointer (&item->reason);

  item->reason = g_strconcat (reason, " ", _("The text that was read before stays in the library."), NULL);
}

static void
refuse_by_error (QuarryImportItem *item, const GError *error)
{
  /* Pictures that nobody could look into may say what they said before. */
  item->is_empty = g_error_matches (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_EMPTY);
  quarry_import_item_refuse (item,
               quarry_extract_error_is_skip (error) ? QUARRY_IMPORT_SKIPPED : QUARRY_IMPORT_FAILED,
               g_strdup (error->message));
  item->is_cut_off = error->domain == QUARRY_EXTRACT_ERROR
                     && (error->code == QUARRY_EXTRACT_ERROR_DEADLINE || error->code == QUARRY_EXTRACT_ERROR_MEMORY
                         || error->code == QUARRY_EXTRACT_ERROR_CRASHED);
  item->is_passing = item->is_cut_off || error->domain != QUARRY_EXTRACT_ERROR
                     || error->code == QUARRY_EXTRACT_ERROR_PROCESS;
}

/* A reader that was cut off twice in the same way, with a file as it is, will be again: it is not tried with each import,
 * but when the file changes, the readers do, or a person names it. @before: what is written down of the file. */
static void
give_up (QuarryImportItem *item, const QuarryFailureRecord *before)
{
  if (!item->is_cut_off || before == NULL || before->size != item->size || before->modified_ns >= 0
      || g_strcmp0 (before->reason, item->reason) != 0)
    return;
  item->is_passing = FALSE;
  /* What came of it before stays. */
  g_clear_pointer (&item->kept, g_hash_table_unref);
}

/* What the document is stored from; without any passages, it is refused. */
static void
prepare (QuarryImportPipeline *pipeline,
         QuarryImportItem *item,
         QuarryDocument *document,
         const char *hash,
         double granularity)
{
  QuarryDocumentRecord *record = g_new0 (QuarryDocumentRecord, 1);
  g_autoptr (QuarryPrepared) prepared = NULL;

  record->path = g_strdup (item->path);
  record->size = item->kind == ITEM_PART ? -1 : item->size;
  record->modified_ns = item->modified_ns;
  record->changed_ns = item->changed_ns;
  record->imported_at = g_get_real_time ();
  record->content_hash = g_strdup (hash);
  prepared = quarry_library_prepare (pipeline->library, record, document, granularity);
  prepared->is_inside = item->kind == ITEM_PART;
  if (quarry_document_get_metadata (document, "incomplete") != NULL)
    prepared->flaw = g_strdup (_("Only a part of it could be read: the file is cut off or damaged. Get a whole copy of "
                                 "it."));
  if (quarry_prepared_begin (prepared))
    item->prepared = g_steal_pointer (&prepared);
  else
    refuse_empty (item, _("There is no text in it."));
}

/* What a person may do about a file of pictures alone. */
static void
advise (QuarryImportPipeline *pipeline, QuarryImportItem *item)
{
  const char *advice
      = quarry_library_recognizes (pipeline->library)
            ? _("Text in pictures is read once Tesseract and the data of its language are installed: the "
                "packages tesseract-ocr and, for English, tesseract-ocr-eng.")
            : _("Switch on in the preferences, under Folders, that text in pictures is read.");
  g_autofree char *reason = g_steal_pointer (&item->reason);

  item->reason = g_strdup_printf ("%s %s", reason, advice);
}

/* Whether @document is less than the library knows of the same bytes: nobody looked into their pictures this time, or
 * yet. */
static gboolean
is_less_than_known (QuarryConnection *connection,
                    const QuarryImportItem *item,
                    const QuarryDocumentRecord *known,
                    QuarryDocument *document,
                    const char *hash)
{
  return known != NULL && strcmp (known->path, item->path) == 0 && g_strcmp0 (known->content_hash, hash) == 0
         && quarry_document_get_metadata (document, "unrecognized") != NULL
         && (item->recognize || !quarry_store_has_pictures (connection->store, item->path));
}

/* A file that is one document, as most are. */
static void
read_single (QuarryImportPipeline *pipeline,
             QuarryConnection *connection,
             QuarryImportItem *item,
             QuarryExtraction *extraction,
             const QuarryDocumentRecord *known,
             const char *hash)
{
  g_autoptr (QuarryDocument) own = NULL;
  g_autoptr (GError) reason = NULL;
  QuarryDocument *document;
  const char *place;

  item->bytes = quarry_extraction_next_length (extraction);
  item->gate = pipeline->gate;
  quarry_byte_gate_enter (item->gate, item->bytes);
  for (;;)
    {
      g_autoptr (GError) error = NULL;

      if (!quarry_extraction_next (extraction, &place, &document, &error))
        break;
      if (document != NULL)
        g_set_object (&own, document);
      g_clear_object (&document);
      if (reason == NULL)
        reason = g_steal_pointer (&error);
    }
  if (own != NULL && is_less_than_known (connection, item, known, own, hash))
    {
      item->kind = item->recognize ? ITEM_FILE : ITEM_END;
      item->status = QUARRY_IMPORT_UNCHANGED;
      item->has_pictures = pipeline->recognizer != NULL;
      return;
    }
  if (own != NULL)
    prepare (pipeline, item, own, hash,
             known != NULL ? known->granularity : QUARRY_GRANULARITY_DEFAULT);
  else
    refuse_by_error (item, reason);
  item->has_pictures
      = own != NULL ? quarry_document_get_metadata (own, "unrecognized") != NULL
                    : g_error_matches (reason, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_PICTURES);
  if (item->prepared != NULL)
    {
      item->prepared->has_pictures = item->has_pictures && !item->recognize;
      item->prepared->is_recognized = item->recognize;
    }
  if (own == NULL && item->has_pictures && pipeline->recognizer == NULL)
    advise (pipeline, item);
}

/* Whether the library has all of @document, which nobody looked into the pictures of, with what was found in these. Its
 * hash says nothing: it is of the text that was read. */
static gboolean
is_less_than_part (QuarryConnection *connection, const QuarryDocumentRecord *known, QuarryDocument *document)
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
  there = quarry_store_load_document (connection->store, known->id, NULL);
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
      /* Of a document without text its title and keywords are the text. */
      else if (g_strcmp0 (block, title) != 0
               && (keywords == NULL || g_strcmp0 (block, keywords) != 0
                   || g_strcmp0 (keywords, quarry_document_get_metadata (there, "keywords")) != 0))
        return FALSE;
    }
  return TRUE;
}

/* One document of a file with others inside. Returns what the writing thread is to do about it; NULL
 * where it is there already. */
static QuarryImportItem *
read_part (QuarryImportPipeline *pipeline,
           QuarryConnection *connection,
           const QuarryImportItem *file,
           const char *path,
           QuarryDocument *document,
           const char *hash,
           guint *n_passages)
{
  g_autoptr (QuarryDocumentRecord) known
      = quarry_store_find_document (connection->store, path, NULL);
  QuarryImportItem *part;

  if (known != NULL
      && ((g_strcmp0 (known->content_hash, hash) == 0 && !quarry_import_is_again (pipeline->import))
          || is_less_than_part (connection, known, document)))
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
  part->is_changed = known != NULL && g_strcmp0 (known->content_hash, hash) != 0;
  if (known == NULL && find_moved (pipeline, connection, path, hash, &part->moved, n_passages))
    return part;
  prepare (pipeline, part, document, hash,
           known != NULL ? known->granularity : QUARRY_GRANULARITY_DEFAULT);
  return part;
}

/* Whether the library has a document of pictures inside a file that could not be looked into now: it stays. */
static gboolean
keep_part (QuarryConnection *connection, QuarryImportItem *part, guint *n_passages)
{
  g_autoptr (QuarryDocumentRecord) known = quarry_store_find_document (connection->store, part->path, NULL);

  if (known == NULL)
    return FALSE;
  *n_passages += known->n_passages;
  say_it_stays (part);
  return TRUE;
}

/* Whether the library has it at its place already: it is another one that was taken out, and says the same. */
static gboolean
is_there (QuarryConnection *connection, const char *path, const char *hash)
{
  g_autoptr (QuarryDocumentRecord) there = quarry_store_find_document (connection->store, path, NULL);

  return there != NULL && g_strcmp0 (there->content_hash, hash) == 0;
}

/* A file with others inside: each goes to the writing thread as soon as it is cut. @item becomes its
 * end. */
static void
read_inside (QuarryImportPipeline *pipeline,
             QuarryConnection *connection,
             QuarryImportItem *item,
             QuarryExtraction *extraction,
             const char *hash)
{
  GCancellable *cancellable = quarry_import_get_cancellable (pipeline->import);
  QuarryImportItem *begin = quarry_import_item_new (item->path);
  gboolean has_failed = FALSE; /* rather than that some of it is passed over */
  gboolean is_chosen = FALSE;  /* by a person who took a part of it out */
  g_autoptr (GHashTable) taken_out
      = pipeline->taken_parts_then != NULL ? quarry_taken_parts_of (pipeline->taken_parts_then, item->path) : NULL;
  const char *place;

  begin->kind = ITEM_BEGIN;
  begin->known = item->known;
  quarry_bounded_queue_push (pipeline->items, begin);
  item->kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  item->status = QUARRY_IMPORT_UNCHANGED;
  while (!g_cancellable_is_cancelled (cancellable))
    {
      g_autoptr (QuarryDocument) document = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *path = NULL;
      g_autofree char *part_hash = NULL;
      QuarryImportItem *part = NULL;
      gsize bytes = quarry_extraction_next_length (extraction);

      quarry_byte_gate_enter (pipeline->gate, bytes);
      if (!quarry_extraction_next (extraction, &place, &document, &error))
        {
          quarry_byte_gate_leave (pipeline->gate, bytes);
          break;
        }
      path = *place != '\0' ? g_strconcat (item->path, "/", place, NULL) : g_strdup (item->path);
      if (document != NULL && *place != '\0')
        part_hash = quarry_extraction_hash (extraction);
      if (part_hash != NULL && taken_out != NULL && !is_there (connection, path, part_hash)
          && quarry_taken_parts_take (taken_out, part_hash))
        {
          is_chosen = TRUE;
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
        {
          QuarryImportStatus status = item->status;

          refuse_by_error (item, error);
          has_failed = item->status == QUARRY_IMPORT_FAILED;
          item->status = status;
        }
      else
        {
          part = quarry_import_item_new (path);
          part->kind = ITEM_PART;
          part->size = item->size;
          part->modified_ns = item->modified_ns;
          refuse_by_error (part, error);
          if (g_error_matches (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_PICTURES)
              && keep_part (connection, part, &item->n_passages))
            g_hash_table_add (item->kept, g_strdup (part->path));
        }
      if (part != NULL)
        {
          part->gate = pipeline->gate;
          part->bytes = bytes;
          item->n_passages += quarry_import_hand_over (pipeline, part);
        }
      else
        quarry_byte_gate_leave (pipeline->gate, bytes);
    }
  item->kind = ITEM_END;
  if (has_failed && item->status == QUARRY_IMPORT_UNCHANGED)
    item->status = QUARRY_IMPORT_FAILED;
  if (g_hash_table_size (item->kept) == 0)
    quarry_import_item_refuse (item, QUARRY_IMPORT_SKIPPED,
                 item->reason != NULL ? g_steal_pointer (&item->reason)
                 : is_chosen          ? g_strdup (_("All that can be read of it you took out of the library."))
                                      : g_strdup (_("Nothing in it can be read.")));
}

/* The document of the file, or the first one inside it. */
static QuarryDocumentRecord *
find_known (QuarryConnection *connection, const char *path)
{
  QuarryDocumentRecord *known = quarry_store_find_document (connection->store, path, NULL);
  g_autoptr (GPtrArray) inside = NULL;

  if (known != NULL)
    return known;
  inside = quarry_store_list_documents (connection->store, path, FALSE, 1, NULL);
  return inside != NULL && inside->len > 0 ? g_ptr_array_steal_index (inside, 0) : NULL;
}

/* Whether a person named what is not there, and nothing of it is in the library. */
static gboolean
is_mistake (QuarryImportPipeline *pipeline, QuarryConnection *connection, const QuarryImportItem *item)
{
  g_autofree char *resolved = NULL;
  g_autoptr (GPtrArray) documents = NULL;
  struct stat info;

  if (item->is_passing || !g_hash_table_contains (pipeline->named, item->path) || lstat (item->path, &info) == 0
      || (errno != ENOENT && errno != ENOTDIR))
    return FALSE;
  resolved = quarry_path_resolve (item->path);
  documents = quarry_store_list_documents (connection->store, resolved, FALSE, 1, NULL);
  return documents != NULL && documents->len == 0;
}

/* A file that is refused and is in the library as it was before: where there is nothing in it any more its text goes; else
 * that stays, and so it is said. */
static void
part_from_known (QuarryImportPipeline *pipeline, QuarryImportItem *item)
{
  /* Its pictures may come yet, or have, and what was said before is said. */
  if (item->has_document || item->is_known || (item->has_pictures && pipeline->recognizer != NULL && !item->recognize))
    return;
  if (item->is_empty)
    {
      item->kind = ITEM_END;
      item->kept = g_hash_table_new (g_str_hash, g_str_equal);
      return;
    }
  say_it_stays (item);
}

/* Said before, or of a name that was mistyped, it needs no writing down. */
void
quarry_import_note_known_reason (QuarryImportPipeline *pipeline, QuarryConnection *connection, QuarryImportItem *item)
{
  g_autoptr (QuarryFailureRecord) failure
      = quarry_store_find_failure (connection->store, item->path, NULL);

  item->is_known = failure != NULL ? g_strcmp0 (failure->reason, item->reason) == 0
                                   : is_mistake (pipeline, connection, item);
}

void
quarry_import_read_item (QuarryImportPipeline *pipeline, QuarryConnection *connection, QuarryImportItem *item)
{
  g_autofree char *name = quarry_path_display_name (item->path);
  g_autofree char *hash = NULL;
  g_autoptr (QuarryDocumentRecord) known = NULL;
  g_autoptr (QuarryFailureRecord) before = NULL;
  g_autoptr (QuarryExtraction) extraction = NULL;
  g_autoptr (GError) error = NULL;
  QuarryOpened opened = { .fd = -1 };

  if (!quarry_extractor_may_read (name))
    {
      const char *dot = strrchr (name, '.');

      quarry_import_item_refuse (item, QUARRY_IMPORT_SKIPPED,
                   g_strdup_printf (_("Quarry has no reader for files of this kind (%s)."),
                                    dot != NULL ? dot : name));
      quarry_import_note_known_reason (pipeline, connection, item);
      return;
    }

  /* To open a pipe lets whoever waits to write to it begin, and then ends them; some devices begin to do things. */
  if (!item->is_regular && !item->recognize)
    {
      quarry_import_item_refuse (item, QUARRY_IMPORT_SKIPPED, g_strdup (_("It is not a regular file.")));
      quarry_import_note_known_reason (pipeline, connection, item);
      return;
    }

  /* What has not changed need not be opened. */
  known = find_known (connection, item->path);
  item->known = known != NULL ? known->id : 0;
  if (item->is_regular && !item->recognize && known != NULL
      && quarry_import_item_is_same (item, pipeline->mounts, known->size, known->modified_ns, known->changed_ns)
      && !g_hash_table_contains (pipeline->again, item->path))
    {
      item->status = QUARRY_IMPORT_UNCHANGED;
      /* It came when nobody looked into pictures, or before they had their turn. */
      item->has_pictures
          = pipeline->recognizer != NULL && quarry_store_has_pictures (connection->store, item->path);
      return;
    }

  if (!open_file (pipeline, item, &opened))
    {
      if (known != NULL)
        part_from_known (pipeline, item);
      quarry_import_note_known_reason (pipeline, connection, item);
      return;
    }
  /* Before the writing thread gets to know of the file, and forgets it. */
  before = quarry_store_find_failure (connection->store, item->path, NULL);
  if (look_at_file (pipeline, connection, item, &opened, known, before, &hash))
    {
      GCancellable *cancellable = quarry_import_get_cancellable (pipeline->import);

      extraction = item->recognize
                       ? quarry_extractor_recognize (pipeline->recognizer, opened.fd, name,
                                                     pipeline->recognition, &error)
                       : quarry_extractor_open (pipeline->extractor, opened.fd, name, cancellable, &error);
      item->is_interrupted = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      if (extraction == NULL)
        refuse_by_error (item, error);
      else if (quarry_extraction_has_inside (extraction))
        {
          read_inside (pipeline, connection, item, extraction, hash);
          /* Cut off in its pictures: what they had no turn in stays as it was read without them. */
          if (item->recognize && item->is_passing && known != NULL && known->size == item->size
              && known->modified_ns == item->modified_ns)
            g_clear_pointer (&item->kept, g_hash_table_unref);
        }
      else
        read_single (pipeline, connection, item, extraction, known, hash);
    }
  if (known != NULL && item->kind == ITEM_FILE && item->reason != NULL && item->prepared == NULL)
    part_from_known (pipeline, item);
  give_up (item, before);
  close (opened.fd);
  g_free (opened.hash);
}
