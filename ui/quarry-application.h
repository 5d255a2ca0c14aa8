/* quarry-application.h: the one running Quarry
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define QUARRY_TYPE_APPLICATION (quarry_application_get_type ())

/* Takes command lines, its own and those of later processes: `quarry [--library DIR]
 * [--model PATH] [--launcher] [--search TEXT] [PATH…]`. Each library has a window of its own. */
G_DECLARE_FINAL_TYPE (QuarryApplication, quarry_application, QUARRY, APPLICATION, AdwApplication)

QuarryApplication *quarry_application_new (void);

/* To be called after g_application_run(). A search or a question from the bus that is still being worked on owns its
 * library. Runs the main context until the last of them has let go of it, so that the database is closed properly and
 * leaves no log behind: one that is not closed can be read only where there is room for SQLite's files. Gives up after
 * 5 seconds. */
void quarry_application_close (QuarryApplication *self);

G_END_DECLS
