/* quarry-lexical-index.c: the index's tables, adding and removing
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lexical holds the postings of exact words (folded) and no text. lexical_forms knows which words
 * share a stem, so that a query's word is looked up under all its forms, an exact phrase stays
 * exact, and a word that is being typed is completed to words rather than to stems.
 * lexical_passages remembers what was added: FTS5 believes blindly what it is told to remove.
 */
#include "quarry-config.h"

#include "core/lexical/quarry-lexical-private.h"

#include "core/document/quarry-words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* clang-format off */
G_DEFINE_QUARK (quarry-lexical-error-quark, quarry_lexical_error)
/* clang-format on */

void
quarry_lexical_set_error (sqlite3 *db, int rc, GError **error)
{
  const char *file = sqlite3_db_filename (db, "main");
  g_autofree char *name = g_filename_display_name (file != NULL ? file : "");

  switch (rc & 0xff)
    {
    case SQLITE_INTERRUPT:
      g_set_error_literal (
          error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("The operation was cancelled."));
      return;

    case SQLITE_CORRUPT:
      g_set_error (error,
                   QUARRY_LEXICAL_ERROR,
                   QUARRY_LEXICAL_ERROR_DAMAGED,
                   _ ("The index of words in “%s” is damaged. Have it made anew: the texts are "
                      "still there."),
                   name);
      return;

    case SQLITE_FULL:
      g_set_error (error,
                   QUARRY_LEXICAL_ERROR,
                   QUARRY_LEXICAL_ERROR_FULL,
                   _ ("There is no space left for “%s”. Free some space on its disk and try "
                      "again; what was in the library is still there."),
                   name);
      return;

    default:
      g_set_error (error,
                   QUARRY_LEXICAL_ERROR,
                   QUARRY_LEXICAL_ERROR_FAILED,
                   _ ("The index of words in “%s” cannot be used: %s. Try again."),
                   name,
                   sqlite3_errmsg (db));
      return;
    }
}

static gboolean
check_result (QuarryLexicalIndex *self, int rc, GError **error)
{
  if (rc == SQLITE_OK || rc == SQLITE_DONE || rc == SQLITE_ROW)
    return TRUE;
  quarry_lexical_set_error (self->db, rc, error);
  return FALSE;
}

static gboolean
execute (QuarryLexicalIndex *self, const char *sql, GError **error)
{
  return check_result (self, sqlite3_exec (self->db, sql, NULL, NULL, NULL), error);
}

/* Steps a statement that gives no rows, and makes it ready for the next time. */
static gboolean
run (QuarryLexicalIndex *self, sqlite3_stmt *stmt, GError **error)
{
  gboolean done = check_result (self, sqlite3_step (stmt), error);

  sqlite3_reset (stmt);
  sqlite3_clear_bindings (stmt);
  return done;
}

/* --- Opening --------------------------------------------------------------------------------- */

static const char schema[]
    = "CREATE VIRTUAL TABLE lexical USING fts5 (title, heading, text, content = '', tokenize = "
      "'quarry');"
      "CREATE TABLE lexical_forms (stem TEXT NOT NULL, form TEXT NOT NULL, PRIMARY KEY (stem, "
      "form))"
      " STRICT, WITHOUT ROWID;"
      "CREATE TABLE lexical_passages (slot INTEGER PRIMARY KEY, digest INTEGER NOT NULL) STRICT;";

