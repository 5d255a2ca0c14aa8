/* quarry-candidates-compare.c: the candidates of a search, compared with the query and with each other
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Works out how near each candidate is to the query, how much of the query it holds, and what it says apart from the
 * query's words, by which core/rank tells candidates from each other. Also explains why a candidate matched.
 */
#include "core/library/quarry-library-indexes-private.h"
#include "core/library/search/quarry-candidates-private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/document/quarry-words.h"
#include "core/lexical/quarry-lexical-terms.h"
#include "core/rank/quarry-explain.h"

/* The share of the candidates that has to hold all of the query, or repeat others, for there to be a choice:
 * quarry_candidate_set_leaves_choice(). */
#define MANY .2

/* A query with fewer content words is open. */
#define LEAST_ASKED 3

/* Multiplies the weights of terms by their idf among the candidates: a term that all of them hold does not
 * distinguish any. Also replaces the terms' numbers by consecutive ones. */
static void
weigh_terms (QuarryCandidateSet *self)
{
  typedef struct
  {
    guint32 term;
    guint32 number; /* new number + 1; 0: free slot */
  } Slot;
  guint n = self->candidates->len;
  QuarryCandidateText *candidates = (QuarryCandidateText *) (gpointer) self->candidates->data;
  g_autofree Slot *slots = NULL;
  g_autofree guint32 *counts = NULL;            /* candidates that hold a term, by its new number */
  g_autofree float *rarity = g_new (float, n + 1); /* idf by that count */
  gsize n_slots = 64, n_terms = 0;
  guint32 n_numbers = 0;

  for (guint i = 0; i < n; i++)
    n_terms += candidates[i].n_terms;
  while (n_slots < 2 * n_terms)
    n_slots *= 2;
  slots = g_new0 (Slot, n_slots);
  counts = g_new0 (guint32, n_terms + 1);
  for (guint count = 1; count <= n; count++)
    rarity[count] = logf (1 + (float) n / (float) count);

  for (guint i = 0; i < n; i++)
    for (guint t = 0; t < candidates[i].n_terms; t++)
      {
        QuarryTermWeight *term = &candidates[i].terms[t];
        gsize at = (term->term * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)) >> 32 & (n_slots - 1);

        while (slots[at].number != 0 && slots[at].term != term->term)
          at = (at + 1) & (n_slots - 1);
        if (slots[at].number == 0)
          slots[at] = (Slot) { term->term, ++n_numbers };
        term->term = slots[at].number - 1;
        counts[term->term]++;
      }
  for (guint i = 0; i < n; i++)
    for (guint t = 0; t < candidates[i].n_terms; t++)
      candidates[i].terms[t].weight *= rarity[counts[candidates[i].terms[t].term]];
}

/* The index of @stem in @terms, which ascend, or the index where it would be inserted. */
static guint
find_term (const QuarryTermWeight *terms, guint n, guint32 stem)
{
  guint low = 0;

  while (low < n)
    {
      guint middle = low + (n - low) / 2;

      if (terms[middle].term < stem)
        low = middle + 1;
      else
        n = middle;
    }

  return low;
}

static void
take_out_term (QuarryCandidateText *candidate, guint32 stem)
{
  guint at = find_term (candidate->terms, candidate->n_terms, stem);

  if (at == candidate->n_terms || candidate->terms[at].term != stem)
    return;
  candidate->n_terms--;
  memmove (candidate->terms + at, candidate->terms + at + 1,
           (candidate->n_terms - at) * sizeof *candidate->terms);
}

static void
add_term (QuarryCandidateText *candidate, guint32 stem)
{
  guint at = find_term (candidate->terms, candidate->n_terms, stem);
  QuarryTermWeight *term = candidate->terms + at;

  if (at < candidate->n_terms && term->term == stem)
    {
      /* The weight is 1 + ln of the frequency, which is now one more. */
      term->weight = 1 + logf (expf (term->weight - 1) + 1);
      return;
    }
  memmove (term + 1, term, (candidate->n_terms - at) * sizeof *term);
  *term = (QuarryTermWeight) { stem, 1 };
  candidate->n_terms++;
}

static void
compare_with_query (const QuarryCandidateSet *self, QuarryCandidateText *candidate)
{
  const QuarryAnalysis *analysis = candidate->analysis;

  candidate->similarity
      = analysis->norm > 0
            ? quarry_dot (analysis->sum, self->query_vector, self->dims) / analysis->norm
            : 0;
}

/* Notes which stems of the query a candidate's text holds. */
static void
note_held (QuarryCandidateSet *self, const QuarryCandidateText *candidate)
{
  for (guint m = 0; m < candidate->n_matches; m++)
    g_array_index (self->query_stems, QuarryQueryStem, candidate->matches[m].stem).held_here = TRUE;
}

