/* quarry-eval-retrieval.c: search measured on a judged collection
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <ftw.h>
#include <stdio.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "core/eval/quarry-collection.h"
#include "core/eval/quarry-eval-retrieval.h"
#include "core/eval/quarry-measures.h"
#include "core/library/quarry-library-private.h"

/* Measures look this deep into the list of documents. */
#define DOCUMENTS_WANTED 100

/* Passages asked for at first; more where too few documents are among them. */
#define PASSAGES_ASKED 200
#define PASSAGES_MOST 1000

#define TEST_ROUNDS 10000

static const char *const system_names[] = { "lexical", "dense", "hybrid", "diverse" };

const char *
quarry_eval_system_name (QuarryEvalSystem system)
{
  g_return_val_if_fail (system < QUARRY_EVAL_N_SYSTEMS, NULL);

  return system_names[system];
}

static QuarrySearchOptions
system_options (QuarryEvalSystem system)
{
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;

  if (system == QUARRY_EVAL_LEXICAL)
    options.mode = QUARRY_SEARCH_LEXICAL;
  else if (system == QUARRY_EVAL_DENSE)
    options.mode = QUARRY_SEARCH_DENSE;
  if (system != QUARRY_EVAL_DIVERSE)
    {
      options.method = QUARRY_DIVERSITY_NONE;
      options.diversity = 0;
    }
  return options;
}

static void
query_clear (gpointer data)
{
  QuarryEvalQuery *query = data;

  g_free (query->id);
}

void
quarry_eval_retrieval_free (QuarryEvalRetrieval *self)
{
  if (self == NULL)
    return;
  g_free (self->collection);
  g_array_unref (self->tests);
  g_array_unref (self->per_query);
  g_free (self);
}

/* --- The library ---------------------------------------------------------------------------- */

static int
remove_entry (const char *path, const struct stat *status, int type, struct FTW *place)
{
  remove (path);
  return 0;
}

static void
remove_folder (char *folder)
{
  nftw (folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
  g_free (folder);
}

typedef char TemporaryFolder;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TemporaryFolder, remove_folder)

/* A path that no query matches: a file's name is searched too, and a number in it would be found
 * by numbers in queries. */
static char *
document_path (guint document)
{
  GString *path = g_string_new ("/zxq");

  do
    g_string_append_c (path, (char) ('a' + document % 26));
  while ((document /= 26) > 0);
  return g_string_free (path, FALSE);
}

static QuarryDocument *
make_document (const QuarryCollectionDocument *from)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();

  /* As a file with a title would come: stated, and the first heading of the text. */
  if (*from->title != '\0')
    {
      quarry_document_builder_set_title (builder, from->title);
      quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, from->title, -1);
    }
  for (const char *line = from->text; line != NULL && *line != '\0';)
    {
      const char *end = strchr (line, '\n');

      quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, line,
                                   end != NULL ? end - line : -1);
      line = end != NULL ? end + 1 : NULL;
    }
  return quarry_document_builder_end (builder);
}

typedef struct
{
  QuarryEvalProgress func;
  gpointer user_data;
  guint done;
  guint total;
} Progress;

static void
step (Progress *progress)
{
  progress->done++;
  if (progress->func != NULL)
    progress->func (progress->done, progress->total, progress->user_data);
}

/* *places gets each document's number (+ 1) by its path. */
static gboolean
fill_library (QuarryLibrary *library,
              const QuarryCollection *collection,
              GHashTable *places,
              Progress *progress,
              GError **error)
{
  for (guint i = 0; i < collection->documents->len; i++)
    {
      g_autoptr (QuarryDocument) document
          = make_document (g_ptr_array_index (collection->documents, i));
      g_autofree char *path = document_path (i);

      if (!quarry_library_add_document (library, path, document, error))
        return FALSE;
      g_hash_table_insert (places, g_steal_pointer (&path), GUINT_TO_POINTER (i + 1));
      step (progress);
    }
  return quarry_library_finish_adding (library, error);
}

/* --- One query ------------------------------------------------------------------------------ */

/* Judged queries are plain text: what people type as syntax (phrases, exclusions, filters) means
 * nothing in them. */
static char *
plain_query (const char *text)
{
  GString *plain = g_string_new (NULL);
  gboolean at_start = TRUE;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '"' || c == ':' || c == 0x201c || c == 0x201d || (at_start && c == '-'))
        c = ' ';
      g_string_append_unichar (plain, c);
      at_start = g_unichar_isspace (c);
    }
  return g_string_free (plain, FALSE);
}

