/* quarry-import-places.c: determines what an import is to look at
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From the paths that the import was asked for, those are left out that do not answer or have been removed meanwhile.
 * Folders are recorded as the library's, and the documents are found whose files are gone.
 */
#include "quarry-config.h"

#include "core/library/import/quarry-import-pipeline-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "core/files/quarry-ignore.h"
#include "core/files/quarry-mounts.h"
#include "core/files/quarry-path.h"
#include "core/library/import/quarry-folders-private.h"
#include "core/library/import/quarry-folders.h"
#include "core/library/import/quarry-leaving-private.h"
#include "core/library/import/quarry-taken-out-private.h"

#define ANSWER_SECONDS 10

/* Loads the exclusion rules and mount points. */
static void
read_rules (QuarryImportPipeline *pipeline)
{
  g_autoptr (GError) error = NULL;
  QuarryStore *reader = quarry_library_borrow (pipeline->library, &error);

  if (reader == NULL)
    {
      g_autoptr (GPtrArray) none = g_ptr_array_new ();

      quarry_import_fail (pipeline->import, g_steal_pointer (&error));
      pipeline->own = quarry_ignore_new_own (NULL);
      pipeline->mounts = quarry_mounts_new (none);
      return;
    }
  pipeline->own = quarry_library_own_rules (reader);
  pipeline->mounts = quarry_library_mounts (reader);
  quarry_library_give_back (pipeline->library, reader);
}

void
quarry_import_refuse_silent (QuarryImportPipeline *pipeline, const char *path)
{
  QuarryImportItem *item = quarry_import_item_new (path);

  quarry_mounts_set_silent (pipeline->mounts, path);
  quarry_import_item_refuse (item, QUARRY_IMPORT_FAILED,
                             g_strdup (_("The server or drive that it is on does not answer. Import it again when it "
                                         "does.")));
  item->is_passing = TRUE;
  quarry_import_add_found (pipeline->import, 0);
  quarry_bounded_queue_push (pipeline->paths, item);
}

/* Selects the paths that answer. */
static void
find_answering (QuarryImportPipeline *pipeline)
{
  const char *const *paths = quarry_import_get_paths (pipeline->import);
  const char *const *roots = quarry_import_get_roots (pipeline->import);

  pipeline->places = g_ptr_array_new ();
  pipeline->roots = g_ptr_array_new ();
  for (guint i = 0; paths[i] != NULL; i++)
    {
      g_autofree char *absolute = g_canonicalize_filename (paths[i], NULL);

      if (quarry_mounts_is_remote (pipeline->mounts, absolute)
          && (quarry_mounts_is_silent (pipeline->mounts, absolute)
              || !quarry_folder_answers (absolute, ANSWER_SECONDS)))
        {
          quarry_import_refuse_silent (pipeline, absolute);
          continue;
        }
      g_ptr_array_add (pipeline->places, (gpointer) paths[i]);
      g_ptr_array_add (pipeline->roots, roots != NULL ? (gpointer) roots[i] : NULL);
    }
  g_ptr_array_add (pipeline->places, NULL);
  g_ptr_array_add (pipeline->roots, NULL);
}

/* Determines which files to read even if they have not changed: those with a named part that is not in the library,
 * because it failed or was removed; those that failed or of which only a part could be read; and all that are to be
 * read anew. */
static void
find_again (QuarryImportPipeline *pipeline)
{
  QuarryStore *reader = quarry_library_borrow (pipeline->library, NULL);
  g_autoptr (GPtrArray) parts = reader != NULL ? quarry_library_list_taken_parts (reader) : NULL;

  for (guint i = 0; reader != NULL && i + 1 < pipeline->places->len; i++)
    {
      g_autofree char *path = quarry_path_resolve (pipeline->places->pdata[i]);
      g_autofree char *outer = quarry_path_outer (path);
      g_autoptr (QuarryFailureRecord) failure = quarry_store_find_failure (reader, path, NULL);
      g_autoptr (GPtrArray) documents = NULL;
      gboolean is_inside = strcmp (outer, path) != 0;

      if (is_inside && failure == NULL)
        documents = quarry_store_list_documents (reader, path, FALSE, 1, NULL);
      if (quarry_import_is_again (pipeline->import) || (failure != NULL && (is_inside || !failure->skipped))
          || (documents != NULL && documents->len == 0) || (is_inside && quarry_taken_parts_has (parts, path)))
        g_hash_table_add (pipeline->again, g_steal_pointer (&outer));
    }
  quarry_library_give_back (pipeline->library, reader);
}

