/* quarry-library-words.c: the word index, kept in step with the database
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The index follows from the stored texts. Whoever changes documents also changes the index at once; changes by other
 * processes are found by comparing slots, which are never reused. The file is marked with the library's identity and
 * the state of the database; if that is still the current state when the file is opened, nothing has to be compared.
 */
#include "quarry-config.h"

#include "core/library/quarry-library-private.h"

#include <glib/gi18n-lib.h>
#include <malloc.h>
#include <string.h>

#include "core/document/quarry-language.h"
#include "core/files/quarry-path.h"
#include "core/library/import/quarry-prepared.h"
#include "core/library/quarry-library-indexes-private.h"

char *
quarry_library_words_path (QuarryLibrary *self)
{
  return g_build_filename (self->folder, "words.index", NULL);
}

/* A name for the state that @store sees; call within a transaction. It contains counts and a time beside the
 * generation, because a library that was restored from a copy uses the same generations again. NULL on error. */
static char *
name_state (QuarryStore *store, gint64 *generation)
{
  g_autofree char *text = quarry_store_get_string (store, "generation", NULL);
  QuarryStoreCounts counts;
  g_autoptr (GPtrArray) newest = NULL;
  gint64 imported_at = 0;

  if (text == NULL || !quarry_store_count (store, &counts, NULL)
      || (newest = quarry_store_list_documents (store, NULL, TRUE, 1, NULL)) == NULL)
    return NULL;
  if (newest->len > 0)
    imported_at = ((const QuarryDocumentRecord *) newest->pdata[0])->imported_at;
  *generation = g_ascii_strtoll (text, NULL, 10);
  return g_strdup_printf ("%s:%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT ":%" G_GINT64_FORMAT, text,
                          counts.passages, counts.text_bytes, imported_at);
}

/* The mark for a file. @state: "" where the file agrees with no state. */
static char *
make_mark (const char *identity, const char *state)
{
  return *identity != '\0' ? g_strconcat (identity, " ", state, NULL) : g_strdup (state);
}

/* Whether a file with this mark belongs to the library. Where the library has no identity yet, the file must have
 * none either. */
static gboolean
is_own (const char *mark, const char *identity)
{
  const char *space = strchr (mark, ' ');
  gsize length = space != NULL ? (gsize) (space - mark) : 0;

  return length == strlen (identity) && strncmp (mark, identity, length) == 0;
}

char *
quarry_indexed_name (const char *path, const char *title)
{
  char *name = quarry_path_display_name (path);
  const char *behind = name + strspn (name, "0123456789");

  /* Mails in a mailbox are numbered, and all numbers change where one is deleted. */
  if (title != NULL && *title != '\0' && (*behind == '.' || *behind == '\0'))
    *name = '\0';
  return name;
}

/* Removing a passage must give the same words as adding it, so both use this. */
char *
quarry_indexed_title (const QuarryDocumentRecord *record)
{
  return record->title != NULL && *record->title != '\0' ? g_strdup (record->title)
                                                         : quarry_indexed_name (record->path, NULL);
}

/* So many bytes of what a document states about itself are indexed: pages of the web may state a great deal. */
#define MOST_STATED 1000

char *
quarry_indexed_heading (const QuarryPassageRecord *passage, const QuarryDocumentRecord *record)
{
  g_autoptr (GString) heading = g_string_new (passage->heading);

  g_strdelimit (heading->str, "\x1f", ' ');
  if (passage->ordinal == 0 && record != NULL)
    {
      g_autofree char *name
          = record->title != NULL && *record->title != '\0' ? quarry_indexed_name (record->path, record->title) : NULL;
      const char *const parts[] = { name, record->author, record->keywords };

      for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
        if (parts[i] != NULL)
          {
            const char *end;

            g_utf8_validate_len (parts[i], MIN (strlen (parts[i]), MOST_STATED), &end);
            g_string_append_c (heading, ' ');
            g_string_append_len (heading, parts[i], end - parts[i]);
          }
    }
  return g_string_free (g_steal_pointer (&heading), FALSE);
}

