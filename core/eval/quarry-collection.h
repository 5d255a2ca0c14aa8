/* quarry-collection.h: a judged collection in the BEIR layout
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A folder with corpus.jsonl ({"_id", "title", "text"} a line), queries.jsonl ({"_id", "text"}),
 * qrels/test.tsv (query, document and grade, tab-separated, after a line of names), and, where
 * subtopics have been judged, qrels/diversity.txt (TREC: query, subtopic, document and relevance).
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  char *id;
  char *title; /* may be empty */
  char *text;
} QuarryCollectionDocument;

/* @document: its place in QuarryCollection.documents; a judged document that the corpus lacks has
 * a number of its own from n_documents on: it counts as relevant and cannot be found. */
typedef struct
{
  guint32 document;
  int grade; /* 0 and less: not relevant */
} QuarryJudgement;

typedef struct
{
  guint32 document;
  guint32 subtopic; /* numbered from 0 within the query */
} QuarrySubtopicJudgement;

typedef struct
{
  char *id;
  char *text;
  guint collection;     /* which of those put together it belongs to; 0 where it is one */
  GArray *judgements;   /* of QuarryJudgement, one a document */
  GArray *subtopics;    /* of QuarrySubtopicJudgement, relevant ones alone */
  guint n_subtopics;    /* that have a relevant document */
  gboolean has_relevant;
} QuarryCollectionQuery;

typedef struct
{
  char *name;            /* the folder's */
  guint n_numbers;       /* documents and judged ones that the corpus lacks */
  GPtrArray *documents;  /* of QuarryCollectionDocument */
  GPtrArray *queries;    /* of QuarryCollectionQuery, in the file's order */
  gboolean has_subtopics;
  guint n_passed_over;   /* judgements of queries that queries.jsonl does not hold */
} QuarryCollection;

/* Errors: of G_IO_ERROR, naming file and line. Nothing is believed unchecked: ids are not empty
 * and unique, a judgement does not contradict another. */
QuarryCollection *quarry_collection_load (const char *folder, GError **error);

/* Moves the documents and queries of each of @collections, one or more, into one: judgements name
 * documents by their new numbers, queries know where they are from, and the name is all names. */
QuarryCollection *quarry_collection_join (GPtrArray *collections);

void quarry_collection_free (QuarryCollection *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryCollection, quarry_collection_free)

G_END_DECLS
