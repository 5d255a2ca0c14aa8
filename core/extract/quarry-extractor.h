/* quarry-extractor.h: reads files in another process
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * This process never looks at foreign bytes. An extractor has a few `quarry-extract` servers. Each
 * gets files as open descriptors, has them read by a forked child that drops its rights (seccomp: no
 * network, no new process, nothing opened for writing; limits on memory and processor time), and sends
 * back a serialized document or a reason why there is none. Small files of a company
 * (quarry_format_get_company()) share a child; any other file has one of its own. If a child crashes,
 * hangs or uses too much memory, only the file that it was reading is affected.
 *
 * Threads: any, once the spill folder is set.
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
  QUARRY_EXTRACT_ERROR_UNSUPPORTED, /* the format has no reader: skipped, not failed */
  QUARRY_EXTRACT_ERROR_EMPTY,       /* a readable file without text: skipped */
  QUARRY_EXTRACT_ERROR_TOO_LARGE,   /* skipped */
  QUARRY_EXTRACT_ERROR_ENCRYPTED,   /* failed */
  QUARRY_EXTRACT_ERROR_DAMAGED,     /* failed */
  QUARRY_EXTRACT_ERROR_DEADLINE,    /* failed: took too long */
  QUARRY_EXTRACT_ERROR_MEMORY,      /* failed: took too much memory */
  QUARRY_EXTRACT_ERROR_CRASHED,     /* failed: the reader died of this file */
  QUARRY_EXTRACT_ERROR_PICTURES,    /* only pictures, which could not be recognized, or were not to be: skipped */
  QUARRY_EXTRACT_ERROR_PROCESS,     /* quarry-extract itself cannot be started */
} QuarryExtractError;

GQuark quarry_extract_error_quark (void);

/* TRUE if the file is to be reported as skipped, not as failed. */
gboolean quarry_extract_error_is_skip (const GError *error);

#define QUARRY_TYPE_EXTRACTOR (quarry_extractor_get_type ())
G_DECLARE_FINAL_TYPE (QuarryExtractor, quarry_extractor, QUARRY, EXTRACTOR, GObject)

/* @n_servers: how many files are read at a time (at least 1). Servers are started when they are first needed, and again
 * after they died. @deadline_ms, @memory_limit (in bytes): for each file; 0 for the defaults (60 s, 1 GiB). */
QuarryExtractor *quarry_extractor_new (guint n_servers, guint deadline_ms, guint64 memory_limit);

/* The text of large files is then kept in unnamed files in @folder, instead of in memory. To be called before anything
 * is read. */
void quarry_extractor_set_spill_folder (QuarryExtractor *self, const char *folder);

/* Ends the servers that do not read at this moment, which keep memory for the next files. They are started again when
 * they are needed. */
void quarry_extractor_rest (QuarryExtractor *self);

/* Reads the file behind @fd, which stays the caller's, but its position is changed. @name is its display name, used for
 * its extension and in messages. Blocks; may be called from any thread; up to n_servers calls run at a time, others
 * wait. Cancelling kills the child. (transfer full) */
QuarryExtraction *quarry_extractor_open (
    QuarryExtractor *self, int fd, const char *name, GCancellable *cancellable, GError **error);

/* The same, with the text in pictures recognized. This may take half an hour and uses all processors, so it is for
 * threads of low priority. It may find more for files that were refused with QUARRY_EXTRACT_ERROR_PICTURES, and for
 * documents with the metadata "unrecognized". */
QuarryExtraction *quarry_extractor_recognize (
    QuarryExtractor *self, int fd, const char *name, GCancellable *cancellable, GError **error);

/* The same for callers that only want the file's own document. (transfer full) */
QuarryDocument *quarry_extractor_read (
    QuarryExtractor *self, int fd, const char *name, GCancellable *cancellable, GError **error);

/* Draws the page @page (counted from 1) of the PDF file behind @fd, @width pixels wide (at least 1), or less if it
 * would have more than 16 million pixels. @recognize: return the words recognized in the page's pictures, which takes
 * seconds; if nothing can be recognized, those of its text. @name: for a PDF file inside the one behind @fd, its place
 * follows, as in "box.zip/folder/inner.pdf". Otherwise as quarry_extractor_open(). (transfer full) */
QuarryPageImage *quarry_extractor_draw (QuarryExtractor *self,
                                        int fd,
                                        const char *name,
                                        guint page,
                                        guint width,
                                        gboolean recognize,
                                        GCancellable *cancellable,
                                        GError **error);

/* FALSE if the name's extension says that the file contains no text, as for films and programs. This is a cheap first
 * check; for all other files the bytes decide. */
gboolean quarry_extractor_may_read (const char *name);

/* TRUE if Ghostscript's library is installed, which is needed to read PostScript. Looks at the disk. */
gboolean quarry_extractor_has_ghostscript (void);

G_END_DECLS
