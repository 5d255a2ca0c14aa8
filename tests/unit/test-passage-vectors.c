/* test-passage-vectors.c: vectors of passages from what is known of their sentences
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "core/document/quarry-words.h"
#include "core/library/import/quarry-embed-sentences.h"
#include "core/library/import/quarry-prepared.h"
#include "core/library/quarry-library-indexes-private.h"
#include "core/library/quarry-library-write-private.h"
#include "core/segment/quarry-segmenter.h"
#include "core/store/quarry-store-private.h"
#include "core/vector/quarry-vector-index-private.h"
#include "tests/support/temporary-folder.h"

static void
test_find_sentences (void)
{
  static const char text[] = "One here.  Two there. \n Three.";
  static const QuarrySpan sentences[] = { { 0, 11 }, { 11, 24 }, { 24, 30 } };
  static const struct
  {
    QuarrySpan passage;
    gboolean whole;
    guint first, end;
  } cases[] = {
    { { 0, 9 }, TRUE, 0, 1 },   { { 0, 21 }, TRUE, 0, 2 },   { { 11, 30 }, TRUE, 1, 3 },
    { { 24, 30 }, TRUE, 2, 3 }, { { 4, 21 }, FALSE, 0, 0 },  { { 0, 8 }, FALSE, 0, 0 },
    { { 0, 17 }, FALSE, 0, 0 }, { { 30, 30 }, FALSE, 0, 0 },
  };
  guint first, end;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gboolean whole = quarry_find_sentences (text, sentences, G_N_ELEMENTS (sentences),
                                              cases[i].passage, &first, &end);

      g_assert_cmpint (whole, ==, cases[i].whole);
      if (!whole)
        continue;
      g_assert_cmpuint (first, ==, cases[i].first);
      g_assert_cmpuint (end, ==, cases[i].end);
    }
  g_assert_false (quarry_find_sentences (text, sentences, 0, (QuarrySpan) { 0, 9 }, &first, &end));
}

static void
remember (QuarryTokenMemory *memory, guint32 slot, guint32 *many, guint n)
{
  many[n - 1] = slot;
  quarry_token_memory_add (memory, slot, many, n);
}

static void
assert_remembered (QuarryTokenMemory *memory, guint32 slot, guint n)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (guint32));

  g_assert_true (quarry_token_memory_find (memory, slot, found));
  g_assert_cmpuint (found->len, ==, n);
  g_assert_cmpuint (g_array_index (found, guint32, 0), ==, 0);
  g_assert_cmpuint (g_array_index (found, guint32, n - 1), ==, slot);
}

static void
test_memory (void)
{
  char *folder = temporary_folder_new ();
  g_autoptr (QuarryTokenMemory) memory = quarry_token_memory_new (2 << 20, folder);
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autofree guint32 *many = g_new0 (guint32, (1 << 20) + 1);
  const guint32 few[] = { 7, 65535, 7 }, large[] = { 1, 65536 };

  g_assert_false (quarry_token_memory_find (memory, 5, found));
  quarry_token_memory_add (memory, 5, few, G_N_ELEMENTS (few));
  quarry_token_memory_add (memory, 6, NULL, 0);
  quarry_token_memory_add (memory, 7, large, G_N_ELEMENTS (large));
  quarry_token_memory_add (memory, 4, few, G_N_ELEMENTS (few));
  /* Two blocks stay in memory, three go to the file, and one is not full yet; each has some unused room at its end. */
  for (guint32 slot = 10; slot < 16; slot++)
    remember (memory, slot, many, 700000 + slot);
  quarry_token_memory_add (memory, 20, many, (1 << 20) + 1);

  g_assert_true (quarry_token_memory_find (memory, 5, found));
  g_assert_cmpmem (found->data, found->len * sizeof (guint32), few, sizeof few);
  g_assert_true (quarry_token_memory_find (memory, 6, found));
  g_assert_cmpuint (found->len, ==, 0);
  g_assert_false (quarry_token_memory_find (memory, 7, found));
  g_assert_false (quarry_token_memory_find (memory, 4, found));
  g_assert_false (quarry_token_memory_find (memory, 20, found));
  for (guint32 slot = 10; slot < 16; slot++)
    {
      memset (many, 0, (1 << 20) * sizeof *many);
      assert_remembered (memory, slot, 700000 + slot);
    }

  quarry_token_memory_clear (memory);
  g_assert_false (quarry_token_memory_find (memory, 5, found));
  remember (memory, 3, many, 700000);
  assert_remembered (memory, 3, 700000);
  temporary_folder_free_empty (folder);
}

