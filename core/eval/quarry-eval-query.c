/* quarry-eval-query.c: asks and scores one query of a judged collection
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Turns the ranked passages of a search into a ranked list of documents, and computes the measures for it.
 */
#include "core/eval/quarry-eval-query.h"

#include <string.h>

#include "core/eval/quarry-measures.h"
#include "core/library/quarry-library-private.h"

/* The measures need this many documents. */
#define DOCUMENTS_WANTED 100

/* The number of passages requested at first; it is increased if there are too few documents among them. */
#define PASSAGES_ASKED 200
#define PASSAGES_MOST 1000

/* Adds the document of @hit if it belongs to the collection and has not been @seen before. */
static void
add_document (GArray *ranked, GHashTable *seen, GHashTable *places, QuarryHit *hit)
{
  gpointer place = g_hash_table_lookup (places, quarry_hit_get_path (hit));
  guint document = GPOINTER_TO_UINT (place) - 1;

  if (place != NULL && ranked->len < DOCUMENTS_WANTED && g_hash_table_add (seen, place))
    g_array_append_val (ranked, document);
}

static int
compare_fused (gconstpointer a, gconstpointer b)
{
  guint left = quarry_hit_get_fused_rank (*(QuarryHit *const *) a);
  guint right = quarry_hit_get_fused_rank (*(QuarryHit *const *) b);

  return (left > right) - (left < right);
}

/* Moves copies from @named to @ranked: those that were no further down than the next rank before variety was applied,
 * or all. */
static void
add_copies (GArray *ranked, GHashTable *seen, GHashTable *places, GPtrArray *named, gboolean all)
{
  guint n = 0;

  while (n < named->len && (all || quarry_hit_get_fused_rank (named->pdata[n]) <= ranked->len + 1))
    add_document (ranked, seen, places, named->pdata[n++]);
  if (n > 0)
    g_ptr_array_remove_range (named, 0, n);
}

GArray *
quarry_eval_rank_documents (QuarryLibrary *library,
                            const char *text,
                            const QuarrySearchOptions *wanted,
                            GHashTable *places,
                            GError **error)
{
  QuarrySearchOptions options = *wanted;

  for (options.limit = PASSAGES_ASKED;; options.limit = MIN (options.limit * 2, PASSAGES_MOST))
    {
      g_autoptr (QuarryAnswer) answer = quarry_library_search (library, text, &options, NULL, error);
      g_autoptr (GArray) ranked = g_array_new (FALSE, FALSE, sizeof (guint));
      g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
      g_autoptr (GPtrArray) named = g_ptr_array_new (); /* copies that wait for their rank; owned by their hits */
      GListModel *hits;
      guint n;

      if (answer == NULL)
        return NULL;
      hits = quarry_answer_get_hits (answer);
      n = g_list_model_get_n_items (hits);
      for (guint i = 0; i < n && ranked->len < DOCUMENTS_WANTED; i++)
        {
          g_autoptr (QuarryHit) hit = g_list_model_get_item (hits, i);
          guint n_copies;
          QuarryHit *const *copies = quarry_hit_get_copies (hit, &n_copies);

          add_copies (ranked, seen, places, named, FALSE);
          add_document (ranked, seen, places, hit);
          for (guint j = 0; j < n_copies; j++)
            g_ptr_array_add (named, copies[j]);
          g_ptr_array_sort (named, compare_fused);
        }
      add_copies (ranked, seen, places, named, TRUE);
      if (ranked->len == DOCUMENTS_WANTED || n < options.limit || options.limit == PASSAGES_MOST)
        return g_steal_pointer (&ranked);
    }
}

