/* quarry-library-similar.c: "see also": passages of other documents like a passage or a document
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/library/quarry-library-private.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "core/files/quarry-path.h"
#include "core/library/import/quarry-prepared.h"
#include "core/library/search/quarry-search-private.h"
#include "core/library/search/quarry-see-also.h"

/* The most passages that represent a whole document. */
#define SEE_ALSO_PASSAGES 12

/* The passages that represent a document: all of them or, of a long one, SEE_ALSO_PASSAGES at even distances.
 * (transfer full): of QuarryPassageRecord */
static GPtrArray *
choose_passages (QuarryStore *store, gint64 document, GError **error)
{
  g_autoptr (GPtrArray) all = quarry_store_list_passages (store, document, error);
  GPtrArray *chosen;

  if (all == NULL || all->len <= SEE_ALSO_PASSAGES)
    return g_steal_pointer (&all);
  chosen = g_ptr_array_new_with_free_func ((GDestroyNotify) quarry_passage_record_free);
  for (guint i = 0; i < SEE_ALSO_PASSAGES; i++)
    {
      guint at = i * (all->len - 1) / (SEE_ALSO_PASSAGES - 1);

      g_ptr_array_add (chosen, g_steal_pointer (&all->pdata[at]));
    }
  return chosen;
}

static void
set_no_passage (GError **error, gint64 passage)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
               _("There is no passage %" PRId64 " in the library."), passage);
}

/* @whole: look for passages like the whole document that the passage is of. */
static QuarryAnswer *
search_similar (QuarryLibrary *self,
                gint64 id,
                gboolean whole,
                const QuarrySearchOptions *given,
                GCancellable *cancellable,
                GError **error)
{
  QuarrySearchOptions options = given != NULL ? *given : QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (QuarryPassageRecord) passage = NULL;
  g_autoptr (GPtrArray) passages = NULL;
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (QuarryIndexes) indexes = NULL;
  g_autoptr (GError) local = NULL;
  QuarryStore *connection = quarry_library_borrow (self, error);

  if (connection == NULL)
    return NULL;

  options.mode = QUARRY_SEARCH_HYBRID;
  options.typing = FALSE;
  if (quarry_store_begin_read (connection, &local)
      && (indexes = quarry_library_get_indexes (self, connection, &local)) != NULL)
    passage = quarry_store_get_passage (connection, id, &local);
  if (passage != NULL && whole)
    passages = choose_passages (connection, passage->document, &local);

  if (passage != NULL && local == NULL)
    {
      QuarrySearch search = {
        .library = self,
        .connection = connection,
        .indexes = indexes,
        .options = &options,
        .cancellable = cancellable,
        .other_than = passage->document,
      };

      for (guint i = 0; passages != NULL && i < passages->len; i++)
        {
          const QuarryPassageRecord *part = passages->pdata[i];

          g_array_append_val (ids, part->id);
          g_string_append_printf (text, "%s%s", i > 0 ? "\n\n" : "", part->text);
        }
      if (passages == NULL)
        {
          g_array_append_val (ids, passage->id);
          g_string_append (text, passage->text);
        }
      search.text = text->str;
      search.similar_to = (const gint64 *) (gpointer) ids->data;
      search.n_similar_to = ids->len;
      answer = quarry_search_run (&search, &local);
    }
  else if (local == NULL)
    set_no_passage (&local, id);
  quarry_library_give_back (self, connection);

  if (answer == NULL)
    g_propagate_error (error, g_steal_pointer (&local));

  return g_steal_pointer (&answer);
}

QuarryAnswer *
quarry_library_similar (QuarryLibrary *self,
                        gint64 passage,
                        const QuarrySearchOptions *options,
                        GCancellable *cancellable,
                        GError **error)
{
  return search_similar (self, passage, FALSE, options, cancellable, error);
}

QuarryAnswer *
quarry_library_similar_document (QuarryLibrary *self,
                                 gint64 passage,
                                 const QuarrySearchOptions *options,
                                 GCancellable *cancellable,
                                 GError **error)
{
  return search_similar (self, passage, TRUE, options, cancellable, error);
}

gboolean
quarry_library_check_passage (QuarryLibrary *self, gint64 passage, GError **error)
{
  g_autoptr (QuarryPassageRecord) record = NULL;
  g_autoptr (GError) local = NULL;
  QuarryStore *connection = quarry_library_borrow (self, error);

  if (connection == NULL)
    return FALSE;
  record = quarry_store_get_passage (connection, passage, &local);
  quarry_library_give_back (self, connection);
  if (record == NULL && local == NULL)
    set_no_passage (&local, passage);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return record != NULL;
}

gint64
quarry_library_find_first_passage (QuarryLibrary *self, const char *path, GError **error)
{
  g_autofree char *resolved = quarry_path_resolve (path);
  g_autoptr (QuarryDocumentRecord) document = NULL;
  g_autoptr (GPtrArray) passages = NULL;
  g_autoptr (GError) local = NULL;
  gint64 first = 0;
  QuarryStore *connection = quarry_library_borrow (self, error);

  if (connection == NULL)
    return 0;
  if (quarry_store_begin_read (connection, &local)
      && (document = quarry_store_find_document (connection, resolved, &local)) != NULL)
    passages = quarry_store_list_passages (connection, document->id, &local);
  quarry_library_give_back (self, connection);
  if (passages != NULL && passages->len > 0)
    first = ((QuarryPassageRecord *) passages->pdata[0])->id;
  else if (local == NULL)
    {
      g_autofree char *shown = g_filename_display_name (path);

      g_set_error (&local, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _("There is no text of %s in the library."), shown);
    }
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));

  return first;
}
