/* quarry-session.c: one library, open or on its way
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/quarry-session.h"
#include "ui/quarry-settings.h"

#include "core/library/import/quarry-folders.h"

/* How often a library on a full disk is checked for whether there is room again. */
#define LOOK_SECONDS 15

struct _QuarrySession
{
  GObject parent_instance;

  char *folder;
  char *model;
  QuarrySessionState state;
  QuarryLibrary *library;
  GError *error;
  gboolean writable;
  GCancellable *cancellable;
  GPtrArray *waiting; /* paths to import */
  guint look;         /* the timeout that checks for room */
};

G_DEFINE_FINAL_TYPE (QuarrySession, quarry_session, G_TYPE_OBJECT)

enum
{
  PROP_STATE = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

enum
{
  REFUSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void open_library (QuarrySession *self, QuarryLibraryMode mode);

static void
set_state (QuarrySession *self, QuarrySessionState state)
{
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
import_waiting (QuarrySession *self)
{
  g_autoptr (QuarryImport) import = NULL;

  if (self->waiting->len == 0)
    return;
  if (!self->writable)
    {
      /* If the disk is full, the paths keep waiting, since there may be room later. */
      if (g_error_matches (self->error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_FULL))
        return;
      g_ptr_array_set_size (self->waiting, 0);
      g_signal_emit (self, signals[REFUSED], 0);
      return;
    }
  g_ptr_array_add (self->waiting, NULL);
  import = quarry_library_import (self->library, (const char *const *) self->waiting->pdata);
  g_ptr_array_set_size (self->waiting, 0);
}

/* --- Room again ---------------------------------------------------------------------------- */

static void look_later (QuarrySession *self);

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QuarrySession) self = user_data;
  g_autoptr (QuarryLibrary) library = quarry_library_open_finish (result, NULL);

  if (!library)
    {
      look_later (self);
      return;
    }
  g_set_object (&self->library, library);
  g_clear_error (&self->error);
  self->writable = TRUE;
  set_state (self, QUARRY_SESSION_READY);
  import_waiting (self);
  quarry_library_follow (self->library, NULL);
}

static gboolean
look_cb (gpointer user_data)
{
  QuarrySession *self = user_data;

  self->look = 0;
  quarry_library_open_async (self->folder, self->model, QUARRY_LIBRARY_WRITE, self->cancellable, looked_cb,
                             g_object_ref (self));
  return G_SOURCE_REMOVE;
}

static void
look_later (QuarrySession *self)
{
  self->look = g_timeout_add_seconds (LOOK_SECONDS, look_cb, self);
}

/* --- Opening ------------------------------------------------------------------------------- */

/* The first search is three times as slow as later ones, because the system has yet to read indexes, database and model
 * from the disk. So make one that nobody waits for. Any word will do, since it reads the vectors' index as well. */
static void
warm_up (QuarrySession *self)
{
  quarry_library_search_async (self->library, "people", NULL, self->cancellable, NULL, NULL);
}

static void
open_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QuarrySession) self = user_data;
  g_autoptr (GError) error = NULL;

  self->library = quarry_library_open_finish (result, &error);
  if (!self->library
      && (g_error_matches (error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_READ_ONLY)
          || g_error_matches (error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_FULL))
      && self->writable)
    {
      self->writable = FALSE;
      self->error = g_steal_pointer (&error);
      open_library (self, QUARRY_LIBRARY_READ);
      return;
    }
  if (!self->library)
    {
      /* If the library could not be written either, keep that error: it is the one that has to be dealt with. */
      if (!self->error)
        self->error = g_steal_pointer (&error);
      set_state (self, QUARRY_SESSION_FAILED);
      return;
    }
  set_state (self, QUARRY_SESSION_READY);
  warm_up (self);
  import_waiting (self);
  if (self->writable)
    quarry_library_follow (self->library, NULL);
  else if (g_error_matches (self->error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_FULL))
    look_later (self);
}

static void
open_library (QuarrySession *self, QuarryLibraryMode mode)
{
  quarry_library_open_async (self->folder, self->model, mode, self->cancellable, open_cb,
                             g_object_ref (self));
}

