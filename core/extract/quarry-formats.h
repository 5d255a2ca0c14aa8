/* quarry-formats.h: the formats of files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

#include "core/extract/quarry-format-list.h"

G_BEGIN_DECLS

/* The formats with a reader, from quarry-format-list.h. */
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

/* The format that a file name's extension stands for; NONE if it has no extension, or one that no reader knows. */
QuarryFormat quarry_format_of_name (const char *name);

/* The extension of @name in lower case without the dot; NULL if it has none. (transfer full) */
char *quarry_extension_of_name (const char *name);

/* TRUE if the extension is one of files that contain nothing to read. */
gboolean quarry_name_is_hopeless (const char *name);

/* Groups of formats. Small files of one company are read by a shared process, one after another. */
typedef enum
{
  QUARRY_COMPANY_NONE,   /* each has one of its own */
  QUARRY_COMPANY_TEXT,   /* plain text that takes no parser which a file could take over */
  QUARRY_COMPANY_MARKUP, /* text for the parser of a library: whoever takes that over sees others of the kind */
  QUARRY_COMPANY_MAIL,   /* likewise; what is attached has a company too */
  QUARRY_COMPANY_OFFICE, /* likewise, of what office programs write, and books: most of it packed */
  QUARRY_COMPANY_RECORDINGS,
  QUARRY_COMPANY_GZIPPED, /* a file packed by gzip alone, of a kind that has a company itself */
  QUARRY_N_COMPANIES
} QuarryCompany;

QuarryCompany quarry_format_get_company (QuarryFormat format);

/* The company that a file of this name probably belongs to; that of text where the name says nothing. */
QuarryCompany quarry_company_of_name (const char *name);

/* What people call a file of this format, translated, as in "a PDF file". */
const char *quarry_format_get_noun (QuarryFormat format);

const char *quarry_format_get_mime_type (QuarryFormat format);

G_END_DECLS
