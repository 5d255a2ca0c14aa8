/* test-store-lists.c: documents and passages listed and filtered
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/unit/store-helpers.h"

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
test_list (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);

  add_document (store, "/d/b", NULL, one_paragraph);
  add_document (store, "/d/a", NULL, one_paragraph);
  add_document (store, "/d", NULL, one_paragraph);
  add_document (store, "/d0", NULL, one_paragraph);
  add_document (store, "/d-x", NULL, one_paragraph);
  add_document (store, "/d/s/\377", NULL, one_paragraph);
  execute_sql (store, "UPDATE documents SET imported_at = 100 WHERE path = CAST('/d/a' AS BLOB)");

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

static gboolean
note_path (const QuarryFileRecord *file, gpointer user_data)
{
  g_string_append_printf (user_data, " %s", file->path);
  return !g_str_has_suffix (file->path, "stop");
}

/* @folders: separated by blanks. */
static void
assert_outside (QuarryStore *store, const char *folders, const char *wanted)
{
  g_auto (GStrv) names = g_strsplit (folders, " ", 0);
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  g_autoptr (GString) seen = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; names[i] != NULL; i++)
    g_ptr_array_add (list, names[i]);
  quarry_store_foreach_file_outside (store, list, note_path, seen, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (seen->str, ==, wanted);
}

static void
test_outside (StoreFixture *fixture, gconstpointer data)
{
  static const char *const paths[]
      = { "/d", "/d/a", "/d/s/\377", "/d0", "/d-x", "/d/s", "/d\001", "/e/f", "/e/f-g", "/stop", "/z", "none" };
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    add_document (store, paths[i], NULL, one_paragraph);
  assert_outside (store, "", " /d /d\001 /d-x /d/a /d/s /d/s/\377 /d0 /e/f /e/f-g /stop");
  assert_outside (store, "/d", " /d\001 /d-x /d0 /e/f /e/f-g /stop");
  assert_outside (store, "/d/s /e/f /d /stop", " /d\001 /d-x /d0 /e/f-g /z");
  assert_outside (store, "/e /stop /d/s", " /d /d\001 /d-x /d/a /d0 /z");
  assert_outside (store, "/nothing /e/f-g /d-x", " /d /d\001 /d/a /d/s /d/s/\377 /d0 /e/f /stop");
  assert_outside (store, "/", "");
  assert_outside (store, "/d /", "");
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
test_foreach (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GArray) ids = NULL;
  g_autoptr (GError) error = NULL;
  Walk walk = { g_string_new (NULL), 99, store };

  add_document (store, "/x/named.txt", "Said", two_paragraphs);
  add_document (store, "/x/un\377named.txt", NULL, one_paragraph);
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
  for (guint64 id = 0; id < (guint64) bitmap->len * 64; id++)
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
test_filter (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autofree char *all = NULL;

  add_document (store, "/home/Notes/a.PDF", "On Élan", two_paragraphs);
  add_document (store, "/home/notes-old/b.md", NULL, two_paragraphs);
  add_document (store, "/home/work/notes/c.tar.gz", NULL, one_paragraph);
  add_document (store, "/home/.hidden", NULL, one_paragraph);
  execute_sql (store,
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
  assert_filtered (store, "/home/Notes/a.PDF", .folders = STRINGS ("notes/a.pdf"));
  assert_filtered (store, "", .folders = STRINGS ("a.pd"));
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

  /* A date of its own goes before the file's, also where documents are listed by date. */
  execute_sql (store, "UPDATE documents SET dated_ns = 300 WHERE path = CAST('/home/notes-old/b.md' AS BLOB)");
  assert_filtered (store, "/home/notes-old/b.md", .before_ns = 500);
  assert_filtered (store, "/home/Notes/a.PDF /home/work/notes/c.tar.gz", .after_ns = 501);
}

static int
count_listing (unsigned kind, gpointer data, gpointer statement, gpointer sql)
{
  guint *n = data;

  *n += strstr (sql, "FROM passages WHERE document") != NULL;
  return 0;
}

/* A connection that reads knows what the filter it was asked for last lets through, until that filter or what is in the
 * library is another. */
static void
test_filter_again (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) writer = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (QuarryStore) reader = NULL;
  guint n = 0;

  add_document (writer, "/notes/a.pdf", "Élan", two_paragraphs);
  add_document (writer, "/notes/b.md", NULL, two_paragraphs);
  reader = open_store (fixture, QUARRY_STORE_READ_ONLY);
  sqlite3_trace_v2 (quarry_store_get_handle (reader), SQLITE_TRACE_STMT, count_listing, &n);

  for (guint i = 0; i < 3; i++)
    assert_filtered (reader, "/notes/a.pdf", .extensions = STRINGS ("pdf"), .folders = STRINGS ("notes"));
  g_assert_cmpuint (n, ==, 1);

  assert_filtered (reader, "/notes/b.md", .extensions = STRINGS ("md"), .folders = STRINGS ("notes"));
  assert_filtered (reader, "", .extensions = STRINGS ("md"), .folders = STRINGS ("elsewhere"));
  assert_filtered (reader, "/notes/a.pdf", .extensions = STRINGS ("pdf"));
  assert_filtered (reader, "/notes/a.pdf", .titles = STRINGS ("élan"));
  assert_filtered (reader, "/notes/a.pdf /notes/b.md", .after_ns = 500);
  assert_filtered (reader, "", .after_ns = 500, .languages = STRINGS ("de"));
  assert_filtered (reader, "", .before_ns = 500);
  assert_filtered (reader, "", .after_ns = 500, .authors = STRINGS ("nobody"));
  assert_filtered (reader, "/notes/a.pdf /notes/b.md", NULL);

  add_document (writer, "/notes/c.md", NULL, one_paragraph);
  assert_filtered (reader, "/notes/a.pdf /notes/b.md /notes/c.md", NULL);
  execute_sql (writer, "UPDATE documents SET dated_ns = 300");
  assert_filtered (reader, "/notes/a.pdf /notes/b.md /notes/c.md", .before_ns = 500);
}

/* What a connection that writes has listed is not used again, since it may be rolled back. */
static void
test_filter_rolled_back (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);

  add_document (store, "/a.md", NULL, one_paragraph);
  execute_sql (store, "BEGIN; UPDATE documents SET dated_ns = 300");
  assert_filtered (store, "/a.md", .before_ns = 500);
  execute_sql (store, "ROLLBACK");
  assert_filtered (store, "", .before_ns = 500);
}

/* Ids are listed from an index, without reading texts. */
static void
test_ids_do_not_read_texts (StoreFixture *fixture, gconstpointer data)
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
  plan = (const char *) sqlite3_column_text (stmt, 3);
  g_assert_nonnull (strstr (plan, "COVERING INDEX"));
  sqlite3_finalize (stmt);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  STORE_TEST ("list", test_list);
  STORE_TEST ("outside", test_outside);
  STORE_TEST ("foreach", test_foreach);
  STORE_TEST ("filter", test_filter);
  STORE_TEST ("filter-again", test_filter_again);
  STORE_TEST ("filter-rolled-back", test_filter_rolled_back);
  STORE_TEST ("ids-do-not-read-texts", test_ids_do_not_read_texts);

  return g_test_run ();
}
