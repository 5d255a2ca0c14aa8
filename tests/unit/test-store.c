/* test-store.c: the library's file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/store/quarry-store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct
{
  char *parent; /* of the library's folder */
  char *folder;
  char *file;
} Fixture;

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        remove_tree (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->parent = g_dir_make_tmp ("quarry-store-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->folder = g_build_filename (fixture->parent, "library", NULL);
  fixture->file = g_build_filename (fixture->folder, "library.db", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  remove_tree (fixture->parent);
  g_free (fixture->parent);
  g_free (fixture->folder);
  g_free (fixture->file);
}

static QuarryStore *
open_store (Fixture *fixture, QuarryStoreMode mode)
{
  g_autoptr (GError) error = NULL;
  QuarryStore *store = quarry_store_open (fixture->folder, mode, &error);

  g_assert_no_error (error);
  g_assert_nonnull (store);
  return store;
}

/* Every message names the file. */
#define assert_store_error(error, wanted, name)             \
  G_STMT_START                                              \
  {                                                         \
    g_assert_error (error, QUARRY_STORE_ERROR, wanted);     \
    g_assert_nonnull (strstr (error->message, name));       \
    g_assert_true (g_str_has_suffix (error->message, ".")); \
  }                                                         \
  G_STMT_END

static void
assert_does_not_open (Fixture *fixture, QuarryStoreMode mode, QuarryStoreError wanted)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (quarry_store_open (fixture->folder, mode, &error));
  assert_store_error (error, wanted, fixture->folder);
}

static QuarryDocument *
make_document (const char *const *paragraphs)
{
  g_autoptr (QuarryDocumentBuilder) builder = quarry_document_builder_new ();

  quarry_document_builder_set_title (builder, "A title");
  quarry_document_builder_set_metadata (builder, "language", "en-GB");
  for (guint i = 0; paragraphs[i] != NULL; i++)
    quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, paragraphs[i], -1);
  return quarry_document_builder_end (g_steal_pointer (&builder));
}

/* Adds a document with one passage and one segment a paragraph. @path is kept as it is. */
static QuarryDocumentRecord *
try_add (QuarryStore *store,
         const char *path,
         const char *title,
         const char *const *paragraphs,
         GError **error)
{
  g_autoptr (QuarryDocument) document = make_document (paragraphs);
  g_autoptr (QuarryDocumentRecord) record = g_new0 (QuarryDocumentRecord, 1);
  g_autoptr (GPtrArray) passages
      = g_ptr_array_new_with_free_func ((GDestroyNotify)quarry_passage_record_free);
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
      passage->heading = g_strdup ("Part\037Chapter");
      passage->text
          = g_strndup (text + blocks[i].span.start, blocks[i].span.end - blocks[i].span.start);
      g_ptr_array_add (passages, passage);
      g_array_append_val (segments, blocks[i].span);
    }

  record->path = g_strdup (path);
  record->title = g_strdup (title);
  record->mime_type = g_strdup ("text/plain");
  record->author = g_strdup ("Ada Müller");
  record->size = 1234;
  record->modified_ns = G_GINT64_CONSTANT (1700000000123456789);
  record->imported_at = 42;
  record->content_hash = g_strdup ("00ff");
  record->granularity = 0.5;
  if (!quarry_store_add_document (
          store, record, document, (QuarrySpan *)segments->data, segments->len, passages, error))
    return NULL;

  for (guint i = 0; i < passages->len; i++)
    {
      QuarryPassageRecord *passage = g_ptr_array_index (passages, i);

      g_assert_cmpint (passage->id, >, 0);
      g_assert_cmpint (passage->document, ==, record->id);
    }
  return g_steal_pointer (&record);
}

static gint64
add (QuarryStore *store, const char *path, const char *title, const char *const *paragraphs)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocumentRecord) record = NULL;

  quarry_store_begin (store, &error);
  g_assert_no_error (error);
  record = try_add (store, path, title, paragraphs, &error);
  g_assert_no_error (error);
  quarry_store_commit (store, &error);
  g_assert_no_error (error);
  return record->id;
}

static const char *const two_paragraphs[]
    = { "The first paragraph, ünïcode.", "The second one.", NULL };
static const char *const one_paragraph[] = { "Alone.", NULL };

static void
assert_sound (QuarryStore *store)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  quarry_store_check (store, problems, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < problems->len; i++)
    g_test_message ("%s", (char *)g_ptr_array_index (problems, i));
  g_assert_cmpuint (problems->len, ==, 0);
}

static void
assert_unsound (QuarryStore *store, const char *wanted)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  gboolean found = FALSE;

  quarry_store_check (store, problems, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < problems->len; i++)
    {
      g_test_message ("%s", (char *)g_ptr_array_index (problems, i));
      found |= strstr (g_ptr_array_index (problems, i), wanted) != NULL;
    }
  g_assert_true (found);
}

static void
execute (QuarryStore *store, const char *sql)
{
  char *message = NULL;

  sqlite3_exec (quarry_store_get_handle (store), sql, NULL, NULL, &message);
  g_assert_cmpstr (message, ==, NULL);
}

