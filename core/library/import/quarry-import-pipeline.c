/* quarry-import-pipeline.c: the threads of an import, and the queues between them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One thread walks the folders, a few read files and cut them into passages, one writes. Between them are bounded
 * queues, so that a fast reader waits for a slow writer and memory stays bounded.
 *
 * What is inside a file (an archive, a mail with attachments) becomes documents of its own, whose paths lead into it:
 * "archive.zip/inner.pdf". From the moment that reading begins, all documents of the file, old and new, are marked as
 * unfinished (size -1); once the whole file has been read, one transaction settles them. If the import is interrupted
 * before that, the file is read again, and no document is stored twice. Documents that have not changed stay as they
 * are.
 */
#include "quarry-config.h"

#include "core/library/import/quarry-import-pipeline-private.h"

#include <malloc.h>
#include <string.h>

#include "core/extract/quarry-recognition.h"
#include "core/files/quarry-ignore.h"
#include "core/files/quarry-mounts.h"
#include "core/library/import/quarry-folders.h"
#include "core/library/import/quarry-follow-private.h"
#include "core/library/import/quarry-import-private.h"
#include "core/library/import/quarry-import-walk.h"
#include "core/library/import/quarry-leaving-private.h"
#include "core/library/import/quarry-prepared.h"
#include "core/library/import/quarry-work-rate.h"
#include "core/library/quarry-library-indexes-private.h"
#include "core/library/quarry-nearness.h"

/* The walk may be this many files ahead of reading, so that small and recent files can be read first. */
#define PATHS_WAITING 65536
/* Reading begins after this time, so that even the first file is chosen among many; sooner if the walk has already
 * ended. */
#define HEAD_START_MS 100
#define DOCUMENTS_WAITING 256
/* The class of large files, and how many files may be looked through for them each time. */
#define LARGE 2u
#define MOST_LOOKED_THROUGH 4096u
/* The most text of documents that wait. A document takes about five times as much memory until it is written. One
 * that is longer than this passes alone. */
#define BYTES_WAITING (G_GUINT64_CONSTANT (8) << 20)
/* After cutting a document longer than this, unused memory is returned to the system. */
#define LONG_BYTES (G_GUINT64_CONSTANT (4) << 20)

/* How long a small document waits for others to be written with it. */
#define GATHER_MS 100

/* The time limit for reading a file at the lowest priority, at which it takes longer. */
#define IDLE_DEADLINE_MS 600000u

/* To be raised when readers can read what they could not: files that failed are then tried again. */
#define READERS_VERSION "20"

void
quarry_import_item_free (QuarryImportItem *item)
{
  g_free (item->path);
  g_free (item->reason);
  if (item->prepared != NULL)
    quarry_prepared_give_up (item->prepared);
  g_clear_pointer (&item->prepared, quarry_prepared_unref);
  if (item->gate != NULL)
    quarry_byte_gate_leave (item->gate, item->bytes);
  g_clear_pointer (&item->kept, g_hash_table_unref);
  g_clear_pointer (&item->taken_out, g_hash_table_unref);
  g_free (item);
}

QuarryImportItem *
quarry_import_item_new (const char *path)
{
  QuarryImportItem *item = g_new0 (QuarryImportItem, 1);

  item->path = g_strdup (path);
  return item;
}

void
quarry_import_item_refuse (QuarryImportItem *item, QuarryImportStatus status, char *reason)
{
  item->status = status;
  g_free (item->reason);
  item->reason = reason;
}

gboolean
quarry_import_item_pictures_wait (const QuarryImportItem *item)
{
  return !item->recognize || (item->is_passing && !item->is_cut_off);
}

gint64
quarry_import_modified_of (const struct stat *info)
{
  return info->st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + info->st_mtim.tv_nsec;
}

void
quarry_import_item_set_file (QuarryImportItem *item, const struct stat *info)
{
  item->size = info->st_size;
  item->modified_ns = quarry_import_modified_of (info);
  item->changed_ns = info->st_ctim.tv_sec * G_GINT64_CONSTANT (1000000000) + info->st_ctim.tv_nsec;
  item->is_regular = S_ISREG (info->st_mode);
}

