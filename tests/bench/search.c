/* search.c: how long a search takes, as a whole and in its parts
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *   search [--json] [--passages N] [--words] [--library DIR] [--both]
 *
 * Makes a library of about N passages and asks it as a person would: queries are words from its own passages, and
 * answers have 20 hits, with variety and reasons. Then asks for the 100 best passages by words alone: Quarry's index of
 * words, SQLite's FTS5 (porter), and Xapian (stemmed) if its program was built, all with the same passages. --words
 * leaves out the library. --library asks an existing library instead, and nothing else. The index of words is built
 * twice: of texts, and of words that were broken before, as an import gives them to it.
 *
 * Everything runs in one thread of one process. With --both, a second processor does a part of each whole search, as it
 * does in normal use. Each time is given by the clock and as processor time, which other programs hardly change. FTS5
 * is asked all kinds of queries except misspelt ones, which it does not know, with its index of prefixes on. As it is
 * slow, it gets only the first FTS5_QUERIES queries of all kinds but the first.
 *
 * Passages are paragraphs of the corpus in ../shared/data. Where it has too few, the first half of one paragraph and
 * the second half of another make a new passage. Without the corpus, passages are made of invented words, which are
 * rarer the later they are in a list.
 */
#include "quarry-config.h"

#include <glib/gstdio.h>
#include <math.h>
#include <sqlite3.h>
#include <string.h>
#include <time.h>

#include "core/document/quarry-document.h"
#include "core/document/quarry-sentence-words.h"
#include "core/document/quarry-words.h"
#include "core/library/import/quarry-prepared.h"
#include "core/library/quarry-library-indexes-private.h"
#include "core/library/quarry-library-private.h"
#include "core/library/quarry-library-write-private.h"
#include "core/machine/quarry-aside.h"
#include "core/machine/quarry-memory.h"
#include "tests/bench/times.h"
#include "corpus.h"
#include "tests/support/temporary-folder.h"

#define N_QUERIES 300
#define FTS5_QUERIES 50
#define BEST 100
#define HITS 20
#define PARAGRAPHS_A_DOCUMENT 60

typedef struct
{
  const char *name;
  guint n_words;
  gboolean content; /* without function words */
  guint letters;    /* of the last word; 0: all */
  guint n_typos;
} Kind;

static const Kind kinds[] = {
  { "4 content words", 4, TRUE, 0, 0 },
  { "12 words", 12, FALSE, 0, 0 },
  { "3 words, 1 letter", 4, TRUE, 1, 0 },
  { "3 words, 2 letters", 4, TRUE, 2, 0 },
  { "3 words, 3 letters", 4, TRUE, 3, 0 },
  { "4 words, 2 typos", 4, TRUE, 0, 2 },
};

/* --- Passages -------------------------------------------------------------------------------- */

static char *
cross (const char *a, const char *b)
{
  gsize half_a = strlen (a) / 2, half_b = strlen (b) / 2;

  while (half_a > 0 && a[half_a] != ' ')
    half_a--;
  while (half_b > 0 && b[half_b] != ' ')
    half_b--;
  return g_strdup_printf ("%.*s%s", (int) half_a, a, b + half_b);
}

static char *
make_up (GRand *random)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < 82; i++)
    {
      double u = g_rand_double (random);

      g_string_append_printf (text, "%sw%u", i > 0 ? " " : "", (guint) exp (u * log (500000.0)));
    }
  return g_string_free (text, FALSE);
}

static GPtrArray *
get_passages (guint wanted, gboolean *real)
{
  GPtrArray *passages = corpus_read (wanted);
  g_autoptr (GRand) random = g_rand_new_with_seed (1986);
  guint n_real;

  n_real = passages->len;
  *real = n_real == wanted;
  while (passages->len < wanted)
    g_ptr_array_add (passages,
                     n_real > 0 ? cross (passages->pdata[g_rand_int_range (random, 0, (gint) n_real)],
                                         passages->pdata[g_rand_int_range (random, 0, (gint) n_real)])
                                : make_up (random));
  return passages;
}

/* --- Queries --------------------------------------------------------------------------------- */

