/* ole-helpers.h: writes compound files, as Office made them before 2007, and reads them back
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A compound file with streams. The arguments are names and contents (GByteArray, transfer full) by turns; a name is
 * "folder/stream" for a stream in a folder, of which there may be one. (transfer full) */
GBytes *write_ole (const char *name, ...);

GByteArray *array_of (const char *text);

void read_and_forget (const char *name, const guint8 *bytes, gsize length);

/* The reader survives the file with any single byte changed, and truncated anywhere. */
void shake (const char *name, GBytes *file);

void assert_file (const char *name, GBytes *file, const char *expected);

/* Lets nothing be logged and no warning be fatal: libgsf grumbles about broken files. */
void hush_gsf (void);

G_END_DECLS
