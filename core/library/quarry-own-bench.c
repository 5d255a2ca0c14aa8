/* quarry-own-bench.c: measures search on the library's own documents
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/library/quarry-own-bench.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "core/document/quarry-words.h"
#include "core/library/import/quarry-prepared.h"
#include "core/library/quarry-library-indexes-private.h"
#include "core/library/quarry-library-private.h"

#define SEED 20261128

/* A query is made of this many words, from a span of SPAN_WORDS consecutive words of the passage. */
#define QUERY_WORDS 4
#define SPAN_WORDS 12

/* A paraphrase replaces this many of them. */
#define MOST_REPLACED 2

/* A shorter passage says too little to be distinguished from others. */
#define LEAST_WORDS 20

/* The passage has to be among this many first hits. */
#define DEPTH 10

/* Two words with at least this cosine are near in meaning. */
#define LEAST_COSINE .35f

#define MOST_NEIGHBOURS 8000
#define EXAMPLES_A_WAY 3

/* Shorter words are not misspelt. */
#define LEAST_LETTERS 5

typedef struct
{
  char *folded;
  double rarity; /* 0 for stop words */
} Word;

static void
word_clear (gpointer data)
{
  g_free (((Word *) data)->folded);
}

/* A passage that queries are made from. */
typedef struct
{
  gint64 id;
  gint64 document;
  char *heading; /* levels separated by U+001F */
  char *title;
  GArray *words; /* of Word, in the order of the passage */
} Source;

static void
source_free (gpointer data)
{
  Source *self = data;

  g_free (self->heading);
  g_free (self->title);
  g_array_unref (self->words);
  g_free (self);
}

/* Words that may replace others in a paraphrase, with their vectors. */
typedef struct
{
  GPtrArray *words;  /* of char *; owned by the sources */
  GArray *vectors;   /* of float: a unit vector for each word */
  GHashTable *found; /* word -> its index in @words */
  guint dims;
} Neighbours;

static void
neighbours_clear (Neighbours *self)
{
  g_clear_pointer (&self->words, g_ptr_array_unref);
  g_clear_pointer (&self->vectors, g_array_unref);
  g_clear_pointer (&self->found, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Neighbours, neighbours_clear)

static void
example_free (gpointer data)
{
  QuarryOwnExample *self = data;

  g_free (self->query);
  g_free (self->title);
  g_free (self);
}

void
quarry_own_bench_free (QuarryOwnBench *self)
{
  g_ptr_array_unref (self->examples);
  g_free (self);
}

const char *
quarry_own_kind_name (QuarryOwnKind kind)
{
  static const char *const names[] = { "words", "misspelt", "paraphrase", "heading" };

  g_return_val_if_fail (kind < QUARRY_OWN_N_KINDS, NULL);

  return names[kind];
}

const char *
quarry_own_way_name (QuarryOwnWay way)
{
  static const char *const names[] = { "words", "meaning", "hybrid" };

  g_return_val_if_fail (way < QUARRY_OWN_N_WAYS, NULL);

  return names[way];
}

/* --- Drawing passages ------------------------------------------------------------------------ */

static GArray *
list_words (QuarryLexicalIndex *index, const char *text)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (Word));
  g_auto (QuarryWords) words = { 0 };
  const char *folded;
  QuarrySpan span;
  gsize length;

  g_array_set_clear_func (list, word_clear);
  quarry_words_init (&words, text, -1);
  while (quarry_words_next (&words, &span, &folded, &length))
    {
      Word word = { g_strndup (folded, length), 0 };

      if (!quarry_words_is_stop_word (folded, length))
        word.rarity = quarry_lexical_index_get_rarity (index, word.folded, QUARRY_LEXICAL_ALL_LANGUAGES);
      g_array_append_val (list, word);
    }

  return list;
}

