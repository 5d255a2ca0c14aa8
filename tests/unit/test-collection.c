/* test-collection.c: reading judged collections and reference segmentations
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "core/eval/quarry-collection.h"
#include "tests/support/temporary-folder.h"

static void
write_good (FolderFixture *self)
{
  g_free (write_file (self->folder, "corpus.jsonl",
              "\xef\xbb\xbf{\"_id\": \"a\", \"title\": \"First\", \"text\": \"One.\", \"metadata\": {}}\n"
              "{\"_id\": \"b\", \"title\": \"\", \"text\": \"Two.\"}\r\n"
              "\n"
              "{\"_id\": 3, \"text\": \"Three caf\\u00e9s.\"}", -1));
  g_free (write_file (self->folder, "queries.jsonl",
              "{\"_id\": \"q1\", \"text\": \"first\"}\n"
              "{\"_id\": \"q2\", \"text\": \"\"}\n"
              "{\"_id\": \"q3\", \"text\": \"never judged\"}\n", -1));
  g_free (write_file (self->folder, "qrels/test.tsv",
              "query-id\tcorpus-id\tscore\n"
              "q1\ta\t2\n"
              "q1\tlost\t1\n"
              "q1\ta\t2\n"
              "q2\t3\t0\n"
              "q2\tb\t-1\n"
              "unasked\ta\t1\n", -1));
}

static void
assert_fails (FolderFixture *self, int code, const char *place, const char *what)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryCollection) collection = quarry_collection_load (self->folder, &error);

  g_assert_null (collection);
  g_assert_error (error, G_IO_ERROR, code);
  g_assert_nonnull (strstr (error->message, place));
  g_assert_nonnull (strstr (error->message, what));
}

static void
test_good (FolderFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryCollection) collection = NULL;
  const QuarryCollectionDocument *document;
  const QuarryCollectionQuery *query;
  g_autofree char *base = g_path_get_basename (self->folder);
  g_autofree char *with_slash = g_strconcat (self->folder, "/", NULL);

  write_good (self);
  collection = quarry_collection_load (with_slash, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (collection->name, ==, base);
  g_assert_false (collection->has_subtopics);
  g_assert_cmpuint (collection->n_passed_over, ==, 1);

  g_assert_cmpuint (collection->documents->len, ==, 3);
  document = g_ptr_array_index (collection->documents, 0);
  g_assert_cmpstr (document->id, ==, "a");
  g_assert_cmpstr (document->title, ==, "First");
  document = g_ptr_array_index (collection->documents, 2);
  g_assert_cmpstr (document->id, ==, "3");
  g_assert_cmpstr (document->title, ==, "");
  g_assert_cmpstr (document->text, ==, "Three cafés.");

  g_assert_cmpuint (collection->queries->len, ==, 3);
  query = g_ptr_array_index (collection->queries, 0);
  g_assert_true (query->has_relevant);
  g_assert_cmpuint (query->judgements->len, ==, 2);
  g_assert_cmpuint (g_array_index (query->judgements, QuarryJudgement, 0).document, ==, 0);
  g_assert_cmpint (g_array_index (query->judgements, QuarryJudgement, 0).grade, ==, 2);
  g_assert_cmpuint (g_array_index (query->judgements, QuarryJudgement, 1).document, ==, 3);
  query = g_ptr_array_index (collection->queries, 1);
  g_assert_false (query->has_relevant);
  g_assert_cmpuint (query->judgements->len, ==, 2);
  g_assert_cmpint (g_array_index (query->judgements, QuarryJudgement, 1).grade, ==, -1);
  query = g_ptr_array_index (collection->queries, 2);
  g_assert_cmpuint (query->judgements->len, ==, 0);
}

static void
test_subtopics (FolderFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryCollection) collection = NULL;
  const QuarryCollectionQuery *query;

  write_good (self);
  g_free (write_file (self->folder, "qrels/diversity.txt",
              "q1 7 a 1\n"
              "q1 9 a 1\n"
              "q1\t7  b 1\n"
              "q1 7 b 1\n"
              "q1 8 b 0\n"
              "q1 9 lost 1\n"
              "q3 7 b 1\n"
              "unasked 7 b 1\n", -1));
  collection = quarry_collection_load (self->folder, &error);
  g_assert_no_error (error);
  g_assert_true (collection->has_subtopics);
  g_assert_cmpuint (collection->n_passed_over, ==, 2);

  query = g_ptr_array_index (collection->queries, 0);
  g_assert_cmpuint (query->n_subtopics, ==, 2);
  g_assert_cmpuint (query->subtopics->len, ==, 4);
  for (guint i = 0; i < 4; i++)
    {
      const QuarrySubtopicJudgement *judgement
          = &g_array_index (query->subtopics, QuarrySubtopicJudgement, i);
      const guint32 documents[] = { 0, 0, 1, 3 }, subtopics[] = { 0, 1, 0, 1 };

      g_assert_cmpuint (judgement->document, ==, documents[i]);
      g_assert_cmpuint (judgement->subtopic, ==, subtopics[i]);
    }
  query = g_ptr_array_index (collection->queries, 2);
  g_assert_cmpuint (query->n_subtopics, ==, 1);

  g_free (write_file (self->folder, "qrels/diversity.txt", "q1 7 a 1\nq1 7 a\n", -1));
  assert_fails (self, G_IO_ERROR_INVALID_DATA, "diversity.txt:2: ", "expected");
  g_free (write_file (self->folder, "qrels/diversity.txt", "q1 7 a yes\n", -1));
  assert_fails (self, G_IO_ERROR_INVALID_DATA, "diversity.txt:1: ", "yes");
}

static void
test_broken_corpus (FolderFixture *self, gconstpointer data)
{
  const struct
  {
    const char *contents;
    const char *place;
    const char *what;
  } cases[] = {
    { "{\"_id\": \"a\", \"text\": \"x\"}\n{\"_id\": \"b\", \"te", "corpus.jsonl:2: ", "JSON" },
    { "[1, 2]\n", "corpus.jsonl:1: ", "object" },
    { "\n\n{\"text\": \"x\"}\n", "corpus.jsonl:3: ", "_id" },
    { "{\"_id\": \"\", \"text\": \"x\"}\n", "corpus.jsonl:1: ", "_id" },
    { "{\"_id\": [\"a\"], \"text\": \"x\"}\n", "corpus.jsonl:1: ", "_id" },
    { "{\"_id\": \"a\", \"text\": null}\n", "corpus.jsonl:1: ", "text" },
    { "{\"_id\": \"a\", \"text\": \"x\"}\n{\"_id\": \"a\", \"text\": \"y\"}\n", "corpus.jsonl:2: ", "“a”" },
    { "{\"_id\": \"a\", \"text\": \"\xff\"}\n", "corpus.jsonl:1: ", "UTF-8" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      write_good (self);
      g_free (write_file (self->folder, "corpus.jsonl", cases[i].contents, -1));
      assert_fails (self, G_IO_ERROR_INVALID_DATA, cases[i].place, cases[i].what);
    }
}

static void
test_broken_judgements (FolderFixture *self, gconstpointer data)
{
  const struct
  {
    const char *contents;
    const char *what;
  } cases[] = {
    { "query-id\tcorpus-id\tscore\nq1 a 1\n", "tabs" },
    { "query-id\tcorpus-id\tscore\nq1\ta\tgood\n", "“good”" },
    { "query-id\tcorpus-id\tscore\nq1\ta\t1.5\n", "“1.5”" },
    { "q1\ta\t1\nq1\ta\t0\n", "otherwise" },
    { "q1\ta\t1\nq1\ta\t99999999999999999999\n", "grade" },
    { "q1\ta\t1\nq1\t\xc3\t1\n", "UTF-8" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      write_good (self);
      g_free (write_file (self->folder, "qrels/test.tsv", cases[i].contents, -1));
      assert_fails (self, G_IO_ERROR_INVALID_DATA, "test.tsv:2: ", cases[i].what);
    }
}

static void
test_missing (FolderFixture *self, gconstpointer data)
{
  const char *const names[] = { "corpus.jsonl", "queries.jsonl", "qrels/test.tsv" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (self->folder, names[i], NULL);

      write_good (self);
      g_assert_cmpint (g_remove (path), ==, 0);
      assert_fails (self, G_IO_ERROR_NOT_FOUND, names[i], "read");

      /* A folder of that name instead of the file. */
      g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
      assert_fails (self, G_IO_ERROR_IS_DIRECTORY, names[i], "read");
      g_assert_cmpint (g_rmdir (path), ==, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/collection/good", FolderFixture, NULL, folder_fixture_set_up, test_good,
              folder_fixture_tear_down);
  g_test_add ("/collection/subtopics", FolderFixture, NULL, folder_fixture_set_up, test_subtopics,
              folder_fixture_tear_down);
  g_test_add ("/collection/broken-corpus", FolderFixture, NULL, folder_fixture_set_up, test_broken_corpus,
              folder_fixture_tear_down);
  g_test_add ("/collection/broken-judgements", FolderFixture, NULL, folder_fixture_set_up, test_broken_judgements,
              folder_fixture_tear_down);
  g_test_add ("/collection/missing", FolderFixture, NULL, folder_fixture_set_up, test_missing,
              folder_fixture_tear_down);

  return g_test_run ();
}
