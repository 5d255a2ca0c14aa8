/* quarry-mathml.h: writes a formula in MathML as one line of text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/extract/html/quarry-html-tree.h"

G_BEGIN_DECLS

/* Whether @node is a formula, that is, a <math> element with any prefix. */
gboolean quarry_mathml_is_formula (const QuarryHtmlNode *node);

/* Appends the formula @math to @text in one line, as one would type it: adjacent letters stay together, relations
 * have blanks around them, superscripts and subscripts are written x^2 and a_(n+1), fractions (a+b)/2, and the rows
 * of a matrix are separated by semicolons. Parts that are nested deeper than a person writes are left out.
 *
 * Source: MathML 3, W3C, chapter 3 (Presentation Markup). */
void quarry_mathml_append (GString *text, const QuarryHtmlNode *math);

/* Writes the file @mathml, which is one formula, in the same way. NULL if it is none. (transfer full) */
char *quarry_mathml_read (GBytes *mathml);

G_END_DECLS
