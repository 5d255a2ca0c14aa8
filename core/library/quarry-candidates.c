/* quarry-candidates.c: the passages that a search chooses from, taken apart
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/library/quarry-candidates.h"

#include <math.h>
#include <string.h>

#include "core/document/quarry-words.h"
#include "core/rank/quarry-explain.h"

/* Fewer words stand together by chance, and an ambiguous query has but one or two; what is typed
 * without a blank (a code, an address) belongs together. */
#define LEAST_EXACT_WORDS 3
#define LEAST_JOINED_WORDS 2

/* How many of the first candidates are taken to be right, and what they count beside the query. */
#define TRUSTED 10
#define TRUST .3f

/* Words of a query whose forms are looked for, and how many the index names of one. */
#define MOST_FORMED 40
#define MOST_FORMS QUARRY_LEXICAL_MOST_FORMS

/* Bytes of a word, tokens of a query, beyond which nothing is completed or corrected. */
#define MOST_UNDERSTOOD 64

static void
clear_candidate (gpointer data)
{
  QuarryCandidateText *candidate = data;

  g_clear_pointer (&candidate->analysis, quarry_analysis_unref);
  g_clear_pointer (&candidate->matches, g_free);
  g_clear_pointer (&candidate->terms, g_free);
}

static void
candidate_document_free (gpointer data)
{
  QuarryCandidateDocument *document = data;

  quarry_document_record_free (document->record);
  g_array_unref (document->title);
  g_free (document);
}

static const QuarryToken *
token_data (GArray *tokens)
{
  return (const QuarryToken *) (gpointer) tokens->data;
}

/* idf of a query word by the weights of its tokens, 0 to 1; a word without tokens is as rare as
 * can be. */
static float
word_mass (QuarryCandidateSet *self, const QuarryQueryWord *word)
{
  float mass = 0;

  for (guint t = 0; t < word->n_tokens; t++)
    {
      guint32 id = g_array_index (self->query_tokens, QuarryToken, word->first_token + t).id;
      float weight = self->indexes->weights != NULL ? self->indexes->weights[id] : 1;

      mass = MAX (mass, weight * weight);
    }

  return word->n_tokens > 0 ? mass : 1;
}

static QuarryStemSlot *
find_slot (const QuarryCandidateSet *self, guint32 number)
{
  gsize at = number & (self->n_stem_slots - 1);

  while (self->stem_slots[at].stem != 0 && self->stem_slots[at].number != number)
    at = (at + 1) & (self->n_stem_slots - 1);
  return &self->stem_slots[at];
}

int
quarry_candidate_set_find_stem (const QuarryCandidateSet *self, guint32 number)
{
  if ((self->stem_filter >> (number & 63) & 1) == 0)
    return -1;
  return (int) find_slot (self, number)->stem - 1;
}

/* Lets @number stand for the query's stem @stem where it stands for none yet. */
static void
name_stem (QuarryCandidateSet *self, guint32 number, guint stem)
{
  QuarryStemSlot *slot = find_slot (self, number);

  if (slot->stem == 0)
    *slot = (QuarryStemSlot) { number, stem + 1 };
  self->stem_filter |= G_GUINT64_CONSTANT (1) << (number & 63);
}

/* @word: whose stem it is. */
static guint
add_stem (QuarryCandidateSet *self, guint32 number, guint32 word)
{
  const QuarryQueryStem fresh = { .word = word };
  int known = quarry_candidate_set_find_stem (self, number);

  if (known >= 0)
    return (guint) known;
  g_array_append_val (self->query_stems, fresh);
  name_stem (self, number, self->query_stems->len - 1);

  return self->query_stems->len - 1;
}

/* Lets the other forms that the passages hold of word @i stand for its stem, too. */
static void
add_forms (QuarryCandidateSet *self, guint i)
{
  QuarrySpan span = g_array_index (self->asked, QuarryWord, i).span;
  const QuarryWordForm *form = g_array_index (self->understood, QuarryWord, i).form;
  gboolean is_meant = form != g_array_index (self->asked, QuarryWord, i).form;
  g_autofree char *written = g_strndup (self->query + span.start, span.end - span.start);
  g_auto (GStrv) forms = quarry_lexical_index_dup_forms (self->indexes->words, form->folded,
                                                         is_meant ? NULL : written);

  for (guint f = 0; forms[f] != NULL; f++)
    name_stem (self, quarry_stem_number (forms[f], strlen (forms[f])),
               g_array_index (self->query_words, QuarryQueryWord, i).stem);
}