/* If there is no room for the file, nothing more is remembered until the memory is begun anew. */
static void
test_memory_full (void)
{
  g_autoptr (QuarryTokenMemory) memory = quarry_token_memory_new (1 << 20, "/nowhere");
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autofree guint32 *many = g_new0 (guint32, 700000);

  remember (memory, 1, many, 700000);
  remember (memory, 2, many, 700000);
  assert_remembered (memory, 1, 700000);
  remember (memory, 3, many, 700000);
  g_assert_false (quarry_token_memory_find (memory, 1, found));
  g_assert_false (quarry_token_memory_find (memory, 3, found));
  remember (memory, 4, many, 9);
  g_assert_false (quarry_token_memory_find (memory, 4, found));

  quarry_token_memory_clear (memory);
  remember (memory, 5, many, 700000);
  assert_remembered (memory, 5, 700000);
}

static const char *const words[] = { "harbour", "winter", "bees",  "honey",   "committee", "budget", "frost",
                                     "letters", "engine", "piano", "mountain", "archive",   "river",  "Élan’s" };

static void
add_sentence (GString *text, GRand *random, guint n_words)
{
  /* The number is a rare word. */
  g_string_append_printf (text, "Year %d was", g_rand_int_range (random, 1000, 9999));
  for (guint w = 0; w < n_words; w++)
    {
      const char *word = words[(guint) g_rand_int_range (random, 0, G_N_ELEMENTS (words))];

      g_string_append_printf (text, " %s", word);
    }
  g_string_append (text, ". ");
}

/* Some of the document's sentences are longer than a passage may be. */
static QuarryDocument *
make_document (guint32 seed)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);

  for (guint i = 0; i < 60; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      if (i % 10 == 0)
        quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, words[i / 10], -1);
      for (guint s = 0; s < 5; s++)
        add_sentence (text, random, i % 20 == 5 && s == 2 ? 700 : 18);
      quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, text->str, -1);
    }
  return quarry_document_builder_end (builder);
}

static void
add_document (QuarryLibrary *library, const char *path, guint32 seed)
{
  g_autoptr (QuarryDocument) document = make_document (seed);
  g_autoptr (GError) error = NULL;

  quarry_library_add_document (library, path, document, &error);
  g_assert_no_error (error);
}

/* Segments cover the stretch without gap or overlap, passages lie within segments, and each vector is that of its
 * passage's text. */