static void
append_word (GString *query, const char *word, gsize length, guint letters, gboolean typo)
{
  if (query->len > 0)
    g_string_append_c (query, ' ');
  if (letters > 0)
    length = MIN (length, letters);
  g_string_append_len (query, word, (gssize) length);
  /* The typo swaps two letters. */
  if (typo && length >= 4)
    {
      char *end = query->str + query->len;
      char c = end[-2];

      end[-2] = end[-3];
      end[-3] = c;
    }
}

/* Words of the passage in their order, from its first third on; NULL if it is too short. */
static char *
make_query (const char *text, const Kind *kind)
{
  g_autoptr (GString) query = g_string_new (NULL);
  g_auto (QuarryWords) words = { 0 };
  guint first = quarry_words_count (text, -1) / 3, n = 0, i = 0;
  const char *folded;
  gsize length;
  QuarrySpan span;

  quarry_words_init (&words, text, -1);
  while (n < kind->n_words && quarry_words_next (&words, &span, &folded, &length))
    if (i++ >= first && (!kind->content || !quarry_words_is_stop_word (folded, length))
        && (kind->n_typos == 0 || length >= 5))
      {
        n++;
        append_word (query, folded, length, n == kind->n_words ? kind->letters : 0,
                     n <= kind->n_typos);
      }
  return n == kind->n_words ? g_string_free (g_steal_pointer (&query), FALSE) : NULL;
}

static GPtrArray *
make_queries (GPtrArray *passages, const Kind *kind)
{
  GPtrArray *queries = g_ptr_array_new_with_free_func (g_free);

  for (guint64 i = 0; i < 50 * N_QUERIES && queries->len < N_QUERIES; i++)
    {
      /* The passages are pseudo-random, but the same in every run. */
      char *query = make_query (
          passages->pdata[(i * G_GUINT64_CONSTANT (2654435761) + 12345) % passages->len], kind);

      if (query != NULL)
        g_ptr_array_add (queries, query);
    }
  return queries;
}

/* --- Times ----------------------------------------------------------------------------------- */

/* In milliseconds. */
typedef struct
{
  double p50, p99;         /* clock time */
  double cpu_p50, cpu_p99; /* processor time */
} Times;

static const Times unmeasured = { (double) NAN, (double) NAN, (double) NAN, (double) NAN };

static void
summarise (GArray *ms, double *p50, double *p99)
{
  g_array_sort (ms, compare_doubles);
  *p50 = ms->len == 0 ? (double) NAN : g_array_index (ms, double, ms->len / 2);
  *p99 = ms->len == 0 ? (double) NAN : g_array_index (ms, double, MIN (ms->len - 1, ms->len * 99 / 100));
}

static double
now_ms (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);
  return (double) now.tv_sec * 1e3 + (double) now.tv_nsec / 1e6;
}

typedef void (*AskFunc) (const char *query, const Kind *kind, gpointer user_data);

/* Asks at most the first @n queries. */
static Times
measure (GPtrArray *queries, guint n, const Kind *kind, AskFunc ask, gpointer user_data)
{
  g_autoptr (GArray) ms = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) cpu_ms = g_array_new (FALSE, FALSE, sizeof (double));
  Times times;

  for (guint i = 0; i < MIN (n, queries->len); i++)
    {
      double start = now_ms (CLOCK_MONOTONIC), cpu_start = now_ms (CLOCK_PROCESS_CPUTIME_ID);
      double took, cpu_took;

      ask (queries->pdata[i], kind, user_data);
      cpu_took = now_ms (CLOCK_PROCESS_CPUTIME_ID) - cpu_start;
      took = now_ms (CLOCK_MONOTONIC) - start;
      g_array_append_val (ms, took);
      g_array_append_val (cpu_ms, cpu_took);
    }
  summarise (ms, &times.p50, &times.p99);
  summarise (cpu_ms, &times.cpu_p50, &times.cpu_p99);
  return times;
}

/* --- The four ---------------------------------------------------------------------------------- */

static void
ask_library (const char *query, const Kind *kind, gpointer user_data)
{
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryAnswer) answer = NULL;

  options.limit = HITS;
  options.typing = kind->letters > 0;
  answer = quarry_library_search (user_data, query, &options, NULL, &error);
  if (answer == NULL)
    g_error ("%s: %s", query, error->message);
}

