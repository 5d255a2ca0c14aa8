/* quarry-store.c: opening the library's database, transactions and values
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/store/quarry-store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUSY_TIMEOUT_MS 10000

G_DEFINE_FINAL_TYPE (QuarryStore, quarry_store, G_TYPE_OBJECT)

static void
quarry_store_finalize (GObject *object)
{
  QuarryStore *self = QUARRY_STORE (object);

  g_clear_pointer (&self->statements, g_hash_table_unref);
  if (self->db != NULL)
    sqlite3_close_v2 (self->db);
  g_clear_pointer (&self->codec, quarry_text_codec_free);
  g_clear_pointer (&self->filtered, quarry_filtered_free);
  g_free (self->path);

  G_OBJECT_CLASS (quarry_store_parent_class)->finalize (object);
}

static void
quarry_store_class_init (QuarryStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = quarry_store_finalize;
}

static void
finalize_statement (gpointer stmt)
{
  sqlite3_finalize (stmt);
}

static void
quarry_store_init (QuarryStore *self)
{
  self->statements = g_hash_table_new_full (NULL, NULL, NULL, finalize_statement);
}

/* Checks that the file is a library. A file without any table is a new one. */
static gboolean
check_owner (QuarryStore *self, GError **error)
{
  gint64 application, n_tables;

  if (!quarry_store_read_number (self, "PRAGMA application_id", &application, error))
    return FALSE;
  if (application == QUARRY_STORE_APPLICATION_ID)
    return TRUE;

  if (!quarry_store_read_number (self, "SELECT count(*) FROM sqlite_schema", &n_tables, error))
    return FALSE;
  if (application == 0 && n_tables == 0)
    {
      if (self->writable)
        return TRUE;
      quarry_store_set_missing (self, QUARRY_STORE_ERROR_MISSING, error);
      return FALSE;
    }

  /* Another process may have created the library between the two queries. */
  if (!quarry_store_read_number (self, "PRAGMA application_id", &application, error))
    return FALSE;
  if (application == QUARRY_STORE_APPLICATION_ID)
    return TRUE;
  quarry_store_set_foreign (self, error);
  return FALSE;
}

/* --- Opening --------------------------------------------------------------------------------- */

