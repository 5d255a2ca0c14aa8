/* quarry-library-recall.c: the recall of the vector index: what is asked of it, and what it is
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Makes queries from the library's own passages and compares what the index finds with what exact search finds.
 */
#include "quarry-config.h"

#include "core/library/quarry-library-private.h"

#include <math.h>
#include <string.h>

#include "core/document/quarry-words.h"
#include "core/library/import/quarry-prepared.h"
#include "core/library/quarry-library-indexes-private.h"

#define DEPTH 10
#define QUERY_WORDS 12

/* The number of queries answered by one call of exact search. */
#define BATCH 64

/* The number of queries that the vector index measures itself with when it is saved. */
#define N_MEASURED 1024

/* The span of QUERY_WORDS words of @text, or of those that there are. It begins behind the last blank of the first third,
 * so that the words before it need not be broken. */
static QuarrySpan
find_words (const char *text)
{
  g_auto (QuarryWords) words = { 0 };
  QuarrySpan span, found = { 0 };
  gsize start = strlen (text) / 3;

  while (start > 0 && !g_ascii_isspace (text[start - 1]))
    start--;
  quarry_words_init (&words, text + start, -1);
  for (guint n = 0; n < QUERY_WORDS && quarry_words_next (&words, &span, NULL, NULL); n++)
    {
      if (n == 0)
        found.start = (guint32) start + span.start;
      found.end = (guint32) start + span.end;
    }
  return found;
}

/* Vectors of words from @n_queries passages, spread over all, as a person may ask: at most so many,
 * *n_made of them, as some passages have no words, or are taken out by another process meanwhile. NULL on error. */
static float *
make_queries (QuarryLibrary *self,
              QuarryIndexes *indexes,
              QuarryStore *store,
              guint n_queries,
              guint *n_made,
              GError **error)
{
  guint dims = quarry_embedder_get_dims (self->embedder);
  g_autoptr (GArray) ids = quarry_store_list_passage_ids (store, error);
  g_autofree float *queries = NULL;

  *n_made = 0;
  if (ids == NULL)
    return NULL;
  n_queries = MIN (n_queries, ids->len);
  queries = g_new (float, (gsize) n_queries * dims + 1);
  for (guint64 i = 0; i < n_queries; i++)
    {
      gint64 id = g_array_index (ids, gint64, i * ids->len / n_queries);
      g_autoptr (GError) local = NULL;
      g_autoptr (QuarryPassageRecord) passage = quarry_store_get_passage (store, id, &local);
      QuarrySpan span;

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      if (passage == NULL)
        continue;
      span = find_words (passage->text);
      *n_made += quarry_embedder_embed (self->embedder, indexes->weights, passage->text + span.start,
                                        (gssize) (span.end - span.start),
                                        queries + (gsize) *n_made * dims);
    }
  return g_steal_pointer (&queries);
}

gboolean
quarry_library_measure_recall (QuarryLibrary *self,
                               guint n_queries,
                               double *recall,
                               double *promised,
                               GError **error)
{
  guint dims = quarry_embedder_get_dims (self->embedder);
  QuarryStore *reader = quarry_library_borrow (self, error);
  g_autoptr (QuarryIndexes) indexes = NULL;
  g_autofree float *queries = NULL;
  guint n_made = 0, n_wanted = 0, n_found = 0;

  if (reader == NULL)
    return FALSE;

  if (quarry_store_begin_read (reader, error)
      && (indexes = quarry_library_get_indexes (self, reader, error)) != NULL)
    queries = make_queries (self, indexes, reader, n_queries, &n_made, error);
  quarry_library_give_back (self, reader);

  for (guint start = 0; start < n_made; start += BATCH)
    {
      guint count = MIN (BATCH, n_made - start), n_exact[BATCH];
      const float *batch = queries + (gsize) start * dims;
      QuarryNeighbour exact[BATCH * DEPTH], near[DEPTH];

      quarry_vector_index_search_exact_many (indexes->vectors, batch, count, DEPTH, exact, n_exact);
      for (guint i = 0; i < count; i++)
        {
          guint n_near = quarry_vector_index_search (indexes->vectors, batch + (gsize) i * dims, DEPTH,
                                                     NULL, 0, near);

          n_wanted += n_exact[i];
          for (guint j = 0; j < n_exact[i]; j++)
            for (guint k = 0; k < n_near; k++)
              n_found += near[k].slot == exact[i * DEPTH + j].slot;
        }
    }
  *promised = indexes != NULL ? (double) quarry_vector_index_get_promised_recall (indexes->vectors)
                              : (double) NAN;
  *recall = n_wanted > 0 ? (double) n_found / n_wanted : (double) NAN;

  return queries != NULL;
}

void
quarry_library_prepare_vectors (QuarryLibrary *self,
                                QuarryIndexes *indexes,
                                const char *path,
                                const char *mark)
{
  QuarryStore *reader;
  g_autofree float *queries = NULL;
  g_autoptr (GError) error = NULL;
  guint n;

  if (!quarry_vector_index_wants_queries (indexes->vectors, path, mark))
    return;
  reader = quarry_library_borrow (self, &error);
  if (reader != NULL)
    queries = make_queries (self, indexes, reader, N_MEASURED, &n, &error);
  quarry_library_give_back (self, reader);
  if (queries != NULL)
    quarry_vector_index_set_queries (indexes->vectors, queries, n);
  else
    g_debug ("vectors are measured without queries: %s", error->message);
}

void
quarry_library_promise_recall (QuarryVectorIndex *vectors, QuarryStore *store)
{
  g_autofree char *text = quarry_store_get_string (store, "recall", NULL);
  double recall = text != NULL ? g_ascii_strtod (text, NULL) : 0;

  if (recall >= QUARRY_LEAST_RECALL && recall <= QUARRY_MOST_RECALL)
    quarry_vector_index_set_promised_recall (vectors, (float) recall);
}

QuarryVectorIndex *
quarry_library_new_vectors (QuarryLibrary *self, QuarryStore *store)
{
  QuarryVectorIndex *vectors = quarry_vector_index_new (quarry_embedder_get_dims (self->embedder));

  quarry_library_promise_recall (vectors, store);
  return vectors;
}

gboolean
quarry_library_set_recall (QuarryLibrary *self, double recall, GError **error)
{
  QuarryStore *writer;
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  gboolean done;

  g_return_val_if_fail (recall >= QUARRY_LEAST_RECALL && recall <= QUARRY_MOST_RECALL, FALSE);

  writer = quarry_library_begin_write (self, error);
  if (writer == NULL)
    return FALSE;
  done = quarry_store_set_string (writer, "recall", g_ascii_dtostr (text, sizeof text, recall), error);
  return quarry_library_end_write (self, done, done ? error : NULL) && done;
}
