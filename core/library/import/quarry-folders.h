/* quarry-folders.h: the library's folders, and what of them it takes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A folder that was imported by its name is one of the library's. Its changes are followed by a program
 * that asks for it (quarry_library_follow()), unless a person has said otherwise. Files that were imported by
 * their names are looked at as what cannot be watched is. A file that is named
 * though a rule of its folder passes it over is kept in the same list.
 *
 * Threads: all block, any thread.
 */
#pragma once

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

typedef enum
{
  QUARRY_FOLDER_UNWATCHED, /* a person said so */
  QUARRY_FOLDER_WATCHED,   /* by this process or, where it follows nothing, by the next that does */
  QUARRY_FOLDER_POLLED,    /* looked at every now and then: too large to be watched, or on a server */
  QUARRY_FOLDER_AWAY,      /* its file system is not there, or does not answer: documents stay */
  QUARRY_FOLDER_GONE,      /* there is no such folder any more */
} QuarryFolderState;

const char *quarry_folder_state_name (QuarryFolderState state); /* "unwatched" … */

typedef struct
{
  char *path;
  QuarryFolderState state;
  guint n_documents;
  gboolean is_exception; /* a file in another one of them, added by its own name though rules pass it over */
} QuarryFolder;

void quarry_folder_free (QuarryFolder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryFolder, quarry_folder_free)

/* By path. (transfer full): of QuarryFolder */
GPtrArray *quarry_library_list_folders (QuarryLibrary *self, GError **error);

/* Whether changes of @path are followed; G_IO_ERROR_NOT_FOUND where it is no folder of the library. */
gboolean quarry_library_set_folder_watched (QuarryLibrary *self,
                                            const char *path,
                                            gboolean watched,
                                            GError **error);

/* The person's own patterns, as lines of a .gitignore: what they match in the library's folders is passed
 * over. Documents that new ones pass over leave the library when the folders are looked at next.
 * (transfer full), never NULL */
char **quarry_library_get_own_rules (QuarryLibrary *self);
gboolean quarry_library_set_own_rules (QuarryLibrary *self, const char *const *patterns, GError **error);

/* The paths that were taken out of folders of the library by themselves: they are passed over, until they are imported by
 * their own names. (transfer full), never NULL */
char **quarry_library_get_taken_out (QuarryLibrary *self);

/* Whether text in pictures and scans is read, where Tesseract is installed; TRUE unless a person has said
 * otherwise. Files that were passed over for it are tried again with the next look at them. */
gboolean quarry_library_recognizes (QuarryLibrary *self);
gboolean quarry_library_set_recognizes (QuarryLibrary *self, gboolean recognizes, GError **error);

typedef struct
{
  guint debounce_ms;  /* a change is looked at once nothing has changed for so long */
  guint poll_seconds; /* between looks at what cannot be watched */
  guint max_watches;  /* 0: half of what the system allows a person */
  gboolean gently;    /* at the lowest priority */
} QuarryFollowOptions;

#define QUARRY_FOLLOW_OPTIONS_DEFAULT ((QuarryFollowOptions) { 1000, 120, 0, TRUE })

/* From now on, until the library is gone, changes in its folders are taken over: at once, and now what
 * changed before. Imports that come of it are among quarry_library_get_imports(), marked
 * quarry_import_is_following(). On the main context of the library's signals; once. @options NULL: the
 * defaults. */
void quarry_library_follow (QuarryLibrary *self, const QuarryFollowOptions *options);

G_END_DECLS