/* Loads a passage. NULL also without an error: no query can be made from it. */
static Source *
load_source (QuarryStore *store, QuarryIndexes *indexes, gint64 id, GError **error)
{
  g_autoptr (QuarryPassageRecord) passage = quarry_store_get_passage (store, id, error);
  g_autoptr (QuarryDocumentRecord) document = NULL;
  g_autoptr (GArray) words = NULL;
  Source *source;

  if (passage == NULL)
    return NULL;
  words = list_words (indexes->words, passage->text);
  if (words->len < LEAST_WORDS)
    return NULL;
  document = quarry_store_get_document (store, passage->document, error);
  if (document == NULL)
    return NULL;

  source = g_new0 (Source, 1);
  source->id = id;
  source->document = passage->document;
  source->heading = g_strdup (passage->heading);
  source->title = quarry_indexed_title (document);
  source->words = g_steal_pointer (&words);

  return source;
}

/* Draws passages at random. *indexes gets the snapshot that they were drawn from. (transfer full): of Source */
static GPtrArray *
draw (QuarryLibrary *library,
      guint n_passages,
      QuarryIndexes **indexes,
      GCancellable *cancellable,
      GError **error)
{
  QuarryStore *connection = quarry_library_borrow (library, error);
  g_autoptr (GPtrArray) sources = g_ptr_array_new_with_free_func (source_free);
  g_autoptr (GRand) dice = g_rand_new_with_seed (SEED);
  g_autoptr (GArray) ids = NULL;
  GError *local = NULL;

  if (connection == NULL)
    return NULL;
  if (quarry_store_begin_read (connection, &local)
      && (*indexes = quarry_library_get_indexes (library, connection, &local)) != NULL)
    ids = quarry_store_list_passage_ids (connection, &local);

  for (guint left = ids != NULL ? ids->len : 0; left > 0 && sources->len < n_passages; left--)
    {
      guint i = (guint) g_rand_int_range (dice, 0, (gint32) left);
      gint64 id = g_array_index (ids, gint64, i);
      Source *source;

      g_array_index (ids, gint64, i) = g_array_index (ids, gint64, left - 1);
      if (g_cancellable_set_error_if_cancelled (cancellable, &local))
        break;
      source = load_source (connection, *indexes, id, &local);
      if (local != NULL)
        break;
      if (source != NULL)
        g_ptr_array_add (sources, source);
    }
  quarry_library_give_back (library, connection);

  if (local == NULL && sources->len == 0)
    g_set_error_literal (&local, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                         _("The library holds no passage of twenty words or more to make a query "
                           "from. Add documents first."));
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return NULL;
    }

  return g_steal_pointer (&sources);
}

/* --- Making queries -------------------------------------------------------------------------- */

/* Chooses the words of a query: of all spans of the passage, the one whose rarest words are the rarest together, and
 * of that these words. Gives their indices, ascending, and returns their number. */
static guint
choose_words (const Source *source, guint chosen[QUERY_WORDS])
{
  const Word *words = (const Word *) (gpointer) source->words->data;
  guint n = source->words->len, n_best = 0;
  double best = 0;

  for (guint start = 0; start + MIN (SPAN_WORDS, n) <= n; start += SPAN_WORDS / 2)
    {
      guint picked[QUERY_WORDS], n_picked = 0;
      double sum = 0;

      /* There are so few words that repeated selection of the rarest is fast enough. */
      while (n_picked < QUERY_WORDS)
        {
          guint rarest = G_MAXUINT;

          for (guint i = start; i < MIN (n, start + SPAN_WORDS); i++)
            {
              gboolean taken = words[i].rarity <= 0;

              for (guint j = 0; j < n_picked; j++)
                taken = taken || strcmp (words[picked[j]].folded, words[i].folded) == 0;
              if (!taken && (rarest == G_MAXUINT || words[i].rarity > words[rarest].rarity))
                rarest = i;
            }
          if (rarest == G_MAXUINT)
            break;
          picked[n_picked++] = rarest;
          sum += words[rarest].rarity;
        }
      if (sum > best)
        {
          best = sum;
          n_best = n_picked;
          memcpy (chosen, picked, n_picked * sizeof *picked);
        }
    }

  for (guint i = 1; i < n_best; i++)
    for (guint j = i; j > 0 && chosen[j] < chosen[j - 1]; j--)
      {
        guint swap = chosen[j];

        chosen[j] = chosen[j - 1];
        chosen[j - 1] = swap;
      }

  return n_best;
}

