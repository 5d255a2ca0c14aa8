/* quarry-button-names.h: what a screen reader calls buttons that have a mnemonic
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* From now on every button is named as it reads: GTK 4.8 says its mnemonic too, "_Open Open". */
void quarry_name_buttons (void);

G_END_DECLS
