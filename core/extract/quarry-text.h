/* quarry-text.h: plain text -> blocks of a document
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

/* Adds a text in UTF-8, which is changed where it is not valid. @marker: the sign that starts a
 * heading in this kind of markup, 0 for plain text. @is_whole: a first heading is the title, form
 * feeds start pages. */
void
quarry_text_add (QuarryDocumentBuilder *builder, GString *text, char marker, gboolean is_whole);

/* The same of valid UTF-8 without NUL, which is left as it is. @has_pages: there are form feeds. */
void quarry_text_add_valid (QuarryDocumentBuilder *builder,
                            const char *text,
                            gsize length,
                            char marker,
                            gboolean is_whole,
                            gboolean has_pages);

G_END_DECLS