typedef struct
{
  QuarryEmbedder *embedder;
  QuarryIndexes *indexes;
} Dense;

static void
ask_vectors (const char *query, const Kind *kind, gpointer user_data)
{
  Dense *dense = user_data;
  g_autofree float *vector = g_new (float, quarry_embedder_get_dims (dense->embedder));
  QuarryNeighbour found[BEST];

  quarry_embedder_embed (dense->embedder, dense->indexes->weights, query, -1, vector);
  quarry_vector_index_search (dense->indexes->vectors, vector, BEST, NULL, 0, found);
}

static void
ask_words (const char *query, const Kind *kind, gpointer user_data)
{
  QuarryLexicalQuery words = { .text = query, .last_is_prefix = kind->letters > 0 };
  g_autoptr (GArray) matches
      = quarry_lexical_index_search (user_data, &words, BEST, NULL, 0, NULL, NULL);

  g_assert_nonnull (matches);
}

static void
ask_fts5 (const char *query, const Kind *kind, gpointer user_data)
{
  sqlite3_stmt *stmt = user_data;
  g_auto (GStrv) words = g_strsplit (query, " ", -1);
  g_autoptr (GString) expression = g_string_new (NULL);

  for (guint i = 0; words[i] != NULL; i++)
    g_string_append_printf (expression, "%s\"%s\"%s", i > 0 ? " OR " : "", words[i],
                            kind->letters > 0 && words[i + 1] == NULL ? "*" : "");
  sqlite3_bind_text (stmt, 1, expression->str, -1, SQLITE_STATIC);
  while (sqlite3_step (stmt) == SQLITE_ROW)
    sqlite3_column_int64 (stmt, 0);
  sqlite3_reset (stmt);
}

static sqlite3 *
make_fts5 (GPtrArray *passages, const char *folder)
{
  g_autofree char *file = g_build_filename (folder, "fts5.db", NULL);
  sqlite3_stmt *stmt;
  sqlite3 *db;

  if (sqlite3_open (file, &db) != SQLITE_OK
      || sqlite3_exec (db,
                       "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = "
                       "-500000; CREATE VIRTUAL TABLE t USING fts5 (text, content = '', tokenize = "
                       "'porter unicode61', prefix = '1 2 3'); BEGIN",
                       NULL, NULL, NULL)
             != SQLITE_OK)
    g_error ("FTS5: %s", sqlite3_errmsg (db));
  sqlite3_prepare_v2 (db, "INSERT INTO t (rowid, text) VALUES (?1, ?2)", -1, &stmt, NULL);
  for (guint i = 0; i < passages->len; i++)
    {
      sqlite3_bind_int64 (stmt, 1, i);
      sqlite3_bind_text (stmt, 2, passages->pdata[i], -1, SQLITE_STATIC);
      sqlite3_step (stmt);
      sqlite3_reset (stmt);
    }
  sqlite3_finalize (stmt);
  sqlite3_exec (db, "INSERT INTO t (t) VALUES ('optimize'); COMMIT", NULL, NULL, NULL);
  return db;
}

static void
write_lines (const char *file, GPtrArray *lines)
{
  FILE *out = fopen (file, "w");

  for (guint i = 0; out != NULL && i < lines->len; i++)
    {
      fputs (g_strdelimit (lines->pdata[i], "\n\r", ' '), out);
      putc ('\n', out);
    }
  if (out == NULL || fclose (out) != 0)
    g_error ("%s cannot be written", file);
}

/* Runs the program search-xapian, which makes its own index and prints four numbers. */
static Times
measure_xapian (GPtrArray *passages, GPtrArray *queries, const char *folder)
{
  g_autofree char *program = g_build_filename (QUARRY_BUILDDIR, "tests", "bench", "search-xapian", NULL);
  g_autofree char *texts = g_build_filename (folder, "passages.txt", NULL);
  g_autofree char *asked = g_build_filename (folder, "queries.txt", NULL);
  g_autofree char *index = g_build_filename (folder, "xapian", NULL);
  g_autofree char *out = NULL;
  g_auto (GStrv) numbers = NULL;
  const char *argv[] = { program, texts, asked, index, NULL };

  if (!g_file_test (program, G_FILE_TEST_IS_EXECUTABLE))
    return unmeasured;
  write_lines (texts, passages);
  write_lines (asked, queries);
  if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, NULL, NULL, NULL))
    return unmeasured;
  numbers = g_strsplit (out, " ", -1);
  if (g_strv_length (numbers) < 4)
    return unmeasured;
  return (Times) { g_ascii_strtod (numbers[0], NULL), g_ascii_strtod (numbers[1], NULL),
                   g_ascii_strtod (numbers[2], NULL), g_ascii_strtod (numbers[3], NULL) };
}

