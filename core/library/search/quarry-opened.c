/* quarry-opened.c: the passages that were opened last
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Their ids are kept in the library itself and nowhere else, and never more than the last few. Passages that have
 * since been removed are skipped.
 */
#include "quarry-config.h"

#include "core/library/quarry-library-private.h"
#include "core/library/search/quarry-hit-private.h"
#include "core/library/search/quarry-opened-private.h"

#define KEY "opened"
#define MOST_OPENED 20

GArray *
quarry_opened_list (QuarryStore *store, GError **error)
{
  GArray *passages = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autofree char *text = quarry_store_get_string (store, KEY, error);
  g_auto (GStrv) parts = NULL;

  if (text == NULL)
    return passages;
  parts = g_strsplit (text, " ", MOST_OPENED + 1);
  for (guint i = 0; parts[i] != NULL && passages->len < MOST_OPENED; i++)
    {
      gint64 passage;

      if (g_ascii_string_to_signed (parts[i], 10, 1, G_MAXINT64, &passage, NULL))
        g_array_append_val (passages, passage);
    }
  return passages;
}

static gboolean
store_opened (QuarryStore *store, const GArray *passages, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < MIN (passages->len, MOST_OPENED); i++)
    g_string_append_printf (text, "%s%" G_GINT64_FORMAT, i > 0 ? " " : "", g_array_index (passages, gint64, i));
  return quarry_store_set_string (store, KEY, passages->len > 0 ? text->str : NULL, error);
}

gboolean
quarry_opened_renumber (QuarryStore *store, const gint64 *old, GPtrArray *passages, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GArray) opened = quarry_opened_list (store, &local);
  gboolean is_other = FALSE;

  for (guint i = 0; i < opened->len; i++)
    for (guint j = 0; j < passages->len; j++)
      if (g_array_index (opened, gint64, i) == old[j])
        {
          g_array_index (opened, gint64, i) = ((const QuarryPassageRecord *) passages->pdata[j])->id;
          is_other = TRUE;
          break;
        }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return !is_other || store_opened (store, opened, error);
}

gboolean
quarry_library_note_opened (QuarryLibrary *self, gint64 passage, GError **error)
{
  QuarryStore *connection = quarry_library_begin_write (self, error);
  g_autoptr (GError) local = NULL;
  g_autoptr (GArray) before = NULL;
  g_autoptr (GArray) passages = g_array_new (FALSE, FALSE, sizeof (gint64));
  gboolean done;

  if (connection == NULL)
    return FALSE;
  before = quarry_opened_list (connection, &local);
  if (passage > 0)
    g_array_append_val (passages, passage);
  for (guint i = 0; passage > 0 && i < before->len; i++)
    if (g_array_index (before, gint64, i) != passage)
      g_array_append_val (passages, g_array_index (before, gint64, i));
  /* No document was added or removed, so nobody is notified and no list on screen changes. */
  done = local == NULL && store_opened (connection, passages, &local)
         && quarry_store_commit (connection, &local);
  if (!done)
    quarry_store_rollback (connection);
  g_rec_mutex_unlock (&self->write_lock);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return done;
}

static gboolean
holds_document (GPtrArray *hits, gint64 document)
{
  for (guint i = 0; i < hits->len; i++)
    if (quarry_hit_get_document (hits->pdata[i]) == document)
      return TRUE;
  return FALSE;
}

GPtrArray *
quarry_library_list_opened (QuarryLibrary *self, guint limit, GError **error)
{
  QuarryStore *connection = quarry_library_borrow (self, error);
  g_autoptr (GPtrArray) hits = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GArray) passages = NULL;
  g_autoptr (GError) local = NULL;

  if (connection == NULL)
    return NULL;
  passages = quarry_opened_list (connection, &local);
  for (guint i = 0; i < passages->len && hits->len < limit && local == NULL; i++)
    {
      g_autoptr (QuarryPassageRecord) passage
          = quarry_store_get_passage (connection, g_array_index (passages, gint64, i), &local);
      g_autoptr (QuarryDocumentRecord) document = NULL;

      if (passage == NULL || holds_document (hits, passage->document))
        continue;
      document = quarry_store_get_document (connection, passage->document, &local);
      if (document != NULL)
        g_ptr_array_add (hits, quarry_hit_new_of (passage, document));
    }
  quarry_library_give_back (self, connection);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  return g_steal_pointer (&hits);
}
