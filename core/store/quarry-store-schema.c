/* quarry-store-schema.c: the tables, and the migrations from older versions
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/store/quarry-store-private.h"

#include <glib/gi18n-lib.h>

/* Ids are never reused (AUTOINCREMENT), because a passage's id is its slot in the indexes. The texts are in a table
 * of their own, so that listing documents does not read them. The index passages_by_document contains the ids of all
 * passages without their texts. */
static gboolean
make_version_1 (QuarryStore *self, GError **error)
{
  return quarry_store_execute (
      self,
      "CREATE TABLE documents ("
      "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
      "  path BLOB NOT NULL UNIQUE,"
      "  title TEXT,"
      "  mime_type TEXT,"
      "  author TEXT,"
      "  language TEXT,"
      "  size INTEGER NOT NULL,"
      "  modified_ns INTEGER NOT NULL,"
      "  imported_at INTEGER NOT NULL,"
      "  content_hash TEXT,"
      "  granularity REAL NOT NULL,"
      "  n_passages INTEGER NOT NULL,"
      "  text_bytes INTEGER NOT NULL"
      ") STRICT;"
      "CREATE INDEX documents_by_time ON documents (imported_at);"
      "CREATE TABLE contents ("
      "  document INTEGER PRIMARY KEY REFERENCES documents (id),"
      "  segments BLOB NOT NULL,"
      "  body BLOB NOT NULL"
      ") STRICT;"
      "CREATE TABLE passages ("
      "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
      "  document INTEGER NOT NULL REFERENCES documents (id),"
      "  ordinal INTEGER NOT NULL,"
      "  segment INTEGER NOT NULL,"
      "  start_byte INTEGER NOT NULL,"
      "  end_byte INTEGER NOT NULL,"
      "  start_character INTEGER NOT NULL,"
      "  end_character INTEGER NOT NULL,"
      "  page INTEGER NOT NULL,"
      "  heading TEXT NOT NULL,"
      "  text TEXT NOT NULL"
      ") STRICT;"
      "CREATE UNIQUE INDEX passages_by_document ON passages (document, ordinal);"
      "CREATE TABLE failures ("
      "  path BLOB PRIMARY KEY,"
      "  skipped INTEGER NOT NULL,"
      "  reason TEXT NOT NULL,"
      "  size INTEGER NOT NULL,"
      "  modified_ns INTEGER NOT NULL"
      ") STRICT, WITHOUT ROWID;"
      "CREATE TABLE settings (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;",
      error);
}

/* An index by content, with which files that were moved are recognized. */
static gboolean
make_version_2 (QuarryStore *self, GError **error)
{
  return quarry_store_execute (
      self, "CREATE INDEX documents_by_content ON documents (content_hash);", error);
}

/* Earlier versions kept the word index in the database, as an SQLite full-text table with Quarry's own tokenizer.
 * Such a table can be dropped only while its tokenizer is registered, so one is, which need not do anything. */
static int
create_tokenizer (void *data, const char **args, int n_args, Fts5Tokenizer **tokenizer)
{
  static char nothing;

  *tokenizer = (Fts5Tokenizer *)&nothing;
  return SQLITE_OK;
}

static void
delete_tokenizer (Fts5Tokenizer *tokenizer)
{
}

static int
tokenize (Fts5Tokenizer *tokenizer,
          void *context,
          int flags,
          const char *text,
          int length,
          int (*emit) (void *, int, const char *, int, int, int))
{
  return SQLITE_OK;
}

static void
register_tokenizer (QuarryStore *self)
{
  static fts5_tokenizer methods = { create_tokenizer, delete_tokenizer, tokenize };
  sqlite3_stmt *stmt = NULL;
  fts5_api *api = NULL;

  if (sqlite3_prepare_v2 (self->db, "SELECT fts5(?1)", -1, &stmt, NULL) != SQLITE_OK)
    return;
  sqlite3_bind_pointer (stmt, 1, (void *)&api, "fts5_api_ptr", NULL);
  sqlite3_step (stmt);
  sqlite3_finalize (stmt);
  if (api != NULL)
    api->xCreateTokenizer (api, "quarry", NULL, &methods, NULL);
}

static gboolean
make_version_3 (QuarryStore *self, GError **error)
{
  gint64 n_tables;

  if (!quarry_store_read_number (self, "SELECT count(*) FROM sqlite_schema WHERE name = 'lexical'", &n_tables, error))
    return FALSE;
  if (n_tables > 0)
    register_tokenizer (self);
  return quarry_store_execute (self,
                               "DROP TABLE IF EXISTS lexical;"
                               "DROP TABLE IF EXISTS lexical_forms;"
                               "DROP TABLE IF EXISTS lexical_passages;",
                               error);
}

