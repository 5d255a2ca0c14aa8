/* library-helpers.c: what the tests of libraries share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "library-helpers.h"

#include <glib/gstdio.h>
#include <string.h>

#include "core/library/quarry-library-private.h"
#include "core/library/quarry-library-write-private.h"
#include "tests/support/temporary-folder.h"

const char *const subjects[N_SUBJECTS][2] = {
  { "bees",
    "# Keeping bees\n\nA colony of honeybees lives in a hive. The queen lays eggs in wax cells. Workers gather "
    "nectar and pollen from flowers, and make honey that feeds the colony through winter. Beekeepers open the "
    "hive in spring, look for the queen, and give the bees more frames when they need room.\n" },
  { "ships",
    "# Sailing ships\n\nA schooner carries fore and aft sails on two masts. The captain reads the wind and "
    "the tide, and the crew hauls on ropes to trim the canvas. In a storm the vessel heaves to and rides out "
    "the waves until the harbour is safe to enter again.\n" },
  { "bread",
    "# Baking bread\n\nFlour, water, salt and yeast make a dough. Kneading develops gluten, and the loaf rises "
    "in a warm kitchen for two hours. Bake it in a hot oven until the crust is brown and the bottom sounds "
    "hollow when tapped with a finger.\n" },
};

void
library_set_up (LibraryFixture *fixture, gconstpointer data)
{
  g_autofree char *made = temporary_folder_new ();

  fixture->folder = g_build_filename (made, "library", NULL);
  fixture->sources = g_build_filename (made, "sources", NULL);
  g_assert_cmpint (g_mkdir (fixture->sources, 0700), ==, 0);
  for (gsize i = 0; i < N_SUBJECTS; i++)
    {
      g_autofree char *name = g_strconcat (subjects[i][0], ".md", NULL);
      g_autofree char *path = g_build_filename (fixture->sources, name, NULL);

      g_assert_true (g_file_set_contents (path, subjects[i][1], -1, NULL));
    }
}

void
library_tear_down (LibraryFixture *fixture, gconstpointer data)
{
  temporary_folder_free (g_path_get_dirname (fixture->folder));
  g_free (fixture->folder);
  g_free (fixture->sources);
}

QuarryLibrary *
open_library (LibraryFixture *fixture, QuarryLibraryMode mode)
{
  g_autoptr (GError) error = NULL;
  QuarryLibrary *library = quarry_library_open (fixture->folder, NULL, mode, &error);

  g_assert_no_error (error);
  g_assert_nonnull (library);

  return library;
}

QuarryImportProgress
import_paths (QuarryLibrary *library, const char *const *paths)
{
  g_autoptr (QuarryImport) import = quarry_library_import (library, paths);
  QuarryImportProgress progress;

  while (!quarry_import_get_finished (import))
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (quarry_import_get_error (import));
  quarry_import_get_progress (import, &progress);

  return progress;
}

QuarryImportProgress
import_path (QuarryLibrary *library, const char *path)
{
  return import_paths (library, (const char *const[]) { path, NULL });
}

QuarryImportProgress
import_sources (LibraryFixture *fixture, QuarryLibrary *library)
{
  const char *paths[] = { fixture->sources, NULL };

  return import_paths (library, paths);
}

QuarryDocumentRecord *
record_of (QuarryLibrary *library, const char *path)
{
  QuarryStore *connection = quarry_library_borrow (library, NULL);
  QuarryDocumentRecord *record = quarry_store_find_document (connection, path, NULL);

  quarry_library_give_back (library, connection);
  return record;
}

gint64
id_of (QuarryLibrary *library, const char *path)
{
  g_autoptr (QuarryDocumentRecord) record = record_of (library, path);

  return record != NULL ? record->id : 0;
}

gboolean
has_document (QuarryLibrary *library, const char *path)
{
  return id_of (library, path) != 0;
}

void
forget_ctime (QuarryLibrary *library, const char *path)
{
  QuarryStore *writer = quarry_library_begin_write (library, NULL);
  g_autoptr (GPtrArray) records = quarry_store_list_documents (writer, path, FALSE, 0, NULL);

  for (guint i = 0; i < records->len; i++)
    {
      const QuarryDocumentRecord *record = records->pdata[i];

      g_assert_true (quarry_store_update_file (writer, record->id, record->path, record->size,
                                               record->modified_ns, G_MAXINT64, NULL));
    }
  g_assert_true (quarry_library_end_write (library, TRUE, NULL));
}

char *
best_of (QuarryLibrary *library, const char *query)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryAnswer) answer = quarry_library_search (library, query, NULL, NULL, &error);
  g_autoptr (QuarryHit) hit = NULL;
  char *name;

  g_assert_no_error (error);
  hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
  if (hit == NULL)
    return g_strdup ("");
  name = g_path_get_basename (quarry_hit_get_path (hit));
  *strchrnul (name, '.') = '\0';

  return name;
}

void
assert_best (QuarryLibrary *library, const char *query, const char *expected)
{
  g_autofree char *found = best_of (library, query);

  g_assert_cmpstr (found, ==, expected);
}

void
assert_all_best (QuarryLibrary *library, const char *const (*cases)[2], guint n)
{
  for (guint i = 0; i < n; i++)
    assert_best (library, cases[i][0], cases[i][1]);
}

void
assert_sound (QuarryLibrary *library)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) problems = quarry_library_check (library, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < problems->len; i++)
    g_test_message ("%s", (const char *) problems->pdata[i]);
  g_assert_cmpuint (problems->len, ==, 0);
}

void
add_text (QuarryLibrary *library, const char *path, const char *text)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GError) error = NULL;

  quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, text, -1);
  document = quarry_document_builder_end (builder);
  quarry_library_add_document (library, path, document, &error);
  g_assert_no_error (error);
}

void
add_texts (QuarryLibrary *library, const char *const (*texts)[2], guint n)
{
  for (guint i = 0; i < n; i++)
    add_text (library, texts[i][0], texts[i][1]);
}
