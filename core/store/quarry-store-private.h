/* quarry-store-private.h: what the files of core/store share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/store/quarry-store.h"

#include <zstd.h>

G_BEGIN_DECLS

/* "Qrry": marks the file as ours. */
#define QUARRY_STORE_APPLICATION_ID 0x51727279

/* Slots are 32-bit numbers and the highest one means "none". */
#define QUARRY_STORE_MAX_PASSAGE (G_MAXUINT32 - 1)

struct _QuarryStore
{
  GObject parent_instance;

  sqlite3 *db;
  char *path;             /* bytes of the file system */
  gboolean writable;
  gboolean immutable;     /* opened without any locks, because nothing could be written beside it */
  gint64 immutable_mtime; /* what the file was then */
  gint64 immutable_size;
  GHashTable *statements; /* SQL (a literal, by where it stands) -> idle sqlite3_stmt */
  ZSTD_CCtx *compressor;     /* both made when first needed */
  ZSTD_DCtx *decompressor;
};

/* The connection itself. (transfer none) */
sqlite3 *quarry_store_get_handle (QuarryStore *self);

/* A prepared statement, taken from the store's cache and given back by freeing it. */
typedef struct
{
  QuarryStore *store;
  const char *sql;
  sqlite3_stmt *stmt;
  int rc; /* the first binding that failed */
} QuarryStatement;

/* @sql: a string literal. */
QuarryStatement *quarry_store_prepare (QuarryStore *self, const char *sql, GError **error);
void quarry_statement_free (QuarryStatement *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryStatement, quarry_statement_free)

/* Parameters count from 1. The bytes must stay until the statement has been stepped through. */
void quarry_statement_bind_int64 (QuarryStatement *self, int index, gint64 value);
void quarry_statement_bind_double (QuarryStatement *self, int index, double value);
void quarry_statement_bind_text (QuarryStatement *self, int index, const char *text);
void quarry_statement_bind_blob (QuarryStatement *self, int index, gconstpointer data, gsize length);
void quarry_statement_bind_path (QuarryStatement *self, int index, const char *path);

/* SQLITE_ROW, SQLITE_DONE, or another code with @error set. */
int quarry_statement_step (QuarryStatement *self, GError **error);

/* Back to before its first row, to be stepped through with other bindings. */
void quarry_statement_reset (QuarryStatement *self);

/* Steps a statement that gives no rows. */
gboolean quarry_statement_run (QuarryStatement *self, GError **error);

/* Columns count from 0. Text is valid UTF-8 whatever the file holds; NULL for NULL. */
char *quarry_statement_dup_text (QuarryStatement *self, int column);
char *quarry_statement_dup_path (QuarryStatement *self, int column);

/* Sets @error to what SQLite's result @rc means for the person: which file, what to do. */
void quarry_store_set_error (QuarryStore *self, int rc, GError **error);

/* Sets DAMAGED; @detail says what was found. */
void quarry_store_set_damaged (QuarryStore *self, const char *detail, GError **error);

void quarry_store_set_foreign (QuarryStore *self, GError **error);
void quarry_store_set_missing (QuarryStore *self, QuarryStoreError code, GError **error);
void quarry_store_set_read_only (QuarryStore *self, GError **error);
void quarry_store_set_full (QuarryStore *self, GError **error);

/* Whether the system's error @number says that there is no space for what was to be written: on the disk, in what is
 * the person's, or in the one file. */
gboolean quarry_store_is_full_errno (int number);

gboolean quarry_store_folder_is_writable (QuarryStore *self);

/* TRUE inside quarry_store_begin(); else sets @error. */
gboolean quarry_store_require_transaction (QuarryStore *self, GError **error);

/* One step of the schema: brings a file of version n to version n + 1. */
typedef gboolean (*QuarryStoreMigration) (QuarryStore *self, GError **error);

/* Runs those of @migrations that the file has not seen, each in a transaction with its version
 * number. */
gboolean quarry_store_migrate (QuarryStore *self,
                               const QuarryStoreMigration *migrations,
                               guint n_migrations,
                               GError **error);

/* Brings the file to this program's version; one that is opened to read has to be of it. */
gboolean quarry_store_bring_up_to_date (QuarryStore *self, GError **error);

/* The number that @sql gives in its first row; 0 where there is no row. */
gboolean quarry_store_read_number (QuarryStore *self, const char *sql, gint64 *number, GError **error);

/* Runs @sql, which may be several statements without parameters. */
gboolean quarry_store_execute (QuarryStore *self, const char *sql, GError **error);

/* --- What documents say ------------------------------------------------------------------------ */

/* @head and @text: the document as bytes; @segments: a blob. @source: whose text it is, of which no more than a part
 * is in memory where it lies in a file; or NULL. */
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

/* NULL without an error where there is none. (transfer full) */
GBytes *quarry_store_load_body (QuarryStore *self, gint64 document, GError **error);

/* Reads passages; it keeps the part of a document that it read last, decompressed. */
typedef struct
{
  QuarryStatement *statement; /* made when first needed */
  gint64 part;
  char *bytes;
  gsize length;
} QuarryTextReader;

/* The bytes @bytes of a text, made valid; fewer where the file has fewer. NULL with an error where it
 * cannot be read. @first_part, @text_start: as the content has them. (transfer full) */
char *quarry_text_reader_read (QuarryTextReader *self,
                               QuarryStore *store,
                               gint64 first_part,
                               gint64 text_start,
                               QuarrySpan bytes,
                               GError **error);
void quarry_text_reader_clear (QuarryTextReader *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (QuarryTextReader, quarry_text_reader_clear)

/* The step of the schema that cuts texts into parts and lets go of their second copies. */
gboolean quarry_store_move_texts (QuarryStore *self, GError **error);
/* The one after it, which compresses the parts and remembers whose pictures have not been read. */
gboolean quarry_store_compress_texts (QuarryStore *self, GError **error);

/* The segments kept in a blob. NULL where it is none. */
GArray *quarry_store_unpack_segments (gconstpointer data, gsize length);

G_END_DECLS
