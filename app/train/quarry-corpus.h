/* quarry-corpus.h: training text, line by line
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each line of a text file consists of a letter, a tab and text: D for a document's title, H for a
 * heading, P for a paragraph. A file with ".tsv" in its name holds pairs: a query, a tab and a passage
 * that answers it. Either may be compressed in any way that libarchive can read.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  QUARRY_RECORD_DOCUMENT = 'D',
  QUARRY_RECORD_HEADING = 'H',
  QUARRY_RECORD_PARAGRAPH = 'P',
  QUARRY_RECORD_QUERY = 'Q',
  QUARRY_RECORD_ANSWER = 'A',
} QuarryRecordKind;

typedef void (*QuarryRecordFunc) (QuarryRecordKind kind,
                                  const char *text,
                                  gsize length,
                                  gpointer data);

gboolean quarry_corpus_holds_pairs (const char *path);

/* Calls @func with every record of @path, in order. A line of any other form is an error. */
gboolean quarry_corpus_read (const char *path,
                             QuarryRecordFunc func,
                             gpointer data,
                             GError **error);

G_END_DECLS
