/* quarry-why.c: explains why a file is not found
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/library/import/quarry-why.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/extract/quarry-extractor.h"
#include "core/files/quarry-ignore.h"
#include "core/files/quarry-mounts.h"
#include "core/files/quarry-path.h"
#include "core/library/import/quarry-folders-private.h"
#include "core/library/import/quarry-import-pipeline-private.h"
#include "core/library/import/quarry-taken-out-private.h"
#include "core/library/search/quarry-query.h"

/* The number of hits to look at; the larger one where none of the file's passages is among the first. */
#define LOOK_AT 100u
#define LOOK_FURTHER_AT 1000u
#define OPENING 160u /* in characters */

static void
passage_free (gpointer data)
{
  QuarryWhyPassage *self = data;

  quarry_passage_record_free (self->record);
  g_free (self->path);
  g_free (self);
}

void
quarry_why_free (QuarryWhy *self)
{
  if (self == NULL)
    return;
  g_free (self->path);
  g_free (self->reason);
  g_clear_pointer (&self->documents, g_ptr_array_unref);
  g_clear_pointer (&self->passages, g_ptr_array_unref);
  g_free (self);
}

const char *
quarry_why_state_name (QuarryWhyState state)
{
  static const char *const names[] = { "read",    "changed", "gone",   "failed", "skipped",
                                       "excluded", "outside", "unread", "away", "missing" };

  return names[state];
}

static void
settle (QuarryWhy *self, QuarryWhyState state, char *reason)
{
  self->state = state;
  g_free (self->reason);
  self->reason = reason;
}

/* Adds what is missing of a document that was read only in part. */
static void
add_incomplete (QuarryWhy *self, QuarryStore *connection)
{
  g_autoptr (QuarryFailureRecord) failure
      = quarry_store_find_failure (connection, self->path, NULL);

  if (failure != NULL)
    settle (self, self->state, g_strconcat (self->reason, " ", failure->reason, NULL));
}

/* The file has changed since; perhaps reading it anew has failed. */
static void
explain_change (QuarryWhy *self, QuarryStore *connection)
{
  g_autoptr (QuarryFailureRecord) failure
      = quarry_store_find_failure (connection, self->path, NULL);

  if (failure != NULL)
    settle (self, failure->skipped ? QUARRY_WHY_CHANGED : QUARRY_WHY_FAILED, g_steal_pointer (&failure->reason));
  else
    settle (self, QUARRY_WHY_CHANGED,
            g_strdup (_ ("It is in the library, but has changed since. Import it again.")));
}

/* @file: NULL where it does not exist. @may_read: whether its permissions allow it to be read. */
static void
explain_documents (QuarryWhy *self, QuarryStore *connection, const struct stat *file, gboolean may_read)
{
  g_autoptr (QuarryMounts) mounts = quarry_library_mounts (connection);
  QuarryImportItem now = { .path = self->path };
  gboolean is_same = file != NULL;

  if (file != NULL)
    quarry_import_item_set_file (&now, file);
  for (guint i = 0; i < self->documents->len; i++)
    {
      const QuarryDocumentRecord *record = self->documents->pdata[i];

      self->n_passages += record->n_passages;
      /* One more, as that of a file that was read right after a change was lowered. */
      is_same = is_same
                && quarry_import_item_is_same (&now, mounts, record->size, record->modified_ns, record->changed_ns + 1);
    }
  if (!quarry_mounts_has (mounts, self->path))
    settle (self, QUARRY_WHY_AWAY,
            g_strdup (_ ("It is in the library, but its drive or server is out of reach. It stays until "
                         "that is there again, or until you take it out.")));
  else if (!may_read)
    settle (self, QUARRY_WHY_FAILED,
            g_strconcat (_ ("You have no permission to read it. Change its permissions, then try again."), " ",
                         _ ("The text that was read before stays in the library."), NULL));
  else if (file == NULL)
    settle (self, QUARRY_WHY_GONE,
            g_strdup (_ ("It is in the library, but the file is no longer there. Import its folder "
                         "again to have the library follow.")));
  else if (!is_same)
    explain_change (self, connection);
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
  if (self->state == QUARRY_WHY_READ)
    add_incomplete (self, connection);
}

/* The failure recorded for the innermost thing around @path: an archive within the file @outer, that file itself, or
 * a folder. */
