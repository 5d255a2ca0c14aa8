/* quarry-vector-format.h: the format of the index's file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to core/vector. The file begins with a page of header. The parts follow, each padded to whole pages: the
 * chunks, the slots of all rows, the slots of all-zero vectors, the centres of the chunks, a checksum for each row, the
 * codes of the chunks, and the rows, those of all chunks without gaps. After them comes the log: blocks that record how
 * slots have changed since. Numbers have the machine's byte order; a machine with another one rejects the file. It is
 * mapped as a whole, from its beginning, so that the page size of the machine does not matter.
 *
 * The header, the log, and the parts before the codes (a fortieth of the file) are verified when it is opened. Codes
 * are verified chunk by chunk and rows one by one, each before its first use, because verifying all of them would take
 * longer than everything else. So a file opens within milliseconds, however large it is, and still no result ever
 * depends on anything that has not been verified.
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
  guint64 codes_length; /* of the part that holds the codes */
  float promised;       /* the recall for which the effort has been measured */
  QuarryVectorEffort effort;
  guint32 n_joined; /* n_joined of the index; 0 in files from before there was this member */
  guint64 body_sum; /* checksum of what is between header and codes */
  char mark[QUARRY_VECTOR_FILE_MAX_MARK + 1];
  guint64 header_sum; /* checksum of all members before it */
} QuarryVectorFileHeader;

typedef struct
{
  guint32 n_rows; /* 1 or more */
  guint32 cell;   /* 1 where it is a cell, else 0 */
  guint64 sum;    /* checksum of its codes */
} QuarryVectorFileChunk;

#define QUARRY_VECTOR_LOG_MAGIC G_GUINT64_CONSTANT (0x4c56797272617551)

/* A block of the log: this header, n_records records, padding to a multiple of 64 bytes, and the rows of those records
 * that have one. */
typedef struct
{
  guint64 magic;
  guint64 place; /* its own offset in the file, so that remains of an older block are not accepted */
  guint64 n_records;
  guint64 size; /* of the whole block, a multiple of 64 */
  guint64 sum;  /* checksum of the whole block, with 0 in this place */
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

/* Eight sums side by side, in the manner of Yann Collet's xxHash, fast enough to verify a file at the speed of memory.
 * It detects accidental damage, but is no protection against forgery. */
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

/* The checksum of a row of @stride components that belongs to @slot. */
static inline guint32
quarry_vector_row_sum (const gint16 *row, gsize stride, guint32 slot)
{
  QuarryVectorSum sum;

  quarry_vector_sum_init (&sum, slot);
  quarry_vector_sum_add (&sum, row, stride * sizeof *row);
  return (guint32) quarry_vector_sum_end (&sum);
}

/* The offsets of the parts. */
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

/* The numbers in the header must not imply a file larger than a file can be. @stride: components per row. */
QuarryVectorLayout quarry_vector_lay_out (const QuarryVectorFileHeader *header, gsize stride);

/* The checksum of a header, as part of a page that is otherwise zeros. */
guint64 quarry_vector_header_sum (const QuarryVectorFileHeader *header);

G_END_DECLS
