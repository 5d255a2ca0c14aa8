/* quarry-view-lines.h: a document's text in the lines that a text view shows
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The text that is shown differs from the document's: blocks end in a single line end, list items get
 * a bullet, a title that is shown above already is left out, and overlong paragraphs are broken, since
 * a text view always lays out a whole paragraph. These lines map between the two: places in the document
 * are bytes, places in what is shown are characters. Pure functions; any thread.
 */
#pragma once

#include <gio/gio.h>

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

/* The greatest length of a line. */
#define QUARRY_VIEW_LINE_MAX_BYTES 4000

typedef struct
{
  QuarrySpan span;   /* in bytes of the document; within one block */
  guint32 offset;    /* where it starts in what is shown (with its prefix), in characters */
  guint32 length;    /* in characters, with its prefix and its line end */
  guint32 block;     /* index of the block */
  guint8 kind;       /* QuarryBlockKind */
  guint8 level;
  guint8 prefix;     /* characters that are inserted before its text */
  guint8 first : 1;  /* this is the first line, and the last line, of its block */
  guint8 last : 1;
} QuarryViewLine;

/* The lines of a document, in order. @skip_title: if not NULL, a heading with this text at the beginning of the
 * document is left out. (transfer full): of QuarryViewLine. */
GArray *quarry_view_lines_new (QuarryDocument *document, const char *skip_title);

/* The same on a thread of its own. The callback gets no source object. */
void quarry_view_lines_new_async (QuarryDocument *document,
                              const char *skip_title,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
GArray *quarry_view_lines_new_finish (GAsyncResult *result, GError **error);

/* Appends what is shown for @line: its prefix, its text and a line end. */
void quarry_view_line_append (const QuarryViewLine *line, const char *text, GString *string);

/* The index of the line that holds @byte, else of the next one, else of the last one. 0 if there are no lines. */
guint quarry_view_lines_at_byte (GArray *lines, guint32 byte);

/* The index of the line that holds the character at @offset, else of the last one. */
guint quarry_view_lines_at_offset (GArray *lines, guint32 offset);

/* The place of @byte in what is shown; a byte between lines maps to the start of the next one. */
guint32 quarry_view_lines_byte_to_offset (GArray *lines, const char *text, guint32 byte);

/* The same for the end of a range: a byte between lines maps to the end of the one before. */
guint32 quarry_view_lines_end_to_offset (GArray *lines, const char *text, guint32 end);

/* The byte in the document of the character at @offset. */
guint32 quarry_view_lines_offset_to_byte (GArray *lines, const char *text, guint32 offset);

G_END_DECLS