static QuarryFailureRecord *
find_failure_around (QuarryStore *connection, const char *path, const char *outer)
{
  g_autofree char *around = g_strdup (path);

  while (strlen (around) > strlen (outer))
    {
      QuarryFailureRecord *failure;

      *strrchr (around, '/') = '\0';
      failure = quarry_store_find_failure (connection, around, NULL);
      if (failure != NULL)
        return failure;
    }
  return NULL;
}

/* Explains a path inside the file @outer of which nothing is known: a person removed it, the file could not be read,
 * or it contains no such thing. FALSE where the file has not been read. */
static gboolean
explain_inside (QuarryWhy *self, QuarryStore *connection, const char *outer)
{
  g_autoptr (QuarryFailureRecord) failure = find_failure_around (connection, self->path, outer);
  g_autoptr (GPtrArray) parts = quarry_library_list_taken_parts (connection);
  g_autoptr (GPtrArray) inside = NULL;
  g_autofree char *shown = NULL;

  if (quarry_taken_parts_has (parts, self->path))
    {
      shown = quarry_path_display_name (self->path);
      settle (self, QUARRY_WHY_EXCLUDED,
              g_strdup_printf (_ ("“%s” is passed over: %s. Import it by its own name to have it all the same."), shown,
                               _ ("you took it out of the library")));
      return TRUE;
    }
  if (failure != NULL)
    {
      settle (self, failure->skipped ? QUARRY_WHY_SKIPPED : QUARRY_WHY_FAILED,
              g_steal_pointer (&failure->reason));
      return TRUE;
    }
  inside = quarry_store_list_documents (connection, outer, FALSE, 1, NULL);
  if (inside == NULL || inside->len == 0)
    return FALSE;
  shown = quarry_path_display_name (outer);
  settle (self, QUARRY_WHY_MISSING,
          g_strdup_printf (_ ("There is no such file in “%s”, as it was when it was read."), shown));
  return TRUE;
}

static void
explain_absence (
    QuarryWhy *self, QuarryStore *connection, const char *named, const char *outer, gboolean exists)
{
  /* For a link, a failure may be recorded under its own name. */
  g_autofree char *absolute = g_canonicalize_filename (named, NULL);
  g_autoptr (QuarryFailureRecord) own_failure
      = quarry_store_find_failure (connection, absolute, NULL);
  g_autoptr (QuarryFailureRecord) failure
      = own_failure != NULL ? g_steal_pointer (&own_failure)
                            : quarry_store_find_failure (connection, self->path, NULL);
  g_autoptr (GPtrArray) roots = NULL;
  g_autoptr (QuarryIgnore) own = NULL;
  g_autoptr (QuarryIgnore) rules = NULL;
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
  if (strcmp (outer, self->path) != 0 && explain_inside (self, connection, outer))
    return;
  roots = quarry_library_list_roots (connection);
  root = quarry_roots_find (roots, self->path);
  if (root == NULL)
    {
      settle (self, QUARRY_WHY_OUTSIDE,
              g_strdup (_ ("It is in no folder that was imported. Import it, or its folder.")));
      return;
    }
  own = quarry_library_own_rules (connection);
  rules = quarry_ignore_below (own, root, self->path, &rule);
  if (rule == NULL)
    failure = find_failure_around (connection, self->path, root);
  if (rule != NULL)
    settle (self, QUARRY_WHY_EXCLUDED, g_steal_pointer (&rule));
  else if (failure != NULL)
    /* The failure is of a folder above, which could not be read or is on another file system. */
    settle (self, failure->skipped ? QUARRY_WHY_SKIPPED : QUARRY_WHY_FAILED, g_steal_pointer (&failure->reason));
  else if (!quarry_extractor_may_read (self->path))
    settle (self, QUARRY_WHY_SKIPPED, g_strdup (_ ("Quarry has no reader for files of this kind.")));
  else
    settle (self, QUARRY_WHY_UNREAD,
            g_strdup (_ ("It has not been read yet: it is newer than the last import of its folder. "
                         "Import it.")));
}

/* Whether one of @documents has one of @ids. */
static gboolean
has_any (const GPtrArray *documents, const GArray *ids)
{
  g_autoptr (GHashTable) own = g_hash_table_new (g_int64_hash, g_int64_equal);
  gboolean has = FALSE;

  for (guint i = 0; i < documents->len; i++)
    g_hash_table_add (own, &((QuarryDocumentRecord *) documents->pdata[i])->id);
  for (guint i = 0; i < ids->len && !has; i++)
    has = g_hash_table_contains (own, &g_array_index (ids, gint64, i));
  return has;
}

