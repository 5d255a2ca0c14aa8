/* quarry-import-private.h: the working side of an import
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/import/quarry-import.h"
#include "core/library/quarry-library.h"

G_BEGIN_DECLS

QuarryImportResult *quarry_import_result_new (const char *path,
                                              QuarryImportStatus status,
                                              guint passages,
                                              const char *reason);

QuarryImport *quarry_import_new (QuarryLibrary *library, const char *const *paths);

/* It follows changes: each path lies in the library's folder @roots[i]. @gently: at the lowest priority. Before it
 * starts. */
void quarry_import_set_following (QuarryImport *self, const char *const *roots, gboolean gently);

/* What is as it was is read anew, too. Before it starts. */
void quarry_import_set_again (QuarryImport *self);
gboolean quarry_import_is_again (QuarryImport *self);

/* Ends an import that follows changes, for one that a person asked for. Threads: the main context. */
void quarry_import_put_off (QuarryImport *self);
gboolean quarry_import_was_put_off (QuarryImport *self);

/* Begins work on a thread of its own. Once it is over, "finished" is told on the main context. */
void quarry_import_start (QuarryImport *self, GThreadFunc work);

/* Waits until the thread has ended. */
void quarry_import_join (QuarryImport *self);

/* --- For the thread that works; all thread safe ------------------------------------------------ */

QuarryLibrary *quarry_import_get_library (QuarryImport *self); /* unowned */
const char *const *quarry_import_get_paths (QuarryImport *self);
const char *const *quarry_import_get_roots (QuarryImport *self); /* NULL unless it follows changes */
gboolean quarry_import_is_gentle (QuarryImport *self);
GCancellable *quarry_import_get_cancellable (QuarryImport *self);

/* What is at @path and below it has been taken out of the library since the import was asked for. @hashes, (nullable): the
 * content hashes of what was, where that is only some of what is inside the file at @path. */
void quarry_import_take_out (QuarryImport *self, const char *path, GHashTable *hashes);
/* @hash: of its content; NULL: not known. */
gboolean quarry_import_is_taken_out (QuarryImport *self, const char *path, const char *hash);

/* Waits while the import is paused. FALSE once it is cancelled. */
gboolean quarry_import_wait_while_paused (QuarryImport *self);

/* @work: of quarry_work_of_file() where the file has to be read; 0: done at once. */
void quarry_import_add_found (QuarryImport *self, guint64 work);
/* A file is to be read once more, for the text in its pictures. @is_open: it is reported then, and not before. */
void quarry_import_add_pictures (QuarryImport *self, guint64 work, gboolean is_open);
/* Such a file is neither read nor reported: then it has not been found. */
void quarry_import_forgo_pictures (QuarryImport *self, guint64 work);
/* That has been done with one of that @work; 0: now it begins. */
void quarry_import_end_pictures (QuarryImport *self, guint64 work);
void quarry_import_end_counting (QuarryImport *self);
void quarry_import_set_current (QuarryImport *self, const char *path);

/* @result: (transfer full). @bytes: of the file, where it was imported. @work: as it was found. */
void quarry_import_report (QuarryImport *self, QuarryImportResult *result, guint64 bytes, guint64 work);

/* One more file is as it was, and nobody is told which. */
void quarry_import_count_unchanged (QuarryImport *self);

/* Stops the import for good: nothing more can be stored. (transfer full) */
void quarry_import_fail (QuarryImport *self, GError *error);

/* The work is over. */
void quarry_import_end (QuarryImport *self);

void quarry_library_stop_imports (QuarryLibrary *self);

/* Looks again at @paths, each of which lies in the library's folder @roots[i], as a walk of that would
 * come to it. (transfer full) */
QuarryImport *quarry_library_look_again (QuarryLibrary *self,
                                         const char *const *roots,
                                         const char *const *paths,
                                         gboolean gently);

G_END_DECLS
