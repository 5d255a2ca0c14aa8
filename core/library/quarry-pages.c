/* quarry-pages.c: draws pages of PDF documents, with passages marked
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/library/quarry-pages.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "core/extract/quarry-extractor.h"
#include "core/extract/quarry-page-marks.h"
#include "core/files/quarry-open-file.h"
#include "core/files/quarry-path.h"

/* For drawing one page, including text recognition. */
#define DEADLINE_MS 30000u
/* How long to wait for the file to be opened, as on a network drive. */
#define PATIENCE_SECONDS 20u
#define MOST_KEPT ((gsize) 64 << 20)

typedef struct
{
  char *key;
  QuarryPageImage *image;
} Kept;

struct _QuarryPages
{
  GObject parent_instance;

  QuarryExtractor *extractor;
  GMutex lock; /* for the members below */
  GQueue kept; /* of Kept, the last used first */
  gsize n_bytes;
};

G_DEFINE_FINAL_TYPE (QuarryPages, quarry_pages, G_TYPE_OBJECT)

static void
kept_free (gpointer data)
{
  Kept *kept = data;

  g_free (kept->key);
  g_object_unref (kept->image);
  g_free (kept);
}

static void
quarry_pages_finalize (GObject *object)
{
  QuarryPages *self = QUARRY_PAGES (object);

  g_queue_clear_full (&self->kept, kept_free);
  g_mutex_clear (&self->lock);
  g_clear_object (&self->extractor);
  G_OBJECT_CLASS (quarry_pages_parent_class)->finalize (object);
}

static void
quarry_pages_class_init (QuarryPagesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = quarry_pages_finalize;
}

static void
quarry_pages_init (QuarryPages *self)
{
  g_mutex_init (&self->lock);
  g_queue_init (&self->kept);
  self->extractor = quarry_extractor_new (1, DEADLINE_MS, 0);
}

QuarryPages *
quarry_pages_new (void)
{
  return g_object_new (QUARRY_TYPE_PAGES, NULL);
}

gboolean
quarry_pages_has (QuarryReading *reading)
{
  guint n_pages;

  quarry_document_get_pages (quarry_reading_get_document (reading), &n_pages);
  return n_pages > 0
         && g_strcmp0 (quarry_reading_get_record (reading)->mime_type, "application/pdf") == 0;
}

void
quarry_page_drawn_free (QuarryPageDrawn *self)
{
  if (self == NULL)
    return;
  g_clear_object (&self->image);
  g_clear_pointer (&self->passage, g_array_unref);
  g_clear_pointer (&self->sentence, g_array_unref);
  g_free (self);
}

/* --- What is kept ------------------------------------------------------------------------------ */

static QuarryPageImage *
find_kept (QuarryPages *self, const char *key)
{
  QuarryPageImage *image = NULL;

  g_mutex_lock (&self->lock);
  for (GList *link = self->kept.head; link != NULL && image == NULL; link = link->next)
    if (strcmp (((Kept *) link->data)->key, key) == 0)
      {
        image = g_object_ref (((Kept *) link->data)->image);
        g_queue_unlink (&self->kept, link);
        g_queue_push_head_link (&self->kept, link);
      }
  g_mutex_unlock (&self->lock);
  return image;
}

/* The newest image is kept in any case, however large it is. */
static void
keep (QuarryPages *self, const char *key, QuarryPageImage *image)
{
  Kept *kept = g_new0 (Kept, 1);

  kept->key = g_strdup (key);
  kept->image = g_object_ref (image);
  g_mutex_lock (&self->lock);
  g_queue_push_head (&self->kept, kept);
  self->n_bytes += quarry_page_image_get_size (image);
  while (self->n_bytes > MOST_KEPT && self->kept.length > 1)
    {
      kept = g_queue_pop_tail (&self->kept);
      self->n_bytes -= quarry_page_image_get_size (kept->image);
      kept_free (kept);
    }
  g_mutex_unlock (&self->lock);
}

/* --- Drawing ----------------------------------------------------------------------------------- */

static gboolean
is_wanted (gpointer cancellable)
{
  return !g_cancellable_is_cancelled (cancellable);
}

/* Whether the file is still the one that the document was read from. If only its time differs, the contents are
 * compared; for a document inside another file this is not possible, as no hash of that file is stored. */
static gboolean
is_same (const QuarryDocumentRecord *record, gboolean is_inside, const QuarryOpened *opened, GCancellable *cancellable)
{
  gint64 modified_ns
      = opened->info.st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + opened->info.st_mtim.tv_nsec;
  g_autofree char *hash = NULL;

  if (record->size != opened->info.st_size)
    return FALSE;
  if (record->modified_ns == modified_ns || is_inside)
    return record->modified_ns == modified_ns;
  hash = quarry_hash_file (opened->fd, is_wanted, cancellable);
  return g_strcmp0 (hash, record->content_hash) == 0;
}

