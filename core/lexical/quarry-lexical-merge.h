/* quarry-lexical-merge.h: merges several segments into one
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The caller fills a QuarryLexicalMerge with segments, chosen here, and their dead rows, runs it without holding a
 * lock, and puts the result in their place.
 */
#pragma once

#include "core/lexical/quarry-lexical-segment.h"

G_BEGIN_DECLS

#define QUARRY_LEXICAL_MAX_MERGE 32u

/* The input and the result of a merge. */
typedef struct
{
  QuarryLexicalSegment *segments[QUARRY_LEXICAL_MAX_MERGE];
  guint32 *places[QUARRY_LEXICAL_MAX_MERGE]; /* of each row: NONE where it is dead, else (once merged) its row in the
                                              * result */
  guint n;
  double mean;

  gboolean done;
  gboolean damaged; /* then it is not done: a segment does not have the content that was written to the file */
  guint32 n_rows;
  QuarryLexicalSegment *result; /* NULL where no passage is left */
} QuarryLexicalMerge;

/* Chooses which of @segments, sorted by their slots, are merged next: where @tidies, all if that is worth it; else as
 * many neighbours of like size as there have to be, times @times; else one of which much is dead. @self need not be
 * initialised; it gets references to the segments, and nothing else. FALSE where nothing is to be merged. */
gboolean
quarry_lexical_merge_choose (QuarryLexicalMerge *self, GPtrArray *segments, gboolean tidies, guint times);

void quarry_lexical_merge_clear (QuarryLexicalMerge *self);

/* Reads only those parts of the segments that never change. Returns early, with done FALSE, where *stop becomes true or
 * a segment is damaged. */
void quarry_lexical_merge_run (QuarryLexicalMerge *self, const int *stop);

G_END_DECLS
