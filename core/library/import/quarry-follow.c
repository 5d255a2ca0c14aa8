/* quarry-follow.c: imports what changes in the library's folders
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Only one such import runs at a time; what changes meanwhile waits for the next. Changes that could not be stored,
 * because another process kept the library locked or the disk was full, are tried again after a while.
 */
#include "quarry-config.h"

#include "core/library/import/quarry-follow-private.h"

#include "core/library/import/quarry-changes-private.h"
#include "core/library/import/quarry-import-private.h"

struct _QuarryFollow
{
  QuarryLibrary *library; /* unowned: outlives this */
  QuarryFollowOptions options;
  QuarryChanges *changes;
  QuarryImport *import;     /* that runs; NULL: none */
  GPtrArray *waiting_roots; /* of each of @waiting_paths, the library's folder that it is in: char * */
  GPtrArray *waiting_paths; /* char * */
  GSource *again;           /* imports what waits, after a failure; NULL: not needed */
};

static void
add_waiting (QuarryFollow *self, const char *const *roots, const char *const *paths, guint n)
{
  g_autoptr (GHashTable) there = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->waiting_paths->len; i++)
    g_hash_table_add (there, self->waiting_paths->pdata[i]);
  for (guint i = 0; i < n; i++)
    if (!g_hash_table_contains (there, paths[i]))
      {
        g_ptr_array_add (self->waiting_roots, g_strdup (roots[i]));
        g_ptr_array_add (self->waiting_paths, g_strdup (paths[i]));
      }
}

static void
stop_trying_again (QuarryFollow *self)
{
  if (self->again == NULL)
    return;
  g_source_destroy (self->again);
  g_clear_pointer (&self->again, g_source_unref);
}

static gboolean
again_cb (gpointer user_data)
{
  QuarryFollow *self = user_data;

  stop_trying_again (self);
  quarry_follow_go_on (self);
  return G_SOURCE_REMOVE;
}

static void
go_on_later (QuarryFollow *self)
{
  stop_trying_again (self);
  self->again = g_timeout_source_new_seconds (self->options.poll_seconds);
  g_source_set_callback (self->again, again_cb, self, NULL);
  g_source_attach (self->again, self->library->context);
}

static void
looked_cb (QuarryImport *import, GParamSpec *pspec, QuarryLibrary *library)
{
  QuarryFollow *self = library->follow;
  gboolean has_failed = quarry_import_get_error (import) != NULL;

  if (self == NULL || self->import != import)
    return;
  if (has_failed || quarry_import_was_put_off (import))
    {
      const char *const *paths = quarry_import_get_paths (import);

      add_waiting (self, quarry_import_get_roots (import), paths, g_strv_length ((char **) paths));
    }
  g_clear_object (&self->import);
  if (has_failed)
    go_on_later (self);
  else
    quarry_follow_go_on (self);
}

/* Whether an import that a person asked for is running or waiting: it takes precedence. */
static gboolean
others_wait (QuarryFollow *self)
{
  GListModel *imports = quarry_library_get_imports (self->library);

  for (guint i = 0; i < g_list_model_get_n_items (imports); i++)
    {
      g_autoptr (QuarryImport) import = g_list_model_get_item (imports, i);

      if (!quarry_import_is_following (import) && !quarry_import_get_finished (import))
        return TRUE;
    }
  return FALSE;
}

void
quarry_follow_go_on (QuarryFollow *self)
{
  g_autoptr (GPtrArray) roots = NULL;
  g_autoptr (GPtrArray) paths = NULL;

  if (self->import != NULL || self->waiting_paths->len == 0 || others_wait (self))
    return;
  stop_trying_again (self);
  roots = g_steal_pointer (&self->waiting_roots);
  paths = g_steal_pointer (&self->waiting_paths);
  self->waiting_roots = g_ptr_array_new_with_free_func (g_free);
  self->waiting_paths = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (roots, NULL);
  g_ptr_array_add (paths, NULL);
  self->import = quarry_library_look_again (self->library, (const char *const *) roots->pdata,
                                            (const char *const *) paths->pdata, self->options.gently);
  g_signal_connect_object (self->import, "notify::finished", G_CALLBACK (looked_cb), self->library, 0);
}

void
quarry_follow_take (QuarryFollow *self, const char *const *roots, const char *const *paths, guint n)
{
  add_waiting (self, roots, paths, n);
  quarry_follow_go_on (self);
}

gboolean
quarry_follow_get_state (QuarryFollow *self, const char *path, QuarryFolderState *state)
{
  return quarry_changes_get_state (self->changes, path, state);
}

void
quarry_follow_reload (QuarryFollow *self)
{
  quarry_changes_reload (self->changes);
}

static void
library_changed_cb (QuarryLibrary *library)
{
  if (library->follow != NULL)
    quarry_follow_reload (library->follow);
}

void
quarry_follow_free (QuarryFollow *self)
{
  stop_trying_again (self);
  quarry_changes_free (self->changes);
  g_clear_object (&self->import);
  g_ptr_array_unref (self->waiting_roots);
  g_ptr_array_unref (self->waiting_paths);
  g_free (self);
}

void
quarry_library_follow (QuarryLibrary *library, const QuarryFollowOptions *options)
{
  QuarryFollow *self;

  g_return_if_fail (QUARRY_IS_LIBRARY (library));
  g_return_if_fail (library->mode == QUARRY_LIBRARY_WRITE && library->follow == NULL);

  self = g_new0 (QuarryFollow, 1);
  self->library = library;
  self->options = options != NULL ? *options : QUARRY_FOLLOW_OPTIONS_DEFAULT;
  self->waiting_roots = g_ptr_array_new_with_free_func (g_free);
  self->waiting_paths = g_ptr_array_new_with_free_func (g_free);
  self->changes = quarry_changes_new (library, &self->options);
  library->follow = self;
  g_signal_connect (library, "changed", G_CALLBACK (library_changed_cb), NULL);
}

gboolean
quarry_library_has_waiting_changes (QuarryLibrary *library)
{
  return library->follow != NULL && library->follow->waiting_paths->len > 0;
}
