/* quarry-xlsb.h: Excel's binary workbooks (.xlsb)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/extract/office/quarry-opc.h"

G_BEGIN_DECLS

/* Reads the sheets of a workbook whose main part is @main, as a heading and a table each. Returns the number of sheets
 * that could be read. */
guint quarry_xlsb_read (QuarryPackage *package, const char *main, QuarryDocumentBuilder *builder);

G_END_DECLS
