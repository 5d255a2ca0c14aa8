/* quarry-store-private.h: what the files of core/store share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/store/quarry-store.h"

#include <sqlite3.h>

G_BEGIN_DECLS

/* "Qrry": identifies a file as a library of Quarry. */
#define QUARRY_STORE_APPLICATION_ID 0x51727279

/* The date of a document that filters go by. */
#define QUARRY_STORE_DATE "CASE dated_ns WHEN 0 THEN modified_ns ELSE dated_ns END"

/* Slots are 32-bit numbers, of which the highest means "none". */
#define QUARRY_STORE_MAX_PASSAGE (G_MAXUINT32 - 1)

/* The passages that the filter of the last search let through. */
typedef struct _QuarryFiltered QuarryFiltered;
void quarry_filtered_free (QuarryFiltered *self);

/* What texts are compressed with. */
typedef struct _QuarryTextCodec QuarryTextCodec;
void quarry_text_codec_free (QuarryTextCodec *self);

struct _QuarryStore
{
  GObject parent_instance;

  sqlite3 *db;
  char *path;             /* in the file system's encoding */
  gboolean writable;
  gboolean immutable;     /* opened without locks, because the files that these need could not be created */
  gint64 immutable_mtime; /* the file's state at that time */
  gint64 immutable_size;
  GHashTable *statements; /* SQL (the address of a literal) -> idle sqlite3_stmt */
  QuarryTextCodec *codec;    /* made when first needed */
  QuarryFiltered *filtered; /* NULL: none yet */
};

/* The connection itself. (transfer none) */
sqlite3 *quarry_store_get_handle (QuarryStore *self);

/* A prepared statement, taken out of the store's cache; freeing it puts it back. */
typedef struct
{
  QuarryStore *store;
  const char *sql;
  sqlite3_stmt *stmt;
  int rc; /* the error of the first binding that failed */
} QuarryStatement;

/* @sql: a string literal, because statements are cached by its address. */
QuarryStatement *quarry_store_prepare (QuarryStore *self, const char *sql, GError **error);
void quarry_statement_free (QuarryStatement *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryStatement, quarry_statement_free)

/* Parameters are numbered from 1. Text and blobs are not copied: they must stay valid until the statement has been
 * stepped through. */
void quarry_statement_bind_int64 (QuarryStatement *self, int index, gint64 value);
void quarry_statement_bind_double (QuarryStatement *self, int index, double value);
void quarry_statement_bind_text (QuarryStatement *self, int index, const char *text);
void quarry_statement_bind_blob (QuarryStatement *self, int index, gconstpointer data, gsize length);
void quarry_statement_bind_path (QuarryStatement *self, int index, const char *path);

/* SQLITE_ROW, SQLITE_DONE, or another code with @error set. */
int quarry_statement_step (QuarryStatement *self, GError **error);

/* Resets the statement, so that it can be run again with other bindings. */
void quarry_statement_reset (QuarryStatement *self);

/* Runs a statement to its end, ignoring rows. */
gboolean quarry_statement_run (QuarryStatement *self, GError **error);

/* Columns are numbered from 0. Text is made valid UTF-8, whatever the file contains; NULL for NULL. */
char *quarry_statement_dup_text (QuarryStatement *self, int column);
char *quarry_statement_dup_path (QuarryStatement *self, int column);

/* A number that others are added to, the number of a part or of a byte. A damaged file may have one at which that would
 * overflow; then it is another, which is as wrong. */
gint64 quarry_statement_read_place (QuarryStatement *self, int column);

/* Sets @error to a message that says what SQLite's result @rc means for the user: which file, and what to do. */
void quarry_store_set_error (QuarryStore *self, int rc, GError **error);

/* Sets the error DAMAGED; @detail says what was found. */
void quarry_store_set_damaged (QuarryStore *self, const char *detail, GError **error);

void quarry_store_set_foreign (QuarryStore *self, GError **error);
void quarry_store_set_missing (QuarryStore *self, QuarryStoreError code, GError **error);
void quarry_store_set_read_only (QuarryStore *self, GError **error);
void quarry_store_set_full (QuarryStore *self, GError **error);

/* Whether the errno @number says that there was no space to write: on the disk, in the user's quota, or because the
 * file reached a limit. */
gboolean quarry_store_is_full_errno (int number);

gboolean quarry_store_folder_is_writable (QuarryStore *self);

/* TRUE after quarry_store_begin(); else sets @error. */
gboolean quarry_store_require_transaction (QuarryStore *self, GError **error);

/* One migration of the schema, from version n to version n + 1. */
typedef gboolean (*QuarryStoreMigration) (QuarryStore *self, GError **error);

/* Runs those of @migrations that the file does not have yet, each in a transaction that also sets the version
 * number. */
gboolean quarry_store_migrate (QuarryStore *self,
                               const QuarryStoreMigration *migrations,
                               guint n_migrations,
                               GError **error);

