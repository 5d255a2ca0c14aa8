/* quarry-library-values.c: the values that cross D-Bus: arguments checked, answers described
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/service/quarry-library-values.h"

#include <glib/gi18n-lib.h>
#include <limits.h>
#include <string.h>

/* A longer query is refused, since the search would cut it; see quarry-query.c. */
#define MAX_QUERY_BYTES 8192
#define DEFAULT_LIMIT 20
#define MAX_LIMIT 100
#define MAX_PATHS 1000

/* --- Arguments -------------------------------------------------------------------------------- */

static gboolean
refuse (GError **error, const char *sentence)
{
  g_set_error_literal (error, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS, sentence);
  return FALSE;
}

gboolean
quarry_library_check_query (const char *query, GError **error)
{
  if (strnlen (query, MAX_QUERY_BYTES + 1) <= MAX_QUERY_BYTES)
    return TRUE;
  g_set_error (error, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS, _("A query is at most %d bytes long."), MAX_QUERY_BYTES);
  return FALSE;
}

static gboolean
read_limit (GVariant *value, QuarrySearchOptions *options, GError **error)
{
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32) || g_variant_get_uint32 (value) < 1
      || g_variant_get_uint32 (value) > MAX_LIMIT)
    return refuse (error, _("The option “limit” takes a number from 1 to 100, of the type u."));
  options->limit = g_variant_get_uint32 (value);
  return TRUE;
}

static gboolean
read_variety (GVariant *value, QuarrySearchOptions *options, GError **error)
{
  /* Written so that NAN fails the test too. */
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE)
      || !(g_variant_get_double (value) >= 0 && g_variant_get_double (value) <= 1))
    return refuse (error, _("The option “variety” takes a number from 0 to 1, of the type d."));
  options->diversity = g_variant_get_double (value);
  return TRUE;
}

static gboolean
read_typing (GVariant *value, QuarrySearchOptions *options, GError **error)
{
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    return refuse (error, _("The option “typing” is of the type b."));
  options->typing = g_variant_get_boolean (value);
  return TRUE;
}

gboolean
quarry_library_read_options (GVariant *given, QuarrySearchOptions *options, GError **error)
{
  static const struct
  {
    const char *name;
    gboolean (*read) (GVariant *value, QuarrySearchOptions *options, GError **error);
  } known[] = { { "limit", read_limit }, { "variety", read_variety }, { "typing", read_typing } };
  GVariantIter iter;
  const char *name;
  GVariant *value;

  *options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  options->limit = DEFAULT_LIMIT;
  g_variant_iter_init (&iter, given);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &value))
    {
      g_autoptr (GVariant) owned = value;
      guint i = 0;

      while (i < G_N_ELEMENTS (known) && strcmp (name, known[i].name) != 0)
        i++;
      if (i == G_N_ELEMENTS (known))
        return refuse (error, _("There are the options “limit”, “variety” and “typing”, and no others."));
      if (!known[i].read (owned, options, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
quarry_library_check_paths (const char *const *paths, GError **error)
{
  guint n = 0;

  for (; paths[n] != NULL && n <= MAX_PATHS; n++)
    if (!g_path_is_absolute (paths[n]) || strnlen (paths[n], PATH_MAX) >= PATH_MAX)
      return refuse (error, _("Paths are to be absolute, and not longer than paths can be."));
  if (n < 1 || n > MAX_PATHS)
    return refuse (error, _("From 1 to 1000 paths can be added with one call."));
  return TRUE;
}

/* --- Answers ---------------------------------------------------------------------------------- */

GVariant *
quarry_library_describe_status (const QuarryLibraryStatus *status, gboolean importing, gboolean writable)
{
  g_autofree char *folder = g_filename_display_name (status->folder);
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "documents", "t", status->counts.documents);
  g_variant_dict_insert (&dict, "passages", "t", status->counts.passages);
  g_variant_dict_insert (&dict, "text_bytes", "t", status->counts.text_bytes);
  g_variant_dict_insert (&dict, "library", "s", folder);
  g_variant_dict_insert (&dict, "importing", "b", importing);
  g_variant_dict_insert (&dict, "writable", "b", writable);
  g_variant_dict_insert (&dict, "version", "s", QUARRY_VERSION);
  return g_variant_dict_end (&dict);
}

static guint32
clamp (guint64 count)
{
  return (guint32) MIN (count, G_MAXUINT32);
}

GVariant *
quarry_library_describe_import (QuarryImport *import)
{
  g_autofree char *current = quarry_import_get_current (import);
  const GError *error = quarry_import_get_error (import);
  QuarryImportProgress progress;
  GVariantDict dict;

  quarry_import_get_progress (import, &progress);
  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "done", "u",
                         clamp (progress.imported + progress.unchanged + progress.failed + progress.skipped));
  g_variant_dict_insert (&dict, "total", "u", clamp (progress.found));
  g_variant_dict_insert (&dict, "failed", "u", clamp (progress.failed));
  g_variant_dict_insert (&dict, "file", "s", current ? current : "");
  g_variant_dict_insert (&dict, "finished", "b", quarry_import_get_finished (import));
  if (error)
    g_variant_dict_insert (&dict, "error", "s", error->message);
  return g_variant_dict_end (&dict);
}
