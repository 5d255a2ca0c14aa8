/* cli.c: what the commands of quarry-cli share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "app/cli/cli.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/place/quarry-library-place.h"

gboolean
cli_parse (CliGlobal *global,
           const char *name,
           const char *teach,
           const GOptionEntry *entries,
           int *argc,
           char ***argv)
{
  const GOptionEntry global_entries[] = {
    { "library", 0, 0, G_OPTION_ARG_FILENAME, &global->library,
      N_ ("Use the library in DIR"), N_ ("DIR") },
    { "model", 0, 0, G_OPTION_ARG_FILENAME, &global->model,
      N_ ("Use the model in PATH"), N_ ("PATH") },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (name);
  g_autoptr (GError) error = NULL;
  g_autofree char *program = g_strdup ((*argv)[0]);

  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_set_summary (context, teach);
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, global_entries, GETTEXT_PACKAGE);
  g_set_prgname ("quarry-cli");
  if (!g_option_context_parse (context, argc, argv, &error))
    {
      cli_wrong_use (program, error->message);
      return FALSE;
    }
  /* Everything after "--" is an argument, even if it looks like an option. GLib may leave the "--" in place; remove
   * it. */
  if (*argc > 1 && strcmp ((*argv)[1], "--") == 0)
    {
      memmove (*argv + 1, *argv + 2, sizeof (char *) * (gsize) (*argc - 1));
      (*argc)--;
    }
  if ((global->library != NULL && *global->library == '\0')
      || (global->model != NULL && *global->model == '\0'))
    {
      cli_wrong_use (program, _("--library and --model take a name that is not empty."));
      return FALSE;
    }

  return TRUE;
}

gboolean
cli_check_paths (const char *command, int argc, char **argv)
{
  for (int i = 1; i < argc; i++)
    if (*argv[i] == '\0')
      {
        cli_wrong_use (command, _("A name of a file or folder is empty."));
        return FALSE;
      }

  return TRUE;
}

int
cli_wrong_use (const char *command, const char *message)
{
  cli_complain ("%s", message);
  fprintf (stderr, _("Try “quarry-cli %s --help”.\n"), command);

  return CLI_WRONG_USE;
}

char *
cli_dup_plain (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *plain = g_string_sized_new (strlen (valid));

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      g_string_append_unichar (plain, g_unichar_iscntrl (c) ? ' ' : c);
    }

  return g_string_free (plain, FALSE);
}

void
cli_print_plain (const char *text)
{
  g_autofree char *plain = cli_dup_plain (text);

  fputs (plain, stdout);
}

void
cli_complain (const char *format, ...)
{
  g_autofree char *message = NULL;
  g_autofree char *valid = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  valid = cli_dup_plain (message);
  fprintf (stderr, "quarry-cli: %s\n", valid);
}

static char *
library_folder (CliGlobal *global)
{
  return global->library != NULL ? g_strdup (global->library) : quarry_library_default_folder ();
}

QuarryLibrary *
cli_open (CliGlobal *global, QuarryLibraryMode mode)
{
  g_autoptr (GError) error = NULL;
  QuarryLibrary *library = quarry_library_open (global->library, global->model, mode, &error);

  if (library == NULL)
    cli_complain ("%s", error->message);

  return library;
}

gboolean
cli_library_exists (CliGlobal *global)
{
  g_autofree char *folder = library_folder (global);
  g_autofree char *file = g_build_filename (folder, "library.db", NULL);
  struct stat info;

  /* If the file exists but cannot be looked at, or was there on a disk that is not connected, opening it will report
   * why. */
  if (stat (file, &info) == 0 || errno != ENOENT || quarry_library_place_is_lost (folder))
    return TRUE;

  cli_complain (_("There is no library in %s yet. Make one with “quarry-cli import PATH…”."), folder);
  return FALSE;
}

gboolean
cli_has_colours (int fd)
{
  const char *terminal = g_getenv ("TERM");

  return isatty (fd) && g_getenv ("NO_COLOR") == NULL && terminal != NULL
         && strcmp (terminal, "dumb") != 0;
}

void
cli_print_json_node (JsonNode *root)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autofree char *text = NULL;
  g_auto (GStrv) pieces = NULL;

  json_generator_set_root (generator, root);
  text = json_generator_to_data (generator, NULL);
  /* json-glib escapes all control characters but this one. */
  pieces = g_strsplit (text, "\x1f", -1);
  for (guint i = 0; pieces[i] != NULL; i++)
    printf ("%s%s", i > 0 ? "\\u001f" : "", pieces[i]);
  putchar ('\n');
}

void
cli_print_json (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);

  cli_print_json_node (root);
}

void
cli_add_path (JsonBuilder *builder, const char *path)
{
  g_autofree char *shown = g_filename_display_name (path);

  cli_add_string (builder, "path", shown);
}

void
cli_add_int (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

void
cli_add_double (JsonBuilder *builder, const char *name, double value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_double_value (builder, isfinite (value) ? value : 0);
}

void
cli_add_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}
