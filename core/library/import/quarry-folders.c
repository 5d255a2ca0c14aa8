/* quarry-folders.c: the library's folders, and what of them it takes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/library/import/quarry-folders.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "core/library/quarry-library-private.h"

/* Values of the store, each a list of strings that end with NUL. */
#define ROOTS "roots"         /* paths that were named */
#define RULED "ruled roots"   /* those of them whose rules decide on what is in the library already */
#define UNWATCHED "unwatched" /* those of them whose changes are not followed */
#define MOUNTS "mounts"       /* mount points that documents came from */
#define RULES "rules"         /* the person's own patterns */
#define TAKEN_OUT "taken out" /* paths in folders of the library that are not to come back with these */
#define TAKEN_PARTS "taken parts" /* what of that is inside files: each the hash of a text, and the path that it had */
#define PICTURES "pictures"   /* one string: "passed over" where text in them is not to be read */

#define MAX_MOUNTS 1000u

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

/* --- Lists ---------------------------------------------------------------------------------------- */

static GPtrArray *
read_list (QuarryStore *store, const char *key)
{
  g_autoptr (GBytes) value = quarry_store_get_value (store, key, NULL);
  GPtrArray *list = g_ptr_array_new_with_free_func (g_free);
  gsize length = 0;
  const char *p = value != NULL && g_bytes_get_size (value) > 0 ? g_bytes_get_data (value, &length) : "";

  for (const char *end = p + length; p < end;)
    {
      const char *stop = memchr (p, '\0', (gsize) (end - p));

      if (stop == NULL)
        stop = end;
      g_ptr_array_add (list, g_strndup (p, (gsize) (stop - p)));
      p = stop + 1;
    }

  return list;
}

static gboolean
write_list (QuarryStore *store, const char *key, GPtrArray *list, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GBytes) value = NULL;

  for (guint i = 0; i < list->len; i++)
    g_byte_array_append (bytes, list->pdata[i], (guint) strlen (list->pdata[i]) + 1);
  value = g_bytes_new (bytes->data, bytes->len);

  return quarry_store_set_value (store, key, value, error);
}

static gboolean
list_has (GPtrArray *list, const char *string)
{
  return g_ptr_array_find_with_equal_func (list, string, g_str_equal, NULL);
}

static gboolean
list_add (GPtrArray *list, const char *string)
{
  if (list_has (list, string))
    return FALSE;
  g_ptr_array_add (list, g_strdup (string));
  return TRUE;
}

static gboolean
list_remove_below (GPtrArray *list, const char *path)
{
  guint before = list->len;

  for (guint i = list->len; i-- > 0;)
    if (quarry_path_is_below (list->pdata[i], path))
      g_ptr_array_remove_index (list, i);
  return list->len < before;
}

GPtrArray *
quarry_library_list_roots (QuarryStore *store)
{
  return read_list (store, ROOTS);
}

gboolean
quarry_library_set_roots (QuarryStore *store, GPtrArray *roots, GError **error)
{
  return write_list (store, ROOTS, roots, error);
}

GPtrArray *
quarry_library_list_ruled (QuarryStore *store)
{
  return read_list (store, RULED);
}

gboolean
quarry_library_keep_named (QuarryStore *store, GPtrArray *folders, GPtrArray *named, GError **error)
{
  g_autoptr (GPtrArray) roots = read_list (store, ROOTS);
  g_autoptr (GPtrArray) ruled = read_list (store, RULED);

  for (guint i = 0; i < named->len; i++)
    if (quarry_roots_find (roots, named->pdata[i]) != NULL)
      list_add (roots, named->pdata[i]);
  for (guint i = 0; i < folders->len; i++)
    if (list_has (roots, folders->pdata[i]))
      list_add (ruled, folders->pdata[i]);
  return write_list (store, ROOTS, roots, error) && write_list (store, RULED, ruled, error);
}

gboolean
quarry_library_forget_roots (QuarryStore *store, const char *path, GError **error)
{
  g_autoptr (GPtrArray) roots = read_list (store, ROOTS);
  g_autoptr (GPtrArray) ruled = read_list (store, RULED);
  g_autoptr (GPtrArray) unwatched = read_list (store, UNWATCHED);

  return (!list_remove_below (roots, path) || write_list (store, ROOTS, roots, error))
         && (!list_remove_below (ruled, path) || write_list (store, RULED, ruled, error))
         && (!list_remove_below (unwatched, path) || write_list (store, UNWATCHED, unwatched, error));
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
  GPtrArray *roots = read_list (store, ROOTS);
  g_autoptr (GPtrArray) unwatched = read_list (store, UNWATCHED);

  for (guint i = roots->len; i-- > 0;)
    if (list_has (unwatched, roots->pdata[i]))
      g_ptr_array_remove_index (roots, i);
  return roots;
}