/* The word that word @i of the query stands for, where that stands. */
static QuarryWord
understand (const QuarryCandidateSet *self, guint i)
{
  QuarryWord word = g_array_index (self->asked, QuarryWord, i);
  const char *meant = i < self->meant->len ? self->meant->pdata[i] : NULL;
  g_autoptr (GArray) words = NULL;

  if (meant == NULL)
    return word;
  words = g_array_new (FALSE, FALSE, sizeof (QuarryWord));
  quarry_word_forms_read (self->forms, meant, -1, 1, words, NULL, NULL);
  if (words->len == 1)
    word.form = g_array_index (words, QuarryWord, 0).form;

  return word;
}

static void
read_query_words (QuarryCandidateSet *self, gboolean typing)
{
  gsize length = strlen (self->query);
  gboolean any_content = FALSE;
  guint32 token = 0;
  guint n_formed;

  quarry_word_forms_read (self->forms, self->query, -1, G_MAXUINT, self->asked, NULL, NULL);
  n_formed = MIN (self->asked->len, MOST_FORMED);
  self->n_stem_slots = 16;
  while (self->n_stem_slots < 2 * ((gsize) self->asked->len + n_formed * MOST_FORMS))
    self->n_stem_slots *= 2;
  self->stem_slots = g_new0 (QuarryStemSlot, self->n_stem_slots);

  for (guint i = 0; i < self->asked->len; i++)
    {
      const QuarryWord *asked = &g_array_index (self->asked, QuarryWord, i);
      QuarryWord understood = understand (self, i);
      QuarryQueryWord word = {
        .stem = add_stem (self, understood.form->stem, i),
        .prefix = typing && asked->span.end == length,
        .content = !asked->form->stop,
      };

      while (token < self->query_tokens->len
             && g_array_index (self->query_tokens, QuarryToken, token).span.start < asked->span.start)
        token++;
      word.first_token = token;
      while (token < self->query_tokens->len
             && g_array_index (self->query_tokens, QuarryToken, token).span.end <= asked->span.end)
        token++;
      word.n_tokens = token - word.first_token;
      word.mass = word_mass (self, &word) * (word.prefix ? self->certainty : 1);
      any_content = any_content || word.content;
      g_array_append_val (self->understood, understood);
      g_array_append_val (self->query_words, word);
    }
  for (guint i = 0; !any_content && i < self->query_words->len; i++)
    g_array_index (self->query_words, QuarryQueryWord, i).content = TRUE;

  /* Behind all stems that the query states itself. */
  for (guint i = 0; i < n_formed; i++)
    if (g_array_index (self->query_words, QuarryQueryWord, i).content)
      add_forms (self, i);
}

static void
add_token (QuarryCandidateSet *self, QuarryToken token, float share)
{
  g_array_append_val (self->query_tokens, token);
  g_array_append_val (self->query_shares, share);
}

/* Adds the tokens of @word, which stands for what the query says at @span. */
static void
add_meant (QuarryCandidateSet *self, const char *word, QuarrySpan span, float share)
{
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (QuarryToken));

  quarry_embedder_tokenize (self->embedder, word, -1, tokens);
  for (guint i = 0; i < tokens->len; i++)
    add_token (self, (QuarryToken) { g_array_index (tokens, QuarryToken, i).id, span }, share);
}

/* Adds what the passages know the last word, still typed, to be or to become, each as far as it is likely: so
 * the query's vector is what it is expected to be once the word is whole. FALSE where they know nothing. */
