/* places.c: whether a whole search finds the right place in long documents
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *     places [--articles N] [--first N] [--refs DIR] [--dial D] [--each FILE]
 *
 * Asks the questions of `passages` of two libraries that have all its texts, by Quarry's whole search. In one library,
 * texts are cut by topic as shipped; in the other, into windows of 400 words that overlap by half. Prints the share of
 * the answer that a person reads in the first 400 words of the hits, for both libraries, and their difference with a
 * 95 % interval (bootstrap over articles). --each writes the figures of each question to a file, so that two versions
 * of Quarry can be compared question by question.
 */
#include "quarry-config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/library/import/quarry-prepared.h"
#include "core/library/quarry-library-private.h"
#include "core/library/quarry-library-write-private.h"
#include "core/segment/quarry-segmenter.h"
#include "tests/bench/reading.h"
#include "tests/bench/times.h"
#include "tests/support/temporary-folder.h"

#define WINDOW 400u
#define STEP 200u

/* At most so many questions are asked, spread over all. */
#define MOST_ASKED 1500u

#define RESAMPLES 2000u

/* Enough hits to have more than 400 words. */
#define HITS 30u

typedef struct
{
  GPtrArray *articles;
  GPtrArray *words; /* of each article */
  GHashTable *places; /* path -> article + 1 */
  QuarryLibrary *library;
  char *folder;
} Shelf;

