/* test-background.c: imports step back where power is saved
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A bus of the test's own stands in for the system's, with services that say what they are told to. Each case is a
 * process of its own, since the answer is kept for some seconds.
 */
#include "library-helpers.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/machine/quarry-background.h"
#include "tests/support/temporary-folder.h"

/* Seconds. A thread that has not stepped back by then never will. */
#define PATIENCE 60

typedef struct
{
  const char *battery; /* what UPower says, as text of a GVariant; NULL: it is not running */
  const char *profile; /* the same for power-profiles-daemon */
  gboolean saves;
} Power;

static const Power powers[] = {
  { NULL, NULL, FALSE },
  { "false", NULL, FALSE },
  { "true", NULL, TRUE },
  { "true", "'performance'", TRUE },
  { "false", "'power-saver'", TRUE },
  { NULL, "'power-saver'", TRUE },
  { "false", "'balanced'", FALSE },
  /* Of another type than they should be. */
  { "'true'", "true", FALSE },
};

/* --- A system ------------------------------------------------------------------------------------------ */

static GVariant *
get_cb (GDBusConnection *bus,
        const char *sender,
        const char *path,
        const char *interface,
        const char *property,
        GError **error,
        gpointer user_data)
{
  return g_variant_new_parsed (user_data);
}

static void
serve (GDBusConnection *bus, const char *name, const char *path, const char *property, const char *value)
{
  static const GDBusInterfaceVTable vtable = { NULL, get_cb, NULL, { NULL } };
  g_autoptr (GVariant) parsed = value != NULL ? g_variant_ref_sink (g_variant_new_parsed (value)) : NULL;
  g_autofree char *xml = NULL;
  g_autoptr (GDBusNodeInfo) node = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) owned = NULL;

  if (parsed == NULL)
    return;
  xml = g_strdup_printf ("<node><interface name='%s'><property name='%s' type='%s' access='read'/></interface></node>",
                         name, property, g_variant_get_type_string (parsed));
  node = g_dbus_node_info_new_for_xml (xml, &error);
  g_assert_no_error (error);
  g_dbus_connection_register_object (bus, path, node->interfaces[0], &vtable, (gpointer) value, NULL, &error);
  g_assert_no_error (error);
  owned = g_dbus_connection_call_sync (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                       "RequestName", g_variant_new ("(su)", name, 0), NULL,
                                       G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
}

static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* Makes a bus that stands in for the system's. It lives as long as the process. */
static void
make_system (const Power *power)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE
                                                                        | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  GSubprocess *bus; /* lives as long as the process, like its connection */
  GDBusConnection *connection;
  g_autoptr (GDataInputStream) lines = NULL;
  g_autofree char *folder = temporary_folder_new ();
  g_autofree char *place = g_strdup_printf ("--address=unix:dir=%s", folder);
  g_autofree char *address = NULL;
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  /* Unless it is told otherwise, it has its socket in /tmp, and leaves it there when it is killed. The folder is removed
   * when this process ends. */
  bus = g_subprocess_launcher_spawn (launcher, &error, "dbus-daemon", "--session", "--nofork", "--print-address", place,
                                     NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (bus));
  address = g_data_input_stream_read_line (lines, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (address);
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", address, TRUE);
  connection = g_dbus_connection_new_for_address_sync (
      address, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL,
      NULL, &error);
  g_assert_no_error (error);
  serve (connection, "org.freedesktop.UPower", "/org/freedesktop/UPower", "OnBattery", power->battery);
  serve (connection, "net.hadess.PowerProfiles", "/net/hadess/PowerProfiles", "ActiveProfile", power->profile);
}

/* --- Cases ------------------------------------------------------------------------------------------------ */

/* Runs the test once more in a process of its own. Returns FALSE in that process. */
static gboolean
is_parent (void)
{
  if (g_test_subprocess ())
    return FALSE;
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
  return TRUE;
}

static gpointer
background_thread (gpointer level)
{
  quarry_background_enter ((QuarryBackground) GPOINTER_TO_INT (level));
  g_assert_cmpint (sched_getscheduler (0), ==,
                   GPOINTER_TO_INT (level) == QUARRY_BACKGROUND_IDLE ? SCHED_IDLE : SCHED_BATCH);
  return GINT_TO_POINTER (getpriority (PRIO_PROCESS, (id_t) gettid ()));
}

