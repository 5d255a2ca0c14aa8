/* quarry-folders.c: the library's folders, and the rules for what is taken of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/library/import/quarry-folders.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "core/files/quarry-ignore.h"
#include "core/files/quarry-mounts.h"
#include "core/files/quarry-path.h"
#include "core/library/import/quarry-folders-private.h"
#include "core/library/import/quarry-follow-private.h"
#include "core/library/import/quarry-stored-list.h"
#include "core/library/import/quarry-taken-out-private.h"
#include "core/library/quarry-library-private.h"

/* Keys of the store; each value is a list of NUL-terminated strings. */
#define ROOTS "roots"         /* paths that a person imported */
#define RULED "ruled roots"   /* those of them in which rules may remove documents */
#define UNWATCHED "unwatched" /* those of them whose changes are not followed */
#define RULES "rules"         /* the person's own patterns */
#define PICTURES "pictures"   /* one string: "passed over" where text in pictures is not to be read */

const char *
quarry_folder_state_name (QuarryFolderState state)
{
  static const char *const names[] = { "unwatched", "watched", "polled", "away", "gone" };

  return names[state];
}

void
quarry_folder_free (QuarryFolder *self)
{
  g_free (self->path);
  g_free (self);
}

GPtrArray *
quarry_library_list_roots (QuarryStore *store)
{
  return quarry_stored_list_read (store, ROOTS);
}

GPtrArray *
quarry_library_list_ruled (QuarryStore *store)
{
  return quarry_stored_list_read (store, RULED);
}

gboolean
quarry_library_keep_named (QuarryStore *store, GPtrArray *folders, GPtrArray *named, GError **error)
{
  g_autoptr (GPtrArray) roots = quarry_stored_list_read (store, ROOTS);
  g_autoptr (GPtrArray) ruled = quarry_stored_list_read (store, RULED);

  for (guint i = 0; i < named->len; i++)
    if (quarry_roots_find (roots, named->pdata[i]) != NULL)
      quarry_stored_list_add (roots, named->pdata[i]);
  for (guint i = 0; i < folders->len; i++)
    if (quarry_stored_list_has (roots, folders->pdata[i]))
      quarry_stored_list_add (ruled, folders->pdata[i]);
  return quarry_stored_list_write (store, ROOTS, roots, error) && quarry_stored_list_write (store, RULED, ruled, error);
}

gboolean
quarry_library_forget_roots (QuarryStore *store, const char *path, GError **error)
{
  g_autoptr (GPtrArray) roots = quarry_stored_list_read (store, ROOTS);
  g_autoptr (GPtrArray) ruled = quarry_stored_list_read (store, RULED);
  g_autoptr (GPtrArray) unwatched = quarry_stored_list_read (store, UNWATCHED);

  return (!quarry_stored_list_remove_below (roots, path) || quarry_stored_list_write (store, ROOTS, roots, error))
         && (!quarry_stored_list_remove_below (ruled, path) || quarry_stored_list_write (store, RULED, ruled, error))
         && (!quarry_stored_list_remove_below (unwatched, path)
             || quarry_stored_list_write (store, UNWATCHED, unwatched, error));
}

const char *
quarry_roots_find (GPtrArray *roots, const char *path)
{
  const char *best = NULL;

  for (guint i = 0; i < roots->len; i++)
    if (quarry_path_is_below (path, roots->pdata[i])
        && (best == NULL || strlen (roots->pdata[i]) > strlen (best)))
      best = roots->pdata[i];
  return best;
}

GPtrArray *
quarry_library_list_watched (QuarryStore *store)
{
  GPtrArray *roots = quarry_stored_list_read (store, ROOTS);
  g_autoptr (GPtrArray) unwatched = quarry_stored_list_read (store, UNWATCHED);

  for (guint i = roots->len; i-- > 0;)
    if (quarry_stored_list_has (unwatched, roots->pdata[i]))
      g_ptr_array_remove_index (roots, i);
  return roots;
}

