/* quarry-extract-protocol.h: what an extractor and its server say to each other
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Over a stream socket of one machine, so numbers have this machine's order. The server greets
 * with a QuarryExtractHello. A READ or DRAW request carries the file's descriptor (SCM_RIGHTS) and is
 * followed by the name, in which the place of a PDF inside the file may stand behind "/"; one reply answers it, and each WORKING before it says that it takes longer. CANCEL
 * may follow while the file is being read and has no reply of its own. A reply with a length carries the
 * descriptor of a sealed memory file of records: what was found in the file, its own document last; or the
 * one page that was to be drawn. With a request that @spills come two more files, which are the extractor's:
 * one that the records are written to, instead of the memory file, and one for the reader's own use. No child
 * is left then that could change them.
 * A reply of status FAILED may have one too: what had been found before reading failed.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define QUARRY_EXTRACT_MAGIC 0x51584336u /* "QXC6" */
#define QUARRY_EXTRACT_VERSION 6u
#define QUARRY_EXTRACT_FD 3
#define QUARRY_EXTRACT_MAX_NAME 4096u
#define QUARRY_EXTRACT_MAX_MESSAGE 4096u
/* The most that a file, and the most that what is found in it may take. */
#define QUARRY_EXTRACT_MAX_FILE (512u << 20)
#define QUARRY_EXTRACT_MAX_DOCUMENT (512u << 20)
/* The most pixels of a page that is drawn, along a side and in all, and the most words on it. */
#define QUARRY_EXTRACT_MAX_SIDE 16384u
#define QUARRY_EXTRACT_MAX_PIXELS (16u << 20)
#define QUARRY_EXTRACT_MAX_WORDS 100000u
#define QUARRY_EXTRACT_MAX_WORDS_TEXT (4u << 20)
#define QUARRY_EXTRACT_MAX_LABEL 64u
/* How often it may be said that a file takes longer. */
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
  guint32 recognize; /* 1: the text in pictures too */
  guint32 page;      /* DRAW: counted from 1 */
  guint32 width;     /* DRAW: pixels */
  guint32 spills;    /* 1: into files of the extractor's */
  guint64 memory_limit;
} QuarryExtractRequest;

enum
{
  QUARRY_EXTRACT_DOCUMENT = 1,
  QUARRY_EXTRACT_FAILED, /* code: a QuarryExtractError */
  QUARRY_EXTRACT_CANCELLED,
  QUARRY_EXTRACT_WORKING, /* the file takes its deadline anew: the reply is still to come */
};

/* Before each record of a memory file; the place and the contents follow, and one byte of zero. */
typedef struct
{
  guint32 magic;
  guint32 code;         /* 0: a serialized document follows, or a QuarryExtractPage; else a
                         * QuarryExtractError + 1, and its sentence */
  guint32 place_length; /* within the file; 0 for the file itself */
  guint32 reserved;
  guint64 length;
} QuarryExtractRecord;

/* A page: its pixels follow, 32 bits each as cairo has them (ARGB), row upon row from the top; then a
 * QuarryPageBox for each word; then the words' UTF-8, each with a NUL behind it; then the page's label. */
typedef struct
{
  guint32 number;
  guint32 n_pages; /* of the file */
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
  guint32 signal; /* that killed the reader; 0 for none */
  guint64 length; /* of the memory file */
} QuarryExtractReply;

G_END_DECLS
