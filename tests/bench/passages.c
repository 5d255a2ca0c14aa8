/* passages.c: what is found with passages cut by topic, and with windows of a fixed number of words
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *     passages [--articles N] [--refs DIR] [--documents]
 *
 * Long texts without their headings are cut in several ways. The queries are the headings (with --refs, the first
 * sentence of each section, which is taken out of the text), and the answer to each is its section. Each query is asked
 * of its own text and of all texts. For each way to cut, prints the number of vectors and, for searches by vectors, by
 * words and by both:
 *   read: the share of the section that a person reads in the first 400 words of the hits (a section longer than that
 *         counts as 400 words);
 *   MRR:  the mean reciprocal rank of the first hit that shares half of its own text, or half of the section's, with
 *         the section. There are fewer passages where they are longer, so that these are found by chance more easily.
 * With --documents, texts are cut as shipped, and several ways are compared of adding the similarity of a passage's
 * document to its own. A document's vector is the sum of its passages' vectors before they were normalised.
 */
#include "quarry-config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/document/quarry-sentences.h"
#include "core/document/quarry-words.h"
#include "core/lexical/quarry-lexical-index.h"
#include "core/library/import/quarry-embed-sentences.h"
#include "core/library/quarry-library-private.h"
#include "core/library/search/quarry-analysis.h"
#include "core/rank/quarry-fusion.h"
#include "core/segment/quarry-segmenter.h"
#include "tests/bench/articles.h"
#include "tests/bench/reading.h"

#define BEST 100
#define MOST_ASKED_AMONG 1500

typedef enum
{
  ALONE,
  CANDIDATES, /* the sum of those of its passages that are among the nearest */
  WHOLE_LATE, /* the document's vector, for the nearest passages */
  WHOLE,      /* the document's vector, for all passages */
  FIRST,      /* only passages of the nearest documents */
} Documents;

typedef struct
{
  const char *name;
  double granularity; /* negative: windows */
  guint window, step; /* in words */
  Documents documents;
  double share;       /* weight of the document's cosine; for FIRST the number of documents */
} Way;

static const Way ways[] = {
  { "topical, granularity .3", .3, 0, 0, ALONE, 0 },
  { "topical, granularity .4", .4, 0, 0, ALONE, 0 },
  { "topical, as shipped", QUARRY_GRANULARITY_DEFAULT, 0, 0, ALONE, 0 },
  { "topical, granularity .6", .6, 0, 0, ALONE, 0 },
  { "topical, granularity .7", .7, 0, 0, ALONE, 0 },
  { "windows of 100 words", -1, 100, 100, ALONE, 0 },
  { "windows of 100, half shared", -1, 100, 50, ALONE, 0 },
  { "windows of 150 words", -1, 150, 150, ALONE, 0 },
  { "windows of 200 words", -1, 200, 200, ALONE, 0 },
  { "windows of 200, a fifth shared", -1, 200, 160, ALONE, 0 },
  { "windows of 200, half shared", -1, 200, 100, ALONE, 0 },
  { "windows of 400 words", -1, 400, 400, ALONE, 0 },
  { "windows of 400, half shared", -1, 400, 200, ALONE, 0 },
};

#define SHIPPED QUARRY_GRANULARITY_DEFAULT, 0, 0

static const Way document_ways[] = {
  { "passages alone", SHIPPED, ALONE, 0 },
  { "its candidates .2", SHIPPED, CANDIDATES, .2 },
  { "its candidates .3", SHIPPED, CANDIDATES, .3 },
  { "its candidates .5", SHIPPED, CANDIDATES, .5 },
  { "its document .3, of candidates", SHIPPED, WHOLE_LATE, .3 },
  { "its document .5, of candidates", SHIPPED, WHOLE_LATE, .5 },
  { "its document .2", SHIPPED, WHOLE, .2 },
  { "its document .3", SHIPPED, WHOLE, .3 },
  { "its document .5", SHIPPED, WHOLE, .5 },
  { "in the 3 nearest documents", SHIPPED, FIRST, 3 },
  { "in the 10 nearest documents", SHIPPED, FIRST, 10 },
  { "in the 30 nearest documents", SHIPPED, FIRST, 30 },
};

typedef enum
{
  BY_VECTORS,
  BY_WORDS,
  BY_BOTH,
  N_LISTS,
} List;

