/* quarry-stored-list.c: lists of strings stored in the database
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/library/import/quarry-stored-list.h"
#include "core/files/quarry-path.h"

#include <string.h>

GPtrArray *
quarry_stored_list_read (QuarryStore *store, const char *key)
{
  g_autoptr (GBytes) value = quarry_store_get_value (store, key, NULL);
  GPtrArray *list = g_ptr_array_new_with_free_func (g_free);
  gsize length = 0;
  const char *p = value != NULL && g_bytes_get_size (value) > 0 ? g_bytes_get_data (value, &length) : "";

  for (const char *end = p + length; p < end;)
    {
      const char *stop = memchr (p, '\0', (gsize) (end - p));

      if (stop == NULL)
        stop = end;
      g_ptr_array_add (list, g_strndup (p, (gsize) (stop - p)));
      p = stop + 1;
    }

  return list;
}

gboolean
quarry_stored_list_write (QuarryStore *store, const char *key, GPtrArray *list, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GBytes) value = NULL;

  for (guint i = 0; i < list->len; i++)
    g_byte_array_append (bytes, list->pdata[i], (guint) strlen (list->pdata[i]) + 1);
  value = g_bytes_new (bytes->data, bytes->len);

  return quarry_store_set_value (store, key, value, error);
}

gboolean
quarry_stored_list_has (GPtrArray *list, const char *string)
{
  return g_ptr_array_find_with_equal_func (list, string, g_str_equal, NULL);
}

gboolean
quarry_stored_list_add (GPtrArray *list, const char *string)
{
  if (quarry_stored_list_has (list, string))
    return FALSE;
  g_ptr_array_add (list, g_strdup (string));
  return TRUE;
}

gboolean
quarry_stored_list_remove_below (GPtrArray *list, const char *path)
{
  guint before = list->len;

  for (guint i = list->len; i-- > 0;)
    if (quarry_path_is_below (list->pdata[i], path))
      g_ptr_array_remove_index (list, i);
  return list->len < before;
}