/* The ctime reveals that a file has changed even if it got its old size and time back. For documents imported before,
 * the time of their import is taken: they were read in a state not later than that. */
static gboolean
make_version_6 (QuarryStore *self, GError **error)
{
  return quarry_store_execute (self,
                               "ALTER TABLE documents ADD COLUMN changed_ns INTEGER NOT NULL DEFAULT 0;"
                               "UPDATE documents SET changed_ns = imported_at * 1000"
                               " WHERE imported_at BETWEEN 0 AND 9000000000000000;",
                               error);
}

/* The date of a message, and a document's keywords. Documents that were imported before have neither until they are
 * read again; until then a message has the date of its file. */
static gboolean
make_version_7 (QuarryStore *self, GError **error)
{
  return quarry_store_execute (self,
                               "ALTER TABLE documents ADD COLUMN dated_ns INTEGER NOT NULL DEFAULT 0;"
                               "ALTER TABLE documents ADD COLUMN keywords TEXT;",
                               error);
}

static const QuarryStoreMigration migrations[]
    = { make_version_1, make_version_2, make_version_3, quarry_store_move_texts,
        quarry_store_compress_texts, make_version_6, make_version_7, quarry_store_shorten_parts };

/* Migrates from one version to another in one transaction. */
static gboolean
migrate_once (
    QuarryStore *self, const QuarryStoreMigration *table, gint64 from, gint64 to, GError **error)
{
  g_autofree char *mark = g_strdup_printf ("PRAGMA application_id = %d; PRAGMA user_version = %d;",
                                           QUARRY_STORE_APPLICATION_ID, (int) to);
  gboolean done = TRUE;
  gint64 version;

  if (!quarry_store_begin (self, error))
    return FALSE;

  /* Another process may have migrated it meanwhile. */
  if (!quarry_store_read_number (self, "PRAGMA user_version", &version, error))
    {
      quarry_store_rollback (self);
      return FALSE;
    }
  if (version != from)
    {
      quarry_store_rollback (self);
      return TRUE;
    }

  for (gint64 i = from; done && i < to; i++)
    done = table[i] (self, error);
  if (!done || !quarry_store_execute (self, mark, error))
    {
      quarry_store_rollback (self);
      return FALSE;
    }
  return quarry_store_commit (self, error);
}

gboolean
quarry_store_migrate (QuarryStore *self,
                      const QuarryStoreMigration *table,
                      guint n_migrations,
                      GError **error)
{
  gint64 version;

  for (;;)
    {
      if (!quarry_store_read_number (self, "PRAGMA user_version", &version, error))
        return FALSE;
      if (version < 0)
        {
          quarry_store_set_damaged (self, _ ("its version is below zero"), error);
          return FALSE;
        }
      if (version == n_migrations)
        return TRUE;
      if (version > n_migrations)
        {
          g_autofree char *name = g_filename_display_name (self->path);

          g_set_error (
              error,
              QUARRY_STORE_ERROR,
              QUARRY_STORE_ERROR_NEWER,
              _ ("“%s” was written by a newer Quarry (version %d of the library, this program "
                 "knows version %u). Use the newer program."),
              name,
              (int) version,
              n_migrations);
          return FALSE;
        }
      if (!self->writable)
        {
          g_autofree char *name = g_filename_display_name (self->path);

          g_set_error (
              error,
              QUARRY_STORE_ERROR,
              QUARRY_STORE_ERROR_OPEN,
              _ ("“%s” was written by an older Quarry and has to be brought up to date. Start "
                 "Quarry, or import a document, with the right to write to it."),
              name);
          return FALSE;
        }
      /* A new library is created in one transaction: a program that only reads could not complete it. */
      if (!migrate_once (self, table, version, version == 0 ? n_migrations : version + 1, error))
        return FALSE;
    }
}

/* The first version that compresses texts. */
#define TEXTS_COMPRESSED 5

gboolean
quarry_store_bring_up_to_date (QuarryStore *self, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gint64 before;

  if (!quarry_store_read_number (self, "PRAGMA user_version", &before, error)
      || !quarry_store_migrate (self, migrations, G_N_ELEMENTS (migrations), error))
    return FALSE;

  /* Up to half of the file is free now. If VACUUM cannot return that space, new data will fill it. */
  if (before > 0 && before < TEXTS_COMPRESSED && !quarry_store_execute (self, "VACUUM", &local_error))
    g_debug ("%s", local_error->message);
  return TRUE;
}
