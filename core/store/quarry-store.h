/* quarry-store.h: the library's one SQLite file, the truth
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Holds documents with their text, segments and passages, what failed and why, and settings.
 * Vectors are not in it: they are derived from text, model and token weights, and cheap to make.
 * A passage's identity is a number that is never used again after it is gone; it is the passage's
 * slot in the vector and the full-text index.
 *
 * One store is one connection. Threads: one at a time (the caller sees to it); open a second
 * store for a second thread. Any number of processes may read, one writes; a writer that finds
 * another at work waits up to 10 s, then fails with BUSY.
 *
 * A library that may be read and not written, in a folder that may not be written either, or on a disk without room,
 * is read as it was when it was opened. After an error inside a transaction, roll back.
 *
 * Paths are bytes as the file system has them, not necessarily UTF-8.
 */
#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

#define QUARRY_STORE_ERROR (quarry_store_error_quark ())

typedef enum
{
  QUARRY_STORE_ERROR_OPEN,     /* cannot be opened or made */
  QUARRY_STORE_ERROR_MISSING,  /* no library, or a file that nothing has been put in yet */
  QUARRY_STORE_ERROR_FOREIGN,  /* a database of another program, or no database */
  QUARRY_STORE_ERROR_NEWER,    /* written by a newer Quarry */
  QUARRY_STORE_ERROR_DAMAGED,  /* SQLite or Quarry's own check found it damaged */
  QUARRY_STORE_ERROR_READ_ONLY,
  QUARRY_STORE_ERROR_FULL,     /* no space on the device */
  QUARRY_STORE_ERROR_BUSY,     /* another process writes */
  QUARRY_STORE_ERROR_FAILED,   /* anything else SQLite says */
} QuarryStoreError;

GQuark quarry_store_error_quark (void);

typedef enum
{
  QUARRY_STORE_READ_ONLY, /* an existing library */
  QUARRY_STORE_WRITE,     /* makes the folder (mode 0700) and the file where missing, migrates */
} QuarryStoreMode;

/* A document as it is listed. Strings are owned by the record. */
typedef struct
{
  gint64 id;
  char *path;
  char *title; /* stated by the document, or NULL */
  char *mime_type;
  char *author;
  char *language;        /* BCP 47, stated or recognized, or NULL */
  gint64 size;           /* bytes of the file; -1 while what is inside a file is not read to its end */
  gint64 modified_ns;    /* the file's mtime, nanoseconds since 1970 */
  gint64 changed_ns;     /* its ctime when it was read, or a time after that at which it had not changed */
  gint64 imported_at;    /* microseconds since 1970 */
  char *content_hash;    /* SHA-256 of the file's bytes, hex; of the document itself inside a file */
  double granularity;
  guint n_passages;
} QuarryDocumentRecord;

void quarry_document_record_free (QuarryDocumentRecord *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryDocumentRecord, quarry_document_record_free)

/* A passage. Strings are owned by the record. */
typedef struct
{
  gint64 id; /* also its slot; those of a document follow one another, in their order */
  gint64 document;
  guint ordinal;           /* from 0 within the document */
  guint segment;           /* index of its segment */
  QuarrySpan bytes;        /* of the document's text */
  QuarrySpan characters;
  guint page;              /* 0 where there are none */
  char *heading;           /* heading path, levels separated by U+001F; "" without */
  char *text;              /* read out of the document's; what is added need not have it */
} QuarryPassageRecord;

void quarry_passage_record_free (QuarryPassageRecord *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryPassageRecord, quarry_passage_record_free)

/* A file that could not be read, or was passed over. */
typedef struct
{
  char *path;
  gboolean skipped; /* passed over rather than failed */
  char *reason;
  gint64 size;
  gint64 modified_ns;
} QuarryFailureRecord;

void quarry_failure_record_free (QuarryFailureRecord *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryFailureRecord, quarry_failure_record_free)

#define QUARRY_TYPE_STORE (quarry_store_get_type ())
G_DECLARE_FINAL_TYPE (QuarryStore, quarry_store, QUARRY, STORE, GObject)

