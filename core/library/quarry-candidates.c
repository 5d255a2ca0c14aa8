/* quarry-candidates.c: the passages that a search chooses from, taken apart
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/library/quarry-candidates.h"

#include <math.h>
#include <string.h>

#include "core/document/quarry-sentences.h"
#include "core/document/quarry-words.h"
#include "core/rank/quarry-explain.h"

/* Titles are foreign text too. */
#define MOST_TITLE_WORDS 50

/* Fewer words stand together by chance, and an ambiguous query has but one or two. */
#define LEAST_EXACT_WORDS 3

/* Fewer passages are taken apart sooner than a thread is begun. */
#define LEAST_SHARED 8

/* Bytes of a word, tokens of a query, beyond which nothing is completed or corrected. */
#define MOST_UNDERSTOOD 64

static void
clear_query_word (gpointer data)
{
  g_free (((QuarryQueryWord *) data)->folded);
}

static void
clear_candidate (gpointer data)
{
  QuarryCandidateText *candidate = data;

  g_clear_pointer (&candidate->analysis, quarry_analysis_unref);
  g_clear_pointer (&candidate->loaded, quarry_passage_record_free);
  g_clear_pointer (&candidate->terms, g_free);
}

static const QuarryToken *
token_data (GArray *tokens)
{
  return (const QuarryToken *) (gpointer) tokens->data;
}

static float
dot (const float *a, const float *b, guint n)
{
  float sum = 0;

  for (guint i = 0; i < n; i++)
    sum += a[i] * b[i];

  return sum;
}

/* idf of a query word by the weights of its tokens, 0 to 1; a word without tokens is as rare as
 * can be. */
static float
word_mass (QuarryCandidateSet *self, QuarrySpan span)
{
  float mass = 0;
  gboolean known = FALSE;

  for (guint i = 0; i < self->query_tokens->len; i++)
    {
      const QuarryToken *token = &g_array_index (self->query_tokens, QuarryToken, i);

      if (token->span.start >= span.start && token->span.end <= span.end)
        {
          float weight = self->indexes->weights != NULL ? self->indexes->weights[token->id] : 1;

          mass = MAX (mass, weight * weight);
          known = TRUE;
        }
    }

  return known ? mass : 1;
}

/* Takes the query's tokens. The model knows a word that is half typed or misspelt by its pieces alone,
 * which mean something else: the word of the passages that it stands for takes its place. */
static void
read_query_tokens (QuarryCandidateSet *self)
{
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (QuarryToken));
  g_autoptr (GArray) other = g_array_new (FALSE, FALSE, sizeof (QuarryToken));
  g_auto (QuarryWords) words = { 0 };
  const char *folded;
  QuarrySpan span;
  gsize length;
  guint next = 0;

  quarry_embedder_tokenize (self->embedder, self->query, -1, tokens);
  quarry_words_init (&words, self->query, -1);
  while (quarry_words_next (&words, &span, &folded, &length))
    {
      g_autofree char *word = NULL;
      g_autofree char *meant = NULL;
      guint first;

      for (first = next; first < tokens->len; first++)
        if (g_array_index (tokens, QuarryToken, first).span.start >= span.start)
          break;
      g_array_append_vals (self->query_tokens, token_data (tokens) + next, first - next);
      for (next = first; next < tokens->len; next++)
        if (g_array_index (tokens, QuarryToken, next).span.end > span.end)
          break;

      /* Long queries are pasted, not typed. */
      if (next - first != 1 && length < MOST_UNDERSTOOD && self->query_tokens->len < MOST_UNDERSTOOD)
        {
          word = g_strndup (folded, length);
          /* A number is no other number spelt wrong. */
          if (strpbrk (word, "0123456789") == NULL)
            meant = quarry_lexical_index_understand (self->indexes->words, word);
        }
      if (meant == NULL || strcmp (meant, word) == 0)
        {
          g_array_append_vals (self->query_tokens, token_data (tokens) + first, next - first);
          continue;
        }
      g_array_set_size (other, 0);
      quarry_embedder_tokenize (self->embedder, meant, -1, other);
      for (guint i = 0; i < other->len; i++)
        {
          QuarryToken token = g_array_index (other, QuarryToken, i);

          token.span = span;
          g_array_append_val (self->query_tokens, token);
        }
    }
  g_array_append_vals (self->query_tokens, token_data (tokens) + next, tokens->len - next);
}

