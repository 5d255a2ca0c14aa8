/* quarry-document.h: the text of one document, with its structure
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* The most bytes of text that one document may hold. Offsets fit into 32 bits with room to spare. */
#define QUARRY_DOCUMENT_MAX_TEXT (256u << 20)
/* Blocks of a document; what is added beyond that continues the last one. It has no more pages either: those beyond
 * belong to the last one. */
#define QUARRY_DOCUMENT_MAX_BLOCKS (2u << 20)

#define QUARRY_DOCUMENT_ERROR (quarry_document_error_quark ())

typedef enum
{
  QUARRY_DOCUMENT_ERROR_DAMAGED, /* the bytes are not a valid serialized document */
  QUARRY_DOCUMENT_ERROR_VERSION, /* a document serialized in another version of the format */
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
  QUARRY_BLOCK_LIST_ITEM, /* level 1 to 32: depth of nesting */
  QUARRY_BLOCK_TABLE,     /* one row a line, cells separated by a tab */
  QUARRY_BLOCK_CODE,      /* line ends and blanks as they were */
  QUARRY_BLOCK_QUOTE,
} QuarryBlockKind;

/* One block of the text. Blocks are in the text's order, not empty, and do not overlap; only white space stands between
 * two of them. */
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

/* The text, valid UTF-8 with a NUL behind it. @length, which may be NULL, is set to its length in bytes. (transfer
 * none) */
const char *quarry_document_get_text (QuarryDocument *self, gsize *length);

/* The title that the document itself states; NULL when it states none. */
const char *quarry_document_get_title (QuarryDocument *self);

/* Keys in use: "author", "created", "modified" (ISO 8601), "language" (BCP 47), "keywords", "mime-type". Two more only
 * count as set or not: "incomplete", where a part of the file could not be read, and "unrecognized", where text in
 * pictures was not read. NULL when unknown. (transfer none) */
const char *quarry_document_get_metadata (QuarryDocument *self, const char *key);

/* All blocks, in the text's order. (transfer none) */
const QuarryBlock *quarry_document_get_blocks (QuarryDocument *self, guint *n_blocks);

/* All pages, in ascending order of their numbers; none if the document has no pages. (transfer none) */
const QuarryPage *quarry_document_get_pages (QuarryDocument *self, guint *n_pages);

/* The number of the page that holds the byte at @offset; 0 in a document without pages. */
guint quarry_document_page_at (QuarryDocument *self, guint32 offset);

/* The bytes of the text on page @number; empty if there is no such page. */
QuarrySpan quarry_document_span_of_page (QuarryDocument *self, guint number);

/* The headings that the byte at @offset stands under, outermost first; a heading stands under itself. Each is cut to at
 * most 1024 bytes. (transfer full): a NULL-terminated array, free with g_strfreev(). */
char **quarry_document_heading_path (QuarryDocument *self, guint32 offset);

/* The number of characters (Unicode code points) before a byte of the text, in constant time: at most 1 KiB of text is
 * scanned. Offsets beyond the end count as the end. */
guint32 quarry_document_characters_at (QuarryDocument *self, guint32 byte_offset);

/* Where a stretch of the text that begins at byte @start should end so that it has at most @most bytes (at least 8):
 * before a heading if one begins in the second half of those bytes, else before a block, else between words. If the
 * text ends within @most bytes, its end. A stretch has at most one block, and about one sentence, for 32 bytes
 * of @most, but always room for 64. */
guint32 quarry_document_end_stretch (QuarryDocument *self, guint32 start, guint32 most);

/* The text at @span with its blocks and pages, as a document without title or metadata, whose offsets count from
 * span.start. Blocks that reach beyond @span are cut. If @span is the whole text, @self itself. (transfer full) */
QuarryDocument *quarry_document_copy_stretch (QuarryDocument *self, QuarrySpan span);

/* The format in which a document is sent from the reader process and stored in the library: small, versioned, with its
 * length and a checksum; its last bytes are the plain text. Reading trusts nothing: every length, every offset and
 * every byte of UTF-8 is checked; errors are of QUARRY_DOCUMENT_ERROR. (transfer full) */
