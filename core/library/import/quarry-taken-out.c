/* quarry-taken-out.c: what a person has removed from the library's folders
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/files/quarry-mounts.h"
#include "core/files/quarry-path.h"
#include "core/library/import/quarry-folders-private.h"
#include "core/library/import/quarry-stored-list.h"
#include "core/library/import/quarry-taken-out-private.h"

#include <string.h>

#define TAKEN_OUT "taken out" /* paths in the library's folders that are skipped */
#define TAKEN_PARTS "taken parts" /* those of them inside files: each the hash of a text, followed by the path that
                                     it had */

GPtrArray *
quarry_library_list_taken_out (QuarryStore *store)
{
  return quarry_stored_list_read (store, TAKEN_OUT);
}

/* The path in an entry: paths are absolute, and hashes contain no slash. */
static const char *
path_of_part (const char *part)
{
  return strchr (part, '/');
}

GPtrArray *
quarry_library_list_taken_parts (QuarryStore *store)
{
  GPtrArray *parts = quarry_stored_list_read (store, TAKEN_PARTS);

  for (guint i = parts->len; i-- > 0;)
    if (path_of_part (parts->pdata[i]) == NULL)
      g_ptr_array_remove_index (parts, i);
  return parts;
}

GHashTable *
quarry_taken_parts_of (const GPtrArray *parts, const char *file)
{
  GHashTable *hashes = NULL;

  for (guint i = 0; i < parts->len; i++)
    {
      const char *part = parts->pdata[i], *path = path_of_part (part);
      g_autofree char *hash = NULL;
      guint n;

      if (!quarry_path_is_below (path, file))
        continue;
      if (hashes == NULL)
        hashes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      hash = g_strndup (part, (gsize) (path - part));
      n = GPOINTER_TO_UINT (g_hash_table_lookup (hashes, hash));
      g_hash_table_replace (hashes, g_steal_pointer (&hash), GUINT_TO_POINTER (n + 1));
    }
  return hashes;
}

gboolean
quarry_taken_parts_take (GHashTable *hashes, const char *hash)
{
  guint n = hashes != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (hashes, hash)) : 0;

  if (n > 0)
    g_hash_table_replace (hashes, g_strdup (hash), GUINT_TO_POINTER (n - 1));
  return n > 0;
}

gboolean
quarry_taken_parts_has (const GPtrArray *parts, const char *path)
{
  for (guint i = 0; i < parts->len; i++)
    if (quarry_path_is_below (path_of_part (parts->pdata[i]), path))
      return TRUE;
  return FALSE;
}

static gboolean
remove_parts_below (GPtrArray *parts, const char *path)
{
  guint before = parts->len;

  for (guint i = parts->len; i-- > 0;)
    if (quarry_path_is_below (path_of_part (parts->pdata[i]), path))
      g_ptr_array_remove_index (parts, i);
  return parts->len < before;
}

gboolean
quarry_library_remember_taken_out (QuarryStore *store, const char *path, const GPtrArray *records, GError **error)
{
  g_autoptr (GPtrArray) roots = quarry_library_list_roots (store);
  g_autoptr (GPtrArray) taken_out = quarry_stored_list_read (store, TAKEN_OUT);
  g_autoptr (GPtrArray) parts = quarry_library_list_taken_parts (store);
  g_autoptr (QuarryMounts) mounts = quarry_library_mounts (store);
  g_autofree char *outer = quarry_path_outer (path);
  gboolean is_inside = quarry_roots_find (roots, path) != NULL;
  gboolean is_part = strcmp (outer, path) != 0;
  /* If the file cannot be reached, nobody can tell whether this is a part of it; then it is recorded as a part, too. */
  gboolean may_be_part = is_part || quarry_mounts_see (mounts, path) == QUARRY_SIGHT_NONE;
  gboolean is_other, has_other_parts;

  if (is_inside && records->len == 0)
    return TRUE;
  is_other = quarry_stored_list_remove_below (taken_out, path);
  /* Mails are numbered: the path may by now belong to another text. */
  has_other_parts = !may_be_part && remove_parts_below (parts, path);
  /* What is gone for good does not come back; what is on a drive that is out of reach, or inside a file, may. */
  if (is_inside && !quarry_mounts_is_gone (mounts, path))
    is_other |= quarry_stored_list_add (taken_out, path);
  for (guint i = 0; is_inside && may_be_part && i < records->len; i++)
    {
      const QuarryDocumentRecord *record = records->pdata[i];

      if (record->content_hash == NULL)
        continue;
      g_ptr_array_add (parts, g_strconcat (record->content_hash, record->path, NULL));
      has_other_parts = TRUE;
    }
  return (!is_other || quarry_stored_list_write (store, TAKEN_OUT, taken_out, error))
         && (!has_other_parts || quarry_stored_list_write (store, TAKEN_PARTS, parts, error));
}