QuarryIgnore *
quarry_library_own_rules (QuarryStore *store)
{
  g_autoptr (GPtrArray) rules = read_list (store, RULES);
  g_autoptr (GPtrArray) taken_out = read_list (store, TAKEN_OUT);
  QuarryIgnore *own;

  g_ptr_array_add (rules, NULL);
  own = quarry_ignore_new_own ((const char *const *) rules->pdata);
  for (guint i = 0; i < taken_out->len; i++)
    quarry_ignore_add_taken_out (own, taken_out->pdata[i]);
  return own;
}

QuarryMounts *
quarry_library_mounts (QuarryStore *store)
{
  g_autoptr (GPtrArray) remembered = read_list (store, MOUNTS);

  return quarry_mounts_new (remembered);
}

GPtrArray *
quarry_library_list_taken_out (QuarryStore *store)
{
  return read_list (store, TAKEN_OUT);
}

/* Paths are absolute, and no hash has a slash. */
static const char *
path_of_part (const char *part)
{
  return strchr (part, '/');
}

GPtrArray *
quarry_library_list_taken_parts (QuarryStore *store)
{
  GPtrArray *parts = read_list (store, TAKEN_PARTS);

  for (guint i = parts->len; i-- > 0;)
    if (path_of_part (parts->pdata[i]) == NULL)
      g_ptr_array_remove_index (parts, i);
  return parts;
}

GHashTable *
quarry_taken_parts_of (const GPtrArray *parts, const char *file)
{
  GHashTable *hashes = NULL;

  for (guint i = 0; i < parts->len; i++)
    {
      const char *part = parts->pdata[i], *path = path_of_part (part);
      g_autofree char *hash = NULL;
      guint n;

      if (!quarry_path_is_below (path, file))
        continue;
      if (hashes == NULL)
        hashes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      hash = g_strndup (part, (gsize) (path - part));
      n = GPOINTER_TO_UINT (g_hash_table_lookup (hashes, hash));
      g_hash_table_replace (hashes, g_steal_pointer (&hash), GUINT_TO_POINTER (n + 1));
    }
  return hashes;
}

gboolean
quarry_taken_parts_take (GHashTable *hashes, const char *hash)
{
  guint n = hashes != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (hashes, hash)) : 0;

  if (n > 0)
    g_hash_table_replace (hashes, g_strdup (hash), GUINT_TO_POINTER (n - 1));
  return n > 0;
}

gboolean
quarry_taken_parts_has (const GPtrArray *parts, const char *path)
{
  for (guint i = 0; i < parts->len; i++)
    if (quarry_path_is_below (path_of_part (parts->pdata[i]), path))
      return TRUE;
  return FALSE;
}

static gboolean
remove_parts_below (GPtrArray *parts, const char *path)
{
  guint before = parts->len;

  for (guint i = parts->len; i-- > 0;)
    if (quarry_path_is_below (path_of_part (parts->pdata[i]), path))
      g_ptr_array_remove_index (parts, i);
  return parts->len < before;
}

gboolean
quarry_library_remember_taken_out (QuarryStore *store, const char *path, const GPtrArray *records, GError **error)
{
  g_autoptr (GPtrArray) roots = read_list (store, ROOTS);
  g_autoptr (GPtrArray) taken_out = read_list (store, TAKEN_OUT);
  g_autoptr (GPtrArray) parts = quarry_library_list_taken_parts (store);
  g_autoptr (QuarryMounts) mounts = quarry_library_mounts (store);
  g_autofree char *outer = quarry_path_outer (path);
  gboolean is_inside = quarry_roots_find (roots, path) != NULL;
  gboolean is_part = strcmp (outer, path) != 0;
  /* Nobody can tell now whether it is inside a file: as a part of one it is remembered, too. */
  gboolean may_be_part = is_part || quarry_mounts_see (mounts, path) == QUARRY_SIGHT_NONE;
  gboolean is_other, has_other_parts;

  if (is_inside && records->len == 0)
    return TRUE;
  is_other = list_remove_below (taken_out, path);
  /* Mails are numbered: what had the place before is another's text. */
  has_other_parts = !may_be_part && remove_parts_below (parts, path);
  /* What is gone for good does not come back; what is on a drive that is away, or inside a file, does. */
  if (is_inside && !quarry_mounts_is_gone (mounts, path))
    is_other |= list_add (taken_out, path);
  for (guint i = 0; is_inside && may_be_part && i < records->len; i++)
    {
      const QuarryDocumentRecord *record = records->pdata[i];

      if (record->content_hash == NULL)
        continue;
      g_ptr_array_add (parts, g_strconcat (record->content_hash, record->path, NULL));
      has_other_parts = TRUE;
    }
  return (!is_other || write_list (store, TAKEN_OUT, taken_out, error))
         && (!has_other_parts || write_list (store, TAKEN_PARTS, parts, error));
}