/* The articles cut in one way. */
typedef struct
{
  const Way *way;
  GArray *passages; /* of Place */
  guint *first;     /* first passage of each article, and the number of passages */
  float *vectors;
  float *norms;     /* length of each passage's vector before it was normalised */
  float *documents; /* of each article, normalised */
  QuarryLexicalIndex *index;
  double read[2][N_LISTS], reciprocal[2][N_LISTS];
  guint n_asked[2];
} Cut;

typedef struct
{
  QuarryEmbedder *embedder;
  GPtrArray *articles;
  GPtrArray *words; /* of GArray of QuarrySpan: the words of each article */
  float *weights;
  guint dims;
} Texts;

/* Computes the weights of tokens as core/library does, with blocks in the place of passages. */
static void
weigh (Texts *texts)
{
  guint n_tokens = quarry_embedder_get_n_tokens (texts->embedder), n_blocks_in_all = 0;
  g_autofree guint32 *frequency = g_new0 (guint32, n_tokens);
  g_autofree guint32 *last_seen = g_new0 (guint32, n_tokens);
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (QuarryToken));
  double most;

  for (guint i = 0; i < texts->articles->len; i++)
    {
      QuarryDocument *document = ((Article *) texts->articles->pdata[i])->document;
      const char *text = quarry_document_get_text (document, NULL);
      guint n_blocks;
      const QuarryBlock *blocks = quarry_document_get_blocks (document, &n_blocks);

      for (guint b = 0; b < n_blocks; b++)
        {
          n_blocks_in_all++;
          g_array_set_size (tokens, 0);
          quarry_embedder_tokenize (texts->embedder,
                                    text + blocks[b].span.start,
                                    blocks[b].span.end - blocks[b].span.start,
                                    tokens);
          for (guint j = 0; j < tokens->len; j++)
            {
              guint32 id = g_array_index (tokens, QuarryToken, j).id;

              frequency[id] += last_seen[id] != n_blocks_in_all;
              last_seen[id] = n_blocks_in_all;
            }
        }
    }
  most = log (1 + (n_blocks_in_all + .5) / .5);
  texts->weights = g_new (float, n_tokens);
  for (guint i = 0; i < n_tokens; i++)
    texts->weights[i] = (float) sqrt (
        log (1 + (n_blocks_in_all - frequency[i] + .5) / (frequency[i] + .5)) / most);
}

/* --- Cutting -----------------------------------------------------------------------------------
 */

static void
cut_windows (Cut *cut, guint article, GArray *words)
{
  for (guint start = 0; start < words->len; start += cut->way->step)
    {
      guint end = MIN (start + cut->way->window, words->len);
      Place passage = { article,
                          { g_array_index (words, QuarrySpan, start).start,
                            g_array_index (words, QuarrySpan, end - 1).end } };

      g_array_append_val (cut->passages, passage);
      if (end == words->len)
        break;
    }
}

static void
cut_by_topic (const Texts *texts, Cut *cut, guint article, QuarryDocument *document)
{
  g_autoptr (GArray) sentences = quarry_sentences_of_document (document);
  g_autoptr (QuarrySentenceWords) words = quarry_sentence_words_of_document (document, sentences);
  g_autofree float *sums = quarry_embed_sentences (texts->embedder, words);
  g_autoptr (QuarrySegmenter) segmenter = quarry_segmenter_new (document, words, sums, texts->dims);
  g_autoptr (GArray) segments = quarry_segmenter_decode (segmenter, cut->way->granularity);
  g_autoptr (GArray) found = quarry_segmenter_passages (segmenter, segments);

  for (guint i = 0; i < found->len; i++)
    {
      Place passage = { article, g_array_index (found, QuarryPassageSpan, i).span };

      g_array_append_val (cut->passages, passage);
    }
}

static float
make_unit (float *vector, guint dims)
{
  float norm = sqrtf (quarry_dot (vector, vector, dims));

  for (guint d = 0; norm > 0 && d < dims; d++)
    vector[d] /= norm;
  return norm;
}

static void
add_scaled (float *sum, const float *vector, float by, guint dims)
{
  for (guint d = 0; d < dims; d++)
    sum[d] += by * vector[d];
}

/* Embeds @text as a unit vector; *@norm becomes its length before it was normalised. */
static void
embed (const Texts *texts, const char *text, float *vector, float *norm)
{
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (QuarryToken));

  quarry_embedder_tokenize (texts->embedder, text, -1, tokens);
  quarry_embedder_accumulate (texts->embedder, texts->weights,
                              (const QuarryToken *) (gpointer) tokens->data, tokens->len, vector);
  *norm = make_unit (vector, texts->dims);
}

