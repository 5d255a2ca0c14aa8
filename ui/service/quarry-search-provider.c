/* quarry-search-provider.c: answers the search of the GNOME Shell
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One question at a time is open; a newer one ends it with no results. The hits of the last two
 * answers are kept, since the Shell asks for their texts, or activates them, by the number of the
 * passage alone.
 *
 * Callers are not trusted: what they send is bounded before it is looked at, and numbers of passages
 * are only used as keys to the hits that were found.
 */
#include "quarry-config.h"

#include "ui/service/quarry-search-provider.h"

#include "core/rank/quarry-confidence.h"
#include "ui/service/quarry-dbus-object.h"
#include "ui/widgets/quarry-hit-markup.h"

/* As many hits as the Shell shows of one program. */
#define MAX_HITS 5
/* The longest query in bytes; quarry-query.c has the same bound for what is typed. */
#define MAX_QUERY_BYTES 8192

static const char interface_xml[]
    = "<node>"
      "  <interface name='org.gnome.Shell.SearchProvider2'>"
      "    <method name='GetInitialResultSet'>"
      "      <arg type='as' name='terms' direction='in'/>"
      "      <arg type='as' name='results' direction='out'/>"
      "    </method>"
      "    <method name='GetSubsearchResultSet'>"
      "      <arg type='as' name='previous_results' direction='in'/>"
      "      <arg type='as' name='terms' direction='in'/>"
      "      <arg type='as' name='results' direction='out'/>"
      "    </method>"
      "    <method name='GetResultMetas'>"
      "      <arg type='as' name='identifiers' direction='in'/>"
      "      <arg type='aa{sv}' name='metas' direction='out'/>"
      "    </method>"
      "    <method name='ActivateResult'>"
      "      <arg type='s' name='identifier' direction='in'/>"
      "      <arg type='as' name='terms' direction='in'/>"
      "      <arg type='u' name='timestamp' direction='in'/>"
      "    </method>"
      "    <method name='LaunchSearch'>"
      "      <arg type='as' name='terms' direction='in'/>"
      "      <arg type='u' name='timestamp' direction='in'/>"
      "    </method>"
      "  </interface>"
      "</node>";

/* A question that waits for the library to open, or for its answer. */
typedef struct
{
  QuarrySearchProvider *provider;
  GDBusMethodInvocation *invocation;
  GCancellable *cancellable;
  char *query;
} Question;

struct _QuarrySearchProvider
{
  GObject parent_instance;

  GApplication *application; /* not owned: it owns the provider */
  QuarrySessionFunc get_session;
  gpointer session_data;

  QuarryDBusObject object;

  Question *question; /* the newest one until it is answered; not owned */
  QuarrySession *session;
  gulong state_handler;   /* while the newest question waits for the library */
  GHashTable *hits;   /* number of the passage as a string -> QuarryHit: the hits of the last answer */
  GHashTable *before; /* those of the answer before, which the Shell may still be showing */
};

G_DEFINE_FINAL_TYPE (QuarrySearchProvider, quarry_search_provider, G_TYPE_OBJECT)

