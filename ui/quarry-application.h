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

G_END_DECLS
