/* quarry-library.h: the facade of libquarry: one library of documents
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Joins the other rooms: a file goes through extract, segment and embed to the store and the indexes; a query goes
 * through both indexes, fusion, diversity and explanation to hits. Searches run on snapshots and never wait for an
 * import; a newer query cancels an older one through its GCancellable.
 *
 * Threads: the functions without _async block and may be called from any thread, except those that start or list
 * imports, which belong to the thread of the signals. The _async ones call back on the caller's thread-default main
 * context. Signals are emitted on the main context that was the thread's default when the library was opened, or when
 * quarry_library_open_finish() returned it.
 *
 * When the last reference to a library is dropped, its imports are stopped and its indexes are saved, which takes a
 * moment.
 */
#pragma once

#include <gio/gio.h>

#include "core/document/quarry-document.h"
#include "core/library/import/quarry-import.h"
#include "core/library/search/quarry-hit.h"
#include "core/rank/quarry-diversity.h"
#include "core/store/quarry-store.h"

G_BEGIN_DECLS

typedef enum
{
  QUARRY_SEARCH_HYBRID,
  QUARRY_SEARCH_DENSE,
  QUARRY_SEARCH_LEXICAL,
} QuarrySearchMode;

typedef struct
{
  guint limit;                  /* hits wanted, 1 to 1000 */
  double diversity;             /* 0 to 1 */
  QuarrySearchMode mode;
  QuarryDiversityMethod method;
  gboolean typing;              /* the last word is still being typed, unless a blank follows it */
  gboolean as_typed;            /* misspelt words are not corrected */
  gboolean map;                 /* the candidates and their places on the map are wanted too */
  QuarryAnswer *before;         /* (transfer none) the answer now on the screen, so that topics keep their names,
                                   passages keep their places on the map, and confidence does not jump with every
                                   letter; may be NULL */
  const gint64 *more, *less;    /* (transfer none) passages that the hits shall be more or less like (relevance
                                   feedback). Those in @less are no hits themselves; at most 20 of each count */
  guint n_more, n_less;
  gboolean personal;            /* passages opened before slightly raise those like them */
  gboolean paused;              /* nobody types at the moment: a last word that no word of the library begins with is
                                   believed, and confidence goes all the way */
} QuarrySearchOptions;

#define QUARRY_SEARCH_OPTIONS_DEFAULT \
  ((QuarrySearchOptions) { 10, QUARRY_DIVERSITY_DEFAULT, QUARRY_SEARCH_HYBRID, \
                           QUARRY_DIVERSITY_COVERAGE, FALSE, FALSE, FALSE, NULL, NULL, NULL, 0, 0, FALSE, FALSE })

typedef enum
{
  QUARRY_LIBRARY_READ,  /* an existing library, for searching only */
  QUARRY_LIBRARY_WRITE, /* for writing too; created where missing, unless its folder was chosen and is gone */
} QuarryLibraryMode;

/* What the library holds. Strings are owned by the struct. */
typedef struct
{
  QuarryStoreCounts counts;
  guint64 bytes_on_disk;
  guint64 database_bytes;
  guint64 index_bytes;
  char *folder;
  char *model;              /* its name, which is that of its folder */
  gboolean model_is_shipped; /* the model is the one that comes with Quarry */
  guint dims;
} QuarryLibraryStatus;