gboolean
quarry_import_item_is_same (const QuarryImportItem *item,
                            QuarryMounts *mounts,
                            gint64 size,
                            gint64 modified_ns,
                            gint64 changed_ns)
{
  return item->size == size && item->modified_ns == modified_ns
         && (item->changed_ns <= changed_ns || quarry_mounts_is_remote (mounts, item->path));
}

/* 0: up to 64 KiB; 1: 1 MiB; 2: 16 MiB (LARGE); 3: more. */
static guint
size_class (const QuarryImportItem *item)
{
  static const gint64 sizes[] = { 64 << 10, 1 << 20, 16 << 20 };
  guint n = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    n += item->size > sizes[i];
  return n;
}

/* Orders small files first and, among those of similar size, recent ones first, so that a library becomes useful
 * within seconds. */
static int
compare_items (gconstpointer first, gconstpointer second)
{
  const QuarryImportItem *a = first, *b = second;
  guint size_a = size_class (a), size_b = size_class (b);

  if (size_a != size_b)
    return size_a < size_b ? -1 : 1;
  return a->modified_ns > b->modified_ns ? -1 : a->modified_ns < b->modified_ns;
}

/* Orders files of 1 to 16 MiB first, the largest of them foremost. */
static int
compare_large (gconstpointer first, gconstpointer second)
{
  const QuarryImportItem *a = first, *b = second;
  gboolean is_a = size_class (a) == LARGE, is_b = size_class (b) == LARGE;

  if (is_a != is_b)
    return is_a ? -1 : 1;
  return is_a && a->size != b->size ? (a->size > b->size ? -1 : 1) : compare_items (a, b);
}

/* Pops the file that the reading thread @number is to read. Of a few threads one begins with large files when not many
 * are left: were these all read last, the others would have nothing to do while the last is cut and stored. Files that
 * are larger still come last even so, because small ones would wait long for them to be stored. */
static QuarryImportItem *
pop_path (QuarryImportPipeline *pipeline, gint number)
{
  return number > 0 && number + 1 == pipeline->n_readers
             ? quarry_bounded_queue_pop_by (pipeline->paths, compare_large, MOST_LOOKED_THROUGH)
             : quarry_bounded_queue_pop (pipeline->paths);
}

guint
quarry_import_hand_over (QuarryImportPipeline *pipeline, QuarryImportItem *item)
{
  g_autoptr (QuarryPrepared) prepared
      = item->prepared != NULL ? quarry_prepared_ref (item->prepared) : NULL;
  gboolean is_long = item->bytes > LONG_BYTES;
  guint n_passages;

  if (!quarry_bounded_queue_push (pipeline->items, item) || prepared == NULL)
    return 0;
  n_passages = quarry_prepared_cut_rest (prepared, pipeline->n_cutting,
                                         quarry_import_get_cancellable (pipeline->import));
  /* The next document may be cut by another thread, which cannot use memory that this thread keeps. */
  if (is_long)
    malloc_trim (0);
  return n_passages;
}

static void
report_unchanged (QuarryImportPipeline *pipeline, const char *path)
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
  QuarryImportPipeline *pipeline = user_data;
  QuarryImportItem now = { .path = (char *) found->path };
  gint64 size, modified_ns, changed_ns;
  gboolean has_pictures;
  QuarryImportItem *item;

  if (!quarry_import_wait_while_paused (pipeline->import))
    return FALSE;
  if (found->info != NULL)
    quarry_import_item_set_file (&now, found->info);
  /* Most files are unchanged most of the time. They are dealt with here, without involving other threads. */
  if (pipeline->scan_connection != NULL && now.is_regular
      && quarry_store_find_file (pipeline->scan_connection, found->path, &size, &modified_ns,
                                 &changed_ns, &has_pictures)
      && quarry_import_item_is_same (&now, pipeline->mounts, size, modified_ns, changed_ns)
      && !(has_pictures && pipeline->recognizer != NULL) && !g_hash_table_contains (pipeline->again, found->path))
    {
      quarry_import_add_found (pipeline->import, 0);
      report_unchanged (pipeline, found->path);
      return TRUE;
    }

  item = quarry_import_item_new (found->path);
  if (found->problem != NULL)
    quarry_import_item_refuse (item, found->passed_over ? QUARRY_IMPORT_SKIPPED : QUARRY_IMPORT_FAILED,
                 g_strdup (found->problem));
  if (found->info != NULL)
    {
      quarry_import_item_set_file (item, found->info);
      item->work = quarry_work_of_file (item->size);
    }
  quarry_import_add_found (pipeline->import, item->work);

  return quarry_bounded_queue_push (pipeline->paths, item);
}

