/* quarry-why.c: why a file is not found
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/library/quarry-why.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/extract/quarry-extractor.h"
#include "core/library/quarry-ignore.h"
#include "core/library/quarry-library-private.h"

#define LOOK_AT 100u

void
quarry_why_free (QuarryWhy *self)
{
  if (self == NULL)
    return;
  g_free (self->path);
  g_free (self->reason);
  g_clear_pointer (&self->documents, g_ptr_array_unref);
  g_free (self);
}

const char *
quarry_why_state_name (QuarryWhyState state)
{
  static const char *const names[] = { "read",    "changed", "gone",   "failed", "skipped",
                                       "excluded", "outside", "unread", "missing" };

  return names[state];
}

static void
settle (QuarryWhy *self, QuarryWhyState state, char *reason)
{
  self->state = state;
  g_free (self->reason);
  self->reason = reason;
}

static gboolean
is_below (const char *path, const char *folder)
{
  gsize n = strlen (folder);

  while (n > 1 && folder[n - 1] == '/')
    n--;
  return strncmp (path, folder, n) == 0 && (path[n] == '/' || path[n] == '\0' || n == 1);
}

/* The innermost of the imported folders that hold the file; NULL for none. */
static const char *
find_root (GPtrArray *roots, const char *path)
{
  const char *best = NULL;

  for (guint i = 0; i < roots->len; i++)
    if (is_below (path, roots->pdata[i]) && (best == NULL || strlen (roots->pdata[i]) > strlen (best)))
      best = roots->pdata[i];
  return best;
}

/* (transfer full) The rule that passes over the file, or a folder that it is in, in a sentence; NULL
 * where none does. */
static char *
find_rule (const char *root, const char *path)
{
  g_autofree char *folder = g_strdup (root);
  g_autoptr (QuarryIgnore) rules = quarry_ignore_new (NULL, folder);
  g_auto (GStrv) parts = NULL;
  gsize n = strlen (root);

  if (strcmp (root, path) == 0)
    return NULL;
  parts = g_strsplit (path + n + (root[n - 1] != '/'), "/", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_autofree char *child = g_build_filename (folder, parts[i], NULL);
      g_autofree char *shown = g_filename_display_name (child);
      gboolean is_folder = g_file_test (child, G_FILE_TEST_IS_DIR);
      char *rule = quarry_ignore_explain (rules, parts[i], is_folder);
      QuarryIgnore *inner;

      if (rule != NULL)
        {
          char *sentence = g_strdup_printf (
              /* Translators: a path, and a rule as in "hidden files are passed over" */
              _ ("“%s” is passed over: %s. Import it by its own name to have it all the same."),
              shown,
              rule);

          g_free (rule);
          return sentence;
        }
      if (!is_folder)
        return NULL;
      if (quarry_ignore_is_cache (child))
        return g_strdup_printf (_ ("“%s” is passed over: it is marked as a folder that can be made "
                                   "again, as caches and builds are."),
                                shown);
      inner = quarry_ignore_new (rules, child);
      quarry_ignore_unref (rules);
      rules = inner;
      g_free (folder);
      folder = g_steal_pointer (&child);
    }
  return NULL;
}

static void
explain_documents (QuarryWhy *self, gint64 size, gint64 modified_ns, gboolean exists)
{
  gboolean is_same = TRUE;

  for (guint i = 0; i < self->documents->len; i++)
    {
      const QuarryDocumentRecord *record = self->documents->pdata[i];

      self->n_passages += record->n_passages;
      is_same = is_same && record->size == size && record->modified_ns == modified_ns;
    }
  if (!exists)
    settle (self, QUARRY_WHY_GONE,
            g_strdup (_ ("It is in the library, but the file is no longer there. Import its folder "
                         "again to have the library follow.")));
  else if (!is_same)
    settle (self, QUARRY_WHY_CHANGED,
            g_strdup (_ ("It is in the library, but has changed since. Import it again.")));
  else if (self->documents->len > 1)
    settle (self, QUARRY_WHY_READ,
            g_strdup_printf (ngettext ("It is in the library: %u document is in it.",
                                       "It is in the library: %u documents are in it.",
                                       self->documents->len),
                             self->documents->len));
  else
    settle (self, QUARRY_WHY_READ,
            g_strdup_printf (ngettext ("It is in the library, with %u passage.",
                                       "It is in the library, with %u passages.",
                                       self->n_passages),
                             self->n_passages));
}

