/* test-library-calls.c: callers of the library who do not read what they are answered
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <gio/gio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/library/quarry-library-private.h"
#include "core/library/quarry-library-write-private.h"
#include "tests/support/temporary-folder.h"
#include "ui/service/quarry-library-service.h"

/* The same limit as in the service. */
#define MOST_CALLS 16u
#define N_DOCUMENTS 100u

static char *folder;
static QuarrySession *session;

/* Makes a library that returns as many long hits as may be asked for, so that a few answers are more than a socket's
 * buffer holds. */
static void
make_library (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryLibrary) library = quarry_library_open (folder, NULL, QUARRY_LIBRARY_WRITE, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < N_DOCUMENTS; i++)
    {
      g_autoptr (QuarryDocumentBuilder) builder = quarry_document_builder_new ();
      g_autoptr (QuarryDocument) document = NULL;
      g_autoptr (GString) text = g_string_new ("A volcano pours lava over basalt plains.");
      g_autofree char *path = g_strdup_printf ("/volcano%u", i);

      for (guint k = 0; k < 100; k++)
        g_string_append_printf (text, " Crater %u of mountain %u smokes in year %u.", k, i, i * 100 + k);
      quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, text->str, -1);
      document = quarry_document_builder_end (g_steal_pointer (&builder));
      quarry_library_add_document (library, path, document, &error);
      g_assert_no_error (error);
    }
}

static QuarrySession *
session_cb (gpointer user_data)
{
  return session;
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  *(GDBusConnection **) user_data = g_dbus_connection_new_finish (result, &error);
  g_assert_no_error (error);
}

/* Returns the client's end of the connection *@server. Nobody reads from it except the test. */
static int
connect_caller (GDBusConnection **server)
{
  g_autofree char *guid = g_dbus_generate_guid ();
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GSocketConnection) stream = NULL;
  g_autoptr (GString) hello = g_string_new ("AUTH EXTERNAL ");
  g_autofree char *user = g_strdup_printf ("%u", (guint) geteuid ());
  char said[200];
  int ends[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
  socket = g_socket_new_from_fd (ends[0], NULL);
  stream = g_socket_connection_factory_create_connection (socket);
  g_dbus_connection_new (G_IO_STREAM (stream), guid, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER, NULL, NULL,
                         connected_cb, server);
  for (const char *p = user; *p != '\0'; p++)
    g_string_append_printf (hello, "%02x", (guint) *p);
  g_string_append (hello, "\r\n");
  g_assert_cmpint (write (ends[1], "", 1), ==, 1);
  g_assert_cmpint (write (ends[1], hello->str, hello->len), ==, (gssize) hello->len);
  g_assert_cmpint (read (ends[1], said, sizeof said), >, 3);
  g_assert_cmpint (memcmp (said, "OK ", 3), ==, 0);
  g_assert_cmpint (write (ends[1], "BEGIN\r\n", 7), ==, 7);
  while (*server == NULL)
    g_main_context_iteration (NULL, TRUE);
  return ends[1];
}

static void
send_search (int caller, guint serial)
{
  g_autoptr (GDBusMessage) message = g_dbus_message_new_method_call (
      NULL, QUARRY_LIBRARY_SERVICE_PATH, "org.quarry.Quarry.Library1", "Search");
  g_autofree guint8 *bytes = NULL;
  GVariantDict options;
  gsize length;

  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "limit", "u", 100);
  g_variant_dict_insert (&options, "variety", "d", 0.0);
  g_dbus_message_set_body (message, g_variant_new ("(s@a{sv})", "volcano crater", g_variant_dict_end (&options)));
  g_dbus_message_set_serial (message, serial);
  bytes = g_dbus_message_to_blob (message, &length, G_DBUS_CAPABILITY_FLAGS_NONE, NULL);
  g_assert_cmpint (write (caller, bytes, length), ==, (gssize) length);
}

static gboolean
set_cb (gpointer flag)
{
  *(gboolean *) flag = TRUE;
  return G_SOURCE_REMOVE;
}

static void
run_for (guint ms)
{
  gboolean is_over = FALSE;

  g_timeout_add (ms, set_cb, &is_over);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
}

/* Removes the complete answers from the beginning of @bytes. *n_refused is how many of them are errors. Returns how
 * many there are. */
static guint
take_answers (GByteArray *bytes, guint *n_refused)
{
  guint n = 0;
  gssize length;

  while (bytes->len >= 16 && (length = g_dbus_message_bytes_needed (bytes->data, bytes->len, NULL)) > 0
         && (gsize) length <= bytes->len)
    {
      g_autoptr (GDBusMessage) message = g_dbus_message_new_from_blob (bytes->data, (gsize) length,
                                                                       G_DBUS_CAPABILITY_FLAGS_NONE, NULL);
      const char *name = g_dbus_message_get_error_name (message);

      if (name != NULL)
        g_assert_cmpstr (name, ==, "org.freedesktop.DBus.Error.LimitsExceeded");
      *n_refused += name != NULL;
      n++;
      g_byte_array_remove_range (bytes, 0, (guint) length);
    }
  return n;
}

/* Reads @n answers and returns how many of them are errors. */
static guint
read_answers (int caller, guint n)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree guint8 *buffer = g_malloc (1 << 16);
  guint n_refused = 0;

  for (guint taken = 0; taken < n; taken += take_answers (bytes, &n_refused))
    {
      gssize got;

      while (g_main_context_iteration (NULL, FALSE))
        ;
      got = recv (caller, buffer, 1 << 16, MSG_DONTWAIT);
      if (got > 0)
        g_byte_array_append (bytes, buffer, (guint) got);
      else
        g_usleep (1000);
    }
  return n_refused;
}

/* Answers are kept until the caller reads them. A caller that reads none has only a limited number of calls accepted;
 * the others are refused, and no answer is lost. */
static void
test_deaf (void)
{
  GApplication *application = g_application_new (NULL, G_APPLICATION_NON_UNIQUE);
  g_autoptr (QuarryLibraryService) service = quarry_library_service_new (application, session_cb, NULL);
  GDBusConnection *server = NULL;
  g_autoptr (GError) error = NULL;
  int caller = connect_caller (&server);
  guint serial = 0;

  quarry_library_service_export (service, server, &error);
  g_assert_no_error (error);
  for (guint round = 0; round < 2; round++)
    {
      for (guint i = 0; i < MOST_CALLS; i++)
        send_search (caller, ++serial);
      run_for (1000);
    }
  /* The first answers may have fit into the socket's buffer. */
  g_assert_cmpuint (read_answers (caller, serial), >=, MOST_CALLS / 2);

  /* After the answers have been read, new calls are accepted. */
  send_search (caller, ++serial);
  g_assert_cmpuint (read_answers (caller, 1), ==, 0);
  quarry_library_service_unexport (service);
  close (caller);
  run_for (10);
  g_object_unref (server);
  g_object_unref (application);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = temporary_folder_new ();
  make_library ();
  session = quarry_session_new (folder, NULL);
  while (quarry_session_get_state (session) == QUARRY_SESSION_OPENING)
    g_main_context_iteration (NULL, TRUE);
  g_assert_no_error (quarry_session_get_error (session));

  g_test_add_func ("/library-calls/deaf", test_deaf);

  status = g_test_run ();
  g_clear_object (&session);
  temporary_folder_free (folder);
  return status;
}