/* Opens the document's file. -1 with an error where pages cannot be drawn from it. @name: (transfer full): in the
 * form that quarry_extractor_draw() takes. */
static int
open_file (const QuarryDocumentRecord *record, char **name, GCancellable *cancellable, GError **error)
{
  QuarryOpened opened = { .fd = -1 };
  g_autofree char *outer = g_strdup (record->path);
  gboolean answers = quarry_open_patiently (outer, FALSE, cancellable, PATIENCE_SECONDS, &opened);

  /* The document is inside another file. */
  if (answers && opened.fd < 0 && opened.error_number == ENOTDIR)
    {
      g_free (outer);
      outer = quarry_path_outer (record->path);
      answers = quarry_open_patiently (outer, FALSE, cancellable, PATIENCE_SECONDS, &opened);
    }
  if (!answers)
    {
      if (!g_cancellable_set_error_if_cancelled (cancellable, error))
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                             _ ("The server or drive that the file is on does not answer."));
      return -1;
    }
  if (opened.fd < 0 && (opened.error_number == ENOENT || opened.error_number == ENOTDIR))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                         _ ("The file is not there. If it is on a drive that is not connected, connect it. If it "
                            "has moved, add it from where it is now."));
  else if (opened.fd < 0)
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (opened.error_number), _ ("It cannot be read: %s."),
                 g_strerror (opened.error_number));
  else if (!is_same (record, strcmp (outer, record->path) != 0, &opened, cancellable))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                           _ ("The file has changed since it was read. Add it again to see its pages as they "
                              "are now."));
      close (opened.fd);
      opened.fd = -1;
    }
  else
    {
      g_autofree char *file = g_path_get_basename (outer);

      *name = g_strconcat (file, record->path + strlen (outer), NULL);
    }
  return opened.fd;
}

static QuarryPageImage *
get_image (QuarryPages *self,
           const QuarryDocumentRecord *record,
           const QuarryPageRequest *request,
           GCancellable *cancellable,
           GError **error)
{
  /* The key does not use the content hash: that is of the text, and files that look different may have the same
   * text. */
  g_autofree char *key = g_strdup_printf ("%u %u %d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s", request->page,
                                          request->width, request->recognize, record->size, record->modified_ns,
                                          record->path);
  QuarryPageImage *image = find_kept (self, key);
  g_autofree char *name = NULL;
  int fd;

  if (image != NULL)
    return image;
  fd = open_file (record, &name, cancellable, error);
  if (fd < 0)
    return NULL;
  image = quarry_extractor_draw (
      self->extractor, fd, name, request->page, request->width, request->recognize, cancellable, error);
  close (fd);
  if (image != NULL)
    keep (self, key, image);
  return image;
}

typedef struct
{
  QuarryReading *reading;
  QuarryPageRequest request;
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;

  g_object_unref (call->reading);
  g_free (call);
}

static void
draw_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Call *call = data;
  const QuarryPageRequest *request = &call->request;
  QuarryDocument *document = quarry_reading_get_document (call->reading);
  QuarrySpan page = quarry_document_span_of_page (document, request->page);
  QuarrySpan passage = request->passage, sentence = request->sentence;
  g_autoptr (QuarryPageDrawn) drawn = g_new0 (QuarryPageDrawn, 1);
  GError *error = NULL;
  const char *text = quarry_document_get_text (document, NULL);

  drawn->image = get_image (source, quarry_reading_get_record (call->reading), request, cancellable, &error);
  if (drawn->image == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  drawn->passage = quarry_page_marks_find (drawn->image, text, page, passage);
  drawn->sentence = quarry_page_marks_find (drawn->image, text, page, sentence);
  drawn->is_missed = drawn->passage->len == 0
                     && MAX (passage.start, page.start) < MIN (passage.end, page.end);
  g_task_return_pointer (task, g_steal_pointer (&drawn), (GDestroyNotify) quarry_page_drawn_free);
}

void
quarry_pages_draw_async (QuarryPages *self,
                         QuarryReading *reading,
                         const QuarryPageRequest *request,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Call *call = g_new0 (Call, 1);

  call->reading = g_object_ref (reading);
  call->request = *request;
  g_task_set_source_tag (task, quarry_pages_draw_async);
  g_task_set_task_data (task, call, call_free);
  g_task_run_in_thread (task, draw_thread);
}

QuarryPageDrawn *
quarry_pages_draw_finish (QuarryPages *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
