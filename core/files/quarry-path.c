/* quarry-path.c: paths: resolving and comparing them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/files/quarry-path.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What stands in place of a character that is not shown. */
#define REPLACEMENT 0xfffd

static char *
resolve_path (const char *path)
{
  g_autofree char *above = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *resolved_above = NULL;
  char *resolved = realpath (path, NULL);

  if (resolved != NULL)
    {
      char *copy = g_strdup (resolved);

      free (resolved);
      return copy;
    }
  if (strcmp (above, path) == 0)
    return g_strdup (path);
  resolved_above = resolve_path (above);

  return g_build_filename (resolved_above, name, NULL);
}

char *
quarry_path_outer (const char *path)
{
  g_autofree char *outer = g_strdup (path);
  struct stat info;

  while (stat (outer, &info) != 0)
    {
      char *slash = strrchr (outer, '/');

      if (errno != ENOTDIR || slash == NULL || slash == outer)
        return g_strdup (path);
      *slash = '\0';
    }
  return g_steal_pointer (&outer);
}

char *
quarry_path_resolve (const char *path)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);

  return resolve_path (absolute);
}

static gboolean
is_misleading (gunichar c)
{
  return g_unichar_iscntrl (c) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

char *
quarry_path_display (const char *path)
{
  g_autofree char *shown = g_filename_display_name (path);
  GString *plain = NULL;

  for (const char *at = shown; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (plain == NULL && is_misleading (c))
        plain = g_string_new_len (shown, at - shown);
      if (plain != NULL)
        g_string_append_unichar (plain, is_misleading (c) ? REPLACEMENT : c);
    }
  return plain != NULL ? g_string_free (plain, FALSE) : g_steal_pointer (&shown);
}

char *
quarry_path_display_name (const char *path)
{
  g_autofree char *base = g_path_get_basename (path);

  return quarry_path_display (base);
}

gboolean
quarry_path_is_below (const char *path, const char *folder)
{
  gsize n = strlen (folder);

  while (n > 1 && folder[n - 1] == '/')
    n--;
  return strncmp (path, folder, n) == 0 && (path[n] == '/' || path[n] == '\0' || n == 1);
}
