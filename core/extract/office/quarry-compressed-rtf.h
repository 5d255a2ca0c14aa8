/* quarry-compressed-rtf.h: decompresses the RTF of mails in Outlook's files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

/* The RTF in the property PidTagRtfCompressed ([MS-OXRTFCP]). If the data are cut off, as much as there is; NULL if
 * they are not compressed RTF. (transfer full) */
GByteArray *quarry_compressed_rtf_unpack (const guint8 *bytes, gsize length);

/* Adds the contents to a document, if they are RTF. */
void quarry_compressed_rtf_add (QuarryDocumentBuilder *builder, const guint8 *bytes, gsize length);

G_END_DECLS
