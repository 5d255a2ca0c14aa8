/* quarry-charsmap.h: the compiled rules by which SentencePiece normalizes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A trie of UTF-8 sequences, each with what takes its place, as SentencePiece models carry it
 * (Kudo and Richardson 2018) and tokenizer.json keeps it as "precompiled_charsmap". Private to the
 * room.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _QuarryCharsmap QuarryCharsmap;

/* @bytes: the trie's size in bytes (32 bits, little-endian), a double array of as many bytes, then
 * what it points to: UTF-8, each ended by a NUL byte. NULL where it is not of this form. Nothing in
 * the trie itself is believed: it is checked while it is walked. */
QuarryCharsmap *quarry_charsmap_new (const guint8 *bytes, gsize length);
void quarry_charsmap_free (QuarryCharsmap *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryCharsmap, quarry_charsmap_free)

/* What takes the place of @text (@length bytes) by the shortest sequence in the map that it begins
 * with; NULL where it begins with none. Valid as long as @self; thread-safe. */
const char *quarry_charsmap_find (const QuarryCharsmap *self, const char *text, gsize length);

G_END_DECLS
