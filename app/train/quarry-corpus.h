/* quarry-corpus.h: training text, line by line
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A text file has lines of a letter, a tab and text: D a document's title, H a heading, P a
 * paragraph. A file whose name has ".tsv" in it holds pairs: a query, a tab and a passage that
 * answers it. Either may be compressed in any way that libarchive knows.
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

/* Hands every record of @path to @func, in order. Lines of another form are errors. */
gboolean quarry_corpus_read (const char *path,
                             QuarryRecordFunc func,
                             gpointer data,
                             GError **error);

G_END_DECLS
