/* library-fixture.h: a library on disk that a test of widgets fills, asks and lets go
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

typedef struct
{
  char *top;     /* a folder of the test's own, as a path without symbolic links */
  char *sources; /* a folder in it for files to import; does not exist yet */
  QuarryLibrary *library;
} LibraryFixture;

/* Makes an empty library. */
void library_fixture_set_up (LibraryFixture *fixture, gconstpointer data);
/* Fails if something still holds a reference to the library. */
void library_fixture_tear_down (LibraryFixture *fixture, gconstpointer data);

/* Imports the file or folder @path and waits until that is done. */
void import_path (QuarryLibrary *library, const char *path);

/* Writes @text to the file @name among the sources. Returns its path. (transfer full) */
char *write_source (LibraryFixture *fixture, const char *name, const char *text);

/* The same, and imports the file. */
void add_document (LibraryFixture *fixture, const char *name, const char *text);

/* A text with structure: three chapters that share few words, a list, a table, and code. */
extern const char crafts_text[];

G_END_DECLS
