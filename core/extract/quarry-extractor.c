/* quarry-extractor.c: reads files in another process
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A pool of servers, each with a client object. A thread that wants a file read takes an idle client,
 * or waits for one.
 */
#include "core/extract/quarry-extractor.h"

#include "core/extract/process/quarry-extract-client.h"
#include "core/extract/process/quarry-extract-protocol.h"
#include "core/extract/quarry-formats.h"
#include "core/place/quarry-nameless-file.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>
#include <glib/gi18n-lib.h>

#define DEFAULT_DEADLINE_MS 60000u
/* Long enough for the pages of a book, which are recognized one after the other. */
#define RECOGNITION_DEADLINE_MS 1800000u
#define DEFAULT_MEMORY ((guint64) 1 << 30)

struct _QuarryExtractor
{
  GObject parent_instance;

  guint deadline_ms;
  guint64 memory_limit;
  char *spill_folder; /* NULL: texts are kept in memory */

  GMutex mutex;
  GCond free_again;
  GPtrArray *clients; /* all of them */
  GQueue idle;        /* those that are not in use */
  guint n_waiting;    /* number of threads waiting for one */
  gboolean has_large; /* a large file is being read */
};

G_DEFINE_FINAL_TYPE (QuarryExtractor, quarry_extractor, G_TYPE_OBJECT)
G_DEFINE_QUARK (quarry-extract-error-quark, quarry_extract_error)

gboolean
quarry_extract_error_is_skip (const GError *error)
{
  return g_error_matches (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_UNSUPPORTED)
         || g_error_matches (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_EMPTY)
         || g_error_matches (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_PICTURES)
         || g_error_matches (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_TOO_LARGE);
}

static void
quarry_extractor_finalize (GObject *object)
{
  QuarryExtractor *self = QUARRY_EXTRACTOR (object);

  g_queue_clear (&self->idle);
  g_ptr_array_unref (self->clients);
  g_cond_clear (&self->free_again);
  g_mutex_clear (&self->mutex);
  g_free (self->spill_folder);

  G_OBJECT_CLASS (quarry_extractor_parent_class)->finalize (object);
}

static void
quarry_extractor_class_init (QuarryExtractorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = quarry_extractor_finalize;
}

static void
quarry_extractor_init (QuarryExtractor *self)
{
  g_mutex_init (&self->mutex);
  g_cond_init (&self->free_again);
  g_queue_init (&self->idle);
  self->clients = g_ptr_array_new_with_free_func ((GDestroyNotify) quarry_extract_client_free);
}

QuarryExtractor *
quarry_extractor_new (guint n_servers, guint deadline_ms, guint64 memory_limit)
{
  QuarryExtractor *self = g_object_new (QUARRY_TYPE_EXTRACTOR, NULL);

  self->deadline_ms = deadline_ms > 0 ? deadline_ms : DEFAULT_DEADLINE_MS;
  self->memory_limit = memory_limit > 0 ? memory_limit : DEFAULT_MEMORY;
  for (guint i = 0; i < MAX (n_servers, 1); i++)
    {
      QuarryExtractClient *client = quarry_extract_client_new ();

      g_ptr_array_add (self->clients, client);
      g_queue_push_tail (&self->idle, client);
    }
  return self;
}

void
quarry_extractor_set_spill_folder (QuarryExtractor *self, const char *folder)
{
  g_return_if_fail (QUARRY_IS_EXTRACTOR (self));

  g_free (self->spill_folder);
  self->spill_folder = g_strdup (folder);
}

static void
stop_client (gpointer client, gpointer user_data)
{
  quarry_extract_client_stop (client);
}

void
quarry_extractor_rest (QuarryExtractor *self)
{
  g_return_if_fail (QUARRY_IS_EXTRACTOR (self));

  g_mutex_lock (&self->mutex);
  g_queue_foreach (&self->idle, stop_client, NULL);
  g_mutex_unlock (&self->mutex);
}

static void
wake_waiters (GCancellable *cancellable, QuarryExtractor *self)
{
  g_mutex_lock (&self->mutex);
  g_cond_broadcast (&self->free_again);
  g_mutex_unlock (&self->mutex);
}

/* Of files of at least this size only one is read at a time: reading one may take several times as much memory. */
#define LARGE_BYTES (8 << 20)