enum
{
  LAUNCH,
  OPEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static GHashTable *
new_hits (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

/* (transfer full) */
static char *
join_terms (const char *const *terms)
{
  g_autoptr (GString) query = g_string_new (NULL);

  for (guint i = 0; terms[i] != NULL && query->len < MAX_QUERY_BYTES; i++)
    g_string_append_printf (query, "%s%.*s", i > 0 ? " " : "", MAX_QUERY_BYTES, terms[i]);
  return g_utf8_make_valid (query->str, (gssize) MIN (query->len, MAX_QUERY_BYTES));
}

/* --- Questions -------------------------------------------------------------------------------- */

/* Answers a question with @ids (NULL: nothing was found) and frees it. */
static void
answer (Question *question, const char *const *ids)
{
  static const char *const none[] = { NULL };
  QuarrySearchProvider *self = question->provider;

  g_dbus_method_invocation_return_value (question->invocation, g_variant_new ("(^as)", ids ? ids : none));
  if (self->question == question)
    {
      self->question = NULL;
      if (self->session)
        g_clear_signal_handler (&self->state_handler, self->session);
    }
  g_application_release (self->application);
  g_object_unref (question->cancellable);
  g_free (question->query);
  g_object_unref (question->provider);
  g_free (question);
}

/* Keeps only hits that are clearly about the query: the Shell shows them among the answers of other programs, where
 * others would be noise. */
static char **
keep_hits (QuarrySearchProvider *self, QuarryAnswer *found)
{
  GListModel *hits = quarry_answer_get_hits (found);
  GPtrArray *ids = g_ptr_array_new ();
  guint n = quarry_answer_get_confidence (found) < QUARRY_CONFIDENCE_DOUBT ? 0 : quarry_answer_get_n_likely (found);

  g_hash_table_unref (self->before);
  self->before = self->hits;
  self->hits = new_hits ();
  for (guint i = 0; i < n; i++)
    {
      QuarryHit *hit = g_list_model_get_item (hits, i);
      char *id = g_strdup_printf ("%" G_GINT64_FORMAT, quarry_hit_get_passage (hit));

      g_ptr_array_add (ids, g_strdup (id));
      g_hash_table_insert (self->hits, id, hit);
    }
  g_ptr_array_add (ids, NULL);
  return (char **) g_ptr_array_free (ids, FALSE);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Question *question = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryAnswer) found = quarry_library_search_finish (QUARRY_LIBRARY (source), result, &error);
  g_auto (GStrv) ids = NULL;

  if (found)
    ids = keep_hits (question->provider, found);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_message ("%s", error->message);
  answer (question, (const char *const *) ids);
}

static void
ask (Question *question)
{
  QuarryLibrary *library = quarry_session_get_library (question->provider->session);
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;

  if (!library)
    {
      answer (question, NULL);
      return;
    }
  options.limit = MAX_HITS;
  options.typing = TRUE;
  quarry_library_search_async (library, question->query, &options, question->cancellable, found_cb, question);
}

static void
state_cb (QuarrySession *session, GParamSpec *pspec, gpointer user_data)
{
  QuarrySearchProvider *self = user_data;

  if (quarry_session_get_state (session) == QUARRY_SESSION_OPENING)
    return;
  g_clear_signal_handler (&self->state_handler, session);
  ask (self->question);
}

/* Ends the open question without results, since a newer one has come. */
static void
give_up (QuarrySearchProvider *self)
{
  Question *question = self->question;

  if (!question)
    return;
  if (self->state_handler)
    answer (question, NULL);
  else
    g_cancellable_cancel (question->cancellable);
  self->question = NULL;
}

static void
search (QuarrySearchProvider *self, const char *const *terms, GDBusMethodInvocation *invocation)
{
  Question *question = g_new0 (Question, 1);

  give_up (self);
  question->provider = g_object_ref (self);
  question->invocation = invocation;
  question->cancellable = g_cancellable_new ();
  question->query = join_terms (terms);
  g_application_hold (self->application);
  self->question = question;

  if (!self->session)
    self->session = g_object_ref (self->get_session (self->session_data));
  if (quarry_session_get_state (self->session) == QUARRY_SESSION_OPENING)
    self->state_handler = g_signal_connect (self->session, "notify::state", G_CALLBACK (state_cb), self);
  else
    ask (question);
}

/* --- What was found --------------------------------------------------------------------------- */

static QuarryHit *
find_hit (QuarrySearchProvider *self, const char *id)
{
  QuarryHit *hit = g_hash_table_lookup (self->hits, id);

  return hit ? hit : g_hash_table_lookup (self->before, id);
}

static void
add_meta (GVariantBuilder *metas, const char *id, QuarryHit *hit)
{
  g_autoptr (QuarryHitMarkup) markup = quarry_hit_markup_new_plain (hit, QUARRY_HIT_MARKUP_LINE);
  const char *type = quarry_hit_get_mime_type (hit);
  /* One of the desktop's icons: the Shell does not have those in Quarry's resources. */
  g_autoptr (GIcon) icon = g_content_type_get_icon (type != NULL ? type : "text/plain");
  g_autoptr (GVariant) serialized = g_icon_serialize (icon);

  g_variant_builder_open (metas, G_VARIANT_TYPE ("a{sv}"));
  g_variant_builder_add (metas, "{sv}", "id", g_variant_new_string (id));
  g_variant_builder_add (metas, "{sv}", "name", g_variant_new_string (quarry_hit_get_title (hit)));
  g_variant_builder_add (metas, "{sv}", "description", g_variant_new_string (quarry_hit_markup_get_text (markup)));
  g_variant_builder_add (metas, "{sv}", "icon", serialized);
  g_variant_builder_add (metas, "{sv}", "clipboardText", g_variant_new_string (quarry_hit_get_text (hit)));
  g_variant_builder_close (metas);
}

/* Describes the hits for the Shell; ids that are no longer known are left out. (transfer floating) */
static GVariant *
describe (QuarrySearchProvider *self, const char *const *ids)
{
  GVariantBuilder metas;

  g_variant_builder_init (&metas, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; ids[i] != NULL && i < 2 * MAX_HITS; i++)
    {
      QuarryHit *hit = find_hit (self, ids[i]);

      if (hit)
        add_meta (&metas, ids[i], hit);
    }
  return g_variant_new ("(aa{sv})", &metas);
}

static void
launch (QuarrySearchProvider *self, const char *const *terms, guint32 time)
{
  g_autofree char *query = join_terms (terms);

  g_signal_emit (self, signals[LAUNCH], 0, query, time);
}

/* Opens a hit. If it is no longer known, searches for @terms instead. */
static void
activate (QuarrySearchProvider *self, const char *id, const char *const *terms, guint32 time)
{
  QuarryHit *hit = find_hit (self, id);

  if (hit)
    g_signal_emit (self, signals[OPEN], 0, hit);
  else
    launch (self, terms, time);
}

static void
called_cb (GDBusConnection *connection,
           const char *sender,
           const char *path,
           const char *interface,
           const char *method,
           GVariant *parameters,
           GDBusMethodInvocation *invocation,
           gpointer user_data)
{
  QuarrySearchProvider *self = user_data;
  g_autofree const char **strings = NULL;
  const char *id = NULL;
  guint32 time = 0;

  if (g_str_equal (method, "GetInitialResultSet"))
    {
      g_variant_get (parameters, "(^a&s)", &strings);
      search (self, strings, invocation);
      return;
    }
  if (g_str_equal (method, "GetSubsearchResultSet"))
    {
      /* This method refines an earlier search. But another word may rank passages that were not among the results
       * before, so search anew. */
      g_variant_get (parameters, "(@as^a&s)", NULL, &strings);
      search (self, strings, invocation);
      return;
    }
  if (g_str_equal (method, "GetResultMetas"))
    {
      g_variant_get (parameters, "(^a&s)", &strings);
      g_dbus_method_invocation_return_value (invocation, describe (self, strings));
      return;
    }
  if (g_str_equal (method, "ActivateResult"))
    {
      g_variant_get (parameters, "(&s^a&su)", &id, &strings, &time);
      activate (self, id, strings, time);
    }
  else
    {
      g_variant_get (parameters, "(^a&su)", &strings, &time);
      launch (self, strings, time);
    }
  g_dbus_method_invocation_return_value (invocation, NULL);
}

/* --- The object -------------------------------------------------------------------------------- */

static void
quarry_search_provider_dispose (GObject *object)
{
  QuarrySearchProvider *self = QUARRY_SEARCH_PROVIDER (object);

  quarry_search_provider_unexport (self);
  if (self->session)
    g_clear_signal_handler (&self->state_handler, self->session);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (quarry_search_provider_parent_class)->dispose (object);
}

static void
quarry_search_provider_finalize (GObject *object)
{
  QuarrySearchProvider *self = QUARRY_SEARCH_PROVIDER (object);

  g_hash_table_unref (self->hits);
  g_hash_table_unref (self->before);
  G_OBJECT_CLASS (quarry_search_provider_parent_class)->finalize (object);
}

static void
quarry_search_provider_class_init (QuarrySearchProviderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = quarry_search_provider_dispose;
  G_OBJECT_CLASS (klass)->finalize = quarry_search_provider_finalize;

  signals[LAUNCH] = g_signal_new ("launch", QUARRY_TYPE_SEARCH_PROVIDER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_UINT);
  signals[OPEN] = g_signal_new ("open", QUARRY_TYPE_SEARCH_PROVIDER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, QUARRY_TYPE_HIT);
}

static void
quarry_search_provider_init (QuarrySearchProvider *self)
{
  self->hits = new_hits ();
  self->before = new_hits ();
}

QuarrySearchProvider *
quarry_search_provider_new (GApplication *application, QuarrySessionFunc get_session, gpointer user_data)
{
  QuarrySearchProvider *self = g_object_new (QUARRY_TYPE_SEARCH_PROVIDER, NULL);

  self->application = application;
  self->get_session = get_session;
  self->session_data = user_data;
  return self;
}

gboolean
quarry_search_provider_export (QuarrySearchProvider *self, GDBusConnection *connection, GError **error)
{
  g_return_val_if_fail (QUARRY_IS_SEARCH_PROVIDER (self), FALSE);

  return quarry_dbus_object_export (&self->object, connection, QUARRY_SEARCH_PROVIDER_PATH, interface_xml, called_cb, self,
                                    error);
}

void
quarry_search_provider_unexport (QuarrySearchProvider *self)
{
  g_return_if_fail (QUARRY_IS_SEARCH_PROVIDER (self));

  quarry_dbus_object_unexport (&self->object);
}
