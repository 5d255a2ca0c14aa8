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

static void
clear_query_word (gpointer data)
{
  g_free (((QuarryQueryWord *) data)->folded);
}

static void
clear_candidate (gpointer data)
{
  QuarryCandidateText *candidate = data;

  g_clear_pointer (&candidate->passage, quarry_passage_record_free);
  g_clear_pointer (&candidate->tokens, g_array_unref);
  g_clear_pointer (&candidate->terms, g_free);
}

/* The words of a text: folded forms in one array, spans in another. */
typedef struct
{
  GPtrArray *folded;
  GArray *spans;
  GStringChunk *strings;
} WordList;

static void
word_list_init (WordList *list)
{
  list->folded = g_ptr_array_new ();
  list->spans = g_array_new (FALSE, FALSE, sizeof (QuarrySpan));
  list->strings = g_string_chunk_new (4096);
}

static void
word_list_clear (WordList *list)
{
  g_ptr_array_unref (list->folded);
  g_array_unref (list->spans);
  g_string_chunk_free (list->strings);
}

static void
word_list_read (WordList *list, const char *text)
{
  g_auto (QuarryWords) words = { 0 };
  QuarrySpan span;
  const char *folded;
  gsize length;

  g_ptr_array_set_size (list->folded, 0);
  g_array_set_size (list->spans, 0);
  g_string_chunk_clear (list->strings);

  quarry_words_init (&words, text, -1);
  while (quarry_words_next (&words, &span, &folded, &length))
    {
      g_ptr_array_add (list->folded,
                       g_string_chunk_insert_len (list->strings, folded, (gssize) length));
      g_array_append_val (list->spans, span);
    }
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

QuarryCandidateSet *
quarry_candidate_set_new (QuarryLibrary *library,
                          QuarryIndexes *indexes,
                          const char *query,
                          gboolean typing)
{
  QuarryCandidateSet *self = g_new0 (QuarryCandidateSet, 1);
  WordList list;
  gboolean any_content = FALSE;
  gsize length = strlen (query);
  float norm;

  self->embedder = g_object_ref (library->embedder);
  self->stems = library->stems;
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

  quarry_embedder_tokenize (self->embedder, query, -1, self->query_tokens);
  quarry_embedder_accumulate (self->embedder, indexes->weights, token_data (self->query_tokens),
                              self->query_tokens->len, self->query_vector);
  norm = sqrtf (dot (self->query_vector, self->query_vector, self->dims));
  self->query_known = norm > 0;
  for (guint i = 0; self->query_known && i < self->dims; i++)
    self->query_vector[i] /= norm;

  word_list_init (&list);
  word_list_read (&list, query);
  g_array_set_size (self->query_words, list.folded->len);
  for (guint i = 0; i < list.folded->len; i++)
    {
      QuarryQueryWord *word = &g_array_index (self->query_words, QuarryQueryWord, i);
      const char *folded = list.folded->pdata[i];

      word->folded = g_strdup (folded);
      word->span = g_array_index (list.spans, QuarrySpan, i);
      word->mass = word_mass (self, word->span);
      word->prefix = typing && i + 1 == list.folded->len && word->span.end == length;
      word->content = !quarry_words_is_stop_word (folded, strlen (folded));
      any_content = any_content || word->content;
    }
  for (guint i = 0; !any_content && i < self->query_words->len; i++)
    g_array_index (self->query_words, QuarryQueryWord, i).content = TRUE;
  word_list_clear (&list);

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
  for (guint i = 0; i < ranked->len && self->candidates->len < limit; i++)
    {
      QuarryCandidateText candidate = { .rank = g_array_index (ranked, QuarryCandidate, i) };
      g_autoptr (QuarryPassageRecord) passage = NULL;
      g_autoptr (GError) local = NULL;

      if ((i & 15) == 0 && g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;

      passage = quarry_store_get_passage (store, candidate.rank.slot, &local);
      if (passage != NULL && (keep == NULL || keep (passage, user_data)))
        candidate.document = get_document (self, store, passage->document, &local);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (candidate.document == NULL)
        continue;

      candidate.passage = g_steal_pointer (&passage);
      g_array_append_val (self->candidates, candidate);
    }

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

static void
analyse_candidate (QuarryCandidateSet *self,
                   QuarryCandidateText *candidate,
                   float *free_vector,
                   WordList *list,
                   float *sum,
                   gboolean *held)
{
  g_autofree guint32 *stems = NULL;
  g_autoptr (GArray) shared = g_array_new (FALSE, FALSE, sizeof (QuarryToken));
  guint next_token = 0, n_stems = 0;
  float mass = 0, held_mass = 0, norm;

  candidate->tokens = g_array_new (FALSE, FALSE, sizeof (QuarryToken));
  quarry_embedder_tokenize (self->embedder, candidate->passage->text, -1, candidate->tokens);
  word_list_read (list, candidate->passage->text);
  stems = g_new (guint32, MAX (1, list->folded->len));
  quarry_stems_number (self->stems, (const char *const *) list->folded->pdata, list->folded->len,
                       stems);

  memset (held, 0, sizeof (gboolean) * self->query_words->len);
  for (guint i = 0; i < list->folded->len; i++)
    {
      const char *folded = list->folded->pdata[i];
      QuarrySpan span = g_array_index (list->spans, QuarrySpan, i);
      gboolean of_query = FALSE;

      for (guint j = 0; j < self->query_words->len; j++)
        {
          QuarryQueryWord *word = &g_array_index (self->query_words, QuarryQueryWord, j);

          if (stems[i] == word->stem || (word->prefix && g_str_has_prefix (folded, word->folded)))
            of_query = held[j] = TRUE;
        }

      for (; next_token < candidate->tokens->len; next_token++)
        {
          const QuarryToken *token
              = &g_array_index (candidate->tokens, QuarryToken, next_token);

          if (token->span.end > span.end)
            break;
          if (of_query)
            g_array_append_val (shared, *token);
        }
      if (!of_query && !quarry_words_is_stop_word (folded, strlen (folded)))
        stems[n_stems++] = stems[i];
    }
  count_terms (candidate, stems, n_stems);

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

  memset (sum, 0, sizeof (float) * self->dims);
  quarry_embedder_accumulate (self->embedder, self->indexes->weights,
                              token_data (candidate->tokens), candidate->tokens->len, sum);
  /* What it says without the query: all but the words that they share. */
  quarry_embedder_accumulate (self->embedder, self->indexes->weights, token_data (shared),
                              shared->len, free_vector);
  for (guint i = 0; i < self->dims; i++)
    free_vector[i] = sum[i] - free_vector[i];
  norm = sqrtf (dot (sum, sum, self->dims));
  candidate->similarity = norm > 0 ? dot (sum, self->query_vector, self->dims) / norm : 0;
}

void
quarry_candidate_set_analyse (QuarryCandidateSet *self)
{
  g_autofree float *sum = g_new (float, self->dims);
  g_autofree gboolean *held = g_new (gboolean, MAX (1, self->query_words->len));
  WordList list;

  for (guint i = 0; i < self->query_words->len; i++)
    {
      QuarryQueryWord *word = &g_array_index (self->query_words, QuarryQueryWord, i);
      const char *folded = word->folded;

      quarry_stems_number (self->stems, &folded, 1, &word->stem);
    }

  self->free_vectors = g_new0 (float, MAX (1, (gsize) self->candidates->len * self->dims));
  word_list_init (&list);
  for (guint i = 0; i < self->candidates->len; i++)
    analyse_candidate (self, &g_array_index (self->candidates, QuarryCandidateText, i),
                       self->free_vectors + (gsize) i * self->dims, &list, sum, held);
  word_list_clear (&list);
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
weigh_tokens (QuarryCandidateSet *self, GArray *tokens, float **rows)
{
  QuarryWeightedToken *weighted = g_new (QuarryWeightedToken, MAX (1, tokens->len));

  *rows = g_new (float, MAX (1, (gsize) tokens->len * self->dims));
  for (guint i = 0; i < tokens->len; i++)
    {
      const QuarryToken *token = &g_array_index (tokens, QuarryToken, i);
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
      = weigh_tokens (self, self->query_tokens, &query_rows);
  g_autofree QuarryWeightedToken *tokens = weigh_tokens (self, candidate->tokens, &rows);
  g_autoptr (GArray) sentences = quarry_sentences_of_text (candidate->passage->text, -1);

  return quarry_explain (self->query, query_tokens, self->query_tokens->len,
                         candidate->passage->text, tokens, candidate->tokens->len, self->dims,
                         (const QuarrySpan *) (gpointer) sentences->data, sentences->len,
                         quarry_lexical_stem);
}
