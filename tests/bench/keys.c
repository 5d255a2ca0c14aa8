/* keys.c: how much the hits change from one key to the next
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *     keys [--queries N] [--mode hybrid|dense|lexical] DIR…
 *
 * The queries of judged collections (DIR in the BEIR layout; of long ones the first words) are typed
 * letter by letter, as in the window: ten hits, with variety. From each key's hits to the next one's:
 *   kept:  the share of hits that are still there;
 *   moved: the mean change of rank of those;
 *   first: how often the first hit is still the first;
 * once for hits as they are shown, once as they are ranked before variety chooses. A key is the first
 * letter of a word, one within it, its last, or the blank after it. The last letter may have been
 * foreseen (the word so far was taken to become this one), not foreseen (taken to become another), or
 * come after what is a word itself ("wing", "wings"); words that carry no content of their own ("the") are
 * counted apart.
 */
#include "quarry-config.h"

#include <stdlib.h>
#include <string.h>

#include "core/document/quarry-words.h"
#include "core/eval/quarry-eval-library.h"

#define DEPTH 10
#define MOST_WORDS 8

typedef enum
{
  FIRST_LETTER,
  WITHIN,
  FORESEEN,
  UNFORESEEN,
  AFTER_WORD,
  STOP_WORD,
  BLANK,
  N_KEYS
} Key;

typedef struct
{
  gint64 passages[DEPTH];
  guint n;
} Ranked;

typedef struct
{
  guint n;
  double kept, moved, first;
  guint n_moved;
} Change;

static QuarrySearchMode mode = QUARRY_SEARCH_HYBRID;

static gboolean
type (QuarryLibrary *library,
      const char *text,
      QuarryDiversityMethod method,
      QuarryAnswer *before,
      Ranked *ranked,
      QuarryAnswer **after)
{
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (GError) error = NULL;
  GListModel *hits;

  options.typing = TRUE;
  options.mode = mode;
  options.method = method;
  options.before = before;
  *after = quarry_library_search (library, text, &options, NULL, &error);
  if (*after == NULL)
    {
      g_printerr ("%s\n", error->message);
      return FALSE;
    }
  hits = quarry_answer_get_hits (*after);
  ranked->n = MIN (DEPTH, g_list_model_get_n_items (hits));
  for (guint i = 0; i < ranked->n; i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (hits, i);

      ranked->passages[i] = quarry_hit_get_passage (hit);
    }

  return TRUE;
}

static void
compare (const Ranked *before, const Ranked *after, Change *change)
{
  guint kept = 0;

  if (before->n == 0)
    return;
  for (guint i = 0; i < before->n; i++)
    for (guint j = 0; j < after->n; j++)
      if (before->passages[i] == after->passages[j])
        {
          kept++;
          change->moved += i > j ? i - j : j - i;
          change->n_moved++;
        }
  change->n++;
  change->kept += (double) kept / before->n;
  change->first += after->n > 0 && before->passages[0] == after->passages[0];
}

/* @before: the answer to what was typed until then; may be NULL. */
static Key
key_of (const char *text, const char *at, QuarryAnswer *before)
{
  const char *next = g_utf8_next_char (at);
  const char *completion = before != NULL ? quarry_answer_get_completion (before) : NULL;
  g_autofree char *word = NULL;
  const char *start = at;

  if (*at == ' ')
    return BLANK;
  if (at == text || at[-1] == ' ')
    return FIRST_LETTER;
  if (*next != '\0' && *next != ' ')
    return WITHIN;
  while (start > text && start[-1] != ' ')
    start--;
  word = g_utf8_casefold (start, next - start);
  if (quarry_words_is_stop_word (word, strlen (word)))
    return STOP_WORD;
  if (completion == NULL)
    return AFTER_WORD;

  return strcmp (word, completion) == 0 ? FORESEEN : UNFORESEEN;
}