static void
test_priorities (void)
{
  int before = getpriority (PRIO_PROCESS, (id_t) gettid ());
  int low = GPOINTER_TO_INT (g_thread_join (
      g_thread_new ("low", background_thread, GINT_TO_POINTER (QUARRY_BACKGROUND_LOW))));
  int ahead = GPOINTER_TO_INT (g_thread_join (
      g_thread_new ("ahead", background_thread, GINT_TO_POINTER (QUARRY_BACKGROUND_AHEAD))));
  int idle = GPOINTER_TO_INT (g_thread_join (
      g_thread_new ("idle", background_thread, GINT_TO_POINTER (QUARRY_BACKGROUND_IDLE))));

  /* A thread never gets a higher priority than the program has, which may have been started with a low one. */
  g_assert_cmpint (low, ==, MAX (before, 10));
  g_assert_cmpint (ahead, ==, MAX (before, 7));
  g_assert_cmpint (idle, ==, 19);
  /* Only the thread itself steps back. */
  g_assert_cmpint (getpriority (PRIO_PROCESS, (id_t) gettid ()), ==, before);
  g_assert_cmpint (sched_getscheduler (0), ==, SCHED_OTHER);
}

static gpointer
ask_thread (gpointer data)
{
  gint *answer = data;

  g_atomic_int_set (answer, quarry_saves_power () ? 1 : 0);
  g_main_context_wakeup (NULL);
  return NULL;
}

static void
test_asked (gconstpointer data)
{
  const Power *power = data;
  GThread *thread;
  gint answer = -1;

  if (is_parent ())
    return;
  make_system (power);
  thread = g_thread_new ("ask", ask_thread, &answer);
  while (g_atomic_int_get (&answer) < 0)
    g_main_context_iteration (NULL, TRUE);
  g_thread_join (thread);
  g_assert_cmpint (answer, ==, power->saves);
}

/* The scheduling policy of the thread of this process with this name; the usual one if there is no such thread yet. */
static int
policy_of (const char *name)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/task", 0, NULL);
  const char *entry;
  int policy = SCHED_OTHER;

  while ((entry = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc/self/task", entry, "comm", NULL);
      g_autofree char *comm = NULL;

      if (g_file_get_contents (path, &comm, NULL, NULL) && strcmp (g_strchomp (comm), name) == 0)
        policy = sched_getscheduler ((pid_t) g_ascii_strtoll (entry, NULL, 10));
    }
  return policy;
}

/* An import that a person asks for runs as a batch job, or only when the machine is otherwise idle if power is being
 * saved. */
static void
test_import (gconstpointer data)
{
  const Power *power = data;
  LibraryFixture fixture;
  g_autoptr (QuarryLibrary) library = NULL;
  g_autoptr (QuarryImport) import = NULL;
  const char *paths[2] = { NULL };
  int wanted = power->saves ? SCHED_IDLE : SCHED_BATCH;
  gint64 until;

  if (is_parent ())
    return;
  make_system (power);
  library_set_up (&fixture, NULL);
  library = open_library (&fixture, QUARRY_LIBRARY_WRITE);
  paths[0] = fixture.sources;
  import = quarry_library_import (library, paths);
  /* While the import is paused its threads wait, so that their policies can be read. */
  quarry_import_set_paused (import, TRUE);
  until = g_get_monotonic_time () + PATIENCE * G_TIME_SPAN_SECOND;
  while (policy_of ("import-scan") != wanted && g_get_monotonic_time () < until)
    {
      g_main_context_iteration (NULL, FALSE);
      g_assert_false (quarry_import_get_finished (import));
    }
  g_assert_cmpint (policy_of ("import-scan"), ==, wanted);
  /* The writing thread never becomes idle, because others wait for it. */
  g_assert_cmpint (policy_of ("import"), ==, SCHED_BATCH);
  quarry_import_set_paused (import, FALSE);
  while (!quarry_import_get_finished (import))
    g_main_context_iteration (NULL, TRUE);
  assert_best (library, "queen lays eggs", "bees");
  assert_sound (library);
  g_clear_object (&import);
  g_clear_object (&library);
  library_tear_down (&fixture, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/background/priorities", test_priorities);
  for (guint i = 0; i < G_N_ELEMENTS (powers); i++)
    {
      g_autofree char *asked = g_strdup_printf ("/background/asked/%u", i);
      g_autofree char *import = g_strdup_printf ("/background/import/%u", i);

      g_test_add_data_func (asked, &powers[i], test_asked);
      if (i == 1 || i == 2)
        g_test_add_data_func (import, &powers[i], test_import);
    }
  return g_test_run ();
}