static void
cut_all (const Texts *texts, Cut *cut)
{
  cut->passages = g_array_new (FALSE, FALSE, sizeof (Place));
  cut->first = g_new0 (guint, texts->articles->len + 1);
  for (guint i = 0; i < texts->articles->len; i++)
    {
      QuarryDocument *document = ((Article *) texts->articles->pdata[i])->document;

      if (cut->way->granularity >= 0)
        cut_by_topic (texts, cut, i, document);
      else
        cut_windows (cut, i, texts->words->pdata[i]);
      cut->first[i + 1] = cut->passages->len;
    }

  cut->vectors = g_new0 (float, (gsize) cut->passages->len * texts->dims);
  cut->norms = g_new0 (float, MAX (cut->passages->len, 1));
  cut->documents = g_new0 (float, (gsize) texts->articles->len * texts->dims);
  cut->index = quarry_lexical_index_new ();
  for (guint i = 0; i < cut->passages->len; i++)
    {
      const Place *passage = &g_array_index (cut->passages, Place, i);
      QuarryDocument *document = ((Article *) texts->articles->pdata[passage->article])->document;
      g_autofree char *text
          = g_strndup (quarry_document_get_text (document, NULL) + passage->span.start,
                       passage->span.end - passage->span.start);

      embed (texts, text, cut->vectors + (gsize) i * texts->dims, &cut->norms[i]);
      add_scaled (cut->documents + (gsize) passage->article * texts->dims,
                  cut->vectors + (gsize) i * texts->dims, cut->norms[i], texts->dims);
      quarry_lexical_index_add (cut->index, i, NULL, NULL, text, NULL);
    }
  for (guint i = 0; i < texts->articles->len; i++)
    make_unit (cut->documents + (gsize) i * texts->dims, texts->dims);
}

static void
cut_clear (Cut *cut)
{
  g_array_unref (cut->passages);
  g_free (cut->first);
  g_free (cut->vectors);
  g_free (cut->norms);
  g_free (cut->documents);
  quarry_lexical_index_unref (cut->index);
}

/* --- Asking ------------------------------------------------------------------------------------
 */

static int
compare_scored (gconstpointer a, gconstpointer b)
{
  const QuarryScored *x = a, *y = b;

  if (x->score != y->score)
    return x->score < y->score ? 1 : -1;
  return x->slot < y->slot ? -1 : x->slot > y->slot;
}

static guint
article_of (const Cut *cut, guint passage)
{
  return g_array_index (cut->passages, Place, passage).article;
}

static float
with_document (float cosine, const float *document, const float *query, double share, guint dims)
{
  return cosine + (float) share * (quarry_dot (query, document, dims) - cosine);
}

/* Adds their documents' similarity to that of the nearest passages, in the way that is measured. */
static void
count_documents (const Texts *texts, const Cut *cut, const float *query, GArray *found)
{
  guint dims = texts->dims;
  g_autofree float *sums = g_new0 (float, (gsize) texts->articles->len * dims);

  for (guint i = 0; i < found->len; i++)
    {
      guint slot = g_array_index (found, QuarryScored, i).slot;

      add_scaled (sums + (gsize) article_of (cut, slot) * dims, cut->vectors + (gsize) slot * dims,
                  cut->norms[slot], dims);
    }
  for (guint i = 0; i < texts->articles->len; i++)
    make_unit (sums + (gsize) i * dims, dims);
  for (guint i = 0; i < found->len; i++)
    {
      QuarryScored *scored = &g_array_index (found, QuarryScored, i);
      const float *all = cut->way->documents == CANDIDATES ? sums : cut->documents;

      scored->score = with_document (scored->score, all + (gsize) article_of (cut, scored->slot) * dims,
                                     query, cut->way->share, dims);
    }
  g_array_sort (found, compare_scored);
}

/* Returns a flag for each article, set for the nearest documents. (transfer full) */
static gboolean *
nearest_documents (const Texts *texts, const Cut *cut, const float *query)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (QuarryScored));
  gboolean *near = g_new0 (gboolean, texts->articles->len);

  for (guint i = 0; i < texts->articles->len; i++)
    {
      QuarryScored scored = { i, quarry_dot (query, cut->documents + (gsize) i * texts->dims, texts->dims) };

      g_array_append_val (found, scored);
    }
  g_array_sort (found, compare_scored);
  for (guint i = 0; i < MIN (found->len, (guint) cut->way->share); i++)
    near[g_array_index (found, QuarryScored, i).slot] = TRUE;
  return near;
}

