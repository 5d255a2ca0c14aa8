/* quarry-leaving-private.h: documents to remove because their files are gone or excluded
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

/* What an import is going to remove. */
typedef struct _QuarryLeaving QuarryLeaving;

/* Finds the documents and failures at @paths and below them whose files no longer exist, or that a rule now excludes.
 * (transfer full) */
QuarryLeaving *quarry_library_find_leaving (QuarryLibrary *self,
                                            const char *const *paths,
                                            GCancellable *cancellable,
                                            GError **error);

/* Removes them, except those that have come back meanwhile. */
gboolean quarry_library_take_out_leaving (QuarryLibrary *self, QuarryLeaving *leaving, GError **error);

/* Whether @path, or a folder that it is in, is now a link, which no walk follows. Only folders below the outermost of
 * the library's folders that contain @path are looked at; inner ones of the library's folders may be such links. */
gboolean quarry_leaving_is_behind_link (QuarryLeaving *self, const char *path);

void quarry_leaving_free (QuarryLeaving *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryLeaving, quarry_leaving_free)

G_END_DECLS
