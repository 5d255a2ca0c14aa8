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
  guint level;           /* 1 to 6 */
  gboolean is_continued; /* the rest of the heading on the line before */
} QuarryPdfHeading;

/* For each line whether it is a heading. @body: the size of most text, @step: from line to line
 * of it. (transfer full) */
QuarryPdfHeading *quarry_pdf_find_headings (
    const QuarryPdfLine *lines, guint n_lines, double body, double step, const GArray *outline);

G_END_DECLS
