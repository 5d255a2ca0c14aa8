/* quarry-why.h: why a file is not found
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

typedef enum
{
  QUARRY_WHY_READ,     /* it is in the library, as it is now */
  QUARRY_WHY_CHANGED,  /* it is in the library as it was before it changed */
  QUARRY_WHY_GONE,     /* its documents are in the library, the file is no more */
  QUARRY_WHY_FAILED,   /* it could not be read */
  QUARRY_WHY_SKIPPED,  /* there is nothing to read in it */
  QUARRY_WHY_EXCLUDED, /* a rule passes it over */
  QUARRY_WHY_OUTSIDE,  /* in no folder that was imported */
  QUARRY_WHY_UNREAD,   /* in a folder that was imported, and new since */
  QUARRY_WHY_AWAY,     /* its documents are in the library, its file system is out of reach */
  QUARRY_WHY_MISSING,  /* there is no such file, here or in the library */
} QuarryWhyState;

/* One of its passages. */
typedef struct
{
  QuarryPassageRecord *record;
  char *path; /* of its document */
  guint rank; /* its place for the query, before variety; from 1. 0: none that is known */
} QuarryWhyPassage;

/* So many of them are told. */
#define QUARRY_WHY_PASSAGES 50u

typedef struct
{
  char *path; /* as the library knows it: absolute, without links */
  QuarryWhyState state;
  char *reason;         /* a sentence or two: what is, and what to do */
  GPtrArray *documents; /* of QuarryDocumentRecord: at the path and inside it */
  guint n_passages;
  GPtrArray *passages;  /* of QuarryWhyPassage: those that have a place for the query, the best first; then, of what is
                           one document, the others in their order; QUARRY_WHY_PASSAGES at most */
  gboolean has_query;   /* what follows is about a search */
  gint64 passage; /* of these the best for the query; 0: none among the first, or no query */
  guint rank;     /* its place among all, before variety; from 1 */
  guint n_looked; /* how many of the first were looked at */
  gboolean is_filtered; /* no place, since the query's filters let nothing of it through */
  gboolean lacks_words; /* or since none of it meets what has to be in it, or must not */
} QuarryWhy;

void quarry_why_free (QuarryWhy *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryWhy, quarry_why_free)

const char *quarry_why_state_name (QuarryWhyState state); /* "read" … */

/* How a passage begins, on one line. (transfer full) */
char *quarry_why_passage_opening (const QuarryWhyPassage *self);
/* Where it stands: its place for the query, its page, its headings and, of a file in a file or a folder, its document;
 * "" where there is nothing to tell. (transfer full) */
char *quarry_why_passage_place (const QuarryWhyPassage *self, const QuarryWhy *why);

/* How many passages are not told; NULL where all are. (transfer full) */
char *quarry_why_explain_rest (const QuarryWhy *self);

/* Where it stands for the query, in a sentence; NULL without a query, or where nothing of it is in the library.
 * (transfer full) */
char *quarry_why_explain_place (const QuarryWhy *self);

/* @query may be NULL. Blocks; any thread. NULL with an error where the library cannot be read. */
QuarryWhy *quarry_library_why (QuarryLibrary *self,
                               const char *path,
                               const char *query,
                               GCancellable *cancellable,
                               GError **error);

G_END_DECLS
