/* quarry-formats.h: the formats that files come in
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Formats with a reader. Their names, types and extensions stand in quarry-formats.c, their
 * readers in quarry-readers.c. */
typedef enum
{
  QUARRY_FORMAT_NONE,
  QUARRY_FORMAT_TEXT,
  QUARRY_FORMAT_MARKDOWN,
  QUARRY_FORMAT_HTML,
  QUARRY_FORMAT_PDF,
  QUARRY_FORMAT_DOCX,
  QUARRY_FORMAT_ODT,
  QUARRY_FORMAT_ODP,
  QUARRY_FORMAT_ODS,
  QUARRY_FORMAT_PPTX,
  QUARRY_FORMAT_XLSX,
  QUARRY_FORMAT_EPUB,
  QUARRY_FORMAT_RTF,
  QUARRY_FORMAT_CSV,
  QUARRY_FORMAT_MAIL,
  QUARRY_FORMAT_MBOX,
  QUARRY_N_FORMATS
} QuarryFormat;

/* The format that a file's name promises: that of its extension; NONE where it has none, or one
 * that no reader knows. */
QuarryFormat quarry_format_of_name (const char *name);

/* (transfer full) The extension of @name in lower case without its full stop; NULL for none. */
char *quarry_extension_of_name (const char *name);

/* What people call a file of this format, as in "a PDF file", translated. */
const char *quarry_format_get_noun (QuarryFormat format);

const char *quarry_format_get_mime_type (QuarryFormat format);

G_END_DECLS
