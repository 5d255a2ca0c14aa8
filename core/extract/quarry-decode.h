/* quarry-decode.h: bytes of unknown encoding -> UTF-8
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Text of any encoding as UTF-8, without byte order mark. In order: a byte order mark, UTF-16 and UTF-32 by where their
 * zeros stand, UTF-8 where the bytes are valid, @declared (an encoding's name; NULL for none), UTF-8 where most are, then
 * the likeliest, as of quarry-decode-guess.h. Bytes of no character become U+FFFD, zeros of other texts blanks or that:
 * there is none in it. NULL where the bytes are no text at all. (transfer full) */
GString *quarry_decode (const guint8 *bytes, gsize length, const char *declared);

/* As above where the encoding is certain; NULL where it is unknown. (transfer full) */
GString *quarry_decode_from (const guint8 *bytes, gsize length, const char *encoding);

/* Whether what a file of UTF-8 begins with is text that need not be decoded. */
gboolean quarry_decode_begins_plain (const guint8 *bytes, gsize length);

/* FALSE where more control characters stand in the text than in any that people write. */
gboolean quarry_decode_is_text (const char *text, gsize length);

G_END_DECLS
