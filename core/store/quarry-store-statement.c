/* quarry-store-statement.c: prepared statements, and messages for SQLite's errors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/store/quarry-store-private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* clang-format off */
G_DEFINE_QUARK (quarry-store-error-quark, quarry_store_error)
/* clang-format on */

/* --- Errors ---------------------------------------------------------------------------------- */

void
quarry_store_set_damaged (QuarryStore *self, const char *detail, GError **error)
{
  g_autofree char *name = g_filename_display_name (self->path);

  g_set_error (error,
               QUARRY_STORE_ERROR,
               QUARRY_STORE_ERROR_DAMAGED,
               _ ("“%s” is damaged (%s). Restore it from a backup, or move it away and import your "
                  "documents again."),
               name,
               detail);
}

void
quarry_store_set_foreign (QuarryStore *self, GError **error)
{
  g_autofree char *name = g_filename_display_name (self->path);

  g_set_error (
      error,
      QUARRY_STORE_ERROR,
      QUARRY_STORE_ERROR_FOREIGN,
      _ ("“%s” is not a library of Quarry but a file of another kind. Choose another folder "
         "for the library."),
      name);
}

void
quarry_store_set_read_only (QuarryStore *self, GError **error)
{
  g_autofree char *name = g_filename_display_name (self->path);
  g_autofree char *folder = g_path_get_dirname (self->path);
  struct statvfs disk;

  if (statvfs (folder, &disk) == 0 && (disk.f_flag & ST_RDONLY) != 0)
    g_set_error (error,
                 QUARRY_STORE_ERROR,
                 QUARRY_STORE_ERROR_READ_ONLY,
                 _ ("“%s” is on a disk or drive that can only be read. Choose another folder for the library."),
                 name);
  else
    g_set_error (error,
                 QUARRY_STORE_ERROR,
                 QUARRY_STORE_ERROR_READ_ONLY,
                 _ ("“%s” cannot be written. Check the permissions of the file and of its folder, or "
                    "choose another folder for the library."),
                 name);
}

void
quarry_store_set_full (QuarryStore *self, GError **error)
{
  g_autofree char *name = g_filename_display_name (self->path);

  g_set_error (
      error,
      QUARRY_STORE_ERROR,
      QUARRY_STORE_ERROR_FULL,
      _ ("There is no space left for “%s”. Free some space on its disk and try again; what "
         "was in the library is still there."),
      name);
}

void
quarry_store_set_missing (QuarryStore *self, QuarryStoreError code, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autofree char *name = g_filename_display_name (folder);

  g_set_error (error,
               QUARRY_STORE_ERROR,
               (int) code,
               _ ("There is no library in “%s”. Import documents to make one, or choose another "
                  "folder."),
               name);
}

gboolean
quarry_store_folder_is_writable (QuarryStore *self)
{
  g_autofree char *folder = g_path_get_dirname (self->path);

  return g_access (folder, W_OK) == 0;
}

/* Whether there is no space for another file. If SQLite can neither find nor create a file, it reports that the file
 * does not exist. Where nothing can be written, as on a disc, there is never any. */
static gboolean
has_no_room (QuarryStore *self)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  struct statvfs info;

  return g_access (self->path, F_OK) == 0 && statvfs (folder, &info) == 0 && (info.f_flag & ST_RDONLY) == 0
         && (info.f_bavail == 0 || (info.f_files > 0 && info.f_favail == 0));
}

/* Without locks a reader is not told of changes, so it checks whether the file is still the same. */
static gboolean
has_changed_under_us (QuarryStore *self)
{
  GStatBuf now;

  return self->immutable
         && (g_stat (self->path, &now) != 0 || now.st_size != self->immutable_size
             || now.st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + now.st_mtim.tv_nsec
                    != self->immutable_mtime);
}

gboolean
quarry_store_is_full_errno (int number)
{
  return number == ENOSPC || number == EDQUOT || number == EFBIG;
}

/* Whether writing failed because the disk or the user's quota is full. SQLite reports only a full disk as such. For
 * the other case errno is needed, which later calls of SQLite may have overwritten, so the files are asked for their
 * last error. */
