/* quarry-marks.c: how marked passages and those opened before influence a search
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Passages marked "more like this" or "less like this" move the query's vector and add words to it. Candidates are
 * raised, for "see also", where they share rare pairs of words with the passage asked about and, in a personal
 * search, where they are like what was opened before.
 */
#include "core/library/search/quarry-marks.h"

#include <math.h>
#include <string.h>

#include "core/library/import/quarry-prepared.h"
#include "core/library/search/quarry-opened-private.h"
#include "core/rank/quarry-feedback.h"

/* Further marks are ignored. People set only a few by hand. */
#define MOST_MARKS 20
/* The number of words that stand for the marked passages. */
#define MOST_WORDS 8

/* A pair of neighbouring words is rare if both have at least this idf (0 to 1). SHARED_RAISE is what sharing all rare
 * pairs adds to a fused score. */
#define RARE_MASS 0.3f
#define SHARED_RAISE 0.3f
/* From this many shared rare pairs on one passage is taken to quote the other; one pair may be chance. */
#define QUOTED_PAIRS 2u

/* OPENED_RAISE is added to the fused score of a candidate identical to the passage opened last, in proportion less
 * down to a cosine of OPENED_LEAST; what was opened OPENED_HALF openings earlier adds half as much. */
#define OPENED_RAISE 0.08f
#define OPENED_LEAST 0.3f
#define OPENED_HALF 8.0f

/* A marked passage, analysed. */
typedef struct
{
  QuarryAnalysis *analysis;
  QuarryTermWeight *terms; /* ascending */
  guint n_terms;
} Mark;

static void
clear_mark (gpointer data)
{
  Mark *mark = data;

  g_clear_pointer (&mark->analysis, quarry_analysis_unref);
  g_clear_pointer (&mark->terms, g_free);
}

/* The idf of a word, 0 to 1, from the weights of its tokens (which are idf^.5). */
static float
mass_of (const QuarryIndexes *indexes, const QuarryAnalysis *analysis, guint word)
{
  float mass = 0;

  for (guint t = analysis->first_tokens[word]; t < analysis->first_tokens[word + 1]; t++)
    {
      float weight = indexes->weights != NULL ? indexes->weights[analysis->tokens[t].id] : 1;

      mass = MAX (mass, weight * weight);
    }
  return mass;
}

static int
compare_terms (gconstpointer a, gconstpointer b)
{
  guint32 left = ((const QuarryTermWeight *) a)->term;
  guint32 right = ((const QuarryTermWeight *) b)->term;

  return (left > right) - (left < right);
}

static void
weigh_words (const QuarryIndexes *indexes, Mark *mark)
{
  const QuarryAnalysis *analysis = mark->analysis;
  QuarryTermWeight *all = g_new (QuarryTermWeight, MAX (1, analysis->n_words));
  guint n = 0;

  for (guint i = 0; i < analysis->n_words; i++)
    if (!analysis->words[i].form->stop)
      all[n++] = (QuarryTermWeight) { analysis->words[i].form->stem, mass_of (indexes, analysis, i) };
  qsort (all, n, sizeof *all, compare_terms);
  for (guint i = 0; i < n;)
    {
      guint j = i;

      while (j < n && all[j].term == all[i].term)
        j++;
      all[mark->n_terms++] = (QuarryTermWeight) {
        all[i].term, all[i].weight * (1 + logf ((float) (j - i)))
      };
      i = j;
    }
  mark->terms = all;
}


static GArray *
new_marks (void)
{
  GArray *marks = g_array_new (FALSE, TRUE, sizeof (Mark));

  g_array_set_clear_func (marks, clear_mark);
  return marks;
}

static gboolean
load_marks (GArray *marks,
            const QuarryCandidateSet *set,
            QuarryStore *store,
            const gint64 *passages,
            guint n,
            GError **error)
{
  g_auto (QuarryAnalysisRoom) room = { 0 };

  quarry_analysis_room_init (&room);
  for (guint i = 0; i < MIN (n, MOST_MARKS); i++)
    {
      Mark mark = { .analysis = quarry_analysis_cache_get (set->indexes->analyses, set->forms,
                                                             passages[i]) };

      if (mark.analysis == NULL)
        {
          g_autoptr (GError) local = NULL;
          QuarryPassageRecord *passage = quarry_store_get_passage (store, passages[i], &local);

          if (local != NULL)
            {
              g_propagate_error (error, g_steal_pointer (&local));
              return FALSE;
            }
          if (passage == NULL)
            continue;
          mark.analysis
              = quarry_analysis_new (passage, set->forms, set->embedder, set->indexes->weights, &room);
          quarry_analysis_cache_add (set->indexes->analyses, mark.analysis);
        }
      weigh_words (set->indexes, &mark);
      g_array_append_val (marks, mark);
    }
  return TRUE;
}

