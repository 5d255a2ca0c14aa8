/* test-lexical-model.c: what is found and how it counts, beside a plain reference
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/document/quarry-words.h"
#include "core/lexical/quarry-lexical-sort.h"
#include "core/lexical/quarry-maxscore.h"
#include "tests/support/temporary-folder.h"
#include "tests/unit/lexical-helpers.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#define N_DOCUMENTS 400
#define N_VOCABULARY 60

/* Makes a word that stemming leaves as it is and that is not a stop word. */
static void
make_word (guint number, char word[8])
{
  g_snprintf (word, 8, "zq%c%c", 'b' + number / 10, 'k' + number % 10);
}

/* BM25 by the textbook: k1 = 1.5, b = 0.6, idf = ln (1 + (N − n + ½) / (n + ½)), summed over the words of the query,
 * each as often as it occurs in it. */
static void
test_scores (Fixture *fixture, gconstpointer data)
{
  static guint counts[N_DOCUMENTS][N_VOCABULARY];
  double lengths[N_DOCUMENTS] = { 0.0 };
  guint frequencies[N_VOCABULARY] = { 0 };
  double mean = 0.0;
  g_autoptr (GRand) random = g_rand_new_with_seed (5);

  for (guint d = 0; d < N_DOCUMENTS; d++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      guint n_words = (guint) g_rand_int_range (random, 1, 80);

      for (guint i = 0; i < n_words; i++)
        {
          double u = g_rand_double (random);
          guint number = (guint) (u * u * N_VOCABULARY);
          char word[8];

          make_word (number, word);
          g_string_append_printf (text, "%s%s", i > 0 ? " " : "", word);
          counts[d][number]++;
        }
      lengths[d] = n_words;
      mean += (double) n_words / N_DOCUMENTS;
      add (fixture, d, text->str);
    }
  for (guint w = 0; w < N_VOCABULARY; w++)
    for (guint d = 0; d < N_DOCUMENTS; d++)
      frequencies[w] += counts[d][w] > 0;

  for (guint round = 0; round < 60; round++)
    {
      double wanted[N_DOCUMENTS] = { 0.0 };
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GArray) matches = NULL;
      QuarryLexicalQuery query = { NULL };
      guint n_wanted = 0;

      for (guint i = 0; i < 1 + round % 6; i++)
        {
          guint number = (guint) g_rand_int_range (random, 0, N_VOCABULARY);
          char word[8];

          make_word (number, word);
          g_string_append_printf (text, "%s ", word);
          for (guint d = 0; d < N_DOCUMENTS; d++)
            {
              double n = frequencies[number];
              double tf = counts[d][number];

              wanted[d] += log (1.0 + (N_DOCUMENTS - n + 0.5) / (n + 0.5)) * tf * 2.5
                           / (tf + 1.5 * (0.4 + 0.6 * lengths[d] / mean));
            }
        }
      for (guint d = 0; d < N_DOCUMENTS; d++)
        n_wanted += wanted[d] > 0.0;

      query.text = text->str;
      matches = search_full (fixture, &query, 15);
      g_assert_cmpuint (matches->len, ==, MIN (15, n_wanted));
      for (guint i = 0; i < matches->len; i++)
        {
          const QuarryLexicalMatch *match = &g_array_index (matches, QuarryLexicalMatch, i);
          guint n_better = 0;

          /* The index keeps term frequencies in four bits and lengths in one byte, so its scores are approximate. */
          g_assert_cmpfloat_with_epsilon (match->score, wanted[match->slot],
                                          0.05 * wanted[match->slot]);
          for (guint d = 0; d < N_DOCUMENTS; d++)
            n_better += wanted[d] > 1.1 * wanted[match->slot];
          g_assert_cmpuint (n_better, <=, i);
        }
    }
}

