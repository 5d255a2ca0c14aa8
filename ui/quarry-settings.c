/* quarry-settings.c: what Quarry remembers from one start to the next
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/quarry-settings.h"

/* TRUE where this program lies in the folder that it was built in. */
static gboolean
run_from_build (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);

  return program && g_str_has_prefix (program, QUARRY_BUILDDIR "/");
}

static GSettings *
open_settings (void)
{
  GSettingsSchemaSource *installed = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchemaSource) built = NULL;
  g_autoptr (GSettingsSchema) schema = NULL;

  if (run_from_build ())
    built = g_settings_schema_source_new_from_directory (QUARRY_BUILDDIR "/data", installed, TRUE,
                                                         NULL);
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

/* A schema of another version may lack a key, and asking for it would abort. */
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
