/* quarry-import-private.h: what the threads of an import use of QuarryImport
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

/* Marks it as one that takes over changes: each path lies in the library's folder @roots[i]. @gently: at the lowest
 * priority. Call before it starts. */
void quarry_import_set_following (QuarryImport *self, const char *const *roots, gboolean gently);

/* Makes it read files again even where they have not changed. Call before it starts. */
void quarry_import_set_again (QuarryImport *self);
gboolean quarry_import_is_again (QuarryImport *self);

/* Ends an import that takes over changes, to make way for one that a person asked for. Threads: the main context. */
void quarry_import_put_off (QuarryImport *self);
gboolean quarry_import_was_put_off (QuarryImport *self);

/* Starts @work on a thread of its own. When that has ended, "finished" is notified on the main context. */
void quarry_import_start (QuarryImport *self, GThreadFunc work);

/* Waits until the thread has ended. */
void quarry_import_join (QuarryImport *self);

/* --- For the working threads; all thread safe -------------------------------------------------- */

QuarryLibrary *quarry_import_get_library (QuarryImport *self); /* unowned */
const char *const *quarry_import_get_paths (QuarryImport *self);
const char *const *quarry_import_get_roots (QuarryImport *self); /* NULL unless it takes over changes */
gboolean quarry_import_is_gentle (QuarryImport *self);
GCancellable *quarry_import_get_cancellable (QuarryImport *self);

/* Notes that what is at @path and below it has been removed from the library since the import was asked for. @hashes
 * (nullable): where only some of what is inside the file at @path was removed, the content hashes of that. */
void quarry_import_take_out (QuarryImport *self, const char *path, GHashTable *hashes);
/* Whether that was noted of @path. @hash: of its content; NULL: not known. */
gboolean quarry_import_is_taken_out (QuarryImport *self, const char *path, const char *hash);

/* Waits while the import is paused. FALSE once it is cancelled. */
gboolean quarry_import_wait_while_paused (QuarryImport *self);

/* One more file was found. @work: by quarry_work_of_file() where it has to be read; 0: nothing to do. */
void quarry_import_add_found (QuarryImport *self, guint64 work);
/* A file will be read once more, for the text in its pictures. @is_open: it has not been reported yet, and will be
 * then. */
void quarry_import_add_pictures (QuarryImport *self, guint64 work, gboolean is_open);
/* Such a file will neither be read nor reported, so it is no longer counted as found. */
void quarry_import_forgo_pictures (QuarryImport *self, guint64 work);
/* Such a file with this @work has been read. 0: the reading of such files begins now. */
void quarry_import_end_pictures (QuarryImport *self, guint64 work);
void quarry_import_end_counting (QuarryImport *self);
/* Several files may be read at a time. */
void quarry_import_begin_reading (QuarryImport *self, const char *path);
void quarry_import_end_reading (QuarryImport *self, const char *path);

/* @result: (transfer full). @bytes: size of the file, if it was imported. @work: as in quarry_import_add_found(). */
void quarry_import_report (QuarryImport *self, QuarryImportResult *result, guint64 bytes, guint64 work);

/* One more file is unchanged; no result is emitted for it. */
void quarry_import_count_unchanged (QuarryImport *self);

/* Stops the import with an error: nothing more can be stored. (transfer full) */
void quarry_import_fail (QuarryImport *self, GError *error);

/* The work has ended. */
void quarry_import_end (QuarryImport *self);

void quarry_library_stop_imports (QuarryLibrary *self);

/* Starts an import of @paths, each of which lies in the library's folder @roots[i], as a walk of that folder would
 * find them. (transfer full) */
QuarryImport *quarry_library_look_again (QuarryLibrary *self,
                                         const char *const *roots,
                                         const char *const *paths,
                                         gboolean gently);

G_END_DECLS