static void
test_remove (Fixture *fixture, gconstpointer data)
{
  add_fields (fixture, 1, "Title", "Head", "basalt and granite");
  add_fields (fixture, 2, "Title", "Head", "granite alone");
  assert_found (fixture, "2 1", .text = "granite");
  g_assert_cmpuint (quarry_lexical_index_get_count (fixture->index), ==, 2);
  g_assert_true (quarry_lexical_index_holds (fixture->index, 1));

  quarry_lexical_index_remove (fixture->index, 1, "Title", "Head", "basalt and granite");
  assert_found (fixture, "2", .text = "granite");
  assert_found (fixture, "", .text = "basalt");
  assert_found (fixture, "", .text = "bas", .last_is_prefix = TRUE);
  assert_found (fixture, "2", .text = "title");
  g_assert_false (quarry_lexical_index_holds (fixture->index, 1));
  assert_sound (fixture);

  /* Removing a slot again is no error. The slot can be used again. */
  quarry_lexical_index_remove (fixture->index, 1, "Title", "Head", "basalt and granite");
  add (fixture, 1, "slate");
  assert_found (fixture, "1", .text = "slate");
  /* Adding a passage in a used slot replaces the old one. */
  add (fixture, 1, "marble");
  assert_found (fixture, "1", .text = "marble");
  assert_found (fixture, "", .text = "slate");
  g_assert_cmpuint (quarry_lexical_index_get_count (fixture->index), ==, 2);
  assert_sound (fixture);
}

/* More passages than are gathered into one round: those that were added before, in and after a full round are found
 * alike, and those that were removed are not. Most words occur in a single passage, as they do in real texts. */
static void
test_rounds (Fixture *fixture, gconstpointer data)
{
  const guint n = 9500, n_kinds = 97;
  QuarryLexicalQuery of_kind = { .text = "zqkind5k" };
  g_autoptr (GArray) matches = NULL;
  guint n_of_kind = 0, n_held = 0;

  for (guint i = 0; i < n; i++)
    {
      /* Slots ascend in the first round and descend after it. */
      guint slot = i < 5000 ? i : n + 5000 - i;
      g_autofree char *text
          = g_strdup_printf ("zqkind%uk zqown%uw zqlonely%uls runs", slot % n_kinds, slot, slot);

      add (fixture, slot, text);
      if (slot % 13 == 0)
        quarry_lexical_index_remove_all (fixture->index, &slot, 1);
      else
        {
          n_of_kind += slot % n_kinds == 5;
          n_held++;
        }
    }
  add (fixture, 300, "zqother");
  g_assert_cmpuint (quarry_lexical_index_get_count (fixture->index), ==, n_held);

  for (guint slot = 1; slot < n; slot += 211)
    {
      g_autofree char *own = g_strdup_printf ("zqown%uw", slot);
      g_autofree char *phrase = g_strdup_printf ("zqown%uw zqlonely%uls runs", slot, slot);
      g_autofree char *turned = g_strdup_printf ("zqlonely%uls zqown%uw", slot, slot);
      g_autofree char *wanted = slot % 13 == 0 ? g_strdup ("") : g_strdup_printf ("%u", slot);

      assert_found (fixture, wanted, .text = own, .as_typed = TRUE);
      assert_found (fixture, wanted, .text = own, .as_typed = TRUE, .phrases = STRINGS (phrase));
      assert_found (fixture, "", .text = own, .as_typed = TRUE, .phrases = STRINGS (turned));
    }
  assert_found (fixture, "", .text = "zqown300w", .as_typed = TRUE);
  assert_found (fixture, "300", .text = "zqother");
  matches = search_full (fixture, &of_kind, n);
  g_assert_cmpuint (matches->len, ==, n_of_kind);
  quarry_lexical_index_settle (fixture->index);
  assert_found (fixture, "4097", .text = "zqlonely4097ls", .as_typed = TRUE);
  assert_sound (fixture);
}

#define N_SLOTS 90

/* What the index holds, kept as plain texts. Each query looks through all of them. */
typedef struct
{
  char *texts[N_SLOTS][3]; /* title, heading, text; if the title is NULL, the slot is empty */
} Model;

static const char *const model_words[]
    = { "granite", "granites", "basalt",   "slate",   "marble",   "the",      "of",
        "running", "runs",     "run",      "elan",    "quartzite", "quartz",  "limestones",
        "limestone", "sand",   "sandstone", "9001" };

static char *
random_words (GRand *random, guint most)
{
  GString *text = g_string_new (NULL);

  for (guint i = (guint) g_rand_int_range (random, 0, (gint) most + 1); i > 0; i--)
    {
      double u = g_rand_double (random);

      g_string_append_printf (text, "%s ", model_words[(guint) (u * u * G_N_ELEMENTS (model_words))]);
    }
  return g_string_free (text, FALSE);
}

static void
model_clear (Model *model, guint slot)
{
  for (guint f = 0; f < 3; f++)
    g_clear_pointer (&model->texts[slot][f], g_free);
}

static guint
count_words (const Model *model, guint slot)
{
  guint n = 0;

  for (guint f = 0; f < 3; f++)
    n += quarry_words_count (model->texts[slot][f], -1);
  return n;
}

