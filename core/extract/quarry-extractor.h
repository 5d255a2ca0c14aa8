/* quarry-extractor.h: reads files in another process
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Foreign bytes are never touched in this process. An extractor keeps a few `quarry-extract`
 * servers; each gets a file as an open descriptor, forks a child for it that lowers its rights
 * (seccomp: no network, no new process, nothing opened for writing; limits on memory and CPU
 * time) and sends back a serialized document or a reason. A child that crashes, hangs or eats
 * memory costs its own file only.
 */
#pragma once

#include <gio/gio.h>

#include "core/document/quarry-document.h"
#include "core/extract/quarry-extraction.h"
#include "core/extract/quarry-page-image.h"

G_BEGIN_DECLS

#define QUARRY_EXTRACT_ERROR (quarry_extract_error_quark ())

typedef enum
{
  QUARRY_EXTRACT_ERROR_UNSUPPORTED, /* a format without a reader: skipped, not failed */
  QUARRY_EXTRACT_ERROR_EMPTY,       /* a readable file without any text: skipped */
  QUARRY_EXTRACT_ERROR_TOO_LARGE,   /* skipped */
  QUARRY_EXTRACT_ERROR_ENCRYPTED,   /* failed */
  QUARRY_EXTRACT_ERROR_DAMAGED,     /* failed */
  QUARRY_EXTRACT_ERROR_DEADLINE,    /* failed: took too long */
  QUARRY_EXTRACT_ERROR_MEMORY,      /* failed: took too much memory */
  QUARRY_EXTRACT_ERROR_CRASHED,     /* failed: the reader died of this file */
  QUARRY_EXTRACT_ERROR_PICTURES,    /* no text but pictures, which could not be looked into, or were not to be: skipped */
  QUARRY_EXTRACT_ERROR_PROCESS,     /* quarry-extract itself cannot be started */
} QuarryExtractError;

GQuark quarry_extract_error_quark (void);

/* TRUE where the file is to be reported as skipped rather than failed. */
gboolean quarry_extract_error_is_skip (const GError *error);

#define QUARRY_TYPE_EXTRACTOR (quarry_extractor_get_type ())
G_DECLARE_FINAL_TYPE (QuarryExtractor, quarry_extractor, QUARRY, EXTRACTOR, GObject)

/* @n_servers: how many files are read at a time (1 and more). Servers start when first needed,
 * and again after one died. @deadline_ms, @memory_limit (bytes): a file's; 0 for the defaults
 * (60 s, 1 GiB). */
QuarryExtractor *quarry_extractor_new (guint n_servers, guint deadline_ms, guint64 memory_limit);

/* What is read of large files lies in files without a name in @folder, and not in memory. Before the first. */
void quarry_extractor_set_spill_folder (QuarryExtractor *self, const char *folder);

/* Reads the file behind @fd (stays the caller's; its position is moved). @name is its display
 * name, used for its extension and in messages. Blocks; any thread; up to n_servers calls run at
 * a time, further ones wait. Cancelling kills the child. (transfer full) */
QuarryExtraction *quarry_extractor_open (
    QuarryExtractor *self, int fd, const char *name, GCancellable *cancellable, GError **error);

/* Likewise, with the text in pictures recognized. That may take half an hour, and everything that the
 * processors have: for threads that step back. What such a look may add something to are files refused
 * as QUARRY_EXTRACT_ERROR_PICTURES, and documents with the metadata "unrecognized". */
QuarryExtraction *quarry_extractor_recognize (
    QuarryExtractor *self, int fd, const char *name, GCancellable *cancellable, GError **error);

/* As above for those who want the file's own document alone. (transfer full) */
QuarryDocument *quarry_extractor_read (
    QuarryExtractor *self, int fd, const char *name, GCancellable *cancellable, GError **error);

/* Draws the page @page (counted from 1) of the PDF file behind @fd as wide as @width pixels (1 and more); fewer
 * where it would have more than 16 million. @recognize: the words on it are those that are recognized in its
 * pictures, which takes seconds; where none can be, those that are text. @name: where the PDF file is inside the one
 * behind @fd, its place follows, "box.zip/folder/inner.pdf". Otherwise as quarry_extractor_open().
 * (transfer full) */
QuarryPageImage *quarry_extractor_draw (QuarryExtractor *self,
                                        int fd,
                                        const char *name,
                                        guint page,
                                        guint width,
                                        gboolean recognize,
                                        GCancellable *cancellable,
                                        GError **error);

/* FALSE where the name's extension says that there is no text in it, as of films and programs. A
 * cheap first look; of all else the bytes decide. */
gboolean quarry_extractor_may_read (const char *name);

/* TRUE where Ghostscript's library is installed, without which PostScript is not read. Looks at the disk. */
gboolean quarry_extractor_has_ghostscript (void);

G_END_DECLS