/* One blank between words, and no more than so many of these. (transfer full) */
static char *
typed_query (const char *text)
{
  g_autofree char *plain = quarry_eval_plain_query (text);
  g_auto (GStrv) words = g_strsplit_set (plain, " \t\r\n", -1);
  GString *query = g_string_new (NULL);
  guint n = 0;

  for (guint i = 0; words[i] != NULL && n < MOST_WORDS; i++)
    if (*words[i] != '\0')
      g_string_append_printf (query, "%s%s", n++ > 0 ? " " : "", words[i]);

  return g_string_free (query, FALSE);
}

static gboolean
type_query (QuarryLibrary *library, const char *query, Change changes[2][N_KEYS])
{
  static const QuarryDiversityMethod methods[] = { QUARRY_DIVERSITY_COVERAGE, QUARRY_DIVERSITY_NONE };

  for (guint shown = 0; shown < 2; shown++)
    {
      g_autoptr (QuarryAnswer) before = NULL;
      Ranked last = { 0 };

      for (const char *at = query; *at != '\0'; at = g_utf8_next_char (at))
        {
          g_autofree char *text = g_strndup (query, (gsize) (g_utf8_next_char (at) - query));
          QuarryAnswer *after;
          Ranked ranked;

          if (!type (library, text, methods[shown], before, &ranked, &after))
            return FALSE;
          compare (&last, &ranked, &changes[shown][key_of (query, at, before)]);
          last = ranked;
          g_clear_object (&before);
          before = after;
        }
    }

  return TRUE;
}

/* At most @most queries, spread over all. */
static gboolean
type_collection (const char *folder, guint most, Change changes[2][N_KEYS])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryCollection) collection = quarry_collection_load (folder, &error);
  QuarryEvalSteps steps = { 0 };
  QuarryEvalLibrary *eval = NULL;
  gboolean done = TRUE;

  if (collection != NULL)
    eval = quarry_eval_library_new (collection, NULL, &steps, &error);
  if (eval == NULL)
    {
      g_printerr ("%s\n", error->message);
      return FALSE;
    }
  for (guint i = 0, step = MAX (1, collection->queries->len / MAX (most, 1));
       done && i < collection->queries->len; i += step)
    {
      const QuarryCollectionQuery *query = collection->queries->pdata[i];
      g_autofree char *text = typed_query (query->text);

      done = type_query (eval->library, text, changes);
    }
  quarry_eval_library_free (eval);

  return done;
}

int
main (int argc, char **argv)
{
  static const char *const names[] = { "first letter of a word", "within a word", "last letter, foreseen",
                                        "last letter, not foreseen", "last letter, after a word",
                                        "last letter of a stop word",
                                        "blank after it" };
  int n_queries = 40;
  g_autofree char *mode_name = NULL;
  const GOptionEntry entries[] = {
    { "queries", 0, 0, G_OPTION_ARG_INT, &n_queries, "About N queries of each collection (40)", "N" },
    { "mode", 0, 0, G_OPTION_ARG_STRING, &mode_name, "hybrid, dense or lexical", "MODE" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("DIR…");
  g_autoptr (GError) error = NULL;
  Change changes[2][N_KEYS] = { 0 };

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc < 2)
    {
      g_printerr ("%s\n", error != NULL ? error->message : "Name at least one collection.");
      return 2;
    }
  if (g_strcmp0 (mode_name, "dense") == 0)
    mode = QUARRY_SEARCH_DENSE;
  else if (g_strcmp0 (mode_name, "lexical") == 0)
    mode = QUARRY_SEARCH_LEXICAL;
  for (int i = 1; i < argc; i++)
    if (!type_collection (argv[i], (guint) MAX (n_queries, 1), changes))
      return 1;

  g_print ("%-26s %6s  as shown: kept, moved, first; before variety: the same\n", "", "keys");
  for (Key key = 0; key < N_KEYS; key++)
    {
      g_print ("%-26s %6u", names[key], changes[0][key].n);
      for (guint shown = 0; shown < 2; shown++)
        {
          const Change *change = &changes[shown][key];
          guint n = MAX (change->n, 1);

          g_print ("  %.3f %.2f %.3f", change->kept / n, change->moved / MAX (change->n_moved, 1),
                   change->first / n);
        }
      g_print ("\n");
    }

  return 0;
}