/* The words that distinguish @marks from @others, separated by blanks. Those of the query are left out, because they
 * are searched for anyway. @others: NULL: none, and the query's words are kept. */
static char *
find_words (const QuarryCandidateSet *set, GArray *marks, GArray *others)
{
  g_autofree const QuarryTermWeight **terms = g_new (const QuarryTermWeight *, marks->len + 1);
  g_autofree guint *n_terms = g_new (guint, marks->len + 1);
  g_autofree const QuarryTermWeight **other_terms
      = g_new (const QuarryTermWeight *, (others != NULL ? others->len : 0) + 1);
  g_autofree guint *n_other_terms = g_new (guint, (others != NULL ? others->len : 0) + 1);
  g_autoptr (GArray) found = NULL;
  GString *words = g_string_new (NULL);
  guint n_others = 0, n_words = 0;

  for (guint i = 0; i < marks->len; i++)
    {
      terms[i] = g_array_index (marks, Mark, i).terms;
      n_terms[i] = g_array_index (marks, Mark, i).n_terms;
    }
  for (; others != NULL && n_others < others->len; n_others++)
    {
      other_terms[n_others] = g_array_index (others, Mark, n_others).terms;
      n_other_terms[n_others] = g_array_index (others, Mark, n_others).n_terms;
    }
  found = quarry_feedback_terms (terms, n_terms, marks->len, other_terms, n_other_terms, n_others,
                                 MOST_WORDS + set->query_words->len);
  for (guint i = 0; i < found->len && n_words < MOST_WORDS; i++)
    {
      guint32 stem = g_array_index (found, QuarryTermWeight, i).term;
      gboolean asked = others != NULL && quarry_candidate_set_find_stem (set, stem) >= 0;
      gboolean written = FALSE;

      for (guint m = 0; m < marks->len && !asked && !written; m++)
        {
          const QuarryAnalysis *analysis = g_array_index (marks, Mark, m).analysis;

          for (guint w = 0; w < analysis->n_words && !written; w++)
            if (analysis->words[w].form->stem == stem)
              {
                g_string_append_printf (words, "%s%s", words->len > 0 ? " " : "",
                                        analysis->words[w].form->folded);
                written = TRUE;
                n_words++;
              }
        }
    }
  return g_string_free (words, FALSE);
}

/* The vectors of the marked passages, not normalized. (transfer container) */
static const float **
get_vectors (GArray *marks)
{
  const float **vectors = g_new (const float *, marks->len + 1);

  for (guint i = 0; i < marks->len; i++)
    vectors[i] = g_array_index (marks, Mark, i).analysis->sum;
  return vectors;
}

QuarryMarks *
quarry_marks_new (const QuarryCandidateSet *set,
                  QuarryStore *store,
                  const QuarrySearchOptions *options,
                  GError **error)
{
  g_autoptr (GArray) more = new_marks ();
  g_autoptr (GArray) less = new_marks ();
  g_autofree const float **more_vectors = NULL;
  g_autofree const float **less_vectors = NULL;
  QuarryMarks *self;

  if (options->n_more + options->n_less == 0
      || !load_marks (more, set, store, options->more, options->n_more, error)
      || !load_marks (less, set, store, options->less, options->n_less, error))
    return NULL;

  self = g_new0 (QuarryMarks, 1);
  more_vectors = get_vectors (more);
  less_vectors = get_vectors (less);
  self->vector = g_memdup2 (set->query_vector, sizeof (float) * set->dims);
  if (!quarry_feedback_move (self->vector, set->dims, more_vectors, more->len, less_vectors, less->len))
    g_clear_pointer (&self->vector, g_free);
  self->more_words = find_words (set, more, less);
  self->less_words = find_words (set, less, more);

  return self;
}

void
quarry_marks_free (QuarryMarks *self)
{
  g_free (self->vector);
  g_free (self->more_words);
  g_free (self->less_words);
  g_free (self);
}

/* --- See also ---------------------------------------------------------------------------------- */

char *
quarry_telling_words (const QuarryCandidateSet *set,
                      QuarryStore *store,
                      const gint64 *passages,
                      guint n_passages,
                      GError **error)
{
  g_autoptr (GArray) marks = new_marks ();

  if (!load_marks (marks, set, store, passages, n_passages, error))
    return NULL;
  return find_words (set, marks, NULL);
}

