/* follow-helpers.c: a library whose folder is followed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/unit/follow-helpers.h"

#include <string.h>
#include <sys/stat.h>

#include "tests/support/temporary-folder.h"

/* Seconds. A change that has not been followed by then never will be. */
#define PATIENCE 60

void
open_library (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (fixture->library);
  fixture->library = quarry_library_open (fixture->folder, NULL, QUARRY_LIBRARY_WRITE, &error);
  g_assert_no_error (error);
}

void
close_library (Fixture *fixture)
{
  /* Sources that are pending in the main context hold references to the library. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (fixture->library);
  fixture->library = NULL;
}

void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->top = temporary_folder_new ();
  fixture->folder = g_build_filename (fixture->top, "library", NULL);
  fixture->sources = g_build_filename (fixture->top, "sources", NULL);
  g_free (write_file (fixture->sources, "bees.txt", "Honeybees gather nectar and pollen.", -1));
  g_free (write_file (fixture->sources, "ships.txt", "A schooner carries sails on two masts.", -1));
  g_free (write_file (fixture->sources, "sub/bread.txt", "Kneading develops gluten in the dough.", -1));
  g_free (write_file (fixture->sources, "sub/deep/lava.txt", "Volcanoes pour lava over basalt.", -1));
  open_library (fixture);
}

void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->library != NULL)
    close_library (fixture);
  g_free (fixture->folder);
  g_free (fixture->sources);
  temporary_folder_free (fixture->top);
}

char *
source (Fixture *fixture, const char *name)
{
  return g_canonicalize_filename (name, fixture->sources);
}

void
import (Fixture *fixture, const char *path)
{
  const char *paths[] = { path, NULL };
  g_autoptr (QuarryImport) job = quarry_library_import (fixture->library, paths);

  g_assert_false (quarry_import_is_following (job));
  while (!quarry_import_get_finished (job))
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (quarry_import_get_error (job));
}

gint64
id_of (Fixture *fixture, const char *name)
{
  g_autofree char *path = source (fixture, name);
  QuarryStore *connection = quarry_library_borrow (fixture->library, NULL);
  g_autoptr (QuarryDocumentRecord) record = quarry_store_find_document (connection, path, NULL);

  quarry_library_give_back (fixture->library, connection);
  return record != NULL ? record->id : 0;
}

/* Whether the document is in the library and, if its file still exists, was read from the file as it is now. */
static gboolean
is_there (Fixture *fixture, const char *name)
{
  g_autofree char *path = source (fixture, name);
  QuarryStore *connection = quarry_library_borrow (fixture->library, NULL);
  struct stat info;
  gint64 size, modified_ns, changed_ns;
  gboolean has_pictures;
  gboolean found = quarry_store_find_file (connection, path, &size, &modified_ns, &changed_ns, &has_pictures);

  quarry_library_give_back (fixture->library, connection);
  return found
         && (stat (path, &info) != 0
             || (size == info.st_size
                 && modified_ns == info.st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + info.st_mtim.tv_nsec));
}

gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

void
wait_for (Fixture *fixture, const char *name, gboolean there)
{
  gint64 until = g_get_monotonic_time () + PATIENCE * G_TIME_SPAN_SECOND;
  guint wake = g_timeout_add (20, wake_cb, NULL);

  while ((there ? !is_there (fixture, name) : id_of (fixture, name) != 0) && g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (wake);
  if (there ? !is_there (fixture, name) : id_of (fixture, name) != 0)
    g_error ("%s %s", name, there ? "does not come" : "does not go");
}

void
wait_for_state (Fixture *fixture, QuarryFolderState state)
{
  gint64 until = g_get_monotonic_time () + PATIENCE * G_TIME_SPAN_SECOND;
  guint wake = g_timeout_add (20, wake_cb, NULL);
  QuarryFolderState now = 99;

  for (;;)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) folders = quarry_library_list_folders (fixture->library, &error);

      g_assert_no_error (error);
      for (guint i = 0; i < folders->len; i++)
        if (strcmp (((QuarryFolder *) folders->pdata[i])->path, fixture->sources) == 0)
          now = ((QuarryFolder *) folders->pdata[i])->state;
      if (now == state || g_get_monotonic_time () > until)
        break;
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (wake);
  g_assert_cmpint (now, ==, state);
}

void
wait_until_idle (Fixture *fixture)
{
  while (g_list_model_get_n_items (quarry_library_get_imports (fixture->library)) > 0)
    g_main_context_iteration (NULL, TRUE);
}

void
wait_until_forgotten (Fixture *fixture, const char *path)
{
  QuarryFolderState state;

  while (quarry_follow_get_state (fixture->library->follow, path, &state))
    g_main_context_iteration (NULL, FALSE);
  wait_until_idle (fixture);
}

void
follow (Fixture *fixture, QuarryFollowOptions options)
{
  quarry_library_follow (fixture->library, &options);
}

void
assert_sound (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) problems = quarry_library_check (fixture->library, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (problems->len, ==, 0);
}

guint
count (Fixture *fixture)
{
  g_auto (QuarryLibraryStatus) status = { 0 };

  g_assert_true (quarry_library_get_status (fixture->library, &status, NULL));
  return (guint) status.counts.documents;
}
