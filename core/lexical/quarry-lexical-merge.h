/* quarry-lexical-merge.h: several segments become one
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/lexical/quarry-lexical-segment.h"

G_BEGIN_DECLS

#define QUARRY_LEXICAL_MAX_MERGE 32u

/* What is to be merged, and what comes of it. */
typedef struct
{
  QuarryLexicalSegment *segments[QUARRY_LEXICAL_MAX_MERGE];
  guint32 *places[QUARRY_LEXICAL_MAX_MERGE]; /* of each row: NONE where it is dead, else its new row */
  guint64 sums[QUARRY_LEXICAL_MAX_MERGE]; /* checksums of those that lie in a file; 0: the others */
  guint n;
  double mean;

  gboolean done;
  gboolean damaged; /* not done: what lies in the file is no longer what was checked */
  guint32 n_rows;
  QuarryLexicalSegment *result; /* NULL where nothing lives */
} QuarryLexicalMerge;

void quarry_lexical_merge_clear (QuarryLexicalMerge *self);

/* Only reads what never changes of the segments. Ends early, not done, where *stop becomes true or
 * a segment is damaged. */
void quarry_lexical_merge_run (QuarryLexicalMerge *self, const int *stop);

G_END_DECLS
