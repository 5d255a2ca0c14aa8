/* quarry-split.h: runs the splits of a tokenizer.json
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to the room.
 */
#pragma once

#include "core/embed/quarry-aligned-text.h"
#include "core/embed/quarry-normalize.h"
#include "core/embed/quarry-tokenizer-file.h"

G_BEGIN_DECLS

/* Splits the normalized @text as @file says and calls @func for each piece, in order. */
void quarry_split (QuarryTokenizerFile *file, const QuarryAlignedText *text, QuarryPieceFunc func, gpointer data);

G_END_DECLS