void quarry_library_status_clear (QuarryLibraryStatus *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (QuarryLibraryStatus, quarry_library_status_clear)

#define QUARRY_TYPE_LIBRARY (quarry_library_get_type ())

/* Signal "changed" (no arguments): documents were added or removed, or settings were stored, by this process; in a
 * library that was opened by quarry_library_open_async(), by another process too. Also: a folder that is followed was
 * lost, or is back. It is emitted at most about twice a second. */
G_DECLARE_FINAL_TYPE (QuarryLibrary, quarry_library, QUARRY, LIBRARY, GObject)

/* $XDG_DATA_HOME/quarry/library, unless a person has chosen another (core/place/quarry-library-place.h). (transfer
 * full) */
char *quarry_library_default_folder (void);

/* The shipped model's folder: beside the build when run from it, else installed. (transfer full) */
char *quarry_library_default_model (void);

/* @folder: where the library is; @model: a folder in the Model2Vec layout; NULL for the defaults. Errors: of
 * QUARRY_STORE_ERROR, QUARRY_EMBED_ERROR. (transfer full) */
QuarryLibrary *quarry_library_open (const char *folder,
                                    const char *model,
                                    QuarryLibraryMode mode,
                                    GError **error);

/* Whether opening a library failed because there is none, or because nothing has been put into it yet. */
gboolean quarry_library_is_missing (const GError *error);

void quarry_library_open_async (const char *folder,
                                const char *model,
                                QuarryLibraryMode mode,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
QuarryLibrary *quarry_library_open_finish (GAsyncResult *result, GError **error);

const char *quarry_library_get_folder (QuarryLibrary *self);

/* @options NULL: the defaults. An empty query gives an answer without hits. Errors: of QUARRY_STORE_ERROR, of
 * QUARRY_EMBED_ERROR, and G_IO_ERROR_CANCELLED. (transfer full) */
QuarryAnswer *quarry_library_search (QuarryLibrary *self,
                                     const char *query,
                                     const QuarrySearchOptions *options,
                                     GCancellable *cancellable,
                                     GError **error);
void quarry_library_search_async (QuarryLibrary *self,
                                  const char *query,
                                  const QuarrySearchOptions *options,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
QuarryAnswer *quarry_library_search_finish (QuarryLibrary *self, GAsyncResult *result, GError **error);

/* "See also": passages of other documents like this one. options->mode is ignored. NULL with G_IO_ERROR_NOT_FOUND
 * where there is no such passage, or an error of quarry_library_search(). (transfer full) */
QuarryAnswer *quarry_library_similar (QuarryLibrary *self,
                                      gint64 passage,
                                      const QuarrySearchOptions *options,
                                      GCancellable *cancellable,
                                      GError **error);

/* What the library is about: its topics, labelled with their distinctive words, the largest first, at most @limit;
 * none where it holds little. Counts are of the passages sampled. (transfer full): of QuarryTopicItem */
GPtrArray *quarry_library_list_topics (QuarryLibrary *self,
                                       guint limit,
                                       GCancellable *cancellable,
                                       GError **error);
void quarry_library_list_topics_async (QuarryLibrary *self,
                                       guint limit,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
GPtrArray *quarry_library_list_topics_finish (QuarryLibrary *self, GAsyncResult *result, GError **error);

/* Notes that a person opened @passage. The last few are kept in the library, for personal searches. 0: forget them
 * all. Needs QUARRY_LIBRARY_WRITE. */
gboolean quarry_library_note_opened (QuarryLibrary *self, gint64 passage, GError **error);
void quarry_library_note_opened_async (QuarryLibrary *self,
                                       gint64 passage,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
gboolean quarry_library_note_opened_finish (QuarryLibrary *self, GAsyncResult *result, GError **error);

/* The passages opened last that still exist, the latest first, one for each document, at most @limit: of QuarryHit
 * without rank and words. Blocks; any thread. (transfer full) */
GPtrArray *quarry_library_list_opened (QuarryLibrary *self, guint limit, GError **error);
void quarry_library_list_opened_async (QuarryLibrary *self,
                                       guint limit,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
GPtrArray *quarry_library_list_opened_finish (QuarryLibrary *self, GAsyncResult *result, GError **error);

/* Words of the library that the last word of @text may become or, where there are none, may be a misspelling of:
 * folded, the likeliest first, at most @limit. (transfer full): NULL-terminated */
char **quarry_library_suggest (QuarryLibrary *self, const char *text, guint limit, GError **error);

/* Starts an import of files and folders. Folders are walked recursively, skipping hidden files, version control,
 * build folders and what .gitignore rules exclude. Needs QUARRY_LIBRARY_WRITE. One import runs at a time; further
 * ones queue. (transfer full) */
QuarryImport *quarry_library_import (QuarryLibrary *self, const char *const *paths);

/* The same, but files named in @paths are read again even where they have not changed; files in folders are not. A
 * file's earlier document or failure stays until it has been read. (transfer full) */
QuarryImport *quarry_library_import_again (QuarryLibrary *self, const char *const *paths);

/* The library's imports that are running or waiting, oldest first. (transfer none), of QuarryImport */
GListModel *quarry_library_get_imports (QuarryLibrary *self);

/* Removes the documents at @path, or below it, and keeps them out: no import of a folder brings them back, only one
 * that names them. *n_removed, which may be NULL, gets their number; there being none is no error. Needs
 * QUARRY_LIBRARY_WRITE. */
gboolean quarry_library_remove (QuarryLibrary *self, const char *path, guint *n_removed, GError **error);
void quarry_library_remove_async (QuarryLibrary *self,
                                  const char *path,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
gboolean quarry_library_remove_finish (QuarryLibrary *self, GAsyncResult *result, guint *n_removed, GError **error);

/* *status gets new contents, or zeros on error; to be freed with quarry_library_status_clear(). */
gboolean quarry_library_get_status (QuarryLibrary *self, QuarryLibraryStatus *status, GError **error);
void quarry_library_get_status_async (QuarryLibrary *self,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
gboolean quarry_library_get_status_finish (QuarryLibrary *self, GAsyncResult *result,
                                           QuarryLibraryStatus *status, GError **error);

/* The files that could not be read: of QuarryFailureRecord, by path. (transfer full) */
GPtrArray *quarry_library_list_failures (QuarryLibrary *self, GError **error);
void quarry_library_list_failures_async (QuarryLibrary *self,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);
GPtrArray *quarry_library_list_failures_finish (QuarryLibrary *self, GAsyncResult *result, GError **error);

/* Of QuarryDocumentRecord, newest first, at most @limit (0: all). (transfer full) */
void quarry_library_list_documents_async (QuarryLibrary *self,
                                          guint limit,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);
GPtrArray *quarry_library_list_documents_finish (QuarryLibrary *self, GAsyncResult *result, GError **error);

/* Verifies store and indexes against each other. Each fault gives one sentence. (transfer full): of char * */
GPtrArray *quarry_library_check (QuarryLibrary *self, GError **error);

/* Measures how much of what exact search finds the vector index finds: *recall gets the share of the ten nearest
 * passages, over at most @n_queries spans of twelve words from the library's own passages; NAN where there are none.
 * *promised gets the recall that the index is set up for. Errors: of QUARRY_STORE_ERROR. */
gboolean quarry_library_measure_recall (QuarryLibrary *self,
                                        guint n_queries,
                                        double *recall,
                                        double *promised,
                                        GError **error);

/* Sets the share of the nearest passages that a search finds where the library is so large that a search looks at
 * only some of them: from QUARRY_LEAST_RECALL to QUARRY_MOST_RECALL, .995 by default. More takes longer. It is stored
 * in the library and takes effect when the vector index is next written anew (quarry_library_rebuild()). Needs
 * QUARRY_LIBRARY_WRITE. */
#define QUARRY_LEAST_RECALL .5
#define QUARRY_MOST_RECALL .9999
gboolean quarry_library_set_recall (QuarryLibrary *self, double recall, GError **error);

/* Makes all derived files anew from the stored texts: token weights and both indexes. The passages stay as they are.
 * Needs QUARRY_LIBRARY_WRITE; takes as long as embedding all passages. */
gboolean quarry_library_rebuild (QuarryLibrary *self, GError **error);

/* --- Reading one document ------------------------------------------------------------------ */

#define QUARRY_TYPE_READING (quarry_reading_get_type ())

/* A document opened for reading: its text and its segments. Immutable, except that chapters may be found later. */
G_DECLARE_FINAL_TYPE (QuarryReading, quarry_reading, QUARRY, READING, GObject)

QuarryDocument *quarry_reading_get_document (QuarryReading *self);
const QuarryDocumentRecord *quarry_reading_get_record (QuarryReading *self);
/* The segments as stored: spans (bytes) that together cover the text. */
const QuarrySpan *quarry_reading_get_segments (QuarryReading *self, guint *n_segments);
/* A segment's name: its heading or, where it has none, its most distinctive words. (transfer none) */
const char *quarry_reading_get_label (QuarryReading *self, guint segment);
/* The chapter that the byte at @offset is in. Chapters begin at the outermost headings, provided that the document
 * has at least two of that level and sections within them. Where headings do not divide a document of nine segments
 * or more, a coarser segmentation gives the chapters, and their words the titles; these are computed in the
 * background, and the signal "chapters-found" is then emitted in the main context. NULL before the first chapter and
 * in other documents. (transfer none) */
const char *quarry_reading_get_chapter (QuarryReading *self, guint32 offset);
/* The segments that another granularity (0 to 1) would give, immediately. NULL as long as
 * quarry_reading_can_preview() is FALSE: for the first moments, or seconds for a long document. Main thread only.
 * (transfer full): of QuarrySpan */
GArray *quarry_reading_preview (QuarryReading *self, double granularity);
gboolean quarry_reading_can_preview (QuarryReading *self);

void quarry_library_read_async (QuarryLibrary *self,
                                gint64 document,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
QuarryReading *quarry_library_read_finish (QuarryLibrary *self, GAsyncResult *result, GError **error);

/* The similarity (cosine, -1 to 1) of each of the reading's segments to @query. (transfer full): of float, one for
 * each segment */
void quarry_library_segment_similarities_async (QuarryLibrary *self,
                                                QuarryReading *reading,
                                                const char *query,
                                                GCancellable *cancellable,
                                                GAsyncReadyCallback callback,
                                                gpointer user_data);
GArray *quarry_library_segment_similarities_finish (QuarryLibrary *self, GAsyncResult *result, GError **error);

/* Segments the document at @granularity (0 to 1), permanently, and indexes its passages again. Needs
 * QUARRY_LIBRARY_WRITE. */
void quarry_library_set_granularity_async (QuarryLibrary *self,
                                           gint64 document,
                                           double granularity,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);
/* The document is stored anew: *document gets its new id; may be NULL. */
gboolean quarry_library_set_granularity_finish (QuarryLibrary *self, GAsyncResult *result,
                                                gint64 *document, GError **error);

/* --- Without a library ---------------------------------------------------------------------- */

/* Reads and segments one file, as an import does: a long one in stretches. @model: NULL for the default. @granularity:
 * 0 (coarsest) to 1 (finest). @segments gets (transfer full) an array of QuarrySegment, @depths (transfer full) an array
 * of float, one for each gap between two sentences (quarry_segmenter_get_depths()), 0 between two stretches. Blocks; any
 * thread. (transfer full): the document; NULL with an error of QUARRY_EMBED_ERROR, QUARRY_EXTRACT_ERROR or G_IO_ERROR,
 * and neither array is set */
QuarryDocument *quarry_segment_file (const char *path,
                                     const char *model,
                                     double granularity,
                                     GArray **segments,
                                     GArray **depths,
                                     GError **error);

G_END_DECLS
