/* quarry-reading-private.h: how the library makes a QuarryReading
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/quarry-library-private.h"

G_BEGIN_DECLS

/* Blocks. NULL with G_IO_ERROR_NOT_FOUND where the document is no longer there. (transfer full) */
QuarryReading *quarry_reading_new (QuarryLibrary *library,
                                   gint64 document,
                                   GCancellable *cancellable,
                                   GError **error);

/* The cosine of each segment with @query. (transfer full): of float. Threads: one at a time. */
GArray *quarry_reading_similarities (QuarryReading *self, QuarryLibrary *library, const char *query);

G_END_DECLS
