/* quarry-leaving.c: documents to remove because their files are gone or excluded
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * They are determined before an import reads anything, and removed at its end: a file that is missing at the
 * beginning may have been moved, and then the import finds it at its new place and keeps the document. Files that
 * disappear while the import runs are left to the next one, for the same reason.
 */
#include "quarry-config.h"

#include "core/extract/quarry-formats.h"
#include "core/files/quarry-ignore.h"
#include "core/files/quarry-mounts.h"
#include "core/files/quarry-names.h"
#include "core/files/quarry-path.h"
#include "core/library/import/quarry-folders-private.h"
#include "core/library/import/quarry-import-pipeline-private.h"
#include "core/library/import/quarry-leaving-private.h"
#include "core/library/import/quarry-taken-out-private.h"
#include "core/library/quarry-library-write-private.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct _QuarryLeaving
{
  QuarryMounts *mounts;
  QuarryNames *names;
  GPtrArray *roots;
  GPtrArray *ruled;  /* roots whose rules may remove documents */
  GPtrArray *asked;  /* unowned char * of @roots: roots to be added to those */
  GPtrArray *named;  /* of char *: files that rules of these exclude; nobody recorded whether a person named them, so
                        that is assumed */
  QuarryIgnore *own;
  GCancellable *cancellable; /* while they are being determined */
  /* Documents come ordered by path, so mostly the folder is that of the previous document, and its rules can be
   * reused. */
  char *folder;
  QuarryIgnore *rules;
  GArray *documents;   /* of gint64: ids */
  GPtrArray *paths;    /* of char *: their paths */
  GPtrArray *failures; /* of char * */
  GPtrArray *recorded; /* of QuarryFailureRecord; NULL until they are read */
  /* of char *: entries of removed paths that are not needed any more; NULL until then */
  GPtrArray *forgotten;
  GHashTable *barren;  /* path -> failure of a file that was skipped and whose name no reader is known for */
  /* The file that contains the previous document, and that document's size and time; NULL: none does. */
  char *outer;
  gint64 outer_size, outer_modified_ns;
  GHashTable *built_over; /* of char *: files that stand where a folder was */
};

void
quarry_leaving_free (QuarryLeaving *self)
{
  g_clear_pointer (&self->mounts, quarry_mounts_free);
  g_clear_pointer (&self->names, quarry_names_free);
  g_clear_pointer (&self->roots, g_ptr_array_unref);
  g_clear_pointer (&self->ruled, g_ptr_array_unref);
  g_ptr_array_unref (self->asked);
  g_ptr_array_unref (self->named);
  g_clear_pointer (&self->own, quarry_ignore_unref);
  g_clear_pointer (&self->rules, quarry_ignore_unref);
  g_free (self->folder);
  g_array_unref (self->documents);
  g_ptr_array_unref (self->paths);
  g_ptr_array_unref (self->failures);
  g_clear_pointer (&self->forgotten, g_ptr_array_unref);
  g_hash_table_unref (self->barren);
  g_free (self->outer);
  g_hash_table_unref (self->built_over);
  g_clear_pointer (&self->recorded, g_ptr_array_unref);
  g_free (self);
}

static gboolean
is_passed_over (QuarryLeaving *self, const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  /* For something inside a file, the rules for the file apply. */
  g_autofree char *file = g_strcmp0 (folder, self->folder) == 0 ? g_strdup (path) : quarry_path_outer (path);
  g_autofree char *name = g_path_get_basename (file);
  const char *root = quarry_roots_find (self->roots, file);

  /* A path that a person named stays. */
  if (root == NULL || strcmp (root, file) == 0)
    return FALSE;
  g_free (folder);
  folder = g_path_get_dirname (file);
  if (g_strcmp0 (folder, self->folder) != 0)
    {
      g_autoptr (QuarryIgnore) above = NULL;

      g_clear_pointer (&self->rules, quarry_ignore_unref);
      if (strcmp (root, folder) == 0)
        self->rules = quarry_ignore_new (self->own, folder);
      else if ((above = quarry_ignore_below (self->own, root, folder, NULL)) != NULL)
        self->rules = quarry_ignore_new (above, folder);
      g_free (self->folder);
      self->folder = g_steal_pointer (&folder);
    }

  return self->rules == NULL || quarry_ignore_matches (self->rules, name, FALSE);
}

