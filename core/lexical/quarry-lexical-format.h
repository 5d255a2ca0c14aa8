/* quarry-lexical-format.h: the format of the index's file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to the code that writes the file and the code that opens it.
 *
 * The file begins with one page that identifies it. Records follow, each of a header and a body, of whole pages each. A
 * record is either a segment or a list: the segments that make up the index at that time, with the dead
 * passages in them. The header of a segment includes the checksums of its blocks. Records are only ever appended, and the last undamaged list is the index. When more than about a
 * fifth of the file would be records that are no longer needed, the whole index is written to a new file, which is then
 * renamed over the old one. Numbers have the machine's byte order; a machine with another one rejects the file.
 * Segments are mapped into memory, not read.
 */
#pragma once

#include "core/lexical/quarry-lexical-segment-layout.h"
#include "core/lexical/quarry-lexical-sums.h"

G_BEGIN_DECLS

#define QUARRY_LEXICAL_FILE_MAGIC "QuarryLX"
#define QUARRY_LEXICAL_FILE_VERSION 10u
#define QUARRY_LEXICAL_FILE_BYTE_ORDER 0x01020304u
#define QUARRY_LEXICAL_FILE_MAX_MARK 255u

typedef struct
{
  char magic[8];
  guint32 version;
  guint32 byte_order;
  guint64 sum; /* checksum of all members before it */
} QuarryLexicalFileHeader;

enum
{
  QUARRY_LEXICAL_FILE_SEGMENT = 1,
  QUARRY_LEXICAL_FILE_LIST = 2,
};

typedef struct
{
  guint64 type;
  guint64 size; /* of the body, without the padding of its last page */
  guint64 body_sum; /* checksum of the body; of a segment, that of the checksums of its blocks */
  guint64 place; /* its own offset in the file, so that a record that was moved, or left over from another file, is not
                  * accepted */
  guint64 sum;   /* checksum of all members before it */
} QuarryLexicalFileRecord; /* in the header of a segment, the checksums of its blocks follow */

typedef struct
{
  char mark[QUARRY_LEXICAL_FILE_MAX_MARK + 1];
  guint64 n_passages;
  guint64 n_words;
  guint64 n_segments;
} QuarryLexicalFileList;

/* One for each segment, after the list's header. After all of these come, for each segment, its dead rows and its pairs
 * of a term and the number of dead passages that hold it. */
typedef struct
{
  guint64 place; /* of its record */
  guint32 n_dead;
  guint32 n_dead_counts;
} QuarryLexicalFileEntry;

static inline guint64
quarry_lexical_whole_pages (guint64 length)
{
  return quarry_lexical_round_up (length, QUARRY_LEXICAL_PAGE);
}

/* How many bytes the header of a record takes, whose body has @size bytes; and the whole record. */
static inline guint64
quarry_lexical_record_head (guint64 type, guint64 size)
{
  gsize n_sums = type == QUARRY_LEXICAL_FILE_SEGMENT ? quarry_lexical_count_sums (quarry_lexical_whole_pages (size)) : 0;

  return quarry_lexical_whole_pages (sizeof (QuarryLexicalFileRecord) + n_sums * sizeof (guint64));
}

static inline guint64
quarry_lexical_record_length (guint64 type, guint64 size)
{
  return quarry_lexical_record_head (type, size) + quarry_lexical_whole_pages (size);
}

G_END_DECLS