static gboolean
is_full (QuarryStore *self, int rc, int system_error)
{
  static const int writes[]
      = { SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC, SQLITE_IOERR_DIR_FSYNC, SQLITE_IOERR_TRUNCATE };
  gboolean is_write = FALSE, is_full = quarry_store_is_full_errno (system_error);
  sqlite3_file *journal = NULL;
  int of_file = 0, of_journal = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (writes); i++)
    is_write |= rc == writes[i];
  if (!is_write || is_full || self->db == NULL)
    return is_full;
  sqlite3_file_control (self->db, "main", SQLITE_FCNTL_LAST_ERRNO, &of_file);
  if (sqlite3_file_control (self->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &journal) == SQLITE_OK && journal != NULL
      && journal->pMethods != NULL)
    journal->pMethods->xFileControl (journal, SQLITE_FCNTL_LAST_ERRNO, &of_journal);
  return quarry_store_is_full_errno (of_file) || quarry_store_is_full_errno (of_journal);
}

/* @name: of the database, for messages. @why: what the system or SQLite says. */
static void
set_cannot_open (QuarryStore *self, int system_error, const char *name, const char *why, GError **error)
{
  if (quarry_store_is_full_errno (system_error) || (system_error == ENOENT && has_no_room (self)))
    quarry_store_set_full (self, error);
  else if (self->writable && !quarry_store_folder_is_writable (self))
    quarry_store_set_read_only (self, error);
  else
    g_set_error (
        error,
        QUARRY_STORE_ERROR,
        QUARRY_STORE_ERROR_OPEN,
        _ ("“%s” cannot be opened: %s. Check that it is a file and that you may read it "
           "and its folder."),
        name,
        why);
}

static void
set_input_output (QuarryStore *self, int rc, int system_error, const char *name, const char *why, GError **error)
{
  /* SQLite enlarges the shared-memory file by writing to it, which fails on a full disk. */
  if (is_full (self, rc, system_error) || rc == SQLITE_IOERR_SHMSIZE)
    quarry_store_set_full (self, error);
  else if (rc == SQLITE_IOERR_SHMMAP && system_error != ENOMEM)
    g_set_error (error,
                 QUARRY_STORE_ERROR,
                 QUARRY_STORE_ERROR_OPEN,
                 _ ("“%s” is on a server or drive where programs cannot share memory, which a library needs. "
                    "Choose a folder on a disk of this computer."),
                 name);
  else
    g_set_error (error,
                 QUARRY_STORE_ERROR,
                 QUARRY_STORE_ERROR_FAILED,
                 _ ("“%s” cannot be read or written: %s. Check the disk it is on."),
                 name,
                 why);
}

void
quarry_store_set_error (QuarryStore *self, int rc, GError **error)
{
  g_autofree char *name = g_filename_display_name (self->path);
  const char *message = self->db != NULL ? sqlite3_errmsg (self->db) : sqlite3_errstr (rc);
  int system_error = self->db != NULL ? sqlite3_system_errno (self->db) : 0;
  const char *why = system_error != 0 ? g_strerror (system_error) : message;

  switch (rc & 0xff)
    {
    case SQLITE_FULL:
      quarry_store_set_full (self, error);
      return;

    case SQLITE_READONLY:
      quarry_store_set_read_only (self, error);
      return;

    case SQLITE_NOTADB:
      quarry_store_set_foreign (self, error);
      return;

    case SQLITE_CORRUPT:
      if (has_changed_under_us (self))
        g_set_error (error,
                     QUARRY_STORE_ERROR,
                     QUARRY_STORE_ERROR_BUSY,
                     _ ("Another program has changed “%s” meanwhile. Open the library again."),
                     name);
      else
        quarry_store_set_damaged (self, message, error);
      return;

    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      g_set_error (
          error,
          QUARRY_STORE_ERROR,
          QUARRY_STORE_ERROR_BUSY,
          _ ("Another program is writing to “%s”. Wait until it has finished and try again."),
          name);
      return;

    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      set_cannot_open (self, system_error, name, why, error);
      return;

    case SQLITE_IOERR:
      set_input_output (self, rc, system_error, name, why, error);
      return;

    default:
      g_set_error (error,
                   QUARRY_STORE_ERROR,
                   QUARRY_STORE_ERROR_FAILED,
                   _ ("The library “%s” cannot be used: %s. Close Quarry and try again."),
                   name,
                   message);
      return;
    }
}

/* --- Statements ------------------------------------------------------------------------------ */

