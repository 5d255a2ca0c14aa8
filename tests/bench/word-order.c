/* word-order.c: whether a search distinguishes who did something from whom it was done to
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *     word-order [--misses]
 *
 * The sentences of each pair have the same words, with two of them swapped. Queries ask for one of the two, in its own
 * order and turned round ("sued by"). Each sentence is the right answer equally often, so that a method that ignores
 * the order gets half of the queries right.
 */
#include "quarry-config.h"

#include <string.h>

#include "core/eval/quarry-eval-library.h"

typedef struct
{
  const char *first, *second;
  const char *sentence; /* 1 and 2 stand for first and second */
  const char *straight, *turned;
} Pair;

static const Pair pairs[] = {
  { "teacher", "school", "The 1 sued the 2 over unpaid hours.", "1 sued 2", "2 sued by 1" },
  { "mayor", "journalist", "The 1 accused the 2 of lying about the bridge.", "1 accused 2", "2 accused by 1" },
  { "dog", "fox", "In the orchard the 1 chased the 2 until dusk.", "1 chased 2", "2 chased by 1" },
  { "Paris", "Rome", "Flights from 1 to 2 leave every morning.", "flights from 1 to 2", "to 2 from 1 flights" },
  { "nurse", "doctor", "The 1 called the 2 a second time that night.", "1 called 2", "2 called by 1" },
  { "Brazil", "Italy", "1 beat 2 in the final by two goals.", "1 beat 2", "2 beaten by 1" },
  { "coal", "gas", "The plant was converted from 1 to 2 last year.", "converted from 1 to 2",
    "to 2 from 1 conversion" },
  { "tenant", "landlord", "The 1 owes the 2 three months of rent.", "1 owes 2", "2 is owed by 1" },
  { "euros", "dollars", "Changing 1 into 2 costs a fee at this bank.", "changing 1 into 2", "into 2 changing 1" },
  { "Google", "Oracle", "1 took 2 to court about the interface.", "1 took 2 to court", "2 taken to court by 1" },
  { "mother", "daughter", "The 1 taught the 2 how to sail.", "1 taught 2", "2 taught by 1" },
  { "salt", "sugar", "Use 1 instead of 2 when you make the crust.", "1 instead of 2", "not 2 but 1" },
  { "hawk", "snake", "The 1 killed the 2 near the well.", "1 killed 2", "2 killed by 1" },
  { "German", "English", "A novel translated from 1 into 2 won the prize.", "translated from 1 into 2",
    "into 2 translation from 1" },
  { "sister", "neighbour", "My 1 lent our 2 the ladder.", "1 lent 2 ladder", "2 borrowed ladder from 1" },
  { "Monday", "Thursday", "The meeting moved from 1 to 2 at noon.", "meeting moved from 1 to 2",
    "moved to 2 from 1" },
  { "bank", "insurer", "The 1 bought the 2 for nine million.", "1 bought 2", "2 bought by 1" },
  { "bus", "tram", "A 1 hit a 2 at the crossing.", "1 hit 2", "2 hit by 1" },
  { "France", "Spain", "Exports of 1 to 2 rose sharply.", "exports of 1 to 2", "to 2 exports of 1" },
  { "captain", "pilot", "The 1 warned the 2 about the shoals.", "1 warned 2", "2 warned by 1" },
  { "virus", "bacterium", "The 1 infects the 2 and makes it burst.", "1 infects 2", "2 infected by 1" },
  { "Python", "Java", "We ported the parser from 1 to 2 in March.", "ported from 1 to 2", "to 2 port from 1" },
  { "painter", "poet", "The 1 admired the 2 all his life.", "1 admired 2", "2 admired by 1" },
  { "army", "militia", "At dawn the 1 attacked the 2 near the ford.", "1 attacked 2", "2 attacked by 1" },
  { "lake", "river", "The 1 feeds the 2 through a tunnel.", "1 feeds 2", "2 fed by 1" },
  { "plaintiff", "witness", "The 1 contradicted the 2 in two points.", "1 contradicted 2",
    "2 contradicted by 1" },
  { "chess", "music", "She gave up 1 for 2 when she was ten.", "gave up 1 for 2", "for 2 gave up 1" },
  { "union", "ministry", "The 1 rejected the offer of the 2.", "1 rejected offer of 2",
    "offer of 2 rejected by 1" },
  { "moth", "orchid", "This 1 depends on that 2 alone.", "1 depends on 2", "2 on which 1 depends" },
  { "editor", "author", "The 1 thanked the 2 in the preface.", "1 thanked 2", "2 thanked by 1" },
};

