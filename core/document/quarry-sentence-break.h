/* quarry-sentence-break.h: where a sentence may end
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Implements the rules SB3 to SB998 of Unicode Text Segmentation (UAX #29, revision 41) with ICU's
 * character properties. The ends it finds are exactly those of ICU's iterator.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The first place behind @start where the sentence that starts at byte @start of @text may end, at most @length. @text
 * is UTF-8 of @length bytes, in which an invalid byte counts as a character of no class. Linear in the bytes up to that
 * place. Any thread. */
gsize quarry_sentence_break_next (const char *text, gsize length, gsize start);

G_END_DECLS