/* Swaps two letters in the middle of the word. NULL where there are no two that can be. (transfer full) */
static char *
misspell (const char *word)
{
  glong length = g_utf8_strlen (word, -1);
  g_autofree gunichar *letters = g_utf8_to_ucs4_fast (word, -1, NULL);

  for (glong i = length / 2; length >= LEAST_LETTERS && i + 1 < length; i++)
    if (letters[i] != letters[i - 1] && g_unichar_isalpha (letters[i])
        && g_unichar_isalpha (letters[i - 1]))
      {
        gunichar letter = letters[i];

        letters[i] = letters[i - 1];
        letters[i - 1] = letter;
        return g_ucs4_to_utf8 (letters, length, NULL, NULL, NULL);
      }

  return NULL;
}

/* The unit vector of a word; FALSE where it is not a single token of the model. */
static gboolean
word_vector (QuarryEmbedder *embedder, const char *word, GArray *tokens, float *vector)
{
  guint dims = quarry_embedder_get_dims (embedder);
  float norm = 0;

  g_array_set_size (tokens, 0);
  quarry_embedder_tokenize (embedder, word, -1, tokens);
  if (tokens->len != 1)
    return FALSE;
  quarry_embedder_get_row (embedder, g_array_index (tokens, QuarryToken, 0).id, vector);
  for (guint i = 0; i < dims; i++)
    norm += vector[i] * vector[i];
  for (guint i = 0; norm > 0 && i < dims; i++)
    vector[i] /= sqrtf (norm);

  return norm > 0;
}

/* The words of the drawn passages themselves are the ones that may replace others: they are the library's
 * vocabulary. */
static void
neighbours_init (Neighbours *self, QuarryEmbedder *embedder, GPtrArray *sources)
{
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (QuarryToken));
  g_autofree float *vector = NULL;

  self->dims = quarry_embedder_get_dims (embedder);
  self->words = g_ptr_array_new ();
  self->vectors = g_array_new (FALSE, FALSE, sizeof (float));
  self->found = g_hash_table_new (g_str_hash, g_str_equal);
  vector = g_new (float, self->dims);
  for (guint i = 0; i < sources->len; i++)
    {
      const Source *source = sources->pdata[i];

      for (guint j = 0; j < source->words->len && self->words->len < MOST_NEIGHBOURS; j++)
        {
          const Word *word = &g_array_index (source->words, Word, j);

          if (word->rarity <= 0 || g_hash_table_contains (self->found, word->folded)
              || !word_vector (embedder, word->folded, tokens, vector))
            continue;
          g_hash_table_insert (self->found, word->folded, GUINT_TO_POINTER (self->words->len));
          g_ptr_array_add (self->words, word->folded);
          g_array_append_vals (self->vectors, vector, self->dims);
        }
    }
}

/* The nearest word whose stem the passage does not contain; NULL where none is near enough. */
static const char *
find_neighbour (const Neighbours *self, const char *word, GHashTable *stems)
{
  const float *vectors = (const float *) (gpointer) self->vectors->data;
  const char *best = NULL;
  float highest = LEAST_COSINE;
  gpointer place;

  if (!g_hash_table_lookup_extended (self->found, word, NULL, &place))
    return NULL;
  for (guint i = 0; i < self->words->len; i++)
    {
      const float *a = vectors + (gsize) GPOINTER_TO_UINT (place) * self->dims;
      const float *b = vectors + (gsize) i * self->dims;
      const char *other = self->words->pdata[i];
      float cosine = 0;

      for (guint d = 0; d < self->dims; d++)
        cosine += a[d] * b[d];
      if (cosine > highest
          && !g_hash_table_contains (stems, GUINT_TO_POINTER (
                                                quarry_stem_number (other, strlen (other)))))
        {
          highest = cosine;
          best = other;
        }
    }

  return best;
}