/* The documents of an answer, each where its best passage stands. (transfer full): of guint. */
static GArray *
rank_documents (QuarryLibrary *library,
                const char *text,
                QuarryEvalSystem system,
                GHashTable *places,
                GError **error)
{
  QuarrySearchOptions options = system_options (system);

  for (options.limit = PASSAGES_ASKED;; options.limit = MIN (options.limit * 2, PASSAGES_MOST))
    {
      g_autoptr (QuarryAnswer) answer = quarry_library_search (library, text, &options, NULL, error);
      g_autoptr (GArray) ranked = g_array_new (FALSE, FALSE, sizeof (guint));
      g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
      GListModel *hits;
      guint n;

      if (answer == NULL)
        return NULL;
      hits = quarry_answer_get_hits (answer);
      n = g_list_model_get_n_items (hits);
      for (guint i = 0; i < n && ranked->len < DOCUMENTS_WANTED; i++)
        {
          g_autoptr (QuarryHit) hit = g_list_model_get_item (hits, i);
          gpointer place = g_hash_table_lookup (places, quarry_hit_get_path (hit));
          guint document = GPOINTER_TO_UINT (place) - 1;

          if (place != NULL && g_hash_table_add (seen, place))
            g_array_append_val (ranked, document);
        }
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

static void
score_subtopics (const QuarryCollectionQuery *query, GArray *ranked, QuarryEvalScores *scores)
{
  g_autoptr (GHashTable) rows = g_hash_table_new (NULL, NULL);
  g_autofree gboolean *ideal = g_new0 (gboolean, (gsize) query->subtopics->len * query->n_subtopics);
  g_autofree gboolean *holds = NULL;
  guint n_judged = 0, n_top = MIN (ranked->len, 10);

  for (guint i = 0; i < query->subtopics->len; i++)
    {
      const QuarrySubtopicJudgement *judgement
          = &g_array_index (query->subtopics, QuarrySubtopicJudgement, i);
      gpointer key = GUINT_TO_POINTER (judgement->document);
      guint row = GPOINTER_TO_UINT (g_hash_table_lookup (rows, key));

      if (row == 0)
        {
          row = ++n_judged;
          g_hash_table_insert (rows, key, GUINT_TO_POINTER (row));
        }
      ideal[(gsize) (row - 1) * query->n_subtopics + judgement->subtopic] = TRUE;
    }

  holds = g_new0 (gboolean, (gsize) MAX (n_top, 1) * query->n_subtopics);
  for (guint i = 0; i < n_top; i++)
    {
      guint row = GPOINTER_TO_UINT (
          g_hash_table_lookup (rows, GUINT_TO_POINTER (g_array_index (ranked, guint, i))));

      if (row > 0)
        memcpy (holds + (gsize) i * query->n_subtopics,
                ideal + (gsize) (row - 1) * query->n_subtopics,
                query->n_subtopics * sizeof *holds);
    }

  scores->s_recall_10 = quarry_measure_subtopic_recall (holds, n_top, query->n_subtopics,
                                                        query->n_subtopics, 10);
  scores->alpha_ndcg_10 = quarry_measure_alpha_ndcg (holds, n_top, ideal, n_judged,
                                                     query->n_subtopics, 0.5, 10);
}

static gboolean
run_query (QuarryLibrary *library,
           const QuarryCollectionQuery *query,
           GHashTable *places,
           QuarryEvalQuery *result,
           GError **error)
{
  g_autofree char *text = plain_query (query->text);

  result->id = g_strdup (query->id);
  result->has_subtopics = query->n_subtopics > 0;
  for (guint system = 0; system < QUARRY_EVAL_N_SYSTEMS; system++)
    {
      QuarrySearchOptions options = system_options (system);
      g_autoptr (QuarryAnswer) answer = NULL;
      g_autoptr (GArray) ranked = rank_documents (library, text, system, places, error);
      gint64 started;

      if (ranked == NULL)
        return FALSE;
      score_relevance (query, ranked, &result->scores[system]);
      if (result->has_subtopics)
        score_subtopics (query, ranked, &result->scores[system]);

      /* The time that a person waits: for a list as long as the window asks for. */
      started = g_get_monotonic_time ();
      answer = quarry_library_search (library, text, &options, NULL, error);
      if (answer == NULL)
        return FALSE;
      result->ms[system] = (g_get_monotonic_time () - started) / 1000.0;
    }
  return TRUE;
}

/* --- All queries ---------------------------------------------------------------------------- */

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static void
average (QuarryEvalRetrieval *self)
{
  guint n = self->per_query->len, n_subtopics = 0;
  g_autofree double *ms = g_new (double, MAX (n, 1));

  for (guint i = 0; i < n; i++)
    n_subtopics += g_array_index (self->per_query, QuarryEvalQuery, i).has_subtopics;

  for (guint system = 0; system < QUARRY_EVAL_N_SYSTEMS; system++)
    {
      QuarryEvalScores *mean = &self->scores[system];

      for (guint i = 0; i < n; i++)
        {
          const QuarryEvalQuery *query = &g_array_index (self->per_query, QuarryEvalQuery, i);
          const QuarryEvalScores *scores = &query->scores[system];

          mean->ndcg_10 += scores->ndcg_10 / n;
          mean->recall_100 += scores->recall_100 / n;
          mean->mrr_10 += scores->mrr_10 / n;
          mean->map += scores->map / n;
          if (query->has_subtopics)
            {
              mean->s_recall_10 += scores->s_recall_10 / n_subtopics;
              mean->alpha_ndcg_10 += scores->alpha_ndcg_10 / n_subtopics;
            }
          ms[i] = query->ms[system];
        }
      qsort (ms, n, sizeof *ms, compare_doubles);
      self->p50_ms[system] = ms[n / 2];
      self->p99_ms[system] = ms[MIN (n - 1, (guint) (0.99 * n))];
    }
}

static void
test_systems (QuarryEvalRetrieval *self)
{
  static const QuarryEvalSystem pairs[][2] = {
    { QUARRY_EVAL_HYBRID, QUARRY_EVAL_LEXICAL },
    { QUARRY_EVAL_HYBRID, QUARRY_EVAL_DENSE },
    { QUARRY_EVAL_DENSE, QUARRY_EVAL_LEXICAL },
    { QUARRY_EVAL_DIVERSE, QUARRY_EVAL_HYBRID },
  };
  guint n = self->per_query->len;
  g_autofree double *a = g_new (double, MAX (n, 1));
  g_autofree double *b = g_new (double, MAX (n, 1));

  for (guint t = 0; t < G_N_ELEMENTS (pairs); t++)
    {
      QuarryEvalTest test = { pairs[t][0], pairs[t][1], 0, 1 };

      for (guint i = 0; i < n; i++)
        {
          const QuarryEvalQuery *query = &g_array_index (self->per_query, QuarryEvalQuery, i);

          a[i] = query->scores[test.a].ndcg_10;
          b[i] = query->scores[test.b].ndcg_10;
          test.delta += (a[i] - b[i]) / n;
        }
      test.p = quarry_randomisation_test (a, b, n, TEST_ROUNDS);
      g_array_append_val (self->tests, test);
    }
}

static gboolean
evaluate (QuarryEvalRetrieval *self,
          QuarryLibrary *library,
          const QuarryCollection *collection,
          Progress *progress,
          GError **error)
{
  g_autoptr (GHashTable) places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_auto (QuarryLibraryStatus) status = { 0 };

  if (!fill_library (library, collection, places, progress, error)
      || !quarry_library_get_status (library, &status, error))
    return FALSE;
  self->documents = collection->documents->len;
  self->passages = status.counts.passages;

  for (guint i = 0; i < collection->queries->len; i++)
    {
      const QuarryCollectionQuery *query = g_ptr_array_index (collection->queries, i);
      QuarryEvalQuery result = { 0 };

      if (!query->has_relevant)
        continue;
      if (!run_query (library, query, places, &result, error))
        {
          query_clear (&result);
          return FALSE;
        }
      g_array_append_val (self->per_query, result);
      step (progress);
    }

  self->queries = self->per_query->len;
  average (self);
  test_systems (self);
  return TRUE;
}

QuarryEvalRetrieval *
quarry_eval_retrieval (const char *folder,
                       const char *model,
                       QuarryEvalProgress progress,
                       gpointer user_data,
                       GError **error)
{
  g_autoptr (QuarryEvalRetrieval) self = NULL;
  g_autoptr (QuarryCollection) collection = NULL;
  g_autoptr (TemporaryFolder) temporary = NULL;
  g_autoptr (QuarryLibrary) library = NULL;
  g_autoptr (GError) local = NULL;
  Progress counted = { progress, user_data, 0, 0 };
  guint n_queries = 0;

  g_return_val_if_fail (folder != NULL, NULL);

  collection = quarry_collection_load (folder, error);
  if (collection == NULL)
    return NULL;
  for (guint i = 0; i < collection->queries->len; i++)
    {
      const QuarryCollectionQuery *query = g_ptr_array_index (collection->queries, i);

      n_queries += query->has_relevant;
    }
  if (n_queries == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _("No query of “%s” has a relevant document"), collection->name);
      return NULL;
    }
  counted.total = collection->documents->len + n_queries;

  temporary = g_dir_make_tmp ("quarry-eval-XXXXXX", &local);
  if (temporary == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   _("No folder could be made for the collection's library: %s"), local->message);
      return NULL;
    }
  library = quarry_library_open (temporary, model, QUARRY_LIBRARY_WRITE, error);
  if (library == NULL)
    return NULL;

  self = g_new0 (QuarryEvalRetrieval, 1);
  self->collection = g_strdup (collection->name);
  self->has_subtopics = collection->has_subtopics;
  self->tests = g_array_new (FALSE, FALSE, sizeof (QuarryEvalTest));
  self->per_query = g_array_new (FALSE, TRUE, sizeof (QuarryEvalQuery));
  g_array_set_clear_func (self->per_query, query_clear);
  if (!evaluate (self, library, collection, &counted, error))
    return NULL;
  return g_steal_pointer (&self);
}
