/* quarry-settings.h: what Quarry remembers from one start to the next
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The settings; with the schema in the build folder, when run from there. NULL if their schema is not installed: then
 * nothing is remembered and the defaults apply. (transfer none) */
GSettings *quarry_settings_get (void);

/* These work without settings too: reading returns @fallback, writing does nothing. */
double quarry_settings_get_double (const char *key, double fallback);
void quarry_settings_set_double (const char *key, double value);
int quarry_settings_get_int (const char *key, int fallback);
void quarry_settings_set_int (const char *key, int value);
gboolean quarry_settings_get_boolean (const char *key, gboolean fallback);
void quarry_settings_set_boolean (const char *key, gboolean value);

G_END_DECLS
