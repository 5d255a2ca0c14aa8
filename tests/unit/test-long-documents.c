/* test-long-documents.c: documents that are cut by one thread while another stores them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <string.h>

#include "core/library/import/quarry-prepared.h"
#include "core/library/quarry-library-indexes-private.h"
#include "core/library/quarry-library-private.h"
#include "core/library/quarry-library-write-private.h"
#include "core/segment/quarry-segmenter.h"
#include "tests/support/temporary-folder.h"

/* Makes a document of one whole stretch and a part of another. */
static QuarryDocument *
make_document (guint seed)
{
  static const char *const words[]
      = { "granite", "harbour", "winter", "apples", "letters", "engine", "meadow", "silver" };
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  gsize total = 0;

  while (total < 3 * QUARRY_STRETCH_BYTES + QUARRY_STRETCH_BYTES / 8)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      for (guint i = 0; i < 120; i++)
        g_string_append_printf (text, "%s%s", words[g_rand_int_range (random, 0, G_N_ELEMENTS (words))],
                                i % 12 == 11 ? ". " : " ");
      quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, text->str, -1);
      total += text->len;
    }
  quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, "At the very end stands a zeppelin.", -1);
  return quarry_document_builder_end (builder);
}

typedef struct
{
  char *folder;
  QuarryLibrary *library;
  QuarryDocument *document;
  QuarryPrepared *prepared;
} Fixture;

static void
begin (Fixture *self, const char *path)
{
  QuarryDocumentRecord *record = g_new0 (QuarryDocumentRecord, 1);

  record->path = g_strdup (path);
  record->content_hash = g_strdup ("");
  self->prepared = quarry_library_prepare (self->library, record, self->document, .5);
  g_assert_true (quarry_prepared_begin (self->prepared));
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->folder = temporary_folder_new ();
  self->library = quarry_library_open (self->folder, NULL, QUARRY_LIBRARY_WRITE, &error);
  g_assert_no_error (error);
  self->document = make_document (1);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_pointer (&self->prepared, quarry_prepared_unref);
  g_object_unref (self->document);
  g_object_unref (self->library);
  temporary_folder_free (self->folder);
}

static gpointer
cut_thread (gpointer prepared)
{
  return GUINT_TO_POINTER (quarry_prepared_cut_rest (prepared, 3, NULL));
}

static void
assert_holds (Fixture *self, guint n_documents, guint n_passages)
{
  g_autoptr (QuarryIndexes) indexes = quarry_library_current_indexes (self->library);
  g_autoptr (GPtrArray) problems = quarry_library_check (self->library, NULL);
  QuarryStore *connection = quarry_library_borrow (self->library, NULL);
  QuarryStoreCounts counts;

  g_assert_cmpuint (problems->len, ==, 0);
  g_assert_true (quarry_store_count (connection, &counts, NULL));
  quarry_library_give_back (self->library, connection);
  g_assert_cmpuint (counts.documents, ==, n_documents);
  g_assert_cmpuint (counts.passages, ==, n_passages);
  g_assert_cmpuint (quarry_vector_index_get_count (indexes->vectors), ==, n_passages);
  g_assert_cmpuint (quarry_lexical_index_get_count (indexes->words), ==, n_passages);
}