GBytes *quarry_document_serialize (QuarryDocument *self);
QuarryDocument *quarry_document_deserialize (GBytes *bytes, GError **error);

/* The same for long documents, without copying their text. The first returns all of the format but the text itself,
 * which is to follow it. The second makes a document whose text stays within @bytes; the byte behind @bytes must be a
 * NUL and readable as long as they live. @is_mapped: they are pages of a file that is mapped read-only. */
GBytes *quarry_document_serialize_head (QuarryDocument *self);
QuarryDocument *quarry_document_deserialize_in_place (GBytes *bytes, gboolean is_mapped, GError **error);

/* If the text is pages of a mapped file (@is_mapped above, or text that a builder spilled), gives the pages of @span
 * back to the system; they are read from the file again when they are next used. Otherwise it does nothing. */
void quarry_document_forget (QuarryDocument *self, QuarrySpan span);

/* Builds a document block by block. Not thread-safe.
 *
 * The text may be any bytes: those that are not UTF-8 become U+FFFD, control characters, invisible fillers and soft
 * hyphens are dropped, text is brought to NFC, a run of white space becomes one blank (but CODE keeps line ends and
 * blanks, and TABLE keeps line ends and tabs), and blocks that this leaves empty are dropped. */
typedef struct _QuarryDocumentBuilder QuarryDocumentBuilder;

/* (transfer full) */
QuarryDocumentBuilder *quarry_document_builder_new (void);
void quarry_document_builder_free (QuarryDocumentBuilder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryDocumentBuilder, quarry_document_builder_free)

/* The title and the metadata that the document itself states, with the keys of quarry_document_get_metadata(). NULL or
 * white space alone states none; if one is set several times, the last one counts. At most 1024 bytes of a title, 4096
 * of a value and 32 keys are kept. */
void quarry_document_builder_set_title (QuarryDocumentBuilder *self, const char *title);
void quarry_document_builder_set_metadata (QuarryDocumentBuilder *self,
                                           const char *key,
                                           const char *value);

/* What is added from here on stands on page @number (at least 1). A page without text is not recorded, nor is one whose
 * number is not above all before it: its text then stands on the page before. */
void quarry_document_builder_begin_page (QuarryDocumentBuilder *self, guint number);

/* Makes the builder write the text of a long document to the file @fd, which must be empty and open for reading and
 * writing. The caller keeps owning it and must not change it while the document lives. @spilled is called each time
 * after text was written. */
typedef void (*QuarryDocumentSpilledFunc) (gpointer data);
void quarry_document_builder_spill (QuarryDocumentBuilder *self,
                                    int fd,
                                    QuarryDocumentSpilledFunc spilled,
                                    gpointer data);

/* Adds a block. @length is in bytes, or -1 for a NUL-terminated string; @text NULL adds nothing. @level counts for
 * headings and list items alone, and is kept within what QuarryBlockKind says. Returns FALSE once the document holds
 * QUARRY_DOCUMENT_MAX_TEXT, or its text could not be written to the file; what is added beyond that is dropped. */
gboolean quarry_document_builder_add (QuarryDocumentBuilder *self,
                                      QuarryBlockKind kind,
                                      guint level,
                                      const char *text,
                                      gssize length);

/* Adds to the last block, after one blank (in CODE and TABLE, after a line end), for a paragraph that continues on a
 * page that has just been begun. Where there is no block yet, adds a paragraph. Returns the same as
 * quarry_document_builder_add(). */
gboolean quarry_document_builder_extend (QuarryDocumentBuilder *self,
                                         const char *text,
                                         gssize length);

/* The text so far, valid until the next call; NULL if some of it has been spilled. */
const char *quarry_document_builder_peek_text (QuarryDocumentBuilder *self, gsize *length);

/* Drops all that was added and set. */
void quarry_document_builder_start_over (QuarryDocumentBuilder *self);

/* Makes the document and frees @self. The document's "language" is the one recognized from its text, unless the file
 * states one that Quarry cannot recognize. NULL if the text could not be written to the file. (transfer full) */
QuarryDocument *quarry_document_builder_end (QuarryDocumentBuilder *self);

G_END_DECLS
