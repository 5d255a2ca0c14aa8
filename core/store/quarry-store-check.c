/* quarry-store-check.c: verifies the library's database
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/store/quarry-store-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static void G_GNUC_PRINTF (2, 3) add_problem (GPtrArray *problems, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_ptr_array_add (problems, g_strdup_vprintf (format, args));
  va_end (args);
}

/* A damaged page ends a query with an error. That is a result of the check and does not make it fail. */
static gboolean
note_damage (GError *found, GPtrArray *problems, GError **error)
{
  if (!g_error_matches (found, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_DAMAGED))
    {
      g_propagate_error (error, found);
      return FALSE;
    }
  g_ptr_array_add (problems, g_strdup (found->message));
  g_error_free (found);
  return TRUE;
}

static gboolean
check_file (QuarryStore *self, GPtrArray *problems, GError **error)
{
  g_autofree char *name = g_filename_display_name (self->path);
  g_autoptr (QuarryStatement) statement = NULL;
  GError *found = NULL;
  int rc;

  statement = quarry_store_prepare (self, "PRAGMA integrity_check(20)", &found);
  if (statement == NULL)
    return note_damage (found, problems, error);

  while ((rc = quarry_statement_step (statement, &found)) == SQLITE_ROW)
    {
      g_autofree char *text = quarry_statement_dup_text (statement, 0);

      if (g_strcmp0 (text, "ok") != 0)
        add_problem (problems, _ ("“%s” is damaged: %s."), name, text);
    }
  return rc == SQLITE_DONE || note_damage (found, problems, error);
}

static gboolean
check_references (QuarryStore *self, GPtrArray *problems, GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;
  GError *found = NULL;
  int rc;

  statement = quarry_store_prepare (self, "PRAGMA foreign_key_check", &found);
  if (statement == NULL)
    return note_damage (found, problems, error);

  while ((rc = quarry_statement_step (statement, &found)) == SQLITE_ROW)
    {
      g_autofree char *table = quarry_statement_dup_text (statement, 0);

      add_problem (problems, _ ("A row of “%s” belongs to a document that is not there."), table);
    }
  return rc == SQLITE_DONE || note_damage (found, problems, error);
}

/* No passage may have an id above the counter, as ids would then be given out a second time. */
static gboolean
check_counter (QuarryStore *self, GPtrArray *problems, GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;
  GError *found = NULL;
  int rc;

  statement = quarry_store_prepare (
      self,
      "SELECT coalesce((SELECT max(id) FROM passages), 0)"
      " > coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'passages'), 0)",
      &found);
  if (statement == NULL)
    return note_damage (found, problems, error);

  rc = quarry_statement_step (statement, &found);
  if (rc != SQLITE_ROW)
    return note_damage (found, problems, error);
  if (sqlite3_column_int (statement->stmt, 0) != 0)
    add_problem (problems, _ ("The counter of passages lies below a passage that is there."));
  return TRUE;
}

static gboolean
is_boundary (const char *text, gsize length, guint32 offset)
{
  return offset == length || (offset < length && ((guchar) text[offset] & 0xc0) != 0x80);
}

gboolean
quarry_store_segments_fit (const GArray *segments, const char *text, gsize length)
{
  guint32 previous = 0;

  for (guint i = 0; i < segments->len; i++)
    {
      QuarrySpan span = g_array_index (segments, QuarrySpan, i);

      if (span.start < previous || span.end < span.start || span.end > length
          || !is_boundary (text, length, span.start) || !is_boundary (text, length, span.end))
        return FALSE;
      previous = span.end;
    }
  return TRUE;
}

/* Whether the passage was stored with the headings that it stands under. */
static gboolean
heading_fits (const QuarryPassageRecord *passage, QuarryDocument *document)
{
  g_auto (GStrv) path = quarry_document_heading_path (document, passage->bytes.start);
  g_autofree char *heading = g_strjoinv ("\x1f", path);

  return strcmp (passage->heading, heading) == 0;
}

