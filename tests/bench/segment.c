/* segment.c: how fast a long book is cut anew while a person moves the slider, and how an edit changes passages
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *     segment [--pages N]
 *
 * A book of real paragraphs, 300 words a page, once with a heading every ten pages and once without. Prints the
 * processor time of scoring it, of its first cut at another granularity than the default, and of further cuts. Then
 * edits one paragraph at a time, in twenty places, and prints the mean and the largest number of passages that change.
 */
#include "quarry-config.h"

#include <stdlib.h>

#include "core/document/quarry-sentences.h"
#include "core/document/quarry-words.h"
#include "core/library/import/quarry-embed-sentences.h"
#include "core/library/quarry-library-private.h"
#include "core/segment/quarry-segmenter.h"
#include "tests/bench/corpus.h"
#include "tests/bench/times.h"

#define WORDS_PER_PAGE 300
#define PAGES_PER_CHAPTER 10
#define STEPS 50
#define EDITS 20

typedef struct
{
  QuarryEmbedder *embedder;
  GPtrArray *paragraphs;
  guint n_pages;
  gboolean with_headings;
} Book;

/* @edited: the number of the paragraph that is replaced by the last of all paragraphs; -1: none. */
static QuarryDocument *
make_book (const Book *book, gint edited)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  guint pages = 0, n_words = 0;

  for (guint i = 0; i < book->paragraphs->len && n_words < book->n_pages * WORDS_PER_PAGE; i++)
    {
      if (n_words / WORDS_PER_PAGE >= pages)
        {
          quarry_document_builder_begin_page (builder, ++pages);
          if (book->with_headings && pages % PAGES_PER_CHAPTER == 1)
            quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, "Another Chapter", -1);
        }
      quarry_document_builder_add (
          builder,
          QUARRY_BLOCK_PARAGRAPH,
          0,
          book->paragraphs->pdata[(gint) i == edited ? book->paragraphs->len - 1 : i],
          -1);
      n_words += (guint) quarry_words_count (book->paragraphs->pdata[i], -1);
    }
  return quarry_document_builder_end (builder);
}

static QuarrySegmenter *
score (const Book *book, QuarryDocument *document, guint *n_sentences)
{
  g_autoptr (GArray) sentences = quarry_sentences_of_document (document);
  g_autoptr (QuarrySentenceWords) words = quarry_sentence_words_of_document (document, sentences);
  g_autofree float *sums = quarry_embed_sentences (book->embedder, words);

  *n_sentences = sentences->len;
  return quarry_segmenter_new (document, words, sums, quarry_embedder_get_dims (book->embedder));
}

static void
measure_cuts (const Book *book)
{
  g_autoptr (QuarryDocument) document = make_book (book, -1);
  g_autoptr (QuarrySegmenter) segmenter = NULL;
  g_autoptr (GArray) first = NULL;
  double before = processor_ms (), scoring, ranking, times[STEPS + 1];
  guint n_sentences, fewest = G_MAXUINT, most = 0;

  segmenter = score (book, document, &n_sentences);
  scoring = processor_ms () - before;
  before = processor_ms ();
  first = quarry_segmenter_decode (segmenter, .25);
  ranking = processor_ms () - before;
  for (guint step = 0; step <= STEPS; step++)
    {
      g_autoptr (GArray) segments = NULL;

      before = processor_ms ();
      segments = quarry_segmenter_decode (segmenter, (double) step / STEPS);
      times[step] = processor_ms () - before;
      fewest = MIN (fewest, segments->len);
      most = MAX (most, segments->len);
    }
  qsort (times, STEPS + 1, sizeof *times, compare_doubles);
  g_print ("%s: %u pages, %u sentences: scored in %.0f ms, first cut %.1f ms, then median %.2f ms, "
           "slowest %.2f ms (%u to %u segments)\n",
           book->with_headings ? "with headings" : "without headings",
           book->n_pages,
           n_sentences,
           scoring,
           ranking,
           times[STEPS / 2],
           times[STEPS],
           fewest,
           most);
}

static GHashTable *
passages_of (const Book *book, QuarryDocument *document)
{
  GHashTable *texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n_sentences;
  g_autoptr (QuarrySegmenter) segmenter = score (book, document, &n_sentences);
  g_autoptr (GArray) segments = quarry_segmenter_decode (segmenter, QUARRY_GRANULARITY_DEFAULT);
  g_autoptr (GArray) passages = quarry_segmenter_passages (segmenter, segments);
  const char *text = quarry_document_get_text (document, NULL);

  for (guint i = 0; i < passages->len; i++)
    {
      QuarrySpan span = g_array_index (passages, QuarryPassageSpan, i).span;

      g_hash_table_add (texts, g_strndup (text + span.start, span.end - span.start));
    }
  return texts;
}

static void
measure_edits (const Book *book)
{
  g_autoptr (QuarryDocument) document = make_book (book, -1);
  g_autoptr (GHashTable) before = passages_of (book, document);
  guint n_blocks, most = 0, all = 0;

  quarry_document_get_blocks (document, &n_blocks);
  for (guint edit = 0; edit < EDITS; edit++)
    {
      /* Headings are blocks too, so that there are fewer paragraphs than blocks; the last tenth is left out to stay
       * below their number. */
      g_autoptr (QuarryDocument) edited
          = make_book (book, (gint) ((n_blocks - n_blocks / 10) * edit / EDITS));
      g_autoptr (GHashTable) after = passages_of (book, edited);
      GHashTableIter iter;
      gpointer text;
      guint changed = 0;

      g_hash_table_iter_init (&iter, after);
      while (g_hash_table_iter_next (&iter, &text, NULL))
        changed += !g_hash_table_contains (before, text);
      most = MAX (most, changed);
      all += changed;
    }
  g_print ("  another paragraph: mean %.1f, most %u of %u passages are others\n",
           (double) all / EDITS,
           most,
           g_hash_table_size (before));
}

int
main (int argc, char **argv)
{
  int n_pages = 500;
  const GOptionEntry entries[] = {
    { "pages", 0, 0, G_OPTION_ARG_INT, &n_pages, "Pages (500)", "N" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryEmbedder) embedder = NULL;
  g_autoptr (GPtrArray) paragraphs = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  embedder = quarry_embedder_load (QUARRY_SOURCEDIR "/data/model", &error);
  if (embedder == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  n_pages = CLAMP (n_pages, 1, 20000);
  paragraphs = corpus_read ((guint) n_pages * 6);
  if (paragraphs->len == 0)
    {
      g_printerr ("There is no corpus in ../shared/data.\n");
      return 1;
    }
  for (guint with_headings = 0; with_headings < 2; with_headings++)
    {
      Book book = { embedder, paragraphs, (guint) n_pages, with_headings };

      measure_cuts (&book);
      measure_edits (&book);
    }
  return 0;
}
