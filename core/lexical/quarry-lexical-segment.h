/* quarry-lexical-segment.h: a part of the index whose passages no longer change
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A segment is one block of bytes, the same in memory and in the file. It holds the slots of its passages (ascending;
 * only the first where they have no gaps), their lengths and languages (no languages where all are English), the sorted
 * terms with their postings and positions, and which terms share a stem. Passages that are removed are marked as dead
 * beside the block and are left out at the next merge. Numbers have the machine's byte order.
 *
 * The bytes never change, unless another program writes into the file that they are mapped from after they have been
 * verified. In that case results are wrong, but no memory outside the block is accessed: every offset or number that is
 * read from the bytes and then used to locate something is first compared with bounds that are kept outside the block. What does change (the dead
 * passages, and how many of them hold each term) is guarded by the index's lock.
 */
#pragma once

#include "core/lexical/quarry-lexical-languages.h"
#include "core/lexical/quarry-lexical-sums.h"
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
  guint64 file_place; /* of its record; 0: it is not in the file yet */
  QuarryLexicalSums *sums; /* of the bytes, where they are mapped from the file; NULL: they are in memory. Guarded by
                            * the index's lock. */

  guint32 n_rows;
  guint32 n_terms;
  guint32 n_stems;
  guint32 languages; /* bits of the languages that the stems are in */
  guint64 terms_size;
  guint64 lists_size; /* without the padding at the end */
  guint64 positions_size;
  double mean; /* mean length in words of the index's passages when it was made */
  const guint32 *slots; /* NULL: the slots have no gaps and begin with first_slot */
  guint32 first_slot;
  const guint8 *lengths; /* length codes */
  const guint8 *row_languages; /* NULL: all are English, number 0 */
  guint32 n_in[QUARRY_LEXICAL_MAX_LANGUAGES]; /* number of rows in each language, dead ones too */
  guint usual_language; /* the one that most rows are in */
  guint64 *unusual; /* in memory: one bit for every 64 rows, set where some are in another language */
  const guint32 *term_offsets;
  const char *terms;
  const guint32 *counts; /* number of passages that hold each term, dead ones too */
  const guint32 *letters; /* signatures of each term's letters, for spelling correction */
  const guint32 *list_offsets;
  const guint8 *lists;
  const guint32 *position_offsets;
  const guint8 *positions;
  const QuarryLexicalStem *stems; /* sorted by key; a term that is its own stem in English has no entry for that */

  guint64 *heads; /* in memory: the first letters of every 128th term, so that most of a binary search does not touch
                   * the file */

  /* Guarded by the index's lock: */
  guint64 *dead; /* bitmap of rows; NULL: none */
  guint32 n_dead;
  GHashTable *dead_counts; /* term -> how many dead passages hold it */
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

/* Whether the row is in the usual language for certain: the table of 64 rows is read, which stays in a cache, not the
 * row's own byte. */
static inline gboolean
quarry_lexical_segment_is_usual (const QuarryLexicalSegment *self, guint32 row)
{
  return (self->unusual[row >> 12] >> (row >> 6 & 63) & 1) == 0;
}

/* Reads a number exactly once. If another program writes into the mapped file, a second read could return another
 * number than the one that was checked. */
static inline guint32
quarry_lexical_take_number (const guint32 *number)
{
  return *(const volatile guint32 *) number;
}

/* Where item @i is in a part of @size bytes. FALSE where it would not be inside the part. */
static inline gboolean
quarry_lexical_take_range (
    const guint32 *offsets, guint32 i, guint64 size, guint32 *start, guint32 *length)
{
  guint32 end = quarry_lexical_take_number (&offsets[i + 1]);

  *start = quarry_lexical_take_number (&offsets[i]);
  *length = end - *start;
  return *start <= end && end <= size;
}

/* Takes ownership of @bytes even on failure: mapped memory of whole pages, of which @size bytes count, possibly
 * guarded, to be freed by munmap(). Everything that a search relies on is checked; NULL where it is not valid. */
QuarryLexicalSegment *quarry_lexical_segment_new (guint8 *bytes, gsize size);
QuarryLexicalSegment *quarry_lexical_segment_ref (QuarryLexicalSegment *self);
void quarry_lexical_segment_unref (QuarryLexicalSegment *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryLexicalSegment, quarry_lexical_segment_unref)

/* Copies the first letters of every 128th term into memory. To be called once, before any term is looked up. */
void quarry_lexical_segment_read_heads (QuarryLexicalSegment *self);

/* The row of a slot, and the number of a term; QUARRY_LEXICAL_NONE where there is none. */
guint32 quarry_lexical_segment_find_row (const QuarryLexicalSegment *self, guint32 slot);
guint32 quarry_lexical_segment_find_term (const QuarryLexicalSegment *self,
                                          const char *term,
                                          gsize length);

/* The first term that is not less than @text. */
guint32 quarry_lexical_segment_lower_bound (const QuarryLexicalSegment *self,
                                            const char *text,
                                            gsize length);

/* The terms that begin with @prefix, which must not be empty: from *@first up to but not including *@end. */
void quarry_lexical_segment_find_beginning (const QuarryLexicalSegment *self,
                                            const char *prefix,
                                            gsize length,
                                            guint32 *first,
                                            guint32 *end);

/* The number of a term among those from @first up to but not including @end, or QUARRY_LEXICAL_NONE. */
guint32 quarry_lexical_segment_find_between (const QuarryLexicalSegment *self,
                                             const char *term,
                                             gsize length,
                                             guint32 first,
                                             guint32 end);

