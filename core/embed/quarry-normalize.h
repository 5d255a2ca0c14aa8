/* quarry-normalize.h: runs the normalizers and splits of a tokenizer.json
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to the room.
 */
#pragma once

#include "core/document/quarry-document.h"
#include "core/embed/quarry-tokenizer-file.h"

G_BEGIN_DECLS

/* @piece: normalized text, not empty. @spans: for each of its bytes, the bytes of the original text that it comes
 * from. */
typedef void (*QuarryPieceFunc) (const char *piece,
                                 gsize length,
                                 const QuarrySpan *spans,
                                 gpointer data);

/* Normalizes @text (bytes that are not valid UTF-8 are treated as blanks), splits it, and calls @func for each piece,
 * in order. */
void quarry_normalize (QuarryTokenizerFile *file,
                       const char *text,
                       gsize length,
                       QuarryPieceFunc func,
                       gpointer data);

G_END_DECLS
