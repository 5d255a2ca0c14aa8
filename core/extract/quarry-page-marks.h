/* quarry-page-marks.h: finds the place of a passage on a page
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The text of a document differs from that of its pages: columns are in reading order, headers are
 * gone, divided words are joined, ligatures are replaced by letters. But both consist of the same
 * stretches of letters, by which they are aligned.
 */
#pragma once

#include "core/document/quarry-document.h"
#include "core/extract/quarry-page-image.h"

G_BEGIN_DECLS

/* @text: that of a document, of which @page is on the drawn page. @passage is, wholly or in part, on it too. Returns
 * the rectangles of the lines that belong to both; none if they are not found. Lines that are below one another do not
 * overlap. Any thread; takes milliseconds, and never more than a second. (transfer full): of QuarryPageBox */
GArray *quarry_page_marks_find (QuarryPageImage *image,
                                const char *text,
                                QuarrySpan page,
                                QuarrySpan passage);

G_END_DECLS