static gboolean
foresee (QuarryCandidateSet *self, const char *word, QuarrySpan span)
{
  g_autoptr (QuarryLexicalForesight) foresight = quarry_lexical_index_foresee (self->indexes->words, word);
  const QuarryLexicalGuess *guesses = (const QuarryLexicalGuess *) (gpointer) foresight->guesses->data;

  if (foresight->guesses->len == 0)
    return FALSE;
  for (guint i = 0; i < foresight->guesses->len; i++)
    add_meant (self, guesses[i].word, span, (float) guesses[i].share);
  self->certainty = (float) guesses[0].share;
  self->foresight = g_steal_pointer (&foresight);

  return TRUE;
}

/* Takes the query's tokens. The model knows a word that is half typed or misspelt by its pieces alone,
 * which mean something else: the words of the passages that it may stand for take its place. */
static void
read_query_tokens (QuarryCandidateSet *self, gboolean typing, gboolean as_typed)
{
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (QuarryToken));
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
      gboolean is_last = typing && self->query[span.end] == '\0';
      gboolean completes, is_other;
      guint first, end;

      for (first = next; first < tokens->len; first++)
        if (g_array_index (tokens, QuarryToken, first).span.start >= span.start)
          break;
      for (guint i = next; i < first; i++)
        add_token (self, g_array_index (tokens, QuarryToken, i), 1);
      for (next = end = first; end < tokens->len; end++)
        if (g_array_index (tokens, QuarryToken, end).span.end > span.end)
          break;

      /* Long queries are pasted, not typed. */
      if ((is_last || end - first != 1) && length < MOST_UNDERSTOOD
          && self->query_tokens->len < MOST_UNDERSTOOD)
        {
          word = g_strndup (folded, length);
          /* A number is no other number spelt wrong. */
          if (strpbrk (word, "0123456789") == NULL)
            meant = quarry_lexical_index_understand (self->indexes->words, word);
        }
      completes = meant != NULL && g_str_has_prefix (meant, word);
      is_other = meant != NULL && strcmp (meant, word) != 0 && end - first != 1 && (!as_typed || completes);
      if (is_last && completes && foresee (self, word, span))
        next = end;
      else if (is_other)
        {
          add_meant (self, meant, span, 1);
          next = end;
        }
      for (; next < end; next++)
        add_token (self, g_array_index (tokens, QuarryToken, next), 1);
      if (is_last && completes && strcmp (meant, word) != 0)
        self->completion = g_strdup (meant);
      /* A word that goes on is not misspelt. */
      g_ptr_array_add (self->meant, is_other && !completes ? g_steal_pointer (&meant) : NULL);
    }
  for (; next < tokens->len; next++)
    add_token (self, g_array_index (tokens, QuarryToken, next), 1);
}

/* Σ share × weight × row over the query's tokens. */
static void
embed_query (QuarryCandidateSet *self)
{
  const QuarryToken *tokens = token_data (self->query_tokens);
  const float *shares = (const float *) (gpointer) self->query_shares->data;
  g_autofree float *sum = g_new (float, self->dims);

  for (guint i = 0, end; i < self->query_tokens->len; i = end)
    {
      for (end = i + 1; end < self->query_tokens->len && !(shares[end] > shares[i] || shares[end] < shares[i]);)
        end++;
      memset (sum, 0, sizeof (float) * self->dims);
      quarry_embedder_accumulate (self->embedder, self->indexes->weights, tokens + i, end - i, sum);
      for (guint d = 0; d < self->dims; d++)
        self->query_vector[d] += shares[i] * sum[d];
    }
}

