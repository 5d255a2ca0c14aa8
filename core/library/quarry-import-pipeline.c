/* quarry-import-pipeline.c: files through the rooms into the library
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One thread walks the folders, a few read and cut files, one writes. Between them stand bounded
 * queues, so that a fast reader waits for a slow writer and memory stays bounded.
 *
 * What is inside a file (an archive, a mail with attachments) are documents with paths that lead
 * into it: "archive.zip/inner.pdf". They are written one by one as unfinished, size -1, and settled
 * in one transaction once the whole file has been read: an import that is cut off leaves a file that
 * is read again, with nothing in it twice. Documents that have not changed stay as they are.
 */
#include "quarry-config.h"

#include "core/library/quarry-library-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/library/quarry-background.h"
#include "core/library/quarry-bounded-queue.h"
#include "core/library/quarry-import-private.h"
#include "core/library/quarry-import-scanner.h"
#include "core/library/quarry-work-rate.h"

/* So far the walk runs ahead of reading, so that small and recent files come first. */
#define PATHS_WAITING 65536
#define DOCUMENTS_WAITING 16

/* Behind all other work a file may take longer. */
#define IDLE_DEADLINE_MS 600000u

#define MAX_FILE_BYTES (G_GINT64_CONSTANT (512) << 20)

/* Another number once readers read what they did not: files that failed are then tried again. */
#define READERS_VERSION "2"

typedef enum
{
  ITEM_FILE,       /* a whole file */
  ITEM_BEGIN,      /* a file with others inside begins */
  ITEM_PART,       /* one of the documents inside, or its own */
  ITEM_END,        /* all of them have come */
} ItemKind;

/* What a reading thread made of one file, or a part of it, for the writing thread. */
typedef struct
{
  ItemKind kind;
  char *path;
  QuarryImportStatus status;
  char *reason;
  gint64 size;
  gint64 modified_ns;
  gboolean is_regular;
  guint64 work;
  gint64 moved;         /* id of the document whose file is here now, its content the same; 0: none */
  gboolean is_known;    /* its failure, if it is one, is recorded already */
  gboolean is_passing;  /* another try may well succeed */
  guint n_passages;     /* of an ITEM_END */
  GHashTable *kept;     /* of an ITEM_END: the paths of all documents; NULL: as they are */
  QuarryPrepared *prepared;
} Item;

typedef struct
{
  QuarryLibrary *library;
  QuarryImport *import;
  QuarryBoundedQueue *paths; /* of Item, path and perhaps reason set */
  QuarryBoundedQueue *items;
  gint readers_left; /* atomic */
  GHashTable *named; /* paths that a person named: never passed over for what happened before */
  QuarryIgnore *own;
  QuarryMounts *mounts;
  QuarryConnection *scan_connection; /* of the thread that walks */
  QuarryExtractor *extractor;
  QuarryBackground background;
  gint n_reading; /* atomic: reading threads that have begun */
  GMutex lock;
  GHashTable *claimed; /* ids of documents that have been found moved; under the lock */
} Pipeline;

static void
item_free (Item *item)
{
  g_free (item->path);
  g_free (item->reason);
  g_clear_pointer (&item->prepared, quarry_prepared_free);
  g_clear_pointer (&item->kept, g_hash_table_unref);
  g_free (item);
}

static Item *
item_new (const char *path)
{
  Item *item = g_new0 (Item, 1);

  item->path = g_strdup (path);
  return item;
}

static void
item_refuse (Item *item, QuarryImportStatus status, char *reason)
{
  item->status = status;
  g_free (item->reason);
  item->reason = reason;
}

static gint64
modified_of (const struct stat *info)
{
  return info->st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + info->st_mtim.tv_nsec;
}

static void
set_file (Item *item, const struct stat *info)
{
  item->size = info->st_size;
  item->modified_ns = modified_of (info);
  item->is_regular = S_ISREG (info->st_mode);
}

