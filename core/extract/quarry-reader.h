/* quarry-reader.h: what the readers of all formats share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Used in the reader process alone. To add a format: a reader in a file of its own, and a line in
 * quarry-format-list.h.
 */
#pragma once

#include "core/document/quarry-document.h"
#include "core/extract/quarry-extractor.h"
#include "core/extract/quarry-formats.h"
#include "core/extract/quarry-inside.h"

G_BEGIN_DECLS

/* A file as a reader sees it. */
typedef struct
{
  const guint8 *bytes;
  gsize length;
  const char *name;     /* for its extension; never part of a message */
  QuarryInside *inside; /* takes what is inside the file; NULL where nobody wants it */
  guint wrappings;      /* that have been taken off it, as those of gzip */
  gboolean recognize;   /* the text in pictures, which takes long */
  gboolean is_mapped;   /* @bytes are pages of the file */
  QuarryFormat *format; /* keeps what it has been found to be, NONE before; NULL: it is found anew each time */
  int scratch;          /* an empty file for a long text, open for reading and writing; 0 for none */
} QuarryInput;

/* TRUE where the first bytes are those of the format. */
typedef gboolean (*QuarrySniffFunc) (const QuarryInput *input);

/* Reads a file into @builder, and what is inside it into @input's inside. Sets a
 * QuarryExtractError where it cannot. A document left without text is refused as EMPTY by the
 * caller. */
typedef gboolean (*QuarryReadFunc) (const QuarryInput *input,
                                    QuarryDocumentBuilder *builder,
                                    GError **error);

/* Reads a file of any format. (transfer full): its own document; refused as EMPTY where all its
 * text is in what is inside it. */
QuarryDocument *quarry_readers_read (const QuarryInput *input, GError **error);

/* Likewise, into a builder that is there. */
gboolean quarry_readers_read_into (const QuarryInput *input,
                                   QuarryDocumentBuilder *builder,
                                   GError **error);

/* The pages of the file that have been read need not stay in memory. */
void quarry_input_forget (const QuarryInput *input);

/* That of the file's format, whatever its name. @own: of the process that looks, which takes no parser for it that a
 * file could take over but those of this company. */
QuarryCompany quarry_readers_get_company (const QuarryInput *input, QuarryCompany own);

/* TRUE where the format has a reader. */
gboolean quarry_readers_has (QuarryFormat format);

/* The name of a format that is known by its first bytes but has no reader, as in "PNG images";
 * NULL for all else. Translated. */
const char *quarry_readers_name_foreign (const QuarryInput *input);

/* quarry_sniff_NAME() and quarry_read_NAME() of all formats. */
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

/* A mailbox, which may have any name. */
gboolean quarry_sniff_mbox (const QuarryInput *input);

/* What a file is that is compressed alone, and its name, both (transfer full); NULL where it is no such file, or too
 * large. */
GByteArray *quarry_archive_unwrap (const QuarryInput *input, char **name);

/* (transfer full) The file as text in UTF-8; NULL with an error where it is none. */
GString *quarry_reader_decode (const QuarryInput *input, GError **error);

/* The words that every reader uses for a broken file of its format. */
void quarry_reader_set_damaged (GError **error, QuarryFormat format);

/* Likewise for a file that is named like text and is none. */
void quarry_reader_set_no_text (GError **error, const char *name);

G_END_DECLS
