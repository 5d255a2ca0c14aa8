/* break-helpers.h: imports that end before their time, item by item
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "library-helpers.h"

#include "core/library/import/quarry-import-pipeline-private.h"

G_BEGIN_DECLS

#define LAVA "lava Volcanoes pour lava over basalt plains."
#define TEA "tea Leaves wither on racks before they are dried."
#define ORCHID "orchid Orchids grow on the branches of old trees."

/* Writes a file with others inside, one a line, which the stand-in for quarry-extract reads. Its size and time are
 * always the same. (transfer full) */
char *write_crate (LibraryFixture *fixture, const char *first, const char *second, const char *third);

/* The number of the document at @place inside @path, or of that at @path itself where @place is ""; 0: none. */
gint64 id_inside (QuarryLibrary *library, const char *path, const char *place);

/* Lets the writing thread handle the items (transfer full), one by one or all @together, and nothing after them, as if
 * the import ended there. */
void write_items (QuarryLibrary *library, QuarryImportItem *const *items, guint n, gboolean together);
void write_item (QuarryLibrary *library, QuarryImportItem *item);

/* Runs @sql on the writing connection. */
void execute (QuarryLibrary *library, const char *sql);

/* Makes the library refuse every document whose path contains @name. */
void refuse_documents (QuarryLibrary *library, const char *name);

gboolean has_pictures (QuarryLibrary *library, const char *path);

/* An item as a reading thread hands it over for a file whose text is @text. */
QuarryImportItem *item_of (QuarryLibrary *library, const char *path, const char *text);

/* An item for the end of a file with others inside, of which @inside is one. */
QuarryImportItem *end_of (const char *path, const char *inside);

G_END_DECLS