QuarryCandidateSet *
quarry_candidate_set_new (QuarryLibrary *library,
                          QuarryIndexes *indexes,
                          const char *query,
                          gboolean typing,
                          gboolean as_typed)
{
  QuarryCandidateSet *self = g_new0 (QuarryCandidateSet, 1);
  float norm;

  self->embedder = g_object_ref (library->embedder);
  self->indexes = quarry_indexes_ref (indexes);
  self->forms = quarry_analysis_cache_get_forms (indexes->analyses);
  self->dims = quarry_embedder_get_dims (self->embedder);
  self->query = query;
  self->query_vector = g_new0 (float, self->dims);
  self->query_tokens = g_array_new (FALSE, FALSE, sizeof (QuarryToken));
  self->certainty = 1;
  self->query_shares = g_array_new (FALSE, FALSE, sizeof (float));
  self->meant = g_ptr_array_new_with_free_func (g_free);
  self->asked = g_array_new (FALSE, FALSE, sizeof (QuarryWord));
  self->understood = g_array_new (FALSE, FALSE, sizeof (QuarryWord));
  self->query_words = g_array_new (FALSE, FALSE, sizeof (QuarryQueryWord));
  self->query_stems = g_array_new (FALSE, FALSE, sizeof (QuarryQueryStem));
  self->candidates = g_array_new (FALSE, TRUE, sizeof (QuarryCandidateText));
  g_array_set_clear_func (self->candidates, clear_candidate);
  self->documents
      = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, candidate_document_free);

  read_query_tokens (self, typing, as_typed);
  embed_query (self);
  norm = sqrtf (quarry_dot (self->query_vector, self->query_vector, self->dims));
  self->query_known = norm > 0;
  for (guint i = 0; self->query_known && i < self->dims; i++)
    self->query_vector[i] /= norm;
  self->widened_vector = g_memdup2 (self->query_vector, sizeof (float) * self->dims);
  read_query_words (self, typing);

  return self;
}

void
quarry_candidate_set_free (QuarryCandidateSet *self)
{
  g_array_unref (self->candidates);
  g_array_unref (self->query_stems);
  g_array_unref (self->query_words);
  g_array_unref (self->asked);
  g_array_unref (self->understood);
  g_ptr_array_unref (self->meant);
  g_array_unref (self->query_tokens);
  g_array_unref (self->query_shares);
  g_hash_table_unref (self->documents);
  g_free (self->stem_slots);
  g_free (self->completion);
  g_clear_pointer (&self->foresight, quarry_lexical_foresight_free);
  g_free (self->query_rows);
  g_clear_pointer (&self->token_shares, quarry_token_shares_free);
  g_free (self->query_vector);
  g_free (self->widened_vector);
  g_free (self->free_vectors);
  quarry_word_forms_unref (self->forms);
  quarry_indexes_unref (self->indexes);
  g_object_unref (self->embedder);
  g_free (self);
}

/* Rocchio, "Relevance Feedback in Information Retrieval", 1971, with nobody asked. */
gboolean
quarry_candidate_set_widen (QuarryCandidateSet *self, GArray *ranked)
{
  g_autofree float *first = g_new0 (float, self->dims);
  g_autofree float *vector = g_new (float, self->dims);
  float norm;

  for (guint i = 0; i < MIN (TRUSTED, ranked->len); i++)
    if (quarry_vector_index_get (self->indexes->vectors,
                                 g_array_index (ranked, QuarryCandidate, i).slot, vector))
      for (guint j = 0; j < self->dims; j++)
        first[j] += vector[j];
  norm = sqrtf (quarry_dot (first, first, self->dims));
  if (!self->query_known || !(norm > 0))
    return FALSE;

  for (guint i = 0; i < self->dims; i++)
    self->widened_vector[i] = self->query_vector[i] + TRUST / norm * first[i];
  norm = sqrtf (quarry_dot (self->widened_vector, self->widened_vector, self->dims));
  for (guint i = 0; norm > 0 && i < self->dims; i++)
    self->widened_vector[i] /= norm;

  return norm > 0;
}

static const QuarryCandidateDocument *
get_document (QuarryCandidateSet *self, QuarryStore *store, gint64 id, GError **error)
{
  QuarryCandidateDocument *document = g_hash_table_lookup (self->documents, &id);
  QuarryDocumentRecord *record;

  if (document != NULL)
    return document;
  record = quarry_store_get_document (store, id, error);
  if (record == NULL)
    return NULL;

  document = g_new0 (QuarryCandidateDocument, 1);
  document->record = record;
  document->title = g_array_new (FALSE, FALSE, sizeof (QuarryWord));
  if (record->title != NULL)
    quarry_word_forms_read (self->forms, record->title, -1, QUARRY_MOST_TITLE_WORDS, document->title, NULL,
                            NULL);
  g_hash_table_insert (self->documents, &record->id, document);

  return document;
}

