/* quarry-place.h: where Quarry's own files are
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A program that is started from the build folder uses the model, the handbook, the translations and the other
 * programs from there; an installed one uses those that were installed with it.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Returns @in_build where the running program lies in the build folder, else @installed. Any thread. */
const char *quarry_place_choose (const char *in_build, const char *installed);

/* Sets the locale and loads the translations of its language. To be called before any thread is started. */
void quarry_place_bind_messages (void);

G_END_DECLS