static char *
make_paraphrase (const Source *source, const Neighbours *neighbours, const guint *chosen, guint n)
{
  g_autoptr (GHashTable) stems = g_hash_table_new (NULL, NULL);
  g_autoptr (GString) query = g_string_new (NULL);
  guint n_replaced = 0;

  for (guint i = 0; i < source->words->len; i++)
    {
      const char *word = g_array_index (source->words, Word, i).folded;

      g_hash_table_add (stems, GUINT_TO_POINTER (quarry_stem_number (word, strlen (word))));
    }
  for (guint i = 0; i < n; i++)
    {
      const char *word = g_array_index (source->words, Word, chosen[i]).folded;
      const char *other = NULL;

      if (n_replaced < MOST_REPLACED)
        other = find_neighbour (neighbours, word, stems);
      n_replaced += other != NULL;
      g_string_append_printf (query, "%s%s", i > 0 ? " " : "", other != NULL ? other : word);
    }

  return n_replaced == MOST_REPLACED ? g_string_free (g_steal_pointer (&query), FALSE) : NULL;
}

/* Makes a query of @kind from a passage; NULL where that is not possible. (transfer full) */
static char *
make_query (const Source *source, const Neighbours *neighbours, QuarryOwnKind kind)
{
  guint chosen[QUERY_WORDS];
  guint n = choose_words (source, chosen), longest = 0;
  g_autoptr (GString) query = g_string_new (NULL);
  g_autofree char *misspelt = NULL;

  if (kind == QUARRY_OWN_HEADING)
    {
      const char *last = strrchr (source->heading, '\x1f');

      last = last != NULL ? last + 1 : source->heading;
      return quarry_words_count (last, -1) >= 2 ? g_strdup (last) : NULL;
    }
  if (n < 2)
    return NULL;
  if (kind == QUARRY_OWN_PARAPHRASE)
    return make_paraphrase (source, neighbours, chosen, n);

  for (guint i = 1; i < n; i++)
    if (strlen (g_array_index (source->words, Word, chosen[i]).folded)
        > strlen (g_array_index (source->words, Word, chosen[longest]).folded))
      longest = i;
  if (kind == QUARRY_OWN_MISSPELT)
    {
      misspelt = misspell (g_array_index (source->words, Word, chosen[longest]).folded);
      if (misspelt == NULL)
        return NULL;
    }
  for (guint i = 0; i < n; i++)
    g_string_append_printf (query, "%s%s", i > 0 ? " " : "",
                            misspelt != NULL && i == longest
                                ? misspelt
                                : g_array_index (source->words, Word, chosen[i]).folded);

  return g_string_free (g_steal_pointer (&query), FALSE);
}

/* --- Looking for passages -------------------------------------------------------------------- */

static gboolean
is_it (QuarryHit *hit, const Source *source, QuarryOwnKind kind)
{
  g_autofree char *heading = NULL;

  if (quarry_hit_get_passage (hit) == source->id)
    return TRUE;
  if (kind != QUARRY_OWN_HEADING || quarry_hit_get_document (hit) != source->document)
    return FALSE;
  heading = g_strjoinv ("\x1f", (char **) quarry_hit_get_heading (hit));

  return strcmp (heading, source->heading) == 0;
}

/* Searches with @query; *rank gets the rank of the passage, from 1; 0: it is not among the first DEPTH. */
static gboolean
look_for (QuarryLibrary *library,
          const Source *source,
          QuarryOwnKind kind,
          QuarryOwnWay way,
          const char *query,
          guint *rank,
          GCancellable *cancellable,
          GError **error)
{
  static const QuarrySearchMode modes[]
      = { QUARRY_SEARCH_LEXICAL, QUARRY_SEARCH_DENSE, QUARRY_SEARCH_HYBRID };
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (QuarryAnswer) answer = NULL;
  GListModel *hits;

  options.limit = DEPTH;
  options.mode = modes[way];
  options.method = QUARRY_DIVERSITY_NONE;
  answer = quarry_library_search (library, query, &options, cancellable, error);
  if (answer == NULL)
    return FALSE;
  *rank = 0;
  hits = quarry_answer_get_hits (answer);
  for (guint i = 0; i < g_list_model_get_n_items (hits) && *rank == 0; i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (hits, i);

      if (is_it (hit, source, kind))
        *rank = i + 1;
    }

  return TRUE;
}

