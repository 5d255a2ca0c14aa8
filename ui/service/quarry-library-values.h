/* quarry-library-values.h: the values that cross D-Bus: arguments checked, answers described
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Names, types and bounds are described in data/org.quarry.Quarry.Library1.xml. Errors:
 * G_DBUS_ERROR_INVALID_ARGS. Variants are (transfer floating).
 */
#pragma once

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

gboolean quarry_library_check_query (const char *query, GError **error);

/* @given: of type a{sv}. *options is set to the given options, and to defaults for all others. */
gboolean quarry_library_read_options (GVariant *given, QuarrySearchOptions *options, GError **error);

/* @paths: NULL-terminated. */
gboolean quarry_library_check_paths (const char *const *paths, GError **error);

GVariant *quarry_library_describe_status (const QuarryLibraryStatus *status,
                                          gboolean importing,
                                          gboolean writable);                   /* a{sv} */
GVariant *quarry_library_describe_import (QuarryImport *import);                /* a{sv} */

G_END_DECLS
