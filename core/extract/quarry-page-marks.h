/* quarry-page-marks.h: where on a page a passage stands
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A document's text is not that of its pages: columns are in order, headers are gone, words are whole
 * again that were parted, ligatures are letters. Both consist of the same letters all the same, stretch
 * by stretch, and by these they are laid on each other.
 */
#pragma once

#include "core/document/quarry-document.h"
#include "core/extract/quarry-page-image.h"

G_BEGIN_DECLS

/* @text: a document's, of which @page stands on the page that was drawn, and @passage, wholly or in part,
 * too. The lines of what is in both; none where they are not found. Lines do not overlap where one stands
 * under the other. Threads: any; takes milliseconds, and on no page more than a second. (transfer full): of
 * QuarryPageBox */
GArray *quarry_page_marks_find (QuarryPageImage *image,
                                const char *text,
                                QuarrySpan page,
                                QuarrySpan passage);

G_END_DECLS