/* --- All of it --------------------------------------------------------------------------------- */

static gboolean json;

static void
say (const char *name, Times times)
{
  if (!json)
    g_print ("%-28s p50 %8.3f ms  p99 %8.3f ms;  of the processor %8.3f and %8.3f ms\n", name, times.p50,
             times.p99, times.cpu_p50, times.cpu_p99);
}

static char *
as_json (Times times)
{
  if (isnan (times.p50))
    return g_strdup ("{\"p50_ms\":null,\"p99_ms\":null,\"cpu_p50_ms\":null,\"cpu_p99_ms\":null}");
  return g_strdup_printf ("{\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"cpu_p50_ms\":%.3f,\"cpu_p99_ms\":%.3f}", times.p50,
                          times.p99, times.cpu_p50, times.cpu_p99);
}

/* How fast an index of words is built, in seconds: of texts, which it breaks into words itself, or of words that were
 * broken before, as an import gives them to it. */
typedef struct
{
  double breaking; /* of the texts, outside of the index, in processor time */
  double adding;   /* by the clock */
  double adding_cpu; /* in the thread that adds */
  double all_cpu;  /* with merges, without @breaking */
} Building;

/* (transfer full): the words of passages, joined to one document, and its text */
static QuarrySentenceWords *
break_document (GPtrArray *passages, guint first, guint n, QuarrySpan *spans, GString *text)
{
  g_string_truncate (text, 0);
  for (guint i = 0; i < n; i++)
    {
      spans[i].start = (guint32) text->len;
      g_string_append (text, passages->pdata[first + i]);
      spans[i].end = (guint32) text->len;
      g_string_append (text, "\n\n");
    }
  return quarry_sentence_words_new (text->str, spans, n);
}

static void
add_broken (QuarryLexicalIndex *index, GPtrArray *passages, Building *building)
{
  g_autoptr (GString) text = g_string_new (NULL);
  QuarrySpan spans[PARAGRAPHS_A_DOCUMENT];

  for (guint i = 0; i < passages->len; i += PARAGRAPHS_A_DOCUMENT)
    {
      guint n = MIN (passages->len - i, PARAGRAPHS_A_DOCUMENT);
      double start = now_ms (CLOCK_THREAD_CPUTIME_ID), broken;
      g_autoptr (QuarrySentenceWords) words = break_document (passages, i, n, spans, text);

      broken = now_ms (CLOCK_THREAD_CPUTIME_ID);
      building->breaking += (broken - start) / 1000;
      for (guint j = 0; j < n; j++)
        {
          QuarryPartWords part;
          gboolean known = quarry_sentence_words_of_part (words, spans[j], &part);

          quarry_lexical_index_add_broken (index, i + j, NULL, NULL, passages->pdata[i + j], known ? &part : NULL,
                                           NULL);
        }
      building->adding_cpu += (now_ms (CLOCK_THREAD_CPUTIME_ID) - broken) / 1000;
    }
}

/* (transfer full): an index of the passages, in memory */
static QuarryLexicalIndex *
build_words (GPtrArray *passages, gboolean broken, Building *building)
{
  QuarryLexicalIndex *index = quarry_lexical_index_new ();
  double start = now_ms (CLOCK_MONOTONIC), cpu = now_ms (CLOCK_PROCESS_CPUTIME_ID);
  double thread = now_ms (CLOCK_THREAD_CPUTIME_ID);

  memset (building, 0, sizeof *building);
  if (broken)
    add_broken (index, passages, building);
  else
    {
      for (guint i = 0; i < passages->len; i++)
        quarry_lexical_index_add (index, i, NULL, NULL, passages->pdata[i], NULL);
      building->adding_cpu = (now_ms (CLOCK_THREAD_CPUTIME_ID) - thread) / 1000;
    }
  building->adding = (now_ms (CLOCK_MONOTONIC) - start) / 1000;
  quarry_lexical_index_settle (index);
  building->all_cpu = (now_ms (CLOCK_PROCESS_CPUTIME_ID) - cpu) / 1000 - building->breaking;
  return index;
}

