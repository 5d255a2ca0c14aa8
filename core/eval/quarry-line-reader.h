/* quarry-line-reader.h: a text file line by line, with errors that say where
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _QuarryLineReader QuarryLineReader;

/* Errors: of G_IO_ERROR, naming the file. */
QuarryLineReader *quarry_line_reader_open (const char *path, GError **error);
void quarry_line_reader_free (QuarryLineReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryLineReader, quarry_line_reader_free)

/* The next line without its end (LF or CRLF; a byte order mark at the start of the file is
 * dropped), valid until the next call. *length gets its bytes; NULL at the end, or with an error
 * where the file could not be read on. The bytes may be anything. */
char *quarry_line_reader_next (QuarryLineReader *self, gsize *length, GError **error);

/* The number of the line last read, from 1. */
guint quarry_line_reader_get_number (QuarryLineReader *self);

/* Sets @error (G_IO_ERROR_INVALID_DATA) to "file:line: what is wrong" for the line last read.
 * Always returns FALSE. */
gboolean quarry_line_reader_fail (QuarryLineReader *self,
                                  GError **error,
                                  const char *format,
                                  ...) G_GNUC_PRINTF (3, 4);

G_END_DECLS
