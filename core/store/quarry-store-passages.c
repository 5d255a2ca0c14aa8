/* quarry-store-passages.c: passages, and which of them meet a filter
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/store/quarry-store-private.h"

#include <string.h>

#define RECORD_COLUMNS                                                                       \
  "passages.id, passages.document, passages.ordinal, passages.segment, passages.start_byte," \
  " passages.end_byte, passages.start_character, passages.end_character, passages.page,"     \
  " passages.heading, contents.first_part, contents.part_bytes, contents.text_start"
#define N_RECORD_COLUMNS 13
#define WITH_CONTENTS " LEFT JOIN contents ON contents.document = passages.document"

void
quarry_passage_record_free (QuarryPassageRecord *self)
{
  if (self == NULL)
    return;

  g_free (self->heading);
  g_free (self->text);
  g_free (self);
}

static guint32
column_uint32 (sqlite3_stmt *stmt, int column)
{
  return (guint32) CLAMP (sqlite3_column_int64 (stmt, column), 0, G_MAXUINT32);
}

static QuarryPassageRecord *
read_record (QuarryStatement *statement, QuarryTextReader *reader, GError **error)
{
  g_autoptr (QuarryPassageRecord) record = g_new0 (QuarryPassageRecord, 1);
  sqlite3_stmt *stmt = statement->stmt;

  record->id = sqlite3_column_int64 (stmt, 0);
  record->document = sqlite3_column_int64 (stmt, 1);
  record->ordinal = column_uint32 (stmt, 2);
  record->segment = column_uint32 (stmt, 3);
  record->bytes.start = column_uint32 (stmt, 4);
  record->bytes.end = column_uint32 (stmt, 5);
  record->characters.start = column_uint32 (stmt, 6);
  record->characters.end = column_uint32 (stmt, 7);
  record->page = column_uint32 (stmt, 8);
  record->heading = quarry_statement_dup_text (statement, 9);
  if (record->heading == NULL)
    record->heading = g_strdup ("");
  record->text = quarry_text_reader_read (reader,
                                          statement->store,
                                          quarry_statement_read_place (statement, 10),
                                          sqlite3_column_int64 (stmt, 11),
                                          quarry_statement_read_place (statement, 12),
                                          record->bytes,
                                          error);
  return record->text != NULL ? g_steal_pointer (&record) : NULL;
}

static QuarryStatement *
prepare_passage (QuarryStore *self, GError **error)
{
  return quarry_store_prepare (
      self, "SELECT " RECORD_COLUMNS " FROM passages" WITH_CONTENTS " WHERE id = ?1", error);
}

/* @statement: made by prepare_passage(). */
static QuarryPassageRecord *
get_passage (QuarryStatement *statement, gint64 id, QuarryTextReader *reader, GError **error)
{
  QuarryPassageRecord *record = NULL;

  quarry_statement_bind_int64 (statement, 1, id);
  if (quarry_statement_step (statement, error) == SQLITE_ROW)
    record = read_record (statement, reader, error);
  quarry_statement_reset (statement);
  return record;
}

QuarryPassageRecord *
quarry_store_get_passage (QuarryStore *self, gint64 id, GError **error)
{
  g_auto (QuarryTextReader) reader = { 0 };
  g_autoptr (QuarryStatement) statement = NULL;

  g_return_val_if_fail (QUARRY_IS_STORE (self), NULL);

  statement = prepare_passage (self, error);
  return statement != NULL ? get_passage (statement, id, &reader, error) : NULL;
}

static int
compare_slots (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const gint64 *ids = user_data;
  gint64 x = ids[*(const guint *) a];
  gint64 y = ids[*(const guint *) b];

  return (x > y) - (x < y);
}

gboolean
quarry_store_get_passages (QuarryStore *self,
                           const gint64 *ids,
                           guint n,
                           QuarryPassageTakeFunc func,
                           gpointer user_data,
                           GError **error)
{
  g_auto (QuarryTextReader) reader = { 0 };
  g_autofree guint *order = g_new (guint, MAX (n, 1));
  g_autoptr (QuarryStatement) statement = NULL;
  g_autoptr (GError) local = NULL;

  g_return_val_if_fail (QUARRY_IS_STORE (self) && func != NULL, FALSE);

  statement = n > 0 ? prepare_passage (self, error) : NULL;
  if (n > 0 && statement == NULL)
    return FALSE;

  /* In the order of ids, since neighbours are often in the same part, which is then read only once. */
  for (guint i = 0; i < n; i++)
    order[i] = i;
  g_qsort_with_data (order, (int) n, sizeof *order, compare_slots, (gpointer) ids);
  for (guint i = 0; i < n; i++)
    {
      QuarryPassageRecord *record = get_passage (statement, ids[order[i]], &reader, &local);

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (record != NULL)
        func (order[i], record, user_data);
    }
  return TRUE;
}

