/* quarry-mathml.h: a formula in MathML -> one line of text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/extract/html/quarry-html-tree.h"

G_BEGIN_DECLS

/* Whether @node is a formula: a <math>, with whichever prefix. */
gboolean quarry_mathml_is_formula (const QuarryHtmlNode *node);

/* Appends the formula @math to @text as it is read aloud from a line: letters that stand side by
 * side stay so, relations stand between blanks, x^2 and a_(n+1) are raised and lowered, (a+b)/2 is
 * a fraction, rows of a matrix are parted by semicolons. What nests deeper than a person writes is
 * left out.
 *
 * Source: MathML 3, W3C, chapter 3 (Presentation Markup). */
void quarry_mathml_append (GString *text, const QuarryHtmlNode *math);

G_END_DECLS
