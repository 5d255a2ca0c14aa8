/* follow-helpers.h: a library whose folder is followed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/import/quarry-follow-private.h"
#include "core/library/import/quarry-folders.h"
#include "core/library/quarry-library-private.h"

G_BEGIN_DECLS

/* Follows soon after each change, and not at the lowest priority, so that the test ends on a busy machine too. */
#define SOON ((QuarryFollowOptions) { 50, 1, 0, FALSE })

typedef struct
{
  char *top;
  char *folder;  /* the library's */
  char *sources; /* files to import: bees.txt, ships.txt, sub/bread.txt and sub/deep/lava.txt */
  QuarryLibrary *library;
} Fixture;

void set_up (Fixture *fixture, gconstpointer data);
void tear_down (Fixture *fixture, gconstpointer data);

void open_library (Fixture *fixture);

/* Checks that nothing else holds a reference to the library. */
void close_library (Fixture *fixture);

/* The full path of @name, which is relative to the sources. (transfer full) */
char *source (Fixture *fixture, const char *name);

/* Imports the file or folder at @path and waits until that is done. */
void import (Fixture *fixture, const char *path);

/* The number of the document of the source @name; 0 if there is none. */
gint64 id_of (Fixture *fixture, const char *name);

/* The number of documents in the library. */
guint count (Fixture *fixture);

/* A callback for a timeout that does nothing but wake the main loop again and again. */
gboolean wake_cb (gpointer data);

/* Begins to follow the library's folders. */
void follow (Fixture *fixture, QuarryFollowOptions options);

/* Waits until the document of the source @name is in the library as its file is now, or, not @there, until it is not in
 * it. A change that has not been followed after a minute never will be: the test fails. */
void wait_for (Fixture *fixture, const char *name, gboolean there);

/* Waits until the folder of the sources is in @state. */
void wait_for_state (Fixture *fixture, QuarryFolderState state);

/* Waits until no import runs or waits. */
void wait_until_idle (Fixture *fixture);

/* Waits until the following thread has been told not to follow @path any more, and is idle. */
void wait_until_forgotten (Fixture *fixture, const char *path);

/* Checks that the library is consistent. */
void assert_sound (Fixture *fixture);

G_END_DECLS
