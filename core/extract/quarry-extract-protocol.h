/* quarry-extract-protocol.h: what an extractor and its server say to each other
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Over a stream socket of one machine, so numbers have this machine's order. The server greets
 * with a QuarryExtractHello. A READ request carries the file's descriptor (SCM_RIGHTS) and is
 * followed by the name; one reply answers it. CANCEL may follow while the file is being read and
 * has no reply of its own. A reply with a length carries the descriptor of a sealed memory file of
 * records: what was found in the file, its own document last. A reply of status FAILED may have
 * one too: what had been found before reading failed.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define QUARRY_EXTRACT_MAGIC 0x51584334u /* "QXC4" */
#define QUARRY_EXTRACT_VERSION 4u
#define QUARRY_EXTRACT_FD 3
#define QUARRY_EXTRACT_MAX_NAME 4096u
#define QUARRY_EXTRACT_MAX_MESSAGE 4096u
/* The most that a file, and the most that what is found in it may take. */
#define QUARRY_EXTRACT_MAX_FILE (512u << 20)
#define QUARRY_EXTRACT_MAX_DOCUMENT (512u << 20)

typedef struct
{
  guint32 magic;
  guint32 version;
} QuarryExtractHello;

enum
{
  QUARRY_EXTRACT_READ = 1,
  QUARRY_EXTRACT_CANCEL,
};

typedef struct
{
  guint32 magic;
  guint32 kind;
  guint32 name_length;
  guint32 deadline_ms;
  guint32 recognize; /* 1: the text in pictures too */
  guint32 reserved;
  guint64 memory_limit;
} QuarryExtractRequest;

enum
{
  QUARRY_EXTRACT_DOCUMENT = 1,
  QUARRY_EXTRACT_FAILED, /* code: a QuarryExtractError */
  QUARRY_EXTRACT_CANCELLED,
};

/* Before each record of a memory file; the place and the contents follow, and one byte of zero. */
typedef struct
{
  guint32 magic;
  guint32 code;         /* 0: a serialized document follows; else a QuarryExtractError + 1, and its
                         * sentence */
  guint32 place_length; /* within the file; 0 for the file itself */
  guint32 reserved;
  guint64 length;
} QuarryExtractRecord;

typedef struct
{
  guint32 magic;
  guint32 status;
  guint32 code;
  guint32 signal; /* that killed the reader; 0 for none */
  guint64 length; /* of the memory file */
} QuarryExtractReply;

G_END_DECLS
