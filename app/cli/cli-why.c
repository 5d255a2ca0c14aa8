/* cli-why.c: quarry-cli why
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <stdio.h>

#include "app/cli/cli.h"
#include "core/files/quarry-path.h"
#include "core/library/import/quarry-why.h"

static void
add_passages (JsonBuilder *builder, const QuarryWhy *why)
{
  json_builder_set_member_name (builder, "list");
  json_builder_begin_array (builder);
  for (guint i = 0; i < why->passages->len; i++)
    {
      const QuarryWhyPassage *passage = why->passages->pdata[i];
      g_autofree char *opening = quarry_why_passage_opening (passage);

      json_builder_begin_object (builder);
      cli_add_int (builder, "passage", passage->record->id);
      cli_add_int (builder, "rank", passage->rank);
      cli_add_path (builder, passage->path);
      json_builder_set_member_name (builder, "page");
      if (passage->record->page > 0)
        json_builder_add_int_value (builder, passage->record->page);
      else
        json_builder_add_null_value (builder);
      cli_add_string (builder, "opening", opening);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
print_json (const QuarryWhy *why, const char *query)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  cli_add_path (builder, why->path);
  cli_add_string (builder, "state", quarry_why_state_name (why->state));
  cli_add_string (builder, "reason", why->reason);
  cli_add_int (builder, "passages", why->n_passages);
  json_builder_set_member_name (builder, "documents");
  json_builder_begin_array (builder);
  for (guint i = 0; i < why->documents->len; i++)
    {
      const QuarryDocumentRecord *record = why->documents->pdata[i];

      json_builder_begin_object (builder);
      cli_add_path (builder, record->path);
      cli_add_string (builder, "title", record->title);
      cli_add_int (builder, "passages", record->n_passages);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  add_passages (builder, why);
  if (query != NULL)
    {
      cli_add_string (builder, "query", query);
      cli_add_int (builder, "rank", why->rank);
      cli_add_int (builder, "passage", why->passage);
      cli_add_int (builder, "looked_at", why->n_looked);
    }
  json_builder_end_object (builder);
  cli_print_json (builder);
}

/* If there is no library, the file is in none of its folders; answer with that. */
static void
print_without_library (const char *path, const char *query)
{
  g_autofree char *resolved = quarry_path_resolve (path);
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  QuarryWhy why = { .path = resolved, .documents = none, .passages = none };

  why.state = g_file_test (resolved, G_FILE_TEST_EXISTS) ? QUARRY_WHY_OUTSIDE : QUARRY_WHY_MISSING;
  print_json (&why, query);
}

static void
print_passages (const QuarryWhy *why)
{
  g_autofree char *rest = quarry_why_explain_rest (why);

  for (guint i = 0; i < why->passages->len; i++)
    {
      const QuarryWhyPassage *passage = why->passages->pdata[i];
      g_autofree char *opening = quarry_why_passage_opening (passage);
      g_autofree char *place = quarry_why_passage_place (passage, why);

      printf ("%10" PRId64 "  ", passage->record->id);
      cli_print_plain (opening);
      if (*place != '\0')
        {
          printf ("\n%12s", "");
          cli_print_plain (place);
        }
      putchar ('\n');
    }
  if (rest != NULL)
    printf ("%12s%s\n", "", rest);
}

static void
print_plain (const QuarryWhy *why)
{
  g_autofree char *path = g_filename_display_name (why->path);
  g_autofree char *place = quarry_why_explain_place (why);

  cli_print_plain (path);
  fputs ("\n  ", stdout);
  cli_print_plain (why->reason);
  putchar ('\n');
  if (place != NULL)
    {
      fputs ("  ", stdout);
      cli_print_plain (place);
      putchar ('\n');
    }
  print_passages (why);
}

int
cli_why (CliGlobal *global, int argc, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print one JSON object"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (QuarryLibrary) library = NULL;
  g_autoptr (QuarryWhy) why = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *query = NULL;

  if (!cli_parse (global, "why PATH [QUERY]",
                  _ ("Says why a file is not found: where it lies, which rule passes it over, how reading it "
                     "failed, or, with a query, where its best passage stands."),
                  entries, &argc, &argv))
    return CLI_WRONG_USE;
  if (argc < 2)
    return cli_wrong_use ("why", _ ("why needs a file."));
  if (!cli_check_paths ("why", 2, argv))
    return CLI_WRONG_USE;
  if (argc > 2)
    {
      g_autofree char *typed = g_strjoinv (" ", argv + 2);

      query = g_utf8_make_valid (typed, -1);
    }
  if (!cli_library_exists (global))
    {
      if (json)
        print_without_library (argv[1], query);
      return CLI_PARTLY;
    }
  library = cli_open (global, QUARRY_LIBRARY_READ);
  if (library == NULL)
    return CLI_NO_LIBRARY;

  why = quarry_library_why (library, argv[1], query, NULL, &error);
  if (why == NULL)
    {
      cli_complain ("%s", error->message);
      return CLI_NO_LIBRARY;
    }
  if (json)
    print_json (why, query);
  else
    print_plain (why);
  return why->state == QUARRY_WHY_READ && (query == NULL || why->rank > 0) ? CLI_DONE : CLI_PARTLY;
}
