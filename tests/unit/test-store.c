/* test-store.c: documents, passages and values in the library's file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/unit/store-helpers.h"

#include <glib/gstdio.h>

static void
test_new (StoreFixture *fixture, gconstpointer data)
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
test_document (StoreFixture *fixture, gconstpointer data)
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
  gint64 id = add_document (store, "/home/ada/a.txt", "Title — ü", two_paragraphs);

  record = quarry_store_find_document (store, "/home/ada/a.txt", &error);
  g_assert_no_error (error);
  g_assert_cmpint (record->id, ==, id);
  g_assert_cmpstr (record->path, ==, "/home/ada/a.txt");
  g_assert_cmpstr (record->title, ==, "Title — ü");
  g_assert_cmpstr (record->mime_type, ==, "text/plain");
  g_assert_cmpstr (record->author, ==, "Ada Müller");
  g_assert_cmpstr (record->keywords, ==, "marble, lime");
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
  /* Two characters of the first paragraph take two bytes each. */
  g_assert_cmpuint (second->characters.end, ==, length - 2);

  passage = quarry_store_get_passage (store, second->id, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (passage->text, ==, second->text);
  g_assert_cmpstr (passage->heading, ==, "");
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
take_passage (guint i, QuarryPassageRecord *passage, gpointer user_data)
{
  QuarryPassageRecord **together = user_data;

  g_assert_null (together[i]);
  together[i] = passage;
}

/* Passages that are asked for together, in any order, twice, or by ids that do not exist, are the same as when they
 * are asked for one by one. */
static void
assert_together (QuarryStore *store, GPtrArray *passages)
{
  g_autofree QuarryPassageRecord **together = g_new0 (QuarryPassageRecord *, 2 * passages->len);
  g_autofree gint64 *ids = g_new (gint64, 2 * passages->len);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 2 * passages->len; i++)
    {
      guint at = i * 7919 % passages->len;

      ids[i] = i % 5 == 0 ? 1000000 + i : ((QuarryPassageRecord *) passages->pdata[at])->id;
    }
  g_assert_true (quarry_store_get_passages (store, ids, 2 * passages->len, take_passage, together, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < 2 * passages->len; i++)
    {
      const QuarryPassageRecord *passage = passages->pdata[i * 7919 % passages->len];

      if (i % 5 == 0)
        g_assert_null (together[i]);
      else
        {
          g_assert_cmpint (together[i]->id, ==, passage->id);
          g_assert_cmpstr (together[i]->text, ==, passage->text);
          g_assert_cmpstr (together[i]->heading, ==, passage->heading);
        }
      g_clear_pointer (&together[i], quarry_passage_record_free);
    }
  g_assert_true (quarry_store_get_passages (store, NULL, 0, take_passage, NULL, &error));
}

/* A text of many parts: each passage is read in full, also one that several parts contain, and removing the document
 * removes all parts. */
static void
test_long_document (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) paragraphs = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) passages = NULL;
  g_autoptr (QuarryDocument) document = NULL;
  sqlite3_stmt *stmt;
  gint64 id;

  for (guint i = 0; i < 300; i++)
    g_ptr_array_add (paragraphs, g_strnfill (1 + i * 7 % 1500, (char) ('a' + i % 26)));
  /* A paragraph that is longer than a part. */
  g_ptr_array_add (paragraphs, g_strnfill (40000, 'z'));
  g_ptr_array_add (paragraphs, NULL);
  add_document (store, "/before", NULL, two_paragraphs);
  id = add_document (store, "/long", NULL, (const char *const *) paragraphs->pdata);
  add_document (store, "/after", NULL, two_paragraphs);

  document = quarry_store_load_document (store, id, &error);
  g_assert_no_error (error);
  passages = quarry_store_list_passages (store, id, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (passages->len, ==, paragraphs->len - 1);
  for (guint i = 0; i < passages->len; i++)
    {
      const QuarryPassageRecord *passage = g_ptr_array_index (passages, i);
      g_autoptr (QuarryPassageRecord) alone = quarry_store_get_passage (store, passage->id, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (passage->text, ==, g_ptr_array_index (paragraphs, i));
      g_assert_cmpstr (alone->text, ==, passage->text);
    }
  assert_together (store, passages);
  assert_sound (store);

  g_assert_true (quarry_store_begin (store, &error));
  g_assert_true (quarry_store_remove_document (store, id, &error));
  g_assert_true (quarry_store_commit (store, &error));
  assert_counts (store, 2, 4);
  assert_sound (store);
  sqlite3_prepare_v2 (quarry_store_get_handle (store), "SELECT count(*) FROM parts", -1, &stmt, NULL);
  g_assert_cmpint (sqlite3_step (stmt), ==, SQLITE_ROW);
  g_assert_cmpint (sqlite3_column_int (stmt, 0), ==, 2);
  sqlite3_finalize (stmt);
}

/* A document remembers whether the pictures in its file have yet to be searched for text. */
static void
test_pictures (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GError) error = NULL;
  gint64 size, modified_ns, changed_ns;
  gboolean has_pictures = TRUE;

  add_document (store, "/a.pdf", NULL, two_paragraphs);
  add_document (store, "/mail/1", NULL, two_paragraphs);
  add_document (store, "/mail/2", NULL, two_paragraphs);
  g_assert_true (quarry_store_find_file (store, "/a.pdf", &size, &modified_ns, &changed_ns, &has_pictures));
  g_assert_false (has_pictures);

  g_assert_true (quarry_store_mark_pictures (store, "/a.pdf", TRUE, &error));
  g_assert_true (quarry_store_find_file (store, "/a.pdf", &size, &modified_ns, &changed_ns, &has_pictures));
  g_assert_true (has_pictures);
  g_assert_false (quarry_store_has_pictures (store, "/mail"));
  g_assert_true (quarry_store_mark_pictures (store, "/mail", TRUE, &error));
  g_assert_true (quarry_store_has_pictures (store, "/mail"));
  g_assert_false (quarry_store_has_pictures (store, "/mai"));
  g_assert_true (quarry_store_mark_pictures (store, "/mail", FALSE, &error));
  g_assert_false (quarry_store_has_pictures (store, "/mail"));
  g_assert_true (quarry_store_has_pictures (store, "/a.pdf"));

  g_assert_true (quarry_store_outdate_pictures (store, &error));
  g_assert_true (quarry_store_has_pictures (store, "/mail"));
  g_assert_true (quarry_store_mark_pictures (store, "/a.pdf", FALSE, &error));
  g_assert_no_error (error);
  g_assert_false (quarry_store_has_pictures (store, "/a.pdf"));
}

