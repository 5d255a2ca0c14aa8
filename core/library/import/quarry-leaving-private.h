/* quarry-leaving-private.h: what leaves the library with its files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

/* What leaves the library with its files. */
typedef struct _QuarryLeaving QuarryLeaving;

/* The documents and failures at @paths and below them whose files are no more, or that a rule passes over now.
 * (transfer full) */
QuarryLeaving *quarry_library_find_leaving (QuarryLibrary *self,
                                            const char *const *paths,
                                            GCancellable *cancellable,
                                            GError **error);

/* Those of them that have not come back. */
gboolean quarry_library_take_out_leaving (QuarryLibrary *self, QuarryLeaving *leaving, GError **error);

/* Whether what is at @path, or a folder that it is in, is a link now, which no walk of the library's folder follows: of
 * the widest one that @path is in, so that one of the library's folders within may be such a link. */
gboolean quarry_leaving_is_behind_link (QuarryLeaving *self, const char *path);

void quarry_leaving_free (QuarryLeaving *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryLeaving, quarry_leaving_free)

G_END_DECLS