/* The words of a candidate that answer to the query's. @room: of QuarryWordAnswer, to work with. */
static void
find_matches (const QuarryCandidateSet *self, QuarryCandidateText *candidate, GArray *room)
{
  const QuarryAnalysis *analysis = candidate->analysis;
  const QuarryWordForm *prefix = quarry_candidate_set_get_prefix (self);
  guint32 mask = prefix == NULL ? 0 : prefix->length < 4 ? ~(G_MAXUINT32 >> 8 * prefix->length)
                                                         : G_MAXUINT32;
  guint32 head = prefix != NULL ? quarry_word_head (prefix->folded, prefix->length) : 1;

  g_array_set_size (room, 0);
  for (guint i = 0; i < analysis->n_words; i++)
    {
      int stem;

      if ((self->stem_filter >> (analysis->keys[i].stem & 63) & 1) == 0
          && (analysis->keys[i].head & mask) != head)
        continue;
      stem = quarry_candidate_set_match (self, analysis->words[i].form, prefix);
      if (stem >= 0)
        g_array_append_val (room, ((QuarryWordAnswer) { i, (guint32) stem }));
    }
  candidate->n_matches = room->len;
  candidate->matches = g_memdup2 (room->data, room->len * sizeof (QuarryWordAnswer));
}

/* What is known of a candidate before it is one. */
typedef struct
{
  QuarryAnalysis *analysis;     /* kept from another search */
  QuarryPassageRecord *passage; /* read now; NULL where there is none */
} Loaded;

static void
clear_loaded (gpointer data)
{
  Loaded *loaded = data;

  g_clear_pointer (&loaded->analysis, quarry_analysis_unref);
  g_clear_pointer (&loaded->passage, quarry_passage_record_free);
}

/* Looks up @n of the ranked, and reads those that are not kept, together. (transfer full): of Loaded */
static GArray *
load_passages (
    const QuarryCandidateSet *self, QuarryStore *store, const QuarryCandidate *ranked, guint n, GError **error)
{
  g_autoptr (GArray) loaded = g_array_sized_new (FALSE, TRUE, sizeof (Loaded), n);
  g_autofree QuarryPassageRecord **passages = g_new (QuarryPassageRecord *, n);
  g_autofree gint64 *ids = g_new (gint64, n);
  guint n_missing = 0, next = 0;

  g_array_set_clear_func (loaded, clear_loaded);
  g_array_set_size (loaded, n);
  for (guint i = 0; i < n; i++)
    {
      QuarryAnalysis *analysis
          = quarry_analysis_cache_get (self->indexes->analyses, self->forms, ranked[i].slot);

      g_array_index (loaded, Loaded, i).analysis = analysis;
      if (analysis == NULL)
        ids[n_missing++] = ranked[i].slot;
    }
  if (!quarry_store_get_passages (store, ids, n_missing, passages, error))
    return NULL;
  for (guint i = 0; i < n; i++)
    if (g_array_index (loaded, Loaded, i).analysis == NULL)
      g_array_index (loaded, Loaded, i).passage = passages[next++];

  return g_steal_pointer (&loaded);
}