/* How often the words stand in a passage one after the other, in quarters: weighted by field, or all fields alike. */
static guint
count_in (const Model *model, guint slot, char **words, gboolean by_field)
{
  static const guint quarters[] = { 6, 5, 4 };
  guint sum = 0, n = g_strv_length (words);

  for (guint f = 0; f < 3; f++)
    {
      g_auto (GStrv) all = g_strsplit (model->texts[slot][f], " ", -1);
      guint length = g_strv_length (all);

      for (guint i = 0; i + n <= length; i++)
        {
          guint j = 0;

          while (j < n && strcmp (all[i + j], words[j]) == 0)
            j++;
          if (j == n)
            sum += by_field ? quarters[f] : 4;
        }
    }
  return sum;
}

/* A group of words or a phrase, with its weight and its weighted frequency in each passage. */
typedef struct
{
  double weight;
  guint quarters[N_SLOTS];
} Group;

static void
group_add (Group *group, const Model *model, char **words, guint share, guint64 *count)
{
  for (guint s = 0; s < N_SLOTS; s++)
    {
      guint n = model->texts[s][0] != NULL
                    ? count_in (model, s, words, words[1] == NULL)
                    : 0;

      if (n == 0)
        continue;
      group->quarters[s] += quarry_lexical_code_quarters[quarry_lexical_count_code (n)] * share / 16;
      ++*count;
    }
}

static void
group_weigh (Group *group, guint64 count, guint n_passages, double factor)
{
  double n = MIN ((double) count, n_passages);

  group->weight = factor * log (1.0 + (n_passages - n + 0.5) / (n + 0.5));
}

/* Makes the group of all words that have the same stem as @word. Returns FALSE if none of them occurs. */
static gboolean
make_group (const Model *model, const char *word, double factor, Group *group)
{
  char stem[100];
  guint64 count = 0;
  guint n_passages = 0;

  memset (group, 0, sizeof *group);
  quarry_lexical_stem (word, strlen (word), stem, sizeof stem);
  for (guint i = 0; i < G_N_ELEMENTS (model_words); i++)
    {
      const char *other = model_words[i];
      char *words[] = { (char *) other, NULL };
      char other_stem[100];

      quarry_lexical_stem (other, strlen (other), other_stem, sizeof other_stem);
      if (strcmp (stem, other_stem) == 0)
        group_add (group, model, words, strcmp (other, word) == 0 ? 16 : 14, &count);
    }
  for (guint s = 0; s < N_SLOTS; s++)
    n_passages += model->texts[s][0] != NULL;
  group_weigh (group, count, n_passages, factor);
  return count > 0;
}

typedef struct
{
  const char *word;
  char stem[100];
  double count;
} Held;

static int
compare_held (gconstpointer a, gconstpointer b)
{
  const Held *x = a;
  const Held *y = b;

  if (x->count != y->count)
    return x->count > y->count ? -1 : 1;
  return strcmp (x->word, y->word);
}

/* Makes a group for each stem of the words that @typed may be or become. Returns how many. */
static guint
make_guesses (const Model *model, const char *typed, Group *groups)
{
  Held held[G_N_ELEMENTS (model_words)], guesses[G_N_ELEMENTS (model_words) + 1];
  double own = 0, others = 0;
  guint n = 0, n_guesses = 0, n_groups = 0;
  char stem[100];

  quarry_lexical_stem (typed, strlen (typed), stem, sizeof stem);
  for (guint i = 0; i < G_N_ELEMENTS (model_words); i++)
    {
      char *words[] = { (char *) model_words[i], NULL };
      Group once = { 0 };
      guint64 count = 0;

      group_add (&once, model, words, 16, &count);
      held[n].word = model_words[i];
      held[n].count = (double) count;
      quarry_lexical_stem (model_words[i], strlen (model_words[i]), held[n].stem, sizeof held[n].stem);
      if (strcmp (model_words[i], typed) == 0)
        own = (double) count;
      else if (g_str_has_prefix (model_words[i], typed))
        others += (double) count;
      n++;
    }
  qsort (held, n, sizeof *held, compare_held);
  for (guint i = 0; own < 1 && i < n; i++)
    if (strcmp (held[i].stem, stem) == 0)
      own = held[i].count;
  if (own > 0)
    {
      guesses[n_guesses] = (Held) { .word = typed, .count = 8 * own };
      strcpy (guesses[n_guesses++].stem, stem);
    }
  for (guint i = 0; i < n; i++)
    {
      guint g = 0;

      if (held[i].count < 1 || !g_str_has_prefix (held[i].word, typed) || strcmp (held[i].word, typed) == 0
          || quarry_words_is_stop_word (held[i].word, strlen (held[i].word)))
        continue;
      while (g < n_guesses && strcmp (guesses[g].stem, held[i].stem) != 0)
        g++;
      if (g == n_guesses)
        {
          guesses[n_guesses] = held[i];
          guesses[n_guesses++].count = 0;
        }
      guesses[g].count += held[i].count;
    }
  for (guint g = 0; g < n_guesses; g++)
    {
      double share = guesses[g].count / (others + 8 * own);
      gboolean is_typed = strcmp (guesses[g].word, typed) == 0;

      if (!is_typed || !quarry_words_is_stop_word (typed, strlen (typed)))
        n_groups += make_group (model, guesses[g].word, is_typed ? MAX (share, .3) : share, &groups[n_groups]);
    }

  return n_groups;
}

