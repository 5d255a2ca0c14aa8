/* quarry-page-number.h: recognizes the number of a page as headers and footers have it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether @text (valid UTF-8) says no more than which page this is: "12", "- iv -", "Page 2 of 10", "Seite 2/10". A
 * number of more than @max_digits digits, all of its numbers taken together, is something else. Any thread. */
gboolean quarry_is_page_number (const char *text, guint max_digits);

G_END_DECLS
