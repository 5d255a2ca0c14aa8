/* quarry-why.h: explains why a file is not found
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

typedef enum
{
  QUARRY_WHY_READ,     /* it is in the library in its present state */
  QUARRY_WHY_CHANGED,  /* it is in the library, but the file has changed since */
  QUARRY_WHY_GONE,     /* its documents are in the library, but the file no longer exists */
  QUARRY_WHY_FAILED,   /* it could not be read */
  QUARRY_WHY_SKIPPED,  /* there was nothing to read in it */
  QUARRY_WHY_EXCLUDED, /* a rule excludes it */
  QUARRY_WHY_OUTSIDE,  /* it is in no folder that was imported */
  QUARRY_WHY_UNREAD,   /* it is in a folder that was imported, and newer than that import */
  QUARRY_WHY_AWAY,     /* its documents are in the library, but its file system is out of reach */
  QUARRY_WHY_MISSING,  /* neither the file nor a document of it exists */
} QuarryWhyState;

/* A passage of the file. */
typedef struct
{
  QuarryPassageRecord *record;
  char *path; /* that of its document */
  guint rank; /* its rank for the query, before diversity, from 1; 0: unknown */
} QuarryWhyPassage;

/* The most passages that are listed. */
#define QUARRY_WHY_PASSAGES 50u

typedef struct
{
  char *path; /* as the library knows it: absolute, without links */
  QuarryWhyState state;
  char *reason;         /* a sentence or two for people: what the situation is, and what to do */
  GPtrArray *documents; /* of QuarryDocumentRecord: at the path and below it */
  guint n_passages;
  GPtrArray *passages;  /* of QuarryWhyPassage: those with a rank for the query, the best first; then, if there is
                           only one document, its others in their order; at most QUARRY_WHY_PASSAGES */
  gboolean has_query;   /* there was a query, and what follows is about it */
  gint64 passage; /* the best of its passages for the query; 0: none was found, or no query */
  guint rank;     /* that one's rank among all hits, before diversity, from 1 */
  guint n_looked; /* the number of hits looked at */
  gboolean is_filtered; /* it has no rank because the query's filters exclude it */
  gboolean lacks_words; /* it has no rank because no passage of it meets the query's required or excluded words */
} QuarryWhy;

void quarry_why_free (QuarryWhy *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryWhy, quarry_why_free)

const char *quarry_why_state_name (QuarryWhyState state); /* "read" … */

/* The beginning of the passage, on one line. (transfer full) */
char *quarry_why_passage_opening (const QuarryWhyPassage *self);
/* Where the passage is: its rank for the query, its page, its headings and, if @why is about a folder or a file with
 * others inside, its document; "" where there is nothing to say. (transfer full) */
char *quarry_why_passage_place (const QuarryWhyPassage *self, const QuarryWhy *why);

/* Says how many passages are not listed; NULL where all are. (transfer full) */
char *quarry_why_explain_rest (const QuarryWhy *self);

/* Says which rank the file has for the query, or why it has none; NULL without a query, or where the library has
 * nothing of it. (transfer full) */
char *quarry_why_explain_place (const QuarryWhy *self);

/* @query may be NULL. Blocks; any thread. NULL with an error where the library cannot be read. */
QuarryWhy *quarry_library_why (QuarryLibrary *self,
                               const char *path,
                               const char *query,
                               GCancellable *cancellable,
                               GError **error);

G_END_DECLS