/* @folder: the library's; the file is library.db in it. Messages name the file and what to do. */
QuarryStore *quarry_store_open (const char *folder, QuarryStoreMode mode, GError **error);

/* Changes whenever another connection has committed. */
gint64 quarry_store_get_data_version (QuarryStore *self);

/* Whether the database's file has been removed, moved or put another in the place of since it was opened: what is
 * written to it then is lost. On the thread that uses the connection. */
gboolean quarry_store_has_moved (QuarryStore *self);

/* Transactions do not nest. begin takes the writer's lock at once (BEGIN IMMEDIATE). */
gboolean quarry_store_begin (QuarryStore *self, GError **error);
gboolean quarry_store_commit (QuarryStore *self, GError **error);
void quarry_store_rollback (QuarryStore *self);

/* A consistent view for several reads: begin with BEGIN, end with quarry_store_rollback(). */
gboolean quarry_store_begin_read (QuarryStore *self, GError **error);

/* Adds a document, inside a transaction. @record: id and n_passages are set by the call. @passages:
 * an array of QuarryPassageRecord pointers whose id and document are set by the call. @segments:
 * spans of the text, the document's cut. Fails where @record's path is there already. Clears a
 * failure recorded for the path. */
gboolean quarry_store_add_document (QuarryStore *self,
                                    QuarryDocumentRecord *record,
                                    QuarryDocument *document,
                                    const QuarrySpan *segments,
                                    guint n_segments,
                                    GPtrArray *passages,
                                    GError **error);

/* Adds more of the passages of a document that has been added in the same transaction; @segments: all of its cut
 * so far. */
gboolean quarry_store_extend_document (QuarryStore *self,
                                       QuarryDocumentRecord *record,
                                       QuarryDocument *document,
                                       const QuarrySpan *segments,
                                       guint n_segments,
                                       GPtrArray *passages,
                                       GError **error);

/* Gives the passages of a document, all of them and as they were listed, new ids, which they get; inside a
 * transaction. */
gboolean quarry_store_renumber_passages (QuarryStore *self, gint64 document, GPtrArray *passages, GError **error);

/* Inside a transaction. FALSE without an error where there is no such document. */
gboolean quarry_store_remove_document (QuarryStore *self, gint64 id, GError **error);

/* A file moved, or was touched without changing: @changed_ns is its ctime. Where the document states no title, its file's name
 * stands for one: what was indexed under the old name has to be removed and added again. */
gboolean quarry_store_update_file (QuarryStore *self,
                                   gint64 id,
                                   const char *path,
                                   gint64 size,
                                   gint64 modified_ns,
                                   gint64 changed_ns,
                                   GError **error);

/* NULL without an error where there is none. (transfer full) */
QuarryDocumentRecord *quarry_store_find_document (QuarryStore *self, const char *path, GError **error);
/* Of those with this hash of their content the one with the least id greater than @after. */
QuarryDocumentRecord *quarry_store_find_content (QuarryStore *self,
                                                 const char *content_hash,
                                                 gint64 after,
                                                 GError **error);
QuarryDocumentRecord *quarry_store_get_document (QuarryStore *self, gint64 id, GError **error);
QuarryDocument *quarry_store_load_document (QuarryStore *self, gint64 id, GError **error);

/* All documents, or those at @prefix and below it where not NULL, by path; newest first where
 * @by_time. @limit 0: all. (transfer full): of QuarryDocumentRecord. */
GPtrArray *quarry_store_list_documents (QuarryStore *self,
                                        const char *prefix,
                                        gboolean by_time,
                                        guint limit,
                                        GError **error);

/* Documents as files: little is read for each. Both go by paths at @prefix and below it, all where NULL. */
typedef struct
{
  gint64 id;
  const char *path;
  gint64 size;
  gint64 modified_ns;
} QuarryFileRecord;