/* Adds the passage that is ranked so where it is there and kept. FALSE: an error. */
static gboolean
add_candidate (QuarryCandidateSet *self,
               QuarryStore *store,
               const QuarryCandidate *rank,
               Loaded *loaded,
               QuarryKeepFunc keep,
               gpointer user_data,
               QuarryAnalysisRoom *reading,
               GArray *room,
               GError **error)
{
  QuarryCandidateText candidate = { .rank = *rank };
  g_autoptr (GError) local = NULL;

  candidate.passage = loaded->analysis != NULL ? loaded->analysis->passage : loaded->passage;
  if (candidate.passage != NULL && (keep == NULL || keep (candidate.passage, user_data)))
    candidate.of = get_document (self, store, candidate.passage->document, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (candidate.of == NULL)
    return TRUE;

  candidate.analysis = g_steal_pointer (&loaded->analysis);
  if (candidate.analysis == NULL)
    {
      candidate.analysis = quarry_analysis_new (g_steal_pointer (&loaded->passage), self->forms,
                                                self->embedder, self->indexes->weights, reading);
      quarry_analysis_cache_add (self->indexes->analyses, candidate.analysis);
    }
  candidate.document = candidate.of->record;
  find_matches (self, &candidate, room);
  g_array_append_val (self->candidates, candidate);

  return TRUE;
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
  g_autoptr (GArray) room = g_array_new (FALSE, FALSE, sizeof (QuarryWordAnswer));
  g_auto (QuarryAnalysisRoom) reading = { 0 };

  quarry_analysis_room_init (&reading);
  for (guint first = 0, n; first < ranked->len && self->candidates->len < limit; first += n)
    {
      const QuarryCandidate *next = &g_array_index (ranked, QuarryCandidate, first);
      g_autoptr (GArray) loaded = NULL;

      n = MIN (ranked->len - first, limit - self->candidates->len);
      loaded = load_passages (self, store, next, n, error);
      if (loaded == NULL)
        return FALSE;
      for (guint i = 0; i < n; i++)
        if (((i & 15) == 0 && g_cancellable_set_error_if_cancelled (cancellable, error))
            || !add_candidate (self, store, next + i, &g_array_index (loaded, Loaded, i), keep, user_data,
                               &reading, room, error))
          return FALSE;
    }

  return TRUE;
}

/* Weighs terms by how few of the candidates hold them: what all of them say tells none apart. */
static void
weigh_terms (QuarryCandidateSet *self)
{
  typedef struct
  {
    guint32 term;
    guint32 count; /* 0: free */
  } Slot;
  guint n = self->candidates->len;
  QuarryCandidateText *candidates = (QuarryCandidateText *) (gpointer) self->candidates->data;
  g_autofree Slot *slots = NULL;
  g_autofree float *rarity = g_new (float, n + 1); /* by count */
  gsize n_slots = 64, n_terms = 0;

  for (guint i = 0; i < n; i++)
    n_terms += candidates[i].n_terms;
  while (n_slots < 2 * n_terms)
    n_slots *= 2;
  slots = g_new0 (Slot, n_slots);
  for (guint count = 1; count <= n; count++)
    rarity[count] = logf (1 + (float) n / (float) count);

  for (gboolean counting = TRUE, done = FALSE; !done; done = !counting, counting = FALSE)
    for (guint i = 0; i < n; i++)
      for (guint t = 0; t < candidates[i].n_terms; t++)
        {
          QuarryTermWeight *term = &candidates[i].terms[t];
          gsize at = (term->term * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)) >> 32 & (n_slots - 1);

          while (slots[at].count != 0 && slots[at].term != term->term)
            at = (at + 1) & (n_slots - 1);
          slots[at].term = term->term;
          if (counting)
            slots[at].count++;
          else
            term->weight *= rarity[slots[at].count];
        }
}

/* Whether @words begin with the query's, one after another. */
static gboolean
is_query (const QuarryCandidateSet *self, const QuarryWord *words)
{
  for (guint j = 0; j < self->asked->len; j++)
    {
      const QuarryWordForm *form = words[j].form;
      const QuarryWordForm *asked = g_array_index (self->asked, QuarryWord, j).form;

      if (form != asked
          && !(g_array_index (self->query_words, QuarryQueryWord, j).prefix
               && g_str_has_prefix (form->folded, asked->folded)))
        return FALSE;
    }

  return TRUE;
}

/* Whether the query's words stand in the passage one after another. */
static gboolean
holds_word_for_word (const QuarryCandidateSet *self, const QuarryAnalysis *analysis)
{
  for (guint i = 0; i + self->asked->len <= analysis->n_words; i++)
    if (is_query (self, analysis->words + i))
      return TRUE;

  return FALSE;
}

/* Whether the query is the file's name, with its ending. */
static gboolean
is_named (const QuarryCandidateSet *self, const QuarryDocumentRecord *document)
{
  g_autofree char *name = quarry_path_display_name (document->path);
  g_autoptr (GArray) words = NULL;

  if (strchr (self->query, '.') == NULL || strchr (name, '.') == NULL)
    return FALSE;
  words = g_array_new (FALSE, FALSE, sizeof (QuarryWord));
  quarry_word_forms_read (self->forms, name, -1, QUARRY_MOST_TITLE_WORDS, words, NULL, NULL);

  return words->len == self->asked->len
         && is_query (self, (const QuarryWord *) (gpointer) words->data);
}

