/* quarry-document.h: the text of one document, with its structure
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* The most text that one document may hold. Offsets fit 32 bits with room to spare. */
#define QUARRY_DOCUMENT_MAX_TEXT (256u << 20)

#define QUARRY_DOCUMENT_ERROR (quarry_document_error_quark ())

typedef enum
{
  QUARRY_DOCUMENT_ERROR_DAMAGED, /* serialized bytes that are no document */
  QUARRY_DOCUMENT_ERROR_VERSION, /* a document of another version */
} QuarryDocumentError;

GQuark quarry_document_error_quark (void);

/* A half-open range of bytes of a document's UTF-8 text; both ends lie on character boundaries. */
typedef struct
{
  guint32 start;
  guint32 end;
} QuarrySpan;

typedef enum
{
  QUARRY_BLOCK_PARAGRAPH,
  QUARRY_BLOCK_HEADING,   /* level 1 (outermost) to 6 */
  QUARRY_BLOCK_LIST_ITEM, /* level 1 and more: depth of nesting */
  QUARRY_BLOCK_TABLE,     /* one row a line, cells separated by a tab */
  QUARRY_BLOCK_CODE,      /* line ends and blanks as they were */
  QUARRY_BLOCK_QUOTE,
} QuarryBlockKind;

/* One block of the text. Blocks are in order, not empty, and do not overlap; between two of them
 * stands white space alone. */
typedef struct
{
  QuarrySpan span;
  guint8 kind; /* QuarryBlockKind */
  guint8 level;
} QuarryBlock;

/* A page starts at a byte of the text and reaches to the start of the next one. */
typedef struct
{
  guint32 start;
  guint32 number; /* counted from 1 */
} QuarryPage;

#define QUARRY_TYPE_DOCUMENT (quarry_document_get_type ())

/* An immutable document: UTF-8 text (valid, no NUL), title, metadata, blocks and pages.
 * Threads: any number may use one document at a time. */
G_DECLARE_FINAL_TYPE (QuarryDocument, quarry_document, QUARRY, DOCUMENT, GObject)

/* The text, valid UTF-8 with a NUL behind it; @length, which may be NULL, gets its bytes. (transfer none) */
const char *quarry_document_get_text (QuarryDocument *self, gsize *length);

/* The title that the document itself states; NULL when it states none. */
const char *quarry_document_get_title (QuarryDocument *self);

/* Keys in use: "author", "created", "modified" (ISO 8601), "language" (BCP 47), "keywords",
 * "mime-type". NULL when unknown. */
const char *quarry_document_get_metadata (QuarryDocument *self, const char *key);

/* All blocks, in the text's order. (transfer none) */
const QuarryBlock *quarry_document_get_blocks (QuarryDocument *self, guint *n_blocks);

/* All pages, their numbers growing; none where the document has no pages. (transfer none) */
const QuarryPage *quarry_document_get_pages (QuarryDocument *self, guint *n_pages);

/* The number of the page that holds the byte at @offset; 0 in a document without pages. */
guint quarry_document_page_at (QuarryDocument *self, guint32 offset);

/* What of the text stands on page @number; empty where there is no such page. */
QuarrySpan quarry_document_span_of_page (QuarryDocument *self, guint number);

/* The headings that the byte at @offset stands under, outermost first; a heading stands under
 * itself. Of each at most 1024 bytes. (transfer full): a NULL-terminated array, free with g_strfreev(). */
char **quarry_document_heading_path (QuarryDocument *self, guint32 offset);

/* Converts offsets between bytes and characters (Unicode code points) of the text, in constant time: at most 1 KiB is
 * looked through. Offsets beyond the end count as the end. */
guint32 quarry_document_characters_at (QuarryDocument *self, guint32 byte_offset);
guint32 quarry_document_bytes_at (QuarryDocument *self, guint32 character_offset);

/* Where the stretch of text that begins at byte @start should end: at most @most bytes (8 and more) later, before
 * a heading if one comes in its second half, else before a block, else between words. The end of the text
 * where that is near enough. It has at most one block for 32 bytes of @most, or 64 where that is more. */
guint32 quarry_document_end_stretch (QuarryDocument *self, guint32 start, guint32 most);

