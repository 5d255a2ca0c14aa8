/* quarry-lexical-segment-layout.h: where what lies in a segment's bytes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to what makes a segment and what reads it.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A block of bytes is of whole ones. */
#define QUARRY_LEXICAL_PAGE 4096u

/* Parts lie one behind the other, each from a multiple of eight bytes on. */
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
  PART_LISTS,
  PART_POSITION_OFFSETS,
  PART_POSITIONS,
  PART_STEMS,
  N_PARTS
};

typedef struct
{
  double mean; /* words a passage when it was made */
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