/* The share of the query's content that has been noted as held; forgets that again. */
static float
weigh_held (QuarryCandidateSet *self)
{
  float mass = 0, held_mass = 0;

  for (guint j = 0; j < self->query_words->len; j++)
    {
      const QuarryQueryWord *word = &g_array_index (self->query_words, QuarryQueryWord, j);

      if (!word->content)
        continue;
      mass += word->mass;
      if (g_array_index (self->query_stems, QuarryQueryStem, word->stem).held_here)
        held_mass += word->mass;
    }
  for (guint j = 0; j < self->query_stems->len; j++)
    g_array_index (self->query_stems, QuarryQueryStem, j).held_here = FALSE;
  return mass > 0 ? held_mass / mass : 0;
}

float
quarry_candidate_set_weigh_named (QuarryCandidateSet *self, const QuarryCandidateText *candidate)
{
  const QuarryWordForm *prefix = quarry_candidate_set_get_prefix (self);
  g_autofree char *title = quarry_indexed_title (candidate->document);
  g_autofree char *heading = quarry_indexed_heading (candidate->passage, candidate->document);
  const char *const names[] = { title, heading };

  note_held (self, candidate);
  for (guint n = 0; n < G_N_ELEMENTS (names); n++)
    {
      g_autoptr (GArray) words = g_array_new (FALSE, FALSE, sizeof (QuarryWord));

      quarry_word_forms_read (self->forms, names[n], -1, QUARRY_MOST_TITLE_WORDS, words, NULL, NULL);
      for (guint i = 0; i < words->len; i++)
        {
          int stem = quarry_candidate_set_match (self, g_array_index (words, QuarryWord, i).form, prefix);

          if (stem >= 0)
            g_array_index (self->query_stems, QuarryQueryStem, stem).held_here = TRUE;
        }
    }
  return weigh_held (self);
}

/* The most terms that a candidate can have. */
static guint
most_terms (const QuarryCandidateText *candidate)
{
  return candidate->analysis->n_stems + candidate->of->title->len;
}

/* @terms: room for most_terms(). */
static void
compare_candidate (QuarryCandidateSet *self,
                   QuarryCandidateText *candidate,
                   QuarryTermWeight *terms,
                   float *free_vector,
                   GArray *shared)
{
  const QuarryAnalysis *analysis = candidate->analysis;
  const GArray *title = candidate->of->title;

  g_array_set_size (shared, 0);
  candidate->terms = terms;
  memcpy (candidate->terms, analysis->stems, analysis->n_stems * sizeof *candidate->terms);
  candidate->n_terms = analysis->n_stems;

  for (guint m = 0; m < candidate->n_matches; m++)
    {
      guint i = candidate->matches[m].word;

      if (m > 0 && candidate->matches[m - 1].word == i)
        continue;
      take_out_term (candidate, analysis->keys[i].stem);
      g_array_append_vals (shared, analysis->tokens + analysis->first_tokens[i],
                           analysis->first_tokens[i + 1] - analysis->first_tokens[i]);
    }

  /* The title's words are added, because they distinguish the passages of two documents that do not say themselves
   * what they are about. */
  for (guint i = 0; i < title->len; i++)
    {
      const QuarryWordForm *form = g_array_index (title, QuarryWord, i).form;

      if (!form->stop && quarry_candidate_set_find_stem (self, form->stem) < 0)
        add_term (candidate, form->stem);
    }

  note_held (self, candidate);
  candidate->held_mass = weigh_held (self);
  /* Its vector without the query: the sum without the words that it shares with the query. */
  quarry_embedder_accumulate (self->embedder, self->indexes->weights, quarry_token_data (shared),
                              shared->len, free_vector);
  for (guint i = 0; i < self->dims; i++)
    free_vector[i] = analysis->sum[i] - free_vector[i];
  compare_with_query (self, candidate);
}

void
quarry_candidate_set_compare (QuarryCandidateSet *self)
{
  g_autoptr (GArray) shared = g_array_new (FALSE, FALSE, sizeof (QuarryToken));
  QuarryCandidateText *candidates = (QuarryCandidateText *) (gpointer) self->candidates->data;
  QuarryTermWeight *terms;
  gsize n_terms = 0;

  for (guint i = 0; i < self->candidates->len; i++)
    n_terms += most_terms (&candidates[i]);
  self->terms = terms = g_new (QuarryTermWeight, n_terms + 1);
  self->free_vectors = g_new0 (float, MAX (1, (gsize) self->candidates->len * self->dims));
  for (guint i = 0; i < self->candidates->len; i++)
    {
      compare_candidate (self, &candidates[i], terms, self->free_vectors + (gsize) i * self->dims, shared);
      terms += most_terms (&candidates[i]);
    }
  weigh_terms (self);
  self->n_pool = self->candidates->len;
}

