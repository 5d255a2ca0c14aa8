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

typedef struct
{
  guint32 slot;
  float score; /* BM25, greater is better, above 0 */
} QuarryLexicalMatch;

/* A query, taken apart: nothing in it is ever read as syntax. Words that are stop words do not
 * rank unless the query has no others. */
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

/* Both inside a transaction of the caller's. Removing takes the very texts that were added. */
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

/* Empties the index. */
gboolean quarry_lexical_index_clear (QuarryLexicalIndex *self, GError **error);

/* Verifies the index against itself. */
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
