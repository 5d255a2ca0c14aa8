/* quarry-candidates-load.c: the passages that a search chooses from, loaded and analysed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * While one thread reads texts out of the database, another analyses those that have been read; in the end both
 * analyse what is left. When no analyses are cached, this is half of a search.
 */
#include "core/library/search/quarry-candidates-private.h"

#include <math.h>
#include <pthread.h>

#include "core/files/quarry-path.h"
#include "core/machine/quarry-aside.h"

/* For fewer passages to analyse, it is not worth waking a second thread. */
#define LEAST_SHARED 8

/* The number of passages that are analysed between two checks for cancellation. */
#define PATIENCE 16

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
  document->name = quarry_path_display_name (record->path);
  document->name_words = g_array_new (FALSE, FALSE, sizeof (QuarryWord));
  quarry_word_forms_read (self->forms, document->name, -1, QUARRY_MOST_TITLE_WORDS, document->name_words, NULL, NULL);
  g_hash_table_insert (self->documents, &record->id, document);

  return document;
}

/* A passage that may become a candidate. */
typedef struct
{
  QuarryPassageRecord *passage; /* as read from the database, until it is analysed; NULL: no such passage, or
                                   analysed */
  QuarryAnalysis *analysis;
  gboolean is_new; /* the analysis does not come from the cache */
  QuarryWordAnswer *matches;
  guint n_matches;
} Loaded;

static void
clear_loaded (gpointer data)
{
  Loaded *loaded = data;

  g_clear_pointer (&loaded->passage, quarry_passage_record_free);
  g_clear_pointer (&loaded->analysis, quarry_analysis_unref);
  g_clear_pointer (&loaded->matches, g_free);
}

/* The work that two threads share. */
typedef struct
{
  QuarryCandidateSet *set;
  QuarryStore *store;
  QuarryKeepFunc keep;
  gpointer user_data;
  GCancellable *cancellable;
  Loaded *loaded;
  guint *missing; /* indices of the passages that are read from the database */

  pthread_mutex_t lock;
  pthread_cond_t more;
  guint *ready; /* indices of the passages that can be analysed */
  guint n_ready, n_taken;
  gboolean is_complete; /* none will be added to @ready */
} Loading;

/* Finds the words of a passage that match the query's. @room: of QuarryWordAnswer, reused between calls. */
static void
find_matches (const QuarryCandidateSet *self, Loaded *loaded, GArray *room)
{
  const QuarryAnalysis *analysis = loaded->analysis;
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
      if (stem < 0)
        continue;
      g_array_append_val (room, ((QuarryWordAnswer) { i, (guint32) stem }));
      stem = quarry_candidate_set_find_second_stem (self, analysis->words[i].form->stem);
      if (stem >= 0)
        g_array_append_val (room, ((QuarryWordAnswer) { i, (guint32) stem }));
    }
  loaded->n_matches = room->len;
  loaded->matches = g_memdup2 (room->data, room->len * sizeof (QuarryWordAnswer));
}

static void
add_ready (Loading *self, guint i)
{
  pthread_mutex_lock (&self->lock);
  self->ready[self->n_ready++] = i;
  pthread_cond_signal (&self->more);
  pthread_mutex_unlock (&self->lock);
}

/* Says that no more will be ready. Where not @wanted, those that are ready are not analysed either. */
static void
complete (Loading *self, gboolean wanted)
{
  pthread_mutex_lock (&self->lock);
  self->is_complete = TRUE;
  if (!wanted)
    self->n_taken = self->n_ready;
  pthread_cond_signal (&self->more);
  pthread_mutex_unlock (&self->lock);
}

/* Waits for the next passage that can be analysed; FALSE where none is left and none will come. */
static gboolean
take_ready (Loading *self, guint *i)
{
  gboolean taken;

  pthread_mutex_lock (&self->lock);
  while (self->n_taken == self->n_ready && !self->is_complete)
    pthread_cond_wait (&self->more, &self->lock);
  taken = self->n_taken < self->n_ready;
  if (taken)
    *i = self->ready[self->n_taken++];
  pthread_mutex_unlock (&self->lock);
  return taken;
}

/* Analyses passages until none is left. */
static void
take_apart (gpointer data)
{
  Loading *self = data;
  const QuarryCandidateSet *set = self->set;
  g_autoptr (GArray) room = g_array_new (FALSE, FALSE, sizeof (QuarryWordAnswer));
  g_auto (QuarryAnalysisRoom) reading = { 0 };
  guint i;

  quarry_analysis_room_init (&reading);
  for (guint n = 0; take_ready (self, &i); n++)
    {
      Loaded *loaded = &self->loaded[i];

      if (n % PATIENCE == 0 && g_cancellable_is_cancelled (self->cancellable))
        break;
      if (loaded->analysis == NULL)
        {
          loaded->analysis = quarry_analysis_new (g_steal_pointer (&loaded->passage), set->forms, set->embedder,
                                                  set->indexes->weights, &reading);
          loaded->is_new = TRUE;
        }
      find_matches (set, loaded, room);
    }
}

