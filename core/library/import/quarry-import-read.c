/* quarry-import-read.c: reads a file of an import: documents, cut and embedded
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Decides whether a file has to be read at all (it may be unchanged, have failed before in the same state, or have
 * moved here), has quarry-extract read it, and prepares its documents for the writing thread.
 */
#include "quarry-config.h"

#include "core/library/import/quarry-import-read-private.h"

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
#include "core/library/quarry-library-write-private.h"

#define MAX_FILE_BYTES (G_GINT64_CONSTANT (512) << 20)

static gboolean
is_wanted (gpointer user_data)
{
  return !g_cancellable_is_cancelled (user_data);
}

/* Refuses a file that contains nothing that could be stored. */
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

/* Refuses a file that cannot be read. Permissions may be changed, and disks repaired, without any change to the file,
 * so the failure counts as temporary. */
static void
refuse_by_errno (QuarryImportItem *item, int error_number)
{
  quarry_import_item_refuse (item, QUARRY_IMPORT_FAILED, quarry_path_problem (error_number));
  item->is_passing = TRUE;
}

/* Whether both names have the same extension, so that the same reader would read them. */
static gboolean
end_alike (const char *first, const char *second)
{
  g_autofree char *first_name = g_path_get_basename (first);
  g_autofree char *second_name = g_path_get_basename (second);
  const char *first_dot = strrchr (first_name, '.'), *second_dot = strrchr (second_name, '.');

  return g_ascii_strcasecmp (first_dot != NULL ? first_dot : "", second_dot != NULL ? second_dot : "") == 0;
}

/* Whether a document is of a part of the file that is being read, at a place that has not been read yet. Nothing has
 * been stored there since, and nothing will be before what is read now: parts are stored in the order in which they are
 * read. */
static gboolean
is_still_to_come (const QuarryImportItem *file, const QuarryDocumentRecord *record)
{
  return file->kept != NULL && quarry_path_is_below (record->path, file->path)
         && !g_hash_table_contains (file->kept, record->path);
}

