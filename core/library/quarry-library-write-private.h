/* quarry-library-write-private.h: documents into the library and out of it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/import/quarry-prepared.h"
#include "core/library/quarry-library-private.h"

G_BEGIN_DECLS

/* Ready to be cut and put. @record: (transfer full), its path set. */
QuarryPrepared *quarry_library_prepare (QuarryLibrary *self,
                                        QuarryDocumentRecord *record,
                                        QuarryDocument *document,
                                        double granularity);

/* Puts a prepared document in the library, over an older one of the same path, and over what was
 * inside that, in one transaction. */
gboolean quarry_library_put (QuarryLibrary *self, QuarryPrepared *prepared, GError **error);

/* The same for @n of them, in one transaction: all, or none. */
gboolean quarry_library_put_all (QuarryLibrary *self, QuarryPrepared *const *prepared, guint n, GError **error);

/* The file of a document is now called @path. Its passages stay as they are, but get new ids where they are found by
 * the file's name. */
gboolean quarry_library_move (QuarryLibrary *self,
                              gint64 document,
                              const char *path,
                              gint64 size,
                              gint64 modified_ns,
                              gint64 changed_ns,
                              GError **error);

/* The file at @path has been read to its end: the documents at it and inside it are of this file
 * as it is now, and those whose paths are not in @kept are gone. That it failed before is over, but for
 * that only a part of it was read. @has_pictures: that
 * wait to be read. */
gboolean quarry_library_settle (QuarryLibrary *self,
                                const char *path,
                                GHashTable *kept,
                                gint64 size,
                                gint64 modified_ns,
                                gint64 changed_ns,
                                gboolean has_pictures,
                                GError **error);

/* Takes a document out, inside a transaction; the ids of its passages go to @gone. */
gboolean quarry_library_take_out (QuarryLibrary *self,
                                  const QuarryDocumentRecord *record,
                                  GArray *gone,
                                  GError **error);

/* Ends a write that took out the passages @gone; by rollback where not @done. */
gboolean quarry_library_end_taking_out (QuarryLibrary *self, gboolean done, GArray *gone, GError **error);

gboolean quarry_library_set_granularity (QuarryLibrary *self,
                                         gint64 document,
                                         double granularity,
                                         gint64 *new_document,
                                         GCancellable *cancellable,
                                         GError **error);

/* @path names the document. */
gboolean quarry_library_add_document (QuarryLibrary *self,
                                      const char *path,
                                      QuarryDocument *document,
                                      GError **error);

/* Makes token weights of all that has been added. */
gboolean quarry_library_finish_adding (QuarryLibrary *self, GError **error);

G_END_DECLS
