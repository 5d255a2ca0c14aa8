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
  char *folder; /* of the library, which is opened by the window */
  char *files;  /* a folder of what is imported */
} WindowFixture;

/* A library of "Bees", "Ships", "Bread" and "Boats"; or none yet. */
void window_fixture_set_up (WindowFixture *fixture, gconstpointer data);
void window_fixture_set_up_empty (WindowFixture *fixture, gconstpointer data);
void window_fixture_tear_down (WindowFixture *fixture, gconstpointer data);

/* A file @name of @text among those that are imported. */
void window_fixture_put (WindowFixture *fixture, const char *name, const char *text);

/* A window whose library is open, or cannot be opened. (transfer full) */
QuarryWindow *open_window (WindowFixture *fixture);
/* Fails where something holds @window. */
void close_window (QuarryWindow *window);

/* The name of the page that is shown. */
const char *page (QuarryWindow *window);
/* The title of the hit that is selected; NULL: none is. */
const char *selected_title (QuarryWindow *window);
void type (QuarryWindow *window, const char *text);
gboolean entry_focused (QuarryWindow *window);

G_END_DECLS
