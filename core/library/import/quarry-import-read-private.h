/* quarry-import-read-private.h: what reading a single document and reading a file with documents inside share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For reading threads, each with its own connection.
 */
#pragma once

#include "core/library/import/quarry-import-pipeline-private.h"

G_BEGIN_DECLS

/* Reads a file with documents inside. Each goes to the writing thread as soon as it is cut. @item becomes the
 * ITEM_END. @hash: of the file. */
void quarry_import_read_inside (QuarryImportPipeline *pipeline,
                                QuarryStore *connection,
                                QuarryImportItem *item,
                                QuarryExtraction *extraction,
                                const char *hash);

/* The steps of this, of which the second may be done several times. @n_before: how many mails of the mailbox come before
 * those of @extraction, whose numbers begin with 1. */
void quarry_import_begin_inside (QuarryImportPipeline *pipeline, QuarryImportItem *item);
void quarry_import_read_parts (QuarryImportPipeline *pipeline,
                               QuarryStore *connection,
                               QuarryImportItem *item,
                               QuarryExtraction *extraction,
                               const char *hash,
                               guint n_before);
void quarry_import_end_inside (QuarryImportItem *item);

/* Notes in between why a part of the file could not be read. */
void quarry_import_item_note_failure (QuarryImportItem *item, const GError *error);

/* Whether it is a mailbox so long that it is read in stretches. */
gboolean quarry_import_is_long_mailbox (int fd, gint64 size, const char *name);

/* Reads such a mailbox. @item becomes the ITEM_END. */
void quarry_import_read_mailbox (QuarryImportPipeline *pipeline,
                                 QuarryStore *connection,
                                 QuarryImportItem *item,
                                 int fd,
                                 const char *name,
                                 const char *hash);

/* Prepares a document to be stored; refuses it if it has no passages. */
void quarry_import_item_prepare (QuarryImportPipeline *pipeline,
                                 QuarryImportItem *item,
                                 QuarryDocument *document,
                                 const char *hash,
                                 double granularity);

/* Refuses the item for the reason that its reader gave. */
void quarry_import_item_refuse_by_error (QuarryImportItem *item, const GError *error);

/* Adds to the reason that what the library has of the item stays. */
void quarry_import_item_say_it_stays (QuarryImportItem *item);

/* Looks for a document with this hash whose file no longer exists, or that is of another part of @file, which has not
 * been read yet (a mail whose number changes because one before it was deleted). What was just found at @path is then
 * taken for it, in its new place: TRUE, with its id and, unless NULL, its number of passages. */
gboolean quarry_import_find_moved (QuarryImportPipeline *pipeline,
                                   QuarryStore *connection,
                                   const QuarryImportItem *file,
                                   const char *path,
                                   const char *hash,
                                   gint64 *document,
                                   guint *n_passages);

/* Whether quarry_import_find_moved() has found a new place for the document, where it is not yet. */
gboolean quarry_import_is_claimed (QuarryImportPipeline *pipeline, const QuarryDocumentRecord *record);

G_END_DECLS