static void
quarry_session_finalize (GObject *object)
{
  QuarrySession *self = QUARRY_SESSION (object);

  g_clear_handle_id (&self->look, g_source_remove);
  g_clear_object (&self->library);
  g_clear_error (&self->error);
  g_clear_object (&self->cancellable);
  g_ptr_array_unref (self->waiting);
  g_free (self->folder);
  g_free (self->model);
  G_OBJECT_CLASS (quarry_session_parent_class)->finalize (object);
}

static void
quarry_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_STATE:
      g_value_set_uint (value, QUARRY_SESSION (object)->state);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
quarry_session_class_init (QuarrySessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = quarry_session_finalize;
  object_class->get_property = quarry_session_get_property;

  properties[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, 0, QUARRY_SESSION_FAILED, 0,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[REFUSED] = g_signal_new ("refused", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
quarry_session_init (QuarrySession *self)
{
  self->cancellable = g_cancellable_new ();
  self->waiting = g_ptr_array_new_with_free_func (g_free);
}

QuarrySession *
quarry_session_new (const char *folder, const char *model)
{
  QuarrySession *self = g_object_new (QUARRY_TYPE_SESSION, NULL);

  self->folder = folder ? g_strdup (folder) : quarry_library_default_folder ();
  self->model = g_strdup (model);
  self->writable = TRUE;
  open_library (self, QUARRY_LIBRARY_WRITE);
  return self;
}

const char *
quarry_session_get_folder (QuarrySession *self)
{
  g_return_val_if_fail (QUARRY_IS_SESSION (self), NULL);
  return self->folder;
}

QuarrySessionState
quarry_session_get_state (QuarrySession *self)
{
  g_return_val_if_fail (QUARRY_IS_SESSION (self), QUARRY_SESSION_FAILED);
  return self->state;
}

QuarryLibrary *
quarry_session_get_library (QuarrySession *self)
{
  g_return_val_if_fail (QUARRY_IS_SESSION (self), NULL);
  return self->library;
}

const GError *
quarry_session_get_error (QuarrySession *self)
{
  g_return_val_if_fail (QUARRY_IS_SESSION (self), NULL);
  return self->error;
}

gboolean
quarry_session_get_writable (QuarrySession *self)
{
  g_return_val_if_fail (QUARRY_IS_SESSION (self), FALSE);
  return self->writable;
}

void
quarry_session_retry (QuarrySession *self)
{
  g_return_if_fail (QUARRY_IS_SESSION (self));

  if (self->state != QUARRY_SESSION_FAILED)
    return;
  g_clear_error (&self->error);
  self->writable = TRUE;
  set_state (self, QUARRY_SESSION_OPENING);
  open_library (self, QUARRY_LIBRARY_WRITE);
}

static void
noted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!quarry_library_note_opened_finish (QUARRY_LIBRARY (source), result, &error))
    g_message ("%s", error->message);
}

static void
note_opened (QuarrySession *self, gint64 passage)
{
  if (self->library && self->writable)
    quarry_library_note_opened_async (self->library, passage, NULL, noted_cb, NULL);
}

void
quarry_session_note_opened (QuarrySession *self, QuarryHit *hit)
{
  g_return_if_fail (QUARRY_IS_SESSION (self));
  g_return_if_fail (QUARRY_IS_HIT (hit));

  if (quarry_settings_get_boolean ("personal", TRUE))
    note_opened (self, quarry_hit_get_passage (hit));
}

void
quarry_session_forget_opened (QuarrySession *self)
{
  g_return_if_fail (QUARRY_IS_SESSION (self));
  note_opened (self, 0);
}

void
quarry_session_import (QuarrySession *self, const char *const *paths)
{
  g_return_if_fail (QUARRY_IS_SESSION (self));
  g_return_if_fail (paths != NULL);

  for (guint i = 0; paths[i]; i++)
    g_ptr_array_add (self->waiting, g_strdup (paths[i]));
  if (self->state == QUARRY_SESSION_READY)
    import_waiting (self);
  if (self->look != 0)
    {
      g_clear_handle_id (&self->look, g_source_remove);
      look_cb (self);
    }
}
