/* quarry-reader.h: what the readers of all formats share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Used in the reader process alone. To add a format: a line in quarry-formats.h and
 * quarry-formats.c, a reader in a file of its own, and a line in quarry-readers.c.
 */
#pragma once

#include "core/document/quarry-document.h"
#include "core/extract/quarry-extractor.h"
#include "core/extract/quarry-formats.h"

G_BEGIN_DECLS

/* A file as a reader sees it. */
typedef struct
{
  const guint8 *bytes;
  gsize length;
  const char *name; /* for its extension; never part of a message */
} QuarryInput;

/* TRUE where the first bytes are those of the format. */
typedef gboolean (*QuarrySniffFunc) (const QuarryInput *input);

/* Reads a file into @builder. Sets a QuarryExtractError where it cannot. A document left without
 * text is refused as EMPTY by the caller. */
typedef gboolean (*QuarryReadFunc) (const QuarryInput *input,
                                    QuarryDocumentBuilder *builder,
                                    GError **error);

/* Reads a file of any format. (transfer full) */
QuarryDocument *quarry_readers_read (const QuarryInput *input, GError **error);

/* TRUE where the format has a reader. */
gboolean quarry_readers_has (QuarryFormat format);

/* The name of a format that is known by its first bytes but has no reader, as in "PNG images";
 * NULL for all else. Translated. */
const char *quarry_readers_name_foreign (const QuarryInput *input);

gboolean
quarry_read_text (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error);
gboolean
quarry_read_markdown (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error);
gboolean
quarry_read_html (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error);

gboolean quarry_sniff_pdf (const QuarryInput *input);
gboolean quarry_read_pdf (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error);

gboolean quarry_sniff_docx (const QuarryInput *input);
gboolean
quarry_read_docx (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error);

gboolean quarry_sniff_odt (const QuarryInput *input);
gboolean quarry_sniff_odp (const QuarryInput *input);
gboolean quarry_sniff_ods (const QuarryInput *input);
gboolean quarry_read_odf (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error);

gboolean quarry_sniff_pptx (const QuarryInput *input);
gboolean
quarry_read_pptx (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error);

gboolean quarry_sniff_xlsx (const QuarryInput *input);
gboolean
quarry_read_xlsx (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error);

gboolean quarry_sniff_epub (const QuarryInput *input);
gboolean
quarry_read_epub (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error);

gboolean quarry_sniff_rtf (const QuarryInput *input);
gboolean quarry_read_rtf (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error);

gboolean quarry_read_csv (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error);

gboolean
quarry_read_mail (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error);

gboolean
quarry_read_mbox (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error);

/* The words that every reader uses for a broken file of its format. */
void quarry_reader_set_damaged (GError **error, QuarryFormat format);

/* Likewise for a file that is named like text and is none. */
void quarry_reader_set_no_text (GError **error, const char *name);

G_END_DECLS