static void
assert_counts (QuarryStore *store, guint64 documents, guint64 passages)
{
  g_autoptr (GError) error = NULL;
  QuarryStoreCounts counts;

  quarry_store_count (store, &counts, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (counts.documents, ==, documents);
  g_assert_cmpuint (counts.passages, ==, passages);
}

/* Runs @func in a process of its own, which says whether all went well. */
typedef void (*ChildFunc) (Fixture *fixture);

static void
run_child (ChildFunc func, Fixture *fixture)
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

/* --- The ordinary way ------------------------------------------------------------------------ */

static void
test_new (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  GStatBuf information;

  g_assert_cmpint (g_stat (fixture->folder, &information), ==, 0);
  g_assert_cmpint (information.st_mode & 0777, ==, 0700);
  g_assert_cmpint (g_stat (fixture->file, &information), ==, 0);
  g_assert_cmpint (information.st_mode & 0777, ==, 0600);
  assert_counts (store, 0, 0);
  assert_sound (store);

  g_clear_object (&store);
  store = open_store (fixture, QUARRY_STORE_WRITE);
  assert_sound (store);
}

static void
test_document (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocumentRecord) record = NULL;
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (QuarryPassageRecord) passage = NULL;
  g_autoptr (GPtrArray) passages = NULL;
  g_autoptr (GArray) segments = NULL;
  g_autoptr (GArray) ids = NULL;
  QuarryPassageRecord *second;
  QuarryStoreCounts counts;
  gsize length;
  gint64 id = add (store, "/home/ada/a.txt", "Title — ü", two_paragraphs);

  record = quarry_store_find_document (store, "/home/ada/a.txt", &error);
  g_assert_no_error (error);
  g_assert_cmpint (record->id, ==, id);
  g_assert_cmpstr (record->path, ==, "/home/ada/a.txt");
  g_assert_cmpstr (record->title, ==, "Title — ü");
  g_assert_cmpstr (record->mime_type, ==, "text/plain");
  g_assert_cmpstr (record->author, ==, "Ada Müller");
  g_assert_cmpint (record->size, ==, 1234);
  g_assert_cmpint (record->modified_ns, ==, G_GINT64_CONSTANT (1700000000123456789));
  g_assert_cmpint (record->imported_at, ==, 42);
  g_assert_cmpstr (record->content_hash, ==, "00ff");
  g_assert_cmpfloat (record->granularity, ==, 0.5);
  g_assert_cmpuint (record->n_passages, ==, 2);

  document = quarry_store_load_document (store, id, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (quarry_document_get_text (document, &length), "ünïcode"));
  g_assert_cmpstr (quarry_document_get_title (document), ==, "A title");

  segments = quarry_store_load_segments (store, id, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (segments->len, ==, 2);
  g_assert_cmpuint (g_array_index (segments, QuarrySpan, 1).end, ==, length);

  passages = quarry_store_list_passages (store, id, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (passages->len, ==, 2);
  second = g_ptr_array_index (passages, 1);
  g_assert_cmpstr (second->text, ==, "The second one.");
  g_assert_cmpuint (second->ordinal, ==, 1);
  g_assert_cmpuint (second->segment, ==, 1);
  g_assert_cmpuint (second->page, ==, 2);
  g_assert_cmpuint (second->bytes.end, ==, length);
  /* Two letters of the first paragraph take two bytes each. */
  g_assert_cmpuint (second->characters.end, ==, length - 2);

  passage = quarry_store_get_passage (store, second->id, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (passage->text, ==, second->text);
  g_assert_cmpstr (passage->heading, ==, "Part\037Chapter");
  g_assert_cmpint (passage->document, ==, id);

  ids = quarry_store_list_passage_ids (store, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (ids->len, ==, 2);
  g_assert_cmpint (g_array_index (ids, gint64, 1), ==, second->id);

  quarry_store_count (store, &counts, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (counts.text_bytes, ==, length);
  assert_sound (store);
}

static void
test_absent (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GError) error = NULL;

  g_assert_null (quarry_store_find_document (store, "/nowhere", &error));
  g_assert_no_error (error);
  g_assert_null (quarry_store_get_document (store, 99, &error));
  g_assert_no_error (error);
  g_assert_null (quarry_store_load_document (store, 99, &error));
  g_assert_no_error (error);
  g_assert_null (quarry_store_get_passage (store, 99, &error));
  g_assert_no_error (error);
  quarry_store_begin (store, &error);
  g_assert_false (quarry_store_remove_document (store, 99, &error));
  g_assert_no_error (error);
  quarry_store_rollback (store);
}

static void
test_same_path_twice (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GError) error = NULL;

  add (store, "/a", NULL, one_paragraph);
  quarry_store_begin (store, &error);
  g_assert_no_error (error);
  g_assert_null (try_add (store, "/a", NULL, two_paragraphs, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_FAILED, "/a");
  quarry_store_rollback (store);
  assert_counts (store, 1, 1);
}

static void
test_outside_transaction (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GError) error = NULL;

  g_assert_null (try_add (store, "/a", NULL, one_paragraph, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_FAILED, fixture->file);
  g_clear_error (&error);
  g_assert_false (quarry_store_remove_document (store, 1, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_FAILED, fixture->file);
  assert_counts (store, 0, 0);
}

static void
test_misfits (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (QuarryDocument) document = make_document (one_paragraph);
  g_autoptr (GPtrArray) passages = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  QuarryDocumentRecord record = { .path = (char *)"/misfit" };
  QuarryPassageRecord passage
      = { .bytes = { 0, 6 }, .characters = { 0, 6 }, .text = (char *)"Alone." };
  QuarrySpan good = { 0, 6 };
  QuarrySpan bad = { 3, 7 };

  quarry_store_begin (store, &error);
  g_assert_no_error (error);

  g_assert_false (quarry_store_add_document (store, &record, document, &bad, 1, passages, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_FAILED, "/misfit");
  g_clear_error (&error);

  g_ptr_array_add (passages, &passage);
  passage.bytes.end = 7;
  g_assert_false (quarry_store_add_document (store, &record, document, &good, 1, passages, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_FAILED, "/misfit");
  g_clear_error (&error);

  passage.bytes.end = 6;
  passage.segment = 1;
  g_assert_false (quarry_store_add_document (store, &record, document, &good, 1, passages, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_FAILED, "/misfit");
  g_clear_error (&error);

  passage.segment = 0;
  g_assert_true (quarry_store_add_document (store, &record, document, &good, 1, passages, &error));
  g_assert_no_error (error);
  quarry_store_commit (store, &error);
  g_assert_no_error (error);
  assert_counts (store, 1, 1);
}

/* A number is never given out again, not even that of the last passage. */
static void
test_ids_are_not_reused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) before = NULL;
  g_autoptr (GArray) after = NULL;
  gint64 id = add (store, "/a", NULL, two_paragraphs);

  before = quarry_store_list_passage_ids (store, &error);
  quarry_store_begin (store, &error);
  g_assert_true (quarry_store_remove_document (store, id, &error));
  quarry_store_commit (store, &error);
  g_assert_no_error (error);
  assert_counts (store, 0, 0);
  assert_sound (store);
  g_assert_null (quarry_store_load_document (store, id, &error));
  g_assert_no_error (error);

  /* Neither after a new start. */
  g_clear_object (&store);
  store = open_store (fixture, QUARRY_STORE_WRITE);
  g_assert_cmpint (add (store, "/a", NULL, two_paragraphs), >, id);
  after = quarry_store_list_passage_ids (store, &error);
  g_assert_cmpint (
      g_array_index (after, gint64, 0), >, g_array_index (before, gint64, before->len - 1));
}

static void
test_numbers_used_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GError) error = NULL;

  add (store, "/a", NULL, one_paragraph);
  execute (store, "UPDATE sqlite_sequence SET seq = 4294967293 WHERE name = 'passages'");
  add (store, "/b", NULL, one_paragraph);
  quarry_store_begin (store, &error);
  g_assert_null (try_add (store, "/c", NULL, one_paragraph, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_FAILED, fixture->file);
  quarry_store_rollback (store);
  assert_counts (store, 2, 2);
}

static void
test_rollback (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (QuarryDocumentRecord) record = NULL;
  g_autoptr (GError) error = NULL;

  add (store, "/a", NULL, one_paragraph);
  quarry_store_begin (store, &error);
  record = try_add (store, "/b", NULL, two_paragraphs, &error);
  g_assert_no_error (error);
  assert_counts (store, 2, 3);
  quarry_store_rollback (store);
  assert_counts (store, 1, 1);
  /* Harmless where nothing has begun; an end without a beginning is an error. */
  quarry_store_rollback (store);
  g_assert_false (quarry_store_commit (store, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_FAILED, fixture->file);
}

static void
test_update_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (QuarryDocumentRecord) record = NULL;
  g_autoptr (GError) error = NULL;
  gint64 id = add (store, "/old/a", NULL, one_paragraph);

  add (store, "/other", NULL, one_paragraph);
  g_assert_true (quarry_store_update_file (store, id, "/new/a", 77, 88, &error));
  g_assert_no_error (error);
  record = quarry_store_get_document (store, id, &error);
  g_assert_cmpstr (record->path, ==, "/new/a");
  g_assert_cmpint (record->size, ==, 77);
  g_assert_cmpint (record->modified_ns, ==, 88);

  g_assert_true (quarry_store_update_file (store, id, "/new/a", 78, 89, &error));
  g_assert_no_error (error);
  g_assert_false (quarry_store_update_file (store, id, "/other", 1, 1, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_FAILED, "/other");
  g_clear_error (&error);
  g_assert_false (quarry_store_update_file (store, 999, "/third", 1, 1, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_FAILED, "/third");
}

static char *
list_paths (QuarryStore *store, const char *prefix, gboolean by_time, guint limit)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) documents
      = quarry_store_list_documents (store, prefix, by_time, limit, &error);
  GString *paths = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < documents->len; i++)
    {
      QuarryDocumentRecord *record = g_ptr_array_index (documents, i);

      g_string_append_printf (paths, "%s%s", i > 0 ? " " : "", record->path);
    }
  return g_string_free (paths, FALSE);
}

#define assert_paths(store, prefix, by_time, limit, wanted)               \
  G_STMT_START                                                            \
  {                                                                       \
    g_autofree char *paths_ = list_paths (store, prefix, by_time, limit); \
    g_assert_cmpstr (paths_, ==, wanted);                                 \
  }                                                                       \
  G_STMT_END

static void
test_list (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);

  add (store, "/d/b", NULL, one_paragraph);
  add (store, "/d/a", NULL, one_paragraph);
  add (store, "/d", NULL, one_paragraph);
  add (store, "/d0", NULL, one_paragraph);
  add (store, "/d-x", NULL, one_paragraph);
  add (store, "/d/s/\377", NULL, one_paragraph);
  execute (store, "UPDATE documents SET imported_at = 100 WHERE path = CAST('/d/a' AS BLOB)");

  assert_paths (store, NULL, FALSE, 0, "/d /d-x /d/a /d/b /d/s/\377 /d0");
  assert_paths (store, NULL, FALSE, 2, "/d /d-x");
  assert_paths (store, "/d", FALSE, 0, "/d /d/a /d/b /d/s/\377");
  assert_paths (store, "/d/", FALSE, 0, "/d /d/a /d/b /d/s/\377");
  assert_paths (store, "/", FALSE, 0, "/d /d-x /d/a /d/b /d/s/\377 /d0");
  assert_paths (store, "/nothing", FALSE, 0, "");
  assert_paths (store, "%", FALSE, 0, "");
  assert_paths (store, NULL, TRUE, 0, "/d/a /d/s/\377 /d-x /d0 /d /d/b");
  assert_paths (store, "/d", TRUE, 2, "/d/a /d/s/\377");
}

typedef struct
{
  GString *seen;
  guint n_wanted;
  QuarryStore *store;
} Walk;

static gboolean
note_passage (const QuarryPassageRecord *passage, const char *title, gpointer user_data)
{
  Walk *walk = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryPassageRecord) again
      = quarry_store_get_passage (walk->store, passage->id, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (again->text, ==, passage->text);
  g_string_append_printf (walk->seen, "%s:%s;", title, passage->text);
  return --walk->n_wanted > 0;
}

static void
test_foreach (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GArray) ids = NULL;
  g_autoptr (GError) error = NULL;
  Walk walk = { g_string_new (NULL), 99, store };

  add (store, "/x/named.txt", "Said", two_paragraphs);
  add (store, "/x/un\377named.txt", NULL, one_paragraph);
  ids = quarry_store_list_passage_ids (store, &error);

  g_assert_true (quarry_store_foreach_passage (store, 0, note_passage, &walk, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (
      walk.seen->str,
      ==,
      "Said:The first paragraph, ünïcode.;Said:The second one.;un\357\277\275named.txt:Alone.;");

  g_string_truncate (walk.seen, 0);
  g_assert_true (quarry_store_foreach_passage (
      store, g_array_index (ids, gint64, 1), note_passage, &walk, &error));
  g_assert_cmpstr (walk.seen->str, ==, "un\357\277\275named.txt:Alone.;");

  g_string_truncate (walk.seen, 0);
  walk.n_wanted = 1;
  g_assert_true (quarry_store_foreach_passage (store, 0, note_passage, &walk, &error));
  g_assert_cmpstr (walk.seen->str, ==, "Said:The first paragraph, ünïcode.;");
  g_string_free (walk.seen, TRUE);
}

/* --- Filters --------------------------------------------------------------------------------- */

static char *
filtered_paths (QuarryStore *store, const QuarryStoreFilter *filter)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) bitmap = NULL;
  GString *paths = g_string_new (NULL);
  guint n_allowed = 999;
  guint n_bits = 0;

  bitmap = quarry_store_filter_passages (store, filter, &n_allowed, &error);
  g_assert_no_error (error);
  for (guint64 id = 0; id < (guint64)bitmap->len * 64; id++)
    if ((g_array_index (bitmap, guint64, id >> 6) >> (id & 63)) & 1)
      {
        g_autoptr (QuarryPassageRecord) passage = quarry_store_get_passage (store, id, &error);
        g_autoptr (QuarryDocumentRecord) record = NULL;

        g_assert_no_error (error);
        g_assert_nonnull (passage);
        record = quarry_store_get_document (store, passage->document, &error);
        if (passage->ordinal == 0)
          g_string_append_printf (paths, "%s%s", paths->len > 0 ? " " : "", record->path);
        n_bits++;
      }
  g_assert_cmpuint (n_bits, ==, n_allowed);
  return g_string_free (paths, FALSE);
}

#define assert_filtered(store, wanted, ...)                     \
  G_STMT_START                                                  \
  {                                                             \
    QuarryStoreFilter filter_ = { __VA_ARGS__ };                \
    g_autofree char *paths_ = filtered_paths (store, &filter_); \
    g_assert_cmpstr (paths_, ==, wanted);                       \
  }                                                             \
  G_STMT_END

#define STRINGS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void
test_filter (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autofree char *all = NULL;

  add (store, "/home/Notes/a.PDF", "On Élan", two_paragraphs);
  add (store, "/home/notes-old/b.md", NULL, two_paragraphs);
  add (store, "/home/work/notes/c.tar.gz", NULL, one_paragraph);
  add (store, "/home/.hidden", NULL, one_paragraph);
  execute (store,
           "UPDATE documents SET modified_ns = 500, author = NULL, language = 'de'"
           " WHERE path = CAST('/home/.hidden' AS BLOB)");

  all = filtered_paths (store, NULL);
  g_assert_cmpstr (
      all, ==, "/home/Notes/a.PDF /home/notes-old/b.md /home/work/notes/c.tar.gz /home/.hidden");
  assert_filtered (store, "/home/Notes/a.PDF", .extensions = STRINGS ("pdf"));
  assert_filtered (
      store, "/home/Notes/a.PDF /home/work/notes/c.tar.gz", .extensions = STRINGS ("PDF", "gz"));
  assert_filtered (store, "", .extensions = STRINGS ("hidden"));
  assert_filtered (
      store, "/home/Notes/a.PDF /home/work/notes/c.tar.gz", .folders = STRINGS ("NOTES"));
  assert_filtered (store, "/home/work/notes/c.tar.gz", .folders = STRINGS ("work/notes"));
  assert_filtered (store, "/home/work/notes/c.tar.gz", .folders = STRINGS ("/home/work/"));
  assert_filtered (store, "", .folders = STRINGS ("/work"));
  assert_filtered (store, "", .folders = STRINGS ("a.pdf"));
  assert_filtered (store, "/home/Notes/a.PDF", .titles = STRINGS ("éLAN"));
  assert_filtered (store, "/home/notes-old/b.md", .titles = STRINGS ("b.m"));
  assert_filtered (store, "", .titles = STRINGS ("home"));
  assert_filtered (store, "/home/.hidden", .languages = STRINGS ("de"));
  assert_filtered (store, "", .languages = STRINGS ("e"));
  assert_filtered (
      store, "/home/Notes/a.PDF", .languages = STRINGS ("EN"), .titles = STRINGS ("elan", "élan"));
  assert_filtered (store,
                   "/home/Notes/a.PDF /home/notes-old/b.md /home/work/notes/c.tar.gz",
                   .authors = STRINGS ("MÜLL"));
  assert_filtered (store, "/home/.hidden", .before_ns = 501);
  assert_filtered (store, "", .before_ns = 500);
  assert_filtered (store, all, .after_ns = 500);
  assert_filtered (
      store, "/home/Notes/a.PDF /home/notes-old/b.md /home/work/notes/c.tar.gz", .after_ns = 501);
  assert_filtered (store, "", .after_ns = 501, .before_ns = 502);
}

/* The ids come from an index that holds no text. */
static void
test_ids_do_not_read_texts (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  sqlite3_stmt *stmt;
  const char *plan;

  g_assert_cmpint (sqlite3_prepare_v2 (quarry_store_get_handle (store),
                                       "EXPLAIN QUERY PLAN SELECT id FROM passages"
                                       " INDEXED BY passages_by_document",
                                       -1,
                                       &stmt,
                                       NULL),
                   ==,
                   SQLITE_OK);
  g_assert_cmpint (sqlite3_step (stmt), ==, SQLITE_ROW);
  plan = (const char *)sqlite3_column_text (stmt, 3);
  g_assert_nonnull (strstr (plan, "COVERING INDEX"));
  sqlite3_finalize (stmt);
}

/* --- Failures and values --------------------------------------------------------------------- */

static void
test_failures (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) failures = NULL;
  QuarryFailureRecord failure = { (char *)"/b\377", FALSE, (char *)"It is broken.", 5, 6 };
  QuarryFailureRecord *first;
  QuarryStoreCounts counts;

  g_assert_true (quarry_store_record_failure (store, &failure, &error));
  failure.reason = (char *)"It is encrypted.";
  g_assert_true (quarry_store_record_failure (store, &failure, &error));
  failure.path = (char *)"/a";
  failure.skipped = TRUE;
  g_assert_true (quarry_store_record_failure (store, &failure, &error));
  failure.path = (char *)"/c";
  failure.skipped = FALSE;
  g_assert_true (quarry_store_record_failure (store, &failure, &error));
  g_assert_no_error (error);

  failures = quarry_store_list_failures (store, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (failures->len, ==, 3);
  first = g_ptr_array_index (failures, 0);
  g_assert_cmpstr (first->path, ==, "/a");
  g_assert_true (first->skipped);
  first = g_ptr_array_index (failures, 1);
  g_assert_cmpstr (first->path, ==, "/b\377");
  g_assert_cmpstr (first->reason, ==, "It is encrypted.");
  g_assert_false (first->skipped);
  g_assert_cmpint (first->size, ==, 5);
  g_assert_cmpint (first->modified_ns, ==, 6);

  quarry_store_count (store, &counts, &error);
  g_assert_cmpuint (counts.failed, ==, 2);
  g_assert_cmpuint (counts.skipped, ==, 1);

  /* A file that can be read after all is no failure any more. */
  add (store, "/c", NULL, one_paragraph);
  g_assert_true (quarry_store_clear_failure (store, "/a", &error));
  g_assert_no_error (error);
  quarry_store_count (store, &counts, &error);
  g_assert_cmpuint (counts.failed, ==, 1);
  g_assert_cmpuint (counts.skipped, ==, 0);
}

static void
test_values (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) value = g_bytes_new ("a\0b", 3);
  g_autoptr (GBytes) empty = g_bytes_new (NULL, 0);
  g_autoptr (GBytes) found = NULL;

  g_assert_null (quarry_store_get_value (store, "key", &error));
  g_assert_no_error (error);
  g_assert_true (quarry_store_set_value (store, "key", empty, &error));
  found = quarry_store_get_value (store, "key", &error);
  g_assert_true (g_bytes_equal (found, empty));
  g_clear_pointer (&found, g_bytes_unref);
  g_assert_true (quarry_store_set_value (store, "key", value, &error));
  found = quarry_store_get_value (store, "key", &error);
  g_assert_true (g_bytes_equal (found, value));
  g_assert_true (quarry_store_set_value (store, "key", NULL, &error));
  g_assert_no_error (error);
  g_assert_null (quarry_store_get_value (store, "key", &error));
  g_assert_no_error (error);
}

static void
test_huge_text (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) document = NULL;
  g_autofree char *text = g_malloc (24 << 20);
  const char *paragraphs[] = { text, NULL };
  gsize length;
  gint64 id;

  for (gsize i = 0; i < (24 << 20); i++)
    text[i] = i % 8 == 7 ? ' ' : 'a' + i % 8;
  text[(24 << 20) - 2] = '.';
  text[(24 << 20) - 1] = '\0';
  id = add (store, "/huge", NULL, paragraphs);
  document = quarry_store_load_document (store, id, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (quarry_document_get_text (document, &length), ==, text);
  assert_sound (store);
}

/* --- Wrong files ----------------------------------------------------------------------------- */

static void
test_missing (Fixture *fixture, gconstpointer data)
{
  assert_does_not_open (fixture, QUARRY_STORE_READ_ONLY, QUARRY_STORE_ERROR_OPEN);
  g_assert_false (g_file_test (fixture->folder, G_FILE_TEST_EXISTS));

  /* The same for a folder without a library, and for an empty file. */
  g_assert_cmpint (g_mkdir (fixture->folder, 0700), ==, 0);
  assert_does_not_open (fixture, QUARRY_STORE_READ_ONLY, QUARRY_STORE_ERROR_OPEN);
  g_assert_true (g_file_set_contents (fixture->file, "", 0, NULL));
  assert_does_not_open (fixture, QUARRY_STORE_READ_ONLY, QUARRY_STORE_ERROR_OPEN);
  g_object_unref (open_store (fixture, QUARRY_STORE_WRITE));
}

static void
test_not_a_folder (Fixture *fixture, gconstpointer data)
{
  g_assert_true (g_file_set_contents (fixture->folder, "text", -1, NULL));
  assert_does_not_open (fixture, QUARRY_STORE_READ_ONLY, QUARRY_STORE_ERROR_OPEN);
  assert_does_not_open (fixture, QUARRY_STORE_WRITE, QUARRY_STORE_ERROR_OPEN);
  g_unlink (fixture->folder);

  g_assert_cmpint (g_mkdir_with_parents (fixture->file, 0700), ==, 0);
  assert_does_not_open (fixture, QUARRY_STORE_READ_ONLY, QUARRY_STORE_ERROR_OPEN);
  assert_does_not_open (fixture, QUARRY_STORE_WRITE, QUARRY_STORE_ERROR_OPEN);
}

static void
test_garbage (Fixture *fixture, gconstpointer data)
{
  g_autofree char *garbage = g_malloc (100000);
  g_autofree char *after = NULL;
  gsize length;

  for (guint i = 0; i < 100000; i++)
    garbage[i] = (char)(i * 2654435761u >> 13);
  g_assert_cmpint (g_mkdir (fixture->folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (fixture->file, garbage, 100000, NULL));
  assert_does_not_open (fixture, QUARRY_STORE_READ_ONLY, QUARRY_STORE_ERROR_FOREIGN);
  assert_does_not_open (fixture, QUARRY_STORE_WRITE, QUARRY_STORE_ERROR_FOREIGN);

  g_assert_true (g_file_get_contents (fixture->file, &after, &length, NULL));
  g_assert_cmpmem (garbage, 100000, after, length);

  g_assert_true (g_file_set_contents (fixture->file, "short", -1, NULL));
  assert_does_not_open (fixture, QUARRY_STORE_WRITE, QUARRY_STORE_ERROR_FOREIGN);
}

/* Makes library.db with plain SQLite. */
static void
make_by_hand (Fixture *fixture, const char *sql)
{
  sqlite3 *db;

  g_mkdir (fixture->folder, 0700);
  g_assert_cmpint (sqlite3_open (fixture->file, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

static void
test_foreign (Fixture *fixture, gconstpointer data)
{
  make_by_hand (fixture, "CREATE TABLE bookmarks (url TEXT); INSERT INTO bookmarks VALUES ('x')");
  assert_does_not_open (fixture, QUARRY_STORE_READ_ONLY, QUARRY_STORE_ERROR_FOREIGN);
  assert_does_not_open (fixture, QUARRY_STORE_WRITE, QUARRY_STORE_ERROR_FOREIGN);
  g_unlink (fixture->file);

  make_by_hand (fixture, "PRAGMA application_id = 77");
  assert_does_not_open (fixture, QUARRY_STORE_WRITE, QUARRY_STORE_ERROR_FOREIGN);
}

static void
test_newer (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);

  add (store, "/a", NULL, one_paragraph);
  g_clear_object (&store);
  make_by_hand (fixture, "PRAGMA user_version = 1000");
  assert_does_not_open (fixture, QUARRY_STORE_READ_ONLY, QUARRY_STORE_ERROR_NEWER);
  assert_does_not_open (fixture, QUARRY_STORE_WRITE, QUARRY_STORE_ERROR_NEWER);

  make_by_hand (fixture, "PRAGMA user_version = -1");
  assert_does_not_open (fixture, QUARRY_STORE_WRITE, QUARRY_STORE_ERROR_DAMAGED);

  make_by_hand (fixture, "PRAGMA user_version = 1");
  store = open_store (fixture, QUARRY_STORE_READ_ONLY);
  assert_counts (store, 1, 1);
}

/* Version 0 is what a process that died right after making the file leaves. */
static void
test_older (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = NULL;

  make_by_hand (fixture, "PRAGMA application_id = 1366454905");
  assert_does_not_open (fixture, QUARRY_STORE_READ_ONLY, QUARRY_STORE_ERROR_OPEN);
  store = open_store (fixture, QUARRY_STORE_WRITE);
  add (store, "/a", NULL, one_paragraph);
  assert_sound (store);
}

static gboolean
keep_as_it_is (QuarryStore *store, GError **error)
{
  g_assert_not_reached ();
}

static gboolean
add_column (QuarryStore *store, GError **error)
{
  return quarry_store_execute (store, "ALTER TABLE documents ADD COLUMN rating INTEGER", error);
}

static gboolean
fail_half_way (QuarryStore *store, GError **error)
{
  return quarry_store_execute (store,
                               "ALTER TABLE documents ADD COLUMN colour TEXT; DELETE FROM passages;"
                               "INSERT INTO nowhere VALUES (1)",
                               error);
}

static gint64
user_version (QuarryStore *store)
{
  sqlite3_stmt *stmt;
  gint64 version;

  sqlite3_prepare_v2 (quarry_store_get_handle (store), "PRAGMA user_version", -1, &stmt, NULL);
  sqlite3_step (stmt);
  version = sqlite3_column_int64 (stmt, 0);
  sqlite3_finalize (stmt);
  return version;
}

static void
test_migration (Fixture *fixture, gconstpointer data)
{
  static const QuarryStoreMigration good[] = { keep_as_it_is, add_column };
  static const QuarryStoreMigration bad[] = { keep_as_it_is, keep_as_it_is, fail_half_way };
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (QuarryStore) reader = open_store (fixture, QUARRY_STORE_READ_ONLY);
  g_autoptr (GError) error = NULL;

  add (store, "/a", NULL, two_paragraphs);
  g_assert_cmpint (user_version (store), ==, 1);

  g_assert_false (quarry_store_migrate (reader, good, 2, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_OPEN, fixture->file);
  g_clear_error (&error);

  g_assert_true (quarry_store_migrate (store, good, 2, &error));
  g_assert_no_error (error);
  g_assert_cmpint (user_version (store), ==, 2);
  execute (store, "UPDATE documents SET rating = 5");

  g_assert_false (quarry_store_migrate (store, bad, 3, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_FAILED, fixture->file);
  g_assert_cmpint (user_version (store), ==, 2);
  assert_counts (store, 1, 2);
  assert_sound (store);
  g_clear_error (&error);

  g_assert_false (quarry_store_migrate (store, good, 1, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_NEWER, fixture->file);
}

static void
fill (QuarryStore *store, guint n_documents)
{
  for (guint i = 0; i < n_documents; i++)
    {
      g_autofree char *path = g_strdup_printf ("/many/%u.txt", i);

      add (store, path, "Many", two_paragraphs);
    }
}

static void
test_truncated (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GError) error = NULL;
  GStatBuf information;

  fill (store, 100);
  g_clear_object (&store);
  g_assert_cmpint (g_stat (fixture->file, &information), ==, 0);
  g_assert_cmpint (truncate (fixture->file, information.st_size / 2), ==, 0);
  assert_does_not_open (fixture, QUARRY_STORE_READ_ONLY, QUARRY_STORE_ERROR_DAMAGED);
  assert_does_not_open (fixture, QUARRY_STORE_WRITE, QUARRY_STORE_ERROR_DAMAGED);
  g_assert_cmpint (truncate (fixture->file, 1000), ==, 0);
  g_assert_null (quarry_store_open (fixture->folder, QUARRY_STORE_WRITE, &error));
  g_assert_cmpint (error->domain, ==, QUARRY_STORE_ERROR);
}

/* A page in the middle is overwritten: whatever is asked, the answer is an error or a finding. */
static void
test_damaged_page (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autofree char *good = NULL;
  gsize length;

  fill (store, 60);
  g_clear_object (&store);
  g_assert_true (g_file_get_contents (fixture->file, &good, &length, NULL));

  for (gsize page = 0; page + 4096 <= length; page += 4096)
    {
      g_autofree char *bad = g_memdup2 (good, length);
      g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (GPtrArray) documents = NULL;
      g_autoptr (GError) error = NULL;

      memset (bad + page + (page == 0 ? 100 : 0), 0x5a, 1000);
      g_assert_true (g_file_set_contents (fixture->file, bad, length, NULL));
      store = quarry_store_open (fixture->folder, QUARRY_STORE_READ_ONLY, &error);
      if (store == NULL)
        {
          g_assert_error (error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_DAMAGED);
          continue;
        }
      documents = quarry_store_list_documents (store, NULL, FALSE, 0, &error);
      g_assert_true (documents != NULL
                     || g_error_matches (error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_DAMAGED));
      g_clear_error (&error);
      g_assert_true (quarry_store_check (store, problems, &error));
      g_assert_cmpuint (problems->len, >, 0);
      g_clear_object (&store);
    }
}

/* Faults that SQLite cannot see. */
static void
test_check_finds (Fixture *fixture, gconstpointer data)
{
  static const char *const faults[][2] = {
    { "UPDATE contents SET body = x'00'", "The text of “/a” is missing or damaged" },
    { "DELETE FROM contents", "The text of “/a” is missing or damaged" },
    { "UPDATE contents SET segments = x'00'", "segments" },
    { "UPDATE contents SET segments = x'00000000ffffff00'", "The segments of “/a”" },
    { "UPDATE passages SET end_byte = 100000", "The passages of “/a”" },
    { "UPDATE passages SET start_character = 3", "The passages of “/a”" },
    { "UPDATE passages SET segment = 9", "The passages of “/a”" },
    /* The middle of a letter. */
    { "UPDATE passages SET end_byte = 22 WHERE ordinal = 0", "The passages of “/a”" },
    { "DELETE FROM passages WHERE ordinal = 1", "“/a” has 1 passages and should have 2" },
    { "UPDATE documents SET text_bytes = 1", "not as long" },
    { "PRAGMA foreign_keys = OFF; UPDATE passages SET document = 7", "not there" },
    { "UPDATE sqlite_sequence SET seq = 0", "counter" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);

      add (store, "/a", NULL, two_paragraphs);
      assert_sound (store);
      execute (store, faults[i][0]);
      assert_unsound (store, faults[i][1]);
      g_clear_object (&store);
      g_unlink (fixture->file);
    }
}

static void
test_load_damaged (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GError) error = NULL;
  gint64 id = add (store, "/a", NULL, two_paragraphs);

  execute (store,
           "UPDATE contents SET body = x'0011', segments = x'00'; UPDATE passages SET text = "
           "CAST(x'41ff42' AS TEXT)");
  g_assert_null (quarry_store_load_document (store, id, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_DAMAGED, fixture->file);
  g_clear_error (&error);
  g_assert_null (quarry_store_load_segments (store, id, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_DAMAGED, fixture->file);
  g_clear_error (&error);
  {
    g_autoptr (GPtrArray) passages = quarry_store_list_passages (store, id, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (
        ((QuarryPassageRecord *)g_ptr_array_index (passages, 0))->text, ==, "A\357\277\275B");
  }
}

/* --- Rights ---------------------------------------------------------------------------------- */

/* Rights do not bind root; a process of nobody's is bound. */
static void
drop_rights (void)
{
  if (geteuid () == 0)
    {
      g_assert_cmpint (setgid (65534), ==, 0);
      g_assert_cmpint (setuid (65534), ==, 0);
    }
}

static void
read_without_rights (Fixture *fixture)
{
  g_autoptr (QuarryStore) store = NULL;

  drop_rights ();
  store = open_store (fixture, QUARRY_STORE_READ_ONLY);
  assert_counts (store, 1, 2);
  assert_sound (store);
  assert_does_not_open (fixture, QUARRY_STORE_WRITE, QUARRY_STORE_ERROR_READ_ONLY);
}

static void
fail_to_read_dirty_log (Fixture *fixture)
{
  drop_rights ();
  assert_does_not_open (fixture, QUARRY_STORE_READ_ONLY, QUARRY_STORE_ERROR_READ_ONLY);
}

static void
fail_to_make (Fixture *fixture)
{
  g_autofree char *below = g_build_filename (fixture->folder, "below", NULL);
  g_autoptr (GError) error = NULL;

  drop_rights ();
  g_assert_null (quarry_store_open (below, QUARRY_STORE_WRITE, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_READ_ONLY, below);
}

static void
fail_to_read (Fixture *fixture)
{
  drop_rights ();
  assert_does_not_open (fixture, QUARRY_STORE_READ_ONLY, QUARRY_STORE_ERROR_OPEN);
}

static void
die_with_a_log (Fixture *fixture)
{
  QuarryStore *store = open_store (fixture, QUARRY_STORE_WRITE);

  add (store, "/b", NULL, two_paragraphs);
  _exit (0);
}

static void
test_read_only_folder (Fixture *fixture, gconstpointer data)
{
  g_autofree char *shared_memory = g_strconcat (fixture->file, "-shm", NULL);
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);

  add (store, "/a", NULL, two_paragraphs);
  g_clear_object (&store);
  g_assert_cmpint (g_chmod (fixture->parent, 0755), ==, 0);
  g_assert_cmpint (g_chmod (fixture->folder, 0555), ==, 0);
  g_assert_cmpint (g_chmod (fixture->file, 0444), ==, 0);
  run_child (read_without_rights, fixture);
  run_child (fail_to_make, fixture);

  g_assert_cmpint (g_chmod (fixture->file, 0000), ==, 0);
  run_child (fail_to_read, fixture);

  /* A log with changes may not be passed over. */
  g_assert_cmpint (g_chmod (fixture->file, 0644), ==, 0);
  g_assert_cmpint (g_chmod (fixture->folder, 0755), ==, 0);
  run_child (die_with_a_log, fixture);
  g_unlink (shared_memory);
  g_assert_cmpint (g_chmod (fixture->folder, 0555), ==, 0);
  run_child (fail_to_read_dirty_log, fixture);
  g_assert_cmpint (g_chmod (fixture->folder, 0755), ==, 0);
}

static void
test_read_only_handle (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (QuarryStore) reader = NULL;
  g_autoptr (GError) error = NULL;
  QuarryFailureRecord failure = { (char *)"/b", FALSE, (char *)"No.", 0, 0 };

  add (store, "/a", NULL, two_paragraphs);
  reader = open_store (fixture, QUARRY_STORE_READ_ONLY);
  g_assert_false (quarry_store_begin (reader, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_READ_ONLY, fixture->file);
  g_clear_error (&error);
  g_assert_false (quarry_store_record_failure (reader, &failure, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_READ_ONLY, fixture->file);
  g_clear_error (&error);
  g_assert_false (quarry_store_set_value (reader, "a", NULL, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_READ_ONLY, fixture->file);
}

/* --- No space -------------------------------------------------------------------------------- */

static void
test_full (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GError) error = NULL;
  g_autofree char *large = g_strnfill (300000, 'x');
  const char *paragraphs[] = { large, NULL };

  add (store, "/a", NULL, two_paragraphs);
  execute (store, "PRAGMA max_page_count = 40");
  quarry_store_begin (store, &error);
  g_assert_no_error (error);
  g_assert_null (try_add (store, "/b", NULL, paragraphs, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_FULL, fixture->file);
  g_clear_error (&error);
  quarry_store_rollback (store);
  assert_counts (store, 1, 2);
  assert_sound (store);

  execute (store, "PRAGMA max_page_count = 100000");
  add (store, "/b", NULL, paragraphs);
  assert_counts (store, 2, 3);
}

/* A real full file system, where the machine lets us make one. */
static void
fill_small_disk (Fixture *fixture)
{
  g_autoptr (QuarryStore) store = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *large = g_strnfill (300000, 'x');
  const char *paragraphs[] = { large, NULL };
  guint n_documents = 0;
  guint n_passages;

  if (unshare (CLONE_NEWNS) != 0 || mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0
      || mount ("none", fixture->folder, "tmpfs", 0, "size=3m,mode=700") != 0)
    _exit (77);

  store = open_store (fixture, QUARRY_STORE_WRITE);
  add (store, "/first", NULL, two_paragraphs);
  for (;;)
    {
      g_autofree char *path = g_strdup_printf ("/%u", n_documents);
      g_autoptr (QuarryDocumentRecord) record = NULL;

      if (!quarry_store_begin (store, &error))
        break;
      record = try_add (store, path, NULL, paragraphs, &error);
      if (record == NULL)
        {
          quarry_store_rollback (store);
          break;
        }
      if (!quarry_store_commit (store, &error))
        break;
      g_assert_cmpuint (++n_documents, <, 100);
    }
  assert_store_error (error, QUARRY_STORE_ERROR_FULL, fixture->file);
  g_assert_cmpuint (n_documents, >, 0);
  n_passages = n_documents + 2;
  assert_counts (store, n_documents + 1, n_passages);
  assert_sound (store);
  g_clear_object (&store);

  /* What was in the library is there after a new start. */
  store = open_store (fixture, QUARRY_STORE_WRITE);
  assert_counts (store, n_documents + 1, n_passages);
  assert_sound (store);
}

static void
make_on_full_disk (Fixture *fixture)
{
  g_autofree char *filler = g_build_filename (fixture->folder, "filler", NULL);
  g_autofree char *zeros = g_malloc0 (1 << 20);
  int fd;

  if (unshare (CLONE_NEWNS) != 0 || mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0
      || mount ("none", fixture->folder, "tmpfs", 0, "size=1m,mode=700") != 0)
    _exit (77);

  fd = g_open (filler, O_WRONLY | O_CREAT, 0600);
  while (write (fd, zeros, 1 << 20) > 0)
    ;
  close (fd);
  assert_does_not_open (fixture, QUARRY_STORE_WRITE, QUARRY_STORE_ERROR_FULL);
}

static void
test_full_disk (Fixture *fixture, gconstpointer data)
{
  ChildFunc func = (ChildFunc)data;
  pid_t pid;
  int status;

  g_assert_cmpint (g_mkdir (fixture->folder, 0700), ==, 0);
  pid = fork ();
  if (pid == 0)
    {
      func (fixture);
      _exit (0);
    }
  waitpid (pid, &status, 0);
  if (WIFEXITED (status) && WEXITSTATUS (status) == 77)
    g_test_skip ("a file system of our own cannot be mounted here");
  else
    g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
}

/* --- Several at once ------------------------------------------------------------------------- */

static void
die_in_transaction (Fixture *fixture)
{
  QuarryStore *store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autofree char *large = g_strnfill (3000000, 'x');
  const char *paragraphs[] = { large, NULL };
  g_autoptr (GError) error = NULL;

  add (store, "/whole", NULL, two_paragraphs);
  /* Larger than the cache, so that pages have been written. */
  execute (store, "PRAGMA cache_size = 10");
  quarry_store_begin (store, &error);
  g_assert_nonnull (try_add (store, "/half", NULL, paragraphs, &error));
  g_assert_no_error (error);
  _exit (0);
}

static void
test_crash (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = NULL;
  g_autoptr (QuarryDocumentRecord) record = NULL;
  g_autoptr (GError) error = NULL;

  run_child (die_in_transaction, fixture);

  /* A reader may come first. */
  store = open_store (fixture, QUARRY_STORE_READ_ONLY);
  assert_counts (store, 1, 2);
  g_clear_object (&store);

  store = open_store (fixture, QUARRY_STORE_WRITE);
  record = quarry_store_find_document (store, "/whole", &error);
  g_assert_nonnull (record);
  assert_counts (store, 1, 2);
  assert_sound (store);
  add (store, "/half", NULL, one_paragraph);
}

static void
test_snapshot (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (QuarryStore) reader = open_store (fixture, QUARRY_STORE_READ_ONLY);
  g_autoptr (GError) error = NULL;
  gint64 version = quarry_store_get_data_version (reader);
  gint64 own_version = quarry_store_get_data_version (store);

  g_assert_true (quarry_store_begin_read (reader, &error));
  add (store, "/a", NULL, one_paragraph);
  assert_counts (reader, 0, 0);
  quarry_store_rollback (reader);
  assert_counts (reader, 1, 1);
  g_assert_cmpint (quarry_store_get_data_version (reader), !=, version);
  g_assert_cmpint (quarry_store_get_data_version (store), ==, own_version);
}

static void
write_beside (Fixture *fixture)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GError) error = NULL;

  sqlite3_busy_timeout (quarry_store_get_handle (store), 50);
  g_assert_false (quarry_store_begin (store, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_BUSY, fixture->file);
  assert_counts (store, 1, 1);
}

static void
test_two_writers (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GError) error = NULL;

  add (store, "/a", NULL, one_paragraph);
  g_clear_object (&store);

  /* Fork first: a connection may not be carried over. */
  store = open_store (fixture, QUARRY_STORE_WRITE);
  quarry_store_begin (store, &error);
  g_assert_no_error (error);
  {
    g_autoptr (GSubprocess) child = NULL;

    child = g_subprocess_new (
        G_SUBPROCESS_FLAGS_NONE, &error, g_get_prgname (), "--write-beside", fixture->folder, NULL);
    g_assert_no_error (error);
    g_assert_true (g_subprocess_wait_check (child, NULL, &error));
    g_assert_no_error (error);
  }
  quarry_store_rollback (store);
}

static void
write_many (Fixture *fixture)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *path = g_strdup_printf ("/%d/%u", (int)getpid (), i);

      add (store, path, NULL, one_paragraph);
    }
}

/* All make the library at once, and all write. */
static void
test_many_processes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = NULL;
  pid_t pids[6];

  for (guint i = 0; i < G_N_ELEMENTS (pids); i++)
    {
      pids[i] = fork ();
      if (pids[i] == 0)
        {
          write_many (fixture);
          _exit (0);
        }
    }
  for (guint i = 0; i < G_N_ELEMENTS (pids); i++)
    {
      int status;

      waitpid (pids[i], &status, 0);
      g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
    }
  store = open_store (fixture, QUARRY_STORE_READ_ONLY);
  assert_counts (store, 120, 120);
  assert_sound (store);
}

typedef struct
{
  QuarryStore *store;
  int stop;
} Interrupter;

static gpointer
interrupt_often (gpointer data)
{
  Interrupter *interrupter = data;

  while (g_atomic_int_get (&interrupter->stop) == 0)
    {
      quarry_store_interrupt (interrupter->store);
      g_usleep (500);
    }
  return NULL;
}

static void
test_interrupt (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GError) error = NULL;
  Interrupter interrupter = { store, 0 };
  GThread *thread;

  fill (store, 300);
  thread = g_thread_new ("interrupt", interrupt_often, &interrupter);
  while (error == NULL)
    {
      g_autoptr (GPtrArray) documents = quarry_store_list_documents (store, NULL, FALSE, 0, &error);
    }
  g_atomic_int_set (&interrupter.stop, 1);
  g_thread_join (thread);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_counts (store, 300, 600);
}

int
main (int argc, char **argv)
{
  if (argc == 3 && strcmp (argv[1], "--write-beside") == 0)
    {
      Fixture fixture = { NULL, argv[2], g_build_filename (argv[2], "library.db", NULL) };

      write_beside (&fixture);
      g_free (fixture.file);
      return 0;
    }

  g_set_prgname (argv[0]);
  g_test_init (&argc, &argv, NULL);
  g_set_prgname (argv[0]);

#define ADD(name, func) g_test_add ("/store/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("new", test_new);
  ADD ("document", test_document);
  ADD ("absent", test_absent);
  ADD ("same-path-twice", test_same_path_twice);
  ADD ("outside-transaction", test_outside_transaction);
  ADD ("misfits", test_misfits);
  ADD ("ids-are-not-reused", test_ids_are_not_reused);
  ADD ("numbers-used-up", test_numbers_used_up);
  ADD ("rollback", test_rollback);
  ADD ("update-file", test_update_file);
  ADD ("list", test_list);
  ADD ("foreach", test_foreach);
  ADD ("filter", test_filter);
  ADD ("ids-do-not-read-texts", test_ids_do_not_read_texts);
  ADD ("failures", test_failures);
  ADD ("values", test_values);
  ADD ("huge-text", test_huge_text);
  ADD ("missing", test_missing);
  ADD ("not-a-folder", test_not_a_folder);
  ADD ("garbage", test_garbage);
  ADD ("foreign", test_foreign);
  ADD ("newer", test_newer);
  ADD ("older", test_older);
  ADD ("migration", test_migration);
  ADD ("truncated", test_truncated);
  ADD ("damaged-page", test_damaged_page);
  ADD ("check-finds", test_check_finds);
  ADD ("load-damaged", test_load_damaged);
  ADD ("read-only-folder", test_read_only_folder);
  ADD ("read-only-handle", test_read_only_handle);
  ADD ("full", test_full);
  g_test_add ("/store/full-disk",
              Fixture,
              (gconstpointer)fill_small_disk,
              set_up,
              test_full_disk,
              tear_down);
  g_test_add ("/store/full-disk-at-birth",
              Fixture,
              (gconstpointer)make_on_full_disk,
              set_up,
              test_full_disk,
              tear_down);
  ADD ("crash", test_crash);
  ADD ("snapshot", test_snapshot);
  ADD ("two-writers", test_two_writers);
  ADD ("many-processes", test_many_processes);
  ADD ("interrupt", test_interrupt);

  return g_test_run ();
}