/* A document that is stored while it is being cut is the same as one that is cut first. */
static void
test_stored (Fixture *self, gconstpointer data)
{
  g_autoptr (QuarryIndexes) indexes = quarry_library_current_indexes (self->library);
  g_autoptr (GPtrArray) stretches = g_ptr_array_new_with_free_func ((GDestroyNotify) quarry_cut_stretch_free);
  guint n_passages = 0, n_segments = 0;
  QuarrySpan stretch = { 0 };
  g_autoptr (GPtrArray) passages = NULL;
  g_autoptr (GArray) segments = NULL;
  g_autoptr (QuarryDocument) kept = NULL;
  g_autoptr (GError) error = NULL;
  QuarryStore *connection;
  GThread *thread;
  gsize length, kept_length;
  const char *text, *kept_text;

  text = quarry_document_get_text (self->document, &length);
  while (stretch.end < length)
    {
      QuarryCutStretch *cut;

      stretch = (QuarrySpan) { stretch.end,
                               quarry_document_end_stretch (self->document, stretch.end, QUARRY_STRETCH_BYTES) };
      cut = quarry_cut_stretch_new (self->library->embedder, indexes->weights, self->document, .5, stretch);
      g_ptr_array_add (stretches, cut);
      n_passages += cut->passages->len;
    }
  g_assert_cmpuint (stretches->len, >, 1);

  begin (self, "/long");
  thread = g_thread_new ("cut", cut_thread, self->prepared);
  quarry_library_put (self->library, self->prepared, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (GPOINTER_TO_UINT (g_thread_join (thread)), ==, n_passages);
  g_assert_cmpuint (self->prepared->record->n_passages, ==, n_passages);
  assert_holds (self, 1, n_passages);

  connection = quarry_library_borrow (self->library, NULL);
  passages = quarry_store_list_passages (connection, self->prepared->record->id, NULL);
  segments = quarry_store_load_segments (connection, self->prepared->record->id, NULL);
  kept = quarry_store_load_document (connection, self->prepared->record->id, NULL);
  quarry_library_give_back (self->library, connection);
  g_assert_cmpuint (passages->len, ==, n_passages);
  n_passages = 0;
  for (guint k = 0; k < stretches->len; k++)
    {
      const QuarryCutStretch *cut = stretches->pdata[k];

      for (guint i = 0; i < cut->passages->len; i++)
        {
          const QuarryPassageRecord *passage = passages->pdata[n_passages];
          const QuarryPassageSpan *span = &g_array_index (cut->passages, QuarryPassageSpan, i);

          g_assert_cmpuint (passage->ordinal, ==, n_passages++);
          g_assert_cmpuint (passage->segment, ==, n_segments + span->segment);
          g_assert_cmpuint (passage->bytes.start, ==, span->span.start);
          g_assert_cmpuint (passage->bytes.end, ==, span->span.end);
        }
      g_assert_cmpuint (n_segments + cut->segments->len, <=, segments->len);
      g_assert_cmpmem (&g_array_index (segments, QuarrySpan, n_segments), cut->segments->len * sizeof (QuarrySpan),
                       cut->segments->data, cut->segments->len * sizeof (QuarrySpan));
      n_segments += cut->segments->len;
    }
  g_assert_cmpuint (segments->len, ==, n_segments);
  kept_text = quarry_document_get_text (kept, &kept_length);
  g_assert_cmpmem (kept_text, kept_length, text, length);
}

/* If it is cancelled, nothing of it is in the library. */
static void
test_cancelled (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancelled);
  begin (self, "/long");
  quarry_prepared_cut_rest (self->prepared, 2, cancelled);
  g_assert_false (quarry_library_put (self->library, self->prepared, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_holds (self, 0, 0);
}

/* The cutting thread does not block on a thread that takes no more. */
static void
test_given_up (Fixture *self, gconstpointer data)
{
  begin (self, "/long");
  quarry_prepared_give_up (self->prepared);
  quarry_prepared_cut_rest (self->prepared, 2, NULL);
  assert_holds (self, 0, 0);
}

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* Many vectors are moved out of memory before the import ends, and no temporary file remains. */
static void
test_spared (Fixture *self, gconstpointer data)
{
  guint dims = quarry_embedder_get_dims (self->library->embedder);
  g_autoptr (QuarryVectorIndex) vectors = quarry_vector_index_new (dims);
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  g_autofree float *vector = g_new0 (float, dims);
  g_autofree float *found = g_new (float, dims);
  guint n = (60u << 20) / (dims * 2), n_files = count_files (self->folder);
  gsize before;

  for (guint i = 0; i < n; i++)
    {
      for (guint k = 0; k < 8; k++)
        vector[g_rand_int_range (random, 0, (gint32) dims)] += (float) g_rand_double_range (random, -1, 1);
      quarry_embedder_make_unit (self->library->embedder, vector);
      quarry_vector_index_add (vectors, i + 1, vector);
    }
  before = quarry_vector_index_get_bytes (vectors);
  quarry_library_spare_vectors (self->library, vectors);
  g_assert_cmpuint (quarry_vector_index_get_bytes (vectors), <, before / 2);
  g_assert_cmpuint (count_files (self->folder), ==, n_files);
  g_assert_cmpuint (quarry_vector_index_get_count (vectors), ==, n);
  g_assert_true (quarry_vector_index_get (vectors, n, found));
  for (guint k = 0; k < dims; k++)
    g_assert_cmpfloat_with_epsilon (found[k], vector[k], .01f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/long-documents/stored", Fixture, NULL, set_up, test_stored, tear_down);
  g_test_add ("/long-documents/cancelled", Fixture, NULL, set_up, test_cancelled, tear_down);
  g_test_add ("/long-documents/spared", Fixture, NULL, set_up, test_spared, tear_down);
  g_test_add ("/long-documents/given-up", Fixture, NULL, set_up, test_given_up, tear_down);

  return g_test_run ();
}
