/* quarry-library-write-private.h: adds documents to the library and removes them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/import/quarry-prepared.h"
#include "core/library/quarry-library-private.h"

G_BEGIN_DECLS

/* Makes a document ready to be segmented and stored. @record: (transfer full), with its path set. */
QuarryPrepared *quarry_library_prepare (QuarryLibrary *self,
                                        QuarryDocumentRecord *record,
                                        QuarryDocument *document,
                                        double granularity);

/* Stores a prepared document in one transaction. It replaces an older one of the same path, and the documents that
 * were inside that file. */
gboolean quarry_library_put (QuarryLibrary *self, QuarryPrepared *prepared, GError **error);

/* The same for @n of them, in one transaction: all are stored, or none. */
gboolean quarry_library_put_all (QuarryLibrary *self, QuarryPrepared *const *prepared, guint n, GError **error);

/* That the file of a document is now at @path. */
typedef struct
{
  gint64 document;
  const char *path;
  gint64 size;
  gint64 modified_ns;
  gint64 changed_ns;
} QuarryMove;

/* Notes the moves in one transaction: all, or none. What the library had at a document's new path is removed. The texts
 * of passages stay, but they get new ids if they are found by the file's name. */
gboolean quarry_library_move_all (QuarryLibrary *self, const QuarryMove *moves, guint n, GError **error);

/* Notes that the file at @path has been read to its end: the documents at it and inside it are of the file as it is
 * now, and those whose paths are not in @kept are removed. A failure recorded for it is removed, unless it says that
 * only a part could be read. @has_pictures: pictures in it wait to be read. */
gboolean quarry_library_settle (QuarryLibrary *self,
                                const char *path,
                                GHashTable *kept,
                                gint64 size,
                                gint64 modified_ns,
                                gint64 changed_ns,
                                gboolean has_pictures,
                                GError **error);

/* Removes a document, within a transaction; the ids of its passages are added to @gone. */
gboolean quarry_library_take_out (QuarryLibrary *self,
                                  const QuarryDocumentRecord *record,
                                  GArray *gone,
                                  GError **error);

/* Ends a write that removed the passages @gone; rolls back where not @done. */
gboolean quarry_library_end_taking_out (QuarryLibrary *self, gboolean done, GArray *gone, GError **error);

gboolean quarry_library_set_granularity (QuarryLibrary *self,
                                         gint64 document,
                                         double granularity,
                                         gint64 *new_document,
                                         GCancellable *cancellable,
                                         GError **error);

/* Stores a document that comes from no file, under the name @path. */
gboolean quarry_library_add_document (QuarryLibrary *self,
                                      const char *path,
                                      QuarryDocument *document,
                                      GError **error);

/* Makes the token weights, once all documents are added. */
gboolean quarry_library_finish_adding (QuarryLibrary *self, GError **error);

G_END_DECLS