/* The least times of opening the file; it stays in memory. */
static void
measure_opening (const char *file, double *ms, double *cpu_ms)
{
  *ms = *cpu_ms = G_MAXDOUBLE;
  for (guint i = 0; i < 5; i++)
    {
      double start = now_ms (CLOCK_MONOTONIC), cpu = now_ms (CLOCK_PROCESS_CPUTIME_ID);
      QuarryLexicalIndex *opened = quarry_lexical_index_open (file, NULL);

      *cpu_ms = MIN (*cpu_ms, now_ms (CLOCK_PROCESS_CPUTIME_ID) - cpu);
      *ms = MIN (*ms, now_ms (CLOCK_MONOTONIC) - start);
      g_clear_pointer (&opened, quarry_lexical_index_unref);
    }
}

static void
save_words (QuarryLexicalIndex *index, const char *file)
{
  g_autoptr (GError) error = NULL;

  if (!quarry_lexical_index_save (index, file, "bench", &error))
    g_error ("%s", error->message);
}

/* Builds the index of words, saves it and opens it; *members becomes the JSON members about it. */
static QuarryLexicalIndex *
measure_words (GPtrArray *passages, const char *folder, GString *members)
{
  g_autofree char *file = g_build_filename (folder, "words.index", NULL);
  QuarryLexicalIndex *index, *opened;
  guint64 text_bytes = 0, bytes, position_bytes, postings;
  Building texts, words;
  double open, open_cpu, n = passages->len, mb;

  for (guint i = 0; i < passages->len; i++)
    text_bytes += strlen (passages->pdata[i]);
  mb = (double) text_bytes / 1e6;
  quarry_lexical_index_unref (build_words (passages, TRUE, &words));
  index = build_words (passages, FALSE, &texts);
  save_words (index, file);
  quarry_lexical_index_tidy (index);
  quarry_lexical_index_settle (index);
  save_words (index, file);
  quarry_lexical_index_unref (index);
  measure_opening (file, &open, &open_cpu);
  opened = quarry_lexical_index_open (file, NULL);
  if (opened == NULL)
    g_error ("%s cannot be opened", file);

  quarry_lexical_index_get_size (opened, &bytes, &position_bytes, &postings);
  if (!json)
    g_print ("words: built of texts at %.1f MB/s of processor time, of words broken before at %.1f, with their "
             "breaking at %.1f; a passage added in %.1f us, %.1f of processor time (broken before %.1f); opened in "
             "%.1f ms, %.1f of processor time; %.2f bytes a posting, %.1f %% of the text, with positions %.1f %%\n",
             mb / texts.all_cpu, mb / words.all_cpu, mb / (words.all_cpu + words.breaking), texts.adding * 1e6 / n,
             texts.adding_cpu * 1e6 / n, words.adding_cpu * 1e6 / n, open, open_cpu,
             (double) (bytes - position_bytes) / (double) postings,
             100.0 * (double) (bytes - position_bytes) / (double) text_bytes,
             100.0 * (double) bytes / (double) text_bytes);
  g_string_append_printf (members,
                          ",\"build_mb_per_s\":%.1f,\"build_broken_mb_per_s\":%.1f,\"break_and_build_mb_per_s\":%.1f,"
                          "\"add_us\":%.1f,\"add_cpu_us\":%.1f,\"add_broken_cpu_us\":%.1f,"
                          "\"open_ms\":%.1f,\"open_cpu_ms\":%.1f,\"bytes_per_posting\":%.3f,\"share_of_text\":%.4f,"
                          "\"share_with_positions\":%.4f",
                          mb / texts.all_cpu, mb / words.all_cpu, mb / (words.all_cpu + words.breaking),
                          texts.adding * 1e6 / n, texts.adding_cpu * 1e6 / n, words.adding_cpu * 1e6 / n, open,
                          open_cpu,
                          (double) (bytes - position_bytes) / (double) postings,
                          (double) (bytes - position_bytes) / (double) text_bytes,
                          (double) bytes / (double) text_bytes);
  return opened;
}