static gboolean
prepare (QuarryLexicalIndex *self, GError **error)
{
  const struct
  {
    sqlite3_stmt **stmt;
    const char *sql;
  } statements[] = {
    { &self->insert, "INSERT INTO lexical (rowid, title, heading, text) VALUES (?1, ?2, ?3, ?4)" },
    { &self->delete,
      "INSERT INTO lexical (lexical, rowid, title, heading, text) VALUES ('delete', ?1, ?2, ?3, "
      "?4)" },
    { &self->get_digest, "SELECT digest FROM lexical_passages WHERE slot = ?1" },
    { &self->set_digest, "INSERT INTO lexical_passages (slot, digest) VALUES (?1, ?2)" },
    { &self->unset_digest, "DELETE FROM lexical_passages WHERE slot = ?1" },
    { &self->add_form, "INSERT OR IGNORE INTO lexical_forms (stem, form) VALUES (?1, ?2)" },
    { &self->list_forms, "SELECT form FROM lexical_forms WHERE stem = ?1 ORDER BY form" },
    { &self->count_matches, "SELECT count(*) FROM lexical WHERE lexical MATCH ?1" },
    { &self->count_passages, "SELECT count(*) FROM lexical_passages" },
    { &self->complete, "SELECT term, doc FROM temp.lexical_words WHERE term >= ?1 AND term < ?2" },
    { &self->data_version, "PRAGMA main.data_version" },
    { &self->search,
      "SELECT rowid, quarry_score (lexical, ?2) FROM lexical WHERE lexical MATCH ?1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (statements); i++)
    if (!check_result (self,
                       sqlite3_prepare_v3 (self->db,
                                           statements[i].sql,
                                           -1,
                                           SQLITE_PREPARE_PERSISTENT,
                                           statements[i].stmt,
                                           NULL),
                       error))
      return FALSE;
  return TRUE;
}

static void
finalize (QuarryLexicalIndex *self)
{
  sqlite3_stmt **statements[] = {
    &self->insert,         &self->delete,   &self->get_digest,   &self->set_digest,
    &self->unset_digest,   &self->add_form, &self->list_forms,   &self->count_matches,
    &self->count_passages, &self->complete, &self->data_version, &self->search,
  };

  for (guint i = 0; i < G_N_ELEMENTS (statements); i++)
    g_clear_pointer (statements[i], sqlite3_finalize);
}

static int
count_tables (QuarryLexicalIndex *self, GError **error)
{
  sqlite3_stmt *stmt = NULL;
  int count = -1;

  if (check_result (
          self,
          sqlite3_prepare_v2 (self->db,
                              "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND"
                              " name IN ('lexical', 'lexical_forms', 'lexical_passages')",
                              -1,
                              &stmt,
                              NULL),
          error)
      && check_result (self, sqlite3_step (stmt), error))
    count = sqlite3_column_int (stmt, 0);
  sqlite3_finalize (stmt);
  return count;
}

/* Tables and what hangs on them are dropped and made again, so that damage goes with them. */
static gboolean
make_tables (QuarryLexicalIndex *self, GError **error)
{
  finalize (self);
  return execute (self,
                  "DROP TABLE IF EXISTS lexical;"
                  "DROP TABLE IF EXISTS lexical_forms;"
                  "DROP TABLE IF EXISTS lexical_passages;",
                  error)
         && execute (self, schema, error);
}

QuarryLexicalIndex *
quarry_lexical_index_open (sqlite3 *db, gboolean create, GError **error)
{
  g_autoptr (QuarryLexicalIndex) self = NULL;
  int n_tables;

  g_return_val_if_fail (db != NULL, NULL);

  self = g_new0 (QuarryLexicalIndex, 1);
  self->db = db;
  self->seen_version = -1;
  self->frequencies = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->completions
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);

  if (!quarry_lexical_register (db, error))
    return NULL;

  n_tables = count_tables (self, error);
  if (n_tables < 0)
    return NULL;
  if (n_tables < 3 && !create)
    {
      const char *file = sqlite3_db_filename (db, "main");
      g_autofree char *name = g_filename_display_name (file != NULL ? file : "");

      g_set_error (error,
                   QUARRY_LEXICAL_ERROR,
                   QUARRY_LEXICAL_ERROR_MISSING,
                   _ ("There is no index of words in “%s”. Have it made anew."),
                   name);
      return NULL;
    }
  if (n_tables < 3)
    {
      gboolean alone = sqlite3_get_autocommit (db) != 0;

      if (alone && !execute (self, "BEGIN IMMEDIATE", error))
        return NULL;
      /* Another process may have made them meanwhile. */
      if ((count_tables (self, NULL) != 3 && !make_tables (self, error))
          || (alone && !execute (self, "COMMIT", error)))
        {
          if (alone && sqlite3_get_autocommit (db) == 0)
            sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL);
          return NULL;
        }
    }

  if (!execute (self,
                "CREATE VIRTUAL TABLE IF NOT EXISTS temp.lexical_words"
                " USING fts5vocab (main, lexical, row)",
                error)
      || !prepare (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
quarry_lexical_index_free (QuarryLexicalIndex *self)
{
  if (self == NULL)
    return;

  finalize (self);
  g_hash_table_unref (self->frequencies);
  g_hash_table_unref (self->completions);
  g_free (self);
}

gboolean
quarry_lexical_index_clear (QuarryLexicalIndex *self, GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return make_tables (self, error) && prepare (self, error);
}

/* --- Adding and removing --------------------------------------------------------------------- */

/* FNV-1a over the three strings and their ends. */
static gint64
make_digest (const char *const texts[3])
{
  guint64 digest = G_GUINT64_CONSTANT (14695981039346656037);

  for (guint i = 0; i < 3; i++)
    for (const char *p = texts[i];; p++)
      {
        digest = (digest ^ (guchar)*p) * G_GUINT64_CONSTANT (1099511628211);
        if (*p == '\0')
          break;
      }
  return (gint64)digest;
}

static gboolean
find_digest (
    QuarryLexicalIndex *self, guint32 slot, gboolean *found, gint64 *digest, GError **error)
{
  int rc;

  sqlite3_bind_int64 (self->get_digest, 1, slot);
  rc = sqlite3_step (self->get_digest);
  *found = rc == SQLITE_ROW;
  *digest = *found ? sqlite3_column_int64 (self->get_digest, 0) : 0;
  sqlite3_reset (self->get_digest);
  return check_result (self, rc, error);
}

static gboolean
run_with_texts (QuarryLexicalIndex *self,
                sqlite3_stmt *stmt,
                guint32 slot,
                const char *const texts[3],
                GError **error)
{
  int rc = sqlite3_bind_int64 (stmt, 1, slot);

  for (int i = 0; rc == SQLITE_OK && i < 3; i++)
    rc = sqlite3_bind_text64 (stmt, 2 + i, texts[i], strlen (texts[i]), SQLITE_STATIC, SQLITE_UTF8);
  if (rc != SQLITE_OK)
    {
      sqlite3_clear_bindings (stmt);
      return check_result (self, rc, error);
    }
  return run (self, stmt, error);
}

/* Words that differ from their stem are kept with it, each once. */
static gboolean
add_forms (QuarryLexicalIndex *self, const char *const texts[3], GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < 3; i++)
    {
      g_auto (QuarryWords) words = { NULL };
      QuarrySpan span;
      const char *folded;
      gsize length;

      quarry_words_init (&words, texts[i], -1);
      while (quarry_words_next (&words, &span, &folded, &length))
        {
          char form[QUARRY_LEXICAL_MAX_WORD + 1];
          char stem[QUARRY_LEXICAL_MAX_WORD + 1];

          length = quarry_lexical_word_length (folded, length);
          quarry_lexical_stem (folded, length, stem, sizeof stem);
          if (strlen (stem) == length && memcmp (stem, folded, length) == 0)
            continue;

          memcpy (form, folded, length);
          form[length] = '\0';
          if (g_hash_table_contains (seen, form))
            continue;
          g_hash_table_add (seen, g_strdup (form));

          sqlite3_bind_text (self->add_form, 1, stem, -1, SQLITE_STATIC);
          sqlite3_bind_text (self->add_form, 2, form, -1, SQLITE_STATIC);
          if (!run (self, self->add_form, error))
            return FALSE;
        }
    }
  return TRUE;
}

gboolean
quarry_lexical_index_add (QuarryLexicalIndex *self,
                          guint32 slot,
                          const char *title,
                          const char *heading,
                          const char *text,
                          GError **error)
{
  const char *texts[3]
      = { title != NULL ? title : "", heading != NULL ? heading : "", text != NULL ? text : "" };
  gboolean taken;
  gint64 digest;

  g_return_val_if_fail (self != NULL, FALSE);

  if (!find_digest (self, slot, &taken, &digest, error))
    return FALSE;
  if (taken)
    {
      g_set_error (error,
                   QUARRY_LEXICAL_ERROR,
                   QUARRY_LEXICAL_ERROR_MISMATCH,
                   _ ("Passage %u is in the index of words already. Have the index made anew."),
                   slot);
      return FALSE;
    }

  sqlite3_bind_int64 (self->set_digest, 1, slot);
  sqlite3_bind_int64 (self->set_digest, 2, make_digest (texts));
  return run (self, self->set_digest, error)
         && run_with_texts (self, self->insert, slot, texts, error)
         && add_forms (self, texts, error);
}

gboolean
quarry_lexical_index_remove (QuarryLexicalIndex *self,
                             guint32 slot,
                             const char *title,
                             const char *heading,
                             const char *text,
                             GError **error)
{
  const char *texts[3]
      = { title != NULL ? title : "", heading != NULL ? heading : "", text != NULL ? text : "" };
  gboolean found;
  gint64 digest;

  g_return_val_if_fail (self != NULL, FALSE);

  if (!find_digest (self, slot, &found, &digest, error))
    return FALSE;
  if (!found)
    return TRUE;
  if (digest != make_digest (texts))
    {
      g_set_error (
          error,
          QUARRY_LEXICAL_ERROR,
          QUARRY_LEXICAL_ERROR_MISMATCH,
          _ ("Passage %u in the index of words holds another text. Have the index made anew."),
          slot);
      return FALSE;
    }

  sqlite3_bind_int64 (self->unset_digest, 1, slot);
  return run (self, self->unset_digest, error)
         && run_with_texts (self, self->delete, slot, texts, error);
}

/* --- Check ----------------------------------------------------------------------------------- */

static gboolean
count (QuarryLexicalIndex *self, const char *sql, gint64 *number, GError **error)
{
  sqlite3_stmt *stmt = NULL;
  gboolean done = FALSE;

  if (check_result (self, sqlite3_prepare_v2 (self->db, sql, -1, &stmt, NULL), error)
      && check_result (self, sqlite3_step (stmt), error))
    {
      *number = sqlite3_column_int64 (stmt, 0);
      done = TRUE;
    }
  sqlite3_finalize (stmt);
  return done;
}

gboolean
quarry_lexical_index_check (QuarryLexicalIndex *self, GError **error)
{
  gint64 n_strangers;
  gint64 ignored;

  g_return_val_if_fail (self != NULL, FALSE);

  if (!count (self,
              "SELECT (SELECT count(*) FROM lexical_passages WHERE slot NOT IN"
              "        (SELECT id FROM lexical_docsize)) +"
              "       (SELECT count(*) FROM lexical_docsize WHERE id NOT IN"
              "        (SELECT slot FROM lexical_passages))",
              &n_strangers,
              error))
    return FALSE;
  if (n_strangers > 0)
    {
      quarry_lexical_set_error (self->db, SQLITE_CORRUPT, error);
      return FALSE;
    }

  /* FTS5's own check is a command and wants to write; without that right every list is read. */
  if (sqlite3_db_readonly (self->db, "main") == 1)
    return count (self, "SELECT sum(doc) FROM temp.lexical_words", &ignored, error);
  return execute (self, "INSERT INTO lexical (lexical) VALUES ('integrity-check')", error);
}