/* Of the paths taken out of @file those that no part is left of. */
static gboolean
drop_emptied (GPtrArray *taken_out, const GPtrArray *parts, const char *file)
{
  guint before = taken_out->len;

  for (guint i = taken_out->len; i-- > 0;)
    {
      const char *out = taken_out->pdata[i];

      if (strcmp (out, file) != 0 && quarry_path_is_below (out, file) && !quarry_taken_parts_has (parts, out))
        g_ptr_array_remove_index (taken_out, i);
    }
  return taken_out->len < before;
}

/* What a person names comes back; *is_other where that had been taken out. */
static gboolean
take_back (QuarryStore *store, const char *const *paths, gboolean *is_other, GError **error)
{
  g_autoptr (GPtrArray) taken_out = read_list (store, TAKEN_OUT);
  g_autoptr (GPtrArray) parts = quarry_library_list_taken_parts (store);

  for (guint i = 0; taken_out->len + parts->len > 0 && paths[i] != NULL; i++)
    {
      g_autofree char *path = quarry_path_resolve (paths[i]);
      g_autofree char *outer = quarry_path_outer (path);
      guint at;
      gboolean is_part = strcmp (outer, path) != 0;
      gboolean was_out = g_ptr_array_find_with_equal_func (taken_out, path, g_str_equal, &at);

      if (was_out)
        {
          g_ptr_array_remove_index (taken_out, at);
          *is_other = TRUE;
        }
      /* A file that is named does not bring back what was taken out of it, but where it was taken out itself. */
      if ((is_part || was_out) && remove_parts_below (parts, path))
        {
          if (is_part)
            drop_emptied (taken_out, parts, outer);
          *is_other = TRUE;
        }
    }
  return !*is_other
         || (write_list (store, TAKEN_OUT, taken_out, error) && write_list (store, TAKEN_PARTS, parts, error));
}

static gboolean
is_below_any (const char *path, const char *const *paths)
{
  for (guint i = 0; paths[i] != NULL; i++)
    if (quarry_path_is_below (path, paths[i]))
      return TRUE;
  return FALSE;
}

GPtrArray *
quarry_library_find_gone_taken_out (QuarryStore *store,
                                    const char *const *paths,
                                    QuarryMounts *mounts,
                                    GCancellable *cancellable)
{
  static const char *const keys[] = { TAKEN_OUT, TAKEN_PARTS };
  GPtrArray *gone = g_ptr_array_new_with_free_func (g_free);

  for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
    {
      g_autoptr (GPtrArray) list = read_list (store, keys[k]);

      for (guint i = 0; i < list->len && !g_cancellable_is_cancelled (cancellable); i++)
        {
          const char *path = path_of_part (list->pdata[i]);

          if (path != NULL && is_below_any (path, paths) && quarry_mounts_is_gone (mounts, path))
            g_ptr_array_add (gone, g_strdup (list->pdata[i]));
        }
    }
  return gone;
}

gboolean
quarry_library_forget_taken_out (QuarryStore *store, const GPtrArray *gone, QuarryMounts *mounts, GError **error)
{
  g_autoptr (GPtrArray) taken_out = read_list (store, TAKEN_OUT);
  g_autoptr (GPtrArray) parts = quarry_library_list_taken_parts (store);

  for (guint i = 0; i < gone->len; i++)
    {
      const char *entry = gone->pdata[i];
      guint at;

      if (!quarry_mounts_is_gone (mounts, path_of_part (entry)))
        continue;
      if (g_ptr_array_find_with_equal_func (taken_out, entry, g_str_equal, &at))
        g_ptr_array_remove_index (taken_out, at);
      if (g_ptr_array_find_with_equal_func (parts, entry, g_str_equal, &at))
        g_ptr_array_remove_index (parts, at);
    }
  return write_list (store, TAKEN_OUT, taken_out, error) && write_list (store, TAKEN_PARTS, parts, error);
}