/* Small files first, of them the recent ones: so a library is of use within seconds. */
static int
compare_items (gconstpointer first, gconstpointer second)
{
  static const gint64 sizes[] = { 64 << 10, 1 << 20, 16 << 20 };
  const Item *a = first, *b = second;
  guint size_a = 0, size_b = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      size_a += a->size > sizes[i];
      size_b += b->size > sizes[i];
    }
  if (size_a != size_b)
    return size_a < size_b ? -1 : 1;
  return a->modified_ns > b->modified_ns ? -1 : a->modified_ns < b->modified_ns;
}

static void
report_unchanged (Pipeline *pipeline, const char *path)
{
  if (quarry_import_is_following (pipeline->import))
    quarry_import_count_unchanged (pipeline->import);
  else
    quarry_import_report (pipeline->import,
                          quarry_import_result_new (path, QUARRY_IMPORT_UNCHANGED, 0, NULL), 0, 0);
}

static gboolean
scan_cb (const QuarryScanned *found, gpointer user_data)
{
  Pipeline *pipeline = user_data;
  gint64 size, modified_ns;
  Item *item;

  if (!quarry_import_wait_while_paused (pipeline->import))
    return FALSE;
  /* Most files, most of the time: settled here, without waking anybody. */
  if (pipeline->scan_connection != NULL && found->info != NULL && S_ISREG (found->info->st_mode)
      && quarry_store_find_file (pipeline->scan_connection->store, found->path, &size, &modified_ns)
      && size == found->info->st_size && modified_ns == modified_of (found->info))
    {
      quarry_import_add_found (pipeline->import, 0);
      report_unchanged (pipeline, found->path);
      return TRUE;
    }

  item = item_new (found->path);
  if (found->problem != NULL)
    item_refuse (item, found->passed_over ? QUARRY_IMPORT_SKIPPED : QUARRY_IMPORT_FAILED,
                 g_strdup (found->problem));
  if (found->info != NULL)
    {
      set_file (item, found->info);
      item->work = quarry_work_of_file (item->size);
    }
  quarry_import_add_found (pipeline->import, item->work);

  return quarry_bounded_queue_push (pipeline->paths, item);
}

static gpointer
scan_thread (gpointer data)
{
  Pipeline *pipeline = data;
  const char *const *paths = quarry_import_get_paths (pipeline->import);
  const char *const *roots = quarry_import_get_roots (pipeline->import);
  GCancellable *cancellable = quarry_import_get_cancellable (pipeline->import);

  quarry_background_enter (pipeline->background);
  pipeline->scan_connection = quarry_library_borrow (pipeline->library, NULL);
  if (roots == NULL)
    quarry_scan_paths (paths, pipeline->own, cancellable, scan_cb, pipeline);
  for (guint i = 0; roots != NULL && paths[i] != NULL; i++)
    quarry_scan_below (roots[i], paths[i], pipeline->own, cancellable, scan_cb, pipeline);
  quarry_library_give_back (pipeline->library, g_steal_pointer (&pipeline->scan_connection));
  quarry_import_end_counting (pipeline->import);
  quarry_bounded_queue_close (pipeline->paths, FALSE);

  return NULL;
}

/* SHA-256 of what is behind @fd, which stands at its start again afterwards. */
static char *
hash_file (int fd, GCancellable *cancellable)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *buffer = g_malloc (1 << 16);
  ssize_t n;

  while ((n = read (fd, buffer, 1 << 16)) != 0)
    {
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0 || g_cancellable_is_cancelled (cancellable))
        return NULL;
      g_checksum_update (checksum, buffer, n);
    }
  if (lseek (fd, 0, SEEK_SET) != 0)
    return NULL;

  return g_strdup (g_checksum_get_string (checksum));
}

static void
refuse_by_errno (Item *item, int error_number)
{
  item_refuse (item, QUARRY_IMPORT_FAILED, quarry_path_problem (error_number));
}