/* Pages, pictures and recordings are read bit by bit, however large the file is. */
static gboolean
is_large (int fd, const char *name)
{
  QuarryFormat format = quarry_format_of_name (name);
  struct stat st;

  return format != QUARRY_FORMAT_PDF && format != QUARRY_FORMAT_DJVU && format != QUARRY_FORMAT_PICTURE
         && format != QUARRY_FORMAT_RECORDING && fstat (fd, &st) == 0 && st.st_size >= LARGE_BYTES;
}

/* An idle client, if there is one, and if no other large file is being read. With the mutex held. */
static QuarryExtractClient *
try_take_client (QuarryExtractor *self, gboolean large)
{
  QuarryExtractClient *client = large && self->has_large ? NULL : g_queue_pop_tail (&self->idle);

  self->has_large |= large && client != NULL;
  return client;
}

/* Takes an idle client, or waits for one. The one that was used last is taken first, since its server is probably still
 * in the caches. @large: for a large file. */
static QuarryExtractClient *
take_client (QuarryExtractor *self, gboolean large, GCancellable *cancellable, GError **error)
{
  QuarryExtractClient *client = NULL;
  gulong handler = 0;

  g_mutex_lock (&self->mutex);
  if (!g_cancellable_is_cancelled (cancellable))
    client = try_take_client (self, large);
  g_mutex_unlock (&self->mutex);
  if (client != NULL)
    return client;

  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (wake_waiters), self, NULL);
  g_mutex_lock (&self->mutex);
  self->n_waiting++;
  while (!g_cancellable_is_cancelled (cancellable)
         && (client = try_take_client (self, large)) == NULL)
    g_cond_wait (&self->free_again, &self->mutex);
  self->n_waiting--;
  g_mutex_unlock (&self->mutex);
  g_cancellable_disconnect (cancellable, handler);
  if (client == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("Cancelled"));
  return client;
}

static void
give_back_client (QuarryExtractor *self, QuarryExtractClient *client, gboolean large)
{
  g_mutex_lock (&self->mutex);
  g_queue_push_tail (&self->idle, client);
  if (large)
    self->has_large = FALSE;
  /* One that waits for another large file cannot go on, but the next may. */
  if (self->n_waiting > 0)
    g_cond_broadcast (&self->free_again);
  g_mutex_unlock (&self->mutex);
}

/* Files of at least this size are spilled. */
#define SPILL_BYTES (2 << 20)

/* What the text of @fd may lie in instead of memory: @spills, -1 for none. What recordings say of themselves is short. */
static void
open_spills (QuarryExtractor *self, int fd, const char *name, int spills[2])
{
  struct stat st;

  spills[0] = spills[1] = -1;
  if (self->spill_folder == NULL || fstat (fd, &st) != 0 || st.st_size < SPILL_BYTES
      || quarry_format_of_name (name) == QUARRY_FORMAT_RECORDING)
    return;
  spills[0] = quarry_nameless_file_open (self->spill_folder);
  if (spills[0] >= 0)
    spills[1] = quarry_nameless_file_open (self->spill_folder);
  if (spills[0] >= 0 && spills[1] < 0)
    {
      close (spills[0]);
      spills[0] = -1;
    }
}

/* Checks what can be known of a file without looking at its bytes. */
static gboolean
check_file (int fd, GError **error)
{
  struct stat st;

  if (fstat (fd, &st) != 0)
    {
      g_set_error (error,
                   G_IO_ERROR,
                   g_io_error_from_errno (errno),
                   _ ("It cannot be read: %s."),
                   g_strerror (errno));
      return FALSE;
    }
  if (!S_ISREG (st.st_mode))
    {
      g_set_error_literal (error,
                           QUARRY_EXTRACT_ERROR,
                           QUARRY_EXTRACT_ERROR_UNSUPPORTED,
                           S_ISDIR (st.st_mode) ? _ ("It is a folder, not a file.")
                                                : _ ("It is a device or a pipe, not a file."));
      return FALSE;
    }
  if (st.st_size == 0)
    {
      g_set_error_literal (
          error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_EMPTY, _ ("The file is empty."));
      return FALSE;
    }
  if ((guint64) st.st_size > QUARRY_EXTRACT_MAX_FILE)
    {
      g_autofree char *size = g_format_size ((guint64) st.st_size);

      g_set_error (error,
                   QUARRY_EXTRACT_ERROR,
                   QUARRY_EXTRACT_ERROR_TOO_LARGE,
                   _ ("The file has %s; Quarry reads files of up to 512 MiB: divide it."),
                   size);
      return FALSE;
    }
  return TRUE;
}

