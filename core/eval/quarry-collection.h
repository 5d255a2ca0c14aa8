/* quarry-collection.h: a judged collection in the layout of BEIR
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A folder with corpus.jsonl ({"_id", "title", "text"} on each line), queries.jsonl ({"_id", "text"}), qrels/test.tsv
 * (query, document and grade, separated by tabs, after a line with the names of the columns), and, where subtopics have
 * been judged, qrels/diversity.txt (as at TREC: query, subtopic, document and relevance).
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

/* @document: its index in QuarryCollection.documents. A judged document that is missing from the corpus gets a number
 * of its own from documents->len on: it counts as relevant, but cannot be found. */
typedef struct
{
  guint32 document;
  int grade; /* not relevant if 0 or less */
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
  guint collection;     /* index of its collection, of those that were joined; 0 for a single one */
  GArray *judgements;   /* of QuarryJudgement, one for each judged document */
  GArray *subtopics;    /* of QuarrySubtopicJudgement, only relevant ones */
  guint n_subtopics;    /* that have a relevant document */
  gboolean has_relevant;
} QuarryCollectionQuery;

typedef struct
{
  char *name;            /* the name of the folder */
  guint n_numbers;       /* of documents, including judged ones that the corpus lacks */
  GPtrArray *documents;  /* of QuarryCollectionDocument */
  GPtrArray *queries;    /* of QuarryCollectionQuery, in the file's order */
  gboolean has_subtopics;
  guint n_passed_over;   /* judgements ignored since their query is not in queries.jsonl */
} QuarryCollection;

/* Errors: from G_IO_ERROR, naming file and line. Everything is checked: ids must be unique and not empty, and no
 * judgement may contradict another. */
QuarryCollection *quarry_collection_load (const char *folder, GError **error);

/* Moves the documents and queries of all @collections (at least one) into one collection. Judgements are changed to the
 * new numbers of documents, each query records which collection it is from, and the name consists of all names. */
QuarryCollection *quarry_collection_join (GPtrArray *collections);

void quarry_collection_free (QuarryCollection *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryCollection, quarry_collection_free)

G_END_DECLS
