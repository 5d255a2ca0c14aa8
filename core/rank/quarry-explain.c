/* quarry-explain.c: why a passage matched
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/rank/quarry-explain.h"
#include "core/document/quarry-words.h"

#include <math.h>
#include <string.h>

#define STEM_SIZE 64

/* Words by meaning: at most so many, each with so much of the strongest word's share. */
#define MOST_BY_MEANING 5
#define LEAST_SHARE 0.1

/* A distinct word, by its folded form, of the query or of the passage. */
typedef struct
{
  char *folded;
  char stem[STEM_SIZE];
  QuarrySpan span; /* where it stands first */
  gboolean is_stop;
  double share;  /* of the cosine, over all occurrences */
  guint answers; /* the query's word, by number; of a literal match */
  gboolean is_literal;
  guint n_occurrences;
  guint n_tokens;    /* at its first occurrence ... */
  guint first_token; /* ... its tokens */
} Word;

typedef struct
{
  QuarrySpan span;
  guint word; /* by number */
  double share;
} Occurrence;

typedef struct
{
  GArray *words;       /* of Word */
  GArray *occurrences; /* of Occurrence, in the order of the text */
} Words;

static void
clear_word (gpointer data)
{
  Word *word = data;

  g_free (word->folded);
}

static void
words_clear (Words *self)
{
  g_clear_pointer (&self->words, g_array_unref);
  g_clear_pointer (&self->occurrences, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Words, words_clear)

/* The words of @text with the shares of their tokens (@shares, or NULL). */
static void
find_words (Words *self,
            const char *text,
            const QuarryWeightedToken *tokens,
            guint n_tokens,
            const double *shares,
            QuarryStemFunc stem)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new (g_str_hash, g_str_equal);
  g_auto (QuarryWords) iterator = { 0 };
  QuarrySpan span;
  const char *folded;
  gsize length;
  guint token = 0;

  self->words = g_array_new (FALSE, TRUE, sizeof (Word));
  g_array_set_clear_func (self->words, clear_word);
  self->occurrences = g_array_new (FALSE, FALSE, sizeof (Occurrence));

  quarry_words_init (&iterator, text, -1);
  while (quarry_words_next (&iterator, &span, &folded, &length))
    {
      Occurrence occurrence = { .span = span };
      gpointer number;
      Word *word;
      guint first;

      if (!g_hash_table_lookup_extended (numbers, folded, NULL, &number))
        {
          Word fresh = { .folded = g_strndup (folded, length), .span = span };

          stem (folded, length, fresh.stem, sizeof fresh.stem);
          fresh.is_stop = quarry_words_is_stop_word (folded, length);
          number = GUINT_TO_POINTER (self->words->len);
          g_array_append_val (self->words, fresh);
          g_hash_table_insert (numbers, fresh.folded, number);
        }
      occurrence.word = GPOINTER_TO_UINT (number);

      while (token < n_tokens && tokens[token].span.start < span.start)
        token++;
      first = token;
      for (; token < n_tokens && tokens[token].span.end <= span.end; token++)
        if (shares != NULL)
          occurrence.share += shares[token];

      word = &g_array_index (self->words, Word, occurrence.word);
      if (word->n_occurrences++ == 0)
        {
          word->first_token = first;
          word->n_tokens = token - first;
        }
      word->share += occurrence.share;
      g_array_append_val (self->occurrences, occurrence);
    }
}

static double
dot (const float *a, const float *b, guint dims)
{
  float sums[8] = { 0.0f };
  double sum = 0.0;
  guint d = 0;

  for (; d + 8 <= dims; d += 8)
    for (guint lane = 0; lane < 8; lane++)
      sums[lane] += a[d + lane] * b[d + lane];
  for (; d < dims; d++)
    sums[0] += a[d] * b[d];
  for (guint lane = 0; lane < 8; lane++)
    sum += (double)sums[lane];
  return sum;
}