static void
shelf_clear (Shelf *self)
{
  g_clear_object (&self->library);
  g_clear_pointer (&self->places, g_hash_table_unref);
  g_clear_pointer (&self->folder, temporary_folder_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Shelf, shelf_clear)

/* A path that contains no word of any question. (transfer full) */
static char *
name_article (guint article)
{
  GString *path = g_string_new ("/zxq");

  do
    g_string_append_c (path, (char) ('a' + article % 26));
  while ((article /= 26) > 0);
  return g_string_free (path, FALSE);
}

/* (transfer full) */
static QuarryPassageRecord *
make_window (QuarryDocument *document, guint number, QuarrySpan span)
{
  QuarryPassageRecord *record = g_new0 (QuarryPassageRecord, 1);

  record->ordinal = number;
  record->bytes = span;
  record->characters = (QuarrySpan) { quarry_document_characters_at (document, span.start),
                                      quarry_document_characters_at (document, span.end) };
  record->heading = g_strdup ("");
  record->text = g_strndup (quarry_document_get_text (document, NULL) + span.start, span.end - span.start);
  return record;
}

/* Cuts the document into one segment and its windows. (transfer full) */
static QuarryStretch *
cut_windows (QuarryDocument *document, const GArray *words)
{
  QuarryStretch *stretch = g_new0 (QuarryStretch, 1);
  QuarrySpan all = { 0 };
  gsize length;

  quarry_document_get_text (document, &length);
  all.end = (guint32) length;
  stretch->cut = g_new0 (QuarryCutStretch, 1);
  stretch->cut->segments = g_array_new (FALSE, FALSE, sizeof (QuarrySpan));
  stretch->cut->passages = g_array_new (FALSE, FALSE, sizeof (QuarryPassageSpan));
  g_array_append_val (stretch->cut->segments, all);
  stretch->passages = g_ptr_array_new_with_free_func ((GDestroyNotify) quarry_passage_record_free);
  for (guint start = 0, end = 0; end < words->len; start += STEP)
    {
      QuarryPassageSpan window = { .segment = 0 };

      end = MIN (start + WINDOW, words->len);
      window.span = (QuarrySpan) { g_array_index (words, QuarrySpan, start).start,
                                   g_array_index (words, QuarrySpan, end - 1).end };
      g_array_append_val (stretch->cut->passages, window);
      g_ptr_array_add (stretch->passages, make_window (document, stretch->passages->len, window.span));
    }
  return stretch;
}

static gboolean
add_windows (QuarryLibrary *library, const char *path, QuarryDocument *document, const GArray *words, GError **error)
{
  QuarryDocumentRecord *record = g_new0 (QuarryDocumentRecord, 1);
  g_autoptr (QuarryPrepared) prepared = NULL;

  record->path = g_strdup (path);
  record->content_hash = g_strdup ("");
  prepared = quarry_library_prepare (library, record, document, QUARRY_GRANULARITY_DEFAULT);
  prepared->stretches = quarry_bounded_queue_new (1, NULL, (GDestroyNotify) quarry_stretch_free);
  quarry_bounded_queue_push (prepared->stretches, cut_windows (document, words));
  quarry_bounded_queue_close (prepared->stretches, FALSE);
  return quarry_library_put (library, prepared, error);
}

static gboolean
fill (Shelf *self, gboolean in_windows, GError **error)
{
  self->places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->folder = temporary_folder_new ();
  self->library = quarry_library_open (self->folder, QUARRY_SOURCEDIR "/data/model", QUARRY_LIBRARY_WRITE, error);
  if (self->library == NULL)
    return FALSE;
  for (guint i = 0; i < self->articles->len; i++)
    {
      QuarryDocument *document = ((Article *) self->articles->pdata[i])->document;
      g_autofree char *path = name_article (i);

      if (!(in_windows ? add_windows (self->library, path, document, self->words->pdata[i], error)
                       : quarry_library_add_document (self->library, path, document, error)))
        return FALSE;
      g_hash_table_insert (self->places, g_steal_pointer (&path), GUINT_TO_POINTER (i + 1));
    }
  return quarry_library_finish_adding (self->library, error);
}

/* Replaces characters that would be syntax in a query. (transfer full) */
static char *
make_plain (const char *text)
{
  g_autofree char *plain = g_strdup (text);

  g_strdelimit (plain, "\":+", ' ');
  for (char *p = plain; *p != '\0'; p++)
    if (*p == '-' && (p == plain || p[-1] == ' '))
      *p = ' ';
  return g_steal_pointer (&plain);
}

/* Returns the share of the answer that a person reads in the first hits; negative on error. */
static double
ask (const Shelf *self, guint article, const Question *question, double dial, GError **error)
{
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autofree char *text = make_plain (question->query_among);
  g_autoptr (QuarryAnswer) answer = NULL;
  GListModel *hits;
  Place found[HITS];
  guint n;

  options.limit = HITS;
  options.diversity = dial;
  answer = quarry_library_search (self->library, text, &options, NULL, error);
  if (answer == NULL)
    return -1;
  hits = quarry_answer_get_hits (answer);
  n = MIN (g_list_model_get_n_items (hits), HITS);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (hits, i);

      found[i] = (Place) { GPOINTER_TO_UINT (g_hash_table_lookup (self->places, quarry_hit_get_path (hit))) - 1,
                           quarry_hit_get_bytes (hit) };
    }
  return reading_share (self->words, found, n, (Place) { article, question->answer });
}

/* The result of one question. */
typedef struct
{
  guint article;
  double share[2]; /* cut by topic, and into windows */
} Asked;

/* Questions about one article are not independent of each other, so that the bootstrap draws articles, each with all
 * its questions. */
static void
print_difference (const GArray *asked, guint n_articles)
{
  g_autofree double *sums = g_new0 (double, n_articles);
  g_autofree guint *counts = g_new0 (guint, n_articles);
  g_autofree double *means = g_new (double, RESAMPLES);
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  double sum = 0;

  for (guint i = 0; i < asked->len; i++)
    {
      const Asked *one = &g_array_index (asked, Asked, i);

      sums[one->article] += one->share[0] - one->share[1];
      counts[one->article]++;
      sum += one->share[0] - one->share[1];
    }
  for (guint r = 0; r < RESAMPLES; r++)
    {
      double drawn = 0;
      guint n = 0;

      for (guint i = 0; i < n_articles; i++)
        {
          guint article = (guint) g_rand_int_range (rand, 0, (gint32) n_articles);

          drawn += sums[article];
          n += counts[article];
        }
      means[r] = drawn / MAX (n, 1);
    }
  qsort (means, RESAMPLES, sizeof *means, compare_doubles);
  g_print ("by topic − in windows: %+.4f, 95 %% interval %+.4f to %+.4f\n", sum / MAX (asked->len, 1),
           means[RESAMPLES / 40], means[RESAMPLES - 1 - RESAMPLES / 40]);
}