static GPtrArray *
list_rules (QuarryStore *store)
{
  return quarry_stored_list_read (store, RULES);
}

QuarryIgnore *
quarry_library_own_rules (QuarryStore *store)
{
  g_autoptr (GPtrArray) rules = list_rules (store);
  g_autoptr (GPtrArray) taken_out = quarry_library_list_taken_out (store);
  QuarryIgnore *own;

  g_ptr_array_add (rules, NULL);
  own = quarry_ignore_new_own ((const char *const *) rules->pdata);
  for (guint i = 0; i < taken_out->len; i++)
    quarry_ignore_add_taken_out (own, taken_out->pdata[i]);
  return own;
}

/* Finds files that were imported before their folder was and that the folder's rules exclude: since a person named
 * them, they stay. */
typedef struct
{
  GPtrArray *roots;
  QuarryIgnore *own;
  const char *folder; /* the new one, not among @roots yet */
  GPtrArray *named;   /* of char * */
} NamedBefore;

static gboolean
find_named_cb (const QuarryFileRecord *file, gpointer user_data)
{
  NamedBefore *before = user_data;
  g_autofree char *outer = quarry_path_outer (file->path);
  g_autoptr (QuarryIgnore) rules = NULL;

  if (quarry_roots_find (before->roots, outer) != NULL)
    return TRUE;
  rules = quarry_ignore_below (before->own, before->folder, outer, NULL);
  if (rules == NULL)
    quarry_stored_list_add (before->named, outer);
  return TRUE;
}

/* Adds @path (a folder, or a file that a walk of its folder would skip) to @roots, together with files that must be
 * kept then. */
static gboolean
add_root (QuarryStore *store, GPtrArray *roots, QuarryIgnore *own, const char *path, GError **error)
{
  g_autoptr (GPtrArray) named = g_ptr_array_new_with_free_func (g_free);
  NamedBefore before = { roots, own, path, named };

  if (quarry_stored_list_has (roots, path))
    return TRUE;
  if (g_file_test (path, G_FILE_TEST_IS_DIR) && !quarry_store_foreach_file (store, path, find_named_cb, &before, error))
    return FALSE;
  quarry_stored_list_add (roots, path);
  for (guint i = 0; i < named->len; i++)
    quarry_stored_list_add (roots, named->pdata[i]);
  return TRUE;
}

/* Whether a named file has to be recorded because a walk of its folder would skip it. */
static gboolean
is_passed_over (GPtrArray *roots, QuarryIgnore *own, const char *path)
{
  const char *root = quarry_roots_find (roots, path);
  g_autoptr (QuarryIgnore) rules = root != NULL ? quarry_ignore_below (own, root, path, NULL) : NULL;

  return root != NULL && rules == NULL;
}

gboolean
quarry_library_remember_roots (QuarryLibrary *self, const char *const *paths, GError **error)
{
  QuarryStore *writer = quarry_library_begin_write (self, error);
  g_autoptr (GPtrArray) roots = NULL;
  g_autoptr (GPtrArray) ruled = NULL;
  g_autoptr (GPtrArray) named = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (QuarryIgnore) own = NULL;
  gboolean new_mounts = FALSE;
  gboolean takes_back = FALSE;
  gboolean done;
  guint n_roots;

  if (writer == NULL)
    return FALSE;
  done = quarry_library_take_back (writer, paths, &takes_back, error);
  roots = quarry_stored_list_read (writer, ROOTS);
  ruled = quarry_stored_list_read (writer, RULED);
  n_roots = roots->len;
  own = quarry_library_own_rules (writer);
  for (guint i = 0; done && paths[i] != NULL; i++)
    {
      g_autofree char *path = quarry_path_resolve (paths[i]);

      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        continue;
      if (g_file_test (path, G_FILE_TEST_IS_DIR) || is_passed_over (roots, own, path))
        done = add_root (writer, roots, own, path, error);
      g_ptr_array_add (named, g_steal_pointer (&path));
    }
  for (guint i = n_roots; i < roots->len; i++)
    quarry_stored_list_add (ruled, roots->pdata[i]);
  done = done
         && (roots->len == n_roots
             || (quarry_stored_list_write (writer, ROOTS, roots, error)
                 && quarry_stored_list_write (writer, RULED, ruled, error)))
         && quarry_library_add_mounts (writer, named, &new_mounts, error);

  return quarry_library_end_write (self, done && (takes_back || roots->len > n_roots || new_mounts), error) && done;
}

