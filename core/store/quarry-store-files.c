/* quarry-store-files.c: documents as the files that they come from
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/store/quarry-store-private.h"

#include <string.h>

/* Values of documents.pictures. 0: the document has no pictures, or their text was read together with it. */
#define PICTURES_WAIT 1
#define PICTURES_READ 2

/* The parameters of a statement that match a path and everything below it. */
typedef struct
{
  char *root;
  char *low;
  char *high;
} Range;

static void
range_clear (Range *range)
{
  g_free (range->root);
  g_free (range->low);
  g_free (range->high);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Range, range_clear)

static void
bind_range (QuarryStatement *statement, Range *range, const char *prefix)
{
  gsize length = prefix != NULL ? strlen (prefix) : 0;

  while (length > 0 && prefix[length - 1] == '/')
    length--;
  range->root = g_strndup (prefix, length);
  /* "0" follows "/" in the order of bytes, so everything below "a" lies from "a/" up to, but not including, "a0". */
  range->low = g_strconcat (prefix != NULL ? range->root : "", prefix != NULL ? "/" : "", NULL);
  range->high = g_strconcat (prefix != NULL ? range->root : "", prefix != NULL ? "0" : "\xff", NULL);
  quarry_statement_bind_path (statement, 1, prefix != NULL ? range->root : "");
  quarry_statement_bind_path (statement, 2, range->low);
  quarry_statement_bind_path (statement, 3, range->high);
}

#define IN_RANGE "WHERE path = ?1 OR (path >= ?2 AND path < ?3)"

gboolean
quarry_store_foreach_file (QuarryStore *self,
                           const char *prefix,
                           QuarryFileFunc func,
                           gpointer user_data,
                           GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;
  g_auto (Range) range = { NULL, NULL, NULL };
  int rc;

  g_return_val_if_fail (QUARRY_IS_STORE (self) && func != NULL, FALSE);

  statement = quarry_store_prepare (
      self, "SELECT id, path, size, modified_ns FROM documents " IN_RANGE " ORDER BY path", error);
  if (statement == NULL)
    return FALSE;
  bind_range (statement, &range, prefix);
  while ((rc = quarry_statement_step (statement, error)) == SQLITE_ROW)
    {
      g_autofree char *path = quarry_statement_dup_path (statement, 1);
      QuarryFileRecord file = { sqlite3_column_int64 (statement->stmt, 0),
                                path,
                                sqlite3_column_int64 (statement->stmt, 2),
                                sqlite3_column_int64 (statement->stmt, 3) };

      if (!func (&file, user_data))
        return TRUE;
    }
  return rc == SQLITE_DONE;
}

gboolean
quarry_store_count_files (QuarryStore *self, const char *prefix, guint *n_files, GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;
  g_auto (Range) range = { NULL, NULL, NULL };

  g_return_val_if_fail (QUARRY_IS_STORE (self) && n_files != NULL, FALSE);

  statement = quarry_store_prepare (self, "SELECT count(*) FROM documents " IN_RANGE, error);
  if (statement == NULL)
    return FALSE;
  bind_range (statement, &range, prefix);
  if (quarry_statement_step (statement, error) != SQLITE_ROW)
    return FALSE;
  *n_files = (guint)sqlite3_column_int64 (statement->stmt, 0);
  return TRUE;
}

gboolean
quarry_store_find_file (QuarryStore *self,
                        const char *path,
                        gint64 *size,
                        gint64 *modified_ns,
                        gint64 *changed_ns,
                        gboolean *has_pictures)
{
  g_autoptr (QuarryStatement) statement = NULL;

  g_return_val_if_fail (QUARRY_IS_STORE (self) && path != NULL, FALSE);

  statement = quarry_store_prepare (
      self, "SELECT size, modified_ns, changed_ns, pictures FROM documents WHERE path = ?1", NULL);
  if (statement == NULL)
    return FALSE;
  quarry_statement_bind_path (statement, 1, path);
  if (quarry_statement_step (statement, NULL) != SQLITE_ROW)
    return FALSE;
  *size = sqlite3_column_int64 (statement->stmt, 0);
  *modified_ns = sqlite3_column_int64 (statement->stmt, 1);
  *changed_ns = sqlite3_column_int64 (statement->stmt, 2);
  *has_pictures = sqlite3_column_int (statement->stmt, 3) == PICTURES_WAIT;
  return TRUE;
}

gboolean
quarry_store_outdate_files (QuarryStore *self, const char *path, GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;
  g_auto (Range) range = { NULL, NULL, NULL };

  g_return_val_if_fail (QUARRY_IS_STORE (self) && path != NULL, FALSE);

  statement = quarry_store_prepare (self, "UPDATE documents SET size = -1 " IN_RANGE, error);
  if (statement == NULL)
    return FALSE;
  bind_range (statement, &range, path);
  return quarry_statement_run (statement, error);
}

gboolean
quarry_store_has_pictures (QuarryStore *self, const char *path)
{
  g_autoptr (QuarryStatement) statement = NULL;
  g_auto (Range) range = { NULL, NULL, NULL };

  g_return_val_if_fail (QUARRY_IS_STORE (self) && path != NULL, FALSE);

  statement = quarry_store_prepare (
      self,
      "SELECT 1 FROM documents WHERE (path = ?1 OR (path >= ?2 AND path < ?3)) AND pictures = ?4 LIMIT 1",
      NULL);
  if (statement == NULL)
    return FALSE;
  bind_range (statement, &range, path);
  quarry_statement_bind_int64 (statement, 4, PICTURES_WAIT);
  return quarry_statement_step (statement, NULL) == SQLITE_ROW;
}

gboolean
quarry_store_mark_pictures (QuarryStore *self, const char *path, gboolean wait, GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;
  g_auto (Range) range = { NULL, NULL, NULL };

  g_return_val_if_fail (QUARRY_IS_STORE (self) && path != NULL, FALSE);

  /* For a file with many documents inside, it is enough to mark one. If the file has a document of its own, that is
   * the first, and it is the one that quarry_store_find_file() reads. */
  statement = quarry_store_prepare (
      self,
      wait ? "UPDATE documents SET pictures = ?4 WHERE id = (SELECT id FROM documents " IN_RANGE
             " ORDER BY path LIMIT 1)"
           : "UPDATE documents SET pictures = ?4 WHERE (path = ?1 OR (path >= ?2 AND path < ?3))"
             " AND (pictures <> 0 OR id = (SELECT id FROM documents " IN_RANGE
             " ORDER BY path LIMIT 1))",
      error);
  if (statement == NULL)
    return FALSE;
  bind_range (statement, &range, path);
  quarry_statement_bind_int64 (statement, 4, wait ? PICTURES_WAIT : PICTURES_READ);
  return quarry_statement_run (statement, error);
}

gboolean
quarry_store_outdate_pictures (QuarryStore *self, GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;

  g_return_val_if_fail (QUARRY_IS_STORE (self), FALSE);

  statement = quarry_store_prepare (self, "UPDATE documents SET pictures = ?1 WHERE pictures = ?2", error);
  if (statement == NULL)
    return FALSE;
  quarry_statement_bind_int64 (statement, 1, PICTURES_WAIT);
  quarry_statement_bind_int64 (statement, 2, PICTURES_READ);
  return quarry_statement_run (statement, error);
}
