/* quarry-lexical-index.h: best passages by the words they hold
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * BM25 over title, headings and text of passages, stemmed. This implementation keeps SQLite's
 * FTS5 in the library's own database, so that its changes belong to the caller's transaction;
 * it is the only room beside core/store that speaks SQL, and only to its own table.
 *
 * Words are those of core/document/quarry-words.h, stemmed by Snowball, through a tokenizer that
 * the index registers on its connection. Threads: as the connection's; one index a connection.
 */
#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

G_BEGIN_DECLS

#define QUARRY_LEXICAL_ERROR (quarry_lexical_error_quark ())

typedef enum
{
  QUARRY_LEXICAL_ERROR_MISSING,  /* there is no index in the database yet */
  QUARRY_LEXICAL_ERROR_DAMAGED,  /* clear it and add everything again */
  QUARRY_LEXICAL_ERROR_MISMATCH, /* the slot holds something else than was said */
  QUARRY_LEXICAL_ERROR_FULL,     /* no space on the device */
  QUARRY_LEXICAL_ERROR_FAILED,   /* anything else SQLite says */
} QuarryLexicalError;

GQuark quarry_lexical_error_quark (void);

typedef struct
{
  guint32 slot;
  float score; /* BM25, greater is better, above 0 */
} QuarryLexicalMatch;

/* A query, taken apart: nothing in it is ever read as syntax. Words that are stop words do not
 * rank unless the query has no others. A word of the text stands for all forms of its stem, a
 * phrase (of one word, too) for itself alone; an excluded word excludes what it would have found. */
typedef struct
{
  const char *text;            /* free words, any of which may match */
  const char *const *phrases;  /* NULL-terminated or NULL: each must stand as it is */
  const char *const *excluded; /* NULL-terminated or NULL: words or phrases that must not */
  gboolean last_is_prefix;     /* the last word of text is still being typed */
} QuarryLexicalQuery;

typedef struct _QuarryLexicalIndex QuarryLexicalIndex;

/* Makes the index's table where it is missing and @create is set. @db must outlive the index. */
QuarryLexicalIndex *quarry_lexical_index_open (sqlite3 *db, gboolean create, GError **error);
void quarry_lexical_index_free (QuarryLexicalIndex *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryLexicalIndex, quarry_lexical_index_free)

/* Both inside a transaction of the caller's. Adding fails with MISMATCH where the slot is taken.
 * Removing takes the very texts that were added, else it fails with MISMATCH and removes nothing; it
 * does nothing where the slot is empty. Strings may be NULL. */
gboolean quarry_lexical_index_add (QuarryLexicalIndex *self,
                                   guint32 slot,
                                   const char *title,
                                   const char *heading,
                                   const char *text,
                                   GError **error);
gboolean quarry_lexical_index_remove (QuarryLexicalIndex *self,
                                      guint32 slot,
                                      const char *title,
                                      const char *heading,
                                      const char *text,
                                      GError **error);

/* Empties the index, whatever state it is in. Inside a transaction of the caller's. */
gboolean quarry_lexical_index_clear (QuarryLexicalIndex *self, GError **error);

/* Verifies the index against itself; DAMAGED where it does not hold together. */
gboolean quarry_lexical_index_check (QuarryLexicalIndex *self, GError **error);

/* The @k best, best first, ties by lower slot. @allowed and @n_words: a bitmap of slots as in
 * quarry_vector_index_search(), or NULL. Cancelling interrupts the search at once
 * (G_IO_ERROR_CANCELLED). (transfer full): an array of QuarryLexicalMatch, empty where nothing
 * matches; NULL on error. */
GArray *quarry_lexical_index_search (QuarryLexicalIndex *self,
                                     const QuarryLexicalQuery *query,
                                     guint k,
                                     const guint64 *allowed,
                                     gsize n_words,
                                     GCancellable *cancellable,
                                     GError **error);

/* The stem of a folded word, as the index keeps it, written to @stem (NUL-terminated, cut at
 * @size bytes). Thread safe. */
void quarry_lexical_stem (const char *folded, gsize length, char *stem, gsize size);

G_END_DECLS
