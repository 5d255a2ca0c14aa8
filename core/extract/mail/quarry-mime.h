/* quarry-mime.h: the format of mails (RFC 5322, 2045, 2047)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The fields of a header: lower-case name to unfolded value; the first one if a name is repeated. *@bytes and *@length
 * are moved to the body. (transfer full) */
GHashTable *quarry_mime_read_header (const char **bytes, gsize *length);

/* A field's value in UTF-8, with its encoded words decoded. NULL for NULL. (transfer full) */
char *quarry_mime_decode_words (const char *value);

/* A parameter of a value, as in "text/plain; charset=utf-8"; NULL if there is none. (transfer full) */
char *quarry_mime_parameter (const char *value, const char *name);

/* The name of an attached file according to either field, in the form of RFC 2231 or, as most programs write it, in
 * encoded words; NULL if there is none. (transfer full) */
char *quarry_mime_file_name (const char *disposition, const char *type);

/* A body without its transfer encoding: "base64" or "quoted-printable"; any other one, or NULL, leaves the body as it
 * is. (transfer full) */
GString *quarry_mime_decode_body (const char *bytes, gsize length, const char *encoding);

G_END_DECLS