static void
assert_cut (const QuarryCutStretch *cut, QuarryEmbedder *embedder, QuarryDocument *document, QuarrySpan stretch)
{
  guint dims = quarry_embedder_get_dims (embedder);
  g_autofree float *made = g_new (float, dims);
  const QuarrySpan *segments = (const QuarrySpan *) (gpointer) cut->segments->data;
  const QuarryBlock *blocks;
  const char *text;
  g_autoptr (GArray) own = g_array_new (FALSE, FALSE, sizeof (QuarryToken));
  guint32 end = stretch.start;
  guint n_blocks, block = 0;

  text = quarry_document_get_text (document, NULL);
  for (guint i = 0; i < cut->segments->len; i++)
    {
      g_assert_cmpuint (segments[i].start, ==, end);
      g_assert_cmpuint (segments[i].end, >, end);
      end = segments[i].end;
    }
  g_assert_cmpuint (end, ==, stretch.end);

  g_assert_cmpuint (cut->vectors->len, ==, cut->passages->len * dims);
  g_assert_cmpuint (cut->token_spans->len, ==, cut->passages->len);
  blocks = quarry_document_get_blocks (document, &n_blocks);
  end = stretch.start;
  for (guint i = 0; i < cut->passages->len; i++)
    {
      const QuarryPassageSpan *passage = &g_array_index (cut->passages, QuarryPassageSpan, i);
      QuarrySpan tokens = g_array_index (cut->token_spans, QuarrySpan, i);
      const float *vector = &g_array_index (cut->vectors, float, (gsize) i * dims);
      double product = 0;

      g_assert_cmpuint (passage->segment, <, cut->segments->len);
      g_assert_cmpuint (passage->span.start, >=, segments[passage->segment].start);
      /* Only white space lies between passages. */
      for (guint32 at = end; at < passage->span.start; at++)
        g_assert_true (g_ascii_isspace (text[at]));
      end = passage->span.end;
      g_assert_cmpuint (tokens.end, <=, cut->tokens->len);
      g_array_set_size (own, 0);
      quarry_embedder_tokenize (embedder, text + passage->span.start, passage->span.end - passage->span.start, own);
      g_assert_cmpuint (tokens.end - tokens.start, ==, own->len);
      for (guint t = 0; t < own->len; t++)
        g_assert_cmpuint (g_array_index (cut->tokens, guint32, tokens.start + t), ==,
                          g_array_index (own, QuarryToken, t).id);
      g_assert_true (quarry_embedder_embed (embedder, NULL, text + passage->span.start,
                                            passage->span.end - passage->span.start, made));
      for (guint d = 0; d < dims; d++)
        product += (double) vector[d] * (double) made[d];
      g_assert_cmpfloat (product, >, .9999);
      memset (made, 0, dims * sizeof *made);
      quarry_embedder_accumulate_ids (embedder, NULL, &g_array_index (cut->tokens, guint32, tokens.start),
                                      tokens.end - tokens.start, made);
      quarry_embedder_make_unit (embedder, made);
      for (guint d = 0; d < dims; d++)
        g_assert_cmpfloat_with_epsilon ((double) made[d], (double) vector[d], 1e-4);
    }
  for (guint32 at = end; at < stretch.end; at++)
    g_assert_true (g_ascii_isspace (text[at]));

  /* Each heading begins a segment. */
  while (block < n_blocks && blocks[block].span.start < stretch.start)
    block++;
  for (guint i = 0; i < cut->segments->len; i++)
    for (; block < n_blocks && blocks[block].span.start < segments[i].end; block++)
      if (blocks[block].kind == QUARRY_BLOCK_HEADING)
        g_assert_cmpuint (blocks[block].span.start, ==, segments[i].start);
}

/* The words that were kept for the index of words are those of each passage's text, and are kept for most passages. */
static void
assert_words (const QuarryCutStretch *cut, const char *text)
{
  guint n_known = 0;

  g_assert_cmpuint (cut->words->len, ==, cut->passages->len);
  for (guint i = 0; i < cut->passages->len; i++)
    {
      const QuarryPartWords *known = &g_array_index (cut->words, QuarryPartWords, i);
      QuarrySpan passage = g_array_index (cut->passages, QuarryPassageSpan, i).span, span;
      g_auto (QuarryWords) alone = { 0 };
      const char *folded;
      guint32 n = 0;

      if (known->words == NULL)
        continue;
      n_known++;
      quarry_words_init (&alone, text + passage.start, passage.end - passage.start);
      for (; quarry_words_next (&alone, &span, &folded, NULL); n++)
        {
          g_assert_cmpuint (n, <, known->n);
          g_assert_cmpstr (known->forms[known->words[n].form].folded, ==, folded);
          g_assert_cmpuint (known->words[n].span.start - known->start, ==, span.start);
          g_assert_cmpuint (known->words[n].span.end - known->start, ==, span.end);
        }
      g_assert_cmpuint (n, ==, known->n);
    }
  g_assert_cmpuint (n_known, >=, cut->passages->len * 9 / 10);
}

