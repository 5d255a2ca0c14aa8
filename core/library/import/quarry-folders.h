/* quarry-folders.h: the library's folders, and the rules for what is taken of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A folder that a person imported is one of the library's folders. Its changes are followed by a program that asks
 * for it (quarry_library_follow()), unless the person switched that off. Files that were imported one by one are
 * polled, like folders that cannot be watched. The same list also holds files that a person imported although a rule
 * of their folder excludes them.
 *
 * Threads: all functions block; any thread.
 */
#pragma once

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

typedef enum
{
  QUARRY_FOLDER_UNWATCHED, /* a person switched watching off */
  QUARRY_FOLDER_WATCHED,   /* by this process or, if it follows nothing, by the next one that does */
  QUARRY_FOLDER_POLLED,    /* looked at from time to time: it is too large to be watched, or on a server */
  QUARRY_FOLDER_AWAY,      /* its file system is not mounted or does not answer; documents stay */
  QUARRY_FOLDER_GONE,      /* the folder no longer exists */
} QuarryFolderState;

const char *quarry_folder_state_name (QuarryFolderState state); /* "unwatched" … */

typedef struct
{
  char *path;
  QuarryFolderState state;
  guint n_documents;
  gboolean is_exception; /* a file in another of these folders, imported by name although a rule excludes it */
} QuarryFolder;

void quarry_folder_free (QuarryFolder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryFolder, quarry_folder_free)

/* Ordered by path. (transfer full): of QuarryFolder */
GPtrArray *quarry_library_list_folders (QuarryLibrary *self, GError **error);

/* Sets whether changes of @path are followed. G_IO_ERROR_NOT_FOUND where it is not one of the library's folders. */
gboolean quarry_library_set_folder_watched (QuarryLibrary *self,
                                            const char *path,
                                            gboolean watched,
                                            GError **error);

/* The person's own exclusion patterns, in the form of .gitignore lines. They apply in all of the library's folders.
 * Documents that new patterns exclude are removed when the folders are next looked at. (transfer full), never NULL */
char **quarry_library_get_own_rules (QuarryLibrary *self);
gboolean quarry_library_set_own_rules (QuarryLibrary *self, const char *const *patterns, GError **error);

/* The paths that a person removed from within the library's folders. They are skipped until they are imported by
 * name. (transfer full), never NULL */
char **quarry_library_get_taken_out (QuarryLibrary *self);

/* Whether text in pictures and scans is read, if Tesseract is installed; TRUE unless a person switched it off. Once
 * it is switched on, files that were skipped because of it are tried again at the next look. */
gboolean quarry_library_recognizes (QuarryLibrary *self);
gboolean quarry_library_set_recognizes (QuarryLibrary *self, gboolean recognizes, GError **error);

typedef struct
{
  guint debounce_ms;  /* changes are taken over when nothing has changed for this long */
  guint poll_seconds; /* between looks at what cannot be watched */
  guint max_watches;  /* 0: half of what the system allows each user */
  gboolean gently;    /* at the lowest priority */
} QuarryFollowOptions;

#define QUARRY_FOLLOW_OPTIONS_DEFAULT ((QuarryFollowOptions) { 1000, 120, 0, TRUE })

/* Follows changes in the library's folders until the library is disposed of, beginning with what changed while nobody
 * followed them. The imports that this starts are in quarry_library_get_imports(), with quarry_import_is_following()
 * TRUE. Call once, on the main context of the library's signals. @options: NULL for the defaults. */
void quarry_library_follow (QuarryLibrary *self, const QuarryFollowOptions *options);

/* Whether changes wait to be imported, because that failed and is tried again, or another import has precedence. On the
 * same context. */
gboolean quarry_library_has_waiting_changes (QuarryLibrary *self);

G_END_DECLS
