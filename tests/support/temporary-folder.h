/* temporary-folder.h: folders that tests make, fill and remove
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Makes an empty folder for the test in $TMPDIR or /tmp; symbolic links in its path are resolved. When the program ends,
 * also because a test failed, folders that are left are removed with all that is in them; but not when it is killed.
 * For one thread. (transfer full) */
char *temporary_folder_new (void);

/* Removes @folder with all that is in it, and frees the name. NULL is fine. */
void temporary_folder_free (char *folder);

/* The same, but fails if there is something left in @folder. */
void temporary_folder_free_empty (char *folder);

/* The fixture of a test that needs nothing but a folder. */
typedef struct
{
  char *folder;
} FolderFixture;

void folder_fixture_set_up (FolderFixture *fixture, gconstpointer data);
void folder_fixture_tear_down (FolderFixture *fixture, gconstpointer data);

/* Removes @path and all that is below it, without following links. Does nothing where @path does not exist. */
void remove_tree (const char *path);

/* Writes the file @folder/@name, makes the folders above it that are missing, and returns its path. @length -1: @text
 * ends with NUL. (transfer full) */
char *write_file (const char *folder, const char *name, const void *text, gssize length);

/* Puts a new file with these contents in the place of @path. For tests that do so hundreds of times: neither the removal
 * nor the new file is waited for, while file systems write a file that is truncated or replaced to the disk at once. */
void replace_file (const char *path, const void *bytes, gsize length);

G_END_DECLS
