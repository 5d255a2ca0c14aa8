/* store-helpers.c: what the tests of the library's file share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/unit/store-helpers.h"

#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/temporary-folder.h"

void
store_set_up (StoreFixture *fixture, gconstpointer data)
{
  fixture->parent = temporary_folder_new ();
  fixture->folder = g_build_filename (fixture->parent, "library", NULL);
  fixture->file = g_build_filename (fixture->folder, "library.db", NULL);
}

void
store_tear_down (StoreFixture *fixture, gconstpointer data)
{
  temporary_folder_free (fixture->parent);
  g_free (fixture->folder);
  g_free (fixture->file);
}

QuarryStore *
open_store (StoreFixture *fixture, QuarryStoreMode mode)
{
  g_autoptr (GError) error = NULL;
  QuarryStore *store = quarry_store_open (fixture->folder, mode, &error);

  g_assert_no_error (error);
  g_assert_nonnull (store);
  return store;
}

void
assert_does_not_open (StoreFixture *fixture, QuarryStoreMode mode, QuarryStoreError wanted)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (quarry_store_open (fixture->folder, mode, &error));
  assert_store_error (error, wanted, fixture->folder);
}

QuarryDocument *
make_document (const char *const *paragraphs)
{
  g_autoptr (QuarryDocumentBuilder) builder = quarry_document_builder_new ();

  quarry_document_builder_set_title (builder, "A title");
  quarry_document_builder_set_metadata (builder, "language", "en-GB");
  for (guint i = 0; paragraphs[i] != NULL; i++)
    {
      quarry_document_builder_begin_page (builder, i + 1);
      quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, paragraphs[i], -1);
    }
  return quarry_document_builder_end (g_steal_pointer (&builder));
}

QuarryDocumentRecord *
try_add_document (QuarryStore *store,
                  const char *path,
                  const char *title,
                  const char *const *paragraphs,
                  GError **error)
{
  g_autoptr (QuarryDocument) document = make_document (paragraphs);
  g_autoptr (QuarryDocumentRecord) record = g_new0 (QuarryDocumentRecord, 1);
  g_autoptr (GPtrArray) passages
      = g_ptr_array_new_with_free_func ((GDestroyNotify) quarry_passage_record_free);
  g_autoptr (GArray) segments = g_array_new (FALSE, FALSE, sizeof (QuarrySpan));
  const QuarryBlock *blocks;
  const char *text;
  guint n_blocks;

  text = quarry_document_get_text (document, NULL);
  blocks = quarry_document_get_blocks (document, &n_blocks);
  for (guint i = 0; i < n_blocks; i++)
    {
      QuarryPassageRecord *passage = g_new0 (QuarryPassageRecord, 1);

      passage->ordinal = i;
      passage->segment = i;
      passage->bytes = blocks[i].span;
      passage->characters.start = quarry_document_characters_at (document, blocks[i].span.start);
      passage->characters.end = quarry_document_characters_at (document, blocks[i].span.end);
      passage->page = i + 1;
      passage->heading = g_strdup ("");
      passage->text
          = g_strndup (text + blocks[i].span.start, blocks[i].span.end - blocks[i].span.start);
      g_ptr_array_add (passages, passage);
      g_array_append_val (segments, blocks[i].span);
    }

  record->path = g_strdup (path);
  record->title = g_strdup (title);
  record->mime_type = g_strdup ("text/plain");
  record->author = g_strdup ("Ada Müller");
  record->keywords = g_strdup ("marble, lime");
  record->size = 1234;
  record->modified_ns = G_GINT64_CONSTANT (1700000000123456789);
  record->imported_at = 42;
  record->content_hash = g_strdup ("00ff");
  record->granularity = 0.5;
  if (!quarry_store_add_document (
          store, record, document, (gconstpointer) segments->data, segments->len, passages, error))
    return NULL;

  for (guint i = 0; i < passages->len; i++)
    {
      QuarryPassageRecord *passage = g_ptr_array_index (passages, i);

      g_assert_cmpint (passage->id, >, 0);
      g_assert_cmpint (passage->document, ==, record->id);
    }
  return g_steal_pointer (&record);
}

gint64
add_document (QuarryStore *store,
              const char *path,
              const char *title,
              const char *const *paragraphs)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocumentRecord) record = NULL;

  quarry_store_begin (store, &error);
  g_assert_no_error (error);
  record = try_add_document (store, path, title, paragraphs, &error);
  g_assert_no_error (error);
  quarry_store_commit (store, &error);
  g_assert_no_error (error);
  return record->id;
}

const char *const two_paragraphs[] = { "The first paragraph, ünïcode.", "The second one.", NULL };
const char *const one_paragraph[] = { "Alone.", NULL };

void
assert_sound (QuarryStore *store)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  quarry_store_check (store, problems, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < problems->len; i++)
    g_test_message ("%s", (char *) g_ptr_array_index (problems, i));
  g_assert_cmpuint (problems->len, ==, 0);
}

void
assert_unsound (QuarryStore *store, const char *wanted)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  gboolean found = FALSE;

  quarry_store_check (store, problems, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < problems->len; i++)
    {
      g_test_message ("%s", (char *) g_ptr_array_index (problems, i));
      found |= strstr (g_ptr_array_index (problems, i), wanted) != NULL;
    }
  g_assert_true (found);
}

void
execute_sql (QuarryStore *store, const char *sql)
{
  char *message = NULL;

  sqlite3_exec (quarry_store_get_handle (store), sql, NULL, NULL, &message);
  g_assert_cmpstr (message, ==, NULL);
}

void
assert_counts (QuarryStore *store, guint64 documents, guint64 passages)
{
  g_autoptr (GError) error = NULL;
  QuarryStoreCounts counts;

  quarry_store_count (store, &counts, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (counts.documents, ==, documents);
  g_assert_cmpuint (counts.passages, ==, passages);
}

void
run_in_child (ChildFunc func, StoreFixture *fixture)
{
  pid_t pid = fork ();
  int status;

  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      func (fixture);
      _exit (0);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
}

void
add_many (QuarryStore *store, guint n_documents)
{
  for (guint i = 0; i < n_documents; i++)
    {
      g_autofree char *path = g_strdup_printf ("/many/%u.txt", i);

      add_document (store, path, "Many", two_paragraphs);
    }
}