/* Σ rows, and its length. */
static double
add_rows (const QuarryWeightedToken *tokens, guint n_tokens, guint dims, float *sum)
{
  for (guint t = 0; t < n_tokens; t++)
    for (guint d = 0; d < dims; d++)
      sum[d] += tokens[t].row[d];
  return sqrt (dot (sum, sum, dims));
}

static gboolean
has_content (const Words *words)
{
  for (guint i = 0; i < words->words->len; i++)
    if (!g_array_index (words->words, Word, i).is_stop)
      return TRUE;
  return FALSE;
}

/* The query's word that means most what @word means: the largest sum over pairs of tokens. */
static guint
find_answered (const Words *query,
               gboolean with_stop_words,
               const QuarryWeightedToken *query_tokens,
               const Word *word,
               const QuarryWeightedToken *tokens,
               guint dims)
{
  guint best = 0;
  double most = -INFINITY;

  for (guint q = 0; q < query->words->len; q++)
    {
      const Word *candidate = &g_array_index (query->words, Word, q);
      double sum = 0.0;

      if ((candidate->is_stop && !with_stop_words) || candidate->n_tokens == 0)
        continue;
      for (guint a = 0; a < candidate->n_tokens; a++)
        for (guint b = 0; b < word->n_tokens; b++)
          sum += dot (query_tokens[candidate->first_token + a].row,
                      tokens[word->first_token + b].row,
                      dims);
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
  guint left = *(const guint *)a;
  guint right = *(const guint *)b;
  const Word *words = data;

  if (words[left].share != words[right].share)
    return words[left].share > words[right].share ? -1 : 1;
  return left < right ? -1 : left > right;
}

/* The numbers of the passage's words to show, strongest first. @prefix: the query's word, by number,
 * that stands for all that begin so; -1: none. */
static GArray *
choose_words (Words *passage, const Words *query, gboolean with_stop_words, gint prefix)
{
  GArray *chosen = g_array_new (FALSE, FALSE, sizeof (guint));
  Word *words = (Word *)(gpointer)passage->words->data;
  double strongest = 0.0;
  guint n_by_meaning = 0;
  guint n_kept = 0;

  if (query->words->len == 0)
    return chosen;
  for (guint i = 0; i < passage->words->len; i++)
    {
      if (words[i].is_stop && !with_stop_words)
        continue;
      for (guint q = 0; q < query->words->len && !words[i].is_literal; q++)
        {
          const Word *other = &g_array_index (query->words, Word, q);

          if (strcmp (words[i].stem, other->stem) == 0
              || ((gint) q == prefix && g_str_has_prefix (words[i].folded, other->folded)))
            {
              words[i].is_literal = TRUE;
              words[i].answers = q;
            }
        }
      strongest = MAX (strongest, words[i].share);
      g_array_append_val (chosen, i);
    }

  g_array_sort_with_data (chosen, compare_by_share, words);
  for (guint c = 0; c < chosen->len; c++)
    {
      guint i = g_array_index (chosen, guint, c);

      if (!words[i].is_literal)
        {
          if (words[i].is_stop || !(words[i].share > 0.0)
              || words[i].share < LEAST_SHARE * strongest || n_by_meaning == MOST_BY_MEANING)
            continue;
          n_by_meaning++;
        }
      g_array_index (chosen, guint, n_kept++) = i;
    }
  g_array_set_size (chosen, n_kept);
  return chosen;
}

static QuarrySpan
find_sentence (const Words *passage,
               guint n_query_words,
               const QuarrySpan *sentences,
               guint n_sentences)
{
  /* The last sentence in which a word was met, so that it counts once in each. */
  g_autofree guint *met = g_new0 (guint, MAX (n_query_words, 1));
  const Occurrence *occurrence = (const Occurrence *)(gpointer)passage->occurrences->data;
  const Occurrence *end = occurrence + passage->occurrences->len;
  double positive = 0.0;
  double literal;
  double most = -INFINITY;
  guint best = 0;

  for (guint i = 0; i < passage->words->len; i++)
    positive += MAX (0.0, g_array_index (passage->words, Word, i).share);
  literal = (positive > 0.0 ? positive : 1.0) / MAX (n_query_words, 1);

  for (guint s = 0; s < n_sentences; s++)
    {
      double sum = 0.0;

      while (occurrence < end && occurrence->span.start < sentences[s].start)
        occurrence++;
      for (; occurrence < end && occurrence->span.end <= sentences[s].end; occurrence++)
        {
          const Word *word = &g_array_index (passage->words, Word, occurrence->word);

          if (word->is_literal && met[word->answers] != s + 1)
            {
              met[word->answers] = s + 1;
              sum += literal;
            }
          if (!word->is_stop)
            sum += occurrence->share;
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
quarry_explain (const char *query,
                const QuarryWeightedToken *query_tokens,
                guint n_query_tokens,
                const char *text,
                const QuarryWeightedToken *tokens,
                guint n_tokens,
                guint dims,
                const QuarrySpan *sentences,
                guint n_sentences,
                QuarryStemFunc stem,
                gboolean last_is_prefix)
{
  QuarryExplanation *self = g_new0 (QuarryExplanation, 1);
  g_auto (Words) query_words = { 0 };
  g_auto (Words) words = { 0 };
  g_autoptr (GArray) chosen = NULL;
  g_autofree double *shares = g_new0 (double, MAX (n_tokens, 1));
  g_autofree float *q = g_new0 (float, MAX (dims, 1));
  g_autofree float *p = g_new0 (float, MAX (dims, 1));
  double norms
      = add_rows (query_tokens, n_query_tokens, dims, q) * add_rows (tokens, n_tokens, dims, p);
  gboolean with_stop_words;
  double similarity = 0.0;
  double shown = 0.0;
  gint prefix = -1;

  if (norms > 0.0 && isfinite (norms))
    for (guint t = 0; t < n_tokens; t++)
      {
        shares[t] = dot (q, tokens[t].row, dims) / norms;
        similarity += shares[t];
      }

  find_words (&query_words, query, query_tokens, n_query_tokens, NULL, stem);
  find_words (&words, text, tokens, n_tokens, shares, stem);
  with_stop_words = !has_content (&query_words);
  if (last_is_prefix && query_words.occurrences->len > 0)
    prefix = (gint) g_array_index (query_words.occurrences, Occurrence,
                                   query_words.occurrences->len - 1).word;
  chosen = choose_words (&words, &query_words, with_stop_words, prefix);

  self->words = g_array_new (FALSE, FALSE, sizeof (QuarryWordMatch));
  for (guint c = 0; c < chosen->len; c++)
    {
      guint number = g_array_index (chosen, guint, c);
      const Word *word = &g_array_index (words.words, Word, number);
      guint answers = word->answers;

      if (!word->is_literal)
        answers = find_answered (&query_words, with_stop_words, query_tokens, word, tokens, dims);
      for (guint o = 0; o < words.occurrences->len; o++)
        {
          const Occurrence *occurrence = &g_array_index (words.occurrences, Occurrence, o);
          QuarryWordMatch match = {
            .span = occurrence->span,
            .weight = (float)occurrence->share,
            .query_span = g_array_index (query_words.words, Word, answers).span,
            .kind = word->is_literal ? QUARRY_MATCH_LITERAL : QUARRY_MATCH_MEANING,
          };

          if (occurrence->word != number)
            continue;
          g_array_append_val (self->words, match);
          shown += (double)match.weight;
        }
    }
  self->similarity = (float)similarity;
  self->rest = (float)(similarity - shown);

  if (n_sentences > 0)
    self->sentence = find_sentence (&words, query_words.words->len, sentences, n_sentences);
  else
    self->sentence.end = (guint32)strlen (text);
  return self;
}