/* --- For the user interface -------------------------------------------------------------------------- */

static QuarryFolderState
find_state (QuarryLibrary *self, QuarryMounts *mounts, const char *path)
{
  QuarryFolderState state;

  if (self->follow != NULL && quarry_follow_get_state (self->follow, path, &state))
    return state;
  if (!quarry_mounts_has (mounts, path) || !quarry_folder_answers (path, 2))
    return QUARRY_FOLDER_AWAY;
  return quarry_mounts_is_gone (mounts, path) ? QUARRY_FOLDER_GONE : QUARRY_FOLDER_WATCHED;
}

static int
compare_folders (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(QuarryFolder *const *) a)->path, (*(QuarryFolder *const *) b)->path);
}

/* Whether an entry is a folder inside another one, rather than a file. If it cannot be reached, it is judged by its
 * number of documents; most files that can be reached are known to the database, which is quicker to ask than the
 * disk. */
static gboolean
is_folder (QuarryStore *store, const QuarryFolder *folder)
{
  gint64 size, modified_ns, changed_ns;
  gboolean has_pictures;

  if (folder->state == QUARRY_FOLDER_AWAY || folder->state == QUARRY_FOLDER_GONE)
    return folder->n_documents > 1;
  return !quarry_store_find_file (store, folder->path, &size, &modified_ns, &changed_ns, &has_pictures)
         && quarry_folder_answers (folder->path, 2) && g_file_test (folder->path, G_FILE_TEST_IS_DIR);
}

/* Sets is_exception. @folders: ordered by path. There may be thousands of exceptions. */
static void
find_exceptions (QuarryStore *store, GPtrArray *folders)
{
  g_autoptr (GPtrArray) others = g_ptr_array_new (); /* paths of folders */

  for (guint i = 0; i < folders->len; i++)
    {
      QuarryFolder *folder = folders->pdata[i];

      folder->is_exception = quarry_roots_find (others, folder->path) != NULL && !is_folder (store, folder);
      if (!folder->is_exception)
        g_ptr_array_add (others, folder->path);
    }
}

GPtrArray *
quarry_library_list_folders (QuarryLibrary *self, GError **error)
{
  QuarryStore *reader = quarry_library_borrow (self, error);
  g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func ((GDestroyNotify) quarry_folder_free);
  g_autoptr (GPtrArray) roots = NULL;
  g_autoptr (GPtrArray) unwatched = NULL;
  g_autoptr (QuarryMounts) mounts = NULL;
  gboolean done = TRUE;

  if (reader == NULL)
    return NULL;
  roots = quarry_stored_list_read (reader, ROOTS);
  unwatched = quarry_stored_list_read (reader, UNWATCHED);
  mounts = quarry_library_mounts (reader);
  for (guint i = 0; done && i < roots->len; i++)
    {
      QuarryFolder *folder = g_new0 (QuarryFolder, 1);

      folder->path = g_strdup (roots->pdata[i]);
      folder->state = find_state (self, mounts, folder->path);
      if (folder->state != QUARRY_FOLDER_AWAY && folder->state != QUARRY_FOLDER_GONE
          && quarry_stored_list_has (unwatched, folder->path))
        folder->state = QUARRY_FOLDER_UNWATCHED;
      g_ptr_array_add (folders, folder);
      done = quarry_store_count_files (reader, folder->path, &folder->n_documents, error);
    }
  g_ptr_array_sort (folders, compare_folders);
  find_exceptions (reader, folders);
  quarry_library_give_back (self, reader);

  return done ? g_steal_pointer (&folders) : NULL;
}

