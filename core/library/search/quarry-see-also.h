/* quarry-see-also.h: passages of other documents like a whole document
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * As quarry_library_similar(), of which it is the counterpart: a passage stands for its document.
 */
#pragma once

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

/* Of a long document some passages, from its beginning to its end, stand for all. */
QuarryAnswer *quarry_library_similar_document (QuarryLibrary *self,
                                               gint64 passage,
                                               const QuarrySearchOptions *options,
                                               GCancellable *cancellable,
                                               GError **error);

/* The first passage of the document whose file is at @path; 0 with G_IO_ERROR_NOT_FOUND where there is
 * none in the library. */
gint64 quarry_library_find_first_passage (QuarryLibrary *self, const char *path, GError **error);

G_END_DECLS
