/* quarry-sentences.h: sentences of a text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Unicode's sentence rules (UAX #29), with what they lack: no break after abbreviations ("Dr.",
 * "e.g.", "No. 5", initials), a break at an empty line. What has no end for more than 1000 bytes
 * comes in parts of a line or two. Spans are trimmed of white space, not empty, in order.
 */
#pragma once

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

/* Sentences of plain text. Returns (transfer full) an array of QuarrySpan, bytes of @text. */
GArray *quarry_sentences_of_text (const char *text, gssize length);

/* Sentences of a document: none reaches over a block's end. A heading, a list item's sentences,
 * a row of a table and a run of up to 12 lines of code are units of their own. */
GArray *quarry_sentences_of_document (QuarryDocument *document);

G_END_DECLS