QuarryCandidateSet *
quarry_candidate_set_new (QuarryLibrary *library,
                          QuarryIndexes *indexes,
                          const char *query,
                          gboolean typing)
{
  QuarryCandidateSet *self = g_new0 (QuarryCandidateSet, 1);
  g_auto (QuarryWords) words = { 0 };
  gboolean any_content = FALSE;
  gsize length = strlen (query), n_bytes;
  const char *folded;
  QuarrySpan span;
  float norm;

  self->embedder = g_object_ref (library->embedder);
  self->indexes = quarry_indexes_ref (indexes);
  self->dims = quarry_embedder_get_dims (self->embedder);
  self->query = query;
  self->query_vector = g_new0 (float, self->dims);
  self->query_tokens = g_array_new (FALSE, FALSE, sizeof (QuarryToken));
  self->query_words = g_array_new (FALSE, TRUE, sizeof (QuarryQueryWord));
  g_array_set_clear_func (self->query_words, clear_query_word);
  self->candidates = g_array_new (FALSE, TRUE, sizeof (QuarryCandidateText));
  g_array_set_clear_func (self->candidates, clear_candidate);
  self->documents = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL,
                                           (GDestroyNotify) quarry_document_record_free);

  read_query_tokens (self);
  quarry_embedder_accumulate (self->embedder, indexes->weights, token_data (self->query_tokens),
                              self->query_tokens->len, self->query_vector);
  norm = sqrtf (dot (self->query_vector, self->query_vector, self->dims));
  self->query_known = norm > 0;
  for (guint i = 0; self->query_known && i < self->dims; i++)
    self->query_vector[i] /= norm;

  quarry_words_init (&words, query, -1);
  while (quarry_words_next (&words, &span, &folded, &n_bytes))
    {
      QuarryQueryWord word = {
        .folded = g_strndup (folded, n_bytes),
        .span = span,
        .stem = quarry_stem_number (folded, n_bytes),
        .mass = word_mass (self, span),
        .prefix = typing && span.end == length,
        .content = !quarry_words_is_stop_word (folded, n_bytes),
      };

      any_content = any_content || word.content;
      g_array_append_val (self->query_words, word);
    }
  for (guint i = 0; !any_content && i < self->query_words->len; i++)
    g_array_index (self->query_words, QuarryQueryWord, i).content = TRUE;

  return self;
}

void
quarry_candidate_set_free (QuarryCandidateSet *self)
{
  g_array_unref (self->candidates);
  g_array_unref (self->query_words);
  g_array_unref (self->query_tokens);
  g_hash_table_unref (self->documents);
  g_free (self->query_vector);
  g_free (self->free_vectors);
  quarry_indexes_unref (self->indexes);
  g_object_unref (self->embedder);
  g_free (self);
}

static const QuarryDocumentRecord *
get_document (QuarryCandidateSet *self, QuarryStore *store, gint64 id, GError **error)
{
  QuarryDocumentRecord *record = g_hash_table_lookup (self->documents, &id);

  if (record == NULL)
    {
      record = quarry_store_get_document (store, id, error);
      if (record != NULL)
        g_hash_table_insert (self->documents, &record->id, record);
    }

  return record;
}

/* Candidates whose passages have not been taken apart yet, shared out to two threads. */
typedef struct
{
  QuarryCandidateSet *set;
  GArray *fresh; /* of indices of candidates */
  guint first;   /* every other one from here */
} Share;

static gpointer
analyse_share (gpointer data)
{
  const Share *share = data;
  QuarryCandidateSet *self = share->set;

  for (guint i = share->first; i < share->fresh->len; i += 2)
    {
      QuarryCandidateText *candidate = &g_array_index (
          self->candidates, QuarryCandidateText, g_array_index (share->fresh, guint, i));

      candidate->analysis
          = quarry_analysis_new (g_steal_pointer (&candidate->loaded), self->embedder,
                                 self->indexes->weights);
      quarry_analysis_cache_add (self->indexes->analyses, candidate->analysis, self->dims);
    }

  return NULL;
}