/* The first stem whose key is @key or greater. */
guint32 quarry_lexical_segment_find_stem (const QuarryLexicalSegment *self, guint64 key);

/* The text of a term; empty where there is no such term. */
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

/* Whether everything is still as it was written; TRUE where the segment is in memory. */
gboolean quarry_lexical_segment_check_bytes (const QuarryLexicalSegment *self);

/* FALSE where the list is damaged. Verifies it before its first use. */
gboolean quarry_lexical_segment_get_postings (const QuarryLexicalSegment *self,
                                              guint32 term,
                                              QuarryPostings *postings);

/* How many living passages hold the term. */
guint32 quarry_lexical_segment_count (const QuarryLexicalSegment *self, guint32 term);

gboolean quarry_lexical_segment_is_dead (const QuarryLexicalSegment *self, guint32 row);

/* A term and the number of passages that hold it. */
typedef struct
{
  guint32 term;
  guint32 count;
} QuarryLexicalTermCount;

/* The terms of some rows, found by reading all posting lists. (transfer full): of QuarryLexicalTermCount */
GArray *quarry_lexical_segment_count_terms (const QuarryLexicalSegment *self,
                                            const guint32 *rows,
                                            guint n_rows);

/* Marks living rows as dead. @terms: the terms that these rows hold. */
void quarry_lexical_segment_bury (QuarryLexicalSegment *self,
                                  const guint32 *rows,
                                  guint n_rows,
                                  const QuarryLexicalTermCount *terms,
                                  guint n_terms);

/* Reads all posting lists; FALSE where one is damaged. */
gboolean quarry_lexical_segment_check (const QuarryLexicalSegment *self);

/* --- Positions ------------------------------------------------------------------------------- */

/* Positions of a term in one passage are stored as distances from one to the next, in one byte each except in very long
 * passages. quarry_lexical_positions_put() writes one distance and returns the byte after it; @last: it is the last of
 * the passage. */
#define QUARRY_LEXICAL_POSITION_BYTES 5u /* at most, for one distance */
guint8 *quarry_lexical_positions_put (guint8 *to, guint32 distance, gboolean last);

/* Reads a distance at @at (before @end) and returns the byte after it; NULL where there is none. */
const guint8 *quarry_lexical_positions_next (const guint8 *at,
                                             const guint8 *end,
                                             guint32 *distance,
                                             gboolean *last);

/* The byte after the positions of @n passages; NULL where they do not end before @end. */
const guint8 *quarry_lexical_positions_skip (const guint8 *at, const guint8 *end, guint n);

/* A byte below this one is all the positions of a passage, as most are. */
#define QUARRY_LEXICAL_MORE_POSITIONS 160u

/* The same for one passage. */
static inline const guint8 *
quarry_lexical_positions_skip_one (const guint8 *at, const guint8 *end)
{
  return at < end && *at < QUARRY_LEXICAL_MORE_POSITIONS ? at + 1 : quarry_lexical_positions_skip (at, end, 1);
}

/* Where the positions of the postings of a block begin and end. FALSE where they are damaged. Verifies them before their
 * first use. */
gboolean quarry_lexical_segment_get_positions (const QuarryLexicalSegment *self,
                                               guint32 term,
                                               guint32 n_blocks,
                                               guint32 block,
                                               const guint8 **start,
                                               const guint8 **end);

/* --- Making ---------------------------------------------------------------------------------- */

typedef struct _QuarryLexicalSegmentWriter QuarryLexicalSegmentWriter;

/* @slots in ascending order. All three arrays must stay valid until writer_end(). @most_terms: an upper limit of how
 * many terms will be added. @languages: bits of the languages that stems will be in. */
QuarryLexicalSegmentWriter *quarry_lexical_segment_writer_new (const guint32 *slots,
                                                               const guint8 *lengths,
                                                               const guint8 *row_languages,
                                                               guint32 n_rows,
                                                               guint32 most_terms,
                                                               guint32 languages,
                                                               double mean);

/* Reserves room for lists and positions of this many bytes, so that they need not be copied as they grow. */
void quarry_lexical_segment_writer_expect (QuarryLexicalSegmentWriter *self,
                                           guint64 list_bytes,
                                           guint64 position_bytes);

/* Adds a term; terms must come sorted by their bytes. @stems (of guint64): keys of its stems, each once. @rows (of
 * guint32) may be in any order; rows that are NONE are left out. @ends (of guint32): where each posting's positions end
 * in @positions. The arrays are changed. */
void quarry_lexical_segment_writer_add (QuarryLexicalSegmentWriter *self,
                                        const char *term,
                                        gsize length,
                                        const GArray *stems,
                                        GArray *rows,
                                        GByteArray *codes,
                                        GByteArray *positions,
                                        GArray *ends);

/* The same for a term that only one passage holds, as is the case for most terms. @row must not be NONE. */
void quarry_lexical_segment_writer_add_single (QuarryLexicalSegmentWriter *self,
                                               const char *term,
                                               gsize length,
                                               const GArray *stems,
                                               guint32 row,
                                               guint8 code,
                                               const guint8 *positions,
                                               guint n_position_bytes);

/* Frees the writer. NULL where the segment would be too large for its offsets, or what was added is inconsistent. */
QuarryLexicalSegment *quarry_lexical_segment_writer_end (QuarryLexicalSegmentWriter *self);

/* A signature of a term's letters as 32 bits: the signatures of terms that are one edit apart differ in at most two
 * bits. */
guint32 quarry_lexical_letters (const char *term, gsize length);

G_END_DECLS
