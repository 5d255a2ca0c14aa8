/* quarry-place.h: where Quarry's own files are
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A program that runs from the folder that it was built in uses what lies there; one that is installed, what
 * is installed beside it.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One of both, as the running program lies. Any thread. (transfer none) */
const char *quarry_place_choose (const char *in_build, const char *installed);

/* Has messages come in the person's language. Before there are threads. */
void quarry_place_bind_messages (void);

G_END_DECLS