static gpointer
scan_thread (gpointer data)
{
  QuarryImportPipeline *pipeline = data;
  GCancellable *cancellable = quarry_import_get_cancellable (pipeline->import);
  gboolean follows = quarry_import_get_roots (pipeline->import) != NULL;
  g_autofree char *where = NULL;

  quarry_background_enter (pipeline->background);
  pipeline->scan_connection = quarry_library_borrow (pipeline->library, NULL);
  if (pipeline->places->len > 1
      && !quarry_walk (follows ? (const char *const *) pipeline->roots->pdata : NULL,
                       (const char *const *) pipeline->places->pdata, pipeline->own, cancellable,
                       QUARRY_IMPORT_PATIENCE_SECONDS, scan_cb, pipeline, &where))
    {
      g_atomic_int_set (&pipeline->is_silent, TRUE);
      quarry_import_refuse_silent (pipeline, where);
    }
  quarry_library_give_back (pipeline->library, g_steal_pointer (&pipeline->scan_connection));
  quarry_import_end_counting (pipeline->import);
  quarry_bounded_queue_close (pipeline->paths, FALSE);

  return NULL;
}

/* While the system saves power, only one thread reads. The others wait until it no longer does, or nothing is left to
 * do. */
static void
wait_for_power (QuarryImportPipeline *pipeline, gint number)
{
  while (number > 0 && quarry_saves_power () && !quarry_bounded_queue_is_done (pipeline->paths)
         && !g_cancellable_is_cancelled (quarry_import_get_cancellable (pipeline->import)))
    g_usleep (G_USEC_PER_SEC / 5);
}

static void
cancel_cb (GCancellable *cancellable, GCancellable *other)
{
  g_cancellable_cancel (other);
}

static gpointer
read_thread (gpointer data)
{
  QuarryImportPipeline *pipeline = data;
  g_autoptr (GError) error = NULL;
  QuarryStore *connection = quarry_library_borrow (pipeline->library, &error);
  gint number = g_atomic_int_add (&pipeline->n_reading, 1);
  QuarryImportItem *item;

  quarry_background_enter (pipeline->background);
  if (connection == NULL)
    quarry_import_fail (pipeline->import, g_steal_pointer (&error));

  for (;;)
    {
      wait_for_power (pipeline, number);
      item = pop_path (pipeline, number);
      if (item == NULL)
        break;
      if (connection == NULL || !quarry_import_wait_while_paused (pipeline->import))
        {
          quarry_import_item_free (item);
          continue;
        }
      /* The writing thread reports it. */
      if (quarry_import_is_taken_out (pipeline->import, item->path, NULL))
        {
          quarry_bounded_queue_push (pipeline->items, item);
          continue;
        }
      if (item->reason != NULL)
        quarry_import_note_known_reason (pipeline, connection, item);
      else
        {
          quarry_import_begin_reading (pipeline->import, item->path);
          quarry_import_read_item (pipeline, connection, item);
          quarry_import_end_reading (pipeline->import, item->path);
        }
      if (item->has_pictures && pipeline->recognizer != NULL)
        {
          quarry_import_put_off_pictures (pipeline, item);
          if (item->prepared == NULL && item->kind == ITEM_FILE && item->status != QUARRY_IMPORT_UNCHANGED)
            {
              quarry_import_item_free (item);
              continue;
            }
        }
      /* If the reader was killed because the import was cancelled, its error says nothing about the file. */
      if (g_cancellable_is_cancelled (quarry_import_get_cancellable (pipeline->import)))
        quarry_import_item_free (item);
      else if (item->kind == ITEM_FILE && item->moved == 0
               && (item->status == QUARRY_IMPORT_UNCHANGED || item->is_known)
               && item->prepared == NULL)
        {
          /* There is nothing to write. */
          quarry_import_report_item (pipeline, item, 0);
          quarry_import_item_free (item);
        }
      else
        quarry_import_hand_over (pipeline, item);
    }
  quarry_import_read_pictures (pipeline, connection);
  quarry_library_give_back (pipeline->library, connection);

  if (g_atomic_int_dec_and_test (&pipeline->readers_left))
    quarry_bounded_queue_close (pipeline->items, FALSE);

  return NULL;
}