typedef struct
{
  guint slot;
  guint64 score;
} Scored;

static int
compare_scored (gconstpointer a, gconstpointer b)
{
  const Scored *x = a;
  const Scored *y = b;

  if (x->score != y->score)
    return x->score < y->score ? 1 : -1;
  return (x->slot > y->slot) - (x->slot < y->slot);
}

/* Which of the text's two words are required. */
enum
{
  NONE_REQUIRED = 0,
  WORD_REQUIRED = 1,
  OTHER_REQUIRED = 2,
};

/* Compares a search with the model. The words are words of the model; @phrase and @excluded may be NULL. */
static void
compare_search (Fixture *fixture,
                const Model *model,
                const char *word,
                const char *other,
                gboolean prefix,
                const char *phrase,
                const char *excluded,
                guint required,
                guint k)
{
  g_autofree char *text = g_strdup_printf ("%s %s", word, other);
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (QuarrySpan));
  g_autoptr (GArray) let_through = NULL;
  guint32 n_let_through = 0;
  g_auto (GStrv) phrase_words = phrase != NULL ? g_strsplit (phrase, " ", -1) : NULL;
  QuarryLexicalQuery query = { .text = text, .last_is_prefix = prefix };
  const char *phrases[] = { phrase, NULL }, *exclusions[] = { excluded, NULL };
  g_autofree QuarryLexicalWeights *weights = g_new (QuarryLexicalWeights, 1);
  g_autoptr (GArray) wanted = g_array_new (FALSE, FALSE, sizeof (Scored));
  g_autoptr (GArray) matches = NULL;
  Group groups[G_N_ELEMENTS (model_words) + 3], out = { 0 }, of_word = { 0 }, of_other = { 0 };
  guint n_groups = 0, first_of_prefix = 0, n_passages = 0;
  guint64 n_words = 0, count = 0;
  double highest = 0.0;
  char stem[100], other_stem[100];
  gboolean repeated;

  /* A repeated word counts each time. A word that is still being typed is not a repetition of the other. */
  quarry_lexical_stem (word, strlen (word), stem, sizeof stem);
  quarry_lexical_stem (other, strlen (other), other_stem, sizeof other_stem);
  repeated = !prefix && strcmp (stem, other_stem) == 0;

  for (guint s = 0; s < N_SLOTS; s++)
    if (model->texts[s][0] != NULL)
      {
        n_passages++;
        n_words += quarry_lexical_code_words (
            quarry_lexical_length_code (count_words (model, s)));
      }
  quarry_lexical_weights_init (weights, n_passages > 0 ? (double) n_words / n_passages : 1.0);

  if (phrase != NULL)
    {
      query.phrases = phrases;
      memset (&groups[0], 0, sizeof groups[0]);
      group_add (&groups[0], model, phrase_words, 16, &count);
      group_weigh (&groups[0], count, n_passages, 1.0);
      n_groups = 1;
    }
  n_groups += make_group (model, word, repeated ? 2.0 : 1.0, &groups[n_groups]);
  first_of_prefix = n_groups;
  if (prefix)
    n_groups += make_guesses (model, other, &groups[n_groups]);
  else if (!repeated)
    n_groups += make_group (model, other, 1.0, &groups[n_groups]);
  if (!prefix)
    first_of_prefix = n_groups;
  if (excluded != NULL)
    {
      query.excluded = exclusions;
      make_group (model, excluded, 1.0, &out);
    }

  make_group (model, word, 1.0, &of_word);
  make_group (model, other, 1.0, &of_other);
  for (guint g = first_of_prefix; g < n_groups; g++)
    for (guint s = 0; s < N_SLOTS; s++)
      of_other.quarters[s] = MAX (g == first_of_prefix ? 0 : of_other.quarters[s], groups[g].quarters[s]);
  /* A function word that is being typed has no part in the ranking. */
  if (prefix && first_of_prefix == n_groups)
    required &= WORD_REQUIRED;
  if ((required & WORD_REQUIRED) != 0)
    g_array_append_val (spans, ((QuarrySpan) { 0, (guint32) strlen (word) }));
  if ((required & OTHER_REQUIRED) != 0)
    g_array_append_val (spans, ((QuarrySpan) { (guint32) strlen (word) + 1, (guint32) strlen (text) }));
  query.required = spans;
  let_through = quarry_lexical_index_filter (fixture->index, &query, NULL, 0);

  for (guint g = 0; g < n_groups; g++)
    highest = MAX (highest, groups[g].weight);
  for (guint s = 0; s < N_SLOTS; s++)
    {
      Scored scored = { s, 0 };
      guint64 alternative = 0;

      if (model->texts[s][0] == NULL || (phrase != NULL && groups[0].quarters[s] == 0)
          || (excluded != NULL && out.quarters[s] > 0)
          || ((required & WORD_REQUIRED) != 0 && of_word.quarters[s] == 0)
          || ((required & OTHER_REQUIRED) != 0 && of_other.quarters[s] == 0))
        continue;
      g_assert_cmpuint (let_through->len, >, s >> 6);
      g_assert_true ((g_array_index (let_through, guint64, s >> 6) >> (s & 63) & 1) != 0);
      n_let_through++;
      for (guint g = 0; g < n_groups; g++)
        {
          guint64 weight = (guint64) CLAMP (
              lround (groups[g].weight / highest * QUARRY_MAXSCORE_MAX_WEIGHT), 1,
              QUARRY_MAXSCORE_MAX_WEIGHT);
          guint length = quarry_lexical_length_code (count_words (model, s));
          guint64 part = groups[g].quarters[s] == 0
                             ? 0
                             : weight * quarry_lexical_impact (groups[g].quarters[s],
                                                               weights->norms[length]);

          if (g >= first_of_prefix)
            alternative = MAX (alternative, part);
          else
            scored.score += part;
        }
      scored.score += alternative;
      if (scored.score > 0)
        g_array_append_val (wanted, scored);
    }
  g_array_sort (wanted, compare_scored);
  for (guint w = 0; w < let_through->len; w++)
    n_let_through -= (guint32) __builtin_popcountll (g_array_index (let_through, guint64, w));
  g_assert_cmpuint (n_let_through, ==, 0);

  matches = search_full (fixture, &query, k);
  g_assert_cmpuint (matches->len, ==, MIN (k, wanted->len));
  for (guint i = 0; i < matches->len; i++)
    {
      const QuarryLexicalMatch *match = &g_array_index (matches, QuarryLexicalMatch, i);
      const Scored *scored = &g_array_index (wanted, Scored, i);

      g_assert_cmpuint (match->slot, ==, scored->slot);
      g_assert_cmpfloat_with_epsilon (
          match->score, (float) (scored->score * highest / 16383.0 * 2.5 / 4095.0), 1e-5f);
    }
}

