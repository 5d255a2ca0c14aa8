/* quarry-xml-inline.h: which elements of an XML file stand within text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The names of the elements that stand within text, whatever the vocabulary: most of them have text directly before or
 * behind them, and hold no elements of their own. Of a large file, the beginning decides. @is_whole: FALSE if the XML is
 * malformed. The keys of the table are the names. Takes linear time. (transfer full) */
GHashTable *quarry_xml_find_inline (GBytes *xml, gboolean *is_whole);

G_END_DECLS
