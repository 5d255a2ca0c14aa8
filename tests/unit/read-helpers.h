/* read-helpers.h: what the tests of all readers share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/extract/quarry-reader.h"

G_BEGIN_DECLS

QuarryDocument *read_bytes (const char *name, const void *bytes, gsize length, GError **error);

/* The same for a ZIP file, which must be readable. (@zip: transfer full) */
QuarryDocument *read_zip (const char *name, GBytes *zip);

/* The part with which packages of Microsoft's formats begin. */
#define TYPES "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"

QuarryDocument *read_string (const char *name, const char *text);

/* The document as text, one line for each block: "h1 Title", "p Text", "i2 Item". Line ends within a block are shown as
 * "/", tabs as "|". (transfer full) */
char *show (QuarryDocument *document);

/* Checks that the file @name with the text @file is read as the document that show() shows as @expected. */
void assert_reads (const char *name, const char *file, const char *expected);

/* The documents inside a file: "= place" and then the document as show() has it, or "! code" for one that failed. At
 * the end comes the file's own document, if it has one, below "=". (transfer full) */
char *show_inside (const char *name, const void *bytes, gsize length);

void assert_refused (const char *name, const void *bytes, gsize length, QuarryExtractError code);

G_END_DECLS