/* Files that were named before their folder was, and that rules of the folder pass over: they stay. */
typedef struct
{
  GPtrArray *roots;
  QuarryIgnore *own;
  const char *folder; /* not among the roots yet */
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
    list_add (before->named, outer);
  return TRUE;
}

/* Adds @path, a folder or a file that a walk of its folder would not come to, and what has to be added with it. */
static gboolean
add_root (QuarryStore *store, GPtrArray *roots, QuarryIgnore *own, const char *path, GError **error)
{
  g_autoptr (GPtrArray) named = g_ptr_array_new_with_free_func (g_free);
  NamedBefore before = { roots, own, path, named };

  if (list_has (roots, path))
    return TRUE;
  if (g_file_test (path, G_FILE_TEST_IS_DIR) && !quarry_store_foreach_file (store, path, find_named_cb, &before, error))
    return FALSE;
  list_add (roots, path);
  for (guint i = 0; i < named->len; i++)
    list_add (roots, named->pdata[i]);
  return TRUE;
}

/* Whether a file that is named has to be remembered: a walk of its folder would not come to it. */
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
  QuarryConnection *writer = quarry_library_begin_write (self, error);
  g_autoptr (GPtrArray) roots = NULL;
  g_autoptr (GPtrArray) ruled = NULL;
  g_autoptr (GPtrArray) mounts = NULL;
  g_autoptr (QuarryMounts) now = NULL;
  g_autoptr (QuarryIgnore) own = NULL;
  gboolean new_mounts = FALSE;
  gboolean takes_back = FALSE;
  gboolean done;
  guint n_roots;

  if (writer == NULL)
    return FALSE;
  done = take_back (writer->store, paths, &takes_back, error);
  roots = read_list (writer->store, ROOTS);
  ruled = read_list (writer->store, RULED);
  n_roots = roots->len;
  mounts = read_list (writer->store, MOUNTS);
  now = quarry_mounts_new (mounts);
  own = quarry_library_own_rules (writer->store);
  for (guint i = 0; done && paths[i] != NULL; i++)
    {
      g_autofree char *path = quarry_path_resolve (paths[i]);

      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        continue;
      if (g_file_test (path, G_FILE_TEST_IS_DIR) || is_passed_over (roots, own, path))
        done = add_root (writer->store, roots, own, path, error);
      if (mounts->len < MAX_MOUNTS)
        new_mounts |= list_add (mounts, quarry_mounts_find (now, path));
    }
  for (guint i = n_roots; i < roots->len; i++)
    list_add (ruled, roots->pdata[i]);
  done = done
         && (roots->len == n_roots
             || (write_list (writer->store, ROOTS, roots, error) && write_list (writer->store, RULED, ruled, error)))
         && (!new_mounts || write_list (writer->store, MOUNTS, mounts, error));

  return quarry_library_end_write (self, done && (takes_back || roots->len > n_roots || new_mounts), error) && done;
}

/* --- What a person sees and says -------------------------------------------------------------------- */

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

/* A folder that is named inside another has changes of its own to follow. Of what is out of reach, its files tell; of
 * most files that are there the database does. */
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

/* @folders: by path. There may be thousands of exceptions. */
static void
find_exceptions (QuarryStore *store, GPtrArray *folders)
{
  g_autoptr (GPtrArray) others = g_ptr_array_new (); /* paths */

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
  QuarryConnection *reader = quarry_library_borrow (self, error);
  g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func ((GDestroyNotify) quarry_folder_free);
  g_autoptr (GPtrArray) roots = NULL;
  g_autoptr (GPtrArray) unwatched = NULL;
  g_autoptr (QuarryMounts) mounts = NULL;
  gboolean done = TRUE;

  if (reader == NULL)
    return NULL;
  roots = read_list (reader->store, ROOTS);
  unwatched = read_list (reader->store, UNWATCHED);
  mounts = quarry_library_mounts (reader->store);
  for (guint i = 0; done && i < roots->len; i++)
    {
      QuarryFolder *folder = g_new0 (QuarryFolder, 1);

      folder->path = g_strdup (roots->pdata[i]);
      folder->state = find_state (self, mounts, folder->path);
      if (folder->state != QUARRY_FOLDER_AWAY && folder->state != QUARRY_FOLDER_GONE
          && list_has (unwatched, folder->path))
        folder->state = QUARRY_FOLDER_UNWATCHED;
      g_ptr_array_add (folders, folder);
      done = quarry_store_count_files (reader->store, folder->path, &folder->n_documents, error);
    }
  g_ptr_array_sort (folders, compare_folders);
  find_exceptions (reader->store, folders);
  quarry_library_give_back (self, reader);

  return done ? g_steal_pointer (&folders) : NULL;
}

