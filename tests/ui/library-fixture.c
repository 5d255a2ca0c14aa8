/* library-fixture.c: a library on disk that a test of widgets fills, asks and lets go
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/ui/library-fixture.h"
#include "tests/support/temporary-folder.h"
#include "tests/ui/widget-helpers.h"

const char crafts_text[] =
    "# Crafts\n\n"
    "## Bees\n\n"
    "A colony of honeybees lives in a hive. The queen lays eggs in wax cells. Workers gather nectar "
    "and pollen from flowers. Beekeepers open the hive in spring and look for the queen.\n\n"
    "- a smoker calms the colony\n"
    "- a veil keeps stings away\n\n"
    "## Ships\n\n"
    "A schooner carries fore and aft sails on two masts. The captain reads the wind and the tide. "
    "The crew hauls on ropes to trim the canvas. In a storm the vessel heaves to.\n\n"
    "| Sail | Mast |\n|---|---|\n| jib | fore |\n| spanker | mizzen |\n\n"
    "## Bread\n\n"
    "Flour, water, salt and yeast make a dough. Kneading develops gluten. The loaf rises in a warm "
    "kitchen for two hours. Bake it in a hot oven until the crust is brown.\n\n"
    "```\nflour = 500\nwater = 350\n```\n";

void
library_fixture_set_up (LibraryFixture *fixture, gconstpointer data)
{
  g_autofree char *folder = NULL;
  g_autoptr (GError) error = NULL;

  fixture->top = temporary_folder_new ();
  fixture->sources = g_build_filename (fixture->top, "sources", NULL);
  folder = g_build_filename (fixture->top, "library", NULL);
  fixture->library = quarry_library_open (folder, NULL, QUARRY_LIBRARY_WRITE, &error);
  g_assert_no_error (error);
}

void
library_fixture_tear_down (LibraryFixture *fixture, gconstpointer data)
{
  /* A thread that works on the last request may still hold the library. */
  wait_for (g_atomic_int_get ((gint *) &G_OBJECT (fixture->library)->ref_count) == 1);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (fixture->library);
  g_free (fixture->sources);
  temporary_folder_free (fixture->top);
}

void
import_path (QuarryLibrary *library, const char *path)
{
  const char *paths[] = { path, NULL };
  g_autoptr (QuarryImport) import = quarry_library_import (library, paths);

  wait_for (quarry_import_get_finished (import));
  g_assert_null (quarry_import_get_error (import));
}

char *
write_source (LibraryFixture *fixture, const char *name, const char *text)
{
  return write_file (fixture->sources, name, text, -1);
}

void
add_document (LibraryFixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = write_source (fixture, name, text);

  import_path (fixture->library, path);
}
