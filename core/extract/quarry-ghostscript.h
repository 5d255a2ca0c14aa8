/* quarry-ghostscript.h: what PostScript programs print, as PDF
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * PostScript is a language: a page's text is known once its program has run. Ghostscript runs it,
 * in this process, and writes PDF, which the PDF reader knows how to read. The library is loaded
 * where it is installed, and only once a file needs it.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* TRUE where the library could be loaded. Once the walls are up nothing can be loaded: call it
 * before. */
gboolean quarry_ghostscript_load (void);

/* TRUE once a program was to be run in a process in which nobody had tried to load the library
 * before. */
gboolean quarry_ghostscript_was_missed (void);

/* Makes the files that Ghostscript keeps what is half done in, which it could not make behind the
 * walls: they are memory, of a size that stays. Nothing where the library is not loaded. FALSE
 * where they could not be made. Once a process. */
gboolean quarry_ghostscript_make_scratch (void);

/* Runs the @length bytes of a program. (transfer full) What it printed, as a PDF file, and in
 * *@is_whole whether it came to its end; NULL where it printed nothing, or the library is not
 * loaded. */
GBytes *quarry_ghostscript_run (const guint8 *bytes, gsize length, gboolean *is_whole);

G_END_DECLS
