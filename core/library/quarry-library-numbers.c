/* quarry-library-numbers.c: how the index files and the database are matched to each other
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The files identify passages by their ids alone, and may hold more of them than the database: of a document that was
 * being stored when the process was killed, of a commit that had not reached the disk when the machine stopped, or of
 * passages that an older database, restored from a copy, does not have. An id that such a file may hold is therefore
 * never given to a new passage; otherwise the file's entry for the old passage would be taken for the new one,
 * permanently.
 *
 * So that files of another library are not taken for this one's, each library has an identity, which its files
 * contain.
 */
#include "quarry-config.h"

#include "core/library/quarry-library-indexes-private.h"
#include "core/library/quarry-library-private.h"

#define KEY "identity"

/* A higher id in a file is not believed, because it would use up the ids. */
#define MOST_NUMBERS (G_GINT64_CONSTANT (1) << 31)

char *
quarry_library_dup_identity (QuarryStore *store, GError **error)
{
  g_autoptr (GError) local = NULL;
  char *identity = quarry_store_get_string (store, KEY, &local);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  return identity != NULL ? identity : g_strdup ("");
}

void
quarry_library_note_number (QuarryLibrary *self, gint64 number)
{
  if (number < MOST_NUMBERS)
    self->highest_number = MAX (self->highest_number, number);
}

gboolean
quarry_library_begin_numbers (QuarryLibrary *self, GError **error)
{
  QuarryStore *store = self->writer;
  g_autofree char *identity = quarry_library_dup_identity (store, error);

  if (identity == NULL)
    return FALSE;
  if (*identity == '\0')
    {
      g_autofree char *uuid = g_uuid_string_random ();

      if (!quarry_store_set_string (store, KEY, uuid, error))
        return FALSE;
      g_mutex_lock (&self->state_lock);
      self->indexes_dirty = TRUE;
      g_mutex_unlock (&self->state_lock);
    }
  return self->highest_number == 0 || quarry_store_pass_over_ids (store, self->highest_number, error);
}

void
quarry_library_give_name (QuarryLibrary *self)
{
  g_autofree char *identity = quarry_library_dup_identity (self->writer, NULL);
  g_autoptr (GError) error = NULL;

  if (g_strcmp0 (identity, "") != 0 || quarry_store_get_last_id (self->writer, NULL) <= 0)
    return;
  if (quarry_library_begin_write (self, &error) == NULL || !quarry_library_end_write (self, TRUE, &error))
    g_debug ("the library has no name yet: %s", error->message);
  else
    quarry_library_save_indexes (self, NULL);
}
