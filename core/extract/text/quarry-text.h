/* quarry-text.h: makes the blocks of a document from plain text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

/* Adds a text in UTF-8, which is corrected in place if it is not valid. @marker: the character that begins a heading in
 * this kind of markup; 0 for plain text. @is_whole: a heading at the beginning is the title, and form feeds begin
 * pages. */
void
quarry_text_add (QuarryDocumentBuilder *builder, GString *text, char marker, gboolean is_whole);

/* The same for valid UTF-8 without NUL, which is not changed. @has_pages: form feeds begin pages. */
void quarry_text_add_valid (QuarryDocumentBuilder *builder,
                            const char *text,
                            gsize length,
                            char marker,
                            gboolean is_whole,
                            gboolean has_pages);

G_END_DECLS
