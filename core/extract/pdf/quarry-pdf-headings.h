/* quarry-pdf-headings.h: which lines of a PDF are headings
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/extract/pdf/quarry-pdf.h"

G_BEGIN_DECLS

typedef enum
{
  QUARRY_PDF_NO_HEADING,
  QUARRY_PDF_HEADING_BY_OUTLINE, /* named by the document itself */
  QUARRY_PDF_HEADING_BY_SIZE,
  QUARRY_PDF_HEADING_BY_WEIGHT,
} QuarryPdfHeadingKind;

typedef struct
{
  QuarryPdfHeadingKind kind;
  guint level;           /* 1 (outermost) to 6 */
  gboolean is_continued; /* the line continues the heading on the previous line */
} QuarryPdfHeading;

/* Returns for each line whether it is a heading. @body: the type size of most of the text, @step: the distance of two
 * such lines. (transfer full) */
QuarryPdfHeading *quarry_pdf_find_headings (
    const QuarryPdfLine *lines, guint n_lines, double body, double step, const GArray *outline);

G_END_DECLS