void
quarry_candidate_set_compare_rest (QuarryCandidateSet *self)
{
  for (guint i = self->n_pool; i < self->candidates->len; i++)
    compare_with_query (self, &g_array_index (self->candidates, QuarryCandidateText, i));
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  guint64 x = *(const guint64 *) a;
  guint64 y = *(const guint64 *) b;

  return (x > y) - (x < y);
}

/* Estimates how many candidates differ: two that are nearly the same mostly have the same least shingle (Broder, On
 * the Resemblance and Containment of Documents, 1997). */
static guint
count_different (const QuarryCandidateSet *self)
{
  guint n = self->candidates->len, n_different = 0;
  g_autofree guint64 *least = g_new (guint64, MAX (1, n));

  for (guint i = 0; i < n; i++)
    {
      const QuarryAnalysis *analysis = g_array_index (self->candidates, QuarryCandidateText, i).analysis;

      least[i] = G_MAXUINT64;
      for (guint s = 0; s < analysis->n_shingles; s++)
        least[i] = MIN (least[i], analysis->shingles[s]);
    }
  qsort (least, n, sizeof *least, compare_numbers);
  for (guint i = 0; i < n; i++)
    n_different += i == 0 || least[i] != least[i - 1];

  return n_different;
}

gboolean
quarry_candidate_set_is_open (const QuarryCandidateSet *self)
{
  guint n_asked = 0;

  for (guint i = 0; i < self->query_words->len; i++)
    n_asked += g_array_index (self->query_words, QuarryQueryWord, i).content;
  return n_asked < LEAST_ASKED;
}

gboolean
quarry_candidate_set_leaves_choice (QuarryCandidateSet *self)
{
  guint n = self->candidates->len, n_holding = 0;

  if (quarry_candidate_set_is_open (self))
    return TRUE;
  for (guint i = 0; i < n; i++)
    {
      QuarryCandidateText *candidate = &g_array_index (self->candidates, QuarryCandidateText, i);

      note_held (self, candidate);
      candidate->held_mass = weigh_held (self);
      n_holding += candidate->held_mass >= QUARRY_ALL_HELD;
    }

  return n_holding >= MANY * n || count_different (self) <= (1 - MANY) * n;
}

static void
get_weighted_row (const QuarryCandidateSet *self, guint32 token, float *row)
{
  float weight = self->indexes->weights != NULL ? self->indexes->weights[token] : 1;

  quarry_embedder_get_row (self->embedder, token, row);
  for (guint i = 0; i < self->dims; i++)
    row[i] *= weight;
}

static void
prepare_shares (QuarryCandidateSet *self)
{
  guint n = self->query_tokens->len;

  if (self->token_shares != NULL)
    return;
  self->token_shares
      = quarry_token_shares_new (self->embedder, self->indexes->weights, self->query_vector);
  self->query_rows = g_new (float, MAX (1, (gsize) n * self->dims));
  for (guint i = 0; i < n; i++)
    {
      float *row = self->query_rows + (gsize) i * self->dims;

      get_weighted_row (self, quarry_token_data (self->query_tokens)[i].id, row);
      for (guint d = 0; d < self->dims; d++)
        row[d] *= g_array_index (self->query_shares, float, i);
    }
}

typedef struct
{
  QuarryCandidateSet *set;
  const QuarryAnalysis *analysis;
} Explaining;

/* The end of the tokens of word @i that lie within it: the tokens between this word and the next are listed with it. */
static guint32
tokens_end (const QuarryAnalysis *analysis, guint i)
{
  guint32 end = analysis->first_tokens[i + 1];

  while (end > analysis->first_tokens[i]
         && analysis->tokens[end - 1].span.end > analysis->words[i].span.end)
    end--;

  return end;
}

static float
find_affinity (guint query_word, guint word, gpointer user_data)
{
  const Explaining *explaining = user_data;
  const QuarryCandidateSet *set = explaining->set;
  const QuarryAnalysis *analysis = explaining->analysis;
  const QuarryQueryWord *asked = &g_array_index (set->query_words, QuarryQueryWord, query_word);
  float sum = 0;

  if (asked->n_tokens == 0)
    return -INFINITY;
  for (guint32 b = analysis->first_tokens[word], end = tokens_end (analysis, word); b < end; b++)
    for (guint32 a = asked->first_token; a < asked->first_token + asked->n_tokens; a++)
      {
        float share;

        quarry_embedder_multiply (set->embedder, set->indexes->weights, &analysis->tokens[b].id, 1,
                                  set->query_rows + (gsize) a * set->dims, &share);
        sum += share;
      }

  return sum;
}

