/* quarry-lexical-segment-layout.h: the layout of a segment's bytes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to the code that makes segments and the code that reads them. A segment is one header and, after it, its
 * parts in the order of the enumeration below.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Segments are stored in whole pages of this size. */
#define QUARRY_LEXICAL_PAGE 4096u

/* The parts follow one another, each starting at a multiple of eight bytes. */
enum
{
  PART_SLOTS,
  PART_LENGTHS,
  PART_LANGUAGES,
  PART_TERM_OFFSETS,
  PART_TERMS,
  PART_COUNTS,
  PART_LETTERS,
  PART_LIST_OFFSETS,
  PART_POSITION_OFFSETS,
  PART_STEMS,
  PART_LISTS, /* all before it is verified when a file is opened */
  PART_POSITIONS,
  N_PARTS
};

typedef struct
{
  double mean; /* mean length in words of the passages of the index when it was made */
  guint32 n_rows;
  guint32 n_terms;
  guint32 n_stems;
  guint32 languages;
  guint64 sizes[N_PARTS];
} QuarryLexicalSegmentHeader;

static inline guint64
quarry_lexical_round_up (guint64 number, guint64 step)
{
  return (number + step - 1) / step * step;
}

G_END_DECLS