gboolean
quarry_import_find_moved (QuarryImportPipeline *pipeline,
                          QuarryStore *connection,
                          const QuarryImportItem *file,
                          const char *path,
                          const char *hash,
                          gint64 *document,
                          guint *n_passages)
{
  gint64 after = 0;

  /* The same text may be in a folder a thousand times; it is enough to look at a few. */
  for (guint i = 0; i < 16; i++)
    {
      g_autoptr (QuarryDocumentRecord) record
          = quarry_store_find_content (connection, hash, after, NULL);
      gboolean is_free = FALSE;

      if (record == NULL)
        return FALSE;
      if (end_alike (record->path, path) && strcmp (record->path, path) != 0
          && (is_still_to_come (file, record)
              || (record->size >= 0 && quarry_mounts_lacks_file (pipeline->mounts, record->path))))
        {
          g_mutex_lock (&pipeline->lock);
          is_free = !g_hash_table_contains (pipeline->claimed, &record->id);
          if (is_free)
            g_hash_table_insert (pipeline->claimed, g_memdup2 (&record->id, sizeof (gint64)), g_strdup (path));
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

gboolean
quarry_import_is_claimed (QuarryImportPipeline *pipeline, const QuarryDocumentRecord *record)
{
  const char *path;
  gboolean is_claimed;

  g_mutex_lock (&pipeline->lock);
  path = g_hash_table_lookup (pipeline->claimed, &record->id);
  is_claimed = path != NULL && strcmp (path, record->path) != 0;
  g_mutex_unlock (&pipeline->lock);
  return is_claimed;
}

/* On a server, which may stop answering at any time, no file is read but by quarry-extract. */
static gboolean
is_long_mailbox (const QuarryImportItem *item, const QuarryOpened *opened)
{
  g_autofree char *name = quarry_path_display_name (item->path);

  return opened->hash == NULL && quarry_import_is_long_mailbox (opened->fd, item->size, name);
}

/* Opens the item's file. On a server, which may never answer, it gives up after a while. @opened: the open file, and
 * what is known of it. */
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

/* For so long after a change, another may leave the same ctime: that is the time of the kernel's last tick, or whole
 * seconds where the file system knows no others. */
#define TICK_NS (G_GINT64_CONSTANT (20) * 1000 * 1000)
#define COARSE_NS (G_GINT64_CONSTANT (2) * 1000 * 1000 * 1000)

/* If the file may change once more without a change of its ctime, gives the item an earlier one. The file then counts as
 * changed at the next look, which compares its contents (git calls such files racy). */
static void
note_recent_change (QuarryImportItem *item, const struct stat *info)
{
  gint64 step = info->st_ctim.tv_nsec == 0 ? COARSE_NS : TICK_NS;

  if (item->changed_ns + step > g_get_real_time () * 1000)
    item->changed_ns--;
}

/* Sets what is known of the file; FALSE where nothing more has to be done with it. @failure: the failure recorded for
 * it, or NULL. */
static gboolean
look_at_file (QuarryImportPipeline *pipeline,
              QuarryStore *connection,
              QuarryImportItem *item,
              const QuarryOpened *opened,
              QuarryDocumentRecord *known,
              const QuarryFailureRecord *failure,
              char **hash)
{
  int fd = opened->fd;
  struct stat info = opened->info;
  gboolean is_again = item->recognize || g_hash_table_contains (pipeline->again, item->path);

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
  if (info.st_size > MAX_FILE_BYTES && !is_long_mailbox (item, opened))
    {
      g_autofree char *size = g_format_size ((guint64) info.st_size);

      quarry_import_item_refuse (item, QUARRY_IMPORT_SKIPPED,
                   g_strdup_printf (_("It is too large (%s). Quarry reads files of up to 512 MiB: divide it."), size));
      return FALSE;
    }
  if (known != NULL && !is_again
      && quarry_import_item_is_same (item, pipeline->mounts, known->size, known->modified_ns, known->changed_ns))
    {
      item->status = QUARRY_IMPORT_UNCHANGED;
      return FALSE;
    }
  /* The document in the library may be of an earlier state of the file. */
  if (!is_again && failure != NULL && failure->size == item->size && failure->modified_ns == item->modified_ns
      && !g_hash_table_contains (pipeline->named, item->path))
    {
      quarry_import_item_refuse (item, failure->skipped ? QUARRY_IMPORT_SKIPPED : QUARRY_IMPORT_FAILED,
                                 g_strdup (failure->reason));
      item->is_known = TRUE;
      return FALSE;
    }

  note_recent_change (item, &info);
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
      /* Its pictures wait to be read as they did before it was touched. */
      item->has_pictures = quarry_store_has_pictures (connection, item->path);
      return FALSE;
    }
  if (known == NULL && !item->recognize
      && quarry_import_find_moved (pipeline, connection, item, item->path, *hash, &item->moved, NULL))
    {
      item->status = QUARRY_IMPORT_UNCHANGED;
      return FALSE;
    }

  return TRUE;
}

void
quarry_import_item_say_it_stays (QuarryImportItem *item)
{
  g_autofree char *reason = g_steal_pointer (&item->reason);

  item->reason = g_strconcat (reason, " ", _("The text that was read before stays in the library."), NULL);
}

void
quarry_import_item_refuse_by_error (QuarryImportItem *item, const GError *error)
{
  /* A file whose pictures could not be read is not empty: they may still contain what was read from them earlier. */
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

/* If the reader crashed or exceeded a limit twice in the same way with the file unchanged, it will do so again. The
 * file is then no longer tried with each import, but only when it or the readers change, or a person names it.
 * @before: the failure recorded for the file. */
static void
give_up (QuarryImportItem *item, const QuarryFailureRecord *before)
{
  if (!item->is_cut_off || before == NULL || before->size != item->size || before->modified_ns >= 0
      || g_strcmp0 (before->reason, item->reason) != 0)
    return;
  item->is_passing = FALSE;
  /* The documents read from it before stay. */
  g_clear_pointer (&item->kept, g_hash_table_unref);
}

static void
note_cut_off (QuarryPrepared *prepared)
{
  g_free (prepared->flaw);
  prepared->flaw = g_strdup (_("Only a part of it could be read: the file is cut off or damaged. Get a whole copy of "
                               "it."));
}

void
quarry_import_item_prepare (QuarryImportPipeline *pipeline,
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
    note_cut_off (prepared);
  if (quarry_prepared_begin (prepared))
    item->prepared = g_steal_pointer (&prepared);
  else
    refuse_empty (item, _("There is no text in it."));
}

/* Adds to the reason what a person can do about a file that consists of pictures only. */
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

/* Whether @document has less text than the one that the library already has of the same bytes, because text in
 * pictures was read then but was not read this time, or not yet. */
static gboolean
is_less_than_known (QuarryStore *connection,
                    const QuarryImportItem *item,
                    const QuarryDocumentRecord *known,
                    QuarryDocument *document,
                    const char *hash)
{
  return known != NULL && strcmp (known->path, item->path) == 0 && g_strcmp0 (known->content_hash, hash) == 0
         && quarry_document_get_metadata (document, "unrecognized") != NULL
         && (item->recognize || !quarry_store_has_pictures (connection, item->path));
}

/* Reads a file that is a single document, as most are. */
static void
read_single (QuarryImportPipeline *pipeline,
             QuarryStore *connection,
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
    quarry_import_item_prepare (pipeline, item, own, hash,
             known != NULL ? known->granularity : QUARRY_GRANULARITY_DEFAULT);
  else
    quarry_import_item_refuse_by_error (item, reason);
  item->has_pictures
      = own != NULL ? quarry_document_get_metadata (own, "unrecognized") != NULL
                    : g_error_matches (reason, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_PICTURES);
  /* The reader died of something else in the file, once it had sent the text, or passed the rest over. */
  if (item->prepared != NULL && g_error_matches (reason, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_CRASHED))
    note_cut_off (item->prepared);
  else if (item->prepared != NULL && reason != NULL)
    {
      g_free (item->prepared->flaw);
      item->prepared->flaw = g_strdup (reason->message);
    }
  if (item->prepared != NULL)
    {
      item->prepared->has_pictures = item->has_pictures && !item->recognize;
      item->prepared->is_recognized = item->recognize;
    }
  if (own == NULL && item->has_pictures && pipeline->recognizer == NULL)
    advise (pipeline, item);
}

/* The document at @path or, where there is none, the first one inside that file. */
static QuarryDocumentRecord *
find_known (QuarryStore *connection, const char *path)
{
  QuarryDocumentRecord *known = quarry_store_find_document (connection, path, NULL);
  g_autoptr (GPtrArray) inside = NULL;

  if (known != NULL)
    return known;
  inside = quarry_store_list_documents (connection, path, FALSE, 1, NULL);
  return inside != NULL && inside->len > 0 ? g_ptr_array_steal_index (inside, 0) : NULL;
}

/* Whether a person named something that does not exist and of which the library has nothing. */
static gboolean
is_mistake (QuarryImportPipeline *pipeline, QuarryStore *connection, const QuarryImportItem *item)
{
  g_autofree char *resolved = NULL;
  g_autoptr (GPtrArray) documents = NULL;
  struct stat info;

  if (item->is_passing || !g_hash_table_contains (pipeline->named, item->path) || lstat (item->path, &info) == 0
      || (errno != ENOENT && errno != ENOTDIR))
    return FALSE;
  resolved = quarry_path_resolve (item->path);
  documents = quarry_store_list_documents (connection, resolved, FALSE, 1, NULL);
  return documents != NULL && documents->len == 0;
}

/* Handles a refused file of which the library has a document from an earlier state. If the file no longer contains
 * anything, the old text is removed; else it stays, and the reason says so. */
static void
part_from_known (QuarryImportPipeline *pipeline, QuarryImportItem *item)
{
  /* Nothing to do if its pictures have yet to be read or only they failed, or if the reason was given before. */
  if (item->has_document || item->is_known || (item->has_pictures && pipeline->recognizer != NULL && !item->recognize))
    return;
  if (item->is_empty)
    {
      item->kind = ITEM_END;
      item->kept = g_hash_table_new (g_str_hash, g_str_equal);
      return;
    }
  quarry_import_item_say_it_stays (item);
}

/* A failure that is recorded already, or is of a mistyped name, need not be recorded. */
void
quarry_import_note_known_reason (QuarryImportPipeline *pipeline, QuarryStore *connection, QuarryImportItem *item)
{
  g_autoptr (QuarryFailureRecord) failure
      = quarry_store_find_failure (connection, item->path, NULL);

  item->is_known = failure != NULL ? g_strcmp0 (failure->reason, item->reason) == 0
                                   : is_mistake (pipeline, connection, item);
}

/* Has the reader process read a file that is new, or has changed. */
static void
extract (QuarryImportPipeline *pipeline,
         QuarryStore *connection,
         QuarryImportItem *item,
         int fd,
         const char *name,
         const QuarryDocumentRecord *known,
         const char *hash)
{
  GCancellable *cancellable = quarry_import_get_cancellable (pipeline->import);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryExtraction) extraction
      = item->recognize
            ? quarry_extractor_recognize (pipeline->recognizer, fd, name, pipeline->recognition, &error)
            : quarry_extractor_open (pipeline->extractor, fd, name, cancellable, &error);

  item->is_interrupted = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  if (extraction == NULL)
    quarry_import_item_refuse_by_error (item, error);
  else if (quarry_extraction_has_inside (extraction))
    quarry_import_read_inside (pipeline, connection, item, extraction, hash);
  else
    read_single (pipeline, connection, item, extraction, known, hash);
}

void
quarry_import_read_item (QuarryImportPipeline *pipeline, QuarryStore *connection, QuarryImportItem *item)
{
  g_autofree char *name = quarry_path_display_name (item->path);
  g_autofree char *hash = NULL;
  g_autoptr (QuarryDocumentRecord) known = NULL;
  g_autoptr (QuarryFailureRecord) before = NULL;
  QuarryOpened opened = { .fd = -1 };
  gboolean is_to_be_read;

  if (!quarry_extractor_may_read (name))
    {
      const char *dot = strrchr (name, '.');

      quarry_import_item_refuse (item, QUARRY_IMPORT_SKIPPED,
                   g_strdup_printf (_("Quarry has no reader for files of this kind (%s)."),
                                    dot != NULL ? dot : name));
      quarry_import_note_known_reason (pipeline, connection, item);
      return;
    }

  /* Opening a pipe would let a waiting writer start and then break it; opening some devices makes them do something. */
  if (!item->is_regular && !item->recognize)
    {
      quarry_import_item_refuse (item, QUARRY_IMPORT_SKIPPED, g_strdup (_("It is not a regular file.")));
      quarry_import_note_known_reason (pipeline, connection, item);
      return;
    }

  /* A file that has not changed need not be opened. */
  known = find_known (connection, item->path);
  item->known = known != NULL ? known->id : 0;
  if (item->is_regular && !item->recognize && known != NULL
      && quarry_import_item_is_same (item, pipeline->mounts, known->size, known->modified_ns, known->changed_ns)
      && !g_hash_table_contains (pipeline->again, item->path))
    {
      item->status = QUARRY_IMPORT_UNCHANGED;
      /* Text in its pictures has not been read yet: at that time this was switched off, or their turn had not come. */
      item->has_pictures
          = pipeline->recognizer != NULL && quarry_store_has_pictures (connection, item->path);
      return;
    }

  if (!open_file (pipeline, item, &opened))
    {
      if (known != NULL)
        part_from_known (pipeline, item);
      quarry_import_note_known_reason (pipeline, connection, item);
      /* It was found a moment ago: whoever deleted or renamed it since did nothing that a person has to mend. */
      if ((opened.error_number == ENOENT || opened.error_number == ENOTDIR)
          && !g_hash_table_contains (pipeline->named, item->path))
        item->is_known = TRUE;
      return;
    }
  /* Read now, because the writing thread clears the failure as soon as it learns of the file. */
  before = quarry_store_find_failure (connection, item->path, NULL);
  is_to_be_read = look_at_file (pipeline, connection, item, &opened, known, before, &hash);
  if (is_to_be_read && is_long_mailbox (item, &opened))
    quarry_import_read_mailbox (pipeline, connection, item, opened.fd, name, hash);
  else if (is_to_be_read)
    extract (pipeline, connection, item, opened.fd, name, known, hash);
  /* The reader crashed or was stopped while it read pictures: parts that it did not get to stay as they were read without
   * pictures. */
  if (item->kind == ITEM_END && item->recognize && item->is_passing && known != NULL && known->size == item->size
      && known->modified_ns == item->modified_ns)
    g_clear_pointer (&item->kept, g_hash_table_unref);
  if (known != NULL && item->kind == ITEM_FILE && item->reason != NULL && item->prepared == NULL)
    part_from_known (pipeline, item);
  give_up (item, before);
  close (opened.fd);
  g_free (opened.hash);
}
