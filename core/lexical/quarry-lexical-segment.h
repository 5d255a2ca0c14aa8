/* quarry-lexical-segment.h: passages whose words no longer change
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One block of bytes, the same in memory and in the file: the passages' slots (ascending; one
 * where there are no gaps), lengths and languages (none where all are English); the sorted terms with their postings and positions; which terms share a stem. Passages
 * that went are marked beside it and leave with the next merge. Numbers are as the machine has them.
 *
 * The bytes never change, unless another program writes into the file that they are mapped from.
 * Then answers are wrong, no more: whatever is taken from them to find something by is compared with
 * bounds that are kept apart. What does change (dead passages, and counts without them) is guarded by
 * the index's lock.
 */
#pragma once

#include "core/lexical/quarry-lexical-languages.h"
#include "core/lexical/quarry-lexical-weights.h"
#include "core/lexical/quarry-postings.h"

G_BEGIN_DECLS

#define QUARRY_LEXICAL_NONE G_MAXUINT32

/* A stem of a term (core/lexical/quarry-lexical-languages.h). */
typedef struct
{
  guint32 key_high;
  guint32 key_low;
  guint32 term;
} QuarryLexicalStem;

static inline guint64
quarry_lexical_stem_get_key (const QuarryLexicalStem *self)
{
  return (guint64) self->key_high << 32 | self->key_low;
}

typedef struct
{
  gatomicrefcount references;
  guint8 *bytes; /* whole pages */
  gsize size;
  guint64 file_offset; /* 0: not in the file yet */
  guint64 sum; /* of the bytes, where they are in the file */

  guint32 n_rows;
  guint32 n_terms;
  guint32 n_stems;
  guint32 languages; /* bits of those that stems are in */
  guint64 terms_size;
  guint64 lists_size; /* without the slack */
  guint64 positions_size;
  double mean; /* words a passage when it was made */
  const guint32 *slots; /* NULL: without gaps from first_slot on */
  guint32 first_slot;
  const guint8 *lengths; /* codes */
  const guint8 *row_languages; /* NULL: all are English, number 0 */
  guint32 n_in[QUARRY_LEXICAL_MAX_LANGUAGES]; /* rows in each language, dead ones too */
  const guint32 *term_offsets;
  const char *terms;
  const guint32 *counts; /* passages that hold a term, dead ones too */
  const guint32 *letters; /* which letters a term has, for spelling */
  const guint32 *list_offsets;
  const guint8 *lists;
  const guint32 *position_offsets;
  const guint8 *positions;
  const QuarryLexicalStem *stems; /* by key; terms that are their own stem in English are not there for that */

  guint64 *heads; /* first letters of every so-manyeth term, in memory: most of a look-up happens there */

  /* Guarded by the index. */
  guint64 *dead; /* NULL: none */
  guint32 n_dead;
  GHashTable *dead_counts; /* term -> passages of it that are dead */
} QuarryLexicalSegment;

static inline guint32
quarry_lexical_segment_get_slot (const QuarryLexicalSegment *self, guint32 row)
{
  return self->slots != NULL ? self->slots[row] : self->first_slot + row;
}

static inline guint
quarry_lexical_segment_get_language (const QuarryLexicalSegment *self, guint32 row)
{
  return self->row_languages != NULL ? self->row_languages[row] % QUARRY_LEXICAL_MAX_LANGUAGES : 0;
}

/* Takes a number once: in a file that another program writes into, it may be another the next time. */
static inline guint32
quarry_lexical_take_number (const guint32 *number)
{
  return *(const volatile guint32 *) number;
}

/* Where the item number @i lies in a part of @size bytes. FALSE where that is not in it. */
static inline gboolean
quarry_lexical_take_range (
    const guint32 *offsets, guint32 i, guint64 size, guint32 *start, guint32 *length)
{
  guint32 end = quarry_lexical_take_number (&offsets[i + 1]);

  *start = quarry_lexical_take_number (&offsets[i]);
  *length = end - *start;
  return *start <= end && end <= size;
}

/* Takes @bytes, whole pages of which @size count (mapped memory, which may be guarded, that munmap()
 * frees), whatever comes of it. Everything that a search relies on is checked; NULL where it does not hold. */
QuarryLexicalSegment *quarry_lexical_segment_new (guint8 *bytes, gsize size);
QuarryLexicalSegment *quarry_lexical_segment_ref (QuarryLexicalSegment *self);
void quarry_lexical_segment_unref (QuarryLexicalSegment *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryLexicalSegment, quarry_lexical_segment_unref)

/* Takes those letters of terms into memory that finding them begins with. Once, before anything is found. */
void quarry_lexical_segment_read_heads (QuarryLexicalSegment *self);

/* Rows of slots and terms by their text, or QUARRY_LEXICAL_NONE. */
guint32 quarry_lexical_segment_find_row (const QuarryLexicalSegment *self, guint32 slot);
guint32 quarry_lexical_segment_find_term (const QuarryLexicalSegment *self,
                                          const char *term,
                                          gsize length);

/* The first term that is not below @text. */
guint32 quarry_lexical_segment_lower_bound (const QuarryLexicalSegment *self,
                                            const char *text,
                                            gsize length);

/* The terms that begin with @prefix, of a byte or more: from *@first to before *@end. */
void quarry_lexical_segment_find_beginning (const QuarryLexicalSegment *self,
                                            const char *prefix,
                                            gsize length,
                                            guint32 *first,
                                            guint32 *end);