void
quarry_candidate_set_raise_exact (QuarryCandidateSet *self)
{
  guint n_raised = 0;

  if (self->query_words->len
      < (strpbrk (self->query, " \t\n") == NULL ? LEAST_JOINED_WORDS : LEAST_EXACT_WORDS))
    return;
  for (guint i = 0; i < self->candidates->len; i++)
    {
      QuarryCandidateText candidate = g_array_index (self->candidates, QuarryCandidateText, i);

      if (!holds_word_for_word (self, candidate.analysis)
          && !is_named (self, candidate.document))
        continue;
      candidate.rank.score += 1; /* fused scores are 0 to 1 */
      memmove (&g_array_index (self->candidates, QuarryCandidateText, n_raised + 1),
               &g_array_index (self->candidates, QuarryCandidateText, n_raised),
               (i - n_raised) * sizeof candidate);
      g_array_index (self->candidates, QuarryCandidateText, n_raised++) = candidate;
    }
}

int
quarry_candidate_set_match (const QuarryCandidateSet *self,
                            const QuarryWordForm *form,
                            const QuarryWordForm *prefix)
{
  int stem = quarry_candidate_set_find_stem (self, form->stem);

  if (stem < 0 && prefix != NULL && !form->stop && g_str_has_prefix (form->folded, prefix->folded))
    stem = quarry_candidate_set_find_stem (self, prefix->stem);

  return stem;
}

const QuarryWordForm *
quarry_candidate_set_get_prefix (const QuarryCandidateSet *self)
{
  guint n = self->query_words->len;

  /* Only the last word can be one that is still typed. */
  return n > 0 && g_array_index (self->query_words, QuarryQueryWord, n - 1).prefix
             ? g_array_index (self->asked, QuarryWord, n - 1).form
             : NULL;
}

/* Where a stem stands in ascending @terms, or would. */
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
      /* The weight is 1 + ln of the frequency, which is one more now. */
      term->weight = 1 + logf (expf (term->weight - 1) + 1);
      return;
    }
  memmove (term + 1, term, (candidate->n_terms - at) * sizeof *term);
  *term = (QuarryTermWeight) { stem, 1 };
  candidate->n_terms++;
}

static void
compare_candidate (QuarryCandidateSet *self,
                   QuarryCandidateText *candidate,
                   float *free_vector,
                   GArray *shared)
{
  const QuarryAnalysis *analysis = candidate->analysis;
  const GArray *title = candidate->of->title;
  float mass = 0, held_mass = 0;

  g_array_set_size (shared, 0);
  candidate->terms = g_new (QuarryTermWeight, MAX (1, analysis->n_stems + title->len));
  memcpy (candidate->terms, analysis->stems, analysis->n_stems * sizeof *candidate->terms);
  candidate->n_terms = analysis->n_stems;

  for (guint m = 0; m < candidate->n_matches; m++)
    {
      guint i = candidate->matches[m].word;

      g_array_index (self->query_stems, QuarryQueryStem, candidate->matches[m].stem).held_here = TRUE;
      take_out_term (candidate, analysis->keys[i].stem);
      g_array_append_vals (shared, analysis->tokens + analysis->first_tokens[i],
                           analysis->first_tokens[i + 1] - analysis->first_tokens[i]);
    }

  /* What a document is about tells its passages from another's where they do not say it
   * themselves. */
  for (guint i = 0; i < title->len; i++)
    {
      const QuarryWordForm *form = g_array_index (title, QuarryWord, i).form;

      if (!form->stop && quarry_candidate_set_find_stem (self, form->stem) < 0)
        add_term (candidate, form->stem);
    }

  for (guint j = 0; j < self->query_words->len; j++)
    {
      const QuarryQueryWord *word = &g_array_index (self->query_words, QuarryQueryWord, j);

      if (!word->content)
        continue;
      mass += word->mass;
      if (g_array_index (self->query_stems, QuarryQueryStem, word->stem).held_here)
        held_mass += word->mass;
    }
  candidate->held_mass = mass > 0 ? held_mass / mass : 0;
  for (guint j = 0; j < self->query_stems->len; j++)
    {
      QuarryQueryStem *stem = &g_array_index (self->query_stems, QuarryQueryStem, j);

      stem->held = stem->held || stem->held_here;
      stem->held_here = FALSE;
    }

  /* What it says without the query: all but the words that they share. */
  quarry_embedder_accumulate (self->embedder, self->indexes->weights, token_data (shared),
                              shared->len, free_vector);
  for (guint i = 0; i < self->dims; i++)
    free_vector[i] = analysis->sum[i] - free_vector[i];
  candidate->similarity
      = analysis->norm > 0
            ? quarry_dot (analysis->sum, self->query_vector, self->dims) / analysis->norm
            : 0;
}

