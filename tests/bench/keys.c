/* keys.c: how much the hits change from one key to the next
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *     keys [--queries N] [--mode hybrid|dense|lexical] [--foreign] DIR…
 *
 * Types the queries of judged collections (each DIR in the BEIR layout) letter by letter, as a person does in the
 * window, and searches after each key for ten hits. Of long queries only the first words are typed. Measures from the
 * hits after one key to those after the next:
 *   kept:  the share of hits that are still there;
 *   moved: the mean change of rank of those;
 *   first: how often the first hit is still the first;
 *   sure:  the mean and the largest change of the confidence (the probability that the library has an answer), its mean
 *          distance from the confidence of the whole query, and how often the line "nothing is clearly about this"
 *          appears or disappears.
 * Since hits that stay need not be right, it also measures the hits after each key by themselves:
 *   final: how often the first hit of the whole query is among them already;
 *   nDCG@10 by the judgements of the whole query.
 * All of this is measured for hits as they are shown, with variety, and for hits by relevance alone.
 *
 * The results are given separately by kind of key: the first letter of a word, a letter within it, its last letter, or
 * the blank after it. Before the last letter, the word may have been completed to this word (foreseen) or to another
 * (unforeseen), or it may have been a word already ("wing" before "wings"). The last letters of words without content
 * ("the") are counted separately. The last kind is the end of the query, after which its last word is taken as whole.
 * With --foreign, the queries of each collection are typed into the next one, which cannot answer them; only "sure"
 * means anything then.
 */
#include "quarry-config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/document/quarry-words.h"
#include "core/eval/quarry-eval-library.h"
#include "core/eval/quarry-measures.h"
#include "core/rank/quarry-confidence.h"

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
  ENTERED,
  N_KEYS
} Key;

typedef struct
{
  gint64 passages[DEPTH];
  int gains[DEPTH]; /* a document's grade at its first passage, 0 at its others */
  guint n;
  double confidence;
} Ranked;

typedef struct
{
  guint n;
  double kept, moved, first;
  guint n_moved;
  guint n_after;
  double final, ndcg;
  double sure, most_sure;
  double unsettled; /* distance from the whole query's confidence */
  guint n_turned;   /* how often the line appeared or disappeared */
} Change;

/* The judgements of a query. */
typedef struct
{
  QuarryEvalLibrary *eval;
  GHashTable *grades; /* document -> grade */
  int *judged;
  guint n_judged;
} Judge;

static QuarrySearchMode mode = QUARRY_SEARCH_HYBRID;

static void
judge_init (Judge *self, QuarryEvalLibrary *eval, const QuarryCollectionQuery *query)
{
  *self = (Judge) { eval, g_hash_table_new (NULL, NULL), g_new0 (int, MAX (1, query->judgements->len)),
                    query->judgements->len };
  for (guint i = 0; i < self->n_judged; i++)
    {
      const QuarryJudgement *judgement = &g_array_index (query->judgements, QuarryJudgement, i);

      self->judged[i] = judgement->grade;
      g_hash_table_insert (self->grades, GUINT_TO_POINTER (judgement->document + 1),
                           GINT_TO_POINTER (judgement->grade));
    }
}

static void
judge_clear (Judge *self)
{
  g_hash_table_unref (self->grades);
  g_free (self->judged);
}

/* Reads the hits' passages and grades; each document's grade counts once, at its first passage. */
static void
read_hits (const Judge *judge, GListModel *hits, Ranked *ranked)
{
  gpointer seen[DEPTH];

  ranked->n = MIN (DEPTH, g_list_model_get_n_items (hits));
  for (guint i = 0; i < ranked->n; i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (hits, i);
      gboolean again = FALSE;

      seen[i] = g_hash_table_lookup (judge->eval->places, quarry_hit_get_path (hit));
      for (guint j = 0; j < i; j++)
        again |= seen[j] == seen[i];
      ranked->passages[i] = quarry_hit_get_passage (hit);
      ranked->gains[i] = again ? 0 : GPOINTER_TO_INT (g_hash_table_lookup (judge->grades, seen[i]));
    }
}

static gboolean
type (const Judge *judge,
      const char *text,
      gboolean typing,
      QuarryDiversityMethod method,
      QuarryAnswer *before,
      Ranked *ranked,
      QuarryAnswer **after)
{
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (GError) error = NULL;

  options.typing = typing;
  options.mode = mode;
  options.method = method;
  options.before = before;
  *after = quarry_library_search (judge->eval->library, text, &options, NULL, &error);
  if (*after == NULL)
    {
      g_printerr ("%s\n", error->message);
      return FALSE;
    }
  read_hits (judge, quarry_answer_get_hits (*after), ranked);
  ranked->confidence = quarry_answer_get_confidence (*after);

  return TRUE;
}