static void
test_absent (StoreFixture *fixture, gconstpointer data)
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
test_same_path_twice (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GError) error = NULL;

  add_document (store, "/a", NULL, one_paragraph);
  quarry_store_begin (store, &error);
  g_assert_no_error (error);
  g_assert_null (try_add_document (store, "/a", NULL, two_paragraphs, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_FAILED, "/a");
  quarry_store_rollback (store);
  assert_counts (store, 1, 1);
}

static void
test_outside_transaction (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GError) error = NULL;

  g_assert_null (try_add_document (store, "/a", NULL, one_paragraph, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_FAILED, fixture->file);
  g_clear_error (&error);
  g_assert_false (quarry_store_remove_document (store, 1, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_FAILED, fixture->file);
  assert_counts (store, 0, 0);
}

static void
test_misfits (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (QuarryDocument) document = make_document (one_paragraph);
  g_autoptr (GPtrArray) passages = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  QuarryDocumentRecord record = { .path = (char *) "/misfit" };
  QuarryPassageRecord passage
      = { .bytes = { 0, 6 }, .characters = { 0, 6 }, .text = (char *) "Alone." };
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

/* An id is never used again, not even that of the last passage. */
static void
test_ids_are_not_reused (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) before = NULL;
  g_autoptr (GArray) after = NULL;
  gint64 id = add_document (store, "/a", NULL, two_paragraphs);

  before = quarry_store_list_passage_ids (store, &error);
  quarry_store_begin (store, &error);
  g_assert_true (quarry_store_remove_document (store, id, &error));
  quarry_store_commit (store, &error);
  g_assert_no_error (error);
  assert_counts (store, 0, 0);
  assert_sound (store);
  g_assert_null (quarry_store_load_document (store, id, &error));
  g_assert_no_error (error);

  /* Nor is it after opening the library again. */
  g_clear_object (&store);
  store = open_store (fixture, QUARRY_STORE_WRITE);
  g_assert_cmpint (add_document (store, "/a", NULL, two_paragraphs), >, id);
  after = quarry_store_list_passage_ids (store, &error);
  g_assert_cmpint (
      g_array_index (after, gint64, 0), >, g_array_index (before, gint64, before->len - 1));
}

static void
test_numbers_used_up (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GError) error = NULL;

  add_document (store, "/a", NULL, one_paragraph);
  execute_sql (store, "UPDATE sqlite_sequence SET seq = 4294967293 WHERE name = 'passages'");
  add_document (store, "/b", NULL, one_paragraph);
  quarry_store_begin (store, &error);
  g_assert_null (try_add_document (store, "/c", NULL, one_paragraph, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_FAILED, fixture->file);
  quarry_store_rollback (store);
  assert_counts (store, 2, 2);
}

static void
test_rollback (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (QuarryDocumentRecord) record = NULL;
  g_autoptr (GError) error = NULL;

  add_document (store, "/a", NULL, one_paragraph);
  quarry_store_begin (store, &error);
  record = try_add_document (store, "/b", NULL, two_paragraphs, &error);
  g_assert_no_error (error);
  assert_counts (store, 2, 3);
  quarry_store_rollback (store);
  assert_counts (store, 1, 1);
  /* Rolling back without a transaction is harmless; committing without one is an error. */
  quarry_store_rollback (store);
  g_assert_false (quarry_store_commit (store, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_FAILED, fixture->file);
}

static void
test_update_file (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (QuarryDocumentRecord) record = NULL;
  g_autoptr (GError) error = NULL;
  gint64 id = add_document (store, "/old/a", NULL, one_paragraph);

  add_document (store, "/other", NULL, one_paragraph);
  g_assert_true (quarry_store_update_file (store, id, "/new/a", 77, 88, 99, &error));
  g_assert_no_error (error);
  record = quarry_store_get_document (store, id, &error);
  g_assert_cmpstr (record->path, ==, "/new/a");
  g_assert_cmpint (record->size, ==, 77);
  g_assert_cmpint (record->modified_ns, ==, 88);
  g_assert_cmpint (record->changed_ns, ==, 99);

  g_assert_true (quarry_store_update_file (store, id, "/new/a", 78, 89, 100, &error));
  g_assert_no_error (error);
  g_assert_false (quarry_store_update_file (store, id, "/other", 1, 1, 1, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_FAILED, "/other");
  g_clear_error (&error);
  g_assert_false (quarry_store_update_file (store, 999, "/third", 1, 1, 1, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_FAILED, "/third");
}

static void
test_failures (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) failures = NULL;
  QuarryFailureRecord failure = { (char *) "/b\377", FALSE, (char *) "It is broken.", 5, 6 };
  QuarryFailureRecord *first;
  QuarryStoreCounts counts;

  g_assert_true (quarry_store_record_failure (store, &failure, &error));
  failure.reason = (char *) "It is encrypted.";
  g_assert_true (quarry_store_record_failure (store, &failure, &error));
  failure.path = (char *) "/a";
  failure.skipped = TRUE;
  g_assert_true (quarry_store_record_failure (store, &failure, &error));
  failure.path = (char *) "/c";
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
  add_document (store, "/c", NULL, one_paragraph);
  g_assert_true (quarry_store_clear_failure (store, "/a", &error));
  g_assert_no_error (error);
  quarry_store_count (store, &counts, &error);
  g_assert_cmpuint (counts.failed, ==, 1);
  g_assert_cmpuint (counts.skipped, ==, 0);
}

static void
test_values (StoreFixture *fixture, gconstpointer data)
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
test_huge_text (StoreFixture *fixture, gconstpointer data)
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
  id = add_document (store, "/huge", NULL, paragraphs);
  document = quarry_store_load_document (store, id, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (quarry_document_get_text (document, &length), ==, text);
  assert_sound (store);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  STORE_TEST ("new", test_new);
  STORE_TEST ("document", test_document);
  STORE_TEST ("long-document", test_long_document);
  STORE_TEST ("pictures", test_pictures);
  STORE_TEST ("absent", test_absent);
  STORE_TEST ("same-path-twice", test_same_path_twice);
  STORE_TEST ("outside-transaction", test_outside_transaction);
  STORE_TEST ("misfits", test_misfits);
  STORE_TEST ("ids-are-not-reused", test_ids_are_not_reused);
  STORE_TEST ("numbers-used-up", test_numbers_used_up);
  STORE_TEST ("rollback", test_rollback);
  STORE_TEST ("update-file", test_update_file);
  STORE_TEST ("failures", test_failures);
  STORE_TEST ("values", test_values);
  STORE_TEST ("huge-text", test_huge_text);

  return g_test_run ();
}
