/* quarry-store.h: the library's SQLite file, on which everything else is based
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Holds documents with their text, segments and passages, the files that failed and why, and settings. Vectors are
 * not in it: they are derived from text, model and token weights, and cheap to make. A passage is identified by a
 * number that is never used again after the passage is removed; it is also the passage's slot in the vector index and
 * the word index.
 *
 * A store is one connection. Threads: one at a time (the caller sees to it); a second thread opens a second store.
 * Any number of processes may read while one writes. A writer that finds another one writing waits up to 10 s, then
 * fails with BUSY.
 *
 * If the file can be read but not written, and its folder cannot be written either or has no space left, it is read
 * in the state in which it was opened. After an error within a transaction, roll back.
 *
 * Paths are bytes as the file system has them, not necessarily UTF-8.
 */
#pragma once

#include <gio/gio.h>

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

#define QUARRY_STORE_ERROR (quarry_store_error_quark ())

typedef enum
{
  QUARRY_STORE_ERROR_OPEN,     /* cannot be opened or created */
  QUARRY_STORE_ERROR_MISSING,  /* no library, or an empty file */
  QUARRY_STORE_ERROR_FOREIGN,  /* another program's database, or no database */
  QUARRY_STORE_ERROR_NEWER,    /* written by a newer Quarry */
  QUARRY_STORE_ERROR_DAMAGED,  /* SQLite or Quarry's own check found damage */
  QUARRY_STORE_ERROR_READ_ONLY,
  QUARRY_STORE_ERROR_FULL,     /* no space left, on the device or in the user's quota */
  QUARRY_STORE_ERROR_BUSY,     /* another process is writing */
  QUARRY_STORE_ERROR_FAILED,   /* any other error of SQLite */
} QuarryStoreError;

GQuark quarry_store_error_quark (void);

typedef enum
{
  QUARRY_STORE_READ_ONLY, /* opens an existing library */
  QUARRY_STORE_WRITE,     /* creates folder (mode 0700) and file where missing, and migrates older versions */
} QuarryStoreMode;

/* A document without its text. Strings are owned by the record. */
typedef struct
{
  gint64 id;
  char *path;
  char *title; /* as stated by the document, or NULL */
  char *mime_type;
  char *author;
  char *keywords;        /* as stated by the document, or NULL */
  char *language;        /* BCP 47, stated or recognized; or NULL */
  gint64 size;           /* the file's, in bytes; -1: to be read again, as while what is inside a file has not been
                            read to its end */
  gint64 modified_ns;    /* the file's mtime, nanoseconds since 1970 */
  gint64 changed_ns;     /* the file's ctime when it was read, or a later time by which it had not changed */
  gint64 dated_ns;       /* the date that a message bears, nanoseconds since 1970, where filters by date go by it instead
                            of the file's mtime: all messages of a mailbox have that; else 0 */
  gint64 imported_at;    /* microseconds since 1970 */
  char *content_hash;    /* SHA-256 of the file's bytes, in hex; for a document inside a file, of that document */
  double granularity;    /* of its segments, 0 (coarsest) to 1 (finest) */
  guint n_passages;
} QuarryDocumentRecord;

void quarry_document_record_free (QuarryDocumentRecord *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryDocumentRecord, quarry_document_record_free)

/* A passage. Strings are owned by the record. */
typedef struct
{
  gint64 id; /* also its slot; the passages of a document have consecutive ids, in their order */
  gint64 document;
  guint ordinal;           /* from 0 within the document */
  guint segment;           /* index of its segment */
  QuarrySpan bytes;        /* in the document's text */
  QuarrySpan characters;
  guint page;              /* counted from 1; 0 where the document has no pages */
  char *heading;           /* the headings above it, outermost first, separated by U+001F; "" where there are none */
  char *text;              /* taken from the document's text; not needed when a passage is added */
} QuarryPassageRecord;

void quarry_passage_record_free (QuarryPassageRecord *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryPassageRecord, quarry_passage_record_free)

/* A file that could not be read, or was skipped. */
typedef struct
{
  char *path;
  gboolean skipped;   /* TRUE: skipped; FALSE: failed */
  char *reason;       /* a sentence for people, in the language of the import */
  gint64 size;        /* the file's then, in bytes */
  gint64 modified_ns; /* the file's mtime then; -1: to be tried again even if the file has not changed */
} QuarryFailureRecord;

void quarry_failure_record_free (QuarryFailureRecord *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryFailureRecord, quarry_failure_record_free)

