/* quarry-settings.c: what Quarry remembers from one start to the next
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/quarry-settings.h"

#include "core/place/quarry-place.h"

static GSettings *
open_settings (void)
{
  GSettingsSchemaSource *installed = g_settings_schema_source_get_default ();
  const char *in_build = quarry_place_choose (QUARRY_BUILDDIR "/data", NULL);
  g_autoptr (GSettingsSchemaSource) built = NULL;
  g_autoptr (GSettingsSchema) schema = NULL;

  if (in_build)
    built = g_settings_schema_source_new_from_directory (in_build, installed, TRUE, NULL);
  if (built || installed)
    schema = g_settings_schema_source_lookup (built ? built : installed, QUARRY_APPLICATION_ID, TRUE);
  return schema ? g_settings_new_full (schema, NULL, NULL) : NULL;
}

GSettings *
quarry_settings_get (void)
{
  static GSettings *settings;
  static gsize once;

  if (g_once_init_enter (&once))
    {
      settings = open_settings ();
      g_once_init_leave (&once, 1);
    }
  return settings;
}

/* A schema of another version may lack @key, and GSettings aborts when asked for a key that it does not have. */
static gboolean
has_key (const char *key)
{
  g_autoptr (GSettingsSchema) schema = NULL;

  if (!quarry_settings_get ())
    return FALSE;
  g_object_get (quarry_settings_get (), "settings-schema", &schema, NULL);
  return g_settings_schema_has_key (schema, key);
}

double
quarry_settings_get_double (const char *key, double fallback)
{
  return has_key (key) ? g_settings_get_double (quarry_settings_get (), key) : fallback;
}

void
quarry_settings_set_double (const char *key, double value)
{
  if (has_key (key))
    g_settings_set_double (quarry_settings_get (), key, value);
}

int
quarry_settings_get_int (const char *key, int fallback)
{
  return has_key (key) ? g_settings_get_int (quarry_settings_get (), key) : fallback;
}

void
quarry_settings_set_int (const char *key, int value)
{
  if (has_key (key))
    g_settings_set_int (quarry_settings_get (), key, value);
}

gboolean
quarry_settings_get_boolean (const char *key, gboolean fallback)
{
  return has_key (key) ? g_settings_get_boolean (quarry_settings_get (), key) : fallback;
}

void
quarry_settings_set_boolean (const char *key, gboolean value)
{
  if (has_key (key))
    g_settings_set_boolean (quarry_settings_get (), key, value);
}
