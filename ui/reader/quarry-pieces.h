/* quarry-pieces.h: a document's text in the lines that a text view shows
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The text that is shown differs from the document's: blocks end in one line end, list items get
 * a bullet, a title that stands above already is left out, and overlong paragraphs are broken (a
 * text view lays out a paragraph at a time). Pieces map between the two: places in the document
 * are bytes, places in what is shown are characters. Pure; any thread.
 */
#pragma once

#include <gio/gio.h>

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

/* No piece is longer. */
#define QUARRY_PIECE_MAX_BYTES 4000

typedef struct
{
  QuarrySpan span;   /* bytes of the document; within one block */
  guint32 offset;    /* characters of what is shown: where it starts, with its prefix */
  guint32 length;    /* characters, with its prefix and its line end */
  guint32 block;     /* index of its block */
  guint8 kind;       /* QuarryBlockKind */
  guint8 level;
  guint8 prefix;     /* characters of what is put before it */
  guint8 first : 1;  /* the first, the last of its block */
  guint8 last : 1;
} QuarryPiece;

/* @skip_title: not NULL: a heading of these words that the document begins with is left out.
 * (transfer full): of QuarryPiece, in order. */
GArray *quarry_pieces_new (QuarryDocument *document, const char *skip_title);

/* Likewise, on a thread of its own; the callback has no source. */
void quarry_pieces_new_async (QuarryDocument *document,
                              const char *skip_title,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
GArray *quarry_pieces_new_finish (GAsyncResult *result, GError **error);

/* Appends what is shown of @piece: its prefix, its text, a line end. */
void quarry_piece_append (const QuarryPiece *piece, const char *text, GString *string);

/* The piece that holds @byte, else the next one, else the last. 0 for no pieces. */
guint quarry_pieces_at_byte (GArray *pieces, guint32 byte);

/* The piece that holds the character at @offset, else the last. */
guint quarry_pieces_at_offset (GArray *pieces, guint32 offset);

/* The place of @byte in what is shown; a byte between pieces is at the start of the next one. */
guint32 quarry_pieces_byte_to_offset (GArray *pieces, const char *text, guint32 byte);

/* The same for the end of a range: a byte between pieces is at the end of the one before. */
guint32 quarry_pieces_end_to_offset (GArray *pieces, const char *text, guint32 end);

/* The place in the document of the character at @offset. */
guint32 quarry_pieces_offset_to_byte (GArray *pieces, const char *text, guint32 offset);

G_END_DECLS