gboolean
quarry_library_set_folder_watched (QuarryLibrary *self,
                                   const char *path,
                                   gboolean watched,
                                   GError **error)
{
  QuarryConnection *writer = quarry_library_begin_write (self, error);
  g_autoptr (GPtrArray) roots = NULL;
  g_autoptr (GPtrArray) unwatched = NULL;
  gboolean done = TRUE;
  guint at;

  if (writer == NULL)
    return FALSE;
  roots = read_list (writer->store, ROOTS);
  unwatched = read_list (writer->store, UNWATCHED);
  if (!list_has (roots, path))
    {
      g_autofree char *shown = g_filename_display_name (path);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _("“%s” is no folder of the library. Import it first."), shown);
      done = FALSE;
    }
  else if (watched && g_ptr_array_find_with_equal_func (unwatched, path, g_str_equal, &at))
    {
      g_ptr_array_remove_index (unwatched, at);
      done = write_list (writer->store, UNWATCHED, unwatched, error);
    }
  else if (!watched && list_add (unwatched, path))
    done = write_list (writer->store, UNWATCHED, unwatched, error);
  done = quarry_library_end_write (self, done, error) && done;
  if (done && self->follow != NULL)
    quarry_follow_reload (self->follow);

  return done;
}

static char **
get_strings (QuarryLibrary *self, const char *key)
{
  QuarryConnection *reader = quarry_library_borrow (self, NULL);
  GPtrArray *list;

  if (reader == NULL)
    return g_new0 (char *, 1);
  list = read_list (reader->store, key);
  quarry_library_give_back (self, reader);
  g_ptr_array_add (list, NULL);
  return (char **) g_ptr_array_free (list, FALSE);
}

char **
quarry_library_get_own_rules (QuarryLibrary *self)
{
  return get_strings (self, RULES);
}

char **
quarry_library_get_taken_out (QuarryLibrary *self)
{
  return get_strings (self, TAKEN_OUT);
}

gboolean
quarry_library_set_own_rules (QuarryLibrary *self, const char *const *patterns, GError **error)
{
  QuarryConnection *writer = quarry_library_begin_write (self, error);
  g_autoptr (GPtrArray) rules = g_ptr_array_new_with_free_func (g_free);
  gboolean done;

  if (writer == NULL)
    return FALSE;
  for (guint i = 0; patterns[i] != NULL; i++)
    if (*patterns[i] != '\0')
      list_add (rules, patterns[i]);
  done = write_list (writer->store, RULES, rules, error);
  done = quarry_library_end_write (self, done, error) && done;
  if (done && self->follow != NULL)
    quarry_follow_reload (self->follow);

  return done;
}

gboolean
quarry_library_recognizes (QuarryLibrary *self)
{
  QuarryConnection *reader = quarry_library_borrow (self, NULL);
  g_autoptr (GPtrArray) said = NULL;

  if (reader == NULL)
    return TRUE;
  said = read_list (reader->store, PICTURES);
  quarry_library_give_back (self, reader);
  return said->len == 0;
}

gboolean
quarry_library_set_recognizes (QuarryLibrary *self, gboolean recognizes, GError **error)
{
  QuarryConnection *writer = quarry_library_begin_write (self, error);
  g_autoptr (GPtrArray) said = g_ptr_array_new_with_free_func (g_free);
  gboolean done;

  if (writer == NULL)
    return FALSE;
  if (!recognizes)
    list_add (said, "passed over");
  done = write_list (writer->store, PICTURES, said, error);
  done = quarry_library_end_write (self, done, error) && done;
  if (done && self->follow != NULL)
    quarry_follow_reload (self->follow);
  return done;
}
