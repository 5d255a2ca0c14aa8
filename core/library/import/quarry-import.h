/* quarry-import.h: a running import, as its starter sees it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  QUARRY_IMPORT_IMPORTED,  /* read, and in the library now */
  QUARRY_IMPORT_UNCHANGED, /* was in the library already, and was not read again */
  QUARRY_IMPORT_FAILED,    /* could not be read */
  QUARRY_IMPORT_SKIPPED,   /* not read: it is no document, or a rule excludes it */
} QuarryImportStatus;

const char *quarry_import_status_name (QuarryImportStatus status); /* "imported" … */

#define QUARRY_TYPE_IMPORT_RESULT (quarry_import_result_get_type ())

/* What happened to one file. Immutable. */
G_DECLARE_FINAL_TYPE (QuarryImportResult, quarry_import_result, QUARRY, IMPORT_RESULT, GObject)

const char *quarry_import_result_get_path (QuarryImportResult *self); /* in the file system's encoding */
QuarryImportStatus quarry_import_result_get_status (QuarryImportResult *self);
guint quarry_import_result_get_passages (QuarryImportResult *self);
const char *quarry_import_result_get_reason (QuarryImportResult *self); /* NULL unless failed, skipped, or read only
                                                                           in part */

typedef struct
{
  guint64 found;     /* files found so far; grows while folders are being walked */
  gboolean counting; /* folders are still being walked */
  gboolean pictures; /* all that is left is the text in pictures, which may take long for a page */
  guint64 imported;
  guint64 unchanged;
  guint64 failed;
  guint64 skipped;
  guint64 passages;
  guint64 bytes;
  double seconds;
} QuarryImportProgress;

#define QUARRY_TYPE_IMPORT (quarry_import_get_type ())

/* An import job. It runs on threads of its own; its properties and signals change on the main context that was the
 * thread's default when it was started.
 *
 * Properties: "paused" (gboolean), "finished" (gboolean, notified once).
 *
 * Signals: "progress" (no arguments; at most about 20 times a second, and once at the end), "result"
 * (QuarryImportResult; once for each file, in batches). */
G_DECLARE_FINAL_TYPE (QuarryImport, quarry_import, QUARRY, IMPORT, GObject)

void quarry_import_get_progress (QuarryImport *self, QuarryImportProgress *progress);

/* The display name of the file being read: of several, the one begun last. Of the file read last while none is being
 * read, NULL before the first and at the end. (transfer full) */
char *quarry_import_get_current (QuarryImport *self);

/* The estimated number of seconds left, from the work that remains and the recent rate; -1 while unknown. */
double quarry_import_get_time_left (QuarryImport *self);

gboolean quarry_import_get_paused (QuarryImport *self);
void quarry_import_set_paused (QuarryImport *self, gboolean paused);

/* Stops once the files now being written are stored; what is in the library stays. */
void quarry_import_cancel (QuarryImport *self);

gboolean quarry_import_get_finished (QuarryImport *self);

/* TRUE where no person asked for it: it takes over changes in the library's folders. */
gboolean quarry_import_is_following (QuarryImport *self);

/* Why the whole import stopped early (disk full, library read-only, …); NULL where it did not. G_IO_ERROR_NO_SPACE: it
 * did not stop, but the files of the indexes could not be written. */
const GError *quarry_import_get_error (QuarryImport *self);

G_END_DECLS
