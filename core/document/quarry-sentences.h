/* quarry-sentences.h: sentences of a text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows Unicode's sentence rules (UAX #29) and adds what they lack: no break after abbreviations
 * ("Dr.", "e.g.", "No. 5", initials), and a break at an empty line. A sentence of more than 1000 bytes
 * is cut into parts of a line or two. Spans are trimmed of white space, not empty, and in order.
 */
#pragma once

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

/* The sentences of plain text. Returns (transfer full) an array of QuarrySpan, in bytes of @text. */
GArray *quarry_sentences_of_text (const char *text, gssize length);

/* The sentences of a document; none reaches beyond the end of a block. A heading, a row of a table and a run of up to
 * 12 lines of code are one unit each; the text of paragraphs, list items and quotes is broken into sentences. */
GArray *quarry_sentences_of_document (QuarryDocument *document);

G_END_DECLS
