/* quarry-candidates.c: the passages that a search chooses from, loaded
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/library/quarry-candidates-private.h"

#include <string.h>

#include "core/document/quarry-words.h"

/* Fewer words stand together by chance, and an ambiguous query has but one or two; what is typed
 * without a blank (a code, an address) belongs together. */
#define LEAST_EXACT_WORDS 3
#define LEAST_JOINED_WORDS 2

/* What belongs to a word that it stands before or behind: ".NET", "$HOME", "C++", "C#". */
#define SIGNS_BEFORE ".#$@~%&/\\<+"
#define SIGNS_BEHIND "+#$%&=>"

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

QuarryCandidateSet *
quarry_candidate_set_new (QuarryLibrary *library,
                          QuarryIndexes *indexes,
                          const char *query,
                          gboolean typing,
                          gboolean as_typed)
{
  QuarryCandidateSet *self = g_new0 (QuarryCandidateSet, 1);

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

  quarry_candidate_set_read_query (self, typing, as_typed);

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

/* Whether the query is a word with its signs, which the index of words does not know. */
static gboolean
has_signs (const QuarryCandidateSet *self)
{
  QuarrySpan span;
  const char *behind;

  if (self->asked->len != 1)
    return FALSE;
  span = g_array_index (self->asked, QuarryWord, 0).span;
  behind = self->query + span.end;

  return (span.start > 0 || *behind != '\0') && strspn (self->query, SIGNS_BEFORE) == span.start
         && behind[strspn (behind, SIGNS_BEHIND)] == '\0';
}

/* Whether the query's word stands in the passage with the same signs, and no more behind it. */
static gboolean
holds_with_signs (const QuarryCandidateSet *self, const QuarryAnalysis *analysis)
{
  const QuarryWord *asked = &g_array_index (self->asked, QuarryWord, 0);
  const char *behind = self->query + asked->span.end;
  const char *text = analysis->passage->text;

  for (guint i = 0; i < analysis->n_words; i++)
    {
      QuarrySpan span = analysis->words[i].span;

      if (analysis->words[i].form == asked->form && span.start >= asked->span.start
          && strncmp (text + span.start - asked->span.start, self->query, asked->span.start) == 0
          && strspn (text + span.end, SIGNS_BEHIND) == strlen (behind)
          && g_str_has_prefix (text + span.end, behind))
        return TRUE;
    }

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
  gboolean with_signs = has_signs (self);
  guint n_raised = 0;

  if (!with_signs
      && self->query_words->len
             < (strpbrk (self->query, " \t\n") == NULL ? LEAST_JOINED_WORDS : LEAST_EXACT_WORDS))
    return;
  for (guint i = 0; i < self->candidates->len; i++)
    {
      QuarryCandidateText candidate = g_array_index (self->candidates, QuarryCandidateText, i);

      if (!(with_signs ? holds_with_signs (self, candidate.analysis)
                       : holds_word_for_word (self, candidate.analysis))
          && !is_named (self, candidate.document))
        continue;
      candidate.rank.score += 1; /* fused scores are 0 to 1 */
      candidate.exact = self->any_exact = TRUE;
      memmove (&g_array_index (self->candidates, QuarryCandidateText, n_raised + 1),
               &g_array_index (self->candidates, QuarryCandidateText, n_raised),
               (i - n_raised) * sizeof candidate);
      g_array_index (self->candidates, QuarryCandidateText, n_raised++) = candidate;
    }
}
