/* quarry-formats.h: the formats that files come in
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

#include "core/extract/quarry-format-list.h"

G_BEGIN_DECLS

/* Formats with a reader: quarry-format-list.h has them. */
typedef enum
{
  QUARRY_FORMAT_NONE,
#define FORMAT_BY_NAME(format, reader, noun, mime_type, extensions) QUARRY_FORMAT_##format,
#define FORMAT_BY_BYTES(format, sniffer, reader, noun, mime_type, extensions) QUARRY_FORMAT_##format,
  QUARRY_FORMATS (FORMAT_BY_NAME, FORMAT_BY_BYTES)
#undef FORMAT_BY_NAME
#undef FORMAT_BY_BYTES
  QUARRY_N_FORMATS
} QuarryFormat;

/* The format that a file's name promises: that of its extension; NONE where it has none, or one
 * that no reader knows. */
QuarryFormat quarry_format_of_name (const char *name);

/* (transfer full) The extension of @name in lower case without its full stop; NULL for none. */
char *quarry_extension_of_name (const char *name);

/* TRUE where the extension is one of files that hold nothing to read. */
gboolean quarry_name_is_hopeless (const char *name);

/* Whose files share a process that reads them, one after the other. */
typedef enum
{
  QUARRY_COMPANY_NONE,   /* each has one of its own */
  QUARRY_COMPANY_TEXT,   /* plain text that takes no parser which a file could take over */
  QUARRY_COMPANY_MARKUP, /* text for the parser of a library: whoever takes that over sees others of the kind */
  QUARRY_COMPANY_MAIL,   /* likewise; what is attached has a company too */
  QUARRY_COMPANY_OFFICE, /* likewise, of what office programs write, and books: most of it packed */
  QUARRY_COMPANY_RECORDINGS,
  QUARRY_N_COMPANIES
} QuarryCompany;

QuarryCompany quarry_format_get_company (QuarryFormat format);

/* What people call a file of this format, as in "a PDF file", translated. */
const char *quarry_format_get_noun (QuarryFormat format);

const char *quarry_format_get_mime_type (QuarryFormat format);

G_END_DECLS
