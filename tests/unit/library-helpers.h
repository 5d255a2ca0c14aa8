/* library-helpers.h: what the tests of libraries share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

/* Names and texts, a document each; none shares a content word with another. */
#define N_SUBJECTS 3
extern const char *const subjects[N_SUBJECTS][2];

typedef struct
{
  char *folder;  /* the library's */
  char *sources; /* files to import: bees.md, ships.md and bread.md */
} LibraryFixture;

void library_set_up (LibraryFixture *fixture, gconstpointer data);
void library_tear_down (LibraryFixture *fixture, gconstpointer data);

#define LIBRARY_TEST(name, func) \
  g_test_add ("/library/" name, LibraryFixture, NULL, library_set_up, func, library_tear_down)

QuarryLibrary *open_library (LibraryFixture *fixture, QuarryLibraryMode mode);

/* Imports to the end, which must not fail as a whole. */
QuarryImportProgress import_paths (QuarryLibrary *library, const char *const *paths);
QuarryImportProgress import_sources (LibraryFixture *fixture, QuarryLibrary *library);

/* A document of one paragraph, without a file. */
void add_text (QuarryLibrary *library, const char *path, const char *text);

/* That the file at @path has changed is not seen where it has the size and the time that it had. */
void forget_ctime (QuarryLibrary *library, const char *path);

/* (transfer full) The best hit's file name without its ending; "" without hits. */
char *best_of (QuarryLibrary *library, const char *query);
void assert_best (QuarryLibrary *library, const char *query, const char *expected);

/* The library finds nothing wrong with itself. */
void assert_sound (QuarryLibrary *library);

G_END_DECLS