/* Half of the time that a key has is spent here, while the other processor has nothing to do. */
static void
analyse (QuarryCandidateSet *self, GArray *fresh)
{
  Share own = { self, fresh, 0 };
  Share other = { self, fresh, 1 };
  GThread *thread = fresh->len >= LEAST_SHARED
                        ? g_thread_try_new ("analysing", analyse_share, &other, NULL)
                        : NULL;

  analyse_share (&own);
  if (thread != NULL)
    g_thread_join (thread);
  else
    analyse_share (&other);
}

gboolean
quarry_candidate_set_load (QuarryCandidateSet *self,
                           QuarryStore *store,
                           GArray *ranked,
                           guint limit,
                           QuarryKeepFunc keep,
                           gpointer user_data,
                           GCancellable *cancellable,
                           GError **error)
{
  g_autoptr (GArray) fresh = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < ranked->len && self->candidates->len < limit; i++)
    {
      QuarryCandidateText candidate = { .rank = g_array_index (ranked, QuarryCandidate, i) };
      g_autoptr (QuarryAnalysis) analysis
          = quarry_analysis_cache_get (self->indexes->analyses, candidate.rank.slot);
      g_autoptr (QuarryPassageRecord) loaded = NULL;
      g_autoptr (GError) local = NULL;

      if ((i & 15) == 0 && g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;

      if (analysis == NULL)
        loaded = quarry_store_get_passage (store, candidate.rank.slot, &local);
      candidate.passage = analysis != NULL ? analysis->passage : loaded;
      if (candidate.passage != NULL && (keep == NULL || keep (candidate.passage, user_data)))
        candidate.document = get_document (self, store, candidate.passage->document, &local);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (candidate.document == NULL)
        continue;

      if (loaded != NULL)
        g_array_append_val (fresh, self->candidates->len);
      candidate.analysis = g_steal_pointer (&analysis);
      candidate.loaded = g_steal_pointer (&loaded);
      g_array_append_val (self->candidates, candidate);
    }
  analyse (self, fresh);

  return TRUE;
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  guint32 left = *(const guint32 *) a;
  guint32 right = *(const guint32 *) b;

  return (left > right) - (left < right);
}

/* Turns the stems of one candidate into terms with their frequencies. */
static void
count_terms (QuarryCandidateText *candidate, guint32 *stems, guint n)
{
  qsort (stems, n, sizeof *stems, compare_ids);
  candidate->terms = g_new (QuarryTermWeight, MAX (1, n));
  for (guint i = 0; i < n;)
    {
      guint j = i;

      while (j < n && stems[j] == stems[i])
        j++;
      candidate->terms[candidate->n_terms++]
          = (QuarryTermWeight) { stems[i], 1 + logf ((float) (j - i)) };
      i = j;
    }
}

/* Weighs terms by how few of the candidates hold them: what all of them say tells none apart. */
static void
weigh_terms (QuarryCandidateSet *self)
{
  g_autoptr (GHashTable) frequency = g_hash_table_new (NULL, NULL);
  guint n = self->candidates->len;

  for (guint i = 0; i < n; i++)
    {
      QuarryCandidateText *candidate = &g_array_index (self->candidates, QuarryCandidateText, i);

      for (guint j = 0; j < candidate->n_terms; j++)
        {
          gpointer key = GUINT_TO_POINTER (candidate->terms[j].term);
          guint count = GPOINTER_TO_UINT (g_hash_table_lookup (frequency, key));

          g_hash_table_insert (frequency, key, GUINT_TO_POINTER (count + 1));
        }
    }
  for (guint i = 0; i < n; i++)
    {
      QuarryCandidateText *candidate = &g_array_index (self->candidates, QuarryCandidateText, i);

      for (guint j = 0; j < candidate->n_terms; j++)
        {
          guint count = GPOINTER_TO_UINT (
              g_hash_table_lookup (frequency, GUINT_TO_POINTER (candidate->terms[j].term)));

          candidate->terms[j].weight *= logf (1 + (float) n / (float) count);
        }
    }
}

