/* quarry-postings.h: compressed lists of the passages that hold a term
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A posting is a row (a passage's number in its segment) and a code of four bits for how often the term occurs there.
 * Postings are stored in blocks of up to 128: first the codes, then the distances of the rows from the first one
 * (Elias-Fano code). The first rows and the greatest impacts of all blocks precede the blocks, so that a search can
 * skip blocks that cannot matter (block maxima: Ding and Suel, SIGIR 2011).
 *
 * Plain C over arrays. A view is read-only; any number of threads may use one.
 */
#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

#define QUARRY_POSTINGS_BLOCK 128u

/* This many bytes must be readable after a packed list. */
#define QUARRY_POSTINGS_SLACK 8u

/* A view of a list. */
typedef struct
{
  guint32 n_postings;
  guint32 n_blocks;
  guint8 highest; /* the greatest impact byte of all blocks */
  /*< private >*/
  guint32 n_rows;
  const guint8 *firsts;  /* n_blocks little-endian 32-bit rows */
  const guint8 *offsets; /* n_blocks little-endian 32-bit offsets into payload */
  const guint8 *forms;   /* one byte per block: how it is packed */
  const guint8 *maxima;  /* the greatest impact byte of each block */
  const guint8 *payload;
  gsize payload_size;
  const guint32 *rows; /* only where the list is not packed */
  const guint8 *codes;
} QuarryPostings;

/* Packs @n postings (rows ascending, each once; codes 0 to 15; impacts as the byte of quarry-lexical-weights.h) and
 * appends them to @bytes. */
void quarry_postings_pack (
    GByteArray *bytes, const guint32 *rows, const guint8 *codes, const guint8 *impacts, guint32 n);

/* Makes a view of the @n postings packed in @size bytes at @data, which are not copied. The data is not trusted: FALSE
 * where they cannot be a list. A list with wrong content is never read past its end and yields no row of @n_rows or
 * above. */
gboolean quarry_postings_init (
    QuarryPostings *self, const guint8 *data, gsize size, guint32 n, guint32 n_rows);

/* Makes a view of plain arrays, which are not copied. All impacts are taken to be the greatest possible. */
void quarry_postings_init_plain (QuarryPostings *self,
                                 const guint32 *rows,
                                 const guint8 *codes,
                                 guint32 n);

/* The first row, and the greatest impact byte, of a block. */
static inline guint32
quarry_postings_block_first (const QuarryPostings *self, guint32 block)
{
  guint32 row;

  if (self->rows != NULL)
    return self->rows[block * QUARRY_POSTINGS_BLOCK];
  memcpy (&row, self->firsts + 4 * (gsize) block, sizeof row);
  return GUINT32_FROM_LE (row);
}

/* The last block from @block on that begins at or before @target; @block where the next begins behind it. By
 * exponential search, then by binary search. */
static inline guint32
quarry_postings_find_block (const QuarryPostings *self, guint32 block, guint64 target)
{
  guint32 low, high, step = 1;

  if (block + 1 >= self->n_blocks || quarry_postings_block_first (self, block + 1) > target)
    return block;

  low = block + 1;
  while (low + step < self->n_blocks && quarry_postings_block_first (self, low + step) <= target)
    {
      low += step;
      step *= 2;
    }
  high = (guint32) MIN ((guint64) low + step, self->n_blocks);
  while (high - low > 1)
    {
      guint32 middle = low + (high - low) / 2;

      if (quarry_postings_block_first (self, middle) <= target)
        low = middle;
      else
        high = middle;
    }
  return low;
}

/* The index of the first of @rows, from @at up to but not including @end, that is not less than @row; @end where there
 * is none. */
static inline guint
quarry_postings_find_row (const guint32 *rows, guint at, guint end, guint64 row)
{
  guint n = end - at;

  for (; n > 1; n -= n / 2)
    at += (rows[at + n / 2 - 1] < row) * (n / 2);
  return at + (n > 0 && rows[at] < row);
}

/* How many postings a block has. */
static inline guint
quarry_postings_block_length (const QuarryPostings *self, guint32 block)
{
  return MIN (self->n_postings - block * QUARRY_POSTINGS_BLOCK, QUARRY_POSTINGS_BLOCK);
}

static inline guint8
quarry_postings_block_max (const QuarryPostings *self, guint32 block)
{
  return self->rows != NULL ? 255 : self->maxima[block];
}

/* A block, unpacked. */
typedef struct
{
  guint length;
  const guint32 *rows;
  const guint8 *codes;
  /*< private >*/
  guint32 own_rows[QUARRY_POSTINGS_BLOCK + 1]; /* unpacking writes one row more than a block can have */
  guint8 own_codes[QUARRY_POSTINGS_BLOCK];
} QuarryPostingsBlock;

/* FALSE, and a length of 0, where the block is damaged. */
gboolean quarry_postings_unpack (const QuarryPostings *self,
                                 guint32 block,
                                 QuarryPostingsBlock *unpacked);

G_END_DECLS
