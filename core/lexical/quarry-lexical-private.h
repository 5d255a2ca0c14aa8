/* quarry-lexical-private.h: what the files of core/lexical share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/lexical/quarry-lexical-index.h"

G_BEGIN_DECLS

/* Longer words are cut, in texts and queries alike. */
#define QUARRY_LEXICAL_MAX_WORD 96

struct _QuarryLexicalIndex
{
  sqlite3 *db;

  sqlite3_stmt *insert;
  sqlite3_stmt *delete;
  sqlite3_stmt *get_digest;
  sqlite3_stmt *set_digest;
  sqlite3_stmt *unset_digest;
  sqlite3_stmt *add_form;
  sqlite3_stmt *list_forms;
  sqlite3_stmt *count_matches;
  sqlite3_stmt *count_passages;
  sqlite3_stmt *complete;
  sqlite3_stmt *data_version;
  sqlite3_stmt *search;

  /* What was counted, until the index changes. */
  gint64 seen_version;
  gint64 seen_changes;
  guint64 n_passages;
  GHashTable *frequencies; /* FTS expression -> guint */
  GHashTable *completions; /* prefix -> GArray of words with their counts */
};

/* Cut at QUARRY_LEXICAL_MAX_WORD bytes, between characters. */
gsize quarry_lexical_word_length (const char *word, gsize length);

/* Registers tokenizer and score on the connection. */
gboolean quarry_lexical_register (sqlite3 *db, GError **error);

/* Sets @error to what SQLite's result @rc means. */
void quarry_lexical_set_error (sqlite3 *db, int rc, GError **error);

/* --- Scoring --------------------------------------------------------------------------------- */

#define QUARRY_LEXICAL_MAX_GROUPS 64

/* What a query's phrases count for. A group is one word of the query with its forms. */
typedef struct
{
  guint n_phrases;
  const gint16 *groups;  /* of each phrase; -1: does not count */
  guint n_groups;
  const guint *frequencies; /* passages that hold the group */
  const gint16 *rivals;  /* of each group: an earlier group of which it is another reading (the
                          * better of the two counts), or -1 */
  const guint8 *times;   /* each group stands in the query */
  const guint64 *allowed;
  gsize n_words;

  gboolean ready; /* the rest is set with the first passage */
  double mean_length;
  double weights[QUARRY_LEXICAL_MAX_GROUPS];
} QuarryLexicalScorer;

/* The name under which a scorer is bound to a statement. */
#define QUARRY_LEXICAL_SCORER "quarry-lexical-scorer"

gboolean quarry_lexical_register_score (sqlite3 *db, gpointer fts5_api, GError **error);

/* --- Queries --------------------------------------------------------------------------------- */

/* A query as FTS5 reads it, with what its phrases count for. */
typedef struct
{
  char *expression;    /* NULL: nothing can match */
  char *wide;          /* the same, with passages that hold frequent words alone; or NULL */
  GArray *groups;      /* of gint16, a phrase of expression */
  GArray *wide_groups; /* of gint16, a phrase of wide */
  GArray *frequencies; /* of guint, a group */
  GArray *rivals;      /* of gint16, a group */
  GArray *times;       /* of guint8, a group */
} QuarryLexicalPlan;

gboolean quarry_lexical_plan_init (QuarryLexicalPlan *self,
                                   QuarryLexicalIndex *index,
                                   const QuarryLexicalQuery *query,
                                   GError **error);
void quarry_lexical_plan_clear (QuarryLexicalPlan *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (QuarryLexicalPlan, quarry_lexical_plan_clear)

G_END_DECLS
