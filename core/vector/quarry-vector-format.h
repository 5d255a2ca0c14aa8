/* quarry-vector-format.h: the index's file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to core/vector. A page of header, then the parts, each padded to whole pages: the chunks,
 * the slots of all rows, the slots of all-zero vectors, the chunks' centres, a checksum a row, the
 * chunks' codes, the rows, one chunk's behind the other's without gaps. Behind them the log: blocks
 * that say what has become of slots since. Numbers are as the machine has them; a machine with another
 * order of bytes refuses the file. It is mapped as a whole and from its beginning, so that the machine's
 * page size does not matter.
 *
 * What is checked when: header and parts up to the codes, a fortieth of the file, are checked when it
 * is opened, with the log. Codes are checked a chunk at a time and rows one by one, each before it is
 * first used, because checking all would take longer than everything else. So a file opens in
 * milliseconds however large it is, and still nothing decides about an answer before it has been checked.
 */
#pragma once

#include "core/vector/quarry-vector-effort.h"

G_BEGIN_DECLS

#define QUARRY_VECTOR_FILE_MAGIC "QuarryVI"
#define QUARRY_VECTOR_FILE_VERSION 5
#define QUARRY_VECTOR_FILE_BYTE_ORDER 0x01020304u
#define QUARRY_VECTOR_FILE_PAGE 4096
#define QUARRY_VECTOR_FILE_MAX_MARK 255

typedef struct
{
  char magic[8];
  guint32 version;
  guint32 byte_order;
  guint32 dims;
  guint32 chunk_rows;
  guint64 n_rows;
  guint64 n_zeros;
  guint64 n_chunks;
  guint64 codes_length; /* of their part */
  float promised;       /* for which the effort has been measured */
  QuarryVectorEffort effort;
  guint32 n_joined; /* the index's; files written before there was one have 0 here */
  guint64 body_sum; /* of what lies between header and codes */
  char mark[QUARRY_VECTOR_FILE_MAX_MARK + 1];
  guint64 header_sum; /* of all before it */
} QuarryVectorFileHeader;

typedef struct
{
  guint32 n_rows; /* 1 or more */
  guint32 cell;   /* 1 where it is one, or 0 */
  guint64 sum;    /* of its codes */
} QuarryVectorFileChunk;

#define QUARRY_VECTOR_LOG_MAGIC G_GUINT64_CONSTANT (0x4c56797272617551)

/* A block of the log: this, n_records records, what fills them up to 64 bytes, and the rows of those
 * records that have one. */
typedef struct
{
  guint64 magic;
  guint64 place; /* in the file: what is left from an older block is none */
  guint64 n_records;
  guint64 size; /* of the whole block, a multiple of 64 */
  guint64 sum;  /* of the whole block with 0 in this place */
  guint64 padding[3];
} QuarryVectorLogBlock;

typedef struct
{
  guint32 slot;
  guint32 state;
} QuarryVectorLogRecord;

enum
{
  QUARRY_VECTOR_LOG_EMPTY,
  QUARRY_VECTOR_LOG_ZERO,
  QUARRY_VECTOR_LOG_ROW,
};

/* Eight sums side by side, after the manner of Yann Collet's xxHash: fast enough to check a file
 * at the speed of memory. It finds accidents; it is no defence against forgery. */
typedef struct
{
  guint64 lane[8];
} QuarryVectorSum;

static inline void
quarry_vector_sum_init (QuarryVectorSum *self, guint64 seed)
{
  for (guint j = 0; j < 8; j++)
    self->lane[j] = (j + 1 + seed) * G_GUINT64_CONSTANT (0xd1b54a32d192ed03);
}

/* @length: a multiple of 64. */
static inline void
quarry_vector_sum_add (QuarryVectorSum *self, gconstpointer data, gsize length)
{
  const guint64 *word = data;

  for (gsize i = 0; i < length / 8; i += 8)
    for (guint j = 0; j < 8; j++)
      {
        guint64 lane = self->lane[j] ^ word[i + j];

        self->lane[j] = (lane << 29 | lane >> 35) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
      }
}

static inline guint64
quarry_vector_sum_end (const QuarryVectorSum *self)
{
  guint64 sum = 0;

  for (guint j = 0; j < 8; j++)
    {
      sum = (sum ^ self->lane[j] ^ self->lane[j] >> 32) * G_GUINT64_CONSTANT (0xff51afd7ed558ccd);
      sum ^= sum >> 33;
    }
  return sum;
}

static inline guint64
quarry_vector_sum (gconstpointer data, gsize length)
{
  QuarryVectorSum sum;

  quarry_vector_sum_init (&sum, 0);
  quarry_vector_sum_add (&sum, data, length);
  return quarry_vector_sum_end (&sum);
}

/* Of a row of @stride components that belongs to @slot. */
static inline guint32
quarry_vector_row_sum (const gint16 *row, gsize stride, guint32 slot)
{
  QuarryVectorSum sum;

  quarry_vector_sum_init (&sum, slot);
  quarry_vector_sum_add (&sum, row, stride * sizeof *row);
  return (guint32) quarry_vector_sum_end (&sum);
}

/* Where the parts lie. */
typedef struct
{
  guint64 slots;
  guint64 zeros;
  guint64 centres;
  guint64 sums;
  guint64 codes;
  guint64 rows;
  guint64 length; /* without the log */
} QuarryVectorLayout;

/* The header's numbers are those of a file not larger than a file can be. @stride: components a row. */
QuarryVectorLayout quarry_vector_lay_out (const QuarryVectorFileHeader *header, gsize stride);

/* Of a header, which is part of a page of zeros. */
guint64 quarry_vector_header_sum (const QuarryVectorFileHeader *header);

G_END_DECLS
