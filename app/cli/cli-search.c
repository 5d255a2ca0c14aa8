/* cli-search.c: quarry-cli search and similar
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "app/cli/cli.h"
#include "core/library/search/quarry-describe.h"
#include "core/library/search/quarry-see-also.h"
#include "core/rank/quarry-confidence.h"

#define BOLD "\033[1m"
#define UNDERLINE "\033[4m"
#define DIM "\033[2m"
#define PLAIN "\033[0m"

/* At most so many other places of a hit's text are printed. */
#define MOST_COPIES 3

/* --- JSON -------------------------------------------------------------------------------------- */

/* Members without a known value are null. */
static void
add_nulls (JsonArray *objects, const char *const *names)
{
  for (guint i = 0; i < json_array_get_length (objects); i++)
    {
      JsonObject *object = json_array_get_object_element (objects, i);

      for (guint n = 0; names[n] != NULL; n++)
        if (!json_object_has_member (object, names[n]))
          json_object_set_null_member (object, names[n]);
    }
}

/* @answer: NULL if there is no library yet. */
static void
print_answer_json (QuarryAnswer *answer, const char *query)
{
  static const char *const of_hit[] = { "page", "context", "dense_rank", "lexical_rank", "most_like", "topic", NULL };
  static const char *const of_copy[] = { "page", NULL };
  g_autoptr (GVariant) described = g_variant_ref_sink (
      answer != NULL ? quarry_describe_answer (answer)
                     : g_variant_new_parsed ("{'took_ms': <0.0>, 'confidence': <0.0>, 'corrections': <@aa{ss} []>,"
                                             " 'hits': <@aa{sv} []>, 'topics': <@aa{sv} []>}"));
  g_autoptr (JsonNode) node = json_gvariant_serialize (described);
  JsonObject *object = json_node_get_object (node);
  JsonArray *hits = json_object_get_array_member (object, "hits");
  g_autofree char *valid = g_utf8_make_valid (query, -1);

  json_object_set_string_member (object, "query", valid);
  if (!json_object_has_member (object, "hint"))
    json_object_set_null_member (object, "hint");
  add_nulls (hits, of_hit);
  for (guint i = 0; i < json_array_get_length (hits); i++)
    add_nulls (json_object_get_array_member (json_array_get_object_element (hits, i), "copies"), of_copy);
  cli_print_json_node (node);
}

/* --- For people -------------------------------------------------------------------------------- */

static int
terminal_width (void)
{
  struct winsize size;

  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
    return MIN (size.ws_col, 110);
  return 80;
}

static const QuarryHitWord *
word_at (QuarryHit *hit, guint32 offset)
{
  guint n;
  const QuarryHitWord *words = quarry_hit_get_words (hit, &n);

  for (guint i = 0; i < n; i++)
    if (words[i].span.start <= offset && offset < words[i].span.end)
      return &words[i];

  return NULL;
}

/* Where the printed part of the passage begins: at its start if the best sentence then fits, else at that sentence. */
static guint32
snippet_start (QuarryHit *hit, int room)
{
  QuarrySpan sentence = quarry_hit_get_sentence (hit);

  return sentence.end <= (guint32) room ? 0 : sentence.start;
}

/* Control characters are printed as blanks, so that a document cannot send commands to the terminal. */
static void
print_character (const char *p)
{
  gunichar c = g_utf8_get_char (p);

  if (g_unichar_iscntrl (c))
    putchar (' ');
  else
    fwrite (p, 1, (gsize) (g_utf8_next_char (p) - p), stdout);
}

/* Prints up to three lines of the passage, wrapped at blanks. */
static void
print_snippet (QuarryHit *hit, int width, gboolean colours)
{
  const char *text = quarry_hit_get_text (hit);
  int room = width - 4;
  guint32 at = snippet_start (hit, 3 * room);
  const char *p = text + at;

  for (int line = 0; line < 3 && *p != '\0'; line++)
    {
      const char *end = p, *last_blank = NULL;
      int used = 0;

      while (*end != '\0' && used < room)
        {
          if (g_unichar_isspace (g_utf8_get_char (end)))
            last_blank = end;
          end = g_utf8_next_char (end);
          used++;
        }
      if (*end != '\0' && last_blank != NULL)
        end = last_blank;

      fputs ("    ", stdout);
      for (; p < end; p = g_utf8_next_char (p))
        {
          const QuarryHitWord *word = colours ? word_at (hit, (guint32) (p - text)) : NULL;

          if (word != NULL && word->span.start == (guint32) (p - text))
            fputs (word->kind == QUARRY_MATCH_LITERAL ? BOLD : UNDERLINE, stdout);
          print_character (p);
          if (word != NULL && word->span.end == (guint32) (g_utf8_next_char (p) - text))
            fputs (PLAIN, stdout);
        }
      if (colours)
        fputs (PLAIN, stdout);
      if (line == 2 && *p != '\0')
        fputs (" …", stdout);
      putchar ('\n');
      while (*p != '\0' && g_unichar_isspace (g_utf8_get_char (p)))
        p = g_utf8_next_char (p);
    }
}

