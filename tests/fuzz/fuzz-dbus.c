/* fuzz-dbus.c: what other programs may send to the Shell's search provider and to the library's interface
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The first letter of an input says what it is.
 *   w                 a whole D-Bus message in its wire format
 *   i s m a l         a call of one of the search provider's methods (see methods[]), with one string argument a line;
 *                     an empty line ends the first of two lists
 *   q                 a search of the library: the query in the first line, then an option a line, each with its name,
 *                     a blank and its value in GVariant's text format
 *   t                 a call for the library's status
 *   a capital letter  the same methods, called with one value: its GVariant type in the rest of the line, then its
 *                     serialized bytes
 * Import is left out, since it would read the files that an input names.
 *
 * Each call must be answered with what the interface promises or with an error, and so must later calls.
 */
#include "fuzz.h"

#include <gio/gio.h>
#include <string.h>
#include <sys/socket.h>

#include "core/library/quarry-library-private.h"
#include "core/library/quarry-library-write-private.h"
#include "tests/support/temporary-folder.h"
#include "ui/service/quarry-library-service.h"
#include "ui/service/quarry-search-provider.h"

#define SHELL_INTERFACE "org.gnome.Shell.SearchProvider2"
#define LIBRARY_INTERFACE "org.quarry.Quarry.Library1"

#define ANSWER_MS 60000
/* Longer types are not tried. */
#define MOST_TYPE 200u

typedef struct
{
  char letter;
  const char *path;
  const char *interface;
  const char *name;
  const char *reply;
  gsize most; /* how many items the first value of the reply may have */
} Method;

#define SHELL QUARRY_SEARCH_PROVIDER_PATH, SHELL_INTERFACE
#define LIBRARY QUARRY_LIBRARY_SERVICE_PATH, LIBRARY_INTERFACE

/* The limits are those of the services. */
static const Method methods[] = {
  { 'i', SHELL, "GetInitialResultSet", "(as)", 5 }, { 's', SHELL, "GetSubsearchResultSet", "(as)", 5 },
  { 'm', SHELL, "GetResultMetas", "(aa{sv})", 10 }, { 'a', SHELL, "ActivateResult", "()", 0 },
  { 'l', SHELL, "LaunchSearch", "()", 0 },          { 'q', LIBRARY, "Search", "(a{sv})", 6 },
  { 't', LIBRARY, "Status", "(a{sv})", 7 },
};

static char *folder;
static QuarrySession *session;
static GDBusConnection *server, *client;

/* --- The services -------------------------------------------------------------------------------------- */

static void
make_library (void)
{
  static const char *const texts[][2] = {
    { "Bees", "A colony of honeybees lives in a hive. The queen lays eggs in wax cells." },
    { "Ships", "A schooner carries fore and aft sails on two masts." },
    { "Bread", "Kneading develops gluten, and the loaf rises in a warm kitchen." },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryLibrary) library = quarry_library_open (folder, NULL, QUARRY_LIBRARY_WRITE, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (QuarryDocumentBuilder) builder = quarry_document_builder_new ();
      g_autoptr (QuarryDocument) document = NULL;

      quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, texts[i][1], -1);
      document = quarry_document_builder_end (g_steal_pointer (&builder));
      quarry_library_add_document (library, texts[i][0], document, &error);
      g_assert_no_error (error);
    }
  quarry_library_finish_adding (library, &error);
  g_assert_no_error (error);
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

/* Makes one end of a direct connection, without a bus. */
static void
connect_end (int fd, const char *guid, GDBusConnectionFlags flags, GDBusConnection **connection)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket = g_socket_new_from_fd (fd, &error);
  g_autoptr (GSocketConnection) stream = NULL;

  g_assert_no_error (error);
  stream = g_socket_connection_factory_create_connection (socket);
  g_dbus_connection_new (G_IO_STREAM (stream), guid, flags, NULL, NULL, connected_cb, connection);
}