/* The text at @span with its blocks and pages, as a document without title or metadata; offsets count from
 * span.start. A block that goes on outside is cut. The document itself where that is all of it. (transfer full) */
QuarryDocument *quarry_document_copy_stretch (QuarryDocument *self, QuarrySpan span);

/* The small, versioned, length-checked and checksummed format in which a document crosses from
 * the reader process and is kept in the library; its last bytes are the text as it is. Reading
 * believes nothing: every length, offset and byte of UTF-8 is checked. */
GBytes *quarry_document_serialize (QuarryDocument *self);
QuarryDocument *quarry_document_deserialize (GBytes *bytes, GError **error);

/* For long documents, whose text need not be copied then. The first gives all of the format but the text's bytes, which
 * come behind it. The second makes a document whose text stays within @bytes; the byte behind @bytes must be a NUL and
 * readable as long as they live. @is_mapped: they are pages of a file, mapped to be read. */
GBytes *quarry_document_serialize_head (QuarryDocument *self);
QuarryDocument *quarry_document_deserialize_in_place (GBytes *bytes, gboolean is_mapped, GError **error);

/* Where the text is pages of a mapped file (@is_mapped above, or what a builder spilled): gives those of @span back to the
 * system. They are read from the file again when they are needed. Elsewhere it does nothing. */
void quarry_document_forget (QuarryDocument *self, QuarrySpan span);

/* Builds a document block by block. Not thread safe.
 *
 * Text given to it may be anything: bytes that are no UTF-8 become U+FFFD, control and
 * zero-width filler characters and soft hyphens are dropped, text is brought to NFC, runs of
 * white space become one blank (line ends and blanks stay in CODE; line ends and tabs in TABLE),
 * and blocks left empty are passed over. */
typedef struct _QuarryDocumentBuilder QuarryDocumentBuilder;

/* (transfer full) */
QuarryDocumentBuilder *quarry_document_builder_new (void);
void quarry_document_builder_free (QuarryDocumentBuilder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryDocumentBuilder, quarry_document_builder_free)

/* The title and the metadata that the document itself states; the keys as of quarry_document_get_metadata(). NULL or
 * nothing but white space states none; the last one counts. Of a title 1024 bytes are kept, of a value 4096, and 32 keys. */
void quarry_document_builder_set_title (QuarryDocumentBuilder *self, const char *title);
void quarry_document_builder_set_metadata (QuarryDocumentBuilder *self,
                                           const char *key,
                                           const char *value);

/* What follows stands on page @number (1 and more, growing). */
void quarry_document_builder_begin_page (QuarryDocumentBuilder *self, guint number);

/* Has the text of a long document kept in the file @fd, which is empty and open for reading and writing. It stays the
 * caller's, who leaves it alone as long as the document lives. @spilled is called each time that text was written to it. */
typedef void (*QuarryDocumentSpilledFunc) (gpointer data);
void quarry_document_builder_spill (QuarryDocumentBuilder *self,
                                    int fd,
                                    QuarryDocumentSpilledFunc spilled,
                                    gpointer data);

/* @length in bytes, or -1 for a NUL-terminated string. Returns FALSE once the document holds
 * QUARRY_DOCUMENT_MAX_TEXT: the rest is dropped. */
gboolean quarry_document_builder_add (QuarryDocumentBuilder *self,
                                      QuarryBlockKind kind,
                                      guint level,
                                      const char *text,
                                      gssize length);

/* Adds to the last block, after one blank (a line end in CODE and TABLE): for a paragraph that
 * goes on where a new page has been begun. Returns as quarry_document_builder_add(). */
gboolean quarry_document_builder_extend (QuarryDocumentBuilder *self,
                                         const char *text,
                                         gssize length);

/* The text so far, valid until the next call; NULL where some of it has been spilled. */
const char *quarry_document_builder_peek_text (QuarryDocumentBuilder *self, gsize *length);

/* Forgets all that was added and set. */
void quarry_document_builder_start_over (QuarryDocumentBuilder *self);

/* Makes the document and frees @self. Its "language" is the one that its text is recognized to be in, unless it states one
 * that cannot be recognized. NULL where the file to spill to could not take the text. (transfer full) */
QuarryDocument *quarry_document_builder_end (QuarryDocumentBuilder *self);

G_END_DECLS
