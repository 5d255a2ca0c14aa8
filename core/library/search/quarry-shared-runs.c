/* quarry-shared-runs.c: passages that share runs of words with a text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Takes runs of a few words from the text and looks each up as a phrase in the word index. A passage scores for each
 * run that it shares, the more the fewer passages hold it.
 */
#include "core/library/search/quarry-shared-runs.h"

#include <math.h>

#include "core/document/quarry-words.h"
#include "core/rank/quarry-fusion.h"

/* The number of words of a run: shorter ones are idioms or names. LEAST_CONTENT of them must not be function words. */
#define RUN_WORDS 6u
#define LEAST_CONTENT 2
/* A run begins at every second word or, so that there are no more than MOST_RUNS, at larger distances. */
#define LEAST_STEP 2u
#define MOST_RUNS 64u
/* A run that more passages hold than this, including the one asked about, is a set phrase and does not count. */
#define MOST_HOLDERS 5

typedef struct
{
  QuarryLexicalIndex *words;
  const guint64 *allowed;
  gsize n_allowed_words;
  GCancellable *cancellable;
  double n_passages;
  GHashTable *scores; /* slot -> double * */
} Finding;

/* Adds the passages that hold @run. */
static gboolean
find_holders (Finding *self, const char *run, GError **error)
{
  const char *phrases[] = { run, NULL };
  QuarryLexicalQuery query = { .text = "", .phrases = phrases, .as_typed = TRUE };
  g_autoptr (GArray) holders = quarry_lexical_index_search (
      self->words, &query, MOST_HOLDERS + 1, self->allowed, self->n_allowed_words, self->cancellable, error);

  if (holders == NULL)
    return FALSE;
  for (guint i = 0; i < holders->len && holders->len <= MOST_HOLDERS; i++)
    {
      gpointer slot = GUINT_TO_POINTER (g_array_index (holders, QuarryLexicalMatch, i).slot);
      double *score = g_hash_table_lookup (self->scores, slot);

      if (score == NULL)
        {
          score = g_new0 (double, 1);
          g_hash_table_insert (self->scores, slot, score);
        }
      *score += log (1 + self->n_passages / holders->len);
    }
  return TRUE;
}

static int
compare_scored (gconstpointer a, gconstpointer b)
{
  const QuarryScored *x = a, *y = b;

  if (x->score > y->score || x->score < y->score)
    return x->score > y->score ? -1 : 1;
  return (x->slot > y->slot) - (x->slot < y->slot);
}

GArray *
quarry_find_shared_runs (QuarryLexicalIndex *words,
                         const char *text,
                         const gint64 *own,
                         guint n_own,
                         const guint64 *allowed,
                         gsize n_allowed_words,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (GHashTable) scores = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  Finding finding = { .words = words,
                      .allowed = allowed,
                      .n_allowed_words = n_allowed_words,
                      .cancellable = cancellable,
                      .n_passages = quarry_lexical_index_get_count (words),
                      .scores = scores };
  guint step = MAX (LEAST_STEP, (quarry_words_count (text, -1) + MOST_RUNS - 1) / MOST_RUNS);
  g_auto (QuarryWords) iterator = { 0 };
  guint32 starts[RUN_WORDS];
  gboolean content[RUN_WORDS] = { FALSE };
  GArray *scored;
  GHashTableIter iter;
  gpointer slot, score;
  const char *folded;
  gsize length;
  QuarrySpan span;

  quarry_words_init (&iterator, text, -1);
  for (guint i = 0, n_content = 0; quarry_words_next (&iterator, &span, &folded, &length); i++)
    {
      guint32 start;

      /* This word replaces, in the ring, the one that has left the run. */
      n_content -= content[i % RUN_WORDS] ? 1 : 0;
      starts[i % RUN_WORDS] = span.start;
      content[i % RUN_WORDS] = !quarry_words_is_stop_word (folded, length);
      n_content += content[i % RUN_WORDS] ? 1 : 0;
      start = starts[(i + 1) % RUN_WORDS];
      if (i + 1 >= RUN_WORDS && (i + 1 - RUN_WORDS) % step == 0 && n_content >= LEAST_CONTENT)
        {
          g_autofree char *run = g_strndup (text + start, span.end - start);

          if (!find_holders (&finding, run, error))
            return NULL;
        }
    }

  for (guint i = 0; i < n_own; i++)
    g_hash_table_remove (scores, GUINT_TO_POINTER ((guint) own[i]));
  scored = g_array_sized_new (FALSE, FALSE, sizeof (QuarryScored), g_hash_table_size (scores));
  g_hash_table_iter_init (&iter, scores);
  while (g_hash_table_iter_next (&iter, &slot, &score))
    g_array_append_val (scored, ((QuarryScored) { GPOINTER_TO_UINT (slot), (float) *(double *) score }));
  g_array_sort (scored, compare_scored);
  return scored;
}