static gboolean
configure (QuarryStore *self, GError **error)
{
  static const int settings[][2] = {
    { SQLITE_DBCONFIG_DEFENSIVE, 1 },   { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
    { SQLITE_DBCONFIG_ENABLE_FKEY, 1 }, { SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 },
    { SQLITE_DBCONFIG_ENABLE_VIEW, 0 }, { SQLITE_DBCONFIG_DQS_DML, 0 },
    { SQLITE_DBCONFIG_DQS_DDL, 0 },     { SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      int rc = sqlite3_db_config (self->db, settings[i][0], settings[i][1], NULL);

      if (rc != SQLITE_OK)
        {
          quarry_store_set_error (self, rc, error);
          return FALSE;
        }
    }

  sqlite3_extended_result_codes (self->db, 1);
  sqlite3_busy_timeout (self->db, BUSY_TIMEOUT_MS);

  /* Limits what a malicious file can make SQLite do. Our own statements, of which the schema is the longest, need no
   * more. */
  sqlite3_limit (self->db, SQLITE_LIMIT_SQL_LENGTH, 100000);
  sqlite3_limit (self->db, SQLITE_LIMIT_ATTACHED, 1);
  sqlite3_limit (self->db, SQLITE_LIMIT_COLUMN, 100);
  sqlite3_limit (self->db, SQLITE_LIMIT_EXPR_DEPTH, 100);
  sqlite3_limit (self->db, SQLITE_LIMIT_COMPOUND_SELECT, 10);
  sqlite3_limit (self->db, SQLITE_LIMIT_VDBE_OP, 100000);
  sqlite3_limit (self->db, SQLITE_LIMIT_VARIABLE_NUMBER, 100);
  sqlite3_limit (self->db, SQLITE_LIMIT_TRIGGER_DEPTH, 10);
  sqlite3_limit (self->db, SQLITE_LIMIT_WORKER_THREADS, 0);

  /* Temporary data stay in memory, so that no text of a private library is written to temporary files. */
  return quarry_store_execute (self,
                               "PRAGMA cell_size_check = ON;"
                               "PRAGMA temp_store = MEMORY;"
                               "PRAGMA cache_size = -32768;",
                               error);
}

/* Switches to write-ahead logging. That needs an exclusive lock for a moment, for which SQLite does not wait by
 * itself. */
static gboolean
use_write_ahead_log (QuarryStore *self, GError **error)
{
  gint64 deadline = g_get_monotonic_time () + BUSY_TIMEOUT_MS * 1000;
  int rc;

  while ((rc = sqlite3_exec (self->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL)) != SQLITE_OK
         && (rc & 0xff) == SQLITE_BUSY && g_get_monotonic_time () < deadline)
    g_usleep (10000);

  if (rc != SQLITE_OK)
    {
      quarry_store_set_error (self, rc, error);
      return FALSE;
    }
  return quarry_store_execute (self,
                               "PRAGMA synchronous = NORMAL;"
                               "PRAGMA wal_autocheckpoint = 2000;"
                               "PRAGMA journal_size_limit = 33554432;",
                               error);
}

/* SQLite would open a folder, then fail to read it and report a disk error. */
static gboolean
refuse_folder (QuarryStore *self, GError **error)
{
  g_autofree char *name = g_filename_display_name (self->path);

  if (!g_file_test (self->path, G_FILE_TEST_IS_DIR))
    return TRUE;
  g_set_error (error,
               QUARRY_STORE_ERROR,
               QUARRY_STORE_ERROR_OPEN,
               _ ("“%s” is a folder and no library. Choose another folder for the library."),
               name);
  return FALSE;
}

static gboolean
connect_to_file (QuarryStore *self, const char *name, int flags, GError **error)
{
  int rc;

  if (!refuse_folder (self, error))
    return FALSE;

  rc = sqlite3_open_v2 (name, &self->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
  if (rc != SQLITE_OK)
    {
      /* The handle has the error's details, so it is not closed before the error is made. */
      if (self->db != NULL)
        sqlite3_extended_result_codes (self->db, 1);
      quarry_store_set_error (self, rc, error);
      return FALSE;
    }
  return configure (self, error);
}

static void
disconnect (QuarryStore *self)
{
  g_hash_table_remove_all (self->statements);
  sqlite3_close_v2 (self->db);
  self->db = NULL;
}

/* Creates the file, with permissions that SQLite would not set: nobody else may read it. An existing file is not
 * opened here, because closing a file that SQLite has open in this process would release SQLite's locks. */
static gboolean
make_file (QuarryStore *self, GError **error)
{
  int fd = g_open (self->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  int saved_errno = errno;
  g_autofree char *name = g_filename_display_name (self->path);

  if (fd >= 0)
    return g_close (fd, error);
  if (saved_errno == EEXIST)
    return TRUE;

  if (quarry_store_is_full_errno (saved_errno))
    quarry_store_set_full (self, error);
  else if (saved_errno == EROFS || saved_errno == EACCES)
    quarry_store_set_read_only (self, error);
  else
    g_set_error (error,
                 QUARRY_STORE_ERROR,
                 QUARRY_STORE_ERROR_OPEN,
                 _ ("The library “%s” cannot be made: %s. Choose another folder for it."),
                 name,
                 g_strerror (saved_errno));
  return FALSE;
}

static void
on_file_limit (int number)
{
}

/* When a file reaches the size limit set for the process (ulimit -f), the default action of SIGXFSZ would end the
 * program. With a handler, writing fails with EFBIG instead, and is reported like a full disk. A handler, unlike
 * SIG_IGN, is not inherited by programs that this one executes. */
static gpointer
outlive_file_limit (gpointer data)
{
  struct sigaction action = { .sa_handler = on_file_limit, .sa_flags = SA_RESTART };
  struct sigaction before;

  sigemptyset (&action.sa_mask);
  if (sigaction (SIGXFSZ, NULL, &before) == 0 && before.sa_handler == SIG_DFL)
    sigaction (SIGXFSZ, &action, NULL);
  return NULL;
}

static gboolean
open_for_writing (QuarryStore *self, const char *folder, GError **error)
{
  static GOnce once = G_ONCE_INIT;

  g_once (&once, outlive_file_limit, NULL);
  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      int saved_errno = errno;
      g_autofree char *name = g_filename_display_name (folder);

      g_set_error (
          error,
          QUARRY_STORE_ERROR,
          saved_errno == EROFS || saved_errno == EACCES ? QUARRY_STORE_ERROR_READ_ONLY
          : quarry_store_is_full_errno (saved_errno) ? QUARRY_STORE_ERROR_FULL
                                                           : QUARRY_STORE_ERROR_OPEN,
          _ ("The library's folder “%s” cannot be made: %s. Choose another folder for it."),
          name,
          g_strerror (saved_errno));
      return FALSE;
    }

  if (!make_file (self, error) || !connect_to_file (self, self->path, SQLITE_OPEN_READWRITE, error))
    return FALSE;

  /* SQLite silently opens a file for reading only if it may not be written. */
  if (sqlite3_db_readonly (self->db, "main") == 1)
    {
      quarry_store_set_read_only (self, error);
      return FALSE;
    }

  return check_owner (self, error) && use_write_ahead_log (self, error)
         && quarry_store_bring_up_to_date (self, error);
}

/* Whether changes wait in the write-ahead log that are not in the database file yet. */
static gboolean
has_log (QuarryStore *self)
{
  g_autofree char *log = g_strconcat (self->path, "-wal", NULL);
  GStatBuf information;

  return g_stat (log, &information) == 0 && information.st_size > 0;
}

/* To read a database in WAL mode, SQLite needs two files beside it, and creates them where they are missing. If it
 * cannot, nobody here can write the database either, so it may be read without them (as "immutable"), unless a writer
 * that died left a log with changes. */
static gboolean
open_immutable (QuarryStore *self, GError **error)
{
  g_autofree char *escaped
      = g_uri_escape_bytes ((const guint8 *) self->path, strlen (self->path), "/");
  g_autofree char *uri = g_strconcat ("file:", escaped, "?immutable=1", NULL);
  GStatBuf information;

  if (has_log (self))
    {
      g_autofree char *name = g_filename_display_name (self->path);

      g_set_error (
          error,
          QUARRY_STORE_ERROR,
          QUARRY_STORE_ERROR_READ_ONLY,
          _ ("“%s” was not closed properly and can be mended only with the right to write to "
             "it. Open it once with that right."),
          name);
      return FALSE;
    }

  if (g_stat (self->path, &information) == 0)
    {
      self->immutable_size = information.st_size;
      self->immutable_mtime = information.st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000)
                              + information.st_mtim.tv_nsec;
    }
  self->immutable = TRUE;
  return connect_to_file (self, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, error)
         && check_owner (self, error);
}

static gboolean
open_for_reading (QuarryStore *self, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  GStatBuf information;

  if (g_stat (self->path, &information) != 0)
    {
      int saved_errno = errno;
      g_autofree char *folder = g_path_get_dirname (self->path);
      g_autofree char *name = g_filename_display_name (folder);

      if (saved_errno == ENOENT || saved_errno == ENOTDIR)
        quarry_store_set_missing (
            self, saved_errno == ENOENT ? QUARRY_STORE_ERROR_MISSING : QUARRY_STORE_ERROR_OPEN, error);
      else
        g_set_error (
            error,
            QUARRY_STORE_ERROR,
            QUARRY_STORE_ERROR_OPEN,
            _ ("The library in “%s” cannot be opened: %s. Check that you may read the folder."),
            name,
            g_strerror (saved_errno));
      return FALSE;
    }

  if (!connect_to_file (self, self->path, SQLITE_OPEN_READONLY, &local_error)
      || !check_owner (self, &local_error))
    {
      gboolean may_read = S_ISREG (information.st_mode) && g_access (self->path, R_OK) == 0;
      gboolean is_full = g_error_matches (local_error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_FULL);
      gboolean is_closed = !is_full && !quarry_store_folder_is_writable (self)
                           && (g_error_matches (local_error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_OPEN)
                               || g_error_matches (local_error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_READ_ONLY));

      /* The folder does not permit, or has no space for, the files that a reader of the log needs. If somebody were
       * writing, these would exist. */
      if (!may_read || !(is_closed || (is_full && !has_log (self))))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      disconnect (self);
      if (!open_immutable (self, error))
        return FALSE;
    }

  return quarry_store_bring_up_to_date (self, error);
}

/* SQLite limits the length of file names, including what it appends for its own files, and reports a longer one as a
 * missing file. */
static gboolean
refuse_long_path (QuarryStore *self, GError **error)
{
  g_autofree char *name = NULL;

  if (strlen (self->path) + strlen ("-journal") <= (gsize) sqlite3_vfs_find (NULL)->mxPathname)
    return TRUE;
  name = g_filename_display_name (self->path);
  g_set_error (error,
               QUARRY_STORE_ERROR,
               QUARRY_STORE_ERROR_OPEN,
               _ ("The path “%s” is too long for a library. Choose a folder with a shorter one."),
               name);
  return FALSE;
}

QuarryStore *
quarry_store_open (const char *folder, QuarryStoreMode mode, GError **error)
{
  g_autoptr (QuarryStore) self = NULL;

  g_return_val_if_fail (folder != NULL, NULL);

  self = g_object_new (QUARRY_TYPE_STORE, NULL);
  self->path = g_build_filename (folder, "library.db", NULL);
  self->writable = mode == QUARRY_STORE_WRITE;

  if (!refuse_long_path (self, error)
      || (self->writable ? !open_for_writing (self, folder, error) : !open_for_reading (self, error)))
    return NULL;
  return g_steal_pointer (&self);
}

sqlite3 *
quarry_store_get_handle (QuarryStore *self)
{
  g_return_val_if_fail (QUARRY_IS_STORE (self), NULL);

  return self->db;
}

gint64
quarry_store_get_data_version (QuarryStore *self)
{
  gint64 version = 0;

  g_return_val_if_fail (QUARRY_IS_STORE (self), 0);

  quarry_store_read_number (self, "PRAGMA data_version", &version, NULL);
  return version;
}

guint64
quarry_store_get_unused (QuarryStore *self)
{
  gint64 pages = 0, page = 0;

  g_return_val_if_fail (QUARRY_IS_STORE (self), 0);

  quarry_store_read_number (self, "PRAGMA freelist_count", &pages, NULL);
  quarry_store_read_number (self, "PRAGMA page_size", &page, NULL);
  return (guint64) pages * (guint64) page;
}

gboolean
quarry_store_has_moved (QuarryStore *self)
{
  int has_moved = 0;

  g_return_val_if_fail (QUARRY_IS_STORE (self), FALSE);

  return sqlite3_file_control (self->db, "main", SQLITE_FCNTL_HAS_MOVED, &has_moved) == SQLITE_OK && has_moved != 0;
}

/* --- Transactions ---------------------------------------------------------------------------- */

gboolean
quarry_store_begin (QuarryStore *self, GError **error)
{
  g_return_val_if_fail (QUARRY_IS_STORE (self), FALSE);

  if (!self->writable)
    {
      quarry_store_set_read_only (self, error);
      return FALSE;
    }
  if (quarry_store_has_moved (self))
    {
      g_autofree char *name = g_filename_display_name (self->path);

      g_set_error (error,
                   QUARRY_STORE_ERROR,
                   QUARRY_STORE_ERROR_OPEN,
                   _ ("“%s” has been removed or replaced since it was opened, so nothing more can be written to it. "
                      "Close Quarry and start it again."),
                   name);
      return FALSE;
    }
  return quarry_store_execute (self, "BEGIN IMMEDIATE", error);
}

gboolean
quarry_store_commit (QuarryStore *self, GError **error)
{
  g_return_val_if_fail (QUARRY_IS_STORE (self), FALSE);

  /* After a severe error SQLite may have rolled back by itself; then COMMIT fails. */
  if (!quarry_store_execute (self, "COMMIT", error))
    {
      quarry_store_rollback (self);
      return FALSE;
    }
  quarry_store_end_dictionaries (self, TRUE);
  return TRUE;
}

/* Runs a statement that is kept, so that it need not be parsed anew for each search. */
static gboolean
run_kept (QuarryStore *self, const char *sql, GError **error)
{
  g_autoptr (QuarryStatement) statement = quarry_store_prepare (self, sql, error);

  return statement != NULL && quarry_statement_run (statement, error);
}

void
quarry_store_rollback (QuarryStore *self)
{
  g_return_if_fail (QUARRY_IS_STORE (self));

  if (sqlite3_get_autocommit (self->db) == 0)
    run_kept (self, "ROLLBACK", NULL);
  quarry_store_end_dictionaries (self, FALSE);
}

void
quarry_store_checkpoint (QuarryStore *self)
{
  int rc;

  g_return_if_fail (QUARRY_IS_STORE (self));

  rc = sqlite3_wal_checkpoint_v2 (self->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
  if (rc != SQLITE_OK)
    g_debug ("the log stays as it is: %s", sqlite3_errstr (rc));
}

void
quarry_store_shrink_log (QuarryStore *self)
{
  int rc;

  g_return_if_fail (QUARRY_IS_STORE (self));

  rc = sqlite3_wal_checkpoint_v2 (self->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
  if (rc != SQLITE_OK)
    g_debug ("the log stays as it is: %s", sqlite3_errstr (rc));
}

gboolean
quarry_store_begin_read (QuarryStore *self, GError **error)
{
  gint64 ignored;

  g_return_val_if_fail (QUARRY_IS_STORE (self), FALSE);

  /* The view is fixed by the first read, not by BEGIN. */
  if (!run_kept (self, "BEGIN", error))
    return FALSE;
  if (!quarry_store_read_number (self, "SELECT count(*) FROM sqlite_schema", &ignored, error))
    {
      quarry_store_rollback (self);
      return FALSE;
    }
  return TRUE;
}

gboolean
quarry_store_require_transaction (QuarryStore *self, GError **error)
{
  g_autofree char *name = NULL;

  if (!self->writable)
    {
      quarry_store_set_read_only (self, error);
      return FALSE;
    }
  if (sqlite3_txn_state (self->db, "main") == SQLITE_TXN_WRITE)
    return TRUE;

  name = g_filename_display_name (self->path);
  g_set_error (error,
               QUARRY_STORE_ERROR,
               QUARRY_STORE_ERROR_FAILED,
               _ ("Nothing was written to “%s”: its transaction has ended. Try again."),
               name);
  return FALSE;
}

/* --- Values ---------------------------------------------------------------------------------- */

GBytes *
quarry_store_get_value (QuarryStore *self, const char *key, GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;

  g_return_val_if_fail (QUARRY_IS_STORE (self) && key != NULL, NULL);

  statement = quarry_store_prepare (self, "SELECT value FROM settings WHERE key = ?1", error);
  if (statement == NULL)
    return NULL;

  quarry_statement_bind_text (statement, 1, key);
  if (quarry_statement_step (statement, error) != SQLITE_ROW)
    return NULL;
  return g_bytes_new (sqlite3_column_blob (statement->stmt, 0),
                      sqlite3_column_bytes (statement->stmt, 0));
}

gboolean
quarry_store_set_value (QuarryStore *self, const char *key, GBytes *value, GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;
  gconstpointer data = NULL;
  gsize length = 0;

  g_return_val_if_fail (QUARRY_IS_STORE (self) && key != NULL, FALSE);

  if (value != NULL)
    data = g_bytes_get_data (value, &length);
  statement = quarry_store_prepare (self,
                                    value != NULL
                                        ? "INSERT INTO settings (key, value) VALUES (?1, ?2)"
                                          " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
                                        : "DELETE FROM settings WHERE key = ?1",
                                    error);
  if (statement == NULL)
    return FALSE;

  quarry_statement_bind_text (statement, 1, key);
  if (value != NULL)
    quarry_statement_bind_blob (statement, 2, data, length);
  return quarry_statement_run (statement, error);
}

char *
quarry_store_get_string (QuarryStore *self, const char *key, GError **error)
{
  g_autoptr (GBytes) value = quarry_store_get_value (self, key, error);

  return value != NULL ? g_strndup (g_bytes_get_data (value, NULL), g_bytes_get_size (value)) : NULL;
}

gboolean
quarry_store_set_string (QuarryStore *self, const char *key, const char *string, GError **error)
{
  g_autoptr (GBytes) value = string != NULL ? g_bytes_new (string, strlen (string)) : NULL;

  return quarry_store_set_value (self, key, value, error);
}

gboolean
quarry_store_count (QuarryStore *self, QuarryStoreCounts *counts, GError **error)
{
  g_autoptr (QuarryStatement) documents = NULL;
  g_autoptr (QuarryStatement) failures = NULL;

  g_return_val_if_fail (QUARRY_IS_STORE (self) && counts != NULL, FALSE);

  documents = quarry_store_prepare (
      self, "SELECT count(*), total(n_passages), total(text_bytes) FROM documents", error);
  if (documents == NULL || quarry_statement_step (documents, error) != SQLITE_ROW)
    return FALSE;
  failures = quarry_store_prepare (
      self, "SELECT count(*), coalesce(sum(skipped <> 0), 0) FROM failures", error);
  if (failures == NULL || quarry_statement_step (failures, error) != SQLITE_ROW)
    return FALSE;

  counts->documents = sqlite3_column_int64 (documents->stmt, 0);
  counts->passages = (guint64) MAX (0.0, sqlite3_column_double (documents->stmt, 1));
  counts->text_bytes = (guint64) MAX (0.0, sqlite3_column_double (documents->stmt, 2));
  counts->skipped = sqlite3_column_int64 (failures->stmt, 1);
  counts->failed = sqlite3_column_int64 (failures->stmt, 0) - (gint64) counts->skipped;
  return TRUE;
}