static gboolean
passage_fits (const QuarryPassageRecord *passage,
              QuarryDocument *document,
              const char *text,
              gsize length,
              guint n_segments)
{
  QuarrySpan bytes = passage->bytes;

  return bytes.start <= bytes.end && bytes.end <= length && is_boundary (text, length, bytes.start)
         && is_boundary (text, length, bytes.end) && passage->segment < n_segments
         && passage->characters.start == quarry_document_characters_at (document, bytes.start)
         && passage->characters.end == quarry_document_characters_at (document, bytes.end)
         && passage->page == quarry_document_page_at (document, bytes.start) && heading_fits (passage, document);
}

static gboolean
check_document (QuarryStore *self,
                const QuarryDocumentRecord *record,
                gint64 text_bytes,
                gint64 kept_bytes,
                GPtrArray *problems,
                GError **error)
{
  g_autofree char *name = g_filename_display_name (record->path);
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GArray) segments = NULL;
  g_autoptr (GPtrArray) passages = NULL;
  GError *found = NULL;
  const char *text;
  gsize length;

  document = quarry_store_load_document (self, record->id, &found);
  if (document == NULL)
    {
      if (found != NULL && !g_error_matches (found, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_DAMAGED))
        {
          g_propagate_error (error, found);
          return FALSE;
        }
      add_problem (problems, _ ("The text of “%s” is missing or damaged; import it again."), name);
      g_clear_error (&found);
      return TRUE;
    }
  text = quarry_document_get_text (document, &length);
  if (text_bytes != (gint64) length || kept_bytes != (gint64) length)
    add_problem (
        problems, _ ("The text of “%s” is not as long as it should be; import it again."), name);

  segments = quarry_store_load_segments (self, record->id, &found);
  if (segments == NULL)
    return note_damage (found, problems, error);
  if (!quarry_store_segments_fit (segments, text, length))
    add_problem (problems, _ ("The segments of “%s” do not fit its text; import it again."), name);

  passages = quarry_store_list_passages (self, record->id, &found);
  if (passages == NULL)
    return note_damage (found, problems, error);
  if (passages->len != record->n_passages)
    add_problem (problems,
                 _ ("“%s” has %u passages and should have %u; import it again."),
                 name,
                 passages->len,
                 record->n_passages);
  for (guint i = 0; i < passages->len; i++)
    if (!passage_fits (g_ptr_array_index (passages, i), document, text, length, segments->len))
      {
        add_problem (
            problems, _ ("The passages of “%s” do not fit its text; import it again."), name);
        break;
      }
  return TRUE;
}

static gboolean
check_documents (QuarryStore *self, GPtrArray *problems, GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;
  GError *found = NULL;
  int rc;

  statement = quarry_store_prepare (
      self,
      "SELECT id, path, n_passages, text_bytes, n_bytes - text_start"
      " FROM documents LEFT JOIN contents ON contents.document = documents.id",
      &found);
  if (statement == NULL)
    return note_damage (found, problems, error);

  while ((rc = quarry_statement_step (statement, &found)) == SQLITE_ROW)
    {
      g_autoptr (QuarryDocumentRecord) record = g_new0 (QuarryDocumentRecord, 1);

      record->id = sqlite3_column_int64 (statement->stmt, 0);
      record->path = quarry_statement_dup_path (statement, 1);
      record->n_passages = (guint) sqlite3_column_int64 (statement->stmt, 2);
      if (!check_document (self,
                           record,
                           sqlite3_column_int64 (statement->stmt, 3),
                           sqlite3_column_int64 (statement->stmt, 4),
                           problems,
                           error))
        return FALSE;
    }
  return rc == SQLITE_DONE || note_damage (found, problems, error);
}

/* After the documents: these tell which dictionaries they need. */
static gboolean
check_dictionaries (QuarryStore *self, GPtrArray *problems, GError **error)
{
  for (guint id = 1; id <= QUARRY_STORE_MOST_DICTIONARIES; id++)
    {
      GError *found = NULL;

      if (!quarry_store_check_dictionary (self, id, &found) && !note_damage (found, problems, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
quarry_store_check (QuarryStore *self, GPtrArray *problems, GError **error)
{
  g_return_val_if_fail (QUARRY_IS_STORE (self) && problems != NULL, FALSE);

  return check_file (self, problems, error) && check_references (self, problems, error)
         && check_counter (self, problems, error) && check_documents (self, problems, error)
         && check_dictionaries (self, problems, error);
}