/* Finds out why the file has no rank at all. */
static gboolean
find_obstacle (QuarryWhy *self, QuarryLibrary *library, const char *typed, GError **error)
{
  g_autoptr (QuarryQuery) query = quarry_query_parse (typed);
  QuarryStore *connection;
  g_autoptr (GArray) let_through = NULL;
  QuarryStoreFilter filter;

  /* If there are more hits than were looked at, its rank may just be lower. */
  self->lacks_words = self->n_looked < LOOK_AT
                      && (query->phrases[0] != NULL || query->required->len > 0 || query->excluded[0] != NULL);
  if (!quarry_query_get_filter (query, &filter))
    return TRUE;
  connection = quarry_library_borrow (library, error);
  if (connection == NULL)
    return FALSE;
  let_through = quarry_store_filter_documents (connection, &filter, error);
  quarry_library_give_back (library, connection);
  if (let_through == NULL)
    return FALSE;
  self->is_filtered = !has_any (self->documents, let_through);
  return TRUE;
}

static void
add_passage (QuarryWhy *self, QuarryPassageRecord *record, const char *path, guint rank)
{
  QuarryWhyPassage *passage = g_new0 (QuarryWhyPassage, 1);

  passage->record = record;
  passage->path = g_strdup (path);
  passage->rank = rank;
  g_ptr_array_add (self->passages, passage);
}

/* Collects those hits that are passages of the file. */
static gboolean
take_hits (QuarryWhy *self, QuarryLibrary *library, GListModel *hits, GError **error)
{
  QuarryStore *connection = quarry_library_borrow (library, error);
  GError *local = NULL;

  if (connection == NULL)
    return FALSE;
  self->n_looked = g_list_model_get_n_items (hits);
  for (guint i = 0; i < self->n_looked && self->passages->len < QUARRY_WHY_PASSAGES && local == NULL; i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (hits, i);
      QuarryPassageRecord *record;

      if (!quarry_path_is_below (quarry_hit_get_path (hit), self->path))
        continue;
      record = quarry_store_get_passage (connection, quarry_hit_get_passage (hit), &local);
      if (record != NULL)
        add_passage (self, record, quarry_hit_get_path (hit), quarry_hit_get_rank (hit));
    }
  quarry_library_give_back (library, connection);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  if (self->passages->len > 0)
    {
      const QuarryWhyPassage *best = self->passages->pdata[0];

      self->rank = best->rank;
      self->passage = best->record->id;
    }
  return TRUE;
}

static gboolean
find_rank (QuarryWhy *self,
           QuarryLibrary *library,
           const char *query,
           GCancellable *cancellable,
           GError **error)
{
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  static const guint limits[] = { LOOK_AT, LOOK_FURTHER_AT };

  options.diversity = 0;
  options.method = QUARRY_DIVERSITY_NONE;
  self->has_query = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (limits) && self->rank == 0; i++)
    {
      g_autoptr (QuarryAnswer) answer = NULL;

      options.limit = limits[i];
      answer = quarry_library_search (library, query, &options, cancellable, error);
      if (answer == NULL || !take_hits (self, library, quarry_answer_get_hits (answer), error))
        return FALSE;
      if (self->n_looked < limits[i])
        break;
    }
  return self->rank > 0 || find_obstacle (self, library, query, error);
}

/* If there is only one document, lists its passages without a rank, too. */
static gboolean
list_others (QuarryWhy *self, QuarryLibrary *library, GError **error)
{
  const QuarryDocumentRecord *document = self->documents->pdata[0];
  g_autoptr (GHashTable) placed = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_autoptr (GPtrArray) records = NULL;
  QuarryStore *connection = quarry_library_borrow (library, error);

  if (connection == NULL)
    return FALSE;
  records = quarry_store_list_first_passages (connection, document->id,
                                              QUARRY_WHY_PASSAGES + self->passages->len, error);
  quarry_library_give_back (library, connection);
  if (records == NULL)
    return FALSE;
  for (guint i = 0; i < self->passages->len; i++)
    g_hash_table_add (placed, &((QuarryWhyPassage *) self->passages->pdata[i])->record->id);
  for (guint i = 0; i < records->len && self->passages->len < QUARRY_WHY_PASSAGES; i++)
    if (!g_hash_table_contains (placed, &((QuarryPassageRecord *) records->pdata[i])->id))
      add_passage (self, g_steal_pointer (&records->pdata[i]), document->path, 0);
  return TRUE;
}

