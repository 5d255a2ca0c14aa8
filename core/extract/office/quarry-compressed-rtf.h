/* quarry-compressed-rtf.h: the text of mails as Outlook keeps it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

/* The RTF in the property PidTagRtfCompressed ([MS-OXRTFCP]); as far as it goes where it is cut off, NULL where it is
 * none. (transfer full) */
GByteArray *quarry_compressed_rtf_unpack (const guint8 *bytes, gsize length);

/* Adds what it says to a document, if it is RTF. */
void quarry_compressed_rtf_add (QuarryDocumentBuilder *builder, const guint8 *bytes, gsize length);

G_END_DECLS
