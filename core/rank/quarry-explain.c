/* quarry-explain.c: explains why a passage matched
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Adds up the shares of each distinct word, chooses the words to show, and finds the sentence in which they count
 * most.
 */
#include "core/rank/quarry-explain.h"

#include <math.h>
#include <string.h>

#include "core/document/quarry-language.h"

/* At most this many words that match by meaning are shown, each with at least LEAST_SHARE of the strongest word's
 * share. */
#define MOST_BY_MEANING 5
/* At most this many words of the query itself are shown. If the query is a whole passage, more of them occur, but where
 * nearly everything is highlighted, nothing stands out. */
#define MOST_LITERALLY 12
#define LEAST_SHARE 0.1

/* A distinct word of the query or the passage, by its folded form. */
typedef struct
{
  const QuarryWordForm *form;
  guint first;   /* index of its first occurrence */
  guint last;
  double share;  /* of the cosine, total of all occurrences */
  guint answers; /* for a literal match: number of the query's word */
  gboolean is_literal;
  gboolean is_function; /* a function word, which says nothing by itself */
} Word;

typedef struct
{
  Word *words;
  guint n_words;
  guint *word_of; /* number of the word of each occurrence */
  guint *next_of; /* index of the word's next occurrence; G_MAXUINT: this is the last */
  guint n_occurrences;
} Words;

static void
words_clear (Words *self)
{
  g_clear_pointer (&self->words, g_free);
  g_clear_pointer (&self->word_of, g_free);
  g_clear_pointer (&self->next_of, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Words, words_clear)

/* @shares: of each occurrence, or NULL. @language: of the passage, or NULL. */
static void
words_init (Words *self, const QuarryWord *occurrences, guint n, const float *shares, const char *language)
{
  g_autofree guint *slots = NULL; /* hash table by form: number of the word + 1 */
  guint64 spoken = language != NULL ? quarry_language_get_bit (language) : 0;
  gsize n_slots = 16;

  while (n_slots < 2 * (gsize) n)
    n_slots *= 2;
  slots = g_new0 (guint, n_slots);
  self->words = g_new (Word, MAX (n, 1));
  self->word_of = g_new (guint, MAX (n, 1));
  self->next_of = g_new (guint, MAX (n, 1));
  self->n_occurrences = n;
  for (guint i = 0; i < n; i++)
    {
      const QuarryWordForm *form = occurrences[i].form;
      gsize at = form->number & (n_slots - 1);

      while (slots[at] != 0 && self->words[slots[at] - 1].form->number != form->number)
        at = (at + 1) & (n_slots - 1);
      if (slots[at] == 0)
        {
          self->words[self->n_words++] = (Word){
            .form = form,
            .first = i,
            .last = i,
            .is_function = form->stop || (form->languages & spoken) != 0,
          };
          slots[at] = self->n_words;
        }
      else
        {
          Word *word = &self->words[slots[at] - 1];

          self->next_of[word->last] = i;
          word->last = i;
        }
      self->next_of[i] = G_MAXUINT;
      self->word_of[i] = slots[at] - 1;
      if (shares != NULL)
        self->words[slots[at] - 1].share += (double) shares[i];
    }
}

static gboolean
has_content (const Words *words)
{
  for (guint i = 0; i < words->n_words; i++)
    if (!words->words[i].is_function)
      return TRUE;
  return FALSE;
}

/* The number of the query's word that has most in common with @word. */
static guint
find_answered (const QuarryExplained *explained,
               const Words *query,
               gboolean with_stop_words,
               const Word *word)
{
  guint best = 0;
  float most = -INFINITY;

  for (guint q = 0; q < query->n_words; q++)
    {
      float sum;

      if (query->words[q].is_function && !with_stop_words)
        continue;
      sum = explained->affinity (query->words[q].first, word->first, explained->user_data);
      if (sum > most)
        {
          most = sum;
          best = q;
        }
    }
  return best;
}

static int
compare_by_share (gconstpointer a, gconstpointer b, gpointer data)
{
  guint left = *(const guint *) a;
  guint right = *(const guint *) b;
  const Word *words = data;

  if (words[left].share != words[right].share)
    return words[left].share > words[right].share ? -1 : 1;
  return left < right ? -1 : left > right;
}

/* The numbers of the passage's words to be shown, strongest first. @answers: see QuarryExplained. */
static GArray *
choose_words (Words *passage, const Words *query, gboolean with_stop_words, const guint *answers)
{
  GArray *chosen = g_array_new (FALSE, FALSE, sizeof (guint));
  Word *words = passage->words;
  double strongest = 0.0;
  guint n_literally = 0, n_by_meaning = 0;
  guint n_kept = 0;

  if (query->n_words == 0)
    return chosen;
  for (guint i = 0; i < passage->n_words; i++)
    {
      if (words[i].is_function && !with_stop_words)
        continue;
      words[i].is_literal = answers[words[i].first] != G_MAXUINT;
      if (words[i].is_literal)
        words[i].answers = query->word_of[answers[words[i].first]];
      strongest = MAX (strongest, words[i].share);
    }

  /* Most words are neither literal nor strong, so only those that are get sorted. */
  for (guint i = 0; i < passage->n_words; i++)
    if (words[i].is_literal
        || (!words[i].is_function && words[i].share > 0.0 && words[i].share >= LEAST_SHARE * strongest))
      g_array_append_val (chosen, i);
  g_array_sort_with_data (chosen, compare_by_share, words);
  for (guint c = 0; c < chosen->len; c++)
    {
      guint i = g_array_index (chosen, guint, c);

      if (words[i].is_literal ? n_literally++ < MOST_LITERALLY : n_by_meaning++ < MOST_BY_MEANING)
        g_array_index (chosen, guint, n_kept++) = i;
    }
  g_array_set_size (chosen, n_kept);
  return chosen;
}

static QuarrySpan
find_sentence (const QuarryExplained *explained, const Words *passage, guint n_query_words)
{
  /* The last sentence (counted from 1) in which each word of the query was met, so that it counts once per sentence. */
  g_autofree guint *met = g_new0 (guint, MAX (n_query_words, 1));
  const QuarrySpan *sentences = explained->sentences;
  double positive = 0.0;
  double literal;
  double most = -HUGE_VAL;
  guint best = 0;
  guint o = 0;

  for (guint i = 0; i < passage->n_words; i++)
    positive += MAX (0.0, passage->words[i].share);
  literal = (positive > 0.0 ? positive : 1.0) / MAX (n_query_words, 1);

  for (guint s = 0; s < explained->n_sentences; s++)
    {
      double sum = 0.0;

      while (o < passage->n_occurrences && explained->words[o].span.start < sentences[s].start)
        o++;
      for (; o < passage->n_occurrences && explained->words[o].span.end <= sentences[s].end; o++)
        {
          const Word *word = &passage->words[passage->word_of[o]];

          if (word->is_literal && met[word->answers] != s + 1)
            {
              met[word->answers] = s + 1;
              sum += literal;
            }
          if (!word->is_function)
            sum += (double) explained->shares[o];
        }
      if (sum > most)
        {
          most = sum;
          best = s;
        }
    }
  return sentences[best];
}

void
quarry_explanation_free (QuarryExplanation *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->words);
  g_free (self);
}