#define QUARRY_TYPE_STORE (quarry_store_get_type ())
G_DECLARE_FINAL_TYPE (QuarryStore, quarry_store, QUARRY, STORE, GObject)

/* @folder: the library's folder, which contains the file library.db. Error messages name the file and say what to
 * do. All errors of a store are QUARRY_STORE_ERROR. (transfer full) */
QuarryStore *quarry_store_open (const char *folder, QuarryStoreMode mode, GError **error);

/* A number that changes whenever another connection has committed. */
gint64 quarry_store_get_data_version (QuarryStore *self);

/* How many bytes of the database file hold nothing any more, so that what is added takes these first. */
guint64 quarry_store_get_unused (QuarryStore *self);

/* Whether the database file has been removed, moved or replaced since it was opened; anything written to it then
 * would be lost. Call on the thread that uses the connection. */
gboolean quarry_store_has_moved (QuarryStore *self);

/* Write transactions. They do not nest. quarry_store_begin() takes the write lock at once (BEGIN IMMEDIATE). */
gboolean quarry_store_begin (QuarryStore *self, GError **error);
gboolean quarry_store_commit (QuarryStore *self, GError **error);
void quarry_store_rollback (QuarryStore *self);

/* Copies what was committed from the log into the database file, as far as no reader still needs the file as it is, and
 * waits for the disk. Nobody else waits meanwhile. If it fails, whoever closes the database tries again. */
void quarry_store_checkpoint (QuarryStore *self);

/* The same, and gives the log's room on the disk back, if no reader needs it for as long as writers wait for one
 * another. */
void quarry_store_shrink_log (QuarryStore *self);

/* Begins a consistent view for several reads (BEGIN); end it with quarry_store_rollback(). */
gboolean quarry_store_begin_read (QuarryStore *self, GError **error);

/* Adds a document, within a transaction. @record: the call sets id and n_passages. @passages: of QuarryPassageRecord;
 * the call sets their id and document. @segments: the spans that the text is divided into. Fails where a document
 * with @record's path exists. Removes a failure recorded for the path. */
gboolean quarry_store_add_document (QuarryStore *self,
                                    QuarryDocumentRecord *record,
                                    QuarryDocument *document,
                                    const QuarrySpan *segments,
                                    guint n_segments,
                                    GPtrArray *passages,
                                    GError **error);

/* Adds further passages to a document added in the same transaction. @segments: all of its segments so far. */
gboolean quarry_store_extend_document (QuarryStore *self,
                                       QuarryDocumentRecord *record,
                                       QuarryDocument *document,
                                       const QuarrySpan *segments,
                                       guint n_segments,
                                       GPtrArray *passages,
                                       GError **error);

/* Gives passages of a document new ids, and sets these in @passages, which are some or all of them, as listed. Call
 * within a transaction. */
gboolean quarry_store_renumber_passages (QuarryStore *self, gint64 document, GPtrArray *passages, GError **error);

/* Call within a transaction. FALSE without an error where there is no such document. */
gboolean quarry_store_remove_document (QuarryStore *self, gint64 id, GError **error);

/* Records that a document's file moved, or was touched without changing; @changed_ns is its ctime. If the document
 * states no title, its file name was indexed as one, so its words have to be removed from the index and added again. */
gboolean quarry_store_update_file (QuarryStore *self,
                                   gint64 id,
                                   const char *path,
                                   gint64 size,
                                   gint64 modified_ns,
                                   gint64 changed_ns,
                                   GError **error);

/* NULL without an error where there is no document at @path. (transfer full) */
QuarryDocumentRecord *quarry_store_find_document (QuarryStore *self, const char *path, GError **error);
/* The document with this content hash that has the lowest id above @after; likewise. */
QuarryDocumentRecord *quarry_store_find_content (QuarryStore *self,
                                                 const char *content_hash,
                                                 gint64 after,
                                                 GError **error);
QuarryDocumentRecord *quarry_store_get_document (QuarryStore *self, gint64 id, GError **error);

/* The document with its text. NULL without an error where there is none, DAMAGED where its text is. (transfer full) */
QuarryDocument *quarry_store_load_document (QuarryStore *self, gint64 id, GError **error);

/* All documents, or those at @prefix and below it if that is not NULL, ordered by path or, with @by_time, those
 * imported last first. @limit 0: all. (transfer full): of QuarryDocumentRecord */
GPtrArray *quarry_store_list_documents (QuarryStore *self,
                                        const char *prefix,
                                        gboolean by_time,
                                        guint limit,
                                        GError **error);

