/* quarry-postings.h: the passages that hold one term, packed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A posting is a row (a passage's number in its segment) and a code of four bits for how often the
 * term occurs there. Postings lie in blocks of up to 128: the codes, then how far the rows are from the
 * first (Elias-Fano code). The first rows and the highest impacts of all blocks come before them, so that a
 * search leaps over blocks that cannot matter (block maxima: Ding and Suel, SIGIR 2011).
 *
 * Plain C over arrays. A view only reads; any number of threads may use one.
 */
#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

#define QUARRY_POSTINGS_BLOCK 128u

/* Bytes that must be readable behind a packed list. */
#define QUARRY_POSTINGS_SLACK 8u

/* A view of a list. */
typedef struct
{
  guint32 n_postings;
  guint32 n_blocks;
  guint8 highest; /* impact byte of all blocks */
  /*< private >*/
  guint32 n_rows;
  const guint8 *firsts;  /* n_blocks little-endian 32-bit rows */
  const guint8 *offsets; /* n_blocks little-endian 32-bit offsets into payload */
  const guint8 *forms;   /* of n_blocks */
  const guint8 *maxima;  /* n_blocks highest impacts */
  const guint8 *payload;
  gsize payload_size;
  const guint32 *rows; /* where it is not packed */
  const guint8 *codes;
} QuarryPostings;

/* Packs @n postings (rows ascending, each once; codes 0 to 15; impacts as the byte of
 * quarry-lexical-weights.h) at the end of @bytes. */
void quarry_postings_pack (
    GByteArray *bytes, const guint32 *rows, const guint8 *codes, const guint8 *impacts, guint32 n);

/* Makes a view of the @n postings packed in @size bytes at @data, which stay where they are.
 * Nothing is believed: FALSE where they cannot be a list; a list that lies is never read past its
 * end, and no row of it is @n_rows or above. */
gboolean quarry_postings_init (
    QuarryPostings *self, const guint8 *data, gsize size, guint32 n, guint32 n_rows);

/* Makes a view of arrays, which stay where they are. Their impacts count as the highest. */
void quarry_postings_init_plain (QuarryPostings *self,
                                 const guint32 *rows,
                                 const guint8 *codes,
                                 guint32 n);

/* The first row and the highest impact of a block. */
static inline guint32
quarry_postings_block_first (const QuarryPostings *self, guint32 block)
{
  guint32 row;

  if (self->rows != NULL)
    return self->rows[block * QUARRY_POSTINGS_BLOCK];
  memcpy (&row, self->firsts + 4 * (gsize) block, sizeof row);
  return GUINT32_FROM_LE (row);
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
  guint32 own_rows[QUARRY_POSTINGS_BLOCK + 1]; /* one more than there can be is written to */
  guint8 own_codes[QUARRY_POSTINGS_BLOCK];
} QuarryPostingsBlock;

/* FALSE, and a length of 0, where the block is damaged. */
gboolean quarry_postings_unpack (const QuarryPostings *self,
                                 guint32 block,
                                 QuarryPostingsBlock *unpacked);

G_END_DECLS