/* Prints the other documents with the hit's text, each once. */
static void
print_copies (QuarryHit *hit)
{
  g_autoptr (GHashTable) said = g_hash_table_new (g_str_hash, g_str_equal);
  guint n, n_left = 0;
  QuarryHit *const *copies = quarry_hit_get_copies (hit, &n);

  for (guint i = 0; i < n; i++)
    {
      const char *path = quarry_hit_get_path (copies[i]);
      g_autofree char *shown = g_filename_display_name (path);

      if (strcmp (path, quarry_hit_get_path (hit)) == 0 || !g_hash_table_add (said, (gpointer) path))
        continue;
      if (g_hash_table_size (said) > MOST_COPIES)
        {
          n_left++;
          continue;
        }
      if (g_hash_table_size (said) == 1)
        printf ("\n    %s ", _("also in:"));
      else
        fputs (", ", stdout);
      cli_print_plain (shown);
    }
  if (n_left > 0)
    printf (ngettext (" and %u more", " and %u more", n_left), n_left);
}

static void
print_hit (QuarryHit *hit, int width, gboolean colours)
{
  const char *const *heading = quarry_hit_get_heading (hit);
  g_autofree char *place = g_strjoinv (" › ", (char **) heading);
  g_autofree char *path = g_filename_display_name (quarry_hit_get_path (hit));
  float similarity = CLAMP (quarry_hit_get_similarity (hit), 0.f, 1.f);
  int full = (int) lroundf (similarity * 8);

  printf ("%s%2u%s  ", colours ? DIM : "", quarry_hit_get_rank (hit), colours ? PLAIN : "");
  for (int i = 0; i < 8 && !quarry_hit_is_listed (hit); i++)
    fputs (i < full ? "▮" : "▯", stdout);
  if (!quarry_hit_is_listed (hit))
    printf (" %3.0f %%  ", (double) (similarity * 100));
  fputs (colours ? BOLD : "", stdout);
  cli_print_plain (quarry_hit_get_title (hit));
  fputs (colours ? PLAIN : "", stdout);
  if (*place != '\0' && strcmp (place, quarry_hit_get_title (hit)) != 0)
    {
      fputs (" › ", stdout);
      cli_print_plain (place);
    }
  if (quarry_hit_get_page (hit) > 0)
    printf (_(" · p. %u"), quarry_hit_get_page (hit));
  putchar ('\n');
  print_snippet (hit, width, colours);
  printf ("    %s", colours ? DIM : "");
  cli_print_plain (path);
  printf (_("  [passage %" PRId64 "]"), quarry_hit_get_passage (hit));
  print_copies (hit);
  printf ("%s\n\n", colours ? PLAIN : "");
}

static void
print_corrections (QuarryAnswer *answer)
{
  const char *const *corrections = quarry_answer_get_corrections (answer);

  if (corrections[0] == NULL)
    return;
  printf ("%s", _("Also:"));
  for (guint i = 0; corrections[i] != NULL; i += 2)
    {
      fputs (i > 0 ? ", " : " ", stdout);
      cli_print_plain (corrections[i + 1]);
    }
  printf ("  (%s)\n\n", _("--as-typed searches for what was typed alone"));
}

static void
print_answer (QuarryAnswer *answer)
{
  GListModel *hits = quarry_answer_get_hits (answer);
  GListModel *topics = quarry_answer_get_topics (answer);
  guint n = g_list_model_get_n_items (hits);
  guint n_likely = quarry_answer_get_n_likely (answer);
  gboolean colours = cli_has_colours (STDOUT_FILENO);
  int width = terminal_width ();

  if (quarry_answer_get_hint (answer) != NULL)
    cli_complain ("%s", quarry_answer_get_hint (answer));
  if (n == 0)
    {
      puts (_("Nothing was found."));
      return;
    }
  print_corrections (answer);
  if (quarry_answer_get_confidence (answer) < QUARRY_CONFIDENCE_DOUBT)
    printf ("%s\n\n", _("Nothing in the library is clearly about that. The closest passages:"));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (hits, i);

      if (i == n_likely)
        printf ("%s%s%s\n\n", colours ? DIM : "", _("Less likely"), colours ? PLAIN : "");
      print_hit (hit, width, colours);
    }
  if (g_list_model_get_n_items (topics) > 0)
    {
      printf ("%s", _("Topics:"));
      for (guint i = 0; i < g_list_model_get_n_items (topics); i++)
        {
          g_autoptr (QuarryTopicItem) topic = g_list_model_get_item (topics, i);

          fputs (i > 0 ? " · " : " ", stdout);
          cli_print_plain (quarry_topic_item_get_label (topic));
          printf (" %u", quarry_topic_item_get_count (topic));
        }
      putchar ('\n');
    }
}

