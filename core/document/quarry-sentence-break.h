/* quarry-sentence-break.h: where a sentence may end
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The rules SB3 to SB998 of Unicode Text Segmentation (UAX #29, revision 41), with ICU's properties of
 * characters and, character for character, the ends that its iterator finds.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where the sentence that starts at byte @start of @text (UTF-8, @length bytes; what is not valid counts as some
 * sign) may end at the earliest: behind @start, at most @length. Linear in what is between. Threads: any. */
gsize quarry_sentence_break_next (const char *text, gsize length, gsize start);

G_END_DECLS
