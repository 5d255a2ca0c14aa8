/* quarry-cms.h: files and mails that are wrapped in their signature
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The Cryptographic Message Syntax (RFC 5652), as S/MIME uses it for mails, and Italy's administration for any file
 * ("contract.pdf.p7m"). Signatures are not verified: what is signed is read.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  QUARRY_CMS_NONE, /* something else */
  QUARRY_CMS_SIGNED,
  QUARRY_CMS_ENCRYPTED,
} QuarryCmsKind;

/* What the message is, in DER or BER, by its first bytes. */
QuarryCmsKind quarry_cms_get_kind (const guint8 *bytes, gsize length);

/* What is signed; NULL if it is damaged, or only the signature of another file. (transfer full) */
GByteArray *quarry_cms_unwrap (const guint8 *bytes, gsize length);

G_END_DECLS
