/* quarry-ghostscript.h: converts PostScript to PDF
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * PostScript is a programming language: what is on a page is only known after its program has run.
 * Ghostscript runs it, in this process, and writes PDF, which the PDF reader can read. The library is
 * used if it is installed, and is only loaded when a file needs it.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* TRUE if the library could be loaded. To be called before the process is sandboxed, since nothing can be loaded after
 * that. */
gboolean quarry_ghostscript_load (void);

/* TRUE once a program should have been run, but nobody had tried to load the library in this process. */
gboolean quarry_ghostscript_was_missed (void);

/* Makes the files in which Ghostscript keeps intermediate data, which it could not make inside the sandbox. They are in
 * memory and have a fixed size. Does nothing if the library is not loaded. FALSE if they could not be made. Once per
 * process. */
gboolean quarry_ghostscript_make_scratch (void);

/* Runs the program of @length bytes. Returns its output as a PDF file, and sets *@is_whole to whether it ran to its
 * end. NULL if it printed nothing, or the library is not loaded. (transfer full) */
GBytes *quarry_ghostscript_run (const guint8 *bytes, gsize length, gboolean *is_whole);

G_END_DECLS
