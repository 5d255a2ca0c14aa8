/* quarry-document-private.h: what a document is made of
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

#define QUARRY_DOCUMENT_MAX_LEVEL 32
#define QUARRY_DOCUMENT_MAX_HEADING_LEVEL 6
#define QUARRY_DOCUMENT_MAX_TITLE 1024u
#define QUARRY_DOCUMENT_MAX_VALUE 4096u
#define QUARRY_DOCUMENT_MAX_KEYS 32u

/* The parts of a document while it is made. Each is owned. */
typedef struct
{
  GString *text;
  GBytes *bytes;        /* that the text is a part of, where it is not in @text; else NULL */
  const char *lent;     /* that text, with a NUL behind it */
  gsize n_lent;
  gboolean is_mapped;   /* @bytes are pages of a file */
  char *title;
  GHashTable *metadata; /* char * to char * */
  GArray *blocks;       /* QuarryBlock */
  GArray *pages;        /* QuarryPage */
} QuarryDocumentParts;

void quarry_document_parts_init (QuarryDocumentParts *parts);
void quarry_document_parts_clear (QuarryDocumentParts *parts);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (QuarryDocumentParts, quarry_document_parts_clear)

/* Takes the parts, which are empty afterwards. They must be right already. */
QuarryDocument *quarry_document_new_from_parts (QuarryDocumentParts *parts);

/* What is looked at of pages of a file before they are given back. */
#define QUARRY_DOCUMENT_WINDOW (4u << 20)

/* Gives whole pages of a file, mapped to read, back to the system. They come again where they are read. */
void quarry_document_forget_pages (gconstpointer start, gsize length);

/* Where a document's text starts and ends with a character: the byte at @offset is none that
 * continues one. The end of the text is a boundary too. */
static inline gboolean
quarry_document_is_boundary (const char *text, gsize length, gsize offset)
{
  return offset <= length && (offset == length || ((guchar) text[offset] & 0xc0) != 0x80);
}

/* Whether its text is pages of a file. */
gboolean quarry_document_is_mapped (QuarryDocument *self);

/* The metadata of a document; owned by it. */
GHashTable *quarry_document_get_metadata_table (QuarryDocument *self);

G_END_DECLS