/* Removes the paths inside @file that no entry in @parts belongs to any more. */
static gboolean
drop_emptied (GPtrArray *taken_out, const GPtrArray *parts, const char *file)
{
  guint before = taken_out->len;

  for (guint i = taken_out->len; i-- > 0;)
    {
      const char *out = taken_out->pdata[i];

      if (strcmp (out, file) != 0 && quarry_path_is_below (out, file) && !quarry_taken_parts_has (parts, out))
        g_ptr_array_remove_index (taken_out, i);
    }
  return taken_out->len < before;
}

gboolean
quarry_library_take_back (QuarryStore *store, const char *const *paths, gboolean *is_other, GError **error)
{
  g_autoptr (GPtrArray) taken_out = quarry_stored_list_read (store, TAKEN_OUT);
  g_autoptr (GPtrArray) parts = quarry_library_list_taken_parts (store);

  for (guint i = 0; taken_out->len + parts->len > 0 && paths[i] != NULL; i++)
    {
      g_autofree char *path = quarry_path_resolve (paths[i]);
      g_autofree char *outer = quarry_path_outer (path);
      guint at;
      gboolean is_part = strcmp (outer, path) != 0;
      gboolean was_out = g_ptr_array_find_with_equal_func (taken_out, path, g_str_equal, &at);

      if (was_out)
        {
          g_ptr_array_remove_index (taken_out, at);
          *is_other = TRUE;
        }
      /* Naming a file does not bring back parts that were removed from it, unless the file itself had been removed. */
      if ((is_part || was_out) && remove_parts_below (parts, path))
        {
          if (is_part)
            drop_emptied (taken_out, parts, outer);
          *is_other = TRUE;
        }
    }
  return !*is_other
         || (quarry_stored_list_write (store, TAKEN_OUT, taken_out, error)
             && quarry_stored_list_write (store, TAKEN_PARTS, parts, error));
}

static gboolean
is_below_any (const char *path, const char *const *paths)
{
  for (guint i = 0; paths[i] != NULL; i++)
    if (quarry_path_is_below (path, paths[i]))
      return TRUE;
  return FALSE;
}

GPtrArray *
quarry_library_find_gone_taken_out (QuarryStore *store,
                                    const char *const *paths,
                                    QuarryMounts *mounts,
                                    GCancellable *cancellable)
{
  static const char *const keys[] = { TAKEN_OUT, TAKEN_PARTS };
  GPtrArray *gone = g_ptr_array_new_with_free_func (g_free);

  for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
    {
      g_autoptr (GPtrArray) list = quarry_stored_list_read (store, keys[k]);

      for (guint i = 0; i < list->len && !g_cancellable_is_cancelled (cancellable); i++)
        {
          const char *path = path_of_part (list->pdata[i]);

          if (path != NULL && is_below_any (path, paths) && quarry_mounts_is_gone (mounts, path))
            g_ptr_array_add (gone, g_strdup (list->pdata[i]));
        }
    }
  return gone;
}

gboolean
quarry_library_forget_taken_out (QuarryStore *store, const GPtrArray *gone, QuarryMounts *mounts, GError **error)
{
  g_autoptr (GPtrArray) taken_out = quarry_stored_list_read (store, TAKEN_OUT);
  g_autoptr (GPtrArray) parts = quarry_library_list_taken_parts (store);

  for (guint i = 0; i < gone->len; i++)
    {
      const char *entry = gone->pdata[i];
      guint at;

      if (!quarry_mounts_is_gone (mounts, path_of_part (entry)))
        continue;
      if (g_ptr_array_find_with_equal_func (taken_out, entry, g_str_equal, &at))
        g_ptr_array_remove_index (taken_out, at);
      if (g_ptr_array_find_with_equal_func (parts, entry, g_str_equal, &at))
        g_ptr_array_remove_index (parts, at);
    }
  return quarry_stored_list_write (store, TAKEN_OUT, taken_out, error)
         && quarry_stored_list_write (store, TAKEN_PARTS, parts, error);
}