/* Whether rules can be applied to what was seen at a path. If a folder may not be entered, its rules cannot be read,
 * and what lies behind it cannot be distinguished from something inside a file. */
static gboolean
is_in_reach (QuarrySight sight)
{
  return sight == QUARRY_SIGHT_FOLDER || sight == QUARRY_SIGHT_FILE || sight == QUARRY_SIGHT_INSIDE;
}

static gboolean
has (GPtrArray *paths, const char *path)
{
  return g_ptr_array_find_with_equal_func (paths, path, g_str_equal, NULL);
}

/* Whether rules exclude the document now. */
static gboolean
is_ruled_out (QuarryLeaving *self, const char *path, QuarrySight sight)
{
  const char *root = quarry_roots_find (self->roots, path);
  g_autofree char *outer = NULL;

  if (root == NULL)
    return FALSE;
  if (!is_in_reach (sight))
    {
      g_ptr_array_remove (self->asked, (gpointer) root);
      return FALSE;
    }
  if (!is_passed_over (self, path))
    return FALSE;
  if (has (self->ruled, root))
    return TRUE;
  outer = quarry_path_outer (path);
  if (!has (self->named, outer))
    g_ptr_array_add (self->named, g_steal_pointer (&outer));
  return FALSE;
}

/* The outermost of the library's folders that contains the file; NULL: none. */
static const char *
find_outermost (GPtrArray *roots, const char *path)
{
  const char *best = NULL;

  for (guint i = 0; i < roots->len; i++)
    if (quarry_path_is_below (path, roots->pdata[i]) && (best == NULL || strlen (roots->pdata[i]) < strlen (best)))
      best = roots->pdata[i];
  return best;
}

gboolean
quarry_leaving_is_behind_link (QuarryLeaving *self, const char *path)
{
  const char *root = find_outermost (self->roots, path);
  g_autofree char *at = g_strdup (path);
  gboolean is_link = FALSE;
  struct stat info;

  /* A path that a person named is followed wherever it leads. A server may never answer, so it is not asked. */
  if (root == NULL || quarry_mounts_is_remote (self->mounts, path))
    return FALSE;
  for (; !is_link && strlen (at) > strlen (root); *strrchr (at, '/') = '\0')
    is_link = lstat (at, &info) == 0 && S_ISLNK (info.st_mode);
  return is_link;
}

/* Whether a folder above the document has been replaced by a file that no reader reads. A document that was inside a
 * file is not meant: it has that file's size and time, or is marked to be read again (-1). */
static gboolean
is_built_over (QuarryLeaving *self, const char *path, gint64 size, gint64 modified_ns)
{
  g_autofree char *at = g_strdup (path);
  const QuarryFailureRecord *file = NULL;
  struct stat info;
  char *slash;

  if (g_hash_table_size (self->barren) == 0 || size < 0)
    return FALSE;
  while (file == NULL && (slash = strrchr (at, '/')) != NULL)
    {
      *slash = '\0';
      file = g_hash_table_lookup (self->barren, at);
    }
  return file != NULL && (size != file->size || modified_ns != file->modified_ns)
         && !quarry_mounts_is_remote (self->mounts, at) && lstat (at, &info) == 0 && S_ISREG (info.st_mode)
         && info.st_size == file->size && quarry_import_modified_of (&info) == file->modified_ns;
}

/* Whether the file now has a name that differs only in case, so that it can still be opened by the old name (on file
 * systems that ignore case). */
static gboolean
is_renamed (QuarryLeaving *self, const char *path, QuarrySight sight)
{
  const char *root = quarry_roots_find (self->roots, path);

  return root != NULL && is_in_reach (sight) && !quarry_mounts_is_remote (self->mounts, path)
         && !quarry_names_has (self->names, root, path);
}

/* Notes the file that contains the document, by its path, if it stands where a folder was. All documents that were
 * read from one file have its size and time; those of a folder have their own. (If the file can be read, its documents
 * replace them. Of a folder with one document this cannot be told.) Called for documents in the order of their
 * paths. */
