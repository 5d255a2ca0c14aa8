/* quarry-lexical-format.h: the index's file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to what writes and what opens it.
 *
 * One page that says what the file is, then records, each a page of header and a body of whole
 * pages: segments, and lists of the segments that count with the dead passages in them. Records are
 * only appended; the last list that is whole is the index. When a fifth of the file no longer counts,
 * it is written anew beside itself and renamed. Numbers are as the machine has them; a machine with
 * another order of bytes refuses the file. Segments are mapped, not read.
 */
#pragma once

#include "core/lexical/quarry-lexical-segment-layout.h"

G_BEGIN_DECLS

#define QUARRY_LEXICAL_FILE_MAGIC "QuarryLX"
#define QUARRY_LEXICAL_FILE_VERSION 6u
#define QUARRY_LEXICAL_FILE_BYTE_ORDER 0x01020304u
#define QUARRY_LEXICAL_FILE_MAX_MARK 255u

typedef struct
{
  char magic[8];
  guint32 version;
  guint32 byte_order;
  guint64 sum; /* of all before it */
} QuarryLexicalFileHeader;

enum
{
  QUARRY_LEXICAL_FILE_SEGMENT = 1,
  QUARRY_LEXICAL_FILE_LIST = 2,
};

typedef struct
{
  guint64 type;
  guint64 size; /* of the body, without what fills its last page */
  guint64 body_sum;
  guint64 place; /* in the file: a record moved or left from another file is none */
  guint64 sum;   /* of all before it */
} QuarryLexicalFileRecord;

typedef struct
{
  char mark[QUARRY_LEXICAL_FILE_MAX_MARK + 1];
  guint64 n_passages;
  guint64 n_words;
  guint64 n_segments;
} QuarryLexicalFileList;

/* Behind the list's header, one a segment; behind these the dead rows and (term, count) pairs. */
typedef struct
{
  guint64 place;
  guint32 n_dead;
  guint32 n_dead_counts;
} QuarryLexicalFileEntry;

static inline guint64
quarry_lexical_whole_pages (guint64 length)
{
  return quarry_lexical_round_up (length, QUARRY_LEXICAL_PAGE);
}

G_END_DECLS
