/* quarry-query.h: parses what a person typed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *   type:pdf in:reports after:2024 before:2024-06 author:smith title:minutes lang:de
 *   "exact phrase"  +word  word AND word  -word  -"a phrase"
 * Where the query consists only of filters of documents, the documents that meet them are listed. Everything else is
 * free text, of which any word may match. A word behind a plus or beside AND must match in one of its forms; a phrase
 * in quotes must match literally. Nothing is an error: what is not a filter is text, a filter without a possible
 * value is skipped, and a hint says so.
 */
#pragma once

#include "core/store/quarry-store.h"

G_BEGIN_DECLS

typedef enum
{
  QUARRY_QUERY_TYPE,
  QUARRY_QUERY_FOLDER,
  QUARRY_QUERY_AUTHOR,
  QUARRY_QUERY_TITLE,
  QUARRY_QUERY_LANGUAGE,
  QUARRY_QUERY_AFTER,
  QUARRY_QUERY_BEFORE,
  QUARRY_QUERY_PHRASE,
  QUARRY_QUERY_REQUIRED,
  QUARRY_QUERY_EXCLUDED,
} QuarryQueryFilterKind;

/* A part of the query that only some passages meet, and its place in what was typed. */
typedef struct
{
  QuarryQueryFilterKind kind;
  char *value;        /* without key and quotes */
  gsize start, end;   /* bytes */
} QuarryQueryFilter;

typedef struct
{
  char *text;       /* the words, with those of phrases: what is embedded and ranked by */
  GArray *required; /* of QuarrySpan: the words (bytes in @text) that must match */
  gboolean ended;   /* a blank or something else follows its last word, so that word is finished */
  char **phrases;   /* NULL-terminated */
  char **excluded;  /* NULL-terminated */
  char **types, **folders, **authors, **titles, **languages; /* NULL-terminated */
  gint64 after_ns;  /* 0: none */
  gint64 before_ns;
  gboolean lists;   /* there is no word to search for: the documents that meet the filters are listed */
  GArray *filters;      /* of QuarryQueryFilter: all of the above except text and AND, in the order typed */
  char *hint;           /* a sentence for people about what was not understood; NULL: nothing */
  gboolean hint_at_end; /* it is about the end of the query, which may still be being typed */
} QuarryQuery;

QuarryQuery *quarry_query_parse (const char *typed);
void quarry_query_free (QuarryQuery *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryQuery, quarry_query_free)

/* Writes a filter as a person would type it: type:pdf, in:"my reports", +word. (transfer full): NULL where no filter
 * that can be typed has this value */
char *quarry_query_write_filter (QuarryQueryFilterKind kind, const char *value);

/* TRUE where the query filters documents; *filter then points into @self. */
gboolean quarry_query_get_filter (const QuarryQuery *self, QuarryStoreFilter *filter);

/* Whether @text holds the words of @phrase one after another. */
gboolean quarry_text_holds_phrase (const char *text, const char *phrase);

G_END_DECLS