const char *
quarry_indexed_language (const QuarryPassageRecord *passage, const char *document)
{
  return quarry_language_of_passage (passage->text, strlen (passage->text), document);
}

typedef struct
{
  QuarryLexicalIndex *words;
  QuarryStore *store;
  QuarryDocumentRecord *document; /* that of the passage before, to load each only once */
} Completing;

static gboolean
add_missing_cb (const QuarryPassageRecord *passage, const char *title, gpointer user_data)
{
  Completing *completing = user_data;
  g_autofree char *heading = NULL;

  if (quarry_lexical_index_holds (completing->words, (guint32) passage->id))
    return TRUE;

  if (completing->document == NULL || completing->document->id != passage->document)
    {
      quarry_document_record_free (completing->document);
      completing->document = quarry_store_get_document (completing->store, passage->document, NULL);
    }
  heading = quarry_indexed_heading (passage, completing->document);
  quarry_lexical_index_add (completing->words, (guint32) passage->id, title, heading, passage->text,
                            quarry_indexed_language (
                                passage, completing->document != NULL ? completing->document->language : NULL));
  return TRUE;
}

gboolean
quarry_library_complete_words (QuarryLexicalIndex *words,
                               QuarryStore *store,
                               guint *n_changed,
                               GError **error)
{
  g_autoptr (GArray) ids = quarry_store_list_passage_ids (store, error);
  g_autoptr (GArray) slots = NULL;
  g_autoptr (GArray) gone = g_array_new (FALSE, FALSE, sizeof (guint32));
  Completing completing = { words, store, NULL };
  gint64 first_missing = -1;
  guint next = 0;
  gboolean complete;

  *n_changed = 0;
  if (ids == NULL)
    return FALSE;

  slots = quarry_lexical_index_list_slots (words);
  for (guint i = 0; i < ids->len; i++)
    {
      gint64 id = g_array_index (ids, gint64, i);

      for (; next < slots->len && g_array_index (slots, guint32, next) < id; next++)
        g_array_append_val (gone, g_array_index (slots, guint32, next));
      if (next < slots->len && g_array_index (slots, guint32, next) == id)
        {
          next++;
          continue;
        }
      if (first_missing < 0)
        first_missing = id;
      ++*n_changed;
    }
  for (; next < slots->len; next++)
    g_array_append_val (gone, g_array_index (slots, guint32, next));

  *n_changed += gone->len;
  quarry_lexical_index_remove_all (words, (const guint32 *) (gpointer) gone->data, gone->len);
  if (first_missing < 0)
    return TRUE;
  complete
      = quarry_store_foreach_passage (store, first_missing - 1, add_missing_cb, &completing, error);
  quarry_document_record_free (completing.document);
  return complete;
}

static void
note_slots (QuarryLibrary *self, QuarryLexicalIndex *words)
{
  g_autoptr (GArray) slots = quarry_lexical_index_list_slots (words);

  if (slots->len > 0)
    quarry_library_note_number (self, g_array_index (slots, guint32, slots->len - 1));
}

QuarryLexicalIndex *
quarry_library_open_words (QuarryLibrary *self,
                           QuarryStore *store,
                           guint *n_changed,
                           gboolean *is_new,
                           GError **error)
{
  g_autofree char *path = quarry_library_words_path (self);
  g_autofree char *identity = quarry_library_dup_identity (store, error);
  g_autofree char *state = NULL;
  g_autofree char *mark = NULL;
  g_autofree char *expected = NULL;
  g_autoptr (GError) local = NULL;
  g_autoptr (QuarryLexicalIndex) words = NULL;
  gint64 generation;

  if (identity == NULL)
    return NULL;
  words = quarry_lexical_index_open (path, &local);
  *n_changed = 0;
  *is_new = words == NULL && !g_error_matches (local, QUARRY_LEXICAL_ERROR, QUARRY_LEXICAL_ERROR_FILE);
  if (words != NULL)
    {
      mark = quarry_lexical_index_dup_mark (words);
      state = name_state (store, &generation);
      expected = state != NULL ? make_mark (identity, state) : NULL;
      if (g_strcmp0 (mark, expected) == 0)
        return g_steal_pointer (&words);
    }
  else if (!g_error_matches (local, QUARRY_LEXICAL_ERROR, QUARRY_LEXICAL_ERROR_MISSING))
    g_message (_("%s It is made anew."), local->message);
  if (words != NULL && is_own (mark, identity))
    note_slots (self, words);
  else
    {
      *is_new = *is_new || words != NULL;
      g_clear_pointer (&words, quarry_lexical_index_unref);
      words = quarry_lexical_index_new ();
    }
  return quarry_library_complete_words (words, store, n_changed, error) ? g_steal_pointer (&words)
                                                                         : NULL;
}

