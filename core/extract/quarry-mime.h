/* quarry-mime.h: how mails are written down (RFC 5322, 2045, 2047)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* (transfer full) The fields of a header, names in lower case, values unfolded, the first of each
 * name; *@bytes and *@length move on to the body. */
GHashTable *quarry_mime_read_header (const char **bytes, gsize *length);

/* (transfer full) A value with its encoded words decoded, in UTF-8. NULL for NULL. */
char *quarry_mime_decode_words (const char *value);

/* (transfer full) A parameter of a value as in "text/plain; charset=utf-8"; NULL for none. */
char *quarry_mime_parameter (const char *value, const char *name);

/* (transfer full) The name of an attached file, as the one or the other field has it (RFC 2231, or
 * encoded words as most write it); NULL for none. */
char *quarry_mime_file_name (const char *disposition, const char *type);

/* (transfer full) A body without its transfer encoding ("base64", "quoted-printable"; others and
 * NULL leave it as it is). */
GString *quarry_mime_decode_body (const char *bytes, gsize length, const char *encoding);

G_END_DECLS
