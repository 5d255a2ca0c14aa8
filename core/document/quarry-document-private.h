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

/* The parts of a document while it is being made; all are owned. The text is either in @text, or in @bytes as @lent. */
typedef struct
{
  GString *text;
  GBytes *bytes;        /* what @lent points into, if the text is not in @text; else NULL */
  const char *lent;     /* the text in @bytes, with a NUL behind it */
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

/* Takes over the parts and leaves @parts empty. They must be valid already: nothing is checked here. */
QuarryDocument *quarry_document_new_from_parts (QuarryDocumentParts *parts);

/* Passes over a mapped text give its pages back to the system after this many bytes, which bounds the memory they
 * hold. */
#define QUARRY_DOCUMENT_WINDOW (4u << 20)

/* Gives the whole pages in a range of a file that is mapped read-only back to the system. They are read from the file
 * again when they are next used. */
void quarry_document_forget_pages (gconstpointer start, gsize length);

/* Whether @offset lies between two characters of @text: the byte there is not a continuation byte of UTF-8. The end of
 * the text is a boundary too. */
static inline gboolean
quarry_document_is_boundary (const char *text, gsize length, gsize offset)
{
  return offset <= length && (offset == length || ((guchar) text[offset] & 0xc0) != 0x80);
}

/* Whether the document's text is pages of a mapped file. */
gboolean quarry_document_is_mapped (QuarryDocument *self);

/* The metadata of a document, which keeps owning the table. */
GHashTable *quarry_document_get_metadata_table (QuarryDocument *self);

G_END_DECLS
