/* quarry-pdf-fonts.h: font programs without their outlines
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each function gets the beginning of a font program, uncompressed, and cuts it in place to what poppler looks at for a
 * page's text: of which kind it is, and the names of the glyphs. The length of what is left; 0 if @program is no such
 * font, or one that is not understood. Nothing outside of @length is read or written, whatever a hostile file says.
 */
#pragma once

#include <glib.h>

/* As many bytes of a TrueType font are enough. */
#define QUARRY_PDF_TRUETYPE_HEADER 12u

/* Type 1: the clear text before the encrypted outlines. */
gsize quarry_pdf_cut_type1 (const guint8 *program, gsize length);
/* TrueType: its first bytes. Poppler takes no names out of it. */
gsize quarry_pdf_cut_truetype (const guint8 *program, gsize length);
/* Compact Font Format (Adobe's Technical Note 5176): all up to the outlines, which become empty. Of a font whose glyphs
 * have numbers instead of names, the beginning that says so. */
gsize quarry_pdf_cut_cff (guint8 *program, gsize length);