static QuarryLibrary *
make_library (GPtrArray *passages, const char *folder)
{
  g_autofree char *place = g_build_filename (folder, "library", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryLibrary) library
      = quarry_library_open (place, NULL, QUARRY_LIBRARY_WRITE, &error);

  for (guint i = 0; library != NULL && error == NULL && i < passages->len;
       i += PARAGRAPHS_A_DOCUMENT)
    {
      g_autofree char *path = g_strdup_printf ("/bench/%u.txt", i);
      QuarryDocumentBuilder *builder = quarry_document_builder_new ();
      g_autoptr (QuarryDocument) document = NULL;

      for (guint j = i; j < MIN (passages->len, i + PARAGRAPHS_A_DOCUMENT); j++)
        quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, passages->pdata[j], -1);
      document = quarry_document_builder_end (builder);
      quarry_library_add_document (library, path, document, &error);
    }
  if (error == NULL && library != NULL)
    quarry_library_finish_adding (library, &error);
  if (error != NULL)
    g_error ("%s", error->message);
  /* Saving puts the vectors into cells. */
  quarry_library_save_indexes (library, NULL);
  return g_steal_pointer (&library);
}

/* Asks an existing library, with words of its own passages. */
static int
measure_library (const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryLibrary) library
      = quarry_library_open (folder, NULL, QUARRY_LIBRARY_READ, &error);
  g_autoptr (GPtrArray) passages = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) ids = NULL;
  QuarryStore *connection = library != NULL ? quarry_library_borrow (library, &error) : NULL;

  if (connection != NULL)
    ids = quarry_store_list_passage_ids (connection, &error);
  for (guint i = 0; ids != NULL && i < ids->len; i += 1 + ids->len / 20000)
    {
      g_autoptr (QuarryPassageRecord) passage = quarry_store_get_passage (
          connection, g_array_index (ids, gint64, i), &error);

      if (passage != NULL)
        g_ptr_array_add (passages, g_steal_pointer (&passage->text));
    }
  if (connection != NULL)
    quarry_library_give_back (library, connection);
  if (error != NULL || passages->len == 0)
    {
      g_printerr ("%s\n", error != NULL ? error->message : "An empty library cannot be measured.");
      return 3;
    }

  if (json)
    g_print ("{\"passages\":%u", ids->len);
  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      g_autoptr (GPtrArray) queries = make_queries (passages, &kinds[k]);
      Times times = measure (queries, N_QUERIES, &kinds[k], ask_library, library);
      g_autofree char *part = as_json (times);

      say (kinds[k].name, times);
      if (json && k == 0)
        g_print (",\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"kinds\":{", times.p50, times.p99);
      if (json)
        g_print ("%s\"%s\":%s", k > 0 ? "," : "", kinds[k].name, part);
    }
  if (json)
    g_print ("}}\n");
  return 0;
}