/* Whether the query's words stand in the passage one after another. */
static gboolean
holds_word_for_word (const QuarryCandidateSet *self, const QuarryAnalysis *analysis)
{
  guint n = self->query_words->len;

  for (guint i = 0; i + n <= analysis->n_words; i++)
    {
      guint j = 0;

      for (; j < n; j++)
        {
          const QuarryQueryWord *asked = &g_array_index (self->query_words, QuarryQueryWord, j);
          const char *folded = analysis->folded + analysis->words[i + j].folded;

          if (asked->prefix ? !g_str_has_prefix (folded, asked->folded)
                            : strcmp (folded, asked->folded) != 0)
            break;
        }
      if (j == n)
        return TRUE;
    }

  return FALSE;
}

void
quarry_candidate_set_raise_exact (QuarryCandidateSet *self)
{
  guint n_raised = 0;

  if (self->query_words->len < LEAST_EXACT_WORDS)
    return;
  for (guint i = 0; i < self->candidates->len; i++)
    {
      QuarryCandidateText candidate = g_array_index (self->candidates, QuarryCandidateText, i);

      if (!holds_word_for_word (self, candidate.analysis))
        continue;
      candidate.rank.score += 1; /* fused scores are 0 to 1 */
      memmove (&g_array_index (self->candidates, QuarryCandidateText, n_raised + 1),
               &g_array_index (self->candidates, QuarryCandidateText, n_raised),
               (i - n_raised) * sizeof candidate);
      g_array_index (self->candidates, QuarryCandidateText, n_raised++) = candidate;
    }
}

/* Whether a word of a passage is one of the query's, and which: sets held[j] of each. */
static gboolean
match_word (const QuarryCandidateSet *self,
            const QuarryAnalysis *analysis,
            const QuarryAnalysisWord *word,
            gboolean *held)
{
  gboolean matches = FALSE;

  for (guint j = 0; j < self->query_words->len; j++)
    {
      const QuarryQueryWord *asked = &g_array_index (self->query_words, QuarryQueryWord, j);

      if (word->stem == asked->stem
          || (asked->prefix && g_str_has_prefix (analysis->folded + word->folded, asked->folded)))
        matches = held[j] = TRUE;
    }

  return matches;
}

/* Appends the stems of the title, without the query's and without stop words. What a document is
 * about tells its passages from another's where they do not say it themselves. */
static void
add_title_stems (const QuarryCandidateSet *self, const char *title, GArray *stems)
{
  g_auto (QuarryWords) words = { 0 };
  const char *folded;
  QuarrySpan span;
  gsize length;

  quarry_words_init (&words, title != NULL ? title : "", -1);
  for (guint n = 0; n < MOST_TITLE_WORDS && quarry_words_next (&words, &span, &folded, &length); n++)
    {
      guint32 stem = quarry_stem_number (folded, length);
      gboolean left_out = quarry_words_is_stop_word (folded, length);

      for (guint j = 0; j < self->query_words->len && !left_out; j++)
        left_out = g_array_index (self->query_words, QuarryQueryWord, j).stem == stem;
      if (!left_out)
        g_array_append_val (stems, stem);
    }
}