/* A document as a file, for walks over many: only little is read of each. @prefix: of paths at it and below it; NULL: of
 * all. */
typedef struct
{
  gint64 id;
  const char *path;
  gint64 size;
  gint64 modified_ns;
} QuarryFileRecord;

/* Called in the order of paths until it returns FALSE. The record is valid only during the call. */
typedef gboolean (*QuarryFileFunc) (const QuarryFileRecord *file, gpointer user_data);
gboolean quarry_store_foreach_file (QuarryStore *self,
                                    const char *prefix,
                                    QuarryFileFunc func,
                                    gpointer user_data,
                                    GError **error);
/* The same for all documents of files that are neither at one of the @folders (of char *) nor below it. It takes no
 * longer for documents that are. */
gboolean quarry_store_foreach_file_outside (QuarryStore *self,
                                            const GPtrArray *folders,
                                            QuarryFileFunc func,
                                            gpointer user_data,
                                            GError **error);
gboolean quarry_store_count_files (QuarryStore *self, const char *prefix, guint *n_files, GError **error);

/* Size and times of the document's file, as recorded, and whether its pictures wait to be read. FALSE where there is
 * no document at @path, or on error. */
gboolean quarry_store_find_file (QuarryStore *self,
                                 const char *path,
                                 gint64 *size,
                                 gint64 *modified_ns,
                                 gint64 *changed_ns,
                                 gboolean *has_pictures);

/* Files whose text is in the library, but not the text in their pictures. The first tells whether any document at
 * @path or below it is of such a file. The second records that the pictures wait to be read (@wait) or that they have
 * been read. */
gboolean quarry_store_has_pictures (QuarryStore *self, const char *path);
gboolean quarry_store_mark_pictures (QuarryStore *self, const char *path, gboolean wait, GError **error);
/* Makes all pictures that have been read wait to be read again. */
gboolean quarry_store_outdate_pictures (QuarryStore *self, GError **error);

/* Marks the documents at @path and below it (size -1) so that their files are read again when they are next met. */
gboolean quarry_store_outdate_files (QuarryStore *self, const char *path, GError **error);

/* The document's segments as stored; in a damaged file they may not fit the text. (transfer full): of QuarrySpan */
GArray *quarry_store_load_segments (QuarryStore *self, gint64 document, GError **error);

/* Whether the segments are in order, lie within the @length bytes of @text, and do not divide a character. */
gboolean quarry_store_segments_fit (const GArray *segments, const char *text, gsize length);

/* NULL without an error where there is none with this id. (transfer full) */
QuarryPassageRecord *quarry_store_get_passage (QuarryStore *self, gint64 id, GError **error);

/* Reads several passages, in the order that is fastest. Calls @func for each of @ids that exists, with its index in
 * @ids. */
typedef void (*QuarryPassageTakeFunc) (guint i, QuarryPassageRecord *passage /* (transfer full) */, gpointer user_data);

gboolean quarry_store_get_passages (QuarryStore *self,
                                    const gint64 *ids,
                                    guint n,
                                    QuarryPassageTakeFunc func,
                                    gpointer user_data,
                                    GError **error);

/* A document's passages in their order. (transfer full): of QuarryPassageRecord */
GPtrArray *quarry_store_list_passages (QuarryStore *self, gint64 document, GError **error);
GPtrArray *quarry_store_list_first_passages (QuarryStore *self, gint64 document, guint most, GError **error);

/* A document's first passage; NULL without an error where there is none. (transfer full) */
QuarryPassageRecord *quarry_store_get_first_passage (QuarryStore *self, gint64 document, GError **error);

/* The ids of all passages, ascending; their texts are not read. (transfer full): of gint64 */
GArray *quarry_store_list_passage_ids (QuarryStore *self, GError **error);

/* The highest id that any passage has or has had; 0: none, -1: error. */
gint64 quarry_store_get_last_id (QuarryStore *self, GError **error);
/* Makes all further passages get ids above @id. Call within a transaction. */
gboolean quarry_store_pass_over_ids (QuarryStore *self, gint64 id, GError **error);

/* Calls @func for each passage with an id above @after, ascending, until it returns FALSE. The record is valid only
 * during the call. @title: the document's title or, where it has none, its file name in UTF-8. */
typedef gboolean (*QuarryPassageFunc) (const QuarryPassageRecord *passage,
                                       const char *title,
                                       gpointer user_data);
gboolean quarry_store_foreach_passage (QuarryStore *self,
                                       gint64 after,
                                       QuarryPassageFunc func,
                                       gpointer user_data,
                                       GError **error);

