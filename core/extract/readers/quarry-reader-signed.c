/* quarry-reader-signed.c: files that are wrapped in their signature
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A file "contract.pdf.p7m" is read as the "contract.pdf" in it. Some programs write it as text, in base64.
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/mail/quarry-cms.h"

#include <string.h>
#include <glib/gi18n-lib.h>

/* The file without its armour of base64; NULL if it has none. (transfer full) */
static GByteArray *
take_off_armour (const guint8 *bytes, gsize length)
{
  const char *p = (const char *) bytes, *end = p + length;
  GByteArray *out;
  gint state = 0;
  guint save = 0;

  if (length > 11 && memcmp (p, "-----BEGIN ", 11) == 0)
    {
      p = memchr (p, '\n', length);
      if (p == NULL)
        return NULL;
    }
  else if (length == 0 || *p != 'M')
    return NULL;
  out = g_byte_array_new ();
  g_byte_array_set_size (out, (guint) MIN (length, G_MAXINT32) / 4 * 3 + 3);
  g_byte_array_set_size (out, (guint) g_base64_decode_step (p, (gsize) (end - p), out->data, &state, &save));
  return out;
}

gboolean
quarry_sniff_signed (const QuarryInput *input)
{
  g_autoptr (GByteArray) bare = NULL;

  if (input->length < 16)
    return FALSE;
  if (*input->bytes == 0x30)
    return quarry_cms_get_kind (input->bytes, input->length) != QUARRY_CMS_NONE;
  bare = quarry_format_of_name (input->name) == QUARRY_FORMAT_SIGNED ? take_off_armour (input->bytes, input->length)
                                                                     : NULL;
  return bare != NULL && quarry_cms_get_kind (bare->data, bare->len) != QUARRY_CMS_NONE;
}

/* The name of the file in it. A mail's contents are a mail without an address. (transfer full) */
static char *
inner_name (const char *name)
{
  const char *dot = strrchr (name, '.');
  g_autofree char *stem = dot != NULL ? g_strndup (name, (gsize) (dot - name)) : g_strdup (name);

  return strchr (stem, '.') != NULL ? g_steal_pointer (&stem) : g_strconcat (stem, ".eml", NULL);
}

GByteArray *
quarry_signed_unwrap (const QuarryInput *input, char **name)
{
  g_autoptr (GByteArray) bare = take_off_armour (input->bytes, input->length);
  GByteArray *contents = quarry_cms_unwrap (bare != NULL ? bare->data : input->bytes,
                                            bare != NULL ? bare->len : input->length);

  if (contents != NULL)
    *name = inner_name (input->name);
  return contents;
}

static gboolean
is_encrypted (const QuarryInput *input)
{
  g_autoptr (GByteArray) bare = take_off_armour (input->bytes, input->length);

  return quarry_cms_get_kind (bare != NULL ? bare->data : input->bytes, bare != NULL ? bare->len : input->length)
         == QUARRY_CMS_ENCRYPTED;
}

gboolean
quarry_read_signed (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  g_autofree char *name = NULL;
  g_autoptr (GByteArray) contents = quarry_signed_unwrap (input, &name);
  QuarryInput inner = { .name = name, .inside = input->inside, .wrappings = input->wrappings + 1 };

  if (contents == NULL && is_encrypted (input))
    g_set_error_literal (error,
                         QUARRY_EXTRACT_ERROR,
                         QUARRY_EXTRACT_ERROR_ENCRYPTED,
                         _ ("It is encrypted: open it in the program that has the key, and save an "
                            "unprotected copy."));
  else if (contents == NULL)
    /* It is the signature of another file. */
    g_set_error_literal (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_EMPTY, _ ("There is no text in it."));
  else if (inner.wrappings > QUARRY_READER_MAX_WRAPPINGS)
    quarry_reader_set_wrapped (error);
  else
    {
      inner.bytes = contents->data;
      inner.length = contents->len;
      inner.recognize = input->recognize;
      return quarry_readers_read_into (&inner, builder, error);
    }
  return FALSE;
}