/* Whether a document with this hash has lost its file: then its file is the one just found. */
static gboolean
find_moved (Pipeline *pipeline,
            QuarryConnection *connection,
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
      if (record->size >= 0 && quarry_mounts_is_gone (pipeline->mounts, record->path))
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

/* Fills in what the file is; FALSE where there is nothing left to do with it. */
static gboolean
look_at_file (Pipeline *pipeline,
              QuarryConnection *connection,
              Item *item,
              int fd,
              QuarryDocumentRecord *known,
              char **hash)
{
  struct stat info;

  if (fstat (fd, &info) != 0)
    {
      refuse_by_errno (item, errno);
      return FALSE;
    }
  set_file (item, &info);
  if (!item->is_regular)
    {
      item_refuse (item, QUARRY_IMPORT_SKIPPED, g_strdup (_("It is not a regular file.")));
      return FALSE;
    }
  if (info.st_size == 0)
    {
      item_refuse (item, QUARRY_IMPORT_SKIPPED, g_strdup (_("It is empty.")));
      return FALSE;
    }
  if (info.st_size > MAX_FILE_BYTES)
    {
      g_autofree char *size = g_format_size ((guint64) info.st_size);

      item_refuse (item, QUARRY_IMPORT_SKIPPED,
                   g_strdup_printf (_("It is too large (%s). Quarry reads files of up to 512 MiB: divide it."), size));
      return FALSE;
    }
  if (known != NULL && known->size == item->size && known->modified_ns == item->modified_ns)
    {
      item->status = QUARRY_IMPORT_UNCHANGED;
      return FALSE;
    }
  if (known == NULL && !g_hash_table_contains (pipeline->named, item->path))
    {
      g_autoptr (QuarryFailureRecord) failure
          = quarry_store_find_failure (connection->store, item->path, NULL);

      if (failure != NULL && failure->size == item->size
          && failure->modified_ns == item->modified_ns)
        {
          item_refuse (item, failure->skipped ? QUARRY_IMPORT_SKIPPED : QUARRY_IMPORT_FAILED,
                       g_steal_pointer (&failure->reason));
          item->is_known = TRUE;
          return FALSE;
        }
    }

  *hash = hash_file (fd, quarry_import_get_cancellable (pipeline->import));
  if (*hash == NULL)
    {
      refuse_by_errno (item, errno != 0 ? errno : EIO);
      return FALSE;
    }
  if (known != NULL && known->size >= 0 && g_strcmp0 (known->content_hash, *hash) == 0)
    {
      item->kind = ITEM_END;
      item->status = QUARRY_IMPORT_UNCHANGED;
      return FALSE;
    }
  if (known == NULL && find_moved (pipeline, connection, *hash, &item->moved, NULL))
    {
      item->status = QUARRY_IMPORT_UNCHANGED;
      return FALSE;
    }

  return TRUE;
}

static void
refuse_by_error (Item *item, const GError *error)
{
  item_refuse (item,
               quarry_extract_error_is_skip (error) ? QUARRY_IMPORT_SKIPPED : QUARRY_IMPORT_FAILED,
               g_strdup (error->message));
  item->is_passing
      = error->domain != QUARRY_EXTRACT_ERROR || error->code == QUARRY_EXTRACT_ERROR_DEADLINE
        || error->code == QUARRY_EXTRACT_ERROR_MEMORY || error->code == QUARRY_EXTRACT_ERROR_CRASHED
        || error->code == QUARRY_EXTRACT_ERROR_PROCESS;
}

static QuarryPrepared *
prepare (Pipeline *pipeline,
         const Item *item,
         QuarryDocument *document,
         const char *hash,
         double granularity)
{
  QuarryDocumentRecord *record = g_new0 (QuarryDocumentRecord, 1);
  QuarryPrepared *prepared;

  record->path = g_strdup (item->path);
  record->size = item->kind == ITEM_PART ? -1 : item->size;
  record->modified_ns = item->modified_ns;
  record->imported_at = g_get_real_time ();
  record->content_hash = g_strdup (hash);
  prepared = quarry_library_prepare (pipeline->library, record, document, granularity);
  prepared->is_inside = item->kind == ITEM_PART;
  return prepared;
}

/* A file that is one document, as most are. */
static void
read_single (Pipeline *pipeline,
             Item *item,
             QuarryExtraction *extraction,
             const QuarryDocumentRecord *known,
             const char *hash)
{
  g_autoptr (QuarryDocument) own = NULL;
  g_autoptr (GError) reason = NULL;
  QuarryDocument *document;
  const char *place;

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
  if (own != NULL)
    item->prepared = prepare (pipeline, item, own, hash,
                              known != NULL ? known->granularity : QUARRY_GRANULARITY_DEFAULT);
  else
    refuse_by_error (item, reason);
}

/* One document of a file with others inside. Returns what the writing thread is to do about it; NULL
 * where it is there already. */
static Item *
read_part (Pipeline *pipeline,
           QuarryConnection *connection,
           const Item *file,
           QuarryExtraction *extraction,
           const char *path,
           QuarryDocument *document,
           const char *file_hash,
           guint *n_passages)
{
  g_autofree char *own_hash = file_hash == NULL ? quarry_extraction_hash (extraction) : NULL;
  const char *hash = file_hash != NULL ? file_hash : own_hash;
  g_autoptr (QuarryDocumentRecord) known
      = quarry_store_find_document (connection->store, path, NULL);
  Item *part;

  if (known != NULL && g_strcmp0 (known->content_hash, hash) == 0)
    {
      *n_passages += known->n_passages;
      return NULL;
    }
  part = item_new (path);
  part->kind = ITEM_PART;
  part->size = file->size;
  part->modified_ns = file->modified_ns;
  if (known == NULL && find_moved (pipeline, connection, hash, &part->moved, n_passages))
    return part;
  part->prepared = prepare (pipeline, part, document, hash,
                            known != NULL ? known->granularity : QUARRY_GRANULARITY_DEFAULT);
  *n_passages += part->prepared->passages->len;
  return part;
}

/* A file with others inside: each goes to the writing thread as soon as it is cut. @item becomes its
 * end. */
static void
read_inside (Pipeline *pipeline,
             QuarryConnection *connection,
             Item *item,
             QuarryExtraction *extraction,
             const char *hash)
{
  GCancellable *cancellable = quarry_import_get_cancellable (pipeline->import);
  Item *begin = item_new (item->path);
  const char *place;

  begin->kind = ITEM_BEGIN;
  quarry_bounded_queue_push (pipeline->items, begin);
  item->kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  item->status = QUARRY_IMPORT_UNCHANGED;
  while (!g_cancellable_is_cancelled (cancellable))
    {
      g_autoptr (QuarryDocument) document = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *path = NULL;
      Item *part = NULL;

      if (!quarry_extraction_next (extraction, &place, &document, &error))
        break;
      path = *place != '\0' ? g_strconcat (item->path, "/", place, NULL) : g_strdup (item->path);
      if (document != NULL)
        {
          part = read_part (pipeline, connection, item, extraction, path, document,
                            *place == '\0' ? hash : NULL, &item->n_passages);
          g_hash_table_add (item->kept, g_steal_pointer (&path));
          if (part != NULL)
            item->status = QUARRY_IMPORT_IMPORTED;
        }
      else if (*place == '\0')
        {
          QuarryImportStatus status = item->status;

          refuse_by_error (item, error);
          item->status = status;
        }
      else
        {
          part = item_new (path);
          part->kind = ITEM_PART;
          part->size = item->size;
          part->modified_ns = item->modified_ns;
          refuse_by_error (part, error);
        }
      if (part != NULL)
        quarry_bounded_queue_push (pipeline->items, part);
    }
  item->kind = ITEM_END;
  if (g_hash_table_size (item->kept) == 0)
    item_refuse (item, QUARRY_IMPORT_SKIPPED,
                 item->reason != NULL ? g_steal_pointer (&item->reason)
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

/* Said before, it needs no writing down. */
static void
note_known_reason (QuarryConnection *connection, Item *item)
{
  g_autoptr (QuarryFailureRecord) failure
      = quarry_store_find_failure (connection->store, item->path, NULL);

  item->is_known = failure != NULL && g_strcmp0 (failure->reason, item->reason) == 0;
}

static void
read_item (Pipeline *pipeline, QuarryConnection *connection, Item *item)
{
  g_autofree char *name = quarry_path_display_name (item->path);
  g_autofree char *hash = NULL;
  g_autoptr (QuarryDocumentRecord) known = NULL;
  g_autoptr (QuarryExtraction) extraction = NULL;
  g_autoptr (GError) error = NULL;
  int fd;

  if (!quarry_extractor_may_read (name))
    {
      const char *dot = strrchr (name, '.');

      item_refuse (item, QUARRY_IMPORT_SKIPPED,
                   g_strdup_printf (_("Quarry has no reader for files of this kind (%s)."),
                                    dot != NULL ? dot : name));
      note_known_reason (connection, item);
      return;
    }

  /* What has not changed need not be opened. */
  known = find_known (connection, item->path);
  if (item->is_regular && known != NULL && known->size == item->size
      && known->modified_ns == item->modified_ns)
    {
      item->status = QUARRY_IMPORT_UNCHANGED;
      return;
    }

  fd = open (item->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0)
    {
      refuse_by_errno (item, errno);
      return;
    }

  if (look_at_file (pipeline, connection, item, fd, known, &hash))
    {
      extraction = quarry_extractor_open (pipeline->extractor, fd, name,
                                          quarry_import_get_cancellable (pipeline->import), &error);
      if (extraction == NULL)
        refuse_by_error (item, error);
      else if (quarry_extraction_has_inside (extraction))
        read_inside (pipeline, connection, item, extraction, hash);
      else
        read_single (pipeline, item, extraction, known, hash);
    }
  close (fd);
}

static void
report_item (Pipeline *pipeline, const Item *item, guint n_passages)
{
  quarry_import_report (pipeline->import,
                        quarry_import_result_new (item->path, item->status,
                                                  item->status == QUARRY_IMPORT_IMPORTED ? n_passages : 0,
                                                  item->reason),
                        (guint64) item->size, item->work);
}

/* On battery one thread reads; the others wait until there is power again, or nothing left to do. */
static void
save_power (Pipeline *pipeline, gint number)
{
  while (number > 0 && quarry_is_on_battery () && !quarry_bounded_queue_is_done (pipeline->paths)
         && !g_cancellable_is_cancelled (quarry_import_get_cancellable (pipeline->import)))
    g_usleep (G_USEC_PER_SEC / 5);
}

static gpointer
read_thread (gpointer data)
{
  Pipeline *pipeline = data;
  g_autoptr (GError) error = NULL;
  QuarryConnection *connection = quarry_library_borrow (pipeline->library, &error);
  gint number = g_atomic_int_add (&pipeline->n_reading, 1);
  Item *item;

  quarry_background_enter (pipeline->background);
  if (connection == NULL)
    quarry_import_fail (pipeline->import, g_steal_pointer (&error));

  for (;;)
    {
      save_power (pipeline, number);
      item = quarry_bounded_queue_pop (pipeline->paths);
      if (item == NULL)
        break;
      if (connection == NULL || !quarry_import_wait_while_paused (pipeline->import))
        {
          item_free (item);
          continue;
        }
      if (item->reason != NULL)
        note_known_reason (connection, item);
      else
        {
          quarry_import_set_current (pipeline->import, item->path);
          read_item (pipeline, connection, item);
        }
      /* A reader killed because the import was cancelled says nothing of its file. */
      if (g_cancellable_is_cancelled (quarry_import_get_cancellable (pipeline->import)))
        item_free (item);
      else if (item->kind == ITEM_FILE && item->moved == 0
               && (item->status == QUARRY_IMPORT_UNCHANGED || item->is_known)
               && item->prepared == NULL)
        {
          /* Nothing to write. */
          report_item (pipeline, item, 0);
          item_free (item);
        }
      else
        quarry_bounded_queue_push (pipeline->items, item);
    }
  quarry_library_give_back (pipeline->library, connection);

  if (g_atomic_int_dec_and_test (&pipeline->readers_left))
    quarry_bounded_queue_close (pipeline->items, FALSE);

  return NULL;
}

/* Errors after which no further document can be stored. */
static gboolean
is_fatal (const GError *error)
{
  return error->domain == QUARRY_STORE_ERROR && error->code != QUARRY_STORE_ERROR_FAILED;
}

static gboolean
record_failure (QuarryLibrary *self, const Item *item, GError **error)
{
  QuarryConnection *writer = quarry_library_begin_write (self, error);
  QuarryFailureRecord failure = {
    .path = item->path,
    .skipped = item->status != QUARRY_IMPORT_FAILED,
    .reason = item->reason,
    .size = item->size,
    .modified_ns = item->is_passing ? -1 : item->modified_ns,
  };

  if (writer == NULL)
    return FALSE;
  if (!quarry_store_record_failure (writer->store, &failure, error))
    {
      quarry_library_end_write (self, FALSE, NULL);
      return FALSE;
    }

  return quarry_library_end_write (self, TRUE, error);
}

static gboolean
clear_failures (QuarryLibrary *self, const char *path, GError **error)
{
  QuarryConnection *writer = quarry_library_begin_write (self, error);

  if (writer == NULL)
    return FALSE;
  if (!quarry_store_clear_failures (writer->store, path, error))
    {
      quarry_library_end_write (self, FALSE, NULL);
      return FALSE;
    }

  return quarry_library_end_write (self, TRUE, error);
}

/* A document stands for its file as it is now: all that are at its path, where none are told. */
static gboolean
settle (QuarryLibrary *self, const Item *item, GError **error)
{
  g_autoptr (GHashTable) all = NULL;
  g_autoptr (GPtrArray) records = NULL;
  QuarryConnection *reader;

  if (item->kept != NULL)
    return quarry_library_settle (self, item->path, item->kept, item->size, item->modified_ns,
                                  error);
  reader = quarry_library_borrow (self, error);
  if (reader == NULL)
    return FALSE;
  records = quarry_store_list_documents (reader->store, item->path, FALSE, 0, error);
  quarry_library_give_back (self, reader);
  if (records == NULL)
    return FALSE;
  all = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < records->len; i++)
    g_hash_table_add (all, ((QuarryDocumentRecord *) records->pdata[i])->path);
  return quarry_library_settle (self, item->path, all, item->size, item->modified_ns, error);
}

static void
write_item (Pipeline *pipeline, Item *item)
{
  QuarryLibrary *self = pipeline->library;
  g_autoptr (GError) error = NULL;
  guint n_passages = item->n_passages;

  if (item->kind == ITEM_BEGIN)
    clear_failures (self, item->path, &error);
  else if (item->prepared != NULL)
    {
      n_passages = item->prepared->passages->len;
      if (n_passages == 0)
        {
          g_clear_pointer (&item->prepared, quarry_prepared_free);
          item_refuse (item, QUARRY_IMPORT_SKIPPED, g_strdup (_("There is no text in it.")));
        }
      else if (!quarry_library_put (self, item->prepared, &error))
        item_refuse (item, QUARRY_IMPORT_FAILED, g_strdup (error->message));
      /* In the library, and yet not all of it. */
      else if (quarry_document_get_metadata (item->prepared->document, "incomplete") != NULL)
        item_refuse (item, QUARRY_IMPORT_IMPORTED,
                     g_strdup (_("Only a part of it could be read: the file is cut off or damaged. Get a "
                                 "whole copy of it.")));
    }
  else if (item->moved != 0)
    quarry_library_move (self, item->moved, item->path,
                         item->kind == ITEM_PART ? -1 : item->size, item->modified_ns, &error);
  else if (item->kind == ITEM_END)
    settle (self, item, &error);
  if (item->reason != NULL && error == NULL && !item->is_known)
    record_failure (self, item, &error);

  if (item->kind == ITEM_FILE || item->kind == ITEM_END)
    report_item (pipeline, item, n_passages);
  if (error != NULL && is_fatal (error))
    quarry_import_fail (pipeline->import, g_steal_pointer (&error));
}

/* What failed under other readers is worth another try. */
static void
compare_readers (QuarryLibrary *self)
{
  QuarryConnection *writer = quarry_library_begin_write (self, NULL);
  g_autoptr (GBytes) now = g_bytes_new_static (READERS_VERSION, strlen (READERS_VERSION));
  g_autoptr (GBytes) before = NULL;
  gboolean is_other;

  if (writer == NULL)
    return;
  before = quarry_store_get_value (writer->store, "readers", NULL);
  is_other = before == NULL || !g_bytes_equal (before, now);
  quarry_library_end_write (self,
                            is_other && quarry_store_outdate_failures (writer->store, NULL)
                                && quarry_store_set_value (writer->store, "readers", now, NULL),
                            NULL);
}

/* Documents whose files are gone from what is to be read go too. */
static QuarryLeaving *
find_leaving (Pipeline *pipeline)
{
  gboolean follows = quarry_import_is_following (pipeline->import);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  QuarryLeaving *leaving;

  for (const char *const *path = quarry_import_get_paths (pipeline->import); *path != NULL; path++)
    {
      g_autofree char *resolved = follows ? g_strdup (*path) : quarry_path_resolve (*path);

      if (follows || g_file_test (resolved, G_FILE_TEST_IS_DIR))
        g_ptr_array_add (paths, g_steal_pointer (&resolved));
    }
  g_ptr_array_add (paths, NULL);
  leaving = quarry_library_find_leaving (pipeline->library, (const char *const *) paths->pdata,
                                         quarry_import_is_ruled (pipeline->import), &error);
  if (leaving == NULL)
    g_debug ("what is gone stays: %s", error->message);

  return leaving;
}

/* What is to be known of the library before its files are looked at. */
static void
read_rules (Pipeline *pipeline)
{
  g_autoptr (GError) error = NULL;
  QuarryConnection *reader = quarry_library_borrow (pipeline->library, &error);

  if (reader == NULL)
    {
      quarry_import_fail (pipeline->import, g_steal_pointer (&error));
      pipeline->own = quarry_ignore_new_own (NULL);
      return;
    }
  pipeline->own = quarry_library_own_rules (reader->store);
  pipeline->mounts = quarry_library_mounts (reader->store);
  quarry_library_give_back (pipeline->library, reader);
}

/* The processes that read keep the priority that they were started with, by the first import. */
static QuarryExtractor *
take_extractor (QuarryLibrary *self, guint n_readers, gboolean steps_back)
{
  QuarryExtractor **extractor = steps_back ? &self->idle_extractor : &self->extractor;

  if (*extractor == NULL)
    *extractor = quarry_extractor_new (n_readers, steps_back ? IDLE_DEADLINE_MS : 0, 0);
  return *extractor;
}

static gpointer
import_thread (gpointer data)
{
  QuarryImport *import = data;
  QuarryLibrary *self = quarry_import_get_library (import);
  gboolean steps_back = quarry_import_is_gentle (import) || quarry_is_on_battery ();
  guint n_readers = quarry_import_is_gentle (import) ? 1 : CLAMP (g_get_num_processors (), 1, 4);
  g_autoptr (QuarryBoundedQueue) paths
      = quarry_bounded_queue_new (PATHS_WAITING, compare_items, (GDestroyNotify) item_free);
  g_autoptr (QuarryBoundedQueue) items
      = quarry_bounded_queue_new (DOCUMENTS_WAITING, NULL, (GDestroyNotify) item_free);
  g_autoptr (GHashTable) named = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) claimed = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  Pipeline pipeline
      = { self, import, paths, items, (gint) n_readers, .named = named, .claimed = claimed };
  g_autoptr (GPtrArray) threads = g_ptr_array_new ();
  g_autoptr (QuarryLeaving) leaving = NULL;
  g_autoptr (GError) error = NULL;
  Item *item;

  for (const char *const *path = quarry_import_get_paths (import);
       *path != NULL && !quarry_import_is_following (import); path++)
    g_hash_table_add (named, g_canonicalize_filename (*path, NULL));
  g_mutex_init (&pipeline.lock);
  g_mutex_lock (&self->import_turn);
  compare_readers (self);
  if (!quarry_import_is_following (import)
      && !quarry_library_remember_roots (self, quarry_import_get_paths (import), &error))
    g_debug ("folders are not remembered: %s", error->message);
  g_clear_error (&error);
  read_rules (&pipeline);
  leaving = find_leaving (&pipeline);
  pipeline.background = steps_back ? QUARRY_BACKGROUND_IDLE : QUARRY_BACKGROUND_LOW;
  pipeline.extractor = take_extractor (self, n_readers, steps_back);

  g_ptr_array_add (threads, g_thread_new ("import-scan", scan_thread, &pipeline));
  for (guint i = 0; i < n_readers; i++)
    g_ptr_array_add (threads, g_thread_new ("import-read", read_thread, &pipeline));

  while ((item = quarry_bounded_queue_pop (items)) != NULL)
    {
      if (!g_cancellable_is_cancelled (quarry_import_get_cancellable (import)))
        write_item (&pipeline, item);
      else
        quarry_bounded_queue_close (paths, TRUE);
      item_free (item);
    }
  for (guint i = 0; i < threads->len; i++)
    g_thread_join (threads->pdata[i]);

  g_mutex_clear (&pipeline.lock);
  g_clear_pointer (&pipeline.own, quarry_ignore_unref);
  g_clear_pointer (&pipeline.mounts, quarry_mounts_free);
  if (leaving != NULL && !g_cancellable_is_cancelled (quarry_import_get_cancellable (import))
      && !quarry_library_take_out_leaving (self, leaving, &error))
    g_debug ("what is gone stays: %s", error->message);
  g_clear_error (&error);

  /* Where somebody waits, the next import does this. */
  if (!quarry_import_was_put_off (import))
    {
      if (!quarry_library_reweigh (self, FALSE, &error))
        g_debug ("token weights stay as they are: %s", error->message);
      quarry_library_save_indexes (self);
    }
  g_mutex_unlock (&self->import_turn);
  if (!quarry_import_was_put_off (import)
      && !g_cancellable_is_cancelled (quarry_import_get_cancellable (import)))
    quarry_library_tidy_words (self);

  quarry_import_end (import);
  return NULL;
}

static void
import_finished_cb (QuarryImport *import, GParamSpec *pspec, QuarryLibrary *self)
{
  guint position;

  if (g_list_store_find (self->imports, import, &position))
    g_list_store_remove (self->imports, position);
  if (self->follow != NULL)
    quarry_follow_go_on (self->follow);
}

static void
begin_import (QuarryLibrary *self, QuarryImport *import)
{
  g_list_store_append (self->imports, import);
  g_signal_connect_object (import, "notify::finished", G_CALLBACK (import_finished_cb), self, 0);
  quarry_import_start (import, import_thread);
}

QuarryImport *
quarry_library_import (QuarryLibrary *self, const char *const *paths)
{
  QuarryImport *import = quarry_import_new (self, paths);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->imports));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (QuarryImport) other = g_list_model_get_item (G_LIST_MODEL (self->imports), i);

      if (quarry_import_is_following (other))
        quarry_import_put_off (other);
    }
  begin_import (self, import);
  return import;
}

QuarryImport *
quarry_library_look_again (QuarryLibrary *self,
                           const char *const *roots,
                           const char *const *paths,
                           gboolean ruled,
                           gboolean gently)
{
  QuarryImport *import = quarry_import_new (self, paths);

  quarry_import_set_following (import, roots, ruled, gently);
  begin_import (self, import);
  return import;
}

void
quarry_library_stop_imports (QuarryLibrary *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->imports));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (QuarryImport) import = g_list_model_get_item (G_LIST_MODEL (self->imports), i);

      quarry_import_cancel (import);
    }
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (QuarryImport) import = g_list_model_get_item (G_LIST_MODEL (self->imports), i);

      quarry_import_join (import);
    }
}
