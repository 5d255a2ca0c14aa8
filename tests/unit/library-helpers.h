/* library-helpers.h: what the tests of libraries share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

/* Names and texts of one document each; no two of them have a content word in common. */
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

/* Runs an import to its end. The import as a whole must not fail. */
QuarryImportProgress import_paths (QuarryLibrary *library, const char *const *paths);
QuarryImportProgress import_path (QuarryLibrary *library, const char *path);
QuarryImportProgress import_sources (LibraryFixture *fixture, QuarryLibrary *library);

/* Adds a document of one paragraph that has no file. */
void add_text (QuarryLibrary *library, const char *path, const char *text);

/* The same for @n documents, each its path and its text. */
void add_texts (QuarryLibrary *library, const char *const (*texts)[2], guint n);

/* The document at @path; NULL, or 0 for its number, if there is none. (transfer full) */
QuarryDocumentRecord *record_of (QuarryLibrary *library, const char *path);
gint64 id_of (QuarryLibrary *library, const char *path);

gboolean has_document (QuarryLibrary *library, const char *path);

/* Makes the library forget the ctime of the file at @path, so that a change that keeps the size and the modification
 * time is not noticed. */
void forget_ctime (QuarryLibrary *library, const char *path);

/* The file name of the best hit without its extension; "" if there are no hits. (transfer full) */
char *best_of (QuarryLibrary *library, const char *query);
void assert_best (QuarryLibrary *library, const char *query, const char *expected);

/* The same for @n searches, each its query and what is expected. */
void assert_all_best (QuarryLibrary *library, const char *const (*cases)[2], guint n);

/* Checks that the library's own check finds nothing wrong. */
void assert_sound (QuarryLibrary *library);

G_END_DECLS