/* @limit: the most to list; -1: all. */
static GPtrArray *
list_passages (QuarryStore *self, gint64 document, gint64 limit, GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;
  g_autoptr (GPtrArray) passages = NULL;
  g_auto (QuarryTextReader) reader = { 0 };
  int rc;

  statement = quarry_store_prepare (self,
                                    "SELECT " RECORD_COLUMNS " FROM passages" WITH_CONTENTS
                                    " WHERE passages.document = ?1 ORDER BY ordinal LIMIT ?2",
                                    error);
  if (statement == NULL)
    return NULL;

  quarry_statement_bind_int64 (statement, 1, document);
  quarry_statement_bind_int64 (statement, 2, limit);
  passages = g_ptr_array_new_with_free_func ((GDestroyNotify)quarry_passage_record_free);
  while ((rc = quarry_statement_step (statement, error)) == SQLITE_ROW)
    {
      QuarryPassageRecord *record = read_record (statement, &reader, error);

      if (record == NULL)
        return NULL;
      g_ptr_array_add (passages, record);
    }
  return rc == SQLITE_DONE ? g_steal_pointer (&passages) : NULL;
}

GPtrArray *
quarry_store_list_passages (QuarryStore *self, gint64 document, GError **error)
{
  g_return_val_if_fail (QUARRY_IS_STORE (self), NULL);

  return list_passages (self, document, -1, error);
}

GPtrArray *
quarry_store_list_first_passages (QuarryStore *self, gint64 document, guint most, GError **error)
{
  g_return_val_if_fail (QUARRY_IS_STORE (self), NULL);

  return list_passages (self, document, most, error);
}

