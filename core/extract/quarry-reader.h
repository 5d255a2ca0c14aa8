/* quarry-reader.h: what the readers of all formats share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Only used in the reader process. To add a format, write a reader in a file of its own and add a line
 * to quarry-format-list.h.
 */
#pragma once

#include "core/document/quarry-document.h"
#include "core/extract/quarry-extractor.h"
#include "core/extract/quarry-formats.h"
#include "core/extract/quarry-inside.h"

G_BEGIN_DECLS

/* The most wrappings of a file that are removed. */
#define QUARRY_READER_MAX_WRAPPINGS 3u

/* A file, as its reader sees it. */
typedef struct
{
  const guint8 *bytes;
  gsize length;
  const char *name;     /* for its extension; never part of a message */
  QuarryInside *inside; /* takes the files inside this one; NULL if nobody wants them */
  guint wrappings;      /* number of wrappings, such as gzip's or a signature, that have been removed */
  gboolean recognize;   /* recognize the text in pictures, which takes long */
  gboolean is_mapped;   /* @bytes are pages of a mapped file */
  QuarryFormat *format; /* caches the format once it has been found; initially NONE; may be NULL */
  int scratch;          /* an empty file for a long text, opened for reading and writing; 0 for none */
} QuarryInput;

/* TRUE if the first bytes are those of the format. */
typedef gboolean (*QuarrySniffFunc) (const QuarryInput *input);

/* Reads a file into @builder, and passes the files inside it to @input's inside. Sets a QuarryExtractError if it
 * cannot. The caller refuses a document without text as EMPTY. */
typedef gboolean (*QuarryReadFunc) (const QuarryInput *input,
                                    QuarryDocumentBuilder *builder,
                                    GError **error);

/* Reads a file of any format. Returns its own document; refuses it as EMPTY if all text is in files inside it.
 * (transfer full) */
QuarryDocument *quarry_readers_read (const QuarryInput *input, GError **error);

/* The same, into an existing builder. */
gboolean quarry_readers_read_into (const QuarryInput *input,
                                   QuarryDocumentBuilder *builder,
                                   GError **error);

/* Gives back the pages of the file that have been read, which need not stay in memory. */
void quarry_input_forget (const QuarryInput *input);

/* The company of the file according to its format, whatever its name. @own: that of the process that asks. To tell it,
 * no parser is used that a file could take over, except those of this company. */
QuarryCompany quarry_readers_get_company (const QuarryInput *input, QuarryCompany own);

/* The name of a format that is recognized by its first bytes but has no reader, translated, as in "PNG images"; NULL
 * for all others. */
const char *quarry_readers_name_foreign (const QuarryInput *input);

/* Declares quarry_sniff_NAME() and quarry_read_NAME() for all formats. */
#define FORMAT_BY_NAME(format, reader, noun, mime_type, extensions)                                \
  gboolean quarry_read_##reader (                                                                  \
      const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error);
#define FORMAT_BY_BYTES(format, sniffer, reader, noun, mime_type, extensions)                      \
  gboolean quarry_sniff_##sniffer (const QuarryInput *input);                                      \
  gboolean quarry_read_##reader (                                                                  \
      const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error);
QUARRY_FORMATS (FORMAT_BY_NAME, FORMAT_BY_BYTES)
#undef FORMAT_BY_NAME
#undef FORMAT_BY_BYTES

/* TRUE if the file is a mailbox, which may have any name. */
gboolean quarry_sniff_mbox (const QuarryInput *input);

/* TRUE if the file is packed by gzip. */
gboolean quarry_sniff_gzip (const QuarryInput *input);

/* Unpacks a file that is compressed on its own (as by gzip), and returns its contents and its name, both (transfer
 * full). NULL if it is no such file, or too large. */
GByteArray *quarry_archive_unwrap (const QuarryInput *input, char **name);

/* The same for a file that is wrapped in its signature. */
GByteArray *quarry_signed_unwrap (const QuarryInput *input, char **name);

/* The file as text in UTF-8; NULL with an error if it is not text. (transfer full) */
GString *quarry_reader_decode (const QuarryInput *input, GError **error);

/* A text in UTF-8 without NUL, nor one behind it. */
typedef struct
{
  const char *text; /* NULL: there is none */
  gsize length;
  gboolean has_pages; /* form feeds begin pages */
} QuarryPlainText;

/* Whether the file is such a text as it is, but for a byte order mark. */
gboolean quarry_reader_is_plain (const QuarryInput *input, QuarryPlainText *plain);

/* The file as text, which is copied only where it has to be decoded: @plain lies in the file, or in what is returned.
 * Without a text, NULL with an error. (transfer full) */
GString *quarry_reader_borrow_text (const QuarryInput *input, QuarryPlainText *plain, GError **error);

/* Sets the error that every reader uses for a damaged file of its format. */
void quarry_reader_set_damaged (GError **error, QuarryFormat format);

/* Sets the error for a file in more than QUARRY_READER_MAX_WRAPPINGS wrappings. */
void quarry_reader_set_wrapped (GError **error);

/* Sets the error for a file whose name is that of a text, but which is none. */
void quarry_reader_set_no_text (GError **error, const char *name);

G_END_DECLS