static void
measure_all (guint n_passages, gboolean words_only, const char *folder)
{
  gboolean real;
  g_autoptr (GPtrArray) passages = get_passages (n_passages, &real);
  g_autoptr (GPtrArray) queries = make_queries (passages, &kinds[0]);
  g_autoptr (GString) members = g_string_new (NULL);
  g_autoptr (GString) of_kinds = g_string_new (NULL);
  g_autoptr (GString) of_fts5_kinds = g_string_new (NULL);
  Times whole = unmeasured, dense = unmeasured, words = unmeasured, fts5 = unmeasured, xapian;
  guint n = passages->len;

  if (!real)
    g_printerr ("The corpus is not there, or too small: passages are made up.\n");
  if (!words_only)
    {
      g_autoptr (QuarryLibrary) library = make_library (passages, folder);
      g_autoptr (QuarryIndexes) indexes = quarry_library_current_indexes (library);
      Dense halves = { library->embedder, indexes };

      n = quarry_lexical_index_get_count (indexes->words);
      quarry_lexical_index_settle (indexes->words);
      whole = measure (queries, N_QUERIES, &kinds[0], ask_library, library);
      dense = measure (queries, N_QUERIES, &kinds[0], ask_vectors, &halves);
      say ("whole", whole);
      say ("dense", dense);
    }

  {
    g_autoptr (QuarryLexicalIndex) index = measure_words (passages, folder, members);

    for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
      {
        g_autoptr (GPtrArray) asked = make_queries (passages, &kinds[k]);
        Times times = measure (asked, N_QUERIES, &kinds[k], ask_words, index);
        g_autofree char *part = as_json (times);
        g_autofree char *name = g_strdup_printf ("words, %s", kinds[k].name);

        if (k == 0)
          words = times;
        say (name, times);
        g_string_append_printf (of_kinds, "%s\"%s\":%s", k > 0 ? "," : "", kinds[k].name, part);
      }
  }

  {
    sqlite3 *db = make_fts5 (passages, folder);
    sqlite3_stmt *stmt;

    sqlite3_prepare_v2 (db, "SELECT rowid FROM t WHERE t MATCH ?1 ORDER BY rank LIMIT 100", -1,
                        &stmt, NULL);
    for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
      if (kinds[k].n_typos == 0)
        {
          g_autoptr (GPtrArray) asked = make_queries (passages, &kinds[k]);
          Times times = measure (asked, k == 0 ? N_QUERIES : FTS5_QUERIES, &kinds[k], ask_fts5, stmt);
          g_autofree char *part = as_json (times);
          g_autofree char *name = g_strdup_printf ("FTS5, %s", kinds[k].name);

          if (k == 0)
            fts5 = times;
          say (name, times);
          g_string_append_printf (of_fts5_kinds, "%s\"%s\":%s", k > 0 ? "," : "", kinds[k].name, part);
        }
    sqlite3_finalize (stmt);
    sqlite3_close (db);
  }
  xapian = measure_xapian (passages, queries, folder);
  say ("Xapian, 4 content words", xapian);

  if (json)
    {
      g_autofree char *of_words = as_json (words);
      g_autofree char *of_dense = as_json (dense);
      g_autofree char *of_fts5 = as_json (fts5);
      g_autofree char *of_xapian = as_json (xapian);
      g_autofree char *all = as_json (whole);

      /* The members about the whole search are in the outer object itself, and those about FTS5 have "kinds" among
       * them. */
      all[strlen (all) - 1] = '\0';
      of_words[strlen (of_words) - 1] = '\0';
      of_fts5[strlen (of_fts5) - 1] = '\0';
      g_print ("{\"passages\":%u,%s,\"real\":%s,\"lexical\":%s%s,\"kinds\":{%s}},\"dense\":%s,"
               "\"fts5\":%s,\"kinds\":{%s}},\"xapian\":%s}\n",
               n, all + 1, real ? "true" : "false", of_words, members->str, of_kinds->str, of_dense, of_fts5,
               of_fts5_kinds->str, of_xapian);
    }
}

int
main (int argc, char **argv)
{
  gboolean words_only = FALSE, both = FALSE;
  int n_passages = 100000;
  g_autofree char *library = NULL, *folder = NULL;
  const GOptionEntry entries[]
      = { { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Print JSON", NULL },
          { "passages", 0, 0, G_OPTION_ARG_INT, &n_passages, "How many passages", "N" },
          { "words", 0, 0, G_OPTION_ARG_NONE, &words_only, "Leave out the library", NULL },
          { "library", 0, 0, G_OPTION_ARG_FILENAME, &library, "A library that is there", "DIR" },
          { "both", 0, 0, G_OPTION_ARG_NONE, &both, "Use a second processor", NULL },
          { NULL } };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  quarry_keep_memory ();
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || n_passages < 1)
    {
      g_printerr ("%s\n", error != NULL ? error->message : "--passages takes a number above 0.");
      return 2;
    }
  quarry_aside_set_alone (!both);
  if (library != NULL)
    return measure_library (library);

  folder = temporary_folder_new ();
  measure_all ((guint) n_passages, words_only, folder);
  temporary_folder_free (g_steal_pointer (&folder));
  return 0;
}
