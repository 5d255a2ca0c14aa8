/* quarry-import-mailbox.c: reads a long mailbox in stretches
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The mail archive of a person may be one file of gigabytes, of which a reader would see no more than it may read of any
 * file, within one deadline. So it gets one stretch of whole mails after another, as if each were a mailbox of its own,
 * and the mails are numbered through.
 */
#include "quarry-config.h"

#include "core/library/import/quarry-import-read-private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "core/extract/mail/quarry-mailbox.h"
#include "core/extract/quarry-formats.h"
#include "core/library/import/quarry-import-scanner.h"
#include "core/library/quarry-library-private.h"
#include "core/place/quarry-nameless-file.h"

/* Mailboxes of more bytes are read in stretches of about half as many. */
#define LONG_BYTES (G_GINT64_CONSTANT (64) << 20)
#define STRETCH_BYTES (G_GINT64_CONSTANT (32) << 20)
/* A longer mail ends the reading. */
#define MAX_MAIL_BYTES (G_GINT64_CONSTANT (512) << 20)

gboolean
quarry_import_is_long_mailbox (int fd, gint64 size, const char *name)
{
  QuarryFormat format = quarry_format_of_name (name);
  char start[512];
  ssize_t n = size > LONG_BYTES ? pread (fd, start, sizeof start, 0) : 0;

  return n > 0 && (format == QUARRY_FORMAT_MBOX || format == QUARRY_FORMAT_NONE) && quarry_mailbox_begins (start, (gsize) n);
}

/* Copies @length bytes of the file from @start on to one without a name in @folder, as a mail may be longer than the
 * memory that an import may take. -1 with errno if that fails, or the file has become shorter. */
static int
copy (const char *folder, int fd, off_t start, gint64 length)
{
  int mails = quarry_nameless_file_open (folder);

  while (mails >= 0 && length > 0)
    {
      ssize_t n = sendfile (mails, fd, &start, (size_t) length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          int number = n < 0 ? errno : EIO;

          close (mails);
          errno = number;
          return -1;
        }
      length -= n;
    }
  return mails;
}

/* Where the last mail in @bytes starts that a mailbox may begin with, so that the rest is read as one: 0 if there is none
 * but the first. Counts the mails before it. */
static gsize
find_last_mail (const char *bytes, gsize length, guint *n_before)
{
  const char *end = bytes + length;
  const char *last = bytes;
  guint n = 0;

  *n_before = 0;
  for (const char *mail = bytes; mail < end; mail = quarry_mailbox_next (mail, end), n++)
    if (mail > bytes && quarry_mailbox_begins (mail, (gsize) (end - mail)))
      {
        last = mail;
        *n_before = n;
      }
  return (gsize) (last - bytes);
}

/* Takes whole mails from @start on, so many that they are about a stretch: a file of them, -1 with errno on error.
 * @length, @n_mails: how many bytes and mails these are. */
static int
take_mails (const char *folder, int fd, gint64 start, gint64 size, gint64 *length, guint *n_mails)
{
  for (gint64 most = STRETCH_BYTES; most <= MAX_MAIL_BYTES; most *= 2)
    {
      int mails = copy (folder, fd, start, MIN (most, size - start));
      void *mapped;
      gsize end;

      *length = MIN (most, size - start);
      *n_mails = 0;
      if (mails < 0 || *length == size - start)
        return mails;
      mapped = mmap (NULL, (size_t) *length, PROT_READ, MAP_PRIVATE, mails, 0);
      if (mapped == MAP_FAILED)
        {
          close (mails);
          return -1;
        }
      end = find_last_mail (mapped, (gsize) *length, n_mails);
      munmap (mapped, (size_t) *length);
      if (end > 0 && ftruncate (mails, (off_t) end) == 0)
        {
          *length = (gint64) end;
          return mails;
        }
      close (mails);
    }
  errno = EFBIG;
  return -1;
}

/* Why no mails could be taken. (transfer full) */
static GError *
error_of (int error_number, gint64 size)
{
  g_autofree char *problem = NULL;
  g_autofree char *shown = NULL;

  if (error_number == EFBIG)
    {
      shown = g_format_size ((guint64) size);
      return g_error_new (QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_TOO_LARGE,
                          _("It is too large (%s). Quarry reads files of up to 512 MiB: divide it."), shown);
    }
  problem = quarry_path_problem (error_number);
  return g_error_new_literal (G_IO_ERROR, g_io_error_from_errno (error_number), problem);
}

void
quarry_import_read_mailbox (QuarryImportPipeline *pipeline,
                            QuarryStore *connection,
                            QuarryImportItem *item,
                            int fd,
                            const char *name,
                            const char *hash)
{
  GCancellable *cancellable
      = item->recognize ? pipeline->recognition : quarry_import_get_cancellable (pipeline->import);
  /* No other name may tell the reader what a stretch is. */
  g_autofree char *mailbox = g_strconcat (name, ".mbox", NULL);
  guint n_before = 0, n_mails;
  gint64 length;

  quarry_import_begin_inside (pipeline, item);
  for (gint64 start = 0; start < item->size; start += length)
    {
      int mails = take_mails (pipeline->library->folder, fd, start, item->size, &length, &n_mails);
      g_autoptr (QuarryExtraction) extraction = NULL;
      g_autoptr (GError) error = NULL;

      if (mails < 0)
        {
          error = error_of (errno, item->size);
          quarry_import_item_note_failure (item, error);
          break;
        }
      extraction = item->recognize
                       ? quarry_extractor_recognize (pipeline->recognizer, mails, mailbox, cancellable, &error)
                       : quarry_extractor_open (pipeline->extractor, mails, mailbox, cancellable, &error);
      close (mails);
      if (extraction != NULL)
        quarry_import_read_parts (pipeline, connection, item, extraction, hash, n_before);
      else
        quarry_import_item_note_failure (item, error);
      /* What follows may be in the library, and stays. */
      if (g_cancellable_is_cancelled (cancellable))
        {
          item->is_interrupted = item->is_passing = TRUE;
          break;
        }
      n_before += n_mails;
    }
  quarry_import_end_inside (item);
}