/* Cuts the whole document by stretches of @most bytes; returns the number of its segments. */
static guint
cut_stretches (QuarryEmbedder *embedder, QuarryDocument *document, double granularity, guint32 most)
{
  QuarrySpan stretch = { 0 };
  guint n_segments = 0;
  gsize length;

  quarry_document_get_text (document, &length);
  while (stretch.end < length)
    {
      g_autoptr (QuarryCutStretch) cut = NULL;

      stretch = (QuarrySpan) { stretch.end, quarry_document_end_stretch (document, stretch.end, most) };
      cut = quarry_cut_stretch_new (embedder, NULL, document, granularity, stretch);
      assert_cut (cut, embedder, document, stretch);
      assert_words (cut, quarry_document_get_text (document, NULL));
      n_segments += cut->segments->len;
    }
  return n_segments;
}

/* A document is cut well as a whole, and stretch by stretch. */
static void
test_stretches (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryEmbedder) embedder = quarry_embedder_load (QUARRY_SOURCEDIR "/data/model", &error);
  g_autoptr (QuarryDocument) document = make_document (3);
  gsize length;

  g_assert_no_error (error);
  quarry_document_get_text (document, &length);
  cut_stretches (embedder, document, .5, (guint32) length);
  for (guint32 most = 2000; most < 20000; most += 4321)
    g_assert_cmpuint (cut_stretches (embedder, document, 1, most), >, cut_stretches (embedder, document, .5, most));
}

/* Every vector is that of its passage's text under the weights in force. */
static void
assert_vectors (QuarryLibrary *library)
{
  g_autoptr (QuarryIndexes) indexes = quarry_library_current_indexes (library);
  guint dims = quarry_embedder_get_dims (library->embedder);
  g_autofree float *kept = g_new (float, dims);
  g_autofree float *made = g_new (float, dims);
  QuarryStore *connection = quarry_library_borrow (library, NULL);
  g_autoptr (GArray) ids = quarry_store_list_passage_ids (connection, NULL);

  g_assert_cmpuint (ids->len, >, 100);
  for (guint i = 0; i < ids->len; i++)
    {
      gint64 id = g_array_index (ids, gint64, i);
      g_autoptr (QuarryPassageRecord) passage = quarry_store_get_passage (connection, id, NULL);
      double product = 0;

      g_assert_true (quarry_embedder_embed (library->embedder, indexes->weights, passage->text, -1, made));
      g_assert_true (quarry_vector_index_get (indexes->vectors, (guint32) id, kept));
      for (guint d = 0; d < dims; d++)
        product += (double) kept[d] * (double) made[d];
      g_assert_cmpfloat (product, >, .9999);
    }
  quarry_library_give_back (library, connection);
}

/* Weights are the same whether the tokens that they count were remembered or read again. */
static void
test_library (void)
{
  g_autofree char *folder = temporary_folder_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryLibrary) library = quarry_library_open (folder, NULL, QUARRY_LIBRARY_WRITE, &error);
  g_autofree char *epoch = NULL;

  g_assert_no_error (error);
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *path = g_strdup_printf ("/first-%u", i);

      add_document (library, path, i);
    }
  assert_vectors (library);
  quarry_library_finish_adding (library, &error);
  g_assert_no_error (error);
  g_assert_nonnull (library->indexes->weights);
  assert_vectors (library);

  /* The tokens of the documents that follow are remembered, those of the documents before are not. */
  for (guint i = 0; i < 6; i++)
    {
      g_autofree char *path = g_strdup_printf ("/second-%u", i);

      add_document (library, path, 100 + i);
    }
  assert_vectors (library);
  quarry_library_finish_adding (library, &error);
  g_assert_no_error (error);
  assert_vectors (library);
  epoch = g_strdup (library->indexes->epoch);

  quarry_library_rebuild (library, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (library->indexes->epoch, ==, epoch);
  assert_vectors (library);

  g_clear_object (&library);
  temporary_folder_free (g_steal_pointer (&folder));
}

