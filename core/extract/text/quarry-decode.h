/* quarry-decode.h: converts bytes of unknown encoding to UTF-8
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Text of any encoding as UTF-8, without byte order mark. The encoding is determined by the first of these that
 * applies: a byte order mark; UTF-16 or UTF-32, by the places of zero bytes; UTF-8, if the bytes are valid; @declared
 * (an encoding's name, or NULL); UTF-8, if only few of its bytes are not valid; the likeliest one according to
 * quarry-decode-guess.h. Bytes that are no character become U+FFFD; zero bytes of other texts become blanks or U+FFFD,
 * so the result contains no NUL. NULL if the bytes are not text at all. (transfer full) */
GString *quarry_decode (const guint8 *bytes, gsize length, const char *declared);

/* The same if the encoding is certain; NULL if its name is unknown. (transfer full) */
GString *quarry_decode_from (const guint8 *bytes, gsize length, const char *encoding);

/* Whether the beginning of a file is valid UTF-8 text, which needs no decoding. */
gboolean quarry_decode_begins_plain (const guint8 *bytes, gsize length);

/* FALSE if the text has more control characters than any text that people write. */
gboolean quarry_decode_is_text (const char *text, gsize length);

G_END_DECLS