static void
compare_candidate (QuarryCandidateSet *self,
                   QuarryCandidateText *candidate,
                   float *free_vector,
                   GArray *shared,
                   gboolean *held)
{
  const QuarryAnalysis *analysis = candidate->analysis;
  g_autoptr (GArray) stems = g_array_sized_new (FALSE, FALSE, sizeof (guint32), analysis->n_words + 16);
  float mass = 0, held_mass = 0, norm;

  memset (held, 0, sizeof (gboolean) * self->query_words->len);
  g_array_set_size (shared, 0);
  for (guint i = 0; i < analysis->n_words; i++)
    {
      const QuarryAnalysisWord *word = &analysis->words[i];

      if (match_word (self, analysis, word, held))
        g_array_append_vals (shared, analysis->tokens + word->first_token,
                             word[1].first_token - word->first_token);
      else if (!word->stop)
        g_array_append_val (stems, word->stem);
    }
  add_title_stems (self, candidate->document->title, stems);
  count_terms (candidate, (guint32 *) (gpointer) stems->data, stems->len);

  for (guint j = 0; j < self->query_words->len; j++)
    {
      QuarryQueryWord *word = &g_array_index (self->query_words, QuarryQueryWord, j);

      word->held = word->held || held[j];
      if (!word->content)
        continue;
      mass += word->mass;
      held_mass += held[j] ? word->mass : 0;
    }
  candidate->held_mass = mass > 0 ? held_mass / mass : 0;

  /* What it says without the query: all but the words that they share. */
  quarry_embedder_accumulate (self->embedder, self->indexes->weights, token_data (shared),
                              shared->len, free_vector);
  for (guint i = 0; i < self->dims; i++)
    free_vector[i] = analysis->sum[i] - free_vector[i];
  norm = sqrtf (dot (analysis->sum, analysis->sum, self->dims));
  candidate->similarity
      = norm > 0 ? dot (analysis->sum, self->query_vector, self->dims) / norm : 0;
}

void
quarry_candidate_set_compare (QuarryCandidateSet *self)
{
  g_autofree gboolean *held = g_new (gboolean, MAX (1, self->query_words->len));
  g_autoptr (GArray) shared = g_array_new (FALSE, FALSE, sizeof (QuarryToken));

  self->free_vectors = g_new0 (float, MAX (1, (gsize) self->candidates->len * self->dims));
  for (guint i = 0; i < self->candidates->len; i++)
    compare_candidate (self, &g_array_index (self->candidates, QuarryCandidateText, i),
                       self->free_vectors + (gsize) i * self->dims, shared, held);
  weigh_terms (self);
}

double
quarry_candidate_set_unknown_share (QuarryCandidateSet *self)
{
  double mass = 0, unknown = 0;

  for (guint i = 0; i < self->query_words->len; i++)
    {
      const QuarryQueryWord *word = &g_array_index (self->query_words, QuarryQueryWord, i);

      if (!word->content)
        continue;
      mass += (double) word->mass;
      unknown += word->held ? 0 : (double) word->mass;
    }

  return mass > 0 ? unknown / mass : 0;
}

/* Tokens with their weighted rows, which *rows owns. */
static QuarryWeightedToken *
weigh_tokens (QuarryCandidateSet *self, const QuarryToken *tokens, guint n, float **rows)
{
  QuarryWeightedToken *weighted = g_new (QuarryWeightedToken, MAX (1, n));

  *rows = g_new (float, MAX (1, (gsize) n * self->dims));
  for (guint i = 0; i < n; i++)
    {
      const QuarryToken *token = &tokens[i];
      float *row = *rows + (gsize) i * self->dims;
      float weight = self->indexes->weights != NULL ? self->indexes->weights[token->id] : 1;

      quarry_embedder_get_row (self->embedder, token->id, row);
      for (guint j = 0; j < self->dims; j++)
        row[j] *= weight;
      weighted[i] = (QuarryWeightedToken) { token->id, token->span, row };
    }

  return weighted;
}

QuarryExplanation *
quarry_candidate_set_explain (QuarryCandidateSet *self, const QuarryCandidateText *candidate)
{
  g_autofree float *query_rows = NULL;
  g_autofree float *rows = NULL;
  g_autofree QuarryWeightedToken *query_tokens
      = weigh_tokens (self, token_data (self->query_tokens), self->query_tokens->len, &query_rows);
  const QuarryAnalysis *analysis = candidate->analysis;
  g_autofree QuarryWeightedToken *tokens
      = weigh_tokens (self, analysis->tokens, analysis->n_tokens, &rows);
  g_autoptr (GArray) sentences = quarry_sentences_of_text (candidate->passage->text, -1);

  return quarry_explain (self->query, query_tokens, self->query_tokens->len,
                         candidate->passage->text, tokens, analysis->n_tokens, self->dims,
                         (const QuarrySpan *) (gpointer) sentences->data, sentences->len,
                         quarry_lexical_stem,
                         self->query_words->len > 0
                             && g_array_index (self->query_words, QuarryQueryWord,
                                               self->query_words->len - 1).prefix);
}
