/* quarry-see-also.h: "see also" for a whole document
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The counterpart of quarry_library_similar(): the document that a passage is of is compared, not the passage.
 */
#pragma once

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

/* Of a long document, some passages at even distances represent it. */
QuarryAnswer *quarry_library_similar_document (QuarryLibrary *self,
                                               gint64 passage,
                                               const QuarrySearchOptions *options,
                                               GCancellable *cancellable,
                                               GError **error);

/* FALSE with G_IO_ERROR_NOT_FOUND where the library has no passage with this number. */
gboolean quarry_library_check_passage (QuarryLibrary *self, gint64 passage, GError **error);

/* The first passage of the document whose file is at @path; 0 with G_IO_ERROR_NOT_FOUND where the library has no text
 * of it. */
gint64 quarry_library_find_first_passage (QuarryLibrary *self, const char *path, GError **error);

G_END_DECLS