static int
report (QuarryAnswer *answer, const char *query, gboolean json)
{
  if (json)
    print_answer_json (answer, query);
  else
    print_answer (answer);

  return g_list_model_get_n_items (quarry_answer_get_hits (answer)) > 0 ? CLI_DONE : CLI_PARTLY;
}

/* --- Commands ---------------------------------------------------------------------------------- */

static gboolean
mode_from_name (const char *name, QuarrySearchMode *mode)
{
  static const char *const names[] = { "hybrid", "dense", "lexical" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (name, names[i]) == 0)
      {
        *mode = i;
        return TRUE;
      }

  return FALSE;
}

static gboolean
read_ids (char **texts, GArray *ids)
{
  for (guint i = 0; texts != NULL && texts[i] != NULL; i++)
    {
      gint64 id;

      if (!g_ascii_string_to_signed (texts[i], 10, 1, G_MAXINT64, &id, NULL))
        return FALSE;
      g_array_append_val (ids, id);
    }
  return TRUE;
}

/* Complains about the passages that the library does not have. FALSE where there are any. */
static gboolean
check_ids (QuarryLibrary *library, const GArray *ids)
{
  gboolean all = TRUE;

  for (guint i = 0; i < ids->len; i++)
    {
      g_autoptr (GError) error = NULL;

      if (quarry_library_check_passage (library, g_array_index (ids, gint64, i), &error))
        continue;
      cli_complain ("%s", error->message);
      all = FALSE;
    }
  return all;
}

/* Sets @options from the command line. Returns a message about what is wrong there, NULL if nothing is. */
static const char *
take_options (QuarrySearchOptions *options, int limit, double diversity, const char *mode, const char *method)
{
  if (limit < 1 || limit > 1000)
    return _("--limit takes a number from 1 to 1000.");
  if (!(diversity >= 0 && diversity <= 1))
    return _("--diversity takes a number from 0 to 1.");
  if (mode != NULL && !mode_from_name (mode, &options->mode))
    return _("--mode takes hybrid, dense or lexical.");
  if (method != NULL && !quarry_diversity_method_from_name (method, &options->method))
    return _("--method takes coverage, mmr, dpp, mixture or none.");
  options->limit = (guint) limit;
  options->diversity = diversity;
  return NULL;
}