#define N_PAIRS G_N_ELEMENTS (pairs)

static char *
fill (const char *pattern, const Pair *pair, gboolean swapped)
{
  GString *text = g_string_new (NULL);

  for (; *pattern != '\0'; pattern++)
    if (*pattern == '1' || *pattern == '2')
      g_string_append (text, (*pattern == '1') != swapped ? pair->first : pair->second);
    else
      g_string_append_c (text, *pattern);

  return g_string_free (text, FALSE);
}

/* Pair i's sentences are documents 2i and, swapped, 2i + 1. */
static QuarryCollection *
make_collection (void)
{
  QuarryCollection *collection = g_new0 (QuarryCollection, 1);

  collection->name = g_strdup ("word order");
  collection->documents = g_ptr_array_new ();
  collection->queries = g_ptr_array_new ();
  for (guint i = 0; i < 2 * N_PAIRS; i++)
    {
      QuarryCollectionDocument *document = g_new0 (QuarryCollectionDocument, 1);

      document->title = g_strdup ("");
      document->text = fill (pairs[i / 2].sentence, &pairs[i / 2], i % 2 != 0);
      g_ptr_array_add (collection->documents, document);
    }

  return collection;
}

/* Returns 1 if document @right is before the other one of its pair, .5 if neither is found or both have the same
 * score. */
static double
ask (QuarryEvalLibrary *eval, const char *query, QuarrySearchMode mode, guint right)
{
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (QuarryAnswer) answer = NULL;
  float scores[2] = { -1, -1 }; /* the right one's, the other's */
  GListModel *hits;

  options.mode = mode;
  options.method = QUARRY_DIVERSITY_NONE;
  options.limit = 2 * N_PAIRS;
  answer = quarry_library_search (eval->library, query, &options, NULL, NULL);
  g_assert_nonnull (answer);
  hits = quarry_answer_get_hits (answer);
  for (guint i = 0; i < g_list_model_get_n_items (hits); i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (hits, i);
      guint document
          = GPOINTER_TO_UINT (g_hash_table_lookup (eval->places, quarry_hit_get_path (hit))) - 1;

      if (document / 2 == right / 2)
        scores[document != right] = quarry_hit_get_score (hit);
    }

  return ABS (scores[0] - scores[1]) < 1e-6f ? .5 : scores[0] > scores[1];
}

int
main (int argc, char **argv)
{
  static const char *const names[] = { "hybrid", "dense", "lexical" };
  static const char *const kinds[] = { "in the sentence's order", "turned round" };
  gboolean misses = FALSE;
  const GOptionEntry entries[] = {
    { "misses", 0, 0, G_OPTION_ARG_NONE, &misses, "Print what the hybrid gets wrong", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryCollection) collection = make_collection ();
  QuarryEvalSteps steps = { 0 };
  QuarryEvalLibrary *eval;
  double right[2][3] = { { 0 } };

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  eval = quarry_eval_library_new (collection, NULL, &steps, &error);
  if (eval == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }

  for (guint i = 0; i < 2 * N_PAIRS; i++)
    for (guint turned = 0; turned < 2; turned++)
      {
        const Pair *pair = &pairs[i / 2];
        g_autofree char *query = fill (turned ? pair->turned : pair->straight, pair, i % 2 != 0);

        for (QuarrySearchMode mode = QUARRY_SEARCH_HYBRID; mode <= QUARRY_SEARCH_LEXICAL; mode++)
          {
            double good = ask (eval, query, mode, i);

            right[turned][mode] += good;
            if (misses && mode == QUARRY_SEARCH_HYBRID && good < 1)
              g_print ("%.1f  %s\n", good, query);
          }
      }
  g_print ("%-24s %8s", "", "queries");
  for (guint mode = 0; mode < 3; mode++)
    g_print (" %8s", names[mode]);
  for (guint turned = 0; turned < 2; turned++)
    {
      g_print ("\n%-24s %8u", kinds[turned], (guint) (2 * N_PAIRS));
      for (guint mode = 0; mode < 3; mode++)
        g_print (" %8.3f", right[turned][mode] / (2 * N_PAIRS));
    }
  g_print ("\n");
  quarry_eval_library_free (eval);

  return 0;
}