static void
explain_absence (QuarryWhy *self, QuarryConnection *connection, gboolean exists)
{
  g_autoptr (QuarryFailureRecord) failure
      = quarry_store_find_failure (connection->store, self->path, NULL);
  g_autoptr (GPtrArray) roots = NULL;
  g_autofree char *rule = NULL;
  const char *root;

  if (failure != NULL)
    {
      settle (self, failure->skipped ? QUARRY_WHY_SKIPPED : QUARRY_WHY_FAILED,
              g_steal_pointer (&failure->reason));
      return;
    }
  if (!exists)
    {
      settle (self, QUARRY_WHY_MISSING, g_strdup (_ ("There is no such file or folder.")));
      return;
    }
  roots = quarry_library_list_roots (connection->store);
  root = find_root (roots, self->path);
  if (root == NULL)
    {
      settle (self, QUARRY_WHY_OUTSIDE,
              g_strdup (_ ("It is in no folder that was imported. Import it, or its folder.")));
      return;
    }
  rule = find_rule (root, self->path);
  if (rule != NULL)
    settle (self, QUARRY_WHY_EXCLUDED, g_steal_pointer (&rule));
  else if (!quarry_extractor_may_read (self->path))
    settle (self, QUARRY_WHY_SKIPPED, g_strdup (_ ("Quarry has no reader for files of this kind.")));
  else
    settle (self, QUARRY_WHY_UNREAD,
            g_strdup (_ ("It has not been read yet: it is newer than the last import of its folder. "
                         "Import it.")));
}

static gboolean
find_rank (QuarryWhy *self,
           QuarryLibrary *library,
           const char *query,
           GCancellable *cancellable,
           GError **error)
{
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (QuarryAnswer) answer = NULL;
  GListModel *hits;

  options.limit = LOOK_AT;
  options.diversity = 0;
  options.method = QUARRY_DIVERSITY_NONE;
  answer = quarry_library_search (library, query, &options, cancellable, error);
  if (answer == NULL)
    return FALSE;
  hits = quarry_answer_get_hits (answer);
  self->n_looked = g_list_model_get_n_items (hits);
  for (guint i = 0; i < self->n_looked && self->rank == 0; i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (hits, i);

      if (is_below (quarry_hit_get_path (hit), self->path))
        {
          self->rank = quarry_hit_get_rank (hit);
          self->passage = quarry_hit_get_passage (hit);
        }
    }
  return TRUE;
}

QuarryWhy *
quarry_library_why (QuarryLibrary *self,
                    const char *path,
                    const char *query,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (QuarryWhy) why = g_new0 (QuarryWhy, 1);
  QuarryConnection *connection = quarry_library_borrow (self, error);
  g_autofree char *outer = NULL;
  struct stat info;
  gboolean exists, is_folder;

  if (connection == NULL)
    return NULL;
  why->path = quarry_path_resolve (path);
  outer = quarry_path_outer (why->path);
  exists = stat (outer, &info) == 0;
  is_folder = exists && S_ISDIR (info.st_mode);
  why->documents = quarry_store_list_documents (connection->store, why->path, FALSE, 0, error);
  if (why->documents == NULL)
    {
      quarry_library_give_back (self, connection);
      return NULL;
    }
  if (why->documents->len == 0)
    explain_absence (why, connection, exists);
  else if (is_folder)
    {
      for (guint i = 0; i < why->documents->len; i++)
        why->n_passages += ((QuarryDocumentRecord *) why->documents->pdata[i])->n_passages;
      settle (why, QUARRY_WHY_READ,
              g_strdup_printf (ngettext ("It is a folder: %u document of it is in the library.",
                                         "It is a folder: %u documents of it are in the library.",
                                         why->documents->len),
                               why->documents->len));
    }
  else
    explain_documents (why,
                       exists ? info.st_size : 0,
                       exists ? info.st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + info.st_mtim.tv_nsec : 0,
                       exists);
  quarry_library_give_back (self, connection);
  if (query != NULL && why->documents->len > 0 && !find_rank (why, self, query, cancellable, error))
    return NULL;
  return g_steal_pointer (&why);
}