static const char *
any_word (GRand *random)
{
  const char *word;

  do
    word = model_words[g_rand_int_range (random, 0, G_N_ELEMENTS (model_words))];
  while (quarry_words_is_stop_word (word, strlen (word)));
  return word;
}

static void
change_model (Fixture *fixture, Model *model, GRand *random)
{
  guint slot = (guint) g_rand_int_range (random, 0, N_SLOTS);
  char **texts = model->texts[slot];

  if (texts[0] != NULL && g_rand_int_range (random, 0, 3) > 0)
    {
      gboolean with_texts = g_rand_boolean (random);

      quarry_lexical_index_remove (fixture->index, slot, with_texts ? texts[0] : NULL,
                                   with_texts ? texts[1] : NULL, with_texts ? texts[2] : NULL);
      model_clear (model, slot);
      return;
    }
  model_clear (model, slot);
  texts[0] = random_words (random, 2);
  texts[1] = random_words (random, 2);
  texts[2] = random_words (random, 40);
  add_fields (fixture, slot, texts[0], texts[1], texts[2]);
}

/* Whatever is done to the index, in whatever order, and however it is spread over segments and files, it gives the same
 * answers as looking through all texts. */
static void
test_model (Fixture *fixture, gconstpointer data)
{
  char *folder = temporary_folder_new ();
  g_autofree char *file = g_build_filename (folder, "words.index", NULL);
  g_autoptr (GRand) random = g_rand_new_with_seed (11);
  Model model = { 0 };
  guint n_rounds = g_test_slow () ? 20000 : 600;

  for (guint round = 0; round < n_rounds; round++)
    {
      g_autofree char *begun = g_strndup (any_word (random), (gsize) g_rand_int_range (random, 1, 6));
      g_autofree char *phrase = NULL;
      g_autoptr (GError) error = NULL;
      guint what = (guint) g_rand_int_range (random, 0, 100);

      for (guint i = 0; i < 3; i++)
        change_model (fixture, &model, random);
      if (what < 12)
        {
          quarry_lexical_index_save (fixture->index, file, "mark", &error);
          g_assert_no_error (error);
        }
      if (what < 4)
        {
          quarry_lexical_index_unref (fixture->index);
          fixture->index = quarry_lexical_index_open (file, &error);
          g_assert_no_error (error);
        }
      if (what == 50)
        quarry_lexical_index_settle (fixture->index);

      phrase = g_strdup_printf ("%s %s", any_word (random), any_word (random));
      compare_search (fixture, &model, any_word (random), any_word (random), FALSE, NULL, NULL, what % 4, 10);
      compare_search (fixture, &model, any_word (random), begun, TRUE, NULL, any_word (random), what % 3, 100);
      compare_search (fixture, &model, any_word (random), any_word (random), FALSE,
                      what % 2 == 0 ? phrase : any_word (random), NULL, NONE_REQUIRED, 5);
      if (round % 100 == 0)
        {
          g_autoptr (GArray) slots = quarry_lexical_index_list_slots (fixture->index);
          guint n = 0;

          for (guint s = 0; s < N_SLOTS; s++)
            if (model.texts[s][0] != NULL)
              g_assert_cmpuint (g_array_index (slots, guint32, n++), ==, s);
          g_assert_cmpuint (slots->len, ==, n);
          assert_sound (fixture);
        }
    }
  for (guint s = 0; s < N_SLOTS; s++)
    model_clear (&model, s);
  g_assert_cmpint (g_remove (file), ==, 0);
  temporary_folder_free_empty (folder);
}

