/* quarry-import-pipeline.c: files through the rooms into the library
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One thread walks the folders, a few read and cut files, one writes. Between them stand bounded
 * queues, so that a fast reader waits for a slow writer and memory stays bounded.
 */
#include "quarry-config.h"

#include "core/library/quarry-library-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/library/quarry-bounded-queue.h"
#include "core/library/quarry-import-private.h"
#include "core/library/quarry-import-scanner.h"

#define PATHS_WAITING 512
#define DOCUMENTS_WAITING 16

#define MAX_FILE_BYTES (G_GINT64_CONSTANT (512) << 20)

/* What a reading thread made of one file, for the writing thread. */
typedef struct
{
  char *path;
  QuarryImportStatus status;
  char *reason;
  gint64 size;
  gint64 modified_ns;
  gint64 touched; /* id of a document whose file is new but not its content; 0: none */
  QuarryPrepared *prepared;
} Item;

typedef struct
{
  QuarryLibrary *library;
  QuarryImport *import;
  QuarryBoundedQueue *paths; /* of Item, path and perhaps reason set */
  QuarryBoundedQueue *items;
  gint readers_left; /* atomic */
} Pipeline;

static void
item_free (Item *item)
{
  g_free (item->path);
  g_free (item->reason);
  g_clear_pointer (&item->prepared, quarry_prepared_free);
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

static gboolean
scan_cb (const char *path, const char *problem, gpointer user_data)
{
  Pipeline *pipeline = user_data;
  Item *item = item_new (path);

  if (!quarry_import_wait_while_paused (pipeline->import))
    {
      item_free (item);
      return FALSE;
    }
  if (problem != NULL)
    item_refuse (item, QUARRY_IMPORT_FAILED, g_strdup (problem));
  quarry_import_add_found (pipeline->import);

  return quarry_bounded_queue_push (pipeline->paths, item);
}

static gpointer
scan_thread (gpointer data)
{
  Pipeline *pipeline = data;

  quarry_scan_paths (quarry_import_get_paths (pipeline->import),
                     quarry_import_get_cancellable (pipeline->import), scan_cb, pipeline);
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

/* Fills in what the file is; FALSE where there is nothing left to do with it. */
static gboolean
look_at_file (Pipeline *pipeline, Item *item, int fd, QuarryDocumentRecord *known, char **hash)
{
  struct stat info;

  if (fstat (fd, &info) != 0)
    {
      refuse_by_errno (item, errno);
      return FALSE;
    }
  item->size = info.st_size;
  item->modified_ns = info.st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + info.st_mtim.tv_nsec;

  if (!S_ISREG (info.st_mode))
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

  *hash = hash_file (fd, quarry_import_get_cancellable (pipeline->import));
  if (*hash == NULL)
    {
      refuse_by_errno (item, errno != 0 ? errno : EIO);
      return FALSE;
    }
  if (known != NULL && g_strcmp0 (known->content_hash, *hash) == 0)
    {
      item->status = QUARRY_IMPORT_UNCHANGED;
      item->touched = known->id;
      return FALSE;
    }

  return TRUE;
}

static void
read_item (Pipeline *pipeline, QuarryConnection *connection, Item *item)
{
  g_autofree char *name = quarry_path_display_name (item->path);
  g_autofree char *hash = NULL;
  g_autoptr (QuarryDocumentRecord) known = NULL;
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GError) error = NULL;
  int fd;

  if (!quarry_extractor_may_read (name))
    {
      const char *dot = strrchr (name, '.');

      item_refuse (item, QUARRY_IMPORT_SKIPPED,
                   g_strdup_printf (_("Quarry has no reader for files of this kind (%s)."),
                                    dot != NULL ? dot : name));
      return;
    }

  fd = open (item->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0)
    {
      refuse_by_errno (item, errno);
      return;
    }

  known = quarry_store_find_document (connection->store, item->path, NULL);
  if (look_at_file (pipeline, item, fd, known, &hash))
    {
      document = quarry_extractor_read (pipeline->library->extractor, fd, name,
                                        quarry_import_get_cancellable (pipeline->import), &error);
      if (document == NULL)
        item_refuse (item,
                     quarry_extract_error_is_skip (error) ? QUARRY_IMPORT_SKIPPED : QUARRY_IMPORT_FAILED,
                     g_strdup (error->message));
      else
        {
          QuarryDocumentRecord *record = g_new0 (QuarryDocumentRecord, 1);

          record->path = g_strdup (item->path);
          record->size = item->size;
          record->modified_ns = item->modified_ns;
          record->imported_at = g_get_real_time ();
          record->content_hash = g_steal_pointer (&hash);
          item->prepared = quarry_library_prepare (
              pipeline->library, record, document,
              known != NULL ? known->granularity : QUARRY_GRANULARITY_DEFAULT);
        }
    }
  close (fd);
}

static gpointer
read_thread (gpointer data)
{
  Pipeline *pipeline = data;
  g_autoptr (GError) error = NULL;
  QuarryConnection *connection = quarry_library_borrow (pipeline->library, &error);
  Item *item;

  if (connection == NULL)
    quarry_import_fail (pipeline->import, g_steal_pointer (&error));

  while ((item = quarry_bounded_queue_pop (pipeline->paths)) != NULL)
    {
      if (connection == NULL || !quarry_import_wait_while_paused (pipeline->import))
        {
          item_free (item);
          continue;
        }
      if (item->reason == NULL)
        {
          quarry_import_set_current (pipeline->import, item->path);
          read_item (pipeline, connection, item);
        }
      /* A reader killed because the import was cancelled says nothing of its file. */
      if (g_cancellable_is_cancelled (quarry_import_get_cancellable (pipeline->import)))
        item_free (item);
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
    .skipped = item->status == QUARRY_IMPORT_SKIPPED,
    .reason = item->reason,
    .size = item->size,
    .modified_ns = item->modified_ns,
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
touch_document (QuarryLibrary *self, const Item *item, GError **error)
{
  QuarryConnection *writer = quarry_library_begin_write (self, error);

  if (writer == NULL)
    return FALSE;
  if (!quarry_store_update_file (writer->store, item->touched, item->path, item->size,
                                 item->modified_ns, error))
    {
      quarry_library_end_write (self, FALSE, NULL);
      return FALSE;
    }

  return quarry_library_end_write (self, TRUE, error);
}

static void
write_item (Pipeline *pipeline, Item *item)
{
  g_autoptr (GError) error = NULL;
  guint n_passages = 0;

  if (item->prepared != NULL)
    {
      n_passages = item->prepared->passages->len;
      if (n_passages == 0)
        {
          g_clear_pointer (&item->prepared, quarry_prepared_free);
          item_refuse (item, QUARRY_IMPORT_SKIPPED, g_strdup (_("There is no text in it.")));
        }
      else if (!quarry_library_put (pipeline->library, item->prepared, &error))
        item_refuse (item, QUARRY_IMPORT_FAILED, g_strdup (error->message));
    }
  if (item->touched != 0)
    touch_document (pipeline->library, item, &error);
  if (item->reason != NULL && error == NULL)
    record_failure (pipeline->library, item, &error);

  quarry_import_report (pipeline->import,
                        quarry_import_result_new (item->path, item->status,
                                                  item->status == QUARRY_IMPORT_IMPORTED ? n_passages : 0,
                                                  item->reason),
                        (guint64) item->size);
  if (error != NULL && is_fatal (error))
    quarry_import_fail (pipeline->import, g_steal_pointer (&error));
}

static gpointer
import_thread (gpointer data)
{
  QuarryImport *import = data;
  QuarryLibrary *self = quarry_import_get_library (import);
  guint n_readers = CLAMP (g_get_num_processors (), 1, 4);
  g_autoptr (QuarryBoundedQueue) paths
      = quarry_bounded_queue_new (PATHS_WAITING, (GDestroyNotify) item_free);
  g_autoptr (QuarryBoundedQueue) items
      = quarry_bounded_queue_new (DOCUMENTS_WAITING, (GDestroyNotify) item_free);
  Pipeline pipeline = { self, import, paths, items, (gint) n_readers };
  g_autoptr (GPtrArray) threads = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  Item *item;

  g_mutex_lock (&self->import_turn);
  if (self->extractor == NULL)
    self->extractor = quarry_extractor_new (n_readers, 0, 0);

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

  if (!quarry_library_reweigh (self, FALSE, &error))
    g_debug ("token weights stay as they are: %s", error->message);
  quarry_library_save_vectors (self);
  g_mutex_unlock (&self->import_turn);

  quarry_import_end (import);
  return NULL;
}

static void
import_finished_cb (QuarryImport *import, GParamSpec *pspec, QuarryLibrary *self)
{
  guint position;

  if (g_list_store_find (self->imports, import, &position))
    g_list_store_remove (self->imports, position);
}

QuarryImport *
quarry_library_import (QuarryLibrary *self, const char *const *paths)
{
  QuarryImport *import = quarry_import_new (self, paths);

  g_list_store_append (self->imports, import);
  g_signal_connect_object (import, "notify::finished", G_CALLBACK (import_finished_cb), self, 0);
  quarry_import_start (import, import_thread);

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