QuarryStatement *
quarry_store_prepare (QuarryStore *self, const char *sql, GError **error)
{
  QuarryStatement *statement;
  sqlite3_stmt *stmt = NULL;

  /* It is removed from the cache while it is used, so that a callback can use the same SQL at the same time. */
  if (!g_hash_table_steal_extended (self->statements, sql, NULL, (gpointer *) &stmt))
    {
      int rc = sqlite3_prepare_v3 (self->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL);

      if (rc != SQLITE_OK)
        {
          quarry_store_set_error (self, rc, error);
          return NULL;
        }
    }

  statement = g_new0 (QuarryStatement, 1);
  statement->store = self;
  statement->sql = sql;
  statement->stmt = stmt;
  return statement;
}

void
quarry_statement_free (QuarryStatement *self)
{
  sqlite3_reset (self->stmt);
  sqlite3_clear_bindings (self->stmt);
  g_hash_table_replace (self->store->statements, (gpointer) self->sql, self->stmt);
  g_free (self);
}

static void
note_binding (QuarryStatement *self, int rc)
{
  if (self->rc == SQLITE_OK)
    self->rc = rc;
}

void
quarry_statement_bind_int64 (QuarryStatement *self, int index, gint64 value)
{
  note_binding (self, sqlite3_bind_int64 (self->stmt, index, value));
}

void
quarry_statement_bind_double (QuarryStatement *self, int index, double value)
{
  note_binding (self, sqlite3_bind_double (self->stmt, index, value));
}

void
quarry_statement_bind_text (QuarryStatement *self, int index, const char *text)
{
  if (text == NULL)
    note_binding (self, sqlite3_bind_null (self->stmt, index));
  else
    note_binding (
        self,
        sqlite3_bind_text64 (self->stmt, index, text, strlen (text), SQLITE_STATIC, SQLITE_UTF8));
}

void
quarry_statement_bind_blob (QuarryStatement *self, int index, gconstpointer data, gsize length)
{
  note_binding (
      self,
      sqlite3_bind_blob64 (self->stmt, index, data != NULL ? data : "", length, SQLITE_STATIC));
}

void
quarry_statement_bind_path (QuarryStatement *self, int index, const char *path)
{
  quarry_statement_bind_blob (self, index, path, strlen (path));
}

int
quarry_statement_step (QuarryStatement *self, GError **error)
{
  int rc = self->rc != SQLITE_OK ? self->rc : sqlite3_step (self->stmt);

  if (rc != SQLITE_ROW && rc != SQLITE_DONE)
    quarry_store_set_error (self->store, rc, error);
  return rc;
}

void
quarry_statement_reset (QuarryStatement *self)
{
  sqlite3_reset (self->stmt);
}

gboolean
quarry_statement_run (QuarryStatement *self, GError **error)
{
  int rc;

  while ((rc = quarry_statement_step (self, error)) == SQLITE_ROW)
    ;
  return rc == SQLITE_DONE;
}

char *
quarry_statement_dup_text (QuarryStatement *self, int column)
{
  const char *text = (const char *) sqlite3_column_text (self->stmt, column);

  if (text == NULL)
    return NULL;
  return g_utf8_make_valid (text, strlen (text));
}

char *
quarry_statement_dup_path (QuarryStatement *self, int column)
{
  const char *bytes = sqlite3_column_blob (self->stmt, column);

  if (bytes == NULL)
    return g_strdup ("");
  return g_strndup (bytes, sqlite3_column_bytes (self->stmt, column));
}

gint64
quarry_statement_read_place (QuarryStatement *self, int column)
{
  gint64 place = sqlite3_column_int64 (self->stmt, column);

  return CLAMP (place, 0, G_MAXINT64 / 2);
}

gboolean
quarry_store_execute (QuarryStore *self, const char *sql, GError **error)
{
  int rc = sqlite3_exec (self->db, sql, NULL, NULL, NULL);

  if (rc == SQLITE_OK)
    return TRUE;
  quarry_store_set_error (self, rc, error);
  return FALSE;
}

gboolean
quarry_store_read_number (QuarryStore *self, const char *sql, gint64 *number, GError **error)
{
  g_autoptr (QuarryStatement) statement = quarry_store_prepare (self, sql, error);
  int rc;

  if (statement == NULL)
    return FALSE;

  rc = quarry_statement_step (statement, error);
  *number = rc == SQLITE_ROW ? sqlite3_column_int64 (statement->stmt, 0) : 0;
  return rc == SQLITE_ROW || rc == SQLITE_DONE;
}