static void
compare_with_previous (QuarryLeaving *self, const char *path, gint64 size, gint64 modified_ns)
{
  if (self->outer == NULL || !quarry_path_is_below (path, self->outer))
    {
      g_free (self->outer);
      self->outer = quarry_path_outer (path);
      self->outer_size = size;
      self->outer_modified_ns = modified_ns;
    }
  else if (size != self->outer_size || modified_ns != self->outer_modified_ns)
    g_hash_table_add (self->built_over, g_strdup (self->outer));
}

/* Whether the document was in a folder in whose place there is a file now. */
static gboolean
was_in_folder (QuarryLeaving *self, const char *path, gint64 size, gint64 modified_ns)
{
  g_autofree char *outer = NULL;
  struct stat info;

  if (g_hash_table_size (self->built_over) == 0 || size < 0)
    return FALSE;
  outer = quarry_path_outer (path);
  return g_hash_table_contains (self->built_over, outer) && lstat (outer, &info) == 0 && S_ISREG (info.st_mode)
         && (info.st_size != size || quarry_import_modified_of (&info) != modified_ns);
}

static gboolean
document_leaves (QuarryLeaving *self, const char *path, gint64 size, gint64 modified_ns)
{
  QuarrySight sight = quarry_mounts_see (self->mounts, path);

  if (sight == QUARRY_SIGHT_INSIDE && size >= 0 && !quarry_mounts_is_remote (self->mounts, path))
    {
      compare_with_previous (self, path, size, modified_ns);
      if (was_in_folder (self, path, size, modified_ns))
        return TRUE;
    }
  return quarry_sight_lacks_file (sight) || quarry_leaving_is_behind_link (self, path)
         || is_renamed (self, path, sight) || is_ruled_out (self, path, sight)
         || is_built_over (self, path, size, modified_ns);
}

/* Whether it is a folder that can be read now. A failure recorded for a folder is cleared here only, as reading it
 * leaves no other record. */
static gboolean
is_open_folder (QuarryLeaving *self, const char *path, QuarrySight sight)
{
  return sight == QUARRY_SIGHT_FOLDER && !quarry_mounts_is_remote (self->mounts, path)
         && access (path, R_OK | X_OK) == 0;
}

/* Whether a recorded failure is to be removed. Folders can fail, too. @failed: FALSE where it was skipped. */
static gboolean
failure_leaves (QuarryLeaving *self, const char *path, gboolean failed)
{
  QuarrySight sight = quarry_mounts_see (self->mounts, path);

  return sight == QUARRY_SIGHT_GONE || (is_in_reach (sight) && is_passed_over (self, path))
         || (failed && is_open_folder (self, path, sight));
}

static void
add_document (QuarryLeaving *self, const QuarryFileRecord *file)
{
  g_array_append_val (self->documents, file->id);
  g_ptr_array_add (self->paths, g_strdup (file->path));
}

static gboolean
find_cb (const QuarryFileRecord *file, gpointer user_data)
{
  QuarryLeaving *self = user_data;

  if (document_leaves (self, file->path, file->size, file->modified_ns))
    add_document (self, file);
  return !g_cancellable_is_cancelled (self->cancellable);
}

static gboolean
find_in_folder_cb (const QuarryFileRecord *file, gpointer user_data)
{
  QuarryLeaving *self = user_data;

  if (was_in_folder (self, file->path, file->size, file->modified_ns))
    add_document (self, file);
  return !g_cancellable_is_cancelled (self->cancellable);
}

/* That a file stands where a folder was is only known from the second of the documents on that were in it, so the
 * first ones are looked at again. */
static gboolean
find_built_over (QuarryLeaving *self, QuarryStore *store, GError **error)
{
  GHashTableIter iter;
  gpointer path;

  g_hash_table_iter_init (&iter, self->built_over);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    if (!quarry_store_foreach_file (store, path, find_in_folder_cb, self, error))
      return FALSE;
  return TRUE;
}

