/* test-follow-files.c: what changes in files that were imported one by one is followed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/library/import/quarry-folders.h"

#include <glib/gstdio.h>
#include <unistd.h>

#include "core/library/quarry-library-private.h"
#include "tests/support/temporary-folder.h"
#include "tests/unit/library-helpers.h"

/* Seconds. A change that has not been followed by then never will be. */
#define PATIENCE 60

/* The size of the document's file when it was read; -1 if it is not in the library. */
static gint64
size_of (QuarryLibrary *library, const char *path)
{
  QuarryStore *connection = quarry_library_borrow (library, NULL);
  gint64 size = -1, modified_ns, changed_ns;
  gboolean has_pictures;

  if (!quarry_store_find_file (connection, path, &size, &modified_ns, &changed_ns, &has_pictures))
    size = -1;
  quarry_library_give_back (library, connection);
  return size;
}

static gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static void
wait_for_size (QuarryLibrary *library, const char *path, gint64 size)
{
  gint64 until = g_get_monotonic_time () + PATIENCE * G_TIME_SPAN_SECOND;
  guint wake = g_timeout_add (20, wake_cb, NULL);

  while (size_of (library, path) != size && g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (wake);
  g_assert_cmpint (size_of (library, path), ==, size);
}

static void
count_cb (GListModel *imports, guint at, guint n_removed, guint n_added, gpointer user_data)
{
  *(guint *) user_data += n_added;
}

static void
wait_seconds (guint seconds)
{
  gint64 until = g_get_monotonic_time () + seconds * G_TIME_SPAN_SECOND;
  guint wake = g_timeout_add (20, wake_cb, NULL);

  while (g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (wake);
}

static void
test_alone (void)
{
  const QuarryFollowOptions soon = { 50, 1, 0, FALSE };
  char *top = temporary_folder_new ();
  g_autofree char *folder = g_build_filename (top, "library", NULL);
  g_autofree char *bees = write_file (top, "bees.txt", "Honeybees gather nectar.", -1);
  g_autofree char *ships = write_file (top, "ships.txt", "A schooner carries sails.", -1);
  g_autofree char *other = write_file (top, "other.txt", "Nobody asked for this.", -1);
  QuarryLibrary *library = quarry_library_open (folder, NULL, QUARRY_LIBRARY_WRITE, NULL);
  guint n_imports = 0;

  import_path (library, bees);
  quarry_library_follow (library, &soon);
  /* A file that is added while following is under way is followed too. */
  import_path (library, ships);
  wait_for_size (library, ships, 25);

  for (guint i = 1; i <= 2; i++)
    {
      g_autofree char *text = g_strnfill (40 * i, 'a');

      g_free (write_file (top, "bees.txt", text, -1));
      g_free (write_file (top, "ships.txt", text, -1));
      wait_for_size (library, bees, 40 * i);
      wait_for_size (library, ships, 40 * i);
    }
  g_assert_cmpint (g_remove (bees), ==, 0);
  wait_for_size (library, bees, -1);
  g_assert_cmpint (size_of (library, ships), ==, 80);
  g_assert_cmpint (size_of (library, other), ==, -1);

  /* A file that cannot be read, here because it is too large, is tried only once. */
  g_signal_connect (quarry_library_get_imports (library), "items-changed", G_CALLBACK (count_cb), &n_imports);
  g_assert_cmpint (truncate (ships, G_GINT64_CONSTANT (1) << 30), ==, 0);
  for (guint i = 0; i < PATIENCE && n_imports == 0; i++)
    wait_seconds (1);
  wait_seconds (4);
  g_assert_cmpuint (n_imports, ==, 1);
  g_assert_cmpint (size_of (library, ships), ==, 80);

  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (library);
  temporary_folder_free (g_steal_pointer (&top));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/follow/files/alone", test_alone);

  return g_test_run ();
}
