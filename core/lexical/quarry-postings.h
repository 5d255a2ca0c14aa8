/* quarry-postings.h: the passages that hold one term, packed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A posting is a slot and one byte of weight: the saturated, length-normalised part of BM25, which
 * does not depend on how many passages there are. Postings lie in blocks of up to 128: the first
 * slot as it is, the distances to the next ones bit-packed, then the weights. The first slots and
 * the highest weights of all blocks come before them, so that a search leaps over blocks that
 * cannot matter (block maxima: Ding and Suel, SIGIR 2011).
 *
 * Plain C over arrays. A view only reads; any number of threads may use one.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define QUARRY_POSTINGS_BLOCK 128u

/* Bytes that must be readable behind a packed list. */
#define QUARRY_POSTINGS_SLACK 8u

/* A view of a packed list. */
typedef struct
{
  guint32 n_postings;
  guint32 n_blocks;
  guint8 max_weight;
  /*< private >*/
  const guint8 *firsts;  /* n_blocks little-endian 32-bit slots */
  const guint8 *offsets; /* n_blocks little-endian 32-bit offsets into payload */
  const guint8 *bits;    /* n_blocks widths of a distance, 0 to 32 */
  const guint8 *maxima;  /* n_blocks highest weights */
  const guint8 *payload;
  gsize payload_size;
} QuarryPostings;

/* Packs @n postings (slots ascending, each once; weights 1 to 255) at the end of @bytes. */
void quarry_postings_pack (GByteArray *bytes, const guint32 *slots, const guint8 *weights, guint32 n);

/* Makes a view of the @n postings packed in @size bytes at @data, which stay where they are.
 * Nothing is believed: FALSE where they cannot be a list; a list that lies is never read past its
 * end. */
gboolean quarry_postings_init (QuarryPostings *self, const guint8 *data, gsize size, guint32 n);

/* The first slot and the highest weight of a block. */
guint32 quarry_postings_block_first (const QuarryPostings *self, guint32 block);
guint8 quarry_postings_block_max (const QuarryPostings *self, guint32 block);

/* Unpacks a block: its number of postings; @weights gets where the weights lie. 0 where the block
 * is damaged. */
guint quarry_postings_unpack (const QuarryPostings *self,
                              guint32 block,
                              guint32 slots[QUARRY_POSTINGS_BLOCK],
                              const guint8 **weights);

G_END_DECLS