/* Marks pictures to be read again if a language has been installed that they have not been read with. */
static gboolean
compare_languages (QuarryStore *store, const char *const *languages, GError **error)
{
  static const char key[] = "languages of pictures";
  g_autofree char *joined = quarry_store_get_string (store, key, NULL);
  g_auto (GStrv) known = g_strsplit (joined != NULL ? joined : "", "+", -1);
  g_autoptr (GString) all = g_string_new (joined);
  gsize before = all->len;

  for (guint i = 0; languages[i] != NULL; i++)
    if (!g_strv_contains ((const char *const *) known, languages[i]))
      g_string_append_printf (all, "%s%s", all->len > 0 ? "+" : "", languages[i]);
  if (all->len == before)
    return TRUE;
  return quarry_store_outdate_pictures (store, error) && quarry_store_set_string (store, key, all->str, error);
}

/* Marks failed files to be tried again if the readers have changed since: by their version, or because Ghostscript or
 * a language for text in pictures has been installed, or reading pictures has been switched on. */
static void
compare_readers (QuarryLibrary *self, const char *const *languages)
{
  QuarryStore *writer = quarry_library_begin_write (self, NULL);
  g_autofree char *joined = g_strjoinv ("+", (char **) languages);
  g_autofree char *version = g_strconcat (
      READERS_VERSION, quarry_extractor_has_ghostscript () ? " PostScript " : " ", joined, NULL);
  g_autofree char *before = NULL;
  gboolean is_other;

  if (writer == NULL)
    return;
  before = quarry_store_get_string (writer, "readers", NULL);
  is_other = g_strcmp0 (before, version) != 0;
  quarry_library_end_write (self,
                            is_other && quarry_store_outdate_failures (writer, NULL)
                                && compare_languages (writer, languages, NULL)
                                && quarry_store_set_string (writer, "readers", version, NULL),
                            NULL);
}

/* Reader processes keep the priority that they are started with by the first import that uses them, so there is one
 * extractor for each priority. */
static QuarryExtractor *
take_extractor (QuarryLibrary *self, guint n_readers, gboolean steps_back)
{
  QuarryExtractor **extractor = steps_back ? &self->idle_extractor : &self->extractor;

  if (*extractor == NULL)
    {
      *extractor = quarry_extractor_new (n_readers, steps_back ? IDLE_DEADLINE_MS : 0, 0);
      quarry_extractor_set_spill_folder (*extractor, self->folder);
    }
  return *extractor;
}

/* Writes @item (transfer full) and, if it is small or has moved, such ones that follow it. */
static void
write_waiting (QuarryImportPipeline *pipeline, QuarryImportItem *item)
{
  gboolean (*is_alike) (gconstpointer)
      = quarry_import_item_has_moved (item) ? quarry_import_item_has_moved : quarry_import_item_is_small;
  QuarryImportItem *together[QUARRY_IMPORT_MOST_TOGETHER] = { item };
  gint64 until = g_get_monotonic_time () + GATHER_MS * G_TIME_SPAN_MILLISECOND;
  guint n = 1;

  while (n < G_N_ELEMENTS (together) && is_alike (together[n - 1])
         && (item = quarry_bounded_queue_pop_if (pipeline->items, is_alike, until)) != NULL)
    together[n++] = item;
  if (!g_cancellable_is_cancelled (quarry_import_get_cancellable (pipeline->import)))
    quarry_import_write_items (pipeline, together, n);
  else
    {
      quarry_bounded_queue_close (pipeline->paths, TRUE);
      for (guint i = 0; i < n; i++)
        quarry_import_give_back_pictures (pipeline, together[i]);
    }
  for (guint i = 0; i < n; i++)
    quarry_import_item_free (together[i]);
}