static GArray *
nearest (const Texts *texts, const Cut *cut, const float *query, guint first, guint last, gboolean among)
{
  GArray *found = g_array_sized_new (FALSE, FALSE, sizeof (QuarryScored), last - first);
  Documents documents = among ? cut->way->documents : ALONE;
  g_autofree gboolean *near = documents == FIRST ? nearest_documents (texts, cut, query) : NULL;
  guint dims = texts->dims;

  for (guint i = first; i < last; i++)
    {
      QuarryScored scored = { i, quarry_dot (query, cut->vectors + (gsize) i * dims, dims) };

      if (near != NULL && !near[article_of (cut, i)])
        continue;
      if (documents == WHOLE)
        scored.score = with_document (scored.score, cut->documents + (gsize) article_of (cut, i) * dims,
                                      query, cut->way->share, dims);
      g_array_append_val (found, scored);
    }
  g_array_sort (found, compare_scored);
  g_array_set_size (found, MIN (found->len, BEST));
  if (documents == CANDIDATES || documents == WHOLE_LATE)
    count_documents (texts, cut, query, found);
  return found;
}

static GArray *
by_words (const Cut *cut, const char *text, guint first, guint last)
{
  gsize n_words = (cut->passages->len + 63) / 64;
  g_autofree guint64 *allowed = g_new0 (guint64, n_words);
  QuarryLexicalQuery query = { .text = text };
  g_autoptr (GArray) matches = NULL;
  GArray *found = g_array_new (FALSE, FALSE, sizeof (QuarryScored));

  for (guint i = first; i < last; i++)
    allowed[i / 64] |= G_GUINT64_CONSTANT (1) << i % 64;
  matches = quarry_lexical_index_search (cut->index, &query, BEST, allowed, n_words, NULL, NULL);
  for (guint i = 0; matches != NULL && i < matches->len; i++)
    {
      const QuarryLexicalMatch *match = &g_array_index (matches, QuarryLexicalMatch, i);
      QuarryScored scored = { match->slot, match->score };

      g_array_append_val (found, scored);
    }
  return found;
}

/* Adds up how well the passages @slots, best first, answer a question. */
static void
judge (const Texts *texts,
       Cut *cut,
       GArray *slots,
       guint article,
       QuarrySpan answer,
       gboolean among,
       List list)
{
  g_autofree Place *hits = g_new (Place, MAX (slots->len, 1));
  guint rank = 0;

  for (guint i = 0; i < slots->len; i++)
    {
      hits[i] = g_array_index (cut->passages, Place, g_array_index (slots, guint32, i));
      if (rank == 0 && i < 10 && hits[i].article == article
          && 2 * reading_overlap (hits[i].span, answer)
                 >= MIN (hits[i].span.end - hits[i].span.start, answer.end - answer.start))
        rank = i + 1;
    }
  cut->read[among][list] += reading_share (texts->words, hits, slots->len, (Place) { article, answer });
  cut->reciprocal[among][list] += rank > 0 ? 1.0 / rank : 0;
}

static void
ask (const Texts *texts, Cut *cut, guint article, const Question *question, gboolean among)
{
  const char *text = among ? question->query_among : question->query;
  guint first = among ? 0 : cut->first[article];
  guint last = among ? cut->passages->len : cut->first[article + 1];
  g_autofree float *query = g_new0 (float, texts->dims);
  g_autoptr (GArray) dense = NULL;
  g_autoptr (GArray) lexical = NULL;
  g_autoptr (GArray) both = NULL;

  quarry_embedder_embed (texts->embedder, texts->weights, text, -1, query);
  dense = nearest (texts, cut, query, first, last, among);
  lexical = by_words (cut, text, first, last);
  both = quarry_fuse ((const QuarryScored *) (gpointer) dense->data,
                      dense->len,
                      (const QuarryScored *) (gpointer) lexical->data,
                      lexical->len,
                      QUARRY_FUSION_DENSE_WEIGHT);
  for (List list = 0; list < N_LISTS; list++)
    {
      g_autoptr (GArray) slots = g_array_new (FALSE, FALSE, sizeof (guint32));
      GArray *from = list == BY_VECTORS ? dense : list == BY_WORDS ? lexical : both;

      for (guint i = 0; i < from->len; i++)
        {
          guint32 slot = list == BY_BOTH ? g_array_index (from, QuarryCandidate, i).slot
                                         : g_array_index (from, QuarryScored, i).slot;

          g_array_append_val (slots, slot);
        }
      judge (texts, cut, slots, article, question->answer, among, list);
    }
  cut->n_asked[among]++;
}

