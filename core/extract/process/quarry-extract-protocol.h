/* quarry-extract-protocol.h: the messages between an extractor and its server
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * They are sent over a stream socket on one machine, so numbers have the machine's byte order. The
 * server begins with a QuarryExtractHello.
 *
 * A READ or DRAW request carries the file's descriptor (SCM_RIGHTS) and is followed by the name. For a
 * PDF inside the file, the name continues with "/" and its place there. Each request gets one reply;
 * each WORKING before that says that it takes longer. While a file is being read, CANCEL may be sent,
 * which gets no reply of its own.
 *
 * A reply with a length carries the descriptor of a sealed memory file of records: what was found in
 * the file, its own document among them, or the one page that was to be drawn. A reply of status
 * FAILED may have one too, with what was found before reading failed.
 *
 * A request that @spills carries two more files, which are the extractor's: the records are written to
 * the first instead of a memory file, and the second is for the reader's own use. When the reply is
 * sent, no child is left that could change them.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define QUARRY_EXTRACT_MAGIC 0x51584336u /* "QXC6" */
#define QUARRY_EXTRACT_VERSION 6u
#define QUARRY_EXTRACT_FD 3
#define QUARRY_EXTRACT_MAX_NAME 4096u
#define QUARRY_EXTRACT_MAX_MESSAGE 4096u
/* The greatest size of a file, and of all that is found in it. */
#define QUARRY_EXTRACT_MAX_FILE (512u << 20)
#define QUARRY_EXTRACT_MAX_DOCUMENT (512u << 20)
/* Records in an answer; quarry-inside.c ends before. */
#define QUARRY_EXTRACT_MAX_RECORDS (128u << 10)
/* The limits for a page that is drawn: pixels along a side, pixels in all, and words. */
#define QUARRY_EXTRACT_MAX_SIDE 16384u
#define QUARRY_EXTRACT_MAX_PIXELS (16u << 20)
#define QUARRY_EXTRACT_MAX_WORDS 100000u
#define QUARRY_EXTRACT_MAX_WORDS_TEXT (4u << 20)
#define QUARRY_EXTRACT_MAX_LABEL 64u
/* How often the server may say that a file takes longer. */
#define QUARRY_EXTRACT_MAX_EXTENSIONS 1000u

typedef struct
{
  guint32 magic;
  guint32 version;
} QuarryExtractHello;

enum
{
  QUARRY_EXTRACT_READ = 1,
  QUARRY_EXTRACT_CANCEL,
  QUARRY_EXTRACT_DRAW,
};

typedef struct
{
  guint32 magic;
  guint32 kind;
  guint32 name_length;
  guint32 deadline_ms;
  guint32 recognize; /* 1: recognize the text in pictures too */
  guint32 page;      /* DRAW: counted from 1 */
  guint32 width;     /* DRAW: the wanted width in pixels */
  guint32 spills;    /* 1: two more files come with the request */
  guint64 memory_limit;
} QuarryExtractRequest;

enum
{
  QUARRY_EXTRACT_DOCUMENT = 1,
  QUARRY_EXTRACT_FAILED, /* code: a QuarryExtractError */
  QUARRY_EXTRACT_CANCELLED,
  QUARRY_EXTRACT_WORKING, /* the file gets a new deadline; the reply is still to come */
};

/* The header of a record. The place and the contents follow, and then a zero byte. */
typedef struct
{
  guint32 magic;
  guint32 code;         /* 0: a serialized document follows, or a QuarryExtractPage; else a
                         * QuarryExtractError + 1, and its message */
  guint32 place_length; /* bytes of the place within the file; 0 for the file itself */
  guint32 reserved;
  guint64 length;
} QuarryExtractRecord;

/* The header of a page. Its pixels follow, with 32 bits each in cairo's format (ARGB), by rows from the top; then a
 * QuarryPageBox for each word; then the words in UTF-8, each with a NUL behind it; then the page's label. */
typedef struct
{
  guint32 number;
  guint32 n_pages; /* in the file */
  guint32 width, height;
  guint32 n_words;
  guint32 text_length;
  guint32 label_length;
  guint32 reserved;
} QuarryExtractPage;

typedef struct
{
  guint32 magic;
  guint32 status;
  guint32 code;
  guint32 signal; /* the signal that killed the reader; 0 for none */
  guint64 length; /* bytes in the memory file */
} QuarryExtractReply;

G_END_DECLS