void
quarry_library_restore_words (QuarryLibrary *self)
{
  g_autoptr (QuarryIndexes) indexes = quarry_library_current_indexes (self);
  g_autoptr (GError) error = NULL;
  guint n_changed;

  if (!quarry_store_begin_read (self->writer, &error)
      || !quarry_library_complete_words (indexes->words, self->writer, &n_changed, &error))
    g_debug ("the index of words is behind: %s", error->message);
  quarry_store_rollback (self->writer);
}

gboolean
quarry_library_save_words (QuarryLibrary *self, QuarryStore *store, QuarryIndexes *indexes, GError **error)
{
  g_autofree char *path = quarry_library_words_path (self);
  g_autofree char *identity = NULL;
  g_autofree char *state = NULL;
  g_autofree char *mark = NULL;
  g_autoptr (GError) local = NULL;
  gint64 generation = -1;

  /* If the folder now holds another library, that would take the file for its own. */
  if (quarry_store_has_moved (store) || (identity = quarry_library_dup_identity (store, NULL)) == NULL)
    return TRUE;
  /* The transaction may be rolled back while the file keeps its passages, so their ids must not be used again. */
  quarry_library_note_number (self, quarry_store_get_last_id (store, NULL));
  /* Where another process has just written, the index agrees with no state: the file gets no state in its mark, and
   * is compared when it is opened. */
  if (quarry_store_begin_read (store, NULL))
    {
      state = name_state (store, &generation);
      quarry_store_rollback (store);
    }
  mark = make_mark (identity, state != NULL && generation == self->generation ? state : "");
  if (quarry_lexical_index_save (indexes->words, path, mark, &local))
    return TRUE;
  g_debug ("the index of words is not kept: %s", local->message);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gpointer
tidy_words_thread (gpointer data)
{
  g_autoptr (QuarryLexicalIndex) words = data;

  /* The threads of the import have left free memory in heaps of their own, which the rest of the work does not use. */
  malloc_trim (0);
  quarry_lexical_index_tidy (words);
  return NULL;
}

GThread *
quarry_library_begin_tidying_words (QuarryLibrary *self)
{
  g_autoptr (QuarryIndexes) indexes = quarry_library_current_indexes (self);

  return g_thread_new ("tidy-words", tidy_words_thread, quarry_lexical_index_ref (indexes->words));
}

void
quarry_library_tidy_words (QuarryLibrary *self)
{
  g_autoptr (QuarryIndexes) indexes = quarry_library_current_indexes (self);

  if (!quarry_lexical_index_settle (indexes->words))
    return;
  g_rec_mutex_lock (&self->write_lock);
  quarry_library_save_words (self, self->writer, indexes, NULL);
  g_rec_mutex_unlock (&self->write_lock);
}

char **
quarry_library_suggest (QuarryLibrary *self, const char *text, guint limit, GError **error)
{
  QuarryStore *connection = quarry_library_borrow (self, error);
  g_autoptr (QuarryIndexes) indexes = NULL;

  if (connection == NULL)
    return NULL;
  if (quarry_store_begin_read (connection, error))
    indexes = quarry_library_get_indexes (self, connection, error);
  quarry_library_give_back (self, connection);

  return indexes != NULL ? quarry_lexical_index_suggest (indexes->words, text, limit) : NULL;
}