/* Whether the folder, or the file imported by itself, is still in the library. */
static gboolean
is_followed (QuarryStore *store, const char *root)
{
  g_autoptr (GPtrArray) roots = quarry_library_list_roots (store);
  g_autoptr (GPtrArray) documents = NULL;

  if (g_ptr_array_find_with_equal_func (roots, root, g_str_equal, NULL))
    return TRUE;
  documents = quarry_store_list_documents (store, root, FALSE, 1, NULL);
  return documents == NULL || documents->len > 0;
}

/* Followed folders may be on a new disk, to which a person has moved all files: from now on that is theirs. */
static void
remember_mounts (QuarryImportPipeline *pipeline)
{
  g_autoptr (GPtrArray) there = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i + 1 < pipeline->roots->len; i++)
    if (quarry_mounts_has (pipeline->mounts, pipeline->roots->pdata[i]))
      g_ptr_array_add (there, pipeline->roots->pdata[i]);
  if (!quarry_library_remember_mounts (pipeline->library, there, &error))
    g_debug ("mounts are not remembered: %s", error->message);
}

/* Leaves out places that have been removed since the import was asked for and, where a person named them, records the
 * others. */
static void
settle_places (QuarryImportPipeline *pipeline)
{
  QuarryLibrary *self = pipeline->library;
  gboolean follows = quarry_import_is_following (pipeline->import);
  g_autoptr (GError) error = NULL;

  g_rec_mutex_lock (&self->write_lock);
  for (guint i = pipeline->places->len - 1; i-- > 0;)
    {
      g_autofree char *path = follows ? g_strdup (pipeline->places->pdata[i])
                                      : quarry_path_resolve (pipeline->places->pdata[i]);

      if (!quarry_import_is_taken_out (pipeline->import, path, NULL)
          && (!follows || is_followed (self->writer, pipeline->roots->pdata[i])))
        continue;
      g_ptr_array_remove_index (pipeline->places, i);
      g_ptr_array_remove_index (pipeline->roots, i);
    }
  if (follows)
    remember_mounts (pipeline);
  else if (!quarry_library_remember_roots (self, (const char *const *) pipeline->places->pdata, &error))
    g_debug ("folders are not remembered: %s", error->message);
  quarry_import_remember_library (pipeline);
  g_rec_mutex_unlock (&self->write_lock);
}

/* Finds the documents to remove: those whose files are gone from the places to be read, or are now excluded. */
static QuarryLeaving *
find_leaving (QuarryImportPipeline *pipeline)
{
  gboolean follows = quarry_import_is_following (pipeline->import);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  QuarryLeaving *leaving;

  for (const char *const *path = (const char *const *) pipeline->places->pdata; *path != NULL; path++)
    {
      g_autofree char *resolved = follows ? g_strdup (*path) : quarry_path_resolve (*path);

      if (follows || g_file_test (resolved, G_FILE_TEST_IS_DIR))
        g_ptr_array_add (paths, g_steal_pointer (&resolved));
    }
  g_ptr_array_add (paths, NULL);
  leaving = quarry_library_find_leaving (pipeline->library, (const char *const *) paths->pdata,
                                         quarry_import_get_cancellable (pipeline->import), &error);
  if (leaving == NULL)
    g_debug ("what is gone stays: %s", error->message);

  return leaving;
}

/* One of the library's folders that lies inside another and is now a link is not walked; its documents are removed. */
static void
leave_out_links (QuarryImportPipeline *pipeline, QuarryLeaving *leaving)
{
  for (guint i = pipeline->places->len - 1; i-- > 0;)
    if (quarry_leaving_is_behind_link (leaving, pipeline->roots->pdata[i]))
      {
        g_ptr_array_remove_index (pipeline->places, i);
        g_ptr_array_remove_index (pipeline->roots, i);
      }
}

QuarryLeaving *
quarry_import_find_places (QuarryImportPipeline *pipeline)
{
  gboolean follows = quarry_import_is_following (pipeline->import);
  QuarryLeaving *leaving;

  read_rules (pipeline);
  find_answering (pipeline);
  if (!follows)
    find_again (pipeline);
  settle_places (pipeline);
  leaving = find_leaving (pipeline);
  if (leaving != NULL && follows)
    leave_out_links (pipeline, leaving);
  return leaving;
}
