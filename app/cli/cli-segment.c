/* cli-segment.c: quarry-cli segment
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <unistd.h>

#include "app/cli/cli.h"
#include "core/embed/quarry-embedder.h"
#include "core/segment/quarry-segmenter.h"

static void
add_segment (JsonBuilder *builder, QuarryDocument *document, const QuarrySegment *segment)
{
  g_auto (GStrv) heading = quarry_document_heading_path (document, segment->span.start);
  guint page = quarry_document_page_at (document, segment->span.start);

  json_builder_begin_object (builder);
  cli_add_int (builder, "start", quarry_document_characters_at (document, segment->span.start));
  cli_add_int (builder, "end", quarry_document_characters_at (document, segment->span.end));
  json_builder_set_member_name (builder, "heading");
  json_builder_begin_array (builder);
  for (guint i = 0; heading[i] != NULL; i++)
    json_builder_add_string_value (builder, heading[i]);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "page");
  if (page > 0)
    json_builder_add_int_value (builder, page);
  else
    json_builder_add_null_value (builder);
  cli_add_double (builder, "cohesion", (double) segment->cohesion);
  json_builder_end_object (builder);
}

static void
print_json (const char *path, QuarryDocument *document, GArray *segments, GArray *depths)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  gsize length;

  quarry_document_get_text (document, &length);
  json_builder_begin_object (builder);
  cli_add_path (builder, path);
  cli_add_int (builder, "characters", quarry_document_characters_at (document, (guint32) length));
  json_builder_set_member_name (builder, "segments");
  json_builder_begin_array (builder);
  for (guint i = 0; i < segments->len; i++)
    add_segment (builder, document, &g_array_index (segments, QuarrySegment, i));
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "depths");
  json_builder_begin_array (builder);
  for (guint i = 0; i < depths->len; i++)
    json_builder_add_double_value (builder, (double) g_array_index (depths, float, i));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  cli_print_json (builder);
}

/* For a file that cannot be read: with --json, standard output has an object all the same. */
static void
print_json_reason (const char *path, const char *reason)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  cli_add_path (builder, path);
  cli_add_string (builder, "reason", reason);
  json_builder_end_object (builder);
  cli_print_json (builder);
}

static void
print_segment (QuarryDocument *document, const QuarrySegment *segment, guint number, gboolean colours)
{
  g_auto (GStrv) heading = quarry_document_heading_path (document, segment->span.start);
  g_autofree char *place = g_strjoinv (" › ", heading);
  guint page = quarry_document_page_at (document, segment->span.start);
  const char *text = quarry_document_get_text (document, NULL);

  printf ("%s── %u", colours ? "\033[1m" : "", number);
  if (*place != '\0')
    {
      fputs (" · ", stdout);
      cli_print_plain (place);
    }
  if (page > 0)
    printf (_(" · p. %u"), page);
  printf (ngettext (" · %u sentence", " · %u sentences", segment->n_sentences), segment->n_sentences);
  printf ("%s\n", colours ? "\033[0m" : "");
  for (const char *p = text + segment->span.start; p < text + segment->span.end;
       p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_iscntrl (c) && c != '\n' && c != '\t')
        putchar (' ');
      else
        fwrite (p, 1, (gsize) (g_utf8_next_char (p) - p), stdout);
    }
  putchar ('\n');
}

int
cli_segment (CliGlobal *global, int argc, char **argv)
{
  gboolean json = FALSE;
  double granularity = QUARRY_GRANULARITY_DEFAULT;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print one JSON object"), NULL },
    { "granularity", 0, 0, G_OPTION_ARG_DOUBLE, &granularity,
      N_ ("How finely to cut: 0 coarsest, 1 finest (0.5)"), N_ ("0..1") },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GArray) segments = NULL;
  g_autoptr (GArray) depths = NULL;
  g_autoptr (GError) error = NULL;

  if (!cli_parse (global, "segment FILE",
                  _("Reads a file and shows where its topic changes. Needs no library, and changes none."),
                  entries, &argc, &argv))
    return CLI_WRONG_USE;
  if (argc != 2)
    return cli_wrong_use ("segment", _("Name one file."));
  if (!cli_check_paths ("segment", argc, argv))
    return CLI_WRONG_USE;
  if (!(granularity >= 0 && granularity <= 1))
    return cli_wrong_use ("segment", _("--granularity takes a number from 0 to 1."));

  document = quarry_segment_file (argv[1], global->model, granularity, &segments, &depths, &error);
  if (document == NULL)
    {
      g_autofree char *path = g_filename_display_name (argv[1]);

      if (error->domain == QUARRY_EMBED_ERROR)
        {
          cli_complain ("%s", error->message);
          return CLI_NO_LIBRARY;
        }
      if (json)
        print_json_reason (argv[1], error->message);
      cli_complain ("%s: %s", path, error->message);
      return CLI_PARTLY;
    }

  if (json)
    print_json (argv[1], document, segments, depths);
  else
    for (guint i = 0; i < segments->len; i++)
      print_segment (document, &g_array_index (segments, QuarrySegment, i), i + 1,
                     cli_has_colours (STDOUT_FILENO));

  return CLI_DONE;
}
