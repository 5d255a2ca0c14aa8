/* test-own-bench.c: how well search works on the library's own documents
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/library/quarry-own-bench.h"

#include "core/library/quarry-library-private.h"
#include "core/library/quarry-library-write-private.h"
#include "tests/support/temporary-folder.h"

typedef struct
{
  char *folder;
  QuarryLibrary *library;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = temporary_folder_new ();
  fixture->library = quarry_library_open (fixture->folder, NULL, QUARRY_LIBRARY_WRITE, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->library);
  temporary_folder_free (fixture->folder);
}

static void
add (Fixture *fixture, const char *path, const char *heading, const char *text)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GError) error = NULL;

  if (heading != NULL)
    quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, heading, -1);
  quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, text, -1);
  document = quarry_document_builder_end (builder);
  quarry_library_add_document (fixture->library, path, document, &error);
  g_assert_no_error (error);
}

static QuarryOwnBench *
bench (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  QuarryOwnBench *found = quarry_own_bench (fixture->library, 100, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  return found;
}

static const char bees[] = "A colony of honeybees lives in a hive. The queen lays eggs in wax cells. Workers gather "
                           "nectar and pollen from flowers, and make honey that feeds the colony through winter.";
static const char ships[] = "A schooner carries fore and aft sails on two masts. The captain reads the wind and the "
                            "tide, and the crew hauls on ropes to trim the canvas in a storm of many days.";

/* Each passage is found by its own words. */
static void
test_found (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryOwnBench) found = NULL;

  add (fixture, "/a", "Keeping bees", bees);
  add (fixture, "/b", "Sailing ships", ships);
  add (fixture, "/c", NULL, "Too short.");
  found = bench (fixture);
  g_assert_cmpuint (found->passages, ==, 2);
  g_assert_cmpuint (found->kinds[QUARRY_OWN_WORDS].queries, ==, 2);
  g_assert_cmpuint (found->kinds[QUARRY_OWN_MISSPELT].queries, ==, 2);
  g_assert_cmpuint (found->kinds[QUARRY_OWN_HEADING].queries, ==, 2);
  for (guint way = 0; way < QUARRY_OWN_N_WAYS; way++)
    {
      g_assert_cmpfloat (found->kinds[QUARRY_OWN_WORDS].recall_10[way], ==, 1);
      g_assert_cmpfloat (found->kinds[QUARRY_OWN_WORDS].mrr_10[way], ==, 1);
      g_assert_cmpfloat (found->kinds[QUARRY_OWN_HEADING].mrr_10[way], ==, 1);
    }
}

/* Of passages with the same words, only ten can be among the first ten hits. */
static void
test_not_found (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryOwnBench) found = NULL;
  const QuarryOwnScores *scores;

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *path = g_strdup_printf ("/%c", 'a' + i);

      add (fixture, path, NULL, bees);
    }
  found = bench (fixture);
  scores = &found->kinds[QUARRY_OWN_WORDS];
  g_assert_cmpuint (scores->queries, ==, 20);
  for (guint way = 0; way < QUARRY_OWN_N_WAYS; way++)
    {
      g_assert_cmpfloat_with_epsilon (scores->recall_10[way], .5, 1e-9);
      /* The tenth harmonic number, divided by twenty. */
      g_assert_cmpfloat_with_epsilon (scores->mrr_10[way], 2.9289682539682538 / 20, 1e-9);
    }
  g_assert_cmpuint (found->examples->len, ==, 0);
}

static void
test_nothing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryOwnBench) found = NULL;

  found = quarry_own_bench (fixture->library, 100, NULL, NULL, NULL, &error);
  g_assert_null (found);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);

  add (fixture, "/a", NULL, "the of and to in it is that the of and to in it is that the of and to in it is that");
  found = quarry_own_bench (fixture->library, 100, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (found->all.queries, ==, 0);
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  add (fixture, "/a", NULL, bees);
  g_cancellable_cancel (cancellable);
  g_assert_null (quarry_own_bench (fixture->library, 100, NULL, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)
  ADD ("/own-bench/found", test_found);
  ADD ("/own-bench/not-found", test_not_found);
  ADD ("/own-bench/nothing", test_nothing);
  ADD ("/own-bench/cancel", test_cancel);
#undef ADD

  return g_test_run ();
}