static GArray *
ask_all (const Shelf shelves[2], double dial, GError **error)
{
  GPtrArray *articles = shelves[0].articles;
  g_autoptr (GArray) asked = g_array_new (FALSE, FALSE, sizeof (Asked));
  guint n_questions = 0, number = 0;

  for (guint i = 0; i < articles->len; i++)
    n_questions += ((Article *) articles->pdata[i])->questions->len;
  for (guint i = 0; i < articles->len; i++)
    {
      GArray *questions = ((Article *) articles->pdata[i])->questions;

      for (guint q = 0; q < questions->len; q++)
        {
          Asked one = { .article = i };

          if (number++ % (n_questions / MOST_ASKED + 1) != 0)
            continue;
          for (guint s = 0; s < 2; s++)
            if ((one.share[s] = ask (&shelves[s], i, &g_array_index (questions, Question, q), dial, error)) < 0)
              return NULL;
          g_array_append_val (asked, one);
        }
    }
  return g_steal_pointer (&asked);
}

static gboolean
write_each (const char *file, const GArray *asked, GError **error)
{
  g_autoptr (GString) lines = g_string_new (NULL);

  for (guint i = 0; i < asked->len; i++)
    {
      const Asked *one = &g_array_index (asked, Asked, i);

      g_string_append_printf (lines, "%u\t%.6f\t%.6f\n", one->article, one->share[0], one->share[1]);
    }
  return g_file_set_contents (file, lines->str, (gssize) lines->len, error);
}

int
main (int argc, char **argv)
{
  int n_articles = 300, first = 0;
  double dial = 0;
  g_autofree char *refs = NULL;
  g_autofree char *each = NULL;
  const GOptionEntry entries[] = {
    { "articles", 0, 0, G_OPTION_ARG_INT, &n_articles, "Articles (300)", "N" },
    { "first", 0, 0, G_OPTION_ARG_INT, &first, "Every twentieth from article N on (0)", "N" },
    { "refs", 0, 0, G_OPTION_ARG_FILENAME, &refs, "Ask for first sentences in the .ref files of DIR", "DIR" },
    { "dial", 0, 0, G_OPTION_ARG_DOUBLE, &dial, "Variety, 0 to 1 (0)", "D" },
    { "each", 0, 0, G_OPTION_ARG_FILENAME, &each, "Write each question's figures to FILE", "FILE" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) articles = NULL;
  g_autoptr (GPtrArray) words = NULL;
  g_autoptr (GArray) asked = NULL;
  g_auto (Shelf) by_topic = { 0 };
  g_auto (Shelf) in_windows = { 0 };
  double sums[2] = { 0 };

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  articles = refs != NULL ? articles_read_refs (refs, &error)
                          : articles_read_corpus ((guint) CLAMP (n_articles, 1, 100000), (guint) CLAMP (first, 0, 19));
  if (articles == NULL || articles->len == 0)
    {
      g_printerr ("%s\n", error != NULL ? error->message : "There are no articles.");
      return 1;
    }
  words = reading_words_of_all (articles);
  by_topic = (Shelf) { .articles = articles, .words = words };
  in_windows = by_topic;
  if (fill (&by_topic, FALSE, &error) && fill (&in_windows, TRUE, &error))
    {
      /* Copies that own nothing: by_topic and in_windows do. */
      const Shelf shelves[] = { by_topic, in_windows };

      asked = ask_all (shelves, dial, &error);
    }
  if (asked == NULL || (each != NULL && !write_each (each, asked, &error)))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  for (guint i = 0; i < asked->len; i++)
    for (guint s = 0; s < 2; s++)
      sums[s] += g_array_index (asked, Asked, i).share[s];
  g_print ("%u articles, %u questions: read by topic %.4f, in windows %.4f\n", articles->len, asked->len,
           sums[0] / MAX (asked->len, 1), sums[1] / MAX (asked->len, 1));
  print_difference (asked, articles->len);
  return 0;
}
