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

/* Passes the statement's rows on, until @func returns FALSE: then sets @is_over. */
static gboolean
pass_on (QuarryStatement *statement, QuarryFileFunc func, gpointer user_data, gboolean *is_over, GError **error)
{
  int rc = SQLITE_DONE;

  while (!*is_over && (rc = quarry_statement_step (statement, error)) == SQLITE_ROW)
    {
      g_autofree char *path = quarry_statement_dup_path (statement, 1);
      QuarryFileRecord file = { sqlite3_column_int64 (statement->stmt, 0),
                                path,
                                sqlite3_column_int64 (statement->stmt, 2),
                                sqlite3_column_int64 (statement->stmt, 3) };

      *is_over = !func (&file, user_data);
    }
  return *is_over || rc == SQLITE_DONE;
}

gboolean
quarry_store_foreach_file (QuarryStore *self,
                           const char *prefix,
                           QuarryFileFunc func,
                           gpointer user_data,
                           GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;
  g_auto (Range) range = { NULL, NULL, NULL };
  gboolean is_over = FALSE;

  g_return_val_if_fail (QUARRY_IS_STORE (self) && func != NULL, FALSE);

  statement = quarry_store_prepare (
      self, "SELECT id, path, size, modified_ns FROM documents " IN_RANGE " ORDER BY path", error);
  if (statement == NULL)
    return FALSE;
  bind_range (statement, &range, prefix);
  return pass_on (statement, func, user_data, &is_over, error);
}

/* A stretch of paths in the order of their bytes: from @low up to, but not including, @high. */
typedef struct
{
  char *low;
  char *high;
} Stretch;

static void
stretch_clear (gpointer data)
{
  Stretch *stretch = data;

  g_free (stretch->low);
  g_free (stretch->high);
}

static int
compare_stretches (gconstpointer a, gconstpointer b)
{
  return strcmp (((const Stretch *)a)->low, ((const Stretch *)b)->low);
}

/* What lies at the folders and below them, in order; of Stretch. Each folder makes two, as "a-b" lies between "a" and
 * "a/". */
static GArray *
list_stretches (const GPtrArray *folders)
{
  GArray *stretches = g_array_sized_new (FALSE, FALSE, sizeof (Stretch), 2 * folders->len);

  g_array_set_clear_func (stretches, stretch_clear);
  for (guint i = 0; i < folders->len; i++)
    {
      const char *folder = folders->pdata[i];
      Stretch at = { g_strdup (folder), g_strconcat (folder, "\x01", NULL) };
      Stretch below = { g_strconcat (folder, "/", NULL), g_strconcat (folder, "0", NULL) };

      if (strcmp (folder, "/") == 0)
        {
          stretch_clear (&below);
          below = (Stretch){ g_strdup ("/"), g_strdup ("0") };
        }
      g_array_append_val (stretches, at);
      g_array_append_val (stretches, below);
    }
  g_array_sort (stretches, compare_stretches);
  return stretches;
}

gboolean
quarry_store_foreach_file_outside (
    QuarryStore *self, const GPtrArray *folders, QuarryFileFunc func, gpointer user_data, GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;
  g_autoptr (GArray) stretches = NULL;
  const char *from = "/"; /* documents without files have other paths */
  gboolean is_over = FALSE;

  g_return_val_if_fail (QUARRY_IS_STORE (self) && folders != NULL && func != NULL, FALSE);

  statement = quarry_store_prepare (
      self, "SELECT id, path, size, modified_ns FROM documents WHERE path >= ?1 AND path < ?2 ORDER BY path", error);
  if (statement == NULL)
    return FALSE;
  stretches = list_stretches (folders);
  for (guint i = 0; i <= stretches->len && !is_over; i++)
    {
      const Stretch *next = i < stretches->len ? &g_array_index (stretches, Stretch, i) : NULL;
      const char *to = next != NULL ? next->low : "0";

      if (strcmp (from, to) < 0)
        {
          quarry_statement_bind_path (statement, 1, from);
          quarry_statement_bind_path (statement, 2, to);
          if (!pass_on (statement, func, user_data, &is_over, error))
            return FALSE;
          quarry_statement_reset (statement);
        }
      if (next != NULL && strcmp (from, next->high) < 0)
        from = next->high;
    }
  return TRUE;
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