static void
compare (const Judge *judge,
         const Ranked *before,
         const Ranked *after,
         const Ranked *whole,
         Change *change)
{
  guint kept = 0;
  double sure = fabs (after->confidence - before->confidence);

  change->n_after++;
  change->unsettled += fabs (after->confidence - whole->confidence);
  change->ndcg += quarry_measure_ndcg (after->gains, after->n, judge->judged, judge->n_judged, DEPTH);
  for (guint i = 0; whole->n > 0 && i < after->n; i++)
    change->final += after->passages[i] == whole->passages[0];
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
  change->sure += sure;
  change->most_sure = MAX (change->most_sure, sure);
  change->n_turned += (after->confidence < QUARRY_CONFIDENCE_DOUBT) != (before->confidence < QUARRY_CONFIDENCE_DOUBT);
  change->first += after->n > 0 && before->passages[0] == after->passages[0];
}

/* The kind of the key that typed @at in @text. @before: the answer before that key; may be NULL. */
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

/* Returns the first MOST_WORDS words of @text, with one blank between each two. (transfer full) */
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
type_query (const Judge *judge, const char *query, Change changes[2][N_KEYS])
{
  static const QuarryDiversityMethod methods[] = { QUARRY_DIVERSITY_COVERAGE, QUARRY_DIVERSITY_NONE };

  for (guint shown = 0; shown < 2; shown++)
    {
      g_autoptr (QuarryAnswer) before = NULL;
      g_autoptr (QuarryAnswer) entered = NULL;
      Ranked last = { 0 }, whole;

      if (!type (judge, query, FALSE, methods[shown], NULL, &whole, &entered))
        return FALSE;
      for (const char *at = query; *at != '\0'; at = g_utf8_next_char (at))
        {
          g_autofree char *text = g_strndup (query, (gsize) (g_utf8_next_char (at) - query));
          QuarryAnswer *after;
          Ranked ranked;

          if (!type (judge, text, TRUE, methods[shown], before, &ranked, &after))
            return FALSE;
          compare (judge, &last, &ranked, &whole, &changes[shown][key_of (query, at, before)]);
          last = ranked;
          g_clear_object (&before);
          before = after;
        }
      compare (judge, &last, &whole, &whole, &changes[shown][ENTERED]);
    }

  return TRUE;
}

/* Types at most @most queries of @folder, spread over all, into the library of @library. */
static gboolean
type_collection (const char *folder, const char *library, guint most, Change changes[2][N_KEYS])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryCollection) collection = quarry_collection_load (folder, &error);
  g_autoptr (QuarryCollection) holding = NULL;
  QuarryEvalSteps steps = { 0 };
  QuarryEvalLibrary *eval = NULL;
  gboolean done = TRUE;

  if (collection != NULL)
    holding = quarry_collection_load (library, &error);
  if (holding != NULL)
    eval = quarry_eval_library_new (holding, NULL, &steps, &error);
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

      Judge judge;

      judge_init (&judge, eval, query);
      done = type_query (&judge, text, changes);
      judge_clear (&judge);
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
                                        "blank after it", "whole query, entered" };
  int n_queries = 40;
  g_autofree char *mode_name = NULL;
  gboolean foreign = FALSE;
  const GOptionEntry entries[] = {
    { "queries", 0, 0, G_OPTION_ARG_INT, &n_queries, "About N queries of each collection (40)", "N" },
    { "mode", 0, 0, G_OPTION_ARG_STRING, &mode_name, "hybrid, dense or lexical", "MODE" },
    { "foreign", 0, 0, G_OPTION_ARG_NONE, &foreign, "Type them into the next collection", NULL },
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
    if (!type_collection (argv[i], foreign ? argv[i % (argc - 1) + 1] : argv[i], (guint) MAX (n_queries, 1), changes))
      return 1;

  g_print ("%-26s %6s  as shown: kept, moved, first; before variety: the same; final, nDCG@10; sure\n", "",
           "keys");
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
      g_print ("  %.3f %.3f  %.3f %.2f %.3f %.3f\n", changes[1][key].final / MAX (1, changes[1][key].n_after),
               changes[1][key].ndcg / MAX (1, changes[1][key].n_after),
               changes[0][key].sure / MAX (changes[0][key].n, 1), changes[0][key].most_sure,
               changes[0][key].unsettled / MAX (1, changes[0][key].n_after),
               (double) changes[0][key].n_turned / MAX (changes[0][key].n, 1));
    }

  return 0;
}
