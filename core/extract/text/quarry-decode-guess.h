/* quarry-decode-guess.h: guesses the encoding of a text that does not state one
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A naive Bayes classifier over characters. For each pair of an encoding and a language, it computes
 * how likely the decoded letters are: by how often the language uses each, and by the positions of
 * letters, capitals and punctuation in words. For English and similar languages, small words in plain
 * ASCII count too. Detectors that look at bytes alone need much more text than a sentence.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The name, as ICU knows it, of the likeliest encoding for bytes that are not ASCII, UTF-8, UTF-16 or UTF-32. Looks at
 * some thousand bytes, in lines that are not plain ASCII. Always returns a name, even if the bytes are in no language.
 * Any thread. */
const char *quarry_decode_guess (const guint8 *bytes, gsize length);

G_END_DECLS
