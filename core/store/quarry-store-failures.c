/* quarry-store-failures.c: files that could not be read, or were skipped
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/store/quarry-store-private.h"

void
quarry_failure_record_free (QuarryFailureRecord *self)
{
  if (self == NULL)
    return;

  g_free (self->path);
  g_free (self->reason);
  g_free (self);
}

gboolean
quarry_store_record_failure (QuarryStore *self, const QuarryFailureRecord *failure, GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;

  g_return_val_if_fail (QUARRY_IS_STORE (self), FALSE);
  g_return_val_if_fail (failure != NULL && failure->path != NULL, FALSE);

  statement = quarry_store_prepare (
      self,
      "INSERT OR REPLACE INTO failures (path, skipped, reason, size, modified_ns)"
      " VALUES (?1, ?2, ?3, ?4, ?5)",
      error);
  if (statement == NULL)
    return FALSE;

  quarry_statement_bind_path (statement, 1, failure->path);
  quarry_statement_bind_int64 (statement, 2, failure->skipped ? 1 : 0);
  quarry_statement_bind_text (statement, 3, failure->reason != NULL ? failure->reason : "");
  quarry_statement_bind_int64 (statement, 4, failure->size);
  quarry_statement_bind_int64 (statement, 5, failure->modified_ns);
  return quarry_statement_run (statement, error);
}

gboolean
quarry_store_clear_failure (QuarryStore *self, const char *path, GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;

  g_return_val_if_fail (QUARRY_IS_STORE (self) && path != NULL, FALSE);

  statement = quarry_store_prepare (self, "DELETE FROM failures WHERE path = ?1", error);
  if (statement == NULL)
    return FALSE;

  quarry_statement_bind_path (statement, 1, path);
  return quarry_statement_run (statement, error);
}

gboolean
quarry_store_clear_failures (QuarryStore *self, const char *path, GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;
  g_autofree char *first = NULL;
  g_autofree char *behind = NULL;

  g_return_val_if_fail (QUARRY_IS_STORE (self) && path != NULL, FALSE);

  statement = quarry_store_prepare (
      self, "DELETE FROM failures WHERE path = ?1 OR (path >= ?2 AND path < ?3)", error);
  if (statement == NULL)
    return FALSE;

  /* "0" follows "/" in the order of bytes, so this is everything below @path. */
  first = g_strconcat (path, "/", NULL);
  behind = g_strconcat (path, "0", NULL);
  quarry_statement_bind_path (statement, 1, path);
  quarry_statement_bind_path (statement, 2, first);
  quarry_statement_bind_path (statement, 3, behind);
  return quarry_statement_run (statement, error);
}

gboolean
quarry_store_outdate_failures (QuarryStore *self, GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;

  g_return_val_if_fail (QUARRY_IS_STORE (self), FALSE);

  statement = quarry_store_prepare (self, "UPDATE failures SET modified_ns = -1", error);
  return statement != NULL && quarry_statement_run (statement, error);
}

static QuarryFailureRecord *
read_failure (QuarryStatement *statement)
{
  QuarryFailureRecord *failure = g_new0 (QuarryFailureRecord, 1);

  failure->path = quarry_statement_dup_path (statement, 0);
  failure->skipped = sqlite3_column_int (statement->stmt, 1) != 0;
  failure->reason = quarry_statement_dup_text (statement, 2);
  failure->size = sqlite3_column_int64 (statement->stmt, 3);
  failure->modified_ns = sqlite3_column_int64 (statement->stmt, 4);
  return failure;
}

#define FAILURE_COLUMNS "SELECT path, skipped, reason, size, modified_ns FROM failures"

QuarryFailureRecord *
quarry_store_find_failure (QuarryStore *self, const char *path, GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;

  g_return_val_if_fail (QUARRY_IS_STORE (self) && path != NULL, NULL);

  statement = quarry_store_prepare (self, FAILURE_COLUMNS " WHERE path = ?1", error);
  if (statement == NULL)
    return NULL;

  quarry_statement_bind_path (statement, 1, path);
  return quarry_statement_step (statement, error) == SQLITE_ROW ? read_failure (statement) : NULL;
}

GPtrArray *
quarry_store_list_failures (QuarryStore *self, GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;
  g_autoptr (GPtrArray) failures = NULL;
  int rc;

  g_return_val_if_fail (QUARRY_IS_STORE (self), NULL);

  statement = quarry_store_prepare (self, FAILURE_COLUMNS " ORDER BY path", error);
  if (statement == NULL)
    return NULL;

  failures = g_ptr_array_new_with_free_func ((GDestroyNotify)quarry_failure_record_free);
  while ((rc = quarry_statement_step (statement, error)) == SQLITE_ROW)
    g_ptr_array_add (failures, read_failure (statement));
  return rc == SQLITE_DONE ? g_steal_pointer (&failures) : NULL;
}