/* By path, until @func returns FALSE; the record is valid during the call only. */
typedef gboolean (*QuarryFileFunc) (const QuarryFileRecord *file, gpointer user_data);
gboolean quarry_store_foreach_file (QuarryStore *self,
                                    const char *prefix,
                                    QuarryFileFunc func,
                                    gpointer user_data,
                                    GError **error);
gboolean quarry_store_count_files (QuarryStore *self, const char *prefix, guint *n_files, GError **error);

/* Size and times of the file of the document at @path, as in its record, and whether its pictures wait to be read. FALSE
 * where there is none, or it cannot be told. */
gboolean quarry_store_find_file (QuarryStore *self,
                                 const char *path,
                                 gint64 *size,
                                 gint64 *modified_ns,
                                 gint64 *changed_ns,
                                 gboolean *has_pictures);

/* Files that are in the library without the text of their pictures. Whether that is so of what lies at @path
 * and below it; and what is so from now on: that they wait to be read, or have been. */
gboolean quarry_store_has_pictures (QuarryStore *self, const char *path);
gboolean quarry_store_mark_pictures (QuarryStore *self, const char *path, gboolean wait, GError **error);
/* Those that have been read wait again. */
gboolean quarry_store_outdate_pictures (QuarryStore *self, GError **error);

/* What lies at @path and below it stands for no file any more, size -1: it is to be read again when that is met. */
gboolean quarry_store_outdate_files (QuarryStore *self, const char *path, GError **error);

/* The document's cut, as it was stored: in a damaged file it may not fit the text. (transfer full): of QuarrySpan. */
GArray *quarry_store_load_segments (QuarryStore *self, gint64 document, GError **error);

/* Whether they follow one another within the @length bytes of @text, and cut no character. */
gboolean quarry_store_segments_fit (const GArray *segments, const char *text, gsize length);

/* NULL without an error where there is none. (transfer full) */
QuarryPassageRecord *quarry_store_get_passage (QuarryStore *self, gint64 id, GError **error);

/* Several passages, in the order in which they are read fastest: calls @func with each of @ids that there is, and its
 * index in @ids. */
typedef void (*QuarryPassageTakeFunc) (guint i, QuarryPassageRecord *passage /* (transfer full) */, gpointer user_data);

gboolean quarry_store_get_passages (QuarryStore *self,
                                    const gint64 *ids,
                                    guint n,
                                    QuarryPassageTakeFunc func,
                                    gpointer user_data,
                                    GError **error);

/* A document's passages in order. (transfer full): of QuarryPassageRecord. */
GPtrArray *quarry_store_list_passages (QuarryStore *self, gint64 document, GError **error);
GPtrArray *quarry_store_list_first_passages (QuarryStore *self, gint64 document, guint most, GError **error);

/* A document's first passage; NULL without an error where there is none. (transfer full) */
QuarryPassageRecord *quarry_store_get_first_passage (QuarryStore *self, gint64 document, GError **error);

/* The ids of all passages, ascending, without touching their texts. (transfer full): of gint64. */
GArray *quarry_store_list_passage_ids (QuarryStore *self, GError **error);

/* The highest id that a passage has or has had; 0 for none, -1 on error. */
gint64 quarry_store_get_last_id (QuarryStore *self, GError **error);
/* From now on passages get ids above @id. Inside a transaction. */
gboolean quarry_store_pass_over_ids (QuarryStore *self, gint64 id, GError **error);

/* Calls @func with each passage of id greater than @after, ascending; it stops when @func returns
 * FALSE. The record is valid during the call only. @title: the document's title, else its file's
 * name as UTF-8. */
typedef gboolean (*QuarryPassageFunc) (const QuarryPassageRecord *passage,
                                       const char *title,
                                       gpointer user_data);
gboolean quarry_store_foreach_passage (QuarryStore *self,
                                       gint64 after,
                                       QuarryPassageFunc func,
                                       gpointer user_data,
                                       GError **error);

/* Conditions on documents, joined by "and". Zero or NULL: no condition. Strings in arrays are
 * alternatives. Comparison of text ignores case. */
