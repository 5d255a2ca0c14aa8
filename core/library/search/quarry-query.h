/* quarry-query.h: what a person typed, taken apart
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *   type:pdf in:reports after:2024 before:2024-06 author:smith title:minutes lang:de
 *   "exact phrase"  +word  word AND word  -word  -"a phrase"
 * Where there are filters of documents alone, these are listed. Everything else is free text, of which any word may
 * match; one behind a plus, or beside AND, has to in one of its forms, one in quotes as it stands. Nothing is an
 * error: what is no filter is text, a filter without a value that it can have is passed over, and a hint
 * says so.
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

/* What lets only some passages through, where it stands in what was typed. */
typedef struct
{
  QuarryQueryFilterKind kind;
  char *value;        /* without its key and its quotes */
  gsize start, end;   /* bytes */
} QuarryQueryFilter;

typedef struct
{
  char *text;       /* free words and the words of phrases: what is embedded and ranked by */
  GArray *required; /* of QuarrySpan: those of text (bytes) that have to match */
  gboolean ended;   /* a blank or something else follows its last word, which is no longer typed */
  char **phrases;   /* NULL-terminated */
  char **excluded;  /* NULL-terminated */
  char **types, **folders, **authors, **titles, **languages; /* NULL-terminated */
  gint64 after_ns;  /* 0: none */
  gint64 before_ns;
  gboolean lists;   /* there is no word to search for: the documents that meet its filters are listed */
  GArray *filters;      /* of QuarryQueryFilter: all of the above but the text and AND, in the order typed */
  char *hint;           /* what was not understood, in a sentence for people; NULL: nothing */
  gboolean hint_at_end; /* it is about the end of the query, which may still be typed */
} QuarryQuery;

QuarryQuery *quarry_query_parse (const char *typed);
void quarry_query_free (QuarryQuery *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryQuery, quarry_query_free)

/* The filter as a person types it: type:pdf, in:"my reports", +word. (transfer full): NULL where none can be
 * typed that has this value. */
char *quarry_query_write_filter (QuarryQueryFilterKind kind, const char *value);

/* TRUE where documents are filtered; *filter then points into @self. */
gboolean quarry_query_get_filter (const QuarryQuery *self, QuarryStoreFilter *filter);

/* TRUE where @text holds the words of @phrase one after the other. */
gboolean quarry_text_holds_phrase (const char *text, const char *phrase);

G_END_DECLS