static int
compare_scores (gconstpointer a, gconstpointer b)
{
  const QuarryCandidate *left = &((const QuarryCandidateText *) a)->rank;
  const QuarryCandidate *right = &((const QuarryCandidateText *) b)->rank;

  if (left->score > right->score || left->score < right->score)
    return left->score > right->score ? -1 : 1;
  return left->slot < right->slot ? -1 : left->slot > right->slot;
}

/* Adds the rare pairs of neighbouring words to @pairs: key -> float *, the pair's weight. */
static void
add_pairs (const QuarryIndexes *indexes, const QuarryAnalysis *analysis, GHashTable *pairs)
{
  for (guint i = 0; i + 1 < analysis->n_words; i++)
    {
      const QuarryWordForm *word = analysis->words[i].form;
      const QuarryWordForm *next = analysis->words[i + 1].form;
      float mass;
      gint64 key;

      if (word->stop || next->stop)
        continue;
      mass = MIN (mass_of (indexes, analysis, i), mass_of (indexes, analysis, i + 1));
      key = (gint64) ((guint64) word->stem << 32 | next->stem);
      if (mass >= RARE_MASS)
        g_hash_table_replace (pairs, g_memdup2 (&key, sizeof key), g_memdup2 (&mass, sizeof mass));
    }
}

gboolean
quarry_raise_sharers (QuarryCandidateSet *set,
                      QuarryStore *store,
                      const gint64 *passages,
                      guint n_passages,
                      GError **error)
{
  g_autoptr (GArray) marks = new_marks ();
  g_autoptr (GHashTable) pairs
      = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  GHashTableIter iter;
  gpointer value;
  float total = 0;

  if (!load_marks (marks, set, store, passages, n_passages, error))
    return FALSE;
  for (guint i = 0; i < marks->len; i++)
    add_pairs (set->indexes, g_array_index (marks, Mark, i).analysis, pairs);
  g_hash_table_iter_init (&iter, pairs);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    total += *(float *) value;
  if (!(total > 0))
    return TRUE;

  for (guint i = 0; i < set->candidates->len; i++)
    {
      QuarryCandidateText *candidate = &g_array_index (set->candidates, QuarryCandidateText, i);
      const QuarryAnalysis *analysis = candidate->analysis;
      g_autoptr (GHashTable) counted = g_hash_table_new (NULL, NULL);
      float shared = 0;

      for (guint w = 0; w + 1 < analysis->n_words; w++)
        {
          gint64 key = (gint64) ((guint64) analysis->words[w].form->stem << 32
                                 | analysis->words[w + 1].form->stem);
          const float *mass = g_hash_table_lookup (pairs, &key);

          if (mass != NULL && g_hash_table_add (counted, (gpointer) mass))
            shared += *mass;
        }
      candidate->rank.score += SHARED_RAISE * sqrtf (shared / total);
      candidate->quotes = g_hash_table_size (counted) >= QUOTED_PAIRS;
    }
  g_array_sort (set->candidates, compare_scores);
  return TRUE;
}

/* --- Opened before ----------------------------------------------------------------------------- */

static float
cosine (const QuarryAnalysis *a, const QuarryAnalysis *b, guint dims)
{
  float norms = a->norm * b->norm;

  return norms > 0 ? quarry_dot (a->sum, b->sum, dims) / norms : 0;
}

gboolean
quarry_raise_opened (QuarryCandidateSet *set, QuarryStore *store, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GArray) passages = quarry_opened_list (store, &local);
  g_autoptr (GArray) marks = new_marks ();

  if (local != NULL
      || !load_marks (marks, set, store, (const gint64 *) (gpointer) passages->data, passages->len,
                      &local))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (marks->len == 0)
    return TRUE;
  for (guint i = 0; i < set->candidates->len; i++)
    {
      QuarryCandidateText *candidate = &g_array_index (set->candidates, QuarryCandidateText, i);
      float most = 0;

      for (guint m = 0; m < marks->len; m++)
        {
          float near = cosine (candidate->analysis, g_array_index (marks, Mark, m).analysis, set->dims);

          near = (near - OPENED_LEAST) / (1 - OPENED_LEAST) * powf (.5f, (float) m / OPENED_HALF);
          most = MAX (most, near);
        }
      candidate->rank.score += OPENED_RAISE * most;
    }
  g_array_sort (set->candidates, compare_scores);
  return TRUE;
}