gboolean
quarry_library_set_folder_watched (QuarryLibrary *self,
                                   const char *path,
                                   gboolean watched,
                                   GError **error)
{
  QuarryStore *writer = quarry_library_begin_write (self, error);
  g_autoptr (GPtrArray) roots = NULL;
  g_autoptr (GPtrArray) unwatched = NULL;
  gboolean done = TRUE;
  guint at;

  if (writer == NULL)
    return FALSE;
  roots = quarry_stored_list_read (writer, ROOTS);
  unwatched = quarry_stored_list_read (writer, UNWATCHED);
  if (!quarry_stored_list_has (roots, path))
    {
      g_autofree char *shown = g_filename_display_name (path);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _("“%s” is no folder of the library. Import it first."), shown);
      done = FALSE;
    }
  else if (watched && g_ptr_array_find_with_equal_func (unwatched, path, g_str_equal, &at))
    {
      g_ptr_array_remove_index (unwatched, at);
      done = quarry_stored_list_write (writer, UNWATCHED, unwatched, error);
    }
  else if (!watched && quarry_stored_list_add (unwatched, path))
    done = quarry_stored_list_write (writer, UNWATCHED, unwatched, error);
  done = quarry_library_end_write (self, done, error) && done;
  if (done && self->follow != NULL)
    quarry_follow_reload (self->follow);

  return done;
}

static char **
get_strings (QuarryLibrary *self, GPtrArray *(*list_of) (QuarryStore *store))
{
  QuarryStore *reader = quarry_library_borrow (self, NULL);
  GPtrArray *list;

  if (reader == NULL)
    return g_new0 (char *, 1);
  list = list_of (reader);
  quarry_library_give_back (self, reader);
  g_ptr_array_add (list, NULL);
  return (char **) g_ptr_array_free (list, FALSE);
}

char **
quarry_library_get_own_rules (QuarryLibrary *self)
{
  return get_strings (self, list_rules);
}

char **
quarry_library_get_taken_out (QuarryLibrary *self)
{
  return get_strings (self, quarry_library_list_taken_out);
}

gboolean
quarry_library_set_own_rules (QuarryLibrary *self, const char *const *patterns, GError **error)
{
  QuarryStore *writer = quarry_library_begin_write (self, error);
  g_autoptr (GPtrArray) rules = g_ptr_array_new_with_free_func (g_free);
  gboolean done;

  if (writer == NULL)
    return FALSE;
  for (guint i = 0; patterns[i] != NULL; i++)
    if (*patterns[i] != '\0')
      quarry_stored_list_add (rules, patterns[i]);
  done = quarry_stored_list_write (writer, RULES, rules, error);
  done = quarry_library_end_write (self, done, error) && done;
  if (done && self->follow != NULL)
    quarry_follow_reload (self->follow);

  return done;
}

gboolean
quarry_library_recognizes (QuarryLibrary *self)
{
  QuarryStore *reader = quarry_library_borrow (self, NULL);
  g_autoptr (GPtrArray) said = NULL;

  if (reader == NULL)
    return TRUE;
  said = quarry_stored_list_read (reader, PICTURES);
  quarry_library_give_back (self, reader);
  return said->len == 0;
}

gboolean
quarry_library_set_recognizes (QuarryLibrary *self, gboolean recognizes, GError **error)
{
  QuarryStore *writer = quarry_library_begin_write (self, error);
  g_autoptr (GPtrArray) said = g_ptr_array_new_with_free_func (g_free);
  gboolean done;

  if (writer == NULL)
    return FALSE;
  if (!recognizes)
    quarry_stored_list_add (said, "passed over");
  done = quarry_stored_list_write (writer, PICTURES, said, error);
  done = quarry_library_end_write (self, done, error) && done;
  if (done && self->follow != NULL)
    quarry_follow_reload (self->follow);
  return done;
}