static void
take_passage (guint i, QuarryPassageRecord *passage, gpointer user_data)
{
  Loading *self = user_data;
  gint64 document = passage->document;

  if (self->keep != NULL && !self->keep (passage, self->user_data))
    {
      quarry_passage_record_free (passage);
      return;
    }
  self->loaded[self->missing[i]].passage = passage;
  add_ready (self, self->missing[i]);
  /* add_candidate() will need the document: it is loaded here, while the other thread is busy. An error is ignored,
   * because that call meets it again and reports it. */
  get_document (self->set, self->store, document, NULL);
}

/* Takes @n of the ranked passages from the cache or reads them, analyses them, and finds the words that match the
 * query. */
static gboolean
load_passages (Loading *self, const QuarryCandidate *ranked, guint n, GError **error)
{
  g_autofree gint64 *ids = g_new (gint64, n);
  QuarryAside *aside = NULL;
  guint n_missing = 0;
  gboolean read;

  for (guint i = 0; i < n; i++)
    {
      Loaded *loaded = &self->loaded[i];

      loaded->analysis = quarry_analysis_cache_get (self->set->indexes->analyses, self->set->forms, ranked[i].slot);
      if (loaded->analysis == NULL)
        {
          self->missing[n_missing] = i;
          ids[n_missing++] = ranked[i].slot;
        }
      else if (self->keep != NULL && !self->keep (loaded->analysis->passage, self->user_data))
        g_clear_pointer (&loaded->analysis, quarry_analysis_unref);
      else
        add_ready (self, i);
    }
  if (n_missing >= LEAST_SHARED)
    aside = quarry_aside_begin (take_apart, self);
  read = quarry_store_get_passages (self->store, ids, n_missing, take_passage, self, error);
  complete (self, read);
  take_apart (self);
  if (aside != NULL)
    quarry_aside_end (aside);
  return read && !g_cancellable_set_error_if_cancelled (self->cancellable, error);
}

/* Adds a ranked passage to the candidates, if it and its document still exist. FALSE: an error. */
static gboolean
add_candidate (
    QuarryCandidateSet *self, QuarryStore *store, const QuarryCandidate *rank, Loaded *loaded, GError **error)
{
  QuarryCandidateText candidate = { .rank = *rank, .context = NAN };
  g_autoptr (GError) local = NULL;

  if (loaded->analysis == NULL)
    return TRUE;
  candidate.of = get_document (self, store, loaded->analysis->passage->document, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (candidate.of == NULL)
    return TRUE;

  if (loaded->is_new)
    quarry_analysis_cache_add (self->indexes->analyses, loaded->analysis);
  candidate.analysis = g_steal_pointer (&loaded->analysis);
  candidate.passage = candidate.analysis->passage;
  candidate.document = candidate.of->record;
  candidate.matches = g_steal_pointer (&loaded->matches);
  candidate.n_matches = loaded->n_matches;
  g_array_append_val (self->candidates, candidate);

  return TRUE;
}

gboolean
quarry_candidate_set_load (QuarryCandidateSet *self,
                           QuarryStore *store,
                           GArray *ranked,
                           guint *next,
                           guint limit,
                           QuarryKeepFunc keep,
                           gpointer user_data,
                           GCancellable *cancellable,
                           GError **error)
{
  gboolean done = TRUE;

  for (guint n; done && *next < ranked->len && self->candidates->len < limit; *next += n)
    {
      const QuarryCandidate *first = &g_array_index (ranked, QuarryCandidate, *next);
      g_autoptr (GArray) loaded = g_array_new (FALSE, TRUE, sizeof (Loaded));
      g_autofree guint *numbers = NULL;
      Loading loading
          = { .set = self, .store = store, .keep = keep, .user_data = user_data, .cancellable = cancellable };

      n = MIN (ranked->len - *next, limit - self->candidates->len);
      g_array_set_clear_func (loaded, clear_loaded);
      g_array_set_size (loaded, n);
      numbers = g_new (guint, 2 * (gsize) n);
      loading.loaded = (Loaded *) (gpointer) loaded->data;
      loading.missing = numbers;
      loading.ready = numbers + n;
      pthread_mutex_init (&loading.lock, NULL);
      pthread_cond_init (&loading.more, NULL);
      done = load_passages (&loading, first, n, error);
      pthread_cond_destroy (&loading.more);
      pthread_mutex_destroy (&loading.lock);
      for (guint i = 0; done && i < n; i++)
        done = add_candidate (self, store, first + i, &g_array_index (loaded, Loaded, i), error);
    }

  return done;
}

void
quarry_candidate_set_load_ahead (
    const QuarryCandidateSet *self, QuarryStore *store, const gint64 *passages, guint n, const gint *stop)
{
  QuarryAnalysisCache *cache = self->indexes->analyses;
  g_auto (QuarryAnalysisRoom) room = { 0 };

  quarry_analysis_room_init (&room);
  for (guint i = 0; i < n && !g_atomic_int_get (stop); i++)
    {
      g_autoptr (QuarryAnalysis) analysis = quarry_analysis_cache_get (cache, self->forms, passages[i]);
      QuarryPassageRecord *passage = analysis == NULL ? quarry_store_get_passage (store, passages[i], NULL) : NULL;

      if (passage == NULL)
        continue;
      analysis = quarry_analysis_new (passage, self->forms, self->embedder, self->indexes->weights, &room);
      quarry_analysis_cache_add (cache, analysis);
    }
}