/* Whether a word is written in small letters only, perhaps after one capital: quarry_lexical_split_word() finds no parts
 * in such a word, as most are. */
static inline gboolean
is_written_plainly (const QuarryWord *word, const char *text)
{
  const QuarryWordForm *form = word->form;

  return form->plain && form->length == word->span.end - word->span.start
         && memcmp (text + word->span.start + 1, form->folded + 1, form->length - 1) == 0;
}

/* Some words of the passage were found by a part, as "parseHeader" by "header": lets them match the query's word
 * literally. */
static void
answer_by_parts (QuarryCandidateSet *self, const QuarryCandidateText *candidate, guint *answers)
{
  const QuarryAnalysis *analysis = candidate->analysis;
  const QuarryWordForm *prefix = quarry_candidate_set_get_prefix (self);
  g_autoptr (GArray) words = g_array_new (FALSE, FALSE, sizeof (QuarryWord));

  for (guint i = 0; i < analysis->n_words; i++)
    {
      QuarrySpan span = analysis->words[i].span;
      g_autofree char *parts = NULL;

      if (answers[i] != G_MAXUINT || is_written_plainly (&analysis->words[i], candidate->passage->text))
        continue;
      parts = quarry_lexical_split_word (candidate->passage->text + span.start, span.end - span.start);
      if (parts == NULL)
        continue;
      g_array_set_size (words, 0);
      quarry_word_forms_read (self->forms, parts, -1, G_MAXUINT, words, NULL, NULL);
      for (guint w = 0; w < words->len && answers[i] == G_MAXUINT; w++)
        {
          int stem = quarry_candidate_set_match (self, g_array_index (words, QuarryWord, w).form, prefix);

          if (stem >= 0)
            answers[i] = g_array_index (self->query_stems, QuarryQueryStem, stem).word;
        }
    }
}

QuarryExplanation *
quarry_candidate_set_explain (QuarryCandidateSet *self, const QuarryCandidateText *candidate)
{
  const QuarryAnalysis *analysis = candidate->analysis;
  const GArray *sentences = quarry_analysis_get_sentences (candidate->analysis);
  g_autofree float *shares = g_new0 (float, MAX (1, analysis->n_words));
  g_autofree guint *answers = g_new (guint, MAX (1, analysis->n_words));
  Explaining explaining = { self, analysis };
  const float *of_tokens;
  guint n = self->query_words->len;
  QuarryExplained explained = {
    .query_words = (const QuarryWord *) (gpointer) self->understood->data,
    .n_query_words = n,
    .words = analysis->words,
    .n_words = analysis->n_words,
    .answers = answers,
    .shares = shares,
    .similarity = candidate->similarity,
    .sentences = (const QuarrySpan *) (gpointer) sentences->data,
    .n_sentences = sentences->len,
    .text_length = (guint32) strlen (candidate->passage->text),
    .language = candidate->document->language,
    .affinity = find_affinity,
    .user_data = &explaining,
  };

  memset (answers, 0xff, analysis->n_words * sizeof *answers);
  /* Of the two words that a compound stands for, it is shown for the first. */
  for (guint m = candidate->n_matches; m-- > 0;)
    answers[candidate->matches[m].word]
        = g_array_index (self->query_stems, QuarryQueryStem, candidate->matches[m].stem).word;
  answer_by_parts (self, candidate, answers);
  prepare_shares (self);
  of_tokens = quarry_token_shares_get (self->token_shares, analysis->tokens, analysis->n_tokens);
  if (self->query_known && analysis->norm > 0)
    {
      double all = 0;

      for (guint t = 0; t < analysis->n_tokens; t++)
        all += (double) of_tokens[analysis->tokens[t].id];
      for (guint i = 0; i < analysis->n_words; i++)
        {
          guint32 end = tokens_end (analysis, i);
          float share = 0;

          for (guint32 t = analysis->first_tokens[i]; t < end; t++)
            share += of_tokens[analysis->tokens[t].id];
          all -= (double) share;
          shares[i] = share / analysis->norm;
        }
      explained.between = (float) (all / (double) analysis->norm);
    }

  return quarry_explain (&explained);
}

double
quarry_candidate_set_get_rarity (const QuarryWordForm *form, gpointer self)
{
  const QuarryCandidateSet *set = self;

  return quarry_lexical_index_get_rarity (set->indexes->words, form->folded, set->languages);
}
