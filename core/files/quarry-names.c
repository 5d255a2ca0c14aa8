/* quarry-names.c: whether files really have the names that they are found by
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/files/quarry-names.h"

#include <string.h>
#include <sys/stat.h>

#include "core/files/quarry-path.h"

struct _QuarryNames
{
  GHashTable *folders; /* path -> set of names (char *) in it; NULL where case matters */
  char *last;          /* the folder last found to distinguish case: mostly the next file is in it too */
};

static void
names_free (gpointer names)
{
  if (names != NULL)
    g_hash_table_unref (names);
}

QuarryNames *
quarry_names_new (void)
{
  QuarryNames *self = g_new0 (QuarryNames, 1);

  self->folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, names_free);
  return self;
}

void
quarry_names_free (QuarryNames *self)
{
  g_hash_table_unref (self->folders);
  g_free (self->last);
  g_free (self);
}

/* @name with the case of all ASCII letters swapped; NULL where it has none. */
static char *
swap_letters (const char *name)
{
  char *other = g_strdup (name);

  for (char *c = other; *c != '\0'; c++)
    if (g_ascii_isalpha (*c))
      *c ^= 0x20;
  if (strcmp (other, name) == 0)
    g_clear_pointer (&other, g_free);
  return other;
}

static gboolean
is_found_as (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  struct stat info;

  return lstat (path, &info) == 0;
}

static GHashTable *
list_names (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  GHashTable *names = dir != NULL ? g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) : NULL;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    g_hash_table_add (names, g_strdup (name));
  return names;
}

static gboolean
folder_has (QuarryNames *self, const char *folder, const char *name)
{
  gpointer names = NULL;

  if (!g_hash_table_lookup_extended (self->folders, folder, NULL, &names))
    {
      g_autofree char *other = swap_letters (name);

      /* If a file is found by the name and by its swapped form, case does not matter in the folder, or there are two
       * files. Their inodes do not tell: FUSE may give the same file another one by each name. */
      if (other == NULL || !is_found_as (folder, name))
        return TRUE;
      if (is_found_as (folder, other))
        names = list_names (folder);
      g_hash_table_insert (self->folders, g_strdup (folder), names);
    }
  return names == NULL || g_hash_table_contains (names, name);
}

gboolean
quarry_names_has (QuarryNames *self, const char *root, const char *path)
{
  g_autofree char *folder = NULL;
  const char *slash = strrchr (path, '/');
  gboolean has = TRUE;

  if (slash == NULL || strcmp (root, path) == 0 || !quarry_path_is_below (path, root))
    return TRUE;
  folder = g_strndup (path, (gsize) (slash - path));
  if (g_strcmp0 (self->last, folder) == 0)
    return TRUE;
  has = quarry_names_has (self, root, folder) && folder_has (self, *folder != '\0' ? folder : "/", slash + 1);
  /* If case matters in a folder, all names in it are right, provided that its own path is. */
  if (has && g_hash_table_lookup_extended (self->folders, folder, NULL, NULL)
      && g_hash_table_lookup (self->folders, folder) == NULL)
    {
      g_free (self->last);
      self->last = g_steal_pointer (&folder);
    }
  return has;
}