static void
score_relevance (const QuarryCollectionQuery *query, GArray *ranked, QuarryEvalScores *scores)
{
  g_autoptr (GHashTable) grades = g_hash_table_new (NULL, NULL);
  g_autofree int *judged = g_new0 (int, query->judgements->len);
  g_autofree int *gains = g_new0 (int, MAX (ranked->len, 1));
  guint n_judged = query->judgements->len;

  for (guint i = 0; i < n_judged; i++)
    {
      const QuarryJudgement *judgement = &g_array_index (query->judgements, QuarryJudgement, i);

      judged[i] = judgement->grade;
      g_hash_table_insert (grades, GUINT_TO_POINTER (judgement->document),
                           GINT_TO_POINTER (judgement->grade));
    }
  for (guint i = 0; i < ranked->len; i++)
    gains[i] = GPOINTER_TO_INT (
        g_hash_table_lookup (grades, GUINT_TO_POINTER (g_array_index (ranked, guint, i))));

  scores->ndcg_10 = quarry_measure_ndcg (gains, ranked->len, judged, n_judged, 10);
  scores->recall_100 = quarry_measure_recall (gains, ranked->len, judged, n_judged, 100);
  scores->mrr_10 = quarry_measure_reciprocal_rank (gains, ranked->len, 10);
  scores->map = quarry_measure_average_precision (gains, ranked->len, judged, n_judged);
}

/* Which subtopics the judged documents are about: one row for each document, n × n_subtopics. */
typedef struct
{
  GHashTable *rows; /* document -> row + 1 */
  gboolean *holds;
  guint n;
  guint n_subtopics;
} Subtopics;

static void
subtopics_init (Subtopics *self, const QuarryCollectionQuery *query)
{
  self->rows = g_hash_table_new (NULL, NULL);
  self->n_subtopics = query->n_subtopics;
  self->n = 0;
  self->holds = g_new0 (gboolean, MAX (1, (gsize) query->subtopics->len * query->n_subtopics));
  for (guint i = 0; i < query->subtopics->len; i++)
    {
      const QuarrySubtopicJudgement *judgement
          = &g_array_index (query->subtopics, QuarrySubtopicJudgement, i);
      gpointer key = GUINT_TO_POINTER (judgement->document);
      guint row = GPOINTER_TO_UINT (g_hash_table_lookup (self->rows, key));

      if (row == 0)
        {
          row = ++self->n;
          g_hash_table_insert (self->rows, key, GUINT_TO_POINTER (row));
        }
      self->holds[(gsize) (row - 1) * query->n_subtopics + judgement->subtopic] = TRUE;
    }
}

static void
subtopics_clear (Subtopics *self)
{
  g_hash_table_unref (self->rows);
  g_free (self->holds);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Subtopics, subtopics_clear)

/* The same for the first @n of the ranked documents. (transfer full) */
static gboolean *
find_held (const Subtopics *self, GArray *ranked, guint n)
{
  gboolean *holds = g_new0 (gboolean, MAX (1, (gsize) n * self->n_subtopics));

  for (guint i = 0; i < n; i++)
    {
      guint row = GPOINTER_TO_UINT (
          g_hash_table_lookup (self->rows, GUINT_TO_POINTER (g_array_index (ranked, guint, i))));

      if (row > 0)
        memcpy (holds + (gsize) i * self->n_subtopics, self->holds + (gsize) (row - 1) * self->n_subtopics,
                self->n_subtopics * sizeof *holds);
    }
  return holds;
}

double
quarry_eval_subtopic_recall (const QuarryCollectionQuery *query, GArray *ranked, guint depth)
{
  g_auto (Subtopics) judged = { 0 };
  g_autofree gboolean *holds = NULL;
  guint n = MIN (ranked->len, depth);

  subtopics_init (&judged, query);
  holds = find_held (&judged, ranked, n);
  return quarry_measure_subtopic_recall (holds, n, query->n_subtopics, query->n_subtopics, depth);
}

static void
score_subtopics (const QuarryCollectionQuery *query, GArray *ranked, QuarryEvalScores *scores)
{
  g_auto (Subtopics) judged = { 0 };
  g_autofree gboolean *holds = NULL;
  guint n = MIN (ranked->len, 10);

  subtopics_init (&judged, query);
  holds = find_held (&judged, ranked, n);
  scores->s_recall_10
      = quarry_measure_subtopic_recall (holds, n, query->n_subtopics, query->n_subtopics, 10);
  scores->alpha_ndcg_10 = quarry_measure_alpha_ndcg (holds, n, judged.holds, judged.n, query->n_subtopics,
                                                     0.5, 10);
}

void
quarry_eval_score (const QuarryCollectionQuery *query, GArray *ranked, QuarryEvalScores *scores)
{
  score_relevance (query, ranked, scores);
  if (query->n_subtopics > 0)
    score_subtopics (query, ranked, scores);
}