static char *
save_vectors (QuarryLibrary *library, QuarryVectorIndex *vectors, gsize *length)
{
  g_autofree char *path = g_build_filename (quarry_library_get_folder (library), "some", NULL);
  g_autoptr (GError) error = NULL;
  char *file = NULL;

  g_assert_true (quarry_vector_index_save (vectors, path, "", &error) && g_file_get_contents (path, &file, length, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_unlink (path), ==, 0);
  return file;
}

/* The index is the same however many threads embed passages and however long each batch takes. */
static void
test_together (void)
{
  g_autofree char *folder = temporary_folder_new ();
  g_autoptr (QuarryLibrary) library = quarry_library_open (folder, NULL, QUARRY_LIBRARY_WRITE, NULL);
  guint dims = quarry_embedder_get_dims (library->embedder);
  QuarryIndexes indexes = { .vectors = quarry_vector_index_new (dims) };
  g_autoptr (QuarryVectorIndex) alone = quarry_vector_index_new (dims);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GRand) random = g_rand_new_with_seed (8);
  g_autofree float *vector = g_new (float, dims);
  g_autofree char *one = NULL;
  g_autofree char *other = NULL;
  gsize length, other_length;
  guint32 tokens[200];

  for (gint64 id = 1; id <= 30000; id++)
    {
      /* Every other batch is made much faster. */
      guint n = id / 512 % 2 == 0 ? G_N_ELEMENTS (tokens) : 3;

      g_array_append_val (ids, id);
      if (id % 1000 == 999)
        continue;
      for (guint i = 0; i < n; i++)
        tokens[i] = (guint32) g_rand_int_range (random, 0, 20000);
      quarry_token_memory_add (library->tokens, (guint32) id, tokens, n);
      memset (vector, 0, dims * sizeof *vector);
      quarry_embedder_accumulate_ids (library->embedder, NULL, tokens, n, vector);
      quarry_embedder_make_unit (library->embedder, vector);
      quarry_vector_index_add (alone, (guint32) id, vector);
    }
  g_assert_cmpint (quarry_library_embed_remembered (library, &indexes, (const gint64 *) (gpointer) ids->data, ids->len), ==,
                   999);
  one = save_vectors (library, indexes.vectors, &length);
  other = save_vectors (library, alone, &other_length);
  g_assert_cmpuint (length, ==, other_length);
  g_assert_cmpint (memcmp (one, other, length), ==, 0);
  g_assert_cmpint (quarry_library_embed_remembered (library, &indexes, NULL, 0), ==, -1);

  quarry_vector_index_free (indexes.vectors);
  g_clear_object (&library);
  temporary_folder_free (g_steal_pointer (&folder));
}

/* The same where passages are embedded from their texts: they are added in the order of their numbers, whichever
 * thread is done first. */
static void
test_texts_together (void)
{
  g_autofree char *folder = temporary_folder_new ();
  g_autoptr (QuarryLibrary) library = quarry_library_open (folder, NULL, QUARRY_LIBRARY_WRITE, NULL);
  guint dims = quarry_embedder_get_dims (library->embedder);
  g_autoptr (QuarryVectorIndex) alone = quarry_vector_index_new (dims);
  g_autofree float *vector = g_new (float, dims);
  g_autofree char *one = NULL;
  g_autofree char *other = NULL;
  g_autoptr (GArray) ids = NULL;
  QuarryStore *connection;
  gsize length, other_length;

  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *path = g_strdup_printf ("/document-%u", i);

      add_document (library, path, i);
    }
  g_assert_true (quarry_library_rebuild (library, NULL));
  connection = quarry_library_borrow (library, NULL);
  ids = quarry_store_list_passage_ids (connection, NULL);
  g_assert_cmpuint (ids->len, >, 1500);
  for (guint i = 0; i < ids->len; i++)
    {
      gint64 id = g_array_index (ids, gint64, i);
      g_autoptr (QuarryPassageRecord) passage = quarry_store_get_passage (connection, id, NULL);

      quarry_embedder_embed (library->embedder, library->indexes->weights, passage->text, -1, vector);
      quarry_vector_index_add (alone, (guint32) id, vector);
    }
  quarry_library_give_back (library, connection);
  {
    QuarryIndexes indexes = { .weights = library->indexes->weights, .vectors = quarry_vector_index_new (dims) };

    connection = quarry_library_borrow (library, NULL);
    g_assert_true (quarry_library_embed_texts (library, &indexes, connection, 0, ids->len, NULL));
    quarry_library_give_back (library, connection);
    one = save_vectors (library, indexes.vectors, &length);
    quarry_vector_index_free (indexes.vectors);
  }
  other = save_vectors (library, alone, &other_length);
  g_assert_cmpuint (length, ==, other_length);
  g_assert_cmpint (memcmp (one, other, length), ==, 0);

  g_clear_object (&library);
  temporary_folder_free (g_steal_pointer (&folder));
}