/* Conditions on documents, all of which must be met. Zero or NULL: no condition. The strings in an array are
 * alternatives. Text is compared without regard to case. */
typedef struct
{
  const char *const *extensions; /* "pdf", without the dot */
  const char *const *folders;    /* one or more whole parts of the path, or an absolute path of a folder */
  const char *const *authors;    /* contained in the author */
  const char *const *titles;     /* contained in the title or the file's name */
  const char *const *languages;
  gint64 after_ns;               /* modified or, where it has a date of its own, dated at or after */
  gint64 before_ns;              /* modified, or dated, before */
} QuarryStoreFilter;

/* The passages of documents that meet @filter, as a bitmap (bit (id & 63) of word (id >> 6)). *n_allowed gets their
 * number; may be NULL. (transfer full): of guint64 */
GArray *quarry_store_filter_passages (QuarryStore *self,
                                      const QuarryStoreFilter *filter,
                                      guint *n_allowed,
                                      GError **error);

/* The ids of the documents that meet @filter, those with the newest files first. (transfer full): of gint64 */
GArray *quarry_store_filter_documents (QuarryStore *self, const QuarryStoreFilter *filter, GError **error);

/* A value that documents have, and how many have it. */
typedef struct
{
  char *value;
  char *mime_type; /* of one of them, or NULL */
  guint n_documents;
} QuarryStoreFacet;

/* A file's type by its name, as filters take it: "pdf" for "/a/Report.PDF". For a single compressed file, that of its
 * content ("txt" for "notes.txt.gz"); for a manual page "man" ("man1/ls.1.gz"). NULL where the name has no extension.
 * (transfer full) */
char *quarry_store_dup_type (const char *path);

/* Whether @type only says that the file's content is compressed ("gz"). */
gboolean quarry_store_is_compression (const char *type);

/* Counts all documents by type ("pdf") and by language ("en"), in the form that the filter takes, the most frequent
 * first; and how many have files modified at or after each of @since_ns. All numbers are of one moment. @n_all: how many
 * documents there are. @n_documents: gets @n_since numbers. @types, @languages: (transfer full): of QuarryStoreFacet */
gboolean quarry_store_count_facets (QuarryStore *self,
                                    const gint64 *since_ns,
                                    guint n_since,
                                    guint *n_all,
                                    guint *n_documents,
                                    GPtrArray **types,
                                    GPtrArray **languages,
                                    GError **error);

/* Failures. Recording one replaces an earlier one of the same path. */
gboolean quarry_store_record_failure (QuarryStore *self,
                                      const QuarryFailureRecord *failure,
                                      GError **error);
gboolean quarry_store_clear_failure (QuarryStore *self, const char *path, GError **error);
/* The same for @path and everything below it. */
gboolean quarry_store_clear_failures (QuarryStore *self, const char *path, GError **error);
/* Marks all recorded failures so that the files are tried again when they are next met. */
gboolean quarry_store_outdate_failures (QuarryStore *self, GError **error);
/* NULL without an error where no failure is recorded for @path. (transfer full) */
QuarryFailureRecord *quarry_store_find_failure (QuarryStore *self, const char *path, GError **error);
/* All of them, ordered by path. (transfer full): of QuarryFailureRecord */
GPtrArray *quarry_store_list_failures (QuarryStore *self, GError **error);

/* The numbers of documents, passages, failed and skipped files, and the total size of the documents' texts. */
typedef struct
{
  guint64 documents;
  guint64 passages;
  guint64 failed;
  guint64 skipped;
  guint64 text_bytes;
} QuarryStoreCounts;

gboolean quarry_store_count (QuarryStore *self, QuarryStoreCounts *counts, GError **error);

/* Named values, such as settings and the token weights. NULL without an error where there is none (transfer full);
 * setting NULL removes it. */
GBytes *quarry_store_get_value (QuarryStore *self, const char *key, GError **error);
gboolean quarry_store_set_value (QuarryStore *self, const char *key, GBytes *value, GError **error);

/* The same for values that are text. */
char *quarry_store_get_string (QuarryStore *self, const char *key, GError **error);
gboolean quarry_store_set_string (QuarryStore *self, const char *key, const char *string, GError **error);

/* Verifies the file by SQLite's integrity check, by its foreign keys, and by whether segments and passages fit their
 * documents. @problems gets one sentence for each fault (of char *, (transfer full)). FALSE with an error only if the
 * check itself could not be made. */
gboolean quarry_store_check (QuarryStore *self, GPtrArray *problems, GError **error);

G_END_DECLS