/* A term of those from @first to before @end, or QUARRY_LEXICAL_NONE. */
guint32 quarry_lexical_segment_find_between (const QuarryLexicalSegment *self,
                                             const char *term,
                                             gsize length,
                                             guint32 first,
                                             guint32 end);

/* The first of the stems with @key or a higher one. */
guint32 quarry_lexical_segment_find_stem (const QuarryLexicalSegment *self, guint64 key);

/* An empty one where there is no such term. */
static inline const char *
quarry_lexical_segment_get_term (const QuarryLexicalSegment *self, guint32 term, gsize *length)
{
  guint32 start, n;

  *length = 0;
  if (term >= self->n_terms
      || !quarry_lexical_take_range (self->term_offsets, term, self->terms_size, &start, &n))
    return "";
  *length = n;
  return self->terms + start;
}

/* FALSE where the list is damaged. */
gboolean quarry_lexical_segment_get_postings (const QuarryLexicalSegment *self,
                                              guint32 term,
                                              QuarryPostings *postings);

/* Living passages that hold the term. */
guint32 quarry_lexical_segment_count (const QuarryLexicalSegment *self, guint32 term);

gboolean quarry_lexical_segment_is_dead (const QuarryLexicalSegment *self, guint32 row);

/* A term and in how many passages it stands. */
typedef struct
{
  guint32 term;
  guint32 count;
} QuarryLexicalTermCount;

/* The terms of some rows, looked for in all lists. (transfer full): of QuarryLexicalTermCount */
GArray *quarry_lexical_segment_count_terms (const QuarryLexicalSegment *self,
                                            const guint32 *rows,
                                            guint n_rows);

/* Marks living rows as dead, whose terms these are. */
void quarry_lexical_segment_bury (QuarryLexicalSegment *self,
                                  const guint32 *rows,
                                  guint n_rows,
                                  const QuarryLexicalTermCount *terms,
                                  guint n_terms);

/* Reads all lists; FALSE where one is damaged. */
gboolean quarry_lexical_segment_check (const QuarryLexicalSegment *self);

/* --- Positions ------------------------------------------------------------------------------- */

/* Where a term stands in one passage, a byte each for all but very long passages. Returns the byte behind
 * it. */
#define QUARRY_LEXICAL_POSITION_BYTES 5u /* at most */
guint8 *quarry_lexical_positions_put (guint8 *to, guint32 distance, gboolean last);

/* The next distance from @at (before @end); NULL where there is none. */
const guint8 *quarry_lexical_positions_next (const guint8 *at,
                                             const guint8 *end,
                                             guint32 *distance,
                                             gboolean *last);

/* Behind the positions of one passage; NULL where they do not end before @end. */
const guint8 *quarry_lexical_positions_skip (const guint8 *at, const guint8 *end);

/* Where the positions of a block's first posting begin, and where the term's end. FALSE where they
 * are damaged. */
gboolean quarry_lexical_segment_get_positions (const QuarryLexicalSegment *self,
                                               guint32 term,
                                               guint32 n_blocks,
                                               guint32 block,
                                               const guint8 **start,
                                               const guint8 **end);

/* --- Making ---------------------------------------------------------------------------------- */

typedef struct _QuarryLexicalSegmentWriter QuarryLexicalSegmentWriter;

/* @slots ascending. All three arrays must stay until the end. @most_terms: no more will be added. @languages: bits of
 * those that stems will be in. */
QuarryLexicalSegmentWriter *quarry_lexical_segment_writer_new (const guint32 *slots,
                                                               const guint8 *lengths,
                                                               const guint8 *row_languages,
                                                               guint32 n_rows,
                                                               guint32 most_terms,
                                                               guint32 languages,
                                                               double mean);

/* Makes room for lists and positions of so many bytes, which saves copying them as they grow. */
void quarry_lexical_segment_writer_expect (QuarryLexicalSegmentWriter *self,
                                           guint64 list_bytes,
                                           guint64 position_bytes);

/* Terms come sorted by their bytes. @stems (of guint64): keys of the stems, once each. @rows (of guint32) may stand in any
 * order, those that are NONE are left out; @ends (of guint32): where each posting's positions end in
 * @positions. The arrays are changed. */
void quarry_lexical_segment_writer_add (QuarryLexicalSegmentWriter *self,
                                        const char *term,
                                        gsize length,
                                        const GArray *stems,
                                        GArray *rows,
                                        GByteArray *codes,
                                        GByteArray *positions,
                                        GArray *ends);

/* The same for a term that stands in one passage, as most do: in @row, which must not be NONE. */
void quarry_lexical_segment_writer_add_single (QuarryLexicalSegmentWriter *self,
                                               const char *term,
                                               gsize length,
                                               const GArray *stems,
                                               guint32 row,
                                               guint8 code,
                                               const guint8 *positions,
                                               guint n_position_bytes);

/* Frees the writer. NULL where it has become too large for its offsets, or where what it was given
 * does not hold together. */
QuarryLexicalSegment *quarry_lexical_segment_writer_end (QuarryLexicalSegmentWriter *self);

/* Signature of a term's letters: terms an edit apart differ in at most two bits. */
guint32 quarry_lexical_letters (const char *term, gsize length);

G_END_DECLS