static QuarryExtraction *
read_file (QuarryExtractor *self,
           int fd,
           const char *name,
           gboolean recognize,
           GCancellable *cancellable,
           GError **error)
{
  guint deadline_ms = recognize ? MAX (self->deadline_ms, RECOGNITION_DEADLINE_MS) : self->deadline_ms;
  QuarryExtractClient *client;
  QuarryExtraction *extraction;
  gboolean large;
  int spills[2];

  if (!check_file (fd, error))
    return NULL;
  large = is_large (fd, name);
  client = take_client (self, large, cancellable, error);
  if (client == NULL)
    return NULL;
  open_spills (self, fd, name, spills);
  extraction = quarry_extract_client_read (
      client, fd, spills[0] >= 0 ? spills : NULL, name, recognize, deadline_ms, self->memory_limit, cancellable, error);
  for (guint i = 0; i < G_N_ELEMENTS (spills); i++)
    if (spills[i] >= 0)
      close (spills[i]);
  give_back_client (self, client, large);
  return extraction;
}

QuarryExtraction *
quarry_extractor_open (
    QuarryExtractor *self, int fd, const char *name, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (QUARRY_IS_EXTRACTOR (self), NULL);
  g_return_val_if_fail (fd >= 0, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  return read_file (self, fd, name, FALSE, cancellable, error);
}

QuarryExtraction *
quarry_extractor_recognize (
    QuarryExtractor *self, int fd, const char *name, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (QUARRY_IS_EXTRACTOR (self), NULL);
  g_return_val_if_fail (fd >= 0, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  return read_file (self, fd, name, TRUE, cancellable, error);
}

QuarryDocument *
quarry_extractor_read (
    QuarryExtractor *self, int fd, const char *name, GCancellable *cancellable, GError **error)
{
  g_autoptr (QuarryExtraction) extraction
      = quarry_extractor_open (self, fd, name, cancellable, error);
  g_autoptr (QuarryDocument) own = NULL;
  g_autoptr (GError) reason = NULL;
  QuarryDocument *document;
  const char *place;

  if (extraction == NULL)
    return NULL;
  while (quarry_extraction_next (extraction, &place, &document, &reason))
    {
      if (document != NULL && *place == '\0')
        g_set_object (&own, document);
      g_clear_object (&document);
      if (reason != NULL && (own != NULL || *place != '\0'))
        g_clear_error (&reason);
      else if (reason != NULL)
        break;
    }
  if (own != NULL)
    return g_steal_pointer (&own);
  if (reason == NULL)
    g_set_error_literal (&reason,
                         QUARRY_EXTRACT_ERROR,
                         QUARRY_EXTRACT_ERROR_EMPTY,
                         _ ("It holds other files and no text of its own."));
  g_propagate_error (error, g_steal_pointer (&reason));
  return NULL;
}

QuarryPageImage *
quarry_extractor_draw (QuarryExtractor *self,
                       int fd,
                       const char *name,
                       guint page,
                       guint width,
                       gboolean recognize,
                       GCancellable *cancellable,
                       GError **error)
{
  QuarryExtractClient *client;
  QuarryPageImage *image;

  g_return_val_if_fail (QUARRY_IS_EXTRACTOR (self), NULL);
  g_return_val_if_fail (fd >= 0, NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (page > 0 && width > 0, NULL);

  if (!check_file (fd, error))
    return NULL;
  client = take_client (self, FALSE, cancellable, error);
  if (client == NULL)
    return NULL;
  image = quarry_extract_client_draw (
      client, fd, name, page, width, recognize, self->deadline_ms, self->memory_limit, cancellable, error);
  give_back_client (self, client, FALSE);
  return image;
}

gboolean
quarry_extractor_may_read (const char *name)
{
  g_return_val_if_fail (name != NULL, FALSE);

  return !quarry_name_is_hopeless (name);
}

gboolean
quarry_extractor_has_ghostscript (void)
{
  return g_file_test ("/usr/share/ghostscript", G_FILE_TEST_IS_DIR);
}