static void
set_up (void)
{
  g_autofree char *guid = g_dbus_generate_guid ();
  g_autoptr (GError) error = NULL;
  GApplication *application = g_application_new (NULL, G_APPLICATION_NON_UNIQUE);
  QuarrySearchProvider *provider;
  QuarryLibraryService *service;
  int ends[2];

  g_log_set_always_fatal (G_LOG_LEVEL_WARNING | G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
  folder = temporary_folder_new ();
  make_library ();
  session = quarry_session_new (folder, NULL);
  while (quarry_session_get_state (session) == QUARRY_SESSION_OPENING)
    g_main_context_iteration (NULL, TRUE);
  g_assert_no_error (quarry_session_get_error (session));

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
  connect_end (ends[0], guid, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER, &server);
  connect_end (ends[1], NULL, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT, &client);
  while (server == NULL || client == NULL)
    g_main_context_iteration (NULL, TRUE);
  provider = quarry_search_provider_new (application, session_cb, NULL);
  quarry_search_provider_export (provider, server, &error);
  g_assert_no_error (error);
  service = quarry_library_service_new (application, session_cb, NULL);
  quarry_library_service_export (service, server, &error);
  g_assert_no_error (error);
}

/* --- Messages ---------------------------------------------------------------------------------------------- */

static const Method *
find_method (char letter)
{
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    if (methods[i].letter == g_ascii_tolower (letter))
      return &methods[i];
  return NULL;
}

/* Lines without a valid value are ignored. (transfer floating) */
static GVariant *
take_options (const char *const *lines)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  for (; *lines != NULL; lines++)
    {
      g_auto (GStrv) parts = g_strsplit (*lines, " ", 2);
      g_autoptr (GVariant) value = parts[0] != NULL && parts[1] != NULL ? g_variant_parse (NULL, parts[1], NULL, NULL, NULL)
                                                                        : NULL;

      if (value != NULL)
        g_variant_dict_insert_value (&dict, parts[0], value);
    }
  return g_variant_dict_end (&dict);
}

/* Makes the arguments of a call from the lines of @text, which is UTF-8. (transfer floating) */
static GVariant *
take_lines (char letter, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  const char *const *strings = (const char *const *) lines;
  guint first = 0;

  switch (letter)
    {
    case 's':
      while (strings[first] != NULL && *strings[first] != '\0')
        first++;
      return g_variant_new ("(@as@as)", g_variant_new_strv (strings, first),
                            g_variant_new_strv (strings[first] != NULL ? strings + first + 1 : strings + first, -1));
    case 'a':
      return g_variant_new ("(s@asu)", strings[0] != NULL ? strings[0] : "",
                            g_variant_new_strv (strings[0] != NULL ? strings + 1 : strings, -1), (guint32) strlen (text));
    case 'l':
      return g_variant_new ("(^asu)", strings, 0);
    case 'q':
      return g_variant_new ("(s@a{sv})", strings[0] != NULL ? strings[0] : "",
                            take_options (strings[0] != NULL ? strings + 1 : strings));
    case 't':
      return g_variant_new ("()");
    default:
      return g_variant_new ("(^as)", strings);
    }
}

/* Reads a type and a serialized value of it; NULL if the type is not valid. (transfer full) */
static GVariant *
take_value (const char *bytes, gsize length)
{
  const char *end = memchr (bytes, '\n', MIN (length, MOST_TYPE));
  g_autofree char *type = g_strndup (bytes, end != NULL ? (gsize) (end - bytes) : 0);
  g_autoptr (GVariant) raw = NULL;
  g_autoptr (GVariant) value = NULL;
  gpointer copy;
  gsize n;

  /* D-Bus has no "maybe" types. */
  if (end == NULL || !g_variant_is_signature (type) || !g_variant_type_string_is_valid (type)
      || !g_variant_type_is_definite (G_VARIANT_TYPE (type)))
    return NULL;
  n = length - (gsize) (end + 1 - bytes);
  copy = g_memdup2 (end + 1, n);
  raw = g_variant_ref_sink (g_variant_new_from_data (G_VARIANT_TYPE (type), copy, n, FALSE, g_free, copy));
  value = g_variant_get_normal_form (raw);
  return g_variant_is_of_type (value, G_VARIANT_TYPE_TUPLE) ? g_steal_pointer (&value)
                                                                : g_variant_ref_sink (g_variant_new_tuple (&value, 1));
}