void
quarry_candidate_set_compare (QuarryCandidateSet *self)
{
  g_autoptr (GArray) shared = g_array_new (FALSE, FALSE, sizeof (QuarryToken));

  self->free_vectors = g_new0 (float, MAX (1, (gsize) self->candidates->len * self->dims));
  for (guint i = 0; i < self->candidates->len; i++)
    compare_candidate (self, &g_array_index (self->candidates, QuarryCandidateText, i),
                       self->free_vectors + (gsize) i * self->dims, shared);
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
      if (!g_array_index (self->query_stems, QuarryQueryStem, word->stem).held)
        unknown += (double) word->mass;
    }

  return mass > 0 ? unknown / mass : 0;
}

char **
quarry_candidate_set_list_corrections (QuarryCandidateSet *self)
{
  GPtrArray *list = g_ptr_array_new ();

  for (guint i = 0; i < MIN (self->asked->len, self->meant->len); i++)
    {
      QuarrySpan span = g_array_index (self->asked, QuarryWord, i).span;

      if (self->meant->pdata[i] == NULL)
        continue;
      g_ptr_array_add (list, g_strndup (self->query + span.start, span.end - span.start));
      g_ptr_array_add (list, g_strdup (self->meant->pdata[i]));
    }
  g_ptr_array_add (list, NULL);

  return (char **) g_ptr_array_free (list, FALSE);
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

      get_weighted_row (self, token_data (self->query_tokens)[i].id, row);
      for (guint d = 0; d < self->dims; d++)
        row[d] *= g_array_index (self->query_shares, float, i);
    }
}

typedef struct
{
  QuarryCandidateSet *set;
  const QuarryAnalysis *analysis;
} Explaining;

/* Of the tokens of word @i those that lie in it: between words there may be tokens too. */
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
  for (guint32 b = analysis->first_tokens[word]; b < tokens_end (analysis, word); b++)
    for (guint32 a = asked->first_token; a < asked->first_token + asked->n_tokens; a++)
      {
        float share;

        quarry_embedder_multiply (set->embedder, set->indexes->weights, &analysis->tokens[b].id, 1,
                                  set->query_rows + (gsize) a * set->dims, &share);
        sum += share;
      }

  return sum;
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
  for (guint m = 0; m < candidate->n_matches; m++)
    answers[candidate->matches[m].word]
        = g_array_index (self->query_stems, QuarryQueryStem, candidate->matches[m].stem).word;
  prepare_shares (self);
  of_tokens = quarry_token_shares_get (self->token_shares, analysis->tokens, analysis->n_tokens);
  if (self->query_known && analysis->norm > 0)
    {
      double all = 0;

      for (guint t = 0; t < analysis->n_tokens; t++)
        all += (double) of_tokens[analysis->tokens[t].id];
      for (guint i = 0; i < analysis->n_words; i++)
        {
          for (guint32 t = analysis->first_tokens[i]; t < tokens_end (analysis, i); t++)
            shares[i] += of_tokens[analysis->tokens[t].id];
          all -= (double) shares[i];
          shares[i] /= analysis->norm;
        }
      explained.between = (float) (all / (double) analysis->norm);
    }

  return quarry_explain (&explained);
}