static void
count (QuarryOwnScores *scores, const guint ranks[QUARRY_OWN_N_WAYS])
{
  scores->queries++;
  for (guint way = 0; way < QUARRY_OWN_N_WAYS; way++)
    {
      scores->recall_10[way] += ranks[way] > 0;
      scores->mrr_10[way] += ranks[way] > 0 ? 1.0 / ranks[way] : 0;
    }
}

static void
take_means (QuarryOwnScores *scores)
{
  for (guint way = 0; way < QUARRY_OWN_N_WAYS && scores->queries > 0; way++)
    {
      scores->recall_10[way] /= scores->queries;
      scores->mrr_10[way] /= scores->queries;
    }
}

static void
add_example (QuarryOwnBench *self,
             const Source *source,
             QuarryOwnKind kind,
             const char *query,
             const guint ranks[QUARRY_OWN_N_WAYS])
{
  gboolean by_words = ranks[QUARRY_OWN_BY_WORDS] > 0;
  QuarryOwnWay way = by_words ? QUARRY_OWN_BY_WORDS : QUARRY_OWN_BY_MEANING;
  QuarryOwnExample *example;
  guint n = 0;

  if (by_words == (ranks[QUARRY_OWN_BY_MEANING] > 0))
    return;
  for (guint i = 0; i < self->examples->len; i++)
    n += ((QuarryOwnExample *) self->examples->pdata[i])->found_by == way;
  if (n == EXAMPLES_A_WAY)
    return;
  example = g_new0 (QuarryOwnExample, 1);
  example->kind = kind;
  example->found_by = way;
  example->query = g_strdup (query);
  example->title = g_utf8_make_valid (source->title, -1);
  example->passage = source->id;
  g_ptr_array_add (self->examples, example);
}

QuarryOwnBench *
quarry_own_bench (QuarryLibrary *library,
                  guint n_passages,
                  QuarryOwnProgress progress,
                  gpointer user_data,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autoptr (QuarryOwnBench) self = g_new0 (QuarryOwnBench, 1);
  g_autoptr (QuarryIndexes) indexes = NULL;
  g_autoptr (GPtrArray) sources = NULL;
  g_auto (Neighbours) neighbours = { 0 };

  self->examples = g_ptr_array_new_with_free_func (example_free);
  sources = draw (library, n_passages, &indexes, cancellable, error);
  if (sources == NULL)
    return NULL;
  neighbours_init (&neighbours, library->embedder, sources);

  self->passages = sources->len;
  for (guint i = 0; i < sources->len; i++)
    {
      const Source *source = sources->pdata[i];

      for (guint kind = 0; kind < QUARRY_OWN_N_KINDS; kind++)
        {
          g_autofree char *query = make_query (source, &neighbours, kind);
          guint ranks[QUARRY_OWN_N_WAYS];

          for (guint way = 0; query != NULL && way < QUARRY_OWN_N_WAYS; way++)
            if (!look_for (library, source, kind, way, query, &ranks[way], cancellable, error))
              return NULL;
          if (query == NULL)
            continue;
          count (&self->all, ranks);
          count (&self->kinds[kind], ranks);
          add_example (self, source, kind, query, ranks);
        }
      if (progress != NULL)
        progress (i + 1, sources->len, user_data);
    }
  take_means (&self->all);
  for (guint kind = 0; kind < QUARRY_OWN_N_KINDS; kind++)
    take_means (&self->kinds[kind]);

  return g_steal_pointer (&self);
}

/* --- On a thread ----------------------------------------------------------------------------- */

static void
bench_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  QuarryOwnBench *bench
      = quarry_own_bench (source, GPOINTER_TO_UINT (data), NULL, NULL, cancellable, &error);

  if (bench != NULL)
    g_task_return_pointer (task, bench, (GDestroyNotify) quarry_own_bench_free);
  else
    g_task_return_error (task, error);
}

void
quarry_own_bench_async (QuarryLibrary *library,
                        guint n_passages,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (library, cancellable, callback, user_data);

  g_task_set_source_tag (task, quarry_own_bench_async);
  g_task_set_task_data (task, GUINT_TO_POINTER (n_passages), NULL);
  g_task_run_in_thread (task, bench_thread);
}

QuarryOwnBench *
quarry_own_bench_finish (QuarryLibrary *library, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, library), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