/* Walks, reads and writes until nothing is left to do. */
static void
run_threads (QuarryImportPipeline *pipeline, guint n_readers)
{
  g_autoptr (GPtrArray) threads = g_ptr_array_new ();
  QuarryImportItem *item;

  quarry_bounded_queue_set_head_start (pipeline->paths, HEAD_START_MS * G_TIME_SPAN_MILLISECOND);
  g_ptr_array_add (threads, g_thread_new ("import-scan", scan_thread, pipeline));
  for (guint i = 0; i < n_readers; i++)
    g_ptr_array_add (threads, g_thread_new ("import-read", read_thread, pipeline));

  while ((item = quarry_bounded_queue_pop (pipeline->items)) != NULL)
    write_waiting (pipeline, item);
  for (guint i = 0; i < threads->len; i++)
    g_thread_join (threads->pdata[i]);
}

static void
clear_pipeline (QuarryImportPipeline *pipeline)
{
  g_object_unref (pipeline->recognition);
  g_mutex_clear (&pipeline->lock);
  g_clear_pointer (&pipeline->own, quarry_ignore_unref);
  g_clear_pointer (&pipeline->mounts, quarry_mounts_free);
  quarry_import_forget_library (pipeline);
  g_ptr_array_unref (pipeline->places);
  g_ptr_array_unref (pipeline->roots);
}

/* Saves the indexes. Where the disk has no room for them, the log is given back and the words are put together, which may
 * leave enough. Returns why they are not kept, else NULL. (transfer full) */
static GError *
save_indexes (QuarryLibrary *self)
{
  GError *error = NULL;

  if (quarry_library_save_indexes (self, &error))
    return NULL;
  g_debug ("the indexes are saved once more: %s", error->message);
  g_clear_error (&error);
  g_rec_mutex_lock (&self->write_lock);
  quarry_store_shrink_log (self->writer);
  g_rec_mutex_unlock (&self->write_lock);
  quarry_library_tidy_words (self);
  quarry_library_save_indexes (self, &error);
  return error;
}

/* Brings up to date what depends on the whole library, and ends the import's turn. */
static void
end_turn (QuarryLibrary *self, QuarryImport *import)
{
  g_autoptr (GError) error = NULL;
  GError *not_kept = NULL;

  /* If it was stopped in favour of another import, that one does this. */
  if (!quarry_import_was_put_off (import))
    {
      GThread *tidying;

      g_rec_mutex_lock (&self->write_lock);
      tidying = quarry_library_begin_tidying_words (self);
      if (!quarry_library_reweigh (self, FALSE, &error))
        g_debug ("token weights stay as they are: %s", error->message);
      g_thread_join (tidying);
      g_rec_mutex_unlock (&self->write_lock);
      quarry_library_measure_nearness (self);
      not_kept = save_indexes (self);
    }
  g_mutex_unlock (&self->import_turn);
  if (!quarry_import_was_put_off (import)
      && !g_cancellable_is_cancelled (quarry_import_get_cancellable (import)))
    {
      malloc_trim (0);
      quarry_library_tidy_words (self);
    }
  if (not_kept != NULL)
    quarry_import_fail (import, not_kept);
}

