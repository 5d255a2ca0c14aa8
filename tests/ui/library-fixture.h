/* library-fixture.h: a library on disk that a test of widgets fills, asks and lets go
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

typedef struct
{
  char *top;     /* a folder of the test's own, without links */
  char *sources; /* a folder in it for what is imported; not made yet */
  QuarryLibrary *library;
} LibraryFixture;

/* An empty library. */
void library_fixture_set_up (LibraryFixture *fixture, gconstpointer data);
/* Fails where somebody keeps the library for good. */
void library_fixture_tear_down (LibraryFixture *fixture, gconstpointer data);

/* Imports the file or folder @path, and waits for it. */
void import_path (QuarryLibrary *library, const char *path);

/* Writes @text to the file @name among the sources; its path. (transfer full) */
char *write_source (LibraryFixture *fixture, const char *name, const char *text);

/* And imports it. */
void add_document (LibraryFixture *fixture, const char *name, const char *text);

/* Text with structure: three chapters that share few words, a list, a table, code. */
extern const char crafts_text[];

G_END_DECLS
