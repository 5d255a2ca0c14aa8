/* quarry-charsmap.h: SentencePiece's precompiled normalization rules
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A trie of UTF-8 sequences with the replacement of each, as SentencePiece models contain it (Kudo and Richardson 2018)
 * and tokenizer.json stores it as "precompiled_charsmap". Private to the room.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _QuarryCharsmap QuarryCharsmap;

/* @bytes: the size of the trie in bytes (32 bits, little-endian); the trie, a double array of that many bytes; then the
 * replacements that it refers to, in UTF-8, each terminated by a NUL byte. NULL where @bytes does not have this form.
 * The trie itself is not trusted, but checked during each look-up. */
QuarryCharsmap *quarry_charsmap_new (const guint8 *bytes, gsize length);
void quarry_charsmap_free (QuarryCharsmap *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryCharsmap, quarry_charsmap_free)

/* The replacement of the shortest sequence in the map that @text (@length bytes) begins with; NULL where there is none.
 * Valid as long as @self. Thread safe. */
const char *quarry_charsmap_find (const QuarryCharsmap *self, const char *text, gsize length);

G_END_DECLS
