/* read-helpers.h: what the tests of all readers share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/extract/quarry-reader.h"

G_BEGIN_DECLS

QuarryDocument *read_bytes (const char *name, const void *bytes, gsize length, GError **error);

/* The same of a ZIP file (transfer full) that can be read. */
QuarryDocument *read_zip (const char *name, GBytes *zip);

/* What the packages of Microsoft's formats begin with. */
#define TYPES "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"

QuarryDocument *read_string (const char *name, const char *text);

/* A document with one line a block: "h1 Title", "p Text", "i2 Item"; line ends within blocks as
 * "/", tabs as "|". (transfer full) */
char *show (QuarryDocument *document);

/* The file @name with the text @file reads as show() would show @expected. */
void assert_reads (const char *name, const char *file, const char *expected);

/* What is inside a file: "= place" and then as show() has it, or "! code"; at last the file's own
 * document, if it has one, below "=". (transfer full) */
char *show_inside (const char *name, const void *bytes, gsize length);

void assert_refused (const char *name, const void *bytes, gsize length, QuarryExtractError code);

G_END_DECLS