char *
quarry_why_passage_opening (const QuarryWhyPassage *self)
{
  GString *line = g_string_new (NULL);
  const char *p = self->record->text;
  guint n = 0;

  for (; *p != '\0' && n < OPENING; p = g_utf8_next_char (p))
    {
      gboolean is_blank = g_unichar_isspace (g_utf8_get_char (p));

      if (!is_blank)
        g_string_append_unichar (line, g_utf8_get_char (p));
      else if (line->len > 0 && line->str[line->len - 1] != ' ')
        g_string_append_c (line, ' ');
      n++;
    }
  g_strchomp (line->str);
  g_string_truncate (line, strlen (line->str));
  if (*p != '\0')
    g_string_append (line, "…");
  return g_string_free (line, FALSE);
}

char *
quarry_why_passage_place (const QuarryWhyPassage *self, const QuarryWhy *why)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  if (self->rank > 0)
    g_ptr_array_add (parts, g_strdup_printf (_ ("Number %u for this search"), self->rank));
  if (self->record->page > 0)
    g_ptr_array_add (parts, g_strdup_printf (_ ("p. %u"), self->record->page));
  if (*self->record->heading != '\0')
    {
      g_auto (GStrv) headings = g_strsplit (self->record->heading, "\x1f", -1);

      g_ptr_array_add (parts, g_strjoinv (" › ", headings));
    }
  if (strcmp (self->path, why->path) != 0)
    {
      const char *below = self->path + strlen (why->path);

      /* If the folder is "/", all of the path is below it. */
      g_ptr_array_add (parts, g_filename_display_name (*below == '/' ? below + 1 : below));
    }
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (" · ", (char **) parts->pdata);
}

char *
quarry_why_explain_rest (const QuarryWhy *self)
{
  guint n = self->n_passages - MIN (self->n_passages, self->passages->len);

  if (n == 0 || self->documents->len != 1)
    return NULL;
  return g_strdup_printf (ngettext ("and %u more passage", "and %u more passages", n), n);
}

char *
quarry_why_explain_place (const QuarryWhy *self)
{
  if (!self->has_query)
    return NULL;
  if (self->rank > 0)
    return g_strdup_printf (_ ("For this search its best passage is number %u of all, before variety is made."),
                            self->rank);
  if (self->is_filtered)
    return g_strdup (_ ("The filters of this search leave it out."));
  if (self->lacks_words)
    return g_strdup (_ ("This search leaves it out: each of its passages lacks what has to be there, or has a word that "
                        "must not be."));
  return g_strdup_printf (_ ("For this search none of its passages is among the first %u: others are nearer."),
                          self->n_looked);
}

QuarryWhy *
quarry_library_why (QuarryLibrary *self,
                    const char *path,
                    const char *query,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (QuarryWhy) why = g_new0 (QuarryWhy, 1);
  QuarryStore *connection = quarry_library_borrow (self, error);
  g_autofree char *outer = NULL;
  struct stat info;
  gboolean exists, is_folder, may_read;

  if (connection == NULL)
    return NULL;
  why->path = quarry_path_resolve (path);
  outer = quarry_path_outer (why->path);
  exists = stat (outer, &info) == 0;
  may_read = exists ? access (outer, R_OK) == 0 : errno != EACCES;
  is_folder = exists && S_ISDIR (info.st_mode);
  why->passages = g_ptr_array_new_with_free_func (passage_free);
  why->documents = quarry_store_list_documents (connection, why->path, FALSE, 0, error);
  if (why->documents == NULL)
    {
      quarry_library_give_back (self, connection);
      return NULL;
    }
  if (why->documents->len == 0)
    explain_absence (why, connection, path, outer, exists || !may_read);
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
    explain_documents (why, connection, exists ? &info : NULL, may_read);
  quarry_library_give_back (self, connection);
  if (query != NULL && why->documents->len > 0 && !find_rank (why, self, query, cancellable, error))
    return NULL;
  if (why->documents->len == 1 && !list_others (why, self, error))
    return NULL;
  return g_steal_pointer (&why);
}
