/* quarry-line-reader.h: reads a text file line by line, with errors that name the line
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For the files of collections and references, so that a mistake in them is easy to find.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _QuarryLineReader QuarryLineReader;

/* Errors: from G_IO_ERROR, naming the file. */
QuarryLineReader *quarry_line_reader_open (const char *path, GError **error);
void quarry_line_reader_free (QuarryLineReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryLineReader, quarry_line_reader_free)

/* The next line without its end (LF or CRLF) and without a byte order mark at the start of the file; valid until the
 * next call. *length gets its length in bytes. NULL at the end of the file, or with @error set where reading failed.
 * The line may contain any bytes. */
char *quarry_line_reader_next (QuarryLineReader *self, gsize *length, GError **error);

/* The number of the line that was read last, counted from 1. */
guint quarry_line_reader_get_number (QuarryLineReader *self);

/* Sets @error (G_IO_ERROR_INVALID_DATA) to "file:line: what is wrong" for the line that was read last. Always returns
 * FALSE. */
gboolean quarry_line_reader_fail (QuarryLineReader *self,
                                  GError **error,
                                  const char *format,
                                  ...) G_GNUC_PRINTF (3, 4);

G_END_DECLS
