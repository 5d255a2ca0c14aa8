/* cli-suggest.c: quarry-cli suggest
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "app/cli/cli.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>

static void
print_json (const char *prefix, char **words)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  cli_add_string (builder, "prefix", prefix);
  json_builder_set_member_name (builder, "words");
  json_builder_begin_array (builder);
  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    json_builder_add_string_value (builder, words[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  cli_print_json (builder);
}

int
cli_suggest (CliGlobal *global, int argc, char **argv)
{
  gboolean json = FALSE;
  int limit = 10;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print one JSON object"), NULL },
    { "limit", 0, 0, G_OPTION_ARG_INT, &limit, N_ ("Show at most N words (10)"), N_ ("N") },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (QuarryLibrary) library = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *prefix = NULL;
  g_auto (GStrv) words = NULL;

  if (!cli_parse (global, "suggest PREFIX",
                  _("Lists words of the library that begin so, those in most passages first; where there\n"
                    "are none, words that are spelt nearly so."),
                  entries, &argc, &argv))
    return CLI_WRONG_USE;
  if (argc != 2 || *argv[1] == '\0')
    return cli_wrong_use ("suggest", _("Give one word, or the beginning of one."));
  if (limit < 1 || limit > 1000)
    return cli_wrong_use ("suggest", _("--limit takes a number from 1 to 1000."));

  prefix = g_utf8_make_valid (argv[1], -1);
  if (cli_library_exists (global))
    {
      library = cli_open (global, QUARRY_LIBRARY_READ);
      if (library == NULL)
        return CLI_NO_LIBRARY;
      words = quarry_library_suggest (library, prefix, (guint) limit, &error);
      if (words == NULL)
        {
          cli_complain ("%s", error->message);
          return CLI_NO_LIBRARY;
        }
    }

  if (json)
    print_json (prefix, words);
  for (guint i = 0; !json && words != NULL && words[i] != NULL; i++)
    {
      cli_print_plain (words[i]);
      putchar ('\n');
    }
  return words != NULL && words[0] != NULL ? CLI_DONE : CLI_PARTLY;
}