/* Keys of all bytes, of some, of none; few and many of them: sorted, and equal ones in the order that they had. */
static void
test_sort (void)
{
  static const guint64 masks[] = { G_MAXUINT64, 0, 0xff, G_GUINT64_CONSTANT (0xff00ff0000ff0000),
                                   G_GUINT64_CONSTANT (0x0300000000000000), G_GUINT64_CONSTANT (0x0101010101010101) };
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  for (guint m = 0; m < G_N_ELEMENTS (masks); m++)
    for (guint32 n = 0; n < 3000; n += 1 + n / 3)
      {
        g_autofree QuarryLexicalKey *keys = g_new (QuarryLexicalKey, n + 1);
        g_autofree guint64 *of_numbers = g_new (guint64, n + 1);
        g_autofree gboolean *seen = g_new0 (gboolean, n + 1);

        for (guint32 i = 0; i < n; i++)
          {
            of_numbers[i] = ((guint64) g_rand_int (random) << 32 | g_rand_int (random)) & masks[m];
            keys[i] = (QuarryLexicalKey) { of_numbers[i], i };
          }
        quarry_lexical_sort (keys, n);
        for (guint32 i = 0; i < n; i++)
          {
            g_assert_cmpuint (keys[i].number, <, n);
            g_assert_false (seen[keys[i].number]);
            seen[keys[i].number] = TRUE;
            g_assert_cmpuint (keys[i].key, ==, of_numbers[keys[i].number]);
            if (i > 0)
              g_assert_true (keys[i - 1].key < keys[i].key
                             || (keys[i - 1].key == keys[i].key && keys[i - 1].number < keys[i].number));
          }
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/lexical-model/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("scores", test_scores);
  ADD ("remove", test_remove);
  ADD ("rounds", test_rounds);
  ADD ("model", test_model);
  g_test_add_func ("/lexical-model/sort", test_sort);

  return g_test_run ();
}