/* Stands in for another process, which removes a passage as soon as one has been read. */
typedef struct
{
  const char *file;
  gint64 passage; /* 0 once it has been removed */
} Taker;

static int
take_out_cb (unsigned event, void *data, void *statement, void *sql)
{
  Taker *taker = data;
  g_autofree char *change = NULL;
  sqlite3 *other;

  if (taker->passage == 0 || strstr (sql, "FROM passages") == NULL || strstr (sql, "WHERE id = ?1") == NULL)
    return 0;
  change = g_strdup_printf ("DELETE FROM passages WHERE id = %" G_GINT64_FORMAT, taker->passage);
  taker->passage = 0;
  g_assert_cmpint (sqlite3_open (taker->file, &other), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (other, change, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (other);
  return 0;
}

/* The queries that the effort is measured with are made of the passages that are still there. */
static void
test_queries (void)
{
  static const char *const texts[] = { "Bees dance.", "Ships sail by the wind.", "Bread rises." };
  g_autofree char *folder = temporary_folder_new ();
  g_autofree char *file = g_build_filename (folder, "library.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryLibrary) library = quarry_library_open (folder, NULL, QUARRY_LIBRARY_WRITE, &error);
  g_autoptr (GArray) ids = NULL;
  guint dims = quarry_embedder_get_dims (library->embedder);
  g_autofree float *vector = g_new0 (float, dims);
  QuarryIndexes indexes = { .vectors = quarry_vector_index_new (dims) };
  QuarryStore *reader;
  Taker taker = { .file = file };

  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      QuarryDocumentBuilder *builder = quarry_document_builder_new ();
      g_autofree char *path = g_strdup_printf ("/%zu", i);
      g_autoptr (QuarryDocument) document = NULL;

      quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, texts[i], -1);
      document = quarry_document_builder_end (builder);
      quarry_library_add_document (library, path, document, &error);
      g_assert_no_error (error);
    }
  /* Enough vectors that they are put into cells and that searches of them are measured. */
  for (guint32 i = 0; i <= QUARRY_VECTOR_CHUNK_ROWS; i++)
    {
      vector[i % dims] += 1;
      quarry_vector_index_add (indexes.vectors, i, vector);
    }

  reader = quarry_library_borrow (library, NULL);
  ids = quarry_store_list_passage_ids (reader, NULL);
  g_assert_cmpuint (ids->len, ==, 3);
  taker.passage = g_array_index (ids, gint64, 1);
  sqlite3_trace_v2 (quarry_store_get_handle (reader), SQLITE_TRACE_STMT, take_out_cb, &taker);
  quarry_library_give_back (library, reader);
  g_assert_true (quarry_vector_index_wants_queries (indexes.vectors, "/nowhere", "mark"));
  quarry_library_prepare_vectors (library, &indexes, "/nowhere", "mark");
  g_assert_cmpint (taker.passage, ==, 0);
  g_assert_cmpuint (indexes.vectors->n_queries, ==, 2);

  quarry_vector_index_free (indexes.vectors);
  g_clear_object (&library);
  temporary_folder_free (g_steal_pointer (&folder));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/passage-vectors/find-sentences", test_find_sentences);
  g_test_add_func ("/passage-vectors/memory", test_memory);
  g_test_add_func ("/passage-vectors/memory/full", test_memory_full);
  g_test_add_func ("/passage-vectors/stretches", test_stretches);
  g_test_add_func ("/passage-vectors/library", test_library);
  g_test_add_func ("/passage-vectors/queries", test_queries);
  g_test_add_func ("/passage-vectors/together", test_together);
  g_test_add_func ("/passage-vectors/together/texts", test_texts_together);

  return g_test_run ();
}