/* Migrates the file to this program's version. A file opened for reading must already have that version. */
gboolean quarry_store_bring_up_to_date (QuarryStore *self, GError **error);

/* Reads the number in the first row of @sql's result; 0 where there is no row. */
gboolean quarry_store_read_number (QuarryStore *self, const char *sql, gint64 *number, GError **error);

/* Runs @sql: one or more statements without parameters. */
gboolean quarry_store_execute (QuarryStore *self, const char *sql, GError **error);

/* --- Compression of texts ---------------------------------------------------------------------- */

/* No part of a text is longer. */
#define QUARRY_STORE_MOST_PART_BYTES 2400

/* These suffice for more parts than a library can have. */
#define QUARRY_STORE_MOST_DICTIONARIES 24

/* To be called before a part is compressed, where there are @n_parts: makes a dictionary where one is due. In a
 * transaction. */
gboolean quarry_store_ready_dictionary (QuarryStore *self, gint64 n_parts, GError **error);

/* The transaction has ended: where it was not @committed, the dictionaries that it made are not there. */
void quarry_store_end_dictionaries (QuarryStore *self, gboolean committed);

/* Compresses a part with the newest dictionary, if quarry_store_ready_dictionary() has been called. @room: at least
 * ZSTD_COMPRESSBOUND of @length. Returns the number of bytes. */
gsize quarry_store_compress (QuarryStore *self, const guint8 *bytes, gsize length, guint8 *compressed, gsize room);

/* Unpacks a part into @bytes. @n: the number of bytes; 0 where the part is damaged or longer than @room. FALSE: an
 * error, also where its dictionary is missing or damaged. */
gboolean quarry_store_decompress (
    QuarryStore *self, const void *compressed, gsize length, guint8 *bytes, gsize room, gsize *n, GError **error);

/* FALSE with an error where the dictionary @id is damaged, or missing although there are later ones or texts that this
 * store was asked for need it. @id: 1 to QUARRY_STORE_MOST_DICTIONARIES. */
gboolean quarry_store_check_dictionary (QuarryStore *self, guint id, GError **error);

/* --- Texts of documents ------------------------------------------------------------------------ */

/* Stores a document in its serialized form, which is @head followed by @text. @segments: a blob. @source: the
 * document whose text this is, or NULL; if that text is mapped from a file, the part already stored is released from
 * memory step by step. */
gboolean quarry_store_insert_content (QuarryStore *self,
                                      gint64 document,
                                      const guint8 *head,
                                      gsize head_length,
                                      const char *text,
                                      gsize text_length,
                                      QuarryDocument *source,
                                      const guint8 *segments,
                                      gsize segments_length,
                                      GError **error);
gboolean quarry_store_delete_content (QuarryStore *self, gint64 document, GError **error);

/* The id that the next part gets, one more than the highest. */
gboolean quarry_store_next_part (QuarryStore *self, gint64 *id, GError **error);
gboolean quarry_store_insert_part (QuarryStore *self, gint64 id, const guint8 *bytes, gsize length, GError **error);

/* No document's bytes are more: beside its text it has 18 bytes at most for each of its blocks and pages, and little
 * else. */
#define QUARRY_STORE_MAX_BODY (QUARRY_DOCUMENT_MAX_TEXT + 20 * QUARRY_DOCUMENT_MAX_BLOCKS)

/* The document in its serialized form. NULL without an error where there is none. (transfer full) */
GBytes *quarry_store_load_body (QuarryStore *self, gint64 document, GError **error);

/* Reads texts of passages. It keeps the part that it decompressed last, because neighbouring passages are often in
 * the same part, and goes on from there to the next, which most passages reach into. */
typedef struct
{
  QuarryStatement *statement; /* made when first needed */
  gboolean goes_on; /* the statement stands at @part */
  gint64 part;
  char *bytes;
  gsize length;
} QuarryTextReader;

/* Reads the span @bytes of a document's text, made valid UTF-8; less where the file has less. NULL with an error
 * where it cannot be read. @first_part, @part_bytes, @text_start: from the table contents. (transfer full) */
char *quarry_text_reader_read (QuarryTextReader *self,
                               QuarryStore *store,
                               gint64 first_part,
                               gint64 part_bytes,
                               gint64 text_start,
                               QuarrySpan bytes,
                               GError **error);
void quarry_text_reader_clear (QuarryTextReader *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (QuarryTextReader, quarry_text_reader_clear)

/* The migration that divides texts into parts, and drops the second copies that passages had. */
gboolean quarry_store_move_texts (QuarryStore *self, GError **error);
/* The migration after that: compresses the parts, and records which documents' pictures have not been read. */
gboolean quarry_store_compress_texts (QuarryStore *self, GError **error);
/* That to version 8: dictionaries, and shorter parts of what is stored from then on. */
gboolean quarry_store_shorten_parts (QuarryStore *self, GError **error);

G_END_DECLS
