/* quarry-html-references.h: character references in HTML, such as &eacute; and &#233;
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Source: HTML Living Standard, WHATWG, 13.2.5.72 to 13.2.5.80 (Character references).
 */
#pragma once

#include "core/extract/html/quarry-arena.h"

#include <glib.h>

G_BEGIN_DECLS

/* (transfer none): the text that @bytes stand for, without zero bytes. It is @bytes themselves or allocated in @arena,
 * and not NUL-terminated. */
const char *quarry_html_dereference (
    QuarryArena *arena, const char *bytes, gsize length, gboolean is_attribute, gsize *n_out);

G_END_DECLS