static gpointer
import_thread (gpointer data)
{
  QuarryImport *import = data;
  QuarryLibrary *self = quarry_import_get_library (import);
  gboolean steps_back = quarry_import_is_gentle (import) || quarry_saves_power ();
  guint n_processors = quarry_import_is_gentle (import) ? 1 : CLAMP (g_get_num_processors (), 1, 4);
  /* One more than there are processors: a thread that reads a file waits for a process to answer. */
  guint n_readers = quarry_import_is_gentle (import) ? 1 : MIN (n_processors + 1, 4);
  /* Must outlive the queues, because freeing their items uses it. */
  g_autoptr (QuarryByteGate) gate = quarry_byte_gate_new (BYTES_WAITING);
  g_autoptr (QuarryBoundedQueue) paths
      = quarry_bounded_queue_new (PATHS_WAITING, compare_items, (GDestroyNotify) quarry_import_item_free);
  g_autoptr (QuarryBoundedQueue) items
      = quarry_bounded_queue_new (DOCUMENTS_WAITING, NULL, (GDestroyNotify) quarry_import_item_free);
  g_autoptr (GHashTable) named = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) again = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) lost = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) passed_over = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) claimed = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  QuarryImportPipeline pipeline = { self, import, paths, items, gate, (gint) n_readers,
                                    .named = named, .again = again, .lost = lost,
                                    .passed_over = passed_over, .claimed = claimed };
  g_autoptr (QuarryLeaving) leaving = NULL;
  g_auto (GStrv) languages
      = quarry_library_recognizes (self) ? quarry_recognition_list_languages () : g_new0 (char *, 1);
  g_autoptr (GError) error = NULL;
  gulong handler;

  for (const char *const *path = quarry_import_get_paths (import);
       *path != NULL && !quarry_import_is_following (import); path++)
    g_hash_table_add (named, g_canonicalize_filename (*path, NULL));
  g_mutex_init (&pipeline.lock);
  /* Never at idle priority, because searches wait for locks that this thread holds. At a higher priority than the
   * readers, so that little is left to write when all has been read: at that point this thread works alone. */
  quarry_background_enter (QUARRY_BACKGROUND_AHEAD);
  quarry_import_begin_turn (self);
  g_mutex_lock (&self->state_lock);
  pipeline.recognition = g_object_ref (self->recognition);
  g_mutex_unlock (&self->state_lock);
  handler = g_cancellable_connect (quarry_import_get_cancellable (import), G_CALLBACK (cancel_cb),
                                   pipeline.recognition, NULL);
  compare_readers (self, (const char *const *) languages);
  leaving = quarry_import_find_places (&pipeline);
  pipeline.background = steps_back ? QUARRY_BACKGROUND_IDLE : QUARRY_BACKGROUND_LOW;
  pipeline.n_cutting = steps_back ? 1 : n_processors;
  pipeline.n_readers = (gint) n_readers;
  pipeline.extractor = take_extractor (self, n_readers, steps_back);
  if (languages[0] != NULL)
    {
      /* What recognizes text is never waited for, and takes a hundred megabytes. */
      pipeline.recognizer = take_extractor (self, n_processors, TRUE);
      quarry_import_count_pictures (self, import);
    }
  else
    quarry_import_drop_pictures (self);

  run_threads (&pipeline, n_readers);

  g_cancellable_disconnect (quarry_import_get_cancellable (import), handler);
  if (g_cancellable_is_cancelled (quarry_import_get_cancellable (import)) && !quarry_import_was_put_off (import))
    quarry_import_drop_pictures (self);
  clear_pipeline (&pipeline);
  if (leaving != NULL && !pipeline.is_silent && !g_cancellable_is_cancelled (quarry_import_get_cancellable (import))
      && !quarry_library_take_out_leaving (self, leaving, &error))
    quarry_import_fail (import, g_steal_pointer (&error));

  end_turn (self, import);
  g_mutex_lock (&self->state_lock);
  g_ptr_array_remove (self->imports_alive, import);
  g_mutex_unlock (&self->state_lock);
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
  g_mutex_lock (&self->state_lock);
  g_ptr_array_add (self->imports_alive, import);
  g_mutex_unlock (&self->state_lock);
  quarry_import_start (import, import_thread);
}

static QuarryImport *
import_named (QuarryLibrary *self, const char *const *paths, gboolean again)
{
  QuarryImport *import = quarry_import_new (self, paths);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->imports));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (QuarryImport) other = g_list_model_get_item (G_LIST_MODEL (self->imports), i);

      if (quarry_import_is_following (other))
        quarry_import_put_off (other);
    }
  if (again)
    quarry_import_set_again (import);
  begin_import (self, import);
  return import;
}

QuarryImport *
quarry_library_import (QuarryLibrary *self, const char *const *paths)
{
  return import_named (self, paths, FALSE);
}

QuarryImport *
quarry_library_import_again (QuarryLibrary *self, const char *const *paths)
{
  return import_named (self, paths, TRUE);
}

QuarryImport *
quarry_library_look_again (QuarryLibrary *self,
                           const char *const *roots,
                           const char *const *paths,
                           gboolean gently)
{
  QuarryImport *import = quarry_import_new (self, paths);

  quarry_import_set_following (import, roots, gently);
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