/* Returns NULL if the input is no message, or none that can be sent. */
static GDBusMessage *
make_message (const char *bytes, gsize length, const Method **method)
{
  g_autoptr (GDBusMessage) message = NULL;
  g_autofree guint8 *blob = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GVariant) body = NULL;
  gsize size;

  *method = length > 0 ? find_method (bytes[0]) : NULL;
  if (length > 1 && bytes[0] == 'w')
    message = g_dbus_message_new_from_blob ((guchar *) bytes + 1, length - 1, G_DBUS_CAPABILITY_FLAGS_NONE, NULL);
  else if (*method != NULL)
    {
      message = g_dbus_message_new_method_call (NULL, (*method)->path, (*method)->interface, (*method)->name);
      text = g_utf8_make_valid (bytes + 1, (gssize) length - 1);
      body = g_ascii_isupper (bytes[0]) ? take_value (bytes + 1, length - 1)
                                        : g_variant_ref_sink (take_lines (bytes[0], text));
      if (body == NULL)
        return NULL;
      g_dbus_message_set_body (message, body);
    }
  if (message == NULL)
    return NULL;
  g_dbus_message_set_serial (message, 1);
  blob = g_dbus_message_to_blob (message, &size, G_DBUS_CAPABILITY_FLAGS_NONE, NULL);
  return blob != NULL ? g_steal_pointer (&message) : NULL;
}

/* --- Calls --------------------------------------------------------------------------------------------------- */

typedef struct
{
  gboolean is_over;
  GDBusMessage *reply;
} Call;

static void
replied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Call *call = user_data;
  g_autoptr (GError) error = NULL;

  call->reply = g_dbus_connection_send_message_with_reply_finish (client, result, &error);
  g_assert_no_error (error);
  call->is_over = TRUE;
}

/* Sends a call and returns the reply. (transfer full) */
static GDBusMessage *
call (GDBusMessage *message)
{
  Call call = { 0 };

  g_dbus_connection_send_message_with_reply (client, message, G_DBUS_SEND_MESSAGE_FLAGS_NONE, ANSWER_MS, NULL, NULL,
                                             replied_cb, &call);
  while (!call.is_over)
    g_main_context_iteration (NULL, TRUE);
  return call.reply;
}

static void
check_reply (const Method *method, GDBusMessage *reply)
{
  GVariant *body = g_dbus_message_get_body (reply);
  g_autoptr (GVariant) list = NULL;

  if (g_dbus_message_get_message_type (reply) == G_DBUS_MESSAGE_TYPE_ERROR)
    return;
  g_assert_cmpint (g_dbus_message_get_message_type (reply), ==, G_DBUS_MESSAGE_TYPE_METHOD_RETURN);
  if (strcmp (method->reply, "()") == 0)
    return;
  g_assert_nonnull (body);
  g_assert_cmpstr (g_variant_get_type_string (body), ==, method->reply);
  list = g_variant_get_child_value (body, 0);
  g_assert_cmpuint (g_variant_n_children (list), <=, method->most);
}

/* Checks that queries with hits are still answered. */
static void
check_that_it_works (void)
{
  const Method *method;
  g_autoptr (GDBusMessage) first = make_message ("ihoneybees", strlen ("ihoneybees"), &method);
  g_autoptr (GDBusMessage) ids_reply = call (first);
  g_autoptr (GDBusMessage) second = NULL;
  g_autoptr (GDBusMessage) answer_reply = NULL;
  g_autoptr (GVariant) ids = NULL;
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GVariant) hits = NULL;

  check_reply (method, ids_reply);
  ids = g_variant_get_child_value (g_dbus_message_get_body (ids_reply), 0);
  g_assert_cmpuint (g_variant_n_children (ids), >, 0);

  second = make_message ("qhoneybees", strlen ("qhoneybees"), &method);
  answer_reply = call (second);
  check_reply (method, answer_reply);
  answer = g_variant_get_child_value (g_dbus_message_get_body (answer_reply), 0);
  hits = g_variant_lookup_value (answer, "hits", G_VARIANT_TYPE ("aa{sv}"));
  g_assert_cmpuint (g_variant_n_children (hits), >, 0);
}

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t length)
{
  static guint n_inputs;
  const Method *method;
  g_autoptr (GDBusMessage) message = NULL;

  if (session == NULL)
    set_up ();
  message = make_message ((const char *) bytes, length, &method);
  if (message != NULL && g_dbus_message_get_message_type (message) == G_DBUS_MESSAGE_TYPE_METHOD_CALL
      && !(g_dbus_message_get_flags (message) & G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED))
    {
      g_autoptr (GDBusMessage) reply = call (message);

      if (method != NULL)
        check_reply (method, reply);
    }
  else if (message != NULL)
    g_dbus_connection_send_message (client, message, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL);
  if (n_inputs++ % 64 == 0)
    check_that_it_works ();
  return 0;
}
