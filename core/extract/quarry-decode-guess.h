/* quarry-decode-guess.h: which encoding a text is in that does not say
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * As a naive Bayes classifier over characters: each pair of an encoding and a language is asked how
 * likely the letters are that it makes of the bytes, by how often the language writes each, and by
 * where letters, capitals and signs stand in words. Of English and its neighbours the small words that
 * are plain ASCII are counted too. Detectors that look at bytes alone need far more than a sentence.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The name of an encoding that ICU knows, for bytes that are neither ASCII nor UTF-8, UTF-16 or UTF-32.
 * Looks at some thousand bytes, from lines that are not plain ASCII. Always names one: of what is in no
 * language, the likeliest. Any thread. */
const char *quarry_decode_guess (const guint8 *bytes, gsize length);

G_END_DECLS
