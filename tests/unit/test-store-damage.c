/* test-store-damage.c: files that are no library, of another version, or damaged
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/unit/store-helpers.h"

#include <glib/gstdio.h>
#include <unistd.h>
#include <zstd.h>

static void
test_missing (StoreFixture *fixture, gconstpointer data)
{
  assert_does_not_open (fixture, QUARRY_STORE_READ_ONLY, QUARRY_STORE_ERROR_MISSING);
  g_assert_false (g_file_test (fixture->folder, G_FILE_TEST_EXISTS));

  /* The same for a folder without a library, and for an empty file. */
  g_assert_cmpint (g_mkdir (fixture->folder, 0700), ==, 0);
  assert_does_not_open (fixture, QUARRY_STORE_READ_ONLY, QUARRY_STORE_ERROR_MISSING);
  g_assert_true (g_file_set_contents (fixture->file, "", 0, NULL));
  assert_does_not_open (fixture, QUARRY_STORE_READ_ONLY, QUARRY_STORE_ERROR_MISSING);
  g_object_unref (open_store (fixture, QUARRY_STORE_WRITE));
}

static void
test_not_a_folder (StoreFixture *fixture, gconstpointer data)
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
test_garbage (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *garbage = g_malloc (100000);
  g_autofree char *after = NULL;
  gsize length;

  for (guint i = 0; i < 100000; i++)
    garbage[i] = (char) (i * 2654435761u >> 13);
  g_assert_cmpint (g_mkdir (fixture->folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (fixture->file, garbage, 100000, NULL));
  assert_does_not_open (fixture, QUARRY_STORE_READ_ONLY, QUARRY_STORE_ERROR_FOREIGN);
  assert_does_not_open (fixture, QUARRY_STORE_WRITE, QUARRY_STORE_ERROR_FOREIGN);

  g_assert_true (g_file_get_contents (fixture->file, &after, &length, NULL));
  g_assert_cmpmem (garbage, 100000, after, length);

  g_assert_true (g_file_set_contents (fixture->file, "short", -1, NULL));
  assert_does_not_open (fixture, QUARRY_STORE_WRITE, QUARRY_STORE_ERROR_FOREIGN);
}

/* Makes library.db with plain SQLite, instead of the store. */
static void
make_by_hand (StoreFixture *fixture, const char *sql)
{
  sqlite3 *db;

  g_mkdir (fixture->folder, 0700);
  g_assert_cmpint (sqlite3_open (fixture->file, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

static void
test_foreign (StoreFixture *fixture, gconstpointer data)
{
  make_by_hand (fixture, "CREATE TABLE bookmarks (url TEXT); INSERT INTO bookmarks VALUES ('x')");
  assert_does_not_open (fixture, QUARRY_STORE_READ_ONLY, QUARRY_STORE_ERROR_FOREIGN);
  assert_does_not_open (fixture, QUARRY_STORE_WRITE, QUARRY_STORE_ERROR_FOREIGN);
  g_unlink (fixture->file);

  make_by_hand (fixture, "PRAGMA application_id = 77");
  assert_does_not_open (fixture, QUARRY_STORE_WRITE, QUARRY_STORE_ERROR_FOREIGN);
}

static void
test_newer (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);

  add_document (store, "/a", NULL, one_paragraph);
  g_clear_object (&store);
  make_by_hand (fixture, "PRAGMA user_version = 1000");
  assert_does_not_open (fixture, QUARRY_STORE_READ_ONLY, QUARRY_STORE_ERROR_NEWER);
  assert_does_not_open (fixture, QUARRY_STORE_WRITE, QUARRY_STORE_ERROR_NEWER);

  make_by_hand (fixture, "PRAGMA user_version = -1");
  assert_does_not_open (fixture, QUARRY_STORE_WRITE, QUARRY_STORE_ERROR_DAMAGED);

  make_by_hand (fixture, "PRAGMA user_version = 8");
  store = open_store (fixture, QUARRY_STORE_READ_ONLY);
  assert_counts (store, 1, 1);
}

/* Version 0 is what a process leaves that dies right after making the file. */
static void
test_older (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = NULL;

  make_by_hand (fixture, "PRAGMA application_id = 1366454905");
  assert_does_not_open (fixture, QUARRY_STORE_READ_ONLY, QUARRY_STORE_ERROR_OPEN);
  store = open_store (fixture, QUARRY_STORE_WRITE);
  add_document (store, "/a", NULL, one_paragraph);
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
read_pragma (QuarryStore *store, const char *sql)
{
  sqlite3_stmt *stmt;
  gint64 value;

  sqlite3_prepare_v2 (quarry_store_get_handle (store), sql, -1, &stmt, NULL);
  sqlite3_step (stmt);
  value = sqlite3_column_int64 (stmt, 0);
  sqlite3_finalize (stmt);
  return value;
}

static gint64
user_version (QuarryStore *store)
{
  return read_pragma (store, "PRAGMA user_version");
}

static void
test_migration (StoreFixture *fixture, gconstpointer data)
{
  static const QuarryStoreMigration good[]
      = { keep_as_it_is, keep_as_it_is, keep_as_it_is, keep_as_it_is,
          keep_as_it_is, keep_as_it_is, keep_as_it_is, keep_as_it_is, add_column };
  static const QuarryStoreMigration bad[]
      = { keep_as_it_is, keep_as_it_is, keep_as_it_is, keep_as_it_is,
          keep_as_it_is, keep_as_it_is, keep_as_it_is, keep_as_it_is, keep_as_it_is, fail_half_way };
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (QuarryStore) reader = open_store (fixture, QUARRY_STORE_READ_ONLY);
  g_autoptr (GError) error = NULL;

  add_document (store, "/a", NULL, two_paragraphs);
  g_assert_cmpint (user_version (store), ==, 8);

  g_assert_false (quarry_store_migrate (reader, good, 9, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_OPEN, fixture->file);
  g_clear_error (&error);

  g_assert_true (quarry_store_migrate (store, good, 9, &error));
  g_assert_no_error (error);
  g_assert_cmpint (user_version (store), ==, 9);
  execute_sql (store, "UPDATE documents SET rating = 5");

  g_assert_false (quarry_store_migrate (store, bad, 10, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_FAILED, fixture->file);
  g_assert_cmpint (user_version (store), ==, 9);
  assert_counts (store, 1, 2);
  assert_sound (store);
  g_clear_error (&error);

  g_assert_false (quarry_store_migrate (store, good, 8, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_NEWER, fixture->file);
}

/* A new library is made in one transaction: a failure at its end leaves nothing. */
static void
test_making (StoreFixture *fixture, gconstpointer data)
{
  static const QuarryStoreMigration bad[] = { add_column, fail_half_way };
  static const QuarryStoreMigration good[] = { add_column };
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GError) error = NULL;

  execute_sql (store, "PRAGMA user_version = 0");
  g_assert_false (quarry_store_migrate (store, bad, 2, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_FAILED, fixture->file);
  g_assert_cmpint (user_version (store), ==, 0);
  g_clear_error (&error);
  /* The column is not there yet. */
  g_assert_true (quarry_store_migrate (store, good, 1, &error));
  g_assert_no_error (error);
  g_assert_cmpint (user_version (store), ==, 1);
}

/* Takes the library back to version 5, which knew neither files' ctime nor messages' dates nor keywords, and whose texts
 * had parts of one size. Works for texts of one part each. */
#define FILES_OF_VERSION_5 \
  "DROP TABLE dictionaries; ALTER TABLE contents DROP COLUMN part_bytes;" \
  "ALTER TABLE documents DROP COLUMN keywords; ALTER TABLE documents DROP COLUMN dated_ns;" \
  "ALTER TABLE documents DROP COLUMN changed_ns;"

/* And to version 4, where parts were not compressed. */
#define TEXTS_OF_VERSION_4 \
  FILES_OF_VERSION_5 "UPDATE parts SET bytes = plain (bytes); ALTER TABLE documents DROP COLUMN pictures;"

/* And to version 3, where a text was stored in one piece, and its passages' texts beside it. */
#define TEXTS_OF_VERSION_3                                                                          \
  TEXTS_OF_VERSION_4                                                                                \
  "CREATE TABLE whole (document INTEGER PRIMARY KEY REFERENCES documents (id),"                     \
  " segments BLOB NOT NULL, body BLOB NOT NULL) STRICT;"                                            \
  "INSERT INTO whole SELECT document, segments, bytes FROM contents JOIN parts"                     \
  " ON parts.id = first_part;"                                                                      \
  "ALTER TABLE passages ADD COLUMN text TEXT NOT NULL DEFAULT '';"                                  \
  "UPDATE passages SET text = (SELECT CAST(substr(bytes, text_start + start_byte + 1,"              \
  " end_byte - start_byte) AS TEXT) FROM contents JOIN parts ON parts.id = first_part"              \
  " WHERE contents.document = passages.document);"                                                  \
  "DROP TABLE contents; DROP TABLE parts; ALTER TABLE whole RENAME TO contents;"

static void
plain_cb (sqlite3_context *context, int n_values, sqlite3_value **values)
{
  char plain[10000];
  gsize length = ZSTD_decompress (plain,
                                  sizeof plain,
                                  sqlite3_value_blob (values[0]),
                                  (gsize) sqlite3_value_bytes (values[0]));

  g_assert_false (ZSTD_isError (length));
  sqlite3_result_blob (context, plain, (int) length, SQLITE_TRANSIENT);
}

static void
compressed_cb (sqlite3_context *context, int n_values, sqlite3_value **values)
{
  char compressed[10000];
  gsize length = ZSTD_compress (compressed,
                                sizeof compressed,
                                sqlite3_value_blob (values[0]),
                                (gsize) sqlite3_value_bytes (values[0]),
                                1);

  g_assert_false (ZSTD_isError (length));
  sqlite3_result_blob (context, compressed, (int) length, SQLITE_TRANSIENT);
}

/* The bytes that hex() has written. (SQLite has unhex() only since 3.41.) */
static void
unhexed_cb (sqlite3_context *context, int n, sqlite3_value **values)
{
  const char *digits = (const char *) sqlite3_value_text (values[0]);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  for (; digits[0] != '\0'; digits += 2)
    {
      guint8 byte = (guint8) (g_ascii_xdigit_value (digits[0]) << 4 | g_ascii_xdigit_value (digits[1]));

      g_byte_array_append (bytes, &byte, 1);
    }
  sqlite3_result_blob (context, bytes->data, (int) bytes->len, SQLITE_TRANSIENT);
}

/* Gives SQL functions that compress and decompress parts as the library does. */
static void
teach_compression (sqlite3 *db)
{
  g_assert_cmpint (sqlite3_create_function (
                       db, "compressed", 1, SQLITE_UTF8, NULL, compressed_cb, NULL, NULL),
                   ==,
                   SQLITE_OK);
  g_assert_cmpint (
      sqlite3_create_function (db, "plain", 1, SQLITE_UTF8, NULL, plain_cb, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (
      sqlite3_create_function (db, "unhexed", 1, SQLITE_UTF8, NULL, unhexed_cb, NULL, NULL), ==, SQLITE_OK);
}

static void
execute_on_file (StoreFixture *fixture, const char *sql)
{
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (fixture->file, &db), ==, SQLITE_OK);
  teach_compression (db);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

/* Damaged text is made valid: its first invalid byte may be anywhere among ASCII. */
static void
test_texts_invalid (StoreFixture *fixture, gconstpointer data)
{
  const char *const paragraphs[] = { "Letters of ASCII, and one quite special: q. More of them follow it.", NULL };
  const char *const wrong[] = { "x'00'", "x'ff'" };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
      g_autofree char *path = g_strdup_printf ("/%u", i);
      gint64 id = add_document (store, path, NULL, paragraphs);
      g_autofree char *sql = g_strdup_printf (
          "UPDATE parts SET bytes = compressed (unhexed (replace (hex (plain (bytes)), '7370656369616C3A2071', "
          "'7370656369616C3A20' || hex (%s)))) WHERE id = (SELECT first_part FROM contents WHERE document = %"
          G_GINT64_FORMAT ")", wrong[i], id);
      g_autoptr (GPtrArray) passages = NULL;

      g_clear_object (&store);
      execute_on_file (fixture, sql);
      store = open_store (fixture, QUARRY_STORE_READ_ONLY);
      passages = quarry_store_list_passages (store, id, NULL);
      g_assert_cmpstr (((QuarryPassageRecord *) passages->pdata[0])->text, ==,
                       "Letters of ASCII, and one quite special: \357\277\275. More of them follow it.");
    }
}

/* A file that was imported is taken to have last changed by then. A time that does not fit becomes 0. */
static void
test_files_without_ctime (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (QuarryDocumentRecord) first = NULL;
  g_autoptr (QuarryDocumentRecord) second = NULL;

  add_document (store, "/a", NULL, one_paragraph);
  add_document (store, "/b", NULL, one_paragraph);
  execute_sql (store, "UPDATE documents SET imported_at = 9223372036854775807 WHERE path = CAST('/b' AS BLOB)");
  g_clear_object (&store);

  execute_on_file (fixture, FILES_OF_VERSION_5 "PRAGMA user_version = 5");
  store = open_store (fixture, QUARRY_STORE_WRITE);
  first = quarry_store_find_document (store, "/a", NULL);
  g_assert_cmpint (first->changed_ns, ==, first->imported_at * 1000);
  second = quarry_store_find_document (store, "/b", NULL);
  g_assert_cmpint (second->changed_ns, ==, 0);
}

/* The migration cuts texts into parts, and passages keep their texts and their ids. */
static void
test_texts_twice (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (QuarryPassageRecord) before = NULL;
  g_autoptr (QuarryPassageRecord) after = NULL;
  g_autoptr (GError) error = NULL;
  gint64 id = add_document (store, "/a", NULL, two_paragraphs);

  before = quarry_store_get_passage (store, 2, &error);
  g_assert_cmpstr (before->text, ==, "The second one.");
  g_clear_object (&store);

  execute_on_file (fixture, TEXTS_OF_VERSION_3 "PRAGMA user_version = 3");
  assert_does_not_open (fixture, QUARRY_STORE_READ_ONLY, QUARRY_STORE_ERROR_OPEN);
  store = open_store (fixture, QUARRY_STORE_WRITE);
  g_assert_cmpint (user_version (store), ==, 8);
  g_assert_cmpint (read_pragma (store, "PRAGMA freelist_count"), ==, 0);
  assert_sound (store);
  after = quarry_store_get_passage (store, 2, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (after->text, ==, before->text);
  g_assert_cmpint (after->document, ==, id);
  g_assert_cmpint (add_document (store, "/b", NULL, two_paragraphs), >, id);
  assert_sound (store);
}

/* Version 4 cut texts into longer parts and did not compress them. A damaged text stays damaged through the
 * migration, and does not harm others. */
static void
test_texts_plain (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *letters = g_malloc0 (40001);
  const char *const long_paragraphs[] = { letters, "Its end.", NULL };
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GPtrArray) passages = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autofree char *lengths = NULL;
  const char *text;
  sqlite3_stmt *insert;
  const guint8 *bytes;
  gsize length, text_length;
  gint64 id;
  sqlite3 *db;

  for (guint i = 0; i < 40000; i++)
    letters[i] = (char) g_rand_int_range (random, 'a', 'z' + 1);
  add_document (store, "/a", NULL, two_paragraphs);
  id = add_document (store, "/long", NULL, long_paragraphs);
  add_document (store, "/z", NULL, two_paragraphs);
  g_clear_object (&store);

  /* The long document has pictures that were not searched for text. */
  quarry_document_builder_set_title (builder, "A title");
  quarry_document_builder_set_metadata (builder, "unrecognized", "pages");
  for (guint i = 0; long_paragraphs[i] != NULL; i++)
    {
      quarry_document_builder_begin_page (builder, i + 1);
      quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, long_paragraphs[i], -1);
    }
  document = quarry_document_builder_end (builder);
  quarry_document_get_text (document, &text_length);
  body = quarry_document_serialize (document);
  bytes = g_bytes_get_data (body, &length);
  lengths = g_strdup_printf ("UPDATE contents SET n_bytes = %" G_GSIZE_FORMAT ", text_start = %" G_GSIZE_FORMAT
                             " WHERE document = %" G_GINT64_FORMAT,
                             length, length - text_length, id);
  execute_on_file (fixture, lengths);

  execute_on_file (fixture,
                   "UPDATE parts SET id = id + 1000 WHERE id >= (SELECT first_part FROM contents WHERE document = 3);"
                   "UPDATE contents SET first_part = first_part + 1000 WHERE document = 3;"
                   "DELETE FROM parts WHERE id > 1 AND id < 1000;" TEXTS_OF_VERSION_4
                   "PRAGMA user_version = 4");
  g_assert_cmpint (sqlite3_open (fixture->file, &db), ==, SQLITE_OK);
  sqlite3_prepare_v2 (db, "INSERT INTO parts (id, bytes) VALUES (?1, ?2)", -1, &insert, NULL);
  for (gsize at = 0; at < length; at += 4576)
    {
      sqlite3_bind_int64 (insert, 1, 2 + (gint64) (at / 4576));
      sqlite3_bind_blob (insert, 2, bytes + at, (int) MIN (4576, length - at), SQLITE_STATIC);
      g_assert_cmpint (sqlite3_step (insert), ==, SQLITE_DONE);
      sqlite3_reset (insert);
    }
  sqlite3_finalize (insert);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);

  assert_does_not_open (fixture, QUARRY_STORE_READ_ONLY, QUARRY_STORE_ERROR_OPEN);
  store = open_store (fixture, QUARRY_STORE_WRITE);
  g_assert_cmpint (user_version (store), ==, 8);
  g_assert_cmpint (read_pragma (store, "PRAGMA freelist_count"), ==, 0);
  assert_sound (store);
  g_assert_true (quarry_store_has_pictures (store, "/long"));
  g_assert_false (quarry_store_has_pictures (store, "/a"));
  passages = quarry_store_list_passages (store, id, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (((QuarryPassageRecord *) passages->pdata[0])->text, ==, letters);
  g_assert_cmpstr (((QuarryPassageRecord *) passages->pdata[1])->text, ==, "Its end.");
  g_clear_object (&store);

  execute_on_file (fixture, "DELETE FROM parts WHERE id BETWEEN 3 AND 10;"
                            "UPDATE parts SET bytes = x'28b52ffd' WHERE id = 1;");
  store = open_store (fixture, QUARRY_STORE_WRITE);
  assert_unsound (store, "The text of “/a” is missing or damaged");
  assert_unsound (store, "The text of “/long” is missing or damaged");
  /* What is behind the missing parts is not taken for what they held. */
  g_clear_pointer (&passages, g_ptr_array_unref);
  passages = quarry_store_list_passages (store, id, &error);
  g_assert_no_error (error);
  text = ((QuarryPassageRecord *) passages->pdata[0])->text;
  g_assert_cmpuint (strlen (text), >, 0);
  g_assert_cmpuint (strlen (text), <, 2400);
  g_assert_true (g_str_has_prefix (letters, text));
  g_clear_object (&store);

  /* The same in a library of version 4. */
  execute_on_file (fixture,
                   "UPDATE parts SET bytes = CASE WHEN id = 1 THEN x'00' ELSE plain (bytes) END;"
                   FILES_OF_VERSION_5 "ALTER TABLE documents DROP COLUMN pictures;"
                   "PRAGMA user_version = 4");
  store = open_store (fixture, QUARRY_STORE_WRITE);
  assert_unsound (store, "The text of “/a” is missing or damaged");
  assert_unsound (store, "The text of “/long” is missing or damaged");
  g_clear_pointer (&passages, g_ptr_array_unref);
  passages = quarry_store_list_passages (store, 3, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (((QuarryPassageRecord *) passages->pdata[1])->text, ==, "The second one.");
  g_assert_true (quarry_store_begin (store, &error));
  g_assert_true (quarry_store_remove_document (store, 1, &error));
  g_assert_true (quarry_store_remove_document (store, id, &error));
  g_assert_true (quarry_store_commit (store, &error));
  assert_sound (store);
}

/* A tokenizer of FTS5 that finds one word in any text. */
static int
create_tokenizer (void *user_data, const char **args, int n_args, Fts5Tokenizer **tokenizer)
{
  *tokenizer = user_data;
  return SQLITE_OK;
}

static void
delete_tokenizer (Fts5Tokenizer *tokenizer)
{
}

static int
tokenize (Fts5Tokenizer *tokenizer,
          void *context,
          int flags,
          const char *text,
          int length,
          int (*emit) (void *, int, const char *, int, int, int))
{
  return length > 0 ? emit (context, 0, "word", 4, 0, length) : SQLITE_OK;
}

/* A library from the time when the index of words was in the database loses that index, and nothing else. */
static void
test_words_in_database (StoreFixture *fixture, gconstpointer data)
{
  static fts5_tokenizer methods = { create_tokenizer, delete_tokenizer, tokenize };
  static char nothing;
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  sqlite3_stmt *stmt;
  fts5_api *api = NULL;
  sqlite3 *db;

  add_document (store, "/a", NULL, two_paragraphs);
  g_clear_object (&store);

  g_assert_cmpint (sqlite3_open (fixture->file, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, "SELECT fts5(?1)", -1, &stmt, NULL), ==, SQLITE_OK);
  sqlite3_bind_pointer (stmt, 1, (void *)&api, "fts5_api_ptr", NULL);
  sqlite3_step (stmt);
  sqlite3_finalize (stmt);
  g_assert_nonnull (api);
  api->xCreateTokenizer (api, "quarry", &nothing, &methods, NULL);
  teach_compression (db);
  g_assert_cmpint (
      sqlite3_exec (db,
                    "CREATE VIRTUAL TABLE lexical USING fts5 (title, heading, text, content = '',"
                    " tokenize = 'quarry');"
                    "CREATE TABLE lexical_forms (stem TEXT NOT NULL, form TEXT NOT NULL);"
                    "CREATE TABLE lexical_passages (slot INTEGER PRIMARY KEY, digest INTEGER);"
                    "INSERT INTO lexical (rowid, title, heading, text) VALUES (1, '', '', 'x');"
                    TEXTS_OF_VERSION_3 "PRAGMA user_version = 2",
                    NULL,
                    NULL,
                    NULL),
      ==,
      SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);

  assert_does_not_open (fixture, QUARRY_STORE_READ_ONLY, QUARRY_STORE_ERROR_OPEN);
  store = open_store (fixture, QUARRY_STORE_WRITE);
  g_assert_cmpint (user_version (store), ==, 8);
  assert_counts (store, 1, 2);
  assert_sound (store);
  g_assert_cmpint (sqlite3_prepare_v2 (quarry_store_get_handle (store),
                                       "SELECT 1 FROM sqlite_schema WHERE name LIKE 'lexical%'",
                                       -1,
                                       &stmt,
                                       NULL),
                   ==,
                   SQLITE_OK);
  g_assert_cmpint (sqlite3_step (stmt), ==, SQLITE_DONE);
  sqlite3_finalize (stmt);
}

static void
test_truncated (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GError) error = NULL;
  GStatBuf information;

  add_many (store, 100);
  g_clear_object (&store);
  g_assert_cmpint (g_stat (fixture->file, &information), ==, 0);
  g_assert_cmpint (truncate (fixture->file, information.st_size / 2), ==, 0);
  assert_does_not_open (fixture, QUARRY_STORE_READ_ONLY, QUARRY_STORE_ERROR_DAMAGED);
  assert_does_not_open (fixture, QUARRY_STORE_WRITE, QUARRY_STORE_ERROR_DAMAGED);
  g_assert_cmpint (truncate (fixture->file, 1000), ==, 0);
  g_assert_null (quarry_store_open (fixture->folder, QUARRY_STORE_WRITE, &error));
  g_assert_cmpint (error->domain, ==, QUARRY_STORE_ERROR);
}

/* A page in the middle of the file is overwritten. Whatever is asked, the answer is an error, or the check reports
 * it. */
static void
test_damaged_page (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autofree char *good = NULL;
  gsize length;

  add_many (store, 60);
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

/* Damage that SQLite's own check does not see. */
static void
test_check_finds (StoreFixture *fixture, gconstpointer data)
{
  static const char *const faults[][2] = {
    { "UPDATE parts SET bytes = x'00'", "The text of “/a” is missing or damaged" },
    { "UPDATE parts SET bytes = substr (bytes, 1, length (bytes) - 1)",
      "The text of “/a” is missing or damaged" },
    { "UPDATE parts SET bytes = CAST ('' AS BLOB)", "The text of “/a” is missing or damaged" },
    { "DELETE FROM parts", "The text of “/a” is missing or damaged" },
    { "UPDATE contents SET text_start = text_start - 1", "not as long" },
    { "UPDATE contents SET first_part = 99", "The text of “/a” is missing or damaged" },
    /* Numbers at which a sum overflows. */
    { "UPDATE contents SET first_part = 9223372036854775807", "The text of “/a” is missing or damaged" },
    { "UPDATE contents SET text_start = 9223372036854775807", "not as long as it should be" },
    { "DELETE FROM contents", "The text of “/a” is missing or damaged" },
    { "UPDATE contents SET segments = x'00'", "segments" },
    { "UPDATE contents SET segments = x'00000000ffffff00'", "The segments of “/a”" },
    { "UPDATE passages SET end_byte = 100000", "The passages of “/a”" },
    { "UPDATE passages SET start_character = 3", "The passages of “/a”" },
    { "UPDATE passages SET segment = 9", "The passages of “/a”" },
    { "UPDATE passages SET page = 9 WHERE ordinal = 1", "The passages of “/a”" },
    { "UPDATE passages SET heading = 'Slate'", "The passages of “/a”" },
    /* In the middle of a character. */
    { "UPDATE passages SET end_byte = 22 WHERE ordinal = 0", "The passages of “/a”" },
    { "DELETE FROM passages WHERE ordinal = 1", "“/a” has 1 passages and should have 2" },
    { "UPDATE documents SET text_bytes = 1", "not as long" },
    { "PRAGMA foreign_keys = OFF; UPDATE passages SET document = 7", "not there" },
    { "UPDATE sqlite_sequence SET seq = 0", "counter" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);

      add_document (store, "/a", NULL, two_paragraphs);
      assert_sound (store);
      execute_sql (store, faults[i][0]);
      assert_unsound (store, faults[i][1]);
      g_clear_object (&store);
      g_unlink (fixture->file);
    }
}

static void
test_load_damaged (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GError) error = NULL;
  gint64 id = add_document (store, "/a", NULL, two_paragraphs);

  /* Replaces the text's first bytes by one that is not UTF-8. */
  teach_compression (quarry_store_get_handle (store));
  execute_sql (store,
               "UPDATE parts SET bytes = plain (bytes);"
               "UPDATE parts SET bytes = CAST(substr(bytes, 1, (SELECT text_start FROM contents) + 1)"
               " || x'ff' || substr(bytes, (SELECT text_start FROM contents) + 3) AS BLOB);"
               "UPDATE parts SET bytes = compressed (bytes);"
               "UPDATE contents SET segments = x'00'");
  g_assert_null (quarry_store_load_document (store, id, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_DAMAGED, fixture->file);
  g_clear_error (&error);
  g_assert_null (quarry_store_load_segments (store, id, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_DAMAGED, fixture->file);
  g_clear_error (&error);
  {
    g_autoptr (GPtrArray) passages = quarry_store_list_passages (store, id, &error);

    g_assert_no_error (error);
    g_assert_nonnull (
        strstr (((QuarryPassageRecord *) g_ptr_array_index (passages, 0))->text, "\357\277\275"));
  }
}

/* However many parts a damaged library gives a document, no more are read than a document can have. */
static void
test_load_endless (StoreFixture *fixture, gconstpointer data)
{
  const gsize most = QUARRY_DOCUMENT_MAX_TEXT + 20 * QUARRY_DOCUMENT_MAX_BLOCKS;
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) error = NULL;
  gint64 id = add_document (store, "/a", NULL, one_paragraph);

  teach_compression (quarry_store_get_handle (store));
  execute_sql (store,
               "DELETE FROM parts;"
               "WITH RECURSIVE ids (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM ids WHERE id < 140000)"
               " INSERT INTO parts SELECT id, bytes FROM ids, (SELECT compressed (zeroblob (2400)) AS bytes);"
               "UPDATE contents SET first_part = 1, part_bytes = 2400, n_bytes = 9223372036854775807");
  body = quarry_store_load_body (store, id, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (body), >=, most);
  g_assert_cmpuint (g_bytes_get_size (body), <, most + 2400);
  g_assert_null (quarry_store_load_document (store, id, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_DAMAGED, fixture->file);
}

/* A path that is too long for SQLite is reported as such, not as missing, and nothing is made there. */
static void
test_long_path (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GString) folder = g_string_new (fixture->folder);
  g_autofree char *name = g_strnfill (100, 'n');

  while (folder->len < 500)
    g_string_append_printf (folder, "/%s", name);
  for (QuarryStoreMode mode = QUARRY_STORE_READ_ONLY; mode <= QUARRY_STORE_WRITE; mode++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (quarry_store_open (folder->str, mode, &error));
      assert_store_error (error, QUARRY_STORE_ERROR_OPEN, folder->str);
      g_assert_nonnull (strstr (error->message, "too long"));
    }
  g_assert_false (g_file_test (fixture->folder, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  STORE_TEST ("missing", test_missing);
  STORE_TEST ("not-a-folder", test_not_a_folder);
  STORE_TEST ("long-path", test_long_path);
  STORE_TEST ("garbage", test_garbage);
  STORE_TEST ("foreign", test_foreign);
  STORE_TEST ("newer", test_newer);
  STORE_TEST ("older", test_older);
  STORE_TEST ("files-without-ctime", test_files_without_ctime);
  STORE_TEST ("texts-twice", test_texts_twice);
  STORE_TEST ("migration", test_migration);
  STORE_TEST ("making", test_making);
  STORE_TEST ("texts-plain", test_texts_plain);
  STORE_TEST ("texts-invalid", test_texts_invalid);
  STORE_TEST ("words-in-database", test_words_in_database);
  STORE_TEST ("truncated", test_truncated);
  STORE_TEST ("damaged-page", test_damaged_page);
  STORE_TEST ("check-finds", test_check_finds);
  STORE_TEST ("load-damaged", test_load_damaged);
  STORE_TEST ("load-endless", test_load_endless);

  return g_test_run ();
}