int
cli_search (CliGlobal *global, int argc, char **argv)
{
  gboolean json = FALSE;
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  int limit = 10;
  double diversity = QUARRY_DIVERSITY_DEFAULT;
  g_autofree char *mode = NULL;
  g_autofree char *method = NULL;
  g_auto (GStrv) more = NULL;
  g_auto (GStrv) less = NULL;
  g_autoptr (GArray) more_ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) less_ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print one JSON object"), NULL },
    { "limit", 0, 0, G_OPTION_ARG_INT, &limit, N_ ("Show at most N passages (10)"), N_ ("N") },
    { "diversity", 0, 0, G_OPTION_ARG_DOUBLE, &diversity,
      N_ ("How much the passages shall differ: 0 not at all, 1 most (0.75)"), N_ ("0..1") },
    { "mode", 0, 0, G_OPTION_ARG_STRING, &mode, N_ ("hybrid (default), dense or lexical"), N_ ("MODE") },
    { "as-typed", 0, 0, G_OPTION_ARG_NONE, &options.as_typed,
      N_ ("Take no word for one that is spelt nearly so"), NULL },
    { "method", 0, 0, G_OPTION_ARG_STRING, &method,
      N_ ("Variety by coverage (default), mmr, dpp, mixture or none"), N_ ("METHOD") },
    { "more", 0, 0, G_OPTION_ARG_STRING_ARRAY, &more,
      N_ ("More passages like this one; may be given more than once"), N_ ("PASSAGE-ID") },
    { "less", 0, 0, G_OPTION_ARG_STRING_ARRAY, &less,
      N_ ("Fewer passages like this one, and not itself"), N_ ("PASSAGE-ID") },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (QuarryLibrary) library = NULL;
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *query = NULL;
  g_autofree char *trimmed = NULL;
  const char *wrong;
  gboolean more_exist, less_exist;
  int status;

  if (!cli_parse (global, "search QUERY",
                  _("Finds the passages nearest to the query by meaning and by words, chosen so that they\n"
                    "differ from each other. Bold words match literally, underlined ones by meaning.\n\n"
                    "The query may hold filters: type:pdf in:FOLDER after:2024 before:2024-06 author:NAME\n"
                    "title:WORD lang:de \"exact phrase\" +word -word. A word with a plus, or beside AND\n"
                    "(oil AND gas), is in every passage found in one of its forms, one in quotes as it\n"
                    "stands. Any word of the rest may match."),
                  entries, &argc, &argv))
    return CLI_WRONG_USE;
  if (argc < 2)
    return cli_wrong_use ("search", _("Say what to search for."));
  wrong = take_options (&options, limit, diversity, mode, method);
  if (wrong != NULL)
    return cli_wrong_use ("search", wrong);
  if (!read_ids (more, more_ids))
    return cli_wrong_use ("search", _("--more takes a passage's number."));
  if (!read_ids (less, less_ids))
    return cli_wrong_use ("search", _("--less takes a passage's number."));
  options.more = (const gint64 *) (gpointer) more_ids->data;
  options.n_more = more_ids->len;
  options.less = (const gint64 *) (gpointer) less_ids->data;
  options.n_less = less_ids->len;

  query = g_strjoinv (" ", argv + 1);
  trimmed = g_strstrip (g_utf8_make_valid (query, -1));
  if (*trimmed == '\0')
    return cli_wrong_use ("search", _("Say what to search for: the query is empty."));

  if (!cli_library_exists (global))
    {
      if (json)
        print_answer_json (NULL, trimmed);
      return CLI_PARTLY;
    }
  library = cli_open (global, QUARRY_LIBRARY_READ);
  if (library == NULL)
    return CLI_NO_LIBRARY;
  answer = quarry_library_search (library, trimmed, &options, NULL, &error);
  if (answer == NULL)
    {
      cli_complain ("%s", error->message);
      return CLI_NO_LIBRARY;
    }

  status = report (answer, trimmed, json);
  more_exist = check_ids (library, more_ids);
  less_exist = check_ids (library, less_ids);
  return more_exist && less_exist ? status : CLI_PARTLY;
}

int
cli_similar (CliGlobal *global, int argc, char **argv)
{
  gboolean json = FALSE;
  int limit = 10;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print one JSON object"), NULL },
    { "limit", 0, 0, G_OPTION_ARG_INT, &limit, N_ ("Show at most N passages (10)"), N_ ("N") },
    G_OPTION_ENTRY_NULL,
  };
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (QuarryLibrary) library = NULL;
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *shown = NULL;
  const char *wrong;
  gboolean is_passage;
  gint64 passage;

  if (!cli_parse (global, "similar PASSAGE-ID|FILE",
                  _("Finds passages of other documents that are like one that a search found; its number\n"
                    "stands in brackets below the passage, and in the field “passage” of --json. With a file\n"
                    "of the library, passages like that document as a whole."),
                  entries, &argc, &argv))
    return CLI_WRONG_USE;
  if (argc != 2 || *argv[1] == '\0')
    return cli_wrong_use ("similar", _("Name one passage by its number, or one file."));
  is_passage = strspn (argv[1], "0123456789") == strlen (argv[1]);
  if (is_passage && !g_ascii_string_to_signed (argv[1], 10, 1, G_MAXINT64, &passage, NULL))
    return cli_wrong_use ("similar", _("A passage's number is one from 1 on that a search gave."));
  shown = g_utf8_make_valid (argv[1], -1);
  wrong = take_options (&options, limit, options.diversity, NULL, NULL);
  if (wrong != NULL)
    return cli_wrong_use ("similar", wrong);

  if (!cli_library_exists (global))
    {
      if (json)
        print_answer_json (NULL, shown);
      return CLI_PARTLY;
    }
  library = cli_open (global, QUARRY_LIBRARY_READ);
  if (library == NULL)
    return CLI_NO_LIBRARY;
  if (is_passage)
    answer = quarry_library_similar (library, passage, &options, NULL, &error);
  else if ((passage = quarry_library_find_first_passage (library, argv[1], &error)) > 0)
    answer = quarry_library_similar_document (library, passage, &options, NULL, &error);
  if (answer == NULL)
    {
      cli_complain ("%s", error->message);
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
        return CLI_NO_LIBRARY;
      if (json)
        print_answer_json (NULL, shown);
      return CLI_PARTLY;
    }

  return report (answer, shown, json);
}