QuarryPassageRecord *
quarry_store_get_first_passage (QuarryStore *self, gint64 document, GError **error)
{
  g_autoptr (GPtrArray) passages = NULL;

  g_return_val_if_fail (QUARRY_IS_STORE (self), NULL);

  passages = quarry_store_list_first_passages (self, document, 1, error);
  return passages != NULL && passages->len > 0 ? g_steal_pointer (&passages->pdata[0]) : NULL;
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a;
  gint64 y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

gint64
quarry_store_get_last_id (QuarryStore *self, GError **error)
{
  gint64 id;

  g_return_val_if_fail (QUARRY_IS_STORE (self), -1);

  return quarry_store_read_number (
             self, "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'passages'", &id, error)
             ? id
             : -1;
}

gboolean
quarry_store_pass_over_ids (QuarryStore *self, gint64 id, GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;
  gint64 last;

  g_return_val_if_fail (QUARRY_IS_STORE (self), FALSE);

  if (!quarry_store_require_transaction (self, error) || (last = quarry_store_get_last_id (self, error)) < 0)
    return FALSE;
  if (last >= id)
    return TRUE;
  /* The row is created with the first passage. */
  statement = quarry_store_prepare (self,
                                    last > 0 ? "UPDATE sqlite_sequence SET seq = ?1 WHERE name = 'passages'"
                                             : "INSERT INTO sqlite_sequence (name, seq) VALUES ('passages', ?1)",
                                    error);
  if (statement == NULL)
    return FALSE;
  quarry_statement_bind_int64 (statement, 1, id);
  return quarry_statement_run (statement, error);
}

GArray *
quarry_store_list_passage_ids (QuarryStore *self, GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;
  g_autoptr (GArray) ids = NULL;
  gboolean sorted = TRUE;
  int rc;

  g_return_val_if_fail (QUARRY_IS_STORE (self), NULL);

  /* Sorted below: if asked for an order, SQLite would walk the table of passages instead of this small index. */
  statement = quarry_store_prepare (
      self, "SELECT id FROM passages INDEXED BY passages_by_document", error);
  if (statement == NULL)
    return NULL;

  ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  while ((rc = quarry_statement_step (statement, error)) == SQLITE_ROW)
    {
      gint64 id = sqlite3_column_int64 (statement->stmt, 0);

      if (ids->len > 0 && g_array_index (ids, gint64, ids->len - 1) > id)
        sorted = FALSE;
      g_array_append_val (ids, id);
    }
  if (rc != SQLITE_DONE)
    return NULL;

  if (!sorted)
    g_array_sort (ids, compare_ids);
  return g_steal_pointer (&ids);
}

gboolean
quarry_store_foreach_passage (
    QuarryStore *self, gint64 after, QuarryPassageFunc func, gpointer user_data, GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;
  g_auto (QuarryTextReader) reader = { 0 };
  int rc;

  g_return_val_if_fail (QUARRY_IS_STORE (self) && func != NULL, FALSE);

  statement = quarry_store_prepare (
      self,
      "SELECT " RECORD_COLUMNS ", documents.title, documents.path"
      " FROM passages CROSS JOIN documents ON documents.id = passages.document" WITH_CONTENTS
      " WHERE passages.id > ?1 ORDER BY passages.id",
      error);
  if (statement == NULL)
    return FALSE;

  quarry_statement_bind_int64 (statement, 1, after);
  while ((rc = quarry_statement_step (statement, error)) == SQLITE_ROW)
    {
      g_autoptr (QuarryPassageRecord) passage = read_record (statement, &reader, error);
      g_autofree char *title = quarry_statement_dup_text (statement, N_RECORD_COLUMNS);

      if (passage == NULL)
        return FALSE;
      if (title == NULL || *title == '\0')
        {
          g_autofree char *path = quarry_statement_dup_path (statement, N_RECORD_COLUMNS + 1);

          g_free (title);
          title = g_filename_display_basename (path);
        }
      if (!func (passage, title, user_data))
        return TRUE;
    }
  return rc == SQLITE_DONE;
}

/* --- Filters --------------------------------------------------------------------------------- */

/* The filter with case-folded strings, made once for a query. */
typedef struct
{
  char **extensions;
  char **folders;
  char **authors;
  char **titles;
  char **languages;
  gint64 after_ns;
  gint64 before_ns;
} FoldedFilter;

static char **
fold_all (const char *const *strings)
{
  GPtrArray *folded;

  if (strings == NULL || strings[0] == NULL)
    return NULL;

  folded = g_ptr_array_new ();
  for (guint i = 0; strings[i] != NULL; i++)
    {
      g_autofree char *name = g_filename_display_name (strings[i]);

      g_ptr_array_add (folded, g_utf8_casefold (name, -1));
    }
  g_ptr_array_add (folded, NULL);
  return (char **) g_ptr_array_free (folded, FALSE);
}

static void
folded_filter_init (FoldedFilter *self, const QuarryStoreFilter *filter)
{
  memset (self, 0, sizeof *self);
  if (filter == NULL)
    return;

  self->extensions = fold_all (filter->extensions);
  self->folders = fold_all (filter->folders);
  self->authors = fold_all (filter->authors);
  self->titles = fold_all (filter->titles);
  self->languages = fold_all (filter->languages);
  self->after_ns = filter->after_ns;
  self->before_ns = filter->before_ns;
}

static void
folded_filter_clear (FoldedFilter *self)
{
  g_strfreev (self->extensions);
  g_strfreev (self->folders);
  g_strfreev (self->authors);
  g_strfreev (self->titles);
  g_strfreev (self->languages);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FoldedFilter, folded_filter_clear)

static gboolean
are_equal (char **a, char **b)
{
  return a == NULL || b == NULL ? a == b : g_strv_equal ((const char *const *) a, (const char *const *) b);
}

static gboolean
folded_filter_equal (const FoldedFilter *a, const FoldedFilter *b)
{
  return a->after_ns == b->after_ns && a->before_ns == b->before_ns && are_equal (a->extensions, b->extensions)
         && are_equal (a->folders, b->folders) && are_equal (a->authors, b->authors) && are_equal (a->titles, b->titles)
         && are_equal (a->languages, b->languages);
}

static gboolean
contains_any (const char *text, char **wanted)
{
  g_autofree char *folded = text != NULL ? g_utf8_casefold (text, -1) : NULL;

  for (guint i = 0; folded != NULL && wanted[i] != NULL; i++)
    if (strstr (folded, wanted[i]) != NULL)
      return TRUE;
  return FALSE;
}

/* "en" matches "en" and "en-GB". */
static gboolean
matches_language (const char *language, char **wanted)
{
  g_autofree char *folded = language != NULL ? g_utf8_casefold (language, -1) : NULL;

  for (guint i = 0; folded != NULL && wanted[i] != NULL; i++)
    {
      gsize length = strlen (wanted[i]);

      if (strncmp (folded, wanted[i], length) == 0
          && (folded[length] == '\0' || folded[length] == '-' || folded[length] == '_'))
        return TRUE;
    }
  return FALSE;
}

static gboolean
matches_extension (const char *path, char **wanted)
{
  const char *slash = strrchr (path, '/');
  const char *name = slash != NULL ? slash + 1 : path;
  const char *dot = strrchr (name, '.');
  g_autofree char *type = NULL;

  /* A leading dot makes a file hidden; it does not begin an extension. */
  if (dot == NULL || dot == name)
    return FALSE;
  if (g_strv_contains ((const char *const *) wanted, dot + 1))
    return TRUE;
  /* A compressed file is found both by the type of its content and as compressed. */
  type = quarry_store_dup_type (path);
  return type != NULL && g_strv_contains ((const char *const *) wanted, type);
}

/* Whole parts of the path are compared: "notes" matches "/home/a/notes/x.md" but not "/home/a/notes-old/x.md". A
 * filter may have several parts ("work/notes") or name the file itself ("notes/x.md"). */
static gboolean
matches_folder (const char *path, char **wanted)
{
  gsize path_length = strlen (path);

  for (guint i = 0; wanted[i] != NULL; i++)
    {
      const char *part = wanted[i];
      gsize length = strlen (part);
      gboolean absolute = part[0] == '/';

      while (length > 0 && part[length - 1] == '/')
        length--;
      if (length == 0)
        {
          if (absolute && path[0] == '/')
            return TRUE;
          continue;
        }
      for (gsize at = 0; at + length <= path_length; at++)
        {
          if (absolute && at > 0)
            break;
          if ((at == 0 || path[at - 1] == '/') && strncmp (path + at, part, length) == 0
              && (path[at + length] == '/' || path[at + length] == '\0'))
            return TRUE;
        }
    }
  return FALSE;
}

/* The columns of a row that filters look at. */
#define FILTERED_COLUMNS "id, path, title, author, language, " QUARRY_STORE_DATE

static gboolean
matches_dates (QuarryStatement *statement, const FoldedFilter *filter)
{
  gint64 date_ns = sqlite3_column_int64 (statement->stmt, 5);

  return (filter->after_ns == 0 || date_ns >= filter->after_ns)
         && (filter->before_ns == 0 || date_ns < filter->before_ns);
}

/* What is asked of the path, and of the title, which the file's name counts as too. */
static gboolean
matches_names (QuarryStatement *statement, const FoldedFilter *filter)
{
  g_autofree char *path = quarry_statement_dup_path (statement, 1);
  g_autofree char *display = g_filename_display_name (path);
  g_autofree char *folded_path = g_utf8_casefold (display, -1);
  g_autofree char *title = quarry_statement_dup_text (statement, 2);
  const char *slash = strrchr (folded_path, '/');

  if (filter->extensions != NULL && !matches_extension (folded_path, filter->extensions))
    return FALSE;
  if (filter->folders != NULL && !matches_folder (folded_path, filter->folders))
    return FALSE;
  return filter->titles == NULL || contains_any (title, filter->titles)
         || contains_any (slash != NULL ? slash + 1 : folded_path, filter->titles);
}

/* Every document is asked, so what costs little comes first, and nothing is made that the filter does not ask for. */
static gboolean
matches_filter (QuarryStatement *statement, const FoldedFilter *filter)
{
  g_autofree char *author = filter->authors != NULL ? quarry_statement_dup_text (statement, 3) : NULL;
  g_autofree char *language = filter->languages != NULL ? quarry_statement_dup_text (statement, 4) : NULL;

  return matches_dates (statement, filter)
         && (filter->languages == NULL || matches_language (language, filter->languages))
         && (filter->authors == NULL || contains_any (author, filter->authors))
         && ((filter->extensions == NULL && filter->folders == NULL && filter->titles == NULL)
             || matches_names (statement, filter));
}

static gboolean
allow_document (
    QuarryStore *self, gint64 document, GArray *bitmap, guint *n_allowed, GError **error)
{
  g_autoptr (QuarryStatement) statement
      = quarry_store_prepare (self, "SELECT id FROM passages WHERE document = ?1", error);
  int rc;

  if (statement == NULL)
    return FALSE;

  quarry_statement_bind_int64 (statement, 1, document);
  while ((rc = quarry_statement_step (statement, error)) == SQLITE_ROW)
    {
      gint64 id = sqlite3_column_int64 (statement->stmt, 0);

      if (id < 0 || id > QUARRY_STORE_MAX_PASSAGE)
        continue;
      if ((id >> 6) >= bitmap->len)
        g_array_set_size (bitmap, (id >> 6) + 1);
      g_array_index (bitmap, guint64, id >> 6) |= G_GUINT64_CONSTANT (1) << (id & 63);
      ++*n_allowed;
    }
  return rc == SQLITE_DONE;
}

/* The passages that @filter lets through, as a bitmap. */
static GArray *
list_allowed (QuarryStore *self, const FoldedFilter *filter, guint *n_allowed, GError **error)
{
  g_autoptr (QuarryStatement) statement
      = quarry_store_prepare (self, "SELECT " FILTERED_COLUMNS " FROM documents", error);
  g_autoptr (GArray) bitmap = g_array_new (FALSE, TRUE, sizeof (guint64));
  int rc;

  *n_allowed = 0;
  if (statement == NULL)
    return NULL;
  while ((rc = quarry_statement_step (statement, error)) == SQLITE_ROW)
    if (matches_filter (statement, filter)
        && !allow_document (self, sqlite3_column_int64 (statement->stmt, 0), bitmap, n_allowed, error))
      return NULL;
  return rc == SQLITE_DONE ? g_steal_pointer (&bitmap) : NULL;
}

struct _QuarryFiltered
{
  FoldedFilter filter;
  gint64 version; /* quarry_store_get_data_version() */
  GArray *bitmap;
  guint n_allowed;
};

void
quarry_filtered_free (QuarryFiltered *self)
{
  folded_filter_clear (&self->filter);
  g_clear_pointer (&self->bitmap, g_array_unref);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryFiltered, quarry_filtered_free)

/* While a query is typed, each letter asks for the same filter. What a connection that writes found could be rolled
 * back without a new version, so only the others keep it. */
GArray *
quarry_store_filter_passages (QuarryStore *self,
                              const QuarryStoreFilter *filter,
                              guint *n_allowed,
                              GError **error)
{
  g_autoptr (QuarryFiltered) found = NULL;
  const QuarryFiltered *kept;
  GArray *bitmap;

  g_return_val_if_fail (QUARRY_IS_STORE (self), NULL);

  kept = self->filtered;
  found = g_new0 (QuarryFiltered, 1);
  found->version = quarry_store_get_data_version (self);
  folded_filter_init (&found->filter, filter);
  if (kept == NULL || kept->version != found->version || !folded_filter_equal (&kept->filter, &found->filter))
    {
      found->bitmap = list_allowed (self, &found->filter, &found->n_allowed, error);
      if (found->bitmap == NULL)
        return NULL;
      kept = found;
    }

  if (n_allowed != NULL)
    *n_allowed = kept->n_allowed;
  bitmap = g_array_copy (kept->bitmap);
  if (kept == found && !self->writable)
    {
      g_clear_pointer (&self->filtered, quarry_filtered_free);
      self->filtered = g_steal_pointer (&found);
    }
  return bitmap;
}

GArray *
quarry_store_filter_documents (QuarryStore *self, const QuarryStoreFilter *filter, GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;
  g_autoptr (GArray) documents = NULL;
  g_auto (FoldedFilter) folded = { NULL };
  int rc;

  g_return_val_if_fail (QUARRY_IS_STORE (self), NULL);

  folded_filter_init (&folded, filter);
  statement = quarry_store_prepare (self,
                                    "SELECT " FILTERED_COLUMNS " FROM documents ORDER BY 6 DESC, id DESC",
                                    error);
  if (statement == NULL)
    return NULL;

  documents = g_array_new (FALSE, FALSE, sizeof (gint64));
  while ((rc = quarry_statement_step (statement, error)) == SQLITE_ROW)
    if (matches_filter (statement, &folded))
      {
        gint64 id = sqlite3_column_int64 (statement->stmt, 0);

        g_array_append_val (documents, id);
      }
  return rc == SQLITE_DONE ? g_steal_pointer (&documents) : NULL;
}