QuarryExplanation *
quarry_explain (const QuarryExplained *explained)
{
  QuarryExplanation *self = g_new0 (QuarryExplanation, 1);
  g_auto (Words) query = { 0 };
  g_auto (Words) words = { 0 };
  g_autoptr (GArray) chosen = NULL;
  gboolean with_stop_words;
  double shown = 0.0, all = (double) explained->between;

  words_init (&query, explained->query_words, explained->n_query_words, NULL, explained->language);
  words_init (&words, explained->words, explained->n_words, explained->shares, explained->language);
  with_stop_words = !has_content (&query);
  chosen = choose_words (&words, &query, with_stop_words, explained->answers);

  self->words = g_array_sized_new (FALSE, FALSE, sizeof (QuarryWordMatch), 2 * chosen->len);
  for (guint c = 0; c < chosen->len; c++)
    {
      guint number = g_array_index (chosen, guint, c);
      const Word *word = &words.words[number];
      guint answers = word->answers;

      if (!word->is_literal)
        answers = find_answered (explained, &query, with_stop_words, word);
      for (guint o = word->first; o != G_MAXUINT; o = words.next_of[o])
        {
          QuarryWordMatch match = {
            .span = explained->words[o].span,
            .weight = explained->shares[o],
            .query_span = explained->query_words[query.words[answers].first].span,
            .kind = word->is_literal ? QUARRY_MATCH_LITERAL : QUARRY_MATCH_MEANING,
          };

          g_array_append_val (self->words, match);
          shown += (double) match.weight;
        }
    }
  for (guint o = 0; o < explained->n_words; o++)
    all += (double) explained->shares[o];
  self->similarity = explained->similarity;
  self->rest = (float) (all - shown);

  if (explained->n_sentences > 0)
    self->sentence = find_sentence (explained, &words, query.n_words);
  else
    self->sentence.end = explained->text_length;
  return self;
}