/* Asks the questions of all articles together, and with @in_one also of each question's own article. */
static void
measure (const Texts *texts, Cut *cut, gboolean in_one)
{
  double n_words = 0;
  guint n_questions = 0, number = 0, every;

  memset (cut->read, 0, sizeof cut->read);
  memset (cut->reciprocal, 0, sizeof cut->reciprocal);
  memset (cut->n_asked, 0, sizeof cut->n_asked);
  for (guint i = 0; i < texts->articles->len; i++)
    {
      n_questions += ((Article *) texts->articles->pdata[i])->questions->len;
      n_words += ((GArray *) texts->words->pdata[i])->len;
    }
  every = n_questions / MOST_ASKED_AMONG + 1;
  for (guint i = 0; i < texts->articles->len; i++)
    {
      GArray *questions = ((Article *) texts->articles->pdata[i])->questions;

      for (guint q = 0; q < questions->len; q++)
        {
          if (in_one)
            ask (texts, cut, i, &g_array_index (questions, Question, q), FALSE);
          if (number++ % every == 0)
            ask (texts, cut, i, &g_array_index (questions, Question, q), TRUE);
        }
    }

  g_print ("%-31s %7u %6.1f", cut->way->name, cut->passages->len, n_words / cut->passages->len);
  for (guint among = !in_one; among < 2; among++)
    {
      g_print (" ");
      for (List list = 0; list < N_LISTS; list++)
        g_print (" %.3f", cut->read[among][list] / MAX (cut->n_asked[among], 1));
      g_print (" ");
      for (List list = 0; list < N_LISTS; list++)
        g_print (" %.3f", cut->reciprocal[among][list] / MAX (cut->n_asked[among], 1));
    }
  g_print ("\n");
}

int
main (int argc, char **argv)
{
  int n_articles = 300;
  gboolean documents = FALSE;
  g_autofree char *refs = NULL;
  const GOptionEntry entries[] = {
    { "articles", 0, 0, G_OPTION_ARG_INT, &n_articles, "Articles (300)", "N" },
    { "refs",
      0,
      0,
      G_OPTION_ARG_FILENAME,
      &refs,
      "Ask for first sentences in the .ref files of DIR",
      "DIR" },
    { "documents", 0, 0, G_OPTION_ARG_NONE, &documents, "Let passages count with their documents", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryEmbedder) embedder = NULL;
  g_autoptr (GPtrArray) articles = NULL;
  g_autoptr (GPtrArray) words = NULL;
  Texts texts;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  embedder = quarry_embedder_load (QUARRY_SOURCEDIR "/data/model", &error);
  if (embedder != NULL)
    articles = refs != NULL ? articles_read_refs (refs, &error)
                            : articles_read_corpus ((guint) CLAMP (n_articles, 1, 100000), 0);
  if (articles == NULL || articles->len == 0)
    {
      g_printerr ("%s\n", error != NULL ? error->message : "There are no articles.");
      return 1;
    }
  words = reading_words_of_all (articles);
  texts = (Texts){ embedder, articles, words, NULL, quarry_embedder_get_dims (embedder) };
  weigh (&texts);
  g_print ("%u articles\n%-31s %7s %6s  %sread, MRR by vectors, words, both%s\n",
           articles->len,
           "",
           "vectors",
           "words",
           documents ? "among all: " : "in one: ",
           documents ? "" : "; among all: the same");
  for (gsize i = 0; !documents && i < G_N_ELEMENTS (ways); i++)
    {
      Cut cut = { .way = &ways[i] };

      cut_all (&texts, &cut);
      measure (&texts, &cut, TRUE);
      cut_clear (&cut);
    }
  if (documents)
    {
      Cut cut = { .way = document_ways };

      cut_all (&texts, &cut);
      for (gsize i = 0; i < G_N_ELEMENTS (document_ways); i++)
        {
          cut.way = &document_ways[i];
          measure (&texts, &cut, FALSE);
        }
      cut_clear (&cut);
    }
  g_free (texts.weights);
  return 0;
}
