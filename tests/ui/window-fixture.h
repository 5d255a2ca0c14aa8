/* window-fixture.h: the main window over a library that is made for each test
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ui/window/quarry-window-private.h"

G_BEGIN_DECLS

typedef struct
{
  char *top;
  char *folder; /* the library's, which the window opens */
  char *files;  /* a folder of files to import */
} WindowFixture;

/* Makes a library of "Bees", "Ships", "Bread" and "Boats"; or only the folders, without a library. */
void window_fixture_set_up (WindowFixture *fixture, gconstpointer data);
void window_fixture_set_up_empty (WindowFixture *fixture, gconstpointer data);
void window_fixture_tear_down (WindowFixture *fixture, gconstpointer data);

/* Writes @text to the file @name among those to import. */
void window_fixture_put (WindowFixture *fixture, const char *name, const char *text);

/* Opens a window and waits until its library is open, or has failed to open. (transfer full) */
QuarryWindow *open_window (WindowFixture *fixture);
/* Fails if something still holds @window. */
void close_window (QuarryWindow *window);

/* The name of the page that is shown. */
const char *page (QuarryWindow *window);
/* The title of the selected hit; NULL: none is selected. */
const char *selected_title (QuarryWindow *window);
void type (QuarryWindow *window, const char *text);
gboolean entry_focused (QuarryWindow *window);

G_END_DECLS