typedef struct
{
  const char *const *extensions; /* "pdf", without the dot */
  const char *const *folders;    /* a part of the path that is a folder's name, or an absolute folder */
  const char *const *authors;    /* contained in the author */
  const char *const *titles;     /* contained in the title or the file's name */
  const char *const *languages;
  gint64 after_ns;               /* modified at or after */
  gint64 before_ns;              /* modified before */
} QuarryStoreFilter;

/* Passages whose document meets @filter, as a bitmap (bit (id & 63) of word (id >> 6)).
 * (transfer full): of guint64; *n_allowed gets their number. */
GArray *quarry_store_filter_passages (QuarryStore *self,
                                      const QuarryStoreFilter *filter,
                                      guint *n_allowed,
                                      GError **error);

/* The ids of the documents that meet @filter, those whose files are newest first. (transfer full): of gint64. */
GArray *quarry_store_filter_documents (QuarryStore *self, const QuarryStoreFilter *filter, GError **error);

/* A value of documents, and how many have it. */
typedef struct
{
  char *value;
  char *mime_type; /* of one of them, or NULL */
  guint n_documents;
} QuarryStoreFacet;

void quarry_store_facet_free (QuarryStoreFacet *self);

/* "pdf" of "/a/Report.PDF", as quarry_store_filter_passages() takes it: what a file's name says of its type. Of a
 * single compressed file that of what is in it ("txt" of "notes.txt.gz"), of a manual's page "man" ("man1/ls.1.gz").
 * NULL where there is none. (transfer full) */
char *quarry_store_dup_type (const char *path);

/* Whether @type only says that what is in the file is compressed ("gz"). */
gboolean quarry_store_is_compression (const char *type);

/* Looks through all documents: by the end of their names ("pdf") and by language ("en"), the most frequent ones
 * first, folded as the filter takes them; and how many were changed at each of @since_ns or later.
 * @n_documents: @n_since numbers. @types, @languages: (transfer full): of QuarryStoreFacet */
gboolean quarry_store_count_facets (QuarryStore *self,
                                    const gint64 *since_ns,
                                    guint n_since,
                                    guint *n_documents,
                                    GPtrArray **types,
                                    GPtrArray **languages,
                                    GError **error);

/* Failures. record replaces what is recorded for the path. */
gboolean quarry_store_record_failure (QuarryStore *self,
                                      const QuarryFailureRecord *failure,
                                      GError **error);
gboolean quarry_store_clear_failure (QuarryStore *self, const char *path, GError **error);
/* Of @path and what lies below it. */
gboolean quarry_store_clear_failures (QuarryStore *self, const char *path, GError **error);
/* No record stands for its file any more: each is to be read again when it is met. */
gboolean quarry_store_outdate_failures (QuarryStore *self, GError **error);
/* NULL without an error where none is recorded. (transfer full) */
QuarryFailureRecord *quarry_store_find_failure (QuarryStore *self, const char *path, GError **error);
GPtrArray *quarry_store_list_failures (QuarryStore *self, GError **error);

/* Counts of documents, passages, failures and passed-over files, and bytes of document text. */
typedef struct
{
  guint64 documents;
  guint64 passages;
  guint64 failed;
  guint64 skipped;
  guint64 text_bytes;
} QuarryStoreCounts;

gboolean quarry_store_count (QuarryStore *self, QuarryStoreCounts *counts, GError **error);

/* Small named values (settings, the token weights in force). NULL without an error when unset;
 * setting NULL unsets. */
GBytes *quarry_store_get_value (QuarryStore *self, const char *key, GError **error);
gboolean quarry_store_set_value (QuarryStore *self, const char *key, GBytes *value, GError **error);

/* Verifies the file: SQLite's integrity check, foreign keys, and that passages and segments fit
 * their documents. @problems gets one sentence a fault (of char *, (transfer full)). FALSE with
 * an error only where the check itself could not run. */
gboolean quarry_store_check (QuarryStore *self, GPtrArray *problems, GError **error);

G_END_DECLS
