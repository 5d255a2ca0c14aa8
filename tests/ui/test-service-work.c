/* test-service-work.c: the service does not end while the library is at work, a window's application does
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/library/import/quarry-folders.h"
#include "core/library/import/quarry-import-private.h"
#include "core/library/quarry-library-private.h"
#include "core/store/quarry-store-private.h"
#include "tests/support/temporary-folder.h"
#include "ui/service/quarry-library-service.h"

typedef struct
{
  char *sources;
  char *folder;
  QuarrySession *session;
  QuarryLibraryService *service;
  QuarryStore *other; /* keeps the library locked */
  guint later;
  gboolean is_alive;
} Fixture;

static QuarrySession *
get_session (gpointer user_data)
{
  return ((Fixture *) user_data)->session;
}

/* The application would have ended long before. */
static gboolean
later_cb (gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->is_alive = TRUE;
  fixture->later = 0;
  g_application_quit (g_application_get_default ());
  return G_SOURCE_REMOVE;
}

static void
wait_for_failure (QuarryLibrary *library)
{
  while (!quarry_library_has_waiting_changes (library) || g_list_model_get_n_items (quarry_library_get_imports (library)) > 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
activate_cb (GApplication *application, Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryImport) import = NULL;
  QuarryLibrary *library;

  g_application_hold (application);
  fixture->session = quarry_session_new (fixture->folder, NULL);
  while (quarry_session_get_state (fixture->session) == QUARRY_SESSION_OPENING)
    g_main_context_iteration (NULL, TRUE);
  library = quarry_session_get_library (fixture->session);
  g_assert_nonnull (library);
  import = quarry_library_import (library, (const char *const[]){ fixture->sources, NULL });
  while (!quarry_import_get_finished (import))
    g_main_context_iteration (NULL, TRUE);
  sqlite3_busy_timeout (quarry_store_get_handle (library->writer), 10);
  fixture->service = quarry_library_service_new (application, get_session, fixture);
  quarry_library_service_set_session (fixture->service, fixture->session);

  fixture->other = quarry_store_open (fixture->folder, QUARRY_STORE_WRITE, &error);
  g_assert_no_error (error);
  g_assert_true (quarry_store_begin (fixture->other, &error));
  g_free (write_file (fixture->sources, "tea.txt", "Tea is brewed from leaves.", -1));
  wait_for_failure (library);
  fixture->later = g_timeout_add (1500, later_cb, fixture);
  g_application_release (application);
}

/* Another process keeps the library locked, so that a change waits to be imported. What ends by itself after
 * GPOINTER_TO_UINT (@timeout) milliseconds does not end meanwhile; what has none, as it ends with its window, does. */
static void
test_waiting (gconstpointer timeout)
{
  g_autofree char *top = temporary_folder_new ();
  Fixture fixture = { .sources = g_build_filename (top, "sources", NULL),
                      .folder = g_build_filename (top, "library", NULL) };
  g_autoptr (GApplication) application = g_application_new ("org.quarry.Test", G_APPLICATION_NON_UNIQUE);

  g_free (write_file (fixture.sources, "bees.txt", "Honeybees gather nectar.", -1));
  g_application_set_inactivity_timeout (application, GPOINTER_TO_UINT (timeout));
  g_signal_connect (application, "activate", G_CALLBACK (activate_cb), &fixture);
  g_assert_cmpint (g_application_run (application, 0, NULL), ==, 0);
  g_assert_cmpint (fixture.is_alive, ==, timeout != NULL);

  g_clear_handle_id (&fixture.later, g_source_remove);
  quarry_store_rollback (fixture.other);
  g_clear_object (&fixture.other);
  g_clear_object (&fixture.service);
  g_clear_object (&fixture.session);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  temporary_folder_free (g_steal_pointer (&top));
  g_free (fixture.sources);
  g_free (fixture.folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/service-work/waiting", GUINT_TO_POINTER (200), test_waiting);
  g_test_add_data_func ("/service-work/window", NULL, test_waiting);

  return g_test_run ();
}