static gboolean
find (QuarryLeaving *self, QuarryStore *store, const char *const *paths, GError **error)
{
  g_autoptr (GPtrArray) failures = quarry_store_list_failures (store, error);

  if (failures == NULL)
    return FALSE;
  for (guint i = 0; i < failures->len; i++)
    {
      QuarryFailureRecord *failure = failures->pdata[i];
      const char *slash = strrchr (failure->path, '/');

      if (failure->skipped && failure->modified_ns >= 0 && slash != NULL
          && quarry_format_of_name (slash + 1) == QUARRY_FORMAT_NONE)
        g_hash_table_replace (self->barren, failure->path, failure);
    }
  self->recorded = g_ptr_array_ref (failures);
  self->forgotten = quarry_library_find_gone_taken_out (store, paths, self->mounts, self->cancellable);
  for (guint i = 0; i < self->roots->len; i++)
    for (guint j = 0; paths[j] != NULL && !has (self->ruled, self->roots->pdata[i]); j++)
      if (quarry_path_is_below (self->roots->pdata[i], paths[j]))
        {
          g_ptr_array_add (self->asked, self->roots->pdata[i]);
          break;
        }
  for (guint i = 0; paths[i] != NULL; i++)
    {
      if (!quarry_store_foreach_file (store, paths[i], find_cb, self, error) || !find_built_over (self, store, error))
        return FALSE;
      for (guint j = 0; j < failures->len && !g_cancellable_is_cancelled (self->cancellable); j++)
        {
          const QuarryFailureRecord *failure = failures->pdata[j];

          if (quarry_path_is_below (failure->path, paths[i]) && failure_leaves (self, failure->path, !failure->skipped))
            g_ptr_array_add (self->failures, g_strdup (failure->path));
        }
    }
  return TRUE;
}

QuarryLeaving *
quarry_library_find_leaving (QuarryLibrary *library,
                             const char *const *paths,
                             GCancellable *cancellable,
                             GError **error)
{
  QuarryStore *reader = quarry_library_borrow (library, error);
  g_autoptr (QuarryLeaving) self = g_new0 (QuarryLeaving, 1);
  gboolean done;

  self->documents = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->paths = g_ptr_array_new_with_free_func (g_free);
  self->failures = g_ptr_array_new_with_free_func (g_free);
  self->asked = g_ptr_array_new ();
  self->named = g_ptr_array_new_with_free_func (g_free);
  self->barren = g_hash_table_new (g_str_hash, g_str_equal);
  self->built_over = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->cancellable = cancellable;
  if (reader == NULL)
    return NULL;
  self->mounts = quarry_library_mounts (reader);
  self->names = quarry_names_new ();
  self->roots = quarry_library_list_roots (reader);
  self->ruled = quarry_library_list_ruled (reader);
  self->own = quarry_library_own_rules (reader);
  done = find (self, reader, paths, error);
  quarry_library_give_back (library, reader);
  self->cancellable = NULL;
  if (done && g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  return done ? g_steal_pointer (&self) : NULL;
}

gboolean
quarry_library_take_out_leaving (QuarryLibrary *library, QuarryLeaving *self, GError **error)
{
  QuarryStore *writer;
  g_autoptr (GArray) gone = NULL;
  gboolean done = TRUE;

  if (self->documents->len == 0 && self->failures->len == 0 && self->asked->len == 0 && self->forgotten->len == 0)
    return TRUE;
  writer = quarry_library_begin_write (library, error);
  if (writer == NULL)
    return FALSE;
  /* A drive may have been unplugged while files were looked for: its documents must stay. So everything is checked
   * again. */
  quarry_mounts_free (self->mounts);
  self->mounts = quarry_library_mounts (writer);
  quarry_names_free (self->names);
  self->names = quarry_names_new ();
  gone = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (self->asked->len > 0)
    done = quarry_library_keep_named (writer, self->asked, self->named, error);
  for (guint i = 0; done && i < self->documents->len; i++)
    {
      g_autoptr (QuarryDocumentRecord) record = quarry_store_get_document (
          writer, g_array_index (self->documents, gint64, i), NULL);

      /* Its file may have been found elsewhere, and may even be gone from there; or it may be back. */
      if (record != NULL && strcmp (record->path, self->paths->pdata[i]) == 0
          && document_leaves (self, record->path, record->size, record->modified_ns))
        done = quarry_library_take_out (library, record, gone, error);
    }
  for (guint i = 0; done && i < self->failures->len; i++)
    if (failure_leaves (self, self->failures->pdata[i], TRUE))
      done = quarry_store_clear_failure (writer, self->failures->pdata[i], error);

  if (self->forgotten->len > 0)
    done = done && quarry_library_forget_taken_out (writer, self->forgotten, self->mounts, error);

  return quarry_library_end_taking_out (library, done, gone, error);
}
