/* quarry-xlsb.h: Excel's binary workbooks (.xlsb)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/extract/office/quarry-opc.h"

G_BEGIN_DECLS

/* Reads the sheets of a workbook whose main part is @main, a heading and a table each. How many
 * could be. */
guint quarry_xlsb_read (QuarryPackage *package, const char *main, QuarryDocumentBuilder *builder);

G_END_DECLS
